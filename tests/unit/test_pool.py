"""A document that crashes, hangs or eats memory costs only itself."""

import os
import sys
import time
from typing import Any, cast

from flows.pool import CONTEXT, Failed, _next, _Worker, beat, work


def behave(item: str) -> str:
    if item == "crash":
        os.abort()
    if item == "hang":
        time.sleep(60)
    if item == "eat":
        return str(len(bytearray(3_000_000_000)))
    if item == "raise":
        raise ValueError("a figure too many")
    return item.upper()


def results(*items: str) -> list[str | Failed]:
    done = list(work(behave, items, seconds=1, memory_bytes=2_000_000_000, workers=2))
    assert [item for item, _ in done] == list(items)
    return [result for _, result in done]


def test_results_come_in_the_order_of_the_items() -> None:
    items = [f"item {number}" for number in range(200)]
    assert results(*items) == [item.upper() for item in items]


def test_a_crash_a_hang_an_error_and_a_glutton_fail_alone() -> None:
    a, crash, b, hang, c, error, eat, d = results("a", "crash", "b", "hang", "c", "raise", "eat", "d")
    assert (a, b, c, d) == ("A", "B", "C", "D")
    assert isinstance(crash, Failed)
    assert crash.code == "worker_died"
    assert hang == Failed("too_slow", "not done after 1 seconds")
    assert error == Failed("no_parse", "ValueError: a figure too many")
    assert isinstance(eat, Failed)
    assert eat.code == "worker_died"


def step(item: str) -> str:
    for at, what in enumerate(item.split()):
        beat(at)
        time.sleep(0.5)
        behave(what)
    return "done"


def test_a_batch_has_its_time_for_each_part_and_tells_which_part_it_failed_at() -> None:
    done = dict(work(step, ["a b c", "a crash c"], seconds=1, memory_bytes=2_000_000_000, workers=2))
    assert done["a b c"] == "done"
    failed = done["a crash c"]
    assert isinstance(failed, Failed)
    assert (failed.code, failed.at) == ("worker_died", 1)


def test_who_goes_on_while_it_is_judged_is_blamed_for_the_part_it_was_at() -> None:
    ours, _ = CONTEXT.Pipe()
    worker = _Worker(cast(Any, None), ours, CONTEXT.RawArray("d", [0.0, 1.0]), [])
    ((_, part, ready),) = _next({ours: worker}, seconds=1)
    worker.beats[:] = [time.monotonic(), 2.0]
    assert (part, ready) == (1.0, False)
    worker.connection.close()


def is_imported(module: str) -> bool:
    return module in sys.modules


def test_a_worker_begins_with_the_modules_that_it_will_need() -> None:
    limits = {"seconds": 5, "memory_bytes": 2_000_000_000, "workers": 1}
    assert list(work(is_imported, ["tabnanny"], **limits)) == [("tabnanny", False)]
    assert list(work(is_imported, ["tabnanny"], **limits, modules=("tabnanny",))) == [("tabnanny", True)]


def test_nothing_to_do_starts_no_worker() -> None:
    assert results() == []
