"""The twenty questions of docs/queries.md have the answers that stand there."""

import duckdb
import pytest

from tests.conftest import Night, gongkai
from tests.data.queries import answer, questions


def test_there_are_twenty() -> None:
    assert [title.split(".")[0] for title, _, _ in questions()] == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize(
    ("title", "sql", "expected"), questions(), ids=[title for title, _, _ in questions()]
)
def test_the_answer_is_true(night: Night, title: str, sql: str, expected: str) -> None:
    with duckdb.connect(night.paths.database, read_only=True) as connection:
        assert answer(connection, sql) == expected, f"{title}: python -m tests.data.queries writes it anew"


def test_the_command_prints_the_same(night: Night) -> None:
    _, sql, expected = questions()[1]
    assert gongkai("--data", str(night.paths.data), "sql", sql).stdout == expected


def test_without_a_query_it_asks_for_some_and_goes_on_after_a_mistake(night: Night) -> None:
    typed = "SELECT 1 AS one;\nSELEC;\nSELECT\n2 AS two;\nDELETE FROM reports;\n"
    done = gongkai("--data", str(night.paths.data), "sql", typed=typed)
    assert done.returncode == 0, done.stderr
    assert "one" in done.stdout
    assert "two" in done.stdout
    assert "Parser Error" in done.stdout
    assert "read-only" in done.stdout
