"""A short account of the published dataset for people, after a run."""

from typing import NamedTuple

from flows.database import connect
from flows.paths import Paths

QUERY = """
    SELECT
        (SELECT count(*) FROM reports),
        (SELECT count(DISTINCT document_id) FROM documents),
        (SELECT count(*) FROM cells WHERE value_status = 'reported'),
        (SELECT count(*) FROM cells WHERE value_status IN ('blank', 'not_applicable')),
        (SELECT count(*) FROM cells WHERE value_status IN ('missing', 'unreadable')),
        (SELECT count(*) FROM cells WHERE reconciliation = 'proved'),
        (SELECT count(*) FROM cells WHERE reconciliation = 'repaired'),
        (SELECT count(*) FROM cells WHERE reconciliation = 'conflict'),
        (SELECT count(*) FROM identities),
        (SELECT count(*) FROM identities WHERE NOT holds),
        (SELECT count(*) FROM issues WHERE severity = 'error'),
        (SELECT count(*) FROM issues WHERE severity = 'warning'),
        (SELECT count(*) FROM issues WHERE severity = 'notice')
"""


class Summary(NamedTuple):
    """What the published dataset holds, counted."""

    reports: int
    documents: int
    reported: int
    blank: int
    missing: int
    proved: int
    repaired: int
    conflicting: int
    identities: int
    broken: int
    errors: int
    warnings: int
    notices: int


def summary(paths: Paths) -> Summary:
    """Count what the published database holds."""
    with connect(paths.database, spill=paths.state) as connection:
        return Summary(*(connection.execute(QUERY).fetchone() or ()))


def lines(counted: Summary) -> list[tuple[str, str]]:
    """The account as pairs of a word and what there is to say about it."""
    return [
        ("reports", f"{counted.reports:,} read from {counted.documents:,} documents"),
        ("cells", f"{counted.reported:,} reported, {counted.blank:,} blank, {counted.missing:,} missing"),
        (
            "reconciled",
            f"{counted.proved:,} proved, {counted.repaired:,} repaired, {counted.conflicting:,} conflicting",
        ),
        ("identities", f"{counted.broken:,} broken of {counted.identities:,}"),
        ("issues", f"{counted.errors:,} errors, {counted.warnings:,} warnings, {counted.notices:,} notices"),
    ]
