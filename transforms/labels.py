"""How much a printed text looks like the labels of the official forms.

All comparisons are between squashed texts (`transforms.normalise.squash`). Whatever depends on the text
alone is cached: labels repeat from report to report.
"""

import re
from functools import cache, lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import Indel

from schemas import forms
from transforms.normalise import squash
from transforms.remember import remembered

RowKey = tuple[str, str]  # (table, row)

FIRST: Final = "信息内容"  # the words over the labels of the proactive table
SIMILAR: Final = 0.5  # below this a text says nothing about a row
CERTAIN: Final = 0.93  # from here on the text is the label, give or take a character
_MARK: Final = re.compile("[、/／,，;；]")
_BEGINNING: Final = 8  # characters of a text by which most sentences are told from any label


@cache
def row_order() -> dict[RowKey, int]:
    """All rows of both forms in official order, the rows of the 2019 form before their 2021 successors."""
    order: dict[RowKey, int] = {}
    for table in ("proactive", "requests"):
        union: list[str] = []
        for form in forms.FORMS:
            at = 0
            for row in forms.rows(form, table):
                if row in union:
                    at = union.index(row) + 1
                else:
                    union.insert(at, row)
                    at += 1
        for row in union:
            order[table, row] = len(order)
    return order


@cache
def _wordings() -> dict[str, RowKey]:
    """All ways to print the rows' labels, squashed."""
    data = forms.labels()
    seen: dict[str, RowKey] = {}
    for cell in forms.form_cells():
        if cell.table == "disputes":
            continue
        key = (cell.table, cell.row)
        groups = [
            squash(group["label"])
            for group in data["groups"].values()
            if cell.table == "requests" and group["prefix"] and cell.row.startswith(group["prefix"])
        ]
        for label in (cell.row_label, *data["rows"][cell.table].get(cell.row, ())):
            text = squash(label)
            bare = text.lstrip("0123456789") if text[0].isdigit() else text
            for wording in (text, bare, *(group + text for group in groups)):
                if wording != "其他":
                    seen.setdefault(wording, key)
    return seen


@cache
def expected_counts() -> dict[RowKey, frozenset[int]]:
    """How many values each row has, in either form."""
    return {
        key: frozenset(len(columns) for form in forms.FORMS if (columns := forms.columns(form, *key)))
        for key in row_order()
    }


def row_named(text: str) -> RowKey | None:
    """The row that a squashed text names to the letter."""
    return _wordings().get(text)


@cache
def column_labels() -> frozenset[str]:
    """The squashed labels of the columns in the tables whose rows have labels, and of the column of these."""
    return frozenset({FIRST, *(squash(c.column_label) for c in forms.form_cells() if c.table != "disputes")})


@cache
def group_prefixes() -> dict[str, str]:
    """The squashed labels over several rows, and how the codes of the rows below them begin."""
    groups = forms.labels()["groups"].values()
    return {squash(group["label"]): group["prefix"] for group in groups if group["prefix"]}


@remembered(65536)
def row_scores(text: str) -> tuple[tuple[RowKey, float], ...]:
    """The rows that a squashed text may name, each with its similarity (SIMILAR to 1), best first."""
    wordings = _wordings()
    if text in wordings:
        return ((wordings[text], 1.0),)
    if not text or len(text) > 80 or text in group_prefixes():
        return ()
    best: dict[RowKey, float] = {}
    found = process.extract(
        text,
        wordings.keys(),
        scorer=Indel.normalized_similarity,
        score_cutoff=SIMILAR - 0.2,
        limit=None,
    )
    for label, similarity, _ in found:
        score = max(similarity, _cut_or_extended(text, label))
        key = wordings[label]
        if score < SIMILAR or (score == SIMILAR and key[0] == "proactive" and text.startswith("行政")):
            continue  # 行政检查 shares but 行政 with 行政强制; 规草 is misread
        if score > best.get(key, 0.0):
            best[key] = score
    return tuple(sorted(best.items(), key=lambda item: -item[1])[:4])


def _cut_or_extended(text: str, label: str) -> float:
    """Evidence that a label was cut at one end, or that other words stand around it."""
    if len(text) >= 4 and len(label) >= 6 and (label.startswith(text) or label.endswith(text)):
        return 0.7 + 0.25 * len(text) / len(label)
    if len(label) >= 6 and label in text:
        return 0.7 + 0.25 * len(label) / len(text)
    return 0.0


