"""Word files: DOCX from its XML, everything older through LibreOffice.

The XML becomes plain HTML, so that text, merged cells and nested tables are read by the one reader
that knows how.
"""

import html
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.limits import limits
from transforms.document import Document, Issue, Unreadable
from transforms.readers.archive import open_zip, unpack
from transforms.readers.html import read_html
from transforms.readers.text import read_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT, _TRANSITIONAL = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {
    _FALLBACK,
    *(f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "tblPr", "tcPr", "sectPr")),
}
_TEXTS = {f"{_W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "<br>", f"{_W}cr": "<br>", f"{_W}noBreakHyphen": "-"}
_UNSEEN = tuple(f"{_W}rPr/{_W}{name}" for name in ("vanish", "strike", "dstrike"))
_ROW_END = b"\x07\x00\x07\x00"  # a DOC ends each cell with the character 7, and each row with another
_SUFFIXES = {b"{\\rt": "rtf", b"\xd0\xcf\x11\xe0": "doc"}


@dataclass(slots=True)
class _Cell:
    columns: int
    rows: int = 1
    content: list[str] = field(default_factory=list)


def read_docx(data: bytes) -> Document:
    """Read a DOCX: paragraphs as lines, tables as grids; deleted, struck out and hidden text is left out.

    Raises Unreadable where the file is damaged or hostile, or passes the limits.
    """
    with open_zip(data) as archive:
        body = _parsed(unpack(archive, "word/document.xml"))
        core = (
            _parsed(unpack(archive, "docProps/core.xml"))
            if "docProps/core.xml" in archive.NameToInfo
            else None
        )
    page: list[str] = []
    _write(body, page)
    document = read_html("".join(page))
    title = core.findtext("{http://purl.org/dc/elements/1.1/}title") if core is not None else None
    return replace(document, reader="docx", title=(title or "").strip() or None)


def read_doc(data: bytes) -> Document:
    """Read what LibreOffice can turn into a DOCX: DOC and WPS files, RTF, and Word's XML of 2003.

    Raises Unreadable where LibreOffice is missing, fails, or takes longer than the limit. Where it loses
    all tables of a DOC, antiword's text is read instead, if antiword is there.
    """
    document = read_docx(_converted(data))
    if data.count(_ROW_END) > 3 and not any(line.table for line in document.lines):
        text = _antiword(data)
        if text:
            return Document(read_text(text), "doc", document.title, document.issues)
        document.issues.append(Issue("tables_lost", "the DOC has tables, but its conversion has none"))
    return replace(document, reader="doc")


def _parsed(xml: bytes) -> "_Element":
    """The root of an XML part, without entities, and nested no deeper than libxml2 allows (256)."""
    from lxml import etree

    if b"<!DOCTYPE" in xml:
        message = "a Word file whose XML declares entities: not read, since no Word program writes any"
        raise Unreadable(Issue("hostile", message))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(xml.replace(_STRICT, _TRANSITIONAL), parser)
    except etree.XMLSyntaxError as error:
        message = f"the XML of this Word file is broken ({error}); fetch it again"
        raise Unreadable(Issue("damaged", message)) from error


def _write(element: "_Element", page: list[str]) -> None:
    """Append what stands in an element, as HTML."""
    for child in element:
        tag = child.tag
        if tag in _TEXTS:
            page.append(html.escape(child.text or "", quote=False))
        elif tag in _MARKS:
            page.append(_MARKS[tag])
        elif tag == f"{_W}p":
            page.append("<p>")
            _write(child, page)
            page.append("</p>")
        elif tag == f"{_W}tbl":
            _write_table(child, page)
        elif tag in _SKIPPED or (tag == f"{_W}r" and any(map(_is_on, map(child.find, _UNSEEN)))):
            continue
        elif tag == f"{_W}r" and _is_raised(child):
            page.append("<sup>")
            _write(child, page)
            page.append("</sup>")
        else:
            _write(child, page)


def _write_table(table: "_Element", page: list[str]) -> None:
    """Append a table; cells merged downwards (vMerge) become one cell with a rowspan."""
    rows: list[list[_Cell]] = []
    merged: dict[int, _Cell] = {}  # column -> the cell that the cells below are merged with
    for row in _parts(table, f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        column = _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        cells = [_Cell(column)] if column else []
        for part in _parts(row, f"{_W}tc"):
            width = _number(part.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            across, down = part.find(f"{_W}tcPr/{_W}hMerge"), part.find(f"{_W}tcPr/{_W}vMerge")
            if across is not None and across.get(f"{_W}val") != "restart" and cells:
                cells[-1].columns += width
            elif down is not None and down.get(f"{_W}val") != "restart" and column in merged:
                merged[column].rows += 1
            else:
                cell = _Cell(width)
                _write(part, cell.content)
                cells.append(cell)
                merged.pop(column, None)
                if down is not None:
                    merged[column] = cell
            column += width
        rows.append(cells)
    page.append("<table>")
    for cells in rows:
        page.append("<tr>")
        for cell in cells:
            page += (f'<td rowspan="{cell.rows}" colspan="{cell.columns}">', *cell.content, "</td>")
        page.append("</tr>")
    page.append("</table>")


def _parts(element: "_Element", tag: str) -> Iterator["_Element"]:
    """The rows of a table or the cells of a row, also those in content controls and tracked insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _parts(child, tag)


def _number(element: "_Element | None", default: int) -> int:
    value = "" if element is None else element.get(f"{_W}val") or ""
    return int(value) if value.isdecimal() and len(value) < 4 else default


def _is_raised(run: "_Element") -> bool:
    """Whether a run is printed raised or lowered, as the mark of a footnote is."""
    found = run.find(f"{_W}rPr/{_W}vertAlign")
    return found is not None and found.get(f"{_W}val") in ("superscript", "subscript")


def _is_on(element: "_Element | None") -> bool:
    return element is not None and element.get(f"{_W}val") not in ("0", "false", "off")


def _converted(data: bytes) -> bytes:
    """A Word file of an older kind as DOCX."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        message = (
            "an older Word file: install LibreOffice (libreoffice-writer) to read it, or save it as DOCX"
        )
        raise Unreadable(Issue("needs_libreoffice", message))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "document." + _SUFFIXES.get(data[:4], "xml"))
        source.write_bytes(data)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        _run([office, profile, "--headless", "--convert-to", "docx", "--outdir", folder, str(source)])
        converted = source.with_suffix(".docx")
        if not converted.exists():
            message = "LibreOffice cannot read this Word file (damaged or with a password); save it as DOCX"
            raise Unreadable(Issue("damaged", message))
        return converted.read_bytes()


def _antiword(data: bytes) -> str:
    """What antiword prints (cells between pipes); empty where it is not installed or fails."""
    program = shutil.which("antiword")
    if program is None:
        return ""
    with tempfile.NamedTemporaryFile(suffix=".doc") as source:
        source.write(data)
        source.flush()
        return _run([program, "-m", "UTF-8.txt", "-w", "0", source.name]).decode("utf-8", "replace")


def _run(command: list[str]) -> bytes:
    """What a program prints; it and what it started are ended at the limit of time."""
    seconds = limits().office_seconds
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            message = (
                f"{Path(command[0]).name} took more than {seconds} seconds for this Word file and was stopped"
            )
            raise Unreadable(Issue("too_slow", message)) from error
