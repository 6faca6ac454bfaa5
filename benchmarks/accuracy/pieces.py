"""A laid-out document: a sequence of pieces of text that still know which cell they print."""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.accuracy.generate import Key
from benchmarks.accuracy.printing import Box


class Piece(NamedTuple):
    """Some characters; `role` is text, heading, header, group, label, value, separator or tag."""

    text: str
    role: str = "separator"
    key: Key | None = None


NEWLINE = Piece("\n")


def piece(box: Box) -> Piece:
    """A box as a piece."""
    return Piece(box.text, box.role, box.key)


def text(content: str, role: str = "text") -> Piece:
    """Running text."""
    return Piece(content, role)


def join(pieces: Iterable[Piece]) -> str:
    """The characters of a document."""
    return "".join(part.text for part in pieces)
