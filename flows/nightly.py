"""The nightly flow: thin Prefect tasks around the stages. Tasks pass paths, never data."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff

from flows.crawl.account import Account
from flows.crawl.process import CrawlDiedError, crawl_source, due_sources, failed
from flows.crawl.rules import manners
from flows.parts import Engine
from flows.paths import DEFAULT_DATA, Paths
from flows.progress import shown
from flows.release.errors import ReleaseFailedError
from flows.sources import Source
from flows.stages import (
    Run,
    load_stage,
    normalise_stage,
    release_stage,
    report_stage,
    running,
    validate_stage,
)
from flows.status import account_of

P = ParamSpec("P")
R = TypeVar("R")

# What waiting does not mend: a wrong dossier, a missing folder, a folder in the way.
LASTING = (FileNotFoundError, NotADirectoryError, FileExistsError)


SOURCES_AT_ONCE: Any = ThreadPoolTaskRunner(max_workers=manners().sources_at_once)


def stage(function: Callable[P, R]) -> Task[P, R]:
    """A stage as a Prefect task, tried again with growing pauses while disks or networks fail.

    Its results are paths and cheap to find again, so Prefect neither caches nor keeps them.
    """
    return Task(
        function,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=3,
        retry_delay_seconds=exponential_backoff(backoff_factor=5),
        retry_condition_fn=_may_pass,
    )


def _may_pass(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    failure = state.result(raise_on_failure=False)
    return isinstance(failure, OSError) and not isinstance(failure, LASTING)


@stage
def crawl(paths: Paths, source: Source) -> Account:
    """One source to the raw archive, in a process of its own; returns what came of it."""
    return crawl_source(paths, source)


@stage
def normalise(paths: Paths, run: Run, engine: Engine | None) -> Path:
    """Raw archive to parse results; returns the list of the documents in use."""
    selected = normalise_stage(paths, run, engine)
    _say("normalise", f"{run.documents_parsed} documents read anew; documents in use: `{selected}`")
    return selected


@stage
def validate(paths: Paths, run: Run) -> Path | None:
    """Parse results to checked Parquet; returns its folder, None where nothing has changed."""
    build = validate_stage(paths, run)
    _say("validate", f"{run.reports_read} reports checked" if build else "nothing has changed")
    return build


@stage
def load(paths: Paths, build: Path) -> Path:
    """Checked Parquet to the published warehouse; returns the database."""
    database = load_stage(paths, build)
    _say("load", f"published `{database}`")
    return database


@stage
def release(paths: Paths, run: Run) -> Path:
    """Warehouse to files for download; returns the folder of the release."""
    folder = release_stage(paths, run)
    _say("release", f"current release: `{folder}`")
    return folder


@stage
def report(paths: Paths, run: Run, failure: str | None) -> Path:
    """The page about this run; returns it."""
    page = report_stage(paths, run, failure)
    _say("report", f"[{page.name}]({page.as_uri()}): what this run found and published\n\n{failure or ''}")
    return page


@flow(
    name="nightly",
    validate_parameters=False,
    task_runner=SOURCES_AT_ONCE,
)
def nightly(data: str = str(DEFAULT_DATA), engine: str = "local", cluster: str | None = None) -> str:
    """Crawl, normalise, validate, load and release; return the folder of the release.

    `data` is the data folder, `engine` local or dask, `cluster` the address of a Dask scheduler; without it
    one is started here. BlockingIOError tells that another run is going on, and which; ReleaseFailedError
    that the last release stays because the new one breaks a check.
    """
    paths = Paths(Path(data))
    failed: ReleaseFailedError | None = None
    with running(paths) as run:
        crawl_all(paths, run)
        normalise(paths, run, _engine(paths, engine, cluster))
        build = validate(paths, run)
        if build is not None:
            load(paths, build)
        try:
            folder = release(paths, run)
        except ReleaseFailedError as error:
            failed = error
        report(paths, run, str(failed) if failed else None)
    if failed:
        raise failed
    from flows.summary import lines, summary  # late, as the stages import DuckDB

    account = "\n".join(
        f"| {word} | {said} |" for word, said in [*lines(summary(paths)), ("release", folder)]
    )
    create_markdown_artifact(
        f"| | |\n| --- | --- |\n{account}\n", key="dataset", description="The dataset now"
    )
    return str(folder)


def _engine(paths: Paths, name: str, cluster: str | None) -> Engine | None:
    if name == "local":
        return None
    from flows.cluster import read_on_dask

    return partial(read_on_dask, address=cluster, storage=paths.storage)


def crawl_all(paths: Paths, run: Run) -> None:
    """Every source that is due, each a task of its own; one that fails harms no other."""
    with shown("crawl") as progress:
        sources = due_sources(paths)
        crawls = {
            crawl.with_options(task_run_name=f"crawl {source.name}").submit(paths, source): source
            for source in sources
        }
        accounts = []
        for done, ended in enumerate(as_completed(list(crawls)), start=1):
            result = ended.result(raise_on_failure=False)
            if isinstance(result, CrawlDiedError):
                result = failed(paths, crawls[ended], str(result))
            elif isinstance(result, Exception):
                raise result
            accounts.append(result)
            run.files_fetched += accounts[-1].new + accounts[-1].changed
            progress(done, len(sources))
    _say("crawl", account_of(accounts))


def _say(stage: str, text: str) -> None:
    create_markdown_artifact(text, key=stage, description=f"Result of the stage {stage}")
