"""Small charts, one for each country, as a whole."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from pictures import check_drawn
from policyindex import plot
from policyindex.plot._multiples import multiples


def test_small_charts_since_a_year(few: pd.DataFrame) -> None:
    units = ["DEU", "FRA", "NGA", "ITA"]
    chart = plot.small_multiples(few, units, baseline=2002, highlight="NGA", events={"law": 2003})
    check_drawn(chart, "multiples-since-2002")


def test_small_charts_since_the_first_score(few: pd.DataFrame) -> None:
    values = few["protection"].rename("tier")
    chart = plot.small_multiples(values, ["NGA", "GHA"], baseline="entry", lower_is_better=True)
    check_drawn(chart, "multiples-since-entry")


def test_a_small_chart_of_one_country(few: pd.DataFrame) -> None:
    check_drawn(plot.small_multiples(few, "GHA"), "multiples-of-one")


@pytest.mark.parametrize(
    ("n", "size", "columns", "rows"),
    [
        (2, (7.5, 5), 2, 1),
        (5, (7.5, 5), 3, 2),
        (5, (4, 5), 2, 3),
        (3, (2, 5), 1, 3),
        (16, (7.5, 8), 4, 4),
        (16, (10, 9), 4, 4),
    ],
)
def test_the_grid_of_small_charts(
    n: int, size: tuple[float, float], columns: int, rows: int
) -> None:
    _, cells = multiples(Figure(figsize=size), [f"C{each}" for each in range(n)])
    spec = cells[0].get_subplotspec()
    assert spec is not None
    assert spec.get_gridspec().get_geometry() == (rows, columns)
    assert [ax.get_label() for ax in cells] == [f"C{each}" for each in range(n)]
    named = [bool(ax.xaxis.get_major_ticks()[0].label1.get_visible()) for ax in cells]
    assert named == [place + columns >= n for place in range(n)]


@pytest.mark.parametrize(
    ("n", "least"), [(1, "1.78 by 2.43"), (2, "3.56 by 2.43"), (7, "5.33 by 4.59")]
)
def test_a_figure_that_is_too_small_is_refused(n: int, least: str) -> None:
    with pytest.raises(ValueError, match=f"needs a figure of at least {least} inches"):
        multiples(Figure(figsize=(1.5, 1.5)), [f"C{each}" for each in range(n)])


@pytest.mark.parametrize(("n", "texts", "size"), [
    (1, None, (4.5, 3.15)), (2, None, (5, 3.15)), (3, None, (7.5, 3.15)), (4, None, (7.5, 4.9)),
    (16, None, (7.5, 1.4 + 7 * 0.75)), (1, 96, (7.5, 3.75)), (2, 168, (7.5, 4.15)),
])  # fmt: skip
def test_the_size_of_a_new_figure(n: int, texts: float, size: tuple[float, float]) -> None:
    figure, _ = multiples(None, [f"C{each}" for each in range(n)], texts)
    assert figure.get_size_inches() == pytest.approx(size)


@pytest.mark.parametrize(("columns", "size"), [(2, (7.5, 12)), (3, (11, 12))])
def test_larger_type_has_fewer_columns(columns: int, size: tuple[float, float]) -> None:
    with mpl.rc_context({"font.size": 20}):
        _, cells = multiples(Figure(figsize=size), ["A", "B", "C"])
    spec = cells[0].get_subplotspec()
    assert spec is not None
    assert spec.get_gridspec().ncols == columns
