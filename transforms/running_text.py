"""The running text of a section, without its tables."""

import re
from functools import cache
from typing import Final

from schemas import forms
from transforms.document import Line
from transforms.headings import fused
from transforms.normalise import squash
from transforms.remember import remembered
from transforms.sections import Section
from transforms.titles import evidence

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
_LONGEST_LABEL: Final = 120
_LONGEST_TITLE: Final = 30  # of a sub-heading within a section
_SHORTEST_BROKEN: Final = 16  # a shorter line that ends without a full stop is a line of its own
_CLOSING: Final = re.compile(
    r"-{3,}|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二〇○零一]{4}年"
    r"|(?:抄送|附件|分享|上一篇|下一篇|主办|承办|版权所有|打印|责任编辑|扫一扫|相关链接|网站地图)"
    r"|[^，。]{2,25}(?:办公室|办公厅|人民政府|委员会|局|厅|办事处)$"
)


def running_text(lines: list[Line], section: Section) -> str:
    """The section's running text without its tables: paragraphs parted by blank lines, one line each.

    What a converter broke apart is joined again; page numbers, running headings, Markdown marks and, after
    the last section, the closing lines of the document (signature, date, site navigation) are left out.
    """
    own = squash(section.heading)
    strict = section.number in evidence()  # the sections with a table: only whole sentences are text
    own_lines = lines[section.body : section.end]
    if strict and not _ends_sentence("".join([_text_alone(line) for line in own_lines])):
        return ""
    paragraphs: list[list[str]] = []  # each of the pieces that follow on one another
    is_open = False  # whether the last paragraph goes on in the next line
    for at in range(section.body, section.end):
        text = _text_of(lines[at], strict)
        if not text:
            continue
        if at == section.end - 1 and (heading := fused(text)[0]):
            text = text.removesuffix(heading).rstrip()
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


def _text_of(line: Line, strict: bool) -> str:
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
