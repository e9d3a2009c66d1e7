"""Describe the files of a release to programs: a Frictionless data package, and CITATION.cff."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from .._version import __version__
from .._wording import joined
from ..codebooks.model import Codebook
from ..writing import ENDS, Kind, columns_of
from .licenses import is_address

MEDIA = {
    ".csv": "text/csv",
    ".dta": "application/x-stata-dta",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
}

TYPES: dict[Kind, str] = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "datetime",
}
"""Types of cells as Frictionless names them; all others are strings."""


class About(NamedTuple):
    """Hold what is stated of a release as a whole."""

    name: str
    title: str
    """The index, and the release."""
    source: str
    """What the codings were read from."""
    label: str
    """What tables of the release name as their source."""
    citation: str
    """Whom to cite for the index."""
    codebook: Codebook
    authors: tuple[str, ...]
    date: str
    license_id: str
    """As SPDX names it, or the address of its text; empty if none is stated."""


class Table(NamedTuple):
    """Hold a table of a release, and what is stated of it."""

    content: pd.DataFrame
    title: str
    description: str
    key: tuple[str, ...]
    """The columns that identify a row."""
    refers: bool = False
    """Whether every country and year of it is a row of the scores."""


PLAIN_FIELDS = {
    "country": "ISO 3166 alpha-3 code of the country; XKX for Kosovo",
    "name": "name of the country",
    "year": "year that the policies describe",
    "source": "source of the row",
    "dimension": "name of a dimension of the index, or overall",
    "indicator": "name of an indicator",
    "coder": "who coded it; final for what was settled",
    "id": "country, year, indicator and coder of the evidence",
    "status": "whether the coder coded it, found no mention of it, or had a doubt",
    "report": "the report that the evidence is from",
    "page": "the page of the report",
    "quote": "the words of the report",
    "remark": "a remark of the coder",
    "score": "score of the dimension; empty where the codings leave it undecided",
    "low": "lowest score that the missing codings allow",
    "high": "highest score that the missing codings allow",
    "level": "level of the indicator, 0 for the worst; empty where it is not coded",
    "words": "the level in words",
    "evidence": "ids of the evidence, with semicolons between",
    "old": "value in the release before",
    "new": "value in this release",
    "difference": "points by which the score changed",
    "coding": "points of it that changed codings account for",
    "rule": "points of it that changed rules account for",
    "undivided": "points of it that codings and rules account for together",
    "entered": "points of a score that was missing before",
    "left": "points of a score that is missing now",
    "cause": "the cause of the change",
    "codings": "the codings that changed",
    "old_words": "the level before, in words",
    "new_words": "the level now, in words",
}
"""Descriptions of the columns that every codebook's tables have."""


def data_package(about: About, tables: Mapping[str, Table], files: Mapping[str, bytes]) -> bytes:
    """Return the description of the files as a Frictionless data package."""
    resources = [
        _resource(name, content, tables.get(Path(name).stem), about.codebook)
        for name, content in sorted(files.items())
        if Path(name).suffix in MEDIA
    ]
    description: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "data-package",
        "name": _slug(about.title),
        "title": about.title,
        "version": about.name,
        "description": (
            f"Scores by country and year, with bounds, codings and evidence. Rules: "
            f"{about.codebook.rules}."
        ),
    }
    if about.date:
        description["created"] = f"{about.date}T00:00:00Z"
    if about.license_id:
        key = "path" if is_address(about.license_id) else "name"
        description["licenses"] = [{key: about.license_id}]
    description["contributors"] = [
        {"title": author, "role": "author", "roles": ["author"]} for author in about.authors
    ]
    description["sources"] = [{"title": about.source}]
    description["policyindex"] = {
        "source": about.label,
        "citation": about.citation,
        "rules": about.codebook.rules,
        "version": __version__,
    }
    description["resources"] = resources
    return _json(description)


