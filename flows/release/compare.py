"""Compare a release with the last one: reports added, removed and revised, cells changed, and why.

All of it is done by DuckDB on the Parquet files of both, and by report first: only reports that differ are
compared cell by cell.
"""

from pathlib import Path

import duckdb

from flows.release.build import parquet, printed, read, write_parquet
from schemas.comments import quoted
from schemas.dataset import release_tables, tables
from schemas.package.resources import order

COMPARED = ("reports", "cells")
KEY = ("table", "row", "column")


def write_changes(connection: duckdb.DuckDBPyConnection, folder: Path, last: Path | None) -> None:
    """Write the table of changes since the release in `last`, None where there is none yet."""
    for name in (*COMPARED, "documents", "codebook"):
        new = parquet(folder, tables()[name])
        old = parquet(last, tables()[name]) if last else None
        connection.execute(f"CREATE TEMP VIEW new_{name} AS FROM {read(new)}")
        rows = f"FROM {read(old)}" if old else f"FROM new_{name} WHERE false"
        connection.execute(f"CREATE TEMP VIEW old_{name} AS {rows}")
    fields = {name: _shared(connection, name) for name in COMPARED}
    connection.execute(_compared(fields))
    connection.execute(WHOLE)
    connection.execute(_differing(fields))
    connection.execute(REVISED)
    changes = release_tables()["changes"]
    columns = ", ".join(quoted(field.name) for field in changes.fields)
    rows = " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in ("whole", "revised", "differing"))
    write_parquet(connection, changes, f"SELECT {columns} FROM ({rows}) ORDER BY {order(changes)}", folder)


# A report that only one release has: its document is new to the dataset, or it is read otherwise now.
WHOLE = """
    CREATE TEMP TABLE whole AS
    SELECT if(added, 'report_added', 'report_removed') AS change, report_id, agency, year,
        old_document_id, new_document_id,
        CASE WHEN added AND new_document_id NOT IN (
                SELECT document_id FROM old_documents WHERE document_id IS NOT NULL)
            OR removed AND old_document_id NOT IN (
                SELECT document_id FROM new_documents WHERE document_id IS NOT NULL) THEN 'new_document'
            WHEN coalesce(old_corrections, new_corrections, 0) <> 0 THEN 'correction'
            ELSE 'parser' END AS cause
    FROM compared WHERE added OR removed
"""
REVISED = """
    CREATE TEMP TABLE revised AS
    SELECT 'report_revised' AS change, report_id, agency, year, old_document_id, new_document_id,
        coalesce(arg_min(cause, list_position(['new_document', 'correction', 'parser', 'schema'], cause)),
            'new_document') AS cause
    FROM compared LEFT JOIN (SELECT report_id, cause FROM differing) USING (report_id)
    WHERE NOT added AND NOT removed
        AND (old_document_id <> new_document_id OR report_id IN (SELECT report_id FROM differing))
    GROUP BY ALL
"""


def _shared(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The compared fields that both releases have; others are told as changes of the schema."""
    old, new = (
        {name for name, *_ in connection.execute(f"DESCRIBE {age}_{table}").fetchall()}
        for age in ("old", "new")
    )
    return [field for field in tables()[table].compared if field in old & new]


def _compared(fields: dict[str, list[str]]) -> str:
    """Every report of either release, with what decides the cause, and whether its cells differ."""
    hashed = ", ".join(quoted(name) for name in (*KEY, *fields["cells"]))
    corrections = "bit_xor(hash(correction)) FILTER (correction IS NOT NULL)"
    corrections = f"coalesce({corrections}, 0)" if "correction" in fields["cells"] else "0"
    own = "coalesce(hash(reports.correction), 0)" if "correction" in fields["reports"] else "0"
    sides = ", ".join(
        f"""{age} AS (
            SELECT report_id, document_id, agency, year, digest, xor(corrections, {own}) AS corrections
            FROM {age}_reports AS reports LEFT JOIN (
                SELECT report_id, bit_xor(hash({hashed})) AS digest, {corrections} AS corrections
                FROM {age}_cells GROUP BY report_id) USING (report_id))"""
        for age in ("old", "new")
    )
    return f"""
        CREATE TEMP TABLE compared AS WITH {sides}
        SELECT report_id, old.document_id IS NULL AS added, new.document_id IS NULL AS removed,
            old.document_id AS old_document_id, new.document_id AS new_document_id,
            old.corrections AS old_corrections, new.corrections AS new_corrections,
            coalesce(new.agency, old.agency) AS agency, coalesce(new.year, old.year) AS year,
            old.digest IS DISTINCT FROM new.digest AS cells_differ
        FROM old FULL JOIN new USING (report_id)
    """


def _differing(fields: dict[str, list[str]]) -> str:
    """Every field of a report, or of one of its cells, that differs in a report that both releases have."""
    on = " AND ".join(f"old.{quoted(name)} = new.{quoted(name)}" for name in ("report_id", *KEY))
    key = ", ".join(f"coalesce(new.{quoted(name)}, old.{quoted(name)}) AS {quoted(name)}" for name in KEY)
    corrected = (
        "old.correction IS DISTINCT FROM new.correction" if "correction" in fields["cells"] else "false"
    )
    both = "SELECT report_id FROM compared WHERE NOT added AND NOT removed"
    return f"""
        CREATE TEMP TABLE differing AS
        WITH differences AS (
            SELECT CASE WHEN old.report_id IS NULL THEN 'cell_added'
                    WHEN new.report_id IS NULL THEN 'cell_removed' ELSE 'cell_changed' END AS change,
                coalesce(new.report_id, old.report_id) AS report_id, {key}, {corrected} AS corrected,
                CASE WHEN old.report_id IS NULL
                    THEN (new.form, new."table", new."row", new."column") NOT IN (
                        SELECT (form, "table", "row", "column") FROM old_codebook)
                    WHEN new.report_id IS NULL
                    THEN (old.form, old."table", old."row", old."column") NOT IN (
                        SELECT (form, "table", "row", "column") FROM new_codebook)
                    ELSE false END AS of_schema,
                unnest({_pairs("cells", fields)}) AS pair
            FROM (FROM old_cells WHERE report_id IN ({both} AND cells_differ)) AS old
            FULL JOIN (FROM new_cells WHERE report_id IN ({both} AND cells_differ)) AS new ON {on}
            UNION ALL BY NAME
            SELECT 'report_revised' AS change, report_id, false AS corrected, false AS of_schema,
                unnest({_pairs("reports", fields)}) AS pair
            FROM old_reports AS old JOIN new_reports AS new USING (report_id)
        )
        SELECT change, report_id, compared.agency, compared.year, "table", "row", "column",
            pair.field AS field, pair.old AS old, pair.new AS new, old_document_id, new_document_id,
            CASE WHEN corrected THEN 'correction'
                WHEN old_document_id <> new_document_id THEN 'new_document'
                WHEN old_corrections <> new_corrections THEN 'correction'
                WHEN of_schema THEN 'schema' ELSE 'parser' END AS cause
        FROM differences JOIN compared USING (report_id)
        WHERE pair.old IS DISTINCT FROM pair.new
    """


def _pairs(table: str, fields: dict[str, list[str]]) -> str:
    kinds = {field.name: field.type for field in tables()[table].fields}
    pairs = (
        f"{{field: '{name}', old: ({printed(f'old.{quoted(name)}', kinds[name])})::VARCHAR, "
        f"new: ({printed(f'new.{quoted(name)}', kinds[name])})::VARCHAR}}"
        for name in fields[table]
    )
    return f"[{', '.join(pairs)}]"
