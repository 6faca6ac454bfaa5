"""Hostile and broken files: each is refused or read within declared limits of time and memory."""

import io
import multiprocessing
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from schemas.limits import limits
from transforms.document import Unreadable
from transforms.readers import read
from transforms.readers.archive import members

FILES = Path(__file__).parents[1] / "files"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD = f'<w:document xmlns:w="{NAMESPACE}"><w:body>{{}}</w:body></w:document>'


def zipped(parts: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx(body: str, before: str = "") -> bytes:
    return zipped({"[Content_Types].xml": "", "word/document.xml": before + WORD.format(body)})


def sheet(cells: str) -> bytes:
    with zipfile.ZipFile(FILES / "form2021.xlsx") as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return zipped(parts | {name: head + cells + "</sheetData></worksheet>"})


def zip_bomb() -> bytes:
    return zipped({"[Content_Types].xml": "", "word/document.xml": b" " * 300_000_000})


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = "<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>"
    return docx(text, f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "公开">{entities}]>')


def deep_word() -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * 50_000 + "</w:tc></w:tr></w:tbl>" * 50_000)


def many_pages() -> bytes:
    pdf = pypdfium2.PdfDocument.new()
    for _ in range(10_000):
        pdf.new_page(100, 100)
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def scan() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (800, 1100), 255).save(stream, "PDF")
    return stream.getvalue()


def with_password() -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream, encrypt=pdfencrypt.StandardEncryption("secret"))
    page.drawString(100, 100, "text")
    page.save()
    return stream.getvalue()


def ruled_page() -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    for n in range(1400):
        page.line(0, n / 2, 700, n / 2)
        page.line(n / 2, 0, n / 2, 700)
    page.drawString(100, 100, "a page that is one large grid")
    page.save()
    return stream.getvalue()


def broken_xref() -> bytes:
    data = (FILES / "form2021-reportlab.pdf").read_bytes()
    start = data.rindex(b"startxref")
    return data[:start] + b"startxref\n99999999\n%%EOF"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "nul_filled": (lambda: b"\0" * 10_000_000, "empty"),
    "half_nul_filled": (lambda: "政府信息公开".encode() * 1000 + b"\0" * 100_000, "binary"),
    "binary": (lambda: bytes(range(256)) * 4000, "binary"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "scan"),
    "scanned_pdf": (scan, "scan"),
    "huge_text": (lambda: "政府信息公开\t0\n".encode() * 25_000_000, "too_large"),
    "large_text": (lambda: "政府信息公开\t0\n".encode() * 2_000_000, "too_large"),
    "zip_bomb": (zip_bomb, "too_large"),
    "entity_bomb": (entity_bomb, "hostile"),
    "deep_word": (deep_word, "damaged"),
    "deep_html": (lambda: b"<div>" * 100_000 + b"x" + b"</div>" * 100_000, "too_large"),
    "deep_unclosed_html": (lambda: b"<div><span>" * 100_000, "too_large"),
    "deep_tables": (lambda: b"<table><tr><td>" * 100_000, "too_large"),
    "million_cells": (lambda: b"<table>" + (b"<tr>" + b"<td>1" * 1000) * 1000, "too_large"),
    "wide_spans": (lambda: b"<table>" + b"<tr><td rowspan=1000 colspan=1000>1" * 1000, "too_large"),
    "far_cell": (lambda: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "too_large"),
    "many_pages": (many_pages, "too_large"),
    "with_password": (with_password, "encrypted"),
    "ruled_page": (ruled_page, "read"),
    "truncated_pdf": (lambda: (FILES / "form2021-chromium.pdf").read_bytes()[:5_000], "damaged"),
    "truncated_docx": (lambda: (FILES / "form2021.docx").read_bytes()[:20_000], "damaged"),
    "archive": (lambda: (FILES / "reports.zip").read_bytes(), "archive"),
}


def refusal(make: Callable[[], bytes], seconds: int, memory: int) -> str:
    """The code of the issue with which a child process under hard limits refuses a file."""

    def child(sender: "multiprocessing.connection.Connection") -> None:
        data = make()
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        try:
            read(data)
            sender.send("read")
        except Unreadable as error:
            sender.send(error.issue.code)

    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=child, args=(sender,))
    process.start()
    process.join()
    return receiver.recv() if receiver.poll() else f"died with {process.exitcode}"


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_within_limits(name: str) -> None:
    make, code = HOSTILE[name]
    assert refusal(make, limits().seconds, 2 * limits().memory_bytes) == code


def test_broken_cross_references_are_rebuilt() -> None:
    assert read(broken_xref()).lines == read((FILES / "form2021-reportlab.pdf").read_bytes()).lines


def test_archive_names_in_gbk() -> None:
    names = [name for name, _ in members((FILES / "reports.zip").read_bytes())]
    assert names == ["年报/form2021.docx", "年报/form2019.html"]


def test_archives_in_archives_end() -> None:
    data = zipped({"report.txt": "年报"})
    for _ in range(10):
        data = zipped({"inner.zip": data})
    with pytest.raises(Unreadable, match="ZIP files within each other"):
        list(members(data))


def test_a_bad_member_does_not_stop_the_others() -> None:
    data = bytearray(zipped({"bad.txt": "政府" * 100, "good.txt": "信息"}))
    data[50] ^= 0xFF
    found = []
    with pytest.raises(Unreadable) as error:
        found.extend(name for name, _ in members(bytes(data)))
    assert error.value.issue.code == "damaged"
