"""A pair of texts as one text: the first, a mark alone on its line, the second.

Everything that reads, shows and changes texts keeps working on places in one text; a tokenizer reads the two as its
family reads pairs. Both in one column and typed by hand it is the same.
"""

from __future__ import annotations

MARK = "\u2016"

Span = tuple[int, int]


def joined(first: str, second: str) -> str:
    """Two texts as one; the first alone where the second is blank."""
    return f"{first}\n{MARK}\n{second}" if second.strip() else first


def parted(text: str) -> tuple[Span, Span] | None:
    """Where the two texts stand in code points; None where it is one text, or one of the two is blank."""
    at = text.find(MARK)
    while at >= 0:
        before, after = text.rfind("\n", 0, at), text.find("\n", at)
        alone = before >= 0 and after >= 0 and not (text[before:at] + text[at + 1 : after]).strip()
        if alone:
            both = text[:before].strip() and text[after:].strip()
            return ((0, before), (after + 1, len(text))) if both else None
        at = text.find(MARK, at + 1)
    return None
