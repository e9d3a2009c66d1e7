"""Members of archives as XML, whatever their namespaces."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser, iterparse, parse

MOST_TAGS = 2**22
"""Tags of a part that is held in memory as a whole; a tag of four bytes takes some hundred."""

MOST_HELD = 2**19
"""Tags of a row, a text or the styles, held in memory: 32 for each cell of the widest row."""

MOST_DEEP = 2**8
"""Tags open at once."""

PIECE = 2**14
"""Bytes that are parsed at a time: few elements at once cost the collector of garbage little."""


class _Freeing:
    """Read a part of an archive in pieces; free what was parsed of it before."""

    def __init__(self, stream: IO[bytes], top: Element, names: frozenset[str]) -> None:
        self._stream, self._top, self._names = stream, top, names
        self._held: Element | None = None
        self._count = 0

    def read(self, _: int) -> bytes:
        held = self._free()
        if held is not self._held:
            self._held, self._count = held, 0
        elif held is not None and self._count > MOST_HELD:
            raise ValueError(f"a part of it must have at most {MOST_HELD:,} tags; it has more")
        content = self._stream.read(PIECE)
        self._count += content.count(b"<")
        return content

    def _free(self) -> Element | None:
        """Delete all elements before the last of each depth, down to one of the names.

        These are complete, and were yielded if they are of the names.
        """
        element: Element | None = self._top
        for _ in range(MOST_DEEP):
            if element is None or tag(element) in self._names:
                return element
            del element[:-1]
            element = element[0] if len(element) else None
        raise ValueError(f"its tags must be nested at most {MOST_DEEP} deep")


def tag(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def attributes(element: Element) -> dict[str, str]:
    """Return the attributes of an element without their namespaces."""
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def elements(
    archive: zipfile.ZipFile, member: str, names: frozenset[str]
) -> Iterator[tuple[str, Element]]:
    """Yield the elements of these names in a member, each at its end.

    One is in memory at a time, with its tags counted, and what stands close to it.

    Raises
    ------
    ValueError
        If an element of these names has too many tags, or the tags are nested too deep.
    """
    builder = TreeBuilder()
    top = builder.start("", {})  # a handle on a tree whose outermost element is not yet complete
    wanted: dict[str, str] = {}
    with archive.open(member) as stream:
        source: Any = _Freeing(stream, top, names)
        for _, element in iterparse(source, ("end",), XMLParser(target=builder)):
            full = element.tag
            if full not in wanted:
                name = tag(element)
                wanted[full] = name if name in names else ""
            if wanted[full]:
                yield wanted[full], element


def root(archive: zipfile.ZipFile, member: str) -> Element:
    """Return the outermost element of a member, whose tags are counted before any is held."""
    left = MOST_TAGS
    with archive.open(member) as stream:
        while content := stream.read(PIECE):
            left -= content.count(b"<")
            if left < 0:
                raise ValueError(f"a part of it must have at most {MOST_TAGS:,} tags; it has more")
    with archive.open(member) as stream:
        return parse(stream).getroot()
