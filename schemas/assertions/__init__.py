"""What holds in any built warehouse: queries that return the rows that break it.

Keys, required fields, allowed values, patterns, rules and references come from the declarations of tables
and views. What no declaration says stands in the SQL files of this folder, its meaning in the first line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from schemas.comments import quoted
from schemas.dataset import Table, tables
from schemas.views import views


@dataclass(frozen=True, slots=True)
class Assertion:
    """A query that returns the offending rows; `zh` and `en` say what holds where it returns none."""

    name: str
    zh: str
    en: str
    query: str


@cache
def assertions() -> tuple[Assertion, ...]:
    """Every assertion: those of the tables, of the views, then those of the files."""
    return (*_of_tables(), *_of_views(), *_of_files())


@cache
def references() -> tuple[Assertion, ...]:
    """Those of the tables that what a row names is found where it should be."""
    return tuple(
        _reference(table.name, fields, other)
        for table in tables().values()
        for fields, other in table.references.items()
    )


def _of_tables() -> Iterator[Assertion]:
    yield from references()
    for table in tables().values():
        yield _key(table.name, table.key)
        yield from _fields(table)
        for rule in table.rules:
            query = f"FROM {quoted(table.name)} WHERE NOT ({rule.holds})"
            yield Assertion(f"{table.name}.{rule.name}", rule.zh, rule.en, query)


def _of_views() -> Iterator[Assertion]:
    for view in views():
        yield _key(view.name, view.key)


def _of_files() -> Iterator[Assertion]:
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            text = file.read_text("utf-8")
            zh, en = text.split("\n", 1)[0].removeprefix("-- ").split(" | ")
            yield Assertion(file.name.removesuffix(".sql"), zh, en, text)


def _key(relation: str, key: tuple[str, ...]) -> Assertion:
    names = ", ".join(quoted(name) for name in key)
    query = f"SELECT {names}, count(*) AS rows FROM {quoted(relation)} GROUP BY ALL HAVING count(*) > 1"
    named = ", ".join(key)
    return Assertion(
        f"{relation}.key", f"每行的 {named} 各不相同", f"No two rows have the same {named}", query
    )


def _fields(table: Table) -> Iterator[Assertion]:
    """One assertion for all that is declared of the single fields."""
    broken = []
    for field in table.fields:
        name = quoted(field.name)
        if not field.nullable:
            broken.append(f"{name} IS NULL")
        if field.values is not None:
            broken.append(f"CAST({name} AS VARCHAR) NOT IN ({', '.join(repr(str(v)) for v in field.values)})")
        if field.pattern is not None:
            broken.append(f"NOT regexp_full_match({name}, '{field.pattern}')")
    if broken:
        query = f"FROM {quoted(table.name)} WHERE {' OR '.join(broken)}"
        yield Assertion(
            f"{table.name}.fields",
            "必填字段不为空，各字段的值合乎规定",
            "Required fields are filled, and fields have allowed values",
            query,
        )


def _reference(table: str, fields: tuple[str, ...], other: str) -> Assertion:
    names = ", ".join(quoted(field) for field in fields)
    filled = " AND ".join(f"{quoted(field)} IS NOT NULL" for field in fields)
    known = f"{quoted(table)} ANTI JOIN {quoted(other)} USING ({names})"
    query = f"SELECT DISTINCT {names} FROM {known} WHERE {filled}"
    named = ", ".join(fields)
    return Assertion(
        f"{table}.{'_'.join(fields)}",
        f"{named} 见于 {other}",
        f"What {named} names is found in {other}",
        query,
    )
