"""Which columns a printed header names, in the order in which it prints them.

Only a header that names every column of the form, each once, says anything: what is cut, or printed in an
order that its lines do not decide, is left to the form's own order (`transforms.columns`).
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from schemas import forms
from transforms.document import Cell
from transforms.labels import FIRST, is_label
from transforms.normalise import squash
from transforms.remember import remembered

Words = tuple[tuple[str, ...], ...]  # the squashed texts of a header, line by line
Order = tuple[str | None, ...]  # the columns as printed; None for one that the form does not have

_ORGANISATIONS: Final = ("business", "research", "nonprofit", "legal_service", "other_organisation")
_WORDS: Final = {
    "applicants": "申请人情况",
    "organisations": "法人或其他组织",
    "natural_person": "自然人",
    "business": "商业(?:企业)?",
    "research": "科研(?:机构)?",
    "nonprofit": "(?:社会)?公益(?:组织)?",
    "legal_service": "法律(?:服务)?(?:机构)?",
    "other_explained": "其他(?:组织|机构)?(?:请|需)?(?:说明|备注|注明)",
    "other_organisation": "其他",
    "total": "总计",
    "sum": "合计",
    "subtotal": "小计件?",
}
# Words that stand for a column where no clearer word does, and else for one that the form does not have.
_UNLESS_NAMED: Final = {"sum": "total", "subtotal": "total", "other_explained": "other_organisation"}
_WORD: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _WORDS.items()))
# Words over columns that the form does not have; other words may be another name of one that it has.
_BESIDE: Final = re.compile("小计|[上去前]一?年|同比|占比|比重|比例|增减|增幅|备注|说明|序号|行次|编号")
# What may stand below 法人或其他组织 for any columns to be printed behind it.
_BELOW: Final = {None, "beside", "subtotal", "other_explained", *_ORGANISATIONS}
_KINDS: Final = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
_LITIGATIONS: Final = _KINDS[1:]
_RESULTS: Final = ("upheld", "corrected", "other", "pending", "total")
_DISPUTE_WORD: Final = re.compile(
    "(?P<litigation_direct>未经复议(?:直接)?起诉)|(?P<litigation_after_reconsideration>复议后起诉)"
    "|(?P<reconsideration>行政复议)|(?P<litigation>行政诉讼)|(?P<upheld>结果维持)|(?P<corrected>结果纠正)"
    "|(?P<other>其他结果)|(?P<pending>尚未审结)|(?P<total>总计|合计)"
)
_CORNER: Final = ("", "结果", "类别")  # what may stand over the labels of the disputes table
_UNIT: Final = re.compile("(?:单位)?[亿万]?元")
_REMARKS: Final = ("备注", "说明")  # columns that hold no figures
_GAP: Final = re.compile(r"\s+(?![(（\[【〔])")  # not before the unit of a column: 处理决定数量 （件）


def header_words(texts: list[Cell], parted: Words, count: int) -> Words:
    """The words of the first texts of a header, by the line or the row of a grid in which they are printed.

    `parted` are the words of each text (`apart`). One in the first column begins a line, also where a reader
    broke one that held the whole page.
    """
    lines: dict[object, list[str]] = {}
    begun = 0
    for at in range(count):
        words = [word for word in parted[at] if word]
        if words:
            place = texts[at].place
            begun += texts[at].column == 0
            line = (place.table, place.row) if place.row is not None else (place.line or place, begun)
            known = lines.get(line)
            if known is None:
                lines[line] = words
            else:
                known += words
    return tuple([tuple(words) for words in lines.values()])


@remembered(16384)
def apart(text: str) -> tuple[str, ...]:
    """The squashed words of a cell of a header, where spaces part its columns and not the letters of one.

    Columns of the proactive table that run together are parted too, and from a row's label behind them.
    """
    words = _GAP.split(text.strip())
    parted = words if len(words) > 1 and min(map(len, words)) >= 3 else [text]
    return tuple([word for part in parted for word in _columns_apart(squash(part))])


def _columns_apart(text: str) -> list[str]:
    columns = _proactive_column().findall(text)
    head = "".join(columns)
    label = text[len(head) :]
    if not (columns and text.startswith(head) and (not label or is_label(label))):
        return [text]
    return [*columns, label] if label else columns


@cache
def _proactive_column() -> re.Pattern[str]:
    labels = {squash(cell.column_label) for cell in forms.form_cells() if cell.table == "proactive"}
    return re.compile("|".join(sorted({FIRST, *labels}, key=len, reverse=True)))


@remembered(4096)
def requests_order(header: Words) -> Order | None:
    """The columns of the requests table as a header prints them; None where its lines do not say it.

    申请人情况 and 法人或其他组织 stand for what is printed on the lines below them. Where an order lacks some
    (`is_whole`), either they are gone from the table, or only from its header.
    """
    lines = [_tokens(words) for words in header]
    persons = _last(lines, ("natural_person",))
    if persons is None:
        return None
    named = [len(set(line).intersection(_ORGANISATIONS)) for line in lines]
    organisations = max(range(len(lines)), key=lambda at: (named[at], at))
    found = lines[persons]
    if organisations != persons:
        if found.count("organisations") != 1:
            return None
        at = found.index("organisations")
        below = lines[organisations]
        if set(below) - _BELOW and at + 1 < len(found):
            return None  # more than the organisations stands below, and not at the end
        found = [*found[:at], *below, *found[at + 1 :]]
    above = _last(lines, ("applicants",))
    if above is not None and above != persons:
        at = lines[above].index("applicants")
        found = [*lines[above][:at], *found, *lines[above][at + 1 :]]
    found = [name for name in found if name not in ("applicants", "organisations")]
    for word, column in _UNLESS_NAMED.items():
        meant = "beside" if column in found else column
        found = [meant if name == word else name for name in found]
    order = tuple(found)
    known = [name for name in order if name not in (None, "beside")]
    return _completed(order) if len(known) == len(set(known)) > len(_ORGANISATIONS) - 1 else None


def _completed(order: Order) -> Order | None:
    """An order in which words of its own stand for the columns it lacks (其它, 总计（件）) with these put in.

    None where it cannot be told whether a word stands for a column of the form or for another one.
    """
    columns = forms.columns(2021, "requests", "new_received")
    lacking = [name for name in columns if name not in order]
    if None in order and lacking:
        if order.count(None) != len(lacking):
            return None
        put_in = iter(lacking)
        filled = tuple(name or next(put_in) for name in order)
        if len(lacking) > 1 and filled != columns:
            return None
        order = filled
    return tuple(None if name == "beside" else name for name in order)


def is_whole(order: Order) -> bool:
    """Whether an order of the requests table has all its columns."""
    return _is_whole(order, forms.columns(2021, "requests", "new_received"))


def _last(lines: Sequence[Sequence[str | None]], names: tuple[str, ...]) -> int | None:
    """The last line in which all these words stand."""
    return next((at for at in reversed(range(len(lines))) if set(names) <= set(lines[at])), None)


def _tokens(words: tuple[str, ...]) -> list[str | None]:
    """The columns that a line of a header names; None for other words after the first of them."""
    found: list[str | None] = []
    for word in words:
        named: list[str | None] = []
        end = 0
        for match in _WORD.finditer(word):
            if match.start() > end:
                named.append(None)
            named.append(match.lastgroup)
            end = match.end()
        if end < len(word):
            named.append(None)
        if len(named) > 1 and named[0] == "organisations":
            del named[0]  # 法人或其他组织－商业企业
        if None in named and len(words) > 1:
            named = [None]  # 总计（件）
        if _BESIDE.search(word) and named not in (["subtotal"], ["other_explained"]):
            named = ["beside"]  # 上年总计
        found += named
    while found and found[0] in (None, "beside"):
        del found[0]
    return found


def proactive_order(form: int, row: str, header: Words) -> Order | None:
    """The columns of a row of the proactive table as the header over it prints them; None where not whole."""
    for at in range(len(header) - 1, -1, -1):
        named = _order_of_line(form, row, header[at])
        if named is not None:
            order, whole = named
            if order[:1] == (None,) and FIRST not in "".join(map("".join, header)):
                return None  # whether the first word stands over labels or over figures
            return order if whole else None
    return None


@lru_cache(maxsize=4096)
def _order_of_line(form: int, row: str, words: tuple[str, ...]) -> tuple[Order, bool] | None:
    """The columns of a row that a line of a header names, and whether these are all; None for no column."""
    labels = _labels(form, row)
    if not any(_column(word, labels) for word in words):
        return None
    if FIRST in words:
        words = words[words.index(FIRST) + 1 :]
    order = tuple(_column(word, labels) for word in words if word not in _REMARKS)
    return order, _is_whole(order, tuple(labels.values()))


@cache
def _labels(form: int, row: str) -> dict[str, str]:
    return {
        squash(cell.column_label): cell.column for cell in forms.cells(form, "proactive") if cell.row == row
    }


def _column(word: str, labels: dict[str, str]) -> str | None:
    """The column that a word names to the letter, its unit apart."""
    for label, column in labels.items():
        if word == label or (word.startswith(label) and _UNIT.fullmatch(word[len(label) :])):
            return column
    return None


@remembered(4096)
def disputes_order(header: Words) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The kinds of dispute and the results as a header prints them; a part of which it names none is empty.

    行政诉讼 stands for 未经复议直接起诉 and 复议后起诉 on the line below. None where the header is not whole.
    """
    lines = [
        [name for word in words for match in _DISPUTE_WORD.finditer(word) if (name := match.lastgroup)]
        for words in ([word for word in words if _DISPUTE_WORD.sub("", word) in _CORNER] for words in header)
    ]
    kinds: list[str] = []
    split = _last(lines, _LITIGATIONS)
    whole = _last(lines, ("reconsideration", "litigation"))
    if whole is not None and split is not None:
        below = [name for name in lines[split] if name in _LITIGATIONS]
        for name in lines[whole]:
            kinds += below if name == "litigation" else [name] if name == "reconsideration" else []
    elif split is not None:
        kinds = [name for name in lines[split] if name in _KINDS]
    if sorted(kinds) != sorted(_KINDS) and any(name not in _RESULTS for line in lines for name in line):
        return None
    results = [name for line in lines for name in line if name in _RESULTS]
    order = results[: len(_RESULTS)]
    times, rest = divmod(len(results), len(_RESULTS))
    if rest or (results and sorted(order) != sorted(_RESULTS)) or results != order * times:
        return None
    return tuple(kinds), tuple(order)


def _is_whole(order: Order, columns: tuple[str, ...]) -> bool:
    return sorted(name for name in order if name) == sorted(columns)
