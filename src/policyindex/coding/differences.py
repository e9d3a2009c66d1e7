"""Split every changed score between two releases, or two vintages, into its causes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import joined, quoted
from ..codebooks.model import Codebook, Indicator, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, PanelError, check_panel
from ..panel.dimensions import TOLERANCE, dimensions, indicators, is_coded
from ..panel.display import as_html, as_text
from ..panel.labels import carry, rules_words
from ..reading.files import Reading
from ..scoring.scores import _overall, _score
from .folders import Release, read_release

PARTS = ("coding", "rule", "undivided", "entered", "left")
"""The parts of a change, in points: they add up to it."""

SCORE_INDEX = [*INDEX, "dimension"]

Cells: TypeAlias = NDArray[np.float64]


class Differences(NamedTuple):
    """Which scores differ between two releases, why, and which codings differ.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["GBR", "ITA"], [2009]], names=["country", "year"])
    >>> old = pd.Series([12, 15], index)
    >>> diff(old, old + [1, 0]).share_revised
    0.5
    >>> diff(old, old.head(1)).share_left
    0.5
    """

    scores: pd.DataFrame
    """Index (country, year, dimension), a row for each score that differs, the overall ones
    included: ``old``, ``new`` and their ``difference``; its parts in points, ``coding``, ``rule``,
    ``undivided``, ``entered`` and ``left``; the ``cause`` in words, and the ``codings`` of the
    score that differ."""
    codings: pd.DataFrame
    """Index (country, year, indicator), a row for each coding that differs in a country-year of
    both: its level ``old`` and ``new``, missing where it is not coded, and both in words. Empty if
    one of the two has no codings."""
    counts: pd.DataFrame
    """Index dimension, with overall: the scores of the ``old`` and of the ``new``, those in both
    (``shared``), of these the ``equal`` and the ``revised``, the revised by cause, and those that
    ``entered`` and ``left``."""
    rules: tuple[str | None, str | None]
    """The rules that made the old and the new scores; None where they are not stated."""

    @property
    def share_revised(self) -> float:
        """Largest share of shared scores that are revised, overall or in a dimension; 0 to 1.

        Missing if the two share no score.
        """
        return _largest(self.counts["revised"], self.counts["shared"])

    @property
    def share_left(self) -> float:
        """Largest share of old scores that the new lacks, overall or in a dimension; 0 to 1.

        Missing if the old has no score.
        """
        return _largest(self.counts["left"], self.counts["old"])

    def __str__(self) -> str:
        row = self.counts.iloc[-1]
        what = str(self.counts.index[-1])
        score = "an overall score" if what == "overall" else f"a score of {what}"
        if not row["shared"]:
            first = f"No country-year has {score} in both."
        else:
            have = "country-year has" if row["shared"] == 1 else "country-years have"
            first = f"{row['shared']:,} {have} {score} in both: {_verdict(row)}."
        moved = f"{row['entered']:,} entered and {row['left']:,} left."
        return " ".join(
            [first, moved, *self._by_dimension(), rules_words(self.rules, ("old", "new"))]
        )

    def _by_dimension(self) -> list[str]:
        revised = self.counts["revised"].iloc[:-1]
        parts = [f"{n:,} of {name}" for name, n in revised.items() if n]
        return [f"Revised scores of dimensions: {joined(parts)}."] if parts else []

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), counts=self.counts, scores=self.scores)


def diff(
    old: Release | Reading | pd.DataFrame | pd.Series | str | os.PathLike[str],
    new: Release | Reading | pd.DataFrame | pd.Series | str | os.PathLike[str],
    *,
    codebook: Codebook = THREE_P,
    old_codebook: Codebook | None = None,
) -> Differences:
    """Compare two releases, and split each changed score into its causes, with nothing left over.

    Parameters
    ----------
    old, new : Release, Reading, DataFrame, Series or path
        The folder of a release, or a release that was read; a reading of :func:`policyindex.read`;
        or a panel with index (country, year) of codings (every indicator) or of published scores
        (dimensions, ``overall``, or both). A missing coding or score is NaN.
    codebook : Codebook
        The rules of `new`, and the scales of its scores; a release and a reading bring their own.
    old_codebook : Codebook, optional
        The rules of `old`; by default those of `new`.

    Returns
    -------
    Differences
        The scores and the codings that differ, and counts by dimension. ``str`` is a paragraph.

    Raises
    ------
    PanelError
        If a panel breaks its contract, holds neither codings nor scores of the codebook, or the
        two have no dimension in common; if a release is damaged.
    ValueError
        If a codebook is not a Codebook, or a reading holds other values.

    Notes
    -----
    With the old rules *f* and codings *x*, and the new rules *g* and codings *y*, the change of a
    score is ``g(y) - f(x) = [f(y) - f(x)] + [g(y) - f(y)]``: first the codings change, under the
    old rules (``coding``), then the rules, on the new codings (``rule``). Swap the two arguments
    for the other order. Indicators that only one of the codebooks has, or that have another number
    of levels in it, are a matter of the rules: in *f(y)* they keep their old codings.

    Points are ``undivided`` where *f(y)* is not decided by the codings, or where codings are not
    at hand, as for published scores; of scores by the same stated rules, every change is one of
    the codings. A score that is missing in the old has ``entered``, with all its points, one that
    is missing in the new has ``left``. So the total of the new scores, less that of the old, is
    the sum of the five parts. Differences below 1e-9 count as none.

    Examples
    --------
    >>> from policyindex import datasets
    >>> old = datasets.load_demo().loc[["NGA"]].tail(2)
    >>> new = old.copy()
    >>> new.loc[("NGA", 2009), "enforcement"] = 0
    >>> changes = diff(old, new)
    >>> changes.scores[["old", "new", "coding", "rule", "cause"]]
                               old   new  coding  rule   cause
    country year dimension
    NGA     2009 prosecution   4.0   3.0    -1.0   0.0  coding
                 overall      14.0  13.0    -1.0   0.0  coding
    >>> changes.counts.loc["overall", ["shared", "equal", "revised"]].to_list()
    [2, 1, 1]
    """
    check_codebook(codebook)
    first = _side(old, "old", codebook if old_codebook is None else check_codebook(old_codebook))
    return _diff(first, _side(new, "new", codebook))


class _Side(NamedTuple):
    """Hold one of the two: its scores, what made them, and the names of its scores."""

    scores: pd.DataFrame
    codings: pd.DataFrame | None
    codebook: Codebook

    @property
    def rules(self) -> str | None:
        """The rules of the scores, if they are stated."""
        return self.scores.attrs.get("rules") or None


def _side(data: Any, name: str, codebook: Codebook) -> _Side:
    if isinstance(data, str | os.PathLike):
        if not Path(data).is_dir():
            raise ValueError(
                f"{name} must be the folder of a release, or data; {os.fspath(data)} is not a "
                f"folder; read a file first, with read"
            )
        data = read_release(data)
    if isinstance(data, Release):
        return _coded(data.codings, data.codebook)
    if isinstance(data, Reading):
        if data.holds == "values":
            raise ValueError(f"{name} must hold codings or scores; {data.source} holds values")
        data, codebook = data.panel, data.codebook
    if isinstance(data, pd.Series):
        data = carry(data.to_frame("overall" if data.name is None else data.name), data)
    if not isinstance(data, pd.DataFrame):
        raise ValueError(
            f"{name} must be a release, its folder, a reading or a panel; got {quoted(data)}"
        )
    if is_coded(data, codebook):
        return _coded(indicators(data, codebook), codebook)
    return _Side(_published(data, codebook), None, codebook)


def _coded(codings: pd.DataFrame, codebook: Codebook) -> _Side:
    return _Side(_score(codings, codebook), codings, codebook)


def _published(panel: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the scores in a panel: its dimensions, and the overall score if it has all."""
    scales = {name: scale for name, scale in codebook.score_scales.items() if name in panel.columns}
    if not scales:
        check_panel(panel, scales=codebook.score_scales)  # refuses it, and names what it lacks
    if scales.keys() >= {each.name for each in codebook.dimensions}:
        scores = dimensions(panel, codebook)
        return scores.assign(overall=_overall(scores, codebook))
    return check_panel(panel, scales=scales)


