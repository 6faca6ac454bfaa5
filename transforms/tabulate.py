"""Reports as columns of the dataset's tables, a whole batch of documents at a time.

A hundred documents hold twenty thousand cells: they become columns by passes over one field of all of them,
never as a row of Python objects each.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.arrow import schema
from schemas.forms import TABLES
from schemas.issues import severity
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
        "cells_blank": sum(map(statuses.count, BLANK)),
        "cells_missing": sum(map(statuses.count, LOST)),
        "cells_conflicting": [cell.reconciliation for cell in report.cells].count("conflict"),
        "identities_broken": [identity.holds for identity in report.identities].count(False),
    }


_NOWHERE = Place()
_PLACE = {
    "page": "page",
    "line": "line",
    "char_start": "start",
    "char_end": "end",
    "grid_table": "table",
    "grid_row": "row",
    "grid_column": "column",
}

Columns = dict[str, Sequence[Any] | pa.Array]


def tabulate(reports: Sequence[Report]) -> dict[str, Columns]:
    """Every row that the documents have in each table of the dataset, whichever of them are current.

    What depends on other documents and on people is not known here: a report has 1 of `documents`, and no
    cell a correction.
    """
    whole = [report for report in reports if report_id(report) is not None]
    return {
        "reports": _reports(whole),
        "cells": _of_reports("cells", whole, attrgetter("cells"), _cell_fields),
        "sections": _of_reports("sections", whole, attrgetter("sections"), _section_fields),
        "narrative": _of_reports("narrative", whole, attrgetter("narrative"), _narrative_fields),
        "identities": _of_reports("identities", whole, attrgetter("identities"), _identity_fields),
        "issues": _of_reports("issues", reports, attrgetter("issues"), _issue_fields),
    }


def _reports(reports: Sequence[Report]) -> Columns:
    counted = [counts(report) for report in reports]
    columns: Columns = {name: [count[name] for count in counted] for name in (counted[0] if counted else ())}
    for table in TABLES:
        columns[f"form_{table}"] = [_form(report.forms.get(table)) for report in reports]
    for name in ("published", "period_start", "period_end"):
        days = map(attrgetter(name), reports)
        columns[name] = [None if day is None else date.fromisoformat(day) for day in days]
    columns["report_id"] = [report_id(report) for report in reports]
    columns["agency_id"] = [report.body and report.body.agency_id for report in reports]
    columns["documents"] = [1] * len(reports)
    columns["correction"] = [" ".join(report.corrections) or None for report in reports]
    for name in schema("reports").names:
        if name not in columns:
            columns[name] = list(map(attrgetter(name), reports))
    return columns


def _of_reports(
    table: str,
    reports: Sequence[Report],
    records: Callable[[Report], Sequence[Any]],
    fields: Callable[[list[Any]], Columns],
) -> Columns:
    """The rows of a table that the reports have several of, each with what they have in common."""
    of_each = [records(report) for report in reports]
    numbers = [len(some) for some in of_each]
    at = pa.array(np.repeat(np.arange(len(reports)), numbers))
    columns = fields(list(chain.from_iterable(of_each)))
    common: dict[str, Iterable[Any]] = {
        "report_id": map(report_id, reports),
        "year": map(attrgetter("year"), reports),
        "document_id": map(attrgetter("document_id"), reports),
        "reader": map(attrgetter("reader"), reports),
    }
    for name, values in common.items():
        if name in schema(table).names:
            columns[name] = pa.array(list(values), schema(table).field(name).type).take(at)
    if table == "issues":
        columns["issue_number"] = list(chain.from_iterable(range(1, number + 1) for number in numbers))
    return columns


def _cell_fields(cells: list[Any]) -> Columns:
    names = ["table", "row", "column", "form", "value_raw", "value", "value_status", "remark"]
    names += ["value_reconciled", "reconciliation"]
    return _fields(cells, names) | _places(cells)


def _section_fields(sections: list[Any]) -> Columns:
    return _fields(sections, ["section", "heading", "text"]) | {
        "section_number": list(map(attrgetter("number"), sections))
    }


def _narrative_fields(figures: list[Any]) -> Columns:
    renamed = {"stated": "value", "stated_scope": "scope", "text_start": "start", "text_end": "end"}
    return _fields(figures, ["measure", "sentence", "section"]) | {
        name: list(map(attrgetter(field), figures)) for name, field in renamed.items()
    }


def _identity_fields(identities: list[Any]) -> Columns:
    names = ["table", "row", "column", "left", "right", "holds"]
    return _fields(identities, names) | {"identity": list(map(attrgetter("kind"), identities))}


def _issue_fields(issues: list[Any]) -> Columns:
    columns = _fields(issues, ["code", "message", "table", "row", "column", "raw"]) | _places(issues)
    return columns | {"severity": [severity(issue.code) for issue in issues]}


def _fields(records: list[Any], names: Iterable[str]) -> Columns:
    return {name: list(map(attrgetter(name), records)) for name in names}


def _places(records: list[Any]) -> Columns:
    places = [record.place or _NOWHERE for record in records]
    columns: Columns = {name: list(map(attrgetter(field), places)) for name, field in _PLACE.items()}
    columns["box"] = [
        " ".join([f"{edge:g}" for edge in place.box]) if place.box else None for place in places
    ]
    return columns


def _form(form: int | list[int] | None) -> str | None:
    if form is None:
        return None
    return "+".join(str(each) for each in sorted(set(form))) if isinstance(form, list) else str(form)
