"""Pages of HTML as trees of elements, for the tests of reports."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "input", "link", "br", "img"}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Element | str] = []

    def __iter__(self) -> Iterator[Element]:
        """Every element below, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def every(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each for each in self if each.tag == tag and wanted.items() <= each.attributes.items()
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (found,) = self.every(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        parts = (each if isinstance(each, str) else each.text for each in self.children)
        return " ".join("".join(parts).split())

    def cells(self) -> list[list[str]]:
        """The cells of a table's body, row by row, without its bars."""
        return [
            [cell.text for cell in row if cell.tag in ("th", "td") and not is_bar(cell)]
            for row in self.one("tbody").every("tr")
        ]


def is_bar(cell: Element) -> bool:
    return cell.attributes.get("class") == "bar"


CELLS = ("td", "th")

ROWS = (*CELLS, "tr")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML lets a cell and a row end where the next one begins.
        ended = {"td": CELLS, "th": CELLS, "tr": (*CELLS, "tr")}.get(tag, ())
        while self.open[-1].tag in ended:
            self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while tag in ("tbody", "tr") and self.open[-1].tag != tag and self.open[-1].tag in ROWS:
            self.open.pop()
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(path: Path) -> Element:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    (root,) = reader.open
    for each in [root, *root]:
        # The explorer has tests of its own.
        each.children = [child for child in each.children if not is_explorer(child)]
    return expanded(root)


def is_explorer(child: Element | str) -> bool:
    return isinstance(child, Element) and child.attributes.get("id") == ":explorer"


def expanded(root: Element) -> Element:
    """Put the parts of charts that several share into each of these."""
    shared = {each.attributes["id"]: each for each in root if "id" in each.attributes}
    for use in root.every("use"):
        original = shared[use.attributes["href"][1:]]
        attributes = original.attributes | use.attributes
        part = Element(
            original.tag, {name: attributes[name] for name in attributes if name != "id"}
        )
        part.children = original.children
        use.children.append(part)
    return root


def captioned(page: Element, begin: str) -> Element:
    (found,) = (each for each in page.every("table") if each.one("caption").text.startswith(begin))
    return found
