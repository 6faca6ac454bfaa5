"""From a body's name to the body: one id for all its spellings, or none.

A name is taken apart by rules that are data: divisions (regions.csv), development zones (zones.csv), the
words of which names are made (body_words.yml) and the fields of departments (departments.csv). What these do
not explain to the last character is not known, and stays so until a person adds a word, or the name itself
to agencies.csv.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from transforms.normalise import plain
from transforms.records import Agency
from transforms.regions import REFERENCE, Location, has_divisions, region, zones

NATIONAL = "national"


class Department(NamedTuple):
    """A field of departments.csv; `abolished` and `successor` tell of the reform that ended it."""

    department: str
    zh: str
    en: str
    words: str
    names: str
    abolished: str
    successor: str


class _Part(NamedTuple):
    """What one part of a name says: its piece of the id, of the canonical name, and the body's kind."""

    key: str
    name: str
    kind: str
    department: str | None = None


def identify(body: str, location: Location, year: int | None = None) -> Agency | None:
    """The body of this name at this place (`transforms.regions.locate`), None where it is not known."""
    name = _close(body)
    declared = _declared().get((name, location.region_code or "")) or _declared().get((name, ""))
    if declared:
        return declared
    if location.level == NATIONAL or location.within is None:
        part = _national(name)
        return part and Agency(
            f"{NATIONAL}-{part.key}", part.name, None, NATIONAL, part.kind, part.department
        )
    place = region(location.within, year)
    parts = _parts(location.rest)
    if place is None or not parts:
        return None
    within = place.code
    level: str | None = place.level
    kinds = [part.kind for part in parts]
    if kinds[0] == "zone":
        within, level = zones().get(parts[0].name, within), None
    elif "township" in kinds and has_divisions(place):
        return None  # in which of the city's counties it lies is not known
    if "township" in kinds:
        level = "township"
    return Agency(
        "-".join([within, *(part.key for part in parts)]),
        ("" if parts[0].name in zones() else place.name) + "".join(part.name for part in parts),
        location.region_code,
        level,
        kinds[-1],
        parts[-1].department,
    )


def successor(agency_id: str) -> str | None:
    """The id of the body that stands in a body's place now; None where it still exists, or several do."""
    code, _, key = agency_id.partition("-")
    now = region(code)
    present = now.successor if now and now.successor else code
    fields = [
        "+".join(sorted({_present_department(field) for field in piece.split("+")}))
        for piece in key.split("-")
    ]
    found = "-".join([present, *fields])
    return None if found == agency_id else found


@cache
def departments() -> dict[str, Department]:
    """Every department by its code."""
    return {row["department"]: Department(**row) for row in _rows("departments.csv")}


@cache
def declared_names() -> tuple[tuple[str, str, str], ...]:
    """Name, region code (or nothing) and agency_id of every line of agencies.csv."""
    return tuple((row["name"], row["region_code"], row["agency_id"]) for row in _rows("agencies.csv"))


def _present_department(code: str) -> str:
    entry = departments().get(code)
    return _present_department(entry.successor) if entry and entry.successor else code


@lru_cache(maxsize=65536)
def _parts(rest: str) -> tuple[_Part, ...] | None:
    """The parts of a name behind its division: [zone] [township] or [department], to the last character."""
    if single := _single(rest):
        return (single,)
    for zone, behind in _zones_opening(rest):
        if not behind or _pattern("zone_body").fullmatch(behind):
            return (zone,)
        if inside := _single(behind):
            return (zone, inside)
    return None


@lru_cache(maxsize=65536)
def _single(rest: str) -> _Part | None:
    if not rest or re.fullmatch(f"[省市县区州旗盟]?(?:{_words()['government']})", rest):
        return _Part("government", "人民政府", "government")
    if re.fullmatch(f"[省市县区州旗盟]?(?:{_words()['office']})", rest):
        return _Part("office", "人民政府办公" + ("厅" if rest.endswith("厅") else "室"), "office")
    return _department(rest) or _township(rest)


