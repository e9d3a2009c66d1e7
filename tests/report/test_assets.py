"""Templates are compiled once, and again wherever the compiled form cannot be used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from policyindex.report import _assets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(_assets, "COMPILED", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


def compiled() -> bool:
    """Load a template, and return whether it had to be compiled."""
    environment = _assets.environment_of_pages.__wrapped__()
    calls: list[str] = []
    compile_source = environment.compile

    def spy(source: str, *arguments: object) -> object:
        calls.append(source)
        return compile_source(source, *arguments)

    environment.compile = spy
    template = environment.get_template("explore.html.jinja")
    assert template.root_render_func is not None
    return bool(calls)


def test_a_template_is_compiled_once(folder: Path) -> None:
    assert [compiled(), compiled()] == [True, False]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"j", b"another version of Jinja"])
def test_a_compiled_form_that_is_damaged_is_compiled_again(folder: Path, content: bytes) -> None:
    compiled()
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert compiled()
    file.write_bytes(file.read_bytes()[:-100])
    assert compiled()


def test_nothing_is_kept_where_python_keeps_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [compiled(), compiled()] == [True, True]
    assert not list(folder.iterdir())


def test_a_folder_that_is_not_there_is_not_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_assets, "COMPILED", folder / "absent")
    assert [compiled(), compiled()] == [True, True]


def test_a_process_compiles_the_templates_once() -> None:
    environment = _assets.environment_of_pages()
    assert environment is _assets.environment_of_pages()
    template = environment.get_template("brief.html.jinja")
    assert template is environment.get_template("brief.html.jinja")


def test_a_line_that_is_only_a_tag_of_a_template_leaves_no_line() -> None:
    environment = _assets.environment_of_pages()
    template = environment.from_string("<p>\n  {% if words %}\n  {{ words }}\n  {% endif %}\n</p>")
    assert template.render(words="words") == "<p>\n  words\n</p>"
