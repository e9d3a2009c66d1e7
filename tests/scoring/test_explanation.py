"""Steps, held against a search by brute force; explanations, held against score and bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import (
    HTI,
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    datasets,
    explain,
    next_steps,
    score_bounds,
)
from policyindex.testing import codebooks, codings

drawn = codebooks().flatmap(lambda book: st.tuples(st.just(book), codings(book, max_size=3)))


def brute_ways(dimension: Dimension, start: tuple[int, ...], target: int) -> list[tuple[int, ...]]:
    """Every combination that scores enough at the least distance, searched over all of them."""
    shape = dimension.shape
    scores = dict(zip(product(*map(range, shape)), dimension.table, strict=True))
    reach = {
        end: sum(abs(after - before) for after, before in zip(end, start, strict=True))
        for end, found in scores.items()
        if found >= target
    }
    return [end for end, cost in reach.items() if cost == min(reach.values())]


@given(drawn)
def test_steps_are_the_fewest_and_all_are_counted(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    codebook, panel = drawn
    found = next_steps(panel, codebook=codebook, most=1000)
    bounds = score_bounds(panel, codebook=codebook)
    assert len(found) == len(panel) * len(codebook.dimensions)
    for (country, year, name), answer in found.iterrows():
        dimension = next(each for each in codebook.dimensions if each.name == name)
        names = [each.name for each in dimension.indicators]
        levels = panel.loc[(country, year), names]
        start = tuple(int(level) for level in levels.fillna(0))
        assert answer["score"] == bounds.loc[(country, year), f"{name}_low"]
        assert answer["missing"] == levels.isna().sum()
        for suffix, target in (("", answer["score"] + 1), ("_top", max(dimension.table))):
            ways = brute_ways(dimension, start, target)
            assert answer[f"ways{suffix}"] == len(ways)
            if not ways:
                assert np.isnan(answer[f"steps{suffix}"])
                continue
            ends = [
                tuple({**dict(zip(names, start, strict=True)), **dict(rises)}.values())
                for rises in answer[f"sets{suffix}"]
            ]
            assert sorted(ends) == sorted(ways)
            assert ends == sorted(ends, reverse=True)  # earlier indicators first
            assert {sum(end) - sum(start) for end in ends} == {answer[f"steps{suffix}"]}


@given(drawn, st.integers(1, 3))
def test_most_cuts_the_list_but_not_the_count(
    drawn: tuple[Codebook, pd.DataFrame], most: int
) -> None:
    codebook, panel = drawn
    every, some = (next_steps(panel, codebook=codebook, most=number) for number in (1000, most))
    pd.testing.assert_series_equal(some["ways"], every["ways"])
    for short, long in zip(some["sets"], every["sets"], strict=True):
        assert short == long[:most]


def panel_of(codebook: Codebook, **levels: float) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([("DEU", 2009)], names=["country", "year"])
    return pd.DataFrame(dict.fromkeys([i.name for i in codebook.indicators], 0.0) | levels, index)


def test_three_p_from_the_worst_to_the_best() -> None:
    steps = next_steps(panel_of(THREE_P)).loc[("DEU", 2009)]
    assert steps["steps"].tolist() == [1, 2, 1]
    assert steps["steps_top"].tolist() == [5, 7, 7]
    assert steps.loc["prevention", "ways"] == 7
    assert len(steps.loc["prevention", "sets"]) == 5
    # Both gates, or three services, or a gate and a service lift protection to 2.
    assert steps.loc["protection", "sets"][0] == (("no_punishment", 1), ("identification", 1))


def test_the_best_needs_no_step() -> None:
    best = {each.name: len(each.levels) - 1 for each in THREE_P.indicators}
    steps = next_steps(panel_of(THREE_P, **best))
    assert steps["steps"].isna().all()
    assert (steps["ways"] == 0).all()
    assert (steps["sets_top"] == ((),)).all()
    assert (steps["steps_top"] == 0).all()


def test_most_must_be_positive() -> None:
    for wrong in (0, 1.5, "x"):
        with pytest.raises(ValueError, match="most must be an integer, at least 1; got"):
            next_steps(panel_of(THREE_P), most=wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="year must be an integer"):
        explain(panel_of(THREE_P), "DEU", "2009")  # type: ignore[arg-type]


@given(drawn.filter(lambda pair: len(pair[1]) > 0))
def test_explanations_carry_the_facts(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    codebook, panel = drawn
    (country, year) = panel.index[0]
    why = explain(panel, country, year, codebook=codebook)
    bounds = score_bounds(panel, codebook=codebook).loc[(country, year)]
    steps = next_steps(panel, codebook=codebook).loc[(country, year)]
    assert (why.low, why.high) == (bounds["overall_low"], bounds["overall_high"])
    assert why.score == (why.low if why.low == why.high else None)
    text = str(why)
    for dimension, each in zip(codebook.dimensions, why.dimensions, strict=True):
        assert (each.low, each.high) == (
            bounds[f"{dimension.name}_low"],
            bounds[f"{dimension.name}_high"],
        )
        levels = panel.loc[(country, year), [one.name for one in dimension.indicators]]
        assert len(each.missing) == levels.isna().sum()
        assert len(each.levels) + len(each.missing) == len(dimension.indicators)
        fewest = steps.loc[dimension.name, "steps"]
        assert each.steps == (None if np.isnan(fewest) else fewest)
        assert str(each) in text
        assert f"{each.low}" in str(each)


def test_an_explanation_reads_as_a_paragraph() -> None:
    panel = panel_of(THREE_P, specific_law=2, enforcement=np.nan, penalty=1, shelter=1)
    panel.attrs["source"] = "a made-up case"
    assert str(explain(panel, "Germany", 2009)).startswith(
        "Germany, 2009: the overall score lies between 5 and 7 of 15. Prosecution lies between 3 "
        "and 5 of 5, since enforcement is not coded; at worst, a law on all forms is not "
        "enforced, or a narrower one or another statute is enforced to a limited extent. Coded: "
        "law against trafficking: all forms; other statutes against traffickers: not used; "
        "penalty: stringent. The nearest way up, from the worst case, takes 1 step (enforcement: "
        "limited). Protection is 1 of 5:"
    )
    assert str(explain(panel, "DEU", 2009)).endswith("Source: a made-up case.")
    assert "\n" not in str(explain(panel, "DEU", 2009))


def test_steps_keep_the_label_of_the_data() -> None:
    panel = panel_of(THREE_P)
    panel.attrs["source"] = "SYNTHETIC"
    assert next_steps(panel).attrs["source"] == "SYNTHETIC"


def test_missing_codings_without_effect_are_named() -> None:
    why = explain(panel_of(THREE_P, penalty=np.nan), "DEU", 2009)
    assert why.dimensions[0].score == 1
    assert "Not coded, but without effect: penalty." in str(why)


def test_an_absent_row_or_country_is_refused() -> None:
    panel = panel_of(THREE_P)
    with pytest.raises(ValueError, match="Germany has no row in 1990; it has rows in 2009"):
        explain(panel, "Germany", 1990)
    with pytest.raises(ValueError, match=r"1 of 1 is not: 'Germny' \(nearest: Germany\)"):
        explain(panel, "Germny", 2009)
    with pytest.raises(ValueError, match="'France', which has no row"):
        explain(panel, "France", 2009)
    with pytest.raises(ValueError, match="1 of 1 is not: 276"):
        explain(panel, 276, 2009)  # type: ignore[arg-type]
    with pytest.raises(PanelError, match="absent"):
        explain(panel.drop(columns="penalty"), "DEU", 2009)


def test_only_the_row_that_is_explained_is_checked() -> None:
    """A wrong coding of another year or country does not matter, and a wrong row is refused."""
    panel = panel_of(THREE_P)
    other = panel.rename(index={"DEU": "NGA"}, level="country") + 9
    later = panel.rename(index={2009: 2010}, level="year") + 9
    assert explain(pd.concat([panel, other, later]), "DEU", 2009).score == 3
    for country, year in (("NGA", 2009), ("DEU", 2010)):
        with pytest.raises(PanelError, match=f"must be an integer .* at {country} {year}"):
            explain(pd.concat([panel, other, later]), country, year)
    with pytest.raises(PanelError, match="1 row repeats an earlier one, the first DEU 2009"):
        explain(pd.concat([panel, panel]), "DEU", 2009)
    with pytest.raises(PanelError, match="must have the levels country and year"):
        explain(panel.droplevel("year"), "DEU", 2009)
    with pytest.raises(PanelError, match="a panel must be a DataFrame"):
        explain([1], "DEU", 2009)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="codebook must be a Codebook"):
        explain(panel, "DEU", 2009, codebook="3P")  # type: ignore[arg-type]


def test_explanations_show_in_a_notebook() -> None:
    why = explain(panel_of(THREE_P, penalty=np.nan), "DEU", 2009)
    page, part = why._repr_html_(), why.dimensions[0]._repr_html_()
    assert "<p>Germany, 2009: the overall score is 3 of 15." in page
    assert all(f">{name}</th>" in page for name in [*THREE_P.score_scales, "steps"])
    assert "<td>not coded</td>" in part
    assert "np." not in page + part + repr(why)
    assert type(why.year) is int


def test_units_that_are_not_countries_are_explained() -> None:
    panel = panel_of(THREE_P).rename(index={"DEU": "Heidelberg"}, level="country")
    assert explain(panel, "Heidelberg", 2009).name == "Heidelberg"


def test_the_worst_case_of_an_unnamed_scale_reads_well() -> None:
    aid = Dimension("aid", (Indicator("shelter"),), lambda shelter: 1 + 4 * shelter)
    book = Codebook("aid", (aid,))
    assert str(explain(panel_of(book, shelter=np.nan), "DEU", 2009, codebook=book)) == (
        "Germany, 2009: the overall score lies between 1 and 5 of 5. Aid lies between 1 and 5 of "
        "5, since shelter is not coded; at worst, no compliance. Nothing is coded. "
        "The nearest way up, from the worst case, takes 1 step (shelter: yes)."
    )


COLUMNS = ["coder", "country", "year", "indicator", "status", "report", "page", "quote", "remark"]


def test_the_evidence_of_each_coding_is_quoted() -> None:
    demo = datasets.load_demo()
    rows = [
        ("Ama", "PRK", 2009, "penalty", "coded", "Report", "12", "No trial was held.", ""),
        ("Ben", "PRK", 2009, "penalty", "doubtful", "", "", "", "old"),
        ("Ama", "PRK", 2009, "specific_law", "not mentioned", "", "", "", ""),
        ("Ama", "PRK", 2008, "enforcement", "coded", "Of another year", "1", "", ""),
        ("Ama", "NGA", 2009, "enforcement", "coded", "Of another country", "1", "", ""),
    ]
    evidence = pd.DataFrame(rows, columns=COLUMNS).set_index(COLUMNS[:4])
    why = explain(demo, "PRK", 2009, evidence=evidence)
    prosecution = why.dimensions[0]
    assert [(one.indicator, one.coder) for one in prosecution.evidence] == [
        ("law against trafficking", "Ama"),
        ("penalty", "Ama"),
        ("penalty", "Ben"),
    ]
    assert prosecution.unsourced == (
        "law against trafficking",
        "other statutes against traffickers",
        "enforcement",
    )
    plain = explain(demo, "PRK", 2009)
    assert str(prosecution) == (
        f"{plain.dimensions[0]} Evidence of law against trafficking: not mentioned; coder Ama. "
        'Evidence of penalty: "No trial was held."; Report, p. 12; coder Ama. Evidence of '
        "penalty: doubtful; remark: old; coder Ben. Without evidence that names a source: law "
        "against trafficking, other statutes against traffickers and enforcement."
    )
    assert "another" not in str(why)
    assert "No trial was held." in prosecution._repr_html_()
    assert prosecution._replace(evidence=(), unsourced=()) == plain.dimensions[0]


def test_the_evidence_of_a_coding_that_is_missing_is_quoted_too() -> None:
    shelter, hotline = Indicator("shelter"), Indicator("hotline")
    aid = Dimension("aid", (shelter, hotline), lambda shelter, hotline: 1 + 2 * (shelter + hotline))
    book = Codebook("aid", (aid,))
    index = pd.MultiIndex.from_tuples([("DEU", 2009)], names=["country", "year"])
    codings = pd.DataFrame({"shelter": [np.nan], "hotline": [1.0]}, index=index)
    rows = [("final", "DEU", 2009, "shelter", "doubtful", "Report", "", "<b>\x1b[1m", "")]
    evidence = pd.DataFrame(rows, columns=COLUMNS).set_index(COLUMNS[:4])
    (aid_why,) = explain(codings, "DEU", 2009, codebook=book, evidence=evidence).dimensions
    assert 'Evidence of shelter: doubtful; "<b> [1m"; Report. Without' in str(aid_why)
    assert aid_why.unsourced == ("hotline",)
    assert "<b>" not in aid_why._repr_html_()
    with pytest.raises(PanelError, match="indexed by coder, country, year, indicator"):
        explain(codings, "DEU", 2009, codebook=book, evidence=evidence.reset_index())


def test_real_codings_can_all_be_stepped_and_explained(hti: pd.DataFrame) -> None:
    steps = next_steps(hti, codebook=HTI)
    assert len(steps) == 3 * len(hti)
    assert (
        steps["steps_top"].dropna()
        >= steps["steps"]
        .dropna()
        .reindex(steps.index)
        .fillna(0)
        .loc[steps["steps_top"].dropna().index]
    ).all()
    for country, year in hti.index[::97]:
        assert str(year) in str(explain(hti, country, year, codebook=HTI))
