"""The tile map of one year: the artists carry the scores, and every country has its square."""

from __future__ import annotations

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from builders import series
from pictures import SIZES, STYLES, axes, check_drawn, check_legible, parts, texts_of, title, words
from policyindex import THREE_P, Codebook, countries, datasets
from policyindex.plot import _geometry, _style, tiles, world
from policyindex.plot._geometry import narrow_layout as layout
from policyindex.plot._subject import level_colours


def squares(ax: Axes) -> tuple[PatchCollection, ...]:
    """The scored tiles, and the tiles without data."""
    return tuple(each for each in ax.collections if isinstance(each, PatchCollection))


def texts(ax: Axes) -> list[str]:
    return [each.get_text() for each in ax.texts]


def drawn(ax: Axes) -> dict[tuple[int, int], float]:
    """Scores by the column and row of their squares."""
    scored = squares(ax)[0]
    corners = [path.vertices[0] for path in scored.get_paths()]
    values = np.asarray(scored.get_array())
    return {
        (round(x), round(y)): float(value) for (x, y), value in zip(corners, values, strict=True)
    }


def test_the_squares_carry_the_scores(demo: pd.DataFrame) -> None:
    scores = demo["overall"]
    tiles = layout()
    wanted = {
        (tiles.loc[code, "column"], tiles.loc[code, "row"]): value
        for code, value in scores.xs(2009, level="year").dropna().items()
    }
    assert drawn(world(scores, 2009)) == wanted


def test_every_tile_has_its_code_and_those_without_a_score_are_hatched(demo: pd.DataFrame) -> None:
    ax = world(demo["overall"], 2009)
    scored, empty = squares(ax)
    assert set(layout().index) <= set(texts(ax))
    assert len(scored.get_paths()) + len(empty.get_paths()) == len(layout())
    assert empty.get_hatch() == _style.HATCH
    assert scored.get_hatch() is None


def key_of(ax: Axes) -> list[str]:
    """The levels in the key."""
    (key,) = parts(ax, "key")
    return [text.get_text() for text in key.texts if text.get_label() == "key"]


def at_of(ax: Axes) -> dict[str, float]:
    """How far to the right each word of the key stands."""
    (key,) = parts(ax, "key")
    return {text.get_text(): text.get_position()[0] for text in key.texts}


def test_the_code_stands_over_the_score(demo: pd.DataFrame) -> None:
    ax = world(demo["overall"], 2009)
    at = {text.get_position(): text.get_text() for text in ax.texts}
    places = {text: place for place, text in at.items()}
    column, row = places["DEU"]
    (score_row,) = [y for (x, y), text in at.items() if x == column and 0 < y - row < 0.6]
    assert at[column, score_row] == f"{demo.loc[('DEU', 2009), 'overall']:g}"
    column, row = places["LIE"]  # not scored
    assert not [text for (x, y), text in at.items() if x == column and 0 < y - row < 0.6]


@pytest.mark.parametrize("width", [10.5, 7.5, 4.5, 3])
def test_codes_stay_within_their_tiles_and_are_left_out_where_illegible(
    demo: pd.DataFrame, width: float
) -> None:
    figure = Figure(figsize=(width, 0.95 * width + 0.5), layout="constrained")
    ax = world(demo["overall"], 2009, ax=figure.subplots())
    figure.draw_without_rendering()
    codes = [each for each in ax.texts if each.get_text() in layout().index]
    note = " ".join(texts(ax)).replace("\n", " ")
    assert bool(codes) != ("Codes are left out: the chart is too small for them" in note)
    (left, _), (right, _) = ax.transData.transform([(0, 0), (1, 0)])
    pixel = 1.0  # Matplotlib before 3.10 measures small text to a pixel
    for code in codes:
        assert code.get_fontsize() / 72 * 600 / width >= 9 - 1e-9
        assert code.get_window_extent().width < right - left + pixel
    assert bool(codes) == (width > 3)
    assert {"3", "15"} <= set(key_of(ax))


def test_a_new_map_is_seven_and_a_half_inches_wide_with_codes_and_scores(
    published: pd.DataFrame,
) -> None:
    ax = world(published, 2013)
    assert ax.figure.get_figwidth() == 7.5
    assert {"NGA", "FRA", "13"} <= set(texts(ax))
    check_legible(ax)


def test_a_small_map_is_whole(published: pd.DataFrame) -> None:
    for size in SIZES:
        check_legible(world(published, 2013, ax=axes(*size)))


