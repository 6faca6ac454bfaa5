"""Validate: turn what was read into the rows of the dataset, check each, and write Parquet.

Works through the documents in batches, so that memory does not grow with their number. A row that breaks
a rule goes to quarantine with the reasons, which become issues of its document; the rest goes on.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.database import connect
from flows.files import append
from flows.normalise import Selection, parsed_report
from flows.parquet import parquet_writer
from flows.paths import Paths
from schemas.checks import Rejected, check
from schemas.dataset import tables
from schemas.forms import form_cells
from schemas.issues import severity
from transforms.document import Issue
from transforms.regions import REGIONS
from transforms.tabulate import issue_rows, report_rows

Row = dict[str, Any]

BATCH = 500  # documents; about 100,000 cells, which makes a good row group in Parquet
OF_REPORTS = ("reports", "cells", "sections", "narrative", "identities")

# The documents in use; of several that are one report, the one fetched last gives the figures.
INDEXED = """
    CREATE TABLE indexed AS
    SELECT key, document_id, report_id, agency_id, agency, region_code, year, reader,
        count(*) OVER (PARTITION BY report_id) AS documents,
        report_id IS NOT NULL AND 1 = row_number() OVER (
            PARTITION BY report_id ORDER BY seen.fetched_at DESC, seen.url DESC, document_id
        ) AS is_current
    FROM read_json($selected, columns = {key: 'VARCHAR'})
    JOIN (SELECT DISTINCT * FROM read_json($index, ignore_errors = true, columns = {
        key: 'VARCHAR', document_id: 'VARCHAR', report_id: 'VARCHAR', agency_id: 'VARCHAR', agency: 'VARCHAR',
        region_code: 'VARCHAR', year: 'BIGINT', reader: 'VARCHAR'}))
        USING (key)
    JOIN (SELECT document_id, max(fetched_at) AS fetched_at, max(url) AS url FROM fetches GROUP BY ALL)
        AS seen USING (document_id)
"""
FETCHES = """
    CREATE TABLE fetches AS FROM read_json($log, columns = {
        source: 'VARCHAR', url: 'VARCHAR', fetched_at: 'TIMESTAMPTZ', fetch_status: 'VARCHAR',
        document_id: 'VARCHAR', media_type: 'VARCHAR', bytes: 'BIGINT'})
"""
IN_ORDER = "FROM indexed ORDER BY year, report_id, is_current DESC, document_id"
DOCUMENTS = """
    SELECT source, url, fetched_at, fetch_status, document_id, media_type, bytes, report_id, reader,
        coalesce(is_current, false) AS is_current
    FROM fetches LEFT JOIN indexed USING (document_id) ORDER BY source, url, fetched_at
"""
AGENCIES = """
    SELECT DISTINCT agency_id, agency, region_code FROM indexed
    WHERE agency_id IS NOT NULL AND is_current ORDER BY agency_id
