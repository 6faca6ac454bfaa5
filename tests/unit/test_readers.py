"""Every kind of input to the same lines; no bytes make `read` raise anything but Unreadable."""

import io
import json
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from transforms.document import Document, Unreadable
from transforms.parse import parse
from transforms.readers import read
from transforms.readers.text import read_text

FILES = Path(__file__).parents[1] / "files"
EXPECTED = json.loads((FILES / "expected.json").read_text())
REAL_FILES = [path.name for path in sorted(FILES.glob("form*.*")) if path.suffix != ".doc"]

Shown = list[list[tuple[str, int, int]]]


def grid(document: Document) -> Shown:
    """The rows of tables, as (text, column, span)."""
    return [[(c.text, c.column, c.span) for c in line.cells] for line in document.lines if line.table]


def texts(document: Document) -> list[str]:
    """The lines of running text."""
    return [line.text for line in document.lines if line.table is None]


def html(page: str) -> Document:
    return read(page.encode())


@pytest.mark.parametrize("name", REAL_FILES)
def test_every_figure_of_real_files(name: str) -> None:
    report = parse((FILES / name).read_bytes())
    read_values = {f"{c.table} {c.row} {c.column}": str(c.value) for c in report.cells}
    assert read_values == EXPECTED[name[:8]]
    assert all(cell.place for cell in report.cells)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_every_figure_of_doc() -> None:
    report = parse((FILES / "form2021.doc").read_bytes())
    assert {f"{c.table} {c.row} {c.column}": str(c.value) for c in report.cells} == EXPECTED["form2021"]


def test_doc_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unreadable, match="install LibreOffice"):
        read((FILES / "form2021.doc").read_bytes())


def test_spans() -> None:
    page = "<table><tr><td rowspan=2>甲<td colspan=2>乙<tr><td>1<td>2</table>"
    assert grid(html(page)) == [[("甲", 0, 1), ("乙", 1, 2)], [("1", 1, 1), ("2", 2, 1)]]


def test_wrong_spans() -> None:
    beyond = "<table><tr><td colspan=50>甲<tr><td>1<td>2</table>"
    assert grid(html(beyond)) == [[("甲", 0, 2)], [("1", 0, 1), ("2", 1, 1)]]
    to_the_end = "<table><tr><td rowspan=0>甲<td>1<tr><td>2<tr><td>3</table>"
    assert [row[-1] for row in grid(html(to_the_end))] == [("1", 1, 1), ("2", 1, 1), ("3", 1, 1)]
    overlapping = "<table><tr><td>1<td rowspan=2>甲<tr><td colspan=2>乙<td>2</table>"
    assert grid(html(overlapping))[1] == [("乙", 0, 2), ("2", 2, 1)]
    nonsense = "<table><tr><td rowspan=x colspan=-3>1<td colspan=0>2</table>"
    assert grid(html(nonsense)) == [[("1", 0, 1), ("2", 1, 1)]]


def test_cells_cut_into_pieces() -> None:
    page = (
        "<table><tr><td><p><span>1</span><span>2</span><o:p></o:p></p></td><td>&nbsp;</td>"
        "<td>本年<br>新收</td><td><p>10</p><p>20</p></td><td><b>1</b> 0</td></tr></table>"
    )
    assert grid(html(page)) == [
        [("12", 0, 1), ("", 1, 1), ("本年新收", 2, 1), ("10  20", 3, 1), ("1 0", 4, 1)]
    ]


def test_layout_tables_are_read_in_order() -> None:
    page = "<table><tr><td>菜单<td>一、总体情况<table><tr><td>规章<td>0</table>结束<tr><td>甲<td>乙</table>"
    document = html(page)
    assert [line.text for line in document.lines] == ["菜单", "一、总体情况", "规章 0", "结束", "甲 乙"]
    assert grid(document) == [[("规章", 0, 1), ("0", 1, 1)], [("甲", 0, 1), ("乙", 1, 1)]]


def test_elements_that_html_does_not_know_part_nothing() -> None:
    for name in ("cell", "grid", "rows", "text"):  # as in the XML that converters write
        page = f"<{name}>甲<table><tr><td>规章<td>0</table></{name}>"
        assert [line.text for line in html(page).lines] == ["甲", "规章 0"]


def test_hidden_text_and_scripts_are_dropped() -> None:
    page = (
        "<p>甲<script>乙</script><style>丙</style><span style='DISPLAY: none'>丁</span><b hidden>戊</b>己</p>"
    )
    assert texts(html("<p>政府信息公开工作年度报告</p>" + page)) == ["政府信息公开工作年度报告", "甲己"]


