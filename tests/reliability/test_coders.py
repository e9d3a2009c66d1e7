"""Agreement of coders, held against published figures, other libraries and plain loops."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial

from builders import examples, panel, panels, relabelled
from policyindex import PanelError
from policyindex.reliability.coders import agreement, disagreements

NA = None
KRIPPENDORFF = {  # Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3],
    "C": [NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA],
}
METRICS = ("nominal", "ordinal", "interval")


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
    assert found["alpha_low"] < alpha < found["alpha_high"]


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
        for measure in ("kappa", "alpha", "alpha_low", "alpha_high"):
            assert found.loc[name, measure] == 1 if varied else np.isnan(found.loc[name, measure])


def test_bootstrap_interval_is_that_of_all_samples_of_country_years() -> None:
    first, second = np.array([[1, 1, 1, 3, 3, 4, 5, 5], [1, 1, 1, 3, 5, 4, 4, 2]])
    data = coders({"A": list(first), "B": list(second)})
    found = agreement(data, metric="interval", draws=20_000).loc["level"]
    samples = np.array(list(combinations_with_replacement(range(8), 8)))
    times = (samples[..., None] == np.arange(8)).sum(1)
    chance = multinomial.pmf(times, 8, np.full(8, 1 / 8))
    a, b = first[samples], second[samples]
    spread = np.var(np.hstack([a, b]), axis=1, ddof=1)
    alphas = 1 - ((a - b) ** 2).mean(1)[spread > 0] / (2 * spread[spread > 0])
    chance = chance[spread > 0] / chance[spread > 0].sum()
    for end, tail in ((found["alpha_low"], 0.025), (found["alpha_high"], 0.975)):
        below, at_most = (chance[alphas < end + slack].sum() for slack in (-1e-9, 1e-9))
        assert below - 0.005 < tail < at_most + 0.005


def test_samples_are_the_same_each_time_without_a_seed() -> None:
    data = coders(KRIPPENDORFF)
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
    assert found.loc["b"].drop(["n", "pairs"]).isna().all()


def test_the_provenance_of_all_coders_is_carried() -> None:
    data = coders(KRIPPENDORFF)
    assert agreement(data, draws=1).attrs == {}
    for coder, label in (("A", "a file"), ("B", "SYNTHETIC"), ("D", "a file")):
        data[coder].attrs |= {"source": label, "citation": "a paper"}
    for found in (agreement(data, draws=1), *disagreements(data)):
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
    with pytest.raises(ValueError, match="kappa_weights must be one of linear, quadratic"):
        agreement(data, kappa_weights="none")
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
