"""The nightly report, looked at in a real browser."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.paths import Paths
from flows.release.release import release
from flows.report.page import write_report
from flows.stages import Run
from tests.conftest import Night
from tests.small import cell, publish, report, row, small

CHROMIUM = shutil.which("chromium")
RUN = Run("20261122T000000Z", datetime(2026, 11, 22, tzinfo=UTC), "0123456789abcdef", "two")
HEADINGS = {
    "new": "新内容",
    "coverage": "覆盖情况",
    "identities": "不成立的勾稽关系",
    "sources": "有问题的来源",
    "largest": "最大的数值变化",
    "quality": "各版本质量",
    "issues": "问题",
}


@pytest.fixture(scope="module")
def page(night: Night) -> Path:
    return (night.paths.reports / "latest.html").resolve()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_every_run_has_a_page_that_needs_nothing_else(night: Night, page: Path) -> None:
    assert len(list(night.paths.reports.glob("2*.html"))) == 2
    text = page.read_text("utf-8")
    assert re.findall(r"""(?:src|href)=["']?(?!#)[^"' >]+""", text) == []
    assert "@import" not in text
    assert "url(http" not in text
    assert len(text) < 1_000_000


def test_a_browser_shows_all_of_it_in_chinese_and_english(browser: object, page: Path) -> None:
    tab = browser.new_page(viewport={"width": 1200, "height": 900})  # type: ignore[attr-defined]
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("request", lambda request: wrong.append(request.url) if request.url != page.as_uri() else None)
    tab.goto(page.as_uri())
    assert wrong == []
    for part, heading in HEADINGS.items():
        shown = tab.locator(f"#{part}").inner_text()
        assert heading in shown
        assert re.search("[A-Za-z]{4}", shown)
    pictures = tab.locator("svg.marks")
    assert pictures.count() == 4
    for number in range(4):
        box = pictures.nth(number).bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100
        assert box["x"] + box["width"] <= 1200
    coverage = tab.locator("#coverage svg text").all_text_contents()
    assert {"山西省", "样例省", "2022"} <= set(coverage)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_phone_shows_it_without_sideways_scrolling(browser: object, page: Path) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 800})  # type: ignore[attr-defined]
    tab.goto(page.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_tells_what_changed_most_and_what_is_broken(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    paths.state.mkdir(parents=True)
    first = report(1)
    publish(paths, "one", small([first], [cell(first, "requests.new_received.total", 5)]))
    release(paths, RUN.started_at.date())
    broken = row(
        "identities", report_id=first["report_id"], identity="flow", table="requests", left=1, right=2,
        holds=False, document_id=first["document_id"], row=None, column="total",
    )  # fmt: skip
    rows = small([first], [cell(first, "requests.new_received.total", 5000)], identities=[broken])
    publish(paths, "two", rows)
    release(paths, RUN.started_at.date())
    text = write_report(paths, RUN, None).read_text("utf-8")
    largest = text[text.index('id="largest"') : text.index('id="quality"')]
    assert re.search(r"样例县样例局.*requests\.new_received\.total.*>5<.*>5000<.*parser", largest, re.DOTALL)
    assert "1 / 1" in text[text.index('id="identities"') :]
    assert "已发布 Released 2026.11.22.2" in text


def test_it_says_why_nothing_was_released(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    paths.state.mkdir(parents=True)
    publish(paths, "one", small([report(1)], []))
    text = write_report(paths, RUN, "whole: 1 reports, at least 2 are asserted <too_few>").read_text("utf-8")
    assert "Not released" in text
    assert "1 reports, at least 2 are asserted &lt;too_few&gt;" in text