def _diff(old: _Side, new: _Side) -> Differences:
    names = _names(old, new)
    rows: Any = old.scores.index.union(new.scores.index)
    between = _between(old, new)
    tables = (old.scores, new.scores if between is None else between, new.scores)
    cells = [table.reindex(index=rows, columns=names).to_numpy() for table in tables]
    parts = _parts_of(*cells, has_cause=between is not None)
    codings = _changed_codings(old, new)
    scores = _changed_scores(rows, names, parts)
    scores["codings"] = _words_of_codings(scores.index, codings, (old.codebook, new.codebook))
    counts = _counts(names, parts)
    for table in (scores, codings, counts):
        carry(table, old.scores, new.scores)
    return Differences(scores, codings, counts, (old.rules, new.rules))


def _between(old: _Side, new: _Side) -> pd.DataFrame | None:
    """Return the scores of the new codings under the old rules, if they can be computed."""
    if old.rules is not None and old.rules == new.rules and "; " not in old.rules:
        return new.scores
    if old.codings is None or new.codings is None:
        return None
    rows = old.codings.index.intersection(new.codings.index)
    shared = [each.name for each in _shared(old.codebook, new.codebook)]
    mixed = old.codings.loc[rows].copy()
    mixed[shared] = new.codings.loc[rows, shared]
    return _score(mixed, old.codebook)


