"""Rebuild ``names.csv``: names of countries and regions in languages other than English.

The names of the column ``cldr`` are those of the Unicode Common Locale Data Repository, as the
package Babel has them; those of the column ``other_names`` were written for this project in
``EVERYDAY`` below. Run ``python data/build_names.py`` after an update of Babel.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import babel
from babel import Locale, localedata

HERE = Path(__file__).parent

LANGUAGES = ("ar", "de", "es", "fr", "it", "pt", "ru", "zh")

# Names in use that CLDR lacks or that Babel leaves out of it: the official and formal names, those
# of the United Nations and of ISO 3166, older names, and states of the past. One line per
# language and country.
EVERYDAY = """
"""


def names() -> str:
    """Return the content of ``names.csv``."""
    codes = territories()
    everyday = {tuple(line.split(" ", 2)[:2]): line.split(" ", 2)[2] for line in lines()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "language", "cldr", "other_names"))
    for language in LANGUAGES:
        spellings = cldr(language)
        for territory, code in codes.items():
            row = (
                "|".join(spellings.get(territory, ())),
                everyday.pop((language, code), ""),
            )
            if any(row):
                writer.writerow((code, language, *row))
    if everyday:
        raise ValueError(f"no such language or code: {list(everyday)}")
    return text.getvalue()


def territories() -> dict[str, str]:
    """Return our code of each territory, by the code that CLDR has for it."""
    with (HERE / "countries.csv").open(encoding="utf-8") as file:
        # CLDR has no states of the past; their own code stands for them.
        rows = list(csv.DictReader(file))
    codes = {row["iso3"] if row["historical"] == "1" else row["iso2"]: row["iso3"] for row in rows}
    with (HERE / "aggregates.csv").open(encoding="utf-8") as file:
        numbers = [number for row in csv.DictReader(file) for number in row["m49"].split("|")]
    regions = sorted(number.zfill(3) for number in numbers if number and len(number) <= 3)
    return codes | {number: number for number in regions} | {"EU": "EU", "EZ": "EZ"}


def cldr(language: str) -> dict[str, list[str]]:
    """Return the names of each territory in all locales of a language, the main one first."""
    locales = sorted(
        name for name in localedata.locale_identifiers() if name.split("_")[0] == language
    )
    spellings: dict[str, list[str]] = {}
    for name in locales:
        for territory, spelling in Locale.parse(name).territories.items():
            known = spellings.setdefault(territory, [])
            # A name may hold no-break spaces; "|" separates names.
            plain = " ".join(spelling.split())
            if plain not in known and plain != territory and "|" not in plain:
                known.append(plain)
    return spellings


def lines() -> Iterator[str]:
    """Yield the lines of ``EVERYDAY``."""
    for line in EVERYDAY.splitlines():
        if line:
            yield line


if __name__ == "__main__":
    (HERE / "names.csv").write_text(names(), encoding="utf-8", newline="\n")
    print(f"names.csv written with Babel {babel.__version__}")
