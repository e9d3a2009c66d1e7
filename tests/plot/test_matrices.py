"""Tables of colours, as a whole."""

from __future__ import annotations

import pandas as pd
import pytest

from pictures import axes, check_drawn
from policyindex import plot


@pytest.mark.parametrize("case", ["region", "name", "values", "folded"])
def test_a_heat_map(few: pd.DataFrame, case: str) -> None:
    panel, options = few, {"order": case}
    if case == "values":
        # Values without a scale, some of them between two integers.
        panel = (few["protection"] / 2).rename("tier")
        options = {"lower_is_better": True, "order": "latest"}
    if case == "folded":
        options = {"highlight": "XXA", "ax": axes(5.5, 3)}
    check_drawn(plot.heatmap(panel, **options), f"heatmap-{case}")


@pytest.mark.parametrize("case", ["levels", "lower", "narrow"])
def test_a_table_of_moves(few: pd.DataFrame, case: str) -> None:
    panel, options = few["prosecution"], {}
    if case == "lower":
        panel = (panel / 2).rename("tier")
        options = {"lower_is_better": True, "years": (2000, 2004)}
    if case == "narrow":
        panel, options = few["overall"], {"ax": axes(3.5, 3.5)}
    check_drawn(plot.transitions(panel, **options), f"transitions-{case}")
