"""The docstrings of everything public, as numpydoc judges them; what it must not ask, and why."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

judge = pytest.importorskip("numpydoc.validate", reason="numpydoc is the judge of docstrings")
scrape = pytest.importorskip("numpydoc.docscrape", reason="numpydoc is the judge of docstrings")

PACKAGES = ("", ".countries", ".datasets", ".plot", ".report", ".testing")

NOBODY = {
    "ES01",  # one line is enough where it says all
    "SA01",  # and most functions have no neighbour that a reader would take them for
}
RESULTS = {
    "EX01",  # shown by the function that makes it
    "PR01",  # nobody makes one; the fields are documented where they are declared
}
MEMBERS = {"EX01"}  # shown by the class


def public() -> dict[str, Any]:
    """Give every public function and class by its name."""
    found = {}
    for package in PACKAGES:
        module = importlib.import_module(f"policyindex{package}")
        listed = {name: getattr(module, name) for name in module.__all__}
        found |= {
            f"policyindex{package}.{name}": one for name, one in listed.items() if callable(one)
        }
    return found


def is_result(one: Any) -> bool:
    return hasattr(one, "_fields") or (inspect.isclass(one) and issubclass(one, AssertionError))


def members(one: Any) -> Iterator[tuple[str, Any]]:
    for name, member in vars(one).items() if inspect.isclass(one) else ():
        if not name.startswith("_") and isinstance(member, property | type(members)):
            yield name, member


def found_by_numpydoc(one: Any, waived: set[str]) -> list[str]:
    errors = judge.validate(scrape.get_doc_object(one))["errors"]
    return [f"{code} {told}" for code, told in errors if code not in NOBODY | waived]


@pytest.mark.parametrize("name", public())
def test_numpydoc_finds_nothing(name: str) -> None:
    one = public()[name]
    assert found_by_numpydoc(one, RESULTS if is_result(one) else set()) == []
    for member, function in members(one):
        assert found_by_numpydoc(function, MEMBERS) == [], member
        assert f".{member}" in one.__doc__, f"{member} is not shown"


@pytest.mark.parametrize(
    "name", [name for name, one in public().items() if hasattr(one, "_fields")]
)
def test_every_field_of_a_result_is_documented(name: str) -> None:
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(public()[name]))).body
    assert isinstance(declared, ast.ClassDef)
    for field, after in zip(declared.body, [*declared.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(after, ast.Expr), f"{ast.unparse(field)} is not documented"
