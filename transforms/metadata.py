"""What a report says of itself: title, body, year, period covered, number, date of publication.

Everything is read from the text before the first section, the first section's opening and the closing
lines. What the document does not say is taken from its source's dossier, or stays empty; nothing is guessed.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from transforms.agencies import identify
from transforms.document import Issue, Line
from transforms.normalise import close, plain, plain_each
from transforms.records import Agency, SourceEntry
from transforms.regions import locate
from transforms.remember import remembered
from transforms.sections import Section


class Metadata(NamedTuple):
    """Dates are ISO strings; `year` is the year reported on; None: neither document nor source says it."""

    title: str | None
    agency: str | None
    body: Agency | None
    region_code: str | None
    year: int | None
    opening: str  # the text before section one and its first lines, without spaces
    period_start: str | None
    period_end: str | None
    document_number: str | None
    published: str | None
    issues: tuple[Issue, ...]


_MOST_LINES = 150  # of the text before the first section, and of the closing lines
_FIRST_LINES = 5  # of the first section
_LONGEST_LINE = 300  # what stands further in a line is not looked at
_LONGEST_TITLE = 70
_NEAR = 60  # characters around a period in which its sentence must say that it is one
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
# Its first characters stand in front of what must stand before them: a search for one of a few is fast.
_YEAR = r"(?:2(?<!\d2)0[0-3]\d|二(?<!\d二)[〇○零0][〇○零0一二三][〇○零一二三四五六七八九0-9])"
_DAY = (
    rf"({_YEAR})\s*[年\-/.]\s*([\d〇一二三四五六七八九十]{{1,3}})"
    r"\s*[月\-/.]\s*([\d一二三四五六七八九十]{1,3})\s*日?"
)

_MARKUP = re.compile(r"^[\s#*>|_~]+|[\s#*|_~]+$|\*\*")
_MARKS: Final = ("#", "*", ">", "|", "_", "~")
_SENTENCE = re.compile(r"[。;]")
# A title ends so; the words before it name the body and the year.
_TITLE_END = re.compile(
    r"(?:政府信息|政务信息|信息|政务)公开(?:工作|情况|的|年度|20\d\d年?度?)*(?:报告|年报|总结)(?:[(\[]([^()\[\]]{1,30})[)\]])?$"
)
_LAST_OF_TITLE = ("报告", "年报", "总结", ")", "]")
_LAST_CHARACTERS = tuple(last[-1] for last in _LAST_OF_TITLE)  # also of a title printed with spaces: 报 告
_NOT_A_TITLE = re.compile(r"[。;>《]|当前位置|首页|附件|要求|格式|编制")
_DECLARED_PARTS = re.compile(r"[_|\-–—]+|\s{2,}|>>?")
_TITLE_YEAR = re.compile(rf"({_YEAR})\s*(?:年度?)?")
_ABOUT = re.compile(r"^(?:关于|发布|公布|印发|公开)+|(?:关于|发布|公布|的)+$|^[,:·.\-()]+|[,:·.\-()]+$")
_ABOUT_CHARACTERS = "关于发布公印开的,:·.-()"  # with which it begins or ends
_BODY_END = (
    r"(?:[委局厅署镇乡省市县区旗州盟院所处站队馆社会部台办司师段室]|政府|办公室|办公厅|委员会|中心|办事处|街道|苏木|"
    r"大学|学院|学校|中学|小学|公司|总社|集团|部门|分行|支行|银行|公安|残联|妇联|文联|工商联|兵团|海关|园区)"
)
_BODY = rf"[\u4e00-\u9fff()·]{{1,40}}?{_BODY_END}"
_BODY_LINE = re.compile(  # from its end on: 财政局(国有资产监督管理局)
    rf"[\u4e00-\u9fff()·]{{1,40}}{_BODY_END}(?<!网站)(?:\([^()]{{2,20}}\))?"
)
_REPORT_BY = "本(?:年度)?报告(?:是)?由"
_COMPILED_BY = re.compile(
    rf"(?:\n(?:{_REPORT_BY})?|{_REPORT_BY}|。|《())({_BODY})(?(1)(?={_YEAR}年\w*公开)|(?=,?(?:根据|按照|依据|依照|编制)))"
)
_PUBLISHER = re.compile(rf"(?:发布机构|发布机关|公开主体|发布单位)\s*[::]?\s*({_BODY})(?=\s|$)")
_NO_BODY = re.compile(
    r"^(?:我|本|该|各|全)|^(?:省|市|县|区|镇|乡|街道|局)?(?:人民政府|政府|办公室|政府办公室)?$|根据|条例"
)
_OPENING_YEAR = re.compile(rf"\W{{0,4}}(?:[在自从]|\w{{0,6}}?以来,)?({_YEAR})年")
_PERIOD = re.compile(
    rf"({_YEAR})年(\d{{1,2}})月(?:(\d{{1,2}})日)?(?:起|开始)?,?(?:至|到|截至|—+|-+|~|–)"
    rf"(?:({_YEAR})年|当年|同年)?(\d{{1,2}})月(?:(\d{{1,2}})日|底)?"
)
_PERIOD_WORDS = re.compile(r"统计|期限|数据|报告期|时限|起止|涵盖")
_NUMBER = r"[\u4e00-\u9fff]{1,14}(?:\(|\[|〔|【|﹝)20\d\d(?:\)|\]|〕|】|﹞)(?:第)?\d{1,4}号"
_NUMBER_LINE = re.compile(rf"({_NUMBER})(?:签发人.*)?")
_NUMBER_LABELLED = re.compile(rf"(?:文号|发文字号|文件编号|发文号)[::]?({_NUMBER})")
_BRACKETS = re.compile(r"\D(20\d\d)\D")
_PUBLISHED = tuple(
    re.compile(rf"(?:{label})\s*[::\]】)]*\s*{_DAY}")
    for label in (
        "发布日期|发布时间|公布日期|发文时间|公开日期|公开时间|发文日期",
        "成文日期|成文时间|生成日期|日期|时间",
    )
)
_DATE_LINE = re.compile(rf"\(?{_DAY}(?:印发|发布|公布)?\)?")


def describe(
    lines: list[Line], sections: list[Section], declared_title: str | None, entry: SourceEntry | None
) -> Metadata:
    """Read a report's metadata.

    `declared_title` is the title that the file itself declares (an HTML title, a PDF property), used where
    the text has none. `entry` fills what the document leaves open: body, region and year.
    """
    entry = entry or SourceEntry()
    first = sections[0].start if sections else min(len(lines), _MOST_LINES)
    body = sections[0].body if sections else 0
    above = lines[max(0, first - _MOST_LINES) : first]
    opens = [line for line in lines[body : body + _FIRST_LINES] if line.table is None]
    last = lines[max(sections[-1].body if sections else 0, len(lines) - _MOST_LINES) :]
    texts = _texts([*above, *opens, *last])
    head, start_of_text = texts[: len(above)], texts[len(above) : len(above) + len(opens)]
    tail = texts[len(above) + len(opens) :]
    opening = close("".join([*head, "。", *start_of_text]))

    issues: list[Issue] = []
    title = _title(head, declared_title)
    if title is None:
        issues.append(Issue("no_title", "the document has no title of a yearly report"))
    start, end = _period(opening) or _period(close("".join(tail))) or (None, None)
    if start and end and start > end:
        issues.append(Issue("period_conflict", f"the period covered ends before it begins: {start} to {end}"))
    year = _year(title, (end or start), start_of_text, entry, issues)
    agency = _agency(title, head, opening, tail, declared_title)
    if agency is None and entry.agency:
        agency = entry.agency
        issues.append(
            Issue("agency_from_source", f"the document does not name its body; the source says {agency}")
        )
    if agency is None:
        issues.append(Issue("no_agency", "neither the document nor its source says whose report it is"))
    text = f"{opening}{declared_title or ''}"
    known, region_code = resolve(agency, text, year, entry.region_code, issues)
    return Metadata(
        title, agency, known, region_code, year, opening,
        start, end, _number(head), _published(head, tail), tuple(issues),
    )  # fmt: skip


def resolve(
    agency: str | None, text: str, year: int | None, source_code: str | None, issues: list[Issue]
) -> tuple[Agency | None, str | None]:
    """The body of a printed name and the code of its division; what is not known becomes an issue.

    `text` may name the province or city; `source_code` is the division that the source's dossier gives.
    """
    if agency is None:
        return None, source_code
    location = locate(agency, text, year, source_code)
    known = identify(agency, location, year)
    if location.issue and not (known and known.agency_level == "national"):
        issues.append(location.issue)
    if known is None:
        message = f"{agency} is no body that is known; declare it in data/reference/agencies.csv"
        issues.append(Issue("unknown_agency", message, raw=agency))
    return known, location.region_code


def _texts(lines: list[Line]) -> list[str]:
    """The head of each line, in the usual characters, without Markdown marks."""
    texts = [text.strip() for text in plain_each([line.text[:_LONGEST_LINE] for line in lines])]
    return [_MARKUP.sub("", text).strip() if _is_marked(text) else text for text in texts]


def _is_marked(text: str) -> bool:
    return text.startswith(_MARKS) or text.endswith(_MARKS) or "**" in text


def _title(head: list[str], declared: str | None) -> str | None:
    """The title, without spaces: the fewest lines that name body and year, if any do."""
    found: list[tuple[bool, bool, int, int, str]] = []
    underscored = "_" in "".join(head)  # what stands behind one is no part of a title
    for last, text in enumerate(head):
        if "报" not in text and "总结" not in text:
            continue
        if not underscored and not text.endswith(_LAST_CHARACTERS):
            continue
        for first in range(last, max(last - 3, -1), -1):
            joined = _joined(head[first : last + 1])
            if len(joined) <= _LONGEST_TITLE and _is_title(joined):
                named, dated = _body_of_title(joined) is not None, _TITLE_YEAR.search(joined) is not None
                found.append((named, dated, first - last, first, joined))
                if named and dated:  # more lines are no better
                    break
    if found:
        return max(found)[-1]
    parts = [close(part) for part in _DECLARED_PARTS.split(plain(declared or ""))]
    return next((part for part in parts if _is_title(part)), None)


def _joined(texts: list[str]) -> str:
    return close("".join(texts)).split("_")[0]


def _is_title(text: str) -> bool:
    return (
        text.endswith(_LAST_OF_TITLE)
        and _TITLE_END.search(text) is not None
        and not _NOT_A_TITLE.search(text)
    )


@remembered(64)  # of a title it is asked more than once
def _body_of_title(title: str) -> str | None:
    """The body that a title names: what is left of it without the year and the standing words."""
    ending = _TITLE_END.search(title)
    if ending is None:
        return None
    name = _TITLE_YEAR.sub("", title[: ending.start()])
    for _ in range(2):
        if name and (name[0] in _ABOUT_CHARACTERS or name[-1] in _ABOUT_CHARACTERS):
            name = _ABOUT.sub("", name)
    if name.count("(") > name.count(")"):  # the closing one was taken for the title's
        name += ")"
    if name.endswith("人民"):  # …人民政府信息公开…: one 政府 printed for two
        name += "政府"
    return _body(name) or _body(ending[1] or "")


def _body(name: str) -> str | None:
    return name if _BODY_LINE.fullmatch(name) and not _NO_BODY.search(name) else None


def _agency(
    title: str | None, head: list[str], opening: str, tail: list[str], declared: str | None
) -> str | None:
    """The body as the report names it: in its title, its opening sentence, its signature or its head."""
    names = _names(title, head, opening, tail, declared)
    first = next(names, None)
    if first is None or locate(first).within is not None:
        return first
    # 市教育局 in the title, 泰安市教育局 below: the same characters, and the place with them.
    return next((name for name in names if name != first and name.endswith(first)), first)


def _names(
    title: str | None, head: list[str], opening: str, tail: list[str], declared: str | None
) -> Iterator[str]:
    """The body's name in the title, the opening sentence, the signature, the declared title and the head."""
    if name := _body_of_title(title or ""):
        yield name
    compiled = _COMPILED_BY.search(f"\n{opening}")  # the line feed: where it begins
    if compiled and (name := _body(compiled[2])):
        yield name
    if name := _signature(tail):
        yield name
    parts = _DECLARED_PARTS.split(plain(declared or ""))
    if name := next((name for part in parts if (name := _body_of_title(part))), None):
        yield name
    if found := next((found for text in head if (found := _PUBLISHER.search(text))), None):
        yield found[1]


