"""Assertions of data/assertions.yml: what a release must hold, for the whole and for each source.

Fewer than `min` fails, more than `max` warns, a share further than `band` from the last release's fails.
"""

from math import ceil, floor
from pathlib import Path

import msgspec
import yaml

from flows.release.errors import BadAssertionsError
from flows.release.measure import WHOLE, Measures

COUNTS = ("documents", "reports")
SHARES = ("fill_rate", "conflict_share", "consistent_share")
FEWER, MORE = 0.9, 1.5  # of what is there, proposed as min and max
NARROW = 0.02  # the narrowest band proposed,
FEW = 3  # unless as many reports can move a share further


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How few and how many there may be."""

    min: int | None = None
    max: int | None = None


class Banded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a share may be from that of the last release."""

    band: float


class Asserted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The assertions on one scope; the names are those of its measures."""

    documents: Counted | None = None
    reports: Counted | None = None
    fill_rate: Banded | None = None
    conflict_share: Banded | None = None
    consistent_share: Banded | None = None


class Assertions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Those on the whole, and on sources by their names."""

    whole: Asserted = Asserted()
    sources: dict[str, Asserted] = {}


class Finding(msgspec.Struct, frozen=True):
    """An issue of a release: its code in issues.yml, what it is about, and what is wrong in words."""

    code: str
    scope: str
    message: str


def read_assertions(path: Path) -> Assertions:
    """Read the assertions strictly; a data folder without any asserts nothing."""
    if not path.exists():
        return Assertions()
    try:
        return msgspec.convert(yaml.safe_load(path.read_text("utf-8")) or {}, Assertions)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadAssertionsError(f"{path}: {error}") from None


def violated(asserted: Assertions, measured: dict[str, Measures], last: dict[str, Measures]) -> list[Finding]:
    """What the measures of a release break; `last` are those of the last release."""
    found = []
    for scope, some in {WHOLE: asserted.whole, **asserted.sources}.items():
        now, before = measured.get(scope, Measures()), last.get(scope)
        for name in COUNTS:
            found += _counted(scope, name, getattr(some, name), getattr(now, name))
        for name in SHARES:
            found += _banded(
                scope, name, getattr(some, name), getattr(now, name), getattr(before, name, None)
            )
    return found


def proposed(measured: dict[str, Measures], last: dict[str, Measures]) -> str:
    """Assertions that the measured release keeps, as YAML, with room for the next ones."""
    scopes = {scope: _proposed(now, last.get(scope)) for scope, now in measured.items()}
    whole = scopes.pop(WHOLE)
    declared = msgspec.to_builtins(Assertions(whole, scopes))
    return str(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False, default_flow_style=None))


def _counted(scope: str, name: str, asserted: Counted | None, found: int) -> list[Finding]:
    if asserted is None:
        return []
    if asserted.min is not None and found < asserted.min:
        return [Finding("too_few", scope, f"{found} {name}, at least {asserted.min} are asserted")]
    if asserted.max is not None and found > asserted.max:
        return [Finding("too_many", scope, f"{found} {name}, at most {asserted.max} are asserted")]
    return []


def _banded(
    scope: str, name: str, asserted: Banded | None, found: float | None, before: float | None
) -> list[Finding]:
    if asserted is None or before is None or found is None or abs(found - before) <= asserted.band:
        return []
    said = f"{name} is {found:.4f}, was {before:.4f} in the last release; {asserted.band} is asserted at most"
    return [Finding("outside_band", scope, said)]


def _proposed(now: Measures, before: Measures | None) -> Asserted:
    counts = {
        name: Counted(floor(getattr(now, name) * FEWER), ceil(getattr(now, name) * MORE)) for name in COUNTS
    }
    shares: dict[str, Banded] = {}
    for name in SHARES:
        value, old = getattr(now, name), getattr(before, name, None)
        if value is not None:
            moved = abs(value - old) if old is not None else 0.0
            shares[name] = Banded(round(max(NARROW, 2 * moved, FEW / now.reports), 4))
    return msgspec.convert({**msgspec.to_builtins(counts), **msgspec.to_builtins(shares)}, Asserted)
