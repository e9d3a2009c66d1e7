"""Peers and Moran's I against brute force and esda; the links they take."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import permutations, product
from math import factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import examples, index, known, levelled, panel, relabelled, series
from policyindex import PanelError, countries, datasets, lag, peers, testing
from policyindex.dynamics import moran

Pair = tuple[str, str]

UNITS = ["AUT", "CHE", "DEU", "ITA", "NGA", "JPN"]

scores = partial(testing.scores, scale=(3, 15), countries=UNITS, years=(2000, 2002), min_size=1)

LINKS = pd.Series(
    {
        ("AUT", "DEU"): 2.0,
        ("AUT", "NGA"): 0.5,
        ("DEU", "AUT"): 1.0,
        ("ITA", "NGA"): 3.0,
        ("NGA", "JPN"): 1.0,
        ("NGA", "AUT"): 0.0,
        ("DEU", "USA"): 9.0,
    }
)


@cache
def kilometres(one: str, other: str) -> float:
    """The distance by the spherical law of cosines, another formula than the library's."""
    rows = countries.table().loc[[one, other], ["latitude", "longitude"]]
    (north, east), (south, west) = np.radians(rows.to_numpy())
    inner = np.sin(north) * np.sin(south) + np.cos(north) * np.cos(south) * np.cos(east - west)
    return float(6371.0088 * np.arccos(inner))


@cache
def same_region(one: str, other: str) -> float:
    regions = countries.region([one, other])
    return float(regions.iloc[0] == regions.iloc[1])


def bordering(one: str, other: str) -> float:
    return float(other in countries.neighbours(one))


WEIGHTS: dict[str, tuple[dict[str, object], Callable[[str, str], float]]] = {
    "region": ({}, same_region),
    "neighbours": ({"by": "neighbours"}, bordering),
    "distance": ({"by": "distance"}, lambda a, b: 1 / kilometres(a, b)),
    "squared distance": (
        {"by": "distance", "power": 2},
        lambda a, b: 1 / kilometres(a, b) ** 2,
    ),
    "links": ({"links": LINKS}, lambda a, b: float(LINKS.get((a, b), 0.0))),
    "groups": (
        {"by": pd.Series({"AUT": "a", "DEU": "a", "NGA": "a", "ITA": "b", "JPN": "b"})},
        lambda a, b: float({a, b} <= {"AUT", "DEU", "NGA"} or {a, b} <= {"ITA", "JPN"}),
    ),
}


def linked_anywhere(drawn: pd.Series, weight: Callable[[str, str], float]) -> bool:
    units = drawn.index.unique("country")
    return any(weight(a, b) > 0 for a, b in product(units, units) if a != b)


@pytest.mark.parametrize("kind", WEIGHTS)
@given(data=st.data())
@examples(30)
def test_means_and_bounds_are_those_of_brute_force(kind: str, data: st.DataObject) -> None:
    options, weight = WEIGHTS[kind]
    drawn = data.draw(scores())
    if kind in ("links", "groups") and not linked_anywhere(drawn, weight):
        return
    answer, values = peers(drawn, **options), known(drawn)
    assert answer.index.tolist() == drawn.sort_index().index.tolist()
    units = drawn.index.unique("country")
    for (unit, year), row in answer.iterrows():
        mine = {other: weight(unit, other) for other in units if other != unit}
        mine = {other: each for other, each in mine.items() if each > 0}
        scored = {other: values[other, year] for other in mine if (other, year) in values}
        assert (row["peers"], row["n"]) == (len(mine), len(scored))

        def mean(scores_of: dict[str, float], weights: dict[str, float] = mine) -> float:
            total = sum(weights[other] for other in scores_of)
            return sum(weights[o] * s for o, s in scores_of.items()) / total if total else np.nan

        assert row["mean"] == pytest.approx(mean(scored), nan_ok=True)
        for end, name in ((3, "low"), (15, "high")):
            filled = {other: scored.get(other, end) for other in mine}
            assert row[name] == pytest.approx(mean(filled), nan_ok=True)


