import pytest

from backend.kit.pinyin import readings
from backend.kit.search import query_tokens, sealed_tail_tokens, search_tokens, tail_of

PHONE = "13912348000"
LANDLINE = "021-61234567-801"
SERVICE_LINE = "400-820-8820"
ID_NUMBER = "11010519491231002X"
CUSTOMER_NO = "KH202611210001"


def seal(tail: str) -> str:
    """Stand in for the keyed token of a tail."""
    return f"sealed {tail}"


def finds(query: str, tokens: list[str]) -> bool:
    """Judge as PostgreSQL's ``tokens @> query`` does."""
    return set(query_tokens(query)) <= set(tokens)


PERSONS = [
    ("张伟", "张", True),
    ("张伟", "伟", True),
    ("张伟", "张伟", True),
    ("张伟", "张 伟", True),
    ("张伟", "伟张", False),
    ("张伟", "zhangwei", True),
    ("张伟", "zhang wei", True),
    ("张伟", "ZhangWei", True),
    ("张伟", "ｚｈａｎｇ　ｗｅｉ", True),
    ("张伟", "zw", True),
    ("张伟", "zhangw", True),
    ("张伟", "z", True),
    ("张伟", "zhan", True),
    ("张伟", "wei", True),
    ("张伟", "hang", False),
    ("张伟", "ei", False),
    ("张伟", "zhangweiguo", False),
    ("张伟", "wz", False),
    ("张伟", "王", False),
    ("王建国", "王", True),
    ("王建国", "建国", True),
    ("王建国", "王国", False),
    ("王建国", "wjg", True),
    ("王建国", "jg", True),
    ("王建国", "wangjianguo", True),
    ("王建国", "wangjiang", True),
    ("王建国", "jianguo", True),
    ("王建国", "wangjg", True),
    ("王建国", "wang guo", True),
    ("王建国", "wang jun", False),
    ("单雄信", "shan", True),
    ("单雄信", "dan", True),
    ("单雄信", "sxx", True),
    ("单雄信", "dxx", True),
    ("单雄信", "shanxiongxin", True),
    ("单雄信", "danxiongxin", True),
    ("曾国藩", "zgf", True),
    ("曾国藩", "cgf", True),
    ("曾国藩", "zeng", True),
    ("曾国藩", "szg", False),
    ("仇英", "qiuying", True),
    ("仇英", "qy", True),
    ("尉迟恭", "yuchi", True),
    ("尉迟恭", "ycg", True),
    ("万俟卨", "moqi", True),
    ("欧阳娜娜", "oynn", True),
    ("吕布", "lvbu", True),
    ("吕布", "lubu", True),
    ("吕布", "lü bu", True),
    ("阿依古丽·买买提", "古丽买买提", True),
    ("阿依古丽·买买提", "阿依古丽•买买提", True),
    ("John Smith", "Smith", True),
    ("John Smith", "ＳＭＩＴＨ", True),
    ("John Smith", "john smith", True),
    ("John Smith", "mit", True),
    ("John Smith", "johns", True),
    ("John Smith", "smyth", False),
    ("Müller", "muller", True),
    ("María-José O’Neil", "maria jose", True),
    ("María-José O’Neil", "o'neil", True),
    ("张伟", "%", False),
    ("张伟", "_", False),
    ("张伟", "张%", True),
    ("张伟", "", True),
    ("张伟", "  ", True),
]

COMPANIES = [
    ("重庆轻纺有限公司", "chongqing", True),
    ("重庆轻纺有限公司", "cqqf", True),
    ("重庆轻纺有限公司", "zhongqing", False),
    ("单县纺织厂", "shan", False),
    ("上海浦东发展科技有限公司", "浦东发展", True),
    ("上海浦东发展科技有限公司", "发展科技有限", True),
    ("上海浦东发展科技有限公司", "上海浦东发展科技有限公司", True),
    ("上海浦东发展科技有限公司", "东发展科", True),
    ("上海浦东发展科技有限公司", "浦东科技", False),
    ("上海浦东发展科技有限公司", "浦东 科技", True),
    ("上海浦东发展科技有限公司", "科技 上海", True),
    ("上海浦东发展科技有限公司", "shpd", True),
    ("上海浦东发展科技有限公司", "shpdfzkjyxgs", True),
    ("上海浦东发展科技有限公司", "pdfzkj", True),
    ("上海浦东发展科技有限公司", "pdkj", False),
    ("上海浦东发展科技有限公司", "shpdkjyxgs", False),
    ("上海浦东发展科技有限公司", "shanghai", True),
    ("上海浦东发展科技有限公司", "shanghaipudong", True),
    ("上海浦东发展科技有限公司", "pudongfazhan", True),
    ("上海浦东发展科技有限公司", "pudongkeji", False),
    ("上海浦东发展科技有限公司", "浦东fz", True),
    ("上海新兴兴业银行", "shxx", True),
    ("ＡＢＣ科技（中国）有限公司", "abc", True),
    ("ＡＢＣ科技（中国）有限公司", "abckeji", True),
    ("ＡＢＣ科技（中国）有限公司", "ABC科技", True),
    ("ＡＢＣ科技（中国）有限公司", "科技(中国)", True),
    ("ＡＢＣ科技（中国）有限公司", "科技中国有限", True),
    ("3M中国有限公司", "3m", True),
    ("3M中国有限公司", "3mzg", True),
    ("58同城", "58tongcheng", True),
    ("Smith & Sons Ltd", "smith & sons", True),
    ("Smith & Sons Ltd", "smithsons", True),
]


