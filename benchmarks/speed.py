"""How fast text is read on one core, and where the time goes: `python -m benchmarks.speed`."""

import argparse
import cProfile
import gc
import pstats
import time
from pathlib import Path

from benchmarks.accuracy.cases import make
from benchmarks.accuracy.layouts import LAYOUTS
from flows.pool import GARBAGE
from transforms.parse import parse


def main() -> None:
    """Print reports a second per layout, then the share of each module of the engine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--reports", type=int, default=100, help="per layout (100)")
    parser.add_argument("--layout", default="", help="only layouts that contain this")
    parser.add_argument("--functions", type=int, default=0, help="print the costliest functions too")
    options = parser.parse_args()
    layouts = [name for name in LAYOUTS if options.layout in name]
    documents = {name: [make(i, name).data for i in range(options.reports)] for name in layouts}
    for found in documents.values():  # tables of the form are built once
        parse(found[0])
    gc.freeze()  # as the processes of a night that read
    gc.set_threshold(GARBAGE)
    print("| layout | reports/s | ms a report |\n| --- | ---: | ---: |")
    spent_on = {"text": [0, 0.0], "HTML": [0, 0.0]}
    for name, found in documents.items():
        start = time.process_time()
        for data in found:
            parse(data)
        spent = time.process_time() - start
        kind = spent_on["HTML" if "HTML" in name else "text"]
        kind[0] += len(found)
        kind[1] += spent
        print(f"| {name} | {len(found) / spent:,.0f} | {1000 * spent / len(found):.2f} |")
    for kind_of, (count, seconds) in spent_on.items():
        if count:
            print(f"| **{kind_of}** | {count / seconds:,.0f} | {1000 * seconds / count:.2f} |")
    print()
    _profile([data for found in documents.values() for data in found[:20]], options.functions)


def _profile(documents: list[bytes], functions: int) -> None:
    """The time spent inside each module, calls to others left out; what is compiled counts as built in."""
    profiler = cProfile.Profile()
    profiler.enable()
    for data in documents:
        parse(data)
    profiler.disable()
    stats = pstats.Stats(profiler)
    modules: dict[str, float] = {}
    for (file, _, _), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        path = Path(file)
        name = "built in" if file == "~" else f"{path.parent.name}/{path.name}"
        modules[name] = modules.get(name, 0) + own
    whole = sum(modules.values())
    print("| module | own time, % |\n| --- | ---: |")
    for name, own in sorted(modules.items(), key=lambda item: -item[1])[:12]:
        print(f"| {name} | {100 * own / whole:.1f} |")
    if functions:
        stats.sort_stats("tottime").print_stats(functions)


if __name__ == "__main__":
    main()
