"""Convert country names and codes to ISO 3166 alpha-3; names and regions.

Everything comes from ``countries.csv`` of :mod:`policyindex.data`, read on first use. Names are
compared without case, accents, spaces and punctuation, and otherwise exactly: a near miss is never
a match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeAlias, TypeGuard, overload

import numpy as np
import pandas as pd

from ._options import Argument, OptionError, one_of
from ._wording import quoted

__all__ = ["iso3", "name", "neighbours", "region", "table"]

_KINDS = {
    "name": "a country name",
    "iso2": "an ISO 3166 alpha-2 code",
    "iso3": "an ISO 3166 alpha-3 code",
    "numeric": "an ISO 3166 numeric code",
    "cow": "a Correlates of War number",
    "cowc": "a Correlates of War letter code",
    "world_bank": "a World Bank code",
}

_SCHEMES = {"un": "un_region", "un_sub": "un_subregion", "world_bank": "world_bank_region"}

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
        or letters, World Bank codes (with withdrawn ones, e.g. ``ROM``). By default each is
        tried as a name, an ISO alpha-3 and an ISO alpha-2 code. Case does not matter.

    Returns
    -------
    str, Series or list of str
        One code for one value, a Series with the same index and name for a Series, else a list.

    Raises
    ------
    ValueError
        If a value is unknown, or `kind` is not one of the above. Numbers need a `kind`: 100 is
        Bulgaria for ISO and Colombia for the Correlates of War.

    Notes
    -----
    By default ``AUS`` is Australia. In Correlates of War letters it is Austria, and nothing in
    the value itself distinguishes the two.

    Examples
    --------
    >>> iso3(["Germany", "Korea, South", "st lucia", "Cote d'Ivoire", "XK"])
    ['DEU', 'KOR', 'LCA', 'CIV', 'XKX']
    >>> iso3("AUS"), iso3("AUS", kind="cowc"), iso3(730, kind="cow")
    ('AUS', 'AUT', 'KOR')
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
    return [
        _find(value, kind) if _may_be_code(value) else None for value in _values(names_or_codes)
    ]


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
    codes = _index("name")
    *_, key = _keys(name[:100])  # no name is longer, and the rest would only take time
    # A country may be near with several of its spellings: look for more of these than n.
    spellings = get_close_matches(key, codes, n=10 * n, cutoff=0.7)
    return list(dict.fromkeys(_names()[codes[spelling]] for spelling in spellings))[:n]


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


def region(codes: Iterable[object], *, scheme: str = "un") -> pd.Series[str]:
    """Return the region of each country.

    Parameters
    ----------
    codes : Series, Index or iterable of str
        ISO 3166 alpha-3 codes in upper case.
    scheme : {"un", "un_sub", "world_bank"}
        Regions or sub-regions of the United Nations (M49), or the World Bank's as of June 2025.

    Returns
    -------
    Series of str
        On the index of `codes` if that is a Series, otherwise with the codes as index. Missing
        if a code is unknown or has no region in the scheme: Antarctica, and any territory that
        the World Bank does not list as an economy.

    Examples
    --------
    >>> region(["DEU", "NGA", "Berlin"], scheme="un_sub").to_dict()
    {'DEU': 'Western Europe', 'NGA': 'Sub-Saharan Africa', 'Berlin': nan}
    """
    one_of("scheme", scheme, tuple(_SCHEMES))
    index = codes if isinstance(codes, pd.Index) else pd.Index(_values(codes), dtype=object)
    regions = _table()[_SCHEMES[scheme]].reindex(index)
    return regions.set_axis(codes.index) if isinstance(codes, pd.Series) else regions


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


def table() -> pd.DataFrame:
    """Return codes, names, regions and coordinates of the world's territories.

    Returns
    -------
    DataFrame
        Index iso3. Text: iso2, iso_numeric, cow, cowc, world_bank, name, short_name (where that
        differs), un_region, un_subregion, world_bank_region, other_names; several values in one
        field are separated by ``|``, of codes the present one first. Numbers: latitude and
        longitude, in degrees. Boolean: historical, for states of the past. Fields that do not
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


@cache
def _index(kind: str) -> dict[str, str]:
    """Return the ISO alpha-3 code of every comparable form of the names or codes of one kind."""
    rows = _table().reset_index().fillna({"short_name": "", "other_names": ""})
    if kind == "name":
        cells = rows["name"] + "|" + rows["short_name"] + "|" + rows["other_names"]
    else:
        cells = rows["iso_numeric" if kind == "numeric" else kind]
    return {
        form: code
        for code, cell in zip(rows["iso3"], cells, strict=True)
        if isinstance(cell, str)
        for entry in cell.split("|")
        for form in _forms(entry, kind)
        if form
    }


def _may_be_code(value: object) -> TypeGuard[_Value]:
    return isinstance(value, _NUMBERS) or (isinstance(value, str) and len(value) <= _LONGEST)


@lru_cache(maxsize=4096)
def _find(value: _Value, kind: str | None) -> str | None:
    for tried in ("name", "iso3", "iso2") if kind is None else (kind,):
        codes = _index(tried)
        for form in _forms(value, tried):
            if form in codes:
                return codes[form]
    return None


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
    decomposed = unicodedata.normalize("NFKD", name.replace("&", " and "))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    head, *tail = re.split("[,(]", plain, maxsplit=1)
    for text in (plain, *(f"{rest} {head}" for rest in tail)):
        words = re.findall(r"[^\W_]+", text)
        for each in (words, [word for word in words if word != "the"]):
            yield "".join(each).replace("saint", "st")


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
    distinct = {_label(value): value for value in unknown}
    listed = []
    for label, value in list(distinct.items())[:_LISTED]:
        near = _nearest(value) if isinstance(value, str) and kind in (None, "name") else []
        listed.append(f"{label} (nearest: {', '.join(near)})" if near else label)
    if len(distinct) > _LISTED:
        listed.append(f"and {len(distinct) - _LISTED} more")
    message = (
        f"every value must be {rule}; {len(unknown)} of {of} "
        f"{'is' if len(unknown) == 1 else 'are'} not: {', '.join(listed)}"
    )
    if kind is None and any(_number(value) is not None for value in distinct.values()):
        advice = "numbers are 'numeric' (ISO 3166) or 'cow' (Correlates of War); choose with"
        return message, advice, Argument("kind")
    if kind is None and any(_match(distinct.values(), kind="cowc")):
        advice = "if these are Correlates of War letters, pass"
        return message, advice, Argument("kind", "'cowc'")
    return message, "correct or drop " + ("it" if len(unknown) == 1 else "them"), None


def _label(value: object) -> str:
    absent = value is None or value is pd.NA or value is pd.NaT
    if isinstance(value, (str, *_NUMBERS)):
        absent = not value.strip() if isinstance(value, str) else bool(pd.isna(value))
    return "missing" if absent else quoted(value)
