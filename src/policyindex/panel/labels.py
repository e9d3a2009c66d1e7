"""Provenance: where data come from, carried from table to table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def label_of(attrs: Mapping[Any, Any]) -> str:
    """Return the label that data carry as their attribute."""
    return str(attrs.get("source") or "not stated")


def sources(*data: object) -> dict[str, str]:
    """Return the attribute of what was computed from several data: the labels of all, each once."""
    attributes = [getattr(each, "attrs", {}) for each in data]
    told = [str(each["source"]) for each in attributes if "source" in each]
    return {"source": "; ".join(dict.fromkeys(told))} if told else {}
