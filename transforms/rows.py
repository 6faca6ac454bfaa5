"""Lines to rows: which texts stand before which values, whatever the layout.

A row here is what a reader's eye takes as one: some texts, then some values. Grid rows come as they
are; one cell per line, values parted by spaces, several rows on one line and labels above their values
all end in the same shape. Which row of the form it is, is decided later (`transforms.match`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from transforms.document import Cell, Line
from transforms.labels import header_tables, is_label, row_scores
from transforms.normalise import squash
from transforms.values import BLANK, COUNTERS, UNREADABLE, Value, read_value

MAX_VALUES = 7  # the most values that a labelled row of any form has
BLANK_ROW = 15  # cells of a line without any text from which on it is a row left blank
ALONE = 0.2  # share of rows without a label on their line, up to which a lone number is a page number
MAX_LABELS = 60  # texts kept before a row: more than the header of any table has cells


class Slot(NamedTuple):
    """A cell in which a value stands or could stand."""

    cell: Cell
    value: Value

    @property
    def filled(self) -> bool:
        """Whether anything is printed in it."""
        return self.value.status != BLANK


@dataclass(slots=True)
class Row:
    """Texts and the values after them.

    `before` are the texts since the values above, `after` those until the values below (the same list as
    the next row's `before`): a label may be wrapped around its values. Running prose parts rows: texts
    never reach across it. `own` says how many texts at the end of `before` stand on the values' own line.
    """

    before: list[Cell]
    slots: list[Slot]
    line: int  # index of the line of its first value
    exact: bool
    width: int  # cells in its line, 1 where each cell has a line of its own
    table: int | None = None
    own: int = 0
    after: list[Cell] = field(default_factory=list)

    @property
    def filled(self) -> list[Slot]:
        """The slots in which anything is printed."""
        return [slot for slot in self.slots if slot.filled]


_PAGE_NUMBER = re.compile(
    r"[—\-–－·•.]+\s*\d{1,3}\s*[—\-–－·•.]+|第\s*\d{1,3}\s*页(?:[,，\s]*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}|Page\s+\d+.*"
)
_SENTENCE = re.compile(r"[。！？!?；;]|[，,].*[，,]")
_BRACKETS = re.compile(r"[(（\[【〔“\"「《<][^)）\]】〕”\"」》>]*(?:[)）\]】〕”\"」》>]|$)")
_DIGIT_OR_SPACE = re.compile(r"[\d\s]")
_TOKEN = re.compile(r"\S+")
_HANZI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf]")
_ENUMERATOR = re.compile(r"\d{1,2}\s*[.．、,，)）]")
_LEADING_DIGITS = re.compile(r"([\d０-９]+)(\D.+)", re.DOTALL)
_TRAILING_DIGITS = re.compile(
    rf"(.*[\u3400-\u9fff)）”\"」])(?<!第)([\d０-９][\d０-９,，.]*(?:{COUNTERS}|万元|亿元|元)?)", re.DOTALL
)
_LONG = 48  # characters of a squashed line beyond which it is prose, unless it is a label


def rows(lines: list[Line]) -> list[Row]:
    """Group all lines of a document into rows, in reading order."""
    found: list[Row] = []
    texts: list[Cell] = []
    open_row: Row | None = None  # collects values that stand one to a line
    for index, line in enumerate(lines):
        cells = [cell for cell in line.cells if cell.text]
        if not cells:
            blanks = [Slot(cell, Value(BLANK)) for cell in line.cells]
            if found and not texts and _goes_on(found[-1], line, blanks):
                found[-1].slots.extend(blanks)
                found[-1].width = 0
            elif len(line.cells) >= BLANK_ROW:
                found.append(Row(texts, blanks, index, line.exact, len(line.cells), line.table, after=texts))
            continue
        if len(cells) == 1 and _PAGE_NUMBER.fullmatch(cells[0].text):
            continue
        gridded = line.table is not None and len(line.cells) > 1
        if (len(cells) == 1 and is_prose(cells[0].text)) or (gridded and _prose_grid(cells)):
            texts, open_row = [], None
            continue
        parts = list(_grid_parts(line) if gridded else _text_parts(cells[0]))
        for labels, slots in parts:
            single = not gridded and len(slots) == 1
            if labels:
                texts.extend(labels)
                del texts[:-MAX_LABELS]
            if not slots:
                if labels:
                    open_row = None
                continue
            if single and not labels and open_row is not None:
                open_row.slots.extend(slots)
                continue
            if not labels and not texts and found and _goes_on(found[-1], line, slots):
                found[-1].slots.extend(slots)
                found[-1].width = 0  # its columns say nothing
                continue
            if not single and not labels and _is_page_number(found, open_row, texts):
                row = found[-1]
                row.slots, row.line, row.width = slots, index, len(line.cells)
                row.exact, row.table, open_row = line.exact, line.table, None
                continue
            row = Row(texts, slots, index, line.exact, len(line.cells), line.table, len(labels))
            found.append(row)
            all_blank = not any(slot.filled for slot in slots)
            open_row = row if single and not labels else None
            # A row of blanks may be a heading over the rows below: its texts stay in reach of them.
            texts = list(texts) if all_blank else []
            row.after = texts
    return _without_page_numbers(found)


def _without_page_numbers(found: list[Row]) -> list[Row]:
    """The rows without lone bare numbers, where values stand on the lines of their labels."""
    filled = [row for row in found if row.filled]
    if sum(not row.own for row in filled) > ALONE * len(filled):
        return found
    alone = [row for row in filled if row.table is None and not row.own and len(row.slots) == 1]
    for row, below in pairwise(found):
        if row in alone and below.before is row.after:
            below.before = row.before + below.before
            row.after = below.before
    return [row for row in found if row not in alone]


def _goes_on(row: Row, line: Line, slots: list[Slot]) -> bool:
    """Whether values without any text before them are the rest of a row broken over lines."""
    printed = line.table is not None or len(slots) > 1  # a bare number of its own may be a page number
    together = len(row.slots) + len(slots)
    return printed and not line.exact and bool(row.slots) and together <= MAX_VALUES


def _is_page_number(found: list[Row], open_row: Row | None, texts: list[Cell]) -> bool:
    """Whether the lone number just read stands between a label and its line of values."""
    return bool(open_row and found and found[-1] is open_row and len(open_row.slots) == 1 and not texts)


@lru_cache(maxsize=16384)
def is_prose(text: str) -> bool:
    """Whether a line is a sentence rather than a label, a heading or values."""
    if not _HANZI.search(text):
        return False
    squashed = squash(text)
    if is_label(squashed):
        return False
    bare = _BRACKETS.sub("", text)
    if _SENTENCE.search(bare):
        return True
    return len(squashed) > _LONG and sum(read_value(piece) is not None for piece in text.split()) < 3


def _prose_grid(cells: list[Cell]) -> bool:
    """A grid row that holds whole paragraphs is a page's frame, not a row of the form."""
    return any(len(cell.text) > 120 for cell in cells)


def _grid_parts(line: Line) -> Iterator[tuple[list[Cell], list[Slot]]]:
    """The (texts, slots) of a grid row; more than one where rows stand side by side."""
    labels: list[Cell] = []
    slots: list[Slot] = []
    parts: list[tuple[list[Cell], list[Slot]]] = []
    for cell in line.cells:
        value = read_value(cell.text)
        if value is None:
            inner = list(_text_parts(cell)) if re.search(r"\d|[０-９]", cell.text) else []
            if inner and any(part[1] for part in inner):
                if slots:
                    parts.append((labels, slots))
                    labels, slots = [], []
                for texts, values in inner[:-1]:
                    parts.append((labels + texts, values))
                    labels = []
                labels, slots = labels + inner[-1][0], list(inner[-1][1])
                continue
            if any(slot.filled for slot in slots) and not _HANZI.search(cell.text) and len(cell.text) <= 8:
                slots.append(Slot(cell, Value(UNREADABLE)))
                continue
            if labels and not any(slot.filled for slot in slots) and _stands_for_a_figure(labels[-1], cell):
                slots.append(Slot(cell, Value(UNREADABLE)))
                continue
            if any(slot.filled for slot in slots):
                parts.append((labels, slots))
                labels, slots = [], []
            slots = []
            labels.append(cell)
        else:
            slots.append(Slot(cell, value))
    parts.append((labels, slots))
    if len(parts) > 1 and not parts[0][0] and len([s for s in parts[0][1] if s.filled]) == 1:
        del parts[0]  # a stray number before the label
    for labels, slots in parts:
        yield labels, slots if labels or any(slot.filled for slot in slots) else []


def _stands_for_a_figure(label: Cell, cell: Cell) -> bool:
    """Whether a text beside a whole row label is what was printed for its figure (`2818余件`, `见附件`)."""
    text = squash(cell.text)
    stands = len(text) <= 12 and (text.startswith("见") or any(letter.isdigit() for letter in text))
    whole = [score for _, score in row_scores(squash(label.text)) if score == 1.0]
    return stands and bool(whole) and not row_scores(text) and not header_tables(text)


def _text_parts(cell: Cell) -> Iterator[tuple[list[Cell], list[Slot]]]:
    """The (texts, slots) of one cell of running text: values are what stands apart, or ends a label."""
    value = read_value(cell.text)
    if value is not None and (not value.spaced or _came_apart(cell.text)):
        yield [], [Slot(cell, value)]
        return
    if value is None and not _DIGIT_OR_SPACE.search(cell.text):
        yield [cell], []
        return
    labels: list[Cell] = []
    slots: list[Slot] = []
    start: int | None = None  # of the text being collected
    end = 0
    for begin, stop in _pieces(cell.text):
        piece = cell.text[begin:stop]
        value = None if _is_enumerator(cell.text, begin, stop) else read_value(piece)
        if value is None or value.status == BLANK:
            if slots:
                yield labels, slots
                labels, slots = [], []
            start = begin if start is None else start
            end = stop
            continue
        if start is not None:
            labels.append(_part(cell, start, end))
            start = None
        slots.append(Slot(_part(cell, begin, stop), value))
    if start is not None:
        labels.append(_part(cell, start, end))
    if labels or slots:
        yield labels, slots


def _came_apart(text: str) -> bool:
    """Whether two digits alone on a line are more likely one number (`2 8`) than two (`0 8`, `2 0 0`)."""
    pieces = text.split()
    return len(pieces) == 2 and all(piece.isdecimal() for piece in pieces) and not pieces[0].startswith("0")


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the blank-separated pieces of a text, with a number glued to a label cut off it."""
    for match in _TOKEN.finditer(text):
        begin, stop = match.span()
        piece = match[0]
        if read_value(piece) is not None:
            yield begin, stop
            continue
        leading = _LEADING_DIGITS.fullmatch(piece)
        if leading and not is_label(squash(piece)) and is_label(squash(leading[2])):
            cut = begin + len(leading[1])
            yield begin, cut
            begin, piece = cut, leading[2]
        trailing = _TRAILING_DIGITS.fullmatch(piece)
        if trailing:
            cut = begin + len(trailing[1])
            yield begin, cut
            yield cut, stop
        else:
            yield begin, stop


def _is_enumerator(text: str, begin: int, stop: int) -> bool:
    """Whether a number is the numbering of the label behind it (`1 .属于国家秘密`, `2、重复申请`)."""
    found = _ENUMERATOR.match(text, begin)
    return bool(found and found.end() >= stop and _HANZI.match(text[found.end() :].lstrip()[:1] or " "))


def _part(cell: Cell, begin: int, stop: int) -> Cell:
    place = cell.place
    if place.start is not None:
        place = place._replace(start=place.start + begin, end=place.start + stop - 1)
    return cell._replace(text=cell.text[begin:stop], place=place)
