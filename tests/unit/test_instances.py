"""Rows that make a table of the form, and rows of other tables that make none."""

import pytest

from tests.printed import (
    APPLICANTS,
    PROACTIVE,
    codes,
    printed,
    proactive,
    read,
    requests,
    requests_text,
    without_nonprofit,
)


def test_another_table_that_speaks_of_licences_is_not_taken() -> None:
    other = "办事统计\t本月\t全年\n行政许可\t31\t402\n行政处罚\t7\t95\n\n"
    assert printed(other + PROACTIVE) == printed(PROACTIVE)
    assert printed(PROACTIVE + "\n五、存在的主要问题及改进情况\n" + other) == printed(PROACTIVE)


def test_the_table_twice_with_other_figures_is_told_and_neither_is_taken_where_they_differ() -> None:
    text = PROACTIVE + PROACTIVE.replace("116", "9")
    cells = proactive(text)
    assert cells["penalties.decisions"].value is None
    assert cells["normative_documents.issued"].value == 3
    assert "second_table" in codes(text)


def test_a_table_of_other_things_and_its_sum_take_no_row_of_the_requests() -> None:
    other = "事项\t数量\n行政许可\t912\n行政处罚\t83\n行政强制\t44\n合计\t1039\n"
    names = "\t".join(
        ("单位", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    )
    offices = f"{names}\n教育局\t12\t3\t4\t0\t0\t1\t20\n总计\t12\t3\t4\t0\t0\t1\t20\n"
    plain = requests(requests_text())
    assert requests(other + PROACTIVE + requests_text()) == plain
    assert requests(PROACTIVE + offices + requests_text()) == plain
    assert requests(PROACTIVE + requests_text() + offices) == plain


def test_a_group_with_its_sum_is_no_row_of_the_form() -> None:
    assert requests(requests_text(sums=True)) == requests(requests_text())
    assert "unmatched_row" not in codes(requests_text(sums=True))
    wrong = requests_text(sums=True).replace("（五）不予处理\t3", "（五）不予处理\t4")
    assert "unmatched_row" in codes(wrong)


def test_rows_that_came_into_one_are_none_of_them() -> None:
    merged = PROACTIVE.replace("规章\t0\t0\t1\n行政规范性文件\t3\t6\t17", "规章 行政规范性文件\t3\t6\t17")
    assert {name for name in printed(merged) if name.startswith(("regulations", "normative"))} == set()
    assert "unmatched_row" in codes(merged)
    blank = requests_text().replace("2.重复申请\t3\t0\t0\t0\t0\t0\t3\n", "")
    two = blank.replace(
        "1.信访举报投诉类申请\t0\t0\t0\t0\t0\t0\t0", "1.信访举报投诉类申请 2.重复申请\t3\t0\t0\t0\t0\t0\t3"
    )
    cells = {(cell.row, cell.column): cell for cell in read(two).cells}
    for row in ("rejected_petition", "rejected_repeat"):
        cell = cells[row, "natural_person"]
        assert (cell.value, cell.value_reconciled) == (None, None)
    assert "unmatched_row" in codes(two)


@pytest.mark.parametrize("between", ["\t", " ", "\n"])
@pytest.mark.parametrize("label", ["行政许可、行政处罚", "行政许可/行政处罚"])
def test_a_figure_of_two_rows_together_is_of_neither_and_told(label: str, between: str) -> None:
    text = PROACTIVE.replace("行政许可", label).replace("行政处罚\t116\n", "").replace("\t", between)
    assert {"licences.decisions", "penalties.decisions"}.isdisjoint(printed(text))
    assert ("unmatched_row", True) in [(i.code, (i.raw or "").endswith("2,818")) for i in read(text).issues]


def test_a_label_of_which_half_is_misread_is_doubtful_and_not_lost() -> None:
    assert "label_doubtful" in codes(PROACTIVE.replace("规章", "规草"))


def test_labels_of_each_others_rows_are_doubtful() -> None:
    first, second = "一、年本新收政府信息公开申请数量", "二、上年结转政信府息公开"
    _, head, new, carried, *lines = requests_text().strip().split("\n")
    swapped = [second + carried[carried.index("\t") :], first + new[new.index("\t") :]]
    found = requests("\n".join(["三、收到和处理政府信息公开申请情况", head, *swapped, *lines]))
    assert (found["new_received", "total"], found["carried_in", "total"]) in ((9, 0), (None, None))


def test_a_table_that_cannot_be_read_beside_another_leaves_that_one_doubtful() -> None:
    torn = without_nonprofit("\t".join(APPLICANTS).replace("自然人\t", ""))
    issues = read(PROACTIVE + torn + "\n" + requests_text()).issues
    assert ("second_table", "requests") in {(issue.code, issue.table) for issue in issues}
