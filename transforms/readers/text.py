"""Plain text and Markdown: one line, one row; tabs or pipes part its cells.

Where neither stands in a line it is one cell. Real files lose and double their separators, so the
columns counted here are never `exact`.
"""

import re

from transforms.document import Cell, Line, Place
from transforms.values import read_value

_BREAK = re.compile(r"\r\n|\n|\r|\f")
_TAB = re.compile(r"\t")
_PIPE = re.compile(r"[|｜│]")
_FRAME = re.compile(r"[\s|｜│]*")
_RULE = re.compile(r"[\s|｜│:+=\-]*")
_RULE_MARKS = ("--", ":-", "-:", "==")
_BLANK_PIPES = 15
_LONGEST_CELL = 60  # characters: what goes on beyond them is no longer the cell of a form


def read_text(text: str) -> list[Line]:
    """Split text into lines of cells, numbering every run of separated lines as one table.

    A Markdown row that opens with a pipe and is not closed goes on in the lines below it: its last cell
    was broken over lines. Lines without any character, and rules between Markdown rows, yield nothing.
    """
    lines: list[Line] = []
    table = 0
    raws = _BREAK.split(text)
    open_style = _is_open_style(raws)
    unclosed = False  # whether the last line is a Markdown row whose last cell goes on below
    for number, raw in enumerate(raws, 1):
        separator = _TAB if "\t" in raw else _PIPE if _PIPE.search(raw) else None
        if not raw.strip() or (separator is _PIPE and _is_frame(raw, open_style)):
            unclosed = unclosed and bool(raw.strip())
            continue
        cells = _cells(raw, number, separator, open_style)
        opened = separator is _PIPE and raw.lstrip()[0] in "|｜│"
        closed = separator is _PIPE and raw.rstrip()[-1] in "|｜│"
        if unclosed and not opened and separator is not _TAB:
            lines[-1] = _join(lines[-1], cells)
        else:
            if separator and (not lines or lines[-1].table is None):
                table += 1
            lines.append(Line(tuple(cells), table if separator else None))
        breaks = opened or (unclosed and separator is not _TAB)
        last = lines[-1].cells[-1].text
        unclosed = breaks and not closed and len(last) < _LONGEST_CELL and read_value(last) is None
    return lines


def _is_open_style(raws: list[str]) -> bool:
    """Whether most rows with pipes open with one and are not closed: then each pipe stands before a cell."""
    rows = [raw.strip() for raw in raws if _PIPE.search(raw) and not _FRAME.fullmatch(raw)]
    return sum(row[0] in "|｜│" and row[-1] not in "|｜│" for row in rows) > len(rows) / 2


def _is_frame(raw: str, open_style: bool) -> bool:
    """Whether a line of pipes is a frame around cells or a rule, and not a row of blank cells."""
    if _FRAME.fullmatch(raw):
        return not open_style and len(_PIPE.findall(raw)) < _BLANK_PIPES
    return bool(_RULE.fullmatch(raw)) and any(mark in raw for mark in _RULE_MARKS)


def _cells(raw: str, number: int, separator: re.Pattern[str] | None, open_style: bool) -> list[Cell]:
    spans, at = [], 0
    for mark in separator.finditer(raw) if separator else ():
        spans.append((at, mark.start()))
        at = mark.end()
    spans.append((at, len(raw)))
    if separator is _PIPE:  # the outer pipes of a row are its frame
        if not raw[: spans[0][1]].strip():
            del spans[0]
        if not open_style and not raw[spans[-1][0] :].strip():
            del spans[-1]
    cells = []
    for column, (start, end) in enumerate(spans):
        inner = raw[start:end]
        text = inner.strip()
        first = start + inner.index(text) + 1
        cells.append(Cell(text, Place(number, first, first + max(len(text), 1) - 1), column))
    return cells


def _join(above: Line, below: list[Cell]) -> Line:
    """Go on with a broken row: its last cell continues in the first cell below."""
    last = above.cells[-1]
    joined = last._replace(text=f"{last.text} {below[0].text}".strip())
    rest = (cell._replace(column=cell.column + last.column) for cell in below[1:])
    return above._replace(cells=(*above.cells[:-1], joined, *rest))
