"""Fit a latent model, and the scores that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import graded_response, latent_grids
from .._kernels.latent_grids import Grid, Margin
from .._options import Argument, OptionError, one_of
from .._wording import quoted
from ..codebooks.model import Codebook, Dimension
from ..codebooks.rules import Additive
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..scoring import overall, score
from ..typing import Years
from . import estimation
from .estimation import TOLERANCE, Estimate
from .lattices import Lattice, blocks, lingering_lattice, static_lattice, steepest_first
from .responses import Responses, item_table, node_counts, responses

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

MODELS = ("static", "dynamic", "correlated")

NODES = 61
"""Points of a grid of one axis, unless an item is steep."""

ALONE = 121
"""The same for a single item, which is often steep."""

MOST_NODES = 241
"""Points of a grid of one axis, at most."""

CERTAIN = 20.0
"""The largest discrimination that counts in a correlated model."""

ALIKE = 0.995
"""The correlation from which two positions are hardly two."""

MOST_STATES = 2**17
"""Points of a product grid, unless the user asks for more."""

LIMITS = {"dynamic": 5.0, "correlated": 4.5}
"""Where the grid of a model ends, in standard deviations of the latent position."""

FINE = (161, 8.0)
"""Points and end of the grid on which positions without a past are summed up."""

MOST_LATENTS = 3

COLUMNS = ["mean", "sd", "low", "high", "expected"]

RANGE = (0.025, 0.975)

MOST_JUMPS = 10

GENEROUS = 10
"""How many times the tolerance of the search a slope at the maximum may be."""

RESOLVED = 2.0
"""Largest discrimination, times a step of the grid: a sum over the grid then misses an integral
over a logistic curve by a share of exp(-2 pi^2 / 2), 5e-5, or less."""

STEEP = 16.0
"""The same product, from which on a fit is refused."""

LEAST_STEPS = 1.0
"""By how many steps of the grid a position must be free to move in a year."""

FREE, ROUGHLY_FREE = 0.7, 0.95
"""A step of a product grid, and of a rough one, as a share of the standard deviation of what a
position moves in a year."""

NOT_THE_INDEX = "A latent score is not the index."

SMOOTHED = "It smooths real jumps; the largest are listed."

ASSUMPTIONS = {
    "static": "graded response: each item depends on one latent position, which is normal and "
    "independent from row to row",
    "dynamic": "graded response: each item depends on one latent position, which follows a "
    "stationary normal AR(1) process in each country",
    "correlated": "graded response: each dimension depends on a latent position of its own; the "
    "positions are correlated and follow stationary normal AR(1) processes of one persistence",
}


class Fit(NamedTuple):
    """A latent model fitted to a panel."""

    model: str
    """static, dynamic or correlated."""
    loglik: float
    """The log likelihood at its maximum."""
    items: pd.DataFrame
    """Index item; ``discrimination`` and its ``discrimination_se``; ``threshold_k``, the latent
    position at which level k or a higher one has probability one half, and its
    ``threshold_k_se``. Standard errors are clustered by country; missing with one country."""
    persistence: float
    """Correlation of a latent position with itself a year later; NaN for a static model."""
    persistence_se: float
    """Its standard error, clustered by country; missing with one country."""
    correlations: pd.DataFrame
    """Correlations of the latent positions, one for each dimension; a 1 for one position."""
    gradient: float
    """The steepest slope of the log likelihood at the maximum."""
    iterations: int
    """Iterations of the search."""
    scores: pd.DataFrame
    """Index (country, year); ``mean`` and ``sd`` of the latent position, ``low`` and ``high``,
    its 95 % range, and ``expected``, the overall score that another coder would be expected to
    find, on the scale of the index. Missing for a row without a level."""
    by_dimension: pd.DataFrame
    """Index (country, year, dimension), with the same columns, for each position of a correlated
    model; no rows for other models."""
    jumps: pd.DataFrame
    """Index (country, year); the largest differences between the ``change`` of the overall
    score since the year before and the ``change_expected`` by the model; no rows for a static
    model."""
    panel: pd.DataFrame
    """Index (country, year); the levels of the items."""
    codebook: Codebook
    """Whose items they are."""
    nodes: tuple[int, ...]
    """Points of the grid; of a correlated model, for each dimension."""

    def __str__(self) -> str:
        scored = self.scores["mean"].dropna().index
        rows, units = len(scored), len(scored.unique("country"))
        lingering = "" if np.isnan(self.persistence) else f", persistence {self.persistence:.3f}"
        warning = NOT_THE_INDEX if self.model == "static" else f"{NOT_THE_INDEX} {SMOOTHED}"
        return (
            f"A {self.model} graded response model of {rows:,} country-years of {units:,} "
            f"{'country' if units == 1 else 'countries'}: log likelihood {self.loglik:,.3f}"
            f"{lingering}. {warning}"
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), items=self.items, scores=self.scores, jumps=self.jumps)


class Solution(NamedTuple):
    """The estimate of a model, and what it rests on."""

    estimate: Estimate
    alone: list[Estimate]
    """Estimates that the items are of: of a correlated model, one for each item."""
    grids: list[Grid]
    """Of each latent position."""


class Posterior(NamedTuple):
    """What a fit says of the states, in arrays."""

    responses: Responses
    items: tuple[Float64, ...]
    lattice: Lattice


def fit(
    panel: pd.DataFrame,
    *,
    model: str = "static",
    codebook: Codebook = THREE_P,
    items: str = "dimensions",
    silence: str = "missing",
    years: Years | None = None,
    nodes: int | Sequence[int] | None = None,
    progress: Callable[[int, float], object] | None = None,
) -> Fit:
    """Compute latent scores: fit a graded response model by marginal maximum likelihood.

    Each level is an ordinal judgement with error about a position that nobody observes. Every row
    with a level counts, thin years included; a level that is missing is averaged out.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, or codings with a column per indicator.
    model : {"static", "dynamic", "correlated"}
        One latent position for each country-year, independent of all others; one for each
        country that lingers from year to year; or one for each of two or three dimensions,
        correlated, that linger.
    codebook : Codebook
        The items and their scales.
    items : {"dimensions", "indicators"}
        Which columns of the codebook are the items. A correlated model is for dimensions.
    silence : {"missing", "level"}
        Whether a missing coding of an indicator, in a row with others, is missing, or a level of
        its own below the worst.
    years : (int, int), optional
        First and last year.
    nodes : int or sequence of int, optional
        Points of the quadrature, for each dimension of a correlated model; without it as many as
        the steepest item needs, 61 or more.
    progress : callable, optional
        Called after each iteration with its number and the log likelihood.

    Returns
    -------
    Fit
        ``scores`` by country and year, the parameters behind them, and how the search ended.

    Raises
    ------
    PanelError
        If the panel breaks its contract or lacks an item; if an item has fewer than two levels
        that occur; if a lingering position has no country with levels in two years; or if the
        search does not converge.
    ValueError
        If an option is not one of its values, `silence` is set for dimensions, or a correlated
        model has indicators as items, other than two or three dimensions, or the dimensions have
        scores that are not whole.

    Notes
    -----
    *Assumption.* P(level >= k | z) = logistic(a (z - b_k)), with discrimination a and thresholds
    b of the item; given the positions, items are independent. Latent positions are standard
    normal. In the static model country-years are independent, which they are not: its estimates
    hold, its likelihood must not be used for tests, and standard errors are by country. A dynamic
    or correlated position follows z(t+1) = rho z(t) + e in every year from the first to the last.

    *Method.* No sampling: Gauss-Hermite quadrature for the static model; a forward and a backward
    pass over an even grid from -5 to 5 for the dynamic one; for the correlated one the product of
    grids from -4.5 to 4.5, with the items as a dynamic model of each dimension alone has them. Its
    score is the mean of the positions, divided by its standard deviation.

    The error of an even grid of step h is a share of about exp(-2 pi^2 / (a h)), so the step
    follows the discrimination: a h <= 2. On the published scores that changes no mean
    by .001. A correlated model counts a discrimination above 20 as 20, when logistic error is a
    tenth of a standard deviation; its grid has at most 131,072 points unless `nodes` asks for more.

    A threshold below all levels that occur is minus infinity; one above them is infinity.

    References
    ----------
    Samejima (1969), doi:10.1007/BF03372160, on graded responses.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> fitted = fit(score(datasets.load_demo()))
    >>> list(fitted.scores)
    ['mean', 'sd', 'low', 'high', 'expected']
    >>> bool((fitted.items["discrimination"] > 0).all())
    True
    """
    one_of("model", model, MODELS)
    if progress is not None and not callable(progress):
        raise ValueError(f"progress must be callable or None; got {quoted(progress)}")
    if model == "correlated" and items != "dimensions":
        raise ValueError('a correlated model is for items="dimensions"')
    table = item_table(panel, codebook=codebook, items=items, silence=silence, years=years)
    return _fit(table, model=model, codebook=codebook, items=items, nodes=nodes, progress=progress)


def _fit(
    table: pd.DataFrame,
    *,
    model: str,
    codebook: Codebook,
    items: str = "dimensions",
    nodes: int | Sequence[int] | None = None,
    progress: Callable[[int, float], object] | None = None,
) -> Fit:
    data = responses(table)
    solution = solve(table, data, model, nodes, progress=progress)
    estimate, alone, grids = solution
    state = Posterior(data, estimate.items, lattice_of(model, solution))
    correlations = estimate.factor @ estimate.factor.T
    names = data.names if model == "correlated" else ["position"]
    scores, by_dimension = _summaries(state, table, codebook, items)
    return Fit(
        model=model,
        loglik=estimate.maximum.loglik,
        items=_item_frame(data, alone, codebook, items),
        persistence=estimate.persistence,
        persistence_se=_persistence_se(model, estimate),
        correlations=pd.DataFrame(correlations, index=names, columns=names),
        gradient=estimate.maximum.gradient,
        iterations=estimate.maximum.iterations,
        scores=carry(scores, table, assumption=_assumption(model)),
        by_dimension=carry(by_dimension, table, assumption=_assumption(model)),
        jumps=_jumps(_overall(table, codebook, items), scores["expected"], model),
        panel=table,
        codebook=codebook,
        nodes=tuple(len(grid.points) for grid in grids),
    )


def solve(
    table: pd.DataFrame,
    data: Responses,
    model: str,
    nodes: int | Sequence[int] | None,
    *,
    start: Solution | None = None,
    rough: bool = False,
    progress: Callable[[int, float], object] | None = None,
) -> Solution:
    """Fit a model, or refuse what did not converge.

    `start` is the solution of a similar panel; with `rough` a product grid has about twice the
    step.
    """
    if model != "static":
        _refuse_single_years(data)
    counts = None if nodes is None else node_counts(nodes, len(data.names), model)
    if model == "correlated":
        solution = _correlated(table, data, counts, start, rough, progress)
    else:
        begin = None if start is None else start.estimate
        estimate, grid = _single(data, model, counts[0] if counts else None, begin, progress)
        solution = Solution(estimate, [estimate], [grid])
    _refuse_unconverged(solution.estimate, solution.grids)
    if model != "correlated":  # there an item has a position of its own, and may be all of it
        _refuse_certain(solution.estimate, solution.grids[0])
    return solution


def lattice_of(model: str, solution: Solution) -> Lattice:
    """Return the states on which scores are summed up."""
    estimate, _, grids = solution
    if model == "static":
        return static_lattice(latent_grids.even(*FINE))
    axes = [grids[axis] for axis in _order(model, estimate.items)]
    return lingering_lattice(axes, estimate.persistence, estimate.factor)


def posterior(fitted: Fit, *, every: bool = False) -> Posterior:
    """Return the responses, the parameters of the items and the states of a fit.

    `every` includes rows without a level.
    """
    data = responses(fitted.panel, every=every)
    table = fitted.items
    own = []
    for name, levels in zip(data.names, data.levels, strict=True):
        columns = ["discrimination", *(f"threshold_{level}" for level in levels[1:])]
        row = table.loc[[name], columns].to_numpy(np.float64)[0]
        own.append(graded_response.parameters(float(row[0]), row[0] * row[1:]))
    if fitted.model == "static":
        lattice = static_lattice(latent_grids.even(*FINE))
    else:
        own = [_held(each) for each in own] if fitted.model == "correlated" else own
        order = _order(fitted.model, own)
        correlations = fitted.correlations.to_numpy()[np.ix_(order, order)]
        factor = np.linalg.cholesky(correlations)[np.argsort(order)]
        grids = [grid_of(fitted.model, fitted.nodes[axis]) for axis in order]
        lattice = lingering_lattice(grids, fitted.persistence, factor)
    return Posterior(data, tuple(own), lattice)


def check_fit(fitted: object) -> Fit:
    """Return a fit, or refuse anything else."""
    if not isinstance(fitted, Fit):
        raise ValueError(f"fitted must be the answer of latent.fit; got {quoted(fitted)}")
    return fitted


def grid_of(model: str, nodes: int) -> Grid:
    """Return the grid of one latent position."""
    if model == "static":
        return latent_grids.gauss_hermite(nodes)
    return latent_grids.even(nodes, LIMITS[model])


def summary_weights(lattice: Lattice) -> Float64:
    """Return the weights of the latent positions in their standardised mean."""
    return np.ones(lattice.latents) / np.linalg.norm(lattice.factor.sum(0))


def summary_of(lattice: Lattice) -> Float64:
    """Return the one latent position of each state; of several their standardised mean."""
    answer: Float64 = summary_weights(lattice) @ lattice.positions
    return answer


def level_probabilities(state: Posterior) -> list[Float64]:
    """Return the probability of each level of each item at each state."""
    return [
        np.exp(graded_response.log_probabilities(own, state.lattice.of_item(item)))
        for item, own in enumerate(state.items)
    ]


def _correlated(
    table: pd.DataFrame,
    data: Responses,
    nodes: tuple[int, ...] | None,
    start: Solution | None,
    rough: bool,
    progress: Callable[[int, float], object] | None,
) -> Solution:
    """Fit each item alone, and then the correlations of their positions."""
    if not 2 <= len(data.names) <= MOST_LATENTS:
        raise OptionError(
            f"a correlated model needs two or three dimensions; the codebook has "
            f"{len(data.names)}; use a dynamic one:",
            Argument("model", '"dynamic"'),
        )
    alone = []
    for place, name in enumerate(table):
        own = responses(table[[name]])
        _refuse_single_years(own)
        begin = None if start is None else start.alone[place]
        estimate, grid = _single(own, "dynamic", None, begin, None)
        _refuse_unconverged(estimate, [grid])
        alone.append(estimate)
    items = [_held(each.items[0]) for each in alone]
    grids = [grid_of("correlated", n) for n in nodes or _nodes_needed(alone, rough)]
    begin = None if start is None else start.estimate
    return Solution(estimation.correlated(data, items, grids, progress, begin), alone, grids)


def _held(own: Float64) -> Float64:
    """Return an item of the same thresholds, short of certainty."""
    share = min(CERTAIN / abs(float(own[0])), 1.0)
    return graded_response.parameters(own[0] * share, graded_response.intercepts(own) * share)


def _order(model: str, items: Sequence[Float64]) -> Ints:
    """Return the positions in the order of the axes."""
    return steepest_first(items) if model == "correlated" else np.zeros(1, np.int64)


def _single(
    data: Responses,
    model: str,
    nodes: int | None,
    start: Estimate | None,
    progress: Callable[[int, float], object] | None,
) -> tuple[Estimate, Grid]:
    """Fit one latent position on a grid that its steepest item needs, unless nodes are set.

    On a coarse grid an item may look far steeper than it is. A search on a finer grid then starts
    afresh.
    """
    search = estimation.static if model == "static" else estimation.dynamic
    grid = grid_of(model, nodes or (ALONE if len(data.names) == 1 else NODES))
    estimate = search(data, grid, progress, start)
    while nodes is None and _steepness(estimate, grid) > RESOLVED and not _slips(estimate, [grid]):
        finer = 2 * len(grid.points) - 1
        if finer > MOST_NODES:
            break
        near = estimate if _steepness(estimate, grid) <= STEEP else None
        grid = grid_of(model, finer)
        estimate = search(data, grid, progress, near)
    return estimate, grid


def _slips(estimate: Estimate, grids: list[Grid]) -> bool:
    """Return whether a position moves less in a year than a step of a grid."""
    step = max(float(np.diff(grid.points).max()) for grid in grids)
    return bool(np.sqrt(1 - estimate.persistence**2) < step * LEAST_STEPS)


def _steepness(estimate: Estimate, grid: Grid) -> float:
    """Return the largest discrimination, times a step of the grid."""
    steepest = max(abs(float(own[0])) for own in estimate.items)
    return steepest * float(np.diff(grid.points).min())


def _nodes_needed(alone: list[Estimate], rough: bool) -> tuple[int, ...]:
    """Return the points of an axis for each item, from the fits of each item alone."""
    resolved, share = (2 * RESOLVED, ROUGHLY_FREE) if rough else (RESOLVED, FREE)
    free = share * min(np.sqrt(1 - each.persistence**2) for each in alone)
    steps = [min(resolved / abs(_held(each.items[0])[0]), free) for each in alone]
    axes = np.array([2 * LIMITS["correlated"] / step for step in steps])
    excess = max(axes.prod() / MOST_STATES, 1) ** (1 / len(axes))
    return tuple(2 * int(np.ceil(axis / excess / 2)) + 1 for axis in axes.tolist())


def _refuse_single_years(data: Responses) -> None:
    if len(data.rows) == data.series:
        raise PanelError(
            "a lingering position needs a country with levels in two years; every country has "
            "levels in one year only; use a static model",
            Argument("model", '"static"'),
        )


def _refuse_unconverged(estimate: Estimate, grids: list[Grid]) -> None:
    """Refuse a search that stopped short, or a process that slips through the grid."""
    if not estimate.maximum.gradient <= TOLERANCE * GENEROUS:
        correlations = estimate.factor @ estimate.factor.T
        closest = float(np.abs(correlations - np.eye(len(correlations))).max())
        if closest > ALIKE:
            raise PanelError(
                f"the positions of a correlated model must differ; a correlation of two came to "
                f"{closest:.4f}, where the search cannot end; use a dynamic model:",
                Argument("model", '"dynamic"'),
            )
        raise PanelError(
            f"a latent model must converge; this search stopped at a slope of "
            f"{estimate.maximum.gradient:.3g} after {estimate.maximum.iterations} iterations; "
            f"are there enough country-years, and does each item depend on the others?"
        )
    if _slips(estimate, grids):
        most = max(len(grid.points) for grid in grids)
        raise PanelError(
            f"a position must move by a step of the grid in a year; at persistence "
            f"{estimate.persistence:.4f} it hardly moves; use a static model, or more nodes, e.g.",
            Argument("nodes", str(2 * most - 1)),
        )


def _refuse_certain(estimate: Estimate, grid: Grid) -> None:
    """Refuse an item that is nearly the position itself: it slips through the grid."""
    if _steepness(estimate, grid) > STEEP:
        steepest = max(abs(float(own[0])) for own in estimate.items)
        raise PanelError(
            f"an item must leave some doubt about the position; the discrimination of one is "
            f"{steepest:.3g}; does another item repeat it? Leave one of them out, or "
            f"take more country-years"
        )


def _assumption(model: str) -> str:
    smoothing = "" if model == "static" else f" {SMOOTHED}"
    return f"{ASSUMPTIONS[model]}. {NOT_THE_INDEX}{smoothing}"


def _summaries(
    state: Posterior, table: pd.DataFrame, codebook: Codebook, items: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the scores of all rows, overall and by dimension."""
    expected = expected_scores(state, codebook, items)
    several = state.lattice.latents > 1
    total = np.asarray(list(codebook.shares.values()), np.float64) @ np.array(expected)
    kinds = [(state.lattice.margin(summary_weights(state.lattice)), total)]
    if several:
        margins = [state.lattice.margin(each) for each in np.eye(state.lattice.latents)]
        kinds += list(zip(margins, expected, strict=True))
    tables = np.full((len(kinds), len(state.responses.rows), len(COLUMNS)), np.nan)
    for block in blocks(*state):
        for kind, (margin, level) in enumerate(kinds):
            tables[kind, block.rows] = _summary(block.posterior, margin, level)
    index = state.responses.rows
    frames = [pd.DataFrame(each, index=index, columns=COLUMNS) for each in tables]
    names = list(state.responses.names) if several else []
    by_dimension = pd.concat(
        frames[1:] or [frames[0].iloc[:0]], keys=names or ["none"], names=["dimension"]
    ).reorder_levels(["country", "year", "dimension"])
    return frames[0].reindex(table.index), by_dimension.sort_index()


