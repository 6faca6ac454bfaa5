"""`describe`: title, body, year, period, number and date as the report gives them."""

import pytest

from transforms.metadata import Metadata, describe
from transforms.readers.text import read_text
from transforms.records import Agency, SourceEntry
from transforms.sections import split


def described(
    head: str = "",
    overview: str = "全年平稳。",
    foot: str = "",
    declared: str | None = None,
    entry: SourceEntry | None = None,
) -> Metadata:
    lines = read_text(f"{head}\n一、总体情况\n{overview}\n六、其他需要报告的事项\n无。\n{foot}")
    return describe(lines, split(lines), declared, entry)


def test_everything_a_report_can_say_of_itself() -> None:
    metadata = described(
        "刚政办〔2023〕5号\n"
        "## 刚察县人民政府办公室 2022年度政府信息公开工作年度报告\n"
        "本报告中所列数据统计期限从2022年1月1日起至2022年12月28日止。",
        foot="刚察县人民政府办公室\n2023年2月6日",
    )
    assert metadata == Metadata(
        title="刚察县人民政府办公室2022年度政府信息公开工作年度报告",
        agency="刚察县人民政府办公室",
        body=Agency("632224-office", "刚察县人民政府办公室", "632224", "county", "office", None),
        region_code="632224",
        year=2022,
        opening=metadata.opening,
        period_start="2022-01-01",
        period_end="2022-12-28",
        document_number="刚政办〔2023〕5号",
        published="2023-02-06",
        issues=(),
    )


@pytest.mark.parametrize(
    ("head", "agency", "year"),
    [
        ("新县人民政府办公室 2023 年政府信息公开工作年 度报告", "新县人民政府办公室", 2023),
        ("新县财政局2023年\n政府信息公开工作年 度 报 告", "新县财政局", 2023),
        ("山西省隰县人民政府\n隰县人民政府 2022 年政府信息公开工作年报", "隰县人民政府", 2022),
        ("原州区人民政府办公室\n2022 年政府信息公开工作年度报告", "原州区人民政府办公室", 2022),
        ("2022年吴起县商务局政府信息\n公开工作年度报告", "吴起县商务局", 2022),
        ("桐梓县人民政府信息公开工作年度报告（2022年度）", "桐梓县人民政府", 2022),
        ("长春市退役军人事务局关于2023年政府信息公开工作情况的报告", "长春市退役军人事务局", 2023),
        ("沭阳县发展和改革局政府信息公开工作2023年度报告", "沭阳县发展和改革局", 2023),
        ("二〇二二年新县财政局政府信息公开年报", "新县财政局", 2022),
        ("2022年度政府信息公开工作年度报告（泰安市财政局）", "泰安市财政局", 2022),
        ("上海市2022年政府信息公开工作年度报告", "上海市", 2022),
        ("首页 > 年报 > 某市2021年年报\n佛山市2022年政府信息公开工作年度报告_政府网站", "佛山市", 2022),
        ("无障碍浏览\n2022年政府信息公开工作年度报告", None, 2022),
        ("本报告由龙游县教育局根据条例编制。", "龙游县教育局", None),
        ("现发布《原州区财政局2022年政府信息公开工作年度报告》。", "原州区财政局", None),
        ("样例县2023年法治政府建设工作报告", None, None),
    ],
)
def test_body_and_year_of_a_title(head: str, agency: str | None, year: int | None) -> None:
    metadata = described(head)
    assert (metadata.agency, metadata.year) == (agency, year)


def test_a_body_named_only_in_the_signature_or_the_declared_title() -> None:
    assert described(foot="泰安市财政局\n2023年1月20日").agency == "泰安市财政局"
    assert described(declared="泰安市财政局2022年政府信息公开年报 - 泰安").agency == "泰安市财政局"
    assert described(declared="泰安市财政局2022年政府信息公开年报 - 泰安").year == 2022


def test_a_name_without_its_place_takes_it_from_the_fuller_one() -> None:
    title = "市教育局2022年政府信息公开工作年度报告"
    assert described(title, foot="泰安市教育局\n2023年1月20日").agency == "泰安市教育局"
    assert described(title, foot="泰安市财政局\n2023年1月20日").agency == "市教育局"
    title = "隰县人民政府2022年政府信息公开工作年报"
    assert described(title, foot="山西省隰县人民政府\n2023年1月20日").agency == "隰县人民政府"


