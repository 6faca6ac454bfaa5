"""From a body's name to the administrative division in which it sits.

The divisions, with the years in which each code and name was valid, are data/reference/regions.csv.
A name that several divisions share is settled by a province or city that is named beside it, or not at all.
"""

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.compiled import ROOT
from transforms.document import Issue
from transforms.normalise import close, plain

REFERENCE = ROOT / "data" / "reference"
REGIONS = REFERENCE / "regions.csv"
LATEST = 9999  # of divisions that are still valid


class Region(NamedTuple):
    """One division in the years `valid_from` to `valid_to` (the years at whose end it was valid)."""

    code: str
    name: str
    short: str
    level: str  # province, city or county
    parent: str
    valid_from: int
    valid_to: int
    successors: tuple[str, ...]
    successor: str | None = None  # the one division that stands in its place now
    seat: tuple[Decimal, Decimal] | None = None  # longitude and latitude, in degrees


class Location(NamedTuple):
    """Where a body sits: the smallest division that contains it, and the body's own level.

    `level` is `national`, `province`, `city`, `county`, `township` or `zone` (a development zone), None where
    it is not known. A township or zone gets the code of its county or district, and none where the name does
    not say it. `issue` says why `region_code` is missing or needs care. `within` is the smallest division
    known to contain the body, `rest` what the name says behind its divisions.
    """

    region_code: str | None
    level: str | None
    issue: Issue | None = None
    within: str | None = None
    rest: str = ""


_TOWNSHIP = re.compile(
    r"(?:镇|乡|苏木|街道)(?:人民政府|办事处|政府|党政|党委|便民|综合|办公室|机关|$)|街道办(?:$|事处)|(?<!驻)\w\w办事处$"
)
_ZONE = re.compile(
    r"(?:开发区|高新区|经开区|新区|示范区|度假区|园区|风景区|名胜区|保税区|产业区|管理区|合作区|实验区|试验区|经济区|"
    r"新城(?=管委会|管理委员会))"
)
_BRANCH = re.compile(r"(.+[局委厅会署])(.{2,8}?)(?:分局|管理局)")
# 市教育局, not 市场监督管理局: the rank of a division, in place of its name.
_RANK = re.compile(
    r"自治[区州县旗]|地区|[省县州旗盟](?!域|际)|区(?![域块划])|市(?!场|容|域|政(?=[管工公园建设局处])|民(?=中心|服务|热线))"
)
_OF_A_RANK = re.compile(r"委|(?:人民)?政府")
_NATIONAL = re.compile(r"国家|国务院|中华人民共和国")
_DIGITS = {"province": 2, "city": 4}  # of a code, that all divisions within have in common
_NATIONAL_BRANCH = re.compile(
    r"国家\w{2,6}?总?局(?=.)|中共|中国共产党|中国人民银行(?=.)|中华人民共和国(?=\w{2,8}(?:海关|海事局))"
)


def locate(
    body: str, title_text: str | None = None, year: int | None = None, source_code: str | None = None
) -> Location:
    """Find the division of a body by its full name.

    `title_text` is text in which a province or city may be named, to tell divisions of one name apart.
    `source_code` is the division that the source's dossier names, for what the name leaves open. `year`
    picks the code that was valid at the end of that year (without it, the newest); an old name used later,
    or a new name used earlier, gives the code valid in the year.
    """
    name = close(plain(body))
    branch = _NATIONAL_BRANCH.match(name)
    named = name[branch.end() :] if branch else name
    said = region(source_code, year) if source_code else None
    zone, inside = _named_zone(named)
    if zone and named == zone + named[inside:] and said and not _together(said, zones()[zone]):
        return Location(None, None, _unknown(body), rest=named)  # another zone of the same name?
    chains = _chains(named[inside:], year, region(zones()[zone]) if zone else None)
    if zone and not chains:
        return Location(None, _level_below(named), _unknown(body), zones()[zone], zone + named[inside:])
    if not chains:
        return _without_division(body, named, year, said, national=name if branch else None)
    named = named[inside:]
    candidates, rest = _distinct([last for last, _ in chains]), named[chains[0][1] :]
    if said and len(candidates) > 1:
        candidates = [
            one for one in candidates if one.code == said.code or _contains(said, one)
        ] or candidates
    if len(candidates) > 1:
        candidates = _supported(candidates, plain(title_text or ""))
    if len(candidates) > 1:
        return Location(None, None, _ambiguous(candidates, body), rest=rest)
    (found,) = candidates
    found, rest = _branch_place(found, rest, year)
    level = _level_below(rest) or found.level
    located = _in_year(found, year, level, body, rest)
    if level in ("township", "zone") and has_divisions(found):
        if said and (said.code == found.code or _contains(found, said)):
            return Location(said.code, level, None, said.code, rest)
        message = f"{body}: the name does not say in which county or district of {found.name} ({found.code})"
        return located._replace(region_code=None, issue=Issue("region_unknown", message, raw=body))
    if located.region_code is None and said and said in _others_in_year(found, year or LATEST):
        return Location(said.code, level, None, said.code, rest)
    return located


