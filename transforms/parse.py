"""One document's way from bytes to records, in the order of the steps."""

import hashlib

from transforms.document import Issue, Unreadable
from transforms.metadata import describe
from transforms.narrative import figures, identities
from transforms.readers import read
from transforms.records import Report, SectionRecord, SourceEntry
from transforms.rows import rows
from transforms.running_text import running_text
from transforms.scope import scope_of
from transforms.sections import split
from transforms.tables import read_tables


def parse(data: bytes, entry: SourceEntry | None = None) -> Report:
    """Read one document (not an archive of several).

    Bad input does not raise: what cannot be read comes back as a report without cells whose `issues`
    say why.
    """
    report = Report(hashlib.sha256(data).hexdigest(), None)
    try:
        document = read(data)
    except Unreadable as unreadable:
        report.issues.append(unreadable.issue)
        return report
    report.reader = document.reader
    sections = split(document.lines)
    metadata = describe(document.lines, sections, document.title, entry)
    tables = read_tables(rows(document.lines), metadata.year, metadata.agency)
    if not tables.found and not sections:
        said = "no table and no section of a report: not a 政府信息公开工作年度报告, or one without its text"
        report.issues += [*document.issues, Issue("not_a_report", said)]
        return report
    report.title = metadata.title
    report.agency = metadata.agency
    report.body = metadata.body
    report.region_code = metadata.region_code
    report.year = metadata.year
    report.period_start = metadata.period_start
    report.period_end = metadata.period_end
    report.document_number = metadata.document_number
    report.published = metadata.published
    report.forms = tables.forms
    report.cells = tables.cells
    report.sections = [
        SectionRecord(s.number, s.section, s.heading, running_text(document.lines, s)) for s in sections
    ]
    report.narrative = figures({s.section: s.text for s in report.sections}, report.year, report.agency)
    report.scope, report.scope_evidence = scope_of(report, metadata.opening)
    report.identities = tables.identities + identities(report.narrative, report.cells)
    report.issues += [*document.issues, *metadata.issues, *tables.issues]
    return report
