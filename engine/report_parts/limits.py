"""What the figures do not tell, with the numbers that say so: no line without a reason in the data."""

from __future__ import annotations

from engine.api.catalog import method
from engine.api.tasks import MAIN_FIGURES, NO_LABEL
from engine.api.wording import figure_words, split_words
from engine.report_parts.html import Html, tag
from engine.report_parts.material import Material
from engine.report_parts.words import Words, difference, percent, whole

SUPPORT = 30  # texts of a class below which its own figures say little
_WIDE = 0.02  # half the accuracy's interval
_MISCALIBRATED = 0.05
_NAMED = 8


def limits(material: Material, say: Words, language: str) -> Html:
    lines = [*limit_sentences(material, say, language), *_of_explanations(material, say)]
    return tag("ul", *(tag("li", line) for line in lines))


def limit_sentences(material: Material, say: Words, language: str) -> list[str]:
    """What the figures and the data do not show; without what only a report's explanations need."""
    return [*_of_figures(material, say, language), *_of_data(material, say, language)]


def _of_figures(material: Material, say: Words, language: str) -> list[str]:
    main = material.main
    if main is None:
        return []
    lines = []
    id = "accuracy" if main.task == "single" else MAIN_FIGURES[main.task]
    half = (main.figures[id].high - main.figures[id].low) / 2
    if half > _WIDE:
        lines.append(
            say(
                "limit_few",
                rows=whole(main.rows),
                figure=figure_words(id, language).name.lower(),
                width=difference(id, half, say, unsigned=True),
            )
        )
    small = [each.label for each in main.per_class if 0 < each.support < SUPPORT]
    if small:
        lines.append(say("limit_support", bound=SUPPORT, labels=_named(small, say)))
    if main.split == "validation":
        lines.append(say("limit_validation"))
    if main.rows and main.task == "single":
        largest = max(main.per_class, key=lambda each: each.support)
        lines.append(say("limit_majority", label=largest.label, share=percent(largest.support / main.rows)))
    if material.run.method != "bag-of-words" and main.task in method("bag-of-words").tasks:
        if material.baseline is None:
            lines.append(say("limit_no_baseline"))
        elif (paired := material.baseline.differences.get(id)) and paired.low <= 0:
            lines.append(say("limit_baseline"))
    if main.ece > _MISCALIBRATED:
        lines.append(say("limit_ece", points=f"{100 * main.ece:.0f}"))
    lines.append(say("limit_seed", seed=str(material.run.options.get("seed", ""))))
    now = material.judged_now
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
    judged = {each.label for each in material.groups if each.split in ("validation", "test")}
    unseen = sorted(judged - trained - {"", NO_LABEL})
    if unseen:
        lines.append(say("limit_unseen", labels=_named(unseen, say)))
    unreadable = sum(each.unreadable for each in material.sources)
    if unreadable:
        lines.append(say("limit_unreadable", count=whole(unreadable)))
    return lines


def _of_explanations(material: Material, say: Words) -> list[str]:
    lines = []
    cut = sum(each.read_to < len(each.text) for each in material.facts.explanations)
    if cut:
        lines.append(say("limit_cut", count=cut, shown=len(material.facts.explanations)))
    if material.facts.explanations:
        if not material.facts.faithfulness:
            lines.append(say("limit_unfaithful"))
        lines.append(say("limit_explanations"))
    return lines


def _named(labels: list[str], say: Words) -> str:
    more = [f"+{len(labels) - _NAMED}"] if len(labels) > _NAMED else []
    return say("joiner").join([*labels[:_NAMED], *more])
