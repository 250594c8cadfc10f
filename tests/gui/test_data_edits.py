"""Edits of the Data page: entities by mouse and keyboard, labels of several texts, and the export of the texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import ColumnMapping, JobState
from engine.api.messages_data import DataExported, ExportData
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.documents import DocumentFilter
from engine.api.store.tags import pack_entities, pack_words
from engine.api.words import words_of
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.progress import Control, finish
from gui.context import Context
from gui.pages.data.entity_editor import EntityEditor, WordsText
from gui.pages.data.export_dialog import DataExportDialog
from gui.pages.data_page import DataPage
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context

Surroundings = tuple[Context, FakeQueue]
# the emoji takes two of Qt's positions, the line end one
TAGGED: tuple[tuple[str, list[Entity] | None], ...] = (
    ("😀 Anna Lee\r\nsaw Oslo again", [Entity(2, 10, "PER"), Entity(16, 20, "LOC")]),
    ("nobody went", []),
    ("not tagged yet", None),
)
LABELS = ("anger|joy", "joy", "∅", "")


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


def _project(context: Context) -> Project:
    assert context.session.project is not None
    return context.session.project


def _page(qtbot: QtBot, context: Context, folder: Path, task: str) -> DataPage:
    project = _project(context)
    with project.transaction():
        source = project.documents.add_source(
            folder / "f.csv", "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        if task == "tagging":
            project.documents.add_tagged_rows(
                source,
                [
                    (n, text, pack_words(words_of(text)), None if es is None else pack_entities(es), "train")
                    for n, (text, es) in enumerate(TAGGED, start=1)
                ],
            )
        else:
            project.documents.add_rows(
                source, [(n, f"text {n}", each, "test") for n, each in enumerate(LABELS, 1)]
            )
        rows = project.documents.finish_source(source, task)
    page = DataPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    qtbot.waitUntil(lambda: page.overview.texts == rows and page.model.complete)
    return page


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> DataPage:
    made = _page(qtbot, surroundings[0], tmp_path, "tagging")
    made.documents.table.selectRow(0)
    return made


@pytest.fixture
def text(page: DataPage) -> WordsText:
    return page.inspector.text


@pytest.fixture
def editor(page: DataPage) -> EntityEditor:
    return page.inspector.entities


def _point(text: WordsText, position: int) -> QPoint:
    """Where the caret would stand at a Qt position."""
    cursor = QTextCursor(text.document())
    cursor.setPosition(position)
    return text.cursorRect(cursor).center()


def _drag(qtbot: QtBot, text: WordsText, start: int, end: int) -> None:
    button, view = Qt.MouseButton.LeftButton, text.viewport()
    qtbot.mousePress(view, button, pos=_point(text, start))
    qtbot.mouseMove(view, _point(text, (start + end) // 2))
    qtbot.mouseMove(view, _point(text, end))
    qtbot.mouseRelease(view, button, pos=_point(text, end))


def _entities(context: Context, document: int = 1) -> list[tuple[str, str]] | None:
    found = _project(context).documents.get(document)
    if found.entities is None:
        return None
    return [(found.text[each.start : each.end], each.label) for each in found.entities]


def _click_type(qtbot: QtBot, editor: EntityEditor, name: str) -> None:
    chip = next(chip for chip in editor.chips() if chip.name == name)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)


# --- entities -------------------------------------------------------------------------------------------


def test_words_are_dragged_over_and_tagged(
    qtbot: QtBot, surroundings: Surroundings, text: WordsText, editor: EntityEditor
) -> None:
    context = surroundings[0]
    assert "Choose words" in editor.note.text()
    assert not editor.remove.isEnabled()
    # dragged inside the word: all of it is meant
    _drag(qtbot, text, 23, 25)
    assert text.textCursor().selectedText() == "again"
    assert editor.note.text() == "“again”: choose its type."
    _click_type(qtbot, editor, "PER")
    qtbot.waitUntil(lambda: _entities(context) == [("Anna Lee", "PER"), ("Oslo", "LOC"), ("again", "PER")])
    qtbot.waitUntil(editor.remove.isEnabled)
    # it is still chosen, and can get another type
    assert [chip.words() for chip in editor.chips()] == ["LOC · 1", "PER · 2"]
    assert all(chip.visibleRegion().boundingRect() == chip.rect() for chip in editor.chips())
    assert [chip.isChecked() for chip in editor.chips()] == [False, True]
    _click_type(qtbot, editor, "LOC")
    qtbot.waitUntil(lambda: ("again", "LOC") in (_entities(context) or []))
    context.operations.undo()
    qtbot.waitUntil(lambda: ("again", "PER") in (_entities(context) or []))
    context.operations.undo()
    qtbot.waitUntil(lambda: _entities(context) == [("Anna Lee", "PER"), ("Oslo", "LOC")])
    context.operations.redo()
    qtbot.waitUntil(lambda: len(_entities(context) or []) == 3)
    qtbot.waitUntil(lambda: len(text.entities()) == 3)


def test_an_entity_is_clicked_and_removed(
    qtbot: QtBot, surroundings: Surroundings, text: WordsText, editor: EntityEditor
) -> None:
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=_point(text, 5))
    assert editor.note.text() == "“Anna Lee” is PER. Choose another type, or remove it."
    qtbot.mouseClick(editor.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _entities(surroundings[0]) == [("Oslo", "LOC")])
    qtbot.waitUntil(lambda: [each.label for each in text.entities()] == ["LOC"])
    assert not editor.remove.isEnabled()
    surroundings[0].operations.undo()
    qtbot.waitUntil(lambda: len(text.entities()) == 2)


def test_an_overlap_is_refused_in_words(
    qtbot: QtBot, surroundings: Surroundings, text: WordsText, editor: EntityEditor
) -> None:
    _drag(qtbot, text, 13, 17)
    assert text.textCursor().selectedText() == "saw Oslo"
    said = "“saw Oslo” overlaps “Oslo”, which is LOC already. Remove that first, or choose words beside it."
    assert editor.note.text() == said
    assert editor.note.property("role") == "bad"
    _click_type(qtbot, editor, "PER")
    assert editor.note.text() == said
    assert [edit.kind for edit in _project(surroundings[0]).edits.last()] == ["import"]
    # the words are still chosen
    assert text.textCursor().selectedText() == "saw Oslo"


def test_nothing_is_chosen_at_first(
    qtbot: QtBot, surroundings: Surroundings, text: WordsText, editor: EntityEditor
) -> None:
    _click_type(qtbot, editor, "PER")
    assert "first" in editor.note.text()
    assert editor.note.property("role") == "bad"
    text.selectAll()
    text.forget_selection()
    assert editor.note.property("role") == "caption"


def test_all_of_it_with_the_keyboard(
    qtbot: QtBot, surroundings: Surroundings, page: DataPage, text: WordsText, editor: EntityEditor
) -> None:
    context = surroundings[0]
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    for _ in range(3):
        qtbot.keyClick(text, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert editor.note.text() == "“again”: choose its type."
    # half the word is selected: all of it is meant
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert editor.new.window().focusWidget() is editor.new
    qtbot.keyClicks(editor.new, "  part   of day ")
    qtbot.keyClick(editor.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("again", "part of day") in (_entities(context) or []))
    qtbot.waitUntil(lambda: [chip.name for chip in editor.chips()] == ["LOC", "PER", "part of day"])
    qtbot.keyClick(text, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: ("again", "LOC") in (_entities(context) or []))
    qtbot.waitUntil(lambda: len([each for each in text.entities() if each.label == "LOC"]) == 2)
    qtbot.keyClick(text, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(_entities(context) or []) == 2)
    qtbot.keyClick(text, Qt.Key.Key_9)  # no such type


def test_no_type_that_means_none(
    qtbot: QtBot, surroundings: Surroundings, text: WordsText, editor: EntityEditor
) -> None:
    _drag(qtbot, text, 23, 25)
    qtbot.keyClicks(editor.new, "O")
    qtbot.keyClick(editor.new, Qt.Key.Key_Return)
    assert "no entity" in editor.note.text()
    assert editor.new.text() == "O"
    assert len(_project(surroundings[0]).edits.last()) == 1


def test_read_and_without_an_entity(
    qtbot: QtBot, surroundings: Surroundings, page: DataPage, editor: EntityEditor
) -> None:
    context = surroundings[0]
    assert not editor.none.isVisible()
    page.documents.table.selectRow(2)
    assert editor.note.text().startswith("Not tagged.")
    qtbot.mouseClick(editor.none, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _entities(context, 3) == [])
    qtbot.waitUntil(lambda: editor.note.text().startswith("No entity in this text."))
    qtbot.mouseClick(editor.none, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _entities(context, 3) is None)


def test_the_first_entity_of_a_text_that_was_not_tagged(
    qtbot: QtBot, surroundings: Surroundings, page: DataPage, text: WordsText, editor: EntityEditor
) -> None:
    page.documents.table.selectRow(2)
    _drag(qtbot, text, 0, 5)
    assert text.textCursor().selectedText() == "not tagged"
    _click_type(qtbot, editor, "LOC")
    qtbot.waitUntil(lambda: _entities(surroundings[0], 3) == [("not tagged", "LOC")])


def test_an_edit_that_comes_too_late_loses_nothing(
    qtbot: QtBot, surroundings: Surroundings, page: DataPage
) -> None:
    operations = surroundings[0].operations
    with qtbot.waitSignal(operations.edit_failed) as caught:
        operations.set_entity(1, 2, 20, "ALL")
    assert caught.args is not None
    assert caught.args[0].kind is ErrorKind.ENTITIES_OVERLAP
    assert "Nothing was changed" in page.banner.accessibleName()
    assert len(_entities(surroundings[0]) or []) == 2


# --- labels of several texts ----------------------------------------------------------------------------


def test_labels_of_several_texts(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    context = surroundings[0]
    page = _page(qtbot, context, tmp_path, "multi")
    project, editor = _project(context), page.inspector.several

    def stored() -> list[str]:
        return [project.documents.get(id).label for id in range(1, 5)]

    page.documents.table.selectAll()
    assert "4 texts" in page.inspector.title.text()
    qtbot.waitUntil(lambda: [chip.accessibleName() for chip in editor.chips()][:1] == ["joy: 2 of 4 texts"])
    joy, anger = editor.chips()
    assert not joy.visibleRegion().isEmpty()
    assert joy.visibleRegion().boundingRect() == joy.rect()
    assert (joy.isChecked(), anger.isChecked()) == (False, False)
    assert anger.toolTip() == "anger: 1 of 4 texts"
    qtbot.mouseClick(joy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stored() == ["anger|joy", "joy", "joy", "joy"])
    qtbot.waitUntil(lambda: editor.chips()[0].accessibleName() == "joy: 4 of 4 texts")
    assert editor.chips()[0].isChecked()
    # what is taken away leaves none of them, as an answer
    editor.chips()[0].setFocus()
    qtbot.keyClick(editor.chips()[0], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: stored() == ["anger", "∅", "∅", "∅"])
    qtbot.keyClicks(editor.new, "new")
    qtbot.keyClick(editor.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored() == ["anger|new", "new", "new", "new"])
    for _ in range(3):
        context.operations.undo()
    qtbot.waitUntil(lambda: stored() == list(LABELS))
    page.documents.table.selectRow(0)
    qtbot.waitUntil(lambda: [chip.accessibleName() for chip in editor.chips()] == ["anger", "joy"])
    assert all(chip.isChecked() for chip in editor.chips())


# --- the export -----------------------------------------------------------------------------------------


def _dialog(page: DataPage) -> DataExportDialog:
    page.export.click()
    dialog = page.findChildren(DataExportDialog)[-1]
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    return dialog


def _asked(queue: FakeQueue) -> ExportData:
    request = queue.last(ExportData).request
    assert isinstance(request, ExportData)
    return request


def test_what_is_shown_is_exported(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    context, queue = surroundings
    page = _page(qtbot, context, tmp_path, "multi")
    page.documents.apply(DocumentFilter(label="joy"))
    qtbot.waitUntil(lambda: page.model.complete and page.model.rowCount() == 2)
    dialog = _dialog(page)
    assert [part.text() for part in dialog.parts if part.isVisible()] == [
        "All 4 texts",
        "The 2 that are shown",
    ]
    assert dialog.out.path == str(_project(context).exports / "test-texts.csv")
    dialog.separator.setCurrentText(";")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    job, request = queue.last(ExportData), _asked(queue)
    assert (request.label, request.format, request.separator, request.ids) == ("joy", "csv", ";", ())
    assert "Waits" in dialog.note.text()
    queue.begin(job)
    queue.progress(job, "write", 1, 2)
    assert "1/2" in dialog.note.text()
    assert not dialog.format.isEnabled()
    # the real engine writes it
    queue.finish(job, finish(work_for(_project(context), request, Control(), Models())))
    assert "2 texts written" in dialog.banner.accessibleName()
    assert dialog.banner.button.isVisible()
    with open(dialog.out.path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [
        ["text 1", "anger;joy", "test", "f.csv", "1"],
        ["text 2", "joy", "test", "f.csv", "2"],
    ]
    dialog.format.setCurrentIndex(1)
    assert dialog.out.path.endswith("test-texts.jsonl")
    assert not dialog.separator.isVisible()
    assert dialog.start.isVisible()
    assert not dialog.banner.isVisible()
    dialog.format.setCurrentIndex(0)
    assert dialog.out.path.endswith("test-texts-2.csv")
    dialog.out.put_into(str(_project(context).exports / "test-texts.csv"))
    assert "replaced" in dialog.note.text()
    dialog.close()


def test_the_selected_ones_as_conll(qtbot: QtBot, surroundings: Surroundings, page: DataPage) -> None:
    queue = surroundings[1]
    dialog = _dialog(page)
    assert [part.text() for part in dialog.parts if part.isVisible()] == ["All 3 texts", "The 1 selected"]
    assert not dialog.scheme.isVisible()
    dialog.parts[2].click()
    dialog.format.setCurrentIndex(1)
    assert "not tagged" in dialog.sentence.text()
    dialog.scheme.setCurrentIndex(1)
    dialog.start.click()
    request = _asked(queue)
    assert (request.ids, request.format, request.tag_scheme) == ((1,), "conll", "bioes")
    queue.finish(queue.last(ExportData), DataExported(out=request.out, format="conll", rows=1, left_out=2))
    assert "2 were left out" in dialog.banner.accessibleName()
    assert dialog.banner.property("surface") == "careful"
    dialog.close()


def test_a_failed_or_cancelled_export_can_be_tried_again(
    qtbot: QtBot, surroundings: Surroundings, page: DataPage
) -> None:
    queue = surroundings[1]
    dialog = _dialog(page)
    dialog.start.click()
    queue.fail(queue.last(ExportData), ErrorKind.DISK_FULL, path="x")
    assert "full" in dialog.banner.accessibleName()
    dialog.start.click()
    dialog.cancel.click()
    assert queue.last(ExportData).state is JobState.CANCELLED
    assert not dialog.banner.isVisible()
    assert dialog.start.isEnabled()
    dialog.close()


def test_an_empty_project_has_nothing_to_export(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = DataPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    assert not page.export.isVisible()
    page.export_texts()
    assert not page.findChildren(DataExportDialog)
