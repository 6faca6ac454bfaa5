"""What a page links to: plain links, links made by scripts, pages of lists, sitemaps, answers in JSON."""

import gzip
import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from flows.crawl.in_time import in_time
from flows.sources import ByJson
from schemas.limits import limits
from transforms.document import Unreadable
from transforms.readers.encoding import decode
from transforms.readers.html import check_size

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

# Links that scripts make: a quoted address in an event or a javascript: link, anchors within scripts or
# CDATA, pairs of address and title in arrays (urls[0]='…';headers[0]='…') or in objects ({url: …, title: …}).
# Whatever a page says, each of these takes time in proportion to its length.
_QUOTED = re.compile(
    r"""['"]((?:https?:)?[^'"\s<>(){};,]{0,1000}/[^'"\s<>(){};,]{0,1000}|[\w.-]{1,1000}\.s?html?)['"]"""
)
_CDATA = re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE), re.compile(r"</a>", re.IGNORECASE)
_ARRAYS = re.compile(
    r"""urls\[['"]?(\w+)['"]?\]\s*=\s*['"]([^'"]+)['"].{0,80}?headers\[['"]?\1['"]?\]\s*=\s*['"]([^'"]+)['"]""",
    re.DOTALL,
)
_OBJECT = re.compile(r"\{[^{}]{1,2000}\}")
_URL_KEY = re.compile(r"""['"]?(?:url|link|href|docpuburl)['"]?\s*:\s*['"]([^'"]+)['"]""", re.IGNORECASE)
_TITLE_KEY = re.compile(r"""['"]?(?:title|doctitle|name)['"]?\s*:\s*['"]([^'"]+)['"]""", re.IGNORECASE)
# Pages of lists as TRS, the most common system of portals, makes them: how many, which (from 0), index, html.
_TRS_PAGES = re.compile(r"""createPageHTML\(\s*(\d+)\s*,\s*(\d+)\s*,\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]""")
_SITEMAP = re.compile(r"<(sitemap|url)\b|<loc>\s*(?:<!\[CDATA\[)?([^<]*)", re.IGNORECASE)
_FIELD = re.compile(r"\{([\w.]+)\}")
_TITLE = 200  # characters: what is longer is no title, but a part of the page


class Link(NamedTuple):
    """An absolute address and the text of the link, as far as it has one."""

    url: str
    title: str


@in_time
def links(data: bytes, url: str) -> list[Link]:
    """Every link of a page at `url`, in order, each address once with its longest text.

    ValueError tells that it is nested beyond the limits.
    """
    page, parser = _page(data)
    base = parser.css_first("base[href]")
    start = urljoin(url, base.attributes.get("href") or "") if base else url
    found: dict[str, str] = {}
    for address, title in [*_of_tags(parser), *_of_scripts(parser, page)]:
        absolute = _absolute(start, address)
        title = " ".join(title.split())[:_TITLE]
        if absolute and len(title) >= len(found.get(absolute, "")):
            found[absolute] = title
    return [Link(address, title) for address, title in found.items()]


@in_time
def next_page(data: bytes, url: str, text: str) -> str | None:
    """The address of the next page of a list: the link with that text, or rel=next, or made by a script."""
    page, parser = _page(data)
    for node in parser.css("a[href], link[rel=next][href]"):
        says = "".join((node.text() or node.attributes.get("title") or "").split())
        if node.attributes.get("rel") == "next" or re.search(text, says, re.IGNORECASE):
            for address in _addresses(dict(node.attributes)):
                absolute = _absolute(url, address)
                if absolute and absolute != url:
                    return absolute
    if (made := _TRS_PAGES.search(page)) and int(made[2]) + 1 < int(made[1]):
        return urljoin(url, f"{made[3]}_{int(made[2]) + 1}.{made[4]}")
    return None


