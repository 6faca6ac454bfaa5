"""What goes wrong with a report on its way, one thing at a time; each says what information remains.

A distortion acts on the typeset sheet, on the laid-out pieces or on the bytes, and changes the
expectations with them. A cell whose number is gone is expected without one; whether the identities can
restore it is the scorer's business.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.accuracy.generate import Key
from benchmarks.accuracy.pages import traditional
from benchmarks.accuracy.pieces import Piece, join
from benchmarks.accuracy.printing import Box, Expect, Grid, Sheet
from schemas import forms

Expected = dict[Key, Expect]
OnSheet = Callable[[Sheet, Random], None]
OnPieces = Callable[[list[Piece], Expected, Random], list[Piece]]
OnText = Callable[[str, Random], bytes]


@dataclass(frozen=True, slots=True)
class Distortion:
    """One way to damage a report; exactly one of the first three is given."""

    sheet: OnSheet | None = None
    pieces: OnPieces | None = None
    encode: OnText | None = None
    zero: str | None = None  # how zeros must be printed, so that the document can show the damage


# --- before the layout ---


def _lose(sheet: Sheet, box: Box, status: str) -> None:
    """The cell stands there without its number."""
    assert box.key
    expect = sheet.expect[box.key]
    expect.printed, expect.status = None, status
    if box.key[0] == "proactive":
        expect.true = None


def _open(expect: Expect) -> None:
    """The number, if it still stands anywhere, belongs to no certain place."""
    expect.printed, expect.status, expect.loose = None, "missing", True


def _pick(sheet: Sheet, rng: Random, *tables: str) -> Grid:
    """One of the tables; a name given twice is twice as likely."""
    table = rng.choice(tables)
    return next(grid for grid in sheet.grids if grid.table == table)


def blanked_cells(sheet: Sheet, rng: Random) -> None:
    """One to four cells blank."""
    boxes = _pick(sheet, rng, "requests", "requests", "disputes", "proactive").values()
    for box in rng.sample(boxes, rng.randint(1, 4)):
        box.text = ""
        _lose(sheet, box, "blank")


def blanked_totals(sheet: Sheet, rng: Random) -> None:
    """The totals of a table blank: a column or a row of them."""
    table, index, name = rng.choice(
        (("requests", 2, "total"), ("requests", 1, "total_processed"), ("disputes", 2, "total"))
    )
    for box in sheet.values():
        if box.key and box.key[0] == table and box.key[index] == name:
            box.text = ""
            _lose(sheet, box, "blank")


def dropped_column(sheet: Sheet, rng: Random) -> None:
    """One applicant column of the requests table gone, with its header."""
    grid = _pick(sheet, rng, "requests")
    labels = {cell.column_label: cell.column for cell in forms.cells(2021, "requests")}
    head = rng.choice([box for box in grid.rows[2] if box.text in labels])
    column = labels[head.text]
    grid.rows[0][1].width -= 1
    next(box for box in grid.rows[1] if box.text == "法人或其他组织").width -= 1
    grid.rows[2].remove(head)
    for row in grid.rows[3:]:
        for box in [box for box in row if box.key and box.key[2] == column]:
            _lose(sheet, box, "missing")
            row.remove(box)


def _plain_rows(grid: Grid) -> list[int]:
    """Rows that begin with their own label, so that moving them leaves the merged cells whole."""
    return [i for i in grid.data_rows() if grid.rows[i][0].role == "label"]


def _stretch(grid: Grid, row: int, by: int) -> None:
    """Merged cells from above that cover `row` grow or shrink."""
    for i, boxes in enumerate(grid.rows[:row]):
        for box in boxes:
            if box.height > 1 and i + box.height > row:
                box.height += by


def dropped_row(sheet: Sheet, rng: Random) -> None:
    """One row gone."""
    grid = _pick(sheet, rng, "requests", "requests", "proactive")
    row = rng.choice(_plain_rows(grid))
    for box in grid.rows[row]:
        if box.key:
            _lose(sheet, box, "missing")
    _stretch(grid, row, -1)
    del grid.rows[row]


def duplicated_row(sheet: Sheet, rng: Random) -> None:
    """One row printed twice."""
    grid = _pick(sheet, rng, "requests", "requests", "proactive")
    row = rng.choice(_plain_rows(grid))
    _stretch(grid, row, 1)
    grid.rows.insert(row, list(grid.rows[row]))


def swapped_rows(sheet: Sheet, rng: Random) -> None:
    """Two neighbouring rows in each other's place."""
    grid = _pick(sheet, rng, "requests", "requests", "proactive")
    plain = _plain_rows(grid)
    row = rng.choice(
        [i for i in plain if i + 1 in plain and grid.rows[i][0].width == grid.rows[i + 1][0].width]
    )
    grid.rows[row], grid.rows[row + 1] = grid.rows[row + 1], grid.rows[row]


