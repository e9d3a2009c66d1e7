"""Names in other languages: rebuilt from Babel, read back, and apart from English and codes."""
# ruff: noqa: RUF001 (names in other scripts)

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import script
from policyindex import countries
from policyindex.countries import _aggregates as aggregates
from policyindex.countries import _match as match
from policyindex.countries import iso3

DATA = Path(str(files("policyindex.data")))
CODES = set(countries.table().index)
FORMS = script("data/build_forms.py")
# Every name of a country in another language, as (language, code, name).
NAMES = [entry for entry in FORMS.translated() if entry[1] in CODES]


@pytest.fixture
def clean() -> Iterator[None]:
    """Forget the files on the way in and on the way out."""
    caches = (countries._lookup, countries._find)
    for each in caches:
        each.cache_clear()
    yield
    for each in caches:
        each.cache_clear()


# The files


def test_the_file_is_that_of_its_script_and_the_readme_names_its_version() -> None:
    babel = pytest.importorskip("babel", reason="Babel holds the names of CLDR")
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    if f"Babel {babel.__version__}" not in readme:
        pytest.skip(f"the file is of another version than Babel {babel.__version__}")
    from babel.core import get_cldr_version

    assert f"CLDR {get_cldr_version()}" in readme
    assert (DATA / "names.csv").read_text(encoding="utf-8") == script("data/build_names.py").names()


@pytest.mark.parametrize("name", ["forms.json", "search.json"])
def test_the_forms_are_those_of_the_files_beside_them(name: str) -> None:
    text = FORMS.text_of(FORMS.FILES[name]())
    assert (DATA / name).read_text(encoding="utf-8") == text


def test_every_territory_has_a_name_in_every_language() -> None:
    rows = pd.DataFrame(NAMES, columns=["language", "code", "name"])
    counts = rows[["language", "code"]].drop_duplicates()["language"].value_counts()
    assert sorted(counts.index) == sorted(countries._LANGUAGES)
    present = CODES - set(countries.table().query("historical").index)
    assert len(present) == 250
    for language in countries._LANGUAGES:
        assert present <= set(rows.loc[rows["language"] == language, "code"]), language


