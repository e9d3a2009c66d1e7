"""The section on latent scores: its numbers are the library's, and it says what it is not."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import measured
from policyindex import latent, report
from policyindex.report import _drawing, _latent
from policyindex.report._material import material_of
from stored import check_stored, in_words

NOT_THE_INDEX = "A latent score is not the index."

CODES = [str(code) for code in pi.countries.table().index[:24]]


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    levels, _ = measured(24, 8, seed=3, persistence=0.8)
    levels = levels.rename(index={f"C{place:03}": code for place, code in enumerate(CODES)})
    levels.loc[[(CODES[2], 2003), (CODES[2], 2005)]] = np.nan
    levels.loc[(CODES[3], 2007), :] = np.nan
    levels.loc[CODES[4]] = np.nan
    levels.attrs["source"] = "Cho (2015)"
    return levels.sort_index()


@pytest.fixture(scope="module")
def fitted(panel: pd.DataFrame) -> latent.Fit:
    return latent.fit(panel, model="dynamic")


@pytest.fixture(scope="module")
def page(panel: pd.DataFrame, fitted: latent.Fit, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("latent") / "report.html"
    report.write(panel, path, latent=fitted)
    return path.read_text(encoding="utf-8")


def section(page: str, name: str = "latent") -> str:
    start = page.index(f'<section aria-labelledby=":{name}">')
    return page[start : page.index("</section>", start)]


def country(page: str, code: str) -> str:
    start = page.index(f'id="{code}"')
    return page[start : page.index("</details>", start)]


def words(html: str) -> str:
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    return text.replace("\N{MINUS SIGN}", "-")


def rows(html: str, table: str) -> list[list[str]]:
    body = html[html.index(f'data-file="{table}"') :].partition("<tbody>")[2].partition("</tbody>")
    lines = re.findall(r"<tr.*?</tr>", body[0], re.DOTALL)
    return [re.findall(r'data-(?:unit|value)="([^"]*)"', line) for line in lines]


def test_the_section_says_what_it_is_not(page: str) -> None:
    said = words(section(page))
    assert said.startswith(f"Latent scores {NOT_THE_INDEX}")
    assert "It smooths real jumps; the largest are listed." in said
    assert "these are not the ranks of the ranking" in said
    assert "Assumption: graded response" in said
    assert '<a href="#:latent">Latent</a>' in page
    for code in (CODES[0], CODES[2], CODES[3]):
        assert NOT_THE_INDEX in words(country(page, code))


def test_the_jumps_are_those_of_the_fit(page: str, fitted: latent.Fit) -> None:
    listed = rows(section(page), "latent-jumps")
    assert [row[0] for row in listed] == list(fitted.jumps.index.get_level_values("country"))
    drawn = np.array([[float(cell) for cell in row[1:]] for row in listed])
    np.testing.assert_allclose(drawn, fitted.jumps, rtol=1e-4)
    code, year = fitted.jumps.index[0]
    change, kept = fitted.jumps.iloc[0]
    jump = f"of {year} ({change:+g} points, of which it keeps {kept:+.1f})"
    assert jump in words(country(page, code))


def test_the_ranks_are_those_of_the_posterior(page: str, fitted: latent.Fit) -> None:
    expected = latent.ranks(fitted, 2007).sort_values("rank_mean", kind="stable")
    listed = rows(section(page), "latent-2007")
    assert [row[0] for row in listed] == list(expected.index)
    ours = np.array([[float(cell) for cell in row[1:]] for row in listed])
    scores = fitted.scores.xs(2007, level="year").loc[expected.index]
    table = pd.concat([expected.iloc[:, :3], scores[["mean", "low", "high", "expected"]]], axis=1)
    np.testing.assert_allclose(ours, table, rtol=1e-4, atol=1e-5)
    n = int((expected["rank_low"] == 1).sum())
    assert f"By latent score, {n} of {len(expected)} countries could be first" in words(page)


def test_changes_that_are_clear_are_counted(page: str, fitted: latent.Fit) -> None:
    share = latent.improved(fitted, 2000, 2007)["p_improved"]
    up, down = int((share >= 0.975).sum()), int((share <= 0.025).sum())
    assert (
        f"of the {len(share)} countries with scores in both years, {up or 'none'} clearly rose "
        f"and {down or 'none'} clearly fell; for the other {len(share) - up - down} the data cannot"
    ) in words(section(page))


def test_a_country_has_its_path_and_band_with_gaps(page: str, fitted: latent.Fit) -> None:
    whole, gaps = country(page, CODES[0]), country(page, CODES[2])
    (band,) = re.findall(r'class="band" d="([^"]*)"', whole)
    assert band.count("M") == 1
    corners = np.array([[float(x) for x in pair.split()] for pair in band.strip("MZ").split("L")])
    scores = fitted.scores.loc[CODES[0]]
    heights = np.append(scores["high"], scores["low"][::-1])
    slope, base = np.polyfit(heights, corners[:, 1], 1)
    np.testing.assert_allclose(corners[:, 1], base + slope * heights, atol=0.06)
    (parts,) = re.findall(r'class="band" d="([^"]*)"', gaps)
    assert parts.count("M") == 3  # 2000 to 2002, 2004 alone, 2006 and 2007
    row = scores.loc[2007]
    side = "above" if row["mean"] >= 0 else "below"
    rank = latent.ranks(fitted, 2007).loc[CODES[0]]
    assert (
        f"{abs(row['mean']):.1f} standard deviations {side} the average in 2007 (95 % range "
        f"{row['low']:.1f} to {row['high']:.1f})"
    ) in words(whole)
    reach = f"lies between {rank['rank_low']:.0f} and {rank['rank_high']:.0f} (95 % range for one"
    assert f"Its rank by latent score {reach}" in words(whole)


def test_a_country_without_a_score_says_so(page: str) -> None:
    assert "has no latent score in 2007." in words(country(page, CODES[3]))
    silent = country(page, CODES[4])
    assert "has no latent score." in words(silent)
    assert 'class="band"' not in silent


def test_a_report_without_latent_scores_has_nothing_of_them(
    panel: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    report.write(panel, path, countries=CODES[0])
    plain = path.read_text(encoding="utf-8")
    assert "latent" not in plain.lower()
    assert ".band" not in plain


def test_other_fits_and_models_are_refused(
    panel: pd.DataFrame, fitted: latent.Fit, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    with pytest.raises(pi.PanelError, match="latent must be fitted to the data of the report"):
        report.write(panel.iloc[:-8], path, latent=fitted)
    changed = panel.copy()
    changed.iloc[0] = 6 - changed.iloc[0]
    changed.iloc[0, 0] = 1 + changed.iloc[0, 0] % 5
    with pytest.raises(pi.PanelError, match="latent must be fitted to the data of the report"):
        report.write(changed, path, latent=fitted)
    with pytest.raises(ValueError, match="model must be one of static, dynamic, correlated"):
        report.write(panel, path, latent="irt")
    with pytest.raises(ValueError, match="or the answer of latent.fit; got 3"):
        report.write(panel, path, latent=3)  # type: ignore[arg-type]
    with pytest.raises(pi.PanelError, match="use a static model"):
        report.write(panel.xs(2000, level="year", drop_level=False), path, latent="dynamic")
    assert not path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("model", ["static", "correlated"])
def test_every_model_has_a_section(panel: pd.DataFrame, tmp_path: Path, model: str) -> None:
    path = tmp_path / "report.html"
    if model == "correlated":  # with a position of its own for prevention
        other, _ = measured(24, 8, seed=4, persistence=0.8)
        panel = panel.assign(prevention=other["prevention"].to_numpy())
    report.write(panel, path, latent=model, countries=CODES[0])
    said = words(section(path.read_text(encoding="utf-8")))
    assert NOT_THE_INDEX in said
    assert ("It smooths real jumps" in said) == (model != "static")


@pytest.mark.slow
def test_codings_of_one_year_and_another_codebook_have_a_section(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    codings = pi.datasets.load_demo()
    of_year = codings.xs(2009, level="year", drop_level=False)
    fitted = latent.fit(codings, items="indicators")
    report.write(codings, path, latent=fitted, countries="NGA")
    assert NOT_THE_INDEX in words(section(path.read_text(encoding="utf-8")))
    report.write(of_year, path, latent="static", countries="NGA")
    assert NOT_THE_INDEX in words(section(path.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_a_report_without_latent_scores_loads_nothing_of_them(tmp_path: Path) -> None:
    code = f"""
