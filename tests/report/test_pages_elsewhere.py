"""Pages that other rooms write, in a browser: those of releases and of codebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import policyindex as pi
from policyindex import Codebook, Dimension, Indicator, codebooks, coding

LONG = Codebook(
    "x_" + "y" * 70,
    (
        Dimension(
            "dim_" + "z" * 60,
            (
                Indicator(
                    "ind_" + "q" * 70, ("no " * 40, "W" * 80), guidance=("g" * 200, "b " * 99)
                ),
                Indicator("b"),
            ),
            codebooks.Count((1,)),
            ("none", "some " * 30),
        ),
    ),
    citation="https://example.org/" + "a" * 150,
    changelog=(("2026-11-27", "text " * 50),),
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, codebook in (("3p", pi.THREE_P), ("long", LONG)):
        codebooks.write(codebook, folder / f"{name}.html")
    old = pi.datasets.load_demo().loc[["NGA", "SWE"]]
    new = old.drop("SWE", level="country")
    new["enforcement"] = 0
    first = coding.release(old, folder / "1", name="1", formats=())
    words = ["Doe, Jane", "The Organisation of " + "m" * 60]
    address = "https://example.org/" + "t" * 100
    coding.release(
        new, folder / "2", name="2" * 40, previous=first, authors=words, license_id=address,
        formats=(),
    )  # fmt: skip
    paths = {name: folder / f"{name}.html" for name in ("3p", "long")}
    return paths | {"release": folder / "2" / "index.html"}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 768, 390])
@pytest.mark.parametrize("name", ["3p", "long", "release"])
def test_a_page_fits_every_screen_and_axe_finds_nothing(
    browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(pages[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == complaints == []
    page.close()
