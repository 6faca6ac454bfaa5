"""Printed tables, small and damaged, to the cells of the forms."""

from transforms.parse import parse
from transforms.records import CellRecord, Report

PROACTIVE = """二、主动公开政府信息情况
第二十条第（一）项
信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t0\t0\t1
行政规范性文件\t3\t6\t17
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t2,818
第二十条第（六）项
信息内容\t本年处理决定数量
行政处罚\t116
行政强制\t0
第二十条第（八）项
信息内容\t本年收费金额（单位：万元）
行政事业性收费\t829.9459
"""


def read(text: str) -> Report:
    return parse(("某某县人民政府2022年政府信息公开工作年度报告\n" + text).encode())


def proactive(text: str) -> dict[str, CellRecord]:
    return {f"{c.row}.{c.column}": c for c in read(text).cells if c.table == "proactive"}


def printed(text: str) -> dict[str, str]:
    return {name: str(cell.value) for name, cell in proactive(text).items() if cell.value is not None}


def codes(text: str) -> set[str]:
    return {issue.code for issue in read(text).issues}


def test_the_table_as_it_should_be() -> None:
    assert printed(PROACTIVE) == {
        "regulations.issued": "0",
        "regulations.repealed": "0",
        "regulations.in_force": "1",
        "normative_documents.issued": "3",
        "normative_documents.repealed": "6",
        "normative_documents.in_force": "17",
        "licences.decisions": "2818",
        "penalties.decisions": "116",
        "coercive_measures.decisions": "0",
        "fees.amount": "829.9459",
    }


def test_without_any_separators_left_in_labels_and_headers() -> None:
    flat = PROACTIVE.replace("信息内容\t", "信息内容").replace("数\t", "数").replace("\t", " ")
    assert printed(flat) == printed(PROACTIVE)


def test_each_article_has_the_form_that_its_header_names() -> None:
    mixed = PROACTIVE.replace(
        "信息内容\t本年处理决定数量\n行政许可\t2,818",
        "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n"
        "行政许可\t71\t+13\t142\n其他对外管理服务事项\t5\t-1\t7",
    )
    report = read(mixed)
    assert report.forms["proactive"] == [2019, 2021]
    found = {f"{c.row}.{c.column}": (c.form, c.value) for c in report.cells if c.table == "proactive"}
    assert found["licences.change"] == (2019, 13)
    assert found["other_services.change"] == (2019, -1)
    assert found["regulations.in_force"] == (2021, 1)
    assert "procurement.amount" not in found


def test_a_row_short_of_a_figure_that_no_identity_decides_is_left_open() -> None:
    cells = proactive(PROACTIVE.replace("行政规范性文件\t3\t6\t17", "行政规范性文件\t3\t17"))
    for column in ("issued", "repealed", "in_force"):
        cell = cells[f"normative_documents.{column}"]
        assert (cell.value, cell.value_status, cell.reconciliation) == (None, "unreadable", "undetermined")
        assert cell.value_raw == "3 17"
    assert "alignment_doubtful" in codes(PROACTIVE.replace("\t3\t6\t17", "\t3\t17"))


def test_money_in_another_unit_is_converted_and_told() -> None:
    for text in (
        PROACTIVE.replace("829.9459", "8299459元"),
        PROACTIVE.replace("单位：万元", "单位：元").replace("829.9459", "8299459"),
    ):
        assert printed(text)["fees.amount"] == "829.9459"
        assert "unit_converted" in codes(text)


def test_a_row_broken_down_further_than_the_form_has_no_single_figure() -> None:
    text = PROACTIVE.replace("行政许可\t2,818", "行政许可\t行政确认\t7\n\t行政登记\t8")
    cell = proactive(text)["licences.decisions"]
    assert (cell.value, cell.reconciliation) == (None, "undetermined")
    assert "row_broken_down" in codes(text)


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


def test_sentences_with_the_words_of_the_table_are_no_rows() -> None:
    report = read("一、总体情况\n全年办理行政许可 5 件、行政处罚 3 件、行政强制 1 件，制发规章 2 件。\n")
    assert [cell for cell in report.cells if cell.value is not None] == []
    assert {cell.value_status for cell in report.cells} == {"missing"}


DISPUTES = "四、政府信息公开行政复议、行政诉讼情况\n"
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
FIGURES = (3, 0, 1, 0, 4, 0, 0, 0, 0, 0, 2, 0, 0, 1, 3)


def disputes(text: str) -> list[str]:
    cells = [cell for cell in read(PROACTIVE + DISPUTES + text).cells if cell.table == "disputes"]
    return [str(cell.value) for cell in cells]


def test_disputes_in_every_shape() -> None:
    expected = [str(figure) for figure in FIGURES]
    header = "行政复议\t\t\t\t\t行政诉讼\n" + "\t".join(RESULTS) + "\t未经复议直接起诉\t\t\t\t\t复议后起诉\n"
    row = header + "\t\t\t\t\t" + "\t".join(RESULTS * 2) + "\n" + "\t".join(expected)
    assert disputes(row) == expected
    kinds = ("行政复议", "未经复议直接起诉", "复议后起诉")
    by_kind = "\t" + "\t".join(RESULTS) + "\n"
    by_kind += "\n".join("\t".join((kind, *expected[5 * i : 5 * i + 5])) for i, kind in enumerate(kinds))
    assert disputes(by_kind) == expected
    transposed = "结果\t" + "\t".join(kinds) + "\n"
    transposed += "\n".join("\t".join((r, *expected[i::5])) for i, r in enumerate(RESULTS))
    assert disputes(transposed) == expected
    vertical = "\n".join(
        f"{kind if not i else ''}\t{result}\t{expected[5 * k + i]}"
        for k, kind in enumerate(kinds)
        for i, result in enumerate(RESULTS)
    )
    assert disputes(vertical) == expected
    lines = "\n".join([*kinds[:1], *RESULTS, *kinds[1:], *RESULTS, *RESULTS, *expected])
    assert disputes(lines) == expected


def test_a_figure_lost_from_the_row_of_fifteen_is_placed_by_its_sums_alone() -> None:
    header = "\t".join(RESULTS * 3) + "\n"
    short = [str(figure) for figure in FIGURES]
    del short[4]
    found = read(PROACTIVE + DISPUTES + header + "\t".join(short))
    by_name = {f"{c.row}.{c.column}": c for c in found.cells if c.table == "disputes"}
    total = by_name["reconsideration.total"]
    assert total.value is None or total.reconciliation in ("conflict", "undetermined")
    assert by_name["litigation_after_reconsideration.total"].value in (3, None)
