"""Scores, ranks and changes under coding error, against every way in which codes may be wrong."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from builders import DIMENSIONS, NAMES, examples, levelled, panel, panels, relabelled
from policyindex import (
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    overall,
    standings,
    testing,
)
from policyindex._kernels import hidden_chain, poisson_binomial
from policyindex._kernels.coder_errors import root
from policyindex.ranking import ranks
from policyindex.robustness import truth
from policyindex.robustness.errors import (
    _drawn_ranks,
    beats,
    error_changes,
    error_distribution,
    error_ranks,
    error_scores,
)
from policyindex.robustness.matrices import coding_error, estimate_error

TWO = ["prosecution", "protection"]

SMALL = levelled(TWO, top=3)

ALONE = levelled(["prosecution"])

errors = st.builds(
    coding_error, st.floats(0.05, 0.95), spread=st.floats(0.01, 1), scale=st.just((1, 3))
)
priors = st.lists(st.integers(1, 9), min_size=3, max_size=3).map(
    lambda drawn: np.array(drawn) / sum(drawn)
)
small = panels(SMALL, countries=NAMES[:3], years=(2001, 2001), missing=False, min_size=1)
full = panels(countries=NAMES[:6])
five = st.builds(coding_error, st.sampled_from([0.4, 0.9, 1.0]), spread=st.floats(0, 1))


def behind(error: pd.DataFrame, prior: np.ndarray, coded: int) -> dict[int, float]:
    """The probability of each true level behind a coded one, by Bayes' rule."""
    joint = {true: prior[true - 1] * error.loc[true, coded] for true in error.index}
    return {true: each / sum(joint.values()) for true, each in joint.items()}


def every_truth(
    data: pd.DataFrame, error: pd.DataFrame, prior: np.ndarray
) -> list[tuple[float, list[int]]]:
    """The probability of every combination of true levels, with its overall scores."""
    coded = data.to_numpy().astype(int)
    each = [behind(error, prior, code) for code in coded.ravel()]
    answer = []
    for true in product(error.index, repeat=coded.size):
        probability = np.prod([part[level] for part, level in zip(each, true, strict=True)])
        if probability:
            answer.append((probability, np.reshape(true, coded.shape).sum(1).tolist()))
    return answer


@given(small, errors, priors)
@examples(40)
def test_every_truth_is_counted(data: pd.DataFrame, error: pd.DataFrame, prior: np.ndarray) -> None:
    data = data.sort_index()
    n = len(data)
    scores, taken = np.zeros((n, 5)), np.zeros((n, n))
    for probability, totals in every_truth(data, error, prior):
        for row, rank in enumerate(rankdata(-np.array(totals), method="min").astype(int)):
            taken[row, rank - 1] += probability
            scores[row, totals[row] - 2] += probability
    options: Any = {"error": error, "prior": prior, "codebook": SMALL}
    found = error_scores(data, **options)
    assert np.abs(found.to_numpy() - scores).max() < 1e-12
    found = error_distribution(data, 2001, **options)
    assert np.abs(found.to_numpy() - taken).max() < 1e-12
    table = error_ranks(data, **options)
    number = np.arange(1, n + 1)
    assert np.abs(table["score_mean"] - scores @ np.arange(2, 7)).max() < 1e-12
    assert np.abs(table["rank_mean"] - taken @ number).max() < 1e-12
    assert np.abs(table["p_first"] - taken[:, 0]).max() < 1e-12
    assert np.abs(table["p_top10"] - 1).max() < 1e-12
    for row, (low, high) in enumerate(table[["rank_low", "rank_high"]].to_numpy()):
        below = taken[row, number < low].sum()
        above = taken[row, number > high].sum()
        assert max(below, above) <= 0.025 + 1e-9
        assert below + taken[row, int(low) - 1] > 0.025 - 1e-9  # a narrower interval is too short
        assert above + taken[row, int(high) - 1] >= 0.025 - 1e-9


@given(small, errors, priors, st.sampled_from([1, 7, 400]))
@examples(25)
def test_simultaneous_sets_are_those_of_the_depths_of_all_truths(
    data: pd.DataFrame, error: pd.DataFrame, prior: np.ndarray, draws: int
) -> None:
    """The exact cut lies between those that draws may miss it by; at the cut the sets follow."""
    data = data.sort_index()
    n = len(data)
    taken, shallowest = np.zeros((n, n)), []
    truths = [
        (probability, rankdata(-np.array(totals), method="min").astype(int))
        for probability, totals in every_truth(data, error, prior)
    ]
    for probability, ranked in truths:
        taken[np.arange(n), ranked - 1] += probability
    depth = np.minimum(np.cumsum(taken, 1), np.cumsum(taken[:, ::-1], 1)[:, ::-1])
    for probability, ranked in truths:
        shallowest.append((depth[np.arange(n), ranked - 1].min(), probability))
    options: Any = {"error": error, "prior": prior, "codebook": SMALL}
    table = error_ranks(data, **options, simultaneous=True, draws=draws, rng=3)
    low, high = table[["rank_low", "rank_high"]].to_numpy().astype(int).T
    shared = max(
        cut for cut, _ in shallowest if holds(depth, cut, low, high)
    )  # some depth gives the sets, or the code is wrong
    deeper = sum(probability for cut, probability in shallowest if cut > shared + 1e-12)
    at_least = sum(probability for cut, probability in shallowest if cut >= shared - 1e-12)
    slack = 4 * np.sqrt(0.05 * 0.95 / draws) if draws > 100 else 1
    assert at_least >= 0.95 - slack
    assert deeper <= 0.95 + slack


