"""The figures that a report's sentences repeat from its tables, and how they compare.

Only what a sentence plainly says is taken: a figure wrongly read from prose would accuse a right table. The
wordings are data (schemas/narrative.yml). A figure never changes a value of a table.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import yaml

from transforms.normalise import plain
from transforms.records import CellRecord, IdentityRecord, NarrativeFigure, Number
from transforms.remember import remembered

SECTIONS = ("overview", "other_matters")
FEE = "information_fee"
SHORTEST_NAME = 3  # characters: 发改委, 石桥镇


class _Wording(NamedTuple):
    """How a figure is told: patterns, and what must stand in a sentence so that they are tried."""

    says: tuple[str, ...]  # one of these stands in every text that the patterns match
    topic: tuple[str, ...]  # what the sentence or the sub-heading above it speaks of: one of these words
    unless: tuple[str, ...]  # what the sentence does not speak of: none of these words
    patterns: tuple[re.Pattern[str], ...]
    also: tuple[re.Pattern[str], ...]  # those that need the sub-heading
    zero: tuple[re.Pattern[str], ...]  # those that say that there is none


# A sentence, with the words of the sub-heading that it begins with or is.
_SENTENCE = re.compile(
    r"(?:(?=\s*(?:\([一二三四五六七八九十\d]{1,2}\)|[一二三四五六七八九十\d]{1,2}[、.])(?P<topic>[^。,:;!?\n]{0,25})))?"
    r"[^。;!?\n]+[。;!?]?"
)
_CLAUSE_END = re.compile(r"[,:。;(]")
_CLAUSES = re.compile(rf".*{_CLAUSE_END.pattern}")  # all that end
_LONGEST_SENTENCE = 1000  # longer is no sentence
# One of these is in every sentence that tells a figure.
_TELLING = ("申请", "复议", "诉讼", "信息处理费", "结转", "办结", "答复", "新收")
_TELLING_WORD = re.compile("|".join(_TELLING))
# Here and below a set of characters stands first: the search for one of a few characters is fast.
_HANZI = "零〇一二两三四五六七八九十百千"
_COUNTING = re.compile(
    rf"[\d{_HANZI}无未没](?:(?<=[无未])|(?<=没)有|(?<=[\d{_HANZI}])\s*(?:件|起|宗|例|份|条|万?元))"
)
_INSERT = re.compile(r"\{([a-z_]+)\}")
_DISPUTES = ("reconsiderations", "lawsuits")
_A_YEAR = re.compile(r"(20\d\d)\s*年")
_COUNTER = r"(?:件|起|宗|例|份|条)"
_WHOLE = rf"[\d{_HANZI}](?<![\d.\-第每].)(?:(?<=\d)(?:\d{{0,2}}(?:,\d{{3}})+|\d*)|(?<=[{_HANZI}])[{_HANZI}]*)"
_COUNT = rf"(?P<number>{_WHOLE})(?![\d.])\s*{_COUNTER}(?!余|多|次|套)"
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_DIGITS = {"零": 0, "〇": 0, "两": 2} | {
    numeral: value for value, numeral in enumerate("一二三四五六七八九", 1)
}
_TENS = {"十": 10, "百": 100, "千": 1000}


def figures(texts: Mapping[str, str], year: int | None, agency: str | None = None) -> list[NarrativeFigure]:
    """The figures in the sections' texts (by section code), of the year and of the body reported on."""
    found: list[NarrativeFigure] = []
    for section in SECTIONS:
        found += _figures(section, texts.get(section, ""), year, agency)
    return found


def identities(found: list[NarrativeFigure], cells: list[CellRecord]) -> list[IdentityRecord]:
    """What the text says (`left`) beside the cells that it repeats (`right`), one record for each measure.

    Where the text gives several numbers (its own and the whole county's), only the one that agrees is
    compared; a count for the whole jurisdiction that differs says nothing about a table of one body.
    """
    if not found:
        return []
    records = []
    rows, columns = _repeated_places()
    values = {
        (cell.table, cell.row, cell.column): cell.value
        for cell in cells
        if cell.column in columns and cell.row in rows
    }
    stated_of: dict[str, list[NarrativeFigure]] = {}
    for figure in found:
        stated_of.setdefault(figure.measure, []).append(figure)
    for measure, repeated in _repeated().items():
        stated = stated_of.get(measure)
        if stated is None:
            continue
        printed = [value for cell in repeated if (value := values.get(cell)) is not None]
        right = sum(printed) if len(printed) == len(repeated) else None
        agreeing = [figure for figure in stated if figure.value == right]
        own = [figure for figure in stated if figure.scope != "jurisdiction"]
        if agreeing or len({figure.value for figure in own}) == 1:
            left = (agreeing or own)[0].value
            table, row, column = repeated[0]
            record_row = row if len(repeated) == 1 else None
            holds = None if right is None else left == right
            records.append(IdentityRecord("narrative", table, record_row, column, left, right, holds))
    return records


