"""The regions of each profile: proof that their keys differ, and years ranked in parts."""

from __future__ import annotations

import numpy as np
import pytest

from builders import DIMENSIONS, panel
from policyindex import weight_ranks
from policyindex._kernels import weightings
from policyindex._kernels.arrangement import PROFILES, TRIANGLE, arrange


def test_no_two_sets_of_profiles_ahead_of_one_have_one_key() -> None:
    """For every profile at every weighting: in the cells, on the edges and at the vertices.

    The weightings of a smaller triangle are among them.
    """
    lines = arrange()
    edges = lines.vertices[lines.edges]
    # each scaled to a common sum, so that their sum lies between both, in exact integers
    sums = edges.sum(2, keepdims=True)
    middles = (edges * sums[:, ::-1]).sum(1)
    points = np.concatenate([lines.points, middles, lines.vertices])
    scores = points @ PROFILES.T
    assert len(points) == 5460 + 8751 + 3292
    for profile, own in enumerate(scores.T):
        ahead = scores > own[:, None]
        packed = np.packbits(ahead, axis=1)
        sets = len(set(map(bytes, packed)))
        assert len(np.unique(ahead @ weightings.KEYS)) == sets, profile


def test_the_regions_of_a_profile_are_fewer_than_the_cells_and_cover_the_triangle() -> None:
    cells, vertices = weightings._regions(TRIANGLE)
    sizes = []
    for profile in range(len(PROFILES)):
        others, ahead, shares = cells.of(profile)
        assert shares.sum() == 1
        assert len(np.unique(ahead, axis=0)) == len(ahead) == len(shares)
        # who is level by level at least as high is always ahead; who is at most as high never
        higher = (PROFILES[profile] <= PROFILES).all(1)
        assert not (PROFILES[others] <= PROFILES[profile]).all(1).any()
        assert set(np.flatnonzero(higher)) - {profile} <= set(others)
        assert ahead[:, higher[others]].all()
        sizes.append(len(ahead))
        best = vertices.of(profile)[1].sum(1).min()
        assert best <= ahead.sum(1).min()
    assert sum(sizes) == 76_850
    assert sizes[0] == sizes[-1] == 1


@pytest.mark.parametrize("size", [1, 3_000])
def test_years_ranked_in_parts_have_the_ranks_of_years_ranked_at_once(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    rows = {
        (f"C{country}", year): rng.integers(1, 6, 3).tolist()
        for year in range(2000, 2012)
        for country in range(rng.integers(1, 9))
    }
    scores = panel(rows, DIMENSIONS)
    whole = weight_ranks(scores)
    monkeypatch.setattr(weightings, "TABLE", size)
    assert weight_ranks(scores).equals(whole)


def test_levels_between_whole_ones_are_not_exact() -> None:
    assert weightings.is_exact(np.array([[1.0, 2.0, 5.0], [2.0, 3.0, 4.0]]))
    assert not weightings.is_exact(np.array([[1.0, 2.0, 2.5], [2.0, 3.0, 4.0]]))
    assert not weightings.is_exact(np.array([[1.0, 2.0, 6.0], [2.0, 3.0, 1.0]]))


def test_at_equal_weights_a_year_has_as_many_ranks_as_countries() -> None:
    year = weightings.Year(np.array([[1.0, 2.0], [2.0, 1.0], [4.0, 4.0]]), np.array([1, 2, 1]))
    (ranks,) = weightings.at_equal_weights().ranks([year])
    assert ranks.shares.tolist() == [[[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]]
    assert ranks.low.tolist() == ranks.high.tolist() == [2, 2, 1]
