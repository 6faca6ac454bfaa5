"""What the words of a disputes table name: a kind of dispute, one of its results, or the header of both."""

import re
from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance import Indel

from schemas import forms
from transforms.header import Words
from transforms.normalise import squash
from transforms.remember import remembered

KINDS: Final = forms.rows(2021, "disputes")
RESULTS: Final = forms.columns(2021, "disputes", "reconsideration")
# Halves of the words of the header, since converters cut them.
_SIGNS: Final = ("维持", "纠正", "审结", "尚未", "其他结果")
_SIGNS_NEEDED: Final = 3
# What names a result or a kind of dispute in other words than the form's (尚未办结, 其它结果, 直接起诉).
_NEAR_RESULTS: Final = {
    "upheld": re.compile("维持"),
    "corrected": re.compile("纠正"),
    "other": re.compile("其[他它]"),
    "pending": re.compile("尚未|未[审办]?结|待[审办]"),
    "total": re.compile("总计|合计|小计|总数"),
}
_NEAR_KINDS: Final = {
    "litigation_direct": re.compile("未经|不经|直接"),
    "litigation_after_reconsideration": re.compile("复议后|(?<![未不])经复议"),
}
_LONGEST: Final = 12  # characters of such words; what is longer is a title or a sentence


@remembered(16384)
def result_of(text: str) -> str | None:
    """The result that a text names by a word of its own."""
    word = squash(text)
    found = [name for name, sign in _NEAR_RESULTS.items() if sign.search(word)]
    return found[0] if len(found) == 1 and len(word) <= _LONGEST else None


def names_a_result(text: str) -> bool:
    """Whether a text names a result, or is like the words for one."""
    return result_of(text) is not None or like_a_result(text)


@remembered(16384)
def like_a_result(text: str) -> bool:
    """Whether a text is like the words of the form for any result."""
    return any(alike(text, result) for result in result_labels())


@lru_cache(maxsize=16384)
def alike(text: str, label: str) -> bool:
    """Whether a text is like a squashed label."""
    return Indel.normalized_similarity(squash(text), label) >= 0.6


@cache
def result_labels() -> list[str]:
    """The words of the form for the results, squashed."""
    return [squash(cell.column_label) for cell in forms.cells(2021, "disputes")[:5]]


@remembered(16384)
def kind_of(text: str) -> str | None:
    """The kind of dispute that a text names by a word of its own; 行政诉讼 alone names none of the two."""
    word = squash(text)
    found = [name for name, sign in _NEAR_KINDS.items() if sign.search(word)]
    if len(word) > _LONGEST or len(found) > 1 or not ("复议" in word or "诉" in word):
        return None
    if found or "诉" in word:
        return found[0] if found and ("诉" in word or word.endswith("后")) else None
    return "reconsideration"


@remembered(4096)
def kind_like(label: str) -> str | None:
    """The kind of dispute that a squashed label is most like."""
    kind, wording = max(_kind_labels(), key=lambda kind: Indel.normalized_similarity(label, kind[1]))
    return kind if Indel.normalized_similarity(label, wording) >= 0.7 else None


@cache
def _kind_labels() -> list[tuple[str, str]]:
    return [
        (row, squash(label)) for row, labels in forms.labels()["rows"]["disputes"].items() for label in labels
    ]


@remembered(4096)
def is_header(words: tuple[str, ...]) -> bool:
    """Whether words are the header of a disputes table."""
    joined = "".join(words)
    return sum(sign in joined for sign in _SIGNS) >= _SIGNS_NEEDED


@remembered(4096)
def in_the_words_of_the_form(words: Words) -> Words:
    """The header with the form's words for near ones, on lines that name all of their results or kinds.

    Where a converter cut the words, halves of them stand on several lines, and their order says nothing.
    """
    results = dict(zip(RESULTS, result_labels(), strict=True))
    kinds = dict(_kind_labels())
    named = [[result_of(word) for word in line] for line in words]
    counts = [sum(name is not None for name in line) for line in named]
    whole = all(count % len(RESULTS) == 0 for count in counts) or max(counts, default=0) == 1
    lines = []
    for line, names in zip(words, named, strict=True):
        found = [kind_of(word) for word in line]
        pair = "reconsideration" in found and any(_is_litigation(word) for word in line)
        if set(KINDS[1:]) <= set(found) or pair:
            line = tuple(
                kinds[kind] if kind else "行政诉讼" if _is_litigation(word) else word
                for kind, word in zip(found, line, strict=True)
            )
        if whole:
            line = tuple(results[name] if name else word for name, word in zip(names, line, strict=True))
        lines.append(line)
    return tuple(lines)


@remembered(4096)
def is_misplaced(words: Words) -> bool:
    """Whether a line of a header has as many words as results or kinds, a known one at another place.

    Not where they stand in the form's order all the same, on lines that break between them.
    """
    every = [[result_of(word) for word in line] for line in words]
    named = [name for names in every for name in names if name]
    kinds = [kind for line in words for word in line if (kind := kind_of(word))]
    in_order = {
        RESULTS: named == [*RESULTS] * (len(named) // len(RESULTS)),
        KINDS: kinds == [*KINDS],
    }
    for line, names in zip(words, every, strict=True):
        if any(names):
            number, order = len(line) // len(RESULTS) * len(RESULTS), RESULTS
        else:
            number, order, names = len(KINDS), KINDS, [kind_of(word) for word in line]
        if not number or len(line) - number not in (0, 1) or any(map(_is_litigation, line)):
            continue  # one word may stand over the labels
        if in_order[order]:
            continue
        if any(name not in (None, order[at % len(order)]) for at, name in enumerate(names[-number:])):
            return True
    return False


def _is_litigation(word: str) -> bool:
    return word in ("行政诉讼", "诉讼", "行政诉讼案件", "提起行政诉讼")


def is_permuted(header: list[str]) -> bool:
    """Whether the header names results or kinds in another order than the form's."""
    texts = [squash(text) for text in header]
    if "行政诉讼" in texts and "行政复议" in texts and texts.index("行政诉讼") < texts.index("行政复议"):
        return True
    kinds = [squash(label[1]) for label in _kind_labels()]
    for labels in (result_labels()[:4], kinds):
        places = [texts.index(label) for label in labels if label in texts]
        whole = len({texts.count(label) for label in labels}) == 1  # else some are cut, and say nothing
        if whole and places != sorted(places):
            return True
    return False
