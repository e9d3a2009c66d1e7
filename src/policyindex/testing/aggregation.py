"""The laws of overall scores, aggregated from dimensions."""

from __future__ import annotations

from functools import partial
from math import ceil, floor

import pandas as pd

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..typing import Scale
from .law import Answer, Breach, Law, at, cells, family, form, locality, order, same, value
from .strategies import panels, panels_on


def aggregate_laws(codebook: Codebook = THREE_P) -> tuple[Law, ...]:
    """List the laws that every overall score of a panel of dimensions keeps.

    Each checks any function that takes a panel of the codebook's dimensions, as
    :func:`policyindex.overall` does, and returns a score for each row.

    Parameters
    ----------
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    tuple of Law
        ``form``, ``order``, ``locality``, ``missing``, ``bounds`` and ``monotone``; then, where
        the dimensions share levels, ``symmetric``, ``weights``, ``equal`` and ``copies``, which
        let dimensions swap their scores; ``symmetric`` and ``copies`` only for a codebook whose
        weights are equal. The last three call the function with ``weights``, a mapping of each
        dimension to a number; leave them out for a function without weights.

    Examples
    --------
    >>> from policyindex import overall
    >>> for law in aggregate_laws():
    ...     law.check(overall, examples=5)
    """
    scales = codebook.score_scales
    del scales["overall"]
    lows = tuple(low for low, _ in scales.values())
    size = float(sum(codebook.shares.values()))
    times = "number" if size == len(scales) else "weight"
    law = family(panels(codebook, min_size=1, max_size=4), lows, ["overall"])
    for_any = (
        law("form", "Every row has an overall score, or a missing one.", form),
        law("order", "The order of rows does not matter.", order),
        law("locality", "A row's score does not depend on other rows.", locality),
        law("missing", "A score needs all dimensions, and nothing else.", _missing),
        law(
            "bounds",
            f"A score lies between the lowest and the highest dimension, times their {times}.",
            partial(_bounds, size),
        ),
        law("monotone", "No score falls when a dimension rises.", partial(_monotone, scales)),
    )
    low, high = ceil(max(lows)), floor(min(high for _, high in scales.values()))
    if low > high:
        return for_any
    shared = panels_on(dict.fromkeys(scales, (low, high)), min_size=1, max_size=4)
    law = family(shared, low, ["overall"])
    by_weight = (
        law(
            "weights",
            "Dimensions that swap their scores and their weights change nothing.",
            _weights,
        ),
        law(
            "equal",
            "Where all dimensions are equal, no weights move the score.",
            partial(_equal, size),
        ),
    )
    if codebook.weights:
        return (*for_any, *by_weight)
    return (
        *for_any,
        law("symmetric", "Dimensions that swap their scores change nothing.", _symmetric),
        *by_weight,
        law(
            "copies",
            "A dimension of weight 2 counts as two of it, and one of weight 0 as none.",
            _copies,
        ),
    )


def _missing(overall: Answer, data: pd.DataFrame) -> None:
    for key, cell in cells(overall(data), "overall"):
        absent = data.columns[data.loc[key].isna()]
        if len(absent) and not pd.isna(cell):
            raise Breach(f"overall missing at {at(key)}", f"overall {value(cell)}")
        if not len(absent) and pd.isna(cell):
            raise Breach(f"an overall score at {at(key)}", "overall missing")


def _bounds(size: float, overall: Answer, data: pd.DataFrame) -> None:
    for key, cell in cells(overall(data), "overall"):
        low, high = data.loc[key].min() * size, data.loc[key].max() * size
        if cell < low - 1e-9 or cell > high + 1e-9:
            raise Breach(
                f"overall from {value(low)} to {value(high)} at {at(key)}", f"overall {value(cell)}"
            )


def _monotone(scales: dict[str, Scale], overall: Answer, data: pd.DataFrame) -> None:
    before = overall(data)["overall"]
    for name, (_, highest) in scales.items():
        below = data[data[name] <= highest - 1]
        if not len(below):
            continue
        raised = overall(below.assign(**{name: below[name] + 1}))
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


def _equal(size: float, overall: Answer, data: pd.DataFrame) -> None:
    """Compare with rows whose dimensions all have the score of the first one."""
    level = data.iloc[:, 0].dropna()
    equals = pd.DataFrame(dict.fromkeys(data.columns, level))
    weights = {name: place + 1.0 for place, name in enumerate(data.columns)}
    if len(level):
        expected = (level * size).to_frame("overall")
        same(expected, overall(equals, weights=weights), close=1e-9)


def _copies(overall: Answer, data: pd.DataFrame) -> None:
    complete, names = data.dropna(), list(data.columns)
    for twice, never in zip(names, [*names[1:], *names[:1]], strict=True):
        weights = dict.fromkeys(names, 1.0) | {twice: 2.0, never: 0.0}
        copied = complete.assign(**{never: complete[twice]})
        if len(complete) and twice != never:
            same(overall(copied), overall(complete, weights=weights), close=1e-9)


def _orders(data: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Reverse and rotate the dimensions: together these make every order."""
    names = list(data.columns)
    return names[::-1], [*names[1:], *names[:1]]
