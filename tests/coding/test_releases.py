"""A release: the same bytes, nothing half, and every score with the codings it rests on."""

from __future__ import annotations

import builtins
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex import PanelError
from policyindex.coding import Release, diff, folders, read_release, release

INDEX = ["coder", "country", "year", "indicator"]
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> | `x`\r\nsecond line"
TABLES = ("scores", "codings", "evidence", "basis")


@pytest.fixture(scope="module")
def codings() -> pd.DataFrame:
    demo = pi.datasets.load_demo().loc[["DEU", "NGA", "SWE"]]
    demo = demo.loc[(slice(None), range(2008, 2010)), :].copy()
    demo.loc[("NGA", 2009), "enforcement"] = np.nan
    return demo


@pytest.fixture(scope="module")
def evidence() -> pd.DataFrame:
    rows = {
        ("Ama", "NGA", 2009, "shelter"): ["coded", "TIP Report 2010", "12", HOSTILE, ""],
        ("final", "NGA", 2009, "shelter"): ["coded", "TIP Report 2010", "12", "a shelter", "-"],
        ("final", "NGA", 2009, "penalty"): ["not mentioned", "", "", "", ""],
        ("final", "NGA", 2009, "campaigns"): ["coded", "", "", "", ""],
    }
    index = pd.MultiIndex.from_tuples(rows, names=INDEX)
    columns = ["status", "report", "page", "quote", "remark"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns).sort_index()


@pytest.fixture(scope="module")
def first(
    codings: pd.DataFrame, evidence: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Release]:
    folder = tmp_path_factory.mktemp("releases") / "first"
    options: Any = {"authors": ["Doe, Jane", "A Body: with <signs>"], "license_id": "CC-BY-4.0"}
    answer = release(
        codings, folder, name="2009.1", evidence=evidence, date="2026-11-27", **options
    )
    return folder, answer


def test_every_table_of_a_release_must_have_a_checksum(first: tuple[Path, Release]) -> None:
    description = json.loads((first[0] / "datapackage.json").read_text(encoding="utf-8"))
    names = {each["path"] for each in description["resources"]}
    tables = {name for name in names if name.endswith((".csv", ".parquet", ".dta"))}
    assert [name for name in tables if folders.TABLE.fullmatch(name) is None] == []
    assert len(tables) >= 4


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / f"{name}.csv").read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_folder_is_complete_and_its_checksums_hold(first: tuple[Path, Release]) -> None:
    folder, answer = first
    files = contents(folder)
    tables = [f"{name}{ending}" for name in TABLES for ending in (".csv", ".dta", ".parquet")]
    documents = ["CITATION.cff", "README.md", "codebook.json", "codebook.md", "datapackage.json"]
    assert sorted(files) == sorted([*tables, *documents, "index.html", "SHA256SUMS"])
    listing = files.pop("SHA256SUMS").decode()
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert answer.files == sums
    assert listing == "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    if shutil.which("sha256sum"):
        command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
        assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_the_same_input_gives_the_same_bytes(
    first: tuple[Path, Release], codings: pd.DataFrame, evidence: pd.DataFrame, tmp_path: Path
) -> None:
    options: Any = {"authors": ["Doe, Jane", "A Body: with <signs>"], "license_id": "CC-BY-4.0"}
    shuffled = evidence.iloc[::-1]
    release(
        codings.iloc[::-1], tmp_path / "again", name="2009.1", evidence=shuffled,
        date="2026-11-27", **options,
    )  # fmt: skip
    assert contents(tmp_path / "again") == contents(first[0])


