"""Printed tables, small and damaged, to the cells of the forms."""

import re

import pytest

from schemas import forms
from transforms.align import Aligned, choose, readings
from transforms.columns import lay_out
from transforms.instances import find_instances
from transforms.parse import parse
from transforms.readers.text import read_text
from transforms.records import CellRecord, Report
from transforms.rows import rows
from transforms.turned import upright

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


APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def requests_page(figures: dict[str, tuple[int, int]]) -> str:
    """An HTML page with a requests table of the 2021 form; zeros are left blank.

    `figures` gives natural persons and businesses by row code.
    """
    rows = ["<tr><td></td>" + "".join(f"<td>{name}</td>" for name in APPLICANTS) + "</tr>"]
    for cell in forms.cells(2021, "requests"):
        if cell.column == "total":
            person, business = figures.get(cell.row, (0, 0))
            printed = [person, business, 0, 0, 0, 0, person + business]
            rows.append(
                f"<tr><td>{cell.row_label}</td>" + "".join(f"<td>{n or ''}</td>" for n in printed) + "</tr>"
            )
    return (
        "<html><body><h1>某某县人民政府2022年政府信息公开工作年度报告</h1><table>"
        + "".join(rows)
        + "</table></body></html>"
    )


FLOWS = {"new_received": (7, 2), "granted": (4, 2), "rejected_repeat": (3, 0), "total_processed": (7, 2)}


def test_a_grid_with_its_zeros_left_blank_is_proved_but_for_what_could_be_anything() -> None:
    cells = [c for c in parse(requests_page(FLOWS).encode()).cells if c.table == "requests"]
    assert {c.value for c in cells if c.value_status == "reported"} == {2, 3, 4, 6, 7, 9}
    carried = [c for c in cells if c.row in ("carried_in", "carried_out")]  # equal, but how many?
    open_cells = [c for c in carried if c.column in ("natural_person", "business", "total")]
    assert {c.reconciliation for c in open_cells} == {"undetermined"}
    blank = [c for c in cells if c.value_status == "blank" and c not in carried]
    assert {(c.value_reconciled, c.reconciliation) for c in blank} == {(0, "proved")}


def test_separators_kept_in_every_row_say_where_a_figure_stands_among_blanks() -> None:
    order = (*APPLICANTS[1:6], APPLICANTS[0], APPLICANTS[6])
    lines = ["申请人情况", "\t\t法人或其他组织\t\t\t\t\t自然人\t总计", "\t\t" + "\t".join(order[:5]) + "\t\t"]
    figures = {
        "new_received": "\t\t2\t\t\t38\t40",
        "total_processed": "\t\t2\t\t\t38\t40",
        "granted": "\t\t2\t\t\t38\t40",
    }
    for cell in forms.cells(2021, "requests"):
        if cell.column == "total":
            lines.append(f"{cell.row_label}\t\t" + figures.get(cell.row, "\t" * 6))
    report = read("\n".join(lines))
    found = {
        f"{c.row}.{c.column}": c.value for c in report.cells if c.table == "requests" and c.value is not None
    }
    for row in figures:
        assert [found.pop(f"{row}.{name}") for name in ("nonprofit", "natural_person", "total")] == [
            2,
            38,
            40,
        ]
    assert not found
    assert "alignment_doubtful" not in codes("\n".join(lines))


def test_a_slip_in_such_a_grid_is_shown_where_it_is_printed_and_moves_nothing() -> None:
    slipped = requests_page(FLOWS).replace(
        "<td>（一）予以公开</td><td>4</td><td>2</td><td></td>",
        "<td>（一）予以公开</td><td>4</td><td></td><td>2</td>",
    )
    cells = {(c.row, c.column): c for c in parse(slipped.encode()).cells if c.table == "requests"}
    assert cells["granted", "research"].value == 2
    assert cells["granted", "business"].value_status == "blank"
    assert cells["granted", "research"].reconciliation == "conflict"
    assert cells["granted", "business"].reconciliation == "conflict"
    assert cells["rejected_repeat", "natural_person"].value == 3


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


def requests(text: str) -> dict[tuple[str, str], int | None]:
    return {(c.row, c.column): c.value for c in read(text).cells if c.table == "requests"}  # type: ignore[misc]


APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def requests_text(columns: str = "0123456", sums: bool = False) -> str:
    """A requests table whose columns stand in the order given; with the sums of its groups if wanted."""
    lines = [[APPLICANTS[int(at)] for at in columns]]
    for cell in forms.cells(2021, "requests"):
        if cell.column == "total":
            persons, businesses = FLOWS.get(cell.row, (0, 0))
            figures = [persons, businesses, 0, 0, 0, 0, persons + businesses]
            group = {"rejected_petition": "（五）不予处理", "refused_state_secret": "（三）不予公开"}.get(
                cell.row
            )
            if sums and group:
                sum_of_group = [3, 0, 0, 0, 0, 0, 3] if cell.row == "rejected_petition" else [0] * 7
                lines.append([group, *(str(sum_of_group[int(at)]) for at in columns)])
            lines.append([cell.row_label, *(str(figures[int(at)]) for at in columns)])
    return "三、收到和处理政府信息公开申请情况\n项目\t" + "\n".join(map("\t".join, lines)) + "\n"


def test_applicants_in_another_order_are_read_by_their_header() -> None:
    plain = requests(requests_text())
    assert (plain["granted", "natural_person"], plain["granted", "business"]) == (4, 2)
    for columns in ("6012345", "1234506", "0213456"):
        assert requests(requests_text(columns)) == plain
        assert "column_order" not in codes(requests_text(columns))


def test_columns_that_the_table_lacks_are_not_in_its_header() -> None:
    lacking = requests(requests_text("013456"))
    assert lacking["granted", "business"] == 2
    assert lacking["granted", "research"] is None
    assert lacking["granted", "total"] == 6


