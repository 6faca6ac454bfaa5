"""A portal crawled for two nights, over the same code as real ones: what is fetched, told apart, refused."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import msgspec
import pytest
import yaml

from flows.crawl.account import Account, accounts
from flows.crawl.archive import Fetch, fetches, raw_file
from flows.crawl.engine import crawl_site
from flows.paths import Paths
from flows.sources import read_sources
from tests.portal.pages import FILES, html, listing, report, title
from tests.portal.server import Answer, Portal, portal

HOST = "http://portal.test"
FOUND = {"by": "the tests", "when": "2026-11-22"}


def source(name: str, server: Portal, **more: object) -> dict[str, object]:
    """The dossier of a source on the test portal, asked without delay."""
    declared: dict[str, object] = {
        "name": name,
        "title": name,
        "kind": "listing",
        "start": [f"{HOST}/nb/"],
        "found": FOUND,
        "address": server.address,
        "delay": 0,
    }
    return declared | more


def declare(paths: Paths, *sources: dict[str, object]) -> None:
    paths.data.mkdir(parents=True, exist_ok=True)
    paths.sources.write_text(yaml.safe_dump({"sources": list(sources)}, allow_unicode=True), "utf-8")


def begin(paths: Paths, name: str) -> BaseProcess:
    """A crawl in a fork of this process, which has imported already what takes most of a short crawl's time.

    That `python -m flows.crawl` does the same is proved by test_crawl_kinds and test_crawl_resumed.
    """
    site = next(source for source in read_sources(paths.sources) if source.name == name)
    process = multiprocessing.get_context("fork").Process(target=crawl_site, args=(paths, site))
    process.start()
    return process


def crawl(paths: Paths, name: str) -> Account:
    process = begin(paths, name)
    process.join()
    assert process.exitcode == 0
    return accounts(paths)[name]


def told(paths: Paths, name: str) -> dict[str, Fetch]:
    """The last line of the fetch log for each address, without the host."""
    return {fetch.url.removeprefix(HOST): fetch for fetch in fetches(paths, name)}


@dataclass
class Nights:
    paths: Paths
    accounts: list[Account]
    asked: list[list[str]]
    first: dict[str, Fetch]
    last: dict[str, Fetch]
    agents: set[str]
    most_at_once: int


REPORTS = [
    ("gbk.html", title(2023)),
    ("chunked.html", title(2022)),
    ("gzip.html", title(2021)),
    ("moved.html", f"{title(2020)} 转载"),
    ("cover.html", "云溪县教育局2023年度政府信息公开年报"),
    ("changes.html", "云溪县财政局2023年政府信息公开年报"),
    ("counter.html", "云溪县民政局2023年政府信息公开年报"),
]
BAD = [
    ("gone.html", "云溪县一局2023年政府信息公开年报"),
    ("loop.html", "云溪县二局2023年政府信息公开年报"),
    ("abroad.html", "云溪县三局2023年政府信息公开年报"),
    ("private.html", "云溪县四局2023年政府信息公开年报"),
    ("slow.html", "云溪县五局2023年政府信息公开年报"),
    ("cut.html", "云溪县六局2023年政府信息公开年报"),
    ("huge.html", "云溪县七局2023年政府信息公开年报"),
    ("challenge.html", "云溪县八局2023年政府信息公开年报"),
    ("shell.html", "云溪县九局2023年政府信息公开年报"),
    ("captcha.html", "云溪县十局2023年政府信息公开年报"),
    ("/secret/x.html", "云溪县密局2023年政府信息公开年报"),
    ("http://mirror.example/nb/x.html", "云溪县镜局2023年政府信息公开年报"),
    ("notice.html", "云溪县2023年政府信息公开年报已发布"),
]
OTHERS = [
    ("jd.html", "《云溪县2023年政府信息公开年度报告》解读"),
    ("tj.html", "一图读懂云溪县2023年政府信息公开年报"),
    ("gs.html", "关于印发政府信息公开工作年度报告格式的通知"),
    ("fz.html", "云溪县2023年法治政府建设年度报告"),
    ("old.html", "历年政府信息公开年报汇总"),
    ("meeting.html", "关于召开会议的通知"),
]
VANISHES = ("vanishes.html", "云溪县水利局2023年政府信息公开年报")
HIDES = ("hides.html", "云溪县林业局2023年政府信息公开年报")
BUSY = ("busy.html", "云溪县体育局2023年政府信息公开年报")


def set_up(server: Portal) -> None:
    """The first night's portal."""
    busy = [Answer(b"busy", 429, headers={"Retry-After": "1"}), html(report(2023, "忙"))]
    script = """<a href="javascript:openUrl('/nb/script.html')">云溪县气象局2022年政府信息公开年报</a>
        <script>urls[0]='./array.html';headers[0]='云溪县档案局2022年政府信息公开年报';</script>"""
    more = f"{script}<a href='index_2.html'>下一页</a>"
    challenge = b"<html><script>var __jsl_clearance='x';document.cookie=1;</script></html>"
    attached = "<a href='/files/a.pdf'>附件：年报.pdf</a> <a href='/files/b.doc'>附件：年报.doc</a>"
    server.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /secret/\n", type="text/plain"),
        "/nb/": html(listing([*REPORTS, *BAD, *OTHERS], more), "gbk"),
        "/nb/index_2.html": html(listing([VANISHES, HIDES, BUSY, REPORTS[0]])),
        "/nb/gbk.html": html(report(2023), "gbk"),  # while the header says UTF-8
        "/nb/chunked.html": html(report(2022), how="chunked"),
        "/nb/gzip.html": html(report(2021), how="gzip"),
        "/nb/moved.html": Answer(status=302, headers={"Location": "/nb/here.html"}),
        "/nb/here.html": html(report(2020)),
        "/nb/cover.html": html(
            f"<p>云溪县教育局2023年度政府信息公开年报见附件，请下载后阅读，谢谢各位的关心和支持，联系电话见网站首页。</p>{attached}"
        ),
        "/files/a.pdf": Answer(
            (FILES / "form2021-reportlab.pdf").read_bytes(),
            type="application/pdf",
            headers={"Content-Disposition": "attachment; filename=../../../../evil.pdf"},
        ),
        "/files/b.doc": Answer((FILES / "form2021.doc").read_bytes(), type="application/msword"),
        "/nb/changes.html": html(report(2023, "初稿")),
        "/nb/counter.html": html(report(2023) + "<!-- 浏览 1 次 -->"),
        "/nb/script.html": html(report(2022, "气象")),
        "/nb/array.html": html(report(2022, "档案")),
        "/nb/loop.html": Answer(status=302, headers={"Location": "/nb/loop2.html"}),
        "/nb/loop2.html": Answer(status=302, headers={"Location": "/nb/loop.html"}),
        "/nb/abroad.html": Answer(status=302, headers={"Location": "http://10.0.0.1/x.html"}),
        "/nb/private.html": Answer(
            status=302, headers={"Location": f"http://localhost:{server.server_port}/inner.html"}
        ),
        "/inner.html": html(report(2023)),
        "/nb/slow.html": html("x" * 100, how="dripping"),
        "/nb/cut.html": html(report(2023), how="cut"),
        "/nb/huge.html": html("x", how="huge"),
        "/nb/challenge.html": Answer(challenge, 412),
        "/nb/shell.html": html("<html><body><div id=app></div><script src=/app.js></script></body></html>"),
        "/nb/captcha.html": html("<html><body>请输入验证码<img src=c.png></body></html>"),
        "/nb/notice.html": html(
            "<p>云溪县2023年政府信息公开年报已在县政府网站发布，欢迎社会各界查阅并提出宝贵意见建议。</p>"
        ),
        "/nb/vanishes.html": html(report(2023, "水利")),
        "/nb/hides.html": html(report(2023, "林业")),
        "/nb/busy.html": lambda _: busy.pop(0) if len(busy) > 1 else busy[0],
        "/secret/x.html": html(report(2023)),
    }


