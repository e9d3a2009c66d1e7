"""The report of the scores in words, charts and tables; the country brief; the explorer of weights.

A page needs no network, no fonts and no other file: a browser displays and prints it. Every number
in it is that of a public function of :mod:`policyindex`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from .._atomic import check_ending, write_whole
from .._wording import CONTROL
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.selection import units_named
from ..reading.files import Reading
from . import _brief, _brief_page
from ._exploring import rendered as _explorer_page
from ._material import material_of
from ._page import rendered
from ._results import results_of

if TYPE_CHECKING:
    from ..latent.models import Fit

__all__ = ["brief", "explore", "write"]


def write(
    source: Reading | pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    codebook: Codebook = THREE_P,
    countries: str | Iterable[str] | None = None,
    evidence: pd.DataFrame | None = None,
    latent: Fit | str | None = None,
) -> None:
    """Write a report on scores, or on codings, as one HTML file.

    The report says what is new, who leads, who moved since the year before and since the first,
    how regions differ, what a level means, how firm the ranking is and what is missing, and has a
    section for each country, closed until it is opened. A missing score is a gap, never a zero;
    higher is better. The same data give the same bytes.

    Parameters
    ----------
    source : Reading or DataFrame, index (country, year)
        A reading of :func:`policyindex.read`, or a panel of codings (every indicator of the
        codebook) or of scores (every dimension). The overall score is the sum of the dimensions;
        a column ``overall`` must be that sum, and other columns change nothing.
    path : str or path
        The file, in a folder that exists; its name must not end on another format, e.g. ``.docx``.
        It is written whole or not at all.
    codebook : Codebook
        The dimensions and their scales; a reading brings its own.
    countries : str or iterable of str, optional
        Names or codes of the countries that get a section of their own; by default all. All else
        in the report is about every country.
    evidence : DataFrame, index (coder, country, year, indicator), optional
        The status, report, page, quotation and remark of codings, as :func:`policyindex.explain`
        takes them. The section of a country lists those of the last year, and the report counts
        the codings without any.
    latent : {"dynamic", "static", "correlated"} or latent.Fit, optional
        Add a section on latent scores, which are not the index, and to each country its path with
        the 95 % range: of a model that is fitted to the dimensions, or of a fit to the same data.

    Raises
    ------
    PanelError
        If a panel breaks its contract, is empty, has no value at all, lacks an indicator or a
        dimension of the codebook, or has an overall score that is not the sum of its dimensions;
        if evidence breaks its contract, or none of it is of the codings; or if a latent model
        cannot be fitted, or is fitted to other data.
    ValueError
        If a country is not in the data, the name ends on that of another format, or `latent` is
        neither a model nor a fit.
    OSError
        If the file cannot be written; a file that was there before is then left as it was.

    Notes
    -----
    Thin years, with fewer overall scores than a quarter of the fullest year, are not compared: the
    first other year is the start, the last the year of the ranking. Charts and tables over time
    leave thin years at either end out, the fullest year being that of each source where there are
    several; the report says which years are thin. Where years come from several sources, it names
    them and marks in its charts where each begins.

    The page needs no network. It saves its tables as CSV (codes, names, integers and source; of
    the ranking also the range of ranks in which each dimension keeps a tenth of the weight) and
    its charts as SVG and PNG. Its address holds the country, the sorting, the region and the
    search. A print holds the countries that are open, after a first page with the findings and
    the map; where none is open, it holds everything. A report on one country prints to two pages.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "report.html")
    ...     write(datasets.load_demo(), path, countries=["Germany", "NGA"])
    ...     path.read_text(encoding="utf-8")[:15]
    '<!doctype html>'
    """
    check_ending(path, (".html",))
    material = material_of(source, codebook, evidence)
    units = list(material.names)
    if countries is not None:
        named = units_named(material.scores, countries)
        units = [unit for unit in units if unit in named]
    fitted = None
    if latent is not None:
        from ._latent import fit_of  # most reports do without

        fitted = fit_of(latent, material)
    page = rendered(material, results_of(material), units, fitted)
    write_whole(path, _bytes_of(page))


def brief(
    source: Reading | pd.DataFrame,
    country: str,
    path: str | os.PathLike[str],
    *,
    year: int | None = None,
    peers: str | Iterable[str] | None = None,
    codebook: Codebook = THREE_P,
    evidence: pd.DataFrame | None = None,
) -> None:
    """Write a brief on one country: a page that prints to two sheets of A4, or a Word document.

    The first sheet says where the country stands and how firm that is, what its levels mean and
    how it changed; the second compares it with neighbours and peers, says what would raise the
    score, what is missing, and what the numbers assume. A missing score is a gap, never a zero;
    higher is better. The same data give the same bytes.

    Parameters
    ----------
    source : Reading or DataFrame, index (country, year)
        As for :func:`write`.
    country : str
        Name or code of a country, or a label of the panel.
    path : str or path
        The file, in a folder that exists: ``.html``, or ``.docx``, which needs the extra ``word``.
        It is written whole or not at all.
    year : int, optional
        The year of the brief; by default the last in which the country has an overall score, thin
        years aside.
    peers : str or iterable of str, optional
        Names or codes of 1 to 14 countries to compare with; by default the six of the region
        with the nearest overall scores, and among these the nearest dimensions.
    codebook : Codebook
        The dimensions and their scales; a reading brings its own.
    evidence : DataFrame, index (coder, country, year, indicator), optional
        As for :func:`write`. An annex after the two sheets lists that of the country in the year.

    Raises
    ------
    PanelError
        If a panel breaks its contract, is empty, has no value at all, lacks an indicator or a
        dimension of the codebook, or has an overall score that is not the sum of its dimensions;
        or if evidence breaks its contract, or none of it is of the codings.
    ValueError
        If a country is not in the data, a peer is the country itself, there are more than 14
        peers, `year` is not a year of the data, or the name ends on that of another format. For a
        PDF, print the page.
    ImportError
        If ``.docx`` is requested and python-docx is not installed.
    OSError
        If the file cannot be written; a file that was there before is then left as it was.

    See Also
    --------
    policyindex.what_if : The ranks that one point more would bring.
    policyindex.next_steps : The changes of policies that would raise a score.

    Notes
    -----
    Neighbours share a land border (:func:`policyindex.countries.neighbours`); for a country
    without one in the data, they are those of its part of the world, e.g. the Caribbean. Means of
    a region leave the country itself out (:func:`policyindex.peers`).

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "nigeria.html")
    ...     brief(datasets.load_demo(), "Nigeria", path, peers=["Ghana", "Kenya"])
    ...     path.read_text(encoding="utf-8")[:15]
    '<!doctype html>'
    """
    check_ending(path, BRIEF_ENDINGS, "for a PDF, write a page and print it")
    is_word = Path(path).suffix.lower() == ".docx"
    if is_word:
        from . import _word  # needs an extra, and draws charts
    whole = material_of(source, codebook, evidence)
    unit = _brief.country_of(whole, country)
    material = _brief.in_year(whole, unit, year)
    rivals = _brief.peers_of(whole, unit, peers)
    texts = _brief.brief_of(material, results_of(material), unit, whole.end, rivals)
    content = _word.document(texts) if is_word else _bytes_of(_brief_page.rendered(texts))
    write_whole(path, content)


BRIEF_ENDINGS = (".html", ".docx")
"""The formats of a brief."""


def explore(
    source: Reading | pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    codebook: Codebook = THREE_P,
    country: str | None = None,
    year: int | None = None,
) -> None:
    """Write a page on which a reader chooses the weights of the dimensions, as one HTML file.

    The page draws every weighting at once, e.g. a triangle for three dimensions, and colours it by
    the rank of one country. A reader moves the weights, the year and the country, and compares two
    countries; the ranks of all countries follow. A missing score has no rank and does not affect
    other ranks; higher is better. The same data give the same bytes.

    Parameters
    ----------
    source : Reading or DataFrame, index (country, year)
        As for :func:`write`.
    path : str or path
        The file, in a folder that exists; its name must not end on another format, e.g. ``.docx``.
        It is written whole or not at all.
    codebook : Codebook
        The dimensions, two or more, and their scales; a reading brings its own.
    country : str, optional
        Name or code of the country that the page opens with; by default the one whose rank moves
        most over all weightings.
    year : int, optional
        The year that the page opens with; by default the last that is not thin.

    Raises
    ------
    PanelError
        If a panel breaks its contract, is empty, has no value at all, lacks an indicator or a
        dimension of the codebook, or has an overall score that is not the sum of its dimensions.
    ValueError
        If the codebook has fewer than two dimensions, the country is not in the data, no country
        has an overall score in the year, or the name ends on that of another format.
    OSError
        If the file cannot be written; a file that was there before is then left as it was.

    See Also
    --------
    policyindex.weight_ranks : The ranges of ranks as a table.
    policyindex.robustness.overtake : The least change of weights for one country to pass another.

    Notes
    -----
    Weights are non-negative integers of which only the ratio counts, and scores are sums of
    integers, so that ties and ranks are exact. For three dimensions whose levels are at most 4
    apart, the page cuts the triangle of weights by every line on which two profiles tie, as
    :func:`policyindex.weight_ranks` does: its ranges and shares are the same. For longer scales it
    cuts by the lines of the chosen country in the chosen year, which is exact for that country.
    Two dimensions make a strip. For four or more, it samples 4,096 weightings, and says so; a
    range is still marked as exact where no weighting can give another rank.

    Years with fewer overall scores than a quarter of the fullest year are not on the slider,
    unless `year` asks for one. The page makes no request and runs only its own script.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "explore.html")
    ...     explore(datasets.load_demo(), path, country="Nigeria", year=2009)
    ...     path.read_text(encoding="utf-8")[:15]
    '<!doctype html>'
    """
    check_ending(path, (".html",))
    page = _explorer_page(material_of(source, codebook), country, year)
    write_whole(path, _bytes_of(page))


def _bytes_of(page: str) -> bytes:
    """Return a page as a file holds it, without characters that no page can hold."""
    return CONTROL.sub(" ", page).encode()