def _is_of_another(words: str, agency: str) -> bool:
    """Whether the words up to a figure name another department or township than `agency` last.

    A name is the agency's own where its last characters stand in the agency's in their order (发改委).
    """
    named = list(_named_body().finditer(words))
    if not named or any(own.search(words, named[-1].end("name")) for own in _scope_words().values()):
        return False
    letters = iter(agency)
    return not all(letter in letters for letter in named[-1]["name"][-SHORTEST_NAME:])


def _figures(section: str, text: str, year: int | None, agency: str | None) -> list[NarrativeFigure]:
    figures: list[NarrativeFigure] = []
    usual = plain(text)
    if not _holds_one(_TELLING, usual):
        return figures
    if len(usual) != len(text):  # keep the places of characters
        usual = text.translate(_HALF_WIDTH)
    topic = ""
    telling = [found.start() for found in _TELLING_WORD.finditer(usual)]
    next_telling = 0
    for found in _SENTENCE.finditer(usual):
        begins, ends = found.span()
        heading = found["topic"]
        if heading is not None:
            topic = heading
        while next_telling < len(telling) and telling[next_telling] < begins:
            next_telling += 1
        if next_telling == len(telling):
            break
        if telling[next_telling] >= ends or ends - begins > _LONGEST_SENTENCE:
            continue
        sentence = found[0]
        told = _told((sentence, topic, year)) if _COUNTING.search(sentence) else ()
        if not told:
            continue
        printed = text[begins:ends].strip()
        may_name = bool(agency) and _holds_one(_named_body_says(), sentence)
        for each in told:
            if may_name and agency and _is_of_another(sentence[: each.end], agency):
                continue
            start, end = begins + each.start, begins + each.end
            figures.append(
                NarrativeFigure(each.measure, each.value, printed, each.scope, section, start, end)
            )
    return figures


