"""Parts: what a batch of documents says, read, checked and written once.

A part is a folder of Parquet files, one per table of the dataset, with a column `key` that says which
document in which reading a row is of. It appears whole by one rename, and never changes. `documents.parquet`
in it has a row for each of its documents.

Many workers may write parts at once, also ones that a scheduler has long given up. What they write counts
only when the one process that drives the run has said so in parts.jsonl, a log of which each line makes a set
of parts count, and another count no more, at once.

The checks are imported where rows are written: pandas and pandera take a second or two, which those who only
look for parts need not wait.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.documents import Job, document_id, read, unread
from flows.files import append, read_log, settle, to_disk
from flows.pool import Failed, beat, work
from flows.storage.remote import Stored, read_many
from schemas.issues import severity
from schemas.limits import limits
from transforms.document import Issue
from transforms.records import Agency, Report
from transforms.tabulate import index_line, tabulate

if TYPE_CHECKING:
    from schemas.checks import Rejected

BATCH = 500  # documents in a part: some 100,000 cells, half a second to two seconds of work
TABLES = ("reports", "cells", "sections", "narrative", "identities", "issues")
AT_ONCE = 32  # documents fetched from the storage together: many small answers cost the time of one
NEEDED = ("flows.parts", "schemas.checks")  # modules, by who writes parts
LOG = "parts.jsonl"
AGAIN = "again"  # a file in a part that is to be read again
PASSING = {"no_access", "too_slow", "worker_died"}  # issues that may be of the night, not of the document
TRIES = 3  # of a part with such a document
MANY, SMALL = 64, BATCH // 2  # so many parts with fewer documents than this become one
_INDEX_NUMBERS = ("year", "cells_decided", "identities_broken")
_INDEX_TEXTS = dict.fromkeys(
    ("key", "document_id", "report_id", "agency_name", *Agency._fields, "region_code", "reader")
)
INDEX = pa.schema(
    [(name, pa.string()) for name in _INDEX_TEXTS] + [(name, pa.int64()) for name in _INDEX_NUMBERS]
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents to read into one part below `folder`; `deadly` says why a single one cannot be read."""

    folder: Path
    jobs: tuple[Job, ...]
    deadly: Issue | None = None

    @property
    def part(self) -> Path:
        """Where the part is when it is done: under a name that only the same documents have."""
        return self.folder / sha256("\n".join(job.name for job in self.jobs).encode()).hexdigest()[:24]


# Reads batches; tells of each the name of its part and how many documents it has, when the part is there.
Engine = Callable[[Iterator[Batch]], Iterator[tuple[str, int]]]


def read_batches(batches: Iterator[Batch], workers: int | None = None) -> Iterator[tuple[str, int]]:
    """Read batches in worker processes, each under the limits of limits.yml; what an `Engine` tells.

    Where a batch ends its process or never ends, the document at fault is read again alone, and the others
    without it. OSError tells that documents cannot be fetched or a part cannot be written.
    """
    waiting = batches
    while True:
        again: list[Batch] = []
        for batch, done in work(
            read_part,
            waiting,
            seconds=limits().seconds,
            memory_bytes=limits().memory_bytes,
            workers=workers,
            modules=NEEDED,
        ):
            if isinstance(done, Failed):
                again += _smaller(batch, done)
            else:
                yield batch.part.name, done
        if not again:
            return
        waiting = iter(again)


def _smaller(batch: Batch, failed: Failed) -> Iterator[Batch]:
    """Batches to read instead of one that failed: without the document it was at, and that one alone."""
    if failed.code == "no_access" or (failed.code == "too_slow" and failed.at is None):
        raise OSError(f"the part {batch.part} cannot be made: {failed.message}")  # no document is at fault
    if len(batch.jobs) == 1:
        if batch.deadly is not None:
            raise RuntimeError(f"the part {batch.part} cannot be written: {failed.message}")
        yield replace(batch, deadly=Issue(failed.code, failed.message))
        return
    at = failed.at if failed.at is not None and failed.at < len(batch.jobs) else len(batch.jobs) // 2
    for jobs in (batch.jobs[:at], batch.jobs[at : at + 1], batch.jobs[at + 1 :]):
        if jobs:
            yield replace(batch, jobs=jobs)


