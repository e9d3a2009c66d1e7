"""Files, names, workbooks and reports."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook  # type: ignore[import-untyped]

from policyindex import countries, datasets, read_codings, report, score
from policyindex.coding import Workbook, read_workbook, template

from . import Comparison, comparison

REAL = os.environ.get("POLICYINDEX_REAL_DATA")

FOLDER = tempfile.TemporaryDirectory()

CODERS = ("Ama", "Kofi")


def real(name: str) -> Path:
    """Return the path of a real file."""
    if not REAL:
        raise FileNotFoundError("POLICYINDEX_REAL_DATA must name the folder of the real files")
    return Path(REAL, name)


@comparison("100,080 names of 180 countries")
def names() -> Comparison:
    rows = pd.Series(countries.table()["name"].to_list()[:180] * 556)
    codes = dict(zip(rows.unique(), countries.iso3(rows.unique()), strict=True))
    pd.testing.assert_series_equal(countries.iso3(rows), rows.map(codes), check_names=False)
    return Comparison(
        {"iso3": lambda: countries.iso3(rows)},
        {"pandas map, the mapping at hand": lambda: rows.map(codes)},
        {"Series.copy": rows.copy},
    )


@comparison("a file of 1,587 reports in 67 columns")
def codings_of_a_file() -> Comparison:
    """pandas checks nothing and knows no countries."""
    path = real("hti_2001_2011.csv")

    def ours() -> pd.DataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_codings(path)

    assert ours().shape == (1587, 10)
    return Comparison(
        {"read_codings": ours},
        {"pandas read_csv": lambda: pd.read_csv(path, encoding="latin-1")},
        {"read_bytes": path.read_bytes},
    )


def fill(path: Path) -> None:
    """Choose the best level of each coding, and write a page and a quotation beside it."""
    book = load_workbook(path)
    best = [[cell.value for cell in row if cell.value is not None] for row in book["Lists"]]
    for sheet in book.worksheets[1:4]:
        for row in range(3, sheet.max_row + 1):
            sheet.cell(row, 7).value = best[sheet.cell(row, 2).value][-1]
            sheet.cell(row, 10).value = str(row)
            sheet.cell(row, 11).value = f"A sentence of the report, number {row}."
    book.save(path)


@comparison("workbooks of two coders, 177 countries")
def workbooks() -> Comparison:
    units = list(countries.table().query("not historical").index[:177])
    paths = [Path(FOLDER.name, f"{coder} filled.xlsx") for coder in CODERS]
    for coder, path in zip(CODERS, paths, strict=True):
        template(path, countries=units, years=2015, coder=coder)
        fill(path)

    def write() -> None:
        for coder in CODERS:
            path = Path(FOLDER.name, f"{coder}.xlsx")
            template(path, countries=units, years=2015, coder=coder, overwrite=True)

    def read() -> list[Workbook]:
        return [read_workbook(path) for path in paths]

    for workbook in read():
        (panel,) = workbook.codings.values()
        assert panel.shape == (177, 19)
        assert panel.notna().all(axis=None)
        assert len(workbook.evidence) == 177 * 19
    return Comparison(
        {"read_workbook": read, "template": write},
        {"openpyxl, load only": lambda: [load_workbook(path) for path in paths]},
    )


@comparison("a report on 177 countries")
def reports() -> Comparison:
    codings = datasets.load_demo()
    scores, path = score(codings), Path(FOLDER.name, "report.html")
    return Comparison(
        {
            "on codings": lambda: report.write(codings, path),
            "on scores": lambda: report.write(scores, path),
        }
    )


def run(*command: str) -> None:
    """Run a command of Python in a process of its own."""
    subprocess.run([sys.executable, *command], check=True, capture_output=True)


@comparison("a fresh process from the shell")
def commands() -> Comparison:
    path = str(Path(FOLDER.name, "shell.html"))
    published = str(real("published_3p_2000_2013.dta"))
    commands = {
        "report, the demo": ("report", "-o", path),
        "report, the published file": ("report", published, "-o", path),
        "--help": ("--help",),
    }
    calls = {name: partial(run, "-m", "policyindex", *words) for name, words in commands.items()}
    return Comparison(
        {**calls, "import policyindex": lambda: run("-c", "import policyindex")},
        {"import pandas": lambda: run("-c", "import pandas")},
        {"Python alone": lambda: run("-c", "")},
    )
