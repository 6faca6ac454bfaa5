"""Check a release before anyone sees it: its rows, its schema's version, and what is asserted of it."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from flows.check import broken
from flows.release.assertions import Assertions, Finding, violated
from flows.release.build import parquet, read
from flows.release.measure import read_measures
from flows.release.structure import Difference, differences, version_suffices
from schemas.assertions import references
from schemas.comments import quoted
from schemas.dataset import Table, tables


def check(
    connection: duckdb.DuckDBPyConnection,
    found: dict[str, Table],
    folder: Path,
    last: Path | None,
    asserted: Assertions,
) -> list[Finding]:
    """Every reason against a release, and every doubt about it; `last` is the last one, if there is one."""
    return [
        *(finding for table in found.values() for finding in _rows(connection, table, folder)),
        *(
            Finding("reference_broken", assertion.name, f"{count:,} rows break it: {assertion.en}")
            for assertion, count in broken(connection, references())
        ),
        *_schema(folder, last),
        *violated(asserted, read_measures(folder), read_measures(last) if last else {}),
    ]


def structure(folder: Path, last: Path | None) -> list[Difference]:
    """What differs between the schema of a release and that of the last one."""
    return differences(_package(last), _package(folder)) if last else []


def _package(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return read


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> list[Finding]:
    """Each key is there once, and a table of the dataset has all its rows."""
    file = parquet(folder, table)
    rows = pq.read_metadata(file).num_rows
    key = f"row({', '.join(map(quoted, table.key))})"
    (twice,) = connection.execute(  # rows are sorted by key, so the same ones are neighbours
        f"""SELECT count(*) FROM (
            SELECT {key} IS NOT DISTINCT FROM lag({key}) OVER () AND row_number() OVER () > 1 AS same
            FROM {read(file)}) WHERE same"""
    ).fetchone() or (0,)
    found = []
    if twice:
        said = f"{twice} rows of {table.name} have the {', '.join(table.key)} of another"
        found.append(Finding("key_repeated", table.name, said))
    if table.name in tables():
        (given,) = connection.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchone() or (0,)
        if rows != given:
            said = f"{table.name} has {given} rows in the warehouse and {rows} in the release"
            found.append(Finding("rows_differ", table.name, said))
    return found


def _schema(folder: Path, last: Path | None) -> list[Finding]:
    found = structure(folder, last)
    after = _package(folder)["schema_version"]
    before = _package(last)["schema_version"] if last else after
    if version_suffices(before, after, found):
        return []
    said = "; ".join(difference.en for difference in found[:5])
    return [
        Finding(
            "schema_version",
            after,
            f"the last release has schema version {before}, since then {said}: raise schema_version in "
            "schemas/dataset/about.yml",
        )
    ]
