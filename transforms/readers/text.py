"""Plain text and Markdown: one line, one row; tabs or pipes part its cells.

Where neither stands in a line it is one cell. Real files lose and double their separators, so the
columns counted here are never `exact`.
"""

import re
from itertools import zip_longest
from typing import Final

from transforms.document import Cell, Line, Place
from transforms.normalise import SPACES
from transforms.values import BLANK, read_value

_WIDE_PIPES: Final = "｜│┃║"
_WIDE_PIPE: Final = re.compile(f"[{_WIDE_PIPES}]")
_OF_FRAMES: Final = SPACES + "|"
_OF_RULES: Final = SPACES + "|:+=-"
_RULE_MARKS: Final = ("--", ":-", "-:", "==")
# Rules of tables without pipes, a run of dashes over each column.
_COLUMN_RULE: Final = re.compile(r"(?=.*[-=]{4})[-=]{2,}(?:\s+[-=]{2,})+|[-=]{12,}")
# Rules of a grid, as pandoc and reStructuredText draw it: one below each row, whose cells may take several
# lines. Where there are no more than a head's and the table's own, each line is a row.
_GRID_RULE: Final = re.compile(r"\s*\+(?:[-=:]{2,}\+)+\s*")
_RULES_OF_A_HEAD: Final = 3
_TALLEST_ROW: Final = 60  # lines: no row of a form has more, and each is joined to all above it
# A whole page on one line, as some converters leave it: broken at its spaces, each cell stands on its own.
_LONG_LINE: Final = 1000
_FEWEST_ROWS: Final = 3
_ROW_OF_FIGURES: Final = re.compile(r"(?<!\S)(?:[\d/—-]++\s++){6,}+")
_BETWEEN_SPACES: Final = re.compile(r"\S+")
_BLANK_PIPES: Final = 15
_LONGEST_CELL: Final = 60  # characters: what goes on beyond them is no longer the cell of a form


def read_text(text: str) -> list[Line]:
    """Split text into lines of cells, numbering every run of separated lines as one table.

    A Markdown row that opens with a pipe and is not closed goes on in the lines below it: its last cell
    was broken over lines. So does a row of a grid, cell by cell, down to the next rule. Lines without any
    character, and rules between rows, yield nothing. One that holds a whole page yields one
    for each of its words.
    """
    lines: list[Line] = []
    table = 0
    for line_break in ("\r\n", "\r", "\f"):
        if line_break in text:
            text = text.replace(line_break, "\n")
    raws = text.split("\n")
    tabs, pipes = "\t" in text, "|" in text
    if any(pipe in text for pipe in _WIDE_PIPES):
        pipes = True
        raws = [raw if "\t" in raw else _WIDE_PIPE.sub("|", raw) for raw in raws]
    open_style, closed_style = _styles(raws) if pipes else (False, False)
    inner = _with_inner_pipes(raws) if pipes and not open_style and not closed_style else set()
    stacked = _in_grid_rows(raws) if pipes and "+-" in text else set()
    unclosed = False  # whether the last line is a Markdown row whose last cell goes on below
    number = 0
    for raw in raws:
        number += 1
        stripped = raw.strip()
        if not stripped:
            unclosed = False
            continue
        tabbed = tabs and "\t" in raw
        piped = pipes and not tabbed and "|" in raw
        if stripped.startswith("+") and _GRID_RULE.fullmatch(stripped):
            unclosed = False
            continue
        if not tabbed and not piped and not unclosed:
            if stripped.startswith(("-", "=")) and _COLUMN_RULE.fullmatch(stripped):
                continue
            if len(stripped) > _LONG_LINE and len(_ROW_OF_FIGURES.findall(stripped)) >= _FEWEST_ROWS:
                spans = [part.span() for part in _BETWEEN_SPACES.finditer(raw)]
                lines += [
                    Line((Cell(raw[begin:end], Place(number, begin + 1, end)),)) for begin, end in spans
                ]
                continue
            start = raw.find(stripped) + 1
            lines.append(Line((Cell(stripped, Place(number, start, start + len(stripped) - 1)),)))
            continue
        opens = open_style or number in inner
        closes = closed_style or number in inner
        if piped and _is_frame(raw, opens):
            continue
        cells = _cells(raw, number, "\t" if tabbed else "|" if piped else None, opens, closes)
        opened = piped and stripped.startswith("|")
        if number in stacked:
            lines[-1] = _stack(lines[-1], cells)
            continue
        if unclosed and not opened and not tabbed:
            lines[-1] = _join(lines[-1], cells)
        else:
            if (tabbed or piped) and (not lines or lines[-1].table is None):
                table += 1
            lines.append(Line(tuple(cells), table if tabbed or piped else None))
        closed = piped and stripped.endswith("|")
        unclosed = (opened or (unclosed and not tabbed)) and not closed and _may_go_on(lines[-1])
    return lines


def _may_go_on(line: Line) -> bool:
    """Whether a line's last cell may have been broken over lines."""
    last = line.cells[-1].text
    return len(last) < _LONGEST_CELL and read_value(last) is None