def _summary(posterior: Float64, margin: Margin, expected: Float64) -> Float64:
    ends = margin.quantiles(posterior, RANGE)
    return np.column_stack([*margin.moments(posterior), ends, posterior @ expected])


def expected_scores(state: Posterior, codebook: Codebook, items: str) -> list[Float64]:
    """Return the expected score of each dimension at each state."""
    probabilities = level_probabilities(state)
    data = state.responses
    if items == "dimensions":
        pairs = zip(data.levels, probabilities, strict=True)
        return [levels @ masses for levels, masses in pairs]
    coded = {}
    for name, levels, masses in zip(data.names, data.levels, probabilities, strict=True):
        table = np.zeros((codebook.scales[name][1] + 1, masses.shape[1]))
        table[levels[levels >= 0]] = masses[levels >= 0]
        coded[name] = table / table.sum(0)  # silence is not an answer
    return [
        _expected_of(dimension, [coded[each.name] for each in dimension.indicators])
        for dimension in codebook.dimensions
    ]


def _expected_of(dimension: Dimension, probabilities: list[Float64]) -> Float64:
    """Return the expected score of a dimension whose indicators are independent.

    `probabilities` has, for each indicator, those of its levels at each state.
    """
    states = probabilities[0].shape[1]
    rule = dimension.additive
    if rule is None:
        expected = np.asarray(dimension.table, np.float64).reshape(*dimension.shape, 1)
        expected = np.broadcast_to(expected, (*dimension.shape, states))
        for masses in probabilities:
            expected = np.einsum("k...s,ks->...s", expected, masses)
        return expected
    if rule.thresholds is None:
        pairs = zip(rule.points, probabilities, strict=True)
        return np.sum([np.asarray(points, np.float64) @ masses for points, masses in pairs], axis=0)
    return rule.lowest + _thresholds_reached(rule, probabilities)


