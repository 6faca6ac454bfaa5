"""corrections.yml: what is wrong with it is said with the name of the correction; figures stay exact."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.corrections import BadCorrectionsError, read_corrections
from flows.paths import DEFAULT_DATA
from transforms.corrections import SetField, SetValue, correct_document
from transforms.records import Report

GOOD = "action: set_value, report: r, cell: proactive.procurement.amount, expect: 829.9459, value: 830"
SIGNED = "reason: the archive, who: a person, when: 2026-11-22"


def read(path: Path, *entries: str) -> list[object]:
    file = path / "corrections.yml"
    lines = "".join(f"  - {{{entry}, {SIGNED}}}\n" for entry in entries)
    file.write_text(f"corrections:\n{lines}", "utf-8")
    return list(read_corrections(file))


def procurement() -> str:
    from schemas.forms import form_cells

    return next(f"{c.table}.{c.row}.{c.column}" for c in form_cells() if "yuan" in c.unit)


def test_figures_are_exact(tmp_path: Path) -> None:
    entry = GOOD.replace("proactive.procurement.amount", procurement())
    (found,) = read(tmp_path, f"id: one, {entry}")
    assert isinstance(found, SetValue)
    assert (found.expect, found.value) == (Decimal("829.9459"), 830)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("id: one, action: erase", "one: Invalid value 'erase'"),
        ("action: set_value", "number 1: Object missing required field `report`"),
        (
            f"id: one, {GOOD.replace('proactive.', 'nothing.')}",
            "one: the forms have no cell nothing.procurement",
        ),
        (f"id: one, {GOOD}, colour: red", "one: Object contains unknown field `colour`"),
        (
            "id: one, action: set_field, document: d, field: title, expect: a, value: b",
            "one: Invalid enum value 'title'",
        ),
        (
            "id: one, action: set_field, document: d, field: year, expect: 2021, value: last",
            "one: a year is a number",
        ),
        (
            "id: one, action: set_field, document: d, field: scope, expect: unknown, value: all",
            "one: a scope is one of body, jurisdiction, unknown",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(BadCorrectionsError, match=r"corrections\.yml") as error:
        read(tmp_path, entry)
    assert message in str(error.value)


def test_every_correction_has_an_id_of_its_own_and_a_reason(tmp_path: Path) -> None:
    out = "id: one, action: exclude_document, document: d, expect: a"
    with pytest.raises(BadCorrectionsError, match="several"):
        read(tmp_path, out, out)
    file = tmp_path / "corrections.yml"
    file.write_text(f"corrections: [{{{out}, who: a person, when: 2026-11-22}}]", "utf-8")
    with pytest.raises(BadCorrectionsError, match="missing required field `reason`"):
        read_corrections(file)


def test_a_corrected_body_is_not_placed_where_the_wrong_one_was() -> None:
    report = Report("0" * 64, "text", agency="南京市财政局", region_code="320100", year=2022)
    correction = SetField(
        id="one", reason="the seal", who="a person", when=date(2026, 11, 22),
        document=report.document_id, field="agency", expect="南京市财政局", value="鼓楼区人民政府",
    )  # fmt: skip
    assert correct_document(report, correction)
    assert (report.body, report.region_code) == (None, None)
    assert "region_ambiguous" in [issue.code for issue in report.issues]


def test_the_bundled_corrections_can_be_read() -> None:
    assert read_corrections(DEFAULT_DATA / "corrections.yml") == []
    assert read_corrections(DEFAULT_DATA / "none.yml") == []
