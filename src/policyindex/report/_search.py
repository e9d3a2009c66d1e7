"""The names, codes and regions by which a reader may search for a country, for the browser.

``templates/search.js`` searches them, and folds what is typed as :func:`folded` folds names.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from .. import countries

Phrase = tuple[str, ...]
"""The folded words of a name."""

APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"

AFTER_APOSTROPHE = re.compile(rf"[{APOSTROPHES}](\w{{3,}})")

UNWRITTEN = str.maketrans({**dict.fromkeys(APOSTROPHES), "ß": "ss", "&": " and "})

WORD = re.compile(r"[^\W_]+|[<>=+]")
"""Letters and digits, or a sign of mathematics: ``<b>`` is not a name that begins with b."""


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


def search_terms(units: Sequence[str]) -> SearchTerms:
    """Return the terms for countries, by ISO alpha-3 code or the label of another unit."""
    world = _world()
    places = {unit: place for place, unit in enumerate(units)}
    regions = [
        (terms, sorted(places[unit] for unit in members if unit in places))
        for terms, members in world["regions"]
    ]
    names = [world["names"][unit] if unit in world["names"] else terms_of([unit]) for unit in units]
    return SearchTerms(names, [(terms, members) for terms, members in regions if members])


@cache
def _world() -> dict[str, Any]:
    """Return the terms of every country and region, as ``build_forms.py`` has computed them."""
    content: dict[str, Any] = json.loads(
        files("policyindex.data").joinpath("search.json").read_text(encoding="utf-8")
    )
    return content


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


def terms_of(names: Iterable[str], *, whole: bool = False) -> str:
    """Return the names that are not contained in others, in order.

    A name is contained in one that has a word beginning with each of its words; if `whole`, in one
    that begins with all of it.
    """
    texts = {phrase: " " + " ".join(phrase) for phrase in map(_phrase, names) if phrase}
    longest: dict[Phrase, str] = {}
    for phrase in sorted(texts, key=lambda each: -len(texts[each])):
        starts = [f" {word}" for word in phrase]
        begins = "".join(starts)
        if not any(
            longer.startswith(begins) if whole else all(start in longer for start in starts)
            for longer in longest.values()
        ):
            longest[phrase] = texts[phrase]
    return "|".join(text[1:] for phrase, text in texts.items() if phrase in longest)
