"""What a law is, how it is checked, and how what breaks it is made small and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, product
from random import Random
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from hypothesis import Phase, Verbosity, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from .strategies import index_of

Function: TypeAlias = Callable[..., Any]

Answer: TypeAlias = Callable[..., pd.DataFrame]


class LawBroken(AssertionError):  # noqa: N818 (what is broken is the law)
    """Report the smallest data found that break a law, what was expected and what came out.

    Attributes
    ----------
    law : Law
        The law that is broken.
    counterexample : DataFrame or Series, index (country, year)
        Data that break it: without any one of its rows, or with any one of its cells at a
        lower level, they would not.
    expected, found : str
        What the law demands of them, and what the function answered.

    Examples
    --------
    >>> issubclass(LawBroken, AssertionError)
    True
    """

    def __init__(self, law: Law, counterexample: Any, expected: str, found: str) -> None:
        self.law = law
        self.counterexample = counterexample
        self.expected = expected
        self.found = found
        super().__init__(
            f"{law.name}: {law.statement}\n\n{told(counterexample, law.lowest)}\n\n"
            f"expected: {expected}\ncame out: {found}"
        )


class Breach(Exception):  # noqa: N818 (it is not an error of the program)
    """Say what a law demands of the data at hand, and what came out."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected, self.found = expected, found


@dataclass(frozen=True)
class Law:
    """State what a function must keep for whatever data, and check that it does.

    Parameters
    ----------
    name : str
        One word.
    statement : str
        The law in one sentence.
    cases : strategy of DataFrame or Series, index (country, year)
        Draws data.
    test : callable
        Takes the function, data and the companions by name, and raises when the law is broken.
    lowest : int
        The lowest level that a cell may have.
    companions : mapping of str to callable
        Other functions that the law holds against the first, which can be replaced.
    blocks : tuple of tuple of str
        Columns that belong together, and are made simple together; by default all of them.

    Examples
    --------
    >>> from policyindex import score
    >>> from policyindex.testing import laws
    >>> by_name = {law.name: law for law in laws()}
    >>> by_name["sum"].check(score, examples=10)
    >>> by_name["sum"].statement
    'The overall score is the sum of all dimensions, missing if one is.'
    """

    name: str
    statement: str
    cases: SearchStrategy[Any] = field(repr=False, compare=False)
    test: Function = field(repr=False, compare=False)
    lowest: int = field(default=0, repr=False)
    companions: Mapping[str, Function] = field(default_factory=dict, repr=False, compare=False)
    blocks: tuple[tuple[str, ...], ...] = field(default=(), repr=False, compare=False)

    def check(self, function: Function, *, examples: int = 100, **companions: Function) -> None:
        """Draw data until the law is broken, or as often as asked for.

        Parameters
        ----------
        function : callable
            Takes data as its only positional argument. It is given a copy.
        examples : int
            How often to draw.
        **companions : callable
            Stand in for the library's own functions that the law compares the first one with.

        Raises
        ------
        LawBroken
            With the smallest data found. An exception that the function raises breaks the law
            too, and stays attached as the cause.
        ValueError
            When the law has no such companion.

        Notes
        -----
        The same data are drawn every time. The function should answer the same every time.
        """
        unknown = sorted(companions.keys() - self.companions.keys())
        if unknown:
            known = ", ".join(self.companions) or "none"
            raise ValueError(
                f"companions of the law {self.name!r} are: {known}; got {', '.join(unknown)}"
            )
        others = {**self.companions, **companions}

        def breach(data: Any) -> Breach | None:
            try:
                self.test(function, data, **others)
            except Breach as found:
                return found
            return None

        drawing = settings(
            max_examples=examples,
            phases=[Phase.generate],  # shrinking in terms of panels is faster, and sure to end
            database=None,
            deadline=None,
            derandomize=False,
            verbosity=Verbosity.quiet,
        )
        try:
            drawn = find(
                self.cases, lambda data: bool(breach(data)), settings=drawing, random=Random(0)
            )
        except NoSuchExample:
            return
        smallest = shrunk(drawn, lambda data: bool(breach(data)), self.lowest, self.blocks)
        broken = breach(smallest) or Breach("the same answer every time", "another one")
        raise LawBroken(self, smallest, broken.expected, broken.found) from broken.__cause__