def test_a_requests_table_on_its_side_is_turned() -> None:
    title, *lines = requests_text().strip().split("\n")
    turned = zip(*(line.split("\t") for line in lines), strict=True)
    assert requests("\n".join([title, *map("\t".join, turned)])) == requests(requests_text())


def test_nothing_follows_the_rows_of_a_turned_table() -> None:
    _, *lines = requests_text().strip().split("\n")
    turned = "\n".join(map("\t".join, zip(*(line.split("\t") for line in lines), strict=True)))
    printed = rows(read_text(turned + "\n规章\t0\t0\t1"))
    assert printed[-1].follows
    assert not any(row.follows for row in upright(printed))


def test_a_whole_table_is_laid_out_as_its_rows_are_read_one_by_one() -> None:
    instance = find_instances(rows(read_text(requests_text())))["requests"][0]
    columns = {row: forms.columns(2021, "requests", row) for row in forms.rows(2021, "requests")}
    aligned, issues = lay_out("requests", 2021, [instance], columns)
    options = {
        row: readings(found.row.slots, len(columns[row]), None, found.row.exact)
        for row, found in instance.matches.items()
    }
    assert aligned.rows == choose(2021, "requests", columns, options).rows
    assert not issues
    assert not aligned.doubtful | aligned.rows_in_doubt | aligned.rows_by_sums


def test_a_row_is_laid_onto_all_its_columns_or_none() -> None:
    whole = forms.columns(2021, "proactive", "regulations")
    assert set(Aligned({"regulations": (None,) * len(whole)}).numbers(2021, "proactive")) == {None}
    with pytest.raises(ValueError, match="row regulations"):
        Aligned({"regulations": (None,)}).numbers(2021, "proactive")


def test_tables_of_another_year_and_of_bodies_in_an_appendix_are_left_out() -> None:
    other = requests_text().replace("4\t2\t0", "3\t3\t0").replace("\n项目", "\n2021年（上年数）\n项目")
    both = requests_text().replace("\n项目", "\n2022年\n项目") + other
    appended = PROACTIVE + requests_text() + "附件：各部门情况\n" + PROACTIVE.replace("116", "9") + other
    for text, left_out in ((both, {"requests"}), (appended, {"proactive", "requests"})):
        assert requests(text) == requests(requests_text())
        assert {issue.table for issue in read(text).issues if issue.code == "other_table"} == left_out


def test_a_group_with_its_sum_is_no_row_of_the_form() -> None:
    assert requests(requests_text(sums=True)) == requests(requests_text())
    assert "unmatched_row" not in codes(requests_text(sums=True))
    wrong = requests_text(sums=True).replace("（五）不予处理\t3", "（五）不予处理\t4")
    assert "unmatched_row" in codes(wrong)


def test_parts_of_a_row_are_not_taken_for_the_whole() -> None:
    text = PROACTIVE.replace(
        "行政规范性文件\t3\t6\t17", "行政规范性文件（县政府）\t2\t4\t10\n行政规范性文件（县政府办）\t1\t2\t7"
    )
    assert proactive(text)["normative_documents.issued"].value is None
    assert "row_broken_down" in codes(text)


def test_one_misprint_beside_blank_zeros_is_repaired_and_moves_no_other_figure() -> None:
    flows = FLOWS | {"carried_in": (1, 1), "carried_out": (1, 1)}
    slipped = requests_page(flows).replace(
        "<td>（一）予以公开</td><td>4</td>", "<td>（一）予以公开</td><td>9</td>"
    )
    cells = {(c.row, c.column): c for c in parse(slipped.encode()).cells if c.table == "requests"}
    misprint = cells["granted", "natural_person"]
    assert (misprint.value, misprint.value_reconciled, misprint.reconciliation) == (9, 4, "repaired")
    assert {c.reconciliation for c in cells.values()} == {"as_reported", "proved", "repaired"}


def test_a_figure_that_is_no_number_is_unreadable_not_missing() -> None:
    for printed_text in ("2818余件", "见附件", "28l8"):
        cell = proactive(PROACTIVE.replace("2,818", printed_text))["licences.decisions"]
        assert (cell.value, cell.value_status, cell.value_raw) == (None, "unreadable", printed_text)


def test_a_negative_count_is_told() -> None:
    assert "impossible_count" in codes(PROACTIVE.replace("行政强制\t0", "行政强制\t-1"))


def test_disputes_in_another_order_are_read_by_their_header() -> None:
    header = "行政诉讼\t\t\t\t\t\t\t\t\t\t行政复议\n未经复议直接起诉\t\t\t\t\t复议后起诉\n"
    row = header + "\t".join(RESULTS * 3) + "\n" + "\t".join(str(figure) for figure in FIGURES)
    assert disputes(row) == [str(figure) for figure in FIGURES[10:] + FIGURES[:10]]
    sums_first = [*RESULTS[4:], *RESULTS[:4]]
    figures = [[*FIGURES[at : at + 5]][4:] + [*FIGURES[at : at + 5]][:4] for at in (0, 5, 10)]
    lines = [["类型", *sums_first]]
    names = ("行政复议", "未经复议直接起诉", "复议后起诉")
    lines += [[name, *map(str, part)] for name, part in zip(names, figures, strict=True)]
    lines[1:] = lines[:0:-1]
    assert disputes("\n".join(map("\t".join, lines))) == [str(figure) for figure in FIGURES]


def test_disputes_in_another_order_whose_lines_do_not_say_it_are_left_open() -> None:
    header = "行政诉讼\n行政复议\n未经复议直接起诉\n复议后起诉\n"
    row = header + "\t".join(RESULTS * 3) + "\n" + "\t".join(str(figure) for figure in FIGURES)
    assert set(disputes(row)) == {"None"}
    assert "column_order" in codes(PROACTIVE + DISPUTES + row)


