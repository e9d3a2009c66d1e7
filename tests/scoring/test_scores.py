"""Scores and bounds, compared with every completion of the missing codings."""

from __future__ import annotations

import re
from math import prod
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import completions, examples, from_zero
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
from policyindex.codebooks import Sum
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
@examples(40)
def test_bounds_are_the_extremes_over_all_completions(
    drawn: tuple[Codebook, pd.DataFrame],
) -> None:
    codebook, panel = drawn
    bounds = score_bounds(panel, codebook=codebook)
    scores = score(panel, codebook=codebook)
    ordered = panel.sort_index()
    expected_bounds, expected = [], []
    for _, row in ordered.iterrows():
        ends = [brute_bounds(row, dimension) for dimension in codebook.dimensions]
        ends.append((sum(low for low, _ in ends), sum(high for _, high in ends)))
        expected_bounds.append([end for pair in ends for end in pair])
        expected.append([low if low == high else np.nan for low, high in ends])
    names = list(codebook.score_scales)
    columns = [f"{name}_{end}" for name in names for end in ("low", "high")]
    for answer, rows, labels in ((bounds, expected_bounds, columns), (scores, expected, names)):
        table = pd.DataFrame(rows, index=ordered.index, columns=labels, dtype=np.float64)
        pd.testing.assert_frame_equal(answer, table)


@given(drawn)
def test_more_codings_never_widen_the_bounds(drawn: tuple[Codebook, pd.DataFrame]) -> None:
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
@examples(40)
def test_the_input_stays_as_it_was_and_a_row_ignores_the_others(
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


def test_scores_run_from_3_to_15() -> None:
    assert score(one_row())["overall"].item() == 3
    best = {each.name: len(each.levels) - 1 for each in THREE_P.indicators}
    assert score(one_row(**best))["overall"].item() == 15


def test_a_row_without_codings_has_the_whole_scale_between_its_bounds() -> None:
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
        f"enforcement must be an integer from 0 to 2 or missing; 1 is not, the first {shown} "
        "at DEU 2009"
    )


def test_absent_indicators_are_named() -> None:
    with pytest.raises(PanelError, match="1 is absent: penalty"):
        score(one_row().drop(columns="penalty"))


def test_codings_of_any_numeric_type_have_the_same_scores() -> None:
    panel = one_row(specific_law=2, enforcement=1, shelter=1)
    expected = score(panel)
    for kind in ("int8", "Int64", "float32", "object"):
        pd.testing.assert_frame_equal(score(panel.astype(kind)), expected)


def test_scores_and_bounds_name_the_source_of_the_codings() -> None:
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
    ("options", "message"),
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
def test_impossible_aggregations_are_refused(options: dict[str, Any], message: str) -> None:
    index = pd.MultiIndex.from_tuples([("HTI", 2009)], names=["country", "year"])
    panel = pd.DataFrame({"prosecution": 2.0, "protection": 2.0, "prevention": 2.0}, index)
    with pytest.raises(ValueError, match=message):
        overall(panel, **options)


def test_a_geometric_mean_needs_positive_dimensions() -> None:
    index = pd.MultiIndex.from_product([["DEU", "HTI", "NGA"], [2009]], names=["country", "year"])
    panel = pd.DataFrame({"prosecution": [1.0, 2.0, 0.0], "protection": [2.0, 0.0, 2.0]}, index)
    book = Codebook("from 0", from_zero(["prosecution", "protection"], 2))
    with pytest.raises(PanelError, match="2 of 3 rows have one that is not, the first HTI 2009"):
        overall(panel, codebook=book, method="geometric")
    first = overall(panel.iloc[:1], codebook=book, method="geometric")
    assert first.item() == pytest.approx(2 * 2**0.5)
    assert overall(panel, codebook=book).tolist() == [3, 2, 2]
    assert overall(panel, codebook=book, method="minimum").tolist() == [2, 0, 0]
    for without in ("prosecution", "protection"):
        weights = {"prosecution": 1, "protection": 1} | {without: 0}
        positive = panel[panel.drop(columns=without).gt(0).all(axis=1)]
        found = overall(positive, codebook=book, weights=weights, method="geometric")
        assert found.tolist() == (2 * positive.drop(columns=without).sum(axis=1)).tolist()


