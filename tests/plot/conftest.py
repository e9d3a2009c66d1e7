"""What the tests of charts share: figures closed after each, and the demonstration scores."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from builders import few_scores
from policyindex import datasets, score


@pytest.fixture(autouse=True)
def _figures_closed() -> Iterator[None]:
    """Close every figure that pyplot was given."""
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    """Return the scores of the demonstration data."""
    return score(datasets.load_demo())


@pytest.fixture(scope="module")
def few() -> pd.DataFrame:
    """Return scores of few countries with gaps, ties, an entry, an exit, and two sources."""
    return few_scores()
