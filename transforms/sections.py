"""The six sections of a report: where each begins and ends.

A heading is told by its words, its number and the style of its numbering, and by what follows it. Any
of these may be missing or wrong in a real report, the same words also stand in a contents list, in
sub-headings (（一）主动公开) and in sentences. So nothing is decided line by line: every line that could be
a heading is a candidate, and the best chain of candidates in ascending order is the answer.
"""

from dataclasses import dataclass
from typing import Final

from mypy_extensions import mypyc_attr

from transforms.document import Line
from transforms.headings import LONGEST_HEADING, Candidate, Reading, possible_headings
from transforms.titles import evidence, section_codes, tables_begun


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class Section:
    """One section: its lines are `lines[start:end]`, of which `lines[start:body]` are the heading.

    Where text follows the heading on its line, that line belongs to the body: `body == start`.
    """

    number: Final[int]
    section: Final[str]
    heading: Final[str]
    start: Final[int]
    body: Final[int]
    end: Final[int]

    def __init__(self, number: int, section: str, heading: str, start: int, body: int, end: int) -> None:
        self.number = number
        self.section = section
        self.heading = heading
        self.start = start
        self.body = body
        self.end = end


_MOST_CANDIDATES: Final = 300
_STYLE_SCORES: Final = {"part": 0.2, "hanzi": 0.2, "digit": -0.1, "bracket": -0.4, "": 0.0}


def split(lines: list[Line]) -> list[Section]:
    """The sections found, in order. A section whose heading is not printed is absent."""
    candidates = possible_headings(lines)
    chain = _best_chain(candidates, lines) if candidates else []
    sections: list[Section] = []
    end = len(lines)
    for each in reversed(chain):
        number, heading = each.reading.number, each.reading.heading
        sections.append(Section(number, section_codes()[number], heading, each.start, each.body, end))
        end = each.start
    return sections[::-1]


def _best_chain(candidates: list[Candidate], lines: list[Line]) -> list[Candidate]:
    """The candidates, ascending by line and by section, whose scores are the highest in all.

    Of equally good ones the later is taken, so that a doubled heading stands before its section.
    """
    if len(candidates) > _MOST_CANDIDATES:
        candidates = sorted(sorted(candidates, key=_own_score)[-_MOST_CANDIDATES:], key=lambda c: c.start)
    tables = _table_starts(candidates, lines)
    substances = _substances(candidates)
    best: list[float] = []  # score of the best chain that ends with each candidate
    links: list[int] = []  # and who precedes it there, -1 for nobody
    for at, candidate in enumerate(candidates):
        reading, start = candidate.reading, candidate.start
        score, link = 0.0, -1
        for before in range(at):
            earlier = candidates[before]
            if earlier.reading.number < reading.number and earlier.body <= start:
                total = best[before] + (
                    _followed(earlier, substances[before], tables[before], start)
                    + _agreement(earlier.reading, reading)
                )
                if total > score or (total == score and before > max(link, 0)):
                    score, link = total, before
        best.append(score + _own_score(candidate))
        links.append(link)

    last, highest = -1, 0.0
    for at, candidate in enumerate(candidates):
        total = best[at] + _followed(candidate, substances[at], tables[at], len(lines))
        if last < 0 or total >= highest:
            last, highest = at, total
    chain: list[Candidate] = []
    while last >= 0:
        chain.append(candidates[last])
        last = links[last]
    return chain[::-1] if any(candidate.reading.similarity for candidate in chain) else []


def _followed(candidate: Candidate, substance: int, table: int, end: int) -> float:
    """What the lines up to the next heading, at `end`, say for or against a candidate.

    `substance` is the first line after its heading that is no heading itself, `table` that of its table.
    """
    near = 0.0 if table >= end else 0.8 if table - candidate.body < 3 else 0.4
    return near - 0.7 if substance >= end and not candidate.reading.inline else near


def _substances(candidates: list[Candidate]) -> list[int]:
    """For each candidate, the first line after its heading that is no heading itself."""
    heads = {at for candidate in candidates for at in range(candidate.start, candidate.body)}
    found = []
    for candidate in candidates:
        at = candidate.body
        while at in heads:
            at += 1
        found.append(at)
    return found


def _table_starts(candidates: list[Candidate], lines: list[Line]) -> list[int]:
    """For each candidate, the first line after its heading of a table of its section, or the end."""
    end = len(lines)
    found = [end] * len(candidates)
    next_of: dict[int, int] = {}  # for each section with a table, the last place found
    for body, index in sorted([(candidate.body, index) for index, candidate in enumerate(candidates)]):
        number = candidates[index].reading.number
        if number not in evidence():
            continue
        at = next_of.get(number, 0)
        if at < body:
            at = body
            while at < end and not _begins_table(lines[at], number):
                at += 1
            next_of[number] = at
        found[index] = at
    return found


def _begins_table(line: Line, number: int) -> bool:
    """Whether one of the first two cells of a line, blank ones left out, stands in the table of a section."""
    seen = 0
    for cell in line.cells:
        if text := cell.text.strip():
            if len(text) > 2 and not text.isascii() and number in tables_begun(text[:LONGEST_HEADING]):
                return True
            seen += 1
            if seen == 2:
                break
    return False


def _own_score(candidate: Candidate) -> float:
    """How well the line alone fits as the heading of its section."""
    reading = candidate.reading
    words = 2 * reading.similarity - 0.5 if reading.similarity else -0.6
    number = 0.0 if reading.printed is None else 0.4 if reading.printed == reading.number else -0.3
    return words + number + _STYLE_SCORES[reading.style] - 0.2 * reading.inline


def _agreement(earlier: Reading, later: Reading) -> float:
    """How well two headings go together: one style of numbering, and numbers that count on."""
    if earlier.style != later.style:
        return -0.2 if not (earlier.style and later.style) else -0.6
    if earlier.printed is None or later.printed is None:
        return 0.2
    return 0.5 if later.printed - earlier.printed == later.number - earlier.number else -0.3
