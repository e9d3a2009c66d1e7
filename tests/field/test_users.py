"""Users of the index, at work: each test does what one of them did, on a small file like theirs.

The files in ``cases`` are made up. A test that waits for another part of the library fails
strictly: it turns red as soon as that part is there, and its mark is then removed.
"""

from __future__ import annotations

import inspect
import pickle
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import policyindex as pi
from builders import from_zero, levelled
from policyindex import plot
from policyindex.cli.main import main
from policyindex.reading import TIERS
from policyindex.reading.tiers import is_tiers, tier_numbers

mpl.use("agg")

CASES = Path(__file__).parent / "cases"

DIMENSIONS = ["prosecution", "protection", "prevention"]

FOUR = levelled([*DIMENSIONS, "partnership"])

FIVE = pi.Codebook("five", from_zero([*DIMENSIONS, "partnership", "participation"], top=3))


def case(name: str) -> Path:
    (path,) = CASES.glob(f"{name}_*")
    return path


def table(name: str, **options: Any) -> pd.DataFrame:
    """Read a case by pandas alone, as a panel."""
    return pi.as_panel(pd.read_csv(case(name)), **options)


def words_of(chart: Axes | Figure) -> str:
    figure = chart.figure.figure
    figure.draw_without_rendering()
    texts = [text.get_text() for text in figure.findobj(Text) if text.get_visible()]
    return " ".join(texts).replace("\n", " ")


def axes() -> Axes:
    return Figure(figsize=(7.5, 6), layout="constrained").subplots()


def report_of(panel: pd.DataFrame, folder: Path, **options: Any) -> str:
    pi.report.write(panel, folder / "report.html", **options)
    return (folder / "report.html").read_text(encoding="utf-8")


# Tiers and other series.


def test_a05_no_chart_of_tiers_names_the_worst_or_calls_them_a_score() -> None:
    tier = table("a05")["tier"]
    assert tier.loc["MLI"].tolist() == [2, 3]
    charts = [plot.trend(tier, ["Mali"], ax=axes()), plot.world(tier, 2009, ax=axes())]
    for chart in charts:
        words = words_of(chart).lower()
        assert not {"worst", "best", "score"} & {*re.findall(r"[a-z]+", words)}
    assert pi.ranks(tier, 2009, lower_is_better=True).to_dict() == {"MLI": 2, "TCD": 1}
    assert pi.ranks(tier, 2009, **TIERS).to_dict() == {"MLI": 2, "TCD": 1}
    assert "From 1 (best) to 3 (worst)" in words_of(plot.trend(tier, "Mali", **TIERS, ax=axes()))


def test_b19_tiers_in_words_are_steps() -> None:
    rows = pd.read_csv(case("b19"))
    assert is_tiers(rows["tier"], "tier")
    numbers, repairs = tier_numbers(rows["tier"])
    steps = pi.as_panel(rows.assign(tier=numbers))["tier"].xs(2009, level="year")
    expected = {"DEU": 1, "NGA": 2, "MLI": 2.5, "TCD": 3, "GHA": 2.5, "KEN": 2.5}
    assert steps.dropna().to_dict() == expected
    assert np.isnan(steps["HTI"])
    assert "special case" in {repair.kind for repair in repairs}


# d1: a fourth dimension.


def test_d01_a_fourth_dimension_never_drops_out() -> None:
    with pytest.raises(pi.PanelError, match="is partnership missing from the codebook"):
        pi.read_scores(case("d01"))


