"""What the readers of files with real tables share: cells on a grid, and text broken over lines."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from transforms.document import Cell, Issue, Line, Unreadable


def grid_lines(rows: Iterable[Sequence[Cell]], table: int) -> list[Line]:
    """One exact line per row that has cells, on columns that count only where some cell of the table begins.

    Files cut their grids finer than a reader sees (a column that is always covered by a wider cell) and
    let cells reach beyond the last one; both say nothing and are dropped from `column` and `span`.
    """
    rows = [row for row in rows if row]
    columns = set()
    width = 0
    for row in rows:
        for cell in row:
            columns.add(cell.column)
            width = max(width, cell.column + cell.span)
    if len(columns) == width:  # a cell begins in each
        return [Line(tuple(row), table, exact=True) for row in rows]
    begun = sorted(columns)
    index = {column: number for number, column in enumerate(begun)}
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            column = index[cell.column]
            span = bisect_left(begun, cell.column + cell.span) - column if cell.span > 1 else 1
            if column != cell.column or span != cell.span:
                cell = Cell(cell.text, cell.place, column, span)
            cells.append(cell)
        lines.append(Line(tuple(cells), table, exact=True))
    return lines


def joined(parts: Iterable[str]) -> str:
    """The lines of one cell as one text: Chinese joins without a space, words and numbers with one."""
    text = ""
    for part in parts:
        if text and part and text[-1].isascii() and part[0].isascii():
            text += " "
        text += part
    return text


def too_large(what: str, limit: int) -> Unreadable:
    """The error for a document that goes over one of the limits in `schemas/limits.yml`."""
    return Unreadable(
        Issue("too_large", f"more than {limit:,} {what}: not read; split it or check what it is")
    )
