"""Training texts behind a decision: TracIn's closed form, the cache of states, every task, edited projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindInfluences, Influences
from engine.api.messages import Train
from engine.api.project import Project
from engine.explain.evidence import state_cache
from engine.explain.evidence.influence import Space, find_influences, pushes_of, space_of
from engine.explain.evidence.state_cache import StateCache
from engine.models.fusion_model import FusionModel
from engine.models.run_model import RunModel
from engine.models.states import WholeTextModel, read_states
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.explain_toys import tiny_bert, tiny_features, tiny_roberta
from tests.engine.task_projects import task_project
from tests.engine.test_explain import linear_model
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project

TEXTS = ["the film was good", "very bad film", "not a good film, a bad film !", "good good good"]
ASKED = "the film was very good"


def gradient(loss: torch.Tensor, model: TorchModel) -> torch.Tensor:
    """By the last layer's weights and biases, in one row."""
    last = model.module.last_linear
    return torch.cat([part.flatten() for part in torch.autograd.grad(loss, [last.weight, last.bias])])


def logits_of(model: TorchModel, text: str) -> torch.Tensor:
    logits: torch.Tensor = model.module(**model.tokenizer.batch(model.tokenizer.encode([text])))
    return logits[0]


def pushes(model: WholeTextModel, targets: np.ndarray[Any, Any], folder: Path) -> np.ndarray[Any, Any]:
    cache = StateCache(folder, model)
    rows = finish(cache.fill(TEXTS))
    asked = finish(read_states(model, [ASKED]))
    return pushes_of(model, cache, rows, targets, asked, asked, Space())


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta, tiny_features])
def test_the_closed_form_is_the_product_of_the_gradients(
    make: Callable[[], TorchModel], tmp_path: Path
) -> None:
    model = make()
    model.module.eval()
    targets = np.array([1, 0, 2, 1])
    asked = logits_of(model, ASKED)
    own = gradient(functional.cross_entropy(asked, asked.argmax()), model)
    for found, text, target in zip(pushes(model, targets, tmp_path), TEXTS, targets, strict=True):
        loss = functional.cross_entropy(logits_of(model, text), torch.tensor(target))
        assert found == pytest.approx(float(gradient(loss, model) @ own), rel=5e-3)


def test_the_closed_form_of_several_labels_and_of_a_score(tmp_path: Path) -> None:
    several = replace(tiny_bert(), task="multi", thresholds=(0.5, 0.5, 0.5))
    several.module.eval()
    held = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0], [1, 1, 1]], np.float32)
    asked = logits_of(several, ASKED)
    decided = (asked.sigmoid() >= 0.5).float()
    entropy = functional.binary_cross_entropy_with_logits
    own = gradient(entropy(asked, decided, reduction="sum"), several)
    for found, text, target in zip(pushes(several, held, tmp_path), TEXTS, held, strict=True):
        loss = entropy(logits_of(several, text), torch.from_numpy(target), reduction="sum")
        assert found == pytest.approx(float(gradient(loss, several) @ own), rel=5e-3)

    score = replace(tiny_bert(num_labels=1), task="score", labels=("score",), model_hash="2" * 64)
    score.module.eval()
    scores = np.array([2.0, -1.0, 0.5, 3.0])
    own = gradient(logits_of(score, ASKED)[0], score)
    for found, text, target in zip(pushes(score, scores, tmp_path), TEXTS, scores, strict=True):
        half = (logits_of(score, text)[0] - target) ** 2 / 2
        # a step of gradient descent goes against the gradient of the loss
        assert found == pytest.approx(float(-gradient(half, score) @ own), rel=5e-3)


def test_a_bag_of_words_has_its_exact_form(tmp_path: Path) -> None:
    model = linear_model()
    targets = np.array([1, 0, 2, 1])
    rows, asked = model.features(TEXTS).toarray(), model.features([ASKED]).toarray()[0]
    probabilities = torch.softmax(torch.from_numpy(model.logits([*TEXTS, ASKED])).double(), 1).numpy()
    left = probabilities - np.eye(3)[[*targets, probabilities[-1].argmax()]]
    expected = (left[:-1] @ left[-1]) * (rows @ asked + 1)
    assert pushes(model, targets, tmp_path) == pytest.approx(expected, rel=1e-5)


def test_two_encoders_are_one_head_on_both_states(tmp_path: Path) -> None:
    first, second = tiny_bert(), replace(tiny_roberta(), model_hash="3" * 64)
    model = FusionModel((first, second))
    found = finish(read_states(model, TEXTS))
    weights = torch.cat([part.module.last_linear.weight for part in model.parts], dim=1)
    bias = first.module.last_linear.bias + second.module.last_linear.bias
    logits = torch.from_numpy(np.asarray(found.states)) @ weights.T + bias
    assert found.logits == pytest.approx(logits.detach().numpy(), abs=1e-4)
    assert found.logits == pytest.approx(model.logits(TEXTS), abs=1e-5)


