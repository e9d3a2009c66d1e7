"""Public names and signatures are frozen; results depend on nothing but their arguments."""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest

import policyindex as pi

SURFACE = Path(__file__).with_suffix("").parent / "public_surface.txt"

REBUILD = f"python tests/{Path(__file__).name}"

LONGEST_SIGNATURE = 400


def rooms() -> Iterator[ModuleType]:
    """Yield the door, then every room in the order of their names."""
    yield pi
    for room in sorted(pkgutil.iter_modules(pi.__path__), key=lambda module: module.name):
        if not room.name.startswith("_") and room.name not in ("cli", "data", "typing"):
            yield importlib.import_module(f"policyindex.{room.name}")


def public() -> Iterator[tuple[str, Any]]:
    """Yield every public name of every room, by the shortest path to it, and its object."""
    for room in rooms():
        for name in room.__all__:
            yield f"{room.__name__}.{name}", getattr(room, name)


@cache
def tree(module: ModuleType) -> ast.Module:
    """Parse the source of a module."""
    return ast.parse(inspect.getsource(module))


def types() -> set[str]:
    """Return the names that `policyindex.typing` defines."""
    body = tree(importlib.import_module("policyindex.typing")).body
    targets = [
        node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        for node in body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    ]
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    return classes | {ast.unparse(target) for target in targets}


# Frozen names


class Named(str):
    """Stand in a signature for a default that has a name."""

    __repr__ = str.__str__


def description(one: object) -> str:
    """Describe a public object: its signature, its fields, or the type of a constant."""
    if isinstance(one, ModuleType):
        return " module"
    if isinstance(one, type) and hasattr(one, "_fields"):
        return f"[{', '.join(one._fields)}]"
    if callable(one) and not (isinstance(one, type) and issubclass(one, Exception)):
        signature = inspect.signature(one)
        parameters = [
            each.replace(default=Named("THREE_P")) if each.default is pi.THREE_P else each
            for each in signature.parameters.values()
        ]
        return str(signature.replace(parameters=parameters))
    return f": {one.__name__ if isinstance(one, type) else type(one).__name__}"