def test_fields_raised_and_struck_out_figures_as_browsers_show_them() -> None:
    cells = "<td><input value='7'><input type='hidden' value='88'>", "<td>12<sup>1</sup>", "<td><del>9</del>8"
    assert html(f"<table><tr>{''.join(cells)}</table>").lines[0].text == "7 12¹ 8"


def test_a_field_of_several_lines_is_shown_unless_it_holds_what_a_page_keeps_for_its_scripts() -> None:
    fields = (
        "<textarea>7</textarea>",
        "<textarea style='display:none'>8</textarea>",
        f"<textarea>{301 * chr(57)}</textarea>",
    )
    assert (
        html("<table><tr>" + "".join(f"<td>{field}</td>" for field in fields) + "</table>").lines[0].text
        == "7"
    )


def test_what_a_script_is_to_show_is_kept() -> None:
    document = html("<body><p>首页</p><div style='display:none'>政府信息公开工作年度报告</div></body>")
    assert texts(document) == ["首页", "政府信息公开工作年度报告"]
    assert [issue.code for issue in document.issues] == ["hidden_text"]


def test_title_and_metadata() -> None:
    metadata = "<meta name=ArticleTitle content=年报><meta name=PubDate content=2023-01-20>"
    document = html(f"<head><title>门户</title>{metadata}</head><p>甲</p>")
    assert document.title == "年报"
    assert texts(document) == ["发布日期：2023-01-20", "甲"]


def test_lines_of_text_are_parted() -> None:
    rows = "".join(f"规章\t{n}\t0<br>" for n in range(12))
    assert grid(html(f"<div>{rows}</div>"))[1] == [("规章", 0, 1), ("1", 1, 1), ("0", 2, 1)]
    assert grid(html("<pre>" + rows.replace("<br>", "\n") + "</pre>")) == grid(html(f"<div>{rows}</div>"))


def test_markdown_with_breaks_and_tables() -> None:
    assert grid(html("| 本年<br>新收 | 0 |\n| 甲 | 1 |\n"))[0] == [("本年 新收", 0, 1), ("0", 1, 1)]
    mixed = html("一、总体情况\n二、主动公开\n<table><tr><td>规章</td>\n<td>0</td></tr></table>\n三、")
    assert [line.text for line in mixed.lines] == ["一、总体情况", "二、主动公开", "规章 0", "三、"]


def test_places_in_html() -> None:
    lines = html("<p>甲<table><tr><td>1<td>2</table>").lines
    assert [str(cell.place) for line in lines for cell in line.cells] == [
        "line 1",
        "table 1, row 1, column 1",
        "table 1, row 1, column 2",
    ]


def word(*parts: str) -> bytes:
    document = docx.Document()
    for part in parts:
        document.element.body.insert(-1, parse_xml(part.replace(">", f" {nsdecls('w')}>", 1)))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_word_merged_cells() -> None:
    wide = '<w:gridSpan w:val="2"/>'
    table = (
        "<w:tbl><w:tr>" + cell("甲", '<w:vMerge w:val="restart"/>') + cell("乙", wide) + "</w:tr><w:tr>"
        f"{cell('', '<w:vMerge/>')}<w:sdt><w:sdtContent>{cell('1')}</w:sdtContent></w:sdt>{cell('2')}"
        "</w:tr></w:tbl>"
    )
    assert grid(read(word(table))) == [[("甲", 0, 1), ("乙", 1, 2)], [("1", 1, 1), ("2", 2, 1)]]


def test_word_tracked_changes_and_hidden_text() -> None:
    paragraph = (
        "<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>5</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>6</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r>"
        "<w:r><w:t>件</w:t><w:br/><w:t>第二行</w:t></w:r></w:p>"
    )
    assert texts(read(word(paragraph))) == ["收到6件", "第二行"]


def test_word_raised_and_struck_out_figures_are_no_part_of_a_figure() -> None:
    def run(text: str, properties: str = "") -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    raised = run("1", '<w:vertAlign w:val="superscript"/>')
    runs = run("12") + raised + run("件") + run("3", "<w:strike/>") + run("4", '<w:strike w:val="0"/>')
    assert texts(read(word(f"<w:p>{runs}</w:p>"))) == ["12¹件4"]


