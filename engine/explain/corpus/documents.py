"""Explain every document: batched, stored as it goes, gone on with after a stop or a kill at any moment."""

from __future__ import annotations

import time
from functools import partial

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import CorpusExplained, CorpusSummary, ExplainCorpus
from engine.api.project import Project
from engine.api.store.corpus import DocumentScores
from engine.api.store.labels import SPLIT_CODES
from engine.api.words import CHARACTER
from engine.explain.corpus.summary import strongest
from engine.explain.corpus.word_scores import explainer_for, scored
from engine.explain.defaults import chosen_explainer, explained_by_default
from engine.models.run_model import RunModel, word_unit_of
from engine.progress import Progressed, Work

_READ_DOCUMENTS = 512  # read at once, and sorted by length
_READ_CHARACTERS = 1_000_000
# a transaction holds so many documents, or what was explained in so many seconds: what a kill can lose
_STORED_DOCUMENTS = 256
_STORED_SECONDS = 5.0


def explain_corpus(project: Project, request: ExplainCorpus, model: RunModel) -> Work[CorpusExplained]:
    """Explain the documents that have no scores of this model for their text as it stands; then sum up.

    Closed at any step, what was explained is kept; killed, all but the last seconds. Yields "explain" in documents.
    Where the default method has no rule for the model's family, integrated gradients are taken, with a notice.
    Raises RUN_UNKNOWN, EXPLAINER_UNKNOWN, EXPLAINER_NO_RULE, OPTION_VALUE (the split), SPLIT_EMPTY.
    """
    if request.split is not None and request.split not in SPLITS:
        valid = ", ".join(SPLITS)
        raise KnownError(ErrorKind.OPTION_VALUE, option="split", value=request.split, valid=valid)
    run = project.runs.get(request.run)
    explained = partial(_explained, project, request, model)
    return (yield from explained_by_default(project, run, request.method, explained))


def method_for(project: Project, run: str, wanted: str, model: RunModel) -> str:
    """The explainer's id: what is wanted, else the run's best instant one, else its method's default.

    Raises RUN_UNKNOWN, EXPLAINER_UNKNOWN.
    """
    return explainer_for(model, chosen_explainer(project, project.runs.get(run), wanted).id)


def _explained(
    project: Project, request: ExplainCorpus, model: RunModel, chosen: str
) -> Work[CorpusExplained]:
    method = explainer_for(model, chosen)
    store, split = project.corpus, None if request.split is None else SPLIT_CODES[request.split]
    started = time.perf_counter()
    done = yield from explain_missing(project, request, method, model)
    corpus = store.corpus(request.run, method)
    assert corpus is not None
    words, phrases, documents = strongest(store, request.run, method, model, split)
    explained, total = store.progress(corpus, split)
    summary = CorpusSummary(
        run=request.run,
        method=method,
        split=request.split,
        model_hash=model.model_hash,
        documents=total,
        explained=done,
        skipped=explained - sum(documents.values()),
        seconds=time.perf_counter() - started,
        label_documents=documents,
        words=words,
        phrases=phrases,
    )
    with project.transaction():
        project.explaining.put_finding(request.run, summary)
    return CorpusExplained(summary)


def _reading_of(model: RunModel) -> str:
    """What stored scores belong to: the weights, and the words that have scores."""
    unit = word_unit_of(model)
    return model.model_hash if unit == CHARACTER else f"{model.model_hash}/{unit}"


def explain_missing(project: Project, request: ExplainCorpus, method: str, model: RunModel) -> Work[int]:
    """How many documents had to be explained by ``method``; nothing is summed up.

    Raises EXPLAINER_NO_RULE, SPLIT_EMPTY.
    """
    store, split = project.corpus, None if request.split is None else SPLIT_CODES[request.split]
    started = time.perf_counter()
    with project.transaction():
        if request.anew and split is not None:
            store.forget_split(request.run, method, split)
        elif request.anew:
            store.forget(request.run, method)
        corpus = store.begin(request.run, method, _reading_of(model))
    before, total = store.progress(corpus, split)
    if not total:
        raise KnownError(ErrorKind.SPLIT_EMPTY, split=request.split or "")
    yield Progressed("explain", before, total)
    waiting_to_be_stored: list[DocumentScores] = []
    done, stored_at, last = 0, time.perf_counter(), 0

    def keep() -> None:
        nonlocal stored_at
        if waiting_to_be_stored:
            with project.transaction():
                store.put(corpus, waiting_to_be_stored)
            waiting_to_be_stored.clear()
        stored_at = time.perf_counter()

    try:
        while waiting := store.waiting(corpus, split, last, _READ_DOCUMENTS, _READ_CHARACTERS):
            last = waiting[-1].document
            for found in scored(model, method, waiting):
                waiting_to_be_stored += found
                done += len(found)
                now = time.perf_counter()
                if len(waiting_to_be_stored) >= _STORED_DOCUMENTS or now - stored_at > _STORED_SECONDS:
                    keep()
                yield Progressed("explain", min(before + done, total), total, done / (now - started))
            keep()
    except (GeneratorExit, KeyboardInterrupt):
        keep()
        raise
    return done
