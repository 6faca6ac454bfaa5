"""The dossier of sources is read strictly: what it gets wrong is told, with its place."""

from pathlib import Path

import pytest

from flows.sources import BadSourcesError, known_entries, read_sources
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
