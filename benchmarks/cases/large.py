"""What was slow on 14,000 units in 10 years: 140,000 rows, as of municipalities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policyindex import (
    THREE_P,
    agreement,
    check_panel,
    convergence,
    coverage,
    groups,
    next_steps,
    score,
)

from . import Comparison, comparison

UNITS, YEARS = 14_000, range(2000, 2010)


@comparison("140,000 rows, 14,000 units in 10 years")
def municipalities() -> Comparison:
    rng = np.random.default_rng(0)
    names = [f"unit {place:06}" for place in range(UNITS)]
    index = pd.MultiIndex.from_product([names, YEARS], names=["country", "year"])
    tops = np.array([top for _, top in THREE_P.scales.values()])
    block = np.floor(rng.random((len(index), len(tops))) * (tops + 1))
    codings = pd.DataFrame(block, index, list(THREE_P.scales), copy=False)
    other = codings.mask(rng.random(block.shape) < 0.1, 0.0)
    scores, others = score(codings), score(other)
    dimensions = [each.name for each in THREE_P.dimensions]
    by_coder = {"Ama": scores[dimensions], "Ben": others[dimensions]}
    return Comparison(
        {
            "score": lambda: score(codings),
            "check_panel": lambda: check_panel(scores),
            "next_steps": lambda: next_steps(codings),
            "groups": lambda: groups(scores, 2009),
            "agreement": lambda: agreement(by_coder),
            "agreement, all indicators": lambda: agreement({"Ama": codings, "Ben": other}),
            "coverage": lambda: coverage(codings),
            "convergence": lambda: convergence(scores, cohort="all"),
        },
        copies={"DataFrame.copy": codings.copy},
    )
