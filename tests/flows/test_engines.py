"""The engines give the same bytes, a lost worker costs nothing, and two runs do not harm each other."""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from flows.cluster import read_group
from flows.parts import Batch
from flows.paths import Paths
from flows.stages import crawl_stage, load_stage, normalise_stage, release_stage, running, validate_stage
from flows.version import parser_version
from tests.conftest import ROOT, published

SAMPLES = sorted((ROOT / "data" / "samples").glob("*.txt"))
COPIES = 20  # of each sample, each with other bytes: a second or two of work
BUILT = "1767225600"
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a crawled archive of which nothing is read."""
    data = tmp_path_factory.mktemp("engines") / "archive"
    (data / "pages").mkdir(parents=True)
    for number in range(COPIES):
        for sample in SAMPLES:
            text = sample.read_text("utf-8")
            (data / "pages" / f"{number}-{sample.name}").write_text(f"{text}\n\n第{number}份\n", "utf-8")
    (data / "sources.yml").write_text(
        "sources:\n  - {name: pages, kind: directory, path: archive/pages, title: Pages}\n", "utf-8"
    )
    paths = Paths(data)
    with running(paths) as run:
        crawl_stage(paths, run)
    return data


@pytest.fixture(scope="module")
def by_local(archive: Path) -> dict[str, str]:
    """What the stages publish with the local engine."""
    paths = Paths(copied(archive, "local"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", BUILT)
        with running(paths) as run:
            normalise_stage(paths, run)
            build = validate_stage(paths, run)
            assert build is not None
            load_stage(paths, build)
            release_stage(paths, run)
    return of_parquet(paths.data)


def copied(archive: Path, name: str) -> Path:
    """The archive beside the original; sources name their folder relative to what is above it."""
    data = archive.with_name(name)
    shutil.copytree(archive, data, symlinks=True)
    return data


def gongkai(data: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    return subprocess.Popen(
        [*COMMAND, "--data", str(data), *arguments],
        cwd=ROOT,
        env={**environment, "SOURCE_DATE_EPOCH": BUILT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def complaints(run: "subprocess.Popen[str]") -> str:
    """What a run says on standard error, when it has ended."""
    return run.communicate(timeout=300)[1]


def of_parquet(data: Path) -> dict[str, str]:
    files = {name: digest for name, digest in published(Paths(data)).items() if name.endswith(".parquet")}
    assert any(name.startswith("warehouse/cells/") for name in files)
    assert any(name.startswith("releases/") for name in files)
    return files


def test_a_cluster_started_here_publishes_the_same_bytes(archive: Path, by_local: dict[str, str]) -> None:
    data = copied(archive, "dask")
    run = gongkai(data, "nightly", "--engine", "dask")
    said = complaints(run)
    assert run.returncode == 0, said
    assert all("━" in line for line in said.splitlines()), "nothing but the progress of the stages"
    assert of_parquet(data) == by_local


def test_a_worker_is_killed_at_work_and_a_second_run_begun_and_no_byte_is_another(
    archive: Path, by_local: dict[str, str]
) -> None:
    data = copied(archive, "killed")
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        processes = client.run(os.getpid)
        run = gongkai(data, "nightly", "--engine", "dask", "--cluster", cluster.scheduler_address)
        victim = None
        while victim is None and run.poll() is None:
            time.sleep(0.02)
            victim = next((address for address, tasks in client.processing().items() if tasks), None)
        assert victim is not None, complaints(run)
        os.kill(processes[victim], signal.SIGKILL)
        second = gongkai(data, "nightly")
        told = complaints(second)
        said = complaints(run)
    assert run.returncode == 0, said
    assert of_parquet(data) == by_local
    assert second.returncode == 1
    assert told.startswith(f"Error: another run is going on: process {run.pid} on ")
    assert told.rstrip().endswith(f"nightly --engine dask --cluster {cluster.scheduler_address}")


def test_a_worker_that_may_start_no_process_is_told_how_to() -> None:
    group = pickle.dumps([Batch(Path(parser_version()), ())])
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        pytest.raises(RuntimeError, match="DASK_DISTRIBUTED__WORKER__DAEMON=False"),
    ):
        client.submit(read_group.fn, group).result()


def test_a_worker_with_another_version_of_the_code_reads_nothing() -> None:
    group = pickle.dumps([Batch(Path("0123456789abcdef"), ())])
    with pytest.raises(RuntimeError, match="bring all machines to the same commit"):
        read_group.fn(group)


def test_the_lock_of_a_run_that_was_killed_holds_no_other(archive: Path, by_local: dict[str, str]) -> None:
    data = copied(archive, "crashed")
    first = gongkai(data, "normalise")
    while not list(Paths(data).parsed.glob("*/*")) and first.poll() is None:
        time.sleep(0.01)
    first.kill()
    complaints(first)
    assert first.returncode == -signal.SIGKILL
    for stage in ("normalise", "load", "release"):
        later = gongkai(data, stage)
        said = complaints(later)
        assert later.returncode == 0, said
    tables = of_parquet(data)
    differing = {name for name in by_local if tables[name] != by_local[name]}
    assert {Path(name).name for name in differing} == {"runs.parquet"}, "several runs here, not one"
