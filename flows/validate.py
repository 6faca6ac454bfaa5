"""Validate: turn what was read into the rows of the dataset, check each, and write Parquet.

Works through the documents in batches, so that memory does not grow with their number. A row that breaks
a rule goes to quarantine with the reasons, which become issues of its document; the rest goes on.
"""

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

from flows.corrections import Corrections, read_corrections
from flows.crawl.archive import fetch_logs
from flows.database import connect
from flows.files import append
from flows.normalise import Selection, index_line, parsed_report
from flows.parquet import parquet_writer
from flows.paths import Paths
from schemas.checks import Rejected, check
from schemas.dataset import tables
from schemas.forms import form_cells
from schemas.issues import severity
from transforms.agencies import declared_names, departments, successor
from transforms.corrections import SetValue
from transforms.document import Issue
from transforms.records import Report
from transforms.regions import LATEST, regions
from transforms.tabulate import comparison_rows, issue_rows, report_id, report_rows

Row = dict[str, Any]

BATCH = 500  # documents; about 100,000 cells, which makes a good row group in Parquet
OF_REPORTS = ("reports", "cells", "sections", "narrative", "identities", "comparisons", "differences")

# The documents in use. Of several that are one report, the current one gives the figures: the newest version
# at its address; of different addresses the one with most cells decided, then with fewest broken identities,
# then of the more reliable kind of file, then fetched last.
RELIABLE = ("html", "docx", "sheet", "doc", "text", "pdf")
READ = """
    CREATE TABLE read AS
    SELECT DISTINCT done.* FROM read_json($index, ignore_errors = true, columns = {
        key: 'VARCHAR', document_id: 'VARCHAR', report_id: 'VARCHAR', agency_name: 'VARCHAR',
        agency_id: 'VARCHAR', agency: 'VARCHAR', region_code: 'VARCHAR', agency_level: 'VARCHAR',
        agency_kind: 'VARCHAR', department: 'VARCHAR', year: 'BIGINT', reader: 'VARCHAR',
        cells_decided: 'BIGINT', identities_broken: 'BIGINT'}) AS done
    SEMI JOIN read_json($selected, columns = {key: 'VARCHAR'}) AS selected USING (key)
"""
# The versions of a corrected page, the newest last.
CORRECTED = """
    SELECT key, document_id FROM read JOIN fetches USING (document_id)
    WHERE fetch_status = 'fetched' AND $target IN (document_id, url) GROUP BY ALL ORDER BY max(fetched_at)
"""
INDEXED = """
    CREATE TABLE indexed AS
    WITH seen AS (
        SELECT read.*, url, fetched_at, fetched_at = max(fetched_at) OVER page AS newest
        FROM read JOIN fetches USING (document_id) WHERE fetch_status = 'fetched'
        WINDOW page AS (PARTITION BY source, url, report_id)
    ),
    documents AS (
        SELECT key, document_id,
            any_value(COLUMNS(* EXCLUDE (key, document_id, url, fetched_at, newest))),
            bool_or(newest) AS newest, max(fetched_at) AS fetched_at, max(url) AS url
        FROM seen GROUP BY key, document_id
    )
    SELECT * EXCLUDE (url, fetched_at),
        count(*) OVER (PARTITION BY report_id) AS documents,
        report_id IS NOT NULL AND 1 = row_number() OVER (
            PARTITION BY report_id ORDER BY newest DESC, cells_decided DESC, identities_broken,
                list_position($reliable, reader), fetched_at DESC, url DESC, document_id
        ) AS is_current
    FROM documents
"""
# What has vanished since tells in all its rows when it was last seen.
FETCHES = """
    CREATE TABLE fetches AS
    SELECT * EXCLUDE (role, last_seen), last_value(last_seen) OVER (
        PARTITION BY source, url ORDER BY fetched_at
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_seen
    FROM read_json($logs, format = 'newline_delimited', columns = {
        source: 'VARCHAR', url: 'VARCHAR', final_url: 'VARCHAR', found_on: 'VARCHAR',
        fetched_at: 'TIMESTAMPTZ', fetch_status: 'VARCHAR', reason: 'VARCHAR', http_status: 'BIGINT',
        document_id: 'VARCHAR', media_type: 'VARCHAR', bytes: 'BIGINT', last_seen: 'TIMESTAMPTZ',
        role: 'VARCHAR'})
    WHERE role IS DISTINCT FROM 'list'
"""
IN_ORDER = "FROM indexed ORDER BY year, report_id, is_current DESC, document_id"
DOCUMENTS = """
    SELECT source, url, final_url, found_on, fetched_at, fetch_status, reason, http_status, last_seen,
        document_id, media_type, bytes, report_id, reader,
        coalesce(is_current, false) AS is_current
    FROM fetches LEFT JOIN indexed USING (document_id) ORDER BY source, url, fetched_at
"""
AGENCIES = """
    SELECT agency_id,
        arg_max(COLUMNS(['agency', 'region_code', 'agency_level', 'agency_kind', 'department']), year)
    FROM indexed WHERE agency_id IS NOT NULL AND is_current GROUP BY agency_id ORDER BY agency_id
"""
NAMES = """
    SELECT agency_name, agency_id, region_code, bool_or(declared) AS declared, count(document_id) AS mentions
    FROM (
        SELECT agency_name, agency_id, indexed.region_code, document_id, names.agency_id IS NOT NULL
            AS declared
        FROM indexed LEFT JOIN declared AS names USING (agency_name, agency_id)
        WHERE agency_name IS NOT NULL
        UNION ALL
        SELECT agency_name, agency_id, region_code, NULL, true
        FROM declared ANTI JOIN indexed USING (agency_name, agency_id)
    )
    GROUP BY ALL ORDER BY ALL
"""


