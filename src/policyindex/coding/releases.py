"""Write a release: a folder of scores and of all that they rest on, with what changed since."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date as day
from pathlib import Path
from typing import Any

import pandas as pd

from .. import countries
from .._atomic import path_of, write_folder
from .._options import Argument, OptionError, one_of, several
from .._wording import counted, listed, quoted, year_words
from ..codebooks.files import content_of
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, PanelError
from ..panel.dimensions import indicators
from ..panel.evidence import deciding, empty_evidence, sourced
from ..panel.labels import label_of
from ..panel.selection import some
from ..reading.files import Reading
from ..typing import Folder
from ..writing import bytes_of
from . import packaging, pages
from .differences import Differences, diff
from .folders import (
    CODEBOOK,
    DESCRIPTION,
    SUMS,
    Release,
    checked_sums,
    is_release,
    read_release,
    release_of,
    sums_of,
    sums_text,
)
from .grounds import BASIS_INDEX, check_evidence, evidence_ids
from .licenses import is_address, license_of
from .packaging import About, Table

FORMATS = ("parquet", "dta")
"""The formats of the tables besides CSV."""

PAGES = ("README.md", "index.html")

MOST_CHANGES, MOST_MOVED = 200, 40
"""Revised scores on the page, and countries that entered or left; all are in the table of changes.
"""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}")

OF_SYSTEMS = frozenset((".ds_store", ".directory", ".localized", "desktop.ini", "thumbs.db"))
"""Files, in lower case, that systems put into a folder that somebody has looked at."""


def release(
    codings: Reading | pd.DataFrame,
    path: Folder,
    *,
    name: str,
    codebook: Codebook = THREE_P,
    evidence: pd.DataFrame | None = None,
    previous: Release | Folder | None = None,
    authors: str | Iterable[str] = (),
    date: str = "",
    license_id: str = "",
    formats: Iterable[str] = FORMATS,
    overwrite: bool = False,
) -> Release:
    """Write codings, and the scores that they make, as a folder that one can cite and compare.

    Parameters
    ----------
    codings : Reading or DataFrame, index (country, year)
        The level of every indicator of the codebook; NaN where it is not coded. A reading brings
        its own codebook.
    path : str or path
        The folder: a new one, an empty one, or that of the same release. It is written whole or
        not at all. Files of systems, such as ``.DS_Store`` and ``Thumbs.db``, do not count.
    name : str
        The number or name of the release, e.g. ``"2015.1"``: up to 40 letters, digits, dots,
        hyphens, underscores and plus signs.
    codebook : Codebook
        The rules.
    evidence : DataFrame, index (coder, country, year, indicator), optional
        What the codings rest on: text columns ``status``, ``report``, ``page``, ``quote``,
        ``remark``; others are kept. Each row is about a country-year of the codings.
    previous : Release or path, optional
        The release before, or its folder: the page and the tables of changes say what changed.
    authors : str or iterable of str, optional
        Whom to cite: a person as ``"Family, Given"``, or a body. By default the coders of the
        index, without their names.
    date : str, optional
        The day of the release, e.g. ``"2026-11-27"``. By default none: the clock is not read.
    license_id : str, optional
        The licence by its SPDX identifier, e.g. ``"CC-BY-4.0"``, or by the address of its text.
        By default none is stated.
    formats : iterable of {"parquet", "dta"}
        Formats of the tables besides CSV.
    overwrite : bool
        Whether another release in the folder may be replaced, if its files have not been changed.

    Returns
    -------
    Release
        The tables that were written, and the SHA-256 of each file. The same input gives the same
        bytes.

    Raises
    ------
    PanelError
        If the codings or the evidence break their contract, there are no codings, the evidence
        names a country-year that the codings do not have, or the previous release is damaged.
    ValueError
        If an option is not valid, the name is that of the previous release, or the folder holds
        other files or another release.
    TypeError
        If the codings are neither a panel nor a reading.
    ImportError
        If Parquet is written without pyarrow.
    OSError
        If the folder cannot be written; an existing folder then stays as it was.

    Notes
    -----
    The folder holds ``scores`` (with bounds), ``codings``, ``evidence`` and ``basis`` (the codings
    and the evidence that each score of a dimension rests on; the overall score rests on all of
    them) as CSV, Parquet and Stata with labels; with `previous` also ``changes`` and
    ``coding_changes``. ``codebook.json`` and ``codebook.md`` hold the rules, ``datapackage.json``
    describes the tables (Frictionless), ``CITATION.cff`` says how to cite them, ``SHA256SUMS``
    holds the checksums, and ``README.md`` and ``index.html`` are the page of the release.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets
    >>> demo = datasets.load_demo().loc[["NGA"]]
    >>> with tempfile.TemporaryDirectory() as place:
    ...     answer = release(demo, pathlib.Path(place, "mine"), name="2009.1", formats=())
    >>> answer.scores.loc[("NGA", 2009), ["overall", "overall_low", "overall_high"]].to_list()
    [14.0, 14.0, 14.0]
    >>> answer.basis.loc[("NGA", 2009, "prosecution"), "words"].to_list()
    ['limited', 'not used', 'lenient', 'all forms']
    """
    if isinstance(codings, Reading):
        if codings.holds != "codings":
            raise ValueError(f"a release needs codings; {codings.source} holds {codings.holds}")
        panel, codebook = codings.panel, codings.codebook
    elif isinstance(codings, pd.DataFrame):
        panel = codings
    else:
        raise TypeError(
            f"codings must be a panel, or a reading of codings; got a {type(codings).__name__}; "
            f"of a coder's workbook take codings[coder], of settled ones codings"
        )
    checked = indicators(some(panel, "a release"), check_codebook(codebook))
    grounds = empty_evidence() if evidence is None else check_evidence(evidence, checked, codebook)
    sources = (label_of(checked.attrs), *grounds.index.unique("coder"), *grounds["report"])
    mark = ", SYNTHETIC" if any("SYNTHETIC" in each for each in sources) else ""
    about = _about(checked, codebook, name, mark, authors, date, license_id)
    endings = [f".{one_of('formats', each, FORMATS)}" for each in _several("formats", formats)]
    before = read_release(previous) if isinstance(previous, str | os.PathLike) else previous
    if before is not None and not isinstance(before, Release):
        raise ValueError(f"previous must be a release or its folder; got {quoted(before)}")
    if before is not None and before.name == name:
        raise ValueError(f"name must not be that of the previous release; both are {name}")
    _refuse_other_files(path_of(path))
    checked.attrs = {"source": about.label, "citation": about.citation}
    grounds = empty_evidence() if evidence is None else check_evidence(evidence, checked, codebook)
    answer = release_of(name, checked, grounds, codebook, {})
    changes = None if before is None else diff(before, answer)
    tables = _tables(answer, changes)
    files = {
        f"{stem}{ending}": bytes_of(table.content, ending, codebook)
        for stem, table in tables.items()
        for ending in (".csv", *endings)
    }
    files |= {f"codebook{ending}": content_of(codebook, ending) for ending in (".json", ".md")}
    files[DESCRIPTION] = packaging.data_package(about, tables, files)
    files["CITATION.cff"] = packaging.citation_file(about)
    page = _page(about, answer, before, changes, tables, files)
    files |= {"README.md": pages.as_markdown(page), "index.html": pages.as_html(page)}
    sums = sums_of(files)
    if not overwrite:
        _refuse_another_release(Path(path), sums)
    write_folder(path, files | {SUMS: sums_text(sums).encode()})
    return answer._replace(files=sums)


# Options


def _about(
    codings: pd.DataFrame,
    codebook: Codebook,
    name: str,
    mark: str,
    authors: str | Iterable[str],
    date: str,
    license_id: str,
) -> About:
    source = label_of(codings.attrs)
    if not NAME.fullmatch(_one_text("name", name)):
        raise ValueError(
            f"the name of a release must be up to 40 letters, digits, dots, hyphens, underscores "
            f"and plus signs, e.g. 2015.1; got {quoted(name)}"
        )
    people = tuple(_several("authors", authors)) or (f"The coders of the {codebook.title}",)
    blank = [author for author in people if not author.strip()]
    if blank:
        raise ValueError(f"authors must have names; got {quoted(blank[0])}")
    title = f"{codebook.title}, release {name}{mark}"
    citation = str(codings.attrs.get("citation") or codebook.citation)
    terms = license_of(license_id)
    return About(name, title, source, title, citation, codebook, people, _iso(date), terms)


def _one_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text; got {quoted(value)}")
    return value


def _several(name: str, values: Any) -> list[str]:
    """Return one text or several as a list, or refuse anything else."""
    items = several(name, values)
    if not all(isinstance(each, str) for each in items):
        raise ValueError(f"{name} must be text, or several texts; got {quoted(values)}")
    return list(dict.fromkeys(items))


def _iso(date: object) -> str:
    try:
        if date in ("", None):
            return ""
        return day.fromisoformat(str(date)).isoformat()
    except ValueError as error:
        raise ValueError(f"date must be a day such as 2026-11-27; got {quoted(date)}") from error


def _refuse_other_files(folder: Path) -> None:
    """Refuse a folder that holds anything except a release as it was written."""
    files = [] if not folder.is_dir() else [each.name for each in folder.iterdir()]
    files = [name for name in files if not _is_of_system(name)]
    if not files:
        return
    rule = "the folder must be new, empty, or that of a release whose files are as they were"
    try:
        names = {*checked_sums(folder), SUMS}
    except PanelError as error:
        raise ValueError(f"{rule}; {folder} is not: {error.message}") from error
    others = sorted(name for name in files if name not in names)
    if others:
        raise ValueError(
            f"{rule}; {folder} holds {counted(len(others), 'other file', 'other files')}, the "
            f"first {quoted(others[0])}; move it, or choose another folder"
        )


def _is_of_system(name: str) -> bool:
    """Return whether a file is of the system, and not of the user."""
    return name.casefold() in OF_SYSTEMS or name.startswith("._")


def _refuse_another_release(folder: Path, sums: dict[str, str]) -> None:
    """Refuse a folder that holds a release of other content: others may have cited it."""
    if is_release(folder) and checked_sums(folder) != sums:
        raise OptionError(
            f"a release must not replace another; {folder} holds the release "
            f"{read_release(folder).name}, of other content; choose a new folder, or pass",
            Argument("overwrite", "True"),
        )


# Tables


def _tables(answer: Release, changes: Differences | None) -> dict[str, Table]:
    """Return the tables of a release by the names of their files."""
    evidence = answer.evidence.copy(deep=False)
    evidence.insert(0, "id", evidence_ids(answer.evidence))
    tables = {
        "scores": Table(
            answer.scores,
            "Scores by country and year",
            "The score of each dimension and overall, empty where missing codings leave it "
            "undecided, with the lowest and the highest score that these allow",
            INDEX,
        ),
        "codings": Table(
            answer.codings,
            "Codings by country and year",
            "The level of each indicator, 0 for the worst; empty where it is not coded",
            INDEX,
            refers=True,
        ),
        "evidence": Table(
            evidence,
            "Evidence of the codings",
            "Reports, pages and quotations that the codings rest on, by coder",
            ("coder", *INDEX, "indicator"),
            refers=True,
        ),
        "basis": Table(
            answer.basis,
            "The codings and the evidence that each score rests on",
            "A row for each coding of each score of a dimension, with the ids of its evidence; "
            "the overall score rests on all rows of its country and year",
            BASIS_INDEX,
            refers=True,
        ),
    }
    if changes is None:
        return tables
    return tables | {
        "changes": Table(
            changes.scores,
            "Scores that differ from the previous release",
            "The old and the new score, the points by cause, and the codings that changed; a score "
            "that left is not in this release",
            (*INDEX, "dimension"),
        ),
        "coding_changes": Table(
            changes.codings,
            "Codings that differ from the previous release",
            "The old and the new level, in numbers and in words, in country-years of both",
            (*INDEX, "indicator"),
            refers=True,
        ),
    }


# The page


def _page(
    about: About,
    answer: Release,
    before: Release | None,
    changes: Differences | None,
    tables: dict[str, Table],
    files: dict[str, bytes],
) -> pages.Page:
    sections = [
        _changed(before, changes),
        _resting(answer),
        pages.Section("How to cite", [cited(about), *_terms(about)]),
        _rules(answer.codebook, before),
        _files(tables, files),
    ]
    return pages.Page(about.title, _lead(about, answer), sections)


def _lead(about: About, answer: Release) -> list[str]:
    scores, codebook = answer.scores, answer.codebook
    units, years = (scores.index.unique(level) for level in INDEX)
    span = year_words(sorted(int(year) for year in years))
    decided = int(scores["overall"].notna().sum())
    lead = [
        (
            f"{len(scores):,} country-years of {_counted(len(units), 'country', 'countries')}, "
            f"{span}; {_counted(decided, 'has', 'have')} an overall score, from "
            f"{float(codebook.lowest):g} (worst) to {float(codebook.highest):g} (best)."
        )
    ]
    undecided = len(scores) - decided
    if undecided:
        lead.append(
            f"{_counted(undecided, 'is', 'are')} left undecided by missing codings: a missing "
            f"coding never counts as the worst. The columns that end in _low and _high hold the "
            f"lowest and the highest score that is possible."
        )
    lead.append(f"Made from: {about.source}.")
    return lead


def _changed(before: Release | None, changes: Differences | None) -> pages.Section:
    if before is None or changes is None:
        return pages.Section(
            "What changed", ["No earlier release was named, so nothing is compared."]
        )
    heading = f"What changed since release {before.name}"
    is_revised = changes.scores["difference"].notna()
    revised = changes.scores[is_revised]
    rows = [
        (
            countries.name(row["country"]),
            str(row["year"]),
            row["dimension"],
            f"{row['old']:.10g}",
            f"{row['new']:.10g}",
            row["cause"],
            row["codings"],
        )
        for row in revised[:MOST_CHANGES].reset_index().to_dict("records")
    ]
    n = len(changes.codings)
    texts = [
        str(changes),
        (
            f"{_counted(n, 'coding', 'codings')} changed in the country-years of both "
            f"releases{'; coding_changes.csv lists them' if n else ''}."
        ),
        *_moved(changes.scores[~is_revised]),
    ]
    if not rows:
        return pages.Section(heading, texts)
    header = ("Country", "Year", "Score of", "Before", "Now", "Cause", "Codings that changed")
    more = len(revised) - len(rows)
    note = f"{more:,} more are in changes.csv." if more else ""
    return pages.Section(heading, texts, pages.Listing(header, rows, ("Before", "Now")), note)


def _counted(n: int, one: str, several: str) -> str:
    """Return a number in digits: numbers of a page are compared."""
    return f"{n:,} {one if n == 1 else several}"


def _moved(scores: pd.DataFrame) -> list[str]:
    """Return the countries whose overall scores entered or left, with their years."""
    overall = scores[scores.index.get_level_values("dimension") == "overall"]
    texts = []
    for cause in ("entered", "left"):
        years: dict[str, list[int]] = {}
        for country, year, _ in overall.index[overall["cause"] == cause]:
            years.setdefault(country, []).append(int(year))
        names = [f"{countries.name(unit)} {year_words(each)}" for unit, each in years.items()]
        if names:
            texts.append(f"Overall scores that {cause}: {listed(names, most=MOST_MOVED)}.")
    return texts


def _resting(answer: Release) -> pages.Section:
    coded = answer.codings.notna()
    bare = coded & ~sourced(deciding(answer.evidence), answer.codings)
    masks = (coded, ~coded, bare, bare & (answer.codings == 0))
    rows = []
    for dimension in answer.codebook.dimensions:
        names = [each.name for each in dimension.indicators]
        counts = [int(mask[names].to_numpy().sum()) for mask in masks]
        rows.append((dimension.name, *(f"{n:,}" for n in counts)))
    header = ("Dimension", "Codings", "Not coded", "Without a source", "Of these, worst level")
    texts = [
        (
            "The table basis lists the codings of each score of a dimension, and the ids of their "
            "evidence; the table evidence holds the reports, pages and quotations. The overall "
            "score rests on all codings of its country and year."
        )
    ]
    note = "A source is a report, a page or a quotation."
    table = pages.Listing(header, rows, header[1:])
    return pages.Section("What the scores rest on", texts, table, note)


def cited(about: About) -> str:
    """Return how to cite a release, as a sentence."""
    people = "; ".join(about.authors)
    year = f" ({about.date[:4]})" if about.date else ""
    return f"{people}{year}. {about.title}. Rules: {about.codebook.rules}."


def _terms(about: About) -> list[str]:
    texts = [f"Cite also: {about.citation}"] if about.citation else []
    if about.license_id:
        end = "" if is_address(about.license_id) else "."
        texts.append(f"Licence: {about.license_id}{end}")
    return texts


def _rules(codebook: Codebook, before: Release | None) -> pages.Section:
    texts = [f"The scores follow the rules {codebook.rules}; codebook.md describes them."]
    if before is not None:
        same = before.codebook.rules == codebook.rules
        texts.append(
            "They are those of the previous release."
            if same
            else f"The previous release followed {before.codebook.rules}."
        )
    earlier = set() if before is None else set(before.codebook.changelog)
    texts += [f"{when}: {text}" for when, text in codebook.changelog if (when, text) not in earlier]
    return pages.Section("Rules", texts)


DOCUMENTS = {
    CODEBOOK: "The rules, for programs",
    "codebook.md": "The rules, for people",
    DESCRIPTION: "The tables and their columns (Frictionless data package)",
    "CITATION.cff": "How to cite the release",
    SUMS: "Checksums; check them with: sha256sum --check SHA256SUMS",
}
"""The files that are not tables, in words."""


def _files(tables: dict[str, Table], files: dict[str, bytes]) -> pages.Section:
    rows = []
    for name in files:
        table = tables.get(Path(name).stem) if name not in DOCUMENTS else None
        if table is None:
            rows.append((name, DOCUMENTS[name], ""))
        else:
            rows.append((name, table.title, f"{len(table.content):,}"))
    rows.append((SUMS, DOCUMENTS[SUMS], ""))
    listing = pages.Listing(("File", "Content", "Rows"), rows, ("Rows",), has_links=True)
    return pages.Section("Files", [], listing)
