"""Lines that could be the heading of a section: what they say of its title, its number and their style.

Any of these may be missing or wrong in a real report. Which of the lines are headings is decided for the
whole document (`transforms.sections`).
"""

import re
from functools import cache
from typing import Final

from mypy_extensions import mypyc_attr
from rapidfuzz import fuzz, process

from transforms.document import Line
from transforms.normalise import SIMPLIFIED, SPACES, plain, squash
from transforms.remember import remembered
from transforms.titles import beginnings, letters_of_titles, tables_begun, title_at_start, titles, wordings


@mypyc_attr(acyclic=True)
class Reading:
    """One way to read a line as a section's heading."""

    number: Final[int]  # of the section whose title it resembles
    printed: Final[int | None]  # the number before the title
    style: Final[str]  # of it: part (第一部分), hanzi (一、), bracket (（一）), digit (1.) or empty
    similarity: Final[float]  # to the title, 0 to 1; 0 where only the number speaks for it
    heading: Final[str]
    inline: Final[bool]  # whether text follows the heading on the same line

    def __init__(
        self, number: int, printed: int | None, style: str, similarity: float, heading: str, inline: bool
    ) -> None:
        self.number = number
        self.printed = printed
        self.style = style
        self.similarity = similarity
        self.heading = heading
        self.inline = inline


@mypyc_attr(acyclic=True)
class Candidate:
    """A line that could be a heading; `lines[start:body]` are it, as those of a section are."""

    reading: Final[Reading]
    start: Final[int]
    body: Final[int]

    def __init__(self, reading: Reading, start: int, body: int) -> None:
        self.reading = reading
        self.start = start
        self.body = body


LONGEST_HEADING: Final = 60
# Least similarity (of 100) of a title with and without its number.
_SIMILAR_NUMBERED: Final = 75
_SIMILAR: Final = 87
_MARKS_BEFORE: Final = SPACES + "#*>|_~·●■◆-"
_MARKS_AFTER: Final = SPACES + "#*|_~"
_NUMBERING: Final = re.compile(
    r"第\s*(?P<part>[一二三四五六七八九十\d]{1,2})\s*(?:部分|章|节)[\s、.,:]*"
    r"|[(]\s*(?P<bracket>[一二三四五六七八九十\d]{1,2})\s*[)][\s、.,:]*"
    r"|(?P<hanzi>[一二三四五六七八九十]{1,2})[\s、.,:]*"
    r"|(?P<digit>\d{1,2})\s*[、.,:)](?!\d)\s*"
)
_CONTENTS_ENTRY: Final = re.compile(r"(?:[.…·⋯\-_]{2,}|\s{2,}|\t)\s*\d{1,3}$")
_FUSED: Final = re.compile(r"[\s。;；]([一二三四五六七八九十]\s*、[^。;；\s]{4,30})\s*$")
_END_OF_INLINE: Final = re.compile(r"[。:;\s]")
_SENTENCE: Final = re.compile(r"[。;!?]")
_HINT: Final = re.compile(r"情\s*况|事\s*项|问\s*题|概|公\s*开|诉\s*讼|申\s*请|部\s*分")
_NUMERAL_FIRST: Final = re.compile(r"\W*[一二三四五六七八九十]")
_UNTOLD_STYLES: Final = ("hanzi", "part")  # of a number that may alone tell a heading
_LONGEST_FIRST: Final = 16  # a sub-heading that opens a line comes again, a longer sentence does not
_NUMERALS: Final = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}


def possible_headings(lines: list[Line]) -> list[Candidate]:
    """All lines that could be headings, in every way to read them."""
    found = []
    for start, line in enumerate(lines):
        if len(line.cells) == 1:
            text = last = line.cells[0].text.strip()
        else:
            text, last = _heading_text(line), _last_text(line)
        for reading in fused(last)[1]:
            found.append(Candidate(reading, start + 1, start + 1))
        if text.isascii():  # nothing, or a figure
            continue
        if len(text) > 2 * LONGEST_HEADING:
            readings, goes_on = _readings(text[: 2 * LONGEST_HEADING], True), False
        elif text.endswith("。"):  # hardly comes again
            if not _may_open_with_heading(text):
                continue
            readings, goes_on = _read_heading(text)
        else:
            readings, goes_on = _heading(text)
        for reading in readings:
            found.append(Candidate(reading, start, start + (not reading.inline)))
        if not goes_on:
            continue
        for body in range(start + 2, min(start + 3, len(lines)) + 1):  # a title broken over lines
            joined = "".join([_heading_text(line) for line in lines[start:body]])
            whole = [r for r in _readings(joined, False) if r.similarity >= 0.95 and not r.inline]
            found += [Candidate(reading, start, body) for reading in whole]
    return found


