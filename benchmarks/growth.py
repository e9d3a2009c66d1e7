"""Measure how the time of every public function grows with units and with years.

Run with ``python benchmarks/growth.py [NAME ...]``; names are those of the table, or of rooms. It
prints the table of benchmarks/README.md, and without a name writes it there: the exponent p of
time ~ size^p, in units and in years.

The sizes of a function grow until a call takes a twentieth of a second of the processor, and thrice
as long as for the least size, so that constants do not hide the growth; then the exponent is
fitted to that size, a third and a ninth of it. Units are any text; functions that need countries
or files get 27 to 243 countries and 22 to 198 years.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from clock import least, timed
from table import README, replaced

import policyindex as pi
from policyindex import coding, countries, dynamics, latent, plot, reliability, report, robustness

FIRST = 1000
"""The first year of panels of units; countries end in 2100."""

ROWS = 500_000
"""The largest panel: 0.08 GB of codings."""

SPAN = 1000
"""The years of the longest panel that the library accepts."""

ENOUGH, DATA = 0.05, 2.0
"""Seconds of a call, and of making its data, after which no larger size is tried."""


@dataclass
class Data:
    """Codings, scores and files of so many units and years, made when a function needs them."""

    units: int
    years: int
    real: bool
    folder: Path

    @property
    def first(self) -> int:
        return 2101 - self.years if self.real else FIRST

    @property
    def last(self) -> int:
        return self.first + self.years - 1

    @cached_property
    def names(self) -> list[str]:
        if self.real:
            return list(countries.table().query("not historical").index[: self.units])
        return [f"unit {place:07}" for place in range(self.units)]

    @cached_property
    def complete(self) -> pd.DataFrame:
        """Codings without a gap."""
        rng = np.random.default_rng(0)
        span = range(self.first, self.last + 1)
        index = pd.MultiIndex.from_product([self.names, span], names=["country", "year"])
        tops = np.array([top for _, top in pi.THREE_P.scales.values()])
        # A unit keeps most of its policies from year to year, as countries do.
        ability = np.repeat(rng.normal(size=self.units), self.years)[:, None]
        drawn = 1 / (1 + np.exp(-ability - rng.normal(size=(len(index), len(tops)))))
        codes = np.floor(drawn * (tops + 1)).clip(0, tops)
        return pd.DataFrame(codes, index, list(pi.THREE_P.scales), copy=False)

    @cached_property
    def codings(self) -> pd.DataFrame:
        """Codings, one in fifty missing."""
        rng = np.random.default_rng(1)
        return self.complete.mask(rng.random(self.complete.shape) < 0.02)

    @cached_property
    def coders(self) -> dict[str, pd.DataFrame]:
        """Two coders who agree on nine of ten codings."""
        rng = np.random.default_rng(2)
        other = self.complete.mask(rng.random(self.complete.shape) < 0.1, 0.0)
        return {"Ama": self.codings, "Ben": other}

    @cached_property
    def coded(self) -> dict[str, pd.DataFrame]:
        """Two coders of the first year in every ten, of whom Ben differs in one coding of 190."""
        rows = self.complete.index.get_level_values("year") % 10 == self.first % 10
        ama = self.complete[rows]
        differs = (np.arange(ama.size) % 190 == 0).reshape(ama.shape)
        return {"Ama": ama, "Ben": ama.mask(differs, 1 - ama.clip(0, 1))}

    @cached_property
    def codes(self) -> dict[str, Any]:
        return {name: self.codings[name].fillna(-1).to_numpy(np.int8) for name in self.codings}

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of nine country-years in ten."""
        rng = np.random.default_rng(3)
        return pi.score(self.complete)[rng.random(len(self.complete)) >= 0.1]

    @cached_property
    def overall(self) -> pd.Series:
        return self.scores["overall"]

    @cached_property
    def other(self) -> pd.Series:
        return self.overall.shift(self.years)

    @cached_property
    def bounds(self) -> pd.DataFrame:
        return pi.score_bounds(self.codings)

    @cached_property
    def laws(self) -> pd.Series:
        """The year of a law in three quarters of the units."""
        rng = np.random.default_rng(4)
        years = pd.Series(rng.integers(self.first, self.last + 1, self.units), self.names, float)
        return years.mask(rng.random(self.units) < 0.25)

    @cached_property
    def regions(self) -> pd.Series:
        return pd.Series([f"region {place % 6}" for place in range(self.units)], self.names)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Each unit is linked to the next four."""
        place = np.arange(self.units)
        names = np.array(self.names)
        return pd.concat(
            pd.DataFrame({"country": names, "other": np.roll(names, -step), "weight": 1.0})
            for step in range(1, min(5, self.units // 2))
        ).iloc[: 4 * len(place)]

    @cached_property
    def fitted(self) -> latent.Fit:
        return latent.fit(self.scores)

    def file(self, name: str) -> Path:
        """Return the path of a file that no other size has."""
        return self.folder / name

    def written(self, name: str, write: Callable[[Path], object]) -> Path:
        """Return the path of a file, written on first use."""
        path = self.file(name)
        if not path.exists():
            write(path)
        return path

    def csv(self, table: str) -> Path:
        rows = {"codings": self.codings, "scores": self.scores}[table]
        return self.written(f"{table}.csv", rows.to_csv)

    @cached_property
    def released(self) -> Path:
        return self.written("2015.1", lambda path: _release(self, path))

    def workbook(self, coder: str) -> Path:
        def write(path: Path) -> None:
            panel = self.coded[coder]
            years = sorted(panel.index.unique("year"))
            coding.template(path, countries=self.names, years=years, coder=coder, previous=panel)

        return self.written(f"{coder}.xlsx", write)


def _release(data: Data, path: Path) -> None:
    coding.release(data.codings, path, name=path.name, formats=("parquet",), overwrite=True)


def _settled(data: Data) -> object:
    path = data.written(
        "decisions.xlsx", lambda path: coding.adjudicate(data.coded, path, overwrite=True)
    )
    return coding.settle(path, data.coded)


def _chart(draw: Callable[[Data], object]) -> Callable[[Data], None]:
    """Close the figures that a chart leaves open."""

    def call(data: Data) -> None:
        draw(data)
        plt.close("all")

    return call


Call = Callable[[Data], object]

CASES: dict[str, Call] = {
    # scoring
    "score": lambda d: pi.score(d.codings),
    "score_bounds": lambda d: pi.score_bounds(d.codings),
    "score_codes": lambda d: pi.score_codes(d.codes),
    "overall": lambda d: pi.overall(
        d.scores, weights={"prosecution": 2, "protection": 1, "prevention": 1}
    ),
    "explain": lambda d: pi.explain(d.codings, d.names[-1], d.last),
    "next_steps": lambda d: pi.next_steps(d.codings),
    # panels and files
    "as_panel": lambda d: pi.as_panel(d.scores.reset_index()),
    "check_panel": lambda d: pi.check_panel(d.scores),
    "coverage": lambda d: pi.coverage(d.codings),
    "splice": lambda d: pi.splice(d.scores, d.scores, prefer="first"),
    "read": lambda d: pi.read(d.csv("scores")),
    "read_codings": lambda d: pi.read_codings(d.csv("codings")),
    "read_scores": lambda d: pi.read_scores(d.csv("scores")),
    "read_values": lambda d: pi.read_values(d.csv("scores")),
    "read_events": lambda d: pi.read_events(
        d.written("laws.csv", lambda path: d.laws.rename_axis("country").to_csv(path))
    ),
    "write_table": lambda d: pi.write_table(d.scores, d.file("table.csv")),
    # who leads
    "ranks": lambda d: pi.ranks(d.overall),
    "groups": lambda d: pi.groups(d.overall, d.last),
    "rank_changes": lambda d: pi.rank_changes(d.overall, d.first, d.last),
    "rank_bounds": lambda d: pi.rank_bounds(d.bounds),
    "what_if": lambda d: pi.what_if(d.scores, _scored(d)[0], d.last),
    # who improved
    "trend": lambda d: pi.trend(d.overall, d.names[-1]),
    "trends": lambda d: pi.trends(d.overall),
    "changes": lambda d: pi.changes(d.overall),
    "movers": lambda d: pi.movers(d.overall, d.first, d.last),
    "yearly_means": lambda d: pi.yearly_means(d.overall),
    "decompose": lambda d: pi.decompose(d.overall, d.first, d.last),
    "dynamics.decompose_yearly": lambda d: dynamics.decompose_yearly(d.overall, d.first, d.last),
    "event_study": lambda d: pi.event_study(d.overall, d.laws),
    "transitions": lambda d: pi.transitions(d.overall, split_year=(d.first + d.last) // 2),
    "convergence": lambda d: pi.convergence(d.overall, cohort="all"),
    "lag": lambda d: pi.lag(d.scores),
    "peers": lambda d: pi.peers(d.overall, by=d.regions),
    "dynamics.moran": lambda d: dynamics.moran(d.overall, links=d.links),
    # how sure is a rank
    "weight_ranks": lambda d: pi.weight_ranks(d.scores),
    "robustness.weight_distribution": lambda d: robustness.weight_distribution(d.scores, d.last),
    "robustness.dominance": lambda d: robustness.dominance(d.scores, d.last),
    "robustness.settled_pairs": lambda d: robustness.settled_pairs(d.scores, d.last),
    "robustness.overtake": lambda d: robustness.overtake(d.scores, *_scored(d), d.last),
    "sensitivity": lambda d: pi.sensitivity(d.scores),
    "standings": lambda d: (
        pi.standings(d.scores, d.last, min_weight=0),
        pi.standings(d.scores, d.last, error=0.9),
    ),
    "error_ranks": lambda d: pi.error_ranks(d.scores, error=0.9),
    "robustness.error_scores": lambda d: robustness.error_scores(d.scores, error=0.9),
    "robustness.error_means": lambda d: robustness.error_means(d.scores, error=0.9),
    "robustness.error_distribution": lambda d: robustness.error_distribution(
        d.scores, d.last, error=0.9
    ),
    "robustness.error_changes": lambda d: robustness.error_changes(
        d.scores, d.last - 4, d.last, error=0.9
    ),
    "robustness.beats": lambda d: robustness.beats(d.scores, *_scored(d), d.last, error=0.9),
    "robustness.estimate_error": lambda d: robustness.estimate_error(
        {name: pi.score(panel) for name, panel in d.coders.items()}
    ),
    # how sure is a score
    "agreement": lambda d: pi.agreement(d.coders),
    "compare": lambda d: pi.compare(d.overall, d.other),
    "reliability.disagreements": lambda d: reliability.disagreements(d.coders),
    "latent.fit": lambda d: latent.fit(d.scores),
    "latent.predict": lambda d: latent.predict(d.fitted),
    "latent.ranks": lambda d: latent.ranks(d.fitted, d.last),
    "latent.leads": lambda d: latent.leads(d.fitted, *_scored(d), d.last),
    "latent.improved": lambda d: latent.improved(d.fitted, d.first, d.last),
    "latent.drift": lambda d: latent.drift(d.scores, "protection", d.last - 4),
    "latent.held_out": lambda d: latent.held_out(d.scores, model="static", folds=2),
    "latent.plausible_values": lambda d: latent.plausible_values(d.fitted, 5),
    # from coders to a release
    "coding.template": lambda d: coding.template(
        d.file("template.xlsx"), countries=d.names, years=d.last, coder="Ama", overwrite=True
    ),
    "coding.read_workbook": lambda d: coding.read_workbook(d.workbook("Ama")),
    "coding.adjudicate": lambda d: coding.adjudicate(d.coders),
    "coding.settle": _settled,
    "coding.release": lambda d: _release(d, d.file("2015.2")),
    "coding.read_release": lambda d: coding.read_release(d.released),
    "coding.diff": lambda d: coding.diff(d.scores, d.scores),
    "coding.read_evidence": lambda d: coding.read_evidence(
        d.written("evidence.csv", lambda path: _evidence(d).to_csv(path))
    ),
    # countries
    "countries.iso3": lambda d: countries.iso3(d.overall.index.get_level_values("country")),
    "countries.region": lambda d: countries.region(d.overall.index.get_level_values("country")),
    "countries.with_names": lambda d: countries.with_names(d.scores),
    # charts and reports
    "plot.decompose": _chart(lambda d: plot.decompose(d.overall)),
    "plot.event_study": _chart(lambda d: plot.event_study(d.overall, d.laws)),
    "plot.heatmap": _chart(lambda d: plot.heatmap(d.overall, countries=d.names[:50])),
    "plot.movers": _chart(lambda d: plot.movers(d.overall, d.first, d.last)),
    "plot.profile": _chart(lambda d: plot.profile(d.scores, _scored(d)[0])),
    "plot.save": _chart(lambda d: plot.save(plot.yearly_means(d.scores), d.file("chart.svg"))),
    "plot.small_multiples": _chart(lambda d: plot.small_multiples(d.overall, d.names[:9])),
    "plot.standings": _chart(lambda d: plot.standings(d.scores, d.last, top=30)),
    "plot.transitions": _chart(lambda d: plot.transitions(d.overall)),
    "plot.trend": _chart(lambda d: plot.trend(d.overall, d.names[:3])),
    "plot.latent_improved": _chart(lambda d: plot.latent_improved(d.fitted, d.first, d.last)),
    "plot.latent_ranks": _chart(lambda d: plot.latent_ranks(d.fitted, d.last)),
    "plot.latent_scores": _chart(lambda d: plot.latent_scores(d.fitted, d.names[:3])),
    "plot.world": _chart(lambda d: plot.world(d.overall, d.last)),
    "plot.yearly_means": _chart(lambda d: plot.yearly_means(d.scores)),
    "report.write": lambda d: report.write(d.scores, d.file("report.html")),
    "report.brief": lambda d: report.brief(d.scores, _scored(d)[0], d.file("brief.html")),
    "report.explore": lambda d: report.explore(d.scores, d.file("explore.html")),
    # data of one's own
    "testing.coders": lambda d: pi.testing.coders(d.scores, 0.9),
    "testing.staggered_events": lambda d: pi.testing.staggered_events(
        d.names, years=(d.first, d.last)
    ),
    "testing.trendless_panel": lambda d: pi.testing.trendless_panel(
        countries=d.names, years=(d.first, d.last)
    ),
    "testing.trendless_scores": lambda d: pi.testing.trendless_scores(
        countries=d.names, years=(d.first, d.last)
    ),
}


def _scored(data: Data) -> list[str]:
    """Return two units with a score in the last year."""
    return list(data.overall.xs(data.last, level="year").dropna().index[:2])


def _evidence(data: Data) -> pd.DataFrame:
    """Return a row of evidence for every tenth country-year."""
    rows = data.complete.index[::10].to_frame(index=False)
    table = rows.assign(coder="Ama", indicator="shelter", status="coded", page="12")
    return table.set_index(["coder", "country", "year", "indicator"])


COUNTRIES = {
    *("read", "read_codings", "read_scores", "read_values", "read_events"),
    *("coding.template", "coding.read_workbook", "coding.settle", "coding.read_evidence"),
    *("coding.adjudicate", "countries.iso3", "countries.region", "countries.with_names"),
    *("as_panel", "coding.release", "coding.read_release", "plot.world"),
}
"""Functions that know countries only, of which there are a few hundred."""

ONE_SIZE: dict[str, str] = {
    "codebooks.read": "reads a codebook, which holds no data",
    "codebooks.write": "writes a codebook, which holds no data",
    "coding_error": "makes a matrix of five levels",
    "countries.name": "takes one country",
    "countries.neighbours": "takes one country",
    "countries.table": "returns the table of countries",
    "datasets.citation": "returns a text",
    "datasets.fetch_published": "reads one file",
    "datasets.load_demo": "reads one file",
    "datasets.load_published_2009": "reads one file",
    "latent.combine": "takes a handful of estimates",
    "testing.additive_codebooks": "returns a strategy, which draws later",
    "testing.aggregate_laws": "returns laws, which draw later",
    "testing.codebooks": "returns a strategy, which draws later",
    "testing.coder_pairs": "returns a strategy, which draws later",
    "testing.codings": "returns a strategy, which draws later",
    "testing.diff_laws": "returns laws, which draw later",
    "testing.events": "returns a strategy, which draws later",
    "testing.laws": "returns laws, which draw later",
    "testing.panels": "returns a strategy, which draws later",
    "testing.scores": "returns a strategy, which draws later",
    "testing.workbook_laws": "returns laws, which draw later",
}
"""Functions without a size, and why."""

LARGER: dict[str, str] = {
    "robustness.weight_distribution": "a cell for every country and rank, of which `weight_ranks` "
    "returns the ends and the mean",
    "robustness.error_distribution": "a cell for every country and rank, of which `error_ranks` "
    "returns the ends and the mean",
    "robustness.dominance": "a cell for every pair of countries; `settled_pairs` counts them",
}
"""Functions whose answer itself grows faster than the countries."""


def functions() -> dict[str, Callable[..., Any]]:
    """Return every public function by the shortest path to it, without the package's name."""
    rooms = [
        importlib.import_module(f"policyindex.{module.name}")
        for module in sorted(pkgutil.iter_modules(pi.__path__), key=lambda module: module.name)
        if not module.name.startswith("_") and module.name not in ("cli", "data", "typing")
    ]
    paths: dict[Callable[..., Any], str] = {}
    for room in [pi, *rooms]:
        for name in room.__all__:
            one = getattr(room, name)
            if inspect.isfunction(inspect.unwrap(one)):
                path = f"{room.__name__}.{name}".removeprefix("policyindex.")
                paths.setdefault(one, path)
    return {path: one for one, path in paths.items()}


