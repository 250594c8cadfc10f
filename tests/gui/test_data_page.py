"""The Data page over a real store: look, search, label, delete, take back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from engine.api.messages import Imported, InspectFile
from engine.api.results import Unreadable
from engine.api.store.documents import DocumentFilter
from gui.context import Context
from gui.pages.base import PageState
from gui.pages.data_page import DataPage
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import TEXTS, add_run, add_texts, page_context

Surroundings = tuple[Context, FakeQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


def _page(qtbot: QtBot, context: Context, folder: Path, *, unreadable: int = 0) -> DataPage:
    assert context.session.project is not None
    add_texts(context.session.project, folder, unreadable=unreadable)
    page = DataPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    qtbot.waitUntil(lambda: page.overview.texts == len(TEXTS) and page.model.complete)
    return page


def _texts(page: DataPage) -> list[str]:
    return [page.model.index(row, 0).data() for row in range(page.model.rowCount())]


def test_empty_page_offers_one_step(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = DataPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    assert page.state()[0] is PageState.EMPTY
    assert page.empty.isVisible()
    assert not page.documents.isVisible()
    with qtbot.waitSignal(page.sample_requested):
        page.sample.click()


def test_without_a_project_a_file_asks_for_one(qtbot: QtBot, tmp_path: Path) -> None:
    with page_context(tmp_path, project=False) as (context, queue):
        page = DataPage(context)
        qtbot.addWidget(page)
        with qtbot.waitSignal(page.project_needed) as asked:
            page.import_path(tmp_path / "a.csv")
        assert asked.args == [tmp_path / "a.csv"]
        assert not queue.submitted


def test_counts_and_state(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path)
    assert page.state()[0] is PageState.READY
    assert [(bar.text, bar.count) for bar in page.panel.labels.bars()] == [
        ("Billing", 3),
        ("Delivery", 2),
        ("No label", 1),
    ]
    assert page.documents.count.text() == "6 texts"


def test_search_shows_matches_and_their_number(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings[0], tmp_path)
    page.focus_search()
    qtbot.keyClicks(page.documents.search, "refund")
    qtbot.waitUntil(lambda: page.model.complete)
    assert _texts(page) == ["please refund me", "the refund never came"]
    assert page.documents.count.text() == "2 of 6"
    page.documents.clear.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == len(TEXTS))


def test_a_click_on_a_label_filters(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path)
    bars = page.panel.labels
    bars.setFocus()
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.complete)
    assert page.model.filter == DocumentFilter("", "Delivery", None)
    assert _texts(page) == ["the parcel is late", "where is my parcel"]


def test_the_inspector_shows_the_text_and_its_neighbours(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings[0], tmp_path)
    page.documents.table.selectRow(1)
    assert page.inspector.text.toPlainText() == "where is my parcel"
    assert page.inspector.label.currentText() == "Delivery"
    qtbot.mouseClick(page.inspector.after.button, Qt.MouseButton.LeftButton)
    assert page.inspector.text.toPlainText() == "please refund me"


def test_the_inspector_follows_the_language(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(qtbot, surroundings[0], tmp_path)
    page.documents.table.selectRow(1)
    monkeypatch.setattr(page.model, "split_name", lambda split: f"<{split}>")
    QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    assert page.inspector._split_value.text() in ("<train>", "<validation>", "<test>", "<>")
    assert page.inspector.text.toPlainText() == "where is my parcel"


def test_a_new_label_is_stored_and_can_be_taken_back(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    context, _ = surroundings
    page = _page(qtbot, context, tmp_path)
    page.documents.table.selectRow(5)
    edit = page.inspector.label.lineEdit()
    assert edit is not None
    edit.clear()
    qtbot.keyClicks(edit, "Complaint")
    with qtbot.waitSignal(context.session.documents_changed):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Complaint" in page.overview.labels)
    assert page.model.index(5, 1).data() == "Complaint"
    assert page.documents.selected_ids() == [page.model.id_at(5)]
    with qtbot.waitSignal(context.session.documents_changed):
        context.operations.undo()
    qtbot.waitUntil(lambda: "Complaint" not in page.overview.labels)
    assert page.model.index(5, 1).data() == ""


def test_several_rows_are_labelled_and_deleted_at_once(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    context, _ = surroundings
    page = _page(qtbot, context, tmp_path)
    table = page.documents.table
    table.setSelectionMode(QTableView.SelectionMode.MultiSelection)
    table.selectRow(0)
    table.selectRow(2)
    assert "2 texts" in page.inspector.title.text()
    page.inspector.label.setCurrentText("Both")
    with qtbot.waitSignal(context.session.documents_changed):
        page.inspector.label.activated.emit(0)
    qtbot.waitUntil(lambda: page.overview.by_label().get("Both") == 2)
    qtbot.waitUntil(lambda: page.model.complete)
    with qtbot.waitSignal(context.session.documents_changed):
        page.inspector.delete.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == len(TEXTS) - 2)
    qtbot.waitUntil(lambda: page.overview.texts == len(TEXTS) - 2)


def test_unreadable_rows_are_listed_and_copied(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, unreadable=2)
    assert page.state()[0] is PageState.ATTENTION
    page.panel.sources.rows()[0].unreadable.click()
    dialog = page.unreadable
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.table.rows.rowCount() == 2)
    assert dialog.table.rows.rows()[0] == Unreadable(100, "quote-open", '"raw 0')
    dialog.table.selectRow(1)
    dialog.table.copy()
    assert QApplication.clipboard().text().startswith("101\t")
    dialog.accept()


def test_a_file_goes_out_and_comes_back(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    context, _ = surroundings
    page = _page(qtbot, context, tmp_path)
    page.panel.sources.rows()[0].delete.click()
    qtbot.waitUntil(lambda: page.overview.texts == 0)
    assert page.state()[0] is PageState.EMPTY
    context.operations.undo()
    qtbot.waitUntil(lambda: page.overview.texts == len(TEXTS))
    qtbot.waitUntil(lambda: page.model.rowCount() == len(TEXTS))


def test_a_dropped_file_opens_the_sheet(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    context, queue = surroundings
    page = _page(qtbot, context, tmp_path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "texts.csv"))])
    page.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    request = queue.last(InspectFile).request
    assert isinstance(request, InspectFile)
    assert request.path == str(tmp_path / "texts.csv")
    assert page.sheet is not None
    page.sheet.reject()
    assert page.sheet is None


def test_every_control_has_a_name(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, unreadable=1)
    named = (
        page.documents.search,
        page.documents.table,
        page.panel.labels,
        page.panel.splits,
        page.inspector.text,
        page.inspector.label,
        page.panel.sources.rows()[0].delete,
        page.panel.sources.rows()[0].unreadable,
        page.banner.close_button,
    )
    assert all(widget.accessibleName() for widget in named)


def test_after_an_import_the_page_says_what_is_next(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings[0], tmp_path)
    page._imported(Imported(source=1, rows=583, unreadable=0, seconds=0.03))
    assert page.banner.accessibleName() == "583 rows imported."
    assert page.banner.button.isVisible()
    with qtbot.waitSignal(page.page_requested) as asked:
        page.banner.button.click()
    assert asked.args == ["train"]
    assert not page.banner.isVisible()
    page._imported(Imported(source=1, rows=583, unreadable=2, seconds=12.34))
    assert "in 12.3 s" in page.banner.accessibleName()
    project = surroundings[0].session.project
    assert project is not None
    add_run(project)
    surroundings[0].session.runs_changed.emit()
    assert not page.banner.button.isVisible()  # there is a first model by now


def test_files_dropped_together_come_one_after_the_other(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context, tmp_path)
    names = ("one.csv", "two.csv", "three.csv")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    page.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    for left, name in zip((2, 1, 0), names, strict=True):
        sheet = page.sheet
        assert sheet is not None
        request = queue.last(InspectFile).request
        assert isinstance(request, InspectFile)
        assert Path(request.path).name == name
        assert sheet._following == left
        sheet.reject()
    assert page.sheet is None
