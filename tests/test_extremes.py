"""Laws at the edges: odd but valid types, years, scales and weights, and the smallest panels."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
import uses
from test_surroundings import fingerprint
from uses import FUNCTIONS, LABELS, PANEL

SOURCE = str(Path(pi.__file__).parent)


def pairs(others: list[str]) -> Iterator[Any]:
    """Yield every function with every variant; the quick tests take one variant of each."""
    for place, name in enumerate(FUNCTIONS):
        for n, other in enumerate(others):
            slow = () if n == place % len(others) else (pytest.mark.slow,)
            yield pytest.param(name, other, marks=slow, id=f"{name}-{other}")


def use(panel: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the calls of every function take another panel."""
    panel.attrs.update(LABELS)
    monkeypatch.setattr(uses, "PANEL", panel)
    monkeypatch.setattr(uses, "SCORES", panel["overall"])


def reindexed(country: Any = None, year: Any = None) -> pd.DataFrame:
    """Return the panel with another type of countries or of years."""
    countries, years = (PANEL.index.get_level_values(name) for name in ("country", "year"))
    index = [
        pd.Index(countries, dtype=country) if country else countries,
        pd.Index(years, dtype=year) if year else years,
    ]
    return PANEL.set_axis(pd.MultiIndex.from_arrays(index, names=["country", "year"]))


def read_only() -> pd.DataFrame:
    values = np.asfortranarray(PANEL.to_numpy())
    values.flags.writeable = False
    return pd.DataFrame(values, index=PANEL.index, columns=PANEL.columns, copy=False)


TWINS: dict[str, Callable[[], pd.DataFrame]] = {
    "float32": lambda: PANEL.astype("float32"),
    "int8": lambda: PANEL.astype("int8"),
    "uint8": lambda: PANEL.astype("uint8"),
    "Int64": lambda: PANEL.astype("Int64"),
    "read-only columns": read_only,
    "years of uint16": lambda: reindexed(year="uint16"),
    "countries as objects": lambda: reindexed(country="object"),
    "countries as categories": lambda: reindexed(country="category"),
    "last row first": lambda: PANEL.iloc[::-1],
}


@pytest.mark.parametrize(("name", "twin"), list(pairs(list(TWINS))))
def test_an_answer_depends_on_the_values_alone(
    name: str, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (name, twin) == ("splice", "last row first"):
        pytest.skip("it takes the two halves of the rows, which are then others")
    expected = fingerprint(FUNCTIONS[name]())
    use(TWINS[twin](), monkeypatch)
    assert fingerprint(FUNCTIONS[name]()) == expected


SMALLEST: dict[str, Callable[[], pd.DataFrame]] = {
    "one score": lambda: PANEL.loc[[("DEU", 2005)]],
    "one country": lambda: PANEL.loc[["DEU"]],
    "one year": lambda: PANEL.xs(2005, level="year", drop_level=False),
    "the lowest scores alone": lambda: (0 * PANEL + 1).assign(overall=3.0),
    "one score that is not missing": lambda: PANEL.loc[[("DEU", 2005)]].reindex(PANEL.index),
    "no score at all": lambda: PANEL * np.nan,
    "no row": lambda: PANEL.iloc[:0],
}


@pytest.mark.parametrize(("name", "small"), list(pairs(list(SMALLEST))))
def test_the_smallest_panels_have_an_answer_or_a_refusal_of_ours(
    name: str, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning is an error in the tests, so there is none either."""
    use(SMALLEST[small](), monkeypatch)
    answer, refusal = None, None
    try:
        answer = FUNCTIONS[name]()
    except (ValueError, KeyError) as error:
        refusal = error
    if refusal is None:
        assert not re.search(r"\binf\b", repr(answer))
    else:
        assert traceback.extract_tb(refusal.__traceback__)[-1].filename.startswith(SOURCE), refusal
        assert len(str(refusal)) > 20


SHIFTED: dict[str, Callable[[pd.Series], Any]] = {
    "ranks": pi.ranks,
    "trends": pi.trends,
    "changes": pi.changes,
    "lag": pi.lag,
    "peers": pi.peers,
    "transitions": lambda scores: pi.transitions(scores, draws=10).counts,
    "yearly_means": pi.yearly_means,
}


@pytest.mark.parametrize("name", SHIFTED)
@pytest.mark.parametrize("first", [1000, 9994])
def test_the_first_and_the_last_years_are_like_others(name: str, first: int) -> None:
    def numbers(table: Any) -> list[Any]:
        columns = table.drop(columns=["year", "first_year", "last_year"], errors="ignore")
        return columns.reset_index(drop=True).to_numpy().tolist()

    scores = PANEL["overall"].to_frame()
    years = scores.index.levels[1]
    moved = scores.set_axis(scores.index.set_levels(years - 2000 + first, level="year"))
    there, here = (SHIFTED[name](each["overall"]) for each in (moved, scores))
    assert repr(numbers(pd.DataFrame(there))) == repr(numbers(pd.DataFrame(here)))


SCALED: dict[str, Callable[[pd.Series], Any]] = {
    "ranks": lambda scores: pi.ranks(scores).to_numpy(),
    "rank_changes": lambda scores: pi.rank_changes(scores, 2000, 2005)["change"].to_numpy(),
    "directions": lambda scores: pi.trends(scores)["direction"].tolist(),
    "p-values": lambda scores: pi.trends(scores, null="exchangeable")["pvalue"].to_numpy(),
    "movers": lambda scores: pi.movers(scores, 2000, 2005).gained.index.tolist(),
}


@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize("power", [-200, 200])
def test_a_unit_of_any_size_changes_no_order(name: str, power: int) -> None:
    """A power of two changes no digit of a float."""
    scores = PANEL["overall"].rename("index")
    scores.attrs.clear()
    large = SCALED[name](scores * 2.0**power)
    assert repr(large) == repr(SCALED[name](scores))


@pytest.mark.parametrize("power", [-1000, 0, 1000])
def test_weights_of_any_size_are_shares(power: int) -> None:
    weights = {"prosecution": 1.0, "protection": 2.0, "prevention": 5.0}
    large = {name: weight * 2.0**power for name, weight in weights.items()}
    assert pi.overall(PANEL, weights=large).equals(pi.overall(PANEL, weights=weights))
    huge = {**weights, "prevention": 2.0**900}
    almost = pi.overall(PANEL, weights=huge).to_numpy()
    assert np.allclose(almost, 3 * PANEL["prevention"].to_numpy(), rtol=1e-12)
