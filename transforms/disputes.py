"""The disputes table (行政复议、行政诉讼): fifteen figures under three heads of five results each.

Printed as one row of fifteen, as three rows of five, as five rows of three, or one figure to a line. It has
hardly any row labels, so it is found by its header words instead.
"""

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

from schemas import forms
from transforms.align import Aligned, Reading, choose, laid_out, readings
from transforms.document import Cell, Issue
from transforms.header import Words, apart, disputes_order, header_words
from transforms.normalise import squash
from transforms.reconcile import CellKey, cells_of, reconcile
from transforms.records import Number
from transforms.remember import remembered
from transforms.rows import Row, Slot
from transforms.values import BLANK, REPORTED, UNREADABLE, Value

FIGURES: Final = 15
FEWEST: Final = 5  # figures that a table has at least which is not in a whole row of cells
FEWEST_LABELLED: Final = 10  # rows with a label of their own in a table of one figure to a row
KINDS: Final = forms.rows(2021, "disputes")
RESULTS: Final = forms.columns(2021, "disputes", "reconsideration")
SIGNS: Final = ("维持", "纠正", "审结", "尚未", "其他结果")  # halves of the header words: converters cut them
SIGNS_NEEDED: Final = 3
# What names a result or a kind of dispute in other words than the form's (尚未办结, 其它结果, 直接起诉).
_NEAR_RESULTS: Final = {
    "upheld": re.compile("维持"),
    "corrected": re.compile("纠正"),
    "other": re.compile("其[他它]"),
    "pending": re.compile("尚未|未[审办]?结|待[审办]"),
    "total": re.compile("总计|合计|小计|总数"),
}
_NEAR_KINDS: Final = {
    "litigation_direct": re.compile("未经|不经|直接"),
    "litigation_after_reconsideration": re.compile("复议后|(?<![未不])经复议"),
}
_NUMBERING: Final = [*range(1, FIGURES + 1)]
_LONGEST: Final = 12  # characters of such words; what is longer is a title or a sentence


class DisputesBlock:
    """The slots of one printed disputes table: in one run (`run`), or by kind of dispute (`by_kind`)."""

    def __init__(
        self,
        run: list[Slot],
        by_kind: dict[str, list[Slot]],
        exact: bool,
        doubtful: bool = False,
        kinds: tuple[str, ...] = KINDS,
        results: tuple[str, ...] = RESULTS,
    ) -> None:
        self.run: Final = run
        self.by_kind: Final = by_kind
        self.exact: Final = exact
        self.doubtful = doubtful  # whether its rows or columns are not the form's
        self.kinds: Final = kinds  # of a run: as printed
        self.results: Final = results  # of a run, or of each kind: as printed
        self.over: list[Cell] = []  # the texts over the first row: what stands over the table, and its header
        self.left: list[Slot] = []  # figures printed in the table that are in none of its cells


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
            and (
                _is_another_kind(rows[following], region)
                or (
                    rows[following].follows
                    and not _begins_another(rows[following], region)
                    and sum(len(row.filled) for row in region if not _is_numbering(row)) < _most(region)
                )
            )
        ):
            if not _is_page_number(rows[following], region):
                region.append(rows[following])
            following += 1
        if any(row.filled for row in region) or _stands_under_header(region[-1]):
            block = _block(region)
            goes_on = following < len(rows) and rows[following].follows
            if goes_on and following not in taken and len(rows[following].filled) >= FIGURES - 2:
                block.doubtful = True  # one of several rows, as of units and their sum
            block.over = region[0].before
            block.left = _left_out(block, region + _rest_of_table(rows, following, taken))
            blocks.append(block)
        at = following
    return _joined(blocks)


