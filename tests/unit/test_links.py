"""What a page links to, however portals write it."""

import gzip
import re
import signal
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from flows.crawl.in_time import TooSlowError, in_time
from flows.crawl.judge import challenge, judge_link, judge_page, year_of
from flows.crawl.links import Link, json_links, links, next_page, sitemap
from flows.crawl.safety import is_private, pinned
from flows.sources import ByJson, ByLink, Found, Looks, Page
from schemas.limits import limits

URL = "http://portal.test/nb/index.html"


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ('<a href="a.html">年报</a>', "http://portal.test/nb/a.html"),
        ('<a href="../x/a.html#top">年报</a>', "http://portal.test/x/a.html"),
        ('<base href="/other/"><a href="a.html">年报</a>', "http://portal.test/other/a.html"),
        ("<a href=\"javascript:openUrl('/nb/a.html')\">年报</a>", "http://portal.test/nb/a.html"),
        ("<li onclick=\"window.open('./a.html')\">年报</li>", "http://portal.test/nb/a.html"),
        ("<script>urls['1']='./a.htm';headers['1']='年报';</script>", "http://portal.test/nb/a.htm"),
        ('<script>var d=[{"title":"年报","url":"\\/nb\\/a.html"}]</script>', "http://portal.test/nb/a.html"),
        (
            "<script type=text/xml><record><![CDATA[<a href='/art/1.html'>年报</a>]]></record></script>",
            "http://portal.test/art/1.html",
        ),
    ],
)
def test_links_are_found(page: str, url: str) -> None:
    assert Link(url, "年报") in links(page.encode(), URL)


def test_a_cut_text_is_completed_from_the_title_of_the_link() -> None:
    page = '<a href="a.html" title="某县2023年政府信息公开年报">某县2023年…</a><a href="a.html">更多</a>'
    assert links(page.encode(), URL) == [Link("http://portal.test/nb/a.html", "某县2023年政府信息公开年报")]


@pytest.mark.parametrize("page", ['<a href="mailto:a@b.c">年报</a>', '<a href="#">年报</a>', "<a>年报</a>"])
def test_what_is_no_address_is_no_link(page: str) -> None:
    assert links(page.encode(), URL) == []


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ('<a href="index_2.html">下一页</a>', "http://portal.test/nb/index_2.html"),
        ('<a href="p2.html">下页</a>', "http://portal.test/nb/p2.html"),
        ('<a href="p2.html"> &gt; </a>', "http://portal.test/nb/p2.html"),
        ('<link rel="next" href="p2.html">', "http://portal.test/nb/p2.html"),
        ('<script>createPageHTML(5, 0, "index", "html");</script>', "http://portal.test/nb/index_1.html"),
        ('<script>createPageHTML(5, 4, "index", "html");</script>', None),
        ('<a href="index.html">下一页</a>', None),
        ('<a href="p2.html">下一篇</a>', None),
    ],
)
def test_the_next_page_of_a_list_is_found(page: str, url: str | None) -> None:
    assert next_page(page.encode(), URL, ByLink().text) == url


def test_links_in_json_are_made_as_the_dossier_says() -> None:
    pages = ByJson(url=URL, items="data.list", link="/c/{id}.html", title="{title}")
    answer = '{"data": {"list": [{"id": 7, "title": "<b>年报</b>&nbsp;2023"}]}}'
    assert json_links(answer.encode(), URL, pages) == [Link("http://portal.test/c/7.html", "年报 2023")]
    with pytest.raises(ValueError, match="no JSON"):
        json_links(b"<html>", URL, pages)
    with pytest.raises(ValueError, match=r"no list at `data\.list`"):
        json_links(b"{}", URL, pages)


def test_a_sitemap_names_sitemaps_and_pages() -> None:
    index = b"<sitemapindex><sitemap><loc>http://a/1.xml</loc></sitemap></sitemapindex>"
    assert sitemap(index, URL) == sitemap(gzip.compress(index), URL) == (["http://a/1.xml"], [])
    assert sitemap(b"<urlset><url><loc> http://a/?b=1&amp;c=2 </loc></url></urlset>", URL) == (
        [],
        ["http://a/?b=1&c=2"],
    )


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("样例县2023年政府信息公开工作年度报告", ("fetched", None)),
        ("样例县二〇二三年政府信息公开年报", ("fetched", None)),
        ("关于样例县2023年政府信息公开年度报告的解读", ("skipped", "interpretation")),
        ("一图读懂样例县2023年政府信息公开年报", ("skipped", "picture")),
        ("关于做好2023年政府信息公开工作年度报告编制的通知", ("skipped", "notice")),
        ("样例县2023年法治政府建设年度报告", ("skipped", "other_subject")),
        ("历年政府信息公开年报目录", ("skipped", "list")),
        ("关于召开会议的通知", None),
        ("关于印发《云溪县2023年政府信息公开工作年度报告》的通知", ("fetched", None)),
        ("雲溪縣2023年政府信息公開工作年度報告", ("fetched", None)),
        ("云溪县人民政府2023年政府信息公开工作…", ("fetched", None)),
    ],
)
def test_a_link_is_judged_by_its_text(title: str, verdict: tuple[str, str | None] | None) -> None:
    judged = judge_link(URL, title, Looks())
    assert (judged and (judged.status, judged.reason)) == verdict


