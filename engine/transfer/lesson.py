"""What a student learns from: the training texts, the project's unlabelled ones, changed copies of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.data.perturbing import augmented, perturb_tagged
from engine.models.tagging_model import Spans
from engine.transfer.method import Job

_CHANGES = ("deletion", "swap")
_CHANGES_IN_PLACE = "typos"  # of tagged words, which must stay as many as they are
_CHANGED_SHARE = 0.2


@dataclass(frozen=True)
class Texts:
    """Texts, and where the project tags words the ``words`` of each."""

    texts: list[str]
    words: list[Spans] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def part(self, start: int, end: int) -> Texts:
        """Some of them, one after the other."""
        return Texts(self.texts[start:end], self.words[start:end])


def lesson_texts(job: Job) -> Texts:
    """The training texts, the project's unlabelled ones (drawn where there are too many), changed copies."""
    train = job.data.train
    texts, words = list(train.texts), list(train.words)
    seed = job.option("seed", int)
    if job.option("unlabelled", bool):
        more = list(job.project.documents.unlabelled())
        most = job.option("most_texts", int)
        if len(more) > most:
            drawn = np.sort(np.random.default_rng(seed).permutation(len(more))[:most])
            more = [more[i] for i in drawn]
        texts += [text for _, text in more]
        if job.data.task == "tagging":
            words += [job.project.documents.words(document) for document, _ in more]
    plain = len(texts)
    for copy in range(job.option("changed_copies", int)):
        draws = np.random.default_rng((seed, copy)).integers(2**31, size=plain)
        for i in range(plain):
            if words:
                text, spans = _changed_in_place(texts[i], words[i], int(draws[i]))
                words.append(spans)
            else:
                text = augmented(texts[i], _CHANGES, _CHANGED_SHARE, int(draws[i]))
            texts.append(text)
    return Texts(texts, words)


def lesson_size(job: Job) -> int:
    """How many texts ``lesson_texts`` gives."""
    more = 0
    if job.option("unlabelled", bool):
        more = min(job.option("most_texts", int), sum(1 for _ in job.project.documents.unlabelled()))
    return (len(job.data.train) + more) * (1 + job.option("changed_copies", int))


def _changed_in_place(text: str, words: Spans, seed: int) -> tuple[str, Sequence[tuple[int, int]]]:
    # the teacher reads the copy, so nothing has to be known of its entities
    changed, moved, _ = perturb_tagged(text, words, (), _CHANGES_IN_PLACE, _CHANGED_SHARE, seed)
    return changed, moved