@given(scores())
@examples(30)
def test_bounds_hold_every_completion_and_are_those_of_two(drawn: pd.Series) -> None:
    few = drawn[drawn.index.get_level_values("country").isin(UNITS[:4])]
    bounds = peers(few, by="neighbours") if len(few) else None
    if bounds is None:
        return
    every = pd.MultiIndex.from_product(
        [few.index.unique("country"), few.index.unique("year")], names=["country", "year"]
    )
    whole = few.reindex(every)
    means = []
    for level in (3, 9, 15):
        complete = whole.fillna(level).rename("overall")
        means.append(peers(complete, by="neighbours").loc[bounds.index])
    assert (means[0]["mean"] - bounds["low"]).abs().max() < 1e-12 or bounds["low"].isna().all()
    assert (means[2]["mean"] - bounds["high"]).abs().max() < 1e-12 or bounds["low"].isna().all()
    inside = means[1]["mean"].between(bounds["low"] - 1e-12, bounds["high"] + 1e-12)
    assert (inside | bounds["low"].isna()).all()


def test_the_own_score_never_enters_however_large() -> None:
    huge = series({("AUT", 2000): 1e100, ("DEU", 2000): 2, ("CHE", 2000): 4}).rename("gdp")
    for options in ({}, {"by": "neighbours"}, {"by": "distance", "power": 0}):
        assert peers(huge, **options).loc[("AUT", 2000), "mean"] == 3


def test_groups_may_change_from_year_to_year() -> None:
    drawn = series({("AUT", 2000): 3, ("AUT", 2001): 4, ("DEU", 2000): 5, ("DEU", 2001): 6})
    by = pd.Series(["a", "a", "a"], index=index([("AUT", 2000), ("DEU", 2000), ("AUT", 2001)]))
    answer = peers(drawn, by=by)
    assert answer["peers"].tolist() == [1, 0, 1, 0]
    np.testing.assert_array_equal(answer["mean"], [5, np.nan, 3, np.nan])


def test_a_group_holds_in_years_in_which_a_country_has_no_row() -> None:
    drawn = series({("AUT", 2000): 3, ("DEU", 2000): 5, ("DEU", 2001): 6})
    answer = peers(drawn).loc[("DEU", 2001)]
    assert answer[["n", "peers", "low", "high"]].tolist() == [0, 1, 3, 15]
    assert np.isnan(answer["mean"])


@pytest.mark.parametrize(
    ("name", "options", "low", "high"),
    [
        ("overall", {}, 4, 10),
        ("gdp", {}, np.nan, np.nan),
        (None, {}, np.nan, np.nan),
        ("gdp", {"scale": (0, 100)}, 2.5, 52.5),
        ("prevention", {}, 3, 5),
        ("prevention", {"scale": (3, 7)}, 4, 6),
        ("prevention", {"codebook": levelled(["prevention"], top=9)}, 3, 7),
        ("prevention", {"codebook": levelled(["aid"])}, np.nan, np.nan),
    ],
)
def test_bounds_are_on_the_scale_of_the_codebook(
    name: str, options: dict[str, object], low: float, high: float
) -> None:
    drawn = series({("AUT", 2000): 3, ("DEU", 2000): None, ("CHE", 2000): 5}).rename(name)
    answer = peers(drawn, by="neighbours", **options)
    assert answer["mean"].to_dict() == {("AUT", 2000): 5, ("CHE", 2000): 3, ("DEU", 2000): 4}
    np.testing.assert_array_equal(answer.loc[("AUT", 2000), ["low", "high"]], [low, high])


def test_off_the_scale_is_refused() -> None:
    drawn = series({("AUT", 2000): 3, ("DEU", 2000): 99})
    with pytest.raises(PanelError, match="overall must lie from 3 to 15"):
        peers(drawn)
    for scale in (5, (5, 3), (1, 2, 3), (0.5, 2), "35"):
        with pytest.raises(
            ValueError, match="scale must be a pair|each end of scale must be an integer"
        ):
            peers(drawn, scale=scale)


def test_peers_of_the_year_before_are_an_exposure() -> None:
    drawn = series({("AUT", 2000): 3, ("DEU", 2000): 5, ("AUT", 2001): 4, ("DEU", 2001): 9})
    drawn.attrs["source"] = "a file"
    exposure = lag(peers(drawn)["mean"])
    assert exposure[("AUT", 2001)] == 5
    assert exposure[("DEU", 2001)] == 3
    assert exposure.attrs["source"] == "a file"