def _without_division(
    body: str, named: str, year: int | None, said: Region | None, national: str | None
) -> Location:
    """Where a body sits whose name opens with no division: a national one, a zone, or as its source says."""
    for head in _heads(named):
        # 合肥高新区, 国家统计局信阳调查队: a short name stands before zones and in the names of branches too
        short = [one for one in _named(head, year) if one.level != "county" or one.short]
        rest = named[len(head) :]
        if len(short) == 1 and national and rest:
            return Location(short[0].code, short[0].level, None, short[0].code, rest)
        if len(short) == 1 and rest == "海关":
            return Location(short[0].code, short[0].level, None, short[0].code, rest)
        if len(short) == 1 and _ZONE.search(rest):
            return Location(None, "zone", _unknown(body), short[0].code, rest)
    if national or _NATIONAL.match(named):
        return Location(None, "national", rest=national or named)
    if said:
        rank = _RANK.match(named)
        stem = rank and _level_below(named) == "township" and not _OF_A_RANK.match(named, rank.end())
        if rank and not stem and rank[0] not in ranks(said):  # 市桥街道 is no street of a 市
            message = f"{body}: {said.name} ({said.code}), of which its source speaks, is no {rank[0]}"
            return Location(None, None, Issue("region_unknown", message, raw=body), rest=named)
        return Location(said.code, _level_below(named) or said.level, None, said.code, named)
    return Location(None, None, _unknown(body), rest=named)


def _named_zone(name: str) -> tuple[str | None, int]:
    """A development zone known without its division (zones.csv) that opens a name, and where it ends."""
    found = _zone_names().search(name)
    if found:
        before, code = name[: found.start()], zones()[found[0]]
        if not before or any(_around(above, code) for above in _by_name().get(before, ())):
            return found[0], found.end()
    return None, 0


def _around(outer: Region, code: str) -> bool:
    """Whether a division is the one with this code, or contains it."""
    inner = region(code)
    return inner is not None and (outer.code == code or _contains(outer, inner))


def _together(one: Region, code: str) -> bool:
    """Whether one of two divisions contains the other, or both are the same."""
    other = region(code)
    return _around(one, code) or (other is not None and _around(other, one.code))


def ranks(place: Region) -> tuple[str, ...]:
    """The words that stand for a division whose name is left out: 县 for 新县, 州 or 自治州 for 凉山州."""
    if place.name.endswith("地区"):
        return ("地区",)
    own = place.name[-1]
    if "自治" not in place.name:
        return (own,)
    return (f"自治{own}",) if own == "区" else (f"自治{own}", own)


def _branch_place(found: Region, rest: str, year: int | None) -> tuple[Region, str]:
    """北京市 and 公安局朝阳分局: the district in which the branch sits, and 公安局分局."""
    branch = _BRANCH.fullmatch(rest)
    if branch:
        places = {
            one.code: one
            for name in (branch[2], *(f"{branch[2]}{kind}" for kind in "区县市旗"))
            for one in _named(name, year)
            if _contains(found, one)
        }
        if len(places) == 1:
            return places.popitem()[1], f"{branch[1]}分局"
    return found, rest


def _level_below(rest: str) -> str | None:
    return "township" if _TOWNSHIP.search(rest) else "zone" if _ZONE.search(rest) else None


