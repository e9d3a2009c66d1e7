"""Patterns of the library take steps in proportion to the text, whatever it is."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

import policyindex
from steps import Steps, StepsError, growth, hostile_texts

SOURCE = Path(policyindex.__file__).parent

ANYWHERE = {"search", "sub", "subn", "split", "findall", "finditer"}

LOCAL = {"day": SimpleNamespace(year=2009)}
"""What patterns made within functions of the library use of these."""


class Use(NamedTuple):
    """A pattern, and how it is used: `match`, `fullmatch` or `search`."""

    name: str
    pattern: re.Pattern[Any]
    mode: str


@cache
def uses() -> list[Use]:
    """Return every pattern of the library with each of its uses."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    methods: dict[str, set[str]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                name = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                methods.setdefault(name, set()).add(node.attr)
    listed = [use for path, tree in trees.items() for use in _of_module(path, tree, methods)]
    return sorted(set(listed), key=lambda use: (use.name, use.mode))


def _of_module(path: Path, tree: ast.Module, methods: dict[str, set[str]]) -> Iterator[Use]:
    calls = [node for node in ast.walk(tree) if _is_of_re(node)]
    if not calls:
        return
    where = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    module = import_module(where)
    names = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for call in calls:
        label = f"{where.removeprefix('policyindex.')}:{call.lineno}"
        expression = ast.Expression(call.args[0])
        text = eval(compile(expression, str(path), "eval"), {**vars(module), **LOCAL})
        if call.func.attr == "compile":
            name = names[id(call)]  # a pattern has a name by which it is used
            modes = {mode for mode in methods.get(name, set()) if mode in ANYWHERE | MATCHES}
            assert modes, f"{label}: {name} is not used"
            pattern = getattr(module, name)
        else:
            modes = {call.func.attr}
            flags = next((each.value for each in call.keywords if each.arg == "flags"), None)
            place = 4 if call.func.attr == "sub" else 2
            flags = call.args[place] if len(call.args) > place else flags
            value = 0 if flags is None else eval(compile(ast.Expression(flags), "", "eval"))
            pattern = re.compile(text, value)
        for mode in modes:
            yield Use(label, pattern, "search" if mode in ANYWHERE else mode)


MATCHES = {"match", "fullmatch"}


def _is_of_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in {"compile", *ANYWHERE, *MATCHES}
    )


ROUNDS = 8
"""A text goes on for so many rounds, then for four times as many."""

STEEPEST = 6.5
"""By so much may the steps grow then: a start counts for less, a square makes them 16."""


def _slow_texts(use: Use, *, pairs: bool) -> Iterator[tuple[float, tuple[str, str, str]]]:
    texts = hostile_texts(use.pattern, pairs=pairs)
    grown = ((growth(use.pattern, text, use.mode, ROUNDS), text) for text in texts)
    return (each for each in grown if each[0] > STEEPEST)


@pytest.fixture(autouse=True)
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def test_steps_of_all_patterns_grow_as_the_text() -> None:
    assert len(uses()) > 80
    slow = {use.name: worst for use in uses() if (worst := list(_slow_texts(use, pairs=False)))}
    assert slow == {}


@pytest.mark.slow
@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.name} {use.mode}")
def test_steps_grow_as_texts_of_two_characters_by_turns(use: Use) -> None:
    assert list(_slow_texts(use, pairs=True)) == []


@pytest.mark.parametrize(
    ("pattern", "mode"),
    [
        (r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", "fullmatch"),  # took 21 s for one cell
        (r"\s+[a-z]{1,3}\s*$", "search"),
        (r"(a+)+b", "match"),
        (r"(?:a|aa)*b", "match"),
        (r"(?s)x(?P<y>.*?)(?:; z: .*?)?end", "fullmatch"),
    ],
)
def test_a_pattern_that_takes_long_is_noticed(pattern: str, mode: str) -> None:
    assert next(_slow_texts(Use("", re.compile(pattern), mode), pairs=False), None) is not None


def test_a_pattern_that_takes_long_for_two_characters_by_turns_is_noticed() -> None:
    use = Use("", re.compile(r"(?<=ab).*x"), "search")
    assert list(_slow_texts(use, pairs=False)) == []
    assert ("", "ab", "") in [text for _, text in _slow_texts(use, pairs=True)]


def test_the_counting_matcher_agrees_with_python() -> None:
    for use in uses():
        texts = hostile_texts(use.pattern, pairs=False)
        for start, body, end in texts[:: max(len(texts) // 8, 1)]:
            text = start + body * 2 + end
            of_bytes = isinstance(use.pattern.pattern, bytes)
            raw: Any = text.encode("latin-1", "replace") if of_bytes else text
            match = getattr(use.pattern, use.mode)(raw)
            steps = Steps(use.pattern)
            if use.mode == "search":
                assert (steps.search(text) > 0) == (match is not None), (use, text)
            else:
                at = steps.match(text, whole=use.mode == "fullmatch")
                assert at == (None if match is None else match.end()), (use, text)


def test_a_matcher_stops_at_its_limit() -> None:
    with pytest.raises(StepsError):
        Steps(re.compile("a*b"), 100).search("a" * 1000)