KINDS = ("行政复议", "未经复议直接起诉", "复议后起诉")


def by_kind(results: tuple[str, ...], figures: list[list[object]], between: str = "\n") -> str:
    rows = ["\t".join((kind, *map(str, row))) for kind, row in zip(KINDS, figures, strict=True)]
    return "\t".join(("类别", *results)) + "\n" + between.join(rows) + "\n"


def by_result(kinds: tuple[str, ...], figures: list[tuple[int, ...]]) -> str:
    rows = zip(RESULTS, *figures, strict=True)
    return "\t".join(("结果", *kinds)) + "\n" + "\n".join("\t".join(map(str, row)) for row in rows)


PARTS = [FIGURES[at : at + 5] for at in (0, 5, 10)]


def test_disputes_in_another_order_under_near_words_are_read_by_their_header() -> None:
    expected = [str(figure) for figure in FIGURES]
    for pending, other in (("尚未办结", "其他结果"), ("尚未审结", "其它结果")):
        swapped = [[a, b, d, c, e] for a, b, c, d, e in PARTS]
        assert disputes(by_kind(("结果维持", "结果纠正", pending, other, "合计"), swapped)) == expected
    order = [PARTS[1], PARTS[0], PARTS[2]]
    assert disputes(by_result(("直接起诉", "行政复议", "复议后起诉"), order)) == expected


def test_a_header_of_disputes_broken_over_lines_in_the_order_of_the_form_is_in_order() -> None:
    header = "| 结果 | 行政复议 | 未经复议直接起诉\n| 复议后起诉\n"
    rows = [
        " | ".join(("", name, *map(str, row)))
        for name, row in zip(RESULTS, zip(*PARTS, strict=True), strict=True)
    ]
    assert disputes(header + "\n".join(rows) + "\n") == [str(figure) for figure in FIGURES]


def test_disputes_in_another_order_under_unknown_words_are_left_open() -> None:
    first = [[row[4], *row[:4]] for row in PARTS]
    text = by_kind(("件数", *RESULTS[:4]), first)
    assert set(disputes(text)) == {"None"}
    assert "column_order" in codes(PROACTIVE + DISPUTES + text)


def test_headings_between_the_results_do_not_change_the_order_that_the_header_names() -> None:
    lines = [" ".join(("结果", *KINDS))]
    for heading, *row in zip((*KINDS[1:], "", KINDS[0], ""), RESULTS, *PARTS, strict=True):
        lines += [f"##### {heading}" if heading else "", "| " + " | ".join(map(str, row)) + " |\n|---|"]
    assert disputes("\n\n".join(lines)) == [str(figure) for figure in FIGURES]


def test_blanks_that_pad_the_header_and_the_figures_of_the_disputes_alike_are_no_cells() -> None:
    names = [*RESULTS, KINDS[1], *[""] * 4, KINDS[2], *[""] * 4]
    header = [["行政复议", *[""] * 4, "行政诉讼", *[""] * 9], names, [*[""] * 5, *RESULTS * 2]]
    figures = [*[""] * 5, "32", "2", "7", "17", "58", *[""] * 5]
    padded = "\n".join("| " + " | ".join([*line, "", ""]) + " |" for line in (*header, figures))
    read_figures = [
        cell.value for cell in read(PROACTIVE + DISPUTES + padded).cells if cell.table == "disputes"
    ]
    assert read_figures == [*[None] * 5, 32, 2, 7, 17, 58, *[None] * 5]
    short = padded.removesuffix("|  |") + "|"
    assert set(disputes(short)) == {"None"}
    assert "alignment_doubtful" in codes(PROACTIVE + DISPUTES + short)


def test_a_row_of_disputes_broken_between_its_cells_keeps_its_blanks() -> None:
    header = "".join(f"| {name} " for name in (*RESULTS, *KINDS[1:], *RESULTS * 2)) + "\n"
    broken = "| 1\n|  |  |  | 1 |  |  |  | 2\n| 2\n|  |  | 0 |  |  "
    cells = [
        cell.value for cell in read(PROACTIVE + DISPUTES + header + broken).cells if cell.table == "disputes"
    ]
    assert cells == [1, None, None, None, 1, None, None, None, 2, 2, None, None, 0, None, None]
    page_number = header + "3\n" + broken.removeprefix("| 1\n")
    assert set(disputes(page_number)) == {"None"}


def test_one_figure_to_a_line_is_of_the_kind_that_stands_over_it() -> None:
    for order in ((0, 1, 2), (1, 2, 0), (0, 2, 1)):
        lines = []
        for kind in order:
            figures = zip(RESULTS, PARTS[kind], strict=True)
            lines += [KINDS[kind], *(f"{result}\t{figure}" for result, figure in figures)]
        assert disputes("\n".join(lines)) == [str(figure) for figure in FIGURES]


def test_other_columns_beside_blank_zeros_take_no_place_among_the_disputes() -> None:
    beside = by_kind(("受理", *RESULTS), [[9, *(figure or "" for figure in row)] for row in PARTS])
    grid = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
        for line in beside.splitlines()
    )
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in (PROACTIVE + DISPUTES).splitlines())
    for text in (PROACTIVE + DISPUTES + beside, page + f"<table>{grid}</table></body></html>"):
        cells = [cell for cell in read(text).cells if cell.table == "disputes"]
        assert [cell.value for cell in cells] == [figure or None for figure in FIGURES]
    trimmed = "\n".join(line.rstrip() for line in beside.replace("4\n", "\n", 1).splitlines())
    assert set(disputes(trimmed)) == {"None"}


def test_page_numbers_between_the_kinds_of_dispute_part_no_table() -> None:
    assert disputes(by_kind(RESULTS, [[*row] for row in PARTS], "\n5\n")) == [str(f) for f in FIGURES]


