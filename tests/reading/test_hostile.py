"""Hostile files: a right panel or one clear error. See docs/hostile.md."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the bounds on memory and time are those of Linux", allow_module_level=True)
for library in ("openpyxl", "pyarrow", "pyreadstat", "xlrd"):
    pytest.importorskip(library)

from hostile import fuzz, run  # noqa: E402
from hostile.cases import Case  # noqa: E402

PAGE = (Path(__file__).parents[2] / "docs" / "hostile.md").read_text(encoding="utf-8")
CORPUS = run.cases()


QUICK = CORPUS[3::12]
"""A fixed slice; the slow run takes all files."""


@pytest.mark.parametrize("case", QUICK, ids=lambda each: f"{each.kind}: {each.name}")
def test_a_hostile_file_is_a_right_panel_or_one_clear_error(case: Case) -> None:
    assert run.outcome(case).wrong == ""


def test_the_page_counts_the_files() -> None:
    counted = Counter(case.kind for case in CORPUS)
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|(.*)\| 0 \|$", PAGE, flags=re.MULTILINE)
    shown = {kind: int(files) for kind, files, _ in rows}
    assert shown == {**counted, "all": len(CORPUS)}
    assert len(CORPUS) >= 300
    for kind, files, answers in rows:
        assert sum(map(int, answers.split("|"))) == int(files), kind


def test_the_quick_run_has_a_file_of_every_kind() -> None:
    assert {case.kind for case in QUICK} == {case.kind for case in CORPUS}


@pytest.mark.slow
def test_all_hostile_files_are_right_panels_or_clear_errors_and_the_page_counts_them() -> None:
    outcomes = [run.outcome(case) for case in CORPUS]
    wrong = [
        f"{case.kind}: {case.name}: {each.wrong}"
        for case, each in zip(CORPUS, outcomes, strict=True)
        if each.wrong
    ]
    assert wrong == []
    if run.libraries() in PAGE:  # other libraries refuse other damaged files
        assert run.table(CORPUS, outcomes) in PAGE


@pytest.mark.parametrize("form", fuzz.FORMS)
def test_inputs_of_the_fuzzer_are_read_or_refused(form: str, tmp_path: Path) -> None:
    stored = sorted((fuzz.CORPUS / form).iterdir())
    answers = Counter()
    for each in stored:
        path = tmp_path / each.name
        path.write_bytes(fuzz.file_of(form, each.read_bytes()))
        answers[fuzz.judge(path)] += 1
    assert answers["panel"] > 0
    assert answers["refused"] > 0


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
