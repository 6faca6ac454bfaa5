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

from transforms.normalise import close, plain
from transforms.records import Agency
from transforms.regions import REFERENCE, Location, Region, has_divisions, ranks, region, zones
from transforms.remember import remembered

NATIONAL = "national"
# Offices of a commission and the like: departments, but not the authority of their field.
OFFICES = ("commission_office", "leading_group_office", "headquarters_office")


class Department(NamedTuple):
    """A field of departments.csv, or several under one roof (their codes joined by +).

    `words` name it within a department's name, the usual one first; `short` are their abbreviations, `names`
    whole names that are not made of words, with what they shorten. `abolished` and `successor` tell of the
    reform that ended it.
    """

    department: str
    en: str
    words: tuple[str, ...]
    short: tuple[str, ...]
    names: tuple[str, ...]
    abolished: int | None
    successor: str | None

    @property
    def zh(self) -> str:
        """Its usual name in Chinese."""
        return self.words[0] if self.words else self.names[0]


class _Part(NamedTuple):
    """What one part of a name says: its piece of the id, of the canonical name, and the body's kind."""

    key: str
    name: str
    kind: str
    department: str | None = None


def identify(body: str, location: Location, year: int | None = None) -> Agency | None:
    """The body of this name at this place (`transforms.regions.locate`), None where it is not known."""
    name = close(plain(body))
    declared = _declared().get((name, location.region_code or "")) or _declared().get((name, ""))
    if declared:
        return declared
    if location.level == NATIONAL or location.within is None:
        part = _national(name)
        return part and Agency(
            f"{NATIONAL}-{part.key}", part.name, None, NATIONAL, part.kind, part.department
        )
    if location.rest == name and _pattern("ministry").search(name):
        return None  # 财政部 on a county's site is no body of the county
    place = region(location.within, year)
    parts = _parts(location.rest, ranks(place)) if place else None
    if place is None or not parts:
        return None
    within = place.code
    level: str | None = place.level
    kinds = [part.kind for part in parts]
    if kinds[0] == "zone":
        level = None
    elif "township" in kinds and has_divisions(place):
        return None  # in which of the city's counties it lies is not known
    if "township" in kinds:
        level = "township"
    return Agency(
        "-".join([within, *[part.key for part in parts]]),
        _canonical(name, place, parts),
        location.region_code,
        level,
        kinds[-1],
        parts[-1].department,
    )


def _canonical(name: str, place: Region, parts: tuple[_Part, ...]) -> str:
    if _pattern("national").match(name):
        return name  # 国家税务总局新县税务局
    alone = zones().get(parts[0].name) == place.code  # 西咸新区
    return ("" if alone else place.name) + "".join([part.name for part in parts])


def successor(agency_id: str) -> str | None:
    """The id of the body that stands in a body's place now; None where it still exists, or several do."""
    code, *keys = agency_id.split("-")
    now = region(code)
    present = (now and now.successor) or code
    if keys[-1] not in OFFICES:  # what became of a bureau says nothing of a commission's office
        keys = [_present_department(key) for key in keys]
    found = "-".join([present, *keys])
    return None if found == agency_id else found


@cache
def departments() -> dict[str, Department]:
    """Every department by its code."""
    return {
        row["department"]: Department(
            row["department"],
            row["en"],
            tuple(row["words"].split()),
            tuple(row["short"].split()),
            tuple(row["names"].split()),
            int(row["abolished"]) if row["abolished"] else None,
            row["successor"] or None,
        )
        for row in _rows("departments.csv")
    }


@cache
def declared_names() -> tuple[tuple[str, str, str], ...]:
    """Name, region code (or nothing) and agency_id of every line of agencies.csv."""
    return tuple((row["name"], row["region_code"], row["agency_id"]) for row in _rows("agencies.csv"))


def _present_department(code: str) -> str:
    entry = departments().get(code)
    return _present_department(entry.successor) if entry and entry.successor else code


@lru_cache(maxsize=65536)
def _parts(rest: str, own: tuple[str, ...]) -> tuple[_Part, ...] | None:
    """The parts of a name behind its division: [zone] [township] or [department], to the last character.

    `own` are the words that may stand for the division once more (新县县政府办); a rank that is not its own
    would make it another body.
    """
    bare = next((rest.removeprefix(rank) for rank in own if rest.startswith(rank) and rest != rank), rest)
    names = (bare,) if _nameless_zone().match(bare) else (rest, bare)  # 市高新区 is no zone of the name 市高
    for text in dict.fromkeys(
        re.sub(ending, "", name) for name in names for ending in ("$", r"\([^()]*\)$")
    ):  # 财政局(国有资产监督管理局)
        if plain_body := _government(text) or _named_department(text):
            return (plain_body,)
        for zone, behind in _zones_opening(text):
            if not behind or _pattern("zone_body").fullmatch(behind):
                return (zone,)
            if inside := _named_department(behind) or _township(behind):
                return (zone, inside)
        if township := _township(text):
            return (township,)
    return None


def _government(rest: str) -> _Part | None:
    if not rest or _pattern("government").fullmatch(rest):
        return _Part("government", "行政公署" if "署" in rest else "人民政府", "government")
    if _pattern("office").fullmatch(rest):
        return _Part("office", "人民政府办公" + ("厅" if rest.endswith("厅") else "室"), "office")
    return None


