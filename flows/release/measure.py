"""Measures of a release, for the whole and for each source: what assertions are about."""

from pathlib import Path

import duckdb
import msgspec

WHOLE = "whole"
QUERY = """
    WITH fetched AS (
        SELECT source, document_id, report_id, is_current FROM main.documents
        WHERE document_id IS NOT NULL
    ),
    parts AS (
        SELECT $whole AS part, document_id, report_id, is_current FROM fetched
        UNION ALL SELECT source, document_id, report_id, is_current FROM fetched
    ),
    documents AS (SELECT part, count(DISTINCT document_id) AS documents FROM parts GROUP BY part),
    found AS (
        SELECT part, count(*) AS reports,
            sum(cells_reported) AS reported, sum(cells_conflicting) AS conflicting,
            sum(cells_reported + cells_blank + cells_missing) AS cells,
            count(*) FILTER (identities_broken = 0) AS consistent
        FROM (SELECT DISTINCT part, report_id FROM parts WHERE is_current)
        JOIN main.reports USING (report_id) GROUP BY part
    )
    SELECT part, documents, coalesce(reports, 0), coalesce(cells, 0)::BIGINT,
        round(reported / cells, 6), round(conflicting / cells, 6), round(consistent / reports, 6)
    FROM documents LEFT JOIN found USING (part) ORDER BY part <> $whole, part
"""


class Measures(msgspec.Struct, frozen=True):
    """What a scope holds, counted; the shares are null where there is nothing to share.

    `fill_rate`: cells with a printed number, of all cells. `conflict_share`: cells in a broken identity, of
    all cells. `consistent_share`: reports without a broken identity, of all reports.
    """

    documents: int = 0
    reports: int = 0
    cells: int = 0
    fill_rate: float | None = None
    conflict_share: float | None = None
    consistent_share: float | None = None


def measure(connection: duckdb.DuckDBPyConnection) -> dict[str, Measures]:
    """Measure the database that `connection` has open, by scope: WHOLE, or the name of a source."""
    rows = connection.execute(QUERY, {"whole": WHOLE}).fetchall()
    return {scope: Measures(*measured) for scope, *measured in rows} or {WHOLE: Measures()}


def write_measures(measures: dict[str, Measures], folder: Path) -> None:
    """Keep the measures in the release, for the next one to be compared with."""
    encoded = msgspec.json.format(msgspec.json.encode(measures), indent=2)
    (folder / "measures.json").write_bytes(encoded + b"\n")


def read_measures(folder: Path) -> dict[str, Measures]:
    """The measures that a release keeps."""
    return msgspec.json.decode((folder / "measures.json").read_bytes(), type=dict[str, Measures])
