"""The sections that show texts: explained examples and the errors the model was surest of."""

from __future__ import annotations

from collections.abc import Sequence

from engine.api.results import Entity, Explanation, WordScore
from engine.api.store.runs import Judged
from engine.api.store.tags import unpack_entities
from engine.api.tasks import split_labels
from engine.api.wording import explainer_words, split_words
from engine.report_parts.direction import isolated
from engine.report_parts.html import Child, Html, join, table, tag
from engine.report_parts.material import Material
from engine.report_parts.words import Words, percent, signed, whole

_SHOWN = 2000  # characters of an explained text
_ERROR = 400
_STRONGEST = 3


def examples(material: Material, say: Words, language: str) -> Html:
    shown = material.facts.explanations
    scale = max((abs(w.score) for each in shown for w in each.words), default=0.0) or 1.0
    true = material.true_labels
    found = (example(each, scale, true.get(each.document or 0, ""), say, language) for each in shown)
    return join(legend(shown, scale, say), *found)


def legend(shown: Sequence[Explanation], scale: float, say: Words) -> Html:
    """What the tints mean; ``scale`` is the score of the fullest one. Scores without a side have a hue of their own."""
    ramps: list[Child] = []
    if not shown or any(each.signed for each in shown):
        ramps.append(tag("span", say("against"), " ", tag("span", class_="ramp"), " ", say("for")))
    if any(not each.signed for each in shown):
        ramp = tag("span", class_="ramp unsigned")
        ramps.append(tag("span", say("hardly_mattered"), " ", ramp, " ", say("mattered")))
    return tag("div", *ramps, tag("span", say("scale", score=f"{scale:.2f}")), class_="legend")


def example(
    one: Explanation, scale: float, true: str, say: Words, language: str, most: int | None = _SHOWN
) -> Html:
    """A decision with its text, words tinted; ``true`` is the label that the document has, '' = unknown.

    ``most`` characters of the text are shown; None: all.
    """
    facts = [_seal(one, say, language)]
    if one.relative_delta is not None:
        facts.append(say("delta", delta=percent(one.relative_delta)))
    if one.special_share:
        facts.append(say("special", share=percent(one.special_share, 0)))
    if one.read_to < len(one.text):
        facts.append(say("not_read", share=percent(1 - one.read_to / len(one.text), 0)))
    wrong = (
        tag("span", f" · {say('seal_true', label=isolated(true))}") if true and true != one.label else None
    )
    decided = isolated(one.label)
    if one.span is not None:
        decided = f"“{isolated(one.text[slice(*one.span)])}”: {decided}"
    return tag(
        "div",
        tag("p", tag("strong", decided), wrong, " · ", " · ".join(facts), class_="seal"),
        # what a keyboard cannot reach cannot be scrolled
        tag(
            "p",
            *_highlighted(one, scale, say, len(one.text) if most is None else most),
            class_="reading",
            dir="auto",
            tabindex=0 if most is None and len(one.text) > _SHOWN else None,
        ),
        tag("p", _strongest(one, say), class_="strongest"),
        class_="example",
    )


def _seal(one: Explanation, say: Words, language: str) -> str:
    method = explainer_words(one.method, language).name
    target = isolated(one.target)
    sure = percent(one.probabilities[one.labels.index(one.target)])
    if not one.signed:
        note = say("unsigned", method=method)
        return note if one.task == "score" else f"{say('sure_of', probability=sure, target=target)} · {note}"
    if one.task == "score":
        return say("seal_score", method=method)
    if one.task == "multi" and not one.rival:
        return say("seal_multi", probability=sure, target=target, method=method)
    return say("seal", probability=sure, target=target, rival=isolated(one.rival), method=method)


def _highlighted(one: Explanation, scale: float, say: Words, most: int) -> list[Html]:
    strongest = set(_by_strength(one)[:_STRONGEST])
    end = min(len(one.text), most)
    read_to = min(one.read_to, end)
    parts: list[Html] = []
    position = 0
    for word in sorted(one.words, key=lambda w: w.start):
        if word.start < position or word.end > read_to:
            continue
        parts.append(join(one.text[position : word.start]))
        parts.append(_word(one, word, scale, word in strongest))
        position = word.end
    parts.append(join(one.text[position : max(position, read_to)]))
    if read_to < end:
        parts.append(tag("span", one.text[max(position, read_to) : end], class_="unread"))
    if end < len(one.text):
        parts.append(
            tag("span", " " + say("more_characters", count=whole(len(one.text) - end)), class_="quiet")
        )
    return parts


