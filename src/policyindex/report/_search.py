"""The names, codes and regions by which a reader may search for a country, for the browser.

``templates/search.js`` searches them, and folds what is typed as :func:`folded` folds names.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from .. import countries

Phrase = tuple[str, ...]
"""The folded words of a name."""

APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"

AFTER_APOSTROPHE = re.compile(rf"[{APOSTROPHES}](\w{{3,}})")

UNWRITTEN = str.maketrans({**dict.fromkeys(APOSTROPHES), "ß": "ss", "&": " and "})

WORD = re.compile(r"[^\W_]+")


class SearchTerms(NamedTuple):
    """Everything that a reader may type for countries, folded."""

    names: list[str]
    """By country, in order: its codes and the names that no other of its names contains,
    separated by ``|``."""
    regions: list[tuple[str, list[int]]]
    """The names of a region, separated by ``|``, and the places of its countries."""

    def json(self) -> str:
        """Return the terms as JSON that is safe within a script of a page."""
        text = json.dumps({"names": self.names, "regions": self.regions}, ensure_ascii=False,
                          separators=(",", ":"))  # fmt: skip
        return text.replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", "")


def search_terms(units: Sequence[str], names: Sequence[str] | None = None) -> SearchTerms:
    """Return the terms for countries, by ISO alpha-3 code or the label of another unit.

    Parameters
    ----------
    units : sequence of str
        The labels of a panel.
    names : sequence of str, optional
        Names that the page prints for them, where they are not those of
        :func:`policyindex.countries.name`.
    """
    spellings = countries._spellings()
    printed = units if names is None else names
    terms = [
        _text([unit, name, *spellings.get(unit, ())], _within)
        for unit, name in zip(units, printed, strict=True)
    ]
    places = {unit: place for place, unit in enumerate(units)}
    regions = [
        (
            _text(region.names, _begins),
            sorted(places[unit] for unit in region.members if unit in places),
        )
        for region in countries._region_spellings()
    ]
    return SearchTerms(terms, [(text, members) for text, members in regions if members])


def folded(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case, accents and articles.

    Examples
    --------
    >>> folded("St. Lucia"), folded("The Gambia"), folded("Côte d'Ivoire")
    (['saint', 'lucia'], ['gambia'], ['cote', 'divoire'])
    """
    plain = text
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", text)
        plain = "".join(each for each in plain if unicodedata.category(each)[0] != "M")
        plain = plain.translate(countries._ARABIC)
    plain = plain.translate(UNWRITTEN).lower()
    return [_word(word) for word in WORD.findall(plain) if word != "the"]


def _word(word: str) -> str:
    if word == "st":
        return "saint"
    return word.removeprefix(countries._ARABIC_ARTICLE) or word


def _phrase(name: str) -> Phrase:
    """Return the words of a name, and the word after an apostrophe also alone."""
    words = folded(name)
    words += [word for each in AFTER_APOSTROPHE.findall(name) for word in folded(each)]
    return tuple(words)


def _text(names: Iterable[str], contained: Callable[[list[str], str], bool]) -> str:
    """Return the names that are not contained in others, in order."""
    texts = {phrase: " " + " ".join(phrase) for phrase in map(_phrase, names) if phrase}
    longest: dict[Phrase, str] = {}
    for phrase in sorted(texts, key=lambda each: -len(texts[each])):
        starts = [f" {word}" for word in phrase]
        if not any(contained(starts, longer) for longer in longest.values()):
            longest[phrase] = texts[phrase]
    return "|".join(text[1:] for phrase, text in texts.items() if phrase in longest)


def _begins(starts: list[str], longer: str) -> bool:
    """Return whether a longer name begins with these words, up to the end of the last."""
    return longer.startswith("".join(starts))


def _within(starts: list[str], longer: str) -> bool:
    """Return whether each of these begins a word of a longer name."""
    return all(start in longer for start in starts)
