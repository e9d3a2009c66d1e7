"""What the commands of coders decide: which workbooks are plain, and which limits are exceeded."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from builders import SMALL
from policyindex.cli.coding import _excess, _is_plain
from policyindex.coding import read_workbook

HEADER = "country,year,indicator,level,report,page,coder"


@pytest.mark.parametrize(
    ("rows", "is_plain"),
    [
        (["shelter,1,,,Ama"], True),
        (["shelter,1,,,Ama", "aid,0,,,Ama"], True),
        (["shelter,1,TIP,,Ama"], False),
        (["shelter,1,TIP,3,Ama"], False),
        (["shelter,1,,,Ama", "aid,0,,,Ben"], False),
        ([f"{each.name},0,TIP,,Ama" for each in SMALL.indicators], True),
        ([f"{each.name},0,TIP,3,Ama" for each in SMALL.indicators], False),
        ([f"{each.name},0,TIP,,{c}" for c in ("Ama", "Ben") for each in SMALL.indicators], False),
    ],
)
def test_a_table_of_one_coder_with_a_source_for_each_row_at_most_is_plain(
    rows: list[str], is_plain: bool
) -> None:
    text = "\n".join([HEADER, *(f"Ghana,2014,{row}" for row in rows)])
    assert _is_plain(read_workbook(io.StringIO(text), SMALL)) == is_plain


@pytest.mark.parametrize(
    ("limit", "totals", "counts", "words"),
    [
        (Fraction(1, 20), [20, 20], [1, 1], ""),
        (Fraction(1, 20), [20, 20], [1, 2], "--max 5% is exceeded: 2 of 20 scores of b, 10.0 %"),
        (Fraction(1, 20), [20, 20], [3, 2], "--max 5% is exceeded: 3 of 20 scores of a, 15.0 %"),
        (Fraction(0), [2000, 0], [1, 0], "--max 0% is exceeded: 1 of 2,000 scores of a, 0.1 %"),
        (Fraction(1), [0, 0], [0, 0], "--max cannot be judged: the two have no score in common"),
    ],
)
def test_a_limit_is_exceeded_above_it_and_in_the_first_dimension_that_is_named(
    limit: Fraction, totals: list[int], counts: list[int], words: str
) -> None:
    names = ["a", "b"]
    assert _excess("--max", limit, pd.Series(totals, names), pd.Series(counts, names)) == words


@pytest.mark.parametrize("command", ["agreement", "adjudicate"])
@pytest.mark.parametrize(("cell", "status"), [("yes", 0), ("yes?", 0), ("perhaps", 1)])
def test_only_a_loss_in_the_files_fails(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, cell: str, status: int, command: str
) -> None:
    files = [tmp_path / "ama.csv", tmp_path / "ben.csv"]
    for file, level in zip(files, (cell, "no"), strict=True):
        row = f"Ghana,2014,shelter,{level}\nGhana,2014,health_care,no"
        file.write_text(f"country,year,indicator,level\n{row}\n")
    assert run(command, *files, "-o", tmp_path / "answer.xlsx")[0] == status
