"""The six sections of a report: where each begins and ends, and the running text of each.

A heading is told by its words, its number and the style of its numbering, and by what follows it. Any
of these may be missing or wrong in a real report, the same words also stand in a contents list, in
sub-headings (（一）主动公开) and in sentences. So nothing is decided line by line: every line that could be
a heading is a candidate, and the best chain of candidates in ascending order is the answer.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from mypy_extensions import mypyc_attr
from rapidfuzz import fuzz, process

from schemas import forms
from transforms.document import Line
from transforms.normalise import SIMPLIFIED, SPACES, plain, squash
from transforms.remember import remembered


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Section:
    """One section: its lines are `lines[start:end]`, of which `lines[start:body]` are the heading.

    Where text follows the heading on its line, that line belongs to the body: `body == start`.
    """

    number: Final[int]
    section: Final[str]
    heading: Final[str]
    start: Final[int]
    body: Final[int]
    end: Final[int]

    def __init__(self, number: int, section: str, heading: str, start: int, body: int, end: int) -> None:
        self.number = number
        self.section = section
        self.heading = heading
        self.start = start
        self.body = body
        self.end = end


@mypyc_attr(acyclic=True)
class _Reading:
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
class _Candidate:
    """A line that could be a heading; `lines[start:body]` are it, as those of a section are."""

    reading: Final[_Reading]
    start: Final[int]
    body: Final[int]

    def __init__(self, reading: _Reading, start: int, body: int) -> None:
        self.reading = reading
        self.start = start
        self.body = body


_LONGEST_HEADING, _LONGEST_LABEL = 60, 120
_SIMILAR_NUMBERED, _SIMILAR = 75, 87  # least similarity (of 100) of a title with and without its number
_MARKS_BEFORE, _MARKS_AFTER = SPACES + "#*>|_~·●■◆-", SPACES + "#*|_~"
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
_EMPHASIS: Final = re.compile(r"\*\*|__|^\s*[#>]+\s*")
_PARAGRAPH: Final = re.compile(
    r"(?:[（(]\s*[一二三四五六七八九十\d]{1,2}\s*[)）]|[一二三四五六七八九十]{1,2}\s*[、.．]|\d{1,2}\s*[、.．](?!\d)|[①-⑩]|第[一二三四五六七八九十]+[，,、])"
)
_PARAGRAPH_END: Final = re.compile(r"\W*?[。！？!?；;：:]")  # of the characters from the last on
_NUMBER_ONLY: Final = re.compile(r"[\s\d.,，%—\-–/|第页共]+")
_HANZI_AT_JOINT: Final = re.compile(r"[⺀-\uffef“”‘’]{2}")
# The first space stands before what must stand before it: a search for one of a few characters is fast.
_SPACE_IN_TEXT: Final = re.compile(
    r"[ \t\u00a0\u3000](?<=[⺀-鿿！-｠][ \t\u00a0\u3000])[ \t\u00a0\u3000]*(?=[⺀-鿿！-｠])"
)
_LONGEST_TITLE: Final = 30  # of a sub-heading within a section
_SHORTEST_BROKEN: Final = 16  # a shorter line that ends without a full stop is a line of its own
_CLOSING: Final = re.compile(
    r"-{3,}|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二〇○零一]{4}年"
    r"|(?:抄送|附件|分享|上一篇|下一篇|主办|承办|版权所有|打印|责任编辑|扫一扫|相关链接|网站地图)"
    r"|[^，。]{2,25}(?:办公室|办公厅|人民政府|委员会|局|厅|办事处)$"
)
_MOST_CANDIDATES: Final = 300
_UNTOLD_STYLES: Final = ("hanzi", "part")  # of a number that may alone tell a heading
_LONGEST_FIRST: Final = 16  # a sub-heading that opens a line comes again, a longer sentence does not
_STYLE_SCORES: Final = {"part": 0.2, "hanzi": 0.2, "digit": -0.1, "bracket": -0.4, "": 0.0}
_NUMERALS: Final = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}


def split(lines: list[Line]) -> list[Section]:
    """The sections found, in order. A section whose heading is not printed is absent."""
    candidates = _candidates(lines)
    chain = _best_chain(candidates, lines) if candidates else []
    sections: list[Section] = []
    end = len(lines)
    for each in reversed(chain):
        number, heading = each.reading.number, each.reading.heading
        sections.append(Section(number, _codes()[number], heading, each.start, each.body, end))
        end = each.start
    return sections[::-1]


def _candidates(lines: list[Line]) -> list[_Candidate]:
    found = []
    for start, line in enumerate(lines):
        if len(line.cells) == 1:
            text = last = line.cells[0].text.strip()
        else:
            text, last = _heading_text(line), _last_text(line)
        if "、" in last and not last.endswith("。"):
            for reading in _fused(last[-_LONGEST_HEADING:])[1]:
                found.append(_Candidate(reading, start + 1, start + 1))
        if text.isascii():  # nothing, or a figure
            continue
        if len(text) > 2 * _LONGEST_HEADING:
            readings, goes_on = _readings(text[: 2 * _LONGEST_HEADING], True), False
        elif text.endswith("。"):  # hardly comes again
            if not _may_open_with_heading(text):
                continue
            readings, goes_on = _read_heading(text)
        else:
            readings, goes_on = _heading(text)
        for reading in readings:
            found.append(_Candidate(reading, start, start + (not reading.inline)))
        if not goes_on:
            continue
        for body in range(start + 2, min(start + 3, len(lines)) + 1):  # a title broken over lines
            joined = "".join([_heading_text(line) for line in lines[start:body]])
            whole = [r for r in _readings(joined, False) if r.similarity >= 0.95 and not r.inline]
            found += [_Candidate(reading, start, body) for reading in whole]
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


@remembered(4096)
def _fused(end: str) -> tuple[str, tuple[_Reading, ...]]:
    """A numbered title at the end of a line that other text begins, and its readings; empty without one."""
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
    return words in _beginnings() or words.startswith(tuple(_titles()))


def _read_heading(text: str) -> tuple[tuple[_Reading, ...], bool]:
    """Every section that a whole line could be the heading of; whether it may be a part of a heading."""
    if not _is_hinted(text):
        return (), False
    usual, numbering = _usual(text)
    readings = _hinted_readings(text, usual, numbering, False)
    for reading in readings:
        if reading.similarity:
            return readings, False
    if len(text) > _LONGEST_HEADING:
        if len(usual) - (numbering.end() if numbering else 0) > _LONGEST_HEADING:  # too long already
            return readings, False
        head = text[:_LONGEST_HEADING]
        if not _is_hinted(head):
            return readings, False
        usual, numbering = _usual(head)
    return readings, _may_go_on(usual, numbering)


_heading: Final = remembered(16384)(_read_heading)


def _may_go_on(usual: str, numbering: re.Match[str] | None) -> bool:
    """Whether the head of a line is the first part of a title or its number alone."""
    title = usual[numbering.end() :] if numbering else usual
    letters = _letters()
    for character in title:
        if character not in letters and character.isalnum():
            return False
    words = squash(title)
    return words in _beginnings() and (bool(words) or numbering is not None)


def _usual(text: str) -> tuple[str, re.Match[str] | None]:
    """A line in its usual characters without marks around it, and its numbering."""
    usual = _unmarked(plain(text))
    return usual, _NUMBERING.match(usual)


def _is_hinted(text: str) -> bool:
    """Whether a text may have a word of a title or a number before it: all others are not looked at."""
    if _prose().match(text):
        return False
    return _HINT.search(text) is not None or _NUMERAL_FIRST.match(text) is not None


def _unmarked(text: str) -> str:
    """A line's text without the marks of a list or of Markdown around it."""
    return text.lstrip(_MARKS_BEFORE).rstrip(_MARKS_AFTER)


