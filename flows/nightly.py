"""The nightly flow: thin Prefect tasks around the stages. Tasks pass paths, never data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from flows.paths import DEFAULT_DATA, Paths
from flows.stages import (
    Run,
    crawl_stage,
    load_stage,
    normalise_stage,
    release_stage,
    running,
    validate_stage,
)
from flows.summary import lines, summary

P = ParamSpec("P")
R = TypeVar("R")

# What waiting does not mend: a wrong dossier, a missing folder, a folder in the way.
LASTING = (FileNotFoundError, NotADirectoryError, FileExistsError)


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
def crawl(paths: Paths, run: Run) -> Path:
    """Sources to the raw archive; returns the fetch log."""
    log = crawl_stage(paths, run)
    _say("crawl", f"{run.files_fetched} documents fetched anew; log of all fetches: `{log}`")
    return log


@stage
def normalise(paths: Paths, run: Run) -> Path:
    """Raw archive to parse results; returns the list of the documents in use."""
    selected = normalise_stage(paths, run)
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
def release(paths: Paths) -> Path:
    """Warehouse to files for download; returns the folder of the release."""
    folder = release_stage(paths)
    _say("release", f"current release: `{folder}`")
    return folder


@flow(name="nightly", validate_parameters=False)
def nightly(data: str = str(DEFAULT_DATA)) -> str:
    """Crawl, normalise, validate, load and release; return the folder of the release.

    `data` is the data folder. BlockingIOError tells that another run is going on.
    """
    paths = Paths(Path(data))
    with running(paths) as run:
        crawl(paths, run)
        normalise(paths, run)
        build = validate(paths, run)
        if build is not None:
            load(paths, build)
        folder = release(paths)
    account = "\n".join(
        f"| {word} | {said} |" for word, said in [*lines(summary(paths)), ("release", folder)]
    )
    create_markdown_artifact(
        f"| | |\n| --- | --- |\n{account}\n", key="dataset", description="The dataset now"
    )
    return str(folder)


def _say(stage: str, text: str) -> None:
    create_markdown_artifact(text, key=stage, description=f"Result of the stage {stage}")
