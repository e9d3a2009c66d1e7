"""Calibrate the rules of the codebook ``HTI`` to the published scores; print their agreement.

``python data/calibrate_hti.py`` reads ``hti_2001_2011.csv`` and ``published_3p_2000_2013.dta``
from the folder that ``POLICYINDEX_REAL_DATA`` names, writes ``hti_rules.csv`` in its own folder and
prints the agreement as Markdown.

Each rule is the monotone table of least loss, by exact optimisation. Where a report is silent, the
fit reads the answer "No": the worst level everywhere except for the punishment of victims.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from policyindex import HTI, Dimension, read_codings, read_scores, score_bounds

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SCORES = np.arange(1, 6)

READ_AS_NO = {"victimpunish": 1}
"""The level of "No", if it is not the worst."""

ADDED = ("KOR", "SRB", "XKX")
"""Countries that a merge on the bare Correlates of War numbers of the two files loses."""


class Agreement(NamedTuple):
    """Hold the agreement of two scorings of the same country-years."""

    n: int
    exact: float
    within_one: float
    kappa: float
    """Cohen's kappa with quadratic weights."""


def agreement(predicted: Floats | Integers, published: Floats | Integers) -> Agreement:
    """Compare two scorings, arrays of one length."""
    off = np.abs(predicted - published)
    chance = predicted.var() + published.var() + (predicted.mean() - published.mean()) ** 2
    return Agreement(
        off.size,
        float((off == 0).mean()),
        float((off <= 1).mean()),
        float(1 - (off**2).mean() / chance),
    )


def monotone_table(cost: Floats, shape: tuple[int, ...]) -> Integers:
    """Return the monotone table of least cost that gives the worst combination a 1.

    Parameters
    ----------
    cost : ndarray, shape (cell, 5)
        Cost of giving each cell each score.
    shape : tuple of int
        Number of levels of each indicator.

    Returns
    -------
    ndarray, shape (cell,)

    Notes
    -----
    Let z[c, k] = 1 where cell c scores more than k. The cost is linear in z; a score needs
    z[c, k + 1] <= z[c, k], a monotone table z[c, k] <= z[d, k] for d better than c. Each
    constraint is a difference of two variables, so the matrix is totally unimodular and every
    vertex of the linear programme is integral: its optimum is exact.
    """
    gain = np.diff(cost, axis=1)
    variable = np.arange(gain.size).reshape(gain.shape)
    cells = np.arange(len(cost)).reshape(shape)
    smaller, larger = [variable[:, 1:].ravel()], [variable[:, :-1].ravel()]
    for axis, size in enumerate(shape):
        smaller.append(variable[cells.take(range(size - 1), axis).ravel()].ravel())
        larger.append(variable[cells.take(range(1, size), axis).ravel()].ravel())
    rows = np.arange(sum(each.size for each in smaller))
    differences = np.zeros((rows.size, gain.size))
    differences[rows, np.concatenate(smaller)] = 1
    differences[rows, np.concatenate(larger)] = -1
    upper = np.ones(gain.shape)
    upper[0] = 0  # nothing in place is no compliance, whatever the score of the few such reports
    solution = linprog(
        gain.ravel(),
        A_ub=differences,
        b_ub=np.zeros(rows.size),
        bounds=[(0.0, bound) for bound in upper.ravel().tolist()],
        method="highs-ds",
    )
    if solution.status != 0:
        raise RuntimeError(f"the linear programme failed: {solution.message}")
    above = np.asarray(solution.x).reshape(gain.shape)
    if np.abs(above - above.round()).max() > 1e-6:
        raise RuntimeError("the linear programme stopped off a vertex")
    return np.asarray(1 + above.round().sum(axis=1), dtype=np.int64)


def losses(cells: Integers, published: Integers, size: int) -> Floats:
    """Return the loss of giving each of ``size`` cells each score.

    A score k levels off costs k (k + 1) / 2, the mean of absolute and squared error: squared
    error alone favours the middle of the scale, absolute error alone is often off by two.
    """
    off = np.abs(SCORES[:, None] - SCORES)
    counts = np.zeros((size, SCORES.size))
    np.add.at(counts, (cells, published - 1), 1)
    return np.asarray(counts @ (off * (off + 1) / 2))


