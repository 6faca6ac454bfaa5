"""Consistent reports of both forms, of all sizes, from a seed.

The figures satisfy every identity of the form. The narrative is made up here; it mentions years, counts
and table labels on purpose, because real reports do and a reader must not take them for table cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from schemas import forms

Key = tuple[str, str, str]  # table, row, column
Number = int | Decimal

APPLICANTS = ("natural_person", "business", "research", "nonprofit", "legal_service", "other_organisation")
RESULTS = ("upheld", "corrected", "other", "pending")
DISPUTES = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
ARTICLES = (1, 5, 6, 8, 9)

PLACES = ("青山", "临河", "安平", "云溪", "长岭", "石桥", "金沙", "东湖", "南浦", "白塔", "清源", "和顺")
BODIES = {
    "township": ("镇人民政府", "乡人民政府", "街道办事处"),
    "small": ("县统计局", "县档案局", "区司法局", "县气象局"),
    "county": ("县人民政府", "区人民政府办公室", "县自然资源局"),
    "city": ("市人民政府", "市人民政府办公室", "市公安局"),
    "metropolis": ("市人民政府", "市规划和自然资源委员会"),
}
SIZES = {"township": 0, "small": 3, "county": 40, "city": 600, "metropolis": 9000}  # usual requests a year
SIZE_WEIGHTS = (30, 25, 25, 15, 5)


@dataclass(slots=True)
class Facts:
    """What a report says before anything is printed: who, when, in which forms, all figures, the text."""

    agency: str
    year: int
    forms: dict[str, int]  # requests, disputes, and each printed article of the proactive table
    values: dict[Key, Number]
    overview: list[str]
    problems: list[str]
    other_matters: list[str]

    def rows(self, table: str) -> list[tuple[str, int]]:
        """The (row, form) pairs of a table, in official order."""
        if table != "proactive":
            return [(row, self.forms[table]) for row in forms.rows(self.forms[table], table)]
        articles = forms.article_of()
        return [
            (row, form)
            for article in ARTICLES
            if (form := self.forms.get(f"article {article}"))
            for row in forms.rows(form, "proactive")
            if articles[row] == article
        ]


def generate(seed: int | str, agency: str | None = None) -> Facts:
    """One consistent report, of a body made up here or of the one given; the same seed gives the same."""
    rng = Random(f"report {seed}")
    size = rng.choices(list(SIZES), SIZE_WEIGHTS)[0]
    year = rng.randint(2019, 2025)
    made_up = rng.choice(PLACES) + rng.choice(BODIES[size])
    scale = int(SIZES[size] * rng.lognormvariate(0, 1)) if rng.random() < 0.85 else 0
    chosen = _choose_forms(rng, year)
    facts = Facts(agency or made_up, year, chosen, {}, [], [], [])
    facts.values |= _proactive(rng, facts, scale)
    facts.values |= _requests(rng, chosen["requests"], scale)
    facts.values |= _disputes(rng, scale)
    facts.overview, facts.problems, facts.other_matters = _narrative(rng, facts)
    return facts


def _choose_forms(rng: Random, year: int) -> dict[str, int]:
    usual = 2019 if year <= 2020 else 2021
    if usual == 2021 and rng.random() < 0.08:
        usual = 2019  # late users of the old form
    chosen = {"requests": usual, "disputes": usual} | {f"article {article}": usual for article in ARTICLES}
    if rng.random() < 0.12:
        chosen["requests"] = 4040 - usual
    if rng.random() < 0.08:
        chosen[f"article {rng.choice(ARTICLES[:4])}"] = 4040 - usual
    if usual == 2021:
        del chosen["article 9"]
    return chosen


def _proactive(rng: Random, facts: Facts, scale: int) -> dict[Key, Number]:
    values: dict[Key, Number] = {}
    for row, form in facts.rows("proactive"):
        used = rng.random() < (0.6 if scale else 0.25)
        if row == "regulations":
            used = scale > 300 and rng.random() < 0.7
        for column in forms.columns(form, "proactive", row):
            size = 0
            if used:
                size = int(rng.lognormvariate(1.5, 1) * (1 + scale ** rng.uniform(0.2, 0.8)))
            value: Number = size
            if column == "change":
                value = rng.choice((0, 0, 1, 2, 5, 13, -1, -3, -12)) if used else 0
            elif column == "amount":
                value = _money(rng, size)
            elif row in ("regulations", "normative_documents"):
                value = size % 400
            values["proactive", row, column] = value
        if ("proactive", row, "in_force") in values:
            values["proactive", row, "in_force"] += values["proactive", row, "issued"]
    return values


def _money(rng: Random, size: int) -> Number:
    if not size:
        return 0
    places = rng.choice((0, 0, 1, 2, 2, 4, 6))
    amount = Decimal(size * 10**places + rng.randrange(1, 10 ** (places + 1))).scaleb(-places)
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()


def _requests(rng: Random, form: int, scale: int) -> dict[Key, Number]:
    rows = forms.rows(form, "requests")
    outcomes = forms.outcome_rows(rows)
    weights = [rng.choice((0, 0, 0, 0.2, 1)) for _ in outcomes]
    weights[0], weights[1] = 5, 1
    weights[outcomes.index("unavailable_not_held")] = 4
    table = {(row, column): 0 for row in rows for column in APPLICANTS}
    shares = [8, *(rng.choice((0, 0, 0, 0.3, 1)) for _ in APPLICANTS[1:])]
    for column, flow in zip(APPLICANTS, _split(rng, scale, shares), strict=True):
        pending, processed = _split(rng, flow, (rng.choice((0, 0, 1)), 12))
        carried_in, received = _split(rng, flow, (rng.choice((0, 0, 1)), 12))
        table["carried_out", column], table["total_processed", column] = pending, processed
        table["carried_in", column], table["new_received", column] = carried_in, received
        for row, part in zip(outcomes, _split(rng, processed, weights), strict=True):
            table[row, column] = part
    values: dict[Key, Number] = {("requests", row, column): n for (row, column), n in table.items()}
    for row in rows:
        values["requests", row, "total"] = sum(table[row, column] for column in APPLICANTS)
    return values


def _disputes(rng: Random, scale: int) -> dict[Key, Number]:
    values: dict[Key, Number] = {}
    for row in DISPUTES:
        total = int(scale * rng.uniform(0, 0.1)) if rng.random() < 0.6 else 0
        for column, part in zip(RESULTS, _split(rng, total, (4, 1, 1, 2)), strict=True):
            values["disputes", row, column] = part
        values["disputes", row, "total"] = total
    return values


def _split(rng: Random, total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of `total`, roughly by weight; parts of weight 0 stay 0."""
    noisy = [weight * rng.uniform(0.3, 1.7) for weight in weights]
    whole = sum(noisy)
    parts = [int(total * weight / whole) for weight in noisy]
    for _ in range(total - sum(parts)):
        parts[rng.choices(range(len(parts)), noisy)[0]] += 1
    return parts