def test_word_nested_table_and_text_box() -> None:
    inner = "<w:tbl><w:tr>" + cell("规章") + cell("0") + "</w:tr></w:tbl>"
    table = f"<w:tbl><w:tr><w:tc><w:p/>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    inside = "<w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
    box = f"<w:p><w:r><w:pict>{inside}</w:pict></w:r></w:p>"
    document = read(word(table, box))
    assert grid(document) == [[("规章", 0, 1), ("0", 1, 1)]]
    assert texts(document) == ["框中"]


def test_sheet_as_printed() -> None:
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.append(["规章", 5, 1.5, 0.1 + 0.2, None])
    page.append(["甲", "乙", "", "", ""])
    page.merge_cells("B2:D2")
    hidden = workbook.create_sheet("隐藏")
    hidden.append([1])
    hidden.sheet_state = "hidden"
    stream = io.BytesIO()
    workbook.save(stream)
    document = read(stream.getvalue())
    assert grid(document)[:2] == [
        [("规章", 0, 1), ("5", 1, 1), ("1.5", 2, 1), ("0.3", 3, 1)],
        [("甲", 0, 1), ("乙", 1, 3)],
    ]
    assert [issue.code for issue in document.issues] == ["hidden_text"]


def drawn(draw: object, turned: int = 0) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=(400, 300))
    page.setFont("STSong-Light", 10)
    page.setPageRotation(turned)
    draw(page)  # type: ignore[operator]
    page.save()
    return stream.getvalue()


def ruled(page: canvas.Canvas) -> None:
    for y in (250, 200, 100):
        page.line(50, y, 350, y)
    for x in (50, 80, 200, 350):
        page.line(x, 100, x, 250)
    page.line(200, 150, 350, 150)
    for y, letter in zip((238, 227, 216, 205), "办理结果", strict=True):
        page.drawString(60, y, letter)
    page.drawString(90, 230, "受理行政")
    page.drawString(90, 215, "许可")
    page.drawString(250, 222, "12")
    page.drawString(90, 150, "合计")
    page.drawString(250, 170, "3")
    page.drawString(250, 120, "4")
    page.drawString(50, 270, "一、总体情况与主动公开政府信息情况表")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_ruled_pdf(turned: int) -> None:
    if turned:  # the letters lie on their side then: only that nothing is lost is held
        assert sorted(
            "".join(line.text for line in read(drawn(ruled, turned)).lines).replace(" ", "")
        ) == sorted("".join(line.text for line in read(drawn(ruled)).lines).replace(" ", ""))
        return
    document = read(drawn(ruled))
    assert texts(document) == ["一、总体情况与主动公开政府信息情况表"]
    assert grid(document) == [
        [("办理结果", 0, 1), ("受理行政许可", 1, 1), ("12", 2, 1)],
        [("", 0, 1), ("合计", 1, 1), ("3", 2, 1)],
        [("4", 2, 1)],
    ]
    assert document.lines[1].cells[2].place.box == (200.0, 50.0, 350.0, 100.0)


def test_rules_drawn_as_dots_or_dashes_are_rules() -> None:
    def dotted(page: canvas.Canvas) -> None:
        def in_pieces(x0: float, y0: float, x1: float, y1: float) -> None:
            across = x1 > x0
            for at in range(int(x0 if across else y0), int(x1 if across else y1), 3):
                page.rect(*((at, y0 - 0.5) if across else (x0 - 0.5, at)), 1, 1, stroke=0, fill=1)

        page.line = in_pieces
        ruled(page)
        page.rect(20, 20, 4, 1, stroke=0, fill=1)  # a dash alone

    assert grid(read(drawn(dotted))) == grid(read(drawn(ruled)))


def test_a_raised_mark_in_a_pdf_is_no_digit_of_the_figure() -> None:
    def marked(page: canvas.Canvas) -> None:
        ruled(page)
        page.setFont("STSong-Light", 6)
        page.drawString(260, 226, "1")
        page.drawString(255, 170, "5")

    rows = grid(read(drawn(marked)))
    assert [rows[0][2][0], rows[1][2][0]] == ["12¹", "35"]


