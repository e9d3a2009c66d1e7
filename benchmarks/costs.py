"""Hold what hostile or very large input costs to 2 s of processor time and 1 GiB of memory.

Run with ``python benchmarks/costs.py [--renew] [WORD ...]``: without a word all inputs, else those
whose names contain one. Each is read in a process of its own, which is measured as a whole, with
the start of Python and the import of the libraries. One that exceeds a bound is tried twice more,
since other work slows a processor; if it exceeds it each time, or ends in another way than here,
the run fails. ``--renew`` writes the table into docs/hostile.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

PAGE = ROOT / "docs" / "hostile.md"

SECONDS, MEMORY = 2.0, 2**30

START = 0.4
"""Seconds of the first input, a table of one row, where the bound is that of SECONDS: on a slower
processor, or a busy one, both are longer in the same ratio."""

TRIES = 3

HEADER = "country,year,prosecution,protection,prevention\n"

READ = "import policyindex as pi; print(pi.read_scores(PATH).shape)"

PANEL = """
import numpy as np, pandas as pd, policyindex as pi

def panel(units, years):
    names = [f"unit {place:06}" for place in range(units)]
    index = pd.MultiIndex.from_product([names, years], names=["country", "year"])
    levels = np.random.default_rng(0).integers(1, 6, (len(index), 3)).astype(float)
    return pd.DataFrame(levels, index, ["prosecution", "protection", "prevention"])
