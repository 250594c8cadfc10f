"""What is said honestly about an explanation, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.api import wording
from engine.api.catalog import EXPLAINERS, explainer_of
from engine.api.results import Explanation, Faithfulness
from engine.api.tasks import split_labels
from engine.api.words import WORD
from gui.widgets.figures import score_text

DELTA_WARNING = 0.05  # above it the scores no longer add up to what they explain


def probability_text(value: float) -> str:
    """A probability as percent; never rounded up to certainty."""
    if 0.9995 <= value < 1:
        return "> 99.9 %"
    if 0 < value < 0.0005:
        return "< 0.1 %"
    return f"{100 * value:.1f} %"


def is_complete(method: str) -> bool:
    """Whether a method's scores add up to the margin, so that their error can be stated."""
    return any(each.id == method and each.complete for each in EXPLAINERS)


def seal(explanation: Explanation) -> str:
    """The sentence above the text: label, probability, what the scores leave out."""
    parts = [_decision(explanation)]
    if explanation.relative_delta is not None and is_complete(explanation.method):
        parts.append(
            QCoreApplication.translate("ExplainSentences", "The scores miss the margin by {delta} %.").format(
                delta=f"{100 * explanation.relative_delta:.1f}"
            )
        )
    if explanation.special_share >= 0.005:
        parts.append(
            QCoreApplication.translate("ExplainSentences", "{share} % went to markers, not to words.").format(
                share=f"{100 * explanation.special_share:.0f}"
            )
        )
    if explanation.read_to < len(explanation.text.rstrip()):
        unread = len(explanation.text) - explanation.read_to
        parts.append(
            QCoreApplication.translate(
                "ExplainSentences", "The last {count} characters (hatched) were not read."
            ).format(count=f"{unread:,}")
        )
    return " ".join(parts)


def _unsigned_decision(explanation: Explanation) -> str:
    """What was decided, and that the words take no side."""
    translate = QCoreApplication.translate
    words = (
        translate("ExplainSentences", "The words show where the model looked, not what decided.")
        if explainer_of(explanation.method).view
        else translate(
            "ExplainSentences", "The words show how much each of them mattered, not whether for or against."
        )
    )
    if explanation.task == "score":
        decided = translate("ExplainSentences", "The score is {score}.").format(
            score=score_text(explanation.probability)
        )
    elif explanation.span is not None:
        decided = translate("ExplainSentences", "“{entity}” is “{label}” with {probability}.").format(
            entity=entity_text(explanation),
            label=kind_words(explanation.label),
            probability=probability_text(explanation.probability),
        )
    else:
        decided = translate("ExplainSentences", "“{label}” with {probability}.").format(
            label=explanation.target if explanation.task == "multi" else explanation.label,
            probability=probability_text(explanation.probability),
        )
    return f"{decided} {words}"


def _decision(explanation: Explanation) -> str:
    if not explanation.signed:
        return _unsigned_decision(explanation)
    translate = QCoreApplication.translate
    target, rival = explanation.target, explanation.rival
    shown = explanation.probabilities[explanation.labels.index(target)]
    if explanation.task == "score":
        return translate(
            "ExplainSentences", "The score is {score}; the words show what raised and what lowered it."
        ).format(score=score_text(explanation.probability))
    if explanation.task == "multi" and not rival:
        return translate(
            "ExplainSentences",
            "“{label}” with {probability}; the words show what speaks for it and against it.",
        ).format(label=target, probability=probability_text(shown))
    if explanation.span is not None:
        return translate(
            "ExplainSentences",
            "“{entity}” is “{label}” with {probability}; the words show why “{target}” rather than “{rival}”.",
        ).format(
            entity=entity_text(explanation),
            label=explanation.label,
            probability=probability_text(explanation.probability),
            target=kind_words(target),
            rival=kind_words(rival),
        )
    return translate(
        "ExplainSentences",
        "“{label}” with {probability}; the words show why “{target}” rather than “{rival}”.",
    ).format(
        label=target if explanation.task == "multi" else explanation.label,
        probability=probability_text(explanation.probability),
        target=target,
        rival=rival,
    )


def entity_text(explanation: Explanation) -> str:
    """The words that are explained, on one line; '' where the whole text is."""
    return " ".join(explanation.text[slice(*explanation.span)].split()) if explanation.span else ""


def kind_words(kind: str) -> str:
    """A type of entity, or that a word is in none."""
    return QCoreApplication.translate("ExplainSentences", "no entity") if kind == "O" else kind


def headline(explanation: Explanation) -> str:
    """What was decided, in a few words."""
    if explanation.span is not None:
        return f"{entity_text(explanation)}: {kind_words(explanation.label)}"
    if explanation.task == "multi":
        return ", ".join(split_labels(explanation.label)) or QCoreApplication.translate(
            "ExplainSentences", "none of the labels"
        )
    return score_text(explanation.probability) if explanation.task == "score" else explanation.label


