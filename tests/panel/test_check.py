"""The country-year contract."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import levelled, panels
from policyindex import PanelError, ReadingWarning, as_panel, check_panel, coverage
from policyindex.panel import check
from policyindex.panel.check import check_scores


def index_of(*keys: tuple[Any, Any]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples(keys, names=["country", "year"])


some = panels(levelled(["prosecution", "protection"]), min_size=1, max_size=8)


@given(some)
def test_a_checked_panel_is_sorted_float_and_unchanged_by_another_check(
    panel: pd.DataFrame,
) -> None:
    before = panel.copy(deep=True)
    checked = check_panel(panel)
    pd.testing.assert_frame_equal(panel, before)
    assert checked.index.is_monotonic_increasing
    assert (checked.dtypes == np.float64).all()
    pd.testing.assert_frame_equal(checked, panel.sort_index())
    pd.testing.assert_frame_equal(check_panel(checked), checked)
    for name in panel:
        pd.testing.assert_series_equal(check_scores(panel[name]), checked[name])


@given(some)
def test_as_panel_undoes_reset_index(panel: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(as_panel(panel.reset_index()), panel.sort_index())
    pd.testing.assert_frame_equal(as_panel(panel), panel.sort_index())


@given(some)
def test_coverage_by_loops(panel: pd.DataFrame) -> None:
    for part in (panel, panel[["protection"]], panel[[]]):
        found = coverage(part)
        width = part.shape[1]
        for level, table in (("year", found.by_year), ("country", found.by_country)):
            labels = panel.index.get_level_values(level)
            assert table.index.tolist() == sorted(set(labels))
            for label, row in table.iterrows():
                cells = part[labels == label].notna().to_numpy()
                complete = [each.all() and width > 0 for each in cells]
                assert row["complete"] == sum(complete)
                some_known = sum(each.any() for each in cells)
                assert row["countries" if level == "year" else "years"] == some_known
                if level == "year":
                    assert row[list(part.columns)].tolist() == cells.sum(axis=0).tolist()


@given(some)
def test_coverage_spans_the_known_years_and_lists_the_gaps(panel: pd.DataFrame) -> None:
    found = coverage(panel)
    known = panel.notna()
    for country, row in found.by_country.iterrows():
        years = [
            year for (unit, year), some in known.any(axis=1).items() if unit == country and some
        ]
        assert row["years"] == len(years)
        if years:
            assert (row["first_year"], row["last_year"]) == (min(years), max(years))
            expected = set(range(min(years), max(years))) - set(years)
            assert set(row["gaps"]) == expected
        else:
            assert np.isnan(row["first_year"])
            assert row["gaps"] == ()


@pytest.mark.parametrize("name", ["countries", "complete"])
def test_coverage_has_one_column_of_a_name(name: str) -> None:
    panel = pd.DataFrame({"a": [1.0], name: [1.0]}, index_of(("DEU", 2009)))
    with pytest.raises(PanelError, match=f"1 do not, the first '{name}'; rename it"):
        coverage(panel)


def test_types_are_brought_to_the_contract() -> None:
    index = pd.MultiIndex.from_arrays(
        [pd.Categorical(["DEU", "NGA"]), np.array([2009, 2009], dtype=np.int16)],
        names=["country", "year"],
    )
    panel = pd.DataFrame(
        {"a": pd.array([1, None], dtype="Int8"), "b": pd.Categorical([1, 2]), "c": ["1", "2"]},
        index=index,
    )
    checked = check_panel(panel)
    assert (checked.dtypes == np.float64).all()
    assert checked.index.levels[1].dtype == np.int64
    assert not isinstance(checked.index.levels[0].dtype, pd.CategoricalDtype)
    assert checked.to_numpy().tolist()[1][1:] == [2, 2]


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint16, np.uint64, object])
@pytest.mark.parametrize("labels", [list, pd.Categorical])
def test_labels_of_every_type_become_text_and_int64(kind: type, labels: Any) -> None:
    years = pd.Index(np.array([100, 101], dtype=kind))
    index = pd.MultiIndex.from_arrays([labels(["DEU", "NGA"]), years], names=["country", "year"])
    expected = pd.Index(["DEU", "NGA"]).dtype
    for checked in (
        check_panel(pd.DataFrame({"a": 1.0}, index)),
        check_scores(pd.Series(1.0, index)),
    ):
        assert [level.dtype for level in checked.index.levels] == [expected, np.int64]
        assert checked.index.tolist() == [("DEU", 100), ("NGA", 101)]


def test_an_empty_panel_keeps_the_types_of_its_labels() -> None:
    panel = check_panel(pd.DataFrame({"a": [1.0]}, index=index_of(("DEU", 2009))))
    empty = check_panel(panel.iloc[:0])
    types = [level.dtype for level in panel.index.levels]
    assert [level.dtype for level in empty.index.levels] == types


@pytest.mark.parametrize(
    ("index", "told"),
    [
        (pd.RangeIndex(1), "levels country and year"),
        (pd.MultiIndex.from_tuples([(2009, "DEU")], names=["year", "country"]), "in this order"),
        (pd.MultiIndex.from_tuples([("DEU", 2009)], names=["code", "year"]), "levels country and"),
        (
            index_of(("DEU", 2009.5)),
            "year must be an integer of at most four digits; 1 is not, the first 2009.5",
        ),
        (
            index_of(("DEU", "2009")),
            "year must be an integer of at most four digits; 1 is not, the first '2009'",
        ),
        (index_of((276, 2009)), "country must be text.*the first 276"),
        (index_of(("", 2009)), "country must be text.*the first ''"),
        (index_of((None, 2009)), "country must not be missing; 1 row has none"),
        (index_of(("DEU", None)), "year must not be missing; 1 row has none"),
    ],
)
def test_a_wrong_index_is_one_clear_error(index: pd.Index, told: str) -> None:
    with pytest.raises(PanelError, match=told):
        check_panel(pd.DataFrame({"a": [1.0]}, index=index))
    with pytest.raises(PanelError, match=told):
        check_scores(pd.Series([1.0], index=index))


def test_repeated_rows_are_refused_with_the_first() -> None:
    index = index_of(("DEU", 2009), ("NGA", 2008), ("NGA", 2008), ("DEU", 2009))
    with pytest.raises(PanelError, match="2 rows? repeats? an earlier one, the first NGA 2008"):
        check_panel(pd.DataFrame({"a": 1.0}, index=index))


def test_cells_off_their_scale_are_counted_and_the_first_named() -> None:
    index = index_of(("AUT", 2009), ("DEU", 2009), ("NGA", 2009), ("USA", 2009))
    panel = pd.DataFrame({"prosecution": [5, 7, 0, 2.5]}, index=index)
    with pytest.raises(PanelError) as refusal:
        check_panel(panel, scales={"prosecution": (1, 5)})
    assert str(refusal.value) == (
        "prosecution must be an integer from 1 to 5 or missing; 3 are not, the first 7 at DEU 2009"
    )


def test_unused_labels_do_not_matter() -> None:
    index = pd.MultiIndex.from_arrays([["DEU", ""], [2009, 2009]], names=["country", "year"])
    panel = pd.DataFrame({"a": [1.0, 2.0]}, index=index)
    assert len(check_panel(panel.iloc[:1])) == 1


@pytest.mark.parametrize("wrong", [np.inf, "five", [1], pd.Timestamp("2009-01-01")])
def test_cells_that_are_not_numbers_are_refused(wrong: object) -> None:
    panel = pd.DataFrame(
        {"a": pd.Series([wrong], dtype=object).to_numpy()}, index=index_of(("DEU", 2009))
    )
    with pytest.raises(PanelError, match="a must be a finite number or missing; 1 is not"):
        check_panel(panel)


def test_wrong_containers_are_refused() -> None:
    panel = pd.DataFrame({"a": [1.0]}, index=index_of(("DEU", 2009)))
    with pytest.raises(PanelError, match="must be a DataFrame.*this is a Series"):
        check_panel(panel["a"])  # type: ignore[arg-type]
    with pytest.raises(PanelError, match=r"this is a DataFrame without it; pick a column.*\['a'\]"):
        check_scores(panel)
    with pytest.raises(PanelError, match="this is a list"):
        as_panel([1])  # type: ignore[arg-type]
    with pytest.raises(PanelError, match="columns must be distinct; a is repeated"):
        check_panel(pd.concat([panel, panel], axis=1))
    with pytest.raises(PanelError, match="1 is absent: b; it has a"):
        check_panel(panel, scales={"b": (1, 5)})


def test_as_panel_takes_names_codes_and_one_year() -> None:
    table = pd.DataFrame({"state": ["Cote D'Ivoire", "KOR"], "p": [9, 14]})
    panel = as_panel(table, country_column="state", file_year=2009)
    assert panel.index.tolist() == [("CIV", 2009), ("KOR", 2009)]
    for whole in (2009.0, np.int64(2009), np.float32(2009)):
        pd.testing.assert_frame_equal(
            as_panel(table, country_column="state", file_year=whole), panel
        )
    letters = as_panel(
        pd.DataFrame({"code": ["AUS"], "year": ["2009"]}), country_column="code", kind="cowc"
    )
    assert letters.index.tolist() == [("AUT", 2009)]


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (["2009", "20x9"], "2 to 2100"),
        ([2009.5, 2009], "the first .*2009.5.* in row 1"),
        ([None, 2009], "1 is not"),
        ([1066, 2009], "from 1900 to 2100; 1 is not, the first .*1066"),
    ],
)
def test_as_panel_refuses_years(years: list[object], told: str) -> None:
    told = told.replace("2 to 2100", "1900 to 2100; 1 is not, the first '20x9' in row 2")
    with pytest.raises(PanelError, match=told):
        as_panel(pd.DataFrame({"country": ["DEU", "NGA"], "year": years}))


def test_years_from_1900_to_2100_are_taken_into_a_panel() -> None:
    table = pd.DataFrame({"country": ["DEU", "NGA"], "year": [1900, 2100]})
    assert as_panel(table).index.tolist() == [("DEU", 1900), ("NGA", 2100)]
    for wrong in (1899, 2101):
        with pytest.raises(PanelError, match=f"1 is not, the first {wrong} in row 2"):
            as_panel(table.assign(year=[2000, wrong]))
    for year in (9, 1899, np.int64(2101)):
        with pytest.raises(PanelError, match=f"2 are not, the first {year:.15g} in row 1"):
            as_panel(table.drop(columns="year"), file_year=year)


def test_an_index_holds_years_of_four_digits() -> None:
    for years in [(-9999, -9000), (0, 999), (9000, 9999)]:
        panel = pd.DataFrame({"a": 1.0}, index=index_of(*(("DEU", year) for year in years)))
        assert check_panel(panel).index.tolist() == panel.index.tolist()
    for wrong in (-20_000, -10_000, 10_000, 20_000, True):
        index = pd.MultiIndex.from_arrays(
            [["DEU", "NGA"], pd.Index([2009, wrong], dtype=object)], names=["country", "year"]
        )
        with pytest.raises(PanelError, match=f"1 is not, the first {wrong}"):
            check_panel(pd.DataFrame({"a": 1.0}, index=index))


@pytest.mark.parametrize("stray", [-5, 0, 999, 3009, 9999])
def test_a_year_a_thousand_years_away_is_refused(stray: int) -> None:
    rows = index_of(("DEU", 2008), ("DEU", 2009), ("NGA", stray), ("NGA", 2009))
    panel = pd.DataFrame({"a": 1.0}, index=rows)
    rule = rf"within 1,000 of each other; 1 row does not, the first NGA {stray}; correct the year"
    for checks in (check_panel, lambda each: check_scores(each["a"])):
        with pytest.raises(PanelError, match=rule):
            checks(panel)
    many = index_of(*(("DEU", year) for year in range(1500)))
    assert len(check_panel(pd.DataFrame({"a": 1.0}, index=many))) == 1500
    # a level without a row is not a year of the panel
    assert len(check_panel(panel.drop(("NGA", stray)))) == 3


def test_labels_that_are_not_text_are_counted_and_the_first_named() -> None:
    panel = pd.DataFrame({"a": 1.0}, index=index_of((276, 2009), (40, 2009), (40, 2010)))
    with pytest.raises(PanelError, match="country must be text.*; 2 are not, the first 40;"):
        check_panel(panel)


def test_missing_labels_are_counted_and_the_first_row_named() -> None:
    index = index_of(("DEU", 2009), (None, 2009), (None, 2010))
    with pytest.raises(PanelError, match="country must not be missing; 2 rows.*first is row 2$"):
        check_panel(pd.DataFrame({"a": 1.0}, index=index))


@pytest.mark.parametrize(
    ("scale", "taken"), [(None, True), ((0, 1), True), ((0, 2), False), ((1, 5), False)]
)
def test_booleans_are_numbers_without_a_scale_and_on_0_to_1(
    scale: tuple[int, int] | None, taken: bool
) -> None:
    panel = pd.DataFrame({"a": [True, False]}, index=index_of(("DEU", 2009), ("NGA", 2009)))
    scales = None if scale is None else {"a": scale}
    if taken:
        assert check_panel(panel, scales=scales)["a"].tolist() == [1, 0]
    else:
        with pytest.raises(PanelError, match="2 are not, the first True at DEU 2009"):
            check_panel(panel, scales=scales)


@pytest.mark.parametrize("cells", [[2.0, True, 1.0], [None, True, 3], [True, False, 0]])
def test_a_boolean_beside_numbers_is_a_slip(cells: list[object]) -> None:
    index = index_of(("DEU", 2009), ("GHA", 2009), ("NGA", 2009))
    panel = pd.DataFrame({"a": pd.Series(cells, index, object)})
    with pytest.raises(PanelError, match="must be a finite number or missing; .* the first True"):
        check_panel(panel)
    truths = [each if isinstance(each, bool) else None for each in cells]
    alone = panel.assign(a=pd.Series(truths, index, object))
    expected = [np.nan if each is None else float(each) for each in truths]
    np.testing.assert_array_equal(check_panel(alone)["a"], expected)


def test_both_ends_of_a_scale_are_on_it() -> None:
    panel = pd.DataFrame({"a": [2.0, 4.0]}, index=index_of(("DEU", 2009), ("NGA", 2009)))
    pd.testing.assert_frame_equal(check_panel(panel, scales={"a": (2, 4)}), panel)
    for narrower in ((3, 4), (2, 3)):
        with pytest.raises(PanelError, match="1 is not"):
            check_panel(panel, scales={"a": narrower})


@pytest.mark.parametrize(("scale", "kind"), [((0, 3), "an integer"), ((0, 1.5), "a number")])
def test_a_scale_of_integers_has_integers_alone(scale: Any, kind: str) -> None:
    panel = pd.DataFrame({"a": [9.0]}, index=index_of(("DEU", 2009)))
    with pytest.raises(PanelError, match=f"a must be {kind} from 0 to {scale[1]} or missing"):
        check_panel(panel, scales={"a": scale})
    half = panel.assign(a=0.5)
    if kind == "a number":
        assert check_panel(half, scales={"a": scale})["a"].tolist() == [0.5]
    else:
        with pytest.raises(PanelError, match="the first 0.5"):
            check_panel(half, scales={"a": scale})


def test_only_the_columns_with_a_scale_are_kept_in_its_order() -> None:
    panel = pd.DataFrame({"a": [1], "b": [2], "c": [3]}, index=index_of(("DEU", 2009)))
    assert check_panel(panel, scales={"c": (1, 5), "a": (1, 5)}).columns.tolist() == ["c", "a"]
    with pytest.raises(PanelError, match="i28, i29 and 1 more; 31 are absent: i0"):
        check_panel(panel, scales={f"i{place}": (0, 1) for place in range(31)})


def test_repeated_columns_are_counted_and_the_first_named() -> None:
    panel = pd.DataFrame([[1.0] * 5], index=index_of(("DEU", 2009)), columns=list("abcba"))
    with pytest.raises(PanelError, match="b, a are repeated"):
        check_panel(panel)
    twice = pd.DataFrame({"country": ["DEU"], "year": [2009]}, index=index_of(("DEU", 2009)))
    with pytest.raises(PanelError, match="country, year are repeated"):
        as_panel(twice)


def test_columns_of_two_levels_are_refused() -> None:
    panel = pd.DataFrame([[1.0, 2.0]], index=index_of(("DEU", 2009)))
    panel.columns = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])
    with pytest.raises(
        PanelError, match=r"one level of names; these have 2, the first is \('a', 'x'\)"
    ):
        check_panel(panel)


def test_columns_of_two_levels_are_joined() -> None:
    panel = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index_of(("DEU", 2008), ("DEU", 2009)))
    pd.testing.assert_frame_equal(as_panel(panel.unstack()), panel, check_names=False)  # noqa: PD010


def test_the_source_is_carried() -> None:
    panel = pd.DataFrame({"a": [1.0, 2.0]}, index=index_of(("NGA", 2009), ("DEU", 2009)))
    panel.attrs["source"] = "here"
    scores = panel["a"].copy()
    scores.attrs["source"] = "there"
    assert check_panel(panel).attrs == {"source": "here"}
    assert [each.attrs for each in coverage(panel)[:2]] == [{"source": "here"}] * 2
    assert check_scores(scores).attrs == {"source": "there"}


def test_as_panel_reads_dates_as_years() -> None:
    table = pd.DataFrame({"country": ["DEU"], "year": pd.to_datetime(["2009-06-30"]), "p": [15]})
    assert as_panel(table).index.tolist() == [("DEU", 2009)]


def test_as_panel_refuses_unknown_countries_and_columns() -> None:
    with pytest.raises(PanelError, match="Atlantis"):
        as_panel(pd.DataFrame({"country": ["Atlantis"], "year": [2009]}))
    with pytest.raises(PanelError, match="none of its columns is known as one .who, year.*'who'"):
        as_panel(pd.DataFrame({"who": ["DEU"], "year": [2009]}))


def test_the_real_file_is_covered_as_documented(published: pd.DataFrame) -> None:
    found = coverage(published[["prosecution", "protection", "prevention"]])
    by_year = found.by_year["complete"]
    # 2009 has one fewer than the file's own overall scores: Haiti, whose missing part counts as 0.
    assert by_year.loc[2000:2009].tolist() == [73, 89, 117, 133, 150, 157, 162, 168, 173, 174]
    assert (found.by_country["years"] > 0).sum() == 183


def test_coverage_carries_the_label() -> None:
    panel = pd.DataFrame({"prosecution": [1.0]}, index=index_of(("DEU", 2000)))
    panel.attrs["source"] = "a file"
    assert [table.attrs for table in coverage(panel)[:2]] == [{"source": "a file"}] * 2


# The index, checked through its codes


keys = st.lists(
    st.tuples(st.sampled_from(["AUT", "DEU", "NGA"]), st.integers(2000, 2003)), max_size=8
)


@given(keys, st.permutations(["AUT", "DEU", "NGA", "ZZZ"]), st.booleans())
def test_the_index_check_agrees_with_a_look_at_every_label(
    rows: list[tuple[str, int]], levels: list[str], plain: bool
) -> None:
    index = pd.MultiIndex.from_arrays(
        [
            pd.Categorical([unit for unit, _ in rows], categories=levels),
            pd.Index([year for _, year in rows], dtype=np.int64),
        ],
        names=["country", "year"],
    )
    if plain:
        index = index.set_levels(pd.Index(list(index.levels[0]), dtype=object), level=0)
    if len(set(rows)) < len(rows):
        with pytest.raises(PanelError, match="rows? repeats? an earlier one"):
            check.check_index(index)
        return
    checked, order = check.check_index(index)
    assert checked.tolist() == rows
    assert (order is None) == (rows == sorted(rows))
    if order is not None:
        assert checked.take(order).tolist() == sorted(rows)
    if rows:
        assert [level.dtype for level in checked.levels] == [pd.Index(["a"]).dtype, np.int64]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.sampled_from([31, 31_000]))
def test_rows_are_ordered_by_counting_and_by_comparing(places: list[int], cells: int) -> None:
    order = check._order(np.array(places), cells)
    if len(set(places)) < len(places):
        assert order is None
    else:
        assert order is not None
        assert np.array(places)[order].tolist() == sorted(places)


CELLS: dict[str, Any] = {
    "float64": [0.0, 2.0, np.nan, 1.0],
    "float32": [0.0, 2.0, np.nan, 1.0],
    "int8": [0, 2, 1, 1],
    "uint64": [0, 2, 1, 1],
    "Int64": [0, 2, None, 1],
    "Float64": [0, 2, None, 1],
    "object": ["0", 2, None, 1.0],
    "float64 off": [0.0, 3.0, np.nan, 1.0],
    "float64 negative": [0.0, -1.0, np.nan, 1.0],
    "float64 between": [0.0, 0.5, np.nan, 1.0],
    "float64 infinite": [0.0, np.inf, np.nan, 1.0],
    "int64 off": [0, 2**40, 1, 1],
    "int64 byte": [0, 256, 1, 1],
    "object text": ["0", "two", None, 1.0],
}


@pytest.mark.parametrize("second", CELLS)
@pytest.mark.parametrize("first", CELLS)
def test_codes_are_those_of_the_checked_panel(first: str, second: str) -> None:
    index = index_of(("NGA", 2000), ("DEU", 2001), ("DEU", 2000), ("AUT", 2000))
    columns = {
        name: pd.array(CELLS[kind], dtype=kind.split()[0])
        for name, kind in (("a", first), ("b", second))
    }
    panel = pd.DataFrame(columns, index=index)
    panel.attrs["source"] = "a file"
    scales = {"b": (0, 2), "a": (0, 2)}
    if " " in first + second:
        with pytest.raises(PanelError) as plain:
            check.check_panel(panel, scales=scales)
        with pytest.raises(PanelError) as fast:
            check.check_codes(panel, scales)
        assert str(fast.value) == str(plain.value)
        return
    checked = check.check_panel(panel, scales=scales)
    rows, codes = check.check_codes(panel, scales)
    assert rows.attrs == {"source": "a file"}
    assert list(codes) == ["b", "a"]
    assert {each.dtype for each in codes.values()} == {np.dtype(np.int8)}
    pd.testing.assert_frame_equal(
        pd.DataFrame(codes, rows.index).astype(np.float64), checked.fillna(-1)
    )


def test_as_panel_drops_unmatched_rows_on_request() -> None:
    table = pd.DataFrame({"country": ["DEU", "Atlantis"], "year": [2009, 2009], "p": [5, 4]})
    with pytest.warns(ReadingWarning, match="'Atlantis' is not a country"):
        panel = as_panel(table, unmatched="drop")
    assert panel["p"].to_dict() == {("DEU", 2009): 5.0}
    with pytest.raises(ValueError, match="unmatched must be one of raise, drop; got 'ignore'"):
        as_panel(table, unmatched="ignore")


def test_an_error_keeps_the_argument_that_helps() -> None:
    with pytest.raises(PanelError) as refusal:
        as_panel(pd.DataFrame({"who": ["DEU"], "year": [2009]}))
    assert str(refusal.value).endswith("; name it with country_column='who'")
    assert refusal.value.option is not None
    assert refusal.value.option.name == "country_column"
    again = pickle.loads(pickle.dumps(refusal.value))
    assert (str(again), again.option) == (str(refusal.value), refusal.value.option)


def test_a_panel_with_an_overall_score_stands_for_its_scores() -> None:
    panel = pd.DataFrame({"p": [5.0], "overall": [15.0]}, index=index_of(("DEU", 2009)))
    panel.attrs["source"] = "here"
    scores = check_scores(panel)
    assert (scores.name, scores.tolist(), scores.attrs) == ("overall", [15.0], {"source": "here"})


def test_coverage_is_a_sentence_and_a_page() -> None:
    panel = pd.DataFrame({"<b>": [1.0, 2.0]}, index=index_of(("DEU", 2007), ("DEU", 2009)))
    counts = coverage(panel)
    assert str(counts) == (
        "One country has values, 2007, 2009; one country has gaps between years."
    )
    assert "&lt;b&gt;" in counts._repr_html_()
    assert "np." not in counts._repr_html_()


def test_a_panel_of_nothing_but_its_sum_and_parts_must_add_up() -> None:
    names = ["overall", "prosecution", "protection", "prevention"]
    sound = pd.DataFrame([[12.0, 5, 4, 3]], index_of(("DEU", 2009)), names)
    assert check_panel(sound)["overall"].tolist() == [12]
    for wrong in (sound.assign(overall=11.0), sound.assign(overall=11.0, other=1.0)):
        with pytest.raises(PanelError, match="overall must be the sum"):
            check_panel(wrong)


def test_a_warning_about_a_table_points_to_the_line_that_made_the_panel() -> None:
    rows = [["Mali", 2009, 1.0], ["Atlantis", 2009, 2.0]]
    table = pd.DataFrame(rows, columns=["country", "year", "gdp"])
    with pytest.warns(ReadingWarning, match="'Atlantis' is not a country") as told:
        as_panel(table, unmatched="drop")
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["country", "year", "a", "a"], "a is repeated; drop or rename it$"),
        (["country", "year", "a", "a", "b", "b"], "a, b are repeated; drop or rename them$"),
    ],
)
def test_columns_of_one_name_are_refused(names: list[str], told: str) -> None:
    with pytest.raises(PanelError, match=told):
        as_panel(pd.DataFrame([["Mali", 2009, *range(len(names) - 2)]], columns=names))


@pytest.mark.parametrize("kind", [np.int64, object])
def test_years_have_at_most_four_digits(kind: Any) -> None:
    def of(year: int) -> pd.DataFrame:
        labels = [pd.Index(["DEU"], dtype=object), pd.Index([year], dtype=kind)]
        return pd.DataFrame(
            {"a": 1.0}, pd.MultiIndex.from_arrays(labels, names=["country", "year"])
        )

    for year in (-9_999, 9_999):
        assert check_panel(of(year)).index[0] == ("DEU", year)
    for year in (-10_000, 10_000):
        with pytest.raises(PanelError, match="year"):
            check_panel(of(year))


def test_columns_may_not_be_called_as_the_counts_are() -> None:
    panel = pd.DataFrame({"complete": [1.0], "countries": [1.0]}, index_of(("DEU", 2009)))
    with pytest.raises(PanelError, match="2 do not, the first 'complete'; rename it"):
        coverage(panel)
