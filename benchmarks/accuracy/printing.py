"""How a report is printed before any layout: its cells as characters, its tables as grids, its headings.

A `Style` holds the choices that a writer of a report makes (how a zero looks, which words the headings
use); `typeset` applies them and notes for every cell what stands there and what is true.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from benchmarks.accuracy.generate import APPLICANTS, ARTICLES, DISPUTES, RESULTS, Facts, Key, Number
from schemas import forms

ARTICLE_NAMES = {1: "一", 5: "五", 6: "六", 8: "八", 9: "九"}
GROUPS = {
    "refused": "（三）不予公开",
    "unavailable": "（四）无法提供",
    "rejected": "（五）不予处理",
    "other": "（六）其他处理",
}
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
NUMBERS = "一二三四五六七八"
TITLES = {
    "official": (
        "总体情况",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ),
    "other words": (
        "概述",
        "行政机关主动公开政府信息的情况",
        "依申请公开政府信息情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "政府信息公开工作存在的主要问题及改进措施",
        "需要报告的其他事项",
    ),
}
FIRST_LINES = {"本年新制作数量": "本年新", "本年新公开数量": "本年新", "上一年项目数量": "上一年"}
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
HALF_BRACKETS = str.maketrans("（）：“”", '():""')


@dataclass(frozen=True, slots=True)
class Style:
    """One writer's habits."""

    zero: str = "0"  # how a zero is printed
    zeros: float = 1.0  # the share of zeros printed so
    digits: str = "plain"  # plain, full width, commas
    unit: bool = False  # 12件
    remark: bool = False  # 22（其中修订16件）
    money: str = "plain"  # plain, 元, 万元: the unit printed after an amount
    sign: str = "+-"  # how an increase and a decrease begin
    titles: str = "official"  # official, other words, other numbers, missing
    half_brackets: bool = False
    first_lines: bool = False  # header cells cut to their first line
    disputes: str = "one row"  # one row, three rows, vertical, transposed, lawsuits first
    order: str = "form"  # of the applicants: form, organisations first, total first
    beside: bool = False  # columns that the form does not have: last year's number, a change, a sum
    short_labels: bool = False  # 规范性文件 for 行政规范性文件
    header_unit: bool = False  # 采购总金额（万元）
    broken_down: bool = False  # rows that the form does not have, under 其他对外管理服务事项
    contents: bool = False  # a contents list before the text
    letterhead: bool = True


def draw_style(rng: Random, blanks: bool = True) -> Style:
    """Habits as often as real reports have them; `blanks` says whether the layout can hold blank cells."""

    def seldom(usual: str, *others: str, share: float = 0.1) -> str:
        return rng.choice(others) if rng.random() < share else usual

    return Style(
        zero=seldom("0", *(("",) if blanks else ()), "/", "-", "—", "无", share=0.15),
        zeros=rng.choice((1.0, 0.2)),
        digits=seldom("plain", "full width", "commas"),
        unit=rng.random() < 0.04,
        remark=rng.random() < 0.05,
        money=seldom("plain", "元", "万元"),
        sign=rng.choice(("+-", " -", "+－", "增减")),
        titles=seldom("official", "other words", "other numbers", share=0.15),
        half_brackets=rng.random() < 0.4,
        first_lines=rng.random() < 0.04,
        disputes=seldom("one row", "three rows", "vertical", "transposed", share=0.12),
        short_labels=rng.random() < 0.1,
        header_unit=rng.random() < 0.3,
        contents=rng.random() < 0.1,
        letterhead=rng.random() < 0.6,
    )


@dataclass(slots=True)
class Expect:
    """What a reader may say of one cell: what is printed, its status, and what the figure really is.

    `true` is null where the document cannot tell: a cell without a number in a table without identities.
    `loose` marks a number whose place in its row is open (a neighbour was lost or fused).
    """

    printed: Number | None
    status: str
    true: Number | None
    loose: bool = False


@dataclass(slots=True)
class Box:
    """A cell of a grid, at its upper left corner, with the columns and rows it covers."""

    text: str
    role: str  # heading, header, group, label, value
    key: Key | None = None
    width: int = 1
    height: int = 1


@dataclass(slots=True)
class Grid:
    """A table as a ruled page shows it: in each row the boxes that begin there, from left to right."""

    table: str
    rows: list[list[Box]]
    header_rows: int  # repeated on every page

    def values(self) -> list[Box]:
        """All boxes that belong to cells of the form."""
        return [box for row in self.rows for box in row if box.key]

    def data_rows(self) -> list[int]:
        """Numbers of the rows that hold figures."""
        return [i for i, row in enumerate(self.rows) if any(box.key for box in row)]


