"""Hostile text: cut, encoded, oversized, contradictory, and cells that only look like numbers."""

from __future__ import annotations

import codecs
import json
import math
import pickle
from collections.abc import Iterator
from random import Random

from .cases import Case, case, cuts, flipped, panel, table, told, written

HEAD = "country,year,prosecution,protection,prevention"
SOUND = panel([("DEU", 2009, 5, 5, 5, 15), ("NGA", 2009, 4, 5, 5, 14)])
TOTALS = panel([("DEU", 2008, 5, 5, 5), ("DEU", 2009, 5, 5, 5)])[["overall"]]
MISSING = panel([("DEU", 2009, 5, 5, 5, 15), ("NGA", 2009, math.nan, 5, 5, math.nan)])
LINES = f"{HEAD}\nGermany,2009,5,5,5\nNigeria,2009,4,5,5\n"

GERMANY_IN_RUSSIAN = "\u0413\u0435\u0440\u043c\u0430\u043d\u0438\u044f"

WRONG_YEARS = """
2009.5 09 2009-02-30 MMIX ? 1e3 -2009 20009 1899 2101 inf -inf nan NaN 1e308 1e999 0x7d9
2009-2010 2009/10 True 555 2_009 \uff12\uff10\uff10\uff19 =2009 '2009 2009ab 9e99999
"""

WRONG_SCORES = """
1e308 -1e308 1e999 -1e999 inf -inf Infinity -1 0 6 15 4.5 4.0000001 1e-320 0x4 four =4 =1+3 4% 4/1
TRUE False 4a a4 4_0 \u00b2 \u2167 -- +-4 1e 1e400 4e999999999999 '4 #REF! #DIV/0! #VALUE! 4j
1,000.0 4.0.0 \u066b4 \u22124 @SUM(A1) <4> 4\u200b nan() null4 -9999999999999999999
"""


def text_cases(random: Random) -> Iterator[Case]:
    """Give every case of text."""
    yield from _cut(random)
    yield from _encodings(random)
    yield from _sizes()
    yield from _duplicates()
    yield from _identifiers()
    yield from _years()
    yield from _numbers()
    yield from _empty()
    yield from _structure()


def _cut(random: Random) -> Iterator[Case]:
    text = written(table(random))
    for place in cuts(random, len(text), 40):
        yield case("truncated", f"cut-{place}.csv", text[:place].encode(), told(text[:place]))
    for number, content in enumerate(flipped(random, text.encode(), 30)):
        yield case("bytes replaced", f"flipped-{number}.csv", content, expected="valid")


def _encodings(random: Random) -> Iterator[Case]:
    lines = f"{HEAD}\nCôte d\u2019Ivoire,2009,5,4,3\nTürkiye,2009,4,3,2\n"
    truth = panel([("CIV", 2009, 5, 4, 3, 12), ("TUR", 2009, 4, 3, 2, 9)])
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"):
        yield case("encodings", f"{encoding}.csv", lines.encode(encoding), truth)
    big = codecs.BOM_UTF16_BE + lines.encode("utf-16-be")
    yield case("encodings", "utf-16-be.csv", big, truth)
    plain = lines.replace("\u2019", "'")
    yield case("encodings", "latin-1.csv", plain.encode("latin-1"), truth)
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-7", "cp037", "mac-roman"):
        yield case("encodings", f"{encoding}-bare.csv", plain.encode(encoding))
    yield case("encodings", "odd-utf-16.csv", lines.encode("utf-16")[:-1])
    lone = "\ufeff".encode("utf-16-le") + plain.encode("utf-16-le").replace(b"o\0", b"\0\xd8", 1)
    yield case("encodings", "lone-surrogate.csv", lone)
    yield case("encodings", "two-marks.csv", codecs.BOM_UTF8 * 2 + lines.encode(), truth, "either")
    yield case("encodings", "overlong.csv", LINES.encode().replace(b"G", b"\xc1\x87", 1))
    yield case("encodings", "stray.csv", lines.encode() + b"\xff,2009,5,5,5\n")
    for encoding in ("cp1251", "shift-jis", "gb18030", "koi8-r"):
        foreign = f"{HEAD}\n{GERMANY_IN_RUSSIAN},2009,5,5,5\n".encode(encoding)
        yield case("encodings", f"{encoding}.csv", foreign)
    for number in range(5):
        yield case("encodings", f"noise-{number}.csv", random.randbytes(2000))


