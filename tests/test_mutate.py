"""The runner of mutants: what it breaks, which tests it takes, and what it reports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import FunctionType
from typing import Any

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


def test_the_library_is_not_loaded_before_its_lines_are_watched() -> None:
    code = "import sys, mutate; mutate.arguments([]); print('policyindex' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


def test_every_module_of_the_library_is_broken() -> None:
    names = mutate.modules()
    assert len(names) == len(set(names)) > 150
    assert {name for name in names if not (mutate.SOURCE / f"{name}.py").exists()} == set()
    assert {"ranking", "cli/main", "_atomic", "coding/templates", "_kernels/tables"} <= set(names)
    assert names[0].startswith("coding/")


def test_modules_and_their_tests_lie_in_rooms_of_the_same_name() -> None:
    assert mutate.own_tests("ranking") == "tests/test_ranking.py"
    assert mutate.own_tests("_kernels/tables") == "tests/kernels/test_tables.py"
    assert mutate.own_tests("coding/books") == "tests/coding/test_books.py"
    assert mutate.own_tests("coding/identities") == "tests/coding/"


def test_a_file_of_the_library_is_known_in_any_copy() -> None:
    assert mutate.module_of("/tmp/site/policyindex/coding/rows.py") == "coding/rows"
    for path in ("/tmp/site/policyindex/absent.py", "/tmp/other.py", "/a/policyindex/py.typed"):
        assert mutate.module_of(path) == ""


def test_tests_of_the_module_and_quick_ones_come_first() -> None:
    seconds = {
        "tests/a.py::slow": 5.0,
        "tests/a.py::quick": 0.1,
        "tests/test_ranking.py::own": 0.2,
        "tests/b.py::early": 0.05,
    }
    lines = {"ranking": {7: set(seconds), 8: {"tests/a.py::quick"}}}
    seconds["tests/test_ranking.py::constant"] = 0.01
    reach = mutate.Reach(seconds, lines, {"ranking": {7: {"tests/b.py"}, 9: {mutate.IMPORT}}})
    loaded, fresh = reach.tests(mutate.Mutant("ranking", 0, "x", 0, 7))
    assert loaded == ["tests/test_ranking.py::own", "tests/a.py::quick", "tests/a.py::slow"]
    assert fresh == ["tests/b.py::early"]
    assert reach.tests(mutate.Mutant("ranking", 0, "x", 0, 8)) == (["tests/a.py::quick"], [])
    on_import = reach.tests(mutate.Mutant("ranking", 0, "x", 0, 9))
    assert (on_import[0], len(on_import[1])) == ([], 5)
    assert on_import[1][:2] == ["tests/test_ranking.py::constant", "tests/test_ranking.py::own"]


BEFORE = """
LIMIT = 3
def outer(x):
    return [y + 1 for y in x]
class Part:
    def method(self):
        return LIMIT
"""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("y + 1", "y - 1", ["outer"]),
        ("return LIMIT", "return -LIMIT", ["Part.method"]),
        ("LIMIT = 3", "LIMIT = 4", None),
        ("def outer(x)", "def outer(x=1)", None),
    ],
)
def test_changed_functions_are_exchanged_and_other_code_is_not(
    old: str, new: str, names: list[str] | None
) -> None:
    before, after = (compile(text, "f.py", "exec") for text in (BEFORE, BEFORE.replace(old, new)))
    changes = mutate.changed_functions(before, after)
    assert (None if changes is None else [code.co_qualname for code, _ in changes]) == names
    if names == ["outer"] and changes:
        space: dict[str, Any] = {}
        exec(before, space)
        function = space["outer"]
        assert isinstance(function, FunctionType)
        function.__code__ = changes[0][1]
        assert function([5]) == [4]


def row(before: str, after: str, outcome: str = "survived") -> dict[str, Any]:
    return {"module": "ranking", "before": before, "after": after, "outcome": outcome}


def test_equivalents_count_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [{"module": "ranking", "before": "a", "after": "b", "reason": "r"}]
    monkeypatch.setattr(mutate, "equivalents", lambda: known)
    rows = [row("a", "b"), row("a", "c"), *(row("x", "y", "killed") for _ in range(3))]
    assert mutate.table(rows).splitlines()[-1] == "| all | 5 | 3 | 0 | 1 | 1 | 75.0% |"


def test_every_equivalent_is_of_code_that_exists() -> None:
    stale = [
        entry
        for entry in mutate.equivalents()
        if not (mutate.SOURCE / f"{entry['module']}.py").exists()
        or entry["before"] not in (mutate.SOURCE / f"{entry['module']}.py").read_text("utf-8")
        or len(entry["reason"]) < 10
    ]
    assert stale == []


def test_the_seed_changes_with_the_version() -> None:
    assert mutate.arguments([]).seed == policyindex.__version__


def test_it_refuses_to_break_another_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "SOURCE", Path(policyindex.__file__).parent)
    mutate.refuse_elsewhere()
    monkeypatch.setattr(mutate, "SOURCE", tmp_path)
    with pytest.raises(SystemExit, match="^policyindex is imported from .*; run: python -m pip"):
        mutate.refuse_elsewhere()
