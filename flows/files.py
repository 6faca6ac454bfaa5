"""Files that appear at once or not at all, and logs that only grow."""

import fcntl
import hashlib
import os
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes `path`'s place when all is written; an error leaves `path` as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        aside = Path(file.name)
        try:
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
            aside.chmod(0o644)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def settle(aside: Path, path: Path) -> None:
    """Give a folder its name by one rename, with all that is in it on the disk before.

    Without that a machine that crashes may leave empty files under the name.
    """
    for written in (*aside.rglob("*"), aside):
        to_disk(written)
    aside.rename(path)
    for folder in (path.parent, path.parent.parent):  # the first may be new as well
        to_disk(folder)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlast a crash of the machine."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock that one process at a time can have; it ends with the process, however that ends.

    BlockingIOError tells that another one has it, and who that is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BlockingIOError(file.read() or "another process") from None
        file.truncate(0)
        file.write(who())
        file.flush()
        yield
        file.truncate(0)


def who() -> str:
    """This process as people find it: what runs, where, and since when."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    where = f"process {os.getpid()} on {socket.gethostname()}"
    return f"{where} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {command}"


def point(link: Path, target: Path) -> None:
    """Make `link` a symbolic link to `target` by one rename, whether or not it existed."""
    aside = link.with_name(f".{link.name}-{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(os.path.relpath(target, link.parent))
    aside.replace(link)


def append(path: Path, records: Iterable[Any]) -> None:
    """Append records to a log, one line of JSON each, in one write, so that no reader sees half of one.

    A last line that a crash or a full disk has cut short is dropped first. Several processes may append.
    """
    lines = b"".join(msgspec.json.encode(record) + b"\n" for record in records)
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        _drop_cut_line(file)
        file.write(lines)


def read_log(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a log; a last line that a crash has cut short is left out."""
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield msgspec.json.decode(line)


def mend(path: Path) -> None:
    """Drop the last line of a log where a crash has cut it short, for readers that stumble over it."""
    with path.open("ab+") as file:
        _drop_cut_line(file)


def _drop_cut_line(file: BinaryIO) -> None:
    """Drop what stands behind the last line feed, and let no other process write until the file is closed."""
    fcntl.flock(file, fcntl.LOCK_EX)
    size = end = file.seek(0, os.SEEK_END)
    while end:
        start = max(end - 4096, 0)
        file.seek(start)
        if newline := file.read(end - start).rfind(b"\n") + 1:
            end = start + newline
            break
        end = start
    if end < size:
        file.truncate(end)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_lines(path: Path) -> str:
    """What a file's lines are, whatever their order: the sum of their SHA-256, in hexadecimal digits."""
    with path.open("rb") as file:
        total = sum(int.from_bytes(hashlib.sha256(line).digest()) for line in file)
    return f"{total % 2**256:064x}"
