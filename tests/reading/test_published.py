"""Published files are recognised by their bytes, however they come in."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from pathlib import Path

import pytest

import policyindex as pi
from policyindex.reading import sources

FOLDER = os.environ.get("POLICYINDEX_REAL_DATA")


@pytest.fixture
def published() -> Path:
    """Return the path of the published file."""
    if FOLDER is None:
        pytest.skip("POLICYINDEX_REAL_DATA names no folder with the published file")
    return Path(FOLDER, "published_3p_2000_2013.dta")


def test_the_published_file_names_its_author_under_any_name(
    published: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mine.bin"
    shutil.copyfile(published, copy)
    for path in (published, copy):
        with pytest.warns(pi.ReadingWarning):
            scores = pi.read_scores(path)
        assert scores.attrs["source"] == "Published 3P scores, S.-Y. Cho (2015)"
        assert scores.attrs["citation"] == sources.PUBLISHED.citation


def test_the_label_of_the_user_stands_and_the_citation_stays(published: Path) -> None:
    reading = pi.read(published, holds="scores", source="My copy")
    assert reading.source == reading.panel.attrs["source"] == "My copy"
    assert reading.panel.attrs["citation"] == sources.PUBLISHED.citation


def test_another_file_is_named_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("country,year,prosecution,protection,prevention\nDEU,2009,5,5,5\n")
    attrs = pi.read_scores(path).attrs
    assert attrs["source"] == "mine.csv"
    assert "citation" not in attrs


def _source(size: int) -> sources.Source:
    return sources.Source("Scores", size, "A (2009)")


def test_a_file_is_recognised_by_each_of_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"country,year,prosecution,protection,prevention\nDEU,2009,5,5,5\n"
    digest = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(sources, "BY_SHA256", {digest: _source(len(content))})
    assert pi.read_scores(io.BytesIO(content)).attrs == {"source": "Scores", "citation": "A (2009)"}
    for other in (content + b"\n", content.replace(b"5\n", b"4\n"), b""):
        assert sources.source_of(other) is None
