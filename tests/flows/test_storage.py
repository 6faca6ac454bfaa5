"""Storage on S3: machines that share nothing else do one work, and one of them at a time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import dask
import fsspec
import pytest
from distributed import LocalCluster
from moto.server import ThreadedMotoServer

from flows.crawl.archive import keep, raw_file
from flows.paths import Paths
from flows.release.errors import ReleaseFailedError
from flows.stages import (
    crawl_stage,
    load_stage,
    normalise_stage,
    release_stage,
    report_stage,
    running,
    validate_stage,
)
from flows.storage import lease
from flows.storage.lease import leased
from flows.storage.remote import StorageError
from tests.conftest import ROOT, published
from tests.flows.test_engines import BUILT, complaints, gongkai, of_parquet

SAMPLES = sorted((ROOT / "data" / "samples").glob("*.txt"))


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """An S3-compatible server, with its address and keys in the environment, where fsspec and boto look."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # one that runs has the environment it began with
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setitem(fsspec.config.conf, "s3", {"endpoint_url": f"http://{host}:{port}"})
        yield
    server.stop()


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """A bucket of the test's own."""
    bucket = f"bucket-{abs(hash(request.node.name))}"
    fsspec.filesystem("s3").mkdir(bucket)
    return f"s3://{bucket}/gongkai"


def machine(folder: Path, url: str | None) -> Paths:
    """A data folder with the samples as its source, as another machine has it from the same checkout."""
    data = folder / "data"
    (data / "pages").mkdir(parents=True)
    for sample in SAMPLES:
        shutil.copy(sample, data / "pages")
    (data / "sources.yml").write_text(
        "sources:\n  - {name: pages, kind: directory, path: data/pages, title: Pages}\n", "utf-8"
    )
    return Paths(data, url)


def on(url: str, data: Path, *arguments: str) -> "subprocess.Popen[str]":
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGKAI_STORAGE", url)
        return gongkai(data, *arguments)


def night(paths: Paths) -> tuple[int, int]:
    """All stages without Prefect; how many files were fetched and documents read."""
    with running(paths) as run:
        crawl_stage(paths, run)
        normalise_stage(paths, run)
        build = validate_stage(paths, run)
        if build is not None:
            load_stage(paths, build)
        release_stage(paths, run)
    return run.files_fetched, run.documents_parsed


def test_another_machine_goes_on_where_the_first_has_ended(tmp_path: Path, url: str) -> None:
    first, second = machine(tmp_path / "first", url), machine(tmp_path / "second", url)
    assert night(first) == (len(SAMPLES), len(SAMPLES))
    assert not list(first.raw.glob("[0-9a-f][0-9a-f]")), "raw files lie in the storage alone"
    assert night(second) == (0, 0)
    assert published(second) == published(first)
    text = SAMPLES[0].read_text("utf-8")
    (second.data / "pages" / SAMPLES[0].name).write_text(f"{text}\n\n更正\n", "utf-8")
    assert night(second) == (1, 1)
    shutil.copy(second.data / "pages" / SAMPLES[0].name, first.data / "pages")
    assert night(first) == (0, 0)
    assert published(second) == published(first)


def test_what_lies_in_the_storage_is_what_a_disk_has(tmp_path: Path, url: str) -> None:
    paths = machine(tmp_path, url)
    night(paths)
    files = fsspec.filesystem("s3")
    root = url.removeprefix("s3://")
    build = files.cat_file(f"{root}/warehouse").decode()
    release = files.cat_file(f"{root}/releases/latest").decode()
    assert build == f"builds/{paths.warehouse.resolve().name}"
    for link, folder in (
        (paths.warehouse, f"{root}/{build}"),
        (paths.releases / "latest", f"{root}/releases/{release}"),
    ):
        here = {
            path.relative_to(link.resolve()).as_posix(): path.read_bytes()
            for path in link.resolve().rglob("*")
            if path.is_file()
        }
        there = {path.removeprefix(f"{folder}/"): files.cat_file(path) for path in files.find(folder)}
        assert there == here
    with pytest.raises(FileNotFoundError):
        raw_file(paths, "00" * 32).read_bytes()
    assert raw_file(paths, keep(paths, b"bytes")).read_bytes() == b"bytes"


def test_what_a_failed_run_tells_is_in_the_storage(tmp_path: Path, url: str) -> None:
    paths = machine(tmp_path, url)
    paths.assertions.write_text("whole: {reports: {min: 99}}\n", "utf-8")
    for failing in (True, False):
        with running(paths) as run:
            crawl_stage(paths, run)
            normalise_stage(paths, run)
            build = validate_stage(paths, run)
            if build is not None:
                load_stage(paths, build)
            with pytest.raises(ReleaseFailedError) if failing else nullcontext():
                release_stage(paths, run)
            page = report_stage(paths, run, "too few" if failing else None)
        paths.assertions.unlink(missing_ok=True)
    files, root = fsspec.filesystem("s3"), url.removeprefix("s3://")
    assert files.cat_file(f"{root}/reports/latest.html") == page.read_bytes()
    assert {path.rpartition("/")[2] for path in files.find(f"{root}/reports")} == {
        path.name for path in paths.reports.iterdir()
    }
    (failed,) = (paths.releases / "failed").iterdir()
    for name in ("issues.csv", "changes.csv", "notes.md"):
        there = files.cat_file(f"{root}/releases/failed/{failed.name}/{name}")
        assert there == (failed / name).read_bytes()