def test_a_release_is_read_back(first: tuple[Path, Release], codings: pd.DataFrame) -> None:
    folder, answer = first
    again = read_release(folder)
    assert again.name == "2009.1"
    assert again.codebook == pi.THREE_P
    assert again.files == answer.files
    pd.testing.assert_frame_equal(again.codings, codings.sort_index())
    for name in TABLES:
        pd.testing.assert_frame_equal(
            getattr(again, name), getattr(answer, name), check_dtype=False, check_index_type=False
        )
    assert again.evidence.loc[("Ama", "NGA", 2009, "shelter"), "quote"] == HOSTILE
    assert again.evidence.loc[("final", "NGA", 2009, "shelter"), "remark"] == "-"
    assert str(again) == (
        "Release 2009.1 of 3P Anti-trafficking Policy Index: 5 of 6 country-years have an overall "
        "score, three countries, 2008\N{EN DASH}2009; four rows of evidence; rules "
        f"{pi.THREE_P.rules}."
    )
    assert "<script>" not in again._repr_html_()


def test_every_score_names_the_codings_and_the_evidence_it_rests_on(
    first: tuple[Path, Release], codings: pd.DataFrame
) -> None:
    folder, _ = first
    basis, scores = rows_of(folder, "basis"), rows_of(folder, "scores")
    evidence = {row["id"]: row for row in rows_of(folder, "evidence")}
    book = pi.THREE_P
    for row in scores:
        for dimension in book.dimensions:
            mine = [
                each
                for each in basis
                if (each["country"], each["year"], each["dimension"])
                == (row["country"], row["year"], dimension.name)
            ]
            names = [each.name for each in dimension.indicators]
            assert [each["indicator"] for each in mine] == sorted(names)
            assert {each["score"] for each in mine} == {row[dimension.name]}
            levels = {each["indicator"]: each["level"] for each in mine}
            # The codings that are named are enough to make the score anew.
            one = pd.DataFrame(
                {name: [float(level) if level else np.nan] for name, level in levels.items()},
                index=pd.MultiIndex.from_tuples([("X", 2000)], names=["country", "year"]),
            )
            alone = pi.Codebook("alone", (dimension,))
            made = pi.score(one, codebook=alone)[dimension.name].item()
            assert row[dimension.name] == ("" if np.isnan(made) else f"{made:.0f}")
    named = {
        (each["country"], each["year"], each["indicator"]): each["evidence"]
        for each in basis
        if each["evidence"]
    }
    # Rows that say no more than that there is a coding are not evidence.
    assert named == {
        ("NGA", "2009", "shelter"): "NGA-2009-shelter-final",
        ("NGA", "2009", "penalty"): "NGA-2009-penalty-final",
    }
    assert all(one in evidence for ids in named.values() for one in ids.split("; "))
    undecided = [row for row in scores if not row["overall"]]
    assert [(row["country"], row["year"]) for row in undecided] == [("NGA", "2009")]
    bounds = pi.score_bounds(codings).loc[("NGA", 2009)]
    assert undecided[0]["overall_low"] == f"{bounds['overall_low']:.0f}"
    assert undecided[0]["overall_high"] == f"{bounds['overall_high']:.0f}"


def test_tables_in_other_formats_hold_the_same(first: tuple[Path, Release]) -> None:
    folder, answer = first
    for name in TABLES:
        rows = rows_of(folder, name)
        parquet = pd.read_parquet(folder / f"{name}.parquet")
        stata = pd.read_stata(folder / f"{name}.dta", convert_categoricals=False)
        assert len(parquet) == len(stata) == len(rows)
    with pd.io.stata.StataReader(folder / "scores.dta") as reader:
        labels, words = reader.variable_labels(), reader.value_labels()
    assert labels["prosecution"] == "prosecution, 1 to 5, higher is better"
    assert labels["overall_low"] == "lowest overall that the missing codings allow"
    assert words["prosecution"][5].startswith("a law on all forms is fully enforced")
    scores = pi.read_scores(folder / "scores.parquet")
    pd.testing.assert_series_equal(
        scores["overall"], answer.scores["overall"], check_index_type=False
    )
    assert scores.attrs["source"] == ("3P Anti-trafficking Policy Index, release 2009.1, SYNTHETIC")
    assert scores.attrs["rules"] == pi.THREE_P.rules