def test_states_of_the_past_and_other_units_have_no_neighbours() -> None:
    drawn = series({("AUT", 2000): 3, ("SCG", 2000): 5, ("ITA", 2000): 7, ("Berlin", 2000): 9})
    near = peers(drawn, by="neighbours")
    assert near["peers"].tolist() == [1, 0, 1, 0]
    assert peers(drawn, by="distance").loc["SCG", "peers"].item() == 2
    with pytest.raises(PanelError, match="none of 1 is one, the first 'Berlin'"):
        peers(drawn.loc[["Berlin"]], by="distance")


def test_every_country_of_today_lies_apart() -> None:
    """Two countries at one point would have an infinite weight, and are refused."""
    table = countries.table().query("~historical")
    everyone = series(dict.fromkeys([(code, 2009) for code in table.index], 5.0))
    answer = peers(everyone, by="distance")
    assert (answer["peers"] == len(table) - 1).all()
    np.testing.assert_allclose(answer["mean"], 5)
    assert peers(everyone, by="distance", power=20)["peers"].min() == len(table) - 1


@pytest.mark.parametrize("by", ["region", "neighbours", "distance"])
def test_one_country_has_no_peers(by: str) -> None:
    alone = series({("DEU", 2000): 3, ("DEU", 2001): 4})
    assert peers(alone, by=by)[["n", "peers"]].eq(0).all(axis=None)
    assert moran(alone, by=by)["unlinked"].tolist() == [1, 1]


def test_no_rows_have_no_peers() -> None:
    empty = series({("DEU", 2000): 3}).iloc[:0]
    for by in ("region", "neighbours", "distance"):
        answer = peers(empty, by=by)
        assert answer.shape == (0, 5)
        assert answer.dtypes.astype(str).tolist() == ["float64", "int64", "int64"] + 2 * ["float64"]
        assert moran(empty, by=by).shape == (0, 6)


# Links of the user


SCORES = series(dict.fromkeys(product(UNITS, [2000, 2001]), 5.0)) + np.arange(12) % 7


@pytest.mark.parametrize(
    "links",
    [
        LINKS.rename_axis(["country", "other"]),
        LINKS.swaplevel().rename_axis(["other", "country"]),
        LINKS.rename_axis(["country", "other"]).rename("weight").to_frame(),
        LINKS.rename_axis(["country", "other"]).rename("weight").reset_index(),
        LINKS.rename_axis(["country", "other"])
        .rename("weight")
        .reset_index()
        .assign(other=lambda table: table["other"].map(countries.name), note="x"),
        LINKS.astype(object),
        LINKS * 1e-300,
        LINKS * 1e99,
    ],
    ids=["Series", "swapped", "frame", "columns", "names", "objects", "tiny", "huge"],
)
def test_links_come_in_several_forms(links: pd.DataFrame | pd.Series) -> None:
    before = links.copy()
    pd.testing.assert_frame_equal(peers(SCORES, links=links), peers(SCORES, links=LINKS))
    assert links.equals(before)


def frame(**columns: object) -> pd.DataFrame:
    table = {"country": ["AUT", "DEU"], "other": ["DEU", "AUT"], "weight": [1.0, 2.0]}
    return pd.DataFrame({**table, **columns})


@pytest.mark.parametrize(
    ("links", "message"),
    [
        (frame(weight=[1, None]), "at least 0; 1 of 2 are not, the first nan for DEU, AUT"),
        (frame(weight=[-1, 2]), "the first -1 for AUT, DEU"),
        (frame(weight=[np.inf, 2]), "the first inf"),
        (frame(weight=["near", 2]), "the first 'near'"),
        (frame(weight=[0, 0]), "none of 2 does, with a weight above 0"),
        (frame(other=["USA", "CAN"]), "links must join countries of the scores; none of 2"),
        (frame(other=["AUT", "AUT"]), "linked to itself; 1 of 2 links are, the first AUT, AUT"),
        (frame(other=["Germany", "Atlantis"]), "1 of 2 under 'other' are not, the first 'Atla"),
        (frame(country=[40, 276]), "2 of 2 under 'country' are not, the first 40"),
        (frame(country=["AUT", None]), "1 of 2 under 'country' are not, the first"),
        (frame(country=["AUT", "Austria"], other=["DEU", "DEU"]), "repeat an earlier pair"),
        (frame().rename(columns={"weight": "w"}), "got a table with the columns country, other, w"),
        (pd.DataFrame(np.eye(2), ["AUT", "DEU"], ["AUT", "DEU"]), r"long with links.stack\(\)"),
        (pd.DataFrame([[1.0]], ["AUT"], ["AUT"]), "got a table with the columns AUT$"),
        (pd.concat([frame(), frame()], axis=1), "weight once"),
        (pd.Series([1.0]), "got a Series on an index of one level"),
        ({("AUT", "DEU"): 1}, "got a dict"),
    ],
)
def test_wrong_links_are_refused(links: object, message: str) -> None:
    for function in (peers, moran):
        with pytest.raises(PanelError, match=message):
            function(SCORES, links=links)


