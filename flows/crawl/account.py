"""What came of the crawl of each source, logged in one line each."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from flows.paths import Paths


class Account(msgspec.Struct, kw_only=True):
    """What came of the crawl of one source.

    `outcome` is `complete`, `partial` (stopped before its end, by a budget say) or `failed`. The counts are
    of addresses. `reports` are the reports per year that the source has now. `problems` are for people.
    """

    source: str
    run: str
    began: datetime
    ended: datetime
    outcome: str
    requests: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    unlisted: int = 0
    vanished: int = 0
    unreachable: int = 0
    blocked: int = 0
    refused: int = 0
    reports: dict[int, int] = {}
    problems: list[str] = []


def accounts(paths: Paths) -> dict[str, Account]:
    """The latest account of each source."""
    return {account.source: account for account in _accounts(paths)}


def last_successes(paths: Paths) -> dict[str, datetime]:
    """When each source was last crawled to its end."""
    return {account.source: account.ended for account in _accounts(paths) if account.outcome == "complete"}


def _accounts(paths: Paths) -> Iterator[Account]:
    decoder = msgspec.json.Decoder(Account)
    if paths.crawl_log.exists():
        with paths.crawl_log.open("rb") as file:
            yield from (decoder.decode(line) for line in file if line.endswith(b"\n"))
