"""The runner of mutants: it finds the library and its tests, and refuses where it finds none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import policyindex

pytest.importorskip("resource", reason="the runner of mutants forks, which Windows cannot")

import mutate

HERE = Path(__file__).parent


def test_it_finds_the_library_from_any_folder() -> None:
    code = "import runpy; print(runpy.run_path('../tests/mutate.py')['SOURCE'])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(HERE.parent / "src" / "policyindex")


def test_modules_and_their_tests_lie_in_rooms_of_the_same_name() -> None:
    assert mutate.own_tests("ranking") == "tests/test_ranking.py"
    assert mutate.own_tests("_kernels/tables") == "tests/kernels/test_tables.py"
    absent = [name for name in mutate.MODULES if not (mutate.SOURCE / f"{name}.py").exists()]
    assert absent == []
    tested = [name for name in mutate.MODULES if (mutate.ROOT / mutate.own_tests(name)).exists()]
    assert len(tested) >= 15


def test_it_refuses_modules_that_no_test_reaches() -> None:
    """Lines that run on import alone do not count: the context of no test is empty."""
    lines = {"ranking": {1: ["", "tests/test_ranking.py::test"]}, "panel/check": {1: [""]}}
    reach = mutate.Reach({}, lines)
    mutate.refuse_unreached(["ranking"], reach)
    with pytest.raises(SystemExit, match="^no test reaches a line of panel/check, panel/shape$"):
        mutate.refuse_unreached(["ranking", "panel/check", "panel/shape"], reach)


def test_it_refuses_to_break_another_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "SOURCE", Path(policyindex.__file__).parent)
    mutate.refuse_elsewhere()
    monkeypatch.setattr(mutate, "SOURCE", tmp_path)
    with pytest.raises(SystemExit, match="^policyindex is imported from .*; run: python -m pip"):
        mutate.refuse_elsewhere()
