"""Release: the published dataset as files that people download, cite and load.

A release is built aside, checked, compared with the last one, and becomes the latest by one rename.
"""

import csv
import shutil
from datetime import date
from pathlib import Path

from flows.database import connect
from flows.files import point
from flows.paths import Paths
from flows.release.assertions import Finding, read_assertions
from flows.release.build import (
    copy_database,
    released_tables,
    write_dataset,
    write_sample,
    write_texts,
)
from flows.release.check import check, structure
from flows.release.compare import write_changes
from flows.release.describe import describe, facts, write_sums
from flows.release.errors import ReleaseFailedError
from flows.release.measure import measure, write_measures
from flows.release.notes import write_notes
from flows.release.promote import (
    last_release,
    next_version,
    promote,
    publish_failure,
    released_already,
)
from schemas.issues import severity

FOLDERS = ("csv", "excel", "parquet", "sample")


def release(paths: Paths, released: date) -> Path:
    """Release the published dataset as of a day and return the folder; what is released already is returned.

    FileNotFoundError tells that there is no warehouse yet, ReleaseFailedError that the latest release stays
    because the new one breaks a check.
    """
    if not paths.database.exists():
        raise FileNotFoundError(f"there is no warehouse at {paths.database}; run `gongkai nightly` first")
    fingerprint = paths.warehouse.resolve().name
    if done := released_already(paths, fingerprint):
        point(paths.releases / "latest", done)
        return done
    last, version = last_release(paths), next_version(paths, released)
    asserted = read_assertions(paths.assertions)
    work = paths.releases / ".building"
    shutil.rmtree(work, ignore_errors=True)
    aside = work / version
    for folder in FOLDERS:
        (aside / folder).mkdir(parents=True)
    with connect(paths.database, spill=work) as connection:
        found = released_tables(connection)
        write_dataset(connection, found, aside)
        write_changes(connection, aside, last)
        write_texts(connection, found.values(), aside)
        write_sample(connection, found, aside)
        copy_database(paths.database, aside)
        write_measures(measure(connection), aside)
        known = facts(connection, found, aside, version=version, released=released, fingerprint=fingerprint)
        describe(known, aside)
        findings = check(connection, found, aside, last, asserted)
        differences = structure(aside, last)
        write_notes(connection, aside, last, version=version, structure=differences, findings=findings)
    if any(severity(finding.code) == "error" for finding in findings):
        _fail(paths, work, aside, findings)
    write_sums(known, aside)
    promoted = promote(paths, aside, version)
    shutil.rmtree(work)
    return promoted


def _fail(paths: Paths, work: Path, aside: Path, findings: list[Finding]) -> None:
    reasons = work / "failed"
    reasons.mkdir()
    with (reasons / "issues.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["code", "severity", "scope", "message"])
        lines.writerows(
            [finding.code, severity(finding.code), finding.scope, finding.message] for finding in findings
        )
    shutil.copy(aside / "notes.md", reasons)
    shutil.copy(aside / "csv" / "changes.csv", reasons)
    failed = publish_failure(paths, reasons, aside.name)
    shutil.rmtree(work)
    why = "\n".join(
        f"  {finding.scope}: {finding.message} ({finding.code})"
        for finding in findings
        if severity(finding.code) == "error"
    )
    last = last_release(paths)
    kept = f"the latest release stays {last.name}" if last else "there is no release yet"
    raise ReleaseFailedError(f"release {aside.name} fails its checks, {kept}:\n{why}\nSee {failed}")
