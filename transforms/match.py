"""Rows matched to the rows of the official forms: one decision for a whole document.

Every row may be any row of the form that its texts resemble (`transforms.options`), or none. The best chain
through all rows is sought: similar labels, in the order of the form, with as many values as the form has,
close together and under the right headers.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from mypy_extensions import mypyc_attr

from transforms.header import Words, header_words
from transforms.labels import RowKey, expected_counts, header_tables
from transforms.normalise import squash
from transforms.options import Option
from transforms.rows import Row

LOOKBACK: Final = 12  # rows looked back at for the row above
FAR: Final = 1.2  # what it costs to go on from a row further up
CLEAR: Final = 0.75  # a label this similar needs no neighbours to be believed


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Match:
    """A row of a document taken for a row of the form."""

    at: Final[int]  # index into the rows of the document
    row: Final[Row]
    key: Final[RowKey]
    score: Final[float]  # similarity of the label; 0 where only its order says which row it is
    start: Final[int]  # first text of row.before that belongs to the label
    taken: Final[int]  # how many texts of row.after belong to it
    extra: Final[str]  # an unexplained text between label and values, such as the name of a sub-item
    certain: Final[bool]
    _header: Words | None = field(init=False, repr=False, compare=False)

    def __init__(
        self,
        at: int,
        row: Row,
        key: RowKey,
        score: float,
        start: int,
        taken: int,
        extra: str,
        certain: bool = True,
    ) -> None:
        self.at = at
        self.row = row
        self.key = key
        self.score = score
        self.start = start
        self.taken = taken
        self.extra = extra
        self.certain = certain
        self._header = None

    @property
    def header(self) -> Words:
        """The words of what stands over its label, line by line."""
        if self._header is None:
            self._header = (
                header_words(self.row.before, self.row.said.apart, self.start) if self.start else ()
            )
        return self._header


def match_rows(rows: list[Row], options: list[tuple[Option, ...]]) -> list[Match]:
    """The rows of the document that are rows of the form, in the order of the document."""
    return _mark_broken_down(_best_chain(rows, options), rows, options)


def _best_chain(rows: list[Row], options: list[tuple[Option, ...]]) -> list[Match]:
    """The chain of matches with the highest sum of gains less the costs of its steps (Viterbi)."""
    nodes: list[Option] = []
    rows_of: list[int] = []  # the row of each node
    totals: list[float] = []  # the highest sum that ends in each node
    before: list[int] = []  # the node before it there
    best: list[int] = []  # up to each node: the one with the highest sum, the first of equal ones
    starts: list[int] = []  # first node of each row, to step back over whole rows
    for at, found in enumerate(options):
        starts.append(len(nodes))
        if not found:
            continue
        limit = starts[max(0, at - LOOKBACK + 1)]
        far, far_node = 0.0, -1
        if limit and totals[best[limit - 1]] > FAR:
            far_node = best[limit - 1]
            far = totals[far_node] - FAR
        row = rows[at]
        texts = len(row.before)
        for option in found:
            total, from_node = far, far_node
            for node in range(starts[at] - 1, limit - 1, -1):
                if totals[best[node]] < total:
                    break  # no step is free of cost below 0: nothing further back can be better
                above, above_at, above_total = nodes[node], rows_of[node], totals[node]
                if above.taken and row.follows and above_at == at - 1 and texts + option.start < above.taken:
                    reached = above_total - 3.0  # both would use the same text
                else:
                    reached = above_total - _step(above, option, at - above_at - 1)
                if reached > far and reached >= total:  # of equal ones the first
                    total, from_node = reached, node
            total += option.gain
            best.append(best[-1] if best and totals[best[-1]] >= total else len(nodes))
            nodes.append(option)
            rows_of.append(at)
            totals.append(total)
            before.append(from_node)
    chain: list[Match] = []
    node = best[-1] if best else -1
    while node >= 0:
        chain.append(_match(rows_of[node], rows[rows_of[node]], nodes[node]))
        node = before[node]
    return chain[::-1]


def _match(at: int, row: Row, option: Option) -> Match:
    start = len(row.before) + option.start
    return Match(at, row, option.key, option.score, start, option.taken, option.extra)


def _step(above: Option, below: Option, between: int) -> float:
    """What it costs to take `below` for the next matched row after `above`, `between` rows further down."""
    distance = below.place - above.place
    gap = 0.1 * min(between, 8)
    if above.key[0] != below.key[0]:
        return gap * 0.5 + (0.0 if distance > 0 else 0.6)
    if distance == 0:
        return 1.2 + gap
    if distance > 0:
        return 0.08 * min(distance - 1, 8) + gap
    return 0.9 + gap


def _mark_broken_down(chain: list[Match], rows: list[Row], options: list[tuple[Option, ...]]) -> list[Match]:
    """The chain, its matches marked beside which another row with other figures may be the same row too.

    Such rows are the parts of one: 行政规范性文件（县政府）, 行政规范性文件（县政府办）. So is a row below
    without any text: labels that stand together over their figures leave such rows.
    """
    marked = []
    above = -1  # the row of the match before
    for number, match in enumerate(chain):
        below = chain[number + 1].at if number + 1 < len(chain) else len(rows)
        for at in (match.at - 1, match.at + 1):
            if at in (above, below):
                continue
            if at > match.at and _is_lone_number(rows[at]):
                match.row.number_below = rows[at].slots[0].cell
                continue
            if rows[at].table != match.row.table:
                continue
            if not rows[at].own and len(rows[at].filled) == 1 < len(match.row.filled):
                continue  # a page number
            if at > match.at and not rows[at].before and _is_another(rows[at], match):
                match = replace(match, extra=rows[at].filled[0].cell.text)
                continue
            named = any(option.key == match.key and option.score >= CLEAR for option in options[at])
            label = rows[at].before[-1].text if named else ""
            if named and not header_tables(squash(label)) and not same_figures(rows[at], match.row):
                match = replace(match, extra=label)
        marked.append(match)
        above = match.at
    return marked


def _is_lone_number(row: Row) -> bool:
    """Whether a row is a number on a line of its own in running text: of a page, or the rest of a figure."""
    return row.table is None and len(row.slots) == 1 and not row.before


def _is_another(row: Row, above: Match) -> bool:
    """Whether a row has as many figures as the whole one above, where there are several nearly so."""
    count = len(above.row.filled)
    return (
        bool(row.filled)
        and count in expected_counts()[above.key]
        and abs(len(row.filled) - count) <= (count > 2)
    )


def same_figures(one: Row, other: Row) -> bool:
    """Whether two rows have the same figures."""
    return [slot.value for slot in one.filled] == [slot.value for slot in other.filled]
