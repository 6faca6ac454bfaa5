"""COMMENT ON statements for DuckDB, from the declarations of tables, fields and views."""

from collections.abc import Iterator

from schemas.dataset import Table


def comments(table: Table) -> Iterator[str]:
    """The statements that explain a table and each of its columns, in Chinese and in English."""
    yield comment("TABLE", quoted(table.name), f"{table.zh} | {table.en}")
    for field in table.fields:
        unit = f" [{field.unit}]" if field.unit else ""
        yield comment(
            "COLUMN", f"{quoted(table.name)}.{quoted(field.name)}", f"{field.zh} | {field.en}{unit}"
        )


def comment(kind: str, name: str, text: str) -> str:
    """One statement; `kind` is TABLE, VIEW or COLUMN, `name` is quoted already."""
    escaped = text.replace("'", "''")
    return f"COMMENT ON {kind} {name} IS '{escaped}'"


def quoted(name: str) -> str:
    """A name as SQL writes it, safe for words that SQL keeps for itself such as table and column."""
    return '"' + name.replace('"', '""') + '"'
