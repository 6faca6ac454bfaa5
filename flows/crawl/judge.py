"""What counts as a report, and what is a challenge instead of an answer.

A link is judged by its text, a page by its title and content: a report has sections of the official form, or
its tables. Files that are no pages (PDF, Word) are judged by their link here; their content is judged when
they are read, in a process with limits (issue `not_a_report`).
"""

import re
from hashlib import sha256
from typing import NamedTuple

from flows.crawl.archive import Status
from flows.crawl.in_time import in_time
from flows.crawl.rules import matches, rules
from flows.sources import Looks
from schemas.limits import limits
from transforms.document import Unreadable
from transforms.instances import find_instances
from transforms.metadata import describe
from transforms.normalise import plain
from transforms.readers import read
from transforms.readers.encoding import decode
from transforms.readers.html import check_size
from transforms.rows import rows
from transforms.sections import split

SECTIONS = 3  # of six: a report has at least so many; a page about reports quotes one or two
FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d|[-./]\d|年\d{1,2}月)")  # not of a date
_CHINESE_YEAR = re.compile("二[〇○零][〇○零一二三四][〇○零一二三四五六七八九]")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DECLARED_END = re.compile(r"[_|]|\s[-–—]")


class Verdict(NamedTuple):
    """`fetched` for a report, else `skipped` or `blocked` with the reason; what the crawl can tell of it."""

    status: Status
    reason: str | None = None
    title: str | None = None
    year: int | None = None
    content: str | None = None


def judge_link(url: str, title: str, looks: Looks) -> Verdict | None:
    """Whether a link leads to a report; None where nothing about it speaks of one.

    A dossier's own patterns stand for the usual one; what only looks like a report is told apart in any case.
    """
    if looks.link and not re.search(looks.link, url):
        return None
    if looks.title and not matches(looks.title, title):
        return None
    if not looks.link and not looks.title and not matches(rules().report, plain(title)):
        return None
    return _by_title(title) or Verdict("fetched", title=title, year=year_of(title))


@in_time
def judge_page(data: bytes, title: str) -> Verdict:
    """Whether what a link with this title leads to is a report. TooSlowError tells that it takes too long."""
    if not data.strip(b"\0 \t\r\n"):
        return Verdict("failed", "an empty answer", title)
    if data.startswith(PICTURES):
        return Verdict("skipped", "picture", title)
    if is_file(data):
        return Verdict("fetched", None, title, year_of(title))
    try:
        document = read(data)
    except Unreadable as unreadable:
        return Verdict("skipped", f"unreadable: {unreadable.issue.code}", title)
    declared = _DECLARED_END.split(document.title or "")[0]
    if wrong := _by_title(title or declared):
        return wrong
    sections = split(document.lines)
    said = describe(document.lines, sections, document.title, None)
    year = said.year or year_of(title)
    if len(sections) < SECTIONS and not any(find_instances(rows(document.lines)).values()):
        return Verdict("skipped", "no_sections", title or declared, year)
    start = sections[0].start if sections else 0
    text = "\n".join([said.title or "", *(line.text for line in document.lines[start:])])
    return Verdict("fetched", None, title or said.title, year, sha256(text.encode()).hexdigest())


@in_time
def challenge(status: int, data: bytes) -> str | None:
    """By what an answer is known to be a challenge or a refusal; None where it is an answer."""
    marks = rules().challenge
    if status in marks.statuses:
        return f"challenge: HTTP {status}"
    if is_file(data) or data.startswith(PICTURES):
        return None
    page = decode(data[: limits().text_bytes])[0]
    if "<" in page[:2000] and _is_parsed(page):
        text, scripts, links = _visible(page)
        little = len(text) < marks.text and links < marks.links
        if little and (mark := re.search(marks.marks, "".join(page.split()), re.IGNORECASE)):
            return f"challenge: {mark[0]}"
        if status == 200 and len(text) < marks.shell and scripts:
            return "challenge: an empty shell, to be filled by scripts"
    return f"refused: HTTP {status}" if status in marks.refusals else None


def is_file(data: bytes) -> bool:
    """Whether bytes are a document of an office program, or an archive, and no page."""
    return data.startswith(FILES) or b"%PDF-" in data[:1024]


def year_of(title: str) -> int | None:
    """The year reported on, as a title gives it: 2023年, 二〇二三年."""
    if found := _YEAR.search(title):
        return int(found[1])
    found = _CHINESE_YEAR.search(title)
    return int(found[0].translate(_NUMERALS)) if found else None


def _by_title(title: str) -> Verdict | None:
    for reason, pattern in rules().skipped.items():
        if matches(pattern, plain(title)):
            return Verdict("skipped", reason, title, year_of(title))
    if matches(rules().other_subject, plain(title)) and not matches(rules().subject, plain(title)):
        return Verdict("skipped", "other_subject", title, year_of(title))
    return None


def _is_parsed(page: str) -> bool:
    try:
        check_size(page)
    except Unreadable:
        return False
    return True


def _visible(page: str) -> tuple[str, bool, int]:
    from selectolax.lexbor import LexborHTMLParser

    parser = LexborHTMLParser(page)
    scripts = parser.css_first("script") is not None
    links = len(parser.css("a[href]"))
    for node in parser.css("script, style, noscript, template"):
        node.decompose()
    text = parser.body.text() if parser.body else ""
    return "".join(text.split()), scripts, links