OVERVIEW = (
    "{year}年，{agency}按照公开为常态、不公开为例外的要求，做好各项公开工作。",
    "（一）主动公开。全年在门户网站发布信息{a}条，其中通知公告{b}条，政策解读{c}篇，图解占{p}%。",
    "全年办理行政许可{a}件、行政处罚{b}件，行政强制{c}件，结果均在作出决定之日起7个工作日内公示。",
    "本年制发规范性文件{c}件，废止{d}件；规章清理工作按{next}年计划推进。",
    "（二）依申请公开。{received}上年结转{carried_in}件，办结{processed}件，结转下年度继续办理{carried_out}件。",
    "申请人以自然人为主，商业企业次之；予以公开的占{p}%，部分公开{d}件。",
    "（三）政府信息管理。修订公开指南{d}次，清理失效信息{b}条，涉及 2 个栏目。",
    "（四）平台建设。政务新媒体账号{d}个，发布信息{a}条，阅读量{p}万余次，12345热线答复{a}件。",
    "（五）监督保障。组织培训{d}场，{b}人次参加；考核占比4%，未发生责任追究。",
    "因政府信息公开申请行政复议{reconsidered}件，提起行政诉讼{sued}件。",
    "财政预决算公开{d}项，行政事业性收费目录更新{d}次，政府集中采购公告{b}个。",
)
PROBLEMS = (
    "{year}年的工作仍有不足：一是解读形式不够丰富；二是主动公开的时效有待提高。",
    "{next}年将做好三件事：一是每季度自查1次；二是培训不少于2场；三是完善行政许可、行政处罚结果公示。",
    "一是人员更替较快，全年调整{d}人次；二是其他栏目更新偏慢。",
)
OTHER = (
    "无。",
    "本年度未收取信息处理费。",
    "按照国务院办公厅的规定，{year}年收取信息处理费0元，发出收费通知0件。",
    "办理人大代表建议{d}件、政协提案{b}件，均已公开。",
)


def _narrative(rng: Random, facts: Facts) -> tuple[list[str], list[str], list[str]]:
    def total(row: str) -> Number:
        return facts.values["requests", row, "total"]

    lawsuits = (facts.values["disputes", row, "total"] for row in DISPUTES[1:])
    received = rng.choice(("全年共收到政府信息公开申请{}件，", "本年新收政府信息公开申请{}件，"))
    words = {
        "agency": facts.agency,
        "year": facts.year,
        "next": facts.year + 1,
        "a": rng.randint(100, 9000),
        "b": rng.randint(10, 300),
        "c": rng.randint(1, 60),
        "d": rng.randint(1, 12),
        "p": rng.randint(1, 99),
        "received": received.format(total("new_received")),
        "carried_in": total("carried_in"),
        "processed": total("total_processed"),
        "carried_out": total("carried_out"),
        "reconsidered": facts.values["disputes", "reconsideration", "total"],
        "sued": sum(lawsuits),
    }

    def some(sentences: tuple[str, ...], least: int) -> list[str]:
        kept = sorted(rng.sample(range(len(sentences)), rng.randint(least, len(sentences))))
        return [sentences[i].format_map(words) for i in kept]

    return some(OVERVIEW, 3), some(PROBLEMS, 1), some(OTHER[1:], 1) if rng.random() < 0.7 else [OTHER[0]]
