"""Changes since events of different years, beside the changes of controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .resampling import blocks, resampled

Float64 = NDArray[np.float64]


class Estimates(NamedTuple):
    """Mean differences, one for each event time."""

    means: Float64
    n: NDArray[np.int64]
    """Treated rows used."""
    controls: NDArray[np.int64]
    """Rows that are a control of any cohort at this time."""
    used: NDArray[np.bool_]
    """Treated rows by event time: whether the row is part of the mean."""


class _Cells(NamedTuple):
    """One event time: rows by cohorts."""

    treated: Float64
    controls: Float64
    change: Float64


def staggered(
    scores: Float64, events: Float64, times: Sequence[int], base: int, *, never: bool, whole: bool
) -> Estimates:
    """Return the mean change of treated rows less that of their controls, by event time.

    Parameters
    ----------
    scores : array, rows by years
        NaN where a row has no score.
    events : array, one per row
        Column of the event, also beyond the columns of the scores; infinite for never.
    times : sequence of int
        Event times k. The change of cohort g is from column g + base to column g + k.
    base : int
        Event time from which changes are measured.
    never : bool
        Whether controls never have the event. Otherwise their event comes after g + k and
        after g + base, or never.
    whole : bool
        Whether treated rows need a score at all event times.
    """
    cohorts, rows = _cohorts(events), whole_rows(scores, events, times, whole=whole)
    n = len(times)
    means, counts, control_counts = np.full(n, np.nan), np.zeros(n, int), np.zeros(n, int)
    used = np.zeros((len(scores), n), dtype=bool)
    for place, time in enumerate(times):
        cells = _cells(scores, events, cohorts, rows, time, base, never=never)
        each = np.ones((1, len(scores)))
        means[place] = _differences(each, cells)[0]
        answered = cells.treated * (cells.controls.sum(axis=0) > 0)
        used[:, place] = answered.any(axis=1)
        counts[place] = used[:, place].sum()
        compared = cells.controls * (cells.treated.sum(axis=0) > 0)
        control_counts[place] = compared.any(axis=1).sum()
    return Estimates(means, counts, control_counts, used)


def staggered_draws(
    scores: Float64,
    events: Float64,
    times: Sequence[int],
    base: int,
    *,
    never: bool,
    whole: bool,
    draws: int,
    rng: np.random.Generator,
) -> Float64:
    """Return the same means of resampled rows, a row per draw; NaN where a draw lacks rows."""
    cohorts, rows = _cohorts(events), whole_rows(scores, events, times, whole=whole)
    answer: Float64 = np.full((draws, len(times)), np.nan)
    if not len(scores):
        return answer
    first = 0
    for size in blocks(draws, len(scores)):
        counts = resampled(len(scores), size, rng)
        for place, time in enumerate(times):
            cells = _cells(scores, events, cohorts, rows, time, base, never=never)
            answer[first : first + size, place] = _differences(counts, cells)
        first += size
    return answer


def whole_rows(
    scores: Float64, events: Float64, times: Sequence[int], *, whole: bool
) -> NDArray[np.bool_]:
    """Mark the treated rows that may be used: all, or those scored at every event time."""
    treated = np.isfinite(events)
    if whole:
        for time in times:
            treated = treated & ~np.isnan(_at(scores, events + time))
    return treated


def _cohorts(events: Float64) -> Float64:
    return np.unique(events[np.isfinite(events)])


def _cells(
    scores: Float64,
    events: Float64,
    cohorts: Float64,
    rows: NDArray[np.bool_],
    time: int,
    base: int,
    *,
    never: bool,
) -> _Cells:
    # A row per score, a column per cohort: the change between the two years of the cohort.
    change = _columns(scores, cohorts + time) - _columns(scores, cohorts + base)
    scored = ~np.isnan(change)
    own = events[:, None] == cohorts
    later = np.inf if never else np.nextafter(cohorts + max(time, base), np.inf)
    controls = (events[:, None] >= later) & ~own & scored
    treated = own & rows[:, None] & scored
    return _Cells(
        treated.astype(np.float64), controls.astype(np.float64), np.where(scored, change, 0)
    )


def _differences(counts: Float64, cells: _Cells) -> Float64:
    """Return the mean over treated rows of each draw, less the means of their controls."""
    n, n_controls = counts @ cells.treated, counts @ cells.controls
    n = np.where(n_controls > 0, n, 0)  # a cohort without controls has no difference
    sums = counts @ (cells.treated * cells.change)
    of_controls = counts @ (cells.controls * cells.change) / np.maximum(n_controls, 1)
    total = n.sum(axis=1)
    above = np.where(n > 0, sums - n * of_controls, 0).sum(axis=1)
    return np.where(total > 0, above / np.maximum(total, 1), np.nan)


def _columns(scores: Float64, places: Float64) -> Float64:
    """Return columns of the scores; NaN for those beyond them."""
    inside = (places >= 0) & (places < scores.shape[1])
    answer: Float64 = np.full((len(scores), len(places)), np.nan)
    answer[:, inside] = scores[:, places[inside].astype(np.intp)]
    return answer


def _at(scores: Float64, places: Float64) -> Float64:
    """Return one score of each row; NaN beyond its columns."""
    inside = np.isfinite(places) & (places >= 0) & (places < scores.shape[1])
    answer: Float64 = np.full(len(scores), np.nan)
    answer[inside] = scores[inside, places[inside].astype(np.intp)]
    return answer
