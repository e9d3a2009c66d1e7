"""Every result is a sentence in a terminal, and a sentence with tables in a notebook.

The classes are collected from the rooms: a result without an example here fails a test.
"""

from __future__ import annotations

import copy
import importlib
import inspect
import io
import pickle
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex import coding
from policyindex.panel.display import as_html
from policyindex.reliability import disagreements
from policyindex.robustness import overtake
from policyindex.scoring.explanation import DimensionExplanation

HOSTILE = "<script>alert(1)</script>"


def modules() -> Iterator[Any]:
    """Yield every module of every room that people call; those of charts return axes."""
    for each in pkgutil.walk_packages(pi.__path__, "policyindex."):
        room = each.name.split(".")[1]
        if "._" not in each.name and room not in ("cli", "data", "plot", "testing"):
            yield importlib.import_module(each.name)


PARTS = ("Additive", "Evidence")
"""Values within a result, which stand in a row of its table or a line of its text."""


def is_result(kind: object) -> bool:
    if not inspect.isclass(kind) or kind.__name__ in PARTS:
        return False
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def parts(annotation: object) -> Iterator[object]:
    """Yield a type and the types that it is made of."""
    yield annotation
    for each in typing.get_args(annotation):
        yield from parts(each)


def result_classes() -> dict[str, Any]:
    """Return the classes of results: what public functions return, and what these hold."""
    waiting: list[Any] = []
    for module in modules():
        for name in getattr(module, "__all__", ()):
            function = getattr(module, name)
            if inspect.isfunction(function):
                waiting += returned(function)
            elif is_result(function):
                waiting += [function]
    classes: dict[str, Any] = {}
    while waiting:
        for kind in parts(waiting.pop()):
            if is_result(kind) and kind.__name__ not in classes:  # type: ignore[attr-defined]
                classes[kind.__name__] = kind  # type: ignore[attr-defined]
                waiting += typing.get_type_hints(kind).values()
    return classes


def returned(function: Any) -> list[object]:
    """Return the types that the annotation of a function names, by its module's names."""
    words = re.findall(r"\w+", str(inspect.get_annotations(function).get("return")))
    names = vars(inspect.getmodule(function))
    return [names[word] for word in words if word in names]


CLASSES = result_classes()


@pytest.fixture(scope="module")
def codings() -> pd.DataFrame:
    return pi.datasets.load_demo()


@pytest.fixture(scope="module")
def scores(codings: pd.DataFrame) -> pd.DataFrame:
    return pi.score(codings)


def laws(codings: pd.DataFrame) -> pd.Series:
    """Return the year of each country's first law."""
    passed = codings.index[codings["specific_law"] == 2]
    return passed.to_frame(index=False).groupby("country")["year"].min()


