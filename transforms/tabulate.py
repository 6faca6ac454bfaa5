"""Reports as columns of the dataset's tables, a whole batch of documents at a time.

A hundred documents hold twenty thousand cells: they become columns by passes over one field of all of them,
never as a row of Python objects each.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any, Final

import numpy as np
import pyarrow as pa

from schemas.arrow import schema
from schemas.forms import TABLES
from schemas.issues import severity
from transforms.document import Issue, Place
from transforms.records import Agency, CellRecord, IdentityRecord, NarrativeFigure, Report, SectionRecord

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


def index_line(key: str, report: Report) -> dict[str, Any]:
    """What the next stage needs to know of a document to put it beside the others of its report."""
    body = report.body._asdict() if report.body else dict.fromkeys(Agency._fields)
    return {
        "key": key,
        "document_id": report.document_id,
        "report_id": report_id(report),
        "agency_name": report.agency,
        **body,
        "region_code": report.region_code,
        "year": report.year,
        "reader": report.reader,
        "cells_decided": len(report.cells) - [cell.value_reconciled for cell in report.cells].count(None),
        "identities_broken": [identity.holds for identity in report.identities].count(False),
    }


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


_NOWHERE: Final = Place()

Columns = dict[str, Sequence[Any] | pa.Array]


def tabulate(reports: Sequence[Report]) -> dict[str, Columns]:
    """Every row that the documents have in each table of the dataset, whichever of them are current.

    What depends on other documents and on people is not known here: a report has 1 of `documents`, and no
    cell a correction.
    """
    whole = [report for report in reports if report_id(report) is not None]
    return {
        "reports": _reports(whole),
        "cells": _of_reports("cells", whole, attrgetter("cells"), _cell_columns),
        "sections": _of_reports("sections", whole, attrgetter("sections"), _section_columns),
        "narrative": _of_reports("narrative", whole, attrgetter("narrative"), _narrative_columns),
        "identities": _of_reports("identities", whole, attrgetter("identities"), _identity_columns),
        "issues": _of_reports("issues", reports, attrgetter("issues"), _issue_columns),
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
            columns[name] = _repeated(table, name, list(values), at)
    if table == "issues":
        columns["issue_number"] = list(chain.from_iterable(range(1, number + 1) for number in numbers))
    return columns


def _repeated(table: str, name: str, values: Sequence[Any], at: pa.Array) -> pa.DictionaryArray:
    """A column of a few values that come again and again: `at` says which of `values` each row has."""
    return pa.array(values, schema(table).field(name).type).dictionary_encode().take(at)


def _words(table: str, names: Sequence[str], words: dict[Any, int], at: list[int]) -> Columns:
    """Several such columns, of words that come together: `words` has their different combinations."""
    columns = zip(*words, strict=True) if words else [()] * len(names)
    rows = pa.array(at, pa.int32())
    return {name: _repeated(table, name, column, rows) for name, column in zip(names, columns, strict=True)}


def _cell_columns(cells: list[CellRecord]) -> Columns:
    words: dict[tuple[str, str, str, int, str, str], int] = {}
    at = [
        words.setdefault(
            (cell.table, cell.row, cell.column, cell.form, cell.value_status, cell.reconciliation), len(words)
        )
        for cell in cells
    ]
    return {
        **_words("cells", ("table", "row", "column", "form", "value_status", "reconciliation"), words, at),
        "value_raw": [cell.value_raw for cell in cells],
        "value": [cell.value for cell in cells],
        "remark": [cell.remark for cell in cells],
        "value_reconciled": [cell.value_reconciled for cell in cells],
        **_place_columns([cell.place or _NOWHERE for cell in cells]),
    }


def _section_columns(sections: list[SectionRecord]) -> Columns:
    return {
        "section_number": [section.number for section in sections],
        "section": [section.section for section in sections],
        "heading": [section.heading for section in sections],
        "text": [section.text for section in sections],
    }


def _narrative_columns(figures: list[NarrativeFigure]) -> Columns:
    return {
        "measure": [figure.measure for figure in figures],
        "stated": [figure.value for figure in figures],
        "stated_scope": [figure.scope for figure in figures],
        "sentence": [figure.sentence for figure in figures],
        "section": [figure.section for figure in figures],
        "text_start": [figure.start for figure in figures],
        "text_end": [figure.end for figure in figures],
    }


def _identity_columns(identities: list[IdentityRecord]) -> Columns:
    words: dict[tuple[str, str, str | None, str | None], int] = {}
    at = [
        words.setdefault((equation.kind, equation.table, equation.row, equation.column), len(words))
        for equation in identities
    ]
    return {
        **_words("identities", ("identity", "table", "row", "column"), words, at),
        "left": [identity.left for identity in identities],
        "right": [identity.right for identity in identities],
        "holds": [identity.holds for identity in identities],
    }


def _issue_columns(issues: list[Issue]) -> Columns:
    return {
        "code": [issue.code for issue in issues],
        "severity": [severity(issue.code) for issue in issues],
        "message": [issue.message for issue in issues],
        "table": [issue.table for issue in issues],
        "row": [issue.row for issue in issues],
        "column": [issue.column for issue in issues],
        "raw": [issue.raw for issue in issues],
        **_place_columns([issue.place or _NOWHERE for issue in issues]),
    }


def _place_columns(places: list[Place]) -> Columns:
    return {
        "page": [place.page for place in places],
        "line": [place.line for place in places],
        "char_start": [place.start for place in places],
        "char_end": [place.end for place in places],
        "grid_table": [place.table for place in places],
        "grid_row": [place.row for place in places],
        "grid_column": [place.column for place in places],
        "box": [
            None if place.box is None else " ".join([f"{edge:g}" for edge in place.box]) for place in places
        ],
    }


def _form(form: int | list[int] | None) -> str | None:
    if form is None:
        return None
    return "+".join(str(each) for each in sorted(set(form))) if isinstance(form, list) else str(form)
