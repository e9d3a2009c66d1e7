"""The runner of mutants: it finds the library from any folder, and says when it sees no tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import mutate
import policyindex

HERE = Path(__file__).parent


def test_it_finds_the_library_from_any_folder() -> None:
    code = "import runpy; print(runpy.run_path('../tests/mutate.py')['SOURCE'])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(HERE.parent / "src" / "policyindex")


def test_it_refuses_modules_that_no_test_reaches() -> None:
    """Lines run on import alone count for nothing: the context of no test is empty."""
    reach = mutate.Reach({}, {"trend": {1: ["", "tests/test_trend.py::test"]}, "panel": {1: [""]}})
    mutate.refuse_unreached(["trend"], reach)
    with pytest.raises(SystemExit, match="^no test reaches a line of panel, ranking$"):
        mutate.refuse_unreached(["trend", "panel", "ranking"], reach)


def test_it_refuses_to_break_another_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "SOURCE", Path(policyindex.__file__).parent)
    mutate.refuse_elsewhere()
    monkeypatch.setattr(mutate, "SOURCE", tmp_path)
    with pytest.raises(SystemExit, match="^policyindex is imported from .*; run: python -m pip"):
        mutate.refuse_elsewhere()
