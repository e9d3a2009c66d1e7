"""Whatever a file is called and holds, a terminal shows it and does nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

import policyindex as pi
from policyindex.cli import arguments
from policyindex.cli.main import main
from policyindex.cli.running import _as_note, _print

HOSTILE = "\x1b[2J\x9b31m\x08\x07\r\u202e\u2066\x00\nFAKE: "
"""Signs that clear a terminal, colour, delete, ring, return, turn text round, and start a line."""

IN_A_NAME = HOSTILE.replace("\0", "").replace("/", "")

SHOWN = "\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


class Terminal(io.TextIOWrapper):
    """A stream of UTF-8 that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def printed(*words: str, on_terminal: bool = True) -> tuple[int, str]:
    """Run a command; return its status and all that a terminal would get."""
    kind = Terminal if on_terminal else io.TextIOWrapper
    shown, told = (kind(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(shown), redirect_stderr(told):
        status = main(list(words))
    parts = []
    for stream in (shown, told):
        stream.flush()
        raw = stream.buffer
        assert isinstance(raw, io.BytesIO)
        parts.append(raw.getvalue().decode())
    return status, "".join(parts)


def harmless(text: str) -> bool:
    lines = text.split("\n")
    return all(each.isprintable() or each in SHOWN for each in text) and not any(
        line.startswith("FAKE") for line in lines
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def csv(*rows: list[str]) -> str:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)


@pytest.fixture
def files(place: Path) -> dict[str, str]:
    """Write files whose names and contents are hostile; return their names."""
    sign = HOSTILE.replace("\0", "")
    names = {name: f"{name}{IN_A_NAME}.csv" for name in ("scores", "words", "values", "evidence")}
    header = ["country", "year", "prosecution", "protection", "prevention", f"other{sign}"]
    units = [[f"unit {n}{sign}", "2009", str(n), "2", "3", "1"] for n in range(1, 4)]
    units += [[f"unit {n}{sign}", "2008", str(6 - n), "2", "3", "1"] for n in range(1, 4)]
    (place / names["scores"]).write_text(csv(header, *units), "utf-8", newline="")
    wrong = [[f"Narnia{sign}", "2009", f"good{sign}", "2", "3", sign]]
    (place / names["words"]).write_text(csv(header, *wrong), "utf-8", newline="")
    (place / names["values"]).write_text(
        csv(["country", "year", f"tier{sign}"], ["Chad", "2009", f"Tier 9{sign}"]),
        "utf-8",
        newline="",
    )
    words = pi.Indicator(f"law{IN_A_NAME}", levels=(f"none{sign}", f"some{sign}", f"full{sign}"))
    part = pi.Dimension(f"aid{IN_A_NAME}", (words,), lambda **level: 1 + next(iter(level.values())))
    book = pi.Codebook(f"book{IN_A_NAME}", (part,), title=f"A title{sign}")
    pi.codebooks.write(book, place / f"book{IN_A_NAME}.json")
    (place / "codings.csv").write_text(
        csv(["country", "year", f"law{IN_A_NAME}"], ["Chad", "2009", "1"], ["Niger", "2009", "2"]),
        "utf-8",
        newline="",
    )
    names |= {"codings": "codings.csv", "book": f"book{IN_A_NAME}.json"}
    return names


COMMANDS = """
check {scores} --kind any
score {scores} --kind any
score {scores} --kind any -o -
standings {scores} --kind any --year 2009
trends {scores} --kind any
movers {scores} --kind any --start 2008 --end 2009
compare {scores} {scores} --kind any
values {scores} --kind any
splice {scores} {scores} --kind any
check {words}
score {words}
check {values}
values {values}
values {values} --text tier
score {scores}
score {words} --drop-unmatched
codebook {book}
codebook {words}
check {codings} --codebook {book}
score {codings} --codebook {book}
explain {codings} Chad 2009 --codebook {book}
explain {codings} {sign} 2009 --codebook {book}
check {codings} --evidence {words}
template --coder {sign} --country Chad --year 2009 --codebook {book} -o {sign}
adjudicate {words} {scores} -o a.xlsx
agreement {words} {scores}
settle {words} {scores} -o b.csv
release {codings} --codebook {book} --release 1 -o {sign}
diff {sign} {scores}
report {words} -o a.html
report {scores} --kind any -o {sign}.html
explore {words} -o {sign}.doc
chart trend {scores} --country {sign} -o a.svg
{sign}
score --{sign}
score {sign}
score {scores} --kind {sign}
score {scores} --sheet {sign}
score {scores} --encoding {sign}
standings {scores} --weights {sign} --year 2009
trends {scores} --dimension {sign}
trends {scores} --persistence {sign}
score {scores} -o {sign}
""".strip().splitlines()


@pytest.mark.parametrize(
    "on_terminal", [pytest.param(True, marks=pytest.mark.slow), pytest.param(False)]
)
def test_no_command_prints_a_sign_that_acts(files: dict[str, str], on_terminal: bool) -> None:
    names = {**files, "sign": IN_A_NAME}
    statuses = set()
    acting = {}
    for line in COMMANDS:
        if line.endswith("-o -") and not on_terminal:
            continue  # a pipe receives the table as it is
        words = [word.format(**names) for word in line.split(" ")]
        status, text = printed(*words, on_terminal=on_terminal)
        is_table = not on_terminal and "-o" not in words and status == 0
        if not is_table and not harmless(text):
            acting[line] = text
        assert "Traceback" not in text
        statuses.add(status)
    assert acting == {}
    assert statuses == {0, 1, 2}


def test_a_message_of_the_system_names_a_file_in_signs_that_do_not_act(place: Path) -> None:
    folder = place / f"closed{IN_A_NAME}"
    folder.mkdir()
    for words in (
        ["score", str(folder)],
        ["score", "demo", "-o", str(folder / "absent" / "out.csv")],
        ["report", "demo", "--country", "NGA", "-o", str(folder / "absent" / "out.html")],
    ):
        status, text = printed(*words)
        assert status == 2
        assert harmless(text), text


def test_warnings_of_other_libraries_are_shown_in_signs_that_do_not_act() -> None:
    seen: list[str] = []
    show = _as_note(lambda message, *_, **__: seen.append(str(message)))
    show(RuntimeWarning(f"in {HOSTILE}"), RuntimeWarning, "file.py", 1)
    assert harmless(seen[0])


def test_a_terminal_gets_a_page_as_text() -> None:
    status, text = printed("codebook", "-o", "-")
    assert status == 0
    assert harmless(text)


def test_bytes_that_are_not_text_are_not_printed() -> None:
    with (
        redirect_stdout(Terminal(io.BytesIO(), encoding="utf-8")),
        pytest.raises(ValueError, match="a file that is not text must not be printed; name a file"),
    ):
        _print(b"\x89PNG\xff")


def test_a_stream_of_text_receives_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    with redirect_stdout(stream):
        assert main(["score", "demo", "--country", "NGA", "--year", "2009"]) == 0
    assert stream.getvalue().startswith("country,name,year,")
    assert main(["score", "demo", "--country", "NGA", "--year", "2009"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("NGA,Nigeria,2009")


def test_text_on_one_terminal_line_keeps_its_letters() -> None:
    text = "नि\N{ZERO WIDTH JOINER}क, می\N{ZERO WIDTH NON-JOINER}خواهم, Zürich\n"
    assert arguments.visible(text) == text
    assert arguments.visible("a\tb\x1b[0m") == "a b [0m"


EMPTY = """
score demo -o
report demo -o
explore demo -o
brief demo NGA -o
codebook -o
splice demo demo -o
release demo --release 1 -o
template --coder a --country NGA --year 2009 -o
chart trend demo --country NGA -o
""".strip().splitlines()


@pytest.mark.parametrize("line", EMPTY)
def test_an_output_without_a_name_is_refused_at_once(place: Path, line: str) -> None:
    status, text = printed(*line.split(" "), "")
    assert (status, text) == (2, "policyindex: a path must not be empty; name a file\n")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("line", EMPTY)
def test_an_output_with_a_nul_is_refused_at_once(place: Path, line: str) -> None:
    status, text = printed(*line.split(" "), "a\0b")
    assert status == 2
    assert text.startswith("policyindex: a path must not hold a NUL character; got 'a\\x00b'")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "9" * 60, "1/0", "nan"])
@pytest.mark.parametrize(
    "line",
    ["standings demo --year 2009 --min-weight", "diff demo demo --max-revised"],
)
def test_a_number_that_would_fill_the_memory_is_refused(line: str, number: str) -> None:
    status, text = printed(*line.split(" "), number)
    assert status == 2
    assert "must be a " in text
    assert "got" in text


FULL = "the output could not be written: No space left on device"

CLOSED = "standard output must be open; redirect it, e.g. to a file"


def test_closed_streams_are_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        patch.setattr(sys, "stderr", told)
        assert main(["check", "demo"]) == 2
    assert told.getvalue() == f"policyindex: {CLOSED}\n"
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", shown := io.StringIO())
        patch.setattr(sys, "stderr", None)
        assert main(["score", "nowhere.csv"]) == 2
        assert shown.getvalue() == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirection", "status", "message"),
    [
        (">&-", 2, f"policyindex: {CLOSED}\n"),
        (
            "> /dev/full",
            2,
            "policyindex: the output could not be written: No space left on device\n",
        ),
        ("2>&-", 0, ""),
        ("| true", 0, ""),
    ],
)
def test_a_shell_may_close_the_streams(redirection: str, status: int, message: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no full device here")
    command = f"{sys.executable} -m policyindex check demo {redirection}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert (done.returncode, done.stderr) == (status, message)


NOISY = """
import os, sys
from policyindex import _atomic
from policyindex.cli.main import main

def noisy(descriptor, content, write=_atomic._write):
    for number in range(3):  # as a library in C would
        try:
            os.write(number, b"noise")
        except OSError:
            pass
    write(descriptor, content)

_atomic._write = noisy
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("redirection", ["2>&-", "<&-", "<&- 2>&-"])
def test_no_output_gets_the_number_of_a_closed_stream(redirection: str, place: Path) -> None:
    pi.score(pi.datasets.load_demo()).to_csv("plain.csv")
    program = place / "noisy.py"
    program.write_text(NOISY)
    command = f"{sys.executable} {program} score demo -o out.csv {redirection}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.returncode == 0
    assert "noise" not in Path("out.csv").read_text(encoding="utf-8")
    assert pi.read_scores("out.csv").equals(pi.read_scores("plain.csv"))


@pytest.mark.slow
def test_a_command_without_standard_output_writes_no_file(place: Path) -> None:
    command = f"{sys.executable} -m policyindex score demo -o out.csv >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"policyindex: {CLOSED}\n")
    assert list(place.iterdir()) == []
