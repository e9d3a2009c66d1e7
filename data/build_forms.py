"""Rebuild ``forms.json`` and ``search.json``: the forms in which names and codes are compared.

The forms are those of the other files of this folder, so that reading a file of countries need not
compute them. Run ``python data/build_forms.py`` after a change of one of these files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from policyindex import countries
from policyindex.countries import _foreign_keys, _forms, _keys, _rows
from policyindex.report import _search

HERE = Path(__file__).parent

KINDS = {
    "name": ("name", "short_name", "other_names"),
    "iso2": ("iso2", "other_codes"),
    "iso3": ("iso3", "other_codes"),
    "numeric": ("iso_numeric", "other_codes"),
    "cow": ("cow",),
    "cowc": ("cowc",),
    "world_bank": ("world_bank",),
}
"""The columns of ``countries.csv`` that hold names or codes of each kind."""

OTHER_CODES: dict[str, Callable[[str], bool]] = {
    "iso2": lambda code: len(code) == 2,
    "iso3": lambda code: len(code) > 2 and not code.isdigit(),
    "numeric": str.isdigit,
}
"""Which codes of the column other_codes belong to a kind."""

CODES = ("iso3", "iso2", "iso_numeric", "cow", "cowc", "world_bank", "other_codes")

UMLAUTS = str.maketrans(
    {"\xe4": "ae", "\xf6": "oe", "\xfc": "ue", "\xc4": "Ae", "\xd6": "Oe", "\xdc": "Ue"}
)


def forms() -> dict[str, Any]:
    """Return the content of ``forms.json``."""
    entries, by = aggregates()
    return {
        "codes": {kind: codes(kind) for kind in KINDS},
        "translations": translations(),
        "aggregates": entries,
        "aggregates_by": by,
    }


def search() -> dict[str, Any]:
    """Return the content of ``search.json``."""
    return {
        "names": {unit: _search.terms_of([unit, *names]) for unit, names in spellings().items()},
        "regions": [[_search.terms_of(names, whole=True), members] for names, members in regions()],
    }


def rows() -> list[dict[str, str]]:
    """Return the rows of ``countries.csv``, empty fields as empty text."""
    return _rows("countries.csv")


def codes(kind: str) -> dict[str, str]:
    """Return the ISO alpha-3 code of every comparable form of the names or codes of one kind."""
    belongs = OTHER_CODES.get(kind, bool)
    return {
        form: row["iso3"]
        for row in rows()
        for column in KINDS[kind]
        for entry in row[column].split("|")
        if column != "other_codes" or belongs(entry)
        for form in _forms(entry, kind)
        if form
    }


def translated() -> Iterator[tuple[str, str, str]]:
    """Yield language, code and name of countries and regions, German also without umlauts."""
    for row in (*_rows("names.csv"), *_rows("everyday_names.csv")):
        for name in row["names"].split("|"):
            yield row["language"], row["code"], name
            if row["language"] == "de" and (plain := name.translate(UMLAUTS)) != name:
                yield "de", row["code"], plain


def translations() -> dict[str, dict[str, list[str]]]:
    """Return the countries of each form of a name in another language, with the languages."""
    owners: dict[str, dict[str, list[str]]] = {}
    for language, code, name in translated():
        if code.isdigit() or len(code) < 3:
            continue  # a region
        for form in _foreign_keys(name):
            languages = owners.setdefault(form, {}).setdefault(code, [])
            if language not in languages:
                languages.append(language)
    return owners


def aggregates() -> tuple[list[list[Any]], dict[str, dict[str, int]]]:
    """Return the aggregates, and their places by forms of names, letter codes and numbers."""
    entries: list[list[Any]] = []
    names: dict[str, int] = {}
    letters: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for place, row in enumerate(_rows("aggregates.csv")):
        members = list(filter(None, row["members"].split("|")))
        entries.append([row["label"], row["group"], row["part_of"], members])
        for spelling in (row["label"], *row["other_names"].split("|")):
            names |= dict.fromkeys(filter(None, _keys(spelling)), place)
        letters |= dict.fromkeys(filter(None, row["codes"].lower().split("|")), place)
        numbers |= dict.fromkeys(filter(None, row["m49"].split("|")), place)
    for _, code, name in translated():
        region = numbers[str(int(code))] if code.isdigit() else letters.get(code.lower())
        if region is not None:
            for form in _foreign_keys(name):
                names.setdefault(form, region)
    return entries, {"name": names, "letters": letters, "numeric": numbers}


def spellings() -> dict[str, list[str]]:
    """Return every name and code of each country, in all languages, the English name first."""
    columns = ("name", "other_names", "short_name", *CODES)
    names = {
        row["iso3"]: [each for column in columns for each in row[column].split("|") if each]
        for row in rows()
    }
    for _, code, name in translated():
        if code in names:
            names[code].append(name)
    return names


def regions() -> list[tuple[list[str], list[str]]]:
    """Return the names of each region of each scheme, in all languages, and its countries."""
    other: dict[str, list[str]] = {}
    numbers: dict[str, str] = {}
    for row in _rows("aggregates.csv"):
        names = [row["label"], *row["other_names"].split("|")]
        other[row["label"]] = [name for name in names if name and "(" not in name]
        numbers |= dict.fromkeys(filter(None, row["m49"].split("|")), row["label"])
    for _, code, name in translated():
        if code.isdigit() and (label := numbers.get(str(int(code)))):
            other[label].append(name)
    members: dict[str, list[str]] = {}
    for column in countries._SCHEMES.values():
        for row in rows():
            label, code = row[column], row["iso3"]
            if label and code not in members.setdefault(label, []):
                members[label].append(code)
    return [
        (list(dict.fromkeys(chain([label], other.get(label, ())))), units)
        for label, units in members.items()
    ]


def text_of(content: dict[str, Any]) -> str:
    """Return content as JSON in one line."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


FILES: dict[str, Callable[[], dict[str, Any]]] = {"forms.json": forms, "search.json": search}


def main(names: Iterable[str] = FILES) -> None:
    """Write the files."""
    for name in names:
        text = text_of(FILES[name]())
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
