"""Arrow schemas of the dataset's tables, with their descriptions as metadata."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.dataset import Field, Table, tables

NUMBER = pa.decimal128(24, 8)
_INTEGERS = pa.decimal128(27, 8)  # what Arrow needs to hold any int64 on the way to a number
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


def table(name: str, columns: Mapping[str, Sequence[Any] | pa.Array]) -> pa.Table:
    """Columns of Python values, or of Arrow, as the table of that name; a column that is not given is null.

    One that is given with a dictionary of its values keeps that.
    ArrowException, TypeError or OverflowError tell of a value that its field cannot hold.
    """
    declared = schema(name)
    rows = len(next(iter(columns.values()), ()))
    arrays = [_array(field, columns.get(field.name), rows) for field in declared]
    fields = [field.with_type(array.type) for field, array in zip(declared, arrays, strict=True)]
    return pa.table(arrays, schema=pa.schema(fields, declared.metadata))


def _array(field: pa.Field, values: Sequence[Any] | pa.Array | None, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, field.type)
    if isinstance(values, pa.DictionaryArray) and values.type.value_type == field.type:
        return values
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(field.type)
    return _numbers(values) if field.type == NUMBER else pa.array(values, field.type)


def _numbers(values: Sequence[Any]) -> pa.Array:
    """Exact decimals. Nearly all are whole numbers, which become decimals much faster by way of integers.

    Arrow would cut a Decimal down to its integer without a word, so the others are put in after that.
    """
    kinds = map(type, values)
    others = [at for at, kind in enumerate(kinds) if kind is not int and kind is not NoneType]
    integers = list(values)
    for at in others:
        integers[at] = None
    numbers = pa.array(integers, pa.int64()).cast(_INTEGERS).cast(NUMBER)
    if not others:
        return numbers
    mask = np.zeros(len(integers), bool)
    mask[others] = True
    return pc.replace_with_mask(numbers, mask, pa.array([Decimal(values[at]) for at in others], NUMBER))


def _field(field: Field) -> pa.Field:
    description = _description(field)
    if field.unit:
        description["unit"] = field.unit
    return pa.field(field.name, TYPES[field.type], nullable=field.nullable, metadata=description)


def _description(declared: Table | Field) -> dict[str, str]:
    return {"description": declared.en, "description_zh": declared.zh}
