"""Which score is drawn in full strength: one for a class, one for this text alone, or one for two runs on a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from engine.api.project import Project
from engine.api.results import Explanation
from gui.store_reader import StoreReader

_CHANNEL = "class-scale"
_Key = tuple[str, str, str, str]  # run, method, explained class, the model's hash


def strongest_score(explanation: Explanation) -> float:
    """The largest |score| of a text's words; 1 where all are zero, so that nothing is drawn strong."""
    return max((abs(word.score) for word in explanation.words), default=0.0) or 1.0


def shared_scales(first: Explanation, second: Explanation) -> tuple[float, float]:
    """The score of each of two readings to draw in full strength, so that equal tints are equal shares.

    Raw scores of two models cannot be compared: of each reading a word's share of all its absolute scores can.
    """
    sums = [sum(abs(word.score) for word in each.words) or 1.0 for each in (first, second)]
    shares = [strongest_score(each) / total for each, total in zip((first, second), sums, strict=True)]
    return sums[0] * max(shares), sums[1] * max(shares)


@dataclass(frozen=True)
class ClassStrength:
    """``score``: what few words of the explained corpus exceed; None where no text of the class is explained."""

    key: _Key
    score: float | None


@dataclass(frozen=True)
class ReadClassStrength:
    key: _Key

    def answers(self, project: Project) -> Iterator[ClassStrength]:
        yield ClassStrength(self.key, project.corpus.strong_score(*self.key))


class ClassScales(QObject):
    """One scale for a class of a run and a method: that of its explained corpus, else the largest |score| seen.

    A weak text then looks weak, also the first one. Signals: changed: the corpus has said what is strong.
    """

    changed = Signal()

    def __init__(self, reader: StoreReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._seen: dict[_Key, float] = {}
        self._of_corpus: dict[_Key, float | None] = {}
        reader.answered.connect(self._answered)

    def see(self, explanation: Explanation) -> None:
        """It is shown from now on; what the corpus says of its class is read where it is not known."""
        key = _key(explanation)
        self._seen[key] = max(self._seen.get(key, 0.0), strongest_score(explanation))
        if key not in self._of_corpus:
            self._reader.ask(_CHANNEL, ReadClassStrength(key))

    def scale(self, explanation: Explanation, *, this_text_only: bool) -> float:
        """The score to draw in full strength for this text."""
        if this_text_only:
            return strongest_score(explanation)
        of_corpus = self._of_corpus.get(_key(explanation))
        if of_corpus is not None:
            return of_corpus
        return max(self._seen.get(_key(explanation), 0.0), strongest_score(explanation))

    def is_of_corpus(self, explanation: Explanation) -> bool:
        """Whether the scale of its class is that of the explained corpus."""
        return self._of_corpus.get(_key(explanation)) is not None

    def forget_corpora(self) -> None:
        """A corpus is explained anew: what it says is read again."""
        self._of_corpus.clear()

    def clear(self) -> None:
        self._seen.clear()
        self._of_corpus.clear()

    @Slot(str, object)
    def _answered(self, _channel: str, answer: object) -> None:
        if isinstance(answer, ClassStrength):
            self._of_corpus[answer.key] = answer.score
            if answer.score is not None:
                self.changed.emit()


def _key(explanation: Explanation) -> _Key:
    return explanation.run, explanation.method, explanation.target, explanation.model_hash
