"""The same table in every container reads equal; any other file is refused by name."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from policyindex import PanelError, read_scores
from policyindex._options import OptionError
from policyindex.reading import formats
from policyindex.reading.findings import Findings

TEXT = "country,year,prosecution,protection,prevention\nMali,2008,2,,3\nChad,2009,3,2,1\n"


class Slow(io.RawIOBase):
    """A stream that returns a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.rest = content

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002
        part, self.rest = self.rest[:7], self.rest[7:]
        return part


def test_streams_read_like_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TEXT)
    assert formats.content_of(path) == formats.content_of(str(path)) == (TEXT.encode(), "mine.csv")
    assert formats.content_of(io.BytesIO(TEXT.encode())) == (TEXT.encode(), "the stream")
    assert formats.content_of(Slow(TEXT.encode()))[0] == TEXT.encode()
    with path.open("rb") as stream:
        assert formats.content_of(stream) == (TEXT.encode(), "mine.csv")
        assert not stream.closed
    with path.open() as stream:
        content, label = formats.content_of(stream)
        assert (content.decode("utf-8-sig"), label) == (TEXT, "mine.csv")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert formats.content_of("-") == (TEXT.encode(), "standard input")


def test_a_stream_is_read_from_its_position() -> None:
    stream = io.BytesIO(b"a title\n" + TEXT.encode())
    stream.readline()
    assert formats.content_of(stream)[0] == TEXT.encode()
    assert not stream.closed


def test_text_of_a_stream_stays_what_it_is() -> None:
    content, label = formats.content_of(io.StringIO("pays\nCôte d'Ivoire\n"))
    with formats.opened(content, Findings(label)) as file:
        assert [row for _, row in file.sheets[0].rows()] == [["pays"], ["Côte d'Ivoire"]]
    with pytest.raises(OptionError, match="the encoding that its first bytes name, utf-8"):
        next(iter(formats.opened(content, Findings(label), encoding="cp850").__enter__().sheets))


@pytest.mark.parametrize("source", [b"a,b\n1,2\n", None, 7, ["a"], {}])
def test_anything_else_is_not_a_file(source: object) -> None:
    with pytest.raises(TypeError, match="path must be a path, a file object or '-' for standard"):
        formats.content_of(source)


def test_a_stream_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(PanelError, match="the stream must be open for reading"):
        formats.content_of(closed)
    path = tmp_path / "mine.csv"
    path.write_bytes("Côte".encode("cp1252"))
    with path.open(encoding="utf-8") as stream, pytest.raises(PanelError, match="binary mode, 'r"):
        formats.content_of(stream)
    with pytest.raises(PanelError, match="binary mode, 'rb'"):
        formats.content_of(io.StringIO("\ud800"))


def test_an_encoding_is_for_text_alone() -> None:
    with (
        pytest.raises(OptionError, match="only text has an encoding; x is a Parquet file"),
        formats.opened(b"PAR1", Findings("x"), encoding="cp850"),
    ):
        pass


def test_an_endless_stream_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 1000)

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * min(size, 300)

    content, label = formats.content_of(Endless())
    assert len(content) == 1001
    with (
        pytest.raises(PanelError, match="must have at most 1,000 bytes"),
        formats.opened(content, Findings(label)),
    ):
        pass


def test_scores_are_read_from_bytes() -> None:
    assert read_scores(io.BytesIO(TEXT.encode())).index.tolist() == [("MLI", 2008), ("TCD", 2009)]