def change(server: Portal) -> None:
    """What is different on the second night; one page is renamed in the list, another has left it."""
    reports = [
        (url, f"{text}（修订）" if url in ("changes.html", "counter.html") else text) for url, text in REPORTS
    ]
    bad = [link for link in BAD if link[0] != "slow.html"]  # once is enough
    server.pages["/nb/"] = html(
        listing([*reports, *bad, *OTHERS], "<a href='index_2.html'>下一页</a>"), "gbk"
    )
    server.pages["/nb/index_2.html"] = html(listing([BUSY]))
    server.pages["/nb/changes.html"] = html(report(2023, "定稿"))
    server.pages["/nb/counter.html"] = html(report(2023) + "<!-- 浏览 2 次 -->")
    del server.pages["/nb/vanishes.html"]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """Two nights, and a third in which nothing has changed."""
    with portal() as server:
        paths = Paths(tmp_path_factory.mktemp("crawl") / "data")
        domains = ["portal.test", f"localhost:{server.server_port}"]
        expected = {"min": 1, "max": 5, "since": 2020, "until": 2023}
        declare(
            paths,
            source("x", server, domains=domains, pages={"by": "link"}, timeout=1, expected=expected),
        )
        set_up(server)
        given, asked = [crawl(paths, "x")], []
        agents, first = {agent for *_, agent in server.asked}, told(paths, "x")
        asked.append(server.paths())
        change(server)
        for _ in range(2):
            given.append(crawl(paths, "x"))
            asked.append(server.paths())
        yield Nights(paths, given, asked, first, told(paths, "x"), agents, server.most_at_once)


