"""Files appear at once or not at all; logs only grow."""

from pathlib import Path

import pytest

from flows.files import alone, append, point, read_log, replacing


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
