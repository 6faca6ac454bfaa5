"""Which of the printed tables are the report's own: not those of another year or of another body."""

import re

from tests.printed import (
    DISPUTES,
    FIGURES,
    PROACTIVE,
    codes,
    disputes,
    read,
    requests,
    requests_text,
    run_of_fifteen,
)
from transforms.readers.text import read_text
from transforms.records import Report


def test_sentences_with_the_words_of_the_table_are_no_rows() -> None:
    report = read("一、总体情况\n全年办理行政许可 5 件、行政处罚 3 件、行政强制 1 件，制发规章 2 件。\n")
    assert [cell for cell in report.cells if cell.value is not None] == []
    assert {cell.value_status for cell in report.cells} == {"missing"}


def test_tables_of_another_year_and_of_bodies_in_an_appendix_are_left_out() -> None:
    other = requests_text().replace("4\t2\t0", "3\t3\t0").replace("\n项目", "\n2021年（上年数）\n项目")
    both = requests_text().replace("\n项目", "\n2022年\n项目") + other
    appended = PROACTIVE + requests_text() + "附件：各部门情况\n" + PROACTIVE.replace("116", "9") + other
    for text, left_out in ((both, {"requests"}), (appended, {"proactive", "requests"})):
        assert requests(text) == requests(requests_text())
        assert {issue.table for issue in read(text).issues if issue.code == "other_table"} == left_out


def test_a_word_about_last_year_over_a_table_does_not_make_it_another_years() -> None:
    other = requests_text().replace("4\t2\t0", "3\t3\t0")
    for words in ("（含上年结转）", "与上年持平", "根据2019年修订的条例统计", "统计截至2023年1月31日"):
        own = requests_text().replace("\n项目", f"\n{words}\n项目")
        assert requests(own) == requests(requests_text())
        assert "table_year" not in codes(own)
        assert codes(own + other) >= {"second_table"}
        assert "other_table" not in codes(own + other)


def test_a_table_under_the_title_of_another_year_is_told() -> None:
    title = "2021年收到和处理政府信息公开申请情况"
    assert "table_year" in codes(requests_text().replace("\n项目", f"\n{title}\n项目"))


def test_a_disputes_table_of_another_year_is_told_or_left_out() -> None:
    for title in ("2020年行政复议、行政诉讼情况统计表\n", "上年同期\n", "2021年度\n"):
        only = run_of_fifteen(title=title)
        assert "table_year" in codes(PROACTIVE + DISPUTES + only)
        both = only.replace("3\t0\t1", "1\t2\t1") + run_of_fifteen(title="2022年度\n")
        assert disputes(both) == [str(figure) for figure in FIGURES]
        assert "other_table" in codes(PROACTIVE + DISPUTES + both)
    assert "table_year" not in codes(PROACTIVE + DISPUTES + run_of_fifteen(title="2022年度\n"))
    assert "table_year" not in codes("2021年\n2020年\n首页\n统计\n" + PROACTIVE)


def test_a_disputes_table_in_an_appendix_with_the_reports_own_figures_is_read_and_told() -> None:
    again = requests_text() + DISPUTES + run_of_fifteen()
    for title in ("附件：统计表\n", "附件1\n", "附件：某某县2022年度统计表\n"):
        report = read(PROACTIVE + requests_text() + title + again)
        assert [cell.value for cell in report.cells if cell.table == "disputes"] == [*FIGURES]
        assert ("table_in_appendix", "disputes") in {(issue.code, issue.table) for issue in report.issues}


def test_a_disputes_table_of_another_body_in_an_appendix_is_no_figure_of_the_report() -> None:
    town, others = "附件：石桥镇2022年度统计表\n", requests_text().replace("4\t2\t0", "3\t3\t0")
    nothing = re.sub(r"\t\d+", "\t0", requests_text())
    for own, appended in (
        (requests_text(), town + others),
        (requests_text(), "附件：统计表\n" + others),
        (requests_text(), town + requests_text()),
        (requests_text(), town),
        (nothing, "附件：统计表\n" + nothing),
    ):
        report = read(PROACTIVE + own + appended + DISPUTES + run_of_fifteen())
        cells = [cell for cell in report.cells if cell.table == "disputes"]
        assert {(cell.value, cell.value_status) for cell in cells} == {(None, "missing")}
        said = {issue.code for issue in report.issues if issue.table == "disputes"}
        assert said == {"other_table", "table_missing"}


def test_a_table_once_where_another_is_there_twice_may_be_the_other_reports() -> None:
    both = requests_text() + requests_text().replace("4\t2\t0", "3\t3\t0") + DISPUTES + run_of_fifteen()
    issues = read(PROACTIVE + both).issues
    assert ("beside_second_table", "disputes") in {(issue.code, issue.table) for issue in issues}


def test_a_whole_page_on_one_line_is_read_as_the_same_text_with_a_cell_a_line() -> None:
    text = PROACTIVE.replace("（单位：万元）", "") + requests_text() + DISPUTES + run_of_fifteen()
    words = text.split()
    apart, together = read("\n".join(words)), read(" ".join(words))

    def figures(report: Report) -> list[tuple[str, str, str, str]]:
        return [(cell.table, cell.row, cell.column, str(cell.value)) for cell in report.cells]

    assert len(figures(together)) == 200
    assert figures(together) == figures(apart)
    assert {cell.place.line for cell in together.cells if cell.place} == {2}
    cell = next(cell for cell in together.cells if cell.row == "licences")
    assert cell.place is not None
    assert cell.place.start is not None
    assert " ".join(words)[cell.place.start - 1 : cell.place.end] == "2,818"


def test_a_long_paragraph_stays_one_line() -> None:
    assert len(read_text("本年共办理 56 件，" * 200)) == 1
