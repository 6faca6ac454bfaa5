"""Write what a release says of itself: metadata, dictionary, notes on licence and origin, and check sums."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import msgspec
import pyarrow.parquet as pq

from flows.files import digest
from flows.release.build import parquet, read
from flows.version import ROOT
from schemas.dataset import Table
from schemas.package.citation import citation
from schemas.package.croissant import croissant
from schemas.package.datapackage import datapackage
from schemas.package.dictionary import dictionary_html, dictionary_markdown
from schemas.package.facts import Facts, File, Origin
from schemas.package.linked import linked_data
from schemas.package.provenance import provenance

ORIGINS = """
    SELECT source, count(DISTINCT document_id), strftime(min(fetched_at), '%Y-%m-%dT%H:%M:%SZ'),
        strftime(max(fetched_at), '%Y-%m-%dT%H:%M:%SZ')
    FROM {documents} WHERE document_id IS NOT NULL GROUP BY source ORDER BY source
"""


def facts(
    connection: duckdb.DuckDBPyConnection,
    found: dict[str, Table],
    folder: Path,
    *,
    version: str,
    released: date,
    fingerprint: str,
) -> Facts:
    """What is known of a release whose data files are all written."""
    documents = ORIGINS.format(documents=read(folder / "parquet" / "documents.parquet"))
    years = f"SELECT DISTINCT year FROM {read(folder / 'parquet' / 'reports.parquet')} WHERE year IS NOT NULL"
    return Facts(
        version=version,
        released=released,
        fingerprint=fingerprint,
        tables=found,
        files=tuple(_file(file, folder, found) for file in _files(folder)),
        origins=tuple(Origin(*row) for row in connection.execute(documents).fetchall()),
        years=tuple(sorted(year for (year,) in connection.execute(years).fetchall())),
    )


def describe(known: Facts, folder: Path) -> None:
    """Write all that is made from the facts of a release."""
    written = {
        "datapackage.json": _json(datapackage(known)),
        "croissant.json": _json(croissant(known)),
        "dataset.jsonld": _json(linked_data(known)),
        "dictionary.md": dictionary_markdown(known),
        "dictionary.html": dictionary_html(known),
        "CITATION.cff": citation(known),
        "PROVENANCE.md": provenance(known),
    }
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    shutil.copyfile(ROOT / "docs" / "data-licence.md", folder / "LICENCE.md")


def write_sums(known: Facts, folder: Path) -> None:
    """Write the check sums of every file of a release that is complete but for them."""
    sums = {file.path: file.sha256 for file in known.files}
    for file in _files(folder):
        path = file.relative_to(folder).as_posix()
        sums[path] = sums.get(path) or digest(file)
    lines = [f"{sha256}  {path}\n" for path, sha256 in sorted(sums.items())]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _file(file: Path, folder: Path, found: dict[str, Table]) -> File:
    path = file.relative_to(folder).as_posix()
    table = file.name.partition(".")[0] if file.parent != folder else None
    rows = None
    if table is not None and path.startswith(("csv/", "parquet/")):
        rows = pq.read_metadata(parquet(folder, found[table])).num_rows
    return File(path, file.stat().st_size, digest(file), table, rows)


def _json(described: object) -> str:
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"
