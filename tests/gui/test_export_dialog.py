"""The export dialog: what it asks the engine for, where to, and what it says of the check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from engine.api.catalog import EXPORT_FORMATS
from engine.api.errors import ErrorKind, OptionValue
from engine.api.messages import JobState
from engine.api.messages_transfer import ExportModel, ModelExported
from engine.api.store.runs import Run
from gui.context import Context
from gui.pages.export.export_dialog import ExportDialog
from gui.pages.help_dialog import HelpDialog
from gui.pages.report_page import ReportPage
from gui.pages.train.runs_panel import RunsPanel
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import add_run, add_texts, page_context

Surroundings = tuple[Context, FakeQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


@pytest.fixture
def run(surroundings: Surroundings) -> Run:
    project = surroundings[0].session.project
    assert project is not None
    return project.runs.get(add_run(project))


@pytest.fixture
def dialog(qtbot: QtBot, surroundings: Surroundings, run: Run) -> ExportDialog:
    made = ExportDialog(surroundings[0], msgspec.structs.replace(run, method="fine-tune"))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def asked(queue: FakeQueue) -> ExportModel:
    request = queue.last(ExportModel).request
    assert isinstance(request, ExportModel)
    return request


def result(dialog: ExportDialog, agreement: float = 1.0) -> ModelExported:
    return ModelExported(
        out=dialog.folder.text(), files=("README.md",), largest_difference=4e-7, agreement=agreement, rows=500
    )


def choose(dialog: ExportDialog, format: str) -> None:
    card = next(card for card in dialog.cards.cards() if card.key == format)
    card.chosen.emit(format)


def test_the_folder_follows_the_format(dialog: ExportDialog, surroundings: Surroundings, run: Run) -> None:
    project = surroundings[0].session.project
    assert project is not None
    assert dialog.folder.text() == str(project.exports / f"{run.id}-runner")
    choose(dialog, "onnx-int8")
    assert dialog.folder.text() == str(project.exports / f"{run.id}-onnx-int8")
    dialog.start.click()
    assert asked(surroundings[1]) == ExportModel(run=run.id, format="onnx-int8", out=dialog.folder.text())


def test_a_taken_folder_is_said_before_and_another_suggested(dialog: ExportDialog, run: Run) -> None:
    taken = Path(dialog.folder.text())
    taken.mkdir()
    (taken / "mine").write_text("")
    dialog.folder.setText(str(taken) + "/")
    assert not dialog.start.isEnabled()
    assert "not empty" in dialog.note.text()
    choose(dialog, "onnx")
    choose(dialog, "runner")
    assert dialog.folder.text() == f"{taken}-2"
    assert dialog.start.isEnabled()


def test_a_chosen_folder_stays_and_gets_a_new_one_inside_where_it_is_taken(
    dialog: ExportDialog, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    dialog.put_into(str(tmp_path / "empty"))
    assert dialog.folder.text() == str(tmp_path / "empty")
    choose(dialog, "onnx")
    assert dialog.folder.text() == str(tmp_path / "empty")
    dialog.put_into(str(tmp_path))
    assert dialog.folder.text() == str(tmp_path / f"{run.id}-onnx")


@pytest.mark.parametrize(("agreement", "tone"), [(1.0, "info"), (0.9, "careful")])
def test_the_check_is_shown_at_the_end(
    dialog: ExportDialog, surroundings: Surroundings, agreement: float, tone: str
) -> None:
    queue = surroundings[1]
    dialog.start.click()
    job = queue.last(ExportModel)
    assert "Waits" in dialog.note.text()
    queue.begin(job)
    queue.progress(job, "verify", 120, 500)
    assert "120/500" in dialog.note.text()
    assert not dialog.cards.isEnabled()
    assert dialog.cancel.isVisible()
    queue.finish(job, result(dialog, agreement))
    said = dialog.banner.accessibleName()
    assert "500 texts" in said
    assert ("100 %" if agreement == 1.0 else "90 %") in said
    assert "4e-07" in said
    assert dialog.banner.property("surface") == tone
    assert dialog.banner.button.isVisible()
    assert not dialog.start.isVisible()
    choose(dialog, "huggingface")
    assert dialog.start.isVisible()
    assert not dialog.banner.isVisible()


def test_an_error_is_said_in_words_and_it_can_be_tried_again(
    dialog: ExportDialog, surroundings: Surroundings
) -> None:
    queue = surroundings[1]
    dialog.start.click()
    queue.fail(queue.last(ExportModel), ErrorKind.EXPORT_DIFFERS, format="onnx", difference="0.2")
    assert "differs by 0.2" in dialog.banner.accessibleName()
    assert not dialog.banner.button.isVisible()
    assert dialog.start.isEnabled()
    dialog.start.click()
    assert queue.count(ExportModel) == 2
    assert not dialog.banner.isVisible()


def test_it_can_be_cancelled(dialog: ExportDialog, surroundings: Surroundings) -> None:
    dialog.start.click()
    dialog.cancel.click()
    assert surroundings[1].last(ExportModel).state is JobState.CANCELLED
    assert dialog.start.isEnabled()
    assert not dialog.cancel.isVisible()


def test_a_closed_dialog_leaves_the_job_alone(
    qtbot: QtBot, dialog: ExportDialog, surroundings: Surroundings
) -> None:
    dialog.start.click()
    job = surroundings[1].last(ExportModel)
    dialog.close()
    assert not job.state.ended
    surroundings[1].finish(job, result(dialog))


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("bag-of-words", {}),
        ("distil", {"student": "bag-of-words"}),
        ("pseudo-label", {"base": "bag-of-words"}),
    ],
)
def test_a_bag_of_words_has_no_network_to_export(
    qtbot: QtBot, surroundings: Surroundings, run: Run, method: str, options: dict[str, OptionValue]
) -> None:
    made = ExportDialog(surroundings[0], msgspec.structs.replace(run, method=method, options=options))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    assert [card.key for card in made.cards.cards()] == ["runner", "huggingface", "onnx", "onnx-int8"]
    assert "vocabulary" in made.note.text()


def test_a_student_with_a_network_has_every_format(
    qtbot: QtBot, surroundings: Surroundings, run: Run
) -> None:
    student = msgspec.structs.replace(run, method="distil", options={"student": "small-model"})
    made = ExportDialog(surroundings[0], student)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    assert tuple(card.key for card in made.cards.cards()) == EXPORT_FORMATS
    assert "None of your texts" in made.note.text()


def test_the_runs_table_asks_for_it(qtbot: QtBot, surroundings: Surroundings, run: Run) -> None:
    panel = RunsPanel(surroundings[0].theme, "en")
    qtbot.addWidget(panel)
    panel.set_runs([run], frozenset())
    with qtbot.waitSignal(panel.handed_over) as caught:
        panel._export.trigger()
    assert caught.args == [run.id]


def test_the_report_page_opens_it(qtbot: QtBot, surroundings: Surroundings, run: Run, tmp_path: Path) -> None:
    project = surroundings[0].session.project
    assert project is not None
    add_texts(project, tmp_path)
    page = ReportPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    page.export.click()
    (opened,) = page.findChildren(ExportDialog)
    assert run.id in opened.folder.text()
    opened.close()


def test_it_tells_of_the_formats(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.mouseClick(dialog.about, Qt.MouseButton.LeftButton)
    help = dialog.findChild(HelpDialog)
    assert help is not None
    assert help.isVisible()
    assert help.text.toPlainText().startswith("Export")
    help.text.anchorClicked.emit(QUrl("report"))
    assert help.text.topic == "report"
    help.close()
    assert dialog.isVisible()


def test_another_language_leaves_the_cards_their_height(dialog: ExportDialog) -> None:
    dialog.show()
    before = dialog.minimumHeight()
    dialog.retranslate()  # the words are the same
    assert dialog.minimumHeight() == before
    layout = dialog.layout()
    assert layout is not None
    layout.activate()
    assert all(card.height() > 40 for card in dialog.cards.cards())
