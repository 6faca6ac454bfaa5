"""The indicators of views/indicators.yml: definitions, formulas, and the query that computes them."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from schemas.comments import quoted
from schemas.forms import TABLES, form_cells

FEE = "narrative.information_fee"  # the only figure that is not a cell of the form


@dataclass(frozen=True, slots=True)
class Indicator:
    """`scale` × the sum of the figures `of` ÷ the sum of the figures `per`, each named table.figure."""

    name: str
    zh: str
    en: str
    of: tuple[str, ...]
    per: tuple[str, ...]
    unit: str
    caution_zh: str
    caution_en: str
    scale: int = 1

    @property
    def formula(self) -> str:
        """The formula as people read it."""
        scale = f"{self.scale} × " if self.scale != 1 else ""
        return f"{scale}{_sum(self.of)} ÷ {_sum(self.per)}"


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every indicator, in the order declared."""
    declared = yaml.safe_load(files(__package__).joinpath("views", "indicators.yml").read_text("utf-8"))
    return tuple(indicator for name, entry in declared.items() for indicator in _instances(name, entry))


def query(columns: list[str]) -> str:
    """One row per report with `columns` of the view report_bodies and every indicator."""
    selected = ",\n    ".join(f"{_value(each)} AS {quoted(each.name)}" for each in indicators())
    return f"""
WITH narrative_figures AS (
    SELECT report_id, any_value(stated) AS information_fee FROM narrative
    WHERE measure = 'information_fee' GROUP BY report_id HAVING count(DISTINCT stated) = 1
)
SELECT {", ".join(columns)},
    {selected}
FROM report_bodies JOIN requests USING (report_id) JOIN disputes USING (report_id)
LEFT JOIN narrative_figures USING (report_id)
ORDER BY report_bodies.year, report_id"""


def definitions() -> str:
    """A query that gives the definitions, one row each."""
    rows = [
        (each.name, each.zh, each.en, each.formula, each.unit, each.caution_zh, each.caution_en)
        for each in indicators()
    ]
    values = ",\n    ".join("(" + ", ".join(_text(value) for value in row) + ")" for row in rows)
    names = "indicator, zh, en, formula, unit, caution_zh, caution_en"
    return f"FROM (VALUES\n    {values}\n) AS definitions({names})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _value(indicator: Indicator) -> str:
    """Null where a figure is lacking (the sum is) or contradicted, and where the denominator is 0."""
    parts = [part.split(".") for part in (*indicator.of, *indicator.per)]
    sure = [
        f"NOT coalesce(list_has_any(string_split({table}.conflicting, ' '), [{', '.join(names)}]), false)"
        for table in TABLES
        if (names := [f"'{figure}'" for of, figure in parts if of == table])
    ]
    over = " + ".join(_column(part) for part in indicator.of)
    under = " + ".join(_column(part) for part in indicator.per)
    ratio = f"{indicator.scale} * CAST({over} AS DOUBLE) / nullif({under}, 0)"
    return f"CASE WHEN {' AND '.join(sure)} THEN {ratio} END"


def _column(part: str) -> str:
    return part.replace("narrative.", "narrative_figures.")


def _sum(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


def _instances(name: str, entry: dict[str, Any]) -> list[Indicator]:
    of, per = _named(entry["of"]), _named(entry["per"])
    rest = {key: value for key, value in entry.items() if key not in ("of", "per")}
    if "*" not in name:
        return [Indicator(name, of=of, per=per, **rest)]
    pattern = re.escape(entry["of"]).replace(r"\*", "(.*)")
    return [
        Indicator(name.replace("*", match[1]), of=(figure,), per=per, **_labelled(rest, figure))
        for figure in of
        if figure not in per and (match := re.fullmatch(pattern, figure))
    ]


def _labelled(rest: dict[str, Any], figure: str) -> dict[str, Any]:
    labels = _labels()[figure]
    return {**rest, "zh": rest["zh"].format(label=labels[0]), "en": rest["en"].format(label=labels[1])}


@cache
def _labels() -> dict[str, tuple[str, str]]:
    """For every figure the label of its row, or of its column where the row is the one of all requests."""
    return {
        f"{cell.table}.{cell.row}_{cell.column}": (
            (re.sub(r"^\d+[.．]", "", cell.row_label), cell.row_label_en)
            if cell.column == "total"
            else (cell.column_label, cell.column_label_en)
        )
        for cell in form_cells()
    }


def _named(patterns: str | list[str]) -> tuple[str, ...]:
    """The figures that patterns name, in the order of the form; ValueError where a pattern names none."""
    found: list[str] = []
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        fitting = [figure for figure in (*_labels(), FEE) if fnmatchcase(figure, pattern)]
        if not fitting:
            raise ValueError(f"indicators.yml names {pattern}, which is no figure of the forms")
        found += fitting
    return tuple(found)
