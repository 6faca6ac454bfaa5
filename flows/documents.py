"""Files and folders to documents: walk folders, open archives, and read each document safely in a worker."""

import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flows.pool import Failed, work
from flows.storage.remote import Stored
from schemas.limits import limits
from transforms.document import Issue, Unreadable
from transforms.parse import parse
from transforms.records import Report, SourceEntry


@dataclass(frozen=True, slots=True)
class Job:
    """A document to read: its name for people, its file or its bytes, and what is known of it."""

    name: str
    where: Path | Stored | bytes
    entry: SourceEntry


def walk(arguments: Iterable[Path]) -> Iterator[Path]:
    """Files as given; below folders every regular file but hidden ones, in sorted order."""
    for argument in arguments:
        if not argument.is_dir():
            yield argument
            continue
        for folder, folders, files in os.walk(argument):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                file = Path(folder, name)
                if not name.startswith(".") and file.is_file():
                    yield file


def unpacked(file: Path) -> Iterator[tuple[str, Path | bytes]]:
    """The documents that a file holds, as names to put behind its own, and their bytes or the file itself.

    A file that is no archive, or an archive that cannot be opened, is one document without a further name.
    """
    if not is_archive(file):
        yield "", file
        return
    from transforms.readers.archive import members

    try:
        for name, data in members(file.read_bytes()):
            yield f"!{name}", data
    except Unreadable:
        yield "", file  # reading it will say why


def read(job: Job) -> Report:
    """One document's report; what cannot be opened or crashes comes back as a report with an issue."""
    try:
        data = job.where if isinstance(job.where, bytes) else job.where.read_bytes()
    except OSError as error:
        return unread("", Issue("no_access", f"the file cannot be opened: {error.strerror}"))
    try:
        report = parse(data, job.entry)
        if [issue.code for issue in report.issues] == ["archive"]:
            report.issues = _why_not_unpacked(data) or report.issues
        return report
    except MemoryError:
        raise
    except Exception as error:
        issue = Issue("no_parse", f"the parser failed: {type(error).__name__}: {error}")
        return unread(sha256(data).hexdigest(), issue)


def read_all(jobs: Iterable[Job], workers: int | None = None) -> Iterator[tuple[Job, Report]]:
    """Every document's report, in order; each is read in a worker process under the limits of limits.yml."""
    results = work(read, jobs, seconds=limits().seconds, memory_bytes=limits().memory_bytes, workers=workers)
    for job, result in results:
        if isinstance(result, Failed):
            result = unread(document_id(job), Issue(result.code, result.message))
        yield job, result


def unread(document_id: str, issue: Issue) -> Report:
    """The report of a document that could not be read."""
    return Report(document_id=document_id, reader=None, issues=[issue])


def _why_not_unpacked(data: bytes) -> list[Issue]:
    from transforms.readers.archive import members

    try:
        for _ in members(data):
            pass
    except Unreadable as unreadable:
        return [unreadable.issue]
    return []


def document_id(job: Job) -> str:
    """The SHA-256 of a document that is still to be read."""
    data = job.where if isinstance(job.where, bytes) else job.where.read_bytes()
    return sha256(data).hexdigest()


def is_archive(file: Path) -> bool:
    """Whether it is a ZIP of files, not a document that is itself a ZIP (DOCX, XLSX, ODT)."""
    try:
        if not zipfile.is_zipfile(file):
            return False
        with zipfile.ZipFile(file) as archive:
            return {"[Content_Types].xml", "mimetype"}.isdisjoint(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False
