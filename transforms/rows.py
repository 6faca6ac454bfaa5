"""Lines to rows: which texts stand before which values, whatever the layout.

A row here is what a reader's eye takes as one: some texts, then some values. Grid rows come as they
are; one cell per line, values parted by spaces, several rows on one line and labels above their values
all end in the same shape. Which row of the form it is, is decided later (`transforms.match`).
"""

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from mypy_extensions import mypyc_attr

from transforms.cell_text import (
    LONGEST_LABEL,
    Reading,
    is_page_number,
    read_alone,
    read_cell,
    several_figures,
    stands_for_a_figure,
)
from transforms.document import Cell, Line, Place
from transforms.labels import FIRST, header_tables, is_label
from transforms.normalise import squash
from transforms.said import Said, said_by
from transforms.values import BLANK, UNREADABLE, Value

MAX_VALUES: Final = 7  # the most values that a labelled row of any form has
MAX_UNLABELLED: Final = 15  # the most that a row without a label has: the figures of the disputes table
BLANK_ROW: Final = 15  # cells of a line without any text from which on it is a row left blank
ALONE: Final = 0.2  # share of rows without a label on their line, up to which a lone number is a page number
MAX_LABELS: Final = 60  # texts kept before a row: more than the header of any table has cells


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Slot:
    """A cell in which a value stands or could stand."""

    cell: Final[Cell]
    value: Final[Value]

    def __init__(self, cell: Cell, value: Value) -> None:
        self.cell = cell
        self.value = value

    @property
    def filled(self) -> bool:
        """Whether anything is printed in it."""
        return self.value.status != BLANK


@dataclass(init=False, slots=True)
class Row:
    """Texts and the values after them.

    `before` are the texts since the values above, `after` those until the values below: a label may be
    wrapped around its values. Running prose parts rows: texts never reach across it. `own` says how many
    texts at the end of `before` stand on the values' own line.
    """

    before: list[Cell]
    slots: list[Slot]
    line: int  # index of the line of its first value
    exact: bool
    width: int  # cells in its line, 1 where each cell has a line of its own
    table: int | None
    own: int
    after: list[Cell]
    filled: list[Slot]  # the slots in which anything is printed
    follows: bool  # whether nothing parts it from the row above, whose `after` its `before` is
    # A lone number left out below it: of a page, or the rest of its last figure.
    number_below: Cell | None = field(init=False, compare=False)
    _said: Said | None = field(init=False, repr=False, compare=False)

    def __init__(
        self,
        before: list[Cell],
        slots: list[Slot],
        line: int,
        exact: bool,
        width: int,
        table: int | None = None,
        own: int = 0,
        after: list[Cell] | None = None,
        filled: list[Slot] | None = None,
        follows: bool = False,
    ) -> None:
        self.before = before
        self.slots = slots
        self.line = line
        self.exact = exact
        self.width = width
        self.table = table
        self.own = own
        self.after = [] if after is None else after
        self.filled = [] if filled is None else filled
        self.follows = follows
        self.number_below = None
        self._said = None

    @property
    def said(self) -> Said:
        """What the texts of `before` say; to be asked for when the row is complete."""
        if self._said is None:
            self._said = said_by(tuple([cell.text for cell in self.before]))
        return self._said

    @property
    def words(self) -> tuple[str, ...]:
        """The texts of `before`, squashed; to be asked for when the row is complete."""
        return self.said.words


def rows(lines: list[Line]) -> list[Row]:
    """Group all lines of a document into rows, in reading order."""
    found = _grouped(lines)
    for row in found:
        row.filled = [slot for slot in row.slots if slot.value.status != BLANK]
    return _without_page_numbers(found)


