"""How the sources are: what each crawl brought, and what is wrong, as text and as a table."""

from datetime import datetime
from functools import partial

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.crawl.account import Account, accounts, last_successes
from flows.output import WIDE
from flows.paths import Paths
from flows.sources import Directory, Expected, Source, read_sources

CHANGES = ("new", "changed", "vanished", "unlisted", "skipped", "unreachable", "blocked", "refused")


def account_of(told: list[Account]) -> str:
    """What some crawls brought, as a table in Markdown, and what went wrong."""
    lines = [
        f"| source | outcome | {' | '.join(CHANGES)} |",
        "| --- | --- |" + " ---: |" * len(CHANGES),
    ]
    for account in sorted(told, key=lambda account: account.source):
        counts = " | ".join(str(getattr(account, change)) for change in CHANGES)
        lines.append(f"| {account.source} | {account.outcome} | {counts} |")
    lines += [f"\n{account.source}: {problem}" for account in told for problem in account.problems]
    return "\n".join(lines)


def changes(account: Account) -> str:
    """What a crawl brought, in one line for people."""
    counts = [(getattr(account, change), change) for change in CHANGES]
    return ", ".join(f"{count} {change}" for count, change in counts if count) or "nothing new"


def sources_line(paths: Paths) -> str:
    """How many of the sources that were ever crawled have problems."""
    told = accounts(paths).values()
    wrong = sum(bool(account.problems) for account in told)
    return f"{len(told)} crawled, {wrong} with problems" + (" (see `gongkai status`)" if wrong else "")


def status(paths: Paths) -> Table:
    """Each source with its last success, its reports per year against the expected number, its problems."""
    latest, succeeded = accounts(paths), last_successes(paths)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("source", "last success", "last crawl", "reports per year", "what is wrong"):
        table.add_column(heading, overflow="fold")
    for source in read_sources(paths.sources):
        account = latest.get(source.name)
        table.add_row(
            source.name,
            _day(succeeded.get(source.name)),
            f"{account.outcome}: {changes(account)}" if account else "",
            _reports(account, source.expected),
            "\n".join(_wrong(source, account)),
        )
    return table


def show(table: Table) -> None:
    """Print a table; where no terminal sets a width, nothing is broken over lines."""
    as_it_is = partial(Console, markup=False, emoji=False, highlight=False)  # portals chose some of the words
    console = as_it_is()
    (console if console.is_terminal else as_it_is(width=WIDE)).print(table)


def _day(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when else "never"


def _reports(account: Account | None, expected: Expected) -> str:
    found = account.reports if account else {}
    bounds = f"{expected.min or ''}–{expected.max or ''}" if expected.min or expected.max else ""
    years = ", ".join(f"{year}: {count}" for year, count in found.items())
    return f"{years} (expected {bounds})" if bounds else years


def _wrong(source: Source, account: Account | None) -> list[str]:
    problems = list(account.problems) if account else []
    if not isinstance(source, Directory) and source.verified is None:
        seen = account is not None and account.outcome == "complete"
        problems.append(
            "unverified; a run has seen it: look at its reports, then set `verified` in its dossier"
            if seen
            else "unverified: not crawled at night; try it by `gongkai crawl " + source.name + "`"
        )
    return problems