def ask(
    function: Function, data: Any, columns: list[str], *, index: pd.Index | None = None
) -> pd.DataFrame:
    """Call a function on a copy of the data and return its answer in the order of the data.

    One column may be answered as a Series. Columns that hold no numbers are left as they are.
    """
    wanted = data.index if index is None else index
    given = data.copy()
    try:
        answer = function(given)
    except Exception as error:
        raise Breach("an answer", f"{type(error).__name__}: {error}") from error
    if not given.equals(data):
        raise Breach("the data left as they were", "data that the function has changed")
    if isinstance(answer, pd.Series) and len(columns) == 1:
        answer = answer.to_frame(columns[0])
    if not isinstance(answer, pd.DataFrame):
        kind = "Series" if len(columns) == 1 else "DataFrame"
        raise Breach(f"a {kind}", f"a {type(answer).__name__}")
    absent = [name for name in columns if name not in answer.columns]
    if absent:
        raise Breach(f"the columns {', '.join(columns)}", ", ".join(map(str, answer.columns)))
    if answer.index.equals(wanted):
        return answer[columns]
    if len(answer) != len(wanted) or not answer.index.is_unique or set(answer.index) != set(wanted):
        raise Breach(f"{len(wanted)} rows, those of the data", f"{len(answer)} rows")
    return answer[columns].reindex(wanted)


def same(expected: pd.DataFrame, found: pd.DataFrame, *, close: float = 0.0) -> None:
    """Refuse an answer that differs anywhere; two missing values are equal."""
    for name in expected.columns:
        pairs = zip(found.index, expected[name].tolist(), found[name].tolist(), strict=True)
        for key, one, other in pairs:
            if not alike(one, other, close):
                where = f" at {at(key)}"
                raise Breach(f"{name} {value(one)}{where}", f"{name} {value(other)}{where}")


def alike(one: Any, other: Any, close: float = 0.0) -> bool:
    """Compare two cells."""
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return bool(abs(one - other) <= close)


def cells(found: pd.DataFrame, name: str) -> list[tuple[Any, Any]]:
    """List a column's labels and cells."""
    return list(zip(found.index.tolist(), found[name].tolist(), strict=True))


def at(key: Any) -> str:
    """Name a row."""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def value(cell: Any) -> str:
    """Write a cell as a reader would."""
    if pd.isna(cell):
        return "missing"
    return cell if isinstance(cell, str) else f"{cell:g}"


def family(
    cases: SearchStrategy[Any], lowest: int, columns: list[str], *, by_country: bool = False
) -> Callable[[str, str, Callable[[Answer, Any], None]], Law]:
    """Make laws that draw the same cases and read the same columns of the answer."""

    def law(name: str, statement: str, test: Callable[[Answer, Any], None]) -> Law:
        def run(function: Function, data: Any) -> None:
            def answer(given: Any, **options: Any) -> pd.DataFrame:
                index = given.index.unique("country").sort_values() if by_country else None
                return ask(lambda panel: function(panel, **options), given, columns, index=index)

            test(answer, data)

        return Law(name, statement, cases, run, lowest)

    return law


def form(answer: Answer, data: Any) -> None:
    """Ask, which is a test of the answer's form."""
    answer(data)


def locality(answer: Answer, data: Any) -> None:
    """Compare each row on its own."""
    same(pd.concat([answer(data.iloc[[place]]) for place in range(len(data))]), answer(data))


def order(answer: Answer, data: Any) -> None:
    """Compare other orders of the rows."""
    expected = answer(data)
    for other in (data.iloc[::-1], data.sort_index()):
        same(expected, answer(other).reindex(expected.index))


def relabelled(data: Any) -> tuple[Any, dict[str, str]]:
    """Turn the alphabetical order of the countries round by giving them other names."""
    listed = sorted(set(data.index.get_level_values("country")))
    others = sorted({*listed, "KIR", "NAM"}, reverse=True)
    new = dict(zip(listed, others, strict=False))
    return data.set_axis(index_of((new[country], year) for country, year in data.index)), new


