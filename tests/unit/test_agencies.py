"""`identify`: one id for every spelling of a name, and none for a name that is not fully understood."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dataset import tables
from transforms.agencies import departments, identify, successor
from transforms.records import Agency
from transforms.regions import REFERENCE, locate, region, zones


def known(name: str, year: int = 2022, source_code: str | None = None) -> Agency | None:
    return identify(name, locate(name, None, year, source_code), year)


def agency_id(name: str, year: int = 2022, source_code: str | None = None) -> str | None:
    found = known(name, year, source_code)
    return found.agency_id if found else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("新县人民政府", ("411523-government", "新县人民政府", "411523", "county", "government", None)),
        ("上海市", ("310000-government", "上海市人民政府", "310000", "province", "government", None)),
        (
            "阿里地区行政公署",
            ("542500-government", "阿里地区行政公署", "542500", "city", "government", None),
        ),
        (
            "广州市人民政府办公厅",
            ("440100-office", "广州市人民政府办公厅", "440100", "city", "office", None),
        ),
        (
            "乌审旗信访局",
            ("150626-petitions", "乌审旗信访局", "150626", "county", "department", "petitions"),
        ),
        (
            "吴起县铁边城镇",
            ("610626-铁边城镇", "吴起县铁边城镇", "610626", "township", "township", None),
        ),
        (
            "新县产业开发区管理委员会",
            ("411523-产业开发区", "新县产业开发区", "411523", None, "zone", None),
        ),
        (
            "定西市公共资源交易中心",
            (
                "621100-public_resources-center",
                "定西市公共资源交易中心",
                "621100",
                "city",
                "other",
                "public_resources",
            ),
        ),
        ("财政部", ("national-finance", "财政部", None, "national", "department", "finance")),
        (
            "国家税务总局新县税务局",
            ("411523-taxation", "国家税务总局新县税务局", "411523", "county", "department", "taxation"),
        ),
    ],
)
def test_what_is_known_of_a_body(name: str, expected: tuple[str | None, ...]) -> None:
    found = known(name)
    assert found is not None
    assert tuple(found) == expected


@pytest.mark.parametrize(
    "names",
    [
        ["新县人民政府办公室", "新县政府办公室", "新县政府办", "新县府办", "新县县政府办公室"],
        ["新县发展和改革委员会", "新县发展改革委", "新县发改委", "新县发展和改革局"],
        ["信阳市科学技术局", "信阳市科技局", "信阳市科委", "信陽市科學技術局"],
        ["新县住房和城乡建设局", "新县住建局", "新县住房城乡建设局"],
        ["新县文化广电旅游局", "新县文化广电和旅游局", "新县文广旅局", "新县旅游和文化广电局"],
        ["新县教育体育局", "新县教体局", "新县教育和体育局", "新县体育教育局"],
        ["新县民族宗教事务局", "新县民宗局", "新县民族和宗教事务局"],
        ["新县市场监督管理局", "新县市场监管局", "新县市监局"],
        ["新县人民政府扶贫开发办公室", "新县扶贫办", "新县扶贫开发局"],
        ["新县委机构编制委员会办公室", "新县县委编办", "中共新县委编办"],
        ["新县财政局", "新县财政局（国有资产监督管理局）", "河南省信阳市新县财政局", "新县 财政局"],
        ["新县扶贫开发领导小组办公室", "新县扶贫办"],
        ["新县网络安全和信息化委员会办公室", "新县网信办"],
        ["新县公安局交通警察大队", "新县公安局交警大队"],
        ["新县残疾人联合会", "新县残联"],
        ["新县供销合作社联合社", "新县供销社"],
        ["罗平县长底布依族乡", "罗平县长底乡人民政府", "罗平县长底布依族乡人民政府"],
        ["番禺区市桥街道办事处", "番禺区市桥街道", "番禺区人民政府市桥街道办事处", "广州市番禺区市桥街道办"],
        ["合肥高新区管委会", "合肥高新技术产业开发区管理委员会", "合肥市高新技术产业开发区"],
        ["西咸新区太平镇人民政府", "陕西省西咸新区太平镇"],
        ["信阳市高新区管委会", "信阳市市高新区管委会", "信阳高新区"],
        ["重庆两江新区管理委员会", "两江新区管委会"],
        ["平桥区五里店办事处", "信阳市平桥区五里店街道办事处"],
        ["水利部长江水利委员会", "长江水利委员会"],
        ["新县环卫处", "新县环境卫生管理处"],
        ["北京市公安局朝阳分局", "北京市朝阳区公安分局"],
        ["凉山彝族自治州财政局", "凉山州财政局", "凉山自治州财政局"],
    ],
    ids=lambda names: names[0],
)
def test_spellings_of_one_body_meet(names: list[str]) -> None:
    ids = {agency_id(name) for name in names}
    assert len(ids) == 1
    assert None not in ids


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新县人民政府", "新县人民政府办公室"),
        ("新县国土资源局", "新县自然资源局"),
        ("新县农业局", "新县农业农村局"),
        ("新县卫生局", "新县卫生健康委员会"),
        ("新县档案局", "新县档案馆"),
        ("新县教育局", "新县教育体育局"),
        ("新县城市管理局", "新县城市管理综合行政执法局"),
        ("新县老干部局", "新县老龄工作委员会办公室"),
        ("新县财政局", "信阳市财政局"),
        ("合肥高新技术产业开发区管理委员会", "合肥经济技术开发区管理委员会"),
        ("合肥高新区管委会", "合肥高新区财政局"),
        ("新县城关镇", "新县城关乡"),
        ("新县接待办", "新县机关事务管理局"),
        ("喀什市人民政府", "喀什经济开发区管委会"),
        ("信阳市生态环境局新县分局", "新县生态环境局"),
        ("信阳市水务集团有限公司", "信阳市水务有限公司"),
        ("信阳市水务有限公司", "信阳市水务公司"),
        ("新县交通运输服务中心", "新县交通运输事务中心"),
        ("新县交通运输综合管理中心", "新县交通运输中心"),
        ("新县交通运输管理中心", "新县交通运输服务中心"),
        ("信阳市公安局交警支队", "信阳市公安局交警大队"),
        ("信阳市安全生产监督管理局", "信阳市安全生产委员会办公室"),
        ("信阳市城市管理局", "信阳市城市管理委员会办公室"),
        ("信阳市水利处", "信阳市水利科"),
    ],
)
def test_different_bodies_stay_apart(one: str, other: str) -> None:
    assert agency_id(one) is not None
    assert agency_id(other) is not None
    assert agency_id(one) != agency_id(other)


@pytest.mark.parametrize(
    "name",
    [
        "市教育局",  # of which city?
        "县府办",
        "朝阳区教育局",  # in 北京市 or in 长春市?
        "资阳市两板桥镇",  # in which county?
        "新县财敀局",  # a misprint is no word
        "新县第一高级中学",
        "新县管理局",
        "新县服务中心",
        "教育局",
    ],
)
def test_what_a_name_leaves_open_is_not_guessed(name: str) -> None:
    assert known(name) is None


PIECES = [
    "新县",
    "市",
    "县",
    "新区",
    "街道",
    "镇",
    "管理",
    "文化",
    "旅游",
    "局",
    "委员会",
    "办公室",
    "中心",
    "高新区",
    "某",
    "(",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from([None, "411523", "610100"])
)
def test_any_name_is_a_body_with_a_sound_id_or_none(name: str, source_code: str | None) -> None:
    found = known(name, source_code=source_code)
    assert found is None or all(found.agency_id.split("-"))
    assert known(" ".join(name), source_code=source_code) == found


@pytest.mark.parametrize(
    ("name", "source_code"),
    [
        ("市教育局", "411523"),  # 新县 is no 市: the city's, or a misplaced page
        ("市人民政府办公室", "411523"),
        ("省教育厅", "370900"),
        ("区教育局", "370900"),  # of which of its districts?
        ("县发改委", "411500"),
        ("区财政局", "500000"),
        ("自治区财政厅", "411523"),
        ("街道办事处", "411523"),  # which?
        ("镇人民政府", "411523"),
        ("本乡镇", "411523"),
        ("西咸新区管委会", "340200"),
        ("财政部", "411523"),
        ("海关总署", "411523"),
    ],
)
def test_a_name_that_does_not_fit_its_source_is_no_other_body(name: str, source_code: str) -> None:
    assert known(name, source_code=source_code) is None


def test_a_rank_that_fits_its_source_is_the_body_of_the_source() -> None:
    assert agency_id("县教育局", source_code="411523") == "411523-education"
    assert agency_id("县人民政府办公室", source_code="411523") == "411523-office"
    assert agency_id("自治区财政厅", source_code="650000") == "650000-finance"
    assert agency_id("州教育局", source_code="513400") == "513400-education"
    assert agency_id("市场监督管理局", source_code="411523") == "411523-market_regulation"
    assert agency_id("市桥街道办事处", source_code="440113") == "440113-市桥街道"
    assert agency_id("新县市教育局") is None
    assert agency_id("市高新区管委会", source_code="411500") == agency_id("信阳市高新区管委会")
    assert agency_id("县经济开发区财政局", source_code="411523") == "411523-经济开发区-finance"
    assert agency_id("市北高新区管委会", source_code="370200") == "370200-市北高新技术产业开发区"
    assert agency_id("县高新区管委会", source_code="411500") is None  # of which of its counties?


def test_zones_of_one_name_are_bodies_of_their_cities() -> None:
    assert agency_id("芜湖市江北新区管理委员会") == "340200-江北新区"
    assert agency_id("南京市江北新区管理委员会") == "320100-江北新区"
    assert agency_id("重庆市江北新区管委会") == "500000-江北新区"
    assert agency_id("江北新区管理委员会") is None
    assert agency_id("眉山市天府新区管委会") != agency_id("四川天府新区管委会")
    assert agency_id("芜湖市西咸新区管委会") != agency_id("西咸新区管委会") == "610000-西咸新区"


def test_the_source_settles_what_the_name_leaves_open() -> None:
    assert agency_id("市教育局", source_code="370900") == "370900-education"
    assert agency_id("朝阳区教育局", source_code="110000") == "110105-education"
    assert agency_id("资阳市两板桥镇", source_code="512002") == "512002-两板桥镇"
    assert agency_id("资阳市两板桥镇", source_code="512000") is None
    assert agency_id("朝阳区教育局", source_code="440300") is None  # it contradicts the name


def test_the_id_has_the_code_of_the_year_and_leads_to_the_body_of_today() -> None:
    assert agency_id("太谷县国土资源局", 2017) == "140726-land_resources"
    assert successor("140726-land_resources") == "140703-natural_resources"
    assert successor("140703-natural_resources") is None
    assert successor("411523-public_health") == "411523-health"
    assert successor("411523-culture") == "411523-culture+tourism"
    assert successor("national-land_resources") == "national-natural_resources"
    assert successor("610626-铁边城镇") is None
    assert successor("411523-work_safety") == "411523-emergency"
    assert successor("411523-work_safety-commission_office") is None


def test_a_declared_name_comes_before_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    school = Agency("411523-first_school", "新县第一高级中学", "411523", "county", "other", None)
    monkeypatch.setattr("transforms.agencies._declared", lambda: {("新县第一高级中学", "411523"): school})
    assert known("新县第一高级中学") == school
    assert agency_id("新县财政局") == "411523-finance"


def test_the_departments_are_sound() -> None:
    declared = departments()
    named: dict[str, str] = {}
    for entry in declared.values():
        for word in (*entry.words, *entry.short):
            assert named.setdefault(word, entry.department) == entry.department, word
        assert entry.words or entry.names
        for code in [*entry.department.split("+"), *([entry.successor] if entry.successor else [])]:
            assert code in declared, code
        assert (entry.abolished is None) == (entry.successor is None)


def test_declared_bodies_and_zones_are_sound() -> None:
    kinds = {field.name: field.values or () for field in tables()["agencies"].fields}
    with (REFERENCE / "agencies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["agency_id"]
            assert row["agency_kind"] in kinds["agency_kind"]
            assert row["agency_level"] in ("", *kinds["agency_level"])
            assert not row["region_code"] or region(row["region_code"])
    assert all(region(code) for code in zones().values())
