"""The cells of one block as records: what is printed, what the identities say of it, and what is doubtful."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from schemas import forms
from transforms.align import Aligned
from transforms.document import Issue, Place
from transforms.instances import Instance
from transforms.match import Match
from transforms.normalise import plain
from transforms.reconcile import (
    AS_REPORTED,
    CONFLICT,
    PROVED,
    REPAIRED,
    UNDETERMINED,
    Numbers,
    cells_of,
    is_possible,
    reconcile,
    spans,
)
from transforms.records import CellRecord, IdentityRecord, Number
from transforms.remember import remembered
from transforms.rows import Slot
from transforms.said import names_units
from transforms.values import BLANK, MISSING, REPORTED, UNREADABLE, YUAN, in_unit, usual_unit

MOST_FEES: Final = 10_000  # 万元: what few bodies collect in a year, while yuan soon come to as much
_PLUS: Final = re.compile("[+＋增↑]|新增")
_ZEROS: Final = "0０"
_ZERO_FIRST: Final = re.compile(r"[^\d]*[0０]\d")
_APART: Final = re.compile(r"\d\s+[\d.．]|[.．]\s+\d")  # digits, or the point between them
_OF_ROW: Final = ("digit_lost", "sign_misplaced")  # what makes all figures of a row doubtful
_UNIT: Final = re.compile(r"([十百千佰仟万亿]*元|[万亿](?=[)\]】〕、,]|$))")
_HAS_UNIT: Final = re.compile("金额|单位|收费")
_ONLY_UNIT: Final = re.compile(r"[(\[【〔]?([十百千佰仟万亿]*元|[万亿])[)\]】〕]?")
_UNIT_OF_TABLE: Final = re.compile("^[(（]?(?:计量)?单位:")
# Tens of thousands of cases, by a figure or over it: the forms count in ones.
_SCALED: Final = re.compile(r"(?:[(\[【〔]|单位:)\s*[百千万亿](?!元)[件次人个项条份]*\s*(?:[)\]】〕]|$)")
_ONLY_SCALED: Final = re.compile(r"[(\[【〔]?[百千万亿][件次人个项条份]+[)\]】〕]?")


class Block:
    """What a table, or the articles of one form in it, comes to."""

    def __init__(self) -> None:
        self.cells: list[CellRecord] = []
        self.identities: list[IdentityRecord] = []
        self.issues: list[Issue] = []


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
    cells = block.cells
    doubtful = aligned.doubtful.copy()
    places = spans(form, table)
    slots: list[Slot | None] = [None] * len(cells_of(form, table))
    numbers: Numbers = [None] * len(slots)
    matches: dict[str, Match] = instance.matches if instance else {}
    heads = _heads(table, instance) if instance else {}
    unusual: set[int] = set()  # places of what is printed and is no number in plain digits
    for row, names in columns.items():
        at, _ = places[row]
        found = matches.get(row)
        if found is not None and (not found.certain or found.extra):
            doubtful |= {(row, name) for name in names}
            block.issues.append(_doubtful_label(table, row, found))
        around = heads.get(row, _NO_HEAD) if heads else _NO_HEAD
        laid = aligned.slots_of(row, len(names))
        for index, name in enumerate(names):
            slot = laid[index] if laid else None
            raw = ""
            number = remark = place = None
            if slot is not None:
                value = slot.value
                number = value.number
                if number is not None:
                    if name == "amount":
                        slot = _with_unit(block, table, row, slot, around)
                    elif around.scaled or value.unit or value.remark or not isinstance(number, int):
                        slot = _counted(slot, around)
            if doubtful and (row, name) in doubtful:
                raw, place = _printed_around(slot, found)
                number = None
                status = UNREADABLE if raw else MISSING
            elif slot is None:
                status = BLANK if found and len(found.row.filled) < len(found.row.slots) else MISSING
            else:
                cell, value = slot.cell, slot.value
                raw, place = cell.text, cell.place
                number, status, remark = value.number, value.status, value.remark
                if number is None or (len(raw) > 1 and not (raw.isdecimal() and raw[0] not in _ZEROS)):
                    unusual.add(at)
            slots[at] = slot
            numbers[at] = number
            state = UNDETERMINED if number is None else AS_REPORTED
            cells.append(
                CellRecord(table, row, name, form, raw or None, number, status, number, state, place, remark)
            )
            at += 1
    done = reconcile(form, table, numbers)
    block.identities = done.identities
    decided = done.decided
    if instance and instance.unmatched:  # a row that the form lacks may hold what is missing here
        decided = {place: known for place, known in decided.items() if known[1] != PROVED}
    if decided or unusual:
        every = [places[row][0] + at for row, names in columns.items() for at in range(len(names))]
        for index, at in enumerate(every):
            if at in decided:
                cells[index] = _as_decided(cells[index], *decided[at])
            elif at not in unusual:
                continue
            slot = slots[at]
            if slot is not None and (cells[index].row, cells[index].column) not in doubtful:
                block.issues += _said_of_value(cells[index], slot)
    if done.broken:
        broken = [record for record in done.identities if record.holds is False]
        which = ", ".join(f"{record.kind} of {record.row or record.column}" for record in broken)
        block.issues.append(
            Issue("identity_broken", f"the published figures contradict each other: {which}", table)
        )
    return block


def _printed_around(slot: Slot | None, found: Match | None) -> tuple[str, Place | None]:
    """What is printed in a doubtful cell, or in all its row where that is known; and where."""
    raw = slot.cell.text if slot else ""
    if found:
        raw = " ".join([other.cell.text for other in found.row.filled])
    return raw, slot.cell.place if slot else found.row.slots[0].cell.place if found else None


def _as_decided(cell: CellRecord, number: Number | None, state: str) -> CellRecord:
    """The cell with what the identities say of it."""
    return CellRecord(
        cell.table,
        cell.row,
        cell.column,
        cell.form,
        cell.value_raw,
        cell.value,
        cell.value_status,
        number,
        state,
        cell.place,
        cell.remark,
    )


def _said_of_value(cell: CellRecord, slot: Slot) -> list[Issue]:
    """What a person should know of one printed value."""
    column, state = cell.column, cell.reconciliation
    value, text = slot.value, slot.cell.text
    said: list[tuple[str, str]] = []
    if value.status == UNREADABLE:
        said.append(
            (
                "value_unreadable",
                f"what is printed where a figure belongs is no number in the form's unit: {text!r}",
            )
        )
    if state == CONFLICT and value.number is not None and not is_possible(column, value.number):
        said.append(("impossible_count", f"{text} is printed; a count is a whole number and not negative"))
    if value.status == REPORTED and (value.spaced or _APART.search(text)):
        said.append(("digits_apart", f"{text!r} is read as the one number {value.number}"))
    if value.number and _ZERO_FIRST.match(text):
        said.append(
            ("digit_lost", f"{text!r} is read as {value.number}; a digit or a space may be lost in it")
        )
    if value.number and _PLUS.match(text) and column != "change":
        said.append(("sign_misplaced", f"{text!r} has the sign of a change and stands in another column"))
    if state == REPAIRED:
        said.append(
            (
                "cell_repaired",
                f"{value.number} is printed; "
                f"every broken identity of the table holds with {cell.value_reconciled}",
            )
        )
    return [
        Issue(code, message, cell.table, cell.row, None if code in _OF_ROW else column, text, slot.cell.place)
        for code, message in said
    ]


def _doubtful_label(table: str, row: str, found: Match) -> Issue:
    label = " ".join(cell.text for cell in found.row.before[-2:])
    if found.extra:
        code, why = "row_broken_down", "the row is broken down further than the form does"
    else:
        code, why = "label_doubtful", "the label does not say clearly which row of the form this is"
    raw = f"{label} {' '.join(slot.cell.text for slot in found.row.filled)}"
    place = found.row.slots[0].cell.place if found.row.slots else None
    return Issue(code, f"{why}: {label!r}", table, row, raw=raw, place=place)


class _Head:
    """The units named over and beside the figures of a row."""

    def __init__(
        self, scaled: bool, units: tuple[str, ...], table: tuple[str, ...], beside: str | None
    ) -> None:
        self.scaled: Final = scaled  # whether it is counted in 万件 or the like
        self.units: Final = units  # of money, in the header and the label, else over the whole table
        self.table: Final = table  # of money, over the whole table
        self.beside: Final = beside  # of money, after the figure


_NO_HEAD: Final = _Head(False, (), (), None)


def _heads(table: str, instance: Instance) -> dict[str, _Head]:
    """What stands over each row: rows of one article, or of the requests table, share the header.

    Rows over and beside which no unit can be named are left out.
    """
    if not _may_name_a_unit(instance):
        return {}
    articles = forms.article_of()
    ordered = sorted(instance.matches.items(), key=lambda item: item[1].at)
    over = tuple([text for text in ordered[0][1].row.said.with_units if _is_of_table(text)])
    of_table, all_scaled = _units(over)
    headers: dict[object, tuple[tuple[str, ...], bool]] = {}
    heads = {}
    for code, found in ordered:
        row = found.row
        units, scaled = _units(row.said.with_units)
        header, header_scaled = headers.setdefault(articles.get(code, table), (units, scaled or all_scaled))
        beside, beside_scaled = _beside(row.after[0].text) if row.after else (None, False)
        named = _distinct((*header, *units)) if header or units else of_table
        scaled = scaled or all_scaled or header_scaled or beside_scaled
        if scaled or named or beside:
            heads[code] = _Head(scaled, named, of_table, beside)
    return heads


def _may_name_a_unit(instance: Instance) -> bool:
    """Whether a character of a unit is printed over or beside any row."""
    beside: list[str] = []
    for found in instance.matches.values():
        row = found.row
        if row.said.with_units:
            return True
        if row.after:
            beside.append(row.after[0].text)
    return names_units("".join(beside))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


@remembered(4096)
def _is_of_table(text: str) -> bool:
    return _UNIT_OF_TABLE.match(plain(text)) is not None


@remembered(4096)
def _units(texts: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The units of money that texts over figures name, and whether they count in 万件 or the like."""
    units = _distinct(unit for text in texts for unit in _named_units(text))
    return units, any(map(_is_scaled, texts))


