"""A map of the documents: what a model's head reads of each, on a plane."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import PCA
from torch import Tensor, nn

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import PROJECTIONS, DocumentsMapped, MapDocuments, MapPoint
from engine.api.project import Project
from engine.api.store.documents import Document
from engine.api.tasks import NO_LABEL, join_labels
from engine.data.batches import scoring_batches
from engine.data.entities import Spans
from engine.models.answers import answers
from engine.models.frozen import frozen
from engine.models.run_model import AnyTaggingModel, BagOfWords, FusedModel, RunModel, parts_of
from engine.models.tag_answers import found_entities
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import BATCH_TOKENS, TorchModel, softmax
from engine.progress import Progressed, Work, retold

Floats = NDArray[np.float64]
_SEED = 13
_LEAST_FOR_UMAP = 4  # texts; fewer have no neighbourhood
_UMAP_NEIGHBOURS = 15  # the library's default


def map_documents(project: Project, request: MapDocuments, model: RunModel) -> Work[DocumentsMapped]:
    """States (N, D) of at most ``request.most`` documents, drawn evenly over their labels, as points (N, 2).

    A state is what the head reads: of a fine-tuned model the input of its last linear layer, of features the pooled
    layers, of a fusion both, of tagged words their mean, of a bag of words its TF-IDF or that mean. Windows of a long
    text are averaged. "pca" is exact, the same each time, and keeps the share ``explained`` of the variance; "umap"
    (McInnes et al. 2018, seeded) needs the library umap-learn. Empty texts are left out. Yields "encode" in texts and
    "fit". The map is kept as the run's finding. Raises OPTION_VALUE (the projection), UMAP_MISSING, SPLIT_EMPTY.
    """
    _check(request.projection)
    documents = _drawn(project, request.most)
    if not documents:
        raise KnownError(ErrorKind.SPLIT_EMPTY, split="")
    states = yield from _states(model, [each.text for each in documents])
    yield Progressed("fit", 0, 1)
    explained: float | None = None
    if request.projection == "pca" or len(documents) < _LEAST_FOR_UMAP:
        places, explained = principal_plane(states)
    else:
        places = _umap(states)
    given = yield from _answers(project, model, documents)
    points = tuple(
        MapPoint(each.id, float(x), float(y), label, _truth(each), probability)
        for each, (x, y), (label, probability) in zip(documents, places, given, strict=True)
    )
    found = DocumentsMapped(projection=request.projection, points=points, explained=explained)
    with project.transaction():
        project.explaining.put_finding(request.run, found)
    return found


def principal_plane(states: Floats | csr_matrix) -> tuple[Floats, float]:
    """(N, 2) coordinates on the two axes of most variance, and their share of it; (N, D) states.

    The sign of each axis is fixed by its strongest loading, so that the same states give the same map.
    """
    rows, columns = states.shape
    size = min(2, rows - 1, columns)
    if size < 1:
        return np.zeros((rows, 2)), 1.0
    # arpack centres sparse rows without filling them; it finds fewer axes than there are rows and columns
    sparse = isinstance(states, csr_matrix) and size < min(rows, columns)
    if sparse:
        found = PCA(size, svd_solver="arpack", random_state=_SEED).fit(states)
        total = float(_variance(states))
        axes = np.asarray(found.components_)
        places = np.asarray(found.transform(states))
    else:
        dense = states.toarray() if isinstance(states, csr_matrix) else states
        centred = dense - dense.mean(0)
        _, _, axes = np.linalg.svd(centred, full_matrices=False)
        axes = axes[:size]
        places = centred @ axes.T
        total = float((centred**2).sum())
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])
    places = np.pad(places * np.where(signs == 0, 1.0, signs), ((0, 0), (0, 2 - places.shape[1])))
    return places, float((places**2).sum() / total) if total else 1.0


def _variance(states: csr_matrix) -> float:
    """The sum of squares around the mean."""
    mean = np.asarray(states.mean(0)).ravel()
    return float(states.multiply(states).sum() - states.shape[0] * (mean @ mean))


def _check(projection: str) -> None:
    if projection not in PROJECTIONS:
        raise KnownError(
            ErrorKind.OPTION_VALUE, option="projection", value=projection, valid=", ".join(PROJECTIONS)
        )
    if projection == "umap" and find_spec("umap") is None:
        raise KnownError(ErrorKind.UMAP_MISSING)


def _umap(states: Floats | csr_matrix) -> Floats:
    umap: Any = import_module("umap")
    neighbours = min(_UMAP_NEIGHBOURS, states.shape[0] - 1)
    placed = umap.UMAP(n_neighbors=neighbours, random_state=_SEED, n_jobs=1).fit_transform(states)
    return np.asarray(placed, np.float64)


# --- which documents ------------------------------------------------------------------------------------------


def _drawn(project: Project, most: int) -> list[Document]:
    """Documents with a text, as many of each label as there are or can be, drawn at random, by id."""
    groups = project.corpus.by_label(project.task)
    random = np.random.default_rng(_SEED)
    left, chosen = most, list[int]()
    # the smallest labels first: what they leave unused is shared among the larger ones
    for number, (_, ids) in enumerate(sorted(groups.items(), key=lambda group: (len(group[1]), group[0]))):
        share = min(len(ids), left // (len(groups) - number))
        chosen += [ids[int(i)] for i in random.choice(len(ids), share, replace=False)]
        left -= share
    chosen.sort()
    pages = (project.documents.page(chosen[at : at + 500]) for at in range(0, len(chosen), 500))
    return [each for page in pages for each in page]


def _truth(document: Document) -> str:
    if document.entities is None:
        return document.label
    return join_labels(entity.label for entity in document.entities)


# --- what the head reads --------------------------------------------------------------------------------------


def _after(before: int, total: int, step: Progressed) -> Progressed:
    return replace(step, done=before + step.done, total=total)


def _states(model: RunModel, texts: list[str]) -> Work[Floats | csr_matrix]:
    if isinstance(model, BagOfWords):
        yield Progressed("encode", 0, len(texts))
        return model.features(texts)
    if isinstance(model, FusedModel):
        found = []
        total = len(model.parts) * len(texts)
        for number, part in enumerate(parts_of(model)):
            before = number * len(texts)
            told = partial(_after, before, total)
            found.append((yield from retold(_pooled(part, texts), told)))
        return np.concatenate(found, axis=1)
    return (yield from _pooled(model, texts))


def _pooled(model: TorchModel | TaggingModel, texts: list[str]) -> Work[Floats]:
    """The mean over each text's windows of what the last linear layer is given, (N, D)."""
    table = model.tokenizer.table(texts)
    states = np.zeros((len(table), model.module.last_linear.in_features))
    done = 0
    with frozen(model.module), _read_by(model.module.last_linear) as read:
        for rows in scoring_batches(table.lengths, BATCH_TOKENS):
            batch = model.tokenizer.table_batch(table, rows, model.device)
            with torch.inference_mode():
                model.module(**batch)
            given = read.pop().float()
            if given.ndim > 2:  # of every token: their mean, without padding
                mask = batch["attention_mask"].unsqueeze(-1)
                given = (given * mask).sum(1) / mask.sum(1)
            states[rows] = given.cpu().numpy()
            done += len(rows)
            yield Progressed("encode", min(done, len(texts)), len(texts))
    if table.owners is None:
        return states
    counts = np.bincount(table.owners, minlength=table.texts)
    firsts = np.flatnonzero(np.diff(table.owners, prepend=-1))
    return np.asarray(np.add.reduceat(states, firsts, axis=0) / counts[:, None])


@contextmanager
def _read_by(layer: nn.Linear) -> Iterator[list[Tensor]]:
    """The inputs that a layer is given inside."""
    given: list[Tensor] = []
    handle = layer.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    try:
        yield given
    finally:
        handle.remove()


# --- what is said of them -------------------------------------------------------------------------------------


def _answers(project: Project, model: RunModel, documents: list[Document]) -> Work[list[tuple[str, float]]]:
    """(label, probability) of each document; tagged words: the types found, and that of the least sure word."""
    texts = [each.text for each in documents]
    if not isinstance(model, AnyTaggingModel):
        logits = yield from model.score(texts)
        return [(answer.label, answer.probability) for answer in answers(model, logits)]
    words: list[Spans] = [project.documents.words(each.id) for each in documents]
    found = yield from model.score(texts, words)
    given = []
    for spans, rows in zip(words, found, strict=True):
        types = join_labels(each.label for each in found_entities(model.labels, model.tags, spans, rows))
        given.append((types or NO_LABEL, float(softmax(rows).max(1).min()) if len(rows) else 1.0))
    return given
