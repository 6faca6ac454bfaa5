"""Measure the reading on generated reports: `python -m benchmarks.accuracy`."""

import argparse
import re
import signal
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.accuracy.cases import make
from benchmarks.accuracy.distortions import DISTORTIONS
from benchmarks.accuracy.layouts import LAYOUTS
from benchmarks.accuracy.score import FLAGGED, MISSED, OUTCOMES, RECOVERED, RIGHT, SILENT, Score, score
from transforms.parse import parse

DOCS = Path(__file__).parents[2] / "docs" / "accuracy.md"
BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
SECONDS = 5  # for one document
Job = tuple[str, str, str | None]  # seed, layout, distortion


def main() -> None:
    """Run the measurement and print its tables."""
    options = _options()
    jobs = list(_jobs(options))
    chunk = 50
    chunks = [jobs[i : i + chunk] for i in range(0, len(jobs), chunk)]
    by_layout: dict[str, Score] = {name: Score() for name in LAYOUTS}
    by_distortion: dict[str, Score] = {name: Score() for name in DISTORTIONS}
    shown = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for results in pool.map(measure, chunks):
            for (_, layout, distortion), result in results:
                for case, key, outcome, record in result.failures:
                    if shown < options.show and outcome in options.outcome:
                        shown += 1
                        print(f"\n=== {outcome}: {key} of {case.seed} · {layout} · {distortion}")
                        print(f"expected {case.expect.get(key)}\nread     {record}\n{case.around(key)}")
                result.failures = []
                (by_distortion[distortion] if distortion else by_layout[layout]).add(result)
    lines = [
        *_table("Undistorted, by layout", by_layout),
        "",
        *_table("Distorted, by distortion", by_distortion),
    ]
    print("\n".join(lines))
    if options.write:
        command = f"`python -m benchmarks.accuracy --reports {options.reports} --seed {options.seed} --write`"
        _write(["", f"Made by {command}.", "", *lines, ""])


def measure(jobs: list[Job]) -> list[tuple[Job, Score]]:
    """Make, read and score some documents; one that takes too long counts as not read."""
    signal.signal(signal.SIGALRM, _too_slow)
    results = []
    for job in jobs:
        case = make(*job)
        signal.alarm(SECONDS)
        try:
            result = score(case, parse(case.data))
        except Exception as error:
            print(f"{job}: {type(error).__name__}: {error}", file=sys.stderr)
            result = Score(Counter({MISSED: len(case.expect)}), reports=1)
        finally:
            signal.alarm(0)
        results.append((job, result))
    return results


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def _jobs(options: argparse.Namespace) -> list[Job]:
    """Half of the reports undistorted through all layouts, half through all distortions."""
    layouts = [name for name in LAYOUTS if re.search(options.layout, name)]
    distortions = [name for name in DISTORTIONS if re.search(options.distortion, name)]
    half = options.reports // 2 if not options.only else options.reports
    jobs: list[Job] = []
    if options.only != "distorted":
        jobs += [(f"{options.seed}-{i}", layouts[i % len(layouts)], None) for i in range(half)]
    if options.only != "undistorted":
        for i in range(half):
            layout = layouts[i // len(distortions) % len(layouts)]
            jobs.append((f"{options.seed}-d{i}", layout, distortions[i % len(distortions)]))
    return jobs


def _table(title: str, scores: dict[str, Score]) -> list[str]:
    """Markdown; the outcomes per million cells."""
    heads = ("reports", "cells", *OUTCOMES, "of the decided, %", "doubted", "repairs", "right, %")
    lines = [f"| {title} | {' | '.join(heads)} |", "| --- |" + " ---: |" * len(heads)]
    whole = Score()
    for found in scores.values():
        whole.add(found)
    for name, found in [*scores.items(), ("**all**", whole)]:
        if not found.reports:
            continue
        cells = found.cells.total()
        decided = sum(found.cells[kind] for kind in (RIGHT, RECOVERED, MISSED, FLAGGED, SILENT))
        good = found.cells[RIGHT] + found.cells[RECOVERED]
        figures = [
            f"{found.reports:,}",
            f"{cells:,}",
            *(f"{found.cells[kind] * 1_000_000 / cells:,.0f}" for kind in OUTCOMES),
            f"{100 * good / decided:.3f}",
            f"{found.doubted * 1_000_000 / cells:,.0f}",
            f"{found.repairs:,}",
            f"{100 * found.right_repairs / found.repairs:.1f}" if found.repairs else "",
        ]
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return lines


def _write(lines: list[str]) -> None:
    """Put the tables between the marks of the page, or at its end."""
    page = DOCS.read_text("utf-8") if DOCS.exists() else "# Accuracy\n"
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCS.write_text(
        f"{before.rstrip()}\n\n{BEGIN}\n" + "\n".join(lines) + f"\n{END}\n{after.lstrip()}", "utf-8"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--reports", type=int, default=10_000, help="in all (10000)")
    parser.add_argument("--seed", default="1", help="another seed, other reports")
    parser.add_argument("--layout", default="", help="only layouts whose name matches")
    parser.add_argument("--distortion", default="", help="only distortions whose name matches")
    parser.add_argument("--only", choices=("distorted", "undistorted"))
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--show", type=int, default=0, metavar="K", help="print the first K failures")
    parser.add_argument("--outcome", nargs="+", default=[SILENT], help=f"failures to show ({SILENT})")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/accuracy.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
