"""The import sheet: detect, change, map, import, fail and go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import ColumnMapping, FileInspected, Imported, ImportFile, InspectFile
from engine.api.results import FilePreview, Unreadable
from gui.context import Context
from gui.models.preview_model import Meaning
from gui.pages.data.import_sheet import ImportSheet
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context, preview


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with page_context(tmp_path) as made:
        yield made


@pytest.fixture
def sheet(qtbot: QtBot, tmp_path: Path, surroundings: tuple[Context, FakeQueue]) -> ImportSheet:
    sheet = ImportSheet(surroundings[0], tmp_path / "mail.csv")
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


def _answer(surroundings: tuple[Context, FakeQueue], found: FilePreview) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    with project.transaction():
        number = project.documents.add_preview(found)
    queue.finish(queue.last(InspectFile), FileInspected(number))


def _head(sheet: ImportSheet, column: int) -> str:
    from PySide6.QtCore import Qt

    return str(sheet.preview.headerData(column, Qt.Orientation.Horizontal))


def test_what_was_found_is_shown(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    assert not sheet.start.isEnabled()
    _answer(surroundings, preview(tmp_path))
    assert "about 5,000 rows" in sheet.sentence.text()
    assert sheet.preview.rowCount() == 2
    assert _head(sheet, 1) == "message\nText (guessed)"
    assert _head(sheet, 0) == "id\nnot used"
    assert sheet.start.isEnabled()
    assert not sheet.banner.isVisible()


def test_a_guessed_encoding_is_said_and_can_be_changed(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    queue = surroundings[1]
    _answer(surroundings, preview(tmp_path, encoding="windows-1252", encoding_certain=False))
    assert sheet.banner.isVisible()
    combo = sheet.choices.encoding
    combo.setCurrentIndex(combo.findData("gb18030"))
    combo.activated.emit(combo.currentIndex())
    request = queue.last(InspectFile).request
    assert isinstance(request, InspectFile)
    assert request.read.encoding == "gb18030"
    assert not sheet.start.isEnabled()
    _answer(surroundings, preview(tmp_path, encoding="gb18030"))
    assert combo.currentData() == "gb18030"
    assert sheet.start.isEnabled()
    assert not sheet.banner.isVisible()


def test_the_head_of_a_column_maps_it(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    _answer(surroundings, preview(tmp_path))
    actions = {action.text(): action for action in sheet.column_menu(0).actions()}
    assert list(actions) == ["Text", "Second text", "Label", "Split", "Do not use"]
    assert actions["Do not use"].isChecked()
    actions["Text"].trigger()
    assert sheet.choices.meanings() == {Meaning.TEXT: 0, Meaning.LABEL: 2}
    assert _head(sheet, 0) == "id\nText"
    assert _head(sheet, 1) == "message\nnot used"


def test_import_asks_for_what_was_chosen_and_closes(
    qtbot: QtBot, sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    queue = surroundings[1]
    _answer(surroundings, preview(tmp_path))
    sheet.choices.destination.setCurrentIndex(sheet.choices.destination.findData("test"))
    sheet.start.click()
    job = queue.last(ImportFile)
    request = job.request
    assert isinstance(request, ImportFile)
    assert request.mapping == ColumnMapping(text="message", label="topic")
    assert request.as_split == "test"
    queue.begin(job)
    queue.progress(job, "read", 50, 100)
    assert sheet.progress.value() == 500
    with qtbot.waitSignal(sheet.imported):
        queue.finish(job, Imported(source=1, rows=2, unreadable=0, seconds=0.1))
    assert not sheet.isVisible()


def test_a_split_column_decides_where_rows_go(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    _answer(surroundings, preview(tmp_path, split_column=0))
    assert sheet.choices.destination.currentText() == "by their split column"
    assert sheet.choices.as_split() is None
    mapping = sheet.choices.mapping()
    assert mapping is not None
    assert mapping.split == "id"


def test_an_error_is_words_and_the_sheet_stays_usable(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    queue = surroundings[1]
    _answer(surroundings, preview(tmp_path))
    sheet.start.click()
    queue.fail(queue.last(ImportFile), ErrorKind.DISK_FULL, path=str(tmp_path))
    assert sheet.banner.isVisible()
    assert sheet.banner.accessibleName()
    assert sheet.start.isEnabled()
    sheet.start.click()
    assert queue.count(ImportFile) == 2


def test_a_file_that_cannot_be_looked_at(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    queue = surroundings[1]
    queue.fail(queue.last(InspectFile), ErrorKind.FILE_EMPTY, path=str(tmp_path / "mail.csv"))
    assert sheet.banner.isVisible()
    assert not sheet.start.isEnabled()


def test_stopping_an_import_keeps_the_sheet(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    queue = surroundings[1]
    _answer(surroundings, preview(tmp_path))
    sheet.start.click()
    queue.begin(queue.last(ImportFile))
    sheet.cancel.click()
    assert sheet.isVisible()
    assert sheet.start.isEnabled()
    sheet.cancel.click()
    assert not sheet.isVisible()


def test_unreadable_rows_come_with_their_reason(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    _answer(surroundings, preview(tmp_path, unreadable=(Unreadable(7, "nul-byte", "a\0b"),)))
    assert sheet.unread.isVisible()
    assert sheet.unreadable.rows.index(0, 0).data() == "7"
    assert sheet.unreadable.rows.index(0, 1).data()


def test_without_a_text_column_nothing_is_imported(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    queue = surroundings[1]
    _answer(surroundings, preview(tmp_path, text_column=None, label_column=None))
    assert not sheet.start.isEnabled()
    combo = sheet.choices.columns[Meaning.TEXT]
    combo.setCurrentIndex(combo.findData(1))
    combo.activated.emit(combo.currentIndex())
    assert sheet.start.isEnabled()
    assert queue.count(ImportFile) == 0


def test_texts_in_pairs_name_two_columns(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    _answer(surroundings, preview(tmp_path))
    actions = {action.text(): action for action in sheet.column_menu(0).actions()}
    actions["Second text"].trigger()
    assert _head(sheet, 0) == "id\nSecond text"
    sheet.start.click()
    request = surroundings[1].last(ImportFile).request
    assert isinstance(request, ImportFile)
    assert request.mapping == ColumnMapping(text="message", second="id", label="topic")


def test_tagged_words_have_no_second_text(
    sheet: ImportSheet, tmp_path: Path, surroundings: tuple[Context, FakeQueue]
) -> None:
    _answer(surroundings, preview(tmp_path))
    sheet.choices.assign(0, Meaning.SECOND)
    sheet.task.choice.setCurrentIndex(sheet.task.choice.findData("tagging"))
    sheet.task.choice.activated.emit(sheet.task.choice.currentIndex())
    assert not sheet.choices.columns[Meaning.SECOND].isVisible()
    assert "Second text" not in [action.text() for action in sheet.column_menu(0).actions()]
    mapping = sheet.choices.mapping()
    assert mapping is not None
    assert mapping.second is None
