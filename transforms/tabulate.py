"""A report as rows of the dataset's tables."""

from datetime import date
from typing import Any

from msgspec.structs import asdict

from schemas.forms import TABLES
from schemas.issues import severity
from transforms.compare import compare
from transforms.document import Place
from transforms.records import Report

BLANK = ("blank", "not_applicable")
LOST = ("missing", "unreadable")


def report_id(report: Report) -> str | None:
    """The report's key, the same for every version of it; None for a document that is no report.

    A report whose body or year is not known is kept under the key of its document.
    """
    if not report.cells:
        return None
    if report.body is None or report.year is None:
        return f"document-{report.document_id[:12]}"
    return f"{report.body.agency_id}-{report.year}"


def counts(report: Report) -> dict[str, int]:
    """How many cells are reported, blank, missing and conflicting, and how many identities are broken."""
    statuses = [cell.value_status for cell in report.cells]
    return {
        "cells_reported": statuses.count("reported"),
        "cells_blank": sum(status in BLANK for status in statuses),
        "cells_missing": sum(status in LOST for status in statuses),
        "cells_conflicting": sum(cell.reconciliation == "conflict" for cell in report.cells),
        "identities_broken": sum(identity.holds is False for identity in report.identities),
    }


def report_rows(report: Report, documents: int) -> dict[str, list[dict[str, Any]]]:
    """Rows by table of a report that is current; `documents` counts the versions of it."""
    common = {"report_id": report_id(report), "year": report.year, "document_id": report.document_id}
    return {
        "reports": [
            {
                **common,
                **counts(report),
                **{f"form_{table}": _form(report.forms.get(table)) for table in TABLES},
                "agency_id": report.body and report.body.agency_id,
                "scope": report.scope,
                "scope_evidence": report.scope_evidence,
                "agency": report.agency,
                "region_code": report.region_code,
                "title": report.title,
                "document_number": report.document_number,
                "published": _date(report.published),
                "period_start": _date(report.period_start),
                "period_end": _date(report.period_end),
                "documents": documents,
                "reader": report.reader,
                "correction": " ".join(report.corrections) or None,
            }
        ],
        "cells": [
            {**common, **asdict(cell), **_place(cell.place), "reader": report.reader} for cell in report.cells
        ],
        "sections": [
            {**common, **section._asdict(), "section_number": section.number} for section in report.sections
        ],
        "narrative": [
            {
                **common,
                **figure._asdict(),
                "stated": figure.value,
                "stated_scope": figure.scope,
                "text_start": figure.start,
                "text_end": figure.end,
            }
            for figure in report.narrative
        ],
        "identities": [
            {**common, **asdict(identity), "identity": identity.kind} for identity in report.identities
        ],
    }


def comparison_rows(current: Report, other: Report, relation: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by table of another document of a report beside its current one."""
    compared = compare(current, other)
    common = {"report_id": report_id(current), "year": current.year, "document_id": other.document_id}
    return {
        "comparisons": [
            {
                **common,
                **compared._asdict(),
                "current_document_id": current.document_id,
                "relation": relation,
            }
        ],
        "differences": [{**common, **difference._asdict()} for difference in compared.differences],
    }


def issue_rows(report: Report) -> list[dict[str, Any]]:
    """Rows of the table of issues; every document has them, also one that is no report."""
    return [
        {
            "report_id": report_id(report),
            "year": report.year,
            "document_id": report.document_id,
            "issue_number": number,
            "severity": severity(issue.code),
            **issue._asdict(),
            **_place(issue.place),
        }
        for number, issue in enumerate(report.issues, start=1)
    ]


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _form(form: int | list[int] | None) -> str | None:
    if form is None:
        return None
    return "+".join(str(each) for each in sorted(set(form))) if isinstance(form, list) else str(form)


def _place(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {
        "page": place.page,
        "line": place.line,
        "char_start": place.start,
        "char_end": place.end,
        "box": " ".join(f"{edge:g}" for edge in place.box) if place.box else None,
        "grid_table": place.table,
        "grid_row": place.row,
        "grid_column": place.column,
    }