def test_a_page_number_between_the_results_parts_no_table() -> None:
    lines = [f"{kind}\n{name} {n}" for kind, row in zip(KINDS, PARTS, strict=True)
             for name, n in zip(RESULTS, row, strict=True)]  # fmt: skip
    printed = "\n".join(line if line.split()[1] == RESULTS[0] else line.split("\n")[1] for line in lines)
    paged = printed.replace("起诉\n结果维持 0\n", "起诉\n结果维持 0\n8\n", 1)
    assert paged != printed
    spaced = (PROACTIVE + requests_text()).replace("\t", " ")
    for text in (printed, paged):
        cells = [cell for cell in read(spaced + DISPUTES + text).cells if cell.table == "disputes"]
        assert [cell.value for cell in cells] == [*FIGURES]


def test_a_kind_of_dispute_on_the_line_above_its_figures_or_without_any_keeps_its_row() -> None:
    rows = [" | ".join(map(str, row)) for row in PARTS]
    header = "| 类别 | " + " | ".join(RESULTS) + "\n"
    above = f"| {KINDS[0]}\n| {rows[0]}\n| {KINDS[1]} | {rows[1]}\n| {KINDS[2]}\n| {rows[2]}\n"
    assert disputes(header + above) == [str(figure) for figure in FIGURES]
    blank = (
        header + f"| {KINDS[0]} |  |  |  |  |  |\n| {KINDS[1]} |  |  |  |  |  |\n| {KINDS[2]} | {rows[2]}\n"
    )
    assert disputes(blank) == ["None"] * 10 + [str(figure) for figure in PARTS[2]]


def test_disputes_printed_as_a_table_for_each_kind_are_one_table() -> None:
    def part(title: str, kinds: tuple[int, ...]) -> str:
        heads = "\t".join(KINDS[at] for at in kinds) + "\n" if len(kinds) > 1 else ""
        figures = [figure for at in kinds for figure in PARTS[at]]
        return (
            f"{title}\n{heads}" + "\t".join(RESULTS * len(kinds)) + "\n" + "\t".join(map(str, figures)) + "\n"
        )

    expected = [str(figure) for figure in FIGURES]
    assert disputes(part("（一）行政复议情况", (0,)) + part("（二）行政诉讼情况", (1, 2))) == expected
    for order in ((0, 1, 2), (2, 0, 1)):
        assert disputes("".join(part(KINDS[at], (at,)) for at in order)) == expected
    unnamed = part("之一", (0,)) + part("之二", (1, 2))
    assert all(figure == "None" for figure in disputes(unnamed))


def test_a_row_that_numbers_the_columns_has_no_figures() -> None:
    header, figures, _ = run_of_fifteen().split("\n")
    numbers = "\t".join(map(str, range(1, 16)))
    for lines in ((header, numbers, figures), (header, f"栏次\t{numbers}", f"数量\t{figures}")):
        assert disputes("\n".join(lines)) == [str(figure) for figure in FIGURES]


def test_lawsuits_that_are_not_parted_into_their_kinds_are_left_open_and_told() -> None:
    text = by_kind(RESULTS, [[*PARTS[0]], [2, 0, 0, 1, 3], [0] * 5]).replace(KINDS[1], "行政诉讼")
    text = "\n".join(text.splitlines()[:3]) + "\n"
    assert disputes(text) == [*map(str, PARTS[0]), *["None"] * 10]
    assert "figure_left_out" in codes(PROACTIVE + DISPUTES + text)


def test_two_disputes_tables_are_not_told_apart_by_how_full_they_are() -> None:
    def run(figures: list[object]) -> str:
        return "\t".join(RESULTS * 3) + "\n" + "\t".join(map(str, figures)) + "\n"

    figures = (*FIGURES[:5], 2, 1, 0, 0, 3, *FIGURES[10:])
    own = run([figure or "" for figure in figures])
    other = run([8, *figures[1:4], 9, *figures[5:]])
    second = "行政复议、行政诉讼情况\n"
    differing = [cell if at not in (0, 4) else "None" for at, cell in enumerate(map(str, figures))]
    for both in (own + second + other, other + second + own):
        assert disputes(both) == differing
        assert "second_table" in codes(PROACTIVE + DISPUTES + both)
    same = own + second + run([*figures])
    assert disputes(same) == [str(figure) for figure in figures]
    assert "second_table" not in codes(PROACTIVE + DISPUTES + same)


def test_two_figures_in_one_cell_are_not_parted_where_no_sum_decides() -> None:
    text = PROACTIVE.replace("行政规范性文件\t3\t6\t17", "行政规范性文件\t3 6\t17")
    for column in ("issued", "repealed", "in_force"):
        assert proactive(text)[f"normative_documents.{column}"].value is None
    assert "alignment_doubtful" in codes(text)


def test_an_amount_that_may_be_yuan_under_the_wrong_unit_is_told() -> None:
    assert "unit_doubtful" not in codes(PROACTIVE)
    assert "unit_doubtful" in codes(PROACTIVE.replace("829.9459", "350000"))
    assert "unit_doubtful" in codes(PROACTIVE.replace("行政事业性收费\t", "行政事业性收费（元）\t"))
    assert "unit_doubtful" not in codes(PROACTIVE.replace("829.9459", "35000.1234"))


def test_an_amount_is_read_in_the_unit_nearest_to_it() -> None:
    bare = PROACTIVE.replace("（单位：万元）", "")
    for text, amount in (
        (bare.replace("829.9459", "8299459（元）"), "829.9459"),
        (bare.replace("829.9459", "8299459\t元"), "829.9459"),
        (bare.replace("第二十条第（一）项", "单位：件、元\n第二十条第（一）项"), "0.08299459"),
        (PROACTIVE.replace("万元", "千元"), "82.99459"),
        (PROACTIVE.replace("万元", "百万元"), "82994.59"),
    ):
        assert printed(text)["fees.amount"] == amount
        assert "unit_converted" in codes(text)
        assert "unit_doubtful" not in codes(text)
    for cell in ("8299459元", "8299459（元）", "8299459\t元"):
        text = PROACTIVE.replace("829.9459", cell)
        assert printed(text)["fees.amount"] == "829.9459"
        assert "unit_doubtful" in codes(text)
    assert "unit_doubtful" in codes(PROACTIVE.replace("万元", "万元、元"))


