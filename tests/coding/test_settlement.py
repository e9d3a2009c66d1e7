"""Decisions read back: every one counts, or a finding names it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import policyindex as pi
from builders import SMALL, examples
from policyindex import THREE_P, PanelError, coding, testing
from policyindex.coding.adjudication import NOT_CODED
from policyindex.coding.form import Key
from policyindex.coding.rows import Row
from policyindex.coding.settlement import _decided
from policyindex.panel.evidence import FINAL
from policyindex.reading.findings import Findings
from second_coder import coders

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")

Case = tuple[str, int, str]

Change = Callable[[Any, dict[str, int]], None]

WORDS = {each.name: each.levels for each in THREE_P.indicators}


@pytest.fixture(scope="module")
def codings() -> dict[str, pd.DataFrame]:
    demo = pi.datasets.load_demo().xs(2009, level="year", drop_level=False)
    return coders(demo.iloc[:25], 3)


def evidence_of(codings: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A page and a quotation for each coding."""
    rows = [
        (coder, *row, name, "coded", "TIP 2010", "12", f"{coder} on {name}", "")
        for coder, panel in codings.items()
        for row in panel.index
        for name in panel.columns
        if not np.isnan(panel.loc[row, name])
    ]
    names = ["coder", "country", "year", "indicator"]
    columns = [*names, "status", "report", "page", "quote", "remark"]
    return pd.DataFrame(rows, columns=columns).set_index(names).sort_index()


def fill(path: Path, change: Change) -> None:
    """Open a workbook and change its sheet of decisions; columns are named by their marks."""
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    columns = {
        cell.value.removeprefix("policyindex:"): place for place, cell in enumerate(sheet[1], 1)
    }
    change(sheet, columns)
    book.save(path)


def decide(sheet: Any, columns: dict[str, int], coder: str = "first") -> None:
    """Decide each case as a coder coded it."""
    for row in range(3, sheet.max_row + 1):
        word = sheet.cell(row, columns[f"coded by {coder}"]).value
        sheet.cell(row, columns["decision"]).value = word
        sheet.cell(row, columns["by"]).value = "Chi"
        sheet.cell(row, columns["reason"]).value = f"as in {row}"


def settled(
    codings: dict[str, pd.DataFrame], path: Path, change: Change, **options: Any
) -> coding.Settlement:
    coding.adjudicate(codings, path)
    fill(path, change)
    return coding.settle(path, codings, **options)


def kinds(settlement: coding.Settlement) -> dict[str, int]:
    """The findings by their kind, and how many rows each has."""
    return settlement.findings.groupby("kind")["rows"].sum().to_dict()


