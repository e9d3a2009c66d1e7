"""Output, streams, exit status, and mistakes."""

from __future__ import annotations

import atexit
import gc
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from policyindex import datasets
from policyindex.cli.main import _noting_interrupts, main

Run = Callable[..., tuple[int, str, str]]


def test_a_dash_is_standard_output(
    run: Run, mine: Path, on_a_terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mine.parent)
    answer = run("score", mine)
    assert run("score", mine, "-o", "-") == answer
    assert on_a_terminal("score", mine, "-o", "-") == answer[1]  # CSV on a terminal too
    assert [each.name for each in mine.parent.iterdir()] == ["mine.csv"]


def test_a_letter_that_a_stream_lacks_is_written_as_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = {name: io.BytesIO() for name in ("stdout", "stderr")}
    for name, stream in written.items():
        monkeypatch.setattr(sys, name, io.TextIOWrapper(stream, "ascii", write_through=True))
    assert main(["explain", "demo", "CIV", "2009"]) == 0
    assert written["stdout"].getvalue().startswith(rb"C\xf4te d'Ivoire, 2009: ")
    assert main(["score", "\u00f4.csv"]) == 2
    assert rb"\xf4.csv cannot be opened" in written["stderr"].getvalue()


@pytest.mark.slow
def test_a_real_terminal_shows_a_formatted_table(mine: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "policyindex", "score", str(mine)]
    with subprocess.Popen(command, stdout=follower) as process:
        os.close(follower)
        parts = []
        try:
            while part := os.read(leader, 10_000):
                parts.append(part)
        except OSError:  # the other end has been closed
            pass
        assert process.wait() == 0
    os.close(leader)
    lines = b"".join(parts).decode().splitlines()
    assert lines[1].split() == ["Germany", "DEU", "2009", "5", "5", "5", "15"]


def test_a_file_is_never_replaced_by_its_answer(run: Run, mine: Path, tmp_path: Path) -> None:
    before = mine.read_bytes()
    (tmp_path / "link.csv").symlink_to(mine)
    for output in (mine, tmp_path / "link.csv", f"{tmp_path}/./mine.csv"):
        status, out, err = run("score", mine, "-o", output)
        assert (status, out) == (2, "")
        assert f"{output} is an input file; choose another name for the output" in err
    assert mine.read_bytes() == before


def test_without_a_file_the_demo_is_read_from_any_folder(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mine.parent)
    mine.rename("demo")
    assert "SYNTHETIC" in run("score")[1]
    assert run("score", "demo")[1].splitlines()[1] == "DEU,Germany,2009,5,5,5,15,demo"


YEAR = ["--year", "2009"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["score", "absent.csv"], "absent.csv cannot be opened: it does not exist;"),
        (["score", "."], ". must be a file; it is a folder, not one of a release; name a file"),
        (["score", "n" * 300], f"{'n' * 300} cannot be opened: "),
        (["score", "demo", "-o", f"{'x' * 300}.csv"], "x.csv cannot be opened: "),
        (["agreement", ".", "."], ". must be a file; it is a folder"),
        (["codebook", "."], ". must be a file; it is a folder"),
        (["score", "--country"], "expected one argument"),
        (["score", "demo", "--column", "x"], "must be NAME=COLUMN"),
        (
            ["score", "demo", "-o", "absent/out.csv"],
            "absent/out.csv cannot be opened",
        ),
        (["standings", "demo"], "--year"),
        (["standings", "demo", *YEAR, "--weights", "1,2"], "or 3 numbers with commas"),
        (["standings", "demo", *YEAR, "--min-weight", "0.5"], "between 0 and 1/3"),
        (["standings", "demo", *YEAR, "--min-weight", "some"], "e.g. 0.1 or 1/3"),
        (["standings", "demo", *YEAR, "--accuracy", "2"], "a number from 0 to 1"),
        (["standings", "demo", *YEAR, "--accuracy", ".9", "--min-weight", "0"], "not allowed with"),
        (["standings", "demo", *YEAR, "--accuracy", ".9", "--weights", "any"], "drop --weights"),
        (["standings", "demo", *YEAR, "--weights", "equal", "--min-weight", "0"], "drop one of"),
        (["standings", "demo", "--year", "1999"], "must be a year of the scores (2000 to 2009)"),
        (["trends", "demo", "--cohort", "some"], "must be all, balanced or a year"),
        (["trends", "demo", "--dimension", "hope"], "must be one of prosecution"),
        (["dance"], "invalid choice"),
        ([], "COMMAND"),
        (["movers", "demo", "--start", "2009", "--end", "2000"], "--start must be before --end"),
        (
            ["score", "demo", "-o", "x.docx"],
            "must end in .csv, .xlsx, .dta, .parquet, .json, .md, ",
        ),
        (["score", "demo", "-o", "x.docx"], ".tex; got x.docx; the report's brief alone is"),
        (["trends", "demo", "-o", "out"], "the name of this file must end in .csv, .xlsx, "),
        (["standings", "demo", *YEAR, "-o", "x.csv.gz"], "; got x.csv.gz"),
        (["splice", "demo"], "SECOND"),
        (["report", "-o", "x.pdf"], "the name of this file must end in .html"),
        (["score", "--sheet", "x"], "--sheet needs a FILE; name one or drop the option"),
        (["score", "demo", "--kind", "cow", "--file-year", "0"], "--kind and --file-year need a"),
        (["check", "demo", "--column", "p=x"], "--column needs a FILE"),
        (["report", "--published", "--no-report-years"], "--report-years needs a FILE"),
        # Commands and options of the past are gone, not aliases.
        (["rank", "demo", *YEAR], "invalid choice"),
        (["standings", "demo", *YEAR, "--error", "0.9"], "unrecognized arguments: --error"),
    ],
)
def test_mistakes_are_reported_in_a_line_without_a_traceback(
    run: Run, words: list[str], text: str
) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert text in err
    assert "Traceback" not in err


