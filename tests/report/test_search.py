"""Search by every name, code and region: the terms, and the same folding in the browser."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import examples, script
from policyindex import countries
from policyindex.report._search import SearchTerms, folded, search_terms

UNITS = sorted(countries.table().index)
FORMS = script("data/build_forms.py")


@pytest.fixture(scope="module")
def terms() -> SearchTerms:
    return search_terms(UNITS)


def begins(words: list[str], text: str) -> bool:
    """Whether every word begins a word of one and the same name, as in templates/search.js."""
    return any(all(f" {word}" in f" {name}" for word in words) for name in text.split("|"))


def places(terms: SearchTerms, typed: str) -> list[int]:
    words = folded(typed)
    typed = " ".join(words)
    shared = [
        place
        for text, members in terms.regions
        if any(name.startswith(typed) for name in text.split("|"))
        for place in members
    ]
    own = [place for place, text in enumerate(terms.names) if begins(words, text)]
    return sorted({*own, *shared})


def units(terms: SearchTerms, typed: str) -> list[str]:
    return [UNITS[place] for place in places(terms, typed)]


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("Turkey", "TUR"),
        ("Burma", "MMR"),
        ("Swaziland", "SWZ"),
        ("Cape Verde", "CPV"),
        ("Ivory Coast", "CIV"),
        ("Zaire", "COD"),
        ("Holland", "NLD"),
        ("turkiye", "TUR"),
        ("c\xf4te d\u2019ivoire", "CIV"),
        ("st lucia", "LCA"),
        ("Elfenbeinkueste", "CIV"),
        ("Нигерия", "NGA"),
        ("土耳其", "TUR"),
        ("كاميرون", "CMR"),
    ],
)
def test_a_name_leads_to_one_country(terms: SearchTerms, typed: str, unit: str) -> None:
    assert units(terms, typed) == [unit]


def test_every_name_and_code_leads_to_its_country(terms: SearchTerms) -> None:
    lost = [
        (unit, name)
        for unit, names in FORMS.spellings().items()
        for name in names
        if folded(name) and not begins(folded(name), terms.names[UNITS.index(unit)])
    ]
    assert lost == []


def test_every_region_leads_to_its_countries(terms: SearchTerms) -> None:
    for scheme in ("un", "un_sub", "un_intermediate", "world_bank"):
        regions = countries._region(UNITS, scheme=scheme).dropna()
        for region, members in regions.groupby(regions):
            assert {*members.index} <= {*units(terms, str(region))}
    assert {"NGA", "GHA"} <= {*units(terms, "Westafrika")}


def test_a_region_does_not_hide_a_country_of_a_like_name(terms: SearchTerms) -> None:
    assert units(terms, "South Africa") == ["NAM", "ZAF"]  # once South West Africa
    assert "NAM" in units(terms, "southern africa")


def test_the_terms_of_the_world_are_small() -> None:
    sovereign = [unit for unit in UNITS if isinstance(countries.table()["cow"][unit], str)]
    assert len(sovereign) > 190
    assert len(search_terms(sovereign).json().encode()) < 52_000


def test_the_terms_are_safe_in_a_script() -> None:
    hostile = "</script><script>alert(1)//\u2028"
    terms = search_terms([hostile])
    assert "<" not in terms.json()
    assert json.loads(terms.json())["names"] == ["< script > < script > alert 1"]


def test_a_sign_is_not_a_part_of_a_name(terms: SearchTerms) -> None:
    assert places(terms, "b")
    assert not places(terms, "<b>")
    assert folded("<b>") == ["<", "b", ">"]
    assert places(search_terms(["<b>bold</b>", "Benin"]), "<b>") == [0]


def test_a_label_without_letters_has_no_terms() -> None:
    assert search_terms(["?!", "Berlin"]).names == ["", "berlin"]


@examples(200)
@given(text=st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    words = folded(text)
    assert all(words)
    assert [each for word in words for each in folded(word)] == words
