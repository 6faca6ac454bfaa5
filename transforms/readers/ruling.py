"""Tables from the lines that rule them: which cells the ruling lines of a page enclose."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.limits import limits
from transforms.readers.grid import too_large

_SAME: Final = 2.0  # points: rules nearer to each other are one (double borders, the borders of neighbours)
_TOUCH: Final = 3.0  # points: rules that come nearer to each other meet
_SHORT: Final = 5.0  # points: no longer, even joined to its neighbours, is a dot or a dash alone
_OPEN: Final = 10.0  # points: rules that reach farther beyond the last one across enclose an open cell
_MOST_RULES: Final = 3_000  # on one page: a drawing has more, and no table


class Rule(NamedTuple):
    """A ruling line: its distance from the top or left edge, and from where to where it goes, in points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the edges of its columns and rows in points, and which cell each square is part of.

    A cell is named by the (row, column) of its upper left square.
    """

    columns: list[float]
    rows: list[float]
    cells: dict[tuple[int, int], tuple[int, int]]

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell at a point, None outside the table."""
        return self.cells.get((bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1))


def ruled_grids(across: Iterable[Rule], down: Iterable[Rule]) -> list[Grid]:
    """The tables of two and more cells that horizontal and vertical rules make, the smallest first."""
    across, down = _merged(across), _merged(down)
    if len(across) + len(down) > _MOST_RULES:
        return []
    grids = [_grid(*group) for group in _connected(across, down)]
    tables = [grid for grid in grids if len(set(grid.cells.values())) > 1]
    return sorted(
        tables, key=lambda grid: (grid.rows[-1] - grid.rows[0]) * (grid.columns[-1] - grid.columns[0])
    )


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules at the same place as one, on one common position where they are nearly the same.

    So are the dots and dashes of which some programs draw a rule.
    """
    levels: list[list[Rule]] = []
    for rule in sorted(rules):
        if levels and rule.at - levels[-1][0].at <= _SAME:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    merged = []
    for level in levels:
        at = sum(rule.at for rule in level) / len(level)
        start, end = None, 0.0
        for rule in sorted(level, key=lambda rule: rule.start):
            if start is None:
                start, end = rule.start, rule.end
            elif rule.start - end <= _TOUCH:
                end = max(end, rule.end)
            else:
                merged.append(Rule(at, start, end))
                start, end = rule.start, rule.end
        if start is not None:
            merged.append(Rule(at, start, end))
    return [rule for rule in merged if rule.end - rule.start > _SHORT]


def _connected(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The rules that hang together, directly or through others, wherever both directions occur."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    for i, h in enumerate(across):
        for j, v in enumerate(down, len(across)):
            meet = h.start - _TOUCH <= v.at <= h.end + _TOUCH and v.start - _TOUCH <= h.at <= v.end + _TOUCH
            if meet:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(down, len(across)):
        groups.setdefault(root(j), ([], []))[1].append(rule)
    return [group for group in groups.values() if all(group)]


def _grid(across: list[Rule], down: list[Rule]) -> Grid:
    """The squares between all rules, joined to cells where no rule parts them."""
    columns, rows = _edges(down, across), _edges(across, down)
    if len(columns) * len(rows) > limits().cells:
        raise too_large("cells in tables", limits().cells)
    parted_below = _parted(across, rows, columns)
    parted_right = _parted(down, columns, rows)
    parent: dict[tuple[int, int], tuple[int, int]] = {}

    def root(square: tuple[int, int]) -> tuple[int, int]:
        while parent[square] != square:
            square = parent[square]
        return square

    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            parent[row, column] = row, column
            if column and (column, row) not in parted_right:
                parent[row, column] = root((row, column - 1))
            if row and (row, column) not in parted_below:
                a, b = root((row, column)), root((row - 1, column))
                parent[max(a, b)] = min(a, b)
    return Grid(columns, rows, {square: root(square) for square in parent})


def _edges(rules: list[Rule], others: list[Rule]) -> list[float]:
    """Where the rules stand, and the ends of the others where they reach beyond: there the table is open."""
    edges = sorted({rule.at for rule in rules})
    first, last = min(rule.start for rule in others), max(rule.end for rule in others)
    return [first] * (first < edges[0] - _OPEN) + edges + [last] * (last > edges[-1] + _OPEN)


def _parted(rules: list[Rule], edges: list[float], across: list[float]) -> set[tuple[int, int]]:
    """The (edge, interval) pairs at which a rule parts the squares before and behind the edge."""
    index = {edge: number for number, edge in enumerate(edges)}
    middles = [(a + b) / 2 for a, b in pairwise(across)]
    return {
        (index[rule.at], number)
        for rule in rules
        for number, middle in enumerate(middles)
        if rule.start - _TOUCH <= middle <= rule.end + _TOUCH
    }
