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

OLDEST, NEWEST, NEXT = "3.11", "3.13", "3.14"

PARALLEL = ("-n", "auto", "--dist", "worksteal")

QUICK_WITHOUT = ("claims", "cli", "coding", "docs", "field", "latent", "plot", "report", "testing")
"""The folders of tests that `quick` leaves out: models, laws, workbooks, pages and commands rest on
the rooms below them, and take most of the time."""

# The tests start hundreds of processes, each of which would compile the library anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


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


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""For each of the processes of pytest, which together use every processor."""


def parallel() -> None:
    """Have pytest use all processors, in every command that this session starts."""
    os.environ.update(ONE_THREAD)
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
    """Run the quick tests of the rooms that compute, on fewer examples: less than a minute."""
    session.install("-e", ".[test]")
    session.env.update({**ONE_THREAD, "HYPOTHESIS_PROFILE": "brief"})
    paths = session.posargs or ["tests", *(f"--ignore=tests/{each}" for each in QUICK_WITHOUT)]
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


@nox.session(python=NEXT)
def prereleases(session: nox.Session) -> None:
    """Run the quick tests on the newest Python, with the pre-releases of its libraries."""
    session.install("-e", ".[test]")
    session.install("--pre", "--upgrade", "numpy", "pandas", "scipy", "matplotlib")
    session.run("python", "-m", "pip", "list")
    session.env.update({**ONE_THREAD, "HYPOTHESIS_PROFILE": "brief"})
    paths = session.posargs or ["tests"]
    session.run("python", "-m", "pytest", *PARALLEL, "-m", "not slow", *paths)


@nox.session(python=NEWEST)
def docs(session: nox.Session) -> None:
    """Build the documentation into build/docs; a warning is an error."""
    session.install("-e", ".[docs]")
    strict = ("-q", "-E", "-W", "--keep-going", "-n")
    session.run("python", "-m", "sphinx", *strict, "docs", "build/docs", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the speed; fail where it is lost. With `-- --renew`, write the new figures down."""
    session.install("-e", ".[test]")
    group(session, "bench")
    session.run("python", "benchmarks/table.py", *session.posargs)


@nox.session
def costs(session: nox.Session) -> None:
    """Hold what hostile input costs to 2 s and 1 GiB; `-- --renew` writes the figures down."""
    session.install("-e", ".[test]")
    session.run("python", "benchmarks/costs.py", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Break the library on purpose, and count what the tests notice; it can be continued."""
    session.install("-e", ".[test]")
    group(session, "mutants")
    session.run("python", "tests/mutate.py", *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Read every hostile file, each in a process of its own."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "hostile.run", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz every form of input for some minutes each (`-- 10`); what is found stays in build."""
    session.install("-e", ".[test]", "atheris")
    seconds = 60 * int(session.posargs[0] if session.posargs else 7)
    forms = "text sheet stata parquet xls coder codebook codebook-sheet command"
    for form in forms.split():
        folder = ROOT / "build" / "fuzz" / form
        folder.mkdir(parents=True, exist_ok=True)
        limits = (f"-max_total_time={seconds}", "-timeout=30", "-rss_limit_mb=3000")
        places = (str(folder), f"-artifact_prefix={folder}-")
        session.run("python", "-m", "fuzz.run", form, *places, *limits, env={"PYTHONPATH": "tests"})


@nox.session
def audit(session: nox.Session) -> None:
    """Compare what is installed with the published lists of known weaknesses."""
    session.install(".[excel,parquet,spss,fetch,word]", "pip-audit")
    session.run("pip-audit", "--skip-editable", "--local", *session.posargs)


@nox.session
def materials(session: nox.Session) -> None:
    """Write build/policyindex.cdx.json, the bill of materials of a release."""
    session.install(".[excel,parquet,spss,fetch,word,completion]")
    session.run("python", "tests/materials.py", "build/policyindex.cdx.json")


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
    tables = {f"policyindex/data/{path.name}" for path in (ROOT / "data").glob("*.[cj]s*")}
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