def test_the_text_itself_pushes_for_its_label_and_against_another(tmp_path: Path) -> None:
    model = tiny_bert()
    called = int(model.logits([ASKED])[0].argmax())
    cache = StateCache(tmp_path, model)
    rows = finish(cache.fill([ASKED, ASKED]))
    asked = finish(read_states(model, [ASKED]))
    same, other = pushes_of(model, cache, rows, np.array([called, (called + 1) % 3]), asked, asked, Space())
    assert same > 0 > other


def test_long_texts_have_the_mean_of_their_windows(tmp_path: Path) -> None:
    model = tiny_features()
    model.tokenizer.max_tokens, model.tokenizer.overlap = 8, 0.25
    found = finish(read_states(model, ["the film was good " * 6, "bad"]))
    last = model.module.last_linear
    logits = torch.from_numpy(np.asarray(found.states)) @ last.weight.T + last.bias
    assert found.logits == pytest.approx(logits.detach().numpy(), abs=1e-4)
    assert found.logits == pytest.approx(model.logits(["the film was good " * 6, "bad"]), abs=1e-5)


# --- runs of a project -------------------------------------------------------------------------------------------

PLANTED = "good"


@pytest.fixture(params=["features", "bag-of-words"])
def trained(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Project, str]]:
    """A run that has learnt from one text with a wrong label, the first document."""
    with tiny_project(tmp_path / "p.lexplain") as project:
        first = next(iter(project.documents.labelled("train")))[0]
        with project.transaction():
            project._db.execute("UPDATE documents SET text = ? WHERE id = ?", (PLANTED, first))
            project.documents.set_label([first], "down")
        source = str(bert_folder(tmp_path / "source")) if request.param == "features" else ""
        yield project, finish(train(project, Train(method=request.param, source=source), Control())).run


def ask(project: Project, run: str, **question: Any) -> Influences:
    given = {"text": PLANTED} | question
    return finish(
        find_influences(project, FindInfluences(run=run, **given), load_run(project, run))
    ).influences


def test_a_duplicate_comes_first(trained: tuple[Project, str]) -> None:
    project, run = trained
    found = ask(project, run, count=5)
    first = next(iter(project.documents.labelled("train")))[0]
    assert found.label == "up"
    assert found.neighbours[0].document == first
    assert found.neighbours[0].likeness == pytest.approx(1, abs=1e-3)
    assert [i.likeness for i in found.neighbours] == sorted(
        (i.likeness for i in found.neighbours), reverse=True
    )
    forth = [i for i in found.pushes if i.push > 0]
    against = [i for i in found.pushes if i.push < 0]
    assert (len(forth), len(against)) == (5, 5)
    assert (against[0].document, against[0].label) == (first, "down")
    assert against[0].doubt > max(i.doubt for i in forth)
    assert (found.checkpoints, found.training_texts, found.edited) == (1, 96, False)
    every = ask(project, run, count=96).pushes
    assert sum(abs(i.push) for i in every) == pytest.approx(1)
    assert found.pushes == tuple(forth + against)


def test_a_document_is_no_evidence_for_itself(trained: tuple[Project, str]) -> None:
    project, run = trained
    first = next(iter(project.documents.labelled("train")))[0]
    found = ask(project, run, text=None, document=first, count=200)
    assert found.text == PLANTED
    assert first not in {i.document for i in (*found.pushes, *found.neighbours)}
    assert len(found.neighbours) == 95