def holds(depth: np.ndarray, cut: float, low: np.ndarray, high: np.ndarray) -> bool:
    """Whether the ranks at least as deep as `cut` are those from low to high."""
    number = np.arange(1, depth.shape[1] + 1)
    inside = (number >= low[:, None]) & (number <= high[:, None])
    return bool(((depth >= cut - 1e-12) == inside).all())


@given(small.filter(lambda data: len(data) > 1), errors, priors)
@examples(40)
def test_beating_counts_every_truth(
    data: pd.DataFrame, error: pd.DataFrame, prior: np.ndarray
) -> None:
    pair = data.sort_index().iloc[:2]
    (a, _), (b, _) = pair.index
    every = every_truth(pair, error, prior)
    wins = sum(probability for probability, (x, y) in every if x > y)
    losses = sum(probability for probability, (x, y) in every if x < y)
    options: Any = {"error": error, "prior": prior, "codebook": SMALL}
    assert beats(data, a, b, 2001, **options) == pytest.approx(wins, abs=1e-12)
    assert beats(data, b, a, 2001, **options) == pytest.approx(losses, abs=1e-12)
    assert beats(data, a, a, 2001, **options) == 0


@given(
    panels(SMALL, countries=NAMES[:4], years=(2001, 2004), min_size=6), errors, priors | st.none()
)
@examples(30)
def test_changes_count_every_truth_of_both_years(
    data: pd.DataFrame, error: pd.DataFrame, prior: np.ndarray | None
) -> None:
    years = data.index.unique("year")
    start, end = int(min(years)), int(max(years))
    if start == end:
        return
    options: Any = {"error": error, "codebook": SMALL}
    found = error_changes(data, start, end, prior="fitted" if prior is None else prior, **options)
    back = error_changes(data, end, start, prior="fitted" if prior is None else prior, **options)
    chains = {}
    for name in TWO:
        wide = data[name].unstack("year")  # noqa: PD010 (of a Series)
        cells = wide.reindex(columns=range(start, end + 1))
        codes = (cells.fillna(0).to_numpy() - 1).astype(int)
        chains[name] = hidden_chain.fit(codes, error.to_numpy(), prior)
    for country in found.index:
        before, after = (data.loc[(country, year)].astype(int) for year in (start, end))
        change = {0: 1.0}
        for name in TWO:
            own, total = dict.fromkeys(range(-2, 3), 0.0), 0.0
            steps = np.linalg.matrix_power(chains[name].transition, end - start)
            for s, t in product(range(1, 4), repeat=2):
                probability = chains[name].prior[s - 1] * steps[s - 1, t - 1]
                probability *= error.loc[s, before[name]] * error.loc[t, after[name]]
                own[t - s] += probability
                total += probability
            summed: dict[int, float] = {}
            for (a, p), (b, q) in product(change.items(), own.items()):
                summed[a + b] = summed.get(a + b, 0) + p * q / total
            change = summed
        expected = [
            sum(p for by, p in change.items() if by > 0),
            change[0],
            sum(p for by, p in change.items() if by < 0),
            sum(p * by for by, p in change.items()),
        ]
        names = ["p_improved", "p_same", "p_worsened", "change_mean"]
        assert found.loc[country, names].to_list() == pytest.approx(expected, abs=1e-10)
        assert found.loc[country, "change"] == after.sum() - before.sum()
        turned = [expected[2], expected[1], expected[0], -expected[3]]
        assert back.loc[country, names].to_list() == pytest.approx(turned, abs=1e-10)


@given(full)
def test_without_error_ranks_are_the_coded_ones(data: pd.DataFrame) -> None:
    table = error_ranks(data, error=np.eye(5))
    found = ranks(overall(data))
    for name in ("rank_mean", "rank_low", "rank_high"):
        pd.testing.assert_series_equal(table[name], found, check_names=False, check_exact=True)
    pd.testing.assert_series_equal(
        table["score_mean"], overall(data), check_names=False, check_exact=True
    )
    ranked = found.dropna()
    assert (table.loc[ranked.index, "p_first"] == (ranked == 1)).all()
    assert (table.loc[ranked.index, "p_top10"] == (ranked <= 10)).all()


@given(full, five)
@examples(40)
def test_bounds_and_missing_rows(data: pd.DataFrame, error: pd.DataFrame) -> None:
    table = error_ranks(data, error=error)
    complete = data.sort_index().notna().all(axis=1)
    assert (table.notna().all(axis=1) == complete).all()
    ranked = table.dropna()
    assert ranked["score_mean"].between(3, 15).all()
    assert (ranked["rank_low"] >= 1).all()
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()
    assert (ranked["p_first"] >= 0).all()
    assert (ranked["p_first"] <= ranked["p_top10"] + 1e-12).all()
    assert (ranked["p_top10"] <= 1 + 1e-12).all()
    for year in data.index.get_level_values("year").unique():
        shares = error_distribution(data, year, error=error)
        assert ((shares.sum(axis=1) - 1).abs() < 1e-12).all()


@given(full, five, st.permutations(NAMES))
@examples(40)
def test_permuting_countries_permutes_the_table(
    data: pd.DataFrame, error: pd.DataFrame, names: list[str]
) -> None:
    new = dict(zip(NAMES, names, strict=True))
    pd.testing.assert_frame_equal(
        error_ranks(relabelled(data, new), error=error),
        relabelled(error_ranks(data, error=error), new).sort_index(),
        rtol=0,
        atol=1e-12,
    )


