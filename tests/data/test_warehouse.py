"""What holds in any built warehouse: the one that GONGKAI_DATABASE names, else the one the tests build."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.dataset import Table, tables
from schemas.views import View, views

TABLES = list(tables().values())
REFERENCES = [(table.name, fields, other) for table in TABLES for fields, other in table.references.items()]


@pytest.fixture(scope="session")
def warehouse(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    named = os.environ.get("GONGKAI_DATABASE")
    database = Path(named) if named else request.getfixturevalue("night").paths.database
    with duckdb.connect(database, read_only=True) as connection:
        yield connection


def count(warehouse: duckdb.DuckDBPyConnection, query: str) -> int:
    return (warehouse.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,))[0]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_row_breaks_a_rule(warehouse: duckdb.DuckDBPyConnection, table: Table) -> None:
    for rule in table.rules:
        assert count(warehouse, f'FROM "{table.name}" WHERE NOT ({rule.holds})') == 0, rule.name


@pytest.mark.parametrize("name", [table.name for table in TABLES])
def test_keys_are_unique_and_required_fields_are_filled(
    warehouse: duckdb.DuckDBPyConnection, name: str
) -> None:
    key = ", ".join(f'"{field}"' for field in tables()[name].key)
    assert count(warehouse, f'SELECT {key} FROM "{name}" GROUP BY ALL HAVING count(*) > 1') == 0
    for field in tables()[name].fields:
        if not field.nullable:
            assert count(warehouse, f'FROM "{name}" WHERE "{field.name}" IS NULL') == 0, field.name


@pytest.mark.parametrize("view", views(), ids=lambda view: view.name)
def test_the_key_of_a_view_is_unique(warehouse: duckdb.DuckDBPyConnection, view: View) -> None:
    key = ", ".join(f'"{column}"' for column in view.key)
    assert count(warehouse, f'SELECT {key} FROM "{view.name}" GROUP BY ALL HAVING count(*) > 1') == 0


@pytest.mark.parametrize(("table", "fields", "other"), REFERENCES)
def test_references_lead_somewhere(
    warehouse: duckdb.DuckDBPyConnection, table: str, fields: tuple[str, ...], other: str
) -> None:
    filled = " AND ".join(f'"{field}" IS NOT NULL' for field in fields)
    same = ", ".join(f'"{field}"' for field in fields)
    assert count(warehouse, f'FROM "{table}" ANTI JOIN "{other}" USING ({same}) WHERE {filled}') == 0


def test_a_report_has_every_cell_of_one_form_in_each_table(warehouse: duckdb.DuckDBPyConnection) -> None:
    short = """
        SELECT report_id, "table", "row", form, count(*) AS cells FROM cells GROUP BY ALL
        EXCEPT SELECT report_id, cells."table", cells."row", form, count(DISTINCT codebook."column")
        FROM cells JOIN codebook USING (form, "table", "row") GROUP BY ALL
    """
    assert count(warehouse, short) == 0


def test_a_report_has_one_current_document(warehouse: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        SELECT report_id FROM reports LEFT JOIN documents USING (report_id)
        GROUP BY ALL HAVING count(DISTINCT documents.document_id) FILTER (is_current) <> 1
    """
    assert count(warehouse, wrong) == 0
