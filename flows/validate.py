"""Validate: put what was read together as the dataset, in Parquet.

Rows were checked when they were read (`flows.parts`). Here, with all documents side by side, it is decided
which document of a report is current, corrections by people are applied, and the documents of one report are
compared. DuckDB does so over all parts at once, within its memory limit. The files of a year in which nothing
has changed are those of the dataset before, linked.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from flows.build_writer import Writer
from flows.corrections import Corrections, read_corrections
from flows.crawl.archive import fetch_logs, raw_file
from flows.database import connect
from flows.documents import Job, read_all
from flows.normalise import Selection
from flows.parquet import batches
from flows.parts import INDEX, parts, write_part
from flows.paths import Paths
from flows.sources import read_sources, source_rows
from flows.version import dataset_version
from schemas.arrow import schema
from schemas.forms import form_cells
from schemas.issues import severity
from schemas.limits import limits
from transforms.agencies import declared_names, departments, successor
from transforms.corrections import SetValue
from transforms.records import SourceEntry
from transforms.regions import LATEST, regions

Row = dict[str, Any]

CORRECTED_FIELDS = (
    "number", "report_id", "table", "row", "column", "value_reconciled", "reconciliation", "correction",
)  # fmt: skip

# The documents in use. Of several that are one report, the current one gives the figures: one that has any,
# that its address still shows, the newest version there; of different addresses the one with most cells
# decided, then with fewest broken identities, then of the more reliable kind of file, then fetched last.
RELIABLE = ("html", "docx", "sheet", "doc", "text", "pdf")
READ = """
    CREATE TABLE read AS
    FROM read_parquet($documents) AS done
    SEMI JOIN (FROM read_parquet($selected) WHERE choice = 1) AS selected USING (key)
"""
# Documents that other sources would make another body's or year's, by what they declare of it; what a person
# has corrected (its key is another one) is decided.
CLAIMED = """
    CREATE TABLE claimed AS
    WITH readings AS (
        SELECT selected.document_id, source, choice, done.key, agency_id, agency_name, done.region_code,
            done.year, concat_ws(' ', source, 'makes it', coalesce(agency_name, 'a body without a name'),
                done.region_code, done.year) AS said
        FROM read_parquet($documents) AS done JOIN read_parquet($selected) AS selected USING (key)
    )
    SELECT document_id, any_value(this.said) || '; ' || string_agg(other.said, '; ' ORDER BY other.choice)
            || '; ' || any_value(this.source) || ' had it first' AS said
    FROM readings AS this JOIN readings AS other USING (document_id)
    WHERE this.key IN (SELECT key FROM read) AND other.choice > 1 AND (
        coalesce(other.agency_id, other.agency_name)
            NOT IN (coalesce(this.agency_id, ''), coalesce(this.agency_name, ''))
        OR other.region_code <> coalesce(this.region_code, '') OR other.year <> coalesce(this.year, 0))
    GROUP BY document_id
"""
# The versions of a corrected page, the newest last.
OF_PAGE = """
    SELECT read.key, document_id, any_value(selected.agency), any_value(selected.region_code),
        any_value(selected.year)
    FROM read JOIN fetches USING (document_id)
    JOIN read_parquet($selected) AS selected USING (key, document_id)
    WHERE fetch_status = 'fetched' AND $target IN (document_id, url) GROUP BY ALL ORDER BY max(fetched_at)
