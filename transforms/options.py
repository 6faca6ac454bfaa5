"""Which rows of the official forms a row of a document may be: every one that its texts resemble.

How well each fits is said of the row alone. Which of them it is, is decided for all rows of a document
together (`transforms.match`).
"""

from functools import lru_cache
from typing import Final

from mypy_extensions import mypyc_attr

from transforms.labels import (
    CERTAIN,
    RowKey,
    expected_counts,
    header_tables,
    is_of_another_article,
    last_label,
    lists_rows,
    row_order,
    row_scores,
)
from transforms.normalise import squash
from transforms.rows import Row
from transforms.said import RowOfForm

REACH: Final = 8  # texts before the values that may belong to a label
WRAP: Final = 3  # texts after the values that may still belong to it
SUBTOTALS: Final = ("小计", "合计")


@mypyc_attr(acyclic=True)
class Option:
    """A row of the form that the texts around some values may name, whatever the values are."""

    def __init__(
        self, key: RowKey, place: int, gain: float, score: float, start: int, taken: int, extra: str
    ) -> None:
        self.key: Final = key
        self.place: Final = place  # of that row in the order of the form
        self.gain: Final = gain  # what it adds to a chain to take the row for this one
        self.score: Final = score  # similarity of the label
        self.start: Final = start  # first text of the label, counted from the last before the values (-1)
        self.taken: Final = taken
        self.extra: Final = extra


def row_options(rows: list[Row], headed: list[bool]) -> list[tuple[Option, ...]]:
    """For each row, those of the form that it may be; `headed` says which stand under a header."""
    return [_options_of(rows, at, headed[at]) for at in range(len(rows))]


def under_header(rows: list[Row]) -> list[bool]:
    """Which rows stand under a header of the proactive table, or below a row that does and is no match."""
    headed: list[bool] = []
    goes_on = False  # whether the row above does and is no match
    for row in rows:
        said = row.said
        is_headed = said.heads_proactive or (goes_on and row.follows)
        headed.append(is_headed)
        goes_on = is_headed and not said.like_a_row
    return headed


def _options_of(rows: list[Row], at: int, headed: bool) -> tuple[Option, ...]:
    row = rows[at]
    said = row.said
    if said.several and table_of_several(row):
        return ()
    if said.row is not None and (row.own or not said.ends_disputes):
        return (_named(said.row, len(row.filled), headed),) if row.own or row.filled else ()
    wrapped = len(row.after)
    if wrapped and at + 1 < len(rows) and rows[at + 1].follows:
        wrapped -= rows[at + 1].own
    after: tuple[str, ...] = ()
    if wrapped > 0:
        after = tuple([squash(cell.text) for cell in row.after[: min(wrapped, WRAP)]])
    words = row.words
    return _options(words[-REACH:] if len(words) > REACH else words, after, row.own, len(row.filled), headed)


def table_of_several(row: Row) -> str | None:
    """The table of which several rows stand in this one: no figure says of which it is. Mostly none."""
    own = max(row.own, 1)
    at = row.said.several
    if 0 < at <= own and (row.width > 1 or any(lists_rows(cell.text) for cell in row.before[-own:])):
        return row_scores(last_label(row.words[-at]))[0][0][0]
    return None


def _named(row: RowOfForm, filled: int, headed: bool) -> Option:
    """The row that is named to the letter right before some values: it can be no other."""
    gain = _gain(row.key, row.counts, 1.0, 0, "", filled, headed)
    return Option(row.key, row.place, gain, 1.0, -1, 0, "")


@lru_cache(maxsize=65536)
def _options(
    texts: tuple[str, ...], after: tuple[str, ...], own: int, filled: int, headed: bool
) -> tuple[Option, ...]:
    """The rows of the form that the texts before and after some values may name; `own` stand on their line.

    Depends on the words alone: reports print the same ones, so most of them have been looked up before. The
    last of them is the whole label of no row, unless the header of the disputes ends before it.
    """
    if not own and len(texts) > 1 and header_tables(texts[-2]) == {"disputes"}:
        return ()  # below the 总计 that ends the header of the disputes
    order = row_order()
    best: dict[tuple[RowKey, int], Option] = {}
    texts = tuple(map(last_label, texts))
    subtotal = texts[-1] in SUBTOTALS if texts else False  # no label goes on in such a word

    def consider(start: int, stop: int, taken: int) -> float:
        if subtotal and stop == len(texts) and (taken or stop - start > 1):
            return 0.0
        top = 0.0
        for key, score in row_scores("".join((*texts[start:stop], *after[:taken]))):
            if taken and score < 1.0 and any((key, 1.0) in row_scores(text) for text in after[:taken]):
                continue  # a whole label below the values is the next row's, whose own may be blank
            if key[0] == "proactive" and any(
                is_of_another_article(text, key[1]) for text in texts[start + 1 :]
            ):
                continue  # the figures stand below columns that the row does not have
            top = max(top, score)
            known = best.get((key, taken))
            if known is None or score > known.score + 0.02 * (known.start + len(texts) - start):
                unread = texts[stop:]
                if stop - start > 1 and score < CERTAIN and (key, 1.0) in row_scores(texts[start]):
                    unread = texts[start + 1 :]  # the label is whole before these words
                extra = "".join(text for text in unread if not header_tables(text))
                gain = _gain(key, expected_counts()[key], score, taken, extra, filled, headed)
                best[key, taken] = Option(key, order[key], gain, score, start - len(texts), taken, extra)
        return top

    stops = [len(texts)]
    at = len(texts)
    while at > 0 and header_tables(texts[at - 1]):
        at -= 1
    if at not in (0, len(texts)):
        stops.append(at)
    if min(own, len(texts)) > 1:  # a label and, in the same line, the name of a sub-item
        stops.append(len(texts) - 1)
    done = False
    for stop in stops:
        for start in range(stop - 1, max(-1, stop - 6), -1):
            if consider(start, stop, 0) >= 1.0 and stop == len(texts):
                done = True
                break
        if done:
            break
    if not done and filled:
        for taken in range(1, len(after) + 1):
            for start in range(len(texts) - 1, max(-1, len(texts) - 4), -1):
                consider(start, len(texts), taken)
    if not filled:  # a row of blanks is a row only under the very words of the form
        return tuple(o for o in best.values() if o.score >= CERTAIN and not o.extra and own)
    return tuple(best.values())


def _gain(
    key: RowKey, expected: frozenset[int], score: float, taken: int, extra: str, filled: int, headed: bool
) -> float:
    if filled in expected:
        count = 0.5
    elif any(abs(filled - number) <= 1 for number in expected):
        count = 0.1
    else:
        count = -0.3
    if key[0] == "proactive" and not headed:
        count -= 0.4
    return 2 * score - 0.9 + count - (0.2 if extra else 0.0) - 0.05 * taken