def _thresholds_reached(rule: Additive, probabilities: list[Float64]) -> Float64:
    """Return how many thresholds the sum of independent points is expected to reach."""
    unit = rule.denominator
    steps = [[int(point * unit) for point in by_level] for by_level in rule.points]
    sums = np.zeros((1 + sum(by_level[-1] for by_level in steps), probabilities[0].shape[1]))
    sums[0] = 1
    for by_level, masses in zip(steps, probabilities, strict=True):
        before, sums = sums, np.zeros_like(sums)
        for step, mass in zip(by_level, masses, strict=True):
            sums[step:] += mass * before[: len(before) - step]
    reached = [sums[int(limit * unit) :].sum(0) for limit in rule.thresholds or ()]
    return np.sum(reached, axis=0)


def _item_frame(
    data: Responses, alone: list[Estimate], codebook: Codebook, items: str
) -> pd.DataFrame:
    """Return the parameters of the items with their standard errors."""
    scales = codebook.scales if items == "indicators" else codebook.score_scales
    parameters = [own for each in alone for own in each.items]
    covariances = [
        each.maximum.covariance[part, part]
        for each in alone
        for part in graded_response.parts([len(own) for own in each.items])
    ]
    rows = {}
    for name, levels, own, covariance in zip(
        data.names, data.levels, parameters, covariances, strict=True
    ):
        lowest, highest = (int(end) for end in scales[name])
        lowest = min(lowest, int(levels[0]))
        rows[name] = _item_row(own, covariance, levels, range(lowest + 1, highest + 1))
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("item")


