"""The running text of a section: what was broken apart is joined, tables are left out."""

import pytest

from transforms.readers.text import read_text
from transforms.running_text import running_text
from transforms.sections import split


def test_a_doubled_heading_counts_once_and_stays_out_of_the_text() -> None:
    lines = read_text("一、总体情况\n一、总体情况\n全年平稳。\n六、其他需要报告的事项\n无。")
    sections = split(lines)
    assert [section.number for section in sections] == [1, 6]
    assert running_text(lines, sections[0]) == "全年平稳。"


@pytest.mark.parametrize(
    ("line", "heading", "text"),
    [
        ("六、其他需要报告的事项：无。", "六、其他需要报告的事项", "无。"),
        (
            "六、其他需要报告的事项 本年度未收取信息处理费。",
            "六、其他需要报告的事项",
            "本年度未收取信息处理费。",
        ),
        ("六、其他需要报告的事项无", "六、其他需要报告的事项", "无"),
        ("六、其他需要报告的事项：\u3000> 无。", "六、其他需要报告的事项", "无。"),
    ],
)
def test_text_on_the_line_of_its_heading(line: str, heading: str, text: str) -> None:
    lines = read_text(f"一、总体情况\n全年平稳。\n{line}")
    last = split(lines)[-1]
    assert (last.heading, running_text(lines, last)) == (heading, text)


def test_a_heading_fused_to_the_end_of_the_text_before_it() -> None:
    lines = read_text("一、总体情况\n全年平稳。二、主动公开政府信息情况\n信息内容\t本年制发件数\n规章\t0")
    overview, proactive = split(lines)
    assert (proactive.heading, proactive.start) == ("二、主动公开政府信息情况", 2)
    assert running_text(lines, overview) == "全年平稳。"


def test_running_text_joins_what_was_broken_and_leaves_tables_and_page_numbers_out() -> None:
    lines = read_text(
        "## 一、总体情况\n"
        "2022年，本机关按照条例要求推进各项公开工作，持续完善制度，着力提升公开质\n\n"
        "- 3 -\n\n"
        "量，工作取得新进展。\n"
        "**（一）主动公开**\n"
        "发布信息 20 条。\n"
        "规章\t0\t0\t0\n"
        "行政规范性文件\n"
        "0\n"
        "全 年共办理申请2件。\n"
    )
    (overview,) = split(lines)
    assert running_text(lines, overview) == (
        "2022年，本机关按照条例要求推进各项公开工作，持续完善制度，着力提升公开质量，工作取得新进展。\n\n"
        "（一）主动公开\n\n发布信息 20 条。\n\n全年共办理申请2件。"
    )


def test_the_last_section_ends_before_signature_and_navigation() -> None:
    lines = read_text(
        "六、其他需要报告的事项\n无其他事项。\n样例县人民政府办公室\n2023年1月5日\n上一篇：通知"
    )
    (last,) = split(lines)
    assert running_text(lines, last) == "无其他事项。"
