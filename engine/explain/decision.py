"""A model's answer to a text as a border that a change of the text may cross, and how far away that border is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.data.entities import OUTSIDE, Spans, words_of
from engine.explain.change.rewriting import Rewritten
from engine.explain.contrast import Asked, Contrast, contrast_for
from engine.explain.erasing import Outputs
from engine.explain.tag_contrast import entity_question
from engine.models.answers import answers
from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.tag_answers import kind_probabilities
from engine.models.text_model import TorchModel, sigmoid, softmax
from engine.progress import Work

WholeTextModel = LinearModel | TorchModel | FusionModel


class Decision(ABC):
    """``outputs`` are what the model says of the untouched text: (C,), or (W, C) of an entity's words.

    ``asked`` is the contrast to erase words under, ``amount`` by how much a score must move (0 for labels).
    """

    asked: Asked
    outputs: Outputs
    amount: float = 0.0
    span: tuple[int, int] | None = None

    @abstractmethod
    def distance(self, outputs: Outputs) -> float:
        """How far the outputs are from another answer, in logits (a score in its unit); 0 and below: turned."""

    @abstractmethod
    def turned(self, outputs: Outputs) -> bool:
        """Whether the outputs are the other answer that is asked for."""

    @abstractmethod
    def said(self, outputs: Outputs) -> tuple[str, float]:
        """(answer in the stored form, its probability); of a score the score twice, of an entity its type."""

    @abstractmethod
    def of_texts(self, texts: Sequence[Rewritten]) -> Work[list[Outputs]]:
        """What the model says of changed texts as they stand."""

    def direction(self, outputs: Outputs) -> float:
        """Where the answer can move two ways, the sign of the move; else 0."""
        return 0.0


def decision_of(
    project: Project,
    run: str,
    model: RunModel,
    text: str,
    *,
    words: Spans | None = None,
    rival: str = "",
    span: tuple[int, int] | None = None,
) -> Decision:
    """The answer to turn, by the model's task.

    One label: the predicted one, into ``rival`` ('' = any other). Several labels: whether ``rival`` holds ('' = any
    label). A score: it moves by more than the run's own mean error (test, else validation). Tagging: the entity of
    ``span`` (None: the surest) loses its type or gets ``rival``; of words outside all entities, one becomes one.
    Raises TEXT_EMPTY, LABEL_UNKNOWN, RIVAL_IS_TARGET, SPAN_WITHOUT_WORDS, RUN_NOT_JUDGED (a score).
    """
    if not text.strip():
        raise KnownError(ErrorKind.TEXT_EMPTY)
    if isinstance(model, AnyTaggingModel):
        spans = words_of(text) if words is None else words
        if not spans:
            raise KnownError(ErrorKind.TEXT_EMPTY)
        return _Entity(model, text, spans, rival, span)
    if model.task == "score":
        return _Score(model, text, _mean_error(project, run))
    return (_Several if model.task == "multi" else _One)(model, text, rival)


def _mean_error(project: Project, run: str) -> float:
    for split in ("test", "validation"):
        found = project.runs.evaluation(run, split)
        if found is not None:
            return found.figures["mae"].value
    raise KnownError(ErrorKind.RUN_NOT_JUDGED, run=run, split="validation")


class _OfText(Decision):
    """What whole texts have in common."""

    def __init__(self, model: WholeTextModel, text: str) -> None:
        self._model = model
        (self.outputs,) = model.logits([text])

    def said(self, outputs: Outputs) -> tuple[str, float]:
        (answer,) = answers(self._model, outputs[None])
        return answer.label, answer.probability

    def of_texts(self, texts: Sequence[Rewritten]) -> Work[list[Outputs]]:
        return list((yield from self._model.score([each.text for each in texts])))


class _One(_OfText):
    def __init__(self, model: WholeTextModel, text: str, rival: str) -> None:
        super().__init__(model, text)
        # the predicted label against the rival, else against the runner-up
        self.asked = contrast_for(model, self.outputs, None, rival)
        self._given = self.asked.label
        self._wanted = self.asked.rival if rival else None

    def distance(self, outputs: Outputs) -> float:
        if self._wanted is None:
            return float(outputs[self._given] - np.delete(outputs, self._given).max())
        return float(np.delete(outputs, self._wanted).max() - outputs[self._wanted])

    def turned(self, outputs: Outputs) -> bool:
        best = int(outputs.argmax())
        return best != self._given if self._wanted is None else best == self._wanted


class _Several(_OfText):
    def __init__(self, model: WholeTextModel, text: str, rival: str) -> None:
        super().__init__(model, text)
        self.asked = contrast_for(model, self.outputs, rival or None, None)
        self._limits = np.asarray(model.thresholds or [0.5] * len(model.labels))
        self._held = self._holding(self.outputs)
        self._labels = [self.asked.target] if rival else list(range(len(model.labels)))

    def _holding(self, outputs: Outputs) -> NDArray[np.bool_]:
        return sigmoid(outputs) >= self._limits

    def distance(self, outputs: Outputs) -> float:
        limits = np.clip(self._limits, 1e-6, 1 - 1e-6)
        over = np.where(self._held, 1, -1) * (outputs - np.log(limits / (1 - limits)))
        return float(over[self._labels].min())

    def turned(self, outputs: Outputs) -> bool:
        return bool((self._holding(outputs) != self._held)[self._labels].any())


class _Score(_OfText):
    def __init__(self, model: WholeTextModel, text: str, amount: float) -> None:
        super().__init__(model, text)
        self.asked = Contrast(0, 0, None)
        self.amount = amount

    def said(self, outputs: Outputs) -> tuple[str, float]:
        return super().said(outputs)[0], float(outputs[0])

    def distance(self, outputs: Outputs) -> float:
        return self.amount - abs(float(outputs[0]) - float(self.outputs[0]))

    def turned(self, outputs: Outputs) -> bool:
        return self.distance(outputs) < 0

    def direction(self, outputs: Outputs) -> float:
        return float(np.sign(outputs[0] - self.outputs[0]))


class _Entity(Decision):
    """An entity has a type as long as one of its words has a tag of it; to get another, all of them must."""

    def __init__(
        self, model: AnyTaggingModel, text: str, words: Spans, rival: str, span: tuple[int, int] | None
    ) -> None:
        self._model = model
        self._words = words
        self._kinds = (OUTSIDE, *model.labels)
        (logits,) = model.logits([text], [words])
        question = entity_question(model, text, words, logits, span)
        self._rows = question.rows
        self.span = question.span
        self.outputs = logits[list(question.rows)]
        self._given = self._kind(self.outputs)
        self._wanted = self._rival(rival) if rival else None
        nearest = 0 if self._given else 1 + int(np.argmax(question.probabilities[1:]))
        against = nearest if self._wanted is None else self._wanted
        self.asked = entity_question(
            model, text, words, logits, self.span, self._kinds[self._given], self._kinds[against]
        ).contrast

    def _rival(self, name: str) -> int:
        if name not in self._kinds:
            raise KnownError(ErrorKind.LABEL_UNKNOWN, label=name, valid=", ".join(self._kinds))
        if self._kinds.index(name) == self._given:
            raise KnownError(ErrorKind.RIVAL_IS_TARGET, label=name)
        return self._kinds.index(name)

    def _kind(self, outputs: Outputs) -> int:
        """The kind of the words' tags: the most frequent type, none where all are outside."""
        given = (outputs.argmax(1) + 1) // 2
        counts = np.bincount(given, minlength=len(self._kinds))
        return 1 + int(counts[1:].argmax()) if counts[1:].any() else 0

    def said(self, outputs: Outputs) -> tuple[str, float]:
        if not len(outputs):  # the words are gone
            return OUTSIDE, 1.0
        kind = self._kind(outputs)
        return self._kinds[kind], float(kind_probabilities(softmax(outputs)).mean(0)[kind])

    def distance(self, outputs: Outputs) -> float:
        if not len(outputs):
            return 0.0
        over = np.array([self._over(row) for row in outputs])
        return float(over.min() if self._given == 0 and self._wanted is None else over.max())

    def _over(self, row: Outputs) -> float:
        """How far the best tag of a word that has to go lies over the best of those that may come."""
        kinds = (np.arange(len(row)) + 1) // 2
        stays = kinds != self._wanted if self._wanted is not None else kinds == self._given
        return float(row[stays].max() - row[~stays].max())

    def turned(self, outputs: Outputs) -> bool:
        if not len(outputs):
            return self._wanted is None or self._wanted == 0
        kinds = (outputs.argmax(1) + 1) // 2
        if self._wanted is not None:
            return bool((kinds == self._wanted).all())
        return bool((kinds != self._given).any() if self._given == 0 else (kinds != self._given).all())

    def of_texts(self, texts: Sequence[Rewritten]) -> Work[list[Outputs]]:
        moved = [[each.moved(span) for span in self._words] for each in texts]
        kept = [[span for span in spans if span is not None] for spans in moved]
        logits = yield from self._model.score([each.text for each in texts], kept)
        found = []
        for spans, rows in zip(moved, logits, strict=True):
            place = np.cumsum([span is not None for span in spans]) - 1
            found.append(rows[[int(place[row]) for row in self._rows if spans[row] is not None]])
        return found
