"""Templates, styles and scripts of a page, and the hashes that name them to the browser."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment_of_pages() -> Environment:
    """Return the environment of the templates, which escapes all text."""
    return Environment(
        loader=PackageLoader("policyindex.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        optimized=False,  # a template that is used once gains nothing from it
    )


def asset(environment: Environment, name: str) -> str:
    """Return the text of a file beside the templates."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def hash_of(content: str) -> str:
    """Return a hash by which a Content-Security-Policy names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
