"""The commands release and diff, and releases in the place of files."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex.codebooks import write
from policyindex.coding import diff, read_release

Run = Callable[..., tuple[int, str, str]]


def stricter(**measures: int) -> int:
    return 1 + sum(measures.values()) // 2


STRICT = pi.Codebook(
    "strict",
    (
        *pi.THREE_P.dimensions[:2],
        pi.Dimension("prevention", pi.THREE_P.dimensions[2].indicators, stricter),
    ),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two files of codings, of which the second has one other coding and lacks a country."""
    folder = tmp_path_factory.mktemp("codings")
    old = pi.datasets.load_demo().loc[["DEU", "NGA", "SWE"]]
    new = old.drop("SWE", level="country")
    new.loc[("NGA", 2009), "penalty"] = 1
    pi.write_table(old, folder / "old.csv")
    pi.write_table(new, folder / "new.xlsx")
    return folder


@pytest.fixture
def releases(run: Run, files: Path, tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "1", tmp_path / "2"
    assert run("release", files / "old.csv", "--release", "1", "--formats", "-o", old)[0] == 0
    words = ["--release", "2", "--previous", old, "--formats", "-o", new]
    assert run("release", files / "new.xlsx", *words)[0] == 0
    return old, new


def test_a_release_is_written_and_described(releases: tuple[Path, Path]) -> None:
    old, new = (read_release(folder) for folder in releases)
    pd.testing.assert_frame_equal(old.codings, pi.datasets.load_demo().loc[["DEU", "NGA", "SWE"]])
    assert old.evidence.empty
    assert new.codings.loc[("NGA", 2009), "penalty"] == 1
    text = (releases[1] / "README.md").read_text(encoding="utf-8")
    assert "release 2, SYNTHETIC" in text
    assert "What changed since release 1" in text


def test_every_command_reads_a_release(run: Run, releases: tuple[Path, Path]) -> None:
    _, new = releases
    status, out, _ = run("score", new, "--country", "NGA", "--year", 2009, "-o", "-")
    assert status == 0
    row = pd.read_csv(io.StringIO(out)).iloc[0]
    assert row["source"] == "3P Anti-trafficking Policy Index, release 2, SYNTHETIC"
    assert row["overall"] == 14
    assert "Prosecution is" in run("explain", new, "NGA", 2009)[1]


def test_differences_are_a_table_and_a_sentence(run: Run, releases: tuple[Path, Path]) -> None:
    status, out, err = run("diff", *releases)
    assert status == 0
    rows = pd.read_csv(io.StringIO(out))
    assert set(rows["cause"]) <= {"coding", "left"}
    sweden = read_release(releases[0]).scores.loc["SWE"]
    lost = int(sweden[["prosecution", "protection", "prevention", "overall"]].count().sum())
    assert (rows["country"] == "SWE").sum() == lost > 30
    assert f"0 entered and {sweden['overall'].count()} left" in err
    codings = pd.read_csv(io.StringIO(run("diff", *releases, "--table", "codings")[1]))
    assert codings[["country", "indicator", "old", "new"]].to_numpy().tolist() == [
        ["NGA", "penalty", 0, 1]
    ]
    counts = pd.read_csv(io.StringIO(run("diff", *releases, "--table", "counts")[1]))
    assert list(counts["dimension"]) == ["prosecution", "protection", "prevention", "overall"]


def test_a_limit_sets_the_exit_status(run: Run, releases: tuple[Path, Path]) -> None:
    assert run("diff", *releases, "--max-left", "40%")[0] == 0
    status, _, err = run("diff", *releases, "--max-left", "0.1", "--max-revised", "50%")
    assert status == 1
    assert "--max-left 10% is exceeded: " in err
    assert "--max-revised" not in err
    old, _ = releases
    assert run("diff", old, old, "--max-revised", "0%", "--max-left", "0")[0] == 0


def test_a_revision_above_the_limit_fails(run: Run, files: Path, tmp_path: Path) -> None:
    codings = pi.read_codings(files / "old.csv")
    codings.loc[("NGA", 2009), "enforcement"] = 0
    changed = tmp_path / "changed.csv"
    pi.write_table(codings, changed)
    status, _, err = run("diff", files / "old.csv", changed, "--max-revised", "3%")
    assert status == 1
    assert "--max-revised 3% is exceeded: 1 of 30 scores of prosecution, 3.3 %" in err
    assert run("diff", files / "old.csv", changed, "--max-revised", "1/29")[0] == 0


def test_nothing_in_common_keeps_no_limit(run: Run, mine: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("country,year,pros,prot,prev\nItaly,2009,5,5,5\n")
    status, _, err = run("diff", mine, other, "--max-revised", "5%")
    assert status == 1
    assert "--max-revised cannot be judged: the two have no score in common" in err


@pytest.mark.parametrize("share", ["5 percent", "-1%", "101%", "1/0", ""])
def test_a_share_that_is_none_is_refused(run: Run, mine: Path, share: str) -> None:
    status, _, err = run("diff", mine, mine, f"--max-revised={share}")
    assert status == 2
    assert "must be a percentage such as 5%" in err


def test_published_files_are_compared_in_the_same_terms(
    run: Run, published: pd.DataFrame, real_file: Callable[[str], Path], tmp_path: Path
) -> None:
    scores = published.copy()
    scores.loc[("GBR", 2009)] = [5, 2, 5, 12]
    earlier = tmp_path / "2011.csv"
    pi.write_table(scores, earlier)
    status, out, err = run(
        "diff", earlier, real_file("published_3p_2000_2013.dta"), "--max-revised", "5%"
    )
    assert status == 0
    assert pd.read_csv(io.StringIO(out))["cause"].to_list() == ["not stated", "not stated"]
    assert "2,123 are equal and 1 is revised (0.0 %); the causes are not stated" in err


def test_a_workbook_of_a_coder_is_released_with_its_evidence(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "ama.csv"
    table.write_text(
        "country,year,indicator,level,status,report,page,quote\n"
        "Ghana,2014,shelter,yes,coded,TIP Report 2015,12,a shelter\n"
        "Ghana,2014,hotline,yes,coded,,,\n".replace("hotline", "health_care")
    )
    folder = tmp_path / "release"
    assert run("release", table, "--release", "1", "--formats", "-o", folder)[0] == 0
    answer = read_release(folder)
    assert answer.basis.loc[("GHA", 2014, "protection", "shelter"), "evidence"] == (
        "GHA-2014-shelter-ama"
    )
    assert answer.basis.loc[("GHA", 2014, "protection", "health_care"), "evidence"] == ""


def test_evidence_comes_from_a_file_of_its_own(run: Run, files: Path, tmp_path: Path) -> None:
    index = pd.MultiIndex.from_tuples(
        [("final", "NGA", 2009, "penalty")], names=["coder", "country", "year", "indicator"]
    )
    columns = {"status": "coded", "report": "=R", "page": "7", "quote": "", "remark": "", "by": "x"}
    evidence = pd.DataFrame([columns], index=index)
    for ending in (".csv", ".xlsx", ".parquet"):
        path, folder = tmp_path / f"evidence{ending}", tmp_path / f"release{ending[1:]}"
        pi.write_table(evidence, path)
        words = ["--evidence", path, "--release", "1", "--formats", "-o", folder]
        status, _, err = run("release", files / "old.csv", *words)
        assert (status, err) == (0, "")
        row = read_release(folder).evidence.iloc[0]
        assert row.to_dict() == columns
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("coder,country\nA,NGA\n")
    status, _, err = run(
        "release", files / "old.csv", "--evidence", wrong, "--release", "1", "-o", tmp_path / "no"
    )
    assert status == 1
    assert "wrong.csv must have a sheet" in err
    other = tmp_path / "other.csv"
    other.write_text("country,year,indicator,report\nNigeria,2009,shelter,R 12\n")
    folder = tmp_path / "other"
    words = ["--evidence", other, "--release", "1", "--formats", "-o", folder]
    assert run("release", files / "old.csv", *words)[0] == 0
    assert read_release(folder).evidence.index.to_list() == [("other", "NGA", 2009, "shelter")]


def test_losses_and_several_coders_are_refused(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "ama.csv"
    text = "coder,country,year,indicator,level,page\nAma,Ghana,2014,shelter,{},1\n"
    table.write_text(text.format("perhaps"))
    words = ["--release", "1", "--formats", "-o", tmp_path / "release"]
    status, _, err = run("release", table, *words)
    assert status == 1
    assert "a release must hold every coding of" in err
    assert "perhaps" in err
    assert not (tmp_path / "release").exists()
    assert run("release", table, *words, "--with-losses")[0] == 0
    table.write_text(text.format("yes") + "Ben,Ghana,2014,shelter,no,1\n")
    status, _, err = run("release", table, *words)
    assert status == 1
    assert "settle them first, with adjudicate and settle" in err


def test_output_is_a_folder_of_its_own(run: Run, files: Path, tmp_path: Path) -> None:
    old = files / "old.csv"
    status, _, err = run("release", old, "--release", "1", "-o", "-")
    assert (status, err) == (2, "policyindex: a release is a folder; name one with -o\n")
    status, _, err = run("release", old, "--release", "1", "-o", old)
    assert status == 2
    assert "is an input file; choose another name for the output" in err
    text = shutil.copy(old, tmp_path / "text")
    status, _, err = run("release", old, "--release", "1", "--formats", "-o", text)
    assert status == 2
    assert "a file stands in the place of a folder" in err


def test_the_demo_is_released(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    words = ["--source", "a label", "--author", "Doe, Jane", "--formats", "-o", folder]
    status, out, _ = run("release", "demo", "--release", "2009.1", *words)
    assert status == 0
    assert out.startswith(f"{folder}: Release 2009.1 of 3P Anti-trafficking Policy Index: 1,268 ")
    assert out.endswith(" 11 files.\n")
    assert np.isclose(read_release(folder).scores.loc[("DEU", 2009), "overall"], 15)
    assert "Made from: a label." in (folder / "README.md").read_text(encoding="utf-8")


def evidence_of(path: Path, report: str, *, coder: str = "final", **more: str) -> None:
    index = pd.MultiIndex.from_tuples(
        [(coder, "NGA", 2009, "penalty"), (coder, "NGA", 2009, "shelter")],
        names=["coder", "country", "year", "indicator"],
    )
    columns = {"status": "coded", "report": report, "page": "7", "quote": "", "remark": ""}
    pi.write_table(pd.DataFrame([columns | more] * 2, index=index), path)


def test_another_release_is_replaced_only_if_asked(
    run: Run, files: Path, releases: tuple[Path, Path]
) -> None:
    old, _ = releases
    before = (old / "SHA256SUMS").read_bytes()
    words = ["--formats", "-o", old]
    assert run("release", files / "old.csv", "--release", "1", *words)[0] == 0
    assert (old / "SHA256SUMS").read_bytes() == before
    for file, name in (("old.csv", "2"), ("new.xlsx", "1")):
        status, _, err = run("release", files / file, "--release", name, *words)
        assert status == 2
        assert f"{old} holds the release 1, of other content; choose a new folder, or pass " in err
        assert err.endswith("--overwrite\n")
        assert (old / "SHA256SUMS").read_bytes() == before
    assert run("release", files / "old.csv", "--release", "2", "--overwrite", *words)[0] == 0
    assert read_release(old).name == "2"


def test_reading_options_of_a_release_are_refused(
    run: Run, files: Path, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = releases
    for words in (
        ["score", old, "--codebook", "nope.json"],
        ["diff", old, new, "--source", "mine"],
        ["release", old, "--codebook", "HTI", "--release", "3", "-o", tmp_path / "3"],
    ):
        status, _, err = run(*words)
        assert status == 2
        assert f"{old} is a release, which brings its own codebook and labels; drop it: " in err
    assert run("diff", old, files / "new.xlsx", "--codebook", "3P")[0] == 0
    assert run("diff", old, files / "new.xlsx", "--codebook", "nope.json")[0] == 2


def test_two_releases_are_compared_by_other_rules(
    run: Run, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = releases
    four = tmp_path / "strict.json"
    write(STRICT, four)
    words = ("--table", "counts")
    status, out, err = run("diff", old, new, "--codebook", four, *words)
    assert (status, f"Both were scored by the rules {STRICT.rules}" in err) == (0, True)
    panels = [read_release(each).codings for each in releases]
    expected = diff(*panels, codebook=STRICT).counts
    rows = [line.split(",") for line in out.splitlines()[1:]]
    assert [row[:6] for row in rows] == [
        [str(name), *map(str, row[:5])]
        for name, row in zip(expected.index, expected.to_numpy().tolist(), strict=True)
    ]
    _, _, err = run("diff", old, new, "--codebook", "3P", "--codebook", four)
    assert f"The old was scored by the rules {pi.THREE_P.rules}" in err
    status, _, err = run("diff", old, new, "--codebook", "HTI")
    assert status == 1
    assert f"the release {old} cannot be scored by the codebook HTI: " in err


def test_a_table_of_the_library_has_no_evidence(run: Run, files: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "release", shutil.copy(files / "old.csv", tmp_path / "other.csv")
    words = ["--release", "1", "--formats", "-o", folder]
    status, _, err = run("release", files / "old.csv", "--evidence", other, *words)
    assert status == 1
    assert "other.csv must have evidence, such as reports, pages or quotations; it has none" in err
    assert not folder.exists()


def test_evidence_in_a_workbook_has_all_columns(run: Run, files: Path, tmp_path: Path) -> None:
    path, folder = tmp_path / "evidence.xlsx", tmp_path / "release"
    evidence_of(path, "TIP Report 2010", by="Chi", reply="")  # Excel ends each row before reply
    words = ["--evidence", path, "--release", "1", "--formats", "-o", folder]
    assert run("release", files / "old.csv", *words)[0] == 0
    evidence = read_release(folder).evidence
    assert evidence["by"].to_list() == ["Chi", "Chi"]
    assert evidence["reply"].to_list() == ["", ""]


def test_evidence_for_another_level_is_refused(run: Run, files: Path, tmp_path: Path) -> None:
    table = tmp_path / "ben.csv"
    header = "country,year,indicator,level,report\nNigeria,2009,enforcement,{},R 12\n"
    level = pi.read_codings(files / "old.csv").loc[("NGA", 2009), "enforcement"]
    words = pi.THREE_P.indicators[2].levels
    folder = tmp_path / "release"
    options = ["--evidence", table, "--release", "1", "--formats", "-o", folder]
    table.write_text(header.format("full" if level < 2 else "limited"))
    status, _, err = run("release", files / "old.csv", *options)
    assert status == 1
    assert "1 row is for another level, the first NGA 2009, enforcement: evidence for" in err
    assert not folder.exists()
    table.write_text(header.format(words[int(level)]))
    assert run("release", files / "old.csv", *options)[0] == 0


@pytest.mark.filterwarnings("default::UserWarning")
def test_losses_of_a_file_of_evidence_stop_the_release(
    run: Run, files: Path, tmp_path: Path
) -> None:
    table = tmp_path / "ben.csv"
    table.write_text(
        "country,year,indicator,level,report\n"
        "Nigeria,2009,shelter,perhaps,R 1\nNigeria,2009,penalty,,R 2\n"
    )
    options = ["--evidence", table, "--release", "1", "--formats", "-o", tmp_path / "release"]
    status, _, err = run("release", files / "old.csv", *options)
    assert status == 1
    assert "a release must hold every coding of" in err
    assert "perhaps" in err
    assert run("release", files / "old.csv", *options, "--with-losses")[0] == 0


@pytest.mark.filterwarnings("default::UserWarning")
def test_a_release_serves_as_previous_codings_and_as_evidence(
    run: Run, files: Path, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = releases
    path, folder = tmp_path / "evidence.csv", tmp_path / "sourced"
    evidence_of(path, "TIP Report 2010")
    words = ["--evidence", path, "--release", "1s", "--formats", "-o", folder]
    assert run("release", files / "old.csv", *words)[0] == 0
    assert "TIP Report 2010" in run("explain", old, "NGA", 2009, "--evidence", folder)[1]
    again = tmp_path / "again"
    words = ["--evidence", folder, "--release", "1t", "--formats", "-o", again]
    assert run("release", files / "old.csv", *words)[0] == 0
    pd.testing.assert_frame_equal(read_release(again).evidence, read_release(folder).evidence)
    form = tmp_path / "chi.xlsx"
    status, _, err = run("template", "--previous", old, "--coder", "Chi", "-o", form)
    assert (status, err) == (0, "")
    status, _, err = run(
        "template", "--previous", old, "--year", 2030, "--coder", "Chi", "-o", tmp_path / "x.xlsx"
    )
    assert status == 0
    assert "previous has none of these countries in 2029, so no level of the year before" in err
    status, out, _ = run("agreement", old, new, "-o", "-")
    assert status == 0
    assert len(pd.read_csv(io.StringIO(out))) == 19
    status, _, err = run("adjudicate", old, new, "-o", tmp_path / "decisions.xlsx")
    assert status == 2
    assert f"{old} is a release, whose codings are settled; name the workbooks" in err


def test_evidence_for_another_level_explains_no_score(
    run: Run, files: Path, tmp_path: Path
) -> None:
    table = tmp_path / "ben.csv"
    table.write_text(
        "country,year,indicator,level,report\nNigeria,2009,shelter,{},R 12\n".format(
            "no" if pi.read_codings(files / "old.csv").loc[("NGA", 2009), "shelter"] else "yes"
        )
    )
    status, _, err = run("explain", files / "old.csv", "NGA", 2009, "--evidence", table)
    assert status == 1
    assert "the evidence must be that of the codings; 1 row is for another level" in err


def test_signs_for_terminals_in_a_codebook_do_not_reach_one(
    run: Run, files: Path, tmp_path: Path
) -> None:
    book = tmp_path / "evil.json"
    rule = pi.codebooks.Count([1])
    part = pi.Dimension("part", (pi.Indicator("a"),), rule, ("none", "one"))
    pi.codebooks.write(pi.Codebook("a\x1b[31mb\x9bc", (part,)), book)
    status, _, err = run("score", files / "old.csv", "--codebook", book)
    assert status != 0
    assert "[31mb" in err
    assert "\x1b" not in err
    assert "\x9b" not in err
