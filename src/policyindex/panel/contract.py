"""The contract of a panel at the door: its index, its cells, and its overall scores."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .._wording import quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..typing import Scale
from . import check
from .dimensions import refuse_unequal


def check_panel(
    panel: pd.DataFrame,
    *,
    scales: Mapping[str, Scale | None] | None = None,
    codebook: Codebook = THREE_P,
) -> pd.DataFrame:
    """Check a panel against its contract and return it sorted, as ``float64``.

    The panel given stays as it was, and a missing value stays missing. Units need not be
    countries: any text is accepted, so that municipalities can be scored too. In a panel of
    scores an overall score must be the sum of the dimensions.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        One column per indicator or dimension.
    scales : mapping of str to (int, int), optional
        Columns to keep, in this order, each an integer between the two bounds or missing; a
        column of scale None may hold any finite number. Without `scales` every column is kept
        and may do so.
    codebook : Codebook
        Whose dimensions add up to ``overall``, where the panel has all of them.

    Returns
    -------
    DataFrame, index (country, year), float64
        Sorted; a missing value stays missing.

    Raises
    ------
    PanelError
        If the index is not (country, year), holds a duplicate or a missing label, or a year
        that is not an integer; if a column is absent; if a cell is not a number on its
        scale; if an overall score is not the sum of its dimensions.

    See Also
    --------
    policyindex.as_panel : Make a panel from a table with a column of names or codes.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_tuples([("NGA", 2009), ("DEU", 2009)],
    ...                                   names=["country", "year"])
    >>> check_panel(pd.DataFrame({"prosecution": [4, 5]}, index=index))
                  prosecution
    country year
    DEU     2009          5.0
    NGA     2009          4.0
    """
    if scales is not None:
        _check_scales(scales)
    checked = check.check_panel(panel, scales=scales)
    dims = [each.name for each in check_codebook(codebook).dimensions]
    if {"overall", *dims} <= {*checked.columns}:
        refuse_unequal(checked, codebook)
    return checked


def _check_scales(scales: object) -> None:
    """Refuse scales that are not a mapping of columns to a pair of bounds or None."""
    if not isinstance(scales, Mapping):
        raise ValueError(f"scales must map columns to (lowest, highest); got {quoted(scales)}")
    for name, scale in scales.items():
        if scale is not None and (not isinstance(scale, tuple | list) or len(scale) != 2):
            raise ValueError(
                f"the scale of {name} must be a pair (lowest, highest) or None; got {quoted(scale)}"
            )
