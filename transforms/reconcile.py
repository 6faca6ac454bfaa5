"""What the identities of the form say about the printed figures of one table.

They prove cells that carry no number, name the one cell whose change would mend everything that is
broken, and show which cells contradict each other. Nothing printed is ever changed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from schemas import forms
from transforms.records import IdentityRecord, Number

CellKey = tuple[str, str]  # (row, column)
Values = dict[CellKey, Number | None]
Numbers = list[Number | None]  # of the cells of a _System
Sums = list[tuple[Number | None, Number | None]]  # of both sides of each identity
Bounds = dict[int, tuple[Number, Number]]  # lowest, highest (NO_LIMIT: any), by place in a _System

AS_REPORTED: Final = "as_reported"
PROVED: Final = "proved"
REPAIRED: Final = "repaired"
CONFLICT: Final = "conflict"
UNDETERMINED: Final = "undetermined"

NO_LIMIT: Final = 10**15  # far above any count
MAX_ROUNDS: Final = 24  # real tables settle in three or four; contradictory ones can creep for ever


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The cells that the identities decide (their reconciled value: PROVED, REPAIRED, or none in CONFLICT).

    All others stand as in `values`. With a record of every identity, and how many are broken.
    """

    values: Values
    decided: dict[CellKey, tuple[Number | None, str]]
    identities: list[IdentityRecord]
    broken: int

    @property
    def numbers(self) -> Values:
        """The reconciled value of every cell, None where it has none."""
        return self.values | {key: number for key, (number, _) in self.decided.items()}


class _Contradiction(Exception):  # noqa: N818
    def __init__(self, identities: set[int]) -> None:
        super().__init__()
        self.identities = identities


class _System(NamedTuple):
    """All identities of a table over the numbers of the cells in them, each side as places in that list.

    In the form's order the places of a side are evenly spaced, so a slice takes its numbers at once.
    """

    identities: tuple[forms.Identity, ...]
    cells: tuple[CellKey, ...]
    sides: tuple[tuple[range, range], ...]
    slices: tuple[tuple[slice, slice], ...]

    def numbers(self, values: Values) -> Numbers:
        """The numbers of the cells, as the identities refer to them."""
        return list(map(values.__getitem__, self.cells))

    def cells_of(self, at: int) -> set[CellKey]:
        """The cells on both sides of an identity."""
        return {self.cells[place] for side in self.sides[at] for place in side}


@cache
def _system(form: int, table: str) -> _System:
    identities = forms.identities(form, table)
    cells = tuple((cell.row, cell.column) for cell in forms.cells(form, table)) if identities else ()
    at = {key: place for place, key in enumerate(cells)}
    sides = tuple(
        (_spaced([at[key] for key in identity.left]), _spaced([at[key] for key in identity.right]))
        for identity in identities
    )
    slices = tuple((_slice(left), _slice(right)) for left, right in sides)
    return _System(identities, cells, sides, slices)


def _spaced(places: list[int]) -> range:
    step = places[1] - places[0] if len(places) > 1 else 1
    spaced = range(places[0], places[-1] + 1, step)
    assert [*spaced] == places, "an identity whose cells are not evenly spaced in the form"
    return spaced


def _slice(places: range) -> slice:
    return slice(places.start, places.stop, places.step)


def reconcile(form: int, table: str, values: Values) -> Reconciled:
    """Apply all identities of one table of a form.

    `values` holds the printed number of every cell of the table, None where it has none. Counts are whole
    numbers and not negative; a printed one that is not stands in conflict with the form itself.
    """
    system = _system(form, table)
    numbers = system.numbers(values)
    sums = _sums(system, numbers)
    impossible = {
        key
        for key, value in values.items()
        if not (type(value) is int and value >= 0) and value is not None and not is_possible(key[1], value)
    }
    broken, bounds = _broken(system, numbers, sums)
    repaired: dict[CellKey, Number] = {}
    if broken and not impossible:
        changes = _single_changes(system, numbers, broken)
        repaired = {key: n for key, n in changes.items() if n is not None} if len(changes) == 1 else {}
    bad = set() if repaired else broken
    tainted = impossible.union(*map(system.cells_of, bad))
    if broken or tainted:
        bounds = _sound_bounds(system, system.numbers({**values, **repaired}), tainted)
    proved = {system.cells[place]: low for place, (low, high) in bounds.items() if low == high}
    decided: dict[CellKey, tuple[Number | None, str]] = {
        **{key: (number, PROVED) for key, number in proved.items()},
        **{key: (number, REPAIRED) for key, number in repaired.items()},
        **dict.fromkeys(tainted, (None, CONFLICT)),
    }
    records = [
        IdentityRecord(
            identity.kind,
            table,
            identity.row,
            identity.column,
            left,
            right,
            False if at in broken else None if left is None or right is None else True,
        )
        for at, (identity, (left, right)) in enumerate(zip(system.identities, sums, strict=True))
    ]
    return Reconciled(values, decided, records, len(broken))


def count_broken(form: int, table: str, values: Values) -> int:
    """How many identities of the table the values break; what is None could be anything."""
    system = _system(form, table)
    numbers = system.numbers(values)
    return len(_broken(system, numbers, _sums(system, numbers))[0])


def holds(form: int, table: str, values: Values) -> bool:
    """Whether the values break no identity of the table; what is None could be anything."""
    system = _system(form, table)
    return _holds(system, system.numbers(values))


