"""Levels as responses: profiles, countries and years; and the points of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from builders import panel
from policyindex import PanelError
from policyindex.latent.responses import node_counts, responses

ROWS: Any = {
    ("DEU", 2003): [1, None],
    ("DEU", 2005): [3, 0],
    ("NGA", 2002): [None, None],
    ("NGA", 2004): [1, None],
    ("NGA", 2006): [5, 2],
}


@pytest.mark.parametrize("every", [False, True])
def test_profiles_countries_and_years_make_the_panel_again(every: bool) -> None:
    table = panel(ROWS, ["a", "b"])
    data = responses(table, every=every)
    some = table if every else table.dropna(how="all")
    assert list(data.rows) == list(some.index)
    levels = [
        [
            float(own[code]) if code >= 0 else np.nan
            for own, code in zip(data.levels, row, strict=True)
        ]
        for row in data.codes
    ]
    np.testing.assert_array_equal(levels, some.to_numpy())
    np.testing.assert_array_equal(data.codes == -1, some.isna())
    assert len(np.unique(data.profiles, axis=0)) == len(data.profiles)
    assert data.names == ("a", "b")
    assert data.sizes == (3, 2)
    first = 2002 if every else 2003
    assert list(data.years + first) == list(some.index.get_level_values("year"))
    assert (data.series, data.span) == (2, 2006 - first + 1)
    slopes = np.arange(len(some), dtype=float)[:, None] ** [0, 1]
    by_country = data.by_country(slopes)
    np.testing.assert_array_equal(by_country, [slopes[:2].sum(0), slopes[2:].sum(0)])


def test_items_of_one_level_are_named() -> None:
    table = panel(ROWS, ["a", "b"])
    with pytest.raises(PanelError, match="no row has one"):
        responses(table * np.nan)
    with pytest.raises(PanelError, match="1 of 2 do not: b; leave"):
        responses(table.assign(b=table["b"] * 0))
    with pytest.raises(PanelError, match="2 of 2 do not: a, b; leave"):
        responses(table * 0)


@pytest.mark.parametrize(
    ("nodes", "model", "counts"),
    [
        (61, "static", (61,)),
        (5, "dynamic", (5,)),
        (15, "correlated", (15, 15, 15)),
        ([5, 7, 9], "correlated", (5, 7, 9)),
        ((5,), "static", (5,)),
        ([5, 7], "correlated", None),
        ([5, 7, 9, 11], "correlated", None),
        ([5, 7], "dynamic", None),
        ([], "static", None),
        (4, "static", None),
        ([5, 7, 4], "correlated", None),
    ],
)
def test_the_points_of_a_grid_are_a_number_or_one_for_each_position(
    nodes: Any, model: str, counts: tuple[int, ...] | None
) -> None:
    if counts is None:
        with pytest.raises(ValueError, match="nodes must be"):
            node_counts(nodes, 3, model)
    else:
        assert node_counts(nodes, 3, model) == counts


def test_levels_are_those_that_occur() -> None:
    data = responses(pd.DataFrame(panel(ROWS, ["a", "b"])))
    assert [each.tolist() for each in data.levels] == [[1, 3, 5], [0, 2]]