def _named_department(rest: str) -> _Part | None:
    return _department(rest) or _department(_pattern("before_department").sub("", rest, count=1))


def _national(name: str) -> _Part | None:
    bare = _pattern("national").sub("", name, count=1)
    if not bare:
        return _Part("government", name, "government")
    if _pattern("office").fullmatch(bare):
        return _Part("office", name, "office")
    part = _department(bare) if bare != name or _pattern("national_name").search(name) else None
    return part and part._replace(name=name)


def _department(name: str) -> _Part | None:
    name = _shortened().get(name, name)
    for ending, (kind, full) in _endings().items():
        fields = _fields(name[: -len(ending)]) if name.endswith(ending) else None
        if fields and fields.codes:
            department = "+".join(sorted(set(fields.codes)))
            if kind == "authority" or (kind in OFFICES and department in _words()["authority_offices"]):
                return _Part(department, fields.name + full, "department", department)
            key = "-".join([department, "_".join([*_telling(fields.words, kind), kind])])
            own = "department" if kind == "branch" or kind in OFFICES else "other"
            return _Part(key, fields.name + full, own, department)
    if name in _whole_names():
        department = _whole_names()[name]
        return _Part(department, name, "other", department)
    above, bureau, below = name.partition("局")  # 公安局交通警察大队
    if below and (upper := _department(above + bureau)) and (lower := _department(below)):
        return _Part(f"{upper.key}-{lower.key}", upper.name + lower.name, "other", lower.department)
    return None


def _telling(words: list[str], kind: str) -> list[str]:
    """The codes of the words beside the fields that make a body of this class another one."""
    codes = _words()["telling"]
    managed = kind in _words()["managed"]
    return [codes[word] for word in words if word in codes and (managed or not word.endswith("管理"))]


class _Fields(NamedTuple):
    codes: list[str]
    name: str
    words: list[str]  # those that name no field


@remembered(4096)
def _fields(stem: str) -> _Fields | None:
    """The codes of the fields that a stem names, and the stem in full; None unless all of it is known."""
    if not stem:
        return _Fields([], "", [])
    for length in range(min(len(stem), _longest_word()), 0, -1):
        known = _lexicon().get(stem[:length])
        after = _fields(stem[length:]) if known else None
        if known and after:
            return _Fields(known.codes + after.codes, known.name + after.name, known.words + after.words)
    return None


def _township(rest: str) -> _Part | None:
    words = _words()
    rest = _pattern("before_township").sub("", rest, count=1)
    found = re.fullmatch(
        f"(?P<stem>.{{1,12}}?)(?P<kind>{words['township']})(?:{words['township_body']})?", rest
    )
    if not found or _pattern("nameless").search(found["stem"]):
        return None
    stem, kind = found["stem"], found["kind"].replace("办事处", "街道")  # 五里店办事处
    short = re.sub(f"(?:{words['nations']})+$", "", stem) or stem
    return _Part(short + kind.removeprefix("民族"), stem + kind, "township")


def _zones_opening(rest: str) -> Iterator[tuple[_Part, str]]:
    """Every way to read the head of a name as a development zone, the longest kind first."""
    for name in zones():
        if rest.startswith(name):
            yield _Part(name, name, "zone"), rest[len(name) :]
    for full, ways in _words()["zone"].items():
        for found in re.finditer(f"^(?:国家级|国家|省级)?(?P<stem>.{{0,14}}?)(?:{ways})", rest):
            name = found["stem"] + full
            if name == "新城":  # 新城子镇 is a town
                continue
            yield _Part(name, name, "zone"), rest[found.end() :]


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((REFERENCE / "body_words.yml").read_text("utf-8"))
    return words


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name])


@cache
def _nameless_zone() -> re.Pattern[str]:
    """The head of a zone's name that has no name of its own: 高新区, 经济开发区."""
    words = _words()
    return re.compile(f"(?:{words['zone_word']})*(?:{'|'.join(words['zone'].values())})")


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
def _lexicon() -> dict[str, _Fields]:
    """Each word of a department's name with its codes (none where it does not tell the field) and in full."""
    found = {word: _Fields([], word, [word]) for word in _words()["neutral"]}
    for entry in departments().values():
        codes = entry.department.split("+")
        found |= {word: _Fields(codes, word, []) for word in entry.words}
        found |= {word: _Fields(codes, entry.zh, []) for word in entry.short}
    return found


@cache
def _shortened() -> dict[str, str]:
    """Short names that are not made of words, and what they shorten: 科委 is 科学技术委员会."""
    pairs = (name.partition("=") for entry in departments().values() for name in entry.names)
    return {short: full for short, _, full in pairs if full}


@cache
def _whole_names() -> dict[str, str]:
    """Names that are not made of words, with their code: 总工会."""
    return {
        name: entry.department for entry in departments().values() for name in entry.names if "=" not in name
    }


@cache
def _longest_word() -> int:
    return max(map(len, _lexicon()))


@cache
def _declared() -> dict[tuple[str, str], Agency]:
    return {
        (close(plain(row["name"])), row["region_code"]): Agency(
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
