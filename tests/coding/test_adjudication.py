"""The workbook of disagreements, and the order in which it lists them."""

from __future__ import annotations

import csv
import shutil
import subprocess
from itertools import chain, combinations, product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex import THREE_P, Dimension, coding
from policyindex._sheets import open_sheets
from policyindex.coding import adjudication
from policyindex.coding.adjudication import NOT_CODED, _is_idle
from policyindex.coding.stakes import DISPUTED, MISSING, Need
from second_coder import STARTS, Table, coders

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")
from openpyxl.worksheet.cell_range import MultiCellRange  # type: ignore[import-untyped]  # noqa: E402

SEEDS = range(20)


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return pi.datasets.load_demo()


@pytest.fixture(scope="module")
def recent(demo: pd.DataFrame) -> pd.DataFrame:
    return demo.xs(2009, level="year", drop_level=False)


def sheet(path: Path, place: int = 0) -> list[list[object]]:
    with open_sheets(path.read_bytes(), most_bytes=2**28, most_cells=2**22) as sheets:
        return [row for _, row in sheets[place].every()]


def test_the_order_settles_scores_sooner_than_that_of_rows(recent: pd.DataFrame) -> None:
    table = Table(recent, seed=0)
    cases = coding.adjudicate(coders(recent, 0)).cases
    assert set(cases.index) == set(table.row_order())
    by_rows = table.replay(table.row_order(), skip=False)
    ours = table.replay(cases.index, skip=True)
    assert ours.decisions < 0.8 * by_rows.decisions
    assert ours.until(0.75) < 0.6 * by_rows.until(0.75)
    assert table.fewest() <= ours.decisions <= 1.1 * table.fewest()


def test_the_bound_is_the_smallest_set_of_decisions_that_settles(recent: pd.DataFrame) -> None:
    table = Table(recent, seed=1)
    fewest = 0
    for row in np.flatnonzero(table.codings.disputed.any(axis=1)):
        for number, dimension in enumerate(THREE_P.dimensions):
            part = slice(STARTS[number], STARTS[number + 1])
            cells, truth = table.cells[row, part].tolist(), table.truth[row, part].tolist()
            places = [place for place, cell in enumerate(cells) if cell == DISPUTED]
            subsets = chain.from_iterable(combinations(places, n) for n in range(len(places) + 1))
            for decided in subsets:  # the smallest first
                after = [truth[p] if p in decided else cell for p, cell in enumerate(cells)]
                if len(bounds_of(dimension, after)) == 1:
                    fewest += len(decided)
                    break
    assert fewest == table.fewest()
    assert fewest < 0.8 * table.codings.disputed.sum()


def bounds_of(dimension: Dimension, cells: list[int]) -> set[tuple[int, int]]:
    """The lowest and the highest score of a dimension, for each way to decide what is disputed."""
    scores = np.array(dimension.table).reshape(dimension.shape)
    axes = [
        range(size) if cell == DISPUTED else [slice(None)] if cell < 0 else [cell]
        for cell, size in zip(cells, dimension.shape, strict=True)
    ]
    parts = [scores[index] for index in product(*axes)]
    return {(int(part.min()), int(part.max())) for part in parts}


@pytest.mark.slow
def test_the_order_is_near_the_best_that_an_order_can_be(demo: pd.DataFrame) -> None:
    saved, early, excess, best = [], [], [], []
    for seed in SEEDS:
        table = Table(demo, seed)
        cases = coding.adjudicate(coders(demo, seed)).cases
        by_rows = table.replay(table.row_order(), skip=False)
        ours = table.replay(cases.index, skip=True)
        saved.append(1 - ours.decisions / by_rows.decisions)
        early.append(1 - ours.until(0.75) / by_rows.until(0.75))
        best.append(1 - table.fewest() / by_rows.decisions)
        excess.append(ours.decisions / table.fewest())
    assert np.median(saved) >= 0.25  # all scores
    assert np.median(early) >= 0.4  # three quarters of them
    assert max(best) < 0.4  # knowing every decision beforehand would not save two fifths
    assert np.median(excess) < 1.08