def test_a_dossier_may_say_what_its_links_look_like() -> None:
    looks = Looks(link=r"/nb/\d+\.html$", title="年度")
    assert judge_link("http://portal.test/nb/1.html", "2023年度", looks)
    assert not judge_link("http://portal.test/nb/1.html", "2023", looks)
    assert not judge_link("http://portal.test/xw/1.html", "2023年度", looks)


@pytest.mark.parametrize(
    ("title", "year"),
    [("2023年年报", 2023), ("二〇二一年", 2021), ("二○一九年度", 2019), ("第12023号", None), ("年报", None)],
)
def test_the_year_is_read_from_a_title(title: str, year: int | None) -> None:
    assert year_of(title) == year


@pytest.mark.parametrize(
    ("status", "page", "reason"),
    [
        (412, "", "challenge: HTTP 412"),
        (521, "<script>x</script>", "challenge: HTTP 521"),
        (200, "<script>document.cookie='__jsl_clearance=1'</script>", "challenge: __jsl_clearance"),
        (
            200,
            "<div id=app></div><script src=a.js></script>",
            "challenge: an empty shell, to be filled by scripts",
        ),
        (403, "<p>Forbidden</p>", "refused: HTTP 403"),
        (200, "<p>" + "正文" * 400 + "请输入验证码</p>", None),
        (200, "<p>短</p>", None),
        (404, "<p>没有</p>", None),
    ],
)
def test_a_challenge_is_no_answer(status: int, page: str, reason: str | None) -> None:
    assert challenge(status, page.encode()) == reason


def test_an_empty_answer_and_a_picture_are_no_reports() -> None:
    assert judge_page(b" \n", "2023年年报").reason == "an empty answer"
    assert judge_page(b"\x89PNG...", "2023年年报").reason == "picture"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *(
            "224.0.0.1",
            "::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
        ),
    ],
)
def test_private_addresses_are_known_in_every_disguise(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1", "64:ff9b::808:808"])
def test_public_addresses_are_let_pass(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize("address", ["::127.0.0.1", "fec0::1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1"])
def test_of_ipv6_only_what_has_been_opened_is_public(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "title", ["2024-01-20云溪县2023年政府信息公开年报", "2024年1月20日 云溪县2023年年报"]
)
def test_the_day_of_publication_is_not_the_year_reported_on(title: str) -> None:
    assert year_of(title) == 2023


def test_a_list_below_a_login_with_a_captcha_is_no_challenge() -> None:
    items = "".join(f"<li><a href={year}.html>某县{year}年政府信息公开年报</a>" for year in range(2018, 2024))
    assert challenge(200, f"<form>用户登录 验证码<input></form><ul>{items}</ul>".encode()) is None


@pytest.mark.parametrize(
    "page",
    [
        b"<script></b>" * 100_000,  # what closes nothing keeps it within the limit of nesting
        b"<script>" + b"<a href=x </b> " * 50_000,
        b"<![CDATA[" * 80_000,
        b"<a onclick=\"'" + b"a/" * 100_000 + b'">',
        b"<url>" * 100_000,
    ],
    ids=["scripts", "anchors", "cdata", "addresses", "sitemap"],
)
def test_a_page_that_opens_and_never_closes_is_read_in_no_time(page: bytes) -> None:
    with suppress(ValueError):  # nested beyond the limits
        links(page, URL)  # quadratic, each would take minutes
    assert sitemap(page, URL) == ([], [])


def test_a_page_nested_beyond_the_limits_is_not_parsed() -> None:
    # The parser, which no limit of time ends, takes the square of the depth.
    page = b"<html><body>" + b"<ul><li>2023" * 12_000
    assert challenge(200, page) is None
    assert judge_page(page, "2023年年报")[:2] == ("skipped", "unreadable: too_large")
    for find in (lambda: links(page, URL), lambda: next_page(page, URL, ByLink().text)):
        with pytest.raises(ValueError, match="more than 2,000 HTML elements within each other"):
            find()
    items = b"<li><a href=1.html>2023<\\/a><\\/li>" * 6_000  # closed as scripts do it
    assert links(b"<script>'" + items + b"'</script>", URL) == [Link("http://portal.test/nb/1.html", "2023")]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://portal.test/a", True),
        ("https://www.portal.test:443/a", True),
        ("http://files.portal.test:9000/a", True),  # of a start address
        ("http://portal.test:8080/a", True),  # named with the domain
        ("http://portal.test:6379/a", False),
        ("http://portal.test:x/a", False),
        ("http://portal.test@mirror.test/a", False),
        ("http://portal.test.mirror.test/a", False),
        ("ftp://portal.test/a", False),
    ],
)
def test_a_source_is_pinned_to_its_domains_and_ports(url: str, allowed: bool) -> None:
    site = Page(
        name="one",
        title="One",
        start=["http://files.portal.test:9000/"],
        domains=["portal.test", "portal.test:8080"],
        found=Found(by="the tests", when=date(2026, 11, 22)),
    )
    assert site.hosts == ["portal.test"]
    assert pinned(url, site) is allowed


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.crawl.in_time.limits", lambda: replace(limits(), seconds=0.2))
    hopeless = in_time(lambda text: re.fullmatch("(a+)+b", text))
    with pytest.raises(TooSlowError, match=r"within 0\.2 seconds"):
        hopeless("a" * 50)
    assert hopeless("aab")
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_timer_that_was_set_before_is_set_again() -> None:
    signal.setitimer(signal.ITIMER_REAL, 1000)
    try:
        in_time(len)("a")
        assert 900 < signal.getitimer(signal.ITIMER_REAL)[0] <= 1000
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