def told(data: Any, lowest: int) -> str:
    """Lay data out as a table of the cells that matter, and say what the others hold."""
    if not len(data):
        return "(no rows)"
    if isinstance(data, pd.Series):
        shown = data.to_frame(data.name or "score")
    else:
        shown = data.loc[:, (data != lowest).any()]
    text = shown.reset_index().to_string(index=False, na_rep="missing", float_format="{:g}".format)
    hidden = isinstance(data, pd.DataFrame) and shown.shape[1] < data.shape[1]
    other = "other " if shown.shape[1] else ""
    return text + (f"\nEvery {other}column is {lowest}." if hidden else "")


def shrunk(
    data: Any, broken: Callable[[Any], bool], lowest: int, blocks: tuple[tuple[str, ...], ...]
) -> Any:
    """Drop rows and lower cells while the data still break the law."""
    plainer = partial(_plainer_parts, blocks=blocks)
    for simpler in (_fewer_rows, plainer, _lower_cells, _lower_pairs, _smaller):
        while True:
            found = next((each for each in simpler(data, lowest) if broken(each)), None)
            if found is None:
                break
            data = found
    return data


def _smaller(data: Any, lowest: int) -> Iterator[Any]:
    yield from _fewer_rows(data, lowest)
    yield from _lower_cells(data, lowest)


def _fewer_rows(data: Any, _: int) -> Iterator[Any]:
    rows, size = np.arange(len(data)), len(data) // 2
    while size:
        yield from (data.iloc[rows // size != part] for part in range(-(-len(rows) // size)))
        size //= 2


def _plainer_parts(data: Any, lowest: int, blocks: tuple[tuple[str, ...], ...]) -> Iterator[Any]:
    """Give data of which a part is at the lowest level, but for one cell or none.

    The part is the whole table, or a block of columns in one row. The cell is missing or a level
    up, and in one of the first columns rather than a later one.
    """
    table = _table(data)
    rows, columns = list(range(len(table))), list(range(table.shape[1]))
    places = [[data.columns.get_loc(name) for name in block] for block in blocks] or [columns]
    for part in ((rows, columns), *(([row], block) for row in rows for block in places)):
        found = table[np.ix_(*part)]
        telling = np.argwhere(found != lowest)
        worst = _with(data, table, np.ix_(*part), lowest)
        if len(telling):
            yield worst
        last = len(part[1]) if len(telling) > 1 else sum(column for _, column in telling)
        levels = (lowest + 1, np.nan) if np.isnan(found).any() else (lowest + 1,)
        for column, row, level in product(part[1][:last], part[0], levels):
            yield _with(data, _table(worst), (row, column), level)


def _lower_pairs(data: Any, lowest: int) -> Iterator[Any]:
    """Give data with two cells at the lowest level, neither of which could be so alone."""
    table = _table(data)
    for pair in combinations(np.argwhere(table != lowest), 2):
        yield _with(data, table, tuple(np.transpose(pair)), lowest)


def _lower_cells(data: Any, lowest: int) -> Iterator[Any]:
    """Give data with a column, then with a cell, at a lower level."""
    table = _table(data)
    for column in np.flatnonzero((table != lowest).any(axis=0)):
        yield _with(data, table, (slice(None), column), lowest)
    for row, column in np.argwhere(table != lowest):
        present = table[row, column]
        below = lowest + 1 if np.isnan(present) else int(np.ceil(present)) - 1
        for level in range(lowest, below + 1):
            yield _with(data, table, (row, column), level)


def _table(data: Any) -> NDArray[np.float64]:
    return pd.DataFrame(data).to_numpy(dtype=np.float64)


def _with(data: Any, table: NDArray[np.float64], where: Any, level: float) -> Any:
    changed = table.copy()
    changed[where] = level
    if isinstance(data, pd.Series):
        return pd.Series(changed[:, 0], index=data.index, name=data.name)
    return pd.DataFrame(changed, index=data.index, columns=data.columns)
