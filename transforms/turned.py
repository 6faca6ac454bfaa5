"""A requests table printed on its side: a line for each kind of applicant, a column for each row."""

from dataclasses import replace
from typing import Final

from schemas import forms
from transforms.document import Cell
from transforms.labels import row_order, row_scores
from transforms.normalise import squash
from transforms.remember import remembered
from transforms.rows import Row, Slot

FEWEST: Final = 15  # columns: no table of the forms that stands upright has more, the disputes apart


def upright(rows: list[Row]) -> list[Row]:
    """The rows, with those of a table that lies on its side turned into rows of the form.

    Only a table with every kind of applicant, under a label of the form for every figure, is turned.
    """
    for at, row in enumerate(rows):
        if len(row.slots) > FEWEST and row.own and _applicant(row.before[-1].text):
            lines = _lines(rows, at)
            labels = _labels(row, len(row.slots))
            if lines and labels:
                turned = [_row(label, [line[n] for line in lines], row) for n, label in enumerate(labels)]
                below = [replace(other, follows=False) for other in rows[at + len(lines) :][:1]]
                return rows[:at] + turned + below + rows[at + len(lines) + 1 :]
    return rows


@remembered(4096)
def _applicant(text: str) -> str | None:
    """The column whose label a text is."""
    columns = {squash(c.column_label): c.column for c in forms.cells(2021, "requests")}
    return columns.get(squash(text))


def _lines(rows: list[Row], at: int) -> list[list[Slot]]:
    """The figures of all kinds of applicants in the form's order; none where one is not there or is short."""
    columns = forms.columns(2021, "requests", "new_received")
    found = {
        _applicant(row.before[-1].text): row.slots
        for row in rows[at : at + len(columns)]
        if row.before and len(row.slots) == len(rows[at].slots)
    }
    return [found[column] for column in columns] if found.keys() >= set(columns) else []


def _labels(row: Row, count: int) -> list[Cell]:
    """The label over each figure, from left to right; none where they are not the form's, in its order."""
    over = sorted(row.before[: -row.own], key=lambda cell: cell.column if row.exact else 0)
    found = [(place, cell) for cell in over if (place := _place(cell.text)) is not None]
    places = [place for place, _ in found]
    return [cell for _, cell in found] if len(found) == count and places == sorted(set(places)) else []


@remembered(4096)
def _place(text: str) -> int | None:
    """Where the row of the requests table with this label stands in the form."""
    return next(
        (row_order()[key] for key, score in row_scores(squash(text)) if score == 1 and key[0] == "requests"),
        None,
    )


def _row(label: Cell, slots: list[Slot], line: Row) -> Row:
    filled = [slot for slot in slots if slot.filled]
    return Row([label], slots, line.line, False, 1 + len(slots), line.table, 1, [], filled)
