"""numpydoc checks the docstrings of every room; what it must not ask for, and why."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

import policyindex
from policyindex.typing import ChartOptions, ReadingOptions

validate = pytest.importorskip("numpydoc.validate", reason="numpydoc checks the docstrings")
docscrape = pytest.importorskip("numpydoc.docscrape", reason="numpydoc checks the docstrings")

EVERYWHERE = {
    "ES01",  # one line is enough where it says all
    "SA01",  # most functions have no neighbour that a reader would take them for
}
RESULTS = {
    "EX01",  # the example is that of the function that returns it
    "PR01",  # users do not make one; the fields are documented where they are declared
}
MEMBERS = {"EX01"}  # the example is that of the class


def public() -> dict[str, Any]:
    """Return every public function and class of every room; the door only repeats them."""
    rooms = {
        module.name: importlib.import_module(f"policyindex.{module.name}")
        for module in pkgutil.iter_modules(policyindex.__path__)
        if not module.name.startswith("_") and module.name not in ("cli", "data")
    }
    return {
        f"{name}.{each}": one
        for name, room in rooms.items()
        for each in getattr(room, "__all__", ())
        if callable(one := getattr(room, each))
    }


def is_result(one: Any) -> bool:
    return hasattr(one, "_fields") or (inspect.isclass(one) and issubclass(one, AssertionError))


def members(one: Any) -> Iterator[tuple[str, Any]]:
    for name, member in vars(one).items() if inspect.isclass(one) else ():
        if not name.startswith("_") and isinstance(member, property | type(members)):
            yield name, member


def options_of(names: set[str]) -> set[str]:
    """Take apart names that share a description, such as `country, year`."""
    return {part.strip() for name in names for part in name.split(",")}


def complaints(one: Any, waived: set[str]) -> list[str]:
    document = docscrape.get_doc_object(one)
    errors = validate.validate(document)["errors"]
    for options in (ReadingOptions, ChartOptions):
        if f"Unpack[{options.__name__}]" in str(getattr(one, "__annotations__", {})):
            # The options are those of a TypedDict, which numpydoc does not look into.
            named = {each.name for each in document["Parameters"]}
            if "**options" in named or set(options.__annotations__) <= options_of(named):
                waived = waived | {"PR01", "PR02"}
    return [f"{code} {text}" for code, text in errors if code not in EVERYWHERE | waived]


def test_numpydoc_finds_no_fault() -> None:
    faults = []
    for path, one in public().items():
        waived = RESULTS if is_result(one) else set()
        faults += [f"{path}: {text}" for text in complaints(one, waived)]
        for name, member in members(one):
            faults += [f"{path}.{name}: {text}" for text in complaints(member, MEMBERS)]
            if f".{name}" not in one.__doc__:
                faults.append(f"{path}.{name} has no example")
    assert not faults, "\n".join(faults)


def test_every_field_of_a_result_is_documented() -> None:
    results = {path: one for path, one in public().items() if hasattr(one, "_fields")}
    assert len(results) >= 15
    bare = []
    for path, result in results.items():
        (declared,) = ast.parse(textwrap.dedent(inspect.getsource(result))).body
        assert isinstance(declared, ast.ClassDef)
        for field, after in zip(declared.body, [*declared.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and not isinstance(after, ast.Expr):
                bare.append(f"{path}: {ast.unparse(field)}")
    assert not bare, "\n".join(bare)
