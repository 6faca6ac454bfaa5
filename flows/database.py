"""How we open DuckDB: in UTC, within the memory of limits.yml, beyond which it goes on from disk."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.pool import cores
from schemas.limits import limits

BYTES = 500_000_000  # that a thread needs for what cannot go to disk


@contextmanager
def connect(database: Path | None = None, *, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory, or to a database to read; what does not fit in memory waits below `spill`."""
    with (
        tempfile.TemporaryDirectory(dir=spill, prefix=".spill-") as folder,
        duckdb.connect(database or ":memory:", read_only=database is not None) as opened,
    ):
        opened.execute("SET GLOBAL TimeZone = 'UTC'")  # of its cursors too
        opened.execute("SET enable_progress_bar = false")  # it would print into what we print
        opened.execute("SET memory_limit = $limit", {"limit": f"{limits().query_bytes}B"})
        threads = max(1, min(cores(), limits().query_bytes // BYTES))
        opened.execute("SET threads = $threads", {"threads": threads})
        opened.execute("SET temp_directory = $folder", {"folder": folder})
        yield opened


@contextmanager
def one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let a connection work with one thread meanwhile."""
    with setting(connection, "threads", 1):
        yield


@contextmanager
def setting(connection: duckdb.DuckDBPyConnection, name: str, value: int | str) -> Iterator[None]:
    """Give a setting of DuckDB another value meanwhile."""
    ((before,),) = connection.execute("SELECT current_setting($name)", {"name": name}).fetchall()
    connection.execute(f"SET {name} = $value", {"value": value})
    try:
        yield
    finally:
        connection.execute(f"SET {name} = $value", {"value": before})
