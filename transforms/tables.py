"""The three tables of a report, from its rows to the cells of the official forms.

For each block (a table; in *proactive* each article) the form is decided, the printed values are laid onto
its columns, and what the identities say is applied.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import takewhile
from typing import Final, TypeVar

from schemas import forms
from transforms.article_forms import article_forms
from transforms.cells import Block, emit
from transforms.columns import lay_out
from transforms.disputes import DisputesBlock, find_disputes, lay_out_disputes
from transforms.document import Cell, Issue
from transforms.instances import Instance, find_instances, first_of, requests_form
from transforms.labels import header_tables
from transforms.normalise import squash
from transforms.records import Number
from transforms.rows import Row
from transforms.said import APPENDIX
from transforms.turned import upright

T = TypeVar("T", Instance, DisputesBlock)

# A title over a table, squashed: 2021年收到和处理政府信息公开申请情况, 上年数据. What is said of a law, of a
# day or of a growth is none.
_OF_A_YEAR: Final = re.compile(
    r"(?!.*(?:条例|修订|截至|根据|按照|依据|[较比]|持平|增长|下降|以来))(?:附?[表件]\w{0,2})?(?:\w{2,30}?)?"
    r"(20\d\d|上|去)年(?:度|同期)?(?!结转)[^0-9]{0,40}(?:情况|统计|表|数据|数)"
)
_YEAR: Final = re.compile(r"(20\d\d|上|去)年(?:度|同期)?")  # alone over a table
_WHOSE: Final = re.compile(
    r"(?:附[件表])?[一二三四五六七八九十\d]{0,2}(?:20\d\d年度?)?"
    r"(.*(?:[省市区县旗镇乡局]|街道|部门|[各属]单位|委员会|办公室|中心))"
)


class Tables(Block):
    """All cells of the forms in use, the identities, and what a person should look at."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()  # the tables that the document has
        self.forms: dict[str, int | list[int]] = {}


def read_tables(rows: list[Row], year: int | None, agency: str | None = None) -> Tables:
    """Read the three tables; `year` decides the form only where nothing in the document does.

    `agency` is whose report it is: by it a table in an appendix is told from another body's.
    """
    tables = Tables()
    rows, found, rest, appended = _own_tables(upright(rows), agency)
    taken = _rows_of(found)
    left_out = {table for table, instances in found.items() if _drop_other_years(instances, year)}
    by_year = 2019 if year is not None and year < 2021 else 2021
    proactive, requests = found["proactive"], found["requests"]
    form_of_article, tables.issues = article_forms(proactive[0] if proactive else None, requests, by_year)
    form_of_requests = (requests_form(requests[0]) if requests else None) or by_year
    in_use = sorted(set(form_of_article.values()))
    form_of_disputes = form_of_requests if in_use == [form_of_requests] else by_year
    for form in reversed(in_use):
        articles = forms.article_of()
        codes = [row for row in forms.rows(form, "proactive") if form_of_article.get(articles[row]) == form]
        _add(tables, _labelled("proactive", form, tuple(codes), proactive))
    if proactive:
        tables.issues += [_unmatched("proactive", row) for row in proactive[0].unmatched]
        tables.issues += _numbers_below(proactive[0])
    _add(tables, _labelled("requests", form_of_requests, forms.rows(form_of_requests, "requests"), requests))
    printed, appendix = find_disputes(rows, taken), find_disputes(rest, _rows_of(appended))
    left_out |= {table for table, instances in appended.items() if instances}
    if appendix and (printed or _names_another(rest[0], agency) or not _repeats(appended, found)):
        left_out.add("disputes")
    elif appendix:
        printed = appendix
        said = "the table stands behind the beginning of an appendix: it may be another body's"
        tables.issues.append(Issue("table_in_appendix", said, "disputes"))
    if _drop_other_years(printed, year):
        left_out.add("disputes")
    columns = _columns("disputes", form_of_disputes, forms.rows(form_of_disputes, "disputes"))
    aligned, issues = lay_out_disputes(printed, form_of_disputes, columns)
    tables.issues += issues
    said = "the document has this table of another year or body too: it is left out"
    tables.issues += [Issue("other_table", said, table) for table in forms.TABLES if table in left_out]
    own: dict[str, Sequence[Instance | DisputesBlock]] = {**found, "disputes": printed}
    for table, instances in own.items():
        if instances and _titled_year(instances[0], year) not in (None, year):
            said = "the title over the table names another year than the report's"
            raw = " ".join([cell.text for cell in _cells_over(instances[0])])
            tables.issues.append(Issue("table_year", said, table, raw=raw))
    tables.issues += _once_among_two(tables.issues, own)
    _add(tables, emit("disputes", form_of_disputes, columns, aligned, None))
    tables.found = {table for table, instances in found.items() if instances}
    tables.found |= {"disputes"} if printed else set()
    for table in forms.TABLES:
        if table not in tables.found:
            tables.issues.append(Issue("table_missing", "the document does not have this table", table))
    tables.forms = {
        "proactive": in_use[0] if len(in_use) == 1 else in_use,
        "requests": form_of_requests,
        "disputes": form_of_disputes,
    }
    return tables


