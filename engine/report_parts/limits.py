"""What the figures do not tell, with the numbers that say so: no line without a reason in the data."""

from __future__ import annotations

from engine.api.wording import split_words
from engine.report_parts.html import Html, tag
from engine.report_parts.material import Material
from engine.report_parts.words import Words, percent, whole

SUPPORT = 30  # texts of a class below which its own figures say little
_WIDE = 0.02  # half the accuracy's interval
_MISCALIBRATED = 0.05
_NAMED = 8


def limits(material: Material, say: Words, language: str) -> Html:
    lines = [
        *_of_figures(material, say, language),
        *_of_data(material, say, language),
        *_of_explanations(material, say),
    ]
    return tag("ul", *(tag("li", line) for line in lines))


def _of_figures(material: Material, say: Words, language: str) -> list[str]:
    main = material.main
    if main is None:
        return []
    lines = []
    half = (main.accuracy.high - main.accuracy.low) / 2
    if half > _WIDE:
        lines.append(say("limit_few", rows=whole(main.rows), points=f"{100 * half:.1f}"))
    small = [each.label for each in main.per_class if 0 < each.support < SUPPORT]
    if small:
        lines.append(say("limit_support", bound=SUPPORT, labels=_named(small, say)))
    if main.split == "validation":
        lines.append(say("limit_validation"))
    largest = max(main.per_class, key=lambda each: each.support)
    if main.rows:
        lines.append(say("limit_majority", label=largest.label, share=percent(largest.support / main.rows)))
    if material.run.method != "bag-of-words":
        if material.baseline is None:
            lines.append(say("limit_no_baseline"))
        elif (paired := material.baseline.accuracy) and paired.low <= 0:
            lines.append(say("limit_baseline"))
    if main.ece > _MISCALIBRATED:
        lines.append(say("limit_ece", points=f"{100 * main.ece:.0f}"))
    lines.append(say("limit_seed", seed=str(material.run.options.get("seed", ""))))
    now = sum(g.count for g in material.groups if g.split == main.split and g.label in main.labels)
    if now != main.rows:
        split = split_words(main.split, language).lower()
        lines.append(say("limit_changed", now=whole(now), then=whole(main.rows), split=split))
    return lines


def _of_data(material: Material, say: Words, language: str) -> list[str]:
    lines = []
    if material.split_made:
        lines.append(say("limit_split"))
    main = material.main
    if main is not None:
        split = split_words(main.split, language).lower()
        key = "limit_overlap" if material.overlap else "limit_no_overlap"
        lines.append(say(key, count=whole(material.overlap), rows=whole(main.rows), split=split))
    trained = {each.label for each in material.groups if each.split == "train"}
    unseen = sorted({g.label for g in material.groups if g.split in ("validation", "test")} - trained - {""})
    if unseen:
        lines.append(say("limit_unseen", labels=_named(unseen, say)))
    unreadable = sum(each.unreadable for each in material.sources)
    if unreadable:
        lines.append(say("limit_unreadable", count=whole(unreadable)))
    return lines


def _of_explanations(material: Material, say: Words) -> list[str]:
    lines = []
    cut = sum(each.read_to < len(each.text) for each in material.explanations)
    if cut:
        lines.append(say("limit_cut", count=cut, shown=len(material.explanations)))
    if material.explanations:
        if not material.faithfulness:
            lines.append(say("limit_unfaithful"))
        lines.append(say("limit_explanations"))
    return lines


def _named(labels: list[str], say: Words) -> str:
    more = [f"+{len(labels) - _NAMED}"] if len(labels) > _NAMED else []
    return say("joiner").join([*labels[:_NAMED], *more])
