"""The data of the library: rebuilt, true to the published facts, their origin stated."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import policyindex
from builders import script
from policyindex import THREE_P, check_panel, countries, coverage, datasets, score, score_bounds

DATA = files("policyindex.data")
SHIPPED = [name for name in datasets.__all__ if name.startswith("load_")]
LOADERS = [getattr(datasets, name) for name in SHIPPED]
ROOT = Path(__file__).parents[1]
DIMENSIONS = [dimension.name for dimension in THREE_P.dimensions]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return script("data/build_demo.py")


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return datasets.load_demo()


@pytest.fixture(scope="module")
def scores(demo: pd.DataFrame) -> pd.DataFrame:
    return score(demo)


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    return datasets.load_published_2009()


@pytest.fixture(scope="module")
def last(demo: pd.DataFrame) -> pd.DataFrame:
    """The bounds of the overall scores of 2009."""
    bounds = score_bounds(demo).xs(2009, level="year")
    return bounds[["overall_low", "overall_high"]].set_axis(["low", "high"], axis=1)


def _by_year(scores: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({year: each.droplevel("year") for year, each in scores.groupby("year")})


# The script


def test_the_demo_is_rebuilt_byte_for_byte(build: ModuleType) -> None:
    assert build.codings().encode() == (DATA / "demo_codings.csv").read_bytes()


@pytest.mark.parametrize(
    ("line", "changed", "target"),
    [
        (r"^DEU,2009,2", "DEU,2009,1", "SWE, USA and no other country can be at 15"),
        (r"^(GBR,2009),.*", r"\1" + "," * 19, "SVN and no other country can be at 14"),
        (r"^SOM,2009,.*", "SOM,2009" + ",0" * 19, "PRK and no other country can be at 3"),
        (r"^AFG,.*\n", "", "the countries by year"),
        (r"^(\w+,2004),[01]", r"\1,2", "yearly means of prosecution"),
        (r",\d$", ",", "of the codings are missing"),
        (r"^(\w+,2008),.*", r"\1" + ",0" * 19, "overall scores fall from year to year"),
        (r"^([A-K]\w+,2000),.*", r"\1,2,1,2,1" + ",1" * 15, "fall from the first year to the last"),
        (r"^(\w+,200[4-6],\d,\d),\d", r"\1,", "overall scores are undecided"),
    ],
)
def test_the_script_refuses_a_demo_that_misses_a_target(
    build: ModuleType, line: str, changed: str, target: str
) -> None:
    text = (DATA / "demo_codings.csv").read_text(encoding="utf-8")
    build.verify(text)
    broken = re.sub(line, changed, text, flags=re.MULTILINE)
    with pytest.raises(ValueError, match=f"must meet its targets; .*{target}"):
        build.verify(broken)


def test_the_file_holds_integers_and_blanks_only() -> None:
    header, *rows = (DATA / "demo_codings.csv").read_bytes().decode("ascii").split("\n")
    assert header.split(",") == ["country", "year", *THREE_P.scales]
    assert rows.pop() == ""
    for row in rows:
        assert re.fullmatch(r"[A-Z]{3},20\d\d(,[012]?){19}", row), row


# The demonstration as a panel


def test_the_demo_is_a_panel_of_codings(demo: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(demo, check_panel(demo, scales=THREE_P.scales))
    assert set(demo.dtypes) == {np.dtype("float64")}
    for label in ("source", "citation"):
        assert "SYNTHETIC" in demo.attrs[label]
        assert "SYNTHETIC" in score(demo).attrs[label]


def test_its_countries_exist_and_are_not_historical(demo: pd.DataFrame) -> None:
    codes = demo.index.unique("country")
    assert len(codes) == 177
    assert countries.iso3(list(codes), kind="iso3") == list(codes)
    assert not countries.table().loc[codes, "historical"].any()


def test_countries_grow_from_73_to_177_and_none_leaves(demo: pd.DataFrame) -> None:
    by_year = demo.groupby(level="year").size()
    assert by_year.to_dict() == dict(
        zip(range(2000, 2010), (73, 89, 117, 133, 150, 157, 162, 168, 173, 177), strict=True)
    )
    found = coverage(demo).by_country
    assert (found["last_year"] == 2009).all()
    assert (found["gaps"] == ()).all()


def test_countries_enter_no_earlier_than_they_came_into_being(demo: pd.DataFrame) -> None:
    first = coverage(demo).by_country["first_year"]
    assert first["TLS"] >= 2002
    assert first["MNE"] >= 2006
    assert first["XKX"] >= 2008


def test_weaker_countries_enter_later(demo: pd.DataFrame, scores: pd.DataFrame) -> None:
    first = coverage(demo).by_country["first_year"]
    final = scores["overall"].xs(2009, level="year")
    early, late = final[first == 2000].mean(), final[first >= 2004].mean()
    assert early > final.mean() > late
    assert early - late > 1.5


# Its scores


@pytest.mark.parametrize(("name", "nearness"), [*((n, 0.1) for n in DIMENSIONS), ("overall", 0.25)])
def test_yearly_means_are_near_the_published_ones(
    build: ModuleType, scores: pd.DataFrame, name: str, nearness: float
) -> None:
    means = scores[name].groupby(level="year").mean()
    assert np.abs(means.to_numpy() - build.MEANS[name]).max() <= nearness


def test_dimensions_stand_in_the_published_order(build: ModuleType, scores: pd.DataFrame) -> None:
    means = scores[DIMENSIONS].groupby(level="year").mean()
    published = pd.DataFrame(build.MEANS, index=means.index)[DIMENSIONS]
    assert (means.idxmin(axis=1) == "protection").all()
    pd.testing.assert_frame_equal(means.rank(axis=1), published.rank(axis=1))


def test_overall_rises_most_of_all_within_countries(scores: pd.DataFrame) -> None:
    means = scores["overall"].groupby(level="year").mean()
    wide = _by_year(scores["overall"])
    assert 1.9 < means[2009] - means[2000] < 2.5
    assert 2.8 < (wide[2009] - wide[2000]).mean() < 3.6


def test_targets_are_those_of_the_published_file(
    build: ModuleType, published: pd.DataFrame
) -> None:
    held = published[published.index.get_level_values("year").isin(build.YEARS)]
    means = held.groupby(level="year")[list(build.MEANS)].mean()
    counts = held["overall"].groupby(level="year").count()
    assert tuple(counts)[:-1] == build.COUNTS[:-1]
    assert np.abs(means - pd.DataFrame(build.MEANS, index=means.index)).max(axis=None) < 0.00051


def test_scores_persist(scores: pd.DataFrame) -> None:
    for name in DIMENSIONS:
        change = scores[name].groupby(level="country").diff().dropna()
        assert change.abs().max() <= 3
        assert (change.abs() <= 1).mean() > 0.9
        assert 0.5 < (change == 0).mean() < 0.7
    change = scores["overall"].groupby(level="country").diff().dropna()
    assert 0.7 < (change.abs() <= 1).mean() < 0.8
    wide = _by_year(scores["overall"])
    assert 0.65 < wide[2004].corr(wide[2009]) < 0.9


def test_some_countries_lose_as_in_the_published_file(scores: pd.DataFrame) -> None:
    wide = _by_year(scores["overall"])
    span = (wide[2009] - wide[2000]).dropna()
    assert [(span > 0).sum(), (span < 0).sum(), (span == 0).sum()] == [55, 5, 5]
    steps = scores["overall"].groupby(level="country").diff().dropna()
    assert 0.22 < (steps < 0).mean() < 0.28
    assert (span > 4).sum() > 5
    for name in DIMENSIONS:
        each = _by_year(scores[name])
        assert 0 < (each[2009] < each[2000]).mean() < 0.2


def test_losses_are_those_of_the_published_file(build: ModuleType, published: pd.DataFrame) -> None:
    held = published.loc[published.index.get_level_values("year").isin(build.YEARS), "overall"]
    wide = _by_year(held)
    steps = wide.diff(axis=1).to_numpy()
    steps, span = steps[~np.isnan(steps)], (wide[2009] - wide[2000]).dropna()
    shares = [(span < 0).mean(), (steps < 0).mean()]
    assert list(build.LOSSES.values()) == pytest.approx(shares, abs=1e-12)


def test_codings_persist(demo: pd.DataFrame) -> None:
    before = demo.groupby(level="country").shift()
    both = demo.notna() & before.notna()
    changed = ((demo != before) & both).sum() / both.sum()
    assert changed.between(0.05, 0.35).all()


def test_a_law_is_seldom_repealed(demo: pd.DataFrame) -> None:
    change = demo["specific_law"].groupby(level="country").diff()
    assert (change < 0).sum() < (change > 0).sum() / 20


def test_nothing_is_enforced_without_a_law(demo: pd.DataFrame) -> None:
    lawless = (demo["specific_law"] == 0) & (demo["other_laws"] == 0)
    assert lawless.any()
    assert (demo.loc[lawless, ["enforcement", "penalty"]].fillna(0) == 0).all(axis=None)


def test_regions_differ_in_the_plausible_direction(scores: pd.DataFrame) -> None:
    codes = scores.index.get_level_values("country")
    means = scores["overall"].groupby(countries.region(codes).to_numpy()).mean()
    assert means["Europe"] > means["Americas"] > means["Africa"]


def test_scores_use_the_whole_scale(scores: pd.DataFrame) -> None:
    for name in DIMENSIONS:
        assert set(scores[name].xs(2009, level="year").dropna()) == {1, 2, 3, 4, 5}


# Its gaps


def test_codings_are_missing_as_in_real_files(demo: pd.DataFrame) -> None:
    missing = demo.isna()
    assert 0.03 <= missing.mean(axis=None) <= 0.06
    by_year = missing.mean(axis=1).groupby(level="year").mean()
    assert by_year[:5].mean() > by_year[5:].mean()
    assert missing.any().all()


def test_few_gaps_leave_a_score_undecided(demo: pd.DataFrame, scores: pd.DataFrame) -> None:
    gaps, open_ = demo.isna().any(axis=1), scores["overall"].isna()
    assert 0.05 <= open_.mean() <= 0.10
    assert open_.sum() < gaps.sum() / 2


# The published facts of 2009


def test_the_facts_are_those_published(facts: pd.DataFrame) -> None:
    groups = {level: set(each.index) for level, each in facts.groupby("overall")}
    assert groups == {
        15: {"DEU", "AUS", "NLD", "ITA", "BEL", "SWE", "USA"},
        14: {"FRA", "NOR", "KOR", "HRV", "CAN", "AUT", "SVN", "NGA"},
        3: {"PRK"},
    }
    assert facts.index[facts["overall"].isna()].tolist() == ["SOM"]
    assert facts["overall"].dtype == np.float64
    assert [countries.name(code) for code in facts.index] == facts["name"].tolist()
    assert facts[["statement", "source"]].notna().all(axis=None)


@pytest.mark.parametrize("level", [15, 14, 3])
def test_the_demo_restates_the_facts_with_no_other_country_in_reach(
    last: pd.DataFrame, facts: pd.DataFrame, level: int
) -> None:
    published = set(facts.index[facts["overall"] == level])
    assert set(last.index[(last["low"] == level) & (last["high"] == level)]) == published
    assert set(last.index[(last["low"] <= level) & (last["high"] >= level)]) == published


def test_somalia_is_second_lowest_and_alone(last: pd.DataFrame) -> None:
    assert last.loc["SOM"].tolist() == [4, 4]
    assert (last["low"].drop(["PRK", "SOM"]) > 4).all()


def test_the_ranks_of_2009_follow(scores: pd.DataFrame) -> None:
    final = scores["overall"].xs(2009, level="year")
    place = final.rank(ascending=False, method="min")
    assert place["DEU"] == 1
    assert place["NGA"] == 8
    assert final.nsmallest(2).index.tolist() == ["PRK", "SOM"]


# The loaders


@pytest.mark.parametrize("load", LOADERS, ids=SHIPPED)
def test_each_answer_is_fresh(load: Callable[[], pd.DataFrame]) -> None:
    first = load()
    kept, label = first.copy(), dict(first.attrs)
    first[first.columns[0]] = "changed"
    first.attrs["source"] = "changed"
    pd.testing.assert_frame_equal(load(), kept)
    assert load().attrs == label


@pytest.mark.parametrize("load", LOADERS, ids=SHIPPED)
def test_loaders_warn_of_nothing(load: Callable[[], pd.DataFrame]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load())


def test_the_published_facts_have_a_source_and_a_citation(facts: pd.DataFrame) -> None:
    assert facts.attrs["source"] == "Published facts on the 3P scores of 2009"
    assert "IZA Discussion Paper 5559" in facts.attrs["citation"]
    assert "rules" not in facts.attrs


# Origins


def test_every_data_file_states_its_origin() -> None:
    folder = Path(str(DATA))
    text = (folder / "README.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)\n+(.+)$", text, flags=re.MULTILINE))
    assert sorted(sections) == sorted(path.name for path in folder.glob("*.csv"))
    assert sections["demo_codings.csv"].startswith("SYNTHETIC")


def test_the_package_offers_the_datasets() -> None:
    assert policyindex.datasets is datasets


# Citations.


def entries(text: str) -> dict[str, dict[str, str]]:
    """Read BibTeX strictly: entries of fields in braces, which balance."""
    answer: dict[str, dict[str, str]] = {}
    for part in text.split("\n\n"):
        head, *lines, end = part.splitlines()
        kind = re.fullmatch(r"@(article|misc)\{(\w+),", head)
        assert kind is not None, head
        assert end == "}"
        fields = {}
        for place, line in enumerate(lines):
            field = re.fullmatch(r"  (\w+) = \{(.+)\}(,?)", line)
            assert field is not None, line
            assert bool(field[3]) == (place < len(lines) - 1)
            depth = 0
            for mark in field[2]:
                depth += (mark == "{") - (mark == "}")
                assert depth >= 0
            assert depth == 0
            assert not re.search(r"(?<!\\)[%&#]", field[2]), "signs that LaTeX reads as commands"
            fields[field[1]] = field[2]
        required = {"article": {"author", "title", "journal", "year"}, "misc": {"author", "title"}}
        assert required[kind[1]] <= fields.keys()
        assert kind[2] not in answer
        answer[kind[2]] = fields
    return answer


def test_bibtex_is_valid_and_names_the_doi() -> None:
    every = entries(datasets.citation("bibtex"))
    assert every["cho2014determinants"]["doi"] == "10.1111/sjoe.12055"
    assert len(every) == 4
    parts = [entries(datasets.citation("bibtex", of=of)) for of in ("index", "data", "library")]
    assert parts[0] | parts[1] | parts[2] == every
    assert list(parts[0]) == ["cho2014determinants", "cho2015evaluating"]
    assert datasets.PUBLISHED_SHA256 in parts[1]["cho2015published"]["note"]
    assert policyindex.__version__ in parts[2]["policyindex"]["note"]


def test_the_entries_are_those_of_the_paper() -> None:
    paper = (ROOT / "paper" / "paper.bib").read_text(encoding="utf-8")
    for fields in entries(datasets.citation("bibtex", of="index")).values():
        assert fields["title"].replace("{", "").replace("}", "") in paper
        assert all(fields[name] in paper for name in fields if name != "title")


def test_citations_as_text_are_those_of_the_panels() -> None:
    lines = datasets.citation().splitlines()
    assert lines[0] == datasets.citation(of="index") == datasets.CITATION
    assert lines[1:] == [datasets.citation(of="data"), datasets.citation(of="library")]


def test_a_citation_of_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="style must be one of text, bibtex; got 'ris'"):
        datasets.citation("ris")
    with pytest.raises(ValueError, match="of must be one of index, data, library; got 'tiers'"):
        datasets.citation(of="tiers")
