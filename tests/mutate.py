"""Break the library on purpose, one small change at a time, and count what the tests notice.

    python -m pip install -e ".[test]" --group mutants
    python tests/mutate.py                          # ten mutants of each module
    python tests/mutate.py ranking coding --each 40 # more of some modules or rooms
    python tests/mutate.py --only ranking:12        # one mutant again, also if it was judged before
    python tests/mutate.py --report                 # write tests/MUTANTS.md from the results

The mutants are those of Cosmic Ray's operators. Outcomes are kept in a folder outside the tree, as
they come: an interrupted run goes on where it stopped. MUTANTS.md explains how they are judged.
"""

from __future__ import annotations

import argparse
import ast
import gc
import hashlib
import importlib
import importlib.util
import json
import os
import pickle
import random
import re
import resource
import runpy
import shutil
import signal
import sys
import tomllib
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from importlib.machinery import SourceFileLoader
from itertools import chain, islice
from multiprocessing import connection, get_context
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "policyindex"
REPORT = ROOT / "tests" / "MUTANTS.md"
EQUIVALENTS = ROOT / "tests" / "equivalents.toml"

RISK = ("coding", "codebooks", "latent", "report", "plot", "cli", "reading", "_kernels")
"""Rooms that come first."""

SLOW = """
tests/cli tests/test_atomic.py tests/coding/test_adjudication.py tests/coding/test_laws.py
tests/report/test_brief.py tests/plot/test_flow.py tests/testing/test_difference_laws.py
tests/coding/test_settlement.py::test_a_cell_that_was_changed_is_read_or_reported
tests/coding/test_filled.py::test_what_a_person_typed_stays
tests/dynamics/test_direction.py::test_a_countrys_row_ignores_the_others
tests/plot/test_acceptance.py::test_the_head_names_the_index_and_its_finding_and_settings_stay
tests/plot/test_ground.py::test_empty_words_leave_the_title_and_the_subtitle_out
tests/plot/test_ground.py::test_the_title_names_the_index_and_the_words_of_the_user_replace_it
tests/plot/test_plot.py::test_odd_names_are_drawn_as_they_stand
""".split()  # noqa: SIM905
"""Slow tests that are run as well: they start processes, or notice what no quick test does."""

TEXTS = """
tests/test_mutate.py tests/test_house.py tests/test_numpydoc.py
tests/test_benchmarks.py tests/docs tests/hostile tests/claims
""".split()  # noqa: SIM905
"""Tests that are not run: they read the text of the project, or take long."""

LIBRARIES = """
pandas.testing scipy.stats scipy.special sklearn.metrics krippendorff pyarrow openpyxl polars
matplotlib.pyplot jinja2 cosmic_ray.mutating _hypothesis_pytestplugin _pytest.doctest
_pytest.junitxml _pytest.unittest
""".split()  # noqa: SIM905

FORK = get_context("fork")

MEMORY = 8 << 30

IMPORT = ""
"""The context of lines that run when the library or the helpers of tests are imported."""


class Mutant(NamedTuple):
    """One change of one module."""

    module: str
    number: int
    operator: str
    occurrence: int
    line: int

    def __str__(self) -> str:
        before, after = self.change()
        return f"{self.module}:{self.number} line {self.line}\n- {before}\n+ {after}\n"

    def change(self) -> tuple[str, str]:
        """Return the first line that differs, before and after."""
        pair = (_source(self.module).splitlines(), (self.source() or "").splitlines())
        unequal = (lines for lines in zip(*pair, strict=False) if lines[0] != lines[1])
        before, after = next(unequal, (pair[0][self.line - 1], ""))
        return before.strip(), after.strip()

    def source(self) -> str | None:
        """Return the module with the change, or None where it would not compile."""
        if self not in _sources:
            _sources[self] = self._changed()
        return _sources[self]

    def _changed(self) -> str | None:
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        try:
            operator = get_operator(self.operator)()
            source = mutate_code(_source(self.module), operator, self.occurrence)
        except AttributeError:  # Cosmic Ray cannot replace a dotted exception among several
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(source, "", "exec", dont_inherit=True)
        except (SyntaxError, TypeError):
            return None
        return str(source)


_sources: dict[Mutant, str | None] = {}
"""The sources of mutants so far."""


