"""Workbooks as LibreOffice opens and saves them; skipped without it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from builders import SMALL
from policyindex.coding import read_workbook, template

pytestmark = pytest.mark.slow

OFFICES = ("soffice", "libreoffice")


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a workbook, filled in, and what LibreOffice makes of it in each format."""
    office = next(filter(None, map(shutil.which, OFFICES)), None)
    if office is None:
        pytest.skip(f"no LibreOffice is installed: one of {', '.join(OFFICES)}")
    folder = tmp_path_factory.mktemp("office")
    path = folder / "ama.xlsx"
    template(path, SMALL, ["Ghana", "Nigeria"], [2014, 2015], "Ama")
    book = load_workbook(path)
    for sheet in (book["Law"], book["Support"]):
        for row in range(3, sheet.max_row + 1, 2):
            cells = ("all forms" if sheet.title == "Law" else "yes", "coded", "TIP", "3-5", "Yes.")
            for column, value in enumerate(cells, 7):
                sheet.cell(row, column).value = value
    book.save(path)
    files = {"original": path}
    for ending in ("ods", "xlsx", "xls", "pdf"):
        target = folder / ending
        command = [office, "--headless", f"-env:UserInstallation={(folder / 'home').as_uri()}"]
        command += ["--convert-to", ending, "--outdir", str(target), str(path)]
        done = subprocess.run(command, capture_output=True, timeout=240, check=True)
        files[ending] = target / f"ama.{ending}"
        assert files[ending].is_file(), done.stderr.decode()
    return files


@pytest.mark.parametrize("ending", ["ods", "xlsx", "xls"])
def test_a_saved_workbook_reads_like_the_original(converted: dict[str, Path], ending: str) -> None:
    first, second = (read_workbook(converted[name], SMALL) for name in ("original", ending))
    assert len(first.evidence) == 8
    assert second.findings.empty
    pd.testing.assert_frame_equal(first.codings["Ama"], second.codings["Ama"], check_exact=True)
    pd.testing.assert_frame_equal(first.evidence, second.evidence)


def test_a_saved_workbook_keeps_lists_locks_and_comments(converted: dict[str, Path]) -> None:
    book = load_workbook(converted["xlsx"])
    sheet = book["Law"]
    assert sheet.protection.sheet
    assert sheet["C3"].protection.locked
    assert not sheet["G3"].protection.locked
    assert sheet["F3"].comment.text.startswith("statute against trafficking\nnone: No law.")
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert {rule.type for rule in rules.values()} == {"list"}
    assert "OFFSET" in rules["G3:G10"].formula1
    assert book["Lists"].sheet_state == "hidden"
    assert sheet.column_dimensions["A"].hidden


def test_a_workbook_prints(converted: dict[str, Path]) -> None:
    assert converted["pdf"].read_bytes().startswith(b"%PDF")