def _readings(text: str, cut: bool) -> tuple[_Reading, ...]:
    """Every section that a line could be the heading of; `cut` says that the line goes on."""
    return _hinted_readings(text, *_usual(text), cut) if _is_hinted(text) else ()


def _hinted_readings(
    text: str, printed: str, numbering: re.Match[str] | None, cut: bool
) -> tuple[_Reading, ...]:
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
            _Reading(r.number, r.printed, r.style, r.similarity, _as_printed(text, r), r.inline)
            for r in found.values()
        ]
    )


def _titled(style: str, printed: int | None, title: str, cut: bool) -> list[_Reading]:
    """The readings of a title without its number."""
    whole = not cut and len(title) <= _LONGEST_HEADING and not _SENTENCE.search(title[:-1])
    opened = style and _title_at_start().match(title)
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
        for number, variants in (_variants().items() if opened else ())
        if words not in variants and (head := _title_at_head(title, words, variants))
    }
    readings = [_Reading(number, printed, style, 0.95, head, True) for number, head in inline.items()]
    readings += [
        _Reading(number, printed, style, similarity / 100, title, False)
        for number, similarity in similar.items()
        if number not in inline
    ]
    untold = whole and not readings and style in _UNTOLD_STYLES and not _SENTENCE.search(title)
    if untold and printed in (1, 5, 6) and 2 <= len(words) <= 30 and not _tables_begun(f"一{title}"):
        readings.append(_Reading(printed, printed, style, 0.0, title, False))
    return readings