def single_changes(form: int, table: str, values: Values) -> dict[CellKey, Number | None]:
    """The printed cells of which one alone, changed, leaves nothing broken, each with the number it must be.

    None stands for a cell that could be several numbers. Empty where nothing is broken or no single change
    mends it.
    """
    system = _system(form, table)
    numbers = system.numbers(values)
    return _single_changes(system, numbers, _broken(system, numbers, _sums(system, numbers))[0])


def is_possible(column: str, value: Number) -> bool:
    """Whether a column can hold the number: counts are whole and, but for a change, not negative."""
    if column == "amount":
        return value >= 0
    return value == int(value) and (value >= 0 or column == "change")


def _sum(numbers: Numbers) -> Number | None:
    return None if None in numbers else sum(numbers)  # type: ignore[arg-type]


def _sums(system: _System, numbers: Numbers) -> Sums:
    return [(_sum(numbers[left]), _sum(numbers[right])) for left, right in system.slices]


def _broken(system: _System, numbers: Numbers, sums: Sums) -> tuple[set[int], Bounds]:
    """Identities that the printed figures alone make impossible, singly or against one another.

    With the bounds that the others leave to the cells without a number.
    """
    broken = _broken_alone(sums)
    active = _open(sums)
    while active:
        try:
            return broken, _propagate(system, active, numbers)
        except _Contradiction as contradiction:
            broken |= contradiction.identities
            active = [at for at in active if at not in broken]
    return broken, {}


def _broken_alone(sums: Sums) -> set[int]:
    return {
        at
        for at, (left, right) in enumerate(sums)
        if left != right and left is not None and right is not None
    }


def _open(sums: Sums) -> list[int]:
    """The identities with a cell that has no number."""
    return [at for at, (left, right) in enumerate(sums) if left is None or right is None]


def _holds(system: _System, numbers: Numbers) -> bool:
    sums = _sums(system, numbers)
    if _broken_alone(sums):
        return False
    try:
        _propagate(system, _open(sums), numbers)
    except _Contradiction:
        return False
    return True


def _propagate(system: _System, active: list[int], numbers: Numbers) -> Bounds:
    """Tighten the bounds of the cells without a number until nothing changes.

    Raises _Contradiction with the identities that leave a cell no value between them.
    """
    low: dict[int, Number] = {}
    high: dict[int, Number] = {}
    sources: dict[int, set[int]] = {}
    steps: list[tuple[int, Number, list[int], Number, list[int]]] = []  # each identity, from either side
    steps_of: dict[int, list[int]] = {}
    for at in active:
        parts: list[tuple[Number, list[int]]] = []
        for side in system.sides[at]:
            known: Number = 0
            open_places = []
            for place in side:
                number = numbers[place]
                if number is None:
                    open_places.append(place)
                    low[place], high[place], sources[place] = 0, NO_LIMIT, set()
                    steps_of.setdefault(place, []).extend((len(steps), len(steps) + 1))
                else:
                    known += number
            parts.append((known, open_places))
        steps += [(at, *parts[0], *parts[1]), (at, *parts[1], *parts[0])]
    stale = [True] * len(steps)  # whether a bound has changed since the step was taken
    rounds = 0
    while True in stale and rounds < MAX_ROUNDS:  # bounds found so far hold, also where more could be found
        rounds += 1
        for index, (at, known, places, other_known, other_places) in enumerate(steps):
            if not stale[index]:
                continue
            stale[index] = False
            own_low, own_high, other_low, other_high = known, known, other_known, other_known
            for place in places:
                own_low += low[place]
                own_high += high[place]
            for place in other_places:
                other_low += low[place]
                other_high += high[place]
            if own_low > other_high:
                raise _Contradiction({at}.union(*(sources[place] for place in (*places, *other_places))))
            if other_high - own_low >= NO_LIMIT <= own_high - other_low:
                continue  # too little is known on either side to bound a cell
            for place in places:
                highest = other_high - (own_low - low[place])
                lowest = other_low - (own_high - high[place])
                if highest < high[place] or lowest > low[place]:
                    high[place] = min(highest, high[place])
                    low[place] = max(lowest, low[place])
                    sources[place].add(at)
                    for step in steps_of[place]:
                        stale[step] = True
    return {place: (low[place], high[place]) for place in low}


def _sound_bounds(system: _System, numbers: Numbers, tainted: set[CellKey]) -> Bounds:
    """The bounds of the cells without a number; identities with a doubtful cell say nothing of them."""
    active = [at for at in _open(_sums(system, numbers)) if tainted.isdisjoint(system.cells_of(at))]
    return _propagate(system, active, numbers)


def _single_changes(system: _System, numbers: Numbers, broken: set[int]) -> dict[CellKey, Number | None]:
    found: dict[CellKey, Number | None] = {}
    places = [[place for side in system.sides[at] for place in side] for at in broken]
    suspects = {place for some in places for place in some if numbers[place] is not None}
    for some in places:  # between known cells alone, only a cell that all the broken ones share can mend them
        if all(numbers[place] is not None for place in some):
            suspects.intersection_update(some)
    for place in sorted(suspects, key=system.cells.__getitem__):
        without = [*numbers[:place], None, *numbers[place + 1 :]]
        sums = _sums(system, without)
        if _broken_alone(sums):
            continue
        try:
            low, high = _propagate(system, _open(sums), without)[place]
        except _Contradiction:
            continue
        found[system.cells[place]] = low if low == high else None
    return found