def _word(one: Explanation, word: WordScore, scale: float, strong: bool) -> Html:
    strength = min(1.0, abs(word.score) / scale)
    side = "for" if word.score >= 0 else "against"
    if not one.signed:
        side = "mattered"
    return tag(
        "span",
        one.text[word.start : word.end],
        class_=f"w {side} strong" if strong else f"w {side}",
        style=f"--a:{strength:.2f}",
        title=score_of(one, word),
    )


def score_of(one: Explanation, word: WordScore) -> str:
    """A word's score; with its sign where the method tells the sides apart."""
    return signed(word.score) if one.signed else f"{word.score:.3f}"


def _by_strength(one: Explanation) -> list[WordScore]:
    return sorted((w for w in one.words if w.score), key=lambda w: -abs(w.score))


def _strongest(one: Explanation, say: Words) -> str:
    """Sign and value as text too: colour alone tells nothing to some readers."""
    sides = []
    for key, sign in (("for", 1), ("against", -1)) if one.signed else (("mattered", 1),):
        found = [w for w in _by_strength(one) if w.score * sign > 0][:_STRONGEST]
        if found:
            named = say("joiner").join(
                f"{isolated(one.text[w.start : w.end])} {score_of(one, w)}" for w in found
            )
            sides.append(f"{say(key)}: {named}")
    return " · ".join(sides)


def errors(material: Material, say: Words, language: str) -> Html:
    main = material.main
    assert main is not None
    split = split_words(main.split, language)
    if not material.facts.errors:
        return tag("p", say("no_errors", rows=whole(main.rows), split=split.lower()))
    if main.task == "score":
        return _residuals(material, say)
    if main.task == "tagging":
        return _tagged_errors(material, say)
    rows: list[list[Child]] = [
        [_cut(each.text), *_labels_of(each, main.task), percent(each.probability)]
        for each in material.facts.errors
    ]
    names = ("missed", "extra") if main.task == "multi" else ("true_label", "called")
    return table([say("text"), *(say(name) for name in names), say("sure")], rows, numbers_from=3)


def _labels_of(each: Judged, task: str) -> list[Child]:
    """True and given label; of several labels those that were missed and those that were too many."""
    if task != "multi":
        return [each.true_label, each.label]
    true, given = set(split_labels(each.true_label)), set(split_labels(each.label))
    return [", ".join(sorted(true - given)), ", ".join(sorted(given - true))]


def _residuals(material: Material, say: Words) -> Html:
    rows: list[list[Child]] = [
        [_cut(each.text), each.true_label, each.label, signed(float(each.label) - float(each.true_label))]
        for each in material.facts.errors
    ]
    head: list[Child] = [say("text"), say("true_score"), say("given_score"), say("off_by")]
    return table(head, rows, numbers_from=1)


def _tagged_errors(material: Material, say: Words) -> Html:
    """Each sentence twice: with its true entities, and with those that were found; what differs stands out."""
    rows: list[list[Child]] = []
    for each in material.facts.errors:
        true, given = unpack_entities(each.true_label), unpack_entities(each.label)
        rows.append([_entities(each.text, true, set(given)), _entities(each.text, given, set(true))])
    return table([say("true_entities"), say("found_entities")], rows, numbers_from=9)


def _entities(text: str, entities: list[Entity], others: set[Entity]) -> Html:
    parts: list[Child] = []
    at = 0
    for entity in entities:
        class_ = "entity" if entity in others else "entity missed"
        parts.append(text[at : entity.start])
        parts.append(tag("span", text[entity.start : entity.end], tag("sub", entity.label), class_=class_))
        at = entity.end
    return tag("div", *parts, _cut(text[at:]), dir="auto")


def _cut(text: str) -> str:
    return text if len(text) <= _ERROR else text[:_ERROR] + "\u2026"
