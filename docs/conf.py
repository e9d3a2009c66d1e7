"""How the documentation is built: `python -m sphinx -W --keep-going -n docs build/docs`."""

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
copyright = author  # noqa: A001 (the name that Sphinx gives it)
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
smartquotes = False  # {"all"} is to be typed as it stands

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
# Pages without pages below them need no list of these.
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


def leave_out_undrawn(_: Sphinx, __: str, source: list[str]) -> None:
    """Leave out pictures of the published scores where these are not at hand."""

    def kept(found: re.Match[str]) -> str:
        drawn = (HERE / found["picture"]).exists()
        return (
            found[0]
            if drawn
            else "*(This chart needs the published scores, which were not at hand.)*"
        )

    source[0] = re.sub(r"!\[[^\]]*\]\((?P<picture>pictures/[^)]+)\)", kept, source[0])


def name_thumbnails(_: Sphinx, __: str, source: list[str]) -> None:
    """Give each picture of the gallery's index the title below it, for those who cannot see it."""
    source[0] = re.sub(
        r'(?<=:alt:)(?P<between>\n.*?thumbnail-title">)(?P<title>[^<]*)',
        r" \g<title>\g<between>\g<title>",
        source[0],
        flags=re.DOTALL,
    )


class Named:
    """Stand in a signature for a value that is better named than written out."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


def name_codebooks(_: Sphinx, function: Any, __: bool) -> None:
    """Show THREE_P as the default codebook, also of functions that a decorator has made."""
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
    """Have the page of a codebook say what may be coded, not what a codebook is."""
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
    """Leave out what Python itself says of a field that has no docstring."""
    lines = event[-1]
    if re.fullmatch(r"Alias for field number \d+", "\n".join(lines).strip()):
        lines.clear()


def setup(app: Sphinx) -> None:
    """Connect what is above."""
    app.connect("builder-inited", draw_pictures)
    app.connect("source-read", leave_out_undrawn)
    app.connect("source-read", name_thumbnails)
    app.connect("autodoc-before-process-signature", name_codebooks)
    app.connect("autodoc-process-docstring", describe_codebook)
    app.connect("autodoc-process-docstring", clear_aliases, priority=400)  # before numpydoc
