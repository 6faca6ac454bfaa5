"""The two official forms: cells, rows, columns, labels and identities, read from the data beside this file.

Sources: 国办公开办函〔2019〕60号 (form 2019) and 国办公开办函〔2021〕30号 (form 2021).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

FORMS = (2019, 2021)
TABLES = ("proactive", "requests", "disputes")
OUTCOMES = "outcomes"  # in identities.yml and labels.yml: every row that says how a request ended


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell of an official form; `row_label` and `column_label` are the official wording."""

    form: int
    table: str
    row: str
    column: str
    row_label: str
    column_label: str
    row_label_en: str
    column_label_en: str
    unit: str


@dataclass(frozen=True, slots=True)
class Identity:
    """One equation of the form: the cells of `left` sum to the cells of `right`.

    Both are (row, column) pairs of `table`. `row` or `column` names the row or column it holds for.
    """

    kind: str
    table: str
    row: str | None
    column: str | None
    left: tuple[tuple[str, str], ...]
    right: tuple[tuple[str, str], ...]


@cache
def form_cells() -> tuple[FormCell, ...]:
    """Every cell of both forms, in the order of the official forms."""
    text = files(__name__).joinpath("cells.csv").read_text("utf-8")
    return tuple(FormCell(form=int(row.pop("form")), **row) for row in csv.DictReader(text.splitlines()))


@cache
def cells(form: int, table: str) -> tuple[FormCell, ...]:
    """The cells of one table of one form, in official order."""
    return tuple(cell for cell in form_cells() if cell.form == form and cell.table == table)


@cache
def rows(form: int, table: str) -> tuple[str, ...]:
    """Row codes of a table, in official order."""
    return tuple(dict.fromkeys(cell.row for cell in cells(form, table)))


@cache
def columns(form: int, table: str, row: str) -> tuple[str, ...]:
    """Column codes of a row, in official order."""
    return tuple(cell.column for cell in cells(form, table) if cell.row == row)


@cache
def labels() -> dict[str, Any]:
    """The label variants, groups, headers and section titles declared in labels.yml."""
    data: dict[str, Any] = yaml.safe_load(files(__name__).joinpath("labels.yml").read_text("utf-8"))
    return data


@cache
def article_of() -> dict[str, int]:
    """The number of the 第二十条 article under which each row of the proactive table stands."""
    return {row: entry["article"] for entry in labels()["articles"] for row in entry["rows"]}


@cache
def identities(form: int, table: str) -> tuple[Identity, ...]:
    """Every equation that a form guarantees for one of its tables, from identities.yml."""
    declared = yaml.safe_load(files(__name__).joinpath("identities.yml").read_text("utf-8"))
    found = []
    for entry in declared:
        if entry["table"] != table:
            continue
        all_rows = rows(form, table)
        for name in _instances(entry, form, table):
            sides = []
            for side in (entry["left"], entry["right"]):
                if entry["for_each"] == "row":
                    sides.append(tuple((name, column) for column in side))
                else:
                    sides.append(tuple((row, name) for part in side for row in _expand(part, all_rows)))
            by_row = entry["for_each"] == "row"
            found.append(
                Identity(entry["kind"], table, name if by_row else None, None if by_row else name, *sides)
            )
    return tuple(found)


def _instances(entry: dict[str, Any], form: int, table: str) -> tuple[str, ...]:
    all_rows = rows(form, table)
    return all_rows if entry["for_each"] == "row" else columns(form, table, all_rows[0])


def _expand(part: str, all_rows: tuple[str, ...]) -> tuple[str, ...]:
    return outcome_rows(all_rows) if part == OUTCOMES else (part,)


def outcome_rows(all_rows: tuple[str, ...]) -> tuple[str, ...]:
    """The rows of the requests table between the stocks: every outcome (办理结果) but the total."""
    return tuple(
        row for row in all_rows if row not in ("new_received", "carried_in", "total_processed", "carried_out")
    )
