"""How often a level leads to another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

import policyindex as pi
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
