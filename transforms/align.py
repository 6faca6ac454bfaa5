"""Printed values laid onto the columns of the form, where a row has lost or gained a cell.

A row with as many values as columns is read as it stands. Any other has several readings; the identities
of the table decide between them, then the columns of the grid. Where readings remain that differ, the
cells they differ in are not decided at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import NamedTuple

from transforms.reconcile import CellKey, Values, count_broken, reconcile
from transforms.records import Number
from transforms.rows import Slot
from transforms.values import REPORTED

MAX_READINGS = 400  # of one row; what has more is not decided
MAX_COMBINATIONS = 256  # of all doubtful rows of a table together

EXACT, REGULAR, GUESS = 0, 1, 2  # how a reading was found: by real columns, by counted ones, by trying


class Reading(NamedTuple):
    """One way to lay a row's slots onto its columns; None where nothing was printed for a column."""

    slots: tuple[Slot | None, ...]
    rank: int

    @property
    def numbers(self) -> tuple[Number | None, ...]:
        return tuple(slot.value.number if slot else None for slot in self.slots)


@dataclass(slots=True)
class Aligned:
    """The chosen slots, and the cells on which equally good readings differ."""

    slots: dict[CellKey, Slot | None]
    doubtful: set[CellKey] = field(default_factory=set)
    rows_in_doubt: set[str] = field(default_factory=set)


def readings(
    slots: list[Slot], count: int, grid: tuple[int, ...] | None, exact: bool, trust_end: bool = True
) -> list[Reading]:
    """All ways to read `slots` as the values of `count` columns, the most trustworthy first.

    `grid` gives the columns in which the other rows of the table have their values, if they agree.
    A blank at the end of a row counts as a cell only if `trust_end`: converters pad rows at their end.
    """
    filled = [slot for slot in slots if slot.filled]
    found: list[Reading] = []
    if len(filled) == count:
        whole = Reading(tuple(filled), EXACT)
        return [whole, *_respaced(filled, count)] if any(s.value.spaced for s in filled) else [whole]
    if not filled:
        return [Reading(_blanks(slots, count), EXACT)]
    if grid is not None:
        placed = _by_column(slots, grid)
        if placed is not None:
            found.append(Reading(placed, EXACT if exact else REGULAR))
    if len(filled) < count:
        if len(slots) == count and (trust_end or exact or slots[-1].filled):
            found.append(Reading(tuple(slots), EXACT if exact else REGULAR))
        found.extend(_respaced(filled, count))
        for places in combinations(range(count), len(filled)):
            if len(found) > MAX_READINGS:
                break
            laid: list[Slot | None] = [None] * count
            for place, slot in zip(places, filled, strict=True):
                laid[place] = slot
            found.append(Reading(tuple(laid), GUESS))
    else:
        for kept in combinations(filled, count):
            if len(found) > MAX_READINGS:
                break
            found.append(Reading(kept, GUESS))
        found.extend(_joined(filled, count))
    return found


def _blanks(slots: list[Slot], count: int) -> tuple[Slot | None, ...]:
    return tuple(slots[:count]) + (None,) * (count - len(slots[:count]))


def _by_column(slots: list[Slot], grid: tuple[int, ...]) -> tuple[Slot | None, ...] | None:
    """The slots in the columns of the grid; None where a value stands outside them."""
    at = {slot.cell.column: slot for slot in slots}
    if any(slot.filled and slot.cell.column not in grid for slot in slots):
        return None
    return tuple(at.get(column) for column in grid)


def _respaced(filled: list[Slot], count: int) -> Iterable[Reading]:
    """Readings in which a spaced value (`5 0`) is two values that ran together."""
    split: list[Slot] = []
    for slot in filled:
        if slot.value.spaced:
            for piece in slot.cell.text.split():
                if not piece.isdigit():
                    return
                value = slot.value._replace(number=int(piece), spaced=False)
                split.append(Slot(slot.cell._replace(text=piece), value))
        else:
            split.append(slot)
    if len(split) == count != len(filled):
        yield Reading(tuple(split), REGULAR)


def _joined(filled: list[Slot], count: int) -> Iterable[Reading]:
    """Readings in which neighbouring digits (`1`, `0`) are one number that came apart."""
    if len(filled) != count + 1:
        return
    for at in range(len(filled) - 1):
        first, second = filled[at], filled[at + 1]
        texts = first.cell.text, second.cell.text
        if not (texts[0].isdigit() and texts[1].isdigit()) or texts[0].startswith("0"):
            continue
        place = first.cell.place._replace(end=second.cell.place.end)
        cell = first.cell._replace(text=" ".join(texts), place=place)
        slot = Slot(cell, first.value._replace(number=int("".join(texts)), spaced=True))
        yield Reading((*filled[:at], slot, *filled[at + 2 :]), GUESS)