def sizes(name: str, what: str) -> Iterator[tuple[int, int]]:
    """Yield units and years, from small to large, each three times the one before."""
    if name in COUNTRIES:
        steps = (27, 81, 243) if what == "units" else (22, 66, 198)
        yield from ((step, 66) if what == "units" else (81, step) for step in steps)
        return
    units, years = (59, 10) if what == "units" else (177, 10)
    while units * years <= ROWS and years <= SPAN:
        yield units, years
        units, years = (3 * units, years) if what == "units" else (units, 3 * years)


def seconds(name: str, what: str, make: Callable[[int, int, bool], Data]) -> dict[int, float]:
    """Return the seconds by number of units or years, for three sizes in the ratios 1 : 3 : 9.

    The largest is the first that takes long enough, and thrice as long as the least of all.
    """
    calls: dict[int, Callable[[], object]] = {}
    times: dict[int, float] = {}
    for units, years in sizes(name, what):
        size = units if what == "units" else years
        calls[size] = partial(CASES[name], make(units, years, name in COUNTRIES))
        made = timed(calls[size])  # with the data
        times[size] = timed(calls[size])
        if times[size] > max(ENOUGH, 3 * min(times.values())) or made > DATA:
            break
    last = list(calls)[-3:]
    took = least({str(size): calls[size] for size in last}, seconds=0.2, warm=False)
    return {size: took[str(size)] for size in last}