def sides(explanation: Explanation) -> tuple[str, str]:
    """What blue and orange mean here; of scores without a side, what the faint and the full tint do."""
    translate = QCoreApplication.translate
    if not explanation.signed:
        if explainer_of(explanation.method).view:
            return translate("ExplainSentences", "hardly looked at"), translate(
                "ExplainSentences", "looked at most"
            )
        return translate("ExplainSentences", "hardly mattered"), translate(
            "ExplainSentences", "mattered most"
        )
    if explanation.task == "score":
        return translate("ExplainSentences", "lowers the score"), translate(
            "ExplainSentences", "raises the score"
        )
    label = kind_words(explanation.target) if explanation.span is not None else explanation.target
    return (
        translate("ExplainSentences", "against “{label}”").format(label=label),
        translate("ExplainSentences", "for “{label}”").format(label=label),
    )


def needs_care(explanation: Explanation) -> bool:
    """Whether the scores miss what they explain by more than may be overlooked."""
    delta = explanation.relative_delta
    return delta is not None and is_complete(explanation.method) and delta > DELTA_WARNING


def faithfulness_sentence(measured: Faithfulness, task: str = "single") -> str:
    """What erasing the marked words did, beside random words."""
    probability = QCoreApplication.translate(
        "ExplainSentences",
        "Measured on {texts} texts: removing the marked words lowers the probability by {drop};"
        " random words: {random}.",
    )
    score = QCoreApplication.translate(
        "ExplainSentences",
        "Measured on {texts} texts: removing the words that raise it lowers the score by {drop};"
        " random words: {random}.",
    )
    return (score if task == "score" else probability).format(
        texts=f"{measured.texts:,}",
        drop=f"{measured.scores.comprehensiveness:.2f}",
        random=f"{measured.random.comprehensiveness:.2f}",
    )


def provenance(explanation: Explanation, language: str) -> list[tuple[str, str]]:
    """(name, value) of all that is needed to compute an explanation again."""
    translate = QCoreApplication.translate
    method = wording.explainer_words(explanation.method, language).name
    rows = [
        (translate("ExplainSentences", "Method"), method),
        (translate("ExplainSentences", "Run"), explanation.run),
        (translate("ExplainSentences", "Margin"), f"{explanation.margin:.3f}"),
        (translate("ExplainSentences", "Baseline"), explanation.baseline or "–"),
    ]
    if explanation.steps:
        rows.append((translate("ExplainSentences", "Steps"), f"{explanation.steps:,}"))
    if explanation.relative_delta is not None:
        rows.append(
            (translate("ExplainSentences", "Relative delta"), f"{100 * explanation.relative_delta:.2f} %")
        )
    if explanation.word_unit == WORD:
        rows.append((translate("ExplainSentences", "Scored"), translate("ExplainSentences", "whole words")))
    rows += [
        (translate("ExplainSentences", "Share on markers"), f"{100 * explanation.special_share:.1f} %"),
        (translate("ExplainSentences", "Seed"), str(explanation.seed)),
        (translate("ExplainSentences", "Computed in"), f"{explanation.seconds:.2f} s"),
        (translate("ExplainSentences", "Model"), explanation.model_hash[:12]),
    ]
    return rows


def word_tooltip(explanation: Explanation, index: int) -> str:
    """A word's score with its sign, where it has one, and what it means; plain text."""
    span = explanation.words[index]
    if not explanation.signed:
        said = (
            QCoreApplication.translate("ExplainSentences", "“{word}”: {score}, how much it was looked at")
            if explainer_of(explanation.method).view
            else QCoreApplication.translate("ExplainSentences", "“{word}”: {score}, how much it mattered")
        )
        return said.format(word=explanation.word(index), score=word_score_text(explanation, index))
    side = sides(explanation)[span.score >= 0]
    return f"“{explanation.word(index)}”: {word_score_text(explanation, index)}, {side}"


def word_score_text(explanation: Explanation, index: int) -> str:
    """A word's score; with its sign where the method tells the sides apart."""
    score = explanation.words[index].score
    return f"{score:+.3f}" if explanation.signed else f"{score:.3f}"


def as_text(explanation: Explanation, trust: str) -> str:
    """The explanation as plain text for the clipboard: the sentence, its ``trust``, the text, its words by weight."""
    ranked = sorted(range(len(explanation.words)), key=lambda i: -abs(explanation.words[i].score))
    lines = [f"{word_score_text(explanation, i)}  {' '.join(explanation.word(i).split())}" for i in ranked]
    return "\n".join([seal(explanation), trust, "", explanation.text, "", *lines]) + "\n"
