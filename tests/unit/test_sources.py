"""The dossier of sources is read strictly: what it gets wrong is told, with its place."""

from pathlib import Path

import pytest

from flows.crawl.process import due_sources
from flows.crawl.safety import pinned
from flows.paths import DEFAULT_DATA, Paths
from flows.sources import BadSourcesError, Site, known_entries, read_sources
from transforms.records import SourceEntry

GOOD = """
sources:
  - name: samples
    kind: directory
    path: data/samples
    title: Samples
    region_code: "610000"
    entries:
      a.txt: {agency: 安康市人民政府办公室, region_code: "610900", year: 2022}
      b.txt: {year: 2021}
"""

PORTAL = """
name: portal
kind: listing
title: A portal
region_code: "610000"
body: 样例县教育局
start: ["http://portal.test/nb/"]
report: {title: 年报}
pages: {by: number, url: "http://portal.test/nb/index_{n}.html"}
expected: {min: 1, max: 3}
every: 7
entries:
  nb/a.html: {year: 2020}
  nb/a.zip: {year: 2019}
found: {by: the tests, when: 2026-11-22}
"""


def read(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.yml").write_text(text, "utf-8")
    read_sources(tmp_path / "sources.yml")


def test_what_a_source_says_of_a_file_is_found_by_its_place_on_disk(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text(GOOD, "utf-8")
    known = known_entries(read_sources(tmp_path / "sources.yml"), tmp_path)
    assert known(tmp_path / "data/samples/a.txt", "") == SourceEntry("安康市人民政府办公室", "610900", 2022)
    assert known(tmp_path / "data/samples/b.txt", "") == SourceEntry(None, "610000", 2021)
    assert known(tmp_path / "data/samples/a.txt", "!member.doc").year == 2022
    assert known(tmp_path / "elsewhere/a.txt", "") == SourceEntry()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: directory", "kind: telepathy", "telepathy"),
        ("path: data/samples\n", "", "path"),
        ("title: Samples", "titel: Samples", "title"),
        ("year: 2021", "yaer: 2021", "yaer"),
        ("year: 2021", "year: 二〇二一", "year"),
        ("sources:", "source:", "source"),
        ("sources:", "sources: [", "not valid YAML"),
        (GOOD, GOOD + GOOD.removeprefix("\nsources:\n"), "name of its own"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(BadSourcesError, match=message):
        read(tmp_path, GOOD.replace(old, new))


def test_a_missing_dossier_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSourcesError, match="does not exist"):
        read_sources(tmp_path / "sources.yml")


def test_the_dossiers_of_the_checkout_are_sound_and_no_portal_is_crawled_unseen() -> None:
    sources = read_sources(DEFAULT_DATA / "sources.yml")
    portals = [source for source in sources if isinstance(source, Site) and not source.served_from]
    assert len(portals) == 45
    assert all(source.verified is None for source in portals)
    assert all(pinned(url, source) for source in portals for url in source.start)
    assert [source.name for source in due_sources(Paths())] == ["samples"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("http://", "ftp://", "start"),
        ("min: 1", "min: one", "expected.min"),
        ("by: number", "by: wish", "wish"),
        ("title: 年报", "title: 年(报", "no regular expression"),
        ("when: 2026-11-22", "", "when"),
        ('"610000"', '"61"', "region_code"),
        ("name: portal", "name: ../portal", "name"),
        ("name: portal", "name: other", r"belongs into other\.yml"),
        ("every: 7", "every: 0", "every"),
    ],
)
def test_mistakes_in_the_dossier_of_a_portal_are_told(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    (tmp_path / "sources.yml").write_text("sources: []", "utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "portal.yml").write_text(PORTAL, "utf-8")
    assert [source.name for source in read_sources(tmp_path / "sources.yml")] == ["portal"]
    assert old in PORTAL
    (tmp_path / "sources" / "portal.yml").write_text(PORTAL.replace(old, new), "utf-8")
    with pytest.raises(BadSourcesError, match=message):
        read_sources(tmp_path / "sources.yml")


def test_a_portal_says_of_a_document_what_its_dossier_says(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text("sources: []", "utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "portal.yml").write_text(PORTAL, "utf-8")
    (source,) = read_sources(tmp_path / "sources.yml")
    known = SourceEntry("样例县教育局", "610000", 2020)
    assert source.entry("http://portal.test/nb/a.html") == known
    assert source.entry("http://portal.test/nb/a.zip!b.doc") == SourceEntry("样例县教育局", "610000", 2019)
    assert source.entry("http://portal.test/nb/c.html") == SourceEntry("样例县教育局", "610000")
