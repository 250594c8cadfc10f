"""Which words and phrases carry each label: the sums over a corpus, in bounded memory."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from engine.api.explaining.corpus import CorpusWord
from engine.api.store.corpus import CorpusStore, DocumentScores, fold
from engine.api.store.corpus_words import TermCount
from engine.models.run_model import RunModel

WORDS_A_LABEL = 100
PHRASES_A_LABEL = 50
# a phrase is counted where one of its words is among so many that carry the label: what bounds the memory
_CARRIERS_A_LABEL = 300
_LEAST_DOCUMENTS = 2  # of a phrase


def strongest(
    store: CorpusStore, run: str, method: str, model: RunModel, split: int | None
) -> tuple[tuple[CorpusWord, ...], tuple[CorpusWord, ...], dict[str, int]]:
    """(words, phrases, documents of each label): of every label the strongest for it, by the sum of their scores.

    A phrase is two words with nothing but white space between. Of a score the lowest words follow the highest.
    """
    corpus = store.corpus(run, method)
    assert corpus is not None
    both = model.task == "score"
    tops = _tops(store.terms(corpus, split), _CARRIERS_A_LABEL, both)
    carriers = {label: {term.word for term in terms} for label, terms in tops.items()}
    phrases, documents = _phrases(store.scores(run, method, split), carriers)
    words = {label: _ends(terms, WORDS_A_LABEL, both) for label, terms in tops.items()}
    joined = {
        label: _ends(terms, PHRASES_A_LABEL, both)
        for label, terms in _tops(phrases, PHRASES_A_LABEL, both).items()
    }
    order = [label for label in model.labels if label in documents]
    return _listed(order, words), _listed(order, joined), {label: documents[label] for label in order}


def _tops(terms: Iterable[TermCount], most: int, both: bool) -> dict[str, list[TermCount]]:
    """Of each label the terms that speak most for it, and with ``both`` most against it; strongest first."""
    high: dict[str, list[tuple[float, str, TermCount]]] = defaultdict(list)
    low: dict[str, list[tuple[float, str, TermCount]]] = defaultdict(list)
    for term in terms:
        for heap, total in ((high, term.total), (low, -term.total)):
            if total > 0 and (heap is high or both):
                _push(heap[term.label], (total, term.word, term), most)
    return {
        label: [term for _, _, term in sorted(high[label], key=_best)]
        + [term for _, _, term in sorted(low[label], key=_best, reverse=True)]
        for label in {**high, **low}
    }


def _push(heap: list[tuple[float, str, TermCount]], entry: tuple[float, str, TermCount], most: int) -> None:
    if len(heap) < most:
        heapq.heappush(heap, entry)
    elif entry[:2] > heap[0][:2]:
        heapq.heapreplace(heap, entry)


def _best(entry: tuple[float, str, TermCount]) -> tuple[float, str]:
    return -entry[0], entry[1]


def _ends(terms: list[TermCount], most: int, both: bool) -> list[TermCount]:
    """The first terms; with ``both`` as many of the last, whose total is negative."""
    first = [term for term in terms if term.total > 0][:most]
    last = [term for term in terms if term.total < 0][-most:]
    return first + last if both else first


def _phrases(
    scores: Iterable[DocumentScores], carriers: Mapping[str, set[str]]
) -> tuple[list[TermCount], Counter[str]]:
    """Phrases with at least one carrying word, in two documents or more; documents of each label."""
    documents = Counter[str]()
    found: dict[tuple[str, str], list[float]] = {}  # (label, phrase) -> documents, occurrences, total
    for each in scores:
        if not each.label:
            continue
        documents[each.label] += 1
        carrying = carriers.get(each.label, set())
        folded = [fold(each.text[word.start : word.end]) for word in each.words]
        here: set[tuple[str, str]] = set()
        for at in range(len(folded) - 1):
            if folded[at] not in carrying and folded[at + 1] not in carrying:
                continue
            gap = each.text[each.words[at].end : each.words[at + 1].start]
            if gap.strip() or not (_wordlike(folded[at]) and _wordlike(folded[at + 1])):
                continue
            key = (each.label, f"{folded[at]}{' ' if gap else ''}{folded[at + 1]}")
            sums = found.setdefault(key, [0.0, 0.0, 0.0])
            sums[0] += key not in here
            sums[1] += 1
            sums[2] += each.words[at].score + each.words[at + 1].score
            here.add(key)
    counts = [
        TermCount(phrase, label, int(n), int(times), total)
        for (label, phrase), (n, times, total) in found.items()
        if n >= _LEAST_DOCUMENTS
    ]
    return counts, documents


def _wordlike(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _listed(labels: list[str], terms: Mapping[str, list[TermCount]]) -> tuple[CorpusWord, ...]:
    return tuple(
        CorpusWord(
            word=term.word,
            label=label,
            documents=term.documents,
            occurrences=term.occurrences,
            mean_score=term.total / term.occurrences,
            total_score=term.total,
        )
        for label in labels
        for term in terms.get(label, ())
    )
