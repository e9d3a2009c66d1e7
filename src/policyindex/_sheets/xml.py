"""Members of archives as XML, whatever their namespaces."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, iterparse, parse


def tag(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def attributes(element: Element) -> dict[str, str]:
    """Return the attributes of an element without their namespaces."""
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def elements(
    archive: zipfile.ZipFile, member: str, names: frozenset[str]
) -> Iterator[tuple[str, Element]]:
    """Yield the elements of these names in a member, each at its end."""
    tags: dict[str, str] = {}
    with archive.open(member) as stream:
        for _, element in iterparse(stream):
            full = element.tag
            if full not in tags:
                tags[full] = tag(element)
            if tags[full] in names:
                yield tags[full], element


def root(archive: zipfile.ZipFile, member: str) -> Element:
    """Return the outermost element of a member."""
    with archive.open(member) as stream:
        return parse(stream).getroot()
