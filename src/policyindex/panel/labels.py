"""Provenance: where data come from, under which rules, carried from table to table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

JOINED = ("source", "citation", "rules")


class _Labelled(Protocol):
    attrs: dict[Any, Any]


T = TypeVar("T", bound=_Labelled)


def carry(answer: T, *data: object, **more: object) -> T:
    """Return an answer with the provenance of the data that it was computed from.

    All attributes of the first of the data are kept. The sources, citations and rules of several
    are joined, each once, and their spans follow one another.

    Parameters
    ----------
    answer : DataFrame or Series
        Its attributes are changed.
    *data : DataFrame, Series or other
        The data; what has no attributes adds nothing.
    **more
        Further attributes of the answer.
    """
    attributes: list[Mapping[Any, Any]] = [getattr(each, "attrs", {}) for each in data]
    if attributes:
        answer.attrs.update(attributes[0])
    for key in JOINED:
        values = [str(each[key]) for each in attributes if each.get(key)]
        if values:
            answer.attrs[key] = joined_labels(values)
    spans = [span for each in attributes for span in each.get("spans", ())]
    if spans:
        answer.attrs["spans"] = [span for i, span in enumerate(spans) if span not in spans[:i]]
    answer.attrs.update(more)
    return answer


def joined_labels(labels: Iterable[str]) -> str:
    """Join labels, each once, in the order in which they come first."""
    return "; ".join(dict.fromkeys(labels))


def label_of(attrs: Mapping[Any, Any]) -> str:
    """Return the source that attributes name."""
    return str(attrs.get("source") or "not stated")


def rules_words(rules: tuple[str | None, str | None], names: tuple[str, str]) -> str:
    """Return a sentence about the rules that made the scores of two sources, by their names."""
    first, second = rules
    if not first and not second:
        return "Neither states its rules."
    if first == second:
        return f"Both were scored by the rules {first}."
    words = [f"by the rules {each}" if each else "by rules not stated" for each in rules]
    return f"The {names[0]} was scored {words[0]}, the {names[1]} {words[1]}."
