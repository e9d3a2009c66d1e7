"""Dominance held against the arrangement of lines, overtaking against numerical optimisation."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from itertools import combinations, permutations
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from builders import DIMENSIONS, examples, levelled, panel, panels
from policyindex import PanelError
from policyindex.robustness import pairs as pairs_module
from policyindex.robustness import simplex
from policyindex.robustness.pairs import dominance, overtake, settled_pairs
from policyindex.robustness.weights import weight_distribution

FOUR = [*DIMENSIONS, "partnership"]

CODEBOOKS = {n: levelled(FOUR[:n]) for n in (2, 3, 4)}

minima = st.sampled_from([0, 0.1, 0.25, Fraction(1, 7), 1 / 3])
orders = st.sampled_from([None, *permutations(DIMENSIONS, 2), *permutations(DIMENSIONS, 3)])
some = st.sampled_from(
    [(0, None), (0.1, ("protection", "prosecution")), (0.25, tuple(DIMENSIONS)), (1 / 3, None)]
)
levels = st.integers(1, 5)


def two(ours: list[float], theirs: list[float]) -> pd.DataFrame:
    names = FOUR[: len(ours)]
    return panel({("AUT", 2009): ours, ("DEU", 2009): theirs}, names)


pairs = st.integers(2, 4).flatmap(
    lambda n: st.tuples(*[st.lists(levels, min_size=n, max_size=n)] * 2)
)


@pytest.mark.parametrize(
    "regions",
    [
        pytest.param(some, id="some"),
        pytest.param(st.tuples(minima, orders), id="all", marks=pytest.mark.slow),
    ],
)
@given(data=panels(years=(2001, 2001), missing=False, min_size=1), more=st.data())
@examples(40)
def test_a_country_dominates_if_it_is_ahead_in_every_cell(
    data: pd.DataFrame, regions: st.SearchStrategy[Any], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    found = dominance(data, 2001, min_weight=min_weight, order=order)
    table = data.xs(2001, level="year")
    for a, b in permutations(table.index, 2):
        pair = data.loc[[(a, 2001), (b, 2001)]]
        shares = weight_distribution(pair, 2001, min_weight=min_weight, order=order)
        assert found.loc[a, b] == (shares.loc[a, 1] == 1 and shares.loc[b, 1] == 0)


@given(panels(levelled(FOUR), years=(2001, 2001), missing=False, min_size=1))
def test_dominance_without_a_minimum_compares_level_by_level(data: pd.DataFrame) -> None:
    found = dominance(data, 2001, codebook=CODEBOOKS[4])
    table = data.xs(2001, level="year")
    for a, b in permutations(table.index, 2):
        ours, theirs = table.loc[a], table.loc[b]
        assert found.loc[a, b] == bool((ours >= theirs).all() and (ours > theirs).any())
    assert not (found.to_numpy() & found.to_numpy().T).any()


@given(panels(years=(2001, 2001), missing=False, min_size=1), some, st.integers(1, 3))
@examples(40)
def test_blocks_of_rows_make_one_table(data: pd.DataFrame, region: Any, block: int) -> None:
    min_weight, order = region
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "BLOCK", block)
        ahead = dominance(data, 2001, min_weight=min_weight, order=order)
    table = data.xs(2001, level="year").loc[ahead.index, DIMENSIONS]
    scores = table.to_numpy() @ simplex.corners(DIMENSIONS, min_weight, order).T
    never_behind = (scores[:, None] >= scores).all(-1)
    assert (ahead.to_numpy() == never_behind & ~never_behind.T).all()


def units(n: int) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([range(n), [2009]], names=["country", "year"])
    index = index.set_levels([f"unit {each:05}" for each in range(n)], level="country")
    levels = np.random.default_rng(0).integers(1, 6, (n, len(DIMENSIONS)))
    return pd.DataFrame(levels.astype(float), index, DIMENSIONS)


def test_a_table_of_too_many_pairs_is_refused_and_names_the_function_that_counts_them() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "MOST", 20)
        assert dominance(units(20), 2009).shape == (20, 20)
        with pytest.raises(
            ValueError,
            match=r"dominance must have at most 20 countries, since every pair has a cell; 2009 "
            r"has 21; count the rivals of each with robustness\.settled_pairs",
        ):
            dominance(units(21), 2009)
        assert len(settled_pairs(units(21), 2009)) == 21


def test_the_memory_of_dominance_is_that_of_its_answer_and_some_blocks() -> None:
    data = units(2000)
    dominance(units(5), 2009)
    tracemalloc.start()
    answer = dominance(data, 2009)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.shape == (2000, 2000)
    assert peak < 2 * 2000**2


@given(panels(years=(2001, 2001), min_size=1), some)
@examples(40)
def test_settled_pairs_count_those_of_dominance(data: pd.DataFrame, region: Any) -> None:
    min_weight, order = region
    counts = settled_pairs(data, 2001, min_weight=min_weight, order=order)
    ahead = dominance(data, 2001, min_weight=min_weight, order=order)
    assert list(counts.index) == list(ahead.index)
    assert counts["ahead"].to_list() == ahead.sum(axis=1).to_list()
    assert counts["behind"].to_list() == ahead.sum(axis=0).to_list()
    levels = data.xs(2001, level="year")[DIMENSIONS].loc[counts.index]
    corners = simplex.corners(DIMENSIONS, min_weight, order)
    same = (levels @ corners.T).duplicated(keep=False)
    assert (counts["level"] > 0).to_list() == same.to_list()
    settled = counts[["ahead", "behind", "level"]].sum(axis=1) / max(len(counts) - 1, 1)
    expected = settled if len(counts) > 1 else settled * np.nan
    np.testing.assert_allclose(counts["share"], expected)


@given(
    panels(years=(2001, 2001), missing=False, min_size=1),
    st.sampled_from([(0, None), (0.1, ("protection", "prosecution"))]),
    st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any),
)
@examples(40)
def test_a_dominant_country_is_never_behind(
    data: pd.DataFrame, region: Any, parts: list[int]
) -> None:
    """At any mixture of the corners of the set: on its border too."""
    min_weight, order = region
    dominant = dominance(data, 2001, min_weight=min_weight, order=order)
    corners = simplex.corners(DIMENSIONS, min_weight, order)
    weights = np.array(parts) * corners.sum(1).prod() // corners.sum(1) @ corners
    scores = (data.sort_index() @ weights).to_numpy()
    ahead = scores[:, None] > scores
    assert not (dominant.to_numpy() & ahead.T).any()
    if min(parts) > 0:  # inside the set
        assert (ahead | ~dominant.to_numpy()).all()


@given(pairs)
def test_dominance_and_overtaking_agree(pair: tuple[list[float], list[float]]) -> None:
    codebook = CODEBOOKS[len(pair[0])]
    dominant = dominance(two(*pair), 2009, codebook=codebook)
    catch = overtake(two(*pair), "AUT", "DEU", 2009, codebook=codebook)
    same = pair[0] == pair[1]
    assert catch.passes == (not dominant.loc["DEU", "AUT"] and not same)
    behind = all(ours < theirs for ours, theirs in zip(*pair, strict=True))
    assert (catch.weights is None) == behind


@given(pairs, st.sampled_from(["euclidean", "moved"]))
def test_overtaking_happens_at_the_weights_of_the_answer(
    pair: tuple[list[float], list[float]], norm: str
) -> None:
    leads = [int(a - b) for a, b in zip(*pair, strict=True)]
    codebook = CODEBOOKS[len(leads)]
    found = overtake(two(*pair), "AUT", "DEU", 2009, norm=norm, codebook=codebook)
    if found.weights is None:
        assert found.distance == inf
        assert max(leads) < 0
        assert str(found) == "AUT is behind DEU in 2009 with any weights."
        return
    weights = list(found.weights.values())
    assert sum(weights) == 1
    assert min(weights) >= 0
    if found.distance == 0:
        assert set(weights) == {Fraction(1, len(leads))}
        assert sum(leads) >= 0
    else:
        assert sum(w * lead for w, lead in zip(weights, leads, strict=True)) == 0
        assert found.passes == (max(leads) > 0)
        assert ("it is ahead with none" in str(found)) == (not found.passes)
        best = leads.index(max(leads))  # a nudge towards its best dimension puts it ahead
        beyond = [w * Fraction(999, 1000) for w in weights]
        beyond[best] += Fraction(1, 1000)
        beyond_lead = sum(w * lead for w, lead in zip(beyond, leads, strict=True))
        assert (beyond_lead > 0) == found.passes
        changes = [float(w) - 1 / len(leads) for w in weights]
        size = np.linalg.norm(changes) if norm == "euclidean" else np.abs(changes).sum() / 2
        assert found.distance == pytest.approx(size, abs=1e-12)


def shortest_departure(leads: np.ndarray) -> float:
    """Project equal weights on the ties of each set of dimensions; return the least distance."""
    n = len(leads)
    distances = []
    for size in range(1, n + 1):
        for support in map(list, combinations(range(n), size)):
            rules = np.vstack([np.ones(size), leads[support]])
            start = np.full(size, 1 / n)
            weights = start + np.linalg.pinv(rules) @ (np.array([1, 0]) - rules @ start)
            if weights.min() >= -1e-12 and np.allclose(rules @ weights, [1, 0], atol=1e-10):
                every = np.zeros(n)
                every[support] = weights
                distances.append(float(np.linalg.norm(every - 1 / n)))
    return min(distances)


@given(pairs)
@examples(60)
def test_no_smaller_departure_is_enough(pair: tuple[list[float], list[float]]) -> None:
    leads = np.array(pair[0], dtype=float) - np.array(pair[1], dtype=float)
    n = len(leads)
    if leads.sum() >= 0 or leads.max() < 0:
        return
    nearest = overtake(two(*pair), "AUT", "DEU", 2009, codebook=CODEBOOKS[n])
    assert nearest.distance == pytest.approx(shortest_departure(leads), abs=1e-9)
    # moved: gains and losses are 2n variables at least 0
    program = linprog(
        np.full(2 * n, 0.5),
        A_eq=[np.r_[leads, -leads], np.r_[np.ones(n), -np.ones(n)]],
        b_eq=[-leads.sum() / n, 0],
        bounds=[(0, 1)] * n + [(0, 1 / n)] * n,
    )
    moved = overtake(two(*pair), "AUT", "DEU", 2009, norm="moved", codebook=CODEBOOKS[n])
    assert moved.distance == pytest.approx(program.fun, abs=1e-9)


def test_sentences() -> None:
    ahead = overtake(two([5, 4, 5], [4, 5, 4]), "AUT", "DEU", 2009)
    assert str(ahead) == "AUT is not behind DEU at equal weights in 2009."
    same = overtake(two([5, 4, 5], [5, 4, 5]), "AUT", "DEU", 2009)
    assert same.weights == dict.fromkeys(DIMENSIONS, Fraction(1, 3))
    assert str(same) == "AUT is not behind DEU at equal weights in 2009, and is ahead with none."
    behind = overtake(two([1, 1, 1], [2, 2, 2]), "AUT", "DEU", 2009)
    assert behind.distance == inf
    border = overtake(two([4, 5, 3], [4, 5, 4]), "AUT", "DEU", 2009)
    half = Fraction(1, 2)
    assert border.weights == dict(zip(DIMENSIONS, (half, half, Fraction(0)), strict=True))
    assert str(border) == (
        "AUT draws level with DEU in 2009 at prosecution 1/2, protection 1/2, prevention 0, "
        "0.408 from equal weights (euclidean); it is ahead with none."
    )
    moved = overtake(two([4, 5, 3], [4, 5, 4]), "AUT", "DEU", 2009, norm="moved")
    assert moved.weights == border.weights  # both dimensions in which the two are level count alike
    moved = overtake(two([4, 5, 4], [5, 4, 5]), "AUT", "DEU", 2009, norm="moved")
    assert moved.weights == dict(
        zip(DIMENSIONS, (Fraction(1, 6), Fraction(1, 2), Fraction(1, 3)), strict=True)
    )
    assert "0.167 from equal weights (moved)" in str(moved)
    assert "<td>1/6</td>" in moved._repr_html_()
    assert "<p>AUT is behind DEU in 2009 with any weights.</p>" in behind._repr_html_()


def test_countries_by_name_or_code() -> None:
    data = two([5, 4, 5], [4, 5, 4])
    expected = overtake(data, "DEU", "AUT", 2009)
    assert overtake(data, "Germany", "at", np.int64(2009)) == expected  # type: ignore[arg-type]
    assert expected[:3] == ("DEU", "AUT", 2009)
    assert str(overtake(data, "DEU", "AUT", 2009.0)) == str(expected)  # type: ignore[arg-type]
    towns = two([5, 4, 5], [4, 5, 4]).rename({"AUT": "Graz", "DEU": "Ulm"}, level="country")
    assert overtake(towns, "Ulm", "Graz", 2009)[3:] == expected[3:]


def test_refusals() -> None:
    data = two([5, 4, 5], [4, 5, 4])
    with pytest.raises(ValueError, match="norm must be one of euclidean, moved; got 'cosine'"):
        overtake(data, "AUT", "DEU", 2009, norm="cosine")
    with pytest.raises(
        ValueError, match="countries must be names or codes .* 1 of 2 is not: 'ITA'"
    ):
        overtake(data, "AUT", "ITA", 2009)
    with pytest.raises(ValueError, match=r"is not: 'Germny' \(nearest: Germany\)"):
        overtake(data, "AUT", "Germny", 2009)
    gaps = panel(
        {("AUT", 2009): [5, None, None], ("DEU", 2009): [1, 2, 3], ("ITA", 2008): [1] * 3},
        DIMENSIONS,
    )
    with pytest.raises(ValueError, match="Austria lacks protection, prevention$"):
        overtake(gaps, "DEU", "AUT", 2009)
    with pytest.raises(ValueError, match="Italy lacks prosecution, protection, prevention$"):
        overtake(gaps, "DEU", "ITA", 2009)
    with pytest.raises(ValueError, match="year must be a year"):
        dominance(data, 1999)
    with pytest.raises(PanelError, match="2 are absent: prosecution"):
        dominance(data[["protection"]], 2009)
    with pytest.raises(ValueError, match="codebook must have 2 or more dimensions"):
        dominance(data, 2009, codebook=levelled(["protection"]))
