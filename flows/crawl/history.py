"""What the crawl of a source knows from earlier nights, and how it tells what it sees.

A run that was killed is taken up where it stopped: what it has asked for is answered from the archive.
"""

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from flows.crawl.account import Account
from flows.crawl.archive import Fetch, fetches, keep, log, raw_file, warc_id
from flows.files import append, read_log
from flows.paths import Paths
from flows.sources import Source


class Known(msgspec.Struct):
    """The last news of an address.

    `seen` is when it was last there, `gone` whether it has vanished since; `document_id` and what follows are
    of the last answer with bytes that could be judged, `unjudged` are the bytes of one since that could not.
    """

    status: str
    role: str
    checked: datetime
    seen: datetime | None = None
    gone: bool = False
    reason: str | None = None
    title: str | None = None
    year: int | None = None
    found_on: str | None = None
    document_id: str | None = None
    unjudged: str | None = None
    content: str | None = None
    final_url: str | None = None
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class History:
    """The addresses that a source is known by, and the log of its run."""

    def __init__(self, paths: Paths, source: Source, now: datetime, run: str | None = None) -> None:
        """Read the logs of the source and begin a run, or take up one that was killed.

        `run` names one that is no crawl (an import), and so neither begins nor ends.
        """
        self.paths, self.source = paths, source
        self.known: dict[str, Known] = {}
        self.done: set[str] = set()
        self.last_success: datetime | None = None
        self._log = paths.crawls / f"{source.name}.jsonl"
        self.run, self.began = (run, now) if run else self._begin(now)
        for fetch in fetches(paths, source.name):
            self._learn(fetch)
        for line in read_log(self._log):
            if url := line.get("url"):
                self._learn_unchanged(url, line["http_status"], datetime.fromisoformat(line["at"]))
                if line["run"] == self.run:
                    self.done.add(url)

    def _begin(self, now: datetime) -> tuple[str, datetime]:
        latest: dict[str, Any] = {}
        for line in read_log(self._log):
            if "began" in line:
                latest = line
            elif "ended" in line:
                latest = {}
                if line["ended"] == "complete":
                    self.last_success = datetime.fromisoformat(line["at"])
        if latest:
            return latest["run"], datetime.fromisoformat(latest["began"])
        run = f"{now:%Y%m%dT%H%M%S%fZ}"
        append(self._log, [{"run": run, "began": now}])
        return run, now

    def tell(self, fetch: Fetch, data: bytes | None = None) -> None:
        """Log an answer: as news in the archive, with its bytes, or else beside the state of the source.

        The answer is no news where it is the one of the last time; bytes count as the same where what
        matters in them (`content`) is.
        """
        before = self.known.get(fetch.url)
        had = before.document_id if before else None
        same_bytes = data is None or (before is not None and fetch.document_id in (had, before.unjudged))
        same_content = before is not None and fetch.content is not None and fetch.content == before.content
        if same_content and had is not None:
            size = len(raw_file(self.paths, had).read_bytes())
            data, fetch = None, msgspec.structs.replace(fetch, document_id=had, bytes=size)
        if before is not None and (same_bytes or same_content):
            as_before = (before.status, before.reason, fetch.title or before.title)
            if as_before == (fetch.fetch_status, fetch.reason, before.title):
                self.tell_unchanged(fetch.url, fetch.http_status, fetch.fetched_at)
                return
        if data is not None:
            keep(self.paths, data)
            change = None if had == fetch.document_id else "changed" if had else "new"
            warc = fetch.warc or warc_id(fetch.source, fetch.url, fetch.fetched_at)
            fetch = msgspec.structs.replace(fetch, change=change, warc=warc)
        log(self.paths, fetch)
        self._learn(fetch)

    def tell_unchanged(self, url: str, http_status: int | None, at: datetime) -> None:
        """Log a request that brought no news."""
        append(self._log, [{"run": self.run, "url": url, "at": at, "http_status": http_status}])
        self.done.add(url)
        self._learn_unchanged(url, http_status, at)

    def body(self, url: str) -> bytes | None:
        """The bytes that the archive has last had from an address."""
        known = self.known.get(url)
        if known is None or known.document_id is None:
            return None
        return raw_file(self.paths, known.document_id).read_bytes()

    def end(self, now: datetime, outcome: str, problems: list[str]) -> Account:
        """End the run and give account of it; what was logged counts, so that a run taken up counts whole."""
        counted: Counter[str] = Counter()
        for fetch in fetches(self.paths, self.source.name):
            if fetch.run != self.run:
                continue
            counted["requests"] += fetch.http_status is not None
            if fetch.role == "list" and fetch.fetch_status == "fetched":
                continue
            word = {"fetched": fetch.change or "unchanged", "failed": "unreachable"}
            counted[word.get(fetch.fetch_status, fetch.fetch_status)] += 1
        for line in read_log(self._log):
            if line["run"] == self.run and "url" in line:
                counted["requests"] += 1
                known = self.known.get(line["url"])
                counted["unchanged"] += known is not None and known.role != "list"
        account = Account(
            source=self.source.name,
            run=self.run,
            began=self.began,
            ended=now,
            outcome=outcome,
            reports=self.reports(),
            problems=problems,
            **counted,
        )
        append(self._log, [{"run": self.run, "ended": outcome, "at": now}])
        append(self.paths.crawl_log, [account])
        return account

    def reports(self) -> dict[int, int]:
        """How many reports of each year the source has; a page and its attachments are one."""
        found = {
            (known.year, known.found_on if known.role == "attachment" else url)
            for url, known in self.known.items()
            if known.year and not known.gone and known.status != "skipped" and known.role != "list"
        }
        return dict(sorted(Counter(year for year, _ in found).items()))

    def _learn_unchanged(self, url: str, http_status: int | None, at: datetime) -> None:
        if known := self.known.get(url):
            known.checked = max(known.checked, at)
            if http_status in (200, 304) and not known.gone:
                known.seen = at if known.seen is None else max(known.seen, at)

    def _learn(self, fetch: Fetch) -> None:
        if fetch.run == self.run:
            self.done.add(fetch.url)
        known = self.known.get(fetch.url)
        if known is None:
            known = self.known[fetch.url] = Known(fetch.fetch_status, fetch.role, fetch.fetched_at)
        elif fetch.fetched_at < known.checked:
            return  # imported from an older archive
        known.status, known.role, known.reason = fetch.fetch_status, fetch.role, fetch.reason
        known.checked = fetch.fetched_at
        if known.status in ("fetched", "unlisted"):
            known.seen, known.gone = fetch.fetched_at, False
        known.gone = known.gone or known.status == "vanished"
        known.found_on = fetch.found_on or known.found_on
        known.title = fetch.title or known.title
        if fetch.document_id and fetch.fetch_status == "failed":
            known.unjudged = fetch.document_id
        elif fetch.document_id:
            known.document_id, known.content, known.year = fetch.document_id, fetch.content, fetch.year
            known.final_url, known.media_type = fetch.final_url, fetch.media_type
            known.etag = fetch.headers.get("etag")
            known.last_modified = fetch.headers.get("last-modified")
