"""The pages of a release, in Markdown and HTML."""

from __future__ import annotations

import re

from policyindex.coding import pages

PAGE = pages.Page(
    "Scores & more",
    ["The lead.", "It goes on."],
    [
        pages.Section(
            "Files",
            ["A paragraph."],
            pages.Listing(("File", "Rows"), [("a<b.csv", "12")], ("Rows",), has_links=True),
            "A note.",
        ),
        pages.Section("Rest", [], pages.Listing(("Name", "Text"), [("x", "y|z")])),
    ],
)


def test_a_page_of_markdown_has_all_its_parts() -> None:
    lines = pages.as_markdown(PAGE).decode().splitlines()
    assert [line for line in lines if line] == [
        "# Scores &amp; more",
        "The lead.",
        "It goes on.",
        "## Files",
        "A paragraph.",
        "| File | Rows |",
        "| :--- | ---: |",
        "| [a<b.csv](a<b.csv) | 12 |",
        "A note.",
        "## Rest",
        "| Name | Text |",
        "| :--- | :--- |",
        "| x | y\\|z |",
    ]


def test_a_page_of_html_has_all_its_parts() -> None:
    text = pages.as_html(PAGE).decode()
    body = text[text.index("<h1>") :]
    assert re.findall(r"<p[^>]*>[^<]*</p>", body) == [
        '<p class="lead">The lead.</p>',
        '<p class="lead">It goes on.</p>',
        "<p>A paragraph.</p>",
        '<p class="note">A note.</p>',
    ]
    assert re.findall(r"<t[hd](?: [^>]*)?>.*?</t[hd]>", body) == [
        '<th scope="col">File</th>',
        '<th scope="col" class="number">Rows</th>',
        '<th scope="row"><a href="a&lt;b.csv">a&lt;b.csv</a></th>',
        '<td class="number">12</td>',
        '<th scope="col">Name</th>',
        '<th scope="col">Text</th>',
        '<th scope="row">x</th>',
        "<td>y|z</td>",
    ]
