"""The explainer where none is named: one choice for whatever explains, also where a family has no rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue, Argued
from engine.api.explaining.pack import PackVerified, PackWritten, VerifyPack, WritePack
from engine.api.explaining.trust import ExplainerRanking, ScrambleWeights, WeightsScrambled
from engine.api.messages import (
    Explain,
    Explained,
    FaithfulnessMeasured,
    MeasureFaithfulness,
    Request,
    Result,
    Train,
)
from engine.api.project import Project
from engine.api.results import Erasure
from engine.dispatch import work_for
from engine.explain.defaults import FALLBACK
from engine.models.loaded import Models
from engine.pack.reading import read_pack
from engine.progress import Control, Noticed, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project

QUICK: dict[str, OptionValue] = {"epochs": 1, "precision": "fp32", "learning_rate": 1e-3}


@pytest.fixture(scope="module")
def unruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    """A project with a run of a model whose activation has no rule of relevance propagation."""
    folder = tmp_path_factory.mktemp("unruled")
    source = bert_folder(folder / "m")
    config = json.loads((source / "config.json").read_text())
    (source / "config.json").write_text(json.dumps({**config, "hidden_act": "relu2"}))
    with tiny_project(folder / "p") as opened:
        wanted = Train(method="fine-tune", source=str(source), options=QUICK)
        yield opened, finish(train(opened, wanted, Control())).run


def answered(opened: Project, request: Request) -> tuple[Result, list[str]]:
    """The result, and the notices on the way."""
    work = work_for(opened, request, Control(), Models())
    notices: list[str] = []
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value, notices
        if isinstance(step, Noticed):
            notices.append(step.kind)


def test_explaining_and_measuring_without_rules(unruled: tuple[Project, str]) -> None:
    opened, run = unruled
    found, notices = answered(opened, Explain(run=run, text="good bad film"))
    assert isinstance(found, Explained)
    assert opened.runs.explanation(found.explanation).method == FALLBACK
    assert notices == ["explainer-changed"]
    measured, notices = answered(opened, MeasureFaithfulness(run=run, method="", texts=3))
    assert isinstance(measured, FaithfulnessMeasured)
    assert measured.faithfulness.method == FALLBACK
    assert notices == ["explainer-changed"]
    scrambled, notices = answered(opened, ScrambleWeights(run=run, texts=2))
    assert isinstance(scrambled, WeightsScrambled)
    assert scrambled.check.method == FALLBACK
    assert notices == ["explainer-changed"]
    with pytest.raises(KnownError) as caught:
        answered(opened, MeasureFaithfulness(run=run, method="lrp", texts=3))
    assert caught.value.kind is ErrorKind.EXPLAINER_NO_RULE


def test_a_pack_without_rules(unruled: tuple[Project, str], tmp_path: Path) -> None:
    opened, run = unruled
    out = tmp_path / "evidence.json"
    request = WritePack(run=run, out=str(out), texts=("good film", "bad film"), seals=False)
    found, notices = answered(opened, request)
    assert isinstance(found, PackWritten)
    assert [item.explanation.method for item in read_pack(out).items] == [FALLBACK] * 2
    assert notices == ["explainer-changed"]
    again, _ = answered(opened, VerifyPack(str(out)))
    assert isinstance(again, PackVerified)
    assert again.same == 2


def test_arguing_without_rules(unruled: tuple[Project, str]) -> None:
    opened, run = unruled
    options: dict[str, OptionValue] = {"epochs": 1, "precision": "fp32"}
    found, notices = answered(opened, Argue(run=run, strike=("film",), options=options))
    assert isinstance(found, Argued)
    assert found.before.struck_share is not None
    assert found.after.struck_share is not None
    assert notices.count("explainer-changed") == 1


def test_a_pack_takes_the_run_s_measured_default(unruled: tuple[Project, str], tmp_path: Path) -> None:
    opened, run = unruled
    ranking = ExplainerRanking(
        run=run,
        texts=0,
        ranks=(),
        random=Erasure(0.0, 0.0),
        instant="gradient-norm",
        settled="occlusion",
        seconds=1.0,
    )
    with opened.transaction():
        opened.explaining.put_finding(run, ranking)
    out = tmp_path / "evidence.json"
    answered(opened, WritePack(run=run, out=str(out), texts=("good film",), seals=False))
    (item,) = read_pack(out).items
    assert item.explanation.method == "gradient-norm"
