"""Any Chinese encoding comes back as it was written, and what does not is said."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from transforms.readers.encoding import decode
from transforms.readers.kinds import _CONTROLS, _noise

REPORT = (
    "示例县人民政府办公室2022年政府信息公开工作年度报告\n一、总体情况\n规章\t0\t5\n（一）予以公开 | 12 |\n"
)
TRADITIONAL = OpenCC("s2t").convert(REPORT)
ENCODINGS = ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [REPORT, TRADITIONAL, "规章0件", "公开 5", "0\t0\n"])
def test_round_trip(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, [])


def test_big5() -> None:
    assert decode(TRADITIONAL.encode("big5hkscs")) == (TRADITIONAL, [])


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "x-unknown"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_wrong_declarations_do_not_matter(declared: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><p>{REPORT}</p>'
    assert decode(page.encode(encoding)) == (page, [])


WORDS = st.lists(
    st.sampled_from([*REPORT.split(), "行政许可", "申请", "12", "其他", "，"]), min_size=3, max_size=30
)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.sampled_from(ENCODINGS))
def test_any_words_round_trip(words: list[str], encoding: str) -> None:
    text = "公开\n" + " ".join(words)
    assert decode(text.encode(encoding)) == (text, [])


@pytest.mark.parametrize(("was", "read_as"), [("utf-8", "latin-1"), ("gb18030", "latin-1")])
def test_misread_text_is_restored(was: str, read_as: str) -> None:
    text, issues = decode(REPORT.encode(was).decode(read_as).encode())
    assert text == REPORT
    assert [issue.code for issue in issues] == ["encoding_restored"]


def test_utf8_misread_as_gbk_is_restored_where_it_can_be() -> None:
    whole = "政府信息公开工作年度报告。"
    misread = whole.encode().decode("gb18030", "surrogateescape")
    assume_exact = all(not 0xDC80 <= ord(character) <= 0xDCFF for character in misread)
    text, issues = decode(misread.encode("utf-8", "replace"))
    assert (text == whole) == assume_exact
    assert [issue.code for issue in issues] == ["encoding_restored" if assume_exact else "encoding_doubtful"]


def test_lossy_misreading_is_reported_and_kept() -> None:
    misread = REPORT.encode().decode("gbk", "replace")
    text, issues = decode(misread.encode())
    assert text == misread
    assert [issue.code for issue in issues] == ["encoding_doubtful"]


def test_undecodable_bytes_are_shown() -> None:
    text, issues = decode(REPORT.encode() + b"\xff\xfe12")
    assert text == REPORT + "\ufffd\ufffd12"
    assert [(issue.code, issue.raw, str(issue.place)) for issue in issues] == [
        ("undecodable_bytes", "ff", "line 5")
    ]


@given(st.binary(max_size=300))
def test_any_bytes_decode(data: bytes) -> None:
    text, _ = decode(data)
    assume(text)
    assert isinstance(text, str)


@settings(deadline=None)
@given(
    st.binary(max_size=300)
    | st.tuples(
        st.text(st.sampled_from("政府信息公开報告a\n\0\1\x1b\x7f\ufffdé")), st.sampled_from(ENCODINGS)
    ).map(lambda text: text[0].encode(text[1], "replace"))
)
def test_no_control_character_is_without_its_byte(data: bytes) -> None:
    text, _ = decode(data)
    noise = {*map(chr, _CONTROLS), "\ufffd"}
    assert _noise(data, text) == len([character for character in text if character in noise])
