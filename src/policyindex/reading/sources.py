"""Published files that are recognised by their bytes, and whom to cite for each."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Source(NamedTuple):
    """The label of a published file, its size in bytes, and its citation."""

    label: str
    size: int
    citation: str


PUBLISHED_SHA256 = "62c4c4bcb3ee84de08345afdb924086c515462cfc065e9e571ee69fd757b5f59"

PUBLISHED = Source(
    "Published 3P scores, S.-Y. Cho (2015)",
    315_491,
    "Cho, Dreher and Neumayer (2014), Determinants of Anti-Trafficking Policies: Evidence from a "
    "New Index, Scandinavian Journal of Economics 116(2), 429-454, doi:10.1111/sjoe.12055; and "
    "Cho (2015), Evaluating Policies Against Human Trafficking Worldwide: An Overview and Review "
    "of the 3P Index, Journal of Human Trafficking",
)

BY_SHA256 = {PUBLISHED_SHA256: PUBLISHED}
"""SHA-256 of a file to its source."""


def source_of(content: bytes) -> Source | None:
    """Return the source of a published file."""
    if all(len(content) != each.size for each in BY_SHA256.values()):  # to hash it takes longer
        return None
    return BY_SHA256.get(hashlib.sha256(content).hexdigest())
