"""A fit and its progress on a terminal."""

from __future__ import annotations

import io
import sys
import time

import pandas as pd
import pytest

from policyindex import THREE_P, PanelError, latent
from policyindex._options import Argument
from policyindex.cli import fitting


class Terminal(io.StringIO):
    """A terminal that shows a line once it ends or is flushed."""

    shown = ""

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.shown = self.getvalue()


def test_progress_is_shown_at_once_after_a_second_and_removed_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "50")
    for ticks, steps in (([0.0, 1.0, 1.0], []), ([0.0, 1.0, 1.5, 1.5], [2])):
        clock = iter(ticks)
        monkeypatch.setattr(time, "monotonic", lambda clock=clock: next(clock))
        terminal.seek(0)
        terminal.truncate()
        terminal.flush()
        with fitting.progress("step {} of {:.0f}") as show:
            assert show is not None
            for step in range(1, len(ticks) - 1):
                show(step, 3)
                line = f"\r{f'policyindex: step {step} of 3, 2 s':<49}" if step in steps else ""
                assert terminal.shown == line
        assert terminal.shown.endswith(f"\r{'':<49}\r") == bool(steps)


@pytest.mark.parametrize("name", ["model", "nodes", None])
def test_a_report_names_its_own_option_where_a_static_model_helps(
    monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PanelError("it must move; use", Argument(name, "'static'") if name else None)

    monkeypatch.setattr(latent, "fit", refuse)
    with pytest.raises(PanelError) as caught:
        fitting.fit_for_report(pd.DataFrame(), "dynamic", THREE_P)
    assert ("--latent static" in str(caught.value)) == (name == "model")
    assert str(caught.value).startswith("it must move; use")
