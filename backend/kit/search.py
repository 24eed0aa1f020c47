"""Find rows by any part of a name, its pinyin or a number, through one ``text[]`` column with a GIN index.

A row matches when its tokens contain (``@>``) all tokens of the query. Short queries are tokens themselves; a
longer one is cut into overlapping windows of the greatest length, all of which the row must hold. That the
windows might lie apart in the row is accepted: a false hit needs a name that repeats itself almost wholly.

PostgreSQL must see how rare a token is, or for a rare name it walks the sort order instead of this index,
hundreds of times slower. So the column needs ``SET STATISTICS 300`` and the connection
``plan_cache_mode=force_custom_plan``.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from backend.kit.pinyin import is_chinese, readings, runs, squash

CHINESE_WINDOW: Final = 3
# As long as the longest syllable, such as zhuang: shorter input is found only where a syllable begins.
LETTER_WINDOW: Final = 6
INDEXED_CHARACTERS: Final = 120
_TAIL: Final = 4
_TYPED_PHONE: Final = 10
_COUNTRY_CODE: Final = re.compile(r"^(?:00)?86(?=1[3-9][0-9]{9}$)")


def search_tokens(
    name: str,
    *,
    is_person: bool,
    phones: Iterable[str] = (),
    id_number: str | None = None,
    codes: Iterable[str] = (),
) -> list[str]:
    """Make the tokens under which a row is found, sorted.

    - ``name``: fragments in Chinese; pinyin from the start of any syllable; initials, also behind the whole
      surname (``zhangjg``); any part of a word in other letters. A person is found by the reading of the
      surname and by the plain one (单 shan, dan).
    - ``phones`` and ``codes`` (such as customer numbers), in their normal form: the last four or five
      characters, and any part of six or more.
    - ``id_number``: its last four characters only, as it is secret.

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
    if id_number is not None:
        tokens.add(squash(id_number)[-_TAIL:])
    return sorted(tokens - {""})


def query_tokens(query: str) -> list[str]:
    """Make the tokens that a row must hold, all of them, to match what somebody typed.

    Words apart by blanks are looked for one by one, but a phone number typed in groups is one. A query
    without any letter or digit gives a token that no row has; a blank one gives none.
    """
    squashed = squash(query)
    is_number = squashed.isdigit() and len(squashed) >= _TYPED_PHONE
    words = [squashed] if is_number else [squash(word) for word in query.split()]
    tokens = [
        window
        for word in words
        for run in runs(word)
        for window in (
            _windows(run, CHINESE_WINDOW)
            if is_chinese(run)
            else _windows(_COUNTRY_CODE.sub("", run), LETTER_WINDOW)
        )
    ]
    return list(dict.fromkeys(tokens)) or query.split()


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
