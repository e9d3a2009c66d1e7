"""The brief as a page: two sheets of A4 in print, one column on a screen.

The template escapes all text. The page loads nothing, and runs nothing.
"""

from __future__ import annotations

from markupsafe import Markup

from .._version import __version__
from ._assets import asset, environment_of_pages, hash_of
from ._brief import STRIP, Brief


def rendered(brief: Brief) -> str:
    """Return the brief as HTML."""
    environment = environment_of_pages()
    style = asset(environment, "brief.css")
    return environment.get_template("brief.html.jinja").render(
        brief=brief,
        material=brief.material,
        style=Markup(style),
        hash=hash_of(style),
        strip=STRIP,
        version=__version__,
    )
