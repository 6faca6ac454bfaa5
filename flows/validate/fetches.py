"""What was fetched: every file of every source, and when it was last seen."""

import duckdb

from flows.crawl.archive import fetch_logs
from flows.paths import Paths
from flows.validate.writer import Writer

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


def read_fetches(connection: duckdb.DuckDBPyConnection, paths: Paths) -> None:
    """Make the table `fetches` of the logs of all sources."""
    connection.execute(FETCHES, {"logs": fetch_logs(paths)})


def write_documents(connection: duckdb.DuckDBPyConnection, writer: Writer) -> None:
    """Write the table of documents: every fetch, and what became of it."""
    writer.write("documents", connection.sql(DOCUMENTS))
