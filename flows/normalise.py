"""Normalise: read every document of the raw archive once per parser version, in batches.

What was read is kept as parts (`flows.parts`), by document and by what its source says of it, so that a
second run reads nothing anew. `selected.parquet` lists the documents in use now, and what is known of each.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import duckdb
import msgspec

from flows.crawl.archive import fetch_logs, raw_file
from flows.database import connect
from flows.documents import Job
from flows.files import mend, replacing
from flows.parts import BATCH, Batch, Engine, commit, compact, parts, read_batches, retry, tidy
from flows.paths import Paths
from flows.pool import cores, warm
from flows.sources import Source
from flows.version import parser_version
from transforms.records import SourceEntry

# The first place a document was seen at says what is known of it.
SEEN = """
    CREATE TABLE seen AS
    SELECT document_id, arg_min(source, (fetched_at, source, url)) AS source,
        arg_min(url, (fetched_at, source, url)) AS url
    FROM read_json($logs, format = 'newline_delimited', columns = {
        source: 'VARCHAR', url: 'VARCHAR', fetched_at: 'VARCHAR', document_id: 'VARCHAR', role: 'VARCHAR',
        fetch_status: 'VARCHAR'})
    WHERE document_id IS NOT NULL AND fetch_status = 'fetched' AND role IS DISTINCT FROM 'list'
    GROUP BY document_id
"""
# What sources say of their documents: of all alike (url is ''), or of one.
KNOWN = """
    CREATE TABLE known (source VARCHAR, url VARCHAR, digest VARCHAR,
        entry STRUCT(agency VARCHAR, region_code VARCHAR, year INTEGER))
"""
SELECTED = """
    SELECT document_id || '-' || coalesce(one.digest, alike.digest, $nothing) AS key, document_id,
        unnest(coalesce(one.entry, alike.entry, {'agency': NULL, 'region_code': NULL, 'year': NULL}))
    FROM seen
    LEFT JOIN known AS one ON one.source = seen.source AND one.url = seen.url
    LEFT JOIN known AS alike ON alike.source = seen.source AND alike.url = ''
    ORDER BY document_id
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents in use, as a file, the parts in which they are read, and how many documents there are.

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
            warm("flows.parts", "schemas.checks")
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
        documents = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(selected)]).fetchall()
    return Selection(selected, folder, documents[0][0], parsed=0)


def _select(
    connection: duckdb.DuckDBPyConnection, paths: Paths, sources: list[Source], selected: Path
) -> int:
    """Write what is in use and what is known of it; how many documents that are."""
    logs = fetch_logs(paths)
    for log in logs:
        mend(Path(log))  # of a source that is crawled no more, or not tonight
    connection.execute(SEEN, {"logs": logs})
    connection.execute(KNOWN)
    for source in sources:
        alike = source.entry("")
        known = {"": alike}
        if source.entries:
            rows = connection.execute("SELECT url FROM seen WHERE source = ?", [source.name]).fetchall()
            known |= {url: entry for (url,) in rows if (entry := source.entry(url)) != alike}
        for url, entry in known.items():
            row = [source.name, url, _digest(entry), asdict(entry)]
            connection.execute("INSERT INTO known VALUES (?, ?, ?, ?)", row)
    options = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
    with replacing(selected) as file:
        nothing = {"nothing": _digest(SourceEntry())}
        connection.execute(f"COPY ({SELECTED}) TO '{_quoted(Path(file.name))}' ({options})", nothing)
    number: int = connection.execute("SELECT count(*) FROM seen").fetchall()[0][0]
    return number


def _unread(connection: duckdb.DuckDBPyConnection, selected: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """The documents in use that no part has, as the table `unread`."""
    known = [str(part / "documents.parquet") for part in parts(folder)]
    done = "SELECT key FROM read_parquet($known)" if known else "SELECT NULL AS key WHERE false"
    given = {"selected": str(selected)} | ({"known": known} if known else {})
    connection.execute(
        f"CREATE TABLE unread AS FROM read_parquet($selected) ANTI JOIN ({done}) USING (key) ORDER BY key",
        given,
    )
    return connection


def _batches(connection: duckdb.DuckDBPyConnection, paths: Paths, folder: Path, size: int) -> Iterator[Batch]:
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT key, document_id, agency, region_code, year FROM unread")
        jobs = (
            Job(key, raw_file(paths, document_id), SourceEntry(*entry))
            for key, document_id, *entry in iter(rows.fetchone, None)
        )
        while some := tuple(islice(jobs, size)):
            yield Batch(folder, some)


def _digest(entry: SourceEntry) -> str:
    return sha256(msgspec.json.encode(entry)).hexdigest()[:8]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
