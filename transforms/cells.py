"""The cells of one block as records: what is printed, what the identities say of it, and what is doubtful."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from transforms.align import Aligned
from transforms.document import Cell, Issue
from transforms.match import Instance, Match
from transforms.normalise import plain
from transforms.reconcile import CONFLICT, PROVED, REPAIRED, UNDETERMINED, CellKey, is_possible, reconcile
from transforms.records import CellRecord, IdentityRecord
from transforms.rows import Slot
from transforms.values import BLANK, MISSING, REPORTED, UNREADABLE, in_unit


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
    for row, names in columns.items():
        found = instance.matches.get(row) if instance else None
        if found is not None and (not found.certain or found.extra):
            doubtful |= {(row, name) for name in names}
            block.issues.append(_doubtful_label(table, row, found))
        for name in names:
            slots[row, name] = _with_unit(block, table, row, name, aligned.slots.get((row, name)), found)
    values = {key: slot.value.number if slot and key not in doubtful else None for key, slot in slots.items()}
    done = reconcile(form, table, values)
    block.identities.extend(done.identities)
    for (row, name), slot in slots.items():
        reconciled, state = done.cells[row, name]
        if state == PROVED and instance and instance.unmatched:
            reconciled, state = None, UNDETERMINED  # a row that the form lacks may hold what is missing here
        found = instance.matches.get(row) if instance else None
        if (row, name) in doubtful:
            raw = " ".join(s.cell.text for s in found.row.filled) if found else slot.cell.text if slot else ""
            place = slot.cell.place if slot else found.row.slots[0].cell.place if found else None
            status = UNREADABLE if raw else MISSING
            if state not in (CONFLICT, PROVED):
                reconciled, state = None, UNDETERMINED
            block.cells.append(
                CellRecord(table, row, name, form, raw or None, None, status, reconciled, state, place)
            )
            continue
        if slot is None:
            blanks = bool(found and any(not s.filled for s in found.row.slots))
            status = BLANK if blanks else MISSING
            block.cells.append(
                CellRecord(table, row, name, form, None, None, status, reconciled, state, None)
            )
            continue
        value = slot.value
        if value.status == UNREADABLE:
            block.issues.append(
                Issue(
                    "value_unreadable",
                    f"something is printed where a figure belongs, but it is no number: {slot.cell.text!r}",
                    table,
                    row,
                    name,
                    slot.cell.text,
                    slot.cell.place,
                )
            )
        if state == CONFLICT and value.number is not None and not is_possible(name, value.number):
            said = f"{slot.cell.text} is printed; a count is a whole number and not negative"
            block.issues.append(
                Issue("impossible_count", said, table, row, name, slot.cell.text, slot.cell.place)
            )
        if value.spaced and value.status == REPORTED:
            block.issues.append(
                Issue(
                    "digits_apart",
                    f"{slot.cell.text!r} is read as the one number {value.number}",
                    table,
                    row,
                    name,
                    slot.cell.text,
                    slot.cell.place,
                )
            )
        if state == REPAIRED:
            block.issues.append(
                Issue(
                    "cell_repaired",
                    f"{value.number} is printed; every broken identity of the table holds with {reconciled}",
                    table,
                    row,
                    name,
                    slot.cell.text,
                    slot.cell.place,
                )
            )
        block.cells.append(
            CellRecord(
                table,
                row,
                name,
                form,
                slot.cell.text or None,
                value.number if value.status == REPORTED else None,
                value.status,
                reconciled,
                state,
                slot.cell.place,
                value.remark,
            )
        )
    if done.broken:
        broken = [record for record in done.identities if record.holds is False]
        which = ", ".join(f"{record.kind} of {record.row or record.column}" for record in broken)
        block.issues.append(
            Issue("identity_broken", f"the published figures contradict each other: {which}", table)
        )

    return block


def _doubtful_label(table: str, row: str, found: Match) -> Issue:
    label = " ".join(cell.text for cell in found.row.before[-2:])
    if found.extra:
        code, why = "row_broken_down", "the row is broken down further than the form does"
    else:
        code, why = "label_doubtful", "the label does not say clearly which row of the form this is"
    raw = f"{label} {' '.join(slot.cell.text for slot in found.row.filled)}"
    place = found.row.slots[0].cell.place if found.row.slots else None
    return Issue(code, f"{why}: {label!r}", table, row, raw=raw, place=place)


def _with_unit(
    block: Block, table: str, row: str, column: str, slot: Slot | None, found: Match | None
) -> Slot | None:
    """Money in the form's unit: 万元 for the 2021 form's fees; as printed, with its unit, for procurement."""
    if slot is None or slot.value.number is None or column != "amount" or table != "proactive":
        return slot
    value = slot.value
    header = _header_unit(found.row.before if found else ())
    unit = value.unit or header
    if row == "procurement":
        return slot._replace(
            value=value._replace(remark=" ".join(filter(None, (unit, value.remark))) or None)
        )
    if unit in (None, "万元"):
        return slot
    converted = in_unit(value._replace(unit=unit), "万元")
    block.issues.append(
        Issue(
            "unit_converted",
            f"{slot.cell.text} is printed in {unit}; the form asks for 万元: {converted.number}",
            table,
            row,
            column,
            slot.cell.text,
            slot.cell.place,
        )
    )
    return slot._replace(value=converted)


def _header_unit(texts: Iterable[Cell]) -> str | None:
    """The unit of money that a header names (`单位：元`, `总金额（万元）`)."""
    for cell in texts:
        text = plain(cell.text)
        if "金额" in text or "单位" in text:
            for unit in ("亿元", "万元", "元"):
                if unit in text:
                    return unit
    return None
