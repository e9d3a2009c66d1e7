"""The brief on one country: its numbers, its files, and its two sheets of A4."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import policyindex as pi
from builders import DIMENSIONS, NAMES, examples, levelled, panel, panels
from policyindex import Codebook, PanelError, report
from policyindex.reading import Reading
from policyindex.report import _brief, _brief_page, _sentences
from policyindex.report._material import Material, material_of
from policyindex.report._results import Results, results_of
from stored import check_stored, in_words

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "Å & 'o'")


@pytest.fixture(scope="module")
def published_file(real_file: Callable[[str], Path]) -> Reading:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return pi.read(real_file("published_3p_2000_2013.dta"))


@pytest.fixture(scope="module")
def nigeria(published_file: Reading, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("brief") / "nigeria.html"
    report.brief(published_file, "Nigeria", path)
    return path.read_text(encoding="utf-8")


def texts(page: str) -> str:
    """The text of a page, without tags; cells and paragraphs are apart."""
    body = page[page.index("<body>") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


WHOLE: dict[int, tuple[Any, Material]] = {}
RESULTS: dict[tuple[int, int], Results] = {}


def brief_of(source: Any, country: str, **options: Any) -> _brief.Brief:
    """The brief on a country; of the same source and year, the numbers are computed once."""
    codebook = options.pop("codebook", pi.THREE_P)
    key = id(source)
    _, whole = WHOLE.setdefault(key, (source, material_of(source, codebook)))
    unit = _brief.country_of(whole, country)
    material = _brief.in_year(whole, unit, options.get("year"))
    if (key, material.end) not in RESULTS:
        RESULTS[key, material.end] = results_of(material)
    peers = _brief.peers_of(whole, unit, options.get("peers"))
    return _brief.brief_of(material, RESULTS[key, material.end], unit, whole.end, peers)


def test_nigeria(nigeria: str) -> None:
    text = texts(nigeria)
    assert (
        "Nigeria scores 13 of 15 in 2013, one point less than in 2012: prosecution fell from 5 to "
        "4. It shares rank 14 of 182 with 14 others and is first of 52 in Africa. With other "
        "weights it could stand anywhere from 1st to 50th."
    ) in text
    for part in ("13 of 15", "=14 of 182", "1 to 50", "the mean of the 51 other countries scored"):
        assert part in text
    for name in ("Benin", "Cameroon", "Chad", "Niger"):
        assert re.search(rf"{name} 10 =70 [+{MINUS}]?\d \d+{DASH}\d+", text)
    assert "They all score 10 and share rank 70." in text
    assert (
        "One point more in prosecution: rank 14 to 3, with 11 others; the same in prevention; "
        "protection is at the top."
    ) in text
    assert "a reconstruction by policyindex" in text
    assert "Since 2000 it has gained 5 points. The 51 other countries scored in Africa have" in text
    assert "have a mean of 8.3." in text
    assert "13.0" not in text


@pytest.mark.parametrize(
    ("country", "says"),
    [
        ("Norway", "rank 29 to 14, with 15 others; the same in prevention; protection is"),
        ("Italy", "in prevention: rank 3 to 1, with 2 others; prosecution and protection are at"),
        ("Poland", "Prosecution, protection and prevention are at the top."),
        ("North Korea", "rank 181 to 179, with 2 others; the same in protection and prevention."),
    ],
)
def test_one_point_more(published_file: Reading, country: str, says: str) -> None:
    (text,) = brief_of(published_file, country).what_if
    assert says in text


def test_the_means_leave_the_country_out(published_file: Reading) -> None:
    brief = brief_of(published_file, "NGA")
    for each in brief.profile:
        column = published_file.panel[each.name]
        mean = pi.peers(column, by="region").loc[("NGA", 2013), "mean"]
        assert each.others == f"{mean:.1f}"
    overall = pi.peers(published_file.panel["overall"], by="region").loc["NGA"]
    (region,) = (line for line in brief.panels[0].lines if line.kind == "region")
    assert region.label == f"{overall.loc[2013, 'mean']:.1f}" == "8.3"


def test_every_number_of_a_table_is_that_of_standings(published_file: Reading) -> None:
    brief = brief_of(published_file, "NOR")
    table = pi.standings(published_file.panel[DIMENSIONS], 2013, min_weight=0)
    change = pi.changes(published_file.panel)["change"].xs(2013, level="year")
    names = {pi.countries._short_name(unit): unit for unit in table.index}
    for group in brief.rivals:
        for row in group.rows:
            unit = names[row.name]
            wanted = table.loc[unit]
            equal = (table["rank"] == wanted["rank"]).sum() > 1
            assert row.score == f"{wanted['overall']:.0f}"
            assert row.rank == f"{'=' if equal else ''}{wanted['rank']:.0f}"
            assert int(row.change.replace("\N{MINUS SIGN}", "-")) == change[unit]
            ends = [f"{wanted['rank_low']:.0f}", f"{wanted['rank_high']:.0f}"]
            assert row.weights == "\N{EN DASH}".join(dict.fromkeys(ends))
            assert row.own == (unit == "NOR")


def test_neighbours_are_those_by_border_and_islands_have_their_part_of_the_world(
    published_file: Reading,
) -> None:
    by_border = brief_of(published_file, "NGA").rivals[0]
    assert by_border.title == "Neighbours by border"
    assert {row.name for row in by_border.rows} == {"Benin", "Cameroon", "Chad", "Niger", "Nigeria"}
    japan = brief_of(published_file, "JPN").rivals[0]
    assert japan.title == "Countries of Eastern Asia"
    assert {"China", "South Korea", "Japan"} <= {row.name for row in japan.rows}
    assert japan.note == "It has no land border with a country in the data."


def islands(n: int) -> pd.DataFrame:
    """Return scores of Jamaica, and of other countries of the Caribbean, the last one alike."""
    table = pi.countries.table().query("un_intermediate == 'Caribbean' and not historical")
    others = [code for code in table.index if code != "JAM"][:n]
    rng = np.random.default_rng(5)
    rows = {(unit, year): list(rng.integers(1, 4, 3)) for unit in others for year in (2008, 2009)}
    return panel(rows | {("JAM", year): [5, 5, 5] for year in (2008, 2009)}, DIMENSIONS)


@pytest.mark.parametrize("n", [13, 14, 15, 16])
def test_an_island_is_shown_beside_the_nearest_fourteen_of_its_part_of_the_world(n: int) -> None:
    scores = islands(n)
    rivals = brief_of(scores, "JAM").rivals[0]
    assert rivals.title == "Countries of Caribbean"
    codes = pi.countries.iso3([row.name for row in rivals.rows if not row.own])
    overall = scores.sum(axis=1).xs(2009, level="year").drop("JAM")
    assert sorted(overall[codes]) == sorted(overall)[-14:]
    reason = "It has no land border with a country in the data."
    note = f"{reason} The 14 of {n} with the nearest scores."
    assert rivals.note == (note if n > 14 else reason)


def test_fourteen_peers_fit_on_the_page() -> None:
    scores = islands(15)
    others = [unit for unit in scores.index.unique("country") if unit != "JAM"]
    brief = brief_of(scores, "JAM", peers=others[:14])
    assert sum(not row.own for row in brief.rivals[1].rows) == 14
    with pytest.raises(ValueError, match="peers must be at most 14, which fit on the page; got 15"):
        brief_of(scores, "JAM", peers=others)


def test_peers_are_the_nearest_of_the_region(published_file: Reading) -> None:
    brief = brief_of(published_file, "KEN")
    scores = published_file.panel["overall"].xs(2013, level="year").dropna()
    region = pi.countries.region(scores.index)
    inside = (scores[region == "Africa"].drop("KEN") - scores["KEN"]).abs().sort_values()
    codes = pi.countries.iso3([row.name for row in brief.rivals[1].rows if not row.own])
    assert len(codes) == 6
    assert sorted(inside[codes]) == sorted(inside)[:6]


def test_the_user_names_peers(published_file: Reading) -> None:
    brief = brief_of(published_file, "NGA", peers=["Ghana", "KEN", "Ghana"])
    assert {row.name for row in brief.rivals[1].rows} == {"Ghana", "Kenya", "Nigeria"}
    assert brief_of(published_file, "NGA", peers="Ghana").rivals[1].title == "Peers"


def test_the_year_is_the_last_with_a_score(published_file: Reading) -> None:
    brief = brief_of(published_file, "Timor-Leste")
    assert brief.year == 2012
    assert brief.sentences[-1] == "It has no score in 2013."
    assert brief_of(published_file, "NGA", year=2005).sentences[0].startswith("Nigeria scores 12")
    thin = brief_of(published_file, "TLS", year=2014)
    assert thin.sentences[-1] == "Only one country is scored in 2014, too few for a comparison."


def test_a_country_without_a_score_has_its_brief(published_file: Reading) -> None:
    brief = brief_of(published_file, "Samoa")
    assert brief.sentences == ["Samoa has no overall score in any year."]
    assert brief.figures == brief.what_if == brief.steps == []
    assert all(each.words == "No score in 2013." for each in brief.profile)
    assert brief.rivals[1].note == "Peers are chosen by score; it has none in 2013."


@pytest.fixture(scope="module")
def codings() -> pd.DataFrame:
    return pi.datasets.load_demo()


@pytest.mark.parametrize("unit", ["COL", "NGA", "KEN", "THA", "PRK"])
def test_steps_from_codings_bring_their_points_and_ranks(codings: pd.DataFrame, unit: str) -> None:
    brief = brief_of(codings, unit)
    year = brief.year
    scores = pi.score(codings)["overall"]
    table = pi.next_steps(codings).loc[(unit, year)]
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
    seen = []
    for text in brief.steps:
        row = table.loc[text.split(",")[0].lower()]
        count = re.search(r"(\w+) points? more in (\w+) step", text)
        assert count is not None
        assert words[count[2]] == row["steps"]
        changed = codings.copy()
        for indicator, level in row["sets"][0]:
            changed.loc[(unit, year), indicator] = level
        after = pi.score(changed)["overall"].xs(year, level="year")
        assert words[count[1]] == after[unit] - scores[unit, year]
        rank = 1 + (after > after[unit]).sum()
        others = (after == after[unit]).sum() - 1
        assert f"rank {pi.ranks(scores, year)[unit]:.0f} to {rank}" in text
        assert f", with {'one other' if others == 1 else f'{others} others'}" in text or not others
        seen.append(words[count[1]] / words[count[2]])
    assert seen == sorted(seen, reverse=True)
    assert len(brief.steps) == table["steps"].notna().sum() > 0


def test_what_is_missing_after_the_year_of_the_brief(codings: pd.DataFrame) -> None:
    bounds = pi.score_bounds(codings).xs(2009, level="year")
    undecided = bounds[bounds["overall_low"] < bounds["overall_high"]]
    unit, row = next(undecided.iterrows())
    brief = brief_of(codings, str(unit))
    assert brief.year < 2009
    ends = f"{row['overall_low']:.0f} and {row['overall_high']:.0f}"
    assert f"In 2009 the missing codings leave the score between {ends}." in brief.gaps


def test_scores_alone_have_no_steps(published_file: Reading) -> None:
    assert brief_of(published_file, "NGA").steps == []


@examples(6)
@given(data=panels(min_size=1))
def test_any_panel_has_a_brief_of_each_country(data: pd.DataFrame) -> None:
    if not data.notna().to_numpy().any():
        return
    whole = material_of(data, pi.THREE_P)
    material = _brief.in_year(whole, whole.scores.index[0][0], None)
    results = results_of(material)
    for unit in material.names:
        page = _brief_page.rendered(_brief.brief_of(material, results, unit, whole.end, None))
        assert not re.search(r"\bnan\b|\binf\b|\bNone\b(?! of)", texts(page))


def test_dimensions_of_another_codebook() -> None:
    four = Codebook("4P", (*pi.THREE_P.dimensions, _fourth()))
    levels = {"DEU": [3, 3, 3, 2], "FRA": [3, 3, 3, 1]}
    rows = {(unit, year): levels[unit] for unit in levels for year in (2001, 2002)}
    brief = brief_of(panel(rows, [*DIMENSIONS, "partnership"]), "DEU", codebook=four)
    assert brief.sentences[0].startswith("Germany scores 11 of 17 in 2")
    assert [each.name for each in brief.profile] == [*DIMENSIONS, "partnership"]
    assert brief.meaning.startswith("The words of prosecution, protection and prevention are a")


def _fourth() -> Any:
    return pi.Dimension("partnership", (pi.Indicator("a"),), lambda a: 1 + a, ("no", "yes"))


def test_one_dimension_has_no_weights() -> None:
    one = Codebook("one", (_fourth(),))
    rows = {(unit, 2009): [level] for unit, level in (("DEU", 2), ("FRA", 1), ("ITA", 1))}
    brief = brief_of(panel(rows, ["partnership"]), "FRA", codebook=one)
    assert not any("weights" in each.words for each in brief.figures)
    assert all(row.weights == "\N{EN DASH}" for group in brief.rivals for row in group.rows)


def test_hostile_names_are_text(tmp_path: Path) -> None:
    data = panel({(name, 2009): [1, 2, 3] for name in HOSTILE}, DIMENSIONS)
    data.attrs["source"] = HOSTILE[0]
    for name in HOSTILE:
        path = tmp_path / "b.html"
        report.brief(data, name, path)
        page = path.read_text(encoding="utf-8")
        assert "<script" not in page
        assert "<img" not in page
        assert name in texts(page)


def test_the_page_loads_and_runs_nothing(nigeria: str) -> None:
    assert not re.search(r"<(script|link|img|iframe|object|form)\b", nigeria)
    assert not re.search(r"\s(src|href|on\w+|style)=", nigeria)
    style = nigeria[nigeria.index("<style>") + 7 : nigeria.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in unescape(nigeria)
    assert "url(" not in style


def test_synthetic_data_are_marked(tmp_path: Path) -> None:
    report.brief(pi.datasets.load_demo(), "NGA", tmp_path / "b.html")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert page.count("SYNTHETIC") >= 12
    assert page.count('class="mark"') == 4


@pytest.mark.parametrize("ending", ["html", pytest.param("docx", marks=pytest.mark.slow)])
def test_the_same_data_give_the_same_bytes(ending: str, tmp_path: Path) -> None:
    if ending == "docx":
        pytest.importorskip("docx", reason="python-docx is not installed")
    demo = pi.datasets.load_demo()
    before = demo.copy()
    report.brief(demo, "NGA", tmp_path / f"a.{ending}")
    report.brief(demo.sample(frac=1, random_state=3), "Nigeria", tmp_path / f"b.{ending}")
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    pd.testing.assert_frame_equal(demo, before)


@pytest.mark.parametrize("name", ["nigeria.pdf", "nigeria.DOC", "nigeria.md"])
def test_another_format_is_refused_and_a_pdf_is_printed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with pytest.raises(ValueError, match=rf"\.html, \.docx; got .*{name}; for a PDF.*print it"):
        report.brief(pi.datasets.load_demo(), "NGA", path)
    assert not path.exists()


def test_wrong_requests_are_refused(tmp_path: Path) -> None:
    demo, path = pi.datasets.load_demo(), tmp_path / "b.html"
    path.write_text("old")
    for options, message in (
        ({"country": "Narnia"}, "country must be names or codes.*'Narnia'"),
        ({"country": ["NGA"]}, "country must be one name or code; got"),
        ({"year": 2030}, "year must be a year of the scores.*2030"),
        ({"peers": ["Nigeria"]}, "peers must be other countries; got Nigeria"),
        ({"peers": []}, "peers must be names or codes.*the list is empty"),
        ({"peers": "Narnia"}, "peers must be names or codes.*'Narnia'"),
        (
            {"peers": [unit for unit in demo.index.unique("country")[:16] if unit != "NGA"]},
            "at most 14, which fit on the page; got 16",
        ),
    ):
        wanted: Any = {"country": "NGA"} | options
        with pytest.raises(ValueError, match=message):
            report.brief(demo, wanted.pop("country"), path, **wanted)
    with pytest.raises(PanelError, match="no row"):
        report.brief(panel({}, DIMENSIONS), "NGA", path)
    with (
        patch.object(_brief_page, "rendered", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        report.brief(demo, "NGA", path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_without_python_docx_the_message_says_how_to_install_it(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['docx'] = None\n"
        "import policyindex as pi\n"
        "try:\n    pi.report.brief(pi.datasets.load_demo(), 'NGA', sys.argv[1])\n"
        "except ImportError as error:\n    print(error)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "b.docx")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python -m pip install 'policyindex[word]'" in shown.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_page_loads_no_matplotlib(tmp_path: Path) -> None:
    code = (
        "import sys, policyindex as pi\n"
        "pi.report.brief(pi.datasets.load_demo(), 'NGA', sys.argv[1])\n"
        "print({'matplotlib', 'docx'} & set(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "b.html")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.strip() == "set()"


@pytest.mark.slow
def test_the_word_document_holds_the_texts_and_numbers_of_the_page(
    published_file: Reading, tmp_path: Path
) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    path = tmp_path / "nigeria.docx"
    report.brief(published_file, "NGA", path)
    paper = docx.Document(path)
    lines = [paragraph.text for paragraph in paper.paragraphs]
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    brief = brief_of(published_file, "NGA")
    assert " ".join(brief.sentences) in lines
    for text in (*brief.what_if, *brief.gaps, *(each.note for each in brief.rivals if each.note)):
        assert text in lines
    for each in (*brief.method, *brief.sources):
        assert f"{each.about}. {each.text}" in lines
    assert [each.number for each in brief.figures] in cells
    for each in brief.profile:
        assert [_sentences.capital(each.name), each.score, each.others, each.words] in cells
    for row in (row for group in brief.rivals for row in group.rows):
        assert [row.name, row.score, row.rank, row.change, row.weights] in cells
    for name, row in brief.changes.rows:
        assert [_sentences.capital(name), *row] in cells
    (picture,) = paper.inline_shapes
    assert picture._inline.docPr.get("descr").startswith("Nigeria")
    with zipfile.ZipFile(path) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert sum(name.endswith(".png") for name in parts.namelist()) == 1


# In a browser


PRINTED = """() => {
  const faults = [];
  const scale = (node) => {
    const svg = node.closest("svg");
    return svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || node.closest(".unseen, title")) continue;
    const size = parseFloat(getComputedStyle(node).fontSize) * scale(node) * 72 / 96;
    if (size < 7.99) faults.push(`${size} pt: ${text.data}`);
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.left < -0.5 || box.right > innerWidth + 0.5) faults.push(`cut: ${text.data}`);
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      if (/^(T[DH])$/.test(at.tagName) && box.right > at.getBoundingClientRect().right + 1)
        faults.push(`beyond its cell: ${text.data}`);
    }
  }
  return faults;
}"""


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def print_faults(page: Any) -> list[str]:
    """What is wrong with a page as it is printed on A4, 180 mm between its margins."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1030})
    return list(page.evaluate(PRINTED))


