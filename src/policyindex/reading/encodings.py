"""Decode the text of a file, and recognise text that was decoded wrongly."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .._options import Argument, OptionError
from .._wording import quoted
from ..panel.check import PanelError
from .findings import Findings

USUAL = ("utf-8", "cp1252", "latin-1")
"""Encodings that are tried in this order; the last fits any bytes."""

CANDIDATES = (
    "cp850", "cp437", "mac_roman", "utf-8", "cp1252", "cp1250", "iso8859-2", "iso8859-15", "cp1254",
    "cp1257", "cp852", "cp1251", "koi8-r", "cp866", "iso8859-5", "cp1253", "iso8859-7", "cp1256",
    "cp1255", "gb18030", "big5", "shift_jis", "euc_kr",
)  # fmt: skip
"""Encodings of tables in use, likely ones first."""

NOT_FOR_FILES = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
"""Encodings that Python knows, of which no file of a table is made."""

MARKS = {
    codecs.BOM_UTF8: ("utf-8", "utf-8-sig"),
    codecs.BOM_UTF32_LE: ("utf-32",),
    codecs.BOM_UTF16_LE: ("utf-16", "utf-16-le"),
    codecs.BOM_UTF16_BE: ("utf-16", "utf-16-be"),
}
"""Bytes with which a text names its encoding, and the encodings that read it; UTF-32 before the
UTF-16 whose mark it starts with."""

WITHIN = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{MIDDLE DOT}"
"""Signs within a word: apostrophes and the dot of Catalan."""

BESIDE = "\N{DAGGER}\N{DOUBLE DAGGER}\N{SECTION SIGN}\N{DEGREE SIGN}\N{HORIZONTAL ELLIPSIS}"
"""Signs before or after a word, e.g. marks of footnotes."""

ORDINARY = ("L", "M", "N", "Z", "Pd", "Cf")
"""Starts of the Unicode categories of which names consist."""


class Candidate(NamedTuple):
    """Hold texts as another encoding would read them."""

    encoding: str
    texts: list[str]
    helps: bool
    """Whether `encoding=` would read the file so; it does not mend text saved after an error."""


def decode(content: bytes, findings: Findings, *, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file, and the Python name of its encoding.

    Parameters
    ----------
    content : bytes
        The content of the file.
    findings : Findings
        Where an encoding other than UTF-8 is reported, unless it was requested.
    encoding : str, optional
        The only encoding to try, by its name in Python; by default UTF-16 if the text starts with
        its mark, UTF-8, Windows-1252 and Latin-1, the first that fits.

    Returns
    -------
    tuple of str, str
        The text, without a byte-order mark, and the encoding.

    Raises
    ------
    OptionError
        If the encoding is unknown, contradicts the mark at the start, or does not fit the bytes.
    """
    if encoding is not None:
        return _decode_as(content, check_encoding(encoding), findings.label)
    mark = _mark_of(content)
    if mark not in (b"", codecs.BOM_UTF8):
        name = MARKS[mark][0]
        title = name.upper()
        try:
            text = content.decode(name)
        except UnicodeError as error:
            raise PanelError(
                f"{findings.label} must be text in {title}, as its first bytes say; it is not, and "
                "may be damaged"
            ) from error
    else:
        text, name, title = _first_that_fits(content)
        findings.unfit = USUAL[: USUAL.index(name)]
    if title:
        lines = text.count("\n") + (not text.endswith("\n"))
        findings.add("encoding", "the text is not UTF-8", rows=lines, action=f"read as {title}")
    return text, name


def check_encoding(encoding: object) -> str:
    """Return the normal name of an encoding of text, or refuse the value."""
    try:
        info = codecs.lookup(encoding)  # type: ignore[arg-type]
    except (LookupError, TypeError, ValueError, UnicodeError):
        info = None
    if info is None or not info._is_text_encoding or info.name in NOT_FOR_FILES:
        raise OptionError(
            "encoding must be the name of an encoding in Python, e.g. 'utf-8', 'cp1252', 'cp850' "
            f"or 'utf-16'; got {quoted(encoding)}; choose with",
            Argument("encoding"),
        )
    return info.name


def _decode_as(content: bytes, encoding: str, label: str) -> tuple[str, str]:
    mark = _mark_of(content)
    if mark and encoding not in MARKS[mark]:
        raise OptionError(
            f"{label} must be read in the encoding that its first bytes name, {MARKS[mark][0]}; "
            f"got {encoding}; leave out",
            Argument("encoding"),
        )
    try:
        return content.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeError as error:
        raise OptionError(
            f"{label} must be text in {encoding}; it is not{_first_fault(content, error)}; choose "
            "another with",
            Argument("encoding"),
        ) from error


def _first_fault(content: bytes, error: UnicodeError) -> str:
    if not isinstance(error, UnicodeDecodeError):
        return ""
    line = content.count(b"\n", 0, error.start) + 1
    return f", the first byte that does not fit is {content[error.start]:#04x} in line {line:,}"


def _mark_of(content: bytes) -> bytes:
    return next((mark for mark in MARKS if content.startswith(mark)), b"")


