"""Make regions.csv from its sources; regions.origin.md says where they come from and when to run this.

    python data/reference/build_regions.py GB2260_REVISIONS QUHUA_DATA

`GB2260_REVISIONS` is the folder of `revision_*.py` files, `QUHUA_DATA` the folder with
`divisions_v1.json` and `historical_changes_v1.json`; region_changes.csv stands beside this file,
and region_samples.csv with the invented divisions of the sample reports.
"""

import csv
import json
import re
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
LAST_YEAR = 2026
# One revision for the end of each year. The file named 201112 holds the state of the end of 2012; 201810 is
# a statistical list with development zones, so that of April 2019 stands for 2018.
YEAR_ENDS = {
    2007: "200712", 2008: "200812", 2009: "200912", 2010: "201012", 2011: "201110", 2012: "201112",
    2013: "201312", 2014: "201412", 2015: "201512", 2016: "201612", 2017: "201712", 2018: "201904",
}  # fmt: skip
MISPRINTS = {"荔蒲县": "荔浦县", "江洲区": "江州区", "白云矿区": "白云鄂博矿区"}
NOT_A_NAME = re.compile(r"市辖区$|^县$|直辖县级|群岛|中沙")
NATION_AT_END = re.compile(
    r"(?:蒙古族?|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|"
    r"哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|"
    r"土族|达斡尔族?|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|塔吉克|怒族|鄂温克族?|"
    r"保安族|裕固族|独龙族|鄂伦春|普米族|各族)$"
)

State = dict[str, str]  # code to name, as valid at the end of a year


def _states(revisions: Path, current: State) -> dict[int, State]:
    """The divisions at the end of each year."""
    found = {year: _clean(runpy.run_path(str(revisions / f"revision_{stamp}.py"))["division_schema"])
             for year, stamp in YEAR_ENDS.items()}  # fmt: skip
    for year in list(found)[1:-1]:  # a revision that misses or misspells what both its neighbours have
        before, after = found[year - 1], found[year + 1]
        found[year] |= {code: name for code, name in before.items() if after.get(code) == name}
    state = _clean(runpy.run_path(str(revisions / "revision_201904.py"))["division_schema"])
    changes = _changes_by_hand()
    for year in range(2019, LAST_YEAR + 1):
        for change in (change for change in changes if int(change["year"]) == year):
            old, new = change["old_code"], change["new_code"]
            if old and current.get(old) != state.get(old):
                state.pop(old, None)
            state[new] = current[new]
        found[year] = dict(state)
    if found[LAST_YEAR] != current:
        raise SystemExit(f"changes missing: {sorted(set(found[LAST_YEAR].items()) ^ set(current.items()))}")
    return found


def _changes_by_hand() -> list[dict[str, str]]:
    with (HERE / "region_changes.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _clean(state: State) -> State:
    return {code: MISPRINTS.get(name, name) for code, name in state.items() if not NOT_A_NAME.search(name)}


def _current_state(data: Path) -> State:
    state: State = {}
    for province, entry in json.loads((data / "divisions_v1.json").read_text("utf-8"))["provinces"].items():
        state[entry["code"][:6]] = province
        for city, inside in entry["cities"].items():
            if inside["code"]:
                state[inside["code"][:6]] = city
            state |= {code[:6]: county for county, code in (inside["counties"] or {}).items()}
    return state


def _successors_declared(data: Path) -> dict[str, list[tuple[int, str]]]:
    """Old code to (year, new code): from region_changes.csv, else from the change events."""
    found: dict[str, list[tuple[int, str]]] = {}
    events = json.loads((data / "historical_changes_v1.json").read_text("utf-8"))["events"]
    for event in events:
        codes = [((event[side] or {}).get("code") or "")[:6] for side in ("old", "new")]
        if all(codes) and event["type"] != "码位改派" and event["year"] >= min(YEAR_ENDS):
            found.setdefault(codes[0], []).append((event["year"], codes[1]))
    by_hand: dict[str, list[tuple[int, str]]] = {}
    for change in _changes_by_hand():
        by_hand.setdefault(change["old_code"], []).append((int(change["year"]), change["new_code"]))
    return found | by_hand


def _level(code: str) -> str:
    return "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"


def _short(name: str) -> str:
    """The name as people shorten it: 山西, 凉山州, 维西县; empty where nobody does."""
    for suffix, kind in (
        ("自治州", "州"),
        ("自治县", "县"),
        ("自治旗", "旗"),
        ("自治区", ""),
        ("特别行政区", ""),
    ):
        if name.endswith(suffix):
            stem = name.removesuffix(suffix)
            while NATION_AT_END.search(stem) and len(NATION_AT_END.sub("", stem)) >= 2:
                stem = NATION_AT_END.sub("", stem)
            if NATION_AT_END.fullmatch(stem):  # 东乡族自治县
                stem = stem.removesuffix("族")
            return stem + kind
    return name[:-1] if name[-1] in "省市" and len(name) > 2 else ""


def _main(revisions: Path, data: Path) -> None:
    current = _current_state(data)
    years = _states(revisions, current)
    declared = _successors_declared(data)
    spans: list[tuple[str, str, int, int]] = []
    for code in sorted({code for state in years.values() for code in state}):
        for year, state in years.items():
            name = state.get(code)
            if name is None:
                continue
            if spans and spans[-1][:2] == (code, name) and spans[-1][3] == year - 1:
                spans[-1] = (*spans[-1][:3], year)
            else:
                spans.append((code, name, year, year))
    with (HERE / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["code", "name", "short", "level", "parent", "valid_from", "valid_to", "successors"])
        for code, name, first, last in spans:
            state = years[last]
            parent = next((p for p in (code[:4] + "00", code[:2] + "0000") if p != code and p in state), "")
            after = years.get(last + 1, {})
            heirs = [code] if code in after else [
                heir for year, heir in declared.get(code, []) if abs(year - last - 1) <= 1 and heir in after
            ]  # fmt: skip
            if after and not heirs:  # the same name, under another code
                heirs = [c for c, n in after.items() if n == name and c[:2] == code[:2] and c not in state]
            table.writerow([
                code, name, _short(name), _level(code), parent,
                "" if first == min(years) else first,
                "" if last == LAST_YEAR else last,
                " ".join(dict.fromkeys(heirs)) if after else "",
            ])  # fmt: skip
        file.writelines((HERE / "region_samples.csv").read_text("utf-8").splitlines(keepends=True)[1:])


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
