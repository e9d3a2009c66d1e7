"""The forms of the fresh list: true scores, and writers that are not those of the library."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

Rows = list[list[Any]]
Write = Callable[[Path], None]
Refusal = Literal["never", "may", "must"]

UNITS = {"Nigeria": "NGA", "Germany": "DEU", "South Korea": "KOR"}
UNITS |= {"Brazil": "BRA", "Ghana": "GHA", "Sweden": "SWE"}
DIMENSIONS = ("prosecution", "protection", "prevention")
HEADER = ["Country", "Year", "Prosecution", "Protection", "Prevention", "Overall"]
SEED = 8
AT = 7
KEY = "KOR 2008"


@dataclass(frozen=True)
class Input:
    """One damaged file, and what is right."""

    form: str
    name: str
    reader: str
    write: Write
    right: Any  # the answer as written in the file
    refusal: Refusal = "never"
    note: str = ""  # a pattern that a finding or a warning must fit, if there is an answer


# The writers.


def delimited(rows: Rows, separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def xlsx_cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    space = 'xml:space="preserve"'
    return f'<c t="inlineStr"><is><t {space}>{escape(str(value))}</t></is></c>'


def ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value!r}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def xlsx(path: Path, rows: Rows, style: str = "", after: str = "") -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    body = "".join(f"<row>{''.join(map(xlsx_cell, row))}</row>" for row in rows)
    formats = f'<numFmts count="1"><numFmt numFmtId="170" formatCode={quoteattr(style)}/></numFmts>'
    plain = '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    plain += '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    styles = f'{formats}{plain}<cellXfs count="2"><xf/><xf numFmtId="170"/></cellXfs>'
    if style:  # of the cell that holds the first dimension of KOR 2008
        body = body.split("<row>")
        cells = body[AT + 2].split("<c")
        cells[3] = ' s="1"' + cells[3]
        body[AT + 2] = "<c".join(cells)
        body = "<row>".join(body)
    links = '<Relationship Id="{0}" Type="{1}/{2}" Target="{3}"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
        f'<Override PartName="/xl/s.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f"{links.format('a', office, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Scores" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f"{links.format('a', office, 'worksheet', 's.xml')}"
        f"{links.format('b', office, 'styles', 'styles.xml')}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
        "xl/s.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>{after}</worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def ods(path: Path, rows: Rows, change: tuple[str, str] = ("", "")) -> None:
    name = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{part}="{name}:{part}:1.0"' for part in ("office", "table", "text"))
    body = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    ).replace(*change, 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content {spaces} office:version="1.2"><office:body>'
            f'<office:spreadsheet><table:table table:name="Scores">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def frame_of(rows: Rows, text: Any = None) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name, *cells in zip(*rows, strict=True):
        number = all(cell is None or isinstance(cell, int | float) for cell in cells)
        kind = float if number else object
        texts = [text if cell is None else str(cell) for cell in cells]
        columns[str(name)] = pd.Series(cells if number else texts, dtype=kind)
    return pd.DataFrame(columns)


def sav(path: Path, rows: Rows) -> None:
    import pyreadstat

    pyreadstat.write_sav(frame_of(rows), str(path))


def records(path: Path, rows: Rows) -> None:
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    path.write_text(json.dumps({"metadata": {}, "data": records}), encoding="utf-8")


def text(separator: str, encoding: str, decimal: str = ".") -> Callable[[Path, Rows], None]:
    def write(path: Path, rows: Rows) -> None:
        own = [[str(c).replace(".", decimal) if type(c) is float else c for c in r] for r in rows]
        path.write_bytes(delimited(own, separator).encode(encoding))

    return write


GRID: dict[str, Callable[[Path, Rows], None]] = {
    "CSV": text(",", "utf-8"),
    "semicolons": text(";", "utf-8-sig", ","),
    "UTF-16 tabs": text("\t", "utf-16"),
    "xlsx": xlsx,
    "ods": ods,
}
TABLES = GRID | {
    "gzip": lambda path, rows: (
        path.write_bytes(gzip.compress(delimited(rows, "|").encode())) and None
    ),
    "JSON": records,
    "Stata 117": lambda path, rows: frame_of(rows, "").to_stata(
        path, write_index=False, version=117
    ),
    "Stata 118": lambda path, rows: frame_of(rows, "").to_stata(
        path, write_index=False, version=118
    ),
    "Parquet": lambda path, rows: frame_of(rows).to_parquet(path),
    "SPSS": sav,
}


def put_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def parquet(path: Path, frame: pd.DataFrame) -> None:
    frame.to_parquet(path)


def stata(path: Path, frame: pd.DataFrame, labels: dict[str, dict[int, str]]) -> None:
    frame.to_stata(path, write_index=False, version=118, value_labels=labels)  # type: ignore[arg-type]


def put_bytes(raw: bytes, path: Path) -> None:
    path.write_bytes(raw)


# The truth.

_dice = random.Random(SEED)
TRUE: Rows = [
    [name, year, *(_dice.randint(1, 5) for _ in DIMENSIONS)]
    for name in UNITS
    for year in (2007, 2008, 2009)
]
TRUE[AT][2:] = [4, 2, 5]
FULL: Rows = [[*row, sum(row[2:])] for row in TRUE]


def meaning(rows: Rows) -> dict[str, dict[str, float | None]]:
    """Return what rows of true countries and years say; a missing dimension has no overall."""
    answer = {}
    for name, year, *levels in rows:
        values = dict(zip(DIMENSIONS, levels[:3], strict=True))
        whole = None if None in levels[:3] else sum(levels[:3])
        answer[f"{UNITS.get(name, name)} {year}"] = values | {"overall": whole}
    return answer


def put(rows: Rows, column: int, value: Any, row: int = AT) -> Rows:
    """Return the rows with one other cell."""
    answer = copy.deepcopy(rows)
    answer[row][column] = value
    return answer


def panel_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Return what a panel says."""
    frame = frame.astype(object).where(frame.notna(), None)
    return {f"{unit} {year}": dict(row) for (unit, year), row in frame.iterrows()}  # type: ignore[misc]
