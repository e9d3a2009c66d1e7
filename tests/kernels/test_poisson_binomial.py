"""Distributions of ranks, checked against fractions, enumeration and scipy."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from builders import examples
from policyindex._kernels.poisson_binomial import Window, binomial, others, ranks, tails

ACCURATE = 1e-12

SMALL = Fraction(1, 10**290)

probabilities = st.sampled_from(
    [0.0, 1e-300, 1e-150, 1e-20, 1e-3, 0.1, 0.3, 0.5, 0.9, 1 - 2**-40, 1.0]
) | st.floats(0, 1, allow_subnormal=False)


def exactly(successes: list[float], failures: list[float], counts: list[int]) -> list[Fraction]:
    """The number of successes, in fractions, trial by trial."""
    row = [Fraction(1)]
    for success, failure, count in zip(successes, failures, counts, strict=True):
        up, down = Fraction(success), Fraction(failure)
        up, down = up / (up + down), down / (up + down)
        for _ in range(count):
            row = [a * down + b * up for a, b in zip([*row, 0], [0, *row], strict=True)]
    return row


def worst(window: Window, exact: list[Fraction]) -> float:
    """The largest relative error of a mass of at least 1e-290; none may be absent."""
    dense = np.zeros(len(exact))
    dense[window.start : window.start + len(window.masses)] = window.masses
    assert (dense >= 0).all()
    return max(
        float(abs(Fraction(mass) / true - 1))
        for mass, true in zip(dense.tolist(), exact, strict=True)
        if true >= SMALL
    )


def all_others(
    successes: list[float], failures: list[float], counts: list[int]
) -> dict[int, Window]:
    needed = np.ones(len(counts), bool)
    return dict(others(np.array(successes), np.array(failures), np.array(counts), needed))


@given(st.lists(st.tuples(probabilities, st.integers(1, 6)), min_size=1, max_size=7))
@examples(30)
def test_every_small_mass_keeps_its_relative_accuracy(trials: list[tuple[float, int]]) -> None:
    successes, counts = ([each[i] for each in trials] for i in (0, 1))
    failures = [1 - each for each in successes]
    found = all_others(successes, failures, counts)
    assert set(found) == set(range(len(counts)))
    for group, window in found.items():
        fewer = [count - (each == group) for each, count in enumerate(counts)]
        assert worst(window, exactly(successes, failures, fewer)) < ACCURATE


@pytest.mark.parametrize("seed", [0, 1])
def test_a_hundred_trials_are_accurate_to_their_tails(seed: int) -> None:
    rng = np.random.default_rng(seed)
    successes = [*rng.beta(0.3, 0.3, 9).tolist(), 1e-9, 1 - 2**-30]
    failures = [1 - each for each in successes]
    counts = rng.integers(3, 16, len(successes)).tolist()
    found = all_others(successes, failures, counts)
    for group in (0, 4, 10):
        fewer = [count - (each == group) for each, count in enumerate(counts)]
        exact = exactly(successes, failures, fewer)
        assert min(exact) < Fraction(1, 10**60)
        assert worst(found[group], exact) < ACCURATE


@pytest.mark.parametrize("success", [0.003, 0.3, 0.5, 0.97])
def test_binomials_of_many_trials_are_accurate(success: float) -> None:
    n, failure = 3000, 1 - success
    window = binomial(success, failure, n)
    up, down = Fraction(success), Fraction(failure)
    share = up / (up + down)
    tested = 0
    for k in range(0, n + 1, 150):
        ways = comb(n, k) * share.numerator**k * (share.denominator - share.numerator) ** (n - k)
        exact = Fraction(ways, share.denominator**n)
        if exact >= SMALL:
            tested += 1
            mass = window.masses[k - window.start].item()
            assert abs(Fraction(mass) / exact - 1) < ACCURATE
    assert tested > 1


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 2)), min_size=1, max_size=4), st.data())
@examples(50)
def test_ranks_count_every_outcome(trials: list[tuple[float, int]], data: st.DataObject) -> None:
    counts = np.array([count for _, count in trials])
    drawn = [
        data.draw(st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any)) for _ in trials
    ]
    scores = np.array(drawn, float) / np.sum(drawn, 1, keepdims=True)
    members = np.repeat(np.arange(len(counts)), counts)
    expected = np.zeros((len(counts), counts.sum()))
    for outcome in product(range(3), repeat=len(members)):
        probability = np.prod(scores[members, outcome])
        for group in range(len(counts)):
            own = int(np.flatnonzero(members == group)[0])
            expected[group, sum(other > outcome[own] for other in outcome)] += probability
    assert np.abs(ranks(scores, counts) - expected).max() < 1e-14


def test_groups_are_their_members_one_by_one() -> None:
    rng = np.random.default_rng(5)
    scores, counts = rng.dirichlet(np.ones(6), 8), rng.integers(1, 9, 8)
    apart = ranks(np.repeat(scores, counts, 0), np.ones(counts.sum(), int))
    first = np.cumsum(counts) - counts
    assert np.abs(ranks(scores, counts) / apart[first] - 1).max() < 1e-12


def test_masses_down_to_1e_290_stay() -> None:
    """Of 58 trials of 1e-5 all succeed with a probability of 1e-290."""
    start, masses = binomial(1e-5, 1 - 1e-5, 58)
    assert (start, len(masses)) == (0, 59)
    assert masses[-1] == pytest.approx(1e-290, rel=1e-12)


@pytest.mark.parametrize("success", [1e-5, 0.5, 1 - 1e-5])
def test_masses_too_small_for_any_use_are_dropped_at_both_ends(success: float) -> None:
    """Of 1,100 fair trials all, or none, succeed with a probability of 1e-331."""
    start, masses = binomial(success, 1 - success, 1100)
    exact = stats.binom(1100, success).logpmf(np.arange(1101)) / np.log(10)
    kept = np.flatnonzero(exact >= -304)
    assert (start, len(masses)) == (kept[0], len(kept))
    assert len(kept) < 1099


def test_tails_are_sums_and_leave_one_another() -> None:
    above, up_to = tails(np.array([[0.25, 0.5, 0.25], [1.0, 0.0, 0.0]]))
    assert above.tolist() == [[0.75, 0.25, 0.0], [0.0, 0.0, 0.0]]
    assert up_to.tolist() == [[0.25, 0.75, 1.0], [1.0, 1.0, 1.0]]


def test_only_needed_groups_are_computed() -> None:
    half, ones = np.full(5, 0.5), np.ones(5, int)
    needed = np.array([False, True, False, False, True])
    assert sorted(group for group, _ in others(half, half, ones, needed)) == [1, 4]


@pytest.mark.parametrize("centre", [0.01, 0.5, 0.99])
def test_others_are_those_of_scipy(centre: float) -> None:
    if not hasattr(stats, "poisson_binom"):
        pytest.skip("scipy.stats.poisson_binom came with scipy 1.15")
    drawn: NDArray[np.float64] = np.clip(
        centre + np.random.default_rng(3).normal(0, 0.02, 177), 0, 1
    )
    window = all_others(drawn.tolist(), (1 - drawn).tolist(), [1] * 177)[7]
    found = np.zeros(177)
    found[window.start : window.start + len(window.masses)] = window.masses
    expected = stats.poisson_binom(np.delete(drawn, 7)).pmf(np.arange(177))
    assert np.abs(found - expected).max() < 1e-12
