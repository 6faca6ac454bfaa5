"""The cells of one block as records: what is printed, what the identities say of it, and what is doubtful."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from transforms.align import Aligned
from transforms.document import Cell, Issue
from transforms.match import Instance, Match
from transforms.normalise import plain
from transforms.reconcile import (
    AS_REPORTED,
    CONFLICT,
    PROVED,
    REPAIRED,
    UNDETERMINED,
    CellKey,
    is_possible,
    reconcile,
)
from transforms.records import CellRecord, IdentityRecord, Number
from transforms.rows import Slot
from transforms.values import BLANK, MISSING, REPORTED, UNREADABLE, in_unit

MOST_FEES = 10_000  # 万元: what few bodies collect in a year, while yuan soon come to as much
_UNIT = re.compile(r"(?:金额|单位|收费).*?(亿元|万元|元)")


@dataclass(slots=True)
class Block:
    """What a table, or the articles of one form in it, comes to."""

    cells: list[CellRecord] = field(default_factory=list)
    identities: list[IdentityRecord] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def emit(
    table: str,
    form: int,
    columns: dict[str, tuple[str, ...]],
    aligned: Aligned,
    instance: Instance | None,
) -> Block:
    """Turn the slots of one block into cell records and reconcile them.

    `instance` is the printed table with its labels; None where the table has no labelled rows.
    """
    block = Block()
    doubtful = set(aligned.doubtful)
    slots: dict[CellKey, Slot | None] = {}
    matches = instance.matches if instance else {}
    for row, names in columns.items():
        found = matches.get(row)
        if found is not None and (not found.certain or found.extra):
            doubtful |= {(row, name) for name in names}
            block.issues.append(_doubtful_label(table, row, found))
        for name in names:
            key = (row, name)
            slot = aligned.slots.get(key)
            if slot is not None and slot.value.number is not None:
                slot = _with_unit(block, table, row, slot, found) if name == "amount" else _counted(slot)
            slots[key] = slot
    values = {
        key: None if slot is None or key in doubtful else slot.value.number for key, slot in slots.items()
    }
    done = reconcile(form, table, values)
    block.identities += done.identities
    # A row that the form lacks may hold what is missing here.
    provable = not (instance and instance.unmatched)
    for (key, slot), (reconciled, state) in zip(slots.items(), done.cells.values(), strict=True):
        row, name = key
        if state == PROVED and not provable:
            reconciled, state = None, UNDETERMINED
        raw: str | None = None
        number: Number | None = None
        remark, place = None, None
        if key in doubtful:
            found = matches.get(row)
            raw = " ".join(s.cell.text for s in found.row.filled) if found else slot.cell.text if slot else ""
            place = slot.cell.place if slot else found.row.slots[0].cell.place if found else None
            status = UNREADABLE if raw else MISSING
            if state not in (CONFLICT, PROVED):
                reconciled, state = None, UNDETERMINED
        elif slot is None:
            found = matches.get(row)
            status = BLANK if found and len(found.row.filled) < len(found.row.slots) else MISSING
        else:
            raw, place = slot.cell.text, slot.cell.place
            status, number, _, remark, spaced = slot.value
            if state != AS_REPORTED or spaced:
                block.issues += _said_of_value(table, row, name, slot, reconciled, state)
            if status != REPORTED:
                number = None
        block.cells.append(
            CellRecord(table, row, name, form, raw or None, number, status, reconciled, state, place, remark)
        )
    if done.broken:
        broken = [record for record in done.identities if record.holds is False]
        which = ", ".join(f"{record.kind} of {record.row or record.column}" for record in broken)
        block.issues.append(
            Issue("identity_broken", f"the published figures contradict each other: {which}", table)
        )
    return block


def _said_of_value(
    table: str, row: str, column: str, slot: Slot, reconciled: Number | None, state: str
) -> list[Issue]:
    """What a person should know of one printed value."""
    value, text = slot.value, slot.cell.text
    said: list[tuple[str, str]] = []
    if value.status == UNREADABLE:
        said.append(
            (
                "value_unreadable",
                f"something is printed where a figure belongs, but it is no number: {text!r}",
            )
        )
    if state == CONFLICT and value.number is not None and not is_possible(column, value.number):
        said.append(("impossible_count", f"{text} is printed; a count is a whole number and not negative"))
    if value.spaced and value.status == REPORTED:
        said.append(("digits_apart", f"{text!r} is read as the one number {value.number}"))
    if state == REPAIRED:
        said.append(
            (
                "cell_repaired",
                f"{value.number} is printed; every broken identity of the table holds with {reconciled}",
            )
        )
    return [Issue(code, message, table, row, column, text, slot.cell.place) for code, message in said]


def _doubtful_label(table: str, row: str, found: Match) -> Issue:
    label = " ".join(cell.text for cell in found.row.before[-2:])
    if found.extra:
        code, why = "row_broken_down", "the row is broken down further than the form does"
    else:
        code, why = "label_doubtful", "the label does not say clearly which row of the form this is"
    raw = f"{label} {' '.join(slot.cell.text for slot in found.row.filled)}"
    place = found.row.slots[0].cell.place if found.row.slots else None
    return Issue(code, f"{why}: {label!r}", table, row, raw=raw, place=place)


def _counted(slot: Slot) -> Slot:
    """A count as the whole number it is, however many zeros stand behind its point (`36.0`)."""
    number = slot.value.number
    if number is None or type(number) is int or number != int(number):
        return slot
    return replace(slot, value=slot.value._replace(number=int(number)))


def _with_unit(block: Block, table: str, row: str, slot: Slot, found: Match | None) -> Slot:
    """Money in the form's unit: 万元 for the 2021 form's fees; as printed, with its unit, for procurement."""
    value = slot.value
    units = _header_units(found.row.before if found else ())
    unit = value.unit or next(iter(units), None)
    if row == "procurement":
        return replace(
            slot, value=value._replace(remark=" ".join(filter(None, (unit, value.remark))) or None)
        )
    if value.unit is None and (len(units) > 1 or (unit != "元" and _looks_like_yuan(value.number))):
        said = f"{slot.cell.text} is taken for 万元, as the header says; it may be 元"
        said = "the header and the label name different units of money" if len(units) > 1 else said
        place = slot.cell.place
        block.issues.append(Issue("unit_doubtful", said, table, row, "amount", slot.cell.text, place))
    if unit in (None, "万元"):
        return slot
    converted = in_unit(value._replace(unit=unit), "万元")
    block.issues.append(
        Issue(
            "unit_converted",
            f"{slot.cell.text} is printed in {unit}; the form asks for 万元: {converted.number}",
            table,
            row,
            "amount",
            slot.cell.text,
            slot.cell.place,
        )
    )
    return replace(slot, value=converted)


def _header_units(texts: Iterable[Cell]) -> list[str]:
    """The units of money that a header and a label name (`单位：元`, `总金额（万元）`), each once."""
    units: dict[str, None] = {}
    for cell in texts:
        found = _UNIT.search(plain(cell.text))
        if found:
            units[found[1]] = None
    return list(units)


def _looks_like_yuan(amount: Number | None) -> bool:
    """Whether an amount in 万元 is so large, and so little broken, that it may be yuan under a wrong header.

    What has more decimals than a fen in yuan is 万元.
    """
    return amount is not None and amount >= MOST_FEES and amount * 100 == int(amount * 100)
