"""Every other document of a report beside its current one."""

from pathlib import Path

import duckdb

from flows.parts import table_files
from flows.validate.writer import Writer
from schemas.forms import form_cells

# Cells that only one of them has are left out. There may be millions of them: documents and cells go by
# numbers here.
PAIRS = """
    CREATE TABLE pairs AS
    SELECT other.number::INTEGER AS number, this.number::INTEGER AS current_number, this.report_id, this.year,
        other.document_id, this.document_id AS current_document_id,
        CASE WHEN other.newest THEN 'other_document' ELSE 'older_version' END AS relation
    FROM indexed AS other JOIN indexed AS this USING (report_id)
    WHERE this.is_current AND NOT other.is_current
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


def compare_documents(connection: duckdb.DuckDBPyConnection, found: list[Path]) -> None:
    """Make the tables `pairs` of documents, `places` of cells, and `beside` of what both print in each."""
    connection.execute(PAIRS)
    connection.execute(PLACES)
    places = dict.fromkeys((cell.table, cell.row, cell.column) for cell in form_cells())
    connection.executemany(
        "INSERT INTO places VALUES (?, ?, ?, ?)", [[*cell, place] for place, cell in enumerate(places)]
    )
    connection.execute(BESIDE, {"files": table_files(found, "cells")})


def write_comparisons(connection: duckdb.DuckDBPyConnection, writer: Writer) -> None:
    """Write how many cells of each pair agree and differ, and which ones differ."""
    writer.write("comparisons", connection.sql(COMPARISONS))
    writer.write("differences", connection.sql(DIFFERENCES))
