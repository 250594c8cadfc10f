"""Texts that run from right to left: found, and kept from turning the line that they stand in."""

from __future__ import annotations

import re

# Hebrew to Arabic Extended, their presentation forms, the old scripts and Adlam, and what overrides the direction
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
    "\u200f\u202a-\u202e\u2066-\u2069]"
)
_ISOLATE, _END = "\u2068", "\u2069"


def right_to_left(text: str) -> bool:
    """Whether any of it runs from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def isolated(text: str) -> str:
    """A user's word or label as a part of a sentence: the words around it keep their order."""
    return f"{_ISOLATE}{text}{_END}" if right_to_left(text) else text
