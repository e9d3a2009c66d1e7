"""The contract of evidence: its index, its texts, and which rows decide a coding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import examples
from policyindex import THREE_P, Codebook, Dimension, Indicator, PanelError
from policyindex.panel.evidence import (
    EVIDENCE_COLUMNS,
    EVIDENCE_INDEX,
    FINAL,
    STATUSES,
    Evidence,
    check_evidence,
    deciding,
    empty_evidence,
    grounds_of,
    sourced,
)

TWO = Codebook(
    "two",
    (
        Dimension(
            "aid",
            (Indicator("shelter"), Indicator("hotline", ("none", "some", "all"))),
            lambda shelter, hotline: 1 + shelter + hotline,
        ),
    ),
)

UNITS = ["DEU", "GHA", "NGA"]


def evidence(*rows: Sequence[Any]) -> pd.DataFrame:
    """Return a table of evidence; texts that a row leaves out are empty."""
    columns = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS]
    whole = [[*row, *[""] * (len(columns) - len(row))] for row in rows]
    return pd.DataFrame(whole, columns=columns).set_index(list(EVIDENCE_INDEX))


def codings(levels: Sequence[Sequence[float]], years: Sequence[int] = (2009,)) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([UNITS[: len(levels)], years], names=["country", "year"])
    return pd.DataFrame(levels, index=index, columns=list(TWO.scales), dtype=float)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Tables of evidence about countries, some of which have no codings."""
    coders = st.sampled_from(["Ama", "Ben", FINAL])
    keys = st.tuples(
        coders,
        st.sampled_from([*UNITS, "ITA"]),
        st.sampled_from([2008, 2009]),
        st.sampled_from([*TWO.scales]),
    )
    text = st.sampled_from(["", " ", "report", "p. 3", None])
    keys_drawn = draw(st.lists(keys, unique=True, min_size=0, max_size=12))
    rows = [
        (
            *key,
            draw(st.sampled_from(["", *STATUSES])),
            draw(text),
            draw(text),
            draw(text),
            draw(text),
        )
        for key in keys_drawn
    ]
    return evidence(*rows) if rows else empty_evidence()


@examples(12)
@given(tables())
def test_a_table_is_checked_sorted_and_left_as_it_was(table: pd.DataFrame) -> None:
    before = table.copy(deep=True)
    checked = check_evidence(table.sample(frac=1, random_state=3), TWO)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(check_evidence(checked, TWO), checked)
    assert checked.index.is_monotonic_increasing
    assert set(checked.index) == set(table.index)
    assert all(isinstance(cell, str) for cell in checked.to_numpy().ravel())
    assert checked.index.get_level_values("year").dtype == np.int64


@examples(12)
@given(tables(), st.data())
def test_counts_are_those_of_a_plain_loop(table: pd.DataFrame, data: st.DataObject) -> None:
    """Coverage counts codings without evidence, zeros apart, as a loop over cells does."""
    cell = st.sampled_from([0.0, 1.0, np.nan])
    panel = codings([[data.draw(cell), data.draw(cell)] for _ in UNITS])
    units = {(unit, year) for _, unit, year, _ in table.index}
    if len(table) and units.isdisjoint(panel.index):
        with pytest.raises(PanelError, match="country-years of the codings"):
            pi.coverage(panel, evidence=table, codebook=TWO)
        return
    counts = pi.coverage(panel, evidence=table, codebook=TWO).by_indicator
    assert counts is not None
    for name in TWO.scales:
        tally = [0, 0, 0, 0]
        for unit in UNITS:
            level = panel.loc[(unit, 2009), name]
            if np.isnan(level):
                continue
            own = [
                row
                for row in table.reset_index().to_dict("records")
                if (row["country"], row["year"], row["indicator"]) == (unit, 2009, name)
            ]
            final = [row for row in own if row["coder"] == FINAL]
            bare = not any(
                isinstance(row[field], str) and row[field].strip()
                for row in final or own
                for field in ("report", "page", "quote")
            )
            tally[0] += 1
            tally[1] += bare
            tally[2] += level == 0
            tally[3] += bare and level == 0
        assert counts.loc[name].tolist() == tally


def test_settled_evidence_stands_for_that_of_all_coders() -> None:
    table = evidence(
        ("Ama", "NGA", 2009, "shelter", "coded", "A"),
        ("Ben", "NGA", 2009, "shelter", "doubtful", "B"),
        (FINAL, "NGA", 2009, "shelter", "coded", "C"),
        ("Ben", "NGA", 2009, "hotline", "coded", "D"),
    )
    rows = deciding(check_evidence(table, TWO))
    assert sorted(rows["report"]) == ["C", "D"]
    grounds = grounds_of(rows, TWO)["NGA", 2009]
    assert list(grounds) == ["shelter", "hotline"]
    assert [str(one) for one in grounds["shelter"]] == ["C"]
    assert [str(one) for one in grounds["hotline"]] == ["D; coder Ben"]


def test_a_remark_or_a_status_alone_is_not_a_source() -> None:
    panel = codings([[0, 1]])
    table = evidence(
        ("Ama", "DEU", 2009, "shelter", "not mentioned", "", "", "", "I read it twice"),
        ("Ama", "DEU", 2009, "hotline", "coded", "", "7"),
    )
    cells = sourced(check_evidence(table, TWO), panel)
    assert cells.to_numpy().tolist() == [[False, True]]