@pytest.mark.parametrize(
    ("size", "rise", "text"),
    [
        (5.8, 3.3, "12¹"),  # as LibreOffice raises
        (6.5, 3.5, "12¹"),  # as Word does
        (8.3, 3.3, "12¹"),  # as browsers do
        (8, 0, "121"),
        (8, 2, "121"),  # the boxes are as those of a font without a part below the baseline
        (5, 2.5, "121"),  # lower than the top of the others
    ],
)
def test_a_smaller_digit_in_a_pdf_is_a_mark_only_where_it_is_raised(
    size: float, rise: float, text: str
) -> None:
    def marked(page: canvas.Canvas) -> None:
        page.drawString(50, 270, "一、总体情况与主动公开政府信息情况表以及说明")
        page.grid((50, 200, 350), (150, 200, 250))
        page.drawString(60, 220, "行政许可")
        page.setFont("Helvetica", 10)
        page.drawString(250, 220, "12")
        page.setFont("Times-Roman", size)
        page.drawString(261.5, 220 + rise, "1")

    assert grid(read(drawn(marked)))[0][1][0] == text


def test_labels_around_figures_without_rules() -> None:
    def page(page: canvas.Canvas) -> None:
        for y, label in ((250, "信息内容"), (214, "行政"), (202, "许可"), (180, "规章")):
            page.drawString(50, y, label)
        for y, figures in ((208, "5"), (180, "0")):
            page.drawString(200, y, figures)
            page.drawString(300, y, figures)

        page.drawString(50, 280, "政府信息公开工作年度报告")

    assert [[cell[0] for cell in row] for row in grid(read(drawn(page)))] == [
        ["许可", "5", "5"],
        ["规章", "0", "0"],
    ]


