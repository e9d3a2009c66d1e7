"""The explorer in a browser: a move, a change of country and year, the first paint.

Run with ``python -m pytest benchmarks/test_explorer.py -s``. The limits are 16 ms for a move (64 ms
where the processor is four times slower), 200 ms for a country or a year, and 1 s for the first
paint. Each time includes the layout of the page.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from policyindex import datasets, report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

CLOCK = """(changes) => {
  const root = document.getElementById(":explorer");
  return changes.map((change) => {
    const start = performance.now();
    root.explorer.choose(change, false);
    root.getBoundingClientRect();
    root.querySelector("[data-part=rows]").getBoundingClientRect();
    return performance.now() - start;
  });
}"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("explorer") / "explore.html"
    report.explore(datasets.load_demo(), written)
    return written


@pytest.fixture(scope="module")
def page(path: Path) -> Iterator[Any]:
    executable = os.environ.get("POLICYINDEX_BROWSER")
    executable = executable or next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser is installed: one of {', '.join(BROWSERS)}")
    with sync_api.sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=executable, args=options)
        opened = browser.new_page(viewport={"width": 1400, "height": 900})
        opened.goto(path.as_uri())
        yield opened
        browser.close()


def times(page: Any, changes: list[dict[str, Any]]) -> list[float]:
    page.evaluate(CLOCK, changes[:3])
    return sorted(page.evaluate(CLOCK, changes))


MOVES = [{"w": [1 + 7 * i % 300, 1 + 11 * i % 300, 1 + 13 * i % 300]} for i in range(60)]


@pytest.mark.parametrize(("slower", "limit"), [(1, 16), (4, 64)])
def test_a_move(page: Any, slower: int, limit: float) -> None:
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    took = times(page, MOVES)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    print(
        f"\na drag, {slower} times slower: median {median(took):.1f} ms, slowest {took[-1]:.1f} ms"
    )
    assert median(took) <= limit


def test_a_country_and_a_year(page: Any) -> None:
    for name, changes in (
        ("country", [{"c": 7 * i} for i in range(1, 25)]),
        ("year", [{"y": i % 10} for i in range(20)]),
    ):
        took = times(page, changes)
        print(f"\na {name}: median {median(took):.1f} ms, slowest {took[-1]:.1f} ms")
        assert median(took) <= 200


def test_the_first_paint(page: Any, path: Path) -> None:
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.wait_for_timeout(1000)
    paint = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint').map((each) => each.startTime)"
    )
    print(f"\nfirst paint after {paint[0]:.0f} ms, {path.stat().st_size / 1000:.0f} KB")
    assert paint[0] <= 1000
