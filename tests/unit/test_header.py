"""The order of the columns that a printed header names."""

from transforms.header import disputes_order, is_whole, proactive_order, requests_order

COLUMNS = (
    "natural_person",
    "business",
    "research",
    "nonprofit",
    "legal_service",
    "other_organisation",
    "total",
)
ORGANISATIONS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")


def test_applicants_over_three_lines() -> None:
    top, named = ("勾稽关系", "申请人情况"), ("自然人", "法人或其他组织", "总计")
    assert requests_order((top, named, ORGANISATIONS)) == COLUMNS
    assert requests_order((top, named[1:2] + named[:1] + named[2:], ORGANISATIONS)) == (
        *COLUMNS[1:6],
        "natural_person",
        "total",
    )
    assert requests_order(((*top, "总计"), named[:2], ORGANISATIONS)) == COLUMNS
    assert requests_order((top, named[:2], (*ORGANISATIONS, "总计"))) == COLUMNS


def test_applicants_on_one_line() -> None:
    assert requests_order((("项目", "自然人", *ORGANISATIONS, "小计", "总计", "占比"),)) == (
        *COLUMNS[:6],
        None,
        "total",
        None,
    )
    assert requests_order((("自然人商业企业科研机构社会公益组织法律服务机构其他总计",),)) == COLUMNS


def test_the_only_word_for_a_column_is_not_one_beside_the_form() -> None:
    explained = (*ORGANISATIONS[:4], "其他请说明")
    for organisations in (ORGANISATIONS, explained):
        for total in ("总计", "合计", "小计", "小计件"):
            assert requests_order((("自然人", *organisations, total),)) == COLUMNS
            assert requests_order((("自然人", "法人或其他组织"), (*organisations, total))) == COLUMNS
    sums = (("自然人", "法人或其他组织", "合计"), (*ORGANISATIONS, "小计"))
    assert requests_order(sums) == (*COLUMNS[:6], None, "total")
    assert requests_order((("自然人", *ORGANISATIONS, "总计", "其他说明"),)) == (*COLUMNS, None)
    assert requests_order((("自然人", *ORGANISATIONS, "上年小计"),)) == (*COLUMNS[:6], None)


def test_what_lines_do_not_order_or_do_not_have_is_not_whole() -> None:
    assert requests_order((("法人或其他组织",), ("自然人", "总计"), ORGANISATIONS)) is None
    lost = requests_order((("自然人", "法人或其他组织", "总计"), ORGANISATIONS[:4]))
    assert lost == (*COLUMNS[:5], "total")
    assert not is_whole(lost)
    assert requests_order((("自然人", *ORGANISATIONS, "总计"), ("总计",))) == COLUMNS


def test_columns_of_the_proactive_table() -> None:
    header = (("第二十条第五项",), ("信息内容", "上年处理决定数量", "本年处理决定数量", "备注"))
    assert proactive_order(2021, "licences", header) == (None, "decisions")
    assert proactive_order(2019, "licences", header) is None
    assert proactive_order(2019, "procurement", (("信息内容", "采购总金额万元", "采购项目数量"),)) == (
        "amount",
        "projects",
    )


def test_disputes() -> None:
    results = ("总计", "结果维持", "结果纠正", "其他结果", "尚未审结")
    kinds = (("行政诉讼", "行政复议"), ("复议后起诉", "未经复议直接起诉"))
    assert disputes_order((*kinds, results * 3)) == (
        ("litigation_after_reconsideration", "litigation_direct", "reconsideration"),
        ("total", "upheld", "corrected", "other", "pending"),
    )
    title = ("四政府信息公开行政复议行政诉讼情况",)
    assert disputes_order((title, ("类型", *results))) == (
        (),
        ("total", "upheld", "corrected", "other", "pending"),
    )
    assert disputes_order((title, ("结果行政复议复议后起诉未经复议直接起诉",), ("行政复议",))) == (
        ("reconsideration", "litigation_after_reconsideration", "litigation_direct"),
        (),
    )
    assert disputes_order((title, ("行政诉讼",), ("行政复议",), results * 3)) is None
    assert disputes_order((*kinds, results * 2, results[:4])) is None
