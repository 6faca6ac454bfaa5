"""Load: build the DuckDB file from checked Parquet, and put the whole build in place by one rename."""

import json
import shutil
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path

import duckdb

from flows.crawl.archive import fetch_logs
from flows.database import connect, setting
from flows.files import digest, digest_of_lines, point, settle
from flows.normalise import Selection
from flows.parts import tried
from flows.paths import Paths
from flows.sources import read_sources, source_rows
from flows.version import dataset_version
from schemas.comments import comments, quoted
from schemas.dataset import Table, tables
from schemas.ddl import create_table, create_types
from schemas.views import make_views

STORAGE = "v1.2.0"  # DuckDB 1.2 and later can open it; the newest format would shut most users out
KEPT = 2  # builds: the one in use and the one before, which readers may still have open
SETTINGS: dict[str, tuple[str, int | str]] = {  # of DuckDB, while it fills a table
    # Several threads would keep long texts in memory until those before them are written.
    "sections": ("threads", 1),
    # The words of cells repeat: to try the other ways to compress each takes a tenth of the time.
    "cells": ("force_compression", "dictionary"),
}


def fingerprint(paths: Paths, selection: Selection) -> str:
    """What the dataset is made of: code, documents in use and their origin, corrections, what is expected."""
    parts = [dataset_version(), digest(selection.selected)]
    parts += [f"{name} {times}" for name, times in sorted(tried(selection.parts).items()) if times > 1]
    parts += [digest_of_lines(Path(log)) for log in fetch_logs(paths)]
    if paths.corrections.exists():
        parts.append(digest(paths.corrections))
    parts.append(json.dumps(source_rows(read_sources(paths.sources))))
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def is_published(paths: Paths, fingerprint: str) -> bool:
    """Whether the dataset in place is already the one with this fingerprint."""
    return paths.database.exists() and paths.warehouse.resolve().name == fingerprint


def load(paths: Paths, build: Path, fingerprint: str, commit: str | None) -> None:
    """Build gongkai.duckdb beside the Parquet of `build`, then publish the build.

    `commit` is the commit of the source code that did it, as the database tells in its table metadata.

    FileExistsError tells that `data/warehouse` is a folder of someone else's making, which is left alone.
    """
    if paths.warehouse.exists() and not paths.warehouse.is_symlink():
        raise FileExistsError(f"{paths.warehouse} is not a link made by this program; please move it away")
    build_database(build, fingerprint, commit)
    published = paths.builds / fingerprint
    if published.exists():
        shutil.rmtree(published)
    settle(build, published)
    point(paths.warehouse, published)
    older = sorted(paths.builds.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in older[KEPT:]:
        shutil.rmtree(folder)


def build_database(build: Path, fingerprint: str, commit: str | None) -> None:
    """Make gongkai.duckdb of the Parquet below `build`, beside it.

    Rows keep the order in which they were written: by year, body and place in the form.
    """
    with connect(spill=build) as connection:
        file = str(build / "gongkai.duckdb").replace("'", "''")
        connection.execute(f"ATTACH '{file}' AS gongkai (STORAGE_VERSION '{STORAGE}')")
        connection.execute("USE gongkai")
        for statement in create_types(tables().values()):
            connection.execute(statement)
        for table in tables().values():
            _fill(connection, build, table)
            for statement in comments(table):
                connection.execute(statement)
        for name, value in (
            ("build", fingerprint),
            ("version", dataset_version()),
            ("source_commit", commit),
        ):
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        make_views(connection)
        connection.execute("CHECKPOINT gongkai")
        connection.execute("USE memory")
        connection.execute("DETACH gongkai")


def _fill(connection: duckdb.DuckDBPyConnection, build: Path, table: Table) -> None:
    connection.execute(create_table(table))
    files = sorted(build.glob(f"{table.name}.parquet")) + sorted(build.glob(f"{table.name}/*/*.parquet"))
    insert = f"INSERT INTO {quoted(table.name)} BY NAME FROM read_parquet($files, hive_partitioning = $hive)"
    given = {"files": list(map(str, files)), "hive": table.partition is not None}
    with setting(connection, *SETTINGS[table.name]) if table.name in SETTINGS else nullcontext():
        connection.execute(insert, given)
