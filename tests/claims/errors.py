"""Coverage of ranges of ranks, calibration of changes, and estimates from few codings.

The published levels stand for the truth, or a chain like theirs draws it; coders of accuracy .9
code it independently of each other.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from claims.record import Claim, mean_and_margin
from policyindex import THREE_P, overall, ranks, read_scores, testing
from policyindex._kernels import hidden_chain
from policyindex._kernels.coder_errors import joint_counts, root
from policyindex.robustness import coding_error, estimate_error
from policyindex.robustness.errors import _changes_of, _summary
from policyindex.robustness.truth import Truth, truths

Ints = NDArray[np.int64]

Float64 = NDArray[np.float64]

DIMENSIONS = ["prosecution", "protection", "prevention"]

ERROR = coding_error(0.9).to_numpy()

FLAT = np.full(5, 0.2)

YEAR, SPAN = 2009, range(2000, 2014)

FEW = 20

DATA = "published levels as truth, coders of accuracy .9"

CHAIN = "truth from a chain, 180 countries, 14 years, coders of accuracy .9"

SECOND = "the second coder's levels given the first's"
"""The naive answer to the error of two coders."""

PRIOR = np.array([0.12, 0.25, 0.3, 0.22, 0.11])

TRANSITION = np.array(
    [
        [0.68, 0.24, 0.06, 0.02, 0.00],
        [0.10, 0.60, 0.22, 0.07, 0.01],
        [0.02, 0.14, 0.65, 0.16, 0.03],
        [0.01, 0.05, 0.17, 0.65, 0.12],
        [0.00, 0.01, 0.05, 0.22, 0.72],
    ]
)
"""Rounded from prevention and protection, as published."""

PERIODS = {
    "adjacent years": [(year, year + 1) for year in SPAN[:-1]],
    "2008-09": [(2008, 2009)],
    "2005-09": [(2005, 2009)],
    "2000-09": [(2000, 2009)],
}


def published() -> pd.DataFrame:
    """Return the complete rows of the published levels, whose folder the environment names."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # Haiti 2009: tests/reading/test_files.py tests the warning
        path = Path(os.environ["POLICYINDEX_REAL_DATA"], "published_3p_2000_2013.dta")
        return read_scores(path)[DIMENSIONS].dropna()


class Ranges:
    """Ranges of the ranks of one year, held against the true ranks."""

    def __init__(self, truth: pd.DataFrame) -> None:
        self.rows = truth.index.get_level_values("year") == YEAR
        self.true = ranks(overall(truth))[self.rows].to_numpy()

    def measure(
        self, coded: pd.DataFrame, parts: list[Truth], draws: int | None = None
    ) -> tuple[float, float, float]:
        """Return the share of true ranks inside, whether all are, and the median width."""
        values = coded.to_numpy()[self.rows]
        low, high = _summary(values, parts, draws, np.random.default_rng(0))[:, 2:4].T
        inside = (low <= self.true) & (self.true <= high)
        return float(inside.mean()), float(inside.all()), float(np.mean(high - low))


def as_posterior(parts: list[Truth], matrices: list[Float64]) -> list[Truth]:
    """Take matrices, coded by true, for what lies behind the codes: without a prior."""
    return [
        part._replace(error=matrix.T, prior=FLAT, fitted=None)
        for part, matrix in zip(parts, matrices, strict=True)
    ]


def pairs_of(first: pd.DataFrame, second: pd.DataFrame) -> list[Float64]:
    """Count the pairs of codings of each dimension, either way round."""
    return [
        joint_counts(np.column_stack([first[name], second[name]]).astype(np.int64) - 1, 5)
        for name in DIMENSIONS
    ]


def of_ranks(truth: pd.DataFrame, panels: int) -> list[Claim]:
    """Measure ranges of ranks: error assumed, estimated from all codings, and from twenty."""
    ranges, figures = Ranges(truth), {}
    for seed in range(panels):
        random = np.random.default_rng(seed)
        first, second = testing.coders(truth, 0.9, rng=random).values()
        parts = truths(first, error=0.9, prior="fitted", codebook=THREE_P)
        estimate = estimate_error({"A": first, "B": second})
        estimated = truths(first, error=estimate, prior="fitted", codebook=THREE_P)
        counts = [each + 1e-9 * np.eye(5) for each in pairs_of(first, second)]
        shares = as_posterior(parts, [each / each.sum(1, keepdims=True) for each in counts])
        few = random.choice(len(truth), FEW, replace=False)
        both = first.iloc[few], second.iloc[few]
        thin = truths(
            first,
            error=estimate_error(dict(zip("AB", both, strict=True))),
            prior="fitted",
            codebook=THREE_P,
        )
        bare = [
            part._replace(error=root(each + 1e-9 * np.eye(5))[0])
            for part, each in zip(parts, pairs_of(*both), strict=True)
        ]
        for name, options in {
            "assumed": (parts, None),
            "no prior": (as_posterior(parts, [ERROR] * 3), None),
            "together": (parts, 500),
            "estimated": (estimated, None),
            "second given first": (shares, None),
            "few": (thin, None),
            "few, unsmoothed": (bare, None),
        }.items():
            figures.setdefault(name, []).append(ranges.measure(first, *options))
    table = {name: np.array(rows).T for name, rows in figures.items()}
    right = table["assumed"][2]
    ratios = {name: table[name][2] / right for name in ("estimated", "second given first")}

    def mean(name: str, column: int) -> float:
        return float(table[name][column].mean())

    setting = f"{DATA}, {YEAR}"
    return [
        Claim(
            "Ranks under coding error, for one country", setting, "coverage at .95",
            *mean_and_margin(table["assumed"][0]), 0.94, 0.98,
            mean("no prior", 0), "without a prior",
        ),
        Claim(
            "Ranks under coding error, for all countries together", setting,
            "panels with every rank inside at .95",
            *mean_and_margin(table["together"][1]), 0.94, 1.0,
            mean("assumed", 1), "ranges for one country",
        ),
        Claim(
            "Error of two equal coders", setting, "coverage at .95",
            *mean_and_margin(table["estimated"][0]), 0.94, 0.96,
            mean("second given first", 0), SECOND,
        ),
        Claim(
            "Error of two equal coders", setting, "width over that of the true error",
            *mean_and_margin(ratios["estimated"]), 0.95, 1.05,
            float(ratios["second given first"].mean()), SECOND,
        ),
        Claim(
            f"Error from {FEW} country-years coded twice", setting, "coverage at .95",
            *mean_and_margin(table["few"][0]), 0.94, 0.98,
            mean("few, unsmoothed", 0), "without smoothing",
        ),
    ]  # fmt: skip


