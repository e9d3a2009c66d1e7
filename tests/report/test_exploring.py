"""The page of the explorer as it is written, before a browser runs its script."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import DIMENSIONS, few_scores, levelled, panel
from policyindex import PanelError, datasets, report
from policyindex.report import _exploring
from policyindex.report._material import material_of
from stored import check_stored, in_words


def page(data: object, path: Path, **options: object) -> str:
    report.explore(data, path / "explore.html", **options)  # type: ignore[arg-type]
    return (path / "explore.html").read_text(encoding="utf-8")


def embedded(text: str) -> dict[str, object]:
    match = re.search(r'data-part="data">(.*?)</template>', text, re.DOTALL)
    assert match is not None
    return dict(json.loads(match[1]))


def test_the_golden_sentence(published: pd.DataFrame, tmp_path: Path) -> None:
    text = page(published, tmp_path, country="Nigeria")
    assert (
        "With these weights Nigeria ranks 14 of 182 (14 with equal weights). Over all weightings: "
        "1 to 50, 14 or better in 33 %."
    ) in text
    assert embedded(text)["years"] == list(range(2000, 2014))


def test_the_page_opens_with_the_country_whose_rank_moves_most(
    published: pd.DataFrame, tmp_path: Path
) -> None:
    ranks = pi.weight_ranks(published, min_weight=0).xs(2013, level="year")
    unit = (ranks["rank_high"] - ranks["rank_low"]).idxmax()
    text = page(published, tmp_path)
    assert f"With these weights {pi.countries.name(str(unit))} ranks" in text


def test_a_thin_year_is_there_on_request(published: pd.DataFrame, tmp_path: Path) -> None:
    text = page(published, tmp_path, year=2014)
    assert embedded(text)["years"] == list(range(2000, 2015))
    assert "ranks 1 of 1 " in text


def test_nothing_from_elsewhere_is_allowed(tmp_path: Path) -> None:
    text = page(datasets.load_demo(), tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert set(re.findall(r"https?://[^\"' ]*", text)) <= {"http://www.w3.org/2000/svg"}
    assert " style=" not in text
    assert text.count("SYNTHETIC") > 3


def test_levels_are_those_of_the_panel(published: pd.DataFrame, tmp_path: Path) -> None:
    data = embedded(page(published, tmp_path))
    units, years, levels = data["units"], data["years"], data["levels"]
    assert isinstance(units, list)
    assert isinstance(years, list)
    assert isinstance(levels, list)
    for year, text in zip(years, levels, strict=True):
        table = published.xs(year, level="year")[DIMENSIONS].reindex(units).to_numpy().ravel()
        expected = [np.nan if each == "." else float(each) for each in text]
        np.testing.assert_array_equal(table, expected)


def test_a_country_without_a_score_is_said_to_have_none(tmp_path: Path) -> None:
    data = panel(
        {("DEU", 2009): [1, 2, 3], ("NLD", 2009): [5, np.nan, 3], ("FRA", 2009): [np.nan] * 3},
        DIMENSIONS,
    )
    text = page(data, tmp_path, country="Netherlands")
    assert "The Netherlands is not ranked in 2009: it lacks protection." in text
    assert "Not ranked in 2009: France (no score); the Netherlands (lacks protection)." in text


def test_data_without_any_score_make_a_page(tmp_path: Path) -> None:
    text = page(panel({("DEU", 2009): [1, np.nan, 3]}, DIMENSIONS), tmp_path)
    assert "Germany is not ranked in 2009: it lacks protection." in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"country": "Narnia"}, "Narnia"),
        ({"year": 1066}, "year must be a year with a score"),
        ({"year": "2009"}, "year must be a year with a score"),
    ],
)
def test_what_is_not_in_the_data_is_refused(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        page(datasets.load_demo(), tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_false_sum_or_another_format_is_refused(tmp_path: Path) -> None:
    wrong = panel({("DEU", 2009): [1, 2, 3]}, DIMENSIONS).assign(overall=7.0)
    with pytest.raises(PanelError, match="overall"):
        page(wrong, tmp_path)
    with pytest.raises(ValueError, match="must end in .html"):
        report.explore(datasets.load_demo(), tmp_path / "explore.docx")


def test_the_report_has_the_explorer(tmp_path: Path) -> None:
    report.write(datasets.load_demo(), tmp_path / "report.html", countries="Nigeria")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.count('id=":explorer"') == 1
    assert '<details class="weights">' in text
    assert 'data-part="terms"' not in text
    order = embedded(text)["order"]
    assert isinstance(order, list)
    assert sorted(order) == list(range(len(order)))


def test_the_data_are_not_changed(tmp_path: Path) -> None:
    codings = datasets.load_demo()
    before = codings.copy(deep=True)
    page(codings, tmp_path)
    pd.testing.assert_frame_equal(codings, before)
    assert codings.attrs == before.attrs


@pytest.mark.parametrize(
    ("ranks", "words"),
    [([1, 2], "0 %"), ([2, 3], "border only"), ([5, 6], "border only"), ([6, 7], "0 %")],
)
def test_a_class_of_ranks_without_a_share_may_hold_an_end_of_the_range(
    ranks: list[int], words: str
) -> None:
    ends = pd.DataFrame({"rank_low": [3.0], "rank_high": [5.0]}, index=["NGA"])
    view = _exploring.View("NGA", 2009, ends, ends, ["NGA"], np.zeros(9), exact=True)
    assert _exploring._share_words(view, ranks, 0.0) == words
    sampled = _exploring._share_words(view._replace(exact=False), ranks, 0.0)
    assert sampled == words.replace("border only", "less than 1 %")


@pytest.mark.parametrize("n", [2, 3, 4])
def test_all_that_the_explorer_prints(n: int) -> None:
    names = DIMENSIONS if n == 3 else ["law", "care", "funds", "data"][:n]
    codebook = pi.THREE_P if n == 3 else levelled(names)
    scores = few_scores()[DIMENSIONS]
    scores["data"] = scores["protection"]
    explorer = _exploring.explorer_of(
        material_of(scores[[*DIMENSIONS, "data"][:n]].set_axis(names, axis=1), codebook), "GHA"
    )
    lines = [
        line
        for line in in_words(explorer._asdict() | {"made": "", "terms": ""})
        if "policyindex " not in line or "data:" in line
    ]
    lines = [re.sub(r"policyindex [0-9.a-z]+", "policyindex", line) for line in lines]
    check_stored(lines, Path(__file__).parent / "stored" / f"explorer-{n}.txt")


@pytest.mark.parametrize(
    ("n", "shares"),
    [
        (2, ["50", "50"]),
        (3, ["33\N{VULGAR FRACTION ONE THIRD}"] * 3),
        (4, ["25"] * 4),
        (6, ["16\N{VULGAR FRACTION TWO THIRDS}"] * 6),
        (7, ["14.3"] * 6 + ["14.2"]),
        (8, ["12.5"] * 8),
        (9, ["11.2"] + ["11.1"] * 8),
    ],
)
def test_equal_weights_add_up_to_100(n: int, shares: list[str]) -> None:
    assert _exploring._equal_shares(n) == shares


@pytest.mark.parametrize("n", [2, 3])
def test_the_outline_holds_the_corners(n: int) -> None:
    codebook = levelled(["law", "care", "funds"][:n])
    data = panel({("DEU", 2009): [1] * n}, ["law", "care", "funds"][:n])
    picture = _exploring._picture(
        _exploring._view(material_of(data, codebook), None, None), codebook
    )
    assert picture["outline"].count("L") == (2 if n == 3 else 0)
    assert picture["outline"].endswith("Z")
