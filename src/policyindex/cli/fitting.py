"""Fit a latent model, and show the progress of it on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import Any

import pandas as pd

from .. import latent
from .._options import OptionError
from ..codebooks.model import Codebook

PATIENCE = 1.0
"""Seconds before a terminal shows the progress of a fit."""


def fit(panel: pd.DataFrame, *, model: str, **options: Any) -> latent.Fit:
    """Fit a latent model, and show how far it is."""
    with progress(f"{model} model, iteration {{}}, log likelihood {{:,.2f}}") as show:
        return latent.fit(panel, model=model, progress=show, **options)


def fit_for_report(panel: pd.DataFrame, model: str, codebook: Codebook) -> latent.Fit:
    """Fit the model of a report's section on latent scores."""
    try:
        return fit(panel, model=model, codebook=codebook)
    except OptionError as error:
        if error.option is None or error.option.name != "model":
            raise
        raise type(error)(f"{error.message}: --latent static") from error


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, float], None] | None]:
    """Yield a function that shows how far a long computation is, or None without a terminal.

    `words` are formatted with the two numbers that the function takes. They stand in one line of
    standard error, not in the first second, and are removed at the end.
    """
    if not sys.stderr.isatty():
        yield None
        return
    begin = time.monotonic()
    width = get_terminal_size().columns - 1

    def show(step: int, figure: float) -> None:
        spent = time.monotonic() - begin
        if spent > PATIENCE:
            line = f"policyindex: {words.format(step, figure)}, {spent:.0f} s"
            print(f"\r{line[:width]:<{width}}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if time.monotonic() - begin > PATIENCE:
            print(f"\r{'':<{width}}\r", end="", file=sys.stderr, flush=True)
