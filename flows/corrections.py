"""The corrections that people have written (data/corrections.yml), checked."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from schemas.dataset import tables
from schemas.forms import form_cells
from transforms.corrections import (
    Correction,
    OfDocument,
    SetField,
    SetValue,
    correct_cells,
    correct_document,
)
from transforms.document import Issue
from transforms.records import Report


class BadCorrectionsError(Exception):
    """corrections.yml cannot be used; the message says where and why."""


def read_corrections(path: Path) -> list[Correction]:
    """Read and check the corrections, none where there is no file; BadCorrectionsError says what is wrong."""
    if not path.exists():
        return []
    try:
        declared = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BadCorrectionsError(f"{path} is not valid YAML: {error}") from None
    if not isinstance(declared, dict) or not isinstance(declared.get("corrections"), list):
        raise BadCorrectionsError(f"{path}: expected a list under `corrections`")
    found = [_correction(path, number, entry) for number, entry in enumerate(declared["corrections"], 1)]
    if twice := [name for name, times in Counter(correction.id for correction in found).items() if times > 1]:
        raise BadCorrectionsError(
            f"{path}: each correction needs an id of its own, but there are several {twice}"
        )
    cells = Counter((one.report, one.cell) for one in found if isinstance(one, SetValue))
    if twice := [f"{cell} of {report}" for (report, cell), times in cells.items() if times > 1]:
        raise BadCorrectionsError(f"{path}: one correction a cell, but there are several of {twice}")
    return found


@dataclass(slots=True)
class Corrections:
    """Corrections by what they touch, and what has become of each."""

    declared: list[Correction]
    of_documents: dict[str, list[OfDocument]] = field(default_factory=dict)  # by document_id
    of_reports: dict[str, list[SetValue]] = field(default_factory=dict)  # by report_id
    status: dict[str, str] = field(default_factory=dict)

    def correct_document(self, report: Report) -> None:
        """Apply what is declared of a document to what was read from it."""
        for correction in self.of_documents.get(report.document_id, ()):
            self.status[correction.id] = "applied" if correct_document(report, correction) else "outdated"

    def correct_cells(self, report_id: str, cells: list[dict[str, Any]]) -> list[Issue]:
        """Apply what is declared of a report to the rows of its cells; issues for what is not applied."""
        corrections = self.of_reports.get(report_id, [])
        applied, issues = correct_cells(cells, corrections)
        for correction in corrections:
            self.status[correction.id] = "applied" if correction.id in applied else "outdated"
        return issues

    def rows(self) -> list[dict[str, Any]]:
        """The table of corrections."""
        return [_row(correction, self.status.get(correction.id, "unused")) for correction in self.declared]


def _row(correction: Correction, status: str) -> dict[str, Any]:
    """A correction as a row of the table of corrections."""
    entry = {
        "correction": correction.id,
        "action": correction.__struct_config__.tag,
        "reason": correction.reason,
        "who": correction.who,
        "decided": correction.when,
        "correction_status": status,
        "expected": _text(correction.expect),
    }
    if isinstance(correction, SetValue):
        return entry | {
            "target": correction.report, "subject": correction.cell, "corrected": _text(correction.value)
        }  # fmt: skip
    entry["target"] = correction.document
    if isinstance(correction, SetField):
        entry |= {"subject": correction.field, "corrected": _text(correction.value)}
    return entry


def _correction(path: Path, number: int, entry: Any) -> Correction:
    name = entry.get("id", f"number {number}") if isinstance(entry, dict) else f"number {number}"
    try:
        correction: Correction = msgspec.convert(entry, Correction)
    except msgspec.ValidationError as error:
        raise BadCorrectionsError(f"{path}: correction {name}: {error}") from None
    if wrong := _wrong(correction):
        raise BadCorrectionsError(f"{path}: correction {name}: {wrong}")
    return correction


def _wrong(correction: Correction) -> str | None:
    """What the types cannot tell."""
    if not correction.reason.strip() or not correction.who.strip():
        return "`reason` and `who` must say something"
    if isinstance(correction, SetValue):
        cells = {f"{cell.table}.{cell.row}.{cell.column}" for cell in form_cells()}
        if correction.cell not in cells:
            return f"the forms have no cell {correction.cell} (table.row.column, as in codebook)"
        if correction.value < 0:
            return "a figure is not negative"
    if isinstance(correction, SetField):
        if correction.field == "year" and not isinstance(correction.value, int):
            return f"a year is a number, not {correction.value!r}"
        scopes = next(field.values for field in tables()["reports"].fields if field.name == "scope")
        if correction.field == "scope" and correction.value not in (scopes or ()):
            return f"a scope is one of {', '.join(map(str, scopes or ()))}"
        if correction.field == "agency" and not isinstance(correction.value, str):
            return "an agency is a name"
    return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
