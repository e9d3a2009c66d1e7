"""Evidence: the report, the page and the words on which a coder rests a coding."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import absent, listed, printable, quoted, rows_that
from ..codebooks.model import Codebook, check_codebook
from .check import INDEX, YEARS, PanelError
from .labels import carry
from .numbers import as_years, within

EVIDENCE_INDEX = ("coder", *INDEX, "indicator")

STATUSES = ("coded", "not mentioned", "not applicable", "doubtful")
"""What a coder says of a coding."""

SOURCES = ("report", "page", "quote")
"""Evidence needs text in one of these columns."""

EVIDENCE_COLUMNS = ("status", *SOURCES, "remark")

FINAL = "final"
"""The coder of settled codings, whose evidence stands for that of all coders."""


LONGEST = 300
"""Characters of a quotation in a line; fields and tables hold all of it."""


class Evidence(NamedTuple):
    """The evidence of one coding; ``str()`` is a line of it.

    Examples
    --------
    >>> one = Evidence("enforcement", "Ama", "doubtful", "TIP Report 2014", "12", "Few cases.")
    >>> print(one)
    doubtful; "Few cases."; TIP Report 2014, p. 12; coder Ama
    >>> one.excerpt, one.source, one.has_source
    ('Few cases.', 'TIP Report 2014, p. 12', True)
    """

    indicator: str
    """Title of the indicator."""
    coder: str
    """Name of the coder; ``final`` for a settled coding."""
    status: str
    """``coded``, ``not mentioned``, ``not applicable``, ``doubtful``, or empty."""
    report: str
    """The report that the coder read."""
    page: str
    """The page or pages, as text."""
    quote: str
    """The words of the report."""
    remark: str = ""
    """The words of the coder."""

    def __str__(self) -> str:
        parts = [
            "" if self.status == "coded" else self.status,
            self.quote and f'"{self.excerpt}"',
            self.source,
            self.remark and f"remark: {printable(self.remark)}",
            "" if self.coder == FINAL else f"coder {printable(self.coder)}",
        ]
        return "; ".join(filter(None, parts))

    @property
    def excerpt(self) -> str:
        """The words of the report on one line, at most 300 characters."""
        text = printable(self.quote)
        if len(text) <= LONGEST:
            return text
        return f"{text[: LONGEST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"

    @property
    def source(self) -> str:
        """The report and its page, e.g. TIP Report 2014, p. 12."""
        page = printable(self.page)
        pages = f"p. {page}" if page[:1].isdigit() else page
        return ", ".join(filter(None, [printable(self.report), pages]))

    @property
    def has_source(self) -> bool:
        """Whether it names a report, a page or words of a report."""
        return bool(self.report or self.page or self.quote)


def empty_evidence() -> pd.DataFrame:
    """Return a table of evidence without a row."""
    index = pd.MultiIndex.from_arrays(
        [pd.Index([], dtype=np.int64 if name == "year" else object) for name in EVIDENCE_INDEX],
        names=EVIDENCE_INDEX,
    )
    return pd.DataFrame(columns=list(EVIDENCE_COLUMNS), index=index, dtype=object)


def check_evidence(evidence: Any, codebook: Codebook) -> pd.DataFrame:
    """Check a table of evidence and return its columns as text, sorted, a missing cell empty.

    Parameters
    ----------
    evidence : DataFrame, index (coder, country, year, indicator)
        With the columns status, report, page, quote and remark; others are left out.
    codebook : Codebook
        Whose indicators the evidence is about.

    Raises
    ------
    PanelError
        If it is not such a table, a row repeats, a label is missing, a year is not an integer, an
        indicator is not of the codebook, or a status is not one of the four.
    """
    if not isinstance(evidence, pd.DataFrame) or tuple(evidence.index.names) != EVIDENCE_INDEX:
        names = list(evidence.index.names) if isinstance(evidence, pd.DataFrame) else []
        raise PanelError(
            f"evidence must be a DataFrame indexed by {', '.join(EVIDENCE_INDEX)}, such as "
            f"coding.read_workbook returns; got {_kind(evidence, names)}; set_index makes one of a "
            f"table"
        )
    lacking = [name for name in EVIDENCE_COLUMNS if name not in evidence.columns]
    if lacking:
        raise PanelError(
            f"evidence must have the columns {', '.join(EVIDENCE_COLUMNS)}; {absent(lacking)}; add "
            f"a column without text"
        )
    index = _checked_index(evidence.index, check_codebook(codebook))
    columns = {name: _texts(evidence[name]) for name in EVIDENCE_COLUMNS}
    table = pd.DataFrame(columns, index=index, dtype=object)
    wrong = ~table["status"].isin(["", *STATUSES]).to_numpy()
    if wrong.any():
        first = quoted(table["status"].iloc[int(wrong.argmax())])
        _refuse(wrong, f"a status must be one of {listed(STATUSES)}", index, f"got {first}")
    return carry(table.sort_index(), evidence)


def of_panel(evidence: Any, panel: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Check evidence, and return that about the country-years of a panel, as :func:`deciding`.

    Raises
    ------
    PanelError
        If it breaks its contract, or not one row is about a country-year of the panel.
    """
    checked = check_evidence(evidence, codebook)
    index: Any = checked.index
    inside = index.droplevel(["coder", "indicator"]).isin(panel.index)
    if len(checked) and not inside.any():
        rule = "evidence must be about country-years of the codings"
        _refuse(~inside, rule, index, "both must name countries by their codes")
    return deciding(checked[inside])


