"""What the command line prints: documents as JSON or CSV, and the results of queries."""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from numbers import Number
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from transforms.document import Issue, Place
from transforms.records import CellRecord, IdentityRecord, Report

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
WIDE = 1000  # where no terminal sets a width, nothing is broken over lines
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(path: str, report: Report) -> str:
    """One line of JSON; numbers are exact, as printed (a decimal keeps its digits)."""
    cells = []
    for cell in report.cells:
        record = _asdict(cell)
        place = record.pop("place")
        record["provenance"] = {
            "document_id": report.document_id,
            "reader": report.reader,
            **_place(place),
        }
        cells.append(record)
    printed = {
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
        "narrative": [figure._asdict() for figure in report.narrative],
        "identities": [_asdict(identity) for identity in report.identities],
        "issues": [_issue(issue) for issue in report.issues],
    }
    return _ENCODER.encode(printed).decode()


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


def as_rows(names: list[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The result of a query as lines of CSV, each number in its shortest form."""
    yield _csv_lines([names])
    for row in rows:
        yield _csv_lines([[_shortest(value) for value in row]])


def as_table(names: list[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print the result of a query as a table, as wide as the terminal."""
    width = Console().width if sys.stdout.isatty() else WIDE
    print(table_text(names, rows, width))


def table_text(names: list[str], rows: Iterable[Sequence[Any]], width: int = WIDE) -> str:
    """The result of a query as a table for people, numbers to the right and rounded to four decimals."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    for name, values in zip(names, columns, strict=True):
        numbers = all(isinstance(value, Number | None) for value in values)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in zip(*columns, strict=True):
        table.add_row(*(_shown(value) for value in row))
    text = io.StringIO()
    Console(file=text, width=width).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n")).strip("\n")


def _shown(value: Any) -> Text:
    if isinstance(value, float):
        value = round(value, 4)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return Text("" if value is None else str(_shortest(value)))


def _shortest(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def _csv_lines(lines: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().rstrip("\n")


def _asdict(record: CellRecord | IdentityRecord | Place) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _issue(issue: Issue) -> dict[str, Any]:
    return {**issue._asdict(), "place": _place(issue.place)}


def _place(place: Place | None) -> dict[str, Any]:
    return {} if place is None else {key: value for key, value in _asdict(place).items() if value is not None}
