"""Write the nightly report as one self-contained page."""

from pathlib import Path

from flows.files import point, replacing
from flows.paths import Paths
from flows.report import charts
from flows.report.gather import gather
from flows.stages import Run
from flows.summary import summary
from schemas.dataset import release_tables, tables
from schemas.dataset.about import about
from schemas.issues import issue_codes
from schemas.package.templates import filled


def write_report(paths: Paths, run: Run, failure: str | None) -> Path:
    """Write the page of a run and point `latest.html` at it; `failure` says why nothing was released."""
    told = gather(paths)
    fields = [*release_tables()["changes"].fields, *tables()["issues"].fields]
    page = filled(
        "report.html.j2",
        about=about(),
        run=run,
        failure=failure,
        counted=summary(paths),
        labels={code: label for field in fields for code, label in (field.labels or {}).items()},
        meanings=issue_codes(),
        coverage=charts.coverage(told["coverage"]),
        identities=charts.identities(told["identities"]),
        by_year=charts.quality(told["by_year"], "year", "报告年度 year of the reports"),
        by_release=charts.quality(told["by_release"], "version", "发布版本 release"),
        told=told,
    )
    file = paths.reports / f"{run.run_id}.html"
    with replacing(file) as out:
        out.write(page.encode())
    point(paths.reports / "latest.html", file)
    return file
