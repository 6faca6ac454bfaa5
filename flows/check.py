"""Check a built warehouse: which assertions find rows that break them."""

from collections.abc import Iterable, Iterator

import duckdb

from flows.output import as_table
from schemas.assertions import Assertion

SHOWN = 5  # of the rows that break an assertion


def broken(
    connection: duckdb.DuckDBPyConnection, asserted: Iterable[Assertion]
) -> Iterator[tuple[Assertion, int]]:
    """The assertions that do not hold, with how many rows break each."""
    for assertion in asserted:
        (count,) = connection.execute(f"SELECT count(*) FROM ({assertion.query})").fetchone() or (0,)
        if count:
            yield assertion, count


def first_rows(connection: duckdb.DuckDBPyConnection, assertion: Assertion) -> None:
    """Print the first rows that break an assertion."""
    result = connection.execute(f"SELECT * FROM ({assertion.query}) LIMIT {SHOWN}")
    as_table([column[0] for column in result.description or ()], iter(result.fetchone, None))
