"""The checks of the project, each in an environment of its own: `nox -s quick`, `nox --list`.

`.ci/run` and the workflows run these sessions. Arguments after `--` go to pytest, or to the
program that the session runs: `nox -s tests -- tests/panel`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tarfile
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "quick"]
nox.options.error_on_missing_interpreters = True

ROOT = Path(__file__).parent
GROUPS = nox.project.load_toml(ROOT / "pyproject.toml")

OLDEST, NEWEST = "3.11", "3.13"

PARALLEL = ("-n", "auto", "--dist", "worksteal")


def group(session: nox.Session, *names: str) -> None:
    """Install dependency groups of pyproject.toml, also by a pip that has no --group."""
    session.install(*nox.project.dependency_groups(GROUPS, *names))


def readme(session: nox.Session, name: str) -> None:
    """Run the command that the README gives under a name."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", text, re.DOTALL)
    if block is None:
        session.error(f"README.md has no command under <!-- {name} -->")
    for command in block[1].strip().split(" && "):
        session.run(*shlex.split(command))


def parallel() -> None:
    """Have pytest use all processors, in every command that this session starts."""
    before = os.environ.get("PYTEST_ADDOPTS", "")
    os.environ["PYTEST_ADDOPTS"] = " ".join([*PARALLEL, "--durations=15", before]).strip()


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and spelling."""
    group(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the library, its data scripts and its tests."""
    session.install("-e", ".[test]")
    group(session, "types")
    session.run("mypy", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """Run the tests that are not marked slow, each on fewer examples: less than a minute."""
    session.install("-e", ".[test]")
    # One thread for each process: pytest already uses every processor.
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    session.env.update({**one, "HYPOTHESIS_PROFILE": "brief"})
    paths = session.posargs or ["tests"]
    session.run("python", "-m", "pytest", *PARALLEL, "-m", "not slow", *paths)


@nox.session
def job(session: nox.Session) -> None:
    """Run the README's main job, and see that its report says that the data are synthetic."""
    readme(session, "main job")
    if "SYNTHETIC" not in (ROOT / "report.html").read_text(encoding="utf-8"):
        session.error("report.html does not say that its data are SYNTHETIC")


@nox.session(python=NEWEST)
def tests(session: nox.Session) -> None:
    """Run the README's test command with the newest libraries, then the slow tests."""
    parallel()
    if session.posargs:
        session.install("-e", ".[test]")
        session.run("python", "-m", "pytest", *session.posargs)
        return
    readme(session, "tests")
    session.run("python", "-m", "pytest", "-m", "slow")


@nox.session(python=OLDEST)
def oldest(session: nox.Session) -> None:
    """Run the README's test command with the oldest Python and libraries supported."""
    parallel()
    session.env["PIP_CONSTRAINT"] = str(ROOT / "tests" / "oldest.txt")
    readme(session, "tests")


@nox.session(python=NEWEST)
def docs(session: nox.Session) -> None:
    """Build the documentation into build/docs; a warning is an error."""
    session.install("-e", ".[docs]")
    strict = ("-q", "-E", "-W", "--keep-going", "-n")
    session.run("python", "-m", "sphinx", *strict, "docs", "build/docs", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the speed, and print the table of benchmarks/README.md."""
    session.install("-e", ".[test]")
    session.run("python", "benchmarks/table.py", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Break the library on purpose, and count what the tests notice; takes hours for all."""
    session.install("-e", ".[test]")
    group(session, "mutants")
    session.run("python", "tests/mutate.py", *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Read every hostile file, each in a process of its own."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "hostile.run", *session.posargs, env={"PYTHONPATH": "tests"})


def contents(archive: Path) -> set[str]:
    """List the files of a wheel, or of a source archive below its folder."""
    if archive.suffix == ".whl":
        return set(zipfile.ZipFile(archive).namelist())
    with tarfile.open(archive) as files:
        return {name.partition("/")[2] for name in files.getnames()}


def needed() -> set[str]:
    """List the files of the library, as a wheel names them: also tables, templates, py.typed."""
    library = [path for path in (ROOT / "src" / "policyindex").rglob("*") if path.is_file()]
    code = {path.relative_to(ROOT / "src").as_posix() for path in library}
    tables = {f"policyindex/data/{path.name}" for path in (ROOT / "data").glob("*.csv")}
    return {name for name in code if "__pycache__" not in name} | tables


@nox.session
def wheel(session: nox.Session) -> None:
    """Build wheel and source archive in dist; install each elsewhere and do the main job there."""
    group(session, "package")
    work, dist = Path(session.create_tmp()).resolve(), ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(dist), str(ROOT), silent=True)
    (source,), (built,) = dist.glob("*.tar.gz"), dist.glob("*.whl")
    session.run("twine", "check", "--strict", str(source), str(built))
    session.run("check-wheel-contents", str(built))
    absent = needed() - contents(built) | {"tests/conftest.py", "noxfile.py"} - contents(source)
    if absent:
        session.error(f"the archives lack {', '.join(sorted(absent))}")
    session.chdir(work)
    for archive in (built, source):
        place = work / archive.suffix.strip(".")
        session.run("python", "-m", "venv", "--clear", str(place), silent=True)
        python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

        def run(*command: str, python: Path = python) -> None:
            session.run(str(python), *command, external=True)

        run("-m", "pip", "install", str(archive))
        run("-m", "policyindex", "report")
        run("-m", "policyindex", "score", "-o", f"{place.name}.csv")
        run("-c", ELSEWHERE, f"{place.name}.csv")


ELSEWHERE = """
import sys
import pandas
import policyindex as pi

scores = pi.read_scores(sys.argv[1])
pandas.testing.assert_frame_equal(scores, pi.score(pi.datasets.load_demo()))
print("scored", len(scores), "country-years by", pi.__file__)
"""
"""What an installed copy must do away from its sources."""
