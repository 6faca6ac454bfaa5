"""Arrow schemas of the dataset's tables, with their descriptions as metadata."""

from functools import cache

import pyarrow as pa

from schemas.dataset import Field, Table, tables

NUMBER = pa.decimal128(24, 8)
TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": NUMBER,
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
}


@cache
def schema(table: str) -> pa.Schema:
    """The Arrow schema of a table of the dataset, by its name."""
    return arrow(tables()[table])


def arrow(declared: Table) -> pa.Schema:
    """The Arrow schema of what is declared: types, nullability, and the Chinese and English descriptions."""
    return pa.schema([_field(field) for field in declared.fields], metadata=_description(declared))


def _field(field: Field) -> pa.Field:
    description = _description(field)
    if field.unit:
        description["unit"] = field.unit
    return pa.field(field.name, TYPES[field.type], nullable=field.nullable, metadata=description)


def _description(declared: Table | Field) -> dict[str, str]:
    return {"description": declared.en, "description_zh": declared.zh}
