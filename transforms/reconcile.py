"""What the identities of the form say about the printed figures of one table.

They prove cells that carry no number, name the one cell whose change would mend everything that is
broken, and show which cells contradict each other. Nothing printed is ever changed.
"""

from dataclasses import dataclass
from functools import cache

from schemas import forms
from transforms.records import IdentityRecord, Number

CellKey = tuple[str, str]  # (row, column)
Values = dict[CellKey, Number | None]
Bounds = dict[CellKey, tuple[Number, Number]]  # lowest, highest (NO_LIMIT: any)

AS_REPORTED, PROVED, REPAIRED, CONFLICT, UNDETERMINED = (
    "as_reported",
    "proved",
    "repaired",
    "conflict",
    "undetermined",
)


NO_LIMIT = 10**15  # far above any count
MAX_ROUNDS = 24  # real tables settle in three or four; contradictory ones can creep for ever


@dataclass(frozen=True, slots=True)
class Reconciled:
    """For every cell its reconciled value and how it was found; every identity; the broken ones."""

    cells: dict[CellKey, tuple[Number | None, str]]
    identities: list[IdentityRecord]
    broken: int


class _Contradiction(Exception):  # noqa: N818
    def __init__(self, identities: set[int]) -> None:
        super().__init__()
        self.identities = identities


def reconcile(form: int, table: str, values: Values) -> Reconciled:
    """Apply all identities of one table of a form.

    `values` holds the printed number of every cell of the table, None where it has none. Counts are whole
    numbers and not negative; a printed one that is not stands in conflict with the form itself.
    """
    identities = forms.identities(form, table)
    sides = _sides(identities, values)
    impossible = {
        key
        for key, value in values.items()
        if value is not None and not (type(value) is int and value >= 0) and not is_possible(key[1], value)
    }
    broken, bounds = _broken(identities, values, sides)
    repaired: dict[CellKey, Number] = {}
    if broken and not impossible:
        changes = single_changes(form, table, values)
        repaired = {key: n for key, n in changes.items() if n is not None} if len(changes) == 1 else {}
    sound = values | repaired
    bad = set() if repaired else broken
    tainted = impossible | {key for at in bad for key in _keys(identities[at])}
    proved = _decided(bounds) if not broken and not tainted else _proved(identities, sound, tainted)
    cells: dict[CellKey, tuple[Number | None, str]] = {}
    for key, value in values.items():
        if key in tainted:
            cells[key] = (None, CONFLICT)
        elif key in repaired:
            cells[key] = (repaired[key], REPAIRED)
        elif value is not None:
            cells[key] = (value, AS_REPORTED)
        elif key in proved:
            cells[key] = (proved[key], PROVED)
        else:
            cells[key] = (None, UNDETERMINED)
    records = [
        _record(identity, *both, at in broken)
        for at, (identity, both) in enumerate(zip(identities, sides, strict=True))
    ]
    return Reconciled(cells, records, len(broken))


def count_broken(form: int, table: str, values: Values) -> int:
    """How many identities of the table the values break; what is None could be anything."""
    identities = forms.identities(form, table)
    return len(_broken(identities, values, _sides(identities, values))[0])


def is_possible(column: str, value: Number) -> bool:
    """Whether a column can hold the number: counts are whole and, but for a change, not negative."""
    if column == "amount":
        return value >= 0
    return value == int(value) and (value >= 0 or column == "change")


@cache
def _keys(identity: forms.Identity) -> tuple[CellKey, ...]:
    return identity.left + identity.right


def _sum(keys: tuple[CellKey, ...], values: Values) -> Number | None:
    try:
        return sum(map(values.__getitem__, keys))  # type: ignore[arg-type]
    except TypeError:  # a None among them
        return None


def _sides(
    identities: tuple[forms.Identity, ...], values: Values
) -> list[tuple[Number | None, Number | None]]:
    """The sums on both sides of each identity."""
    return [(_sum(identity.left, values), _sum(identity.right, values)) for identity in identities]


