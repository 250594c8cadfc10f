"""Once a run is trained, its highlight methods are tested while nobody asks for anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.argue import Argue, Argued, ArgueFigures
from engine.api.explaining.trust import RankExplainers
from engine.api.messages import Request, Result, Train, Trained
from engine.api.messages_transfer import MeasureRobustness, Race, Raced
from engine.api.results import Interval
from engine.api.results_transfer import Robustness, RobustnessLine
from gui.after_training import AfterTraining
from gui.context import Context
from gui.settings import TEST_EXPLAINERS
from tests.gui import figures_project, trust_figures
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

RUN = "fine-tune-3"
FIGURES = ArgueFigures(
    run=RUN,
    main=Interval(0.8, 0.7, 0.9),
    texts=1,
    struck_share=0.1,
    marked_share=None,
    flips=0.0,
    comprehensiveness=0.2,
    sufficiency=0.1,
)
TRAINED = Trained(
    run=RUN,
    method="fine-tune",
    seconds=1.0,
    tokens_per_second=1.0,
    stopped_by="epochs",
    validation=None,
    test=None,
)


@pytest.fixture
def watched(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path, texts=10) as (context, queue):
        AfterTraining(context.session, context.settings, queue.as_queue(), context.operations, queue)
        yield context, queue


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        (Train(method="fine-tune"), TRAINED),
        (
            Argue(run="other"),
            Argued(run=RUN, figure="macro_f1", split="test", before=FIGURES, after=FIGURES, seconds=1.0),
        ),
        (Race(), Raced(race="race-1", runs=(), kept=RUN)),
    ],
)
def test_a_new_runs_methods_are_tested(
    watched: tuple[Context, FakeQueue], asked: Request, result: Result
) -> None:
    _, queue = watched
    queue.finish(queue.submit(asked), result)
    job = queue.last(RankExplainers)
    assert job.request == RankExplainers(run=RUN)
    assert job.spare


@pytest.mark.parametrize("test_explainers", [True, False])
def test_an_adversarial_runs_robustness_is_measured(
    watched: tuple[Context, FakeQueue], test_explainers: bool
) -> None:
    context, queue = watched
    project = context.session.project
    assert project is not None
    context.settings.set(TEST_EXPLAINERS, test_explainers)
    run = figures_project.add_run(project, "adversarial", 0.7, 1.0)
    trained = msgspec.structs.replace(TRAINED, run=run, method="adversarial")
    queue.finish(queue.submit(Train(method="adversarial")), trained)
    job = queue.last(MeasureRobustness)
    assert job.request == MeasureRobustness(run=run)
    assert job.spare
    line = RobustnessLine(kind="clean", rows=9, figure=FIGURES.main, flipped=0.0)
    with project.transaction():
        project.runs.put_robustness(Robustness(run=run, figure="macro_f1", split="test", lines=(line,)))
    queue.finish(queue.submit(Train(method="adversarial")), trained)
    assert queue.count(MeasureRobustness) == 1
    assert queue.count(RankExplainers) == (2 if test_explainers else 0)


def test_other_runs_are_measured_when_asked(watched: tuple[Context, FakeQueue]) -> None:
    _, queue = watched
    queue.finish(queue.submit(Train(method="fine-tune")), TRAINED)
    assert queue.count(MeasureRobustness) == 0


def test_exact_weights_need_no_test(watched: tuple[Context, FakeQueue]) -> None:
    context, queue = watched
    project = context.session.project
    assert project is not None
    run = figures_project.add_run(project, "bag-of-words", 0.7, 1.0)
    queue.finish(queue.submit(Train(method="bag-of-words")), msgspec.structs.replace(TRAINED, run=run))
    assert queue.count(RankExplainers) == 0


def test_nothing_is_tested_twice_or_where_it_is_switched_off(watched: tuple[Context, FakeQueue]) -> None:
    context, queue = watched
    project = context.session.project
    assert project is not None
    context.settings.set(TEST_EXPLAINERS, False)
    queue.finish(queue.submit(Train(method="fine-tune")), TRAINED)
    context.settings.set(TEST_EXPLAINERS, True)
    queue.fail(queue.submit(Train(method="fine-tune")), ErrorKind.SPLIT_EMPTY)
    with project.transaction():
        project.explaining.put_finding(RUN, trust_figures.ranking(RUN))
    queue.finish(queue.submit(Train(method="fine-tune")), TRAINED)
    assert queue.count(RankExplainers) == 0
