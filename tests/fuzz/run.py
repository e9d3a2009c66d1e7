"""Fuzz one form of input, guided by the coverage of this library's code.

Run it in the folder ``tests``, with atheris installed: ``python -m fuzz.run FORM FOLDER``, and
options of libFuzzer behind. FOLDER takes the inputs that are found.
"""

from __future__ import annotations

import pkgutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

ROOMS = ("_sheets", "_wording", "reading", "panel", "codebooks", "coding", "cli", "countries")
"""The parts of the library whose branches guide the search."""


def _instrument() -> None:
    """Load the library so that its branches are counted: before anything else loads it."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    assert "policyindex" not in sys.modules
    with atheris.instrument_imports(include=["policyindex"]):
        import policyindex

        names = (each.name for each in pkgutil.walk_packages(policyindex.__path__, "policyindex."))
        for name in names:
            if name.split(".")[1] in ROOMS:
                import_module(name)


def _fuzz(form: str, folder: str, options: list[str]) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    _instrument()
    from . import targets

    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    one = targets.target(form, Path(tempfile.mkdtemp(dir=memory)))
    inputs = Path(folder)
    inputs.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(targets.seeds(form)):
        (inputs / f"seed-{place}").write_bytes(seed)
    kept = targets.CORPUS / form
    folders = [folder, *([str(kept)] if kept.is_dir() else [])]

    def try_one(data: bytes) -> None:
        one(data)

    atheris.Setup([sys.argv[0], *options, *folders], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    _fuzz(sys.argv[1], sys.argv[2], sys.argv[3:])
