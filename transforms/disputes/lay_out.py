"""The figures of the disputes tables laid onto the cells of the form."""

from functools import cache
from typing import Final

from transforms.align import Aligned, Reading, choose, laid_out, readings
from transforms.disputes.block import FIGURES, DisputesBlock
from transforms.disputes.words import KINDS, RESULTS
from transforms.document import Issue
from transforms.reconcile import CellKey, cells_of, reconcile
from transforms.records import Number
from transforms.rows import Slot

FEWEST: Final = 5  # figures that a table has at least which is not in a whole row of cells


def lay_out_disputes(
    blocks: list[DisputesBlock], form: int, columns: dict[str, tuple[str, ...]]
) -> tuple[Aligned, list[Issue]]:
    """The slots of the disputes table; where two printed ones differ the cells are doubtful."""
    aligned = Aligned({})
    issues: list[Issue] = []
    full = sorted(blocks, key=lambda block: -len(block.filled))
    if full:
        first = full[0]
        aligned = _align(form, first, columns)
        if aligned.rows_by_sums and not aligned.rows_in_doubt:
            said = "the values do not fit the cells one to one; they stand where the sums of the table allow"
            raw = " ".join(slot.cell.text for slot in first.filled)
            place = first.slots[0].cell.place
            issues.append(Issue("alignment_by_sums", said, "disputes", raw=raw, place=place))
        if first.doubtful:
            aligned.doubtful = {(row, column) for row, names in columns.items() for column in names}
            said = "the rows or columns of the table are not the form's, or stand in another order"
            place = first.slots[0].cell.place
            issues.append(Issue("column_order", said, "disputes", place=place))
        if aligned.rows_in_doubt:
            issues.append(
                Issue(
                    "alignment_doubtful",
                    f"the table has {len(first.filled)} values for {FIGURES} cells, and more than one way "
                    "to lay them onto the cells fits equally well",
                    "disputes",
                    raw=" ".join(slot.cell.text for slot in first.filled),
                    place=first.slots[0].cell.place,
                )
            )
        if first.left:
            said = "figures are printed in the table that belong to no cell of it: they are not in the data"
            raw = " ".join(slot.cell.text for slot in first.left)
            place = first.left[0].cell.place
            issues.append(Issue("figure_left_out", said, "disputes", raw=raw, place=place))
    for other in full[1:]:
        differing = _differing(form, aligned, _align(form, other, columns))
        if len(other.filled) < FEWEST and len(other.slots) < FIGURES:
            continue  # hardly a table
        if differing:
            aligned.doubtful |= differing
            issues.append(
                Issue(
                    "second_table",
                    f"the document has this table twice, and {len(differing)} cells differ: neither is taken",
                    "disputes",
                    place=other.slots[0].cell.place,
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


def _align(form: int, block: DisputesBlock, columns: dict[str, tuple[str, ...]]) -> Aligned:
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
