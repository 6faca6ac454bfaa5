"""The disputes table (行政复议、行政诉讼): fifteen figures under three heads of five results each.

Printed as one row of fifteen, as three rows of five, as five rows of three, or one figure to a line. It has
hardly any row labels, so it is found by its header words instead.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product

from rapidfuzz.distance import Indel

from schemas import forms
from transforms.align import Aligned, Reading, choose, readings
from transforms.document import Cell, Issue
from transforms.header import disputes_order, header_words
from transforms.normalise import squash
from transforms.reconcile import CellKey, reconcile
from transforms.records import Number
from transforms.rows import Row, Slot

FIGURES = 15
KINDS, RESULTS = forms.rows(2021, "disputes"), forms.columns(2021, "disputes", "reconsideration")
SIGNS = ("维持", "纠正", "审结", "尚未", "其他结果")  # halves of the header words: converters cut them
SIGNS_NEEDED = 3


@dataclass(frozen=True, slots=True)
class DisputesBlock:
    """The slots of one printed disputes table: in one run (`run`), or by kind of dispute (`by_kind`)."""

    run: list[Slot]
    by_kind: dict[str, list[Slot]]
    exact: bool
    doubtful: bool = False  # whether its rows or columns are not the form's
    kinds: tuple[str, ...] = KINDS  # of a run: as printed
    results: tuple[str, ...] = RESULTS  # of a run, or of each kind: as printed


def find_disputes(rows: list[Row], taken: set[int]) -> list[DisputesBlock]:
    """All printed disputes tables; `taken` are the rows that belong to other tables."""
    blocks = []
    at = 0
    while at < len(rows):
        if at in taken or not _begins(rows, at):
            at += 1
            continue
        region = [rows[at]]
        following = at + 1
        while (
            following < len(rows)
            and following not in taken
            and rows[following].before is rows[following - 1].after
            and not (_is_header(rows[following].before[-rows[following].own :]) and _full(region))
            and sum(len(row.filled) for row in region) < _most(region)
        ):
            if not _is_page_number(rows[following], region):
                region.append(rows[following])
            following += 1
        if any(row.filled for row in region) or _stands_under_header(region[-1]):
            block = _block(region)
            goes_on = following < len(rows) and rows[following].before is rows[following - 1].after
            if goes_on and following not in taken and len(rows[following].filled) >= FIGURES - 2:
                block = replace(block, doubtful=True)  # one of several rows, as of units and their sum
            blocks.append(block)
        at = following
    return blocks


def _is_page_number(row: Row, region: list[Row]) -> bool:
    """Whether a row is a lone number without a label, where the figures have theirs."""
    return len(row.slots) == 1 and not row.before and all(other.own for other in region)


def _most(region: list[Row]) -> int:
    """How many figures a table may have: one kind more where 行政诉讼 is summed in a row of its own."""
    summed = any(row.own and "行政诉讼" in squash(row.before[-1].text) for row in region)
    return FIGURES + 5 if summed else FIGURES


def _begins(rows: list[Row], at: int) -> bool:
    """Whether a table begins here: below its header, with its first label, or without either."""
    row = rows[at]
    if _is_header(row.before):
        return True
    if row.slots and row.before and any(_similar(row.before[-1], result) for result in _results()):
        return _is_header([cell for following in rows[at : at + 5] for cell in following.before[-1:]])
    titled = "".join(squash(cell.text) for cell in row.before)
    return len(row.filled) == FIGURES and "行政复议" in titled and "行政诉讼" in titled


def _similar(cell: Cell, label: str) -> bool:
    return _alike(cell.text, label)


@lru_cache(maxsize=16384)
def _alike(text: str, label: str) -> bool:
    return Indel.normalized_similarity(squash(text), label) >= 0.6


@cache
def _results() -> list[str]:
    return [squash(cell.column_label) for cell in forms.cells(2021, "disputes")[:5]]


def _is_header(texts: list[Cell]) -> bool:
    joined = "".join(squash(cell.text) for cell in texts)
    return sum(sign in joined for sign in SIGNS) >= SIGNS_NEEDED


def _full(region: list[Row]) -> bool:
    return sum(len(row.filled) for row in region) >= FIGURES


def _stands_under_header(row: Row) -> bool:
    """Whether a row of blanks is the empty row of figures rather than a part of the header."""
    return not row.own and len(row.slots) >= FIGURES


def _block(region: list[Row]) -> DisputesBlock:
    exact = all(row.exact for row in region)
    filled = [row for row in region if row.filled]
    over = filled[0].before[: len(filled[0].before) - filled[0].own] if filled else []
    order = disputes_order(header_words(dict.fromkeys(over)))
    doubtful = order is None and _permuted([cell for row in region for cell in row.before])
    kinds, results = order or ((), ())
    kinds, results = kinds or KINDS, results or RESULTS
    by_kind = _kinds(filled)
    if by_kind:
        return DisputesBlock([], by_kind, exact, doubtful, kinds, results)
    transposed = _transposed([row for row in region if row.filled or row.own], kinds)
    if transposed:
        return DisputesBlock(transposed, {}, exact, doubtful)
    vertical = _vertical(region)
    if vertical:
        return DisputesBlock(vertical, {}, exact)
    whole = next((row for row in filled if len(row.filled) == FIGURES), None)
    if whole is not None:
        return DisputesBlock(whole.slots, {}, exact, doubtful, kinds, results)
    if not filled:
        return DisputesBlock(region[-1].slots, {}, exact)
    slots = [slot for row in filled for slot in (row.slots if len(filled) == 1 else row.filled)]
    strange = len(filled) > 1 and all(row.own and len(row.filled) > 3 for row in filled)
    return DisputesBlock(slots, {}, exact, doubtful or strange, kinds, results)


def _permuted(header: list[Cell]) -> bool:
    """Whether the header names results or kinds in another order than the form's."""
    texts = [squash(cell.text) for cell in header]
    if "行政诉讼" in texts and "行政复议" in texts and texts.index("行政诉讼") < texts.index("行政复议"):
        return True
    kinds = [squash(label[1]) for label in _kind_labels()]
    for labels in (_results()[:4], kinds):
        places = [texts.index(label) for label in labels if label in texts]
        whole = len({texts.count(label) for label in labels}) == 1  # else some are cut, and say nothing
        if whole and places != sorted(places):
            return True
    return False


