"""The proactive table, small and damaged, to the cells of the forms."""

import pytest

from tests.printed import PROACTIVE, codes, page, printed, proactive, read
from transforms.parse import parse


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


def test_the_header_over_an_article_says_its_form_whatever_else_stands_around_it() -> None:
    heading = PROACTIVE.replace("\n行政强制\t0", "\n##### 处理决定数量\n\n行政强制\t0")
    assert printed(heading) == printed(PROACTIVE)
    old = "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n"
    blank = PROACTIVE.replace(
        "信息内容\t本年处理决定数量\n行政处罚\t116\n行政强制\t0\n", old + "行政处罚\t\t\t\n行政强制\t\t\t\n"
    )
    assert printed(blank)["fees.amount"] == "829.9459"


def test_a_header_stands_over_all_rows_of_an_article_that_have_as_many_cells_as_most() -> None:
    row = "normative_documents"
    old = "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n行政许可\t71\t13\t142\n"
    old += "其他对外管理服务事项\t5\t1\t7"
    blanks = PROACTIVE.replace("规章\t0\t0\t1", "规章\t\t0\t").replace("\t3\t6\t17", "\t3\t6\t")
    alike = blanks.replace("信息内容\t本年处理决定数量\n行政许可\t2,818", old).replace("）项\n", "）项\t\n")
    cells = proactive(alike)
    assert [cells[f"{row}.{name}"].value for name in ("issued", "repealed", "in_force")] == [3, 6, None]
    for text in (blanks, alike.replace("\t3\t6\t", "\t3\t6")):
        assert proactive(text)[f"{row}.issued"].value is None


def test_a_row_short_of_a_figure_that_no_identity_decides_is_left_open() -> None:
    cells = proactive(PROACTIVE.replace("行政规范性文件\t3\t6\t17", "行政规范性文件\t3\t17"))
    for column in ("issued", "repealed", "in_force"):
        cell = cells[f"normative_documents.{column}"]
        assert (cell.value, cell.value_status, cell.reconciliation) == (None, "unreadable", "undetermined")
        assert cell.value_raw == "3 17"
    assert "alignment_doubtful" in codes(PROACTIVE.replace("\t3\t6\t17", "\t3\t17"))


def test_rows_of_other_articles_do_not_say_where_the_columns_of_a_row_are() -> None:
    old = (
        "二、主动公开政府信息情况\n第二十条第（六）项\t\t\t\n信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n"
        "行政处罚\t\t0\t7\n行政强制\t\t0\t7\n"
        "第二十条第（九）项\t\t\t\n信息内容\t采购项目数量\t采购总金额\t\n政府集中采购\t\t5\t\n"
    )
    assert proactive(old)["procurement.projects"].value is None


def test_a_row_broken_down_further_than_the_form_has_no_single_figure() -> None:
    text = PROACTIVE.replace("行政许可\t2,818", "行政许可\t行政确认\t7\n\t行政登记\t8")
    cell = proactive(text)["licences.decisions"]
    assert (cell.value, cell.reconciliation) == (None, "undetermined")
    assert "row_broken_down" in codes(text)


def test_columns_in_another_order_are_read_by_their_header() -> None:
    text = PROACTIVE.replace(
        "本年制发件数\t本年废止件数\t现行有效件数", "现行有效件数\t本年制发件数\t本年废止件数"
    )
    found = printed(text)
    assert [found[f"normative_documents.{name}"] for name in ("in_force", "issued", "repealed")] == [
        "3",
        "6",
        "17",
    ]
    assert "column_order" not in codes(text)


def test_columns_in_another_order_whose_header_is_not_whole_are_left_open() -> None:
    text = PROACTIVE.replace(
        "本年制发件数\t本年废止件数\t现行有效件数", "现行有效件数\n本年制发件数\n本年废止件数"
    )
    assert proactive(text)["regulations.issued"].value is None
    assert "column_order" in codes(text)


def test_columns_in_another_order_under_near_words_are_left_open() -> None:
    for header in (
        "废止件数\t制发件数\t有效件数",
        "制定数\t修改数\t废止数",
        "上年制发件数\t废止件数\t有效件数",
    ):
        text = PROACTIVE.replace("本年制发件数\t本年废止件数\t现行有效件数", header)
        assert proactive(text)["normative_documents.issued"].value is None
        assert "column_order" in codes(text)
    near = PROACTIVE.replace("本年制发件数\t本年废止件数\t现行有效件数", "制发件数\t废止数\t有效件数")
    assert printed(near) == printed(PROACTIVE)
    order = "本年制发件数\t本年废止件数\t现行有效件数"
    lost = PROACTIVE.replace(order, "★\t本年制发件数\t本年废止件数").replace("\t", "\n")
    assert proactive(lost)["normative_documents.issued"].value is None
    assert "column_order" in codes(lost)


