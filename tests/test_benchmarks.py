"""The benchmarks: no public function lacks a growth case; a headline that is lost is reported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from builders import ROOT

FOLDER = ROOT / "benchmarks"

README = (FOLDER / "README.md").read_text(encoding="utf-8")


def program(name: str) -> Iterator[ModuleType]:
    """Import a program of the folder as Python does that runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        yield import_module(name)


@pytest.fixture(scope="module")
def growth() -> Iterator[ModuleType]:
    yield from program("growth")


@pytest.fixture(scope="module")
def costs() -> Iterator[ModuleType]:
    yield from program("costs")


@pytest.fixture(scope="module")
def table() -> Iterator[ModuleType]:
    yield from program("table")


def part(name: str, page: str = README) -> list[list[str]]:
    """Return the cells of a table of a page, without its heading."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end of {name} -->", page, re.DOTALL)
    assert found is not None, name
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in found[1].splitlines()[2:]]


# Costs


def test_the_published_costs_are_within_bounds(costs: ModuleType) -> None:
    rows = part("costs", costs.PAGE.read_text(encoding="utf-8"))
    assert [row[0] for row in rows] == [cost.name for cost in costs.COSTS]
    assert (costs.SECONDS, costs.START) == (2, 0.4)
    start = float(rows[0][2].removesuffix(" s"))
    for _, _, seconds, memory in rows:
        assert float(seconds.removesuffix(" s")) <= costs.bound(start)
        assert float(memory.removesuffix(" MiB")) * 2**20 <= costs.MEMORY == 2**30


def test_a_cost_beyond_a_bound_or_another_end_is_reported(costs: ModuleType) -> None:
    cost = costs.Cost("bomb", "", "must", refused=True)

    def faults(*result: object) -> list[str]:
        return costs.complaints(cost, costs.Result(*result))

    assert faults(2.0, 2**30, 1, "it must") == []
    assert costs.complaints(cost, costs.Result(3.9, 0, 1, "it must"), 0.8) == []
    assert costs.complaints(cost, costs.Result(4.1, 0, 1, "it must"), 0.8) == ["bomb: 4.10 s"]
    assert costs.complaints(cost, costs.Result(2.1, 0, 1, "it must"), 0.2) == ["bomb: 2.10 s"]
    assert faults(2.1, 2**30 + 2**20, 1, "it must") == ["bomb: 2.10 s", "bomb: 1025 MiB"]
    assert faults(1.0, 0, 0, "it must") == ["bomb: it ended with status 0: it must"]
    assert faults(1.0, 0, 1, "Killed") == ["bomb: it ended with status 1: Killed"]


def test_a_process_is_measured_and_tried_again_while_it_fails(
    costs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"
    program = f"with open({str(runs)!r}, 'a') as file: print(file=file)\nprint(bytes(2**26)[:3])"
    cost = costs.Cost("small", program, "x00", refused=False)
    monkeypatch.setattr(costs, "COSTS", [cost])
    monkeypatch.setattr(costs.subprocess, "run", lambda *_, **__: None)  # makes the file
    # Linux counts the memory of the process that started it, of pytest here.
    monkeypatch.setattr(costs, "MEMORY", 2**40)
    monkeypatch.setattr(costs, "SECONDS", 60)
    result = costs.measured(cost, str(tmp_path))
    assert 0 < result.seconds < 5
    assert result.memory > 2**26
    assert costs.complaints(cost, result) == []
    monkeypatch.setattr(costs, "SECONDS", 0)
    costs.measured(cost, str(tmp_path))
    assert len(runs.read_text().splitlines()) == 1 + costs.TRIES


# Growth


def test_every_public_function_has_a_growth_case_or_a_reason(growth: ModuleType) -> None:
    functions, cases, reasons = set(growth.functions()), set(growth.CASES), set(growth.ONE_SIZE)
    assert len(functions) > 90
    assert functions - cases - reasons == set(), "add a case or a reason to benchmarks/growth.py"
    assert cases | reasons == functions, "benchmarks/growth.py names functions that are gone"
    assert not cases & reasons
    assert all(growth.ONE_SIZE.values())
    assert set(growth.LARGER) | growth.COUNTRIES <= cases


def test_a_power_of_the_size_has_its_exponent(growth: ModuleType) -> None:
    times = {size: 1e-6 * size**1.5 for size in (100, 300, 900)}
    assert growth.exponent(times) == pytest.approx(1.5)
    for what in ("units", "years"):
        for name in ("score", "read"):
            both = list(growth.sizes(name, what))
            varied = [units if what == "units" else years for units, years in both]
            assert len(both) >= 3
            assert {after / size for size, after in pairwise(varied)} == {3}


def test_the_published_growth_has_a_row_for_every_case(growth: ModuleType) -> None:
    rows = part("growth")
    assert [row[0] for row in rows] == list(growth.CASES)
    assert [row[-1] for row in rows] == [growth.LARGER.get(row[0], "") for row in rows]
    assert [row[0] for row in rows if float(row[1]) > 1.1 and not row[-1]] == []


# The table


def results(table: ModuleType) -> list[object]:
    return [
        table.Result(
            "scores", {"score": 0.02}, {"slow": 1.5, "fast": 0.01}, {"copy": 0.005}, 0.002
        ),
        table.Result("ranks", {"ranks": 0.0005, "in one year": 0.001}, {}, {}, 0.002),
    ]


def test_rivals_stand_below_in_the_order_of_their_times(table: ModuleType) -> None:
    assert table.rows(results(table))[2:] == [
        "| scores | score | 20 ms | 1 |",
        "|  | *fast* | 10 ms | 0.5 |",
        "|  | *slow* | 1.5 s | 75 |",
        "|  | *copy* | 5 ms | 0.25 |",
        "| ranks | ranks | 500 µs |  |",
        "|  | in one year | 1 ms | 2 |",
    ]


def test_the_summary_takes_the_best_rival(table: ModuleType) -> None:
    assert table.summary(results(table))[2:] == ["| scores | fast | 2 | 4 |"]


def test_the_published_tables_have_every_comparison(table: ModuleType) -> None:
    titles = [row[0] for row in part("times") if row[0]]
    assert titles == table.comparisons()
    assert list(json.loads(table.BASELINE.read_text(encoding="utf-8"))) == titles


# The baseline


def test_a_headline_half_as_fast_again_is_lost(table: ModuleType) -> None:
    baseline = {"scores": {"score": 10.0, "bounds": 10.0}}
    assert table.worse({"scores": {"score": 15.0, "bounds": 1.0}}, baseline) == {}
    assert table.worse({"scores": {"score": 15.1, "bounds": 20.0}}, baseline) == {
        "scores": [
            "scores, score: 15.1 times the memory copy, 10 in the baseline: 1.5 times as long",
            "scores, bounds: 20 times the memory copy, 10 in the baseline: 2.0 times as long",
        ]
    }


def test_a_headline_without_a_baseline_fails(table: ModuleType) -> None:
    lost = table.worse({"new": {"score": 1.0}}, {"scores": {"score": 1.0}})
    assert lost == {"new": ["new, score: not in the baseline; renew it with --renew"]}


def test_a_run_fails_for_what_is_worse_twice(
    table: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = {"steady": [0.02], "busy": [0.04, 0.02], "slower": [0.04, 0.04]}
    monkeypatch.setattr(table, "comparisons", lambda: list(times))
    monkeypatch.setattr(table, "circumstances", lambda: "Measured.")
    monkeypatch.setattr(
        table,
        "measured",
        lambda title: table.Result(title, {"score": times[title].pop(0)}, {}, {}, 0.002),
    )
    monkeypatch.setattr(table, "BASELINE", tmp_path / "baseline.json")
    baseline = {title: {"score": 10.0} for title in times}
    table.BASELINE.write_text(json.dumps(baseline), encoding="utf-8")
    assert table.main(["steady", "busy"]) == 0
    times |= {"steady": [0.02], "busy": [0.02]}
    assert table.main([]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "slower, score: 20 times the memory copy, 10 in the baseline: 2.0 times as long"
    )
    times["slower"] = [0.04]
    assert table.main(["--renew", "slower"]) == 0
    times["slower"] = [0.04]
    assert table.main(["slower"]) == 0


def test_a_renewed_baseline_has_no_comparison_that_is_gone(table: ModuleType) -> None:
    before = {"gone": {"a": 1.0}, "scores": {"a": 1.0}, "ranks": {"a": 1.0}}
    after = table.renewed(before, {"scores": {"a": 2.0}}, ["ranks", "scores"])
    assert after == {"ranks": {"a": 1.0}, "scores": {"a": 2.0}}


def test_a_part_of_the_page_is_replaced(table: ModuleType) -> None:
    page = "a\n<!-- times -->\nold\n<!-- end of times -->\nb\n"
    new = "a\n<!-- times -->\nnew\nrow\n<!-- end of times -->\nb\n"
    assert table.replaced(page, "times", ["new", "row"]) == new
    with pytest.raises(ValueError, match="must have the comments <!-- summary -->"):
        table.replaced(page, "summary", [])
