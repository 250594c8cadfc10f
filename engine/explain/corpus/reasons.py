"""Two runs over one corpus: where they answer differently, and where the same answer has another reason."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.api.catalog import SPLITS, explainers_for
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import ExplainCorpus
from engine.api.explaining.reasons import (
    CompareReasons,
    ReasonChange,
    ReasonComparison,
    ReasonsCompared,
    TermShift,
    WordShift,
)
from engine.api.explaining.shared_words import Shift, by_change, reason_distance, shifts
from engine.api.project import Project
from engine.api.results import WordScore
from engine.api.store.corpus import DocumentScores, fold
from engine.api.store.labels import SPLIT_CODES
from engine.explain.contrast import contrast_for
from engine.explain.corpus.documents import explain_missing, method_for
from engine.explain.defaults import FALLBACK
from engine.explain.explaining import compute
from engine.explain.tag_contrast import entity_question
from engine.models.loaded import Models
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.progress import Noticed, Progressed, Work

_ASKED_AGAIN = 1000  # documents with differing answers: each is explained once more by both runs
_WORDS_A_DOCUMENT = 5  # on each side
_WORDS_IN_ALL = 30  # on each side
_STEP = 50  # documents between two looks at whether to stop


def compare_reasons(project: Project, request: CompareReasons, models: Models) -> Work[ReasonsCompared]:
    """Explain what is missing in either run, then compare document by document; the result becomes a finding.

    Where the answers are the same, each run's stored scores are compared. Where they differ, both runs are asked why
    the first one's answer rather than the second one's (several labels, tagged words: why the label that one of
    them gives), since scores for different answers cannot be compared; so are at most a thousand documents.
    Raises TOO_FEW_RUNS (twice the same), RUN_UNKNOWN, OPTION_VALUE (the split), SPLIT_EMPTY, EXPLAINER_NO_RULE.
    """
    started = time.perf_counter()
    if request.split is not None and request.split not in SPLITS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="split", value=request.split, valid=", ".join(SPLITS))
    if request.run == request.second:
        raise KnownError(ErrorKind.TOO_FEW_RUNS, runs=request.run)
    for run in (request.run, request.second):
        project.runs.get(run)  # before anything takes its time
    first = yield from _side(project, request.run, request.split, "", models)
    second = yield from _side(project, request.second, request.split, first.method, models)
    split = None if request.split is None else SPLIT_CODES[request.split]
    corpus = project.corpus.corpus(first.run, first.method)
    assert corpus is not None
    documents = project.corpus.progress(corpus, split)[1]
    found = yield from _compared(project, request, first, second, documents)
    gained, lost = found.terms()
    comparison = ReasonComparison(
        run=request.run,
        second=request.second,
        split=request.split,
        task=first.model.task,
        methods=(first.method, second.method),
        model_hashes=(first.model.model_hash, second.model.model_hash),
        documents=documents,
        explained=(first.explained, second.explained),
        compared=found.differing.count + found.same.count,
        differing_documents=found.differing.count,
        same_documents=found.same.count,
        mean_differing=found.differing.mean,
        mean_same=found.same.mean,
        differing=found.differing.listed(),
        same=found.same.listed(),
        gained=gained,
        lost=lost,
        seconds=time.perf_counter() - started,
    )
    with project.transaction():
        project.explaining.put_finding(request.run, comparison)
    return ReasonsCompared(comparison)


# --- what each run has explained ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Side:
    """A run whose documents are all explained by ``method``; ``explained`` of them just now."""

    run: str
    model: RunModel
    method: str
    explained: int


def _side(project: Project, run: str, split: str | None, like: str, models: Models) -> Work[_Side]:
    """``like``: the other run's method, which is taken where this run can use it."""
    model = models.get(project, run)
    wanted = like if like in explainers_for(project.runs.get(run).model_method, project.task) else ""
    method = method_for(project, run, wanted, model)
    request = ExplainCorpus(run=run, method=method, split=split)
    try:
        explained = yield from explain_missing(project, request, method, model)
    except KnownError as error:
        if error.kind is not ErrorKind.EXPLAINER_NO_RULE:
            raise
        yield Noticed("explainer-changed", {"family": error.values["family"]})
        method = FALLBACK
        explained = yield from explain_missing(project, request, method, model)
    return _Side(run, model, method, explained)


# --- document by document -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """A document as both runs have it; '' as an answer: it is not known."""

    first: DocumentScores
    second: DocumentScores
    answers: tuple[str, str]


@dataclass
class _Kind:
    """The documents of one kind, those furthest apart kept."""

    most: int
    count: int = 0
    total: float = 0.0
    kept: list[tuple[float, int, ReasonChange]] = field(default_factory=list)

    def add(self, change: ReasonChange) -> None:
        self.count += 1
        self.total += change.distance
        entry = (change.distance, -change.document, change)
        if len(self.kept) < self.most:
            heapq.heappush(self.kept, entry)
        elif self.kept and entry[:2] > self.kept[0][:2]:
            heapq.heapreplace(self.kept, entry)

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    def listed(self) -> tuple[ReasonChange, ...]:
        return tuple(change for _, _, change in sorted(self.kept, key=lambda each: (-each[0], -each[1])))


