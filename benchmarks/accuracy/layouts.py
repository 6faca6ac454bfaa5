"""Renderers: a typeset report as text in every layout that real sites produce.

A table renderer takes one grid and yields pieces; `frame` puts the three tables between the sections'
text. `LAYOUTS` names every combination that is measured.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from benchmarks.accuracy import pages
from benchmarks.accuracy.pieces import NEWLINE, Piece, piece, text
from benchmarks.accuracy.printing import Box, Grid, Sheet

TableRenderer = Callable[[Grid, Random], Iterator[Piece]]
Spread = list[list[Box | None]]


def frame(sheet: Sheet, rng: Random, table: TableRenderer, prefix: str = "", gap: str = "\n") -> list[Piece]:
    """The whole report: opening, six sections, tables where they belong; `prefix` marks headings."""
    facts = sheet.facts
    pieces = [NEWLINE] if rng.random() < 0.3 else []

    def lines(*paragraphs: str) -> None:
        for paragraph in paragraphs:
            pieces.extend((text(paragraph), Piece("\n" + gap)))

    def title(number: int) -> None:
        if sheet.titles:
            pieces.extend((text(prefix + sheet.titles[number], "heading"), Piece("\n" + gap)))

    lines(*sheet.opening)
    title(0)
    lines(*facts.overview)
    for number, grid in enumerate(sheet.grids, 1):
        title(number)
        pieces.extend(table(grid, rng))
        pieces.append(Piece(gap))
    title(4)
    lines(*facts.problems)
    title(5)
    lines(*facts.other_matters)
    lines(facts.agency, f"{facts.year + 1}年1月19日")
    return pieces


def spread(grid: Grid) -> Spread:
    """The grid as a full matrix: a box at its upper left corner, None where it covers more."""
    width = sum(box.width for box in grid.rows[0])
    matrix: Spread = []
    covered = [0] * width  # how many more rows each column is covered from above
    for row in grid.rows:
        cells: list[Box | None] = [None] * width
        boxes = iter(row)
        column = 0
        while column < width:
            if covered[column]:
                column += 1
                continue
            box = next(boxes, None)
            if box is None:
                break
            cells[column] = box
            for i in range(column, column + box.width):
                covered[i] = box.height
            column += box.width
        covered = [max(0, rows - 1) for rows in covered]
        matrix.append(cells)
    return matrix


def has_blanks(grid: Grid) -> bool:
    """Whether a cell of the form is printed blank: then only its separators say where it is."""
    return any(not box.text for box in grid.values())


def _delimited(cells: list[Piece], separator: str) -> Iterator[Piece]:
    for i, cell in enumerate(cells):
        if i:
            yield Piece(separator)
        yield cell


BLANK = Piece("", "blank")


# --- separators between the cells ---


def tabs(grid: Grid, rng: Random) -> Iterator[Piece]:
    """One row a line, tabs between; merged cells leave tabs behind or nothing, in no regular way."""
    ragged = rng.random() < 0.7 and not has_blanks(grid)
    matrix = _misplace(spread(grid), rng) if ragged else spread(grid)
    whole = rng.random() < 0.3
    trailing = rng.randint(0, 2)
    for cells in matrix:
        row = [piece(cell) if cell else BLANK for cell in cells]
        first = next((i for i, cell in enumerate(row) if cell.role == "value"), len(row))
        if not whole and first < len(row):
            head = row[:first]
            while head and head[-1] is BLANK:
                head.pop()
            row = head + row[first:]
            if ragged:
                row = [BLANK] * rng.choice((0, 0, 0, 1)) + row
                row[len(head) : len(head)] = [BLANK] * rng.choice((0, 0, 1))
        if ragged and rng.random() < 0.7:
            row += [BLANK] * trailing
        if ragged and row[0].role == "group" and rng.random() < 0.3:
            yield from (row[0], Piece("\n"))  # the spine alone, before its rows
            row[0] = BLANK
        yield from _delimited(row, "\t")
        yield NEWLINE
        if ragged and rng.random() < 0.03:
            yield NEWLINE


def _misplace(matrix: Spread, rng: Random) -> Spread:
    """Group names on the wrong row: a merged cell printed beside a later row that it covers."""
    groups = [
        (number, column, box)
        for number, cells in enumerate(matrix)
        for column, box in enumerate(cells)
        if box and box.role == "group" and box.height < 12
    ]
    for number, column, box in groups:
        if rng.random() < 0.4:
            row = number + rng.randrange(box.height)
            matrix[number][column], matrix[row][column] = None, box
    return matrix


def markdown(grid: Grid, rng: Random) -> Iterator[Piece]:
    """A Markdown table as converters make of scans: padding cells, labels cut over two cells."""
    shifted = rng.random() < 0.5 and not has_blanks(grid)
    padding = rng.randint(0, 7 if grid.table == "proactive" else 2)
    matrix = spread(grid)
    if grid.header_rows == 3 and rng.random() < 0.2:
        matrix[0], matrix[1] = matrix[1], matrix[0]
    for number, cells in enumerate(matrix):
        row = [piece(cell) if cell else BLANK for cell in cells]
        width = len(row) + padding
        label = next((i for i, cell in enumerate(row) if cell.role == "label"), None)
        if shifted and label is not None:
            half = len(row[label].text) // 2
            if row[label + 1] is BLANK and half > 2 and rng.random() < 0.3:
                start, end = row[label].text[:half], row[label].text[half:]
                row[label : label + 2] = [Piece(start, "label"), Piece(end, "label")]
            elif row[label + 1] is BLANK and rng.random() < 0.3:
                del row[label + 1]
        row += [BLANK] * (width - len(row))
        yield Piece("| ")
        yield from _delimited(row, " | ")
        yield Piece(" |\n")
        if number == 0:
            yield Piece("|" + "|".join("-" * rng.randint(2, 8) for _ in row) + "|\n")


def markdown_rows(grid: Grid, rng: Random) -> Iterator[Piece]:
    """Every row a Markdown table of its own, under headings that name other columns."""
    names = [box for row in grid.rows for box in row if box.role == "header"]
    for row in grid.rows:
        boxes = [box for box in row if box.role != "group"]
        if boxes[0].role in ("heading", "header"):
            yield from (text(" ".join(box.text for box in boxes), "header"), Piece("\n\n"))
            continue
        if names and rng.random() < 0.3:
            yield from (text(f"##### {rng.choice(names).text}", "header"), Piece("\n\n"))
        for box in row:
            if box.role == "group":
                yield from (text(f"**{box.text}**", "group"), Piece("\n\n"))
        yield Piece("| ")
        yield from _delimited([piece(box) for box in boxes], " | ")
        yield Piece(" |\n|" + "---|" * len(boxes) + "\n\n")


def bare_pipes(grid: Grid, _: Random) -> Iterator[Piece]:
    """`规章 | 0 | 0 | 0 |`, merged cells gone."""
    for row in grid.rows:
        yield from _delimited([piece(box) for box in row], " | ")
        yield Piece(" |\n")


def pipes_over_lines(grid: Grid, _: Random) -> Iterator[Piece]:
    """Every cell on a line of its own with a trailing pipe; `| |||` for what a merged cell covers."""
    for row in grid.rows:
        for box in row:
            yield from (piece(box), Piece(" |\n"))
            if box.width > 1:
                yield Piece("| " + "|" * box.width + "\n")


def leading_pipes(grid: Grid, rng: Random) -> Iterator[Piece]:
    """Rows begin with a pipe and break inside the cells."""
    for row in grid.rows:
        for box in row:
            yield Piece("| ")
            middle = len(box.text) // 2
            if box.role != "value" and middle > 3 and rng.random() < 0.5:
                yield from (
                    Piece(box.text[:middle], box.role),
                    Piece("\n"),
                    Piece(box.text[middle:], box.role),
                )
            else:
                yield piece(box)
            yield Piece("\n" if rng.random() < 0.15 else " ")
        yield NEWLINE


# --- one cell a line ---


def _cell_lines(between: str) -> TableRenderer:
    def render(grid: Grid, rng: Random) -> Iterator[Piece]:
        cut = rng.random() < 0.4  # narrow headers over two lines
        for row in grid.rows:
            for box in row:
                if cut and box.role == "header" and len(box.text) == 4:
                    yield from (text(box.text[:2], "header"), NEWLINE, text(box.text[2:], "header"))
                else:
                    yield piece(box)
                yield Piece(between)

    return render


# --- flattened ---


def flattened(grid: Grid, rng: Random) -> Iterator[Piece]:
    """Labels and headers without separators, whole rows separated by spaces, several rows on a line."""
    glued = rng.random() < 0.2  # label and first number too
    rows = list(grid.rows)
    if grid.table == "requests" and rng.random() < 0.3:
        for i in range(grid.header_rows + 3, len(rows) - 3):
            if rng.random() < 0.2 and rows[i][0].role == rows[i + 1][0].role == "label":
                rows[i], rows[i + 1] = rows[i + 1], rows[i]
    for row in rows:
        names = [box for box in row if not box.key]
        yield from (piece(box) for box in names)
        values = [piece(box) for box in row if box.key]
        if values and names and not (glued and names[-1].role == "label" and values[0].text[:1].isdigit()):
            yield Piece(" ")
        yield from _delimited(values, " ")
        yield Piece(" " if values and rng.random() < 0.15 else "\n")


def printed_page(grid: Grid, rng: Random) -> Iterator[Piece]:
    """The text layer of a PDF: labels around their numbers, the spine upright between the rows."""
    narrow = rng.randint(8, 14)
    upright: list[Piece] = []
    pages_left = rng.choice((0, 0, 1)) if len(grid.rows) > 9 else 0
    header = grid.rows[: grid.header_rows]
    wrapped = rng.random() < 0.5
    yield from _page_header(header, wrapped)
    for number, row in enumerate(grid.rows[grid.header_rows :]):
        if pages_left and number and rng.random() < 0.08:
            pages_left -= 1
            yield from _page_break(header, wrapped, rng)
        names = [box for box in row if not box.key]
        values = [piece(box) for box in row if box.key]
        for box in names:
            if box.height > 12:
                upright = [Piece(letter, "group") for letter in box.text]
            elif box.role == "group":
                yield from (piece(box), NEWLINE)
        label = next((box for box in names if box.role == "label"), None)
        heads = [piece(box) for box in names if box.role in ("heading", "header")]
        if heads:
            yield from _delimited(heads, " ")
        if label and len(label.text) > narrow:
            half = (len(label.text) + 1) // 2
            yield from (Piece(label.text[:half], "label"), NEWLINE)
            yield from _delimited(values, " ")
            yield from (NEWLINE, Piece(label.text[half:], "label"))
        else:
            if label:
                yield from (piece(label), Piece(" "))
            yield from _delimited(values, " ")
        yield NEWLINE
        if upright:
            yield from (upright.pop(0), NEWLINE)


def _page_header(rows: list[list[Box]], wrapped: bool) -> Iterator[Piece]:
    """Header rows; narrow cells wrap, so that a row takes two lines."""
    for row in rows:
        lines = [[piece(box) for box in row]]
        if wrapped and all(len(box.text) in (4, 6) for box in row):
            halves = [(box.text[: len(box.text) // 2], box.text[len(box.text) // 2 :]) for box in row]
            lines = [[Piece(half, "header") for half in line] for line in zip(*halves, strict=True)]
        for line in lines:
            yield from _delimited(line, " ")
            yield NEWLINE


def _page_break(header: list[list[Box]], wrapped: bool, rng: Random) -> Iterator[Piece]:
    """The foot of a page, then the table's header again."""
    page = rng.randint(2, 9)
    yield text(rng.choice(("— {} —", "- {} -", "{}", "第 {} 页", "{}/12")).format(page))
    yield Piece(rng.choice(("\n", "\n\n", "\n\f")))
    if rng.random() < 0.7:
        yield from _page_header(header, wrapped)


