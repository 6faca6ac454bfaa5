"""`scope_of`: whom a report counts, with the characters that say so, and unknown where it does not say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.metadata import resolve
from transforms.narrative import figures
from transforms.records import CellRecord, Report
from transforms.scope import _phrases, scope_of


def scope(title: str, opening: str = "", overview: str = "", received: int = 25) -> tuple[str, str | None]:
    agency = title.partition("2022年")[0]
    total = ("requests", "new_received", "total", 2021)
    report = Report(
        "0" * 64,
        "text",
        title=title,
        agency=agency,
        body=resolve(agency, "", 2022, None, [])[0],
        year=2022,
        cells=[CellRecord(*total, str(received), received, "reported", received, "as_reported", None)],
        narrative=figures({"overview": overview}, 2022),
    )
    return scope_of(report, opening)


TITLE = "新县人民政府办公室2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("opening", "expected", "evidence"),
    [
        ("本报告由县政府办公室根据各乡镇、各部门年度报告汇总编制。", "jurisdiction", "汇总编制"),
        ("本报告综合全县各乡镇、县政府各部门政府信息公开年度报告编制而成。", "jurisdiction", "全县各乡镇"),
        ("报告中所列数据包括县政府办公室及所属各单位。", "jurisdiction", "所属各单位"),
        ("本报告数据统计范围为全县。", "jurisdiction", "全县"),
        ("现将全县2022年政府信息公开工作情况报告如下。", "jurisdiction", "现将全县"),
        ("现将我县二〇二二年度政府信息公开工作情况公布如下。", "jurisdiction", "现将我县"),
        ("现将我县财政局2022年政府信息公开工作情况报告如下。", "unknown", None),
        ("现将我县人民政府办公室2022年政府信息公开工作情况报告如下。", "unknown", None),
        ("现将我县城关镇2022年政府信息公开工作情况报告如下。", "unknown", None),
        ("本报告由信阳市教育局汇总编制。", "unknown", None),  # who compiled it, not whom it counts
        ("本报告根据上级各部门要求，结合本局工作情况编制。", "unknown", None),
        ("2022年，全县各部门认真落实条例，公开工作情况良好。", "unknown", None),
        ("本报告数据不包括下属单位。", "body", "不包括下属"),
        ("本报告所列数据仅为本机关数据。", "body", "仅为本机关"),
        ("本年报数据统计口径为本级。", "body", "本级"),
        ("县政府办公室召开全县政务公开工作会议。", "unknown", None),
        ("本报告由新县人民政府办公室编制。", "unknown", None),
        ("根据《条例》和上级要求，现公布年度报告。", "unknown", None),
    ],
)
def test_a_sentence_about_the_report(opening: str, expected: str, evidence: str | None) -> None:
    found, said = scope(TITLE, opening)
    assert found == expected
    assert (evidence is None and said is None) or (said is not None and str(evidence) in said)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("上海市2022年政府信息公开工作年度报告", ("jurisdiction", "上海市")),
        ("新县2022年政府信息公开工作年度报告", ("jurisdiction", "新县")),
        ("新县人民政府2022年政府信息公开工作年度报告（汇总）", ("jurisdiction", "汇总")),
        ("新县人民政府2022年政府信息公开工作年度报告", ("unknown", None)),
        ("天全县财政局2022年政府信息公开工作年度报告", ("unknown", None)),
        ("全州县财政局2022年政府信息公开工作年度报告", ("unknown", None)),
        ("新县城关镇2022年政府信息公开工作年度报告", ("unknown", None)),
    ],
)
def test_a_title_that_names_the_place_or_says_so(title: str, expected: tuple[str, str | None]) -> None:
    assert scope(title) == expected


def test_a_count_of_the_text_that_the_table_repeats_tells_whom_the_table_counts() -> None:
    whole = "2022年,全县共收到政府信息公开申请25件。"
    own = "2022年,本机关共收到政府信息公开申请8件。"
    assert scope(TITLE, overview=whole) == ("jurisdiction", whole)
    assert scope(TITLE, overview=own) == ("unknown", None)  # the table counts something else
    assert scope(TITLE, overview=own, received=8) == ("body", own)
    assert scope(TITLE, overview=f"{whole}其中{own}", received=8)[0] == "body"


def test_a_report_that_says_both_is_unknown() -> None:
    assert scope("新县2022年政府信息公开工作年度报告", "本报告数据不包括下属单位。") == ("unknown", None)


@pytest.mark.parametrize("name", ["jurisdiction", "body", "title_jurisdiction", "title_body"])
@settings(deadline=None)
@given(data=st.data())
def test_what_a_phrase_says_is_in_all_that_its_pattern_matches(name: str, data: st.DataObject) -> None:
    says, pattern = data.draw(st.sampled_from(_phrases(name)))
    found = pattern.search(data.draw(st.from_regex(pattern)))
    assert found
    assert any(word in found[0] for word in says)