def test_edits_after_the_training_are_told_and_read_nothing_again(
    trained: tuple[Project, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = trained
    before = ask(project, run)
    first, second, *_ = [row[0] for row in project.documents.labelled("train")]
    read: list[str] = []

    def note(model: WholeTextModel, texts: list[str]) -> Any:
        read.extend(texts)
        return read_states(model, texts)

    monkeypatch.setattr(state_cache, "read_states", note)
    with project.transaction():
        project.documents.set_label([first], "up")
        project.documents.delete([second])
    after = ask(project, run, count=200)
    assert read == []
    pushes = {i.document: i for i in after.pushes}
    assert pushes[first].label == "up"
    assert pushes[first].push > 0
    assert second not in pushes
    assert (after.edited, after.training_texts) == (True, before.training_texts - 1)


def test_a_run_without_a_record_or_with_damaged_states_is_still_asked(trained: tuple[Project, str]) -> None:
    project, run = trained
    before = ask(project, run)
    (project.run_folder(run) / "run.json").unlink()
    files = [file for name in ("states", "doubts") for file in (project.cache / name).rglob("*.np[yz]")]
    assert len(files) == 3  # the training texts, those of the other splits, and the doubts
    for file in files:
        file.write_bytes(file.read_bytes()[:100])
    after = ask(project, run)
    assert (after.pushes, after.neighbours, after.checkpoints) == (before.pushes, before.neighbours, 1)
    assert not after.edited


def test_states_are_mapped_in_half_precision(tmp_path: Path) -> None:
    model = tiny_bert()
    finish(StateCache(tmp_path, model).fill(TEXTS))
    cache = StateCache(tmp_path, model)
    rows = finish(cache.fill([*TEXTS[::-1], TEXTS[0]]))
    assert rows[-1] == rows[-2]
    states = cache._parts[0].states
    assert states.dtype == np.float16
    assert isinstance(states, np.memmap)
    exact = finish(read_states(model, TEXTS)).states
    assert cache.states(rows[:4]) == pytest.approx(exact[::-1], rel=1e-3, abs=1e-3)
    mean, deviation = cache.moments(rows[:4])
    assert mean == pytest.approx(exact.mean(0), abs=2e-3)
    assert deviation == pytest.approx(exact.std(0), abs=2e-3)


def test_a_fitted_head_is_asked_in_the_space_it_learnt_in(trained: tuple[Project, str]) -> None:
    project, id = trained
    model = load_run(project, id)
    if not isinstance(model, TorchModel):
        pytest.skip("a bag of words learns from its counts as they are")
    texts = [row[1] for row in project.documents.labelled("train")]
    cache = StateCache(project.cache, model)
    rows = finish(cache.fill(texts))
    asked = finish(read_states(model, [ASKED]))
    targets = np.zeros(len(texts), np.int64)
    space = space_of(project.runs.get(id), cache, rows)
    found = pushes_of(model, cache, rows, targets, asked, asked, space)
    states = cache.states(rows).astype(np.float64)
    mean, scale = states.mean(0), states.std(0) + 1e-6
    kernel = ((states - mean) / scale) @ ((np.asarray(asked.states)[0] - mean) / scale) + 1
    plain = pushes_of(model, cache, rows, targets, asked, asked, Space())
    flat = plain / (states @ np.asarray(asked.states)[0] + 1)
    assert found == pytest.approx(flat * kernel, rel=2e-2, abs=1e-3 * np.abs(found).max())


@pytest.mark.parametrize("task", ["multi", "score"])
def test_every_task_of_whole_texts_has_influences(task: str, tmp_path: Path) -> None:
    with task_project(tmp_path / "p.lexplain", task) as project:
        run = finish(train(project, Train(method="bag-of-words"), Control())).run
        found = ask(project, run, text="good film", count=3)
        assert len(found.pushes) == 6
        assert all((i.push > 0) == (k < 3) for k, i in enumerate(found.pushes))
        if task == "score":
            assert np.mean([float(i.label) for i in found.pushes[:3]]) > np.mean(
                [float(i.label) for i in found.pushes[3:]]
            )


def test_bad_questions_are_known_errors(trained: tuple[Project, str]) -> None:
    project, run = trained
    for question, kind in (
        ({"text": " \n"}, ErrorKind.TEXT_EMPTY),
        ({"text": None}, ErrorKind.TEXT_EMPTY),
        ({"text": None, "document": 10**6}, ErrorKind.DOCUMENT_MISSING),
    ):
        with pytest.raises(KnownError) as refused:
            ask(project, run, **question)
        assert refused.value.kind is kind
    tagging: RunModel = TaggingModel(cast(Any, None), cast(Any, None), ("UP",), "", torch.device("cpu"))
    with pytest.raises(KnownError) as refused:
        finish(find_influences(project, FindInfluences(run=run, text="good"), tagging))
    assert refused.value.kind is ErrorKind.EVIDENCE_TASK
    with project.transaction():
        project.documents.set_label([row[0] for row in project.documents.labelled("train")], "new")
    with pytest.raises(KnownError) as refused:
        ask(project, run)
    assert refused.value.kind is ErrorKind.SPLIT_EMPTY


@pytest.mark.parametrize("text", ["😂😂", "<script>alert(1)</script>", "zzz qqq", "good " * 20_000])
def test_odd_texts_have_an_answer(trained: tuple[Project, str], text: str) -> None:
    found = ask(*trained, text=text)
    assert np.isfinite([i.push for i in found.pushes] + [i.likeness for i in found.neighbours]).all()
    assert len(found.neighbours) == 10