def test_a_count_in_another_unit_than_one_is_no_number() -> None:
    for text in (
        *(PROACTIVE.replace("2,818", cell) for cell in ("2万", "1.0万", "5元", "12（万件）", "12\t万件")),
        PROACTIVE.replace("行政许可\t", "行政许可（万件）\t"),
        PROACTIVE.replace("处理决定数量\n行政许可", "处理决定数量（万件）\n行政许可"),
    ):
        cells = proactive(text)
        assert (cells["licences.decisions"].value, cells["licences.decisions"].value_status) == (
            None,
            "unreadable",
        )
        assert cells["penalties.decisions"].value == 116
        assert "value_unreadable" in codes(text)


def test_a_count_with_zeros_behind_its_point_is_a_whole_number() -> None:
    cell = proactive(PROACTIVE.replace("行政处罚\t116", "行政处罚\t116.00"))["penalties.decisions"]
    assert (cell.value_raw, cell.value, type(cell.value)) == ("116.00", 116, int)


def test_a_word_of_its_own_for_one_applicant_is_that_column() -> None:
    plain = requests(requests_text())
    for word, printed in (("其他", "其它"), ("科研机构", "科研院所"), ("总计", "总计（件）")):
        assert requests(requests_text().replace(f"\t{word}", f"\t{printed}", 1)) == plain
    contradicting = requests_text().replace("\t6\n", "\t8\n").replace("\t其他\t", "\t其它\t", 1)
    assert "identity_broken" in codes(contradicting)


def test_a_total_under_another_word_is_read_as_printed() -> None:
    for word, printed in (("总计", "小计"), ("其他", "其他（请说明）"), ("其他", "其他（备注）")):
        text = requests_text().replace(f"\t{word}", f"\t{printed}", 1)
        cells = [cell for cell in read(text).cells if cell.table == "requests"]
        assert {cell.reconciliation for cell in cells} == {"as_reported"}
        wrong = read(re.sub(r"((?:新收|予以公开).*\t)\d+\n", r"\g<1>99\n", text)).cells
        totals = {cell.row: (cell.value, cell.reconciliation) for cell in wrong if cell.column == "total"}
        assert totals["new_received"] == totals["granted"] == (99, "conflict")


def test_a_sum_or_another_year_beside_a_column_that_is_lost_does_not_take_its_place() -> None:
    lacking = re.sub(r"\t(\d+)\n", r"\t99\t\1\n", requests_text("012346").replace("\t总计", "\t{}\t总计"))
    for word in ("小计", "合计", "上年总计", "同比增减"):
        found = requests(lacking.format(word))
        assert {found[row, "other_organisation"] for row in FLOWS} == {None}
        assert found["granted", "total"] == 6


def test_serial_numbers_before_the_labels_are_no_figures() -> None:
    title, header, *lines = requests_text().splitlines()
    numbered = [title, f"序号\t{header}", *(f"{at}\t{line}" for at, line in enumerate(lines, 1))]
    assert requests("\n".join(numbered)) == requests(requests_text())


def test_a_header_in_another_order_is_told() -> None:
    assert "columns_by_header" not in codes(requests_text())
    assert "columns_by_header" in codes(requests_text("1234506"))


def test_a_table_on_its_side_is_turned_by_its_columns_not_by_the_order_of_its_labels() -> None:
    title, *lines = requests_text().strip().split("\n")
    turned = [list(line) for line in zip(*(line.split("\t") for line in lines), strict=True)]
    header = turned[0]
    upper = [f"<td rowspan=2>{text}</td>" for text in (*header[:3], header[-1])]
    upper.insert(3, f"<td colspan={len(header) - 4}>三、本年度办理结果</td>")
    rows = ["".join(upper), "".join(f"<td>{text}</td>" for text in header[3:-1])]
    rows += ["".join(f"<td>{text}</td>" for text in line) for line in turned[1:]]
    page = f"<h1>{title}</h1><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    html = f"<html><body><p>某某县人民政府2022年政府信息公开工作年度报告</p>{page}</body></html>"
    cells = {(c.row, c.column): c.value for c in parse(html.encode()).cells if c.table == "requests"}
    assert cells == requests(requests_text())
    swapped = "\n".join([title, *("\t".join([line[0], line[2], line[1], *line[3:]]) for line in turned)])
    assert requests(swapped) != requests(requests_text()) or codes(swapped)


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


def run_of_fifteen(figures: tuple[int, ...] = FIGURES, title: str = "") -> str:
    return title + "\t".join(RESULTS * 3) + "\n" + "\t".join(map(str, figures)) + "\n"


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


def test_figures_among_the_disputes_that_reach_no_cell_are_told() -> None:
    def left_out(text: str) -> list[str | None]:
        issues = read(PROACTIVE + DISPUTES + text).issues
        return [issue.raw for issue in issues if issue.code == "figure_left_out"]

    assert left_out(by_kind(("受理", *RESULTS), [[9, *row] for row in PARTS])) == ["9 9 9"]
    summed = [PARTS[0], [a + b for a, b in zip(*PARTS[1:], strict=True)], *PARTS[1:]]
    kinds = (KINDS[0], "行政诉讼", *KINDS[1:])
    rows = ["\t".join((kind, *map(str, row))) for kind, row in zip(kinds, summed, strict=True)]
    text = "\t".join(("类别", *RESULTS)) + "\n" + "\n".join(rows) + "\n"
    assert left_out(text) == left_out(run_of_fifteen()) == []
    assert left_out(text.replace("行政诉讼\t2", "行政诉讼\t7")) == ["7 0 0 1 3"]


