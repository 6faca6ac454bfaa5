"""One font for all that PDF files name and do not hold, in place of those that a machine may have.

pdfium looks for such fonts on the machine. Where it finds none, it drops the letters that stand alone, as
the 0 of a cell does, so that the same file would be read otherwise elsewhere; and to load a font with all
Chinese characters takes longer than to read the report. Where a letter stands is said by the file, and its
shape decides nothing.

`box.ttf` (made with fontTools) has one shape for every character: a box 300 wide and 500 high on the
baseline, of an em of 1,000, with an advance of 500. Its table of characters is a single range (format 13).
"""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

_BUILT_IN = (b"Helvetica", b"Times", b"Courier")  # of which pdfium has its own, with their widths
_BOX = 1  # what pdfium is told to call our font


@cache
def use_one_font() -> object:
    """Give pdfium, in this process, our font in place of the machine's; to be called before it reads a page.

    What it returns is what pdfium calls; it stays as long as the process.
    """
    from pypdfium2 import raw

    font = Path(__file__).with_name("box.ttf").read_bytes()

    def chosen(
        _: Any, _weight: int, _italic: int, charset: int, _pitch: int, face: Any, _exact: Any
    ) -> int | None:
        name = ctypes.cast(face, ctypes.c_char_p).value or b""
        return None if charset == raw.FXFONT_ANSI_CHARSET and name.startswith(_BUILT_IN) else _BOX

    def content(_: Any, _font: Any, table: int, into: Any, size: int) -> int:
        if table:
            return 0  # it asks for the table of a collection, then for the whole
        if into and size >= len(font):
            ctypes.memmove(into, font, len(font))
        return len(font)

    functions = {
        "MapFont": chosen,
        "GetFontData": content,
        "GetFontCharset": lambda *_: raw.FXFONT_GB2312_CHARSET,
        "GetFaceName": lambda *_: 0,
        "GetFont": lambda *_: None,
        "EnumFonts": lambda *_: None,
        "DeleteFont": lambda *_: None,
        "Release": lambda *_: None,
    }
    types = dict(raw.FPDF_SYSFONTINFO._fields_)
    given = raw.FPDF_SYSFONTINFO(1, **{name: types[name](function) for name, function in functions.items()})
    raw.FPDF_SetSystemFontInfo(ctypes.byref(given))
    return given