def test_the_key_has_words_at_both_ends(published: pd.DataFrame) -> None:
    ax = world(published, 2013)
    order = sorted(at_of(ax), key=at_of(ax).__getitem__)
    assert order == ["worst", *map(str, range(3, 16)), "best", "no score"]
    assert key_of(ax) == [str(level) for level in range(3, 16)]
    turned = series({("DEU", 2009): 1, ("NGA", 2009): 3}).rename("tier")
    at = at_of(world(turned, 2009, scale=(1, 3), lower_is_better=True))
    assert at["best"] < at["1"] < at["3"] < at["worst"]
    assert not {"worst", "best"} & set(at_of(world(turned, 2009))) - {""}


def test_the_title_names_the_leaders(published: pd.DataFrame) -> None:
    assert title(world(published, 2013)).endswith("2013: Poland and Spain lead with 15 of 15")
    zoomed = world(published, 2013, region="Africa")
    assert title(zoomed).endswith("2013, Africa: Nigeria leads with 13 of 15")


def test_a_region_is_a_larger_map_of_its_own(published: pd.DataFrame) -> None:
    ax = world(published, 2013, region="Africa")
    codes = {text for text in texts(ax) if text in layout().index}
    regions = set(countries.region(sorted(codes)))
    assert regions == {"Africa"}
    assert len(codes) == 54
    assert "130 of other regions are not drawn" in words(ax)
    scored, empty = squares(ax)
    assert (len(scored.get_paths()), len(empty.get_paths())) == (52, 2)
    assert len({text for text in texts(world(published, 2013, region="Western Africa"))
                if text in layout().index}) == 16  # fmt: skip
    with pytest.raises(ValueError, match="region must be a region of the United Nations"):
        world(published, 2013, region="Atlantis")


def test_data_of_one_region_do_not_hatch_the_world(published: pd.DataFrame) -> None:
    codes = published.index.unique("country")
    africa = [code for code, name in countries.region(codes).items() if name == "Africa"]
    ax = world(published.loc[africa], 2013)
    _, empty = squares(ax)
    assert len(empty.get_paths()) == 2
    assert "Africa" in title(ax)
    assert "not drawn" not in words(ax)


def test_a_highlighted_country_has_a_thick_edge(published: pd.DataFrame) -> None:
    ax = world(published, 2013, highlight="Nigeria")
    (edge,) = [patch for patch in ax.patches if not patch.get_fill()]
    place = layout().loc["NGA"]
    assert (round(edge.get_x()), round(edge.get_y())) == (place["column"], place["row"])


@pytest.mark.parametrize("sheet", STYLES)
def test_the_fill_or_the_edge_of_each_tile_stands_out(sheet: str, published: pd.DataFrame) -> None:
    with plt.style.context(sheet):
        ax = world(published, 2013)
        ax.figure.draw_without_rendering()
        ground = mpl.colors.to_rgb(ax.get_facecolor())
        scored = squares(ax)[0]
        for fill, edge in zip(scored.get_facecolor(), scored.get_edgecolor(), strict=True):
            assert max(contrast(fill[:3], ground), contrast(edge[:3], ground)) >= 3


def test_the_map_says_why_the_united_states_are_unrated(published: pd.DataFrame) -> None:
    named = published.copy()
    named.attrs["source"] = datasets.SOURCE
    sentence = "The United States has no row in the published file, which does not say why"
    assert sentence in words(world(named, 2013))
    assert sentence not in words(world(named, 2013, region="Africa"))
    named.attrs = {"source": "mine"}
    assert sentence not in words(world(named, 2013))


def test_each_score_has_one_colour_that_the_key_shows(demo: pd.DataFrame) -> None:
    ax = world(demo["prosecution"], 2009)
    scored = squares(ax)[0]
    ax.figure.canvas.draw()
    faces = {
        float(value): tuple(face)
        for value, face in zip(scored.get_array(), scored.get_facecolor(), strict=True)
    }
    key = [tuple(patch.get_facecolor()) for patch in parts(ax, "key")[0].patches]
    assert len(key) == 5
    assert all(np.allclose(key[int(value) - 1], face) for value, face in faces.items())
    assert key_of(ax) == [str(level) for level in range(1, 6)]


def test_the_code_is_legible_on_its_square() -> None:
    shades, steps = level_colours(range(3, 16))
    for level in range(3, 16):
        shade = shades(steps(level))
        assert contrast(mpl.colors.to_rgb(_geometry.ink_on(shade)), shade[:3]) >= 4.5


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_the_footnote_has_source_and_n_and_countries_that_are_not_on_the_map() -> None:
    scores = series({("DEU", 2009): 15, ("Berlin $x$", 2009): 12, ("NGA", 2009): None})
    scores.attrs["source"] = "SYNTHETIC $y$"
    (note,) = [text for text in texts(world(scores, 2009)) if "Source" in text]
    assert "n = 1." in note
    assert "Berlin $x$" in note.replace("\n", " ")
    assert "Source: SYNTHETIC $y$." in note.replace("\n", " ")


