"""`split` finds the six headings as one decision; `narrative` gives a section's running text."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from transforms.document import Line
from transforms.normalise import squash
from transforms.readers.text import read_text
from transforms.sections import (
    _has_letters_of_titles,
    _hinted_readings,
    _may_go_on,
    _may_open_with_heading,
    _prose,
    _read_heading,
    _title_at_start,
    _titles,
    _usual,
    narrative,
    split,
)

TITLES = sorted(_titles())
# What running text is made of, with what stands in titles and before them.
PIECES = [*"政府情况存其、，。； ", "2023年", "本机关", "办理", "2.", "（一）", "第三章", *TITLES[::3]]


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


def test_a_doubled_heading_counts_once_and_stays_out_of_the_text() -> None:
    lines = read_text("一、总体情况\n一、总体情况\n全年平稳。\n六、其他需要报告的事项\n无。")
    sections = split(lines)
    assert [section.number for section in sections] == [1, 6]
    assert narrative(lines, sections[0]) == "全年平稳。"


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
    assert (last.heading, narrative(lines, last)) == (heading, text)


def test_a_heading_fused_to_the_end_of_the_text_before_it() -> None:
    lines = read_text(f"一、总体情况\n全年平稳。二、主动公开政府信息情况\n{TABLES[2]}")
    overview, proactive = split(lines)
    assert (proactive.heading, proactive.start) == ("二、主动公开政府信息情况", 2)
    assert narrative(lines, overview) == "全年平稳。"


def test_the_numbered_rows_of_the_table_are_not_headings() -> None:
    assert found("一、本年新收政府信息公开申请数量\t0\n一、本年新收政府信息公开申请数量\n0") == []


def test_narrative_joins_what_was_broken_and_leaves_tables_and_page_numbers_out() -> None:
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
    assert narrative(lines, overview) == (
        "2022年，本机关按照条例要求推进各项公开工作，持续完善制度，着力提升公开质量，工作取得新进展。\n\n"
        "（一）主动公开\n\n发布信息 20 条。\n\n全年共办理申请2件。"
    )


def test_the_last_section_ends_before_signature_and_navigation() -> None:
    lines = read_text(
        "六、其他需要报告的事项\n无其他事项。\n样例县人民政府办公室\n2023年1月5日\n上一篇：通知"
    )
    (last,) = split(lines)
    assert narrative(lines, last) == "无其他事项。"


def test_many_candidates_stay_quick() -> None:
    assert len(split(read_text("一、总体情况\n二、主动公开政府信息情况\n" * 5000))) <= 6


@settings(deadline=None)
@given(
    st.sampled_from(["2023年", "办理"]),
    st.lists(st.sampled_from(PIECES), min_size=12).map("".join),
    st.sampled_from(["", "。"]),
)
def test_what_is_taken_for_prose_at_once_could_be_no_heading(start: str, rest: str, end: str) -> None:
    text = start + rest + end
    assume(_prose().match(text))
    assert not _hinted_readings(text, *_usual(text), False)
    assert not _may_go_on(*_usual(text[:60]))


@settings(deadline=None)
@given(
    st.sampled_from(["", "（一）", "四、", "**"]),
    st.sampled_from(TITLES).flatmap(lambda title: st.integers(0, len(title)).map(lambda end: title[:end])),
    st.lists(st.sampled_from([*PIECES, *TITLES]), max_size=4).map("".join),
    st.lists(st.sampled_from([*PIECES, *TITLES])).map("".join),
)
def test_a_first_sentence_tells_what_cannot_open_with_a_heading(
    number: str, title: str, first: str, rest: str
) -> None:
    text = f"{number}{title}{first}。{rest}。"
    assert _may_open_with_heading(text) or _read_heading(text) == ((), False)


@settings(deadline=None)
@given(
    st.sampled_from(TITLES), st.text(st.sampled_from("的公开情况12")), st.sampled_from([75, 87]), st.data()
)
def test_words_with_few_letters_of_titles_are_like_none(
    title: str, inserted: str, least: int, data: st.DataObject
) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(title))] * 2)))
    words = title[:start] + inserted + title[end:]
    likest = max(fuzz.ratio(words, other) for other in TITLES)
    assert likest < least or _has_letters_of_titles(words, least)


@settings(deadline=None)
@given(st.sampled_from(TITLES), st.sampled_from(["", " ", "、", "_（"]), st.lists(st.sampled_from(PIECES)))
def test_a_title_at_the_start_is_found_across_marks(title: str, mark: str, after: list[str]) -> None:
    for text in (mark + mark.join(title) + "".join(after), mark + title[:-1] + "".join(after)):
        assert bool(_title_at_start().match(text)) == squash(text).startswith(tuple(TITLES))
