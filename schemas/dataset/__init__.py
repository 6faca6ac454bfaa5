"""The tables and fields of the dataset, as declared in the data beside this file.

From this one declaration come the Arrow schemas (`schemas.arrow`), the checks before publication
(`schemas.checks`) and the comments in DuckDB (`schemas.comments`).
"""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a table: `zh` and `en` say what it means, `unit` what it counts.

    `type` is one of string, integer, number, boolean, date, time. `values` lists what is allowed, `labels`
    has what these mean in Chinese, `pattern` is a regular expression that the whole of a string matches; None
    where anything goes.
    """

    name: str
    type: str
    zh: str
    en: str
    nullable: bool
    unit: str | None = None
    values: tuple[str | int, ...] | None = None
    pattern: str | None = None
    labels: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition across the fields of one row, as SQL; a row for which it is null is allowed."""

    name: str
    holds: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the dataset: `key` identifies a row, `partition` is the field its Parquet is split by.

    `references` maps fields to the table whose fields of the same names have their values, `labels` such a
    table to the fields of it that releases show as well; `compared` fields are compared between releases.
    """

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    partition: str | None = None
    references: dict[tuple[str, ...], str] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    compared: tuple[str, ...] = ()


@cache
def tables() -> dict[str, Table]:
    """Every table by name, in the order in which the dataset is built."""
    return _declared("tables.yml")


@cache
def release_tables() -> dict[str, Table]:
    """The tables that only releases have, by name."""
    return _declared("release.yml")


def _declared(file: str) -> dict[str, Table]:
    fields = _fields()
    declared = yaml.safe_load(files(__name__).joinpath(file).read_text("utf-8"))
    return {
        name: Table(
            name=name,
            zh=entry["zh"],
            en=entry["en"],
            key=tuple(entry["key"]),
            fields=tuple(_field(mention, fields) for mention in entry["fields"]),
            rules=tuple(Rule(**rule) for rule in entry.get("rules", ())),
            partition=entry.get("partition"),
            references={
                tuple(fields.split()): other for fields, other in entry.get("references", {}).items()
            },
            labels=entry.get("labels", {}),
            compared=tuple(entry.get("compared", ())),
        )
        for name, entry in declared.items()
    }


@cache
def _fields() -> dict[str, dict[str, object]]:
    declared: dict[str, dict[str, object]] = yaml.safe_load(
        files(__name__).joinpath("fields.yml").read_text("utf-8")
    )
    return declared


def _field(mention: str, declared: dict[str, dict[str, object]]) -> Field:
    name = mention.removesuffix("?")
    entry = dict(declared[name])
    if isinstance(entry.get("values"), dict):
        entry["labels"] = entry["values"]
    if "values" in entry:
        entry["values"] = tuple(entry["values"])  # type: ignore[arg-type]
    return Field(name=name, nullable=mention.endswith("?"), **entry)  # type: ignore[arg-type]
