"""Spreadsheets (XLSX, XLS, ODS): every sheet a table, numbers as they are printed."""

import io
import re
from typing import Any

from schemas.limits import limits
from transforms.document import Cell, Document, Issue, Line, Place, Unreadable
from transforms.readers.archive import open_zip, unpack
from transforms.readers.grid import grid_lines, too_large

_ROW, _COLUMN = re.compile(rb'\sr="[A-Z]{1,3}(\d{1,7})"'), re.compile(rb'\sr="([A-Z]{1,3})\d{1,7}"')
_Range = tuple[tuple[int, int], tuple[int, int]]  # (row, column) of the first and the last cell, from 0


def read_sheet(data: bytes) -> Document:
    """Read all sheets in order: a line of text with the sheet's name, then one line per row.

    A merged cell stands in its first row with its span. Hidden sheets are read as well, with an issue.
    Raises Unreadable where the file is damaged, has a password, or passes the limits.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    if data.startswith(b"PK"):
        _check_parts(data)
    lines: list[Line] = []
    issues: list[Issue] = []
    cells = 0
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for index, sheet in enumerate(workbook.sheets_metadata):
            content = workbook.get_sheet_by_index(index)
            cells += content.height * content.width
            if cells > limits().cells:
                raise too_large("cells in a spreadsheet", limits().cells)
            if sheet.visible != SheetVisibleEnum.Visible:
                issues.append(Issue("hidden_text", f"the sheet {sheet.name} is hidden; it was read as shown"))
            lines.append(Line((Cell(sheet.name, Place(table=index + 1)),)))
            rows = content.to_python(skip_empty_area=False)
            lines += _rows(rows, content.merged_cell_ranges or [], index + 1)
    except PasswordError as error:
        raise Unreadable(Issue("encrypted", "a spreadsheet with a password; save it without one")) from error
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable(
            Issue("damaged", f"a spreadsheet that cannot be read ({error}); fetch it again")
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's own way to say that it met what cannot be
            raise
        raise Unreadable(Issue("damaged", "a spreadsheet that cannot be read; fetch it again")) from error
    return Document(lines, "sheet", issues=issues)


def _check_parts(data: bytes) -> None:
    """Refuse an XLSX beyond the limits before calamine, which knows none, unpacks it and fills its grid."""
    left = limits().unpacked_bytes
    with open_zip(data) as archive:
        for info in archive.infolist():
            if not info.filename.endswith(".xml"):
                continue
            xml = unpack(archive, info)
            left -= len(xml)
            if left < 0:
                raise too_large("bytes in a spreadsheet after unpacking", limits().unpacked_bytes)
            rows = max(map(int, _ROW.findall(xml)), default=0)
            columns = max(map(_column_number, set(_COLUMN.findall(xml))), default=0)
            if rows * columns > limits().cells:
                raise too_large("cells in a spreadsheet", limits().cells)


def _column_number(name: bytes) -> int:
    """A column's number from 1: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _rows(rows: list[list[Any]], merged: list[_Range], table: int) -> list[Line]:
    """The rows of a sheet on its grid; what a merged cell covers is left out."""
    spans = {start: end[1] - start[1] + 1 for start, end in merged}
    covered = {
        (row, column)
        for start, end in merged
        for row in range(start[0], min(end[0] + 1, len(rows)))
        for column in range(start[1], min(end[1] + 1, len(rows[row])))
    } - spans.keys()
    grid = [
        [
            Cell(
                _printed(value),
                Place(table=table, row=row + 1, column=column + 1),
                column,
                spans.get((row, column), 1),
            )
            for column, value in enumerate(values)
            if (row, column) not in covered
        ]
        for row, values in enumerate(rows)
        if any(_printed(value) for value in values)
    ]
    return grid_lines(grid, table)


def _printed(value: Any) -> str:
    """A value as a sheet shows it: 5 and not 5.0, without the noise of binary fractions."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value)