def two_coders(codings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the codings of two coders who differ in one of 2009."""
    first = codings.loc[["NGA"]].tail(1)
    return {"Ama": first, "Ben": first.assign(shelter=0)}


def decisions(column: str = "decision") -> io.StringIO:
    """Return a table with one coding, or the decision on it."""
    return io.StringIO(f"country,year,indicator,{column}\nNGA,2009,shelter,yes")


def released(codings: pd.DataFrame) -> coding.Release:
    with TemporaryDirectory() as folder:
        part = codings.loc[["NGA"]]
        return coding.release(part, Path(folder, "release"), name="1", formats=[])


EXAMPLES: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Any]] = {
    "Adjudication": lambda c, _: coding.adjudicate(two_coders(c)),
    "Comparison": lambda _, s: pi.compare(s, s),
    "Convergence": lambda _, s: pi.convergence(s),
    "Coverage": lambda _, s: pi.coverage(s),
    "Decomposition": lambda _, s: pi.decompose(s, np.int64(2000), 2009),
    "Differences": lambda c, _: coding.diff(c, c.replace(2, 1)),
    "DimensionExplanation": lambda c, _: pi.explain(c, "NGA", 2009).dimensions[0],
    "Disagreements": lambda c, _: disagreements({"a": c, "b": c.shift().fillna(0)}),
    "Drift": lambda _, s: pi.latent.drift(s, "protection", np.int64(2005)),  # type: ignore[arg-type]
    "EventStudy": lambda c, s: pi.event_study(s, laws(c)),
    "Explanation": lambda c, _: pi.explain(c, "NGA", np.int64(2009)),  # type: ignore[arg-type]
    "Fit": lambda _, s: pi.latent.fit(s),
    "Groups": lambda _, s: pi.groups(s, np.int64(2009)),  # type: ignore[arg-type]
    "Movers": lambda _, s: pi.movers(s, np.int64(2000), np.int64(2009)),  # type: ignore[arg-type]
    "Overtake": lambda _, s: overtake(s, "NGA", "DEU", np.int64(2009)),  # type: ignore[arg-type]
    "Pooled": lambda *_: pi.latent.combine([0.9, 1.1], [0.2, 0.2]),
    "Reading": lambda _, s: pi.read(io.BytesIO(s.to_csv().encode()), on_error="drop"),
    "Release": lambda c, _: released(c),
    "Sensitivity": lambda _, s: pi.sensitivity(s, 2009),
    "Settlement": lambda c, _: coding.settle(decisions(), two_coders(c)),
    "Transitions": lambda _, s: pi.transitions(s),
    "Trend": lambda _, s: pi.trend(s, "NGA"),
    "Workbook": lambda *_: coding.read_workbook(decisions("level")),
}


@pytest.fixture(scope="module")
def results(codings: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    return {name: example(codings, scores) for name, example in EXAMPLES.items()}


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def test_every_class_of_results_has_an_example() -> None:
    assert sorted(CLASSES) == sorted(EXAMPLES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_result_is_a_sentence_in_a_terminal(results: dict[str, Any], name: str) -> None:
    result = results[name]
    assert type(result) is CLASSES[name]
    sentence, text = str(result), repr(result)
    assert sentence[0].isupper() or sentence[0].isdigit() or name == "Reading"
    assert sentence.endswith((".", ")"))
    assert text == f"<{name}: {sentence} Fields: {', '.join(result._fields)}>"
    for marks in ("np.", "dtype", "\n", "DataFrame", "array("):
        assert marks not in text


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_result_is_a_sentence_with_tables_in_a_notebook(
    results: dict[str, Any], name: str
) -> None:
    result = results[name]
    page = Page(result._repr_html_())
    assert " ".join(page.texts[1].split()) == str(result)
    assert "table" in page.tags
    assert set(page.tags) <= {"div", "p", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert set(page.attributes) <= {"class", "scope", "colspan"}
    for marks in ("np.", "dtype", "NaN", "None", "nan", "Fraction"):
        assert marks not in page.text, marks


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_result_can_be_copied_and_pickled(
    results: dict[str, Any], name: str, twin: Callable[[Any], Any]
) -> None:
    """A pool of processes sends results by pickle."""
    again = twin(results[name])
    assert type(again) is type(results[name])
    assert repr(again) == repr(results[name])
    assert repr(tuple(again)) == repr(tuple(results[name]))


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_fields_of_a_result_are_plain(results: dict[str, Any], name: str) -> None:
    def plain(value: Any) -> None:
        assert not isinstance(value, np.generic), (name, value)
        if isinstance(value, dict):
            plain([*value, *value.values()])
        elif isinstance(value, list | tuple):
            for each in value:
                plain(each)

    plain(list(results[name]))


def test_integers_have_no_decimals_and_names_stand_beside_codes(results: dict[str, Any]) -> None:
    moved = results["Movers"]._repr_html_()
    assert '<th scope="row">BLR</th><td>Belarus</td><td>7</td>' in moved
    assert ".0</" not in moved
    assert "Nigeria (NGA)" in results["Groups"]._repr_html_()
    assert '<th scope="row">first_year</th><td>2000</td>' in results["Trend"]._repr_html_()


def test_a_long_table_says_how_many_rows_it_leaves_out(results: dict[str, Any]) -> None:
    moved = results["Movers"]
    page = moved._repr_html_()
    assert f"{len(moved.gained) - 20} more rows" in page
    assert page.count('<th scope="row">') == 20 + len(moved.lost) + len(moved.stayed)


def test_columns_keep_their_decimals() -> None:
    frame = pd.DataFrame(
        {"n": [3.0, np.nan], "share": [0.25, 1.0], "p": [0.00012, -0.0001], "word": ["a", None]}
    )
    page = as_html("All.", table=frame)
    assert page.count("<td>3</td>") == 1
    for cell in ("0.25", "1.00", "0.00012", "-0.0001", "a"):
        assert f"<td>{cell}</td>" in page
    assert page.count("<td>\N{EN DASH}</td>") == 2


def hostile() -> pd.DataFrame:
    """Return scores of countries and dimensions whose names are programs."""
    names = [HOSTILE, "<img src=x onerror=alert(1)>", "$\\href{javascript:alert(1)}{x}$", "a&b"]
    index = pd.MultiIndex.from_product([names, range(2000, 2006)], names=["country", "year"])
    drawn = np.random.default_rng(0).integers(3, 16, (len(index), 1)).astype(float)
    return pd.DataFrame(drawn, index, ["overall"])


def test_names_run_nothing() -> None:
    scores = hostile()
    dimensions = [
        pi.Dimension(
            f"{HOSTILE}{letter}",
            (pi.Indicator(f"{HOSTILE}{letter}i"),),
            lambda **codings: 1 + sum(codings.values()),
        )
        for letter in "ab"
    ]
    codebook = pi.Codebook("<b>x</b>", tuple(dimensions))
    coded = pd.DataFrame(1.0, scores.index, [each.name for each in codebook.indicators])
    parts = pi.score(coded, codebook=codebook)
    made = [
        pi.convergence(scores),
        pi.coverage(coded),
        pi.compare(scores, scores),
        pi.decompose(scores, 2000, 2005),
        pi.groups(scores, 2005),
        pi.movers(scores, 2000, 2005),
        pi.transitions(scores),
        pi.trend(scores, HOSTILE),
        pi.explain(coded, HOSTILE, 2005, codebook=codebook),
        pi.explain(coded, HOSTILE, 2005, codebook=codebook).dimensions[0],
        pi.sensitivity(parts, 2005, codebook=codebook),
        disagreements({HOSTILE: coded, "b": coded - 1}),
        coding.adjudicate({HOSTILE: coded, "b": coded - 1}, codebook=codebook),
        overtake(parts, HOSTILE, "a&b", 2005, codebook=codebook),
    ]
    some = 0
    for result in made:
        page = result._repr_html_()
        tags = Page(page).tags
        assert not {"script", "img", "b"} & set(tags), type(result)
        assert "mathjax_ignore" in page
        assert "tex2jax_ignore" in page
        some += "&lt;script&gt;" in page
    assert some >= 7


def test_a_sentence_and_a_caption_are_escaped() -> None:
    page = as_html(HOSTILE, **{HOSTILE: pd.Series([1], name=HOSTILE), "b": pd.Series([1])})
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3


def test_codebooks_and_their_parts_are_short() -> None:
    for book in (pi.THREE_P, pi.HTI):
        assert len(repr(book)) <= 80
        for dimension in book.dimensions:
            assert len(repr(dimension)) <= 80
            assert dimension.name in repr(dimension)
    long = pi.Dimension("d" * 300, (pi.Indicator("i"),), lambda i: 1 + i)
    assert len(repr(long)) <= 80
    assert len(repr(pi.Codebook("c" * 300, (long,)))) <= 80


def test_dimension_explanations_are_results() -> None:
    assert CLASSES["DimensionExplanation"] is DimensionExplanation


def test_names_stand_beside_codes_on_request(scores: pd.DataFrame) -> None:
    before = scores.copy()
    named = pi.countries.with_names(scores)
    pd.testing.assert_frame_equal(scores, before)
    assert list(named) == ["name", *scores]
    assert named.loc[("NGA", 2009), "name"] == "Nigeria"
    pd.testing.assert_frame_equal(named.drop(columns="name"), scores)
    assert named.attrs == scores.attrs
    pd.testing.assert_frame_equal(pi.countries.with_names(named), named)
    swapped = pi.countries.with_names(scores.reset_index()[["year", "country"]])
    assert swapped.columns.to_list() == ["year", "country", "name"]
    flat = pi.countries.with_names(scores.reset_index())
    assert list(flat)[:3] == ["country", "name", "year"]
    other = pd.DataFrame({"rank": [1, 2]}, pd.Index(["Berlin", "DEU"], name="country"))
    assert pi.countries.with_names(other)["name"].to_list() == ["Berlin", "Germany"]
    plain = pd.DataFrame({"x": [1]})
    pd.testing.assert_frame_equal(pi.countries.with_names(plain), plain)
    assert not re.search(r"\d", "".join(named["name"].unique()))


@pytest.mark.parametrize(("name", "heading"), [("year", "year"), (None, "")])
def test_the_level_of_an_index_heads_its_column(name: str | None, heading: str) -> None:
    page = as_html("", table=pd.DataFrame({"n": [1]}, pd.Index([2009], name=name)))
    assert re.findall(r'<th scope="col">(.*?)</th>', page) == [heading, "n"]
