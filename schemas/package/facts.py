"""What is known of one release beside the declarations: its version, its files, what it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schemas.dataset import Table


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release; `table` and `rows` where it is a table's."""

    path: str
    bytes: int
    sha256: str
    table: str | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A source of documents: how many came from it, and when the first and the last one did (ISO 8601)."""

    source: str
    documents: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One release: `version` is its date and, for another one of the day, a counter.

    `fingerprint` identifies what it is made of: code, documents, configuration.
    """

    version: str
    released: date
    fingerprint: str
    tables: Mapping[str, Table]
    files: tuple[File, ...]
    origins: tuple[Origin, ...]
    years: tuple[int, ...]

    def of(self, folder: str) -> dict[str, list[File]]:
        """The files of a folder of the release, by table."""
        found: dict[str, list[File]] = {}
        for file in self.files:
            if file.path.startswith(f"{folder}/") and file.table:
                found.setdefault(file.table, []).append(file)
        return found
