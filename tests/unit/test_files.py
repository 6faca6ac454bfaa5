"""Files appear at once or not at all; logs only grow."""

import os
from pathlib import Path

import duckdb
import pytest

from flows.crawl.archive import fetch_logs
from flows.files import alone, append, point, read_log, replacing, settle
from flows.paths import Paths


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(bytes([1 // 0]))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_pointed_elsewhere_by_one_rename(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        point(tmp_path / "latest", tmp_path / name)
        assert (tmp_path / "latest").resolve() == tmp_path / name


def test_a_folder_gets_its_name_when_all_in_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside, folder = tmp_path / ".aside", tmp_path / "folder"
    (aside / "deep").mkdir(parents=True)
    (aside / "deep" / "file").write_bytes(b"whole")
    inside = {path.stat().st_ino for path in (aside, aside / "deep", aside / "deep" / "file")}
    before, after = set(), set()
    to_disk = os.fsync

    def spy(opened: int) -> None:
        (after if folder.exists() else before).add(os.fstat(opened).st_ino)
        to_disk(opened)

    monkeypatch.setattr(os, "fsync", spy)
    settle(aside, folder)
    assert (folder / "deep" / "file").read_bytes() == b"whole"
    assert (before, after) == (inside, {tmp_path.stat().st_ino, tmp_path.parent.stat().st_ino})


@pytest.mark.parametrize("cut", [b'{"n": ', b'{"n": "' + b"x" * 100_000])
def test_a_line_that_a_full_disk_has_cut_short_spoils_none_after_it(tmp_path: Path, cut: bytes) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(cut)
    append(log, [{"n": 1}])
    with log.open("ab") as file:
        file.write(cut)
    append(log, [{"n": 2}, {"n": 3}])
    assert log.read_bytes() == b'{"n":1}\n{"n":2}\n{"n":3}\n'


def test_what_a_killed_crawl_has_cut_short_is_gone_before_duckdb_reads_it(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    for name in ("one", "two"):
        append(paths.fetch_log(name), [{"source": name}])
    with paths.fetch_log("one").open("ab") as file:
        file.write(b'{"source": "o')
    with duckdb.connect() as connection:
        read = "SELECT source FROM read_json($logs, format = 'newline_delimited')"
        found = connection.execute(read, {"logs": fetch_logs(paths)}).fetchall()
    assert found == [("one",), ("two",)]


def test_a_log_line_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert list(read_log(log)) == []
    append(log, [{"n": 1}, {"n": 2}])
    with log.open("ab") as file:
        file.write(b'{"n": ')
    assert list(read_log(log)) == [{"n": 1}, {"n": 2}]


def test_two_runs_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with alone(tmp_path / "lock"), pytest.raises(BlockingIOError), alone(tmp_path / "lock"):
        pass
    with alone(tmp_path / "lock"):
        pass
