"""Data that come with the library: a demonstration, the countries, published facts of 2009.

The origin of each file is told in ``README.md`` of :mod:`policyindex.data`. Every call reads its
file anew, so that what a caller does to one answer is not found in the next.
"""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

from . import countries
from .codebook import THREE_P

__all__ = ["load_countries", "load_demo", "load_published_2009"]


def load_demo() -> pd.DataFrame:
    """Load SYNTHETIC codings of 177 countries from 2000 to 2009.

    Made by a script to behave as the index does, and no observation of any country: only the
    published facts of 2009 (:func:`load_published_2009`) hold in it. A missing value is not
    coded; a higher level is the better policy.

    Returns
    -------
    DataFrame, index (country, year), float64
        A column per indicator of ``THREE_P``, the levels from 0; ``attrs["source"]`` says
        SYNTHETIC.

    Notes
    -----
    Countries enter between 2000 (73 of them) and 2009 (177), the weaker on the whole later, and
    stay. The number of countries and the yearly means of the scores are near those of the
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
    demo.attrs["source"] = "SYNTHETIC demonstration data of policyindex"
    return demo


def load_countries() -> pd.DataFrame:
    """Load codes, names, regions and coordinates of the world's territories.

    Returns
    -------
    DataFrame, index iso3
        As :func:`policyindex.countries.table` gives it; what does not apply is missing.

    Examples
    --------
    >>> load_countries().loc["NAM", ["iso2", "name"]].tolist()
    ['NA', 'Namibia']
    """
    return countries.table()


def load_published_2009() -> pd.DataFrame:
    """Load what was published in words on the scores of 2009: the highest and the lowest.

    Returns
    -------
    DataFrame, index country
        ``name``; ``overall``, float64, 3 (worst) to 15, missing for Somalia, of which only the
        place was told; ``statement``, the fact in words; ``source``.

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
    return _read("published_2009.csv", index=["country"], numbers=["overall"])


def _read(name: str, *, index: list[str], numbers: list[str]) -> pd.DataFrame:
    with files("policyindex.data").joinpath(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col=index, dtype=dict.fromkeys(numbers, "float64"))
