"""Load the data of the library; download the published scores; cite both.

``README.md`` of :mod:`policyindex.data` states the origin of each file. Every call reads its file
anew, so that changes to one answer do not affect the next.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
from importlib.resources import files
from pathlib import Path

import pandas as pd

from ._atomic import path_of
from ._options import one_of
from ._version import __version__
from .codebooks.three_p import THREE_P
from .panel.labels import carry
from .reading import sources
from .reading.files import Reading, read
from .reading.formats import content_of
from .reading.sources import PUBLISHED_SHA256

__all__ = ["citation", "fetch_published", "load_demo", "load_published_2009"]

PUBLISHED = (
    "https://raw.githubusercontent.com/andrewheiss/scorecard-diplomacy/"
    "f8c06be83c75c34c97bc3992e24fedc8d275c83b/"
    "data/original/criminalization-cho-tiers_jk_2015-08-10.dta"
)

SOURCE, CITATION = sources.PUBLISHED.label, sources.PUBLISHED.citation

FACTS_SOURCE = "Published facts on the 3P scores of 2009"

FACTS_CITATION = (
    "Cho, Dreher and Neumayer (2011), The Spread of Anti-trafficking Policies: Evidence from a "
    "New Index, IZA Discussion Paper 5559"
)

DEMO_SOURCE = "SYNTHETIC demonstration data of policyindex"

DEMO_CITATION = "policyindex, SYNTHETIC demonstration data; not to be used in a study"


STYLES = ("text", "bibtex")

WORKS = ("index", "data", "library")

ENTRIES: dict[str, tuple[tuple[str, str, dict[str, str]], ...]] = {
    "index": (
        (
            "article",
            "cho2014determinants",
            {
                "author": "Cho, Seo-Young and Dreher, Axel and Neumayer, Eric",
                "title": "Determinants of Anti-Trafficking Policies: Evidence from a New Index",
                "journal": "Scandinavian Journal of Economics",
                "volume": "116",
                "number": "2",
                "pages": "429--454",
                "year": "2014",
                "doi": "10.1111/sjoe.12055",
            },
        ),
        (
            "article",
            "cho2015evaluating",
            {
                "author": "Cho, Seo-Young",
                "title": "Evaluating Policies Against Human Trafficking Worldwide: An Overview and "
                "Review of the {3P} Index",
                "journal": "Journal of Human Trafficking",
                "year": "2015",
            },
        ),
    ),
    "data": (
        (
            "misc",
            "cho2015published",
            {
                "author": "Cho, Seo-Young",
                "title": "{3P} Anti-trafficking Policy Index, 2000 to 2013",
                "year": "2015",
                "howpublished": "Replication archive of J. Kelley (2017), Scorecard Diplomacy",
                "url": PUBLISHED,
                "note": "SHA-256 " + PUBLISHED_SHA256,
            },
        ),
    ),
    "library": (
        (
            "misc",
            "policyindex",
            {
                "author": "{The policyindex authors}",
                "title": "policyindex: the {3P} Anti-trafficking Policy Index, computed exactly",
                "note": f"Python library, version {__version__}",
            },
        ),
    ),
}
"""BibTeX entries: their type, their key and their fields."""

TEXTS = {
    "index": CITATION,
    "data": (
        "S.-Y. Cho, 3P Anti-trafficking Policy Index, 2000 to 2013; in the replication archive of "
        f"J. Kelley (2017), Scorecard Diplomacy: {PUBLISHED}, SHA-256 {PUBLISHED_SHA256}"
    ),
    "library": (
        "The policyindex authors, policyindex: the 3P Anti-trafficking Policy Index, computed "
        f"exactly, Python library, version {__version__}"
    ),
}


def citation(style: str = "text", *, of: str | None = None) -> str:
    """Return how to cite the index, the published scores and this library.

    Parameters
    ----------
    style : {"text", "bibtex"}
        Sentences, or entries for a ``.bib`` file.
    of : {"index", "data", "library"}, optional
        The papers that define the index, to be cited by users of the scores; the file that
        :func:`fetch_published` downloads; or this library. By default all three.

    Returns
    -------
    str
        A line for each in text; an entry for each publication in BibTeX.

    Raises
    ------
    ValueError
        If an option is not one of the above.

    Examples
    --------
    >>> print(citation("bibtex", of="library"))
    @misc{policyindex,
      author = {{The policyindex authors}},
      title = {policyindex: the {3P} Anti-trafficking Policy Index, computed exactly},
      note = {Python library, version 0.1.0}
    }
    """
    one_of("style", style, STYLES)
    works = WORKS if of is None else (one_of("of", of, WORKS),)
    if style == "text":
        return "\n".join(TEXTS[work] for work in works)
    return "\n\n".join(_entry(*entry) for work in works for entry in ENTRIES[work])


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{kind}{{{key},\n{lines}\n}}"


def load_demo() -> pd.DataFrame:
    """Load SYNTHETIC codings of 177 countries from 2000 to 2009.

    A script made them to behave like the index; they are not observations of any country. Only
    the published facts of 2009 (:func:`load_published_2009`) hold in them. A missing value is not
    coded; a higher level is the better policy.

    Returns
    -------
    DataFrame, index (country, year), float64
        A column per indicator of ``THREE_P``, the levels from 0; ``attrs["source"]`` and
        ``attrs["citation"]`` say SYNTHETIC.

    Notes
    -----
    Countries enter between 2000 (73 of them) and 2009 (177), weaker ones tend to enter later, and
    none leaves. The number of countries and the yearly means of the scores are near those of the
    published index.

    Examples
    --------
    >>> demo = load_demo()
    >>> demo.attrs["source"]
    'SYNTHETIC demonstration data of policyindex'
    >>> demo.loc[("SWE", 2009), ["specific_law", "enforcement", "penalty"]].tolist()
    [2.0, 2.0, 1.0]
    """
    demo = _read("demo_codings.csv", index=["country", "year"], numbers=list(THREE_P.scales))
    return carry(demo, source=DEMO_SOURCE, citation=DEMO_CITATION)


def load_published_2009() -> pd.DataFrame:
    """Load the published facts on the scores of 2009: the highest and the lowest.

    Returns
    -------
    DataFrame, index country
        ``name``; ``overall``, float64, 3 (worst) to 15, missing for Somalia, of which only the
        rank was published; ``statement``, the fact in words; ``source``.

    References
    ----------
    Cho, Dreher and Neumayer (2011), The Spread of Anti-trafficking Policies: Evidence from a
    New Index, IZA Discussion Paper 5559.

    Examples
    --------
    >>> facts = load_published_2009()
    >>> facts["overall"].value_counts().to_dict()
    {14.0: 8, 15.0: 7, 3.0: 1}
    >>> facts.loc["SOM", "statement"]
    'second lowest, after North Korea; its score was not given'
    """
    facts = _read("published_2009.csv", index=["country"], numbers=["overall"])
    return carry(facts, source=FACTS_SOURCE, citation=FACTS_CITATION)


def fetch_published(*, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Download the published scores of 2000 to 2013, once, and return their panel.

    The file is in the public replication archive of *Scorecard Diplomacy* (Kelley 2017), at a
    fixed commit; it is used only if its SHA-256 is the expected one. Needs the extra ``fetch``.

    Parameters
    ----------
    folder : str or path, optional
        Where to keep the file; by default the user's cache folder.

    Returns
    -------
    DataFrame, index (country, year), float64
        The dimensions, 1 (worst) to 5, and ``overall``, 3 to 15, without the United States;
        ``attrs["citation"]`` names whom to cite. The overall score of Haiti 2009, which lacks a
        dimension, is missing.

    Raises
    ------
    ImportError
        If the extra is not installed.
    OSError
        If the file is not in the folder and cannot be downloaded to it.
    ValueError
        If the download is not that file. It is not kept.

    References
    ----------
    Cho, Dreher and Neumayer (2014), doi:10.1111/sjoe.12055, to be cited by users of the scores.

    Examples
    --------
    >>> fetch_published().loc[("NGA", 2009), "overall"]  # doctest: +SKIP
    14.0
    """
    return _fetch_published(folder=folder).panel


