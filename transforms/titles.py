"""What is declared of the six sections: their titles, and the words with which a table of theirs begins."""

import re
from functools import cache

from schemas import forms
from transforms.normalise import squash
from transforms.remember import remembered


@cache
def section_codes() -> dict[int, str]:
    """The code of each section by its number."""
    return {entry["number"]: entry["section"] for entry in forms.labels()["sections"]}


@cache
def wordings() -> dict[int, tuple[str, ...]]:
    """Squashed titles of each section, the longest first."""
    return {
        entry["number"]: tuple(
            sorted({squash(title) for title in [entry["title"], *entry["variants"]]}, key=len, reverse=True)
        )
        for entry in forms.labels()["sections"]
    }


@cache
def titles() -> dict[str, int]:
    """The number of the section that each squashed title belongs to."""
    return {variant: number for number, variants in wordings().items() for variant in variants}


@cache
def letters_of_titles() -> frozenset[str]:
    """The characters of which the titles are made."""
    return frozenset("".join(titles()))


@cache
def title_at_start() -> re.Pattern[str]:
    """A text in its usual form that begins with a whole title."""
    between = r"[\W_]*"
    return re.compile(f"{between}(?:{'|'.join([between.join(title) for title in titles()])})")


@cache
def beginnings() -> frozenset[str]:
    """Everything that a title may begin with, down to nothing."""
    return frozenset(title[:end] for title in titles() for end in range(len(title) + 1))


@cache
def evidence() -> dict[int, re.Pattern[str]]:
    """How the texts begin, squashed, that stand in the table of each section with one."""
    return {
        entry["number"]: re.compile("|".join(map(squash, entry["evidence"])))
        for entry in forms.labels()["sections"]
        if entry["evidence"]
    }


@remembered(16384)
def tables_begun(text: str) -> tuple[int, ...]:
    """The sections in whose table a cell with this text stands."""
    words = squash(text)
    return tuple(number for number, pattern in evidence().items() if pattern.match(words))