"""


def validate(
    paths: Paths, selection: Selection, build: Path, runs: list[Row], progress: Callable[[int, int], None]
) -> int:
    """Write every table of the dataset as Parquet below `build`, and rejected rows as quarantine.jsonl.

    `runs` are the rows of the table of runs, this one last; its number of reports is filled in here.
    `progress` is told how many documents of how many are done. Returns the number of reports.
    """
    with _Writer(build) as writer, connect(spill=build) as connection:
        connection.execute(FETCHES, {"log": str(paths.fetch_log)})
        files = {"selected": str(selection.selected), "index": str(selection.index)}
        connection.execute(INDEXED, files)
        done = 0
        for documents in _batches(connection, IN_ORDER):
            _write_documents(writer, paths, documents)
            done += len(documents)
            progress(done, selection.documents)
        runs[-1]["reports_read"] = writer.written["reports"]
        for table, query in (("documents", DOCUMENTS), ("agencies", AGENCIES)):
            for rows in _batches(connection, query):
                writer.write(table, rows)
        writer.write("regions", _regions())
        writer.write("codebook", [asdict(cell) for cell in form_cells()])
        writer.write("runs", runs)
        for table in tables():
            if not writer.written[table]:
                writer.write(table, [])
        return writer.written["reports"]


def _write_documents(writer: "_Writer", paths: Paths, documents: list[Row]) -> None:
    """Write a batch of documents: the current ones as reports, and the issues of all."""
    rows: dict[str, list[Row]] = {table: [] for table in (*OF_REPORTS, "issues")}
    for document in documents:
        report = parsed_report(paths, document["key"])
        if document["is_current"]:
            if document["documents"] > 1:
                report.issues.append(Issue("several_documents", f"{document['documents']} documents"))
            for table, some in report_rows(report, document["documents"]).items():
                rows[table] += some
        rows["issues"] += issue_rows(report)
    numbers = Counter(issue["document_id"] for issue in rows["issues"])
    lost: set[str] = set()
    for table in OF_REPORTS:
        # What belongs to a report that is in quarantine has nothing to belong to, and goes there with it.
        writer.quarantine(
            [
                Rejected(table, row, ("its report is in quarantine",))
                for row in rows[table]
                if row["report_id"] in lost
            ]
        )
        for rejected in writer.write(table, [row for row in rows[table] if row["report_id"] not in lost]):
            document_id = rejected.row["document_id"]
            numbers[document_id] += 1
            rows["issues"].append(_issue(rejected, numbers[document_id]))
            if table == "reports":
                lost.add(rejected.row["report_id"])
    writer.write("issues", rows["issues"])


def _issue(rejected: Rejected, number: int) -> Row:
    row = rejected.row
    return {
        **{field: row.get(field) for field in ("report_id", "year", "document_id", "table", "row", "column")},
        "issue_number": number,
        "code": "row_rejected",
        "severity": severity("row_rejected"),
        "message": f"a row of {rejected.table} is in quarantine: {'; '.join(rejected.reasons)}",
    }


class _Writer(AbstractContextManager["_Writer"]):
    """Checks rows and writes them as Parquet: a file per table, or per year of a partitioned table.

    `written` counts the rows by table. Rows of a table may come in several parts.
    """

    def __init__(self, build: Path) -> None:
        self.build = build
        self.written: Counter[str] = Counter()
        self._files: dict[Path, pq.ParquetWriter] = {}
        (build / "quarantine.jsonl").touch()

    def write(self, table: str, rows: list[Row]) -> list[Rejected]:
        """Write the rows that keep all rules; return the others, which are in quarantine now."""
        arrow, rejected = check(table, rows)
        self.written[table] += arrow.num_rows
        self.quarantine(rejected)
        self._append(table, arrow)
        return rejected

    def quarantine(self, rejected: list[Rejected]) -> None:
        """Keep rejected rows, with their reasons, where a person can look at them."""
        append(self.build / "quarantine.jsonl", [asdict(row) for row in rejected])

    def _append(self, table: str, rows: pa.Table) -> None:
        if tables()[table].partition is None:
            self._write(self.build / f"{table}.parquet", rows)
            return
        # A table without rows gets one empty file, so that readers find its columns.
        years = pc.unique(rows["year"]).to_pylist() or ([] if self.written[table] else [None])
        for year in sorted(years, key=lambda year: (year is None, year)):
            same = pc.is_null(rows["year"]) if year is None else pc.equal(rows["year"], year)
            folder = "__HIVE_DEFAULT_PARTITION__" if year is None else year
            file = self.build / table / f"year={folder}" / f"{table}.parquet"
            self._write(file, rows.filter(same).drop_columns(["year"]))

    def _write(self, path: Path, rows: pa.Table) -> None:
        if path not in self._files:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._files[path] = parquet_writer(path, rows.schema)
        self._files[path].write_table(rows)

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()


def _batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[Row]]:
    with connection.cursor() as cursor:
        yield from (batch.to_pylist() for batch in cursor.sql(query).to_arrow_reader(BATCH))


def _regions() -> list[Row]:
    with REGIONS.open(encoding="utf-8", newline="") as file:
        return [
            {
                "region_code": row["code"],
                "region": row["name"],
                "level": row["level"],
                "parent_code": row["parent"] or None,
                "valid_from": int(row["valid_from"]) if row["valid_from"] else None,
                "valid_to": int(row["valid_to"]) if row["valid_to"] else None,
            }
            for row in csv.DictReader(file)
        ]
