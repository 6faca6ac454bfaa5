"""Rows matched to the rows of the official forms: one decision for a whole document.

Every row may be any row of the form that its texts resemble, or none. The best chain through all rows
is sought: similar labels, in the order of the form, with as many values as the form has, close together
and under the right headers. Two chains for one table are two instances of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from mypy_extensions import mypyc_attr

from schemas import forms
from transforms.header import Words, header_words
from transforms.labels import (
    CERTAIN,
    RowKey,
    expected_counts,
    group_prefixes,
    header_tables,
    is_of_another_article,
    last_label,
    lists_rows,
    row_order,
    row_scores,
)
from transforms.normalise import squash
from transforms.records import Number
from transforms.rows import Row
from transforms.said import RowOfForm

REACH: Final = 8  # texts before the values that may belong to a label
WRAP: Final = 3  # texts after the values that may still belong to it
LOOKBACK: Final = 12  # rows looked back at for the row above
FAR: Final = 1.2  # what it costs to go on from a row further up
SUBTOTALS: Final = ("小计", "合计")
CLEAR: Final = 0.75  # a label this similar needs no neighbours to be believed
CLEARLY: Final = 0.15  # by so much a label is more like another row's than like that of the row it names


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


class Instance:
    """One printed table: its rows by code, the rows inside it that match nothing."""

    def __init__(self, table: str, matches: dict[str, Match], repeated: list[int], weight: float) -> None:
        self.table: Final = table
        self.matches: Final = matches
        self.unmatched: list[Row] = []
        self.repeated: Final = repeated  # rows printed again with the same figures
        self.weight: Final = weight  # by which one of several is the best


def first_of(matches: Iterable[Match]) -> Match:
    """The match that stands first in the document."""
    first: Match | None = None
    for found in matches:
        if first is None or found.at < first.at:
            first = found
    assert first is not None, "no table is without rows"
    return first


def match(rows: list[Row]) -> dict[str, list[Instance]]:
    """Find the proactive and the requests tables; each table's instances, the best first."""
    headed = _headed(rows)
    options = [_row_options(rows, at, headed[at]) for at in range(len(rows))]
    chain = _mark_broken_down(_best_chain(rows, options), rows, options)
    found: dict[str, list[Instance]] = {"proactive": [], "requests": []}
    for instance in _instances(_without_bystanders(chain, headed)):
        _fill_by_order(instance, rows)
        _find_unmatched(instance, rows)
        _judge(instance, options)
        found[instance.table].append(instance)
    for instances in found.values():
        if len(instances) > 1:
            instances.sort(key=lambda instance: -instance.weight)
        best = next((instance for instance in instances if _is_table(instance, headed)), None)
        instances[:] = [i for i in instances if best and (_is_table(i, headed) or _is_inside(i, best))]
    return found


def _row_options(rows: list[Row], at: int, headed: bool) -> tuple[Option, ...]:
    row = rows[at]
    said = row.said
    if said.several and _table_of_several(row):
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


def _table_of_several(row: Row) -> str | None:
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


def _headed(rows: list[Row]) -> list[bool]:
    """Which rows stand under a header of the proactive table, or below a row that does and is no match."""
    headed: list[bool] = []
    goes_on = False  # whether the row above does and is no match
    for row in rows:
        said = row.said
        is_headed = said.heads_proactive or (goes_on and row.follows)
        headed.append(is_headed)
        goes_on = is_headed and not said.like_a_row
    return headed


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
            if at > match.at and match.row.own and _is_lone_number(rows[at]):
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
            if named and not header_tables(squash(label)) and not _same_figures(rows[at], match.row):
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


def _without_bystanders(chain: list[Match], headed_rows: list[bool]) -> list[Match]:
    """The chain without the rows of other tables that also speak of licences or penalties.

    Such a table has no header of the form, and stands before the report's own or repeats its rows.
    """
    groups: list[list[Match]] = []
    for match in chain:
        if match.key[0] != "proactive":
            continue
        if groups and groups[-1][-1].row.table == match.row.table and not headed_rows[match.at]:
            groups[-1].append(match)
        else:
            groups.append([match])
    headed = [group for group in groups if headed_rows[group[0].at]]
    if len(headed) in (0, len(groups)):
        return chain
    own = {match.key for group in headed for match in group}
    first = headed[0][0].at
    dropped = {
        match.at
        for group in groups
        if not headed_rows[group[0].at] and (group[0].at < first or any(match.key in own for match in group))
        for match in group
    }
    return [match for match in chain if match.at not in dropped]