def ties(shape: tuple[int, ...]) -> Floats:
    """Return a cost below 1 in all, which settles ties and cells without a report.

    It favours the score nearest to an even ascent from the worst to the best combination. Losses
    are whole numbers, so that it never outweighs one.
    """
    steps = np.indices(shape).reshape(len(shape), -1).sum(axis=0)
    even = 1 + 4 * steps / steps.max()
    cost = (SCORES - even[:, None]) ** 2 + 0.01 * SCORES
    return np.asarray(0.9 * cost / cost.max(axis=1).sum())


def cells_of(codings: pd.DataFrame, dimension: Dimension) -> Integers:
    """Return the cell of each row in the dimension's table, silence read as "No"."""
    levels = [
        codings[each.name].fillna(READ_AS_NO.get(each.name, 0)).to_numpy(np.int64)
        for each in dimension.indicators
    ]
    return np.asarray(np.ravel_multi_index(tuple(levels), dimension.shape))


def fit(cells: Integers, published: Integers, dimension: Dimension) -> Integers:
    """Return the calibrated table of a dimension, flat."""
    cost = losses(cells, published, len(dimension.table)) + ties(dimension.shape)
    return monotone_table(cost, dimension.shape)


def pairs(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the codings and the published scores of the country-years that have both."""
    codings = read_codings(folder / "hti_2001_2011.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Haiti 2009, which is left out here anyway
        scores = read_scores(folder / "published_3p_2000_2013.dta")
    both = codings.index.intersection(scores.dropna().index)
    return codings.loc[both], scores.loc[both]


def rules(folder: Path) -> pd.DataFrame:
    """Return the calibrated tables: columns dimension, levels, score."""
    codings, scores = pairs(folder)
    tables = []
    for dimension in HTI.dimensions:
        published = scores[dimension.name].to_numpy(np.int64)
        levels = np.indices(dimension.shape).reshape(len(dimension.shape), -1).T
        tables.append(
            pd.DataFrame(
                {
                    "dimension": dimension.name,
                    "levels": [" ".join(map(str, each)) for each in levels.tolist()],
                    "score": fit(cells_of(codings, dimension), published, dimension),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def held_out(codings: pd.DataFrame, scores: pd.DataFrame, dimension: Dimension) -> Integers:
    """Return scores of each country by the table fitted to all other countries."""
    cells = cells_of(codings, dimension)
    published = scores[dimension.name].to_numpy(np.int64)
    country = codings.index.get_level_values("country")
    predicted = np.empty(len(cells), dtype=np.int64)
    for one in country.unique():
        out = np.asarray(country == one)
        predicted[out] = fit(cells[~out], published[~out], dimension)[cells[out]]
    return predicted


def figures(folder: Path) -> str:
    """Return the agreement with one country left out at a time, and the undecided scores."""
    codings, scores = pairs(folder)
    bounds = score_bounds(codings, codebook=HTI)
    common = ~codings.index.get_level_values("country").isin(ADDED)
    every = np.ones(len(codings), dtype=bool)
    lines = [
        "| dimension | country-years | n | exact | within one | quadratic kappa |",
        "|---|---|---|---|---|---|",
    ]
    for dimension in HTI.dimensions:
        name = dimension.name
        predicted = held_out(codings, scores, dimension)
        decided = (bounds[f"{name}_low"] == bounds[f"{name}_high"]).to_numpy()
        published = scores[name].to_numpy()
        for which, rows in (
            ("all", every),
            ("of the first guess", common),
            ("without a silence that matters", decided),
        ):
            result = agreement(predicted[rows], published[rows])
            lines.append(
                f"| {name} | {which} | {result.n:,} | {result.exact:.1%} | {result.within_one:.1%} "
                f"| {result.kappa:.3f} |"
            )
    lines += ["", "| score | left open by silence | published score within the bounds |"]
    lines += ["|---|---|---|"]
    whole = score_bounds(read_codings(folder / "hti_2001_2011.csv"), codebook=HTI)
    for name in HTI.score_scales:
        left = (whole[f"{name}_low"] < whole[f"{name}_high"]).mean()
        within = scores[name].between(bounds[f"{name}_low"], bounds[f"{name}_high"]).mean()
        lines.append(f"| {name} | {left:.1%} of {len(whole):,} | {within:.1%} of {len(bounds):,} |")
    return "\n".join(lines)


if __name__ == "__main__":
    real_data = Path(os.environ["POLICYINDEX_REAL_DATA"])
    target = Path(__file__).with_name("hti_rules.csv")
    rules(real_data).to_csv(target, index=False, lineterminator="\n")
    print(figures(real_data))
