"""A document after reading: lines of cells, whatever the file type was.

Every reader (`transforms/readers/`) turns bytes into this one small type; everything behind it
(sections, rows, matching) sees lines and cells and never asks where they came from.

Of the smallest values a report needs thousands. Their constructors are written out, since compiled
(`transforms.compile`) such a one takes a tenth of the time of one that `dataclass` makes; `acyclic` says that
they are never part of a cycle, and leaves them out of garbage collection. `Final` fields are not set again.
"""

import copyreg
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

from mypy_extensions import mypyc_attr


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Place:
    """Where a cell stands in its document, so that a person can look it up.

    Text files use `line`, `start`, `end`; PDF uses `page`, `box`; files with real tables (HTML, Word,
    spreadsheets) use `table`, `row`, `column`. All numbers start at 1 (`end` is the last column).
    """

    line: Final[int | None]
    start: Final[int | None]
    end: Final[int | None]
    page: Final[int | None]
    box: Final[tuple[float, float, float, float] | None]
    table: Final[int | None]
    row: Final[int | None]
    column: Final[int | None]

    def __init__(
        self,
        line: int | None = None,
        start: int | None = None,
        end: int | None = None,
        page: int | None = None,
        box: tuple[float, float, float, float] | None = None,
        table: int | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> None:
        self.line = line
        self.start = start
        self.end = end
        self.page = page
        self.box = box
        self.table = table
        self.row = row
        self.column = column

    def __str__(self) -> str:
        """The place in words, as a person would look it up."""
        parts = []
        if self.page is not None:
            parts.append(f"page {self.page}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.start is not None:
            parts.append(f"columns {self.start}-{self.end}")
        if self.box is not None:
            parts.append("box " + " ".join(f"{edge:g}" for edge in self.box))
        if self.table is not None:
            parts.append(f"table {self.table}, row {self.row}, column {self.column}")
        return ", ".join(parts)


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Cell:
    """The characters of one cell as printed, its grid column (from 0), how many columns it covers."""

    text: Final[str]
    place: Final[Place]
    column: Final[int]
    span: Final[int]

    def __init__(self, text: str, place: Place, column: int = 0, span: int = 1) -> None:
        self.text = text
        self.place = place
        self.column = column
        self.span = span


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Line:
    """One printed line or one row of a grid: its cells from left to right, blank cells included.

    `table` numbers the grid that the line belongs to (from 1); None for running text.
    `exact` says whether the columns can be trusted: true where the file itself holds a grid (HTML,
    Word, spreadsheet, ruled PDF), false where separators stand for it (tabs, pipes), which real files
    lose and double.
    """

    cells: Final[tuple[Cell, ...]]
    table: Final[int | None]
    exact: Final[bool]

    def __init__(self, cells: tuple[Cell, ...], table: int | None = None, exact: bool = False) -> None:
        self.cells = cells
        self.table = table
        self.exact = exact

    @property
    def text(self) -> str:
        """The line's cells, those without characters left out."""
        if len(self.cells) == 1:
            return self.cells[0].text if self.cells[0].text.strip() else ""
        return " ".join([cell.text for cell in self.cells if cell.text.strip()])


class Issue(NamedTuple):
    """Something a person should know about a document: what, where, and the characters concerned.

    `code` is one of the codes declared in `schemas/issues.yml`, which gives severity and explanation.
    """

    code: str
    message: str
    table: str | None = None
    row: str | None = None
    column: str | None = None
    raw: str | None = None
    place: Place | None = None


@dataclass(slots=True)
class Document:
    """What a reader returns: all lines in reading order, the reader's name, what it had to say.

    `title` is a title that the file itself declares (an HTML title, a PDF property), if any.
    """

    lines: list[Line]
    reader: str
    title: str | None = None
    issues: list[Issue] = field(default_factory=list)


class Unreadable(Exception):  # noqa: N818 (a finding about a file, not a fault of the program)
    """A file that no reader can make sense of; `issue` says why and what to do."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def remade(value: Any) -> tuple[type, tuple[Any, ...]]:
    """How a value passes from process to process: its compiled form cannot be filled in later."""
    return type(value), tuple([getattr(value, each.name) for each in fields(value)])


for _kind in (Place, Cell, Line, Document):
    copyreg.pickle(_kind, remade)
