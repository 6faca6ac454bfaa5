"""The views of the dataset in DuckDB: wide tables made from the codebook, and the queries of views/*.sql."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from schemas.comments import comment, quoted
from schemas.dataset import tables
from schemas.forms import TABLES, FormCell, form_cells

# Cells that count something are whole numbers; only money has decimals.
WHOLE = "CAST(CASE WHEN figure = trunc(figure) THEN figure END AS BIGINT)"


@dataclass(frozen=True, slots=True)
class View:
    """A view: its query, what it and its columns mean in Chinese and English; `key` identifies a row."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    query: str
    columns: dict[str, str]


def statements() -> Iterator[str]:
    """The statements that make every view and explain it."""
    for view in views():
        yield f"CREATE VIEW {quoted(view.name)} AS {view.query}"
        yield comment("VIEW", quoted(view.name), f"{view.zh} | {view.en}")
        for column, text in view.columns.items():
            yield comment("COLUMN", f"{quoted(view.name)}.{quoted(column)}", text)


@cache
def views() -> tuple[View, ...]:
    """Every view, those that others build on first."""
    here = files(__package__).joinpath("views")
    declared = yaml.safe_load(here.joinpath("views.yml").read_text("utf-8"))
    return tuple(
        _wide(name, entry)
        if name in TABLES
        else View(
            name,
            entry["zh"],
            entry["en"],
            tuple(entry["key"]),
            here.joinpath(f"{name}.sql").read_text("utf-8"),
            entry["columns"],
        )
        for name, entry in declared.items()
    )


def _wide(table: str, entry: dict[str, str]) -> View:
    """One row per report, one column per figure of either form."""
    figures: dict[str, FormCell] = {}
    for cell in form_cells():
        if cell.table == table:
            figures[f"{cell.row}_{cell.column}"] = cell
    selected = ",\n    ".join(
        f"any_value({'figure' if 'yuan' in cell.unit else WHOLE}) FILTER (\"row\" = '{cell.row}' AND "
        f"\"column\" = '{cell.column}') AS {quoted(name)}"
        for name, cell in figures.items()
    )
    query = f"""
SELECT report_id, any_value(agency) AS agency, any_value(region_code) AS region_code,
    any_value(reports.year) AS year,
    count(*) FILTER (reconciliation = 'proved') AS cells_proved,
    count(*) FILTER (reconciliation = 'repaired') AS cells_repaired,
    count(*) FILTER (reconciliation = 'conflict') AS cells_conflicting,
    {selected}
FROM (SELECT *, coalesce(value_reconciled, "value") AS figure FROM cells WHERE "table" = '{table}') AS cells
JOIN reports USING (report_id)
GROUP BY report_id ORDER BY report_id"""
    texts = {name: _text(cell) for name, cell in figures.items()}
    return View(table, entry["zh"], entry["en"], ("report_id",), query, {**_common_columns(), **texts})


def _common_columns() -> dict[str, str]:
    fields = {field.name: f"{field.zh} | {field.en}" for field in tables()["reports"].fields}
    return {
        **{name: fields[name] for name in ("report_id", "agency", "region_code", "year")},
        "cells_proved": "本表中由勾稽关系推定的单元格数 | Cells of this table that the identities prove",
        "cells_repaired": "本表中唯一更正的单元格数 | Cells of this table that were repaired",
        "cells_conflicting": "本表中相互矛盾的单元格数 | Cells of this table that stand in a broken identity",
    }


def _text(cell: FormCell) -> str:
    english = f"{cell.row_label_en}, {cell.column_label_en}"
    return f"{cell.row_label}，{cell.column_label} | {english} [{cell.unit}]"
