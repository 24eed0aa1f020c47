"""Find rows by any part of a name, its pinyin or a number, through one ``text[]`` column with a GIN index.

A row matches when its tokens contain (``@>``) all tokens of the query. Short queries are tokens themselves; a
longer one is cut into overlapping windows of the greatest length, all of which the row must hold. That the
windows might lie apart in the row is accepted: a false hit needs a name that repeats itself almost wholly.

PostgreSQL must see how rare a token is, or for a rare name it walks the sort order instead of this index,
hundreds of times slower. So the column needs ``SET STATISTICS 300`` and the connection
``plan_cache_mode=force_custom_plan``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from backend.kit.pinyin import is_chinese, readings, runs, squash

CHINESE_WINDOW: Final = 3
# As long as the longest syllable, such as zhuang: shorter input is found only where a syllable begins.
LETTER_WINDOW: Final = 6
INDEXED_CHARACTERS: Final = 120
_TAIL: Final = 4
_TYPED_PHONE: Final = 10
_ID_NUMBER_TAIL: Final = re.compile(r"[0-9]{3}[0-9x]")
_COUNTRY_CODE: Final = re.compile(r"^(?:00)?86(?=1[3-9][0-9]{9}$)")


def search_tokens(
    name: str,
    *,
    is_person: bool,
    phones: Iterable[str] = (),
    codes: Iterable[str] = (),
    sealed_tail: str | None = None,
) -> list[str]:
    """Make the tokens under which a row is found, sorted.

    - ``name``: fragments in Chinese; pinyin from the start of any syllable; initials, also behind the whole
      surname (``zhangjg``); any part of a word in other letters. A person is found by the reading of the
      surname and by the plain one (单 shan, dan).
    - ``phones`` and ``codes`` (such as customer numbers), in their normal form: the last four or five
      characters, and any part of six or more.
    - ``sealed_tail``: the end of a secret number as a keyed token, which `sealed_tail_tokens` asks for.

    A person has about 50 tokens and a company about 200. Names count up to 120 characters, which bounds the
    tokens of the worst of names to 2000.
    """
    squashed = squash(name)[:INDEXED_CHARACTERS]
    tokens: set[str] = set()
    for run in filter(is_chinese, runs(squashed)):
        tokens |= _parts(run, CHINESE_WINDOW)
    for reading in readings(squashed, is_person=is_person):
        initials = [syllable[:1] for syllable in reading]
        # ü is typed as v, and as u on a passport.
        without_umlaut = [
            syllable.replace("v", "u") if len(syllable) > 1 else syllable for syllable in reading
        ]
        spellings: list[Sequence[str]] = [reading, without_umlaut, initials]
        if is_person:
            spellings.append([*reading[:1], *initials[1:]])
        for spelling in spellings:
            tokens |= _typed(spelling)
    for number in (*phones, *codes):
        tokens |= _number(number)
    if sealed_tail is not None:
        tokens.add(sealed_tail)
    return sorted(tokens - {""})


def query_tokens(query: str) -> list[str]:
    """Make the tokens that a row must hold, all of them, to match what somebody typed.

    Words apart by blanks are looked for one by one, but a phone number typed in groups is one. A query
    without any letter or digit gives a token that no row has; a blank one gives none.
    """
    squashed = squash(query)
    is_number = squashed.isdigit() and len(squashed) >= _TYPED_PHONE
    words = [squashed] if is_number else [squash(word) for word in query.split()]
    return _distinct(token for word in words for token in _word_tokens(word)) or query.split()


def tail_of(number: str) -> str:
    """Return the end of a secret number by which people look for it, in its normal form."""
    return squash(number)[-_TAIL:]


def sealed_tail_tokens(query: str, seal: Callable[[str], str]) -> list[str] | None:
    """Make the tokens of a query whose first word like an ID number's end means that; ``None`` without such a word.

    The end of an ID number must not stand among the tokens in clear: beside birth date and area it is nearly the
    whole number. ``seal`` turns it into the keyed token that the row has.
    """
    words = [squash(word) for word in query.split()]
    tail = next((word for word in words if _ID_NUMBER_TAIL.fullmatch(word)), None)
    if tail is None:
        return None
    words.remove(tail)
    return _distinct([seal(tail), *(token for word in words for token in _word_tokens(word))])


def _word_tokens(word: str) -> Iterator[str]:
    for run in runs(word):
        if is_chinese(run):
            yield from _windows(run, CHINESE_WINDOW)
        else:
            yield from _windows(_COUNTRY_CODE.sub("", run), LETTER_WINDOW)


def _distinct(tokens: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tokens))


def _windows(text: str, size: int) -> list[str]:
    """Cut into all parts of ``size``; a text that is not longer stays whole."""
    return [text[start : start + size] for start in range(max(len(text) - size, 0) + 1)]


def _parts(text: str, longest: int) -> set[str]:
    return {part for size in range(1, longest + 1) for part in _windows(text, size)}


def _typed(syllables: Sequence[str]) -> set[str]:
    """Give what is typed for a spelling: short input begins with a syllable, long input lies anywhere."""
    joined = "".join(syllables)
    starts = accumulate(map(len, syllables), initial=0)
    beginnings = {joined[start : start + size] for start in starts for size in range(1, LETTER_WINDOW)}
    return beginnings.union(_windows(joined, LETTER_WINDOW))


def _number(number: str) -> set[str]:
    whole = squash(number)
    # The extension of 021-61234567-801 must not hide the tail of the number before it.
    ends = [whole, *map(squash, number.split("-"))]
    tails = {end[-size:] for end in ends for size in range(_TAIL, LETTER_WINDOW) if len(end) >= size}
    return tails.union(_windows(whole, LETTER_WINDOW))
