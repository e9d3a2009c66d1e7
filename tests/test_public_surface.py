"""Public names and signatures are frozen; results depend on nothing but their arguments."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

import policyindex as pi

SURFACE = Path(__file__).with_suffix("").parent / "public_surface.txt"

CODEBOOKS = {pi.THREE_P.name: "THREE_P", pi.HTI.name: "HTI"}

REBUILD = f"python tests/{Path(__file__).name}"


def modules() -> Iterator[ModuleType]:
    """The package and its public submodules, in the order of their names."""
    yield pi
    for found in sorted(pkgutil.walk_packages(pi.__path__, "policyindex."), key=lambda m: m.name):
        private = any(part.startswith("_") for part in found.name.split("."))
        if not private and not found.name.startswith("policyindex.data"):
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


class Named(str):
    """A default that is shown by its name."""

    __repr__ = str.__str__


def described(found: object) -> str:
    """A signature, the fields of a result, or the type of a constant."""
    if isinstance(found, ModuleType):
        return " module"
    if isinstance(found, type) and hasattr(found, "_fields"):
        return f"[{', '.join(found._fields)}]"
    if callable(found) and not (isinstance(found, type) and issubclass(found, Exception)):
        signature = inspect.signature(found)
        parameters = [
            each.replace(default=Named(CODEBOOKS[each.default.name]))
            if isinstance(each.default, pi.Codebook)
            else each
            for each in signature.parameters.values()
        ]
        return str(signature.replace(parameters=parameters))
    return f": {found.__name__ if isinstance(found, type) else type(found).__name__}"


def surface() -> str:
    lines = []
    for module in modules():
        lines.append(f"{module.__name__}")
        for name in sorted(module.__all__):
            lines.append(f"    {name}{described(getattr(module, name))}")
            found = getattr(module, name)
            if isinstance(found, type):
                lines += [
                    f"        .{method}{described(member)}"
                    for method, member in sorted(vars(found).items())
                    if inspect.isfunction(member) and not method.startswith("_")
                ]
    return "\n".join(lines) + "\n"


def test_public_names_and_signatures_are_frozen() -> None:
    frozen, found = SURFACE.read_text(encoding="utf-8").splitlines(), surface().splitlines()
    gone = [line.strip() for line in frozen if line not in found]
    new = [line.strip() for line in found if line not in frozen]
    assert found == frozen, (
        f"the public surface has changed: {len(gone)} lines are gone {gone[:5]}, {len(new)} are "
        f"new {new[:5]}. If this is meant, say so in CHANGELOG.md and run: {REBUILD}"
    )


# No global state


def answers(codings: pd.DataFrame, codebook: pi.Codebook) -> list[pd.DataFrame | pd.Series]:
    scores = pi.score(codings, codebook=codebook)
    return [
        scores,
        pi.score_bounds(codings, codebook=codebook),
        pi.next_steps(codings.iloc[:50], codebook=codebook)[["score", "steps"]],
        pi.trends(scores["overall"]),
        pi.ranks(scores["overall"]),
        pi.weight_ranks(scores.drop(columns="overall").iloc[:200]),
    ]


def blurred(codebook: pi.Codebook, seed: int) -> pd.DataFrame:
    """Codings drawn for a codebook, one in ten missing."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product(
        [[f"unit {place:02}" for place in range(40)], range(2000, 2010)], names=["country", "year"]
    )
    levels = {
        name: rng.integers(0, top + 1, len(index)) for name, (_, top) in codebook.scales.items()
    }
    panel = pd.DataFrame(levels, index=index, dtype=np.float64)
    return panel.where(rng.random(panel.shape) > 0.1)


def test_threads_with_different_codebooks_agree_with_one_after_another() -> None:
    fourth = pi.Dimension(
        "partnership", (pi.Indicator("task_force"),), lambda task_force: 1 + 4 * task_force
    )
    pair = pi.Codebook("pair", (pi.THREE_P.dimensions[0], fourth))
    work = [(blurred(book, seed), book) for seed in range(4) for book in (pi.THREE_P, pi.HTI, pair)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(answers, *zip(*work, strict=True)))
    for (codings, book), found in zip(work, together, strict=True):
        for expected, other in zip(answers(codings, book), found, strict=True):
            assert expected.equals(other)


CODE = """
import hashlib, warnings
import policyindex as pi
codings = pi.datasets.load_demo()
scores = pi.score(codings)
dimensions = scores.drop(columns="overall")
text = "".join(
    answer.to_csv(float_format="%.17g")
    for answer in (
        scores,
        pi.weight_ranks(dimensions),
        pi.error_ranks(dimensions, error=pi.coding_error(0.9)),
        pi.trends(scores["overall"]),
    )
)
print(hashlib.sha256(text.encode()).hexdigest())
"""

PLACES = {
    "plain": {},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "date line": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    "other hashes": {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles"},
    "one thread": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
    "many threads": {"OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "7", "MKL_NUM_THREADS": "7"},
}


def sha_in(place: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, **place},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_results_do_not_depend_on_the_surroundings() -> None:
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(PLACES, pool.map(sha_in, PLACES.values()), strict=True))
    assert set(map(len, found.values())) == {hashlib.sha256().digest_size * 2}
    assert len(set(found.values())) == 1, found


if __name__ == "__main__":
    SURFACE.write_text(surface(), encoding="utf-8")