def _resource(name: str, content: bytes, table: Table | None, codebook: Codebook) -> dict[str, Any]:
    ending = Path(name).suffix
    resource: dict[str, Any] = {
        # Names are unique in a package: scores, scores-dta, ...
        "name": _slug(name.removesuffix(".csv")),
        "path": name,
        "format": ending[1:],
        "mediatype": MEDIA[ending],
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
    }
    if table is None:
        return resource
    resource |= {"title": table.title, "description": table.description}
    if ending == ".csv":
        fields = [_field(*column, table, codebook) for column in columns_of(table.content)]
        schema: dict[str, Any] = {
            "fields": fields,
            "primaryKey": list(table.key),
            "missingValues": [""],
        }
        if table.refers:
            reference = {"resource": "scores", "fields": ["country", "year"]}
            schema["foreignKeys"] = [{"fields": ["country", "year"], "reference": reference}]
        resource |= {
            "profile": "tabular-data-resource",
            "type": "table",
            "encoding": "utf-8",
            "schema": schema,
        }
    return resource


def _field(name: str, kind: Kind, table: Table, codebook: Codebook) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": TYPES.get(kind, "string")}
    title, scale = _meaning(name, codebook)
    if title:
        field["description"] = title
    constraints: dict[str, Any] = {"required": True} if name in table.key else {}
    if scale is not None:
        constraints |= {"minimum": _plain(scale[0]), "maximum": _plain(scale[1])}
    if constraints:
        field["constraints"] = constraints
    return field


def _plain(number: Any) -> int | float:
    """Return a number as JSON has it: an integer if it is whole."""
    return int(number) if number == int(number) else float(number)


def _meaning(name: str, codebook: Codebook) -> tuple[str, tuple[Any, Any] | None]:
    """Return the description of a column, and the scale of its numbers, if it has one."""
    for indicator in codebook.indicators:
        if indicator.name == name:
            levels = (f"{level} {words}" for level, words in enumerate(indicator.levels))
            return f"{indicator.title}: {', '.join(levels)}", codebook.scales[name]
    scales = codebook.score_scales
    if name in scales:
        low, high = scales[name]
        names = [each.name for each in codebook.dimensions]
        what = f"overall score, of {joined(names)}" if name == "overall" else f"score of {name}"
        return f"{what}, {low} (worst) to {high} (best)", scales[name]
    whole, _, end = name.rpartition("_")
    if whole in scales and end in ENDS:
        return f"{ENDS[end]} score of {whole} that the missing codings allow", scales[whole]
    return PLAIN_FIELDS.get(name, ""), None


def citation_file(about: About) -> bytes:
    """Return how to cite a release, as a Citation File Format file."""
    lines = [
        "cff-version: 1.2.0",
        f"message: {_text('Please cite the release by its number, and the works it builds on.')}",
        "type: dataset",
        f"title: {_text(about.title)}",
        f"version: {_text(about.name)}",
    ]
    if about.date:
        lines.append(f"date-released: {about.date}")
    if about.license_id:
        key = "license-url" if is_address(about.license_id) else "license"
        lines.append(f"{key}: {_text(about.license_id)}")
    lines += ["authors:", *_people(about.authors, 2)]
    if about.citation:
        lines += [
            "references:",
            "  - type: generic",
            f"    title: {_text(about.citation)}",
            f"    notes: {_text('The works that the index and its rules come from.')}",
            "    authors:",
            f"      - name: {_text('See the title')}",
        ]
    else:
        lines.append("references:")
    lines += [
        "  - type: software",
        "    title: policyindex",
        f"    version: {_text(__version__)}",
        "    authors:",
        "      - name: The policyindex authors",
    ]
    return ("\n".join(lines) + "\n").encode()


def _people(authors: Sequence[str], indent: int) -> list[str]:
    """Return authors as lines: persons as Family, Given, and bodies by their names."""
    lines = []
    for author in authors:
        family, comma, first = (part.strip() for part in author.partition(","))
        if comma and family and first:
            lines += [f"{' ' * indent}- family-names: {_text(family)}"]
            lines += [f"{' ' * indent}  given-names: {_text(first)}"]
        else:
            lines += [f"{' ' * indent}- name: {_text(author)}"]
    return lines


def _text(text: str) -> str:
    """Return a text in quotation marks, as YAML reads it.

    That is as JSON has it, except for characters that JSON writes in two halves.
    """
    plain = (
        f"\\U{ord(each):08X}" if each > "\uffff" else json.dumps(each)[1:-1]
        for each in " ".join(text.split())
    )
    return f'"{"".join(plain)}"'


def _slug(text: str) -> str:
    """Return a name for programs: lower-case letters, digits, dots and hyphens."""
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in text.lower())
    return "-".join(filter(None, plain.split("-"))) or "release"


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
