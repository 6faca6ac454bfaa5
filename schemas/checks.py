"""The checks that every row passes before it is published, made with pandera from the declarations.

They cover types, null values, allowed values, patterns, unique keys, and the rules across fields. The rules
are SQL conditions, so that the same words check a finished warehouse (tests/data).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa

from schemas.arrow import TYPES, schema
from schemas.dataset import Field, Rule, tables
from schemas.forms import form_cells


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that breaks a rule, and every reason why, in words."""

    table: str
    row: dict[str, Any]
    reasons: tuple[str, ...]


def check(table: str, rows: Iterable[dict[str, Any]]) -> tuple[pa.Table, list[Rejected]]:
    """Part rows of a table into those that keep all rules, as Arrow, and those that do not.

    A field that a row lacks is null. Of several rows with one key the first is kept.
    """
    kept, rejected = _typed(table, list(rows))
    arrow = pa.Table.from_pylist(kept, schema=schema(table))
    reasons: dict[int, list[str]] = {}
    try:
        frame_schema(table).validate(arrow.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            reasons.setdefault(int(case.index), []).append(_reason(table, case))
    rejected += [
        Rejected(table, kept[index], tuple(dict.fromkeys(why))) for index, why in sorted(reasons.items())
    ]
    return arrow.filter(pa.array([index not in reasons for index in range(len(kept))], pa.bool_())), rejected


@cache
def frame_schema(table: str) -> pandera.DataFrameSchema:
    """The pandera schema of a table, for a frame with Arrow types."""
    declared = tables()[table]
    return pandera.DataFrameSchema(
        {field.name: _column(field) for field in declared.fields},
        checks=[
            pandera.Check(lambda frame, rule=rule: _holds(frame, rule), name=rule.name, error=rule.en)
            for rule in declared.rules
        ],
        unique=list(declared.key),
        report_duplicates="exclude_first",
        strict=True,
        ordered=True,
    )


def _column(field: Field) -> pandera.Column:
    checks = []
    if field.values is not None:
        checks.append(pandera.Check.isin(field.values))
    if field.pattern is not None:
        checks.append(pandera.Check.str_matches(f"(?:{field.pattern})$"))
    return pandera.Column(pd.ArrowDtype(TYPES[field.type]), checks, nullable=field.nullable)


def _holds(frame: pd.DataFrame, rule: Rule) -> "pd.Series[bool]":
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    with _codebook().cursor() as cursor:
        cursor.register("rows", rows)
        holds = cursor.execute(f"SELECT coalesce(({rule.holds}), true) AS holds FROM rows").fetchnumpy()
    return pd.Series(holds["holds"], index=frame.index, dtype=bool)


@cache
def _codebook() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    codebook = pa.Table.from_pylist([asdict(cell) for cell in form_cells()], schema=schema("codebook"))
    connection.register("codebook_rows", codebook)
    connection.execute("CREATE TABLE codebook AS FROM codebook_rows")
    return connection


def _typed(table: str, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Rejected]]:
    """Rows whose values have the types declared, so that one wrong value does not cost its whole batch."""
    try:
        pa.Table.from_pylist(rows, schema=schema(table))
    except (pa.ArrowException, TypeError, OverflowError):
        if len(rows) > 1:
            halves = [_typed(table, half) for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :])]
            return halves[0][0] + halves[1][0], halves[0][1] + halves[1][1]
        return [], [Rejected(table, rows[0], (_wrong_type(table, rows[0]),))]
    return rows, []


def _wrong_type(table: str, row: dict[str, Any]) -> str:
    for field in schema(table):
        try:
            pa.array([row.get(field.name)], field.type)
        except (pa.ArrowException, TypeError, OverflowError) as error:
            return f"{field.name}: {error}"
    return "a value has the wrong type"


def _reason(table: str, case: Any) -> str:
    rules = {rule.en for rule in tables()[table].rules}
    if case.check in rules:
        return str(case.check)
    if case.check == "multiple_fields_uniqueness":
        return f"another row has the same {', '.join(tables()[table].key)}"
    if case.check == "not_nullable":
        return f"{case.column} is null"
    return f"{case.column}: {case.failure_case!r} breaks {case.check}"
