"""Draw the two charts of the README from the demonstration data.

Run with ``python docs/draw_readme.py``.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import policyindex as pi
from policyindex import plot

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Draw the charts into ``docs/images``."""
    scores = pi.score(pi.datasets.load_demo())
    countries = ["Italy", "South Korea", "Nigeria", "North Korea"]
    plot.save(plot.trend(scores, countries, mean="all"), IMAGES / "trend.png")
    plot.save(plot.world(scores, 2009), IMAGES / "world.png")


if __name__ == "__main__":
    main()