def test_a_body_that_is_not_known_is_said_and_not_guessed() -> None:
    metadata = described("新县第一高级中学2022年政府信息公开工作年度报告")
    assert (metadata.agency, metadata.body, metadata.region_code) == ("新县第一高级中学", None, "411523")
    assert [(issue.code, issue.raw) for issue in metadata.issues] == [("unknown_agency", "新县第一高级中学")]


@pytest.mark.parametrize(
    "body",
    [
        "西安高新区管委会",
        "新疆生产建设兵团第一师",
        "新县供销合作社",
        "新县残联",
        "武汉海关",
        "新县党史和地方志研究室",
        "新县财政局(国有资产监督管理局)",
    ],
)
def test_bodies_with_rarer_endings(body: str) -> None:
    assert described(f"{body}2022年政府信息公开工作年度报告").agency == body


def test_what_the_document_does_not_say_comes_from_the_source() -> None:
    entry = SourceEntry("安康市人民政府办公室", "610900", 2022)
    metadata = described(overview="各项工作平稳。", entry=entry)
    assert (metadata.agency, metadata.region_code, metadata.year) == ("安康市人民政府办公室", "610900", 2022)
    assert [issue.code for issue in metadata.issues] == ["no_title", "year_from_source", "agency_from_source"]


def test_nothing_is_guessed() -> None:
    metadata = described(overview="制定《安康市人民政府重大行政决策程序》。")
    assert (metadata.agency, metadata.region_code, metadata.year) == (None, None, None)
    assert [issue.code for issue in metadata.issues] == ["no_title", "no_year", "no_agency"]


def test_the_year_from_the_first_words_of_the_overview() -> None:
    assert described(overview="2022年,市政府办公室认真落实条例。比2021年有进步。").year == 2022


@pytest.mark.parametrize(
    "sentence",
    [
        "本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。",
        "本报告中所列数据的统计期限为 2022 年 1 月 1 日至\n2022 年 12 月 31 日。",
        "本报告统计数据从2022年1月1日至12月31日。",
        "数据统计时间：2022年1月1日—2022年12月31日。",
        "统计数据起止时间为2022年1月至12月。",
        "２０２２年１月１日到２０２２年１２月３１日为本报告的统计期限。",
    ],
)
def test_the_period_in_its_wordings(sentence: str) -> None:
    metadata = described(sentence)
    assert (metadata.period_start, metadata.period_end) == ("2022-01-01", "2022-12-31")


def test_other_spans_of_time_are_not_the_period() -> None:
    metadata = described("公示时间为2022年1月1日至2022年1月7日。")
    assert (metadata.period_start, metadata.period_end) == (None, None)


def test_contradicting_years_are_said() -> None:
    head = "上海市2022年政府信息公开工作年度报告\n统计期限为2021年1月1日至2021年12月31日。"
    metadata = described(head)
    assert metadata.year == 2022
    assert [issue.code for issue in metadata.issues] == ["year_conflict"]


@pytest.mark.parametrize(
    ("head", "foot", "published"),
    [
        ("发布日期：2023-01-20 10:20 来源：县府办", "", "2023-01-20"),
        ("成文日期 2023年1月5日\n发布时间\n2023年01月20日", "", "2023-01-20"),
        ("", "样例县人民政府\n二〇二三年一月十二日", "2023-01-12"),
        ("（2023年1月31日）", "", "2023-01-31"),
        ("发布日期：2023-02-30", "", None),
    ],
)
def test_the_day_of_publication(head: str, foot: str, published: str | None) -> None:
    assert described(head, foot=foot).published == published


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("龙政办[2023] 12 号", "龙政办〔2023〕12号"),
        ("索引号：0001 发文字号：龙政办〔2023〕3号", "龙政办〔2023〕3号"),
        ("根据国办公开办函〔2021〕30号的要求编制。", None),
    ],
)
def test_the_document_number_is_the_report_s_own(head: str, number: str | None) -> None:
    assert described(head).document_number == number
