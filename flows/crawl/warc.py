"""WARC (ISO 28500), the standard form of web archives: ours written as such, others' read.

A record has the identifier that the fetch log gives. Its payload is the document as kept, after transfer and
content encodings, so that its digest is the document's; its headers are those that the fetch log keeps.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.crawl.archive import Fetch, fetches, raw_file
from flows.crawl.history import History
from flows.crawl.in_time import TooSlowError
from flows.crawl.judge import Verdict, challenge, judge_page
from flows.crawl.rules import rules
from flows.crawl.safety import pinned
from flows.files import replacing
from flows.paths import Paths
from flows.sources import Site, Source
from schemas.limits import limits


class BadWarcError(Exception):
    """A file is no WARC file, or damaged; the message says which, and what was read before."""


def export_warc(paths: Paths, sources: list[Source], target: Path) -> int:
    """Write every answer with bytes that the archive has of these sources; return how many records."""
    written = 0
    with replacing(target) as file:
        writer = WARCWriter(file, gzip=target.suffix == ".gz", warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(target.name, {"software": "Gongkai"}))
        for source in sources:
            for fetch in fetches(paths, source.name):
                if fetch.document_id and fetch.url.startswith("http"):
                    data = raw_file(paths, fetch.document_id).read_bytes()
                    writer.write_record(_record(writer, fetch, data))
                    written += 1
    return written


def _record(writer: Any, fetch: Fetch, data: bytes) -> Any:
    dropped = {"content-encoding", "content-length", "transfer-encoding"}
    headers = [(name, value) for name, value in fetch.headers.items() if name not in dropped]
    headers.append(("content-length", str(len(data))))
    extra = {
        "WARC-Record-ID": fetch.warc,
        "WARC-Date": f"{fetch.fetched_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "WARC-Payload-Digest": f"sha256:{fetch.document_id}",
    }
    return writer.create_warc_record(
        fetch.final_url or fetch.url.partition("#")[0],
        "response",
        payload=BytesIO(data),
        http_headers=StatusAndHeaders(f"{fetch.http_status or 200} OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={name: value for name, value in extra.items() if value},
    )


def import_warc(paths: Paths, source: Site, files: list[Path]) -> dict[str, int]:
    """Take the answers of a source's domains out of WARC files into the archive, as of when they were made.

    Each is judged as one fetched now. Returns how many were `fetched`, `skipped` as no reports, `blocked`,
    or `known` before. BadWarcError tells of a file that cannot be read to its end.
    """
    counts = {"fetched": 0, "skipped": 0, "blocked": 0, "known": 0}
    have = {(fetch.url, fetch.document_id) for fetch in fetches(paths, source.name)}
    now = datetime.now(UTC)
    history = History(paths, source, now, run=f"import-{now:%Y%m%dT%H%M%S%fZ}")
    for fetch, data in _answers(source, history.run, files):
        if (fetch.url, fetch.document_id) in have:
            counts["known"] += 1
            continue
        have.add((fetch.url, fetch.document_id))
        history.tell(fetch, data)
        counts[fetch.fetch_status] = counts.get(fetch.fetch_status, 0) + 1
    return counts


def _answers(source: Site, run: str, files: list[Path]) -> Iterator[tuple[Fetch, bytes | None]]:
    for path in files:
        read = 0
        try:
            with path.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    read += 1
                    url = record.rec_headers.get_header("WARC-Target-URI") or ""
                    if (
                        record.rec_type != "response"
                        or record.http_headers is None
                        or not pinned(url, source)
                    ):
                        continue
                    data = record.content_stream().read(limits().file_bytes + 1)
                    if record.http_headers.get_statuscode() == "200" and len(data) <= limits().file_bytes:
                        yield _fetch(source, run, url, record, data)
        except (ArchiveLoadFailed, EOFError, OSError) as error:
            raise BadWarcError(f"{path}: after {read} records: {error}") from None


def _fetch(source: Site, run: str, url: str, record: Any, data: bytes) -> tuple[Fetch, bytes | None]:
    headers = {
        name.lower(): value for name, value in record.http_headers.headers if name.lower() in rules().headers
    }
    try:
        blocked = challenge(200, data)
        verdict = Verdict("blocked", blocked) if blocked else judge_page(data, "")
    except TooSlowError as error:
        verdict = Verdict("failed", str(error))
    keep = data if verdict.status in ("fetched", "skipped") else None
    warc = record.rec_headers
    fetch = Fetch(
        source=source.name,
        run=run,
        url=url,
        fetched_at=datetime.fromisoformat(warc.get_header("WARC-Date")),
        fetch_status=verdict.status,
        reason=verdict.reason,
        year=verdict.year,
        content=verdict.content,
        http_status=200,
        headers=headers,
        media_type=headers.get("content-type", "").partition(";")[0].strip().lower() or None,
        bytes=len(data),
        document_id=None if keep is None else sha256(keep).hexdigest(),
        warc=warc.get_header("WARC-Record-ID"),
    )
    return fetch, keep
