"""Printed values laid onto the columns of the form, where a row has lost or gained a cell.

A row with as many values as columns is read as it stands. Any other has several readings; the identities
of the table decide between them, then the columns of the grid. Where readings remain that differ, the
cells they differ in are not decided at all.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from math import comb, prod
from typing import Final, TypeVar

from mypy_extensions import mypyc_attr

from schemas import forms
from transforms.reconcile import (
    CellKey,
    Numbers,
    count_broken,
    holds,
    reconcile,
    single_changes,
    spans,
    widths,
)
from transforms.records import Number
from transforms.rows import Slot
from transforms.values import BLANK, REPORTED, UNREADABLE, Value, read_value

T = TypeVar("T")

MAX_READINGS: Final = 400  # of one row; what has more is not decided
MAX_TRIED: Final = 240  # readings of all doubtful rows of a table tried singly
MAX_COMBINATIONS: Final = 64  # of all doubtful rows of a table together

# How a reading was found: by real columns, by counted ones, by trying.
EXACT: Final = 0
REGULAR: Final = 1
GUESS: Final = 2


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Reading:
    """One way to lay a row's slots onto its columns; None where nothing was printed for a column."""

    slots: Final[tuple[Slot | None, ...]]
    rank: Final[int]

    def __init__(self, slots: tuple[Slot | None, ...], rank: int) -> None:
        self.slots = slots
        self.rank = rank

    @property
    def numbers(self) -> tuple[Number | None, ...]:
        """The printed numbers, None where there is none."""
        return tuple([slot.value.number if slot else None for slot in self.slots])


class Aligned:
    """The chosen slots of each row, and the cells on which equally good readings differ."""

    def __init__(self, rows: dict[str, tuple[Slot | None, ...]], as_printed: bool = False) -> None:
        self.rows: Final = rows
        self.as_printed: Final = as_printed  # whether every row has all its figures, and no other, as printed
        self.doubtful: set[CellKey] = set()
        self.rows_in_doubt: set[str] = set()
        self.rows_by_sums: set[str] = set()  # laid out by what the sums allow alone

    def slots(self, form: int, table: str) -> list[Slot | None]:
        """The slot of every cell of the table, at its place in the form."""
        slots: list[Slot | None] = []
        for row, count in widths(form, table):
            slots += self.slots_of(row, count) or [None] * count
        return slots

    def slots_of(self, row: str, count: int) -> tuple[Slot | None, ...]:
        """The slots of the cells of a row, of which there are so many; none where nothing is laid onto it."""
        laid = self.rows.get(row, ())
        if laid and len(laid) != count:
            raise ValueError(f"{len(laid)} cells are laid onto the {count} of the row {row}")
        return laid

    def numbers(self, form: int, table: str) -> Numbers:
        """The printed number of every cell of the table, None where it has none."""
        return [None if slot is None else slot.value.number for slot in self.slots(form, table)]


def readings(
    slots: list[Slot],
    count: int,
    grid: tuple[int, ...] | None,
    exact: bool,
    trust_end: bool = True,
    may_part: bool = True,
) -> list[Reading]:
    """All ways to read `slots` as the values of `count` columns; none where there are too many.

    `grid` gives the columns in which the other rows of the table have their values, if they agree.
    A blank at the end of a row counts as a cell only if `trust_end`: converters pad rows at their end.
    A number may be two that ran together only if `may_part`: not where the other rows are as short.
    """
    filled = [slot for slot in slots if slot.value.status != BLANK]
    found: list[Reading] = []
    if len(filled) == count:
        return [Reading(tuple(filled), EXACT)]
    if not filled:
        return [Reading(_blanks(slots, count), EXACT)]
    if grid is not None:
        placed = _by_column(slots, grid)
        if placed is not None:
            found.append(Reading(placed, EXACT if exact else REGULAR))
    if len(filled) < count:
        if len(slots) == count and (trust_end or exact or slots[-1].filled):
            found.append(Reading(tuple(slots), EXACT if exact else REGULAR))
        if exact and found:
            return found[:1]  # the file itself says in which column a figure stands
        found.extend(_respaced(filled, count))
        found.extend(_parted(filled, count) if may_part else ())
        every = combinations(range(count), len(filled)) if comb(count, len(filled)) <= MAX_READINGS else ()
        for places in every:
            laid: list[Slot | None] = [None] * count
            for place, slot in zip(places, filled, strict=True):
                laid[place] = slot
            found.append(Reading(tuple(laid), GUESS))
    else:
        if comb(len(filled), count) <= MAX_READINGS:
            found.extend(Reading(kept, GUESS) for kept in combinations(filled, count))
        found.extend(_joined(filled, count))
    return found