def _similar(words: str, least: int) -> dict[int, float]:
    """The sections with a title like these words, and how like (to 100)."""
    found: dict[int, float] = {}
    if not 2 <= len(words) <= _LONGEST_HEADING:
        return found
    for variant, score, _ in process.extract(
        words, _titles().keys(), scorer=fuzz.ratio, score_cutoff=least, limit=None
    ):
        long_enough = min(len(words), len(variant)) >= 4  # or too short to tell a misprint from another word
        if score == 100 or long_enough:
            number = _titles()[variant]
            found[number] = max(found.get(number, 0.0), score)
    return found


def _has_letters_of_titles(text: str, least: int) -> bool:
    """Whether enough of the letters of a text stand in titles, so that one may be so like it (of 100).

    The likeness is twice the characters in common among those of both; a title has all these in common.
    """
    letters = _letters()
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


def _as_printed(text: str, reading: _Reading) -> str:
    """The printed characters of the heading: the whole line, or its head where text follows."""
    ends = range(1, len(text)) if reading.inline else ()
    end = next((at for at in ends if squash(text[:at]).endswith(reading.heading)), len(text))
    return _unmarked(text[:end])


def narrative(lines: list[Line], section: Section) -> str:
    """The section's running text without its tables: paragraphs parted by blank lines, one line each.

    What a converter broke apart is joined again; page numbers, running headings, Markdown marks and, after
    the last section, the closing lines of the document (signature, date, site navigation) are left out.
    """
    own = squash(section.heading)
    strict = section.number in _evidence()  # the sections with a table: only whole sentences are text
    own_lines = lines[section.body : section.end]
    if strict and not _ends_sentence("".join([_text_alone(line) for line in own_lines])):
        return ""
    paragraphs: list[list[str]] = []  # each of the pieces that follow on one another
    is_open = False  # whether the last paragraph goes on in the next line
    for at in range(section.body, section.end):
        text = _running_text(lines[at], strict)
        if not text:
            continue
        if at == section.end - 1 and "、" in text and not text.endswith("。"):
            text = text.removesuffix(_fused(text[-_LONGEST_HEADING:])[0]).rstrip()
        if at == section.start:
            text = text[text.find(section.heading) + len(section.heading) :].lstrip(" :：。")
        emphatic = "**" in text or "__" in text or text.lstrip().startswith(("#", ">"))
        marked = (_EMPHASIS.sub("", text) if emphatic else text).strip()
        # A running heading is hardly longer than the heading, also with spaces between its characters.
        if not marked or (len(marked) <= 3 * len(section.heading) and squash(marked) == own):
            continue
        if section.number == 6 and _CLOSING.match(marked):
            break
        if is_open and not _PARAGRAPH.match(marked):
            joint = paragraphs[-1][-1][-1] + marked[0]
            paragraphs[-1].append(marked if _HANZI_AT_JOINT.fullmatch(joint) else f" {marked}")
        else:
            paragraphs.append([marked])
            is_open = len(marked) >= _SHORTEST_BROKEN and not _is_titled(marked)
        is_open = is_open and not marked.endswith("。") and not _PARAGRAPH_END.match(marked[::-1])
    return _SPACE_IN_TEXT.sub("", "\n\n".join(["".join(pieces) for pieces in paragraphs]))