def _shared(one: Codebook, other: Codebook) -> list[Indicator]:
    """Return the indicators that two codebooks share, with as many levels in both."""
    return [each for each in one.indicators if other.scales.get(each.name) == one.scales[each.name]]


def _names(old: _Side, new: _Side) -> list[str]:
    """Return the dimensions to compare, and overall; published scores may lack some."""
    names = [*dict.fromkeys([*new.codebook.score_scales, *old.codebook.score_scales])]
    names = [name for name in names if name != "overall"] + ["overall"]
    for side in (old, new):
        if side.codings is None:
            names = [name for name in names if name in side.scores.columns]
    if not names:
        columns = [joined(map(str, side.scores.columns)) for side in (old, new)]
        raise PanelError(
            f"the two must have a score in common, overall or of a dimension; the old has "
            f"{columns[0]}, the new {columns[1]}"
        )
    return names


class _Parts(NamedTuple):
    """Hold arrays of countries and years by dimensions: scores, and the parts of their changes."""

    old: Cells
    new: Cells
    difference: Cells
    coding: Cells
    rule: Cells
    undivided: Cells
    entered: Cells
    left: Cells
    cause: NDArray[np.int8]
    """A place in the causes."""


# In this order a coding and a rule that both changed add up.
CAUSES = ("", "coding", "rule", "coding and rule", "not stated", "entered", "left")
"""Causes of a change; the first is none."""


def _parts_of(old: Cells, between: Cells, new: Cells, *, has_cause: bool) -> _Parts:
    """Split the change of each score; `between` are those of the new codings by the old rules.

    Without a cause, `between` counts for nothing.
    """
    shared = ~np.isnan(old) & ~np.isnan(new)
    divided = shared & ~np.isnan(between) & has_cause
    difference = _points(new - old)
    coding = np.where(divided, _points(between - old), 0)
    rule = np.where(divided, _points(new - between), 0)
    undivided = np.where(shared & ~divided, difference, 0)
    has_entered, has_left = np.isnan(old) & ~np.isnan(new), np.isnan(new) & ~np.isnan(old)
    cause = np.select(
        [has_entered, has_left, ~(shared & (difference != 0)), undivided != 0],
        [5, 6, 0, 3 if has_cause else 4],
        (coding != 0) + 2 * (rule != 0),
    )
    entered, left = np.where(has_entered, new, 0), np.where(has_left, 0 - old, 0)
    return _Parts(
        old, new, difference, coding, rule, undivided, entered, left, cause.astype(np.int8)
    )


def _points(difference: Cells) -> Cells:
    """Return differences; those of rounding are none."""
    return np.where(np.abs(difference) < TOLERANCE, 0.0, difference)


def _changed_scores(rows: pd.MultiIndex, names: Sequence[str], parts: _Parts) -> pd.DataFrame:
    row, column = np.nonzero(parts.cause)
    table = pd.DataFrame(
        {name: getattr(parts, name)[row, column] for name in _Parts._fields},
        index=_index_of(rows, row, names, column, SCORE_INDEX),
    )
    return table.assign(cause=[CAUSES[place] for place in table["cause"]])


