"""What a report is made from: scores, where they come from, and the years it compares."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import NamedTuple

import pandas as pd

from .. import countries
from ..codebooks.model import Codebook, check_codebook
from ..panel.check import PanelError, check_panel
from ..panel.dimensions import indicators
from ..panel.labels import label_of
from ..panel.selection import some
from ..reading.files import Reading
from ..reading.findings import table_of
from ..scoring.scores import overall, score, score_bounds

PART = 0.25
"""Of the countries scored in the fullest year; a year with fewer is compared with no other."""


class Material(NamedTuple):
    """Scores, and what has to be said about them."""

    scores: pd.DataFrame
    """The dimensions of the codebook and ``overall``, index (country, year)."""
    codings: pd.DataFrame | None
    """The codings that were scored, if it is not the scores that were given."""
    bounds: pd.DataFrame | None
    """The lowest and highest score that the missing codings allow."""
    codebook: Codebook
    source: str
    notes: pd.DataFrame
    """What was repaired or set aside when a file was read."""
    sha256: str
    hashed: str
    """What the hash is of: the file, or the panel as CSV."""
    start: int
    """First year that enough countries have a score in."""
    end: int
    """Last such year: the one of the ranking."""

    @property
    def synthetic(self) -> bool:
        """Whether the label of the data says that they are invented."""
        return "SYNTHETIC" in self.source

    @property
    def dimensions(self) -> list[str]:
        """The names of the dimensions."""
        return [each.name for each in self.codebook.dimensions]

    @property
    def names(self) -> dict[str, str]:
        """Each country's name by its label, sorted by name."""
        units = [str(unit) for unit in self.scores.index.unique("country")]
        return dict(sorted(((unit, countries.name(unit)) for unit in units), key=_by_name))


def gathered(source: Reading | pd.DataFrame, codebook: Codebook) -> Material:
    """Return the material for a report on a reading or a panel, or say what is wrong with it.

    Raises
    ------
    PanelError
        When a panel breaks its contract, is empty, or holds neither the codebook's indicators
        nor its dimensions.
    """
    if isinstance(source, Reading):
        panel, codebook, label = source.panel, source.codebook, source.source
        notes, sha256 = source.notes, source.sha256
    else:
        panel = check_panel(source)
        label, sha256 = label_of(panel.attrs), ""
        notes = table_of([])
    some(panel, "a report")
    names = [each.name for each in check_codebook(codebook).dimensions]
    if set(codebook.scales) <= set(panel.columns):
        codings = indicators(panel, codebook)
        scores, bounds = score(codings, codebook=codebook), score_bounds(codings, codebook=codebook)
    elif set(names) <= set(panel.columns):
        scales = {name: codebook.score_scales[name] for name in names}
        codings, bounds, scores = None, None, check_panel(panel, scales=scales)
        scores = scores.assign(overall=overall(scores))
    else:
        raise PanelError(
            f"a report needs the indicators of the codebook {codebook.name}, or its dimensions "
            f"{', '.join(names)}; the panel has {', '.join(map(str, panel.columns))}; pass the "
            f"codebook that it was made with"
        )
    start, end = _span(scores["overall"])
    return Material(
        scores,
        codings,
        bounds,
        codebook,
        label,
        notes,
        sha256 or hashlib.sha256(panel.to_csv(lineterminator="\n").encode()).hexdigest(),
        "the file" if sha256 else "the panel as CSV",
        start,
        end,
    )


def _span(scores: pd.Series) -> tuple[int, int]:
    counts = scores.groupby(level="year").count()
    enough = counts.index[counts >= max(PART * counts.max(), 1)]
    years = enough if len(enough) else counts.index
    return int(years.min()), int(years.max())


def _by_name(pair: tuple[str, str]) -> tuple[str, str]:
    unit, name = pair
    return unicodedata.normalize("NFKD", name).casefold(), unit
