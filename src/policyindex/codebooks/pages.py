"""A codebook as Markdown and as a page of HTML, for people to read and to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._version import __version__
from .._wording import in_markdown
from .description import Description, Part, Section


def markdown_of(description: Description) -> str:
    """Return the codebook as Markdown."""
    return "\n".join(_lines(description)) + "\n"


def _lines(description: Description) -> Iterator[str]:
    yield f"# {in_markdown(description.title)}"
    for label, text in description.facts:
        yield from ("", f"**{label}.** {in_markdown(text)}")
    for section in description.sections:
        yield from _section_lines(section)
    if description.changelog:
        yield from ("", "## Changes", "")
        for day, text in description.changelog:
            yield f"- {day}: {in_markdown(text)}"


def _section_lines(section: Section) -> Iterator[str]:
    dimension = section.dimension
    yield from ("", f"## {_heading(dimension)}", "", f"Scores from {in_markdown(section.scale)}.")
    if section.rule:
        yield from ("", in_markdown(section.rule))
    if dimension.levels:
        yield ""
        yield from _table(("Score", "In words", "Requires at least"), dimension)
    for each in section.indicators:
        yield from ("", f"### {_heading(each)}", "")
        is_guided = any(level.more for level in each.levels)
        yield from _table(("Level", "In words", *(["Guidance"] if is_guided else [])), each)


def _heading(part: Part) -> str:
    return f"{in_markdown(part.title)} ({in_markdown(part.name)})"


def _table(columns: Sequence[str], part: Part) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"| ---: {'| :--- ' * (len(columns) - 1)}|"
    for level in part.levels:
        more = "<br>or<br>".join(map(in_markdown, level.more))
        cells = (level.number, in_markdown(level.words), more)[: len(columns)]
        yield f"| {' | '.join(cells)} |"


def html_of(description: Description) -> str:
    """Return the codebook as a page; the template escapes all text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("policyindex.codebooks"),
        autoescape=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    assert environment.loader is not None
    style, _, _ = environment.loader.get_source(environment, "codebook.css")
    return environment.get_template("codebook.html.jinja").render(
        codebook=description, style=Markup(style), version=__version__
    )