def as_many(slots: list[Slot], header: tuple[int, ...] | None) -> list[Reading]:
    """The ways to read a row of a grid with as many figures as columns, where one stands beside the columns.

    `header` gives those under the words of the header. By them a column is blank, by the count none is.
    """
    at = {slot.cell.column: slot for slot in slots}
    if header is None or any(column not in at for column in header):
        return []
    by_header = tuple([at[column] for column in header])
    filled = tuple([slot for slot in slots if slot.filled])
    return [Reading(by_header, GUESS), Reading(filled, GUESS)] if by_header != filled else []


def _blanks(slots: list[Slot], count: int) -> tuple[Slot | None, ...]:
    return tuple(slots[:count]) + (None,) * (count - len(slots[:count]))


def _by_column(slots: list[Slot], grid: tuple[int, ...]) -> tuple[Slot | None, ...] | None:
    """The slots in the columns of the grid; None where a value stands outside them, or a cell lacks.

    A 0 in a cell merged over several columns is in none of them: sums, where there are any, prove it of each.
    """
    at: dict[int, Slot | None] = {
        slot.cell.column + shift: slot for slot in slots for shift in range(slot.cell.span)
    }
    for slot in slots:
        if slot.filled and at[slot.cell.column] is not slot:
            return None  # two figures in one cell
        covered = [slot.cell.column + shift in grid for shift in range(slot.cell.span)]
        if is_merged_zero(slot) and all(covered) and len(covered) < len(grid):
            at.update((slot.cell.column + shift, None) for shift in range(slot.cell.span))
        elif slot.filled and sum(covered) != 1:
            return None  # outside the columns, or over several of them
    if any(column not in at for column in grid):
        return None
    return tuple(at[column] for column in grid)


def is_merged_zero(slot: Slot) -> bool:
    """Whether a 0 is printed in a cell over several columns of a grid."""
    return slot.cell.span > 1 and slot.value.number == 0


def _respaced(filled: list[Slot], count: int) -> Iterable[Reading]:
    """Readings in which a spaced value (`5 0`) is two values that ran together."""
    split: list[Slot] = []
    for slot in filled:
        if slot.value.spaced:
            pieces = [_piece(slot, *piece.span()) for piece in re.finditer(r"\S+", slot.cell.text)]
            if any(piece.value.status == UNREADABLE for piece in pieces):
                return
            split.extend(pieces)
        else:
            split.append(slot)
    if len(split) == count:
        yield Reading(tuple(split), GUESS)


def _parted(filled: list[Slot], count: int) -> Iterable[Reading]:
    """Readings in which one number is two (`31` is `3`, `1`) that lost what stood between them."""
    if len(filled) != count - 1:
        return
    for at, slot in enumerate(filled):
        text = slot.cell.text
        if not text.isdecimal():
            continue
        for cut in range(1, len(text)):
            if text[cut] == "0" and cut + 1 < len(text):
                continue
            halves = [_piece(slot, 0, cut), _piece(slot, cut, len(text))]
            yield Reading((*filled[:at], *halves, *filled[at + 1 :]), GUESS)


def runs_together(filled: list[Slot], count: int) -> bool:
    """Whether the last figure of a row is the sum of all others once one of them is parted in two."""
    found = ([number or 0 for number in reading.numbers] for reading in _parted(filled, count))
    return any(sum(parts) == total for *parts, total in found)


def _piece(slot: Slot, start: int, end: int) -> Slot:
    text, place = slot.cell.text[start:end], slot.cell.place
    if place.start is not None:
        place = replace(place, start=place.start + start, end=place.start + end - 1)
    return Slot(replace(slot.cell, text=text, place=place), read_value(text) or Value(UNREADABLE))