"""
INDEXED = """
    CREATE TABLE indexed AS
    WITH seen AS (
        SELECT read.*, url, fetched_at, fetched_at = max(fetched_at) OVER page AS newest,
            fetched_at = max(fetched_at) OVER address AS shown,
            arg_max({'url': url, 'report': report_id, 'key': key}, fetched_at) OVER address AS instead
        FROM read JOIN fetches USING (document_id) WHERE fetch_status = 'fetched'
        WINDOW page AS (PARTITION BY source, url, report_id), address AS (PARTITION BY source, url)
    ),
    documents AS (
        SELECT key, document_id,
            any_value(COLUMNS(* EXCLUDE (key, document_id, url, fetched_at, newest, shown, instead))),
            bool_or(newest) AS newest, bool_or(shown) AS shown, max(instead) AS instead,
            max(fetched_at) AS fetched_at, max(url) AS url
        FROM seen GROUP BY key, document_id
    ),
    ranked AS (
        SELECT * EXCLUDE (url, fetched_at),
            count(*) OVER (PARTITION BY report_id) AS documents,
            report_id IS NOT NULL AND 1 = row_number() OVER (
                PARTITION BY report_id ORDER BY cells_decided > 0 DESC, shown DESC, newest DESC,
                    cells_decided DESC, identities_broken, list_position($reliable, reader),
                    fetched_at DESC, url DESC, document_id
            ) AS is_current
        FROM documents
    )
    SELECT *, row_number() OVER (ORDER BY year, report_id, is_current DESC, document_id) AS number FROM ranked
"""
# What has vanished, and is not back, tells in all its rows when it was last seen.
FETCHES = """
    CREATE TABLE fetches AS
    SELECT * EXCLUDE (role, last_seen), last_value(
        CASE WHEN fetch_status IN ('fetched', 'unlisted', 'vanished') THEN {'seen': last_seen} END
        IGNORE NULLS
    ) OVER (
        PARTITION BY source, url ORDER BY fetched_at
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING).seen AS last_seen
    FROM read_json($logs, format = 'newline_delimited', columns = {
        source: 'VARCHAR', url: 'VARCHAR', final_url: 'VARCHAR', found_on: 'VARCHAR',
        fetched_at: 'TIMESTAMPTZ', fetch_status: 'VARCHAR', reason: 'VARCHAR', http_status: 'BIGINT',
        document_id: 'VARCHAR', media_type: 'VARCHAR', bytes: 'BIGINT', last_seen: 'TIMESTAMPTZ',
        role: 'VARCHAR'})
    WHERE role IS DISTINCT FROM 'list'
"""
DOCUMENTS = """
    SELECT source, url, final_url, found_on, fetched_at, fetch_status, reason, http_status, last_seen,
        document_id, media_type, bytes, report_id, reader,
        coalesce(is_current, false) AS is_current
    FROM fetches LEFT JOIN indexed USING (document_id) ORDER BY source, url, fetched_at