class _Found:
    """What has been compared so far."""

    def __init__(self, most: int) -> None:
        self.differing = _Kind(most)
        self.same = _Kind(most)
        self._terms: dict[tuple[str, str], tuple[int, float]] = {}  # (label, word) -> documents, total

    def add(
        self,
        kind: _Kind,
        pair: _Pair,
        asked: tuple[str, str],
        scores: tuple[Sequence[WordScore], Sequence[WordScore]],
    ) -> None:
        """Compare two readings; nothing is counted where they have no word in common."""
        found = shifts(*scores)
        if not found:
            return
        text = pair.first.text
        changed = by_change(found)
        kind.add(
            ReasonChange(
                document=pair.first.document,
                first=pair.answers[0],
                second=pair.answers[1],
                label=asked[0],
                rival=asked[1],
                distance=reason_distance(found),
                gained=_named(text, [each for each in changed if each.change > 0]),
                lost=_named(text, [each for each in changed if each.change < 0]),
            )
        )
        sums: dict[str, float] = {}
        for each in found:
            word = fold(text[each.start : each.end])
            sums[word] = sums.get(word, 0.0) + each.change
        for word, change in sums.items():
            documents, total = self._terms.get((asked[0], word), (0, 0.0))
            self._terms[asked[0], word] = (documents + 1, total + change)

    def terms(self) -> tuple[tuple[TermShift, ...], tuple[TermShift, ...]]:
        """The words that gained and that lost most over all documents."""
        every = [
            TermShift(word=word, label=label, documents=documents, total=total)
            for (label, word), (documents, total) in self._terms.items()
        ]
        gained = heapq.nsmallest(_WORDS_IN_ALL, every, key=lambda term: (-term.total, term.word))
        lost = heapq.nsmallest(_WORDS_IN_ALL, every, key=lambda term: (term.total, term.word))
        return tuple(t for t in gained if t.total > 0), tuple(t for t in lost if t.total < 0)


def _named(text: str, found: Iterable[Shift]) -> tuple[WordShift, ...]:
    named = [WordShift(text[each.start : each.end], each.first, each.second) for each in found]
    return tuple(named[:_WORDS_A_DOCUMENT])


def _compared(
    project: Project, request: CompareReasons, first: _Side, second: _Side, documents: int
) -> Work[_Found]:
    split = None if request.split is None else SPLIT_CODES[request.split]
    found = _Found(request.most)
    again: list[_Pair] = []
    for number, pair in enumerate(_pairs(project, first, second, split)):
        if number % _STEP == 0:
            yield Progressed("compare", number, documents)
        differ = _differ(first.model.task, pair)
        if pair.first.label and pair.first.label == pair.second.label:
            kind = found.differing if differ else found.same
            found.add(kind, pair, (pair.first.label, ""), (pair.first.words, pair.second.words))
        elif differ and len(again) < _ASKED_AGAIN:
            again.append(pair)
    for number, pair in enumerate(again):
        yield Progressed("compare", number, len(again))
        asked = _asked_the_same(project, pair, first, second)
        if asked is not None:
            found.add(found.differing, pair, *asked)
    return found


def _pairs(project: Project, first: _Side, second: _Side, split: int | None) -> Iterator[_Pair]:
    """The documents that both have explained and that one of them has something to explain of, by id."""
    others = project.corpus.scores(second.run, second.method, split)
    other = next(others, None)
    for one in project.corpus.scores(first.run, first.method, split):
        while other is not None and other.document < one.document:
            other = next(others, None)
        if other is None:
            return
        if other.document == one.document and (one.label or other.label):
            yield _Pair(one, other, (_answer(project, first, one), _answer(project, second, other)))


def _answer(project: Project, side: _Side, found: DocumentScores) -> str:
    if side.model.task == "single":
        return found.label
    known = project.runs.prediction(side.run, found.document)
    return "" if known is None else known.label


def _differ(task: str, pair: _Pair) -> bool:
    """Scores never differ: their reasons are compared all the same, whatever they are."""
    if task == "score":
        return False
    if all(pair.answers):
        return pair.answers[0] != pair.answers[1]
    return pair.first.label != pair.second.label


def _asked_the_same(
    project: Project, pair: _Pair, first: _Side, second: _Side
) -> tuple[tuple[str, str], tuple[Sequence[WordScore], Sequence[WordScore]]] | None:
    """((label, rival), both runs' scores) for one question; None: one of them does not know a label of it."""
    label = pair.first.label or pair.second.label
    rival = pair.second.label if first.model.task == "single" else ""
    text = pair.first.text
    try:
        if isinstance(first.model, AnyTaggingModel) and isinstance(second.model, AnyTaggingModel):
            return _entity_asked(project, pair, first, second)
        scores = []
        for side in (first, second):
            assert not isinstance(side.model, AnyTaggingModel)
            contrast = contrast_for(side.model, side.model.logits([text])[0], label, rival)
            scores.append(compute(side.model, side.method, text, contrast).words)
    except KnownError as error:
        if error.kind not in (ErrorKind.LABEL_UNKNOWN, ErrorKind.SPAN_WITHOUT_WORDS):
            raise
        return None
    return (label, rival), (scores[0], scores[1])


def _entity_asked(
    project: Project, pair: _Pair, first: _Side, second: _Side
) -> tuple[tuple[str, str], tuple[Sequence[WordScore], Sequence[WordScore]]]:
    """Of the surest entity of the run that finds one, the first's before the second's: why it is one."""
    text = pair.first.text
    words = project.documents.words(pair.first.document)
    sides = (first, second) if pair.first.label else (second, first)
    span: tuple[int, int] | None = None
    kind: str | None = None
    scores = {}
    for side in sides:
        assert isinstance(side.model, AnyTaggingModel)
        (logits,) = side.model.logits([text], [words])
        question = entity_question(side.model, text, words, logits, span, kind)
        span, kind = question.span, question.kinds[question.target]
        scores[side.run] = compute(side.model, side.method, text, question.contrast).words
    return (kind or "", ""), (scores[first.run], scores[second.run])
