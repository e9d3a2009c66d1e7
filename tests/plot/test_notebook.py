"""A notebook shows a chart once."""

from __future__ import annotations

import pytest

CELL = """
import policyindex as pi
scores = pi.score(pi.datasets.load_demo())
pi.plot.{}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "call",
    [
        'profile(scores, "Nigeria")',
        'small_multiples(scores, ["DEU", "NGA"])',
        'trend(scores, "DEU")',
    ],
)
def test_a_notebook_shows_a_chart_once(call: str) -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient runs the notebook")
    nbformat = pytest.importorskip("nbformat", reason="nbformat writes the notebook")
    pytest.importorskip("ipykernel", reason="ipykernel runs the cells")
    cell = nbformat.v4.new_code_cell(CELL.format(call))
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    images = [each for each in cell.outputs if "image/png" in each.get("data", {})]
    assert len(images) == 1
