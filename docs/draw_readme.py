"""Draw the pictures of the README from the demonstration data.

Run with ``python docs/draw_readme.py``; the pages need Chromium and the extra ``test``.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from playwright.sync_api import sync_playwright

import policyindex as pi
from policyindex import plot, report

IMAGES = Path(__file__).parent / "images"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Draw a chart and two pages into ``docs/images``."""
    codings = pi.datasets.load_demo()
    countries = ["Italy", "South Korea", "Nigeria", "North Korea"]
    plot.save(plot.trend(pi.score(codings), countries), IMAGES / "trend.png")
    with tempfile.TemporaryDirectory() as folder:
        page, explorer = Path(folder, "report.html"), Path(folder, "explore.html")
        report.write(codings, page)
        report.explore(codings, explorer, country="Nigeria")
        photograph({page: 860, explorer: 940})


def photograph(pages: dict[Path, int]) -> None:
    """Photograph the first screen of pages, to a height in pixels."""
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for page, height in pages.items():
            screen = chromium.new_page(viewport={"width": 1200, "height": height})
            screen.goto(page.as_uri())
            screen.screenshot(path=IMAGES / f"{page.stem}.png")
        chromium.close()


if __name__ == "__main__":
    main()