@given(full, five)
@examples(40)
def test_years_are_apart_and_inputs_untouched(data: pd.DataFrame, error: pd.DataFrame) -> None:
    before, table = data.copy(), error_ranks(data, error=error)
    pd.testing.assert_frame_equal(data, before)
    options: Any = {"error": error, "prior": [0.1, 0.2, 0.3, 0.2, 0.2]}
    table = error_ranks(data, **options)
    for year in data.index.get_level_values("year").unique():
        rows = data.index.get_level_values("year") == year
        alone = error_ranks(data[rows], **options)
        pd.testing.assert_frame_equal(
            alone, table[table.index.get_level_values("year") == year], rtol=0, atol=1e-12
        )


@given(panels(levelled(DIMENSIONS, top=3), years=(2001, 2001), min_size=1, missing=False))
def test_a_surely_worst_country_does_not_affect_other_ranks(data: pd.DataFrame) -> None:
    """Error below level 3 cannot pass it if every other country starts at 3."""
    lifted = data + 2
    error = coding_error(0.8, scale=(2, 6)).reindex(
        index=range(1, 7), columns=range(1, 7), fill_value=0
    )
    error.loc[1, 1] = 1
    worst = panel({("ZZZ", 2001): [1, 1, 1]}, DIMENSIONS)
    options: Any = {
        "error": error,
        "prior": np.full(6, 1 / 6),
        "codebook": levelled(DIMENSIONS, top=6),
    }
    table = error_ranks(pd.concat([lifted, worst]), **options)
    pd.testing.assert_frame_equal(
        table.drop("ZZZ", level="country"), error_ranks(lifted, **options), rtol=0, atol=1e-12
    )
    assert table.loc[("ZZZ", 2001), "rank_low"] >= 1


@given(full, five, st.permutations(DIMENSIONS))
@examples(40)
def test_swapping_dimensions_and_their_errors_changes_nothing(
    data: pd.DataFrame, error: pd.DataFrame, names: list[str]
) -> None:
    by_name = {DIMENSIONS[0]: error, DIMENSIONS[1]: coding_error(0.7), DIMENSIONS[2]: np.eye(5)}
    new = dict(zip(DIMENSIONS, names, strict=True))
    swapped = data.rename(columns=new)[DIMENSIONS]
    pd.testing.assert_frame_equal(
        error_ranks(data, error=by_name),
        error_ranks(swapped, error={new[name]: each for name, each in by_name.items()}),
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.slow
def test_monte_carlo_of_many_countries() -> None:
    rng = np.random.default_rng(7)
    n, draws = 60, 40_000
    coded = rng.integers(1, 6, (n, 3))
    index = pd.MultiIndex.from_product(
        [[f"C{i:02}" for i in range(n)], [2009]], names=["country", "year"]
    )
    error = coding_error(0.85, spread=0.3)
    data, prior = pd.DataFrame(coded, index=index, columns=DIMENSIONS), np.full(5, 0.2)
    table = error_ranks(data, error=error, prior=prior)
    posterior = (error / error.sum()).T.to_numpy()
    steps = np.cumsum(posterior, axis=1)[coded - 1]
    true = 1 + (rng.random((draws, n, 3, 1)) > steps[None, ..., :-1]).sum(-1)
    totals = true.sum(-1)
    taken = n + 1 - np.stack([rankdata(row, method="max") for row in totals])
    assert np.abs(taken.mean(0) - table["rank_mean"]).max() < 5 * taken.std() / np.sqrt(draws)
    for name, most in (("p_first", 1), ("p_top10", 10)):
        assert np.abs((taken <= most).mean(0) - table[name]).max() < 5 * 0.5 / np.sqrt(draws)


def test_a_probability_of_exactly_the_tail_is_within_the_interval() -> None:
    data = panel({("AUT", 2009): [1], ("DEU", 2009): [2]}, ["prosecution"])
    error, prior = np.array([[1, 0], [1, 0.0]]), [0.975, 0.025]
    error[1] = [0.5, 0.5]  # P(true 2 | coded 1) = .025 with the prior below
    prior = [0.5 * 0.975 / (0.5 * 0.975 + 0.025), 0.025 / (0.5 * 0.975 + 0.025)]
    codebook = levelled(["prosecution"], top=2)
    found = error_ranks(data, error=error, prior=prior, codebook=codebook)
    assert found["p_first"].to_list() == [0.025, 1]
    assert found[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 1]]


def test_changes_are_of_the_countries_in_both_years() -> None:
    levels = {("AUT", 2008): [1], ("DEU", 2008): [2], ("DEU", 2009): [3], ("NGA", 2009): [3]}
    for start, end in ((2008, 2009), (2009, 2008)):
        data = panel(levels, ["prosecution"])
        found = error_changes(data, start, end, error=0.9, codebook=ALONE)
        assert found["change"].to_dict() == {"DEU": end - start}


def test_provenance_is_carried() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("AUT", 2010): [5, 4, 5]}, DIMENSIONS)
    data.attrs |= {"source": "here", "citation": "a paper", "rules": "some rules"}
    for found in (
        error_ranks(data, error=np.eye(5)),
        error_scores(data, error=np.eye(5)),
        error_distribution(data, 2009, error=np.eye(5)),
        error_changes(data, 2009, 2010, error=np.eye(5)),
    ):
        assert found.attrs | data.attrs == found.attrs
        assert set(found.attrs) - set(data.attrs) <= {"assumption", "range"}
        assert "the matrices of error" in found.attrs["assumption"]
        assert "fitted to the panel" in found.attrs["assumption"]


