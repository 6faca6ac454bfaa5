"""Rendering then reading gives the report back; a damaged report gives no other number without a flag."""

from dataclasses import replace

import pytest

from benchmarks.accuracy.cases import Case, make
from benchmarks.accuracy.distortions import DISTORTIONS
from benchmarks.accuracy.layouts import LAYOUTS
from benchmarks.accuracy.score import FLAGGED, GONE, MISSED, RIGHT, SILENT, Score, score
from transforms.parse import parse
from transforms.records import CellRecord, Report

# The same documents in every run, so that it tells of a change and not of chance: the broad search with new
# seeds is `python -m benchmarks.accuracy`.
UNDISTORTED, DISTORTED, MEASURED = range(12), range(20), range(20)


def _layout(seed: int) -> str:
    """A layout for the seed, all of them in turn."""
    return list(LAYOUTS)[seed % len(LAYOUTS)]


def _explain(result: Score, *outcomes: str) -> str:
    found = (failure for failure in result.failures if failure[2] in outcomes)
    case, key, outcome, record = next(found)
    return (
        f"{outcome}: {key} of make({case.seed!r}, {case.layout!r}, {case.distortion!r})\n"
        f"expected {case.expect.get(key)}\nread {record}\n{case.around(key)}"
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reading_gives_the_printed_report_back(layout: str) -> None:
    wrong = (MISSED, FLAGGED, SILENT)
    for seed in UNDISTORTED:
        case = make(seed, layout)
        result = score(case, parse(case.data))
        assert not any(result.cells[outcome] for outcome in wrong), _explain(result, *wrong)


@pytest.mark.parametrize("distortion", DISTORTIONS)
def test_damage_never_gives_another_number_without_a_flag(distortion: str) -> None:
    first = list(DISTORTIONS).index(distortion)
    for seed in DISTORTED:
        case = make(seed, _layout(first + seed), distortion)
        result = score(case, parse(case.data))
        assert not result.cells[SILENT], _explain(result, SILENT)


# --- the measure itself ---


def _ideal(case: Case) -> list[CellRecord]:
    return [
        CellRecord(*key, 2021, None, e.printed, e.status, e.printed, "as_reported", None)
        for key, e in case.expect.items()
    ]


@pytest.mark.parametrize("seed", MEASURED)
def test_a_perfect_reading_scores_without_fault(seed: int) -> None:
    case = make(seed, _layout(seed))
    cells = score(case, Report("", None, cells=_ideal(case))).cells
    assert cells[RIGHT] + cells[GONE] + cells[MISSED] == cells.total()
    assert cells[RIGHT] == sum(expect.printed is not None for expect in case.expect.values())


@pytest.mark.parametrize("seed", MEASURED)
def test_a_number_made_up_is_silent_and_a_flag_is_heard(seed: int) -> None:
    case = make(seed, "HTML")
    records = _ideal(case)
    records[0] = replace(records[0], value=987654321)
    assert score(case, Report("", None, cells=records)).cells[SILENT] == 1
    records[0] = replace(records[0], reconciliation="conflict")
    assert score(case, Report("", None, cells=records)).cells[FLAGGED] == 1
