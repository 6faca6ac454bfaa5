"""The declarations are complete, and all that is made from them says the same."""

import re
from pathlib import Path

import duckdb

from schemas.arrow import schema
from schemas.comments import comments
from schemas.dataset import tables
from schemas.ddl import create_table, create_types
from schemas.forms import form_cells
from schemas.indicators import indicators
from schemas.issues import issue_codes, severity
from schemas.views import make_views, views

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_table_and_field_is_explained_in_both_languages() -> None:
    for table in tables().values():
        for declared in (table, *table.fields, *table.rules):
            assert CHINESE.search(declared.zh), (table.name, declared)
            assert re.match(r"[A-Za-z]", declared.en), (table.name, declared)


def test_keys_and_partitions_are_fields() -> None:
    for table in tables().values():
        names = {field.name for field in table.fields}
        assert set(table.key) <= names
        assert table.partition is None or table.partition in names
        for fields, other in table.references.items():
            assert set(fields) <= names
            assert set(fields) <= {field.name for field in tables()[other].fields}


def test_arrow_carries_descriptions_and_units() -> None:
    field = schema("cells").field("value")
    assert str(field.type) == "decimal128(24, 8)"
    assert field.metadata[b"description"].startswith(b"The printed number")
    assert "所印数字" in field.metadata[b"description_zh"].decode()
    assert schema("reports").field("year").metadata[b"unit"] == b"year"


def test_tables_views_and_comments_are_valid_sql() -> None:
    with duckdb.connect() as connection:
        for statement in create_types(tables().values()):
            connection.execute(statement)
        for table in tables().values():
            connection.execute(create_table(table))
            for statement in comments(table):
                connection.execute(statement)
        make_views(connection)
        comment = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'cells' AND column_name = 'value_raw'"
        ).fetchone()
    assert comment is not None
    assert comment[0].startswith("单元格所印字符")


def test_every_cell_of_both_forms_has_a_column_in_a_wide_view() -> None:
    columns = {view.name: set(view.columns) for view in views()}
    for cell in form_cells():
        assert f"{cell.row}_{cell.column}" in columns[cell.table]


def test_every_indicator_is_defined_in_both_languages() -> None:
    for indicator in indicators():
        for zh, en in ((indicator.zh, indicator.en), (indicator.caution_zh, indicator.caution_en)):
            assert CHINESE.search(zh)
            assert re.match(r"[A-Z]", en)
    formulas = {indicator.name: indicator.formula for indicator in indicators()}
    assert formulas["disclosure_rate"] == "requests.granted_total ÷ requests.total_processed_total"
    assert formulas["share_business"] == "requests.new_received_business ÷ requests.new_received_total"
    assert formulas["carried_over_share"] == (
        "requests.carried_out_total ÷ (requests.new_received_total + requests.carried_in_total)"
    )
    assert sum(name.startswith("refused_") for name in formulas) == 8


def test_every_issue_that_the_code_raises_is_declared() -> None:
    raised = set()
    for folder in ("transforms", "flows"):
        for file in (ROOT / folder).rglob("*.py"):
            raised |= set(re.findall(r"\b(?:Issue|Failed)\(\s*(?:code=)?\"(\w+)\"", file.read_text("utf-8")))
    assert raised - set(issue_codes()) == set()


def test_issues_are_explained_and_graded() -> None:
    for issue in issue_codes().values():
        assert issue.severity in ("error", "warning", "notice")
        assert CHINESE.search(issue.zh)
        assert issue.en
    assert severity("never_heard_of") == "error"
