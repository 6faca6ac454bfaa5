"""HTML as portals serve it: every table row as cells on its grid, every block of text as a line."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from schemas.limits import limits
from transforms.document import Cell, Document, Issue, Line, Place
from transforms.readers.grid import grid_lines, joined, too_large
from transforms.readers.text import read_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_Flow = list[str | Line]  # what stands in a page or a cell, in reading order: blocks of text, rows of tables

_DROPPED: Final = re.compile(  # as they begin, in lower case
    rb"<(script|style|noscript|template|iframe|object|svg|math|select|textarea|del|strike|s|rt|rp)\b"
)
_STRUCK: Final = '[style*="line-through" i]'
_RAISED: Final = 'sup, sub, [style*="vertical-align" i]'
_SET_HIGHER: Final = re.compile(rb"vertical-align\s*:\s*su(?:b|per)(?![\w-])")  # by a style, in lower case
# Tags that a style does not raise: to browsers the word means nothing there, or where a cell's text stands.
_NEVER_RAISED: Final = set("td th tr tbody thead tfoot table p div li dd dt h1 h2 h3 h4 h5 h6".split())  # noqa: SIM905
_MAY_BE_HIDDEN: Final = '[hidden], [style*="none" i], [style*="hidden" i]'
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A form feed, which is white space everywhere in HTML, stands before each tag that begins a new line of text.
_BREAK: Final = "\f"
_BREAKING_TAG: Final = re.compile(
    # Its slash is taken for good: most tags break nothing, and that is told sooner.
    b"<(?=/?+(?:[pdlhPDLH]|[bB][rRlL]|[uUoO][lL]|[aA][rsdRSD]|[cC]e|[sS]ec|main|nav|fi|form|foot))"
)
_PREFORMATTED: Final = re.compile(rb"(<pre[\s>]|</pre>)", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_MANY_TAGS: Final = 10_000
_NEVER_NESTED: Final = set(
    "area base br col dd dt hr img input li link meta option p td tbody tfoot th thead tr wbr".split()  # noqa: SIM905
)
_OPEN: Final = {"table": "table", "tr": "tr", "td": "td", "th": "td"}
_WHOLE: Final = {
    "table": "grid",
    "td": "cell",
    "th": "cell",
    "tr": "tr",
    "tbody": "rows",
    "thead": "rows",
    "tfoot": "rows",
}
_DIGITS: Final = re.compile(r"\s*(\d{1,9})")
_WIDEST: Final = 1000  # columns: the widest span in browsers
_MOST_COVERED: Final = 5 * _WIDEST
_FIGURE: Final = re.compile(r"\d[\d,.]*(?<=\d)")
_APART: Final = "  "  # between the figures of one cell: a single blank may stand within a figure
_PARTING: Final = "\t|｜│"
_FEWEST_PARTED: Final = 10  # lines: the smallest table of the forms has more, the menus of a page fewer
_LONG_CELL: Final = 300  # characters: no cell of a form holds as many, so it is the page's text
_MARK: Final = re.compile(r"\[?(\d{1,2})\]?")  # of a footnote, raised or lowered beside a figure
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_METADATA: Final = {
    "pubdate": "发布日期",
    "contentsource": "来源",
    "columnname": "栏目",
    "sitename": "网站名称",
}


class _Slot:
    """What stands in a cell, and the rows and columns that it says it covers."""

    def __init__(self, flow: _Flow, cell: "LexborNode") -> None:
        attributes = cell.attributes
        self.flow = flow
        self.rows = _span(attributes.get("rowspan")) if attributes else 1
        self.columns = _span(attributes.get("colspan")) if attributes else 1


def read_html(page: str) -> Document:
    """Read a page: each `<tr>` is a line on the grid of its table, each block of running text a line.

    The text of a cell that spans rows stands in its first row only; later rows keep their right columns.
    A row that holds further tables, or the text of the page, is layout: its content is read in order.
    Scripts and hidden elements are dropped; menus and side tables are kept. Tables are numbered in the
    order in which they end; `Place.line` counts the lines of running text.

    Raises Unreadable for a page that is nested or filled beyond the limits.
    """
    from selectolax.lexbor import LexborHTMLParser

    check_size(page)
    source = page.encode()  # in which is searched faster, and which the parser takes
    markup = source.lower()
    parser = LexborHTMLParser(_with_breaks(source))
    if b"<sup" in markup or b"<sub" in markup or _SET_HIGHER.search(markup):
        _raise_marks(parser)
    if b"<input" in markup or b"<textarea" in markup:
        _show_fields(parser)
    dropped = [tag.decode() for tag in sorted(set(_DROPPED.findall(markup)))]
    if b"line-through" in markup:
        dropped.append(_STRUCK)
    for node in parser.css(", ".join(dropped)) if dropped else ():
        node.decompose()
    issues = _drop_hidden(parser) if b"none" in markup or b"hidden" in markup else []
    title, metadata = _head(parser)
    tables = itertools.count(1)
    flow = [*metadata, *_flow(parser, tables)]
    return Document(_lines(flow, tables), "html", title, issues)


def _with_breaks(source: bytes) -> bytes:
    source = source.replace(_BREAK.encode(), b" ")
    parts = _PREFORMATTED.split(source) if b"</pre" in source else [source]  # text and tags in turn
    for index in range(2, len(parts), 2):
        if not parts[index - 1].startswith(b"</"):
            parts[index] = parts[index].replace(b"\n", _BREAK.encode())
    return _BREAKING_TAG.sub(_BREAK.encode() + b"<", b"".join(parts))


def check_size(page: str) -> None:
    """Refuse a page nested or filled beyond the limits, as far as its tags tell, before it is parsed.

    The parser takes time by the square of the depth. Raises Unreadable.
    """
    if page.count("<") <= _MANY_TAGS:
        return
    cells = depth = deepest = 0
    for closing, tag in _TAG.findall(page):
        name = tag.lower()
        if name in ("td", "th"):
            cells += not closing
        elif name not in _NEVER_NESTED:
            depth = max(depth - 1, 0) if closing else depth + 1
            deepest = max(deepest, depth)
    if cells > limits().cells:
        raise too_large("cells in tables", limits().cells)
    if deepest > limits().nesting:
        raise too_large("HTML elements within each other", limits().nesting)


def _drop_hidden(parser: "LexborHTMLParser") -> list[Issue]:
    """Drop what the page hides, unless that is most of its text: then a script is to show it."""
    hidden = [
        node
        for node in parser.css(_MAY_BE_HIDDEN)
        if "hidden" in node.attributes or _HIDDEN.search(node.attributes.get("style") or "")
    ]
    if hidden and parser.body and 2 * sum(len(node.text()) for node in hidden) > len(parser.body.text()):
        return [
            Issue("hidden_text", "most of the page is hidden until a script shows it; it was read as shown")
        ]
    for node in hidden:
        node.decompose()
    return []


def _show_fields(parser: "LexborHTMLParser") -> None:
    """Put what stands in the fields of a form's cells in their place, as browsers show it."""
    for node in parser.css("td textarea, th textarea"):
        text = node.text()
        if len(text) <= _LONG_CELL and not node.css_matches(_MAY_BE_HIDDEN):
            node.replace_with(text)
    for node in parser.css("td input[value], th input[value]"):
        if (node.attributes.get("type") or "text").lower() in ("text", "number"):
            node.replace_with(node.attributes["value"] or "")