@cache
def _compatibility_forms() -> dict[int, int]:
    """Ideographs to the radicals that look the same, as some PDF fonts map them."""
    return {ord(unicodedata.normalize("NFKC", chr(code))): code for code in range(0x2F00, 0x2FD6)}


def _in_compatibility_forms(content: str, _: Random) -> bytes:
    return content.translate(_compatibility_forms()).encode()


# --- all of them by name ---


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document looks: what draws it, how it becomes bytes, which habits it needs."""

    draw: Callable[[Sheet, Random], list[Piece]]
    blanks: bool = True  # whether a blank cell keeps its place
    spaces: bool = False  # whether nothing but spaces stands between the cells
    encode: Callable[[str, Random], bytes] = lambda content, _: content.encode()
    style: dict[str, Any] = field(default_factory=dict)
    binary: bool = False  # whether the layout itself decides the encoding


def _text(table: TableRenderer, prefix: str = "", gap: str = "\n") -> Callable[[Sheet, Random], list[Piece]]:
    return lambda sheet, rng: frame(sheet, rng, table, prefix, gap)


LAYOUTS: dict[str, Layout] = {
    "tabs": Layout(_text(tabs)),
    "tabs, no section titles": Layout(_text(tabs), style={"titles": "missing"}),
    "tabs, titles in other words": Layout(_text(tabs), style={"titles": "other words"}),
    "tabs, titles under other numbers": Layout(_text(tabs), style={"titles": "other numbers"}),
    "tabs, header cells cut": Layout(_text(tabs), style={"first_lines": True}),
    "tabs, contents list": Layout(_text(tabs), style={"contents": True}),
    "Markdown table": Layout(_text(markdown, "### ")),
    "Markdown, a table per row": Layout(_text(markdown_rows, "## ")),
    "bare pipes": Layout(_text(bare_pipes, gap="")),
    "pipes over lines": Layout(_text(pipes_over_lines, gap=""), blanks=False),
    "leading pipes, broken cells": Layout(_text(leading_pipes)),
    "cell a line, pipes between": Layout(_text(_cell_lines("\n|\n"), gap=""), blanks=False),
    "cell a line, blank lines between": Layout(_text(_cell_lines("\n\n")), blanks=False),
    "cell a line": Layout(_text(_cell_lines("\n"), gap=""), blanks=False),
    "flattened": Layout(_text(flattened, gap=""), blanks=False, spaces=True),
    "PDF text": Layout(_text(printed_page, gap=""), blanks=False, spaces=True),
    "PDF text, compatibility forms": Layout(
        _text(printed_page, gap=""), blanks=False, spaces=True, encode=_in_compatibility_forms
    ),
    "tabs, rows broken down": Layout(_text(tabs), style={"broken_down": True}),
    "tabs, organisations first": Layout(
        _text(tabs), style={"order": "organisations first", "disputes": "lawsuits first"}
    ),
    "bare pipes, total first": Layout(_text(bare_pipes, gap=""), style={"order": "total first"}),
    "tabs, other columns beside": Layout(_text(tabs), style={"beside": True}),
    "disputes in three rows": Layout(_text(tabs), style={"disputes": "three rows"}),
    "disputes vertical": Layout(_text(tabs), style={"disputes": "vertical"}),
    "disputes transposed": Layout(_text(tabs), style={"disputes": "transposed"}),
    "HTML": Layout(pages.draw, encode=pages.utf8, binary=True),
    "HTML, organisations first": Layout(
        pages.draw,
        encode=pages.utf8,
        binary=True,
        style={"order": "organisations first", "disputes": "lawsuits first"},
    ),
    "HTML, other columns beside": Layout(pages.draw, encode=pages.utf8, binary=True, style={"beside": True}),
    "HTML, GBK": Layout(pages.draw, encode=pages.gbk, binary=True),
    "HTML, GB18030": Layout(pages.draw, encode=pages.gb18030, binary=True),
    "HTML, wrongly declared": Layout(pages.draw, encode=pages.wrongly_declared, binary=True),
    "HTML, traditional, Big5": Layout(pages.draw, encode=pages.traditional, binary=True),
}