def _last_text(line: Line) -> str:
    """The text of the line's last cell that is not blank, if any."""
    for cell in reversed(line.cells):
        if text := cell.text.strip():
            return text
    return ""


def _heading_text(line: Line) -> str:
    """The text of a line that may be a heading; empty for a row of a table."""
    first = second = ""
    for cell in line.cells:
        if text := cell.text.strip():
            if second:
                return ""
            if first:
                second = text
            else:
                first = text
    if second:
        return f"{first} {second}" if _is_numbering(first) else ""
    return first


@remembered(16384)
def _is_numbering(text: str) -> bool:
    return _NUMBERING.fullmatch(plain(text)) is not None


def fused(text: str) -> tuple[str, tuple[Reading, ...]]:
    """A numbered title at the end of a line that other text begins, and its readings; empty without one."""
    return _fused(text[-LONGEST_HEADING:]) if "、" in text and not text.endswith("。") else ("", ())


@remembered(4096)
def _fused(end: str) -> tuple[str, tuple[Reading, ...]]:
    found = _FUSED.search(end)
    whole = [r for r in _readings(found[1], False) if r.similarity == 1 and not r.inline] if found else []
    return (found[1], tuple(whole)) if found and whole else ("", ())


def _may_open_with_heading(text: str) -> bool:
    """Whether a line that ends in a full stop may be a heading or open with one."""
    end = text.find("。")
    return end > _LONGEST_FIRST or end == len(text) - 1 or _may_begin_heading(text[:end])


@remembered(4096)
def _may_begin_heading(sentence: str) -> bool:
    """Whether a line whose first sentence is this, and not the only one, may open with a heading."""
    usual, numbering = _usual(sentence)
    words = squash(usual[numbering.end() :] if numbering else usual)
    return words in beginnings() or words.startswith(tuple(titles()))


def _read_heading(text: str) -> tuple[tuple[Reading, ...], bool]:
    """Every section that a whole line could be the heading of; whether it may be a part of a heading."""
    if not _is_hinted(text):
        return (), False
    usual, numbering = _usual(text)
    readings = _hinted_readings(text, usual, numbering, False)
    for reading in readings:
        if reading.similarity:
            return readings, False
    if len(text) > LONGEST_HEADING:
        if len(usual) - (numbering.end() if numbering else 0) > LONGEST_HEADING:  # too long already
            return readings, False
        head = text[:LONGEST_HEADING]
        if not _is_hinted(head):
            return readings, False
        usual, numbering = _usual(head)
    return readings, _may_go_on(usual, numbering)


_heading: Final = remembered(16384)(_read_heading)


def _may_go_on(usual: str, numbering: re.Match[str] | None) -> bool:
    """Whether the head of a line is the first part of a title or its number alone."""
    title = usual[numbering.end() :] if numbering else usual
    letters = letters_of_titles()
    for character in title:
        if character not in letters and character.isalnum():
            return False
    words = squash(title)
    return words in beginnings() and (bool(words) or numbering is not None)


def _usual(text: str) -> tuple[str, re.Match[str] | None]:
    """A line in its usual characters without marks around it, and its numbering."""
    usual = _unmarked(plain(text))
    return usual, _NUMBERING.match(usual)


def _is_hinted(text: str) -> bool:
    """Whether a text may have a word of a title or a number before it: all others are not looked at."""
    if _prose().match(text):
        return False
    return _HINT.search(text) is not None or _NUMERAL_FIRST.match(text) is not None


@cache
def _prose() -> re.Pattern[str]:
    """A text that begins with no title, and is of two sentences or (without a number) too long to be one."""
    heads = {title[0] for title in titles()}.union(_NUMERALS, "第")
    longest = int(max(map(len, titles())) * (200 / _SIMILAR - 1))
    begins = rf"(?:[{''.join(SIMPLIFIED - heads)}]|[0-9]{{3}})"
    second_sentence = r"[^。；]*+[。；](?=.*。\Z)"
    return re.compile(rf"{begins}(?:{second_sentence}|(?:[^一-鿿0-9]*[一-鿿0-9]){{{longest}}})")


