"""What is said about trust beside the engine's own sentences: offers, settling, what is read out."""

from __future__ import annotations

from heapq import nlargest

from PySide6.QtCore import QCoreApplication

from engine.api import wording
from engine.api.explaining.trust import ExplainerRank, ExplainerRanking, Seal
from engine.api.results import Explanation
from engine.api.wording_explaining import seal_words
from gui.pages.explain import sentences

_SPOKEN = 5  # words that are read out


def offer(ranking: ExplainerRanking | None, shown: str, language: str) -> tuple[str, str]:
    """(the method that a run settles on, why it should be looked at) where it is better than the one shown."""
    one, other = _rank(ranking, shown), _rank(ranking, ranking.settled if ranking is not None else "")
    if one is None or other is None or other.method == shown or other.gain.value <= one.gain.value:
        return "", ""
    name = wording.explainer_words(other.method, language).name
    if other.comprehensiveness.value > one.comprehensiveness.value:
        return other.method, QCoreApplication.translate(
            "TrustSentences", "{method} was more faithful on this run: {better} against {shown}."
        ).format(
            method=name,
            better=f"{other.comprehensiveness.value:.2f}",
            shown=f"{one.comprehensiveness.value:.2f}",
        )
    # each was measured on texts of its own number: only the gains are of the same texts
    return other.method, QCoreApplication.translate(
        "TrustSentences", "{method} was more faithful on this run, by {gain} in the erasure test."
    ).format(method=name, gain=f"{other.gain.value - one.gain.value:.2f}")


def _rank(ranking: ExplainerRanking | None, method: str) -> ExplainerRank | None:
    ranks = ranking.ranks if ranking is not None else ()
    return next((each for each in ranks if each.method == method and each.texts), None)


def is_ranked(ranking: ExplainerRanking | None, method: str) -> bool:
    """Whether the run's ranking has figures of a method."""
    return _rank(ranking, method) is not None


def trust_text(seal: Seal | None, language: str) -> str:
    """How far an explanation can be trusted, with all reasons; that it is not known where it was not tested."""
    if seal is None:
        return QCoreApplication.translate(
            "TrustSentences", "Not tested yet: how far this explanation can be trusted is not known."
        )
    return seal_words(seal, language)


def settling(seal: Seal | None, *, checking: bool, better: bool = False, signed: bool = True) -> str:
    """How certain the tints are by now; '' where nothing is known. ``better``: better ones are on their way.

    Not ``signed``: the method tells no side that others could deny.
    """
    translate = QCoreApplication.translate
    if checking:
        return translate("TrustSentences", "settling: other methods are being asked")
    if better:
        return translate("TrustSentences", "settling: a more faithful method is being asked")
    if seal is None:
        return ""
    if seal.disputed:
        return translate(
            "TrustSentences", "settled; dashed edge: most other methods say the opposite ({count})"
        ).format(count=len(seal.disputed))
    if not signed:
        return translate("TrustSentences", "settled")
    if seal.agreement is None:
        return translate("TrustSentences", "settled: there was no other method to ask")
    return translate("TrustSentences", "settled: no word is disputed")


def disputed_note(tooltip: str) -> str:
    """A word's tooltip with what other methods say."""
    return QCoreApplication.translate("TrustSentences", "{word}; most other methods say the opposite").format(
        word=tooltip
    )


def spoken(explanation: Explanation, disputed: tuple[int, ...] = ()) -> str:
    """The strongest words in order, with score and side, as a screen reader says them."""
    words = explanation.words
    strongest = nlargest(_SPOKEN, range(len(words)), key=lambda i: abs(words[i].score))
    strongest = [i for i in strongest if words[i].score]
    if not strongest:
        return ""
    said = []
    for index in strongest:
        word = sentences.word_tooltip(explanation, index)
        said.append(disputed_note(word) if index in disputed else word)
    return QCoreApplication.translate("TrustSentences", "Strongest words first: {words}.").format(
        words="; ".join(said)
    )