def _fetch_published(*, folder: str | os.PathLike[str] | None = None) -> Reading:
    """Return the reading of the published scores, with its findings."""
    path = _download(PUBLISHED, PUBLISHED_SHA256, folder)
    content, _ = content_of(path)
    if hashlib.sha256(content).hexdigest() != PUBLISHED_SHA256:
        raise ValueError(
            f"the file must have the SHA-256 {PUBLISHED_SHA256}; {path} was changed while it was "
            "read; remove it and try again"
        )
    # These bytes, not the file: another process may write to the folder.
    stream = io.BytesIO(content)
    stream.name = path.name
    return read(stream, holds="scores")


def _download(url: str, sha256: str, folder: str | os.PathLike[str] | None) -> Path:
    try:
        import pooch
    except ImportError:
        raise ImportError(
            "the published scores are downloaded with pooch, which is not installed; run "
            "pip install 'policyindex[fetch]'"
        ) from None
    target = path_of(folder) if folder is not None else Path(pooch.os_cache("policyindex"))
    logger: logging.Logger = pooch.get_logger()
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return Path(
            pooch.retrieve(
                url, sha256, f"{sha256}.dta", target, downloader=pooch.HTTPDownloader(timeout=30)
            )
        )
    except ValueError:
        raise ValueError(
            f"the download must have the SHA-256 {sha256}; the file from {url} has another, since "
            "it is cut short or was changed; nothing was kept, try again"
        ) from None
    except OSError as error:
        raise OSError(
            f"{url} could not be downloaded to {target}: {error}; check the network and the "
            "folder, or download it by other means and use read_scores"
        ) from None
    finally:
        logger.setLevel(before)


def _read(name: str, *, index: list[str], numbers: list[str]) -> pd.DataFrame:
    with files("policyindex.data").joinpath(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col=index, dtype=dict.fromkeys(numbers, "float64"))
