"""Lines to rows: which texts stand before which values, whatever the layout."""

from transforms.document import Cell, Line, Place
from transforms.readers.text import read_text
from transforms.rows import MAX_LABELS, rows


def read(text: str) -> list[tuple[list[str], list[str]]]:
    """Each row's texts and what is printed after them."""
    return [
        ([cell.text for cell in row.before], [slot.cell.text for slot in row.filled])
        for row in rows(read_text(text))
        if row.filled
    ]


REGULATIONS = (["规章"], ["0", "0", "1"])


def test_one_row_in_every_layout() -> None:
    assert read("规章\t0\t0\t1") == [REGULATIONS]
    assert read("\t规章\t\t0\t0\t1\t\t") == [REGULATIONS]
    assert read("| 规章 | 0 | 0 | 1 |") == [REGULATIONS]
    assert read("规章 | 0 | 0 | 1 |") == [REGULATIONS]
    assert read("规章\n0\n0\n1") == [REGULATIONS]
    assert read("规章\n|\n0\n|\n0\n|\n1\n|") == [REGULATIONS]
    assert read("规章 |\n0 |\n0 |\n| ||\n1 |") == [REGULATIONS]
    assert read("规章 0 0 1") == [REGULATIONS]
    assert read("规章0 0 1") == [REGULATIONS]


def test_commas_within_numbers_make_no_sentence_of_a_row() -> None:
    values = ["3,270", "/", "/", "296", "1,128", "/", "4,694"]
    assert read("（一）予以公开 3,270 / / 296 1,128 / 4,694") == [(["（一）予以公开"], values)]
    assert read("，其中3,270件，予以公开 296") == []
    assert read("予以公开1,2,3 296") == []


def test_a_figure_glued_to_its_label_keeps_its_remark() -> None:
    assert read("规范性文件11（其中修订6件） 29 82") == [(["规范性文件"], ["11（其中修订6件）", "29", "82"])]
    assert read("行政事业性收费９．３２") == [(["行政事业性收费"], ["９．３２"])]
    assert read("（六）其他处理（其中3项） 29") == [(["（六）其他处理（其中3项）"], ["29"])]


def test_a_cell_broken_over_lines_is_one_cell() -> None:
    assert read("| 一、本年新收政府\n信息公开申请数量 | 5 | 0 |") == [
        (["一、本年新收政府 信息公开申请数量"], ["5", "0"])
    ]


def test_the_rest_of_a_row_on_the_next_line_goes_on_with_it() -> None:
    assert read("| （一）予以公开 | 2\n| 0 | 0 | 0\n| 0 | 0 | 2") == [
        (["（一）予以公开"], ["2", "0", "0", "0", "0", "0", "2"])
    ]
    broken = "| 重复申请 | \n| 0 | 1 | 0 | 0 | 0 | 1\n| 要求提供公开出版物 | 3 | 0 | 0 | 0 | 0 | 0 | 3"
    first, second = rows(read_text(broken))
    assert [slot.cell.text for slot in first.slots] == ["", "0", "1", "0", "0", "0", "1"]
    assert [cell.text for cell in second.before] == ["要求提供公开出版物"]


def test_several_rows_on_one_line() -> None:
    assert read("2.重复申请 0 0 3.要求提供公开出版物 1 2") == [
        (["2.重复申请"], ["0", "0"]),
        (["3.要求提供公开出版物"], ["1", "2"]),
    ]


def test_the_numbering_of_a_label_is_no_value() -> None:
    assert read("1 .属于国家秘密 4 5") == [(["1 .属于国家秘密"], ["4", "5"])]
    assert read("1247\t\t2.重复申请\t4\t5") == [(["2.重复申请"], ["4", "5"])]


def test_a_label_wrapped_around_its_values_keeps_both_halves_in_reach() -> None:
    (row,) = rows(read_text("5.要求行政机关确认或重新\n0 0 0 0 0 0 0\n出具已获取信息"))
    assert [cell.text for cell in row.before] == ["5.要求行政机关确认或重新"]
    assert [cell.text for cell in row.after] == ["出具已获取信息"]


def test_page_numbers_are_no_values() -> None:
    page = "行政许可\t5\n— 3 —\n行政处罚\t7"
    assert read(page) == [(["行政许可"], ["5"]), (["行政处罚"], ["7"])]
    assert read("规章\n0\nPage 2 共5页，请核对；\n0\n1") == [REGULATIONS]
    inline = "规章 0 0 1\n行政许可 5\n行政处罚 7\n行政强制 2\n行政事业性收费 9\n"
    bare = inline + "1.属于国家秘密 0 0\n3\n2.重复申请 0 1"
    assert ["3"] not in [values for _, values in read(bare)]


def test_sentences_part_rows_and_are_none() -> None:
    assert read("全年办理行政许可 5 件，行政处罚 3 件，均已公示。") == []
    assert read("规章\n第一句话说完了，第二句也说完了。\n0\n0") == [([], ["0", "0"])]


def test_something_printed_among_values_is_a_value_that_cannot_be_read() -> None:
    (row,) = rows(read_text("规章\t0\tO\t1"))
    assert [slot.value.status for slot in row.slots] == ["reported", "unreadable", "reported"]


def test_many_texts_stay_behind_the_row_above_and_only_the_last_stand_before_the_row_below() -> None:
    between = [f"栏目{number}号" for number in range(MAX_LABELS + 5)]
    above, below = rows(read_text("\n".join(["规章", "0", *between, "规范性文件", "0"])))
    assert [cell.text for cell in above.after] == [*between, "规范性文件"]
    assert [cell.text for cell in below.before] == [*between[6:], "规范性文件"]
    assert below.follows


def test_texts_below_a_row_left_blank_stand_before_the_row_below_it_alone() -> None:
    title, regulations = read_text("行政复议\n规章\t0\t0\t1")
    left_blank = Line(tuple(Cell("", Place(line=2), column) for column in range(15)), 1)
    blank, row = rows([title, left_blank, regulations])
    assert [cell.text for cell in blank.before] == ["行政复议"]
    assert [cell.text for cell in row.before] == [cell.text for cell in blank.after] == ["行政复议", "规章"]
    assert row.follows
