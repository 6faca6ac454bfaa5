"""Which documents are in use, and which one of a report is current."""

from pathlib import Path

import duckdb

from flows.normalise import Selection
from flows.parts import table_files

READ = """
    CREATE TABLE read AS
    FROM read_parquet($documents) AS done
    SEMI JOIN (FROM read_parquet($selected) WHERE choice = 1) AS selected USING (key)
"""
# Of several documents that are one report, the current one gives the figures: one that has any, that its
# address still shows, the newest version there; of different addresses the one with most cells decided, then
# with fewest broken identities, then of the more reliable kind of file, then fetched last.
RELIABLE = ("html", "docx", "sheet", "doc", "text", "pdf")
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
# The rows of one table of the current documents, as the parts have them.
CURRENT = """
    SELECT rows.* EXCLUDE ({without}), number
    FROM read_parquet($files, file_row_number = true) AS rows JOIN {documents} USING (key)
    WHERE is_current
"""


def read_documents(connection: duckdb.DuckDBPyConnection, selection: Selection, found: list[Path]) -> None:
    """Make the table `read` of the documents in use."""
    given = {"documents": table_files(found, "documents"), "selected": str(selection.selected)}
    connection.execute(READ, given)


def choose_current(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `indexed` of the documents in use, numbered by report, the current one of each first."""
    connection.execute(INDEXED, {"reliable": list(RELIABLE)})
