"""A small warehouse made of given rows, for tests that need one without reading documents."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.load import load
from flows.paths import Paths
from schemas.arrow import schema
from schemas.dataset import Field, tables
from schemas.forms import form_cells

Rows = dict[str, list[dict[str, Any]]]
SOME = {
    "string": "x",
    "integer": 0,
    "number": Decimal(0),
    "boolean": True,
    "date": date(2026, 1, 1),
    "time": datetime(2026, 1, 1, tzinfo=UTC),
}


def row(table: str, /, **values: Any) -> dict[str, Any]:
    """A row of a table: the given values, null where it is allowed, anything elsewhere."""
    fields = tables()[table].fields
    return {field.name: values.get(field.name, None if field.nullable else _some(field)) for field in fields}


def cell(report: dict[str, Any], place: str, value: int | None, **values: Any) -> dict[str, Any]:
    """A cell of a report; `place` is table.row.column."""
    table, line, column = place.split(".")
    status = "blank" if value is None else "reported"
    known = {name: report[name] for name in ("report_id", "year", "document_id")}
    known |= {"table": table, "row": line, "column": column, "form": 2021, "value_status": status}
    known |= {"value": value, "value_reconciled": value, "value_raw": None if value is None else str(value)}
    known["reconciliation"] = "undetermined" if value is None else "as_reported"
    return row("cells", **{**known, **values})


def report(number: int, document: str = "a", **values: Any) -> dict[str, Any]:
    """A report of 样例县样例局 of the year 2020 and `number` years, read from a document."""
    known = {
        "report_id": f"990101-sample-{2020 + number}",
        "agency_id": "990101-sample",
        "agency": "样例县样例局",
        "region_code": "990101",
        "year": 2020 + number,
        "document_id": document * 64,
        "cells_reported": 10,
    }
    return row("reports", **{**known, **values})


def small(reports: list[dict[str, Any]], cells: list[dict[str, Any]], **others: list[dict[str, Any]]) -> Rows:
    """The rows of a dataset with these reports and cells, and what they refer to."""
    names = [field.name for field in tables()["codebook"].fields]
    documents = {each["document_id"]: each for each in reports}
    return {
        "reports": reports,
        "cells": cells,
        "agencies": [row("agencies", agency_id="990101-sample", agency="样例县样例局", region_code="990101")],
        "regions": [row("regions", region_code="990101", region="样例县", level="county")],
        "codebook": [{name: getattr(each, name) for name in names} for each in form_cells()],
        "documents": [
            row(
                "documents",
                source="samples",
                url=f"data/samples/{document_id[:3]}.txt",
                fetch_status="fetched",
                document_id=document_id,
                report_id=each["report_id"],
                is_current=True,
            )
            for document_id, each in documents.items()
        ],
        "runs": [row("runs", run_id="20260101T000000Z", version="0123456789abcdef")],
        **others,
    }


def publish(paths: Paths, fingerprint: str, rows: Rows) -> None:
    """Make these rows the warehouse in place."""
    build = paths.builds / f".{fingerprint}"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    for name in tables():
        table = pa.Table.from_pylist(rows.get(name, []), schema=schema(name))
        pq.write_table(table, build / f"{name}.parquet")
    load(paths, build, fingerprint, "unknown")


def _some(field: Field) -> Any:
    return field.values[0] if field.values else SOME[field.type]