def methods(one: object) -> list[str]:
    """Describe the public methods of a class."""
    return [
        f"        .{name}{description(member)}"
        for name, member in sorted(vars(one).items() if isinstance(one, type) else ())
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def surface() -> str:
    """Return the public names with their signatures, a section for each room."""
    lines = []
    for room in rooms():
        lines.append(room.__name__)
        for name in sorted(room.__all__):
            one = getattr(room, name)
            lines.append(f"    {name}{description(one)}")
            # The door repeats classes of the rooms; their methods are listed there.
            lines += methods(one) if room is not pi else []
    return "\n".join([*lines, "policyindex.typing", *(f"    {name}" for name in sorted(types()))])


def test_public_names_and_signatures_are_frozen() -> None:
    frozen, now = SURFACE.read_text(encoding="utf-8").splitlines(), surface().splitlines()
    gone = [line.strip() for line in frozen if line not in now]
    new = [line.strip() for line in now if line not in frozen]
    assert now == frozen, (
        f"the public surface has changed: {len(gone)} lines are gone {gone[:5]}, {len(new)} are "
        f"new {new[:5]}. If you mean this, name it in CHANGELOG.md and run: {REBUILD}"
    )


def test_every_room_lists_its_public_names() -> None:
    assert [room.__name__ for room in rooms() if not getattr(room, "__all__", ())] == []


# Signatures that a reader can use


def test_help_shows_short_signatures() -> None:
    long = {
        path: len(signature)
        for path, one in public()
        if callable(one)
        and not isinstance(one, type)
        and len(signature := path.rpartition(".")[2] + str(inspect.signature(one)))
        > LONGEST_SIGNATURE
    }
    assert long == {}


def test_a_codebook_is_short_in_print() -> None:
    assert len(repr(pi.THREE_P)) <= 80
    assert len(repr(pi.HTI)) <= 80


def definitions(one: Any) -> tuple[ModuleType, list[ast.AST]]:
    """Return the module of a function or class, and its definition there; overloads are several."""
    home = inspect.unwrap(one).__module__
    # Hypothesis makes the function of a composite strategy in a module of its own.
    homes = [home] if home.startswith("policyindex") else sorted(sys.modules)
    for module in (sys.modules[name] for name in homes if name.startswith("policyindex.")):
        nodes = [
            node
            for node in tree(module).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == one.__name__
        ]
        if nodes:
            return module, nodes
    raise LookupError(one)


def written_types(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the annotations of a function, or of the public fields and methods of a class."""
    if isinstance(node, ast.FunctionDef) and (node.name == "__init__" or node.name[0] != "_"):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [each for each in (arguments.vararg, arguments.kwarg) if each]
        # Hypothesis passes `draw` to a composite strategy, the caller does not.
        yield from (each.annotation for each in every if each.annotation and each.arg != "draw")
        if node.returns:
            yield node.returns
    elif isinstance(node, ast.AnnAssign):
        yield node.annotation
    elif isinstance(node, ast.ClassDef):
        for part in node.body:
            yield from written_types(part)


def names(annotation: ast.expr) -> Iterator[str]:
    """Yield the names in an annotation, also in those that it quotes."""
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        return
    if isinstance(annotation, ast.Name):
        yield annotation.id
    elif isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        yield from names(ast.parse(annotation.value, mode="eval").body)
    for part in ast.iter_child_nodes(annotation):
        if isinstance(part, ast.expr):
            yield from names(part)


@cache
def foreign(module: ModuleType) -> set[str]:
    """Return the names that a module imports from other libraries."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
        for alias in node.names
    }


def test_every_type_of_a_public_signature_has_a_public_import() -> None:
    importable = types() | {path.rpartition(".")[2] for path, _ in public()}
    importable |= set(dir(importlib.import_module("builtins")))
    private, checked = set(), 0
    for path, one in public():
        if inspect.isfunction(inspect.unwrap(one)) or inspect.isclass(one):
            module, nodes = definitions(one)
            checked += 1
            private |= {
                f"{path}: {name}"
                for annotation in chain.from_iterable(map(written_types, nodes))
                for name in names(annotation)
                if name not in importable | foreign(module)
                and not isinstance(getattr(module, name, None), TypeVar)
            }
    assert checked > 100
    assert not private, "\n".join(sorted(private))


# No global state


def answers(codings: pd.DataFrame, codebook: pi.Codebook) -> list[pd.DataFrame | pd.Series]:
    scores = pi.score(codings, codebook=codebook)
    return [
        scores,
        pi.score_bounds(codings, codebook=codebook),
        pi.next_steps(codings.iloc[:50], codebook=codebook)[["score", "steps"]],
        pi.trends(scores["overall"]),
        pi.ranks(scores["overall"]),
        pi.weight_ranks(scores.iloc[:200], codebook=codebook),
    ]


def blurred(codebook: pi.Codebook, seed: int) -> pd.DataFrame:
    """Draw codings for a codebook, one in ten missing."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product(
        [[f"unit {place:02}" for place in range(40)], range(2000, 2010)], names=["country", "year"]
    )
    levels = {
        name: rng.integers(0, top + 1, len(index)) for name, (_, top) in codebook.scales.items()
    }
    panel = pd.DataFrame(levels, index=index, dtype=np.float64)
    return panel.where(rng.random(panel.shape) > 0.1)


@pytest.mark.slow
def test_threads_with_different_codebooks_agree_with_one_after_another() -> None:
    fourth = pi.Dimension(
        "partnership", (pi.Indicator("task_force"),), lambda task_force: 1 + 4 * task_force
    )
    pair = pi.Codebook("pair", (pi.THREE_P.dimensions[0], fourth))
    work = [(blurred(book, seed), book) for seed in range(4) for book in (pi.THREE_P, pi.HTI, pair)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(answers, *zip(*work, strict=True)))
    for (codings, book), concurrent in zip(work, together, strict=True):
        for expected, answer in zip(answers(codings, book), concurrent, strict=True):
            assert type(expected) is type(answer)
            assert expected.equals(answer)


CODE = """
import hashlib, warnings
import policyindex as pi
codings = pi.datasets.load_demo()
scores = pi.score(codings)
text = "".join(
    answer.to_csv(float_format="%.17g")
    for answer in (
        scores,
        pi.weight_ranks(scores),
        pi.error_ranks(scores, error=0.9),
        pi.trends(scores),
    )
)
print(hashlib.sha256(text.encode()).hexdigest())
"""

SURROUNDINGS = {
    "plain": {},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "date line": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    "other hashes": {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles"},
    "one thread": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
    "many threads": {"OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "7", "MKL_NUM_THREADS": "7"},
}


def hash_in(variables: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.slow
def test_results_do_not_depend_on_the_surroundings() -> None:
    with ThreadPoolExecutor(2) as pool:
        hashes = dict(zip(SURROUNDINGS, pool.map(hash_in, SURROUNDINGS.values()), strict=True))
    assert set(map(len, hashes.values())) == {hashlib.sha256().digest_size * 2}
    assert len(set(hashes.values())) == 1, hashes


if __name__ == "__main__":
    SURFACE.write_text(surface() + "\n", encoding="utf-8")