def test_disputes_below_a_requests_table_that_is_cut_off_are_not_its_sum() -> None:
    cut = "\n".join(requests_text().splitlines()[:15]) + "\n"
    cells = [
        cell for cell in read(PROACTIVE + cut + DISPUTES + run_of_fifteen()).cells if cell.table == "disputes"
    ]
    assert [cell.value for cell in cells] == [*FIGURES]


def test_results_whose_figure_is_blank_on_the_line_below_keep_their_place() -> None:
    lines = []
    for kind, row in zip(KINDS, PARTS, strict=True):
        lines += [
            f"| {kind} ",
            *(f"| {name} | {figure}\n" for name, figure in zip(RESULTS, row, strict=True)),
        ]
    text = (
        "".join(lines)
        .replace("尚未审结 | 0\n", "尚未审结\n| \n", 1)
        .replace("其他结果 | 1\n", "其他结果\n| 1\n\n")
    )
    assert disputes(text) == [*map(str, FIGURES[:3]), "None", *map(str, FIGURES[4:])]


def test_one_word_over_several_columns_does_not_say_which_form_they_are_of() -> None:
    bare = PROACTIVE.replace("信息内容\t本年制发件数\t本年废止件数\t现行有效件数", "项目\t本年数量")
    assert read(bare).forms["proactive"] == 2021
    assert ("form_by_context", "normative_documents") in {(i.code, i.row) for i in read(bare).issues}
    years = PROACTIVE.replace("本年收费金额（单位：万元）", "上年\t本年").replace("829.9459", "7\t8")
    assert {name for name in printed(years) if name.startswith("fees")} == set()
    named = PROACTIVE.replace("信息内容\t本年处理决定数量", "信息内容\t2022年处理决定数量")
    assert printed(named) == printed(PROACTIVE)


def test_two_figures_in_the_first_cell_of_a_row_without_a_label_are_none_of_them() -> None:
    text = run_of_fifteen().replace("\n3\t", "\n3 上年5\t")
    assert disputes(text) == ["None", *map(str, FIGURES[1:])]


@pytest.mark.parametrize("cell", ["5 / 7", "5件 7件", "5 — 7", "12件 3件", "5 件 7", "100 件 20", "无 5"])
def test_several_figures_in_one_cell_are_none_of_them(cell: str) -> None:
    text = PROACTIVE.replace("2,818", cell)
    found = proactive(text)["licences.decisions"]
    assert (found.value, found.value_status, found.value_raw) == (None, "unreadable", cell)
    assert "value_unreadable" in codes(text)


@pytest.mark.parametrize("cell", ["（3）", "3.", "二十", "…", "..", "S", "*3", "N"])
def test_what_is_printed_for_a_figure_and_is_none_is_told(cell: str) -> None:
    text = PROACTIVE.replace("2,818", cell)
    found = proactive(text)["licences.decisions"]
    assert (found.value, found.value_status, found.value_raw) == (None, "unreadable", cell)
    assert "value_unreadable" in codes(text)


def test_several_figures_that_came_into_one_cell_are_parted_where_the_sum_says_how() -> None:
    header = "申请人情况\n自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n"
    below = "二、上年结转政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0\n（一）予以公开\t5\t7\t0\t0\t0\t0\t12\n"
    row = "一、本年新收政府信息公开申请数量\t5 件\t7件\t0\t0\t0\t0\t12\n"
    for printed in (row, row.replace("5 件\t7件", "5件 7件")):
        found = {
            cell.column: cell.value
            for cell in read(
                PROACTIVE + "三、收到和处理政府信息公开申请情况\n" + header + printed + below
            ).cells
            if (cell.table, cell.row) == ("requests", "new_received")
        }
        assert (found["natural_person"], found["business"], found["total"]) == (5, 7, 12)


def test_figures_that_reach_no_cell_are_told() -> None:
    order = "申请人情况\n自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\t上年总计\n"
    labels = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开")
    table = order + "".join(f"{label}\t1\t1\t0\t0\t0\t0\t2\t{77}\n" for label in labels)
    report = read(PROACTIVE + "三、收到和处理政府信息公开申请情况\n" + table)
    assert ("figure_left_out", "new_received", "77") in [(i.code, i.row, i.raw) for i in report.issues]
    assert "figure_left_out" not in codes(PROACTIVE)


def test_figures_stand_beside_the_last_of_the_labels_that_spaces_alone_part() -> None:
    text = """三、收到和处理政府信息公开申请情况
申请人情况 自然人 法人或其他组织 总计 商业企业 科研机构 社会公益组织 法律服务机构 其他 \
一、本年新收政府信息公开申请数量 9 0 0 0 0 0 9
二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0
三、本年度办理结果 （一）予以公开 7 0 0 0 0 0 7
（二）部分公开（区分处理的，只计这一情形，不计其他情形）
（六）其他处理 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 \
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 3.其他 （七）总计 8 0 0 0 0 0 8
四、结转下年度继续办理 1 0 0 0 0 0 1
"""
    read_as = {row: value for (row, column), value in requests(text).items() if column == "total"}
    assert {row: value for row, value in read_as.items() if value is not None} == {
        "new_received": 9,
        "carried_in": 0,
        "granted": 7,
        "total_processed": 8,
        "carried_out": 1,
    }


