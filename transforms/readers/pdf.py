"""PDF files with a text layer: tables from their ruling lines, all else from where the letters stand."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from schemas.limits import limits
from transforms.document import Cell, Document, Issue, Line, Place, Unreadable
from transforms.readers.aligned import Row, Word, aligned_rows, printed_lines, words
from transforms.readers.fonts import use_one_font
from transforms.readers.grid import joined, too_large
from transforms.readers.letters import Letter, Page, page_content
from transforms.readers.ruling import Grid, ruled_grids

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PAGE_NUMBER: Final = re.compile(r"[-—–－─·•.~第共页/\s\d]+")
_DIGITS: Final = re.compile(r"\d+")
_DIGITS_TOGETHER: Final = re.compile(r"\d\d")
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Of the height of a digit's box, which reaches below the baseline by up to a quarter: how far up a raised
# mark ends, how far below the digit's top it begins at most, and how high it is at most.
_RAISED, _LOWER, _SMALLER = 0.25, 0.1, 0.9
_MARGIN: Final = 0.12  # of a page's height: where page numbers stand
_SPACE: Final = 0.25  # of a letter's height: a gap that parts words within a cell
_SAME_EDGE: Final = 5.0  # points: how far the edges of one table differ from page to page
_OWN_ITEM: Final = re.compile(r"[（(]?[一二三四五六七八九十\d]+[）)、.．](?!\d)|[\d.,]+$")
_FIRST_COLUMN: Final = 0.2  # of a table's width: as much may be missing of its part on another page
_FEWEST_LETTERS: Final = 20  # a document with fewer is a scan, with a stamp or a page number as text

_TableCell = tuple[float, float, str, Place]  # its left and right edge, text, and place


@dataclass(slots=True)
class _Table:
    """A ruled table, also over several pages: for each row the cells that begin in it."""

    left: float
    right: float
    rows: list[list[_TableCell]]


class _Part(NamedTuple):
    """A table or a line, and how far down its page it begins, as a share of the page's height."""

    top: float
    content: Line | _Table


def read_pdf(data: bytes) -> Document:
    """Read a PDF: each row of a ruled table is a line on its grid, all other text by its position.

    The text of a cell is joined from top to bottom, so labels broken around their figures and words
    printed upright come out whole. A table that goes on over the page is one table; page numbers are
    left out. Lines without rules whose words stand wide apart are parted into cells, not `exact`.

    Raises Unreadable for a scan, a file with a password, a damaged one, and one beyond the limits.
    """
    import pypdfium2

    use_one_font()
    try:
        pdf = pypdfium2.PdfDocument(data)
        try:
            return _read(pdf)
        finally:
            pdf.close()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(Issue("encrypted", "a PDF with a password; save it without one")) from error
        raise Unreadable(Issue("damaged", f"a PDF that cannot be read ({error}); fetch it again")) from error


def _read(pdf: "PdfDocument") -> Document:
    if len(pdf) > limits().pages:
        raise too_large("pages in a PDF", limits().pages)
    pages: list[list[_Part]] = []
    scanned = []
    letters = cells = 0
    for number in range(1, len(pdf) + 1):
        page = page_content(pdf, number - 1)
        letters += len(page.letters)
        if page.pictures and len(page.letters) < _FEWEST_LETTERS:
            scanned.append(number)
        pages.append(_parts(page, number))
        cells += sum(
            len(row) for part in pages[-1] if isinstance(part.content, _Table) for row in part.content.rows
        )
        if cells > limits().cells:
            raise too_large("cells in tables", limits().cells)
    if letters < _FEWEST_LETTERS:
        message = "a PDF without text (a scan): it needs text recognition (OCR), which is not built in"
        raise Unreadable(Issue("scan", message))
    issues = []
    if scanned:
        which = ", ".join(map(str, scanned))
        issues.append(Issue("scanned_pages", f"pages without text, only pictures: {which}", raw=which))
    title = pdf.get_metadata_value("Title").strip() or None
    return Document(_lines(_joined_pages(pages)), "pdf", title, issues)


