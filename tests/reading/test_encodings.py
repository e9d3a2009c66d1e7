"""Which encoding a text is read in, and how a wrong one is recognised."""

from __future__ import annotations

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import countries, read_scores
from policyindex._options import Argument, OptionError
from policyindex.panel.check import PanelError
from policyindex.reading import encodings
from policyindex.reading.findings import Findings

NAMES = [
    "Côte d'Ivoire", "Curaçao", "São Tomé and Príncipe", "Österreich", "Brésil", "Åland Islands",
    "Éthiopie", "España", "Níger", "Türkiye", "Réunion", "Saint Barthélemy", "Corée du Sud",
]  # fmt: skip

SOUND = [
    *NAMES, "Kosovo\N{SUPERSCRIPT ONE}", "China [1]", "Mexico\N{DAGGER}", "Nauru\N{SECTION SIGN}",
    "C\N{LATIN SMALL LETTER O WITH CIRCUMFLEX}te d\N{RIGHT SINGLE QUOTATION MARK}Ivoire",
    "\N{LEFT DOUBLE QUOTATION MARK}Kosovo\N{RIGHT DOUBLE QUOTATION MARK}", "Ελλάδα", "Россия",
    "كوريا، جمهورية", "刚果(金)", "Z\N{NO-BREAK SPACE}", "Serbia\N{EN DASH}Montenegro",
]  # fmt: skip


def decoded(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    return encodings.decode(content, Findings("mine.csv"), encoding=encoding)


def is_name(text: str) -> bool:
    return bool(countries._match([text], kind=None)[0] is not None)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp850", "cp1252", "mac_roman"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_requested_encoding_is_used(encoding: str) -> None:
    text = "\n".join(NAMES)
    assert decoded(text.encode(encoding), encoding)[0] == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff")))
def test_a_mark_names_the_encoding(text: str) -> None:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ):
        if mark == codecs.BOM_UTF16_LE and text.startswith("\0"):
            continue  # the mark of UTF-32
        assert decoded(mark + text.encode(codec))[0] == text


@pytest.mark.parametrize(
    "encoding", ["cp999", "", "base64", "hex", "rot13", "idna", "undefined", 7, b"cp850", "x" * 999]
)
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(OptionError, match="encoding must be the name of an encoding in") as caught:
        decoded(b"a,b\n", encoding)
    assert caught.value.option == Argument("encoding")


@pytest.mark.parametrize(
    ("text", "line"), [("Côte", 1), ("\nCôte", 2), ("country\nCôte\n", 2), ("\n\nCôte\nô", 3)]
)
def test_no_other_encoding_is_tried_than_the_requested_one(text: str, line: int) -> None:
    told = f"text in utf-8; it is not, the first byte that does not fit is 0xf4 in line {line}; "
    with pytest.raises(OptionError, match=told) as caught:
        decoded(text.encode("cp1252"), "UTF8")
    assert caught.value.option == Argument("encoding")


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32"),
    ],
)
def test_an_encoding_that_contradicts_the_first_bytes_is_refused(mark: bytes, name: str) -> None:
    with pytest.raises(OptionError, match=f"that its first bytes name, {name}; got cp850; leave"):
        decoded(mark + b"a\0", "cp850")


@pytest.mark.parametrize(("text", "lines"), [("é", 1), ("é\n", 1), ("a\né", 2), ("a\né\n\n", 3)])
def test_the_lines_of_a_text_in_another_encoding_are_counted(text: str, lines: int) -> None:
    findings = Findings("mine.csv")
    assert encodings.decode(text.encode("cp1252"), findings) == (text, "cp1252")
    assert [(each.kind, each.rows) for each in findings] == [("encoding", lines)]


def test_damaged_utf_16_is_refused() -> None:
    with pytest.raises(PanelError, match="must be text in UTF-16"):
        decoded(codecs.BOM_UTF16_LE + b"a\0b")


def test_sound_names_do_not_look_misdecoded() -> None:
    assert encodings.looks_misdecoded(SOUND) == []


@pytest.mark.parametrize("written", ["cp850", "cp437", "utf-8"])
@pytest.mark.parametrize("read", ["cp1252", "latin-1"])
def test_names_in_another_encoding_look_misdecoded(written: str, read: str) -> None:
    doubted = 0
    for name in NAMES:
        try:
            wrong = name.encode(written).decode(read)
        except UnicodeError:
            continue
        doubted += 1
        assert encodings.looks_misdecoded([wrong]) == [wrong]
    assert doubted > 5


@pytest.mark.parametrize("written", ["cp850", "mac_roman", "utf-8"])
def test_the_encoding_that_makes_names_of_the_text_is_named(written: str) -> None:
    raw = ["Côte d'Ivoire", "Réunion", "Atlantis", "Kosovo\N{SUPERSCRIPT ONE}x"]
    wrong = [name.encode(written, "ignore").decode("latin-1") for name in raw]
    clause, option = encodings.complaint(wrong, "latin-1", is_name) or ("", None)
    assert clause.startswith("the text looks wrongly decoded: ")
    assert clause.endswith(f""" is "Côte d'Ivoire" in {written}; read it with""")
    assert option == Argument("encoding", f"'{written}'")


def test_the_first_letter_may_be_the_one_that_is_wrong() -> None:
    wrong = "Österreich".encode("cp850").decode("cp1252")
    clause, option = encodings.complaint([wrong], "cp1252", is_name) or ("", None)
    assert clause.endswith("is 'Österreich' in cp850; read it with")
    assert option == Argument("encoding", "'cp850'")


def test_a_file_in_two_encodings_is_named_as_such() -> None:
    head = "country,year,overall\nCôte d'Ivoire,2009,9\n".encode()
    for name, encoding in (("Curaçao", "cp1252"), ("Côte d\x81Ivoire", "latin-1")):
        content = head + f"{name},2009,9\n".encode(encoding)
        with pytest.raises(PanelError, match="in utf-8, unlike other lines; save all lines in one"):
            read_scores(io.BytesIO(content))
    with pytest.raises(PanelError, match="in utf-8; read it with encoding='utf-8'"):
        read_scores(io.BytesIO(head), encoding="cp1252")


def test_text_spoilt_before_it_was_saved_has_no_option() -> None:
    wrong = "Côte d'Ivoire".encode().decode("cp1252")
    clause, option = encodings.complaint([wrong], "utf-8", is_name) or ("", None)
    assert clause.endswith("decoded wrongly before the file was saved; export it again")
    assert option is None


def test_lost_letters_are_named_without_a_guess() -> None:
    lost = ["C\ufffdte", "R\ufffdunion"]
    clause, option = encodings.complaint(lost, "utf-8", is_name) or ("", None)
    assert clause.startswith(f"the text looks wrongly decoded, e.g. {lost[0]!r}; name its")
    assert option == Argument("encoding")


def test_unknown_names_that_are_sound_give_no_complaint() -> None:
    assert encodings.complaint(["Atlantis", "Ålant", *SOUND], "cp1252", is_name) is None


@given(st.lists(st.text(max_size=8), max_size=4), st.sampled_from(["utf-8", "cp1252", "latin-1"]))
def test_any_text_has_an_answer(texts: list[str], encoding: str) -> None:
    for each in encodings.candidates(texts, encoding):
        assert len(each.texts) == len(texts)
        assert each.texts != texts
    encodings.complaint(texts, encoding, is_name)