def _is_titled(text: str) -> bool:
    """Whether a line is the title of what follows within a section."""
    return len(text) <= _LONGEST_TITLE and not _ends_sentence(text) and _PARAGRAPH.match(text) is not None


def _running_text(line: Line, strict: bool) -> str:
    """The line's text if it is running text, empty if it belongs to a table or is a page number."""
    text = _text_alone(line)
    if _ends_sentence(text) or not (strict or _is_of_a_table(text[:_LONGEST_LABEL])):
        return text
    return ""


def _text_alone(line: Line) -> str:
    """The text of the line's only cell with any; empty for a row of a table."""
    text = ""
    for cell in line.cells:
        if printed := cell.text.strip():
            if text:
                return ""
            text = printed
    return text


def _ends_sentence(text: str) -> bool:
    """Whether a sentence ends in the text: its marks are looked for one by one, which is fastest."""
    return "。" in text or "；" in text or ";" in text or "！" in text or "!" in text


@remembered(16384)
def _is_of_a_table(text: str) -> bool:
    """Whether a text is a figure or a label of the forms."""
    return _NUMBER_ONLY.fullmatch(text) is not None or squash(text) in _form_words()


@cache
def _form_words() -> frozenset[str]:
    """Every label of the forms, squashed."""
    cells = forms.form_cells()
    printed = {label for cell in cells for label in (cell.row_label, cell.column_label)}
    declared = forms.labels()
    printed |= {label for rows in declared["rows"].values() for labels in rows.values() for label in labels}
    printed |= {label for labels in declared["headers"].values() for label in labels}
    printed |= {entry["heading"] for entry in declared["articles"]}
    return frozenset(map(squash, printed))


@cache
def _codes() -> dict[int, str]:
    return {entry["number"]: entry["section"] for entry in forms.labels()["sections"]}


@cache
def _variants() -> dict[int, tuple[str, ...]]:
    """Squashed titles of each section, the longest first."""
    return {
        entry["number"]: tuple(
            sorted({squash(title) for title in [entry["title"], *entry["variants"]]}, key=len, reverse=True)
        )
        for entry in forms.labels()["sections"]
    }


@cache
def _titles() -> dict[str, int]:
    return {variant: number for number, variants in _variants().items() for variant in variants}


@cache
def _letters() -> frozenset[str]:
    """The characters of which the titles are made."""
    return frozenset("".join(_titles()))


@cache
def _title_at_start() -> re.Pattern[str]:
    """A text in its usual form that begins with a whole title."""
    between = r"[\W_]*"
    return re.compile(f"{between}(?:{'|'.join([between.join(title) for title in _titles()])})")


@cache
def _beginnings() -> frozenset[str]:
    """Everything that a title may begin with, down to nothing."""
    return frozenset(title[:end] for title in _titles() for end in range(len(title) + 1))


@cache
def _prose() -> re.Pattern[str]:
    """A text that begins with no title, and is of two sentences or (without a number) too long to be one."""
    heads = {title[0] for title in _titles()}.union(_NUMERALS, "第")
    longest = int(max(map(len, _titles())) * (200 / _SIMILAR - 1))
    begins = rf"(?:[{''.join(SIMPLIFIED - heads)}]|[0-9]{{3}})"
    second_sentence = r"[^。；]*+[。；](?=.*。\Z)"
    return re.compile(rf"{begins}(?:{second_sentence}|(?:[^一-鿿0-9]*[一-鿿0-9]){{{longest}}})")


@cache
def _evidence() -> dict[int, re.Pattern[str]]:
    return {
        entry["number"]: re.compile("|".join(map(squash, entry["evidence"])))
        for entry in forms.labels()["sections"]
        if entry["evidence"]
    }


@remembered(16384)
def _tables_begun(text: str) -> tuple[int, ...]:
    """The sections in whose table a cell with this text stands."""
    words = squash(text)
    return tuple(number for number, pattern in _evidence().items() if pattern.match(words))