def _instances(chain: list[Match]) -> list[Instance]:
    """The tables of the chain; the same table again where rows of it come a second time."""
    found: list[Instance] = []
    for table in ("proactive", "requests"):
        matches = [match for match in chain if match.key[0] == table]
        if len({match.key[1] for match in matches}) < len(matches):
            found += [_instance(table, part, again, _weight(part)) for part, again in _parts(matches)]
        elif matches:
            found.append(_instance(table, matches, [], 0.0))
    return found


def _parts(matches: list[Match]) -> list[tuple[list[Match], list[Match]]]:
    """Part a table where a row of it comes a second time, at the widest step back in the form's order.

    So a 合计 under a table of other things, above the table or below it, takes no row from it. With each
    part its rows that come again with the same figures.
    """
    order = row_order()
    done: list[tuple[list[Match], list[Match]]] = [([], [])]
    for match in matches:
        current, again = done[-1]
        known = next((at for at, other in enumerate(current) if other.key == match.key), None)
        if known is not None:
            if _same_figures(current[known].row, match.row):
                again.append(match)  # as around a page break
                continue
            steps = pairwise([order[other.key] for other in (*current[known:], match)])
            back = [above - below for above, below in steps]
            cut = known + 1 + max(range(len(back)), key=lambda at: (back[at], at))
            # Rows of the second table that have the figures of the first stand before what differs.
            last = current[cut - 1].at
            following = [other for other in (*current[cut:], *again) if other.at > last]
            following.sort(key=lambda other: other.at)
            done[-1] = (current[:cut], [other for other in again if other.at < last])
            done.append((following, []))
        done[-1][0].append(match)
    return done


def _instance(table: str, matches: list[Match], again: list[Match], weight: float) -> Instance:
    first = {match.key[1]: match for match in reversed(matches)}
    return Instance(table, first, [match.at for match in again], weight)


def _weight(matches: list[Match]) -> float:
    expected = expected_counts()
    weight = 0.0
    for match in matches:
        weight += match.score + (0.5 if len(match.row.filled) in expected[match.key] else 0.0)
    return weight


def _same_figures(one: Row, other: Row) -> bool:
    return [slot.value for slot in one.filled] == [slot.value for slot in other.filled]


def _is_table(instance: Instance, headed: list[bool]) -> bool:
    """Whether enough speaks for a table of the form: not a single row, not rows without its headers."""
    count = len(instance.matches)
    if instance.table == "requests":
        return count >= 3
    return count >= 4 or any(headed[match.at] for match in instance.matches.values())


def _ends(matches: Iterable[Match]) -> tuple[int, int]:
    """The first and the last row that matches take."""
    first, last = -1, -1
    for match in matches:
        if first < 0 or match.at < first:
            first = match.at
        if match.at > last:
            last = match.at
    return first, last


def _is_inside(instance: Instance, best: Instance) -> bool:
    """Whether rows that come a second time stand within the table itself."""
    first, last = _ends(best.matches.values())
    return any(first < match.at < last for match in instance.matches.values())


def _fill_by_order(instance: Instance, rows: list[Row]) -> None:
    """Give rows without a legible label the only place that the order of the form leaves for them."""
    if instance.table != "requests":
        return
    first, last = _ends(instance.matches.values())
    if last - first + 1 == len(instance.matches):
        return  # no row between
    taken = {match.at for match in instance.matches.values()}
    codes = forms.rows(requests_form(instance) or 2021, "requests")
    at_of = {code: at for at, code in enumerate(codes)}
    places = sorted((match.at, at_of[code]) for code, match in instance.matches.items() if code in at_of)
    for (above, above_at), (below, below_at) in pairwise(places):
        if below == above + 1:
            continue
        between = [
            index
            for index in range(above + 1, below)
            if index not in taken and 6 <= len(rows[index].filled) <= 8
        ]
        if not between:
            continue
        free = [
            code for code in codes[above_at + 1 : max(below_at, above_at + 1)] if code not in instance.matches
        ]
        if len(between) == len(free) == below_at - above_at - 1:
            for index, code in zip(between, free, strict=True):
                row = rows[index]
                if code != "total_processed" and row.words and row.words[-1] in SUBTOTALS:
                    continue
                instance.matches[code] = Match(index, row, ("requests", code), 0.0, len(row.before), 0, "")