def test_a_panel_that_lacks_dimensions_is_refused() -> None:
    index = pd.MultiIndex.from_tuples([("HTI", 2009)], names=["country", "year"])
    with pytest.raises(PanelError, match="the dimensions of the codebook 3P: .*; 3 are absent"):
        overall(pd.DataFrame({"overall": [6.0]}, index))
    with pytest.raises(PanelError, match="1 is absent: protection"):
        overall(pd.DataFrame({"prosecution": [6.0], "prevention": 1}, index))
    with pytest.raises(PanelError, match="it has its indicators, .*; score the codings first"):
        overall(one_row())


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
def test_arrays_of_codes_have_the_scores_of_panels(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    codebook, panel = drawn
    codes = {name: panel[name].fillna(-1).to_numpy().astype(np.int8) for name in codebook.scales}
    found = score_codes(codes | {"other": np.zeros(1)}, codebook=codebook)
    expected = score(panel, codebook=codebook)
    assert list(found) == [each.name for each in codebook.dimensions]
    for name, scores in found.items():
        assert scores.dtype == np.int8
        by_row = pd.Series(scores, panel.index, dtype=np.float64).where(scores >= 0)
        pd.testing.assert_series_equal(by_row.sort_index(), expected[name], check_names=False)


def test_columns_of_a_table_are_arrays_of_codes() -> None:
    random = np.random.default_rng(2)
    codes = {
        name: random.integers(-1, top + 1, 50).astype(np.int8)
        for name, (_, top) in THREE_P.scales.items()
    }
    expected = score_codes(codes)
    table = pd.DataFrame(codes)
    for columns in (table, dict(table.items()), table.set_index(table.index[::-1])):
        found = score_codes(columns)  # type: ignore[arg-type]
        for name, scores in expected.items():
            np.testing.assert_array_equal(found[name], scores, strict=True)


@pytest.mark.parametrize(
    ("top", "dtype"), [(126, np.int8), (127, np.int8), (128, np.int16), (2**15, np.int32)]
)
def test_arrays_of_scores_are_of_the_smallest_type_that_holds_them(top: int, dtype: Any) -> None:
    names = ("shelter", "hotline")
    rule = Sum(dict(zip(names, (top - 1, 1), strict=True)))
    aid = Dimension("aid", tuple(map(Indicator, names)), rule, levels=())
    codes = {"shelter": np.int8([0, 1, 1]), "hotline": np.int8([0, 1, -1])}
    found = score_codes(codes, codebook=Codebook("aid", (aid,)))["aid"]
    assert found.tolist() == [0, top, -1]
    assert found.dtype == dtype


def test_thresholds_may_be_fractions() -> None:
    """Of 24 indicators, too many for a table, the first k count half a point each."""
    names = [f"i{place}" for place in range(24)]
    rule = Sum(dict.fromkeys(names, 0.5), thresholds=(0.5, 1.25, 7.5, 12))
    aid = Dimension("aid", tuple(map(Indicator, names)), rule, levels=tuple("abcde"))
    codes = {name: (np.arange(25) > place).astype(np.int8) for place, name in enumerate(names)}
    found = score_codes(codes, codebook=Codebook("aid", (aid,)))["aid"]
    reached = [(np.array([0.5, 1.25, 7.5, 12]) <= k / 2).sum() for k in range(25)]
    assert (found - found[0]).tolist() == reached


def test_absent_arrays_other_types_and_codes_out_of_range_are_refused() -> None:
    codes = {name: np.zeros(3, dtype=np.int8) for name in THREE_P.scales}
    some = {name: codes[name] for name in codes if name not in ("penalty", "shelter")}
    with pytest.raises(ValueError, match="for every indicator of 3P; 2 are absent: penalty"):
        score_codes(some)
    rule = "codes must be int8 columns of one length; 1 is not, the first 'penalty' of "
    for column, form in (
        (np.zeros(3), "float64 (3,)"),
        (np.zeros(2, dtype=np.int8), "int8 (2,)"),
        (np.zeros((3, 1), dtype=np.int8), "int8 (3, 1)"),
        (np.int8(0), "int8 ()"),
        ([0.0, 0.0, 0.0], "float64 (3,)"),
    ):
        with pytest.raises(ValueError, match=re.escape(rule + form)):
            score_codes(codes | {"penalty": column})  # type: ignore[dict-item]
    for odd in (None, 5, list(codes), pd.Series(codes)):
        with pytest.raises(ValueError, match="codes must map each indicator to an int8 array; got"):
            score_codes(odd)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="codes must be -1"):
        score_codes(codes | {"penalty": np.array([0, 0, 2], dtype=np.int8)})
