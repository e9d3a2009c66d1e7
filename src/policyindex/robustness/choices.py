"""How far ranks depend on the choices made in aggregating: every combination, no sample."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import joined, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.selection import in_year, thin_label
from ..ranking import _ranks
from ..scoring.scores import METHODS, aggregate, ratios
from ..typing import Weights

MISSING = ("omit", "available")


class Sensitivity(NamedTuple):
    """Ranks under every combination of choices, and the effect of each choice on them."""

    varied: dict[str, tuple[str, ...]]
    """Choice to its options, the first of each being the published index."""
    runs: pd.DataFrame
    """Index run from 0, the published index; ``method``, ``weights``, ``missing``; ``n``
    country-years ranked by this run and by run 0; ``shift``, the mean over these of the absolute
    difference of the two ranks. Run 0 shifts nothing."""
    ranks: pd.DataFrame
    """Index (country, year), a column per run: average ranks, e.g. 1 2.5 2.5 4; missing where the
    run gives no score."""
    effects: pd.DataFrame
    """Index choice; number of ``options``, and the ``main`` and ``total`` effect: shares from 0
    to 1 of the variance of ``shift`` over all runs, run 0 included, among these options. Missing
    where ``shift`` does not vary."""

    def __str__(self) -> str:
        choices = "; ".join(f"{name}: {', '.join(each)}" for name, each in self.varied.items())
        sentence = f"Every combination of {choices} ({len(self.runs)} runs)."
        shifts = self.runs["shift"]
        if shifts.isna().all():
            return sentence
        most = self.runs.iloc[int(np.nanargmax(shifts))]
        sentence += (
            f" Run 0 is the published index, with shift 0. In the other runs average ranks shift "
            f"by {shifts.iloc[1:].mean():.1f} on average, and by {most['shift']:.1f} in the run "
            f"that shifts them most ({most['method']}, {most['weights']}, {most['missing']})."
        )
        main = self.effects["main"]
        if main.isna().all():
            return sentence
        shares = joined(f"{100 * share:.0f} % ({name})" for name, share in main.items())
        return (
            f"{sentence} Among these options, the share of the variance of the shift over all "
            f"runs that each choice accounts for by itself is {shares}; other options give other "
            f"shares."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), effects=self.effects, runs=self.runs)


def sensitivity(
    panel: pd.DataFrame,
    year: int | None = None,
    *,
    codebook: Codebook = THREE_P,
    weight_sets: Mapping[str, Weights] | None = None,
) -> Sensitivity:
    """Rank the countries under every combination of aggregation, weights and missing rule.

    Run 0 is the index: the unweighted sum, or as the codebook weighs it, scored where no dimension
    is missing. A
    missing dimension never counts as 0. Rank 1 is best, within each year, and equal scores have
    the mean of the ranks that they take up.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    year : int, optional
        A year of the panel; by default all years count the same, country-year by country-year.
    codebook : Codebook
        The dimensions. The geometric mean is not varied where a scale of theirs starts at 0.
    weight_sets : mapping of str to mapping of str to float, optional
        Further sets of weights by name, each as :func:`policyindex.overall` takes them, besides
        those of the codebook, equal weights and, with two or more dimensions, those that leave one
        dimension out.

    Returns
    -------
    Sensitivity
        ``varied``, ``runs``, ``ranks`` and ``effects``; ``str`` states the choices, the shift and
        the shares.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If the panel has no such year, or a set of weights does not fit the dimensions or has the
        name of another.

    Notes
    -----
    The choices are the method of :func:`policyindex.overall`; the weights; and the rule for
    missing dimensions: ``omit`` the country-year, or score the ``available`` dimensions, their
    weights brought to the same sum. The factorial is finite and run in full, so the effects are
    exact: with Y the shift of a run and equal runs, the main effect of a choice X is
    Var(E[Y | X]) / Var(Y), its share by itself; the total effect E[Var(Y | the others)] / Var(Y)
    adds its interactions. Run 0, whose shift is 0, is one of the runs.

    ASSUMPTION: the options are the ones listed, and all count the same. The shares are among
    these options and depend on the list: further sets of weights that resemble equal ones lower
    the share of the weights, although no rank changes.

    Ranks are average ranks, since methods differ in their ties: the minimum ties many countries,
    and competition ranks would move all of these towards the better end.

    References
    ----------
    Saisana, Saltelli and Tarantola (2005), doi:10.1111/j.1467-985X.2005.00350.x.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import THREE_P, Codebook
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 3, 1], "protection": [1, 3, 1]}, index=index)
    >>> two = Codebook("2P", THREE_P.dimensions[:2])
    >>> sensitivity(panel, 2009, codebook=two).effects.round(2)
             options  main  total
    choice
    method         3  0.17   0.50
    weights        3  0.50   0.83
    missing        2  0.00   0.00
    """
    dims = dimensions(panel, codebook)
    scores = dims if year is None else in_year(dims, year)
    sets = _weight_sets(codebook, {} if weight_sets is None else weight_sets)
    # a product with a level of 0 is 0, however good the other dimensions are
    positive = all(each.lowest > 0 for each in codebook.dimensions)
    methods = tuple(each for each in METHODS if positive or each != "geometric")
    varied = {"method": methods, "weights": tuple(sets), "missing": MISSING}
    combinations = list(product(*varied.values()))
    ranks = pd.DataFrame(
        {
            run: _ranks(
                aggregate(scores, codebook, sets[name], method, available=missing == "available"),
                "average",
            )
            for run, (method, name, missing) in enumerate(combinations)
        },
        index=scores.index,
    ).rename_axis(columns="run")
    shifts = ranks.sub(ranks[0], axis=0).abs()
    runs = pd.DataFrame(combinations, columns=list(varied)).rename_axis("run")
    runs = runs.assign(n=shifts.count(), shift=shifts.mean())
    shape = tuple(map(len, varied.values()))
    main, total = _effects(runs["shift"].to_numpy().reshape(shape))
    effects = pd.DataFrame(
        {"options": shape, "main": main, "total": total}, index=pd.Index(varied, name="choice")
    )
    thinness = {} if year is None else thin_label(dims, [year])
    for table in (runs, ranks, effects):
        carry(table, dims, **thinness)
    return Sensitivity(varied, runs, ranks, effects)


def _weight_sets(codebook: Codebook, further: Mapping[str, Weights]) -> dict[str, list[int]]:
    if not isinstance(further, Mapping):
        raise ValueError(f"weight_sets must map names to sets of weights; got {quoted(further)}")
    names = [each.name for each in codebook.dimensions]
    sets = {"codebook": ratios(codebook, None)} if codebook.weights else {}
    sets["equal"] = [1] * len(names)
    if len(names) > 1:
        sets |= {f"without {name}": [int(each != name) for each in names] for name in names}
    repeated = [name for name in further if name in sets]
    if repeated:
        raise ValueError(
            f"weight_sets must have names of their own; {quoted(repeated[0])} is in use"
        )
    return sets | {name: ratios(codebook, each) for name, each in further.items()}


def _effects(shifts: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Return the main and the total effect of each axis on the variance over all cells."""
    variance = shifts.var()
    if not variance > 0:
        missing = [np.nan] * shifts.ndim
        return missing, missing
    axes = range(shifts.ndim)
    others = [tuple(other for other in axes if other != axis) for axis in axes]
    main = [float(shifts.mean(other).var() / variance) for other in others]
    total = [float(shifts.var(axis).mean() / variance) for axis in axes]
    return main, total