def read_part(batch: Batch) -> int:
    """Read the documents of a batch and write its part; return how many documents it has.

    Beats with the number of each document, and with the number of documents before it writes.
    """
    reports = []
    for at, job in enumerate(_at_hand(batch.jobs)):
        beat(at)
        report = unread(document_id(job), batch.deadly) if batch.deadly else read(job)
        report.document_id = report.document_id or job.name.partition("-")[0]  # of a file that is gone
        reports.append(report)
    beat(len(reports))
    write_part(batch.part, [job.name for job in batch.jobs], reports)
    return len(reports)


def _at_hand(jobs: tuple[Job, ...]) -> Iterator[Job]:
    """The jobs, with the bytes of documents that are not on disk; some are fetched at the same time."""
    for start in range(0, len(jobs), AT_ONCE):
        some = jobs[start : start + AT_ONCE]
        urls = [job.where.url for job in some if isinstance(job.where, Stored)]
        if urls:
            beat(None)
        found = dict(zip(urls, read_many(urls), strict=True)) if urls else {}
        for job in some:
            content = found.get(job.where.url) if isinstance(job.where, Stored) else None
            yield job if content is None else replace(job, where=content)


def write_part(part: Path, keys: list[str], reports: list[Report]) -> None:
    """Check every row that documents have, and write those that keep all rules.

    A row that breaks one goes to quarantine.jsonl in the part, with the reasons, which become issues of its
    document. With a report in quarantine goes all that belongs to it. A part that is there already stays: a
    worker that was thought lost has written the same.
    """
    aside = _aside(part)
    try:
        _write_tables(aside, keys, reports)
        try:
            settle(aside, part)
        except OSError:
            if not part.exists():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _aside(part: Path) -> Path:
    """A new folder under a name that no other worker has."""
    aside = part.with_name(f".{part.name}-{uuid4().hex}")
    aside.mkdir(parents=True)
    return aside


def _write_tables(folder: Path, keys: list[str], reports: list[Report]) -> None:
    from schemas.checks import check_columns

    key_of = dict(zip((report.document_id for report in reports), keys, strict=True))
    columns = tabulate(reports)
    issues, rejected = check_columns("issues", columns["issues"], within="document_id")
    lost: set[str] = set()
    for table in TABLES[:-1]:
        kept, broken = check_columns(table, columns[table], within="document_id")
        if table == "reports":
            lost = {row.row["document_id"] for row in broken}
        elif lost:
            kept = kept.filter(pc.invert(pc.is_in(kept["document_id"], pa.array(sorted(lost)))))
        _write(folder, table, kept, key_of)
        rejected += broken
    issues = _with_rejections(issues, rejected)
    _write(folder, "issues", issues, key_of)
    (folder / "quarantine.jsonl").touch()
    append(folder / "quarantine.jsonl", [asdict(row) for row in rejected])
    if any(issue.code in PASSING for report in reports for issue in report.issues):
        (folder / AGAIN).touch()
    lines = [index_line(*of) for of in zip(keys, reports, strict=True)]
    for line in lines:
        if line["document_id"] in lost:
            line["report_id"] = None
    pq.write_table(pa.Table.from_pylist(lines, schema=INDEX), folder / "documents.parquet")


def parts(folder: Path) -> list[Path]:
    """The parts below a folder that count."""
    names: set[str] = set()
    for line in read_log(folder / LOG):
        names |= set(line["added"])
        names -= set(line["removed"])
    return [folder / name for name in sorted(names)]


