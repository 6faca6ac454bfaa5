"""What the characters of a cell come to: a value, a text, several of both, or a sentence.

It depends on them alone, and most of them come again in report after report.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from mypy_extensions import mypyc_attr

from transforms.labels import header_tables, is_label, may_be_label, row_scores
from transforms.normalise import squash
from transforms.remember import remembered
from transforms.values import BLANK, COUNTERS, Value, read_value

LONGEST_LABEL: Final = 120  # characters: what is longer does not come again, and is not worth remembering
_LONG: Final = 48  # characters of a squashed line beyond which it is prose, unless it is a label


class Part(NamedTuple):
    """Texts of one cell and the values after them, as spans of its characters; None: the whole cell."""

    labels: tuple[tuple[int, int] | None, ...]
    values: tuple[tuple[tuple[int, int], Value], ...]


_LABEL: Final = Part((None,), ())


@mypyc_attr(acyclic=True)
class Reading:
    """What the characters of a cell come to wherever they stand: a value, a text, or several of both."""

    value: Final[Value | None]  # of the cell as a whole, in a grid
    figure: Final[Value | None]  # of the cell as a whole, in running text
    label: Final[bool]  # nothing but a text
    parts: Final[tuple[Part, ...]]  # in running text, where it is no figure
    mixed: Final[bool]  # whether there is a value among other characters
    odd: Final[bool]  # short and without Chinese: what a number becomes in bad conversions

    def __init__(
        self,
        value: Value | None,
        figure: Value | None,
        label: bool,
        parts: tuple[Part, ...],
        mixed: bool,
        odd: bool,
    ) -> None:
        self.value = value
        self.figure = figure
        self.label = label
        self.parts = parts
        self.mixed = mixed
        self.odd = odd


_TEXT: Final = Reading(None, None, True, (_LABEL,), False, False)


@mypyc_attr(acyclic=True)
class Alone:
    """What a text comes to that stands alone on its line."""

    reading: Final[Reading]
    page_number: Final[bool]  # nothing but the number of a page
    title: Final[bool]  # the title of a report, such as stands over each of its pages
    prose: Final[bool]  # a sentence rather than a label, a heading or values

    def __init__(self, reading: Reading, page_number: bool, title: bool, prose: bool) -> None:
        self.reading = reading
        self.page_number = page_number
        self.title = title
        self.prose = prose


_PAGE_NUMBER: Final = re.compile(
    r"[—\-–－·•.]+\s*\d{1,3}\s*[—\-–－·•.]+|第\s*\d{1,3}\s*页(?:[,，\s]*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}|Page\s+\d+.*"
)
_COMMA = r"[，,](?!(?<=\d[，,])\d{3}(?!\d))"  # none that parts the thousands of a number
_SENTENCE: Final = re.compile(rf"[。！？!?；;]|{_COMMA}.*{_COMMA}")
_BRACKETS: Final = re.compile(r"[(（\[【〔“\"「《<][^)）\]】〕”\"」》>]*(?:[)）\]】〕”\"」》>]|$)")
_DIGIT: Final = re.compile(r"\d")
_DIGIT_OR_SPACE: Final = re.compile(r"[\d\s]")
_TOKEN: Final = re.compile(r"\S+")
_HANZI: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf]")
_ENUMERATOR: Final = re.compile(r"\d{1,2}\s*[.．、,，)）]")
_LEADING_DIGITS: Final = re.compile(r"([\d０-９]+)(\D.+)", re.DOTALL)
_TRAILING_DIGITS: Final = re.compile(
    rf"(.*[\u3400-\u9fff)）”\"」])(?<!第)([\d０-９][\d０-９,，.．]*(?:{COUNTERS}|万元|亿元|元)?"
    r"(?:[(（](?:其中|含|包括)[^()（）]*[)）])?)",
    re.DOTALL,
)
_END_OF_DIGITS: Final = f",，.．元)）{COUNTERS}"
_NUMERALS: Final = re.compile("[零〇一二三四五六七八九十百千万]+")


def read_alone(text: str) -> Alone:
    """What a text comes to that stands alone on its line."""
    comes_again = len(text) <= LONGEST_LABEL and not text.endswith("。")
    return _alone(text) if comes_again else _read_alone(text)


def is_page_number(text: str) -> bool:
    """Whether a text is nothing but the number of a page."""
    return _PAGE_NUMBER.fullmatch(text) is not None


@remembered(16384)
def several_figures(text: str) -> bool:
    """Whether a cell holds several figures (`5 / 7`, `12件 3件`) and no words of a form that part them."""
    parts = read_cell(text).parts
    if sum(len(part.values) for part in parts) < 2:
        return False
    words = [squash(text[slice(*span)]) for part in parts for span in part.labels if span]
    return not any(row_scores(word) or header_tables(word) for word in words)


@lru_cache(maxsize=16384)
def stands_for_a_figure(label: str, printed: str) -> bool:
    """Whether a text beside a whole row label was printed for its figure (`2818余件`, `见附件`, `S`)."""
    whole = any(score == 1.0 for _, score in row_scores(squash(label)))
    if not whole or read_cell(printed).odd:
        return whole
    text = squash(printed)
    stands = text.startswith("见") or any(letter.isdigit() for letter in text) or _NUMERALS.fullmatch(text)
    return bool(stands) and len(text) <= 12 and not row_scores(text) and not header_tables(text)


def _read(text: str) -> Reading:
    value = read_value(text)
    if value is not None and (not value.spaced or _came_apart(text)):
        return Reading(value, value, False, (), False, _is_odd(text))
    if value is None and not _DIGIT_OR_SPACE.search(text):
        return Reading(None, None, True, (_LABEL,), False, _is_odd(text))
    parts = _parts(text)
    mixed = value is None and any(part.values for part in parts) and _DIGIT.search(text) is not None
    return Reading(value, None, False, parts, mixed, _is_odd(text))


def _read_alone(text: str) -> Alone:
    title, prose = "年报" in text or "年度报告" in text, _is_prose(text)
    if prose and len(text) > LONGEST_LABEL:
        return Alone(_TEXT, False, title, True)
    return Alone(_TEXT if prose else _read(text), is_page_number(text), title, prose)


read_cell: Final = remembered(65536)(_read)
_alone: Final = remembered(65536)(_read_alone)


def _is_odd(text: str) -> bool:
    return len(text) <= 8 and not _HANZI.search(text)


def _is_prose(text: str) -> bool:
    """Whether a line is a sentence rather than a label, a heading or values."""
    sentence = _is_sentence(text)
    if not sentence and len(text) <= _LONG:
        return False
    if not _HANZI.search(text):
        return False
    if len(text) <= LONGEST_LABEL and may_be_label(text) and is_label(squash(text)):
        return False
    return sentence or (
        len(squash(text)) > _LONG and sum(read_value(piece) is not None for piece in text.split()) < 3
    )


def _is_sentence(text: str) -> bool:
    """Whether marks of a sentence stand in a text, outside brackets."""
    # Most end with a full stop, and never come again: no cache helps them.
    if not text.endswith("。") and not _SENTENCE.search(text):
        return False
    bare = _BRACKETS.sub("", text)
    return bare.endswith("。") or _SENTENCE.search(bare) is not None


def _parts(text: str) -> tuple[Part, ...]:
    """The texts and values within the characters of a cell."""
    parts: list[Part] = []
    labels: list[tuple[int, int]] = []
    values: list[tuple[tuple[int, int], Value]] = []
    start: int | None = None  # of the text being collected
    end = 0
    for begin, stop, value in _pieces(text):
        if value is None or value.status == BLANK or _is_enumerator(text, begin, stop):
            if values:
                parts.append(Part(tuple(labels), tuple(values)))
                labels, values = [], []
            start = begin if start is None else start
            end = stop
            continue
        if start is not None:
            labels.append((start, end))
            start = None
        values.append(((begin, stop), value))
    if start is not None:
        labels.append((start, end))
    if labels or values:
        parts.append(Part(tuple(labels), tuple(values)))
    return tuple(parts)


def _came_apart(text: str) -> bool:
    """Whether two digits alone on a line are more likely one number (`2 8`) than two (`0 8`, `2 0 0`)."""
    pieces = text.split()
    return len(pieces) == 2 and all(piece.isdecimal() for piece in pieces) and not pieces[0].startswith("0")


def _pieces(text: str) -> list[tuple[int, int, Value | None]]:
    """The blank-separated pieces of a text, with a number glued to a label cut off it.

    Where each begins and stops, and its value.
    """
    pieces: list[tuple[int, int, Value | None]] = []
    for match in _TOKEN.finditer(text):
        begin, stop = match.span()
        piece = match[0]
        value = read_value(piece)
        if value is None:
            leading = _LEADING_DIGITS.fullmatch(piece)
            if leading and not is_label(squash(piece)) and is_label(squash(leading[2])):
                cut = begin + len(leading[1])
                pieces.append((begin, cut, read_value(leading[1])))
                begin, piece = cut, leading[2]
                value = read_value(piece)
            may_trail = piece[-1] in _END_OF_DIGITS or piece[-1].isdecimal()
            trailing = _TRAILING_DIGITS.fullmatch(piece) if may_trail else None
            if trailing:
                cut = begin + len(trailing[1])
                pieces.append((begin, cut, read_value(trailing[1])))
                begin, value = cut, read_value(trailing[2])
        pieces.append((begin, stop, value))
    return pieces


def _is_enumerator(text: str, begin: int, stop: int) -> bool:
    """Whether a number is the numbering of the label behind it (`1 .属于国家秘密`, `2、重复申请`)."""
    found = _ENUMERATOR.match(text, begin)
    return bool(found and found.end() >= stop and _HANZI.match(text[found.end() :].lstrip()[:1] or " "))
