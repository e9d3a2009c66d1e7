"""What is fuzzed: how an input becomes a file or a command, and what may come of it.

The tests replay the inputs that `tests/hostile/corpus` keeps; :mod:`fuzz.run` looks for others.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from hostile import books
from hostile.run import in_house_form

CORPUS = Path(__file__).parents[1] / "hostile" / "corpus"

STARTS = {"stata": b"<stata_dta>", "parquet": b"PAR1", "xls": b"\xd0\xcf\x11\xe0"}

WORDS = """
score explain check trends movers standings values splice compare agreement codebook
template adjudicate settle release diff demo NGA Nigeria 2009 2000 - -o out.csv out.xlsx
out.json out.md out.tex out.dta out --country --year --years --bounds --dimension overall
prosecution --weights any equal 1,2,3 --min-weight 1/3 0.1 --accuracy 0.9 --start --end
--codebook book.json --sheet 0 --header 1 --encoding cp1252 --kind cow --layout wide --holds
values scores codings --sentinel -99 --drop-unmatched --column prosecution=a --country-column
country --year-column year --file-year --source x --cohort balanced --null
exchangeable --persistence --adjust bh --coder ana --evidence in.csv book.xlsx --release 1
--max-revised 5% --top --prefer first --rules mixed --scale --lower-is-better
""".split()  # noqa: SIM905
"""Words of commands, one for each low byte of an input; a high byte starts a word of its own."""


def file_of(form: str, data: bytes) -> bytes:
    """Return the file that an input stands for: the rows of a sheet, or the file itself."""
    if form == "sheet":
        document = books.sheet("@").encode().replace(b"@", data)
        return books.archive(books.members(document))
    if form in ("coder", "codebook-sheet"):
        return _with_rows(_base(form), data)
    start = STARTS.get(form, b"")
    return data if data.startswith(start) else start + data


@cache
def _base(form: str) -> dict[str, bytes]:
    """Return the members of a sound workbook."""
    from policyindex import THREE_P, codebooks, coding

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        if form == "coder":
            coding.template(path, coder="ana", countries=["NGA"], years=[2009])
        else:
            codebooks.write(THREE_P, path)
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def _with_rows(base: dict[str, bytes], data: bytes) -> bytes:
    """Return a workbook with other rows in one of its sheets, which the first byte chooses."""
    sheets = sorted(name for name in base if name.startswith("xl/worksheets/sheet"))
    name = sheets[data[0] % len(sheets)] if data else sheets[0]
    before, _, rest = base[name].partition(b"<sheetData>")
    _, _, after = rest.partition(b"</sheetData>")
    rows = before + b"<sheetData>" + data[1:] + b"</sheetData>" + after
    return books.archive({**base, name: rows})


def words_of(data: bytes) -> list[str]:
    """Return the words of a command that an input stands for."""
    words, place = [], 0
    while place < len(data) and len(words) < 24:
        if data[place] < 128:
            words.append(WORDS[data[place] % len(WORDS)])
            place += 1
        else:
            length = data[place] - 128
            text = data[place + 1 : place + 1 + length]
            words.append(os.fsdecode(text))
            place += 1 + length
    return words


def judge(path: Path) -> str:
    """Read a file and return what it was: a panel, or refused; raise where it is neither.

    Raises
    ------
    AssertionError
        When a panel breaks its contract, or an error is not in the form of the house.
    """
    from policyindex import PanelError, check_panel, read

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reading = read(path)
        except PanelError as error:
            refusal = str(error)
        else:
            refusal = ""
    if refusal:
        assert in_house_form(refusal), refusal
        return "refused"
    book = reading.codebook
    scales = book.scales if reading.holds == "codings" else book.score_scales
    columns = {name: scales[name] for name in reading.panel}
    pd.testing.assert_frame_equal(reading.panel, check_panel(reading.panel, scales=columns))
    if reading.holds == "scores" and len(columns) > 1:
        parts = reading.panel.drop(columns="overall")
        assert reading.panel["overall"].equals(parts.sum(axis=1, skipna=False))
    assert len(reading.source) <= 300
    return "panel"


def judge_coder(path: Path) -> str:
    """Read the workbook of a coder, and settle it with itself."""
    from policyindex import THREE_P, PanelError, check_panel, coding

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            workbook = coding.read_workbook(path)
        except PanelError as error:
            refusal = str(error)
        else:
            refusal = ""
    if refusal:
        assert in_house_form(refusal), refusal
        return "refused"
    for panel in workbook.codings.values():
        pd.testing.assert_frame_equal(panel, check_panel(panel, scales=THREE_P.scales))
    return "panel"


def judge_codebook(path: Path) -> str:
    """Read a codebook; one that is taken must come back from a file of its own."""
    from policyindex import codebooks

    try:
        book = codebooks.read(path)
    except ValueError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert in_house_form(refusal), refusal
        return "refused"
    again = path.with_suffix(".json")
    codebooks.write(book, again)
    assert codebooks.read(again) == book
    again.unlink()
    return "panel"


def judge_command(folder: Path, data: bytes) -> str:
    """Run a command in a folder, and see that it ends as documented and prints no control sign."""
    from policyindex.cli.main import main

    words = words_of(data)
    if any("/" in word or "\\" in word or word.startswith("--p") for word in words):
        return "refused"  # it could write elsewhere, or download
    before = Path.cwd()
    shown, told = io.StringIO(), io.StringIO()
    os.chdir(folder)
    try:
        with (
            contextlib.redirect_stdout(shown),
            contextlib.redirect_stderr(told),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            status = main(words)
    finally:
        os.chdir(before)
        for each in folder.glob("out*"):
            if each.is_file():
                each.unlink()
    assert status in (0, 1, 2), status
    assert "Traceback" not in told.getvalue()
    if status == 2:
        assert told.getvalue().startswith(("policyindex: ", "usage: ")), told.getvalue()
    both = shown.getvalue() + told.getvalue()
    signs = {each for each in both if not each.isprintable() and each not in "\n\u200c\u200d"}
    assert not signs, signs
    return "refused" if status else "panel"


def _fill(folder: Path) -> None:
    """Put the files into a folder that commands name."""
    from policyindex import THREE_P, codebooks, coding

    (folder / "in.csv").write_text(
        "country,year,prosecution,protection,prevention\nNGA,2009,4,5,5\nDEU,2009,5,5,\n",
        encoding="utf-8",
    )
    codebooks.write(THREE_P, folder / "book.json")
    coding.template(folder / "book.xlsx", coder="ana", countries=["NGA"], years=[2009])


def target(form: str, folder: Path) -> Callable[[bytes], str]:
    """Return a function that tries an input of a form, with its files in a folder."""
    if form == "command":
        _fill(folder)
        return lambda data: judge_command(folder, data)
    path = folder / "fuzzed"
    judges = {
        "coder": judge_coder,
        "codebook": judge_codebook,
        "codebook-sheet": judge_codebook,
    }

    def one(data: bytes) -> str:
        path.write_bytes(file_of(form, data))
        return judges.get(form, judge)(path)

    return one


FORMS = (
    "text", "sheet", "stata", "parquet", "xls", "coder", "codebook", "codebook-sheet", "command",
)  # fmt: skip


def kept(form: str) -> list[bytes]:
    """Return the inputs of the corpus, and those to start from."""
    folder = CORPUS / form
    stored = sorted(folder.iterdir()) if folder.is_dir() else []
    return [*(each.read_bytes() for each in stored), *seeds(form)]


def seeds(form: str) -> list[bytes]:
    """Return inputs to start from where the corpus keeps none: sound ones."""
    from policyindex import THREE_P, codebooks

    if form in ("coder", "codebook-sheet"):
        base = _base(form)
        names = sorted(name for name in base if name.startswith("xl/worksheets/sheet"))
        rows = [base[name].partition(b"<sheetData>")[2] for name in names]
        sound = [bytes([n]) + each.partition(b"</sheetData>")[0] for n, each in enumerate(rows)]
        return [*sound, b"\0<row"]
    if form == "codebook":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "book.json")
            codebooks.write(THREE_P, path)
            whole = json.loads(path.read_bytes())
            small = {**whole, "dimensions": whole["dimensions"][:1]}
            return [path.read_bytes(), json.dumps(small).encode(), b"{}"]
    if form == "command":
        lines = ["score demo -o out.csv", "explain demo NGA 2009", "check demo", "trends demo"]
        lines += ["standings demo --year 2009 --weights any", "values in.csv", "diff demo demo"]
        lines += ["template --coder ana --country NGA --year 2009 -o out.xlsx"]
        lines += ["adjudicate book.xlsx book.xlsx -o out.xlsx", "codebook 2009 -o out.md"]
        known = {word: place for place, word in enumerate(WORDS)}
        return [bytes(known[word] for word in line.split() if word in known) for line in lines]
    return []
