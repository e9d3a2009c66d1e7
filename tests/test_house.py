"""The house: who may import whom, what an import costs, which names are public."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import policyindex

SOURCE = Path(policyindex.__file__).parent

FLOORS = (
    {"_wording", "_atomic", "_version", "typing", "_kernels"},
    {"_options", "_sheets"},
    {"codebooks", "countries"},
    {"panel"},
    {"reading", "writing", "scoring", "ranking", "dynamics"},
    {"robustness", "reliability", "latent"},
    {"coding", "datasets"},
    {"testing"},
    {"plot"},
    {"report"},
    {"cli"},
)
"""Rooms, lowest first: a room imports from lower floors only."""

MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts): path
    for path in sorted(SOURCE.rglob("*.py"))
    if SOURCE / "data" not in path.parents
}


def room(module: str) -> str:
    return module.partition(".")[0]


def imports(module: str) -> Iterator[str]:
    """Name what a module imports, also within functions; ours as `room.module`."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) + 1 - node.level]
            for alias in node.names:
                parts = [*above, *(node.module or alias.name).split(".")]
                whole = ".".join([*parts, alias.name])
                yield "policyindex." + (whole if whole in MODULES else ".".join(parts))
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def ours(module: str) -> set[str]:
    names = (name for name in imports(module) if name.startswith("policyindex."))
    return {name.removeprefix("policyindex.") for name in names}


def foreign(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imports(module)} - {"policyindex"}


def test_every_room_has_its_floor() -> None:
    rooms = {room(module) for module in MODULES} - {"__init__", "__main__"}
    assert rooms == set().union(*FLOORS)


def test_rooms_import_lower_floors_only() -> None:
    level = {name: place for place, floor in enumerate(FLOORS) for name in floor}
    upward = [
        f"{module} imports {other}"
        for module in MODULES
        if room(module) not in ("__init__", "__main__")
        for other in ours(module)
        if room(other) != room(module)
        and level[room(other)] >= level[room(module)]
        # the private files at the top may use each other
        and not (room(other) in FLOORS[0] and room(module) in FLOORS[0])
    ]
    assert upward == []


def test_no_room_imports_itself_in_a_circle() -> None:
    inside = {
        module: {
            target
            for other in ours(module)
            for target in (other, f"{other}.__init__")
            if target in MODULES and room(other) == room(module) and target != module
        }
        for module in MODULES
    }
    while leaves := [module for module, others in inside.items() if not others]:
        for leaf in leaves:
            del inside[leaf]
        for others in inside.values():
            others.difference_update(leaves)
    assert inside == {}


def test_kernels_import_numpy_and_scipy_only() -> None:
    own = {"_kernels"}
    others = {
        f"{module} imports {name}"
        for module in MODULES
        if room(module) == "_kernels"
        for name in (foreign(module) - {"numpy", "scipy"} - sys.stdlib_module_names)
        | {room(name) for name in ours(module)} - own
    }
    assert others == set()


def test_only_the_charts_import_matplotlib() -> None:
    others = [
        module
        for module in MODULES
        if room(module) != "plot" and {"matplotlib", "mpl_toolkits"} & foreign(module)
    ]
    assert others == []


def test_the_report_needs_of_the_charts_only_their_geometry() -> None:
    used = {
        other
        for module in MODULES
        if room(module) == "report" and module != "report._word"  # which draws, on use
        for other in ours(module)
        if room(other) == "plot"
    }
    assert used <= {"plot._geometry"}


def loaded_by(code: str) -> set[str]:
    """Name the packages that are loaded once the code has run."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in run.stdout.split() if "." not in name}


def test_importing_the_library_loads_no_other_and_opens_no_file() -> None:
    code = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
import policyindex
data = [name for name in opened if not name.endswith((".py", ".pyc"))]
assert not data, data
"""
    assert not loaded_by(code) & {"numpy", "pandas", "scipy", "matplotlib", "jinja2"}


def test_kernels_load_without_pandas() -> None:
    kernels = [name for name in MODULES if name.startswith("_kernels.")]
    assert kernels
    code = "\n".join(f"import policyindex.{name}" for name in kernels)
    assert "pandas" not in loaded_by(code)


def test_a_report_loads_no_matplotlib(tmp_path: Path) -> None:
    code = f"""
import policyindex as pi
pi.report.write(pi.datasets.load_demo(), {str(tmp_path / "report.html")!r}, countries=["NGA"])
"""
    assert not loaded_by(code) & {"matplotlib", "PIL"}


def rooms() -> Iterator[tuple[str, ModuleType]]:
    """Give the package and its public rooms, those with a list of public names."""
    yield "", policyindex
    for found in pkgutil.iter_modules(policyindex.__path__):
        if not found.name.startswith("_") and found.name != "cli":
            module = importlib.import_module(f"policyindex.{found.name}")
            if hasattr(module, "__all__"):
                yield found.name, module


def test_only_rooms_list_public_names() -> None:
    listing = [
        module
        for module, path in MODULES.items()
        if re.search(r"^__all__", path.read_text(encoding="utf-8"), re.MULTILINE)
        and "." in module
        and not module.endswith("__init__")
    ]
    assert listing == []


def test_no_module_bears_the_name_of_a_public_function() -> None:
    every = {part for module in MODULES for part in module.split(".")}
    clashes = []
    for name, module in rooms():
        functions = {one for one in module.__all__ if inspect.isroutine(getattr(module, one))}
        beside = {module.split(".")[-1] for module in MODULES if room(module) == name}
        clashes += sorted(f"{name}.{one}" for one in functions & (beside if name else every))
    assert clashes == []


def test_the_door_is_what_it_lists() -> None:
    assert dir(policyindex) == sorted(policyindex.__all__)
    listed = set(policyindex.__all__)
    assert {name for names in (policyindex._ROOMS.values()) for name in names.split()} <= listed
    for name in listed - {"__version__"}:
        assert getattr(policyindex, name) is not None
        if name in policyindex._ROOMS:
            assert isinstance(getattr(policyindex, name), ModuleType)


def test_public_names_exist_and_are_documented() -> None:
    lacking = []
    for name, module in rooms():
        assert len(set(module.__all__)) == len(module.__all__), name
        for public in module.__all__:
            one = getattr(module, public)
            if callable(one) and not hasattr(one, "_fields") and ">>>" not in (one.__doc__ or ""):
                lacking.append(f"{name}.{public}")  # a result is shown where it is made
    assert lacking == []


PARTICIPLES = {"found", "chosen", "known", "shown", "told", "given", "kept", "asked"}


def identifiers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def test_names_are_nouns_and_not_participles() -> None:
    offenders = [
        f"{module}: {name}"
        for module, path in MODULES.items()
        for name in set(identifiers(ast.parse(path.read_text(encoding="utf-8"))))
        if name.strip("_") in PARTICIPLES
    ]
    assert sorted(offenders) == []


def test_docstrings_begin_with_a_deed() -> None:
    idle = re.compile(r"(Say|Give|Word|Tell|Lay out|Have)\b")
    offenders = [
        f"{module}: {(ast.get_docstring(node) or '').splitlines()[0]}"
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        and idle.match(ast.get_docstring(node) or "")
    ]
    assert offenders == []


def test_the_citation_names_this_version() -> None:
    citation = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {policyindex.__version__}\n" in citation