def _joined(blocks: list[DisputesBlock]) -> list[DisputesBlock]:
    """The tables, those in parts made one: a table for each kind of dispute, or one for both lawsuits.

    Only where the texts over each part name its kinds, and the parts have all kinds, each once.
    """
    found: list[DisputesBlock] = []
    parts: list[DisputesBlock] = []
    by_kind: dict[str, list[Slot]] = {}
    for block in blocks:
        width = len(RESULTS)
        kinds: list[str] = []
        if not block.doubtful and len(block.run) < FIGURES:
            kinds = list(dict.fromkeys([kind for cell in block.over if (kind := _kind_of(cell.text))]))
        is_part = 0 < len(kinds) < len(KINDS) and len(block.run) == len(kinds) * width
        if not is_part or by_kind.keys() & set(kinds) or (parts and block.results != parts[0].results):
            found += parts
            parts, by_kind = [], {}
        if not is_part:
            found.append(block)
            continue
        parts.append(block)
        by_kind |= {kind: block.run[at * width : (at + 1) * width] for at, kind in enumerate(kinds)}
        if len(by_kind) == len(KINDS):
            exact = all(part.exact for part in parts)
            whole = DisputesBlock([], by_kind, exact, False, parts[0].kinds, parts[0].results)
            whole.over = parts[0].over
            whole.left = [slot for part in parts for slot in part.left]
            found.append(whole)
            parts, by_kind = [], {}
    return found + parts


def _rest_of_table(rows: list[Row], following: int, taken: set[int]) -> list[Row]:
    """The rows from `following` on that stand in the same grid as the row before them."""
    table = rows[following - 1].table
    end = following
    while table is not None and end < len(rows) and rows[end].table == table and end not in taken:
        end += 1
    return rows[following:end]


def _left_out(block: DisputesBlock, region: list[Row]) -> list[Slot]:
    """The figures of the region that no cell of the table has, nor are the sums of the lawsuits' two rows."""
    if all(row.slots is block.run for row in region if row.filled):
        return []
    used = {id(slot) for slot in _slots(block)}
    if all(id(slot) in used for row in region for slot in row.filled):
        return []
    lawsuits = [[slot.value.number or 0 for slot in block.by_kind.get(kind, [])] for kind in KINDS[1:]]
    sums = [sum(numbers) for numbers in zip(*lawsuits, strict=False)]
    return [
        slot
        for row in region
        if [slot.value.number or 0 for slot in row.slots] != sums and not _is_numbering(row)
        for slot in row.filled
        if id(slot) not in used and slot.value.status in (REPORTED, UNREADABLE)
    ]


def _is_page_number(row: Row, region: list[Row]) -> bool:
    """Whether a row is a lone number without a label, where the figures have theirs."""
    return len(row.slots) == 1 and not row.before and all(other.own for other in region)


def _is_numbering(row: Row) -> bool:
    """Whether a row numbers the columns (1 to 15), which no figures do that have sums."""
    if len(row.filled) != FIGURES or row.filled[0].value.number != 1:
        return False
    return [slot.value.number for slot in row.filled] == _NUMBERING


def _is_another_kind(row: Row, region: list[Row]) -> bool:
    """Whether a row is of a kind of dispute that a table by kind still lacks, as beyond a page number."""
    kind = _kind_of(row.before[-1].text) if row.own and row.filled else None
    if kind is None or row.line - region[-1].line > 4:
        return False
    kinds = [_kind_of(other.before[-1].text) if other.own else None for other in region if other.filled]
    return bool(kinds) and None not in kinds and kind not in kinds


def _begins_another(row: Row, region: list[Row]) -> bool:
    """Whether a header stands over a row below figures that are not of other kinds of the same table."""
    if not any(other.filled for other in region):
        return False
    labelled = _labelled([*region, row])
    if labelled:
        return labelled > FIGURES
    another = row.before and _kind_of(row.before[-1].text) and not _full(region)
    return _is_header(row.words) and not another