class Reach(NamedTuple):
    """Which tests reach which lines of which modules, and how long each takes."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, set[str]]]
    collected: dict[str, dict[int, set[str]]]
    """Files of tests that run a line when they are collected; IMPORT where the library does."""

    def tests(self, mutant: Mutant) -> tuple[list[str], list[str]]:
        """List the tests that can notice a mutant: on loaded modules, and on a fresh import.

        The tests of the module come first, then the quickest. Every test that reaches the module
        can notice a line that runs on import, and so can each in the module's own file: a test of
        a constant runs no line of it.
        """
        by_line = self.lines.get(mutant.module, {})
        early = self.collected.get(mutant.module, {}).get(mutant.line, set())
        tests = by_line.get(mutant.line, set())
        own = own_tests(mutant.module)
        if IMPORT in early or not tests:
            tests = set(chain.from_iterable(by_line.values()))
            tests |= {test for test in self.seconds if test.partition("::")[0] == own}
        ordered = sorted(
            tests,
            key=lambda test: (self.seconds[test] > 1, not test.startswith(own), self.seconds[test]),
        )
        fresh = (
            [test for test in ordered if IMPORT in early or test.partition("::")[0] in early]
            if early
            else []
        )
        return [test for test in ordered if test not in set(fresh)], fresh


class Lines:
    """Records which lines of the library run, each once after every restart."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()
        self.modules: dict[str, str] = {}

    def start(self) -> None:
        if sys.version_info < (3, 12):
            raise SystemExit("the runner of mutants needs Python 3.12 or later")
        monitoring = sys.monitoring
        monitoring.use_tool_id(4, "mutants")
        monitoring.register_callback(4, monitoring.events.LINE, self._line)
        monitoring.set_events(4, monitoring.events.LINE)

    def _line(self, code: CodeType, line: int) -> Any:
        name = code.co_filename
        if "policyindex" in name:
            self.lines.add((name, line))
        return sys.monitoring.DISABLE  # type: ignore[attr-defined,unused-ignore]

    def restart(self) -> set[tuple[str, int]]:
        """Return the lines since the last restart, as modules and numbers."""
        lines, self.lines = self.lines, set()
        sys.monitoring.restart_events()  # type: ignore[attr-defined,unused-ignore]
        return {(name, line) for path, line in lines if (name := module_of(path))}

    @staticmethod
    def stop() -> None:
        sys.monitoring.free_tool_id(4)  # type: ignore[attr-defined,unused-ignore]


IN_PROCESS = """
import atexit, os, sys
_lines = set()
def _line(code, line):
    if "policyindex" in code.co_filename:
        _lines.add(f"{code.co_filename}\\t{line}\\n")
    return sys.monitoring.DISABLE
def _save():
    with open(os.environ["MUTANTS_LINES"], "a", encoding="utf-8") as file:
        file.write("".join(_lines))
if "MUTANTS_LINES" in os.environ:
    sys.monitoring.use_tool_id(4, "mutants")
    sys.monitoring.register_callback(4, sys.monitoring.events.LINE, _line)
    sys.monitoring.set_events(4, sys.monitoring.events.LINE)
    atexit.register(_save)
"""
"""The sitecustomize.py of an installed copy: records the lines of processes that tests start."""


def modules() -> list[str]:
    """List the modules of the library, the rooms at risk first: `coding/rows`, `ranking`."""
    names = (path.relative_to(SOURCE).with_suffix("").as_posix() for path in SOURCE.rglob("*.py"))
    rank = {room: place for place, room in enumerate(RISK)}
    return sorted(names, key=lambda name: (rank.get(name.partition("/")[0], len(RISK)), name))


def module_of(path: str) -> str:
    """Name the module of a file, also of one in an installed copy; empty for another file."""
    _, inside, name = path.rpartition("/policyindex/")
    if not inside or not name.endswith(".py") or not (SOURCE / name).exists():
        return ""
    return name.removesuffix(".py")


def own_tests(module: str) -> str:
    """Name the tests of a module: `_kernels/tables` -> `tests/kernels/test_tables.py`.

    The folder of its room where there is no such file.
    """
    room, _, name = module.lstrip("_").rpartition("/")
    path = "/".join(["tests", *([room] if room else []), f"test_{name.strip('_')}.py"])
    return path if (ROOT / path).exists() or not room else f"tests/{room}/"


@cache
def _source(module: str) -> str:
    return (SOURCE / f"{module}.py").read_text(encoding="utf-8")


def digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _excluded(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield parts on which no result depends: annotations, caches, code for type checkers."""
    for node in ast.walk(tree):
        yield from filter(None, (getattr(node, name, None) for name in ("annotation", "returns")))
        for decorator in getattr(node, "decorator_list", ()):
            text = ast.unparse(decorator)
            if text in ("overload", "typing.overload"):
                yield from (node, decorator)
            elif "cache" in text:
                yield decorator
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield node.test


def mutants(module: str) -> list[Mutant]:
    """List every mutant of a module, except those that a rule excludes."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    source = _source(module)
    nodes = list(ast_nodes(get_ast(source)))
    excluded = [
        ((part.lineno, part.col_offset - 1), (part.end_lineno, part.end_col_offset))  # type: ignore[attr-defined]
        for part in _excluded(ast.parse(source))
    ]
    changes = []
    for name in sorted(operator_names()):
        try:
            operator = get_operator(name)()
        except TypeError:  # an operator that needs the names of the variables to replace
            continue
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, (start, _) in enumerate(places):
            if not any(begin <= start < end for begin, end in excluded):
                changes.append((name, occurrence, start[0]))
    return [Mutant(module, number, *each) for number, each in enumerate(changes)]


def sample(module: str, each: int, seed: str) -> Iterator[Mutant]:
    """Draw mutants of a module that compile: one of every line before a second of any."""
    drawn = mutants(module)
    random.Random(f"{seed} {module}").shuffle(drawn)
    before: Counter[int] = Counter()
    rounds: dict[int, list[Mutant]] = defaultdict(list)
    for mutant in drawn:
        rounds[before[mutant.line]].append(mutant)
        before[mutant.line] += 1
    ordered = chain.from_iterable(rounds[n] for n in sorted(rounds))
    valid = (each for each in ordered if each.source() is not None and not is_idle(each))
    return islice(valid, each)


ORDERS = re.compile(r"(<|>|<=|>=|\bis|\bis not) [rf]?[\"']|[\"'] (<|>|<=|>=|is|is not) ")


def is_idle(mutant: Mutant) -> bool:
    """Return whether a rule excludes a mutant."""
    before, after = mutant.change()
    return is_idle_change({"operator": mutant.operator, "before": before, "after": after})


def is_idle_change(row: dict[str, Any]) -> bool:
    """Return whether a rule excludes a change: its operator makes no fault that a person makes.

    Texts compared by their order or their identity, numbers by their identity, the star of a
    signature, which the public surface freezes, and the check of `zip` that nothing is left over.
    """
    before, after, name = row["before"], row["after"], row["operator"]
    if name.endswith(("_Is", "_IsNot")) and "_Is_" not in name and "_IsNot_" not in name:
        return True
    if name.startswith("core/ReplaceComparison") and len(ORDERS.findall(after)) > len(
        ORDERS.findall(before)
    ):
        return True
    if "strict=True" in before and before.replace("strict=True", "strict=False") == after:
        return True
    return before.count("*") > after.count("*") and bool(
        re.search(r"(^|[(,]\s*)/,", after) and not re.search(r"(^|[(,]\s*)/,", before)
    )


def changed_functions(before: CodeType, after: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """Pair the outermost functions that differ; None where code that runs on import does."""
    pairs = [
        [const for const in code.co_consts if isinstance(const, CodeType)]
        for code in (before, after)
    ]
    shells = [
        (
            code.co_code,
            code.co_names,
            [repr(const) for const in code.co_consts if not isinstance(const, CodeType)],
        )
        for code in (before, after)
    ]
    if shells[0] != shells[1] or len(pairs[0]) != len(pairs[1]):
        return None
    functions: list[tuple[CodeType, CodeType]] = []
    for old, new in zip(*pairs, strict=True):
        if old == new:
            continue
        if old.co_flags & 1:  # a function; without this flag, the body of a class
            functions.append((old, new))
        elif (inner := changed_functions(old, new)) is None:
            return None
        else:
            functions += inner
    return functions


def _nested(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _nested(const)


def living() -> dict[CodeType, list[FunctionType]]:
    """Return the functions of the library by their code."""
    functions: dict[CodeType, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and module_of(one.__code__.co_filename):
            functions[one.__code__].append(one)
    return functions


def exchange(mutant: Mutant, functions_of: dict[CodeType, list[FunctionType]]) -> bool:
    """Exchange the code of the functions that a mutant changes; False if that does not do."""
    path = str(SOURCE / f"{mutant.module}.py")
    before = compile(_source(mutant.module), path, "exec", dont_inherit=True)
    after = compile(mutant.source() or "", path, "exec", dont_inherit=True)
    changes = changed_functions(before, after)
    if not changes:
        return False
    for old, new in changes:
        functions = functions_of.get(old, [])
        if not functions or any(inner in functions_of for inner in _nested(old)):
            return False
        for function in functions:
            if len(new.co_freevars) != len(old.co_freevars):
                return False
            function.__code__ = new
    return True


def forget() -> None:
    """Clear the caches of the library: what they hold was made by the program before the change."""
    for name, module in list(sys.modules.items()):
        if name.startswith("policyindex"):
            for value in list(vars(module).values()):
                for each in (value, *(vars(value).values() if isinstance(value, type) else ())):
                    if callable(clear := getattr(each, "cache_clear", None)):
                        clear()


class Site:
    """An installed copy of the library, in which processes that tests start see a mutant."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__", "data")
        shutil.copytree(SOURCE, folder / "policyindex", ignore=ignored)
        shutil.copytree(ROOT / "data", folder / "policyindex" / "data", ignore=ignored)
        (folder / "sitecustomize.py").write_text(IN_PROCESS, encoding="utf-8")

    def write(self, module: str, source: str) -> None:
        """Write a module, so that no older bytecode is taken for it."""
        path = self.folder / "policyindex" / f"{module}.py"
        for old in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            old.unlink()
        path.write_text(source, encoding="utf-8")

    def enter(self) -> None:
        os.environ["PYTHONPATH"] = str(self.folder)


def _profile(examples: int) -> None:
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)  # to find a failure is enough
    settings.register_profile(
        "mutants", settings(), phases=phases, database=None, max_examples=examples
    )
    settings.load_profile("mutants")


def _limits() -> None:
    os.setsid()
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _spent() -> float:
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


class Judge:
    """Runs tests until one fails or the patience is at an end."""

    def __init__(self, seconds: dict[str, float], patience: float, answer: Path) -> None:
        self.seconds = seconds
        self.patience = patience
        self.answer = answer
        self.usual = 0.0
        """How long the tests so far take without a mutant; what they share is made anew here."""
        self.begin = _spent()

    def is_over(self) -> bool:
        """Return whether the mutant has taken several times the patience."""
        return _spent() - self.begin > 4 * self.patience

    def before(self, test: str) -> bool:
        """Return whether there is patience for a test, and set its time limit."""
        self.usual += self.seconds[test]
        if self.usual > max(self.patience, self.seconds[test]) or self.is_over():
            return False
        self.answer.write_text(test, encoding="utf-8")
        signal.setitimer(signal.ITIMER_PROF, 5 + 10 * self.seconds[test])
        signal.alarm(int(300 + 60 * self.seconds[test]))
        return True


class Ordered:
    """A plugin of pytest that runs these tests, in this order, while there is patience."""

    def __init__(self, tests: list[str], judge: Judge, examples: int) -> None:
        self.tests = tests
        self.judge = judge
        self.examples = examples

    def pytest_configure(self) -> None:
        _profile(self.examples)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_name = {item.nodeid: item for item in items}
        items[:] = [by_name[test] for test in self.tests if test in by_name]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        return None if self.judge.before(item.nodeid) else True


def _pytest(plugin: object, paths: Iterable[str]) -> int:
    options = "-x -q -p no:cacheprovider -p no:benchmark --assert=plain"
    return int(pytest.main([*options.split(), *paths], plugins=[plugin]))


def judge_afresh(mutant: Mutant, tests: list[str], judge: Judge, examples: int) -> int:
    """Import the library with the change and run tests, file by file; 0 where none fails."""
    path, source = str(SOURCE / f"{mutant.module}.py"), mutant.source() or ""
    of_file = SourceFileLoader.get_code

    def code(self: SourceFileLoader, fullname: str) -> Any:
        return compile(source, path, "exec") if self.path == path else of_file(self, fullname)

    SourceFileLoader.get_code = code  # type: ignore[method-assign]
    files: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        files[test.partition("::")[0]].append(test)
    for file, inside in files.items():
        if judge.is_over():
            return 0
        judge.answer.write_text(f"import for {file}", encoding="utf-8")
        signal.setitimer(signal.ITIMER_PROF, 60)
        signal.alarm(600)
        if status := _pytest(Ordered(inside, judge, examples), [file]):
            return status
    return 0


class Server:
    """A plugin of pytest that collects all tests once and runs them in forked processes."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.lines = Lines()
        self.collected: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))

    def pytest_configure(self) -> None:
        _profile(self.runner.examples)
        self.lines.start()
        for name in modules():
            if name != "__main__":
                whole = ".".join(["policyindex", *name.split("/")])
                importlib.import_module(whole.removesuffix(".__init__"))
        for path in sorted((ROOT / "tests").glob("*.py")):
            if not path.name.startswith(("test_", "mutate", "conftest")):
                importlib.import_module(path.stem)
        self._collect(IMPORT)

    def _collect(self, context: str) -> None:
        for module, line in self.lines.restart():
            self.collected[module][line].add(context)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        result = yield
        if isinstance(collector, pytest.Module):
            self._collect(collector.nodeid)
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [
            item
            for item in items
            if not item.nodeid.startswith(tuple(TEXTS))
            and (item.get_closest_marker("slow") is None or item.nodeid.startswith(tuple(SLOW)))
        ]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.lines.stop()
        session.config.pluginmanager.unregister(name="terminalreporter")
        gc.collect()
        self.runner.functions = living()
        gc.freeze()
        self.runner.serve(session, self.collected)
        return True


def _run(session: pytest.Session, items: list[pytest.Item], before: Callable[[str], bool]) -> int:
    """Run tests until one fails; 0 if none does."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        if not before(item.nodeid):
            return 0
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return 1
    return 0


class Runner:
    """Measures what tests reach, judges mutants, and keeps the outcomes in a folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.examples = options.examples
        self.folder = Path(options.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.outcomes = self.folder / "outcomes.jsonl"
        self.functions: dict[CodeType, list[FunctionType]] = {}
        n = 0 if options.report else options.workers
        self.sites = [Site(self.folder / f"site{slot}") for slot in range(n)]

    # what the tests reach

    def reach(self, session: pytest.Session, collected: dict[str, dict[int, set[str]]]) -> Reach:
        """Return what the tests reach: of a file from the last run if nothing of it changed."""
        files: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in session.items:
            files[item.nodeid.partition("::")[0]].append(item)
        paths = {file: self.folder / "reach" / f"{digest(file)}.pickle" for file in files}
        (self.folder / "reach").mkdir(exist_ok=True)
        stale = [file for file, path in paths.items() if not self._fresh(path)]
        jobs = (
            (
                file,
                lambda slot, file=file: self._measure(
                    file, session, files[file], paths[file], slot
                ),
            )
            for file in stale
        )
        for n, (file, status) in enumerate(in_children(jobs, self.options.workers), 1):
            print(f"\rtests of {n} of {len(stale)} files measured", end="", file=sys.stderr)
            if status:
                print(f"\n{file}: a test fails, or none can be measured", file=sys.stderr)
        seconds: dict[str, float] = {}
        lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        items = {item.nodeid for item in session.items}
        for path in paths.values():
            if path.exists():
                for test, spent, reached in pickle.loads(path.read_bytes())[1]:
                    if test in items:
                        seconds[test] = spent
                        for module, line in reached:
                            lines[module][line].add(test)
        return Reach(seconds, lines, collected)

    @staticmethod
    def _fresh(path: Path) -> bool:
        if not path.exists():
            return False
        digests, _ = pickle.loads(path.read_bytes())
        return all(
            (ROOT / name).exists() and digest((ROOT / name).read_text(encoding="utf-8")) == value
            for name, value in digests.items()
        )

    def _measure(
        self, file: str, session: pytest.Session, items: list[pytest.Item], path: Path, slot: int
    ) -> int:
        """Run the tests of a file, and write down the time and the lines of each that passes."""
        _limits()
        self.sites[slot].enter()
        inside = self.folder / f"lines{slot}.txt"
        os.environ["MUTANTS_LINES"] = str(inside)
        lines, records = Lines(), []
        lines.start()
        failed = 0
        for item, following in zip(items, [*items[1:], None], strict=True):
            inside.unlink(missing_ok=True)
            forget()
            lines.restart()
            begin = _spent()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            spent = _spent() - begin
            reached = lines.restart()
            if inside.exists():
                for row in inside.read_text(encoding="utf-8").splitlines():
                    name, _, line = row.rpartition("\t")
                    if module := module_of(name):
                        reached.add((module, int(line)))
            if session.testsfailed > failed:
                failed = session.testsfailed
            else:
                records.append((item.nodeid, spent, reached))
        names = {
            file,
            *(f"src/policyindex/{module}.py" for *_, each in records for module, _ in each),
        }
        digests = {name: digest((ROOT / name).read_text(encoding="utf-8")) for name in names}
        path.write_bytes(pickle.dumps((digests, records)))
        return min(failed, 1)

    # what they notice

    def serve(self, session: pytest.Session, collected: dict[str, dict[int, set[str]]]) -> None:
        """Measure what is not measured yet, then judge the mutants that change functions."""
        reach = self.reach(session, collected)
        items = {item.nodeid: item for item in session.items}
        left = []
        todo = self.work()
        later: set[Mutant] = set()
        print(f"\n{len(todo)} mutants to judge", file=sys.stderr)

        def jobs() -> Iterator[tuple[Mutant, Callable[[int], int]]]:
            for mutant in todo:
                tests, fresh = reach.tests(mutant)
                if fresh or not tests:
                    left.append((mutant, fresh))
                if not tests:
                    later.add(mutant)
                else:
                    yield (
                        mutant,
                        lambda slot, mutant=mutant, tests=tests: self._loaded(
                            mutant, [items[test] for test in tests], session, reach.seconds, slot
                        ),
                    )

        for n, (mutant, status) in enumerate(in_children(jobs(), self.options.workers), 1):
            print(f"\r{n}", end="", file=sys.stderr, flush=True)
            if status == AFRESH:
                left.append((mutant, list(chain(*reach.tests(mutant)))))
                later.add(mutant)
            elif status == 0 and any(mutant == each for each, _ in left):
                later.add(mutant)
            else:
                self.record(mutant, status)
                later.discard(mutant)
        done = {mutant for mutant in todo if mutant not in later and self.judged(mutant)}
        rest = [(mutant, tests) for mutant, tests in left if mutant not in done]
        (self.folder / "left.pickle").write_bytes(pickle.dumps((rest, reach.seconds)))

    def _loaded(
        self,
        mutant: Mutant,
        items: list[pytest.Item],
        session: pytest.Session,
        seconds: dict[str, float],
        slot: int,
    ) -> int:
        _limits()
        self.place(mutant, slot)
        if not exchange(mutant, self.functions):
            return AFRESH
        forget()
        judge = Judge(seconds, self.options.patience, self.answer(mutant))
        return _run(session, items, judge.before)

    def _afresh(
        self, mutant: Mutant, tests: list[str], seconds: dict[str, float], slot: int
    ) -> int:
        _limits()
        self.place(mutant, slot)
        judge = Judge(seconds, self.options.patience, self.answer(mutant))
        return judge_afresh(mutant, tests, judge, self.examples)

    def afresh(self) -> None:
        """Judge the other mutants, each on a fresh import of the library."""
        rest, seconds = pickle.loads((self.folder / "left.pickle").read_bytes())
        jobs = (
            (each, lambda slot, each=each, tests=tests: self._afresh(each, tests, seconds, slot))
            for each, tests in rest
        )
        for mutant, status in in_children(jobs, self.options.workers):
            self.record(mutant, status)

    def place(self, mutant: Mutant, slot: int) -> None:
        """Write a mutant into an installed copy, where the last one was."""
        site = self.sites[slot]
        site.enter()
        last = site.folder / "last.txt"
        if last.exists():
            module = last.read_text(encoding="utf-8")
            site.write(module, _source(module))
        last.write_text(mutant.module, encoding="utf-8")
        site.write(mutant.module, mutant.source() or "")

    def answer(self, mutant: Mutant) -> Path:
        return self.folder / f"answer-{mutant.module.replace('/', '-')}-{mutant.number}.txt"

    # outcomes

    def record(self, mutant: Mutant, status: int) -> None:
        """Write down an outcome, and print a survivor."""
        timed_out = status in (-signal.SIGPROF, -signal.SIGALRM, -signal.SIGXCPU)
        outcome = "timed out" if timed_out else "killed" if status else "survived"
        answer = self.answer(mutant)
        test = answer.read_text(encoding="utf-8") if answer.exists() else ""
        answer.unlink(missing_ok=True)
        before, after = mutant.change()
        row = {
            "module": mutant.module,
            "source": digest(_source(mutant.module)),
            "operator": mutant.operator,
            "occurrence": mutant.occurrence,
            "number": mutant.number,
            "line": mutant.line,
            "before": before,
            "after": after,
            "outcome": outcome,
            "test": test,
        }
        with self.outcomes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self.rows[self.key(row)] = row
        if outcome == "survived":
            print(mutant, flush=True)

    @staticmethod
    def key(row: dict[str, Any]) -> tuple[str, str, str, int]:
        return row["module"], row["source"], row["operator"], row["occurrence"]

    @property
    def rows(self) -> dict[tuple[str, str, str, int], dict[str, Any]]:
        """The last outcome of each mutant of modules that have not changed since."""
        if not hasattr(self, "_rows"):
            self._rows = {}
            if self.outcomes.exists():
                for line in self.outcomes.read_text(encoding="utf-8").splitlines():
                    row = json.loads(line)
                    path = SOURCE / f"{row['module']}.py"
                    if path.exists() and digest(_source(row["module"])) == row["source"]:
                        self._rows[self.key(row)] = row
        return self._rows

    def latest(self) -> list[dict[str, Any]]:
        """Return the last outcome of each mutant of the last source of each module."""
        lines = self.outcomes.read_text(encoding="utf-8").splitlines()
        every = [row for row in map(json.loads, lines) if row["module"] in set(modules())]
        last = {row["module"]: row["source"] for row in every}
        rows = {self.key(row): row for row in every if row["source"] == last[row["module"]]}
        return [row for row in rows.values() if not is_idle_change(row)]

    def judged(self, mutant: Mutant) -> dict[str, Any] | None:
        source = digest(_source(mutant.module))
        return self.rows.get((mutant.module, source, mutant.operator, mutant.occurrence))

    def names(self) -> list[str]:
        """List the modules to break: all, or those that are named, also by their room."""
        wanted = self.options.modules
        return [
            name
            for name in modules()
            if not wanted or name in wanted or name.partition("/")[0] in wanted
        ]

    def sample(self, module: str) -> list[Mutant]:
        """Draw mutants of a module, or read those of the last time; drawing takes seconds."""
        each, seed = self.options.each, self.options.seed
        name = digest(module, _source(module), str(each), seed)
        path = self.folder / f"sample-{name}.pickle"
        if path.exists():
            drawn = [
                (Mutant(*fields), source) for fields, source in pickle.loads(path.read_bytes())
            ]
            _sources.update(drawn)
            return [mutant for mutant, _ in drawn]
        mutants = list(sample(module, each, seed))
        pairs = [(tuple(mutant), mutant.source()) for mutant in mutants]
        path.write_bytes(pickle.dumps(pairs))
        return mutants

    def mutant(self, module: str, number: str) -> Mutant:
        """Return the mutant of a number, from the sample if it is there."""
        drawn = {each.number: each for each in self.sample(module)}
        return drawn.get(int(number)) or mutants(module)[int(number)]

    def work(self) -> list[Mutant]:
        """List the mutants to judge, three of every module before more of any."""
        if self.options.only:
            return [self.mutant(*name.split(":")) for name in self.options.only]
        by_module = {name: self.sample(name) for name in self.names()}
        todo = [
            (place // 3, mutant)
            for drawn in by_module.values()
            for place, mutant in enumerate(drawn)
            if (row := self.judged(mutant)) is None
            or (self.options.again and row["outcome"] == "survived" and not equivalent(row))
        ]
        return [mutant for _, mutant in sorted(todo, key=lambda each: each[0])]


AFRESH = 77
"""The exit status of a mutant that needs a fresh import."""


def in_children(
    jobs: Iterable[tuple[Any, Callable[[int], int]]], workers: int
) -> Iterator[tuple[Any, int]]:
    """Do each job in a process of its own, some at a time; yield its exit status as it ends."""
    running: dict[Any, tuple[Any, Any, int]] = {}
    free = list(range(workers))
    waiting = iter(jobs)
    while True:
        for name, job in islice(waiting, len(free)):
            slot = free.pop()
            child = FORK.Process(target=lambda job=job, slot=slot: os._exit(job(slot)))
            child.start()
            running[child.sentinel] = child, name, slot
        if not running:
            return
        for sentinel in connection.wait(list(running)):
            child, name, slot = running.pop(sentinel)
            child.join()
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # processes that its tests left
            free.append(slot)
            yield name, child.exitcode


def refuse_elsewhere() -> None:
    """Refuse to break one copy of the library while the tests import another."""
    spec = importlib.util.find_spec("policyindex")
    if spec is None or Path(spec.origin or "").parent != SOURCE:
        where = "not installed" if spec is None else f"imported from {spec.origin}"
        raise SystemExit(f"policyindex is {where}; run: python -m pip install -e {ROOT}")


# the report


@cache
def equivalents() -> list[dict[str, str]]:
    """Read the mutants that no input distinguishes from the original, with the reasons."""
    return list(tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))["equivalent"])


def equivalent(row: dict[str, Any]) -> dict[str, str] | None:
    """Return the entry of a mutant among the equivalents."""
    for entry in equivalents():
        if all(entry[name] == row[name] for name in ("module", "before", "after")):
            return entry
    return None


def table(rows: Iterable[dict[str, Any]]) -> str:
    """Return the counts as a Markdown table, a row for each module and one for all."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        outcome = row["outcome"]
        counts[row["module"]][
            "equivalent" if outcome == "survived" and equivalent(row) else outcome
        ] += 1
    columns = ("killed", "timed out", "equivalent", "survived")
    lines = [f"| module | mutants | {' | '.join(columns)} | noticed |", "|---" * 7 + "|"]
    for name, each in (*sorted(counts.items()), ("all", sum(counts.values(), Counter()))):
        real = each.total() - each["equivalent"]
        share = f"{1 - each['survived'] / real:.1%}" if real else "-"
        cells = [name, each.total(), *(each[column] for column in columns), share]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


ALIKE = """\
No input that the module accepts distinguishes these from the original, or the difference is one
that nobody asks for, e.g. a millimetre of a margin. Those of earlier samples stay in the list."""

MARK = "<!-- figures: written by python tests/mutate.py --report -->\n"


def code(text: str) -> str:
    """Return code as a cell of a Markdown table."""
    return "`` " + text.replace("|", "\\|") + " ``"


def report(runner: Runner) -> str:
    """Return the figures, the survivors and the equivalents as Markdown."""
    rows = runner.latest()
    without = [name for name in modules() if name not in {row["module"] for row in rows}]
    changed = sorted(
        {row["module"] for row in rows if digest(_source(row["module"])) != row["source"]}
    )
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    parts = [
        f"{version}, seed `{runner.options.seed}`, {len(rows)} mutants, {date.today()}.",
        table(rows),
    ]
    if changed:
        parts.append(f"Changed since they were judged: {', '.join(changed)}.")
    if without:
        parts.append(f"Not judged yet: {', '.join(without)}.")
    survivors = [row for row in rows if row["outcome"] == "survived"]
    alive = [row for row in survivors if not equivalent(row)]
    parts.append("## Survivors that a test should notice")
    head = "| module | line | before | after |\n|---|---|---|---|\n"
    parts.append(
        head
        + "\n".join(
            f"| {row['module']} | {row['line']} | {code(row['before'])} | {code(row['after'])} |"
            for row in alive
        )
        if alive
        else "None in this sample."
    )
    parts += ["## Equivalents", ALIKE]
    parts.append(
        "| module | before | after | why |\n|---|---|---|---|\n"
        + "\n".join(
            f"| {' | '.join([each['module'], *map(code, changed), each['reason']])} |"
            for each in sorted(equivalents(), key=lambda each: (each["module"], each["before"]))
            for changed in [(each["before"], each["after"])]
        )
    )
    return "\n\n".join(parts) + "\n"


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    # the package must not be loaded before the runner sees which lines run on its import
    version = runpy.run_path(str(SOURCE / "_version.py"))["__version__"]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="modules or rooms: ranking, coding, coding/rows")
    parser.add_argument("--each", type=int, default=10, help="mutants of each module")
    parser.add_argument("--seed", default=version, help="default: the version")
    parser.add_argument("--patience", type=float, default=6, help="seconds of tests for a mutant")
    parser.add_argument("--examples", type=int, default=20, help="examples of each property")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--nice", type=int, default=10, help="how far to stand back for others")
    parser.add_argument("--again", action="store_true", help="judge survivors again")
    parser.add_argument("--only", nargs="+", metavar="MODULE:NUMBER", help="these mutants alone")
    parser.add_argument("--report", action="store_true", help="write MUTANTS.md, judge nothing")
    parser.add_argument("--tests", nargs="+", default=["tests", "src"], help="tests to take")
    parser.add_argument(
        "--folder",
        default=Path.home() / ".cache" / "policyindex-mutants",
        help="where outcomes are kept",
    )
    return parser.parse_args(words)


def main() -> None:
    """Draw mutants, judge them, and print the survivors and the table."""
    options = arguments()
    os.chdir(ROOT)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["MPLBACKEND"] = "agg"
    os.nice(max(0, options.nice - os.nice(0)))
    refuse_elsewhere()
    runner = Runner(options)
    if options.report:
        prose = REPORT.read_text(encoding="utf-8").partition(MARK)[0]
        REPORT.write_text(prose + MARK + "\n" + report(runner), encoding="utf-8")
        return
    for library in LIBRARIES:
        importlib.import_module(library)
    sys.path.insert(0, str(ROOT / "tests"))

    def warm() -> None:
        options = "-q -p no:cacheprovider -p no:benchmark -p no:xdist --assert=plain"
        status = pytest.main([*options.split(), *runner.options.tests], plugins=[Server(runner)])
        os._exit(int(status))

    left = runner.folder / "left.pickle"
    left.unlink(missing_ok=True)
    child = FORK.Process(target=warm)
    child.start()
    child.join()
    if not left.exists():
        raise SystemExit("the tests could not be collected or measured")
    vars(runner).pop("_rows", None)  # the child has judged others since
    runner.afresh()
    print(table(runner.rows.values()))


if __name__ == "__main__":
    main()
