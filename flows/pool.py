"""Work on many documents in worker processes, so that one bad document harms no other.

A parser may crash in a C library, eat all memory or never end. Each worker takes one item at a time under a
time and a memory limit; when it dies or is too slow only its item fails, and a new worker takes its place. An
item may itself be a batch: its function then tells with `beat` where in it it is.
"""

import ctypes
import gc
import importlib
import multiprocessing
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# A fresh small process forks the workers: the caller may hold threads and much memory, which fork badly.
CONTEXT = multiprocessing.get_context("forkserver")
GARBAGE = 50_000  # objects before cycles are looked for: there are few, looking costs a tenth of the time
AHEAD = 32  # how many items per worker may be done before a slow one, whose turn it is to be yielded


@dataclass(frozen=True, slots=True)
class Failed:
    """Why an item has no result: `code` is no_parse, no_access, worker_died or too_slow.

    `at` is the last part of the item that the function had begun, if it told.
    """

    code: str
    message: str
    at: int | None = None


@dataclass(slots=True)
class _Worker:
    process: ForkServerProcess
    connection: "Connection[Any, Any]"
    beats: "ctypes.Array[ctypes.c_double]"  # in memory of both: when its last beat was, and of which part
    turn: list[Any]  # the item it works on and, when it is done, the result


_NO_PART: Final = -1.0
_beats: "ctypes.Array[ctypes.c_double] | None" = None  # in a worker


def beat(at: int | None) -> None:
    """Tell, from within a worker, that the item's part number `at` begins now: its time starts anew.

    None tells of work that belongs to no part.
    """
    if _beats is not None:
        _beats[:] = [time.monotonic(), _NO_PART if at is None else at]


def cores() -> int:
    """How many workers there are, unless the caller says otherwise: one for each core that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def warm(*modules: str) -> None:
    """Start the process that forks the workers and let it import modules, while the caller goes on."""
    CONTEXT.set_forkserver_preload(list(modules))
    ensure_running()


def work(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    seconds: float,
    memory_bytes: int,
    workers: int | None = None,
    modules: tuple[str, ...] = (),
) -> Iterator[tuple[Item, Result | Failed]]:
    """Call `function` on every item and yield each item with its result, in the order of the items.

    `function` must be importable. `seconds` limits each call, or each part of it that it tells;
    `memory_bytes` is what a worker may take beyond what it begins with: `function` and the `modules` that it
    will import.
    Items are taken as workers become free, so that neither items nor results pile up.
    """
    warm(function.__module__, *modules)
    limit = workers or cores()
    queue = iter(items)
    turns: deque[list[Any]] = deque()
    idle: list[_Worker] = []
    busy: dict[Any, _Worker] = {}
    try:
        while True:
            while len(busy) < limit and len(turns) < AHEAD * limit:
                turn = list(_take(queue))
                if not turn:
                    break
                turns.append(turn)
                worker = idle.pop() if idle else _start(function, memory_bytes, modules)
                worker.turn = turn
                worker.beats[:] = [time.monotonic(), _NO_PART]
                worker.connection.send(turn[0])
                busy[worker.connection] = worker
            if not turns:
                return
            for worker, part, ready in _next(busy, seconds):
                result, usable = _receive(worker) if ready else (_too_slow(seconds), False)
                del busy[worker.connection]
                if isinstance(result, Failed) and part != _NO_PART:
                    result = replace(result, at=int(part))
                worker.turn.append(result)
                if usable:
                    idle.append(worker)
                else:
                    _stop(worker)
            while turns and len(turns[0]) == 2:
                item, result = turns.popleft()
                yield item, result
    finally:
        for worker in [*busy.values(), *idle]:
            _stop(worker)


def _take(queue: Iterator[Item]) -> Iterator[Item]:
    for item in queue:
        yield item
        return


def _next(busy: dict[Any, _Worker], seconds: float) -> list[tuple[_Worker, float, bool]]:
    """Wait until a worker has answered or died, or may be too slow; which, its part, and whether it answered.

    None of them where all have told of themselves meanwhile.
    """
    patience = min(worker.beats[0] for worker in busy.values()) + seconds - time.monotonic()
    ready = wait(list(busy), timeout=max(0.0, patience))
    latest = time.monotonic() - seconds
    # A worker tells its time before its part: looked at the other way round, both are of one part.
    parts = [worker.beats[1] for worker in busy.values()]
    return [
        (worker, part, connection in ready)
        for (connection, worker), part in zip(busy.items(), parts, strict=True)
        if connection in ready or worker.beats[0] <= latest
    ]


def _receive(worker: _Worker) -> tuple[Any, bool]:
    try:
        return worker.connection.recv(), True
    except (EOFError, ConnectionError):
        worker.process.join()
        return Failed(
            "worker_died", f"the process reading it died with status {worker.process.exitcode}"
        ), False


def _too_slow(seconds: float) -> Failed:
    return Failed("too_slow", f"not done after {seconds:g} seconds")


def _start(function: Callable[[Any], Any], memory_bytes: int, modules: tuple[str, ...]) -> _Worker:
    ours, theirs = CONTEXT.Pipe()
    beats = CONTEXT.RawArray("d", 2)
    given = (function, memory_bytes, modules, theirs, beats)
    process = CONTEXT.Process(target=_serve, args=given, daemon=True)
    process.start()
    theirs.close()  # else the end of the worker would not be seen
    return _Worker(process, ours, beats, [])


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.kill()
    if worker.process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, signal.SIGKILL)  # the programs that it may have started
    worker.process.join()


def _serve(
    function: Callable[[Any], Any],
    memory_bytes: int,
    modules: tuple[str, ...],
    connection: "Connection[Any, Any]",
    beats: "ctypes.Array[ctypes.c_double]",
) -> None:
    global _beats
    _beats = beats
    os.setsid()
    for module in modules:  # here already, if what forks the workers was started with them
        importlib.import_module(module)
    limit = _address_space() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    gc.freeze()  # what was imported stays
    gc.set_threshold(GARBAGE)
    while True:
        try:
            item = connection.recv()
        except EOFError:
            return
        try:
            result = function(item)
        except MemoryError:
            result = Failed("worker_died", f"it needs more than {memory_bytes:,} bytes of memory")
        except OSError as error:
            result = Failed("no_access", str(error))
        except Exception as error:
            result = Failed("no_parse", f"{type(error).__name__}: {error}")
        connection.send(result)


def _address_space() -> int:
    """How much of it the process has taken, in bytes: what its libraries need before any document."""
    told = Path("/proc/self/statm")  # of Linux; elsewhere the limit is for all together
    return int(told.read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE") if told.exists() else 0
