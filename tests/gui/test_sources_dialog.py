"""The source models' dialog: the list, adding, timing, removing; searching the hub, downloading, every failure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import JobState, Progress
from engine.api.messages_transfer import (
    AddSource,
    DownloadSource,
    HubSearched,
    ListSources,
    MeasureSource,
    RemoveSource,
    SearchHub,
    SourceDownloaded,
    SourceMeasured,
    SourcesListed,
)
from engine.api.results_transfer import HubModel, SourceInfo
from gui.context import Context
from gui.pages.sources.sources_dialog import HUB, SourcesDialog
from gui.pages.train.source_chooser import SourceChooser
from gui.pages.train_page import TrainPage
from gui.plots.renderer import PlotRenderer
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context


def info(id: str, **changes: object) -> SourceInfo:
    facts: dict[str, object] = {
        "name": id,
        "folder": f"/models/{id}",
        "family": "bert",
        "layers": 6,
        "width": 384,
        "parameters": 22_713_728,
        "size_bytes": 90_868_376,
        "max_tokens": 512,
        "languages": "en",
        "licence": "mit",
    }
    return SourceInfo(id=id, **{**facts, **changes})  # type: ignore[arg-type]


def found(id: str, **changes: object) -> HubModel:
    facts: dict[str, object] = {
        "downloads": 1200,
        "size_bytes": 90_868_376,
        "licence": "apache-2.0",
        "languages": "en",
        "family": "bert",
    }
    return HubModel(id=id, **{**facts, **changes})  # type: ignore[arg-type]


SOURCES = (
    info("minilm", texts_per_second=226.8),
    info("someone/tiny", removable=True),
    info("/data/mine", removable=True, problem="model-pickled", licence=""),
)
MODELS = (
    found("someone/tiny"),
    found("other/big", licence=""),
    found("other/code", problem="model-remote-code"),
)


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with page_context(tmp_path) as made:
        yield made


@pytest.fixture
def dialog(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> SourcesDialog:
    made = SourcesDialog(surroundings[0])
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def queue(surroundings: tuple[Context, FakeQueue], dialog: SourcesDialog) -> FakeQueue:
    """After the models have been listed."""
    queue = surroundings[1]
    queue.finish(queue.last(ListSources), SourcesListed(SOURCES))
    return queue


def cells(dialog: SourcesDialog, row: int) -> list[str]:
    model = dialog.installed.table.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


# --- installed -----------------------------------------------------------------------------------------------


def test_until_the_list_comes_it_is_said_that_it_is_looked_for(
    dialog: SourcesDialog, surroundings: tuple[Context, FakeQueue]
) -> None:
    assert not dialog.installed.table.isVisible()
    queue = surroundings[1]
    queue.fail(queue.last(ListSources), ErrorKind.FILE_NO_PERMISSION, path="/models")
    assert "/models" in dialog.installed._banner.accessibleName()


def test_the_table_tells_what_is_known(dialog: SourcesDialog, queue: FakeQueue) -> None:
    assert cells(dialog, 0) == [
        "MiniLM", "bert", "6", "22.7 M", "91 MB", "512", "en", "mit", "227 texts/s"
    ]  # fmt: skip
    assert cells(dialog, 1)[-1] == "–"
    assert cells(dialog, 2)[-1] == "cannot be used"
    assert dialog._header.accessibleDescription() == "3 models, 273 MB"


def test_numbers_stand_under_one_another(dialog: SourcesDialog, queue: FakeQueue) -> None:
    model = dialog.installed.table.model()
    role = Qt.ItemDataRole.TextAlignmentRole
    right = [
        bool(
            int(model.headerData(column, Qt.Orientation.Horizontal, role)) & int(Qt.AlignmentFlag.AlignRight)
        )
        for column in range(model.columnCount())
    ]
    assert right[:6] == [False, False, True, True, True, True]
    assert int(model.index(0, 2).data(role)) & int(Qt.AlignmentFlag.AlignRight)


def test_what_can_be_done_depends_on_the_model(dialog: SourcesDialog, queue: FakeQueue) -> None:
    panel = dialog.installed
    expected = {
        "minilm": (True, False, True),
        "someone/tiny": (True, True, True),
        "/data/mine": (False, True, False),
    }
    for id, wanted in expected.items():
        panel.table.select(id)
        assert tuple(button.isEnabled() for button in (panel.measure, panel.remove, panel.use)) == wanted
    assert "pickled" in panel._facts.text()


def test_measuring_is_a_job_whose_figure_arrives(dialog: SourcesDialog, queue: FakeQueue) -> None:
    dialog.installed.table.select("someone/tiny")
    dialog.installed.measure.click()
    job = queue.last(MeasureSource)
    assert job in queue.jobs, "a figure measured beside a training would be wrong"
    assert cells(dialog, 1)[-1] == "waiting…"
    queue.begin(job)
    assert cells(dialog, 1)[-1] == "measuring…"
    assert not dialog.installed.measure.isEnabled()
    queue.finish(job, SourceMeasured(info("someone/tiny", removable=True, texts_per_second=1234.0)))
    assert cells(dialog, 1)[-1] == "1,234 texts/s"
    assert dialog.installed.table.current() == "someone/tiny"


def test_a_folder_is_added_or_refused_in_words(dialog: SourcesDialog, queue: FakeQueue) -> None:
    dialog.installed.add_folder("/data/bad")
    queue.fail(queue.last(AddSource), ErrorKind.MODEL_NO_CONFIG, path="/data/bad")
    assert dialog.installed._banner.isVisible()
    assert "/data/bad" in dialog.installed._banner.accessibleName()
    dialog.installed.add_folder("/data/good")
    assert not dialog.installed._banner.isVisible()
    queue.finish(queue.last(AddSource), SourcesListed((*SOURCES, info("/data/good", name="good"))))
    assert cells(dialog, 3)[0] == "good"


@pytest.mark.parametrize(("answer", "removes"), [("Remove", True), ("Keep", False)])
def test_removing_is_asked_first(
    dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot, answer: str, removes: bool
) -> None:
    dialog.installed.table.select("someone/tiny")
    dialog.installed.remove.click()
    box = dialog.findChild(QMessageBox)
    assert box is not None
    assert "Delete" in box.text()
    (button,) = [each for each in box.findChildren(QPushButton) if each.text() == answer]
    button.click()
    assert queue.count(RemoveSource) == removes
    if removes:
        queue.finish(queue.last(RemoveSource), SourcesListed(SOURCES[:1]))
        assert dialog.installed.table.current() == "minilm"


def test_return_chooses_what_can_be_used(dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot) -> None:
    dialog.installed.table.select("/data/mine")
    with qtbot.assertNotEmitted(dialog.chosen):
        dialog.installed.table.opened.emit("/data/mine")
    dialog.installed.table.select("someone/tiny")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.keyClick(dialog.installed.table, Qt.Key.Key_Return)
    assert chosen.args == ["someone/tiny"]
    assert not dialog.isVisible()


# --- the hub -------------------------------------------------------------------------------------------------


def search(dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot) -> None:
    dialog.show_tab(HUB)
    qtbot.keyClicks(dialog.hub.words, " tiny ")
    qtbot.keyClick(dialog.hub.words, Qt.Key.Key_Return)
    queue.finish(queue.last(SearchHub), HubSearched(MODELS))


def test_nothing_is_asked_before_the_user_asks(dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot) -> None:
    dialog.show_tab(HUB)
    assert not dialog.hub.go.isEnabled()
    qtbot.keyClick(dialog.hub.words, Qt.Key.Key_Return)
    assert queue.count(SearchHub) == 0
    assert "huggingface.co" in dialog.hub._privacy.text()
    assert "nothing of your texts" in dialog.hub._privacy.text()


def test_a_search_shows_size_and_licence_before_the_download(
    dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot
) -> None:
    search(dialog, queue, qtbot)
    assert queue.last(SearchHub).request == SearchHub("tiny")
    hub = dialog.hub
    assert hub.table.model().rowCount() == 3
    assert hub.table.current() == "someone/tiny"
    assert hub.get.text() == "Train with it", "it is installed already"
    hub.table.select("other/big")
    assert hub.get.text() == "Download (91 MB)"
    assert "does not say its licence" in hub._about.text()
    hub.table.select("other/code")
    assert not hub.get.isEnabled()
    assert "code" in hub._about.text()


def test_a_download_shows_its_way_and_can_be_cancelled(
    dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot
) -> None:
    search(dialog, queue, qtbot)
    hub = dialog.hub
    assert not hub._way.isVisible()
    hub.table.select("other/big")
    hub.get.click()
    job = queue.last(DownloadSource)
    assert job in queue.jobs, "it stands in the strip, too"
    assert not hub.get.isEnabled()
    queue.begin(job)
    job.progress = Progress(job=job.id, stage="download", done=45_000_000, total=90_000_000, rate=2.5e6)
    queue._changed(job, "progressed", job.progress)
    assert hub._stage.full_text() == "other/big · Downloading · 45.0 of 90.0 MB · 2.5 MB/s"
    assert hub._bar.value() == 500
    hub.cancel.click()
    assert job.state is JobState.CANCELLED
    assert not hub._way.isVisible()
    assert hub.get.isEnabled()


def test_what_was_downloaded_is_installed_and_can_be_trained_with(
    dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot
) -> None:
    search(dialog, queue, qtbot)
    dialog.hub.table.select("other/big")
    dialog.hub.get.click()
    queue.finish(queue.last(DownloadSource), SourceDownloaded(info("other/big", removable=True)))
    assert dialog.installed.table.model().rowCount() == 4
    assert dialog.hub.get.text() == "Train with it"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.hub.get.click()
    assert chosen.args == ["other/big"]


def test_without_a_network_it_is_told_and_tried_again(
    dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot
) -> None:
    dialog.show_tab(HUB)
    dialog.hub.words.setText("tiny")
    dialog.hub.go.click()
    queue.fail(queue.last(SearchHub), ErrorKind.HUB_UNREACHABLE, hub="https://huggingface.co", reason="DNS")
    assert dialog.hub._banner.isVisible()
    assert "cannot be reached" in dialog.hub._banner.accessibleName()
    dialog.hub._banner.button.click()
    assert queue.count(SearchHub) == 2
    queue.finish(queue.last(SearchHub), HubSearched(()))
    assert not dialog.hub._banner.isVisible()
    assert "no model" in dialog.hub._nothing.accessibleName()


def test_a_download_that_failed_is_tried_again(dialog: SourcesDialog, queue: FakeQueue, qtbot: QtBot) -> None:
    search(dialog, queue, qtbot)
    dialog.hub.table.select("other/big")
    dialog.hub.get.click()
    queue.fail(queue.last(DownloadSource), ErrorKind.HUB_BROKEN_OFF, file="model.safetensors")
    assert "model.safetensors" in dialog.hub._banner.accessibleName()
    dialog.hub._banner.button.click()
    assert queue.count(DownloadSource) == 2
    assert queue.last(DownloadSource).request == DownloadSource("other/big")


def test_every_control_has_a_name(dialog: SourcesDialog, queue: FakeQueue) -> None:
    for button in dialog.findChildren(QPushButton):
        assert button.text() or button.accessibleName() or not button.isVisibleTo(dialog)
    for widget in (dialog.installed.table, dialog.hub.table, dialog.hub.words, dialog.hub._bar, dialog.tabs):
        assert widget.accessibleName()


# --- the chooser on the Train page ---------------------------------------------------------------------------


def test_the_chooser_offers_all_installed_ones(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    chooser = SourceChooser(surroundings[0].theme, "en")
    qtbot.addWidget(chooser)
    chooser.choose("someone/tiny")  # before the list has come
    with qtbot.assertNotEmitted(chooser.changed):
        chooser.set_sources(SOURCES)
    assert chooser.source() == "someone/tiny"
    assert [chooser._box.itemText(i) for i in range(3)] == ["MiniLM (bundled)", "someone/tiny", "mine"]
    assert "22.7 M parameters" in chooser._row.note()
    item = chooser._box.model().index(2, 0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    with qtbot.waitSignal(chooser.changed) as changed:
        chooser.set_sources(SOURCES[:1])
    assert changed.args == ["minilm"]


def test_the_train_page_opens_the_models_and_takes_the_chosen_one(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    renderer = PlotRenderer(())
    page = TrainPage(
        Context(context.theme, context.settings, context.session, context.queue, context.operations, renderer)
    )
    qtbot.addWidget(page)
    queue.finish(queue.last(ListSources), SourcesListed(SOURCES))
    page._set_up.show_method("fine-tune")
    page._set_up.sources_requested.emit()
    dialog = page.findChild(SourcesDialog)
    assert isinstance(dialog, SourcesDialog)
    queue.finish(queue.last(ListSources), SourcesListed(SOURCES))
    dialog.installed.table.select("someone/tiny")
    dialog.installed.use.click()
    assert page._set_up.source == "someone/tiny"
    renderer.close()