def _sizes() -> Iterator[Case]:
    huge = "x" * 1_000_000
    yield case("sizes", "huge-note.csv", f"{HEAD},note\nGermany,2009,5,5,5,{huge}\n".encode())
    yield case("sizes", "huge-country.csv", f"{HEAD}\n{huge},2009,5,5,5\n".encode())
    yield case("sizes", "huge-header.csv", f"{HEAD},{huge}\nGermany,2009,5,5,5,1\n".encode())
    long = "x" * 100_000
    yield case("sizes", "long-country.csv", f"{HEAD}\n{long},2009,5,5,5\n".encode())
    yield case("sizes", "long-score.csv", f"{HEAD}\nGermany,2009,{long},5,5\n".encode())
    yield case("sizes", "long-year.csv", f"{HEAD}\nGermany,{long},5,5,5\n".encode())
    columns = [f"{HEAD},{long}\nGermany,2009,5,5,5,1\n", f"{long},{HEAD}\n1,Germany,2009,5,5,5\n"]
    for number, text in enumerate(columns):
        truth = panel([("DEU", 2009, 5, 5, 5, 15)])
        yield case("sizes", f"long-column-{number}.csv", text.encode(), truth)
    digits = "9" * 100_000
    yield case("sizes", "digits.csv", f"{HEAD}\nGermany,2009,{digits},5,5\n".encode())
    yield case("sizes", "digits-year.csv", f"{HEAD}\nGermany,{digits},5,5,5\n".encode())
    zeros = "0" * 100_000
    truth = panel([("DEU", 2009, 5, 5, 5, 15)])
    yield case("sizes", "zeros.csv", f"{HEAD}\nGermany,2009,{zeros}5,5,5\n".encode(), truth)
    for number in (20_000, 1_000_000):
        wide = ",".join(f"v{each}" for each in range(number))
        ones = ",".join("1" for _ in range(number))
        text = f"{HEAD},{wide}\nGermany,2009,5,5,5,{ones}\n"
        yield case("sizes", f"wide-{number}.csv", text.encode())
    spelt = ",".join("country" + "_" * each for each in range(1, 1000))
    names = ",".join("Germany" for _ in range(1, 1000))
    text = f"{HEAD},{spelt}\nGermany,2009,5,5,5,{names}\n"
    yield case("sizes", "a-thousand-countries.csv", text.encode(), truth)
    again = f"{HEAD}\n" + "Germany,2009,5,5,5\n" * 50_000
    yield case("sizes", "repeated.csv", again.encode(), truth)
    unknown = f"{HEAD}\n" + "".join(f"Atlantis {each},2009,5,5,5\n" for each in range(20_000))
    yield case("sizes", "unknown.csv", unknown.encode())
    yield case("sizes", "blank-lines.csv", (LINES + "\n" * 1_000_000).encode(), SOUND)
    yield case("sizes", "commas.csv", f"{HEAD}\n{',' * 1_000_000}\n".encode())
    yield case("sizes", "quotes.csv", f"{HEAD}\n".encode() + b'"' * 1_000_001)
    yield case("sizes", "quotes-head.csv", (',"' * 500_000).encode())
    labels = "".join(f"Germany,{1900 + each},5,5,5,{'s' * 99_999}{each}\n" for each in range(100))
    truth = panel([("DEU", 1900 + each, 5, 5, 5, 15) for each in range(100)])
    yield case("sizes", "long-labels.csv", f"{HEAD},source\n{labels}".encode(), truth)


def _duplicates() -> Iterator[Case]:
    one = panel([("DEU", 2009, 5, 5, 5, 15)])
    for name, row in (
        ("same", "Germany,2009,5,5,5"),
        ("code", "DEU,2009,5,5,5"),
        ("decimal", "Germany,2009.0,5.0,5,5"),
        ("case", "GERMANY,2009,5,5,5"),
    ):
        text = f"{HEAD}\nGermany,2009,5,5,5\n{row}\n"
        yield case("duplicates", f"{name}.csv", text.encode(), one)
    for name, row in (
        ("conflict", "Germany,2009,5,5,4"),
        ("conflict-code", "DE,2009,1,1,1"),
        ("less", "Germany,2009,,5,5"),
        ("header-again", HEAD),
        ("nothing", "Germany,2009,,,"),
    ):
        text = f"{HEAD}\nGermany,2009,5,5,5\n{row}\n"
        yield case("duplicates", f"{name}.csv", text.encode())
    sentinels = f"{HEAD}\nNigeria,2009,555,5,5\nNigeria,2009,,5,5\nGermany,2009,5,5,5\n"
    yield case("duplicates", "sentinels.csv", sentinels.encode(), MISSING)
    for name, column, cell in (
        ("same-column", "prosecution", "5"),
        ("same-column-apart", "prosecution", "4"),
        ("spelt", "country", "Germany"),
    ):
        text = f"{HEAD},{column}\nGermany,2009,5,5,5,{cell}\n"
        yield case("duplicates", f"{name}.csv", text.encode())
    for column in ("Prosec", "Pros.", "prosecution index"):
        text = f"{HEAD},{column}\nGermany,2009,5,5,5,4\n"
        yield case("duplicates", f"two-{column[5:8]}.csv", text.encode())
    sums = f"{HEAD},overall\nGermany,2009,5,5,5,{{}}\n"
    yield case("duplicates", "sum.csv", sums.format(14).encode())
    yield case("duplicates", "sum-absent.csv", sums.format("").encode(), one)
    partial = f"{HEAD},overall\nGermany,2009,5,5,5,15\nNigeria,2009,,5,5,10\n"
    yield case("duplicates", "sum-of-a-part.csv", partial.encode(), MISSING)


