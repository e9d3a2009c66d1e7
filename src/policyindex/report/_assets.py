"""Styles and scripts of a page, and the hashes by which its policy names them to the browser."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment


def asset(environment: Environment, name: str) -> str:
    """Return the text of a file beside the templates."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def hash_of(content: str) -> str:
    """Return a hash by which a Content-Security-Policy names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
