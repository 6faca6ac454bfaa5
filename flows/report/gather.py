"""What the nightly report tells, asked of the published database, the releases and the log of crawls."""

from pathlib import Path
from typing import Any

import duckdb

from flows.crawl.account import accounts
from flows.database import connect
from flows.paths import Paths
from flows.release.measure import WHOLE, read_measures
from flows.release.promote import last_release, version_key

Row = dict[str, Any]

SHOWN = 15  # rows of each list
COVERAGE = """
    SELECT region AS province, region_code, year, expected, found FROM coverage
    WHERE level = 'province' ORDER BY region_code, year
"""
IDENTITIES = """
    SELECT identity, count(*) FILTER (NOT holds) AS broken, count(*) FILTER (holds IS NOT NULL) AS decided,
        count(DISTINCT report_id) FILTER (NOT holds) AS reports
    FROM identities GROUP BY ALL ORDER BY identity
"""
BY_YEAR = """
    SELECT year, count(*) AS reports, sum(cells_reported) / sum(cells_reported + cells_blank + cells_missing)
            AS fill_rate,
        sum(cells_conflicting) / sum(cells_reported + cells_blank + cells_missing) AS conflict_share,
        count(*) FILTER (identities_broken = 0) / count(*) AS consistent_share
    FROM reports WHERE year IS NOT NULL GROUP BY year ORDER BY year
"""
ISSUES = """
    SELECT code, severity::VARCHAR AS severity, count(*) AS issues, count(DISTINCT document_id) AS documents
    FROM issues WHERE severity <> 'notice' GROUP BY ALL ORDER BY severity, issues DESC, code
"""
CHANGED = """
    SELECT change, cause, count(*) AS changes FROM read_parquet($changes)
    WHERE field IS NULL GROUP BY ALL ORDER BY change, changes DESC
"""
NEW = """
    SELECT report_id, agency, year, change, cause FROM read_parquet($changes)
    WHERE field IS NULL ORDER BY year DESC, agency, report_id LIMIT $shown
"""
LARGEST = """
    SELECT agency, report_id, year, "table", "row", "column", old, new, cause FROM read_parquet($changes)
    WHERE field = 'value'
    ORDER BY abs(coalesce(try_cast(new AS DOUBLE), 0) - coalesce(try_cast(old AS DOUBLE), 0)) DESC,
        report_id, "table", "row", "column" LIMIT $shown
"""


def gather(paths: Paths) -> dict[str, Any]:
    """Everything the page shows but for the run itself; small lists, whatever the size of the dataset."""
    last = last_release(paths)
    with connect(paths.database, spill=paths.state) as connection:
        told: dict[str, Any] = {
            "coverage": _rows(connection, COVERAGE),
            "identities": _rows(connection, IDENTITIES),
            "by_year": _rows(connection, BY_YEAR),
            "issues": _rows(connection, ISSUES),
            **{"changed": [], "new": [], "largest": []},
        }
        if last:
            changes = {"changes": str(last / "parquet" / "changes.parquet")}
            told["changed"] = _rows(connection, CHANGED, **changes)
            told["new"] = _rows(connection, NEW, **changes, shown=SHOWN)
            told["largest"] = _rows(connection, LARGEST, **changes, shown=SHOWN)
    return {
        **told,
        "release": last.name if last else None,
        "by_release": _releases(paths),
        "trouble": [account for account in accounts(paths).values() if account.problems],
        "sources": len(accounts(paths)),
    }


def _rows(connection: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[Row]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _releases(paths: Paths) -> list[Row]:
    """The measures of every release, oldest first."""
    folders: list[Path] = sorted(
        (folder.parent for folder in paths.releases.glob("[0-9]*/measures.json")), key=version_key
    )
    measured = [(folder.name, read_measures(folder)[WHOLE]) for folder in folders]
    return [
        {
            "version": version,
            "reports": one.reports,
            "fill_rate": one.fill_rate,
            "conflict_share": one.conflict_share,
            "consistent_share": one.consistent_share,
        }
        for version, one in measured
    ]
