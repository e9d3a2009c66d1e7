"""Means under coding error, held against every truth of small panels and against draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import DIMENSIONS, panel
from policyindex.robustness import error_means, error_scores
from policyindex.testing import coders, trendless_panel


def test_means_and_errors_are_those_of_each_country() -> None:
    data = panel(
        {
            ("AUT", 2000): [1, 2, 5],
            ("DEU", 2000): [4, 4, 3],
            ("NGA", 2000): [2, None, 1],
            ("NGA", 2001): [2, 5, 1],
            ("USA", 2002): [None, 5, 1],
        },
        DIMENSIONS,
    )
    answer = error_means(data, error=0.8, prior=[0.1, 0.2, 0.3, 0.2, 0.2])
    scores = error_scores(data, error=0.8, prior=[0.1, 0.2, 0.3, 0.2, 0.2])
    levels = scores.columns.to_numpy()
    means = scores @ levels
    variances = scores @ levels**2 - means**2
    assert answer["n"].to_dict() == {2000: 2, 2001: 1, 2002: 0}
    assert answer.loc[2000, "mean"] == (8 + 11) / 2
    assert answer.loc[2000, "true_mean"] == pytest.approx(means.loc[:, 2000].mean())
    assert answer.loc[2000, "se"] == pytest.approx(np.sqrt(variances.loc[:, 2000].sum()) / 2)
    assert answer.loc[2002].drop("n").isna().all()
    assert answer.attrs["se"] == "coding"
    assert "errors are independent" in answer.attrs["assumption"]


def test_without_error_the_mean_is_sure() -> None:
    answer = error_means(pi.score(pi.datasets.load_demo()), error=1.0)
    assert (answer["mean"] == answer["true_mean"]).all()
    assert (answer["se"] == 0).all()


@pytest.mark.slow
def test_the_error_covers_the_true_mean() -> None:
    covered = []
    for seed in range(60):
        truth = trendless_panel(countries=80, years=(2000, 2004), rng=seed)
        (codings,) = coders(truth, 0.8, n=1, rng=1000 + seed).values()
        answer = error_means(codings, error=0.8)
        means = truth["overall"].groupby(level="year").mean()
        covered.append((np.abs(answer["true_mean"] - means) <= 1.96 * answer["se"]).mean())
    # the chain is fitted to the same codings, so some coverage is lost; 3 s / sqrt(60)
    margin = 3 * float(np.std(covered, ddof=1)) / np.sqrt(60)
    assert np.mean(covered) + margin >= 0.90
    assert np.mean(covered) > 0.85
    assert isinstance(answer, pd.DataFrame)
