"""Release: the published dataset as CSV and Parquet files that people download."""

import shutil
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import duckdb

from flows.files import digest, point
from flows.parquet import parquet_writer
from flows.paths import Paths
from schemas.arrow import schema
from schemas.comments import quoted
from schemas.dataset import Table, tables

ROWS = 100_000  # in a row group of Parquet


def release(paths: Paths) -> Path:
    """Write every table of the warehouse below releases/<date> and point `latest` at it; return the folder.

    A release never changes: another one of the same day becomes <date>.2, and a dataset that is released
    already is not released again. FileNotFoundError tells that there is no warehouse yet.
    """
    if not paths.database.exists():
        raise FileNotFoundError(f"there is no warehouse at {paths.database}; run `gongkai nightly` first")
    latest = paths.releases / "latest"
    fingerprint = paths.warehouse.resolve().name
    if (latest / "FINGERPRINT").exists() and (latest / "FINGERPRINT").read_text().strip() == fingerprint:
        return latest.resolve()
    aside = paths.releases / ".building"
    shutil.rmtree(aside, ignore_errors=True)
    for folder in ("csv", "parquet"):
        (aside / folder).mkdir(parents=True)
    with duckdb.connect(paths.database, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in tables().values():
            _write_csv(connection, table, aside / "csv" / f"{table.name}.csv")
            _write_parquet(connection, table, aside / "parquet" / f"{table.name}.parquet")
    (aside / "FINGERPRINT").write_text(f"{fingerprint}\n")
    _write_checksums(aside)
    released = _free_folder(paths)
    aside.rename(released)
    point(latest, released)
    return released


def _write_csv(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    columns = ", ".join(
        # 5 and 25.1, not 5.00000000 and 25.10000000
        f"regexp_replace({name}::VARCHAR, '\\.?0+$', '') AS {name}" if field.type == "number" else name
        for field in table.fields
        for name in [quoted(field.name)]
    )
    target = str(path).replace("'", "''")
    connection.execute(
        f"COPY (SELECT {columns} FROM {quoted(table.name)}) TO '{target}' (FORMAT csv, HEADER)"
    )


def _write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    columns = schema(table.name)
    with parquet_writer(path, columns) as writer:
        for batch in connection.sql(f"FROM {quoted(table.name)}").to_arrow_reader(ROWS):
            writer.write_batch(batch.cast(columns))


def _write_checksums(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    lines = [f"{digest(file)}  {file.relative_to(folder).as_posix()}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _free_folder(paths: Paths) -> Path:
    today = datetime.now(UTC).date().isoformat()
    folders = (paths.releases / (today if number == 1 else f"{today}.{number}") for number in count(1))
    return next(folder for folder in folders if not folder.exists())