@pytest.mark.parametrize(("name", "query", "found"), PERSONS)
def test_persons_are_found_by_name(name: str, query: str, found: bool) -> None:
    assert finds(query, search_tokens(name, is_person=True)) is found


@pytest.mark.parametrize(("name", "query", "found"), COMPANIES)
def test_companies_are_found_by_name(name: str, query: str, found: bool) -> None:
    assert finds(query, search_tokens(name, is_person=False)) is found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("8000", True),
        ("８０００", True),
        ("48000", True),
        ("348000", True),
        ("12348000", True),
        (PHONE, True),
        ("139 1234 8000", True),
        ("139-1234-8000", True),
        ("+86 139 1234 8000", True),
        ("0086 13912348000", True),
        ("139123", True),
        ("1391", False),
        ("1234", False),
        ("12349000", False),
        ("13912348001", False),
        ("张伟 8000", True),
        ("张伟 8001", False),
        ("4567", True),
        ("61234567", True),
        ("02161234567", True),
        ("021-61234567", True),
        ("021-61234567-801", True),
        ("(021) 6123 4567", True),
        ("8820", True),
        ("400-820-8820", True),
        ("4008208820", True),
        ("002x", False),
        (ID_NUMBER, False),
        ("231002X", False),
        ("KH202611210001", True),
        ("kh202611210001", True),
        ("KH20261121", True),
        ("202611210001", True),
        ("210001", True),
        ("10001", True),
        ("0001", True),
        ("0002", False),
        ("KH202611210002", False),
    ],
)
def test_customers_are_found_by_number(query: str, found: bool) -> None:
    tokens = search_tokens(
        "张伟",
        is_person=True,
        phones=[PHONE, LANDLINE, SERVICE_LINE],
        codes=[CUSTOMER_NO],
    )

    assert finds(query, tokens) is found


def test_of_a_secret_number_only_the_sealed_end_is_kept() -> None:
    tokens = search_tokens("张伟", is_person=True, sealed_tail=seal(tail_of(ID_NUMBER)))

    assert set(tokens) - set(search_tokens("张伟", is_person=True)) == {"sealed 002x"}


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("002X", ["sealed 002x"]),
        (" 张伟 ００２Ｘ", ["sealed 002x", "张伟"]),
        ("1234 5678", ["sealed 1234", "5678"]),
        ("02x", None),
        ("0002x", None),
        ("wang", None),
        ("张伟", None),
    ],
)
def test_four_characters_may_be_the_end_of_a_secret_number(query: str, tokens: list[str] | None) -> None:
    assert sealed_tail_tokens(query, seal) == tokens


def test_tokens_are_few_for_usual_names() -> None:
    person = search_tokens("张建国", is_person=True, phones=[PHONE], sealed_tail="id:0", codes=[CUSTOMER_NO])
    company = search_tokens(
        "上海浦东发展科技有限公司", is_person=False, phones=[PHONE], codes=[CUSTOMER_NO, "9144030071526726XG"]
    )

    assert len(person) <= 60
    assert len(company) <= 220


def test_tokens_are_bounded_for_the_worst_of_names() -> None:
    characters = (chr(code) for code in range(0x4E00, 0x9FA6))
    long_read = [character for character in characters if len(readings(character, is_person=False)[0][0]) > 4]
    name = "".join(long_read[::9])
    tokens = search_tokens(name, is_person=True, phones=[PHONE, LANDLINE, SERVICE_LINE], codes=[CUSTOMER_NO])

    assert len(name) >= 120
    assert len(tokens) <= 2000
    assert max(map(len, tokens)) <= 6


def test_a_name_is_searchable_to_its_120th_character() -> None:
    name = "天" * 116 + "地玄黄宇" + "宙"
    tokens = search_tokens(name, is_person=False)

    assert finds("地玄黄宇", tokens)
    assert not finds("宙", tokens)


def test_equal_input_makes_equal_tokens() -> None:
    first = search_tokens("张伟", is_person=True, phones=[PHONE])

    assert first == search_tokens(" 张　伟 ", is_person=True, phones=[PHONE])
    assert first == sorted(set(first))


def test_each_query_token_is_asked_for_once() -> None:
    assert query_tokens("张 张 张伟") == ["张", "张伟"]