@pytest.mark.parametrize("accuracy", [0.2, 0.5, 0.9, 1, np.float64(0.8)])
def test_an_accuracy_is_the_matrix_of_coding_error(accuracy: float) -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [4, 5, 2]}, DIMENSIONS)
    matrix = coding_error(accuracy)
    expected = error_ranks(data, error=matrix)
    for error in (
        accuracy,
        matrix.to_numpy(),
        dict.fromkeys(DIMENSIONS, accuracy),
        dict(zip(DIMENSIONS, (accuracy, matrix, matrix.to_numpy().tolist()), strict=True)),
    ):
        found = error_ranks(data, error=error)
        assert ("matrices" in found.attrs["assumption"]) == (error is not accuracy)
        pd.testing.assert_frame_equal(found, expected)


def test_an_accuracy_takes_the_scale_of_each_dimension() -> None:
    data = panel({("AUT", 2009): [5, 3], ("DEU", 2009): [4, 2]}, TWO)
    mixed = Codebook("mixed", (*ALONE.dimensions, *levelled(TWO, top=3).dimensions[1:]))
    by_name = {"prosecution": coding_error(0.8), "protection": coding_error(0.8, scale=(1, 3))}
    found = error_scores(data, error=0.8, codebook=mixed)
    pd.testing.assert_frame_equal(found, error_scores(data, error=by_name, codebook=mixed))
    assert list(found.columns) == list(range(2, 9))


def test_a_level_coded_always_is_never_wrong() -> None:
    constant = Dimension("law", (Indicator("of_law"),), lambda of_law: 1, ("one",))  # noqa: ARG005
    codebook = Codebook("one level", (constant,))
    found = error_scores(panel({("AUT", 2009): [1]}, ["law"]), error=0.9, codebook=codebook)
    assert found.loc[("AUT", 2009)].to_dict() == {1: 1}


def test_countries_by_name_or_code() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [5, 5, 4]}, DIMENSIONS)
    error = coding_error(0.9)
    expected = beats(data, "AUT", "DEU", 2009, error=error)
    assert beats(data, "Austria", "DE", 2009.0, error=error) == expected  # type: ignore[arg-type]
    assert beats(data, "Austria", "AUT", 2009, error=error) == 0


def test_refusals() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [5, None, 5]}, DIMENSIONS)
    error: Any = coding_error(0.9)
    with pytest.raises(PanelError, match="must be an integer from 1 to 3 or missing; 2 are not"):
        error_ranks(data, error=0.9, codebook=levelled(DIMENSIONS, top=3))
    with pytest.raises(ValueError, match="or a matrix for each dimension .* it has protection$"):
        error_ranks(data, error={"protection": error})
    for wrong in (np.ones((2, 3)), "x", None, True, [[1.0], [0.5, 0.5]], np.ones((0, 0))):
        with pytest.raises(ValueError, match="error must be .* a square matrix of numbers.*; got "):
            error_ranks(data, error=wrong)
    for wrong in (90, -0.1, np.nan):
        with pytest.raises(ValueError, match="error must be an accuracy from 0 to 1, or a matrix"):
            error_ranks(data, error=wrong)
    with pytest.raises(ValueError, match="probabilities that sum to 1; 5 do not, the first that"):
        error_ranks(data, error=error * 2)
    negative = error.to_numpy().copy()
    negative[0, :2] = [2, -1]
    with pytest.raises(ValueError, match="probabilities that sum to 1; 1 do not"):
        error_ranks(data, error=negative)
    for wrong in (
        coding_error(0.9, scale=(1, 3)),
        np.eye(4),
        error.set_axis(list("abcde"), axis=0),
        error.set_axis(list("abcde"), axis=1),
    ):
        with pytest.raises(ValueError, match="error must have the levels of prosecution, 1 to 5,"):
            error_ranks(data, error=wrong)
    by_name = {"prosecution": error, "protection": np.eye(3), "prevention": error}
    with pytest.raises(ValueError, match="error of protection must have the levels of protection"):
        error_ranks(data, error=by_name)
    with pytest.raises(ValueError, match="every dimension in 2009; Germany lacks protection"):
        beats(data, "AUT", "DEU", 2009, error=error)
    with pytest.raises(ValueError, match=r"1 of 2 is not: 'Germny' \(nearest: Germany"):
        beats(data, "AUT", "Germny", 2009, error=error)
    with pytest.raises(ValueError, match="year must be a year"):
        beats(data, "AUT", "DEU", 2010, error=error)
    with pytest.raises(ValueError, match="start and end must be different years"):
        error_changes(data, 2009, 2009, error=error)
    with pytest.raises(PanelError, match="3 are absent: prosecution"):
        error_ranks(data[[]], error=error)


def test_priors() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [5, 3, 5]}, DIMENSIONS)
    shares = {"prosecution": [0, 0, 0, 0, 1], "protection": [0, 0, 0.5, 0.5, 0]}
    shares["prevention"] = shares["prosecution"]
    pd.testing.assert_frame_equal(
        error_ranks(data, error=0.9, prior="coded"),
        error_ranks(data, error=0.9, prior=shares),
        check_exact=True,
    )
    pd.testing.assert_frame_equal(
        error_ranks(data, error=0.9, prior=[0.2] * 5),
        error_ranks(data, error=0.9, prior=pd.Series(0.2, range(1, 6))),
        check_exact=True,
    )
    assert (error_scores(data, error=0.9, prior="coded")[[13, 14]].sum(axis=1) == 1).all()
    table = standings(data, 2009, error=0.9, prior="coded")
    assert "the coded shares" in table.attrs["assumption"]
    assert table.attrs["range"] == "95 % for one country"


