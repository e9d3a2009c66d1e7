"""Rebuild ``names.csv``: names of countries and regions in languages other than English.

The names are those of the Unicode Common Locale Data Repository (CLDR), as the package Babel has
them. Run ``python data/build_names.py`` after an update of Babel, and state its version in
``README.md``.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import babel
from babel import Locale, localedata
from babel.core import get_cldr_version

HERE = Path(__file__).parent

LANGUAGES = ("ar", "de", "es", "fr", "it", "pt", "ru", "zh")


def names() -> str:
    """Return the content of ``names.csv``."""
    codes = territories()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("language", "code", "names"))
    for language in LANGUAGES:
        spellings = cldr(language)
        for territory, code in codes.items():
            if territory in spellings:
                writer.writerow((language, code, "|".join(spellings[territory])))
    return text.getvalue()


def territories() -> dict[str, str]:
    """Return our code of each territory or region, by the code that CLDR has for it."""
    with (HERE / "countries.csv").open(encoding="utf-8", newline="") as file:
        # CLDR has no states of the past.
        codes = {
            row["iso2"]: row["iso3"] for row in csv.DictReader(file) if row["historical"] == "0"
        }
    with (HERE / "aggregates.csv").open(encoding="utf-8", newline="") as file:
        numbers = [number for row in csv.DictReader(file) for number in row["m49"].split("|")]
    regions = sorted(number.zfill(3) for number in numbers if number and len(number) <= 3)
    return codes | {number: number for number in regions} | {"EU": "EU", "EZ": "EZ"}


def cldr(language: str) -> dict[str, list[str]]:
    """Return the names of each territory in all locales of a language, the main one first."""
    locales = sorted(
        name for name in localedata.locale_identifiers() if name.split("_")[0] == language
    )
    spellings: dict[str, list[str]] = {}
    for locale in locales:
        for territory, spelling in Locale.parse(locale).territories.items():
            names = spellings.setdefault(territory, [])
            plain = " ".join(spelling.split())  # a name may hold no-break spaces
            if plain not in names:
                names.append(plain)
    return spellings


if __name__ == "__main__":
    (HERE / "names.csv").write_text(names(), encoding="utf-8", newline="\n")
    print(f"names.csv written with Babel {babel.__version__}, CLDR {get_cldr_version()}")
