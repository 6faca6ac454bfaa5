"""`squash` and `plain`: one spelling for the many ways in which the same characters are printed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise import _usual_forms, plain, plain_each, squash


@pytest.mark.parametrize(
    ("printed", "squashed"),
    [
        ("（一）主动公开", "一主动公开"),
        ("  行政 规范性\n文件 ", "行政规范性文件"),
        ("“三安全一稳定”", "三安全一稳定"),
        ("第２０条", "第20条"),
        ("⼀、⾏政⽂件", "一行政文件"),  # Kangxi radicals, as PDF files print them
        ("⻓期规划，意⻅", "长期规划意见"),  # CJK Radicals Supplement
        ("新收政府⁶", "新收政府"),
        ("公开\ue000数量", "公开数量"),  # private use
        ("政府資訊公開申請數量", "政府资讯公开申请数量"),
        ("等於第三項", "等于第三项"),
        ("乾县人民政府", "乾县人民政府"),
        ("| --- |", ""),
        ("", ""),
    ],
)
def test_squash_keeps_only_what_carries_meaning(printed: str, squashed: str) -> None:
    assert squash(printed) == squashed


def test_plain_keeps_punctuation_and_spaces() -> None:
    assert plain("政府資訊（２０２２年），⻓期") == "政府资讯(2022年),长期"


@given(st.text(st.sampled_from("一二公开信息政府⻓⼀１2（）、，。 \t政務資訊於後A²")))
def test_squash_does_not_see_spaces_and_is_stable(text: str) -> None:
    assert squash("\n ".join(text)) == squash(text)
    assert squash(squash(text)) == squash(text)


@given(st.text(st.sampled_from("公开信息，：；（）！？／％　㈠ﬁ１Ａ, ") | st.characters()))
def test_what_is_replaced_first_is_what_nfkc_would_do(text: str) -> None:
    assert _usual_forms(text) == unicodedata.normalize("NFKC", text)


@given(st.lists(st.text(st.sampled_from("公开信息，：（）！乾县後開⻓㈠ﬁ１Ａé\u0301\n, ") | st.characters())))
def test_texts_looked_at_together_are_as_each_alone(texts: list[str]) -> None:
    assert plain_each(texts) == [plain(text) for text in texts]
