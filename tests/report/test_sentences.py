"""The sentences of report, brief and explorer: their numbers, and how they read."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import given

import policyindex as pi
from builders import DIMENSIONS, examples, panel, panels, series
from policyindex import THREE_P, Codebook, Dimension, Indicator, report
from policyindex.dynamics import Decomposition
from policyindex.report import _sentences
from policyindex.report._brief import in_year
from policyindex.report._material import Material, material_of
from policyindex.report._results import Region, Results, results_of

MINUS = "\N{MINUS SIGN}"


class Source(NamedTuple):
    material: Material
    results: Results

    def standing(self, unit: str) -> list[str]:
        first, last = self.material.axis
        return _sentences.standing(self.material, self.results, unit, range(first, last + 1))


def source(data: pd.DataFrame, codebook: Codebook = THREE_P) -> Source:
    material = material_of(data, codebook)
    return Source(material, results_of(material))


@pytest.fixture(scope="module")
def real(real_file: Callable[[str], Path]) -> Source:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        reading = pi.read(real_file("published_3p_2000_2013.dta"))
    material = material_of(reading, THREE_P)
    return Source(material, results_of(material))


@pytest.fixture(scope="module")
def demo() -> Source:
    return source(pi.datasets.load_demo())


def test_the_news_and_three_results(real: Source) -> None:
    news = _sentences.news(*real)
    assert news.endswith(", 90 countries fell back and 49 improved from 2012 to 2013.")
    assert _sentences.index_name(THREE_P) in news
    assert [(each.about, each.text) for each in _sentences.highlights(*real)] == [
        (
            "The last year",
            (
                "The mean of the same 182 countries fell by 0.4 points, from 10.0 in 2012 to 9.6 "
                "in 2013. It fell in only one other year, 2011, and by less."
            ),
        ),
        (
            "The long run",
            (
                "The 73 countries scored in both 2000 and 2013 gained 3.0 points on average. "
                "Those added since score lower; with them the mean rises by 2.0."
            ),
        ),
        (
            "Regions and dimensions",
            (
                "Europe has the highest mean, 12.1, and Oceania the lowest, 7.4. Since 2012, "
                "only Africa gained (+0.1 points on average). Of the dimensions, protection is "
                "the weakest, with a mean of 2.8 of 5."
            ),
        ),
    ]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((1, 2, -1), "2 countries improved and 1 fell back"),
        ((1, -2, -1), "2 countries fell back and 1 improved"),
        ((1, -2, 0), "1 country improved and 1 fell back"),
        ((1, 1, 0), "2 countries improved and none fell back"),
        ((0, -1, 0), "1 country fell back and none improved"),
        ((0, 0, 0), "no country moved"),
    ],
)
def test_the_news_begin_with_the_larger_number(steps: tuple[int, ...], words: str) -> None:
    cells = {
        (unit, year): 9.0 + step * (year - 2012)
        for unit, step in zip(["DEU", "GHA", "NGA"], steps, strict=True)
        for year in (2012, 2013)
    }
    assert _sentences._moves(pi.dynamics.movers(series(cells), 2012, 2013)) == words


def test_who_has_a_score(real: Source) -> None:
    assert (
        _sentences.lead(*real) == "183 countries have a score, 182 of them in 2013; six have none"
    )


def test_who_leads(real: Source) -> None:
    text = _sentences.leaders(real.results)
    assert text.startswith("Two countries have the top score, 15: Poland and Spain. Armenia, ")
    assert text.endswith("follow with 14. North Korea and Syria have the lowest score, 3.")


@pytest.mark.parametrize("n", [12, 13])
def test_up_to_twelve_countries_are_named_and_more_are_counted(n: int) -> None:
    letters = "Aruba Belgium Canada Denmark Egypt Fiji Ghana Haiti India Japan Kenya Libya Mali"
    text = _sentences.who([pi.countries.iso3(name) for name in letters.split()[:n]])
    named = (
        "Aruba, Belgium, Canada, Denmark, Egypt, Fiji, Ghana, Haiti, India, Japan, Kenya and Libya"
    )
    assert text == (named if n == 12 else "13 countries")


def test_the_year_before(real: Source) -> None:
    assert _sentences.year_before(*real) == [
        (
            "From 2012 to 2013, 90 of the 182 countries scored in both years fell back, 49 "
            "improved and 43 stayed the same."
        ),
        "The mean of the same 182 countries fell by 0.4 points, from 10.0 in 2012 to 9.6 in 2013.",
        "It fell in only one other year, 2011, and by less.",
        "By dimension: prosecution fell by 0.2 points, protection by 0.1 and prevention by 0.1.",
        "Cuba and Sudan gained most: 4 points.",
        "Antigua and Barbuda, and Mauritania lost most: 4 points.",
        (
            f"Change of the mean by region, in points: Africa +0.1, Oceania {MINUS}0.4, Europe "
            f"{MINUS}0.5, the Americas {MINUS}0.5 and Asia {MINUS}0.6."
        ),
    ]
    before = real.results.before
    assert before is not None
    assert list(before.counts.items()) == [
        *((-4, 2), (-3, 10), (-2, 28), (-1, 50), (0, 43), (1, 28), (2, 13), (3, 6), (4, 2))
    ]


NIGERIA = [
    "Nigeria scores 13 of 15 in 2013, one point less than in 2012: prosecution fell from 5 to 4.",
    "It shares rank 14 of 182 with 14 others and is first of 52 in Africa.",
    "With other weights it could stand anywhere from 1st to 50th.",
]


def test_nigeria(real: Source) -> None:
    texts = real.standing("NGA")
    assert texts[:3] == NIGERIA
    assert texts[4:] == [
        "Since 2000 it has gained 5 points.",
        "The 52 countries scored in Africa have a mean of 8.4.",
    ]
    ranges = pi.standings(real.material.scores[DIMENSIONS], 2013, error=0.9).loc["NGA"]
    low, high = int(ranges["rank_low"]), int(ranges["rank_high"])
    assert texts[3] == (
        f"If one coding in ten is one level off, Nigeria's rank lies between {low} and {high} "
        f"(95 % range for one country)."
    )


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (
            "POL",
            (
                "Poland scores 15 of 15 in 2013, the highest score possible and two points more "
                "than in 2012: protection rose from 3 to 5. It shares rank 1 of 182, and rank 1 "
                "of 40 in Europe, with Spain. With other weights it would keep rank 1."
            ),
        ),
        (
            "SYR",
            (
                "Syria scores 3 of 15 in 2013, the lowest score possible, as in 2012. It shares "
                "rank 181 of 182, and rank 48 of 49 in Asia, with North Korea. With other "
                "weights it could stand anywhere from 172nd to 181st."
            ),
        ),
        (
            "NLD",
            (
                "The Netherlands scores 12 of 15 in 2013, three points less than in 2012: "
                "protection fell from 5 to 3 and prevention from 5 to 4. It shares rank 29 of "
                "182 with 20 others, and rank 19 of 40 in Europe with 8 of them."
            ),
        ),
        (
            "TKM",
            (
                "Turkmenistan scores 8 of 15 in 2013, as in 2012: prevention rose from 2 to 3, "
                "but prosecution fell from 4 to 3."
            ),
        ),
        (
            "FJI",
            (
                "Fiji scores 9 of 15 in 2013, one point less than in 2012: prosecution fell from "
                "4 to 3. It shares rank 90 of 182 with 30 others and is third of 10 in Oceania."
            ),
        ),
        (
            "TLS",
            (
                "Timor-Leste has no overall score in 2013. Its last score before was 7, in 2012. "
                "From 2005, its first year in the index, to 2012 it gained 2 points."
            ),
        ),
        ("WSM", "Samoa has no overall score in any year. The 10 countries scored in Oceania"),
    ],
)
def test_other_countries(real: Source, unit: str, text: str) -> None:
    assert " ".join(real.standing(unit)).startswith(text)


ARTICLES = {
    "NLD": "the Netherlands",
    "USA": "the United States",
    "BHS": "the Bahamas",
    "PHL": "the Philippines",
    "ARE": "the United Arab Emirates",
    "GBR": "the United Kingdom",
    "SLB": "the Solomon Islands",
    "DEU": "Germany",
    "Berlin": "Berlin",
}


@pytest.mark.parametrize("unit", ARTICLES)
def test_articles(unit: str) -> None:
    assert _sentences.named(unit) == ARTICLES[unit]


def test_a_name_with_and_in_it_is_set_apart() -> None:
    assert _sentences.who(["ATG", "MRT"]) == "Antigua and Barbuda, and Mauritania"
    assert _sentences.who(["ATG"]) == "Antigua and Barbuda"
    assert _sentences.who(["DEU", "TCD"]) == "Chad and Germany"


def test_the_numbers_of_every_country_are_those_of_public_functions(real: Source) -> None:
    overall = real.material.scores["overall"]
    of_year, ranks = overall.xs(2013, level="year").dropna(), pi.ranks(overall, 2013)
    before = overall.xs(2012, level="year")
    weights = pi.weight_ranks(real.material.scores[DIMENSIONS]).xs(2013, level="year")
    region = pi.countries.region(of_year.index)
    words = {"one": 1, "two": 2, "three": 3, "four": 4}
    first = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"]
    for unit, score in of_year.items():
        texts = real.standing(str(unit))
        assert f"scores {score:.0f} of 15 in 2013" in texts[0]
        change = score - before[unit]
        match = re.search(r"(\w+) points? (more|less) than", texts[0])
        assert change == (
            words[match[1]] * (1 if match[2] == "more" else -1) if match is not None else 0
        )
        moved = {
            (name, "rose" if now > then else "fell", then, now)
            for name in DIMENSIONS
            for then, now in [real.material.scores.loc[unit, name].loc[[2012, 2013]]]
            if then != now
        }
        for name, _, then, now in moved:
            assert re.search(rf"{name} (\w+ )?from {then:.0f} to {now:.0f}", texts[0])
        assert texts[0].count(" from ") == len(moved)
        assert f"rank {ranks[unit]:.0f} of 182" in texts[1]
        equals = of_year.index[of_year == score].drop(unit)
        assert ("shares" in texts[1]) == bool(len(equals))
        inside = int((of_year[region == region[unit]] > score).sum()) + 1
        near = int((region[equals] == region[unit]).sum())
        n = int((region == region[unit]).sum())
        if near:
            assert f"rank {inside} of {n} in " in texts[1]
        else:
            place = first[inside - 1] if inside <= len(first) else f"{inside}th"
            assert f"is {place} of {n} in " in texts[1]
        low, high = weights.loc[unit, ["rank_low", "rank_high"]]
        ends = [int(each) for each in re.findall(r"(\d+)(?:st|nd|rd|th)", texts[2])]
        assert ends == ([] if low == high else [low, high])
        entry = overall[unit].loc[2000:2013].dropna()
        told = next((each for each in texts if each.startswith(("Since", "Its score is"))), "")
        since = re.search(r"(gained|lost) (\d+) point", told)
        points = 0 if since is None else int(since[2]) * (1 if since[1] == "gained" else -1)
        if entry.index[0] == 2012:
            assert not told
            assert "2012, its first year in the index" in texts[0]
            continue
        assert points == score - entry.iloc[0]
        assert f" {entry.index[0]}" in told


def test_the_sentence_of_the_explorer(published: pd.DataFrame) -> None:
    shares = pi.robustness.weight_distribution(published[DIMENSIONS], 2013).loc["NGA"]
    text = _sentences.weighted("Nigeria", 10, 182, 14, 1, 50, float(shares[:10].sum()))
    assert text == (
        "With these weights Nigeria ranks 10 of 182 (14 with equal weights). Over all "
        "weightings: 1 to 50, 10 or better in 25 %."
    )


def test_a_rank_on_lines_only_has_no_share() -> None:
    said = _sentences.weighted("Chad", 1, 9, 2, 1, 4, 0.0)
    assert said.endswith("1 to 4, 1 or better on a border only.")
    said = _sentences.weighted("Chad", 1, 9, 2, 1, 4, 0.0, exact=False)
    assert said.endswith("1 to 4, 1 or better in less than 1 %. The range is sampled.")


@pytest.mark.parametrize(
    ("name", "title", "words"),
    [
        ("3P", "", "the 3P index"),
        ("mine", "My Own Index", "My Own Index"),
        ("the", "The World Index", "the World Index"),
        ("Peace Index", "", "the Peace Index"),
        ("a", "Myanmar Index", "the Myanmar Index"),
    ],
)
def test_the_name_of_an_index_has_one_article(name: str, title: str, words: str) -> None:
    codebook = Codebook(name, THREE_P.dimensions, title=title)
    assert _sentences.the_index(codebook) == words
    data = panel({("DEU", 2009): [1, 2, 3]}, DIMENSIONS)
    assert _sentences.news(*source(data, codebook)).startswith(f"In {words} of 2009, the mean")


def test_the_words_of_levels_are_called_a_reconstruction(real: Source) -> None:
    assert "a reconstruction by policyindex" in _sentences.meaning(real.material)
    for each in _sentences.meanings(*real, "NGA"):
        dimension = next(one for one in THREE_P.dimensions if one.name == each.dimension)
        assert each.words == dimension.levels[each.score - 1]
    assert [(each.score, each.highest) for each in _sentences.meanings(*real, "NGA")] == [
        (4, 5),
        (5, 5),
        (4, 5),
    ]
    other = Codebook("one", (Dimension("law", (Indicator("a"),), lambda a: 1 + a, ("no", "yes")),))
    material = material_of(panel({("DEU", 2009): [1], ("FRA", 2009): [2]}, ["law"]), other)
    assert _sentences.meaning(material) == "The words are those of the codebook one."
    levels = _sentences.levels(material, results_of(material))
    assert levels == {"law": [(2, "yes", ("FRA",)), (1, "no", ("DEU",))]}


def test_levels_count_every_country_once(real: Source) -> None:
    for name, rows in _sentences.levels(*real).items():
        known = real.material.scores[name].xs(2013, level="year").dropna()
        assert {unit: row.score for row in rows for unit in row.units} == known.to_dict()
        assert [row.score for row in rows] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ([5, 5, 5], "Germany scores 15 of 15 in 2009, the highest score possible and six points"),
        ([3, 3, 3], "Germany scores 9 of 15 in 2009, as in 2008."),
        ([4, 3, 3], "one point more than in 2008: prosecution rose from 3 to 4."),
        ([1, 3, 4], "one point less than in 2008: prosecution fell from 3 to 1, but prevention"),
    ],
)
def test_the_change_from_the_year_before(after: list[float], says: str) -> None:
    rows = {("DEU", 2008): [3, 3, 3], ("DEU", 2009): after, ("FRA", 2008): [1, 1, 1]}
    assert says in source(panel(rows | {("FRA", 2009): [2, 2, 2]}, DIMENSIONS)).standing("DEU")[0]


def test_a_gap_is_not_a_change() -> None:
    rows: dict[tuple[str, int], list[float | None]] = {
        (unit, year): [3, 3, 3] for unit in ("FRA", "ITA") for year in (2007, 2008, 2009)
    }
    rows |= {("DEU", 2007): [1, 1, 1], ("DEU", 2009): [2, 2, 2]}
    texts = source(panel(rows, DIMENSIONS)).standing("DEU")
    assert texts[0] == "Germany scores 6 of 15 in 2009. It has no score in 2008."
    assert "Since 2007 it has gained 3 points." in texts


def test_a_country_with_missing_codings(demo: Source) -> None:
    bounds = pi.score_bounds(pi.datasets.load_demo()).xs(2009, level="year")
    undecided = bounds[bounds["overall_low"] < bounds["overall_high"]]
    assert len(undecided)
    for unit, row in undecided.iterrows():
        text = demo.standing(str(unit))[0]
        ends = f"{row['overall_low']:.0f} and {row['overall_high']:.0f}"
        assert f"no overall score in 2009: the missing codings leave it between {ends}" in text
        assert f"{ends}, and its rank between " in text


def test_ranges_over_missing_codings_that_change_nothing_are_not_said(demo: Source) -> None:
    filled = "With the missing codings filled in"
    ends = ["missing_low", "missing_high"]
    told = []
    for unit, row in demo.results.standing_of.items():
        if row["rank"] == row["rank"]:
            same = all(row[each] == row["rank"] for each in ends)
            assert (filled in " ".join(demo.standing(unit))) != same
            told.append(same)
    assert any(told)
    assert not all(told)


@examples(30)
@given(data=panels())
def test_any_panel_has_sentences_that_end(data: pd.DataFrame) -> None:
    if not data.notna().to_numpy().any():
        return
    any_source = source(data)
    texts = [
        _sentences.news(*any_source),
        f"{_sentences.lead(*any_source)}.",
        _sentences.scale(any_source.material),
        _sentences.trending(any_source.results),
        *(each.text for each in _sentences.highlights(*any_source)),
        *(each.text for each in _sentences.summary(*any_source)),
        *_sentences.year_before(*any_source),
        *_sentences.common_levels(*any_source),
        *(text for unit in any_source.material.names for text in any_source.standing(unit)),
    ]
    for text in texts:
        assert text.endswith((".", ")."))
        assert text[0].isupper() or text[0].isdigit()
        assert not re.search(r"\bnan\b|\binf\b|None|  |\.\.|,\.|: \.|, ,|\b1 points", text)


def test_the_report_holds_the_sentences(real: Source, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    data = real.material.scores.copy()
    report.write(data, path, countries=["NGA"])
    page = path.read_text(encoding="utf-8")
    for text in NIGERIA:
        assert text in page


@pytest.mark.parametrize(
    ("steps", "texts"),
    [
        ((1, -1), []),
        ((1, 1, -1), ["It had not fallen in any year before."]),
        ((-1, 1, -2), ["It fell in only one other year, 2001, and by less."]),
        ((-3, 1, -2), ["It fell in only one other year, 2001."]),
        ((-1, 2, -1, -2), ["It also fell in 2001 and 2003, and by less."]),
        ((-1, -1, -1, -1, -1), []),
        ((1, 1, 1), ["It has risen every year since 2000."]),
        ((1, 0, 1), []),
        ((1, 1, 0), []),
        ((1, -2, 3), []),
        ((-1, -1, 1, -2), ["It also fell in 2001 to 2002, and by less."]),
    ],
)
def test_a_fall_is_as_rare_as_the_years_before_say(
    steps: tuple[int, ...], texts: list[str]
) -> None:
    by_year = dict(enumerate(map(float, steps), 2001))
    results: Any = SimpleNamespace(steps=by_year)
    assert _sentences._rarity(results, 2000 + len(steps)) == texts
    assert _sentences._rarity(results, 2001 + len(steps)) == []


def moved(name: str, n: int, within: float) -> Region:
    """Return a region of n countries, by its change since the year before."""
    part = Decomposition(within, within, 0, 0, 0, 0, 0, n, 0, 0)
    return Region(name, 8 + within, n, 15, (), part, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((1, -1, -1), "Since 2012, only Africa gained (+1.0 points on average)."),
        ((-1, 1, 1), "Since 2012, only Africa lost (\N{MINUS SIGN}1.0 points on average)."),
        ((1, 0, -1), ""),
        ((1, -1), ""),
    ],
)
def test_a_region_moved_against_all_others_or_is_not_named(
    changes: tuple[float, ...], sentence: str
) -> None:
    names = ("Africa", "Asia", "Europe")
    regions = [moved(name, 2, each) for name, each in zip(names, changes, strict=False)]
    results: Any = SimpleNamespace(
        by_region=[*regions, moved("Oceania", 1, 5)], before=SimpleNamespace(year=2012)
    )
    first, *rest = _sentences.between_regions(results)
    assert "Oceania" not in first
    assert rest == [sentence] * bool(sentence)
    (line,) = _sentences._by_region(results)
    assert "Oceania" not in line


def test_a_country_that_enters_in_the_last_year_has_no_change_since() -> None:
    cells = {("DEU", 2008): [3, 3, 3], ("DEU", 2009): [3, 4, 5], ("NGA", 2009): [1, 2, 3]}
    results = results_of(material_of(panel(cells, DIMENSIONS), THREE_P))
    assert results.entries == {"DEU": (2008, 3)}


def test_a_country_that_enters_after_the_year_of_a_brief_has_no_change_since() -> None:
    years = {"DEU": (2008, 2009, 2010), "GHA": (2010,), "NGA": (2009, 2010)}
    cells = {(unit, year): [3, 3, year - 2007] for unit in years for year in years[unit]}
    material = in_year(material_of(panel(cells, DIMENSIONS), THREE_P), "DEU", 2009)
    assert results_of(material).entries == {"DEU": (2008, 1)}


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("DEU", "It has rank 1 of 6 and is first of 2 in Europe."),
        ("FRA", "It has rank 2 of 6 and is last of 2 in Europe."),
        (
            "GHA",
            (
                "It shares rank 3 of 6 with Nigeria and XXA, and rank 1 of 2 in Africa with one of "
                "them."
            ),
        ),
        ("XXA", "It shares rank 3 of 6 with Ghana and Nigeria."),
        ("PRK", "It has rank 6 of 6."),  # the only one of its region
    ],
)
def test_where_a_country_stands(few: tuple[Material, Results], unit: str, text: str) -> None:
    _, results = few
    assert _sentences.placed(results, unit) == text


def test_a_region_of_all_countries_has_no_ranks_of_its_own(few: tuple[Material, Results]) -> None:
    _, results = few
    everywhere = results._replace(regional_n=dict.fromkeys(results.regional_n, 6))
    assert _sentences.placed(everywhere, "DEU") == "It has rank 1 of 6."
    alone = results._replace(ranked=1)
    assert _sentences.placed(alone, "DEU") == "No other country has a score in 2005."


@pytest.mark.parametrize(
    ("highs", "weights", "error"),
    [
        ([1, 2, 3], "at least half of the countries keep their rank", None),
        (
            [1, 4, 9],
            "half of the countries could stand anywhere in a span of 2 ranks or more",
            "half of the countries have a 95 % range of 3 ranks or more",
        ),
    ],
)
def test_how_wide_ranges_of_ranks_are(highs: list[int], weights: str, error: str | None) -> None:
    ranked = pd.DataFrame({f"{why}_low": [1, 2, 3] for why in ("weights", "error")})
    ranked = ranked.assign(weights_high=highs, error_high=highs)
    assert _sentences._spread(ranked, "weights") == weights
    assert _sentences._spread(ranked, "error") == (error or weights)


@pytest.mark.parametrize(("n", "words"), [(0, "none shows"), (1, "1 shows"), (2, "2 show")])
def test_trends_are_counted(n: int, words: str) -> None:
    assert _sentences._trends_of(n, "decline") == f"{words} a clear decline"
