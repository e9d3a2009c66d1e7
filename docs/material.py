"""The data of the gallery: the published scores if they are available, otherwise the demo."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import policyindex as pi

REAL = os.environ.get("POLICYINDEX_REAL_DATA")

if REAL:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pi.ReadingWarning)  # Haiti 2009 lacks a dimension
        panel = pi.read_scores(
            Path(REAL, "published_3p_2000_2013.dta"), source="Published 3P scores, S.-Y. Cho (2015)"
        )
    laws = pi.read_events(Path(REAL, "events.csv"))["full_law"]
else:
    codings = pi.datasets.load_demo()
    panel = pi.score(codings)
    years = codings.index.get_level_values("year").to_series(codings.index)
    laws = years[codings["specific_law"] == 2].groupby("country").min().rename("full_law")
