"""Look up rows of codes in a table. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Int8 = NDArray[np.int8]

T = TypeVar("T", bound=np.number[Any])

BLOCK = 131_072
"""Rows gathered at a time, so that the scratch arrays stay in the processor's cache."""


def gather(
    columns: Sequence[Int8], table: NDArray[T], *, first: int = 0, out: NDArray[T] | None = None
) -> NDArray[T]:
    """Look up every row of codes in a table.

    Parameters
    ----------
    columns : sequence of int8 arrays, each of shape (n,)
        Codes, one array per axis of the table: -1 (missing) or a level from 0.
    table : array of numbers
        The entry of each combination; the position along an axis is the code plus one.
    first : int
        Number of the first column, which errors count from.
    out : array of the type of the table, shape (n,), optional
        Where to put the answer.

    Returns
    -------
    array, shape (n,)
        Of the type of the table.

    Raises
    ------
    ValueError
        If the number or the lengths of the columns do not fit, or a code is outside the table;
        the message names its column and row.
    """
    forms = {(column.dtype, column.shape) for column in columns}
    if len(columns) != table.ndim or len(forms) != 1 or columns[0].dtype != np.int8:
        raise ValueError(
            f"codes must be {table.ndim} int8 columns of one length; got {len(columns)} of "
            f"{sorted(f'{dtype} {shape}' for dtype, shape in forms)}"
        )
    n = len(columns[0])
    flat = table.ravel()
    answer = np.empty(n, dtype=table.dtype) if out is None else out
    wide = np.min_scalar_type(table.size).type
    kinds = (np.uint8, np.uint8, wide, np.intp)
    scratch: list[NDArray[Any]] = [np.empty(min(n, BLOCK), kind) for kind in kinds]
    groups = _byte_groups(table.shape)
    for begin in range(0, n, BLOCK):
        rows = slice(begin, min(begin + BLOCK, n))
        place, part, whole, cell = (each[: rows.stop - begin] for each in scratch)
        # Horner's scheme: in bytes within a group of axes, then in wider integers.
        for group in groups:
            for axis in group:
                entries = table.shape[axis]
                latest = part if axis == group.start else place
                np.add(columns[axis][rows].view(np.uint8), np.uint8(1), out=latest)
                if latest.max() >= entries:
                    row = begin + int(np.argmax(latest >= entries))
                    raise ValueError(
                        f"codes must be -1 (missing) or 0 to {entries - 2}; column "
                        f"{first + axis} has {columns[axis][row]} at row {row}"
                    )
                if latest is place:
                    np.multiply(part, np.uint8(entries), out=part)
                    np.add(part, place, out=part)
            if group.start == 0:
                whole[...] = part
            else:
                np.multiply(whole, wide(prod(table.shape[axis] for axis in group)), out=whole)
                np.add(whole, part, out=whole)
        cell[...] = whole
        # Every cell is in range, so clipping changes nothing; it spares NumPy a buffer.
        np.take(flat, cell, out=answer[rows], mode="clip")
    return answer


def _byte_groups(shape: tuple[int, ...]) -> list[range]:
    """Cut the axes into runs, each with at most 256 cells, so that a byte numbers them."""
    groups = [range(0)]
    for axis, entries in enumerate(shape):
        run = groups[-1]
        if prod(shape[run.start : axis]) * entries <= 256:
            groups[-1] = range(run.start, axis + 1)
        else:
            groups.append(range(axis, axis + 1))
    return groups
