"""Tables of odd cells, columns and labels: a panel, or one PanelError; never a foreign error."""

from __future__ import annotations

import datetime
import decimal
import fractions
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import PanelError, ReadingWarning, as_panel, check_panel
from policyindex.panel.check import check_scores

INDEX = pd.MultiIndex.from_tuples([("DEU", 2009), ("FRA", 2009)], names=["country", "year"])


def cells(*values: Any) -> pd.Series:
    return pd.Series(list(values), dtype=object)


ODD: dict[str, pd.Series] = {
    "bytes": cells(b"1", b"2"),
    "complex": pd.Series([1j, 2]),
    "complex cells": cells(1j, 2),
    "huge": cells(10**400, 1),
    "unwritable": cells(10**5000, -(10**5000)),
    "long text": cells("x" * 10**6, "2"),
    "lone surrogate": cells("\ud800", "2"),
    "newlines": cells("a\nb", "2"),
    "zones": pd.Series(pd.to_datetime(["2009-06-30"] * 2).tz_localize("Asia/Tokyo")),
    "durations": pd.Series(pd.to_timedelta([1, 2])),
    "intervals": pd.Series(pd.interval_range(0, 2)),
    "lists": cells([1], [2]),
    "arrays": cells(np.arange(3), np.arange(2)),
    "tables": cells(pd.Series([1]), pd.DataFrame()),
    "dicts": cells({}, {"a": 10**5000}),
    "infinite": cells(float("inf"), -1e308),
    "infinite decimals": cells(decimal.Decimal("Infinity"), decimal.Decimal("1e999")),
    "text": cells("five", 4),
    "functions": cells(len, object()),
}
NUMBERS: dict[str, tuple[pd.Series, list[float]]] = {
    "booleans": (pd.Series([True, False]), [1, 0]),
    "booleans and blanks": (cells(True, np.nan), [1, np.nan]),
    "categories": (pd.Series(["1", "2"], dtype="category"), [1, 2]),
    "nullable": (pd.Series([1, None], dtype="Int64"), [1, np.nan]),
    "arrow": (pd.Series([1, None], dtype="Float64"), [1, np.nan]),
    "sparse": (pd.Series(pd.arrays.SparseArray([1.0, np.nan])), [1, np.nan]),
    "decimals": (cells(decimal.Decimal("1.5"), decimal.Decimal("NaN")), [1.5, np.nan]),
    "missing": (cells(pd.NA, pd.NaT), [np.nan, np.nan]),
    "long": (pd.Series(np.array([1, 2], dtype=np.longdouble)), [1, 2]),
    "large": (pd.Series([2**64 - 1, 1], dtype="uint64"), [2.0**64, 1]),
}


def table(**columns: pd.Series) -> pd.DataFrame:
    whole = {"country": cells("DEU", "FRA"), "year": cells(2009, 2009), "score": cells(1, 2)}
    return pd.DataFrame(whole | columns)


@pytest.mark.parametrize("column", ODD.values(), ids=ODD)
@pytest.mark.parametrize(
    "deed",
    [
        lambda column: as_panel(table(score=column)),
        lambda column: as_panel(table(country=column)),
        lambda column: check_panel(pd.DataFrame({"score": column.set_axis(INDEX)})),
        lambda column: check_scores(column.set_axis(INDEX)),
    ],
)
def test_cells_that_are_not_numbers_are_refused_briefly(
    column: pd.Series, deed: Callable[[pd.Series], object]
) -> None:
    # A table may lose a column of text, with a warning.
    with pytest.raises((PanelError, ReadingWarning)) as refusal:
        deed(column)
    assert len(str(refusal.value)) < 600
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("column", ODD.values(), ids=ODD)
def test_cells_that_are_not_years_are_refused_briefly(column: pd.Series) -> None:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        assert as_panel(table(year=column)).index.tolist() == INDEX.tolist()
        return
    with pytest.raises(PanelError, match="year must be an integer") as refusal:
        as_panel(table(year=column))
    assert len(str(refusal.value)) < 600