def _grouped(lines: list[Line]) -> list[Row]:
    found: list[Row] = []
    texts: list[Cell] = []
    kept = 0  # of the texts: how many stand before a row of blanks already
    open_row: Row | None = None  # collects values that stand one to a line
    labels_at: tuple[int | None, int] | None = None  # grid and column under 信息内容, which ends the header
    for index, line in enumerate(lines):
        gridded = len(line.cells) > 1
        cell: Cell | None = None  # the first in which anything is printed
        several = False
        for each in line.cells:
            if each.text:
                if cell is not None:
                    several = True
                    break
                cell = each
        if cell is None:
            blanks = [Slot(cell, Value(BLANK)) for cell in line.cells]
            if found and len(texts) == kept and _goes_on(found[-1], line, blanks):
                found[-1].slots.extend(blanks)
                found[-1].width = 0
            elif len(line.cells) >= BLANK_ROW:
                row = Row(texts, blanks, index, line.exact, len(line.cells), line.table)
                row.follows = bool(found) and found[-1].after is texts
                found.append(row)
                # Its texts stay in reach of the rows below, as those of any row of blanks.
                texts = list(texts)
                row.after = texts
            continue
        if not several:
            alone = read_alone(cell.text)
            if alone.page_number or (alone.title and _at_page_edge(lines, index)):
                continue
            if alone.prose:
                texts, kept, open_row = [], 0, None
                continue
            if not gridded:
                if alone.reading.label:
                    texts.append(cell)
                    open_row = None
                    continue
                figure = alone.reading.figure
                if figure is not None and open_row is not None:
                    open_row.slots.append(Slot(cell, figure))
                    continue
        if line.exact:
            last = _last_printed(line, cell)
            if last.text == FIRST:
                labels_at = line.table, last.column
        column = labels_at[1] if labels_at is not None and labels_at[0] == line.table else None
        parts = _grid_parts(line.cells, line.exact, column) if gridded else _placed(cell, alone.reading)
        if parts is None:
            texts, kept, open_row = [], 0, None
            continue
        for labels, slots in parts:
            single = not gridded and len(slots) == 1
            if labels:
                texts.extend(labels)
            if not slots:
                if labels:
                    open_row = None
                continue
            if single and not labels and open_row is not None:
                open_row.slots.extend(slots)
                continue
            if not labels and len(texts) == kept and found and _goes_on(found[-1], line, slots):
                found[-1].slots.extend(slots)
                found[-1].width = 0  # its columns say nothing
                if kept and _any_filled(slots):
                    texts, kept = [], 0
                    found[-1].after = texts
                continue
            if not single and not labels and _is_number_between(found, open_row, texts):
                row = found[-1]
                row.slots, row.line, row.width = slots, index, len(line.cells)
                row.exact, row.table, open_row = line.exact, line.table, None
                continue
            follows = bool(found) and found[-1].after is texts
            before = texts[-MAX_LABELS:] if len(texts) > MAX_LABELS else texts
            # A row of blanks may be a heading over the rows below: its texts stay in reach of them.
            texts = [] if _any_filled(slots) else list(before)
            kept = len(texts)
            width = len(line.cells)
            row = Row(before, slots, index, line.exact, width, line.table, len(labels), texts, [], follows)
            found.append(row)
            open_row = row if single and not labels else None
    return found


def _last_printed(line: Line, first: Cell) -> Cell:
    """The last cell of a line in which anything is printed, `first` being the first."""
    for cell in reversed(line.cells):
        if cell.text:
            return cell
    return first


def _at_page_edge(lines: list[Line], index: int) -> bool:
    """Whether a line stands beside a page number: the running header or footer of a page."""
    beside = (lines[at] for at in (index - 1, index + 1) if 0 <= at < len(lines))
    return any(is_page_number(line.text) for line in beside)


def _goes_on(row: Row, line: Line, slots: list[Slot]) -> bool:
    """Whether values without any text before them are the rest of a row broken over lines."""
    printed = line.table is not None or len(slots) > 1  # a bare number of its own may be a page number
    if not printed or line.exact or not row.slots:
        return False
    together = len(row.slots) + len(slots)
    return together <= MAX_VALUES or (together <= MAX_UNLABELLED and _heads_a_run(row, line))


def _heads_a_run(row: Row, line: Line) -> bool:
    """Whether a row is the first part of all the figures of the disputes table, below its header."""
    below_header = not row.own and bool(row.before) and row.table is not None and row.table == line.table
    return below_header and "disputes" in header_tables(squash(row.before[-1].text))


def _is_number_between(found: list[Row], open_row: Row | None, texts: list[Cell]) -> bool:
    """Whether the lone number just read stands between a label and its line of values."""
    alone = open_row is not None and open_row.table is None and len(open_row.slots) == 1
    return bool(alone and found and found[-1] is open_row and not texts)


