"""Graded response items: probabilities that add up, and slopes that differences confirm."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit

from policyindex._kernels import graded_response

OWN = np.array([1.7, -2.0, 0.1, 0.6, -1.2])

POINTS = np.linspace(-6, 6, 9)


def test_probabilities_are_differences_of_logistic_curves() -> None:
    curves = expit(OWN[0] * POINTS - graded_response.intercepts(OWN)[:, None])
    bounds = np.vstack([np.ones(9), curves, np.zeros(9)])
    table = np.exp(graded_response.log_probabilities(OWN, POINTS))
    np.testing.assert_allclose(table, bounds[:-1] - bounds[1:], atol=1e-15)
    np.testing.assert_allclose(table.sum(0), 1, atol=1e-14)


def test_far_away_a_probability_is_its_relative_limit() -> None:
    far = graded_response.log_probabilities(OWN, np.array([-400.0, 400.0]))
    assert far[-1, 0] == pytest.approx(-1.7 * 400 - graded_response.intercepts(OWN)[-1])
    assert far[0, 0] == pytest.approx(0)
    assert far[-1, 1] == pytest.approx(0)


def test_two_levels_are_one_logistic_curve() -> None:
    own = np.array([2.0, 1.0])
    table = np.exp(graded_response.log_probabilities(own, POINTS))
    np.testing.assert_allclose(table[1], expit(2 * POINTS - 1))


def test_slopes_agree_with_differences() -> None:
    by_parameter, by_point = graded_response.slopes(OWN, POINTS)
    for level in range(5):
        for place, point in enumerate(POINTS):
            differences = approx_fprime(
                OWN,
                lambda own, level=level, point=point: graded_response.log_probabilities(
                    own, np.array([point])
                )[level, 0],
                1e-7,
            )
            np.testing.assert_allclose(by_parameter[:, level, place], differences, atol=2e-6)
    step = 1e-6
    ahead = graded_response.log_probabilities(OWN, POINTS + step)
    behind = graded_response.log_probabilities(OWN, POINTS - step)
    np.testing.assert_allclose(by_point, (ahead - behind) / (2 * step), atol=1e-8)


def test_parameters_return_from_slope_and_intercepts() -> None:
    again = graded_response.parameters(OWN[0], graded_response.intercepts(OWN))
    np.testing.assert_allclose(again, OWN)


def test_a_missing_level_has_probability_one() -> None:
    tables = [graded_response.log_probabilities(OWN, POINTS)] * 2
    rows = graded_response.emitted(np.array([[3, -1], [-1, -1], [3, 2]]), tables)
    np.testing.assert_array_equal(rows[0], tables[0][3])
    np.testing.assert_array_equal(rows[1], 0)
    np.testing.assert_allclose(rows[2], tables[0][3] + tables[1][2])


def test_row_scores_are_expected_slopes_of_the_rows_own_levels() -> None:
    table, _ = graded_response.slopes(OWN, POINTS)
    posterior = np.random.default_rng(0).dirichlet(np.ones(9), 2)
    scores = graded_response.row_scores(np.array([[4], [-1]]), [table], posterior)
    np.testing.assert_allclose(scores[0], table[:, 4] @ posterior[0])
    np.testing.assert_array_equal(scores[1], 0)
