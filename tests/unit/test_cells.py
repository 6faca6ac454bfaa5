"""What a printed figure says: in its unit, as a number, or as none."""

import pytest

from tests.printed import PROACTIVE, codes, printed, proactive, read


def test_money_in_another_unit_is_converted_and_told() -> None:
    for text in (
        PROACTIVE.replace("829.9459", "8299459元"),
        PROACTIVE.replace("单位：万元", "单位：元").replace("829.9459", "8299459"),
    ):
        assert printed(text)["fees.amount"] == "829.9459"
        assert "unit_converted" in codes(text)


def test_a_figure_that_is_no_number_is_unreadable_not_missing() -> None:
    for printed_text in ("2818余件", "见附件", "28l8", "约2818", "共12件"):
        cell = proactive(PROACTIVE.replace("2,818", printed_text))["licences.decisions"]
        assert (cell.value, cell.value_status, cell.value_raw) == (None, "unreadable", printed_text)


def test_a_negative_count_is_told() -> None:
    assert "impossible_count" in codes(PROACTIVE.replace("行政强制\t0", "行政强制\t-1"))


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


def test_a_number_alone_below_a_full_row_may_show_that_a_figure_came_apart() -> None:
    fees = "第二十条第（八）项\n信息内容\n上一年项目数量\n本年增/减\n行政事业性收费\n"
    assert "figure_left_out" in codes(fees + "1 32件\n- 1\n")
    assert "figure_left_out" not in codes(fees + "132件\n- 1\n")


def test_a_figure_that_begins_with_0_may_have_lost_a_digit() -> None:
    assert printed(PROACTIVE.replace("116", "016"))["penalties.decisions"] == "16"
    assert "digit_lost" in codes(PROACTIVE.replace("116", "016"))
    assert "digit_lost" not in codes(PROACTIVE.replace("829.9459", "0.5"))


def test_a_plus_among_counts_tells_that_the_figures_of_a_row_may_be_displaced() -> None:
    old = "第二十条第（五）项\n信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n行政许可\t2\t8\t+1\n"
    issues = read("二、主动公开政府信息情况\n" + old).issues
    assert ("sign_misplaced", "licences") in {(issue.code, issue.row) for issue in issues}
    assert "sign_misplaced" not in codes("二、主动公开政府信息情况\n" + old.replace("8\t+1", "+8\t1"))


@pytest.mark.parametrize("figure", ["8 2 9 . 9", "12 . 5 3", "1 0 . 5 万元"])
def test_digits_apart_are_told(figure: str) -> None:
    assert "digits_apart" in codes(PROACTIVE.replace("829.9459", figure))


@pytest.mark.parametrize("figure", ["016", "０１６", "+016"])
def test_a_zero_in_front_is_told(figure: str) -> None:
    assert "digit_lost" in codes(PROACTIVE.replace("\t116\n", f"\t{figure}\n"))
