"""Latent scores: the model of a command, and its tables."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pandas as pd

from .. import latent as room
from .._wording import capital, counted, joined
from ..latent.wording import jump_words, model_words
from ..panel.labels import carry
from ..panel.selection import units_named
from ..reading.files import Reading
from .commands import Answer, check_years, rows_of, scores_of
from .fitting import fit, progress

NEEDS = {
    "ranks": ("year",),
    "leads": ("country", "year"),
    "improved": ("start", "end"),
    "drift": ("item", "since"),
}
"""Options that a table needs."""

TAKES = {
    "scores": ("country", "year"),
    "dimensions": ("country", "year"),
    "jumps": ("country", "year"),
    "ranks": ("country", "year"),
    "leads": ("country", "year"),
    "improved": ("country", "start", "end"),
    "drift": ("item", "since"),
    "predict": ("country", "year"),
    "check": ("folds",),
}
"""Options that belong to some tables alone, by table."""


def latent(reading: Reading, options: Namespace) -> Answer:
    """Return a table of a latent model."""
    _check_options(options)
    if options.table == "drift":
        return _drift(reading, options)
    if options.table == "check":
        return _check(reading, options)
    model = fitted(reading, options)
    table, summary = TABLES[options.table](model, options)
    assumption = f"{capital(model.scores.attrs['assumption'])} {_first_jump(model)}".rstrip()
    table = carry(table, model.scores)
    return Answer(table, summary, assumption=assumption, has_message=True)


def _first_jump(model: room.Fit) -> str:
    """Return a sentence about the largest jump that a model smooths, if it smooths any."""
    first = jump_words(model.jumps, 1)
    return f"The largest: {first[0]}; --table jumps lists {len(model.jumps)}." if first else ""


def _check_options(options: Namespace) -> None:
    """Refuse options that the table needs or does not take."""
    table = options.table
    lacking = [f"--{name}" for name in NEEDS.get(table, ()) if getattr(options, name) is None]
    if lacking:
        raise ValueError(f"--table {table} needs {joined(lacking)}")
    names = dict.fromkeys(name for each in TAKES.values() for name in each)
    idle = [name for name in names if name not in TAKES.get(table, ())]
    wrong = [name for name in idle if getattr(options, name) is not None]
    if wrong:
        tables = [each for each, own in TAKES.items() if wrong[0] in own]
        raise ValueError(f"--{wrong[0]} is for --table {joined(tables)}; drop it; got {table}")
    if table == "ranks" and len(options.year) > 1:
        raise ValueError(f"--table ranks takes one --year; got {len(options.year)}")
    if table == "leads" and (len(options.country) < 2 or len(options.year) > 1):
        raise ValueError("--table leads needs two or more of --country, and one --year")
    if table == "drift" and options.model not in (None, "static"):
        raise ValueError(f"a drift is of the static model; drop --model {options.model}")
    if table == "dimensions" and options.model != "correlated":
        raise ValueError("--table dimensions needs --model correlated")
    check_years(options)


def fitted(reading: Reading, options: Namespace) -> room.Fit:
    """Fit the model of a command, once: a chart of another width is drawn twice."""
    if "fit" not in options:
        options.fit = fit(
            _items(reading, options),
            model=options.model or "dynamic",
            codebook=reading.codebook,
            items=options.items,
            silence=options.silence,
            years=None if options.years is None else tuple(options.years),
            nodes=options.nodes,
        )
    answer: room.Fit = options.fit
    return answer


def _items(reading: Reading, options: Namespace) -> pd.DataFrame:
    """Return the panel with the items of a model, or refuse options that exclude each other."""
    if options.silence == "level" and options.items != "indicators":
        raise ValueError("--silence level needs --items indicators: a dimension is never silent")
    if options.model == "correlated" and options.items != "dimensions":
        raise ValueError("--model correlated needs --items dimensions")
    if options.items == "dimensions":
        return scores_of(reading)
    if reading.holds == "scores":
        raise ValueError("--items indicators needs codings; this file holds scores")
    return reading.panel


def _scores(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    return _filtered(model.scores, options), model_words(model)


def _dimensions(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    return _filtered(model.by_dimension, options), model_words(model)


def _item_table(model: room.Fit, _: Namespace) -> tuple[pd.DataFrame, str]:
    # A file holds no infinite numbers.
    table = model.items.replace([-np.inf, np.inf], np.nan)
    outside = int(np.isinf(model.items.to_numpy()).sum())
    words = counted(outside, "threshold is", "thresholds are")
    note = f" {capital(words)} outside the levels that occur: left empty." if outside else ""
    return table, f"{model_words(model)}{note}"


def _jumps(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    if model.model == "static":
        raise ValueError("a static model smooths nothing; drop --model static or --table jumps")
    n = len(model.jumps)
    return _filtered(model.jumps, options), f"The {n} largest jumps that the model smooths."


def _ranks(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    (year,) = options.year
    table = room.ranks(model, year)
    if table.empty:
        raise ValueError(f"no country has a level in {year}")
    summary = f"Countries ranked by latent score in {year}: {len(table)}. Ranges are 95 % ranges."
    return rows_of(table.sort_values("rank_mean"), options.country), summary


def _leads(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    (year,) = options.year
    units = units_named(model.panel, options.country)
    pairs = list(permutations(units, 2))
    shares = [room.leads(model, *pair, year) for pair in pairs]
    index = pd.MultiIndex.from_tuples(pairs, names=["country", "rival"])
    return (
        pd.DataFrame({"p_ahead": shares}, index=index),
        f"The probability that the latent score of a country is above that of its rival in {year}.",
    )


def _improved(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    table = room.improved(model, options.start, options.end)
    if table.empty:
        raise ValueError(f"no country has a level in both {options.start} and {options.end}")
    up, down = int((table["p_improved"] >= 0.975).sum()), int((table["p_improved"] <= 0.025).sum())
    summary = (
        f"Latent scores from {options.start} to {options.end}: of {len(table)} countries {up} "
        f"rose and {down} fell with a probability of 97.5 % or more."
    )
    rows = rows_of(table, options.country)
    return rows.sort_values("change_mean", ascending=False), summary


def _predict(model: room.Fit, options: Namespace) -> tuple[pd.DataFrame, str]:
    table = room.predict(model).rename(columns=lambda level: f"p_{level}")
    n = len(table)
    return _filtered(table, options), f"Levels that are missing, each with its probability: {n:,}."


TABLES: dict[str, Callable[[room.Fit, Namespace], tuple[pd.DataFrame, str]]] = {
    "scores": _scores,
    "dimensions": _dimensions,
    "items": _item_table,
    "jumps": _jumps,
    "ranks": _ranks,
    "leads": _leads,
    "improved": _improved,
    "predict": _predict,
}


def _drift(reading: Reading, options: Namespace) -> Answer:
    panel = _items(reading, options)
    if options.years is not None:
        first, last = options.years
        years = panel.index.get_level_values("year")
        panel = panel[(years >= first) & (years <= last)]
    moved = room.drift(
        panel,
        options.item,
        options.since,
        codebook=reading.codebook,
        items=options.items,
        nodes=options.nodes,
    )
    table = pd.DataFrame([moved._asdict()]).set_index("item")
    return Answer(table, str(moved), has_message=True, assumption=DRIFTING)


DRIFTING = (
    "The other items are the yardstick. Countries are independent of each other; the years of one "
    "are not. A latent score is not the index."
)


def _check(reading: Reading, options: Namespace) -> Answer:
    if options.items != "dimensions":
        raise ValueError("--table check is for --items dimensions")
    model = options.model or "dynamic"
    panel = scores_of(reading)
    if options.years is not None:
        first, last = options.years
        years = panel.index.get_level_values("year")
        panel = panel[(years >= first) & (years <= last)]
    folds = 10 if options.folds is None else options.folds
    with progress(f"check of the {model} model, part {{}} of {{:.0f}}") as show:
        table = room.held_out(
            panel,
            model=model,
            codebook=reading.codebook,
            folds=folds,
            nodes=options.nodes,
            progress=show,
        )
    row = table.to_dict("index")[model]
    summary = (
        f"Of {row['n']:,} levels, each hidden once, the {model} model predicts "
        f"{row['exact']:.0%} exactly and {row['within_one']:.0%} within one level."
    )
    return Answer(table, summary, has_message=True, assumption=HIDDEN)


HIDDEN = "Each level is predicted from all that are not hidden with it; a low log_loss is good."


def _filtered(table: pd.DataFrame, options: Namespace) -> pd.DataFrame:
    """Return the rows of named countries and years."""
    rows = rows_of(table, options.country)
    if options.year:
        rows = rows[rows.index.get_level_values("year").isin(options.year)]
        if rows.empty:
            years = joined(map(str, options.year))
            raise ValueError(f"--year must be a year of the rows; got {years}")
    return rows
