"""Agreement of coders, held against published figures, other libraries and plain loops."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import examples, panel, panels, relabelled
from policyindex import PanelError
from policyindex._kernels import coincidences
from policyindex._kernels.coincidences import levels_of
from policyindex._kernels.profiles import distinct
from policyindex.reliability import coders as coders_module
from policyindex.reliability.coders import _sample, agreement, disagreements

NA = None
KRIPPENDORFF = {  # Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3],
    "C": [NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA],
}
METRICS = ("nominal", "ordinal", "interval")
MANY = {"A": [1, 2, 3, 4, 5] * 4, "B": [1, 3, 3, 5, 5] * 3 + [2, 2, 4, 4, 4]}


def coders(ratings: dict[str, list[float | None]]) -> dict[str, pd.DataFrame]:
    return {
        coder: panel({("AUT", 2000 + unit): [each] for unit, each in enumerate(levels)}, ["level"])
        for coder, levels in ratings.items()
    }


ratings = st.integers(2, 4).flatmap(
    lambda n: st.lists(
        st.lists(st.none() | st.integers(1, 4), min_size=n, max_size=n), min_size=1, max_size=10
    ).map(lambda units: {f"C{i}": [unit[i] for unit in units] for i in range(n)})
)


@pytest.mark.parametrize(
    ("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_published_alphas(metric: str, alpha: float) -> None:
    found = agreement(coders(KRIPPENDORFF), metric=metric).loc["level"]
    assert round(found["alpha"], 3) == alpha
    assert found["n"] == 11  # unit 12 has a single coding


@given(ratings, st.sampled_from(METRICS))
def test_alpha_is_that_of_the_krippendorff_package(
    drawn: dict[str, list[float | None]], metric: str
) -> None:
    package = pytest.importorskip("krippendorff", reason="an independent alpha to compare with")
    found = agreement(coders(drawn), metric=metric, draws=1).loc["level", "alpha"]
    data = np.array(list(drawn.values()), dtype=float)
    paired = data[:, (~np.isnan(data)).sum(0) > 1]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        assert np.isnan(found)
    else:
        expected = package.alpha(reliability_data=paired, level_of_measurement=metric)
        assert found == pytest.approx(expected, abs=1e-12)


def check_kappa_is_that_of_scikit_learn(drawn: dict[str, list[float | None]], weights: str) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="an independent kappa")
    pairs = [pair for pair in zip(*drawn.values(), strict=True) if None not in pair]
    found = agreement(coders(drawn), kappa_weights=weights, draws=1).loc["level", "kappa"]
    first, second = ([pair[place] for pair in pairs] for place in (0, 1))
    if len(set(first) | set(second)) < 2:
        assert np.isnan(found)
    else:
        expected = metrics.cohen_kappa_score(first, second, weights=weights, labels=[1, 2, 3, 4])
        assert found == pytest.approx(expected, abs=1e-12)


@given(ratings.filter(lambda drawn: len(drawn) == 2), st.sampled_from(["linear", "quadratic"]))
@examples(40)
def test_kappa_is_that_of_scikit_learn(drawn: dict[str, list[float | None]], weights: str) -> None:
    check_kappa_is_that_of_scikit_learn(drawn, weights)


@pytest.mark.slow
@given(ratings.filter(lambda drawn: len(drawn) == 2), st.sampled_from(["linear", "quadratic"]))
def test_kappa_is_that_of_scikit_learn_in_full(
    drawn: dict[str, list[float | None]], weights: str
) -> None:
    check_kappa_is_that_of_scikit_learn(drawn, weights)


def check_shares_and_kappa_of_many_coders_by_loops(drawn: dict[str, list[float | None]]) -> None:
    found = agreement(coders(drawn), draws=1).loc["level"]
    units = [
        [each for each in unit if each is not None] for unit in zip(*drawn.values(), strict=True)
    ]
    apart = [abs(a - b) for unit in units for a, b in combinations(unit, 2)]
    assert found["n"] == sum(len(unit) > 1 for unit in units)
    assert found["pairs"] == len(apart)
    for name, most in (("exact", 0), ("within_one", 1)):
        if apart:
            assert found[name] == pytest.approx(np.mean([each <= most for each in apart]))
        else:
            assert np.isnan(found[name])
    kappas = [
        agreement({a: coders(drawn)[a], b: coders(drawn)[b]}, draws=1).loc["level", "kappa"]
        for a, b in combinations(drawn, 2)
    ]
    defined = [each for each in kappas if not np.isnan(each)]
    expected = np.mean(defined) if defined else np.nan
    assert found["kappa"] == pytest.approx(expected, nan_ok=True)


@given(ratings)
@examples(40)
def test_shares_and_kappa_of_many_coders_by_loops(drawn: dict[str, list[float | None]]) -> None:
    check_shares_and_kappa_of_many_coders_by_loops(drawn)


@pytest.mark.slow
@given(ratings)
def test_shares_and_kappa_of_many_coders_by_loops_in_full(
    drawn: dict[str, list[float | None]],
) -> None:
    check_shares_and_kappa_of_many_coders_by_loops(drawn)


def check_order_of_coders_and_units_does_not_matter(drawn: dict[str, list[float | None]]) -> None:
    turned = dict(reversed(list(drawn.items())))
    names = ["n", "pairs", "exact", "within_one", "kappa", "alpha"]
    for other in (
        coders(turned),
        {coder: each.iloc[::-1] for coder, each in coders(drawn).items()},
        {coder: relabelled(each, {"AUT": "DEU"}) for coder, each in coders(drawn).items()},
    ):
        pd.testing.assert_frame_equal(
            agreement(other, draws=1)[names], agreement(coders(drawn), draws=1)[names]
        )


@given(ratings)
@examples(40)
def test_order_of_coders_and_units_does_not_matter(drawn: dict[str, list[float | None]]) -> None:
    check_order_of_coders_and_units_does_not_matter(drawn)


@pytest.mark.slow
@given(ratings)
def test_order_of_coders_and_units_does_not_matter_in_full(
    drawn: dict[str, list[float | None]],
) -> None:
    check_order_of_coders_and_units_does_not_matter(drawn)


@given(panels(years=(2001, 2003), min_size=3, missing=False))
@examples(40)
def test_full_agreement_is_one(data: pd.DataFrame) -> None:
    found = agreement({"A": data, "B": data, "C": data}, draws=20)
    assert (found[["exact", "within_one"]] == 1).all(axis=None)
    for name in data:
        varied = data[name].max() > data[name].min()
        for measure in ("kappa", "alpha"):
            assert found.loc[name, measure] == 1 if varied else np.isnan(found.loc[name, measure])
        assert np.isnan(found.loc[name, ["alpha_low", "alpha_high", "kappa_low"]]).all()
        assert found.attrs["notes"][name] == f"{name} has no interval: no two codings differ"


def check_samples_are_those_of_a_plain_loop(cluster: str) -> None:
    random = np.random.default_rng(5)
    table = coders({name: list(random.integers(1, 4, 12)) for name in "ABC"})
    ratings = pd.concat([each["level"] for each in table.values()], axis=1)
    ratings.iloc[3, 1] = ratings.iloc[7, 0] = np.nan
    units = np.repeat([0, 1, 2, 3], [5, 1, 4, 2])
    cells = ratings.to_numpy()
    values, levels = levels_of(cells)
    sample = _sample(levels, units, values, cluster)
    if cluster == "country":
        times, rows = np.array([2, 0, 3, 1]), [range(5), range(5, 6), range(6, 10), range(10, 12)]
    else:
        first, number = distinct(levels.view(np.int8))
        assert sample.sizes.tolist() == np.bincount(number).tolist()
        times, rows = random.integers(0, 4, len(first)), [[each] for each in first]
    chosen = [row for n, group in zip(times, rows, strict=True) for _ in range(n) for row in group]
    plain = {
        name: panel(
            {("AUT", 2000 + i): [cells[row, place]] for i, row in enumerate(chosen)}, ["level"]
        )
        for place, name in enumerate("ABC")
    }
    expected = agreement(plain, metric="interval", draws=1).loc["level", ["kappa", "alpha"]]
    drawn = sample.estimates(times[None] @ sample.table, "interval", 2)[:, 0]
    assert drawn == pytest.approx(expected.to_numpy(), abs=1e-12)


@pytest.mark.parametrize("columns", [0, 1000])
@pytest.mark.parametrize("cluster", ["country", "row"])
def test_samples_are_those_of_a_plain_loop(
    cluster: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coincidences, "DENSE", columns)
    check_samples_are_those_of_a_plain_loop(cluster)


def of_countries(ratings: dict[str, np.ndarray]) -> dict[str, pd.DataFrame]:
    """Return panels of countries by years from arrays of that shape."""
    return {
        coder: panel(
            {
                (f"C{unit:02}", 2000 + year): [level]
                for unit, row in enumerate(levels)
                for year, level in enumerate(row)
            },
            ["level"],
        )
        for coder, levels in ratings.items()
    }


def test_intervals_hold_the_middle_95_percent_of_samples_of_countries() -> None:
    random = np.random.default_rng(2)
    first = random.integers(1, 6, (20, 3))
    second = np.where(random.random((20, 3)) < 0.8, first, random.integers(1, 6, (20, 3)))
    found = agreement(of_countries({"A": first, "B": second}), metric="interval", draws=4000)
    drawn = []
    for _ in range(4000):
        rows = random.integers(0, 20, 20)
        a, b = first[rows].ravel(), second[rows].ravel()
        together = np.hstack([a, b])
        drawn.append(1 - ((a - b) ** 2).mean() / (2 * together.var(ddof=1)))
    # the ends of two sets of 4,000 samples differ by about 0.005
    limits = found.loc["level", ["alpha_low", "alpha_high"]].to_numpy()
    assert limits == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.02)
    kappa = found.loc["level", ["kappa_low", "kappa", "kappa_high"]]
    assert kappa.is_monotonic_increasing
    assert "notes" not in found.attrs


@pytest.mark.parametrize("cluster", ["country", "row"])
def test_an_indicator_has_the_same_interval_alone_as_among_others(cluster: str) -> None:
    random = np.random.default_rng(4)
    levels = random.integers(1, 6, (2, 60, 3)).astype(np.float64)
    levels[1, :9, 2] = np.nan  # so that the last indicator is coded twice in fewer countries
    names = {(f"C{place // 3:02}", 2000 + place % 3): place for place in range(60)}
    data = {
        coder: panel({row: list(levels[each, place]) for row, place in names.items()}, list("abc"))
        for each, coder in enumerate("AB")
    }
    together = agreement(data, cluster=cluster, draws=20)
    for name in "abc":
        alone = {coder: each[[name]] for coder, each in data.items()}
        pd.testing.assert_frame_equal(
            agreement(alone, cluster=cluster, draws=20), together.loc[[name]]
        )


def test_blocks_of_samples_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    data = of_countries({name: random.integers(1, 4, (15, 2)) for name in "ABC"})
    whole = {cluster: agreement(data, cluster=cluster, draws=50) for cluster in ("country", "row")}
    monkeypatch.setattr("policyindex.reliability.coders.CELLS", 40)
    for cluster, answer in whole.items():
        parts = agreement(data, cluster=cluster, draws=50)
        pd.testing.assert_frame_equal(parts, answer, check_exact=True)


def test_the_cross_tables_of_a_block_stay_within_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes: list[int] = []
    crosses = coders_module._Sample.crosses

    def noted(sample: Any, sums: Any) -> Any:
        tables = crosses(sample, sums)
        sizes.append(tables.size)
        return tables

    random = np.random.default_rng(4)
    data = of_countries({name: random.choice([1, 2, 3, np.nan], (15, 4)) for name in "ABC"})
    monkeypatch.setattr(coders_module._Sample, "crosses", noted)
    monkeypatch.setattr(coders_module, "CELLS", 500)
    agreement(data, draws=50)
    assert max(sizes) == 9 * 54 < 500  # 1 or 2 others, 3 pairs, 3 levels by 3


def test_years_that_repeat_the_same_codings_do_not_narrow_the_interval_by_country() -> None:
    random = np.random.default_rng(2)
    first = random.integers(1, 6, (30, 1))
    second = np.where(random.random((30, 1)) < 0.8, first, random.integers(1, 6, (30, 1)))
    width = {}
    for years in (1, 10):
        data = of_countries({"A": first.repeat(years, 1), "B": second.repeat(years, 1)})
        for cluster in ("country", "row"):
            found = agreement(data, cluster=cluster).loc["level"]
            width[cluster, years] = found["alpha_high"] - found["alpha_low"]
    assert width["country", 10] == pytest.approx(width["country", 1], rel=0.1)
    assert width["row", 10] < 0.5 * width["row", 1]


def test_too_few_countries_have_no_interval_and_a_note() -> None:
    random = np.random.default_rng(1)
    rows = {name: random.integers(1, 6, (15, 4)) for name in "AB"}
    few = of_countries({name: each[:14] for name, each in rows.items()})
    found = agreement(few)
    assert found.loc["level", ["kappa_low", "kappa_high", "alpha_low"]].isna().all()
    assert found["countries"].to_list() == [14]
    assert found.attrs["notes"] == {
        "level": "level has no interval: it is coded twice in 14 countries; an interval needs 15"
    }
    assert agreement(of_countries(rows)).loc["level"].notna().all()
    assert agreement(few, cluster="row").loc["level"].notna().all()


@pytest.mark.parametrize(
    ("weights", "expected"), [("unweighted", 0.473), ("linear", 0.568), ("quadratic", 0.671)]
)
def test_kappa_of_a_published_table(weights: str, expected: float) -> None:
    # Altman (1991), Practical Statistics for Medical Research, two readers of xeromammograms
    table = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
    cells = [
        pair for a, row in enumerate(table) for b, n in enumerate(row) for pair in n * [(a, b)]
    ]
    data = coders({"A": [a for a, _ in cells], "B": [b for _, b in cells]})
    found = agreement(data, kappa_weights=weights, draws=1).loc["level"]
    assert round(found["exact"], 4) == 0.6353
    assert round(found["kappa"], 3) == expected


def test_nominal_alpha_of_a_published_example() -> None:
    # Krippendorff (2011), Computing Krippendorff's alpha-reliability, example A
    data = coders({"A": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "B": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]})
    found = agreement(data, metric="nominal", draws=1).loc["level"]
    assert round(found["alpha"], 4) == 0.0952


@pytest.mark.parametrize("draws", [1, 99, 100, 101, 250])
def test_as_many_samples_are_drawn_as_asked_for_in_blocks(
    draws: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    times = coders_module._times
    data = of_countries({name: np.array([each]).T for name, each in MANY.items()})
    most = 100 * len(data["A"].index.unique("country"))

    def noted(sizes: Any, size: int, rng: np.random.Generator) -> Any:
        drawn.append(size)
        assert size * len(sizes) <= most
        return times(sizes, size, rng)

    monkeypatch.setattr(coders_module, "CELLS", most)
    monkeypatch.setattr(coders_module, "_times", noted)
    found = agreement(data, draws=draws).loc["level"]
    assert sum(drawn) == draws
    assert len(drawn) == -(-draws // 100)
    assert (found["alpha_low"] == found["alpha_high"]) == (draws == 1)


def test_samples_are_the_same_each_time_without_a_seed() -> None:
    data = of_countries({name: np.array([each]).T for name, each in MANY.items()})
    again = agreement(data, draws=1000, rng=np.random.default_rng(0))
    assert agreement(data).equals(again)
    other = agreement(data, rng=9)
    assert other.equals(agreement(data, rng=np.random.default_rng(9)))
    assert not agreement(data).equals(other)


@given(ratings)
def test_disagreements_are_counted_and_listed(drawn: dict[str, list[float | None]]) -> None:
    table, cases = disagreements(coders(drawn))
    units = list(zip(*drawn.values(), strict=True))
    listed = []
    counts: dict[tuple[float, float], int] = {}
    for i, unit in enumerate(units):
        levels = [each for each in unit if each is not None]
        if len(set(levels)) > 1:
            listed.append(("level", "AUT", 2000 + i))
        for pair in combinations(levels, 2):
            if pair[0] != pair[1]:
                key = (min(pair), max(pair))
                counts[key] = counts.get(key, 0) + 1
    assert list(cases.index) == listed
    assert list(cases.columns) == list(drawn)
    assert {key[1:]: n for key, n in table["n"].items()} == counts
    assert table["n"].is_monotonic_decreasing


def test_the_sentence_counts_the_disagreements() -> None:
    first = panel({("AUT", 2000): [1, 2], ("DEU", 2000): [3, 4], ("ITA", 2000): [1, 1]}, ["a", "b"])
    second = panel(
        {("AUT", 2000): [2, 2], ("DEU", 2000): [5, 4], ("ITA", 2000): [2, 2]}, ["a", "b"]
    )
    found = disagreements({"A": first, "B": second})
    assert str(found) == (
        "Coders differ in four country-years of two indicators, most often between levels 1 and 2 "
        "of a (two pairs of codings)."
    )
    assert str(found) in found._repr_html_()
    same = disagreements({"A": first, "B": first})
    assert str(same) == "No two codings of a country-year differ."
    assert "NaN" not in same._repr_html_()


def test_coders_may_cover_different_rows_and_indicators() -> None:
    first = panel({("AUT", 2000): [1, 2], ("DEU", 2000): [3, 4]}, ["a", "b"])
    second = panel({("DEU", 2000): [3], ("ITA", 2000): [5]}, ["a"])
    found = agreement({"A": first, "B": second})
    assert found["n"].to_dict() == {"a": 1, "b": 0}
    assert found.loc["a", "exact"] == 1
    assert found.loc["b"].drop(["n", "countries", "pairs"]).isna().all()


def test_the_provenance_of_all_coders_is_carried() -> None:
    data = coders(KRIPPENDORFF)
    assert set(agreement(data, draws=1).attrs) == {"notes"}
    for coder, label in (("A", "a file"), ("B", "SYNTHETIC"), ("D", "a file")):
        data[coder].attrs |= {"source": label, "citation": "a paper"}
    for found in (agreement(data, draws=1), *disagreements(data)):
        found.attrs.pop("notes", None)
        assert found.attrs == {"source": "a file; SYNTHETIC", "citation": "a paper"}


def test_inputs_are_untouched() -> None:
    data = coders(KRIPPENDORFF)
    before = {coder: each.copy() for coder, each in data.items()}
    agreement(data)
    disagreements(data)
    for coder, each in data.items():
        pd.testing.assert_frame_equal(each, before[coder])


def test_refusals() -> None:
    data = coders(KRIPPENDORFF)
    with pytest.raises(ValueError, match="metric must be one of nominal, ordinal, interval"):
        agreement(data, metric="ratio")
    with pytest.raises(ValueError, match="must be one of unweighted, linear, quadratic"):
        agreement(data, kappa_weights="none")
    with pytest.raises(ValueError, match="cluster must be one of country, row"):
        agreement(data, cluster="year")
    for draws in (0, "x", 1.5):
        with pytest.raises(ValueError, match="draws must be an integer, at least 1; got"):
            agreement(data, draws=draws)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rng must be"):
        agreement(data, rng="x")  # type: ignore[arg-type]
    for few in ({"A": data["A"]}, {}, list(data.values())):
        with pytest.raises(ValueError, match="two or more coders"):
            agreement(few)
    with pytest.raises(PanelError, match="a column for each indicator"):
        disagreements({coder: each[[]] for coder, each in data.items()})