def _raise_marks(parser: "LexborHTMLParser") -> None:
    """Print the footnote marks as the raised digits they are, or they would be read with the figure."""
    for node in parser.css(_RAISED):
        if node.tag not in ("sup", "sub"):
            style = (node.attributes["style"] or "").lower()
            if node.tag in _NEVER_RAISED or not _SET_HIGHER.search(style.encode()):
                continue
        found = _MARK.fullmatch(node.text().strip())
        if found:
            node.replace_with(found[1].translate(_SUPERSCRIPTS))


def _head(parser: "LexborHTMLParser") -> tuple[str | None, list[str]]:
    """The title that the page declares, and what its metadata say, each as a line of text."""
    declared = {}
    titles: dict[str, list[str]] = {"title": [], "h1": []}
    for node in parser.css("title, h1, meta[name][content]"):
        if node.tag in titles:
            titles[node.tag].append(_collapsed(node.text()))
        else:
            declared[(node.attributes["name"] or "").lower()] = (node.attributes["content"] or "").strip()
    title = next(filter(None, [declared.get("articletitle"), *titles["title"], *titles["h1"]]), None)
    return title, [f"{word}：{declared[name]}" for name, word in _METADATA.items() if declared.get(name)]


def _flow(parser: "LexborHTMLParser", tables: Iterator[int]) -> _Flow:
    """Everything that stands in the page."""
    page: _Flow = []
    flows = [page]  # of the page and of the cells open, innermost last
    rows: list[list[list[_Slot]]] = []  # of the tables open, innermost last
    run: list[str] = []  # text that no table or cell parts
    for event, node in _events(parser):
        if event == "text":
            run.append(node.text())
            continue
        if run:
            flows[-1] += _blocks("".join(run))
            run = []
        if event == "grid":
            flows[-1] += [line for caption in node.css("caption") for line in _blocks(caption.text())]
            flows[-1] += _table(_slots(node), next(tables))
        elif event == "cell":
            rows[-1][-1].append(_Slot(_blocks(node.text_lexbor()), node))
        elif event == "tr":
            rows[-1].append([])
        elif event == "td":
            flows.append([])
        elif event == "/td":
            rows[-1][-1].append(_Slot(flows.pop(), node))
        elif event == "table":
            rows.append([])
        elif event == "/table":
            flows[-1] += _table(rows.pop(), next(tables))
    return page + _blocks("".join(run))


