"""Build the sample files beside this script with the tools that bodies use: python -m tests.files.make

Needs LibreOffice (writer, calc), Chromium and a Chinese font (Debian: libreoffice-writer libreoffice-calc
chromium fonts-noto-cjk); the tests read the files committed here and need none of them. The reports are
invented and keep the identities of the form; `expected.json` holds every figure that they print.
"""

import io
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.shared import Pt
from openpyxl.styles import Border, Side
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from benchmarks.accuracy.generate import generate
from benchmarks.accuracy.printing import Box, Grid, Sheet, Style, typeset

FOLDER = Path(__file__).parent
SEEDS = {"form2021": 37, "form2019": 18}  # with figures in most rows
STYLE = """
body{font-family:"Noto Serif CJK SC",serif;font-size:12pt} .nav li{display:inline;margin-right:1em}
.article table{border-collapse:collapse;width:100%}
.article td{border:1px solid #000;padding:2pt;text-align:center}
"""


def main() -> None:
    """Build every file again."""
    expected = {}
    for name, seed in SEEDS.items():
        facts = generate(seed)
        sheet = typeset(facts, Style(), Random(seed))
        expected[name] = {" ".join(key): str(number) for key, number in facts.values.items()}
        page = html(sheet)
        (FOLDER / f"{name}.html").write_bytes(page.format(charset="utf-8").encode())
        (FOLDER / f"{name}-gbk.html").write_bytes(page.format(charset="gb2312").encode("gb18030"))
        (FOLDER / f"{name}.docx").write_bytes(word(sheet))
        (FOLDER / f"{name}.xlsx").write_bytes(spreadsheet(sheet))
        ruled_pdf(sheet, FOLDER / f"{name}-reportlab.pdf", ruled=True)
        ruled_pdf(sheet, FOLDER / f"{name}-unruled.pdf", ruled=False)
        convert(FOLDER / f"{name}.docx", "doc", f"{name}.doc")
        convert(FOLDER / f"{name}.docx", "pdf", f"{name}-libreoffice.pdf")
        convert(FOLDER / f"{name}.xlsx", "xls", f"{name}.xls")
        print_to_pdf(FOLDER / f"{name}.html", FOLDER / f"{name}-chromium.pdf")
    (FOLDER / "reports.zip").write_bytes(archive("form2021.docx", "form2019.html"))
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def body(sheet: Sheet) -> Iterator[str | Grid]:
    """The report in reading order: paragraphs and tables."""
    facts = sheet.facts
    yield from sheet.opening
    yield sheet.titles[0]
    yield from facts.overview
    for title, grid in zip(sheet.titles[1:4], sheet.grids, strict=True):
        yield title
        yield grid
    yield sheet.titles[4]
    yield from facts.problems
    yield sheet.titles[5]
    yield from facts.other_matters


def html(sheet: Sheet) -> str:
    """The report as a portal serves it; `{charset}` is left to fill in."""
    title = f"{sheet.facts.agency}{sheet.facts.year}年政府信息公开工作年度报告"
    parts = [
        '<!DOCTYPE html>\n<html><head><meta charset="{charset}"><title>' + title + "</title>",
        '<meta name="PubDate" content="' + f"{sheet.facts.year + 1}-01-19" + '">',
        "<style>"
        + STYLE.replace("{", "{{").replace("}", "}}")
        + "</style><script>var page = 1;</script></head>",
        '<body><div class="nav"><ul><li>首页</li><li>政务公开</li><li>规章</li></ul></div>',
        "<table><tr><td>索引号</td><td>000014349/2023-00001</td><td>公开方式</td><td>主动公开</td></tr></table>",
        '<div style="display:none">行政许可 99</div><div class="article">',
    ]
    for part in body(sheet):
        if isinstance(part, str):
            parts.append(f"<p>　　{escape(part)}</p>")
        else:
            parts.append("<table>" + "".join(map(_html_row, part.rows)) + "</table>")
    parts.append('</div><div class="foot">版权所有 | 网站地图 | 联系我们</div></body></html>\n')
    return "\n".join(parts)


def _html_row(row: list[Box]) -> str:
    cells = []
    for box in row:
        text = box.text
        if len(text) > 1 and text.isdigit():  # Word cuts numbers into pieces
            text = f'{text[:1]}</span><span lang="EN-US">{text[1:]}<o:p></o:p>'
        spans = f' rowspan="{box.height}" colspan="{box.width}"' if (box.height, box.width) != (1, 1) else ""
        cells.append(f'<td{spans}><p class="MsoNormal"><span>{text or "&nbsp;"}</span></p></td>')
    return "<tr>" + "".join(cells) + "</tr>"