@remembered(4096)
def _beside(text: str) -> tuple[str | None, bool]:
    """The unit of money that a text after a figure is, and whether it is 万件 or the like."""
    text = plain(text)
    unit = _ONLY_UNIT.fullmatch(text)
    return usual_unit(unit[1]) if unit else None, _ONLY_SCALED.fullmatch(text) is not None


def _is_scaled(text: str) -> bool:
    return _SCALED.search(plain(text)) is not None


def _named_units(text: str) -> tuple[str, ...]:
    """The units of money that a header or a label names (`单位：元`, `总金额（万元）`)."""
    text = plain(text)
    named = _HAS_UNIT.search(text)
    return tuple([usual_unit(found[1]) for found in _UNIT.finditer(text, named.end())]) if named else ()


def _counted(slot: Slot, around: _Head) -> Slot:
    """A count as the whole number it is, however many zeros stand behind its point (`36.0`).

    A figure with a unit of money, or counted in 万, is none: what 1.0万 stands for exactly is not printed.
    """
    value = slot.value
    if value.unit or around.scaled or (value.remark and _is_scaled(value.remark)):
        return replace(slot, value=replace(value, status=UNREADABLE, number=None))
    if value.number is None or type(value.number) is int or value.number != int(value.number):
        return slot
    return replace(slot, value=replace(value, number=int(value.number)))


