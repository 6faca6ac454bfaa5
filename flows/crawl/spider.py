"""The way through a portal: lists to pages to attachments, each answer judged and told to the history."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

import msgspec
from scrapy import Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from flows.crawl.account import Account
from flows.crawl.archive import Fetch, Status
from flows.crawl.expected import shortfall, surplus
from flows.crawl.explain import explain
from flows.crawl.history import History
from flows.crawl.in_time import TooSlowError
from flows.crawl.judge import Verdict, challenge, is_file, judge_link, judge_page
from flows.crawl.links import Link, json_links, links, next_page, sitemap
from flows.crawl.middleware import Answered, Spent
from flows.crawl.rules import manners, matches, rules
from flows.crawl.safety import pinned
from flows.sources import ByJson, ByLink, ByNumber, Listing, Looks, Page, Site

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

GONE = (404, 410)
TRIED_AGAIN = ("failed", "blocked", "refused", "vanished")  # every night, as long as a list names them
LIST, PAGE, ATTACHMENT = 0, 10, 20  # priorities: what a list names comes before its next page


class PortalSpider(Spider):
    """Crawls one source on the web."""

    name = "portal"

    def __init__(self, site: Site, history: History) -> None:
        """`history` is the one of the source, its run begun."""
        super().__init__()
        self.source, self.history = site, history
        self.stopped = ""
        self.problems: list[str] = []
        self.lists_read = self.lists_failed = self.reports_named = 0
        self._listed: set[str] = set()
        self._asked: set[str] = set()
        self._swept = False

    @classmethod
    def from_crawler(cls, crawler: "Crawler", *args: Any, **options: Any) -> Self:
        """As Scrapy makes it, told when all is asked for and when a callback fails."""
        spider = super().from_crawler(crawler, *args, **options)
        crawler.signals.connect(spider._idle, signals.spider_idle)
        crawler.signals.connect(spider._defect, signals.spider_error)
        return spider

    def stop(self, why: str) -> None:
        """Ask for nothing more in this run."""
        if not self.stopped:
            self.stopped = why
            self.problem(why)

    def problem(self, what: str) -> None:
        """Remember what a person should know, once."""
        told = "".join(letter if letter.isprintable() else "\ufffd" for letter in what)
        if told not in self.problems:
            self.problems.append(told)

    def account(self) -> Account:
        """End the run: what came of it."""
        now = datetime.now(UTC)
        failures = shortfall(self.source, self.history.reports(), now)
        for failure in failures:
            self.problem(failure)
        if warning := surplus(self.source, self.history.reports()):
            self.problem(warning)
        read = self.lists_read or (isinstance(self.source, Page) and not self.lists_failed)
        outcome = "complete"
        if self.stopped or self.lists_failed:
            outcome = "partial"
        if failures or not read:
            outcome = "failed"
        return self.history.end(now, outcome, self.problems)

    async def start(self) -> AsyncIterator[Request]:
        """The first requests."""
        for request in self._start():
            yield request

    def _start(self) -> Iterator[Request]:
        if isinstance(self.source, Listing) and isinstance(self.source.pages, ByJson):
            yield from self._numbered(self.source.pages.first)
            return
        role = "page" if isinstance(self.source, Page) else "list"
        for url in self.source.start:
            self._listed.add(url)
            yield from self._ask(url, role, title="", found_on=None, number=1)

    def _ask(
        self, url: str, role: str, *, title: str, found_on: str | None, **more: Any
    ) -> Iterator[Request]:
        """A request for an address, unless this run has asked for it."""
        key = more.pop("key", url)
        if key in self._asked:
            return
        self._asked.add(key)
        yield Request(
            url,
            callback=self.answered,
            errback=self.unanswered,
            meta={"key": key, "role": role, "title": title, "found_on": found_on, **more},
            priority={"list": LIST, "page": PAGE, "attachment": ATTACHMENT}[role],
            headers={"Referer": found_on} if found_on else None,
            dont_filter=True,
        )

    def _numbered(self, number: int, position: int = 1) -> Iterator[Request]:
        """The page of that number, `position` in order, of a list that is paged by numbers."""
        assert isinstance(self.source, Listing)
        pages, first = self.source.pages, self.source.start[0]
        assert isinstance(pages, ByNumber | ByJson)
        url = pages.url.replace("{n}", str(number))
        if isinstance(pages, ByNumber) or pages.form is None:
            yield from self._ask(url, "list", title="", found_on=first, number=position)
            return
        form = urlencode({name: value.replace("{n}", str(number)) for name, value in pages.form.items()})
        for request in self._ask(url, "list", title="", found_on=first, number=position, key=f"{url}#{form}"):
            headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
            yield request.replace(method="POST", body=form, headers=headers)

    def answered(self, response: Response) -> Iterator[Request]:
        """Judge an answer, tell it, and ask for what it leads to."""
        try:
            yield from self._judged(response)
        except TooSlowError as error:
            self._tell(response, Verdict("failed", str(error)), unjudged=200 <= response.status < 300)
            self._failed(response.meta, str(error))

    def _judged(self, response: Response) -> Iterator[Request]:
        meta = response.meta
        if response.status in GONE and meta.get("number", 1) > 1 and self._by_number():
            self._tell_unchanged(response)  # beyond the last page
            return
        if {"unchanged", "archived"} & set(response.flags):
            blocked = None
        else:
            blocked = challenge(response.status, response.body)
        if blocked:
            self._tell(response, Verdict("blocked", blocked))
            self._failed(meta, blocked)
            self.problem(f"{urlsplit(response.url).hostname} lets us not in: {blocked}")
        elif response.status in GONE and meta["role"] != "list" and self._had(meta["key"]):
            self._tell_vanished(response, f"HTTP {response.status}")
        elif response.status in GONE and meta["role"] != "list" and self._gone(meta["key"]):
            self._tell_unchanged(response)
        elif not 200 <= response.status < 300 and "unchanged" not in response.flags:
            self._tell(response, Verdict("failed", f"HTTP {response.status}"))
            self._failed(meta, f"HTTP {response.status}")
        elif meta["role"] == "list":
            yield from self._list(response)
        else:
            yield from self._page(response)

    def unanswered(self, failure: Failure) -> None:
        """Tell why there is no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        meta = request.meta
        if isinstance(failure.value, Spent):
            return
        if isinstance(failure.value, Answered):
            known = self.history.known[meta["key"]]
            if known.status in ("failed", "blocked", "refused"):
                self._failed(meta, known.reason or known.status)
            return
        status, reason = explain(failure.value, request)
        self.history.tell(self._fetch(meta, status, reason))
        self._failed(meta, reason)

    def _by_number(self) -> bool:
        return isinstance(self.source, Listing) and isinstance(self.source.pages, ByNumber | ByJson)

    def _failed(self, meta: dict[str, Any], reason: str) -> None:
        """Remember what went wrong, where the source itself cannot be read, and not one of its reports."""
        if meta["role"] == "list" or (meta["role"] == "page" and isinstance(self.source, Page)):
            self.lists_failed += 1
            self.problem(f"{meta['key']}: {reason}")

    # A list of reports

    def _list(self, response: Response) -> Iterator[Request]:
        key, source = response.meta["key"], self.source
        looks = getattr(source, "report", Looks())
        further: list[str] = []
        try:
            if isinstance(source, Listing) and isinstance(source.pages, ByJson):
                found = json_links(response.body, response.url, source.pages)
            elif isinstance(source, Listing):
                found = links(response.body, response.url)
            else:
                further, pages = sitemap(response.body, response.url)
                found = [Link(url, "") for url in pages]
        except ValueError as error:
            self._tell(response, Verdict("failed", str(error)))
            self._failed(response.meta, str(error))
            return
        judged = [(link, verdict) for link in found if (verdict := judge_link(*link, looks))]
        content = sha256(
            msgspec.json.encode([[*link, verdict.status] for link, verdict in judged])
        ).hexdigest()
        self._tell(response, Verdict("fetched", content=content))
        self.lists_read += 1
        fresh = 0
        for link, verdict in judged:
            fresh += link.url not in self._listed
            yield from self._named(link, verdict, key)
        for url in further:
            yield from self._ask(url, "list", title="", found_on=key, number=1)
        yield from self._next(response, fresh)

    def _named(self, link: Link, verdict: Verdict, found_on: str) -> Iterator[Request]:
        """A link of a list that speaks of a report."""
        if link.url in self._listed:
            return
        self._listed.add(link.url)
        if not pinned(link.url, self.source):
            host = urlsplit(link.url).netloc
            verdict = Verdict("refused", f"{host} is not one of the source's domains", link.title)
        if verdict.status == "fetched":
            self.reports_named += 1
            known = self.history.known.get(link.url)
            back = known is not None and known.status == "unlisted"
            if back or self._due(link.url, link.title):
                yield from self._ask(link.url, "page", title=link.title, found_on=found_on)
        elif self._is_news(link.url, verdict):
            meta = {"key": link.url, "role": "page", "title": link.title, "found_on": found_on}
            self.history.tell(self._fetch(meta, verdict.status, verdict.reason, year=verdict.year))

    def _next(self, response: Response, fresh: int) -> Iterator[Request]:
        pages = self.source.pages if isinstance(self.source, Listing) else None
        number = response.meta.get("number", 1)
        if pages is None:
            return
        if number >= manners().list_pages:
            self.stop(f"the list has more than {manners().list_pages} pages; a trap?")
        elif isinstance(pages, ByLink):
            try:
                url = next_page(response.body, response.url, pages.text)
            except TooSlowError as error:
                self._failed(response.meta, f"its next page is not known: {error}")
                return
            if url and pinned(url, self.source):
                yield from self._ask(url, "list", title="", found_on=response.meta["key"], number=number + 1)
        elif fresh:
            # `number` counts pages: the first of the endpoint, or the one after the start page, is `first`.
            following = pages.first + number - isinstance(pages, ByNumber)
            if pages.last is None or following <= pages.last:
                yield from self._numbered(following, number + 1)

    # A page or an attachment

    def _page(self, response: Response) -> Iterator[Request]:
        meta, data = response.meta, response.body
        known = self.history.known.get(meta["key"])
        fresh = not {"archived", "unchanged"} & set(response.flags)
        if not fresh:
            verdict = Verdict(known.status, known.reason) if known else Verdict("fetched")  # type: ignore[arg-type]
            if "unchanged" in response.flags and meta.get("sweep"):
                self._tell_unlisted(response)
            elif "unchanged" in response.flags:
                self._tell_unchanged(response)
        else:
            verdict = judge_page(data, meta["title"])
            verdict = verdict._replace(year=verdict.year or meta.get("year"))
        attached: list[Link] = []
        try:
            attached = [] if is_file(data) else list(self._attachments(response))
        except (TooSlowError, ValueError) as error:
            self.problem(f"{meta['key']}: its attachments are not known: {error}")
            if verdict.reason == "no_sections" and fresh:
                verdict = Verdict("failed", f"its attachments are not known: {error}")
        if verdict.reason == "no_sections" and attached and fresh:
            verdict = verdict._replace(reason="attached")
        if fresh and verdict.status == "skipped" and self._had(meta["key"]):
            self._tell_vanished(response, f"the address shows something else now ({verdict.reason})")
            return
        if fresh:
            self._tell(response, verdict)
            if meta.get("sweep") and verdict.status == "fetched":
                self._tell_unlisted(response)
        if verdict.status in ("fetched", "unlisted") or verdict.reason == "attached":
            year = verdict.year or (known.year if known else None)
            for link in attached:
                if self._due(link.url, link.title):
                    yield from self._ask(
                        link.url, "attachment", title=link.title, found_on=meta["key"], year=year
                    )

    def _attachments(self, response: Response) -> Iterator[Link]:
        """The links of a report's page to files that may hold it."""
        for link in links(response.body, response.url):
            path = urlsplit(link.url).path
            if not matches(rules().attachment, path) and not matches(rules().attachment, link.title):
                continue
            if not any(matches(pattern, link.title) for pattern in rules().skipped.values()):
                yield link

    def _due(self, url: str, title: str) -> bool:
        known = self.history.known.get(url)
        if known is None or known.status in TRIED_AGAIN or url in self.history.done:
            return True
        if title and known.title and title != known.title:
            return True
        if known.status == "skipped" and known.document_id is None:
            return True
        days = self.source.recheck or manners().recheck
        return datetime.now(UTC) - known.checked >= timedelta(days=days)

    # What is no longer in any list

    def _idle(self) -> None:
        if self._swept or self.stopped:
            return
        self._swept = True
        if isinstance(self.source, Page):
            return
        if not self.reports_named:
            if self.lists_read:
                self.problem("the lists name no report; do `report` and `pages` of the dossier fit?")
                self.lists_failed += 1
            return
        if self.lists_failed:
            return
        asked = False
        for url, known in list(self.history.known.items()):
            if url in self._listed or known.gone or known.status == "skipped" or not known.document_id:
                continue
            page = known.role == "page"
            leaves = page and known.status != "unlisted"
            if known.role == "list" or url in self.history.done or not (leaves or self._due(url, "")):
                continue
            title, found_on = known.title or "", known.found_on
            for request in self._ask(url, known.role, title=title, found_on=found_on, sweep=page):
                self.crawler.engine.crawl(request)
                asked = True
        if asked:
            raise DontCloseSpider

    def _had(self, url: str) -> bool:
        """Whether the archive has a report from an address that has not vanished yet."""
        known = self.history.known.get(url)
        return bool(known and known.document_id and known.status != "skipped" and not known.gone)

    def _gone(self, url: str) -> bool:
        known = self.history.known.get(url)
        return known is not None and known.gone

    def _is_news(self, url: str, verdict: Verdict) -> bool:
        known = self.history.known.get(url)
        return known is None or (known.status, known.reason) != (verdict.status, verdict.reason)

    # Telling

    def _tell(self, response: Response, verdict: Verdict, *, unjudged: bool = False) -> None:
        if "archived" in response.flags:
            return
        if "unchanged" in response.flags:
            self._tell_unchanged(response)
            return
        keep = response.body if unjudged or verdict.status in ("fetched", "skipped") else None
        meta = response.meta
        headers = {
            name.decode("latin-1").lower(): value[-1].decode("latin-1")
            for name, value in response.headers.items()
            if value and name.decode("latin-1").lower() in rules().headers
        }
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower() or None
        fetch = self._fetch(
            meta,
            verdict.status,
            verdict.reason,
            year=verdict.year,
            content=verdict.content,
            final_url=response.url if response.url != meta["key"].partition("#")[0] else None,
            http_status=response.status,
            headers=headers,
            media_type=media_type,
            bytes=len(response.body),
            document_id=None if keep is None else sha256(keep).hexdigest(),
        )
        self.history.tell(fetch, keep)

    def _tell_unchanged(self, response: Response) -> None:
        self.history.tell_unchanged(response.meta["key"], response.status, datetime.now(UTC))

    def _tell_unlisted(self, response: Response) -> None:
        known = self.history.known[response.meta["key"]]
        if known.status == "unlisted":
            self._tell_unchanged(response)
        else:
            reason = "no list names it any more"
            self.history.tell(self._fetch(response.meta, "unlisted", reason, http_status=response.status))

    def _tell_vanished(self, response: Response, reason: str) -> None:
        known = self.history.known[response.meta["key"]]
        seen = known.seen or known.checked
        if known.status == "fetched" and self.history.last_success:
            seen = max(seen, self.history.last_success)  # a list named it then
        fetch = self._fetch(response.meta, "vanished", reason, http_status=response.status, last_seen=seen)
        self.history.tell(fetch)

    def _fetch(self, meta: dict[str, Any], status: Status, reason: str | None, **more: Any) -> Fetch:
        return Fetch(
            source=self.source.name,
            run=self.history.run,
            url=meta["key"],
            fetched_at=datetime.now(UTC),
            fetch_status=status,
            reason=reason,
            role=meta["role"],
            title=meta["title"] or None,
            found_on=meta["found_on"],
            **more,
        )

    def _defect(self, failure: Failure) -> None:
        self.problem(f"a defect of the program: {failure.getErrorMessage()}")
        self.lists_failed += 1