def _index_of(
    rows: pd.MultiIndex,
    row: NDArray[np.intp],
    names: Sequence[str],
    column: NDArray[np.intp],
    levels: list[str],
) -> pd.MultiIndex:
    """Return the labels of cells: country, year and the name of the column."""
    units = [rows.get_level_values(level)[row] for level in INDEX]
    return pd.MultiIndex.from_arrays([*units, pd.Index(names)[column]], names=levels)


def _counts(names: Sequence[str], parts: _Parts) -> pd.DataFrame:
    has_old, has_new = ~np.isnan(parts.old), ~np.isnan(parts.new)
    shared = has_old & has_new
    revised = shared & (parts.cause != 0)
    by_cause = {
        cause.replace(" ", "_"): parts.cause == place for place, cause in enumerate(CAUSES) if place
    }
    cells = {"old": has_old, "new": has_new, "shared": shared, "equal": shared & ~revised}
    cells |= {"revised": revised, **by_cause}
    counts = {name: mask.sum(axis=0) for name, mask in cells.items()}
    return pd.DataFrame(counts, index=pd.Index(names, name="dimension"), dtype=np.int64)


def _changed_codings(old: _Side, new: _Side) -> pd.DataFrame:
    """Return the codings that differ in country-years of both."""
    rows: Any = old.scores.index.intersection(new.scores.index).sort_values()
    indicators = {each.name: each for each in _shared(new.codebook, old.codebook)}
    names = list(indicators)
    if old.codings is None or new.codings is None:
        rows, names = rows[:0], []
    levels = [
        np.empty((0, 0)) if side.codings is None or not names
        else side.codings.loc[rows, names].to_numpy()
        for side in (old, new)
    ]  # fmt: skip
    row, column = np.nonzero(
        (levels[0] != levels[1]) & ~(np.isnan(levels[0]) & np.isnan(levels[1]))
    )
    before, after = (each[row, column] for each in levels)
    words = {each.name: _level_words(each) for each in old.codebook.indicators}
    new_words = {name: _level_words(each) for name, each in indicators.items()}
    cells = [names[place] for place in column]
    return pd.DataFrame(
        {
            "old": before,
            "new": after,
            "old_words": _in_words(cells, before, words),
            "new_words": _in_words(cells, after, new_words),
        },
        index=_index_of(rows, row, names, column, [*INDEX, "indicator"]),
    )


def _in_words(
    names: Sequence[str], levels: Cells, words: Mapping[str, Mapping[float, str]]
) -> NDArray[np.object_]:
    texts = [
        words[name].get(level, "not coded")
        for name, level in zip(names, levels.tolist(), strict=True)
    ]
    return np.array(texts, dtype=object)


def _level_words(indicator: Indicator) -> dict[float, str]:
    return {float(level): words for level, words in enumerate(indicator.levels)}


def _words_of_codings(
    index: pd.Index, codings: pd.DataFrame, codebooks: Sequence[Codebook]
) -> list[str]:
    """Return the codings that differ, in words, for each changed score."""
    own = {
        dimension.name: {each.name for each in dimension.indicators}
        for codebook in codebooks
        for dimension in codebook.dimensions
    }
    by_row: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for (country, year, name), row in zip(codings.index, codings.itertuples(), strict=True):
        words = f"{name}: {row.old_words} to {row.new_words}"
        by_row.setdefault((country, year), []).append((name, words))
    return [
        "; ".join(
            words
            for name, words in by_row.get((country, year), [])
            if dimension == "overall" or name in own[dimension]
        )
        for country, year, dimension in index
    ]


def _largest(part: pd.Series, whole: pd.Series) -> float:
    some = whole > 0
    return float((part[some] / whole[some]).max()) if some.any() else np.nan


REASONS = {
    "coding": "codings changed",
    "rule": "the rules changed",
    "coding_and_rule": "both changed",
}
"""The causes that are stated, in words."""


def _verdict(row: pd.Series) -> str:
    """Return how many scores of both are equal, how many are revised, and why."""
    revised = int(row["revised"])
    if not revised:
        return "all are equal"
    parts = [f"{row[cause]:,} since {words}" for cause, words in REASONS.items() if row[cause]]
    because = f": {joined(parts)}" if parts else "; the causes are not stated"
    return (
        f"{row['equal']:,} {_are(row['equal'])} equal and {revised:,} {_are(revised)} revised "
        f"({100 * revised / row['shared']:.1f} %){because}"
    )


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
