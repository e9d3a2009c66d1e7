"""The bounds in the words of charts: who is counted, from how many on, and up to where."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import series
from pictures import axes, words
from policyindex import THREE_P, plot
from policyindex.plot import lines, multiples, tiles
from policyindex.plot._geometry import histogram
from policyindex.plot._subject import Subject, subject_of


@pytest.fixture
def subject() -> Subject:
    scores = series({("DEU", 2009): 15, ("NGA", 2009): 12}).rename("overall")
    return subject_of(scores, THREE_P)


@pytest.mark.parametrize(("countries", "advice"), [(4, False), (5, True)])
def test_many_lines_have_an_advice(subject: Subject, countries: int, advice: bool) -> None:
    table = pd.DataFrame([[place, place + 6] for place in range(countries)], columns=[2001, 2002])
    assert bool(lines._overlap_words(table, subject)) == advice


def test_a_band_needs_five_scores() -> None:
    table = pd.DataFrame({2001: [3, 5, 7, 9, np.nan], 2002: [3.0, 5, 7, 9, 11]})
    limits = lines._draw_band(axes(), table)
    assert limits["median"].isna().tolist() == [True, False]


def test_the_only_country_with_a_score_is_called_so(subject: Subject) -> None:
    scores = pd.Series({"DEU": 15.0, "NGA": 12.0})
    assert tiles._finding(subject, scores) == "Germany leads with 15 of 15"
    only = "Germany is the only country with a score, 15 of 15"
    assert tiles._finding(subject, scores[:1]) == only


def test_the_last_score_of_each_country_counts(subject: Subject) -> None:
    table = pd.DataFrame(
        [[4, 9, np.nan], [np.nan, 7, 8], [9, 9, 3]], ["DEU", "NGA", "KOR"], [2001, 2002, 2003]
    )
    found = multiples._finding(table, None, None, subject)
    assert found == "of these 3 countries 2 rose and 1 fell, first to last score, 2001 to 2003"


@pytest.mark.parametrize(("steps", "faint"), [(4, False), (5, True)])
def test_a_row_with_a_quarter_of_the_steps_is_not_faint(steps: int, faint: bool) -> None:
    cells = {("DEU", 2000 + year): 1 for year in range(steps + 1)}
    for level, country in enumerate(("NGA", "KOR", "GHA", "CHL"), 2):
        cells |= {(country, 2000): level, (country, 2001): 1}
    scores = series(cells).rename("prosecution")
    assert ("Faint" in words(plot.transitions(scores, ax=axes()))) == faint


def test_a_histogram_begins_at_zero_at_the_latest() -> None:
    assert [each.low for each in histogram(np.array([2.0, 3.0]))] == [0, 1, 2, 3]
    assert [each.low for each in histogram(np.array([-3.0, -2.0]))] == [-3, -2, -1, 0]
