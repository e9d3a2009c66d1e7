"""Commands run as a user runs them, and a file to run them on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policyindex.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; return its status and its two streams."""

    def command(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Run a command as on a terminal; return what it prints."""

    def command(*words: object) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
            assert main([str(word) for word in words]) == 0
        return capsys.readouterr().out

    return command


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("country,year,pros,prot,prev\nGermany,2009,5,5,5\nNigeria,2009,4,5,5\n")
    return path
