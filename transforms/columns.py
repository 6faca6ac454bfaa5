"""The values of a printed table laid onto the columns of the form, by its grid, its header and its sums."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance import Indel

from schemas import forms
from transforms.align import (
    EXACT,
    Aligned,
    Reading,
    as_many,
    choose,
    grid_columns,
    is_merged_zero,
    left_out,
    readings,
    runs_together,
)
from transforms.document import Cell, Issue
from transforms.header import (
    Order,
    Words,
    is_whole,
    proactive_order,
    requests_order,
)
from transforms.instances import Instance, first_of, numbers
from transforms.labels import FIRST
from transforms.match import Match
from transforms.normalise import squash
from transforms.reconcile import cells_of, count_broken
from transforms.rows import Row, Slot
from transforms.said import Said

Columns = tuple[int, ...] | None  # of a grid, those of the form in their order

_ISSUED_SIGNS: Final = ("制发|制定|新制", "废止", "有效")  # of the columns of rules and normative documents
_APPLICANTS: Final = 6  # columns of the requests table before the total
_LAST_YEAR: Final = ("上年", "上一年", "去年")


def lay_out(
    table: str, form: int, instances: list[Instance], columns: dict[str, tuple[str, ...]]
) -> tuple[Aligned, list[Issue]]:
    """The slots of all cells, from the best instance; where another differs the cells are doubtful.

    `columns` gives the columns of every row of the table, in the form's order.
    """
    if not instances:
        return Aligned({}), []
    first = instances[0]
    issues: list[Issue] = []
    aligned, unread, by_another_order = _by_header(table, form, first, columns)
    if table == "requests" and not unread and by_another_order:
        said = "the header names the columns in another order than the form's; they are read in its order"
        issues.append(Issue("columns_by_header", said, table))
    for row in unread:
        aligned.doubtful |= {(row, column) for column in columns[row]} if table == "proactive" else set()
        issues.append(
            Issue(
                "column_order",
                "the header names the columns in another order than the form does",
                table,
                row if table == "proactive" else None,
            )
        )
    for row in sorted(aligned.rows_in_doubt):
        raw = " ".join(slot.cell.text for slot in first.matches[row].row.filled)
        issues.append(
            Issue(
                "alignment_doubtful",
                f"the row has {len(first.matches[row].row.filled)} values for {len(columns[row])} columns, "
                "and more than one way to lay them onto the columns fits equally well",
                table,
                row,
                raw=raw,
                place=first.matches[row].row.slots[0].cell.place,
            )
        )
    for row in sorted(aligned.rows_by_sums - aligned.rows_in_doubt):
        raw = " ".join(slot.cell.text for slot in first.matches[row].row.filled)
        said = "the values do not fit the columns one to one; they stand where the sums of the table allow"
        place = first.matches[row].row.slots[0].cell.place
        issues.append(Issue("alignment_by_sums", said, table, row, raw=raw, place=place))
    issues += _left_out(table, first, aligned, columns)
    for other in instances[1:]:
        second = _by_header(table, form, other, columns)[0]
        printed, again = aligned.numbers(form, table), second.numbers(form, table)
        differing = {
            key
            for at, key in enumerate(cells_of(form, table))
            if printed[at] != again[at] and key[0] in aligned.rows and key[0] in second.rows
        }
        again_in_doubt = second.rows_in_doubt & aligned.rows.keys() - aligned.rows_in_doubt
        if differing or again_in_doubt:
            aligned.doubtful |= differing
            said = "in the other it cannot be read: this may be the other report's"
            if differing:
                said = f"{len(differing)} cells differ: neither is taken"
            place = next(iter(other.matches.values())).row.slots[0].cell.place
            issues.append(
                Issue(
                    "second_table",
                    f"the document has this table twice, and {said}",
                    table,
                    place=place,
                )
            )
    return aligned, issues


def _left_out(
    table: str, instance: Instance, aligned: Aligned, columns: dict[str, tuple[str, ...]]
) -> list[Issue]:
    """What is said of figures that reach no cell: once of a whole column, else of each row."""
    if aligned.as_printed:
        return []
    found = []
    for code in columns:
        match = instance.matches.get(code)
        if match is not None:
            left = left_out(aligned, code, match.row.filled)
            if table == "requests":  # whose sums prove it
                left = [slot for slot in left if not is_merged_zero(slot)]
            if left:
                found.append((code, left))
    said = "figures are printed in the row that belong to no column of the form: they are not in the data"
    if len(found) > max(3, len(instance.matches) // 2):
        found = found[:1]
        said = "the table has columns that the form does not: their figures are not in the data"
    return [
        Issue("figure_left_out", said, table, code, raw=" ".join(slot.cell.text for slot in left),
              place=left[0].cell.place)
        for code, left in found
    ]  # fmt: skip


def _by_header(
    table: str,
    form: int,
    instance: Instance,
    columns: dict[str, tuple[str, ...]],
) -> tuple[Aligned, list[str], bool]:
    """The table read in the order of its header, and the rows whose header was not followed.

    A header is followed where it is whole, and where the sums do not speak for the form's own order. Last,
    whether the requests table has its columns in another order than the form's.
    """
    orders = _orders(table, form, instance, columns)
    by_another = table == "requests" and any(map(_is_other_order, set(orders.values())))
    aligned = _align_instance(table, form, instance, columns, orders)
    if by_another:
        by_form = _align_instance(table, form, instance, columns, {})
        broken = [count_broken(form, table, each.numbers(form, table)) for each in (by_form, aligned)]
        if broken[0] < broken[1]:
            return by_form, [row for row in columns if row in instance.matches], by_another
    out_of_order = _out_of_order(table, form, instance, columns)
    return aligned, [row for row in out_of_order if row not in orders], by_another


def _is_other_order(order: Order) -> bool:
    names = [name for name in order if name]
    return names != [name for name in forms.columns(2021, "requests", "new_received") if name in names]


def _orders(
    table: str, form: int, instance: Instance, columns: dict[str, tuple[str, ...]]
) -> dict[str, Order]:
    """The columns as printed, for the rows under a header that names more of them or in another order."""
    rows = [found for code in columns if (found := instance.matches.get(code)) is not None]
    orders: dict[str, Order] = {}
    if not rows:
        return orders
    if table == "requests":
        first = first_of(rows)
        order = requests_order(first.header)
        if order and order != columns[first.key[1]]:
            rows.sort(key=lambda found: found.at)
            if is_whole(order) or _lacks_columns(rows, order):
                orders = dict.fromkeys((found.key[1] for found in rows), order)
        return orders
    articles = forms.article_of()
    over: dict[int, Words] = {}
    rows.sort(key=lambda found: found.at)
    for found in rows:
        code = found.key[1]
        words = found.header
        article = articles[code]
        if article not in over or any(FIRST in line for line in words):
            over[article] = words
        order = proactive_order(form, code, over[article])
        if order and order != columns[code]:
            orders[code] = order
    return orders


def _lacks_columns(rows: list[Match], order: Order) -> bool:
    """Whether a table, and not its header alone, lacks columns.

    Its rows have as many cells as the header has columns, hardly one more figures, and none is their total.
    """
    if "total" not in order and order[-1] != "natural_person" and _end_in_totals(rows):
        return False
    if not set(_named_columns(rows[0])) <= set(order):
        return False  # the header names more than the lines do from which the order comes
    cells = Counter(len(found.row.slots) for found in rows).most_common(1)[0][0]
    figures = [len(found.row.filled) for found in rows]
    as_many = figures.count(len(order))
    more = sum(number > len(order) for number in figures)
    if more:
        return more <= 0.1 * len(figures) and as_many > len(figures) / 3
    return cells == len(order) or as_many >= 3


def _align_instance(
    table: str,
    form: int,
    instance: Instance,
    columns: dict[str, tuple[str, ...]],
    orders: dict[str, Order],
) -> Aligned:
    as_the_form = None if orders else _as_the_form(instance, columns)
    if as_the_form is not None:
        return as_the_form
    printed = _printed_columns(instance) if table == "requests" and not orders else None
    usual = _usual(_counts(instance)) if table == "requests" else 0
    wider = _has_more_columns(instance, columns)
    grids: dict[tuple[int, int | None, int], Columns] = {}
    under: dict[object, Columns] = {}
    options: dict[str, list[Reading]] = {}
    for code, names in columns.items():
        found = instance.matches.get(code)
        if found is None:
            continue
        row = found.row
        grid = None
        order = orders.get(code, names)
        if len(row.filled) == len(names) and order is names:
            options[code] = [Reading(tuple(row.filled), EXACT)]
            if wider:
                header = _header_columns(table, form, code, instance, order, under)
                options[code] = as_many(row.slots, header) or options[code]
            continue
        if len(row.filled) != len(order) and row.width > 1:
            kind = (len(order), row.table, row.width)
            if kind not in grids:
                grids[kind] = grid_columns(
                    (
                        other.row.slots
                        for name, other in instance.matches.items()
                        if (other.row.table, other.row.width) == kind[1:]
                        and len(orders.get(name, columns.get(name, ()))) == len(order)
                    ),
                    len(order),
                )
            grid = grids[kind]
            if grid is None or wider:
                header = _header_columns(table, form, code, instance, order, under)
                if header is not None:  # where other rows have their figures elsewhere, neither is believed
                    grid = header if grid in (None, header) else None
        trust_end = table != "proactive"
        if order is not names:
            places = [order.index(name) if name in order else None for name in names]
            options[code] = [
                Reading(tuple([None if at is None else reading.slots[at] for at in places]), reading.rank)
                for reading in readings(row.slots, len(order), grid, row.exact, trust_end)
            ]
        elif printed is not None and len(row.filled) < len(names):
            options[code] = _with_gaps(row, names, printed)
        else:
            may_part = len(row.filled) != usual
            options[code] = readings(row.slots, len(names), grid, row.exact, trust_end, may_part)
    aligned = choose(form, table, columns, options)
    if table == "requests" and not orders:
        _doubt_lost_totals(instance, columns, aligned, usual)
    if aligned.rows_in_doubt:
        _doubt_rows_alike(table, instance, columns, aligned)
    return aligned


def _as_the_form(instance: Instance, columns: dict[str, tuple[str, ...]]) -> Aligned | None:
    """The table as it is printed, where every row has as many figures as columns, as in most tables."""
    rows: dict[str, tuple[Slot | None, ...]] = {}
    for row, names in columns.items():
        found = instance.matches.get(row)
        if found is not None:
            if len(found.row.filled) != len(names):
                return None
            rows[row] = tuple(found.row.filled)
    return None if _has_more_columns(instance, columns) else Aligned(rows, as_printed=True)


def _has_more_columns(instance: Instance, columns: dict[str, tuple[str, ...]]) -> bool:
    """Whether most rows of a grid have more cells than the form has columns.

    Then a figure may be of another column, and one of the form's blank, in a row with as many as these.
    """
    rows = [(found.row, len(columns[code])) for code, found in instance.matches.items() if code in columns]
    return 2 * len([row for row, count in rows if row.exact and len(row.slots) > count]) > len(rows)


def _doubt_rows_alike(
    table: str, instance: Instance, columns: dict[str, tuple[str, ...]], aligned: Aligned
) -> None:
    """Doubt also the rows that cannot be surer of their columns than those in doubt.

    In the requests table all with figures above 0, where most of them are in doubt: it has not the form's
    columns. In an article of the proactive table those as short as another.
    """
    counts = {row: len(found.row.filled) for row, found in instance.matches.items() if row in columns}
    if table == "requests":
        above = {row for row in counts if any(numbers(instance.matches[row].row))}
        rows = above if len(above & aligned.rows_in_doubt) * 2 > len(above) > 2 else set()
    else:
        articles = forms.article_of()

        def in_its_cells(row: str) -> bool:
            """Whether the file itself has a cell for each column of a row."""
            printed = instance.matches[row].row
            return printed.exact and len(printed.slots) >= len(columns[row])

        short = {(articles[row], counts[row]) for row in aligned.rows_in_doubt if row in counts}
        rows = {
            row
            for row, count in counts.items()
            if (articles[row], count) in short and count < len(columns[row]) and not in_its_cells(row)
        }
    aligned.rows_in_doubt |= rows
    aligned.doubtful.update((row, column) for row in rows for column in columns[row])


def _doubt_lost_totals(
    instance: Instance, columns: dict[str, tuple[str, ...]], aligned: Aligned, usual: int
) -> None:
    """Doubt the rows read as without a total where another column may be lost.

    That is where their last figures look like totals; or would, had two columns run together, in most of the
    rows that sums alone lay out and that have as many figures as most (`usual`).
    """
    rows = {
        row: instance.matches[row]
        for row, slots in aligned.rows.items()
        if (slots[-1] is None or not slots[-1].filled) and any(numbers(instance.matches[row].row))
    }
    if len(rows) < 3 or not _end_in_totals(rows.values()):
        short = [row for row in rows if row in aligned.rows_by_sums and len(rows[row].row.filled) == usual]
        together = [row for row in short if runs_together(rows[row].row.filled, len(columns[row]))]
        rows = {row: rows[row] for row in short} if len(together) * 2 > len(short) else {}
    aligned.rows_in_doubt.update(rows)
    aligned.doubtful.update((row, column) for row in rows for column in columns[row])


def _out_of_order(
    table: str, form: int, instance: Instance, columns: dict[str, tuple[str, ...]]
) -> list[str]:
    """The rows directly below a header whose columns stand in another order than the form's."""
    fewest = _APPLICANTS if table == "requests" else 2  # words: not its own label alone
    found: set[str] = set()
    for row in columns:
        match = instance.matches.get(row)
        if match is not None:
            printed = match.row
            said = printed.said
            if said.names_columns and _is_permuted(table, form, row, said, printed.width > 1, fewest):
                found.add(row)
    if not found:
        return []
    articles = forms.article_of()
    concerned = {articles.get(row) for row in found}
    return [row for row in columns if row in found or (row in articles and articles[row] in concerned)]


