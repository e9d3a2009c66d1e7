"""The folder of a release: its tables in memory, its checksums, and reading it back."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._atomic import path_of
from .._wording import absent, counted, live, quoted, year_words
from ..codebooks.files import codebook_in
from ..codebooks.model import Codebook
from ..panel.check import INDEX, PanelError
from ..panel.dimensions import indicators
from ..panel.display import as_html, as_text
from ..panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX, check_evidence, empty_evidence
from ..panel.labels import carry, label_of
from ..reading.files import Reading
from ..reading.findings import table_of
from ..scoring.scores import _score, _score_bounds
from .grounds import basis_of

SUMS, DESCRIPTION, CODEBOOK = "SHA256SUMS", "datapackage.json", "codebook.json"

CODINGS, EVIDENCE, SCORES = "codings.csv", "evidence.csv", "scores.csv"

READ = (DESCRIPTION, CODEBOOK, CODINGS, EVIDENCE, SCORES)
"""The files that a release is read from, and its scores, which must follow from them."""

TABLE = re.compile(r"(scores|codings|evidence|basis|changes|coding_changes)\.(csv|parquet|dta)")
"""The name of a table of a release."""

LARGEST = 2**28
"""Bytes of one of these, or of a list of checksums, as of a file that is read elsewhere."""


class Release(NamedTuple):
    """A release: its scores, and all that they rest on."""

    name: str
    """The number or name of the release, e.g. 2015.1."""
    scores: pd.DataFrame
    """Index (country, year): the score of each dimension and ``overall``, missing where the
    codings leave it undecided; then the bounds of each, ``_low`` and ``_high``."""
    codings: pd.DataFrame
    """Index (country, year): the level of each indicator; missing where it is not coded."""
    evidence: pd.DataFrame
    """Index (coder, country, year, indicator): ``status``, ``report``, ``page``, ``quote``,
    ``remark`` and what else was stated; empty texts where nothing is."""
    basis: pd.DataFrame
    """Index (country, year, dimension, indicator), a row for each coding that a score rests on:
    the ``score`` with its bounds ``low`` and ``high``, the ``level`` and its ``words``, both
    missing where it is not coded, and the ``evidence``, the ids of its rows."""
    codebook: Codebook
    """The rules."""
    files: dict[str, str]
    """The SHA-256 of each file of the folder, by its name."""

    def __str__(self) -> str:
        units, years = (self.scores.index.unique(level) for level in INDEX)
        n, decided = len(self.scores), int(self.scores["overall"].notna().sum())
        span = f", {year_words(sorted(int(year) for year in years))}" if n else ""
        return (
            f"Release {self.name} of {self.codebook.title}: {decided:,} of {n:,} country-years "
            f"have an overall score, {counted(len(units), 'country', 'countries')}{span}; "
            f"{counted(len(self.evidence), 'row', 'rows')} of evidence; rules "
            f"{self.codebook.rules}."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), scores=self.scores, basis=self.basis)


def read_release(path: str | os.PathLike[str]) -> Release:
    """Read a release from its folder, and check that no file of it has changed.

    Parameters
    ----------
    path : str or path
        The folder that :func:`release` wrote.

    Returns
    -------
    Release
        The scores are computed anew from its codings and its codebook; a missing coding is NaN.
        What is used is what was checked, even if the folder changes meanwhile.

    Raises
    ------
    PanelError
        If a file is absent, is not the one that was released, or is too large; if a table has no
        checksum.
    OSError
        If the folder cannot be read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets
    >>> from policyindex.coding import release
    >>> demo = datasets.load_demo().loc[["NGA"]]
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = pathlib.Path(place, "mine")
    ...     _ = release(demo, folder, name="2009.1", formats=())
    ...     again = read_release(folder)
    >>> again.name, again.codings.equals(demo)
    ('2009.1', True)
    """
    folder = path_of(path)
    sums, contents = _checked(folder)
    codebook = codebook_in(contents[CODEBOOK], CODEBOOK)
    part = DESCRIPTION
    try:
        description = json.loads(contents[part].decode())
        name, labels = str(description["version"]), _labels(description)
        tables = {str(each["path"]) for each in description["resources"]}
        part = CODINGS
        codings = indicators(_codings(contents[part], codebook), codebook)
        part = EVIDENCE
        evidence = _evidence(contents[part])
        check_evidence(evidence, codebook)
        part = SCORES
        answer = release_of(name, carry(codings, **labels), evidence, codebook, sums)
        _refuse_others(_cells(contents[part]), answer.scores)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise PanelError(
            f"the files of a release must be as release writes them of its codings; {part} in "
            f"{os.fspath(path)} is not; get the release anew"
        ) from error
    tables |= {each.name for each in folder.iterdir() if TABLE.fullmatch(each.name)}
    if lacking := sorted(tables - {*sums}):
        raise PanelError(
            f"{SUMS} must have the checksum of each table of a release; {absent(lacking)}; get the "
            f"release anew"
        )
    return answer


def is_release(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is the folder of a release, as its list of checksums shows."""
    return (path_of(path) / SUMS).is_file()