@pytest.mark.parametrize(
    "use",
    [
        pi.check_panel,
        lambda panel: pi.standings(panel, 2015),
        lambda panel: plot.profile(panel, "NGA"),
        pi.weight_ranks,
        lambda panel: pi.report.write(panel, "never.html"),
    ],
)
def test_d01_a_frame_of_four_dimensions_is_refused(
    use: Callable[[pd.DataFrame], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pi.PanelError, match="is partnership missing from the codebook"):
        use(table("d01"))
    assert list(tmp_path.iterdir()) == []


def test_d01_the_winner_is_the_same_everywhere_with_the_codebook(tmp_path: Path) -> None:
    scores = pi.check_panel(table("d01"), codebook=FOUR)
    best = pi.standings(scores, 2015, codebook=FOUR)
    assert (best.index[0], best["overall"].tolist()) == ("NGA", [17, 16])
    assert pi.ranks(scores, 2015)["NGA"] == 1
    text = re.sub(r"<[^>]+>", "", report_of(scores, tmp_path, codebook=FOUR))
    assert re.search(r"Nigeria (has|is|leads)[^.]*17|17[^.]*: Nigeria", text)
    assert not re.search(r"Germany (leads|has the top)", text)


# d2: a codebook that keeps the names of the index.


def test_d02_the_codebook_alone_says_what_a_dimension_is(tmp_path: Path) -> None:
    scores = pi.overall(table("d02"), codebook=FIVE)
    assert scores.xs(2015, level="year").to_dict() == {"DEU": 12, "NGA": 13, "TCD": 2}
    panel = table("d02").assign(overall=scores)
    standings = pi.standings(panel, 2015, codebook=FIVE)
    assert standings["rank"].to_dict() == {"NGA": 1, "DEU": 2, "TCD": 3}
    assert len(pi.error_ranks(panel, error=0.9, codebook=FIVE)) == 3
    figure = plot.profile(panel, "NGA", codebook=FIVE, figure=Figure((7.5, 8)))
    limits = [ax.get_ylim() for ax in figure.axes]
    assert [round(high) for _, high in limits if 3 < high < 4] == [3] * 5
    assert "Nigeria" in report_of(panel, tmp_path, codebook=FIVE)
    moves = pi.transitions(panel["prosecution"], codebook=FIVE)
    assert moves.counts.columns.tolist() == [0, 1, 2, 3]
    with pytest.raises(pi.PanelError, match="1 to 5|0"):
        pi.standings(panel, 2015)


# d3: new years.


def test_d03_spliced_years_name_both_sources_and_mark_the_seam(tmp_path: Path) -> None:
    both = pi.splice(pi.read_scores(case("d03_old")), pi.read_scores(case("d03_new")))
    overall = both["overall"].dropna()
    assert overall["DEU"].to_dict() == {2012: 12, 2013: 13, 2014: 14, 2015: 15}
    assert overall["NGA"].to_dict() == {2012: 11, 2013: 12, 2014: 13, 2015: 14}
    spans = [(each["source"], each["first"], each["last"]) for each in both.attrs["spans"]]
    assert spans == [("d03_old_years.csv", 2012, 2013), ("d03_new_years.csv", 2014, 2015)]
    words = words_of(plot.trend(both["overall"], ["Germany"], ax=axes()))
    assert "d03_old_years.csv" in words
    assert "d03_new_years.csv" in words
    assert "another source begins" in words
    text = report_of(both, tmp_path)
    assert "d03_old_years.csv" in text
    assert "d03_new_years.csv" in text


def test_d03_another_rule_is_never_appended_in_silence() -> None:
    old, new = pi.read_scores(case("d03_old")), pi.read_scores(case("d03_new"))
    new.attrs["rules"] = "mine 1 (abcd)"
    with pytest.raises(pi.PanelError, match="mixed"):
        pi.splice(old, new)
    assert len(pi.splice(old, new, rules="mixed")) == 10 - 2


# d4: a report under another name.


ENDINGS = ["doc", "docx", "odt", "md", "txt", "rtf", "pptx", "tex", "ps", "xml", "pdf", "csv"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_d04_a_report_is_html_and_says_so(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"brief.{ending}"
    with pytest.raises(ValueError, match=r"must end in \.html"):
        pi.report.write(pi.read_scores(case("d03_new")), path)
    assert main(["report", str(case("d03_new")), "-o", str(path)]) != 0
    assert list(tmp_path.iterdir()) == []


# d5, d6, d7: question marks, merged cells and words.


def test_d05_a_question_mark_names_the_option() -> None:
    with pytest.raises(pi.PanelError, match="specific_law.*'\\?' at GHA 2014"):
        pi.read_codings(case("d04"))


def test_d05_a_question_mark_may_be_a_sentinel() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        codings = pi.read_codings(case("d04"), sentinels=["?"])
    assert codings.loc["GHA", ["shelter", "specific_law"]].isna().all(axis=None)
    assert pi.score(codings).loc[("NGA", 2014), DIMENSIONS].tolist() == [4, 4, 4]
    scores = pi.score(codings).loc[("GHA", 2014)]
    assert scores[["protection", "prevention"]].tolist() == [2, 3]
    bounds = pi.score_bounds(codings).loc[("GHA", 2014)]
    assert (bounds["prosecution_low"], bounds["prosecution_high"]) == (1, 4)


def test_d06_the_panel_survives_excel() -> None:
    scores = pi.read_scores(case("b18"))
    assert len(scores) == 9


def test_d07_a_wrong_word_lists_the_words_of_the_levels() -> None:
    with pytest.raises(pi.PanelError, match="'partly'.*none, limited.*full|none, limited, full"):
        pi.read_codings(case("d05"))


# d8: overall scores alone.


def test_d08_overall_scores_alone_are_ranked() -> None:
    scores = pi.read_scores(case("d06"))
    expected = {"DEU": 1, "NGA": 2, "MLI": 3}
    assert pi.ranks(scores, 2009).to_dict() == expected
    assert pi.standings(scores, 2009)["rank"].to_dict() == expected
    with pytest.raises(pi.PanelError, match="for min_weight: prosecution, protection, prevention"):
        pi.standings(scores, 2009, min_weight=0)
    with pytest.raises(pi.PanelError, match="prosecution, protection, prevention"):
        pi.weight_ranks(scores)


def test_d08_overall_scores_alone_are_ranked_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["standings", str(case("d06")), "--year", "2009"]) == 0
    assert "Germany" in capsys.readouterr().out


# d9: a thin year.


def test_d09_a_thin_year_is_left_out_and_named(tmp_path: Path) -> None:
    panel = pi.read_scores(case("d07"))
    answer = pi.convergence(panel["overall"])
    assert (answer.start, answer.end, answer.n) == (2009, 2012, 8)
    assert "2013 (1)" in str(answer)
    means = pi.yearly_means(panel, cohort="balanced")
    assert means["n"].tolist() == [8] * 4
    assert means.attrs["thin_years"] == {2013: 1}
    trends = pi.trends(panel["overall"], cohort="balanced")
    assert len(trends) == 8
    assert trends.attrs["thin_years"] == {2013: 1}
    assert "2013" in report_of(panel, tmp_path)
    assert pi.standings(panel, 2013).attrs["thin_years"] == {2013: 1}


# d10: printing, help and notebooks.


def test_d10_a_codebook_prints_as_one_short_line() -> None:
    for codebook in (pi.THREE_P, pi.HTI, FIVE):
        assert len(repr(codebook)) < 60
        assert "\n" not in repr(codebook)


@pytest.mark.parametrize("name", sorted({*plot.__all__} - {"save"}))
def test_d10_the_help_of_a_chart_is_short(name: str) -> None:
    assert len(str(inspect.signature(getattr(plot, name)))) <= 500


def results() -> list[Any]:
    codings = pi.datasets.load_demo()
    scores = pi.score(codings)
    overall = scores["overall"]
    laws = pd.Series({"DEU": 2005, "NGA": 2003})
    return [
        pi.compare(scores, scores),
        pi.convergence(overall),
        pi.coverage(scores),
        pi.decompose(overall, 2000, 2009),
        pi.event_study(overall, laws),
        pi.explain(codings, "NGA", 2009),
        pi.groups(overall, 2009),
        pi.movers(overall, 2000, 2009),
        pi.sensitivity(scores, 2009),
        pi.transitions(overall),
        pi.trend(overall, "NGA"),
    ]


def test_d10_every_result_is_a_sentence_and_a_table() -> None:
    for result in results():
        sentence, page = str(result), result._repr_html_()
        assert sentence[:1].isupper() or sentence[:1].isdigit(), sentence
        assert "dtype" not in sentence
        assert sentence.rstrip().endswith((".", ")")) or "\n" in sentence
        assert page.count("<p>") == 1
        assert "<table" in page, type(result)


# d11: errors.


def test_d11_every_absent_name_is_listed_and_one_is_singular() -> None:
    codings = pi.datasets.load_demo()
    lacking = ["specific_law", "penalty", "shelter", "training"]
    with pytest.raises(pi.PanelError, match=f"4 are absent: {', '.join(lacking)}"):
        pi.score(codings.drop(columns=lacking))
    with pytest.raises(pi.PanelError, match="1 is absent: penalty"):
        pi.score(codings.drop(columns="penalty"))
    codings.iloc[0, 0] = 7
    with pytest.raises(pi.PanelError, match="1 is not, the first 7"):
        pi.score(codings)


def test_d11_decompose_takes_its_years_by_place() -> None:
    overall = pi.score(pi.datasets.load_demo())["overall"]
    by_place = pi.decompose(overall, 2000, 2009)
    assert by_place[:3] == pi.decompose(overall, start=2000, end=2009)[:3]


def test_d11_a_missing_extra_names_the_command() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pooch", None)
        with pytest.raises(ImportError, match=r"pip install 'policyindex\[fetch\]'"):
            pi.datasets.fetch_published()


def test_d11_a_broken_law_hides_the_code_of_the_library() -> None:
    (law,) = [each for each in pi.testing.laws() if each.name == "monotone"][:1] or [
        pi.testing.laws()[0]
    ]
    with pytest.raises(AssertionError) as caught:
        law.check(lambda codings: -pi.score(codings))
    inside = [entry for entry in caught.traceback if Path(str(entry.path)).name == "law.py"]
    assert inside
    assert all(entry.ishidden(caught) for entry in inside)


# d12: regions of names.


def test_d12_the_region_of_a_name_is_never_missing_in_silence() -> None:
    try:
        regions = pi.countries.region(["Nigeria"])
    except ValueError:
        return
    assert regions.tolist() == ["Africa"]


# d13: two coders in one sheet.


def test_d13_two_coders_in_one_sheet_are_named() -> None:
    with pytest.raises(pi.PanelError, match="Coder"):
        pi.read_codings(case("d08"))


# Wanted of a codebook.


def test_a_rule_of_a_module_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(pi.THREE_P)).rules == pi.THREE_P.rules
