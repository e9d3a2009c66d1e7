"""Time the explorer in a browser: a move, a change of country and year, the first paint.

Run with ``python benchmarks/explorer.py [FILE]``; without a file of scores it takes the
demonstration data. The limits are 16 ms for a move (64 ms where the processor is four times
slower), 200 ms for a country or a year, and 1 s for the first paint. Each time includes the layout
of the page.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from policyindex import datasets, read, report

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

MOVES = [{"w": [1 + 7 * i % 300, 1 + 11 * i % 300, 1 + 13 * i % 300]} for i in range(60)]

COUNTRIES = [{"c": 7 * i} for i in range(1, 25)]

YEARS = [{"y": i % 10} for i in range(20)]


def main(source: str | None) -> None:
    """Write the explorer, open it, and print a row for each time."""
    executable = os.environ.get("POLICYINDEX_BROWSER")
    executable = executable or next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        sys.exit(f"no browser is installed: one of {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder, "explore.html")
        report.explore(read(source) if source else datasets.load_demo(), path)
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=executable, args=options)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(path.as_uri())
        print("| what | median | slowest | limit |\n|---|---|---|---|")
        row("a move", times(page, MOVES), 16)
        client = page.context.new_cdp_session(page)
        client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        row("a move, four times slower", times(page, MOVES), 64)
        client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        row("a country", times(page, COUNTRIES), 200)
        row("a year", times(page, YEARS), 200)
        row("the first paint", [first_paint(page, path) for _ in range(5)], 1000)
        print(f"\n{path.stat().st_size / 1000:.0f} KB")
        browser.close()


def times(page: Any, changes: list[dict[str, Any]]) -> list[float]:
    """Return the milliseconds that each change takes, once the page is warm."""
    page.evaluate(CLOCK, changes[:3])
    took: list[float] = page.evaluate(CLOCK, changes)
    return took


def first_paint(page: Any, path: Path) -> float:
    """Return the milliseconds until the page shows something."""
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.wait_for_timeout(1000)
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    return float(page.evaluate(paint))


def row(what: str, took: list[float], limit: float) -> None:
    """Print a row of the table."""
    print(f"| {what} | {median(took):.1f} ms | {max(took):.1f} ms | {limit:g} ms |")


if __name__ == "__main__":
    main(*sys.argv[1:2] or [None])