def exponent(times: dict[int, float]) -> float:
    """Return p of the line of log time on log size: time ~ size^p."""
    logs = np.log([list(times), list(times.values())])
    return float(np.polyfit(logs[0], logs[1], 1)[0])


def row(name: str, make: Callable[[int, int, bool], Data]) -> str:
    """Measure a function; return its row of the table."""
    cells = []
    for what in ("units", "years"):
        times = seconds(name, what, make)
        largest = max(times)
        cells += [f"{exponent(times):.2f}", f"{times[largest]:.3g} s at {largest:,}"]
    return f"| {name} | {' | '.join(cells)} | {LARGER.get(name, '')} |"


def main(names: list[str]) -> None:
    """Print the table, row by row; if it is whole, write it into the page as well."""
    warnings.simplefilter("ignore")
    lines = ["| function | p in units | time | p in years | time | |", "|---|---|---|---|---|---|"]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:

        @cache
        def make(units: int, years: int, real: bool) -> Data:
            return Data(units, years, real, Path(tempfile.mkdtemp(dir=folder)))

        for name in CASES:
            if not names or name in names or name.partition(".")[0] in names:
                lines.append(row(name, make))
                print(lines[-1], flush=True)
    if not names:
        page = README.read_text(encoding="utf-8")
        README.write_text(replaced(page, "growth", lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
