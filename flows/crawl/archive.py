"""The raw archive: bytes under their SHA-256, written once, and the fetch log that says what came from where.

The fetch log is one file of JSON lines per source below raw/fetches/, only ever appended to. A request has a
line where it brought news: something new or changed, another answer than the last time. Requests that brought
none are logged beside the state of the source (`history`), so that a night without news leaves the archive as
it was.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec

from flows.files import append, mend, replacing
from flows.paths import Paths
from flows.storage.remote import Stored, write

Status = Literal["fetched", "skipped", "failed", "blocked", "refused", "unlisted", "vanished"]


class Fetch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the fetch log.

    `role` says what was asked for: a list of reports, a page (also of a single report), or an attachment.
    `change` is `new` or `changed` where the archive has new bytes. `title` is the text of the link, `year`
    the year reported on as far as the crawl can tell. `content` is a digest of what matters in a page (the
    text of the report, the reports that a list links to), so that a counter of visits makes no new version.
    `last_seen` belongs to what has vanished. `warc` identifies the record in WARC files. Times are UTC.
    """

    source: str
    run: str
    url: str
    fetched_at: datetime
    fetch_status: Status
    role: Literal["list", "page", "attachment"] = "page"
    change: Literal["new", "changed"] | None = None
    reason: str | None = None
    final_url: str | None = None
    found_on: str | None = None
    title: str | None = None
    year: int | None = None
    http_status: int | None = None
    headers: dict[str, str] = {}
    media_type: str | None = None
    bytes: int | None = None
    document_id: str | None = None
    content: str | None = None
    last_seen: datetime | None = None
    warc: str | None = None


def keep(paths: Paths, data: bytes) -> str:
    """Put bytes into the raw archive, unless they are there; return their document id."""
    document_id = sha256(data).hexdigest()
    path = raw_file(paths, document_id)
    if isinstance(path, Stored):
        write(path.url, data)
    elif not path.exists():
        with replacing(path) as file:
            file.write(data)
        path.chmod(0o444)
    return document_id


def raw_file(paths: Paths, document_id: str) -> Path | Stored:
    """Where the raw archive keeps a document."""
    if paths.storage:
        return Stored(f"{paths.storage.rstrip('/')}/raw/{document_id[:2]}/{document_id}")
    return paths.raw / document_id[:2] / document_id


def log(paths: Paths, fetch: Fetch) -> None:
    """Append a line to the fetch log of its source."""
    append(paths.fetch_log(fetch.source), [fetch])


def fetches(paths: Paths, source: str) -> Iterator[Fetch]:
    """The fetch log of one source, in the order of writing; a line that a crash has cut short is left out."""
    path = paths.fetch_log(source)
    if path.exists():
        decoder = msgspec.json.Decoder(Fetch)
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield decoder.decode(line)


def fetch_logs(paths: Paths) -> list[str]:
    """The fetch logs of all sources, at least an empty one, as DuckDB's read_json takes them: whole lines."""
    logs = sorted(paths.fetches.glob("*.jsonl"))
    for log in logs:
        mend(log)  # of a crawl that was killed, tonight or earlier
    return [str(log) for log in logs] or [os.devnull]


def warc_id(source: str, url: str, fetched_at: datetime) -> str:
    """The identifier of a fetch as a WARC record: the same however often it is exported."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{source} {fetched_at.isoformat()} {url}')}>"
