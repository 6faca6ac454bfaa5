"""What goes wrong on portals and on the way to them is told as what it is, and never as a good end."""

import gzip
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from flows.crawl.account import accounts
from flows.crawl.archive import raw_file
from flows.crawl.in_time import TooSlowError, in_time
from flows.crawl.judge import Verdict, judge_page
from flows.crawl.links import links, next_page
from flows.paths import Paths
from schemas.limits import limits
from tests.flows.test_crawl import HOST, begin, crawl, declare, source, told
from tests.portal.pages import html, listing, report, title
from tests.portal.server import Answer, Portal, portal

CHALLENGE = Answer(b"<html><script>var __jsl_clearance='x'</script></html>", 412)


@pytest.fixture
def server() -> Iterator[Portal]:
    with portal() as running:
        running.pages |= {f"/nb/{year}.html": html(report(year)) for year in (2021, 2022, 2023)}
        running.pages["/nb/"] = html(listing(pairs(2021, 2022, 2023)))
        yield running


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data")


def pairs(*years: int) -> list[tuple[str, str]]:
    return [(f"/nb/{year}.html", title(year)) for year in years]


def test_a_list_that_is_gone_is_a_failure_every_night(paths: Paths, server: Portal) -> None:
    declare(paths, source("x", server, start=[f"{HOST}/nb/", f"{HOST}/old/"]))
    server.pages["/nb/"] = html(listing(pairs(2022, 2023)))
    server.pages["/old/"] = html(listing(pairs(2021)))
    assert crawl(paths, "x").outcome == "complete"
    del server.pages["/old/"]
    for _ in range(2):
        night = crawl(paths, "x")
        assert (night.outcome, night.problems) == ("partial", [f"{HOST}/old/: HTTP 404"])
        assert night.unlisted == 0
    assert night.reports == {2021: 1, 2022: 1, 2023: 1}


def test_a_next_page_that_is_not_there_is_a_failure(paths: Paths, server: Portal) -> None:
    server.pages["/nb/"] = html(listing(pairs(2023), "<a href='index_2.html'>下一页</a>"))
    declare(paths, source("x", server, pages={"by": "link"}))
    night = crawl(paths, "x")
    assert (night.outcome, night.problems) == ("partial", [f"{HOST}/nb/index_2.html: HTTP 404"])


def test_a_terminated_crawl_is_taken_up_again_and_remembers_the_list_that_failed(
    paths: Paths, server: Portal
) -> None:
    declare(paths, source("x", server, start=[f"{HOST}/old/", f"{HOST}/nb/"]))
    server.pages["/old/"] = html(listing(pairs(2021)))
    server.pages["/nb/"] = html(listing(pairs(2022, 2023)))
    crawl(paths, "x")
    finished = paths.crawl_log.read_bytes()
    server.pages["/old/"] = Answer(b"", 501)
    server.pages["/nb/"] = html(listing([*pairs(2022, 2023), ("/nb/slow.html", title(2020))]))
    server.pages["/nb/slow.html"] = html("x" * 500, how="dripping")
    server.asked.clear()
    process = begin(paths, "x")
    while "/nb/slow.html" not in [path for _, path, _ in server.asked]:
        assert process.is_alive()
        time.sleep(0.01)
    os.kill(process.pid or 0, signal.SIGTERM)
    process.join()
    assert process.exitcode == -signal.SIGTERM
    assert paths.crawl_log.read_bytes() == finished  # it has not ended
    server.pages["/nb/slow.html"] = html(report(2020))
    night = crawl(paths, "x")
    assert (night.outcome, night.unlisted, night.new) == ("partial", 0, 1)
    assert night.problems == [f"{HOST}/old/: HTTP 501"]


