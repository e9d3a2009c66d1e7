"""Break the library on purpose, one small change at a time, and count what the tests notice.

    python -m pip install cosmic-ray coverage
    python tests/mutate.py             # a random 75 of each module's mutants, the same every time
    python tests/mutate.py ranking scoring/scores --each 1000
    python tests/mutate.py --only ranking:12 scoring/scores:7

The mutants are those of Cosmic Ray's operators. Each lives in the memory of a process of its own,
forked from this one when all libraries are loaded; no file is changed. The runner gives it the
tests that reach its line, the module's own file first and the quickest first. A mutant is killed
when a test fails, or takes ten times as long as it should. A mutant that outlives the patience
counts as surviving. Excluded by rule: type annotations, caches and their sizes, and code that does
not compile without a warning. No operator changes strings. The runner prints survivors as they
come, and the table at the end; MUTANTS.md explains them.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import os
import pickle
import random
import resource
import signal
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from itertools import accumulate, chain, islice
from multiprocessing import connection, get_context
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "policyindex"

MODULES = """
codebooks/model codebooks/three_p _kernels/tables _kernels/gather panel/check scoring/scores ranking
dynamics/direction reliability/coders _kernels/aggregation _kernels/mann_kendall dynamics/averages
dynamics/change dynamics/moves panel/shape panel/selection robustness/weights robustness/simplex
_kernels/weightings _kernels/arrangement robustness/errors _kernels/poisson_binomial
_kernels/coincidences robustness/ranges _kernels/hidden_chain _kernels/coder_errors
""".split()  # noqa: SIM905

BUILT_ON = """
scoring/explanation robustness/pairs reliability/vintages robustness/choices public_surface
""".split()  # noqa: SIM905
"""Modules, and a test, that rest on those: their tests run as well."""

SURFACE = "tests/test_public_surface.py::test_public_names_and_signatures_are_frozen"

LIBRARIES = """
pandas.testing scipy.stats scipy.special sklearn.metrics krippendorff pyarrow cosmic_ray.mutating
_hypothesis_pytestplugin _pytest.doctest _pytest.junitxml _pytest.unittest
""".split()  # noqa: SIM905

FORK = get_context("fork")

MEMORY = 6 << 30

FEWER = 5
"""How many times fewer examples show which lines a property reaches."""


class Mutant(NamedTuple):
    """One change of one module."""

    module: str
    number: int
    operator: str
    occurrence: int
    line: int

    def __str__(self) -> str:
        before, after = (text.splitlines() for text in (_source(self.module), self.source() or ""))
        place = self.line - 1
        return (
            f"{self.module}:{self.number} line {self.line}\n"
            f"- {before[place].strip()}\n+ {after[place].strip()}\n"
        )

    @cache  # noqa: B019
    def source(self) -> str | None:
        """Return the module with the change, or None where it would not compile."""
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        source = mutate_code(_source(self.module), get_operator(self.operator)(), self.occurrence)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(source, "", "exec", dont_inherit=True)
        except SyntaxError:
            return None
        return str(source)


class Reach(NamedTuple):
    """Which tests reach which lines, and how long each takes."""

    seconds: dict[str, float]
    tests: dict[str, dict[int, list[str]]]

    def of(self, mutant: Mutant, patience: float) -> list[list[str]]:
        """List the tests that can notice a mutant, file by file, likely and quick ones first.

        Every test that reaches the module can notice a line that runs on import.
        """
        by_line = self.tests[mutant.module]
        tests = set(by_line.get(mutant.line, ()))
        if not tests or "" in tests:
            tests = {SURFACE, *chain.from_iterable(by_line.values())}
        own = own_tests(mutant.module)
        likely_first = sorted(
            tests - {""}, key=lambda test: (not test.startswith(own), self.seconds[test])
        )
        spent = accumulate(map(self.seconds.__getitem__, likely_first))
        files: dict[str, list[str]] = defaultdict(list)
        for test, total in zip(likely_first, spent, strict=True):
            if total <= patience or test == SURFACE:
                files[test.partition("::")[0]].append(test)
        return list(files.values())


class Watch:
    """A plugin of pytest that records which lines each test reaches, and its time."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}

    def pytest_configure(self) -> None:
        _profile(max_examples=100 // FEWER)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        for name, module in list(sys.modules.items()):
            if name.startswith("policyindex"):  # what is cached would be seen in one test only
                for value in list(vars(module).values()):
                    getattr(value, "cache_clear", int)()
        self.coverage.switch_context(item.nodeid)
        begin = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - begin
        self.coverage.switch_context("")
        return result


class Choice:
    """A plugin of pytest that runs these tests, in this order, each within its time."""

    def __init__(self, tests: list[str], seconds: dict[str, float]) -> None:
        self.tests = tests
        self.seconds = seconds

    def pytest_configure(self) -> None:
        _profile()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_name = {item.nodeid: item for item in items}
        items[:] = [by_name[test] for test in self.tests]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        limit = 5 + 10 * FEWER * self.seconds[item.nodeid]
        signal.setitimer(signal.ITIMER_PROF, limit)


def _profile(**options: Any) -> None:
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)  # to find a failure is enough
    settings.register_profile("brief", settings(), phases=phases, database=None, **options)
    settings.load_profile("brief")


