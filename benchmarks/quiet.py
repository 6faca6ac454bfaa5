"""What a night in which nothing has changed costs beyond the crawl: python -m benchmarks.quiet [DOCUMENTS...]

Makes the state that a night leaves behind which has read so many documents: the fetch log, the list of
documents in use, and parts that name each document (without the rows read from it, which no such night
opens). Then a night of the stages normalise and validate runs in a process of its own, and must find nothing
to do.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.load import fingerprint
from flows.normalise import normalise
from flows.parts import INDEX, Batch
from flows.paths import Paths
from flows.sources import read_sources

DOCUMENTS = 1_000_000
SOURCE = "quiet"
NIGHT = """
import resource, sys, time
from pathlib import Path
from flows.paths import Paths
from flows.stages import normalise_stage, running, validate_stage
start = time.perf_counter()
paths = Paths(Path(sys.argv[1]))
with running(paths) as run:
    normalise_stage(paths, run)
    read = time.perf_counter() - start
    assert validate_stage(paths, run) is None and not run.documents_parsed, "something was new"
seconds, memory = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(f"{seconds:.1f} s ({read:.1f} s to compare documents), memory at most {memory:.1f} GB")
"""


def main(*numbers: int) -> None:
    """Make the states, have a quiet night on each, print."""
    for documents in numbers or (DOCUMENTS,):
        with tempfile.TemporaryDirectory(prefix="quiet-") as folder:
            paths = Paths(Path(folder, "data"))
            settle(paths, documents)
            night = [sys.executable, "-c", NIGHT, str(paths.data)]
            done = subprocess.run(night, check=True, stdout=subprocess.PIPE, text=True)
            print(f"{documents:,} documents: {done.stdout}", end="", flush=True)


def settle(paths: Paths, documents: int) -> None:
    """The data folder as a night leaves it that has published so many documents."""
    paths.fetches.mkdir(parents=True)
    source = f"{{name: {SOURCE}, kind: directory, path: data/none, title: Synthetic reports}}"
    paths.sources.write_text(f"sources:\n  - {source}\n", "utf-8")
    with paths.fetch_log(SOURCE).open("w", encoding="utf-8") as log:
        log.writelines(map(fetched, range(documents)))
    selection = normalise(paths, read_sources(paths.sources), lambda *_: None, named)
    published = paths.builds / fingerprint(paths, selection)
    published.mkdir(parents=True)
    (published / "gongkai.duckdb").touch()
    paths.warehouse.symlink_to(published)


def fetched(number: int) -> str:
    """The line of the fetch log of a document."""
    fetch = {
        "source": SOURCE,
        "run": "made",
        "url": f"https://www.example.gov.cn/zfxxgk/ndbg/2022/t20230120_{number}.html",
        "fetched_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
        "fetch_status": "fetched",
        "http_status": 200,
        "media_type": "text/html",
        "role": "page",
        "change": "new",
        "document_id": sha256(str(number).encode()).hexdigest(),
        "bytes": 40_000,
    }
    return f"{json.dumps(fetch)}\n"


def named(batches: Iterator[Batch]) -> Iterator[tuple[str, int]]:
    """An engine that writes down which documents there are, and reads none."""
    for batch in batches:
        batch.part.mkdir(parents=True)
        keys = pa.array([job.name for job in batch.jobs])
        columns = {**{name: pa.nulls(len(keys), INDEX.field(name).type) for name in INDEX.names}, "key": keys}
        pq.write_table(pa.table(columns, schema=INDEX), batch.part / "documents.parquet")
        yield batch.part.name, len(keys)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