def test_importing_readers_is_light() -> None:
    code = (
        "import sys; from transforms.readers import read; read('一、总体情况'.encode());"
        "print(sorted({'lxml', 'selectolax', 'pypdfium2', 'python_calamine'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


STARTS = [
    b"",
    b"PK\x03\x04",
    b"%PDF-1.4\n",
    b"<html>",
    b"<table>",
    b"\xff\xfe",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_no_bytes_crash(start: bytes, rest: bytes) -> None:
    with suppress(Unreadable):
        read(start + rest)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        ["form2021.docx", "form2021.xlsx", "form2021.xls", "form2021-reportlab.pdf", "reports.zip"]
    ),
    st.data(),
)
def test_no_damage_crashes(name: str, data: st.DataObject) -> None:
    content = bytearray((FILES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(len(content) // 2, len(content))) :]
    with suppress(Unreadable):
        read(bytes(content))


TAGS = (
    "<table> </table> <tr> </tr> <td> <td/rowspan=3> <td/colspan=2/rowspan=0> </td> <p> </p>"  # noqa: SIM905
    " <div/hidden> </div> <br> <pre> <svg><td> <math> <caption> <select> 甲 1 \t \n |".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_no_html_crashes(tags: list[str]) -> None:
    read(("<body>x" + "".join(tags)).encode())


def test_markdown_with_the_divisions_of_a_page_keeps_its_lines() -> None:
    page = '<div class="a">\n\n甲\n乙\n\n</div>\n\n<div>\n\n  规章   0   3\n  许可   1   2\n</div>\n'
    assert [(line.text, line.cells[0].place.line) for line in html(page).lines] == [
        ("甲", 3),
        ("乙", 4),
        ("规章   0   3", 10),
        ("许可   1   2", 11),
    ]
    tables = "<div>\n甲\n乙\n</div>\n<table>\n<tr><td><div>\n规章\n</div></td><td>0</td></tr>\n</table>"
    assert [line.text for line in html(tables).lines] == ["甲", "乙", "规章 0"]
    assert [line.text for line in html("<div>\n甲&nbsp;\n乙\n</div>").lines] == ["甲 乙"]
    apart = "<div>\n甲\n</div>\n<table><tr><td>\n<div>\n1\n</div>\n<div>\n5\n</div>\n</td></tr></table>"
    assert [cell.text for cell in html(apart).lines[-1].cells] == ["1  5"]
    hidden = "<div>\n甲乙丙\n</div>\n<div style='display:none'>\n丁\n</div>"
    assert [line.text for line in html(hidden).lines] == ["甲乙丙"]


def test_where_each_pipe_closes_a_cell_a_blank_one_may_stand_first() -> None:
    rows = "规章 | 0 | 0 | 1 |\n行政许可 | 5 |\n | | 3 | 4 |\n行政处罚 | 6 |\n"
    assert [[cell.text for cell in line.cells] for line in read(rows.encode()).lines] == [
        ["规章", "0", "0", "1"],
        ["行政许可", "5"],
        ["", "", "3", "4"],
        ["行政处罚", "6"],
    ]


def test_where_pipes_stand_between_cells_alone_blank_ones_keep_their_place_at_both_ends() -> None:
    rows = "甲 | 规章 | 0 |  | 1\n | 行政许可 | 5 |  | \n |  |  |  | \n行政处罚 |  | 6 |  | \n"
    assert [[cell.text for cell in line.cells] for line in read(rows.encode()).lines] == [
        ["甲", "规章", "0", "", "1"],
        ["", "行政许可", "5", "", ""],
        ["", "", "", "", ""],
        ["行政处罚", "", "6", "", ""],
    ]


def test_the_cells_of_a_grid_go_on_down_to_the_next_rule() -> None:
    rule = "+------+---+---+\n"
    rows = (
        "| 行政 | 0 |   |\n| 许可 |   | 2 |\n",
        "| 规章 | 3 | 4 |\n",
        "| 1    |   | 5 |\n| .其他 |   |   |\n",
    )
    lines = read_text(rule + rule.join(rows) + rule)
    assert [[cell.text for cell in line.cells] for line in lines] == [
        ["行政 许可", "0", "2"],
        ["规章", "3", "4"],
        ["1 .其他", "", "5"],
    ]
    assert [str(cell.place) for cell in lines[0].cells] == [
        "line 2, columns 3-4",
        "line 2, columns 8-8",
        "line 3, columns 12-12",
    ]
    head = read_text(rule + rows[1] + rule + rows[0] + rule)  # with rules about its head alone
    assert [line.text for line in head] == ["规章 3 4", "行政 0", "许可 2"]
    two = read_text(2 * (rule + rows[1] + rule + rows[0] + rule))
    assert [line.text for line in two] == [line.text for line in head] * 2


def test_where_a_grid_has_several_rows_between_two_rules_each_line_is_one() -> None:
    rule = "+------+---+---+\n"
    blocks = (
        "| 第一项 |   |   |\n",
        "| 规章 | 1 | 2 |\n| 文件 | 4 |   |\n",
        "| 第五项 |   |   |\n",
        "| 许可 | 1 |   |\n",
    )
    lines = read_text(rule + rule.join(blocks) + rule)
    assert [line.text for line in lines] == ["第一项", "规章 1 2", "文件 4", "第五项", "许可 1"]


def test_a_row_of_a_grid_takes_no_more_lines_than_a_cell_of_a_form() -> None:
    rule = "+------+---+\n"
    lines = read_text(4 * (rule + "| 甲 | 乙 |\n") + 100_000 * "| 规章 | 乙 |\n" + rule)
    assert max(len(line.text) for line in lines) < 1000


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<s>5</s>7", "7"),
        ('<span style="text-decoration: line-through">5</span>7', "7"),
        ("<ruby>5<rt>6</rt></ruby>", "5"),
        ("12<sub>1</sub>", "12¹"),
        ("12<span style='font-size:7pt; vertical-align: super'>1</span>", "12¹"),
        ('12<sup><a href="#1">[1]</a></sup>', "12¹"),
        ('12<sup><span STYLE="Vertical-Align:SUPER!important">1</span></sup>', "12¹"),
        ('1<b class="supervise" style="font-smooth: subpixel; vertical-align: middle">2</b>', "12"),
        ("5<br>7", "5  7"),
        ("<p>5</p><p>7</p>", "5  7"),
        ("2,<br>818", "2, 818"),
    ],
)
def test_what_html_strikes_out_raises_or_parts_is_no_part_of_a_figure(cell: str, text: str) -> None:
    (line,) = read(f"<table><tr><td>行政许可</td><td>{cell}</td></tr></table>".encode()).lines
    assert line.cells[1].text == text


@pytest.mark.parametrize("style", ["vertical-align:super", "font-smooth: super; vertical-align: middle"])
def test_a_style_raises_no_cell_of_a_table(style: str) -> None:
    row = f'<tr><td>行政许可</td><td style="{style}">12</td><th style="{style}">3</th></tr>'
    (line,) = read(f"<table>{row}</table>".encode()).lines
    assert [(cell.text, cell.column) for cell in line.cells] == [("行政许可", 0), ("12", 1), ("3", 2)]


def test_rules_of_tables_without_pipes_and_what_pandas_prints_for_a_blank_cell_are_nothing() -> None:
    text = "  规章   0   3\n  -----  --  ---\n| 行政许可 | NaN | 7 |\n--\n"
    assert [[cell.text for cell in line.cells] for line in read_text(text)] == [
        ["规章   0   3"],
        ["行政许可", "", "7"],
        ["--"],
    ]
