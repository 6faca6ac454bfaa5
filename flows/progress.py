"""Progress of a stage on the terminal; where there is no terminal, nothing until its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def shown(stage: str) -> Iterator[Callable[[int, int], None]]:
    """A function that is told how many of how many are done, and shows it on standard error."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(stage, total=None)

        def told(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield told
        if not bars.tasks[task].completed:
            bars.update(task, completed=0, total=0)