"""

STRAYS = "unit 000000"

STRAY = f"""
scores = panel(177, range(2000, 2014)).sum(axis=1).rename("overall")
scores.loc[{STRAYS!r}, YEAR] = 5.0
print(pi.trends(scores))
"""


@dataclass(frozen=True)
class Cost:
    """An input, the program that has it, and a part of what that prints or complains of."""

    name: str
    program: str
    ends: str
    refused: bool
    make: Callable[[], bytes] = bytes
    """The content of the file at PATH."""


@dataclass(frozen=True)
class Result:
    """What an input cost, and how it ended."""

    seconds: float
    memory: int
    status: int
    text: str


def workbook(*, runs: int = 0, texts: int = 0, merged: int = 0, styles: int = 0) -> bytes:
    """Return a workbook of one row of scores and one of these, so many times."""
    sys.path.insert(0, str(ROOT / "tests"))
    from hostile import books

    rows = books.line(1, HEADER.strip().split(",")) + books.line(2, ["Germany", 2009, 5, 4, 3])
    ranges = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(20, 20 + 2 * merged, 2))
    members = books.members(
        books.sheet(rows).replace("</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>")
    )
    inner = "".join(f"<si><t>text {n}</t></si>" for n in range(texts))
    inner += f"<si>{'<r><t>x</t></r>' * runs}</si>"
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{books.SHEET}">{inner}</sst>'
    formats = f"<cellXfs>{'<xf/>' * (styles + 1)}</cellXfs>"
    members["xl/styles.xml"] = f'<styleSheet xmlns="{books.SHEET}">{formats}</styleSheet>'
    links = "xl/_rels/workbook.xml.rels"
    link = (
        f'<Relationship Id="r3" Type="{books.RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    )
    members[links] = str(members[links]).replace("</Relationships>", f"{link}</Relationships>")
    return books.archive(members)


def open_document(blank: int) -> bytes:
    """Return an .ods workbook of one row of scores, with blank rows below it."""
    sys.path.insert(0, str(ROOT / "tests"))
    from hostile import ods

    rows = ods.line(HEADER.strip().split(",")) + ods.line(["Germany", 2009, 5, 4, 3])
    return ods.archive(ods.document(ods.table(rows + "<table:table-row/>" * blank)))


def names(units: int) -> bytes:
    """Return a table of units that are not countries."""
    rows = "".join(f"Land of the {unit} Isles,2009,1,2,3\n" for unit in range(units))
    return (HEADER + rows).encode()


COSTS = [
    Cost("a table of one row", READ, "(1, 4)", False, f"{HEADER}Germany,2009,5,5,5\n".encode),
    Cost(
        "the number 1e999999999 in a cell",
        READ,
        "prevention must be an integer from 1 to 5",
        True,
        f"{HEADER}Germany,2009,5,5,1e999999999\n".encode,
    ),
    Cost(
        "the least weight 1e999999999",
        "import sys; from policyindex.cli.main import main; "
        "sys.exit(main('standings demo --year 2009 --min-weight 1e999999999'.split()))",
        "argument --min-weight: must be a number",
        True,
    ),
    Cost(
        "1,000,000 styles of cells",
        READ,
        "at most 524,288 tags",
        True,
        lambda: workbook(styles=10**6),
    ),
    Cost("1,000,000 shared texts", READ, "(1, 4)", False, lambda: workbook(texts=10**6)),
    Cost("500,000 merged ranges", READ, "(1, 4)", False, lambda: workbook(merged=500_000)),
    Cost(
        "a text of 3,000,000 runs",
        READ,
        "at most 524,288 tags",
        True,
        lambda: workbook(runs=3 * 10**6),
    ),
    Cost(
        "8,000,000 blank rows of OpenDocument",
        READ,
        "at most 4,194,304 tags",
        True,
        lambda: open_document(8 * 10**6),
    ),
    Cost("50,000 unknown names", READ, "50000 of 50000 are not", True, lambda: names(50_000)),
    *(
        Cost(
            f"a stray year {year} in a panel of 177 units",
            PANEL + STRAY.replace("YEAR", str(year)),
            f"years must lie within 1,000 of each other; 1 row does not, the first {STRAYS} {year}",
            True,
        )
        for year in (0, 9999)
    ),
    Cost(
        "dominance of 10,000 countries",
        PANEL + "print(pi.robustness.dominance(panel(10_000, [2009]), 2009).shape)",
        "(10000, 10000)",
        False,
    ),
    Cost(
        "dominance of 20,000 countries",
        PANEL + "print(pi.robustness.dominance(panel(20_000, [2009]), 2009).shape)",
        "robustness.settled_pairs",
        True,
    ),
]


def measured(cost: Cost, folder: str, start: float = START) -> Result:
    """Make the file of an input, and run its program, each in a process of its own."""
    path = Path(folder, "input")
    # Linux counts the memory of the process that starts another: this one stays small.
    subprocess.run([sys.executable, __file__, "--make", cost.name, str(path)], check=True)
    program = f"PATH = {str(path)!r}\n{cost.program}"
    best = Result(float("inf"), 0, 0, "")
    for _ in range(TRIES):
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [sys.executable, "-c", program], stdout=output, stderr=subprocess.STDOUT
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            text = output.read().decode()
        seconds = used.ru_utime + used.ru_stime
        if seconds < best.seconds:
            best = Result(seconds, used.ru_maxrss * 1024, process.returncode, text)
        if not complaints(cost, best, start):
            break
    return best


def bound(start: float) -> float:
    """Return the seconds that an input may take where a table of one row takes `start`."""
    return SECONDS * max(1.0, start / START)


def complaints(cost: Cost, result: Result, start: float = START) -> list[str]:
    """Return a sentence for each fault of a result."""
    wrong = []
    if (result.status != 0) != cost.refused or cost.ends not in result.text:
        wrong.append(f"it ended with status {result.status}: {result.text[-300:]}")
    if result.seconds > bound(start):
        wrong.append(f"{result.seconds:.2f} s")
    if result.memory > MEMORY:
        wrong.append(f"{result.memory / 2**20:.0f} MiB")
    return [f"{cost.name}: {each}" for each in wrong]


def row(cost: Cost, result: Result) -> str:
    """Return a row of the table."""
    ends = "refused" if cost.refused else "answered"
    return f"| {cost.name} | {ends} | {result.seconds:.1f} s | {result.memory / 2**20:.0f} MiB |"


def main(arguments: list[str]) -> int:
    """Measure and print all inputs, or make the file of one; return the status."""
    if arguments[:1] == ["--make"]:
        (cost,) = (each for each in COSTS if each.name == arguments[1])
        Path(arguments[2]).write_bytes(cost.make())
        return 0
    words = [each for each in arguments if each != "--renew"]
    lines = ["| input | ends | processor time | peak memory |", "|---|---|---|---|"]
    print("\n".join(lines))
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        start = min(measured(COSTS[0], folder).seconds for _ in range(TRIES))
        for cost in COSTS:
            if not words or any(word in cost.name for word in words):
                result = measured(cost, folder, start)
                lines.append(row(cost, result))
                print(lines[-1], flush=True)
                wrong += complaints(cost, result, start)
    if "--renew" in arguments and not words:
        from table import replaced

        PAGE.write_text(replaced(PAGE.read_text("utf-8"), "costs", lines), encoding="utf-8")
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
