"""A limit of time on what is made of a page within the process of the crawl."""

import signal
from collections.abc import Callable
from functools import wraps
from types import FrameType
from typing import Never, ParamSpec, TypeVar

from schemas.limits import limits

P = ParamSpec("P")
R = TypeVar("R")


class TooSlowError(Exception):
    """A page that nothing can be made of within the seconds of limits.yml; the message says how many."""


def in_time(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function without effects, called in the main thread, raise TooSlowError in the end."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        before = signal.signal(signal.SIGALRM, _too_slow)
        signal.setitimer(signal.ITIMER_REAL, limits().seconds)
        try:
            return function(*args, **kwargs)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    return limited


def _too_slow(_: int, __: FrameType | None) -> Never:
    raise TooSlowError(f"it cannot be judged within {limits().seconds:g} seconds")