@lru_cache(maxsize=16384)
def _is_permuted(table: str, form: int, row: str, over: Said, in_cells: bool, fewest: int) -> bool:
    """Whether the texts over a row name its columns in another order than the form's.

    The labels of the form each once; or over 制发, 废止 and 有效 as many near words, one at another place.
    Each text is one word where they stand `in_cells`. Fewer words than `fewest` are no header.
    """
    texts = over.words if in_cells else tuple([word for words in over.apart for word in words])
    if len(texts) < fewest:
        return False
    labels = tuple(_labels(form, table, row).values())
    if table == "requests":
        labels = labels[:_APPLICANTS]  # the total stands on another line of the header
    places = [texts.index(label) for label in labels if texts.count(label) == 1]
    if len(places) == len(labels) > 1 and places != sorted(places):
        return True
    if table != "proactive" or FIRST not in texts:
        return False
    last = len(texts) - texts[::-1].index(FIRST)
    words = texts[last : last + len(labels)]
    signs = [next((sign for sign in _ISSUED_SIGNS if re.search(sign, label)), None) for label in labels]
    return any(
        sign is not None and re.search(sign, word) and (sign != expected or word.startswith(_LAST_YEAR))
        for word, expected in zip(words, signs, strict=False)
        for sign in _ISSUED_SIGNS
        if None not in signs
    )


