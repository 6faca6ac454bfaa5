"""What a printed cell says: a number, nothing, or something that is no value."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.values import Value, in_unit, read_value


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("0", 0),
        ("１２", 12),
        ("1,234", 1234),
        ("1，234", 1234),
        ("12件", 12),
        ("829.9459", Decimal("829.9459")),
        ("+3", 3),
        ("减2", -2),
        ("-5", -5),
        ("0。", 0),
        ("零", 0),
        ("—3", -3),
        ("1\u00ad2\u200b\u2060", 12),
        ("\u202a12\u202c", 12),
        ("\u202d12\u202c", 12),
        ("\u206812\u2069", 12),
        ("'12", 12),
        ('="12"', 12),
        ('"1,234"', 1234),
        ("**12**", 12),
        ("8\\.25", Decimal("8.25")),
        ("\\-3", -3),
        ("９ ． ５ ３", Decimal("9.53")),
        ("1 2 . 5", Decimal("12.5")),
    ],
)
def test_numbers(printed: str, number: int | Decimal) -> None:
    assert read_value(printed) == Value("reported", number)


@pytest.mark.parametrize("printed", ["/", "-", "—", "——", "无", "無", "N/A", "不涉及"])
def test_marks_for_not_applicable(printed: str) -> None:
    assert read_value(printed) == Value("not_applicable")


@pytest.mark.parametrize("printed", ["", " ", "\u3000", "\u200b", "\xa0"])
def test_blanks(printed: str) -> None:
    assert read_value(printed) == Value("blank")


@pytest.mark.parametrize("text", ["F", "(3)", '"', "1.", "2022年", "第3项", "行政许可 5 件", "5%", "一"])
def test_texts_are_no_values(text: str) -> None:
    assert read_value(text) is None


@pytest.mark.parametrize("text", ["O", "l2", "1O", "I", "丨209", "2Z", "|027", "1〇"])
def test_letters_in_the_place_of_digits_are_a_figure_that_cannot_be_read(text: str) -> None:
    assert read_value(text) == Value("unreadable")


@pytest.mark.parametrize("text", ["¹", "¹²", " ₂ ", "①"])
def test_raised_digits_alone_may_be_a_figure_or_the_mark_of_a_footnote_in_a_blank_cell(text: str) -> None:
    assert read_value(text) == Value("unreadable")


@pytest.mark.parametrize("text", ["¹17", "①17", "1²7", "² 17件", "0¹（注）", "１¹７"])
def test_the_mark_of_a_footnote_before_or_within_a_figure_is_no_digit_of_it(text: str) -> None:
    assert read_value(text) == Value("unreadable")


@pytest.mark.parametrize("text", ["\u202e21\u202c", "\u202b21\u202c"])
def test_digits_that_a_mark_may_turn_round_are_no_number(text: str) -> None:
    assert read_value(text) is None


def test_what_stands_beside_a_number_is_kept() -> None:
    assert read_value("22（其中①16）") == Value("reported", 22, remark="(其中116)")
    assert read_value("22（其中修订16件）") == Value("reported", 22, remark="(其中修订16件)")
    assert read_value("12³") == Value("reported", 12, remark="³")
    assert read_value("2818 ①") == Value("reported", 2818, remark="①")
    assert read_value("1728注1") == Value("reported", 1728, remark="注1")


def test_digits_that_came_apart_are_one_number_for_now() -> None:
    assert read_value("1 0") == Value("reported", 10, spaced=True)
    assert read_value("9.5 3") is None


def test_two_numbers_in_one_cell_are_no_number() -> None:
    assert read_value("2818 700") == Value("unreadable", spaced=True)
    assert read_value("0 0") == Value("unreadable", spaced=True)
    assert read_value("12 345") == Value("reported", 12345, spaced=True)


def test_money_is_converted_exactly() -> None:
    yuan = read_value("251000元")
    assert yuan == Value("reported", 251000, "元")
    assert in_unit(yuan, "万元") == Value("reported", Decimal("25.1"), "万元")
    assert in_unit(Value("reported", Decimal("0.1"), "亿元"), "万元").number == 1000


@given(st.integers(0, 10**12), st.sampled_from(["{}", "{:,}", "{}件", " {} ", "{}（含上年）"]))
def test_a_printed_integer_is_read_back(number: int, form: str) -> None:
    value = read_value(form.format(number))
    assert value is not None
    assert value.number == number


@given(st.text(max_size=30))
def test_any_text_is_a_value_or_not_but_never_an_error(text: str) -> None:
    value = read_value(text)
    assert value is None or (value.number is not None) == (value.status == "reported")


@given(
    st.one_of(
        st.text(max_size=20),
        st.from_regex(r"[一-龥增减無零暂空丨]?[\d.,万件元 （）其中]{0,9}", fullmatch=True),
    )
)
def test_a_value_is_the_same_behind_a_blank(printed: str) -> None:
    """Plain digits and Chinese words are told without any pattern, not so behind a blank."""
    assert read_value(printed) == read_value("\u3000" + printed)


@pytest.mark.parametrize("text", ["12{}x", "12{}件{}（注）x", "'12{}x", "+{}x"])
def test_no_number_of_spaces_takes_long(text: str) -> None:
    assert read_value(text.replace("{}", 100_000 * " ")) is None
