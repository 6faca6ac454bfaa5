"""Rendering then reading gives the report back; a damaged report gives no other number without a flag."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.accuracy.cases import Case, make
from benchmarks.accuracy.distortions import DISTORTIONS
from benchmarks.accuracy.layouts import LAYOUTS
from benchmarks.accuracy.score import FLAGGED, GONE, MISSED, RIGHT, SILENT, Score, score
from transforms.parse import parse
from transforms.records import CellRecord, Report

SEEDS = st.integers(0, 10**9)
BOUNDED: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],  # a smaller seed is not a smaller report: nothing to shrink
    "derandomize": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}


def _explain(result: Score, *outcomes: str) -> str:
    found = (failure for failure in result.failures if failure[2] in outcomes)
    case, key, outcome, record = next(found)
    return (
        f"{outcome}: {key} of make({case.seed!r}, {case.layout!r}, {case.distortion!r})\n"
        f"expected {case.expect.get(key)}\nread {record}\n{case.around(key)}"
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=12, **BOUNDED)
@given(seed=SEEDS)
def test_reading_gives_the_printed_report_back(layout: str, seed: int) -> None:
    case = make(seed, layout)
    result = score(case, parse(case.data))
    wrong = (MISSED, FLAGGED, SILENT)
    assert not any(result.cells[outcome] for outcome in wrong), _explain(result, *wrong)


@pytest.mark.parametrize("distortion", DISTORTIONS)
@settings(max_examples=20, **BOUNDED)
@given(seed=SEEDS, layout=st.sampled_from(sorted(LAYOUTS)))
def test_damage_never_gives_another_number_without_a_flag(distortion: str, seed: int, layout: str) -> None:
    case = make(seed, layout, distortion)
    result = score(case, parse(case.data))
    assert not result.cells[SILENT], _explain(result, SILENT)


# --- the measure itself ---


def _ideal(case: Case) -> list[CellRecord]:
    return [
        CellRecord(*key, 2021, None, e.printed, e.status, e.printed, "as_reported", None)
        for key, e in case.expect.items()
    ]


@given(seed=SEEDS, layout=st.sampled_from(sorted(LAYOUTS)))
@settings(max_examples=20, **BOUNDED)
def test_a_perfect_reading_scores_without_fault(seed: int, layout: str) -> None:
    case = make(seed, layout)
    cells = score(case, Report("", None, cells=_ideal(case))).cells
    assert cells[RIGHT] + cells[GONE] + cells[MISSED] == cells.total()
    assert cells[RIGHT] == sum(expect.printed is not None for expect in case.expect.values())


@given(seed=SEEDS)
@settings(max_examples=20, **BOUNDED)
def test_a_number_made_up_is_silent_and_a_flag_is_heard(seed: int) -> None:
    case = make(seed, "HTML")
    records = _ideal(case)
    records[0] = replace(records[0], value=987654321)
    assert score(case, Report("", None, cells=records)).cells[SILENT] == 1
    records[0] = replace(records[0], reconciliation="conflict")
    assert score(case, Report("", None, cells=records)).cells[FLAGGED] == 1