def _identifiers() -> Iterator[Case]:
    for name, spelt in (
        ("iso3", "NGA"),
        ("iso2", "NG"),
        ("case", "nGa"),
        ("padded", "  Nigeria  "),
        ("quoted", '"Nigeria"'),
        ("accent", "Nígeria"),
        ("the", "The Nigeria"),
    ):
        text = f"{HEAD}\nGermany,2009,5,5,5\n{spelt},2009,4,5,5\n"
        yield case("identifiers", f"mixed-{name}.csv", text.encode(), SOUND)
    for name, spelt in (
        ("number", "566"),
        ("float", "566.0"),
        ("blank", ""),
        ("space", "   "),
        ("na", "NA"),
        ("question", "?"),
        ("formula", "=B2&C2"),
        ("emoji", "\U0001f1f3\U0001f1ec"),
        ("cyrillic", "Nige\u0433ia"),
        ("two", "Nigeria/Niger"),
        ("typing", "Nigera"),
        ("path", "../../etc/passwd"),
        ("html", "<b>Nigeria</b>"),
        ("replacement", "N\ufffdgeria"),
        ("right-to-left", "\u202eNigeria"),
    ):
        text = f"{HEAD}\nGermany,2009,5,5,5\n{spelt},2009,4,5,5\n"
        expected = "either" if name == "right-to-left" else "refused"
        yield case("identifiers", f"unknown-{name}.csv", text.encode(), SOUND, expected)
    aggregate = f"{HEAD}\nGermany,2009,5,5,5\nWorld,2009,4,5,5\n"
    yield case("identifiers", "unknown-world.csv", aggregate.encode(), SOUND[:1])
    rest = "year,prosecution,protection,prevention"
    for name, column, codes, expected in (
        ("cow", "ccode", ("255", "475"), "right"),
        ("iso", "iso_numeric", ("276", "566"), "right"),
        ("zeros", "iso_numeric", ("0276", "0566"), "right"),
        ("floats", "cow", ("255.0", "475.0"), "refused"),
        ("letters", "code", ("GMY", "NIG"), "refused"),
        ("swapped", "iso2", ("DEU", "NGA"), "refused"),
        ("negative", "ccode", ("-255", "475"), "refused"),
        ("large", "ccode", ("9" * 400, "475"), "refused"),
        ("hidden", "wb_code", ("DEU", "NGA"), "right"),
    ):
        text = f"{column},{rest}\n{codes[0]},2009,5,5,5\n{codes[1]},2009,4,5,5\n"
        yield case("identifiers", f"column-{name}.csv", text.encode(), SOUND, expected)
    text = f"iso3,country,{rest}\nDEU,Austria,2009,5,5,5\nNGA,Niger,2009,4,5,5\n"
    yield case("identifiers", "disagree.csv", text.encode(), SOUND)


def _years() -> Iterator[Case]:
    for number, year in enumerate(
        ("2009.0", " 2009 ", "2009.", "2.009e3", '"2009"', "02009", "2009-06-30")
    ):
        text = f"{HEAD}\nGermany,2009,5,5,5\nNigeria,{year},4,5,5\n"
        yield case("years", f"right-{number}.csv", text.encode(), SOUND)
    for number, year in enumerate(["", "Jun 2009", "2,009", "2009;", *WRONG_YEARS.split()]):
        text = f'{HEAD}\nGermany,2009,5,5,5\nNigeria,"{year}",4,5,5\n'
        yield case("years", f"wrong-{number}.csv", text.encode())