def _labelled(region: list[Row]) -> int:
    """How many rows there are, where each is labelled with a result and has one figure at most."""
    for row in region:
        if len(row.filled) > 1 or not row.before or not _names_a_result(row.before[-1]):
            return 0
    return len(region)


def _most(region: list[Row]) -> int:
    """How many figures a table may have: one kind more where 行政诉讼 is summed in a row of its own."""
    for row in region:
        if row.own and "行政诉讼" in squash(row.before[-1].text):
            return FIGURES + 5
    return FIGURES


def _begins(rows: list[Row], at: int) -> bool:
    """Whether a table begins here: below its header, with its first label, or without either."""
    row = rows[at]
    if _is_header(row.words):
        return True
    if row.slots and row.before and _like_a_result(row.before[-1].text):
        return _is_header(tuple([word for following in rows[at : at + 5] for word in following.words[-1:]]))
    titled = "".join(row.words) if len(row.filled) == FIGURES else ""
    return "行政复议" in titled and "行政诉讼" in titled


def _similar(cell: Cell, label: str) -> bool:
    return _alike(cell.text, label)


@lru_cache(maxsize=16384)
def _alike(text: str, label: str) -> bool:
    return Indel.normalized_similarity(squash(text), label) >= 0.6


@remembered(16384)
def _like_a_result(text: str) -> bool:
    return any(_alike(text, result) for result in _results())


@cache
def _results() -> list[str]:
    return [squash(cell.column_label) for cell in forms.cells(2021, "disputes")[:5]]


@remembered(4096)
def _is_header(words: tuple[str, ...]) -> bool:
    joined = "".join(words)
    return sum(sign in joined for sign in SIGNS) >= SIGNS_NEEDED


def _full(region: list[Row]) -> bool:
    return sum(len(row.filled) for row in region) >= FIGURES


def _stands_under_header(row: Row) -> bool:
    """Whether a row of blanks is the empty row of figures rather than a part of the header."""
    return not row.own and len(row.slots) >= FIGURES


def _block(region: list[Row]) -> DisputesBlock:
    exact = all(row.exact for row in region)
    filled = [row for row in region if row.filled]
    before = filled[0].before[: len(filled[0].before) - _own(filled[0])] if filled else []
    over = list({id(cell): cell for cell in before}.values())
    words = _in_the_words_of_the_form(
        header_words(over, tuple([apart(cell.text) for cell in over]), len(over))
    )
    order = disputes_order(words)
    doubtful = order is None and (
        _permuted([cell for row in region for cell in row.before]) or _is_misplaced(words)
    )
    kinds, results = order or ((), ())
    kinds, results = kinds or KINDS, results or RESULTS
    region = [row for row in region if not _is_numbering(row)] or region
    # A line of the header is a row where blanks stand at its end.
    widths = {row.width for row in region if row.own and not row.filled and _result_of(row.before[-1].text)}
    grids = {table: _grid(over, table) for table in {row.table for row in region}}
    trimmed = [_without_other_columns(row, grids[row.table], widths == {row.width}) for row in region]
    doubtful = doubtful or None in trimmed
    region = [own or row for own, row in zip(trimmed, region, strict=True)]
    filled = [row for row in region if row.filled]
    whole = next((row for row in filled if len(row.filled) == FIGURES), None)
    if whole is not None and len(region) < FEWEST_LABELLED:
        return DisputesBlock(whole.slots, {}, exact, doubtful, kinds, results)
    by_kind = _kinds([row for row in region if row.filled or _is_blank_kind(row)])
    if by_kind:
        return DisputesBlock([], by_kind, exact, doubtful, kinds, results)
    transposed = _transposed([row for row in region if row.filled or row.own], kinds)
    if transposed:
        return DisputesBlock(transposed, {}, exact, doubtful)
    vertical = _vertical(region, kinds, exact)
    if vertical:
        return vertical
    if whole is not None:
        return DisputesBlock(whole.slots, {}, exact, doubtful, kinds, results)
    if not filled:
        return DisputesBlock(region[-1].slots, {}, exact)
    if len(filled) == 1:
        filled = [_without_residue(filled[0], over)]
    slots = [slot for row in filled for slot in (row.slots if len(filled) == 1 else row.filled)]
    strange = len(filled) > 1 and all(row.own for row in filled) and any(len(r.filled) > 1 for r in filled)
    return DisputesBlock(slots, {}, exact, doubtful or strange, kinds, results)