def _path(module: str) -> Path:
    return SOURCE / f"{module}.py"


def own_tests(module: str) -> str:
    """Name the tests of a module: `_kernels/tables` -> `tests/kernels/test_tables.py`."""
    room, _, name = module.lstrip("_").rpartition("/")
    return "/".join(["tests", *([room] if room else []), f"test_{name}.py"])


@cache
def _source(module: str) -> str:
    return _path(module).read_text(encoding="utf-8")


def _pytest(plugin: object, paths: Iterable[str]) -> int:
    options = "-x -q -p no:cacheprovider -p no:benchmark --assert=plain"
    return int(pytest.main([*options.split(), *paths], plugins=[plugin]))


def reach() -> Reach | None:
    """Run every test once and record the lines it reaches; None if one fails."""
    from coverage import Coverage

    paths = {name: str(_path(name)) for name in MODULES}
    coverage = Coverage(data_file=None, include=list(paths.values()))
    coverage.start()
    watch = Watch(coverage)
    own = [own_tests(name) for name in (*MODULES, *BUILT_ON)]
    failed = _pytest(watch, [*(path for path in own if Path(path).exists()), *paths.values()])
    coverage.stop()
    data = coverage.get_data()
    tests = {name: data.contexts_by_lineno(path) for name, path in paths.items()}
    return None if failed else Reach(watch.seconds, tests)


def judge(mutant: Mutant, reached: Reach, patience: float) -> int:
    """Run the tests on a mutant; 0 where none fails."""
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.setitimer(signal.ITIMER_PROF, 60)
    path, source = str(_path(mutant.module)), mutant.source() or ""
    of_file = SourceFileLoader.get_code

    def code(self: SourceFileLoader, fullname: str) -> Any:
        return compile(source, path, "exec") if self.path == path else of_file(self, fullname)

    SourceFileLoader.get_code = code  # type: ignore[method-assign]
    for tests in reached.of(mutant, patience):
        status = _pytest(Choice(tests, reached.seconds), [tests[0].partition("::")[0]])
        if status:
            return status
    return 0


