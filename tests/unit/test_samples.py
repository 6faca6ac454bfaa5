"""The sample reports, real and invented: every figure and status, and what the identities say of each."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.parse import parse
from transforms.records import CellRecord, Report, SourceEntry

ROOT = Path(__file__).resolve().parents[2]
GOLD = sorted((ROOT / "tests" / "gold").glob("*.json"))
ENTRIES = {"003_ankang_2022.txt": SourceEntry("安康市人民政府办公室", "610900", 2022)}
Key = tuple[str, str, str]


def read(name: str) -> Report:
    return parse((ROOT / "data" / "samples" / name).read_bytes(), ENTRIES.get(name))


def cells_of(report: Report) -> dict[Key, CellRecord]:
    return {(cell.table, cell.row, cell.column): cell for cell in report.cells}


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_every_figure_is_read_as_printed_and_blanks_are_blank(path: Path) -> None:
    gold = json.loads(path.read_text("utf-8"), parse_float=str)
    cells = cells_of(read(gold["document"]))
    assert len(cells) == len(gold["cells"])
    for expected in gold["cells"]:
        cell = cells[expected["table"], expected["row"], expected["column"]]
        if expected["value"] is None:
            assert cell.value is None
            assert cell.value_status == expected.get("status", "missing" if "note" in expected else "blank")
            assert (cell.value_raw is None) == (cell.value_status != "not_applicable")
        else:
            assert (str(cell.value), cell.value_status) == (str(expected["value"]), "reported")
        if "proved" in expected:
            assert (cell.value_reconciled, cell.reconciliation) == (expected["proved"], "proved")
        if "repaired" in expected:
            assert (cell.value_reconciled, cell.reconciliation) == (expected["repaired"], "repaired")


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_body_region_year_and_forms_are_right(path: Path) -> None:
    gold = json.loads(path.read_text("utf-8"))
    report = read(gold["document"])
    for field in ("agency", "region_code", "year", "forms"):
        assert getattr(report, field) == gold[field]
    assert [section.number for section in report.sections] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_every_figure_leads_back_to_its_characters(path: Path) -> None:
    name = json.loads(path.read_text("utf-8"))["document"]
    if not name.endswith(".txt"):
        pytest.skip("only the lines of a text can be counted here")
    lines = (ROOT / "data" / "samples" / name).read_text("utf-8").splitlines()
    for cell in read(name).cells:
        if cell.value_raw is not None:
            assert cell.place is not None
            assert cell.place.line is not None
            assert cell.place.start is not None
            assert lines[cell.place.line - 1][cell.place.start - 1 : cell.place.end] == cell.value_raw


def test_every_break_planted_within_an_invented_report_is_found_and_nothing_else() -> None:
    broken = {
        path.stem: [(i.kind, i.row, i.column, i.left, i.right) for i in report.identities if i.holds is False]
        for path in GOLD
        if path.stem.startswith("1")
        for report in [read(json.loads(path.read_text("utf-8"))["document"])]
    }
    assert {name: found for name, found in broken.items() if found} == {
        "108_yangli_police_2023": [("narrative", "new_received", "total", 83, 81)],
        "110_yangli_county_2021": [
            ("outcomes", None, "natural_person", 72, 42),
            ("applicants", "granted", None, 58, 28),
        ],
        "114_yangli_district_2023": [
            ("applicants", "granted", None, 15, 14),
            ("applicants", "unavailable_not_held", None, 5, 6),
        ],
    }


def test_a_contradiction_in_print_is_shown_in_exactly_the_cells_concerned() -> None:
    report = read("000_gangcha_2022.txt")
    broken = {(i.kind, i.row or i.column) for i in report.identities if i.holds is False}
    assert broken == {("outcomes", "natural_person"), ("flow", "total"), ("applicants", "total_processed")}
    conflict = {(c.row, c.column) for c in report.cells if c.reconciliation == "conflict"}
    outcomes = {
        (c.row, c.column) for c in report.cells if c.table == "requests" and c.column == "natural_person"
    }
    outcomes -= {(row, "natural_person") for row in ("new_received", "carried_in", "carried_out")}
    flow = {(row, "total") for row in ("new_received", "carried_in", "total_processed", "carried_out")}
    applicants = {(c.row, c.column) for c in report.cells if c.row == "total_processed"}
    assert conflict == outcomes | flow | applicants
    assert all(c.value_reconciled is None for c in report.cells if c.reconciliation == "conflict")
    assert not [c for c in report.cells if c.reconciliation == "repaired"]


def rows_of(text: str) -> list[str]:
    return text.split("\n")


def lost_tab(text: str) -> str:
    """The first two figures of the first requests row run together."""
    lines = rows_of(text)
    for at, line in enumerate(lines):
        if line.startswith("一、本年新收"):
            lines[at] = re.sub(r"(\d)\t(\d)", r"\1\2", line, count=1)
    return "\n".join(lines)


def shifted_cell(text: str) -> str:
    """The first figure of （一）予以公开 moves one cell to the right."""
    lines = rows_of(text)
    for at, line in enumerate(lines):
        if "予以公开\t" in line:
            lines[at] = line.replace("予以公开\t", "予以公开\t\t", 1).removesuffix("\t")
    return "\n".join(lines)


def blanked_total(text: str) -> str:
    """The last figure of the first requests row is gone, its cell is left."""
    lines = rows_of(text)
    for at, line in enumerate(lines):
        if line.startswith("一、本年新收") and "\t" in line:
            cells = line.split("\t")
            last = max(i for i, cell in enumerate(cells) if cell.isdigit())
            cells[last] = ""
            lines[at] = "\t".join(cells)
    return "\n".join(lines)


def misread_digit(text: str) -> str:
    """The first figure of （一）予以公开 is read as a 7."""
    lines = rows_of(text)
    for at, line in enumerate(lines):
        if "予以公开\t" in line:
            cells = line.split("\t")
            cells[min(i for i, cell in enumerate(cells) if cell.isdigit())] = "7"
            lines[at] = "\t".join(cells)
    return "\n".join(lines)


def page_break(text: str) -> str:
    """A page number and the header again, in the middle of the requests table."""
    lines = rows_of(text)
    at = next(i for i, line in enumerate(lines) if "属于国家秘密" in line)
    header = "\t\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"
    return "\n".join([*lines[:at], "", "— 6 —", "", header, *lines[at:]])


FAULTS = (lost_tab, shifted_cell, blanked_total, misread_digit, page_break)
TABBED = ("000_gangcha_2022", "002_xixian_2022", "004_yuanzhou_2022")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("name", TABBED)
def test_a_planted_fault_is_read_right_proved_or_flagged_never_silently_wrong(
    name: str, fault: Callable[[str], str]
) -> None:
    text = (ROOT / "data" / "samples" / f"{name}.txt").read_text("utf-8")
    planted = fault(text)
    assert planted != text
    not_silently_wrong(name, planted)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("001_xinxian_2023", "| 4 | 0 | 0 | 0 | 0 | 0 | 4 |", "| 4 0 | 0 | 0 | 0 | 0 | 4 |"),
        ("001_xinxian_2023", "| 4 | 0 | 0 | 0 | 0 | 0 | 4 |", "| | 4 | 0 | 0 | 0 | 0 | 4 |"),
        ("001_xinxian_2023", "| 4 | 0 | 0 | 0 | 0 | 0 | 4 |", "| 4 | 0 | 0 | 0 | 0 | 0 | |"),
        ("001_xinxian_2023", "| 4 | 0 | 0 | 0 | 0 | 0 | 4 |", "| 1 | 0 | 0 | 0 | 0 | 0 | 4 |"),
        ("001_xinxian_2023", "| | | 7.属于", "\n— 4 —\n\n| | | 7.属于"),
        ("003_ankang_2022", "16\n|\n1\n|\n", "16 1\n|\n"),
        ("003_ankang_2022", "16\n|\n1\n|\n", "0\n|\n16\n|\n"),
        ("003_ankang_2022", "17\n|\n(三)", "(三)"),
        ("003_ankang_2022", "16\n|\n1\n|\n", "18\n|\n1\n|\n"),
        ("003_ankang_2022", "|\n7.属于", "|\n- 5 -\n|\n7.属于"),
    ],
)
def test_the_same_faults_in_markdown_and_in_a_cell_a_line(name: str, before: str, after: str) -> None:
    text = (ROOT / "data" / "samples" / f"{name}.txt").read_text("utf-8")
    assert before in text
    not_silently_wrong(name, text.replace(before, after, 1))


def not_silently_wrong(name: str, text: str) -> None:
    gold: dict[str, Any] = json.loads((ROOT / "tests" / "gold" / f"{name}.json").read_text("utf-8"))
    true: dict[Key, Any] = {(c["table"], c["row"], c["column"]): c for c in gold["cells"]}
    report = parse(text.encode(), ENTRIES.get(f"{name}.txt"))
    for key, cell in cells_of(report).items():
        flagged = cell.reconciliation in ("conflict", "undetermined") or any(
            issue.table == cell.table and issue.row in (None, cell.row) for issue in report.issues
        )
        right = {true[key]["value"], true[key].get("proved"), None}
        if true[key]["value"] is None and "note" in true[key]:
            right.add(0)
        known = {None if number is None else float(number) for number in right}
        for number in (cell.value, cell.value_reconciled):
            assert flagged or (None if number is None else float(number)) in known, (key, cell)
