"""The licence of a release: one of those that programs know by an identifier, or an address."""

from __future__ import annotations

import re

from .._wording import listed, quoted

IDENTIFIERS = (
    "CC0-1.0",
    *(
        f"CC-BY{terms}-{version}"
        for version in ("4.0", "3.0", "2.5", "2.0")
        for terms in ("", "-SA", "-ND", "-NC", "-NC-SA", "-NC-ND")
    ),
    "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0",
    "CDLA-Sharing-1.0",
    "DL-DE-BY-2.0",
    "etalab-2.0",
    "GFDL-1.3-only",
    "GFDL-1.3-or-later",
    "NLOD-2.0",
    "ODbL-1.0",
    "ODC-By-1.0",
    "OGL-UK-3.0",
    "PDDL-1.0",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "EUPL-1.2",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MPL-2.0",
    "Unlicense",
)
"""Licences of data, of texts and of code by their identifiers in SPDX; any other has an address."""

ADDRESS = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(/[^\s<>\"]*)?", re.IGNORECASE)

LONGEST_ADDRESS = 300


def license_of(text: object) -> str:
    """Return a licence as SPDX writes it, an address as it stands, or refuse any other text."""
    if not isinstance(text, str):
        raise ValueError(f"license_id must be text; got {quoted(text)}")
    by_word = {each.casefold(): each for each in IDENTIFIERS}
    if not text or text.casefold() in by_word:
        return by_word.get(text.casefold(), "")
    if is_address(text):
        return text
    rule = (
        "a licence must be named by its SPDX identifier, e.g. CC-BY-4.0, or by the address of its "
        "text"
    )
    start = _squeezed(text)
    near = [each for each in IDENTIFIERS if start and _squeezed(each).startswith(start)]
    if near:
        raise ValueError(f"{rule}; {quoted(text)} may stand for {listed(near, most=6)}; name one")
    raise ValueError(
        f"{rule}; {quoted(text)} is neither; give the address, e.g. "
        f"https://creativecommons.org/licenses/by/4.0/"
    )


def is_address(text: str) -> bool:
    """Return whether a text is the address of a page."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