def _joined(filled: list[Slot], count: int) -> Iterable[Reading]:
    """Readings in which neighbouring digits (`1`, `0`) are one number that came apart."""
    if len(filled) != count + 1:
        return
    for at in range(len(filled) - 1):
        first, second = filled[at], filled[at + 1]
        texts = first.cell.text, second.cell.text
        if not (texts[0].isdecimal() and texts[1].isdecimal()) or texts[0].startswith("0"):
            continue
        place = replace(first.cell.place, end=second.cell.place.end)
        cell = replace(first.cell, text=" ".join(texts), place=place)
        slot = Slot(cell, replace(first.value, number=int("".join(texts)), spaced=True))
        yield Reading((*filled[:at], slot, *filled[at + 2 :]), GUESS)


def choose(
    form: int, table: str, columns: dict[str, tuple[str, ...]], options: dict[str, list[Reading]]
) -> Aligned:
    """Choose one reading for every row: the one that breaks the fewest identities of the table.

    `columns` and `options` are by row code; `columns` names all rows of the table in this form.
    """
    if all(len(found) == 1 for found in options.values()):
        return laid_out({row: found[0] for row, found in options.items()})
    options = {row: _distinct(form, table, row, columns[row], found) for row, found in options.items()}
    hopeless = {row for row, found in options.items() if not found}
    printed = {row: found[0] for row, found in options.items() if found and _is_printed(found)}
    open_rows = {row: found for row, found in options.items() if found and row not in printed}
    known = laid_out(printed).numbers(form, table)
    places = spans(form, table)

    def values(chosen: dict[str, Reading]) -> Numbers:
        numbers = known.copy()
        for row, reading in chosen.items():
            first, count = places[row]
            numbers[first : first + count] = reading.numbers
        return numbers

    if sum(map(len, open_rows.values())) > MAX_TRIED:
        hopeless |= open_rows.keys()
        open_rows = {}
    if prod(map(len, open_rows.values())) > MAX_COMBINATIONS:
        open_rows = _pruned(open_rows, lambda chosen: count_broken(form, table, values(chosen)))
    while prod(map(len, open_rows.values())) > MAX_COMBINATIONS:
        widest = max(open_rows, key=lambda row: len(open_rows[row]))
        hopeless.add(widest)
        del open_rows[widest]
    equal = [dict(zip(open_rows, chosen, strict=True)) for chosen in product(*open_rows.values())]
    if len(equal) > 1:
        equal = _fewest(equal, [count_broken(form, table, values(chosen)) for chosen in equal])
    elif any(len(options[row]) > 1 for row in printed) and not holds(form, table, values(equal[0])):
        deviations = [
            chosen
            for row in printed
            for reading in options[row][1:]
            if holds(form, table, values(chosen := equal[0] | {row: reading}))
        ]
        if deviations and not single_changes(form, table, values(equal[0])):
            equal = deviations
    aligned = laid_out(printed | equal[0])
    aligned.doubtful, aligned.rows_in_doubt = _cells_of(hopeless, columns), hopeless
    if len(equal) > 1:
        outcomes = [reconcile(form, table, values(chosen)).numbers for chosen in equal]
        for row in {row for chosen in equal for row in chosen}:
            readings_of_row = {(printed | chosen)[row].numbers for chosen in equal}
            for at, column in enumerate(columns[row]):
                seen = {outcome[places[row][0] + at] for outcome in outcomes}
                differ = len({numbers[at] for numbers in readings_of_row}) > 1
                if len(seen) > 1 or (seen == {None} and differ):
                    aligned.doubtful.add((row, column))
                    aligned.rows_in_doubt.add(row)
    return aligned


def laid_out(chosen: dict[str, Reading]) -> Aligned:
    """The rows as they are read."""
    aligned = Aligned({row: reading.slots for row, reading in chosen.items()})
    for row, reading in chosen.items():
        if reading.rank == GUESS:
            aligned.rows_by_sums.add(row)
    return aligned


def _is_printed(found: list[Reading]) -> bool:
    """Whether a row has a reading by its columns, or only one; what is printed there is believed.

    But not where two figures may have run together, so that one column more is printed.
    """
    first = found[0]
    return len(found) == 1 or (
        first.rank < GUESS and not any(slot.value.spaced for slot in first.slots if slot is not None)
    )


