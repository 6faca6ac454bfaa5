"""What `gongkai parse` prints: one document as a JSON object on one line, or its cells as CSV."""

import csv
import io
from typing import Any

import msgspec

from transforms.document import Issue, Place
from transforms.records import Report

CSV_FIELDS = [
    *(
        "document",
        "document_id",
        "agency",
        "region_code",
        "year",
        "table",
        "row",
        "column",
        "form",
        "value_raw",
    ),
    *("value", "value_status", "value_reconciled", "reconciliation", "remark", "place"),
]
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(path: str, report: Report) -> str:
    """One line of JSON; numbers are exact, as printed (a decimal keeps its digits)."""
    cells = []
    for cell in report.cells:
        record = cell._asdict()
        place = record.pop("place")
        record["provenance"] = {
            "document_id": report.document_id,
            "reader": report.reader,
            **_place(place),
        }
        cells.append(record)
    fields = {
        **{"document": path, "title": report.title, "agency": report.agency},
        **{"region_code": report.region_code, "year": report.year, "forms": report.forms},
        **{"document_id": report.document_id, "document_number": report.document_number},
        **{
            "published": report.published,
            "period_start": report.period_start,
            "period_end": report.period_end,
        },
        "cells": cells,
        "sections": [section._asdict() for section in report.sections],
        "identities": [identity._asdict() for identity in report.identities],
        "issues": [_issue(issue) for issue in report.issues],
    }
    return _ENCODER.encode(fields).decode()


def csv_header() -> str:
    """The first line of CSV output."""
    return _csv_lines([CSV_FIELDS])


def as_csv(path: str, report: Report) -> str:
    """One line of CSV per cell, null as nothing; empty for a document without cells."""
    return _csv_lines(
        [
            *(path, report.document_id, report.agency, report.region_code, report.year),
            *(cell.table, cell.row, cell.column, cell.form, cell.value_raw, cell.value, cell.value_status),
            *(cell.value_reconciled, cell.reconciliation, cell.remark, cell.place),
        ]
        for cell in report.cells
    ).rstrip("\n")


def _csv_lines(lines: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().rstrip("\n")


def _issue(issue: Issue) -> dict[str, Any]:
    return {**issue._asdict(), "place": _place(issue.place)}


def _place(place: Place | None) -> dict[str, Any]:
    return (
        {} if place is None else {key: value for key, value in place._asdict().items() if value is not None}
    )
