"""What the identities of the form say about the printed figures of one table.

They prove cells that carry no number, name the one cell whose change would mend everything that is
broken, and show which cells contradict each other. Nothing printed is ever changed.
"""

from functools import cache
from math import lcm
from typing import Final

from schemas import forms
from transforms.records import IdentityRecord, Number

CellKey = tuple[str, str]  # (row, column)
Numbers = list[Number | None]  # of all cells of a table, each at its place in the form
Sums = list[tuple[Number | None, Number | None]]  # of both sides of each identity
Bounds = dict[int, tuple[int, int]]  # lowest, highest (NO_LIMIT: any), by place in the form

AS_REPORTED: Final = "as_reported"
PROVED: Final = "proved"
REPAIRED: Final = "repaired"
CONFLICT: Final = "conflict"
UNDETERMINED: Final = "undetermined"

NO_LIMIT: Final = 10**15  # far above any count
MAX_ROUNDS: Final = 24  # real tables settle in three or four; contradictory ones can creep for ever


class Reconciled:
    """The cells that the identities decide, by their places in the form.

    `decided` gives their reconciled value (PROVED, REPAIRED, or none in CONFLICT); all others stand as they
    are printed. With a record of every identity, and how many are broken.
    """

    def __init__(
        self,
        printed: Numbers,
        decided: dict[int, tuple[Number | None, str]],
        identities: list[IdentityRecord],
        broken: int,
    ) -> None:
        self.printed: Final = printed
        self.decided: Final = decided
        self.identities: Final = identities
        self.broken: Final = broken

    @property
    def numbers(self) -> Numbers:
        """The reconciled value of every cell, None where it has none."""
        numbers = self.printed.copy()
        for place, (number, _) in self.decided.items():
            numbers[place] = number
        return numbers


class _Contradiction(Exception):  # noqa: N818
    def __init__(self, identities: set[int]) -> None:
        super().__init__()
        self.identities = identities


class _System:
    """All identities of a table, each side as the places of its cells in the form."""

    def __init__(self, form: int, table: str) -> None:
        identities = forms.identities(form, table)
        at = {key: place for place, key in enumerate(cells_of(form, table))}
        self.columns: Final = [column for _, column in cells_of(form, table)]
        self.names: Final = [(identity.kind, identity.row, identity.column) for identity in identities]
        self.sides: Final = [
            (tuple([at[key] for key in identity.left]), tuple([at[key] for key in identity.right]))
            for identity in identities
        ]

    def places_of(self, identity: int) -> tuple[int, ...]:
        """The places on both sides of an identity."""
        left, right = self.sides[identity]
        return left + right


@cache
def _system(form: int, table: str) -> _System:
    return _System(form, table)


@cache
def cells_of(form: int, table: str) -> tuple[CellKey, ...]:
    """The cells of a table in the form's order: the place of a cell is where it stands there."""
    return tuple((cell.row, cell.column) for cell in forms.cells(form, table))


@cache
def widths(form: int, table: str) -> tuple[tuple[str, int], ...]:
    """The rows of a table in the form's order, each with how many cells it has."""
    return tuple((row, len(forms.columns(form, table, row))) for row in forms.rows(form, table))