import sys
import policyindex as pi
pi.report.write(pi.datasets.load_demo(), {str(tmp_path / "report.html")!r}, countries=["NGA"])
print([name for name in sys.modules if name.startswith("policyindex.latent")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
def test_the_command_adds_the_section(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from policyindex.cli.main import main

    path = tmp_path / "report.html"
    words_of = ["report", "demo", "--country", "Nigeria", "-o", str(path)]
    assert main([*words_of, "--latent"]) == 0
    assert "It smooths real jumps" in section(path.read_text(encoding="utf-8"))
    assert main([*words_of, "--latent", "static"]) == 0
    assert "It smooths real jumps" not in section(path.read_text(encoding="utf-8"))
    assert main(["report", "--latent", "demo"]) == 2
    assert "must be one of dynamic, static, correlated, after FILE" in capsys.readouterr().err
    one = tmp_path / "one.csv"
    scores = pi.score(pi.datasets.load_demo()).xs(2009, level="year", drop_level=False)
    pi.write_table(scores, one)
    capsys.readouterr()
    assert main(["report", str(one), "--latent", "-o", str(path)]) == 1
    assert capsys.readouterr().err.endswith("use a static model: --latent static\n")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_section_is_accessible_and_fits_the_window(
    browser: Any, panel: pd.DataFrame, fitted: latent.Fit, tmp_path: Path, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    path = tmp_path / "report.html"
    report.write(panel, path, latent=fitted)
    opened = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    opened.goto(f"{path.as_uri()}#{CODES[0]}")
    opened.locator(".positions > summary").click()
    violations = axe.Axe().run(opened).response["violations"]
    assert {each["id"]: [node["html"] for node in each["nodes"][:3]] for each in violations} == {}
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


@pytest.mark.slow
def test_tables_and_the_chart_are_saved_and_one_country_prints_to_two_pages(
    browser: Any, tmp_path: Path, real_file: Callable[[str], Path]
) -> None:
    path = tmp_path / "report.html"
    reading = pi.read(real_file("published_3p_2000_2013.dta"))
    report.write(reading, path, latent="dynamic", countries="Nigeria")
    opened = browser.new_page()
    opened.goto(f"{path.as_uri()}#NGA")
    content = opened.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 2
    opened.locator(".positions > summary").click()
    saved = []
    for button in opened.locator("section[aria-labelledby=':latent']").get_by_role("button").all():
        if button.inner_text() == "CSV":
            with opened.expect_download() as download:
                button.evaluate("each => each.click()")
            saved.append(Path(tmp_path, download.value.suggested_filename))
            download.value.save_as(saved[-1])
    assert [each.name for each in saved] == ["latent-jumps.csv", "latent-2013.csv"]
    table = pd.read_csv(saved[1], encoding="utf-8-sig").set_index("country")
    assert table.loc["NGA", ["rank_low", "rank_high", "mean"]].tolist() == [6, 59, 1.36259]
    assert {"year", "name", "low", "high", "expected", "source"} <= set(table)
    with opened.expect_download() as download:
        opened.locator("#NGA .position").get_by_role("button", name="Save as SVG").click()
    assert download.value.suggested_filename == "NGA-latent.svg"
    download.value.save_as(tmp_path / "chart.svg")
    root = ET.fromstring((tmp_path / "chart.svg").read_text(encoding="utf-8"))
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) >= 3
    opened.close()


def test_all_that_the_section_says(panel: pd.DataFrame, fitted: latent.Fit) -> None:
    material = material_of(panel, pi.THREE_P)
    axes = {CODES[0]: (2000, 2007), CODES[2]: (2001, 2007), CODES[4]: (2000, 2007)}
    axes |= {str(fitted.jumps.index[0][0]): (2000, 2007), CODES[3]: (2000, 2007)}
    said = _latent.latent_of(fitted, material, axes, _drawing.Shared())
    check_stored([*in_words(said)], Path(__file__).parent / "stored" / "latent.txt")