def _broken(
    identities: tuple[forms.Identity, ...], values: Values, sides: list[tuple[Number | None, Number | None]]
) -> tuple[set[int], Bounds]:
    """Identities that the printed figures alone make impossible, singly or against one another.

    With the bounds that the others leave to the cells without a number.
    """
    broken: set[int] = set()
    unknown: list[int] = []
    for at, (left, right) in enumerate(sides):
        if left is None or right is None:
            unknown.append(at)
        elif left != right:
            broken.add(at)
    active = unknown
    while active:
        try:
            return broken, _propagate(identities, active, values)
        except _Contradiction as contradiction:
            broken |= contradiction.identities
            active = [at for at in active if at not in broken]
    return broken, {}


def _propagate(identities: tuple[forms.Identity, ...], active: list[int], values: Values) -> Bounds:
    """Tighten the bounds of the cells without a number until nothing changes.

    Raises _Contradiction with the identities that leave a cell no value between them.
    """
    low: dict[CellKey, Number] = {}
    high: dict[CellKey, Number] = {}
    sources: dict[CellKey, set[int]] = {}
    sides = []
    for at in active:
        identity = identities[at]
        parts = []
        for side in (identity.left, identity.right):
            printed = [values[key] for key in side]
            open_keys = [key for key, value in zip(side, printed, strict=True) if value is None]
            parts.append((sum(value for value in printed if value is not None), open_keys))
            for key in open_keys:
                low[key], high[key], sources[key] = 0, NO_LIMIT, set()
        sides += [(at, *parts[0], *parts[1]), (at, *parts[1], *parts[0])]
    changed = True
    rounds = 0
    while changed and rounds < MAX_ROUNDS:  # bounds found so far hold, also where more could be found
        changed = False
        rounds += 1
        for at, known, keys, other_known, other_keys in sides:
            other_low = other_known + sum([low[key] for key in other_keys])
            other_high = other_known + sum([high[key] for key in other_keys])
            own_low = known + sum([low[key] for key in keys])
            if own_low > other_high:
                raise _Contradiction({at}.union(*(sources[key] for key in (*keys, *other_keys))))
            own_high = known + sum([high[key] for key in keys])
            for key in keys:
                highest = other_high - (own_low - low[key])
                lowest = other_low - (own_high - high[key])
                if highest < high[key]:
                    high[key] = highest
                    sources[key].add(at)
                    changed = True
                if lowest > low[key]:
                    low[key] = lowest
                    sources[key].add(at)
                    changed = True
    return {key: (low[key], high[key]) for key in low}


def _proved(
    identities: tuple[forms.Identity, ...], values: Values, tainted: set[CellKey]
) -> dict[CellKey, Number]:
    """Cells that the identities leave one value; identities with a doubtful cell prove nothing."""
    if None not in values.values():
        return {}
    active = [
        at
        for at, identity in enumerate(identities)
        if any(values[key] is None for key in _keys(identity))
        and not any(key in tainted for key in _keys(identity))
    ]
    if not active:
        return {}
    return _decided(_propagate(identities, active, values))


def _decided(bounds: Bounds) -> dict[CellKey, Number]:
    return {key: low for key, (low, high) in bounds.items() if low == high}


def single_changes(form: int, table: str, values: Values) -> dict[CellKey, Number | None]:
    """The printed cells of which one alone, changed, leaves nothing broken, each with the number it must be.

    None stands for a cell that could be several numbers. Empty where nothing is broken or no single change
    mends it.
    """
    identities = forms.identities(form, table)
    broken, _ = _broken(identities, values, _sides(identities, values))
    found: dict[CellKey, Number | None] = {}
    suspects = {key for at in broken for key in _keys(identities[at]) if values[key] is not None}
    for at in broken:  # between known cells alone, only a cell that all broken identities share can mend them
        if all(values[key] is not None for key in _keys(identities[at])):
            suspects &= set(_keys(identities[at]))
    for key in sorted(suspects):
        without = values | {key: None}
        if not _broken(identities, without, _sides(identities, without))[0]:
            found[key] = _proved(identities, without, set()).get(key)
    return found


def _record(
    identity: forms.Identity, left: Number | None, right: Number | None, broken: bool
) -> IdentityRecord:
    holds = False if broken else None if left is None or right is None else True
    return IdentityRecord(identity.kind, identity.table, identity.row, identity.column, left, right, holds)
