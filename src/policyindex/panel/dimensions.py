"""What a panel holds: the indicators of a codebook, or dimensions, every column but ``overall``."""

from __future__ import annotations

import pandas as pd

from .._wording import listed, quoted
from ..codebooks.hti import HTI
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from .check import PanelError, check_panel


def indicators(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return a checked panel of a codebook's codings."""
    return check_panel(codings, scales=check_codebook(codebook).scales)


def dimensions(panel: pd.DataFrame, *, at_least: int = 1) -> pd.DataFrame:
    """Return a checked panel of scores without the column ``overall``.

    Every column is a dimension. A panel of codings is refused, and so is a column on another
    scale beside the dimensions of the index: a fourth P is welcome, a population is a mistake.
    """
    kept = check_panel(panel).drop(columns="overall", errors="ignore")
    if kept.shape[1] < at_least:
        raise PanelError(
            f"the panel must have {at_least} or more columns of dimensions besides overall; it "
            f"has {kept.shape[1]}"
        )
    for codebook in (THREE_P, HTI):
        if set(codebook.scales) <= set(kept.columns):
            raise PanelError(
                f"every column must be a dimension; {len(codebook.scales)} are indicators, the "
                f"first {next(iter(codebook.scales))}; score the codings first, with score"
            )
    index = [each.name for each in THREE_P.dimensions]
    if set(index) <= set(kept.columns):
        _refuse_other_scales(kept, index)
    return kept


def _refuse_other_scales(panel: pd.DataFrame, index: list[str]) -> None:
    low, high = THREE_P.dimensions[0].lowest, THREE_P.dimensions[0].highest
    for name in panel.columns.difference(index, sort=False):
        off = (panel[name] < low) | (panel[name] > high)
        if off.any():
            place = int(off.to_numpy().argmax())
            country, year = panel.index[place]
            raise PanelError(
                f"every column beside {listed(index)} counts as a further dimension, from {low} to "
                f"{high}; {name} is off this scale in {off.sum()} of {len(off)} rows, the first "
                f"{quoted(panel[name].iloc[place])} at {country} {year}; leave out what is no "
                f"dimension: panel[{index}]"
            )
