"""The dossiers of sources: where documents come from, how they are found, what is known of them.

data/sources.yml lists sources; data/sources/NAME.yml is the dossier of one source each. The kind of a source
decides its further fields, and a field that no kind knows is an error.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import msgspec
import yaml
from msgspec import Meta, Struct

from transforms.records import SourceEntry

Url = Annotated[str, Meta(pattern="^https?://[^/@?#]+([/?#]|$)")]
Domain = Annotated[str, Meta(pattern=r"^([^/@:A-Z\s]+\.[^/@:A-Z\s.]+|localhost)(:[0-9]{1,5})?$")]
RegionCode = Annotated[str, Meta(pattern="^[0-9]{6}$")]
Days = Annotated[int, Meta(ge=1)]


class BadSourcesError(Exception):
    """A dossier cannot be used; the message says where and why."""


class _Declared(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a dossier."""


class Entry(_Declared, frozen=True, kw_only=True):
    """What a source says of one document, used only where the document itself does not say it."""

    agency: str | None = None
    region_code: RegionCode | None = None
    year: int | None = None


class Expected(_Declared, frozen=True, kw_only=True):
    """How many reports of each year a source should have.

    A year counts from `since` (else the first year found) to `until`, once its reports are due. Fewer than
    `min` fail the source, more than `max` are a warning.
    """

    min: int = 0
    max: int | None = None
    since: int | None = None
    until: int | None = None


class Found(_Declared, frozen=True, kw_only=True):
    """Who found a source, and when."""

    by: str
    when: date


class Looks(_Declared, frozen=True, kw_only=True):
    """What the link of a report looks like: regular expressions on its address and on its text."""

    link: str | None = None
    title: str | None = None


class ByLink(_Declared, frozen=True, kw_only=True, tag_field="by", tag="link"):
    """The next page of a list is behind a link with this text."""

    text: str = "^(?:下一?页|后一?页|[>»›]+|next(?: page)?)$"


class ByNumber(_Declared, frozen=True, kw_only=True, tag_field="by", tag="number"):
    """The pages of a list after the start page have numbers: `{n}` in `url` counts from `first` to `last`."""

    url: Url
    first: int = 1
    last: int | None = None


class ByJson(_Declared, frozen=True, kw_only=True, tag_field="by", tag="json"):
    """An endpoint answers with the links as JSON; the start pages are not asked for.

    `{n}` in `url`, or in the values of `form` (then sent by POST), counts from `first` to `last`. `items` is
    the path to the list of items (`data.list`), `link` and `title` are made of an item's fields (`{url}`).
    """

    url: Url
    items: str
    link: str = "{url}"
    title: str = "{title}"
    form: dict[str, str] | None = None
    first: int = 1
    last: int | None = None


class _Source(_Declared, frozen=True, kw_only=True):
    """What every dossier says.

    `region_code` and `body` hold for documents that do not say theirs; `entries` says of single documents,
    by their path within the source or their whole address, what they themselves may not say.
    """

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]*$")]
    title: str
    region_code: RegionCode | None = None
    body: str | None = None
    entries: dict[str, Entry] = {}
    expected: Expected = Expected()

    def entry(self, url: str) -> SourceEntry:
        """What is known of a document, or of a member of an archive by the archive's entry."""
        within = self.within(url)
        names = (url, within, within.partition("!")[0])
        known = next((self.entries[name] for name in names if name in self.entries), Entry())
        return SourceEntry(known.agency or self.body, known.region_code or self.region_code, known.year)

    def within(self, url: str) -> str:
        """The path within the source of a document that the fetch log knows as `url`."""
        raise NotImplementedError


class Directory(_Source, frozen=True, kw_only=True, tag_field="kind", tag="directory"):
    """A folder of files on disk; `path` is relative to the folder that holds `data`."""

    path: str

    def within(self, url: str) -> str:
        """The path below the folder."""
        return url.removeprefix(f"{self.path}/")