def test_evidence_of_an_indicator_without_a_coding_counts_for_none() -> None:
    table = evidence(("Ama", "DEU", 2009, "shelter", "doubtful", "Report"))
    counts = pi.coverage(codings([[np.nan, 1]]), evidence=table, codebook=TWO)
    assert counts.by_indicator is not None
    assert counts.by_indicator.to_numpy().tolist() == [[0, 0, 0, 0], [1, 1, 0, 0]]
    assert str(counts).endswith(
        "1 of 1 codings have no evidence that names a source; of the 0 codings at the lowest "
        "level, 0 have none."
    )


def test_numbers_become_text() -> None:
    table = evidence(("Ama", "DEU", "2009", "shelter", "coded", 2010, 12.0, np.nan, None))
    (row,) = check_evidence(table, TWO).itertuples(index=False)
    assert tuple(row) == ("coded", "2010", "12", "", "")


def test_a_line_holds_no_sign_that_acts_on_a_terminal() -> None:
    one = Evidence("x", "Ama\x1b[2J", "coded", "A\nB", "3", "q\x07\u202e" * 400, "r\r")
    text = str(one)
    assert text.isprintable()
    assert len(one.excerpt) == 300
    assert text.startswith('"q q q')
    assert text.endswith('\u2026"; A B, p. 3; remark: r; coder Ama [2J')


@pytest.mark.parametrize(
    ("page", "source"),
    [("3", "R, p. 3"), ("3-5", "R, p. 3-5"), ("Annex 2", "R, Annex 2"), ("", "R")],
)
def test_a_page_has_its_mark(page: str, source: str) -> None:
    assert Evidence("x", "Ama", "coded", "R", page, "").source == source


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (None, "evidence must be a DataFrame indexed by coder, country, year, indicator.*NoneType"),
        (pd.DataFrame({"a": [1]}), "got one indexed by nothing"),
        (
            evidence(("Ama", "DEU", 2009, "shelter")).drop(columns="page"),
            "must have the columns status, report.*1 is absent: page",
        ),
        (
            evidence(("Ama", "DEU", 2009, "shelter"), ("Ama", "DEU", 2009, "shelter")),
            "each coder must have one row for a coding; 1 row does not comply, the first DEU 2009",
        ),
        (evidence(("Ama", "DEU", 2009, "radio")), "indicators of the codebook two; .* radio"),
        (evidence(("Ama", "DEU", 1.5, "shelter")), "year must be an integer from 1900 to 2100"),
        (evidence((np.nan, "DEU", 2009, "shelter")), "coder must be text"),
        (evidence(("Ama", " ", 2009, "shelter")), "country must be text"),
        (
            evidence(("Ama", "DEU", 2009, "shelter", "sure")),
            "status must be one of coded, not mentioned, not applicable, doubtful; .*got 'sure'",
        ),
    ],
)
def test_anything_else_is_refused(table: Any, says: str) -> None:
    with pytest.raises(PanelError, match=says):
        check_evidence(table, TWO)


def test_evidence_of_scores_or_of_other_country_years_is_refused() -> None:
    scores = pi.score(pi.datasets.load_demo())
    table = evidence(("Ama", "NGA", 2009, "shelter"))
    with pytest.raises(PanelError, match="no indicator of the codebook 3P, its columns are"):
        pi.coverage(scores, evidence=table)
    other = evidence(("Ama", "Germany", 2009, "shelter", "coded", "Report"))
    with pytest.raises(PanelError, match="1 row does not comply, the first Germany 2009, shelter"):
        pi.coverage(codings([[1, 1]]), evidence=other, codebook=TWO)


def test_the_words_of_a_coverage_without_evidence_are_as_before() -> None:
    demo = pi.datasets.load_demo()
    plain = pi.coverage(demo)
    assert plain.by_indicator is None
    assert "evidence" not in str(plain)
    with_none = pi.coverage(demo, evidence=empty_evidence())
    assert with_none.by_indicator is not None
    assert str(with_none).startswith(str(plain))
    n = int(demo.notna().sum().sum())
    assert f"{n:,} of {n:,} codings have no evidence" in str(with_none)
    assert re.search("<caption>by indicator", with_none._repr_html_())
    assert list(with_none.by_indicator.index) == list(THREE_P.scales)


def test_evidence_of_what_a_panel_lacks_is_of_none_of_its_cells() -> None:
    table = check_evidence(
        evidence(
            ("Ama", "DEU", 2009, "shelter", "coded", "Report"),
            ("Ama", "DEU", 2009, "hotline", "coded", ""),
            ("Ama", "ITA", 2009, "hotline", "coded", "Report"),
            ("Ama", "GHA", 2008, "hotline", "coded", "Report"),
        ),
        TWO,
    )
    cells = sourced(table, codings([[1, 1], [1, 1]]))
    assert cells.to_numpy().tolist() == [[True, False], [False, False]]
    assert not sourced(table, codings([[1, 1]])[["hotline"]]).to_numpy().any()


@pytest.mark.parametrize("part", ["report", "page", "quote"])
def test_each_part_of_a_source_is_one(part: str) -> None:
    blank = Evidence("Shelter", "Ama", *[""] * len(EVIDENCE_COLUMNS))
    assert not blank.has_source
    assert blank._replace(**{part: "x"}).has_source
    assert not blank._replace(remark="x").has_source