def choose(
    form: int,
    table: str,
    columns: dict[str, tuple[str, ...]],
    options: dict[str, list[Reading]],
    every: Iterable[CellKey],
) -> Aligned:
    """Choose one reading for every row: the one that breaks the fewest identities of the table.

    `columns` and `options` are by row code; `every` names all cells of the table in this form.
    """
    blank: Values = dict.fromkeys(every)
    decided = {row: found[0] for row, found in options.items() if len(found) == 1}
    open_rows = {row: _distinct(found) for row, found in options.items() if len(found) > 1}
    if not open_rows:
        return Aligned(_lay(columns, decided))

    def values(chosen: dict[str, Reading]) -> Values:
        filled = dict(blank)
        for row, reading in chosen.items():
            filled.update(zip(((row, c) for c in columns[row]), reading.numbers, strict=True))
        return filled

    for row, found in open_rows.items():
        broken = [count_broken(form, table, values({row: reading})) for reading in found]
        open_rows[row] = [reading for reading, n in zip(found, broken, strict=True) if n == min(broken)]
    size = 1
    for row, found in open_rows.items():  # too many to try together: one row after the other
        size *= len(found)
        if size > MAX_COMBINATIONS:
            rest = {other: held[0] for other, held in open_rows.items() if other != row}
            broken = [
                count_broken(form, table, values(decided | rest | {row: reading})) for reading in found
            ]
            best = [reading for reading, n in zip(found, broken, strict=True) if n == min(broken)]
            size = size // len(found) * len(best)
            open_rows[row] = best
    combined = [dict(zip(open_rows, chosen, strict=True)) for chosen in _bounded(product(*open_rows.values()))]
    broken = [count_broken(form, table, values(decided | chosen)) for chosen in combined]
    fewest = [chosen for chosen, n in zip(combined, broken, strict=True) if n == min(broken)]
    fewest.sort(key=lambda chosen: sum(reading.rank for reading in chosen.values()))
    best_rank = sum(reading.rank for reading in fewest[0].values())
    decisive = all(reading.rank < GUESS for reading in fewest[0].values())
    equal = [
        chosen
        for chosen in fewest
        if not decisive or sum(reading.rank for reading in chosen.values()) == best_rank
    ]
    aligned = Aligned(_lay(columns, decided | equal[0]))
    outcomes = [reconcile(form, table, values(decided | chosen)).cells for chosen in equal[:MAX_COMBINATIONS]]
    for row in open_rows:
        for column in columns[row]:
            seen = {outcome[row, column][0] for outcome in outcomes}
            if len(equal) > 1 and len(seen) != 1 or (seen == {None} and _differ(equal, row, column, columns)):
                aligned.doubtful.add((row, column))
                aligned.rows_in_doubt.add(row)
    return aligned


def _differ(equal: list[dict[str, Reading]], row: str, column: str, columns: dict[str, tuple[str, ...]]) -> bool:
    at = columns[row].index(column)
    return len({chosen[row].numbers[at] for chosen in equal}) > 1


def _bounded(combined: Iterable[tuple[Reading, ...]]) -> Iterable[tuple[Reading, ...]]:
    for number, chosen in enumerate(combined):
        if number >= 4 * MAX_COMBINATIONS:
            return
        yield chosen


def _distinct(found: list[Reading]) -> list[Reading]:
    """Readings without those that say the same numbers as a more trustworthy one."""
    best: dict[tuple[Number | None, ...], Reading] = {}
    for reading in sorted(found, key=lambda reading: reading.rank):
        best.setdefault(reading.numbers, reading)
    return list(best.values())


def _lay(columns: dict[str, tuple[str, ...]], chosen: dict[str, Reading]) -> dict[CellKey, Slot | None]:
    return {
        (row, column): slot
        for row, reading in chosen.items()
        for column, slot in zip(columns[row], reading.slots, strict=True)
    }


def grid_columns(rows: Iterable[list[Slot]], count: int) -> tuple[int, ...] | None:
    """The columns in which most complete rows of a table have their values; None without a majority."""
    seen: dict[tuple[int, ...], int] = {}
    total = 0
    for slots in rows:
        filled = [slot for slot in slots if slot.filled and slot.value.status == REPORTED]
        if len(filled) == count:
            columns = tuple(slot.cell.column for slot in filled)
            if len(set(columns)) == count:
                seen[columns] = seen.get(columns, 0) + 1
            total += 1
    if not seen:
        return None
    best = max(seen, key=lambda columns: seen[columns])
    return best if seen[best] * 2 > total else None