def test_a_subtotal_below_rows_left_blank_is_none_of_them() -> None:
    zeros = "\t0" * 7
    for label in ("5.要求行政机关确认或重新出具已获取信息", "3.补正后申请内容仍不明确"):
        text = requests_text().replace(f"{label}{zeros}", f"{label}\n小计{zeros}").replace("\t", " ")
        assert f"{label}\n小计 0 0" in text
        row = "rejected_reconfirmation" if label[0] == "5" else "unavailable_still_unclear"
        cell = next(cell for cell in read(text).cells if (cell.row, cell.column) == (row, "total"))
        assert cell.value is None


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


def test_a_label_of_which_half_is_misread_is_doubtful_and_not_lost() -> None:
    assert "label_doubtful" in codes(PROACTIVE.replace("规章", "规草"))


def test_a_zero_merged_over_columns_moves_no_figure_beside_it() -> None:
    def page(zeros: str) -> str:
        lines = [line.split("\t") for line in requests_text().splitlines()[1:]]
        grid = [f"<td>{'</td><td>'.join(line)}</td>".replace("<td>0</td>" * 5, zeros) for line in lines]
        rows = "".join(f"<tr>{row}</tr>" for row in grid)
        return f"<html><body><p>三、收到和处理政府信息公开申请情况</p><table>{rows}</table></body></html>"

    cells = {(c.row, c.column): c for c in parse(page("<td colspan=5>0</td>").encode()).cells}
    rejected = [cells["rejected_repeat", name] for name in forms.columns(2021, "requests", "rejected_repeat")]
    assert [cell.value for cell in rejected] == [3, None, None, None, None, None, 3]
    assert [cell.value_reconciled for cell in rejected] == [3, 0, 0, 0, 0, 0, 3]
    moved = {(c.row, c.column): c for c in parse(page("<td colspan=5>1</td>").encode()).cells}
    assert moved["rejected_repeat", "natural_person"].value is None


def test_a_merged_zero_that_no_sums_prove_is_told() -> None:
    lines = [line.split("\t") for line in PROACTIVE.splitlines()[1:]]
    rows = "".join(f"<tr><td>{'</td><td>'.join(line)}</td></tr>" for line in lines)
    merged = rows.replace("<td>0</td><td>0</td><td>1</td>", "<td colspan=2>0</td><td>1</td>")
    report = parse(f"<p>二、主动公开政府信息情况</p><table>{merged}</table>".encode())
    cells = {(cell.row, cell.column): cell.value for cell in report.cells}
    assert [cells["regulations", name] for name in ("issued", "repealed", "in_force")] == [None, None, 1]
    assert ("figure_left_out", "regulations", "0") in [(i.code, i.row, i.raw) for i in report.issues]


def without_nonprofit(heads: str, end: str = "") -> str:
    """A requests table that lost the figures of 社会公益组织, under `heads`."""
    title, _, *lines = requests_text("012456").strip().split("\n")
    return "\n".join([title, f"项目\t{heads}", *(line + end for line in lines)])


@pytest.mark.parametrize("lost_word", ["自然人\t", "\t总计"])
def test_a_column_lost_beside_another_word_of_the_header_leaves_the_table_open(lost_word: str) -> None:
    lacking = without_nonprofit("\t".join(APPLICANTS).replace(lost_word, ""))
    assert set(requests(lacking).values()) == {None}
    assert "alignment_doubtful" in codes(lacking)


def test_totals_in_the_place_of_other_applicants_are_none_of_them() -> None:
    found = requests(without_nonprofit("\t".join(APPLICANTS), end="\t"))
    assert (found["granted", "other_organisation"], found["granted", "total"]) == (None, None)


def test_a_figure_too_many_in_one_row_leaves_the_header_its_word() -> None:
    text = requests_text("012456").replace("法律服务机构\t其他\t总计", "法律服务机构\t其他\t小计\t总计")
    text = re.sub(r"(?m)(\d+)\t(\d+)$", r"\1\t\1\t\2", text)
    text = text.replace(
        "部分公开（区分处理的，只计这一情形，不计其他情形）\t0",
        "部分公开（区分处理的，只计这一情形，不计其他情形）\t0\t0",
    )
    found = requests(text)
    assert (found["granted", "nonprofit"], found["granted", "business"]) == (None, 2)


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


def test_a_figure_that_begins_with_0_may_have_lost_a_digit() -> None:
    assert printed(PROACTIVE.replace("116", "016"))["penalties.decisions"] == "16"
    assert "digit_lost" in codes(PROACTIVE.replace("116", "016"))
    assert "digit_lost" not in codes(PROACTIVE.replace("829.9459", "0.5"))


def test_a_table_once_where_another_is_there_twice_may_be_the_other_reports() -> None:
    both = requests_text() + requests_text().replace("4\t2\t0", "3\t3\t0") + DISPUTES + run_of_fifteen()
    issues = read(PROACTIVE + both).issues
    assert ("beside_second_table", "disputes") in {(issue.code, issue.table) for issue in issues}


def test_what_is_left_of_a_merged_cell_is_no_blank_figure_of_the_disputes() -> None:
    header = "| | |" + "|".join(RESULTS * 3) + "|\n"
    lacking = header + "| |" + "|".join("0000000000" + "2002") + "|\n"
    found = disputes(lacking)
    assert found[10:12] == ["None", "None"]
    assert "alignment_doubtful" in codes(PROACTIVE + DISPUTES + lacking)


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


def test_two_figures_that_may_have_run_together_are_not_one_beside_a_blank() -> None:
    figures = "\t567\t38\t50\t208 863\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0"
    found = disputes("\t".join(RESULTS * 3) + "\n" + figures)
    assert found[:5] == ["None"] * 5


def test_a_blank_at_the_end_of_a_row_short_of_a_figure_is_not_its_total() -> None:
    figures = "\t".join("00000" + "00000" + "1001") + "\t"
    found = disputes("\t".join(RESULTS * 3) + "\n" + figures)
    assert found[10:] == ["None", "None", "0", "None", "None"]


