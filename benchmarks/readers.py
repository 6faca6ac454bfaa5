"""Reader speed against the usual libraries, side by side in one run: python -m benchmarks.readers

Prints a table of milliseconds per file (the best of several runs, one core) and of ratios (their median).
`pandas` is `pandas.read_html` with lxml, which returns raw tables only; `pdfplumber` how it extracts tables.
"""

import io
import logging
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

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
    """Print one line of the table; both read in turn, since the speed of machines is not steady."""
    data = path.read_bytes()
    times = [(milliseconds(read, data), milliseconds(other, data) if other else 0) for _ in range(RUNS)]
    ours, theirs = (min(of_one) for of_one in zip(*times, strict=True))
    ratio = median(b / a for a, b in times)
    rest = f"{name} | {theirs:.1f} | {ratio:.1f}" if other else " | | "
    print(f"| {path.name} | {ours:.1f} | {rest} | {1000 / ours:.0f} |", flush=True)


def milliseconds(reader: Callable[[bytes], object], data: bytes) -> float:
    """Processor time of one call."""
    start = time.process_time()
    reader(data)
    return (time.process_time() - start) * 1000


def plumbed(data: bytes) -> object:
    """What pdfplumber takes for the tables of a PDF."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [page.extract_tables() for page in pdf.pages]


if __name__ == "__main__":
    main()
