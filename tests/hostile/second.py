"""A second list of malformed files, made otherwise than the first: by rewriting sound files.

A sound file of each format is taken apart by its own grammar (the elements and attributes of XML,
the cells of text, the values of JSON, the blocks of a binary file), one to three of its parts are
changed, and it is put together again. So checksums are right, and what is wrong is the content.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pandas as pd

from policyindex._atomic import undated

from . import books

SEED = 20261127

WILD = [
    "", "0", "-1", "1e999", "nan", "9" * 30, "\u202e5", "5\u00a0", "=5", "#REF!", "TRUE",
    "2147483648", "A1:XFD1048576", "%00", "&amp;", "x" * 5000, "\uff11", "\u00bd", "5,0", "0x5",
    "1_0", "\u0000", "-", "NULL",
]  # fmt: skip

PANEL = pd.DataFrame(
    {
        "country": ["DEU", "DEU", "NGA", "NGA", "SWE", "SWE"],
        "year": [2008, 2009] * 3,
        "prosecution": [5.0, 5.0, 4.0, 5.0, 3.0, 5.0],
        "protection": [4.0, 5.0, 3.0, 5.0, 2.0, 5.0],
        "prevention": [3.0, 5.0, 2.0, 4.0, 1.0, 5.0],
    }
)


class Input(NamedTuple):
    """A malformed input: its number, its format, and its bytes."""

    number: int
    form: str
    content: bytes


def _xml(random: Random, text: str) -> str:
    """Change one tag, attribute or text of a document."""
    pieces = re.split(r"(<[^>]*>)", text)
    tags = [place for place in range(1, len(pieces), 2) if not pieces[place].startswith("<?")]
    place = random.choice(tags)
    way = random.randrange(6)
    if way == 0:
        pieces[place] = ""
    elif way == 1:
        pieces[place] *= 2
    elif way == 2:
        other = random.choice(tags)
        pieces[place], pieces[other] = pieces[other], pieces[place]
    elif way == 3:
        pieces[place] = re.sub(r'="[^"]*"', lambda _: f'="{_safe(random)}"', pieces[place], count=1)
    elif way == 4:
        pieces[place] = re.sub(r"(\w+)=", r"\1x=", pieces[place], count=1)
    else:
        pieces[place + 1] = _safe(random)
    return "".join(pieces)


def _safe(random: Random) -> str:
    return random.choice(WILD).replace("\0", "").replace("&amp;", "&amp;amp;").replace("<", "&lt;")


def _zipped(random: Random, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in sorted(parts) if name.endswith((".xml", ".rels"))]
    likely = [name for name in names if "sheet" in name or "sharedStrings" in name] or names
    for _ in range(random.randint(1, 3)):
        name = random.choice(likely if random.random() < 0.7 else names)
        part = parts[name]
        parts[name] = _xml(random, part if isinstance(part, str) else part.decode())
    return books.archive(parts)


def _text(random: Random, content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode())))
    for _ in range(random.randint(1, 3)):
        row = random.choice(rows)
        way = random.randrange(7)
        if way == 0 and row:
            row[random.randrange(len(row))] = random.choice(WILD)
        elif way == 1 and row:
            row.pop(random.randrange(len(row)))
        elif way == 2:
            row.insert(random.randint(0, len(row)), random.choice(WILD))
        elif way == 3:
            rows.insert(random.randrange(len(rows) + 1), list(row))
        elif way == 4:
            random.shuffle(row)
        elif way == 5:
            rows.insert(random.randrange(len(rows) + 1), [random.choice(WILD)])
        elif len(rows) > 2:
            rows.remove(row)
    stream = io.StringIO()
    csv.writer(stream, lineterminator=random.choice(["\n", "\r\n", "\r"])).writerows(rows)
    return stream.getvalue().encode(random.choice(["utf-8", "utf-8-sig", "utf-16"]))


def _json(random: Random, content: bytes) -> bytes:
    document = json.loads(content)
    for _ in range(random.randint(1, 3)):
        places = list(_places(document))
        holder, key = random.choice(places)
        wild = [*WILD, None, True, -1, 10**40, 1.5, [], {}, [[]]]
        way = random.randrange(3)
        if way == 0:
            holder[key] = random.choice(wild)
        elif way == 1 and isinstance(holder, dict):
            holder[random.choice(WILD) or "x"] = holder.pop(key)
        elif isinstance(holder, list):
            holder.append(holder[key])
        else:
            del holder[key]
        if not isinstance(document, dict | list) or not document:
            break
    return json.dumps(document).encode()


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _places(node[key])


def _blocks(random: Random, content: bytes) -> bytes:
    """Change blocks of a binary file: move, repeat, or turn one round, or count one up."""
    data = bytearray(content)
    for _ in range(random.randint(1, 3)):
        size = random.choice([1, 2, 4, 8, 64])
        place = random.randrange(max(len(data) - size, 1))
        block = data[place : place + size]
        way = random.randrange(5)
        if way == 0:
            data[place : place + size] = block[::-1]
        elif way == 1:
            data[place:place] = block
        elif way == 2:
            del data[place : place + size]
        elif way == 3:
            number = int.from_bytes(block, "little") + random.choice([1, -1, 256])
            data[place : place + size] = (number % 256**size).to_bytes(size, "little")
        else:
            other = random.randrange(max(len(data) - size, 1))
            data[place : place + size] = data[other : other + size].ljust(len(block), b"\0")
    return bytes(data)


def sound() -> dict[str, tuple[bytes, Callable[[Random, bytes], bytes]]]:
    """Return a sound file of each format, written by other libraries where there is one."""
    import pyreadstat

    import policyindex as pi
    from policyindex import coding

    files: dict[str, tuple[bytes, Callable[[Random, bytes], bytes]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        PANEL.to_csv(place / "a.csv", index=False)
        PANEL.to_excel(place / "a.xlsx", index=False)
        PANEL.to_stata(place / "a.dta", write_index=False, time_stamp=datetime(2026, 1, 1))
        PANEL.to_parquet(place / "a.parquet")
        pyreadstat.write_sav(PANEL, place / "a.sav")
        panel = PANEL.set_index(["country", "year"])
        pi.write_table(panel, place / "a.json")
        pi.codebooks.write(pi.THREE_P, place / "book.json")
        pi.codebooks.write(pi.THREE_P, place / "book.xlsx")
        coding.template(place / "coder.xlsx", coder="ana", countries=["NGA"], years=[2009])
        for name, change in {
            "a.csv": _text, "a.xlsx": _zipped, "a.dta": _blocks, "a.parquet": _blocks,
            "a.sav": _blocks, "a.json": _json, "book.json": _json, "book.xlsx": _zipped,
            "coder.xlsx": _zipped,
        }.items():  # fmt: skip
            files[name] = _undated(name, (place / name).read_bytes()), change
    return files


def _undated(name: str, content: bytes) -> bytes:
    """Return a file without the moment at which it was written."""
    if name.endswith(".xlsx"):
        return undated(content)
    # The header of SPSS has the date and the time as 17 characters.
    return content[:92] + b"01 Jan 2600:00:00" + content[109:] if name == "a.sav" else content


def said(given: Input) -> pd.DataFrame | None:
    """Return the scores that an input states, read by other means; None if they cannot tell.

    Only for text, JSON and `.xlsx`: in the other formats a changed byte may be another value.
    """
    try:
        rows = [row for row in _rows(given) if any(cell != "" for cell in row)]
        header = [str(cell).strip() for cell in rows[0]]
        table = pd.DataFrame(rows[1:], columns=header)[list(PANEL)]
        table = table.replace(["", "-"], None).drop_duplicates()
        table["country"] = table["country"].astype(str).str.strip()
        numbers = table.set_index("country").astype(float).reset_index()
        panel = numbers.astype({"year": int}).set_index(["country", "year"]).sort_index()
    except Exception:
        return None
    return panel.assign(overall=panel.sum(axis=1, skipna=False))


def _rows(given: Input) -> list[list[Any]]:
    if given.form.endswith(".json"):
        records = json.loads(given.content)["data"]
        return [list(records[0]), *([each[name] for name in records[0]] for each in records)]
    if given.form.endswith(".xlsx"):
        import python_calamine

        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(given.content))
        return list(book.get_sheet_by_index(0).to_python())
    mark = given.content[:2]
    text = given.content.decode("utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


SCORES = ("a.csv", "a.json", "a.xlsx")


def inputs(number: int = 270) -> list[Input]:
    """Return the list, the same every time."""
    files = sound()
    names = sorted(files)
    answer = []
    for place in range(number):
        name = names[place % len(names)]
        content, change = files[name]
        answer.append(Input(place, name, change(Random(f"{SEED} {place}"), content)))
    return answer