def test_everyday_names_are_of_countries_one_row_for_each_and_add_to_cldr() -> None:
    with (DATA / "everyday_names.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["language"], row["code"], row["names"]) for row in csv.DictReader(file)]
    assert len({row[:2] for row in rows}) == len(rows)
    assert {code for _, code, _ in rows} <= CODES
    assert {language for language, _, _ in rows} == set(countries._LANGUAGES)
    for _, _, names in rows:
        each = names.split("|")
        assert all(name == " ".join(name.split()) and name for name in each)
        assert len(set(each)) == len(each)


# Reading


def test_250_territories_in_9_languages_give_no_wrong_code() -> None:
    babel = pytest.importorskip("babel", reason="Babel holds the names of CLDR")
    units = countries.table().query("not historical")["iso2"]
    wrong = [
        (language, code, name)
        for language in ("en", *countries._LANGUAGES, "zh_Hant")
        for code, iso2 in units.items()
        if match(name := babel.Locale.parse(language).territories[iso2]) != [code]
    ]
    assert wrong == []
    assert len(units) == 250


def test_every_name_is_read_back_as_it_stands_and_in_capitals_without_accents() -> None:
    wrong = [entry for entry in NAMES if match(entry[2]) != [entry[1]]]
    assert wrong == []
    for _, code, name in NAMES:
        bare = unicodedata.normalize("NFKD", name.upper())
        bare = "".join(c for c in bare if not unicodedata.combining(c))
        assert match([bare, f"  {name.lower()} ", unicodedata.normalize("NFD", name)]) == [code] * 3


def test_no_english_form_and_no_code_changes_its_country() -> None:
    forms = pd.read_csv(
        Path(__file__).with_name("english_forms.csv"), dtype=str, keep_default_na=False
    )
    assert len(forms) == 2769  # those of the table before it had names in other languages
    for kind, rows in forms.groupby("kind"):
        assert match(rows["form"], kind=kind) == rows["iso3"].to_list(), kind
    default = forms[forms["kind"].isin(["name", "iso3", "iso2"])]
    assert match(default["form"]) == default["iso3"].to_list()


def test_no_name_of_another_language_is_an_english_name_or_a_code_of_another_country() -> None:
    for kind in ("name", "iso2", "iso3"):
        index = countries._lookup().codes[kind]
        clashes = [
            (form, owners)
            for form, owners in countries._lookup().translations.items()
            if form in index and set(owners) != {index[form]}
        ]
        assert clashes == [], kind


def test_no_two_countries_share_a_name_of_other_languages() -> None:
    shared = {k: v for k, v in countries._lookup().translations.items() if len(v) > 1}
    assert shared == {}


@pytest.mark.parametrize(
    ("code", "spellings"),
    {
        "GBR": ["Royaume-Uni", "le Royaume-Uni", "Reino Unido", "Regno Unito", "英国", "英國"],
        "KOR": ["Corée (République de)", "Corée, République de", "Republik Korea", "Corea del Sur"],
        "PRK": ["Corée du Nord", "Nordkorea", "КНДР", "朝鲜民主主义人民共和国"],
        "AUT": ["Österreich", "Oesterreich", "OESTERREICH", "Republik Österreich", "النمسا"],
        "NLD": ["Pays-Bas", "les Pays-Bas", "PAYS BAS", "Los Países Bajos", "I Paesi Bassi"],
        "CIV": ["Côte d’Ivoire", "Elfenbeinküste", "Costa d'Avorio", "科特迪瓦"],
        "DEU": ["L'Allemagne", "ألمانيا", "المانيا", "Bundesrepublik Deutschland", "德国"],
        "MAR": ["المغرب", "مغرب", "Royaume du Maroc", "Königreich Marokko", "摩洛哥王国"],
        "EGY": ["مِصْرُ", "مصـر", "جمهورية مصر العربية", "République arabe d'Égypte"],
        "TZA": ["Tanzanie (République-Unie de)", "Tanzania, República Unida de"],
        "IRN": ["Iran (République islamique d’)", "Irán (República Islámica del)"],
        "COD": ["République démocratique du Congo", "DR Kongo", "ДРК", "刚果民主共和国"],
        "COG": ["Republik Kongo", "República del Congo", "Республика Конго", "刚果（布）"],
        "PER": ["República del Perú", "Repubblica del Perù", "Республика Перу", "秘鲁共和国"],
        "TWN": ["Republik China", "República de China", "中華民國", "Китайская Республика"],
        "CHN": ["Volksrepublik China", "中华人民共和国", "République populaire de Chine"],
        "DDR": ["Deutsche Demokratische Republik", "République démocratique allemande"],
        "SUN": ["UdSSR", "URSS", "СССР"],
    }.items(),
)
def test_spellings(code: str, spellings: list[str]) -> None:
    assert iso3(spellings) == [code] * len(spellings)


@pytest.mark.parametrize(
    "spelling",
    [
        "Corée",
        "Kongo",
        "Republik Vietnam",  # the South, until 1975
        "Republik Deutschland",
        "República de Corea del Norte",
        "Royaume de France",
        "Allemagn",
        "les",
        "Republik",
        "共和国",
        "ال",
    ],
)
def test_near_misses_and_forms_of_state_that_are_not_are_unknown(spelling: str) -> None:
    assert match(spelling) == [None]


@pytest.mark.usefixtures("clean")
def test_a_spelling_of_two_countries_in_two_languages_is_refused_and_both_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = {
        "names.csv": [
            {"language": "fr", "code": "MUS", "names": "Morice"},
            {"language": "it", "code": "MRT", "names": "Morice|Mauritania"},
            {"language": "de", "code": "MRT", "names": "Morice"},
            {"language": "de", "code": "AUT", "names": "France"},
        ]
    }
    monkeypatch.setattr(FORMS, "_rows", lambda file: rows.get(file, []))
    lookup = countries._lookup()._replace(translations=FORMS.translations())
    monkeypatch.setattr(countries, "_lookup", lambda: lookup)
    with pytest.raises(
        ValueError,
        match=r"'Morice' \(Mauritius in French; Mauritania in Italian and German\)",
    ):
        iso3(["Morice", "Chad"])
    assert iso3("France") == "FRA"  # English comes first


def test_names_of_other_languages_are_no_codes() -> None:
    for kind in ("iso2", "iso3", "numeric", "cow", "cowc", "world_bank"):
        assert match(["Allemagne", "德国"], kind=kind) == [None, None]
    assert match(["Allemagne", "德国"], kind="name") == ["DEU", "DEU"]


def test_a_slip_in_another_language_has_a_suggestion() -> None:
    with pytest.raises(ValueError, match=r"'Südkora' \(nearest: South Korea"):
        iso3("Südkora")


@given(st.sampled_from(NAMES))
def test_regions_in_other_languages_do_not_hide_a_country(entry: tuple[str, str, str]) -> None:
    assert aggregates([entry[2]]) == [None]


def test_every_region_in_other_languages_is_an_aggregate_unless_it_is_also_a_country() -> None:
    regions = [entry for entry in FORMS.translated() if entry[1] not in CODES]
    labels = aggregates([name for _, _, name in regions])
    missed = [entry for entry, label in zip(regions, labels, strict=True) if label is None]
    assert missed == []  # every homonym has sisters among these names
    alone = [entry[2] for entry in regions if aggregates([entry[2]]) == [None]]
    assert alone == ["América", "Южная Африка", "Микронезия"]
    assert aggregates(["Monde", "Союз", "الاتحاد الأوروبي"]) == ["World", None, "European Union"]


# Against independent packages


def test_names_of_the_united_nations_are_known_as_countrycode_has_them() -> None:
    package = pytest.importorskip("countrycode", reason="countrycode lists the names")
    rows = pd.DataFrame(package.codelist).dropna(subset="iso3c").set_index("iso3c")
    for language in ("ar", "es", "fr", "ru", "zh"):
        names = rows[f"un.name.{language}"].dropna()
        unknown = [name for code, name in names.items() if match(name) != [code]]
        # A Latin letter in a Cyrillic word: the package's own slip.
        assert unknown in ([], ["Че\N{LATIN SMALL LETTER X}ия"]), language
        assert len(names) > 190
    for language in ("de", "fr", "it"):
        names = rows[f"country.name.{language}"].dropna()
        codes = match(names)
        wrong = [
            (code, name, other)
            for (code, name), other in zip(names.items(), codes, strict=True)
            if other not in (None, code)
        ]
        assert wrong == []
        assert codes.count(None) <= 6


def test_no_name_in_the_translations_of_pycountry_gives_a_wrong_country() -> None:
    pycountry = pytest.importorskip("pycountry", reason="pycountry has translations of ISO names")
    import gettext

    wrong, unknown, total = [], 0, 0
    for language in ("ar", "de", "es", "fr", "it", "pt", "pt_BR", "ru", "zh_CN", "zh_TW", "zh_HK"):
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language])
        for unit in pycountry.countries:
            for kind in ("name", "official_name", "common_name"):
                english = getattr(unit, kind, None)
                if not english or (name := words.gettext(english)) == english:
                    continue
                total += 1
                (code,) = match(name)
                unknown += code is None
                if code not in (None, unit.alpha_3):
                    wrong.append((language, unit.alpha_3, name))
    # Two slips of the package: Pakistan for Afghanistan, the Maldives for Moldova.
    assert [entry[:2] for entry in wrong] == [("ar", "MDA"), ("pt_BR", "AFG")]
    assert total > 4000
    assert unknown / total < 0.1
