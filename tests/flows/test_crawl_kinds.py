"""The kinds of sources, the ways lists are paged, budgets, certificates, and folders on disk."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import msgspec
import pytest

from flows.crawl.process import crawl_source, due_sources
from flows.paths import Paths
from flows.stages import Run, crawl_stage
from tests.flows.test_crawl import crawl, declare, source, told
from tests.portal.pages import html, listing, report, title
from tests.portal.server import Answer, Portal, certificate_for, portal

YEARS = range(2021, 2025)


@pytest.fixture
def server() -> Iterator[Portal]:
    with portal() as running:
        running.pages |= {f"/nb/{year}.html": html(report(year)) for year in YEARS}
        yield running


def pairs(*years: int) -> list[tuple[str, str]]:
    return [(f"/nb/{year}.html", title(year)) for year in years]


def endpoint(sent: bytes) -> Answer:
    page = int(parse_qs(sent.decode())["page"][0])
    rows = [{"id": year, "title": f"<em>{title(year)}</em>"} for year in YEARS][2 * page - 2 : 2 * page]
    return Answer(msgspec.json.encode({"data": {"rows": rows}}), type="application/json", etag=False)


def test_every_kind_of_source_finds_the_same_reports(tmp_path: Path, server: Portal) -> None:
    def at(name: str, **more: object) -> dict[str, object]:
        host = f"http://{name}.test"
        return source(name, server) | {"start": [f"{host}/{name}/"]} | more

    server.pages |= {
        "/numbers/": html(listing(pairs(2024, 2023))),
        "/numbers/index_1.html": html(listing(pairs(2022))),
        "/numbers/index_2.html": html(listing(pairs(2021))),
        "/json/api": endpoint,
        "/sitemap/": Answer(b"<sitemapindex><sitemap><loc>/sitemap/1.xml</loc></sitemap></sitemapindex>"),
    }
    declare(
        paths := Paths(tmp_path / "data"),
        at("numbers", pages={"by": "number", "url": "http://numbers.test/numbers/index_{n}.html"}),
        at(
            "json",
            pages={
                "by": "json",
                "url": "http://json.test/json/api",
                "form": {"page": "{n}", "size": "2"},
                "items": "data.rows",
                "link": "/nb/{id}.html",
            },
        ),
        at("sitemap", kind="sitemap", report={"link": r"/nb/\d+\.html$"}),
        at("page", kind="page", start=[f"http://page.test/nb/{year}.html" for year in YEARS]),
    )
    server.pages["/sitemap/"] = html(
        "<sitemapindex><sitemap><loc>http://sitemap.test/1.xml</loc></sitemap></sitemapindex>"
    )
    urls = "".join(f"<url><loc>http://sitemap.test/nb/{year}.html</loc></url>" for year in YEARS)
    server.pages["/1.xml"] = html(
        f"<urlset>{urls}<url><loc>http://sitemap.test/other.html</loc></url></urlset>"
    )
    names = ("numbers", "json", "sitemap", "page")
    accounts = {account.source: account for account in crawl_stage(paths, run(), names)}
    for name in names:
        assert accounts[name].problems == []
        assert (accounts[name].outcome, accounts[name].reports) == ("complete", dict.fromkeys(YEARS, 1))


def run() -> Run:
    from datetime import UTC, datetime

    return Run("run", datetime.now(UTC), "version")


def test_a_budget_is_kept_over_runs_and_the_rest_comes_another_night(tmp_path: Path, server: Portal) -> None:
    server.pages["/nb/"] = html(listing(pairs(*YEARS)))
    declare(paths := Paths(tmp_path / "data"), source("x", server, budget=4))
    first, second = crawl(paths, "x"), crawl(paths, "x")
    assert (first.outcome, first.new) == ("partial", 2)  # after robots.txt and the list
    assert first.problems == ["the budget of 4 requests a night to portal.test is spent"]
    assert (second.outcome, second.requests, second.new) == ("failed", 0, 0)
    assert len(server.asked) == 4
    hosts = paths.crawls / "hosts" / "portal.test"
    hosts.write_text("2026-01-01 4         ")  # the next day
    third = crawl(paths, "x")
    assert (third.outcome, third.new) == ("complete", 2)


def test_a_portal_that_asks_for_too_much_patience_is_left_for_the_night(
    tmp_path: Path, server: Portal
) -> None:
    server.pages["/nb/"] = html(listing(pairs(*YEARS)))
    server.pages["/nb/2021.html"] = Answer(b"", 503, headers={"Retry-After": "86400"})
    declare(paths := Paths(tmp_path / "data"), source("x", server))
    account = crawl(paths, "x")
    assert account.outcome == "partial"
    assert account.problems == ["portal.test asks to wait 86400 seconds (HTTP 503)"]
    assert [path for _, path, _ in server.asked] == ["/robots.txt", "/nb/", "/nb/2021.html"]


def test_a_certificate_for_another_name_is_told_and_accepted_only_where_the_dossier_says_so(
    tmp_path: Path,
) -> None:
    with portal(certificate_for("other.test", tmp_path)) as server:
        server.pages |= {"/nb/": html(listing(pairs(2023))), "/nb/2023.html": html(report(2023))}
        start = {"start": ["https://portal.test/nb/"]}
        declare(
            paths := Paths(tmp_path / "data"),
            source("strict", server) | start,
            source("lenient", server, accept_certificate=True) | start,
        )
        strict, lenient = crawl(paths, "strict"), crawl(paths, "lenient")
    assert strict.outcome == "failed"
    assert strict.problems[0].startswith(
        "https://portal.test/nb/: robots.txt cannot be had: the certificate of portal.test does not hold"
    )
    assert (lenient.outcome, lenient.new) == ("complete", 1)


def test_no_private_address_is_connected_to_however_it_is_written(tmp_path: Path, server: Portal) -> None:
    hosts = ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"]
    start = [f"http://{host}:{server.server_port}/nb/" for host in hosts]
    declare(paths := Paths(tmp_path / "data"), source("x", server, start=start, address=None))
    account = crawl(paths, "x")
    assert account.outcome == "failed"
    assert server.asked == []
    told = [problem for problem in account.problems if "which is not a public address" in problem]
    assert {problem.partition(": ")[0] for problem in told} == set(start)


def test_a_private_address_is_allowed_where_the_dossier_says_so(tmp_path: Path, server: Portal) -> None:
    server.pages["/nb/"] = html(listing(pairs(2023)))
    start = [f"http://localhost:{server.server_port}/nb/"]
    declare(
        paths := Paths(tmp_path / "data"),
        source("x", server, start=start, address=None, allow_private=True),
    )
    assert crawl(paths, "x").new == 1


def test_no_portal_is_asked_by_nobody(
    tmp_path: Path, server: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGKAI_CONTACT")
    declare(paths := Paths(tmp_path / "data"), source("x", server))
    account = crawl_source(paths, due_sources(paths, ("x",))[0])
    assert account.outcome == "failed"
    assert account.problems[0].startswith("set GONGKAI_CONTACT")
    assert server.asked == []


def test_a_page_that_is_gone_while_still_listed_stays_gone_until_it_is_back(
    tmp_path: Path, server: Portal
) -> None:
    server.pages["/nb/"] = html(listing(pairs(2022, 2023)))
    declare(paths := Paths(tmp_path / "data"), source("x", server))
    crawl(paths, "x")
    there = told(paths, "x")["/nb/2023.html"].fetched_at
    page = server.pages.pop("/nb/2023.html")
    # Renamed in the list, so that it is asked for before it is due to be.
    server.pages["/nb/"] = html(listing([*pairs(2022), ("/nb/2023.html", f"{title(2023)}（更正）")]))
    second, third = crawl(paths, "x"), crawl(paths, "x")
    assert (second.vanished, second.reports) == (1, {2022: 1})
    assert (third.vanished, third.unreachable) == (0, 0)
    gone = told(paths, "x")["/nb/2023.html"]
    assert gone.fetch_status == "vanished"
    assert gone.last_seen
    assert there <= gone.last_seen < gone.fetched_at
    server.pages["/nb/2023.html"] = page
    assert crawl(paths, "x").reports == {2022: 1, 2023: 1}
    assert told(paths, "x")["/nb/2023.html"].fetch_status == "fetched"


def test_too_few_reports_fail_a_source(tmp_path: Path, server: Portal) -> None:
    server.pages["/nb/"] = html(listing(pairs(2021, 2023)))
    expected = {"min": 1, "since": 2021, "until": 2023}
    declare(paths := Paths(tmp_path / "data"), source("x", server, expected=expected))
    account = crawl(paths, "x")
    assert account.outcome == "failed"
    assert account.problems == ["0 reports of 2022, at least 1 expected"]


def test_a_folder_tells_what_is_new_changed_and_gone(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / name).write_text(name)
    declare(paths, {"name": "x", "title": "x", "kind": "directory", "path": "reports"})
    (x,) = due_sources(paths)
    assert crawl_source(paths, x).new == 3
    (folder / "a").unlink()
    (folder / "b").write_text("other")
    second, third = crawl_source(paths, x), crawl_source(paths, x)
    assert (second.new, second.changed, second.vanished, second.unchanged) == (0, 1, 1, 1)
    assert (third.new, third.changed, third.vanished, third.unchanged) == (0, 0, 0, 2)
    assert told(paths, "x")["reports/a"].fetch_status == "vanished"
    (folder / "b").unlink()
    folder.joinpath("c").unlink()
    folder.rmdir()
    assert crawl_source(paths, x).problems == [f"there is no folder {folder}"]
