"""One printed value: what number it is, or why it is none.

A text is a value only as a whole: `12件` and `22（其中修订16件）` are, `行政许可 5 件` is not.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from mypy_extensions import mypyc_attr

from transforms.records import Number
from transforms.remember import remembered

REPORTED: Final = "reported"
BLANK: Final = "blank"
NOT_APPLICABLE: Final = "not_applicable"
UNREADABLE: Final = "unreadable"
MISSING: Final = "missing"

_UNITS: Final = {"万": "万元", "亿": "亿元", "仟元": "千元", "佰万元": "百万元"}
YUAN: Final = {
    unit: Decimal(yuan)
    for unit, yuan in (("元", 1), ("百元", 10**2), ("千元", 10**3), ("万元", 10**4), ("十万元", 10**5),
                       ("百万元", 10**6), ("千万元", 10**7), ("亿元", 10**8))
}  # fmt: skip


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Value:
    """A printed value: its status, its number where it is one, its unit of money, and what stands beside."""

    status: Final[str]
    number: Final[Number | None]
    unit: Final[str | None]  # of money, one of YUAN where it is known
    remark: Final[str | None]
    spaced: Final[bool]  # its digits came apart (`1 0`): one number, or two cells run together

    def __init__(
        self,
        status: str,
        number: Number | None = None,
        unit: str | None = None,
        remark: str | None = None,
        spaced: bool = False,
    ) -> None:
        self.status = status
        self.number = number
        self.unit = unit
        self.remark = remark
        self.spaced = spaced


_NOT_APPLICABLE: Final = re.compile(
    r"[/\\\-‐‑‒–—―－─_~*×]+|无|暂无|无此项|不适用|不涉及|N/?A|n/?a|NULL|null|空白?"
)
COUNTERS: Final = "件次|人次|件|个|项|条|宗|起|次|人|份|部|家|例|种|本|册"
_NUMBER: Final = re.compile(  # no space is tried twice: there may be thousands
    r"[¥￥]?(?P<sign>[+\-−－﹣‐‑‒–—―]|增加?|新增|减少?|↑|↓)?\s*+"
    r"(?P<digits>\d{1,3}(?:, ?\d{3})+|\d+(?: +\d+)*)(?P<fraction>\s\.\s\d(?: \d)*|\s?\.\s?\d+)?\s*+"
    rf"(?:(?P<unit>[十百千佰仟万亿]*元|万(?!元)|亿(?!元))|(?:{COUNTERS}))?\s*+"
    r"(?P<remark>[(\[【〔].*[)\]】〕]|[*#※]+)?\s*+[,。;]?"
)
# What scans make of digits, and line breaks of decimals: a figure, but which? Letters unlike 0 and 1 are
# digits only beside others.
_MISREAD: Final = re.compile(r"\d*[OoIl][\dOoIl]{0,5}|(?=.*\d)[\dOoIlZSBbgq丨〇○|]{1,7}|\.\d+")
_ALL_APART: Final = re.compile(r"\d(?: \d)* \. \d(?: \d)*")  # where the point does, the digits may as well
_UNIT_BESIDE: Final = re.compile(r"[(\[【〔]\s*([十百千佰仟万亿]*元|[万亿])\s*[)\]】〕]")
MAX_DIGITS: Final = 15  # no body counts further
_ONE_NUMBER: Final = re.compile(r"[1-9](?: \d)+|[1-9]\d{0,2}(?: \d{3})+")  # come apart, or in thousands
# NFKC would make it part of the number; the digit of 1728注1 is none of a figure.
_FOOTNOTE: Final = re.compile(r"(?<=\d)\s*(?:[⁰¹²³⁴-⁹₀-₉①-⑳]+|[注註][\d①-⑳一二三四五]?)$")
_ONLY_MARKS: Final = re.compile(r"\s*[⁰¹²³⁴-⁹₀-₉①-⑳]+\s*")  # a figure, or a footnote's mark in a blank cell
_MARK_WITHIN: Final = re.compile(  # beside the digits, and not behind all of them: ¹17, 0¹（注）
    r"[^(（\[【〔]*?(?:[⁰¹²³⁴-⁹₀-₉①-⑳]\s*\d|\d\s*[⁰¹²³⁴-⁹₀-₉①-⑳])"
)
_ESCAPED: Final = re.compile(r"\\(?=[^\w\s\\])")  # by Markdown: `8\.25`, `\-3`
# Of the marks of direction, which pasted figures bring along, not those that turn the digits round.
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202d\u2060\u2066\u2068\u2069\ufeff"
_CHARACTERS: Final = str.maketrans("無萬億減", "无万亿减", _INVISIBLE)  # traditional, and invisible ones
_BEGIN_A_VALUE: Final = "增新減减无無暂不空丨零"  # the only Chinese characters that do
_MINUS: Final = ("-", "−", "－", "﹣", "‐", "‑", "‒", "–", "—", "―", "减", "↓")
# What spreadsheets and Markdown put around a number: `="12"`, `'12`, `**12**`.
_MARKED: Final = re.compile(
    r"""(?P<mark>="|\*\*|__|["'“‘’`])\s*(?P<inside>[^\s"'“”‘’`*_](?:.*?\S)??)\s*+(?:\*\*|__|["'”’`])?"""
)


def read_value(text: str) -> Value | None:
    """Read a whole cell as a value; None when it is a text and not a value.

    Money keeps the decimals printed, exactly; a number without decimals is an int. A sign (`+3`, `减2`)
    is part of the number. Full-width forms count as the digits they show; raised, lowered or circled ones
    alone are unreadable.
    """
    # What is plainly a number, or begins as a text, is sooner told than remembered.
    if text.isdecimal() and text.isascii() and len(text) <= MAX_DIGITS:
        return Value(REPORTED, int(text))
    if text >= "一" and text[0] <= "龥" and text[0] not in _BEGIN_A_VALUE:
        return None
    return _read_value(text)


@remembered(65536)
def _read_value(text: str) -> Value | None:
    footnote = None
    marked_within = False
    if text.isascii():
        plain = text.strip()
    else:
        if _ONLY_MARKS.fullmatch(text):
            return Value(UNREADABLE)
        footnote = _FOOTNOTE.search(text)
        unmarked = text[: footnote.start()] if footnote else text
        marked_within = _MARK_WITHIN.match(unmarked) is not None
        plain = unicodedata.normalize("NFKC", unmarked)
        plain = plain.translate(_CHARACTERS).strip()
    if "\\" in plain:
        plain = _ESCAPED.sub("", plain)
    marked = _MARKED.fullmatch(plain)
    if marked:
        plain = marked["inside"]
    if not plain:
        return Value(BLANK)
    if _NOT_APPLICABLE.fullmatch(plain):
        return Value(NOT_APPLICABLE)
    found = _NUMBER.fullmatch(plain)
    if not found:
        if plain in ("零", "〇"):
            return Value(REPORTED, 0)
        return Value(UNREADABLE) if _MISREAD.fullmatch(plain) else None
    if marked_within:
        return Value(UNREADABLE)
    spaced = " " in found["digits"] and not _ALL_APART.fullmatch(plain)
    if spaced and not _ONE_NUMBER.fullmatch(found["digits"]):
        return Value(UNREADABLE, spaced=True)  # two numbers that ran together
    sign = -1 if found["sign"] and found["sign"].startswith(_MINUS) else 1
    whole = found["digits"].replace(",", "").replace(" ", "")
    if len(whole) > MAX_DIGITS:
        return Value(UNREADABLE)
    number: Number
    if found["fraction"]:
        number = sign * Decimal(whole + "".join(found["fraction"].split()))
    else:
        number = sign * int(whole)
    remark = found["remark"] or (footnote[0].strip() if footnote else None)
    beside = _UNIT_BESIDE.fullmatch(remark or "")  # 829（元）
    unit = found["unit"] or (beside and beside[1])
    return Value(REPORTED, number, usual_unit(unit) if unit else None, remark, spaced)


def usual_unit(unit: str) -> str:
    """A unit of money as `YUAN` has it: 万 is 万元, 仟元 is 千元."""
    return _UNITS.get(unit, unit)


def in_unit(value: Value, unit: str) -> Value:
    """The value in another unit of money (one of `YUAN`), exactly; itself where no unit is printed."""
    if value.number is None or value.unit is None or value.unit == unit:
        return value
    amount = Decimal(value.number) * YUAN[value.unit] / YUAN[unit]
    exact = amount.normalize()
    whole = exact == exact.to_integral_value()
    return replace(value, number=int(exact) if whole else exact, unit=unit)
