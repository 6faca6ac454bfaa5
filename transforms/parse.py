"""One document's way from bytes to records, in the order of the steps."""

import hashlib

from transforms.document import Unreadable
from transforms.metadata import describe
from transforms.readers import read
from transforms.records import Report, SectionRecord, SourceEntry
from transforms.rows import rows
from transforms.sections import narrative, split
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
    report.issues.extend(document.issues)
    sections = split(document.lines)
    report.sections = [
        SectionRecord(s.number, s.section, s.heading, narrative(document.lines, s)) for s in sections
    ]
    return report