def test_columns_that_the_form_does_not_have_take_no_place() -> None:
    beside = PROACTIVE.replace("处理决定数量", "处理决定数量\t上年数\t同比").replace(
        "2,818", "2,818\t1,900\t5%"
    )
    beside = beside.replace("\t116", "\t116\t98\t18.4%").replace("行政强制\t0", "行政强制\t0\t0\t—")
    before = PROACTIVE.replace("\t本年处理", "\t上年处理决定数量\t本年处理")
    before = before.replace("\t2,818", "\t7\t2,818").replace("\t116", "\t98\t116")
    before = before.replace("行政强制\t0", "行政强制\t3\t0")
    assert printed(beside) == printed(before) == printed(PROACTIVE)


def test_parts_of_a_row_are_not_taken_for_the_whole() -> None:
    text = PROACTIVE.replace(
        "行政规范性文件\t3\t6\t17", "行政规范性文件（县政府）\t2\t4\t10\n行政规范性文件（县政府办）\t1\t2\t7"
    )
    assert proactive(text)["normative_documents.issued"].value is None
    assert "row_broken_down" in codes(text)


def test_two_figures_in_one_cell_are_not_parted_where_no_sum_decides() -> None:
    text = PROACTIVE.replace("行政规范性文件\t3\t6\t17", "行政规范性文件\t3 6\t17")
    for column in ("issued", "repealed", "in_force"):
        assert proactive(text)[f"normative_documents.{column}"].value is None
    assert "alignment_doubtful" in codes(text)


def test_one_word_over_several_columns_does_not_say_which_form_they_are_of() -> None:
    bare = PROACTIVE.replace("信息内容\t本年制发件数\t本年废止件数\t现行有效件数", "项目\t本年数量")
    assert read(bare).forms["proactive"] == 2021
    assert ("form_by_context", "normative_documents") in {(i.code, i.row) for i in read(bare).issues}
    years = PROACTIVE.replace("本年收费金额（单位：万元）", "上年\t本年").replace("829.9459", "7\t8")
    assert {name for name in printed(years) if name.startswith("fees")} == set()
    named = PROACTIVE.replace("信息内容\t本年处理决定数量", "信息内容\t2022年处理决定数量")
    assert printed(named) == printed(PROACTIVE)


def test_what_shares_but_its_kind_with_a_row_is_not_the_row() -> None:
    text = PROACTIVE.replace("行政处罚\t116\n行政强制\t0", "行政处罚\n行政强制\n行政征收\t77\n行政检查\t44")
    assert {"penalties.decisions", "coercive_measures.decisions"}.isdisjoint(
        printed(text.replace("\t", "\n"))
    )


def test_a_header_parted_by_spaces_in_another_order_is_told() -> None:
    header = "信息内容 现行有效件数 本年废止件数 本年制发件数"
    text = PROACTIVE.replace("\t", " ").replace("信息内容 本年制发件数 本年废止件数 现行有效件数", header)
    assert printed(text)["normative_documents.in_force"] == "3"
    assert printed(text)["normative_documents.issued"] == "17"


def test_figures_printed_column_by_column_are_of_no_row() -> None:
    lines = [line.split("\t") for line in PROACTIVE.splitlines()]
    columns = ["\n".join(line[at] for line in lines if at < len(line)) for at in range(4)]
    assert printed("\n".join(columns)) == {}


def test_a_space_before_the_unit_of_a_column_parts_no_columns() -> None:
    assert printed(PROACTIVE.replace("数量\n", "数量 （件）\n")) == printed(PROACTIVE)


@pytest.mark.parametrize("between", ["", " "])
def test_columns_in_another_order_on_one_line_are_read_so_or_told(between: str) -> None:
    header = f"信息内容{between}现行有效件数{between}本年制发件数{between}本年废止件数"
    own = PROACTIVE.replace("信息内容\t本年制发件数\t本年废止件数\t现行有效件数", header).replace("\t", " ")
    assert (printed(own)["normative_documents.in_force"], printed(own)["regulations.issued"]) == ("3", "0")
    with_label = own.replace("件数\n规章", f"件数{between}规章")
    assert {name for name in printed(with_label) if name.startswith(("regulations", "normative"))} == set()
    assert "column_order" in codes(with_label)


def test_a_merged_zero_that_no_sums_prove_is_told() -> None:
    lines = [line.split("\t") for line in PROACTIVE.splitlines()[1:]]
    rows = "".join(f"<tr><td>{'</td><td>'.join(line)}</td></tr>" for line in lines)
    merged = rows.replace("<td>0</td><td>0</td><td>1</td>", "<td colspan=2>0</td><td>1</td>")
    report = parse(f"<p>二、主动公开政府信息情况</p><table>{merged}</table>".encode())
    cells = {(cell.row, cell.column): cell.value for cell in report.cells}
    assert [cells["regulations", name] for name in ("issued", "repealed", "in_force")] == [None, None, 1]
    assert ("figure_left_out", "regulations", "0") in [(i.code, i.row, i.raw) for i in report.issues]


def test_rows_of_the_2019_form_alone_speak_for_it_where_no_header_does() -> None:
    printed_rows = "规章\t0\t\t\n行政许可\t5\t\n其他对外管理服务事项\t14\t-3\t\n政府集中采购\t0\t\t\n"
    assert read("二、主动公开政府信息情况\n" + printed_rows).forms["proactive"] == 2019


