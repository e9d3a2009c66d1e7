"""Measure every claim of the library by simulation, and write the table of docs/claims.md.

``python docs/measure.py`` runs all simulations of tests/claims, with the seeds of the tests, in
some minutes. Set POLICYINDEX_REAL_DATA to the folder of the real files: some simulations take their
gaps and levels from them. ``python docs/measure.py agreement means`` measures these topics anew and
keeps the others.
"""

from __future__ import annotations

import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from math import isnan
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "claims.md"
TESTS = HERE.parent / "tests"
BLOCK = "<!-- {topic} -->\n{table}<!-- end -->\n"
SECTION = re.compile(r"<!-- (?P<topic>\w+) -->\n(?P<table>.*?)<!-- end -->\n", re.DOTALL)
HEAD = "| setting | measure | measured | accepted | for comparison |\n|---|---|---:|---:|---|\n"


def topics() -> list[str]:
    """Return the names of the modules of tests/claims that measure claims."""
    names = (path.stem for path in (TESTS / "claims").glob("*.py"))
    return sorted(name for name in names if name != "record" and not name.startswith("test_"))


def table(topic: str) -> str:
    """Return the table of one topic, a heading for each claim."""
    sys.path.insert(0, str(TESTS))
    lines: dict[str, list[str]] = {}
    for each in import_module(f"claims.{topic}").claims():
        beside = "" if isnan(each.naive) else f"{each.naive_name}: {each.naive:.3f}"
        margin = f" ± {each.margin:.3f}" if each.margin else ""
        measured = f"{each.value:.3f}{margin}"
        accepted = f"{each.low:g} to {each.high:g}"
        mark = "" if each.holds() else " **not met**"
        cells = (each.setting, each.measure, measured + mark, accepted, beside)
        lines.setdefault(each.claim, []).append("| " + " | ".join(cells) + " |\n")
    parts = (f"\n### {claim}\n\n{HEAD}{''.join(rows)}" for claim, rows in lines.items())
    return "".join(parts) + "\n"


def main(names: list[str]) -> None:
    """Measure the topics and rewrite their tables."""
    if not os.environ.get("POLICYINDEX_REAL_DATA"):
        sys.exit("POLICYINDEX_REAL_DATA must name the folder of the real files")
    text = PAGE.read_text(encoding="utf-8")
    old = {match["topic"]: match["table"] for match in SECTION.finditer(text)}
    anew = names or topics()
    if unknown := sorted(set(anew) - set(topics())):
        sys.exit(f"{', '.join(unknown)} is not one of the topics: {', '.join(topics())}")
    with ProcessPoolExecutor() as pool:
        new = dict(zip(anew, pool.map(table, anew), strict=True))
    tables = {topic: new.get(topic, old.get(topic, "")) for topic in topics()}
    start = text.index("<!-- ", text.index("## The table"))
    body = "".join(BLOCK.format(topic=topic, table=each) for topic, each in tables.items())
    PAGE.write_text(text[:start] + body, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
