"""How long a release of many reports takes, how large it is, and what memory it needs.

    .venv/bin/python -m benchmarks.release [REPORTS...]

The reports are the synthetic ones of benchmarks.warehouse. Two releases are made: the first, and one after a
hundredth of the figures has changed, which also compares both. Each is made in a process of its own, whose
peak memory is given beside the limit that DuckDB has (query_bytes in schemas/limits.yml).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.warehouse import synthesise
from flows.database import connect
from flows.load import build_database
from flows.paths import Paths

REPORTS = 200_000
PARTS = ("csv", "excel", "parquet", "sample", "gongkai.duckdb")
RELEASE = """
import resource, sys, time
from datetime import date
from pathlib import Path
from flows.paths import Paths
from flows.release.release import release
start = time.perf_counter()
folder = release(Paths(Path(sys.argv[1])), date(2026, 11, 22))
seconds = time.perf_counter() - start
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(f"{folder.name:13} {seconds:6.0f} s, memory at most {memory:.1f} GB")
"""
# One printed figure in a hundred is another one, as if a new parser read it so.
CHANGED = """
COPY (
    SELECT * REPLACE (CASE WHEN hash(report_id, "table", "row", "column") % 100 = 0 THEN value + 1
        ELSE value END AS value)
    FROM read_parquet('{old}')
) TO '{new}' (FORMAT parquet, COMPRESSION zstd)
"""


def main(*numbers: int) -> None:
    for reports in numbers or (REPORTS,):
        with tempfile.TemporaryDirectory(prefix="release-") as folder:
            paths = Paths(Path(folder, "data"))
            first, second = paths.builds / "first", paths.builds / "second"
            first.mkdir(parents=True)
            synthesise(first, reports)
            print(f"{reports:,} reports", flush=True)
            for build in (first, second):
                if build == second:
                    change(first, second)
                build_database(build, "synthetic", None)
                paths.warehouse.unlink(missing_ok=True)
                paths.warehouse.symlink_to(build)
                subprocess.run([sys.executable, "-c", RELEASE, str(paths.data)], check=True)
                latest = (paths.releases / "latest").resolve()
                sizes = {name: size(latest / name) for name in PARTS}
                print(", ".join(f"{name} {taken / 1e6:,.0f} MB" for name, taken in sizes.items()), flush=True)
                for name in ("csv", "excel"):  # the next release is compared with Parquet; disks are small
                    shutil.rmtree(latest / name)


def change(old: Path, new: Path) -> None:
    """The same dataset with some other figures."""
    new.mkdir()
    with connect(spill=new) as connection:
        for file in sorted(old.rglob("*.parquet")):
            there = new / file.relative_to(old)
            there.parent.mkdir(parents=True, exist_ok=True)
            if file.name == "cells.parquet":
                connection.execute(CHANGED.format(old=file, new=there))
            else:
                os.link(file, there)


def size(path: Path) -> int:
    """The bytes of a file, or of the files of a folder."""
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.iterdir()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