def test_the_prior_is_that_of_all_years() -> None:
    """A level that is common in other years is likelier behind a code."""
    rows = {(name, year): [4.0] for name in NAMES for year in range(2000, 2009)}
    data = panel(rows | {("AUT", 2009): [5]}, ["prosecution"])
    alone = panel({("AUT", 2009): [5]}, ["prosecution"])
    with_years, without = (
        error_scores(each, error=0.9, codebook=ALONE).loc[("AUT", 2009)] for each in (data, alone)
    )
    assert with_years[4] > 0.5 > without[4]
    of_year = standings(data, 2009, error=0.9, codebook=ALONE)
    assert of_year["rank_high"].to_list() == [1]


def test_priors_refuse() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [5, 3, 5]}, DIMENSIONS)
    with pytest.raises(ValueError, match="prior must be one of fitted, coded; got 'flat'"):
        error_ranks(data, error=0.9, prior="flat")
    for wrong in ([0.5, 0.5], 0.2, pd.Series(0.2, range(5)), [["a"]], None):
        with pytest.raises(ValueError, match="prior must be fitted, coded, or a share for each"):
            error_ranks(data, error=0.9, prior=wrong)  # type: ignore[arg-type]
    for wrong in ([0.2, 0.2, 0.2, 0.2, 0.3], [-0.2, 0.3, 0.3, 0.3, 0.3], [np.nan] * 5):
        with pytest.raises(ValueError, match="prior must hold probabilities that sum to 1"):
            error_ranks(data, error=0.9, prior=wrong)
    with pytest.raises(ValueError, match="prior must have the shares .* it has protection$"):
        error_ranks(data, error=0.9, prior={"protection": [0.2] * 5})
    by_name = dict.fromkeys(DIMENSIONS, [0.2] * 5) | {"protection": [1.0]}
    with pytest.raises(ValueError, match="prior of protection must be"):
        error_ranks(data, error=0.9, prior=by_name)
    with pytest.raises(ValueError, match="error and prior must allow .* 1 codings of protection"):
        error_ranks(data, error=1.0, prior=[0, 0, 0, 0.5, 0.5])
    never = coding_error(0.9).to_numpy().copy()
    never[:, :] = 0
    never[:, 4] = 1
    with pytest.raises(ValueError, match="error must allow .* the first level 4 at AUT 2009"):
        error_ranks(data, error=never)
    with pytest.raises(ValueError, match="add error, or drop prior"):
        standings(data, 2009, prior="coded")


def test_a_matrix_of_coded_rows_is_refused() -> None:
    data = panel({("AUT", 2009): [5, 4, 5]}, DIMENSIONS)
    with pytest.raises(ValueError, match="true levels as rows and coded levels as columns"):
        error_ranks(data, error=coding_error(0.9).T)


def test_simultaneous_options() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [4, 4, 3]}, DIMENSIONS)
    pointwise = error_ranks(data, error=0.9)
    together = error_ranks(data, error=0.9, simultaneous=True)
    assert pointwise.attrs["range"] == "95 % for one country"
    assert together.attrs["range"] == "95 % for all countries of a year together"
    others = ["score_mean", "rank_mean", "p_first", "p_top10"]
    pd.testing.assert_frame_equal(pointwise[others], together[others], check_exact=True)
    again = error_ranks(data, error=0.9, simultaneous=True, rng=0)
    pd.testing.assert_frame_equal(together, again)
    with pytest.raises(ValueError, match="draws must be an integer, at least 1"):
        error_ranks(data, error=0.9, simultaneous=True, draws=0)
    with pytest.raises(ValueError, match="rng must be"):
        error_ranks(data, error=0.9, simultaneous=True, rng="x")  # type: ignore[arg-type]


def test_simultaneous_ranges_of_many_countries_contain_those_for_one(
    published: pd.DataFrame,
) -> None:
    data = published.xs(2009, level="year", drop_level=False)
    one = error_ranks(data, error=0.9).dropna()
    together = error_ranks(data, error=0.9, simultaneous=True, rng=1).dropna()
    assert (together["rank_low"] <= one["rank_low"]).all()
    assert (together["rank_high"] >= one["rank_high"]).all()


def test_blocks_of_draws_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    rows = {(name, 2009): rng.integers(1, 6, 3).tolist() for name in NAMES}
    data = panel(rows, DIMENSIONS)
    whole = error_ranks(data, error=0.8, simultaneous=True, draws=50, rng=4)
    monkeypatch.setattr("policyindex.robustness.errors.BLOCK", 20)
    pd.testing.assert_frame_equal(
        error_ranks(data, error=0.8, simultaneous=True, draws=50, rng=4), whole
    )


@given(st.floats(0, 1), st.floats(0, 1), st.integers(-1, 3), st.integers(1, 6))
def test_coding_error_falls_off_with_distance(
    accuracy: float, spread: float, lowest: int, steps: int
) -> None:
    error = coding_error(accuracy, spread=spread, scale=(lowest, lowest + steps))
    levels = range(lowest, lowest + steps + 1)
    assert list(error.index) == list(error.columns) == list(levels)
    assert np.abs(error.sum(axis=1) - 1).max() < 1e-12
    for coded in levels:
        assert error.loc[coded, coded] == accuracy
        for true in levels:
            for further in levels:
                if abs(true - coded) == 1 and further != coded:
                    share = spread ** (abs(further - coded) - 1)
                    assert error.loc[coded, further] == pytest.approx(
                        share * error.loc[coded, true], abs=1e-12
                    )


