"""Reading on a Dask cluster: Prefect's own Dask task runner, on a cluster given by address or started here.

A Prefect task reads a group of batches, since Prefect spends a fifth of a second on every task that goes
through Dask. Each document is read in a process of its own there too, and each batch becomes the same part.
A task whose worker is lost is done again by another one.
"""

import logging
import pickle
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from multiprocessing import current_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dask
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect_dask.task_runners import DaskTaskRunner

from flows.parts import NEEDED, Batch, read_batches
from flows.pool import cores, warm
from flows.storage.shared import get_parts, put_parts
from flows.version import parser_version

GROUP = 8  # batches in a task: 4,000 documents, 4 to 16 seconds of work
AHEAD = 3  # tasks per worker that Dask knows of, so that none waits for the next


def read_on_dask(
    batches: Iterator[Batch], *, address: str | None, storage: str | None
) -> Iterator[tuple[str, int]]:
    """Read batches on the cluster at `address`, else on one started here with a worker for each core.

    Where there is `storage`, its URL, parts come through it; else workers and this process share a disk.

    The first groups are small, so that few documents are spread as well. OSError tells of a cluster that
    cannot be reached, RuntimeError of one whose workers cannot read.
    """
    logging.getLogger("distributed").setLevel(logging.ERROR)
    # A worker that Dask made a daemon could not start the process in which a document is read.
    with dask.config.set({"distributed.worker.daemon": False}), _runner(address) as runner:
        workers = max(1, len(runner.client.ncores()))
        waiting: deque[Any] = deque()
        for number in count():
            group = list(islice(batches, min(GROUP, 1 + number // (2 * workers))))
            if group:
                # As bytes, since Prefect would look for other tasks' results in every document.
                given = {"pickled": pickle.dumps(group), "storage": storage}
                waiting.append((group[0].folder, runner.submit(read_group, given)))
            if not group or len(waiting) > AHEAD * workers:
                if not waiting:
                    return
                folder, task = waiting.popleft()
                done = task.result()
                if storage:
                    get_parts(storage, folder.name, [part for part, _ in done], folder)
                yield from done


@task(name="read documents", cache_policy=NO_CACHE, persist_result=False)
def read_group(pickled: bytes, storage: str | None = None) -> list[tuple[str, int]]:
    """On a worker: read a group of batches; the part of each, and how many documents it has."""
    batches: list[Batch] = pickle.loads(pickled)
    if current_process().daemon:
        raise RuntimeError(
            "this Dask worker may not start processes, which reading needs; start the workers with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment"
        )
    if batches[0].folder.name != parser_version():
        raise RuntimeError(
            f"this Dask worker has version {parser_version()} of the code and reference data, the run has "
            f"{batches[0].folder.name}; bring all machines to the same commit"
        )
    warm(*NEEDED)  # once a worker, not once a task
    if storage is None:
        return list(read_batches(iter(batches), workers=1))
    with TemporaryDirectory(prefix="gongkai-") as scratch:
        folder = Path(scratch, parser_version())
        done = list(read_batches((replace(batch, folder=folder) for batch in batches), workers=1))
        put_parts(storage, folder.name, [folder / part for part, _ in done])
    return done


def _runner(address: str | None) -> DaskTaskRunner:
    if address:
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(
        cluster_kwargs={"n_workers": cores(), "threads_per_worker": 1, "dashboard_address": ":0"}
    )