@cache
def _labels(form: int, table: str, row: str) -> dict[str, str]:
    """The labels of a row's columns by their codes."""
    return {cell.column: squash(cell.column_label) for cell in forms.cells(form, table) if cell.row == row}


def _counts(instance: Instance) -> list[int]:
    """How many figures each row of a table has, those left blank apart."""
    return [len(found.row.filled) for found in instance.matches.values() if found.row.filled]


def _usual(counts: list[int]) -> int:
    return max(set(counts), key=counts.count, default=0)


def _printed_columns(instance: Instance) -> tuple[str, ...] | None:
    """The columns that a requests table has, where nearly all of its rows are short by the same number.

    None where the table has all its columns. Empty where columns are lost and the header does not say which:
    every table has 自然人, and figures that look like totals have lost their heading and not their column.
    """
    counts = _counts(instance)
    signs = forms.labels()["column_signs"]
    usual = _usual(counts)
    if usual >= len(signs) or usual < 2 or counts.count(usual) < 0.6 * len(counts):
        return None
    found = _named_columns(first_of(instance.matches.values()))
    if len(found) == len(signs):
        return None  # no column is left out: cells are
    lost_words = "natural_person" not in found or (
        "total" not in found and _end_in_totals(instance.matches.values())
    )
    return found if len(found) == usual and not lost_words else ()