@pytest.mark.parametrize("prior", ["fitted", [0.1, 0.1, 0.2, 0.2, 0.4]])
def test_a_change_over_four_years_is_that_of_the_chain_in_four_steps(prior: Any) -> None:
    rng = np.random.default_rng(6)
    levels = {(name, year): rng.integers(1, 6, 1).tolist() for name in NAMES for year in range(5)}
    data, error = panel(levels, ["prosecution"]), coding_error(0.8).to_numpy()
    found = error_changes(data, 0, 4, error=0.8, prior=prior, codebook=ALONE)
    back = error_changes(data, 4, 0, error=0.8, prior=prior, codebook=ALONE)
    codes = data["prosecution"].to_numpy().astype(int).reshape(len(NAMES), 5) - 1
    chain = hidden_chain.fit(codes, error, None if prior == "fitted" else np.array(prior))
    joint = chain.prior[:, None] * np.linalg.matrix_power(chain.transition, 4)
    for row, name in enumerate(NAMES):
        both = error[:, codes[row, 0], None] * joint * error[:, codes[row, 4]]
        up, down = (np.triu(each, 1).sum() / both.sum() for each in (both, both.T))
        assert found.loc[name, ["p_improved", "p_worsened"]].to_list() == pytest.approx([up, down])
        assert back.loc[name, ["p_improved", "p_worsened"]].to_list() == pytest.approx([down, up])


def test_standings_take_the_prior_of_all_years() -> None:
    rng = np.random.default_rng(2)
    rows = {(name, year): rng.integers(1, 6, 3).tolist() for name in NAMES for year in range(9)}
    data = panel(rows, DIMENSIONS)
    expected = error_ranks(data, error=0.7).xs(8, level="year")
    found = standings(data, 8, error=0.7)[["rank_low", "rank_high"]]
    pd.testing.assert_frame_equal(found.sort_index(), expected[["rank_low", "rank_high"]])
    alone = error_ranks(data.xs(8, level="year", drop_level=False), error=0.7)
    assert not np.allclose(alone["rank_mean"], expected["rank_mean"])


def test_simultaneous_sets_leave_out_one_draw_in_twenty() -> None:
    """Two countries, of which one may be wrong: the depths and their probabilities are plain."""
    data = panel({("AUT", 2009): [1], ("DEU", 2009): [2]}, ["prosecution"])
    codebook = levelled(["prosecution"], top=2)
    for share, expected in ((0.03, [[2, 2], [1, 1]]), (0.1, [[1, 2], [1, 1]])):
        # P(true 2 | coded 1) is `share`; a coded 2 is always true
        error, prior = [[1, 0], [0.5, 0.5]], np.array([1 - share, 2 * share]) / (1 + share)
        table = error_ranks(
            data, error=error, prior=prior, codebook=codebook, simultaneous=True, draws=4000
        )
        assert table[["rank_low", "rank_high"]].to_numpy().tolist() == expected


def test_ranks_are_drawn_as_often_as_they_are_likely() -> None:
    scores = np.array([[0.2, 0.5, 0.3], [0.0, 0.1, 0.9]])
    rows = np.array([0, 0, 1])
    drawn = np.concatenate(list(_drawn_ranks(rows, scores, 40_000, np.random.default_rng(0))))
    exact = poisson_binomial.ranks(scores, np.array([2, 1]))
    for country, row in enumerate(rows):
        shares = np.bincount(drawn[:, country], minlength=4)[1:] / len(drawn)
        assert np.abs(shares - exact[row]).max() < 0.01


def counted(pairs: list[tuple[float, float]]) -> np.ndarray:
    table = np.zeros((5, 5))
    for true, coded in pairs:
        table[int(true) - 1, int(coded) - 1] += 1
    return table


@given(panels(), panels())
@examples(40)
def test_estimates_with_a_truth_count_smoothed_pairs(
    coded: pd.DataFrame, true: pd.DataFrame
) -> None:
    shared = coded.index.intersection(true.index)
    by_name = {}
    for name in DIMENSIONS:
        pairs = [(true.loc[key, name], coded.loc[key, name]) for key in shared]
        by_name[name] = counted([pair for pair in pairs if not np.isnan(pair).any()])
    together = sum(by_name.values())
    vintages = {"old": coded, "new": true}
    if not np.sum(together):
        with pytest.raises(ValueError, match="must share country-years"):
            estimate_error(vintages, truth="new")
        return
    accuracy = (np.trace(together) + 0.5) / (np.sum(together) + 1)
    target = 5 * coding_error(accuracy).to_numpy()
    found = estimate_error(vintages, truth="new")
    for name, counts in by_name.items():
        expected = (counts + target) / (counts + target).sum(1, keepdims=True)
        assert np.abs(found[name].to_numpy() - expected).max() < 1e-12
        assert found[name].index.name == "true"


def test_estimates_of_several_coders_with_a_truth() -> None:
    truth = panel({(name, 2009): [5, 4, 3] for name in NAMES}, DIMENSIONS)
    first, second = truth.copy(), truth.copy()
    first["protection"] = 5.0
    coders = {"A": first, "B": second, "T": truth}
    both, of_a, of_b = (
        estimate_error(coders, truth="T", coder=coder)["protection"].loc[4]
        for coder in (None, "A", "B")
    )
    assert of_a[5] > both[5] > of_b[5]
    assert both[5] == pytest.approx((7 + 5 * (1 - (35 + 0.5) / 43) / 2) / 19)