@pytest.mark.parametrize(("column", "numbers"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_every_kind_are_numbers(column: pd.Series, numbers: list[float]) -> None:
    np.testing.assert_array_equal(as_panel(table(score=column))["score"], numbers)
    np.testing.assert_array_equal(check_scores(column.set_axis(INDEX)), numbers)


def test_a_boolean_is_a_level_of_two_and_not_a_score() -> None:
    booleans = pd.DataFrame({"score": [True, True]}, INDEX)
    assert check_panel(booleans, scales={"score": (0, 1)})["score"].tolist() == [1, 1]
    for column in (booleans, booleans.astype(object)):
        with pytest.raises(PanelError, match="from 1 to 5 or missing; 2 are not, the first True"):
            check_panel(column, scales={"score": (1, 5)})


@pytest.mark.parametrize(
    ("years", "found"),
    [
        (pd.Series(pd.period_range("2009", periods=2, freq="Y")), [2009, 2010]),
        (pd.Series(pd.to_datetime(["2009-06-30", "2010-01-01"])), [2009, 2010]),
        (cells(datetime.date(2009, 1, 1), datetime.datetime(2010, 1, 1)), [2009, 2010]),
        (cells("2009", 2010.0), [2009, 2010]),
        (cells(decimal.Decimal(2009), np.int8(1) * np.int16(2010)), [2009, 2010]),
    ],
)
def test_years_of_every_kind_are_years(years: pd.Series, found: list[int]) -> None:
    assert as_panel(table(year=years)).index.get_level_values("year").tolist() == found


def test_columns_must_be_distinct_and_of_one_level() -> None:
    twice = table().set_axis(["country", "year", "year"], axis=1)
    with pytest.raises(PanelError, match="distinct; year is repeated"):
        as_panel(twice)
    levels = pd.concat([table()], keys=["a"], axis=1)
    with pytest.raises(PanelError, match="one level of names; these have 2"):
        check_panel(levels.set_axis(INDEX, axis=0))
    both = table().set_index("country", drop=False)
    with pytest.raises(PanelError, match="distinct; country is repeated"):
        as_panel(both)


@pytest.mark.parametrize("year", [True, 10**30, 2**63, 12_345, -12_345, np.float64(2009.5)])
def test_an_index_has_years_of_four_digits(year: Any) -> None:
    index = pd.MultiIndex.from_arrays([["DEU"], pd.Index([year], dtype=object)])
    panel = pd.DataFrame({"score": [1.0]}, index.set_names(["country", "year"]))
    with pytest.raises(PanelError, match="year must be an integer of at most four digits; 1"):
        check_panel(panel)


@pytest.mark.parametrize("year", [True, 0, 20_090, 10**30])
def test_the_year_of_all_rows_is_a_year(year: int) -> None:
    with pytest.raises(ValueError, match="(year|file_year) must be an integer"):
        as_panel(table().drop(columns="year"), file_year=year)


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(),
    st.binary(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.builds(fractions.Fraction, st.integers(), st.integers(1, 9)),
    st.lists(st.integers()),
    st.sampled_from(["Germany", "DEU", "2009", "5", 2009, 5]),
)


@given(st.lists(st.tuples(anything, anything, anything), min_size=1, max_size=3))
def test_any_table_is_a_panel_or_refused(rows: list[tuple[Any, Any, Any]]) -> None:
    columns = {
        name: pd.Series(list(column), dtype=object)
        for name, column in zip(("country", "year", "score"), zip(*rows, strict=True), strict=True)
    }
    try:
        panel = as_panel(pd.DataFrame(columns))
    except (PanelError, ReadingWarning) as error:
        message = str(error)
    else:
        message = ""
        pd.testing.assert_frame_equal(panel, check_panel(panel))
    assert len(message) < 800
    assert "\n" not in message
