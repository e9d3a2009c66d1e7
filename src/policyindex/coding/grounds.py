"""The grounds of scores: the evidence of codings, and the codings that each score rests on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .._wording import listed, quoted, rows_that
from ..codebooks.model import Codebook
from ..panel.check import INDEX, PanelError
from ..panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX, deciding
from ..panel.labels import carry
from ..reading.findings import Findings
from ..reading.formats import content_of, opened
from .evidence import OF_ROWS, checked_whole, evidence_and_workbook, plain_cell
from .form import TEXTS
from .workbooks import Workbook, sheets_of

BASIS_INDEX = (*INDEX, "dimension", "indicator")


def evidence_in(path: str, codebook: Codebook) -> tuple[pd.DataFrame, Workbook | None]:
    """Return the evidence in a file, and the workbook if it is one.

    A table as settle writes it has all its columns. Any other file is read as by
    :func:`read_evidence`, which says why it is refused.
    """
    content, label = content_of(path)
    with opened(content, Findings(label)) as file:
        rows = [list(map(plain_cell, row)) for _, row in sheets_of(file)[0].every()]
    header, rows = (rows[0], rows[1:]) if rows else ([], [])
    needed = {*EVIDENCE_INDEX, *EVIDENCE_COLUMNS}
    if not needed <= {*header} or any(len(row) > len(header) for row in rows):
        return evidence_and_workbook(path, codebook)
    rows = [row + [""] * (len(header) - len(row)) for row in rows]  # Excel ends rows early
    cells = pd.DataFrame(rows, columns=header, dtype=object)
    if not cells["year"].str.fullmatch(r"-?\d{1,4}").all():
        return evidence_and_workbook(path, codebook)
    cells["year"] = cells["year"].astype(np.int64)
    others = [name for name in header if name not in (*EVIDENCE_INDEX, *OF_ROWS)]
    return cells.set_index(list(EVIDENCE_INDEX))[others], None


def refuse_other_levels(
    evidence: pd.DataFrame, workbook: Workbook, codings: pd.DataFrame, codebook: Codebook
) -> None:
    """Refuse the evidence of a workbook for levels that are not those of the codings.

    Raises
    ------
    PanelError
        If a coding with evidence has another level than the coding that it is evidence of.
    """
    stated = {*evidence.index[states_grounds(evidence)]}
    words = {each.name: each.levels for each in codebook.indicators}
    others = []
    for coder, panel in workbook.codings.items():
        final = codings.reindex(index=panel.index, columns=panel.columns)
        rows, columns = np.nonzero((panel.notna() & final.notna() & (panel != final)).to_numpy())
        for row, column in zip(rows, columns, strict=True):
            unit, name = panel.index[row], panel.columns[column]
            if (coder, *unit, name) in stated:
                levels = (int(each.iloc[row, column]) for each in (panel, final))
                others.append((unit, name, *(words[name][level] for level in levels)))
    if others:
        (country, year), name, own, level = others[0]
        raise PanelError(
            f"the evidence must be that of the codings; {rows_that(len(others), 'is', 'are')} for "
            f"another level, the first {country} {year}, {name}: evidence for {quoted(own)}, coded "
            f"{quoted(level)}; name the evidence that settle wrote"
        )


def check_evidence(evidence: Any, codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Check the evidence of checked codings, and return all its columns sorted, as text.

    Raises
    ------
    PanelError
        If it breaks the contract of evidence, or is about a country-year that the codings lack.
    """
    checked = checked_whole(evidence, codebook)
    outside = ~_without(checked.index, "coder", "indicator").isin(codings.index)
    if outside.any():
        coder, country, year, indicator = checked.index[int(outside.argmax())]
        raise PanelError(
            f"evidence must be about country-years of the codings; "
            f"{rows_that(outside.sum(), 'is', 'are')} not, the first {listed([country])} {year}, "
            f"{indicator}, of {listed([coder])}; drop it, or add the country-year to the codings, "
            f"missing where it is not coded"
        )
    return checked


def states_grounds(evidence: pd.DataFrame) -> pd.Series:
    """Return whether each row says more than that there is a coding."""
    texts = (evidence[list(TEXTS)] != "").any(axis=1)
    return texts | ~evidence["status"].isin(["", "coded"])


def _without(index: Any, *levels: str) -> Any:
    return index.droplevel(list(levels))


def evidence_ids(evidence: pd.DataFrame) -> list[str]:
    """Return the id of each row of evidence, e.g. NGA-2015-shelter-final."""
    return [
        f"{country}-{year}-{indicator}-{coder}"
        for coder, country, year, indicator in evidence.index
    ]


def basis_of(
    codings: pd.DataFrame, scores: pd.DataFrame, evidence: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Return the codings that each score of a dimension rests on, with their evidence.

    A row of evidence that says no more than that there is a coding is not named. Of a settled
    coding only the evidence of the coder ``final`` is.
    """
    decided = deciding(evidence)  # not that of a coder whose coding was rejected
    stated = decided[states_grounds(decided)]
    ids = pd.Series(evidence_ids(stated), _without(stated.index, "coder"), dtype=object)
    joined_ids = ids.groupby(level=[0, 1, 2], sort=False).agg("; ".join)
    tables = []
    for dimension in codebook.dimensions:
        for each in dimension.indicators:
            table = pd.DataFrame(
                {
                    "score": scores[dimension.name],
                    "low": scores[f"{dimension.name}_low"],
                    "high": scores[f"{dimension.name}_high"],
                    "level": codings[each.name],
                }
            )
            words = {float(level): text for level, text in enumerate(each.levels)}
            table["words"] = table["level"].map(words).astype(object)
            tables.append(table.assign(dimension=dimension.name, indicator=each.name))
    basis = pd.concat(tables).set_index(["dimension", "indicator"], append=True)
    rows = _without(basis.index, "dimension")
    basis["evidence"] = joined_ids.reindex(rows).fillna("").to_numpy(dtype=object)
    return carry(basis.sort_index(), scores)
