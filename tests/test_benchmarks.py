"""The table of benchmarks: every benchmark has its row, below the heading of its group."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "benchmarks"

MEASURED = [
    {"group": "scores", "name": "test_score", "stats": {"median": 0.002}},
    {"group": "ranks", "name": "test_ranks", "stats": {"median": 0.0005}},
    {"group": "scores", "name": "test_by_hand[loop]", "stats": {"median": 1.5}},
]


def rows() -> list[list[str]]:
    text = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    first = text.index("| what | how | median | ratio |") + 2
    after = next(place for place in range(first, len(text)) if not text[place])
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in text[first:after]]


def test_a_row_is_in_its_group_and_compared_with_the_first() -> None:
    assert runpy.run_path(str(FOLDER / "table.py"))["lines"](MEASURED)[2:] == [
        "| scores | score | 2 ms | 1 |",
        "|  | by hand[loop] | 1.5 s | 750 |",
        "| ranks | ranks | 500 µs |  |",
    ]


def test_the_published_table_has_every_benchmark_in_its_group() -> None:
    published, heading = set(), ""
    for group, how, _, ratio in rows():
        assert ratio or group, f"{how} has neither a ratio nor a heading"
        heading = group or heading
        published.add((heading, how.partition("[")[0]))
    defined = set()
    for path in FOLDER.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                groups = [
                    keyword.value.value
                    for decorator in node.decorator_list
                    if isinstance(decorator, ast.Call)
                    for keyword in decorator.keywords
                    if keyword.arg == "group" and isinstance(keyword.value, ast.Constant)
                ]
                defined |= {(group, node.name[5:].replace("_", " ")) for group in groups or [""]}
    assert len(defined) >= 25
    assert published == defined
