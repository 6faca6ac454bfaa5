"""One document's way from bytes to records, in the order of the steps."""

from dataclasses import dataclass

from transforms.records import Report


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """What a source's dossier says of a document; used only where the document itself does not say it."""

    agency: str | None = None
    region_code: str | None = None
    year: int | None = None


def parse(data: bytes, entry: SourceEntry | None = None) -> Report:
    """Read one document (not an archive of several).

    Never raises for bad input: what cannot be read comes back as a report without cells whose
    `issues` say why.
    """
    raise NotImplementedError
