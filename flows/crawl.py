"""Crawl: bring what the sources hold into the raw archive.

Every file is kept under its SHA-256 and never changed. The fetch log says what came from where and when;
a file that has not changed since is not logged again.
"""

import mimetypes
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flows.documents import is_archive, unpacked, walk
from flows.files import append, digest, read_log, replacing
from flows.paths import Paths
from flows.sources import Source


def crawl(paths: Paths, source: Source) -> int:
    """Fetch everything new from a source; return how many documents that were.

    OSError tells of a folder that cannot be read.
    """
    known = {
        record["url"]: record["document_id"]
        for record in read_log(paths.fetch_log)
        if record["source"] == source.name
    }
    fetched = 0
    for url, where in KINDS[source.kind](paths, source):
        data = where if isinstance(where, bytes) else where.read_bytes()
        document_id = sha256(data).hexdigest()
        if known.get(url) == document_id:
            continue
        keep(paths, document_id, data)
        record = {
            "source": source.name,
            "url": url,
            "fetched_at": datetime.now(UTC),
            "fetch_status": "fetched",
            "document_id": document_id,
            "media_type": mimetypes.guess_type(url)[0],
            "bytes": len(data),
        }
        append(paths.fetch_log, [record])
        fetched += 1
    return fetched


def keep(paths: Paths, document_id: str, data: bytes) -> None:
    """Put bytes into the raw archive, unless they are there."""
    path = raw_file(paths, document_id)
    if not path.exists():
        with replacing(path) as file:
            file.write(data)
        path.chmod(0o444)


def raw_file(paths: Paths, document_id: str) -> Path:
    """Where the raw archive keeps a document."""
    return paths.raw / document_id[:2] / document_id


def _directory(paths: Paths, source: Source) -> Iterator[tuple[str, Path | bytes]]:
    folder = paths.root / source.path
    if not folder.is_dir():
        raise NotADirectoryError(f"source {source.name}: there is no folder {folder}")
    for file in walk([folder]):
        if is_archive(file):
            keep(paths, digest(file), file.read_bytes())  # what was fetched, beside the members read from it
        for member, where in unpacked(file):
            yield f"{source.path}/{file.relative_to(folder).as_posix()}{member}", where


KINDS: dict[str, Any] = {"directory": _directory}
