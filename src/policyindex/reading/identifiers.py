"""Choose the column of countries by what its cells are, and check the others against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import Argument
from .._wording import absent, joined, listed, quoted
from ..panel.check import PanelError
from ..panel.numbers import Labelled
from . import encodings
from .findings import Findings
from .headers import COUNTRY_COLUMNS, names_of, plain
from .layouts import row_of
from .once import Once

ANY = "any"
"""The scheme of units that are not countries: their labels stay as they are."""

NUMBER_KINDS = ("numeric", "cow")

SCHEMES = {"numeric": "ISO 3166", "cow": "the Correlates of War"}

GLEDITSCH_WARD = {340: 345, 970: 946, 971: 970, 972: 955, 973: 947}
"""Numbers of Gleditsch and Ward that differ from those of the Correlates of War: Serbia, Kiribati,
Nauru, Tonga, Tuvalu."""

_SIGNS = (
    r"*\N{DAGGER}\N{DOUBLE DAGGER}\N{SECTION SIGN}#\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}"
    r"\N{SUPERSCRIPT THREE}\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT FOUR}-\N{SUPERSCRIPT NINE}"
)

_MARK = re.compile(
    rf"(?:(?<!\s)\s+|(?<![\s{_SIGNS}]))[{_SIGNS}]+\s*$"
    r"|(?<!\s)\s*(?:\s\d{1,2}/|\[\w{1,2}\]|\([a-z\d]\))\s*$"
)
"""The mark of a footnote at the end of a name."""

_COMMENT = re.compile(r"\s*(?:#|//|--|%|;)")
"""The sign of a comment before a name: somebody may have taken the row out."""

_QUESTION = re.compile(r"[?\N{FULLWIDTH QUESTION MARK}\N{ARABIC QUESTION MARK}]")
"""A question mark in a name: somebody may not be sure of the country."""

_IN_A_WORD = re.compile(r"[^\W\d_A-Z][(/.][^\W\d_A-Z]")
"""A sign between small letters, as in ``Niger(ia)``, which may stand for two countries."""

_QUOTES = (
    '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}'
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)

_APOSTROPHES = "'`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
"""They stand within names, and not at their ends."""

_ODD_STARTS = {*"/_:.,&)*\N{DAGGER}\N{DOUBLE DAGGER}", *_APOSTROPHES}

_ODD_ENDS = {*";:/_,&(", *_APOSTROPHES}

SAMPLE = 5
"""Distinct cells of a column that are looked up before all of them are."""


class Candidate(NamedTuple):
    """Hold the countries of one column, under one scheme."""

    column: str
    kind: str | None
    once: Once
    codes: NDArray[np.object_]
    """The ISO code of each row, None where it is not a country."""
    aggregates: NDArray[np.object_]
    """The aggregate of each row, e.g. World, None where it is not one."""

    @property
    def cells(self) -> pd.Series:
        """The cell of each row."""
        return self.once.cells

    @property
    def is_unknown(self) -> NDArray[np.bool_]:
        """Whether the cell of each row is neither a country nor an aggregate."""
        unknown: NDArray[np.bool_] = (self.codes == None) & (self.aggregates == None)  # noqa: E711
        return unknown

    @property
    def unknown(self) -> int:
        """The number of rows of neither a country nor an aggregate."""
        return int(self.is_unknown.sum())

    def agreement(self, other: Candidate) -> float:
        """Return the share of equal countries among the rows of which both name one."""
        both = (self.codes != None) & (other.codes != None)  # noqa: E711
        return float((self.codes == other.codes)[both].mean()) if both.any() else 0.0


class Countries(NamedTuple):
    """Hold the column that names the country of a row, and further ones to check it by."""

    followed: Candidate
    others: list[Candidate]
    is_requested: bool
    """Whether the user named the column."""

    @property
    def column(self) -> str:
        """The column that is followed."""
        return self.followed.column

    @property
    def columns(self) -> set[str]:
        """All columns of countries."""
        return {self.column, *(each.column for each in self.others)}


def locate_countries(
    table: pd.DataFrame, findings: Findings, *, column: str | None = None, kind: str | None = None
) -> Countries:
    """Return the columns of the country.

    Of several columns of names and letters the one with the fewest unknown rows is followed; ties
    go to the one that is first in :data:`COUNTRY_COLUMNS`. Numbers are followed only where no
    column of names or letters is known whole. The scheme of numbers that the header does not name
    must follow from the numbers, or from names beside them.

    Raises
    ------
    PanelError
        If no column is one of countries, or numbers fit two schemes.
    """
    if column is not None and kind is None and "fips" in plain(column):
        raise PanelError(
            f"{findings.label}: {quoted(column)} must not hold letters of FIPS 10-4, which mean "
            f"other countries in ISO 3166 (AU is Austria); write ISO letters or names instead, or "
            f"if they are ISO's, pass",
            Argument("kind", "'iso2'"),
        )
    headers = {name: COUNTRY_COLUMNS.get(plain(name), "") for name in names_of(table)}
    headers_of = {name: header for name, header in headers.items() if header != ""}
    if column is not None:
        if column not in table:
            raise PanelError(
                f"{findings.label} must have the columns that you name; {absent([column])}; it has "
                f"{listed(table.columns)}"
            )
        headers_of[column] = headers[column] or None
    columns = {name: Once.of(table[name]) for name in headers_of}
    readings = {
        name: [_candidate(columns[name], each) for each in _kinds(columns[name], header, kind)]
        for name, header in headers_of.items()
        if column in (None, name)
    }
    if column is None:
        followed = _followed(table, readings, headers_of, findings, kind)
    else:
        followed = _settled(readings[column], findings)
    if kind == ANY:
        return Countries(followed, [], column is not None)
    others = [
        _checking(
            [_candidate(columns[name], each) for each in _kinds(columns[name], header, None)]
            if kind is not None or column is not None
            else readings[name],
            followed,
        )
        for name, header in headers_of.items()
        if name != followed.column
    ]
    others = [
        each
        for each in others
        if headers_of[each.column] != "unclear" or 2 * each.unknown <= len(table)
    ]
    if kind is None and headers_of.get(followed.column) == "cowc":
        _report_letters(columns[followed.column], followed, findings, is_alone=not others)
    return Countries(followed, others, column is not None)


def _report_letters(
    column: Once, followed: Candidate, findings: Findings, *, is_alone: bool
) -> None:
    """Report letters of the Correlates of War, or refuse them alone if they may be ISO's."""
    iso = _candidate(column, "iso3")
    if is_alone and not iso.unknown and (iso.codes != followed.codes).any():
        first = int((iso.codes != followed.codes).argmax())
        raise PanelError(
            f"{findings.label}: {listed([followed.column])} must hold letters of one scheme; all "
            f"of them are letters of ISO 3166 and of the Correlates of War, which differ, the "
            f"first {quoted(column.cells.iloc[first])} ({iso.codes[first]} or "
            f"{followed.codes[first]}); state the scheme with",
            Argument("kind", "'cowc'"),
        )
    findings.add(
        "country",
        f"{listed([followed.column])} holds letters of the Correlates of War",
        rows=len(column.cells),
        action="read as such",
        option=Argument("kind"),
    )


