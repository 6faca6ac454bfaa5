"""`gongkai nightly` as a newcomer runs it: what it prints, leaves, and what a second night changes."""

import csv
import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from flows.files import read_log
from schemas.dataset import tables
from schemas.views import views
from tests.conftest import BROKEN, ROOT, Night

GOLD = sorted((ROOT / "tests" / "gold").glob("*.json"))


@pytest.fixture(scope="module")
def warehouse(night: Night) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(night.paths.database, read_only=True)


def ask(warehouse: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[object, ...]]:
    return warehouse.execute(query, values).fetchall()


def test_it_succeeds_and_ends_with_a_summary_a_person_can_read(night: Night) -> None:
    assert night.first.returncode == 0, night.first.stderr
    lines = dict(line.split(maxsplit=1) for line in night.first.stdout.splitlines())
    assert lines["reports"] == "22 read from 26 documents"
    assert lines["cells"].startswith("4,232 reported, 147 blank, 1 missing")
    assert lines["reconciled"].startswith("144 proved, 1 repaired")
    assert Path(lines["database"]).exists()
    assert Path(lines["release"]).is_dir()


def test_its_messages_are_about_the_stages_not_about_prefect(night: Night) -> None:
    shown = [line.split()[0] for line in night.first.stderr.splitlines() if line.strip()]
    assert shown == ["crawl", "normalise", "validate", "load", "release", "report"]


def test_a_second_night_does_nothing_anew_and_changes_no_published_byte(night: Night) -> None:
    assert night.second.returncode == 0, night.second.stderr
    assert night.after_second == night.after_first
    first, second = read_log(night.paths.run_log)
    assert (first["files_fetched"], first["documents_parsed"]) == (26, 26)
    assert (second["files_fetched"], second["documents_parsed"], second["fingerprint"]) == (0, 0, None)


def test_every_input_is_kept_unchanged_under_its_hash(night: Night) -> None:
    inputs = {
        "samples": lambda url: night.paths.data / "samples" / urlsplit(url).path.strip("/"),
        "broken": lambda url: night.paths.root / url,
    }
    fetched = [
        record
        for source in inputs
        for record in read_log(night.paths.fetch_log(source))
        if record.get("role") != "list"
    ]
    assert len(fetched) == 26
    for record in fetched:
        kept = night.paths.raw / record["document_id"][:2] / record["document_id"]
        assert kept.read_bytes() == inputs[record["source"]](record["url"]).read_bytes()
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == record["document_id"]
        assert kept.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.stem)
def test_every_printed_figure_can_be_asked_for(warehouse: duckdb.DuckDBPyConnection, gold: Path) -> None:
    expected = json.loads(gold.read_text("utf-8"), parse_float=Decimal)
    cells = ask(
        warehouse,
        """SELECT "table", "row", "column", value FROM cells JOIN reports USING (report_id)
        WHERE agency = ? AND reports.year = ? AND region_code = ?""",
        expected["agency"],
        expected["year"],
        expected["region_code"],
    )
    assert {tuple(cell[:3]): cell[3] for cell in cells} == {
        (cell["table"], cell["row"], cell["column"]): cell["value"] for cell in expected["cells"]
    }


def test_wide_views_have_a_row_per_report_and_a_column_per_figure(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert ask(
        warehouse,
        "SELECT year, new_received_total, carried_out_total FROM requests WHERE agency LIKE '隰县%'",
    ) == [(2022, 25, 0)]
    assert ask(warehouse, "SELECT count(*), count(DISTINCT report_id) FROM proactive") == [(22, 22)]


def test_files_that_are_no_reports_are_told_and_harm_no_other(warehouse: duckdb.DuckDBPyConnection) -> None:
    told = ask(
        warehouse,
        """SELECT url, is_current, report_id, count(code) FROM documents LEFT JOIN issues USING (document_id)
        WHERE source = 'broken' AND severity = 'error' GROUP BY ALL ORDER BY url""".replace(
            "report_id,", "documents.report_id,"
        ),
    )
    assert [url for url, *_ in told] == [f"data/broken/{name}" for name in sorted(BROKEN)]
    assert all(not current and report is None and issues >= 1 for _, current, report, issues in told)


def test_everything_in_the_database_is_explained(warehouse: duckdb.DuckDBPyConnection) -> None:
    silent = ask(
        warehouse,
        """SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name, '' FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name, '' FROM duckdb_views() WHERE NOT internal AND comment IS NULL""",
    )
    assert silent == []


def test_parquet_is_partitioned_by_year_and_carries_descriptions(night: Night) -> None:
    cells = night.paths.warehouse / "cells"
    years = set(range(2019, 2025))
    assert {folder.name for folder in cells.iterdir()} == {f"year={year}" for year in years}
    file = pq.ParquetFile(cells / "year=2022" / "cells.parquet")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert b"description" in file.schema_arrow.field("value").metadata
    assert set(pd.read_parquet(cells)["year"].astype(int)) == years
    counted = duckdb.sql(f"SELECT count(*), min(year) FROM read_parquet('{cells}/*/*.parquet')").fetchall()
    assert counted == [(4380, 2019)]


def test_the_release_holds_every_table_and_view_as_csv_and_parquet(
    night: Night, warehouse: duckdb.DuckDBPyConnection
) -> None:
    latest = night.paths.releases / "latest"
    assert re.fullmatch(r"\d{4}\.\d{2}\.\d{2}", latest.resolve().name)
    for table in [*tables(), *(view.name for view in views())]:
        rows = ask(warehouse, f'SELECT count(*) FROM "{table}"')[0][0]
        assert pq.ParquetFile(latest / "parquet" / f"{table}.parquet").metadata.num_rows == rows
        with (latest / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == rows
    for line in (latest / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((latest / name).read_bytes()).hexdigest() == digest


def test_csv_prints_numbers_as_people_write_them(night: Night) -> None:
    with (night.paths.releases / "latest" / "csv" / "cells.csv").open(encoding="utf-8", newline="") as file:
        values = {row["value"] for row in csv.DictReader(file)}
    assert {"0", "25", "829.9459"} <= values
    assert not any(value.endswith(".0") for value in values)


def test_no_view_is_left_out(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = {name for (name,) in ask(warehouse, "SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    assert names == {view.name for view in views() if not view.stored}
