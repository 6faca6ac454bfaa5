"""`locate`: from a body's name to the code of its division in a year, never by guessing."""

import csv

import pytest

from transforms.regions import REGIONS, Location, locate, region


@pytest.mark.parametrize(
    ("body", "year", "code", "level"),
    [
        ("刚察县人民政府办公室", 2022, "632224", "county"),
        ("新县人民政府办公室", 2023, "411523", "county"),
        ("山西省隰县人民政府", 2022, "141031", "county"),
        ("安康市人民政府办公室", 2022, "610900", "city"),
        ("原州区人民政府办公室", 2022, "640402", "county"),
        ("宁夏回族自治区固原市原州区人民政府", 2022, "640402", "county"),
        ("宁夏原州区人民政府", 2022, "640402", "county"),
        ("西安市新城区教育局", 2021, "610102", "county"),
        ("佳木斯市前进区教育局", 2020, "230804", "county"),
        ("上海市人民政府", 2022, "310000", "province"),
        ("新疆维吾尔自治区信访局", 2024, "650000", "province"),
        ("赫章县兴发乡", 2024, "520527", "township"),
        ("吴起县铁边城镇", 2022, "610626", "township"),
        ("北京市通州区新华街道办事处", 2019, "110112", "township"),
        ("东莞市石龙镇人民政府", 2022, "441900", "township"),  # a city without districts
        ("新县乡村振兴局", 2022, "411523", "county"),
        ("凉山州人民政府", 2022, "513400", "city"),
        ("维西傈僳族自治县人民政府", 2022, "533423", "county"),
        ("维西县财政局", 2022, "533423", "county"),
        ("乐山市中区教育局", 2022, "511102", "county"),  # 市中区 with the city's 市 left out
        ("国家税务总局新县税务局", 2022, "411523", "county"),
        ("東莞市人民政府", 2022, "441900", "city"),
        ("新县产业开发区管理委员会", 2022, "411523", "zone"),
    ],
)
def test_names_that_say_where_the_body_is(body: str, year: int, code: str, level: str) -> None:
    location = locate(body, None, year)
    assert (location.region_code, location.level, location.issue) == (code, level, None)


@pytest.mark.parametrize(
    ("body", "year", "code"),
    [
        ("太谷县人民政府", 2018, "140726"),
        ("太谷区人民政府", 2020, "140703"),
        ("三元区人民政府", 2020, "350403"),  # the same name, another code the year after
        ("三元区人民政府", 2021, "350404"),
        ("毕节市人民政府", 2008, "522401"),  # a county-level city then, a prefecture now
        ("毕节市人民政府", 2012, "520500"),
        ("东乡县人民政府", 2022, "622926"),  # 东乡族自治县, since 江西's 东乡县 is a district
    ],
)
def test_the_code_of_the_year(body: str, year: int, code: str) -> None:
    assert locate(body, None, year).region_code == code
    assert locate(body, None, year).issue is None


@pytest.mark.parametrize(
    ("body", "year", "code"),
    [
        ("开县人民政府", 2022, "500154"),
        ("太谷区人民政府", 2018, "140726"),
        ("襄樊市人民政府", 2012, "420600"),
    ],
)
def test_a_name_of_other_years_is_followed_and_said(body: str, year: int, code: str) -> None:
    location = locate(body, None, year)
    assert location.region_code == code
    assert location.issue is not None
    assert location.issue.code == "region_renamed"


@pytest.mark.parametrize(
    ("body", "year", "candidates"),
    [
        ("朝阳区人民政府", 2022, ["110105", "220104"]),
        ("郊区人民政府", 2022, ["140311", "230811", "340711"]),
        ("江干区人民政府", 2022, ["330102", "330114"]),  # divided between two
    ],
)
def test_what_the_name_leaves_open_is_not_guessed(body: str, year: int, candidates: list[str]) -> None:
    location = locate(body, None, year)
    assert location.region_code is None
    assert location.issue is not None
    assert location.issue.code == "region_ambiguous"
    assert all(code in location.issue.message for code in candidates)


def test_a_city_or_province_in_the_text_settles_it() -> None:
    assert locate("朝阳区教育局", "北京市朝阳区教育局2022年报告", 2022).region_code == "110105"
    assert locate("鼓楼区人民政府", "福建省鼓楼区人民政府", 2021).region_code == "350102"
    assert locate("鼓楼区人民政府", "徐州市、南京市", 2021).region_code is None


@pytest.mark.parametrize("text", ["与福建省福州市结对的江苏省", "江苏省南京市、北京市", "吉林省四平市"])
def test_several_places_or_others_in_the_text_settle_nothing(text: str) -> None:
    for name in ("鼓楼区人民政府", "朝阳区人民政府"):
        location = locate(name, text, 2022)
        assert location.region_code is None
        assert location.issue is not None
        assert location.issue.code == "region_ambiguous"


def test_a_source_that_does_not_fit_the_name_gives_no_division() -> None:
    for name, source in (("市教育局", "411523"), ("省教育厅", "370900"), ("西咸新区管委会", "340200")):
        location = locate(name, None, 2022, source)
        assert (location.region_code, location.within) == (None, None)
        assert location.issue is not None
        assert location.issue.code == "region_unknown"
    # divided between two, of which the source is one, or is not
    assert locate("江干区人民政府", None, 2022, "330102").region_code == "330102"
    assert locate("江干区人民政府", None, 2022, "411523").region_code is None


@pytest.mark.parametrize(
    "body",
    [
        "市教育局",
        "西咸新区太平镇人民政府",
        "资阳市两板桥镇",
        "新疆生产建设兵团第一师",
        "南昌市高新区管委会",
        "郑州新区",
        "",
    ],
)
def test_no_known_division(body: str) -> None:
    location = locate(body, None, 2022)
    assert location.region_code is None
    assert location.issue is not None
    assert location.issue.code == "region_unknown"


def test_a_national_body_has_no_division() -> None:
    assert locate("国务院办公厅") == Location(None, "national", rest="国务院办公厅")


def test_the_table_is_sound() -> None:
    with REGIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row["code"] for row in rows}
    assert len(rows) == len({(row["code"], row["name"], row["valid_from"]) for row in rows})
    assert all(row["parent"] in codes or row["level"] == "province" for row in rows)
    assert all(successor in codes for row in rows for successor in row["successors"].split())
    now = [row["code"] for row in rows if row["level"] == "province" and not row["valid_to"]]
    assert (len(now), now[-1]) == (35, "990000")  # the 34, and 样例省 of the invented samples


def test_region_gives_the_division_behind_a_code() -> None:
    found = region("420600", 2008)
    assert found is not None
    assert found.name == "襄樊市"
    assert region("000000") is None
