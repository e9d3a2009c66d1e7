"""The chain behind the codes, checked against every sequence of true levels."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from builders import examples
from policyindex._kernels.hidden_chain import Chain, Series, fit

Ints = NDArray[np.int64]

LEVELS = 3

ERROR = np.array([[0.8, 0.2, 0.0], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]])

chains = st.integers(0, 1000).map(
    lambda seed: Chain(
        np.random.default_rng(seed).dirichlet(np.ones(LEVELS)),
        np.random.default_rng(seed + 1).dirichlet(np.ones(LEVELS), LEVELS),
    )
)
series = st.lists(
    st.lists(st.integers(-1, LEVELS - 1), min_size=4, max_size=4), min_size=1, max_size=4
).map(lambda rows: np.array(rows, np.int64))


def by_force(codes: Ints, chain: Chain) -> tuple[list[float], list[list[float]]]:
    """Expected levels and expected steps, over all sequences of true levels."""
    levels, moves = np.zeros(LEVELS), np.zeros((LEVELS, LEVELS))
    for row in codes:
        coded = np.flatnonzero(row >= 0)
        if not len(coded):
            continue
        part = row[coded[0] : coded[-1] + 1]
        total, of_levels, of_moves = 0.0, np.zeros(LEVELS), np.zeros((LEVELS, LEVELS))
        for true in product(range(LEVELS), repeat=len(part)):
            probability = chain.prior[true[0]]
            for a, b in pairwise(true):
                probability *= chain.transition[a, b]
            for level, code in zip(true, part, strict=True):
                probability *= 1 if code < 0 else ERROR[level, code]
            total += probability
            for level in true:
                of_levels[level] += probability
            for step in pairwise(true):
                of_moves[step] += probability
        levels += of_levels / total
        moves += of_moves / total
    return levels.tolist(), moves.tolist()


@given(series.filter(lambda codes: (codes >= 0).any()), chains)
@examples(60)
def test_every_sequence_is_counted(codes: Ints, chain: Chain) -> None:
    answer = Series(codes, ERROR).expected(chain)
    levels, moves = by_force(codes, chain)
    assert np.abs(answer.levels - levels).max() < 1e-12
    assert np.abs(answer.moves - moves).max() < 1e-12


@given(series.filter(lambda codes: (codes >= 0).sum() > 1), st.booleans())
@examples(25)
def test_rounds_are_those_by_force(codes: Ints, is_held: bool) -> None:
    prior = np.array([0.2, 0.3, 0.5]) if is_held else None
    chain = Chain(
        np.full(LEVELS, 1 / LEVELS) if prior is None else prior,
        0.75 * np.eye(LEVELS) + 0.25 / LEVELS,
    )
    for _ in range(3):
        levels, moves = by_force(codes, chain)
        steps = chain.transition.copy()
        for level, row in enumerate(np.array(moves)):
            if row.sum() > 0:
                steps[level] = row / row.sum()
        shares = np.array(levels) / np.sum(levels)
        chain = Chain(shares if prior is None else prior, steps)
    answer = fit(codes, ERROR, prior, rounds=3)
    assert np.abs(answer.prior - chain.prior).max() < 1e-10
    assert np.abs(answer.transition - chain.transition).max() < 1e-10


def test_missing_years_at_either_end_change_nothing() -> None:
    codes = np.array([[0, -1, 2, 2], [1, 1, 1, 0]])
    chain = fit(codes, ERROR)
    padded = np.pad(codes, ((0, 2), (3, 5)), constant_values=-1)
    for one, other in zip(chain, fit(padded, ERROR), strict=True):
        assert np.abs(one - other).max() < 1e-12


def test_equal_series_count_as_often_as_they_come() -> None:
    codes = np.array([[0, 1, 1], [0, 1, 1], [0, 1, 1], [2, 2, 0]])
    chain = Chain(np.full(3, 1 / 3), 0.75 * np.eye(3) + 0.25 / 3)
    answer = Series(codes, ERROR).expected(chain)
    levels, moves = by_force(codes, chain)
    assert np.allclose(answer.levels, levels)
    assert np.allclose(answer.moves, moves)


def test_without_codes_the_chain_is_the_first_one() -> None:
    chain = fit(np.full((0, 0), -1), np.eye(5))
    assert np.allclose(chain.prior, 0.2)
    assert np.allclose(chain.transition, 0.75 * np.eye(5) + 0.05)


def test_without_error_steps_are_counted() -> None:
    codes = np.array([[0, 0, 1, 1], [1, 1, 0, 2]])
    chain = fit(codes, np.eye(3))
    assert np.allclose(chain.prior, [3 / 8, 4 / 8, 1 / 8])
    assert np.allclose(chain.transition[:2], [[1 / 3, 1 / 3, 1 / 3], [1 / 3, 2 / 3, 0]])
    assert np.allclose(chain.transition[2], [1 / 12, 1 / 12, 10 / 12])  # no step: as before


@pytest.mark.parametrize("seed", [0, 1])
def test_a_chain_comes_back_from_its_codes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    transition = np.array([[0.8, 0.2, 0.0], [0.1, 0.7, 0.2], [0.0, 0.3, 0.7]])
    truth = np.zeros((3000, 10), np.int64)
    truth[:, 0] = rng.integers(0, 3, 3000)
    for year in range(1, 10):
        steps = transition.cumsum(1)[truth[:, year - 1], :-1]
        truth[:, year] = (rng.random((3000, 1)) > steps).sum(1)
    codes = (rng.random((*truth.shape, 1)) > ERROR.cumsum(1)[truth, :-1]).sum(-1)
    codes[rng.random(codes.shape) < 0.2] = -1
    chain = fit(codes, ERROR)
    shares = np.bincount(truth.ravel(), minlength=3) / truth.size
    assert np.abs(chain.prior - shares).max() < 0.015
    assert np.abs(chain.transition - transition).max() < 0.03
