"""Who drives: one machine at a time, which says so in the storage as long as it is alive."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from errno import EINVAL
from typing import Any

import msgspec

from flows.files import who
from flows.paths import Paths
from flows.storage.remote import StorageError, content_of, listing, open_storage, reaching

# Seconds for which a machine that falls silent keeps others away; the clocks must agree so well.
LEASE = 300.0


class Lease(msgspec.Struct, frozen=True):
    """Who drives, and until when unless renewed."""

    who: str
    until: datetime


@contextmanager
def leased(url: str, seconds: float = LEASE) -> Iterator[Callable[[], None]]:
    """Drive alone: a lock object that expires unless renewed, which goes on in the background.

    Each that takes the lock creates the object of the next number, which only one can. Gives a function that
    raises StorageError when the lock was lost, because this machine slept or was cut off for too long.
    """
    files, root = open_storage(url)
    mine = _take(url, files, f"{root}/lock", seconds)
    ended, lost = threading.Event(), threading.Event()

    def renew() -> None:
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        while not ended.wait(seconds / 5):
            try:
                if listing(files, f"{root}/lock")[-1:] != [mine.rpartition("/")[2]]:
                    break
                files.pipe_file(mine, _lease(seconds))
                deadline = datetime.now(UTC) + timedelta(seconds=seconds)
            except Exception:  # tried again, as long as the lock is ours
                if datetime.now(UTC) > deadline:
                    break
        else:
            return
        lost.set()

    def still_ours() -> None:
        if lost.is_set():
            raise StorageError(
                f"{url}: another machine has taken over, since this one was silent; run it again"
            )

    renewing = threading.Thread(target=renew, daemon=True)
    renewing.start()
    try:
        yield still_ours
    finally:
        ended.set()
        renewing.join()
        if not lost.is_set():
            with reaching(url):
                files.pipe_file(mine, _lease(0))


def refuse_if_held(paths: Paths) -> None:
    """BlockingIOError tells that another machine is at work on the storage."""
    if paths.storage:
        files, root = open_storage(paths.storage)
        with reaching(paths.storage):
            _, lease = _newest(files, f"{root}/lock")
        if lease:
            raise _at_work(paths.storage, lease)


def _take(url: str, files: Any, folder: str, seconds: float) -> str:
    with reaching(url):
        number, lease = _newest(files, folder)
        if lease:
            raise _at_work(url, lease)
        mine = f"{folder}/{number + 1:012}"  # of the very lock that has ended: a newer one is another's
        if not _create(files, mine, _lease(seconds)):
            raise BlockingIOError(f"another process, begun at the same moment, holds {url}")
        if _create(files, mine, _lease(seconds)):
            raise StorageError(
                f"{url} lets two machines create the same object, so that no lock can hold on it"
            )
        after = listing(files, folder)
        if f"{folder}/{after[-1]}" != mine:
            files.rm_file(mine)
            raise BlockingIOError(f"another process, begun at the same moment, holds {url}")
        for name in after[:-1]:
            files.rm_file(f"{folder}/{name}")
    return mine


def _newest(files: Any, folder: str) -> tuple[int, Lease | None]:
    """The number of the newest lock, 0 where there is none, and its lease unless that has ended."""
    while names := listing(files, folder):
        content = content_of(files, f"{folder}/{names[-1]}")
        if content is not None:  # else one that took over has just removed it
            lease = msgspec.json.decode(content, type=Lease)
            return int(names[-1]), lease if lease.until > datetime.now(UTC) else None
    return 0, None


def _at_work(url: str, lease: Lease) -> BlockingIOError:
    until = f"{lease.until:%H:%M:%S} UTC"
    return BlockingIOError(f"{lease.who} (it holds {url}, and until {until} if it has died)")


def _lease(seconds: float) -> bytes:
    return msgspec.json.encode(Lease(who(), datetime.now(UTC) + timedelta(seconds=seconds)))


def _create(files: Any, path: str, content: bytes) -> bool:
    """Write an object where there is none; whether that was so."""
    try:
        files.pipe_file(path, content, mode="create")
    except OSError as error:
        if isinstance(error, FileExistsError) or error.errno == EINVAL:
            return False
        raise
    return True
