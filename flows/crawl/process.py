"""Which sources are due, and the crawl of one of them, in a process of its own."""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from flows.crawl.account import Account, accounts
from flows.crawl.directory import crawl_directory
from flows.files import append
from flows.paths import Paths
from flows.sources import BadSourcesError, Directory, Source, read_sources

ROOT = Path(__file__).resolve().parents[2]


class CrawlDiedError(OSError):
    """The process of a source ended before its crawl did; started again, it goes on from there."""


def named_sources(paths: Paths, names: tuple[str, ...]) -> list[Source]:
    """The sources of these names, or all; BadSourcesError tells of a name that none has."""
    sources = read_sources(paths.sources)
    if unknown := sorted(set(names) - {source.name for source in sources}):
        raise BadSourcesError(f"there is no source {', '.join(unknown)} in {paths.sources}, nor beside it")
    return [source for source in sources if not names or source.name in names]


def due_sources(paths: Paths, names: tuple[str, ...] = ()) -> list[Source]:
    """The sources to crawl now: those named, else every folder and every verified portal that is due."""
    sources, latest = named_sources(paths, names), accounts(paths)
    return [source for source in sources if names or _is_due(source, latest.get(source.name))]


def _is_due(source: Source, latest: Account | None) -> bool:
    if isinstance(source, Directory):
        return True
    if source.verified is None:
        return False
    if latest is None or latest.outcome != "complete" or source.every == 1:
        return True
    return datetime.now(UTC) - latest.began >= timedelta(days=source.every - 0.5)


def crawl_source(paths: Paths, source: Source) -> Account:
    """Crawl one source; what goes wrong with it stands in its account, and no other is concerned.

    CrawlDiedError tells that its process was killed.
    """
    if isinstance(source, Directory):
        return crawl_directory(paths, source)
    began = datetime.now(UTC)
    # Standard input stays open while this process lives: the crawl ends with it, even if it is killed.
    with (
        tempfile.TemporaryFile() as complaints,  # a pipe could fill up while nobody reads it
        subprocess.Popen(
            [sys.executable, "-m", "flows.crawl", str(paths.data.absolute()), source.name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process,
    ):
        assert process.stdout
        try:
            printed = process.stdout.read()  # not communicate(), which would close standard input
            process.wait()
        except BaseException:
            process.kill()
            raise
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace").strip().splitlines() or ["it says nothing"]
    if process.returncode == 0:
        return msgspec.json.decode(printed, type=Account)
    if process.returncode < 0:
        raise CrawlDiedError(f"the crawl of {source.name} was ended by signal {-process.returncode}")
    return failed(paths, source, said[-1], began)


def failed(paths: Paths, source: Source, why: str, began: datetime | None = None) -> Account:
    """The account of a crawl that could not be made, or did not end."""
    now = datetime.now(UTC)
    account = Account(
        source=source.name, run="", began=began or now, ended=now, outcome="failed", problems=[why]
    )
    append(paths.crawl_log, [account])
    return account