@dataclass(slots=True)
class Sheet:
    """A report ready to be laid out; distortions change it and its expectations together."""

    facts: Facts
    style: Style
    grids: list[Grid]
    expect: dict[Key, Expect]
    opening: list[str]
    titles: list[str] = field(default_factory=list)  # of the six sections; empty where none are printed

    def values(self) -> list[Box]:
        """All boxes that belong to cells of the form."""
        return [box for grid in self.grids for box in grid.values()]


def typeset(facts: Facts, style: Style, rng: Random) -> Sheet:
    """Print every cell and build the three tables."""
    expect: dict[Key, Expect] = {}
    texts: dict[Key, str] = {}
    for key, number in facts.values.items():
        texts[key], expect[key] = _print(key, number, style, rng)
    grids = [_proactive(facts, style, texts), _requests(facts, style, texts), _disputes(style, texts)]
    if style.half_brackets:
        for grid in grids:
            for row in grid.rows:
                for box in row:
                    if not box.key:
                        box.text = box.text.translate(HALF_BRACKETS)
    return Sheet(facts, style, grids, expect, _opening(facts, style), _titles(style))


def _print(key: Key, number: Number, style: Style, rng: Random) -> tuple[str, Expect]:
    table, row, column = key
    if number == 0 and style.zero != "0" and rng.random() < style.zeros:
        status = "not_applicable" if style.zero else "blank"
        return style.zero, Expect(None, status, None if table == "proactive" else 0)
    expect = Expect(number, "reported", number)
    fee = row == "fees" and column == "amount"
    if fee and number and style.money == "元":
        text, unit = f"{Decimal(number).scaleb(4):f}", "元"
    elif fee and number and style.money == "万元":
        text, unit = f"{Decimal(number):f}", "万元"
    else:
        text, unit = f"{abs(Decimal(number)):f}", ""
    if style.digits == "commas":
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}{point}{rest}"
    if column == "change" and number:
        text = style.sign[0 if number > 0 else 1].strip() + text
    elif column not in ("amount", "change") and style.unit:
        unit = "件"
    if style.digits == "full width":
        text = text.translate(FULL_WIDTH)
    if row == "normative_documents" and style.remark and number > 1 and column in ("issued", "made"):
        unit += f"（其中修订{rng.randint(1, int(number))}件）"
    return text + unit, expect


def _proactive(facts: Facts, style: Style, texts: dict[Key, str]) -> Grid:
    rows: list[list[Box]] = []
    articles = forms.article_of()
    names = {cell.row: cell.row_label for cell in forms.form_cells() if cell.table == "proactive"}
    for article in ARTICLES:
        form = facts.forms.get(f"article {article}")
        if not form:
            continue
        rows.append([Box(f"第二十条第（{ARTICLE_NAMES[article]}）项", "heading", width=4)])
        for i, row in enumerate(row for row, _ in facts.rows("proactive") if articles[row] == article):
            cells = [cell for cell in forms.cells(form, "proactive") if cell.row == row]
            widths = {3: (1, 1, 1), 2: (1, 2), 1: (1,) if style.beside else (3,)}[len(cells)]
            beside = style.beside and len(cells) == 1
            if i == 0:
                heads = [_column_label(cell.column_label, style) for cell in cells]
                boxes = [Box(head, "header", width=w) for head, w in zip(heads, widths, strict=True)]
                boxes += [Box("上年数", "header"), Box("同比", "header")] if beside else []
                rows.append([Box("信息内容", "header"), *boxes])
            label = names[row] if form == 2021 else cells[0].row_label
            if row == "normative_documents" and style.short_labels:
                label = "规范性文件"
            boxes = [
                Box(texts[key], "value", key, width=w)
                for key, w in zip((("proactive", row, c.column) for c in cells), widths, strict=True)
            ]
            boxes += [Box("37", "other value"), Box("5.2%", "other value")] if beside else []
            rows.append([Box(label, "label"), *boxes])
            if style.broken_down and row == "other_services":
                for name in ("行政检查", "行政确认"):
                    rows.append([Box(name, "other row"), *(Box(str(n), "other value") for n in (7, 0, 31))])
    return Grid("proactive", rows, 0)


def _column_label(label: str, style: Style) -> str:
    if style.first_lines:
        label = FIRST_LINES.get(label, label)
    if label == "采购总金额" and style.header_unit:
        label += "（万元）"
    return label


