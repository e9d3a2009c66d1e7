"""Size, power and coverage of the test for trends, in panels whose scores linger."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

import policyindex as pi
from claims.record import Claim, mean_and_margin
from policyindex._kernels.mann_kendall import MannKendall, mann_kendall
from policyindex._kernels.persistence import Persistence, fit, inflation, rounding
from policyindex._kernels.slopes import Slopes, slopes
from policyindex.report._material import material_of
from policyindex.report._results import results_of
from policyindex.testing.generators import trendless_panel

Float64 = NDArray[np.float64]
Draw = Callable[[np.random.Generator, float], Float64]

TREND = "Trends under persistence"
NAIVE = "exchangeable years"
YEARS = np.arange(14)
PHIS = (0.0, 0.45, 0.65, 0.8)
LEVEL = 0.05
PANELS = 25
"""Panels of each cell; the margin follows from how they differ."""


class Outcome(NamedTuple):
    """One panel, tested under persistence and under exchangeable years."""

    persistence: Persistence
    persistent: MannKendall
    exchangeable: MannKendall
    slopes: Slopes | None

    @property
    def testable(self) -> NDArray[np.bool_]:
        """Return which countries could show a trend in some order of their scores."""
        return np.asarray(self.exchangeable.pvalue_floor <= LEVEL)

    def rate(self, level: float = LEVEL, rows: slice = slice(None)) -> float:
        """Return the share of testable countries with a p-value up to a level."""
        return float((self.persistent.pvalue[rows][self.testable[rows]] <= level).mean())

    def naive(self) -> float:
        """Return the same share under exchangeable years."""
        return float((self.exchangeable.pvalue[self.testable] <= LEVEL).mean())

    def any_left(self, *, discrete: bool) -> float:
        """Return 1 if a country is significant after adjustment, otherwise 0."""
        pvalues = self.persistent.pvalue[~np.isnan(self.persistent.pvalue)]
        adjusted = (
            self.persistent.pvalue_adjusted if discrete else stats.false_discovery_control(pvalues)
        )
        return float(np.nanmin(adjusted) <= LEVEL)


def outcome(values: Float64, *, sloped: bool = False) -> Outcome:
    """Test each row of a panel, as :func:`policyindex.trends` does."""
    years = np.arange(values.shape[1])
    estimate = fit(values, years)
    factor = inflation(~np.isnan(values), years, phi=estimate.phi, kappa=estimate.kappa)
    test = mann_kendall(values, inflation=factor)
    limits = None
    if sloped:
        rounded = rounding(values) > 0
        limits = slopes(values, years, s=test.s, critical=test.critical, rounded=rounded)
    return Outcome(estimate, test, mann_kendall(values), limits)


def linger(random: np.random.Generator, n: int, phi: ArrayLike, t: int = len(YEARS)) -> Float64:
    """Return stationary first-order autoregressions of variance 1; shape (n, t)."""
    phi = np.asarray(phi)
    u = random.standard_normal((n, t))
    for year in range(1, t):
        u[:, year] = phi * u[:, year - 1] + np.sqrt(1 - phi**2) * u[:, year]
    return u


def scored(
    random: np.random.Generator,
    phi: float,
    *,
    n: int = 150,
    limits: tuple[float, float] = (3, 15),
    mean: tuple[float, float] = (5, 13),
    sd: float = 1.5,
    slope: float = 0.0,
) -> Float64:
    """Return scores of one panel, scored in every year."""
    levels = random.uniform(*mean, (n, 1)) + slope * (YEARS - YEARS.mean())
    return np.rint(levels + sd * linger(random, n, phi)).clip(*limits)


def late(random: np.random.Generator, phi: float) -> Float64:
    """Return scores of countries that enter over time, with a quarter of the years missing."""
    values = scored(random, phi, n=180)
    entry = random.integers(0, 10, (180, 1))
    values[(entry > YEARS) | (random.random(values.shape) < 0.25)] = np.nan
    return values


def patterned(
    random: np.random.Generator, phi: float, *, table: Float64, sd: float, slope: float = 0.0
) -> Float64:
    """Return scores with the gaps and the means of data."""
    t = table.shape[1]
    levels = np.nanmean(table, axis=1, keepdims=True) + slope * (np.arange(t) - (t - 1) / 2)
    low, high = np.nanmin(table), np.nanmax(table)
    values = np.rint(levels + sd * linger(random, len(table), phi, t)).clip(low, high)
    return np.where(np.isnan(table), np.nan, values)


def real_tables() -> dict[str, Float64]:
    """Return the published scores, if a folder of real files is named; otherwise nothing."""
    folder = os.environ.get("POLICYINDEX_REAL_DATA")
    if not folder:
        return {}
    panel = pi.read(Path(folder) / "published_3p_2000_2013.dta").panel
    tables = {}
    for name in ("overall", "prosecution", "protection"):
        table = panel[name].unstack("year").loc[:, 2000:2013].dropna(how="all")
        tables[name] = table.to_numpy()
    return tables


FREE = (-np.inf, np.inf)

DESIGNS: dict[str, Draw] = {
    "150 countries, 14 years, scores 3 to 15": scored,
    "150 countries, 14 years, scores without limits": partial(scored, limits=FREE),
    "150 countries, 14 years, scores 1 to 5": partial(scored, limits=(1, 5), mean=(2, 4.5), sd=0.7),
    "180 countries that enter late, a quarter of the years missing": late,
}


def panels(draw: Draw, phi: float, count: int = PANELS, *, sloped: bool = False) -> list[Outcome]:
    """Test panels drawn with the seeds 0, 1, 2 ..."""
    return [outcome(draw(np.random.default_rng(seed), phi), sloped=sloped) for seed in range(count)]


def real_designs() -> dict[str, Draw]:
    """Return designs with the years and means of the published scores."""
    return {
        f"the years and means of the published scores, {name}": partial(
            patterned, table=table, sd=1.5 if name == "overall" else 0.7
        )
        for name, table in real_tables().items()
    }


def _claim(
    setting: str, measure: str, values: list[float], low: float, high: float, naive: float = np.nan
) -> Claim:
    value, margin = mean_and_margin(values)
    name = "" if np.isnan(naive) else NAIVE
    return Claim(TREND, setting, measure, value, margin, low, high, naive, name)


def sizes() -> Iterator[Claim]:
    """Yield the size at .05 and .01, phi, and how often any country stays after adjustment."""
    designs = DESIGNS | real_designs()
    for place, (name, draw) in enumerate(designs.items()):
        least = 0.03 if place < 3 else 0.02
        left: dict[bool, list[float]] = {False: [], True: []}
        for phi in PHIS:
            tests = panels(draw, phi)
            setting = f"{name}, phi {phi:g}"
            naive = float(np.mean([each.naive() for each in tests]))
            rates = [each.rate() for each in tests]
            yield _claim(setting, "size at .05", rates, least, 0.07, naive)
            yield _claim(setting, "size at .01", [each.rate(0.01) for each in tests], 0, 0.01)
            yield _claim(setting, "size at .001", [each.rate(0.001) for each in tests], 0, 0.001)
            if place == 0:
                estimates = [each.persistence.phi for each in tests]
                yield _claim(setting, "phi, estimated", estimates, phi - 0.03, phi + 0.03)
            for discrete, panel in left.items():
                panel += [each.any_left(discrete=discrete) for each in tests]
        setting = f"{name}, phi 0 to .8"
        measure = "panels with a country significant after Benjamini-Hochberg"
        yield _claim(setting, measure, left[False], 0.0, 0.04)
        whole = "1 to 5" not in name and "pro" not in name.rpartition(", ")[2]
        measure = "panels with a country significant after the discrete adjustment"
        fails = "" if whole else "fails: "
        yield _claim(fails + setting, measure, left[True], 0.0, 0.10 if whole else 0.30)
    for n in (10, 20, 40):
        rates = [each.rate() for each in panels(partial(scored, n=n), 0.65, 40)]
        yield _claim(f"{n} countries, 14 years, phi 0.65", "size at .05", rates, 0.02, 0.07)


def powers() -> Iterator[Claim]:
    """Yield power and coverage with a true slope of a quarter of a point a year, and of 0."""
    clipped, free = list(DESIGNS)[:2]
    for phi, least in zip(PHIS, (0.55, 0.30, 0.20, 0.13), strict=True):
        rising = panels(partial(scored, slope=0.25), phi, 8)
        rates = [each.rate() for each in rising]
        yield _claim(f"{clipped}, phi {phi:g}", "power at +.25 points a year", rates, least, 1.0)
        for slope in (0.25, 0.0):
            tests = panels(partial(scored, limits=FREE, slope=slope), phi, 6, sloped=True)
            covered = [_coverage(each, slope) for each in tests]
            measure = f"coverage of the slope's interval, slope {slope:g}"
            yield _claim(f"{free}, phi {phi:g}", measure, covered, 0.94, 0.985)


def _coverage(tests: Outcome, slope: float) -> float:
    assert tests.slopes is not None
    low, high = tests.slopes.low, tests.slopes.high
    limited = ~np.isnan(low)
    return float(((low <= slope) & (slope <= high))[limited].mean())


def mixed(random: np.random.Generator, _: float, *, even: bool) -> Float64:
    """Return scores whose persistence differs by country."""
    phi = random.uniform(0.3, 0.9, 150) if even else np.repeat([0.4, 0.8], 75)
    return np.rint(random.uniform(5, 13, (150, 1)) + 1.5 * linger(random, 150, phi)).clip(3, 15)


def shared(random: np.random.Generator, phi: float) -> Float64:
    """Return scores of which a third of the variance is common to all countries."""
    u = np.sqrt(2 / 3) * linger(random, 150, phi) + np.sqrt(1 / 3) * linger(random, 1, phi)
    return np.rint(random.uniform(5, 13, (150, 1)) + 1.5 * u).clip(3, 15)


def walks(random: np.random.Generator, _: float) -> Float64:
    """Return random walks."""
    steps = np.cumsum(0.6 * random.standard_normal((150, 14)), axis=1)
    return np.rint(random.uniform(5, 13, (150, 1)) + steps).clip(3, 15)


def sums(random: np.random.Generator, phi: float) -> Float64:
    """Return sums of three parts, each rounded to 1 to 5."""
    return np.sum(
        [scored(random, phi, limits=(1, 5), mean=(2, 4.5), sd=0.7) for _ in range(3)], axis=0
    )


def failures() -> Iterator[Claim]:
    """Yield the size where the assumption does not hold: documented, not wished for."""
    halves = panels(partial(mixed, even=False), 0.0, 24)
    for rows, half, other, value in (
        (slice(0, 75), 0.4, 0.8, 0.021),
        (slice(75, 150), 0.8, 0.4, 0.150),
    ):
        setting = f"fails: phi {half:g} in this half of the countries, {other:g} in the other"
        rates = [each.rate(rows=rows) for each in halves]
        yield _claim(setting, "size at .05", rates, value - 0.015, value + 0.015)
    for setting, draw, count, low, high in (
        ("fails: phi differs by country, .3 to .9", partial(mixed, even=True), 24, 0.075, 0.105),
        ("fails: a shock common to all, a third of variance, phi .65", shared, 100, 0.04, 0.08),
        ("fails: random walks", walks, 24, 0.04, 0.09),
        ("fails: sums of three rounded parts, phi .65", sums, 24, 0.045, 0.075),
    ):
        rates = [each.rate() for each in panels(draw, 0.65, count)]
        yield _claim(setting, "size at .05", rates, low, high)


def reports(count: int = 20) -> Claim:
    """Return the share of testable countries that reports on trendless panels name."""
    rates, naive = [], []
    for seed in range(count):
        panel = trendless_panel(persistence=0.65, rng=seed)
        results = results_of(material_of(panel, pi.THREE_P))
        direction = results.trends["direction"].dropna()
        rates.append(float(direction.isin(["up", "down"]).mean()))
        naive.append(outcome(panel["overall"].unstack("year").to_numpy()).naive())
    setting = "20 panels of three dimensions without a trend, phi .65"
    measure = "testable countries that the report names"
    return _claim(setting, measure, rates, 0.0, 0.07, float(np.mean(naive)))


def claims() -> list[Claim]:
    """Measure every claim about trends."""
    return [*sizes(), *powers(), *failures(), reports()]
