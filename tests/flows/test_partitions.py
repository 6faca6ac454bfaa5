"""What did not change is neither read nor written again, and what is published is the same as made anew."""

from pathlib import Path

import duckdb

from flows.paths import Paths
from flows.stages import crawl_stage, load_stage, normalise_stage, running, validate_stage
from tests.conftest import ROOT

XINXIAN = (ROOT / "data" / "samples" / "001_xinxian_2023.txt").read_text("utf-8")
YUANZHOU = (ROOT / "data" / "samples" / "004_yuanzhou_2022.txt").read_text("utf-8")


def folder(path: Path, **pages: str) -> Paths:
    (path / "data" / "pages").mkdir(parents=True)
    (path / "data" / "sources.yml").write_text(
        "sources:\n  - {name: pages, kind: directory, path: data/pages, title: Pages}\n", "utf-8"
    )
    for name, text in pages.items():
        (path / "data" / "pages" / f"{name}.txt").write_text(text, "utf-8")
    return Paths(path / "data")


def publish(paths: Paths) -> int:
    """Publish what the folder holds; how many documents had to be read."""
    with running(paths) as run:
        crawl_stage(paths, run)
        normalise_stage(paths, run)
        build = validate_stage(paths, run)
        assert build is not None, "nothing has changed"
        load_stage(paths, build)
        return run.documents_parsed


def written(paths: Paths) -> dict[str, bytes]:
    """The files of the partitioned tables, and their bytes."""
    files = paths.warehouse.resolve().glob("*/*/*.parquet")
    return {file.relative_to(paths.warehouse.resolve()).as_posix(): file.read_bytes() for file in files}


def test_a_new_document_leaves_the_files_of_other_years_as_they_are(tmp_path: Path) -> None:
    paths = folder(tmp_path / "a", one=YUANZHOU, two=XINXIAN)
    assert publish(paths) == 2
    before = {
        file.relative_to(paths.warehouse.resolve()).as_posix(): file.stat().st_ino
        for file in paths.warehouse.resolve().glob("*/*/*.parquet")
    }
    old = written(paths)
    (paths.data / "pages" / "three.txt").write_text(XINXIAN.replace("新县", "光山县"), "utf-8")
    assert publish(paths) == 1
    after = {name: paths.warehouse.resolve().joinpath(name).stat().st_ino for name in written(paths)}
    same = {name for name in after if after[name] == before.get(name)}
    assert same == {name for name in after if "year=2022" in name}
    assert {name: data for name, data in written(paths).items() if name in same} == {
        name: data for name, data in old.items() if name in same
    }
    anew = folder(tmp_path / "b", one=YUANZHOU, two=XINXIAN, three=XINXIAN.replace("新县", "光山县"))
    publish(anew)
    assert written(anew) == written(paths)


def test_another_correction_of_a_document_changes_what_is_published(tmp_path: Path) -> None:
    paths = folder(tmp_path, one=XINXIAN)
    for scope in ("jurisdiction", "body"):
        entry = f"id: one, action: set_field, document: data/pages/one.txt, field: scope, value: {scope}"
        told = "expect: unknown, reason: It says so., who: A, when: 2026-01-01"
        paths.corrections.write_text(f"corrections:\n  - {{{entry}, {told}}}\n", "utf-8")
        publish(paths)
        with duckdb.connect(paths.database, read_only=True) as connection:
            assert connection.execute("SELECT scope FROM reports").fetchall() == [(scope,)]
