"""Run all benchmarks, and print their medians and ratios as a Markdown table.

Run with ``python benchmarks/table.py``. The ratio is the time of a row over that of the first
row of its group; a group of one row has none.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def measured() -> list[dict[str, Any]]:
    """Run the benchmarks; return their results in the order of the files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "measured.json")
        command = [sys.executable, "-m", "pytest", "-q", str(HERE), f"--benchmark-json={path}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
        results: list[dict[str, Any]] = json.loads(path.read_text())["benchmarks"]
    return results


def lines(benchmarks: list[dict[str, Any]]) -> list[str]:
    """Return the benchmarks as rows of a Markdown table, group by group."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in benchmarks:
        groups.setdefault(each["group"], []).append(each)
    rows = ["| what | how | median | ratio |", "|---|---|---|---|"]
    for group, members in groups.items():
        ours = members[0]["stats"]["median"]
        for place, each in enumerate(members):
            median = each["stats"]["median"]
            what = "" if place else group
            how = each["name"].removeprefix("test_").replace("_", " ")
            ratio = f"{median / ours:.3g}" if len(members) > 1 else ""
            rows.append(f"| {what} | {how} | {duration(median)} | {ratio} |")
    return rows


def duration(seconds: float) -> str:
    """Return a time as text, in the unit that suits it."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


if __name__ == "__main__":
    print("\n".join(lines(measured())))