def _holds_one(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


class _Told:
    """A figure that a sentence plainly states: of what, for whom, and where in the sentence."""

    def __init__(self, measure: str, value: Number, scope: str, start: int, end: int) -> None:
        self.measure: Final = measure
        self.value: Final = value
        self.scope: Final = scope
        self.start: Final = start
        self.end: Final = end


class _Sentence:
    """A sentence and the figures found in it, each only where nothing casts doubt on it."""

    def __init__(self, text: str, year: int | None) -> None:
        other, other_time = _doubts()
        self.text: Final = text
        self.year: Final = year
        self.told: Final[list[_Told]] = []
        # No clause has these where the whole has none, which is so of most.
        self.doubtful: Final = other.search(text) is not None
        self.of_other_time: Final = other_time.search(text) is not None
        self.says_whose: Final = any(words.search(text) for words in _scope_words().values())
        self.years: Final = [(found.end(), int(found[1])) for found in _A_YEAR.finditer(text)]

    def tell(self, measure: str, value: Number, found: re.Match[str]) -> bool:
        """Take a figure, unless its clause says that something else, a part or another year is counted."""
        start, end = found.span()
        if not self._is_plain(start, end):
            return False
        scope = _scope(self.text[:end]) if self.says_whose else "unknown"
        self.told.append(_Told(measure, value, scope, start, end))
        return True

    def _is_plain(self, start: int, end: int) -> bool:
        if self.doubtful or self.of_other_time:
            other, other_time = _doubts()
            before = _CLAUSES.match(self.text, 0, start)
            begins = before.end() if before else 0
            after = _CLAUSE_END.search(self.text, end)
            if other.search(self.text, begins, after.start() if after else len(self.text)):
                return False
            if other_time.search(self.text, begins, start):  # the words matched may themselves be 上年结转
                return False
        years = [named for ends, named in self.years if ends <= start]
        return not years or self.year is None or years[-1] == self.year


@remembered(4096)
def _told(asked: tuple[str, str, int | None]) -> Sequence[_Told]:
    """The figures that a sentence plainly states, under the words of a sub-heading, of a year.

    Many reports say in the same sentence that there were none, or no fee.
    """
    text, topic, year = asked
    wordings, both, fee = _wordings_of(year)
    concerned = [item for item in wordings.items() if _concerns(item[1], text, topic)]
    of_fee = _holds_one(fee.says, text)
    if not concerned and not of_fee:
        return []
    sentence = _Sentence(text, year)
    said = both.patterns if concerned and _holds_one(both.says, text) else ()
    together = [found for pattern in said for found in pattern.finditer(text)]
    for measure, wording in concerned:
        counted = list(together)
        for found in together if measure in _DISPUTES else ():
            value = _whole_number(found["number"])
            if value is not None and (value == 0 or found["each"] is not None):
                sentence.tell(measure, value, found)
        for pattern in wording.patterns + wording.also if "申请" in topic else wording.patterns:
            for found in pattern.finditer(text):
                value = _whole_number(found["number"])
                if value is None or _overlaps(found, counted):
                    continue
                if sentence.tell(measure, value, found):
                    counted.append(found)
        if not counted:
            for pattern in wording.zero:
                none = pattern.search(text)
                if none and sentence.tell(measure, 0, none):
                    break
    if of_fee:
        _tell_fee(fee, sentence)
    return sentence.told


def _tell_fee(fee: _Wording, sentence: _Sentence) -> None:
    for found in fee.patterns[0].finditer(sentence.text):
        if "标准" not in sentence.text and "每" not in sentence.text:
            amount = Decimal(found["amount"].replace(",", "")) * (10000 if found["unit"] == "万元" else 1)
            if sentence.tell(FEE, int(amount) if amount == int(amount) else amount.normalize(), found):
                return
    none = fee.zero[0].search(sentence.text)
    if none:
        sentence.tell(FEE, 0, none)


def _concerns(wording: _Wording, sentence: str, topic: str) -> bool:
    """Whether a sentence may tell a figure in these words, and speaks of what they are about."""
    if not _holds_one(wording.says, sentence) or _holds_one(wording.unless, sentence):
        return False
    return _holds_one(wording.topic, sentence) or _holds_one(wording.topic, topic)


def _overlaps(found: re.Match[str], others: list[re.Match[str]]) -> bool:
    return any(found.start() < other.end() and other.start() < found.end() for other in others)


def _scope(words: str) -> str:
    """Whose count it is: the last word before the figure that says so."""
    nearest, at = "unknown", 0
    for name, pattern in _scope_words().items():
        for found in pattern.finditer(words):
            if found.end() > at:
                nearest, at = name, found.end()
    return nearest


def _whole_number(digits: str) -> int | None:
    """A whole number in Arabic figures or Chinese ones (十二, 一百零三, 二〇); None where it is neither."""
    if digits[0].isdecimal():
        return int(digits.replace(",", ""))
    if not any(digit in _TENS for digit in digits):
        return int("".join(str(_DIGITS[digit]) for digit in digits))
    total, ones = 0, 0
    smallest = 10_000
    for digit in digits:
        if digit in _DIGITS:
            ones = _DIGITS[digit]
            continue
        if _TENS[digit] >= smallest:  # 十百: no number
            return None
        smallest = _TENS[digit]
        total += (ones or 1) * smallest
        ones = 0
    return total + ones


@cache
def _wordings() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(files("schemas").joinpath("narrative.yml").read_text("utf-8"))
    return data


@cache
def _repeated() -> dict[str, list[tuple[str, str, str]]]:
    """The cells that each measure repeats, as table, row, column."""
    measures = _wordings()["measures"]
    return {
        measure: [(table, row, column) for table, row, column in declared["cells"]]
        for measure, declared in measures.items()
    }


@cache
def _repeated_places() -> tuple[frozenset[str], frozenset[str]]:
    """The rows and the columns of these cells."""
    cells = [cell for repeated in _repeated().values() for cell in repeated]
    return frozenset(row for _, row, _ in cells), frozenset(column for _, _, column in cells)


@cache
def _doubts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What tells that something else or a part is counted, and that another time is."""
    words = _wordings()
    return re.compile(f"{words['other_things']}|{words['part']}"), re.compile(words["other_time"])


@cache
def _named_body() -> re.Pattern[str]:
    return re.compile(_filled(_wordings()["named_body"], _wordings()["words"]))


@cache
def _named_body_says() -> tuple[str, ...]:
    return tuple(_wordings()["named_body_says"])


@cache
def _scope_words() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(words) for name, words in _wordings()["scopes"].items()}


@remembered(64)
def _wordings_of(year: int | None) -> tuple[dict[str, _Wording], _Wording, _Wording]:
    """How each measure, the disputes counted together and the fee are told, of a year."""
    years = {"year": year, "year_before": year and year - 1, "year_after": year and year + 1}
    inserts = {name: str(value or "(?!)") for name, value in years.items()} | {
        "count": _COUNT,
        "number": rf"\s*{_COUNT}",
    }
    declared = _wordings()
    for name, words in declared["words"].items():
        inserts[name] = _filled(words, inserts)

    def wording(written: dict[str, Any]) -> _Wording:
        kinds = (written.get(kind, ()) for kind in ("patterns", "also", "zero"))
        patterns, also, zero = (tuple(re.compile(_filled(one, inserts)) for one in kind) for kind in kinds)
        says, topic, unless = (tuple(written.get(words, ())) for words in ("says", "topic", "unless"))
        return _Wording(says, topic, unless, patterns, also, zero)

    measures = {measure: wording(written) for measure, written in declared["measures"].items()}
    return measures, wording(declared["together"]), wording(declared["fee"])


def _filled(pattern: str, inserts: dict[str, str]) -> str:
    return _INSERT.sub(lambda found: inserts[found[1]], pattern)
