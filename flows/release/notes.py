"""Release notes: a readable summary of what changed, in fixed sections."""

from pathlib import Path
from typing import Any

import duckdb

from flows.release.assertions import Finding
from flows.release.build import read
from flows.release.structure import Difference
from schemas.dataset.about import about
from schemas.issues import issue_codes
from schemas.package.templates import filled

SHOWN = 20  # lines of each list
WHOLE = """
    SELECT change, cause, year, count(*) AS reports FROM {changes}
    WHERE field IS NULL GROUP BY ALL ORDER BY change, cause, year NULLS FIRST
"""
CELLS = """
    SELECT cause, field, count(*) AS changes, count(DISTINCT report_id) AS reports FROM {changes}
    WHERE field IS NOT NULL GROUP BY ALL ORDER BY cause, changes DESC, field
"""
LARGEST = """
    SELECT agency, report_id, year, "table", "row", "column", field, old, new, cause FROM {changes}
    WHERE field IN ('value', 'value_reconciled')
    ORDER BY abs(coalesce(try_cast(new AS DOUBLE), 0) - coalesce(try_cast(old AS DOUBLE), 0)) DESC,
        report_id, "table", "row", "column", field LIMIT $shown
"""
ISSUES = """
    SELECT code, severity, count(*) AS issues, count(DISTINCT document_id) AS documents FROM {issues}
    WHERE severity <> 'notice' GROUP BY ALL ORDER BY severity, issues DESC, code
"""
VERSIONS = "SELECT max_by(version, started_at) FROM {runs}"


def write_notes(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    last: Path | None,
    *,
    version: str,
    structure: list[Difference],
    findings: list[Finding],
) -> None:
    """Write notes.md of a release from its table of changes, its issues and what its checks found."""

    def rows(query: str, of: Path = folder, **values: Any) -> list[dict[str, Any]]:
        names = ("changes", "issues", "runs")
        files = {name: read(of / "parquet" / f"{name}.parquet") for name in names}
        result = connection.execute(query.format(**files), values)
        columns = [column[0] for column in result.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    programs = [next(iter(rows(VERSIONS, of=one)[0].values())) for one in (last, folder) if one]
    text = filled(
        "notes.md.j2",
        about=about(),
        version=version,
        last=last.name if last else None,
        whole=rows(WHOLE),
        cells=rows(CELLS),
        largest=rows(LARGEST, shown=SHOWN),
        structure=structure,
        programs=programs,
        issues=[{**row, "meaning": issue_codes().get(row["code"])} for row in rows(ISSUES)],
        findings=[(finding, issue_codes()[finding.code]) for finding in findings],
    )
    (folder / "notes.md").write_text(text, "utf-8")
