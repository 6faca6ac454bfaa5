"""Batches of documents become parts: checked, written once, made fewer, and never lost."""

import os
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from flows import parts as of_parts
from flows.documents import Job
from flows.parts import Batch, _smaller, commit, compact, parts, read_batches, read_part, retry, tidy, tried
from flows.pool import Failed
from tests.conftest import ROOT
from transforms.document import Issue
from transforms.records import SourceEntry

SAMPLE = (ROOT / "data" / "samples" / "001_xinxian_2023.txt").read_bytes()


def batch(folder: Path, *contents: bytes) -> Batch:
    """A batch with a key for each document, as it is in the raw archive."""
    jobs = tuple(Job(f"{number:064}-x", data, SourceEntry()) for number, data in enumerate(contents))
    return Batch(folder, jobs)


def names(found: list[Batch]) -> list[list[str]]:
    return [[job.name.lstrip("0") for job in one.jobs] for one in found]


def ask(folder: Path, table: str, query: str) -> list[tuple[object, ...]]:
    files = [str(part / f"{table}.parquet") for part in parts(folder)]
    with duckdb.connect() as connection:
        return connection.execute(query.replace("$rows", "read_parquet($files)"), {"files": files}).fetchall()


def test_documents_good_and_bad_become_rows_under_their_keys(tmp_path: Path) -> None:
    one = batch(tmp_path, SAMPLE, b"", b"%PDF-1.7 nothing", SAMPLE.replace(b"2023", b"2003"))
    assert list(read_batches(iter([one]), workers=1)) == [(one.part.name, 4)]
    commit(tmp_path, [one.part.name])
    assert [part.name for part in parts(tmp_path)] == [one.part.name]
    assert ask(tmp_path, "documents", "SELECT ltrim(key, '0'), report_id, year FROM $rows ORDER BY key") == [
        ("-x", "411523-office-2023", 2023),
        ("1-x", None, None),
        ("2-x", None, None),
        ("3-x", None, 2003),  # before the Regulations: its rows are in quarantine
    ]
    counted = "SELECT ltrim(key, '0'), count(*) FROM $rows GROUP BY key ORDER BY key"
    assert ask(tmp_path, "cells", counted) == [("-x", 200)]
    assert ask(
        tmp_path, "issues", "SELECT ltrim(key, '0'), code FROM $rows WHERE severity = 'error' ORDER BY key"
    )[:2] == [("1-x", "empty"), ("2-x", "damaged")]


def test_the_document_at_fault_is_read_alone_and_the_others_without_it(tmp_path: Path) -> None:
    four = batch(tmp_path, b"a", b"b", b"c", b"d")
    assert names(list(_smaller(four, Failed("worker_died", "", at=1)))) == [["-x"], ["1-x"], ["2-x", "3-x"]]
    writing = Failed("worker_died", "", at=4)
    assert names(list(_smaller(four, writing))) == [["-x", "1-x"], ["2-x"], ["3-x"]]
    (deadly,) = _smaller(batch(tmp_path, b"a"), Failed("too_slow", "not done after 60 seconds", at=0))
    assert deadly.deadly == Issue("too_slow", "not done after 60 seconds")
    read_part(deadly)
    commit(tmp_path, [deadly.part.name])
    assert ask(tmp_path, "issues", "SELECT code, message FROM $rows") == [
        ("too_slow", "not done after 60 seconds")
    ]
    with pytest.raises(RuntimeError, match="cannot be written: disk full"):
        list(_smaller(deadly, Failed("no_parse", "disk full")))


def test_many_small_parts_become_one_with_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_parts, "MANY", 3)
    for year in (b"2021", b"2022", b"2023"):
        job = Job(f"{year.decode():0>64}-x", SAMPLE.replace(b"2023", year), SourceEntry())
        read_part(Batch(tmp_path, (job,)))
        commit(tmp_path, [Batch(tmp_path, (job,)).part.name])
    before = ask(tmp_path, "cells", "FROM $rows ORDER BY ALL")
    compact(tmp_path)
    assert len(parts(tmp_path)) == 1
    assert ask(tmp_path, "cells", "FROM $rows ORDER BY ALL") == before
    assert pq.read_metadata(parts(tmp_path)[0] / "documents.parquet").num_rows == 3

    assert sorted(path.name for path in tmp_path.iterdir()) == [parts(tmp_path)[0].name, "parts.jsonl"]


def test_parts_are_removed_once_it_is_on_the_disk_that_another_replaces_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, log = batch(tmp_path, SAMPLE), tmp_path / "parts.jsonl"
    read_part(one)
    commit(tmp_path, [one.part.name])
    to_disk, synced = os.fsync, []

    def spy(opened: int) -> None:
        if os.fstat(opened).st_ino == log.stat().st_ino:
            synced.append((os.fstat(opened).st_size, one.part.exists()))
        to_disk(opened)

    monkeypatch.setattr(os, "fsync", spy)
    monkeypatch.setattr(of_parts, "MANY", 1)
    compact(tmp_path)
    assert not one.part.exists()
    assert synced == [(log.stat().st_size, True)]


def test_what_no_commit_names_does_not_count_and_is_removed(tmp_path: Path) -> None:
    counts, left = batch(tmp_path, SAMPLE), batch(tmp_path, SAMPLE, b"")
    for one in (counts, left):
        read_part(one)
    (tmp_path / ".half-written").mkdir()
    commit(tmp_path, [counts.part.name])
    with (tmp_path / "parts.jsonl").open("ab") as log:
        log.write(b'{"added":["')  # a crash in the middle of a commit
    assert parts(tmp_path) == [counts.part]
    tidy(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([counts.part, tmp_path / "parts.jsonl"])


def test_one_commit_replaces_parts_at_once(tmp_path: Path) -> None:
    commit(tmp_path, ["a", "b"])
    commit(tmp_path, ["c"], removed=["a", "b"])
    assert parts(tmp_path) == [tmp_path / "c"]


def test_two_workers_that_write_the_same_part_leave_one(tmp_path: Path) -> None:
    one = batch(tmp_path, SAMPLE)
    read_part(one)
    written = (one.part / "cells.parquet").stat().st_ino
    read_part(one)
    assert (one.part / "cells.parquet").stat().st_ino == written
    assert list(tmp_path.iterdir()) == [one.part]


def test_what_failed_for_a_passing_reason_is_read_again_but_not_for_ever(tmp_path: Path) -> None:
    gone = tmp_path / "raw"
    jobs = (Job(f"{1:064}-x", SAMPLE, SourceEntry()), Job(f"{2:064}-x", gone, SourceEntry()))
    one = Batch(tmp_path / "parts", jobs)
    for tries in (1, 2, 3):
        read_part(one)
        commit(one.folder, [one.part.name])
        assert ask(one.folder, "issues", "SELECT count(*) FROM $rows WHERE code = 'no_access'") == [(1,)]
        retry(one.folder)
        tidy(one.folder)
        assert bool(parts(one.folder)) is (tries == 3)
    gone.write_bytes(SAMPLE)
    assert tried(one.folder) == {one.part.name: 3}
