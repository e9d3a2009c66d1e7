"""A World Bank export: a fifth of its rows are aggregates, and a typo beside them stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyindex import PanelError, ReadingWarning, countries, read_values
from policyindex.reading import exports, read

AGGREGATES = """
AFE=Africa Eastern and Southern; AFW=Africa Western and Central; ARB=Arab World;
CEB=Central Europe and the Baltics; CSS=Caribbean small states;
EAP=East Asia & Pacific (excluding high income); EAR=Early-demographic dividend;
EAS=East Asia & Pacific; ECA=Europe & Central Asia (excluding high income);
ECS=Europe & Central Asia; EMU=Euro area; EUU=European Union;
FCS=Fragile and conflict affected situations; HIC=High income;
HPC=Heavily indebted poor countries (HIPC); IBD=IBRD only; IBT=IDA & IBRD total; IDA=IDA total;
IDB=IDA blend; IDX=IDA only; INX=Not classified;
LAC=Latin America & Caribbean (excluding high income); LCN=Latin America & Caribbean;
LDC=Least developed countries: UN classification; LIC=Low income; LMC=Lower middle income;
LMY=Low & middle income; LTE=Late-demographic dividend; MEA=Middle East & North Africa;
MIC=Middle income; MNA=Middle East & North Africa (excluding high income); NAC=North America;
OED=OECD members; OSS=Other small states; PRE=Pre-demographic dividend;
PSS=Pacific island small states; PST=Post-demographic dividend; SAS=South Asia;
SSA=Sub-Saharan Africa (excluding high income); SSF=Sub-Saharan Africa; SST=Small states;
TEA=East Asia & Pacific (IDA & IBRD countries); TEC=Europe & Central Asia (IDA & IBRD countries);
TLA=Latin America & the Caribbean (IDA & IBRD countries);
TMN=Middle East & North Africa (IDA & IBRD countries); TSA=South Asia (IDA & IBRD);
TSS=Sub-Saharan Africa (IDA & IBRD countries); UMC=Upper middle income; WLD=World
"""
"""The 49 aggregates of the World Development Indicators: codes and names."""

PAIRS = [tuple(each.strip().split("=")) for each in AGGREGATES.split(";")]


def export(path: Path, *, names: dict[str, str] | None = None, codes: bool = True) -> Path:
    """Write a file as the Bank's site exports one, with made-up values."""
    economies = countries.table()["world_bank"].dropna()
    rows = [(countries.name(iso3), code) for iso3, code in economies.items()]
    rows += [(name, code) for code, name in PAIRS]
    lines = [
        '"Data Source","World Development Indicators",',
        "",
        '"Last Updated Date","2024-01-01",',
    ]
    lines += ["", "Country Name,Country Code,Indicator Name,2008,2009"]
    for place, (name, code) in enumerate(sorted(rows)):
        spelt = (names or {}).get(name, name)
        lines.append(f'"{spelt}",{code if codes else "x"},"Income, made up",{place},{place}.5')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("codes", [True, False])
def test_aggregates_are_left_out_with_a_note(tmp_path: Path, codes: bool) -> None:
    reading = read(export(tmp_path / "wdi.csv", codes=codes), holds="values")
    economies = countries.table()["world_bank"].notna()
    assert set(reading.panel.index.unique("country")) == set(economies.index[economies])
    assert list(reading.panel.columns) == ["Income, made up"]
    (note,) = reading.findings.query("kind == 'aggregate'").itertuples()
    assert note.rows == 2 * len(PAIRS) == 98
    assert note.rows / (2 * (len(PAIRS) + economies.sum())) == pytest.approx(0.19, abs=0.01)
    for _, name in PAIRS:
        assert name in note.action


def test_typos_beside_aggregates_stop_the_reading(tmp_path: Path) -> None:
    typos = {"Nigeria": "Nigerria", "Germany": "Germny", "Chile": "Chille"}
    path = export(tmp_path / "wdi.csv", names=typos, codes=False)
    with pytest.raises(PanelError) as error:
        read_values(path)
    message = str(error.value)
    assert "are not: 'Chille' (nearest: Chile" in message
    assert "; 6 of " in message
    for name in typos.values():
        assert name in message
    for _, name in PAIRS:
        assert name not in message


def test_the_channel_islands_are_left_out_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "islands.csv"
    path.write_text(
        "Country Name,Country Code,2009\nMali,MLI,1\nChannel Islands,CHI,2\nWorld,WLD,3\n",
        encoding="utf-8",
    )
    with pytest.warns(ReadingWarning, match="'Channel Islands' is not one country but Guernsey"):
        panel = read_values(path)
    assert panel.index.tolist() == [("MLI", 2009)]
    found = read(path, holds="values").findings.set_index("kind")
    assert found.loc["several", ["rows", "first", "lost"]].tolist() == [1, "row 2", 1]
    assert found.loc["aggregate", ["rows", "first", "lost"]].tolist() == [1, "row 3", 0]
    with pytest.raises(ValueError, match="not one country: Guernsey and Jersey"):
        countries.iso3("Channel Islands")


COLUMNS = [["", "gdp", "gdp"], ["year", 2008, 2009]]

NAMED = ["country", "", ""]


@pytest.mark.parametrize(
    ("above", "names", "place"),
    [
        (COLUMNS, NAMED, 2),
        ([["", "a", "a"], *COLUMNS], NAMED, 3),
        ([["", "", "gdp", "gdp"], ["", "year", 2008, 2009]], ["country", "sex", "", ""], 2),
        (COLUMNS, ["region", "", ""], None),  # no column of countries
        (COLUMNS, ["country", "", "x"], None),  # more than names of the index
        ([COLUMNS[0], ["year", "", 2009]], NAMED, None),  # a column without a name
        ([COLUMNS[0], ["year"]], NAMED, None),
        ([["", "", ""], COLUMNS[1]], NAMED, None),  # one row of names alone
        ([["", "", "gdp"], ["x", "year", 2008]], ["country", "sex", ""], None),
        ([], NAMED, None),
    ],
)
def test_the_row_of_the_index_is_below_two_rows_of_columns(
    above: list[list[object]], names: list[object], place: int | None
) -> None:
    rows = [*above, names, ["Mali", 1, 2], ["Chad", 3, 4], ["Togo", 5, 6]]
    assert exports.row_of_index(rows) == place


def test_flags_are_those_behind_values() -> None:
    rows = [["unit,geo\\time", "2008", "2009"], ["EUR,DE b", "1 p", "2"], ["EUR,FR", ": u", "3 bd"]]
    found, flagged, first = exports.unpacked(rows)
    assert (flagged, first) == (3, "1 p")
    assert found[1] == ["EUR", "DE b", "1", "2"]
    assert found[2] == ["EUR", "FR", ":", "3"]
