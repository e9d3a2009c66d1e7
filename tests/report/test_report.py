"""The report: its numbers are those of the library, and no text of a file becomes code."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import policyindex as pi
from builders import DIMENSIONS, examples, panel, panels
from elements import Element, Reader, captioned, parsed
from policyindex import THREE_P, Codebook, Dimension, Indicator, PanelError, report
from policyindex.panel import check
from policyindex.reading import Reading
from policyindex.report import _page

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org","x")',
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% for %}",
    "Åland & 'Co' ünïted",
)

FINDINGS = ["kind", "finding", "rows", "first", "action", "lost", "option"]


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return pi.datasets.load_demo()


@pytest.fixture(scope="module")
def scored(demo: pd.DataFrame) -> pd.DataFrame:
    return pi.score(demo)


@pytest.fixture(scope="module")
def page(written: Path) -> Element:
    return parsed(written)


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Element]:
    """Write a report on a panel, and read the page."""

    def write(source: Any, **options: Any) -> Element:
        path = tmp_path / "small.html"
        report.write(source, path, **options)
        return parsed(path)

    return write


def signed(value: float, digits: int) -> str:
    shown = f"{value:+.{digits}f}".replace("-", MINUS)
    return shown if float(f"{value:.{digits}f}") else f"{0:.{digits}f}"


def test_the_ranking_is_that_of_standings(
    page: Element, demo: pd.DataFrame, scored: pd.DataFrame
) -> None:
    table = page.one("table", class_="sortable")
    error = pi.coding_error(0.9)
    bounds = pi.score_bounds(demo)
    plain = scored[DIMENSIONS]
    ranges = [
        pi.standings(plain, year=2009, **options)
        for options in ({"min_weight": 0}, {"error": error}, {"bounds": bounds})
    ]
    sharing = ranges[0]["rank"].value_counts()
    before = pi.changes(scored["overall"])["change"].xs(2009, level="year")
    entries = scored["overall"].dropna().reset_index("year").groupby("country")["year"].min()
    since = pi.changes(scored["overall"], since=entries)["change"].xs(2009, level="year")
    shown = table.cells()
    assert len(shown) == len(ranges[0])
    names = {pi.countries.name(unit): unit for unit in ranges[0].index}
    for rank, name, overall, *rest in shown:
        unit = names.pop(name)
        row = ranges[0].loc[unit]
        parts, changes, spans = rest[:3], rest[3:5], rest[5:]
        if pd.notna(row["overall"]):
            equal = "=" if sharing[row["rank"]] > 1 else ""
            assert (rank, overall) == (f"{equal}{row['rank']:.0f}", f"{row['overall']:.0f}")
            assert changes[0] == (DASH if pd.isna(before[unit]) else signed(before[unit], 0))
            entered = f"{signed(since[unit], 0)} ({entries[unit]})"
            assert changes[1] == (DASH if entries[unit] == 2009 else entered)
        else:
            low, high = bounds.loc[(unit, 2009), ["overall_low", "overall_high"]]
            assert (rank, overall) == (DASH, f"{low:.0f}{DASH}{high:.0f}")
        for part, dimension in zip(parts, DIMENSIONS, strict=True):
            if pd.notna(row[dimension]):
                assert part == f"{row[dimension]:.0f}"
        for span, moved in zip(spans, ranges, strict=True):
            low, high = moved.loc[unit, ["rank_low", "rank_high"]]
            wanted = f"{low:.0f}" if low == high else f"{low:.0f}{DASH}{high:.0f}"
            assert span == (DASH if pd.isna(low) else wanted)
        (line,) = table.every("tr", data_unit=unit)
        low, high = row[["rank_low_tenth", "rank_high_tenth"]]
        assert line.attributes.get("data-tenth") == (
            None if pd.isna(low) else DASH.join(dict.fromkeys([f"{low:.0f}", f"{high:.0f}"]))
        )
    assert not names
    ranked = [float(rank.strip("=")) for rank, *_ in shown if rank != DASH]
    assert ranked == sorted(ranked)


def test_the_means_are_those_of_yearly_means(page: Element, scored: pd.DataFrame) -> None:
    rows = captioned(page, "Yearly means").cells()
    for year, *cells in rows:
        wanted = []
        for column in (*DIMENSIONS, "overall"):
            for cohort in ("all", "balanced"):
                known = scored[column].where(scored["overall"].notna())
                means = pi.yearly_means(known, cohort=cohort).loc[int(year)]
                wanted += [f"{means['mean']:.2f}", f"{means['n']:.0f}"]
        assert cells == wanted
        parts = np.array(wanted[0::2], float)
        np.testing.assert_allclose(parts[:6].reshape(3, 2).sum(axis=0), parts[6:], atol=0.016)
    assert [year for year, *_ in rows] == [str(year) for year in range(2009, 1999, -1)]


def test_the_parts_are_the_change_of_the_means_shown(page: Element) -> None:
    means = captioned(page, "Yearly means").cells()
    last, first = (np.array(means[place][1::4], float) for place in (0, -1))
    parts = captioned(page, "What changed the means").cells()
    moved = [float(change.replace(MINUS, "-")) for _, change, *_ in parts]
    np.testing.assert_allclose(last - first, moved, atol=0.016)


def test_the_parts_are_those_of_decompose_and_add_up(page: Element, scored: pd.DataFrame) -> None:
    rows = captioned(page, "What changed the means").cells()
    within = 0.0
    for name, *cells in rows:
        column = scored[name.lower()].where(scored["overall"].notna())
        parts = pi.decompose(column, start=2000, end=2009)
        assert cells == [signed(part, 2) for part in parts[:4]]
        within += parts.within if name != "Overall" else -parts.within
    assert [name.lower() for name, *_ in rows] == [*DIMENSIONS, "overall"]
    assert abs(within) < 1e-12


def test_the_moves_are_those_of_movers(page: Element, scored: pd.DataFrame) -> None:
    moves = pi.movers(scored["overall"], start=2000, end=2009)
    change = pd.concat([moves.gained, moves.stayed, moves.lost])
    shown = {}
    for points, n, names in captioned(
        page, f"Countries scored in both 2000 and 2009 ({moves.n})"
    ).cells():
        units = pi.countries.iso3(names.split(", "))
        assert len(units) == int(n)
        shown |= dict.fromkeys(units, float(points.replace(MINUS, "-")))
    assert shown == change.to_dict()


def test_the_coverage_is_that_of_coverage(page: Element, scored: pd.DataFrame) -> None:
    by_year = pi.coverage(scored[DIMENSIONS]).by_year
    shown = captioned(page, "Countries with a score in each year").cells()
    assert shown[::-1] == [[str(year), *map(str, row)] for year, *row in by_year.itertuples()]


def test_gaps_are_between_years_with_an_overall_score(page: Element, scored: pd.DataFrame) -> None:
    known = scored["overall"].dropna().reset_index("year")["year"].groupby("country")
    lacking = {
        unit: sorted({*range(years.min(), years.max() + 1)} - {*years}) for unit, years in known
    }
    lacking = {pi.countries.name(str(unit)): years for unit, years in lacking.items() if years}
    section = page.every("section")[-2]
    (listing,) = section.every("ul")
    listed = dict(each.text.split(": ") for each in listing.every("li"))
    shown = {name: re.findall(r"\d{4}(?: to \d{4})?", years) for name, years in listed.items()}
    assert {name: spans[0][:4] for name, spans in shown.items()} == {
        name: str(years[0]) for name, years in lacking.items()
    }
    assert f"{len(lacking)} countries have gaps between years with an overall" in section.text


@pytest.mark.parametrize("unit", ["DEU", "NGA", "COL"])
def test_a_country_has_its_scores_ranks_and_reasons(
    page: Element, demo: pd.DataFrame, scored: pd.DataFrame, unit: str
) -> None:
    section = page.one("details", id=unit)
    bounds, ranks = pi.score_bounds(demo), pi.ranks(scored["overall"])
    heads = [each.text.lower() for each in section.one("thead").every("th")][1:]
    years = []
    for year, *cells in section.one("table").cells():
        years.append(int(year))
        key = (unit, int(year))
        for name, cell in zip(heads, cells, strict=True):
            if name == "of":
                assert cell == f"{ranks.xs(int(year), level='year').count()}"
            elif key not in scored.index:
                assert cell in ("", DASH)
            elif name == "rank":
                assert cell == (DASH if pd.isna(ranks[key]) else f"{ranks[key]:.0f}")
            elif pd.notna(scored.loc[key, name]):
                assert cell == f"{scored.loc[key, name]:.0f}"
            else:
                low, high = (bounds.loc[key, f"{name}_{end}"] for end in ("low", "high"))
                assert cell == f"{low:.0f}{DASH}{high:.0f}"
    assert years == list(range(2009, 1999, -1))
    why = pi.explain(demo, unit, 2009)
    assert [each.text for each in section.every("li")] == [str(each) for each in why.dimensions]


def test_the_charts_have_a_dot_for_each_score_and_open_gaps(
    small: Callable[..., Element],
) -> None:
    years = (2001, 2002, 2004, 2006)
    rows = {
        ("Berlin", year): [1, 2, level] for year, level in zip(years, (1, 2, 3, None), strict=True)
    }
    page = small(panel(rows, DIMENSIONS))
    charts = page.one("details", id="Berlin").every("svg")
    lines = {}
    for chart in charts:
        title = chart.attributes["aria-label"].split(": ")[0].split(", ")[1]
        line, dots = (
            chart.one("path", class_=f"{kind} own").attributes["d"] for kind in ("line", "dots")
        )
        lines[title] = (line.count("M"), line.count("L"), dots.count("M"))
    assert lines["prevention"] == (2, 1, 3)
    assert lines["prosecution"] == (3, 1, 4)
    assert lines["overall"] == (2, 1, 3)


def points(path: Element) -> list[tuple[float, float]]:
    pairs = re.findall(r"[ML]([\d.]+) ([\d.]+)", path.attributes["d"])
    return [(float(x), float(y)) for x, y in pairs]


def scale(chart: Element, kind: str, axis: str) -> np.poly1d:
    """What a place on an axis stands for, by its labels."""
    marks = chart.every("text", class_=kind)
    places = [float(mark.attributes[axis]) for mark in marks]
    return np.poly1d(np.polyfit(places, [float(mark.text) for mark in marks], 1))


def test_a_region_of_one_has_no_mean(small: Callable[..., Element]) -> None:
    rows = {(unit, 2001): [1, 2, 3] for unit in ("DEU", "FRA", "NGA")}
    page = small(panel(rows | {("DEU", 2002): [1, 2, 2], ("NGA", 2002): [1, 1, 1]}, DIMENSIONS))
    for unit, n in (("DEU", 1), ("NGA", 0)):
        section = page.one("details", id=unit)
        for chart in section.every("svg"):
            lines = chart.every("path", class_="line region")
            assert sum(len(set(points(line))) for line in lines) == n
        assert "Regional mean" not in section.text


@pytest.mark.parametrize("unit", ["DEU", "NGA", "COL"])
def test_the_dots_stand_at_the_scores(page: Element, scored: pd.DataFrame, unit: str) -> None:
    for chart, name in zip(
        page.one("details", id=unit).every("svg"), ("overall", *DIMENSIONS), strict=True
    ):
        year, score = scale(chart, "year", "x"), scale(chart, "tick", "y")
        dots = points(chart.one("path", class_="dots own"))
        shown = {int(np.rint(year(x))): float(score(y + 3.5)) for x, y in dots}
        known = scored.loc[unit, name].dropna()
        assert list(shown) == list(known.index)
        np.testing.assert_allclose(list(shown.values()), known, atol=0.06)


def test_open_scores_have_a_bar_from_the_lowest_to_the_highest(
    page: Element, demo: pd.DataFrame
) -> None:
    bounds = pi.score_bounds(demo).loc["COL"]
    for chart, name in zip(
        page.one("details", id="COL").every("svg"), ("overall", *DIMENSIONS), strict=True
    ):
        score = scale(chart, "tick", "y")
        bars = [
            [float(y) for y in re.split("[ V]", bar.attributes["d"])[1:]]
            for bar in chart.every("path", class_="open")
        ]
        low, high = bounds[f"{name}_low"], bounds[f"{name}_high"]
        wanted = np.stack([low[low < high], high[low < high]], axis=1)
        shown = [[float(score(y + 3.5)) for y in bar] for bar in bars]
        np.testing.assert_allclose(np.reshape(shown, (-1, 2)), wanted, atol=0.06)


def test_the_bars_of_the_ranking_stand_at_the_ranks(page: Element) -> None:
    rows = page.one("table", class_="sortable").one("tbody").every("tr")
    cells = [[cell.text for cell in row.every("td")] for row in rows]
    cells = [[rank.strip("="), *texts] for rank, *texts in cells]
    n = sum(rank != DASH for rank, *_ in cells)
    counted = {"weights": n, "error": n, "missing": len(rows)}
    assert n < len(rows)
    for row, (rank, *texts) in zip(rows, cells, strict=True):
        dots = row.every("circle")
        assert len(dots) == (rank != DASH)
        for dot in dots:
            place = 4 + 112 * (int(rank) - 1) / (n - 1)
            assert float(dot.attributes["cx"]) == pytest.approx(place, abs=0.051)
        for why, text in zip(("weights", "error", "missing"), texts[6:9], strict=True):
            spans = row.every("path", class_=why)
            assert len(spans) == (text != DASH)
            for span in spans:
                low, high = (float(x) for x in span.attributes["d"][1:].split(" 7H"))
                ends = [1 + (x - 4) / 112 * (counted[why] - 1) for x in (low, high)]
                first, last = text.split(DASH)[0], text.split(DASH)[-1]
                assert ends == pytest.approx([int(first), int(last)], abs=0.1)


def test_ranks_and_ranges_state_how_many_countries_they_count(
    demo: pd.DataFrame, scored: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "few.html"
    overall = scored["overall"].xs(2009, level="year")
    (open_one, *_) = overall.index[overall.isna()]
    report.write(demo, path, countries=["PRK", "BEN", open_one])
    page = parsed(path)
    n, everyone = overall.count(), len(overall)
    assert n < everyone
    table = page.one("table", class_="sortable")
    heads = [each.text for each in table.one("thead").every("th")]
    assert heads[0] == f"Rank among {n}"
    assert f"Ranks among {everyone}, missing codings filled in" in heads
    method = page.every("section")[-1].text
    assert f"count the countries whose score in 2009 the codings determine ({n})" in method
    assert f"then every country with codings ({everyone}) has a score and counts" in method
    bounds = pi.standings(scored[DIMENSIONS], year=2009, bounds=pi.score_bounds(demo))
    spans = {
        unit: " to ".join(f"{end:.0f}" for end in dict.fromkeys(bounds.loc[unit, ends]))
        for unit in ("PRK", "BEN", open_one)
        for ends in [["rank_low", "rank_high"]]
    }
    assert float(spans["PRK"]) > n
    for unit in ("PRK", "BEN"):
        told = page.one("details", id=unit).text
        assert f"rank {pi.ranks(scored['overall'])[unit, 2009]:.0f} of {n}" in told
        filled = r"With the missing codings filled in it (could|would) [a-z ]*"
        changed = spans[unit] != f"{pi.ranks(scored['overall'])[unit, 2009]:.0f}"
        assert bool(re.search(rf"{filled}rank {spans[unit]} of {everyone}\.", told)) == changed
    told = page.one("details", id=open_one).text
    ends = spans[open_one].replace("to", "and")
    assert f"and its rank between {ends} of {everyone}" in told


def test_scores_without_codings_have_no_range_over_missing_codings(
    small: Callable[..., Element],
) -> None:
    page = small(panel({("DEU", 2009): [1, 2, 3], ("NGA", 2009): [2, None, 3]}, DIMENSIONS))
    heads = [each.text for each in page.one("table", class_="sortable").one("thead").every("th")]
    assert heads[0] == "Rank"
    assert "filled in" not in page.one("main").text


def test_the_alternative_text_of_a_chart_has_its_first_and_last_score(
    page: Element, scored: pd.DataFrame
) -> None:
    said = [chart.attributes["aria-label"] for chart in page.one("details", id="NGA").every("svg")]
    (overall,) = (each for each in said if ", overall:" in each)
    known = scored.loc["NGA", "overall"].dropna()
    ends = [f"{known[year]:.0f} in {year}" for year in (known.index[0], known.index[-1])]
    assert overall.endswith(f"; {', '.join(ends)}.")


def test_the_map_has_every_score(page: Element, scored: pd.DataFrame) -> None:
    (chart,) = (each for each in page.every("svg") if each.attributes.get("class") == "map")
    shown = dict(each.text.rsplit(": ", 1) for each in chart.every("title"))
    in_year = scored["overall"].xs(2009, level="year").dropna()
    known = {name: float(score) for name, score in shown.items() if score != "no data"}
    assert known == {pi.countries.name(unit): score for unit, score in in_year.items()}
    assert all(
        each.one("rect").attributes["class"] in ("none", f"s{each.one('title').text.split()[-1]}")
        for each in chart.every("g")
    )


def test_the_summary_says_who_leads_and_who_is_last(page: Element, scored: pd.DataFrame) -> None:
    told = page.one("dl", class_="say").text
    assert (
        "Seven countries have the top score, 15: Australia, Belgium, Germany, Italy, the "
        "Netherlands, Sweden and the United States." in told
    )
    assert "North Korea has the lowest score, 3." in told
    parts = pi.decompose(scored["overall"], start=2000, end=2009)
    assert parts.within > 0 > parts.entry
    gained = f"The {parts.n_stayers} countries scored in both 2000 and 2009 gained"
    assert f"{gained} {parts.within:.1f} points on average." in told
    assert f"Those added since score lower; with them the mean rises by {parts.total:.1f}." in told


def test_headings_are_in_order_and_ids_are_unique(page: Element) -> None:
    levels = [int(each.tag[1]) for each in page if each.tag in ("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [each.attributes["id"] for each in page if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert not any(re.search(r"\s", each) for each in ids)


def test_every_reference_is_to_something_on_the_page(page: Element) -> None:
    ids = {each.attributes["id"] for each in page if "id" in each.attributes}
    for name in ("aria-labelledby", "aria-describedby", "for"):
        assert {each.attributes[name] for each in page if name in each.attributes} <= ids
    links = [each.attributes["href"] for each in page.every("a")]
    assert all(link.startswith("#") and link[1:] in ids for link in links)


def test_headers_have_their_scope(page: Element) -> None:
    headers = page.every("th")
    assert headers
    assert {each.attributes.get("scope") for each in headers} == {"col", "row", "colgroup"}
    assert all(each.every("caption") for each in page.every("table"))


def test_nothing_is_fetched_and_only_the_own_style_and_script_may_run(page: Element) -> None:
    assert not any(
        name in each.attributes for each in page for name in ("src", "srcset", "style", "action")
    )
    assert not any(name.startswith("on") for each in page for name in each.attributes)
    assert not page.every("link")
    (policy,) = (
        each.attributes["content"]
        for each in page.every("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (content,) = page.one(tag).children
        assert isinstance(content, str)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policy
        assert "http" not in content.replace("http://www.w3.org/2000/svg", "")
        assert "url(" not in content.replace('url("#:hatch")', "")


def test_synthetic_data_are_marked_in_every_heading_caption_and_chart(page: Element) -> None:
    marked = [each for each in page if each.tag in ("h1", "h2", "h3", "caption", "title")]
    assert all("SYNTHETIC" in each.text for each in marked if each.tag != "title")
    charts = page.every("svg", role="img")
    assert all("SYNTHETIC" in each.text for each in charts)
    assert "SYNTHETIC" in page.one("head").one("title").text


def test_observed_data_are_not_marked(small: Callable[..., Element]) -> None:
    page = small(panel({("DEU", 2009): [5, 5, 5]}, DIMENSIONS))
    assert "SYNTHETIC" not in page.one("body").text


def test_hostile_names_are_text(small: Callable[..., Element]) -> None:
    data = panel({(name, 2009): [1, 2, 3] for name in HOSTILE}, DIMENSIONS)
    data.attrs["source"] = HOSTILE[0]
    page = small(data)
    assert len(page.every("script")) == 1
    assert not page.every("img")
    assert not any(name.startswith("on") for each in page for name in each.attributes)
    headings = [each.one("h3").text for each in page.every("details", class_="profile")]
    assert sorted(headings) == sorted(HOSTILE)
    assert [each.text for each in page.every("dd")].count(HOSTILE[0]) == 1
    test_every_reference_is_to_something_on_the_page(page)


def test_hostile_findings_and_codebooks_are_text(small: Callable[..., Element]) -> None:
    name = HOSTILE[2]
    only = Dimension(name, (Indicator("a"),), lambda a: 1 + a)
    data = panel({("DEU", 2009): [1]}, [name])
    row = ["loss", HOSTILE[0], 1, HOSTILE[1], HOSTILE[2], 0, ""]
    findings = pd.DataFrame([row], columns=FINDINGS)
    codebook = Codebook(HOSTILE[0], (only,), HOSTILE[3])
    page = small(Reading(data, "scores", codebook, HOSTILE[1], {}, findings, "0" * 64))
    assert len(page.every("script")) == 1
    assert not page.every("img")
    assert f"{HOSTILE[0]}: {HOSTILE[2]} (1 row, the first {HOSTILE[1]})" in page.one("main").text


def test_a_finding_about_columns_counts_no_rows(small: Callable[..., Element]) -> None:
    only = Dimension("only", (Indicator("a"),), lambda a: 1 + a)
    data = panel({("DEU", 2009): [1]}, ["only"])
    row = ["loss", "columns without a part: a, b", 2, "", "left out", 0, ""]
    findings = pd.DataFrame([row], columns=FINDINGS)
    page = small(Reading(data, "scores", Codebook("one", (only,)), "x.csv", {}, findings, "0" * 64))
    lines = [each.text.strip() for each in page.every("li")]
    assert "columns without a part: a, b: left out" in lines
    assert "Source: x.csv. Written by policyindex" in page.one("footer").text


def test_the_same_data_give_the_same_bytes_in_any_order(
    written: Path, demo: pd.DataFrame, sections: list[str], tmp_path: Path
) -> None:
    before = demo.copy()
    shuffled = demo.sample(frac=1, random_state=3)
    report.write(shuffled, tmp_path / "again.html", countries=["NGA", "Colombia", *sections])
    assert (tmp_path / "again.html").read_bytes() == written.read_bytes()
    pd.testing.assert_frame_equal(demo, before)


def test_a_reading_gives_the_hash_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    file.write_text(
        "country,year,prosecution,protection,prevention\nHaiti,2009,2,,2\nChad,2009,1,2,3\n"
    )
    report.write(pi.read(file), tmp_path / "out.html")
    told = parsed(tmp_path / "out.html").one("main").text
    assert hashlib.sha256(file.read_bytes()).hexdigest() in told
    assert "SHA-256 of the file" in told
    assert f"policyindex {pi.__version__}" in told
    assert THREE_P.citation in told


def test_only_the_requested_countries_have_a_section(
    page: Element, written: Path, sections: list[str]
) -> None:
    profiles = page.every("details", class_="profile")
    assert [each.attributes["id"] for each in profiles] == sections
    with pytest.raises(ValueError, match="countries must be names or codes.*'Narnia'"):
        report.write(pi.datasets.load_demo(), written, countries=["Narnia"])


def test_it_is_written_whole_or_not_at_all(demo: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with (
        patch.object(_page, "_section", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        report.write(demo, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError, match="nowhere"):
        report.write(demo, tmp_path / "nowhere" / "report.html", countries="DEU")


@pytest.mark.parametrize("name", ["report.pdf", "report.CSV"])
def test_a_name_that_promises_another_format_is_refused(
    name: str, demo: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / name
    with pytest.raises(ValueError, match=rf"file must end (?:on|in) .html; got .*{name}"):
        report.write(demo, path, countries=["DEU"])
    assert not path.exists()


def test_a_panel_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="dimensions of the codebook 3P.*it has wealth"):
        report.write(panel({("DEU", 2009): [1]}, ["wealth"]), tmp_path / "r.html")
    with pytest.raises(PanelError, match="panel must be a DataFrame.*this is a Series"):
        report.write(panel({("DEU", 2009): [1]}, ["wealth"])["wealth"], tmp_path / "r.html")
    with pytest.raises(PanelError, match="no row"):
        report.write(panel({}, DIMENSIONS), tmp_path / "r.html")
    with pytest.raises(PanelError, match="integer from 1 to 5"):
        report.write(panel({("DEU", 2009): [1, 2, 6]}, DIMENSIONS), tmp_path / "r.html")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({("DEU", 2000): [1, 2, 3], ("DEU", 2005): [2, 2, 3]}, "Germany has the top score, 7."),
        (
            {("DEU", 2000): [1, 2, 3], ("DEU", 2005): [1, 2, 3], ("NGA", 2005): [1, 1, 1]},
            "Germany, the only country scored in both 2000 and 2005, has the same score.",
        ),
        ({("DEU", 2009): [1, 2, 3], ("NGA", 2009): [2, 2, 3]}, "one year only"),
        (
            {("DEU", 2009): [1, None, 3], ("NGA", 2008): [None] * 3},
            "none of them has an overall score in 2009",
        ),
        (
            {("DEU", 2009): [1, None, 3], ("NGA", 2009): [1, 1, 1]},
            "Without an overall score in 2009",
        ),
        (
            {("Bonn", 2001): [1, 1, 1], ("Bonn", 2009): [5, 5, 5]},
            "scored in both 2001 and 2009, gained 12 points.",
        ),
    ],
    ids=[
        "one country",
        "one in both",
        "one year",
        "no overall score",
        "a part missing",
        "no countries",
    ],
)
def test_small_panels_have_their_report(
    small: Callable[..., Element], rows: dict[tuple[str, int], list[float | None]], says: str
) -> None:
    page = small(panel(rows, DIMENSIONS))
    assert says in page.one("main").text
    assert not re.search(r"\b(nan|inf)\b|None(?! of)", page.one("main").text)
    test_every_reference_is_to_something_on_the_page(page)


@pytest.mark.parametrize("second", [[2, 2, 3], [1, 2, 3], [1, 1, 3]])
def test_one_country_is_named_and_not_counted(
    small: Callable[..., Element], second: list[float]
) -> None:
    page = small(panel({("NLD", 2000): [1, 2, 3], ("NLD", 2005): second}, DIMENSIONS))
    text = page.one("main").text + page.one("header").text
    assert not re.search(r"(same|of the|in the|The|all) 1 country|\b1 countries|of 1\. ", text)
    change = sum(second) - 6
    words = {
        1: "rose by 1 point, from 6 in 2000 to 7 in 2005.",
        0: "did not change from 2000 to 2005; it is 6.",
        -1: "fell by 1 point, from 6 in 2000 to 5 in 2005.",
    }
    assert (
        f"The score of the Netherlands, the only country scored in both years, {words[change]}"
    ) in text
    assert "No other country has a score in 2005." in page.one("details", id="NLD").text


def test_data_without_an_overall_score_have_no_empty_tables(small: Callable[..., Element]) -> None:
    page = small(panel({("DEU", 2009): [1, None, 3], ("NGA", 2008): [None] * 3}, DIMENSIONS))
    lead = page.one("p", class_="lead").text
    assert lead == (
        "In the 3P Anti-trafficking Policy Index, no country has an overall score in any year."
    )
    assert not page.every("section", aria_labelledby=":means")
    assert not page.every("section", aria_labelledby=":change")
    (row,) = page.one("table", class_="sortable").cells()
    assert row[1:6] == ["Germany", "\N{EN DASH}", "1", "\N{EN DASH}", "3"]


@pytest.mark.parametrize("codings", [True, False])
def test_data_without_any_value_are_refused(
    demo: pd.DataFrame, codings: bool, tmp_path: Path
) -> None:
    empty = (demo if codings else pi.score(demo)[DIMENSIONS]) * np.nan
    first = pi.countries.name(str(empty.index[0][0]))
    message = (
        rf"needs a score or a coding; all {empty.size:,} cells of {empty.columns[0]}, .* are "
        rf"missing, the first that of {first} in {empty.index[0][1]}; check which columns"
    )
    path = tmp_path / "page.html"
    with pytest.raises(PanelError, match=message):
        report.write(empty, path)
    with pytest.raises(PanelError, match=message):
        report.brief(empty, empty.index[0][0], path)
    with pytest.raises(PanelError, match=message):
        report.explore(empty, path)
    assert list(tmp_path.iterdir()) == []


def test_a_thin_year_is_not_compared(small: Callable[..., Element]) -> None:
    rows = {(f"unit {n}", year): [1, 2, 3] for n in range(9) for year in (2001, 2002)}
    rows |= {("unit 1", 1999): [1, 1, 1], ("unit 1", 2003): [5, 5, 5], ("unit 2", 2003): [5, 5, 5]}
    page = small(panel(rows, DIMENSIONS))
    assert page.one("h1").text == "3P Anti-trafficking Policy Index, 2001 to 2002"
    told = "Too few countries are scored in 1999 (1) and 2003 (2) for a comparison"
    assert told in page.one("main").text
    assert [year for year, *_ in captioned(page, "Yearly means").cells()] == ["2002", "2001"]
    section = page.one("details", id="unit%201")
    heads = [each.text for each in section.one("thead").every("th")]
    assert heads == ["Year", "Overall", "Rank", "Of", "Prosecution", "Protection", "Prevention"]
    assert [year for year, *_ in section.one("table").cells()] == ["2002", "2001"]
    assert "1999 (overall 3: prosecution 1, protection 1 and prevention 1)" in section.text
    assert "2003 (overall 15: prosecution 5, protection 5 and prevention 5)" in section.text
    assert "leave out" not in page.one("details", id="unit%203").text


def four() -> Codebook:
    def partnership(task_force: int, hotline: int) -> int:
        return 1 + 2 * (task_force + hotline)

    fourth = Dimension("partnership", (Indicator("task_force"), Indicator("hotline")), partnership)
    return Codebook("4P", (*THREE_P.dimensions, fourth))


def test_codings_of_four_dimensions_have_their_report(
    small: Callable[..., Element], demo: pd.DataFrame
) -> None:
    some = demo[demo.index.get_level_values("country") < "C"]
    drawn = np.random.default_rng(5).integers(0, 2, (2, len(some)))
    codings = some.assign(task_force=drawn[0], hotline=drawn[1])
    page = small(codings, codebook=four(), countries="AUT")
    scores = pi.score(codings, codebook=four())
    assert "from 4 (worst) to 20 (best)" in page.one("header").text
    assert len(page.one("details", id="AUT").every("svg")) == 5
    shown = {row[1]: row[2] for row in page.one("table", class_="sortable").cells()}
    for unit, score in scores["overall"].xs(2009, level="year").dropna().items():
        assert shown[pi.countries.name(unit)] == f"{score:.0f}"


FOUR = [*DIMENSIONS, "partnership"]


@pytest.fixture
def partners() -> pd.DataFrame:
    """Germany leads in three dimensions, Nigeria in four."""
    rows: dict[tuple[str, int], list[float | None]] = {
        ("DEU", 2009): [5, 5, 5, 1],
        ("NGA", 2009): [4, 4, 4, 5],
    }
    data = panel(rows, FOUR)
    return data.assign(overall=data.sum(axis=1))


def test_a_dimension_absent_from_the_codebook_is_refused(
    partners: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(
        PanelError, match="2 of 2 rows differ, the first DEU 2009.*is partnership missing"
    ):
        report.write(partners, tmp_path / "r.html")
    assert not list(tmp_path.iterdir())


def test_a_fourth_dimension_counts_with_its_codebook(
    partners: pd.DataFrame, small: Callable[..., Element]
) -> None:
    page = small(partners, codebook=four())
    assert "Nigeria has the top score, 17." in page.one("main").text
    ranking = page.one("table", class_="sortable").cells()
    assert [row[1] for row in ranking] == ["Nigeria", "Germany"]
    assert list(pi.standings(partners, 2009, codebook=four()).index) == ["NGA", "DEU"]


def test_five_dimensions_that_reuse_the_names_of_the_index_have_their_own_scale(
    small: Callable[..., Element],
) -> None:
    names = [*DIMENSIONS, "partnership", "data"]
    five = Codebook(
        "5D", tuple(Dimension(name, (_of_four(name),), _same, LEVELS, 0) for name in names)
    )
    rows: dict[tuple[str, int], list[float | None]] = {
        (unit, year): levels
        for year in (2008, 2009)
        for unit, levels in {
            "NGA": [3, 3, 2, 3, 2],
            "DEU": [3, 3, 3, 0, 3],
            "TCD": [0, 1, 0, 0, 1],
        }.items()
    }
    page = small(panel(rows, names), codebook=five)
    assert "from 0 (worst) to 15 (best)" in page.one("header").text
    cells = page.one("table", class_="sortable").cells()
    assert [row[:3] for row in cells] == [
        ["1", "Nigeria", "13"],
        ["2", "Germany", "12"],
        ["3", "Chad", "2"],
    ]
    overall, *others = page.one("details", id="NGA").every("svg")
    assert [each.text for each in overall.every("text", class_="tick")] == [
        "0",
        "3",
        "6",
        "9",
        "12",
        "15",
    ]
    for chart in others:
        assert [each.text for each in chart.every("text", class_="tick")] == ["0", "1", "2", "3"]
    shades = page.one("ul", class_="key").every("rect")
    assert len(shades) == 16 + 1


LEVELS = ("none", "some", "most", "all")


def _of_four(name: str) -> Indicator:
    return Indicator(f"level_of_{name}", LEVELS)


def _same(**levels: int) -> int:
    return sum(levels.values())


def test_an_overall_score_that_is_not_the_sum_is_refused(tmp_path: Path) -> None:
    data = panel({("DEU", 2009): [5, 5, 5], ("NGA", 2009): [4, 4, 4]}, DIMENSIONS)
    with pytest.raises(PanelError, match="overall must be the sum.*1 of 2 rows differs.*NGA 2009"):
        report.write(data.assign(overall=[15, 13]), tmp_path / "r.html")


def test_a_panel_that_lacks_a_dimension_or_an_indicator_is_refused_by_name(
    demo: pd.DataFrame, tmp_path: Path
) -> None:
    data = panel({("DEU", 2009): [5, 5]}, DIMENSIONS[:2])
    with pytest.raises(PanelError, match="1 is absent: prevention"):
        report.write(data, tmp_path / "r.html")
    with pytest.raises(PanelError, match="1 is absent: shelter"):
        report.write(demo.drop(columns="shelter"), tmp_path / "r.html")


def test_other_columns_change_nothing(tmp_path: Path) -> None:
    data = panel({("DEU", 2009): [5, 5, 4], ("NGA", 2009): [4, 4, 4]}, DIMENSIONS)
    plain, richer = tmp_path / "plain.html", tmp_path / "richer.html"
    report.write(data, plain)
    report.write(data.assign(gdp=[1.5, None], overall=data.sum(axis=1)), richer)
    assert plain.read_bytes() == richer.read_bytes()


@pytest.mark.parametrize("scores_alone", [False, True], ids=["codings", "scores"])
def test_a_report_checks_its_panel_at_most_three_times(
    demo: pd.DataFrame, scored: pd.DataFrame, scores_alone: bool
) -> None:
    data = scored if scores_alone else demo
    with (
        patch.object(report, "write_whole") as write_whole,
        patch.object(check, "check_index", wraps=check.check_index) as check_index,
    ):
        report.write(data, "never written")
    assert write_whole.call_args.args[1].count(b'class="profile"') == 177
    assert 1 <= check_index.call_count <= 3


def test_the_report_names_source_citation_and_rules(
    page: Element, scored: pd.DataFrame, small: Callable[..., Element]
) -> None:
    method = page.every("section")[-1]
    assert f"by the rules {THREE_P.rules}" in method.text
    data = scored.loc[["DEU", "NGA"]]
    data.attrs = {"source": "a file", "citation": "Somebody (2015)", "rules": "4Q 2 (12345678)"}
    given = small(data)
    assert "Source: a file" in given.one("header").text
    method = given.every("section")[-1]
    assert "where they were scored by the rules 4Q 2 (12345678)." in method.text
    assert "Citation of the data" in method.text
    assert "Somebody (2015)" in method.text


@pytest.fixture
def spliced() -> pd.DataFrame:
    """Two countries of two sources; the new source has a row of its own in the third country."""
    rows = {
        (unit, year): [first + year - 2012, 4, 4]
        for unit, first in (("DEU", 2), ("NGA", 1), ("TCD", 1))
        for year in range(2012, 2016)
    }
    data = panel(rows, DIMENSIONS)
    years = data.index.get_level_values("year")
    old = data[years < 2014].drop(index="TCD", level="country")
    new = data[years >= 2014]
    old.attrs.update(source="old.csv", rules="3P 1 (aaaaaaaa)")
    new.attrs.update(source="new.csv", rules="3P 2 (bbbbbbbb)")
    return pi.splice(old, new, rules="mixed")


def test_the_report_says_whose_years_and_countries_are_whose(
    spliced: pd.DataFrame, small: Callable[..., Element]
) -> None:
    page = small(spliced)
    summary = page.one("dl", class_="say").text
    sources = "old.csv (2012 to 2013, 2 countries) and new.csv (2014 to 2015)"
    assert f"They are from several sources: {sources}." in summary
    method = page.every("section")[-1].text
    assert "old.csv: 2012 to 2013, Germany and Nigeria; scored by the rules 3P 1" in method
    assert re.search("new.csv: 2014 to 2015, Chad(, Germany and Nigeria)?; scored by", method)


def test_charts_mark_the_year_in_which_another_source_begins(
    spliced: pd.DataFrame, small: Callable[..., Element]
) -> None:
    page = small(spliced)
    for section, n in (
        (page.one("section", aria_labelledby=":means"), 1),
        (page.one("details", id="DEU"), 1),
    ):
        for chart in section.every("svg"):
            (line,) = chart.every("path", class_="break")
            assert line.one("title").text == "From 2014: new.csv"
            assert chart.attributes["aria-label"].endswith(". From 2014: new.csv.")
            x = float(re.split("[MV ]", line.attributes["d"])[1])
            assert float(scale(chart, "year", "x")(x)) == pytest.approx(2014, abs=0.01 * n)
    assert "another source begins: 2014, new.csv." in page.one("main").text
    assert not page.one("details", id="TCD").every("path", class_="break")


def test_a_thin_year_of_a_source_of_few_countries_stays_on_the_axes(
    small: Callable[..., Element],
) -> None:
    old = panel(
        {(f"unit {n}", year): [1, 2, 3] for n in range(9) for year in (2001, 2002)}, DIMENSIONS
    )
    new = panel({(f"unit {n}", 2003): [2, 2, 3] for n in range(2)}, DIMENSIONS)
    old.attrs["source"], new.attrs["source"] = "old.csv", "new.csv"
    page = small(pi.splice(old, new))
    assert page.one("h1").text == "3P Anti-trafficking Policy Index, 2001 to 2002"
    assert "Too few countries are scored in 2003 (2) for a comparison" in page.one("main").text
    means = captioned(page, "Yearly means").cells()
    assert [(year, row[-3]) for year, *row in means] == [
        ("2003", "2"),
        ("2002", "9"),
        ("2001", "9"),
    ]
    assert len(page.one("details", id="unit%201").every("path", class_="break")) == 4
    assert not page.one("details", id="unit%208").every("path", class_="break")


def test_data_of_one_source_have_no_break(page: Element) -> None:
    assert not page.every("path", class_="break")
    assert "another source" not in page.one("main").text


def test_a_sentence_gives_a_name_its_article(small: Callable[..., Element]) -> None:
    rows = {(unit, 2009): [1, 2, 3] for unit in ("NLD", "USA", "SLB", "DEU", "United Bonn")}
    told = small(panel(rows, DIMENSIONS)).one("main").text
    assert "Germany, the Netherlands, the Solomon Islands, United Bonn and the United" in told
    assert "The Netherlands scores 6 of 15 in 2009" in told


def test_the_sentence_on_trends_states_its_assumption(page: Element, scored: pd.DataFrame) -> None:
    direction = pi.trends(scored["overall"])["direction"]
    up, down = ((direction == sign).sum() for sign in ("up", "down"))
    told = page.one("section", aria_labelledby=":change").text
    phi = pi.trends(scored["overall"]).attrs["persistence"]["phi"]
    assert f"Scores linger from year to year (phi = {phi:.2f}: " in told
    assert re.search(rf"{up or 'none'} shows? a clear improvement", told)
    assert re.search(rf"{down or 'none'} shows? a clear decline", told)
    assert "the data cannot tell" in told
    assert "exchangeable" not in page.text
    assert f"(phi = {phi:.2f}, standard error" in page.text


@examples(15)
@given(data=panels())
def test_any_panel_has_its_report(data: pd.DataFrame) -> None:
    if not data.notna().to_numpy().any():
        return
    with patch.object(report, "write_whole") as write_whole:
        report.write(data, "never written")
    reader = Reader()
    reader.feed(write_whole.call_args.args[1].decode())
    (page,) = reader.open
    assert {each.attributes["id"] for each in page.every("details", class_="profile")} == set(
        data.index.unique("country")
    )
    test_every_reference_is_to_something_on_the_page(page)
    test_headings_are_in_order_and_ids_are_unique(page)


def test_the_published_scores_have_a_small_report_without_thin_years(
    real_file: Callable[[str], Path], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    report.write(pi.read(real_file("published_3p_2000_2013.dta")), path)
    assert path.stat().st_size < 2_000_000
    page = parsed(path)
    assert page.one("h1").text == "3P Anti-trafficking Policy Index, 2000 to 2013"
    assert len(page.every("details", class_="profile")) == 189
    told = page.one("main").text
    assert "an overall score lacks a dimension: set to missing (1 row, the first HTI 2009)" in told
    assert "15 countries have gaps between years with an overall score." in told
    assert "Too few countries are scored in 1999 (0) and 2014 (1) for a comparison" in told
    compared = [str(year) for year in range(2013, 1999, -1)]
    assert [year for year, *_ in captioned(page, "Yearly means").cells()] == compared
    for section in page.every("details", class_="profile"):
        assert [year for year, *_ in section.one("table").cells()] == compared
        for chart in section.every("svg"):
            assert [each.text for each in chart.every("text", class_="year")] == ["2000", "2013"]
    spans = "half of the countries could stand anywhere in a span of 62 ranks or more"
    assert f"54 countries could have rank 1. With other weights, {spans}." in told
    nigeria = page.one("details", id="NGA").text
    assert "With other weights it could stand anywhere from 1st to 50th." in nigeria
    assert "With other weights it would keep rank 1." in page.one("details", id="POL").text
    left_out = "2014 (overall 7: prosecution 2, protection 2 and prevention 3)"
    assert left_out in page.one("details", id="TLS").text


def test_the_library_does_not_load_the_report() -> None:
    code = (
        "import sys, policyindex; "
        "print(*{'jinja2', 'policyindex.report'} & set(sys.modules)); "
        "policyindex.report.write"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown.strip() == ""