@pytest.mark.parametrize(
    "page", ["gbk", "chunked", "gzip", "moved", "changes", "counter", "script", "array", "vanishes", "busy"]
)
def test_reports_are_found_however_they_are_linked_and_sent(nights: Nights, page: str) -> None:
    fetch = nights.first[f"/nb/{page}.html"]
    assert fetch.fetch_status == "fetched", fetch.reason
    assert "政府信息公开" in raw_text(nights.paths, fetch)


def raw_text(paths: Paths, fetch: Fetch) -> str:
    assert fetch.document_id
    data = raw_file(paths, fetch.document_id).read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gbk")


def test_the_log_says_where_from_when_and_what(nights: Nights) -> None:
    fetch = nights.first["/nb/moved.html"]
    assert fetch.final_url == f"{HOST}/nb/here.html"
    assert fetch.found_on == f"{HOST}/nb/"
    assert (fetch.http_status, fetch.media_type, fetch.year) == (200, "text/html", 2020)
    assert fetch.bytes == len(report(2020).encode())
    assert fetch.headers["etag"]
    assert fetch.warc
    assert fetch.warc.startswith("<urn:uuid:")


def test_a_cover_page_leads_to_its_attachments_under_no_name_of_the_server(nights: Nights) -> None:
    assert nights.first["/nb/cover.html"].reason == "attached"
    for name in ("a.pdf", "b.doc"):
        fetch = nights.first[f"/files/{name}"]
        assert (fetch.fetch_status, fetch.role, fetch.year) == ("fetched", "attachment", 2023)
        assert fetch.found_on == f"{HOST}/nb/cover.html"
    assert not list(nights.paths.data.parent.rglob("*evil*"))


