"""Text made comparable: one spelling for the many ways in which the same characters are printed.

Two strengths. `plain` keeps the text readable (punctuation and spaces stay), for patterns that look
into sentences. `squash` keeps only what carries meaning in a label or a heading.
"""

import re
import unicodedata
from functools import cache
from typing import Any, Final

from transforms.remember import remembered

# PDF files print whole characters as radicals. NFKC maps the Kangxi radicals (U+2F00-2FD5) but not the
# CJK Radicals Supplement; these of it are characters of their own (Unicode's EquivalentUnifiedIdeograph).
_RADICALS: Final = str.maketrans(
    "⺁⺇⺒⺓⺝⺠⺫⺬⺱⺳⺴⺶⺷⺸⺹⺼⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
    "厂几巳幺月民目示罔网网羊羊羊老肉艹艹艹虎衤覀西见角角讠贝足车辶辶辶邑钅長镸长门阝阝雨青韦页风飞食饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟亀",
)
_SUPERSCRIPTS: Final = re.compile(
    "[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉]"
)  # footnote marks and scanner noise, never part of a word
# Why a text mostly is not in its usual form: without them NFKC has nothing to do and is many times faster.
_FULL_WIDTH: Final = tuple(zip("，：；（）", ",:;()", strict=True))
_RARE_FULL_WIDTH: Final = tuple(zip("！？／％　", "!?/% ", strict=True))
_WORD: Final = re.compile(r"[^\W_]+")
SPACES: Final = "".join(filter(str.isspace, map(chr, range(0x3001))))
# GB 2312 holds the simplified characters and hardly any traditional one.
_HANZI: Final = "".join(map(chr, range(0x4E00, 0xA000)))
_TRADITIONAL_IN_GB2312: Final = "後於麽"
SIMPLIFIED: Final = set(_HANZI.encode("gb2312", "ignore").decode("gb2312")).difference(_TRADITIONAL_IN_GB2312)
_NOT_SIMPLIFIED: Final = re.compile(f"[{''.join(hanzi for hanzi in _HANZI if hanzi not in SIMPLIFIED)}]")
_UNUSUAL: Final = re.compile(f"[{_NOT_SIMPLIFIED.pattern[1:-1]}⺀-⻿]")  # or a radical


@remembered(65536)
def squash(text: str) -> str:
    """Only the letters, digits and Chinese characters of `text`, each in its usual form.

    Compatibility forms, full-width characters and radicals become the usual characters, traditional
    characters simplified ones; spaces, punctuation, brackets, quotes, superscript digits and
    private-use characters are dropped.
    """
    if not unicodedata.is_normalized("NFKC", text):
        text = _usual_forms(_SUPERSCRIPTS.sub("", text))
    if _UNUSUAL.search(text):
        return _simplified("".join(_WORD.findall(text.translate(_RADICALS))))
    return "".join(_WORD.findall(text))


def close(text: str) -> str:
    """`text` without spaces."""
    return "".join(text.split())


def plain(text: str) -> str:
    """`text` with each character in its usual form (NFKC, radicals, simplified); nothing else changes.

    Full-width punctuation becomes half-width where Unicode has one (`，（：` become `,(:`).
    """
    if not unicodedata.is_normalized("NFKC", text):
        text = _usual_forms(text)
    return _simplified(text.translate(_RADICALS)) if _UNUSUAL.search(text) else text


def plain_each(texts: list[str]) -> list[str]:
    """Each text as `plain` has it: all are looked at together, and one by one where anything is rare."""
    together = "\n".join(texts)
    if not unicodedata.is_normalized("NFKC", together):
        together = _usual_forms(together)
    found = together.split("\n")
    if len(found) != len(texts) or _UNUSUAL.search(together):
        return [plain(text) for text in texts]
    return found


def _usual_forms(text: str) -> str:
    for some in (_FULL_WIDTH, _RARE_FULL_WIDTH):
        for wide, usual in some:
            text = text.replace(wide, usual)
        if unicodedata.is_normalized("NFKC", text):
            return text
    return unicodedata.normalize("NFKC", text)


def _simplified(text: str) -> str:
    """Simplified characters for traditional ones.

    What GB 2312 can encode is left alone: that is nearly every text, and it keeps names such as 乾县, which
    a converter would change.
    """
    if not _NOT_SIMPLIFIED.search(text):
        return text
    simplified: str = _converter().convert(text)
    return simplified


@cache
def _converter() -> Any:
    import opencc  # only where a text needs it: the import alone takes longer than reading a report

    return opencc.OpenCC("t2s")
