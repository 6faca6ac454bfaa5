"""The report as a portal's HTML page: merged cells, Word's leftovers, side tables around it."""

from collections.abc import Iterator
from functools import cache
from html import escape
from random import Random

from opencc import OpenCC

from benchmarks.accuracy.pieces import Piece
from benchmarks.accuracy.printing import Box, Grid, Sheet

CHARSET = "@charset@"
HEAD = (
    '<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title>'
    "<style>td{{border:1px solid}}</style><script>var t=[行政许可=12];</script></head><body>"
    '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/gk">政府信息公开</a></li>'
    "<li><a>规章</a></li><li><a>行政规范性文件</a></li><li><a>行政许可</a></li></ul></div>"
    "<table><tr><td>索引号</td><td>640402-2023-00017</td><td>主题分类</td><td>政务公开</td></tr>"
    "<tr><td>发布机构</td><td>{agency}</td><td>发文日期</td><td>{date}</td></tr></table>"
)
SIDE = (
    '<div class="side"><table><tr><th>办事统计</th><th>本月</th><th>全年</th></tr>'
    "<tr><td>行政许可</td><td>31</td><td>402</td></tr><tr><td>行政处罚</td><td>7</td><td>95</td></tr>"
    "<tr><td>规章</td><td>1</td><td>4</td></tr></table></div>"
)
FOOT = '<div class="foot">主办：{agency} 网站标识码：6404020003 访问量：128844</div></body></html>'


def draw(sheet: Sheet, rng: Random) -> list[Piece]:
    """The whole page."""
    facts = sheet.facts
    names = {
        "title": f"{facts.agency}{facts.year}年政府信息公开工作年度报告",
        "agency": facts.agency,
        "date": f"{facts.year + 1}-01-19",
        "charset": CHARSET,
    }
    word = rng.random() < 0.5  # pasted from Word
    side_first = rng.random() < 0.3
    pieces = [_tag(HEAD.format_map(names) + (SIDE if side_first else "") + '<div class="text">')]

    def paragraphs(*lines: str, role: str = "text") -> None:
        for line in lines:
            pieces.extend((_tag("<p>"), Piece(escape(line), role), _tag(_word("</p>\n", word))))

    def title(number: int) -> None:
        if sheet.titles:
            paragraphs(sheet.titles[number], role="heading")

    paragraphs(*sheet.opening)
    title(0)
    paragraphs(*facts.overview)
    for number, grid in enumerate(sheet.grids, 1):
        title(number)
        pieces.extend(_table(grid, rng, word))
    title(4)
    paragraphs(*facts.problems)
    title(5)
    paragraphs(*facts.other_matters)
    pieces.append(_tag("</div>" + ("" if side_first else SIDE) + FOOT.format_map(names)))
    return pieces


def _tag(markup: str) -> Piece:
    return Piece(markup, "tag")


def _word(markup: str, word: bool) -> str:
    return "<o:p></o:p>" + markup if word else markup


def _table(grid: Grid, rng: Random, word: bool) -> Iterator[Piece]:
    yield _tag('<table border="1"><tbody>')
    for row in grid.rows:
        yield _tag("<tr>")
        for box in row:
            spans = (f' colspan="{box.width}"' if box.width > 1 else "") + (
                f' rowspan="{box.height}"' if box.height > 1 else ""
            )
            yield _tag(f"<td{spans}>" + ("<p><span>" if word else ""))
            yield from _content(box, rng, word)
            yield _tag(_word("</span></p></td>", True) if word else "</td>")
        yield _tag("</tr>\n")
    yield _tag("</tbody></table>\n")


def _content(box: Box, rng: Random, word: bool) -> Iterator[Piece]:
    """The cell's characters, sometimes cut over several spans."""
    content = escape(box.text) if box.text else ("&nbsp;" if rng.random() < 0.5 else "")
    if word and len(box.text) > 1 and rng.random() < 0.3:
        cut = rng.randrange(1, len(box.text))
        content = f'{escape(box.text[:cut])}</span><span lang="EN-US">{escape(box.text[cut:])}'
    yield Piece(content, box.role, box.key)


def utf8(content: str, _: Random) -> bytes:
    """UTF-8, declared so."""
    return content.replace(CHARSET, "utf-8").encode()


def gbk(content: str, _: Random) -> bytes:
    """GBK declared as gb2312, as most old portals do."""
    return content.replace(CHARSET, "gb2312").encode("gbk", "xmlcharrefreplace")


def gb18030(content: str, _: Random) -> bytes:
    """GB18030, declared so."""
    return content.replace(CHARSET, "gb18030").encode("gb18030")


def wrongly_declared(content: str, rng: Random) -> bytes:
    """One encoding declared as the other."""
    if rng.random() < 0.5:
        return content.replace(CHARSET, "gb2312").encode()
    return content.replace(CHARSET, "utf-8").encode("gbk", "xmlcharrefreplace")


def traditional(content: str, rng: Random) -> bytes:
    """Traditional characters, in Big5 or UTF-8."""
    converted: str = _traditional_characters().convert(content)
    if rng.random() < 0.5:
        return converted.replace(CHARSET, "big5").encode("big5", "xmlcharrefreplace")
    return converted.replace(CHARSET, "utf-8").encode()


@cache
def _traditional_characters() -> OpenCC:
    return OpenCC("s2t")
