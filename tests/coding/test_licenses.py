"""The licence of a release: an identifier, or an address."""

from __future__ import annotations

import re

import pytest

from policyindex.coding.licenses import IDENTIFIERS, is_address, license_of


def test_an_identifier_is_read_in_any_case_and_written_as_spdx_writes_it() -> None:
    for each in IDENTIFIERS:
        assert license_of(each.lower()) == license_of(each.upper()) == each
    assert license_of("") == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org/licence", True),
        ("HTTP://a.b", True),
        ("https://example.org", True),
        ("https://localhost/x", False),
        ("https://a..b/", False),
        ("ftp://example.org", False),
        ("https://example.org/a b", False),
        ('https://example.org/"', False),
        ("see https://example.org", False),
        (f"https://example.org/{'x' * 280}", True),  # 300 characters
        (f"https://example.org/{'x' * 281}", False),
    ],
)
def test_an_address_is_one_of_the_web(text: str, is_one: bool) -> None:
    assert is_address(text) == is_one
    if is_one:
        assert license_of(text) == text
    else:
        with pytest.raises(ValueError, match="is neither; give the address"):
            license_of(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("cc by", "CC-BY-4.0, CC-BY-SA-4.0"),
        ("GPL 3", "GPL-3.0-only, GPL-3.0-or-later"),
        ("mpl", "MPL-2.0"),
    ],
)
def test_a_licence_that_is_nearly_named_is_suggested(text: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(repr(text))} may stand for {near}.*; name"):
        license_of(text)


@pytest.mark.parametrize("text", ["open", "--", "by"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text!r} is neither"):
        license_of(text)
    with pytest.raises(ValueError, match="license_id must be text; got 4"):
        license_of(4)