def _vertical(region: list[Row]) -> list[Slot]:
    """Fifteen rows of one figure, or of none where it is left blank, labelled with the results in turn."""
    rows = [row for row in region if row.before and any(_similar(row.before[-1], r) for r in _results())]
    if len(rows) < FIGURES:
        return []
    for at, row in enumerate(rows[:FIGURES]):
        if len(row.filled) > 1 or not _similar(row.before[-1], _results()[at % 5]):
            return []
    return [(row.filled or row.slots)[0] for row in rows[:FIGURES]]


def _kinds(filled: list[Row]) -> dict[str, list[Slot]]:
    """The rows by kind of dispute, where each row is labelled with its kind."""
    found: dict[str, list[Slot]] = {}
    for row in filled:
        if not row.own or len(row.filled) > 6:
            return {}
        label = squash(row.before[-1].text)
        if label == "行政诉讼":  # the sum of the two kinds below it
            continue
        best = max(_kind_labels(), key=lambda kind: Indel.normalized_similarity(label, kind[1]))
        if Indel.normalized_similarity(label, best[1]) < 0.7 or best[0] in found:
            return {}
        found[best[0]] = row.slots
    return found if len(found) >= 2 else {}


@cache
def _kind_labels() -> list[tuple[str, str]]:
    return [
        (row, squash(label)) for row, labels in forms.labels()["rows"]["disputes"].items() for label in labels
    ]


def _transposed(region: list[Row], kinds: tuple[str, ...]) -> list[Slot]:
    """Five rows of three (one row for each result, one column for each kind), put in the form's order."""
    if len(region) != len(RESULTS) or any(len(KINDS) not in (len(r.filled), len(r.slots)) for r in region):
        return []
    by_result: dict[str, Row] = {}
    for row in region:
        for result, label in zip(RESULTS, _results(), strict=True):
            if row.before and _similar(row.before[-1], label):
                by_result[result] = row
    if len(by_result) != len(RESULTS):
        return []
    rows = [by_result[result] for result in RESULTS]
    columns = [row.filled if len(row.filled) == len(KINDS) else row.slots for row in rows]
    return [row[kinds.index(kind)] for kind in KINDS for row in columns]


