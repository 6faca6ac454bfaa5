"""Files behind a URL, by fsspec."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.files import settle


class StorageError(OSError):
    """The storage cannot be reached or does not do what it must; the message says which and why."""


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
    files, _ = open_storage(urls[0])
    with reaching(urls[0]):
        paths = [files._strip_protocol(url) for url in urls]
        if len(paths) > 1:
            found = files.cat(paths, on_error="return")
        else:
            found = {paths[0]: content_of(files, paths[0])}
    for content in found.values():
        if isinstance(content, Exception) and not isinstance(content, FileNotFoundError):
            raise StorageError(f"{urls[0]} cannot be read: {content}") from content
    contents = (found.get(path) for path in paths)
    return [content if isinstance(content, bytes) else None for content in contents]


def write(url: str, content: bytes) -> None:
    """Put a file into the storage, in place of one that is there."""
    files, path = open_storage(url)
    with reaching(url):
        files.pipe_file(path, content)


def open_storage(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it; it asks for every listing anew, since others write too."""
    with reaching(url):
        from fsspec.core import url_to_fs  # of the optional extra `cluster`

        files, path = url_to_fs(url, use_listings_cache=False)
    return files, path.rstrip("/")


@contextmanager
def reaching(url: str) -> Iterator[None]:
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


def content_of(files: Any, path: str) -> bytes | None:
    """What is in a file; None where there is none."""
    try:
        content: bytes = files.cat_file(path)
    except FileNotFoundError:
        return None
    return content


def listing(files: Any, folder: str) -> list[str]:
    """What a folder has, in order; nothing where there is no such folder."""
    try:
        return sorted(path.rstrip("/").rpartition("/")[2] for path in files.ls(folder, detail=False))
    except FileNotFoundError:
        return []


def put_files(files: Any, content: list[Path], folder: Path, target: str) -> None:
    """Put files that lie below `folder` on disk as they lie there below `target`."""
    if content:
        names = [f"{target}/{file.relative_to(folder).as_posix()}" for file in content]
        files.put([str(file) for file in content], names)


def get_folder(url: str, files: Any, source: str, folder: Path) -> None:
    """Bring a folder from the storage: aside first, so that it appears whole."""
    aside = folder.with_name(f".{folder.name}-fetched")
    shutil.rmtree(aside, ignore_errors=True)
    with reaching(url):
        found = files.find(source)
        if not found:
            raise StorageError(f"{url} has no {source}")
        targets = [str(aside / path.removeprefix(f"{source}/")) for path in found]
        for target in targets:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        files.get(found, targets)
    settle(aside, folder)
