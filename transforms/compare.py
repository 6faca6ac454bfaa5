"""Two documents of one report beside each other, cell by cell. Neither changes the other."""

from typing import NamedTuple

from transforms.records import Number, Report


class Difference(NamedTuple):
    """A cell with another printed number in the other document; None where one of them prints none."""

    table: str
    row: str
    column: str
    value_current: Number | None
    value_other: Number | None


class Comparison(NamedTuple):
    """How many cells two documents print alike, how many not, and each that differs.

    Cells that only one of the two forms in use has are left out.
    """

    cells_agreeing: int
    cells_differing: int
    cells_only_current: int
    cells_only_other: int
    differences: tuple[Difference, ...]


def compare(current: Report, other: Report) -> Comparison:
    """Compare the printed numbers of two documents of one report."""
    printed = {(cell.table, cell.row, cell.column): cell.value for cell in current.cells}
    agreeing = 0
    differences = []
    for cell in other.cells:
        key = (cell.table, cell.row, cell.column)
        if key not in printed:
            continue
        if printed[key] == cell.value:
            agreeing += 1
        else:
            differences.append(Difference(*key, printed[key], cell.value))
    only_current = sum(difference.value_other is None for difference in differences)
    only_other = sum(difference.value_current is None for difference in differences)
    both = len(differences) - only_current - only_other
    return Comparison(agreeing, both, only_current, only_other, tuple(differences))
