"""Whether a report counts the body alone or its whole jurisdiction; `unknown` where it does not say."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from transforms.normalise import plain
from transforms.records import Report


class _Phrase(NamedTuple):
    says: tuple[str, ...]  # one of these is in all that the pattern matches
    pattern: re.Pattern[str]


UNKNOWN = ("unknown", None)
# The count of the text (schemas/narrative.yml) whose sentence tells whom the table counts, where both agree.
AGREEING = "requests_received"


def scope_of(report: Report, opening: str) -> tuple[str, str | None]:
    """The scope (`body`, `jurisdiction` or `unknown`) and the characters that say so.

    `opening` is the text before section one and its first lines, without spaces. Where the report says both,
    it is unknown.
    """
    found = _statements(report, opening)
    return found[0] if len({scope for scope, _ in found}) == 1 else UNKNOWN


def _statements(report: Report, opening: str) -> list[tuple[str, str]]:
    statements: list[tuple[str, str]] = []
    title = plain(report.title or "")
    for scope in ("body", "jurisdiction"):
        for where, text in ((f"title_{scope}", title), (scope, opening)):
            for says, pattern in _phrases(where):
                if any(word in text for word in says) and (found := pattern.search(text)):
                    statements.append((scope, found[0]))
    if (
        report.agency
        and report.agency in title
        and "政府" not in report.agency
        and report.body
        and report.body.agency_kind == "government"
    ):
        statements.append(("jurisdiction", report.agency))  # 上海市2022年…: the report of the place
    # 全县共收到申请25件, and the table has 25: that is whom the table counts.
    told = [figure for figure in report.narrative if figure.measure == AGREEING and figure.scope != "unknown"]
    if told:
        received = [c.value for c in report.cells if c.row == "new_received" and c.column == "total"]
        statements += [(figure.scope, figure.sentence) for figure in told if [figure.value] == received]
    return statements


@cache
def _phrases(name: str) -> tuple[_Phrase, ...]:
    declared = yaml.safe_load(files("schemas").joinpath("scope.yml").read_text("utf-8"))[name]
    return tuple(_Phrase(tuple(phrase["says"]), re.compile(phrase["pattern"])) for phrase in declared)
