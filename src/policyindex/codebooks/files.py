"""Codebooks as files: read from JSON and Excel, written as these and as documents to print."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from .._atomic import check_ending, path_of, write_whole
from .._wording import listed, quoted, refuse_halves
from .description import described
from .documents import codebook_of, document_of
from .model import Codebook, check_codebook

MOST_BYTES = 16_000_000
"""The size of the largest file of a codebook."""

LONGEST_NUMBER = 20
"""Digits of an integer."""

LONGEST_LINE = 96
"""Characters of a part that JSON has on one line."""

WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of workbooks: .xlsx and .ods, and .xls."""


def read(path: str | os.PathLike[str]) -> Codebook:
    """Read a codebook from a file of JSON or from a workbook.

    Parameters
    ----------
    path : str or path
        JSON in UTF-8, or a workbook (.xlsx, .xls or .ods) with the sheets Codebook, Dimensions,
        Indicators, Levels and Rules, as :func:`write` writes them. The first bytes tell which.

    Returns
    -------
    Codebook
        Equal to the codebook that was written.

    Raises
    ------
    ValueError
        If the file is not a codebook: a key, sheet or column is unknown, absent or of the wrong
        type, a name repeats, a rule does not fit its indicators, leaves its scale or falls when an
        indicator rises, or the file is too large. The message names the part that is wrong.
    ImportError
        If a workbook needs a library that is not installed.
    OSError
        If the file cannot be read.

    Notes
    -----
    Keys of JSON: ``format`` (1), ``name``, ``title``, ``version``, ``citation``, ``changelog``
    (``date``, ``text``) and ``dimensions``, each with ``name``, ``title``, ``lowest``, ``levels``,
    ``rule`` (``kind`` and its parameters) and ``indicators`` (``name``, ``title``, ``levels``,
    ``guidance``). Levels are texts, worst first. All keys may be absent except the format, names,
    dimensions, rules and indicators.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import THREE_P
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "3p.json")
    ...     write(THREE_P, path)
    ...     read(path) == THREE_P
    True
    """
    file_path = path_of(path)
    with file_path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return codebook_in(content, file_path.name)


def codebook_in(content: bytes, file_name: str) -> Codebook:
    """Return the codebook that the content of a file is, or refuse it and name the file."""
    try:
        if len(content) > MOST_BYTES:
            raise ValueError(f"it must have at most {MOST_BYTES:,} bytes; it has more")
        return codebook_of(_document(content))
    except ValueError as error:
        name = listed([file_name])
        raise ValueError(f"{name} cannot be read as a codebook: {error}") from error


def _document(content: bytes) -> object:
    if content.startswith(WORKBOOK):
        from .sheets import document_in  # most codebooks are read from JSON

        return document_in(content)
    return _parsed(content)


def _parsed(content: bytes) -> object:
    """Return the document of JSON text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"it must be JSON in UTF-8, or a workbook; byte {error.start + 1:,} is not UTF-8"
        ) from error
    try:
        document = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_int=_integer,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno} is not ({error.msg})"
        raise ValueError(
            f"it must be JSON, or a workbook; {where if text.strip() else 'it is empty'}; the "
            f"command codebook writes one to start from"
        ) from error
    except RecursionError as error:
        raise ValueError("it must be JSON; its parts are nested too deeply") from error
    refuse_halves(document)
    return document


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parts = dict(pairs)
    if len(parts) < len(pairs):
        (key, n), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"keys must be distinct; {quoted(key)} comes {n} times")
    return parts


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(
            f"numbers must have at most {LONGEST_NUMBER} digits; one has {len(digits):,}"
        )
    return int(digits)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"numbers must be finite; got {name}")


def write(codebook: Codebook, path: str | os.PathLike[str]) -> None:
    """Write a codebook to a file; the ending of its name sets the format.

    JSON and Excel are read back by :func:`read`. Markdown, HTML and Word are to be read by people:
    the scales, what scores require, and every level with its guidance. The same codebook gives the
    same bytes.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    path : str or path
        The file, in a folder that exists: ``.json``, ``.xlsx``, ``.md``, ``.html`` or ``.docx``.
        It is written whole or not at all.

    Raises
    ------
    ValueError
        If the ending is another one, a rule is a function of more than 200,000 combinations of
        levels (20,000 in a workbook, any table), or a text cannot be written in this format.
    ImportError
        If ``.xlsx`` is written without openpyxl, or ``.docx`` without python-docx.
    OSError
        If the file cannot be written; a file that was there before is then left as it was.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import HTI
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "hti.md")
    ...     write(HTI, path)
    ...     print(path.read_text(encoding="utf-8").splitlines()[0])
    # 3P Index of the Human Trafficking Indicators
    """
    check_codebook(codebook)
    check_ending(path, tuple(WRITERS))
    write_whole(path, content_of(codebook, path_of(path).suffix.lower() or ".json"))


def content_of(codebook: Codebook, ending: str) -> bytes:
    """Return the content of a file of a codebook."""
    try:
        return WRITERS[ending](codebook)
    except UnicodeEncodeError as error:
        raise ValueError(
            f"the texts of a codebook must be Unicode; {quoted(error.object[error.start])} is a "
            f"half of a character"
        ) from error


def _json(codebook: Codebook) -> bytes:
    return f"{_pretty(document_of(codebook))}\n".encode()


def _pretty(value: object, indent: str = "") -> str:
    """Return JSON in which a list of numbers, or a part that is short and flat, takes one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list):
        return line
    parts = list(value.values()) if isinstance(value, dict) else value
    is_flat = not any(isinstance(each, dict | list) for each in parts)
    if all(isinstance(each, int) for each in parts) or (is_flat and len(line) <= LONGEST_LINE):
        return line
    deeper = f"{indent}  "
    lines = [_pretty(each, deeper) for each in parts]
    if isinstance(value, dict):
        keys = [json.dumps(key, ensure_ascii=False) for key in value]
        lines = [f"{key}: {each}" for key, each in zip(keys, lines, strict=True)]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner = f",\n{deeper}".join(lines)
    return f"{opening}\n{deeper}{inner}\n{indent}{closing}"


def _xlsx(codebook: Codebook) -> bytes:
    from .sheets import workbook_of

    return workbook_of(document_of(codebook))


def _markdown(codebook: Codebook) -> bytes:
    from .pages import markdown_of

    return markdown_of(described(codebook)).encode()


def _html(codebook: Codebook) -> bytes:
    from .pages import html_of

    return html_of(described(codebook)).encode()


def _docx(codebook: Codebook) -> bytes:
    from .word import document_of as word_document_of

    return word_document_of(described(codebook))


WRITERS: dict[str, Callable[[Codebook], bytes]] = {
    ".json": _json,
    ".xlsx": _xlsx,
    ".md": _markdown,
    ".html": _html,
    ".docx": _docx,
}
"""The formats of a codebook, by the ending of the name."""
