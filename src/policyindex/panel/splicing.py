"""Two sources in one panel: whose rows are whose, and where one ends and the other begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Literal, TypeVar, cast

import numpy as np
import pandas as pd

from .._options import Argument, one_of
from .._wording import listed, quoted, year_words
from .check import PanelError, check_panel, check_scores
from .labels import carry, joined_labels, label_of

Data = TypeVar("Data", pd.DataFrame, pd.Series)


def splice(
    first: Data,
    second: Data,
    *,
    prefer: Literal["first", "second"] | None = None,
    rules: Literal["mixed"] | None = None,
) -> Data:
    """Append the years or countries of a second source to a first.

    A row without any value never collides and never wins. Where both have values for a country
    in a year, the two are refused unless `prefer` says whose row counts; a row is taken whole.

    Parameters
    ----------
    first, second : DataFrame or Series, index (country, year)
        Two panels with the same columns, or two Series of scores.
    prefer : {"first", "second"}, optional
        Whose row counts where both have one.
    rules : {"mixed"}, optional
        Needed where the two were scored by different rules, or the rules of one alone are
        known.

    Returns
    -------
    DataFrame or Series, index (country, year)
        The rows of both. ``attrs["spans"]`` lists, for each source, its ``source``, ``citation``
        and ``rules``, the ``first`` and the ``last`` year and the ``countries`` that it gives;
        ``attrs["source"]`` names both with their years.

    Raises
    ------
    PanelError
        If one of the two breaks its contract, they have different columns or rules, or both
        have values for a country in a year and `prefer` is not given.
    ValueError
        If `prefer` or `rules` is not a valid option.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU"], [2012, 2013]], names=["country", "year"])
    >>> old = pd.DataFrame({"overall": [14, None]}, index=index)
    >>> new = pd.DataFrame({"overall": [15]}, index=index[1:])
    >>> old.attrs["source"], new.attrs["source"] = "old.csv", "new.csv"
    >>> both = splice(old, new)
    >>> both["overall"].to_list(), both.attrs["source"]
    ([14.0, 15.0], 'old.csv (2012); new.csv (2013)')
    """
    if prefer is not None:
        one_of("prefer", prefer, ("first", "second"))
    if rules is not None:
        one_of("rules", rules, ("mixed",))
    one, other = _checked(first), _checked(second)
    if isinstance(one, pd.Series) is not isinstance(other, pd.Series):
        raise PanelError("first and second must both be panels, or both be Series of scores")
    if isinstance(one, pd.DataFrame) or isinstance(other, pd.DataFrame):
        answer: Any = _spliced(one, other, prefer, rules)
    else:
        frame = _spliced(one.to_frame("scores"), other.to_frame("scores"), prefer, rules)
        answer = carry(frame["scores"].rename(one.name), frame)
    return cast(Data, answer)


def _checked(data: object) -> Any:
    return check_scores(data) if isinstance(data, pd.Series) else check_panel(cast(Any, data))


def _spliced(
    first: pd.DataFrame, second: pd.DataFrame, prefer: str | None, rules: str | None
) -> pd.DataFrame:
    _refuse_other_columns(first.columns, second.columns)
    _refuse_other_rules(first, second, rules)
    filled = [each.dropna(how="all") for each in (first, second)]
    shared = filled[0].index.intersection(filled[1].index)
    if len(shared) and prefer is None:
        country, year = shared[0]
        raise PanelError(
            f"a country must have values for a year in one of the two alone; {len(shared)} "
            f"country-years have them in both, the first {country} {year}; choose the first or the "
            f"second with",
            Argument("prefer"),
        )
    loser = 0 if prefer == "second" else 1
    filled[loser] = filled[loser].drop(shared)
    rows = pd.concat([each[first.columns] for each in filled])
    empty = first.index.union(second.index).difference(rows.index)
    answer = rows.reindex(rows.index.append(empty)).sort_index()
    answer.attrs.clear()
    owner = pd.concat([pd.Series(place, each.index) for place, each in enumerate(filled)])
    spans = list(_spans([first, second], owner.sort_index()))
    answer.attrs["spans"] = spans
    answer.attrs["source"] = _sources(spans)
    for key in ("citation", "rules"):
        values = [span[key] or "not stated" for span in spans if span[key] or key == "rules"]
        if any(span[key] for span in spans):
            answer.attrs[key] = joined_labels(values)
    return answer


def _refuse_other_columns(first: pd.Index, second: pd.Index) -> None:
    only = [*first.difference(second, sort=False), *second.difference(first, sort=False)]
    if only:
        raise PanelError(
            f"the two panels must have the same columns; {len(only)} are in one alone, the first "
            f"{quoted(only[0])}; choose columns of both, such as "
            f"{listed(first.intersection(second))}"
        )


def _refuse_other_rules(first: pd.DataFrame, second: pd.DataFrame, rules: str | None) -> None:
    labels = [str(each.attrs.get("rules") or "not stated") for each in (first, second)]
    if labels[0] != labels[1] and rules is None:
        raise PanelError(
            f"the two must have been scored by the same rules; the first by {labels[0]}, the "
            f"second by {labels[1]}; splice them all the same with",
            Argument("rules", "'mixed'"),
        )


def _spans(data: list[pd.DataFrame], owner: pd.Series) -> Iterator[dict[str, Any]]:
    """Describe which countries and years are of which source."""
    for place, each in enumerate(data):
        boxes = list(_boxes(owner, place))
        for part in each.attrs.get("spans") or [_unspliced(each)]:
            members = set(part["countries"])
            for first, last, countries in boxes:
                within = [unit for unit in countries if not members or unit in members]
                begin = max(first, part.get("first", first))
                end = min(last, part.get("last", last))
                if within and begin <= end:
                    yield part | {"first": begin, "last": end, "countries": within}


def _unspliced(data: pd.DataFrame) -> dict[str, Any]:
    label = {key: data.attrs.get(key) or "" for key in ("citation", "rules")}
    return {"source": label_of(data.attrs)} | label | {"countries": []}


def _boxes(owner: pd.Series, place: int) -> Iterator[tuple[int, int, list[str]]]:
    """Cut the rows of one source into boxes of years by countries that hold no row of another."""
    units = owner.index.get_level_values("country")
    years = owner.index.get_level_values("year").to_numpy()
    mine = (owner == place).to_numpy()
    if not mine.any():
        return
    first, last = int(years[mine].min()), int(years[mine].max())
    own = units[mine].unique()
    others = ~mine & (years >= first) & (years <= last) & np.asarray(units.isin(own))
    mixed = set(units[others])
    plain = [str(unit) for unit in own if unit not in mixed]
    if plain:
        yield first, last, plain
    by_runs: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for unit in sorted(mixed):
        rows: Any = owner.xs(unit, level="country")
        parts = [
            [int(year) for year, _ in part]
            for source, part in groupby(rows.items(), key=lambda row: row[1])
            if source == place
        ]
        by_runs.setdefault(tuple((part[0], part[-1]) for part in parts), []).append(str(unit))
    for runs, countries in by_runs.items():
        for begin, end in runs:
            yield begin, end, countries


def _sources(spans: list[dict[str, Any]]) -> str:
    """Name each source with the years that it gives."""
    years: dict[str, list[int]] = {}
    for span in spans:
        years.setdefault(span["source"], []).extend(range(span["first"], span["last"] + 1))
    return "; ".join(
        f"{source} ({year_words(sorted(set(listed_years)))})"
        for source, listed_years in years.items()
    )