def test_the_root_of_many_pairs() -> None:
    """Two equal coders of accuracy .9 come out as such; P(second | first) does not."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([NAMES, range(3000)], names=["country", "year"])
    rows = rng.choice(5, (len(index), 3), p=[0.125, 0.25, 0.25, 0.25, 0.125]) + 1.0
    truth = pd.DataFrame(rows, index=index, columns=DIMENSIONS)
    coders = testing.coders(truth, 0.9, n=3, rng=1)
    two = {name: coders[name] for name in ("coder 1", "coder 2")}
    for found in (
        estimate_error(two),
        estimate_error(coders),
        estimate_error(coders, coder="coder 3"),
    ):
        for matrix in found.values():
            assert np.abs(matrix - coding_error(0.9)).to_numpy().max() < 0.02
            assert np.allclose(matrix.sum(axis=1), 1)


def test_coders_who_differ_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([NAMES, range(500)], names=["country", "year"])
    truth = pd.DataFrame(
        rng.integers(1, 6, (len(index), 3)).astype(float), index=index, columns=DIMENSIONS
    )
    good = testing.coders(truth, 0.95, n=2, rng=1)
    coders = {
        "A": good["coder 1"],
        "B": good["coder 2"],
        "C": testing.coders(truth, 0.6, n=1, rng=2)["coder 1"],
    }
    of_a, of_c, of_all = (
        np.diag(estimate_error(coders, coder=coder)["protection"]).mean()
        for coder in ("A", "C", None)
    )
    assert of_a == pytest.approx(0.95, abs=0.02)
    assert of_c == pytest.approx(0.6, abs=0.03)
    assert of_all == pytest.approx((0.95 + 0.95 + 0.6) / 3, abs=0.02)


def test_few_codings_are_smoothed() -> None:
    data = panel({("GBR", 2009): [5, 2, 5], ("ITA", 2009): [5, 3, 5]}, DIMENSIONS)
    found = estimate_error({"A": data, "B": data})
    pooled = np.diag(found["prosecution"])[:3]
    assert (pooled < 1).all()
    assert np.allclose(pooled, pooled[0])  # levels without codings: the banded matrix
    banded = coding_error(pooled[0])
    assert np.allclose(found["prosecution"].loc[:2], banded.loc[:2], atol=1e-3)
    more = pd.concat([data.rename({2009: year}, level="year") for year in range(1, 200)])
    assert np.diag(estimate_error({"A": more, "B": more})["prosecution"])[4] > 0.99


def test_estimates_are_taken_by_error_ranks() -> None:
    old = panel({("GBR", 2009): [5, 2, 5], ("ITA", 2009): [5, 5, 5]}, DIMENSIONS)
    new = panel({("GBR", 2009): [5, 3, 5], ("ITA", 2009): [5, 5, 5]}, DIMENSIONS)
    estimate = estimate_error({"old": old, "new": new}, truth="new")
    table = error_ranks(old, error=estimate)
    assert table["score_mean"].between(3, 15).all()


def test_estimates_carry_the_provenance_of_all() -> None:
    old = panel({("GBR", 2009): [5, 2, 5]}, DIMENSIONS)
    new = old.copy()
    old.attrs |= {"source": "old", "citation": "a paper"}
    new.attrs |= {"source": "SYNTHETIC", "rules": "some rules"}
    for error in estimate_error({"A": old, "B": new}).values():
        assert error.attrs == {
            "source": "old; SYNTHETIC",
            "citation": "a paper",
            "rules": "some rules",
        }


def test_covariates_are_not_dimensions_of_an_estimate() -> None:
    data = panel({("GBR", 2009): [5, 2, 5]}, DIMENSIONS)
    assert list(estimate_error({"A": data.assign(gdp=4.5), "B": data})) == DIMENSIONS


def test_an_estimate_takes_the_scale_of_each_dimension() -> None:
    data = panel({("GBR", 2009): [3, 2]}, TWO)
    found = estimate_error({"A": data, "B": data, "C": data}, codebook=SMALL)
    assert [list(matrix.index) for matrix in found.values()] == [[1, 2, 3]] * 2


def test_a_dimension_that_is_not_coded_twice_takes_the_accuracy_of_the_others() -> None:
    data = panel({("GBR", 2009): [5, 2, 5], ("ITA", 2009): [5, 3, 4]}, DIMENSIONS)
    gap = data.assign(protection=np.nan)
    for coders in ({"A": data, "B": gap}, {"A": data, "B": gap, "C": gap}):
        matrix = estimate_error(coders)["protection"]
        pd.testing.assert_frame_equal(matrix, coding_error(matrix.loc[1, 1]), check_exact=False)


def test_the_pooled_accuracy_is_that_of_one_coder() -> None:
    """Two coders of accuracy .9 agree in about .82; what is not coded twice takes .9."""
    index = pd.MultiIndex.from_product([NAMES, range(1500)], names=["country", "year"])
    levels = np.random.default_rng(0).integers(1, 6, (len(index), 3)).astype(float)
    coders = testing.coders(pd.DataFrame(levels, index=index, columns=DIMENSIONS), 0.9, rng=3)
    first, second = coders.values()
    found = estimate_error({"A": first, "B": second.assign(protection=np.nan)})["protection"]
    assert np.diag(found) == pytest.approx(0.9, abs=0.01)


def test_estimates_refuse() -> None:
    data = panel({("GBR", 2009): [5, 2, 5], ("ITA", 2009): [5, 3, 4]}, DIMENSIONS)
    for wrong in ({"A": data}, data, [data, data]):
        with pytest.raises(ValueError, match="must map two or more coders to their panels"):
            estimate_error(wrong)  # type: ignore[arg-type]
    both = {"A": data, "B": data}
    with pytest.raises(ValueError, match="truth must be one of A, B; got 'C'"):
        estimate_error(both, truth="C")
    with pytest.raises(ValueError, match="coder must be one of A, B; got 'C'"):
        estimate_error(both, coder="C")
    with pytest.raises(ValueError, match="two coders without a truth share one error"):
        estimate_error(both, coder="A")
    with pytest.raises(ValueError, match="coder must not be the truth"):
        estimate_error(both, coder="A", truth="A")
    elsewhere = data.rename({2009: 2010}, level="year")
    with pytest.raises(ValueError, match="must share country-years"):
        estimate_error({"A": data, "B": elsewhere})
    keys = [(name, year) for name in NAMES for year in range(2000, 2010)]
    one, other = (panel({key: [level, 3, 3] for key in keys}, DIMENSIONS) for level in (1, 5))
    with pytest.raises(ValueError, match="must agree more than the codings of prosecution do"):
        estimate_error({"A": one, "B": other})


def test_matrices_refuse() -> None:
    with pytest.raises(ValueError, match="accuracy must lie between 0 and 1; got 90"):
        coding_error(90)
    with pytest.raises(ValueError, match="spread must lie between"):
        coding_error(0.9, spread=-1)
    with pytest.raises(ValueError, match="accuracy must be a finite number; got 'x'"):
        coding_error("x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"scale must have at least two levels; got \(3, 3\)"):
        coding_error(0.9, scale=(3, 3))
    for scale in ((5, 1), (1.5, 5), 5, (1, 10**9)):
        with pytest.raises(ValueError, match="scale must be a pair of integers"):
            coding_error(0.9, scale=scale)  # type: ignore[arg-type]
    data = panel({("GBR", 2009): [5, 2, 6]}, DIMENSIONS)
    with pytest.raises(PanelError, match="prevention must be an integer from 1 to 5"):
        estimate_error({"A": data, "B": data})
    with pytest.raises(PanelError, match="2 are absent: prosecution"):
        estimate_error({"A": data.clip(upper=5), "B": data[["prevention"]].clip(upper=5)})


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("prosecution", [0.663, 0.970, 0.746, 0.898, 0.940]),
        ("protection", [0.872, 0.909, 0.922, 0.883, 0.839]),
        ("prevention", [0.855, 0.861, 0.941, 0.886, 0.883]),
    ],
)
def test_published_probability_that_a_coded_level_is_true(
    published: pd.DataFrame, dimension: str, expected: list[float]
) -> None:
    codebook = Codebook("one", tuple(each for each in THREE_P.dimensions if each.name == dimension))
    coded = published[[dimension]].dropna()
    table = error_scores(coded, error=0.9, prior="coded", codebook=codebook)
    for level, probability in enumerate(expected, start=1):
        rows = table[coded[dimension] == level]
        assert rows[level].to_numpy() == pytest.approx(probability, abs=0.001)


def test_published_root_of_two_coders_of_accuracy_point_nine(published: pd.DataFrame) -> None:
    """The shares of pairs that two such coders make of the published levels, on average."""
    levels = published[DIMENSIONS].dropna().to_numpy().astype(int).ravel() - 1
    shares = np.bincount(levels) / len(levels)
    error = coding_error(0.9).to_numpy()
    found, least = root(error.T @ np.diag(shares) @ error)
    assert np.diag(found) == pytest.approx([0.865, 0.908, 0.903, 0.896, 0.905], abs=0.001)
    assert least > 0.6
    joint = error.T @ np.diag(shares) @ error
    coded = joint.sum(1)
    assert np.diag(joint) / coded == pytest.approx([0.753, 0.832, 0.820, 0.810, 0.825], abs=0.001)
    true = shares * np.diag(error) / coded
    assert true == pytest.approx([0.827, 0.919, 0.906, 0.890, 0.912], abs=0.001)


def test_published_2009(published: pd.DataFrame) -> None:
    table = error_ranks(published, error=coding_error(0.9)).xs(2009, level="year").dropna()
    leaders = table.loc[["AUS", "BEL", "DEU", "ITA", "NLD", "SWE"]]
    assert leaders["score_mean"].to_list() == pytest.approx([14.6654] * 6, abs=1e-4)
    assert leaders["rank_high"].eq(12).all()
    assert leaders["p_first"].to_list() == pytest.approx([0.69907] * 6, abs=1e-4)
    assert table.loc["PRK", "rank_low"] > 160
    assert (table["rank_high"] - table["rank_low"]).median() == 39


def test_codes_are_those_of_every_year_from_the_first_score_to_the_last() -> None:
    nan = np.nan
    column = panel(
        {
            ("DEU", 2000): [nan],
            ("DEU", 2001): [3.0],
            ("GHA", 2003): [1.0],
            ("GHA", 2004): [2.0],
            ("NGA", 2005): [nan],
        },
        ["prosecution"],
    )["prosecution"]
    codes = truth._codes(column, 1)
    assert codes.tolist() == [[2, -1, -1, -1], [-1, -1, 0, 1], [-1] * 4]
    assert truth._codes(column.where(column > 3), 1).shape == (0, 0)


@pytest.mark.parametrize("top", [1, 3])
@pytest.mark.parametrize("prior", [["x"], "none", [1 + 0j], [[1.0]], [0.5, 0.5], [0.25] * 4, None])
def test_a_prior_of_another_form_is_refused(top: int, prior: Any) -> None:
    aid = Dimension("aid", (Indicator("a"),), lambda a: 1 + a * (top - 1), tuple("abc"[:top]))
    with pytest.raises(ValueError, match="prior must be .* a share for each level of aid, 1 to"):
        truth._shares(prior, "prior", aid)
