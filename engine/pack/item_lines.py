"""What paper and pictures say of an explanation: the decision in a line, its strongest words, a word's tint."""

from __future__ import annotations

from collections.abc import Callable

from engine.api.explaining.pack import PackItem
from engine.api.results import Explanation, WordScore
from engine.api.wording import explainer_words
from engine.pack.fonts import is_drawn
from engine.pack.words import pack_words
from engine.report_parts.texts import score_of
from engine.report_parts.words import percent

FOR, AGAINST = (253, 184, 99), (146, 197, 222)
MATTERED = (177, 177, 174)  # of a method that tells no side
SEAL_COLOURS = {"green": "#2E8B57", "amber": "#B07800", "red": "#C0392B"}
_STRONGEST = 10


def said(name: str, own: Callable[..., str]) -> str:
    """A user's word or name, or where to read it: a wrong picture of it would be worse than none."""
    return name if is_drawn(name) else own("not_drawn_word")


def headline(item: PackItem, language: str) -> str:
    """Decision, probability, what is explained against what, and the method."""
    own, one = pack_words(language), item.explanation
    label, target, rival = (said(name, own) for name in (one.label, one.target, one.rival))
    decision = f"{label} · {percent(one.probability)}" if one.task != "score" else label
    if one.span is not None:
        decision = f"“{said(one.text[slice(*one.span)], own)}”: {decision}"
    against = f" · {target} – {rival}" if rival and one.signed else f" · {target}"
    return f"{decision}{against} · {explainer_words(one.method, language).name}"


def strongest(one: Explanation, own: Callable[..., str]) -> str:
    """The strongest words with their scores: colour alone tells nothing to some readers."""
    found = sorted(one.words, key=lambda word: -abs(word.score))[:_STRONGEST]
    return "   ".join(f"{said(one.text[w.start : w.end], own)} {score_of(one, w)}" for w in found)


def facts_line(rows: list[tuple[str, str]], own: Callable[..., str]) -> str:
    """(name, value) of how something was made, as one line."""
    return " · ".join(f"{name}: {said(value, own)}" for name, value in rows)


def word_tint(word: WordScore, scale: float, *, is_signed: bool) -> str:
    """``#RRGGBB`` of a word; a score of ``scale`` has the full colour."""
    side = (FOR if word.score > 0 else AGAINST) if is_signed else MATTERED
    return tint(side, min(1.0, abs(word.score) / scale))


def tint(colour: tuple[int, int, int], strength: float) -> str:
    """``#RRGGBB`` of a colour on white paper; ``strength`` from 0 to 1."""
    mixed = (round(255 + (part - 255) * strength) for part in colour)
    return "#" + "".join(f"{part:02X}" for part in mixed)