def _own(row: Row) -> int:
    """How many texts before a row are its own: also the kind of dispute on the line above its figures."""
    above = row.before and 4 <= len(row.slots) <= 6 and _kind_of(row.before[-1].text)
    return row.own or (1 if above else 0)


def _is_blank_kind(row: Row) -> bool:
    """Whether a row of a table by kind of dispute has no figures."""
    return row.own == 1 and 4 <= len(row.slots) <= 6 and _kind_of(row.before[-1].text) is not None


@remembered(16384)
def _result_of(text: str) -> str | None:
    """The result that a text names by a word of its own."""
    word = squash(text)
    found = [name for name, sign in _NEAR_RESULTS.items() if sign.search(word)]
    return found[0] if len(found) == 1 and len(word) <= _LONGEST else None


@remembered(16384)
def _kind_of(text: str) -> str | None:
    """The kind of dispute that a text names by a word of its own; 行政诉讼 alone names none of the two."""
    word = squash(text)
    found = [name for name, sign in _NEAR_KINDS.items() if sign.search(word)]
    if len(word) > _LONGEST or len(found) > 1 or not ("复议" in word or "诉" in word):
        return None
    if found or "诉" in word:
        return found[0] if found and ("诉" in word or word.endswith("后")) else None
    return "reconsideration"


@remembered(4096)
def _in_the_words_of_the_form(words: Words) -> Words:
    """The header with the form's words for near ones, on lines that name all of their results or kinds.

    Where a converter cut the words, halves of them stand on several lines, and their order says nothing.
    """
    results = dict(zip(RESULTS, _results(), strict=True))
    kinds = dict(_kind_labels())
    named = [[_result_of(word) for word in line] for line in words]
    counts = [sum(name is not None for name in line) for line in named]
    whole = all(count % len(RESULTS) == 0 for count in counts) or max(counts, default=0) == 1
    lines = []
    for line, names in zip(words, named, strict=True):
        found = [_kind_of(word) for word in line]
        pair = "reconsideration" in found and any(_is_litigation(word) for word in line)
        if set(KINDS[1:]) <= set(found) or pair:
            line = tuple(
                kinds[kind] if kind else "行政诉讼" if _is_litigation(word) else word
                for kind, word in zip(found, line, strict=True)
            )
        if whole:
            line = tuple(results[name] if name else word for name, word in zip(names, line, strict=True))
        lines.append(line)
    return tuple(lines)


def _is_litigation(word: str) -> bool:
    return word in ("行政诉讼", "诉讼", "行政诉讼案件", "提起行政诉讼")