def test_the_same_codings_give_the_same_bytes(recent: pd.DataFrame, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for path in paths:
        coding.adjudicate(coders(recent.iloc[:10], 0), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_workbook_lists_the_cases_in_their_order(recent: pd.DataFrame, path: Path) -> None:
    adjudication = coding.adjudicate(coders(recent.iloc[:10], 0), path)
    marks, headers, *rows = sheet(path)
    places = {mark.removeprefix("policyindex:"): place for place, mark in enumerate(marks)}
    assert headers[places["decision"]] == "Decision"
    assert headers[places["reply"]] == "Reply of the country"
    keys = [tuple(coding.form.unpacked(row[places["key"]])) for row in rows]
    assert keys == list(adjudication.cases.index)
    assert [row[places["moves"]] for row in rows] == adjudication.cases["moves"].tolist()


@pytest.mark.parametrize("n", [0, 1, 5])
def test_filter_list_and_fading_reach_from_the_first_case_to_the_last(
    recent: pd.DataFrame, path: Path, n: int
) -> None:
    """A sheet without a case has one row for them all the same."""
    second = recent.iloc[:6].copy()
    second.iloc[:n, 0] = (second.iloc[:n, 0] + 1) % 3
    assert len(coding.adjudicate({"a": recent.iloc[:6], "b": second}, path).cases) == n
    decisions = openpyxl.load_workbook(path)["Decisions"]
    last = 3 + max(n, 1) - 1
    letters = {cell.value: cell.column_letter for cell in decisions[2]}
    assert decisions.auto_filter.ref == f"C2:{letters['Reply of the country']}{last}"
    (rule,) = decisions.data_validations.dataValidation
    assert rule.sqref == MultiCellRange(f"{letters['Decision']}3:{letters['Decision']}{last}")
    (faded,) = decisions.conditional_formatting
    assert str(faded.sqref) == f"A3:{letters['Reply of the country']}{last}"
    heights = [decisions.row_dimensions[row].height for row in range(2, 3 + n)]
    assert heights[0] == 30  # the header of two lines
    assert all(height >= 15 for height in heights)
    mark, *lists = sheet(path, place=-1)
    assert mark == ["policyindex:Lists"]
    assert [[cell for cell in row if cell != ""] for row in lists] == [
        [each.name, len(each.levels) + 1, *each.levels, NOT_CODED] for each in THREE_P.indicators
    ]


def test_numbers_are_centred(recent: pd.DataFrame, path: Path) -> None:
    coding.adjudicate(coders(recent, 0), path)
    _, headers, cells, *_ = openpyxl.load_workbook(path)["Decisions"].rows
    centred = [
        header.value
        for header, cell in zip(headers, cells, strict=True)
        if cell.alignment.horizontal == "center"
    ]
    assert centred == ["Year", "Points", "Overall score", "Places of rank", "Needed"]


def test_a_sheet_has_room_for_so_many_disagreements(
    recent: pd.DataFrame, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below a row of marks and one of headers."""
    first, second = recent.iloc[:6], recent.iloc[:6].copy()
    second.iloc[:5, 0] = (second.iloc[:5, 0] + 1) % 3
    monkeypatch.setattr(adjudication, "MOST_ROWS", 7)
    with pytest.raises(ValueError, match="room for 4 disagreements; there are 5; adjudicate fewer"):
        coding.adjudicate({"a": first, "b": second}, path)
    second.iloc[4] = first.iloc[4]
    assert len(coding.adjudicate({"a": first, "b": second}, path).cases) == 4


def test_another_ending_is_refused(recent: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must end in \.xlsx"):
        coding.adjudicate(coders(recent.iloc[:2], 0), tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())


def calculated(path: Path, folder: Path) -> list[dict[str, str]]:
    """The sheet of decisions as LibreOffice calculates it."""
    office = shutil.which("soffice") or pytest.skip("soffice opens workbooks; it is not installed")
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    subprocess.run(
        [office, home, "--headless", "--convert-to", options, "--outdir", folder, path],
        check=True,
        capture_output=True,
        timeout=240,
    )
    lines = (folder / f"{path.stem}-Decisions.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


@pytest.mark.slow
def test_libreoffice_tells_which_decisions_are_needed(recent: pd.DataFrame, tmp_path: Path) -> None:
    codings = coders(recent.iloc[:40], 1)
    path = tmp_path / "decisions.xlsx"
    cases = coding.adjudicate(codings, path).cases
    before = [row["Needed"] for row in calculated(path, tmp_path)]
    assert before == ["no" if moves == "nothing" else "yes" for moves in cases["moves"]]
    book = openpyxl.load_workbook(path)
    decisions = book["Decisions"]
    columns = {cell.value: cell.column for cell in decisions[2]}
    for row in range(3, decisions.max_row + 1, 2):
        word = decisions.cell(row, columns["Coded by first"]).value
        decisions.cell(row, columns["Decision"]).value = word
    book.save(path)
    left = coding.settle(path, codings).decisions
    expected = [
        "decided" if status != "undecided" else "no" if moves == "nothing" else "yes"
        for status, moves in zip(left["status"], left["moves"], strict=True)
    ]
    after = [row["Needed"] for row in calculated(path, tmp_path)]
    assert after == expected
    assert ("yes", "no") in zip(before, after, strict=True)


ROWS = {("GHA", 2015, "a"): 3, ("GHA", 2015, "b"): 4, ("GHA", 2015, "c"): 5}


def formula(others: tuple[str, ...], idle: list[tuple[int, ...]], words: dict[int, str]) -> str:
    case = SimpleNamespace(Index=("GHA", 2015, "a"), moves="rank")
    names = dict.fromkeys("abc", words)
    return _is_idle(case, Need(others, tuple(idle)), ROWS, names, "O")


def test_a_case_is_needless_where_the_other_decisions_are_some_of_a_list() -> None:
    words = {0: 'a "b"', 1: "yes", MISSING: NOT_CODED, DISPUTED: ""}
    assert formula(("b", "c"), [(0, 1), (MISSING, DISPUTED)], words) == (
        'IF(SUMPRODUCT(--EXACT(O4&"|"&O5,{"a ""b""|yes","not coded|"}))>0,"no","yes")'
    )
    assert formula(("b", "c"), [], words) == '"yes"'
    nothing = SimpleNamespace(Index=("GHA", 2015, "a"), moves="nothing")
    assert _is_idle(nothing, Need((), ()), ROWS, {}, "O") == '"no"'


def test_a_formula_that_excel_would_not_read_is_left_out() -> None:
    fits = formula(("b",), [(0,)], {0: "x" * 255})
    assert len(fits) > 255
    assert formula(("b",), [(0,)], {0: "x" * 256}) == '"yes"'
    rest = len(formula(("b",), [(0,)], {0: ""}))
    most, length = divmod(8_000 - rest, 2 + 1 + 240)  # quotation marks and a comma
    words = dict.fromkeys(range(most), "x" * 240) | {most: "x" * length}
    idle = [(place,) for place in words]
    assert len(formula(("b",), idle, words)) == 8_000
    assert formula(("b",), idle, words | {most: "x" * (length + 1)}) == '"yes"'
