"""Normalise: read every document of the raw archive once per parser version, in batches.

What was read is kept as parts (`flows.parts`), by document and by what its source says of it, so that a
second run reads nothing anew. `selected.parquet` lists the documents in use now, and what is known of each.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import duckdb
import msgspec

from flows.crawl.archive import fetch_logs, raw_file
from flows.database import connect
from flows.documents import Job
from flows.files import replacing
from flows.parts import BATCH, NEEDED, Batch, Engine, commit, compact, parts, read_batches, retry, tidy
from flows.paths import Paths
from flows.pool import cores, warm
from flows.sources import Source
from flows.version import parser_version
from transforms.records import SourceEntry

# Where the documents in use were seen, and since when.
SEEN = """
    CREATE TABLE seen AS
    SELECT document_id, source, url, min(fetched_at) AS since
    FROM read_json($logs, format = 'newline_delimited', columns = {
        source: 'VARCHAR', url: 'VARCHAR', fetched_at: 'VARCHAR', document_id: 'VARCHAR', role: 'VARCHAR',
        fetch_status: 'VARCHAR'})
    WHERE document_id IS NOT NULL AND fetch_status = 'fetched' AND role IS DISTINCT FROM 'list'
    GROUP BY document_id, source, url
"""
# What sources say of their documents: of all alike (url is ''), or of one.
KNOWN = """
    CREATE TABLE known (source VARCHAR, url VARCHAR, digest VARCHAR,
        entry STRUCT(agency VARCHAR, region_code VARCHAR, year INTEGER))
"""
# Each document once for each thing that its places say of it, the first that says something first: that
# reading is in use, and the others (`choice` 2 and more) tell whether it matters.
SELECTED = """
    SELECT document_id || '-' || digest AS key, document_id, unnest(any_value(entry)),
        min(place).source AS source,
        row_number() OVER (PARTITION BY document_id ORDER BY digest = $nothing, min(place)) AS choice
    FROM (
        SELECT document_id, {'since': since, 'source': seen.source, 'url': seen.url} AS place,
            coalesce(one.digest, alike.digest, $nothing) AS digest,
            coalesce(one.entry, alike.entry, {'agency': NULL, 'region_code': NULL, 'year': NULL}) AS entry
        FROM seen
        LEFT JOIN known AS one ON one.source = seen.source AND one.url = seen.url
        LEFT JOIN known AS alike ON alike.source = seen.source AND alike.url = ''
    )
    GROUP BY document_id, digest ORDER BY document_id, choice
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents in use, as a file, the parts in which they are read, and how many documents there are.

    The file has a document more than once where places that it was seen at say different things of it.

    `parsed` counts those that this run had to read.
    """

    selected: Path
    parts: Path
    documents: int
    parsed: int


def normalise(
    paths: Paths,
    sources: list[Source],
    progress: Callable[[int, int], None],
    engine: Engine | None = None,
) -> Selection:
    """Read what has not been read, here or by `engine`; `progress` is told how many of how many are done."""
    folder = paths.parsed / parser_version()
    folder.mkdir(parents=True, exist_ok=True)
    retry(folder)
    tidy(folder)
    selected = paths.state / "selected.parquet"
    with connect(spill=paths.state) as connection:
        documents = _select(connection, paths, sources, selected)
        unread = _unread(connection, selected, folder)
        total = unread.execute("SELECT count(*) FROM unread").fetchall()[0][0]
        if total:
            warm(*NEEDED)
        done = 0
        size = min(BATCH, total // cores() + 1)
        for part, number in (engine or read_batches)(_batches(unread, paths, folder, size)):
            commit(folder, [part])
            done += number
            progress(done, total)
    compact(folder)
    for other in paths.parsed.iterdir():
        if other != folder:
            shutil.rmtree(other)
    return Selection(selected, folder, documents, total)


def last_selection(paths: Paths) -> Selection:
    """What the last run of this stage selected; FileNotFoundError where this version made none."""
    selected, folder = paths.state / "selected.parquet", paths.parsed / parser_version()
    if not selected.exists() or not folder.exists():
        raise FileNotFoundError("the documents are not read yet; run `gongkai normalise` first")
    with connect(spill=paths.state) as connection:
        documents = _documents(connection, selected)
    return Selection(selected, folder, documents, parsed=0)


def _select(
    connection: duckdb.DuckDBPyConnection, paths: Paths, sources: list[Source], selected: Path
) -> int:
    """Write what is in use and what is known of it; how many documents that are."""
    connection.execute(SEEN, {"logs": fetch_logs(paths)})
    connection.execute(KNOWN)
    for source in sources:
        alike = source.entry("")
        known = {"": alike}
        if source.entries:
            rows = connection.execute(
                "SELECT DISTINCT url FROM seen WHERE source = ?", [source.name]
            ).fetchall()
            known |= {url: entry for (url,) in rows if (entry := source.entry(url)) != alike}
        for url, entry in known.items():
            row = [source.name, url, _digest(entry), entry._asdict()]
            connection.execute("INSERT INTO known VALUES (?, ?, ?, ?)", row)
    options = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
    with replacing(selected) as file:
        nothing = {"nothing": _digest(SourceEntry())}
        connection.execute(f"COPY ({SELECTED}) TO '{_quoted(Path(file.name))}' ({options})", nothing)
    return _documents(connection, selected)


def _documents(connection: duckdb.DuckDBPyConnection, selected: Path) -> int:
    counted = "SELECT count(*) FROM read_parquet(?) WHERE choice = 1"
    number: int = connection.execute(counted, [str(selected)]).fetchall()[0][0]
    return number


def _unread(connection: duckdb.DuckDBPyConnection, selected: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """The documents in use that no part has, as the table `unread`."""
    known = [str(part / "documents.parquet") for part in parts(folder)]
    done = "SELECT key FROM read_parquet($known)" if known else "SELECT NULL AS key WHERE false"
    given = {"selected": str(selected)} | ({"known": known} if known else {})
    connection.execute(
        f"""CREATE TABLE unread AS
        FROM read_parquet($selected) ANTI JOIN ({done}) USING (key) ORDER BY choice, key""",
        given,
    )
    return connection


def _batches(connection: duckdb.DuckDBPyConnection, paths: Paths, folder: Path, size: int) -> Iterator[Batch]:
    """The documents to read; a batch has each but once."""
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT choice, key, document_id, agency, region_code, year FROM unread")
        for _, alike in groupby(iter(rows.fetchone, None), key=itemgetter(0)):
            jobs = (
                Job(key, raw_file(paths, document_id), SourceEntry(*entry))
                for _, key, document_id, *entry in alike
            )
            while some := tuple(islice(jobs, size)):
                yield Batch(folder, some)


def _digest(entry: SourceEntry) -> str:
    return sha256(msgspec.json.encode(entry._asdict())).hexdigest()[:8]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
