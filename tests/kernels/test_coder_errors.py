"""Errors of coders, checked against what they are made from and against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from builders import examples
from policyindex._kernels.coder_errors import dawid_skene, joint_counts, root

Ints = NDArray[np.int64]

Float64 = NDArray[np.float64]

codings = st.lists(
    st.lists(st.integers(-1, 2), min_size=3, max_size=3).filter(lambda row: max(row) >= 0),
    min_size=1,
    max_size=12,
).map(lambda rows: np.array(rows, np.int64))


def test_pairs_count_half_either_way() -> None:
    codes = np.array([[0, 1], [1, 1], [1, 0], [-1, 2], [2, 0]])
    assert joint_counts(codes, 3).tolist() == [[0, 1, 0.5], [1, 1, 0], [0.5, 0, 0]]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_root_of_what_two_equal_coders_do_is_their_error(seed: int) -> None:
    """It is their error exactly where truth and codings have the same shares."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(4, 5.0))
    flow = np.diag(shares * 0.8) + 0.2 * np.outer(shares, shares)
    error = flow / shares[:, None]
    found, least = root(error.T @ np.diag(shares) @ error)
    assert np.abs(found - error).max() < 1e-12
    assert least == pytest.approx(0.64, abs=1e-12)


def test_pairs_that_disagree_more_than_they_agree_have_no_root() -> None:
    found, least = root(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert least == pytest.approx(-1 / 3)
    assert (found >= 0).all()
    assert np.allclose(found.sum(1), 1)


def by_loops(codes: Ints, pseudo: Float64, rounds: int) -> tuple[Float64, Float64]:
    """The EM algorithm, row by row and coder by coder."""
    n = len(pseudo)
    truth = np.array([[np.mean(row[row >= 0] == i) for i in range(n)] for row in codes])
    for _ in range(rounds):
        prior = truth.mean(0)
        errors = np.stack([pseudo.copy() for _ in codes[0]])
        for row, shares in zip(codes, truth, strict=True):
            for coder, code in enumerate(row):
                if code >= 0:
                    errors[coder, :, code] += shares
        errors /= errors.sum(2, keepdims=True)
        for position, row in enumerate(codes):
            weight = prior.copy()
            for coder, code in enumerate(row):
                if code >= 0:
                    weight *= errors[coder, :, code]
            truth[position] = weight / weight.sum()
    return errors, prior


@given(codings)
@examples(20)
def test_em_is_that_by_loops(codes: Ints) -> None:
    pseudo = np.eye(3) + 0.2
    found = dawid_skene(codes, pseudo, rounds=12)
    errors, prior = by_loops(codes, pseudo, 12)
    assert np.abs(found.errors - errors).max() < 1e-8
    assert np.abs(found.prior - prior).max() < 1e-8


def test_the_optimum_of_three_coders_of_two_levels() -> None:
    """Shares of all eight codings as one set of errors makes them: the errors come back."""
    errors = np.array(
        [[[0.9, 0.1], [0.2, 0.8]], [[0.8, 0.2], [0.1, 0.9]], [[0.7, 0.3], [0.3, 0.7]]]
    )
    prior = np.array([0.6, 0.4])
    kinds = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    counts = [
        sum(prior[i] * np.prod([errors[k, i, kind[k]] for k in range(3)]) for i in (0, 1)) * 10**5
        for kind in kinds
    ]
    codes = np.repeat(kinds, np.round(counts).astype(int), 0)
    found = dawid_skene(codes, np.zeros((2, 2)))
    assert np.abs(found.errors - errors).max() < 2e-4
    assert np.abs(found.prior - prior).max() < 2e-4


def test_without_a_row_only_the_prior_speaks() -> None:
    found = dawid_skene(np.zeros((0, 3), np.int64), np.array([[3.0, 1.0], [0.0, 0.0]]))
    assert found.errors.tolist() == [[[0.75, 0.25], [0.5, 0.5]]] * 3
    assert found.prior.tolist() == [0.5, 0.5]
