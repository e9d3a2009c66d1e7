"""Files of users on the command line: the same answers and refusals as in Python."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from policyindex import PanelError, ReadingWarning
from policyindex.reading import read

CASES = Path(__file__).parents[1] / "reading" / "cases"

Run = Callable[..., tuple[int, str, str]]

SCORES: list[tuple[str, list[str], dict[str, Any]]] = [
    ("a01_qog_ccode.csv", [], {}),
    ("a02_iso_beside_ccode.csv", [], {}),
    ("a03_ccode_iso_only.csv", [], {}),
    ("a03_ccode_iso_only.csv", ["--kind", "numeric"], {"kind": "numeric"}),
    ("a03_ccode_iso_only.csv", ["--drop-unmatched"], {"unmatched": "drop"}),
    ("a04_ccode_fits_both.csv", ["--kind", "numeric"], {"kind": "numeric"}),
    ("a04_ccode_fits_both.csv", ["--kind", "cow"], {"kind": "cow"}),
    ("a06_regions_like_countries.csv", [], {}),
    ("b01_wide_own_unstack.csv", [], {}),
    ("b05_wide_dimension_year.csv", ["--layout", "wide"], {"layout": "wide"}),
    ("b06_wide_sheet_per_dimension.xlsx", ["--sheet", "all"], {"sheet": "all"}),
    ("b07_wide_two_header_rows.xlsx", ["--header", "1,2"], {"header": (1, 2)}),
    ("b08_titles_two_headers_notes.xlsx", [], {}),
    ("b09_titles_notes.csv", ["--header", "4"], {"header": 4}),
    ("b10_aggregates_and_typo.csv", ["--drop-unmatched"], {"unmatched": "drop"}),
    ("b11_long_scores.csv", ["--layout", "long"], {"layout": "long"}),
    ("b13_names_fr.csv", [], {}),
    ("b14_names_de_es_pt_it.csv", [], {}),
    ("b15_names_zh_ar_ru.csv", [], {}),
    ("b16_cp850.csv", ["--encoding", "cp850"], {"encoding": "cp850"}),
    ("b17_sheet_per_year.xlsx", ["--sheet", "all"], {"sheet": "all"}),
    ("b18_pandas_merged_cells.xlsx", [], {}),
    ("b20_subnational.csv", ["--kind", "any"], {"kind": "any"}),
    ("b21_scores.csv.gz", [], {}),
    ("b22_scores_zipped.zip", [], {}),
    ("c02_world_bank_mixed_codes.csv", ["--kind", "world_bank"], {"kind": "world_bank"}),
    ("c03_kosovo_codes.csv", [], {}),
    ("c05_old_iso_numbers.csv", [], {}),
    ("c08_source_line_below.xlsx", [], {}),
    ("c09_footnote_marks.csv", [], {}),
    ("c10_r_row_names.txt", [], {}),
    ("c11_year_formats.csv", [], {}),
    ("c12_headers_with_scale.csv", [], {}),
    ("c13_words_for_missing.csv", [], {}),
    ("c14_odd_english_names.csv", [], {}),
    ("d06_overall_alone.csv", [], {}),
]

VALUES: list[tuple[str, list[str], dict[str, Any]]] = [
    ("a05_tier_lower_is_better.csv", [], {}),
    ("b01_wide_own_unstack.csv", [], {}),
    ("b02_wide_x.csv", [], {}),
    ("b03_wide_y.dta", [], {}),
    ("b04_wide_databank.csv", [], {}),
    ("b12_long_sdmx.csv", [], {}),
    ("b19_tiers_as_words.csv", [], {}),
    ("c04_eurostat_geo.csv", [], {}),
    ("c07_long_with_years_in_names.dta", [], {}),
]

REFUSED = [
    ("a04_ccode_fits_both.csv", "--kind"),
    ("b06_wide_sheet_per_dimension.xlsx", "--sheet all"),
    ("b10_aggregates_and_typo.csv", "--drop-unmatched"),
    ("b16_cp850.csv", "--encoding cp850"),
    ("b17_sheet_per_year.xlsx", "--sheet all"),
    ("b20_subnational.csv", "--kind any"),
    ("b23_null.rds", "write.csv"),
    ("b24_html_table.xls", "HTML"),
    ("c06_two_spellings.csv", "'Gambia, The' in row 3"),
    ("c07_long_with_years_in_names.dta", "a column for every"),
    ("d04_question_marks.csv", "--sentinel '?'"),
    ("d05_wrong_level_word.csv", "none, limited, full"),
    ("d08_two_coders_one_sheet.xlsx", "'Coder'"),
]


def table(out: str) -> pd.DataFrame:
    printed = pd.read_csv(io.StringIO(out), keep_default_na=False, na_values="")
    return printed.set_index(["country", "year"]).drop(columns=["name", "source"], errors="ignore")


@pytest.mark.filterwarnings("default::UserWarning")
@pytest.mark.parametrize(("name", "flags", "options"), SCORES)
def test_scores_are_those_of_python(
    run: Run, name: str, flags: list[str], options: dict[str, Any]
) -> None:
    status, out, err = run("score", CASES / name, *flags)
    assert status == 0
    reading = read(CASES / name, **options)
    pd.testing.assert_frame_equal(
        table(out), reading.panel, check_dtype=False, check_index_type=False
    )
    assert err.count("policyindex: note:") == len(reading.findings)


@pytest.mark.filterwarnings("default::UserWarning")
@pytest.mark.parametrize(("name", "flags", "options"), VALUES)
def test_values_are_those_of_python(
    run: Run, name: str, flags: list[str], options: dict[str, Any]
) -> None:
    status, out, err = run("values", CASES / name, *flags)
    assert status == 0
    reading = read(CASES / name, holds="values", **options)
    pd.testing.assert_frame_equal(
        table(out), reading.panel, check_dtype=False, check_index_type=False
    )
    assert err.count("policyindex: note:") == len(reading.findings)


@pytest.mark.parametrize(("name", "advice"), REFUSED)
def test_refusals_name_flags(run: Run, name: str, advice: str) -> None:
    status, out, err = run("score", CASES / name)
    assert (status, out) == (1, "")
    assert advice in err
    assert "Traceback" not in err
    with pytest.raises((PanelError, ReadingWarning)):
        read(CASES / name)


def test_question_marks_become_missing_by_the_flag(run: Run) -> None:
    status, out, _ = run("score", CASES / "d04_question_marks.csv", "--sentinel", "?")
    assert status == 0
    assert table(out).loc[("NGA", 2014)].to_list()[:3] == [4, 4, 4]
    for name in ("d09_long_codings_evidence.csv", "d10_titles_as_headers.xlsx"):
        status, out, _ = run("score", CASES / name)
        assert status == 0
        assert table(out).loc[("NGA", 2014)].to_list()[:3] == [4, 4, 4]
