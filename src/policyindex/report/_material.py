"""The material of a report: scores, their provenance, and the years that it compares."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from .. import countries
from .._wording import listed
from ..codebooks.model import Codebook, check_codebook
from ..panel.check import PanelError
from ..panel.dimensions import dimensions, indicators, is_coded, refuse_other_sums
from ..panel.evidence import of_panel
from ..panel.labels import joined_labels, label_of
from ..panel.selection import full_span, some, thin_years
from ..reading.files import Reading
from ..scoring.scores import _overall, _score, _score_bounds
from ..typing import Years


class Material(NamedTuple):
    """The data of a report, and their provenance."""

    scores: pd.DataFrame
    """The dimensions of the codebook and ``overall``, index (country, year)."""
    codings: pd.DataFrame | None
    """The codings that were scored, unless the data are scores."""
    bounds: pd.DataFrame | None
    """The lowest and highest score that the missing codings allow."""
    codebook: Codebook
    names: dict[str, str]
    """Each country's name by its label, sorted by name."""
    source: str
    citation: str
    rules: str
    spans: list[Mapping[str, Any]]
    """The years and countries of each source, where there are several."""
    findings: list[Any]
    """A row for each repair or loss in reading a file."""
    sha256: str
    hashed: str
    """The data that the hash is of: the file, or the panel as CSV."""
    start: int
    """First year that is not thin."""
    end: int
    """Last such year: the one of the ranking."""
    axis: Years
    """First and last year of charts and tables over time."""
    thin: dict[int, int]
    """Years with too few overall scores for a comparison, and how many they have."""
    evidence: pd.DataFrame | None = None
    """The evidence that decides the codings, where there is any."""

    @property
    def synthetic(self) -> bool:
        """Return whether the source says that the data are invented."""
        return "SYNTHETIC" in self.source

    @property
    def dimensions(self) -> list[str]:
        """Return the names of the dimensions."""
        return [each.name for each in self.codebook.dimensions]


class Break(NamedTuple):
    """A year in which the data of another source begin."""

    year: int
    source: str


def material_of(
    source: Reading | pd.DataFrame, codebook: Codebook, evidence: pd.DataFrame | None = None
) -> Material:
    """Return the material for a report on a reading or a panel, and the evidence of its codings.

    Raises
    ------
    PanelError
        If a panel breaks its contract, is empty, has no value, or has neither the indicators nor
        the dimensions of the codebook; or evidence breaks its contract, or none of it is of the
        codings.
    """
    if isinstance(source, Reading):
        panel, codebook, label = source.panel, source.codebook, source.source
        findings, sha256 = list(source.findings.itertuples(index=False)), source.sha256
    else:
        panel, findings, sha256 = source, [], ""
        label = label_of(getattr(source, "attrs", {}))
    codings, bounds = None, None
    refuse_other_sums(check_codebook(codebook), "reports")
    refuse_wordless(codebook)
    if is_coded(panel, check_codebook(codebook)):
        data = codings = _some_value(indicators(some(panel, "a report"), codebook))
        scores, bounds = _score(codings, codebook), _score_bounds(codings, codebook)
    else:
        data = dimensions(panel, codebook)
        _some_value(some(data, "a report"))
        scores = data.assign(overall=_overall(data, codebook))
    total = scores["overall"]
    start, end = full_span(total) or _years(total)
    units = [str(unit) for unit in scores.index.unique("country")]
    return Material(
        scores,
        codings,
        bounds,
        codebook,
        dict(sorted(((unit, countries.name(unit)) for unit in units), key=_by_name)),
        label,
        str(data.attrs.get("citation") or ""),
        str(scores.attrs.get("rules") or ""),
        list(data.attrs.get("spans") or ()),
        findings,
        sha256 or hashlib.sha256(data.to_csv(lineterminator="\n").encode()).hexdigest(),
        "the file" if sha256 else "the panel as CSV",
        start,
        end,
        _axis(scores),
        thin_years(total),
        None if evidence is None else _evidence_of(evidence, codings, codebook),
    )


def _evidence_of(
    evidence: pd.DataFrame, codings: pd.DataFrame | None, codebook: Codebook
) -> pd.DataFrame:
    if codings is None:
        raise PanelError(
            "evidence must be about codings; the data are scores; pass the codings that were scored"
        )
    return of_panel(evidence, codings, codebook)


def _some_value(data: pd.DataFrame) -> pd.DataFrame:
    """Return checked data, or refuse them where every cell is missing."""
    if not data.notna().to_numpy().any():
        unit, year = data.index[0]
        raise PanelError(
            f"a report needs a score or a coding; all {data.size:,} cells of "
            f"{listed(data.columns, most=4)} are missing, the first that of "
            f"{countries.name(str(unit))} in {year}; check which columns the file was read from"
        )
    return data


def refuse_wordless(codebook: Codebook) -> None:
    """Refuse a codebook whose scores have no words, which a report prints."""
    wordless = [each.name for each in codebook.dimensions if not each.levels]
    if wordless:
        raise ValueError(
            f"reports need a codebook whose scores have words; {len(wordless)} of "
            f"{len(codebook.dimensions)} dimensions of {codebook.name} lack them, the first "
            f"{wordless[0]}; give it levels"
        )


def breaks(spans: list[Mapping[str, Any]], unit: str | None = None) -> list[Break]:
    """Return the years in which another source begins: for one country, or for any."""
    mine = [span for span in spans if unit is None or unit in span["countries"]]
    seams: list[Break] = []
    before: set[str] = set()
    for year in sorted({year for span in mine for year in (span["first"], span["last"] + 1)}):
        sources = {span["source"] for span in mine if span["first"] <= year <= span["last"]}
        if before and not sources <= before:
            seams.append(Break(int(year), joined_labels(sorted(sources - before))))
        before = sources or before
    return seams


def _axis(scores: pd.DataFrame) -> Years:
    """Return the first and the last year that is not thin in some dimension."""
    spans = [full_span(scores[name], within_spans=True) for name in scores.columns]
    years = [year for span in spans if span is not None for year in span]
    return (min(years), max(years)) if years else _years(scores)


def _years(scores: pd.Series | pd.DataFrame) -> Years:
    years = scores.index.get_level_values("year")
    return int(years.min()), int(years.max())


def _by_name(pair: tuple[str, str]) -> tuple[str, str]:
    unit, name = pair
    return unicodedata.normalize("NFKD", name).casefold(), unit
