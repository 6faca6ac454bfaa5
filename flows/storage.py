"""Storage by URL: what machines without a common disk share lies below one fsspec URL, GONGKAI_STORAGE.

    raw/ab/ab12...                every fetched file under its SHA-256, put there when it is fetched
    parsed/VERSION/PART/          parts, put there by whoever read them; `documents.parquet` is put last
    builds/..., releases/...      as on disk, those that failed their checks too
    reports/...                   the pages about runs, the last one as latest.html too
    warehouse, releases/latest    objects that say where the links of these names point on disk
    state/HEAD, state/ab12...     the logs: HEAD names each with its SHA-256, under which it lies
    lock/N                        who drives the run, and until when

One machine at a time drives. Its data folder is a working copy: brought up to date before a run, saved after
it, with what makes the new visible written last. So the stages work on files, as they do without storage.
"""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from errno import EINVAL
from pathlib import Path
from typing import Any

import msgspec

from flows.files import digest, point, replacing, settle, who
from flows.paths import Paths

LEASE = (
    300.0  # seconds for which a machine that falls silent keeps others away; the clocks must agree so well
)
HEAD = "state/HEAD"


class StorageError(OSError):
    """The storage cannot be reached or does not do what it must; the message says which and why."""


class Lease(msgspec.Struct, frozen=True):
    """Who drives, and until when unless renewed."""

    who: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the storage, to be read like one on disk."""

    url: str

    def read_bytes(self) -> bytes:
        """What is in it; FileNotFoundError tells that it is not there."""
        content = read_many([self.url])[0]
        if content is None:
            raise FileNotFoundError(2, "No such file in the storage", self.url)
        return content


def read_many(urls: list[str]) -> list[bytes | None]:
    """What is in several files, read at the same time; None for one that is not there."""
    files, _ = _open(urls[0])
    with _reaching(urls[0]):
        paths = [files._strip_protocol(url) for url in urls]
        found = files.cat(paths, on_error="return") if len(paths) > 1 else {paths[0]: _cat(files, paths[0])}
    for content in found.values():
        if isinstance(content, Exception) and not isinstance(content, FileNotFoundError):
            raise StorageError(f"{urls[0]} cannot be read: {content}") from content
    contents = (found.get(path) for path in paths)
    return [content if isinstance(content, bytes) else None for content in contents]


def write(url: str, content: bytes) -> None:
    """Put a file into the storage, in place of one that is there."""
    files, path = _open(url)
    with _reaching(url):
        files.pipe_file(path, content)


def put_parts(url: str, version: str, parts: Iterable[Path]) -> None:
    """Put parts into the storage that are not there yet; their mark, `documents.parquet`, last."""
    files, root = _open(url)
    for part in parts:
        target = f"{root}/parsed/{version}/{part.name}"
        with _reaching(url):
            if not files.exists(f"{target}/documents.parquet"):
                content = sorted(part.iterdir(), key=lambda file: file.name == "documents.parquet")
                _put(files, content[:-1], part, target)
                _put(files, content[-1:], part, target)


def get_parts(url: str, version: str, names: Iterable[str], folder: Path) -> None:
    """Bring parts from the storage into a folder that does not have them."""
    files, root = _open(url)
    for name in names:
        if not (folder / name).exists():
            _get(url, files, f"{root}/parsed/{version}/{name}", folder / name)


@contextmanager
def shared(paths: Paths) -> Iterator[None]:
    """A run that others follow: alone on the storage, with all they have done, and with what it did saved.

    What was done is saved after an error too. BlockingIOError tells that another machine is at work.
    Without storage there is nothing to do.
    """
    if paths.storage is None:
        yield
        return
    with leased(paths.storage) as still_ours:
        restore(paths)
        try:
            yield
        finally:
            still_ours()
            save(paths)


def restore(paths: Paths) -> None:
    """Bring the data folder up to what the storage has, unless that is what was saved from here last."""
    url = _url(paths)
    files, root = _open(url)
    with _reaching(url):
        head = _cat(files, f"{root}/{HEAD}")
    if head is None:
        for folder in sorted(paths.raw.glob("[0-9a-f][0-9a-f]")):
            with _reaching(url):
                _put(files, list(folder.iterdir()), folder, f"{root}/raw/{folder.name}")
        return
    if _saved(paths).exists() and _saved(paths).read_bytes() == head:
        return
    kept: dict[str, str] = msgspec.json.decode(head)
    for log in _logs(paths):
        if str(log.relative_to(paths.data)) not in kept:
            log.unlink()
    for name, content in kept.items():
        log = paths.data / name
        if not log.exists() or digest(log) != content:
            with replacing(log) as file, _reaching(url):
                file.write(files.cat_file(f"{root}/state/{content}"))
        if log.name == "parts.jsonl":
            _restore_parts(paths, log.parent)
    _restore_link(paths, paths.warehouse)
    _restore_link(paths, paths.releases / "latest")
    with _reaching(url):
        for path in files.glob(f"{root}/releases/*/datapackage.json"):
            file = paths.releases / path.split("/")[-2] / "datapackage.json"
            if not file.exists():  # its version is taken, and here is what it was
                file.parent.mkdir(parents=True)
                file.write_bytes(files.cat_file(path))
    _mark(paths, head)


def save(paths: Paths) -> None:
    """Put into the storage what it lacks; what makes the new count or be seen is written last."""
    url = _url(paths)
    files, root = _open(url)
    with _reaching(url):
        before = _cat(files, f"{root}/{HEAD}")
    had: dict[str, str] = msgspec.json.decode(before) if before else {}
    logs = {str(log.relative_to(paths.data)): digest(log) for log in _logs(paths)}
    for name, content in logs.items():
        log = paths.data / name
        if log.name == "parts.jsonl" and had.get(name) != content:
            put_parts(url, log.parent.name, _parts(log.parent))
    _save_told(paths)
    for link in (paths.warehouse, paths.releases / "latest"):
        _save_link(paths, link)
    with _reaching(url):
        for name, content in logs.items():
            if content not in had.values():
                files.put_file(str(paths.data / name), f"{root}/state/{content}")
        head = msgspec.json.encode(dict(sorted(logs.items())))
        if head != before:
            files.pipe_file(f"{root}/{HEAD}", head)
            _remove_unnamed(paths, files, root, logs, had)
    _mark(paths, head)


def refuse_if_held(paths: Paths) -> None:
    """BlockingIOError tells that another machine is at work on the storage."""
    if paths.storage:
        files, root = _open(paths.storage)
        with _reaching(paths.storage):
            _, lease = _newest(files, f"{root}/lock")
        if lease:
            raise _at_work(paths.storage, lease)


def _at_work(url: str, lease: Lease) -> BlockingIOError:
    until = f"{lease.until:%H:%M:%S} UTC"
    return BlockingIOError(f"{lease.who} (it holds {url}, and until {until} if it has died)")


def _newest(files: Any, folder: str) -> tuple[int, Lease | None]:
    """The number of the newest lock, 0 where there is none, and its lease unless that has ended."""
    while names := _names(files, folder):
        content = _cat(files, f"{folder}/{names[-1]}")
        if content is not None:  # else one that took over has just removed it
            lease = msgspec.json.decode(content, type=Lease)
            return int(names[-1]), lease if lease.until > datetime.now(UTC) else None
    return 0, None


@contextmanager
def leased(url: str, seconds: float = LEASE) -> Iterator[Callable[[], None]]:
    """Drive alone: a lock object that expires unless renewed, which goes on in the background.

    Each that takes the lock creates the object of the next number, which only one can. Gives a function that
    raises StorageError when the lock was lost, because this machine slept or was cut off for too long.
    """
    files, root = _open(url)
    mine = _take(url, files, f"{root}/lock", seconds)
    ended, lost = threading.Event(), threading.Event()

    def renew() -> None:
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        while not ended.wait(seconds / 5):
            try:
                if _names(files, f"{root}/lock")[-1:] != [mine.rpartition("/")[2]]:
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
            with _reaching(url):
                files.pipe_file(mine, _lease(0))


def _take(url: str, files: Any, folder: str, seconds: float) -> str:
    with _reaching(url):
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
        after = _names(files, folder)
        if f"{folder}/{after[-1]}" != mine:
            files.rm_file(mine)
            raise BlockingIOError(f"another process, begun at the same moment, holds {url}")
        for name in after[:-1]:
            files.rm_file(f"{folder}/{name}")
    return mine


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


def _save_link(paths: Paths, link: Path) -> None:
    """Put the folder that a link points at into the storage, then the object that points at it."""
    url = _url(paths)
    files, root = _open(url)
    name = link.relative_to(paths.data).as_posix()
    if not link.is_symlink():
        return
    folder = link.resolve()
    target = folder.relative_to(link.parent.resolve()).as_posix()
    above = f"{root}/{name}".rpartition("/")[0]
    with _reaching(url):
        if _cat(files, f"{root}/{name}") == target.encode():
            return
        content = [file for file in folder.rglob("*") if file.is_file()]
        _put(files, content, folder, f"{above}/{target}")
        files.pipe_file(f"{root}/{name}", target.encode())
        if link == paths.warehouse:
            for build in _names(files, f"{root}/builds"):
                if not (paths.builds / build).exists():
                    files.rm(f"{root}/builds/{build}", recursive=True)


def _save_told(paths: Paths) -> None:
    """Put what runs tell people into the storage: what it lacks, and what was written since the last save."""
    url = _url(paths)
    files, root = _open(url)
    folders = (paths.reports, paths.releases / "failed")
    told = {
        f"{root}/{file.relative_to(paths.data).as_posix()}": file
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
    }
    since = _saved(paths).stat().st_mtime if _saved(paths).exists() else 0
    with _reaching(url):
        there = {
            path for folder in folders for path in files.find(f"{root}/{folder.relative_to(paths.data)}")
        }
        new = [file for path, file in told.items() if path not in there or file.stat().st_mtime > since]
        _put(files, new, paths.data, root)


def _restore_link(paths: Paths, link: Path) -> None:
    url = _url(paths)
    files, root = _open(url)
    name = link.relative_to(paths.data).as_posix()
    with _reaching(url):
        target = _cat(files, f"{root}/{name}")
    if target is None:
        return
    folder = link.parent / target.decode()
    if not folder.exists():
        _get(url, files, f"{root}/{name}".rpartition("/")[0] + f"/{target.decode()}", folder)
    point(link, folder)


def _restore_parts(paths: Paths, folder: Path) -> None:
    get_parts(_url(paths), folder.name, [part.name for part in _parts(folder)], folder)


def _parts(folder: Path) -> list[Path]:
    from flows.parts import parts  # which takes seconds to import

    return parts(folder)


def _remove_unnamed(paths: Paths, files: Any, root: str, logs: dict[str, str], had: dict[str, str]) -> None:
    """Remove logs that HEAD names no more, and parts that no longer count or were left by lost workers."""
    for content in set(had.values()) - set(logs.values()):
        files.rm_file(f"{root}/state/{content}")
    changed = [
        name for name in {*logs, *had} if Path(name).name == "parts.jsonl" and logs.get(name) != had.get(name)
    ]
    for name in changed:
        folder = paths.data / Path(name).parent
        counting = {part.name for part in _parts(folder)}
        for part in _names(files, f"{root}/parsed/{folder.name}"):
            if part not in counting:
                files.rm(f"{root}/parsed/{folder.name}/{part}", recursive=True)


def _logs(paths: Paths) -> list[Path]:
    """What a run must remember: the logs of fetches, crawls, runs and parts."""
    found = [*paths.fetches.glob("*.jsonl"), *paths.crawls.rglob("*.jsonl"), *paths.parsed.glob("*/*.jsonl")]
    return sorted([*found, *(log for log in (paths.crawl_log, paths.run_log) if log.exists())])


def _saved(paths: Paths) -> Path:
    return paths.state / "saved.json"


def _mark(paths: Paths, head: bytes) -> None:
    with replacing(_saved(paths)) as file:
        file.write(head)


def _url(paths: Paths) -> str:
    assert paths.storage is not None
    return paths.storage


def _open(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it; it asks for every listing anew, since others write too."""
    with _reaching(url):
        from fsspec.core import url_to_fs  # of the optional extra `cluster`

        files, path = url_to_fs(url, use_listings_cache=False)
    return files, path.rstrip("/")


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    """What libraries below fsspec raise, as one error that names the storage."""
    try:
        yield
    except OSError:
        raise
    except ImportError as error:
        raise StorageError(
            f"{url} needs what is not installed (pip install 'gongkai[cluster]'): {error}"
        ) from error
    except Exception as error:
        raise StorageError(f"{url} cannot be used: {type(error).__name__}: {error}") from error


def _cat(files: Any, path: str) -> bytes | None:
    try:
        content: bytes = files.cat_file(path)
    except FileNotFoundError:
        return None
    return content


def _names(files: Any, folder: str) -> list[str]:
    """What a folder has, in order; nothing where there is no such folder."""
    try:
        return sorted(path.rstrip("/").rpartition("/")[2] for path in files.ls(folder, detail=False))
    except FileNotFoundError:
        return []


def _put(files: Any, content: list[Path], folder: Path, target: str) -> None:
    if content:
        names = [f"{target}/{file.relative_to(folder).as_posix()}" for file in content]
        files.put([str(file) for file in content], names)


def _get(url: str, files: Any, source: str, folder: Path) -> None:
    """Bring a folder from the storage: aside first, so that it appears whole."""
    aside = folder.with_name(f".{folder.name}-fetched")
    shutil.rmtree(aside, ignore_errors=True)
    with _reaching(url):
        found = files.find(source)
        if not found:
            raise StorageError(f"{url} has no {source}")
        targets = [str(aside / path.removeprefix(f"{source}/")) for path in found]
        for target in targets:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        files.get(found, targets)
    settle(aside, folder)
