"""One measured document: generated, typeset, distorted, laid out, as bytes, with what to expect of it."""

from dataclasses import dataclass, replace
from random import Random

from benchmarks.accuracy.distortions import DISTORTIONS
from benchmarks.accuracy.generate import Facts, Key, generate
from benchmarks.accuracy.layouts import LAYOUTS, Layout
from benchmarks.accuracy.pieces import Piece, join
from benchmarks.accuracy.printing import Expect, Style, draw_style, typeset


@dataclass(slots=True)
class Case:
    """A document and its truth."""

    seed: int | str
    layout: str
    distortion: str | None
    facts: Facts
    style: Style
    expect: dict[Key, Expect]
    pieces: list[Piece]
    data: bytes

    def around(self, key: Key, lines: int = 3) -> str:
        """The lines of the document where a cell stands, or its neighbours in the row where it is gone."""
        content = ""
        place = None
        for part in self.pieces:
            if place is None and part.key and part.key[:2] == key[:2]:
                place = content.count("\n")
            content += part.text
        if place is None:
            return "(nothing of the row is in the document)"
        return "\n".join(content.split("\n")[max(0, place - lines) : place + lines + 8])


def make(seed: int | str, layout: str, distortion: str | None = None, agency: str | None = None) -> Case:
    """The document of a seed in one layout, with at most one distortion; of `agency`, if given."""
    rng = Random(f"{seed} {layout} {distortion}")
    how = LAYOUTS[layout]
    damage = DISTORTIONS[distortion] if distortion else None
    facts = generate(seed, agency)
    style = replace(draw_style(rng, how.blanks), **how.style)
    if damage and damage.zero:
        style = replace(style, zero=damage.zero)
    sheet = typeset(facts, style, rng)
    if damage and damage.sheet:
        damage.sheet(sheet, rng)
    pieces = how.draw(sheet, rng)
    if damage and damage.pieces:
        pieces = damage.pieces(pieces, sheet.expect, rng)
    _note_what_is_left(sheet.expect, pieces, how)
    encode = damage.encode if damage and damage.encode and not how.binary else how.encode
    return Case(seed, layout, distortion, facts, sheet.style, sheet.expect, pieces, encode(join(pieces), rng))


def _note_what_is_left(expect: dict[Key, Expect], pieces: list[Piece], how: Layout) -> None:
    """What the layout itself takes away: pieces that are gone, places that only a separator showed."""
    printed = {part.key for part in pieces if part.key}
    open_rows = {part.key[:2] for part in pieces if part.key and how.spaces and " " in part.text}
    for key, cell in expect.items():
        if key not in printed and cell.status != "missing":
            cell.printed, cell.status = None, "missing"
            if key[0] == "proactive":
                cell.true = None
        if cell.status == "blank" and not how.blanks:
            cell.status, cell.loose = "missing", True
            open_rows.add(key[:2])
    for key, cell in expect.items():
        if key[:2] in open_rows and key[0] == "proactive":  # no identity says which number stands where
            cell.printed, cell.status, cell.loose = None, "missing", True
