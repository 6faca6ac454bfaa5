"""The questions of docs/queries.md: python -m tests.data.queries [DATABASE] writes their answers anew.

A question is a block of SQL; the block of text after it is what `gongkai sql` prints.
"""

import re
import sys
from pathlib import Path

import duckdb

from flows.output import table_text
from flows.paths import Paths

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "queries.md"
QUESTION = re.compile(
    r"^## (?P<title>.+?)\n(?P<words>.*?)```sql\n(?P<sql>.*?)```\n\n```text\n(?P<answer>.*?)```", re.S | re.M
)


def questions() -> list[tuple[str, str, str]]:
    """The title, the SQL and the answer of every question."""
    found = QUESTION.finditer(DOCUMENT.read_text("utf-8"))
    return [(match["title"], match["sql"], match["answer"]) for match in found]


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What `gongkai sql` prints for a query."""
    result = connection.execute(sql)
    return table_text([column[0] for column in result.description or ()], iter(result.fetchone, None)) + "\n"


def main(database: Path) -> None:
    """Write the answers into the document."""
    with duckdb.connect(database, read_only=True) as connection:

        def answered(match: re.Match[str]) -> str:
            start = match.start("answer") - match.start()
            end = match.end("answer") - match.start()
            return match[0][:start] + answer(connection, match["sql"]) + match[0][end:]

        DOCUMENT.write_text(QUESTION.sub(answered, DOCUMENT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Paths().database)