def test_synthetic_data_are_marked_and_others_are_not(demo: pd.DataFrame) -> None:
    assert "SYNTHETIC" in texts(world(demo["overall"], 2009))
    unmarked = demo["overall"].copy()
    unmarked.attrs["source"] = "observed"
    assert "SYNTHETIC" not in texts(world(unmarked, 2009))


def test_a_year_without_scores_is_refused_and_the_others_named() -> None:
    scores = series({("DEU", 2001): 3, ("DEU", 2002): 4, ("DEU", 2004): 5, ("DEU", 2005): None})
    for year in (2005, 2010):
        with pytest.raises(ValueError, match=rf"\(2001.2002, 2004\); got {year}"):
            world(scores, year)


@pytest.mark.parametrize(
    "cells",
    [
        {("DEU", 2009): 12},
        {("DEU", 2009): None, ("NGA", 2009): None},
        {("Berlin", 2009): 12},
        {("DEU", 2001): 12, ("DEU", 2009): 13, ("NGA", 2009): None},
    ],
    ids=["one country", "all missing", "no country", "isolated year"],
)
def test_small_panels_are_drawn(cells: dict[tuple[str, int], float | None]) -> None:
    ax = world(series(cells), 2009)
    ax.figure.canvas.draw()
    assert len(squares(ax)[1].get_paths()) + len(drawn(ax)) == len(layout())


def test_it_draws_on_the_axes_given_and_changes_nothing_else(demo: pd.DataFrame) -> None:
    before = demo.copy()
    settings = dict(mpl.rcParams)
    ax = Figure().subplots()
    assert world(demo["overall"], 2009, ax=ax) is ax
    assert not plt.get_fignums()
    assert dict(mpl.rcParams) == settings
    pd.testing.assert_frame_equal(demo, before)


def test_another_codebook_fixes_its_scale() -> None:
    two = Codebook("two", THREE_P.dimensions[:2])
    ax = world(series({("DEU", 2009): 7}), 2009, codebook=two)
    assert key_of(ax) == [str(level) for level in range(2, 11)]


def test_the_only_country_with_a_score_does_not_lead() -> None:
    ax = world(series({("DEU", 2009): 7}), 2009)
    assert title(ax).endswith("Germany is the only country with a score, 7 of 15")


@pytest.mark.parametrize("size", [(4.5, 3.5), (4.5, 6.0), (5.0, 5.0), (6.0, 6.0), (7.5, 5.0)])
def test_a_map_fills_its_figure_and_the_notes_stand_under_it(
    published: pd.DataFrame, size: tuple[float, float]
) -> None:
    ax = world(published, 2013, ax=axes(*size))
    check_legible(ax)
    page = ax.figure.figure.bbox
    paths = [path.vertices for each in ax.collections for path in each.get_paths()]
    corners = ax.transData.transform(np.vstack(paths))
    (left, foot), (right, _) = corners.min(axis=0), corners.max(axis=0)
    (notes,) = [text for text in texts_of(ax) if "Source:" in text.get_text()]
    box = Text.get_window_extent(notes)
    line = notes.get_fontsize() * ax.figure.figure.dpi / 72
    assert 0 < foot - box.y1 < 1.5 * line
    # The width or the height is used up, whichever is the less.
    assert left < 0.02 * page.width
    assert right > 0.97 * page.width or box.y0 < 1.5 * line


@pytest.mark.parametrize("case", ["region", "values", "small"])
def test_a_map(few: pd.DataFrame, case: str) -> None:
    panel, options = few, {"region": "Western Africa", "highlight": "GHA"}
    if case == "values":
        panel = (few["protection"] / 2).rename("tier")
        options = {"region": "Europe", "lower_is_better": True}
    if case == "small":
        options = {"region": "Africa", "ax": axes(2.5, 2.2)}
    check_drawn(world(panel, 2005, **options), f"world-{case}")


@pytest.mark.parametrize("name", ["citation", "source"])
def test_the_published_file_has_no_row_of_the_united_states(name: str) -> None:
    scores = series({("DEU", 2009): 3})
    here, elsewhere = (layout().loc[units] for units in (["DEU", "USA"], ["DEU"]))
    scores.attrs[name] = tiles.CITATION if name == "citation" else tiles.SOURCE
    assert tiles._unrated(scores, here).startswith("The United States has no row")
    assert tiles._unrated(scores, elsewhere) == ""
    scores.attrs[name] = "Another source"
    assert tiles._unrated(scores, here) == ""
