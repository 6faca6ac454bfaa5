"""The tables of a release: the dataset's with labels beside codes, its views, what only releases have."""

from collections.abc import Mapping
from dataclasses import replace

from schemas.comments import quoted
from schemas.dataset import Field, Table, release_tables, tables
from schemas.views import View, views

TYPES = {
    "VARCHAR": "string",
    "ENUM": "string",
    "DECIMAL": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "time",
    "DOUBLE": "float",
    "FLOAT": "float",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT"), "integer"),
}


def resources(view_types: Mapping[str, Mapping[str, str]]) -> dict[str, Table]:
    """Every table of a release by name; `view_types` are DuckDB's types of each view's columns."""
    found = [_labelled(table) for table in tables().values()]
    found += [_viewed(view, view_types[view.name]) for view in views()]
    return {table.name: table for table in [*found, *release_tables().values()]}


def query(table: Table) -> str:
    """The rows of a table or view of the dataset as a release has them, in its order."""
    columns = ", ".join(quoted(field.name) for field in table.fields)
    joins = ""
    for other in table.labels:
        fields = next(fields for fields, name in table.references.items() if name == other)
        joins += f" LEFT JOIN {quoted(other)} USING ({', '.join(map(quoted, fields))})"
    return f"SELECT {columns} FROM {quoted(table.name)}{joins} ORDER BY {order(table)}"


def order(table: Table) -> str:
    """What the rows of a table are sorted by: its key, null first."""
    return ", ".join(f"{quoted(field)} NULLS FIRST" for field in table.key)


def _labelled(table: Table) -> Table:
    """The table with the labels that it names, each behind the last code that it explains."""
    fields = list(table.fields)
    for codes, other in table.references.items():
        place = max(index for index, field in enumerate(fields) if field.name in codes) + 1
        known = {field.name: field for field in tables()[other].fields}
        fields[place:place] = [replace(known[label], nullable=True) for label in table.labels.get(other, ())]
    return replace(table, fields=tuple(fields))


def _viewed(view: View, types: Mapping[str, str]) -> Table:
    required = {field.name for field in tables()["reports"].fields if not field.nullable}
    return Table(
        name=view.name,
        zh=view.zh,
        en=view.en,
        key=view.key,
        fields=tuple(
            _column(name, duck, view.columns[name], nullable=name not in required)
            for name, duck in types.items()
        ),
    )


def _column(name: str, duck: str, text: str, *, nullable: bool) -> Field:
    zh, _, en = text.partition(" | ")
    en, _, unit = en.removesuffix("]").partition(" [")
    kind = TYPES[duck.partition("(")[0]]
    return Field(name=name, type=kind, zh=zh, en=en, nullable=nullable, unit=unit or None)
