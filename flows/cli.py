"""The command line. Only the commands that run flows import Prefect, and only when they are called."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from flows.paths import DEFAULT_DATA, Paths


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
    from flows.documents import Job, read_all, unpacked, walk
    from flows.output import as_csv, as_json, csv_header
    from flows.sources import BadSources, known_entries, read_sources
    from schemas.issues import is_error

    try:
        sources = read_sources(paths.sources) if paths.sources.exists() else []
    except BadSources as error:
        raise click.ClickException(str(error)) from None
    entry = known_entries(sources, paths.root)

    def jobs() -> Iterator[Job]:
        for file in walk(files):
            for member, where in unpacked(file):
                yield Job(f"{file}{member}", where, entry(file, member))

    out = click.get_binary_stream("stdout")
    if kind == "csv":
        out.write(f"{csv_header()}\n".encode())
    status = 0
    for job, report in read_all(jobs()):
        name = job.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        line = as_json(name, report) if kind == "json" else as_csv(name, report)
        out.write(f"{line}\n".encode() if line else b"")
        out.flush()
        for issue in report.issues:
            if is_error(issue.code):
                click.echo(f"{name}: {issue.message} ({issue.code})", err=True)
                status = 1
    sys.exit(status)