def release_of(
    name: str,
    codings: pd.DataFrame,
    evidence: pd.DataFrame,
    codebook: Codebook,
    files: dict[str, str],
) -> Release:
    """Return a release of checked codings and evidence; what they make is computed."""
    scores = _score(codings, codebook).join(_score_bounds(codings, codebook))
    carry(scores, codings, rules=codebook.rules)
    basis = basis_of(codings, scores, evidence, codebook)
    carry(evidence, codings)
    return Release(name, scores, codings, evidence, basis, codebook, files)


def as_reading(codings: pd.DataFrame, codebook: Codebook) -> Reading:
    """Return codings that needed no repairs as if they had been read from a file."""
    return Reading(codings, "codings", codebook, label_of(codings.attrs), {}, table_of([]), "")


# Checksums


def sums_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def sums_text(sums: Mapping[str, str]) -> str:
    """Return checksums as the command sha256sum writes and checks them."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def checked_sums(folder: Path) -> dict[str, str]:
    """Return the checksums in a folder, or refuse a folder whose files are others."""
    return _checked(folder)[0]


def _checked(folder: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the checksums in a folder, and what it had in the files that a release is read from.

    These are read once, so that what is used is what was checked if the folder changes meanwhile.
    """
    listing = folder / SUMS
    if not listing.is_file() or listing.stat().st_size > LARGEST:
        folder.stat()  # an absent folder is a plain OSError
        raise PanelError(
            f"the folder of a release must have a file {SUMS}; {folder} has none; name the folder "
            f"that release wrote"
        )
    lines = listing.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = [re.fullmatch(r"([0-9a-f]{64})  ([\w.-]+)", line) for line in lines]
    wrong = [line for line, pair in zip(lines, pairs, strict=True) if pair is None]
    if wrong or not pairs:
        first = f", the first {quoted(wrong[0])}" if wrong else ""
        raise PanelError(
            f"each line of {SUMS} must be a SHA-256, two blanks and the name of a file of the "
            f"folder; {len(wrong)} of {len(lines)} are not{first}; get the release anew"
        )
    sums = {pair[2]: pair[1] for pair in pairs if pair is not None}
    names = sorted({*sums, *READ})
    contents = {name: _content(folder / name) for name in READ}
    other = [
        name
        for name in names
        if (_sum_of(folder / name) if name not in READ else _sum(contents[name])) != sums.get(name)
    ]
    if other:
        raise PanelError(
            f"the files of a release must be those that were released; {len(other)} of "
            f"{len(names)} are not, the first {other[0]}; get the release anew"
        )
    return sums, {name: content for name, content in contents.items() if content is not None}


def _content(path: Path) -> bytes | None:
    """Return the content of a file, None if it is absent; refuse one that is too large."""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise PanelError(
            f"a file of a release must have at most {LARGEST:,} bytes; {path.name} has more"
        )
    return content


def _sum(content: bytes | None) -> str:
    return "absent" if content is None else hashlib.sha256(content).hexdigest()


def _sum_of(path: Path) -> str:
    if not path.is_file():
        return "absent"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# Tables of the folder


def _codings(content: bytes, codebook: Codebook) -> pd.DataFrame:
    cells = _cells(content)
    levels = cells[list(codebook.scales)]
    levels = levels.where(levels != "").astype(np.float64)
    return levels.set_axis(_index(cells, list(INDEX)))


def _evidence(content: bytes) -> pd.DataFrame:
    cells = _cells(content)
    if cells.empty:
        return empty_evidence()
    own = (*EVIDENCE_INDEX, *EVIDENCE_COLUMNS, "id", "name", "source")
    others = [name for name in cells if name not in own]
    return cells[[*EVIDENCE_COLUMNS, *others]].set_axis(_index(cells, list(EVIDENCE_INDEX)))


def _index(cells: pd.DataFrame, names: list[str]) -> pd.MultiIndex:
    levels = [cells[name].astype(np.int64) if name == "year" else cells[name] for name in names]
    return pd.MultiIndex.from_arrays(levels, names=names)


def _cells(content: bytes) -> pd.DataFrame:
    """Return the cells of a CSV file as text."""
    cells = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8")
    return cells.map(live).rename(columns=live)


def _refuse_others(cells: pd.DataFrame, scores: pd.DataFrame) -> None:
    """Refuse a table of scores that are not those of the codings."""
    table = cells.set_axis(_index(cells, list(INDEX)))[list(scores)]
    numbers = table.where(table != "").astype(np.float64)
    if not (
        numbers.index.equals(scores.index)
        and np.allclose(numbers, scores, rtol=0, atol=1e-9, equal_nan=True)
    ):
        raise ValueError("scores must be those of the codings")


def _labels(description: Mapping[str, Any]) -> dict[str, str]:
    """Return the provenance that a description states."""
    labels = dict(description["policyindex"])
    return {key: str(labels[key]) for key in ("source", "citation") if labels.get(key)}