def lost_header(sheet: Sheet, rng: Random) -> None:
    """One table without its header rows; where its columns stand in another order, nothing says so then."""
    in_order = sheet.style.order == "form" and sheet.style.disputes != "lawsuits first"
    grid = _pick(sheet, rng, *(("requests", "disputes") if in_order else ()), "proactive")
    grid.rows[:] = [row for row in grid.rows if row[0].role not in ("header", "heading")]
    grid.header_rows = 0
    if grid.table == "disputes" and not sheet.titles and grid.rows[0][0].key:  # fifteen numbers, no word
        for key, expect in sheet.expect.items():
            if key[0] == "disputes":
                _open(expect)


def _labels(sheet: Sheet, rng: Random, share: float) -> list[Box]:
    return [
        box
        for grid in sheet.grids
        for row in grid.rows
        for box in row
        if box.role in ("label", "group") and len(box.text) > 3 and rng.random() < share
    ]


def cut_labels(sheet: Sheet, rng: Random) -> None:
    """Labels that end early, as in a cell too narrow for them."""
    for box in _labels(sheet, rng, 0.3):
        box.text = box.text[: max(4, rng.randint(len(box.text) // 2, len(box.text)))]


def label_noise(sheet: Sheet, rng: Random) -> None:
    """Stray and misread characters in labels, as OCR leaves them."""
    for box in _labels(sheet, rng, 0.25):
        at = rng.randrange(len(box.text))
        stray = rng.choice("F⁶ſ·丨口曰人 l°")
        box.text = box.text[:at] + stray + box.text[at + rng.randint(0, 1) :]


def label_typos(sheet: Sheet, rng: Random) -> None:
    """Words printed wrongly: a character left out, or two exchanged."""
    for box in _labels(sheet, rng, 0.15):
        at = rng.randrange(2, len(box.text) - 1)
        if rng.random() < 0.5:
            box.text = box.text[:at] + box.text[at + 1 :]
        else:
            box.text = box.text[:at] + box.text[at + 1] + box.text[at] + box.text[at + 2 :]


def _set_number(sheet: Sheet, box: Box, number: int, text: str) -> None:
    """Another number is printed; in a table without identities nothing can tell that it is wrong."""
    assert box.key
    expect = sheet.expect[box.key]
    expect.printed, expect.status, box.text = number, "reported", text
    if box.key[0] == "proactive":
        expect.true = number


def contradiction(sheet: Sheet, rng: Random) -> None:
    """A published figure that breaks an identity."""
    box = rng.choice(_pick(sheet, rng, "requests", "requests", "disputes").values())
    assert box.key
    true = sheet.expect[box.key].true
    number = max(0, int(true or 0) + rng.choice((-10, -2, -1, 1, 1, 2, 3, 10, 100)))
    if number != true:
        _set_number(sheet, box, number, str(number))


def misread_digit(sheet: Sheet, rng: Random) -> None:
    """One digit read as another."""
    boxes = [box for box in sheet.values() if re.fullmatch(r"[0-9]+", box.text)]
    large = [box for box in boxes if box.text != "0"]
    if not boxes:
        return
    box = rng.choice(large if large and rng.random() < 0.7 else boxes)
    at = rng.randrange(len(box.text))
    digit = rng.choice([other for other in "0123456789" if other != box.text[at]])
    text = box.text[:at] + digit + box.text[at + 1 :]
    _set_number(sheet, box, int(text), text)


def letters_for_digits(sheet: Sheet, rng: Random) -> None:
    """O for 0, l for 1, in one to three cells: no number stands there any more, but it shows through."""
    boxes = [box for box in sheet.values() if re.fullmatch(r"[0-9]*[01][0-9]*", box.text)]
    for box in rng.sample(boxes, min(len(boxes), rng.randint(1, 3))):
        box.text = box.text.replace("0", "O").replace("1", "l")
        assert box.key
        expect = sheet.expect[box.key]
        expect.printed, expect.status, expect.loose = None, "unreadable", True


def digits_apart(sheet: Sheet, rng: Random) -> None:
    """A number with a space inside."""
    boxes = [box for box in sheet.values() if re.fullmatch(r"[0-9]{2,}", box.text)]
    for box in rng.sample(boxes, min(len(boxes), 2)):
        at = rng.randrange(1, len(box.text))
        box.text = f"{box.text[:at]} {box.text[at:]}"


# --- on the laid-out pieces ---


def _value_places(pieces: list[Piece], tables: tuple[str, ...]) -> list[int]:
    return [i for i, part in enumerate(pieces) if part.key and part.key[0] in tables]


def _same_row(pieces: list[Piece], i: int) -> int | None:
    """The place of the next value in the same row, if there is one."""
    key = pieces[i].key
    for j in range(i + 1, min(i + 6, len(pieces))):
        other = pieces[j]
        if other.key:
            return j if key and other.key[:2] == key[:2] else None
        if other.role not in ("separator", "tag"):
            return None
    return None


def _pairs(pieces: list[Piece]) -> list[tuple[int, int]]:
    """Neighbouring values of one row, in the tables that have identities."""
    found = ((i, _same_row(pieces, i)) for i in _value_places(pieces, ("requests", "disputes")))
    return [(i, j) for i, j in found if j is not None]


def lost_cell(pieces: list[Piece], expected: Expected, rng: Random) -> list[Piece]:
    """One value gone together with its separator: the rest of the row moves to the left."""
    i, j = rng.choice(_pairs(pieces))
    key = pieces[i].key
    assert key
    _open(expected[key])
    return pieces[:i] + pieces[j:]


def doubled_cell(pieces: list[Piece], expected: Expected, rng: Random) -> list[Piece]:
    """One value printed twice: the rest of the row moves to the right."""
    i, j = rng.choice(_pairs(pieces))
    key = pieces[i].key
    assert key
    for other, expect in expected.items():
        expect.loose |= other[:2] == key[:2]
    return pieces[:j] + pieces[i:]


def shifted_cell(pieces: list[Piece], _: Expected, rng: Random) -> list[Piece]:
    """An empty cell too many inside a row."""
    i, j = rng.choice(_pairs(pieces))
    return pieces[: i + 1] + pieces[i + 1 : j] * 2 + pieces[j:]


def lost_separator(pieces: list[Piece], expected: Expected, rng: Random) -> list[Piece]:
    """Two values run together; half the time a space is left between them."""
    i, j = rng.choice(_pairs(pieces))
    if rng.random() < 0.5:
        return [*pieces[: i + 1], Piece(" "), *pieces[j:]]
    for place in (i, j):
        key = pieces[place].key
        assert key
        _open(expected[key])
    return pieces[: i + 1] + pieces[j:]


def broken_page(pieces: list[Piece], _: Expected, rng: Random) -> list[Piece]:
    """The foot of a page inside the requests table, and half the time its header again."""
    places = _value_places(pieces, ("requests",))
    ends = [i for i in places[:-7] if (pieces[i].key or ("",) * 3)[2] == "total"]
    end = rng.choice(ends) + 1
    while not pieces[end].text.endswith("\n"):
        end += 1
    number = rng.choice(("— {} —", "- {} -", "{}", "第{}页")).format(rng.randint(2, 9))
    header = _printed_header(pieces) if rng.random() < 0.5 else []
    if any(part.role == "tag" for part in pieces):
        foot = [Piece("</tbody></table>\n<p>", "tag"), Piece(number, "text")]
        foot.append(Piece('</p>\n<table border="1"><tbody>', "tag"))
    else:
        foot = [Piece(number, "text"), Piece("\n")]
    return [*pieces[: end + 1], *foot, *header, *pieces[end + 1 :]]


def _printed_header(pieces: list[Piece]) -> list[Piece]:
    """The header rows of the requests table as laid out."""
    heads = [i for i, part in enumerate(pieces) if part.role == "header" and "勾稽" in part.text]
    label = (
        next((i for i, part in enumerate(pieces) if part.role == "label" and i > heads[0]), 0) if heads else 0
    )
    start, end = (heads[0], label) if label else (0, 0)
    while start and "\n" not in pieces[start - 1].text:
        start -= 1
    while end > start and "\n" not in pieces[end - 1].text:
        end -= 1
    return pieces[start:end]


def truncated(pieces: list[Piece], expected: Expected, rng: Random) -> list[Piece]:
    """The document ends inside a table; what is left of its last row could stand in any of its columns."""
    end = rng.choice(_value_places(pieces, ("requests", "disputes")))
    last = pieces[end].key
    assert last
    for part in pieces[:end]:
        if part.key and part.key[:2] == last[:2]:
            _open(expected[part.key])
    return pieces[:end]


def repeated_lines_dropped(pieces: list[Piece], expected: Expected, _: Random) -> list[Piece]:
    """A converter left out every line it had seen before: where a cell is a line, the figures are gone."""
    kept: list[Piece] = []
    line: list[Piece] = []
    seen: set[str] = set()
    for part in pieces:
        line.append(part)
        if part.text.endswith("\n"):
            content = join(line).strip()
            if content not in seen or not content:
                kept += line
            seen.add(content)
            line = []
    left = {part.key for part in kept if part.key}
    rows = {key[:2] for key in expected if key not in left}
    if len(left) < len(expected) // 2:  # a few numbers remain that belong to no place any more
        rows = {key[:2] for key in expected}
    elif any(table == "disputes" for table, _ in rows):  # its rows have no names of their own
        rows |= {key[:2] for key in expected if key[0] == "disputes"}
    for key, expect in expected.items():
        if key[:2] in rows:
            _open(expect)
    return kept + line


# --- on the way to bytes ---


def another_encoding(content: str, rng: Random) -> bytes:
    """A text in an encoding that nothing declares."""
    encoding = rng.choice(("utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "traditional"))
    if encoding == "traditional":
        return traditional(content, rng)
    return content.encode(encoding, "replace")


DISTORTIONS: dict[str, Distortion] = {
    "lost cell": Distortion(pieces=lost_cell),
    "doubled cell": Distortion(pieces=doubled_cell),
    "shifted cell": Distortion(pieces=shifted_cell),
    "lost separator": Distortion(pieces=lost_separator),
    "cut labels": Distortion(sheet=cut_labels),
    "noise in labels": Distortion(sheet=label_noise),
    "typos in labels": Distortion(sheet=label_typos),
    "misread digit": Distortion(sheet=misread_digit, zero="0"),
    "letters for digits": Distortion(sheet=letters_for_digits),
    "digits apart": Distortion(sheet=digits_apart),
    "page break": Distortion(pieces=broken_page),
    "blanked totals": Distortion(sheet=blanked_totals),
    "blanked cells": Distortion(sheet=blanked_cells),
    "dropped column": Distortion(sheet=dropped_column),
    "dropped row": Distortion(sheet=dropped_row),
    "duplicated row": Distortion(sheet=duplicated_row),
    "swapped rows": Distortion(sheet=swapped_rows),
    "planted contradiction": Distortion(sheet=contradiction, zero="0"),
    "lost header": Distortion(sheet=lost_header),
    "another encoding": Distortion(encode=another_encoding),
    "repeated lines dropped": Distortion(pieces=repeated_lines_dropped),
    "truncation": Distortion(pieces=truncated),
}
