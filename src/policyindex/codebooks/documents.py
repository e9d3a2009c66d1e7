"""A codebook as a document of texts, numbers, lists and objects, and back.

The document is the content of a file of JSON, and what the sheets of a workbook say together.
Every check names the part of the codebook that is wrong, so that its author finds it in either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

from .._wording import absent, counted, listed, quoted
from . import rules
from .model import MOST_ADDED, MOST_COMBINATIONS, Codebook, Dimension, Indicator

Document: TypeAlias = dict[str, Any]

FORMAT = 1
"""The number of this form of the document."""

MOST_TABULATED = 200_000
"""The most combinations of levels of a rule that is written as a table."""

MOST_PARTS = 2_000
"""The most dimensions, indicators and entries of a changelog."""


def document_of(codebook: Codebook) -> Document:
    """Return the document of a codebook.

    Raises
    ------
    ValueError
        If a rule is a function of too many combinations of levels to be written as a table.
    """
    weights = {
        name: rules.plain(rules.exact(Fraction(weight)))
        for name, weight in dict(codebook.weights or ()).items()
    }
    return {
        "format": FORMAT,
        "name": codebook.name,
        "title": codebook.title,
        "version": codebook.version,
        "citation": codebook.citation,
        "changelog": [{"date": day, "text": text} for day, text in codebook.changelog],
        "aggregate": codebook.aggregate,
        **({"weights": weights} if weights else {}),
        "dimensions": [_dimension_document(each) for each in codebook.dimensions],
    }


def _dimension_document(dimension: Dimension) -> Document:
    rule = _rule_of(dimension)
    # Without words the scale starts at the least score of the rule, which may be above its own.
    lowest = rule.lowest if rule.sizes else dimension.lowest
    return {
        "name": dimension.name,
        "title": dimension.title,
        "lowest": int(lowest),
        "levels": list(dimension.levels),
        "rule": rule.to_dict(),
        "indicators": [_indicator_document(each) for each in dimension.indicators],
    }


def _indicator_document(indicator: Indicator) -> Document:
    document = {
        "name": indicator.name,
        "title": indicator.title,
        "levels": list(indicator.levels),
    }
    return document | ({"guidance": list(indicator.guidance)} if indicator.guidance else {})


def _rule_of(dimension: Dimension) -> rules.Rule:
    """Return the rule of a dimension; a plain function becomes its table."""
    if isinstance(dimension.rule, rules.Rule):
        return dimension.rule
    if len(dimension.table) > MOST_TABULATED:
        raise ValueError(
            f"a rule that is a function is written as a table of at most {MOST_TABULATED:,} "
            f"combinations of levels; that of {quoted(dimension.name)} has "
            f"{len(dimension.table):,}; write it as a Count, Sum, Gate or Minimum of "
            f"policyindex.codebooks"
        )
    return rules.Table(dimension.table)


def codebook_of(document: object) -> Codebook:
    """Return the codebook of a document, or refuse the first thing that is wrong in it."""
    book = _object(
        document,
        "a codebook",
        needed=("format", "name", "dimensions"),
        optional=("title", "version", "citation", "changelog", "aggregate", "weights"),
    )
    if book["format"] != FORMAT or isinstance(book["format"], bool):
        raise ValueError(
            f"format must be {FORMAT}, the only one so far; got {quoted(book['format'])}"
        )
    dimensions = [
        _dimension(each, where)
        for where, each in _numbered(book["dimensions"], "dimensions", "dimension")
    ]
    _refuse_size(dimensions)
    return Codebook(
        _text(book["name"], "the name of the codebook"),
        tuple(Dimension(**each) for each in dimensions),
        changelog=tuple(
            _entry(each, where)
            for where, each in _numbered(book.get("changelog", []), "changelog", "its entry")
        ),
        weights=_by_name(book.get("weights", {}), "weights"),
        **{
            key: _text(book[key], f"the {key} of the codebook")
            for key in ("title", "version", "citation", "aggregate")
            if key in book
        },
    )


def _entry(value: object, where: str) -> tuple[str, str]:
    entry = _object(value, where, needed=("date", "text"))
    return _text(entry["date"], f"the date of {where}"), _text(
        entry["text"], f"the text of {where}"
    )


def _dimension(value: object, where: str) -> dict[str, Any]:
    """Return the arguments of a dimension; it is made once the size of all rules is known."""
    part = _object(
        value,
        where,
        needed=("name", "rule", "indicators"),
        optional=("title", "lowest", "levels"),
    )
    name = _text(part["name"], f"the name of {where}")
    where = f"dimension {quoted(name)}"
    arguments: dict[str, Any] = {
        "name": name,
        "indicators": tuple(
            _indicator(each, where_of_each)
            for where_of_each, each in _numbered(
                part["indicators"], f"indicators of {where}", "indicator"
            )
        ),
    }
    with _within(f"the rule of {where}"):
        arguments["rule"] = rules.from_dict(part["rule"])
    if "title" in part:
        arguments["title"] = _text(part["title"], f"the title of {where}")
    if "lowest" in part:
        arguments["lowest"] = _integer(part["lowest"], f"lowest of {where}")
    if "levels" in part:
        arguments["levels"] = _texts(part["levels"], f"levels of {where}")
    return arguments


def _indicator(value: object, where: str) -> Indicator:
    part = _object(value, where, needed=("name",), optional=("title", "levels", "guidance"))
    name = _text(part["name"], f"the name of {where}")
    arguments: dict[str, Any] = {
        key: _texts(part[key], f"{key} of indicator {quoted(name)}")
        for key in ("levels", "guidance")
        if key in part
    }
    if "title" in part:
        arguments["title"] = _text(part["title"], f"the title of indicator {quoted(name)}")
    return Indicator(name, **arguments)


def _refuse_size(dimensions: Sequence[Mapping[str, Any]]) -> None:
    """Refuse rules that would take minutes to check: a short document can ask for a long table."""
    sizes = [
        (each["rule"].additive, prod(len(one.levels) + 1 for one in each["indicators"]))
        for each in dimensions
    ]
    combinations = sum(n for adds, n in sizes if adds is None or n <= MOST_ADDED)
    if combinations > MOST_COMBINATIONS:
        raise ValueError(
            f"the rules of a codebook must have at most {MOST_COMBINATIONS:,} combinations of "
            f"levels together; these have {combinations:,} (counts and sums of more than "
            f"{MOST_ADDED:,} do not matter)"
        )


@contextmanager
def _within(where: str) -> Iterator[None]:
    """Name the part that an error is about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{where} is wrong: {error}") from error


