"""The tables of reports: what the current documents say, as corrected, and the issues of all documents."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from flows.parquet import batches
from flows.parts import table_files
from flows.validate.current import CURRENT
from flows.validate.writer import Writer
from schemas.arrow import schema

# What rows have of their document is put to them when they are sorted: it would be half of what to sort.
OF_DOCUMENT = ("report_id", "year", "document_id", "reader")
DOCUMENTS_FROM = "FROM changed WHERE number BETWEEN $first AND $last"
OF_REPORTS = {
    "reports": """
        SELECT current.* REPLACE (changed.documents AS documents,
                cells_conflicting - coalesce(settled, 0) AS cells_conflicting)
        FROM current JOIN changed USING (number) LEFT JOIN (
            SELECT report_id, count(*) FILTER (was = 'conflict') AS settled FROM corrected GROUP BY report_id
        ) AS mended ON mended.report_id = current.report_id
    """,
    "cells": """
        SELECT current.* REPLACE (
                coalesce(corrected.value_reconciled, current.value_reconciled) AS value_reconciled,
                coalesce(corrected.reconciliation, current.reconciliation) AS reconciliation,
                corrected.correction AS correction)
        FROM current LEFT JOIN corrected USING (number, "table", "row", "column")
    """,
    "sections": "FROM current",
    "narrative": "FROM current",
    "identities": "FROM current",
}
# The issues of all documents, with what only their neighbours and the corrections can tell of them.
ISSUES = """
    WITH found AS (
        SELECT rows.* EXCLUDE (key, file_row_number), number
        FROM read_parquet($files, file_row_number = true) AS rows JOIN changed USING (key)
    ),
    numbered AS (
        SELECT document_id, max(issue_number) AS most FROM found GROUP BY document_id
    )
    SELECT * FROM (
        FROM found
        UNION ALL BY NAME
        SELECT changed.report_id, changed.year, document_id, told.code, told.severity, told.message, number,
            coalesce(most, 0) + row_number() OVER (PARTITION BY document_id ORDER BY told.code, told.message)
                AS issue_number
        FROM told JOIN changed USING (document_id) LEFT JOIN numbered USING (document_id)
    ) ORDER BY number, issue_number
"""


def write_reports(
    connection: duckdb.DuckDBPyConnection, writer: Writer, found: list[Path], reused: dict[int | None, Path]
) -> None:
    """Write the years that have changed; `reused` are the others, each with the dataset that has it."""
    for table in OF_REPORTS:
        writer.write_partitioned(table, _of_reports(connection, table, found), reused)
    issues = connection.sql(ISSUES, params={"files": table_files(found, "issues")})
    writer.write_partitioned("issues", batches(issues), reused)


def _of_reports(
    connection: duckdb.DuckDBPyConnection, table: str, found: list[Path]
) -> Iterator[pa.RecordBatch]:
    """The rows of a table that belong to reports, in the order of these."""
    of_document = [] if table == "reports" else [name for name in OF_DOCUMENT if name in schema(table).names]
    current = CURRENT.format(documents="changed", without=", ".join(["key", *of_document]))
    query = f"WITH current AS ({current}) {OF_REPORTS[table]} ORDER BY number, file_row_number"
    rows = connection.sql(query, params={"files": table_files(found, table)})
    with connection.cursor() as cursor:
        for batch in batches(rows):
            first, last = batch["number"][0].as_py(), batch["number"][-1].as_py()
            documents = cursor.sql(DOCUMENTS_FROM, params={"first": first, "last": last}).to_arrow_table()
            at = pc.index_in(batch["number"], documents["number"].combine_chunks())
            for name in of_document:
                batch = batch.append_column(name, documents[name].combine_chunks().take(at))
            yield batch