@remembered(4096)
def _is_misplaced(words: Words) -> bool:
    """Whether a line of a header has as many words as results or kinds, a known one at another place.

    Not where they stand in the form's order all the same, on lines that break between them.
    """
    every = [[_result_of(word) for word in line] for line in words]
    named = [name for names in every for name in names if name]
    kinds = [kind for line in words for word in line if (kind := _kind_of(word))]
    in_order = {
        RESULTS: named == [*RESULTS] * (len(named) // len(RESULTS)),
        KINDS: kinds == [*KINDS],
    }
    for line, names in zip(words, every, strict=True):
        if any(names):
            number, order = len(line) // len(RESULTS) * len(RESULTS), RESULTS
        else:
            number, order, names = len(KINDS), KINDS, [_kind_of(word) for word in line]
        if not number or len(line) - number not in (0, 1) or any(map(_is_litigation, line)):
            continue  # one word may stand over the labels
        if in_order[order]:
            continue
        if any(name not in (None, order[at % len(order)]) for at, name in enumerate(names[-number:])):
            return True
    return False


class _Grid(NamedTuple):
    """The columns of a grid in which a header names results, and other things; and where it ends."""

    results: set[int]
    others: set[int]
    end: int


def _grid(over: list[Cell], table: int | None) -> _Grid | None:
    """What the texts over a grid say of its columns; None where they do not name each result in its own."""
    if table is None:
        return None
    header = [cell for cell in over if cell.place.table is None or cell.place.table == table]
    of_results = [cell for cell in header if _result_of(cell.text)]
    results = {cell.column for cell in of_results}
    if len(of_results) not in (len(RESULTS), FIGURES) or len(results) != len(of_results):
        return None
    lines = {(cell.place.line, cell.place.row) for cell in of_results}
    others: set[int] = set()
    end = 0
    for cell in header:
        if (cell.place.line, cell.place.row) in lines and squash(cell.text):
            end = max(end, cell.column + cell.span)
            if cell.span == 1 and cell.column not in results and not _kind_of(cell.text):
                others.add(cell.column)
    return _Grid(results, others, end)


def _without_other_columns(row: Row, grid: _Grid | None, padded: bool) -> Row | None:
    """A row without what stands under words of its header that name no result (受理, 上年).

    Its columns are its header's where both are `padded` with blanks to one width.
    None where there are such words and the row does not say which of its figures stand under them.
    """
    if grid is None:
        return row
    results, others, end = grid
    below = all(slot.cell.column in results or slot.cell.column in others for slot in row.filled)
    if below and (row.exact or row.width == end or padded):
        kept = [slot for slot in row.slots if slot.cell.column in results]
        if len(kept) == len(row.slots):
            return row
        return replace(row, slots=kept, filled=[slot for slot in kept if slot.filled], width=end)
    extra = len(others) - (1 if _own(row) else 0)
    return None if extra > 0 and len(row.filled) < len(results) + extra else row


def _without_residue(row: Row, over: list[Cell]) -> Row:
    """A row without the blanks before its first figure, where it has not as many cells as its header.

    They may be what is left of a label or of a merged cell: only the sums say where a figure is lacking.
    """
    first = row.slots.index(row.filled[0])
    end = max((cell.column + cell.span for cell in over if cell.place.table in (None, row.table)), default=0)
    if row.exact or row.own or row.width == end or len(row.filled) < len(row.slots) - first:
        return row
    return replace(row, slots=row.slots[first:])


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


def _vertical(region: list[Row], kinds: tuple[str, ...], exact: bool) -> DisputesBlock | None:
    """Fifteen rows of one figure, or of none where it is left blank, labelled with the results in turn.

    Results and kinds are in the order in which they are printed; the table is doubtful where it names only
    some of its kinds, and not at their place in the form.
    """
    rows = [row for row in region if row.before and _names_a_result(row.before[-1])][:FIGURES]
    if len(rows) < FEWEST_LABELLED or any(len(row.filled) > 1 for row in rows):
        return None
    found = [(row.before, _only_slot(row)) for row in rows] if len(rows) == FIGURES else _by_label(rows)
    if len(found) != FIGURES:
        return None
    labels, slots = [texts[-1] for texts, _ in found], [slot for _, slot in found]
    results = RESULTS
    if not all(_similar(label, _results()[at % 5]) for at, label in enumerate(labels)):
        named = [_result_of(label.text) for label in labels]
        if named != named[:5] * 3 or set(named) != set(RESULTS):
            return DisputesBlock(slots, {}, exact, doubtful=True)
        results = tuple(name for name in named[:5] if name)
    over = [[kind for cell in texts[:-1] if (kind := _kind_of(cell.text))] for texts, _ in found]
    heads = [over[at][-1] if over[at] else None for at in (0, 5, 10)]
    if not heads[1] and not heads[2]:
        return DisputesBlock(slots, {}, exact, False, kinds, results)
    printed = tuple(head for head in heads if head)
    if set(printed) == set(KINDS):
        return DisputesBlock(slots, {}, exact, False, printed, results)
    doubtful = any(head not in (None, kind) for head, kind in zip(heads, KINDS, strict=True))
    return DisputesBlock(slots, {}, exact, doubtful, results=results)


def _only_slot(row: Row) -> Slot:
    return (row.filled or row.slots)[0]


def _by_label(rows: list[Row]) -> list[tuple[list[Cell], Slot]]:
    """What stands over each result with its label, and its figure: blank where the label has no row."""
    found: list[tuple[list[Cell], Slot]] = []
    seen: set[int] = set()
    for row in rows:
        texts: list[Cell] = []
        for cell in row.before:
            if id(cell) not in seen:  # the texts over a blank row stay in reach of the rows below it
                seen.add(id(cell))
                texts.append(cell)
                if _names_a_result(cell):
                    found.append((texts, Slot(replace(cell, text=""), Value(BLANK))))
                    texts = []
        if found and found[-1][0][-1] is row.before[-1]:
            found[-1] = (found[-1][0], _only_slot(row))
    return found


def _names_a_result(cell: Cell) -> bool:
    return _result_of(cell.text) is not None or _like_a_result(cell.text)


def _kinds(filled: list[Row]) -> dict[str, list[Slot]]:
    """The rows by kind of dispute, where each row is labelled with its kind."""
    found: dict[str, list[Slot]] = {}
    summed = False
    for row in filled:
        if not _own(row) or len(row.filled) > 6:
            return {}
        label = squash(row.before[-1].text)
        if label == "行政诉讼":  # the sum of the two kinds, which may stand below it
            summed = True
            continue
        kind = _kind_like(label)
        if kind is None or kind in found:
            return {}
        found[kind] = row.slots
    return found if len(found) + summed >= 2 and found else {}


@remembered(4096)
def _kind_like(label: str) -> str | None:
    """The kind of dispute that a squashed label is most like."""
    kind, wording = max(_kind_labels(), key=lambda kind: Indel.normalized_similarity(label, kind[1]))
    return kind if Indel.normalized_similarity(label, wording) >= 0.7 else None


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
        if full[0].left:
            said = "figures are printed in the table that belong to no cell of it: they are not in the data"
            raw = " ".join(slot.cell.text for slot in full[0].left)
            place = full[0].left[0].cell.place
            issues.append(Issue("figure_left_out", said, "disputes", raw=raw, place=place))
    for other in full[1:]:
        differing = _differing(form, aligned, _align_disputes(form, other, columns))
        if _filled(other) < FEWEST and len(_slots(other)) < FIGURES:
            continue  # hardly a table
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


def _differing(form: int, first: Aligned, second: Aligned) -> set[CellKey]:
    """The cells that come to different figures in two printed tables, or that the second leaves open.

    A blank that is proved to be 0 is no other figure than a printed 0; one that may be anything is.
    """
    printed = [part.numbers(form, "disputes") for part in (first, second)]
    known = [reconcile(form, "disputes", numbers).numbers for numbers in printed]
    return {
        key
        for at, key in enumerate(cells_of(form, "disputes"))
        if key in second.doubtful
        or known[0][at] != known[1][at]
        or (None not in (printed[0][at], printed[1][at]) and printed[0][at] != printed[1][at])
    }


def _slots(block: DisputesBlock) -> list[Slot]:
    return block.run or [slot for slots in block.by_kind.values() for slot in slots]


def _filled(block: DisputesBlock) -> int:
    return len([slot for slot in _slots(block) if slot.filled])


def _align_disputes(form: int, block: DisputesBlock, columns: dict[str, tuple[str, ...]]) -> Aligned:
    if block.by_kind:
        options = {
            kind: [
                Reading(tuple([reading.slots[block.results.index(name)] for name in names]), reading.rank)
                for reading in readings(slots, len(names), None, block.exact)
            ]
            for kind, slots in block.by_kind.items()
            for names in (columns[kind],)
        }
        return choose(form, "disputes", columns, options)
    # One run of fifteen is aligned as a single row, then cut into the three kinds.
    places = _printed_places(block.kinds, block.results)
    found = [
        {
            row: Reading(tuple([reading.slots[at] for at in printed]), reading.rank)
            for row, printed in places.items()
        }
        for reading in readings(block.run, FIGURES, None, block.exact)
    ]
    run = block.run
    if len(run) == FIGURES and all(slot.filled for slot in run):
        return laid_out(found[0])
    by_sums = any(slot.value.spaced for slot in run)
    if not block.exact and len(run) == FIGURES:
        by_sums = by_sums or all(slot.filled for slot in run[:-1])
        if not by_sums and _has_moved(run, block.results):
            found = []
    return _choose_whole(form, columns, found, by_sums)


@cache
def _printed_places(kinds: tuple[str, ...], results: tuple[str, ...]) -> dict[str, list[int]]:
    """Where in a run the cells of each row stand, in the form's order, as kinds and results are printed."""
    return {
        kind: [kinds.index(kind) * len(RESULTS) + results.index(result) for result in RESULTS]
        for kind in KINDS
    }


def _has_moved(run: list[Slot], results: tuple[str, ...]) -> bool:
    """Whether the figures have their sums one cell on, beside a blank at an end, and not where they stand.

    Their blanks are taken for zeros, which most of them are.
    """
    numbers = [slot.value.number or 0 for slot in run]
    others = [[*numbers[1:], 0]] if not run[0].filled else []
    if not run[-1].filled:
        others += [[*numbers[:at], 0, *numbers[at:-1]] for at in range(len(run))]
    return not _have_sums(numbers, results) and any(_have_sums(moved, results) for moved in others)


def _have_sums(numbers: list[Number], results: tuple[str, ...]) -> bool:
    kinds = [numbers[at : at + len(results)] for at in range(0, len(numbers), len(results))]
    return all(sum(kind) == 2 * kind[results.index("total")] for kind in kinds)


def _choose_whole(
    form: int, columns: dict[str, tuple[str, ...]], found: list[dict[str, Reading]], by_sums: bool
) -> Aligned:
    """The reading that breaks the fewest sums; of several the one that keeps each figure in its printed cell.

    Not so if `by_sums`: where a figure may be lost before a blank at the end, or two ran together.
    """
    if len(found) == 1:
        return laid_out(found[0])
    outcomes = []
    for parts in found:
        aligned = laid_out(parts)
        done = reconcile(form, "disputes", aligned.numbers(form, "disputes"))
        rank = next(iter(parts.values())).rank
        outcomes.append((done.broken, rank, aligned, done.numbers, done.printed))
    if not outcomes:
        aligned = Aligned({})
        aligned.doubtful.update(cells_of(form, "disputes"))
        aligned.rows_in_doubt.update(columns)
        return aligned
    fewest = min(broken for broken, *_ in outcomes)
    rank = min(rank for broken, rank, *_ in outcomes if broken == fewest)
    equal = [outcome for outcome in outcomes if outcome[0] == fewest and (by_sums or outcome[1] == rank)]
    aligned = equal[0][2]
    for at, key in enumerate(cells_of(form, "disputes") if len(equal) > 1 else ()):
        seen = {outcome[3][at] for outcome in equal}
        if len(seen) > 1 or (seen == {None} and len({outcome[4][at] for outcome in equal}) > 1):
            aligned.doubtful.add(key)
            aligned.rows_in_doubt.add(key[0])
    return aligned
