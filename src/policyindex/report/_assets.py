"""Templates, styles and scripts of a page, and the hashes that name them to the browser."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from .._atomic import write_whole

COMPILED = Path(__file__).with_name("__pycache__")
"""Where Python keeps the compiled modules of this folder, if it may."""


class CompiledTemplates(BytecodeCache):
    """Keep compiled templates where Python keeps compiled modules, and under its conditions.

    They are compiled anew where their source, Python or Jinja is another. A folder that is
    read-only, and ``PYTHONDONTWRITEBYTECODE``, keep nothing.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template, if it is there."""
        with suppress(OSError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                write_whole(self._path(bucket), bucket.bytecode_to_string())

    def _path(self, bucket: Bucket) -> Path:
        return COMPILED / f"{bucket.key}.{sys.implementation.cache_tag}.jinja"


@cache
def environment_of_pages() -> Environment:
    """Return the environment of the templates, which escapes all text; it compiles each once."""
    environment = Environment(
        loader=PackageLoader("policyindex.report"),
        bytecode_cache=CompiledTemplates(),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        optimized=False,  # a page gains less from it than it costs
    )
    environment.filters["cells"] = cells
    return environment


def cells(texts: Iterable[str]) -> Markup:
    """Return texts as the cells of a row, escaped in one go: a report has tens of thousands.

    Examples
    --------
    >>> cells(["Sao Tome & Principe", "3"])
    Markup('<td>Sao Tome &amp; Principe</td><td>3</td>')
    """
    row = str(escape(BETWEEN.join(text.replace(BETWEEN, "") for text in texts)))
    return Markup(f"<td>{row.replace(BETWEEN, '</td><td>')}</td>")


BETWEEN = "\x1f"
"""The separator of units of ASCII, which a page cannot hold."""


def asset(environment: Environment, name: str) -> str:
    """Return the text of a file beside the templates."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def hash_of(content: str) -> str:
    """Return a hash by which a Content-Security-Policy names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
