"""The damages that the laws of workbooks do."""

from __future__ import annotations

import pandas as pd

from builders import SMALL
from policyindex.testing import workbooks


def test_columns_are_deleted_by_their_role_alone() -> None:
    years = pd.MultiIndex.from_product([["DEU"], [2009, 2010]], names=["country", "year"])
    entered = workbooks._filled(pd.DataFrame(1.0, years, list(SMALL.scales)), SMALL)
    assert entered.implied
    before = [workbooks._content(sheet) for sheet in entered.sheets()]
    workbooks._without("quote", "page")(entered)
    for sheet, old in zip(entered.sheets(), before, strict=True):
        gone = [f"{workbooks.MARK}{role}" for role in ("quote", "page")]
        places = [place for place, mark in enumerate(old[0]) if mark not in gone]
        assert len(places) == len(old[0]) - 2
        assert workbooks._content(sheet) == [[row[place] for place in places] for row in old]
