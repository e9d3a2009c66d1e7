"""Measured error rates of `events` lie in the range that the documentation states."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from claims import events


@pytest.mark.slow
def test_claims_about_events_hold() -> None:
    measured = events.claims()
    assert measured
    for claim in measured:
        assert claim.holds(), claim


@pytest.mark.slow
@pytest.mark.parametrize("name", ["overall", "prosecution"])
def test_laws_of_other_countries_show_nothing(
    published: pd.DataFrame, laws: pd.Series, name: str
) -> None:
    table = published[name].dropna().unstack("year").sort_index(axis=1)  # noqa: PD010
    years = laws.reindex(table.index) - table.columns[0]
    values, columns = table.to_numpy(), years.fillna(np.inf).to_numpy()
    studies = [
        events.study(values, np.random.default_rng(seed).permutation(columns), seed)
        for seed in range(200)
    ]
    means, excluded, _ = np.array(studies, dtype=np.float64).T
    assert abs(means.mean()) < 0.1
    margin = 3 * excluded.std() / np.sqrt(len(excluded))
    assert 0.03 - margin <= excluded.mean() <= 0.08 + margin
