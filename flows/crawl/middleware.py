"""Every request's way to the network: pinned, from the archive, by robots.txt, patient, within the budget."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response

from flows.crawl.hosts import Budget
from flows.crawl.rules import manners, rules
from flows.crawl.safety import domain_of, pinned

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from flows.crawl.spider import PortalSpider


class Refused(IgnoreRequest):
    """A request that must not be made; the message says why."""


class Answered(IgnoreRequest):
    """A request that had no good answer in this run, before it was killed; it is not asked again."""


class NoRobots(IgnoreRequest):
    """A request to a host whose robots.txt cannot be had, so that nobody knows what it allows."""

    def __init__(self, message: str, cause: Exception | None = None) -> None:
        super().__init__(message)
        self.cause = cause


class Spent(IgnoreRequest):
    """A request that the night has no time for: the budget is spent, or the portal asked us to come later."""


class _Middleware:
    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    @property
    def spider(self) -> "PortalSpider":
        """The spider at work."""
        spider: Any = self.crawler.spider
        return spider  # type: ignore[no-any-return]


class Pinned(_Middleware):
    """Refuses what is not http or https, and what is not of the source's domains, redirects included."""

    def process_request(self, request: Request) -> None:
        """Raise Refused for an address that the source must not reach."""
        if not pinned(request.url, self.spider.source):
            host = urlsplit(request.url).netloc
            raise Refused(f"{host} is not one of the source's domains ({request.url})")


class Archived(_Middleware):
    """Asks only for what changed, and for nothing that this run, before it was killed, has asked for."""

    def process_request(self, request: Request) -> Response | None:
        """Answer from the archive, or make the request conditional."""
        key = request.meta.get("key", "")
        known = self.spider.history.known.get(key)
        first = "redirect_times" not in request.meta and "retry_times" not in request.meta
        if known is None:
            return None
        if first and key in self.spider.history.done:
            body = self.spider.history.body(key)
            if body is None or known.status in ("failed", "blocked", "refused", "vanished"):
                raise Answered("answered before this run was taken up again")
            return Response(known.final_url or request.url, body=body, flags=["archived"], request=request)
        # Only of the address that gave the bytes: another page, at the end of other redirects, may be older.
        same = request.url == (known.final_url or key.partition("#")[0])
        # And only where the answer that nothing has changed leaves nothing to be told.
        there = known.status in ("fetched", "skipped") or (
            known.status == "unlisted" and "sweep" in request.meta
        )
        for name, value in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)):
            request.headers.pop(name, None)
            if value and same and there and not known.gone:
                request.headers[name] = value
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        """Give the archive's bytes for `304 Not Modified`."""
        if response.status != 304 or "key" not in request.meta:
            return response
        body = self.spider.history.body(request.meta["key"])
        if body is None:
            return response
        return response.replace(body=body, flags=[*response.flags, "unchanged"])


class Robots(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 has it: none (4xx) allows all; where it cannot be had, nothing is asked for."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self.missing: dict[str, NoRobots] = {}

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Raise NoRobots where robots.txt cannot be had, IgnoreRequest where it forbids the request."""
        host = urlsplit(request.url).netloc
        if host in self.missing:
            raise self.missing[host]
        super().process_request_2(rp, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):  # those are our own rules: it lies elsewhere, or in a loop
            self.missing[netloc] = NoRobots("robots.txt cannot be had", exc)
        super()._robots_error(exc, netloc)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status in (429, *rules().challenge.statuses):
            self.missing[netloc] = NoRobots(f"robots.txt cannot be had (HTTP {response.status})")
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        history = self.crawler.spider.history  # type: ignore[union-attr]
        history.tell_unchanged(response.url, response.status, datetime.now(UTC))
        parser: Any = self._parsers[netloc]
        pause = parser.rp.crawl_delay(self._default_useragent)
        if pause:
            least = min(float(pause), manners().delay_at_most)
            if throttle := self.crawler.get_extension(AutoThrottle):
                throttle.mindelay = max(throttle.mindelay, least)
            for slot in self.crawler.engine.downloader.slots.values():
                slot.delay = max(slot.delay, least)


class Patience(RetryMiddleware):
    """Tries again what may pass, after the time that the portal asks for.

    While one request waits, so do all: a process has only one at a time. A portal that asks for more patience
    than the manners have is left for the night.
    """

    crawler: "Crawler"

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Wait, and ask once more, where the answer is an error that may pass."""
        if response.status not in self.retry_http_codes or request.meta.get("dont_retry"):
            return response
        wait = _asked_to_wait(response)
        if wait is not None and wait > manners().retry_after:
            self.crawler.spider.stop(  # type: ignore[union-attr]
                f"{urlsplit(request.url).hostname} asks to wait {wait:.0f} seconds (HTTP {response.status})"
            )
            return response
        again = self._retry(request, f"HTTP {response.status}")
        if again is None:
            return response
        tried = again.meta["retry_times"] - 1
        await asyncio.sleep(manners().retry_pause * 2**tried if wait is None else wait)
        return again


def _asked_to_wait(response: Response) -> float | None:
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isdecimal():
        return float(said)
    try:
        return max((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


class Within(_Middleware):
    """Counts every request that leaves, and lets none leave beyond the host's budget."""

    def process_request(self, request: Request) -> None:
        """Raise Spent where the budget of the host is spent, or the spider has stopped."""
        budget: Budget = self.crawler.settings["BUDGET"]
        host = domain_of(urlsplit(request.url).hostname or "", self.spider.source)
        if self.spider.stopped:
            raise Spent(self.spider.stopped)
        if host and not budget.take(host):
            self.spider.stop(f"the budget of {budget.most} requests a night to {host} is spent")
            raise Spent(self.spider.stopped)
