"""Files appear at once or not at all; logs only grow."""

import os
from pathlib import Path

import pytest

from flows.crawl.account import accounts
from flows.crawl.process import failed
from flows.files import alone, append, point, read_log, replacing, settle
from flows.paths import Paths
from flows.sources import Directory
from flows.stages import running


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
    assert (before, after) == (inside, {tmp_path.stat().st_ino})


def test_a_run_mends_the_log_of_crawls_that_a_crash_has_cut_short(tmp_path: Path) -> None:
    paths, source = Paths(tmp_path / "data"), Directory(name="one", title="One", path="one")
    failed(paths, source, "the first time")
    with paths.crawl_log.open("ab") as file:
        file.write(b'{"source": "on')
    with running(paths):
        failed(paths, source, "the second time")
    assert accounts(paths)["one"].problems == ["the second time"]


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
