"""DuckDB is opened within the memory that limits.yml allows, and takes cores by it."""

from pathlib import Path

import pytest

from flows.database import BYTES, connect, one_thread, setting
from flows.pool import cores
from schemas.limits import limits


def test_no_core_is_taken_without_the_memory_that_it_needs(tmp_path: Path) -> None:
    with connect(spill=tmp_path) as connection:
        threads = connection.sql("SELECT current_setting('threads')").fetchall()[0][0]
        assert 1 <= threads <= cores()
        assert threads == 1 or threads * BYTES <= limits().query_bytes


def test_one_thread_works_only_as_long_as_it_is_asked_for(tmp_path: Path) -> None:
    asked = "SELECT current_setting('threads')"
    with connect(spill=tmp_path) as connection:
        before = connection.sql(asked).fetchall()
        with one_thread(connection):
            assert connection.sql(asked).fetchall() == [(1,)]
        assert connection.sql(asked).fetchall() == before


def test_times_are_in_utc_wherever_the_machine_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    with connect(spill=tmp_path) as connection:
        for asked in (connection, connection.cursor()):
            assert asked.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_a_setting_is_another_meanwhile_and_texts_of_any_length_are_kept_under_it(tmp_path: Path) -> None:
    texts = ["0", "见附件" * 20_000, None]
    asked = "SELECT current_setting('force_compression')"
    with connect(spill=tmp_path) as connection:
        connection.execute(f"ATTACH '{tmp_path / 'cells.duckdb'}' AS cells")
        connection.execute("CREATE TABLE cells.words (word VARCHAR)")
        before = connection.execute(asked).fetchall()
        with setting(connection, "force_compression", "dictionary"):
            assert connection.execute(asked).fetchall() != before
            connection.execute("INSERT INTO cells.words SELECT unnest($texts)", {"texts": texts})
            connection.execute("CHECKPOINT cells")
        assert connection.execute(asked).fetchall() == before
        connection.execute("DETACH cells")
        connection.execute(f"ATTACH '{tmp_path / 'cells.duckdb'}' AS cells")
        assert [word for (word,) in connection.execute("FROM cells.words").fetchall()] == texts
