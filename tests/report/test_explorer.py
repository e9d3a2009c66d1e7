"""The explorer in a browser: its ranks are the library's everywhere, and its parts agree."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import DIMENSIONS, panel
from policyindex import Codebook, Dimension, Indicator, datasets, report
from policyindex._kernels import arrangement
from policyindex.report import _sentences
from policyindex.robustness import weight_distribution

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.slow

ROOT = "document.getElementById(':explorer').explorer"

GOLDEN = {
    "equal": 14,
    "prosecution only": 36,
    "protection only": 1,
    "prevention only": 31,
    "half on protection": 10,
    "1 : 2 : 3 (Murray 2018)": 15,
    "0 : 1 : 1 (Kelley 2017)": 7,
}
"""Nigeria's rank in 2013."""


@pytest.fixture(scope="module")
def page_of(published: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "explore.html"
    report.explore(published, path, country="Nigeria")
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "explore.html"
    report.explore(datasets.load_demo(), path, country="NGA")
    return path


@pytest.fixture(scope="module")
def few(published: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An explorer of few countries, for checks of every element of the page."""
    part = published[published.index.get_level_values("country") < "BI"]
    path = tmp_path_factory.mktemp("few") / "explore.html"
    report.explore(part, path, country="Belgium")
    return path


class Page:
    """An explorer that is open, and what it did that it must not do."""

    def __init__(self, browser: Any, path: Path, fragment: str = "", **options: Any) -> None:
        self.address = path.as_uri()
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", self._request)
        self.page.goto(self.address + fragment)

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *problem: Any) -> None:
        self.context.close()
        if problem[0] is None:
            assert self.faults == []

    def _dismiss(self, dialog: Any) -> None:
        self.faults.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if request.url.split("#")[0] != self.address and not request.url.startswith("blob:"):
            self.faults.append(request.url)

    def run(self, code: str, argument: Any = None) -> Any:
        return self.page.evaluate(code, argument)

    def text(self, part: str) -> str:
        return str(self.page.locator(f"[data-part={part}]").first.text_content())

    def data(self) -> dict[str, Any]:
        code = "JSON.parse(document.querySelector('[data-part=data]').content.textContent)"
        return dict(self.run(code))

    def state(self) -> dict[str, Any]:
        """Everything that shows the chosen view."""
        return dict(
            self.run(
                """() => {
                const part = (name) => document.querySelector(`[data-part="${name}"]`);
                const row = document.querySelector("tr.own");
                const ring = document.querySelector(".dot").getBoundingClientRect();
                return {
                  weights: document.getElementById(":explorer").explorer.state.w,
                  fields: [0, 1, 2].map((i) => part(`field-${i}`).value),
                  sentence: part("sentence").textContent,
                  valuetext: part("handle").getAttribute("aria-valuetext"),
                  rank: row && row.cells[0].textContent,
                  name: row && row.cells[1].textContent,
                  hash: location.hash,
                  ring: [ring.left + ring.width / 2, ring.top + ring.height / 2],
                };
                }"""
            )
        )


# The library's ranks everywhere.


def ranks_at(points: Any, levels: Any) -> Any:
    """Competition ranks, shape (points, countries), by counting."""
    profiles, rows, counts = np.unique(levels, axis=0, return_inverse=True, return_counts=True)
    own = points @ profiles.T
    above = np.stack([(own > own[:, [i]]) @ counts for i in range(len(profiles))], axis=1)
    return 1 + above[:, rows.ravel()]


def test_every_rank_in_every_cell_edge_and_vertex_is_the_librarys(
    browser: Any, page_of: Path, published: pd.DataFrame
) -> None:
    lines = arrangement.arrange()
    edges = lines.vertices[lines.edges].sum(1)
    assert (len(lines.points), len(edges), len(lines.vertices)) == (5460, 8751, 3292)
    points = np.concatenate([lines.points, edges, lines.vertices])
    # A row of ranks is compared by a sum with large random factors, exact in float64.
    factors = np.random.default_rng(3).integers(1, 2**36, 200)
    rankings = 0
    with Page(browser, page_of) as opened:
        cut = opened.run(
            f"""() => {{
            const cut = {ROOT}.cutFor(0, null);
            const edges = cut.lineOf.map((_, i) => [cut.tails[2 * i], cut.tails[2 * i + 1]]);
            return [cut.points, edges, cut.vertices];
            }}"""
        )
        assert sorted(cut[0]) == sorted(lines.points.tolist())
        assert sorted(cut[2]) == sorted(lines.vertices.tolist())
        of_browser = {frozenset(map(tuple, (cut[2][i], cut[2][j]))) for i, j in cut[1]}
        ends = lines.vertices[lines.edges].tolist()
        assert of_browser == {frozenset(map(tuple, pair)) for pair in ends}
        opened.run("(points) => { window.points = points; }", points.tolist())
        units = sorted(published.index.unique("country"), key=pi.countries.name)
        names = opened.data()
        assert set(names["units"]) == set(units)
        for place, year in enumerate(names["years"]):
            of_year = published.xs(year, level="year")[DIMENSIONS].dropna().astype(int)
            at = [names["units"].index(unit) for unit in of_year.index]
            sums = ranks_at(points, of_year.to_numpy()) @ factors[: len(at)]
            answer = opened.run(
                f"""([year, at, factors]) => {{
                const rows = {ROOT}.profiles[year];
                const ranked = rows.map((row, i) => row ? 1 : 0).reduce((a, b) => a + b);
                return [ranked, window.points.map((point) => {{
                  const ranks = ranksAt(point, rows);
                  return at.reduce((sum, unit, i) => sum + ranks[unit] * factors[i], 0);
                }})];
                }}""",
                [place, at, factors[: len(at)].tolist()],
            )
            assert answer[0] == len(of_year)
            assert answer[1] == sums.tolist()
            rankings += len(sums)
    assert names["years"] == list(range(2000, 2014))
    assert rankings == 245_042


def test_ranges_and_shares_are_those_of_weight_ranks(
    browser: Any, page_of: Path, published: pd.DataFrame
) -> None:
    expected = pi.weight_ranks(published, min_weight=0)
    with Page(browser, page_of) as opened:
        data = opened.data()
        for place, year in enumerate(data["years"]):
            table = expected.xs(year, level="year").dropna()
            ranges, surveys = opened.run(
                f"""(year) => {{
                const ranges = {ROOT}.rangesOf(year);
                const surveys = ranges.map((row, unit) => {{
                  if (!row || (year % 6 && unit % 9)) return null;
                  const {{ low, high, share }} = {ROOT}.surveyOf(year, unit);
                  return [low, high, Array.from({{ length: high }}, (_, i) => share(i + 1, i + 1))];
                }});
                return [ranges, surveys];
                }}""",
                place,
            )
            at = [data["units"].index(unit) for unit in table.index]
            assert [unit for unit, row in enumerate(ranges) if row] == sorted(at)
            lows_highs = table[["rank_low", "rank_high"]].astype(int).to_numpy().tolist()
            assert [ranges[unit] for unit in at] == lows_highs
            shares = weight_distribution(published, year)
            for unit, (low, high) in zip(at, lows_highs, strict=True):
                if surveys[unit] is None:
                    continue
                assert surveys[unit][:2] == [low, high]
                own = shares.loc[data["units"][unit]].to_numpy()
                assert np.allclose(surveys[unit][2], own[:high], rtol=0, atol=1e-12)
                assert own[high:].sum() == 0


def test_the_lines_of_one_country_give_the_same_as_all_lines(browser: Any, page_of: Path) -> None:
    """Longer scales use the lines of one country: the answer for it must not differ."""
    with Page(browser, page_of) as opened:
        pairs = opened.run(
            f"""() => [3, 7, 50, 99, 140].map((unit) => {{
            const rows = {ROOT}.profiles[13];
            const crowd = crowdOf(rows);
            const cut = arrange(tieLines(crowd.map(([profile]) => minus(profile, rows[unit]))));
            return [survey(rows[unit], cut, crowd), {ROOT}.surveyOf(13, unit)].map(
              ({{ low, high, share }}) =>
                [low, high, ...Array.from({{ length: 182 }}, (_, i) => share(1, i + 1))]);
            }})"""
        )
        for alone, everyone in pairs:
            assert np.allclose(alone, everyone, rtol=0, atol=1e-12)


# The parts of the page agree.


def percent(text: str) -> Fraction:
    thirds = {"⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
    if text[-1] in thirds:
        return Fraction(text[:-1] or 0) + thirds[text[-1]]
    return Fraction(text)


def expected_sentence(of_year: pd.DataFrame, shares: Any, weights: list[int]) -> str:
    """Nigeria's sentence, from the library's functions."""
    levels, own = of_year.to_numpy(), of_year.index.get_loc("NGA")
    rank, equal = (int(ranks_at(np.array([w]), levels)[0, own]) for w in (weights, [1, 1, 1]))
    share = float(shares[:rank].sum())
    return _sentences.weighted("Nigeria", rank, len(of_year), equal, 1, 50, share)


def agree(state: dict[str, Any], sentence: str) -> None:
    weights = state["weights"]
    fields = [percent(text) for text in state["fields"]]
    assert sum(fields) == 100
    assert all(
        abs(field - 100 * weight / sum(weights)) < 0.1 + 1e-9
        for field, weight in zip(fields, weights, strict=True)
    )
    assert state["sentence"] == state["valuetext"] == sentence
    assert state["name"] == "Nigeria"
    assert f"ranks {state['rank']} of" in sentence


def test_two_hundred_moves_keep_every_part_in_step(
    browser: Any, page_of: Path, published: pd.DataFrame
) -> None:
    of_year = published.xs(2013, level="year")[DIMENSIONS].dropna()
    shares = weight_distribution(published, 2013).loc["NGA"].to_numpy()
    random_state = random.Random(13)
    sentences: dict[str, str] = {}

    def check(state: dict[str, Any]) -> None:
        key = ":".join(map(str, state["weights"]))
        if key not in sentences:
            sentences[key] = expected_sentence(of_year, shares, state["weights"])
        agree(state, sentences[key])

    with Page(browser, page_of, viewport={"width": 1400, "height": 900}) as opened:
        page, visited = opened.page, []
        left, top, width, height = opened.run(
            """() => {
            const { left, top, width, height } =
              document.querySelector("[data-part=picture]").getBoundingClientRect();
            return [left, top, width, height];
            }"""
        )
        state = opened.state()
        for _ in range(200):
            kind = random_state.choice(["drag", "key", "key", "type"])
            if kind == "drag":
                page.mouse.move(*state["ring"])
                page.mouse.down()
                page.mouse.move(
                    left + random_state.random() * width, top + random_state.random() * height
                )
                page.mouse.up()
            elif kind == "key":
                arrow = random_state.choice(["Up", "Down", "Left", "Right"])
                shift = random_state.choice(["", "Shift+"])
                name = "Home" if random_state.random() < 0.1 else f"{shift}Arrow{arrow}"
                page.locator("[data-part=handle]").press(name)
            else:
                place = random_state.randrange(3)
                field = page.locator(f"[data-part=field-{place}]")
                text = random_state.choice(["0", "100", "12.5", "33 1/3", "50 %", "7,3", "66⅔"])
                field.fill(text)
                field.press("Enter")
            state = opened.state()
            if kind == "type":
                wanted = percent(text.replace(" 1/3", "⅓").replace(" %", "").replace(",", "."))
                assert percent(state["fields"][place]) == wanted
            check(state)
            if state["hash"]:
                assert state["hash"].startswith(f"#w={':'.join(map(str, state['weights']))}&")
                if not visited or visited[-1] != state["hash"]:
                    visited.append(state["hash"])
        assert len(visited) > 100
        page.reload()
        again = opened.state()
        check(again)
        assert again["hash"] == visited[-1]
        for before in reversed(visited[-6:-1]):
            page.go_back()
            assert opened.run("location.hash") == before
            check(opened.state())


def test_presets_give_the_golden_ranks(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of) as opened:
        for name, rank in GOLDEN.items():
            opened.page.get_by_role("button", name=name, exact=True).click()
            assert opened.state()["rank"] == str(rank)
        opened.page.get_by_role("button", name="half on protection").click()
        assert opened.text("sentence") == (
            "With these weights Nigeria ranks 10 of 182 (14 with equal weights). Over all "
            "weightings: 1 to 50, 10 or better in 25 %."
        )
        for name, rank in (("best case", "1"), ("worst case", "50")):
            opened.page.get_by_role("button", name=name).click()
            assert opened.state()["rank"] == rank


def test_best_and_worst_cases_are_reached_by_every_country(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of) as opened:
        wrong = opened.run(
            f"""() => {ROOT}.profiles[13].flatMap((profile, unit) => {{
            if (!profile || unit % 5) return [];
            {ROOT}.choose({{ c: unit }}, false);
            const {{ low, high }} = {ROOT}.surveyOf(13, unit);
            return [["best", low], ["worst", high]].filter(([part, rank]) => {{
              document.querySelector(`[data-part=${{part}}]`).click();
              return ranksAt({ROOT}.state.w, {ROOT}.profiles[13])[unit] !== rank;
            }});
            }})"""
        )
        assert wrong == []


def test_the_year_the_country_and_the_rival_change_everything(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of) as opened:
        page = opened.page
        page.locator("[data-part=years]").focus()
        page.keyboard.press("ArrowLeft")
        assert "of 183" in opened.text("sentence")
        assert "y=2012" in opened.run("location.hash")
        page.locator("[data-part=years]").press("ArrowRight")
        page.get_by_label("Compare with").select_option(label="Norway")
        assert opened.text("duel") == (
            "Nigeria is never behind Norway. They tie where prevention weighs nothing."
        )
        page.get_by_label("Compare with").select_option(label="Netherlands")
        assert "Nigeria is ahead of the Netherlands under" in opened.text("duel")
        assert page.locator(".tie").count() == 2
        page.locator("[data-part=country]").select_option(label="Samoa")
        assert opened.text("sentence") == "Samoa is not ranked in 2013: it has no score."
        page.go_back()
        page.go_back()
        assert "never behind Norway" in opened.text("duel")
        page.locator("[data-part=rows] button", has_text="Italy").click()
        assert opened.text("sentence").startswith("With these weights Italy ranks 3 of 182")


def test_lines_name_the_countries_on_them(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of, viewport={"width": 1400, "height": 900}) as opened:
        spot = opened.run(
            """() => {
            const picture = document.querySelector("[data-part=picture]");
            const point = picture.createSVGPoint();
            [point.x, point.y] = [320, 200];
            const { x, y } = point.matrixTransform(picture.getScreenCTM());
            return [x, y];
            }"""
        )
        usual = opened.text("hint")
        opened.page.mouse.move(*spot)
        # On the line from the top to the middle of the base, protection and prevention weigh alike.
        assert opened.text("hint").startswith("On this line Nigeria passes, or is passed by, ")
        opened.page.mouse.move(5, 5)
        assert opened.text("hint") == usual


def test_search_and_regions_filter_the_table(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of) as opened:
        names = opened.page.locator("[data-part=rows] tr:not([hidden]) th")
        assert names.count() == 182
        box = opened.page.locator("[data-part=search]")
        for typed, name in (
            ("Burma", "Myanmar"),
            ("Turkey", "Türkiye"),
            ("holland", "Netherlands"),
        ):
            box.fill(typed)
            assert names.all_inner_texts() == [name]
        box.press("Enter")
        assert opened.text("sentence").startswith("With these weights the Netherlands ranks ")
        box.fill("")
        opened.page.get_by_role("button", name="Africa", exact=True).click()
        assert names.count() == 52
        assert opened.text("count") == "52 of 182 countries"
        assert "of 182" in opened.text("sentence")


# Addresses.


@pytest.mark.parametrize(
    "fragment",
    [
        "#w=0:0:0",
        "#w=-1:1:1",
        "#w=1e9:1:1",
        "#w=1:1",
        "#w=1:1:1:1",
        "#w=1000000:1:1",
        "#w=%E0%A4%A",
        "#w=1:1:1&c=XXX",
        "#w=1:1:1&y=1066",
        "#w=1:1:1&c=%3Cscript%3Ealert(1)%3C/script%3E&v=%3Cimg%20src=x%20onerror=alert(1)%3E",
        "#<script>alert(1)</script>",
    ],
)
def test_a_bad_address_gives_equal_weights_and_a_notice(
    browser: Any, page_of: Path, fragment: str
) -> None:
    with Page(browser, page_of, fragment) as opened:
        assert opened.run(f"{ROOT}.state.w") == [1, 1, 1]
        assert opened.page.locator("[data-part=notice]").is_visible()
        assert opened.text("sentence").startswith("With these weights Nigeria ranks 14 of 182")
        assert opened.page.locator("img").count() == 0


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("y=2014", "This page has no year 2014: it has 2000 to 2013. Here is 2013."),
        (
            "c=Narnia",
            (
                "This page has no country Narnia. An address names countries by their code, e.g. "
                "c=NGA."
            ),
        ),
        ("v=" + "x" * 99, f"This page has no country {'x' * 39}\u2026. An address names"),
        ("c=NOR&v=NOR", "The address compares Norway with itself. Here it stands alone."),
        ("v=NGA", "The address compares Nigeria with itself. Here it stands alone."),
        ("c=NLD&v=nld", "The address compares the Netherlands with itself."),
    ],
)
def test_a_notice_names_what_the_page_lacks(
    browser: Any, page_of: Path, fragment: str, says: str
) -> None:
    with Page(browser, page_of, f"#{fragment}") as opened:
        assert opened.text("notice").startswith(says)
        assert opened.run(f"{ROOT}.state.v") == -1


@pytest.mark.parametrize("spelling", ["NGA", "nga", "nigeria", "Nig%C3%A9ria", "NIGERIA"])
def test_an_address_names_a_country_in_any_spelling(
    browser: Any, page_of: Path, spelling: str
) -> None:
    with Page(browser, page_of, f"#c={spelling}&v=niger") as opened:
        assert not opened.page.locator("[data-part=notice]").is_visible()
        assert opened.text("sentence").startswith("With these weights Nigeria ranks")
        assert opened.text("duel").startswith("Nigeria is never behind Niger.")


def test_an_address_brings_the_view(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of, "#w=2:4:2&y=2009&c=ITA&v=NOR") as opened:
        assert opened.run(f"{ROOT}.state.w") == [1, 2, 1]
        assert opened.text("sentence").startswith("With these weights Italy ranks 1 of 174")
        assert "Norway" in opened.text("duel")
        assert not opened.page.locator("[data-part=notice]").is_visible()


def test_a_typed_value_that_is_not_a_weight_changes_nothing(browser: Any, demo: Path) -> None:
    with Page(browser, demo) as opened:
        field = opened.page.locator("[data-part=field-0]")
        for text in ("-1", "101", "abc", "1e2", "", "<b>"):
            field.fill(text)
            field.press("Enter")
            assert field.input_value() == "33⅓"
            assert "from 0 to 100" in opened.text("notice")


def test_hostile_names_do_nothing(browser: Any, tmp_path: Path) -> None:
    hostile = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', '=HYPERLINK("x")']
    data = panel({(name, 2009): [1 + i, 2, 3] for i, name in enumerate(hostile)}, DIMENSIONS)
    data.attrs["source"] = hostile[0]
    report.explore(data, tmp_path / "explore.html")
    with Page(browser, tmp_path / "explore.html") as opened:
        for name in hostile:
            opened.page.locator("[data-part=country]").select_option(label=name)
            assert f" {name} ranks " in opened.text("sentence")
            opened.page.reload()
            assert f" {name} ranks " in opened.text("sentence")
        assert opened.page.locator("img").count() == 0
        table = opened.run(f"{ROOT}.csv()")
        assert "\r\n\"'=HYPERLINK" in table
        ET.fromstring(opened.run(f"{ROOT}.svg()"))


def test_a_script_added_to_the_page_does_not_run(browser: Any, demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "explore.html"
    slipped = '<script>document.title = "run"</script><img src="https://example.org/x">'
    path.write_text(demo.read_text(encoding="utf-8").replace("</main>", f"{slipped}</main>"))
    with Page(browser, path) as opened:
        assert opened.page.title().startswith("Choose your weights")
        assert sum("Content Security Policy" in fault for fault in opened.faults) == 2
        opened.faults.clear()


# Files, print, and no scripts.


def download(opened: Page, name: str) -> bytes:
    with opened.page.expect_download() as waiting:
        opened.page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_bytes()


def test_files_can_be_saved_and_read(
    browser: Any, page_of: Path, published: pd.DataFrame, tmp_path: Path
) -> None:
    with Page(browser, page_of, "#w=1:2:1&y=2013&c=NGA") as opened:
        table = tmp_path / "table.csv"
        table.write_bytes(download(opened, "Table (CSV)"))
        picture = ET.fromstring(download(opened, "Picture (SVG)"))
        photo = download(opened, "Picture (PNG)")
    scores = pi.read_scores(table)
    of_year = published.xs(2013, level="year", drop_level=False).dropna()
    pd.testing.assert_frame_equal(scores, of_year, check_like=True, check_dtype=False)
    rows = pd.read_csv(table, index_col="country")
    assert rows.loc["NGA", ["rank", "rank_equal", "rank_low", "rank_high"]].tolist() == [
        10,
        14,
        1,
        50,
    ]
    assert rows.loc["NGA", [f"weight_{name}" for name in DIMENSIONS]].tolist() == [1, 2, 1]
    texts = " ".join(picture.itertext())
    for words in ("Nigeria ranks 10 of 182", "Cho (2015)", "1 : 2 : 1", "policyindex"):
        assert words in texts
    assert photo.startswith(b"\x89PNG")
    assert len(photo) > 30_000


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_chosen_view_prints_on_one_page(browser: Any, page_of: Path, paper: str) -> None:
    with Page(browser, page_of, "#w=1:2:1&y=2013&c=NGA&v=NLD") as opened:
        printed = opened.page.pdf(format=paper, print_background=True)
        opened.page.emulate_media(media="print")
        assert opened.page.locator(".printed li").count() == 182
        words = "Prosecution 25 %, protection 50 % and prevention 25 % (1 : 2 : 1)."
        assert opened.page.locator("[data-part=words]").inner_text() == words
        assert not opened.page.locator("button").first.is_visible()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("country", ["AFG", "BIH", "CUB", "FRA"])
def test_a_view_with_long_sentences_prints_on_one_page(
    browser: Any, page_of: Path, paper: str, country: str
) -> None:
    with Page(browser, page_of, f"#c={country}") as opened:
        printed = opened.page.pdf(format=paper, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1


def test_without_scripts_there_are_triangle_table_and_sentence(browser: Any, page_of: Path) -> None:
    with Page(browser, page_of, java_script_enabled=False) as static:
        page = static.page
        before = page.locator("[data-part=areas] .area").all()
        drawn = {each.get_attribute("class"): each.get_attribute("d") for each in before}
        sentence, key = static.text("sentence"), page.locator("[data-part=key]").inner_text()
        words = page.locator("[data-part=areas]").get_attribute("aria-label")
        rows = [row.split("\t") for row in page.locator("[data-part=rows] tr").all_inner_texts()]
        lacking = static.text("unranked")
        assert page.locator("[data-part=picture]").is_visible()
        assert not page.locator("button").first.is_visible()
        assert not page.locator("select").first.is_visible()
    with Page(browser, page_of) as opened:
        page = opened.page
        assert opened.text("sentence") == sentence
        assert page.locator("[data-part=key]").inner_text() == key
        assert page.locator("[data-part=areas]").get_attribute("aria-label") == words
        live = page.locator("[data-part=rows] tr:not([hidden])").all_inner_texts()
        # Without scripts all weights are equal, so that column is left out.
        assert [[*row.split("\t")[:-2], row.split("\t")[-1]] for row in live] == rows
        assert opened.text("unranked") == lacking
        after = page.locator("[data-part=areas] .area").all()
        assert {each.get_attribute("class") for each in after} == set(drawn)
        for each in after:
            assert corners(each.get_attribute("d")) == corners(drawn[each.get_attribute("class")])


def corners(path: str) -> set[frozenset[str]]:
    """The corners of each loop of a path, wherever the loop begins."""
    return {frozenset(loop[1:].split("L")) for loop in path.split("Z") if loop}


# Everybody.


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_finding(browser: Any, few: Path, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    for width, fragment in ((1400, ""), (390, "#w=1:2:1&v=BEL"), (320, "#w=1:1:1&c=ATG")):
        look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
        with Page(browser, few, fragment, **look) as opened:
            violations = axe.Axe().run(opened.page).response["violations"]
            assert {
                each["id"]: [node["html"][:200] for node in each["nodes"][:3]]
                for each in violations
            } == {}


@pytest.mark.parametrize("width", [1400, 768, 390, 320])
def test_the_page_fits_and_its_targets_are_large(browser: Any, page_of: Path, width: int) -> None:
    with Page(browser, page_of, viewport={"width": width, "height": 800}) as opened:
        assert opened.run("document.documentElement.scrollWidth") <= width
        small = opened.run(
            """() => [...document.querySelectorAll("button, input, select, .ring, .tiles g")]
            .filter((each) => each.checkVisibility())
            .map((each) => [each.getBoundingClientRect(), each])
            .filter(([box]) => Math.min(box.width, box.height) < 24)
            .map(([box, each]) => `${each.outerHTML.slice(0, 80)} ${box.width} ${box.height}`)"""
        )
        assert [each for each in small if 'class="ring"' not in each] == []


def test_the_keyboard_reaches_everything(browser: Any, demo: Path) -> None:
    with Page(browser, demo) as opened:
        reached = []
        for _ in range(60):
            opened.page.keyboard.press("Tab")
            focus = opened.run(
                """() => {
                const each = document.activeElement;
                const ring = each.querySelector(".ring");
                const thick = ring && parseFloat(getComputedStyle(ring).strokeWidth) > 4;
                const { part, weights, region, unit } = each.dataset;
                const marked = thick || getComputedStyle(each).outlineStyle !== "none";
                return [part || weights || region || unit || each.className, Boolean(marked)];
                }"""
            )
            assert focus[1], focus
            reached.append(focus[0])
        wanted = opened.run(
            """() => {
            const controls = "[data-part]:is(button, select, input)";
            const all = `${controls}, [data-weights], [data-region], .handle`;
            return [...document.querySelectorAll(all)]
            .filter((each) => !each.disabled)
            .map(({ dataset }) => dataset.part || dataset.weights || dataset.region);
            }"""
        )
        assert set(wanted) <= set(reached)


def test_changes_are_announced_at_rest(browser: Any, demo: Path) -> None:
    with Page(browser, demo) as opened:
        live = opened.page.locator("[data-part=live]")
        assert live.get_attribute("aria-live") == "polite"
        handle = opened.page.locator("[data-part=handle]")
        handle.focus()
        opened.page.keyboard.press("ArrowUp")
        opened.page.keyboard.press("ArrowUp")
        opened.page.wait_for_timeout(600)
        assert live.text_content() == handle.get_attribute("aria-valuetext")
        assert live.text_content() == opened.text("sentence")


def test_a_finger_drags_the_handle_and_taps_elsewhere(browser: Any, demo: Path) -> None:
    look = {"viewport": {"width": 390, "height": 800}, "has_touch": True}
    with Page(browser, demo, **look) as opened:
        box = opened.page.locator("[data-part=picture]").bounding_box()
        assert box is not None
        opened.page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.85)
        tapped = opened.run(f"{ROOT}.state.w")
        assert tapped != [1, 1, 1]
        client = opened.context.new_cdp_session(opened.page)
        ring = opened.page.locator(".ring").bounding_box()
        assert ring is not None
        x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
        for kind, dy in (
            ("touchStart", 0),
            ("touchMove", -40),
            ("touchMove", -80),
            ("touchEnd", 0),
        ):
            points = [] if kind == "touchEnd" else [{"x": x, "y": y + dy}]
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        opened.page.wait_for_timeout(100)
        dragged = opened.run(f"{ROOT}.state.w")
        assert dragged[0] / sum(dragged) > tapped[0] / sum(tapped) + 0.1
        assert opened.run("scrollY") == 0
        assert opened.run("location.hash").startswith(f"#w={':'.join(map(str, dragged))}")


# Size, and other codebooks.


def test_the_page_is_small(page_of: Path) -> None:
    text = page_of.read_text(encoding="utf-8")
    match = re.search(r'data-part="terms">(.*?)</template>', text, re.DOTALL)
    assert match is not None
    listed = re.search(r'"names":\[.*?\]', text)
    assert listed is not None
    names = len(match[1].encode()) + len(listed[0].encode())
    assert names <= 50_000
    assert len(text.encode()) - names <= 100_000


def test_the_same_data_give_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    report.explore(datasets.load_demo(), tmp_path / "again.html", country="Nigeria")
    assert (tmp_path / "again.html").read_bytes() == demo.read_bytes()


def scale(name: str, levels: int) -> Dimension:
    words = tuple(f"level {level}" for level in range(levels))
    indicator = Indicator(f"{name}_indicator", words)
    return Dimension(name, (indicator,), lambda **each: next(iter(each.values())), words, 0)


def made_up(codebook: Codebook, n: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    units = ["DEU", "FRA", "NGA", *(f"unit {i}" for i in range(n - 3))]
    index = pd.MultiIndex.from_product([units, [2001]], names=["country", "year"])
    return pd.DataFrame(
        {
            each.name: rng.integers(0, each.highest + 1, n).astype(float)
            for each in codebook.dimensions
        },
        index=index,
    )


def test_two_dimensions_make_a_strip(browser: Any, tmp_path: Path) -> None:
    codebook = Codebook("two", (scale("law", 6), scale("aid", 4)))
    data = made_up(codebook)
    report.explore(data, tmp_path / "two.html", codebook=codebook, country="NGA")
    # Every tie lies at a fraction of small integers; between two neighbours nothing changes.
    at = sorted(
        {(a, b) for a in range(60) for b in range(60) if a + b}, key=lambda w: w[1] / sum(w)
    )
    levels, own = data.to_numpy(), 2
    ranks = ranks_at(np.array(at), levels)[:, own]
    with Page(browser, tmp_path / "two.html") as opened:
        unit = opened.data()["units"].index("NGA")
        low, high, exact = opened.run(
            f"""() => {{
            const {{ low, high, exact }} = {ROOT}.surveyOf(0, {unit});
            return [low, high, exact];
            }}"""
        )
        assert (low, high, exact) == (ranks.min(), ranks.max(), True)
        opened.page.locator("[data-part=handle]").focus()
        opened.page.keyboard.press("ArrowRight")
        assert opened.run(f"{ROOT}.state.w") == [49, 51]
        opened.page.get_by_role("button", name="worst case").click()
        assert f"ranks {high} of 30" in opened.text("sentence")
        assert opened.page.locator(".area").count() >= 1


def test_four_dimensions_have_sliders_and_say_what_is_sampled(browser: Any, tmp_path: Path) -> None:
    names = ("law", "aid", "work", "home")
    codebook = Codebook("four", tuple(scale(name, 5) for name in names))
    data = made_up(codebook)
    data.loc["DEU"] = 4.0
    report.explore(data, tmp_path / "four.html", codebook=codebook, country="NGA")
    sampled = pi.weight_ranks(data, codebook=codebook).droplevel("year")
    with Page(browser, tmp_path / "four.html") as opened:
        assert opened.text("basis").startswith("Sampled: 4,096 weightings")
        assert opened.page.locator("svg[data-part=picture]").count() == 0
        units = opened.data()["units"]
        for unit in ("NGA", "FRA", "unit 3"):
            low, high = opened.run(f"{ROOT}.rangesOf(0)[{units.index(unit)}]")
            assert abs(low - sampled.loc[unit, "rank_low"]) <= 2
            assert abs(high - sampled.loc[unit, "rank_high"]) <= 2
        opened.page.locator("[data-part=country]").select_option(label="Germany")
        assert opened.text("basis").startswith("Exact")
        assert "keeps rank 1" in opened.text("sentence")
        slider = opened.page.locator("[data-part=slider-0]")
        slider.focus()
        opened.page.keyboard.press("End")
        assert opened.run(f"{ROOT}.state.w") == [1, 0, 0, 0]


def test_long_scales_are_exact_for_the_country(browser: Any, tmp_path: Path) -> None:
    codebook = Codebook("long", tuple(scale(name, 11) for name in ("law", "aid", "work")))
    data = made_up(codebook)
    report.explore(data, tmp_path / "long.html", codebook=codebook, country="NGA")
    sampled = pi.weight_ranks(data, codebook=codebook).droplevel("year")
    shares = weight_distribution(data, 2001, codebook=codebook)
    with Page(browser, tmp_path / "long.html") as opened:
        units = opened.data()["units"]
        for unit in ("NGA", "DEU", "unit 9"):
            low, high, exact, share = opened.run(
                f"""() => {{
                const {{ low, high, exact, share }} = {ROOT}.surveyOf(0, {units.index(unit)});
                const shares = Array.from({{ length: 30 }}, (_, i) => share(i + 1, i + 1));
                return [low, high, exact, shares];
                }}"""
            )
            assert exact
            assert low <= sampled.loc[unit, "rank_low"]
            assert high >= sampled.loc[unit, "rank_high"]
            assert np.allclose(share, shares.loc[unit], atol=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_ranges_of_long_scales_are_those_of_the_whole_arrangement(
    browser: Any, seed: int, tmp_path: Path
) -> None:
    codebook = Codebook("long", tuple(scale(name, 9) for name in ("law", "aid", "work")))
    data = made_up(codebook, 24)
    rng = np.random.default_rng(seed)
    data[:] = rng.integers(0, (9, 7, 5)[seed], data.shape)
    data.iloc[3] = 8  # the codebook stays long: a level of the highest must occur
    data.iloc[4] = data.iloc[5]
    report.explore(data, tmp_path / "long.html", codebook=codebook, country="NGA")
    static = (tmp_path / "long.html").read_text(encoding="utf-8")
    assert "Any weights, sampled</th>" in static
    with Page(browser, tmp_path / "long.html") as opened:
        ranges, whole = opened.run(
            f"""() => {{
            const units = {ROOT}.profiles[0].keys();
            return [{ROOT}.rangesOf(0), [...units].map((unit) => {{
              const {{ low, high }} = {ROOT}.surveyOf(0, unit);
              return [low, high];
            }})];
            }}"""
        )
        assert ranges == whole
        assert ranges[opened.data()["units"].index("unit 0")] == [1, 1]
        opened.page.wait_for_function(
            "() => !document.querySelector('[data-part=rows]').textContent.includes('\u2026')"
        )
        low, high = ranges[opened.data()["units"].index("NGA")]
        row = opened.page.locator("tr.own td").all_text_contents()
        assert row[-1] == f"{low}\N{EN DASH}{high}"
        assert opened.text("any") == "Any weights"


def test_a_rank_on_a_border_only_is_said_to_be_there(browser: Any, tmp_path: Path) -> None:
    data = panel({("DEU", 2009): [5, 5, 5], ("NGA", 2009): [5, 4, 4]}, DIMENSIONS)
    path = tmp_path / "border.html"
    report.explore(data, path, country="NGA")
    with Page(browser, path, "#w=1:0:0&c=NGA") as opened:
        assert opened.text("sentence") == (
            "With these weights Nigeria ranks 1 of 2 (2 with equal weights). Over all weightings: "
            "1 to 2, 1 or better on a border only."
        )
        rows = opened.page.locator("[data-part=key] tr").all_inner_texts()
        assert [each.split()[-2:] for each in rows if "first" in each] == [["border", "only"]]


@pytest.mark.parametrize("width", [1400, 1000, 390])
@pytest.mark.parametrize("units", [["FJI"], ["GHA", "NGA", "NZL"], ["DEU", "FRA"]])
def test_the_map_of_a_few_countries_cuts_no_tile(
    browser: Any, units: list[str], width: int, tmp_path: Path
) -> None:
    path = tmp_path / "few.html"
    report.explore(panel({(unit, 2009): [1, 2, 3] for unit in units}, DIMENSIONS), path)
    with Page(browser, path, viewport={"width": width, "height": 900}) as opened:
        boxes = opened.run(
            """() => {
            const sides = (box) => [box.left, box.top, box.right, box.bottom];
            const map = document.querySelector(".tiles");
            const tiles = [...map.querySelectorAll("rect")];
            return [map, ...tiles].map((each) => sides(each.getBoundingClientRect()));
            }"""
        )
        (left, top, right, bottom), *tiles = boxes
        assert len(tiles) == len(units)
        for x, y, end, foot in tiles:
            assert (left <= x, top <= y, end <= right, foot <= bottom) == (True,) * 4
            assert 20 < end - x < 60
        if len(units) < 3:
            assert right <= width
        assert opened.run("document.documentElement.scrollWidth <= innerWidth")


def test_data_without_countries_have_no_map(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "cities.html"
    report.explore(panel({("Bonn", 2009): [1, 2, 3], ("Ulm", 2009): [1, 1, 3]}, DIMENSIONS), path)
    with Page(browser, path) as opened:
        assert opened.page.locator(".tiles").count() == 0
        opened.page.get_by_role("button", name="prevention only").click()
        assert "Ulm ranks 1 of 2" in opened.text("sentence")


def test_headings_fit_their_columns(browser: Any, tmp_path: Path) -> None:
    names = ("prosecution", "protection", "prevention", "partnership", "procurement")
    codebook = Codebook("five", tuple(scale(name, 5) for name in names))
    path = tmp_path / "five.html"
    report.explore(made_up(codebook), path, codebook=codebook, country="NGA")
    for width in (1400, 1000):
        with Page(browser, path, viewport={"width": width, "height": 900}) as opened:
            assert opened.text("any") == "Any weights, sampled"
            fits = opened.run(
                "[...document.querySelectorAll('.ranks th')].map((each) => "
                "each.scrollWidth <= each.clientWidth)"
            )
            assert all(fits)


def test_one_dimension_is_refused(tmp_path: Path) -> None:
    codebook = Codebook("one", (scale("law", 5),))
    with pytest.raises(ValueError, match="2 or more dimensions; one has 1"):
        report.explore(made_up(codebook), tmp_path / "one.html", codebook=codebook)


def test_the_sentence_is_one_of_the_reports(browser: Any, page_of: Path) -> None:
    """The browser words ranks as Python does, whatever the numbers."""
    random_state = random.Random(5)
    rows = []
    for _ in range(200):
        low = random_state.randint(1, 1500)
        high = low + random_state.choice([0, 1, random_state.randint(2, 500)])
        rank = random_state.randint(low, high)
        share = random_state.choice(
            [0.0, 0.001, 0.005, 0.125, 0.995, 0.9999, 1.0, random_state.random()]
        )
        rows.append((rank, high + 5, rank, low, high, share))
    with Page(browser, page_of) as opened:
        spoken = opened.run(
            f"(rows) => rows.map((row) => {ROOT}.weighted('the Netherlands', ...row))", rows
        )
    assert spoken == [_sentences.weighted("the Netherlands", *row) for row in rows]


# The report's section.


@pytest.fixture(scope="module")
def in_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("section") / "report.html"
    report.write(datasets.load_demo(), path, countries=["Nigeria", "Germany"])
    return path


def test_the_report_opens_the_explorer_on_request(browser: Any, in_report: Path) -> None:
    with Page(browser, in_report, viewport={"width": 1400, "height": 900}) as opened:
        page = opened.page
        assert not page.locator("[data-part=picture]").is_visible()
        page.locator("nav a", has_text="Weights").click()
        assert page.locator("[data-part=picture]").is_visible()
        page.locator("[data-part=country]").select_option(label="Germany")
        assert "Germany ranks 1 of" in opened.text("sentence")
        assert page.locator("[data-part=areas] .area").count() > 0
        page.locator("[data-part=search]").fill("Zaire")
        names = page.locator("[data-part=rows] tr:not([hidden]) th")
        assert names.all_inner_texts() == ["DR Congo"]
        page.locator("[data-part=handle]").press("ArrowUp")
        assert opened.run("location.hash").startswith("#w=")
        weights = opened.run(f"{ROOT}.state.w")
        page.reload()
        assert opened.run(f"{ROOT}.state.w") == weights
        assert page.locator("[data-part=picture]").is_visible()


def test_an_address_opens_the_explorer_of_the_report(browser: Any, in_report: Path) -> None:
    with Page(browser, in_report, "#w=1:2:1&y=2005&c=DEU&v=NGA") as opened:
        assert opened.page.locator("[data-part=picture]").is_visible()
        assert opened.run(f"{ROOT}.state.w") == [1, 2, 1]
        assert "Nigeria" in opened.text("duel")
    with Page(browser, in_report, "#NGA") as opened:
        assert not opened.page.locator("[data-part=picture]").is_visible()


def test_the_explorer_of_the_report_prints_where_it_is_open(browser: Any, in_report: Path) -> None:
    with Page(browser, in_report, "#w=1:2:1&c=DEU") as opened:
        opened.run("dispatchEvent(new Event('beforeprint'))")  # as a browser does first
        opened.page.emulate_media(media="print")
        assert opened.page.locator(".printed li").first.is_visible()
        assert not opened.page.locator("[data-part=search]").is_visible()