def deciding(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return checked evidence, of settled codings only that of the coder ``final``."""
    index: Any = evidence.index
    is_final = index.get_level_values("coder") == FINAL
    keys = index.droplevel("coder")
    rows = np.flatnonzero(is_final | ~keys.isin(keys[is_final]))
    return evidence.iloc[rows]


Grounds: TypeAlias = dict[str, tuple[Evidence, ...]]
"""The evidence of the codings of one country-year, by indicator."""


def grounds_of(evidence: pd.DataFrame, codebook: Codebook) -> dict[tuple[str, int], Grounds]:
    """Return deciding evidence by country-year, then by indicator in the order of the codebook."""
    titles = {each.name: each.title for each in codebook.indicators}
    rows: dict[tuple[str, int], dict[str, list[Evidence]]] = {}
    columns = (evidence[name].tolist() for name in EVIDENCE_COLUMNS)
    for (coder, unit, year, name), *texts in zip(evidence.index, *columns, strict=True):
        one = Evidence(titles[name], coder, *texts)
        rows.setdefault((unit, int(year)), {}).setdefault(name, []).append(one)
    return {
        key: {name: tuple(of_unit[name]) for name in titles if name in of_unit}
        for key, of_unit in rows.items()
    }


def sourced(evidence: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Return which cells of a panel of codings have evidence that names a source.

    Parameters
    ----------
    evidence : DataFrame
        Checked, of the country-years of the panel.
    panel : DataFrame, index (country, year)
        Checked codings.

    Returns
    -------
    DataFrame of bool
        Rows and columns of the panel.
    """
    named = evidence[(evidence[list(SOURCES)] != "").any(axis=1).to_numpy()]
    index: Any = named.index
    keys = index.droplevel("coder").unique()
    rows = panel.index.get_indexer(keys.droplevel("indicator"))
    columns = panel.columns.get_indexer(keys.get_level_values("indicator"))
    inside = (rows >= 0) & (columns >= 0)
    cells = np.zeros(panel.shape, dtype=bool)
    cells[rows[inside], columns[inside]] = True
    return pd.DataFrame(cells, index=panel.index, columns=panel.columns)


def _kind(evidence: Any, names: list[Any]) -> str:
    if isinstance(evidence, pd.DataFrame):
        return f"one indexed by {listed(['nothing' if name is None else name for name in names])}"
    return f"a {type(evidence).__name__}"


def _checked_index(index: Any, codebook: Codebook) -> pd.MultiIndex:
    """Return an index with text and integer years, or refuse it."""
    coders, units, years, names = (index.get_level_values(name) for name in EVIDENCE_INDEX)
    for name, labels in (("coder", coders), ("country", units), ("indicator", names)):
        wrong = np.array([not isinstance(each, str) or not each.strip() for each in labels], bool)
        _refuse(wrong, f"{name} must be text", index, "name it")
    numbers = as_years(pd.Series(years))
    rule = f"year must be an integer from {YEARS[0]} to {YEARS[1]}"
    _refuse(~within(numbers, YEARS), rule, index, "correct it")
    rule = f"evidence must be about indicators of the codebook {codebook.name}"
    unknown = ~names.isin(list(codebook.scales))
    _refuse(unknown, rule, index, "pass the codebook of the codings, or drop the row")
    levels = [
        numbers.astype(np.int64) if name == "year" else index.get_level_values(name).astype(object)
        for name in EVIDENCE_INDEX
    ]
    plain = pd.MultiIndex.from_arrays(levels, names=EVIDENCE_INDEX)
    repeats = np.asarray(plain.duplicated())
    _refuse(repeats, "each coder must have one row for a coding", index, "merge the rows")
    return plain


def _texts(column: pd.Series) -> list[str]:
    """Return cells as text without space around it: a page that was read as 12.0 is 12."""
    return [_text(cell) for cell in column.astype(object)]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return ""
    if isinstance(cell, float | np.floating):
        return f"{cell:.15g}"
    return str(cell)


def _refuse(wrong: NDArray[np.bool_], rule: str, index: Any, advice: str) -> None:
    if wrong.any():
        coder, unit, year, name = index[int(wrong.argmax())]
        raise PanelError(
            f"{rule}; {rows_that(wrong.sum(), 'does', 'do')} not comply, the first "
            f"{listed([unit])} {listed([year])}, {listed([name])}, of {listed([coder])}; {advice}"
        )