def _parts(page: Page, number: int) -> list[_Part]:
    """The tables and the lines of text on a page, from top to bottom."""
    grids = ruled_grids(page.across, page.down)
    inside: list[dict[tuple[int, int], list[Letter]]] = [{} for _ in grids]
    outside: list[Letter] = []
    tables = [(grid.rows[0], grid.rows[-1], grid, of) for grid, of in zip(grids, inside, strict=True)]
    for letter in page.letters:
        y = (letter.top + letter.bottom) / 2
        for begin, end, grid, contents in tables:
            if begin <= y < end:
                cell = grid.cell_at((letter.left + letter.right) / 2, y)
                if cell is not None:
                    contents.setdefault(cell, []).append(letter)
                    break
        else:
            outside.append(letter)
    parts = [
        _Part(grid.rows[0] / page.height, _table(grid, contents, number))
        for grid, contents in zip(grids, inside, strict=True)
        if contents
    ]
    for row in _paragraphs(aligned_rows(printed_lines(outside))):
        top = min(cell[0][0].top for cell in row)
        parts.append(_Part(top / page.height, _text_line(row, number)))
    return sorted(parts, key=lambda part: part.top)


def _joined_pages(pages: list[list[_Part]]) -> list[Line | _Table]:
    """The parts of all pages, without headers, footers and page numbers; tables that go on joined.

    A header or footer stands in the margin of several pages, with other digits at most; of a header the
    first is kept, since it may be the title.
    """
    repeated = Counter(pattern for page in pages for pattern in {*map(_pattern, page)} if pattern)
    seen: set[str] = set()
    parts: list[Line | _Table] = []
    for page in pages:
        for part in page:
            pattern = _pattern(part)
            if _PAGE_NUMBER.fullmatch(pattern):
                continue
            if repeated[pattern] > 1 and (pattern in seen or part.top > 0.5):
                continue
            seen.add(pattern)
            last = parts[-1] if parts else None
            if isinstance(last, _Table) and isinstance(part.content, _Table) and _goes_on(last, part.content):
                _append(last, part.content)
            else:
                parts.append(part.content)
    return parts


def _pattern(part: _Part) -> str:
    """The text of a line in a page's margin, its digits made alike; empty for all else."""
    if isinstance(part.content, _Table) or _MARGIN < part.top < 1 - _MARGIN:
        return ""
    return _DIGITS.sub("0", part.content.text)


def _text(line: list[Letter]) -> str:
    return joined(map(_word_text, words(line, _SPACE)))


def _word_text(word: Word) -> str:
    """The letters of a word; a smaller digit raised behind another (a footnote's mark) stays a raised one.

    One that stands on the same baseline, as of another font, is a digit like the others.
    """
    text = "".join([letter.text for letter in word])
    if not _DIGITS_TOGETHER.search(text):
        return text
    base, found = word[0], []
    for letter in word:
        height = base.bottom - base.top
        raised = (
            letter.bottom < base.bottom - _RAISED * height
            and letter.top < base.top + _LOWER * height
            and letter.bottom - letter.top < _SMALLER * height
        )
        if raised and base.text.isdecimal() and letter.text.isdecimal():
            found.append(letter.text.translate(_SUPERSCRIPTS))
        else:
            base = letter
            found.append(letter.text)
    return "".join(found)


def _box(cell: list[Word]) -> tuple[float, float, float, float]:
    letters = [letter for word in cell for letter in word]
    left, top = min([letter.left for letter in letters]), min([letter.top for letter in letters])
    right, bottom = max([letter.right for letter in letters]), max([letter.bottom for letter in letters])
    return round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)


def _paragraphs(rows: list[Row]) -> list[Row]:
    """Rows, the lines of one paragraph joined: a full line goes on in the next one that is not indented."""
    joined_rows: list[Row] = []
    singles = [row[0][0] for row in rows if len(row) == 1]
    margin = max((word[-1].right for word in singles), default=0.0)
    indent = min((word[0].left for word in singles), default=0.0)
    full = False
    for row in rows:
        first, last = row[0][0], row[-1][-1]
        height = first[0].bottom - first[0].top
        near = full and len(row) == 1 and first[0].top - joined_rows[-1][0][-1][0].bottom < height
        if near and first[0].left < indent + height and not _OWN_ITEM.match(_text(first)):
            joined_rows[-1][0].append(first)
        else:
            joined_rows.append(row)
        full = len(row) == 1 and last[-1].right > margin - 1.5 * height
    return joined_rows


