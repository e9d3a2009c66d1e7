"""How a command is told to read its file."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, Namespace
from typing import Any


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not (name and equals and column):
        raise ArgumentTypeError(f"must be NAME=COLUMN; got {text!r}")
    return name, column


OPTIONS: dict[str, dict[str, Any]] = {
    "--holds": {
        "choices": ("codings", "scores"),
        "help": "what to read of a file that holds both; by default its codings",
    },
    "--country-column": {"metavar": "COLUMN", "help": "the column of countries"},
    "--kind": {
        "help": "what the countries are given as: name, iso2, iso3, numeric, cow, cowc, world_bank"
    },
    "--year-column": {"metavar": "COLUMN", "help": "the column of years"},
    "--file-year": {"metavar": "YEAR", "type": int, "help": "the year of all its rows"},
    "--report-years": {
        "action": BooleanOptionalAction,
        "help": "the years are those of TIP reports, each of which describes the year before; by "
        "default only in a file of the Human Trafficking Indicators",
    },
    "--column": {
        "metavar": "NAME=COLUMN",
        "action": "append",
        "type": _pair,
        "help": "the column of a dimension or an indicator; repeatable",
    },
    "--sheet": {
        "help": "the sheet of an Excel file, by name or else by place, counted from 0; by default "
        "the first that is not hidden"
    },
    "--source": {"metavar": "LABEL", "help": "a label for the data"},
    "--drop-unmatched": {
        "action": "store_true",
        "default": None,
        "help": "leave rows of unknown countries out",
    },
}
"""How to read a file; what is not given is None."""


def add_reading(command: ArgumentParser, *, without: str = "") -> None:
    """Add the options of reading, but for one that makes no difference."""
    options = command.add_argument_group("how to read FILE, where it is not found by itself")
    for option, settings in OPTIONS.items():
        if option != without:
            options.add_argument(option, **settings)


def given(chosen: Namespace) -> list[str]:
    """Return the options of reading that were given."""
    names = {option: option.removeprefix("--").replace("-", "_") for option in OPTIONS}
    return [option for option, name in names.items() if getattr(chosen, name) is not None]