@pytest.mark.parametrize(
    ("page", "status", "reason"),
    [
        ("/nb/gone.html", "failed", "HTTP 404"),
        ("/nb/loop.html", "failed", "more than 5 redirects in a row"),
        ("/nb/slow.html", "failed", "no whole answer within 1 seconds"),
        ("/nb/cut.html", "failed", "the answer is cut short"),
        ("/nb/huge.html", "failed", "the answer is larger than 100000000 bytes"),
        (
            "/nb/abroad.html",
            "refused",
            "10.0.0.1 is not one of the source's domains (http://10.0.0.1/x.html)",
        ),
        (
            "/nb/private.html",
            "refused",
            "robots.txt cannot be had: localhost is at 127.0.0.1, which is not a public address",
        ),
        ("/secret/x.html", "refused", "robots.txt does not allow it"),
        ("http://mirror.example/nb/x.html", "refused", "mirror.example is not one of the source's domains"),
        ("/nb/challenge.html", "blocked", "challenge: HTTP 412"),
        ("/nb/shell.html", "blocked", "challenge: an empty shell, to be filled by scripts"),
        ("/nb/captcha.html", "blocked", "challenge: 验证码"),
        ("/nb/jd.html", "skipped", "interpretation"),
        ("/nb/tj.html", "skipped", "picture"),
        ("/nb/gs.html", "skipped", "notice"),
        ("/nb/fz.html", "skipped", "other_subject"),
        ("/nb/old.html", "skipped", "list"),
        ("/nb/notice.html", "skipped", "no_sections"),
    ],
)
def test_what_is_no_report_is_told_with_its_reason(
    nights: Nights, page: str, status: str, reason: str
) -> None:
    fetch = nights.first[page]
    assert (fetch.fetch_status, fetch.reason) == (status, reason)


def test_nothing_is_asked_for_that_must_not_be(nights: Nights) -> None:
    asked = {path for night in nights.asked for path in night}
    assert asked.isdisjoint(
        {"/secret/x.html", "/inner.html", "/nb/jd.html", "/nb/meeting.html", "/zwgk/ys.html"}
    )


def test_one_request_at_a_time_from_one_that_says_who_it_is(nights: Nights) -> None:
    assert nights.most_at_once == 1
    (agent,) = nights.agents
    assert agent.startswith("Gongkai/")
    assert "mail@gongkai.test" in agent


def test_a_portal_that_asks_for_patience_gets_it(nights: Nights) -> None:
    assert nights.asked[0].count("/nb/busy.html") == 2
    assert nights.first["/nb/busy.html"].fetch_status == "fetched"


def test_a_changed_page_makes_a_version_and_a_counter_none(nights: Nights) -> None:
    versions = [fetch for fetch in fetches(nights.paths, "x") if fetch.url == f"{HOST}/nb/changes.html"]
    assert [fetch.change for fetch in versions] == ["new", "changed"]
    assert all(raw_file(nights.paths, fetch.document_id or "").exists() for fetch in versions)
    counted = [fetch for fetch in fetches(nights.paths, "x") if fetch.url == f"{HOST}/nb/counter.html"]
    assert len({fetch.document_id for fetch in counted}) == 1


def test_a_page_that_is_gone_stays_with_the_time_it_was_last_seen(nights: Nights) -> None:
    gone, before = nights.last["/nb/vanishes.html"], nights.first["/nb/vanishes.html"]
    assert (gone.fetch_status, gone.reason) == ("vanished", "HTTP 404")
    assert gone.last_seen
    assert before.fetched_at <= gone.last_seen < gone.fetched_at
    assert raw_file(nights.paths, before.document_id or "").exists()


def test_a_page_that_no_list_names_any_more_is_still_there(nights: Nights) -> None:
    assert nights.last["/nb/hides.html"].fetch_status == "unlisted"


def test_a_night_without_news_asks_for_lists_alone_and_for_what_failed(nights: Nights) -> None:
    failed = {"/nb/loop2.html", *(f"/nb/{url}" for url, _ in BAD)}
    assert [path for path in nights.asked[2] if path not in failed] == ["/nb/", "/nb/index_2.html"]


def test_each_night_gives_account(nights: Nights) -> None:
    first, second, third = nights.accounts
    assert (first.outcome, first.new, first.vanished) == ("complete", 13, 0)
    assert (second.outcome, second.new, second.changed, second.vanished, second.unlisted) == (
        *("complete", 0, 1, 1, 3),
    )
    assert (third.new, third.changed, third.vanished) == (0, 0, 0)
    assert first.reports == {2020: 1, 2021: 1, 2022: 3, 2023: 7}
    assert any("more reports than the 5 expected: 7 of 2023" in problem for problem in first.problems)


def test_the_accounts_are_logged(nights: Nights) -> None:
    lines = nights.paths.crawl_log.read_bytes().splitlines()
    assert [msgspec.json.decode(line, type=Account) for line in lines] == nights.accounts