def _numbers() -> Iterator[Case]:
    same = ("4", "4.0", "+4", "4.", "4e0", " 4 ", "04", "4,0", "0.4e1", "40e-1", '"4"', "\u0664")
    blank = (
        "",
        " ",
        ".",
        "NA",
        "n/a",
        "#N/A",
        "nan",
        "NaN",
        "-",
        "No mention",
        "-99",
        "555",
        "\u2013",
        "n.a.",
    )
    wrong = [*WRONG_SCORES.split(), "4 5", "9" * 400]
    for answer, cells in ((SOUND, same), (MISSING, blank), (None, wrong)):
        for number, cell in enumerate(cells):
            text = f"{HEAD}\nGermany;2009;5;5;5\nNigeria;2009;{cell};5;5\n".replace(",", ";", 4)
            name = "wrong" if answer is None else "same" if answer is SOUND else "blank"
            yield case("numbers", f"{name}-{number}.csv", text.encode(), answer)


def _empty() -> Iterator[Case]:
    for number, content in enumerate(
        (
            b"",
            b" ",
            b"\n" * 100,
            codecs.BOM_UTF8,
            codecs.BOM_UTF16_LE,
            b"\0" * 100,
            b",,,,\n,,,,\n",
            b'""\n""\n',
            b"\x1a",
            HEAD.encode(),
            f"{HEAD}\n".encode(),
            f"{HEAD}\n,,,,\n".encode(),
            f"{HEAD}\n\n\n\n".encode(),
            b",,,,\nGermany,2009,5,5,5\n",
            b"Germany,2009,5,5,5\n",
        )
    ):
        yield case("empty", f"nothing-{number}.csv", content)


def _structure() -> Iterator[Case]:
    for name, text in (
        ("returns", LINES.replace("\n", "\r")),
        ("returns-newlines", LINES.replace("\n", "\r\n")),
        ("newlines-mixed", LINES.replace("\n", "\r\n", 1)),
        ("no-last-newline", LINES.rstrip()),
        ("blank-between", LINES.replace("\n", "\n\n")),
        ("blank-first", "\n\n" + LINES),
        ("semicolons", LINES.replace(",", ";")),
        ("tabs", LINES.replace(",", "\t")),
        ("bars", LINES.replace(",", "|")),
        ("all-quoted", '"' + LINES.rstrip().replace(",", '","').replace("\n", '"\n"') + '"'),
        ("spaces", LINES.replace(",", ", ")),
        ("separator-told", "sep=;\n" + LINES.replace(",", ";")),
    ):
        yield case("structure", f"{name}.csv", text.encode(), SOUND)
    quoted = f'{HEAD},note\nGermany,2009,5,5,5,"a\n""b"",c"\nNigeria,2009,4,5,5,\n'
    yield case("structure", "quoted-newline.csv", quoted.encode(), SOUND)
    for name, broken in (
        ("open-quote", LINES + '"Japan,2009,5,5,5\n'),
        ("open-quote-head", '"' + LINES),
        ("quote-within", LINES.replace("Nigeria", '"Nige"ria')),
        ("short-line", LINES + "Japan,2009,5,5\n"),
        ("long-line", LINES + "Japan,2009,5,5,5,5\n"),
        ("separator-at-end", LINES.replace("\n", ",\n", 2)),
        ("nul", LINES.replace("Nigeria", "Nige\0ria")),
        ("nul-at-end", LINES + "\0"),
        ("end-of-file-mark", LINES + "\x1a"),
        ("separator-wrong", "sep=;\n" + LINES),
        ("separator-alone", "sep=,\n"),
        ("turned", "country,Germany,Nigeria\nyear,2009,2009\nprosecution,5,4\n"),
        ("separators-mixed", LINES.replace(",", ";", 9)),
        ("json", json.dumps({"country": ["Germany"], "year": [2009]})),
        ("html", "<table><tr><td>Germany</td></tr></table>"),
        ("xml", '<?xml version="1.0"?><scores/>'),
        ("pdf", "%PDF-1.7\n1 0 obj\n"),
        ("shell", "#!/bin/sh\nrm -rf /tmp/nothing\n"),
    ):
        yield case("structure", f"{name}.csv", broken.encode())
    for name, around in (
        ("comment", "# scores of 2009\n" + LINES),
        ("title-padded", f"Scores{',' * HEAD.count(',')}\n" + LINES),
        ("separator-quoting", 'sep="\n' + LINES),
        ("footnote", LINES + "Source: nobody\n"),
    ):
        yield case("structure", f"{name}.csv", around.encode(), SOUND)
    wide = b"country,2008,2009\nGermany,15,15\n"
    yield case("structure", "wide-years.csv", wide, TOTALS)
    yield case("structure", "pickle.csv", pickle.dumps({"country": ["Germany"]}, protocol=4))
