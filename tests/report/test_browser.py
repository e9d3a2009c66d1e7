"""The report in a browser: each acceptance line of the page, and nothing from elsewhere."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import policyindex as pi
from builders import DIMENSIONS, panel, script
from policyindex import datasets, report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.slow

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://example.org/x onerror=alert(1)>',
    '=HYPERLINK("https://example.org","x")',
)


class Watched:
    """A page, and what it did that it must not do: messages, errors, dialogs, requests."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.address = path.as_uri()
        self.page = browser.new_page(**options)
        self.page.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.saved = path.parent
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", self._request)
        self.page.goto(self.address)

    def _dismiss(self, dialog: Any) -> None:
        self.faults.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        # A blob is made and read by the page itself.
        if request.url.split("#")[0] != self.address and not request.url.startswith("blob:"):
            self.faults.append(request.url)

    def column(self, place: int) -> list[str]:
        """The texts of a column of the ranking, of the rows that are shown."""
        cells = self.page.locator(f".sortable tbody tr:not([hidden]) > *:nth-child({place})")
        return list(cells.all_inner_texts())

    def open(self) -> list[str]:
        """The identifiers of the countries that are open."""
        return list(self.page.eval_on_selector_all(".profile[open]", "all => all.map(e => e.id)"))

    @property
    def hash(self) -> str:
        return str(self.page.evaluate("location.hash"))

    def save(self, button: Any) -> Path:
        """The file that a button saves."""
        with self.page.expect_download() as download:
            button.click()
        path = self.saved / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def near(self, name: str) -> Any:
        """The part of the page under a heading."""
        return self.page.locator(f"section[aria-labelledby=':{name}']")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on a few countries, so that checks of the whole page take little time."""
    codings = datasets.load_demo()
    codings = codings[codings.index.get_level_values("country") < "AZ"]
    path = tmp_path_factory.mktemp("few") / "report.html"
    report.write(codings, path)
    return path


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, real_file: Callable[[str], Path]) -> Path:
    """A report on all countries of the published scores."""
    path = tmp_path_factory.mktemp("published") / "report.html"
    report.write(pi.read(real_file("published_3p_2000_2013.dta")), path)
    return path


@pytest.fixture
def watched(browser: Any, written: Path) -> Iterator[Watched]:
    open_page = Watched(browser, written)
    yield open_page
    open_page.page.close()
    assert open_page.faults == []


def numbers(texts: list[str]) -> list[float]:
    return [float(text.strip("=")) for text in texts if text.strip("=").isdigit()]


# The first screen


@pytest.mark.parametrize("data", ["written", "published"])
def test_the_first_screen_says_of_what_with_findings_and_a_map(
    browser: Any, data: str, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(data)
    watched = Watched(browser, path, viewport={"width": 1400, "height": 900})
    assert "trafficking" in watched.page.locator("h1").inner_text()
    for name in ("description", "og:title", "og:description"):
        content = watched.page.locator(f"meta[name='{name}'],meta[property='{name}']")
        assert "trafficking" in content.get_attribute("content")
    assert "trafficking" in watched.page.locator(".lead").inner_text()
    assert watched.page.locator(".findings dd").count() == 3
    top = "each => each.getBoundingClientRect().top"
    assert watched.page.eval_on_selector(".map", top) < 700
    assert watched.faults == []
    watched.page.close()


@pytest.mark.parametrize(("width", "highest"), [(1400, 15_000), (390, 25_000)])
def test_the_page_is_not_long(browser: Any, published: Path, width: int, highest: int) -> None:
    watched = Watched(browser, published, viewport={"width": width, "height": 844})
    assert watched.page.evaluate("document.documentElement.scrollHeight") <= highest
    assert watched.open() == []
    watched.page.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1400])
def test_the_page_fits_the_window(browser: Any, published: Path, width: int) -> None:
    watched = Watched(browser, published, viewport={"width": width, "height": 700})
    watched.page.goto(f"{watched.address}#DEU")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.faults == []
    watched.page.close()


# Sorting


def test_the_first_click_puts_the_best_on_top(watched: Watched) -> None:
    sortable = watched.page.locator(".sortable th[scope=col]", has_text="Overall")
    assert numbers(watched.column(1)) == sorted(numbers(watched.column(1)))
    sortable.locator("button").click()
    assert sortable.get_attribute("aria-sort") == "descending"
    assert numbers(watched.column(3)) == sorted(numbers(watched.column(3)), reverse=True)
    assert watched.hash.endswith("?sort=-overall")
    sortable.locator("button").click()
    assert sortable.get_attribute("aria-sort") == "ascending"
    assert numbers(watched.column(3)) == sorted(numbers(watched.column(3)))
    assert watched.page.locator("[aria-sort]").count() == 1


def test_a_heading_sorts_by_keyboard(watched: Watched) -> None:
    button = watched.page.locator(".sortable th[scope=col] button", has_text="Country")
    button.focus()
    watched.page.keyboard.press("Enter")
    names = watched.column(2)
    assert len(names) == 177
    assert names[0] == "Afghanistan"
    watched.page.keyboard.press("Space")
    assert watched.column(2)[-1] == "Afghanistan"
    assert sorted(watched.column(2)) == sorted(names)


def test_countries_without_a_rank_stay_last(watched: Watched) -> None:
    button = watched.page.locator(".sortable th[scope=col] button", has_text="Rank").first
    for _ in range(2):
        button.click()
        ranks = watched.column(1)
        known = [text.strip("=").isdigit() for text in ranks]
        assert known == sorted(known, reverse=True)
        assert not all(known)


def test_the_address_holds_sorting_region_and_search_and_back_undoes_them(
    browser: Any, watched: Watched
) -> None:
    page = watched.page
    page.locator(".sortable button", has_text="Protection").click()
    page.locator(".chip", has_text="Oceania").first.click()
    page.get_by_role("searchbox", name="Search the ranking").fill("zea")
    assert watched.column(2) == ["New Zealand"]
    address = page.url
    assert {"sort=-protection", "region=Oceania", "search=zea"} <= {
        *address.split("?")[1].split("&")
    }
    again = browser.new_page()
    again.goto(address)
    assert again.locator(".sortable tbody tr:not([hidden])").count() == 1
    assert again.get_by_role("searchbox", name="Search the ranking").input_value() == "zea"
    again.close()
    page.go_back()
    assert len(watched.column(2)) == 177
    assert numbers(watched.column(5)) == sorted(numbers(watched.column(5)), reverse=True)
    page.go_back()
    assert numbers(watched.column(1)) == sorted(numbers(watched.column(1)))


@pytest.mark.parametrize("fragment", ["%zz", "%E0%A4%A"])
def test_an_address_with_a_broken_code_leaves_the_page_at_work(
    browser: Any, few: Path, fragment: str
) -> None:
    opened = Watched(browser, few)
    opened.page.goto("about:blank")
    opened.page.goto(f"{opened.address}#{fragment}")
    opened.page.locator(".sortable button", has_text="Protection").click()
    assert "sort=-protection" in opened.page.url
    opened.page.close()
    assert [each for each in opened.faults if each != "about:blank"] == []


def test_the_table_of_changes_is_saved_in_plain_integers(browser: Any, few: Path) -> None:
    opened = Watched(browser, few)
    table = opened.page.locator("table[data-file^=change-]")
    name = table.get_attribute("data-file")
    section = opened.page.locator("section", has=table).last
    path = opened.save(section.get_by_role("button", name="CSV").first)
    assert path.name == f"{name}.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    shown = table.locator("tbody th").all_inner_texts()
    assert [row["change"] for row in rows] == [
        text.replace("\N{MINUS SIGN}", "-").replace("+", "") for text in shown
    ]
    assert all(int(row["change"]) <= 12 for row in rows)
    opened.page.close()
    assert opened.faults == []


def test_a_histogram_of_one_bar_is_no_higher_than_others(browser: Any, tmp_path: Path) -> None:
    years = {("DEU", year): [float(level)] * 3 for year, level in ((2008, 4), (2009, 3))}
    path = tmp_path / "one.html"
    report.write(panel(years, DIMENSIONS), path)
    opened = Watched(browser, path, viewport={"width": 1400, "height": 900})
    drawn = opened.page.locator(".histogram").bounding_box()
    assert 0 < drawn["height"] <= 300
    opened.page.close()
    assert opened.faults == []


def test_a_print_without_an_open_country_holds_every_section(browser: Any, few: Path) -> None:
    opened = Watched(browser, few)
    opened.page.emulate_media(media="print")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sections = opened.page.locator("main > section")
    assert all(sections.nth(n).is_visible() for n in range(sections.count()))
    assert opened.page.locator(".profile table").first.is_visible()
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.open() == []
    opened.page.close()
    assert opened.faults == []


# Search


@pytest.mark.parametrize(
    "typed",
    [
        *("Turkey", "Burma", "Swaziland", "Cape Verde", "Ivory Coast", "Zaire", "Holland"),
        *("cote d'ivoire", "Elfenbeink\xfcste", "Нигерия", "les Pays-Bas", "NGA"),
    ],
)
def test_a_search_leads_to_one_row_and_its_country(
    browser: Any, published: Path, typed: str
) -> None:
    watched = Watched(browser, published)
    search = watched.page.get_by_role("searchbox", name="Search the ranking")
    search.fill(typed)
    assert len(watched.column(2)) == 1
    assert watched.page.locator("output").first.inner_text() == "1 of 189"
    search.press("Enter")
    row = watched.page.locator(".sortable tbody tr:not([hidden])")
    assert watched.open() == [row.get_attribute("data-unit")]
    assert watched.faults == []
    watched.page.close()


def test_typing_searches_names_codes_and_regions(watched: Watched) -> None:
    search = watched.page.get_by_role("searchbox", name="Search the ranking")
    for typed, some, most in (("cote d", "C\xf4te d'Ivoire", 1), ("oceania new", "New Zealand", 4)):
        search.fill("")
        search.press_sequentially(typed)
        assert some in watched.column(2)
        assert len(watched.column(2)) <= most
    search.fill("nowhere")
    assert watched.column(2) == []
    assert watched.page.locator("output").first.inner_text() == "0 of 177"
    search.fill("<b>")
    assert watched.column(2) == []
    search.fill("")
    assert len(watched.column(2)) == 177


def test_the_browser_folds_names_as_python_does(browser: Any) -> None:
    from policyindex.report import _search

    code = Path(_search.__file__).with_name("templates") / "search.js"
    names = [name for names in script("data/build_forms.py").spellings().values() for name in names]
    names += ["<b>Bold</b>", "a=b", "c|d", "e_f", "+1"]
    page = browser.new_page()
    page.set_content("<p>")
    page.add_script_tag(content=code.read_text(encoding="utf-8"))
    assert page.evaluate("names => names.map(folded)", names) == [*map(_search.folded, names)]
    page.close()


def test_a_region_filters_the_ranking_and_the_countries(watched: Watched) -> None:
    chip = watched.page.locator(".chip", has_text="Oceania").first
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    assert "New Zealand" in watched.column(2)
    assert "Germany" not in watched.column(2)
    assert watched.page.locator(".profile:not([hidden])").count() == 0
    watched.page.locator(".chip", has_text="All").first.click()
    assert len(watched.column(2)) == 177


# Countries


def test_a_link_opens_a_country_and_back_closes_it(watched: Watched) -> None:
    assert watched.open() == []
    watched.page.locator(".sortable").get_by_role("link", name="Nigeria").click()
    assert watched.open() == ["NGA"]
    box = watched.page.locator("#NGA").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200
    watched.page.go_back()
    assert watched.open() == []


def test_an_address_opens_a_country(watched: Watched) -> None:
    watched.page.goto(f"{watched.address}#DEU")
    assert watched.open() == ["DEU"]
    watched.page.locator("nav a", has_text="Ranking").click()
    assert watched.open() == ["DEU"]


def test_a_square_of_the_map_opens_its_country_by_mouse_and_by_keys(watched: Watched) -> None:
    watched.page.locator(".map a[href='#KEN']").click()
    assert watched.open() == ["KEN"]
    tiles = watched.page.locator(".map a[tabindex='0']")
    assert tiles.count() == 1
    first = tiles.first
    first.focus()
    watched.page.keyboard.press("ArrowRight")
    moved = watched.page.evaluate("document.activeElement.getAttribute('href')")
    assert moved != first.get_attribute("href") or tiles.count() == 1
    watched.page.keyboard.press("Enter")
    assert moved[1:] in watched.open()


def test_the_first_tab_skips_to_the_summary(watched: Watched) -> None:
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    watched.page.keyboard.press("Enter")
    assert watched.hash == "#:summary"
    assert watched.open() == []


def test_contents_and_heads_stay_in_view(browser: Any, published: Path) -> None:
    watched = Watched(browser, published, viewport={"width": 1400, "height": 900})
    watched.page.locator(".sortable tbody tr").nth(90).scroll_into_view_if_needed()
    boxes = [watched.page.locator(each).first.bounding_box() for each in ("nav", ".sortable th")]
    (nav, head) = (box for box in boxes if box is not None)
    assert nav["y"] == 0
    assert nav["height"] - 1 <= head["y"] + 1 <= nav["height"] + 2
    watched.page.locator("nav a", has_text="Top").click()
    assert watched.page.evaluate("scrollY") < 60
    watched.page.close()


# Telephones


@pytest.mark.parametrize("width", [320, 390])
def test_a_telephone_has_score_and_rank_of_each_row_in_view(
    browser: Any, published: Path, width: int
) -> None:
    watched = Watched(browser, published, viewport={"width": width, "height": 844})
    inside = f"all => all.every(e => e.getBoundingClientRect().right <= {width})"
    for place in (1, 2, 3):
        rows = f".sortable tbody tr > :nth-child({place})"
        assert watched.page.eval_on_selector_all(rows, inside)
    watched.page.goto(f"{watched.address}#NGA")
    for place in (1, 2, 3):
        assert watched.page.eval_on_selector_all(f"#NGA tbody tr > :nth-child({place})", inside)
    assert watched.page.locator("#NGA tbody th").first.inner_text() == "2013"
    watched.page.close()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_telephone_the_countries_stay_while_the_ranking_scrolls(
    browser: Any, published: Path, width: int
) -> None:
    watched = Watched(browser, published, viewport={"width": width, "height": 844})
    assert watched.near("ranking").locator(".cue").first.is_visible()
    assert watched.page.locator(".first .cue").is_visible()
    watched.page.eval_on_selector(".tall", "each => { each.scrollLeft = 300; }")
    box = watched.page.locator(".sortable tbody th").first.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 40
    watched.page.close()


def test_targets_have_24_pixels(browser: Any, published: Path) -> None:
    watched = Watched(browser, published, viewport={"width": 390, "height": 844})
    watched.page.goto(f"{watched.address}#NGA")
    small = watched.page.eval_on_selector_all(
        ".map a rect, .sortable a, .sortable button, .chip, nav a, summary, .search, .save button",
        """all => all.map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.height && (box.height < 24 || box.width < 24))
        .map(([text, box]) => [text, box.width, box.height])""",
    )
    assert small == []
    watched.page.close()


# Dark mode


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_square_stands_out_from_the_page(browser: Any, published: Path, scheme: str) -> None:
    watched = Watched(browser, published, color_scheme=scheme)
    paper = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    tiles = watched.page.eval_on_selector_all(
        ".map rect, .key rect",
        "all => all.map(getComputedStyle).map(look => [look.fill, look.stroke])",
    )
    assert len(tiles) > 190
    for fill, stroke in tiles:
        best = max(contrast(each, paper) for each in (fill, stroke) if each.startswith("rgb"))
        assert best >= 3
    words = watched.page.locator(".first figcaption").inner_text()
    assert ("Darker is better" in words) == (scheme == "light")
    assert ("Brighter is better" in words) == (scheme == "dark")
    watched.page.close()


# Files


def test_the_ranking_is_saved_as_scores_that_the_library_reads(
    browser: Any, published: Path, real_file: Callable[[str], Path]
) -> None:
    watched = Watched(browser, published)
    path = watched.save(watched.near("ranking").get_by_role("button", name="Save as CSV"))
    wanted = pi.read(real_file("published_3p_2000_2013.dta")).panel
    scores = pi.read(path).panel
    of_year = wanted[wanted.index.get_level_values("year") == 2013].dropna()
    assert scores.dropna().equals(of_year[scores.columns])
    header, first, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    names = header.split(",")
    assert names[:4] == ["country", "year", "rank", "name"]
    assert {"rank_low", "rank_high", "rank_low_tenth", "rank_high_tenth", "region"} <= {*names}
    assert first.startswith("POL,2013,1,Poland,15,5,5,5,2,")
    (nigeria,) = (row for row in rows if row.startswith("NGA"))
    ranges = pi.standings(wanted[DIMENSIONS], year=2013, min_weight=0).loc["NGA"]
    cells = dict(zip(names, nigeria.split(","), strict=False))
    for end in ("low", "high"):
        assert float(cells[f"rank_{end}"]) == ranges[f"rank_{end}"]
        assert float(cells[f"rank_{end}_tenth"]) == ranges[f"rank_{end}_tenth"]
    assert watched.faults == []
    watched.page.close()


def test_every_table_is_saved_with_its_source(browser: Any, published: Path) -> None:
    watched = Watched(browser, published)
    watched.page.goto(f"{watched.address}#NGA")
    buttons = watched.page.get_by_role("button", name="Save as CSV").all()
    assert len(buttons) == 7
    for button in buttons:
        path = watched.save(button)
        header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        assert header.endswith(",source")
        assert rows
        assert all("2013.dta" in row or "Cho" in row for row in rows)
    nigeria = pi.read_scores(watched.saved / "NGA.csv")
    assert nigeria.loc[("NGA", 2013), "overall"] == 13
    assert watched.faults == []
    watched.page.close()


def test_a_country_opened_again_has_its_buttons_once(watched: Watched) -> None:
    watched.page.goto(f"{watched.address}#NGA")
    country = watched.page.locator("#NGA")
    buttons = country.get_by_role("button", name="Save as CSV")
    assert buttons.count() == 1
    for _ in range(2):
        country.locator("summary").first.click()
        watched.page.wait_for_timeout(200)
    assert buttons.count() == 1


def test_codings_left_undecided_are_saved_as_bounds(watched: Watched) -> None:
    path = watched.save(watched.near("ranking").get_by_role("button", name="Save as CSV"))
    header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    (colombia,) = (row for row in rows if row.startswith("COL"))
    cells = dict(zip(header.split(","), colombia.split(","), strict=False))
    low, high = pi.score_bounds(datasets.load_demo()).loc[
        ("COL", 2009), ["overall_low", "overall_high"]
    ]
    if low < high:
        assert cells["overall"] == ""
    assert (float(cells["overall_low"]), float(cells["overall_high"])) == (low, high)


def test_charts_are_saved_as_svg_and_png(browser: Any, published: Path) -> None:
    watched = Watched(browser, published)
    watched.page.goto(f"{watched.address}#NGA")
    parts = (".first", "section.second", "#NGA")
    for part in parts:
        place = watched.page.locator(part)
        path = watched.save(place.get_by_role("button", name="Save as SVG").first)
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        texts = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
        assert any("Anti-trafficking Policy Index" in text for text in texts)
        assert any(text.startswith("Source: ") for text in texts)
        tags = {each.tag.rpartition("}")[2] for each in root.iter()}
        assert not tags & {"use", "a", "script", "style", "foreignObject"}
        assert "var(" not in path.read_text(encoding="utf-8")
        image = watched.save(place.get_by_role("button", name="Save as PNG").first)
        assert image.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert image.stat().st_size > 20_000
    assert watched.faults == []
    watched.page.close()


def test_a_sentence_is_copied_with_its_source(browser: Any, published: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(published.as_uri())
    sentence = page.locator(".findings dd").first
    words = sentence.inner_text().removesuffix("Copy").strip()
    sentence.hover()
    sentence.get_by_role("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(words)
    assert re.search(r"\((.*2013.dta|.*Cho.*)\)$", copied)
    context.close()


# Print


def pages(watched: Watched) -> int:
    content = watched.page.pdf(format="A4", print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", content))


def test_a_print_of_one_country_has_two_pages(
    browser: Any, tmp_path: Path, written: Path, real_file: Callable[[str], Path]
) -> None:
    path = tmp_path / "one.html"
    report.write(pi.read(real_file("published_3p_2000_2013.dta")), path, countries="Nigeria")
    watched = Watched(browser, path)
    assert pages(watched) == 2
    watched.page.close()
    for unit in ("NGA", "COL"):
        watched = Watched(browser, written)
        watched.page.goto(f"{watched.address}#{unit}")
        assert pages(watched) == 2
        watched.page.emulate_media(media="print")
        assert watched.page.locator(f"#{unit} table").is_visible()
        assert not watched.near("ranking").is_visible()
        watched.page.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_print_without_an_open_country_holds_all(
    browser: Any, written: Path, sections: list[str], scripts: bool
) -> None:
    watched = Watched(browser, written, java_script_enabled=scripts)
    watched.page.emulate_media(media="print")
    tables = watched.page.locator(".profile table")
    assert tables.count() == len(sections)
    if not scripts:
        assert all(table.is_visible() for table in tables.all())
    assert pages(watched) > 5
    watched.page.close()


def test_a_print_breaks_no_sentence_and_no_table_before_its_fifth_row(
    browser: Any, written: Path
) -> None:
    watched = Watched(browser, written)
    watched.page.emulate_media(media="print")
    look = "all => all.every(each => getComputedStyle(each).breakInside === 'avoid')"
    for sentences in ("main p", "main dd", "main li"):
        assert watched.page.eval_on_selector_all(sentences, look)
    rows = "tbody tr:nth-child(-n+4)"
    look = "all => all.every(each => getComputedStyle(each).breakAfter === 'avoid')"
    assert watched.page.eval_on_selector_all(rows, look)
    watched.page.close()


# Without scripts, hostile names, accessibility


def test_a_page_without_scripts_has_every_country(browser: Any, published: Path) -> None:
    watched = Watched(browser, published, java_script_enabled=False)
    assert watched.page.locator(".profile").count() == 189
    assert not watched.page.locator(".tools").first.is_visible()
    assert not watched.page.locator("#NGA table").is_visible()
    watched.page.locator("#NGA summary").click()
    assert watched.page.locator("#NGA table").is_visible()
    watched.page.goto(f"{watched.address}#DEU")
    assert watched.page.locator("#DEU table").is_visible()
    watched.page.close()


def test_hostile_names_do_nothing(browser: Any, tmp_path: Path) -> None:
    data = panel({(name, 2009): [1, 2, 3] for name in HOSTILE}, DIMENSIONS)
    data.attrs["source"] = HOSTILE[0]
    report.write(data, tmp_path / "report.html")
    watched = Watched(browser, tmp_path / "report.html")
    for name in HOSTILE:
        watched.page.locator(".sortable").get_by_role("link", name=name, exact=True).click()
        assert name in watched.page.locator(".profile[open] h3").all_inner_texts()
    for button in watched.page.locator(".sortable button").all():
        button.click()
    watched.page.get_by_role("searchbox").first.fill(HOSTILE[1])
    assert watched.column(2) == [HOSTILE[1]]
    watched.page.get_by_role("searchbox").first.fill("")
    path = watched.save(watched.near("ranking").get_by_role("button", name="Save as CSV"))
    assert "'=HYPERLINK" in path.read_text(encoding="utf-8-sig")
    watched.page.goto(f"{watched.address}#NGA?sort=%3Cb%3E&region=x&search=%3Cimg src=x%3E")
    assert watched.page.locator("img").count() == 0
    assert watched.faults == []
    watched.page.close()


def test_a_script_added_to_the_page_does_not_run(browser: Any, tmp_path: Path) -> None:
    """The policy holds even if the escaping fails."""
    path = tmp_path / "report.html"
    report.write(panel({("DEU", 2009): [1, 2, 3]}, DIMENSIONS), path)
    slipped = '<script>document.title = "run"</script><img src="https://example.org/x">'
    path.write_text(path.read_text(encoding="utf-8").replace("</main>", f"{slipped}</main>"))
    watched = Watched(browser, path)
    assert watched.page.title() == "3P Anti-trafficking Policy Index, 2009"
    assert sum("Content Security Policy" in fault for fault in watched.faults) == 2
    watched.page.close()


@pytest.mark.parametrize("width", [1400, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_of_accessibility(browser: Any, few: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    watched = Watched(browser, few, **look)
    watched.page.goto(f"{watched.address}#ALB")
    violations = axe.Axe().run(watched.page).response["violations"]
    assert {each["id"]: [node["html"] for node in each["nodes"][:3]] for each in violations} == {}
    watched.page.close()


def test_the_mark_of_invented_data_covers_no_data(browser: Any, few: Path) -> None:
    watched = Watched(browser, few, viewport={"width": 1400, "height": 900})
    watched.page.goto(f"{watched.address}#ALB")
    assert watched.page.eval_on_selector_all(
        "svg .mark",
        """all => all.every(mark => {
            const box = mark.getBoundingClientRect();
            const others = [...mark.closest("svg").querySelectorAll("rect, .line, .dots, text")];
            return others.filter(each => each !== mark).every(each => {
                const other = each.getBoundingClientRect();
                return other.right <= box.left || other.left >= box.right
                    || other.bottom <= box.top + 1 || other.top >= box.bottom - 1;
            });
        })""",
    )
    watched.page.close()