def test_wrong_options_are_refused() -> None:
    for function in (peers, moran):
        with pytest.raises(
            ValueError, match="got 'continent'; by may also be 'neighbours' or 'dist"
        ):
            function(SCORES, by="continent")
        with pytest.raises(ValueError, match="by must give a group to at least one"):
            function(SCORES, by=pd.Series({"USA": "a"}))
        with pytest.raises(ValueError, match="links must not be combined with by"):
            function(SCORES, by="distance", links=LINKS)
        for power in (-1, 21, np.inf, "2", None):
            with pytest.raises(ValueError, match="power must be"):
                function(SCORES, by="distance", power=power)
            with pytest.raises(ValueError, match="power must be"):
                function(SCORES, by="region", power=power)
    for wrong in (0, 2.5, "many"):
        with pytest.raises(ValueError, match="permutations must be an integer, at least 1"):
            moran(SCORES, permutations=wrong)


# Moran's I


def brute_force(values: dict[str, float], weight: Callable[[str, str], float]) -> float:
    units = list(values)
    cells = [0.0 if a == b else weight(a, b) for a, b in product(units, units)]
    table = np.array(cells).reshape(len(units), len(units))
    linked = (table.sum(axis=0) > 0) | (table.sum(axis=1) > 0)
    table, z = table[linked][:, linked], np.array(list(values.values()))[linked]
    if len(z) < 3 or z.min() == z.max():
        return np.nan
    sums = table.sum(axis=1)
    table = table / np.where(sums > 0, sums, 1)[:, None]
    z = z - z.mean()
    return float(len(z) / table.sum() * (z @ table @ z) / (z @ z))


@pytest.mark.parametrize("kind", WEIGHTS)
@given(data=st.data())
@examples(30)
def test_moran_is_that_of_brute_force(kind: str, data: st.DataObject) -> None:
    options, weight = WEIGHTS[kind]
    drawn = data.draw(scores())
    if kind in ("links", "groups") and not linked_anywhere(drawn, weight):
        return
    if kind == "region":
        options = {"by": "region"}
    answer = moran(drawn, years=(2000, 2002), permutations=19, **options)
    for year, row in answer.iterrows():
        values = {unit: each for (unit, when), each in known(drawn).items() if when == year}
        assert row["i"] == pytest.approx(brute_force(values, weight), nan_ok=True)
        assert row["n"] + row["unlinked"] == len(values)
        if not np.isnan(row["i"]):
            assert row["expected"] == -1 / (row["n"] - 1)


def test_few_countries_have_an_exact_pvalue() -> None:
    values = dict(zip(["AUT", "CHE", "DEU", "ITA", "SVN"], [5.0, 3, 9, 9, 7], strict=True))
    drawn = series({(unit, 2009): each for unit, each in values.items()})

    observed = brute_force(values, bordering)
    every = [
        brute_force(dict(zip(values, order, strict=True)), bordering)
        for order in permutations(values.values())
    ]
    row = moran(drawn).loc[2009]
    assert row["i"] == pytest.approx(observed)
    assert row["permutations"] == factorial(5)
    assert row["pvalue"] == pytest.approx(np.mean(np.array(every) >= observed - 1e-9))
    assert np.mean(every) == pytest.approx(row["expected"])
    sampled = moran(drawn, permutations=119).loc[2009]
    assert sampled["permutations"] == 119
    assert sampled["pvalue"] == pytest.approx(row["pvalue"], abs=0.15)
    assert (sampled["pvalue"] * 120) % 1 == pytest.approx(0, abs=1e-9)