def _pruned(
    open_rows: dict[str, list[Reading]], broken: Callable[[dict[str, Reading]], int]
) -> dict[str, list[Reading]]:
    """Without the readings that contradict the rows that are certain, whatever the other rows hold."""
    certain = broken({})
    left = {}
    for row, found in open_rows.items():
        possible = [reading for reading in found if broken({row: reading}) <= certain]
        left[row] = possible or found
    return left


def _cells_of(rows: Iterable[str], columns: dict[str, tuple[str, ...]]) -> set[CellKey]:
    return {(row, column) for row in rows for column in columns[row]}


def _fewest(items: list[T], broken: list[int]) -> list[T]:
    least = min(broken)
    return [item for item, number in zip(items, broken, strict=True) if number == least]


def _distinct(
    form: int, table: str, row: str, columns: tuple[str, ...], found: list[Reading]
) -> list[Reading]:
    """Readings that come to different numbers once the row's own sum has filled its gaps.

    Of readings that come to the same, the most trustworthy stays. What is laid out by columns stays first,
    whatever the sum says of it; guesses that contradict the row's own sum stay only where all do.
    """
    if len(found) <= 1:
        return found
    best: dict[tuple[Number | None, ...], Reading] = {}
    wrong: dict[tuple[Number | None, ...], Reading] = {}
    sums = _row_sum(form, table, row, columns)
    ranked = sorted(found, key=lambda reading: reading.rank)
    for reading in ranked:
        numbers, possible = _completed(reading.numbers, sums)
        kept = possible or (reading is ranked[0] and reading.rank < GUESS)
        (best if kept else wrong).setdefault(numbers, reading)
    return list((best or wrong).values())


@cache
def _row_sum(form: int, table: str, row: str, columns: tuple[str, ...]) -> tuple[tuple[int, ...], int] | None:
    """Which columns of a row sum to which, where the form says so."""
    for identity in forms.identities(form, table):
        if identity.row == row:
            return tuple(columns.index(column) for _, column in identity.left), columns.index(
                identity.right[0][1]
            )
    return None


def _completed(
    numbers: tuple[Number | None, ...], sums: tuple[tuple[int, ...], int] | None
) -> tuple[tuple[Number | None, ...], bool]:
    """The numbers with the gaps filled that the row's sum decides, and whether the sum can hold at all."""
    if sums is None:
        return numbers, True
    parts, whole = sums
    gaps = [at for at in parts if numbers[at] is None]
    known = sum(number for at in parts if (number := numbers[at]) is not None)
    total = numbers[whole]
    filled = list(numbers)
    if total is None:
        if not gaps:
            filled[whole] = known
        return tuple(filled), True
    rest = total - known
    if rest < 0 or (not gaps and rest):
        return numbers, False
    if len(gaps) == 1 or not rest:
        for at in gaps:
            filled[at] = rest
    return tuple(filled), True


def left_out(aligned: Aligned, row: str, slots: list[Slot]) -> list[Slot]:
    """The figures printed in a row that no cell of it has, nor any part or whole of it by the sums."""
    if row in aligned.rows_by_sums or row in aligned.rows_in_doubt:
        return []
    used = aligned.rows.get(row, ())
    if list(used) == slots:
        return []
    ids = set(map(id, used))
    return [slot for slot in slots if slot.value.status in (REPORTED, UNREADABLE) and id(slot) not in ids]


def grid_columns(rows: Iterable[list[Slot]], count: int) -> tuple[int, ...] | None:
    """The columns in which most complete rows of a table have their values; None without a majority.

    Where no row is complete, the columns between the first and the last value, if there are `count` of them.
    """
    seen: dict[tuple[int, ...], int] = {}
    total = 0
    used: set[int] = set()
    for slots in rows:
        filled = [slot for slot in slots if slot.filled and slot.value.status == REPORTED]
        used.update(slot.cell.column for slot in filled)
        if len(filled) == count:
            columns = tuple(slot.cell.column for slot in filled)
            if len(set(columns)) == count:
                seen[columns] = seen.get(columns, 0) + 1
            total += 1
    if not seen:
        return tuple(range(min(used), max(used) + 1)) if used and max(used) - min(used) + 1 == count else None
    best = max(seen, key=lambda columns: seen[columns])
    return best if seen[best] * 2 > total else None
