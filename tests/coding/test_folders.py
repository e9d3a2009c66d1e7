"""Reading the folder of a release: every fault of it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyindex import PanelError, datasets
from policyindex.coding import read_release, release
from policyindex.coding.folders import DESCRIPTION, SUMS, checked_sums, sums_of, sums_text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    release(datasets.load_demo().loc[["NGA"]].tail(2), tmp_path / "a", name="1", formats=())
    return tmp_path / "a"


def seal(folder: Path) -> None:
    """Let the checksums be those of the files."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != SUMS}
    (folder / SUMS).write_text(sums_text(sums_of(files)))


EVIDENCE = "coder,country,year,indicator,status,report,page,quote,remark"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (DESCRIPTION, "{"),
        (DESCRIPTION, "[]"),
        (DESCRIPTION, "{}"),
        (DESCRIPTION, '{"version": "1", "policyindex": 3}'),
        (DESCRIPTION, '{"version": "1", "policyindex": "three"}'),
        (DESCRIPTION, "[" * 100_000),
        ("codings.csv", "country,year\nNGA,2009\n"),
        ("codings.csv", "country,year\nNGA,soon\n"),
        ("codings.csv", ""),
        ("evidence.csv", f"{EVIDENCE}\nA,NGA,soon,shelter,,,,,\n"),
        ("evidence.csv", f"{EVIDENCE}\nA,NGA,{'9' * 30},shelter,,,,,\n"),
        ("evidence.csv", "coder,country,year,indicator\nA,NGA,2009,shelter\n"),
    ],
)
def test_a_file_with_other_content_is_refused_in_one_line(
    folder: Path, file: str, text: str
) -> None:
    (folder / file).write_text(text)
    seal(folder)
    with pytest.raises(PanelError, match=f"as release writes them of its codings; {file} in "):
        read_release(folder)


def test_scores_are_those_of_the_codings_except_for_the_last_digits(folder: Path) -> None:
    path = folder / "scores.csv"
    text = path.read_text()
    codings = read_release(folder).codings
    assert ",2009,4,5,5,14," in text
    path.write_text(text.replace(",2009,4,", ",2009,4.0000000001,"))
    seal(folder)
    assert read_release(folder).codings.equals(codings)
    path.write_text(text.replace(",2009,4,", ",2009,4.00001,"))
    seal(folder)
    with pytest.raises(PanelError, match=r"of its codings; scores\.csv in "):
        read_release(folder)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["x", "y", f"{'0' * 64}  a.csv"], "2 of 3 are not, the first 'x'; get"),
        ([f"{'0' * 64}  ../a.csv"], r"1 of 1 are not, the first '0{64} \.\./a\.csv'; get"),
        ([f"{'0' * 64} a.csv"], "1 of 1 are not, the first"),
        ([f"{'0' * 63}  a.csv"], "1 of 1 are not, the first"),
        ([], "0 of 0 are not; get"),
    ],
)
def test_a_line_that_is_no_checksum_is_named(lines: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / SUMS).write_text("\n".join(lines))
    with pytest.raises(PanelError, match=says):
        checked_sums(tmp_path)


def test_the_first_of_changed_files_is_named(folder: Path) -> None:
    sums = checked_sums(folder)
    assert sums == sums_of({name: (folder / name).read_bytes() for name in sums})
    for n, name in enumerate(["scores.csv", "evidence.csv", "README.md"], 1):
        (folder / name).write_bytes(b"x")
        says = f"{n} of {len(sums)} are not, the first {name}"
        with pytest.raises(PanelError, match=says):
            checked_sums(folder)
