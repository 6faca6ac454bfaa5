"""Which row of the forms a text names, where labels run together."""

import pytest

from transforms.labels import last_label, names_several_rows


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("五不予处理2重复申请", "五不予处理2重复申请"),
        ("三本年度办理结果一予以公开", "一予以公开"),
        ("规章行政规范性文件", "行政规范性文件"),
        ("规章另有说明", "规章另有说明"),
        ("商业企业", "商业企业"),
        ("", ""),
    ],
)
def test_the_last_of_several_labels_stands_beside_the_figures(text: str, last: str) -> None:
    assert last_label(text) == last


def test_a_text_that_repeats_a_label_hundreds_of_times_is_told_as_fast_as_any() -> None:
    label = "五不予处理2重复申请"  # also two labels: tried every way, this would never end
    assert last_label(label * 300) == label
    assert last_label(label * 300 + "某") == label * 300 + "某"


def test_rows_in_the_cells_of_one() -> None:
    assert names_several_rows("规章行政规范性文件")
    assert not names_several_rows("制发件数规章")
    assert not names_several_rows("行政规范性文件")
