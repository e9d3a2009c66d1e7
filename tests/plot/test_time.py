"""Years of a chart at which another source begins."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from policyindex.plot import _time


def spans(*parts: tuple[str, int, int, int]) -> dict[str, object]:
    """Return provenance: of each part its source, its first and last year, and its countries."""
    return {
        "spans": [
            {"source": source, "rules": "3P", "first": first, "last": last, "countries": ["X"] * n}
            for source, first, last, n in parts
        ]
    }


@pytest.mark.parametrize(
    ("parts", "years"),
    [
        ([], []),
        ([("A", 2000, 2005, 9)], []),
        ([("A", 2000, 2003, 9), ("B", 2004, 2005, 9)], [2004]),
        ([("A", 2000, 2005, 5), ("B", 2002, 2003, 6)], [2002, 2004]),
        ([("A", 2000, 2005, 5), ("B", 2002, 2003, 5)], []),  # of equal ones the former goes on
        ([("A", 2000, 2005, 5), ("B", 2002, 2003, 3), ("B", 2003, 2003, 3)], [2003, 2004]),
    ],
)
def test_a_source_begins_where_it_has_most_countries(
    parts: list[tuple[str, int, int, int]], years: list[int]
) -> None:
    attrs = spans(*parts)
    assert _time.breaks(attrs) == years
    ax = Figure().subplots()
    ax.set_xlim(1999.5, 2005.5)
    note = _time.draw_breaks(ax, attrs)
    assert [line.get_xdata()[0] for line in ax.lines] == [year - 0.5 for year in years]
    assert note == ("Vertical line: another source begins" if years else "")


def test_a_line_at_the_edge_of_a_chart_is_not_drawn() -> None:
    attrs = spans(("A", 2000, 2003, 9), ("B", 2004, 2005, 9))
    for low, high in ((2003.5, 2005.5), (2000.5, 2003.5), (2004.5, 2009)):
        ax = Figure().subplots()
        ax.set_xlim(low, high)
        assert _time.draw_breaks(ax, attrs) == ""
        assert not ax.lines