def _national(name: str) -> _Part | None:
    bare = re.sub(f"^(?:{_words()['national']})+", "", name)
    if re.fullmatch(_words()["office"], bare):
        return _Part("office", name, "office")
    part = _department(bare) if bare != name or re.search("(?:部|署|总局)$", name) else None
    return part and part._replace(name=name)


def _department(rest: str) -> _Part | None:
    opening = _pattern("before_department").match(rest)
    for text in (rest, rest[opening.end() :]) if opening else (rest,):
        if text in _full_names():
            code, full = _full_names()[text]
            return _Part(code, full, "department", code)
        for ending, (kind, full) in _endings().items():
            if text.endswith(ending) and (fields := _fields(text[: -len(ending)])):
                codes, name = fields
                department = "+".join(sorted(set(codes)))
                if kind == "authority":
                    return _Part(department, name + full, "department", department)
                return _Part(f"{department}-{kind}", name + full, "other", department)
    return None


def _fields(stem: str) -> tuple[list[str], str] | None:
    """The codes of the fields that a stem names, and the stem in full; None unless all of it is known."""
    if not stem:
        return [], ""
    for length in range(min(len(stem), _longest_word()), 0, -1):
        word = stem[:length]
        code, full = _lexicon().get(word, ("", word))
        if (code or word in _words()["neutral"]) and (after := _fields(stem[length:])):
            codes, name = after
            return ([code, *codes] if code else codes), full + name
    return None


def _township(rest: str) -> _Part | None:
    words = _words()
    found = re.fullmatch(
        f"(?P<stem>.{{1,12}}?)(?P<kind>{words['township']})(?:{words['township_body']})?", rest
    )
    if not found:
        return None
    stem, kind = found["stem"], found["kind"]
    short = re.sub(f"(?:{words['nations']})+$", "", stem) or stem
    return _Part(short + kind.removeprefix("民族"), stem + kind, "township")


def _zones_opening(rest: str) -> Iterator[tuple[_Part, str]]:
    """Every way to read the head of a name as a development zone, the longest kind first."""
    for full, ways in _words()["zone"].items():
        for found in re.finditer(f"^(?:国家级|国家|省级)?(?P<stem>.{{0,8}}?)(?:{ways})", rest):
            name = found["stem"] + full
            yield _Part(name, name, "zone"), rest[found.end() :]


def _close(body: str) -> str:
    return re.sub(r"\s+", "", plain(body))


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((REFERENCE / "body_words.yml").read_text("utf-8"))
    return words


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name])


@cache
def _endings() -> dict[str, tuple[str, str]]:
    """Each ending with its class and its full form, the longest first."""
    found = {
        ending: (kind, full)
        for kind, endings in _words()["endings"].items()
        for ending, full in endings.items()
    }
    return dict(sorted(found.items(), key=lambda entry: -len(entry[0])))


@cache
def _lexicon() -> dict[str, tuple[str, str]]:
    """Each word of a department's name with its code and the word in full."""
    return {
        word: (entry.department, entry.words.split()[0])
        for entry in departments().values()
        for word in entry.words.split()
    }


@cache
def _full_names() -> dict[str, tuple[str, str]]:
    """Names that are not made of words (科委), with their code and full form."""
    found = {}
    for entry in departments().values():
        for name in entry.names.split():
            short, _, full = name.partition("=")
            found[short] = found[full or short] = (entry.department, full or short)
    return found


@cache
def _longest_word() -> int:
    return max(map(len, [*_lexicon(), *_words()["neutral"]]))


@cache
def _declared() -> dict[tuple[str, str], Agency]:
    return {
        (_close(row["name"]), row["region_code"]): Agency(
            row["agency_id"],
            row["agency"],
            row["region_code"] or None,
            row["agency_level"] or None,
            row["agency_kind"],
            row["department"] or None,
        )
        for row in _rows("agencies.csv")
    }


def _rows(file: str) -> list[dict[str, str]]:
    with Path(REFERENCE, file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
