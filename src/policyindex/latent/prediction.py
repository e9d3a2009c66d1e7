"""Levels that a model predicts, and a public check of how well it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import generator, one_of, whole
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.labels import carry
from ..typing import Seed
from .lattices import blocks
from .models import (
    MODELS,
    Fit,
    Posterior,
    Solution,
    check_fit,
    lattice_of,
    level_probabilities,
    posterior,
    solve,
)
from .responses import item_table, responses

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

LEAST = 0.001
"""A predicted probability counts as this much at least, where the log of it is taken."""

COLUMNS = ["log_loss", "exact", "within_one", "confidence", "n"]


def predict(fitted: Fit) -> pd.DataFrame:
    """Compute the probability of each level where the level of an item is missing.

    Parameters
    ----------
    fitted : Fit
        The answer of :func:`fit`.

    Returns
    -------
    DataFrame, index (country, year, item), columns level
        Probabilities, given all levels of the country (of the row alone in a static model), for
        every row of the panel and every item that is missing in it. A level that is not on the
        scale of an item, or occurs nowhere, has probability 0.

    Raises
    ------
    ValueError
        If `fitted` is not a fit.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> scores = score(datasets.load_demo())
    >>> scores.loc[("NGA", 2009), ["protection", "overall"]] = None
    >>> predicted = latent.predict(latent.fit(scores, model="dynamic"))
    >>> predicted.loc[("NGA", 2009, "protection")].sum().round(9).item()
    1.0
    """
    check_fit(fitted)
    table = fitted.panel
    levels = range(int(table.min().min()), int(table.max().max()) + 1)
    missing = table.isna().to_numpy()
    parts, labels = [], []
    state = posterior(fitted, every=True)
    for item, masses in enumerate(_predictions(state)):
        rows = table.index[missing[:, item]]
        columns = [int(level) for level in state.responses.levels[item]]
        part = pd.DataFrame(masses[missing[:, item]], columns=columns)
        parts.append(part.reindex(columns=levels, fill_value=0.0))
        labels += [(*row, str(table.columns[item])) for row in rows]
    index = pd.MultiIndex.from_tuples(labels, names=["country", "year", "item"])
    answer = pd.concat(parts, ignore_index=True).set_axis(index).rename_axis(columns="level")
    return carry(answer.sort_index(), fitted.scores)


def held_out(
    panel: pd.DataFrame,
    *,
    model: str = "dynamic",
    codebook: Codebook = THREE_P,
    folds: int = 10,
    nodes: int | Sequence[int] | None = None,
    rng: Seed = None,
    progress: Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Check a model by hiding each level once and predicting it from all others.

    The levels are dealt into disjoint parts. The model is fitted to the panel without one part,
    and predicts that part; then the next.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    model : {"dynamic", "static", "correlated"}
        Which model to check, as for :func:`fit`.
    codebook : Codebook
        The dimensions and their scales.
    folds : int
        Number of parts, two or more.
    nodes : int or sequence of int, optional
        As for :func:`fit`.
    rng : int or Generator, optional
        Source of the dealing; without it the parts are the same each time.
    progress : callable, optional
        Called after each part with its number, from 1, and the number of parts.

    Returns
    -------
    DataFrame, index method
        A row for the model, for the static model beside another, for the level of the nearest
        year of the same country, and for the shares of the levels. ``log_loss``, the mean of
        minus the log of the probability of the true level, lower being better; ``exact`` and
        ``within_one``, shares of cases in which the likeliest level is the true one, or at most
        one off; ``confidence``, the mean probability of the likeliest level, which is near
        ``exact`` for a method that knows its errors; and ``n`` levels.

    Raises
    ------
    PanelError, ValueError
        As for :func:`fit`; also if `folds` is not 2 or more, or exceeds the number of levels.

    Notes
    -----
    Each search begins at the estimate of the part before. Unless `nodes` are set, the grid of a
    correlated model has about twice the step of that of :func:`fit`.

    The nearest year predicts by the shares of levels among visible pairs of nearest years. A
    probability below 0.001 counts as 0.001.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> check = latent.held_out(score(datasets.load_demo()), folds=2)
    >>> list(check.index)
    ['dynamic', 'static', 'nearest year', 'marginal']
    """
    one_of("model", model, MODELS)
    whole("folds", folds, least=2)
    table = item_table(panel, codebook=codebook)
    cells = np.argwhere(table.notna().to_numpy())
    if folds > len(cells):
        raise PanelError(f"folds must not exceed the number of levels, {len(cells)}; got {folds}")
    part = generator(rng).permutation(np.arange(len(cells)) % folds)
    methods = list(dict.fromkeys([model, "static"]))
    cases: dict[str, list[tuple[Float64, Ints]]] = {
        name: [] for name in [*methods, "nearest year", "marginal"]
    }
    solutions: dict[str, Solution] = {}
    for fold in range(folds):
        hidden = cells[part == fold]
        visible = table.copy()
        values = visible.to_numpy(copy=True)
        truth = values[hidden[:, 0], hidden[:, 1]].astype(np.int64)
        values[hidden[:, 0], hidden[:, 1]] = np.nan
        visible.loc[:, :] = values
        scale = np.arange(int(table.min().min()), int(table.max().max()) + 1)
        for name in methods:
            data, own_nodes = responses(visible), nodes if name == model else None
            solutions[name] = solve(
                visible, data, name, own_nodes, start=solutions.get(name), rough=nodes is None
            )
            every, items = responses(visible, every=True), solutions[name].estimate.items
            state = Posterior(every, items, lattice_of(name, solutions[name]))
            cases[name].append((_of_cells(state, hidden, scale), truth))
        cases["nearest year"].append((_by_nearest_year(visible, hidden, scale), truth))
        cases["marginal"].append((_marginal(visible, scale)[hidden[:, 1]], truth))
        if progress is not None:
            progress(fold + 1, folds)
    rows = {name: _quality(parts, scale) for name, parts in cases.items()}
    answer = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("method")
    return carry(answer.astype({"n": np.int64}), panel)