def _grid_parts(
    cells: tuple[Cell, ...], exact: bool, labels_at: int | None
) -> list[tuple[list[Cell], list[Slot]]] | None:
    """The (texts, slots) of a grid row; more than one where rows stand side by side.

    A label behind its figures is theirs in a grid of the file itself: behind one figure, which may number
    the row, only in the column `labels_at` that the header gives to the labels.
    None for a row that holds whole paragraphs: it is a page's frame, not a row of the form.
    """
    labels: list[Cell] = []
    slots: list[Slot] = []
    filled = False  # whether anything is printed in the slots
    parts: list[tuple[list[Cell], list[Slot]]] = []
    text, reading = "", read_cell("")
    for cell in cells:
        if cell.text != text:  # most of a row is noughts
            text = cell.text
            if len(text) > LONGEST_LABEL:
                return None
            reading = read_cell(text)
        value = reading.value
        if value is not None:
            slots.append(Slot(cell, value))
            filled = filled or value.status != BLANK
        elif (
            reading.mixed
            and (labels or filled or (_has_words(reading) and not _has_label(cells)))
            and several_figures(text)
        ):
            slots.append(Slot(cell, Value(UNREADABLE, spaced=True)))
            filled = True
        elif reading.mixed and labels and stands_for_a_figure(labels[-1].text, text):
            slots.append(Slot(cell, Value(UNREADABLE)))
            filled = True
        elif reading.mixed:
            inner = _placed(cell, reading)
            if slots:
                parts.append((labels, slots if labels or filled else []))
                labels = []
            for texts, values in inner[:-1]:
                parts.append((labels + texts, values))
                labels = []
            labels, slots = labels + inner[-1][0], inner[-1][1]
            filled = _any_filled(slots)
        elif filled and reading.odd:
            slots.append(Slot(cell, Value(UNREADABLE)))
        elif labels and not filled and stands_for_a_figure(labels[-1].text, cell.text):
            slots.append(Slot(cell, Value(UNREADABLE)))
            filled = True
        else:
            if filled:
                parts.append((labels, slots))
                labels = []
            slots, filled = [], False
            labels.append(cell)
    parts.append((labels, slots if labels or filled else []))
    if len(parts) > 1 and not parts[0][0]:
        alone = sum(slot.filled for slot in parts[0][1]) == 1
        theirs = exact and len(parts) == 2 and not slots and (not alone or labels[0].column == labels_at)
        if theirs and is_label(squash(labels[0].text)):
            return [(labels, parts[0][1])]
        if alone:
            del parts[0]  # a stray number before the label
    return parts


def _has_words(reading: Reading) -> bool:
    return any(part.labels for part in reading.parts)


def _has_label(cells: tuple[Cell, ...]) -> bool:
    return any(cell.text and read_cell(cell.text).label for cell in cells)


def _any_filled(slots: list[Slot]) -> bool:
    for slot in slots:  # noqa: SIM110 (a third of the time that any() takes, once per row)
        if slot.value.status != BLANK:
            return True
    return False


def _placed(cell: Cell, reading: Reading) -> list[tuple[list[Cell], list[Slot]]]:
    """The (texts, slots) of one cell of running text: values are what stands apart, or ends a label."""
    if reading.figure is not None:
        return [([], [Slot(cell, reading.figure)])]
    return [
        (
            [_part(cell, span) for span in part.labels] if part.labels else [],
            [Slot(_part(cell, span), value) for span, value in part.values] if part.values else [],
        )
        for part in reading.parts
    ]


def _part(cell: Cell, span: tuple[int, int] | None) -> Cell:
    if span is None:
        return cell
    begin, stop = span
    place = cell.place
    if place.start is not None:
        place = Place(place.line, place.start + begin, place.start + stop - 1)
    return Cell(cell.text[begin:stop], place, cell.column, cell.span)


def _without_page_numbers(found: list[Row]) -> list[Row]:
    """The rows without lone bare numbers, where values stand on the lines of their labels."""
    filled = [row for row in found if row.filled]
    if len([row for row in filled if not row.own]) > ALONE * len(filled):
        return found
    alone = {id(row) for row in filled if row.table is None and not row.own and len(row.slots) == 1}
    if not alone:
        return found
    above: Row | None = None  # of those that stay
    for row, below in zip_longest(found, found[1:]):
        if id(row) not in alone:
            above = row
            continue
        if above is not None:
            above.number_below = row.slots[0].cell
        if below is not None and below.follows:
            below.before = row.before + below.before
            below.follows = row.follows
            if above is not None and row.follows:
                above.after = below.before
    return [row for row in found if id(row) not in alone]
