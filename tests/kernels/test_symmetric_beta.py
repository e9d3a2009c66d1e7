"""Tails and quantiles of symmetric beta distributions, against SciPy and by their laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from policyindex._kernels import symmetric_beta
from policyindex._kernels.symmetric_beta import log_tail, moved

RNG = np.random.default_rng(0)

SHAPES = np.exp(RNG.uniform(np.log(0.05), np.log(2000), 4000))

VALUES = RNG.uniform(1e-5, 1 - 1e-5, 4000)


def test_the_tail_is_the_incomplete_beta_function() -> None:
    tail = special.betainc(SHAPES, 0.5, (1 - VALUES) * (1 + VALUES))
    seen = tail > 1e-290
    assert seen.sum() > 3000
    np.testing.assert_allclose(
        log_tail(VALUES, SHAPES)[seen], np.log(tail[seen]), rtol=1e-9, atol=1e-9
    )


def test_a_uniform_distribution_has_straight_tails() -> None:
    np.testing.assert_allclose(
        np.exp(log_tail(VALUES, np.ones_like(VALUES))), 1 - VALUES, rtol=1e-12, atol=0
    )


@pytest.mark.parametrize("ratio", [0.05, 0.3, 1.0, 4.0, 30.0])
def test_a_moved_value_has_the_tail_of_the_first(ratio: float) -> None:
    to = SHAPES * ratio
    tail = special.betainc(SHAPES, 0.5, (1 - VALUES) * (1 + VALUES))
    seen = (tail > 1e-200) & (to > 0.05)
    answer = moved(VALUES[seen], SHAPES[seen], to[seen])
    expected = np.sqrt(1 - special.betaincinv(to[seen], 0.5, tail[seen]))
    np.testing.assert_allclose(answer, expected, rtol=0, atol=2e-9)


def test_a_value_moves_there_and_back() -> None:
    shapes, values = np.linspace(0.3, 12, 200), np.linspace(0.01, 0.97, 200)
    there = moved(values, shapes, 2 * shapes)
    assert (there < values).all()  # a greater shape is narrower
    np.testing.assert_allclose(moved(there, 2 * shapes, shapes), values, rtol=0, atol=1e-12)


def test_nothing_moves_without_values() -> None:
    assert len(moved(np.empty(0), np.empty(0), np.empty(0))) == 0


def test_newton_needs_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counted(u: symmetric_beta.Float64, shape: symmetric_beta.Float64) -> symmetric_beta.Float64:
        sizes.append(len(u))
        return log_tail(u, shape)

    monkeypatch.setattr(symmetric_beta, "log_tail", counted)
    shapes, values = np.linspace(1, 12, 200), np.linspace(0.01, 0.97, 200)
    moved(values, shapes, 2 * shapes)
    assert sum(sizes) < 6 * len(values)  # halvings alone take 50, and a worse start 7
    assert len(sizes) < 12  # also where a step returns to the value that it begins with


def test_a_fraction_of_few_terms_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def away(values: symmetric_beta.Float64) -> symmetric_beta.Float64:
        calls.append(len(values))
        return values

    monkeypatch.setattr(symmetric_beta, "_away", away)
    log_tail(np.linspace(0.01, 0.97, 50), np.linspace(1, 12, 50))
    assert len(calls) < 200  # without an end 8,000