def test_a_plus_among_counts_tells_that_the_figures_of_a_row_may_be_displaced() -> None:
    old = "第二十条第（五）项\n信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n行政许可\t2\t8\t+1\n"
    issues = read("二、主动公开政府信息情况\n" + old).issues
    assert ("sign_misplaced", "licences") in {(issue.code, issue.row) for issue in issues}
    assert "sign_misplaced" not in codes("二、主动公开政府信息情况\n" + old.replace("8\t+1", "+8\t1"))


def test_a_header_broken_over_lines_lacks_no_column() -> None:
    broken = "| 自然人 | 法人或其他组织 | 总计\n| 商业企业\n| 科研机构 | 社会公益组织 | 法律服务机构 | 其他\n"
    _, _, *lines = requests_text("012345").strip().split("\n")
    text = (
        "三、收到和处理政府信息公开申请情况\n"
        + broken
        + "".join("| " + line.replace("\t", " | ") + " |\n" for line in lines)
    )
    assert requests(text)["granted", "research"] != 2


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


def page(*rows: tuple[object, ...], title: str = "二、主动公开政府信息情况") -> str:
    lines = ("".join(f"<td>{'' if cell is None else cell}</td>" for cell in row) for row in rows)
    return f"<p>{title}</p><table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def test_the_number_of_a_row_is_no_figure_of_the_label_behind_it() -> None:
    heading = (None, "第二十条第（六）项", None), ("序号", "信息内容", "本年处理决定数量")
    assert printed(page(*heading, (1, "行政处罚"), (2, "行政强制"))) == {}
    merged = page(*heading, (3, "行政处罚", 0), (4, "行政强制")).replace("<td>0", "<td rowspan=2>0")
    assert printed(merged) == {"penalties.decisions": "0"}


def test_disputes_that_moved_beside_padding_are_left_open() -> None:
    header = "| " + " | ".join(RESULTS * 3) + " | |\n"
    figures = (3, "", "", 1, 4, "", "", "", "", "", 2, "", "", 1, 3, "")
    as_printed = header + "| " + " | ".join(map(str, figures)) + " |\n"
    assert disputes(as_printed)[:5] == ["3", "None", "None", "1", "4"]
    moved = (*figures[:1], *figures[2:], "")
    found = disputes(header + "| " + " | ".join(map(str, moved)) + " |\n")
    assert found[2:5] == ["None"] * 3
    assert found[13:] == ["None"] * 2


def requests_lines(header: str, rows: dict[str, str]) -> str:
    """A requests table with these lines of figures, blank elsewhere."""
    lines = [
        f"{cell.row_label}\t{rows.get(cell.row, rows.get('', ''))}"
        for cell in forms.cells(2021, "requests")
        if cell.column == "total"
    ]
    return "三、收到和处理政府信息公开申请情况\n" + header + "\n" + "\n".join(lines) + "\n"


def test_requests_under_a_header_with_a_tab_too_many_are_not_read_one_column_on() -> None:
    rows = dict.fromkeys(("new_received", "granted", "total_processed"), "\t2\t\t\t\t\t2\t")
    text = requests_lines("项目\t\t" + "\t".join(APPLICANTS), rows | {"": "\t\t\t\t\t\t\t"})
    assert not {name for name, value in requests(PROACTIVE + text).items() if value}


def test_two_columns_run_together_in_every_row_are_not_read_as_one_and_a_lost_total() -> None:
    rows = {
        "new_received": "42\t0\t0\t0\t0\t6",
        "granted": "31\t0\t0\t0\t0\t4",
        "not_held": "11\t0\t0\t0\t0\t2",
        "total_processed": "42\t0\t0\t0\t0\t6",
    }
    text = requests_lines("项目\t" + "\t".join(APPLICANTS), rows | {"": "0\t0\t0\t0\t0\t0"})
    assert not {name for name, value in requests(PROACTIVE + text).items() if value}


def test_a_requests_table_with_blank_totals_keeps_its_figures() -> None:
    figures = {
        "new_received": (1, None, 1, None, None, 5, None),
        "granted": (1, None, None, None, None, 2, None),
        "not_held": (None, None, 1, None, None, 3, None),
        "total_processed": (1, None, 1, None, None, 5, None),
    }
    rows = [
        (cell.row_label, *figures.get(cell.row, (None,) * 7))
        for cell in forms.cells(2021, "requests")
        if cell.column == "total"
    ]
    found = requests(page(("项目", *APPLICANTS), *rows, title="三、收到和处理政府信息公开申请情况"))
    same = ("natural_person", "research", "other_organisation")
    assert {found["new_received", name] for name in same} == {1, 5}


def test_the_cells_of_a_page_are_sure_of_their_columns_beside_a_short_row() -> None:
    heading = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    rows = ("规章", None, None, 14), ("行政规范性文件", 5)
    assert printed(page(*heading, *rows)) == {"regulations.in_force": "14"}


def test_every_number_alone_below_a_row_is_told() -> None:
    def below(text: str) -> list[str | None]:
        return [issue.raw for issue in read(text).issues if issue.code == "figure_left_out"]

    broken = PROACTIVE.replace("\t17\n", "\t1\n7\n")
    assert below(broken) == ["7"]
    assert below(broken.replace("2,818", "28\n18")) == ["18", "7"]
    assert below(PROACTIVE.replace("829.9459", "829.94\n59")) == ["59"]


@pytest.mark.parametrize("figure", ["8 2 9 . 9", "12 . 5 3", "1 0 . 5 万元"])
def test_digits_apart_are_told(figure: str) -> None:
    assert "digits_apart" in codes(PROACTIVE.replace("829.9459", figure))


@pytest.mark.parametrize("figure", ["016", "０１６", "+016"])
def test_a_zero_in_front_is_told(figure: str) -> None:
    assert "digit_lost" in codes(PROACTIVE.replace("\t116\n", f"\t{figure}\n"))