def placed(grid: Grid) -> tuple[list[tuple[int, int, Box]], int]:
    """Every box with its row and column, and the number of columns."""
    width = sum(box.width for box in grid.rows[0])
    taken: set[tuple[int, int]] = set()
    boxes = []
    for row, content in enumerate(grid.rows):
        column = 0
        for box in content:
            while (row, column) in taken:
                column += 1
            boxes.append((row, column, box))
            taken |= {
                (row + down, column + across) for down in range(box.height) for across in range(box.width)
            }
            column += box.width
    return boxes, width


def word(sheet: Sheet) -> bytes:
    """The report as DOCX, its cells merged."""
    document = docx.Document()
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10)
    document.sections[0].orientation = WD_ORIENT.PORTRAIT
    document.core_properties.title = ""
    for part in body(sheet):
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        boxes, width = placed(part)
        table = document.add_table(len(part.rows), width, style="Table Grid")
        for row, column, box in boxes:
            cell = table.cell(row, column)
            if (box.height, box.width) != (1, 1):
                cell = cell.merge(table.cell(row + box.height - 1, column + box.width - 1))
            cell.text = box.text
    return saved(document)


def spreadsheet(sheet: Sheet) -> bytes:
    """The report as XLSX, all on one sheet, its cells merged."""
    workbook = openpyxl.Workbook()
    page: Any = workbook.active
    thin = Side(style="thin")
    at = 1
    for part in body(sheet):
        if isinstance(part, str):
            page.cell(at, 1, part)
            at += 1
            continue
        for row, column, box in placed(part)[0]:
            number = float(box.text) if box.key and box.text.replace(".", "").isdigit() else box.text
            page.cell(at + row, column + 1, number).border = Border(thin, thin, thin, thin)
            if (box.height, box.width) != (1, 1):
                last = (at + row + box.height - 1, column + box.width)
                page.merge_cells(None, at + row, column + 1, *last)
        at += len(part.rows)
    return saved(workbook)


def saved(document: Any) -> bytes:
    """The bytes of a document of python-docx or openpyxl."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def ruled_pdf(sheet: Sheet, path: Path, *, ruled: bool) -> None:
    """The report as PDF by reportlab, with or without ruling lines; its table headers repeat on each page."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("body", fontName="STSong-Light", fontSize=8, leading=9, wordWrap="CJK")
    story: list[Any] = []
    for part in body(sheet):
        if isinstance(part, str):
            story.append(Paragraph(escape(part), style))
            continue
        boxes, width = placed(part)
        cells: list[list[Any]] = [[""] * width for _ in part.rows]
        spans = []
        for row, column, box in boxes:
            cells[row][column] = Paragraph(box.text, style)
            spans.append(("SPAN", (column, row), (column + box.width - 1, row + box.height - 1)))
        usable = A4[0] - 100
        labels = {4: 1, 10: 3, 15: 0}.get(width, 1)
        narrow = usable / (width + 1.2 * labels)
        widths = [narrow * 2.2] * labels + [narrow] * (width - labels)
        lines = [("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
        lines += [("GRID", (0, 0), (-1, -1), 0.5, colors.black)] if ruled else []
        story.append(Table(cells, widths, style=[*lines, *spans], repeatRows=part.header_rows))

    def number(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(A4[0] / 2, 30, f"— {document.page} —")

    document = SimpleDocTemplate(str(path), pagesize=A4, leftMargin=50, rightMargin=50, invariant=True)
    document.build(story, onFirstPage=number, onLaterPages=number)


def convert(source: Path, kind: str, name: str) -> None:
    """Convert a file with LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", "--headless", "--convert-to", kind, "--outdir", folder, source],
            check=True,
            timeout=120,
        )
        (FOLDER / name).write_bytes(Path(folder, source.with_suffix(f".{kind}").name).read_bytes())


def print_to_pdf(page: Path, target: Path) -> None:
    """Print a page with Chromium, which adds a header and a footer with the page's address."""
    handler = partial(SimpleHTTPRequestHandler, directory=page.parent)
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={target}"]
    with ThreadingHTTPServer(("127.0.0.1", 8765), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        subprocess.run(["chromium", *options, f"http://127.0.0.1:8765/{page.name}"], check=True, timeout=120)
        server.shutdown()


def archive(*names: str) -> bytes:
    """A ZIP as Windows packs it: names in GBK, without the mark of UTF-8."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in names:
            info = zipfile.ZipInfo(f"@@@@/{name}", (2023, 1, 19, 0, 0, 0))
            target.writestr(info, (FOLDER / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue().replace(b"@@@@", "年报".encode("gbk"))


if __name__ == "__main__":
    main()
