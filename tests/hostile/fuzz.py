"""Fuzz the readers, guided by the coverage of this library's code.

Run it in the folder ``tests``, with atheris installed: ``python -m hostile.fuzz FORM FOLDER``, and
options of libFuzzer behind. FORM is the name of a folder of ``corpus``, whose files are replayed
by the tests; FOLDER takes the inputs that are found.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import pandas as pd

from . import books

CORPUS = Path(__file__).parent / "corpus"
FORMS = ("text", "sheet", "stata", "parquet", "xls")
STARTS = {"stata": b"<stata_dta>", "parquet": b"PAR1", "xls": b"\xd0\xcf\x11\xe0"}


def file_of(form: str, data: bytes) -> bytes:
    """Return the file that an input stands for: the rows of a sheet, or the file itself."""
    if form == "sheet":
        document = books.sheet("@").encode().replace(b"@", data)
        return books.archive(books.members(document))
    return data if data.startswith(STARTS.get(form, b"")) else STARTS[form] + data


def judge(path: Path) -> str:
    """Read a file and return what it was: a panel, or refused; raise where it is neither.

    Raises
    ------
    AssertionError
        When a panel breaks its contract, or an error is not in the form of the house.
    """
    from policyindex import PanelError, check_panel, read

    from .run import in_house_form

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reading = read(path)
        except PanelError as error:
            refusal = str(error)
        else:
            refusal = ""
    if refusal:
        assert in_house_form(refusal), refusal
        return "refused"
    book = reading.codebook
    scales = book.scales if reading.holds == "codings" else book.score_scales
    columns = {name: scales[name] for name in reading.panel}
    pd.testing.assert_frame_equal(reading.panel, check_panel(reading.panel, scales=columns))
    if reading.holds == "scores" and len(columns) > 1:
        parts = reading.panel.drop(columns="overall")
        assert reading.panel["overall"].equals(parts.sum(axis=1, skipna=False))
    assert len(reading.source) <= 300
    return "panel"


def _fuzz(form: str, folder: str, options: list[str]) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    with atheris.instrument_imports(include=["policyindex"]):
        import policyindex  # noqa: F401
    path = Path(tempfile.mkdtemp(dir="/dev/shm"), "fuzzed")

    def one(data: bytes) -> None:
        path.write_bytes(file_of(form, data))
        judge(path)

    atheris.Setup([sys.argv[0], *options, folder, str(CORPUS / form)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    _fuzz(sys.argv[1], sys.argv[2], sys.argv[3:])
