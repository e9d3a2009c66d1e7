"""Answers do not depend on their surroundings: threads, processes, locale, time zone, system."""

from __future__ import annotations

import ast
import copy
import hashlib
import io
import os
import pickle
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import policyindex as pi
from policyindex import _atomic, coding
from uses import FUNCTIONS

SOURCE = Path(pi.__file__).parent

CALLS = [
    (f"{path.relative_to(SOURCE)}:{node.lineno}", ast.unparse(node.func), node)
    for path in sorted(SOURCE.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
]
"""Where the library calls what: a place, the name of the function, the call."""


def plain(value: Any) -> Any:
    """Return a result as tuples and text, in which every digit of a number counts."""
    if isinstance(value, pd.DataFrame):
        columns = [plain(value.iloc[:, place]) for place in range(value.shape[1])]
        return list(value.columns), columns, plain(value.attrs)
    if isinstance(value, pd.Series):
        index = value.index.to_frame(index=False).to_numpy().tolist()
        return repr(index), repr(value.tolist()), str(value.dtype), plain(value.attrs)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return repr(value)


def fingerprint(value: Any) -> str:
    return hashlib.sha256(repr(plain(value)).encode()).hexdigest()


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    return {name: fingerprint(function()) for name, function in FUNCTIONS.items()}


@pytest.mark.parametrize("codebook", [pi.THREE_P, pi.HTI], ids=["3P", "HTI"])
def test_a_codebook_can_be_copied_and_pickled(codebook: pi.Codebook) -> None:
    again = pickle.loads(pickle.dumps(codebook))
    assert again.rules == copy.deepcopy(codebook).rules == codebook.rules


DEMO = pi.datasets.load_demo()

REFUSALS = {
    "a panel": lambda: pi.check_panel(DEMO.set_axis([1] * len(DEMO.columns), axis=1)),
    "an option": lambda: pi.read(io.BytesIO(b"a,b\n1,2\n"), country_column="x"),
    "a file": lambda: pi.read(io.BytesIO(b"\0\0\0")),
    "a country": lambda: pi.explain(DEMO, "Atlantis", 2009),
}


@pytest.mark.parametrize("call", REFUSALS.values(), ids=REFUSALS)
def test_an_error_can_be_pickled(call: Any) -> None:
    with pytest.raises(Exception, match=".") as refused:
        call()
    again = pickle.loads(pickle.dumps(refused.value))
    assert type(again) is type(refused.value)
    assert str(again) == str(refused.value)
    assert vars(again) == vars(refused.value)


def test_threads_get_the_answers_of_one(answers: dict[str, str]) -> None:
    """Tables that are made once and then looked up are made by several threads at a time."""
    for name, module in list(sys.modules.items()):
        if name.startswith("policyindex"):
            for value in list(vars(module).values()):
                getattr(value, "cache_clear", int)()
    turns = [name for name in FUNCTIONS for _ in range(2)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        with ThreadPoolExecutor(4) as pool:
            parallel = list(pool.map(lambda name: fingerprint(FUNCTIONS[name]()), turns))
    finally:
        sys.setswitchinterval(before)
    assert [turn for turn, each in zip(turns, parallel, strict=True) if each != answers[turn]] == []


ELSEWHERE = """
import hashlib, io, locale, os, pathlib, sys, tempfile, time, warnings

sys.path.insert(0, sys.argv[1])
locale.setlocale(locale.LC_ALL, "")
warnings.filterwarnings("error", category=EncodingWarning, module=r"policyindex")
import policyindex as pi
from test_surroundings import fingerprint
from uses import FUNCTIONS

for name, function in FUNCTIONS.items():
    print(name, fingerprint(function()))
panel = pi.datasets.load_demo()
scores = pi.score(panel)
os.chdir(tempfile.mkdtemp())
for ending in ("csv", "json", "md", "tex", "html", "xlsx", "dta"):
    if ending == "html":
        pi.report.write(panel, "scores.html", countries=["TUR", "NGA"])
    else:
        pi.write_table(scores, f"scores.{ending}")
    print(ending, hashlib.sha256(pathlib.Path(f"scores.{ending}").read_bytes()).hexdigest())
for ending in ("csv", "xlsx"):
    print("read", ending, fingerprint(pi.read_scores(f"scores.{ending}")))
print("names", [pi.countries.iso3(name) for name in ("T\\u00dcRK\\u0130YE", "CHINA", "fiji")])
"""

SURROUNDINGS = {
    "plain": {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    "ASCII, the first to see midnight": {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONWARNDEFAULTENCODING": "1",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "1",
    },
    "Turkish, half an hour off": {
        "LC_ALL": "tr_TR.UTF-8",
        "TZ": "America/St_Johns",
        "PYTHONHASHSEED": "2",
    },
    "German, with decimal commas": {
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "Europe/Berlin",
        "PYTHONHASHSEED": "4294967295",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SURROUNDINGS)[1:])
def test_processes_elsewhere_get_the_same_answers(name: str, plain_answers: list[str]) -> None:
    run = elsewhere(name)
    if "unsupported locale setting" in run.stderr:
        pytest.skip(f"this system lacks the locale {SURROUNDINGS[name]['LC_ALL']}")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == plain_answers


@pytest.fixture(scope="module")
def plain_answers() -> list[str]:
    run = elsewhere("plain")
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == len(FUNCTIONS) + 10
    return run.stdout.splitlines()


def elsewhere(name: str) -> subprocess.CompletedProcess[str]:
    """Run the calls in a process with another locale, time zone and seed of hashes."""
    return subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(Path(__file__).parent)],
        env={**os.environ, **SURROUNDINGS[name]},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


CLOCKS = re.compile(r"(^|\.)(now|today|utcnow|localtime|strftime|setlocale|strcoll|getlocale)$")


def test_no_answer_depends_on_the_clock_or_the_locale() -> None:
    assert [where for where, name, _ in CALLS if CLOCKS.search(name)] == []


def test_every_text_file_is_opened_with_its_encoding() -> None:
    """Windows takes another encoding, and other ends of lines, where none is stated."""
    offenders = []
    for where, name, node in CALLS:
        words = {each.arg for each in node.keywords}
        modes = [each.value for each in node.args if isinstance(each, ast.Constant)]
        binary = any(isinstance(mode, str) and "b" in mode for mode in modes)
        deed = name.rpartition(".")[2]
        reads = deed == "read_text" or (
            deed == "open" and not binary and name not in ("archive.open", "os.open")
        )
        if (reads and "encoding" not in words) or deed == "write_text":
            offenders.append(where)
    assert offenders == []


def test_nothing_is_renamed_over_another_file_as_windows_forbids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, renamed = os.rename, []

    def windows(old: str, new: str) -> None:
        if os.path.lexists(new):
            raise FileExistsError(f"WinError 183: {new}")
        renamed.append(new)
        rename(old, new)

    monkeypatch.setattr(os, "rename", windows)
    monkeypatch.setattr(_atomic, "_exchange_at_once", lambda *_: False)
    for content in (b"earlier", b"later"):
        _atomic.write_whole(tmp_path / "table.csv", content)
        _atomic.write_folder(tmp_path / "release", {"a.csv": content})
    assert (tmp_path / "table.csv").read_bytes() == b"later"
    assert (tmp_path / "release" / "a.csv").read_bytes() == b"later"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release", "table.csv"]
    assert renamed
    renames = re.compile(r"(os|shutil|path|draft|target|old|folder)\.(rename|renames|move)$")
    places = {where.partition(":")[0] for where, name, _ in CALLS if renames.match(name)}
    assert places == {"_atomic.py"}


def test_no_deprecation_is_hidden() -> None:
    """Warnings are errors in the tests, by pyproject.toml; a filter names what it lets through.

    Except where hostile files are read, for the warnings that they deserve.
    """
    tests = Path(__file__).parent
    hidden = re.compile(r"""(simplefilter|filterwarnings)\(\s*["'](ignore|default|once)["']\s*\)""")
    offenders = [
        path.name
        for path in (*SOURCE.rglob("*.py"), *tests.rglob("*.py"))
        if not {"hostile", "fuzz"} & {*path.parts, path.stem.removeprefix("test_")}
        and hidden.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
    options = tomllib.loads((tests.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert options["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"]


DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
}


def refused_by_windows(name: str) -> bool:
    return (
        re.search(r'[<>:"/\\|?*\x00-\x1f]', name) is not None
        or name.endswith((".", " "))
        or name.partition(".")[0].rstrip().upper() in DEVICES
        or len(name) > 100
    )


def test_names_that_windows_refuses_are_recognised() -> None:
    assert all(map(refused_by_windows, ["a:b", "aux.txt", "CON", "nul .x", "end.", "a?", "b "]))
    assert not any(map(refused_by_windows, ["console.csv", "a b.csv", "SHA256SUMS", "v1.0.json"]))


def test_every_file_of_the_project_can_lie_on_windows() -> None:
    paths = [path for path in SOURCE.rglob("*") if "__pycache__" not in path.parts]
    assert [path for path in paths if refused_by_windows(path.name)] == []
    assert len({str(path).lower() for path in paths}) == len(paths)


def test_the_files_of_a_release_can_lie_on_windows(tmp_path: Path) -> None:
    demo = pi.datasets.load_demo().loc[["NGA"]]
    folder = tmp_path / "release"
    coding.release(demo, folder, name="CON.", formats=["parquet", "dta"])
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    assert len(names) > 5
    assert [each for name in names for each in name.split("/") if refused_by_windows(each)] == []
    assert len({name.lower() for name in names}) == len(names)
    listing = (folder / "SHA256SUMS").read_bytes()
    assert b"\\" not in listing
    assert b"\r" not in listing


LINE_ENDS = {"Windows": b"\r\n", "old Macintosh": b"\r"}


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_line_ends_do_not_matter_to_readers(end: bytes, ending: str, tmp_path: Path) -> None:
    demo = pi.datasets.load_demo()
    written = tmp_path / f"panel.{ending}"
    pi.write_table(demo, written)
    content = written.read_bytes()
    assert content.count(b"\n") > 1
    changed = tmp_path / f"changed.{ending}"
    changed.write_bytes(content.replace(b"\r\n", b"\n").replace(b"\n", end))
    assert pi.read_codings(changed).equals(pi.read_codings(written))


def test_codebooks_and_decisions_of_windows_are_read(tmp_path: Path) -> None:
    pi.codebooks.write(pi.HTI, tmp_path / "rules.json")
    text = (tmp_path / "rules.json").read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "windows.json").write_bytes(text)
    assert pi.codebooks.read(tmp_path / "windows.json").rules == pi.HTI.rules
    table = "country,year,indicator,level\nNGA,2009,shelter,yes\nNGA,2010,shelter,no\n"
    unix, windows = (
        coding.read_workbook(io.StringIO(table.replace("\n", end))) for end in ("\n", "\r\n")
    )
    assert fingerprint(tuple(windows)) == fingerprint(tuple(unix))