"""
AGENCIES = """
    SELECT agency_id,
        arg_max_null(
            COLUMNS(['agency', 'region_code', 'agency_level', 'agency_kind', 'department']),
            (coalesce(year, 0), number))
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
# What the files of each year are made of, as a digest; `changed` are the years to write anew.
PARTITIONS = """
    CREATE TABLE partitions AS
    WITH told_of AS (
        SELECT document_id, string_agg(code || message, chr(10) ORDER BY code, message) AS said
        FROM told GROUP BY document_id
    ),
    corrected_in AS (
        SELECT report_id, string_agg(correction || "table" || "row" || "column" || value_reconciled, chr(10)
            ORDER BY correction, "table", "row", "column") AS mended
        FROM corrected GROUP BY report_id
    )
    SELECT year, md5(string_agg(
            concat_ws(chr(9), key, is_current, documents, coalesce(report_id, ''), coalesce(agency_id, ''),
                coalesce(reader, ''), cells_decided, identities_broken, coalesce(said, ''),
                coalesce(mended, '')),
            chr(10) ORDER BY number)) AS digest
    FROM indexed LEFT JOIN told_of USING (document_id) LEFT JOIN corrected_in USING (report_id)
    GROUP BY year
"""
CHANGED = """
    CREATE TABLE changed AS
    SELECT indexed.* FROM indexed JOIN partitions ON partitions.year IS NOT DISTINCT FROM indexed.year
    WHERE coalesce(partitions.year, 0) NOT IN (SELECT unnest($reused))
"""
# The rows of one table of the current documents, as the parts have them.
CURRENT = """
    SELECT rows.* EXCLUDE ({without}), number
    FROM read_parquet($files, file_row_number = true) AS rows JOIN {documents} USING (key)
    WHERE is_current
"""
SORTED = 0.8  # of query_bytes: the batches that are put together beside the sorted rows take the rest
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
# Every other document of a report beside its current one. Cells that only one of them has are left out.
# There may be millions of them: documents and cells go by numbers here.
PAIRS = """
    CREATE TABLE pairs AS
    SELECT other.number::INTEGER AS number, this.number::INTEGER AS current_number, this.report_id, this.year,
        other.document_id, this.document_id AS current_document_id,
        CASE WHEN other.newest THEN 'other_document' ELSE 'older_version' END AS relation
    FROM indexed AS other JOIN indexed AS this USING (report_id)
    WHERE this.is_current AND NOT other.is_current
"""
# What gives the figures of a report although its address shows another document now, and whether that has the
# same figures: then a wrong year or body may have been corrected. 0 is the same in most reports.
REPLACED = """
    CREATE TABLE replaced AS
    WITH gone AS (SELECT document_id, key, instead FROM indexed WHERE is_current AND NOT shown),
    printed AS (
        SELECT key, "table", "row", "column", "value" FROM read_parquet($files)
        WHERE "value" <> 0 AND key IN (SELECT key FROM gone UNION ALL SELECT instead.key FROM gone)
    )
    SELECT gone.document_id, printf('%s shows %s; %d of %d figures other than 0 are the same',
        any_value(instead.url), any_value(coalesce(instead.report, 'no report')), count(now."value"),
        count(old."value")) AS said
    FROM gone LEFT JOIN printed AS old USING (key)
    LEFT JOIN printed AS now ON now.key = instead.key AND now."table" = old."table" AND now."row" = old."row"
        AND now."column" = old."column" AND now."value" = old."value"
    GROUP BY gone.document_id
"""
PLACES = """
    CREATE TABLE places ("table" VARCHAR, "row" VARCHAR, "column" VARCHAR, place SMALLINT)
"""
BESIDE = """
    CREATE TABLE beside AS
    WITH compared AS (
        SELECT key, number::INTEGER AS number FROM indexed
        WHERE number IN (SELECT number FROM pairs UNION ALL SELECT current_number FROM pairs)
    ),
    printed AS MATERIALIZED (
        SELECT number, place, "value" FROM read_parquet($files) JOIN compared USING (key)
        JOIN places USING ("table", "row", "column")
    )
    SELECT pairs.number, place, this."value" AS value_current, other."value" AS value_other
    FROM pairs JOIN printed AS other USING (number)
    JOIN printed AS this USING (place)
    WHERE this.number = current_number
"""
COMPARISONS = """
    WITH counted AS (
        SELECT number,
            count(*) FILTER (value_current IS NOT DISTINCT FROM value_other) AS agreeing,
            count(*) FILTER (value_current <> value_other) AS differing,
            count(*) FILTER (value_current IS NOT NULL AND value_other IS NULL) AS only_current,
            count(*) FILTER (value_current IS NULL AND value_other IS NOT NULL) AS only_other
        FROM beside GROUP BY number
    )
    SELECT report_id, year, document_id, current_document_id, relation,
        coalesce(agreeing, 0) AS cells_agreeing, coalesce(differing, 0) AS cells_differing,
        coalesce(only_current, 0) AS cells_only_current, coalesce(only_other, 0) AS cells_only_other
    FROM pairs LEFT JOIN counted USING (number) ORDER BY report_id, document_id
"""
DIFFERENCES = """
    SELECT report_id, year, document_id, "table", "row", "column", value_current, value_other
    FROM beside JOIN pairs USING (number) JOIN places USING (place)
    WHERE value_current IS DISTINCT FROM value_other ORDER BY number, place
"""
# The issues of all documents, with what only their neighbours and the corrections can tell of them.
TOLD = """
    CREATE TABLE told (document_id VARCHAR, code VARCHAR, severity VARCHAR, message VARCHAR)
"""
NEIGHBOURLY = (
    "several_documents", "documents_differ", "names_differ", "no_longer_shown", "sources_differ",
)  # fmt: skip
NEIGHBOURS = """
    INSERT INTO told
    SELECT document_id, code, map($codes, $severities)[code], message FROM (
        SELECT document_id, 'several_documents' AS code, documents || ' documents' AS message
        FROM indexed WHERE is_current AND documents > 1
        UNION ALL
        SELECT document_id, 'documents_differ', count(*) || ' cells differ from the current document'
        FROM beside JOIN pairs USING (number) WHERE value_current <> value_other GROUP BY document_id
        UNION ALL
        SELECT any_value(document_id) FILTER (is_current), 'names_differ',
            string_agg(DISTINCT agency, '; ' ORDER BY agency)
        FROM indexed WHERE agency_id IS NOT NULL AND report_id IS NOT NULL GROUP BY report_id
        HAVING count(DISTINCT agency) > 1
        UNION ALL
        SELECT document_id, 'no_longer_shown', said FROM replaced
        UNION ALL
        SELECT document_id, 'sources_differ', said FROM claimed
    )
"""
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
    )
