"""Blocks of countries and the cells of a grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from policyindex import latent
from policyindex._kernels import latent_grids
from policyindex._kernels.latent_grids import PARTS, even
from policyindex.latent.lattices import Lattice, axes, blocks, lingering_lattice, static_lattice
from policyindex.latent.models import posterior


@pytest.mark.parametrize("model", ["static", "dynamic"])
def test_blocks_of_any_size_have_the_same_distributions(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    """Also of countries whose rows begin later than those of others."""
    late = small.drop([("C003", 2000), ("C003", 2001), ("C029", 2000)])
    state = posterior(latent.fit(late, model=model))
    (whole,) = blocks(*state)

    def sliced(series: int, *_: object, **__: object) -> Iterator[slice]:
        yield from (slice(begin, begin + 1) for begin in range(series))

    monkeypatch.setattr(latent_grids, "series_blocks", sliced)
    parts = list(blocks(*state))
    assert len(parts) == state.responses.series > 1
    logliks = np.concatenate([each.logliks for each in parts])
    np.testing.assert_allclose(logliks, whole.logliks, atol=1e-6)
    masses = np.vstack([each.posterior for each in parts])
    np.testing.assert_allclose(masses, whole.posterior, atol=1e-6)
    assert [each.rows.start for each in parts[1:]] == [each.rows.stop for each in parts[:-1]]
    for each in parts:
        assert not each.units.any()
        assert each.years.min() == 0


@pytest.mark.parametrize("weight", [1.0, -0.5, 3.0])
def test_a_cell_of_the_grid_is_as_long_as_its_longest_side(weight: float) -> None:
    coarse, fine = even(5, 4.0), even(9, 4.0)
    one = static_lattice(coarse).margin(np.array([weight]))
    assert one.width * PARTS == pytest.approx(2 * abs(weight))
    factor = np.array([[1.0, 0.0], [0.6, 0.8]])
    grids = (coarse, fine)
    both = Lattice(grids, factor, np.ones(45) / 45, None, factor @ axes(grids))
    for weights, along in (([1, 0], 2.0), ([0, 1], 1.2), ([0.5, 0.5], 1.6), ([0, -3], 3.6)):
        assert both.margin(np.array(weights) * weight).width * PARTS == pytest.approx(
            along * abs(weight)
        )


def test_an_item_responds_to_its_own_position_or_to_the_only_one() -> None:
    grids = (even(5, 4.0), even(7, 4.0))
    factor = np.array([[1.0, 0.0], [0.6, 0.8]])
    lattice = lingering_lattice(grids, 0.8, factor)
    assert lattice.latents == 2
    np.testing.assert_array_equal(lattice.of_item(0), np.repeat(grids[0].points, 7))
    other = 0.6 * np.repeat(grids[0].points, 7) + 0.8 * np.tile(grids[1].points, 5)
    np.testing.assert_allclose(lattice.of_item(1), other)
    alone = static_lattice(grids[0])
    for item in range(3):
        np.testing.assert_array_equal(alone.of_item(item), grids[0].points)


@pytest.mark.parametrize(("model", "years"), [("static", 1), ("dynamic", 6)])
def test_a_block_has_as_many_countries_as_the_bound_of_memory_allows(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, model: str, years: int
) -> None:
    state = posterior(latent.fit(small, model=model))
    asked: list[tuple[int, int]] = []

    def noted(series: int, width: int) -> Iterator[slice]:
        asked.append((series, width))
        yield slice(0, series)

    monkeypatch.setattr(latent_grids, "series_blocks", noted)
    assert len(list(blocks(*state))) == 1
    assert asked == [(30, years * len(state.lattice.prior))]


@pytest.mark.parametrize("model", ["static", "dynamic"])
def test_what_else_is_observed_multiplies_the_masses(small: pd.DataFrame, model: str) -> None:
    state = posterior(latent.fit(small, model=model))
    (alone,) = blocks(*state)
    states = len(state.lattice.prior)
    same = np.full((len(state.responses.rows), states), -2.0)
    (again,) = blocks(*state, lambda rows: same[rows])
    np.testing.assert_allclose(again.posterior, alone.posterior, atol=1e-12)
    per_country = np.bincount(state.responses.units)
    np.testing.assert_allclose(again.logliks, alone.logliks - 2 * per_country)
    if model == "static":
        logs = np.random.default_rng(0).normal(size=same.shape)
        (tilted,) = blocks(*state, lambda rows: logs[rows])
        masses = alone.posterior * np.exp(logs)
        np.testing.assert_allclose(tilted.posterior, masses / masses.sum(1, keepdims=True))
