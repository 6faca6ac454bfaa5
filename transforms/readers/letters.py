"""What stands on a PDF page, from pdfium: its letters, its ruling lines, whether it has pictures."""

import ctypes
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mypy_extensions import mypyc_attr

from schemas.limits import limits
from transforms.readers.grid import too_large
from transforms.readers.ruling import Rule

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_THIN: Final = 3.0  # points: a shape no thicker is a rule, or a dot of one
_LINE_END_HYPHENS: Final = str.maketrans("\x02\ufffe", "--")  # which pdfium makes of a hyphen there
_MOST_NESTED: Final = 5  # form objects within each other

_Box = tuple[float, float, float, float]


@mypyc_attr(acyclic=True)
class Letter:
    """A letter and its box, in points from the upper left corner of the page."""

    __slots__ = ("bottom", "left", "right", "text", "top")

    def __init__(self, left: float, top: float, right: float, bottom: float, text: str) -> None:
        self.left: Final = left
        self.top: Final = top
        self.right: Final = right
        self.bottom: Final = bottom
        self.text: Final = text


class Page(NamedTuple):
    """What a page holds; `pictures` counts its pictures, `height` is in points."""

    letters: list[Letter]
    across: list[Rule]
    down: list[Rule]
    pictures: int
    height: float


def page_content(pdf: "PdfDocument", index: int) -> Page:
    """The letters, rules and pictures of a page (from 0) as it is shown: turned and cropped.

    White space is left out: where letters stand says more. Raises Unreadable beyond the limits.
    """
    page = pdf[index]
    try:
        turned = _turned(page)
        boxes: list[_Box] = []
        pictures = _shapes(page, boxes)
        across, down = [], []
        for left, top, right, bottom in map(turned, boxes):
            if bottom - top <= _THIN:
                across.append(Rule((top + bottom) / 2, left, right))
            if right - left <= _THIN:
                down.append(Rule((left + right) / 2, top, bottom))
        return Page(_letters(page, turned), across, down, pictures, page.get_height())
    finally:
        page.close()


def _turned(page: "PdfPage") -> Callable[[_Box], _Box]:
    """How a box in the file's coordinates (left, bottom, right, top) stands on the page as shown."""
    x0, y0, x1, y1 = page.get_cropbox()
    return {
        0: lambda box: (box[0] - x0, y1 - box[3], box[2] - x0, y1 - box[1]),
        90: lambda box: (box[1] - y0, box[0] - x0, box[3] - y0, box[2] - x0),
        180: lambda box: (x1 - box[2], box[1] - y0, x1 - box[0], box[3] - y0),
        270: lambda box: (y1 - box[3], x1 - box[2], y1 - box[1], x1 - box[0]),
    }[page.get_rotation()]


def _letters(page: "PdfPage", turned: Callable[[_Box], _Box]) -> list[Letter]:
    from pypdfium2 import raw

    textpage = page.get_textpage()
    handle, count = textpage.raw, textpage.count_chars()
    if count > limits().page_objects:
        raise too_large("letters on one page", limits().page_objects)
    text = textpage.get_text_range()
    if len(text) != count:  # letters beyond the first plane, or without a meaning
        text = "".join(_character(raw.FPDFText_GetUnicode(handle, index)) for index in range(count))
    letters: list[Letter] = []
    # Without declared types a call takes a third of the time, for thousands of letters on a page.
    box_of = ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.CFUNCTYPE(ctypes.c_int))
    handle, box = ctypes.cast(handle, ctypes.c_void_p), raw.FS_RECTF()
    into, edges = ctypes.byref(box), memoryview(box).cast("B").cast("f")  # one box, read for each letter
    for index, character in enumerate(text.translate(_LINE_END_HYPHENS)):
        if character > " " and not character.isspace() and box_of(handle, index, into):
            x0, y1, x1, y0 = edges
            left, top, right, bottom = turned((x0, y0, x1, y1))
            letters.append(Letter(left, top, right, bottom, character))
    textpage.close()
    return letters


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _shapes(page: "PdfPage", boxes: list[_Box]) -> int:
    """Collect the boxes of what may be rules; returns how many pictures there are."""
    from pypdfium2 import raw

    pictures = 0
    left = limits().page_objects
    stack: list[tuple[Any, Any, int, tuple[float, ...] | None, int]] = [
        (raw.FPDFPage_GetObject, page.raw, raw.FPDFPage_CountObjects(page.raw), None, 0)
    ]
    kind_of, path, image, form = (
        raw.FPDFPageObj_GetType,
        raw.FPDF_PAGEOBJ_PATH,
        raw.FPDF_PAGEOBJ_IMAGE,
        raw.FPDF_PAGEOBJ_FORM,
    )
    while stack:
        object_of, holder, count, matrix, depth = stack.pop()
        left -= count
        if left < 0:
            raise too_large("shapes on one page", limits().page_objects)
        for index in range(count):
            handle = object_of(holder, index)
            kind = kind_of(handle)
            if kind == path:
                boxes += [_transformed(box, matrix) for box in _rules(handle)]
            elif kind == image:
                pictures += 1
            elif kind == form and depth < _MOST_NESTED:
                inner = _multiplied(_matrix(handle), matrix)
                number = raw.FPDFFormObj_CountObjects(handle)
                stack.append((raw.FPDFFormObj_GetObject, handle, number, inner, depth + 1))
    return pictures


def _rules(path: Any) -> Iterator[_Box]:
    """The boxes of a path that may be rules: itself where it is thin, else its straight lines."""
    from pypdfium2 import raw

    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(path, *edges):
        return
    left, bottom, right, top = (edge.value for edge in edges)
    if right - left <= _THIN or top - bottom <= _THIN:
        yield left, bottom, right, top
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if not (fill.value or stroke.value):
        return
    matrix = _matrix(path)
    for shape in _outlines(path):
        points = [_moved(point, matrix) for point in shape]
        if stroke.value:
            for (x0, y0), (x1, y1) in pairwise(points):
                yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
        else:  # filled shapes: those that are no rules are dropped by their size
            columns, rows = zip(*points, strict=True)
            yield min(columns), min(rows), max(columns), max(rows)


def _outlines(path: Any) -> Iterator[list[tuple[float, float]]]:
    """The corners of each outline of a path, the first again at the end of a closed one."""
    from pypdfium2 import raw

    x, y = ctypes.c_float(), ctypes.c_float()
    outline: list[tuple[float, float]] = []
    for index in range(min(raw.FPDFPath_CountSegments(path), limits().page_objects)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            if outline:
                yield outline
            outline = []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        outline.append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            outline.append(outline[0])
    if outline:
        yield outline


def _matrix(shape: Any) -> tuple[float, ...]:
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(shape, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _multiplied(inner: tuple[float, ...], outer: tuple[float, ...] | None) -> tuple[float, ...]:
    """The matrix that does what `inner` does and then what `outer` does."""
    if outer is None:
        return inner
    (a, b, c, d, e, f), (p, q, r, s, t, u) = inner, outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _moved(point: tuple[float, float], matrix: tuple[float, ...]) -> tuple[float, float]:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f


def _transformed(box: _Box, matrix: tuple[float, ...] | None) -> _Box:
    if matrix is None:
        return box
    (x0, y0), (x1, y1) = _moved((box[0], box[1]), matrix), _moved((box[2], box[3]), matrix)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