def _text_line(row: Row, page: int) -> Line:
    return Line(
        tuple(
            Cell(joined(map(_text, cell)), Place(page=page, box=_box(cell)), column)
            for column, cell in enumerate(row)
        )
    )


def _table(grid: Grid, contents: dict[tuple[int, int], list[Letter]], page: int) -> _Table:
    """The cells of a grid with their text, each in the row where it begins."""
    last: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), cell in grid.cells.items():
        down, right = last.get(cell, cell)
        last[cell] = max(down, row), max(right, column)
    xs, ys = ([round(edge, 1) for edge in edges] for edges in (grid.columns, grid.rows))
    rows: list[list[_TableCell]] = [[] for _ in grid.rows[1:]]
    for (row, column), (down, right) in sorted(last.items()):
        box = xs[column], ys[row], xs[right + 1], ys[down + 1]
        text = _cell_text(contents.get((row, column), []))
        rows[row].append((box[0], box[2], text, Place(page=page, box=box)))
    return _Table(grid.columns[0], grid.columns[-1], rows)


def _cell_text(letters: list[Letter]) -> str:
    if len(letters) < 2:
        return letters[0].text if letters else ""
    return joined(map(_text, printed_lines(letters)))


def _goes_on(above: _Table, below: _Table) -> bool:
    """Whether two tables are one: they end at the same edge, and at most the first column is missing.

    Printed by a browser, a cell that spans the rows of several pages has its rules on the first only.
    """
    missing = abs(above.left - below.left)
    return abs(above.right - below.right) < _SAME_EDGE and missing < _FIRST_COLUMN * (
        above.right - above.left
    )


def _append(above: _Table, below: _Table) -> None:
    """Let a table go on with its part on the next page; a row that the break cuts becomes whole again."""
    if above.rows and below.rows and _is_rest(above.rows[-1], below.rows[0]):
        rest = {round(left): text for left, _, text, _ in below.rows.pop(0)}
        above.rows[-1] = [
            (left, right, joined((text, rest.get(round(left), ""))), place)
            for left, right, text, place in above.rows[-1]
        ]
    above.rows += below.rows


def _is_rest(row: list[_TableCell], below: list[_TableCell]) -> bool:
    """Whether the first row on a page is the rest of the last row on the page before.

    It then has text only where that row has some too, not everywhere, and neither a figure nor a new item.
    """
    if not {round(left) for left, *_ in row} <= {round(left) for left, *_ in below}:
        return False
    begun = {round(left) for left, _, text, _ in row if text}
    rest = {round(left): text for left, _, text, _ in below if text}
    return rest.keys() < begun and not any(map(_OWN_ITEM.match, rest.values()))


def _lines(parts: list[Line | _Table]) -> list[Line]:
    """All parts as lines, the tables numbered."""
    lines: list[Line] = []
    number = 0
    for part in parts:
        if isinstance(part, _Table):
            number += 1
            lines += _table_lines(part, number)
        elif len(part.cells) > 1:
            if not lines or lines[-1].table is None or lines[-1].exact:
                number += 1
            lines.append(replace(part, table=number))
        else:
            lines.append(part)
    return lines


def _table_lines(table: _Table, number: int) -> list[Line]:
    """The rows of a table, its columns numbered by where on the page its cells begin."""
    starts: list[float] = []
    for left in sorted(left for row in table.rows for left, *_ in row):
        if not starts or left - starts[-1] > _SAME_EDGE:
            starts.append(left)
    lines = []
    for row in table.rows:
        cells = []
        for left, right, text, place in row:
            covered = [i for i, start in enumerate(starts) if left - _SAME_EDGE <= start < right - _SAME_EDGE]
            cells.append(Cell(text, place, covered[0] if covered else 0, max(len(covered), 1)))
        if cells:
            lines.append(Line(tuple(cells), number, exact=True))
    return lines
