"""What a comparison means, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from PySide6.QtCore import QCoreApplication

from engine.api import wording
from engine.api.results import Entity, Interval
from engine.api.results_transfer import Comparison, Spread
from engine.api.tasks import split_labels

_EVEN = 0.55  # below this probability neither run is called the better one


def signed(value: float) -> str:
    """``+0.041``; a true minus sign, as wide as the plus."""
    return f"{value:+.3f}".replace("-", "−")


def signed_interval(interval: Interval) -> str:
    """``+0.041 (−0.003 to +0.085)``."""
    words = QCoreApplication.translate("Compare", "{value} ({low} to {high})")
    return words.format(value=signed(interval.value), low=signed(interval.low), high=signed(interval.high))


def verdict(found: Comparison, names: Mapping[str, str]) -> str:
    """One plain sentence: which run is better, how surely, and how many more texts would settle it."""
    translate = QCoreApplication.translate
    better, sure = found.second, found.probability_better
    if sure < 0.5:
        better, sure = found.first, 1 - sure
    name = names.get(better, better)
    if not found.difference.low <= 0 <= found.difference.high:
        return translate("Compare", "{run} is better with {percent}; the interval leaves zero out.").format(
            run=name, percent=wording.percent(min(sure, 0.999))
        )
    if sure < _EVEN:
        sentence = translate("Compare", "No difference can be seen")
    else:
        sentence = translate("Compare", "{run} is better with {percent}").format(
            run=name, percent=wording.percent(sure)
        )
    if found.texts_to_settle is None:
        return translate("Compare", "{sentence}; more texts would hardly settle it.").format(
            sentence=sentence
        )
    return translate("Compare", "{sentence}; about {count} more labelled texts would settle it.").format(
        sentence=sentence, count=f"{found.texts_to_settle:,}"
    )


def tone(found: Comparison) -> Literal["good", "careful", "plain"]:
    """good or careful where the second run is surely better or worse, else plain."""
    if found.difference.low > 0:
        return "good"
    return "careful" if found.difference.high < 0 else "plain"


def test_words(found: Comparison, names: Mapping[str, str]) -> str:
    """McNemar's test in words, '' for scores, which have no right and wrong."""
    if found.figure == "pearson":
        return ""
    p = "< 0.001" if found.mcnemar_p < 0.001 else f"= {found.mcnemar_p:.3f}"
    return QCoreApplication.translate(
        "Compare", "Right alone: {first} on {first_count} texts, {second} on {second_count} (McNemar p {p})"
    ).format(
        first=names.get(found.first, found.first),
        second=names.get(found.second, found.second),
        first_count=f"{found.only_first_right:,}",
        second_count=f"{found.only_second_right:,}",
        p=p,
    )


def spread_words(found: Spread, names: Mapping[str, str], language: str) -> str:
    """How far the seed alone moves the figure."""
    return QCoreApplication.translate(
        "Compare", "Over {count} seeds ({runs}): {figure} {mean}, standard deviation {deviation}"
    ).format(
        count=len(found.runs),
        runs=", ".join(names.get(run, run) for run in found.runs),
        figure=wording.figure_words(found.figure, language).name,
        mean=f"{found.mean:.3f}",
        deviation=f"{found.deviation:.3f}",
    )


def answer_words(task: str, label: str, text: str) -> str:
    """A stored answer as it is read: ``anger, joy``, ``Rome (LOC)``."""
    translate = QCoreApplication.translate
    if task == "multi":
        return ", ".join(split_labels(label)) or translate("Compare", "none of them")
    if task == "tagging":
        entities = msgspec.json.decode(label, type=list[Entity])
        named = [f"{text[each.start : each.end]} ({each.label})" for each in entities]
        return ", ".join(named) or translate("Compare", "no entities")
    return label
