"""Where two versions of a text differ, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Piece = tuple[str, bool]  # text, whether the other version has something else there

# words, and every sign or CJK character by itself
_TOKENS = re.compile(r"[㐀-鿿]|[^\W㐀-鿿]+|\s|.", re.DOTALL)


def differences(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both versions as pieces that put together are the version again."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed = kind != "equal"
        if a < b:
            left.append(("".join(old[a:b]), changed))
        if c < d:
            right.append(("".join(new[c:d]), changed))
    return left, right