def test_alike_neighbours_have_a_small_pvalue_and_unlike_ones_a_large_one() -> None:
    north = pd.Series(countries.table()["latitude"])
    codes = datasets.load_demo().index.unique("country")
    smooth = series({(code, 2009): north[code] for code in codes}).rename("gdp")
    row = moran(smooth).loc[2009]
    assert row["i"] > 0.8
    assert row["pvalue"] == 1 / 1000
    unlike = series({("AUT", 2009): 3, ("CHE", 2009): 3, ("DEU", 2009): 15, ("ITA", 2009): 15})
    assert moran(unlike).loc[2009, "pvalue"] > 0.9


def test_islands_are_counted() -> None:
    units = ["AUT", "DEU", "CHE", "JPN", "MLT", "NGA"]
    drawn = series({(unit, 2009): 3 + place for place, unit in enumerate(units)})
    row = moran(drawn).loc[2009]
    assert (row["n"], row["unlinked"]) == (3, 3)
    alone = moran(drawn.loc[["JPN", "MLT"]])
    assert alone.loc[2009, ["i", "expected", "pvalue"]].isna().all()
    assert alone.loc[2009, ["n", "unlinked", "permutations"]].tolist() == [0, 2, 0]


def test_a_year_depends_on_its_own_scores_and_thin_years_are_left_out() -> None:
    demo = datasets.load_demo()
    overall = pd.Series(demo.sum(axis=1), name="points")
    both = moran(overall, by="region", permutations=9)
    one = moran(overall.xs(2005, level="year", drop_level=False), by="region", permutations=9)
    assert one.loc[2005, "i"] == pytest.approx(both.loc[2005, "i"], abs=1e-14)
    lone = pd.concat([overall, series({("AUT", 2010): 7}).rename("points")])
    thin = moran(lone, permutations=9)
    assert thin.index.tolist() == list(range(2000, 2010))
    assert thin.attrs["thin_years"] == {2010: 1}
    asked = moran(lone, years=(2009, 2010), permutations=9)
    assert asked.index.tolist() == [2009, 2010]
    assert asked.attrs["thin_years"] == {2010: 1}
    assert asked.attrs["assumption"].startswith("within a year, scores are exchangeable")


def test_a_seed_fixes_the_permutations() -> None:
    overall = pd.Series(datasets.load_demo().sum(axis=1), name="points")
    first, again, other = (moran(overall, permutations=99, rng=seed) for seed in (None, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert not first["pvalue"].equals(other["pvalue"])
    pd.testing.assert_series_equal(first["i"], other["i"])


def test_esda_agrees() -> None:
    esda = pytest.importorskip("esda", reason="esda is the judge of Moran's I")
    weights = pytest.importorskip("libpysal.weights", reason="libpysal holds esda's weights")
    overall = pd.Series(datasets.load_demo().sum(axis=1), name="points")
    year = overall.xs(2009, level="year")
    near = {unit: [o for o in countries.neighbours(unit) if o in year.index] for unit in year.index}
    near = {unit: others for unit, others in near.items() if others}
    matrix = weights.W(near, silence_warnings=True)
    np.random.seed(0)  # noqa: NPY002 (esda takes the global seed)
    theirs = esda.Moran(year[list(near)].to_numpy(), matrix, transformation="r", permutations=999)
    ours = moran(overall).loc[2009]
    assert ours["i"] == pytest.approx(theirs.I, abs=1e-12)
    assert ours["expected"] == pytest.approx(theirs.EI)
    assert ours["n"] == theirs.n
    assert ours["pvalue"] == pytest.approx(theirs.p_sim, abs=0.02)


def test_relabelled_countries_keep_their_i_with_relabelled_links() -> None:
    names = dict(zip(UNITS, UNITS[::-1], strict=True))
    links = LINKS.copy()
    links.index = pd.MultiIndex.from_tuples(
        [(names.get(a, a), names.get(b, b)) for a, b in links.index]
    )
    before = moran(SCORES, links=LINKS)
    after = moran(relabelled(SCORES, names), links=links)
    np.testing.assert_allclose(before["i"], after["i"])
    assert before["n"].equals(after["n"])


def test_a_panel_stands_for_its_overall_scores() -> None:
    table = panel({("AUT", 2000): [5, 1], ("DEU", 2000): [9, 2]}, ["overall", "gdp"])
    assert peers(table)["mean"].tolist() == [9, 5]