def _item_row(
    own: Float64, covariance: Float64, levels: Ints, thresholds: Iterable[int]
) -> dict[str, float]:
    """Return one item's row: the threshold of a level is that of the next one that occurs."""
    places = graded_response.intercepts(own) / own[0]
    slopes = np.zeros((len(own), len(own)))  # of the slope and the thresholds on the parameters
    slopes[0, 0] = 1
    slopes[1:, 0] = -places / own[0]
    slopes[1:, 1] = 1 / own[0]
    for step in range(2, len(own)):
        slopes[step:, step] = np.exp(own[step]) / own[0]
    errors = np.sqrt(np.diag(slopes @ covariance @ slopes.T))
    row = {"discrimination": own[0], "discrimination_se": errors[0]}
    for level in thresholds:
        place = int(np.searchsorted(levels, level))
        inside = 0 < place < len(levels)
        outside = -np.inf if place == 0 else np.inf
        row[f"threshold_{level}"] = places[place - 1] if inside else outside
        row[f"threshold_{level}_se"] = errors[place] if inside else np.nan
    return {name: float(value) for name, value in row.items()}


def _persistence_se(model: str, estimate: Estimate) -> float:
    if model == "static":
        return np.nan
    place = 0 if model == "correlated" else -1
    variance = estimate.maximum.covariance[place, place]
    return float((1 - estimate.persistence**2) * np.sqrt(variance))


def _overall(table: pd.DataFrame, codebook: Codebook, items: str) -> pd.Series:
    """Return the overall scores of the levels of items."""
    if items == "dimensions":
        return overall(table, codebook=codebook)
    return score(table.where(table >= 0), codebook=codebook)["overall"]


def _jumps(scores: pd.Series, expected: pd.Series, model: str) -> pd.DataFrame:
    """Return the changes from one year to the next that a model smooths most."""
    both = pd.DataFrame({"change": scores, "change_expected": expected})
    earlier = both.rename(index=lambda year: year + 1, level="year").reindex(both.index)
    steps = (both - earlier).dropna()
    if model == "static":
        return steps.iloc[:0]
    order = (
        (steps["change"] - steps["change_expected"])
        .abs()
        .sort_values(ascending=False, kind="stable")
    )
    return steps.loc[order.index[:MOST_JUMPS]]
