"""The laws of overall scores, aggregated from dimensions."""

from __future__ import annotations

import pandas as pd

from .law import Answer, Breach, at, cells, family, form, locality, order, same, value
from .strategies import panels


def _missing(overall: Answer, data: pd.DataFrame) -> None:
    for key, cell in cells(overall(data), "overall"):
        absent = data.columns[data.loc[key].isna()]
        if len(absent) and not pd.isna(cell):
            raise Breach(f"overall missing at {at(key)}", f"overall {value(cell)}")
        if not len(absent) and pd.isna(cell):
            raise Breach(f"an overall score at {at(key)}", "overall missing")


def _bounds(overall: Answer, data: pd.DataFrame) -> None:
    n = data.shape[1]
    for key, cell in cells(overall(data), "overall"):
        low, high = data.loc[key].min() * n, data.loc[key].max() * n
        if cell < low - 1e-9 or cell > high + 1e-9:
            raise Breach(
                f"overall from {value(low)} to {value(high)} at {at(key)}", f"overall {value(cell)}"
            )


def _monotone(overall: Answer, data: pd.DataFrame) -> None:
    before = overall(data)["overall"]
    for name in data.columns:
        raised = overall(data.assign(**{name: data[name] + 1}))
        for key, cell in cells(raised, "overall"):
            if cell < before.loc[key] - 1e-9:
                raise Breach(
                    f"overall of at least {value(before.loc[key])} at {at(key)} when {name} rises "
                    "by 1",
                    f"overall {value(cell)}",
                )


def _symmetric(overall: Answer, data: pd.DataFrame) -> None:
    expected = overall(data)
    for names in _orders(data):
        same(expected, overall(data.set_axis(names, axis=1)), close=1e-9)
        same(expected, overall(data[names]), close=1e-9)


def _weights(overall: Answer, data: pd.DataFrame) -> None:
    weights = {name: place + 1.0 for place, name in enumerate(data.columns)}
    expected = overall(data, weights=weights)
    for names in _orders(data):
        by_name = dict(zip(names, weights.values(), strict=True))
        moved = {name: by_name[name] for name in weights}  # not in the order of the columns
        same(expected, overall(data.set_axis(names, axis=1), weights=moved), close=1e-9)


def _equal(overall: Answer, data: pd.DataFrame) -> None:
    """Compare with rows whose dimensions all stand at the first one's level."""
    level = data.iloc[:, 0].dropna()
    alike = pd.DataFrame(dict.fromkeys(data.columns, level))
    weights = {name: place + 1.0 for place, name in enumerate(data.columns)}
    if len(level):
        expected = (level * data.shape[1]).to_frame("overall")
        same(expected, overall(alike, weights=weights), close=1e-9)


def _copies(overall: Answer, data: pd.DataFrame) -> None:
    known, names = data.dropna(), list(data.columns)
    for twice, never in zip(names, [*names[1:], *names[:1]], strict=True):
        weights = dict.fromkeys(names, 1.0) | {twice: 2.0, never: 0.0}
        copied = known.assign(**{never: known[twice]})
        if len(known):
            same(overall(copied), overall(known, weights=weights), close=1e-9)


def _orders(data: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Turn and rotate the dimensions: together these make every order."""
    names = list(data.columns)
    return names[::-1], [*names[1:], *names[:1]]


_law = family(panels(min_size=1, max_size=4), 1, ["overall"])

aggregate_laws = (
    _law("form", "Every row has an overall score, or a missing one.", form),
    _law("order", "The order of rows does not matter.", order),
    _law("locality", "A row's score does not depend on other rows.", locality),
    _law("missing", "A score needs all dimensions, and no more.", _missing),
    _law(
        "bounds",
        "A score lies between the lowest and the highest dimension, times their number.",
        _bounds,
    ),
    _law("monotone", "No score falls when a dimension rises.", _monotone),
    _law("symmetric", "Dimensions that swap their scores change nothing.", _symmetric),
    _law(
        "weights",
        "Dimensions that swap their scores and their weights change nothing.",
        _weights,
    ),
    _law("equal", "Where all dimensions are equal, no weights move the score.", _equal),
    _law(
        "copies",
        "A dimension of weight 2 counts as two of it, and one of weight 0 as none.",
        _copies,
    ),
)
"""The laws of overall scores of a panel of dimensions, as :func:`policyindex.overall` gives them.

The last three call the function with ``weights``, a mapping of each dimension to a number; leave
them out for one that knows no weights.
"""
