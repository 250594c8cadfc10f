"""Where words begin in scripts that write no spaces: Chinese, Japanese (phrases) and Thai, by BudouX's small models.

Lao, Khmer, Burmese and Tibetan have no such model: there every character stays a word of its own.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import budoux

from engine.api.words import UNSPACED

_KANA = re.compile("[\u3040-\u30ff\uff66-\uff9f]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_HAN_OR_KANA = re.compile(f"[{UNSPACED}]")

_PARSERS = {
    "ja": budoux.load_default_japanese_parser,
    "th": budoux.load_default_thai_parser,
    "zh-hans": budoux.load_default_simplified_chinese_parser,
    "zh-hant": budoux.load_default_traditional_chinese_parser,
}


@lru_cache(maxsize=8)  # a text is read many times in a row; a very long one has a large set
def word_begins(text: str) -> frozenset[int]:
    """The code points of ``text`` at which a word begins; only those between unspaced characters mean something."""
    found = set(range(len(text)))
    for script, language in ((_THAI, "th"), (_HAN_OR_KANA, _east_asian(text))):
        inside = {match.start() for match in script.finditer(text)}
        if inside:
            joined = {at for at in inside if at - 1 in inside}
            found -= joined - _begins(language, text)
    return frozenset(found)


def _begins(language: str, text: str) -> set[int]:
    """Where each of the parser's pieces begins."""
    found, at = set(), 0
    for piece in _parser(language).parse(text):
        found.add(at)
        at += len(piece)
    return found


@cache
def _parser(language: str) -> budoux.Parser:
    return _PARSERS[language]()


def _east_asian(text: str) -> str:
    """Japanese where there is kana; else Chinese, by whether more characters are simplified or traditional ones."""
    if _KANA.search(text):
        return "ja"
    simplified = traditional = 0
    for character in _HAN_OR_KANA.findall(text):
        in_simplified, in_traditional = (_encodes(character, code) for code in ("gb2312", "big5"))
        simplified += in_simplified and not in_traditional
        traditional += in_traditional and not in_simplified
    return "zh-hant" if traditional > simplified else "zh-hans"


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
