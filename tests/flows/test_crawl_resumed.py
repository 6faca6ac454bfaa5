"""A crawl killed at any moment goes on where it stopped; an archive goes out as WARC and comes back."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from flows.crawl.account import accounts
from flows.crawl.archive import fetches, raw_file
from flows.crawl.warc import BadWarcError, export_warc, import_warc
from flows.paths import Paths
from flows.sources import Site, read_sources
from tests.conftest import ROOT, gongkai
from tests.flows.test_crawl import HOST, begin, crawl, declare, source, told
from tests.portal.pages import html, listing, report, title
from tests.portal.server import Answer, Portal, portal

PAGES = 60
ON_A_LIST = 10


def fill(server: Portal) -> set[str]:
    """Lists of ten reports each, every tenth with an attachment; returns all their paths."""
    for number in range(PAGES):
        attached = f"<a href='/files/{number}.pdf'>附件</a>" if number % 10 == 0 else ""
        server.pages[f"/nb/{number}.html"] = html(report(2023, f"{number}{attached}"))
        server.pages[f"/files/{number}.pdf"] = Answer(b"%PDF-1.4 " + str(number).encode())
    for page in range(PAGES // ON_A_LIST):
        numbers = range(page * ON_A_LIST, (page + 1) * ON_A_LIST)
        more = f"<a href='/nb/list_{page + 1}.html'>下一页</a>" if page < PAGES // ON_A_LIST - 1 else ""
        items = [(f"/nb/{number}.html", f"第{number}号 {title(2023)}") for number in numbers]
        server.pages[f"/nb/list_{page}.html"] = html(listing(items, more))
    server.pages["/nb/"] = server.pages.pop("/nb/list_0.html")
    attachments = {f"/files/{number}.pdf" for number in range(0, PAGES, 10)}
    lists = {"/nb/", *(f"/nb/list_{page}.html" for page in range(1, PAGES // ON_A_LIST))}
    return lists | attachments | {f"/nb/{number}.html" for number in range(PAGES)}


@pytest.mark.parametrize("seed", range(2))
def test_a_crawl_killed_at_random_moments_loses_nothing_and_asks_for_nothing_twice(
    tmp_path: Path, seed: int
) -> None:
    moments, kills = random.Random(seed), 0
    with portal() as server:
        paths = Paths(tmp_path / "data")
        everything = fill(server)
        declare(paths, source("x", server, pages={"by": "link"}))
        while not paths.crawl_log.exists():
            process = begin(paths, "x")
            # Killed after some requests, wherever the process is by then; at last it is left in peace.
            until = len(server.asked) + moments.randrange(1, PAGES // 2)
            while process.is_alive() and (kills == 5 or len(server.asked) < until):
                process.join(0.002)
            if process.is_alive():
                os.kill(process.pid or 0, moments.choice((signal.SIGKILL, signal.SIGTERM)))
                kills += 1
            process.join()
        asked = Counter(server.paths())
    assert set(asked) == everything
    assert sum(asked.values()) <= len(everything) + kills  # the page in flight, and no other
    seen = told(paths, "x")
    assert set(seen) == everything
    assert {fetch.fetch_status for fetch in seen.values()} == {"fetched"}
    assert all(raw_file(paths, fetch.document_id or "").exists() for fetch in seen.values())
    account = accounts(paths)["x"]
    assert (account.outcome, account.new) == ("complete", PAGES + PAGES // 10)


def test_a_crawl_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    with portal() as server:
        server.pages["/nb/"] = html("x" * 100, how="dripping")
        paths = Paths(tmp_path / "data")
        declare(paths, source("x", server))
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.crawl", str(paths.data), "x"], cwd=ROOT, stdin=subprocess.PIPE
        )
        while not server.asked:
            assert process.poll() is None
        assert process.stdin
        os.close(process.stdin.fileno())
        process.stdin = None
        assert process.wait(timeout=10) == 1


def test_an_archive_goes_out_as_warc_and_comes_back_the_same(tmp_path: Path) -> None:
    with portal() as server:
        fill(server)
        server.pages["/nb/"] = html(
            listing([(f"/nb/{number}.html", f"{number} {title(2023)}") for number in (0, 1)])
        )
        ours, theirs = Paths(tmp_path / "ours" / "data"), Paths(tmp_path / "theirs" / "data")
        for paths in (ours, theirs):
            declare(paths, source("x", server))
        crawl(ours, "x")
    target = tmp_path / "ours.warc.gz"
    assert export_warc(ours, read_sources(ours.sources), target) == 4
    with target.open("rb") as file:
        records = {
            record.rec_headers["WARC-Target-URI"]: (record.rec_headers["WARC-Record-ID"], record.rec_type)
            for record in ArchiveIterator(file)
        }
    log = {fetch.url: fetch for fetch in fetches(ours, "x")}
    assert {url: kind for url, kind in records.items() if url} == {
        url: (fetch.warc, "response") for url, fetch in log.items()
    }
    (site,) = read_sources(theirs.sources)
    assert isinstance(site, Site)
    assert import_warc(theirs, site, [target])["fetched"] == 3  # the list is no report
    assert import_warc(theirs, site, [target])["fetched"] == 0
    for url, fetch in {fetch.url: fetch for fetch in fetches(theirs, "x")}.items():
        before = log[url]
        assert (fetch.document_id, fetch.warc, fetch.headers.get("etag")) == (
            *(before.document_id, before.warc, before.headers.get("etag")),
        )
        assert abs(fetch.fetched_at - before.fetched_at) < timedelta(milliseconds=1)
        assert raw_file(theirs, fetch.document_id or "").read_bytes()


def test_a_warc_file_that_is_none_is_told(tmp_path: Path) -> None:
    with portal() as server:
        declare(paths := Paths(tmp_path / "data"), source("x", server))
    bad = tmp_path / "bad.warc"
    bad.write_bytes(b"no WARC at all")
    (site,) = read_sources(paths.sources)
    with pytest.raises(BadWarcError, match=r"bad\.warc: after 0 records"):
        import_warc(paths, site, [bad])  # type: ignore[arg-type]


def test_status_tells_of_each_source_what_is_right_and_wrong(tmp_path: Path) -> None:
    with portal() as server:
        server.pages |= {
            "/nb/": html(listing([("/nb/1.html", title(2023))])),
            "/nb/1.html": html(report(2023)),
        }
        paths = Paths(tmp_path / "data")
        declare(
            paths,
            source("good", server, verified="2026-11-22", expected={"min": 1, "max": 2, "until": 2023}),
            source("gone", server, start=[f"{HOST}/away/"]),
            source("untried", server),
        )
        done = gongkai("--data", str(paths.data), "crawl", "good", "gone")
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["gone: failed: 1 unreachable", "good: complete: 1 new"]
    assert done.stderr.splitlines()[-1] == "gone: http://portal.test/away/: HTTP 404"
    table = gongkai("--data", str(paths.data), "status").stdout.splitlines()
    good, gone, untried = (
        next(line for line in table if name in line) for name in ("good", "gone", "untried")
    )
    assert "2023: 1 (expected 1–2)" in good
    assert "complete: 1 new" in good
    assert "never" in gone
    assert "HTTP 404" in gone
    assert "unverified: not crawled at night; try it by `gongkai crawl untried`" in untried