def _signature(tail: list[str]) -> str | None:
    """The body in the line above the closing date."""
    for name, day in pairwise(text for text in tail if text):
        if _DATE_LINE.fullmatch(day) and (body := _body(close(name))):
            return body
    return None


def _year(
    title: str | None, period: str | None, start_of_text: list[str], entry: SourceEntry, issues: list[Issue]
) -> int | None:
    """The year reported on: from the title, else the period covered, else the first words of section one."""
    in_title = {_number_of(found) for found in _TITLE_YEAR.findall(title or "")}
    words = [text for text in start_of_text if text]
    first_words = _OPENING_YEAR.match(words[0]) if words else None
    stated = [
        next(iter(in_title)) if len(in_title) == 1 else None,
        int(period[:4]) if period else None,
        _number_of(first_words[1]) if first_words else None,
    ]
    year = next((year for year in stated if year), None)
    if stated[0] and stated[1] and stated[0] != stated[1]:
        issues.append(Issue("year_conflict", f"the title says {stated[0]}, the period covered {stated[1]}"))
    if year is None and entry.year is not None:
        issues.append(
            Issue("year_from_source", f"the document does not say its year; the source says {entry.year}")
        )
        return entry.year
    if year is None:
        issues.append(Issue("no_year", "neither the document nor its source says which year is reported on"))
    elif entry.year not in (None, year):
        issues.append(Issue("year_conflict", f"the document says {year}, its source {entry.year}"))
    return year


