"""The places of countries on the two maps."""

from __future__ import annotations

from policyindex.plot._geometry import OCEANIA, layout, narrow_layout


def test_on_the_narrower_map_the_islands_of_oceania_stand_south_of_asia() -> None:
    wide, narrow = layout(), narrow_layout()
    moves = (narrow - wide).assign(moves=wide.index.isin(OCEANIA))
    assert moves[~moves["moves"]][["column", "row"]].eq(0).all(axis=None)
    assert len(moves[moves["moves"]].drop_duplicates()) == 1  # they move together
    assert not narrow.duplicated().any()
    assert (wide.max() + 1).to_list() == [36, 18]
    assert (narrow.max() + 1).to_list() == [29, 21]
