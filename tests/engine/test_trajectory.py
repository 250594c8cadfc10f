"""Weights kept on the way of a training, and what influences make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindInfluences, Influences
from engine.api.messages import Train
from engine.api.project import Project
from engine.explain.evidence.influence import Space, find_influences, pushes_of
from engine.explain.evidence.state_cache import StateCache
from engine.models.states import read_states
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.models.trajectory import FOLDER, Trajectory, as_it_was, kept_states
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.resuming import stopped_and_resumed
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project
from tests.engine.tiny_tasks import tagging_project

ASKED = "the film was very good"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with tiny_project(tmp_path / "p.lexplain") as made:
        yield made


def request(folder: Path, **options: Any) -> Train:
    given = {"learning_rate": 3e-3, "epochs": 4, "precision": "fp32", **options}
    return Train(method="fine-tune", source=str(bert_folder(folder / "source")), options=given)


def loaded(project: Project, run: str) -> TorchModel:
    model = load_run(project, run)
    assert isinstance(model, TorchModel)
    return model


def ask(project: Project, run: str) -> Influences:
    wanted = FindInfluences(run=run, text=ASKED, count=100)
    return finish(find_influences(project, wanted, load_run(project, run))).influences


def test_the_states_are_those_that_the_training_passed(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[int, dict[str, torch.Tensor]] = {}
    write = Trajectory.write

    def note(self: Trajectory, passage: Any, weights: Mapping[str, torch.Tensor]) -> None:
        seen[passage.step] = {name: value.detach().clone() for name, value in weights.items()}
        write(self, passage, weights)

    monkeypatch.setattr(Trajectory, "write", note)
    run = finish(train(opened, request(tmp_path), Control())).run
    states, last = kept_states(opened.run_folder(run))
    assert [state.passage.step for state in states] == sorted(seen)
    assert len(states) == 2
    steps = 4 * -(-96 // 16)
    assert sum(state.passage.rates for state in states) + last == pytest.approx(
        sum(3e-3 * ((k + 1) / 3.4 if k < 2.4 else (steps - k) / 21.6) for k in range(steps)), rel=1e-3
    )
    finished = dict(loaded(opened, run).module.named_parameters())
    for state in states:
        earlier = dict(as_it_was(loaded(opened, run), state).module.named_parameters())
        for name, passed in seen[state.passage.step].items():
            if passed.shape == earlier[name].shape:
                assert torch.allclose(earlier[name], passed, rtol=1e-3, atol=1e-4)
        (table,) = (name for name in earlier if name.endswith("word_embeddings.weight"))
        assert not torch.allclose(earlier[table], finished[table], atol=1e-3)


def test_a_resumed_training_keeps_the_same_states(opened: Project, tmp_path: Path) -> None:
    whole = finish(train(opened, request(tmp_path), Control())).run
    resumed = stopped_and_resumed(opened, request(tmp_path))
    first, second = (sorted((opened.run_folder(run) / FOLDER).iterdir()) for run in (whole, resumed.run))
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_resumed_training_of_tagged_words_keeps_them_too(tmp_path: Path) -> None:
    with tagging_project(tmp_path / "tags") as project:
        whole = finish(train(project, request(tmp_path, epochs=2), Control())).run
        resumed = stopped_and_resumed(project, request(tmp_path, epochs=2)).run
        first, second = (sorted((project.run_folder(run) / FOLDER).iterdir()) for run in (whole, resumed))
        assert len(first) == 3  # two states and the end
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_influences_are_summed_over_the_states(opened: Project, tmp_path: Path) -> None:
    run = finish(train(opened, request(tmp_path), Control())).run
    found = ask(opened, run)
    assert found.checkpoints == 3
    rows = list(opened.documents.labelled("train"))
    model = loaded(opened, run)
    targets = np.array([model.labels.index(label) for _, _, label in rows])
    decided = finish(read_states(model, [ASKED]))
    states, last = kept_states(opened.run_folder(run))
    total = np.zeros(len(rows))
    passed = [as_it_was(loaded(opened, run), state) for state in states]
    for each, rates in zip([*passed, model], [*(s.passage.rates for s in states), last], strict=True):
        cache = StateCache(tmp_path / "cache", each)
        places = finish(cache.fill([text for _, text, _ in rows]))
        asked = finish(read_states(each, [ASKED]))
        total += rates * pushes_of(each, cache, places, targets, asked, decided, Space())
    expected = dict(zip((id for id, _, _ in rows), total / np.abs(total).sum(), strict=True))
    assert {i.document: i.push for i in found.pushes} == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("options", [{"kept_states": 0}, {"lora_rank": 2}])
def test_a_run_that_keeps_none_has_the_finished_model_alone(
    options: dict[str, int], opened: Project, tmp_path: Path
) -> None:
    run = finish(train(opened, request(tmp_path, **options), Control())).run
    assert not (opened.run_folder(run) / FOLDER).exists()
    assert ask(opened, run).checkpoints == 1


def test_damaged_states_are_left_out_or_told(opened: Project, tmp_path: Path) -> None:
    run = finish(train(opened, request(tmp_path), Control())).run
    states, _ = kept_states(opened.run_folder(run))
    states[0].path.write_bytes(states[0].path.read_bytes()[:-50])
    assert ask(opened, run).checkpoints == 1
    with pytest.raises(KnownError) as caught:
        as_it_was(loaded(opened, run), states[0])
    assert caught.value.kind is ErrorKind.MODEL_DAMAGED


def test_a_score_is_read_in_its_own_units(tmp_path: Path) -> None:
    with task_project(tmp_path / "p.lexplain", "score") as project:
        run = finish(train(project, request(tmp_path, kept_states=1), Control())).run
        ((state,), _) = kept_states(project.run_folder(run))
        texts = [text for _, text, _ in project.documents.labelled("train")]
        real = [float(label) for _, _, label in project.documents.labelled("train")]
        scores = as_it_was(loaded(project, run), state).logits(texts)
        assert abs(float(scores.mean()) - np.mean(real)) < 2 * np.std(real)
        assert ask(project, run).checkpoints == 2
