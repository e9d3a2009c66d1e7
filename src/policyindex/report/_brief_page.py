"""The brief as a page: two sheets of A4 in print, one column on a screen.

The template escapes all text. The page loads nothing, and runs nothing.
"""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .._version import __version__
from ._brief import STRIP, Brief


def rendered(brief: Brief) -> str:
    """Return the brief as HTML."""
    loader = PackageLoader("policyindex.report")
    environment = Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    style = loader.get_source(environment, "brief.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("brief.html.jinja").render(
        brief=brief,
        material=brief.material,
        style=Markup(style),
        hash=f"sha256-{digest}",
        strip=STRIP,
        version=__version__,
    )
