"""`figures` takes from sentences only what they plainly say; `identities` compares it with the tables."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.narrative import NarrativeFigure, _wordings_of, figures, identities
from transforms.records import CellRecord, IdentityRecord, Number


def said(sentence: str, year: int | None = 2022) -> dict[str, Number]:
    return {figure.measure: figure.value for figure in figures({"overview": sentence}, year)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("全年共收到政府信息公开申请12件。", {"requests_received": 12}),
        ("全年受理依申请政府信息公开 5 件，均已办理完毕。", {"requests_received": 5}),
        ("本机关收办依申请公开政府信息申请3宗，均已答复。", {"requests_received": 3}),
        ("2022年度共收到12件政府信息公开申请，较上年增加3件。", {"requests_received": 12}),
        ("我局受理政府信息公开申请两件，已全部按时办结。", {"requests_received": 2}),
        ("累计收到各类政府信息公开申请三百零五件。", {"requests_received": 305}),
        ("全市新收政府信息公开申请１,234件。", {"requests_received": 1234}),
        ("收到公民、法人和其他组织政府信息公开申请8件。", {"requests_received": 8}),
        ("收到政府信息公开申请10件，其中网络申请6件，信函申请4件。", {"requests_received": 10}),
        ("全年未收到政府信息公开申请。", {"requests_received": 0}),
        ("本年度无依申请公开事项。", {"requests_received": 0}),
        (
            "本年新收政府信息公开申请十二件，上年结转2件，办结13件，结转下年度继续办理1件。",
            {
                "requests_received": 12,
                "requests_carried_in": 2,
                "requests_processed": 13,
                "requests_carried_out": 1,
            },
        ),
        (
            "共受理依申请公开9件，其中8件已经答复，还有1件申请顺延至下年度答复。",
            {"requests_received": 9, "requests_processed": 8, "requests_carried_out": 1},
        ),
        (
            "收到依申请公开4件，4件全部按时办结，无结转下年度办理。",
            {"requests_received": 4, "requests_processed": 4, "requests_carried_out": 0},
        ),
        (
            "收到依申请公开申请6件，答复6件，结转至2023年0件。",
            {"requests_received": 6, "requests_processed": 6, "requests_carried_out": 0},
        ),
        ("（二）依申请公开情况。全年共收到申请7件。", {"requests_received": 7}),
    ],
)
def test_requests(sentence: str, expected: dict[str, int]) -> None:
    assert said(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("因政府信息公开引发行政复议2件、行政诉讼1件。", {"reconsiderations": 2, "lawsuits": 1}),
        ("出庭应诉政府信息公开诉讼2起，都胜诉。", {"lawsuits": 2}),
        ("政府信息公开行政复议3件，其中结果维持2件，结果纠正1件。", {"reconsiderations": 3}),
        ("无因政府信息公开引起的行政复议和行政诉讼。", {"reconsiderations": 0, "lawsuits": 0}),
        ("未因政府信息公开工作被申请行政复议、提起行政诉讼。", {"reconsiderations": 0, "lawsuits": 0}),
        ("因政府信息公开引起的行政复议、行政诉讼均为0件。", {"reconsiderations": 0, "lawsuits": 0}),
        ("没有政府信息公开行政复议案件，行政诉讼案件1件。", {"reconsiderations": 0, "lawsuits": 1}),
    ],
)
def test_disputes(sentence: str, expected: dict[str, int]) -> None:
    assert said(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "fee"),
    [
        ("本年度未收取信息处理费。", 0),
        ("2022年没有收取政府信息公开信息处理费。", 0),
        ("信息处理费收取情况：无。", 0),
        ("2022年共收取信息处理费1,200元。", 1200),
        ("2022年收取信息处理费0.12万元。", 1200),
        ("收取信息处理费30.5元。", Decimal("30.5")),
    ],
)
def test_the_fee_in_yuan(sentence: str, fee: Number) -> None:
    assert said(sentence) == {"information_fee": fee}


@pytest.mark.parametrize(
    "sentence",
    [
        "12345热线受理群众诉求200件，办结200件，答复率100%。",
        "“市长信箱”受理有效信件3459件，办结率93.38%。",
        "政务服务网共受理57210件，正常办结57210件。",
        "未收到超出一定数量或者频次范围的政府信息公开申请。",
        "2021年，共收到政府信息公开申请5件。",
        "共收到政府信息公开申请56余件。",
        "收到自然人政府信息公开申请8件。",
        "因政府信息公开被申请行政复议和提起行政诉讼共3件。",
        "无因政府信息公开行政诉讼败诉的情况。",
        "未经行政复议直接起诉的政府信息公开案件由法制科应对。",
        "全年办理行政复议案件12件。",
        "答复政府信息公开申请8件，延期答复2件。",
        "收到政府信息公开申请后，十五个工作日内答复。",
        "信息处理费按每件10元的标准收取。",
        "主动公开规范性文件3件，发布信息2258条。",
    ],
)
def test_what_sentences_do_not_plainly_say_is_not_taken(sentence: str) -> None:
    assert said(sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "scope"),
    [
        ("本机关共收到政府信息公开申请2件。", "body"),
        ("县政府办公室共收到政府信息公开申请2件。", "body"),
        ("全县共收到政府信息公开申请2件。", "jurisdiction"),
        ("我区共收到政府信息公开申请2件。", "jurisdiction"),
        ("共收到政府信息公开申请2件。", "unknown"),
    ],
)
def test_whose_count_it_is(sentence: str, scope: str) -> None:
    assert [figure.scope for figure in figures({"overview": sentence}, 2022)] == [scope]


@pytest.mark.parametrize(
    ("sentence", "agency", "taken"),
    [
        ("县教育局收到政府信息公开申请7件。", "和顺县人民政府", []),
        ("县教育局收到政府信息公开申请7件。", "和顺县教育局", [7]),
        ("县教育局收到政府信息公开申请7件。", None, [7]),
        ("县发改委全年共收到政府信息公开申请7件。", "和顺县发展和改革委员会", [7]),
        ("石桥镇累计收到政府信息公开申请7件。", "和顺县人民政府", []),
        ("2022年我局共收到政府信息公开申请7件。", "和顺县教育局", [7]),
        ("县教育局收到政府信息公开申请7件，全县共收到政府信息公开申请9件。", "和顺县人民政府", [9]),
        ("因政府信息公开，县公安局被申请行政复议2件。", "和顺县人民政府", []),
    ],
)
def test_the_count_of_another_body_is_not_taken(sentence: str, agency: str | None, taken: list[int]) -> None:
    assert [figure.value for figure in figures({"overview": sentence}, 2022, agency)] == taken


def test_a_figure_comes_with_its_sentence_and_place() -> None:
    text = "全年平稳。\n\n本办共收到政府信息公开申请 ５ 件，均已答复。"
    (figure,) = figures({"other_matters": text}, None)
    assert figure == NarrativeFigure(
        "requests_received",
        5,
        "本办共收到政府信息公开申请 ５ 件，均已答复。",
        "body",
        "other_matters",
        text.index("收到"),
        text.index("，均"),
    )


@given(st.integers(0, 99_999), st.sampled_from(["收到", "受理", "收办", "接到"]), st.sampled_from("件起宗"))
def test_any_number_is_read_exactly(number: int, verb: str, counter: str) -> None:
    assert said(f"全年共{verb}政府信息公开申请{number}{counter}。") == {"requests_received": number}


TOTALS: list[tuple[str, str, Number | None]] = [
    ("requests", "new_received", 9),
    ("disputes", "litigation_direct", 1),
    ("disputes", "litigation_after_reconsideration", 1),
    ("disputes", "reconsideration", None),
]
CELLS = [
    CellRecord(table, row, "total", 2021, None, value, "reported", value, "as_reported", None)
    for table, row, value in TOTALS
]


def compared(text: str) -> list[IdentityRecord]:
    return identities(figures({"overview": text}, 2022), CELLS)


def test_the_text_beside_the_table() -> None:
    assert compared("收到政府信息公开申请9件。") == [
        IdentityRecord("narrative", "requests", "new_received", "total", 9, 9, True)
    ]
    assert compared("收到政府信息公开申请8件。") == [
        IdentityRecord("narrative", "requests", "new_received", "total", 8, 9, False)
    ]


def test_both_kinds_of_lawsuits_are_summed_and_a_missing_cell_leaves_it_open() -> None:
    assert compared("因政府信息公开引发行政复议1件、行政诉讼2件。") == [
        IdentityRecord("narrative", "disputes", "reconsideration", "total", 1, None, None),
        IdentityRecord("narrative", "disputes", None, "total", 2, 2, True),
    ]


def test_counts_of_other_scopes_accuse_no_table() -> None:
    assert compared("全县收到政府信息公开申请50件。") == []
    both = "全县收到政府信息公开申请50件。本办收到政府信息公开申请9件。"
    assert [record.holds for record in compared(both)] == [True]


@pytest.mark.parametrize("measure", [*_wordings_of(2022)[0], "together", "fee"])
@settings(deadline=None)
@given(data=st.data())
def test_what_a_measure_says_is_in_all_that_its_patterns_match(measure: str, data: st.DataObject) -> None:
    measures, together, fee = _wordings_of(2022)
    wording = {**measures, "together": together, "fee": fee}[measure]
    pattern = data.draw(st.sampled_from(wording.patterns + wording.also + wording.zero))
    found = pattern.search(data.draw(st.from_regex(pattern)))
    assert found
    assert any(word in found[0] for word in wording.says)