def _requests(facts: Facts, style: Style, texts: dict[Key, str]) -> Grid:
    form = facts.forms["requests"]
    organisations = [*APPLICANTS[1:], *(["sum"] if style.beside else [])]
    orders = {
        "form": [APPLICANTS[0], *organisations, "total"],
        "organisations first": [*organisations, APPLICANTS[0], "total"],
        "total first": ["total", APPLICANTS[0], *organisations],
    }
    columns = orders[style.order]
    labels = {cell.row: cell.row_label for cell in forms.cells(form, "requests")}
    heads = {cell.column: cell.column_label for cell in forms.cells(form, "requests")} | {"sum": "小计"}
    outcomes = forms.outcome_rows(tuple(labels))
    top = [
        Box("法人或其他组织", "header", width=len(organisations))
        if column in organisations
        else Box(heads[column], "header", height=2)
        for column in columns
        if column not in organisations[1:]
    ]
    rows = [
        [Box(NOTE, "header", width=3, height=3), Box("申请人情况", "header", width=len(columns))],
        top,
        [Box(heads[column], "header") for column in organisations],
    ]
    for row, label in labels.items():
        total = sum(facts.values["requests", row, column] for column in APPLICANTS[1:])
        boxes = [
            Box(str(total), "other value")
            if c == "sum"
            else Box(texts["requests", row, c], "value", ("requests", row, c))
            for c in columns
        ]
        start: list[Box] = []
        if row == outcomes[0]:
            start.append(Box("三、本年度办理结果", "group", height=len(outcomes) + 1))
        group = row.split("_")[0] if "_" in row else ""
        if row in outcomes and group in GROUPS:
            members = [other for other in outcomes if other.startswith(group + "_")]
            if row == members[0]:
                start.append(Box(GROUPS[group], "group", height=len(members)))
            width = 1
        else:
            width = 2 if row in outcomes or row == "total_processed" else 3
        rows.append([*start, Box(label, "label", width=width), *boxes])
    return Grid("requests", rows, 3)


def _disputes(style: Style, texts: dict[Key, str]) -> Grid:
    names = ("行政复议", "未经复议直接起诉", "复议后起诉")
    heads = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    columns = (*RESULTS, "total")

    def value(row: str, column: str) -> Box:
        return Box(texts["disputes", row, column], "value", ("disputes", row, column))

    if style.disputes == "three rows":
        rows = [[Box("类别", "header"), *(Box(head, "header") for head in heads)]]
        for row, name in zip(DISPUTES, names, strict=True):
            rows.append([Box(name, "label"), *(value(row, column) for column in columns)])
        return Grid("disputes", rows, 1)
    if style.disputes == "transposed":
        rows = [[Box("结果", "header"), *(Box(name, "header") for name in names)]]
        for column, head in zip(columns, heads, strict=True):
            rows.append([Box(head, "label"), *(value(row, column) for row in DISPUTES)])
        return Grid("disputes", rows, 1)
    if style.disputes == "vertical":
        rows = []
        for row, name in zip(DISPUTES, names, strict=True):
            for column, head in zip(columns, heads, strict=True):
                start = [Box(name, "group", height=5)] if column == "upheld" else []
                rows.append([*start, Box(head, "label"), value(row, column)])
        return Grid("disputes", rows, 0)
    if style.disputes == "lawsuits first":
        rows = [
            [Box("行政诉讼", "header", width=10), Box("行政复议", "header", width=5)],
            [
                Box("未经复议直接起诉", "header", width=5),
                Box("复议后起诉", "header", width=5),
                *(Box(head, "header", height=2) for head in heads),
            ],
            [Box(head, "header") for head in heads * 2],
            [value(row, column) for row in (*DISPUTES[1:], DISPUTES[0]) for column in columns],
        ]
        return Grid("disputes", rows, 3)
    rows = [
        [Box("行政复议", "header", width=5), Box("行政诉讼", "header", width=10)],
        [
            *(Box(head, "header", height=2) for head in heads),
            Box("未经复议直接起诉", "header", width=5),
            Box("复议后起诉", "header", width=5),
        ],
        [Box(head, "header") for head in heads * 2],
        [value(row, column) for row in DISPUTES for column in columns],
    ]
    return Grid("disputes", rows, 3)


def _opening(facts: Facts, style: Style) -> list[str]:
    lines = []
    if style.letterhead:
        lines += [
            f"索引号：640402-{facts.year + 1}-00017 主题分类：政务公开",
            f"发布机构：{facts.agency} 生成日期：{facts.year + 1}-01-19",
        ]
    lines.append(f"{facts.agency}{facts.year}年政府信息公开工作年度报告")
    lines.append(
        f"本报告依照《中华人民共和国政府信息公开条例》编制，数据统计期限为{facts.year}年1月1日至12月31日。"
    )
    if style.contents:
        titles = _titles(style) or TITLES["official"]
        lines += ["目 录", *(f"{title}……{page}" for page, title in enumerate(titles, 1))]
    return lines


def _titles(style: Style) -> list[str]:
    if style.titles == "missing":
        return []
    words = TITLES.get(style.titles, TITLES["official"])
    first = 1 if style.titles == "other numbers" else 0
    return [f"{NUMBERS[i + first]}、{title}" for i, title in enumerate(words)]
