"""The sections that show texts: explained examples and the errors the model was surest of."""

from __future__ import annotations

from engine.api.results import Explanation, WordScore
from engine.api.wording import explainer_words, split_words
from engine.report_parts.html import Child, Html, join, table, tag
from engine.report_parts.material import Material
from engine.report_parts.words import Words, percent, signed, whole

_SHOWN = 2000  # characters of an explained text
_ERROR = 400
_STRONGEST = 3


def examples(material: Material, say: Words, language: str) -> Html:
    scale = max((abs(w.score) for each in material.explanations for w in each.words), default=0.0) or 1.0
    legend = tag(
        "div",
        tag("span", say("against"), " ", tag("span", class_="ramp"), " ", say("for")),
        tag("span", say("scale", score=f"{scale:.2f}")),
        class_="legend",
    )
    return join(legend, *(_example(each, scale, material, say, language) for each in material.explanations))


def _example(one: Explanation, scale: float, material: Material, say: Words, language: str) -> Html:
    true = material.true_labels.get(one.document or 0, "")
    facts = [
        say(
            "seal",
            probability=percent(one.probabilities[one.labels.index(one.target)]),
            target=one.target,
            rival=one.rival,
            method=explainer_words(one.method, language).name,
        )
    ]
    if one.relative_delta is not None:
        facts.append(say("delta", delta=percent(one.relative_delta)))
    if one.special_share:
        facts.append(say("special", share=percent(one.special_share, 0)))
    if one.read_to < len(one.text):
        facts.append(say("not_read", share=percent(1 - one.read_to / len(one.text), 0)))
    wrong = tag("span", f" · {say('seal_true', label=true)}") if true and true != one.label else None
    return tag(
        "div",
        tag("p", tag("strong", one.label), wrong, " · ", " · ".join(facts), class_="seal"),
        tag("p", *_highlighted(one, scale, say), class_="reading"),
        tag("p", _strongest(one, say), class_="strongest"),
        class_="example",
    )


def _highlighted(one: Explanation, scale: float, say: Words) -> list[Html]:
    strongest = set(_by_strength(one)[:_STRONGEST])
    end = min(len(one.text), _SHOWN)
    read_to = min(one.read_to, end)
    parts: list[Html] = []
    position = 0
    for word in sorted(one.words, key=lambda w: w.start):
        if word.start < position or word.end > read_to:
            continue
        parts.append(join(one.text[position : word.start]))
        parts.append(_word(one.text[word.start : word.end], word, scale, word in strongest))
        position = word.end
    parts.append(join(one.text[position : max(position, read_to)]))
    if read_to < end:
        parts.append(tag("span", one.text[max(position, read_to) : end], class_="unread"))
    if end < len(one.text):
        parts.append(
            tag("span", " " + say("more_characters", count=whole(len(one.text) - end)), class_="quiet")
        )
    return parts


def _word(shown: str, word: WordScore, scale: float, strong: bool) -> Html:
    strength = min(1.0, abs(word.score) / scale)
    side = "for" if word.score >= 0 else "against"
    return tag(
        "span",
        shown,
        class_=f"w {side} strong" if strong else f"w {side}",
        style=f"--a:{strength:.2f}",
        title=signed(word.score),
    )


def _by_strength(one: Explanation) -> list[WordScore]:
    return sorted((w for w in one.words if w.score), key=lambda w: -abs(w.score))


def _strongest(one: Explanation, say: Words) -> str:
    """Sign and value as text too: colour alone tells nothing to some readers."""
    sides = []
    for key, sign in (("for", 1), ("against", -1)):
        found = [w for w in _by_strength(one) if w.score * sign > 0][:_STRONGEST]
        if found:
            named = say("joiner").join(f"{one.text[w.start : w.end]} {signed(w.score)}" for w in found)
            sides.append(f"{say(key)}: {named}")
    return " · ".join(sides)


def errors(material: Material, say: Words, language: str) -> Html:
    main = material.main
    assert main is not None
    split = split_words(main.split, language)
    if not material.errors:
        return tag("p", say("no_errors", rows=whole(main.rows), split=split.lower()))
    rows: list[list[Child]] = [
        [
            each.text if len(each.text) <= _ERROR else each.text[:_ERROR] + "\u2026",
            each.true_label,
            each.label,
            percent(each.probability),
        ]
        for each in material.errors
    ]
    return table([say("text"), say("true_label"), say("called"), say("sure")], rows, numbers_from=3)
