"""What the characters of one cell come to: texts, the values after them, or a sentence."""

import pytest

from transforms.cell_text import read_alone, read_cell, several_figures, stands_for_a_figure


def parts(text: str) -> list[tuple[list[str], list[str]]]:
    """The texts and the values after them, as printed."""
    return [
        (
            [text if span is None else text[slice(*span)] for span in part.labels],
            [text[slice(*span)] for span, _ in part.values],
        )
        for part in read_cell(text).parts
    ]


def test_a_label_and_its_values_are_parted_wherever_they_meet() -> None:
    assert parts("行政规范性文件") == [(["行政规范性文件"], [])]
    assert parts("规章 0 0 1") == parts("规章0 0 1") == [(["规章"], ["0", "0", "1"])]
    assert parts("规章 0 行政许可 2,818") == [(["规章"], ["0"]), (["行政许可"], ["2,818"])]
    assert parts("规范性文件11（其中修订6件） 29") == [(["规范性文件"], ["11（其中修订6件）", "29"])]


def test_the_numbering_of_a_label_is_a_part_of_it() -> None:
    assert parts("2.重复申请 0 1") == [(["2.重复申请"], ["0", "1"])]
    assert parts("1 .属于国家秘密 4 5") == [(["1 .属于国家秘密"], ["4", "5"])]


def test_digits_apart_are_one_number_in_a_grid_and_alone_on_a_line_where_they_may_be() -> None:
    for text, figure in (("2 8", 28), ("0 8", None), ("2 0 0", None)):
        reading = read_cell(text)
        assert reading.value is not None
        assert (reading.figure.number if reading.figure else None) == figure


def test_what_stands_alone_on_a_line_may_be_the_number_of_a_page_a_title_or_a_sentence() -> None:
    def alone(text: str) -> tuple[bool, bool, bool]:
        found = read_alone(text)
        return found.page_number, found.title, found.prose

    assert alone("— 3 —") == alone("第 3 页 共 5 页") == (True, False, False)
    assert alone("2022年政府信息公开工作年度报告") == (False, True, False)
    assert alone("全年办理行政许可 5 件，行政处罚 3 件，均已公示。") == (False, False, True)
    assert alone("部分公开（区分处理的，只计这一情形，不计其他情形）") == (False, False, False)


@pytest.mark.parametrize(("text", "several"), [("5 / 7", True), ("12件 3件", True), ("规章 0 1", False)])
def test_several_figures_are_told_from_the_rows_of_a_form(text: str, several: bool) -> None:
    assert several_figures(text) is several


@pytest.mark.parametrize(("text", "stands"), [("2818余件", True), ("见附件", True), ("行政登记", False)])
def test_a_text_may_stand_for_the_figure_of_the_label_before_it(text: str, stands: bool) -> None:
    assert stands_for_a_figure("行政许可", text) is stands