@pytest.mark.slow
def test_every_published_country_prints_on_two_sheets(
    browser: Any, published_file: Reading, tmp_path: Path
) -> None:
    whole = material_of(published_file, pi.THREE_P)
    by_year: dict[int, Any] = {}
    page = browser.new_page(java_script_enabled=True)
    counts: dict[str, int] = {}
    scored = published_file.panel["overall"].dropna().index.unique("country")
    for unit in scored:
        material = _brief.in_year(whole, str(unit), None)
        if material.end not in by_year:
            by_year[material.end] = results_of(material)
        brief = _brief.brief_of(material, by_year[material.end], str(unit), whole.end, None)
        path = tmp_path / f"{unit}.html"
        path.write_text(_brief_page.rendered(brief), encoding="utf-8")
        page.goto(path.as_uri())
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        counts[str(unit)] = pages_of(pdf)
        assert print_faults(page) == [], unit
    assert len(counts) == 183
    assert {unit: n for unit, n in counts.items() if n != 2} == {}


@pytest.mark.slow
@pytest.mark.parametrize("country", ["CHN", "RUS", "COL", "PRK", "COD"])
def test_the_longest_briefs_on_codings_print_on_two_sheets(
    browser: Any, country: str, tmp_path: Path
) -> None:
    demo = pi.datasets.load_demo()
    others = [unit for unit in demo.index.unique("country") if unit != country][:14]
    for peers in (None, others):
        path = tmp_path / "b.html"
        report.brief(demo, country, path, peers=peers)
        page = browser.new_page()
        page.goto(path.as_uri())
        assert pages_of(page.pdf(prefer_css_page_size=True, print_background=True)) == 2
        assert print_faults(page) == []
        page.close()


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_other_codebooks_print_on_two_sheets(browser: Any, n: int, tmp_path: Path) -> None:
    names = [f"dimension {place}" for place in range(n)]
    rows = {
        (unit, year): [1 + (place + shift + year) % 5 for place in range(n)]
        for shift, unit in enumerate(NAMES)
        for year in range(2001, 2010)
    }
    path = tmp_path / "b.html"
    report.brief(panel(rows, names), "DEU", path, codebook=levelled(names))
    page = browser.new_page()
    page.goto(path.as_uri())
    assert pages_of(page.pdf(prefer_css_page_size=True, print_background=True)) == 2
    assert print_faults(page) == []
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 768, 390, 320])
def test_it_fits_every_screen_and_axe_finds_nothing(
    browser: Any, nigeria: str, tmp_path: Path, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    path = tmp_path / "b.html"
    path.write_text(nigeria, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    assert requests == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    page.close()


@pytest.mark.parametrize("case", ["few-GHA", "few-XXA", "few_codings-GHA", "few_codings-PRK"])
def test_all_that_a_brief_says(case: str, request: pytest.FixtureRequest) -> None:
    data, unit = case.split("-")
    whole, results = request.getfixturevalue(data)
    brief = _brief.brief_of(whole, results, unit, whole.end, None)
    lines = in_words(brief._replace(material=None))
    check_stored([*lines], Path(__file__).parent / "stored" / f"brief-{case}.txt")


def test_as_many_peers_as_fit_on_the_page() -> None:
    labels = sorted(NAMES)[: _brief.MOST_PEERS + 1] if len(NAMES) > 14 else [
        str(each) for each in pi.countries.table().index[: _brief.MOST_PEERS + 2]
    ]  # fmt: skip
    data = panel({(unit, 2009): [1, 2, 3] for unit in [*labels, "XXA"]}, DIMENSIONS)
    material = material_of(data, pi.THREE_P)
    assert _brief.peers_of(material, "XXA", labels[:14]) == labels[:14]
    with pytest.raises(ValueError, match="peers must be at most 14, which fit on the page; got 15"):
        _brief.peers_of(material, "XXA", labels[:15])
    assert _brief.peers_of(material, "XXA", None) is None


@pytest.mark.parametrize(
    ("gain", "steps", "rank", "others", "words"),
    [
        (1, 1, 7, 0, "one point more in one step (w): rank 10 to 7."),
        (
            2,
            2,
            8,
            1,
            "two points more in two steps (w): rank 10 to 8, with one other, 1 rank a step.",
        ),
        (
            1,
            3,
            8,
            2,
            "one point more in three steps (w): rank 10 to 8, with 2 others, 0.667 ranks a step.",
        ),
        (1, 2, 10, 0, "one point more in two steps (w): rank 10 as now, 0 ranks a step."),
    ],
)  # fmt: skip
def test_a_way_up_in_words(gain: int, steps: int, rank: int, others: int, words: str) -> None:
    step = _brief.Step("care", steps, gain, rank, others, "w")
    assert _brief._step_words(step, 10) == f"Care, {words}"


@pytest.mark.parametrize(("n", "drawn"), [(1, 0), (2, 2), (_brief.MOST_CHARTS, _brief.MOST_CHARTS),
                                          (_brief.MOST_CHARTS + 1, 0)])  # fmt: skip
def test_the_dimensions_with_a_chart(n: int, drawn: int) -> None:
    codebook = levelled([f"d{place}" for place in range(n)])
    data = panel({("DEU", 2009): [1] * n}, [f"d{place}" for place in range(n)])
    assert len(_brief._drawn(material_of(data, codebook))) == drawn


@pytest.mark.parametrize(("ways", "more"), [(1, ""), (2, ", or one other way"),
                                            (3, ", or two other ways")])  # fmt: skip
def test_other_ways_are_counted(ways: int, more: str) -> None:
    dimension = pi.THREE_P.dimensions[0]
    name = dimension.indicators[0].name
    words = _brief._rise_words(dimension, {name: 1}, ways)
    first = dimension.indicators[0]
    assert words == f"{first.title}: {first.levels[1]}{more}"


def test_the_most_points_for_a_step_come_first_then_the_most_ranks() -> None:
    ways = [
        _brief.Step(name, steps, gain, rank, 0, "")
        for name, steps, gain, rank in (
            ("two points in two steps, three ranks", 2, 2, 7),
            ("a point in a step, two ranks", 1, 1, 8),
            ("two points in three steps", 3, 2, 1),
            ("two points in a step", 1, 2, 9),
            ("two points in two steps, five ranks", 2, 2, 5),
        )
    ]
    order = [3, 4, 1, 0, 2]
    assert sorted(ways, key=lambda each: _brief._order(each, 10)) == [ways[at] for at in order]
