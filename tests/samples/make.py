"""Build the invented sample reports below data/samples, and their gold figures: python -m tests.samples.make

The five bodies of 样例省 (code 990000, which no real division has) do not exist. Their figures follow from
year to year and keep every identity of the form, but for the planted breaks below, which the dataset must
show. The files committed are what counts; this says how they were made.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile
from typing import Any

from benchmarks.accuracy.generate import APPLICANTS, ARTICLES, DISPUTES, RESULTS, Facts, Key, Number
from benchmarks.accuracy.layouts import LAYOUTS
from benchmarks.accuracy.pieces import join
from benchmarks.accuracy.printing import Sheet, Style, typeset
from schemas import forms
from tests.files.make import html, ruled_pdf, spreadsheet, word

ROOT = Path(__file__).resolve().parents[2]
Report = tuple[str, int]  # slug of the body, year
SAMPLES, GOLD = ROOT / "data" / "samples", ROOT / "tests" / "gold"


@dataclass(frozen=True)
class Body:
    """An invented body, and in which kind of file and layout it published the report of each year."""

    name: str
    slug: str
    region_code: str
    whole: str | None  # what its report calls the region that it stands for, None where it is its own alone
    requests: int  # received in a usual year
    disputes: int
    documents: int  # normative documents in force at the start
    files: dict[int, str]


BODIES = (
    Body(
        *("样例市人民政府", "yangli_city", "990100", "全市", 420, 38, 96),
        {2019: "tabs", 2020: "Markdown table", 2021: "html", 2022: "docx", 2023: "pdf", 2024: "html-gbk"},
    ),
    Body(
        *("样例市公安局", "yangli_police", "990100", None, 60, 12, 14),
        {2021: "bare pipes", 2022: "cell a line, pipes between", 2023: "xlsx"},
    ),
    Body(
        *("样例县人民政府", "yangli_county", "990121", "全县", 75, 6, 40),
        {2020: "tabs", 2021: "Markdown table", 2022: "html", 2023: "docx"},
    ),
    Body(
        *("样例区人民政府办公室", "yangli_district", "990102", None, 33, 4, 25),
        {2022: "leading pipes, broken cells", 2023: "pdf"},
    ),
    Body(
        *("样例县石桥镇人民政府", "yangli_shiqiao", "990121", None, 4, 0, 0),
        {2022: "tabs", 2023: "disputes in three rows"},
    ),
)
SHARES = {  # how requests end, by row of the form
    "granted": 40, "partly_granted": 9, "refused_state_secret": 1, "refused_prohibited_by_law": 1,
    "refused_third_party_rights": 4, "refused_internal_affairs": 2, "refused_process_information": 3,
    "refused_enforcement_files": 5, "refused_administrative_query": 2, "unavailable_not_held": 20,
    "unavailable_needs_creation": 2, "unavailable_still_unclear": 2, "rejected_petition": 4,
    "rejected_repeat": 3, "rejected_reconfirmation": 1, "other": 3, "other_not_corrected_in_time": 2,
    "other_remaining": 2,
}  # fmt: skip
COLUMN_SHARES = (70, 14, 1, 1, 6, 3)


# What is wrong on purpose. Taken over wrongly from the year before: nothing within the report tells.
FORGOTTEN: dict[Report, dict[Key, int]] = {
    ("yangli_police", 2022): {("requests", "carried_out", "natural_person"): -2},
    ("yangli_county", 2022): {("proactive", "normative_documents", "in_force"): 4},
}
# Printed higher or lower than it is: one cell (the identities name it), or two in one column (they do not).
MISPRINTED: dict[Report, dict[Key, int]] = {
    ("yangli_county", 2021): {("requests", "granted", "natural_person"): 30},
    ("yangli_district", 2023): {
        ("requests", "granted", "natural_person"): 1,
        ("requests", "unavailable_not_held", "natural_person"): -1,
    },
}
# Left blank: the identities prove what belongs there.
BLANK: dict[Report, tuple[Key, ...]] = {
    ("yangli_shiqiao", 2022): (
        ("requests", "new_received", "total"),
        ("requests", "carried_in", "business"),
        ("disputes", "reconsideration", "other"),
    ),
}
# The text gives another number than the table.
RETOLD: dict[Report, int] = {("yangli_police", 2023): 2}  # requests received
STYLES: dict[Report, dict[str, Any]] = {
    ("yangli_city", 2020): {"digits": "commas"},
    ("yangli_police", 2022): {"zero": "/"},
    ("yangli_county", 2022): {"money": "元"},
    ("yangli_shiqiao", 2023): {"disputes": "three rows"},
}


def main() -> None:
    """Build every file again."""
    for number, (body, year, facts) in enumerate(reports(), start=100):
        rng = Random(f"{body.slug} {year} print")
        style = Style(letterhead=False, **STYLES.get((body.slug, year), {}))
        sheet = typeset(facts, style, rng)
        boxes = {box.key: box for box in sheet.values() if box.key}
        for key, step in MISPRINTED.get((body.slug, year), {}).items():
            boxes[key].text = str(int(boxes[key].text) + step)
        for key in BLANK.get((body.slug, year), ()):
            boxes[key].text = ""
        suffix, data = printed(sheet, body.files[year], rng)
        name = f"{number}_{body.slug}_{year}"
        (SAMPLES / f"{name}.{suffix}").write_bytes(data)
        (GOLD / f"{name}.json").write_text(gold(body, sheet, f"{name}.{suffix}"), "utf-8")


def printed(sheet: Sheet, layout: str, rng: Random) -> tuple[str, bytes]:
    """The report as a file: its suffix and its bytes."""
    if layout == "docx":
        return "docx", word(sheet)
    if layout == "xlsx":
        return "xlsx", spreadsheet(sheet)
    if layout == "pdf":
        with NamedTemporaryFile(suffix=".pdf") as file:
            ruled_pdf(sheet, Path(file.name), ruled=True)
            return "pdf", Path(file.name).read_bytes()
    if layout == "html":
        return "html", html(sheet).format(charset="utf-8").encode()
    if layout == "html-gbk":
        return "html", html(sheet).format(charset="gb2312").encode("gb18030")
    return "txt", join(LAYOUTS[layout].draw(sheet, rng)).encode()


def gold(body: Body, sheet: Sheet, document: str) -> str:
    """The figures as printed, as JSON; `proved` and `repaired` are what the identities must find out."""
    facts, true = sheet.facts, sheet.facts.values
    report = (body.slug, facts.year)
    cells = []
    for box in sheet.values():
        assert box.key
        table, row, column = box.key
        expect = sheet.expect[box.key]
        cell: dict[str, Any] = {"table": table, "row": row, "column": column, "value": expect.printed}
        if expect.printed is None:
            cell |= {"status": expect.status}
        if box.key in BLANK.get(report, ()):
            cell |= {"value": None, "status": "blank"}
        if cell["value"] is None and table != "proactive":
            cell["proved"] = true[box.key]
        if step := MISPRINTED.get(report, {}).get(box.key):
            cell["value"] += step
            if len(MISPRINTED[report]) == 1:
                cell["repaired"] = true[box.key]
        cells.append(cell)
    form = 2019 if facts.year <= 2020 else 2021
    said = {
        **{"document": document, "year": facts.year, "region_code": body.region_code, "agency": body.name},
        "forms": dict.fromkeys(("proactive", "requests", "disputes"), form),
    }
    lines = ",\n".join(json.dumps(cell, ensure_ascii=False, default=float) for cell in cells)
    head = json.dumps(said, ensure_ascii=False, indent=0)[:-2]
    return f'{head},\n"cells": [\n{lines}\n]\n}}\n'


def reports() -> list[tuple[Body, int, Facts]]:
    """What every report would say without the planted breaks."""
    found = []
    for body in BODIES:
        before: dict[Key, Number] = {}
        for year in body.files:
            forgotten = FORGOTTEN.get((body.slug, year), {})
            facts = facts_of(body, year, {key: n + forgotten.get(key, 0) for key, n in before.items()})
            before = facts.values
            found.append((body, year, facts))
    return found


def facts_of(body: Body, year: int, before: dict[Key, Number]) -> Facts:
    """The figures and the text of one year, which go on from those of the year before."""
    rng = Random(f"{body.slug} {year} figures")
    form = 2019 if year <= 2020 else 2021
    chosen = {"requests": form, "disputes": form} | {f"article {article}": form for article in ARTICLES}
    if form == 2021:
        del chosen["article 9"]
    facts = Facts(body.name, year, chosen, {}, [], [], [])
    growth = 1 + 0.12 * (year - 2021)
    facts.values |= proactive(rng, facts, body, before)
    facts.values |= requests(rng, form, int(body.requests * growth * rng.uniform(0.85, 1.15)), before)
    facts.values |= disputes(rng, int(body.disputes * growth * rng.uniform(0.7, 1.3)))
    facts.overview, facts.problems, facts.other_matters = narrative(body, facts)
    return facts


def proactive(rng: Random, facts: Facts, body: Body, before: dict[Key, Number]) -> dict[Key, Number]:
    """The table of what is published; what is in force follows from the year before."""
    values: dict[Key, Number] = {}
    for row, form in facts.rows("proactive"):
        size = {"regulations": body.documents // 20, "normative_documents": body.documents // 4}.get(
            row, body.requests
        )
        for column in forms.columns(form, "proactive", row):
            value: Number = rng.randint(size // 2, size) if size else 0
            if column == "repealed":
                value = rng.randint(0, size // 2)
            elif column == "change":
                value = rng.choice((-3, -1, 0, 2, 5))
            elif column == "amount":
                value = Decimal(rng.randint(0, 40000) if size else 0).scaleb(-2).normalize()
                value = int(value) if value == value.to_integral_value() else value
            values["proactive", row, column] = value
    for row in ("regulations", "normative_documents"):
        if ("proactive", row, "in_force") in values:
            stock = before.get(
                ("proactive", row, "in_force"), body.documents // (20 if row == "regulations" else 1)
            )
            changed = values["proactive", row, "issued"] - values["proactive", row, "repealed"]
            values["proactive", row, "in_force"] = stock + changed
    return values


def requests(rng: Random, form: int, received: int, before: dict[Key, Number]) -> dict[Key, Number]:
    """The table of requests; what came in from the year before is what that year left open."""
    rows = forms.rows(form, "requests")
    table: dict[tuple[str, str], int] = {(row, column): 0 for row in rows for column in APPLICANTS}
    for column, share in zip(APPLICANTS, COLUMN_SHARES, strict=True):
        new = round(received * share / sum(COLUMN_SHARES) * rng.uniform(0.8, 1.2))
        carried_in = int(before.get(("requests", "carried_out", column), 0))
        carried_out = round((new + carried_in) * rng.uniform(0.02, 0.08))
        table["new_received", column], table["carried_in", column] = new, carried_in
        table["carried_out", column] = carried_out
        table["total_processed", column] = new + carried_in - carried_out
        outcomes = [row for row in forms.outcome_rows(rows) if row in SHARES]
        weights = [SHARES[row] for row in outcomes]
        for row in rng.choices(outcomes, weights, k=table["total_processed", column]):
            table[row, column] += 1
    values: dict[Key, Number] = {("requests", row, column): n for (row, column), n in table.items()}
    for row in rows:
        values["requests", row, "total"] = sum(table[row, column] for column in APPLICANTS)
    return values


def disputes(rng: Random, size: int) -> dict[Key, Number]:
    """The table of reconsiderations and lawsuits."""
    values: dict[Key, Number] = {}
    for row, part in zip(DISPUTES, (size // 2, size // 3, size // 6), strict=True):
        results = rng.choices(RESULTS, (60, 12, 10, 18), k=part)
        for result in RESULTS:
            values["disputes", row, result] = results.count(result)
        values["disputes", row, "total"] = part
    return values


def narrative(body: Body, facts: Facts) -> tuple[list[str], list[str], list[str]]:
    """Sections 一, 五 and 六, in words made up here; the sums repeat the tables."""

    def total(row: str) -> Number:
        return facts.values["requests", row, "total"]

    received = total("new_received") + RETOLD.get((body.slug, facts.year), 0)
    whose = f"{body.whole}各级行政机关" if body.whole else "本机关"
    reconsidered = facts.values["disputes", "reconsideration", "total"]
    sued = sum(facts.values["disputes", row, "total"] for row in DISPUTES[1:])
    fee = int(total("new_received")) // 25 * 20 if body.whole and facts.year >= 2021 else 0
    overview = [
        f"（一）主动公开。{facts.year}年，{whose}按照公开为常态、不公开为例外的要求，及时更新公开栏目。",
        f"（二）依申请公开。{whose}全年共收到政府信息公开申请{received}件，"
        f"上年结转{total('carried_in')}件，办结{total('total_processed')}件，"
        f"结转下年度继续办理{total('carried_out')}件。",
        f"（三）监督保障。因政府信息公开申请行政复议{reconsidered}件，提起行政诉讼{sued}件。",
    ]
    problems = ["一是解读材料偏少；二是个别申请办理时间较长。下一年将加强培训，改进答复文书。"]
    other = [
        f"本年度收取信息处理费{fee}元。" if fee else "本年度未收取信息处理费。",
        "本报告为样例，机关和数字均为虚构。",
    ]
    return overview, problems, other


if __name__ == "__main__":
    main()
