"""What the texts before some values say, wherever they stand: reports print the same ones.

So it is found out once, and looked up once for a row of a report.
"""

from functools import cache
from typing import Final

from transforms.header import apart
from transforms.labels import (
    RowKey,
    column_labels,
    expected_counts,
    header_tables,
    last_label,
    names_several_rows,
    row_named,
    row_order,
    row_scores,
)
from transforms.normalise import squash
from transforms.remember import remembered

APPENDIX: Final = ("附件", "附表")
UNITS: Final = tuple("元百千万亿萬億韆")  # one of these is in every unit of money, or of thousands


class RowOfForm:
    """A row of the form: its place in the form's order, and how many values it has in either form."""

    def __init__(self, key: RowKey) -> None:
        self.key: Final = key
        self.place: Final = row_order()[key]
        self.counts: Final = expected_counts()[key]


class Said:
    """What texts say that stand before some values."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        words = tuple([squash(text) for text in texts])
        joined = "".join(words)
        self.words: Final = words
        self.texts: Final = texts
        self._apart: tuple[tuple[str, ...], ...] | None = None
        named = row_named(last_label(words[-1])) if words else None
        # The row that the last of them names to the letter, whatever stands before it.
        self.row: Final = _row_of_form(named) if named else None
        self.like_a_row: Final = bool(words) and bool(row_scores(words[-1]))  # the last of them
        several = [at for at, word in enumerate(words) if names_several_rows(word)]
        # The last of them that names several rows, counted from the end (1); 0 for none.
        self.several: Final = len(words) - several[-1] if several else 0
        self.ends_disputes: Final = len(words) > 1 and header_tables(words[-2]) == {"disputes"}
        self.heads_proactive: Final = any("proactive" in header_tables(word) for word in words)
        self.names_columns: Final = any(label in joined for label in column_labels())
        self.begins_appendix: Final = any(word.startswith(APPENDIX) for word in words)
        # Those in which a unit may be named.
        self.with_units: Final = tuple(filter(names_units, texts)) if names_units("".join(texts)) else ()

    @property
    def apart(self) -> tuple[tuple[str, ...], ...]:
        """The words of each text, where it may be a part of a header (`transforms.header.apart`)."""
        if self._apart is None:
            self._apart = tuple([apart(text) for text in self.texts])
        return self._apart


@remembered(16384)
def said_by(texts: tuple[str, ...]) -> Said:
    """What printed texts say that stand before some values."""
    return Said(texts)


@cache
def _row_of_form(key: RowKey) -> RowOfForm:
    return RowOfForm(key)


def names_units(text: str) -> bool:
    """Whether a character of a unit is in a text; without one nothing names a unit in it."""
    return any(sign in text for sign in UNITS)
