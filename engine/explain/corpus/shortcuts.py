"""The shortcut alarm: words that decide but should not, each tested by taking it out of the texts of the corpus.

A word is a candidate where it carries a label (among the strongest by summed scores) and a sign says that it should
not (``shortcut_signs``). It is a suspect where answers depend on it: erased, more answers change, or the label's
probability falls further, than without as many random other words of the same texts.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.explaining.corpus import ExplainCorpus, FindShortcuts, ShortcutsFound, Suspect
from engine.api.project import Project
from engine.api.store.corpus import fold
from engine.api.store.corpus_words import TermCount
from engine.api.store.labels import SPLIT_CODES
from engine.explain.contrast import Asked, Contrast
from engine.explain.corpus.documents import explain_corpus
from engine.explain.corpus.shortcut_signs import Background, Facts, Seen, capital_inside, reason_of, tied
from engine.explain.corpus.word_scores import asked_of
from engine.explain.drops import explained_figure
from engine.explain.erasing import NOTHING, Erasing, Outputs, erased_outputs, read_words
from engine.explain.seeds import seed_of
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.tag_answers import kind_probabilities
from engine.models.text_model import sigmoid, softmax
from engine.progress import Progressed, Work, finish

_CARRIERS = 600  # words looked at, over all labels
_LEAST_CARRIERS = 20  # of a label
_LEAST_DOCUMENTS = 3
_LOOKED_AT = 40  # occurrences in which a word's writing is looked at
_TESTED = 40  # texts out of which a word is taken
_RANDOM_DRAWS = 3
_CLEARLY = 0.02  # how much further the probability must fall than without random words
_EXAMPLES = 8
_CAPITALS_FROM = 200  # documents from which the use of capitals is known


@dataclass(frozen=True)
class Candidate:
    """A word that carries a label and, for ``reason``, should not."""

    term: TermCount
    reason: str
    share: float
    facts: Facts
    documents: tuple[int, ...]  # with the word, answered with the label, the strongest first


def find_shortcuts(project: Project, request: FindShortcuts, model: RunModel) -> Work[ShortcutsFound]:
    """Find, test and rank suspects; the corpus is explained first, as far as it is not.

    At most ``request.most``, kept as the run's finding. Yields "explain", "suspects" and "measure". Raises what
    ``explain_corpus`` raises.
    """
    corpus = ExplainCorpus(run=request.run, method=request.method)
    method = (yield from explain_corpus(project, corpus, model)).summary.method
    candidates = yield from _candidates(project, request.run, method, model, 2 * request.most)
    suspects: list[tuple[float, Suspect]] = []
    spread = _score_spread(project, model, candidates)
    for number, candidate in enumerate(candidates):
        suspect = _tested(project, model, candidate, spread)
        if suspect is not None:
            suspects.append(suspect)
        yield Progressed("measure", number + 1, len(candidates))
    suspects.sort(key=lambda pair: (-pair[0], pair[1].word, pair[1].label))
    found = ShortcutsFound(tuple(suspect for _, suspect in suspects[: request.most]), method)
    with project.transaction():
        project.explaining.put_finding(request.run, found)
    return found


# --- candidates ---------------------------------------------------------------------------------------------


def _candidates(project: Project, run: str, method: str, model: RunModel, most: int) -> Work[list[Candidate]]:
    store = project.corpus
    corpus = store.corpus(run, method)
    assert corpus is not None
    tops: dict[str, list[tuple[float, str, TermCount]]] = defaultdict(list)
    mass = Counter[str]()
    keep = max(_LEAST_CARRIERS, _CARRIERS // max(1, len(model.labels)))
    for term in store.terms(corpus):
        mass[term.label] += max(0.0, term.total)  # type: ignore[assignment]
        if term.total > 0 and term.documents >= _LEAST_DOCUMENTS:
            heap = tops[term.label]
            heapq.heappush(heap, (term.total, term.word, term))
            if len(heap) > keep:
                heapq.heappop(heap)
    strongest = sorted(
        (term for heap in tops.values() for _, _, term in heap), key=lambda term: (-term.total, term.word)
    )
    background = _background(project, run, method, model)
    found = []
    for number, term in enumerate(strongest):
        hits = store.hits(run, method, term.word, term.label, limit=_LOOKED_AT, context=0)
        texts = {each.id: each.text for each in project.documents.page([hit.document for hit in hits])}
        seen = [Seen(texts[hit.document], hit.start, hit.end) for hit in hits]
        sources, training = store.ties(corpus, term.word, SPLIT_CODES["train"], project.task)
        facts = Facts(term.word, term.label, seen, sources, training)
        reason = reason_of(facts, background)
        if reason:
            documents = store.documents_with(corpus, term.word, term.label)
            found.append(Candidate(term, reason, term.total / mass[term.label], facts, tuple(documents)))
        yield Progressed("suspects", number + 1, len(strongest))
    return found[:most]


def _background(project: Project, run: str, method: str, model: RunModel) -> Background:
    store = project.corpus
    corpus = store.corpus(run, method)
    assert corpus is not None
    sources, training = store.ties(corpus, None, SPLIT_CODES["train"], project.task)
    capitals: list[bool] = []
    for number, each in enumerate(store.scores(run, method)):
        if number == _CAPITALS_FROM:
            break
        inside = (capital_inside(Seen(each.text, word.start, word.end)) for word in each.words)
        capitals += [capital for capital in inside if capital is not None]
    return Background(model.labels, sources, training, float(np.mean(capitals)) if capitals else 0.0)


# --- the test -----------------------------------------------------------------------------------------------


def _score_spread(project: Project, model: RunModel, candidates: Sequence[Candidate]) -> float:
    """The standard deviation of the scores of the candidates' texts: what a score's change is measured by."""
    if model.task != "score" or isinstance(model, AnyTaggingModel):
        return 0.0
    ids = sorted({id for candidate in candidates for id in candidate.documents[:_TESTED]})[:500]
    texts = [each.text for each in project.documents.page(ids)]
    return float(model.logits(texts).std()) if texts else 0.0


def _tested(
    project: Project, model: RunModel, candidate: Candidate, spread: float
) -> tuple[float, Suspect] | None:
    """(how many answers hang on the word, the suspect); None where they hang on it no more than on others."""
    tasks = _erasings(project, model, candidate)
    if not tasks:
        return None
    outputs = finish(erased_outputs(model, tasks))
    flips = np.array(
        [_flips(model, task.asked, rows, spread) for task, rows in zip(tasks, outputs, strict=True)]
    )
    figures = [
        np.array([explained_figure(model.task, task.asked, row) for row in rows])
        for task, rows in zip(tasks, outputs, strict=True)
    ]
    drops = np.array([rows[0] - rows[1:] for rows in figures])  # (texts, the word and the random draws)
    count, random_count = int(flips[:, 0].sum()), float(flips[:, 1:].sum(0).mean())
    drop, random_drop = float(drops[:, 0].mean()), float(drops[:, 1:].mean())
    further = (drop - random_drop) / (spread or 1.0)
    if count <= random_count and further < _CLEARLY:
        return None
    term, facts = candidate.term, candidate.facts
    training = sum(facts.training.values())
    source = max(facts.sources, key=lambda each: facts.sources[each]) if facts.sources else 0
    names = {each.id: each.name for each in project.documents.sources()}
    suspect = Suspect(
        word=term.word,
        label=term.label,
        reason=candidate.reason,
        documents=term.documents,
        share_of_label=candidate.share,
        tested=len(tasks),
        flips=count,
        random_flips=random_count,
        drop=drop,
        random_drop=random_drop,
        mean_score=term.total / term.occurrences,
        training_share=facts.training.get(term.label, 0) / training if training else None,
        source=names.get(source, ""),
        source_share=tied(facts.sources),
        examples=candidate.documents[:_EXAMPLES],
    )
    # answers that hang on it in the whole corpus; where none turns, by how much they lean on it
    hanging = (count - random_count) / len(tasks) + further
    return term.documents * hanging, suspect


def _erasings(project: Project, model: RunModel, candidate: Candidate) -> list[Erasing]:
    """Of texts drawn among those with the word: nothing erased, all its occurrences, as many others each draw."""
    word = candidate.term.word
    random = np.random.default_rng(seed_of(f"{word}\0{candidate.term.label}"))
    count = min(_TESTED, len(candidate.documents))
    drawn = random.choice(len(candidate.documents), count, replace=False)
    documents = project.documents.page([candidate.documents[int(i)] for i in sorted(drawn)])
    texts = [each.text for each in documents]
    words = (
        [project.documents.words(each.id) for each in documents] if isinstance(model, AnyTaggingModel) else []
    )
    logits = model.logits(texts, words) if isinstance(model, AnyTaggingModel) else model.logits(texts)
    tasks = []
    for at, text in enumerate(texts):
        question = asked_of(model, text, words[at] if words else None, logits[at])
        spans = read_words(model, text)
        own = np.array([fold(text[start:end]) == word for start, end in spans], bool)
        if question is None or question[0] != candidate.term.label or not own.any():
            continue
        others = np.flatnonzero(~own)
        size = min(int(own.sum()), len(others))
        draws = [np.sort(random.choice(others, size, replace=False)) for _ in range(_RANDOM_DRAWS)]
        tasks.append(Erasing(text, question[1], [NOTHING, np.flatnonzero(own), *draws]))
    return tasks


def _flips(model: RunModel, asked: Asked, rows: Sequence[Outputs], spread: float) -> NDArray[np.bool_]:
    """Whether the answer after each erasure is another one than before; the first row is the untouched text."""
    if model.task == "score":
        return np.array([abs(float(row[0]) - float(rows[0][0])) > spread for row in rows[1:]])
    if isinstance(asked, Contrast) and model.task == "multi":
        limits = model.thresholds if not isinstance(model, AnyTaggingModel) else ()
        limit = limits[asked.target] if limits else 0.5
        holds = [bool(sigmoid(row[None])[0, asked.target] >= limit) for row in rows]
        return np.array([each != holds[0] for each in holds[1:]])
    if isinstance(asked, Contrast):
        answers = [int(row.argmax()) for row in rows]
    else:
        answers = [int(kind_probabilities(softmax(row)).mean(0).argmax()) for row in rows]
    return np.array([each != answers[0] for each in answers[1:]])
