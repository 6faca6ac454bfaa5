"""The requests table, small and damaged, to the cells of the forms."""

import re

import pytest

from schemas import forms
from tests.printed import (
    APPLICANTS,
    FLOWS,
    PROACTIVE,
    codes,
    page,
    read,
    requests,
    requests_lines,
    requests_page,
    requests_text,
    without_nonprofit,
)
from transforms.parse import parse


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


def test_one_misprint_beside_blank_zeros_is_repaired_and_moves_no_other_figure() -> None:
    flows = FLOWS | {"carried_in": (1, 1), "carried_out": (1, 1)}
    slipped = requests_page(flows).replace(
        "<td>（一）予以公开</td><td>4</td>", "<td>（一）予以公开</td><td>9</td>"
    )
    cells = {(c.row, c.column): c for c in parse(slipped.encode()).cells if c.table == "requests"}
    misprint = cells["granted", "natural_person"]
    assert (misprint.value, misprint.value_reconciled, misprint.reconciliation) == (9, 4, "repaired")
    assert {c.reconciliation for c in cells.values()} == {"as_reported", "proved", "repaired"}


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


def test_a_header_broken_over_lines_lacks_no_column() -> None:
    broken = "| 自然人 | 法人或其他组织 | 总计\n| 商业企业\n| 科研机构 | 社会公益组织 | 法律服务机构 | 其他\n"
    _, _, *lines = requests_text("012345").strip().split("\n")
    text = (
        "三、收到和处理政府信息公开申请情况\n"
        + broken
        + "".join("| " + line.replace("\t", " | ") + " |\n" for line in lines)
    )
    assert requests(text)["granted", "research"] != 2


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


@pytest.mark.parametrize("pipe", "|｜│┃║")
def test_pipes_of_every_width_and_drawn_lines_part_cells(pipe: str) -> None:
    assert requests(requests_text().replace("\t", pipe)) == requests(requests_text())
