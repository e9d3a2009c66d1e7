"""Scores and bounds, held against every completion of the missing codings."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import completions
from policyindex import (
    HTI,
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    overall,
    score,
    score_bounds,
    score_codes,
)
from policyindex._kernels.gather import BLOCK, gather
from policyindex.testing import codebooks, codings, panels

drawn = codebooks().flatmap(lambda book: st.tuples(st.just(book), codings(book)))


def brute_bounds(row: pd.Series, dimension: Dimension) -> tuple[int, int]:
    names = [each.name for each in dimension.indicators]
    scores = [
        dimension.rule(**dict(zip(names, levels, strict=True)))
        for levels in completions(row[names].tolist(), dimension.shape)
    ]
    return min(scores), max(scores)


@given(drawn)
def test_bounds_are_the_extremes_over_all_completions(
    drawn: tuple[Codebook, pd.DataFrame],
) -> None:
    codebook, panel = drawn
    bounds = score_bounds(panel, codebook=codebook)
    scores = score(panel, codebook=codebook)
    assert bounds.index.equals(panel.sort_index().index)
    for key, row in panel.iterrows():
        lows, highs = [], []
        for dimension in codebook.dimensions:
            low, high = brute_bounds(row, dimension)
            assert bounds.loc[key, f"{dimension.name}_low"] == low
            assert bounds.loc[key, f"{dimension.name}_high"] == high
            given_score = scores.loc[key, dimension.name]
            assert given_score == low if low == high else np.isnan(given_score)
            lows.append(low)
            highs.append(high)
        assert bounds.loc[key, "overall_low"] == sum(lows)
        assert bounds.loc[key, "overall_high"] == sum(highs)
        total = scores.loc[key, "overall"]
        assert total == sum(lows) if lows == highs else np.isnan(total)


@given(drawn)
def test_more_knowledge_never_widens_the_bounds(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    codebook, panel = drawn
    before = score_bounds(panel, codebook=codebook)
    after = score_bounds(panel.fillna(0), codebook=codebook)
    for name in codebook.score_scales:
        assert (before[f"{name}_low"] <= after[f"{name}_low"]).all()
        assert (after[f"{name}_high"] <= before[f"{name}_high"]).all()


@given(drawn, st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_does_not_matter(
    drawn: tuple[Codebook, pd.DataFrame], random: Any
) -> None:
    codebook, panel = drawn
    columns = random.sample(list(panel.columns), len(panel.columns))
    shuffled = panel.iloc[random.sample(range(len(panel)), len(panel))][columns]
    pd.testing.assert_frame_equal(
        score(shuffled, codebook=codebook), score(panel, codebook=codebook)
    )


@given(drawn)
def test_input_is_untouched_and_a_row_ignores_the_others(
    drawn: tuple[Codebook, pd.DataFrame],
) -> None:
    codebook, panel = drawn
    before = panel.copy(deep=True)
    whole = score_bounds(panel, codebook=codebook)
    pd.testing.assert_frame_equal(panel, before)
    for key in panel.index:
        alone = score_bounds(panel.loc[[key]], codebook=codebook)
        pd.testing.assert_frame_equal(alone, whole.loc[[key]])


@given(drawn)
def test_units_and_years_may_be_renamed(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    codebook, panel = drawn
    renamed = panel.copy()
    renamed.index = (
        pd.MultiIndex.from_tuples(
            [(f"unit {country}", year + 50) for country, year in panel.index] or [],
            names=["country", "year"],
        )
        if len(panel)
        else panel.index
    )
    pd.testing.assert_frame_equal(
        score(renamed, codebook=codebook).reset_index(drop=True),
        score(panel, codebook=codebook).reset_index(drop=True),
    )


def one_row(**levels: float) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([("DEU", 2009)], names=["country", "year"])
    worst = dict.fromkeys([each.name for each in THREE_P.indicators], 0.0)
    return pd.DataFrame(worst | levels, index=index)


def test_the_worst_is_3_and_the_best_15() -> None:
    assert score(one_row())["overall"].item() == 3
    best = {each.name: len(each.levels) - 1 for each in THREE_P.indicators}
    assert score(one_row(**best))["overall"].item() == 15


def test_nothing_coded_leaves_the_whole_scale() -> None:
    unknown = one_row() * np.nan
    bounds = score_bounds(unknown).iloc[0]
    assert (bounds["overall_low"], bounds["overall_high"]) == (3, 15)
    assert score(unknown).isna().all(axis=None)


@pytest.mark.parametrize(
    ("wrong", "shown"),
    [(3, "3"), (-1, "-1"), (0.5, "0.5"), (np.inf, "inf"), ("two", "'two'"), (1e308, "1e+308")],
)
def test_a_coding_off_its_scale_is_one_clear_error(wrong: object, shown: str) -> None:
    panel = one_row().astype({"enforcement": object})
    panel.loc[("DEU", 2009), "enforcement"] = wrong
    with pytest.raises(PanelError) as refusal:
        score(panel)
    assert str(refusal.value) == (
        f"enforcement must be an integer from 0 to 2 or missing; 1 are not, the first {shown} "
        "at DEU 2009"
    )


def test_absent_indicators_are_named() -> None:
    with pytest.raises(PanelError, match="1 are absent, the first 'penalty'"):
        score(one_row().drop(columns="penalty"))


def test_codings_of_any_numeric_type_score_alike() -> None:
    panel = one_row(specific_law=2, enforcement=1, shelter=1)
    expected = score(panel)
    for kind in ("int8", "Int64", "float32", "object"):
        pd.testing.assert_frame_equal(score(panel.astype(kind)), expected)


def test_the_label_of_the_source_goes_along() -> None:
    panel = one_row()
    panel.attrs["source"] = "a test"
    assert score(panel).attrs["source"] == "a test"
    assert score_bounds(panel).attrs["source"] == "a test"


def test_hti_scores_the_real_file(hti: pd.DataFrame) -> None:
    scores = score(hti, codebook=HTI)
    bounds = score_bounds(hti, codebook=HTI)
    assert len(scores) == 1587
    assert scores["overall"].between(3, 15).sum() == scores["overall"].notna().sum() > 0
    assert (scores["overall"].isna() == (bounds["overall_low"] < bounds["overall_high"])).all()


# overall


ordered = panels(min_size=1).map(pd.DataFrame.sort_index)
weight = st.floats(0.01, 100)
weights = st.fixed_dictionaries({"prosecution": weight, "protection": weight, "prevention": weight})


@given(ordered)
def test_the_default_is_the_plain_sum(panel: pd.DataFrame) -> None:
    expected = panel["prosecution"] + panel["protection"] + panel["prevention"]
    pd.testing.assert_series_equal(overall(panel), expected.rename("overall"))
    equal = dict.fromkeys(panel.columns, 7.0)
    pd.testing.assert_series_equal(overall(panel, weights=equal), expected.rename("overall"))


@given(ordered, weights)
def test_methods_keep_their_order_and_the_scale(
    panel: pd.DataFrame, weights: dict[str, float]
) -> None:
    summed, geometric, minimum = (
        overall(panel, weights=weights, method=method) for method in ("sum", "geometric", "minimum")
    )
    known = panel.notna().all(axis=1)
    for found in (summed, geometric, minimum):
        assert (found.notna() == known).all()
        assert found.dropna().between(3 - 1e-9, 15 + 1e-9).all()
    assert (minimum[known] <= geometric[known] + 1e-9).all()
    assert (geometric[known] <= summed[known] + 1e-9).all()


@given(ordered, st.none() | weights, st.sampled_from(["sum", "geometric", "minimum"]))
def test_each_method_is_its_documented_formula(
    panel: pd.DataFrame, weights: dict[str, float] | None, method: str
) -> None:
    found = overall(panel, weights=weights, method=method).dropna()
    parts = [1.0 if weights is None else weights[name] for name in panel.columns]
    for key, levels in zip(found.index, panel.dropna().to_numpy(), strict=True):
        expected = {
            "sum": sum(w * x for w, x in zip(parts, levels, strict=True)) / sum(parts),
            "geometric": prod(x ** (w / sum(parts)) for w, x in zip(parts, levels, strict=True)),
            "minimum": min(levels),
        }
        assert found[key] == pytest.approx(3 * expected[method], abs=3e-12)


@given(ordered, weights)
def test_dimensions_and_weights_may_be_permuted_together(
    panel: pd.DataFrame, weights: dict[str, float]
) -> None:
    for method in ("sum", "geometric", "minimum"):
        pd.testing.assert_series_equal(
            overall(panel[panel.columns[::-1]], weights=weights, method=method),
            overall(panel, weights=weights, method=method),
        )


def test_a_dimension_of_weight_0_may_be_missing() -> None:
    index = pd.MultiIndex.from_tuples([("HTI", 2009)], names=["country", "year"])
    panel = pd.DataFrame({"prosecution": 2.0, "protection": 2.0, "prevention": np.nan}, index)
    assert np.isnan(overall(panel).item())
    without = {"prosecution": 1, "protection": 1, "prevention": 0}
    for method in ("sum", "geometric", "minimum"):
        assert overall(panel, weights=without, method=method).item() == pytest.approx(6)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"method": "mean"}, "method must be one of sum, geometric, minimum; got 'mean'"),
        ({"weights": {"prosecution": 1}}, "weights must name each dimension once"),
        (
            {"weights": dict.fromkeys(["prosecution", "protection", "prevention", "aid"], 1)},
            "weights must name each dimension once",
        ),
        (
            {"weights": {"prosecution": -1, "protection": 1, "prevention": 1}},
            "weights must be at least 0 and not all 0",
        ),
        (
            {"weights": {"prosecution": 0, "protection": 0, "prevention": 0}},
            "weights must be at least 0 and not all 0",
        ),
        (
            {"weights": {"prosecution": np.nan, "protection": 0, "prevention": 0}},
            "the weight of prosecution must be a finite number; got nan",
        ),
        (
            {"weights": {"prosecution": 1, "protection": "two", "prevention": 0}},
            "the weight of protection must be a finite number; got 'two'",
        ),
        ({"weights": 5}, "weights must name each dimension once .*, with its weight; got 5"),
        (
            {"weights": ["prosecution", "protection", "prevention"]},
            "weights must name each dimension once",
        ),
    ],
)
def test_impossible_aggregations_are_refused(options: dict[str, Any], told: str) -> None:
    index = pd.MultiIndex.from_tuples([("HTI", 2009)], names=["country", "year"])
    panel = pd.DataFrame({"prosecution": 2.0, "protection": 2.0, "prevention": 2.0}, index)
    with pytest.raises(ValueError, match=told):
        overall(panel, **options)


def test_a_geometric_mean_needs_positive_dimensions() -> None:
    index = pd.MultiIndex.from_product([["DEU", "HTI", "NGA"], [2009]], names=["country", "year"])
    panel = pd.DataFrame({"prosecution": [1.0, 2.0, -1.0], "protection": [0.5, 0.0, 2.0]}, index)
    with pytest.raises(PanelError, match="2 rows have one that is not, the first HTI 2009"):
        overall(panel, method="geometric")
    assert overall(panel.iloc[:1], method="geometric").item() == pytest.approx(2 * 0.5**0.5)
    assert overall(panel, method="sum").tolist() == [1.5, 2, 1]
    assert overall(panel, method="minimum").tolist() == [1, 0, -2]


def test_a_panel_without_a_dimension_has_no_overall_score() -> None:
    index = pd.MultiIndex.from_tuples([("HTI", 2009)], names=["country", "year"])
    with pytest.raises(PanelError, match="1 or more columns of dimensions"):
        overall(pd.DataFrame({"overall": [6.0]}, index))


# the kernel


@given(
    st.lists(st.integers(2, 5), min_size=1, max_size=6),
    st.integers(0, 40),
    st.integers(0, 2**32 - 1),
)
def test_gather_is_fancy_indexing(shape: list[int], n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(-1, 100, shape).astype(np.int8)
    columns = [rng.integers(-1, size - 1, n).astype(np.int8) for size in shape]
    expected = table[tuple(column.astype(int) + 1 for column in columns)]
    np.testing.assert_array_equal(gather(columns, table), expected)


@pytest.mark.parametrize("n", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
def test_gather_joins_its_blocks(n: int) -> None:
    rng = np.random.default_rng(n)
    shape = (9, 30, 40)  # more than 256 places: two groups of axes
    table = rng.integers(-1, 100, shape).astype(np.int8)
    columns = [rng.integers(-1, size - 1, n).astype(np.int8) for size in shape]
    expected = table[tuple(column.astype(int) + 1 for column in columns)]
    np.testing.assert_array_equal(gather(columns, table), expected)
    strided = [np.repeat(column, 2)[::2] for column in columns]
    np.testing.assert_array_equal(gather(strided, table), expected)


@pytest.mark.parametrize("shape", [(16, 16), (17, 16), (2, 128), (64, 32, 32), (41, 41, 41)])
def test_gather_numbers_tables_of_any_size(shape: tuple[int, ...]) -> None:
    # Around 2^8 and 2^16 places, where the next wider integer is needed.
    table = np.random.default_rng(1).integers(-1, 100, shape).astype(np.int8)
    columns = [each.astype(np.int8).ravel() - np.int8(1) for each in np.indices(shape)]
    np.testing.assert_array_equal(gather(columns, table), table.ravel())


@pytest.mark.parametrize("wrong", [-2, 6, 127, -128])
@pytest.mark.parametrize("row", [0, 3, BLOCK + 1])
def test_gather_refuses_codes_outside_the_table(wrong: int, row: int) -> None:
    table = np.zeros((3, 7), dtype=np.int8)
    columns = [np.zeros(BLOCK + 3, dtype=np.int8), np.full(BLOCK + 3, 4, dtype=np.int8)]
    columns[1][row] = wrong
    columns[1][BLOCK + 2] = 100
    with pytest.raises(ValueError, match=f"0 to 5; column 1 has {wrong} at row {row}$"):
        gather(columns, table)


def test_gather_refuses_columns_that_do_not_fit() -> None:
    table = np.zeros((3, 3), dtype=np.int8)
    good = np.zeros(5, dtype=np.int8)
    other = [[good.astype(kind)] * 2 for kind in (bool, np.uint8, np.int16, np.int64, np.float64)]
    for columns in ([good], [good] * 3, [good, good[:4]], [good, good.astype(np.uint8)], *other):
        with pytest.raises(ValueError, match="codes must be 2 int8 columns of one length"):
            gather(columns, table)


def test_four_dimensions_score_to_20() -> None:
    fourth = Dimension(
        "partnership", (Indicator("task_force"),), lambda task_force: 1 + 4 * task_force
    )
    codebook = Codebook("4P", (*THREE_P.dimensions, fourth))
    best = {each.name: len(each.levels) - 1 for each in codebook.indicators}
    assert score(one_row(**best), codebook=codebook)["overall"].item() == 20
    assert score(one_row(task_force=0), codebook=codebook)["overall"].item() == 4


@given(drawn)
def test_arrays_of_codes_score_as_panels_do(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    codebook, panel = drawn
    codes = {name: panel[name].fillna(-1).to_numpy().astype(np.int8) for name in codebook.scales}
    found = score_codes(codes | {"other": np.zeros(1)}, codebook=codebook)
    expected = score(panel, codebook=codebook)
    assert list(found) == [each.name for each in codebook.dimensions]
    for name, scores in found.items():
        assert scores.dtype == np.int8
        by_row = pd.Series(scores, panel.index, dtype=np.float64).where(scores >= 0)
        pd.testing.assert_series_equal(by_row.sort_index(), expected[name], check_names=False)


def test_arrays_of_codes_must_be_there_in_bytes_and_in_range() -> None:
    codes = {name: np.zeros(3, dtype=np.int8) for name in THREE_P.scales}
    some = {name: codes[name] for name in codes if name not in ("penalty", "shelter")}
    with pytest.raises(ValueError, match="for every indicator of 3P; 2 are absent, .*'penalty'"):
        score_codes(some)
    with pytest.raises(ValueError, match="int8 columns of one length"):
        score_codes(codes | {"penalty": np.zeros(3)})
    with pytest.raises(ValueError, match="codes must be -1"):
        score_codes(codes | {"penalty": np.array([0, 0, 2], dtype=np.int8)})