def test_a_refused_file_leaves_the_output_as_it_was(run: Run, tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.csv", tmp_path / "out.csv"
    bad.write_text("country,year,pros,prot,prev\nGermany,2009,9,5,5\n")
    out.write_text("precious")
    status, _, err = run("score", bad, "-o", out)
    assert status == 1
    assert "prosecution must be an integer from 1 to 5" in err
    assert out.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "out.csv"]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "words", [["score"], ["score", "-o", "-"], ["explain", "demo", "IT", "2009"]]
)
def test_a_full_disk_behind_the_output_is_reported_in_a_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "policyindex", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        2,
        "policyindex: the output could not be written: No space left on device\n",
    )


def test_only_a_call_from_the_command_line_collects_no_garbage(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = gc.get_threshold()
    frozen: list[object] = []
    monkeypatch.setattr(atexit, "register", frozen.append)
    monkeypatch.setattr(sys, "argv", ["policyindex", "codebook"])
    gc.set_threshold(700, 10, 10)
    try:
        assert run("codebook")[0] == 0
        assert gc.get_threshold() == (700, 10, 10)
        assert gc.freeze not in frozen
        assert main() == 0
        assert gc.get_threshold()[0] >= 100_000
        assert gc.freeze in frozen
    finally:
        gc.set_threshold(*before)
    assert capsys.readouterr().out


@pytest.mark.parametrize("error", [TypeError, ValueError, KeyboardInterrupt])
def test_an_interrupt_is_one_whatever_a_library_makes_of_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise error("rows cannot be compared") from None

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        monkeypatch.setattr(datasets, "load_demo", interrupted)
        assert run("score") == (130, "", "policyindex: interrupted\n")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_handler_of_another_program_and_other_threads_are_left_alone(run: Run) -> None:
    def ours(number: int, _: object) -> None:
        seen.append(number)

    seen: list[object] = []
    before = signal.signal(signal.SIGINT, ours)
    try:
        with _noting_interrupts() as interrupts:
            assert signal.getsignal(signal.SIGINT) is ours
            signal.raise_signal(signal.SIGINT)
        assert (seen, interrupts) == ([signal.SIGINT], [])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        thread = threading.Thread(target=lambda: seen.append(run("codebook")[0]))
        thread.start()
        thread.join()
        assert seen == [signal.SIGINT, 0]
    finally:
        signal.signal(signal.SIGINT, before)


def test_too_little_memory_is_reported_in_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise MemoryError

    monkeypatch.setattr(datasets, "load_demo", fail)
    assert run("score") == (2, "", "policyindex: there is not enough memory for this\n")


@pytest.mark.slow
@pytest.mark.parametrize("words", ["score", "--print-completion bash", "score --help"])
def test_a_closed_pipe_is_not_an_error(words: str) -> None:
    if "completion" in words:
        pytest.importorskip("shtab")
    done = subprocess.run(
        f"({sys.executable} -m policyindex {words}; echo $? >&2) | true",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "0\n"
