"""The full factorial, held against one run at a time and against effects by definition."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import DIMENSIONS, NAMES, examples, levelled, panel, panels
from policyindex import Codebook, Dimension, Indicator, PanelError, overall
from policyindex.ranking import ranks
from policyindex.robustness.choices import _effects, sensitivity

MURRAY = {"Murray": {"prosecution": 1, "protection": 2, "prevention": 3}}

FROM_0 = Codebook(
    "from 0",
    tuple(
        Dimension(
            name,
            (Indicator(f"of_{name}", ("none", "some", "all")),),
            lambda **levels: sum(levels.values()),
            ("low", "middle", "high"),
            lowest=0,
        )
        for name in DIMENSIONS
    ),
)


def by_hand(data: pd.DataFrame, method: str, weights: dict[str, float], missing: str) -> pd.Series:
    """One row at a time."""
    scores = {}
    for key, row in data.iterrows():
        used = row.dropna() if missing == "available" else row
        own = np.array([weights[name] for name in used.index])
        if not own.any():
            scores[key] = np.nan
            continue
        levels, own = used.to_numpy()[own > 0], own[own > 0] / own.sum()
        means = {
            "sum": levels @ own,
            "geometric": np.prod(levels**own),
            "minimum": levels.min(),
        }
        scores[key] = 3 * means[method]
    return pd.Series(scores, index=data.index, dtype=np.float64).round(10)


@given(panels(countries=NAMES[:4], years=(2001, 2001), min_size=1))
@examples(15)
def test_every_run_is_that_of_its_parameters(data: pd.DataFrame) -> None:
    found = sensitivity(data, weight_sets=MURRAY)
    assert len(found.runs) == 3 * 5 * 2
    assert list(map(tuple, found.runs[list(found.varied)].to_numpy())) == list(
        product(*found.varied.values())
    )
    sets: dict[str, Any] = {"equal": dict.fromkeys(DIMENSIONS, 1), **MURRAY}
    for name in DIMENSIONS:
        sets[f"without {name}"] = {each: int(each != name) for each in DIMENSIONS}
    for run, (method, weights, missing) in enumerate(product(*found.varied.values())):
        expected = ranks(by_hand(data, method, sets[weights], missing), method="average")
        pd.testing.assert_series_equal(found.ranks[run], expected, check_names=False)
    published = ranks(overall(data), method="average")
    pd.testing.assert_series_equal(found.ranks[0], published, check_names=False)
    for run, row in found.runs.iterrows():
        shifts = (found.ranks[run] - found.ranks[0]).abs().dropna()
        assert row["n"] == len(shifts)
        assert row["shift"] == pytest.approx(shifts.mean(), nan_ok=True)


shapes = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 2))
arrays = shapes.flatmap(
    lambda shape: st.lists(
        st.integers(0, 50), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))
    ).map(lambda values: np.array(values, dtype=float).reshape(shape))
)


@given(arrays)
def test_effects_by_their_definition(shifts: np.ndarray) -> None:
    main, total = _effects(shifts)
    cells = {place: shifts[place] for place in np.ndindex(shifts.shape)}
    everything = np.var(list(cells.values()))
    for axis in range(3):
        if everything == 0:
            assert np.isnan([main[axis], total[axis]]).all()
            continue
        by_option: dict[int, list[float]] = {}
        by_others: dict[tuple[int, ...], list[float]] = {}
        for place, value in cells.items():
            by_option.setdefault(place[axis], []).append(value)
            by_others.setdefault(place[:axis] + place[axis + 1 :], []).append(value)
        own = np.var([np.mean(each) for each in by_option.values()])
        left = np.mean([np.var(each) for each in by_others.values()])
        assert main[axis] == pytest.approx(own / everything, abs=1e-12)
        assert total[axis] == pytest.approx(left / everything, abs=1e-12)
        assert -1e-12 <= main[axis] <= total[axis] + 1e-12 <= 1 + 1e-11


def test_effects_of_a_sum_have_no_interaction() -> None:
    a, b, c = np.arange(3.0), np.array([0.0, 4, 1, 7]), np.array([2.0, 3])
    main, total = _effects(a[:, None, None] + b[:, None] + c)
    assert main == pytest.approx(total)
    assert sum(main) == pytest.approx(1)


def test_one_year_is_that_year_of_all() -> None:
    rows = {
        ("AUT", 2008): [5, 1, 3],
        ("DEU", 2008): [3, 3, 2],
        ("AUT", 2009): [1, 2, 3],
        ("DEU", 2009): [3, 2, None],
        ("NGA", 2009): [2, 2, 2],
    }
    data = panel(rows, DIMENSIONS)
    both, alone = sensitivity(data), sensitivity(data, 2009)
    assert both.ranks.xs(2009, level="year").equals(alone.ranks.xs(2009, level="year"))
    assert list(alone.ranks.index.unique("year")) == [2009]
    assert alone.runs["n"].max() == 2
    assert alone.ranks.loc[("DEU", 2009), 1] == 1  # 3 and 2 of the available dimensions
    assert np.isnan(alone.ranks.loc[("DEU", 2009), 0])


def test_the_sentence_states_the_choices() -> None:
    data = panel({("AUT", 2009): [5, 1, 3], ("DEU", 2009): [3, 3, 4]}, DIMENSIONS)
    data.attrs["source"] = "here"
    found = sensitivity(data, weight_sets=MURRAY)
    sentence = str(found)
    assert "method: sum, geometric, minimum" in sentence
    assert (
        "weights: equal, without prosecution, without protection, without prevention, Murray"
        in sentence
    )
    assert "missing: omit, available (30 runs)" in sentence
    assert "np." not in sentence
    assert "Run 0 is the published index, with shift 0." in sentence
    assert "Among these options, the share of the variance of the shift over all runs" in sentence
    assert sentence in found._repr_html_()
    for table in (found.runs, found.ranks, found.effects):
        assert table.attrs == {"source": "here"}
    nobody = sensitivity(panel({("AUT", 2009): [None, None, None]}, DIMENSIONS))
    assert str(nobody).endswith("(24 runs).")
    assert nobody.effects[["main", "total"]].isna().all(axis=None)


def test_equal_scores_shift_by_average_ranks() -> None:
    """Where the minimum ties all three, nobody gains: shifts of -1, 0 and 1 average to 2/3."""
    data = panel(
        {("AUT", 2009): [5, 1, 3], ("DEU", 2009): [4, 1, 3], ("NGA", 2009): [1] * 3}, DIMENSIONS
    )
    found = sensitivity(data)
    run = found.runs.query("method == 'minimum' and weights == 'equal'").index[0]
    assert found.ranks[0].to_list() == [1, 2, 3]
    assert found.ranks[run].to_list() == [2, 2, 2]
    assert found.runs.loc[run, "shift"] == pytest.approx(2 / 3)


def test_refusals() -> None:
    data = panel({("AUT", 2009): [5, 1, 3]}, DIMENSIONS)
    with pytest.raises(ValueError, match="names of their own; 'equal' is in use"):
        sensitivity(data, weight_sets={"equal": MURRAY["Murray"]})
    with pytest.raises(ValueError, match="year must be a year"):
        sensitivity(data, 1999)
    with pytest.raises(ValueError, match="weights must name each dimension once"):
        sensitivity(data, weight_sets={"odd": {"protection": 1}})
    with pytest.raises(ValueError, match=r"weights must name each dimension once .*; got 1"):
        sensitivity(data, weight_sets=dict.fromkeys(DIMENSIONS, 1))  # type: ignore[arg-type]
    for wrong in (5, [MURRAY["Murray"]], pd.Series(MURRAY), 0):
        with pytest.raises(ValueError, match="weight_sets must map names to sets of weights; got"):
            sensitivity(data, weight_sets=wrong)  # type: ignore[arg-type]
    with pytest.raises(PanelError, match="protection must be an integer from 1 to 5 or missing"):
        sensitivity(data - 1)


def test_a_scale_from_0_has_no_geometric_mean() -> None:
    data = panel({("AUT", 2009): [2, 0, 1], ("DEU", 2009): [1, 1, 2]}, DIMENSIONS)
    found = sensitivity(data, codebook=FROM_0)
    assert found.varied["method"] == ("sum", "minimum")
    assert len(found.runs) == 2 * 4 * 2
    for levels in (data, data.clip(lower=1)):  # the codebook decides, not the levels at hand
        assert sensitivity(levels, codebook=FROM_0).varied == found.varied


def test_equal_products_tie_with_and_without_a_dimension_of_weight_0() -> None:
    data = panel({("AUT", 2009): [3, 2, 4], ("BEL", 2009): [3, 2, np.nan]}, DIMENSIONS)
    found = sensitivity(data)
    run = found.runs.query("method == 'geometric' and weights == 'without prevention'").index[-1]
    assert found.runs.loc[run, "missing"] == "available"
    assert found.ranks[run].tolist() == [1.5, 1.5]


def test_published(published: pd.DataFrame) -> None:
    found = sensitivity(published)
    assert found.ranks.loc[("XKX", 2006), 11] == 112.5  # in integers, by sixth powers
    effects = found.effects[["main", "total"]].round(3).to_numpy().T.tolist()
    assert effects == [[0.470, 0.393, 0], [0.607, 0.529, 0]]
    assert found.runs["shift"].iloc[1:].mean() == pytest.approx(11.93, abs=0.005)
    assert str(found).endswith(
        "that each choice accounts for by itself is 47 % (method), 39 % (weights) and 0 % "
        "(missing); other options give other shares."
    )
    found = sensitivity(published, weight_sets=MURRAY)
    assert found.runs.loc[0, ["n", "shift"]].to_list() == [2124, 0]
    assert found.effects["main"].idxmax() == "method"
    assert found.effects.loc["missing", "total"] < 0.001


def test_one_dimension_is_left_in_by_every_set_of_weights() -> None:
    book = levelled(["prosecution"])
    data = panel({("DEU", 2009): [5], ("GHA", 2009): [2], ("NGA", 2009): [4]}, ["prosecution"])
    found = sensitivity(data, codebook=book)
    assert found.varied["weights"] == ("equal",)
    assert (found.ranks.to_numpy() == [[1], [3], [2]]).all()
