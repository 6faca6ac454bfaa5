"""The disputes tables that stand among the rows of a document.

They have hardly any row labels, so they are found by the words of their headers instead.
"""

from transforms.disputes.block import FIGURES, DisputesBlock, block_of, is_numbering
from transforms.disputes.words import KINDS, RESULTS, is_header, kind_of, like_a_result, names_a_result
from transforms.normalise import squash
from transforms.rows import Row, Slot
from transforms.values import REPORTED, UNREADABLE


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
                    and sum(len(row.filled) for row in region if not is_numbering(row)) < _most(region)
                )
            )
        ):
            if not _is_page_number(rows[following], region):
                region.append(rows[following])
            following += 1
        if any(row.filled for row in region) or _stands_under_header(region[-1]):
            block = block_of(region)
            goes_on = following < len(rows) and rows[following].follows
            if goes_on and following not in taken and len(rows[following].filled) >= FIGURES - 2:
                block.doubtful = True  # one of several rows, as of units and their sum
            block.over = region[0].before
            block.left = _left_out(block, region + _rest_of_table(rows, following, taken))
            blocks.append(block)
        at = following
    return _joined(blocks)


def _begins(rows: list[Row], at: int) -> bool:
    """Whether a table begins here: below its header, with its first label, or without either."""
    row = rows[at]
    if is_header(row.words):
        return True
    if row.slots and row.before and like_a_result(row.before[-1].text):
        return is_header(tuple([word for following in rows[at : at + 5] for word in following.words[-1:]]))
    titled = "".join(row.words) if len(row.filled) == FIGURES else ""
    return "行政复议" in titled and "行政诉讼" in titled


def _begins_another(row: Row, region: list[Row]) -> bool:
    """Whether a header stands over a row below figures that are not of other kinds of the same table."""
    if not any(other.filled for other in region):
        return False
    labelled = _labelled([*region, row])
    if labelled:
        return labelled > FIGURES
    another = row.before and kind_of(row.before[-1].text) and not _full(region)
    return is_header(row.words) and not another


def _labelled(region: list[Row]) -> int:
    """How many rows there are, where each is labelled with a result and has one figure at most."""
    for row in region:
        if len(row.filled) > 1 or not row.before or not names_a_result(row.before[-1].text):
            return 0
    return len(region)


def _is_another_kind(row: Row, region: list[Row]) -> bool:
    """Whether a row is of a kind of dispute that a table by kind still lacks, as beyond a page number."""
    kind = kind_of(row.before[-1].text) if row.own and row.filled else None
    if kind is None or row.line - region[-1].line > 4:
        return False
    kinds = [kind_of(other.before[-1].text) if other.own else None for other in region if other.filled]
    return bool(kinds) and None not in kinds and kind not in kinds


def _is_page_number(row: Row, region: list[Row]) -> bool:
    """Whether a row is a lone number without a label, where the figures have theirs."""
    return len(row.slots) == 1 and not row.before and all(other.own for other in region)


def _most(region: list[Row]) -> int:
    """How many figures a table may have: one kind more where 行政诉讼 is summed in a row of its own."""
    for row in region:
        if row.own and "行政诉讼" in squash(row.before[-1].text):
            return FIGURES + 5
    return FIGURES


def _full(region: list[Row]) -> bool:
    return sum(len(row.filled) for row in region) >= FIGURES


def _stands_under_header(row: Row) -> bool:
    """Whether a row of blanks is the empty row of figures rather than a part of the header."""
    return not row.own and len(row.slots) >= FIGURES


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
    used = {id(slot) for slot in block.slots}
    if all(id(slot) in used for row in region for slot in row.filled):
        return []
    lawsuits = [[slot.value.number or 0 for slot in block.by_kind.get(kind, [])] for kind in KINDS[1:]]
    sums = [sum(numbers) for numbers in zip(*lawsuits, strict=False)]
    return [
        slot
        for row in region
        if [slot.value.number or 0 for slot in row.slots] != sums and not is_numbering(row)
        for slot in row.filled
        if id(slot) not in used and slot.value.status in (REPORTED, UNREADABLE)
    ]


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
            kinds = list(dict.fromkeys([kind for cell in block.over if (kind := kind_of(cell.text))]))
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
