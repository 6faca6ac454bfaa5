"""The process of one source: `python -m flows.crawl DATA NAME` crawls it and prints its account as JSON."""

import os
import signal
import sys
import threading
from pathlib import Path

import msgspec

from flows.crawl.engine import NoContactError, crawl_site
from flows.paths import Paths
from flows.sources import Directory, read_sources


def main() -> None:
    """Crawl; the exit status is 1 for what a person must mend, told on standard error."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    data, name = sys.argv[1:]
    paths = Paths(Path(data))
    source = next(source for source in read_sources(paths.sources) if source.name == name)
    assert not isinstance(source, Directory)
    if not sys.stdin.isatty():
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        account = crawl_site(paths, source)
    except NoContactError as error:
        sys.exit(str(error))
    except BlockingIOError:
        sys.exit("another process is crawling this source")
    sys.stdout.buffer.write(msgspec.json.encode(account))


def _end_with_parent() -> None:
    while os.read(0, 1024):  # ends when the parent does, however it ends
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