def _period(text: str) -> tuple[str | None, str | None] | None:
    """The first and last day that the figures cover, from the sentence that says so."""
    month_at = text.find("月")
    if month_at < 0:
        return None
    for found in _PERIOD.finditer(text, max(month_at - len("2022年12"), 0)):
        before = text[max(0, found.start() - _NEAR) : found.start()]
        after = text[found.end() : found.end() + _NEAR]
        sentence = _SENTENCE.split(before)[-1] + _SENTENCE.split(after)[0]
        if _PERIOD_WORDS.search(sentence):
            year, month, day, last_year, last_month, last_day = found.groups()
            last_year = last_year or year
            if not last_day:  # the whole month
                last_day = str(monthrange(_number_of(last_year), min(max(int(last_month), 1), 12))[1])
            return _iso(year, month, day or "1"), _iso(last_year, last_month, last_day)
    return None


def _number(head: list[str]) -> str | None:
    """The document number, with the usual brackets: 刚政办〔2023〕5号."""
    for text in head:
        if "号" not in text:
            continue
        line = close(text)
        found = _NUMBER_LINE.fullmatch(line) or _NUMBER_LABELLED.search(line)
        if found:
            return _BRACKETS.sub(r"〔\1〕", found[1])
    return None


def _published(head: list[str], tail: list[str]) -> str | None:
    """The day of publication: a labelled date above or below the report, else a line with a date alone."""
    text = "\n".join([*head, *tail])
    labels = [at for at in (text.find("日期"), text.find("时间")) if at >= 0]
    if labels:
        start = max(min(labels) - len("发布"), 0)
        for pattern in _PUBLISHED:
            for found in pattern.finditer(text, start):
                if day := _iso(*found.groups()):
                    return day
    closing = (_DATE_LINE.fullmatch(line) for line in [*tail, *head])
    return next((day for found in closing if found and (day := _iso(*found.groups()))), None)


@lru_cache(maxsize=4096)
def _iso(year: str, month: str, day: str) -> str | None:
    """The date in ISO form, None where there is no such day."""
    try:
        return date(_number_of(year), _number_of(month), _number_of(day)).isoformat()
    except ValueError:
        return None


def _number_of(digits: str) -> int:
    """A year, month or day in Arabic or Chinese figures (二〇二三, 十二, 三十一)."""
    if digits.isascii():
        return int(digits)
    if "十" in digits:
        tens, ones = digits.split("十", 1)
        return 10 * int(tens.translate(_NUMERALS) or 1) + int(ones.translate(_NUMERALS) or 0)
    return int(digits.translate(_NUMERALS))