@cache
def _headers() -> dict[str, frozenset[str]]:
    """Every text of a table's header, squashed, and the tables in which it occurs."""
    data = forms.labels()
    found: dict[str, set[str]] = {}
    for cell in forms.form_cells():
        found.setdefault(squash(cell.column_label), set()).add(cell.table)
    for table, texts in data["headers"].items():
        for text in texts:
            found.setdefault(squash(text), set()).add(table)
    for article in data["articles"]:
        found.setdefault(squash(article["heading"]), set()).add("proactive")
    for group in data["groups"].values():
        found.setdefault(squash(group["label"]), set()).add("requests")
    return {text: frozenset(tables) for text, tables in found.items()}


@remembered(65536)
def header_tables(text: str) -> frozenset[str]:
    """The tables in whose header (columns, groups, articles) a squashed text stands; usually none."""
    headers = _headers()
    if text in headers:
        return headers[text]
    if len(text) < 4 or len(text) > 40:
        return frozenset()
    found = process.extractOne(text, list(headers), scorer=Indel.normalized_similarity, score_cutoff=0.8)
    return headers[found[0]] if found else frozenset()


@cache
def _columns_of_form() -> dict[tuple[int, int], tuple[str, ...]]:
    articles = forms.article_of()
    found: dict[tuple[int, int], dict[str, None]] = {}
    for cell in forms.form_cells():
        if cell.table == "proactive":
            found.setdefault((articles[cell.row], cell.form), {})[squash(cell.column_label)] = None
    return {key: tuple(texts) for key, texts in found.items()}


@lru_cache(maxsize=4096)
def is_of_another_article(text: str, row: str) -> bool:
    """Whether a squashed text is a column's label in the proactive table, and of no column that a row has."""
    article = forms.article_of()[row]
    at = {key[0] for key, labels in _columns_of_form().items() if text in labels}
    return bool(at) and article not in at


@lru_cache(maxsize=65536)
def form_evidence(article: int, text: str) -> tuple[float, float]:
    """How much a squashed header text speaks for the 2019 and for the 2021 form of an article's block."""
    old, new = (max(columns_like(article, form, text).values(), default=0.0) for form in forms.FORMS)
    return old, new


@lru_cache(maxsize=65536)
def columns_like(article: int, form: int, text: str) -> dict[str, float]:
    """The columns of an article's block that a squashed header text may name, each with its similarity."""
    found = {}
    for label in _columns_of_form().get((article, form), ()):
        score = Indel.normalized_similarity(text, label)
        if len(text) >= 3 and (text in label or label in text):
            score = max(score, 0.75 + 0.2 * min(len(text), len(label)) / max(len(text), len(label)))
        if score >= 0.6:
            found[label] = score
    return found


@cache
def _a_label() -> re.Pattern[str]:
    """One row label or word of a header, the longest first, and no other tried instead."""
    words = {text for text, tables in _headers().items() if tables != {"disputes"}}
    return re.compile("|".join(sorted(_rows_alone() | words, key=len, reverse=True)))


@cache
def _rows_alone() -> frozenset[str]:
    return frozenset(_wordings()) - {"总计"}  # it also ends the headers


@remembered(65536)
def last_label(text: str) -> str:
    """The last row label of a squashed text that is nothing but labels, else the text itself.

    Where cells are parted by spaces alone, the labels of rows left blank run together with the one below;
    the figures behind them stand beside the last.
    """
    if text in _wordings() or text in _headers():
        return text
    at, last = 0, ""
    while found := _a_label().match(text, at):
        at, last = found.end(), found[0]
    return last if at == len(text) and last in _rows_alone() else text


@remembered(65536)
def names_several_rows(text: str) -> bool:
    """Whether a squashed text is the labels of two or more rows and nothing else but words of a header."""
    last = last_label(text)
    before = text.removesuffix(last)
    return before != "" and any(map(before.endswith, _rows_alone()))


@remembered(4096)
def lists_rows(text: str) -> bool:
    """Whether marks part the labels of several rows in a printed text: 行政许可、行政处罚."""
    return sum(last_label(squash(part)) in _wordings() for part in _MARK.split(text)) > 1


def is_label(text: str) -> bool:
    """Whether a squashed text is, to the letter, a row label or a header text of the forms."""
    return text in _wordings() or text in _headers()


def may_be_label(printed: str) -> bool:
    """Whether a printed text begins as a row label or a header text does: a sentence hardly ever."""
    return squash(printed[:_BEGINNING]) in _beginnings()


@cache
def _beginnings() -> frozenset[str]:
    labels = (*_wordings(), *_headers())
    return frozenset(label[:end] for label in labels for end in range(_BEGINNING + 1))
