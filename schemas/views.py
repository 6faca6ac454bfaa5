"""The views of the dataset in DuckDB: what views/views.yml declares, with the queries of views/*.sql.

The wide tables are made from the codebook, the indicators from views/indicators.yml. Views that take long to
compute are stored as tables when the database is built.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from schemas import indicators
from schemas.comments import comment, quoted
from schemas.dataset import tables
from schemas.forms import TABLES, FormCell, form_cells

SOME = "/* some reports */"  # in the query of a wide table: where the condition for them stands
# Reports of which the wide tables are made at once: a million cells, whatever the number of reports.
GROUPS = """
    SELECT year, min(report_id), max(report_id) FROM (
        SELECT year, report_id, row_number() OVER (PARTITION BY year ORDER BY report_id) // 6000 AS part
        FROM reports)
    GROUP BY year, part ORDER BY year, part
"""
CELLS = f"""
    SELECT report_id, place::SMALLINT AS place, cells.rowid AS number, reconciliation,
        coalesce(value_reconciled, "value") AS "value"
    FROM cells JOIN places USING ("table", "row", "column") WHERE {SOME}
"""
COUNTED = ("proved", "repaired", "corrected")  # the states of cells of which a wide table has the number
BODY = [
    "report_id",
    "agency_id",
    "agency",
    "agency_level",
    "agency_kind",
    "department",
    "region_code",
    "region",
]
BODY += ["province", "year", "scope"]  # of report_bodies, in every view of reports


@dataclass(frozen=True, slots=True)
class View:
    """A view: its query, what it and its columns mean in Chinese and English; `key` identifies a row.

    A `stored` one is a table in the database.
    """

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    query: str
    columns: dict[str, str]
    stored: bool


def make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every view and macro in a database that has its tables, and explain it.

    They read the variables build, version and source_commit, which tell where the database comes from.
    """
    wide = [view for view in views() if view.name in TABLES]
    for view in views():
        kind = "TABLE" if view.stored else "VIEW"
        if view is wide[0]:
            _make_wide(connection, wide)
        elif view not in wide:
            connection.execute(f"CREATE {kind} {quoted(view.name)} AS {view.query}")
        connection.execute(comment(kind, quoted(view.name), f"{view.zh} | {view.en}"))
        for column, text in view.columns.items():
            connection.execute(comment("COLUMN", f"{quoted(view.name)}.{quoted(column)}", text))
    for name, macro in _declared("macros").items():
        parameters = ", ".join(macro["parameters"])
        connection.execute(f"CREATE MACRO {quoted(name)}({parameters}) AS TABLE {macro['query']}")
        connection.execute(comment("MACRO TABLE", quoted(name), f"{macro['zh']} | {macro['en']}"))


@cache
def views() -> tuple[View, ...]:
    """Every view, those that others build on first."""
    return tuple(_view(name, entry) for name, entry in _declared("views").items())