def test_pages_that_cannot_be_judged_in_time_fail_and_the_others_are_crawled(
    paths: Paths, server: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    @in_time
    def judged(data: bytes, said: str) -> Verdict:
        if "迟".encode() in data:
            re.fullmatch("(a+)+b", "a" * 50)  # as an expression of ours might, on a page made for it
        return judge_page(data, said)

    monkeypatch.setattr("flows.crawl.spider.judge_page", judged)
    monkeypatch.setattr("flows.crawl.in_time.limits", lambda: replace(limits(), seconds=2))
    server.pages["/nb/2022.html"] = html(report(2022, "迟"))
    declare(paths, source("x", server))
    assert crawl(paths, "x").reports == {2021: 1, 2023: 1}
    failed = told(paths, "x")["/nb/2022.html"]
    assert (failed.fetch_status, failed.reason) == ("failed", "it cannot be judged within 2 seconds")
    assert failed.document_id is not None
    assert raw_file(paths, failed.document_id).read_bytes() == server.pages["/nb/2022.html"].body
    assert crawl(paths, "x").unchanged == 1  # tried again, and nothing new to tell
    assert told(paths, "x")["/nb/2022.html"] == failed
    monkeypatch.setattr("flows.crawl.spider.judge_page", judge_page)
    night = crawl(paths, "x")
    assert (night.new, night.reports) == (1, {2021: 1, 2022: 1, 2023: 1})


def test_links_that_cannot_be_found_in_time_spoil_no_report_and_no_list(
    paths: Paths, server: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(function: Callable[..., object], sign: str) -> Callable[..., object]:
        def found(data: bytes, *more: str) -> object:
            if sign.encode() in data:
                raise TooSlowError("too slow")
            return function(data, *more)

        return found

    monkeypatch.setattr("flows.crawl.spider.links", slow(links, "迟"))
    monkeypatch.setattr("flows.crawl.spider.next_page", slow(next_page, "下一页"))
    server.pages["/nb/"] = html(listing(pairs(2021, 2022, 2023), "<a href='index_2.html'>下一页</a>"))
    server.pages["/nb/2022.html"] = html(report(2022, "迟"))
    server.pages["/nb/2021.html"] = html("<p>2021年政府信息公开工作年度报告，见附件，迟。</p>")
    declare(paths, source("x", server, pages={"by": "link"}))
    night = crawl(paths, "x")
    assert (night.outcome, night.reports) == ("partial", {2022: 1, 2023: 1})
    assert sorted(night.problems) == [
        f"{HOST}/nb/2021.html: its attachments are not known: too slow",
        f"{HOST}/nb/2022.html: its attachments are not known: too slow",
        f"{HOST}/nb/: its next page is not known: too slow",
    ]
    said = {url: fetch.fetch_status for url, fetch in told(paths, "x").items()}
    assert said == {
        "/nb/": "fetched",
        "/nb/2021.html": "failed",
        "/nb/2022.html": "fetched",
        "/nb/2023.html": "fetched",
    }


@pytest.mark.parametrize(
    ("robots", "page", "problem"),
    [
        (Answer(b"User-agent: *\nDisallow: /"), html(""), "/nb/2023.html: robots.txt does not allow it"),
        (Answer(b"", 404), CHALLENGE, "/nb/2023.html: challenge: HTTP 412"),
    ],
)
def test_a_source_of_one_page_that_is_not_to_be_had_has_failed(
    paths: Paths, server: Portal, robots: Answer, page: Answer, problem: str
) -> None:
    server.pages |= {"/robots.txt": robots, "/nb/2023.html": page}
    declare(paths, source("x", server, kind="page", start=[f"{HOST}/nb/2023.html"]))
    night = crawl(paths, "x")
    assert night.outcome == "failed"
    assert f"{HOST}{problem}" in night.problems


@pytest.mark.parametrize(
    ("robots", "why"),
    [
        (Answer(b"", 503), "robots.txt cannot be had (HTTP 503)"),
        (Answer(b"", 429), "robots.txt cannot be had (HTTP 429)"),
        (html("x" * 100, how="dripping"), "robots.txt cannot be had: no whole answer within 1 seconds"),
        (html("x", how="cut"), "robots.txt cannot be had: the answer is cut short"),
    ],
)
def test_without_robots_txt_nothing_is_asked_for(
    paths: Paths, server: Portal, robots: Answer, why: str
) -> None:
    robots.headers["Retry-After"] = "0"
    server.pages["/robots.txt"] = robots
    declare(paths, source("x", server, timeout=1))
    night = crawl(paths, "x")
    assert (night.outcome, night.problems) == ("failed", [f"{HOST}/nb/: {why}"])
    assert server.paths() == []


def test_a_report_that_now_leads_to_an_old_page_about_errors_has_vanished(
    paths: Paths, server: Portal
) -> None:
    old, new = datetime(2015, 1, 1, tzinfo=UTC), datetime(2024, 1, 20, tzinfo=UTC)
    server.pages["/nb/2023.html"] = html(report(2023), modified=new, etag=False)
    declare(paths, source("x", server))
    crawl(paths, "x")
    server.pages["/nb/"] = html(listing(pairs(2021, 2022)))  # so that it is looked at tonight
    server.pages["/nb/2023.html"] = Answer(status=302, headers={"Location": "/error.html"}, etag=False)
    server.pages["/error.html"] = html(
        "<p>您访问的页面不存在或已删除，请返回首页，谢谢您的关注与支持。</p>", modified=old, etag=False
    )
    assert crawl(paths, "x").vanished == 1
    assert told(paths, "x")["/nb/2023.html"].fetch_status == "vanished"


def test_an_unasked_not_modified_is_no_answer(paths: Paths, server: Portal) -> None:
    server.pages["/nb/2023.html"] = Answer(b"", 304, etag=False)
    declare(paths, source("x", server))
    night = crawl(paths, "x")
    assert (night.new, night.unreachable) == (2, 1)
    assert told(paths, "x")["/nb/2023.html"].reason == "HTTP 304"


def test_a_report_that_is_listed_again_is_no_longer_unlisted(paths: Paths, server: Portal) -> None:
    declare(paths, source("x", server))
    crawl(paths, "x")
    server.pages["/nb/"] = html(listing(pairs(2021, 2022)))
    assert crawl(paths, "x").unlisted == 1
    server.pages["/nb/"] = html(listing(pairs(2021, 2022, 2023)))
    crawl(paths, "x")
    assert told(paths, "x")["/nb/2023.html"].fetch_status == "fetched"


def test_a_bomb_and_a_lie_about_the_length_are_stopped(paths: Paths, server: Portal) -> None:
    bomb = gzip.compress(b"\0" * 100_000_001)
    server.pages["/nb/2023.html"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    server.pages["/nb/2022.html"] = html("<p>", how="endless")
    declare(paths, source("x", server))
    night = crawl(paths, "x")
    assert (night.new, night.unreachable) == (1, 2)
    seen = told(paths, "x")
    assert seen["/nb/2022.html"].reason == "the answer is larger than 100000000 bytes"
    assert seen["/nb/2023.html"].reason == "the answer is larger than 100000000 bytes, unpacked"


def test_a_sitemap_of_nonsense_is_read_as_far_as_it_goes(paths: Paths, server: Portal) -> None:
    wrong = [
        "javascript:void(0)",
        "http://[bad/x.html",
        "http://portal.test:99999/nb/1.html",
        "/nb/2022.html",
    ]
    user = "http://portal.test:80@elsewhere.test/nb/1.html", "http://me@portal.test/nb/1.html"
    urls = "".join(f"<url><loc>{url}</loc></url>" for url in (*wrong, *user, f"{HOST}/nb/2023.html"))
    index = f"<sitemapindex>{'<sitemap><loc>http://[bad/</loc></sitemap>'}</sitemapindex>{urls}"
    server.pages["/nb/"] = html(index)
    declare(paths, source("x", server, kind="sitemap", report={"link": r"/nb/\d+\.html$"}))
    night = crawl(paths, "x")
    assert (night.outcome, night.problems, night.new, night.refused) == ("complete", [], 2, 3)


def test_requests_are_never_closer_than_the_delay(paths: Paths, server: Portal) -> None:
    times: list[float] = []

    def timed(year: int) -> object:
        def answer(_: bytes) -> Answer:
            times.append(time.monotonic())
            return html(report(year))

        return answer

    years = range(2015, 2023)
    server.pages |= {f"/nb/{year}.html": timed(year) for year in years}  # type: ignore[dict-item]
    server.pages["/nb/"] = html(listing(pairs(*years)))
    declare(paths, source("x", server, delay=0.3))
    crawl(paths, "x")
    gaps = [after - before for before, after in pairwise(times)]
    assert len(gaps) == 7
    assert sum(gaps) >= 0.29 * 7


def test_sources_of_one_host_never_ask_at_once_though_one_has_the_whole_domain(
    paths: Paths, server: Portal
) -> None:
    declare(
        paths,
        source("wide", server, start=["http://www.portal.test/nb/"], domains=["portal.test"]),
        source("narrow", server, start=["http://www.portal.test/nb/"]),
    )
    server.pause = 0.2
    processes = [begin(paths, name) for name in ("wide", "narrow")]
    for process in processes:
        process.join()
    assert {name: account.new for name, account in accounts(paths).items()} == {"wide": 3, "narrow": 3}
    assert server.most_at_once == 1
