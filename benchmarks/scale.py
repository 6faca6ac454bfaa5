"""The whole way from the raw archive to the warehouse at volume: python -m benchmarks.scale --reports 10000

Makes an archive of synthetic reports of all layouts and sizes, of real divisions' invented bodies, once per
size (kept below --folder), then runs each stage in a process of its own and prints reports a second, seconds,
peak memory (of the process, and of its largest worker) and megabytes written; beside them the floor: reading
and hashing the same bytes, and writing the same Parquet without reading a report.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import psutil
import pyarrow.parquet as pq

from benchmarks.accuracy.cases import make
from benchmarks.accuracy.layouts import LAYOUTS
from flows.paths import Paths
from flows.pool import cores
from flows.server import configure, temporary_server
from transforms.regions import regions

BODIES = (
    "人民政府",
    "人民政府办公室",
    "统计局",
    "司法局",
    "教育局",
    "财政局",
    "民政局",
    "水利局",
    "审计局",
    "公安局",
)
CHUNK = 1000
LOOK = 0.5  # seconds between two looks at the memory: each takes some milliseconds from what is measured
SOURCE = "archive"
ON_DASK = "normalise on Dask"


def main() -> None:
    """Make the archives, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--reports", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--dask", action="store_true", help="normalise once more on Dask, a worker per core")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/gongkai-scale"), help="for the archives")
    parser.add_argument("--stage", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        measured(options.folder, options.stage, options.workers[0])
        return
    print("| reports | workers | stage | seconds | reports/s | peak MB | of a worker | MB written |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for reports in options.reports:
        folder = options.folder / str(reports)
        archive(folder, reports)
        for workers in options.workers:
            reset(folder)
            for stage in ("floor: read and hash", "normalise", "validate", "load", "nothing new"):
                line(folder, reports, workers, stage)
            line(folder, reports, workers, "floor: write")
        if options.dask:
            reset(folder)
            line(folder, reports, cores(), ON_DASK)


def line(folder: Path, reports: int, workers: int, stage: str) -> None:
    """Run a stage in a process of its own and print what it took."""
    before = size(folder)
    command = [sys.executable, "-m", "benchmarks.scale", "--stage", stage, "--folder", str(folder)]
    with subprocess.Popen([*command, "--workers", str(workers)], stdout=subprocess.PIPE, text=True) as child:
        own, worker = peaks(child)
        out = child.stdout.read() if child.stdout else ""
    if child.returncode:
        sys.exit(child.returncode)
    seconds = float(out.splitlines()[-1])
    written = (size(folder) - before) / 1e6
    print(
        f"| {reports:,} | {workers} | {stage} | {seconds:.1f} | {reports / seconds:,.0f} | {own / 1e6:,.0f} "
        f"| {worker / 1e6:,.0f} | {written:,.0f} |",
        flush=True,
    )


def peaks(child: "subprocess.Popen[str]") -> tuple[int, int]:
    """The most memory in bytes that a process had until its end, and the most of one of its workers."""
    own = worker = 0
    process = psutil.Process(child.pid)
    while child.poll() is None:
        own = max(own, peak(process))
        for below in process.children(recursive=True) if process.is_running() else ():
            worker = max(worker, peak(below))
        time.sleep(LOOK)
    return own, worker


def peak(process: psutil.Process) -> int:
    """The most memory in bytes that a process has had so far, as Linux tells; 0 of one that has ended."""
    with suppress(OSError):
        told = re.search(rb"VmHWM:\s*(\d+) kB", Path(f"/proc/{process.pid}/status").read_bytes())
        return 1024 * int(told[1]) if told else 0
    return 0


def measured(folder: Path, stage: str, workers: int) -> None:
    """Run one stage here and print the seconds that it took, without those of starting Prefect."""
    with prefect(folder) if stage == ON_DASK else nullcontext():
        start = time.perf_counter()
        STAGES[stage](Paths(folder / "data"), workers)
        print(time.perf_counter() - start)


@contextmanager
def prefect(folder: Path) -> Iterator[None]:
    """A Prefect server, and everything imported that it needs."""
    configure(folder / "prefect")
    with temporary_server() as wait:
        import flows.cluster  # noqa: F401

        wait()
        yield


def normalise(paths: Paths, workers: int) -> None:
    """Documents to parts."""
    os.sched_setaffinity(0, range(workers))
    from flows.stages import normalise_stage, running

    with running(paths) as run:
        normalise_stage(paths, run)


def normalise_on_dask(paths: Paths, _: int) -> None:
    """Documents to parts, by Prefect tasks on a Dask cluster of this machine, which is started first."""
    from prefect import flow

    from flows.cluster import read_on_dask
    from flows.stages import normalise_stage, running

    engine = partial(read_on_dask, address=None, storage=None)
    with running(paths) as run:
        flow(normalise_stage, validate_parameters=False)(paths, run, engine)


def validate(paths: Paths, workers: int) -> None:
    """Parts to the dataset's Parquet."""
    os.sched_setaffinity(0, range(workers))
    from flows.stages import running, validate_stage

    with running(paths) as run:
        validate_stage(paths, run)
        (paths.state / "fingerprint").write_text(str(run.fingerprint))


def load(paths: Paths, workers: int) -> None:
    """Parquet to DuckDB."""
    os.sched_setaffinity(0, range(workers))
    from flows.stages import load_stage, running

    with running(paths) as run:
        run.fingerprint = (paths.state / "fingerprint").read_text()
        load_stage(paths, paths.builds / f".{run.fingerprint}")


def nothing_new(paths: Paths, workers: int) -> None:
    """A night in which nothing has changed, without the crawl and the release."""
    os.sched_setaffinity(0, range(workers))
    from flows.stages import normalise_stage, running, validate_stage

    with running(paths) as run:
        normalise_stage(paths, run)
        if validate_stage(paths, run) is not None:
            sys.exit("something was new")


def read_and_hash(paths: Paths, workers: int) -> None:
    """What no program can do without: every byte read once."""
    files = [str(file) for file in paths.raw.glob("??/*")]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(hashed, files, chunksize=CHUNK))


def hashed(file: str) -> str:
    """The hash of one file."""
    return sha256(Path(file).read_bytes()).hexdigest()


def write(paths: Paths, workers: int) -> None:
    """The parts once more: read as Parquet, written as Parquet."""
    folders = [path for path in paths.parsed.glob("*/*") if path.is_dir()]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(rewritten, folders))