def table_files(found: list[Path], table: str) -> list[str]:
    """The files of a table in some parts, as DuckDB takes them."""
    return [str(part / f"{table}.parquet") for part in found]


def tried(folder: Path) -> dict[str, int]:
    """How often each part below a folder was made, by its name."""
    return Counter(name for line in read_log(folder / LOG) for name in line["added"])


def retry(folder: Path) -> None:
    """Let the parts count no more in which a document failed for a reason that may have passed."""
    times = tried(folder)
    failed = [part.name for part in parts(folder) if (part / AGAIN).exists() and times[part.name] < TRIES]
    if failed:
        commit(folder, [], removed=failed)


def commit(folder: Path, added: Iterable[str], removed: Iterable[str] = ()) -> None:
    """Make some parts below a folder count, by their names, and others count no more, all at once.

    That is on the disk when it returns: `tidy` may remove what counts no more.
    """
    append(folder / LOG, [{"added": list(added), "removed": list(removed)}])
    to_disk(folder / LOG)


def tidy(folder: Path) -> None:
    """Remove from a folder of parts what does not count: what a run that was killed has left."""
    counting = {part.name for part in parts(folder)}
    for path in folder.iterdir():
        if path.name != LOG and path.name not in counting:
            shutil.rmtree(path)


def compact(folder: Path) -> None:
    """Make one part of many small ones, so that the files to open do not grow with the number of nights."""
    small = [part for part in parts(folder) if _documents(part) < SMALL and not (part / AGAIN).exists()]
    if len(small) < MANY:
        return
    names = [part.name for part in small]
    whole = folder / sha256("\n".join(names).encode()).hexdigest()[:24]
    aside = _aside(whole)
    for table in (*TABLES, "documents"):
        _join(small, table, aside)
    (aside / "quarantine.jsonl").write_bytes(
        b"".join((part / "quarantine.jsonl").read_bytes() for part in small)
    )
    settle(aside, whole)
    commit(folder, [whole.name], removed=names)
    tidy(folder)


def _join(small: list[Path], table: str, aside: Path) -> None:
    files = [part / f"{table}.parquet" for part in small]
    with pq.ParquetWriter(aside / f"{table}.parquet", pq.read_schema(files[0]), compression="zstd") as writer:
        for file in files:
            writer.write_table(pq.read_table(file))


def _documents(part: Path) -> int:
    rows: int = pq.read_metadata(part / "documents.parquet").num_rows
    return rows


def _write(folder: Path, table: str, rows: pa.Table, key_of: dict[str, str]) -> None:
    """Write the rows of one table with the key of their document."""
    documents = rows["document_id"].combine_chunks().dictionary_encode()
    names = pa.array([key_of[document] for document in documents.dictionary.to_pylist()], pa.string())
    rows = rows.append_column("key", pa.DictionaryArray.from_arrays(documents.indices, names))
    # Without Arrow's own schema columns are read as declared, whether or not one had a dictionary here. Rows
    # are looked for by their keys alone.
    pq.write_table(
        rows,
        folder / f"{table}.parquet",
        compression="zstd",
        compression_level=1,
        store_schema=False,
        write_statistics=["key"],
    )


def _with_rejections(issues: pa.Table, rejected: "list[Rejected]") -> pa.Table:
    """The issues with one more for every row in quarantine."""
    from schemas.checks import check

    if not rejected:
        return issues
    numbers = Counter(issues["document_id"].to_pylist())
    rows = []
    for one in rejected:
        document = one.row["document_id"]
        numbers[document] += 1
        named = ("report_id", "year", "document_id", "table", "row", "column")
        rows.append(
            {
                **{field: one.row.get(field) for field in named},
                "issue_number": numbers[document],
                "code": "row_rejected",
                "severity": severity("row_rejected"),
                "message": f"a row of {one.table} is in quarantine: {'; '.join(one.reasons)}",
            }
        )
    more = check("issues", rows)[0]
    return pa.concat_tables([issues.cast(more.schema), more])
