"""What messages of the library advise, as the command line spells it."""

from __future__ import annotations

import re

IN_COMMANDS = {
    r"unmatched='drop'": "--drop-unmatched",
    r"columns=\{'(\w+)': \.\.\.\}": r"--column \1=COLUMN",
    r"columns=\{\.\.\.\}": "--column NAME=COLUMN",
    r"columns=\[\.\.\.\]": "--event COLUMN",
    r"\bcolumns=": "--column",
    r"holds='(\w+)'": r"--holds \1",
    r"\bsheet=": "--sheet",
    r"\bstart must be before end\b": "--start must be before --end",
    r"\bcountry=": "--country-column",
    r"\bkind=\"(\w+)\"": r"--kind \1",
    r"\bkind=": "--kind",
    r"\byears=": "--years",
    r"\byear=": "--year-column or --file-year",
    r"read them with read_codings, and score them with codebook=HTI": "leave --holds away",
    r"use small_multiples": "use chart small-multiples",
}
"""A pattern to its replacement, the longest first."""


def as_options(message: str) -> str:
    """Return a message with the options of the command line in place of arguments."""
    for argument, option in IN_COMMANDS.items():
        message = re.sub(argument, option, message)
    return message
