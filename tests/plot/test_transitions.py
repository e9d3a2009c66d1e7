"""How often a level leads to another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

import policyindex as pi
from builders import series
from pictures import axes, check_legible, texts_of, title, words
from policyindex import plot


@pytest.mark.parametrize("name", ["overall", "prosecution"])
def test_cells_are_shares_with_a_percent_sign_and_rows_count_their_steps(
    published: pd.DataFrame, name: str
) -> None:
    ax = plot.transitions(published[name], ax=axes(7.5, 7))
    computed = pi.transitions(published[name])
    (mesh,) = [each for each in ax.collections if isinstance(each, QuadMesh)]
    size = len(computed.counts)
    np.testing.assert_array_equal(
        np.ma.filled(mesh.get_array().reshape(size, size), np.nan), computed.probabilities
    )
    shares = [text.get_text() for text in texts_of(ax) if text.get_text().endswith(" %")]
    assert len(shares) == (computed.counts.to_numpy() > 0).sum()
    ends = {note.xy[1]: note.get_text() for note in ax.texts if hasattr(note, "xy")
            and note.get_text().replace(",", "").isdigit()}  # fmt: skip
    steps = computed.counts.sum(axis=1)
    assert ends == {level: f"{n:,}" for level, n in steps.items()}
    assert "steps" in words(ax)


def test_rows_of_few_steps_fade(published: pd.DataFrame) -> None:
    ax = plot.transitions(published, ax=axes(7.5, 7))
    steps = pi.transitions(published["overall"]).counts.sum(axis=1)
    assert steps[3] == 22
    assert steps.max() == 238
    veils = [patch.get_y() + 0.5 for patch in ax.patches if patch.get_alpha()]
    assert veils == steps.index[steps < steps.max() / 4].tolist()
    assert "rows with fewer steps than a quarter of the largest (238)" in words(ax)


def test_the_title_says_how_many_stay_rise_and_fall(published: pd.DataFrame) -> None:
    ax = plot.transitions(published["protection"], ax=axes(4.5, 4))
    counts = pi.transitions(published["protection"]).counts.to_numpy()
    stay, rise = np.trace(counts) / counts.sum(), np.triu(counts, 1).sum() / counts.sum()
    assert f"from year to year {100 * stay:.0f} % stay, {100 * rise:.0f} % rise" in title(ax)
    check_legible(ax)  # the subtitle is on two lines


def test_mean_stays_stand_under_their_heading(published: pd.DataFrame) -> None:
    ax = plot.transitions(published["protection"], ax=axes(7.5, 5))
    said = words(ax)
    assert "years there" in said
    assert "2.2 (1.8\N{EN DASH}2.6)" in said
    assert "95 % interval, over resampled countries" in said


@pytest.mark.parametrize(
    ("steps", "printed", "exact"),
    [
        ([3, 3, 3], ["33", "33", "33"], False),
        ([1, 1, 6], ["12", "12", "75"], False),
        ([1, 2, 1], ["25", "50", "25"], True),
    ],
)
def test_percentages_that_do_not_add_up_to_100_are_called_rounded(
    steps: list[int], printed: list[str], exact: bool
) -> None:
    ends = [level for level, n in zip((1, 2, 3), steps, strict=True) for _ in range(n)]
    cells = {(f"unit {row}", year): level for row, end in enumerate(ends)
             for year, level in ((2003, 2), (2004, end))}  # fmt: skip
    ax = plot.transitions(series(cells).rename("law"), scale=(1, 3), ax=axes())
    shares = [text.get_text() for text in texts_of(ax) if text.get_text().endswith(" %")]
    assert shares == [f"{share} %" for share in printed]
    assert ("rounded, so that some do not add up to 100" in words(ax)) != exact


def test_a_share_below_half_a_percent_is_not_zero() -> None:
    cells = {(f"unit {row}", year): level for row in range(250)
             for year, level in ((2003, 1), (2004, 2 if row else 3))}  # fmt: skip
    ax = plot.transitions(series(cells).rename("law"), scale=(1, 3), ax=axes())
    shares = [text.get_text() for text in texts_of(ax) if text.get_text().endswith(" %")]
    assert shares == ["100 %", "<1 %"]
    assert "100\N{NO-BREAK SPACE}% worsen" not in title(ax)


def test_lower_values_are_improvement_where_lower_is_better() -> None:
    cells = {("DEU", 2003): 3, ("DEU", 2004): 1, ("NGA", 2003): 1, ("NGA", 2004): 1}
    ax = plot.transitions(
        series(cells).rename("tier"), scale=(1, 3), lower_is_better=True, ax=axes()
    )
    assert "50 % stay, 0 % worsen and 50 % improve" in title(ax).replace("\N{NO-BREAK SPACE}", " ")
    assert "to the left of the outline is improvement" in words(ax)
