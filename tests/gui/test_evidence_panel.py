"""Beside the text in Explain: the training texts that an answer was learnt from, and their labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.influence import FindInfluences, Influence, Influences, InfluencesFound
from engine.api.messages import Train, Trained
from gui.context import Context
from gui.pages.explain.evidence_panel import EvidencePanel
from tests.gui.figures_context import figures_context
from tests.gui.tabs_context import LABELS, RUN, TEXT, Surroundings, documents, shown, subject


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with figures_context(tmp_path) as found:
        yield found


def _influences(context: Context, **changes: object) -> InfluencesFound:
    rows = documents(context, 12)
    pushes = [
        Influence(
            document=id,
            text=text,
            label=label,
            push=0.06 - 0.01 * n,
            likeness=0.8,
            doubt=0.9 if n == 1 else 0.1,
        )
        for n, (id, text, label) in enumerate(rows[:12])
        if n != 6
    ]
    near = [
        Influence(document=id, text=text, label=label, push=0.01, likeness=0.97, doubt=0.0)
        for id, text, label in rows[:4]
    ]
    found = Influences(
        run=RUN,
        text=TEXT,
        label="Billing",
        pushes=tuple(pushes),
        neighbours=tuple(near),
        checkpoints=1,
        training_texts=160,
        seconds=0.2,
    )
    return InfluencesFound(msgspec.structs.replace(found, **changes))


def _evidence(qtbot: QtBot, surroundings: Surroundings, **changes: object) -> EvidencePanel:
    context, queue = surroundings
    panel = EvidencePanel(context)
    shown(qtbot, panel)
    panel.set_front(True)
    panel.set_subject(subject(context))
    queue.finish(queue.last(FindInfluences), _influences(context, **changes))
    return panel


def test_training_texts_are_shown_by_what_they_pushed(qtbot: QtBot, surroundings: Surroundings) -> None:
    panel = _evidence(qtbot, surroundings)
    assert surroundings[1].last(FindInfluences).request == FindInfluences(run=RUN, text=TEXT)
    assert [len(panel.rows(group)) for group in range(3)] == [5, 5, 4]
    assert panel.rows(0)[0].words()[1] == "+6.0 %"
    assert "doubtful, 90 %" in panel.rows(0)[1].words()[2]
    assert panel.rows(1)[0].words()[1].startswith("−")
    assert panel.rows(2)[0].words()[1] == "97 % alike"
    assert "160" in panel._head.text()
    assert "no states" in panel._facts.text()
    assert panel._more[0].isVisible()
    qtbot.mouseClick(panel._more[0], Qt.MouseButton.LeftButton)
    assert len(panel.rows(0)) == 6
    assert not panel.hint.isVisible()


def test_a_label_is_corrected_where_it_is_seen_and_the_run_trained_again(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    panel = _evidence(qtbot, surroundings)
    row = panel.rows(0)[1]
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert panel.correction.isVisible()
    document, before = row.row.document, row.row.label
    other = next(label for label in LABELS if label != before)
    edit = panel.correction.one.lineEdit()
    assert edit is not None
    panel.correction.one.setCurrentText(other)
    with qtbot.waitSignal(context.session.documents_changed):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert project.documents.get(document).label == other
    assert panel.rows(0)[1].words()[0] == f"“{other}”"
    assert panel.correction.isVisible()  # the row stays open
    assert panel.hint.isVisible()
    with qtbot.waitSignal(context.session.documents_changed):
        context.operations.undo()
    assert project.documents.get(document).label == before
    assert not panel.hint.isVisible()
    with qtbot.waitSignal(context.session.documents_changed):
        context.operations.redo()
    assert panel.hint.isVisible()
    qtbot.mouseClick(panel.retrain, Qt.MouseButton.LeftButton)
    run = project.runs.get(RUN)
    job = queue.last(Train)
    assert job.request == Train(method=run.method, source=run.source, options=run.options)
    assert not panel.retrain.isVisible()
    queue.fail(job, ErrorKind.TOO_FEW_TEXTS, split="train", rows=1, least=2)
    assert panel.retrain.isVisible()
    panel.train_again()
    queue.begin(queue.last(Train), "fine-tune-5")
    queue.finish(
        queue.last(Train),
        Trained(
            run="fine-tune-5",
            method=run.method,
            seconds=1.0,
            tokens_per_second=1.0,
            stopped_by="epochs",
            validation=None,
            test=None,
        ),
    )
    assert context.session.run == "fine-tune-5"


def test_a_training_text_is_opened(qtbot: QtBot, surroundings: Surroundings) -> None:
    panel = _evidence(qtbot, surroundings)
    row = panel.rows(2)[0]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.document_requested) as asked:
        qtbot.mouseClick(panel.correction.look, Qt.MouseButton.LeftButton)
    assert asked.args == [row.row.document]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert not panel.correction.isVisible()


@pytest.mark.parametrize("task", ["multi", "score"])
def test_labels_of_other_tasks_are_corrected_too(qtbot: QtBot, surroundings: Surroundings, task: str) -> None:
    context, queue = surroundings
    panel = EvidencePanel(context)
    shown(qtbot, panel)
    panel.set_front(True)
    panel.set_subject(subject(context, task=task))
    queue.finish(queue.last(FindInfluences), _influences(context))
    panel.rows(0)[0].chosen.emit(panel.rows(0)[0].key)
    assert panel.correction.several.isVisible() == (task == "multi")
    assert panel.correction.score.isVisible() == (task == "score")
    stored = []
    panel.correction.label_set.connect(lambda _id, label: stored.append(label))
    if task == "score":
        panel.correction.score.field.setText("3.5")
        qtbot.keyClick(panel.correction.score.field, Qt.Key.Key_Return)
        assert stored == ["3.5"]
    else:
        chip = next(chip for chip in panel.correction.several.chips() if not chip.isChecked())
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert chip.name in stored[0]


def test_a_run_of_other_labels_is_told_at_once(qtbot: QtBot, surroundings: Surroundings) -> None:
    panel = _evidence(qtbot, surroundings, edited=True, checkpoints=3)
    assert panel.hint.isVisible()
    assert "3 states" in panel._facts.text()