def _checking(readings: list[Candidate], followed: Candidate) -> Candidate:
    """Return the reading of a column by which it agrees most with the column followed.

    Letters of an unclear scheme may be of one scheme in one row and of another in the next.
    """
    best = max(readings, key=lambda each: (each.agreement(followed), -each.unknown))
    if len(readings) > 1 and best.kind not in NUMBER_KINDS:
        codes = best.codes.copy()
        for each in readings:
            same = each.codes == followed.codes
            codes[same] = each.codes[same]
        return best._replace(codes=codes)
    return best


def _kinds(column: Once, header: str | None, kind: str | None) -> tuple[str | None, ...]:
    """Return the schemes that a column may follow."""
    if kind is not None:
        return (kind,)
    if _are_numbers(column, header):
        return (header,) if header in (*NUMBER_KINDS, "gwno") else NUMBER_KINDS
    if header == "unclear":
        return ("world_bank", "cowc")
    return (None,) if header in (*NUMBER_KINDS, "gwno") else (header,)


def _are_numbers(column: Once, header: str | None) -> bool:
    """Return whether the cells are numbers; a label of one is text unless the header says so."""
    if pd.api.types.is_numeric_dtype(column.cells.dtype):
        return True
    if header in (*NUMBER_KINDS, "gwno", "unclear") and any(
        isinstance(cell, Labelled) for cell in column.cells
    ):
        return True
    distinct = {"" if _is_blank(cell) else str(cell).strip() for cell in column.distinct} - {""}
    return bool(distinct) and all(each.removesuffix(".0").isdecimal() for each in distinct)


