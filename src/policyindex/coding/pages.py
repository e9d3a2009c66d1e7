"""The page of a release: one content, as Markdown and as HTML."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import NamedTuple

from .._version import __version__
from .._wording import in_markdown

STYLE = """
:root {
  --paper: #fff; --ink: #1d1d1b; --soft: #595650; --rule: #d5d1c9; --link: #0b566b;
  color-scheme: light dark;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #1b1e20; --ink: #e9e6e1; --soft: #b3afa8; --rule: #3a3d40; --link: #86cbe0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
}
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.8rem; line-height: 1.15; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 {
  font-size: 1.1rem; line-height: 1.25; margin: 2rem 0 .5rem; padding-top: .4rem;
  border-top: 1.5px solid var(--ink);
}
p { margin: 0 0 .6rem; overflow-wrap: anywhere; }
.lead { font-size: 1.08rem; }
.note { color: var(--soft); font-size: .875rem; margin-top: .4rem; }
.scroll { overflow-x: auto; }
table {
  border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.35;
  font-variant-numeric: tabular-nums;
}
th, td {
  padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: baseline;
  border-bottom: 1px solid var(--rule);
}
th { font-weight: 600; }
thead th { color: var(--soft); font-weight: 400; border-bottom-color: var(--ink); }
.number { text-align: right; }
a { color: var(--link); }
@page { size: A4; margin: 14mm; }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  tr, h2 { break-inside: avoid; }
  h2 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
"""


class Listing(NamedTuple):
    """A table of a page, of plain texts."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers: tuple[str, ...] = ()
    """The columns of numbers, by their headers."""
    has_links: bool = False
    """Whether the first column names files beside the page."""


class Section(NamedTuple):
    """A section of a page."""

    heading: str
    paragraphs: list[str]
    table: Listing | None = None
    note: str = ""


class Page(NamedTuple):
    """A page of texts and tables."""

    title: str
    lead: list[str]
    sections: list[Section]


def as_markdown(page: Page) -> bytes:
    """Return a page as Markdown."""
    lines = [f"# {in_markdown(page.title)}", ""]
    for text in page.lead:
        lines += [in_markdown(text), ""]
    for section in page.sections:
        lines += [f"## {in_markdown(section.heading)}", ""]
        for text in section.paragraphs:
            lines += [in_markdown(text), ""]
        if section.table:
            lines += [*_markdown_table(section.table), ""]
        if section.note:
            lines += [in_markdown(section.note), ""]
    return "\n".join(lines).encode()


def _markdown_table(table: Listing) -> list[str]:
    rules = ["---:" if name in table.numbers else ":---" for name in table.header]
    rows = [tuple(map(in_markdown, row)) for row in table.rows]
    if table.has_links:
        rows = [(f"[{first}]({first})", *others) for first, *others in table.rows]
    return [f"| {' | '.join(row)} |" for row in (table.header, rules, *rows)]


def as_html(page: Page) -> bytes:
    """Return a page as HTML; it loads and runs nothing."""
    digest = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta name="generator" content="policyindex {__version__}">',
        f"<title>{escape(page.title)}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{escape(page.title)}</h1>",
        *(f'<p class="lead">{escape(text)}</p>' for text in page.lead),
        *(line for section in page.sections for line in _html_section(section)),
        "</main>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _html_section(section: Section) -> list[str]:
    heading = escape(section.heading)
    lines = ["<section>", f"<h2>{heading}</h2>"]
    lines += [f"<p>{escape(text)}</p>" for text in section.paragraphs]
    if section.table:
        # A table that is wider than the screen is scrolled, with the keyboard too.
        lines += [
            f'<div class="scroll" tabindex="0" role="region" aria-label="Table: {heading}">',
            *_html_table(section.table),
            "</div>",
        ]
    if section.note:
        lines.append(f'<p class="note">{escape(section.note)}</p>')
    return [*lines, "</section>"]


def _html_table(table: Listing) -> list[str]:
    kinds = [' class="number"' if name in table.numbers else "" for name in table.header]
    head = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>'
        for kind, name in zip(kinds, table.header, strict=True)
    )
    rows = []
    for first, *others in table.rows:
        label = escape(first)
        label = f'<a href="{label}">{label}</a>' if table.has_links else label
        cells = "".join(
            f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds[1:], others, strict=True)
        )
        rows.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    return [f"<table><thead><tr>{head}</tr></thead>", "<tbody>", *rows, "</tbody></table>"]
