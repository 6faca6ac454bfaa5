"""What holds in any built warehouse: the one that GONGKAI_DATABASE names, else the one the tests build."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.check import broken
from schemas.assertions import Assertion, assertions
from tests.conftest import Night, gongkai


@pytest.fixture(scope="session")
def warehouse(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    named = os.environ.get("GONGKAI_DATABASE")
    database = Path(named) if named else request.getfixturevalue("night").paths.database
    with duckdb.connect(database, read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("assertion", assertions(), ids=lambda assertion: assertion.name)
def test_no_row_breaks_an_assertion(warehouse: duckdb.DuckDBPyConnection, assertion: Assertion) -> None:
    assert warehouse.execute(assertion.query).fetchmany(3) == []


# What a change of one row of the samples must be found by.
WRONG = {
    "DELETE FROM cells WHERE report_id = '141031-government-2022' AND \"row\" = 'granted' "
    "AND \"column\" = 'total'": {
        "counts_of_cells",
        "every_cell_of_the_form",
        "reconciled_outcomes",
    },
    "UPDATE cells SET value = 7, value_reconciled = 7, value_raw = '7' WHERE report_id = "
    "'141031-government-2022' AND \"row\" = 'new_received' AND \"column\" = 'total'": {
        "flow_of_printed_figures",
        "reconciled_flow",
        "reconciled_rows",
    },
    "UPDATE cells SET value_reconciled = 7 WHERE report_id = '141031-government-2022' "
    "AND \"row\" = 'granted' AND \"column\" = 'business'": {
        "cells.as_reported_keeps_the_value",
        "reconciled_outcomes",
        "reconciled_rows",
    },
    "UPDATE cells SET reconciliation = 'as_reported', value_reconciled = value "
    "WHERE report_id = '990102-office-2023' AND reconciliation = 'conflict'": {
        "broken_identities_are_marked",
        "counts_of_cells",
        "reconciled_rows",
    },
    "UPDATE cells SET reconciliation = 'conflict', value_reconciled = NULL "
    "WHERE report_id = '141031-government-2022' AND \"row\" = 'granted' AND \"column\" = 'business'": {
        "conflicts_have_a_broken_identity",
        "counts_of_cells",
    },
    "UPDATE cells SET line = NULL WHERE report_id = '141031-government-2022' AND \"row\" = 'penalties'": {
        "figures_have_a_place"
    },
    "DELETE FROM issues WHERE code = 'cell_repaired'": {"repairs_are_told"},
    "DELETE FROM narrative WHERE report_id = '990100-government-2023'": {"text_figures_are_stated"},
    "UPDATE documents SET is_current = false WHERE report_id = '141031-government-2022'": {
        "one_current_document"
    },
    "UPDATE reports SET identities_broken = 9 WHERE report_id = '141031-government-2022'": {
        "counts_of_broken_identities"
    },
    "UPDATE reports SET region_code = '142635' WHERE report_id = '141031-government-2022'": {
        "reports.region_code",
        "regions_valid_in_their_year",
    },
    "UPDATE reports SET agency_id = '990100-government' WHERE report_id = '141031-government-2022'": {
        "one_report_per_body_and_year"
    },
    "UPDATE requests SET total_processed_total = 0 WHERE report_id = '141031-government-2022'": {
        "wide_tables_hold_the_cells"
    },
    "UPDATE percentiles SET value = 2 WHERE report_id = '141031-government-2022'": {"shares_are_shares"},
    "COMMENT ON COLUMN reports.title IS NULL": {"everything_is_explained"},
    "INSERT INTO agencies FROM agencies LIMIT 1": {"agencies.key", "report_bodies.key"},
}


@pytest.mark.parametrize("change", WRONG)
def test_every_file_of_assertions_finds_what_breaks_it(night: Night, tmp_path: Path, change: str) -> None:
    copy = tmp_path / "gongkai.duckdb"
    shutil.copy(night.paths.database, copy)
    with duckdb.connect(copy) as connection:
        connection.execute(change)
        assert {assertion.name for assertion, _ in broken(connection, assertions())} == WRONG[change]


def test_every_file_of_assertions_is_tried_above() -> None:
    files = {assertion.name for assertion in assertions() if "." not in assertion.name}
    assert files == {name for names in WRONG.values() for name in names if "." not in name}


def test_the_command_shows_what_is_broken_and_how_much(night: Night, tmp_path: Path) -> None:
    assert gongkai("--data", str(night.paths.data), "check").returncode == 0
    copy = tmp_path / "gongkai.duckdb"
    shutil.copy(night.paths.database, copy)
    with duckdb.connect(copy) as connection:
        connection.execute("DELETE FROM issues WHERE code = 'cell_repaired'")
    done = gongkai("check", str(copy))
    assert done.returncode == 1
    assert "repairs_are_told: 1 rows. 每个唯一更正的单元格都有问题记录" in done.stdout
    assert "990121-government-2021" in done.stdout
    assert done.stdout.splitlines()[-1] == f"{len(assertions())} checks, 1 broken"


def test_duckdb_can_open_it_from_version_1_2_on(warehouse: duckdb.DuckDBPyConnection) -> None:
    stored = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()"
    assert warehouse.execute(stored).fetchall() == [("v1.2.0+",)]


@pytest.mark.parametrize("table", ["reports", "cells", "sections", "identities", "requests", "indicators"])
def test_rows_stand_in_the_order_of_year_and_body(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    out_of_order = f"""SELECT * FROM (
        SELECT year, report_id, lag((year, report_id)) OVER (ORDER BY rowid) AS before FROM {table}
    ) WHERE (year, report_id) < before"""
    assert warehouse.execute(out_of_order).fetchmany(3) == []
