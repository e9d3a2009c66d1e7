"""Measure what users do most, next to its best rivals and to the memory; guard it against loss.

Run with ``python benchmarks/table.py [--renew] [WORD ...]``: without a word all comparisons, else
those whose titles contain one. It prints both tables of benchmarks/README.md. Then it compares
each headline, a call of this library as a multiple of a memory copy in the same run, with
``baseline.json``: one that takes more than 1.5 times as long as then is measured again, and fails
the run. ``--renew`` writes the measured ratios and tables down instead.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent

BASELINE, README = HERE / "baseline.json", HERE / "README.md"

MODULES = ("scoring", "large", "ranking", "trends", "reliability", "files")

LIMIT = 1.5
"""How many times as long as in the baseline a headline may take."""

COPY = "copy of 34 MB"

PACKAGES = (
    *("numpy", "pandas", "scipy", "numba", "polars", "duckdb"),
    *("fast-poibin", "pymannkendall", "krippendorff", "giddy"),
)

Ratios = dict[str, dict[str, float]]
"""By title and call: the time as a multiple of the memory copy."""


@dataclass(frozen=True)
class Result:
    """The seconds of each call of a comparison, by kind."""

    title: str
    ours: dict[str, float]
    rivals: dict[str, float]
    copies: dict[str, float]
    copy: float
    """Seconds of the memory copy that took turns with the calls."""

    def ratios(self) -> dict[str, float]:
        return {how: float(f"{took / self.copy:.3g}") for how, took in self.ours.items()}


def measured(title: str) -> Result:
    """Make the data of a comparison, check that its answers are equal, and time its calls."""
    import numpy as np
    from cases import COMPARISONS
    from clock import least

    calls = COMPARISONS[title]()
    source, place = np.ones((2, 34_000_000), dtype=np.int8)
    kinds = {"ours": calls.ours, "rivals": calls.rivals, "copies": calls.copies}
    every = {(kind, how): call for kind, group in kinds.items() for how, call in group.items()}
    every["", COPY] = lambda: np.copyto(place, source)
    took = least({"\n".join(key): call for key, call in every.items()}, seconds=0.25)
    seconds = {
        kind: {how: took[f"{kind}\n{how}"] for how in group} for kind, group in kinds.items()
    }
    return Result(title, copy=took[f"\n{COPY}"], **seconds)


def rows(results: Iterable[Result]) -> list[str]:
    """Return all times as a Markdown table, rivals from the fastest to the slowest."""
    lines = ["| what | how | processor time | ratio |", "|---|---|---|---|"]
    for result in results:
        first = next(iter(result.ours.values()))
        rivals = dict(sorted(result.rivals.items(), key=lambda each: each[1]))
        names = [(how, how) for how in result.ours]
        names += [(how, f"*{how}*") for how in (*rivals, *result.copies)]
        took = {**result.ours, **rivals, **result.copies}
        compared = len(names) > len(result.ours)
        for place, (how, name) in enumerate(names):
            ratio = times(took[how] / first) if compared or place else ""
            what = "" if place else result.title
            lines.append(f"| {what} | {name} | {duration(took[how])} | {ratio} |")
    return lines


def summary(results: Iterable[Result]) -> list[str]:
    """Return this library's times as multiples of the best rival's and of the limit's."""
    lines = ["| question | best rival | times the rival | times the limit |", "|---|---|---|---|"]
    for result in results:
        if result.rivals or result.copies:
            ours = next(iter(result.ours.values()))
            best = min(result.rivals, key=lambda how: result.rivals[how], default="")
            rival = times(ours / result.rivals[best]) if best else ""
            copy = times(ours / min(result.copies.values())) if result.copies else ""
            lines.append(f"| {result.title} | {best} | {rival} | {copy} |")
    return lines


def times(ratio: float) -> str:
    """Return a ratio with two digits, or all before the point."""
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"


def duration(seconds: float) -> str:
    """Return a time as text, in the unit that suits it."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def circumstances() -> str:
    """Return the date, the processor and the versions, as a sentence."""
    names = Path("/proc/cpuinfo")
    lines = names.read_text(encoding="utf-8").splitlines() if names.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {date.today():%Y-%m-%d} on one of {os.cpu_count()} processors, {model}, with "
        f"Python {platform.python_version()}, {versions}."
    )


# The baseline


def worse(ratios: Ratios, baseline: Mapping[str, Mapping[str, float]]) -> dict[str, list[str]]:
    """Return, by title, a sentence for each headline that takes over `LIMIT` times as long."""
    sentences: dict[str, list[str]] = {}
    for title, calls in ratios.items():
        for how, ratio in calls.items():
            before = baseline.get(title, {}).get(how)
            if before is None:
                sentence = f"{title}, {how}: not in the baseline; renew it with --renew"
            elif ratio > LIMIT * before:
                sentence = (
                    f"{title}, {how}: {ratio:.3g} times the memory copy, {before:.3g} in the "
                    f"baseline: {ratio / before:.1f} times as long"
                )
            else:
                continue
            sentences.setdefault(title, []).append(sentence)
    return sentences


def renewed(baseline: Ratios, ratios: Ratios, titles: Iterable[str]) -> Ratios:
    """Return the baseline with the new ratios, without comparisons that are no more."""
    both = baseline | ratios
    return {title: both[title] for title in titles if title in both}


def replaced(text: str, name: str, lines: Iterable[str]) -> str:
    """Return a page with other lines between the comments that name a part of it."""
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->")
    if not start or not end:
        raise ValueError(f"the page must have the comments <!-- {name} --> and its end")
    return before + start + "\n".join(lines) + "\n" + end + after


def write_down(results: list[Result], titles: list[str]) -> None:
    """Write the ratios into the baseline and, if nothing is left out, the tables into the page."""
    baseline = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    ratios = renewed(baseline, {each.title: each.ratios() for each in results}, titles)
    BASELINE.write_text(json.dumps(ratios, indent=1) + "\n", encoding="utf-8")
    if len(results) == len(titles):
        page = README.read_text(encoding="utf-8")
        page = replaced(page, "circumstances", [circumstances()])
        page = replaced(page, "summary", summary(results))
        README.write_text(replaced(page, "times", rows(results)), encoding="utf-8")


def comparisons() -> list[str]:
    """Return the titles of all comparisons."""
    for name in MODULES:
        importlib.import_module(f"cases.{name}")
    from cases import COMPARISONS

    return list(COMPARISONS)


def main(arguments: list[str]) -> int:
    """Measure, print, and renew the baseline or compare with it; return the status."""
    words = [each for each in arguments if each != "--renew"]
    titles = comparisons()
    results = []
    for title in titles:
        if not words or any(word in title for word in words):
            results.append(measured(title))
            print(title, file=sys.stderr, flush=True)
    print("\n".join([circumstances(), "", *summary(results), "", *rows(results)]))
    if "--renew" in arguments:
        write_down(results, titles)
        return 0
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    doubtful = worse({each.title: each.ratios() for each in results}, baseline)
    # A busy moment must not fail a run: measure what is worse once more.
    lost = worse({title: measured(title).ratios() for title in doubtful}, baseline)
    for sentences in lost.values():
        print("\n".join(sentences), file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