def test_decisions_as_one_coder_coded_give_the_codings_of_that_coder(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    settlement = settled(codings, path, decide)
    pd.testing.assert_frame_equal(settlement.codings, codings["first"], check_like=True)
    assert settlement.findings.empty
    assert set(settlement.decisions["status"]) == {"decided"}
    assert set(settlement.decisions["by"]) == {"Chi"}
    assert settlement.decisions["reason"].str.startswith("as in").all()
    assert (settlement.decisions["moves"] == "nothing").all()


def test_without_decisions_the_scores_are_bounded(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    adjudication = coding.adjudicate(codings, path)
    settlement = coding.settle(path, codings)
    assert settlement.codings.isna().sum().sum() == len(adjudication.cases) + (
        codings["first"].isna().sum().sum()
    )
    pd.testing.assert_series_equal(settlement.decisions["moves"], adjudication.cases["moves"])
    (finding,) = settlement.findings.itertuples()
    assert (finding.kind, finding.rows) == ("undecided", len(adjudication.cases))
    assert finding.lost == (adjudication.cases["moves"] != "nothing").sum()
    assert "can still change a score" in str(settlement)


def test_scores_are_settled_once_no_case_is_needed_any_more(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    needed = (coding.adjudicate(codings).cases["moves"] != "nothing").sum()

    def first_ones(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        for row in range(3 + needed, sheet.max_row + 1):
            sheet.cell(row, columns["decision"]).value = None

    settlement = settled(codings, path, first_ones)
    assert (settlement.decisions["status"] == "undecided").any()
    expected = pi.score_bounds(codings["first"])
    pd.testing.assert_frame_equal(pi.score_bounds(settlement.codings), expected)


def test_a_coder_of_the_workbook_who_is_not_at_hand_is_named(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    coding.adjudicate(codings | {"third": codings["first"]}, path)
    findings = coding.settle(path, codings).findings
    (finding,) = findings.query("kind == 'coder'").itertuples()
    assert finding.finding.endswith("; those of third are not at hand")
    assert (finding.action, finding.lost) == ("settled without them", 1)
    assert "ignored" not in list(findings["kind"])


def test_a_coder_without_a_coding_is_refused(codings: dict[str, pd.DataFrame], path: Path) -> None:
    coding.adjudicate(codings, path)
    blank = {**codings, "third": codings["first"] * float("nan")}
    refused = "each coder must have coded something; third has no level in any row"
    with pytest.raises(PanelError, match=refused):
        coding.adjudicate(blank)
    with pytest.raises(PanelError, match=refused):
        coding.settle(path, blank)
    with pytest.raises(ValueError, match="codings must map two or more .*; got one coder"):
        coding.adjudicate({"first": codings["first"]})


@given(
    testing.coder_pairs(THREE_P, countries=["AUT", "DEU", "NGA"], years=(2009, 2010)),
    st.randoms(use_true_random=False),
)
@examples(8)
def test_any_decisions_come_back(
    tmp_path_factory: pytest.TempPathFactory, codings: dict[str, pd.DataFrame], random: Any
) -> None:
    assume(not any(panel.isna().all(axis=None) for panel in codings.values()))
    path = tmp_path_factory.mktemp("any") / "decisions.xlsx"
    adjudication = coding.adjudicate(codings, path)
    choices: dict[Case, str] = {}

    def choose(sheet: Any, columns: dict[str, int]) -> None:
        for row, case in enumerate(adjudication.cases.index, 3):
            choices[case] = random.choice([*WORDS[case[2]], NOT_CODED, ""])
            sheet.cell(row, columns["decision"]).value = choices[case] or None

    fill(path, choose)
    settlement = coding.settle(path, codings)
    for (country, year, name), word in choices.items():
        final = settlement.codings.loc[(country, year), name]
        row = settlement.decisions.loc[(country, year, name)]
        if word in WORDS[name]:
            assert final == row["level"] == WORDS[name].index(word)
        else:
            assert np.isnan(final)
            assert np.isnan(row["level"])
            assert row["status"] == (word or "undecided")
    table = pd.DataFrame(True, settlement.codings.index, settlement.codings.columns)
    for country, year, name in choices:
        table.loc[(country, year), name] = False
    first, second = (codings[each].reindex_like(settlement.codings) for each in ("A", "B"))
    agreed = first.fillna(second)
    assert settlement.codings.where(table).equals(agreed.where(table))


def sort(sheet: Any) -> None:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for place, row in enumerate(reversed(rows), 3):
        for column, value in enumerate(row, 1):
            sheet.cell(place, column).value = value


def test_rows_may_be_sorted_and_columns_inserted(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    def damage(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        sort(sheet)
        sheet.insert_cols(columns["decision"])
        sheet.title = "Entscheidungen"

    settlement = settled(codings, path, damage)
    assert settlement.codings.equals(codings["first"])
    assert settlement.findings.empty


def test_numbers_titles_and_other_letters_are_decisions_too(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    def damage(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        for row in range(3, sheet.max_row + 1):
            name = coding.form.unpacked(sheet.cell(row, 1).value).indicator
            word = sheet.cell(row, columns["decision"]).value
            level = WORDS[name].index(word)
            forms = [level, str(level), f" {word.upper()} ", float(level)]
            sheet.cell(row, columns["decision"]).value = forms[row % 4]

    assert settled(codings, path, damage).codings.equals(codings["first"])


def test_a_deleted_row_is_undecided(codings: dict[str, pd.DataFrame], path: Path) -> None:
    def damage(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        sheet.delete_rows(3)

    settlement = settled(codings, path, damage)
    assert kinds(settlement) == {"undecided": 1}
    case = coding.adjudicate(codings).cases.index[0]
    assert settlement.decisions.loc[case, "status"] == "undecided"


def changed(role: str, value: object) -> Change:
    """All decided, and one cell of the first case changed."""

    def damage(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        sheet.cell(3, columns[role]).value = value

    return damage


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "value", "expected"),
    [
        ("decision", "perhaps", {"value": 1, "undecided": 1}),
        ("decision", None, {"undecided": 1}),
        ("decision", 7, {"value": 1, "undecided": 1}),
        ("decision", NOT_CODED, {}),
        ("by", None, {"unsigned": 1}),
        ("reason", "", {"unsigned": 1}),
        ("coded by second", "zzz", {"changed": 1}),
        ("coded by second", "aaa", {"changed": 1}),
        ("year", 1999, {"identifier": 1, "undecided": 1}),
        ("code", "ZZZ", {"identifier": 1}),
        ("key", None, {}),
        ("key", "[]", {}),
    ],
)
def test_a_cell_that_was_changed_is_read_or_reported(
    codings: dict[str, pd.DataFrame],
    path: Path,
    role: str,
    value: object,
    expected: dict[str, int],
) -> None:
    settlement = settled(codings, path, changed(role, value))
    assert kinds(settlement) == expected
    lost = settlement.findings.set_index("kind")["lost"].to_dict()
    losses = {"value": 1, "undecided": 1, "changed": 1, "unsigned": 0}
    assert {lost[kind] - losses[kind] for kind in expected if kind != "identifier"} <= {0}


def test_a_level_that_no_coder_gave_counts_and_is_reported(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    levels = coding.adjudicate(codings).levels
    enforced = [each for each in levels.index if each[2] in ("enforcement", "specific_law")]
    case = enforced[0]
    (other,) = {0.0, 1.0, 2.0} - set(levels.loc[case])

    def damage(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        row = 3 + levels.index.get_loc(case)
        sheet.cell(row, columns["decision"]).value = WORDS[case[2]][int(other)]

    settlement = settled(codings, path, damage)
    assert settlement.codings.loc[case[:2], case[2]] == other
    assert kinds(settlement) == {"outside": 1}


@pytest.mark.parametrize(("same", "expected"), [(True, "repeat"), (False, "contradiction")])
def test_a_row_that_was_copied_counts_once_or_is_not_read(
    codings: dict[str, pd.DataFrame], path: Path, same: bool, expected: str
) -> None:
    def damage(sheet: Any, columns: dict[str, int]) -> None:
        decide(sheet, columns)
        last = sheet.max_row + 1
        for column in range(1, sheet.max_column + 1):
            sheet.cell(last, column).value = sheet.cell(3, column).value
        if not same:
            sheet.cell(last, columns["decision"]).value = NOT_CODED

    settlement = settled(codings, path, damage)
    undecided = {} if same else {"undecided": 1}
    assert kinds(settlement) == {expected: 2} | undecided


def test_a_decision_on_what_coders_now_agree_on_is_reported(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    coding.adjudicate(codings, path)
    fill(path, decide)
    (country, year, name), *_ = coding.adjudicate(codings).cases.index
    second = codings["second"].copy()
    second.loc[(country, year), name] = codings["first"].loc[(country, year), name]
    settlement = coding.settle(path, codings | {"second": second})
    assert settlement.codings.equals(codings["first"])
    (finding,) = settlement.findings.itertuples()
    assert (finding.kind, finding.lost) == ("changed", 3)
    letters = {
        cell.value: cell.column_letter for cell in openpyxl.load_workbook(path)["Decisions"][2]
    }
    assert finding.first == f"{country} {year} {name}, Decisions!{letters['Decision']}3"


def test_a_file_without_decisions_is_refused(codings: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(PanelError, match="must have a sheet with the columns country, year"):
        coding.settle(io.StringIO("country,year,shelter\nGhana,2014,1"), codings)


def test_a_coder_called_final_is_refused(codings: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="must not be called final"):
        coding.adjudicate({FINAL: codings["first"], "second": codings["second"]})


def test_evidence_of_the_final_codings_is_that_of_the_coder_who_was_right(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    evidence = evidence_of(codings)
    coding.adjudicate(codings, path, evidence=evidence)
    fill(path, lambda sheet, columns: decide(sheet, columns, "second"))
    settlement = coding.settle(path, codings, evidence=evidence)
    case = coding.adjudicate(codings).cases.index[0]
    final = settlement.evidence.loc[(FINAL, *case)]
    assert final["quote"] == f"second on {case[2]}"
    assert (final["basis"], final["by"]) == ("decided", "Chi")
    ours = settlement.evidence.loc[["first", "second"], evidence.columns]
    pd.testing.assert_frame_equal(ours, evidence, check_dtype=False)
    agreed = settlement.evidence.loc[FINAL].query("basis == 'agreed'")
    assert len(agreed) + len(settlement.decisions) == codings["first"].notna().sum().sum()
    assert settlement.evidence.index.is_unique
    assert settlement.evidence.index.is_monotonic_increasing


def test_text_that_starts_like_a_formula_stays_text(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    codings = {"=1+1": codings["first"], "second": codings["second"]}
    evidence = evidence_of(codings).assign(quote='=HYPERLINK("http://example.org")')
    coding.adjudicate(codings, path, evidence=evidence)
    book = openpyxl.load_workbook(path)
    formulas = {
        cell.column_letter
        for row in book["Decisions"].iter_rows(min_row=2)
        for cell in row
        if cell.data_type == "f"
    }
    (needed,) = (
        cell.column_letter for cell in book["Decisions"][1] if cell.value == "policyindex:needed"
    )
    assert formulas == {needed}
    fill(path, lambda sheet, columns: decide(sheet, columns, "second"))
    assert coding.settle(path, codings).codings.equals(codings["second"])


def test_units_that_are_not_countries_stay_as_they_are(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    labels = ["Georgia", "England", "Northern Ireland"]
    states = {
        coder: panel.iloc[:3].set_axis(
            pd.MultiIndex.from_product([labels, [2009]], names=["country", "year"])
        )
        for coder, panel in codings.items()
    }
    states["second"] = states["second"].assign(shelter=1 - states["first"]["shelter"])
    settlement = settled(states, path, decide)
    assert settlement.findings.empty
    assert settlement.codings.equals(states["first"].sort_index())


def test_settled_evidence_is_what_a_score_rests_on(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    evidence = evidence_of(codings)
    coding.adjudicate(codings, path, evidence=evidence)
    fill(path, decide)
    settlement = coding.settle(path, codings, evidence=evidence)
    (country, year, name), *_ = settlement.decisions.index
    explanation = pi.explain(settlement.codings, country, year, evidence=settlement.evidence)
    assert f"first on {name}" in str(explanation)
    assert f"second on {name}" not in str(explanation)


def test_a_coding_of_one_coder_alone_is_marked_as_such(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    evidence = evidence_of(codings)
    row = codings["first"].index[0]
    alone = codings | {"second": codings["second"].drop(index=[row])}
    coding.adjudicate(alone, path, evidence=evidence)
    settlement = coding.settle(path, alone, evidence=evidence)
    final = settlement.evidence.loc[FINAL].xs(row)
    coded = codings["first"].loc[row].dropna()
    assert settlement.codings.loc[row].dropna().equals(coded)
    assert set(final.loc[coded.index, "basis"]) == {"single"}


def test_a_coder_whom_the_decisions_never_saw_is_reported(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    coding.adjudicate(codings, path)
    fill(path, decide)
    settlement = coding.settle(path, codings | {"Cem": codings["second"]})
    strangers = settlement.findings.query("kind == 'coder'")
    (finding,) = strangers.itertuples()
    assert "the codings of first, second, not of Cem" in finding.finding
    assert finding.lost == 1


def test_the_workbook_of_a_coder_and_that_of_decisions_are_not_mixed_up(
    codings: dict[str, pd.DataFrame], path: Path
) -> None:
    coding.adjudicate(codings, path)
    with pytest.raises(PanelError, match="must hold the codings of coders; it is a workbook of de"):
        coding.read_workbook(path)
    coding.template(path, countries=["NGA"], years=2009, coder="first")
    with pytest.raises(PanelError, match="must be the workbook of decisions, which comes first"):
        coding.settle(path, codings)


CASE = ("GHA", 2015, "statute")


def read_rows(
    *cells: dict[str, Any], case: Case = CASE, levels: tuple[float, ...] = (0, 1)
) -> tuple[Any, list[Any]]:
    """Return the decision on a case that rows make, and the findings."""
    rows = [
        Row(Key(*case), "", each, {role: f"{role}{place}" for role in each})
        for place, each in enumerate(cells, 3)
    ]
    index = pd.MultiIndex.from_tuples([CASE], names=["country", "year", "indicator"])
    table = pd.DataFrame([levels], index=index, columns=["Ama", "Ben"][: len(levels)])
    findings = Findings("decisions.xlsx")
    return _decided(rows, table, SMALL, findings).get(Key(*CASE)), list(findings)


SIGNED = {"by": "Chi", "reason": "the law"}


@pytest.mark.parametrize(
    ("cell", "status", "level"),
    [
        ("none", "decided", 0),
        (" Some  FORMS", "decided", 1),
        (1, "decided", 1),
        ("not coded", "not coded", np.nan),
        ("Missing", "not coded", np.nan),
        ("", "undecided", np.nan),
    ],
)
def test_a_cell_decides(cell: object, status: str, level: float) -> None:
    decision, findings = read_rows({"decision": cell, **SIGNED, "reply": " they\n agree "})
    assert decision[:1] + decision[2:] == (status, "Chi", "the law", "they agree")
    assert decision.level == pytest.approx(level, nan_ok=True)
    assert findings == []


@pytest.mark.parametrize(
    ("rows", "kind", "finding", "first", "lost"),
    [
        (
            [{"decision": "maybe", **SIGNED}],
            "value",
            "'maybe' is not a decision (none, some forms, all forms, not coded)",
            "decision3",
            1,
        ),
        (
            [{"decision": "none"}],
            "unsigned",
            "a decision lacks a name and a reason",
            "decision3",
            0,
        ),
        (
            [{"decision": "none", "by": "Chi"}],
            "unsigned",
            "a decision lacks a reason",
            "decision3",
            0,
        ),
        (
            [{"decision": "not coded", "reason": "x"}],
            "unsigned",
            "a decision lacks a name",
            "decision3",
            0,
        ),
        (
            [{"decision": "all forms", **SIGNED}],
            "outside",
            "a decision is a level that no coder gave",
            "decision3",
            0,
        ),
        (
            [{"decision": "none", **SIGNED}] * 3,
            "repeat",
            "rows of one case repeat each other",
            "decision3",
            0,
        ),
        (
            [{"decision": "none", **SIGNED}, {"decision": "some forms", **SIGNED}],
            "contradiction",
            "rows of one case differ",
            "decision3",
            2,
        ),
        (
            [{"by": "Chi"}, {"by": "Dan", "decision": "none"}],
            "contradiction",
            "rows of one case differ",
            "by3",
            2,
        ),
        (
            [{"decision": "none", **SIGNED, "coded by Ben": "all forms"}],
            "changed",
            "Ben coded 'all forms' when it was decided, and now some forms",
            "decision3",
            1,
        ),
        (
            [{"decision": "none", **SIGNED, "coded by Ama": "all forms"}],
            "changed",
            "Ama coded 'all forms' when it was decided, and now none",
            "decision3",
            1,
        ),
    ],
)
def test_a_doubtful_decision_is_reported(
    rows: list[dict[str, Any]], kind: str, finding: str, first: str, lost: int
) -> None:
    decision, (report,) = read_rows({}, *rows)
    assert (report.kind, report.finding, report.lost) == (kind, finding, lost)
    assert report.rows == len(rows)
    first = f"{first[:-1]}{int(first[-1]) + 1}"
    assert report.first == f"GHA 2015 statute, {first}"
    assert (decision.status == "undecided") == (kind in ("value", "contradiction"))


@pytest.mark.parametrize("entries", [["decision", "by"], ["reply"], ["by", "reason", "reply"]])
def test_entries_in_a_row_on_which_coders_do_not_differ_are_lost(entries: list[str]) -> None:
    cells = dict.fromkeys(("coded by Ama", *entries), "x")
    decision, (report,) = read_rows(cells, case=("TGO", 2015, "statute"))
    assert decision is None
    assert (report.kind, report.lost) == ("changed", len(entries))
    assert report.first == f"TGO 2015 statute, {entries[0]}3"
    assert read_rows({"coded by Ama": "x"}, case=("TGO", 2015, "statute")) == (None, [])