def _declared(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath("views", f"{name}.yml").read_text("utf-8")
    declared: dict[str, Any] = yaml.safe_load(text)
    return declared


def _view(name: str, entry: dict[str, Any]) -> View:
    if name in TABLES:
        query, columns = _wide(name)
    elif name == "indicators":
        query = indicators.query([f"report_bodies.{column}" for column in BODY])
        columns = {each.name: _definition(each) for each in indicators.indicators()}
    elif name == "indicator_definitions":
        query, columns = indicators.definitions(), entry["columns"]
    else:
        query = files(__package__).joinpath("views", f"{name}.sql").read_text("utf-8")
        columns = entry.get("columns", {})
    explained = {column: _meanings()[column] for column in entry.get("fields", BODY)} | columns
    return View(
        name, entry["zh"], entry["en"], tuple(entry["key"]), query, explained, entry.get("stored", False)
    )


@cache
def _meanings() -> dict[str, str]:
    """What a field of the tables means, for the columns of views that have its name."""
    fields = {field.name: field for table in tables().values() for field in table.fields}
    meanings = {name: f"{field.zh} | {field.en}" for name, field in fields.items()}
    return meanings | {"province": "所在省级行政区划名称 | Name of the province that it is in"}


def _make_wide(connection: duckdb.DuckDBPyConnection, wide: list[View]) -> None:
    """Make the wide tables, of some reports at a time, with one look at the cells of these.

    It is one transaction: to put each few thousand rows on disk for good takes longer than to make them.
    """
    groups = [
        (f"{'year IS NULL' if year is None else f'year = {year}'} AND report_id BETWEEN $first AND $last",
         {"first": first, "last": last})
        for year, first, last in connection.execute(GROUPS).fetchall()
    ]  # fmt: skip
    make = "CREATE TABLE {} AS"
    connection.register("places", _places())
    connection.begin()
    for some, given in [("false", {}), *groups]:
        figures = _figures(connection.sql(CELLS.replace(SOME, some), params=given).to_arrow_table())
        for view in wide:
            connection.register("figures", figures[view.name])
            connection.execute(f"{make.format(quoted(view.name))} {view.query.replace(SOME, some)}", given)
        make = "INSERT INTO {}"
    connection.commit()
    connection.unregister("figures")
    connection.unregister("places")


def _figures(cells: pa.Table) -> dict[str, pa.Table]:
    """For each wide table one row per report, a column per figure; DuckDB's PIVOT takes three times as long.

    Cells that count something are whole numbers; only money has decimals.
    """
    reports = cells["report_id"].dictionary_encode().combine_chunks()
    report, place = reports.indices.to_numpy(), cells["place"].to_numpy()
    at = np.full((len(_places()), len(reports.dictionary)), -1)
    at[place, report] = np.arange(len(cells))
    values = cells["value"].combine_chunks()
    whole = pc.if_else(pc.equal(values, pc.trunc(values)), values, None).cast(pa.int64())
    made = {}
    first = 0
    for table in TABLES:
        names = _cells(table)
        in_table = at[first : first + len(names)]
        here = np.flatnonzero((in_table >= 0).any(axis=0))
        columns = {
            name: (values if "yuan" in cell.unit else whole).take(pa.array(rows, mask=rows < 0))
            for rows, (name, cell) in zip(in_table[:, here], names.items(), strict=True)
        }
        states = _states(cells, in_table[:, here], list(names))
        made[table] = pa.table({"report_id": reports.dictionary.take(pa.array(here)), **states, **columns})
        first += len(names)
    return made


def _states(cells: pa.Table, at: "np.ndarray[Any, Any]", names: list[str]) -> dict[str, Any]:
    """How many cells of each report have a state of those counted, and the names of those in conflict.

    `at` says where in `cells` a figure (row) of a report (column) is, -1 where it has none.
    """
    state = cells["reconciliation"].combine_chunks()
    codes = np.append(state.indices.to_numpy(), len(state.dictionary))[at]
    is_state = {word: codes == state.dictionary.index(word).as_py() for word in (*COUNTED, "conflict")}
    figures, reports = np.nonzero(is_state["conflict"])
    order = np.lexsort((cells["number"].to_numpy()[at[figures, reports]], reports))
    ends = np.cumsum([0, *is_state["conflict"].sum(axis=0)])
    conflicting = pa.ListArray.from_arrays(ends, pa.array(names).take(pa.array(figures[order])))
    return {
        **{f"cells_{word}": is_state[word].sum(axis=0) for word in COUNTED},
        "conflicting": pc.if_else(np.diff(ends) > 0, pc.binary_join(conflicting, " "), None),
    }


@cache
def _places() -> pa.Table:
    """The cells of which a figure of the wide tables is made, with its number."""
    numbers = {
        (table, name): number
        for number, (table, name) in enumerate((table, name) for table in TABLES for name in _cells(table))
    }
    places = dict.fromkeys((cell.table, cell.row, cell.column) for cell in form_cells())
    return pa.Table.from_pylist(
        [
            {"table": table, "row": row, "column": column, "place": numbers[table, f"{row}_{column}"]}
            for table, row, column in places
        ]
    )


@cache
def _cells(table: str) -> dict[str, FormCell]:
    """The figures of a table of either form by the names of their columns, in the order of the forms."""
    return {f"{cell.row}_{cell.column}": cell for cell in form_cells() if cell.table == table}


def _wide(table: str) -> tuple[str, dict[str, str]]:
    """One row per report, one column per figure of either form, in the order of the forms."""
    query = f"""
SELECT {", ".join(BODY)}, figures.* EXCLUDE (report_id)
FROM report_bodies JOIN figures USING (report_id) WHERE {SOME}
ORDER BY year, report_id"""
    states = {
        "cells_proved": "本表中由勾稽关系推定的单元格数 | Cells of this table that the identities prove",
        "cells_repaired": "本表中唯一更正的单元格数 | Cells of this table that were repaired",
        "cells_corrected": "本表中人工更正的单元格数 | Cells of this table that a person corrected",
        "conflicting": "本表中处于不成立勾稽关系中的数字（列名，以空格分隔），无则为空 | Columns whose "
        "figures stand in a broken identity, parted by spaces: not to be relied on; null if there are none",
    }
    return query, {**states, **{name: _label(cell) for name, cell in _cells(table).items()}}


def _label(cell: FormCell) -> str:
    english = f"{cell.row_label_en}, {cell.column_label_en}"
    return f"{cell.row_label}，{cell.column_label} | {english} [{cell.unit}]"


def _definition(indicator: indicators.Indicator) -> str:
    english = f"{indicator.en}: {indicator.formula}. {indicator.caution_en} [{indicator.unit}]"
    return f"{indicator.zh}。注意：{indicator.caution_zh} | {english}"