def _first_that_fits(content: bytes) -> tuple[str, str, str]:
    for codec, name, title in (("utf-8-sig", "utf-8", ""), ("cp1252", "cp1252", "Windows-1252")):
        try:
            return content.decode(codec), name, title
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1", "Latin-1"


def looks_misdecoded(texts: Iterable[str]) -> list[str]:
    """Return the texts that look wrongly decoded, with signs within words."""
    return [text for text in texts if not text.isascii() and _is_odd(text)]


def _is_odd(text: str) -> bool:
    padded = f" {text} "
    trios = zip(padded, text, padded[2:], strict=False)
    return any(_is_odd_between(before, each, after) for before, each, after in trios)


def _is_odd_between(before: str, each: str, after: str) -> bool:
    """Return whether a character cannot stand in a name, e.g. a quotation mark within a word."""
    if each.isascii():
        return False
    category = unicodedata.category(each)
    if each == "\N{REPLACEMENT CHARACTER}" or category in ("Cc", "Cn", "Co"):
        return True
    # UTF-8 read as Windows-1252: capital A with a tilde or a circumflex, then a sign.
    if each in "\xc2\xc3\xe2":
        return not (after.isascii() or after.isalpha())
    is_hat = each == "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"
    if each in WITHIN or (category.startswith(ORDINARY) and not is_hat) or not _is_western(each):
        return False
    if before.isalpha():
        return after.isalpha() or not (each in BESIDE or category == "Pf")
    return after.isalpha() and not (each in BESIDE or category == "Pi")


def _is_western(character: str) -> bool:
    """Whether Windows-1252 has a character: others are punctuation of other scripts."""
    try:
        return bool(character.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith(("L", "M"))


def candidates(texts: Sequence[str], encoding: str) -> list[Candidate]:
    """Return texts as other encodings would read them, likely encodings first.

    Parameters
    ----------
    texts : sequence of str
        Text of the file, e.g. names that are not countries; ASCII alone has no other reading.
    encoding : str
        The Python name of the encoding by which the file was read.

    Returns
    -------
    list of Candidate
        Those encodings by which all characters of a text become letters; their `texts` are in the
        order of the input, and unchanged where that is not so.
    """
    doubtful = [text for text in texts if not text.isascii()]
    return list(_candidates(texts, doubtful, encoding))


def _candidates(texts: Sequence[str], doubtful: list[str], encoding: str) -> Iterator[Candidate]:
    # Text that was saved as UTF-8 after an error was read by one of these before.
    saved = encoding.startswith("utf")
    sources = ("cp1252", "latin-1", "cp850", "mac_roman") if saved else (encoding,)
    seen: set[tuple[str, ...]] = {tuple(texts)}
    for source in sources:
        for candidate in CANDIDATES:
            if candidate == source:
                continue
            forms = {text: _recoded(text, source, candidate) for text in doubtful}
            redone = [forms.get(text) or text for text in texts]
            if tuple(redone) not in seen:
                seen.add(tuple(redone))
                yield Candidate(candidate, redone, not saved)


def _recoded(text: str, source: str, candidate: str) -> str:
    """Return a text as another encoding reads it; nothing if that is not made of letters."""
    try:
        form = text.encode(source).decode(candidate)
    except UnicodeError:
        return ""
    return form if _is_plain(form) else ""


def _is_plain(text: str) -> bool:
    signs = [each for each in text if not each.isascii()]
    return all(_is_letter(each) or each in WITHIN for each in signs) and any(map(_is_letter, signs))


def complaint(
    texts: Sequence[str],
    encoding: str,
    is_name: Callable[[str], bool],
    *,
    unfit: Sequence[str] = (),
) -> tuple[str, Argument | None] | None:
    """Return a clause that names the wrong decoding of names, and the argument that mends it.

    Parameters
    ----------
    texts : sequence of str
        Names that are not known.
    encoding : str
        The Python name of the encoding by which the file was read.
    is_name : callable
        Whether a text is a known name.
    unfit : sequence of str
        Encodings that do not fit all of the file.

    Returns
    -------
    tuple of str, Argument or None
        E.g. ``the text looks wrongly decoded: "C“te d'Ivoire" is "Côte d'Ivoire" in cp850; read it
        with`` and ``encoding='cp850'``; None if nothing suggests a wrong decoding.
    """
    texts = [text for text in dict.fromkeys(texts) if not (text.isascii() or is_name(text))]
    best: list[tuple[str, str]] = []
    for each in candidates(texts, encoding):
        pairs = zip(texts, each.texts, strict=True)
        named = [(old, new) for old, new in pairs if new != old and is_name(new)]
        if len(named) > len(best):
            best, candidate = named, each
    if best:
        old, new = best[0]
        clause = f"the text looks wrongly decoded: {quoted(old)} is {quoted(new)}"
        name = candidate.encoding
        if name in unfit:
            return f"{clause} in {name}, unlike other lines; save all lines in one encoding", None
        if candidate.helps:
            return f"{clause} in {name}; read it with", Argument("encoding", f"'{name}'")
        return f"{clause}, decoded wrongly before the file was saved; export it again", None
    if odd := looks_misdecoded(texts):
        return (
            f"the text looks wrongly decoded, e.g. {quoted(odd[0])}; name its encoding with",
            Argument("encoding"),
        )
    return None
