import pytest

from backend.kit.pinyin import name_sort_key, readings, squash


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单雄信", "shan xiong xin"),
        ("曾国藩", "zeng guo fan"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("查良镛", "zha liang yong"),
        ("区志强", "ou zhi qiang"),
        ("盖聂", "ge nie"),
        ("任正非", "ren zheng fei"),
        ("华罗庚", "hua luo geng"),
        ("朴志强", "piao zhi qiang"),
        ("乐毅", "yue yi"),
        ("翟天临", "zhai tian lin"),
        ("葛优", "ge you"),
        ("缪贤", "miao xian"),
        ("冼星海", "xian xing hai"),
        ("洗玉清", "xian yu qing"),
        ("覃伟", "qin wei"),
        ("卜凡", "bu fan"),
        ("阚清子", "kan qing zi"),
        ("尉迟恭", "yu chi gong"),
        ("尉健", "wei jian"),
        ("万俟卨", "mo qi xie"),
        ("澹台灭明", "tan tai mie ming"),
        ("长孙无忌", "zhang sun wu ji"),
        ("单于", "chan yu"),
        ("欧阳娜娜", "ou yang na na"),
        ("單雄信", "shan xiong xin"),
        ("諸葛亮", "zhu ge liang"),
        ("诸葛亮", "zhu ge liang"),
        ("吕布", "lv bu"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, pinyin: str) -> None:
    assert " ".join(readings(name, is_person=True)[0]) == pinyin


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("重庆轻纺有限公司", "chong qing qing fang you xian gong si"),
        ("长沙银行", "chang sha yin hang"),
        ("单位食堂", "dan wei shi tang"),
        ("解放日报社", "jie fang ri bao she"),
    ],
)
def test_a_company_has_no_surname(name: str, pinyin: str) -> None:
    assert [" ".join(reading) for reading in readings(name, is_person=False)] == [pinyin]


def test_a_person_keeps_the_plain_reading_as_a_second_one() -> None:
    assert readings("单雄信", is_person=True) == [("shan", "xiong", "xin"), ("dan", "xiong", "xin")]
    assert readings("张伟", is_person=True) == [("zhang", "wei")]


def test_what_may_be_a_double_or_a_single_surname_is_read_both_ways() -> None:
    assert readings("单于飞", is_person=True)[:2] == [("chan", "yu", "fei"), ("shan", "yu", "fei")]


def test_a_reading_has_an_entry_for_every_character() -> None:
    assert readings("李〇bo\U0003134f", is_person=True)[0] == ("li", "ling", "b", "o", "")
    assert readings("", is_person=True) == [()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ（中国）有限公司", "abc中国有限公司"),
        (" José  O'Neil ", "joseoneil"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("１３８-0013", "1380013"),
        ("%_", ""),
    ],
)
def test_squash(text: str, expected: str) -> None:
    assert squash(text) == expected


def test_names_sort_as_in_a_dictionary() -> None:
    ordered = ["Smith", "曾国藩", "章三", "章伟", "张三", "张伟"]
    reversed_keys = {name_sort_key(name, is_person=True).encode(): name for name in reversed(ordered)}

    by_key = [reversed_keys[key] for key in sorted(reversed_keys)]

    assert by_key[:2] == ["Smith", "曾国藩"]
    assert by_key[2:] in (["张三", "张伟", "章三", "章伟"], ["章三", "章伟", "张三", "张伟"])


def test_a_shorter_syllable_sorts_first() -> None:
    assert name_sort_key("西安", is_person=False) < name_sort_key("先锋", is_person=False)


def test_sort_key_reads_the_surname_and_keeps_words() -> None:
    assert name_sort_key("单雄信", is_person=True) == "shan 单 xiong 雄 xin 信 "
    assert name_sort_key("ABC 科技", is_person=False) == "abcke 科 ji 技 "
