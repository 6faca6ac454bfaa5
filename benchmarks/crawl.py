"""How fast the crawl is with no delay, what memory it takes, and what a night without news costs.

    .venv/bin/python -m benchmarks.crawl [PAGES]

A portal on this machine lists reports (all six sections and three tables), twenty to a page. It is crawled
from nothing, and once more with nothing changed. Beside it the floor: the same pages fetched one after the
other over one connection by the standard library, hashed and written to files, with no judgement.
"""

import hashlib
import http.client
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from flows.crawl.account import Account
from flows.paths import Paths
from tests.flows.test_crawl import declare, source
from tests.portal.pages import html, listing, report, title
from tests.portal.server import Answer, Portal, portal

ROOT = Path(__file__).resolve().parents[1]
ON_A_LIST = 20


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    os.environ["GONGKAI_CONTACT"] = "mail@gongkai.test"
    with tempfile.TemporaryDirectory() as folder, portal() as server:
        fill(server, pages)
        paths = Paths(Path(folder, "data"))
        declare(paths, source("x", server, pages={"by": "link"}, budget=10 * pages))
        floor = fetch_all(server, pages, Path(folder, "floor"))
        server.asked.clear()
        first, seconds, memory = crawl(paths, server, pages)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = (used.ru_utime + used.ru_stime) / pages * 1000
        asked = len(server.paths())
        again, quiet, _ = crawl(paths, server, pages)
        print(f"floor: fetch, hash, write      {pages / floor:7.0f} pages a second")
        print(f"crawl of {pages} new pages     {pages / seconds:7.0f} pages a second, {asked} requests")
        print(f"its processor time             {processor:7.1f} ms a page")
        print(
            "memory while crawling          " + ", ".join(f"{at}: {mb:.0f} MB" for at, mb in memory.items())
        )
        lists = len(server.paths())
        print(
            f"a night without news           {quiet:7.1f} s for {lists} requests, {pages // ON_A_LIST} lists"
        )
        assert (first.new, again.new, again.changed) == (pages, 0, 0)


def fill(server: Portal, pages: int) -> None:
    def page(number: int) -> Answer:
        return html(report(2023, f"第{number}号"))

    for number in range(pages):
        server.pages[f"/nb/{number}.html"] = lambda _, number=number: page(number)
    for first in range(0, pages, ON_A_LIST):
        items = [
            (f"/nb/{n}.html", f"第{n}号 {title(2023)}") for n in range(first, min(first + ON_A_LIST, pages))
        ]
        following = first + ON_A_LIST
        more = f"<a href='/nb/list_{following}.html'>下一页</a>" if following < pages else ""
        server.pages[f"/nb/list_{first}.html" if first else "/nb/"] = html(listing(items, more))


def fetch_all(server: Portal, pages: int, folder: Path) -> float:
    folder.mkdir()
    start = time.perf_counter()
    connection = http.client.HTTPConnection(server.address)
    for number in range(pages):
        connection.request("GET", f"/nb/{number}.html")
        data = connection.getresponse().read()
        (folder / hashlib.sha256(data).hexdigest()).write_bytes(data)
    return time.perf_counter() - start


def crawl(paths: Paths, server: Portal, pages: int) -> tuple[Account, float, dict[str, float]]:
    """One crawl in its process: its account, seconds, and memory after some of the pages."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.crawl", str(paths.data), "x"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    memory: dict[str, float] = {}
    marks = {f"{share:.0%}": share * pages for share in (0.1, 0.5, 0.95)}
    while process.poll() is None:
        for name, mark in marks.items():
            if len(server.asked) >= mark and name not in memory:
                memory[name] = resident(process.pid)
        time.sleep(0.01)
    assert process.stdout
    return msgspec.json.decode(process.stdout.read(), type=Account), time.perf_counter() - start, memory


def resident(process: int) -> float:
    """The memory that a process holds, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    main()