def _events(parser: "LexborHTMLParser") -> Iterator[tuple[str, "LexborNode"]]:
    """Every table, row and cell when it begins and (with a slash) when it ends, and all text between.

    What has no table in it comes as one event: a whole table ("grid"), a cell of a table that has tables in
    it, or a text. Goes down without recursion.
    """
    holding = set()
    for table in parser.css("table"):
        node: LexborNode | None = table.parent
        while node is not None and node.mem_id not in holding:
            holding.add(node.mem_id)
            node = node.parent
    above = []
    node = parser.body
    while True:
        while node is not None:
            tag = node.tag or ""
            event = _OPEN.get(tag, "other") if node.mem_id in holding else _WHOLE.get(tag, "text")
            yield event, node
            if event in ("text", "cell", "grid"):
                node = node.next
            else:
                above.append((event, node))
                node = node.child
        if not above:
            return
        event, node = above.pop()
        yield "/" + event, node
        node = node.next


def _slots(table: "LexborNode") -> list[list[_Slot]]:
    """The rows of a table that has no table in it."""
    return [
        [_Slot(_blocks(cell.text_lexbor()), cell) for cell in row.iter() if cell.tag in ("td", "th")]
        for row in table.css("tr")
    ]


def _blocks(text: str) -> _Flow:
    """The lines of a text, with white space as browsers show it."""
    words = text.split()
    if len(words) < 2:
        return [words[0]] if words else []
    return [line for line in map(_collapsed, text.split(_BREAK)) if line]


def _collapsed(text: str) -> str:
    """White space as browsers show it, except that tabs within a line stay: they part its cells."""
    if "\t" not in text:
        return " ".join(text.split())
    lines = text.strip().splitlines()
    return " ".join("\t".join(" ".join(part.split()) for part in line.strip().split("\t")) for line in lines)


def _span(declared: str | None) -> int:
    """A rowspan or colspan as browsers take it: 1 where it is no number, 0 where it says so."""
    found = _DIGITS.match(declared) if declared else None
    return min(int(found[1]), _WIDEST) if found else 1


def _table(rows: list[list[_Slot]], number: int) -> _Flow:
    """The lines of one table: rows of cells on the grid, layout rows as what stands in them."""
    grid: list[list[Cell]] = []
    layout: dict[int, _Flow] = {}
    taken: dict[int, int] = {}  # column -> rows below that a cell above still covers
    for index, row in enumerate(rows):
        cells: list[Cell] = []
        below: dict[int, int] = {}
        column = 0
        for slot in row:
            while column in taken:
                column += 1
            flow = slot.flow
            text = flow[0] if flow else ""
            if len(flow) > 1 or not isinstance(text, str):
                texts = [block for block in flow if isinstance(block, str)]
                figures = len(texts) > 1 and all(map(_FIGURE.fullmatch, texts))
                text = _APART.join(texts) if figures else joined(texts)
                if _is_layout(flow):
                    layout[index] = [block for each in row for block in each.flow]
            span = slot.columns or 1
            place = Place(None, None, None, None, None, number, index + 1, column + 1)
            cells.append(Cell(text, place, column, span))
            if slot.rows != 1:
                below |= dict.fromkeys(range(column, column + span), (slot.rows or len(rows)) - 1)
            column += span
        taken = {column: left - 1 for column, left in taken.items() if left > 1} | below
        if len(taken) > _MOST_COVERED:
            raise too_large("columns covered by cells with a rowspan", _MOST_COVERED)
        grid.append(cells)
    lines: _Flow = []
    plain = iter(grid_lines(grid, number))
    for index, row in enumerate(rows):
        if row:
            lines += layout.get(index, (next(plain),))
    return lines


def _is_layout(flow: _Flow) -> bool:
    texts = [block for block in flow if isinstance(block, str)]
    return len(texts) < len(flow) or (len(flow) > 3 and sum(map(len, texts)) > _LONG_CELL)


def _lines(flow: _Flow, tables: Iterator[int]) -> list[Line]:
    """All lines of the page, its running text numbered."""
    lines: list[Line] = []
    texts: list[str] = []
    number = 0
    for block in [*flow, None]:
        if isinstance(block, str):
            texts.append(block)
            continue
        if texts:
            lines += _text_lines(texts, number, tables)
            number += len(texts)
            texts = []
        if block:
            lines.append(block)
    return lines


def _text_lines(texts: list[str], before: int, tables: Iterator[int]) -> list[Line]:
    """Running text as lines; where tabs or pipes part many of them into cells, as plain text is read."""
    if sum(1 for text in texts if any(mark in text for mark in _PARTING)) < _FEWEST_PARTED:
        return [Line((Cell(text, Place(line=number)),)) for number, text in enumerate(texts, before + 1)]
    lines = []
    numbers: dict[int | None, int | None] = {None: None}
    for line in read_text("\n".join(texts)):
        if line.table not in numbers:
            numbers[line.table] = next(tables)
        places = (replace(cell.place, line=before + (cell.place.line or 0)) for cell in line.cells)
        cells = (replace(cell, place=place) for cell, place in zip(line.cells, places, strict=True))
        lines.append(Line(tuple(cells), numbers[line.table]))
    return lines
