"""What a run says of every document of its project, as sets of labels: stored answers, and new ones where none are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.api.project import Project
from engine.api.store.documents import Document, DocumentFilter
from engine.api.store.tags import unpack_entities
from engine.api.tasks import split_labels
from engine.data.entities import Spans
from engine.explain.contrast import Asked, Contrast, TagContrast
from engine.explain.erasing import Outputs
from engine.models.answers import answers
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.progress import Progressed, Work, retold

_PAGE = 500

Held = tuple[int, ...]  # places of labels, ascending


@dataclass(frozen=True)
class Answering:
    """How answers become sets of ``labels``: of a score below ``median`` or from it on, of tagged words their types."""

    task: str
    labels: tuple[str, ...]
    median: float = 0.0

    @classmethod
    def of_scores(cls, scores: Sequence[float]) -> Answering:
        median = float(np.median(scores)) if len(scores) else 0.0
        return cls("score", (f"< {median:.6g}", f"≥ {median:.6g}"), median)

    def stored(self, label: str) -> Held:
        """Of an answer in the stored form of the task."""
        if self.task == "score":
            return (int(float(label) >= self.median),)
        if self.task == "tagging":
            names: Sequence[str] = [entity.label for entity in unpack_entities(label)]
        else:
            names = split_labels(label) if self.task == "multi" else (label,)
        return tuple(sorted({self.labels.index(name) for name in names if name in self.labels}))

    def read(self, model: RunModel, outputs: Sequence[Outputs]) -> list[Held]:
        """Of outputs: (C,) of a text, (W, C) of all words of a tagged one."""
        if isinstance(model, AnyTaggingModel):
            return [tuple(sorted({(int(tag) - 1) // 2 for tag in each.argmax(1) if tag})) for each in outputs]
        if not outputs:
            return []
        return [self.stored(answer.label) for answer in answers(model, np.stack(outputs))]


@dataclass(frozen=True)
class DocumentAnswers:
    """``held[i]`` is the answer to the document ``ids[i]``; ``predicted`` of them were not stored."""

    answering: Answering
    ids: array[int]
    held: list[Held]
    predicted: int


def whole_answer(words: Spans) -> Asked:
    """Asks for all outputs: those of a text, or of all ``words`` of a tagged one."""
    return TagContrast(tuple(words), (0,) * len(words), (0,) * len(words)) if words else Contrast(0, 0, None)


def document_pages(project: Project, ids: Sequence[int]) -> Iterator[list[Document]]:
    for start in range(0, len(ids), _PAGE):
        yield project.documents.page(ids[start : start + _PAGE])


def document_answers(project: Project, run: str, model: RunModel) -> Work[DocumentAnswers]:
    """Of all documents with a text, by id. New answers are not stored: what was evaluated stays what was asked for."""
    answering = Answering(model.task, model.labels)
    every = array("q")
    for block in project.documents.ids(DocumentFilter()):
        every.extend(block)
    ids, held, scores = array("q"), list[Held](), array("d")
    kinds: dict[Held, Held] = {}  # one object for all documents with the same answer
    predicted = done = 0
    for page in document_pages(project, every):
        readable = [document for document in page if document.text.strip()]
        known = {document.id: project.runs.prediction(run, document.id) for document in readable}
        missing = [document for document in readable if known[document.id] is None]
        outputs = yield from _predicted(project, model, missing, (done, len(every)))
        new = dict(zip((document.id for document in missing), outputs, strict=True))
        read = (
            {}
            if model.task == "score"
            else dict(zip(new, answering.read(model, list(new.values())), strict=True))
        )
        for document in readable:
            stored = known[document.id]
            ids.append(document.id)
            if model.task == "score":
                scores.append(float(new[document.id][0]) if stored is None else float(stored.label))
                continue
            labels = read[document.id] if stored is None else answering.stored(stored.label)
            held.append(kinds.setdefault(labels, labels))
        predicted += len(missing)
        done += len(page)
        yield Progressed("score", done, len(every))
    if model.task == "score":
        answering = Answering.of_scores(scores)
        held = [(int(score >= answering.median),) for score in scores]
    return DocumentAnswers(answering, ids, held, predicted)


def _predicted(
    project: Project, model: RunModel, documents: Sequence[Document], shown: tuple[int, int]
) -> Work[list[Outputs]]:
    if not documents:
        return []
    texts = [document.text for document in documents]
    if isinstance(model, AnyTaggingModel):
        work = model.score(texts, [project.documents.words(document.id) for document in documents])
    else:
        work = _rows(model.score(texts))

    def tell(step: Progressed) -> Progressed:
        read = len(documents) * step.done // max(1, step.total)
        return Progressed("score", min(shown[1], shown[0] + read), shown[1], step.rate)

    return (yield from retold(work, tell))


def _rows(work: Work[Outputs]) -> Work[list[Outputs]]:
    return list((yield from work))
