"""CREATE statements for DuckDB, from the declarations of tables and fields.

Fields with a list of allowed words become ENUMs, which sort in the order declared. Keys and references are
checked (schemas/assertions.py), not enforced: enforced ones would double the file.
"""

from collections.abc import Iterable, Iterator

from schemas.comments import quoted
from schemas.dataset import Field, Table

TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DECIMAL(24, 8)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP WITH TIME ZONE",
}


def create_types(tables: Iterable[Table]) -> Iterator[str]:
    """The statements that make an ENUM of every field with a list of allowed words."""
    enumerated = {field.name: field for table in tables for field in table.fields if _is_enum(field)}
    for field in enumerated.values():
        words = ", ".join("'" + str(word).replace("'", "''") + "'" for word in field.values or ())
        yield f"CREATE TYPE {sql_type(field)} AS ENUM ({words})"


def create_table(table: Table) -> str:
    """The statement that makes an empty table."""
    columns = ", ".join(
        f"{quoted(field.name)} {sql_type(field)}{'' if field.nullable else ' NOT NULL'}"
        for field in table.fields
    )
    return f"CREATE TABLE {quoted(table.name)} ({columns})"


def sql_type(field: Field) -> str:
    """The type of a field in DuckDB."""
    return quoted(f"{field.name}_code") if _is_enum(field) else TYPES[field.type]


def _is_enum(field: Field) -> bool:
    return field.type == "string" and field.values is not None