def _own_tables(
    rows: list[Row], agency: str | None
) -> tuple[list[Row], dict[str, list[Instance]], list[Row], dict[str, list[Instance]]]:
    """The rows and the tables of the report itself, then those of an appendix with tables of others."""
    at = _appendix(rows)
    if at:
        rest = [replace(rows[at], follows=False), *rows[at + 1 :]]
        before, after = find_instances(rows[:at]), find_instances(rest)
        of_others = any(after.values()) or _names_another(rest[0], agency)
        if before["requests"] and before["proactive"] and of_others:
            return rows[:at], before, rest, after
    return rows, find_instances(rows), [], {}


def _names_another(row: Row, agency: str | None) -> bool:
    """Whether the title of the appendix that begins over a row names a body that is not the report's."""
    title = list(row.words[next(at for at, word in enumerate(row.words) if word.startswith(APPENDIX)) :])
    over = takewhile(lambda text: not header_tables(text), title)
    named = [found[1] for found in map(_WHOSE.match, over) if found]
    return any(name not in squash(agency or "") for name in named)


def _repeats(appended: dict[str, list[Instance]], found: dict[str, list[Instance]]) -> bool:
    """Whether the tables of an appendix are the report's own once more: the same figures, not all 0."""
    printed: list[list[Number | None]] = []
    for table, instances in appended.items():
        own = found[table][0].matches if found[table] else {}
        for instance in instances:
            for code, again in instance.matches.items():
                figures = [slot.value.number for slot in again.row.filled]
                if code not in own or [slot.value.number for slot in own[code].row.filled] != figures:
                    return False
                printed.append(figures)
    return any(map(any, printed))


def _rows_of(found: dict[str, list[Instance]]) -> set[int]:
    return {match.at for instances in found.values() for i in instances for match in i.matches.values()}


def _appendix(rows: list[Row]) -> int | None:
    """The first row over which an appendix begins."""
    for at, row in enumerate(rows):
        if row.said.begins_appendix:
            return at
    return None


def _drop_other_years(printed: list[T], year: int | None) -> bool:
    """Drop the tables under the title of another year, where one is not; whether there were any."""
    if len(printed) < 2:
        return False
    own = [table for table in printed if _titled_year(table, year) in (None, year)]
    if not own or len(own) == len(printed):
        return False
    printed[:] = own
    return True


def _cells_over(printed: Instance | DisputesBlock) -> list[Cell]:
    """The texts before the first row of a table: what stands over it, and its header."""
    if isinstance(printed, DisputesBlock):
        return printed.over
    first = first_of(printed.matches.values())
    return first.row.before[: first.start]


def _titled_year(printed: Instance | DisputesBlock, year: int | None) -> int | None:
    """The year that a title over the header of a table names; the year before `year` for 上年 and 去年.

    None where no title names one, where the report's own is named too, or where that is not known.
    """
    over: list[str] = []
    for cell in _cells_over(printed):
        text = squash(cell.text)
        if header_tables(text):
            break
        over.append(text)
    first_near = len(over) - 2  # a year alone is a title only right over the table, not in a list of years
    titles = [
        named
        for at, text in enumerate(over)
        if "年" in text and (named := _year_named(text, at >= first_near))
    ]
    if year is None or not titles or str(year) in over[-1]:
        return None
    return int(titles[-1]) if titles[-1].isdecimal() else year - 1


@lru_cache(maxsize=4096)
def _year_named(title: str, near: bool) -> str | None:
    found = _OF_A_YEAR.fullmatch(title) or (_YEAR.fullmatch(title) if near else None)
    return found[1] if found else None


@cache  # there are as many as ways to part the articles between the forms
def _columns(table: str, form: int, codes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {row: forms.columns(form, table, row) for row in codes}


def _labelled(table: str, form: int, codes: tuple[str, ...], instances: list[Instance]) -> Block:
    """A table whose rows carry labels, or the articles of it that follow one form."""
    columns = _columns(table, form, codes)
    aligned, issues = lay_out(table, form, instances, columns)
    block = emit(table, form, columns, aligned, instances[0] if instances else None)
    block.issues = issues + block.issues
    if table == "requests" and instances:
        strangers = [
            found.row
            for code, found in instances[0].matches.items()
            if code not in columns and found.row.filled
        ]
        block.issues += [_unmatched(table, row) for row in instances[0].unmatched + strangers]
    return block


def _once_among_two(issues: list[Issue], own: dict[str, Sequence[Instance | DisputesBlock]]) -> list[Issue]:
    """What is said of a table that was found once, where another one is there twice with other figures."""
    if not any(issue.code == "second_table" for issue in issues):
        return []
    said = "the document has another table twice, and this one once: it may belong to the other report"
    return [
        Issue("beside_second_table", said, table) for table, instances in own.items() if len(instances) == 1
    ]


def _numbers_below(instance: Instance) -> list[Issue]:
    """What is said of lone numbers below rows whose figures no sums confirm."""
    said = "a number stands alone below the row: the number of a page, or the rest of its last figure"
    return [
        Issue("figure_left_out", said, "proactive", code, raw=below.text, place=below.place)
        for code, found in instance.matches.items()
        if (below := found.row.number_below) is not None
    ]


def _add(tables: Tables, block: Block) -> None:
    tables.cells += block.cells
    tables.identities += block.identities
    tables.issues += block.issues


def _unmatched(table: str, row: Row) -> Issue:
    label = " ".join(cell.text for cell in row.before[-2:])
    raw = " ".join(slot.cell.text for slot in row.filled)
    return Issue(
        "unmatched_row",
        f"a row inside the table matches no row of the form: {label!r}; its figures are not in the data",
        table,
        raw=f"{label} {raw}".strip(),
        place=row.slots[0].cell.place,
    )
