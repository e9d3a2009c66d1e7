"""Count what is coded, what is missing and where the gaps are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import capital, counted, listed, quoted, year_words
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from .check import PanelError, check_panel
from .display import as_html, as_text
from .evidence import of_panel, sourced
from .labels import carry


class Coverage(NamedTuple):
    """The contents of a panel and its gaps."""

    by_year: pd.DataFrame
    """Index year; ``countries`` with a value, ``complete`` ones, and values of each column."""
    by_country: pd.DataFrame
    """Index country; ``first_year``, ``last_year`` and ``years`` with any value, ``complete``
    years, and ``gaps``, a tuple of the years between without any value."""
    by_indicator: pd.DataFrame | None = None
    """Where there is evidence, index indicator: the number of ``codings``, how many of them are
    ``unsourced``, i.e. their evidence names no report, page or words of one; and the same of the
    codings at the lowest level, ``zeros`` and ``unsourced_zeros``."""

    def __str__(self) -> str:
        scored = self.by_year[self.by_year["countries"] > 0]
        if not len(scored):
            return "The panel has no values."
        gaps = int((self.by_country["gaps"].map(len) > 0).sum())
        countries = int((self.by_country["years"] > 0).sum())
        text = capital(
            f"{counted(countries, 'country has', 'countries have')} values, "
            f"{year_words(int(year) for year in scored.index)}; "
            f"{counted(gaps, 'country has', 'countries have')} gaps between years."
        )
        return text if self.by_indicator is None else f"{text} {unsourced_words(self.by_indicator)}"

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        tables = {"by_year": self.by_year, "by_country": self.by_country}
        if self.by_indicator is not None:
            tables["by_indicator"] = self.by_indicator
        return as_html(str(self), **tables)


def unsourced_words(by_indicator: pd.DataFrame) -> str:
    """Return how many codings have no evidence, and how many of these are zeros."""
    codings, unsourced, zeros, unsourced_zeros = map(int, by_indicator[list(COUNTS)].sum())
    if not codings:
        return "No indicator is coded."
    if not unsourced:
        return f"Evidence of each of the {codings:,} codings names a source."
    return (
        f"{unsourced:,} of {codings:,} codings have no evidence that names a source; of the "
        f"{zeros:,} codings at the lowest level, {unsourced_zeros:,} have none."
    )


COUNTS = ("codings", "unsourced", "zeros", "unsourced_zeros")
"""The columns of :attr:`Coverage.by_indicator`."""


def coverage(
    panel: pd.DataFrame,
    *,
    evidence: pd.DataFrame | None = None,
    codebook: Codebook = THREE_P,
) -> Coverage:
    """Count what is coded, what is missing and where the gaps are.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        Codings or scores; NaN = not coded.
    evidence : DataFrame, index (coder, country, year, indicator), optional
        The evidence of codings, as :func:`policyindex.explain` takes it.
    codebook : Codebook
        The indicators that the evidence is about.

    Returns
    -------
    Coverage
        ``by_year`` and ``by_country``. A country or a year without any value counts 0, and its
        first and last year are missing. With evidence also ``by_indicator``: how many codings no
        report, page or quotation stands behind, and how many of these are zeros.

    Raises
    ------
    PanelError
        If the panel or the evidence breaks its contract, the panel has a column of a name that the
        answer needs, or evidence is about other country-years, or of a panel without indicators.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["NGA"], [2007, 2009]], names=["country", "year"])
    >>> counts = coverage(pd.DataFrame({"prosecution": [4, 4], "protection": [None, 5]}, index))
    >>> counts.by_year
          countries  complete  prosecution  protection
    year
    2007          1         0            1           0
    2009          1         1            1           1
    >>> counts.by_country
             first_year  last_year  years  complete     gaps
    country
    NGA            2007       2009      2         1  (2008,)
    """
    checked = check_panel(panel)
    check_codebook(codebook)
    counts = _coverage(checked)
    if evidence is None:
        return counts
    codings = checked[[name for name in codebook.scales if name in checked]]
    if not len(codings.columns):
        raise PanelError(
            f"evidence must be about codings; the panel has no indicator of the codebook "
            f"{codebook.name}, its columns are {listed(checked.columns)}"
        )
    own = of_panel(evidence, codings, codebook)
    return counts._replace(by_indicator=_by_indicator(codings, own))


def _by_indicator(codings: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Count checked codings, and those that no source stands behind."""
    coded, zero = codings.notna(), codings == 0
    bare = ~sourced(evidence, codings)
    counts = [coded, coded & bare, zero, zero & bare]
    table = pd.DataFrame({name: each.sum() for name, each in zip(COUNTS, counts, strict=True)})
    return carry(table.rename_axis("indicator"), codings)


def _coverage(panel: pd.DataFrame) -> Coverage:
    present = panel.notna()
    taken = present.columns.intersection(["countries", "complete"])
    if len(taken):
        raise PanelError(
            f"columns must have other names than the counts of countries and of complete ones; "
            f"{len(taken)} do not, the first {quoted(taken[0])}; rename it"
        )
    some, complete = present.any(axis=1), present.all(axis=1) & (present.shape[1] > 0)
    flags = {"countries": some, "complete": complete, **dict(present.items())}
    calendar, place = np.unique(panel.index.get_level_values("year"), return_inverse=True)
    by_year = pd.DataFrame(
        {name: _tally(place, each, len(calendar)) for name, each in flags.items()},
        pd.Index(calendar, name="year"),
    )
    return Coverage(carry(by_year, panel), carry(_by_country(some, complete), panel))


def _tally(places: NDArray[np.intp], flags: pd.Series, n: int) -> NDArray[np.int64]:
    """Count the rows of each of `n` places whose flag is set."""
    return np.bincount(places, flags.to_numpy(), n).astype(np.int64)


def _by_country(some: pd.Series, complete: pd.Series) -> pd.DataFrame:
    """Describe the years in which each country has a value, given the rows that have one."""
    unit_of_row, units = pd.factorize(some.index.get_level_values("country"))
    valued = some.to_numpy()
    unit = unit_of_row[valued]
    years = some.index.get_level_values("year").to_numpy()[valued]
    gaps: list[list[int]] = [[] for _ in units]
    for row in np.flatnonzero((np.diff(unit) == 0) & (np.diff(years) > 1)):
        gaps[unit[row]].extend(range(years[row] + 1, years[row + 1]))
    n = _tally(unit_of_row, some, len(units))
    ends = np.cumsum(n)
    first, last = (
        pd.Series(years[places[n > 0]], units[n > 0]).reindex(units)
        for places in (ends - n, ends - 1)
    )
    return pd.DataFrame(
        {
            "first_year": first,
            "last_year": last,
            "years": n,
            "complete": _tally(unit_of_row, complete, len(units)),
            "gaps": [tuple(each) for each in gaps],
        },
        units.rename("country"),
    )
