"""The page of a report, as a whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import policyindex as pi
from policyindex.report import _latent, _page
from policyindex.report._assets import asset, environment_of_pages
from policyindex.report._drawing import Shade
from policyindex.report._material import Material
from policyindex.report._results import Results
from stored import check_stored

STORED = Path(__file__).parent / "stored"


def test_the_page(few_codings: tuple[Material, Results]) -> None:
    """Its text, charts and tables, without the style, the scripts and what these read."""
    page = _page.rendered(*few_codings, ["GHA", "PRK"])
    page = re.sub(r"(?s)<(style|script|template)\b.*?</\1>", "", page)
    page = re.sub(r"sha256-[^' ]*|policyindex [0-9.a-z]+", "", page)
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    check_stored(lines, STORED / "page.txt")


def test_the_script_has_the_terms_of_the_search_before_the_code_of_the_page(
    few: tuple[Material, Results],
) -> None:
    page = _page.rendered(*few, ["GHA"])
    environment = environment_of_pages()
    search, saving, code = (asset(environment, name).strip() for name in _page.SCRIPTS)
    places = [page.index(part) for part in (search, saving, "const TERMS = ", code)]
    assert places == sorted(places)
    assert page.count("const TERMS = ") == 1


def test_tiles_have_an_edge_where_they_need_one() -> None:
    dark = Shade(3, "#fff", "black", edged=False, dark=None, n=0)
    light = Shade(3, "#000", "white", edged=True, dark=dark, n=2)
    assert _page._colours([light, light._replace(score=4, edged=False, dark=None)]) == (
        ".s3{fill:#000;stroke:var(--edge)}svg .s3+text{fill:white}\n"
        ".s4{fill:#000;stroke:none}svg .s4+text{fill:white}\n"
        "@media screen and (prefers-color-scheme:dark){"
        ".s3{fill:#fff;stroke:none}svg .s3+text{fill:black}\n}\n"
    )


def test_the_section_on_latent_scores_has_the_years_of_the_others(
    few: tuple[Material, Results], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(_latent, "latent_of", lambda *arguments: seen.append(arguments[2]))
    _page.rendered(*few, ["GHA", "NGA"], object())  # type: ignore[arg-type]
    assert seen == [{"GHA": (2000, 2005), "NGA": (2000, 2005)}]


def test_reasons_are_those_of_the_last_year(few_codings: tuple[Material, Results]) -> None:
    material, _ = few_codings
    reasons = _page._reasons(material, ["DEU", "GHA"])
    assert list(reasons) == ["DEU", "GHA"]
    assert material.codings is not None
    for unit, texts in reasons.items():
        explained = pi.explain(material.codings, unit, material.end)
        assert texts == [str(each) for each in explained.dimensions]
