"""`gongkai sql` without a query: DuckDB's own shell where it is installed, else a small prompt."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from flows.output import as_table

GREETING = (
    "SQL on {database}, read-only; end each query with ; and leave with Ctrl-D. FROM dictionary explains all."
)


def shell(database: Path) -> None:
    """Ask for queries and show what they give, until the input ends."""
    program = shutil.which("duckdb")
    if program and sys.stdin.isatty():
        os.execv(program, [program, "-readonly", str(database)])
    if sys.stdin.isatty():
        import readline  # noqa: F401 (arrow keys and history for input)

        print(GREETING.format(database=database))
    with duckdb.connect(database, read_only=True) as connection:
        for query in _queries():
            try:
                result = connection.execute(query)
                as_table([column[0] for column in result.description or ()], iter(result.fetchone, None))
            except (duckdb.Error, KeyboardInterrupt) as error:
                print(error or "interrupted")


def _queries() -> Iterator[str]:
    """The queries typed, each ended by a semicolon at the end of a line."""
    query = ""
    while True:
        try:
            line = input(("......> " if query else "gongkai> ") if sys.stdin.isatty() else "")
        except KeyboardInterrupt:
            query = ""
            print()
            continue
        except EOFError:
            break
        query += line + "\n"
        if query.rstrip().endswith(";") or not query.strip():
            if query.strip(" ;\n"):
                yield query
            query = ""
    if query.strip():
        yield query
