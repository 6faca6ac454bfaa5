"""A limit of time on what is made of a page within the process of the crawl.

It ends what runs in Python, and regular expressions; what is compiled, when that next runs some of either.
One call of a library in C it ends only when that comes back: what HTML the parser is given is limited before
(`transforms.readers.html.check_size`).
"""

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
        handler = signal.signal(signal.SIGALRM, _too_slow)
        timer = signal.setitimer(signal.ITIMER_REAL, limits().seconds)
        try:
            return function(*args, **kwargs)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, *timer)

    return limited


def _too_slow(_: int, __: FrameType | None) -> Never:
    raise TooSlowError(f"it cannot be judged within {limits().seconds:g} seconds")