def lay_out_disputes(
    blocks: list[DisputesBlock], form: int, columns: dict[str, tuple[str, ...]]
) -> tuple[Aligned, list[Issue]]:
    """The slots of the disputes table; where two printed ones differ the cells are doubtful."""
    aligned = Aligned({})
    issues: list[Issue] = []
    full = sorted(blocks, key=lambda block: -_filled(block))
    if full:
        aligned = _align_disputes(form, full[0], columns)
        if aligned.rows_by_sums and not aligned.rows_in_doubt:
            said = "the values do not fit the cells one to one; they stand where the sums of the table allow"
            raw = " ".join(slot.cell.text for slot in _slots(full[0]) if slot.filled)
            place = _slots(full[0])[0].cell.place
            issues.append(Issue("alignment_by_sums", said, "disputes", raw=raw, place=place))
        if full[0].doubtful:
            aligned.doubtful = {(row, column) for row, names in columns.items() for column in names}
            said = "the rows or columns of the table are not the form's, or stand in another order"
            place = _slots(full[0])[0].cell.place
            issues.append(Issue("column_order", said, "disputes", place=place))
        if aligned.rows_in_doubt:
            issues.append(
                Issue(
                    "alignment_doubtful",
                    f"the table has {_filled(full[0])} values for {FIGURES} cells, and more than one way "
                    "to lay them onto the cells fits equally well",
                    "disputes",
                    raw=" ".join(slot.cell.text for slot in _slots(full[0]) if slot.filled),
                    place=_slots(full[0])[0].cell.place,
                )
            )
    for other in full[1:]:
        if _filled(other) < FIGURES - 1:
            continue
        second = _align_disputes(form, other, columns)
        differing = {
            key for key in aligned.slots if _value(aligned.slots[key]) != _value(second.slots.get(key))
        }
        if differing:
            aligned.doubtful |= differing
            issues.append(
                Issue(
                    "second_table",
                    f"the document has this table twice, and {len(differing)} cells differ: neither is taken",
                    "disputes",
                    place=_slots(other)[0].cell.place,
                )
            )
    return aligned, issues


def _slots(block: DisputesBlock) -> list[Slot]:
    return block.run or [slot for slots in block.by_kind.values() for slot in slots]


def _filled(block: DisputesBlock) -> int:
    return sum(slot.filled for slot in _slots(block))


def _align_disputes(form: int, block: DisputesBlock, columns: dict[str, tuple[str, ...]]) -> Aligned:
    every = [(row, column) for row, names in columns.items() for column in names]
    if block.by_kind:
        options = {
            kind: [
                Reading(tuple([reading.slots[block.results.index(name)] for name in names]), reading.rank)
                for reading in readings(slots, len(names), None, block.exact)
            ]
            for kind, slots in block.by_kind.items()
            for names in (columns[kind],)
        }
        return choose(form, "disputes", columns, options, every)
    # One run of fifteen is aligned as a single row, then cut into the three kinds.
    found = []
    for reading in readings(block.run, FIGURES, None, block.exact):
        at = dict(zip(product(block.kinds, block.results), reading.slots, strict=True))
        found.append(
            {row: Reading(tuple([at[row, n] for n in names]), reading.rank) for row, names in columns.items()}
        )
    return _choose_whole(form, columns, found, every)


def _choose_whole(
    form: int,
    columns: dict[str, tuple[str, ...]],
    found: list[dict[str, Reading]],
    every: list[CellKey],
) -> Aligned:
    if len(found) == 1:
        return choose(form, "disputes", columns, {row: [part] for row, part in found[0].items()}, every)
    outcomes = []
    for parts in found:
        aligned = choose(form, "disputes", columns, {row: [part] for row, part in parts.items()}, every)
        values = {key: _value(aligned.slots.get(key)) for key in every}
        done = reconcile(form, "disputes", values)
        rank = next(iter(parts.values())).rank
        outcomes.append(
            (done.broken, rank, aligned, {key: cell[0] for key, cell in done.cells.items()}, values)
        )
    if not outcomes:
        return Aligned({}, set(every), set(columns))
    fewest = min(broken for broken, *_ in outcomes)
    rank = min(rank for broken, rank, *_ in outcomes if broken == fewest)
    equal = [outcome for outcome in outcomes if outcome[0] == fewest and (rank == 2 or outcome[1] == rank)]
    aligned = equal[0][2]
    for key in every:
        seen = {outcome[3][key] for outcome in equal}
        if len(equal) > 1 and (len(seen) > 1 or (seen == {None} and len({o[4][key] for o in equal}) > 1)):
            aligned.doubtful.add(key)
            aligned.rows_in_doubt.add(key[0])
    return aligned


def _value(slot: Slot | None) -> Number | None:
    return slot.value.number if slot else None
