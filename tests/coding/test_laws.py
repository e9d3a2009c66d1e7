"""The laws of reading a coder's workbook: write, damage, read."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import pytest

from builders import SMALL
from policyindex import THREE_P
from policyindex.coding import Workbook, read_workbook
from policyindex.testing import LawBroken, workbook_laws, workbooks

LAWS = workbook_laws(SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_no_cell_of_a_damaged_workbook_is_lost_in_silence(law: Any) -> None:
    law.check(partial(read_workbook, codebook=SMALL), examples=1)


@pytest.mark.slow
@pytest.mark.parametrize("law", workbook_laws(), ids=lambda law: law.name)
def test_the_laws_hold_for_the_default_codebook(law: Any) -> None:
    law.check(partial(read_workbook, codebook=THREE_P), examples=6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["levels", "inserted", "extra", "headless", "country", "before"])
def test_a_reader_that_drops_findings_breaks_the_laws_of_losses(name: str) -> None:
    def silent(file: Any) -> Workbook:
        workbook = read_workbook(file, SMALL)
        return workbook._replace(findings=workbook.findings.iloc[:0])

    law = next(law for law in LAWS if law.name == name)
    with pytest.raises(LawBroken, match="came out: findings of 0"):
        law.check(silent, examples=20)


def test_a_reader_that_loses_a_cell_breaks_the_first_law() -> None:
    def careless(file: Any) -> Workbook:
        workbook = read_workbook(file, SMALL)
        codings = {coder: panel * float("nan") for coder, panel in workbook.codings.items()}
        return workbook._replace(codings=codings)

    law = next(law for law in LAWS if law.name == "entered")
    with pytest.raises(LawBroken, match="came out: nothing"):
        law.check(careless, examples=20)


def test_a_reader_that_swaps_rows_breaks_the_first_law() -> None:
    def swapped(file: Any) -> Workbook:
        workbook = read_workbook(file, SMALL)
        evidence = workbook.evidence.set_axis(workbook.evidence.index[::-1])
        return workbook._replace(evidence=pd.DataFrame(evidence))

    law = next(law for law in LAWS if law.name == "entered")
    with pytest.raises(LawBroken):
        law.check(swapped, examples=20)


def test_every_quoted_coding_is_copied_and_changed() -> None:
    years = pd.MultiIndex.from_product([["DEU"], [2009, 2010]], names=["country", "year"])
    data = pd.DataFrame(1.0, years, list(SMALL.scales))
    entered = workbooks._filled(data, SMALL)
    before = [workbooks._content(sheet) for sheet in entered.sheets()]
    assert workbooks._copied_and_changed(entered) == 0
    for sheet, old in zip(entered.sheets(), before, strict=True):
        new = workbooks._content(sheet)
        level, status, quote = (
            workbooks._column(sheet, role) - 1 for role in ("level", "status", "quote")
        )
        quoted = [row for row in old[2:] if row[quote] is not None]
        assert quoted
        assert new[: len(old)] == old
        assert len(new) == len(old) + len(quoted)
        for copy, row in zip(new[len(old) :], quoted, strict=True):
            assert copy[level] is None
            assert copy[status] != row[status]
            assert copy[quote] == row[quote]
