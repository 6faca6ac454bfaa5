"""Corrections by people, applied last to what was read, and only while the source shows what they expect."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from transforms.document import Issue
from transforms.metadata import resolve
from transforms.records import Report

Figure = int | Decimal
Row = dict[str, Any]
# What the first reading of a name had to say; a corrected name is read anew.
OF_THE_NAME = (
    "no_agency",
    "agency_from_source",
    "unknown_agency",
    "region_unknown",
    "region_ambiguous",
    "region_not_in_year",
    "region_renamed",
)


class _Correction(msgspec.Struct, tag_field="action", forbid_unknown_fields=True, kw_only=True):
    """What every correction says: why, who decided it, and when. `id` names it for good."""

    id: str
    reason: str
    who: str
    when: date


class SetValue(_Correction, tag="set_value"):
    """Gives `cell` (table.row.column) of a report the figure `value`; the document prints `expect`."""

    report: str
    cell: str
    expect: Figure | None
    value: Figure


class SetField(_Correction, tag="set_field"):
    """Gives a document another `field`; it says `expect` itself. An agency is given by its full name."""

    document: str  # document_id, or an address: then every version of the page
    field: Literal["agency", "year", "scope"]
    expect: str | int | None
    value: str | int


class ExcludeDocument(_Correction, tag="exclude_document"):
    """Leaves a document out of all reports, as one that is no report or another body's copy."""

    document: str
    expect: str | None  # its title


OfDocument = SetField | ExcludeDocument
Correction = SetValue | OfDocument


def correct_document(report: Report, correction: OfDocument) -> bool:
    """Apply a correction to a document; False, and an issue, where it no longer says what is expected.

    An excluded document keeps its issues and loses its cells, so that it is no report.
    """
    field = correction.field if isinstance(correction, SetField) else "title"
    found = getattr(report, field)
    if found != correction.expect:
        report.issues.append(_outdated(correction.id, field, correction.expect, found))
        return False
    report.corrections.append(correction.id)
    if isinstance(correction, ExcludeDocument):
        report.cells, report.sections, report.identities, report.narrative = [], [], [], []
        report.issues.append(Issue("document_excluded", f"{correction.id}: {correction.reason}"))
        return True
    setattr(report, field, correction.value)
    if field == "scope":
        report.scope_evidence = None
    else:
        report.issues = [issue for issue in report.issues if issue.code not in OF_THE_NAME]
        # The region found for the wrong body says nothing of the right one, whose full name is given.
        code = None if field == "agency" else report.region_code
        report.body, report.region_code = resolve(
            report.agency, report.title or "", report.year, code, report.issues
        )
    return True


def correct_cells(cells: list[Row], corrections: list[SetValue]) -> tuple[set[str], list[Issue]]:
    """Apply corrections to the rows of a report's cells; which of them were, and issues for the others.

    `value` and `value_raw` keep what is printed.
    """
    applied, issues = set(), []
    by_place = {f"{cell['table']}.{cell['row']}.{cell['column']}": cell for cell in cells}
    for correction in corrections:
        cell = by_place.get(correction.cell)
        if cell is None or cell["value"] != correction.expect:
            found = "no such cell" if cell is None else cell["value"]
            issues.append(_outdated(correction.id, correction.cell, correction.expect, found))
            continue
        cell["value_reconciled"] = correction.value
        cell["reconciliation"] = "corrected"
        cell["correction"] = correction.id
        applied.add(correction.id)
    return applied, issues


def _outdated(name: str, subject: str, expected: object, found: object) -> Issue:
    if isinstance(found, Decimal):  # of a column of exact decimals
        found = int(found) if found == int(found) else found.normalize()
    return Issue("correction_outdated", f"{name} expects {subject} to be {expected}; the source has {found}")
