"""The stages of a run, one function each, without Prefect: the flow and the command line both call these.

What one stage alone needs is imported in it: pandas and pandera take seconds, which others need not wait, and
DuckDB in the workers of a cluster, which load this module with the flow, ends with pages of warnings.
"""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from flows.crawl.account import Account
from flows.crawl.process import CrawlDiedError, crawl_source, due_sources, failed
from flows.crawl.rules import manners
from flows.files import alone, append, read_log
from flows.parts import Engine
from flows.paths import Paths
from flows.progress import shown
from flows.sources import read_sources
from flows.storage.shared import shared
from flows.version import dataset_version, source_commit


@dataclass(slots=True)
class Run:
    """What a run has done so far: its row in the table of runs."""

    run_id: str
    started_at: datetime
    version: str
    fingerprint: str | None = None  # set once the run publishes something new
    files_fetched: int = 0
    documents_parsed: int = 0
    reports_read: int | None = None


@contextmanager
def running(paths: Paths) -> Iterator[Run]:
    """A run, alone on its data folder and storage, and logged when it ends without an error.

    BlockingIOError tells that another run is going on, and which.
    """
    with alone(paths.lock), shared(paths):
        started_at = _now()
        run = Run(f"{started_at:%Y%m%dT%H%M%S%fZ}", started_at, dataset_version())
        yield run
        append(paths.run_log, [asdict(run)])


def _now() -> datetime:
    """The time of a run: now, or the given one of a build that is to be repeated exactly.

    SOURCE_DATE_EPOCH is the convention of https://reproducible-builds.org: seconds since 1970.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC)


def crawl_stage(paths: Paths, run: Run, names: tuple[str, ...] = ()) -> list[Account]:
    """Crawl the sources that are due, or those named, several at a time; return what came of each.

    BadSourcesError tells of a bad dossier.
    """
    accounts = []
    with shown("crawl") as progress, ThreadPoolExecutor(manners().sources_at_once) as pool:
        sources = due_sources(paths, names)
        crawls = {pool.submit(crawl_source, paths, source): source for source in sources}
        for done, crawl in enumerate(as_completed(crawls), start=1):
            try:
                accounts.append(crawl.result())
            except CrawlDiedError as error:
                accounts.append(failed(paths, crawls[crawl], str(error)))
            run.files_fetched += accounts[-1].new + accounts[-1].changed
            progress(done, len(sources))
    return sorted(accounts, key=lambda account: account.source)


def normalise_stage(paths: Paths, run: Run, engine: Engine | None = None) -> Path:
    """Read every document that this version has not read yet; return the list of the documents in use."""
    from flows.normalise import normalise

    with shown("normalise") as progress:
        selection = normalise(paths, read_sources(paths.sources), progress, engine)
    run.documents_parsed = selection.parsed
    return selection.selected


def validate_stage(paths: Paths, run: Run) -> Path | None:
    """Check every row and write Parquet aside; return its folder, None if that is published already."""
    from flows.load import fingerprint, is_published
    from flows.normalise import last_selection

    selection = last_selection(paths)
    made_of = fingerprint(paths, selection)
    if is_published(paths, made_of):
        return None
    from flows.validate.validate import validate

    build = paths.builds / f".{made_of}"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    run.fingerprint = made_of
    names = [field.name for field in fields(Run)]
    runs = [{name: past[name] for name in names} for past in read_log(paths.run_log) if past["fingerprint"]]
    for past in runs:
        past["started_at"] = datetime.fromisoformat(past["started_at"])
    with shown("validate") as progress:
        run.reports_read = validate(paths, selection, build, [*runs, asdict(run)], progress)
    return build


def load_stage(paths: Paths, build: Path) -> Path:
    """Build the DuckDB file from a checked build and publish all of it; return the database."""
    from flows.load import load

    with shown("load") as progress:
        load(paths, build, build.name.removeprefix("."), source_commit())
        progress(1, 1)
    return paths.database


def release_stage(paths: Paths, run: Run) -> Path:
    """Release the published dataset, unless it is released already; return the folder of the release.

    ReleaseFailedError tells that it breaks a check, and that the latest release stays.
    """
    from flows.release.release import release

    with shown("release") as progress:
        folder = release(paths, run.started_at.date())
        progress(1, 1)
    return folder


def report_stage(paths: Paths, run: Run, failure: str | None) -> Path:
    """Write the page about this run, `failure` being why it released nothing; return the page."""
    from flows.report.page import write_report

    with shown("report") as progress:
        page = write_report(paths, run, failure)
        progress(1, 1)
    return page
