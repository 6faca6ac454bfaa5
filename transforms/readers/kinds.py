"""Bytes of any kind to a `transforms.document.Document`: one reader per kind of input.

The kind is recognised by what the bytes are, never by a file's name: portals serve HTML as `.doc` and
DOC as `.pdf`. Each reader's libraries are imported only where a document needs them.
"""

import re
from itertools import chain

from schemas.limits import limits
from transforms.document import Document, Issue, Unreadable
from transforms.readers.archive import is_document, open_zip
from transforms.readers.encoding import decode
from transforms.readers.grid import too_large
from transforms.readers.html import read_html
from transforms.readers.text import read_text

_ZIP, _PDF, _OLE, _RTF = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"
_PDF_STARTS_WITHIN = 1024  # bytes: programs accept what stands before a PDF, so portals get away with it
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_PACKED = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_WORD_XML = re.compile(rb"<(?:\?mso-application\s+progid=\"Word|w:wordDocument|pkg:package)")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|pre)[\s>]", re.IGNORECASE)
# Markdown made of a page keeps its divisions, each tag on a line of its own, and tables that it cannot draw.
# What a division hides is for the reader of pages to drop.
_DIVISION = re.compile(
    r"^[ \t]*</?div(?:\s(?![^<>]*(?:none|hidden))[^<>]*)?>[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_OF_PAGES = re.compile(r"</?(?!https?:)[a-z!]|&#?\w+;", re.IGNORECASE)
# Soon found in any page, so that its divisions need not be looked for.
_OTHER_TAG = re.compile(r"</?(?!https?:|div[\s>])[a-z!]", re.IGNORECASE)
_TABLE_TAG = re.compile(r"(<table[\s>]|</table>)", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_CONTROLS = (*range(9), *range(0x0E, 0x1C), 0x7F)


def read(data: bytes) -> Document:
    """Read one document of any kind.

    Raises Unreadable for what no reader can read, with an issue that says what it is and what to do:
    an empty or binary file, a scan, an encrypted or damaged one, an archive of several documents, or one
    that passes the limits of `schemas/limits.yml`. Raises nothing else, whatever the bytes.
    """
    if len(data) > limits().file_bytes:
        raise too_large("bytes", limits().file_bytes)
    if not data.strip(b"\0 \t\r\n\x0b\x0c"):
        what = "holds nothing but NUL bytes" if b"\0" in data else "is empty"
        raise Unreadable(Issue("empty", f"the file {what}; fetch it again"))
    if data.startswith(_ZIP):
        return _read_zip(data)
    if _PDF in data[:_PDF_STARTS_WITHIN]:
        from transforms.readers.pdf import read_pdf

        return read_pdf(data[data.index(_PDF) :])
    if data.startswith(_OLE):
        return _read_ole(data)
    head = data[:4096]
    if data.startswith(_RTF) or (b"<" in head and _WORD_XML.search(head)):
        from transforms.readers.word import read_doc

        return read_doc(data)
    if data.startswith(_IMAGES):
        raise Unreadable(
            Issue("scan", "a picture, not a text: it needs text recognition (OCR), which is not built in")
        )
    for mark, name in _PACKED.items():
        if data.startswith(mark):
            raise Unreadable(Issue("unknown_kind", f"a {name} archive; unpack it and give its files"))
    return _read_text(data)


def _read_zip(data: bytes) -> Document:
    names = open_zip(data).namelist()
    if "word/document.xml" in names:
        from transforms.readers.word import read_docx

        return read_docx(data)
    if any(name.startswith("xl/workbook") for name in names) or "content.xml" in names:
        from transforms.readers.sheet import read_sheet

        return read_sheet(data)
    if is_document(data):
        raise Unreadable(
            Issue("unknown_kind", f"a document of a kind that is not read ({names[0]}); save it as PDF")
        )
    raise Unreadable(Issue("archive", f"a ZIP file of {len(names)} files; read its members one by one"))


def _read_ole(data: bytes) -> Document:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Unreadable(Issue("encrypted", "an Office file with a password; save it without one"))
    if holds("WordDocument"):
        from transforms.readers.word import read_doc

        return read_doc(data)
    if holds("Workbook") or holds("Book"):
        from transforms.readers.sheet import read_sheet

        return read_sheet(data)
    raise Unreadable(
        Issue("unknown_kind", "an old Office file, neither of Word nor of Excel; save it as PDF or DOCX")
    )


def _read_text(data: bytes) -> Document:
    if len(data) > limits().text_bytes:
        raise too_large("bytes of text", limits().text_bytes)
    text, issues = decode(data)
    if _noise(data, text) > len(text) / 20:
        raise Unreadable(
            Issue("binary", "binary data, not a text in any known encoding; find out what the file is")
        )
    if "\0" in text:
        issues.append(Issue("control_characters", f"{text.count(chr(0))} NUL characters were dropped"))
        text = text.replace("\0", "")
    if "<" not in text:
        return Document(read_text(text), "text", issues=issues)
    if not _HTML.search(text) or _is_markdown(text):
        if not _TABLE_TAG.search(text):
            lines = read_text(_LINE_BREAK.sub(" ", _DIVISION.sub("", text)))
            return Document(lines, "text", issues=issues)
        text = _with_line_breaks(text)
    document = read_html(text)
    document.issues[:0] = issues
    return document


def _is_markdown(text: str) -> bool:
    """Whether a text with tags has no more of a page than Markdown keeps."""
    depth = at = 0
    for tag in chain(_TABLE_TAG.finditer(text), [None]):
        outside = text[at : tag.start() if tag else len(text)] if depth == 0 else ""
        if _OTHER_TAG.search(outside) or _OF_PAGES.search(_DIVISION.sub("", outside)):
            return False
        if tag:
            depth, at = _inside(depth, tag[0]), tag.end()
    return True


def _noise(data: bytes, text: str) -> int:
    """How many control characters `text` has, and characters that stand for bytes that are none.

    In all encodings a control character has its byte, and bytes are searched faster than characters.
    """
    noise = text.count("\ufffd")
    for control in _CONTROLS:
        if control in data:
            noise += text.count(chr(control))
    return noise


def _with_line_breaks(text: str) -> str:
    """Markdown whose tables are in HTML, with its other lines ended as HTML has it and no divisions there."""
    parts = _TABLE_TAG.split(text)  # text and tags in turn
    depth = 0
    for index, part in enumerate(parts):
        if index % 2:
            depth = _inside(depth, part)
        elif depth == 0:
            parts[index] = _DIVISION.sub("", part).replace("\n", "<br>")
    return "".join(parts)


def _inside(depth: int, tag: str) -> int:
    """In how many tables the text behind a tag of a table stands."""
    return max(depth - 1, 0) if tag.startswith("</") else depth + 1
