"""Full-text search that also finds Chinese: runs of CJK characters are indexed as overlapping pairs.

FTS5's own ``unicode61`` takes a whole Chinese clause for one word, and ``trigram`` finds nothing shorter than
three characters and triples the index. Pairs keep two-character words findable (退款) and the index small.
"""

from __future__ import annotations

import re

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def index_text(text: str) -> str:
    """The text as the index sees it: ``我要退款`` becomes ``我要 要退 退款 款``; other scripts stay."""
    if text.isascii():
        return text
    return _CJK_RUN.sub(lambda match: f" {' '.join(_pairs(match.group()))} ", text)


def _pairs(run: str) -> list[str]:
    # the last character stands alone too, so that a single character is found at the end of a run
    return [run[i : i + 2] for i in range(len(run))]


def match_expression(query: str) -> str:
    """An FTS5 expression for what a user typed: all words, the last one as a prefix. '' = nothing to search.

    Only quoted strings are built from the user's characters, so no query is a syntax error.
    """
    terms: list[str] = []
    for word in _WORD.findall(query):
        position = 0
        for match in _CJK_RUN.finditer(word):
            terms += _latin(word[position : match.start()])
            terms.append(_cjk_term(match.group()))
            position = match.end()
        terms += _latin(word[position:])
    if (
        terms
        and not query[-1:].isspace()
        and terms[-1].count(" ") == 0
        and not terms[-1].endswith("*")
        and len(terms[-1]) > 3
    ):
        # a single letter as a prefix would gather a good part of all texts and say nothing
        terms[-1] += "*"
    return " AND ".join(terms)


def _latin(word: str) -> list[str]:
    return [f'"{word}"'] if word else []


def _cjk_term(run: str) -> str:
    if len(run) == 1:
        return f'"{run}"*'
    return '"' + " ".join(run[i : i + 2] for i in range(len(run) - 1)) + '"'