def rewritten(folder: Path) -> None:
    """One part once more."""
    aside = folder.parents[3] / "floor" / folder.name
    aside.mkdir(parents=True)
    for file in folder.glob("*.parquet"):
        pq.write_table(pq.read_table(file), aside / file.name, compression="zstd", compression_level=1)


STAGES: dict[str, Callable[[Paths, int], None]] = {
    "normalise": normalise,
    ON_DASK: normalise_on_dask,
    "validate": validate,
    "load": load,
    "nothing new": nothing_new,
    "floor: read and hash": read_and_hash,
    "floor: write": write,
}


def reset(folder: Path) -> None:
    """Leave nothing of a measured run but the archive."""
    for name in ("state", "builds", "warehouse", "floor"):
        path = folder / "data" / name
        if path.is_symlink():
            path.unlink()
        shutil.rmtree(path, ignore_errors=True)


def size(folder: Path) -> int:
    """Bytes of all files below a folder, the archive left out."""
    found = (path for name in ("state", "builds", "floor") for path in (folder / "data" / name).rglob("*"))
    return sum(path.stat().st_size for path in found if path.is_file() and not path.is_symlink())


def archive(folder: Path, reports: int) -> None:
    """An archive of so many reports, unless it is there."""
    paths = Paths(folder / "data")
    if paths.sources.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    paths.fetches.mkdir(parents=True)
    chunks = [range(at, min(at + CHUNK, reports)) for at in range(0, reports, CHUNK)]
    with ExitStack() as stack:
        log = stack.enter_context(paths.fetch_log(SOURCE).open("w", encoding="utf-8"))
        pool = stack.enter_context(ProcessPoolExecutor())
        for lines in pool.map(partial(documents, folder), chunks):
            log.writelines(lines)
    paths.sources.write_text(
        f"sources:\n  - {{name: {SOURCE}, kind: directory, path: data/none, title: Synthetic reports}}\n",
        "utf-8",
    )


def documents(folder: Path, numbers: Iterable[int]) -> list[str]:
    """Write the documents of these numbers; their lines of the fetch log."""
    paths = Paths(folder / "data")
    names = bodies()
    layouts = list(LAYOUTS)
    lines = []
    for number in numbers:
        agency = names[number * 7919 % len(names)]
        data = make(f"scale-{number}", layouts[number % len(layouts)], agency=agency).data
        document_id = sha256(data).hexdigest()
        file = paths.raw / document_id[:2] / document_id
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        fetch = {
            "source": SOURCE, "run": "made", "url": f"data/none/{number}",
            "fetched_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(), "fetch_status": "fetched",
            "role": "page", "change": "new", "document_id": document_id, "bytes": len(data),
        }  # fmt: skip
        lines.append(f"{json.dumps(fetch)}\n")
    return lines


def bodies() -> list[str]:
    """Names of bodies of every county: some thirty thousand."""
    now = {entry.code: entry for entry in regions() if entry.successor is None}
    names = []
    for entry in now.values():
        city = now.get(entry.parent or "")
        if entry.level == "county" and city is not None and city.level == "city":
            names += [f"{city.name}{entry.name}{body}" for body in BODIES]
    return names


if __name__ == "__main__":
    main()
