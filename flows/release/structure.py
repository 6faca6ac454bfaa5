"""What differs between the schemas of two releases, and which version of the schema that asks for."""

from collections.abc import Iterator
from typing import Any, NamedTuple

REMOVED, ADDED, WORDS = range(3)  # which number of the version must go up
WORDY = ("title", "description", "unit", "categories")


class Difference(NamedTuple):
    """`level` says which number of the schema's version goes up: REMOVED, ADDED or WORDS."""

    level: int
    zh: str
    en: str


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Compare the schemas of two datapackage.json, graver differences first."""
    before, after = _tables(old), _tables(new)
    found = [
        Difference(REMOVED, f"删去数据表 {name}", f"table {name} is gone")
        for name in before
        if name not in after
    ]
    found += [
        Difference(ADDED, f"新增数据表 {name}", f"table {name} is new")
        for name in after
        if name not in before
    ]
    for name in before:
        if name in after:
            found += _fields(name, before[name], after[name])
    return sorted(found, key=lambda difference: difference.level)


def version_suffices(old: str, new: str, found: list[Difference]) -> bool:
    """Whether the version of the schema has gone up as differences ask for; other words ask for nothing."""
    if not found or found[0].level == WORDS:
        return True
    before, after = ([int(number) for number in version.split(".")] for version in (old, new))
    graves = found[0].level + 1
    return after[:graves] > before[:graves]


def _tables(package: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {resource["name"]: resource for resource in package["resources"]}


def _fields(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    before, after = ({field["name"]: field for field in one["schema"]["fields"]} for one in (old, new))
    for field in before:
        if field not in after:
            yield Difference(REMOVED, f"{name} 删去字段 {field}", f"{name} has no field {field} any more")
        elif _meaning(before[field]) != _meaning(after[field]):
            yield Difference(
                _gravity(before[field], after[field]),
                f"{name}.{field} 的类型或取值范围改变",
                f"{name}.{field} has another type or other allowed values",
            )
        elif before[field] != after[field]:
            yield Difference(
                WORDS, f"{name}.{field} 的说明改变", f"{name}.{field} is described in other words"
            )
    for field in after:
        if field not in before:
            yield Difference(ADDED, f"{name} 新增字段 {field}", f"{name} has the new field {field}")
    for part in ("primaryKey", "uniqueKeys", "foreignKeys"):
        if old["schema"].get(part) != new["schema"].get(part):
            yield Difference(
                REMOVED, f"{name} 的主键或引用改变", f"{name} has another key or other references"
            )


def _meaning(field: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in field.items() if name not in WORDY}


def _gravity(old: dict[str, Any], new: dict[str, Any]) -> int:
    """One more allowed value is an addition; all else breaks what others have written."""
    before, after = (set(field.get("constraints", {}).get("enum", ())) for field in (old, new))
    return ADDED if before and before < after and _but_values(old) == _but_values(new) else REMOVED


def _but_values(field: dict[str, Any]) -> dict[str, Any]:
    return {**_meaning(field), "constraints": {**field.get("constraints", {}), "enum": None}}
