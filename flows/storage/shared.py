"""A run that others follow: the data folder is brought up to date before it and saved after it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from flows.files import digest, point, replacing
from flows.paths import Paths
from flows.storage.lease import leased
from flows.storage.remote import content_of, get_folder, listing, open_storage, put_files, reaching

HEAD = "state/HEAD"


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
    files, root = open_storage(url)
    with reaching(url):
        head = content_of(files, f"{root}/{HEAD}")
    if head is None:
        for folder in sorted(paths.raw.glob("[0-9a-f][0-9a-f]")):
            with reaching(url):
                put_files(files, list(folder.iterdir()), folder, f"{root}/raw/{folder.name}")
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
            with replacing(log) as file, reaching(url):
                file.write(files.cat_file(f"{root}/state/{content}"))
        if log.name == "parts.jsonl":
            _restore_parts(paths, log.parent)
    _restore_link(paths, paths.warehouse)
    _restore_link(paths, paths.releases / "latest")
    with reaching(url):
        for path in files.glob(f"{root}/releases/*/datapackage.json"):
            file = paths.releases / path.split("/")[-2] / "datapackage.json"
            if not file.exists():  # its version is taken, and here is what it was
                file.parent.mkdir(parents=True)
                file.write_bytes(files.cat_file(path))
    _mark(paths, head)


def save(paths: Paths) -> None:
    """Put into the storage what it lacks; what makes the new count or be seen is written last."""
    url = _url(paths)
    files, root = open_storage(url)
    with reaching(url):
        before = content_of(files, f"{root}/{HEAD}")
    had: dict[str, str] = msgspec.json.decode(before) if before else {}
    logs = {str(log.relative_to(paths.data)): digest(log) for log in _logs(paths)}
    for name, content in logs.items():
        log = paths.data / name
        if log.name == "parts.jsonl" and had.get(name) != content:
            put_parts(url, log.parent.name, _parts(log.parent))
    _save_told(paths)
    for link in (paths.warehouse, paths.releases / "latest"):
        _save_link(paths, link)
    with reaching(url):
        for name, content in logs.items():
            if content not in had.values():
                files.put_file(str(paths.data / name), f"{root}/state/{content}")
        head = msgspec.json.encode(dict(sorted(logs.items())))
        if head != before:
            files.pipe_file(f"{root}/{HEAD}", head)
            _remove_unnamed(paths, files, root, logs, had)
    _mark(paths, head)


def put_parts(url: str, version: str, parts: Iterable[Path]) -> None:
    """Put parts into the storage that are not there yet; their mark, `documents.parquet`, last."""
    files, root = open_storage(url)
    for part in parts:
        target = f"{root}/parsed/{version}/{part.name}"
        with reaching(url):
            if not files.exists(f"{target}/documents.parquet"):
                content = sorted(part.iterdir(), key=lambda file: file.name == "documents.parquet")
                put_files(files, content[:-1], part, target)
                put_files(files, content[-1:], part, target)


def get_parts(url: str, version: str, names: Iterable[str], folder: Path) -> None:
    """Bring parts from the storage into a folder that does not have them."""
    files, root = open_storage(url)
    for name in names:
        if not (folder / name).exists():
            get_folder(url, files, f"{root}/parsed/{version}/{name}", folder / name)


def _save_link(paths: Paths, link: Path) -> None:
    """Put the folder that a link points at into the storage, then the object that points at it."""
    url = _url(paths)
    files, root = open_storage(url)
    name = link.relative_to(paths.data).as_posix()
    if not link.is_symlink():
        return
    folder = link.resolve()
    target = folder.relative_to(link.parent.resolve()).as_posix()
    above = f"{root}/{name}".rpartition("/")[0]
    with reaching(url):
        if content_of(files, f"{root}/{name}") == target.encode():
            return
        content = [file for file in folder.rglob("*") if file.is_file()]
        put_files(files, content, folder, f"{above}/{target}")
        files.pipe_file(f"{root}/{name}", target.encode())
        if link == paths.warehouse:
            for build in listing(files, f"{root}/builds"):
                if not (paths.builds / build).exists():
                    files.rm(f"{root}/builds/{build}", recursive=True)


def _save_told(paths: Paths) -> None:
    """Put what runs tell people into the storage: what it lacks, and what was written since the last save."""
    url = _url(paths)
    files, root = open_storage(url)
    folders = (paths.reports, paths.releases / "failed")
    told = {
        f"{root}/{file.relative_to(paths.data).as_posix()}": file
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
    }
    since = _saved(paths).stat().st_mtime if _saved(paths).exists() else 0
    with reaching(url):
        there = {
            path for folder in folders for path in files.find(f"{root}/{folder.relative_to(paths.data)}")
        }
        new = [file for path, file in told.items() if path not in there or file.stat().st_mtime > since]
        put_files(files, new, paths.data, root)


def _restore_link(paths: Paths, link: Path) -> None:
    url = _url(paths)
    files, root = open_storage(url)
    name = link.relative_to(paths.data).as_posix()
    with reaching(url):
        target = content_of(files, f"{root}/{name}")
    if target is None:
        return
    folder = link.parent / target.decode()
    if not folder.exists():
        get_folder(url, files, f"{root}/{name}".rpartition("/")[0] + f"/{target.decode()}", folder)
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
        for part in listing(files, f"{root}/parsed/{folder.name}"):
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
