"""The evidence that a release rests on, read from the file that settle wrote or from another."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from builders import SMALL
from policyindex import THREE_P, PanelError, write_table
from policyindex.coding import read_workbook
from policyindex.coding.grounds import evidence_in, refuse_other_levels, states_grounds
from policyindex.panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX

NAMES = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS, "basis", "by"]


@pytest.fixture
def settled() -> pd.DataFrame:
    rows = [
        ("Ama", "GHA", 2014, "shelter", "coded", "TIP", "12", "a shelter", "", "", ""),
        ("final", "GHA", 2014, "shelter", "coded", "TIP", "12", "a shelter", "", "decided", "Chi"),
        ("final", "GHA", 2015, "penalty", "", "", "", "", "", "agreed", ""),
    ]
    return pd.DataFrame(rows, columns=NAMES).set_index(list(EVIDENCE_INDEX))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_that_settle_wrote_is_read_as_it_is(
    settled: pd.DataFrame, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"evidence{ending}"
    write_table(settled, path)
    again, workbook = evidence_in(str(path), THREE_P)
    assert workbook is None
    pd.testing.assert_frame_equal(again, settled, check_dtype=False, check_index_type=False)


HEADER = ",".join(NAMES)
ROW = "Ama,GHA,2014,shelter,coded,TIP,12,a shelter,,,"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            f"{HEADER}\n{ROW},more\n",
            "must stand below a header; one does not, the first 'more' in line 2",
        ),
        (f"{HEADER}\n{ROW.replace('2014', 'soon')}\n", "year must be"),
        ("", "must|empty"),
    ],
)
def test_any_other_file_is_refused_as_evidence_is(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PanelError, match=says):
        evidence_in(str(path), THREE_P)


def test_a_row_without_texts_and_with_an_ordinary_status_states_nothing(
    settled: pd.DataFrame,
) -> None:
    blank = settled.iloc[[2]]
    assert states_grounds(settled).tolist() == [True, True, False]
    for status, stated in [("coded", False), ("not mentioned", True), ("doubtful", True)]:
        assert states_grounds(blank.assign(status=status)).tolist() == [stated]
    for text in EVIDENCE_COLUMNS[1:]:
        assert states_grounds(blank.assign(**{text: "x"})).tolist() == [True]


def test_evidence_for_other_levels_is_refused_by_the_first() -> None:
    header = "country,year,indicator,level,page,coder"
    rows = ["Ghana,2014,shelter,0,3", "Ghana,2014,aid,1,", "Togo,2014,aid,1,4", "Mali,2014,aid,1,5"]
    text = "\n".join([header, *(f"{row},Ama" for row in rows)])
    workbook = read_workbook(io.StringIO(text), SMALL)
    evidence = workbook.evidence
    own = workbook.codings["Ama"]
    refuse_other_levels(evidence, workbook, own, SMALL)
    refuse_other_levels(evidence, workbook, own * np.nan, SMALL)
    refuse_other_levels(
        evidence, workbook, own.assign(aid=own["aid"].where(own["aid"].isna(), 1)), SMALL
    )
    refuse_other_levels(evidence, workbook, own.drop(index=[("GHA", 2014)]), SMALL)
    without = own.copy()
    without.loc[("GHA", 2014), "aid"] = 0  # it has a level and no evidence
    refuse_other_levels(evidence, workbook, without, SMALL)
    says = "2 rows are for another level, the first MLI 2014, aid: evidence for 'yes', coded 'no'"
    with pytest.raises(PanelError, match=says):
        refuse_other_levels(evidence, workbook, own.assign(aid=0.0), SMALL)