def _predictions(state: Posterior) -> list[Float64]:
    """Return, for each item, the probability of its levels that occur in every row."""
    tables = level_probabilities(state)
    ends = np.cumsum([len(each) for each in tables])
    answer = np.empty((len(state.responses.rows), ends[-1]))
    levels = np.vstack(tables).T
    for block in blocks(*state):
        answer[block.rows] = block.posterior @ levels
    return np.split(answer, ends[:-1], axis=1)


def _of_cells(state: Posterior, cells: Ints, scale: Ints) -> Float64:
    """Return the probability of each level of the scale in cells (row, item)."""
    answer = np.zeros((len(cells), len(scale)))
    levels = state.responses.levels
    for item, masses in enumerate(_predictions(state)):
        own = np.flatnonzero(cells[:, 1] == item)
        answer[np.ix_(own, levels[item] - scale[0])] = masses[cells[own, 0]]
    return answer


def _marginal(visible: pd.DataFrame, scale: Ints) -> Float64:
    """Return the share of each level, shape (items, levels)."""
    values = visible.to_numpy()
    counts = (values[:, :, None] == scale).sum(0)
    shares: Float64 = counts / counts.sum(1, keepdims=True)
    return shares


def _by_nearest_year(visible: pd.DataFrame, cells: Ints, scale: Ints) -> Float64:
    """Return the probability of each level, given that of the nearest year of the country."""
    shares = _marginal(visible, scale)
    answer = shares[cells[:, 1]]
    units, _ = pd.factorize(visible.index.get_level_values("country"))
    years = visible.index.get_level_values("year").to_numpy()
    for item, column in enumerate(visible.to_numpy().T):
        coded = np.flatnonzero(~np.isnan(column))
        pairs = np.array([_nearest(place, coded, units, years) for place in coded.tolist()])
        linked = pairs >= 0
        counts = np.zeros((len(scale), len(scale))) + shares[item]
        levels = np.where(np.isnan(column), scale[0], column).astype(np.int64) - scale[0]
        np.add.at(counts, (levels[pairs[linked]], levels[coded[linked]]), 1)
        counts /= counts.sum(1, keepdims=True)
        for case in np.flatnonzero(cells[:, 1] == item):
            near = _nearest(cells[case, 0], coded, units, years)
            if near >= 0:
                answer[case] = counts[levels[near]]
    return answer


def _nearest(place: int, coded: Ints, units: Ints, years: Ints) -> int:
    """Return the row of the nearest other year of the same country that is coded, or -1."""
    begin, end = np.searchsorted(units[coded], [units[place], units[place] + 1])
    own = coded[begin:end]
    own = own[own != place]
    return int(own[np.abs(years[own] - years[place]).argmin()]) if len(own) else -1


def _quality(parts: list[tuple[Float64, Ints]], scale: Ints) -> list[float]:
    masses = np.vstack([each for each, _ in parts])
    truth = np.concatenate([each for _, each in parts]) - scale[0]
    likeliest = masses.argmax(1)
    of_truth = np.maximum(masses[np.arange(len(truth)), truth], LEAST)
    return [
        float(-np.log(of_truth).mean()),
        float((likeliest == truth).mean()),
        float((np.abs(likeliest - truth) <= 1).mean()),
        float(masses.max(1).mean()),
        len(truth),
    ]
