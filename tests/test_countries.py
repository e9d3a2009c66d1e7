"""Country names and codes: the table itself, and the reading of files with it."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import countries
from policyindex.countries import _aggregates as aggregates
from policyindex.countries import _match as match
from policyindex.countries import _nearest as nearest
from policyindex.countries import iso3, name, region, table

TABLE = table()
KINDS = {
    "iso2": "iso2",
    "iso3": "iso3",
    "numeric": "iso_numeric",
    "cow": "cow",
    "cowc": "cowc",
    "world_bank": "world_bank",
}
# Every name and every code of the table, as (entry, ISO alpha-3).
NAMES = [
    (entry, code)
    for code, row in TABLE.fillna("").iterrows()
    for entry in f"{row['name']}|{row['short_name']}|{row['other_names']}".split("|")
    if entry
]
CODES = {
    kind: [
        (entry, code)
        for code, cell in zip(TABLE.index, TABLE.reset_index()[column], strict=True)
        if isinstance(cell, str)
        for entry in cell.split("|")
    ]
    for kind, column in KINDS.items()
}
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.binary(max_size=4),
    st.floats(),
    st.integers(),
    st.complex_numbers(),
    st.dates(),
    st.lists(st.text(max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.sampled_from([pd.NA, pd.NaT, np.float32(3.5), np.int64(36), np.bool_(1), object, table]),
)


# The table


def test_the_table_has_every_iso_territory_kosovo_and_seven_states_of_the_past() -> None:
    assert TABLE.index.is_unique
    assert TABLE.index.is_monotonic_increasing
    assert len(TABLE) == 249 + 1 + 7
    past = ["ANT", "CSK", "DDR", "SCG", "SUN", "YMD", "YUG"]
    assert TABLE.index[TABLE["historical"]].to_list() == past


@pytest.mark.parametrize(
    ("column", "pattern"),
    {
        "iso2": "[A-Z]{2}",
        "iso_numeric": "[0-9]{3}",
        "cow": r"[1-9][0-9]{0,2}(\|[1-9][0-9]{0,2})?",
        "cowc": r"[A-Z]{3}(\|[A-Z]{3})?",
        "world_bank": r"[A-Z]{3}",
        "other_codes": r"([A-Z]{2,3}|[0-9]{3}|OWID_[A-Z]{3})(\|([A-Z]{3}|[0-9]{3}|OWID_[A-Z]{3}))*",
        "name": r"\S[^|]*\S",
    }.items(),
)
def test_codes_have_their_form(column: str, pattern: str) -> None:
    assert TABLE[column].dropna().str.fullmatch(pattern).all()


def test_only_fields_that_do_not_apply_are_empty() -> None:
    empty = {column: set(TABLE.index[TABLE[column].isna()]) for column in TABLE}
    assert empty["iso2"] == {"CSK", "SCG"}  # ISO 3166 used CS for both
    assert empty["iso_numeric"] == {"XKX"}
    assert empty["un_region"] == empty["un_subregion"] == {"ATA"}
    assert empty["world_bank_region"] == empty["world_bank"]
    for column in ("name", "latitude", "longitude"):
        assert not empty[column]


def test_regions_are_those_of_the_schemes() -> None:
    assert sorted(TABLE["un_region"].dropna().unique()) == [
        "Africa",
        "Americas",
        "Asia",
        "Europe",
        "Oceania",
    ]
    assert TABLE["un_subregion"].nunique() == 17
    assert len(TABLE[["un_region", "un_subregion"]].dropna().drop_duplicates()) == 17
    assert TABLE["world_bank_region"].nunique() == 7


def test_points_lie_on_the_globe_and_in_the_right_part_of_it() -> None:
    assert TABLE["latitude"].between(-90, 90).all()
    assert TABLE["longitude"].between(-180, 180).all()
    assert not TABLE.duplicated(["latitude", "longitude"]).drop("YUG").any()  # Belgrade, like SCG
    within = {
        "Africa": (-35, 38, -30, 73),
        "Americas": (-56, 84, -179, -12),
        "Asia": (-12, 56, 25, 151),
        "Europe": (34, 83, -26, 61),
    }
    # French Southern Territories and Bouvet Island lie apart from the region M49 gives them.
    placed = TABLE.drop(["ATF", "BVT"])
    for part, (south, north, west, east) in within.items():
        inside = placed[placed["un_region"] == part]
        assert inside["latitude"].between(south, north).all(), part
        assert inside["longitude"].between(west, east).all(), part


def test_table_is_a_fresh_copy_in_which_na_is_namibia() -> None:
    mine = table()
    assert mine.loc["NAM", "iso2"] == "NA"
    assert mine["historical"].dtype == bool
    mine.loc["NAM", "name"] = "changed"
    del mine["iso2"]
    pd.testing.assert_frame_equal(table(), TABLE)


def test_no_form_of_a_name_and_no_code_leads_to_two_territories() -> None:
    owners: dict[tuple[str, str], set[Any]] = {}
    for entry, code in NAMES:
        for form in countries._keys(entry):
            owners.setdefault(("name", form), set()).add(code)
    for kind, entries in CODES.items():
        for entry, code in entries:
            owners.setdefault((kind, entry), set()).add(code)
    assert [key for key, codes in owners.items() if len(codes) > 1] == []


def test_a_name_that_reads_like_a_code_is_of_the_territory_of_that_code() -> None:
    codes = {entry.lower(): code for entry, code in CODES["iso2"]}
    codes |= {entry.lower(): code for entry, code in CODES["iso3"]}
    # No alpha-2 code can be an alpha-3 code too, so one dictionary holds both.
    forms = [(form, code) for entry, code in NAMES for form in countries._keys(entry)]
    clashes = [(form, code) for form, code in forms if codes.get(form, code) != code]
    assert clashes == []
    assert ("us", "USA") in forms  # the test has something to judge


def test_no_other_code_is_one_of_another_country() -> None:
    own: dict[tuple[str, str], str] = {}
    for kind in ("iso2", "iso3", "numeric", "world_bank"):
        column = TABLE.reset_index().set_index("iso3", drop=False)[KINDS[kind]].dropna()
        own |= {(kind, entry): code for code, entry in column.items()}
    # As world_bank falls back on iso3, neither may hold a code of another country of the other.
    theirs = {"iso3": "world_bank", "world_bank": "iso3"}
    for (kind, entry), code in own.items():
        if kind in theirs:
            assert own.get((theirs[kind], entry), code) == code
    for code, cell in TABLE["other_codes"].dropna().items():
        for entry in cell.split("|"):
            for kind in ("iso2", "iso3", "numeric", "world_bank"):
                assert (kind, entry) not in own, entry
                assert match(entry, kind=kind) in ([code], [None])
            kinds = ["iso2"] if len(entry) == 2 else ["iso3", "world_bank"]
            for kind in ["numeric"] if entry.isdigit() else [*kinds, None]:
                assert match(entry, kind=kind) == [code], (entry, kind)


# The table against independent packages


def test_iso_codes_are_those_of_pycountry() -> None:
    pycountry = pytest.importorskip("pycountry", reason="pycountry is the judge of ISO codes")
    ours = TABLE.loc[~TABLE["historical"], ["iso2", "iso_numeric"]].drop("XKX")
    theirs = {(each.alpha_3, each.alpha_2, each.numeric) for each in pycountry.countries}
    assert set(ours.itertuples(name=None)) == theirs
    withdrawn = {each.alpha_3: each for each in pycountry.historic_countries}
    for code, row in TABLE[TABLE["historical"]].iterrows():
        if isinstance(row["iso2"], str):
            assert row["iso2"] == withdrawn[code].alpha_2
        # YUG was 890 until 1992 and then 891, which went on to be Serbia and Montenegro's.
        assert row["iso_numeric"] == ("890" if code == "YUG" else withdrawn[code].numeric)


def test_every_name_in_pycountry_is_known() -> None:
    pycountry = pytest.importorskip("pycountry", reason="pycountry is the judge of ISO names")
    for each in pycountry.countries:
        for kind in ("name", "official_name", "common_name"):
            if spelling := getattr(each, kind, None):
                assert match(spelling) == [each.alpha_3], spelling


@pytest.fixture(scope="module")
def codelist() -> pd.DataFrame:
    """The rows of the countrycode package, with the ISO codes it leaves empty."""
    package = pytest.importorskip("countrycode", reason="countrycode is the judge of COW codes")
    rows = pd.DataFrame(package.codelist).set_index("country.name.en", drop=False)
    for label, code in {
        "Kosovo": "XKX",
        "Czechoslovakia": "CSK",
        "German Democratic Republic": "DDR",
        "Netherlands Antilles": "ANT",
        "Serbia and Montenegro": "SCG",
        "Yemen People's Republic": "YMD",
        "Yugoslavia": "YUG",
    }.items():
        rows.loc[label, "iso3c"] = code
    return rows.dropna(subset="iso3c").set_index("iso3c", drop=False)


def test_correlates_of_war_codes_are_those_of_countrycode(codelist: pd.DataFrame) -> None:
    theirs = codelist[["cown", "cowc"]].dropna()
    # 345 YUG goes on as Serbia. The Papal States (327) ended in 1870 and are no Vatican City.
    theirs = theirs.rename(index={"YUG": "SRB"}).drop("VAT")
    ours = TABLE[["cow", "cowc"]].dropna().apply(lambda column: column.str.split("|").str[0])
    assert set(ours.astype({"cow": int}).itertuples(name=None)) == set(
        theirs.astype({"cown": int}).itertuples(name=None)
    )


def test_world_bank_codes_and_regions_are_those_of_countrycode(codelist: pd.DataFrame) -> None:
    theirs = codelist[["wb", "region"]].dropna()
    ours = TABLE[["world_bank", "world_bank_region"]].dropna()
    now = ours["world_bank"].str.split("|").str[0]
    assert now.to_dict() == theirs["wb"].to_dict()
    assert ours["world_bank_region"].to_dict() == theirs["region"].to_dict()


def test_united_nations_regions_are_those_of_countrycode(codelist: pd.DataFrame) -> None:
    theirs = codelist[["un.region.name", "un.regionsub.name"]].dropna()
    ours = TABLE.loc[~TABLE["historical"], ["un_region", "un_subregion"]].dropna()
    # M49 has neither; data/README.md says where they are put.
    ours = ours.drop(["TWN", "XKX"])
    assert ours["un_region"].to_dict() == theirs["un.region.name"].to_dict()
    assert ours["un_subregion"].to_dict() == theirs["un.regionsub.name"].to_dict()
    middle = codelist["un.regionintermediate.name"].dropna().to_dict()
    ours = TABLE.loc[~TABLE["historical"], ["un_intermediate", "un_subregion"]].dropna()
    assert ours["un_intermediate"].to_dict() == ours["un_subregion"].to_dict() | middle
    assert len(middle) == 107


def test_names_of_other_datasets_are_known_as_countrycode_has_them(codelist: pd.DataFrame) -> None:
    columns = ["cow.name", "iso.name.en", "un.name.en", "vdem.name", "p4.name", "cldr.name.en"]
    parts = {"Palestine/Gaza", "Papal States"}  # not the whole country; not the Vatican City
    wrong = [
        (spelling, code)
        for code, row in codelist[["country.name.en", *columns]].iterrows()
        for spelling in row.dropna()
        if spelling not in parts and match(spelling) != [code]
    ]
    assert wrong == []
    assert match(parts) == [None, None]


def test_states_without_an_iso_code_are_not_taken_for_others() -> None:
    package = pytest.importorskip("countrycode", reason="countrycode lists such states")
    rows = pd.DataFrame(package.codelist)
    labels = set(rows.loc[rows["iso3c"].isna(), "country.name.en"])
    known = {label: code for label in labels if (code := match(label)[0]) is not None}
    assert known == {
        "Czechoslovakia": "CSK",
        "German Democratic Republic": "DDR",
        "Kosovo": "XKX",
        "Netherlands Antilles": "ANT",
        "Serbia and Montenegro": "SCG",
        "United Arab Republic": "EGY",
        "Yemen Arab Republic": "YEM",
        "Yemen People's Republic": "YMD",
        "Yugoslavia": "YUG",
    }


# Reading


def test_every_name_and_code_is_read_back() -> None:
    spellings, codes = zip(*NAMES, strict=True)
    assert match(spellings) == match(spellings, kind="name") == list(codes)
    for kind, entries in CODES.items():
        spellings, codes = zip(*entries, strict=True)
        assert match(spellings, kind=kind) == list(codes)
    for kind in ("iso2", "iso3"):
        spellings, codes = zip(*CODES[kind], strict=True)
        assert match(spellings) == match(map(str.lower, spellings)) == list(codes)


@pytest.mark.parametrize(
    ("spelling", "code"),
    {
        "BurkinaFaso": "BFA",
        "Trin&Tobago": "TTO",
        "SaoT&P": "STP",
        "St.Lucia": "LCA",
        "SaintLucia": "LCA",
        "Gambia, The": "GMB",
        "The Bahamas": "BHS",
        "korea (south)": "KOR",
        "Cote D\u2019Ivoire": "CIV",
        "Cote D\x92Ivoire": "CIV",  # Windows-1252 read as Latin-1
        "COTE DIVOIRE": "CIV",
        "Curac\u0327ao": "CUW",
        "U.S.A.": "USA",
        "U.K.": "GBR",
        "Great Britain": "GBR",
        "Congo": "COG",
        "Zaire": "COD",
        "Burma": "MMR",
        "Swaziland": "SWZ",
        "Macedonia": "MKD",
        "FYROM": "MKD",
        "Holland": "NLD",
        "Turkey": "TUR",
        "Republic of China": "TWN",
        "People's Republic of China": "CHN",
        "Samoa": "WSM",
        "Saint Martin": "MAF",
        "Russia (Soviet Union)": "RUS",
        "USSR": "SUN",
        "West Germany": "DEU",
        "North Vietnam": "VNM",
        "na": "NAM",
    }.items(),
)
def test_spellings(spelling: str, code: str) -> None:
    assert iso3(spelling) == code


@pytest.mark.parametrize(
    "spelling",
    [
        "Korea",
        "Virgin Islands",
        "England",
        "Northern Ireland",
        "Scotland",
        "South Vietnam",
        "Channel Islands",
        "Gaza Strip",
        "Zanzibar",
        "Germny",
        "the",
        "S.A.",
        "\N{LATIN SMALL LETTER SHARP S}",  # its upper case is SS, the code of South Sudan
    ],
)
def test_ambiguous_names_and_parts_of_a_country_are_unknown(spelling: str) -> None:
    assert match(spelling) == [None]


def test_the_chains_of_states_lead_to_the_present_one() -> None:
    numbers = {345: "SRB", 255: "DEU", 260: "DEU", 265: "DDR", 679: "YEM", 678: "YEM", 680: "YMD"}
    numbers |= {365: "RUS", 315: "CSK", 732: "KOR", 730: "KOR", 731: "PRK", 816: "VNM", 347: "XKX"}
    assert iso3(numbers, kind="cow") == list(numbers.values())
    assert match([327, 817, 1000, 0], kind="cow") == [None] * 4
    letters = {"AUS": "AUT", "SLV": "SVN", "SWZ": "CHE", "MNG": "MNE", "CZE": "CSK", "GFR": "DEU"}
    assert iso3(letters, kind="cowc") == list(letters.values())
    old = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "WBG": "PSE", "KSV": "XKX", "ADO": "AND"}
    assert iso3([*old, "IMY"], kind="world_bank") == [*old.values(), "IMN"]
    assert iso3([*old, "IMY"]) == iso3([*old, "IMY"], kind="iso3") == [*old.values(), "IMN"]


def test_codes_in_use_beside_the_standards() -> None:
    used = {"KOS": "XKX", "KSV": "XKX", "UVK": "XKX", "XKV": "XKX", "RKS": "XKX", "XK": "XKX"}
    used |= {"WBG": "PSE", "EL": "GRC", "UK": "GBR", "OWID_KOS": "XKX"}
    assert iso3(used) == list(used.values())
    assert iso3(["EL", "UK", "DE", "XK"], kind="iso2") == ["GRC", "GBR", "DEU", "XKX"]
    assert iso3(["ROM", "ZAR", "ANT", "REU", "DEU"], kind="world_bank") == (
        ["ROU", "COD", "ANT", "REU", "DEU"]
    )
    old = {736: "SDN", 230: "ETH", 280: "DEU", 886: "YEM", 590: "PAN", 891: "SCG"}
    assert iso3(old, kind="numeric") == list(old.values())
    assert match(old, kind="cow")[0] is None
    assert match(["EL", "UK"], kind="iso3") == [None, None]
    assert match(["KOS", "WBG"], kind="iso2") == [None, None]


@pytest.mark.parametrize(
    ("spelling", "code"),
    {
        "Tanzania, U. Rep. of": "TZA",
        "Serbia, Rep. of": "SRB",
        "South Sudan, Rep. of": "SSD",
        "Congo, Democratic Rep. of": "COD",
        "Venezuela, Rep. Bol.": "VEN",
        "Afghanistan, I.R. of": "AFG",
        "West Bank/Gaza Strip": "PSE",
        "Palestine/West Bank": "PSE",
        "Aruba, Kingdom of the Netherlands": "ABW",
        "Syrian Arab Republic (Syria)": "SYR",
        "Netherlands Antilles (former)": "ANT",
        "Jersey, Channel Islands": "JEY",
        "Ethiopia (excludes Eritrea)": "ETH",
        "Micronesia (Federated States of)": "FSM",
        "Micronesia (Federal States of)": "FSM",
        "the Republic of Italy": "ITA",
        "Kosovo*": "XKX",
        "Kosovo (UNSCR 1244)": "XKX",
        "Moldova, Rep. of": "MDA",
        "Slovak Rep.": "SVK",
        "Croatia, Rep. of": "HRV",
        "Marshall Is., Rep. of the": "MHL",
    }.items(),
)
def test_odd_english_names_of_real_files(spelling: str, code: str) -> None:
    assert iso3(spelling) == iso3(spelling, kind="name") == code


def test_numbers_need_a_kind() -> None:
    same = [36, "036", 36.0, "36", " 36 ", np.int64(36), np.float32(36)]
    assert iso3(same, kind="numeric") == ["AUS"] * len(same)
    assert iso3(100, kind="numeric") == "BGR"
    assert iso3(100, kind="cow") == "COL"
    assert match([True, 2.5, -2, 10**30, float("inf"), "2 0"], kind="cow") == [None] * 6
    assert match(2, kind="cow") == ["USA"]
    assert match(same) == [None] * len(same)
    with pytest.raises(
        ValueError, match=r"3 of 3 are not: 36, .*'numeric'.*'cow'.*choose with kind=$"
    ):
        iso3([36, "36", "Atlantis"])


def test_one_value_gives_one_code_and_many_give_many() -> None:
    assert iso3("Germany") == "DEU"
    assert iso3(["Germany"]) == iso3(("Germany",)) == iso3(pd.Index(["Germany"])) == ["DEU"]
    assert iso3(each for each in ["Germany"]) == ["DEU"]
    assert iso3(np.array(["Germany"])) == ["DEU"]
    assert iso3([]) == []
    assert match("Germany") == ["DEU"]


@pytest.mark.parametrize("dtype", [object, "str", "category"])
def test_a_series_keeps_its_index_and_name(dtype: str) -> None:
    given = pd.Series(["UK", "Chad", "UK"], [7, 7, 1], name="state", dtype=dtype)
    before = given.copy()
    codes = iso3(given)
    pd.testing.assert_series_equal(codes, pd.Series(["GBR", "TCD", "GBR"], [7, 7, 1], name="state"))
    pd.testing.assert_series_equal(given, before)
    assert iso3(given[:0]).dtype == codes.dtype


def test_the_name_of_the_world_bank_for_puerto_rico_is_known() -> None:
    assert iso3("Puerto Rico (US)") == "PRI"


def test_the_error_lists_unknown_values_with_the_nearest_names() -> None:
    with pytest.raises(ValueError, match=r"^every value must be ") as caught:
        iso3(["Germny", "Korea", "Chad", None, np.nan, pd.NA, "", " ", "Germny", b"TD", [1]])
    assert str(caught.value) == (
        "every value must be a country name, an ISO 3166 alpha-3 or an alpha-2 code; 10 of 11 are "
        "not: 'Germny' (nearest: Germany, East Germany, Guernsey), 'Korea' (nearest: South Korea, "
        "North Korea), missing, b'TD', [1]; correct or drop them"
    )
    with pytest.raises(ValueError, match=r"'q18', 'q19', and 5 more; correct or drop them$"):
        iso3([f"q{i}" for i in range(25)])
    with pytest.raises(ValueError, match=r"'Wrld' \(nearest: the aggregate World\), 'Sub-Saharan "):
        iso3(["Wrld", "Sub-Saharan Afrca"])
    with pytest.raises(ValueError, match=r"'Micronsia' .nearest: Micronesia., 'Srbiaa' .*: Serbia"):
        iso3(["Micronsia", "Srbiaa"])  # not the aggregates Micronesia and Asia
    with pytest.raises(ValueError, match=r"letter code; 1 of 1 is not: 'DEU'; correct or drop it$"):
        iso3("DEU", kind="cowc")


def test_letters_of_the_correlates_of_war_are_recognised_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"1 of 2 is not: .*if these are .*pass kind='cowc'$"):
        iso3(["AUS", "GMY"])


def test_an_unknown_option_lists_the_valid_ones() -> None:
    with pytest.raises(ValueError, match=r"^kind must be one of name, iso2, .*'iso'$"):
        match("DEU", kind="iso")
    rule = r"^scheme must be one of un, un_sub, un_intermediate, world_bank; got 'wb'$"
    with pytest.raises(ValueError, match=rule):
        region(["DEU"], scheme="wb")


def test_each_distinct_value_of_a_long_column_is_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up: list[object] = []
    find = countries._find

    def counted(value: Any, kind: str | None) -> str | None:
        looked_up.append(value)
        return find(value, kind)

    monkeypatch.setattr(countries, "_find", counted)
    values = ["Chad", "Atlantis", None, "Mali", np.nan] * 2000
    codes = ["TCD", None, None, "MLI", None] * 2000
    for column in (
        values,
        pd.Series(values),
        pd.Index(values),
        pd.Series(values, dtype="category"),
    ):
        looked_up.clear()
        assert match(column) == codes
        assert sorted(map(str, looked_up)) == ["Atlantis", "Chad", "Mali"]
    odd = [["Chad"], "Chad", {}, 3.5] * 100  # values without a hash
    assert match(odd) == match(pd.Series(odd)) == [None, "TCD", None, None] * 100
    assert match(np.array([36, 36.0] * 50), kind="numeric") == ["AUS"] * 100


# Aggregates


def entries(column: str) -> list[tuple[str, str]]:
    return [
        (entry, row["label"])
        for row in countries._rows("aggregates.csv")
        for entry in row[column].split("|")
        if entry and row["group"] != "several"
    ]


def test_the_file_of_aggregates_has_its_form() -> None:
    rows = countries._rows("aggregates.csv")
    labels = {row["label"] for row in rows}
    groups = ["world", "average", "region", "income", "lending", "development", "union", "several"]
    assert {row["group"] for row in rows} == set(groups)
    for row in rows:
        assert row["part_of"] in labels | {""}
        assert bool(row["members"]) == (row["group"] == "several")
        assert set(filter(None, row["members"].split("|"))) <= set(TABLE.index)
        assert all(map(str.isdigit, filter(None, row["m49"].split("|"))))
        assert row["codes"] == row["codes"].upper()
    for field in ("codes", "m49"):
        each = [entry for row in rows for entry in row[field].split("|") if entry]
        assert len(set(each)) == len(each)
    owners: dict[str, set[str]] = {}
    for row in rows:
        for spelling in (row["label"], *row["other_names"].split("|")):
            for form in filter(None, countries._keys(spelling)):
                owners.setdefault(form, set()).add(row["label"])
    assert {form: names for form, names in owners.items() if len(names) > 1} == {}


def test_each_name_and_code_of_an_aggregate_leads_to_it() -> None:
    names = entries("label") + entries("other_names")
    for spelling, label in names:
        if label not in ("Micronesia", "Americas") or spelling != label:
            assert aggregates(spelling) == aggregates(spelling.upper()) == [label], spelling
            assert aggregates(spelling, kind="name") == [label]
    for code, label in entries("codes"):
        for kind in (None, "iso2", "iso3", "world_bank"):
            assert aggregates([code, code.lower()], kind=kind) == [label, label]
        assert aggregates(code, kind="cowc") in ([None], [label])  # EU is a name too
    for number, label in entries("m49"):
        assert aggregates([number, int(number), f"{number:0>3}"], kind="numeric") == [label] * 3
        assert aggregates([number, int(number)]) == [None, None]
    labels = [label for _, label in entries("label")]
    assert len(set(labels)) == len(labels) > 230


def test_no_form_of_an_aggregate_is_one_of_a_country_except_homonyms() -> None:
    index = countries._lookup().aggregates
    english = countries._lookup().codes["name"]
    assert {form: english[form] for form in index["name"] if form in english} == {
        "micronesia": "FSM",
        "america": "USA",
    }
    others = countries._lookup().translations
    both = {form for form in index["name"] if form in others} - set(english)
    assert both == {"\u043c\u0438\u043a\u0440\u043e\u043d\u0435\u0437\u0438\u044f"} | {
        "\u044e\u0436\u043d\u0430\u044f\u0430\u0444\u0440\u0438\u043a\u0430"
    }  # Micronesia and Southern Africa, in Russian
    for kind in ("iso2", "iso3", "world_bank"):
        assert not set(index["letters"]) & set(countries._lookup().codes[kind])
        assert not set(index["name"]) & set(countries._lookup().codes[kind])
    assert not set(index["numeric"]) & set(countries._lookup().codes["numeric"])


@pytest.mark.parametrize(
    ("spelling", "label"),
    {
        "World": "World",
        "GLOBAL AVERAGE": "Global average",
        "Arab World": "Arab World",
        "Sub-Saharan Africa (IDA & IBRD countries)": "Sub-Saharan Africa (IDA & IBRD countries)",
        "Sub-Saharan Africa (excluding high income)": "Sub-Saharan Africa (excluding high income)",
        "East Asia & Pacific": "East Asia and Pacific",
        "Latin America & the Caribbean (IDA & IBRD)": (
            "Latin America and the Caribbean (IDA & IBRD countries)"
        ),
        "Euro area (19 countries)": "EA19",
        "Euro area - 19 countries  (2015-2022)": "EA19",
        "European Union - 27 countries (from 2020)": "EU27_2020",
        "European Union (EU6-1958, EU9-1973, EU10-1981)": "European Union",
        "EU27_2020": "EU27_2020",
        "High income: OECD": "High income: OECD",
        "OECD - Average": "OECD average",
        "Africa average": "Africa",
        "Average of Sub-Saharan Africa": "Sub-Saharan Africa",
        "West Africa": "Western Africa",
        "ASEAN-5": "ASEAN-5",
        "Major advanced economies (G7)": "Group of Seven",
        "Fragile and conflict affected situations": "Fragile and conflict affected situations",
        "Small Island Developing States (SIDS)": "Small island developing states",
        "Total": "Total",
        "all countries": "All countries",
    }.items(),
)
def test_aggregates(spelling: str, label: str) -> None:
    assert aggregates(["Mali", spelling]) == [None, label]
    with pytest.raises(ValueError, match=r"1 of 2 is not: .* \(an aggregate\); correct or drop it"):
        iso3(["Mali", spelling])


def test_codes_of_the_world_bank_are_aggregates() -> None:
    codes = ["WLD", "ARB", "EUU", "EMU", "SSF", "HIC", "OED", "DEU", "1W", "ZG"]
    labels = ["World", "Arab World", "European Union", "Euro area", "Sub-Saharan Africa"]
    labels += ["High income", "OECD members"]
    for kind in (None, "iso3", "world_bank"):
        assert aggregates(codes, kind=kind) == [*labels, None, "World", "Sub-Saharan Africa"]
        assert match(codes, kind=kind) == [None] * 7 + ["DEU", None, None]
    assert aggregates([1, 2, 202, 100], kind="numeric") == (
        ["World", "Africa", "Sub-Saharan Africa", None]
    )
    assert aggregates([1, 2, 202, 100], kind="cow") == [None] * 4


def test_a_typo_beside_aggregates_is_not_one() -> None:
    values = ["Nigerria", "Wrld", "Euro", "Afrika Sud", "", None, 3.5, ["World"], "Germany average"]
    assert aggregates(values) == [None] * len(values)
    assert aggregates(pd.Series(["World", None, "Mali"] * 40)) == ["World", None, None] * 40


@pytest.mark.parametrize("beside", ["Polynesia", "Melanesia", "Oceania", "Australasia"])
def test_a_region_that_is_spelt_like_a_country_is_one_among_its_sisters(beside: str) -> None:
    assert aggregates(["Mali", "Micronesia", beside])[1] == "Micronesia"
    assert aggregates(["Micronesia (Federated States of)", beside])[0] is None
    assert iso3("Micronesia") == "FSM"


def test_a_name_of_a_country_stays_a_country_beside_other_aggregates() -> None:
    assert aggregates(["Micronesia", "World", "Africa", "High income"])[0] is None
    assert aggregates(["Micronesia"], kind="iso3") == [None]
    assert aggregates(["America", "World", "Mali"]) == [None, "World", None]
    assert aggregates(["America", "Europe", "Asia"]) == ["Americas", "Europe", "Asia"]
    assert iso3("America") == "USA"


@pytest.mark.parametrize(
    ("value", "kind"),
    [("Channel Islands", None), ("channel is.", "name"), (830, "numeric"), ("CHI", "world_bank")],
)
def test_several_countries_are_neither_a_country_nor_an_aggregate(
    value: object, kind: str | None
) -> None:
    assert aggregates([value], kind=kind) == [None]
    with pytest.raises(ValueError, match=r"\(not one country: Guernsey and Jersey\)"):
        iso3([value], kind=kind)


@given(st.lists(st.one_of(odd, st.sampled_from(["World", "Mali", "Micronesia", "Polynesia"]))))
def test_aggregates_take_any_values_and_none_of_a_country(values: list[object]) -> None:
    labels = aggregates(values)
    assert len(labels) == len(values)
    for value, label, code in zip(values, labels, match(values), strict=True):
        assert label is None or code is None or value == "Micronesia"


def test_countries_of_country_converter_are_known_and_are_not_aggregates() -> None:
    package = pytest.importorskip("country_converter", reason="it lists names of countries")
    table = Path(package.__file__).with_name("country_data.tsv")
    rows = pd.read_csv(table, sep="\t", dtype=str, keep_default_na=False)
    rows = rows[rows["ISO3"].str.fullmatch("[A-Z]{3}") & ~rows["ISO3"].isin(["CHI", "EAT", "EAZ"])]
    ours = rows["ISO3"].where(rows["ISO3"] != "XKV", "XKX").to_list()
    assert len(ours) >= 249
    columns = ("name_short", "name_official")
    unlike = {
        right: code
        for column in columns
        for code, right in zip(match(rows[column]), ours, strict=True)
        if code != right
    }
    # French Guiana is "Guiana" there; that is Guyana in Portuguese.
    assert unlike == {"BRN": None, "BLM": None, "GUF": "GUY"}
    assert all(aggregates(rows[column]) == [None] * len(rows) for column in columns)
    assert match(rows["ISO3"], kind="iso3") == ours
    assert aggregates(rows["ISO3"], kind="iso3") == [None] * len(rows)


# Regions


def test_intermediate_regions_are_those_of_the_united_nations() -> None:
    codes = ["NGA", "KEN", "COD", "ZAF", "HTI", "GTM", "BRA", "JEY", "DEU", "EGY", "ATA"]
    assert region(codes, scheme="un_intermediate").fillna("").to_list() == [
        "Western Africa",
        "Eastern Africa",
        "Middle Africa",
        "Southern Africa",
        "Caribbean",
        "Central America",
        "South America",
        "Channel Islands",
        "Western Europe",
        "Northern Africa",
        "",
    ]


def test_members_of_a_region_by_its_name_or_an_alias() -> None:
    members = countries._members
    assert members("West Africa") == members("Western Africa", scheme="un_intermediate")
    assert {"NGA", "MLI", "GHA", "SEN"} <= set(members("West Africa"))
    assert len(members("West Africa")) == 17
    assert set(members("Central Africa")) == set(members("Middle Africa")) >= {"COD", "TCD"}
    assert members("Africa") == sorted(TABLE.index[TABLE["un_region"] == "Africa"])
    assert "SDN" not in members("sub-saharan africa")
    assert "SDN" in members("Sub-Saharan Africa", scheme="world_bank")
    assert "FSM" in members("Micronesia")
    assert "CSK" not in members("Eastern Europe")
    assert members("Atlantis") == members("High income") == members("Mali") == []
    for scheme, column in countries._SCHEMES.items():
        for label, rows in TABLE[~TABLE["historical"]].groupby(column):
            assert members(label, scheme=scheme) == rows.index.to_list()


# Laws


@given(st.text())
def test_any_text_is_a_country_or_refused_by_the_documented_error(text: str) -> None:
    (code,) = match(text)
    if code is None:
        with pytest.raises(ValueError, match=r"^every value must be a country name"):
            iso3(text)
    else:
        assert iso3(text) == code
        assert code in TABLE.index


@given(st.lists(st.one_of(odd, st.text()), min_size=1), st.sampled_from([None, "name", *KINDS]))
def test_odd_values_never_raise_anything_else(values: list[Any], kind: str | None) -> None:
    codes = match(values, kind=kind)
    assert len(codes) == len(values)
    if None in codes:
        with pytest.raises(ValueError, match=r"^every value must be"):
            iso3(values, kind=kind)
    else:
        assert iso3(values, kind=kind) == codes


@given(odd)
def test_an_odd_value_without_a_kind_is_unknown(value: Any) -> None:
    assert match([value]) == [None]


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.data())
def test_case_accents_spaces_and_punctuation_do_not_matter(
    entry: tuple[str, str], chance: random.Random, data: st.DataObject
) -> None:
    spelling, code = entry
    if data.draw(st.booleans(), "without accents"):
        decomposed = unicodedata.normalize("NFKD", spelling)
        spelling = "".join(c for c in decomposed if not unicodedata.combining(c))
    if data.draw(st.booleans(), "decomposed"):
        spelling = unicodedata.normalize("NFD", spelling)
    if data.draw(st.booleans(), "and"):
        spelling = spelling.replace(" and ", " & ")
    if data.draw(st.booleans(), "without punctuation"):
        spelling = re.sub(r"[^\w\s&]", "", spelling)
    space = data.draw(st.sampled_from([" ", "", "  ", "\t", "-", ".", "_", "\xa0", "'"]), "space")
    spelling = space + spelling.replace(" ", space) + space
    spelling = "".join(chance.choice([c.upper(), c.lower()]) for c in spelling)
    assert match(spelling, kind="name") == [code]


@given(st.sampled_from(NAMES), st.sampled_from(["the {}", "{}, the", "{} (the)", "The  {}"]))
def test_the_article_does_not_matter(entry: tuple[str, str], form: str) -> None:
    assert match(form.format(entry[0])) == [entry[1]]


@given(st.lists(st.sampled_from([*NAMES, ("Atlantis", None), ("Korea", None)])), st.data())
def test_order_and_repetition_do_not_matter(
    entries: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    spellings = [spelling for spelling, _ in entries]
    assert match(spellings) == [code for _, code in entries]
    picked = data.draw(st.lists(st.sampled_from(spellings or ["Chad"])))
    assert match(picked) == [match(spelling)[0] for spelling in picked]


def test_the_spellings_of_one_country_leave_room_for_others() -> None:
    """The spellings that are nearest are all of one country."""
    near = nearest("Democratic Republic of Congo (Zair)")
    assert near[0] == "DR Congo"
    assert len(near) == 3


@given(st.text(max_size=200), st.integers(1, 5))
def test_suggestions_are_names_of_countries(text: str, n: int) -> None:
    suggested = nearest(text, n=n)
    assert len(suggested) <= n
    assert len(set(suggested)) == len(suggested)
    assert all(name(code) == label for label, code in zip(suggested, match(suggested), strict=True))


@given(st.sampled_from(NAMES), st.integers(0, 50))
def test_a_name_is_nearest_to_itself_and_survives_a_slip(entry: tuple[str, str], at: int) -> None:
    spelling, code = entry
    assert match(nearest(spelling, n=1)) == [code]
    if len(spelling) > 7:
        at %= len(spelling)
        slipped = spelling[:at] + "x" + spelling[at + 1 :]
        assert code in match(nearest(slipped))


# The rest


def test_nearest() -> None:
    assert nearest("Korea") == ["South Korea", "North Korea"]
    assert set(nearest("Virgin Islands")[:2]) == {"US Virgin Islands", "British Virgin Islands"}
    assert nearest("Burmma") == ["Myanmar"]
    assert nearest("") == nearest("qqqqqq") == []


def test_name() -> None:
    assert name("KOR") == "South Korea"
    assert name("Zaire") == "Zaire"
    assert all(name(code) == label for code, label in TABLE["name"].items())


def test_region_takes_the_index_of_a_series_and_the_values_of_anything_else() -> None:
    codes = pd.Series(["FRA", "Mali", "FRA"], index=[2, 1, 2])
    regions = region(codes)
    assert regions.index.equals(codes.index)
    assert regions.to_list() == ["Europe", "Africa", "Europe"]
    panel = pd.Index(["USA", "ATA"], name="country")
    assert region(panel).index.equals(panel)
    assert region(panel, scheme="world_bank").to_list()[0] == "North America"
    assert region(panel, scheme="world_bank").isna().to_list() == [False, True]
    assert region(iter(["IND"]), scheme="un_sub").to_dict() == {"IND": "Southern Asia"}
    assert region(["Nigeria"]).to_dict() == {"Nigeria": "Africa"}
    assert len(region([])) == 0


def test_region_refuses_what_is_not_a_country_and_a_panel_may_hold_other_units() -> None:
    with pytest.raises(ValueError, match=r"2 of 3 are not: 'Germny' \(nearest: Germany.*missing"):
        region(["Germny", "DEU", None])
    with pytest.raises(ValueError, match="1 of 1 is not: 'Berlin'"):
        region(["Berlin"])
    units = countries._region([None, 5, "DEU", "Berlin"])
    assert units.isna().to_list() == [True, True, False, True]


def test_the_table_is_not_read_on_import() -> None:
    code = "from policyindex import countries as c; print(c._table.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


# Real files


def test_published_scores_are_read_by_name(real_file: Callable[[str], Path]) -> None:
    rows = pd.read_stata(real_file("published_3p_2000_2013.dta"))[["name", "ccode"]]
    rows = rows.drop_duplicates()
    assert len(rows) == 189
    assert iso3(rows["name"]).nunique() == 189
    by_number = rows[~rows["ccode"].isin([1000, 1001, 1002, 1003])]  # the file's own numbers
    assert iso3(by_number["ccode"], kind="cow").equals(iso3(by_number["name"]))


def test_indicators_are_read_by_name_and_by_number(real_file: Callable[[str], Path]) -> None:
    rows = pd.read_csv(real_file("hti_2001_2011.csv"), encoding="latin-1")
    rows = rows[["country", "ccode"]].drop_duplicates()
    differ = rows[iso3(rows["country"]).ne(iso3(rows["ccode"], kind="cow"))]
    assert differ["country"].to_list() == ["Serbia and Montenegro"]
    assert iso3(differ["ccode"], kind="cow").to_list() == ["SRB"]


def test_events_are_read_by_name_and_by_number(real_file: Callable[[str], Path]) -> None:
    rows = pd.read_csv(real_file("events.csv"))
    assert iso3(rows["name"]).is_unique
    own = rows["cow"].isin([1000, 1002, 1003])
    assert match(rows.loc[own, "cow"], kind="cow") == [None] * 3
    assert iso3(rows.loc[own, "name"]).to_list() == ["HKG", "MAC", "SRB"]
    assert iso3(rows.loc[~own, "cow"], kind="cow").equals(iso3(rows.loc[~own, "name"]))


def test_short_names_fit_a_chart_differ_and_are_read_back() -> None:
    short = {code: countries._short_name(code) for code in TABLE.index}
    assert len(set(short.values())) == len(short)
    assert max(map(len, short.values())) == 16
    assert {code: countries.iso3(each) for code, each in short.items()} == {
        code: code for code in short
    }
    given = TABLE["short_name"].dropna()
    assert (given != TABLE["name"][given.index]).all()
    assert countries._short_name("Berlin") == "Berlin"