def _unknown(body: str) -> Issue:
    return Issue("region_unknown", f"no known administrative division in the name {body}", raw=body)


def region(code: str, year: int | None = None) -> Region | None:
    """The division with this code, in a year or (not valid in it, or no year given) as it was last."""
    spans = _by_code().get(code, ())
    return next((span for span in spans if year and _valid(span, year)), spans[-1] if spans else None)


def _chains(name: str, year: int | None, inside: Region | None) -> list[tuple[Region, int]]:
    """Every way to read most of the head of a name as divisions, each inside the one before.

    The last of them, and how many characters all take.
    """
    found: list[tuple[Region, int]] = []
    for head in _heads(name):
        for region in _named(head, year):
            if inside and not _contains(inside, region):
                continue
            deeper = _chains(name[len(head) :], year, region)
            if deeper:
                found += [(last, len(head) + used) for last, used in deeper]
            elif _stands_alone(region, head):
                found.append((region, len(head)))
    if len(found) < 2:
        return found
    most = max([used for _, used in found])
    return [chain for chain in found if chain[1] == most]


def _heads(name: str) -> list[str]:
    """The names of divisions with which a name begins, the longest first."""
    lengths = _lengths().get(name[:2])
    if lengths is None:
        return []
    known = _by_name()
    return [name[:length] for length in lengths if length <= len(name) and name[:length] in known]


def _named(name: str, year: int | None) -> list[Region]:
    """The divisions of this name or short name: those of the year, where there are any."""
    found = _by_name().get(name)
    if found is None:
        return []
    if len(found) == 1:
        return found
    if year is None:
        newest = max((entry.valid_to for entry in found), default=0)
        return [entry for entry in found if entry.valid_to == newest]
    return [entry for entry in found if _valid(entry, year)] or found


def _stands_alone(region: Region, name: str) -> bool:
    """安康 and 山西 only precede a division inside them; 安康市, 凉山州 and 维西县 also stand alone."""
    return name == region.name or ("自治" in region.name and name[-1] in "州县旗")


def _contains(outer: Region, inner: Region) -> bool:
    digits = _DIGITS.get(outer.level, 6)
    return inner.code != outer.code and inner.code.startswith(outer.code[:digits])


def has_divisions(region: Region) -> bool:
    """Whether a province or city is divided into counties or districts (东莞市 is not)."""
    digits = _DIGITS.get(region.level)
    return digits is not None and region.code[:digits] in _divided()


@cache
def _divided() -> frozenset[str]:
    """The first digits of every county's code: those of its city and province."""
    return frozenset(
        county.code[:digits] for county in regions() if county.level == "county" for digits in (2, 4)
    )


def _valid(region: Region, year: int) -> bool:
    return region.valid_from <= year <= region.valid_to


def _distinct(regions: Iterable[Region]) -> list[Region]:
    return list({region.code: region for region in regions}.values())


def _supported(candidates: list[Region], text: str) -> list[Region]:
    """The candidates in the one city, or else the one province, that the text names.

    All of them where it names none, or several: 与福建省福州市结对的江苏省 tells no 鼓楼区 from another.
    """
    named = {code for name in _place_names().findall(text) for code in _places()[name]}
    cities = {code[:4] for code in named if code[2:4] != "00"}
    provinces = {code[:2] for code in named}
    if len(provinces) != 1 or len(cities) > 1:
        return candidates
    within = (*cities, *provinces)[0]
    return [one for one in candidates if one.code.startswith(within)] or candidates


