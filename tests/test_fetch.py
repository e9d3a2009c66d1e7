"""The download of the published scores, from a server on this machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest

from policyindex import datasets, read_scores
from policyindex.reading import sources

pytest.importorskip("pooch")


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder; a name with "short" in it is cut off before its announced length."""

    def log_message(self, *_: object) -> None:
        pass

    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]
        content = source.read()
        outputfile.write(content[: len(content) // 2] if "short" in self.path else content)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def scores(
    served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], pd.DataFrame]:
    """Put scores on the server under a name, as the published scores of the library."""
    folder, address = served
    table = pd.DataFrame(
        {"country": ["Germany", "Nigeria"], "year": 2009, "pros": [5, 5], "prot": [5, 4]}
    ).assign(prev=5)

    def serve(name: str) -> pd.DataFrame:
        path = folder / name
        table.to_stata(path, write_index=False)
        monkeypatch.setattr(datasets, "PUBLISHED", f"{address}/{name}")
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        monkeypatch.setattr(datasets, "PUBLISHED_SHA256", digest)
        published = sources.PUBLISHED._replace(size=len(content))
        monkeypatch.setitem(sources.BY_SHA256, digest, published)
        return read_scores(path)

    return serve


def test_a_download_is_read_kept_and_not_repeated(
    scores: Callable[[str], pd.DataFrame],
    served: tuple[Path, str],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    expected = scores("scores.dta")
    kept = tmp_path / "kept" / "here"
    panel = datasets.fetch_published(folder=kept)
    pd.testing.assert_frame_equal(panel, expected)
    assert "Cho" in panel.attrs["source"]
    assert "10.1111/sjoe.12055" in panel.attrs["citation"]
    assert "rules" not in panel.attrs
    (served[0] / "scores.dta").unlink()
    pd.testing.assert_frame_equal(datasets.fetch_published(folder=kept), expected)
    assert datasets._fetch_published(folder=kept).sha256 == datasets.PUBLISHED_SHA256
    assert capfd.readouterr() == ("", "")


def test_a_damaged_copy_is_replaced(scores: Callable[[str], pd.DataFrame], tmp_path: Path) -> None:
    expected = scores("scores.dta")
    datasets.fetch_published(folder=tmp_path / "kept")
    (copy,) = (tmp_path / "kept").iterdir()
    copy.write_bytes(b"damaged")
    again = datasets.fetch_published(folder=tmp_path / "kept")
    pd.testing.assert_frame_equal(again, expected)


@pytest.mark.parametrize("name", ["other.dta", "short.dta"])
def test_a_different_file_is_not_kept(
    name: str, scores: Callable[[str], pd.DataFrame], served: tuple[Path, str], tmp_path: Path
) -> None:
    scores(name)
    if name == "other.dta":
        (served[0] / name).write_bytes(b"something else")
    with pytest.raises((ValueError, OSError), match=r"must have the SHA-256|could not be"):
        datasets.fetch_published(folder=tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_no_network_is_one_clear_error(
    scores: Callable[[str], pd.DataFrame], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scores("scores.dta")
    for address in ("http://127.0.0.1:1/x.dta", datasets.PUBLISHED.replace("scores", "absent")):
        monkeypatch.setattr(datasets, "PUBLISHED", address)
        with pytest.raises(OSError, match="could not be downloaded to .*check the network"):
            datasets.fetch_published(folder=tmp_path / "kept")
        assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_clear_error(
    scores: Callable[[str], pd.DataFrame], tmp_path: Path
) -> None:
    scores("scores.dta")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="could not be downloaded to .*file"):
        datasets.fetch_published(folder=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "in the way"
    if os.geteuid() == 0:
        return  # nothing is read-only to root
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(OSError, match="could not be downloaded to .*locked"):
        datasets.fetch_published(folder=locked)


def test_the_bytes_that_were_checked_are_those_that_are_read(
    scores: Callable[[str], pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores("scores.dta")
    expected = datasets.fetch_published(folder=tmp_path)
    checked = datasets.content_of

    def read_then_swapped(path: Path) -> tuple[bytes, str]:
        answer = checked(path)
        path.write_bytes(b"country,year,overall\nNGA,2009,3\n")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(datasets, "content_of", read_then_swapped)
        pd.testing.assert_frame_equal(datasets.fetch_published(folder=tmp_path), expected)
    (swapped,) = tmp_path.glob("*.dta")
    monkeypatch.setattr(datasets, "_download", lambda *_: swapped)
    with pytest.raises(ValueError, match="the file must have the SHA-256 .* was changed while"):
        datasets.fetch_published(folder=tmp_path)


def test_without_pooch_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['pooch'] = None\n"
        "from policyindex import datasets\n"
        "try: datasets.fetch_published()\n"
        "except ImportError as error: print(error)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'policyindex[fetch]'" in shown.stdout


def test_the_real_file_has_the_pinned_hash(real_file: Callable[[str], Path]) -> None:
    content = real_file("published_3p_2000_2013.dta").read_bytes()
    assert hashlib.sha256(content).hexdigest() == datasets.PUBLISHED_SHA256
    assert "/f8c06be83c75c34c97bc3992e24fedc8d275c83b/" in datasets.PUBLISHED