def test_figures_below_labels_that_stand_together_are_of_none_of_them() -> None:
    together = "| 规章 |\n| 行政规范性文件 |\n| 0 | 0 | 1 | | |\n| 3 | 6 | 17 | | |\n"
    text = PROACTIVE.replace("规章\t0\t0\t1\n行政规范性文件\t3\t6\t17\n", together)
    assert not any(name.startswith(("regulations", "normative")) for name in printed(text))
    assert "row_broken_down" in codes(text)


def test_a_number_below_a_figure_beside_its_label_is_told_and_takes_nothing_from_it() -> None:
    wrapped = PROACTIVE.replace("\t", " ").replace("行政规范性文件 3 6 17", "行政规范\n3 6 17\n性文件")
    page_number = wrapped.replace("2,818\n", "2,818\n3\n").replace("行政强制 0\n", "行政强制\n0\n")
    assert printed(page_number)["licences.decisions"] == "2818"
    issues = read(page_number).issues
    assert ("figure_left_out", "licences") in {(issue.code, issue.row) for issue in issues}


def test_a_number_alone_below_a_row_may_be_the_rest_of_its_last_figure() -> None:
    for broken in ("行政处罚\t1\n16", "行政处罚\t11\n\n6", "行政处罚\t1\n.16"):
        issues = read(PROACTIVE.replace("行政处罚\t116", broken)).issues
        assert ("figure_left_out", "penalties") in {(issue.code, issue.row) for issue in issues}


def test_labels_behind_their_figures_in_the_cells_of_a_page() -> None:
    def row(*cells: object) -> str:
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    page = (
        "<p>二、主动公开政府信息情况</p><table>"
        + row("第二十条第（六）项", "")
        + row("本年处理决定数量", "信息内容")
        + row(116, "行政处罚")
        + row(7, "行政强制")
        + "</table>"
    )
    assert printed(page) == {"penalties.decisions": "116", "coercive_measures.decisions": "7"}


def test_a_row_as_short_as_another_of_its_article_is_no_surer() -> None:
    short = "| 规章 | 15 | 24 | |\n| 行政规范性文件 | 6 | 17 | |\n"
    padded = "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 | |\n" + short
    assert printed("二、主动公开政府信息情况\n第二十条第（一）项\n" + padded) == {}


def test_the_header_over_rows_left_blank_does_not_say_the_form_of_the_article_below() -> None:
    old = PROACTIVE.replace(
        "信息内容\t本年处理决定数量\n行政许可\t2,818",
        "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n行政许可\t\t\t",
    )
    beside = old.replace(
        "信息内容\t本年处理决定数量\n行政处罚\t116\n行政强制\t0",
        "信息内容\t本年处理决定数量\t上年数\t同比\n行政处罚\t116\t37\t5%\n行政强制\t0\t37\t5%",
    )
    assert printed(beside)["penalties.decisions"] == "116"
    assert "penalties.change" not in printed(beside)


def test_the_number_of_a_row_is_no_figure_of_the_label_behind_it() -> None:
    heading = (None, "第二十条第（六）项", None), ("序号", "信息内容", "本年处理决定数量")
    assert printed(page(*heading, (1, "行政处罚"), (2, "行政强制"))) == {}
    merged = page(*heading, (3, "行政处罚", 0), (4, "行政强制")).replace("<td>0", "<td rowspan=2>0")
    assert printed(merged) == {"penalties.decisions": "0"}


def test_the_cells_of_a_page_are_sure_of_their_columns_beside_a_short_row() -> None:
    heading = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    rows = ("规章", None, None, 14), ("行政规范性文件", 5)
    assert printed(page(*heading, *rows)) == {"regulations.in_force": "14"}


def test_a_column_without_a_word_over_it_takes_no_place_of_a_blank() -> None:
    heading = ("第二十条第（一）项",), ("信息内容", None, "本年制发件数", "本年废止件数", "现行有效件数")
    rows = ("规章", 1, 0, 0, 14), ("行政规范性文件", 2, None, 3, 5)
    certain = {
        "regulations.repealed": "0",
        "normative_documents.repealed": "3",
        "normative_documents.in_force": "5",
    }
    assert printed(page(*heading, *rows)) == certain
    assert "alignment_doubtful" in {issue.code for issue in read(page(*heading, *rows)).issues}


def test_a_blank_too_many_in_one_row_of_a_page_moves_no_figure() -> None:
    heading = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    rows = ("规章", 1, 0, 14), ("行政规范性文件", 2, None, 3, 5)
    assert [*printed(page(*heading, *rows)).values()] == ["1", "0", "14", "2", "3", "5"]


def test_every_number_alone_below_a_row_is_told() -> None:
    def below(text: str) -> list[str | None]:
        return [issue.raw for issue in read(text).issues if issue.code == "figure_left_out"]

    broken = PROACTIVE.replace("\t17\n", "\t1\n7\n")
    assert below(broken) == ["7"]
    assert below(broken.replace("2,818", "28\n18")) == ["18", "7"]
    assert below(PROACTIVE.replace("829.9459", "829.94\n59")) == ["59"]