def _unmarked(text: str) -> str:
    """A line's text without the marks of a list or of Markdown around it."""
    return text.lstrip(_MARKS_BEFORE).rstrip(_MARKS_AFTER)


def _readings(text: str, cut: bool) -> tuple[Reading, ...]:
    """Every section that a line could be the heading of; `cut` says that the line goes on."""
    return _hinted_readings(text, *_usual(text), cut) if _is_hinted(text) else ()


def _hinted_readings(
    text: str, printed: str, numbering: re.Match[str] | None, cut: bool
) -> tuple[Reading, ...]:
    """The readings of a line that is `printed` in its usual characters."""
    if printed[-1:].isdecimal() and _CONTENTS_ENTRY.search(printed):
        return ()
    options = [_titled("", None, printed, cut)]
    if numbering:
        style = numbering.lastgroup or ""
        numeral = numbering[style]
        number = _NUMERALS.get(numeral) or (int(numeral) if numeral.isdecimal() else 10)
        options.append(_titled(style, number, printed[numbering.end() :].strip(), cut))
    found = {reading.number: reading for option in options for reading in option}
    return tuple(
        [
            Reading(r.number, r.printed, r.style, r.similarity, _as_printed(text, r), r.inline)
            for r in found.values()
        ]
    )


def _titled(style: str, printed: int | None, title: str, cut: bool) -> list[Reading]:
    """The readings of a title without its number."""
    whole = not cut and len(title) <= LONGEST_HEADING and not _SENTENCE.search(title[:-1])
    opened = style and title_at_start().match(title)
    if not whole and not opened:  # running text
        return []
    least = _SIMILAR_NUMBERED if style else _SIMILAR
    may_be_like = whole and _has_letters_of_titles(title, least)
    if not may_be_like and not opened and style not in _UNTOLD_STYLES:
        return []
    words = squash(title)
    similar = _similar(words, least) if may_be_like else {}
    inline = {
        number: head
        for number, variants in (wordings().items() if opened else ())
        if words not in variants and (head := _title_at_head(title, words, variants))
    }
    readings = [Reading(number, printed, style, 0.95, head, True) for number, head in inline.items()]
    readings += [
        Reading(number, printed, style, similarity / 100, title, False)
        for number, similarity in similar.items()
        if number not in inline
    ]
    untold = whole and not readings and style in _UNTOLD_STYLES and not _SENTENCE.search(title)
    if untold and printed in (1, 5, 6) and 2 <= len(words) <= 30 and not tables_begun(f"一{title}"):
        readings.append(Reading(printed, printed, style, 0.0, title, False))
    return readings


def _similar(words: str, least: int) -> dict[int, float]:
    """The sections with a title like these words, and how like (to 100)."""
    found: dict[int, float] = {}
    if not 2 <= len(words) <= LONGEST_HEADING:
        return found
    for variant, score, _ in process.extract(
        words, titles().keys(), scorer=fuzz.ratio, score_cutoff=least, limit=None
    ):
        long_enough = min(len(words), len(variant)) >= 4  # or too short to tell a misprint from another word
        if score == 100 or long_enough:
            number = titles()[variant]
            found[number] = max(found.get(number, 0.0), score)
    return found


def _has_letters_of_titles(text: str, least: int) -> bool:
    """Whether enough of the letters of a text stand in titles, so that one may be so like it (of 100).

    The likeness is twice the characters in common among those of both; a title has all these in common.
    """
    letters = letters_of_titles()
    known = other = 0
    for character in text:
        if character in letters:
            known += 1
        elif character.isalnum():
            other += 1
    return known * (200 - least) >= least * (known + other)


def _title_at_head(title: str, words: str, variants: tuple[str, ...]) -> str:
    """The title at the head of a line on which text follows, empty where there is none."""
    for variant in variants:
        if words.startswith(variant) and len(words) > len(variant):
            rest = words[len(variant) :]
            ended = _END_OF_INLINE.search(title)
            at_mark = ended is not None and squash(title[: ended.start()]) == variant
            if at_mark or rest.startswith(("无", "本年", "20", "没有", "暂无")):
                return variant
    return ""


def _as_printed(text: str, reading: Reading) -> str:
    """The printed characters of the heading: the whole line, or its head where text follows."""
    ends = range(1, len(text)) if reading.inline else ()
    end = next((at for at in ends if squash(text[:at]).endswith(reading.heading)), len(text))
    return _unmarked(text[:end])