@cache
def _places() -> dict[str, frozenset[str]]:
    """The codes of every province and city by its full name."""
    found: dict[str, set[str]] = {}
    for entry in regions():
        if entry.level != "county":
            found.setdefault(entry.name, set()).add(entry.code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _place_names() -> re.Pattern[str]:
    names = sorted(_places(), key=lambda name: -len(name))
    return re.compile(f"(?:{'|'.join(names)})(?!场)")  # not 通化市 in 流通化市场


def _above(region_: Region) -> list[Region]:
    above = region(region_.parent, region_.valid_to)
    return [above, *_above(above)] if above else []


def _ambiguous(candidates: list[Region], body: str) -> Issue:
    listed = "、".join(
        "".join(above.name for above in _above(candidate)[::-1]) + f"{candidate.name} ({candidate.code})"
        for candidate in sorted(candidates)
    )
    return Issue(
        "region_ambiguous",
        f"several divisions fit, and no province or city beside the name tells them apart: {listed}",
        raw=body,
    )


def _in_year(named: Region, year: int | None, level: str, body: str, rest: str) -> Location:
    """The code of a division in a year in which it may have had another name or code."""
    if year is None or _valid(named, year):
        return Location(named.code, level, None, named.code, rest)
    candidates = _distinct(_others_in_year(named, year))
    if len(candidates) != 1:
        if candidates:
            return Location(None, level, _ambiguous(candidates, body), rest=rest)
        message = f"there was no {named.name} ({named.code}) in {year}, and no single division in its place"
        return Location(None, level, Issue("region_not_in_year", message, raw=body), rest=rest)
    message = f"{named.name} ({named.code}) was {candidates[0].name} ({candidates[0].code}) in {year}"
    code = candidates[0].code
    return Location(code, level, Issue("region_renamed", message, raw=body), code, rest)


def _others_in_year(named: Region, year: int) -> list[Region]:
    """What stood in a year for a division that is older or newer."""
    if named.valid_to < year:
        following = [
            span
            for code in named.successors
            for span in _by_code()[code]
            if span.valid_from == named.valid_to + 1 or _valid(span, named.valid_to + 1)
        ]
    else:
        following = [
            span
            for span in regions()
            if named.code in span.successors and span.valid_to == named.valid_from - 1
        ]
    return [
        found
        for span in following
        for found in ([span] if _valid(span, year) else _others_in_year(span, year))
    ]


@cache
def regions() -> tuple[Region, ...]:
    """Every division of regions.csv, one entry for each code, name and span of years."""
    with REGIONS.open(encoding="utf-8", newline="") as file:
        listed = [
            Region(
                row["code"], row["name"], row["short"], row["level"], row["parent"],
                int(row["valid_from"] or 0), int(row["valid_to"] or LATEST), tuple(row["successors"].split()),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip
    by_code: dict[str, list[Region]] = {}
    for entry in listed:
        by_code.setdefault(entry.code, []).append(entry)
    with (REFERENCE / "seats.csv").open(encoding="utf-8", newline="") as file:
        seats = {
            row["code"]: (Decimal(row["longitude"]), Decimal(row["latitude"])) for row in csv.DictReader(file)
        }
    return tuple(
        entry._replace(successor=_present(entry, by_code), seat=seats.get(entry.code)) for entry in listed
    )


def _present(entry: Region, by_code: dict[str, list[Region]]) -> str | None:
    """The code of the one division that stands in the place of an older one now."""
    present = _standing(entry, by_code)
    return present.pop() if entry.valid_to < LATEST and len(present) == 1 else None


def _standing(entry: Region, by_code: dict[str, list[Region]]) -> set[str]:
    if entry.valid_to == LATEST:
        return {entry.code}
    year = entry.valid_to + 1
    after = [span for code in entry.successors for span in by_code[code] if _valid(span, year)]
    return set().union(*(_standing(span, by_code) for span in after))


@cache
def zones() -> dict[str, str]:
    """The development zones that are named without a division, and the division that contains each."""
    with (REFERENCE / "zones.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["within"] for row in csv.DictReader(file)}


@cache
def _zone_names() -> re.Pattern[str]:
    return re.compile("|".join(zones()))


@cache
def _by_code() -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for entry in regions():
        found.setdefault(entry.code, []).append(entry)
    return found


@cache
def _by_name() -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for entry in regions():
        short = re.sub("[州县旗]$", "自治\\g<0>", entry.short) if "自治" in entry.name else ""  # 湘西自治州
        for name in {entry.name, entry.short, short} - {""}:
            found.setdefault(name, []).append(entry)
    return found


@cache
def _lengths() -> dict[str, list[int]]:
    """By the first two characters of the divisions' names, how long these names are, the longest first."""
    found: dict[str, set[int]] = {}
    for name in _by_name():
        found.setdefault(name[:2], set()).add(len(name))
    return {head: sorted(lengths, reverse=True) for head, lengths in found.items()}
