"""Reader speed against the usual libraries, side by side in one run: python -m benchmarks.readers

Prints a table of milliseconds per file (the best of several runs, one core) and of ratios. `pandas` is
`pandas.read_html` with lxml, which returns raw tables only; `pdfplumber` its extraction of tables.
"""

import io
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pandas
import pdfplumber

from transforms.readers import read

FILES = Path(__file__).parents[1] / "tests" / "files"
RUNS = 15


def main() -> None:
    """Measure and print."""
    logging.disable(logging.WARNING)  # pdfplumber warns of every font
    print("| file | ours, ms | other | other, ms | ratio | a second |")
    print("| --- | ---: | --- | ---: | ---: | ---: |")
    for path in sorted(FILES.glob("form*.*")):
        if path.suffix == ".html":
            row(path, "pandas", lambda data: pandas.read_html(io.BytesIO(data), flavor="lxml"))
        elif path.suffix == ".pdf":
            row(path, "pdfplumber", plumbed)
        elif path.suffix != ".doc":
            row(path, "", None)


def row(path: Path, name: str, other: Callable[[bytes], object] | None) -> None:
    """Print one line of the table; both are run in turn, so that a busy machine slows both."""
    data = path.read_bytes()
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(seconds(read, data))
        if other:
            theirs.append(seconds(other, data))
    best = min(ours)
    rest = f"{name} | {min(theirs) * 1000:.1f} | {min(theirs) / best:.1f}" if theirs else " | | "
    print(f"| {path.name} | {best * 1000:.1f} | {rest} | {1 / best:.0f} |", flush=True)


def seconds(reader: Callable[[bytes], object], data: bytes) -> float:
    """Processor time of one call."""
    start = time.process_time()
    reader(data)
    return time.process_time() - start


def plumbed(data: bytes) -> object:
    """What pdfplumber takes for the tables of a PDF."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [page.extract_tables() for page in pdf.pages]


if __name__ == "__main__":
    main()
