"""Compare what was read with what is true, cell by cell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.accuracy.cases import Case
from benchmarks.accuracy.generate import Key
from benchmarks.accuracy.printing import Expect
from schemas import forms
from transforms.document import Issue
from transforms.records import CellRecord, Report

RIGHT = "right"  # the printed number is read, and it is true
RECOVERED = "recovered"  # no true number is printed; the identities gave it back
MISSED = "missed"  # the document decides it, the reading does not
GONE = "gone"  # the document does not decide it, and the reading does not claim it
FLAGGED = "wrong but flagged"
SILENT = "wrong and silent"
OUTCOMES = (RIGHT, RECOVERED, MISSED, GONE, FLAGGED, SILENT)


@dataclass(slots=True)
class Score:
    """Counts of one document or of many."""

    cells: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    repairs: int = 0
    right_repairs: int = 0
    doubted: int = 0  # right numbers that reconciliation leaves open
    other_status: int = 0  # cells without a number under another status than expected
    failures: list[tuple[Case, Key, str, CellRecord | None]] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Count another score in."""
        self.cells += other.cells
        self.reports += other.reports
        self.repairs += other.repairs
        self.right_repairs += other.right_repairs
        self.doubted += other.doubted
        self.other_status += other.other_status
        self.failures += other.failures


def score(case: Case, report: Report) -> Score:
    """The outcome of every cell of the document's forms, and of every number beyond them."""
    result = Score(reports=1)
    records = {(record.table, record.row, record.column): record for record in report.cells}
    restorable = restorable_cells(case)
    claimed = _claimed_beyond_print(case, report)
    for key in case.expect.keys() | records.keys():
        expect, record = case.expect.get(key), records.get(key)
        if expect is None and record and _true_of_another_form(case, record):
            continue
        outcome = _outcome(expect, record, key in restorable, _line(key) in claimed)
        if outcome is None:
            continue
        if outcome in (FLAGGED, SILENT):
            outcome = FLAGGED if record and _flagged(record, report.issues) else SILENT
        result.cells[outcome] += 1
        if outcome in (MISSED, FLAGGED, SILENT):
            result.failures.append((case, key, outcome, record))
        if record and expect:
            result.doubted += outcome == RIGHT and record.value_reconciled is None
            result.other_status += record.value is None and record.value_status != expect.status
        if record and record.reconciliation == "repaired":
            result.repairs += 1
            result.right_repairs += expect is not None and record.value_reconciled == expect.true
    return result


def _outcome(
    expect: Expect | None, record: CellRecord | None, restorable: bool, overclaimed: bool
) -> str | None:
    value = record.value if record else None
    reconciled = record.value_reconciled if record else None
    if expect is None:  # a cell of a form that the report does not use
        return SILENT if value is not None or reconciled is not None else None
    if value is not None and value != expect.printed:
        neighbour = expect.loose or not overclaimed  # a number of its own row that fits here as well
        if expect.printed is not None or not neighbour or value != expect.true:
            return SILENT
    if reconciled is not None and reconciled != expect.true:
        return SILENT
    if expect.printed is not None and expect.printed == expect.true:
        if value is not None:
            return RIGHT
        return RECOVERED if reconciled is not None else MISSED
    if reconciled is not None or (expect.loose and value is not None):
        return RECOVERED
    return MISSED if restorable else GONE


def _true_of_another_form(case: Case, record: CellRecord) -> bool:
    """A 0 proved for （六）其他处理 holds however many rows the form has for it."""
    others = [
        expect.true
        for key, expect in case.expect.items()
        if key[1].startswith("other") and key[0] == "requests" and key[2] == record.column
    ]
    return (
        record.table == "requests"
        and record.value is None
        and record.value_reconciled == 0
        and not any(others)
    )


def _flagged(record: CellRecord, issues: Iterable[Issue]) -> bool:
    if record.reconciliation in ("conflict", "undetermined"):
        return True
    names = (record.table, record.row, record.column)
    return any(
        issue.table == record.table
        and all(said in (None, name) for said, name in zip(issue[2:5], names, strict=True))
        for issue in issues
    )


def _line(key: Key) -> tuple[str, ...]:
    """The printed row of a cell: the disputes table mostly stands in a single one."""
    return key[:1] if key[0] == "disputes" else key[:2]


def _claimed_beyond_print(case: Case, report: Report) -> set[tuple[str, ...]]:
    """Rows for which more numbers are claimed as printed than are printed."""
    printed = Counter(
        _line(key) for key, expect in case.expect.items() if expect.printed is not None or expect.loose
    )
    claimed = Counter(
        _line((record.table, record.row, record.column))
        for record in report.cells
        if record.value is not None
    )
    return {row for row, count in claimed.items() if count > printed[row]}


def restorable_cells(case: Case) -> set[Key]:
    """Cells without a true number in print that the identities decide from those with one.

    Counts what follows equation by equation, from whole numbers that are not negative: an equation with
    one unknown gives it, and one whose known side is already exhausted makes the rest 0. A wrong number in
    print is decided only in the requests table: one equation alone cannot tell which cell breaks it.
    """
    known = {key for key, expect in case.expect.items() if expect.printed is not None and _true(expect)}
    unknown = {key for key in case.expect if key not in known and key[0] != "proactive"}
    wanted = set(unknown)
    equations = []
    for table in ("requests", "disputes"):
        for identity in forms.identities(case.facts.forms[table], table):
            left = [(table, *cell) for cell in identity.left]
            equations.append((left, [(table, *cell) for cell in identity.right]))
    progress = True
    while progress and unknown:
        progress = False
        for left, right in equations:
            open_left, open_right = unknown.intersection(left), unknown.intersection(right)
            if len(open_left) + len(open_right) == 1 or (
                not (open_left and open_right)
                and (open_left or open_right)
                and all(case.expect[key].true == 0 for key in open_left | open_right)
            ):
                unknown -= open_left | open_right
                progress = True
    return {key for key in wanted - unknown if case.expect[key].printed is None or key[0] == "requests"}


def _true(expect: Expect) -> bool:
    return expect.printed == expect.true
