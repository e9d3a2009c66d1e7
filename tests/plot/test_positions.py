"""Charts of latent models: numbers, warnings, gaps, jumps, and odd data."""

from __future__ import annotations

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure

import policyindex as pi
from builders import levelled, measured
from pictures import axes, check_drawn, check_legible, parts, rows, texts_of, title, words
from policyindex import latent, plot
from policyindex.countries import _short_name
from policyindex.plot import positions

NOT_THE_INDEX = "A latent score is not the index."

SMOOTHED = "It smooths real jumps; the largest are listed."


@pytest.fixture(scope="module")
def some(demo: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of the countries of Africa, and of two others."""
    regions = pi.countries.region(demo.index.unique("country"))
    return demo.loc[[*regions.index[regions == "Africa"], "ITA", "KOR"]]


@pytest.fixture(scope="module")
def static(some: pd.DataFrame) -> latent.Fit:
    return latent.fit(some)


@pytest.fixture(scope="module")
def dynamic(some: pd.DataFrame) -> latent.Fit:
    return latent.fit(some, model="dynamic")


@pytest.fixture(scope="module")
def correlated() -> latent.Fit:
    panel, _ = measured(30, 6, seed=0, persistence=0.8)
    two = pi.Codebook("two", pi.THREE_P.dimensions[:2])
    return latent.fit(panel, model="correlated", codebook=two)


def figure(width: float = 7.5, height: float = 5.0) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def test_a_path_and_its_band_are_those_of_the_scores(dynamic: latent.Fit) -> None:
    chart = plot.latent_scores(dynamic, "Nigeria", figure=figure())
    (ax,) = chart.axes
    scores = dynamic.scores.loc["NGA"]
    (path,) = [line for line in ax.lines if len(line.get_xdata()) == len(scores)]
    np.testing.assert_array_equal(path.get_ydata(), scores["mean"])
    (band,) = [each for each in ax.collections if isinstance(each, PolyCollection)]
    corners = band.get_paths()[0].vertices
    for end, edge in (("low", min), ("high", max)):
        drawn = [edge(corners[corners[:, 0] == year, 1]) for year in scores.index]
        np.testing.assert_allclose(drawn, scores[end])
    row = scores.loc[2009]
    drawn = " ".join(chart.get_suptitle().split())
    assert f"Nigeria is {row['mean']:.1f} above the average in 2009" in drawn
    reach = f"(95 % range {row['low']:.1f} to {row['high']:.1f})"
    assert reach.replace("-", "\N{MINUS SIGN}") in drawn


def test_every_chart_says_that_a_latent_score_is_not_the_index(
    static: latent.Fit, dynamic: latent.Fit, correlated: latent.Fit
) -> None:
    drawn = [
        plot.latent_scores(static, "NGA", figure=figure()),
        plot.latent_scores(correlated, "C001", figure=figure()),
        plot.latent_ranks(dynamic, 2009, top=3, ax=axes()),
        plot.latent_improved(dynamic, 2000, 2009, top=3, ax=axes()),
    ]
    for chart in drawn:
        said = words(chart)
        assert NOT_THE_INDEX in said
        assert (SMOOTHED in said) == (chart is not drawn[0])
        assert "Assumption: graded response" in said
        assert "latent score" in (title(chart) if isinstance(chart, Axes) else chart.get_suptitle())


def test_words_of_the_user_leave_the_warning(dynamic: latent.Fit) -> None:
    chart = plot.latent_scores(dynamic, "NGA", title="Mine", subtitle="", figure=figure())
    assert NOT_THE_INDEX in words(chart)


def test_the_jumps_of_a_country_have_rings_and_are_listed(dynamic: latent.Fit) -> None:
    (unit, year), (change, expected) = dynamic.jumps.index[0], dynamic.jumps.iloc[0]
    chart = plot.latent_scores(dynamic, [unit, "ITA"], figure=figure())
    (rings,) = [each for each in chart.axes[0].collections if isinstance(each, PathCollection)
                and len(each.get_offsets()) and not len(each.get_facecolors())]  # fmt: skip
    assert year in rings.get_offsets()[:, 0]
    assert rings.get_offsets()[0][1] == pytest.approx(dynamic.scores.loc[(unit, year), "mean"])
    drawn = words(chart).replace("\N{MINUS SIGN}", "-")
    name = pi.countries.name(unit)
    assert f"{name} {year} ({change:+g} points, of which the model keeps {expected:+.1f})" in drawn
    calm = [each for each in dynamic.panel.index.unique(0) if each not in dynamic.jumps.index]
    without = words(plot.latent_scores(dynamic, calm[0], figure=figure()))
    assert "None of the 10 largest is of these countries; the first: " in without


def test_ranks_are_those_of_the_posterior(dynamic: latent.Fit) -> None:
    ax = plot.latent_ranks(dynamic, 2009)
    expected = latent.ranks(dynamic, 2009)
    names = {_short_name(str(unit)): unit for unit in expected.index}
    drawn = []
    for part in parts(ax, "ranks"):
        (ranges,) = [each for each in part.collections if isinstance(each, LineCollection)]
        (dots,) = [each for each in part.collections if isinstance(each, PathCollection)]
        for name, line, dot in zip(rows(part), ranges.get_segments(), dots.get_offsets(),
                                   strict=True):  # fmt: skip
            row = expected.loc[names[name]]
            assert (dot[0], *line[:, 0]) == (row["rank_mean"], row["rank_low"], row["rank_high"])
            drawn.append(dot[0])
    assert len(drawn) == len(expected)
    assert drawn == sorted(drawn)
    first = int((expected["rank_low"] == 1).sum())
    assert title(ax).endswith(f"2009: {first} of {len(drawn)} countries have rank 1 in their range")
    assert "95 % range of the rank, for one country" in words(ax)


@pytest.mark.slow
def test_a_region_keeps_the_ranks_among_all(dynamic: latent.Fit) -> None:
    table = latent.ranks(dynamic, 2009)
    ax = plot.latent_ranks(dynamic, 2009, region="Africa", top=5, ax=axes())
    (part,) = parts(ax, "ranks")
    africa = table[pi.countries.region(table.index).eq("Africa").to_numpy()]
    first = africa["rank_mean"].idxmin()
    assert rows(part)[0] == _short_name(first)
    assert len(rows(part)) == 5
    assert f"is first in Africa, with a mean rank of {africa['rank_mean'].min():.1f}" in title(ax)


def test_changes_are_those_of_the_posterior(dynamic: latent.Fit) -> None:
    expected = latent.improved(dynamic, 2000, 2009)
    ax = plot.latent_improved(dynamic, 2000, 2009)
    reach = 1.959964 * expected["change_sd"]
    rose = int((expected["change_mean"] > reach).sum())
    fell = int((expected["change_mean"] < -reach).sum())
    assert f"of {len(expected)} countries {rose} clearly rose and {fell or 'none'}" in title(ax)
    (part,) = parts(ax, "ranks")
    (dots,) = [each for each in part.collections if isinstance(each, PathCollection)]
    np.testing.assert_allclose(
        dots.get_offsets()[:, 0], sorted(expected["change_mean"], reverse=True)
    )
    clear = {tuple(colour) for colour in dots.get_facecolors()}
    assert len(clear) >= 2


def test_a_dimension_has_a_path_of_its_own(correlated: latent.Fit, static: latent.Fit) -> None:
    chart = plot.latent_scores(correlated, "C001", dimension="protection", figure=figure())
    expected = correlated.by_dimension.xs("protection", level="dimension").loc["C001", "mean"]
    (ax,) = chart.axes
    (path,) = [line for line in ax.lines if len(line.get_xdata()) == len(expected)]
    np.testing.assert_array_equal(path.get_ydata(), expected)
    assert "latent score of protection: " in chart.get_suptitle()
    with pytest.raises(ValueError, match="this one is static; drop dimension, or fit with model="):
        plot.latent_scores(static, "NGA", dimension="protection")
    with pytest.raises(ValueError, match="dimension must be one of prosecution"):
        plot.latent_scores(correlated, "C001", dimension="partnership")


def test_no_line_or_band_crosses_a_gap(some: pd.DataFrame) -> None:
    gaps = some.copy()
    gaps.loc[[("NGA", 2003), ("NGA", 2005)]] = np.nan
    fitted = latent.fit(gaps, model="dynamic")
    (ax,) = plot.latent_scores(fitted, "NGA", figure=figure()).axes
    path = next(line for line in ax.lines if len(line.get_xdata()) == 10)
    assert list(np.flatnonzero(np.isnan(path.get_ydata()))) == [3, 5]
    (band,) = [each for each in ax.collections if isinstance(each, PolyCollection)]
    years = [{round(x) for x in part.vertices[:, 0]} for part in band.get_paths()]
    assert {2000, 2001, 2002} in years
    assert not any({2003, 2005} & each for each in years)
    alone = [each for each in ax.collections if isinstance(each, LineCollection)
             and any((part[:, 0] == 2004).all() for part in each.get_segments())]  # fmt: skip
    assert len(alone) == 1


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "case",
    [
        pytest.param("one year", marks=SLOW),
        pytest.param("one country", marks=SLOW),
        pytest.param("odd names", marks=SLOW),
        pytest.param("another codebook", marks=SLOW),
    ],
)
def test_odd_data_are_drawn(case: str) -> None:
    panel, _ = measured(12, 5, seed=1, persistence=0.8)
    codebook, year, model = pi.THREE_P, 2004, "dynamic"
    country = "C003"
    if case == "one year":
        panel, model = panel.xs(2004, level="year", drop_level=False), "static"
    elif case == "one country":
        panel = measured(1, 30, seed=1, persistence=0.8)[0]
        country, year, model = "C000", 2029, "static"
    elif case == "odd names":
        panel = panel.rename(index={"C003": "Cash $x^2$ & <b>"}, level="country")
        country = "Cash $x^2$ & <b>"
    else:
        codebook = levelled(["law", "care", "funds", "data"], top=5)
        panel = panel.set_axis(["law", "care", "funds"], axis=1).assign(data=panel.to_numpy()[:, 0])
        panel["data"] = panel["data"].to_numpy()[np.random.default_rng(0).permutation(len(panel))]
    panel.attrs["source"] = "Cho (2015)"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = latent.fit(panel, model=model, codebook=codebook)
        drawn = [
            plot.latent_scores(fitted, country, figure=figure()),
            plot.latent_ranks(fitted, year, ax=axes()),
        ]
        if case != "one year":
            drawn.append(plot.latent_improved(fitted, year - 4, year, ax=axes()))
    for chart in drawn:
        check_legible(chart)
        assert codebook.title in words(chart)
    assert any(country in text.get_text() for text in texts_of(drawn[0]))


def test_a_country_without_a_level_says_no_data(some: pd.DataFrame) -> None:
    silent = some.copy()
    silent.loc["NGA"] = np.nan
    chart = plot.latent_scores(latent.fit(silent), "NGA", figure=figure())
    assert "no data" in words(chart)
    assert "no level in these years" in " ".join(chart.get_suptitle().split())


def test_mistakes_are_refused(dynamic: latent.Fit, some: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="fitted must be the answer of latent.fit"):
        plot.latent_scores(some, "NGA")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="countries must be names or codes of countries"):
        plot.latent_scores(dynamic, "Atlantis")
    with pytest.raises(ValueError, match=r"year must be a year with a score \(2000.2009\)"):
        plot.latent_ranks(dynamic, 1990)
    with pytest.raises(ValueError, match="start must be before end"):
        plot.latent_improved(dynamic, 2009, 2000)
    with pytest.raises(ValueError, match="region must be a region"):
        plot.latent_improved(dynamic, 2000, 2009, region="Atlantis")
    with pytest.raises(ValueError, match="top must be an integer, at least 1"):
        plot.latent_ranks(dynamic, 2009, top=0)
    with pytest.raises(ValueError, match="a chart of 9 countries needs a figure of at least"):
        plot.latent_scores(dynamic, list(some.index.unique(0)[:9]), figure=figure(4.5, 2))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(4.5, 3.5), (6.0, 4.0)])
def test_small_charts_are_whole(dynamic: latent.Fit, size: tuple[float, float]) -> None:
    with plt.style.context("dark_background"):
        check_legible(plot.latent_scores(dynamic, ["NGA", "ITA"], figure=figure(*size)))
        check_legible(plot.latent_ranks(dynamic, 2009, highlight="Nigeria", ax=axes(*size)))
        check_legible(plot.latent_improved(dynamic, 2000, 2009, ax=axes(*size)))


def test_a_chart_of_latent_scores(dynamic: latent.Fit) -> None:
    unit = dynamic.jumps.index[0][0]
    chart = plot.latent_scores(dynamic, [unit, "GHA"], highlight="GHA")
    check_drawn(chart, "latent-scores")


def test_a_list_of_latent_ranks(dynamic: latent.Fit) -> None:
    check_drawn(plot.latent_ranks(dynamic, 2005, top=4, highlight="ITA"), "latent-ranks")


def test_a_list_of_latent_changes(dynamic: latent.Fit) -> None:
    chart = plot.latent_improved(dynamic, 2002, 2009, region="Northern Africa")
    check_drawn(chart, "latent-improved")


@pytest.mark.parametrize(
    ("limits", "words"),
    [((-1, 1), "0.5"), ((1, 3.5), "0.5"), ((-2, 2), "0"), ((3, 6), "0"), ((-6, -3), "0")],
)
def test_positions_far_apart_have_ticks_at_integers(
    limits: tuple[float, float], words: str
) -> None:
    ax = axes()
    positions._fix_positions(ax.yaxis, limits)
    assert ax.yaxis.get_major_formatter()(0.45 if words == "0" else 0.5, None) == words
