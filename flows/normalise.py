"""Normalise: read every document of the raw archive once per parser version.

A result is kept under its document and what the source says of it, so that a second run reads nothing anew.
`index.jsonl` beside the results has one line for each; `selected.jsonl` lists those in use now.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from flows.crawl.archive import fetch_logs, raw_file
from flows.database import connect
from flows.documents import Job, read_all
from flows.files import append, replacing
from flows.paths import Paths
from flows.sources import Source
from flows.version import parser_version
from transforms.records import Agency, Report, SourceEntry
from transforms.tabulate import report_id

# The first place a document was seen at says what is known of it.
DOCUMENTS = """
    SELECT document_id, arg_min(source, (fetched_at, source, url)), arg_min(url, (fetched_at, source, url))
    FROM read_json($logs, format = 'newline_delimited', columns = {
        source: 'VARCHAR', url: 'VARCHAR', fetched_at: 'VARCHAR', document_id: 'VARCHAR', role: 'VARCHAR',
        fetch_status: 'VARCHAR'})
    WHERE document_id IS NOT NULL AND fetch_status = 'fetched' AND role IS DISTINCT FROM 'list'
    GROUP BY document_id ORDER BY document_id
"""
UNREAD = """
    SELECT key, document_id, entry FROM read_json($selected, columns = {
        key: 'VARCHAR', document_id: 'VARCHAR',
        entry: 'STRUCT(agency VARCHAR, region_code VARCHAR, year INTEGER)'})
    WHERE key NOT IN (SELECT key FROM read_json($index, columns = {key: 'VARCHAR'}, ignore_errors = true))
    ORDER BY key
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents in use and the results of reading them, as files, and how many there are.

    `parsed` counts those that this run had to read.
    """

    selected: Path
    index: Path
    documents: int
    parsed: int


def normalise(paths: Paths, sources: list[Source], progress: Callable[[int, int], None]) -> Selection:
    """Read what has not been read; `progress` is told how many of how many are done."""
    folder = paths.parsed / parser_version()
    folder.mkdir(parents=True, exist_ok=True)
    index, selected = folder / "index.jsonl", paths.state / "selected.jsonl"
    index.touch()
    documents = _select(paths, sources, selected)
    with connect(spill=folder) as connection:
        relation = connection.execute(f"SELECT count(*) FROM ({UNREAD})", _files(selected, index)).fetchone()
        total = relation[0] if relation else 0
        results = read_all(_jobs(connection, paths, _files(selected, index)))
        for done, (job, report) in enumerate(results, start=1):
            with replacing(parsed_file(paths, job.name)) as file:
                file.write(msgspec.msgpack.encode(report))
            append(index, [index_line(job.name, report)])
            progress(done, total)
    for other in paths.parsed.iterdir():
        if other != folder:
            shutil.rmtree(other)
    return Selection(selected, index, documents, total)


def last_selection(paths: Paths) -> Selection:
    """What the last run of this stage selected; FileNotFoundError where this version made none."""
    selected, index = paths.state / "selected.jsonl", paths.parsed / parser_version() / "index.jsonl"
    if not selected.exists() or not index.exists():
        raise FileNotFoundError("the documents are not read yet; run `gongkai normalise` first")
    with selected.open("rb") as file:
        return Selection(selected, index, sum(1 for _ in file), parsed=0)


def parsed_file(paths: Paths, key: str) -> Path:
    """Where the result of reading a document is kept."""
    return paths.parsed / parser_version() / key[:2] / f"{key}.msgpack"


def parsed_report(paths: Paths, key: str) -> Report:
    """The result of reading a document."""
    return msgspec.msgpack.decode(parsed_file(paths, key).read_bytes(), type=Report)


def _select(paths: Paths, sources: list[Source], selected: Path) -> int:
    by_name = {source.name: source for source in sources}
    documents = 0
    with connect(spill=paths.state) as connection, replacing(selected) as file:
        if logs := fetch_logs(paths):
            rows = connection.execute(DOCUMENTS, {"logs": logs})
            while row := rows.fetchone():
                document_id, name, url = row
                source = by_name.get(name)
                entry = source.entry(url) if source else SourceEntry()
                known = sha256(msgspec.json.encode(entry)).hexdigest()[:8]
                line = {"key": f"{document_id}-{known}", "document_id": document_id, "entry": entry}
                file.write(msgspec.json.encode(line) + b"\n")
                documents += 1
    return documents


def _jobs(connection: duckdb.DuckDBPyConnection, paths: Paths, files: dict[str, str]) -> Iterator[Job]:
    rows = connection.execute(UNREAD, files)
    while row := rows.fetchone():
        key, document_id, entry = row
        yield Job(key, raw_file(paths, document_id), SourceEntry(**entry))


def _files(selected: Path, index: Path) -> dict[str, str]:
    return {"selected": str(selected), "index": str(index)}


def index_line(key: str, report: Report) -> dict[str, Any]:
    """What the next stage needs to know of a document to put it beside the others of its report."""
    body = report.body._asdict() if report.body else dict.fromkeys(Agency._fields)
    return {
        "key": key,
        "document_id": report.document_id,
        "report_id": report_id(report),
        "agency_name": report.agency,
        **body,
        "region_code": report.region_code,
        "year": report.year,
        "reader": report.reader,
        "cells_decided": sum(cell.value_reconciled is not None for cell in report.cells),
        "identities_broken": sum(identity.holds is False for identity in report.identities),
    }
