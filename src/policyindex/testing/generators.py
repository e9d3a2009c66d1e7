"""Draw data in which nothing happens, for tests of statistics: panels, coders and events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries as territories
from .._options import finite, generator, whole
from .._wording import quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, check_scores
from ..panel.dimensions import dimensions, refuse_fractions, totals
from ..panel.selection import span
from ..panel.shape import wide
from ..robustness.matrices import matrices
from ..typing import CodingError, Scale, Seed, Years


def trendless_scores(
    *,
    countries: int | Sequence[str] = 150,
    years: Years = (2000, 2013),
    persistence: float = 0.65,
    mean: tuple[float, float] = (5, 13),
    sd: float = 1.5,
    slope: float = 0.0,
    limits: Scale | None = (3, 15),
    pattern: pd.Series | None = None,
    rng: Seed = None,
) -> pd.Series:
    """Draw scores that linger from year to year and have no trend.

    Every score is the level of its country plus a stationary AR(1) process, rounded to an
    integer. A test for trends should reject in as many countries as its level says.

    Parameters
    ----------
    countries : int or sequence of str
        Number of countries, or their codes. Not used with `pattern`.
    years : (int, int)
        First and last year, all scored. Not used with `pattern`.
    persistence : float
        Correlation of a country's deviations in two successive years, from 0 to below 1.
    mean : (float, float)
        The level of a country is uniform between these, in points. Not used with `pattern`.
    sd : float
        Standard deviation of a country's deviations over time, in points.
    slope : float
        A trend common to all countries, in points per year, to measure power.
    limits : (int, int) or None
        Lowest and highest score; a value beyond is set to them. None keeps every value.
    pattern : Series, index (country, year), optional
        Scores whose countries, years, gaps and country means are taken over.
    rng : int or Generator, optional
        Source of the draw; without it the draw is the same each time.

    Returns
    -------
    Series, index (country, year)
        Integers in float64, named ``overall``, or as the pattern; missing where it is.

    Raises
    ------
    PanelError
        If the pattern breaks the contract of scores.
    ValueError
        If an argument is not one of the above.

    Notes
    -----
    x = round(level + slope * (t - mean of t) + sd * u_t), u_t = phi u_{t-1} + sqrt(1 - phi**2)
    e_t, with u and e standard normal and phi the persistence.

    Examples
    --------
    >>> scores = trendless_scores(countries=["DEU", "NGA"], years=(2000, 2002), rng=1)
    >>> scores.unstack().loc["NGA"].to_list()
    [13.0, 12.0, 13.0]
    """
    phi = finite("persistence", persistence)
    if not 0 <= phi < 1:
        raise ValueError(f"persistence must be from 0 to below 1; got {quoted(persistence)}")
    if finite("sd", sd) < 0:
        raise ValueError(f"sd must be at least 0; got {quoted(sd)}")
    random = generator(rng)
    if pattern is None:
        units, calendar = _units(countries), np.arange(*_ends(years))
        least, most = _in_order("mean", mean)
        levels = random.uniform(least, most, len(units))
        index = pd.MultiIndex.from_product([units, calendar], names=INDEX)
        missing, name = np.zeros((len(units), len(calendar)), dtype=bool), "overall"
    else:
        table = wide(check_scores(pattern))
        calendar, missing = table.columns.to_numpy(), table.isna().to_numpy()
        # the level of a country without a score does not matter: its scores stay missing
        levels = table.mean(axis=1).fillna(0).to_numpy()
        index = pd.MultiIndex.from_product([table.index, table.columns], names=INDEX)
        name = "overall" if pattern.name is None else str(pattern.name)
    deviations = _linger(len(levels), len(calendar), float(phi), random)
    drift = finite("slope", slope) * (calendar - calendar.mean())
    values = np.rint(levels[:, None] + drift + float(sd) * deviations)
    if limits is not None:
        values = values.clip(*span("limits", limits))
    values[missing] = np.nan
    scores = pd.Series(values.ravel(), index=index, name=name)
    return scores if pattern is None else scores.reindex(pattern.index)


def trendless_panel(
    *,
    codebook: Codebook = THREE_P,
    countries: int | Sequence[str] = 150,
    years: Years = (2000, 2013),
    persistence: float = 0.65,
    pattern: pd.DataFrame | None = None,
    rng: Seed = None,
) -> pd.DataFrame:
    """Draw a panel whose dimensions linger from year to year and have no trend.

    The dimensions are drawn independently of each other, so their sum lingers as they do.

    Parameters
    ----------
    codebook : Codebook
        The dimensions and their scales.
    countries : int or sequence of str
        Number of countries, or their codes. Not used with `pattern`.
    years : (int, int)
        First and last year, all scored. Not used with `pattern`.
    persistence : float
        As for :func:`trendless_scores`.
    pattern : DataFrame, index (country, year), optional
        A panel whose countries, years, gaps and country means are taken over.
    rng : int or Generator, optional
        Source of the draw; without it the draw is the same each time.

    Returns
    -------
    DataFrame, index (country, year)
        A column per dimension and ``overall``, their sum or mean; missing where one is.

    Raises
    ------
    PanelError
        If the pattern lacks a dimension, or has a level off its scale.
    ValueError
        If an argument is not one of the above, or the codebook has scores that are not whole.

    Notes
    -----
    The level of a country is uniform between a quarter and seven eighths of each scale, and the
    deviations have a standard deviation of 0.175 scales: on 1 to 5, levels from 2 to 4.5 and
    0.7 points.

    Examples
    --------
    >>> panel = trendless_panel(countries=20, rng=0)
    >>> panel.shape, float(panel.to_numpy().min()), float(panel["overall"].max()) <= 15
    ((280, 4), 1.0, True)
    """
    random = generator(rng)
    refuse_fractions(check_codebook(codebook), "trendless panels")
    table = None if pattern is None else dimensions(pattern, codebook)
    columns = {}
    for each in codebook.dimensions:
        lowest, highest = each.scores[0], each.scores[-1]
        width = highest - lowest
        columns[each.name] = trendless_scores(
            countries=countries,
            years=years,
            persistence=persistence,
            mean=(lowest + width / 4, lowest + 7 * width / 8),
            sd=0.175 * width,
            limits=(lowest, highest),
            pattern=None if table is None else table[each.name],
            rng=random,
        )
    panel = pd.DataFrame(columns)
    panel["overall"] = totals(list(panel.to_numpy().T), codebook)
    return panel


def coders(
    truth: pd.DataFrame,
    error: CodingError,
    *,
    n: int = 2,
    codebook: Codebook = THREE_P,
    rng: Seed = None,
) -> dict[str, pd.DataFrame]:
    """Draw codings of true levels by coders who err independently of each other.

    A missing level stays missing with every coder.

    Parameters
    ----------
    truth : DataFrame, index (country, year)
        The true level of each dimension.
    error : float, matrix, or mapping of dimension to either
        An accuracy, or the probability of each coded level (columns) given the true one (rows).
    n : int
        Number of coders, at least 1.
    codebook : Codebook
        The dimensions and their scales.
    rng : int or Generator, optional
        Source of the draw; without it the draw is the same each time.

    Returns
    -------
    dict of str to DataFrame, index (country, year)
        The panel of each coder, ``"coder 1"`` to ``"coder n"``; a column per dimension.

    Raises
    ------
    PanelError
        If the truth lacks a dimension, or has a level off its scale.
    ValueError
        If the error is not one of the above, or `n` is not a positive integer.

    Examples
    --------
    >>> truth = trendless_panel(rng=0)
    >>> first, second = coders(truth, 0.9).values()
    >>> float((first["protection"] == truth["protection"]).mean().round(1))
    0.9
    """
    n, random = whole("n", n, least=1), generator(rng)
    table = dimensions(truth, codebook, whole_for="coders of dimensions")
    errors = matrices(error, codebook)
    answer = {}
    for number in range(1, n + 1):
        columns = {}
        for each in codebook.dimensions:
            levels = table[each.name].to_numpy()
            scored = ~np.isnan(levels)
            cumulated = errors[each.name].to_numpy().cumsum(axis=1)
            rows = cumulated[levels[scored].astype(np.int64) - each.scores[0]]
            draws = random.random((len(rows), 1)) * rows[:, -1:]
            values = np.full(len(levels), np.nan)
            values[scored] = each.scores[0] + (draws >= rows[:, :-1]).sum(axis=1)
            columns[each.name] = values
        answer[f"coder {number}"] = pd.DataFrame(columns, index=table.index)
    return answer


def staggered_events(
    countries: int | Sequence[str] = 150,
    *,
    years: Years = (2003, 2010),
    never: float = 0.3,
    rng: Seed = None,
) -> pd.Series:
    """Draw the year of an event for each country, without regard to any score.

    An event study of scores by these events should show nothing.

    Parameters
    ----------
    countries : int or sequence of str
        Number of countries, or their codes.
    years : (int, int)
        First and last year of an event; all years between are equally likely.
    never : float
        Probability that a country has no event, from 0 to 1.
    rng : int or Generator, optional
        Source of the draw; without it the draw is the same each time.

    Returns
    -------
    Series, index country
        The year of the event; missing for never.

    Raises
    ------
    ValueError
        If an argument is not one of the above.

    Examples
    --------
    >>> staggered_events(["DEU", "ITA", "NGA"], rng=3).to_list()
    [2009.0, 2003.0, nan]
    """
    if not 0 <= finite("never", never) <= 1:
        raise ValueError(f"never must lie between 0 and 1; got {quoted(never)}")
    units, random = _units(countries), generator(rng)
    first, beyond = _ends(years)
    dates = random.integers(first, beyond, len(units)).astype(np.float64)
    dates[random.random(len(units)) < never] = np.nan
    return pd.Series(dates, index=pd.Index(units, name="country"), name="event")


def _linger(n: int, length: int, phi: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return stationary AR(1) series of standard deviation 1, a row each."""
    series = random.standard_normal((n, length))
    for year in range(1, length):
        series[:, year] = phi * series[:, year - 1] + np.sqrt(1 - phi**2) * series[:, year]
    return series


def _units(countries: int | Sequence[str]) -> list[str]:
    """Return codes of countries; beyond those of ISO 3166, made-up ones."""
    if not isinstance(countries, str) and isinstance(countries, Sequence):
        units = [str(each) for each in countries]
        if not units or len(set(units)) < len(units):
            raise ValueError(
                f"countries must be a number, or a list of different codes; got {quoted(countries)}"
            )
        return units
    n = whole("countries", countries, least=1)
    codes = territories._table().index[:n].tolist()
    return codes + [f"C{number:04}" for number in range(len(codes) + 1, n + 1)]


def _ends(years: Years) -> tuple[int, int]:
    """Return the first year and the one after the last."""
    first, last = span("years", years)
    return first, last + 1


def _in_order(name: str, bounds: tuple[float, float]) -> tuple[float, float]:
    try:
        least, most = (float(finite(name, each)) for each in bounds)
    except (TypeError, ValueError):
        least, most = 0.0, -1.0
    if least > most:
        raise ValueError(f"{name} must be a pair of numbers in order; got {quoted(bounds)}")
    return least, most
