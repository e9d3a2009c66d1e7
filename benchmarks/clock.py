"""Processor time of calls: the least of several, taken in turns."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Mapping

Calls = Mapping[str, Callable[[], object]]


def spent() -> float:
    """Return the processor time of this process and of its children that ended, in seconds."""
    if os.name == "nt":  # which does not count the time of children
        return time.process_time()
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(call: Callable[[], object]) -> float:
    """Return the processor time of one call, in seconds; its answer is freed within."""
    start = spent()
    call()
    return spent() - start


def least(
    calls: Calls, *, seconds: float = 1.0, rounds: int = 30, warm: bool = True
) -> dict[str, float]:
    """Return the least processor time of each call, in seconds.

    The calls take turns, so that a busy moment of the machine hits all of them. Each runs three
    times, and on until it has had `seconds` or `rounds`; before, once untimed, unless `warm` is
    false. A call that takes five seconds runs once.
    """
    first = {name: timed(call) if warm else 0.0 for name, call in calls.items()}
    times = {name: [took] * 3 if took > 5 else [] for name, took in first.items()}
    gc.collect()
    gc.disable()
    try:
        while turn := [
            name
            for name, each in times.items()
            if len(each) < 3 or (sum(each) < seconds and len(each) < rounds and each[0] < 5)
        ]:
            for name in turn:
                times[name].append(timed(calls[name]))
    finally:
        gc.enable()
    return {name: min(each) for name, each in times.items()}