def test_what_is_told_anew_in_as_many_letters_is_in_the_storage_too(tmp_path: Path, url: str) -> None:
    paths = machine(tmp_path, url)
    notes = paths.releases / "failed" / "1.0.0" / "notes.md"
    notes.parent.mkdir(parents=True)
    for why in ("99 reports are missing", "98 reports are missing"):
        with running(paths):
            notes.write_text(why, "utf-8")
        there = f"{url.removeprefix('s3://')}/releases/failed/1.0.0/notes.md"
        assert fsspec.filesystem("s3").cat_file(there) == why.encode()


def test_a_data_folder_moves_into_the_storage(tmp_path: Path, url: str) -> None:
    before = machine(tmp_path / "first", None)
    night(before)
    after, other = Paths(before.data, url), machine(tmp_path / "second", url)
    assert night(after) == (0, 0)
    assert night(other) == (0, 0)
    assert raw_file(other, next(before.raw.glob("??/*")).name).read_bytes()


def test_machines_of_a_cluster_need_no_common_disk(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", BUILT)
    here = machine(tmp_path / "here", None)
    with running(here) as run:
        crawl_stage(here, run)
    there = tmp_path / "there" / "data"
    shutil.copytree(here.data, there)
    night(here)
    monkeypatch.setenv("GONGKAI_STORAGE", url)
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
    ):
        driver = gongkai(there, "nightly", "--engine", "dask", "--cluster", cluster.scheduler_address)
        said = complaints(driver)
    assert driver.returncode == 0, said
    assert of_parquet(there) == of_parquet(here.data)


def test_the_storage_has_one_writer(tmp_path: Path, url: str) -> None:
    with leased(url):
        said = complaints(other := on(url, tmp_path, "nightly"))
        assert other.returncode == 1
        assert said.startswith(f"Error: another run is going on: process {os.getpid()} on ")
        assert f"it holds {url}" in said
    with leased(url), pytest.raises(BlockingIOError), leased(url):
        pass


def test_a_machine_that_died_holds_the_storage_only_until_its_lease_ends(url: str) -> None:
    code = (
        "from flows.storage.lease import leased; import time\n"
        f"with leased({url!r}, 6): print(1, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as died:
        assert died.stdout
        assert died.stdout.readline() == b"1\n"
        time.sleep(7)
        with pytest.raises(BlockingIOError, match=f"process {died.pid} on "), leased(url):
            pass  # it goes on, and so does its lease
        died.send_signal(signal.SIGKILL)
    time.sleep(6.5)
    with leased(url):
        pass


def test_one_that_slept_while_another_took_over_is_told_so_and_saves_nothing(url: str) -> None:
    with leased(url, 1) as still_ours:
        still_ours()
        files = fsspec.filesystem("s3")
        folder = f"{url}/lock"
        newest = sorted(files.ls(folder, detail=False))[-1]
        files.pipe_file(f"{folder}/{int(newest.rpartition('/')[2]) + 1:012}", files.cat_file(newest))
        time.sleep(1)
        with pytest.raises(StorageError, match="another machine has taken over"):
            still_ours()


def test_of_many_that_begin_at_once_one_drives(url: str) -> None:
    code = (
        "from flows.storage.lease import leased; import sys\n"
        f"try:\n with leased({url!r}): print('drives', flush=True); sys.stdin.read()\n"
        "except BlockingIOError: print('waits')"
    )
    pipe = subprocess.PIPE
    began = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=pipe, stdout=pipe) for _ in range(4)
    ]
    said = [
        one.stdout.readline() for one in began if one.stdout
    ]  # whoever drives goes on until all have said
    for one in began:
        one.communicate(timeout=60)
    assert sorted(said) == [b"drives\n"] + 3 * [b"waits\n"]


def test_one_that_looked_before_another_began_does_not_take_over(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as another:
        listing = lease.listing

        def look(*where: Any) -> list[str]:
            found = listing(*where)
            monkeypatch.undo()
            another.enter_context(leased(url))  # at the worst moment: just after the look
            return found

        monkeypatch.setattr(lease, "listing", look)
        with pytest.raises(BlockingIOError), leased(url):
            pass


def test_a_storage_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    said = complaints(run := on("s3://no-such-bucket/gongkai", tmp_path, "normalise"))
    assert run.returncode == 1
    assert said.startswith("Error: ")
    assert "Traceback" not in said
