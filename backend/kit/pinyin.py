"""How Chinese names are read: pinyin without tones, with surnames in their own readings."""

import re
import unicodedata
from typing import Final

from pypinyin import lazy_pinyin

_CHINESE: Final = r"〇々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS: Final = re.compile(rf"[{_CHINESE}]+|[^{_CHINESE}]+")

# Only the surnames that are read otherwise than the same characters elsewhere, simplified and traditional.
_SURNAMES: Final = {
    "单于": "chan yu",
    "單于": "chan yu",
    "万俟": "mo qi",
    "萬俟": "mo qi",
    "澹台": "tan tai",
    "澹臺": "tan tai",
    "尉迟": "yu chi",
    "尉遲": "yu chi",
    "仲長": "zhong chang",
    "仲长": "zhong chang",
    "子車": "zi ju",
    "子车": "zi ju",
    "秘": "bi",
    "孛": "bo",
    "薄": "bo",
    "卜": "bu",
    "种": "chong",
    "種": "chong",
    "重": "chong",
    "都": "du",
    "盖": "ge",
    "蓋": "ge",
    "句": "gou",
    "会": "gui",
    "會": "gui",
    "黑": "he",
    "柜": "ju",
    "圈": "juan",
    "角": "jue",
    "阚": "kan",
    "适": "kuo",
    "適": "kuo",
    "六": "lu",
    "繆": "miao",
    "缪": "miao",
    "佴": "nai",
    "能": "nai",
    "粘": "nian",
    "乜": "nie",
    "区": "ou",
    "區": "ou",
    "番": "pan",
    "朴": "piao",
    "繁": "po",
    "覃": "qin",
    "仇": "qiu",
    "龟": "qiu",
    "单": "shan",
    "單": "shan",
    "召": "shao",
    "折": "she",
    "隗": "wei",
    "洗": "xian",
    "解": "xie",
    "郇": "xun",
    "么": "yao",
    "蔚": "yu",
    "乐": "yue",
    "樂": "yue",
    "员": "yun",
    "員": "yun",
    "藏": "zang",
    "曾": "zeng",
    "查": "zha",
    "祭": "zhai",
    "翟": "zhai",
}


def squash(text: str) -> str:
    """Reduce a text to what its letters, characters and digits say.

    Full width becomes half width, accents and case go, and so does all that is neither letter nor digit:
    ``Ｓｍíth（中国）`` is ``smith中国``.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", bare).casefold()))


def runs(squashed: str) -> list[str]:
    """Split a squashed text where Chinese characters and others meet."""
    return _RUNS.findall(squashed)


def is_chinese(run: str) -> bool:
    """Whether a run, or a single character, is Chinese."""
    return re.match(f"[{_CHINESE}]", run) is not None


def readings(squashed: str, *, is_person: bool) -> list[tuple[str, ...]]:
    """Give the ways in which a squashed name may be read, the right one first.

    A reading has one entry per character: a Chinese one's syllable (``ü`` is ``v``; empty when no reading is
    known), any other as it is. A person's surname is read as a surname; the plain reading follows where it
    differs, for those who do not know the name.
    """
    as_written = _syllables(squashed)
    if not is_person or not is_chinese(squashed):
        return [as_written]
    surnames = [squashed[:2], squashed[0]] if squashed[:2] in _SURNAMES else [squashed[0]]
    as_names = [_surname(surname) + _syllables(squashed.removeprefix(surname)) for surname in surnames]
    return list(dict.fromkeys([*as_names, as_written]))


def _surname(characters: str) -> tuple[str, ...]:
    return tuple(_SURNAMES[characters].split()) if characters in _SURNAMES else _syllables(characters)


def _syllables(squashed: str) -> tuple[str, ...]:
    return tuple(
        syllable for run in runs(squashed) for syllable in (_transcribe(run) if is_chinese(run) else run)
    )


def _transcribe(run: str) -> list[str]:
    # pypinyin documents that ``errors`` may answer with a list, one entry per character; its types forget it.
    return lazy_pinyin(run, errors=lambda unknown: [""] * len(unknown))  # type: ignore[arg-type, return-value]


def name_sort_key(name: str, *, is_person: bool) -> str:
    """Give what orders names as a Chinese dictionary does, compared byte by byte.

    Each character stands behind its syllable (``zhang 张 wei 伟``), so that 张 and 章 do not mingle, and the
    space sorts before any letter, so that ``xi an`` comes before ``xian``.
    """
    squashed = squash(name)
    pairs = zip(squashed, readings(squashed, is_person=is_person)[0], strict=True)
    return "".join(
        f"{syllable} {character} " if is_chinese(character) else syllable for character, syllable in pairs
    )
