"""A folder of files on disk as a source: every file, and every member of an archive, is a document."""

import mimetypes
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from flows.crawl.account import Account, last_successes
from flows.crawl.archive import Fetch, fetches, keep, log
from flows.documents import is_archive, unpacked, walk
from flows.files import append
from flows.paths import Paths
from flows.sources import Directory


def crawl_directory(paths: Paths, source: Directory) -> Account:
    """Log every file that is new, changed or vanished; a folder that is not there is a failure.

    Nothing is remembered of a file but its address and hash, so that folders may be large.
    """
    began = datetime.now(UTC)
    run = f"{began:%Y%m%dT%H%M%S%fZ}"
    account = Account(source=source.name, run=run, began=began, ended=began, outcome="complete")
    left = {fetch.url: fetch.document_id for fetch in fetches(paths, source.name)}
    folder = paths.root / source.path
    if folder.is_dir():
        for url, where in _files(paths, source, folder):
            data = where if isinstance(where, bytes) else where.read_bytes()
            document_id, before = sha256(data).hexdigest(), left.pop(url, "")
            if before == document_id:
                account.unchanged += 1
                continue
            keep(paths, data)
            fetch = Fetch(
                source=source.name,
                run=run,
                url=url,
                fetched_at=datetime.now(UTC),
                fetch_status="fetched",
                change="changed" if before else "new",
                document_id=document_id,
                media_type=mimetypes.guess_type(url)[0],
                bytes=len(data),
            )
            log(paths, fetch)
            account.changed, account.new = account.changed + bool(before), account.new + (not before)
        for url in (url for url, document_id in left.items() if document_id):
            account.vanished += 1
            log(paths, _vanished(paths, source, run, url))
    else:
        account.outcome = "failed"
        account.problems.append(f"there is no folder {folder}")
    account.ended = datetime.now(UTC)
    append(paths.crawl_log, [account])
    return account


def _files(paths: Paths, source: Directory, folder: Path) -> Iterator[tuple[str, Path | bytes]]:
    for file in walk([folder]):
        if is_archive(file):
            keep(paths, file.read_bytes())  # what was fetched, beside the members read from it
        for member, where in unpacked(file):
            yield f"{source.path}/{file.relative_to(folder).as_posix()}{member}", where


def _vanished(paths: Paths, source: Directory, run: str, url: str) -> Fetch:
    now = datetime.now(UTC)
    return Fetch(
        source=source.name,
        run=run,
        url=url,
        fetched_at=now,
        fetch_status="vanished",
        reason="the file is no longer there",
        last_seen=last_successes(paths).get(source.name, now),
    )