def _object(
    value: object, where: str, *, needed: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Return an object that has the needed keys and no others than the optional ones."""
    keys = (*needed, *optional)
    if not isinstance(value, Mapping):
        raise ValueError(f"{where} must have the keys {listed(keys)}; got {quoted(value)}")
    unknown = [key for key in value if key not in keys]
    lacking = [key for key in needed if key not in value]
    if unknown:
        close = get_close_matches(str(unknown[0])[:80], keys, 1)
        advice = f"; is {close[0]} meant?" if close else ""
        raise ValueError(
            f"{where} has the keys {listed(keys)} and no others; "
            f"{counted(len(unknown), 'is', 'are')} unknown: {listed(map(quoted, unknown))}{advice}"
        )
    if lacking:
        raise ValueError(f"{where} must have the keys {listed(needed)}; {absent(lacking)}")
    return value


def _numbered(value: object, what: str, each: str) -> Iterator[tuple[str, object]]:
    """Yield the parts of a list, each with words that name it."""
    if not isinstance(value, list) or len(value) > MOST_PARTS:
        size = f"a list of {len(value):,}" if isinstance(value, list) else quoted(value)
        raise ValueError(f"{what} must be a list of at most {MOST_PARTS:,} objects; got {size}")
    owner = what.partition(" of ")[2]
    for place, part in enumerate(value, start=1):
        yield f"{each} {place}{f' of {owner}' if owner else ''}", part


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{where} must be text; got {quoted(value)}")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{where} must be a list of texts; got {quoted(value)}")
    return tuple(value)


def _by_name(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object with names as its keys; got {quoted(value)}")
    return value


def _integer(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{where} must be an integer; got {quoted(value)}")
    return value
