"""`split` finds the six headings as one decision."""

import pytest

from transforms.document import Line
from transforms.readers.text import read_text
from transforms.sections import split


def found(text: str) -> list[tuple[int, str]]:
    """The number of each section found and the line of the text on which its heading begins."""
    lines = read_text(text)
    return [(section.number, _line_of(lines[section.start])) for section in split(lines)]


def _line_of(line: Line) -> str:
    return line.cells[0].text


TABLES = {
    2: "第二十条第（一）项\n信息内容\t本年制发件数\n规章\t0",
    3: "申请人情况\t总计\n一、本年新收政府信息公开申请数量\t0",
    4: "行政复议\t行政诉讼\n结果维持\t结果纠正\n0\t0",
}


def report(*headings: str) -> str:
    """A report with these headings, each followed by the kind of content its place calls for."""
    return "\n".join(
        f"{heading}\n{TABLES.get(number, '本机关认真开展了各项工作。')}"
        for number, heading in enumerate(headings, 1)
    )


OFFICIAL = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)


HEADINGS = [f"{numeral}、{title}" for numeral, title in zip("一二三四五六", OFFICIAL, strict=True)]


@pytest.mark.parametrize(
    "number", ["{}、", "第{}部分 ", "（{}）", "# {}、", "**{}、", "{} ", "{}．", "| {}、", ""], ids=str
)
def test_any_numbering_or_none(number: str) -> None:
    headings = [number.format(heading[0]) + heading[2:] for heading in HEADINGS]
    assert [number for number, _ in found(report(*headings))] == [1, 2, 3, 4, 5, 6]


def test_arabic_numbers() -> None:
    headings = [f"{number}.{title}" for number, title in enumerate(OFFICIAL, 1)]
    assert [number for number, _ in found(report(*headings))] == [1, 2, 3, 4, 5, 6]


def test_other_words_other_numbers_spaces_and_misprints() -> None:
    text = report(
        "二、概 述",
        "三、主动公开政府信息情泥",
        "四、行政机关收到和处理政府信息公开申请的情况",
        "五、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "六、政府信息公开工作存在的主要问题及下一步改进措施",
        "七、其它需要报告的事项：",
    )
    assert [number for number, _ in found(text)] == [1, 2, 3, 4, 5, 6]


def test_a_title_known_only_by_its_number_between_its_neighbours() -> None:
    assert (5, "五、短板与展望") in found(report(*HEADINGS[:4], "五、短板与展望", HEADINGS[5]))


def test_a_heading_broken_over_lines() -> None:
    text = report("一、总体情况", "二、主动公开政府\n信息情况", "三、\n收到和处理政府信息公开申请情况")
    assert found(text) == [(1, "一、总体情况"), (2, "二、主动公开政府"), (3, "三、")]


def test_a_contents_list_is_not_the_report() -> None:
    lines = read_text("\n".join(["目录", *HEADINGS, report(*HEADINGS)]))
    assert [section.start for section in split(lines)] == [7, 9, 13, 16, 20, 22]


def test_a_contents_list_with_page_numbers() -> None:
    assert found("\n".join(f"{heading}……{page}" for page, heading in enumerate(HEADINGS, 2))) == []


def test_sub_headings_of_the_overview_are_not_sections() -> None:
    overview = "一、总体情况\n（一）主动公开情况\n发布信息若干。\n（二）依申请公开情况\n"
    assert [heading for _, heading in found(report(overview + "办理申请若干。", *HEADINGS[1:]))] == HEADINGS


def test_mentions_in_sentences_and_table_headers_are_not_headings() -> None:
    sentence = "总体情况见下文，其他需要报告的事项见附件，并附主动公开政府信息情况的说明。"
    assert found(f"{sentence}\n行政复议\t行政诉讼\n结果维持\t结果纠正") == []


def test_missing_headings_are_absent() -> None:
    text = f"一、总体情况\n全年平稳。\n四、行政复议、行政诉讼情况\n{TABLES[4]}"
    assert found(text) == [(1, "一、总体情况"), (4, "四、行政复议、行政诉讼情况")]
    assert found("") == []


def test_the_numbered_rows_of_the_table_are_not_headings() -> None:
    assert found("一、本年新收政府信息公开申请数量\t0\n一、本年新收政府信息公开申请数量\n0") == []


def test_many_candidates_stay_quick() -> None:
    assert len(split(read_text("一、总体情况\n二、主动公开政府信息情况\n" * 5000))) <= 6
