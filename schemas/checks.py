"""The checks that every row passes before it is published, made from the declarations.

Arrow checks types, pandera null values, allowed values, patterns and unique keys, DuckDB the rules across
fields. These are SQL conditions, so that the same words check a finished warehouse (tests/data).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa

from schemas.arrow import TYPES, schema, table
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
    rows = list(rows)
    return check_columns(table, {field: [row.get(field) for row in rows] for field in schema(table).names})


def check_columns(
    table: str, columns: Mapping[str, Sequence[Any] | pa.Array], within: str | None = None
) -> tuple[pa.Table, list[Rejected]]:
    """The same for columns of values. Keys need to be unique only among rows with the same field `within`."""
    arrow, rejected = _typed(table, columns)
    reasons: dict[int, list[str]] = {}
    asked = frame_schema(table, within)
    some = arrow.select(list(dict.fromkeys([*asked.columns, *asked.unique])))
    try:
        asked.validate(some.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            reasons.setdefault(int(case.index), []).append(_reason(table, case))
    for rule, index in _broken(table, arrow):
        reasons.setdefault(index, []).append(rule.en)
    rejected += [
        Rejected(table, _row(arrow, index), tuple(dict.fromkeys(why)))
        for index, why in sorted(reasons.items())
    ]
    if not reasons:
        return arrow, rejected
    return arrow.filter(pa.array([index not in reasons for index in range(arrow.num_rows)])), rejected


@cache
def frame_schema(table: str, within: str | None = None) -> pandera.DataFrameSchema:
    """What pandera asks of the fields of a table, left out those of which there is nothing to ask.

    It is asked of a frame with Arrow types; keys are unique for each `within`.
    """
    declared = tables()[table]
    return pandera.DataFrameSchema(
        {
            field.name: _column(field)
            for field in declared.fields
            if not field.nullable or field.values is not None or field.pattern is not None
        },
        unique=list(dict.fromkeys([*filter(None, [within]), *declared.key])),
        report_duplicates="exclude_first",
    )


def _column(field: Field) -> pandera.Column:
    checks = []
    if field.values is not None:
        allowed = field.values
        checks.append(_check(field, f"isin({allowed})", lambda values: values.isin(allowed)))
    if field.pattern is not None:
        whole = f"(?:{field.pattern})$"
        checks.append(_check(field, f"str_matches('{whole}')", lambda values: values.str.match(whole)))
    return pandera.Column(checks=checks, nullable=field.nullable)


def _check(field: Field, name: str, holds: Callable[["pd.Series[Any]"], "pd.Series[bool]"]) -> pandera.Check:
    """A check that asks of each value but once: the hundreds of rows of a document share its id."""

    kind = pd.ArrowDtype(TYPES[field.type])

    def of_all(values: "pd.Series[Any]") -> "pd.Series[bool]":
        codes, different = values.factorize()
        null = True  # which has the code -1: whether it is allowed is another question
        held = np.append(holds(pd.Series(different, dtype=kind)).to_numpy(bool), null)
        return pd.Series(held[codes], values.index)

    return pandera.Check(of_all, error=name)


def _broken(table: str, rows: pa.Table) -> Iterator[tuple[Rule, int]]:
    """The rules across fields that rows break, with the numbers of these rows; all are asked in one scan."""
    rules = tables()[table].rules
    if not rules:
        return
    asked = ", ".join(f"coalesce(({rule.holds}), true) AS {rule.name}" for rule in rules)
    with _codebook().cursor() as cursor:
        cursor.register("rows", rows)
        holds = cursor.execute(f"SELECT {asked} FROM rows").fetchnumpy()
    for rule in rules:
        for index in np.flatnonzero(np.logical_not(holds[rule.name])):
            yield rule, int(index)


@cache
def _codebook() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    codebook = pa.Table.from_pylist([asdict(cell) for cell in form_cells()], schema=schema("codebook"))
    connection.register("codebook_rows", codebook)
    connection.execute("CREATE TABLE codebook AS FROM codebook_rows")
    return connection


def _typed(name: str, columns: Mapping[str, Sequence[Any] | pa.Array]) -> tuple[pa.Table, list[Rejected]]:
    """Rows whose values have the types declared, so that one wrong value does not cost its whole batch."""
    try:
        return table(name, columns), []
    except (pa.ArrowException, TypeError, OverflowError, ArithmeticError) as error:
        rows = len(next(iter(columns.values())))
        if rows == 1:
            row = {field: _python(values[0]) for field, values in columns.items()}
            kept = table(name, {field: values[:0] for field, values in columns.items()})
            return kept, [Rejected(name, row, (_wrong_type(name, row, error),))]
        halves = (slice(0, rows // 2), slice(rows // 2, rows))
        typed = [_typed(name, {field: values[half] for field, values in columns.items()}) for half in halves]
        return pa.concat_tables([kept for kept, _ in typed]), typed[0][1] + typed[1][1]


def _wrong_type(name: str, row: dict[str, Any], error: Exception) -> str:
    for field, value in row.items():
        try:
            table(name, {field: [value]})
        except (pa.ArrowException, TypeError, OverflowError, ArithmeticError) as wrong:
            return f"{field}: {wrong}"
    return str(error)


def _row(arrow: pa.Table, index: int) -> dict[str, Any]:
    row: dict[str, Any] = arrow.slice(index, 1).to_pylist()[0]
    return row


def _python(value: Any) -> Any:
    return value.as_py() if isinstance(value, pa.Scalar) else value


def _reason(table: str, case: Any) -> str:
    if case.check == "multiple_fields_uniqueness":
        return f"another row has the same {', '.join(tables()[table].key)}"
    if case.check == "not_nullable":
        return f"{case.column} is null"
    return f"{case.column}: {case.failure_case!r} breaks {case.check}"