def _excluded(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the parts of a node on which no result depends: annotations and caches."""
    for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        if part is not None:
            yield part
    for decorator in getattr(node, "decorator_list", ()):
        if "cache" in ast.unparse(decorator):
            yield decorator


def mutants(module: str) -> list[Mutant]:
    """List every mutant of a module, except those that a rule excludes."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    source = _source(module)
    nodes = list(ast_nodes(get_ast(source)))
    excluded = [
        ((part.lineno, part.col_offset - 1), (part.end_lineno, part.end_col_offset))
        for node in ast.walk(ast.parse(source))
        for part in _excluded(node)
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


def sample(module: str, each: int, seed: int) -> Iterator[Mutant]:
    """Draw mutants of a module that compile."""
    drawn = mutants(module)
    random.Random(f"{seed} {module}").shuffle(drawn)
    return islice((mutant for mutant in drawn if mutant.source() is not None), each)


def in_children(
    answer: Callable[[Mutant], int], work: Iterable[Mutant], workers: int
) -> Iterator[tuple[Mutant, int]]:
    """Answer each in a process of its own, some at a time; yield its exit status as it ends."""
    running: dict[Any, tuple[Any, Mutant]] = {}
    waiting = iter(work)
    while True:
        for mutant in islice(waiting, workers - len(running)):
            child = FORK.Process(target=lambda each=mutant: os._exit(answer(each)))
            child.start()
            running[child.sentinel] = child, mutant
        if not running:
            return
        for sentinel in connection.wait(list(running)):
            child, mutant = running.pop(sentinel)
            child.join()
            yield mutant, child.exitcode


def reach_of_file(path: Path | None) -> Reach:
    """Return what the tests reach, from a file if it exists."""
    if path is not None and path.exists():
        return Reach(*pickle.loads(path.read_bytes()))
    receiver, sender = FORK.Pipe(duplex=False)
    child = FORK.Process(target=lambda: sender.send(reach()))
    child.start()
    sender.close()
    answer = receiver.recv()
    child.join()
    if answer is None:
        raise SystemExit("the tests must pass before the runner breaks anything")
    if path is not None:
        path.write_bytes(pickle.dumps(tuple(answer)))
    return Reach(*answer)


def refuse_elsewhere() -> None:
    """Refuse to break one copy of the library while the tests import another."""
    spec = importlib.util.find_spec("policyindex")
    if spec is None or Path(spec.origin or "").parent != SOURCE:
        where = "not installed" if spec is None else f"imported from {spec.origin}"
        raise SystemExit(f"policyindex is {where}; run: python -m pip install -e {ROOT}")


def refuse_unreached(modules: Iterable[str], reached: Reach) -> None:
    """Refuse modules of which no test reaches a line: no mutant of theirs could be killed."""
    by_module = {name: set(chain(*lines.values())) - {""} for name, lines in reached.tests.items()}
    unreached = [name for name in modules if not by_module.get(name)]
    if unreached:
        raise SystemExit(f"no test reaches a line of {', '.join(unreached)}")


def table(outcomes: dict[str, Counter[str]]) -> str:
    """Return the counts as a Markdown table, a row for each module and one for all."""
    columns = ("killed", "timed out", "survived")
    rows = ["| module | mutants | killed | timed out | survived | noticed |", "|---" * 6 + "|"]
    for name, counts in (*outcomes.items(), ("all", sum(outcomes.values(), Counter()))):
        noticed = 1 - counts["survived"] / counts.total()
        cells = [name, counts.total(), *(counts[column] for column in columns), f"{noticed:.1%}"]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def main() -> None:
    """Draw mutants, judge them, and print the survivors and the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--each", type=int, default=75, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--patience", type=float, default=5, help="seconds of tests for a mutant")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--reach", type=Path, help="a file that keeps what the tests reach")
    parser.add_argument("--only", nargs="+", metavar="MODULE:NUMBER", help="these mutants alone")
    options = parser.parse_args()
    os.chdir(ROOT)
    refuse_elsewhere()
    for library in LIBRARIES:
        importlib.import_module(library)
    reached = reach_of_file(options.reach)
    named = [name.split(":") for name in options.only or ()]
    refuse_unreached([module for module, _ in named] or options.modules, reached)
    if named:
        work: Iterable[Mutant] = (mutants(module)[int(number)] for module, number in named)
    else:
        samples = (sample(name, options.each, options.seed) for name in options.modules)
        work = chain.from_iterable(samples)
    control = Mutant("robustness/ranges", -1, "core/NoOp", 0, 1)
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    answers = in_children(
        lambda each: judge(each, reached, options.patience), chain([control], work), options.workers
    )
    for done, (mutant, status) in enumerate(answers):
        print(f"\r{done}", end="", file=sys.stderr, flush=True)
        if mutant is control:
            if status:
                raise SystemExit("the tests must pass on the control, which is not broken")
            continue
        outcome = {0: "survived", -signal.SIGPROF: "timed out"}.get(status, "killed")
        outcomes[mutant.module][outcome] += 1
        if outcome == "survived":
            print(mutant, flush=True)
    print(table(outcomes))


if __name__ == "__main__":
    main()
