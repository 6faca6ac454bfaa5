"""How much longer a night takes than a Prefect flow that does nothing, what a task and `parse` take.

    .venv/bin/python -m benchmarks.nightly

Each is run in a fresh process; the first night also makes Prefect's database, so each is run once before it
counts. Seconds are wall-clock, the best of three.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRIVIAL = "from prefect import flow\n@flow\ndef nothing(): pass\nnothing()\n"
TASKS = 200
MANY = f"""
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
@task(cache_policy=NO_CACHE, persist_result=False)
def one(): pass
@flow
def many():
    for future in [one.submit() for _ in range({TASKS})]: future.result()
many()
"""
RUNS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        shutil.copytree(ROOT / "data" / "samples", data / "samples")
        shutil.copy(ROOT / "data" / "sources.yml", data)
        environment = {
            **os.environ,
            "PREFECT_HOME": str(Path(folder, "prefect")),
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        gongkai = [sys.executable, "-c", "from flows.cli import main; main()", "--data", str(data)]

        def forget() -> None:
            for name in ("raw", "builds", "releases", "warehouse"):
                path = data / name
                if path.is_symlink():
                    path.unlink()
                else:
                    shutil.rmtree(path, ignore_errors=True)
            shutil.rmtree(data / "state" / "parsed", ignore_errors=True)

        samples = sorted(str(path) for path in (ROOT / "data" / "samples").iterdir())
        trivial = best([sys.executable, "-c", TRIVIAL], environment)
        tasks = best([sys.executable, "-c", MANY], environment) - trivial
        night = best([*gongkai, "nightly"], environment, forget)
        again = best([*gongkai, "nightly"], environment)
        parse = best([*gongkai, "parse", *samples], environment)
    print(f"a flow that does nothing   {trivial:5.1f} s")
    print(f"a task that does nothing   {1000 * tasks / TASKS:5.0f} ms")
    print(f"a night, all documents new {night:5.1f} s ({night - trivial:+.1f})")
    print(f"a night, nothing new       {again:5.1f} s ({again - trivial:+.1f})")
    print(f"parse, {len(samples)} documents         {parse:5.2f} s")


def best(command: list[str], environment: dict[str, str], before: Callable[[], None] | None = None) -> float:
    """The shortest of some runs of a command, after one that does not count."""
    seconds = []
    for _ in range(RUNS + 1):
        if before:
            before()
        start = time.perf_counter()
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


if __name__ == "__main__":
    main()
