"""The worked example: its commands and its Python end in the same two releases, byte by byte."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import policyindex as pi
from builders import ROOT, script

pages = script("docs/pages.py")

PAGE = ROOT / "docs" / "code-2015.md"
TEXT = PAGE.read_text(encoding="utf-8")

REAL = os.environ.get("POLICYINDEX_REAL_DATA")

PROGRAMS = {"policyindex": ["-m", "policyindex"], "python": []}
"""The programs of the page as arguments of this interpreter."""


class Command(NamedTuple):
    """A command of the page, and what the page shows below it."""

    words: list[str]
    printed: str

    @property
    def needs_real_file(self) -> bool:
        return any("published" in word for word in self.words)

    def run(self, folder: Path) -> subprocess.CompletedProcess[str]:
        program, *words = self.words
        return subprocess.run(
            [sys.executable, *PROGRAMS[program], *words],
            cwd=folder,
            env=os.environ | {"MPLBACKEND": "Agg", "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )


def commands() -> Iterator[Command]:
    """Yield the commands of the page in order; a line that ends in a backslash goes on."""
    for block in re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
            line, _, printed = part.partition("\n")
            yield Command(shlex.split(line), printed)


COMMANDS = list(commands())


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    """Run the commands in an empty folder; return it, and their statuses and what they print."""
    folder = tmp_path_factory.mktemp("shell")
    first = next(pages.blocks(TEXT))
    (folder / "coders.py").write_text(first.code, encoding="utf-8")
    if REAL:
        (folder / "published.dta").symlink_to(Path(REAL, "published_3p_2000_2013.dta"))
    runs = [each.run(folder) for each in COMMANDS if REAL or not each.needs_real_file]
    return folder, [(each.returncode, each.stdout) for each in runs]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the Python of the page in an empty folder, and return it."""
    folder = tmp_path_factory.mktemp("python")
    _, untrue = pages.run(PAGE, folder=folder)
    assert not untrue, "\n".join(map(str, untrue))
    return folder


def test_every_step_is_a_command_and_python() -> None:
    steps = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    assert len(steps) >= 8
    for step in steps:
        assert "```console\n" in step
        assert "```python\n" in step
    deeds = [each.words[1] for each in COMMANDS if each.words[0] == "policyindex"]
    chain = ["template", "agreement", "adjudicate", "settle", "score", "release", "diff", "splice"]
    assert sorted(chain, key=deeds.index) == chain


@pytest.mark.slow
def test_the_commands_print_what_the_page_shows(
    shell: tuple[Path, list[tuple[int, str]]],
) -> None:
    _, runs = shell
    assert len(runs) >= 18
    for command, (status, printed) in zip(COMMANDS, runs, strict=False):
        is_early = command.words[1] == "settle" and "--evidence" not in command.words
        assert (command.words, status) == (command.words, int(is_early)), printed
        assert OutputChecker().check_output(command.printed, printed, ELLIPSIS), printed


@pytest.mark.slow
def test_the_commands_and_the_python_end_in_the_same_releases(
    shell: tuple[Path, list[tuple[int, str]]], python: Path
) -> None:
    folder, _ = shell
    for name in ("2015.1", "2015.2"):
        files = sorted(path.name for path in (folder / name).iterdir())
        assert files == sorted(path.name for path in (python / name).iterdir())
        assert len(files) > 15
        for file in files:
            assert (folder / name / file).read_bytes() == (python / name / file).read_bytes(), file


@pytest.mark.slow
def test_all_that_is_made_up_says_so(shell: tuple[Path, list[tuple[int, str]]]) -> None:
    folder, _ = shell
    for name in ("2015.1", "2015.2"):
        evidence = pd.read_csv(folder / name / "evidence.csv", keep_default_na=False)
        assert evidence["coder"].isin(["Ama (SYNTHETIC)", "Ben (SYNTHETIC)", "final"]).all()
        for column in ("report", "quote", "by", "reason", "reply"):
            assert evidence[column].map(lambda text: not text or "SYNTHETIC" in text).all()
        for file in ("README.md", "index.html", "CITATION.cff", "datapackage.json", "scores.csv"):
            assert "SYNTHETIC" in (folder / name / file).read_text(encoding="utf-8")
    for file in ("scores.csv", "codings.csv", "agreement.csv", "changes.csv"):
        rows = pd.read_csv(folder / file)
        assert rows["source"].str.contains("SYNTHETIC").all()


@pytest.mark.slow
def test_every_score_names_the_codings_and_the_evidence_it_rests_on(
    shell: tuple[Path, list[tuple[int, str]]],
) -> None:
    folder, _ = shell
    release = pi.coding.read_release(folder / "2015.2")
    basis = pd.read_csv(folder / "2015.2" / "basis.csv", keep_default_na=False)
    ids = set(pd.read_csv(folder / "2015.2" / "evidence.csv")["id"])
    named = basis["evidence"].str.split("; ")
    assert named.map(lambda each: set(each) <= ids).all()
    assert named.map(lambda each: each[-1].endswith("-final")).all()
    rows = basis.set_index(["country", "year", "dimension", "indicator"])
    scores = pi.score(release.codings)
    for dimension in pi.THREE_P.dimensions:
        for unit, score in scores[dimension.name].items():
            own = rows.loc[(*unit, dimension.name)]
            assert set(own.index) == {each.name for each in dimension.indicators}
            assert set(own["score"]) == {"" if pd.isna(score) else f"{score:g}"}


@pytest.mark.slow
def test_the_spliced_series_keeps_both_sources(
    shell: tuple[Path, list[tuple[int, str]]],
) -> None:
    folder, _ = shell
    series = pi.read(folder / "index.xlsx").panel
    spans = [(each["first"], each["last"]) for each in series.attrs["spans"]]
    assert spans == [(2000, 2009), (2015, 2015)]
    assert all("SYNTHETIC" in each["source"] for each in series.attrs["spans"])
    assert (folder / "trend.png").read_bytes().startswith(b"\x89PNG")
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "release 2015.2, SYNTHETIC" in report
