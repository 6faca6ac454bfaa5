"""`said_by` finds out once what texts before figures say; what is named to the letter needs no search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.labels import last_label, row_named
from transforms.normalise import squash
from transforms.options import _named, _options
from transforms.said import said_by

TEXTS = [
    "规章",
    "行政规范性文件",
    "行政许可",
    "行政强制",
    "规章行政许可",
    "小计",
    "（七）总计",
    "3.其他",
    "（一）予以公开",
    "信息内容",
    "本年制发件数",
    "总计",
    "其他结果",
    "未经复议直接起诉",
    "某某中心",
    "",
]
FLAGS = (
    *("like_a_row", "ends_disputes", "heads_proactive", "names_columns", "begins_appendix", "with_units"),
)


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        (("第二十条第（五）项", "信息内容", "本年处理决定数量", "行政许可"), ("proactive", "licences")),
        (("（六）其他处理", "3. 其他"), ("requests", "other_remaining")),
        (("规章 行政规范性文件",), ("proactive", "normative_documents")),
        (("一、本年新收政府",), None),
        ((), None),
    ],
)
def test_the_row_that_the_last_text_names(texts: tuple[str, ...], row: tuple[str, str] | None) -> None:
    named = said_by(texts).row
    assert (named.key if named else None) == row


def flags(*texts: str) -> set[str]:
    said = said_by(texts)
    return {name for name in FLAGS if getattr(said, name)}


def test_what_the_texts_say() -> None:
    fees = ("附件2", "第二十条第（八）项", "本年收费金额（单位：万元）", "行政事业性收费")
    assert flags(*fees) == set(FLAGS) - {"ends_disputes"}
    assert flags("行政强制") == {"like_a_row"}
    assert flags("其他结果", "总计") == {"like_a_row", "ends_disputes", "names_columns"}
    assert said_by(fees).words == ("附件2", "第二十条第八项", "本年收费金额单位万元", "行政事业性收费")
    assert said_by(("规章、行政规范性文件", "合计")).several == 2
    assert said_by(fees).several == 0
    assert said_by(fees).with_units == ("本年收费金额（单位：万元）",)
    assert said_by(("信息内容 本年制发件数", "规章")).apart == (("信息内容", "本年制发件数"), ("规章",))


@given(
    st.lists(st.sampled_from(TEXTS), max_size=8).map(tuple),
    st.integers(0, 3),
    st.integers(0, 8),
    st.booleans(),
)
def test_a_row_named_to_the_letter_is_the_only_option(
    texts: tuple[str, ...], own: int, filled: int, headed: bool
) -> None:
    said = said_by(texts)
    found = _options(said.words, (), own, filled, headed)
    assert (said.row is not None) == bool(texts and row_named(last_label(squash(texts[-1]))))
    if said.row is not None and (own or not said.ends_disputes):
        expected = [_named(said.row, filled, headed)] if own or filled else []
        fields = ("key", "place", "gain", "score", "start", "taken", "extra")
        assert [[getattr(each, name) for name in fields] for each in found] == [
            [getattr(each, name) for name in fields] for each in expected
        ]