def _find_unmatched(instance: Instance, rows: list[Row]) -> None:
    """Note the rows with figures that none of the form takes: in the requests table, and of several rows."""
    used = [False] * len(rows)
    for at in instance.repeated:
        used[at] = True
    for match in instance.matches.values():
        used[match.at] = True
    first, last = _ends(instance.matches.values())
    if instance.repeated:
        first, last = min(first, *instance.repeated), max(last, *instance.repeated)
    for index in range(max(first - 1, 0), min(last + 2, len(rows))):
        row = rows[index]
        if used[index] or not row.filled:
            continue
        inside = instance.table == "requests" and first < index < last
        if _table_of_several(row) == instance.table or (inside and _is_stranger(row, instance)):
            instance.unmatched.append(row)


def _is_stranger(row: Row, instance: Instance) -> bool:
    return len(row.filled) >= 3 and not _is_sum(row, instance)


def _is_sum(row: Row, instance: Instance) -> bool:
    """Whether a row inside a table repeats the sum of other rows: under its group's name, or as 小计."""
    label = squash(row.before[-1].text) if row.own else ""
    prefix = group_prefixes().get(label)
    if prefix is None and label not in SUBTOTALS:
        return False
    parts: dict[str, list[Row]] = {}
    for code, found in instance.matches.items():
        parts.setdefault(code.partition("_")[0] + "_", []).append(found.row)
    return any(
        numbers(row) == [sum(column) for column in zip(*map(numbers, below), strict=False)]
        for group, below in parts.items()
        if prefix in (None, group)
    )


def numbers(row: Row) -> list[Number]:
    """The figures of a row, 0 for what is printed there and is none."""
    return [slot.value.number or 0 for slot in row.filled]


def _judge(instance: Instance, options: list[tuple[Option, ...]]) -> None:
    """Mark the matches that neither their label nor both their neighbours vouch for.

    And those whose label is clearly that of another row of the table, whatever their neighbours are.
    """
    if not any(match.score < CERTAIN for match in instance.matches.values()):
        return
    order = row_order()
    by_index = sorted(instance.matches.values(), key=lambda match: match.at)
    for at, match in enumerate(by_index):
        if match.score >= CERTAIN:
            continue
        if match.score and _is_anothers(match, options[match.at]):
            instance.matches[match.key[1]] = replace(match, certain=False)
        if match.score >= CLEAR:
            continue
        above = by_index[at - 1] if at else None
        below = by_index[at + 1] if at + 1 < len(by_index) else None
        held = [
            neighbour is not None
            and abs(neighbour.at - match.at) == 1
            and (order[neighbour.key] - order[match.key]) * (neighbour.at - match.at) > 0
            and abs(order[neighbour.key] - order[match.key]) <= 4
            for neighbour in (above, below)
        ]
        edge = match.key[1] in ("new_received", "carried_out") and any(held)
        if not (all(held) or edge or match.score == 0.0):
            instance.matches[match.key[1]] = replace(match, certain=False)


def _is_anothers(match: Match, options: Iterable[Option]) -> bool:
    """Whether the label of a row is clearly more like another row's of the same table."""
    least = max(match.score + CLEARLY, CLEAR)
    others = (option for option in options if option.key != match.key and option.key[0] == match.key[0])
    return any(option.score >= least for option in others)


def requests_form(instance: Instance) -> int | None:
    """The form of a requests table: one row （六）其他处理 in 2019, three rows below it in 2021."""
    found = instance.matches
    new = [row for row in forms.rows(2021, "requests") if row.startswith("other_") and row in found]
    if "other" in found and found["other"].row.filled:
        strong_new = [row for row in new if found[row].row.filled]
        return 2021 if len(strong_new) >= 2 else 2019
    return 2021 if new else 2019 if "other" in found else None