@in_time
def sitemap(data: bytes, url: str) -> tuple[list[str], list[str]]:
    """The sitemaps and the pages that a sitemap at `url` names, packed by gzip or not.

    ValueError tells of damage.
    """
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(BytesIO(data)) as packed:
                data = packed.read(limits().text_bytes)
        except (OSError, EOFError) as error:
            raise ValueError(f"the sitemap cannot be unpacked: {error}") from None
    named: dict[str, list[str]] = {"sitemap": [], "url": []}
    within = ""
    for kind, address in _SITEMAP.findall(_text(data)):
        within = kind.lower() or within
        absolute = _absolute(url, html.unescape(address).strip().removesuffix("]]>"))
        if within and absolute and not kind:
            named[within].append(absolute)
    return named["sitemap"], named["url"]


@in_time
def json_links(data: bytes, url: str, pages: ByJson) -> list[Link]:
    """The links in the answer of an endpoint. ValueError tells that it is not what the dossier says."""
    try:
        answer = json.loads(_text(data))
    except json.JSONDecodeError as error:
        raise ValueError(f"the answer is no JSON: {error}") from None
    items = _at(answer, pages.items)
    if not isinstance(items, list):
        raise ValueError(f"the answer has no list at `{pages.items}`")
    found = []
    for item in items:
        absolute = _absolute(url, _filled(pages.link, item))
        if absolute:
            title = re.sub(r"<[^>]*>", "", html.unescape(_filled(pages.title, item)))
            found.append(Link(absolute, " ".join(title.split())[:_TITLE]))
    return found


def _text(data: bytes) -> str:
    return decode(data[: limits().text_bytes])[0]


@lru_cache(maxsize=1)  # a list is asked for its links, then for its next page
def _page(data: bytes) -> tuple[str, "LexborHTMLParser"]:
    page = _text(data)
    return page, _parsed(page)


def _parsed(page: str) -> "LexborHTMLParser":
    from selectolax.lexbor import LexborHTMLParser

    try:
        check_size(page.replace("<\\/", "</"))  # as scripts write the end of an element
    except Unreadable as unreadable:
        raise ValueError(unreadable.issue.message) from None
    return LexborHTMLParser(page)


def _of_tags(parser: "LexborHTMLParser") -> Iterator[tuple[str, str]]:
    for node in parser.css("a, area, [onclick], iframe[src], embed[src], object[data]"):
        attributes = dict(node.attributes)
        title = max(node.text() or "", attributes.get("title") or "", key=len)
        for address in _addresses(attributes):
            yield address, title


def _addresses(attributes: dict[str, str | None]) -> Iterator[str]:
    for name in ("href", "src", "data"):
        address = (attributes.get(name) or "").strip()
        if address.lower().startswith("javascript:"):
            yield from _QUOTED.findall(address)
        elif address:
            yield address
    yield from _QUOTED.findall(attributes.get("onclick") or "")


def _of_scripts(parser: "LexborHTMLParser", page: str) -> Iterator[tuple[str, str]]:
    for script in [*(node.text() for node in parser.css("script")), *_between(page, *_CDATA)]:
        text = html.unescape(script.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'"))
        for anchor in _between(text, *_ANCHOR):
            yield from _of_tags(_parsed(anchor))
        for _, address, title in _ARRAYS.findall(text):
            yield address, title
        for item in _OBJECT.findall(text):
            address, title = _URL_KEY.search(item), _TITLE_KEY.search(item)
            if address and title:
                yield address[1], title[1]


def _between(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> Iterator[str]:
    """What stands from an opening to the closing after it, both included."""
    at = 0
    while (begun := opening.search(text, at)) and (ended := closing.search(text, begun.end())):
        yield text[begun.start() : ended.end()]
        at = ended.end()


def _absolute(base: str, address: str) -> str | None:
    """The address without its fragment; None for what is not on the web (mailto:, an empty link)."""
    try:
        parts = urlsplit(urljoin(base, address.strip()))
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or address.startswith("#"):
        return None
    return urlunsplit(parts._replace(fragment=""))


def _at(value: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _filled(template: str, item: Any) -> str:
    return _FIELD.sub(lambda field: str(_at(item, field[1]) or ""), template)
