"""The records that one document yields: what `transforms.parse` returns and what the dataset stores."""

import copyreg
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from mypy_extensions import mypyc_attr

from transforms.document import Issue, Place, remade

Number = int | Decimal


class SourceEntry(NamedTuple):
    """What a source's dossier says of a document; used only where the document itself does not say it."""

    agency: str | None = None
    region_code: str | None = None
    year: int | None = None


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class CellRecord:
    """One cell of the official form in use, filled or not (the contract's cell record)."""

    table: Final[str]
    row: Final[str]
    column: Final[str]
    form: Final[int]
    value_raw: Final[str | None]
    value: Final[Number | None]
    value_status: Final[str]  # reported, blank, not_applicable, unreadable, missing
    value_reconciled: Final[Number | None]
    reconciliation: Final[str]  # as_reported, proved, repaired, conflict, undetermined
    place: Final[Place | None]
    remark: Final[str | None]  # what stands beside the number in its cell, such as 其中修订16件

    def __init__(
        self,
        table: str,
        row: str,
        column: str,
        form: int,
        value_raw: str | None,
        value: Number | None,
        value_status: str,
        value_reconciled: Number | None,
        reconciliation: str,
        place: Place | None,
        remark: str | None = None,
    ) -> None:
        self.table = table
        self.row = row
        self.column = column
        self.form = form
        self.value_raw = value_raw
        self.value = value
        self.value_status = value_status
        self.value_reconciled = value_reconciled
        self.reconciliation = reconciliation
        self.place = place
        self.remark = remark


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class IdentityRecord:
    """One equation that the form guarantees, with both sides as printed.

    `row` or `column` names the row or column it is about; `left` and `right` are null where a cell they
    need has no printed value; `holds` is then null too, unless the printed cells alone already break it.
    """

    kind: Final[str]  # flow, outcomes, applicants, results, narrative
    table: Final[str]
    row: Final[str | None]
    column: Final[str | None]
    left: Final[Number | None]
    right: Final[Number | None]
    holds: Final[bool | None]

    def __init__(
        self,
        kind: str,
        table: str,
        row: str | None,
        column: str | None,
        left: Number | None,
        right: Number | None,
        holds: bool | None,
    ) -> None:
        self.kind = kind
        self.table = table
        self.row = row
        self.column = column
        self.left = left
        self.right = right
        self.holds = holds


class SectionRecord(NamedTuple):
    """One of the six sections: its code, its printed heading, its narrative text (tables left out)."""

    number: int
    section: str
    heading: str | None
    text: str


class Agency(NamedTuple):
    """One body. `agency_id` and `agency` (its canonical name) do not depend on how a report spells it."""

    agency_id: str
    agency: str
    region_code: str | None
    agency_level: str | None  # national, province, city, county, township; None for zones
    agency_kind: str  # government, office, department, township, zone, other
    department: str | None


class NarrativeFigure(NamedTuple):
    """One figure of the text, with its sentence.

    `measure` is a key of `measures` in schemas/narrative.yml, or `information_fee` (in yuan). `scope` is
    `body`, `jurisdiction` or `unknown`. `start` and `end` are where the words stand in the section's text.
    """

    measure: str
    value: Number
    sentence: str
    scope: str
    section: str
    start: int
    end: int


@dataclass(init=False, slots=True)
class Report:
    """Everything read from one document."""

    document_id: str  # SHA-256 of the bytes
    reader: str | None
    title: str | None
    agency: str | None  # as printed
    body: Agency | None  # the body of that name, where it is known
    region_code: str | None
    year: int | None
    scope: str  # body, jurisdiction or unknown
    scope_evidence: str | None  # the characters that say so
    period_start: str | None  # ISO dates
    period_end: str | None
    document_number: str | None
    published: str | None
    forms: dict[str, int | list[int]]
    cells: list[CellRecord]
    sections: list[SectionRecord]
    narrative: list[NarrativeFigure]
    identities: list[IdentityRecord]
    issues: list[Issue]
    corrections: list[str]  # ids of those applied to the document

    def __init__(
        self,
        document_id: str,
        reader: str | None,
        title: str | None = None,
        agency: str | None = None,
        body: Agency | None = None,
        region_code: str | None = None,
        year: int | None = None,
        scope: str = "unknown",
        scope_evidence: str | None = None,
        period_start: str | None = None,
        period_end: str | None = None,
        document_number: str | None = None,
        published: str | None = None,
        forms: dict[str, int | list[int]] | None = None,
        cells: list[CellRecord] | None = None,
        sections: list[SectionRecord] | None = None,
        narrative: list[NarrativeFigure] | None = None,
        identities: list[IdentityRecord] | None = None,
        issues: list[Issue] | None = None,
        corrections: list[str] | None = None,
    ) -> None:
        self.document_id = document_id
        self.reader = reader
        self.title = title
        self.agency = agency
        self.body = body
        self.region_code = region_code
        self.year = year
        self.scope = scope
        self.scope_evidence = scope_evidence
        self.period_start = period_start
        self.period_end = period_end
        self.document_number = document_number
        self.published = published
        self.forms = {} if forms is None else forms
        self.cells = [] if cells is None else cells
        self.sections = [] if sections is None else sections
        self.narrative = [] if narrative is None else narrative
        self.identities = [] if identities is None else identities
        self.issues = [] if issues is None else issues
        self.corrections = [] if corrections is None else corrections


for _kind in (CellRecord, IdentityRecord, Report):
    copyreg.pickle(_kind, remade)
