"""The Poisson-binomial distribution, checked against enumeration and scipy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policyindex._kernels.poisson_binomial import successes, without

probabilities = st.lists(
    st.floats(0, 1, allow_subnormal=False) | st.sampled_from([0.0, 0.5, 1.0]), max_size=8
).map(np.array)


@given(probabilities)
def test_every_outcome_is_counted(drawn: np.ndarray) -> None:
    expected = np.zeros(len(drawn) + 1)
    for outcome in product([0, 1], repeat=len(drawn)):
        expected[sum(outcome)] += np.prod(np.where(outcome, drawn, 1 - drawn))
    assert np.abs(successes(drawn) - expected).max() < 1e-15


@given(probabilities.filter(len), st.data())
def test_a_trial_left_out_is_a_trial_less(drawn: np.ndarray, data: st.DataObject) -> None:
    trial = data.draw(st.integers(0, len(drawn) - 1))
    found = without(successes(drawn), drawn[trial])
    assert np.abs(found - successes(np.delete(drawn, trial))).max() < 1e-14
    assert (found >= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("centre", [0.01, 0.3, 0.5, 0.7, 0.99])
def test_two_hundred_trials_are_accurate(centre: float) -> None:
    rng = np.random.default_rng(1)
    drawn = np.clip(centre + rng.normal(0, 0.02, (3, 200)), 0, 1)
    drawn[:, :5] = [0, 0.5, 1, np.nextafter(0.5, 1), np.nextafter(1, 0)]
    whole = successes(drawn)
    for trial in range(200):
        rest = np.delete(drawn, trial, axis=1)
        assert np.abs(without(whole, drawn[:, trial]) - successes(rest)).max() < 1e-12


def test_a_batch_gives_the_answers_one_by_one() -> None:
    drawn = np.random.default_rng(2).random((4, 3, 6))
    whole = successes(drawn)
    assert whole.shape == (4, 3, 7)
    assert np.array_equal(whole[2, 1], successes(drawn[2, 1]))
    left = without(whole[0], np.moveaxis(drawn[0], -1, 0))
    assert left.shape == (6, 3, 6)
    assert np.array_equal(left[5, 2], without(whole[0, 2], drawn[0, 2, 5]))


def test_successes_are_those_of_scipy() -> None:
    if not hasattr(stats, "poisson_binom"):
        pytest.skip("scipy.stats.poisson_binom came with scipy 1.15")
    drawn = np.random.default_rng(3).random(177)
    expected = stats.poisson_binom(drawn).pmf(np.arange(178))
    assert np.abs(successes(drawn) - expected).max() < 1e-12