def _named_columns(first: Match) -> tuple[str, ...]:
    """The columns that are named anywhere over the first row of a requests table, in the form's order."""
    header = "".join(squash(cell.text) for cell in first.row.before).replace("法人或其他组织", "")
    return tuple([column for column, sign in forms.labels()["column_signs"].items() if sign in header])


def _end_in_totals(matches: Iterable[Match]) -> bool:
    """Whether no row has a last figure below all before it together, and in three above 0 it is their sum."""
    equal = 0
    for found in matches:
        *parts, whole = numbers(found.row) or [0]
        if not parts:
            continue
        if whole < sum(parts):
            return False
        equal += whole == sum(parts) > 0
    return equal >= 3


def _with_gaps(row: Row, names: tuple[str, ...], printed: tuple[str, ...]) -> list[Reading]:
    """The one reading of a row in a table that lacks columns; none where the row does not fit them."""
    if len(row.filled) != len(printed):
        return []
    at = dict(zip(printed, row.filled, strict=True))
    return [Reading(tuple(at.get(name) for name in names), EXACT)]


def _header_columns(
    table: str, form: int, code: str, instance: Instance, order: Order, known: dict[object, Columns]
) -> Columns:
    """The grid columns under which the header prints the columns of a row, if it has them all in this order.

    Not for a row that has fewer cells than all others of its table: it has lost one. The header over the
    first row of the table, or of an article, stands over those below it too that have as many cells, where
    most rows have, also of other articles, or that have them in the same columns of a grid; what it comes to
    is kept in `known`.
    """
    labels = _labels(form, table, code)
    named = [labels[name] for name in order if name]
    if len(named) < len(order):
        return None
    row = instance.matches[code].row
    widths = [other.row.width for other in instance.matches.values() if other.row.table == row.table]
    if widths.count(row.width) == 1 < len(widths) and row.width < min(set(widths) - {row.width}):
        return None
    own = _columns_under(row.before, named)
    if own is not None:
        return own
    articles = forms.article_of()
    block = [found for other, found in instance.matches.items() if articles.get(other) == articles.get(code)]
    first = first_of(block).row
    alike = widths.count(row.width)
    usual = alike * 2 > len(widths) and (table == "requests" or alike > len(block))
    if not ((usual and (first.table, first.width) == (row.table, row.width)) or _in_same_columns(first, row)):
        return None
    key = (first.line, *named)
    if key not in known:
        known[key] = _columns_under(first.before, named)
    return known[key]


def _in_same_columns(first: Row, row: Row) -> bool:
    """Whether two rows of one grid have their cells for figures in the same columns of it."""
    if not (first.exact and row.exact and first.table == row.table):
        return False
    return [slot.cell.column for slot in first.slots] == [slot.cell.column for slot in row.slots]


def _columns_under(header: list[Cell], labels: list[str]) -> Columns:
    """The columns of the grid in which a header prints these labels, the nearest of like ones."""
    if len(header) < len(labels):
        return None
    words = [squash(cell.text) for cell in header]
    columns: list[int] = []
    for label in labels:
        near = _nearest(words, label)
        if near is None:
            return None
        columns.append(header[near].column)
    return tuple(columns) if columns and columns == sorted(set(columns)) else None


def _nearest(words: list[str], label: str) -> int | None:
    """Where the word stands that is most like a label, the last of like ones; None where none is like it."""
    near, most = None, 0.8
    for at in range(len(words) - 1, -1, -1):
        alike = 1.0 if words[at] == label else Indel.normalized_similarity(words[at], label)
        if alike > most or (near is None and alike == most):
            near, most = at, alike
            if alike == 1.0:
                break
    return near