def validate(
    paths: Paths, selection: Selection, build: Path, runs: list[Row], progress: Callable[[int, int], None]
) -> int:
    """Write every table of the dataset as Parquet below `build`, and rejected rows as quarantine.jsonl.

    `runs` are the rows of the table of runs, this one last; its number of reports is filled in here.
    `progress` is told how many documents of how many are done. Returns the number of reports.
    """
    with _Writer(build) as writer, connect(spill=build) as connection:
        connection.execute(FETCHES, {"logs": fetch_logs(paths)})
        files = {"selected": str(selection.selected), "index": str(selection.index)}
        connection.execute(READ, files)
        corrections = _corrected(connection, paths)
        connection.execute(INDEXED, {"reliable": list(RELIABLE)})
        connection.execute(
            "CREATE TABLE declared (agency_name VARCHAR, region_code VARCHAR, agency_id VARCHAR)"
        )
        for name in declared_names():
            connection.execute("INSERT INTO declared VALUES (?, nullif(?, ''), ?)", name)
        done = 0
        current: Report | None = None
        for documents in _batches(connection, IN_ORDER):
            current = _write_documents(writer, paths, documents, corrections, current)
            done += len(documents)
            progress(done, selection.documents)
        runs[-1]["reports_read"] = writer.written["reports"]
        for table, query in (("documents", DOCUMENTS), ("agencies", AGENCIES), ("agency_names", NAMES)):
            for rows in _batches(connection, query):
                writer.write(table, [_with_successor(row) for row in rows] if table == "agencies" else rows)
        writer.write("corrections", corrections.rows())
        writer.write("departments", _departments())
        writer.write("regions", _regions())
        writer.write("codebook", [asdict(cell) for cell in form_cells()])
        writer.write("runs", runs)
        for table in tables():
            if not writer.written[table]:
                writer.write(table, [])
        return writer.written["reports"]


def _corrected(connection: duckdb.DuckDBPyConnection, paths: Paths) -> Corrections:
    """The corrections by what they touch; corrected documents are indexed as what they are then."""
    corrections = Corrections(read_corrections(paths.corrections))
    keys: dict[str, str] = {}  # of the corrected documents, each page's newest version last
    for correction in corrections.declared:
        if isinstance(correction, SetValue):
            corrections.of_reports.setdefault(correction.report, []).append(correction)
            continue
        for key, document_id in connection.execute(CORRECTED, {"target": correction.document}).fetchall():
            corrections.of_documents.setdefault(document_id, []).append(correction)
            keys[key] = document_id
    for key in keys:
        report = parsed_report(paths, key)
        corrections.correct_document(report)
        line = index_line(key, report)
        connection.execute("DELETE FROM read WHERE key = ?", [key])
        connection.execute(
            f"INSERT INTO read ({', '.join(line)}) VALUES ({', '.join('?' * len(line))})", list(line.values())
        )
    return corrections


def _write_documents(
    writer: "_Writer", paths: Paths, documents: list[Row], corrections: Corrections, current: Report | None
) -> Report | None:
    """Write a batch of documents: the current ones as reports, the others beside them, the issues of all.

    `current` is the last current document of the batch before, beside which more may stand; the last one of
    this batch is returned.
    """
    rows: dict[str, list[Row]] = {table: [] for table in (*OF_REPORTS, "issues")}
    for document in documents:
        report = parsed_report(paths, document["key"])
        corrections.correct_document(report)
        if document["is_current"]:
            current = report
            if document["documents"] > 1:
                report.issues.append(Issue("several_documents", f"{document['documents']} documents"))
            made = report_rows(report, document["documents"])
            report.issues += corrections.correct_cells(document["report_id"], made["cells"])
        elif current and document["report_id"] and document["report_id"] == report_id(current):
            made = comparison_rows(
                current, report, "other_document" if document["newest"] else "older_version"
            )
            (counted,) = made["comparisons"]
            if counted["cells_differing"]:
                message = f"{counted['cells_differing']} cells differ from the current document"
                report.issues.append(Issue("documents_differ", message))
        else:
            made = {}
        for table, some in made.items():
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
    return current


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


def _with_successor(agency: Row) -> Row:
    return {**agency, "successor_id": successor(agency["agency_id"])}


def _departments() -> list[Row]:
    return [
        {
            "department": entry.department,
            "department_name": entry.zh,
            "department_name_en": entry.en,
            "abolished": entry.abolished,
            "successor_department": entry.successor,
        }
        for entry in departments().values()
    ]


def _regions() -> list[Row]:
    return [
        {
            "region_code": entry.code,
            "region": entry.name,
            "level": entry.level,
            "parent_code": entry.parent or None,
            "valid_from": entry.valid_from or None,
            "valid_to": entry.valid_to if entry.valid_to < LATEST else None,
            "successors": " ".join(entry.successors) or None,
            "successor_code": entry.successor,
            "longitude": entry.seat and entry.seat[0],
            "latitude": entry.seat and entry.seat[1],
        }
        for entry in regions()
    ]
