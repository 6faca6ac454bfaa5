"""Apply what people have corrected: first of documents, then of the cells of reports."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from flows.corrections import Corrections, read_corrections
from flows.crawl.archive import raw_file
from flows.documents import Job, read_all
from flows.normalise import Selection
from flows.parts import INDEX, table_files, write_part
from flows.paths import Paths
from flows.validate.current import CURRENT
from schemas.issues import severity
from transforms.corrections import SetValue
from transforms.records import SourceEntry

# The versions of a corrected page, the newest last.
OF_PAGE = """
    SELECT read.key, document_id, any_value(selected.agency), any_value(selected.region_code),
        any_value(selected.year)
    FROM read JOIN fetches USING (document_id)
    JOIN read_parquet($selected) AS selected USING (key, document_id)
    WHERE fetch_status = 'fetched' AND $target IN (document_id, url) GROUP BY ALL ORDER BY max(fetched_at)
"""
CORRECTED = """
    CREATE TABLE corrected (number BIGINT, report_id VARCHAR, "table" VARCHAR, "row" VARCHAR,
        "column" VARCHAR, value_reconciled DECIMAL(24, 8), reconciliation VARCHAR, correction VARCHAR,
        was VARCHAR)
"""
CORRECTED_FIELDS = (
    "number", "report_id", "table", "row", "column", "value_reconciled", "reconciliation", "correction",
)  # fmt: skip


def correct_documents(
    connection: duckdb.DuckDBPyConnection, paths: Paths, selection: Selection, build: Path
) -> tuple[Corrections, list[Path]]:
    """The corrections by what they touch, and a part of the documents that they change, read again."""
    corrections = Corrections(read_corrections(paths.corrections))
    jobs: dict[str, Job] = {}  # of the corrected documents, each page's newest version last
    for correction in corrections.declared:
        if isinstance(correction, SetValue):
            corrections.of_reports.setdefault(correction.report, []).append(correction)
            continue
        given = {"target": correction.document, "selected": str(selection.selected)}
        for key, document_id, *entry in connection.execute(OF_PAGE, given).fetchall():
            corrections.of_documents.setdefault(document_id, []).append(correction)
            jobs[key] = Job(key, raw_file(paths, document_id), SourceEntry(*entry))
    if not jobs:
        return corrections, []
    reports = [report for _, report in read_all(jobs.values())]
    for report in reports:
        corrections.correct_document(report)
    part = build / ".corrected"
    # What was corrected, and how, belongs to the key: another correction makes other rows.
    keys = [
        f"{key}-{sha256(repr(corrections.of_documents[report.document_id]).encode()).hexdigest()[:8]}"
        for key, report in zip(jobs, reports, strict=True)
    ]
    write_part(part, keys, reports)
    connection.execute("DELETE FROM read WHERE key IN (SELECT unnest($keys))", {"keys": list(jobs)})
    connection.execute(f"INSERT INTO read SELECT {', '.join(INDEX.names)} FROM read_parquet($documents)",
                       {"documents": table_files([part], "documents")})  # fmt: skip
    return corrections, [part]


def correct_cells(connection: duckdb.DuckDBPyConnection, corrections: Corrections, found: list[Path]) -> None:
    """Make the table `corrected` of the cells that people have corrected, and tell what is outdated."""
    connection.execute(CORRECTED)
    if not corrections.of_reports:
        return
    current = CURRENT.format(documents="indexed", without="key")
    query = f"FROM ({current}) WHERE report_id IN (SELECT unnest($reports))"
    given = {"files": table_files(found, "cells"), "reports": list(corrections.of_reports)}
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cell in connection.sql(query, params=given).to_arrow_table().to_pylist():
        cells.setdefault((cell["report_id"], cell["document_id"]), []).append(cell)
    for (report_id, document_id), rows in cells.items():
        before = [cell["reconciliation"] for cell in rows]
        for issue in corrections.correct_cells(report_id, rows):
            told = [document_id, issue.code, severity(issue.code), issue.message]
            connection.execute("INSERT INTO told VALUES (?, ?, ?, ?)", told)
        for cell, was in zip(rows, before, strict=True):
            if cell["correction"] is not None:
                connection.execute(
                    "INSERT INTO corrected VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*(cell[name] for name in CORRECTED_FIELDS), was],
                )