def _with_unit(block: Block, table: str, row: str, slot: Slot, around: _Head) -> Slot:
    """Money in the form's unit: 万元 for the 2021 form's fees; as printed, with its unit, for procurement.

    The unit is the one nearest to the figure. Where another one is named beside it, or one that is none,
    that is told.
    """
    value = slot.value
    own = value.unit or around.beside
    unit = own or next(iter(around.units), None)
    if row == "procurement":
        if unit is None:
            return slot
        remark = f"{unit} {value.remark}" if value.remark else unit
        return replace(slot, value=replace(value, remark=remark))
    named = {*around.units, *around.table, *filter(None, (own,))}
    said = None
    if unit is not None and unit not in YUAN:
        said = f"{unit} is no unit of money"
    elif len(named) > 1:
        said = f"{slot.cell.text} is taken for {unit}; {' and '.join(sorted(named))} are named by it"
    elif own is None and unit != "元" and _looks_like_yuan(value.number):
        said = f"{slot.cell.text} is taken for 万元, as the header says; it may be 元"
    if said:
        place = slot.cell.place
        block.issues.append(Issue("unit_doubtful", said, table, row, "amount", slot.cell.text, place))
    if unit in (None, "万元"):
        return slot
    if unit not in YUAN:
        return replace(slot, value=replace(value, status=UNREADABLE, number=None))
    converted = in_unit(replace(value, unit=unit), "万元")
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


def _looks_like_yuan(amount: Number | None) -> bool:
    """Whether an amount in 万元 is so large, and so little broken, that it may be yuan under a wrong header.

    What has more decimals than a fen in yuan is 万元.
    """
    return amount is not None and amount >= MOST_FEES and amount * 100 == int(amount * 100)
