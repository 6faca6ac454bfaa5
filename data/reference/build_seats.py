"""Make seats.csv, the longitude and latitude of each division's seat; regions.origin.md says from what.

    python data/reference/build_seats.py CHINA_REGION_CSV

`CHINA_REGION_CSV` is region.csv of the package china-region. Its rows have no codes and are matched by their
names. It gives several districts of one name in a province the place of one of them: these are left out.
"""

import csv
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).parent


def _main(source: Path) -> None:
    with (HERE / "regions.csv").open(encoding="utf-8", newline="") as file:
        regions = list(csv.DictReader(file))
    provinces = {region["code"][:2]: region["name"] for region in regions if region["level"] == "province"}
    codes: dict[tuple[str, str], set[str]] = {}
    for region in regions:
        codes.setdefault((provinces[region["code"][:2]], region["name"]), set()).add(region["code"])
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = Counter((row["province"], row["county"]) for row in rows)
    seats: dict[str, tuple[str, str]] = {}
    for row in rows:
        name = (row["province"], row["county"])
        if times[name] == 1 and len(found := codes.get(name, set())) == 1:
            seats[next(iter(found))] = (row["longitude"], row["latitude"])
    # A division that only took another's place has its seat.
    before: dict[str, set[str]] = {}
    for region in regions:
        for heir in region["successors"].split():
            before.setdefault(heir, set()).add(region["code"])
    for region in sorted(regions, key=lambda region: region["valid_from"]):
        forerunners = before.get(region["code"], set()) - {region["code"]}
        if region["code"] not in seats and len(forerunners) == 1 and (seat := seats.get(*forerunners)):
            seats[region["code"]] = seat
    for earlier, later in pairwise(regions):  # a code given to another place after years without use
        if earlier["code"] == later["code"] and int(later["valid_from"]) > int(earlier["valid_to"]) + 1:
            seats.pop(later["code"], None)
    with (HERE / "seats.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["code", "longitude", "latitude"])
        table.writerows([code, *seat] for code, seat in sorted(seats.items()))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