class _Site(_Source, frozen=True, kw_only=True):
    """A source on the web.

    Only addresses of `domains` and below them are ever asked for (else the hosts of `start`), at the usual
    ports, those of `start`, and those named with a domain (`portal.example:8080`). A night crawls a source
    once `verified` tells when a person saw a run of it do right. `every` is how often, in days, the
    lists are looked at, `recheck` how often a page that is known; `budget`, `delay` and `timeout` are as in
    manners.yml. `allow_private` allows addresses of private networks, `accept_certificate` certificates that
    do not hold. `address` (IPv4 or IPv4:port) is where the hosts of `start` are reached instead of where DNS
    says. `served_from` names a folder which a portal of our own serves while the crawl lasts.
    """

    start: Annotated[list[Url], Meta(min_length=1)]
    found: Found
    domains: list[Domain] = []
    verified: date | None = None
    every: Days = 1
    recheck: Days | None = None
    budget: Annotated[int, Meta(ge=1)] | None = None
    delay: Annotated[float, Meta(ge=0)] | None = None
    timeout: Annotated[int, Meta(ge=1)] | None = None
    allow_private: bool = False
    accept_certificate: bool = False
    address: str | None = None
    served_from: str | None = None

    def within(self, url: str) -> str:
        """The path behind the host."""
        return unquote(urlsplit(url).path.lstrip("/"))

    @property
    def start_hosts(self) -> list[str]:
        """The hosts of the start addresses."""
        return sorted({urlsplit(url).hostname or "" for url in self.start})

    @property
    def hosts(self) -> list[str]:
        """The domains that the source is pinned to."""
        return list(dict.fromkeys(domain.partition(":")[0] for domain in self.domains)) or self.start_hosts

    @property
    def ports(self) -> set[int | None]:
        """The ports at which its hosts are asked, None where an address names none."""
        named = {int(port) for domain in self.domains if (port := domain.partition(":")[2])}
        return {None, 80, 443} | named | {urlsplit(url).port for url in self.start}


class Page(_Site, frozen=True, kw_only=True, tag_field="kind", tag="page"):
    """Every start address is the page of one report."""


class Listing(_Site, frozen=True, kw_only=True, tag_field="kind", tag="listing"):
    """Start pages list reports, over several pages perhaps; the pages of reports may have attachments."""

    report: Looks = Looks()
    pages: ByLink | ByNumber | ByJson | None = None


class Sitemap(_Site, frozen=True, kw_only=True, tag_field="kind", tag="sitemap"):
    """Start addresses are sitemaps, or indexes of sitemaps; `report` tells the addresses of reports."""

    report: Looks = Looks()


Site = Page | Listing | Sitemap
Source = Directory | Page | Listing | Sitemap


def known_entries(sources: list[Source], root: Path) -> Callable[[Path, str], SourceEntry]:
    """A function from a file anywhere on disk, and its member's name, to what the sources know of it."""
    folders = [
        (source, (root / folder).resolve())
        for source in sources
        if (folder := source.path if isinstance(source, Directory) else source.served_from)
    ]

    def entry(file: Path, member: str = "") -> SourceEntry:
        resolved = file.resolve()
        for source, folder in folders:
            if resolved.is_relative_to(folder):
                return source.entry(f"{resolved.relative_to(folder).as_posix()}{member}")
        return SourceEntry()

    return entry


def source_rows(sources: list[Source]) -> list[dict[str, Any]]:
    """The rows of the table of sources, in the order of their names."""
    return [
        {
            "source": source.name,
            "source_title": source.title,
            "region_code": source.region_code,
            "expected_min": source.expected.min,
            "expected_max": source.expected.max,
            "expected_since": source.expected.since,
            "expected_until": source.expected.until,
        }
        for source in sorted(sources, key=lambda source: source.name)
    ]


def read_sources(path: Path) -> list[Source]:
    """Read and check all dossiers; BadSourcesError says what is wrong with which.

    `path` is sources.yml; the folder `sources` beside it is read as well, where there is one.
    """
    listed = _yaml(path)
    if not isinstance(listed, dict) or set(listed) != {"sources"} or not isinstance(listed["sources"], list):
        raise BadSourcesError(f"{path}: `sources:` and a list of sources below it is all that belongs here")
    declared = [(path, source) for source in listed["sources"]]
    declared += [(file, _yaml(file)) for file in sorted((path.parent / "sources").glob("*.yml"))]
    sources = [_checked(file, source) for file, source in declared]
    for (file, _), source in zip(declared, sources, strict=True):
        if file != path and file.stem != source.name:
            raise BadSourcesError(f"{file}: the dossier of {source.name} belongs into {source.name}.yml")
    names = [source.name for source in sources]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadSourcesError(
            f"{path}: each source needs a name of its own, but there are several {sorted(twice)}"
        )
    return sources


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadSourcesError(f"{path} does not exist; it lists the sources to read") from None
    except yaml.YAMLError as error:
        raise BadSourcesError(f"{path} is not valid YAML: {error}") from None


def _checked(path: Path, declared: Any) -> Source:
    name = declared.get("name", "a source without a name") if isinstance(declared, dict) else "a source"
    try:
        source: Source = msgspec.convert(declared, Source)
        for pattern in _patterns(source):
            re.compile(pattern)
    except msgspec.ValidationError as error:
        raise BadSourcesError(f"{path}: {name}: {error}") from None
    except re.error as error:
        raise BadSourcesError(
            f"{path}: {name}: {error.pattern!r} is no regular expression: {error}"
        ) from None
    return source


def _patterns(source: Source) -> Iterator[str]:
    if isinstance(source, Listing | Sitemap):
        yield from (pattern for pattern in (source.report.link, source.report.title) if pattern)
    if isinstance(source, Listing) and isinstance(source.pages, ByLink):
        yield source.pages.text