def _styles(raws: list[str]) -> tuple[bool, bool]:
    """Whether most rows with pipes open with one and are not closed, or are closed and do not open with one.

    Each pipe then stands before a cell, or after one; else those at both ends are a row's frame.
    """
    rows = opened = closed = 0
    for raw in raws:
        if "|" in raw and raw.strip(_OF_FRAMES):
            row = raw.strip()
            rows += 1
            if row.startswith("|"):
                opened += not row.endswith("|")
            else:
                closed += row.endswith("|")
    return opened > rows / 2, closed > rows / 2


def _with_inner_pipes(raws: list[str]) -> set[int]:
    """Numbers of the lines whose pipes stand between cells alone, so that those at an end part a blank cell.

    Such a line has as many pipes as one of its table with characters at both ends.
    """
    found: set[int] = set()
    table: list[tuple[int, int]] = []  # number and pipes of each of its lines
    whole: set[int] = set()  # how many pipes those lines have that have characters at both ends
    for number, raw in enumerate([*raws, "."], 1):
        pipes = raw.count("|") if "\t" not in raw else 0
        if pipes:
            table.append((number, pipes))
            row = raw.strip()
            if not row.startswith("|") and not row.endswith("|"):
                whole.add(pipes)
        elif table and raw.strip():
            if whole:
                found.update([at for at, count in table if count in whole])
                whole = set()
            table = []
    return found


def _in_grid_rows(raws: list[str]) -> set[int]:
    """Numbers of the lines that go on with the row of a grid above them.

    Not in a table with values below each other between two rules: there each line is a row.
    """
    tables: list[list[list[int]]] = [[]]  # the lines of each of their rows, the last one open
    for number, raw in enumerate(raws, 1):
        row = raw.strip()
        if row.startswith("+") and _GRID_RULE.fullmatch(row):
            if tables[-1] and not tables[-1][-1]:  # below a rule: another table
                tables.append([])
            tables[-1].append([])
        elif row.startswith("|") and tables[-1]:
            tables[-1][-1].append(number)
        elif row and tables[-1]:
            tables.append([])
    found: set[int] = set()
    for rows in tables:
        if len(rows) > _RULES_OF_A_HEAD and not any(_has_values_below_others(raws, lines) for lines in rows):
            found.update([number for lines in rows for number in lines[1:_TALLEST_ROW]])
    return found


def _has_values_below_others(raws: list[str], lines: list[int]) -> bool:
    """Whether values stand in the same column of two of these lines."""
    seen: set[int] = set()
    for number in lines if len(lines) > 1 else ():
        for column, text in enumerate(raws[number - 1].split("|")):
            value = read_value(text.strip())
            if value is not None and value.status != BLANK:
                if column in seen:
                    return True
                seen.add(column)
    return False


def _is_frame(raw: str, open_style: bool) -> bool:
    """Whether a line of pipes is a frame around cells or a rule, and not a row of blank cells."""
    if raw.strip(_OF_RULES):
        return False
    if not raw.strip(_OF_FRAMES):
        return not open_style and raw.count("|") < _BLANK_PIPES
    return any(mark in raw for mark in _RULE_MARKS)


def _cells(raw: str, number: int, separator: str | None, open_style: bool, closed_style: bool) -> list[Cell]:
    parts = raw.split(separator) if separator else [raw]
    at = 1
    if separator == "|":  # the outer pipes of a row are its frame
        if not closed_style and not parts[0].strip():
            at += len(parts.pop(0)) + 1
        if not open_style and not parts[-1].strip():
            del parts[-1]
    cells = []
    for column, part in enumerate(parts):
        text = part.strip()
        length = len(text)
        if length == 3 and text in ("NaN", "nan"):  # what pandas prints for a blank cell
            text, length = "", 0
        start = at if length == len(part) else at + part.find(text)
        cells.append(Cell(text, Place(number, start, start + max(length, 1) - 1), column))
        at += len(part) + 1
    return cells


def _join(above: Line, below: list[Cell]) -> Line:
    """Go on with a broken row: its last cell continues in the first cell below."""
    last = above.cells[-1]
    joined = Cell(f"{last.text} {below[0].text}".strip(), last.place, last.column, last.span)
    rest = [Cell(cell.text, cell.place, cell.column + last.column, cell.span) for cell in below[1:]]
    return Line((*above.cells[:-1], joined, *rest), above.table, above.exact)


def _stack(above: Line, below: list[Cell]) -> Line:
    """Go on with the row of a grid: each of its cells continues in the one below."""
    cells = []
    for cell, more in zip_longest(above.cells, below):
        upper, lower = cell or more, more or cell  # blank cells at the end of a line may be gone
        place = upper.place if upper.text else lower.place
        text = f"{upper.text} {lower.text}".strip() if cell and more else upper.text
        cells.append(Cell(text, place, upper.column, upper.span))
    return Line(tuple(cells), above.table, above.exact)
