"""Convert country names and codes to ISO 3166 alpha-3; names and regions.

Everything comes from the files of :mod:`policyindex.data`, each read on first use:
``countries.csv``; ``forms.json``, the comparable forms of every name and code, in other languages
too, of countries and of groups of countries; and ``forms_of_state.csv``. Names are compared
without case, accents, spaces and punctuation, and otherwise exactly: a near miss is never a match.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias, TypeGuard, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ._options import Argument, OptionError, one_of
from ._wording import quoted

__all__ = ["iso3", "name", "neighbours", "region", "table", "with_names"]

_KINDS = {
    "name": "a country name",
    "iso2": "an ISO 3166 alpha-2 code",
    "iso3": "an ISO 3166 alpha-3 code",
    "numeric": "an ISO 3166 numeric code",
    "cow": "a Correlates of War number",
    "cowc": "a Correlates of War letter code",
    "world_bank": "a World Bank code",
}

# The schemes in which a value is looked up, in this order; any other kind is a scheme itself.
_TRIED: dict[str | None, tuple[str, ...]] = {
    None: ("name", "iso3", "iso2"),
    "world_bank": ("world_bank", "iso3"),
}

_SCHEMES = {
    "un": "un_region",
    "un_sub": "un_subregion",
    "un_intermediate": "un_intermediate",
    "world_bank": "world_bank_region",
}

_WITH_ARTICLE = ("ANT", "BHS", "CAF", "COD", "COM", "DOM", "GMB", "IMN", "MDV", "NLD", "PHL", "SYC")
"""Countries whose name takes an article in a sentence, besides United States and Islands."""

_LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
    "ru": "Russian",
    "zh": "Chinese",
}

# Abbreviations of the International Monetary Fund, the World Bank and others, e.g. "Rep. of".
_ABBREVIATIONS = {"rep": "republic", "dem": "democratic", "fed": "federal", "is": "islands"}

_WORD = re.compile(r"[^\W_]+")

_BEFORE_NAME = re.compile("[,(]")

_LETTER = re.compile(r"[^\W\d_]")

_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(_ABBREVIATIONS)})\b", re.IGNORECASE)

# Of French, Spanish, Portuguese, Italian and German: "les Pays-Bas" is "Pays-Bas".
_ARTICLES = frozenset(
    ["la", "le", "les", "l", "el", "los", "las", "lo", "il", "gli", "i", "o", "a", "os", "as"]
) | {"der", "die", "das", "den"}

_ARABIC_ARTICLE = "\N{ARABIC LETTER ALEF}\N{ARABIC LETTER LAM}"

# Arabic letters that are written in two ways, and signs that many texts leave out.
_ARABIC = str.maketrans(
    {
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER HAMZA}": None,
        "\N{ARABIC TATWEEL}": None,
    }
)

# The words for "of" after a form of state, as they stand in a comparable form.
_OF = (
    *("della", "dello", "delle", "degli", "dell", "dela", "dei", "del", "des", "dos", "das"),
    *("der", "von", "du", "de", "do", "da", "di", "d"),
)

_WORLD, _SEVERAL = "World", "several"

_LETTERS = (None, "iso2", "iso3", "world_bank")

_STATISTICS = frozenset(["average", "avg", "mean", "median", "total", "of", "the", "for"])

_FEW = 50  # values of which it is not worth while to look for equal ones

_LISTED = 20  # unknown values in one message

_LONGEST = 200  # no name is half as long; longer text is neither looked up nor cached

_NUMBERS = (int, float, np.integer, np.floating)

_Value: TypeAlias = "str | float | np.integer[Any] | np.floating[Any]"


@overload
def iso3(names_or_codes: str | float, *, kind: str | None = None) -> str: ...  # type: ignore[overload-overlap]


@overload
def iso3(names_or_codes: pd.Series[Any], *, kind: str | None = None) -> pd.Series[str]: ...


@overload
def iso3(names_or_codes: Iterable[object], *, kind: str | None = None) -> list[str]: ...


def iso3(names_or_codes: object, *, kind: str | None = None) -> str | pd.Series[str] | list[str]:
    """Return the ISO 3166 alpha-3 code of each country name or code.

    Nothing is guessed: one error lists all unknown and missing values, with the nearest names.

    Parameters
    ----------
    names_or_codes : str, number, Series or iterable
        One value or many.
    kind : {"name", "iso2", "iso3", "numeric", "cow", "cowc", "world_bank"}, optional
        The scheme of the values: names, ISO 3166 letters or numbers, Correlates of War numbers
        or letters, World Bank codes (else ISO alpha-3). ISO and World Bank codes include those
        that are withdrawn or in use beside them, e.g. ``ROM``, ``EL`` or ``UVK``. By default
        each is tried as a name, an ISO alpha-3 and an ISO alpha-2 code. Case does not matter.

    Returns
    -------
    str, Series or list of str
        One code for one value, a Series with the same index and name for a Series, else a list.

    Raises
    ------
    ValueError
        If a value is unknown, names two countries in two languages or several countries
        together, or `kind` is not one of the above. Numbers need a `kind`: 100 is Bulgaria for
        ISO and Colombia for the Correlates of War.

    Notes
    -----
    Names may be in English, Arabic, Chinese, French, German, Italian, Portuguese, Russian or
    Spanish. English is tried first: a spelling that is an English name has its English meaning.

    By default ``AUS`` is Australia. In Correlates of War letters it is Austria, and nothing in
    the value itself distinguishes the two.

    Examples
    --------
    >>> iso3(["Germany", "Korea, South", "st lucia", "Cote d'Ivoire", "XK", "Pays-Bas"])
    ['DEU', 'KOR', 'LCA', 'CIV', 'XKX', 'NLD']
    >>> iso3("AUS"), iso3("AUS", kind="cowc"), iso3(730, kind="cow"), iso3(100, kind="numeric")
    ('AUS', 'AUT', 'KOR', 'BGR')
    >>> iso3("ROM"), iso3("EL", kind="iso2"), iso3("UVK", kind="world_bank")
    ('ROU', 'GRC', 'XKX')
    >>> iso3(pd.Series(["Italia", "Japon"], index=["a", "b"])).to_dict()
    {'a': 'ITA', 'b': 'JPN'}
    >>> iso3(["Korea", "Japan"])
    Traceback (most recent call last):
    ValueError: every value must be a country name, an ISO 3166 alpha-3 or an alpha-2 code;
    1 of 2 is not: 'Korea' (nearest: South Korea, North Korea); correct or drop it
    """
    values = _values(names_or_codes)
    codes = _match(values, kind=kind)
    matched = [code for code in codes if code is not None]
    if len(matched) < len(codes):
        unknown = [value for value, code in zip(values, codes, strict=True) if code is None]
        message, advice, option = _complaint(unknown, of=len(values), kind=kind)
        if option is None:
            raise ValueError(f"{message}; {advice}")
        raise OptionError(f"{message}; {advice}", option)
    if isinstance(names_or_codes, pd.Series):
        # Without a dtype an empty list would give another one.
        return pd.Series(matched, names_or_codes.index, dtype=str, name=names_or_codes.name)
    return matched[0] if _is_one(names_or_codes) else matched


def _match(names_or_codes: object, *, kind: str | None = None) -> list[str | None]:
    """Return the ISO 3166 alpha-3 code of each value, None where it is unknown.

    Parameters
    ----------
    names_or_codes : str, number, Series or iterable
        One value or many.
    kind : str, optional
        As for :func:`iso3`.

    Returns
    -------
    list of str or None
        As long as the input. None for missing and unknown values, for anything except text and
        numbers, and for numbers without a `kind`.

    Examples
    --------
    >>> _match(["Zaire", "Atlantis", None, 36])
    ['COD', None, None, None]
    """
    if kind is not None:
        one_of("kind", kind, tuple(_KINDS))
    distinct, places = _distinct(names_or_codes)
    codes = [_find(value, kind) if _may_be_code(value) else None for value in distinct]
    return codes if places is None else _spread(codes, places)


def _distinct(values: object) -> tuple[list[object], NDArray[np.intp] | None]:
    """Return the distinct values of a column, and the place of each value among them.

    The place of a missing value is -1. For few values, and values without a hash, the values
    themselves are returned, and None.
    """
    each = _values(values)
    if len(each) < _FEW:
        return each, None
    try:
        column = (
            values if isinstance(values, (pd.Series, pd.Index)) else pd.Series(each, dtype=object)
        )
        places, distinct = pd.factorize(column)
    except (TypeError, ValueError, ArithmeticError):
        return each, None
    return distinct.tolist(), places


def _spread(results: list[str | None], places: NDArray[np.intp]) -> list[str | None]:
    """Return the result of each value of a column; None in the place of a missing one."""
    lookup = [*results, None]
    return [lookup[place] for place in places.tolist()]


def _aggregates(names_or_codes: object, *, kind: str | None = None) -> list[str | None]:
    """Return the English label of the aggregate that each value names, None for anything else.

    Aggregates are the world, averages, regions, groups by income, lending and development, and
    unions of countries. ``data/README.md`` lists their origin.

    Parameters
    ----------
    names_or_codes : str, number, Series or iterable
        The values of one column.
    kind : str, optional
        As for :func:`iso3`. Names of aggregates are recognised under every kind. Letter codes,
        e.g. ``WLD``, are where the kind may have letters (not ``"cow"``, ``"cowc"`` or
        ``"name"``), and numbers of the United Nations (M49) under ``"numeric"`` alone.

    Returns
    -------
    list of str or None
        As long as the input.

    Notes
    -----
    A value that is a country is not an aggregate. The exception is a name that is both, as
    Micronesia: it is the region where the values also hold the region that contains it, or a
    sister region (Oceania, Polynesia, Melanesia, Australia and New Zealand). Likewise America
    is the continent beside other continents, and the United States otherwise.

    A name of two territories that have codes of their own, as the Channel Islands, is neither:
    :func:`iso3` refuses it and names both, since its data belong to someone.

    Examples
    --------
    >>> _aggregates(["World", "Mali", "EUU", "Nigerria", "Micronesia"])
    ['World', None, 'European Union', None, None]
    >>> _aggregates(["Micronesia", "Polynesia", "Samoa"])
    ['Micronesia', 'Polynesia', None]
    """
    if kind is not None:
        one_of("kind", kind, tuple(_KINDS))
    distinct, places = _distinct(names_or_codes)
    entries = [_aggregate(value, kind) if _may_be_code(value) else None for value in distinct]
    homonyms = [
        entry is not None and not {_find(value, kind), _find(value, "name")} <= {None}
        for entry, value in zip(entries, distinct, strict=True)
    ]
    certain = [
        entry
        for entry, homonym in zip(entries, homonyms, strict=True)
        if entry is not None and not homonym
    ]
    parents = {entry.label for entry in certain} - {_WORLD}  # beside which any country may stand
    families = (parents | {entry.part_of for entry in certain}) - {""}
    labels = [
        entry.label if entry is not None and (not homonym or entry.part_of in families) else None
        for entry, homonym in zip(entries, homonyms, strict=True)
    ]
    return labels if places is None else _spread(labels, places)


def _nearest(name: str, *, n: int = 3) -> list[str]:
    """Return the countries whose names look most like a name, the likeliest first.

    Parameters
    ----------
    name : str
        A name, as spelled in a file.
    n : int
        Maximum number of suggestions.

    Returns
    -------
    list of str
        Names that :func:`iso3` takes.

    Examples
    --------
    >>> _nearest("Germny", n=1), _nearest("Virgin Islands", n=2)
    (['Germany'], ['US Virgin Islands', 'British Virgin Islands'])
    """
    codes = _lookup().codes["name"]
    *_, key = _keys(name[:100])  # no name is longer, and the rest would only take time
    # A country may be near with several of its spellings: look for more of these than n.
    spellings = get_close_matches(key, codes, n=10 * n, cutoff=0.7)
    if not spellings:
        codes = {form: next(iter(owners)) for form, owners in _lookup().translations.items()}
        key = next(_foreign_keys(name[:100]), "")
        spellings = get_close_matches(key, codes, n=10 * n, cutoff=0.7)
    return list(dict.fromkeys(_names()[codes[spelling]] for spelling in spellings))[:n]


def _near(name: str) -> str:
    """Return the aggregate and the countries nearest to a name as a phrase; empty without any.

    Examples
    --------
    >>> _near("Wrld"), _near("Nigerria")
    ('nearest: the aggregate World', 'nearest: Nigeria, Niger')
    """
    aggregates = _lookup().aggregates["name"]
    *_, key = _keys(name[:100])
    near = _nearest(name)
    cutoff = 0.85 if near else 0.8
    labels = [aggregates[each].label for each in get_close_matches(key, aggregates, 1, cutoff)]
    near = [*(f"the aggregate {label}" for label in labels if label not in near), *near]
    return f"nearest: {', '.join(near)}" if near else ""


def name(code: str) -> str:
    """Return the short English name for an ISO 3166 alpha-3 code.

    Parameters
    ----------
    code : str
        An ISO alpha-3 code in upper case, or the label of another unit.

    Returns
    -------
    str
        The name; `code` itself if it is unknown, since a panel may hold other units.

    Examples
    --------
    >>> name("COD"), name("Berlin")
    ('DR Congo', 'Berlin')
    """
    if not isinstance(code, str):
        raise TypeError(f"code must be text; got {quoted(code)}")
    return _names().get(code, code)


def _short_name(code: str) -> str:
    """Return a name for an ISO 3166 alpha-3 code that is short enough for a chart.

    Parameters
    ----------
    code : str
        An ISO alpha-3 code in upper case, or the label of another unit.

    Returns
    -------
    str
        At most 16 characters for a country, a name that :func:`iso3` takes; `code` itself if it
        is unknown.

    Examples
    --------
    >>> _short_name("ARE"), _short_name("DEU"), _short_name("Berlin")
    ('UAE', 'Germany', 'Berlin')
    """
    return _short_names().get(code, code)


def _in_sentence(code: str, *, short: bool = False) -> str:
    """Return the name of a country in a sentence, with its article if it takes one.

    Examples
    --------
    >>> _in_sentence("NLD"), _in_sentence("SLB"), _in_sentence("NGA")
    ('the Netherlands', 'the Solomon Islands', 'Nigeria')
    """
    words = _short_name(code) if short else name(code)
    takes_article = words != code and (words.startswith("United ") or words.endswith(" Islands"))
    return f"the {words}" if takes_article or code in _WITH_ARTICLE else words


def region(names_or_codes: Iterable[object], *, scheme: str = "un") -> pd.Series[str]:
    """Return the region of each country.

    Parameters
    ----------
    names_or_codes : Series, Index or iterable of str
        Names or ISO 3166 codes, as for :func:`iso3`.
    scheme : {"un", "un_sub", "un_intermediate", "world_bank"}
        Regions or sub-regions of the United Nations (M49); its intermediate regions, e.g.
        Western Africa, and the sub-region where M49 does not divide that further; or the World
        Bank's regions as of June 2025.

    Returns
    -------
    Series of str
        On the index of the values if they are a Series, otherwise with the values as index.
        Missing for a country that has no region in the scheme: Antarctica, and any territory
        that the World Bank does not list as an economy.

    Raises
    ------
    ValueError
        If a value is missing or is not a country, or `scheme` is not one of the above.

    Examples
    --------
    >>> region(["DEU", "Nigeria"], scheme="un_intermediate").to_dict()
    {'DEU': 'Western Europe', 'Nigeria': 'Western Africa'}
    """
    one_of("scheme", scheme, tuple(_SCHEMES))
    values = names_or_codes
    if not isinstance(values, (pd.Series, pd.Index)):
        values = pd.Index(_values(values), dtype=object)
    index = values.index if isinstance(values, pd.Series) else values
    return _region(iso3(values.tolist()), scheme=scheme).set_axis(index)


def _region(codes: Iterable[object], *, scheme: str = "un") -> pd.Series[str]:
    """Return the region of each unit of a panel, on the codes as index; missing if unknown.

    Parameters
    ----------
    codes : Index or iterable of str
        ISO 3166 alpha-3 codes in upper case, or labels of other units.
    scheme : str
        As for :func:`region`.

    Examples
    --------
    >>> _region(["DEU", "Berlin"]).to_dict()
    {'DEU': 'Europe', 'Berlin': nan}
    """
    index = codes if isinstance(codes, pd.Index) else pd.Index(_values(codes), dtype=object)
    return _table()[_SCHEMES[scheme]].reindex(index)


def _members(name: str, *, scheme: str | None = None) -> list[str]:
    """Return the countries of a region, by its name or an alias; empty if it is not a region.

    Parameters
    ----------
    name : str
        A region, e.g. ``"Western Africa"`` or ``"West Africa"``.
    scheme : str, optional
        As for :func:`region`. By default the first scheme, in its order, that has the region:
        "Sub-Saharan Africa" is that of the United Nations.

    Returns
    -------
    list of str
        ISO 3166 alpha-3 codes, sorted, of present states and territories.

    Examples
    --------
    >>> _members("North Africa")
    ['DZA', 'EGY', 'ESH', 'LBY', 'MAR', 'SDN', 'TUN']
    """
    entry = _aggregate(name, "name")
    names = set(_keys(name))
    if entry is not None:
        names |= set(_keys(entry.label))
    rows = _table()
    rows = rows[~rows["historical"]]
    for column in _SCHEMES.values() if scheme is None else (_SCHEMES[scheme],):
        labels = [each for each in rows[column].dropna().unique() if names & {*_keys(each)}]
        if labels:
            return rows.index[rows[column].isin(labels)].to_list()
    return []


def neighbours(country: str | float, *, kind: str | None = None) -> list[str]:
    """Return the countries with which a country shares a land border.

    Parameters
    ----------
    country : str or number
        One name or code.
    kind : str, optional
        The scheme of the code, as for :func:`iso3`.

    Returns
    -------
    list of str
        ISO 3166 alpha-3 codes in order; empty for a country without a land border. Territories
        that ISO lists are apart: French Guiana, not France, borders Brazil.

    Raises
    ------
    ValueError
        If `country` is unknown, more than one, or a state of the past: the borders are those of
        today.

    Notes
    -----
    If A is a neighbour of B, B is one of A. A border may be short (Spain and Morocco at Ceuta);
    a bridge or a strait is not one. The pairs are from GeoNames (https://www.geonames.org),
    CC BY 4.0, with five decisions that ``README.md`` of :mod:`policyindex.data` lists.

    Examples
    --------
    >>> neighbours("Switzerland"), neighbours("Kosovo"), neighbours("Japan")
    (['AUT', 'DEU', 'FRA', 'ITA', 'LIE'], ['ALB', 'MKD', 'MNE', 'SRB'], [])
    """
    if not _is_one(country):
        raise ValueError(f"country must be one name or code; got {quoted(country)}")
    code = iso3(country, kind=kind)
    if _table().loc[code, "historical"]:
        raise ValueError(
            f"neighbours must be those of a country of today; got {quoted(country)}, a state of "
            f"the past"
        )
    return list(_borders().get(code, ()))


@cache
def _borders() -> dict[str, tuple[str, ...]]:
    """Return the neighbours, in order, of every country that has any."""
    with files("policyindex.data").joinpath("borders.csv").open(encoding="utf-8") as file:
        pairs = [tuple(line.split(",")) for line in file.read().split()[1:]]
    links: dict[str, list[str]] = {}
    for one, other in sorted(pairs + [(other, one) for one, other in pairs]):
        links.setdefault(one, []).append(other)
    return {one: tuple(others) for one, others in links.items()}


def with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the name of each country beside its code.

    Parameters
    ----------
    table : DataFrame
        The codes are a level of the index, or a column, called ``country``: any result of the
        library with a row for each country.

    Returns
    -------
    DataFrame
        A copy with a column ``name``: the first one, or the one after the column ``country``. A
        unit that is not an ISO alpha-3 code keeps its label. A table without countries, or with a
        column ``name``, is returned as it is.

    Examples
    --------
    >>> with_names(pd.DataFrame({"rank": [14, 29]}, pd.Index(["NGA", "NOR"], name="country")))
                name  rank
    country
    NGA      Nigeria    14
    NOR       Norway    29
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"the table must be a DataFrame; got {quoted(table)}")
    answer = table.copy()
    if "name" in [*answer.columns, *answer.index.names]:
        return answer
    if "country" in answer.index.names:
        units = answer.index.get_level_values("country")
        answer.insert(0, "name", units.map(name, na_action="ignore"))
    elif "country" in answer.columns:
        place = answer.columns.to_list().index("country") + 1
        answer.insert(place, "name", answer["country"].map(name, na_action="ignore"))
    return answer


def table() -> pd.DataFrame:
    """Return codes, names, regions and coordinates of the world's territories.

    Returns
    -------
    DataFrame
        Index iso3. Text: iso2, iso_numeric, cow, cowc, world_bank, other_codes (withdrawn, or in
        use beside the others), name, short_name (where that differs), un_region, un_subregion,
        un_intermediate, world_bank_region, other_names; several values in one field are
        separated by ``|``, of codes the present one first. Numbers: latitude and longitude, in
        degrees. Boolean: historical, for states of the past. Fields that do not
        apply are missing.

    Examples
    --------
    >>> table().loc["DEU", ["name", "iso_numeric", "cow"]].to_list()
    ['Germany', '276', '255|260']
    """
    return _table().copy()


@cache
def _table() -> pd.DataFrame:
    with files("policyindex.data").joinpath("countries.csv").open(encoding="utf-8") as file:
        # Only an empty field is missing: NA is Namibia.
        text = pd.read_csv(file, index_col="iso3", dtype=str, keep_default_na=False, na_values="")
    numbers = text.astype({"latitude": float, "longitude": float})
    return numbers.assign(historical=text["historical"] == "1")


@cache
def _names() -> dict[str, str]:
    return dict(zip(_table().index, _table()["name"], strict=True))


@cache
def _short_names() -> dict[str, str]:
    rows = _table()
    return dict(zip(rows.index, rows["short_name"].fillna(rows["name"]), strict=True))


class _Aggregate(NamedTuple):
    label: str
    group: str
    part_of: str
    members: tuple[str, ...]


class _Forms(NamedTuple):
    """The forms in which names and codes are compared, of ``forms.json``."""

    codes: dict[str, dict[str, str]]
    """By kind, as for :func:`iso3`: the ISO alpha-3 code of each form."""
    translations: dict[str, dict[str, list[str]]]
    """The countries of each form of a name in another language, with the languages."""
    aggregates: dict[str, dict[str, _Aggregate]]
    """Aggregates by the forms of their names, by letter codes and by numbers."""


@cache
def _lookup() -> _Forms:
    rows = json.loads(_text("forms.json"))
    entries = [
        _Aggregate(label, group, part_of, tuple(members))
        for label, group, part_of, members in rows["aggregates"]
    ]
    return _Forms(
        rows["codes"],
        rows["translations"],
        {
            kind: {form: entries[place] for form, place in rows["aggregates_by"][kind].items()}
            for kind in ("name", "letters", "numeric")
        },
    )


def _may_be_code(value: object) -> TypeGuard[_Value]:
    return isinstance(value, _NUMBERS) or (isinstance(value, str) and len(value) <= _LONGEST)


@lru_cache(maxsize=4096)
def _find(value: _Value, kind: str | None) -> str | None:
    for tried in _TRIED.get(kind, (kind or "",)):
        codes = _lookup().codes[tried]
        for form in _forms(value, tried):
            if form in codes:
                return codes[form]
    if isinstance(value, str) and kind in (None, "name") and _LETTER.search(value):
        return _find_abbreviated(value) or _find_translated(value)
    return None


def _find_abbreviated(name: str) -> str | None:
    """Return the country of an English name with abbreviations such as "Rep."."""
    full = _ABBREVIATED.sub(lambda word: _ABBREVIATIONS[word[0].lower()], name)
    codes = _lookup().codes["name"]
    return None if full == name else next((codes[k] for k in _keys(full) if k in codes), None)


def _find_translated(name: str) -> str | None:
    """Return the country of a name in another language, None if it is not that of one alone."""
    owners = _owners(name)
    return next(iter(owners)) if len(owners) == 1 else None


def _owners(name: str) -> dict[str, list[str]]:
    """Return the languages in which a name is that of a country, for each such country."""
    translations = _lookup().translations
    keys = list(_foreign_keys(name))
    if owners := next((translations[key] for key in keys if key in translations), None):
        return owners
    return next((owners for key in keys if (owners := _formal_owners(key))), {})


def _formal_owners(key: str) -> dict[str, list[str]]:
    """Return the owners of the form of a name such as "Republic of X" in another language.

    It is read as "X" where that country also has the English name "Republic of X", so that
    "Republik China" is not China.
    """
    translations, codes = _lookup().translations, _lookup().codes["name"]
    forms, first, last = _forms_of_state()
    if not (key.startswith(first) or key.endswith(last)):
        return {}
    for before, after, english in forms:
        if not (key.startswith(before) and key.endswith(after)):
            continue
        rest = key[len(before) : len(key) - len(after)]
        for cut in [0, *(len(word) for word in _OF if rest.startswith(word))]:
            owners = translations.get(rest[cut:], {})
            proven = {
                code: languages
                for code, languages in owners.items()
                if any(codes.get(english + form) == code for form in _keys(_names()[code]))
            }
            if proven:
                return proven
    return {}


@cache
def _forms_of_state() -> tuple[list[tuple[str, str, str]], tuple[str, ...], tuple[str, ...]]:
    """Return forms of state as (before a name, after it, in English); all before; all after."""
    forms = [
        (
            next(_foreign_keys(before), ""),
            next(_foreign_keys(after), ""),
            next(_keys(row["english"])),
        )
        for row in _rows("forms_of_state.csv")
        for before in row["before"].split("|")
        for after in row["after"].split("|")
    ]
    first = tuple(before for before, _, _ in forms if before)
    last = tuple(after for _, after, _ in forms if after)
    return forms, first, last


def _aggregate(value: _Value, kind: str | None) -> _Aggregate | None:
    """Return the aggregate that a value names."""
    entry = _named_group(value, kind)
    return None if entry is None or entry.group == _SEVERAL else entry


def _several(values: Iterable[object], *, kind: str | None = None) -> list[str]:
    """Return the names of the countries that each value stands for together; empty for others.

    Examples
    --------
    >>> _several(["Channel Islands", "Mali", "World"])
    ['Guernsey and Jersey', '', '']
    """
    groups = [_named_group(each, kind) if _may_be_code(each) else None for each in values]
    return [
        " and ".join(map(name, group.members)) if group and group.group == _SEVERAL else ""
        for group in groups
    ]


def _any_group(values: Iterable[object], *, kind: str | None = None) -> bool:
    """Return whether a value names an aggregate or several countries."""
    return any(_may_be_code(each) and _named_group(each, kind) is not None for each in values)


def _named_group(value: _Value, kind: str | None) -> _Aggregate | None:
    """Return the aggregate, or the entry of several countries, that a value names."""
    index = _lookup().aggregates
    if kind == "numeric" and not isinstance(value, bool) and (number := _number(value)) is not None:
        return index["numeric"].get(str(number))
    if not isinstance(value, str):
        return None
    if kind in _LETTERS and (entry := index["letters"].get(value.strip().lower())):
        return entry
    keys = [*_keys(value), *_foreign_keys(value)]
    if entry := next((index["name"][key] for key in keys if key in index["name"]), None):
        return entry
    # The spellings of Eurostat are many, e.g. "Euro area - 19 countries  (2015-2022)".
    if union := re.match("(europeanunion|euroarea)(?:e[ua])?[0-9]", keys[0]):
        return index["name"][union[1]]
    # "Africa average", "Mean of Europe"
    words = _WORD.findall(value)
    rest = [word for word in words if word.casefold() not in _STATISTICS]
    if len(rest) == len(words) and "&" not in value:
        return None  # its keys were tried above
    bare = _keys(" ".join(rest))
    return next((index["name"][key] for key in bare if key in index["name"]), None)


def _text(file: str) -> str:
    return files("policyindex.data").joinpath(file).read_text(encoding="utf-8")


def _rows(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(file).splitlines()))


def _forms(value: _Value, kind: str) -> Iterable[str]:
    """Return the forms in which a value of one kind is compared, the best first."""
    if kind in ("numeric", "cow"):
        number = _number(value)
        return () if number is None else (str(number),)
    if not isinstance(value, str):
        return ()
    return _keys(value) if kind == "name" else (value.strip().lower(),)


def _keys(name: str) -> Iterator[str]:
    """Yield a name without spaces, with and without "the"; then "Y X" for "X, Y" and "X (Y)"."""
    for words in _phrases(name):
        yield "".join(words).replace("saint", "st")
        if "the" in words:
            yield "".join(word for word in words if word != "the").replace("saint", "st")


def _foreign_keys(name: str) -> Iterator[str]:
    """Yield the forms of a name in another language; then those without its articles."""
    for words in _phrases(name):
        bare = words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
        bare = [word.removeprefix(_ARABIC_ARTICLE) or word for word in bare]
        for each in (words, bare) if bare != words else (words,):
            form = "".join(each).replace("saint", "st")
            if not form.isascii():
                form = form.translate(_ARABIC)
            if form:
                yield form


@lru_cache(maxsize=256)
def _phrases(name: str) -> list[list[str]]:
    """Return the words of a name, without case and accents; then of "Y X" for "X, Y", "X (Y)"."""
    plain = name.replace("&", " and ")
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = plain.casefold()
    head, *tail = _BEFORE_NAME.split(plain, maxsplit=1)
    return [_WORD.findall(text) for text in (plain, *(f"{rest} {head}" for rest in tail))]


def _number(value: object) -> int | None:
    """Return the code that a number, or a text of digits, stands for."""
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if re.fullmatch("[0-9]{1,4}", digits) else None
    if isinstance(value, _NUMBERS) and 0 <= value < 10_000 and value == int(value):
        return int(value)
    return None


def _is_one(value: object) -> bool:
    return isinstance(value, (str, bytes)) or not isinstance(value, Iterable)


def _values(names_or_codes: Any) -> list[object]:
    if isinstance(names_or_codes, (pd.Series, pd.Index)):
        return names_or_codes.tolist()  # many times faster than list()
    return [names_or_codes] if _is_one(names_or_codes) else list(names_or_codes)


def _complaint(
    unknown: list[object], *, of: int, kind: str | None
) -> tuple[str, str, Argument | None]:
    """Return what is wrong with unknown values, what to do, and the argument that ends it."""
    rule = _KINDS[kind] if kind else "a country name, an ISO 3166 alpha-3 or an alpha-2 code"
    # A text is its own key; another value may have no hash.
    distinct = {
        (value,) if isinstance(value, str) and value.strip() else _label(value): value
        for value in unknown
    }
    listed = []
    for value in list(distinct.values())[:_LISTED]:
        label = _label(value)
        reason = _reason(value, kind)
        listed.append(f"{label} ({reason})" if reason else label)
    if len(distinct) > _LISTED:
        listed.append(f"and {len(distinct) - _LISTED} more")
    message = (
        f"every value must be {rule}; {len(unknown)} of {of} "
        f"{'is' if len(unknown) == 1 else 'are'} not: {', '.join(listed)}"
    )
    if kind is None and any(_number(value) is not None for value in distinct.values()):
        advice = "numbers are 'numeric' (ISO 3166) or 'cow' (Correlates of War); choose with"
        return message, advice, Argument("kind")
    letters = [value for value in distinct.values() if isinstance(value, str) and len(value) < 9]
    if kind is None and any(_match(letters, kind="cowc")):
        advice = "if these are Correlates of War letters, pass"
        return message, advice, Argument("kind", "'cowc'")
    return message, "correct or drop " + ("it" if len(unknown) == 1 else "them"), None


def _reason(value: object, kind: str | None) -> str:
    """Return why a value is not a country, if something is known of it, or the nearest names."""
    if not _may_be_code(value):
        return ""
    group = _named_group(value, kind)
    if group is not None and group.group == _SEVERAL:
        return f"not one country: {' and '.join(map(name, group.members))}"
    if group is not None:
        return "an aggregate"
    if not isinstance(value, str) or kind not in (None, "name"):
        return ""
    if owners := _owners(value):
        return "; ".join(
            f"{name(code)} in {' and '.join(_LANGUAGES[each] for each in languages)}"
            for code, languages in owners.items()
        )
    return _near(value)


def _label(value: object) -> str:
    absent = value is None or value is pd.NA or value is pd.NaT
    if isinstance(value, (str, *_NUMBERS)):
        absent = not value.strip() if isinstance(value, str) else bool(pd.isna(value))
    return "missing" if absent else quoted(value)