def _candidate(column: Once, kind: str | None) -> Candidate:
    once = _meant(column, kind)
    name = str(column.cells.name)
    if kind == ANY:
        units = [None if _is_blank(cell) else _unit(cell) for cell in once.cells]
        return Candidate(name, kind, once, _objects(units), _objects([None] * len(units)))
    if kind == "gwno":
        once, kind = Once.of(once.cells.map(_correlates_of_war)), "cow"
    matches = countries._match(once.distinct, kind=kind)
    aggregates = _aggregates(once.distinct, matches, kind)
    marked = _marked(once.distinct, _objects(matches), aggregates, kind)
    return Candidate(name, kind, once, marked[once.places], aggregates[once.places])


def _unit(cell: object) -> str:
    """Return the label of a unit as it stands, on one line."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return " ".join(str(cell).split())


def _aggregates(
    distinct: Sequence[object], matches: Sequence[str | None], kind: str | None
) -> NDArray[np.object_]:
    """Return the aggregate that each distinct cell names, None where it names none."""
    # A region spelt like a country is known by others beside it, which are not countries.
    unknown = [cell for cell, match in zip(distinct, matches, strict=True) if match is None]
    if not countries._any_group(unknown, kind=kind):
        return _objects([None] * len(distinct))
    aggregates = _objects(countries._aggregates(distinct, kind=kind))
    for place, names in enumerate(countries._several(distinct, kind=kind)):
        aggregates[place] = names or aggregates[place]
    return aggregates


def _marked(
    distinct: Sequence[object],
    codes: NDArray[np.object_],
    aggregates: NDArray[np.object_],
    kind: str | None,
) -> NDArray[np.object_]:
    """Return codes, also of unknown names that have a mark of a footnote at their end.

    An aggregate has none.
    """
    codes[aggregates != None] = None  # noqa: E711
    for place, cell in enumerate(distinct):
        if codes[place] is None and aggregates[place] is None and isinstance(cell, str):
            bare = without_mark(cell)
            if bare != cell:
                codes[place] = countries._match([bare], kind=kind)[0]
    return codes


def without_mark(name: str) -> str:
    """Return a name without the mark of a footnote, e.g. of ``China [1]`` or ``Mexico 1/``."""
    return _MARK.sub("", name)


def _correlates_of_war(cell: object) -> object:
    try:
        number = int(float(str(cell)))
    except (ValueError, OverflowError):
        return cell
    return GLEDITSCH_WARD.get(number, number)


def _objects(values: Iterable[Any]) -> NDArray[np.object_]:
    values = list(values)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _is_blank(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell != cell or not str(cell).strip()  # noqa: PLR0124


def _meant(column: Once, kind: str | None) -> Once:
    """Return a column of countries; ``NA`` is missing among names, and Namibia among codes.

    Labels stand for labelled numbers, unless the column is one of numbers.
    """
    cells = column.cells
    if kind in (*NUMBER_KINDS, "gwno"):
        if not any(isinstance(cell, Labelled) for cell in column.distinct):
            return column
        numbers = cells.map(lambda cell: cell.numeric if isinstance(cell, Labelled) else cell)
        return Once.of(numbers)
    if kind is None and cells.dtype == object:
        distinct = [cell for cell in column.distinct if not _is_blank(cell)]
        if "NA" in distinct and any(len(str(cell).strip()) != 2 for cell in distinct):
            return Once.of(cells.mask(cells.eq("NA"), None))
    return column


def _followed(
    table: pd.DataFrame,
    readings: dict[str, list[Candidate]],
    headers: dict[str, str | None],
    findings: Findings,
    kind: str | None,
) -> Candidate:
    """Return the column of countries that is followed."""
    settled = [
        each[0] for name, each in readings.items() if len(each) == 1 and headers[name] != "unclear"
    ]
    order = list(COUNTRY_COLUMNS)
    settled.sort(
        key=lambda each: (each.unknown, each.kind in NUMBER_KINDS, order.index(plain(each.column)))
    )
    best = settled[0] if settled else None
    if best is not None and not best.unknown and best.kind not in NUMBER_KINDS:
        return best
    is_bare = kind is None and readings and (best is None or best.kind in NUMBER_KINDS)
    if is_bare and (whole := _known_whole(table, readings)):
        findings.add(
            "country",
            f"{listed([whole.column])} holds countries under a name of its own",
            rows=len(table),
            action=f"{listed([whole.column])} was followed, not {listed(readings)}",
        )
        return whole
    unclear = [each for each in readings.values() if len(each) > 1]
    if best is not None:
        by_names = [
            candidate
            for each in unclear
            for candidate in each
            if not candidate.unknown and candidate.agreement(best) == 1
        ]
        return by_names[0] if by_names and best.unknown else best
    if unclear:
        numbers = [each for each in unclear if each[0].kind in NUMBER_KINDS]
        if numbers:
            return _settled(numbers[0], findings)
    alone = [each[0] for each in readings.values() if len(each) == 1]
    if alone:
        return alone[0]
    raise no_column(table, findings)


def no_column(table: pd.DataFrame, findings: Findings) -> PanelError:
    """Return the refusal of a table without a column of countries."""
    holding = [
        name
        for name in names_of(table)
        if "fips" not in plain(name) and _holds_countries(table[name])
    ]
    across = [name for name in names_of(table) if _is_country(name)]
    if not holding and 2 * len(across) > len(names_of(table)):
        return PanelError(
            f"{findings.label} must have a row for each country and year; countries are its "
            f"columns: {listed(across)}; turn the table, so that the countries stand below each "
            f"other"
        )
    hint = (
        f"; the cells of {listed(holding)} are countries"
        if holding
        else "; if its codes are not ISO letters, pass their kind too"
    )
    return PanelError(
        f"{findings.label} must have a column of countries; none of its columns is known as one "
        f"({listed(table.columns)}){hint}; name it with",
        Argument("country_column", repr(holding[0]) if len(holding) == 1 else ""),
    )


def _known_whole(table: pd.DataFrame, readings: dict[str, list[Candidate]]) -> Candidate | None:
    """Return a column of names or letters, under any header, whose cells are all countries.

    Letters of the Correlates of War that are of other countries in ISO 3166 are told by numbers.
    """
    numbers = [each for several in readings.values() for each in several]
    for name in names_of(table):
        if name in readings or pd.api.types.is_numeric_dtype(table[name].dtype):
            continue
        if _holds_countries(table[name]):
            column = Once.of(table[name])
            candidate = _candidate(column, None)
            agreement = max(candidate.agreement(each) for each in numbers)
            letters = _candidate(column, "cowc") if agreement < 1 else candidate
            if not letters.unknown and any(letters.agreement(each) == 1 for each in numbers):
                return letters
            if not candidate.unknown:
                return candidate
    return None


def _holds_countries(cells: pd.Series) -> bool:
    """Return whether the cells of a column of text are countries."""
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return False
    distinct = [cell for cell in cells.unique() if not _is_blank(cell)]
    if not distinct or None in countries._match(distinct[:SAMPLE]):
        return False
    return None not in countries._match(distinct)


def _settled(readings: list[Candidate], findings: Findings) -> Candidate:
    """Return the only scheme that numbers fit, or refuse numbers that fit two or none."""
    if len(readings) == 1 or readings[0].kind not in NUMBER_KINDS:
        return readings[0]
    fits = [each for each in readings if not each.unknown]
    first = readings[0]
    if len(fits) == 1:
        findings.add(
            "country",
            f"{listed([first.column])} holds numbers of {SCHEMES[str(fits[0].kind)]} alone",
            rows=len(first.cells),
            first=_as_country(fits[0], 0),
            action="read by these",
            option=Argument("kind"),
        )
        return fits[0]
    if fits and (fits[0].codes == fits[1].codes).all():
        return fits[0]
    if fits:
        place = int((fits[0].codes != fits[1].codes).argmax())
        both = joined(
            [f"{_as_country(each, place)} for {SCHEMES[str(each.kind)]}" for each in fits]
        )
        raise PanelError(
            f"{findings.label}: {listed([first.column])} must hold numbers of one scheme; they fit "
            f"two: in {row_of(first.cells.index, place)} {both}; choose 'numeric' (ISO 3166) or "
            f"'cow' (Correlates of War) with",
            Argument("kind"),
        )
    misfits = joined(
        [f"{each.unknown} are not numbers of {SCHEMES[str(each.kind)]}" for each in readings]
    )
    raise PanelError(
        f"{findings.label}: {listed([first.column])} must hold numbers of one scheme; of "
        f"{len(first.cells)} rows {misfits}; name the scheme, 'numeric' (ISO 3166) or 'cow' "
        f"(Correlates of War), or another column, with",
        Argument("kind"),
    )


def _as_country(candidate: Candidate, place: int) -> str:
    return f"{quoted(candidate.cells.iloc[place])} is {candidate.codes[place]}"


def country_codes(
    table: pd.DataFrame, where: Countries, findings: Findings, *, unmatched: str
) -> pd.Series:
    """Return the ISO code of every row, missing where it is of an aggregate or unknown."""
    followed = where.followed
    unknown = followed.is_unknown
    _report_aggregates(table, followed, findings)
    if unknown.any() and unmatched == "raise":
        raise _unmatched(table, followed, findings)
    _report_unmatched(table, followed, findings)
    _report_marks(followed, findings)
    _report_contradictions(where, findings)
    return pd.Series(followed.codes, table.index, dtype=object)


def _unmatched(table: pd.DataFrame, followed: Candidate, findings: Findings) -> PanelError:
    """Return the refusal of unknown countries."""
    rows = followed.is_unknown
    unknown, kind = followed.cells[rows].tolist(), followed.kind
    if kind == ANY:
        return PanelError(
            f"{findings.label}: every row must name its unit; {len(unknown)} do not, the first is "
            f"{row_of(table, int(rows.argmax()))}; delete it"
        )
    message, advice, option = countries._complaint(unknown, of=len(rows), kind=kind)
    message = f"{findings.label}: {message}"
    if kind in NUMBER_KINDS:
        column = Once.of(table[followed.column])
        other = _candidate(column, "cow" if kind == "numeric" else "numeric")
        if not other.unknown:
            return PanelError(
                f"{message}; all of them are numbers of {SCHEMES[str(other.kind)]}; if these are "
                f"meant, pass",
                Argument("kind", repr(other.kind)),
            )
    if option is not None:
        return PanelError(f"{message}; {advice}", option)
    texts = [cell for cell in unknown if isinstance(cell, str)]
    if findings.encoding:
        clause = encodings.complaint(texts, findings.encoding, _is_country, unfit=findings.unfit)
        if clause:
            return PanelError(f"{message}; {clause[0]}", clause[1])
    if all(map(_is_blank, unknown)) and _are_two_letters(followed.cells):
        return PanelError(
            f"{message}; the code of Namibia is NA, which pandas reads as missing unless told "
            f"keep_default_na=False"
        )
    countries_among = int((followed.codes != None).sum())  # noqa: E711
    if len(unknown) > countries_among:
        return PanelError(
            f"{message}; most rows are not countries: correct them, or name another column of "
            f"countries, or, for units of another kind, pass",
            Argument("kind", repr(ANY)),
        )
    return PanelError(
        f"{message}; correct them, or drop their rows with", Argument("unmatched", "'drop'")
    )


def _are_two_letters(cells: pd.Series) -> bool:
    """Return whether all cells that are not blank are two letters."""
    codes = [str(cell).strip() for cell in cells.unique() if not _is_blank(cell)]
    return bool(codes) and all(len(code) == 2 and code.isalpha() for code in codes)


def _is_country(name: str) -> bool:
    return countries._match([name])[0] is not None


def _report_aggregates(table: pd.DataFrame, followed: Candidate, findings: Findings) -> None:
    rows = followed.aggregates != None  # noqa: E711
    if not rows.any():
        return
    for name in dict.fromkeys(followed.cells[rows]):
        (members,) = countries._several([name], kind=followed.kind)
        if members:
            joint = (followed.cells == name).to_numpy()
            rows &= ~joint
            findings.add(
                "several",
                f"{quoted(name)} is not one country but {members}",
                rows=int(joint.sum()),
                first=row_of(table, int(joint.argmax())),
                action="left out",
                lost=int(joint.sum()),
            )
    if not rows.any():
        return
    names = list(dict.fromkeys(str(followed.cells.iloc[row]) for row in np.flatnonzero(rows)))
    findings.add(
        "aggregate",
        "an aggregate is not a country"
        if len(names) == 1
        else f"{len(names)} aggregates are not countries",
        rows=int(rows.sum()),
        first=row_of(table, int(rows.argmax())),
        action=f"left out: {listed(names, most=60)}",
    )


LISTED = 50
"""Unknown countries with a finding of their own."""


def _report_unmatched(table: pd.DataFrame, followed: Candidate, findings: Findings) -> None:
    """Report each of the unknown countries, and the rest of very many together."""
    rows: dict[str, list[int]] = {}
    for place in np.flatnonzero(followed.is_unknown):
        rows.setdefault(quoted(followed.cells.iloc[place]), []).append(int(place))
    for name, places in list(rows.items())[:LISTED]:
        near = countries._near(str(followed.cells.iloc[places[0]]))
        findings.add(
            "unmatched",
            f"{name} is not a country" + (f" ({near})" if near else ""),
            rows=len(places),
            first=row_of(table, places[0]),
            action="dropped",
            lost=len(places),
        )
    rest = [place for places in list(rows.values())[LISTED:] for place in places]
    if rest:
        findings.add(
            "unmatched",
            f"{len(rows) - LISTED:,} further names are not countries",
            rows=len(rest),
            first=row_of(table, min(rest)),
            action="dropped",
            lost=len(rest),
        )


def _has_sign_in_a_word(name: str) -> bool:
    return not name.islower() and _IN_A_WORD.search(name) is not None


def _has_symbol(name: str) -> bool:
    """Return whether a name has a sign that names of countries do not have, e.g. ``=`` or ``@``.

    A hyphen at an end is one: the name may be cut.
    """
    if name.replace(" ", "").isalpha():
        return False
    bare = name.strip()
    if bare[:1] in _ODD_STARTS or bare[-1:] in _ODD_ENDS or bare.endswith(".."):
        return True
    if bare.count("(") != bare.count(")") or bare.count("[") != bare.count("]"):
        return True
    ends = [unicodedata.category(sign) for sign in (bare[:1], bare[-1:]) if sign]
    return "Pd" in ends or any(
        sign in "!@%{}\\\N{HORIZONTAL ELLIPSIS}\N{BULLET}"
        or sign in _QUOTES
        or sign < " "
        or unicodedata.category(sign) in ("Zl", "Zp")
        or (unicodedata.category(sign).startswith("S") and sign not in "`\N{ACUTE ACCENT}")
        for sign in name
    )


def _report_marks(followed: Candidate, findings: Findings) -> None:
    """Report names that became countries without a mark or a sign in them."""
    if followed.kind == ANY:
        return
    places = np.unique(followed.once.places[followed.codes != None])  # noqa: E711
    cells = [followed.once.distinct[place] for place in places]
    texts = {cell for cell in cells if isinstance(cell, str)}
    for has_mark, mark, in_doubt in (
        (_MARK.search, "the mark of a footnote", False),
        (_COMMENT.match, "the sign of a comment before them", True),
        (_QUESTION.search, "a question mark", True),
        (_has_sign_in_a_word, "a sign within a word", True),
        (_has_symbol, "signs that no name of a country has", False),
    ):
        marked = {cell for cell in texts if has_mark(cell)}
        texts -= marked
        if marked:
            rows = followed.cells.isin(marked).to_numpy()
            findings.add(
                "footnote",
                f"{listed([followed.column])} has names with {mark}",
                rows=int(rows.sum()),
                first=quoted(followed.cells.iloc[int(rows.argmax())]),
                action="read without it",
                lost=int(rows.sum()) if in_doubt else 0,
            )


def _report_contradictions(where: Countries, findings: Findings) -> None:
    """Report each further column of countries that names others than the one followed."""
    followed = where.followed
    for other in where.others:
        named = (other.codes != None) & (followed.codes != None)  # noqa: E711
        differ = named & (other.codes != followed.codes)
        if differ.any():
            first, rows = int(differ.argmax()), int(differ.sum())
            findings.add(
                "country",
                f"{listed([other.column])} names another country than {listed([where.column])}",
                rows=rows,
                first=f"{listed([other.cells.iloc[first]])} against "
                f"{listed([followed.cells.iloc[first]])}",
                action=f"{listed([where.column])} was followed",
                lost=0 if where.is_requested else rows,
                option=None if where.is_requested else Argument("country_column"),
            )
