"""Maxima of likelihoods: a quadratic's, whose maximum and curvature are known."""

from __future__ import annotations

import numpy as np
import pytest

from policyindex._kernels import likelihood_maximum
from policyindex._kernels.likelihood_maximum import Float64, Maximum, curved, maximise, refine

CURVATURE = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]])

PEAK = np.array([1.0, -2.0, 0.5])


def quadratic(parameters: Float64) -> tuple[float, Float64]:
    """A log likelihood of two clusters, each with half of the slopes."""
    away = parameters - PEAK
    return -float(away @ CURVATURE @ away) / 2, np.tile(-CURVATURE @ away / 2, (2, 1))


def start_at(parameters: Float64, information: Float64) -> Maximum:
    loglik, slopes = quadratic(parameters)
    return Maximum(parameters, loglik, 7, information, slopes)


def test_the_curvature_of_a_quadratic_is_its_matrix() -> None:
    found = curved(quadratic, start_at(np.zeros(3), np.eye(3)))
    np.testing.assert_allclose(found.information, CURVATURE, atol=1e-8)


def test_the_maximum_of_a_quadratic_is_its_peak() -> None:
    found = maximise(quadratic, np.zeros(3), tolerance=1e-7, rounds=30)
    np.testing.assert_allclose(found.parameters, PEAK, atol=1e-7)


def test_with_the_right_curvature_one_step_arrives() -> None:
    calls: list[tuple[int, float]] = []
    found = refine(
        quadratic,
        start_at(np.zeros(3), CURVATURE),
        tolerance=1e-9,
        progress=lambda number, loglik: calls.append((number, loglik)),
    )
    np.testing.assert_allclose(found.parameters, PEAK, atol=1e-12)
    assert found.iterations == 8
    assert calls == [(8, found.loglik)]


def test_a_step_corrects_the_curvature_along_itself() -> None:
    """The secant equation of BFGS: the curvature turns the move into the change of the slopes."""
    move = np.array([0.5, -1.0, 0.25])
    change = CURVATURE @ move
    corrected = likelihood_maximum._corrected(np.eye(3), move, change)
    np.testing.assert_allclose(corrected @ move, change, atol=1e-14)
    np.testing.assert_allclose(corrected, corrected.T, atol=1e-14)
    assert (np.linalg.eigvalsh(corrected) > 0).all()


@pytest.mark.parametrize("change", [np.array([0.0, 0.0, 1.0]), np.array([0.0, -1.0, 0.0])])
def test_a_step_without_curvature_corrects_nothing(change: Float64) -> None:
    move = np.array([0.0, 1.0, 0.0])
    assert (likelihood_maximum._corrected(CURVATURE, move, change) == CURVATURE).all()


def test_corrected_steps_arrive_from_a_wrong_curvature() -> None:
    found = refine(quadratic, start_at(PEAK + 0.1, 1.1 * CURVATURE), tolerance=1e-6)
    assert found.gradient <= 1e-6
    assert found.iterations == 9
