"""The report in a browser: sorting, searching, the picker, links, and nothing from elsewhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import DIMENSIONS, panel
from policyindex import datasets, report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.slow

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://example.org/x onerror=alert(1)>',
    '=HYPERLINK("https://example.org","x")',
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    named = os.environ.get("POLICYINDEX_BROWSER")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser is installed: one of {', '.join(BROWSERS)}")
    with sync_api.sync_playwright() as driver:
        # A container gives the browser neither a sandbox nor much shared memory.
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        launched = driver.chromium.launch(executable_path=found, args=options)
        yield launched
        launched.close()


class Watched:
    """A page, and what it did that it must not do: messages, errors, dialogs, requests."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.address = path.as_uri()
        self.page = browser.new_page(**options)
        self.page.set_default_timeout(5000)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", self._request)
        self.page.goto(self.address)

    def _dismiss(self, dialog: Any) -> None:
        self.faults.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if request.url.split("#")[0] != self.address:
            self.faults.append(request.url)

    def column(self, place: int) -> list[str]:
        """The texts of a column of the ranking, of the rows that are shown."""
        cells = self.page.locator(f".sortable tbody tr:not([hidden]) > *:nth-child({place})")
        return list(cells.all_inner_texts())


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on a few countries, so that checks of the whole page take little time."""
    codings = datasets.load_demo()
    codings = codings[codings.index.get_level_values("country") < "AZ"]
    path = tmp_path_factory.mktemp("few") / "report.html"
    report.write(codings, path)
    return path


@pytest.fixture
def watched(browser: Any, written: Path) -> Iterator[Watched]:
    open_page = Watched(browser, written)
    yield open_page
    open_page.page.close()
    assert open_page.faults == []


def visible(watched: Watched) -> list[str]:
    """The identifiers of the sections of countries that are displayed."""
    return list(
        watched.page.eval_on_selector_all(
            ".profile", "all => all.filter(each => each.checkVisibility()).map(each => each.id)"
        )
    )


def numbers(texts: list[str]) -> list[float]:
    return [float(text) for text in texts if text.isdigit()]


def test_a_heading_sorts_by_mouse_and_says_so(watched: Watched) -> None:
    sortable = watched.page.locator(".sortable th[scope=col]", has_text="Overall")
    assert numbers(watched.column(1)) == sorted(numbers(watched.column(1)))
    sortable.locator("button").click()
    assert sortable.get_attribute("aria-sort") == "ascending"
    assert numbers(watched.column(3)) == sorted(numbers(watched.column(3)))
    sortable.locator("button").click()
    assert sortable.get_attribute("aria-sort") == "descending"
    assert numbers(watched.column(3)) == sorted(numbers(watched.column(3)), reverse=True)
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
        known = [text.isdigit() for text in ranks]
        assert known == sorted(known, reverse=True)
        assert not all(known)


def test_typing_searches_names_codes_and_regions_without_accents(watched: Watched) -> None:
    search = watched.page.get_by_role("searchbox", name="Search the ranking")
    for typed, found in (
        ("cote d", ["Côte d'Ivoire"]),
        ("TUR", ["Türkiye"]),
        ("oceania new", ["New Zealand"]),
        ("nowhere", []),
    ):
        search.fill("")
        search.press_sequentially(typed)
        assert set(found) <= set(watched.column(2))
        assert len(watched.column(2)) <= max(4 * len(found), 0)
        assert watched.page.locator("output").inner_text() == f"{len(watched.column(2))} of 177"
    search.press("Enter")
    search.fill("")
    assert len(watched.column(2)) == 177


def test_the_picker_shows_one_country_by_keyboard(watched: Watched, sections: list[str]) -> None:
    picker = watched.page.get_by_role("combobox", name="Show a country")
    assert visible(watched) == sections
    picker.focus()
    watched.page.keyboard.type("Germany")
    assert visible(watched) == ["DEU"]
    assert watched.page.evaluate("location.hash") == "#DEU"
    watched.page.get_by_role("button", name="Next").click()
    assert visible(watched) == ["GHA"]
    watched.page.get_by_role("button", name="Previous").click()
    assert visible(watched) == ["DEU"]
    picker.select_option("")
    assert visible(watched) == sections


def test_a_link_leads_to_a_country_and_back(watched: Watched, sections: list[str]) -> None:
    watched.page.locator(".sortable").get_by_role("link", name="Nigeria").click()
    assert visible(watched) == ["NGA"]
    assert watched.page.evaluate("document.activeElement.id") == "NGA"
    assert watched.page.locator("#NGA").is_visible()
    box = watched.page.locator("#NGA").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200
    watched.page.go_back()
    assert visible(watched) == sections


def test_an_address_leads_to_a_country(watched: Watched) -> None:
    watched.page.goto(f"{watched.address}#DEU")
    assert visible(watched) == ["DEU"]
    watched.page.locator("nav a", has_text="Ranking").click()
    assert visible(watched) == ["DEU"]


def test_a_square_of_the_map_leads_to_its_country(watched: Watched) -> None:
    watched.page.locator(".map g[data-unit=KEN]").click()
    assert visible(watched) == ["KEN"]


def test_the_first_tab_skips_to_the_summary(watched: Watched, sections: list[str]) -> None:
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("location.hash") == "#:summary"
    assert visible(watched) == sections


def test_a_print_holds_the_chosen_country(watched: Watched, sections: list[str]) -> None:
    watched.page.emulate_media(media="print")
    assert visible(watched) == sections
    assert not watched.page.locator(".tools").first.is_visible()
    watched.page.goto(f"{watched.address}#DEU")
    assert visible(watched) == ["DEU"]


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_page_fits_the_window(browser: Any, written: Path, width: int) -> None:
    watched = Watched(browser, written, viewport={"width": width, "height": 700})
    watched.page.goto(f"{watched.address}#DEU")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    watched.page.close()


@pytest.mark.parametrize("width", [1000, 1200, 1280])
def test_the_ranking_of_codings_has_room_for_all_its_columns(
    browser: Any, written: Path, width: int
) -> None:
    watched = Watched(browser, written, viewport={"width": width, "height": 700})
    needed, given = watched.page.eval_on_selector(
        ".wide:has(.sortable)", "each => [each.scrollWidth, each.clientWidth]"
    )
    assert needed <= given
    watched.page.close()


def test_a_page_without_scripts_has_everything(
    browser: Any, written: Path, sections: list[str]
) -> None:
    watched = Watched(browser, written, java_script_enabled=False)
    assert watched.page.locator(".profile").count() == len(sections)
    assert watched.page.locator("#DEU").is_visible()
    assert not watched.page.locator(".tools").first.is_visible()
    watched.page.close()


def test_hostile_names_do_nothing(browser: Any, tmp_path: Path) -> None:
    data = panel({(name, 2009): [1, 2, 3] for name in HOSTILE}, DIMENSIONS)
    data.attrs["source"] = HOSTILE[0]
    report.write(data, tmp_path / "report.html")
    watched = Watched(browser, tmp_path / "report.html")
    for name in HOSTILE:
        watched.page.locator(".sortable").get_by_role("link", name=name, exact=True).click()
        assert watched.page.locator(".profile.shown h3").inner_text() == name
        watched.page.get_by_role("combobox").select_option(label=name)
    for button in watched.page.locator(".sortable button").all():
        button.click()
    watched.page.get_by_role("searchbox").fill(HOSTILE[1])
    assert watched.column(2) == [HOSTILE[1]]
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
    assert watched.page.title() == "The 3P index, 2009"
    assert sum("Content Security Policy" in fault for fault in watched.faults) == 2
    watched.page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_no_serious_violation_of_accessibility(
    browser: Any, few: Path, scheme: str, width: int
) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    watched = Watched(browser, few, **look)
    found = axe.Axe().run(watched.page).response["violations"]
    serious = {
        each["id"]: [node["html"] for node in each["nodes"][:3]]
        for each in found
        if each["impact"] in ("serious", "critical")
    }
    assert serious == {}
    watched.page.close()