def test_no_cell_of_a_table_starts_a_formula(first: tuple[Path, Release]) -> None:
    folder, _ = first
    quotes = [row["quote"] for row in rows_of(folder, "evidence")]
    assert quotes.count(f"'{HOSTILE}") == 1
    for name in TABLES:
        for row in rows_of(folder, name):
            for cell in row.values():
                assert not cell.startswith(("=", "+", "@", "\t")), cell


def test_the_data_package_describes_every_column(first: tuple[Path, Release]) -> None:
    folder, _ = first
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["version"] == "2009.1"
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    names = [each["name"] for each in package["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in [package["name"], *names])
    tables = {each["path"]: each for each in package["resources"]}
    for path, resource in tables.items():
        content = (folder / path).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    keys = {(row["country"], row["year"]) for row in rows_of(folder, "scores")}
    for name in TABLES:
        schema = tables[f"{name}.csv"]["schema"]
        rows = rows_of(folder, name)
        assert [each["name"] for each in schema["fields"]] == list(rows[0])
        for field in schema["fields"]:
            assert field["description"], field["name"]
            check_field(field, [row[field["name"]] for row in rows])
        key = [tuple(row[each] for each in schema["primaryKey"]) for row in rows]
        assert len(set(key)) == len(rows)
        for reference in schema.get("foreignKeys", []):
            assert reference["reference"]["resource"] == "scores"
            assert {tuple(row[each] for each in reference["fields"]) for row in rows} <= keys
    scale = next(
        each for each in tables["scores.csv"]["schema"]["fields"] if each["name"] == "overall"
    )
    assert scale["constraints"] == {"minimum": 3, "maximum": 15}


def check_field(field: dict[str, Any], cells: list[str]) -> None:
    limits = field.get("constraints", {})
    if limits.get("required"):
        assert all(cells)
    if field["type"] in ("integer", "number"):
        numbers = [float(cell) for cell in cells if cell]
        if field["type"] == "integer":
            assert all(number.is_integer() for number in numbers)
        assert all(number >= limits.get("minimum", number) for number in numbers)
        assert all(number <= limits.get("maximum", number) for number in numbers)


def test_the_citation_is_yaml_of_the_citation_file_format(first: tuple[Path, Release]) -> None:
    yaml = pytest.importorskip("yaml", reason="the file is parsed by PyYAML")
    folder, _ = first
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "dataset"
    assert citation["version"] == "2009.1"
    assert str(citation["date-released"]) == "2026-11-27"
    assert citation["authors"] == [
        {"family-names": "Doe", "given-names": "Jane"},
        {"name": "A Body: with <signs>"},
    ]
    assert citation["license"] == "CC-BY-4.0"
    for reference in citation["references"]:
        assert reference.keys() >= {"type", "title", "authors"}


class Page(HTMLParser):
    """The tags of a page, which must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_pages_name_the_files_and_run_nothing(first: tuple[Path, Release]) -> None:
    folder, _ = first
    text = (folder / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert sorted([*page.links, "README.md", "index.html"]) == sorted(contents(folder))
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert "default-src 'none'; style-src 'sha256-" in text
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for each in (text, readme):
        assert "release 2009.1, SYNTHETIC" in each
        assert "6 country-years of 3 countries" in each
        assert "No earlier release was named" in each
        assert pi.THREE_P.rules in each
    assert "A Body: with &lt;signs> (2026)" in readme


def test_a_second_release_tells_what_changed(
    first: tuple[Path, Release], codings: pd.DataFrame, tmp_path: Path
) -> None:
    folder, _ = first
    new = codings.copy()
    new.loc[("DEU", 2009), "penalty"] = 0
    new.loc[("NGA", 2009), "enforcement"] = 1
    new = new.drop(("SWE", 2008))
    answer = release(new, tmp_path / "second", name="2009.2", previous=folder)
    expected = diff(folder, tmp_path / "second")
    rows = rows_of(tmp_path / "second", "changes")
    assert len(rows) == len(expected.scores)
    causes = {(row["country"], row["dimension"]): row["cause"] for row in rows}
    assert causes["DEU", "prosecution"] == "coding"
    assert causes["NGA", "overall"] == "entered"
    assert causes["SWE", "overall"] == "left"
    changed = rows_of(tmp_path / "second", "coding_changes")
    by_words = {row["indicator"]: row["new_words"] for row in changed}
    assert by_words == {"penalty": "lenient", "enforcement": "limited"}
    text = (tmp_path / "second" / "README.md").read_text(encoding="utf-8")
    assert "## What changed since release 2009.1" in text
    assert (
        "| Germany | 2009 | prosecution | 5 | 4 | coding | penalty: stringent to lenient |" in text
    )
    assert "They are those of the previous release." in text
    words = (
        "2 codings changed in the country-years of both releases; coding_changes.csv lists them."
    )
    assert words in text
    assert "Overall scores that entered: Nigeria 2009." in text
    assert "Overall scores that left: Sweden 2008." in text
    assert answer.files.keys() >= {"changes.csv", "coding_changes.dta"}
    package = json.loads((tmp_path / "second" / "datapackage.json").read_text(encoding="utf-8"))
    assert "changes" in [each["name"] for each in package["resources"]]


def test_a_release_without_a_change_says_so(
    first: tuple[Path, Release], codings: pd.DataFrame, tmp_path: Path
) -> None:
    _, answer = first
    release(codings, tmp_path / "same", name="2009.2", previous=answer, formats=())
    assert rows_of(tmp_path / "same", "changes") == []
    text = (tmp_path / "same" / "README.md").read_text(encoding="utf-8")
    assert "all are equal" in text
    assert "0 codings changed in the country-years of both releases.\n" in text
    assert not list((tmp_path / "same").glob("*.dta"))


def test_a_changed_file_is_noticed(first: tuple[Path, Release], tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(first[0], folder)
    path = folder / "codings.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(PanelError, match=r"1 of 18 are not, the first codings.csv"):
        read_release(folder)
    path.unlink()
    with pytest.raises(PanelError, match=r"the first codings.csv"):
        read_release(folder)
    (folder / "SHA256SUMS").write_text("../../etc/passwd\n")
    with pytest.raises(PanelError, match=r"each line of SHA256SUMS .* 1 of 1 are not, the first"):
        read_release(folder)
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(PanelError, match="must have a file SHA256SUMS"):
        read_release(folder)
    with pytest.raises(OSError, match="No such file"):
        read_release(tmp_path / "nowhere")


def test_a_folder_that_changes_while_it_is_read_changes_nothing(
    first: tuple[Path, Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at a file a second time sees another one."""
    folder = tmp_path / "copy"
    shutil.copytree(first[0], folder)
    answer = read_release(first[0])
    opened: list[str] = []
    plain = io.open

    def changing(file: Any, *words: Any, **more: Any) -> Any:
        path = Path(file) if isinstance(file, str | Path) else None
        if path is not None and path.parent == folder:
            if path.name in opened:
                with plain(path, "rb") as stream:
                    content = stream.read()
                with plain(path, "wb") as stream:
                    stream.write(content.replace(b"1", b"0").replace(b"shelter", b"shelves"))
            opened.append(path.name)
        return plain(file, *words, **more)

    with monkeypatch.context() as patch:
        for module in (io, builtins):
            patch.setattr(module, "open", changing)
        again = read_release(folder)
    assert sorted(opened) == sorted({*answer.files, "SHA256SUMS"})
    assert again.name == answer.name
    assert again.codebook == answer.codebook
    for name in ("scores", "codings", "evidence", "basis"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(answer, name))


def test_a_file_of_a_release_is_read_within_bounds(
    first: tuple[Path, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    most = max((first[0] / name).stat().st_size for name in folders.READ)
    monkeypatch.setattr(folders, "LARGEST", most)
    assert read_release(first[0]).name == first[1].name
    monkeypatch.setattr(folders, "LARGEST", most - 1)
    with pytest.raises(PanelError, match=rf"must have at most {most - 1:,} bytes; \S+ has more"):
        read_release(first[0])


def test_a_folder_of_something_else_is_not_replaced(
    first: tuple[Path, Release], codings: pd.DataFrame, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="the folder must be new, empty, or that of a release"):
        release(codings, folder, name="1", formats=())
    assert contents(folder) == {"notes.txt": b"mine"}
    shutil.rmtree(folder)
    shutil.copytree(first[0], folder)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"holds one other file, the first 'notes.txt'; move it"):
        release(codings, folder, name="1", formats=())
    (folder / "notes.txt").unlink()
    before = contents(folder)
    with pytest.raises(ValueError, match=r"holds the release 2009.1, of other content; choose a n"):
        release(codings, folder, name="1", formats=())
    assert contents(folder) == before
    release(codings, folder, name="1", formats=(), overwrite=True)
    assert "scores.dta" not in contents(folder)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


def test_files_of_systems_do_not_keep_a_folder_from_being_replaced(
    codings: pd.DataFrame, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in (".DS_Store", "._a", "Thumbs.db", "desktop.ini"):
        (folder / name).write_text("x")
    release(codings, folder, name="1", formats=())
    (folder / ".DS_Store").write_text("x")
    again = release(codings, folder, name="1", formats=())
    assert {*contents(folder)} == {*again.files, "SHA256SUMS"}


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("cc-by-4.0", {"name": "CC-BY-4.0"}),
        ("https://example.org/terms", {"path": "https://example.org/terms"}),
    ],
)
def test_a_licence_has_an_identifier_or_an_address(
    codings: pd.DataFrame, tmp_path: Path, text: str, licence: dict[str, str]
) -> None:
    yaml = pytest.importorskip("yaml", reason="the file is parsed by PyYAML")
    release(codings, tmp_path / "mine", name="1", formats=(), license_id=text)
    files = contents(tmp_path / "mine")
    assert json.loads(files["datapackage.json"])["licenses"] == [licence]
    citation = yaml.safe_load(files["CITATION.cff"])
    key = "license" if "name" in licence else "license-url"
    assert citation[key] == next(iter(licence.values()))
    assert len({"license", "license-url"} & {*citation}) == 1


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("GPL", "may stand for GPL-2.0-only, GPL-2.0-or-later, GPL-3.0-only, GPL-3.0-or-later;"),
        ("CC BY 4.0", "may stand for CC-BY-4.0; name one"),
        ("CC-BY", "may stand for CC-BY-4.0, CC-BY-SA-4.0, .* and 18 more; name one"),
        ("all rights reserved", "is neither; give the address"),
        ("http://intranet", "is neither; give the address"),
        ("javascript:x.y", "is neither"),
        ("-", "is neither"),
    ],
)
def test_an_ambiguous_licence_is_refused_with_advice(
    codings: pd.DataFrame, tmp_path: Path, text: str, advice: str
) -> None:
    with pytest.raises(ValueError, match=rf"by its SPDX identifier.*{advice}"):
        release(codings, tmp_path / "mine", name="1", formats=(), license_id=text)
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "name of a release must be up to 40 letters"),
        ({"name": "../x"}, "name of a release must be up to 40 letters"),
        ({"name": 3}, "name must be text; got 3"),
        ({"date": "yesterday"}, "date must be a day such as 2026-11-27; got 'yesterday'"),
        ({"license_id": "free for all"}, "SPDX"),
        ({"authors": [" "]}, "authors must have names"),
        ({"authors": [3]}, "authors must be text, or several texts"),
        ({"formats": ["xls"]}, "formats must be one of parquet, dta; got 'xls'"),
        ({"codebook": "3P"}, "codebook must be a Codebook"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_written(
    codings: pd.DataFrame, tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        release(codings, tmp_path / "none", **{"name": "1", **options})
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_the_previous_release_is_refused(
    first: tuple[Path, Release], codings: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"name must not be that of the previous release"):
        release(codings, tmp_path / "none", name="2009.1", previous=first[0])
    with pytest.raises(PanelError, match="a release needs a country in a year"):
        release(codings.iloc[:0], tmp_path / "none", name="1")
    scores = pi.read(io.BytesIO(pi.score(codings).to_csv().encode()))
    with pytest.raises(ValueError, match="a release needs codings"):
        release(scores, tmp_path / "none", name="1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: e.reset_index(), "evidence must be a DataFrame indexed by coder, country"),
        (lambda e: e.drop(columns="page"), "1 is absent: page"),
        (
            lambda e: pd.concat([e, e]),
            "each coder must have one row for a coding; 4 rows do not comply",
        ),
        (lambda e: e.assign(status="sure"), "a status must be one of coded.*got 'sure'"),
        (
            lambda e: e.rename(index={"shelter": "tents"}),
            "indicators of the codebook 3P; 2 rows do",
        ),
        (
            lambda e: e.rename(index={2009: 2015}),
            "about country-years of the codings; 4 rows are not",
        ),
    ],
)
def test_wrong_evidence_is_refused(
    codings: pd.DataFrame, evidence: pd.DataFrame, tmp_path: Path,
    change: Callable[[pd.DataFrame], pd.DataFrame], words: str,
) -> None:  # fmt: skip
    with pytest.raises(PanelError, match=words):
        release(codings, tmp_path / "none", name="1", evidence=change(evidence))
    assert list(tmp_path.iterdir()) == []


def test_units_that_are_not_countries_are_released_and_read_back(tmp_path: Path) -> None:
    fourth = pi.Dimension(
        "partnership", (pi.Indicator("task_force"),), lambda task_force: 1 + 4 * task_force
    )
    book = pi.Codebook("one P", (fourth,), title="A <b>local</b> index")
    index = pd.MultiIndex.from_tuples(
        [("Bavaria, Free State", 2015), ("=North", 2015), ("NA", 2015)], names=["country", "year"]
    )
    panel = pd.DataFrame({"task_force": [1, 0, None]}, index=index)
    release(panel, tmp_path / "local", name="1", codebook=book)
    again = read_release(tmp_path / "local")
    assert again.codings["task_force"].to_dict() == pytest.approx(
        {("=North", 2015): 0.0, ("Bavaria, Free State", 2015): 1.0, ("NA", 2015): np.nan},
        nan_ok=True,
    )
    assert "A &lt;b&gt;local&lt;/b&gt; index" in (tmp_path / "local/index.html").read_text("utf-8")


def test_a_settled_coding_rests_on_its_own_evidence_only(
    first: tuple[Path, Release], evidence: pd.DataFrame
) -> None:
    assert ("Ama", "NGA", 2009, "shelter") in evidence.index
    cell = first[1].basis.loc[("NGA", 2009, "protection", "shelter"), "evidence"]
    assert cell == "NGA-2009-shelter-final"


def test_an_indicator_named_like_a_formula_comes_back(tmp_path: Path) -> None:
    names = ("=1+1", "b")
    rule = pi.codebooks.Count([1, 2])
    part = pi.Dimension("part", tuple(map(pi.Indicator, names)), rule, ("none", "one", "both"))
    codebook = pi.Codebook("A", (part,))
    index = pd.MultiIndex.from_tuples([("GHA", 2015)], names=["country", "year"])
    panel = pd.DataFrame([[1.0, 0.0]], index=index, columns=list(names))
    answer = release(panel, tmp_path / "a", name="1", codebook=codebook)
    pd.testing.assert_frame_equal(read_release(tmp_path / "a").scores, answer.scores)


@pytest.mark.parametrize("wrong", ["ama.xlsx", {"Ama": pd.DataFrame()}, None])
def test_codings_of_another_type_are_refused(wrong: Any, tmp_path: Path) -> None:
    kind = type(wrong).__name__
    with pytest.raises(TypeError, match=f"codings must be a panel, or a reading .* got a {kind};"):
        release(wrong, tmp_path / "a", name="1")
    assert not list(tmp_path.iterdir())


def _forged(folder: Path, place: Path, name: str, old: str, new: str) -> Path:
    """Return a copy of a release with a file changed, and its checksum too."""
    shutil.copytree(folder, place)
    text = (place / name).read_text(encoding="utf-8")
    assert old in text
    (place / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    sums = (place / "SHA256SUMS").read_text(encoding="utf-8")
    digest = hashlib.sha256((place / name).read_bytes()).hexdigest()
    sums = re.sub(rf"[0-9a-f]+  {re.escape(name)}", f"{digest}  {name}", sums)
    (place / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("name", "old", "new", "part"),
    [
        ("scores.csv", ",2009,", ",2007,", "scores.csv"),
        ("scores.csv", "DEU,Germany,2008,5", "DEU,Germany,2008,4", "scores.csv"),
        ("codings.csv", "shelter", "sheltr", "codings.csv"),
        ("evidence.csv", "shelter", "sheltr", "evidence.csv"),
        ("datapackage.json", '"version"', '"versions"', "datapackage.json"),
    ],
)
def test_a_file_that_does_not_follow_from_the_codings_is_refused(
    first: tuple[Path, Release], tmp_path: Path, name: str, old: str, new: str, part: str
) -> None:
    place = _forged(first[0], tmp_path / "forged", name, old, new)
    with pytest.raises(PanelError, match=f"as release writes them of its codings; {part} in "):
        read_release(place)


def test_a_table_without_a_checksum_is_refused(first: tuple[Path, Release], tmp_path: Path) -> None:
    place = tmp_path / "unlisted"
    shutil.copytree(first[0], place)
    sums = (place / "SHA256SUMS").read_text(encoding="utf-8")
    kept = [line for line in sums.splitlines(keepends=True) if "basis.csv" not in line]
    (place / "SHA256SUMS").write_text("".join(kept), encoding="utf-8")
    with pytest.raises(PanelError, match="checksum of each table of a release; 1 is absent: basis"):
        read_release(place)


@pytest.fixture(scope="module")
def small() -> pd.DataFrame:
    demo = pi.datasets.load_demo().loc[["NGA"]].tail(6).copy()
    demo.iloc[-1, demo.columns.get_loc("enforcement")] = float("nan")
    return demo


def test_a_release_counts_the_undecided_and_the_changes_that_do_not_fit(
    small: pd.DataFrame, tmp_path: Path
) -> None:
    options: Any = {"formats": ()}
    release(small, tmp_path / "one", name="1", date="2026-11-27", **options)
    text = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert "5 have an overall score" in text
    assert "1 is left undecided by missing codings" in text
    cited = (tmp_path / "one" / "CITATION.cff").read_text(encoding="utf-8")
    assert "date-released: 2026-11-27" in cited
    later = small.assign(shelter=0)
    release(later, tmp_path / "two", name="2", previous=tmp_path / "one", **options)
    assert "date-released" not in (tmp_path / "two" / "CITATION.cff").read_text(encoding="utf-8")
    assert "more are in changes.csv" not in (tmp_path / "two" / "README.md").read_text("utf-8")


def test_the_first_of_other_files_is_named(small: pd.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    release(small, folder, name="1", formats=())
    for name in ("b.txt", "a.txt"):
        (folder / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=r"two other files, the first 'a\.txt'"):
        release(small, folder, name="1", formats=())


def test_a_table_that_was_added_is_refused(tmp_path: Path) -> None:
    demo = pi.datasets.load_demo().loc[["NGA"]]
    release(demo, tmp_path / "mine", name="2009.1", formats=())
    (tmp_path / "mine" / "notes.csv").write_text("a file of another name is nobody's table")
    assert read_release(tmp_path / "mine").codings.equals(demo)
    (tmp_path / "mine" / "scores.parquet").write_bytes(b"PAR1")
    with pytest.raises(PanelError, match="table of a release; 1 is absent: scores.parquet"):
        read_release(tmp_path / "mine")
