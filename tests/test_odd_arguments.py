"""Arguments of other types, and numbers at the ends of what a computer holds: one clear error."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from hostile.run import in_house_form
from policyindex import PanelError
from policyindex.reading.formats import content_of

DEMO = pi.datasets.load_demo().loc[["AFG", "DEU", "NGA", "SWE"]]
SCORES = pi.score(DEMO)


class Returns:
    """An open file that returns numbers."""

    def read(self, _: int = -1) -> int:
        return 5


CLOSED = io.BytesIO(b"x")
CLOSED.close()

NO_PATHS: dict[str, Any] = {
    "none": None,
    "bytes": b"mine.csv",
    "number": 3,
    "list": ["mine.csv"],
    "empty": "",
    "nul": "a\0b.csv",
    "nul in a path": Path("a\0b.csv"),
    "surrogate": "a\ud800b.csv",
}
STREAMS: dict[str, Any] = {"text": io.StringIO("a,b"), "numbers": Returns(), "closed": CLOSED}

READERS: dict[str, Callable[[Any], object]] = {
    "read": pi.read,
    "read_scores": pi.read_scores,
    "read_values": pi.read_values,
    "read_events": pi.read_events,
    "read_workbook": pi.coding.read_workbook,
}
OTHERS: dict[str, Callable[[Any], object]] = {
    "codebooks.read": pi.codebooks.read,
    "codebooks.write": lambda path: pi.codebooks.write(pi.THREE_P, path),
    "read_release": pi.coding.read_release,
    "release": lambda path: pi.coding.release(DEMO, path, name="1"),
    "template": lambda path: pi.coding.template(path, coder="a", countries=["NGA"], years=[2009]),
    "write_table": lambda path: pi.write_table(SCORES, path),
    "report.write": lambda path: pi.report.write(DEMO, path),
    "report.explore": lambda path: pi.report.explore(DEMO, path),
    "report.brief": lambda path: pi.report.brief(DEMO, "NGA", path),
    "plot.save": lambda path: pi.plot.save(pi.plot.trend(SCORES, "NGA"), path),
}


def refusal(deed: Callable[[], object]) -> str:
    """Return the message of an error in the form of the house."""
    with pytest.raises((TypeError, ValueError)) as raised:
        deed()
    assert type(raised.value) in (TypeError, ValueError, PanelError)
    assert in_house_form(str(raised.value)), raised.value
    return str(raised.value)


@pytest.mark.parametrize("kind", NO_PATHS)
def test_what_no_file_is_called_is_refused_by_every_reader_and_writer(kind: str) -> None:
    path = NO_PATHS[kind]
    for name, deed in {**READERS, **OTHERS}.items():
        assert "path" in refusal(lambda deed=deed: deed(path)), name  # type: ignore[misc]


@pytest.mark.parametrize("kind", STREAMS)
def test_open_files_are_read_or_refused(kind: str) -> None:
    for deed in OTHERS.values():
        assert "a path must be text or a pathlib.Path" in refusal(lambda: deed(STREAMS[kind]))  # noqa: B023
    for deed in READERS.values():
        refusal(lambda: deed(STREAMS[kind]))  # noqa: B023


def test_a_folder_of_the_cache_is_a_path() -> None:
    pytest.importorskip("pooch")
    for path in (b"x", 3, "a\0b", ""):
        assert "path" in refusal(lambda: pi.datasets.fetch_published(folder=path))  # type: ignore[arg-type]  # noqa: B023


def test_standard_input_that_is_closed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(PanelError, match="standard input must be open"):
        content_of("-")


ODD: list[Any] = [Decimal("sNaN"), Decimal("1e400"), float("inf"), float("nan"), 1j, "1", None]


@pytest.mark.parametrize("weight", [-(2**2000), *ODD], ids=repr)
def test_a_weight_that_is_not_a_number_is_refused(weight: Any) -> None:
    weights = {"prosecution": weight, "protection": 1, "prevention": 1}
    for deed in (
        lambda: pi.overall(SCORES, weights=weights),
        lambda: pi.standings(SCORES, 2009, weights=weights),
    ):
        assert "weight" in refusal(deed)
    if weight is not None:
        assert "min_weight must" in refusal(lambda: pi.standings(SCORES, 2009, min_weight=weight))


EXTREME: list[Any] = [5e-324, 1.7e308, Fraction(1, 2**2000), Fraction(2**2000, 3), 2**2000]


@pytest.mark.parametrize("weight", EXTREME, ids=["least", "most", "fine", "fraction", "huge"])
def test_weights_of_any_size_are_compared_exactly(weight: Any) -> None:
    weights = {"prosecution": weight, "protection": weight, "prevention": weight}
    parts = SCORES.drop(columns="overall")
    pd.testing.assert_series_equal(pi.overall(parts, weights=weights), SCORES["overall"])
    apart = pi.standings(SCORES, 2009, weights={**weights, "prevention": 1, "protection": 5e-324})
    assert apart["rank"].notna().any()


@pytest.mark.parametrize("alpha", [5e-324, 1e-320, 1e-17])
def test_a_level_of_significance_may_be_tiny(alpha: float) -> None:
    table = pi.trends(SCORES, alpha=alpha, persistence=0.5, method="normal")
    assert table["direction"].dropna().isin(["unclear"]).all()
    for wrong in (0, -1e-320, 1, 2**2000, Fraction(1, 2**2000), Decimal("sNaN"), 1j):
        assert "alpha must" in refusal(lambda: pi.trends(SCORES, alpha=wrong))  # type: ignore[arg-type]  # noqa: B023


def matrix(kind: type, value: Any) -> Any:
    table = np.eye(5).astype(kind)
    table[0, 0] = value
    return table


@pytest.mark.parametrize(
    "error",
    [
        matrix(complex, 1 + 0j),
        matrix(complex, 1 + 0.5j),
        matrix(object, 2**2000),
        matrix(object, Decimal("sNaN")),
        matrix(object, 1j),
        2**2000,
        Fraction(2**2000),
        pd.DataFrame(np.eye(5) * 1j),
    ],
    ids=lambda _: "",
)
def test_a_matrix_of_errors_holds_real_numbers(error: Any) -> None:
    assert "error must be an accuracy" in refusal(lambda: pi.error_ranks(SCORES, error=error))


@pytest.mark.parametrize("number", [2**2000, Fraction(2**40000, 3)], ids=["huge", "fraction"])
def test_numbers_too_large_for_a_float_are_refused_and_named_in_brief(number: Any) -> None:
    deeds: dict[str, Callable[[], object]] = {
        "min_weight": lambda: pi.standings(SCORES, 2009, min_weight=number),
        "accuracy": lambda: pi.coding_error(number),
        "persistence": lambda: pi.trends(SCORES, persistence=number),
        "levels": lambda: pi.transitions(SCORES, levels=[number, 1]),
        "power": lambda: pi.peers(SCORES, by="distance", power=number),
        "scale": lambda: pi.plot.trend(SCORES["overall"].rename("z"), "NGA", scale=(0, number)),
    }
    for name, deed in deeds.items():
        message = refusal(deed)
        assert name in message
        assert len(message) < 200


@pytest.mark.parametrize("prior", [np.full(5, 0.2 + 0j), [Decimal("sNaN")] * 5, [2**2000] * 5])
def test_a_prior_holds_real_numbers(prior: Any) -> None:
    assert "prior must" in refusal(lambda: pi.error_ranks(SCORES, error=0.9, prior=prior))


@pytest.mark.parametrize(
    "cell", [1.0001e100, -1e308, 1.7e308, float("inf"), 2**2000], ids=lambda _: ""
)
def test_a_number_whose_square_may_overflow_is_not_a_value_of_a_panel(cell: Any) -> None:
    values = pd.DataFrame({"x": pd.Series([1.0, cell], dtype=object).set_axis(SCORES.index[:2])})
    if isinstance(cell, float):
        values = values.astype(float)
    with pytest.raises(PanelError, match="x must be a .*number.* or missing; 1 is not, the first"):
        pi.check_panel(values)
    with pytest.raises(PanelError, match="must be a .*number.* or missing; 1 is not, the first"):
        pi.trends(values["x"])


@pytest.mark.filterwarnings("error")
def test_the_largest_numbers_of_a_panel_do_not_overflow() -> None:
    signs = np.random.default_rng(0).choice([1e100, -1e100, 0.0, 5e99], len(SCORES))
    series = pd.Series(signs, SCORES.index, name="x")
    answers: list[Any] = [
        pi.yearly_means(series),
        pi.changes(series),
        pi.trends(series, persistence=0.5),
        pi.ranks(series, 2009).to_frame(),
        pi.movers(series, 2008, 2009).gained.to_frame(),
    ]
    for answer in answers:
        assert not np.isinf(answer.select_dtypes("number").to_numpy()).any()


def test_a_signalling_nan_is_not_a_number_of_a_panel() -> None:
    column = pd.Series([Decimal("sNaN"), Decimal(3)], SCORES.index[:2], dtype=object, name="x")
    with pytest.raises(PanelError, match="x must be a finite number or missing; 1 is not"):
        pi.check_panel(column.to_frame())
    table = pd.DataFrame({"country": ["NGA", "DEU"], "year": 2009, "x": column.to_numpy()})
    for deed in (lambda: pi.as_panel(table), lambda: pi.as_panel(table.assign(year=column.values))):
        refusal(deed)


def test_the_base_of_an_event_study_lies_in_its_window() -> None:
    events = pd.Series({"NGA": 2004, "SWE": 2005})
    for base in (-11, 11, 2**70):
        message = refusal(lambda: pi.event_study(SCORES, events, base=base))  # noqa: B023
        assert message.startswith("base must be an event time of the window")


def forms(**options: Any) -> object:
    whole: dict[str, Any] = {"countries": ["NGA"], "years": [2009], "coder": "a"} | options
    return pi.coding.template("form.xlsx", **whole)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pi.read("x.csv", report_years="no"), "report_years must be True or False"),
        (
            lambda: pi.error_ranks(SCORES, error=0.9, simultaneous="no"),
            "simultaneous must be True or False",
        ),
        (lambda: pi.coverage(SCORES, codebook="3P"), "codebook must be"),
        (lambda: pi.check_panel(SCORES, scales=5), "scales must map columns"),
        (lambda: pi.check_panel(SCORES, scales={"overall": 5}), "the scale of overall must be"),
        (lambda: forms(countries=5), "countries must be text"),
        (lambda: forms(coder=5), "coder must be a name"),
        (lambda: pi.coding.release(DEMO, "r", name="1", authors=5), "authors must be text"),
        (lambda: pi.coding.release(DEMO, "r", name="1", formats=5), "formats must be text"),
        (lambda: pi.report.brief(SCORES, "NGA", "b.html", peers=5), "peers must be text"),
        (lambda: pi.coding.read_workbook("x.csv", coder=5), "coder must be a name"),
        (lambda: pi.coding.adjudicate({" ": DEMO, "b": DEMO}), "a coder must not be blank"),
        (lambda: pi.plot.heatmap(SCORES, ax=5), "ax must be Axes"),
        (lambda: pi.countries.with_names(5), "the table must be a DataFrame"),
    ],
)
def test_an_argument_of_another_type_is_refused_before_anything_is_done(
    call: Callable[[], object], message: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as raised:
        call()
    assert in_house_form(str(raised.value))


def test_a_file_open_for_writing_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file, pytest.raises(PanelError, match="for reading"):
        pi.read_scores(file)


def test_more_draws_than_a_memory_holds_are_refused() -> None:
    scores = SCORES["overall"]
    fitted = pi.latent.fit(SCORES)
    for deed in (
        lambda: pi.decompose(scores, 2000, 2009, draws=1_000_001),
        lambda: pi.transitions(scores, draws=1_000_001),
        lambda: pi.weight_ranks(SCORES, draws=10**15),
        lambda: pi.agreement({"a": DEMO, "b": DEMO}, draws=10**15),
        lambda: pi.dynamics.moran(scores, permutations=10**15),
    ):
        assert "must be at most 1,000,000; got 1,000," in refusal(deed)
    most = 2**27 // len(SCORES)
    message = refusal(lambda: pi.latent.plausible_values(fitted, most + 1))
    assert f"n must be at most {most:,} for a table of so many rows; got {most + 1}" in message


def test_the_last_release_and_a_name_are_refused_where_they_are_none(tmp_path: Path) -> None:
    assert "previous must be a release or its folder; got 5" in refusal(
        lambda: pi.coding.release(DEMO, tmp_path / "2", name="2", previous=5)  # type: ignore[arg-type]
    )
    assert "code must be text; got 5" in refusal(lambda: pi.countries.name(5))  # type: ignore[arg-type]
    assert "figure must be a Figure of Matplotlib; got 5" in refusal(
        lambda: pi.plot.profile(SCORES, "NGA", figure=5)  # type: ignore[arg-type]
    )