@cache
def spans(form: int, table: str) -> dict[str, tuple[int, int]]:
    """Where the cells of each row stand in the form: the place of the first, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    place = 0
    for row, count in widths(form, table):
        found[row] = place, count
        place += count
    return found


def reconcile(form: int, table: str, numbers: Numbers) -> Reconciled:
    """Apply all identities of one table of a form.

    `numbers` holds the printed number of every cell of the table, None where it has none. Counts are whole
    numbers and not negative; a printed one that is not stands in conflict with the form itself.
    """
    system = _system(form, table)
    sums = _sums(system, numbers)
    tainted = _impossible(system, numbers)
    broken, bounds = _broken(system, numbers, sums)
    repaired: dict[int, Number] = {}
    if broken and not tainted:
        changes = _single_changes(system, numbers, broken)
        repaired = {place: n for place, n in changes.items() if n is not None} if len(changes) == 1 else {}
    if not repaired:
        for at in broken:
            tainted.update(system.places_of(at))
    if broken or tainted:
        known = numbers.copy()
        for place, mended in repaired.items():
            known[place] = mended
        bounds = _sound_bounds(system, known, tainted)
    decided: dict[int, tuple[Number | None, str]] = {
        place: (low, PROVED) for place, (low, high) in bounds.items() if low == high
    }
    for place, mended in repaired.items():
        decided[place] = (mended, REPAIRED)
    for place in tainted:
        decided[place] = (None, CONFLICT)
    records = []
    for at, (left, right) in enumerate(sums):
        holds = False if at in broken else None if left is None or right is None else True
        kind, row, column = system.names[at]
        records.append(IdentityRecord(kind, table, row, column, left, right, holds))
    return Reconciled(numbers, decided, records, len(broken))


def count_broken(form: int, table: str, numbers: Numbers) -> int:
    """How many identities of the table the numbers break; what is None could be anything."""
    system = _system(form, table)
    return len(_broken(system, numbers, _sums(system, numbers))[0])


def holds(form: int, table: str, numbers: Numbers) -> bool:
    """Whether the numbers break no identity of the table; what is None could be anything."""
    return _holds(_system(form, table), numbers)


def single_changes(form: int, table: str, numbers: Numbers) -> dict[int, Number | None]:
    """The places of the printed cells of which one alone, changed, leaves nothing broken.

    Each with the number it must be, None where it could be several. Empty where nothing is broken or no
    single change mends it.
    """
    system = _system(form, table)
    return _single_changes(system, numbers, _broken(system, numbers, _sums(system, numbers))[0])


def is_possible(column: str, value: Number) -> bool:
    """Whether a column can hold the number: counts are whole and, but for a change, not negative."""
    if column == "amount":
        return value >= 0
    return value == int(value) and (value >= 0 or column == "change")


def _impossible(system: _System, numbers: Numbers) -> set[int]:
    """The places of the numbers that their columns cannot hold."""
    found: set[int] = set()
    for place, number in enumerate(numbers):
        if number is None or (isinstance(number, int) and number >= 0):
            continue
        if not is_possible(system.columns[place], number):
            found.add(place)
    return found


def _sum(numbers: Numbers, places: tuple[int, ...]) -> Number | None:
    total = 0
    for place in places:
        number = numbers[place]
        if not isinstance(number, int):
            return _sum_of_any([numbers[place] for place in places])
        total += number
    return total


def _sum_of_any(numbers: Numbers) -> Number | None:
    total: Number = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _sums(system: _System, numbers: Numbers) -> Sums:
    return [(_sum(numbers, left), _sum(numbers, right)) for left, right in system.sides]


def _broken(system: _System, numbers: Numbers, sums: Sums) -> tuple[set[int], Bounds]:
    """Identities that the printed figures alone make impossible, singly or against one another.

    With the bounds that the others leave to the cells without a number.
    """
    if _all_hold(sums) or all(number is None for number in numbers):
        return set(), {}
    broken = _broken_alone(sums)
    active = _open(sums)
    while active:
        try:
            return broken, _propagate(system, active, numbers)
        except _Contradiction as contradiction:
            broken |= contradiction.identities
            active = [at for at in active if at not in broken]
    return broken, {}


def _all_hold(sums: Sums) -> bool:
    """Whether every identity has both its sides, and they are equal, as in most tables."""
    return all(left is not None and left == right for left, right in sums)


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


class _Step:
    """An identity from one side: what is known of the other bounds the cells without a number on this one."""

    def __init__(
        self, identity: int, known: int, places: list[int], other_known: int, other_places: list[int]
    ) -> None:
        self.identity: Final = identity
        self.known: Final = known
        self.places: Final = places
        self.other_known: Final = other_known
        self.other_places: Final = other_places
        self.stale = True  # whether a bound has changed since it was taken


def _propagate(system: _System, active: list[int], numbers: Numbers) -> Bounds:
    """Tighten the bounds of the cells without a number until nothing changes.

    Fractions, which no count is, are counted in parts of one, and bounds between whole numbers widened to
    them. Raises _Contradiction with the identities that leave a cell no value between them.
    """
    parts = _parts_of_one(numbers)
    no_limit = NO_LIMIT * parts
    low = [0] * len(numbers)
    high = [no_limit] * len(numbers)
    sources: dict[int, set[int]] = {}  # what bounded each cell without a number
    steps: list[_Step] = []
    steps_of: dict[int, list[_Step]] = {}
    for at in active:
        left, right = system.sides[at]
        left_known, left_places = _known_and_open(numbers, left, parts)
        right_known, right_places = _known_and_open(numbers, right, parts)
        pair = [
            _Step(at, left_known, left_places, right_known, right_places),
            _Step(at, right_known, right_places, left_known, left_places),
        ]
        steps += pair
        for place in left_places + right_places:
            if place not in sources:
                sources[place] = set()
                steps_of[place] = []
            steps_of[place] += pair
    changed = True
    rounds = 0
    while changed and rounds < MAX_ROUNDS:  # bounds found so far hold, also where more could be found
        changed = False
        rounds += 1
        for step in steps:
            if not step.stale:
                continue
            step.stale = False
            own_low = own_high = step.known
            other_low = other_high = step.other_known
            for place in step.places:
                own_low += low[place]
                own_high += high[place]
            for place in step.other_places:
                other_low += low[place]
                other_high += high[place]
            if own_low > other_high:
                concerned = [sources[place] for place in step.places + step.other_places]
                raise _Contradiction({step.identity}.union(*concerned))
            if other_high - own_low >= no_limit and own_high - other_low >= no_limit:
                continue  # too little is known on either side to bound a cell
            for place in step.places:
                highest = other_high - (own_low - low[place])
                lowest = other_low - (own_high - high[place])
                if highest < high[place] or lowest > low[place]:
                    changed = True
                    high[place] = min(highest, high[place])
                    low[place] = max(lowest, low[place])
                    sources[place].add(step.identity)
                    for touched in steps_of[place]:
                        touched.stale = True
    return {place: (low[place] // parts, -(-high[place] // parts)) for place in sources}


def _parts_of_one(numbers: Numbers) -> int:
    """By what the numbers are multiplied to be whole, which nearly all are."""
    parts = 1
    for number in numbers:
        if number is not None and not isinstance(number, int):
            parts = lcm(parts, number.as_integer_ratio()[1])
    return parts


def _known_and_open(numbers: Numbers, places: tuple[int, ...], parts: int) -> tuple[int, list[int]]:
    """The sum of the known numbers of a side, and the places without one."""
    known = 0
    without: list[int] = []
    for place in places:
        number = numbers[place]
        if number is None:
            without.append(place)
        elif isinstance(number, int):
            known += number * parts
        else:
            known += int(number * parts)
    return known, without


def _sound_bounds(system: _System, numbers: Numbers, tainted: set[int]) -> Bounds:
    """The bounds of the cells without a number; identities with a doubtful cell say nothing of them."""
    active = [at for at in _open(_sums(system, numbers)) if tainted.isdisjoint(system.places_of(at))]
    return _propagate(system, active, numbers)


def _single_changes(system: _System, numbers: Numbers, broken: set[int]) -> dict[int, Number | None]:
    found: dict[int, Number | None] = {}
    places = [system.places_of(at) for at in broken]
    suspects = {place for some in places for place in some if numbers[place] is not None}
    for some in places:  # between known cells alone, only a cell that all the broken ones share can mend them
        if all(numbers[place] is not None for place in some):
            suspects.intersection_update(some)
    for place in suspects:
        without = numbers.copy()
        without[place] = None
        sums = _sums(system, without)
        if _broken_alone(sums):
            continue
        try:
            low, high = _propagate(system, _open(sums), without)[place]
        except _Contradiction:
            continue
        found[place] = low if low == high else None
    return found
