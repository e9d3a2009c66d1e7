"""Configure Sphinx; `nox -s docs` builds the documentation."""

from __future__ import annotations

import inspect
import os
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
# Set before matplotlib is imported: pictures are drawn to files, on machines without a screen.
os.environ["MPLBACKEND"] = "Agg"

import pages  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402

import policyindex  # noqa: E402

project = "policyindex"
author = "The policyindex authors"
copyright = author  # noqa: A001 (the name is that of Sphinx)
version = release = policyindex.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["gallery/*", "_templates"]
nitpicky = True
smartquotes = False  # readers type {"all"} as it stands

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["config.cache"]

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings say more: index, unit, what may be missing
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "charts",
    "within_subsection_order": "FileNameSortKey",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__\.py$",
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 60,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "matplotlib_animations": False,
    "capture_repr": (),
    "copyfile_regex": "",
}

html_theme = "pydata_sphinx_theme"
html_title = f"policyindex {release}"
html_static_path = ["_static"]
html_css_files = ["policyindex.css"]
html_show_sourcelink = False
html_copy_source = False
# These pages have no pages below them to list.
ALONE = ("index", "start", "the-index", "scripts", "exactness", "architecture", "decisions")
html_sidebars = {page: [] for page in ALONE}
html_theme_options = {
    "logo": {"text": "policyindex"},
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 8,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}


def draw_pictures(_: Sphinx) -> None:
    """Run the pages that show charts, each chart drawn by the block above it."""
    for page in sorted(HERE.glob("*.md")):
        if any(block.picture for block in pages.blocks(page.read_text(encoding="utf-8"))):
            pages.run(page, pictures=HERE)


def drop_undrawn(_: Sphinx, __: str, source: list[str]) -> None:
    """Drop pictures of the published scores if the real files are absent."""

    def image(match: re.Match[str]) -> str:
        if (HERE / match["picture"]).exists():
            return match[0]
        return "*(This chart needs the file of the published scores.)*"

    source[0] = re.sub(r"!\[[^\]]*\]\((?P<picture>pictures/[^)]+)\)", image, source[0])


def name_thumbnails(_: Sphinx, __: str, source: list[str]) -> None:
    """Describe each picture of the gallery's index by its title, for readers who cannot see it."""
    source[0] = re.sub(
        r'(?<=:alt:)(?P<between>\n.*?thumbnail-title">)(?P<title>[^<]*)',
        r" \g<title>\g<between>\g<title>",
        source[0],
        flags=re.DOTALL,
    )


class Named:
    """Stand in a signature for a default that has a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


def name_codebooks(_: Sphinx, function: Any, __: bool) -> None:
    """Show THREE_P by name as a default, also of functions that a decorator made."""
    if not inspect.isfunction(function):
        return
    signature = inspect.signature(function)
    parameters = [
        each.replace(default=Named("THREE_P")) if each.default is policyindex.THREE_P else each
        for each in signature.parameters.values()
    ]
    if parameters != list(signature.parameters.values()):
        function.__signature__ = signature.replace(parameters=parameters)


def describe_codebook(*event: Any) -> None:
    """List on the page of a codebook what may be coded, instead of what a codebook is."""
    codebook, lines = event[3], event[-1]
    if not isinstance(codebook, policyindex.Codebook):
        return
    lines[:] = [*codebook.citation.splitlines(), ""]
    for dimension in codebook.dimensions:
        lines += ["", f"**{dimension.name}**, {dimension.lowest} to {dimension.highest}", ""]
        lines += [
            f"- ``{each.name}``, {each.title}: {', '.join(each.levels)}"
            for each in dimension.indicators
        ]


def clear_aliases(*event: Any) -> None:
    """Drop the docstring that Python gives to a field without one."""
    lines = event[-1]
    if re.fullmatch(r"Alias for field number \d+", "\n".join(lines).strip()):
        lines.clear()


def setup(app: Sphinx) -> None:
    """Connect the functions above to the events of Sphinx."""
    app.connect("builder-inited", draw_pictures)
    app.connect("source-read", drop_undrawn)
    app.connect("source-read", name_thumbnails)
    app.connect("autodoc-before-process-signature", name_codebooks)
    app.connect("autodoc-process-docstring", describe_codebook)
    app.connect("autodoc-process-docstring", clear_aliases, priority=400)  # before numpydoc
