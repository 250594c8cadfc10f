"""Rules: phrases after which a run nearly always gives a label, over the project's own documents.

Anchors (Ribeiro, Singh, Guestrin 2018) turned round: not the words that hold one answer, but the phrases that hold
many. That a phrase goes with a label is counted over real texts; that it holds the label by itself is asked of the
model, by taking a random half of the other words out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.change import FindRules, Rule, RulesFound, RunRules
from engine.api.project import Project
from engine.api.results import Interval
from engine.explain.change.mask_search import counted
from engine.explain.corpus.document_answers import (
    Answering,
    DocumentAnswers,
    document_answers,
    document_pages,
    whole_answer,
)
from engine.explain.corpus.phrases import PhraseCounts, Span, names_of, parts_of, phrases_of
from engine.explain.erasing import Erasing, erased_outputs, read_words
from engine.explain.seeds import seed_of
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.progress import Progressed, Work

STAGE = "phrases"
FEWEST_DOCUMENTS = 5
_SHARE = 2000  # of more documents than this times the fewest, a phrase must stand in one of so many
_CHANCE = 0.05  # that any rule at all is one by chance (Bonferroni over all phrases and labels)
_MOST_RULES, _MOST_OF_LABEL = 200, 20
_SHOWN = 12  # examples, and exceptions
_MOST_READINGS, _EACH = 2_000, 24  # texts with half of their words: in all, and of a rule
_LONGEST_READ = 8_000  # characters; longer examples are read only where a rule has no others
_AT_ONCE = 25  # rules whose texts are read together

Integers = NDArray[np.int64]
Place = tuple[str, int]  # a phrase and the place of a label


@dataclass
class _Drawn:
    """Some documents of a stream, each as likely as the others (Vitter's algorithm R), by a fixed seed."""

    random: Random
    ids: list[int] = field(default_factory=list)
    met: int = 0

    def add(self, document: int) -> None:
        self.met += 1
        if len(self.ids) < _SHOWN:
            self.ids.append(document)
        elif (at := self.random.randrange(self.met)) < _SHOWN:
            self.ids[at] = document


@dataclass(frozen=True)
class _Candidate:
    phrase: str
    label: int
    hits: int
    documents: int
    base: float

    @property
    def precision(self) -> float:
        return self.hits / self.documents


def find_rules(project: Project, request: FindRules, model: RunModel) -> Work[RulesFound]:
    """Phrases of one to three words with a precision of at least ``least_precision``, the weightiest first.

    A phrase stands in at least 5 documents (of more than 10,000 in one of 2,000), and its label goes with it more
    often than chance allows among all that were counted. A longer phrase that is no surer than one inside it is left
    out. Of several labels each is looked at alone; of tagged words an answer is the types that it has, of a score
    whether it lies below the median. At most 20 rules of a label and 200 in all, and the model reads at most 2,000
    texts beside those without a stored answer. What is found is stored. Raises LABEL_UNKNOWN, OPTION_VALUE.
    """
    started = time.perf_counter()
    if not 0 < request.least_precision <= 1:
        value = str(request.least_precision)
        raise KnownError(ErrorKind.OPTION_VALUE, option="least_precision", value=value, valid="0-1")
    if request.label and model.task != "score":
        _place(model.labels, request.label)
    found = yield from document_answers(project, request.run, model)
    labels = found.answering.labels
    wanted = [_place(labels, request.label)] if request.label else list(range(len(labels)))
    least = max(FEWEST_DOCUMENTS, -(-len(found.ids) // _SHARE))
    counts = yield from _counted(project, found, least)
    chosen = _chosen(counts, found, wanted, request.least_precision)
    shown = yield from _shown(project, found, chosen)
    fixed = yield from _fixed(project, model, found.answering, chosen, shown)
    rules = RunRules(
        run=request.run,
        label=request.label,
        least_precision=request.least_precision,
        labels=labels,
        documents=len(found.ids),
        predicted=found.predicted,
        least_documents=least,
        rules=tuple(
            Rule(
                phrase=tuple(each.phrase.split(" ")),
                label=labels[each.label],
                precision=wilson(each.hits, each.documents),
                base=each.base,
                documents=each.documents,
                fixed=share,
                examples=tuple(sorted(shown[each.phrase, each.label][0].ids)),
                exceptions=tuple(sorted(shown[each.phrase, each.label][1].ids)),
            )
            for each, share in zip(chosen, fixed, strict=True)
        ),
        seconds=time.perf_counter() - started,
        model_hash=model.model_hash,
    )
    with project.transaction():
        project.explaining.put_finding(request.run, rules)
    return RulesFound(rules)


def wilson(hits: int, of: int, z: float = 1.959964) -> Interval:
    """A share with its score interval (Wilson 1927), which stays within 0 and 1 and holds of few documents, too."""
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Interval(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def _place(labels: Sequence[str], label: str) -> int:
    if label not in labels:
        raise KnownError(ErrorKind.LABEL_UNKNOWN, label=label, valid=", ".join(labels))
    return labels.index(label)


# --- counting ----------------------------------------------------------------------------------------------


def _counted(project: Project, found: DocumentAnswers, least: int) -> Work[PhraseCounts]:
    counts = PhraseCounts(len(found.answering.labels), least)
    total = 2 * len(found.ids)
    done = 0
    for page in document_pages(project, found.ids):
        for document in page:
            counts.sketch(names_of(document.text))
        done += len(page)
        yield Progressed(STAGE, done, total)
    held = _by_document(found)
    for page in document_pages(project, found.ids):
        for document in page:
            counts.count(names_of(document.text), held[document.id])
        done += len(page)
        yield Progressed(STAGE, done, total)
    return counts


def _by_document(found: DocumentAnswers) -> dict[int, tuple[int, ...]]:
    return dict(zip(found.ids, found.held, strict=True))


def _chosen(
    counts: PhraseCounts, found: DocumentAnswers, wanted: Sequence[int], least_precision: float
) -> list[_Candidate]:
    """The rules that hold, those first that explain the most documents beyond the label's share without them."""
    phrases, texts, hits = counts.found()
    documents = len(found.ids)
    shares = np.bincount(
        [label for held in found.held for label in held], minlength=len(found.answering.labels)
    )
    chosen: list[_Candidate] = []
    for label in wanted:
        with_it = hits[:, label]
        others = documents - texts
        base = (shares[label] - with_it) / np.maximum(others, 1)
        # the chance of so many hits or more where the phrase meant nothing: the binomial's upper tail
        chance = np.where(with_it > 0, betainc(np.maximum(with_it, 1), texts - with_it + 1, base), 1.0)
        able = (with_it >= least_precision * texts) & (others > 0)
        able &= chance < _CHANCE / max(1, len(phrases) * len(wanted))
        candidates = {
            phrases[row]: _Candidate(
                phrases[row], label, int(with_it[row]), int(texts[row]), float(base[row])
            )
            for row in np.flatnonzero(able)
        }
        kept = [each for each in candidates.values() if _adds(each, candidates)]
        chosen += sorted(kept, key=_weight)[:_MOST_OF_LABEL]
    return sorted(chosen, key=_weight)[:_MOST_RULES]


def _adds(each: _Candidate, candidates: dict[str, _Candidate]) -> bool:
    """Whether the phrase is surer than every rule inside it, beyond its interval."""
    inside = [candidates[part] for part in parts_of(each.phrase) if part in candidates]
    low = wilson(each.hits, each.documents).low
    return all(low > shorter.precision for shorter in inside)


def _weight(each: _Candidate) -> tuple[float, str, int]:
    return -each.documents * (each.precision - each.base), each.phrase, each.label


# --- reading the documents of the rules --------------------------------------------------------------------


def _shown(
    project: Project, found: DocumentAnswers, chosen: Sequence[_Candidate]
) -> Work[dict[Place, tuple[_Drawn, _Drawn]]]:
    """Of each rule some documents with its label, and some exceptions."""
    shown = {
        (each.phrase, each.label): (
            _Drawn(Random(seed_of(each.phrase))),
            _Drawn(Random(seed_of(each.phrase))),
        )
        for each in chosen
    }
    labels: dict[str, list[int]] = {}
    for each in chosen:
        labels.setdefault(each.phrase, []).append(each.label)
    held = _by_document(found)
    done = 0
    for page in document_pages(project, found.ids if chosen else ()):
        for document in page:
            for phrase in labels.keys() & set(names_of(document.text)):
                for label in labels[phrase]:
                    shown[phrase, label][label not in held[document.id]].add(document.id)
        done += len(page)
        yield Progressed(STAGE, done, len(found.ids))
    return shown


def _fixed(
    project: Project,
    model: RunModel,
    answering: Answering,
    chosen: Sequence[_Candidate],
    shown: dict[Place, tuple[_Drawn, _Drawn]],
) -> Work[list[float]]:
    """Of each rule the share of readings with half of the other words in which its label stays."""
    shares: list[float] = []
    each = min(_EACH, max(4, _MOST_READINGS // max(1, len(chosen))))
    for start in range(0, len(chosen), _AT_ONCE):
        part = chosen[start : start + _AT_ONCE]
        tasks: list[Erasing] = []
        owners: list[int] = []
        for row, rule in enumerate(part):
            made = _halved(project, model, rule.phrase, shown[rule.phrase, rule.label][0].ids, each)
            tasks += made
            owners += [row] * len(made)
        reading = erased_outputs(model, tasks)
        outputs = yield from counted(reading, start, len(part), len(chosen))
        stays: list[list[bool]] = [[] for _ in part]
        for row, found in zip(owners, outputs, strict=True):
            stays[row] += [part[row].label in held for held in answering.read(model, found)]
        shares += [float(np.mean(kept)) if kept else 0.0 for kept in stays]
    return shares


def _halved(
    project: Project, model: RunModel, phrase: str, documents: Sequence[int], most: int
) -> list[Erasing]:
    """Texts with a phrase, each some times without a random half of its other words; ``most`` readings in all."""
    texts = project.documents.page(sorted(documents)[:most])
    short = [text for text in texts if len(text.text) <= _LONGEST_READ]
    texts = short or sorted(texts, key=lambda text: len(text.text))[:1]
    tasks = []
    for document in texts:
        spans = read_words(model, document.text)
        stay = [span for words in phrases_of(document.text).get(phrase, ()) for span in words]
        others = np.array([i for i, span in enumerate(spans) if not _meets(span, stay)], np.intp)
        random = np.random.default_rng(seed_of(document.text + phrase))
        erasures = [
            np.sort(random.choice(others, (len(others) + 1) // 2, replace=False))
            for _ in range(most // len(texts))
        ]
        words = project.documents.words(document.id) if isinstance(model, AnyTaggingModel) else ()
        if not spans or (isinstance(model, AnyTaggingModel) and not words):
            continue
        tasks.append(Erasing(document.text, whole_answer(words), erasures))
    return tasks


def _meets(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)