def _best_chain(candidates: list[_Candidate], lines: list[Line]) -> list[_Candidate]:
    """The candidates, ascending by line and by section, whose scores are the highest in all.

    Of equally good ones the later is taken, so that a doubled heading stands before its section.
    """
    if len(candidates) > _MOST_CANDIDATES:
        candidates = sorted(sorted(candidates, key=_own_score)[-_MOST_CANDIDATES:], key=lambda c: c.start)
    tables = _table_starts(candidates, lines)
    substances = _substances(candidates)
    best: list[float] = []  # score of the best chain that ends with each candidate
    links: list[int] = []  # and who precedes it there, -1 for nobody
    for at, candidate in enumerate(candidates):
        reading, start = candidate.reading, candidate.start
        score, link = 0.0, -1
        for before in range(at):
            earlier = candidates[before]
            if earlier.reading.number < reading.number and earlier.body <= start:
                total = best[before] + (
                    _followed(earlier, substances[before], tables[before], start)
                    + _agreement(earlier.reading, reading)
                )
                if total > score or (total == score and before > max(link, 0)):
                    score, link = total, before
        best.append(score + _own_score(candidate))
        links.append(link)

    last, highest = -1, 0.0
    for at, candidate in enumerate(candidates):
        total = best[at] + _followed(candidate, substances[at], tables[at], len(lines))
        if last < 0 or total >= highest:
            last, highest = at, total
    chain: list[_Candidate] = []
    while last >= 0:
        chain.append(candidates[last])
        last = links[last]
    return chain[::-1] if any(candidate.reading.similarity for candidate in chain) else []


def _followed(candidate: _Candidate, substance: int, table: int, end: int) -> float:
    """What the lines up to the next heading, at `end`, say for or against a candidate.

    `substance` is the first line after its heading that is no heading itself, `table` that of its table.
    """
    near = 0.0 if table >= end else 0.8 if table - candidate.body < 3 else 0.4
    return near - 0.7 if substance >= end and not candidate.reading.inline else near


def _substances(candidates: list[_Candidate]) -> list[int]:
    """For each candidate, the first line after its heading that is no heading itself."""
    heads = {at for candidate in candidates for at in range(candidate.start, candidate.body)}
    found = []
    for candidate in candidates:
        at = candidate.body
        while at in heads:
            at += 1
        found.append(at)
    return found


def _table_starts(candidates: list[_Candidate], lines: list[Line]) -> list[int]:
    """For each candidate, the first line after its heading of a table of its section, or the end."""
    end = len(lines)
    found = [end] * len(candidates)
    next_of: dict[int, int] = {}  # for each section with a table, the last place found
    for body, index in sorted([(candidate.body, index) for index, candidate in enumerate(candidates)]):
        number = candidates[index].reading.number
        if number not in _evidence():
            continue
        at = next_of.get(number, 0)
        if at < body:
            at = body
            while at < end and not _begins_table(lines[at], number):
                at += 1
            next_of[number] = at
        found[index] = at
    return found


def _begins_table(line: Line, number: int) -> bool:
    """Whether one of the first two cells of a line, blank ones left out, stands in the table of a section."""
    seen = 0
    for cell in line.cells:
        if text := cell.text.strip():
            if len(text) > 2 and not text.isascii() and number in _tables_begun(text[:_LONGEST_HEADING]):
                return True
            seen += 1
            if seen == 2:
                break
    return False


def _own_score(candidate: _Candidate) -> float:
    """How well the line alone fits as the heading of its section."""
    reading = candidate.reading
    words = 2 * reading.similarity - 0.5 if reading.similarity else -0.6
    number = 0.0 if reading.printed is None else 0.4 if reading.printed == reading.number else -0.3
    return words + number + _STYLE_SCORES[reading.style] - 0.2 * reading.inline


def _agreement(earlier: _Reading, later: _Reading) -> float:
    """How well two headings go together: one style of numbering, and numbers that count on."""
    if earlier.style != later.style:
        return -0.2 if not (earlier.style and later.style) else -0.6
    if earlier.printed is None or later.printed is None:
        return 0.2
    return 0.5 if later.printed - earlier.printed == later.number - earlier.number else -0.3
