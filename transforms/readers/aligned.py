"""Tables without rules: which words on a page stand in one row, from where they are printed."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from transforms.readers.letters import Letter

Word = list[Letter]  # letters that stand together, from left to right
Row = list[list[Word]]  # cells from left to right, each the words in it from top to bottom

_SAME_LINE: Final = 0.4  # of a letter's height: how far the middles of letters on one line differ
_WIDE_GAP: Final = 1.0  # of a letter's height: a gap that parts cells
_TIGHTER: Final = 0.12  # of a letter's height: how much closer lines stand within a cell than between rows
_FIGURE: Final = re.compile(r"[+\-−－–—/]?[\d０-９.,，]*(?:件|万?元)?|无")


def printed_lines(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Letters line by line from top to bottom, each line from left to right."""
    lines: list[list[Letter]] = []
    middle = 0.0
    for letter in sorted(letters, key=_middle):
        own = (letter.top + letter.bottom) / 2
        if lines and own - middle <= _SAME_LINE * (letter.bottom - letter.top):
            lines[-1].append(letter)
        else:
            lines.append([letter])
            middle = own
    for line in lines:
        line.sort(key=_left)
    return lines


def _middle(letter: Letter) -> float:
    return letter.top + letter.bottom


def _left(letter: Letter) -> float:
    return letter.left


def words(line: list[Letter], gap: float = _WIDE_GAP) -> list[Word]:
    """The letters of a line, parted where they stand further apart than `gap` times their height."""
    parted = [[line[0]]]
    for letter in line[1:]:
        last = parted[-1][-1]
        if letter.left - last.right > gap * (letter.bottom - letter.top):
            parted.append([letter])
        else:
            parted[-1].append(letter)
    return parted


def aligned_rows(lines: list[list[Letter]]) -> list[Row]:
    """Printed lines as rows; a label broken over lines above and below its figures becomes one row with them.

    Between two lines with figures, the widest gap parts the rows. Where all gaps are alike, each line is a
    row of its own.
    """
    parted = [words(line) for line in lines]
    belongs = list(range(len(parted)))  # line -> the line with figures that it is part of
    with_figures = [number for number, line in enumerate(parted) if _has_figures(line)]
    for above, below in pairwise(with_figures):
        start = min(_first_figure(parted[above]), _first_figure(parted[below]))
        if any(line[-1][-1].right >= start for line in parted[above + 1 : below]):
            continue
        gaps = [_gap(parted[number], parted[number + 1]) for number in range(above, below)]
        wide = max(gaps) - _TIGHTER * (parted[above][0][0].bottom - parted[above][0][0].top)
        if min(gaps) < wide:
            cuts = [above + number for number, gap in enumerate(gaps) if gap >= wide]
            belongs[above + 1 : cuts[0] + 1] = [above] * (cuts[0] - above)
            belongs[cuts[-1] + 1 : below] = [below] * (below - cuts[-1] - 1)
    parts: dict[int, list[list[Word]]] = {}
    for number, owner in enumerate(belongs):
        parts.setdefault(owner, [])
        if owner != number:
            parts[owner].append(parted[number])
    return [_row(parted[number], parts[number]) for number in sorted(parts)]


def _has_figures(line: list[Word]) -> bool:
    """Whether a line shows figures in cells of their own."""
    return len(line) > 1 and any(_is_figure(word) for word in line)


def _is_figure(word: Word) -> bool:
    return _FIGURE.fullmatch("".join(letter.text for letter in word)) is not None


def _first_figure(line: list[Word]) -> float:
    return next(word[0].left for word in line if _is_figure(word))


def _gap(above: list[Word], below: list[Word]) -> float:
    return min(letter.top for word in below for letter in word) - max(
        letter.bottom for word in above for letter in word
    )


def _row(line: list[Word], parts: list[list[Word]]) -> Row:
    """A line and the lines that are part of it as one row: a word joins the cell it stands over or under."""
    cells: Row = [[word] for word in line]
    for part in parts:
        for word in part:
            for cell in cells:
                if any(word[0].left < mate[-1].right and mate[0].left < word[-1].right for mate in cell):
                    cell.append(word)
                    break
            else:
                cells.append([word])
    for cell in cells:
        cell.sort(key=lambda word: word[0].top)
    return sorted(cells, key=lambda cell: cell[0][0].left)
