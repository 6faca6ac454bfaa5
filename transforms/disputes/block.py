"""One printed disputes table, whatever its shape.

It is one row of fifteen, three rows of five, five rows of three, or one figure to a line; its kinds and
results stand in the order of the form or in another, and what stands beside them is no part of it.
"""

from dataclasses import replace
from typing import Final, NamedTuple

from transforms.disputes.words import (
    KINDS,
    RESULTS,
    alike,
    in_the_words_of_the_form,
    is_misplaced,
    is_permuted,
    kind_like,
    kind_of,
    names_a_result,
    result_labels,
    result_of,
)
from transforms.document import Cell
from transforms.header import apart, disputes_order, header_words
from transforms.normalise import squash
from transforms.rows import Row, Slot
from transforms.values import BLANK, Value

FIGURES: Final = 15
FEWEST_LABELLED: Final = 10  # rows with a label of their own in a table of one figure to a row
_NUMBERING: Final = [*range(1, FIGURES + 1)]
_CIRCLED: Final = [*"①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"]


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

    @property
    def slots(self) -> list[Slot]:
        """All its slots, as printed one after the other."""
        return self.run or [slot for slots in self.by_kind.values() for slot in slots]

    @property
    def filled(self) -> list[Slot]:
        """The slots in which anything is printed."""
        return [slot for slot in self.slots if slot.filled]


def block_of(region: list[Row]) -> DisputesBlock:
    """The table that is printed in some rows: those of its header, and those of its figures."""
    exact = all(row.exact for row in region)
    filled = [row for row in region if row.filled]
    before = filled[0].before[: len(filled[0].before) - _own(filled[0])] if filled else []
    over = list({id(cell): cell for cell in before}.values())
    words = in_the_words_of_the_form(
        header_words(over, tuple([apart(cell.text) for cell in over]), len(over))
    )
    order = disputes_order(words)
    doubtful = order is None and (
        is_permuted([cell.text for row in region for cell in row.before]) or is_misplaced(words)
    )
    kinds, results = order or ((), ())
    kinds, results = kinds or KINDS, results or RESULTS
    region = [row for row in region if not is_numbering(row)] or region
    # A line of the header is a row where blanks stand at its end.
    widths = {row.width for row in region if row.own and not row.filled and result_of(row.before[-1].text)}
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


def is_numbering(row: Row) -> bool:
    """Whether a row numbers the columns (1 to 15, or circled), which no figures do that have sums."""
    if len(row.filled) != FIGURES or row.filled[0].value.number not in (None, 1):
        return False
    numbers = [slot.value.number for slot in row.filled]
    return numbers == _NUMBERING or [slot.cell.text for slot in row.filled] == _CIRCLED


def _own(row: Row) -> int:
    """How many texts before a row are its own: also the kind of dispute on the line above its figures."""
    above = row.before and 4 <= len(row.slots) <= 6 and kind_of(row.before[-1].text)
    return row.own or (1 if above else 0)


def _is_blank_kind(row: Row) -> bool:
    """Whether a row of a table by kind of dispute has no figures."""
    return row.own == 1 and 4 <= len(row.slots) <= 6 and kind_of(row.before[-1].text) is not None


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
        kind = kind_like(label)
        if kind is None or kind in found:
            return {}
        found[kind] = row.slots
    return found if len(found) + summed >= 2 and found else {}


def _transposed(region: list[Row], kinds: tuple[str, ...]) -> list[Slot]:
    """Five rows of three (one row for each result, one column for each kind), put in the form's order."""
    if len(region) != len(RESULTS) or any(len(KINDS) not in (len(r.filled), len(r.slots)) for r in region):
        return []
    by_result: dict[str, Row] = {}
    for row in region:
        for result, label in zip(RESULTS, result_labels(), strict=True):
            if row.before and alike(row.before[-1].text, label):
                by_result[result] = row
    if len(by_result) != len(RESULTS):
        return []
    rows = [by_result[result] for result in RESULTS]
    columns = [row.filled if len(row.filled) == len(KINDS) else row.slots for row in rows]
    return [row[kinds.index(kind)] for kind in KINDS for row in columns]


def _vertical(region: list[Row], kinds: tuple[str, ...], exact: bool) -> DisputesBlock | None:
    """Fifteen rows of one figure, or of none where it is left blank, labelled with the results in turn.

    Results and kinds are in the order in which they are printed; the table is doubtful where it names only
    some of its kinds, and not at their place in the form.
    """
    labelled = [row for row in region if row.slots and row.before]
    rows = [row for row in labelled if names_a_result(row.before[-1].text)][:FIGURES]
    if len(rows) < FEWEST_LABELLED or any(len(row.filled) > 1 for row in rows):
        return None
    found = [(row.before, _only_slot(row)) for row in rows] if len(rows) == FIGURES else _by_label(rows)
    if len(found) != FIGURES:
        return None
    labels, slots = [texts[-1] for texts, _ in found], [slot for _, slot in found]
    results = RESULTS
    if not all(alike(label.text, result_labels()[at % 5]) for at, label in enumerate(labels)):
        named = [result_of(label.text) for label in labels]
        if named != named[:5] * 3 or set(named) != set(RESULTS):
            return DisputesBlock(slots, {}, exact, doubtful=True)
        results = tuple(name for name in named[:5] if name)
    over = [[kind for cell in texts[:-1] if (kind := kind_of(cell.text))] for texts, _ in found]
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
                if names_a_result(cell.text):
                    found.append((texts, Slot(replace(cell, text=""), Value(BLANK))))
                    texts = []
        if found and found[-1][0][-1] is row.before[-1]:
            found[-1] = (found[-1][0], _only_slot(row))
    return found


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
    of_results = [cell for cell in header if result_of(cell.text)]
    results = {cell.column for cell in of_results}
    if len(of_results) not in (len(RESULTS), FIGURES) or len(results) != len(of_results):
        return None
    lines = {(cell.place.line, cell.place.row) for cell in of_results}
    others: set[int] = set()
    end = 0
    for cell in header:
        if not squash(cell.text):
            continue
        if (cell.place.line, cell.place.row) in lines:
            end = max(end, cell.column + cell.span)
        elif not cell.place.row or cell.column < max(results):
            continue  # what stands over the results is a heading of theirs, and before them of the rows
        if cell.span == 1 and cell.column not in results and not kind_of(cell.text):
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
