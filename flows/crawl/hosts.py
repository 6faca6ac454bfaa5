"""What all sources of one host share: one crawl at a time, and one budget of requests a night."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flows.paths import Paths


class Budget:
    """The requests that were made to each host today (a UTC day), counted on disk."""

    def __init__(self, files: dict[str, int], most: int) -> None:
        self.files, self.most = files, most

    def take(self, host: str) -> bool:
        """Whether one more request may go to the host; counts it."""
        today = datetime.now(UTC).date().isoformat()
        file = self.files[host]
        day, _, made = os.pread(file, 100, 0).decode().partition(" ")
        count = int(made) if day == today else 0
        if count >= self.most:
            return False
        os.pwrite(file, f"{today} {count + 1:<10}".encode(), 0)
        return True


@contextmanager
def held(paths: Paths, hosts: list[str], most: int) -> Iterator[Budget]:
    """Hold some hosts, and what is below them, after waiting for other crawls of them to end."""
    folder = paths.crawls / "hosts"
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, int] = {}
    try:
        # The domains above are shared, so that a source of a whole domain waits for those of hosts below it.
        # In one order everywhere, so that no two wait for each other.
        for host in sorted({*hosts, *(above for name in hosts for above in _above(name))}):
            files[host] = os.open(folder / host.replace(":", "_"), os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(files[host], fcntl.LOCK_EX if host in hosts else fcntl.LOCK_SH)
        yield Budget(files, most)
    finally:
        for file in files.values():
            os.close(file)


def _above(host: str) -> list[str]:
    parts = host.split(".")
    return [".".join(parts[start:]) for start in range(1, len(parts) - 1)]