"""


def validate(
    paths: Paths, selection: Selection, build: Path, runs: list[Row], progress: Callable[[int, int], None]
) -> int:
    """Write every table of the dataset as Parquet below `build`, and rejected rows as quarantine.jsonl.

    `runs` are the rows of the table of runs, this one last; its number of reports is filled in here.
    `progress` is told how many tables of how many are done. Returns the number of reports.
    """
    writer = Writer(build, progress)
    (build / "quarantine.jsonl").touch()
    with connect(spill=build) as connection:
        connection.execute("SET memory_limit = $limit", {"limit": f"{int(SORTED * limits().query_bytes)}B"})
        found = parts(selection.parts) or [_part_of_nothing(build)]
        connection.execute(FETCHES, {"logs": fetch_logs(paths) or [str(found[0] / "quarantine.jsonl")]})
        connection.execute(
            READ, {"documents": _files(found, "documents"), "selected": str(selection.selected)}
        )
        corrections, again = _corrected(connection, paths, selection, build)
        connection.execute(
            CLAIMED, {"documents": _files(found, "documents"), "selected": str(selection.selected)}
        )
        found += again
        connection.execute(INDEXED, {"reliable": list(RELIABLE)})
        connection.execute(PAIRS)
        connection.execute(PLACES)
        places = dict.fromkeys((cell.table, cell.row, cell.column) for cell in form_cells())
        connection.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?)", [[*cell, place] for place, cell in enumerate(places)]
        )
        connection.execute(BESIDE, {"files": _files(found, "cells")})
        connection.execute(REPLACED, {"files": _files(found, "cells")})
        connection.execute(TOLD)
        severities = {"severities": [severity(code) for code in NEIGHBOURLY]}
        connection.execute(NEIGHBOURS, {"codes": list(NEIGHBOURLY), **severities})
        _correct_cells(connection, corrections, found)
        connection.execute(PARTITIONS)
        reused = _reusable(connection, paths, build)
        connection.execute(CHANGED, {"reused": [year or 0 for year in reused]})
        for table in OF_REPORTS:
            writer.write_partitioned(table, _of_reports(connection, table, found), reused)
        runs[-1]["reports_read"] = writer.written["reports"]
        issues = f"{ISSUES} ORDER BY number, issue_number"
        given = {"files": _files(found, "issues")}
        writer.write_partitioned("issues", batches(connection.sql(issues, params=given)), reused)
        connection.execute(
            "CREATE TABLE declared (agency_name VARCHAR, region_code VARCHAR, agency_id VARCHAR)"
        )
        for name in declared_names():
            connection.execute("INSERT INTO declared VALUES (?, nullif(?, ''), ?)", name)
        for table, query in {
            "comparisons": COMPARISONS,
            "differences": DIFFERENCES,
            "documents": DOCUMENTS,
            "agency_names": NAMES,
        }.items():
            writer.write(table, connection.sql(query))
        agencies = connection.sql(AGENCIES).to_arrow_table().to_pylist()
        writer.write_rows("agencies", [_with_successor(agency) for agency in agencies])
        writer.write_rows("corrections", corrections.rows())
        writer.write_rows("departments", _departments())
        writer.write_rows("sources", source_rows(read_sources(paths.sources)))
        writer.write_rows("regions", _regions())
        writer.write_rows("codebook", [asdict(cell) for cell in form_cells()])
        writer.write_rows("runs", runs)
        _collect_quarantine(build, found)
    return writer.written["reports"]


def _corrected(
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
                       {"documents": _files([part], "documents")})  # fmt: skip
    return corrections, [part]


def _part_of_nothing(build: Path) -> Path:
    """A part without documents, so that there are files to read where nothing has been crawled."""
    part = build / ".nothing"
    write_part(part, [], [])
    return part


def _of_reports(
    connection: duckdb.DuckDBPyConnection, table: str, found: list[Path]
) -> Iterator[pa.RecordBatch]:
    """The rows of a table that belong to reports, in the order of these."""
    of_document = [] if table == "reports" else [name for name in OF_DOCUMENT if name in schema(table).names]
    current = CURRENT.format(documents="changed", without=", ".join(["key", *of_document]))
    query = f"WITH current AS ({current}) {OF_REPORTS[table]} ORDER BY number, file_row_number"
    rows = connection.sql(query, params={"files": _files(found, table)})
    with connection.cursor() as cursor:
        for batch in batches(rows):
            first, last = batch["number"][0].as_py(), batch["number"][-1].as_py()
            documents = cursor.sql(DOCUMENTS_FROM, params={"first": first, "last": last}).to_arrow_table()
            at = pc.index_in(batch["number"], documents["number"].combine_chunks())
            for name in of_document:
                batch = batch.append_column(name, documents[name].combine_chunks().take(at))
            yield batch


def _correct_cells(
    connection: duckdb.DuckDBPyConnection, corrections: Corrections, found: list[Path]
) -> None:
    """Make the table `corrected` of the cells that people have corrected, and tell what is outdated."""
    connection.execute("""
        CREATE TABLE corrected (number BIGINT, report_id VARCHAR, "table" VARCHAR, "row" VARCHAR,
            "column" VARCHAR, value_reconciled DECIMAL(24, 8), reconciliation VARCHAR, correction VARCHAR,
            was VARCHAR)
    """)
    if not corrections.of_reports:
        return
    current = CURRENT.format(documents="indexed", without="key")
    query = f"FROM ({current}) WHERE report_id IN (SELECT unnest($reports))"
    given = {"files": _files(found, "cells"), "reports": list(corrections.of_reports)}
    cells: dict[tuple[str, str], list[Row]] = {}
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


def _reusable(connection: duckdb.DuckDBPyConnection, paths: Paths, build: Path) -> dict[int | None, Path]:
    """The years whose files in the dataset before are made of the same, and that dataset's folder.

    What each year of this dataset is made of is noted in partitions.json.
    """
    years = dict(connection.execute("SELECT coalesce(year, 0), digest FROM partitions").fetchall())
    noted = {"version": dataset_version(), "years": {str(year): digest for year, digest in years.items()}}
    (build / "partitions.json").write_bytes(msgspec.json.encode(noted, order="deterministic"))
    before = paths.warehouse / "partitions.json"
    known = msgspec.json.decode(before.read_bytes()) if before.exists() else {}
    if known.get("version") != noted["version"]:
        return {}
    same = [year for year, digest in years.items() if known["years"].get(str(year)) == digest]
    return {year or None: paths.warehouse.resolve() for year in sorted(same)}


def _collect_quarantine(build: Path, found: list[Path]) -> None:
    """One file of all rows in quarantine, where a person can look at them."""
    with (build / "quarantine.jsonl").open("ab") as file:
        for part in found:
            file.write((part / "quarantine.jsonl").read_bytes())
            if part.parent == build:
                shutil.rmtree(part)


def _files(found: list[Path], table: str) -> list[str]:
    return [str(part / f"{table}.parquet") for part in found]


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
