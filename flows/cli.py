"""The command line. Only the commands that run flows import Prefect, and only when they are called."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click

from flows.paths import DEFAULT_DATA, Paths


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which machines read the documents."""
    for option in (
        click.option(
            "--cluster",
            metavar="ADDRESS",
            envvar="GONGKAI_CLUSTER",
            help="Scheduler of a Dask cluster, such as tcp://10.0.0.1:8786; without it one is started here.",
        ),
        click.option(
            "--engine",
            type=click.Choice(["local", "dask"]),
            default="local",
            show_default=True,
            envvar="GONGKAI_ENGINE",
            help="What reads the documents: processes of this machine, or a Dask cluster.",
        ),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_DATA,
    envvar="GONGKAI_DATA",
    help="Data folder, if not the checkout's own.",
)
@click.pass_context
def main(context: click.Context, data: Path) -> None:
    """政府信息公开工作年度报告 as one clean dataset."""
    context.obj = Paths(data.absolute())


@main.command()
@click.argument(
    "files", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option("--format", "kind", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.pass_obj
def parse(paths: Paths, files: tuple[Path, ...], kind: str) -> None:
    """Read files or folders and print what they say.

    One line of JSON per document, or one line of CSV per cell. The exit status is 1 when a document could not
    be read; the others are printed all the same.
    """
    from flows.pool import warm

    warm("flows.documents")  # imported there and here at the same time
    from flows.documents import Job, read_all, unpacked, walk
    from flows.output import as_csv, as_json, csv_header
    from flows.sources import BadSourcesError, known_entries, read_sources
    from schemas.issues import severity

    try:
        sources = read_sources(paths.sources) if paths.sources.exists() else []
    except BadSourcesError as error:
        raise click.ClickException(str(error)) from None
    known = known_entries(sources, paths.root)

    def jobs() -> Iterator[Job]:
        for file in walk(files):
            for member, where in unpacked(file):
                yield Job(f"{file}{member}", where, known(file, member))

    out = sys.stdout.buffer  # UTF-8 whatever the locale says
    if kind == "csv":
        out.write(f"{csv_header()}\n".encode())
    status = 0
    for job, report in read_all(jobs()):
        name = job.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        line = as_json(name, report) if kind == "json" else as_csv(name, report)
        out.write(f"{line}\n".encode() if line else b"")
        out.flush()
        for issue in report.issues:
            if severity(issue.code) == "error":
                click.echo(f"{name}: {issue.message} ({issue.code})", err=True)
                status = 1
    sys.exit(status)


@main.command()
@engine_options
@click.pass_obj
def nightly(paths: Paths, engine: str, cluster: str | None) -> None:
    """Run everything: crawl, normalise, validate, load, release."""
    from flows.files import alone
    from flows.server import configure, temporary_server
    from flows.storage.lease import refuse_if_held

    _check_engine(engine, cluster)
    configure(paths.state / "prefect")
    with _plain_errors():
        with alone(paths.lock):  # where another run is going on, that is told before Prefect starts
            refuse_if_held(paths)
        with temporary_server() as ready:
            from flows.nightly import nightly as flow

            ready()
            folder = flow(str(paths.data), engine, cluster)
    _account(paths, folder)
    # Prefect's threads outlive the flow, and DuckDB prints pages of complaints at the interpreter's end about
    # what they still hold. All work is done and on disk here, so leave without that.
    sys.stdout.flush()
    os._exit(0)


@main.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.pass_obj
def crawl(paths: Paths, sources: tuple[str, ...]) -> None:
    """Fetch what is new from the sources into the raw archive.

    Without names from all that a night crawls; with names from those, verified or not. The exit status is 1
    when a source failed.
    """
    from flows.stages import crawl_stage, running
    from flows.status import changes

    with _plain_errors(), running(paths) as run:
        accounts = crawl_stage(paths, run, sources)
    for account in accounts:
        click.echo(f"{account.source}: {account.outcome}: {changes(account)}")
        for problem in account.problems:
            click.echo(f"{account.source}: {problem}", err=True)
    sys.exit(any(account.outcome == "failed" for account in accounts))


@main.group()
def warc() -> None:
    """Write the raw archive as WARC, or take others' WARC files into it."""


@warc.command(name="export")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.pass_obj
def warc_export(paths: Paths, target: Path, sources: tuple[str, ...]) -> None:
    """Write every answer of these sources (else of all) to a WARC file, compressed if named .gz."""
    from flows.crawl.process import named_sources
    from flows.crawl.warc import export_warc

    with _plain_errors():
        written = export_warc(paths, named_sources(paths, sources), target)
    click.echo(f"{written} records in {target}")


@warc.command(name="import")
@click.argument("source")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.pass_obj
def warc_import(paths: Paths, source: str, files: tuple[Path, ...]) -> None:
    """Take what WARC files have of a source's domains into the archive, as of when it was fetched."""
    from flows.crawl.process import named_sources
    from flows.crawl.warc import BadWarcError, import_warc
    from flows.sources import Directory
    from flows.stages import running

    with _plain_errors(), running(paths) as run:
        (site,) = named_sources(paths, (source,))
        if isinstance(site, Directory):
            raise click.ClickException(f"{source} is a folder; WARC files belong to a source on the web")
        try:
            counts = import_warc(paths, site, list(files))
        except BadWarcError as error:
            raise click.ClickException(str(error)) from None
        run.files_fetched += counts["fetched"]
    click.echo(", ".join(f"{count} {word}" for word, count in counts.items()))


@main.command()
@click.pass_obj
def status(paths: Paths) -> None:
    """Show each source: its last success, its reports per year, and what is wrong."""
    from flows.status import show
    from flows.status import status as table

    with _plain_errors():
        show(table(paths))


@main.command()
@click.pass_obj
def normalise(paths: Paths) -> None:
    """Read the documents that are new in the raw archive."""
    from flows.stages import normalise_stage, running

    with _plain_errors(), running(paths) as run:
        normalise_stage(paths, run)


@main.command()
@click.pass_obj
def load(paths: Paths) -> None:
    """Check what was read and publish the warehouse."""
    from flows.stages import load_stage, running, validate_stage

    with _plain_errors(), running(paths) as run:
        build = validate_stage(paths, run)
        if build is not None:
            load_stage(paths, build)


@main.command()
@click.pass_obj
def release(paths: Paths) -> None:
    """Write the published warehouse as files for download."""
    from flows.stages import release_stage, running

    with _plain_errors(), running(paths) as run:
        click.echo(release_stage(paths, run))


@main.command()
@click.pass_obj
def assertions(paths: Paths) -> None:
    """Propose what to assert of releases: what the dataset in place keeps, as data/assertions.yml has it."""
    from flows.database import connect
    from flows.release.assertions import proposed
    from flows.release.measure import measure, read_measures
    from flows.release.promote import last_release

    if not paths.database.exists():
        raise click.ClickException(f"there is no warehouse at {paths.database}; run `gongkai nightly` first")
    last = last_release(paths)
    with connect(paths.database, spill=paths.state) as connection:
        click.echo(proposed(measure(connection), read_measures(last) if last else {}), nl=False)


@main.command()
@engine_options
@click.pass_obj
def serve(paths: Paths, engine: str, cluster: str | None) -> None:
    """Run the nightly deployment on its schedule, with the Prefect server that PREFECT_API_URL names."""
    if not os.environ.get("PREFECT_API_URL"):
        raise click.UsageError(
            "Set PREFECT_API_URL to the address of a running Prefect server, such as http://127.0.0.1:4200/api"
        )
    from flows.deployments import serve as serve_deployments
    from flows.server import configure

    _check_engine(engine, cluster)
    configure(paths.state / "prefect")
    serve_deployments(paths, engine, cluster)


@main.command()
@click.argument("query", required=False)
@click.option("--format", "kind", type=click.Choice(["table", "csv"]), default="table", show_default=True)
@click.pass_obj
def sql(paths: Paths, query: str | None, kind: str) -> None:
    """Ask the warehouse a question in SQL; nothing can be changed by it. Without one, ask for questions."""
    import duckdb

    from flows.output import as_rows, as_table

    database = _database(paths)
    if query is None:
        from flows.shell import shell

        shell(database)
        return
    try:
        with duckdb.connect(database, read_only=True) as connection:
            result = connection.execute(query)
            names = [column[0] for column in result.description or ()]
            rows = iter(result.fetchone, None)
            if kind == "csv":
                for line in as_rows(names, rows):
                    click.echo(line)
            else:
                as_table(names, rows)
    except duckdb.Error as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("database", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def check(paths: Paths, database: Path | None) -> None:
    """Check a warehouse, the published one if no DATABASE is named.

    Every rule of the dataset is a query for the rows that break it. Those that find any are shown with the
    first rows, and the exit status is 1.
    """
    import duckdb

    from flows.check import broken, first_rows
    from flows.database import connect
    from schemas.assertions import assertions

    try:
        with connect(database or _database(paths), spill=Path(tempfile.gettempdir())) as connection:
            failed = 0
            for assertion, count in broken(connection, assertions()):
                failed += 1
                click.echo(f"{assertion.name}: {count:,} rows. {assertion.zh}。{assertion.en}.")
                first_rows(connection, assertion)
    except duckdb.Error as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(assertions())} checks, {failed} broken")
    sys.exit(1 if failed else 0)


def _check_engine(engine: str, cluster: str | None) -> None:
    if engine == "local" and cluster:
        raise click.UsageError("--cluster names a Dask cluster; say --engine dask as well")
    if engine == "dask" and find_spec("prefect_dask") is None:
        raise click.UsageError("--engine dask needs what is not installed: pip install 'gongkai[cluster]'")


def _database(paths: Paths) -> Path:
    if not paths.database.exists():
        raise click.ClickException(f"there is no warehouse at {paths.database}; run `gongkai nightly` first")
    return paths.database


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What a person can mend is told in one line, without a traceback."""
    from flows.corrections import BadCorrectionsError
    from flows.release.errors import BadAssertionsError, ReleaseFailedError
    from flows.sources import BadSourcesError
    from flows.storage.remote import StorageError

    try:
        yield
    except BlockingIOError as error:
        raise click.ClickException(f"another run is going on: {error}") from None
    except (
        *(BadSourcesError, BadCorrectionsError, BadAssertionsError, ReleaseFailedError, StorageError),
        *(FileNotFoundError, FileExistsError, NotADirectoryError),
    ) as error:
        raise click.ClickException(str(error)) from None


def _account(paths: Paths, folder: str) -> None:
    from flows.status import sources_line
    from flows.summary import lines, summary

    outputs = [("database", paths.database), ("parquet", paths.warehouse), ("release", folder)]
    outputs.append(("report", paths.reports / "latest.html"))
    for word, said in [*lines(summary(paths)), ("sources", sources_line(paths)), *outputs]:
        click.echo(f"{word:<11} {said}")
