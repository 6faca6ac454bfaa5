"""The proactive and the requests tables of a document, from its rows matched to the forms.

A table may be printed twice: where rows of it come a second time, it is there in two instances.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Final

from schemas import forms
from transforms.labels import CERTAIN, expected_counts, group_prefixes, row_order
from transforms.match import CLEAR, Match, match_rows, same_figures
from transforms.normalise import squash
from transforms.options import SUBTOTALS, Option, row_options, table_of_several, under_header
from transforms.records import Number
from transforms.rows import Row

CLEARLY: Final = 0.15  # by so much a label is more like another row's than like that of the row it names


class Instance:
    """One printed table: its rows by code, the rows inside it that match nothing."""

    def __init__(self, table: str, matches: dict[str, Match], repeated: list[int], weight: float) -> None:
        self.table: Final = table
        self.matches: Final = matches
        self.unmatched: list[Row] = []
        self.repeated: Final = repeated  # rows printed again with the same figures
        self.weight: Final = weight  # by which one of several is the best


def find_instances(rows: list[Row]) -> dict[str, list[Instance]]:
    """Find the proactive and the requests tables; each table's instances, the best first."""
    headed = under_header(rows)
    options = row_options(rows, headed)
    found: dict[str, list[Instance]] = {"proactive": [], "requests": []}
    for instance in _instances(_without_bystanders(match_rows(rows, options), headed)):
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


def first_of(matches: Iterable[Match]) -> Match:
    """The match that stands first in the document."""
    first: Match | None = None
    for found in matches:
        if first is None or found.at < first.at:
            first = found
    assert first is not None, "no table is without rows"
    return first


def numbers(row: Row) -> list[Number]:
    """The figures of a row, 0 for what is printed there and is none."""
    return [slot.value.number or 0 for slot in row.filled]


def requests_form(instance: Instance) -> int | None:
    """The form of a requests table: one row （六）其他处理 in 2019, three rows below it in 2021."""
    found = instance.matches
    new = [row for row in forms.rows(2021, "requests") if row.startswith("other_") and row in found]
    if "other" in found and found["other"].row.filled:
        strong_new = [row for row in new if found[row].row.filled]
        return 2021 if len(strong_new) >= 2 else 2019
    return 2021 if new else 2019 if "other" in found else None


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
            if same_figures(current[known].row, match.row):
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


def _is_table(instance: Instance, headed: list[bool]) -> bool:
    """Whether enough speaks for a table of the form: not a single row, not rows without its headers."""
    count = len(instance.matches)
    if instance.table == "requests":
        return count >= 3
    return count >= 4 or any(headed[match.at] for match in instance.matches.values())


def _is_inside(instance: Instance, best: Instance) -> bool:
    """Whether rows that come a second time stand within the table itself."""
    first, last = _ends(best.matches.values())
    return any(first < match.at < last for match in instance.matches.values())


def _ends(matches: Iterable[Match]) -> tuple[int, int]:
    """The first and the last row that matches take."""
    first, last = -1, -1
    for match in matches:
        if first < 0 or match.at < first:
            first = match.at
        if match.at > last:
            last = match.at
    return first, last


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
        if table_of_several(row) == instance.table or (inside and _is_stranger(row, instance)):
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