def drawn(random: np.random.Generator) -> Ints:
    """Draw true levels from the chain, countries by years, from 0."""
    truth = np.empty((180, len(SPAN)), np.int64)
    truth[:, 0] = (random.random((180, 1)) > PRIOR.cumsum()[:-1]).sum(1)
    for year in range(1, len(SPAN)):
        steps = TRANSITION.cumsum(1)[truth[:, year - 1], :-1]
        truth[:, year] = (random.random((180, 1)) > steps).sum(1)
    return truth


def coded_of(truth: Ints, random: np.random.Generator) -> Ints:
    """Code true levels; -1 stays missing."""
    steps = ERROR.cumsum(1)[truth, :-1]
    return np.where(truth < 0, -1, (random.random((*truth.shape, 1)) > steps).sum(-1))


def gains(truth: Ints, coded: Ints, part: Truth) -> Iterator[tuple[str, list[float]]]:
    """Yield, by period, sums over coded one-point gains: true gains, and their probabilities.

    The probabilities are those of the chain, and those of independent years.
    """
    for name, years in PERIODS.items():
        sums = np.zeros(4)
        for start, end in years:
            a, b = start - SPAN[0], end - SPAN[0]
            rows = (coded[:, a] >= 0) & (coded[:, b] == coded[:, a] + 1)
            then, now = coded[rows, a], coded[rows, b]
            joint = _changes_of(then, now, part, end - start)[:, 5:].sum(1)
            above = np.triu(np.ones((5, 5)), 1)
            apart = np.einsum("ns,st,nt->n", part.posterior[then], above, part.posterior[now])
            improved = truth[rows, b] > truth[rows, a]
            sums += [rows.sum(), improved.sum(), joint.sum(), apart.sum()]
        yield name, sums.tolist()


def of_changes(
    truths_of: list[list[Ints]], setting: str, accepted: dict[str, float]
) -> list[Claim]:
    """Measure by how much probabilities of improvement exceed the share of true improvements."""
    figures: dict[str, list[list[float]]] = {}
    for seed, levels in enumerate(truths_of):
        random, total = np.random.default_rng(seed), dict.fromkeys(PERIODS, np.zeros(4))
        for truth in levels:
            coded = coded_of(truth, random)
            chain = hidden_chain.fit(coded, ERROR)
            part = Truth(1, ERROR, chain.prior, coded, chain)
            for name, sums in gains(truth, coded, part):
                total[name] = total[name] + sums
        for name, (n, improved, joint, apart) in total.items():
            figures.setdefault(name, []).append([(joint - improved) / n, (apart - improved) / n])
    answer = []
    for name, accept in accepted.items():
        joint, apart = np.array(figures[name]).T
        answer.append(
            Claim(
                "Coded one-point gains of a dimension", f"{setting}, {name}",
                "probability of a true gain less its share",
                *mean_and_margin(joint), -accept, accept,
                float(apart.mean()), "independent years",
            )
        )  # fmt: skip
    return answer


def claims(panels: int = 40) -> list[Claim]:
    """Measure every claim on coding error."""
    truth = published()
    columns = pd.MultiIndex.from_product([DIMENSIONS, SPAN])
    wide = pd.DataFrame(truth.unstack("year")).reindex(columns=columns)  # noqa: PD010
    table = wide.fillna(0).to_numpy().astype(np.int64) - 1
    levels = np.split(table, len(DIMENSIONS), axis=1)
    chains = [[drawn(np.random.default_rng(1000 + seed))] for seed in range(panels)]
    return [
        *of_ranks(truth, panels),
        *of_changes(chains, CHAIN, dict.fromkeys(PERIODS, 0.03)),
        *of_changes(
            [levels] * panels, DATA, dict.fromkeys(PERIODS, 0.07) | {"adjacent years": 0.05}
        ),
    ]
