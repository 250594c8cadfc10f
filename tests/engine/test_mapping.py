"""The map: a known plane, what the head reads of each kind of model, an even draw, a missing library."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import DocumentsMapped, MapDocuments
from engine.explain.corpus import mapping
from engine.explain.corpus.mapping import map_documents, principal_plane
from engine.models.answers import answers
from engine.models.fusion_model import FusionModel
from engine.models.modules import FeatureModule
from engine.models.run_model import RunModel
from engine.models.text_model import TorchModel, softmax
from engine.progress import Progressed, finish
from tests.engine.corpus_project import NASTY, project_of, tiny_rows, windowed
from tests.engine.explain_toys import tiny_bert, tiny_features
from tests.engine.test_explain import linear_model
from tests.engine.test_explain_tasks import scoring, several, tagging
from tests.engine.tiny_tasks import tagging_project


def fused() -> FusionModel:
    return FusionModel((tiny_features(), tiny_features()))


def places(found: DocumentsMapped) -> np.ndarray:
    return np.array([(point.x, point.y) for point in found.points])


@pytest.mark.parametrize("form", [np.asarray, csr_matrix])
def test_a_plane_in_space_is_found_again(form: Callable[[Any], Any]) -> None:
    random = np.random.default_rng(1)
    flat = random.normal(size=(40, 2)) * [5.0, 1.0]
    flat -= flat.mean(0)
    turn, _ = np.linalg.qr(random.normal(size=(6, 6)))
    space = flat @ turn[:2] + 7.0
    found, explained = principal_plane(form(space))
    assert explained == pytest.approx(1.0)
    distances = [np.linalg.norm(x[:, None] - x[None], axis=-1) for x in (flat, found)]
    assert np.allclose(*distances)
    assert found[:, 0].std() > found[:, 1].std()
    assert np.array_equal(principal_plane(form(space))[0], found)
    noisy = space + random.normal(size=space.shape)
    assert 0.5 < principal_plane(form(noisy))[1] < 1.0


@pytest.mark.parametrize("form", [np.asarray, csr_matrix])
@pytest.mark.parametrize("shape", [(1, 5), (2, 5), (3, 1), (2, 1), (4, 2)])
def test_few_texts_or_axes(form: Callable[[Any], Any], shape: tuple[int, int]) -> None:
    found, explained = principal_plane(form(np.arange(np.prod(shape), dtype=float).reshape(shape)))
    assert found.shape == (shape[0], 2)
    assert explained == pytest.approx(1.0)
    assert np.isfinite(found).all()


def test_texts_that_are_all_alike_lie_on_one_point() -> None:
    found, explained = principal_plane(np.ones((5, 3)))
    assert not found.any()
    assert explained == 1.0


@pytest.mark.parametrize(
    ("make", "method"),
    [
        (tiny_bert, "fine-tune"),
        (tiny_features, "features"),
        (fused, "fusion"),
        (linear_model, "bag-of-words"),
        (lambda: windowed(tiny_bert()), "fine-tune"),
        (several, "fine-tune"),
        (scoring, "fine-tune"),
    ],
)
def test_each_document_has_its_place_and_answer(tmp_path: Path, make: Callable[[], Any], method: str) -> None:
    model = make()
    task = model.task
    rows = [(t, "2" if task == "score" else label, s) for t, label, s in tiny_rows(30)]
    project, run = project_of(tmp_path / "p", rows, method, task)
    with project:
        stages = [
            step.stage
            for step in map_documents(project, MapDocuments(run=run), model)
            if isinstance(step, Progressed)
        ]
        assert stages[0] == "encode"
        assert "fit" in stages
        found = project.explaining.finding(run, DocumentsMapped)
        assert found is not None
        assert found.explained is not None
        assert 0 < found.explained <= 1 + 1e-9
        assert [point.document for point in found.points] == list(range(1, 31))
        said = answers(model, model.logits([row[0] for row in rows]))
        assert [point.label for point in found.points] == [answer.label for answer in said]
        assert [p.probability for p in found.points] == pytest.approx([a.probability for a in said], abs=1e-5)
        assert {point.truth for point in found.points} == {row[1] for row in rows}
        again = finish(map_documents(project, MapDocuments(run=run), model))
        assert np.allclose(places(again), places(found), atol=1e-6)


def test_the_states_are_what_the_head_reads() -> None:
    model = tiny_features()
    texts = ["good film", "the film was not very good", "bad"]
    states = finish(mapping._states(model, texts))
    assert isinstance(model.module, FeatureModule)
    with torch.no_grad():
        head = model.module.head(torch.tensor(np.asarray(states), dtype=torch.float32))
    assert np.allclose(head.numpy(), model.logits(texts), atol=1e-5)
    tuned = tiny_bert()
    states = finish(mapping._states(tuned, texts))
    with torch.no_grad():
        head = tuned.module.last_linear(torch.tensor(np.asarray(states), dtype=torch.float32))
    assert np.allclose(softmax(head.numpy()), softmax(tuned.logits(texts)), atol=1e-5)
    assert tuned.module.training, "as it was"


def test_windows_of_a_text_are_averaged() -> None:
    model: TorchModel = windowed(tiny_features())
    text = "the film was not very good , a bad film was very good"
    (state,) = np.asarray(finish(mapping._states(model, [text])))
    with torch.no_grad():
        head = model.module.last_linear(torch.tensor(state, dtype=torch.float32))
    assert np.allclose(head.numpy(), model.logits([text])[0], atol=1e-5)


def test_tagged_words_are_mapped_by_their_mean(tmp_path: Path) -> None:
    with tagging_project(tmp_path / "p", 20) as project:
        with project.transaction():
            run = project.runs.add("fine-tune", "tiny", {})
        found = finish(map_documents(project, MapDocuments(run=run), tagging()))
        assert len(found.points) == 20
        assert {name for p in found.points for name in p.label.split("|")} <= {"LOC", "PER", "∅"}
        assert {name for p in found.points for name in p.truth.split("|")} <= {"WORK", "DISH", "SPOT", "∅"}
        assert all(0 < point.probability <= 1 for point in found.points)


def test_the_draw_is_even_over_labels_and_always_the_same(tmp_path: Path) -> None:
    rows = [(f"good film {i}", "yes" if i % 10 else "no", "train") for i in range(100)]
    rows += [(f"bad {i}", "", "") for i in range(50)]
    project, run = project_of(tmp_path / "p", rows)
    with project:
        model = tiny_bert()
        found = finish(map_documents(project, MapDocuments(run=run, most=60), model))
        assert Counter(point.truth for point in found.points) == {"no": 10, "yes": 25, "": 25}
        again = finish(map_documents(project, MapDocuments(run=run, most=60), model))
        assert [p.document for p in again.points] == [p.document for p in found.points]
        assert len(finish(map_documents(project, MapDocuments(run=run, most=1000), model)).points) == 150


def test_nasty_texts_have_places_and_empty_ones_none(tmp_path: Path) -> None:
    project, run = project_of(tmp_path / "p", [(text, "no", "train") for text in NASTY])
    with project:
        found = finish(map_documents(project, MapDocuments(run=run), tiny_bert()))
        assert [point.document for point in found.points] == [3, 4, 5, 6, 7, 8, 9, 10]
        assert np.isfinite(places(found)).all()
        with project.transaction():
            project.documents.delete(range(3, 11))
        with pytest.raises(KnownError) as refused:
            finish(map_documents(project, MapDocuments(run=run), tiny_bert()))
        assert refused.value.kind is ErrorKind.SPLIT_EMPTY


@pytest.mark.parametrize(
    ("projection", "kind"), [("umap", ErrorKind.UMAP_MISSING), ("tsne", ErrorKind.OPTION_VALUE)]
)
def test_what_cannot_be_drawn_is_named(
    tmp_path: Path, projection: str, kind: ErrorKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "find_spec", lambda _: None)
    project, run = project_of(tmp_path / "p", tiny_rows(5))
    with project, pytest.raises(KnownError) as refused:
        finish(map_documents(project, MapDocuments(run=run, projection=projection), tiny_bert()))
    assert refused.value.kind is kind
    assert refused.value.values.get("valid", "pca, umap") == "pca, umap"


def test_an_installed_umap_is_asked_with_a_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    class Umap:
        def __init__(self, **options: Any) -> None:
            asked.update(options)

        def fit_transform(self, states: np.ndarray) -> np.ndarray:
            return np.asarray(states)[:, :2].astype(np.float32)

    library: Any = ModuleType("umap")
    library.UMAP = Umap
    monkeypatch.setitem(sys.modules, "umap", library)
    monkeypatch.setattr(mapping, "find_spec", lambda _: object())
    project, run = project_of(tmp_path / "p", tiny_rows(12))
    with project:
        model: RunModel = replace(tiny_bert())
        found = finish(map_documents(project, MapDocuments(run=run, projection="umap"), model))
    assert asked == {"n_neighbors": 11, "random_state": 13, "n_jobs": 1}
    assert (found.projection, found.explained, len(found.points)) == ("umap", None, 12)


def test_the_real_umap_gives_the_same_map_twice() -> None:
    pytest.importorskip("umap", reason="the extra umap is not installed")
    states = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    first, second = mapping._umap(states), mapping._umap(states)
    assert first.shape == (40, 2)
    assert np.array_equal(first, second)
