"""Guidance, version and changelog: what a codebook tells the people who code by it."""

from __future__ import annotations

import pytest

from policyindex import HTI, THREE_P, Codebook, Dimension, Indicator

DIMENSION = Dimension("d", (Indicator("a"),), lambda a: 1 + a)


@pytest.mark.parametrize("book", [THREE_P, HTI], ids=lambda each: each.name)
def test_every_level_of_a_shipped_indicator_has_guidance_marked_as_a_reconstruction(
    book: Codebook,
) -> None:
    texts = [text for each in book.indicators for text in each.guidance]
    assert len(texts) == sum(len(each.levels) for each in book.indicators)
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert text.endswith(". [recon]")
        assert text == " ".join(text.split())
    assert "[recon]" in book.citation


def test_the_guidance_of_an_absence_says_where_to_look_and_that_silence_is_missing() -> None:
    for each in THREE_P.indicators:
        assert "Look " in each.guidance[0], each.name
    services = THREE_P.dimensions[1].indicators[2:]
    for each in (*services, *THREE_P.dimensions[2].indicators):
        assert "leave the level empty" in each.guidance[0], each.name


def test_guidance_is_one_text_for_each_level() -> None:
    assert Indicator("a").guidance == ()
    assert Indicator("a", guidance=["none of it", "some of it"]).guidance == (  # type: ignore[arg-type]
        "none of it",
        "some of it",
    )


@pytest.mark.parametrize("wrong", [("one",), ("a", "b", "c"), ("a", 1), "ab", 3, None])
def test_guidance_of_another_form_is_refused(wrong: object) -> None:
    with pytest.raises(
        ValueError, match="guidance of 'a' must be one text for each of its 2 levels"
    ):
        Indicator("a", guidance=wrong)  # type: ignore[arg-type]


def test_a_changelog_is_dated_and_starts_with_the_newest_entry() -> None:
    entries = [["2026-03-01", "second"], ["2026-03-01", "the same day"], ["2025-01-31", "first"]]
    book = Codebook("c", (DIMENSION,), changelog=entries)  # type: ignore[arg-type]
    assert book.changelog == tuple(map(tuple, entries))
    with pytest.raises(ValueError, match="newest entry first; 2026-03-01 follows 2025-01-31"):
        Codebook("c", (DIMENSION,), changelog=tuple(entries[::-1]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        (("2026-13-01", "x"),),
        (("20260301", "x"),),
        (("2026-3-1", "x"),),
        (("2026-03-01", 1),),
        (("2026-03-01",),),
        ("2026-03-01",),
        "text",
        3,
    ],
)
def test_a_changelog_of_another_form_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="changelog must hold pairs of an ISO date and a text"):
        Codebook("c", (DIMENSION,), changelog=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["citation", "version", "title"])
def test_the_words_about_a_codebook_are_text(part: str) -> None:
    with pytest.raises(ValueError, match=f"the {part} of a codebook must be text; got 2"):
        Codebook("c", (DIMENSION,), **{part: 2})


def test_the_words_about_a_codebook_do_not_change_its_rules() -> None:
    plain = Codebook("c", (Dimension("d", (Indicator("a"),), lambda a: 1 + a),))
    guided = Indicator("a", title="the first", guidance=("nothing", "something"))
    words = Codebook(
        "c",
        (Dimension("d", (guided,), lambda a: 1 + a, title="The D"),),
        title="C",
        changelog=(("2026-01-01", "First version"),),
    )
    assert words.rules == plain.rules
    assert words != plain


def test_a_dimension_has_a_title() -> None:
    assert Dimension("of_victims", (Indicator("a"),), lambda a: 1 + a).title == "of victims"
    assert Dimension("d", (Indicator("a"),), lambda a: 1 + a, title="The D").title == "The D"
