"""Hostile files: a right panel or one clear error. See docs/hostile.md."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from policyindex import read_scores

if sys.platform != "linux":
    pytest.skip("the bounds on memory and time are those of Linux", allow_module_level=True)
for library in ("openpyxl", "pyarrow", "pyreadstat", "xlrd"):
    pytest.importorskip(library)

from fuzz import targets  # noqa: E402
from hostile import fresh, run, second  # noqa: E402
from hostile.cases import Case  # noqa: E402

PAGE = (Path(__file__).parents[2] / "docs" / "hostile.md").read_text(encoding="utf-8")
CORPUS = run.cases()
KINDS = Counter(case.kind for case in CORPUS)
PARTS = ([case for case in CORPUS if case.kind == kind] for kind in KINDS)
QUICK = [case for part in PARTS for case in part[len(part) // 2 :: 24]]
"""A few files of every kind; the slow run takes all."""


@pytest.mark.parametrize("case", QUICK, ids=lambda each: f"{each.kind}: {each.name}")
def test_a_hostile_file_is_a_right_panel_or_one_clear_error(case: Case) -> None:
    assert run.outcome(case).wrong == ""


def test_the_page_counts_the_files() -> None:
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|(.*)\| 0 \|$", PAGE, flags=re.MULTILINE)
    shown = {kind: int(files) for kind, files, _ in rows}
    assert shown == {**KINDS, "all": len(CORPUS)}
    assert len(CORPUS) >= 300
    for kind, files, answers in rows:
        assert sum(map(int, answers.split("|"))) == int(files), kind


@pytest.mark.slow
@pytest.mark.parametrize("kind", dict.fromkeys(case.kind for case in CORPUS))
def test_all_hostile_files_of_a_kind_are_as_the_page_counts_them(kind: str) -> None:
    cases = [case for case in CORPUS if case.kind == kind]
    outcomes = [run.outcome(case) for case in cases]
    pairs = zip(cases, outcomes, strict=True)
    assert [f"{case.name}: {each.wrong}" for case, each in pairs if each.wrong] == []
    if run.libraries() in PAGE:  # other libraries refuse other damaged files
        assert run.table(cases, outcomes).splitlines()[2] in PAGE


SLOW = ("command", "codebook-sheet")
WRONG = ("silent", "foreign")


@pytest.mark.parametrize(
    "form",
    [pytest.param(form, marks=pytest.mark.slow if form in SLOW else ()) for form in targets.FORMS],
)
def test_inputs_of_the_fuzzer_are_read_or_refused(form: str, tmp_path: Path) -> None:
    one = targets.target(form, tmp_path)
    answers = Counter(one(each) for each in targets.kept(form))
    assert answers["panel"] > 0
    assert answers["refused"] > 0


def outcome_of_second(given: second.Input, place: Path) -> str:
    """Return what an input of the second list is; a panel must be what the file states."""
    path = place / given.form
    path.write_bytes(given.content)
    kind = {"coder.xlsx": "coder", "book.xlsx": "codebook", "book.json": "codebook"}
    judge = {"coder": targets.judge_coder, "codebook": targets.judge_codebook}
    answer = judge.get(kind.get(given.form, ""), targets.judge)(path)
    if answer == "panel" and given.form in second.SCORES:
        stated = second.said(given)
        scores = read_scores(path)
        assert stated is not None, given
        pd.testing.assert_frame_equal(
            scores, stated, check_index_type=False, check_like=True, check_column_type=False
        )
    return answer


@pytest.mark.filterwarnings("ignore")
def test_the_start_of_the_second_list_gives_right_panels_and_clear_errors(tmp_path: Path) -> None:
    answers = Counter(outcome_of_second(each, tmp_path) for each in second.inputs(45))
    assert min(answers["panel"], answers["refused"]) > 5


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_second_list_gives_the_counts_of_the_page(tmp_path: Path) -> None:
    answers = Counter(outcome_of_second(each, tmp_path) for each in second.inputs(270))
    assert answers.total() == 270
    if run.libraries() in PAGE:
        assert f"{answers['panel']} panels and {answers['refused']} clear errors" in PAGE


@pytest.mark.slow
def test_the_fresh_list_gives_no_silent_error_and_no_foreign_exception() -> None:
    # In a process of its own: the server that forks may run here already, without the library.
    command = [sys.executable, "-m", "hostile.fresh"]
    folder = Path(__file__).parents[1]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in ended.stdout.splitlines()}
    counts = dict(zip(fresh.SUMMARY[1:], map(int, rows["all"]), strict=True))
    assert counts["inputs"] >= 240
    assert min(counts[kind] for kind in ("right panel", "refused", "noted")) > 50
    assert {kind: counts[kind] for kind in WRONG} == dict.fromkeys(WRONG, 0), ended.stdout


@pytest.mark.slow
def test_the_judge_of_the_fresh_list_reports_wrong_outcomes(tmp_path: Path) -> None:
    sound = next(each for each in fresh.inputs() if each.name == "two cells swapped")
    assert fresh.judge(sound, tmp_path)[0] == "right panel"
    other = {**sound.right, "KOR 2008": sound.right["KOR 2007"]}
    for wrong in ({"refusal": "must"}, {"right": other}, {"note": "a finding"}):
        assert fresh.judge(dataclasses.replace(sound, **wrong), tmp_path)[0] == "silent"
    absent = dataclasses.replace(sound, reader="no reader")
    assert fresh.judge(absent, tmp_path)[0] == "foreign"


def test_the_judge_reports_wrong_outcomes() -> None:
    sound = next(case for case in CORPUS if case.expected == "right" and case.truth is not None)
    assert sound.truth is not None
    assert "not what the file says" in run.outcome(sound._replace(truth=sound.truth * 0)).wrong
    assert "though it is broken" in run.outcome(sound._replace(expected="refused")).wrong
    broken = next(case for case in CORPUS if case.expected == "refused")
    assert "though it is sound" in run.outcome(broken._replace(expected="right")).wrong

    def hungry(path: Path) -> None:
        raise AssertionError(path)

    assert run.outcome(sound._replace(make=hungry)).wrong != ""


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        ("year must be an integer; 2 are not, the first '20x9'", True),
        ("mine.csv cannot be read as Excel: it is damaged", True),
        ("list index out of range", False),
        ("a value must\nnot be", False),
        ("it must " + "x" * 3000, False),
    ],
)
def test_the_form_of_the_house(message: str, fits: bool) -> None:
    assert run.in_house_form(message) == fits
