"""Distances, links within groups, and permutations in blocks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from policyindex._kernels import neighbourhoods
from policyindex._kernels.neighbourhoods import RADIUS, great_circles, moran, pairs_within


def test_distances_are_those_of_a_sphere() -> None:
    north, east = np.array([0.0, 0, 90, 0, 0]), np.array([0.0, 90, 13, 180, 1e-6])
    apart = great_circles(north, east)
    quarter = RADIUS * np.pi / 2
    np.testing.assert_allclose(apart[0, :4], [0, quarter, quarter, 2 * quarter])
    assert apart[0, 4] == pytest.approx(RADIUS * np.radians(1e-6), rel=1e-9)
    np.testing.assert_array_equal(apart, apart.T)


def test_distance_crosses_the_date_line() -> None:
    apart = great_circles(np.array([-18.0, -14.0]), np.array([179.0, -172.0]))
    assert apart[0, 1] == pytest.approx(1063, abs=10)  # Fiji and Samoa


def test_every_two_units_of_a_group_are_linked() -> None:
    links = pairs_within(np.array([1, 0, 1, -1, 1, -1, 2])).toarray()
    expected = np.zeros((7, 7))
    for one, other in ((0, 2), (0, 4), (2, 4)):
        expected[one, other] = expected[other, one] = 1
    np.testing.assert_array_equal(links, expected)
    assert pairs_within(np.full(3, -1)).nnz == 0
    assert pairs_within(np.array([], dtype=np.intp)).shape == (0, 0)


def test_blocks_do_not_change_a_pvalue(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(3, 16, 30).astype(float)
    links = csr_array(np.roll(np.eye(30), 1, axis=1))
    whole = moran(values, links, 200, np.random.default_rng(1))
    monkeypatch.setattr(neighbourhoods, "CELLS", 30 * 7)
    assert moran(values, links, 200, np.random.default_rng(1)) == whole
    assert whole.permutations == 200


def test_permutations_that_differ_by_rounding_alone_are_equal() -> None:
    """On a ring, where the odd one stands does not matter."""
    ring = csr_array(np.roll(np.eye(7), 1, axis=1) + np.roll(np.eye(7), -1, axis=1))
    values = np.array([0.1] * 6 + [0.7])
    for most in (5040, 500):
        assert moran(values, ring, most, np.random.default_rng(0)).pvalue == 1


def test_turns_and_mirror_images_of_a_ring_have_the_same_i() -> None:
    """All 14 of them count, whatever the order in which their products are added."""
    ring = csr_array(np.roll(np.eye(7), 1, axis=1) + np.roll(np.eye(7), -1, axis=1))
    for seed in range(20):
        values = np.random.default_rng(seed).random(7)
        count = moran(values, ring, 5040, np.random.default_rng(0)).pvalue * 5040
        assert round(count) % 14 == 0
