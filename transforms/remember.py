"""What a function has found of texts that come again, in report after report."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Asked = TypeVar("Asked", bound=Hashable)
Found = TypeVar("Found")


def remembered(most: int) -> Callable[[Callable[[Asked], Found]], Callable[[Asked], Found]]:
    """Have a function of one argument asked but once of each, until there are `most` of them.

    Then all are forgotten: they are soon known again. `functools.lru_cache`, which forgets but the one not
    asked of for longest, takes half as long again to tell what it knows, and a report asks a thousand times.
    """

    def of(function: Callable[[Asked], Found]) -> Callable[[Asked], Found]:
        return _Remembered(function, most).__getitem__

    return of


class _Remembered(dict[Asked, Found], Generic[Asked, Found]):
    def __init__(self, function: Callable[[Asked], Found], most: int) -> None:
        super().__init__()
        self.function = function
        self.most = most

    def __missing__(self, asked: Asked) -> Found:
        found = self.function(asked)
        if len(self) >= self.most:
            self.clear()
        self[asked] = found
        return found
