"""The Data page and the import sheet with several labels, scores and tagged words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.api.messages import ColumnMapping, FileInspected, ImportFile, InspectFile
from engine.api.results import Entity
from engine.api.store.tags import pack_entities, pack_words
from engine.api.words import words_of
from gui.context import Context
from gui.delegates.chip_delegate import CHIPS_ROLE
from gui.delegates.text_delegate import TINTS_ROLE, draw_two_lines, on_one_line, tint_ranges
from gui.models.documents_model import Column
from gui.pages.base import PageState
from gui.pages.data.filter_panel import score_ranges
from gui.pages.data.import_sheet import ImportSheet
from gui.pages.data_page import DataPage
from gui.theme import DARK, LIGHT, contrast
from gui.widgets.entity_text import entity_tints
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context, preview

Surroundings = tuple[Context, FakeQueue]
TAGGED: tuple[tuple[str, list[Entity] | None], ...] = (
    ("😀 Anna Lee saw Oslo", [Entity(2, 10, "PER"), Entity(15, 19, "LOC")]),
    ("nobody went", []),
    ("not tagged", None),
    ("Anna again", [Entity(0, 4, "PER")]),
)


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


def _page(qtbot: QtBot, context: Context, folder: Path, task: str, labels: list[str]) -> DataPage:
    """A page over texts with these stored labels, or over ``TAGGED``."""
    project = context.session.project
    assert project is not None
    mapping = ColumnMapping(text="text", label="label")
    with project.transaction():
        source = project.documents.add_source(folder / "f.csv", "csv", "utf-8", ",", mapping)
        if task == "tagging":
            project.documents.add_tagged_rows(
                source,
                [
                    (n, text, pack_words(words_of(text)), None if es is None else pack_entities(es), "")
                    for n, (text, es) in enumerate(TAGGED, start=1)
                ],
            )
        else:
            project.documents.add_rows(
                source, [(n, f"text {n}", each, "") for n, each in enumerate(labels, 1)]
            )
        rows = project.documents.finish_source(source, task)
    page = DataPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    qtbot.waitUntil(lambda: page.overview.texts == rows and page.model.complete)
    return page


def _bars(page: DataPage) -> list[tuple[str, float]]:
    return [(bar.text, bar.count) for bar in page.panel.labels.bars()]


def _shown(page: DataPage) -> list[str]:
    return [page.model.index(row, Column.LABEL).data() for row in range(page.model.rowCount())]


def _choose(qtbot: QtBot, page: DataPage, bar: str, rows: int) -> None:
    """Click a bar (again: show all) and wait for so many rows."""
    at = [each.text for each in page.panel.labels.bars()].index(bar)
    page.panel.labels._toggle(at)
    qtbot.waitUntil(lambda: page.model.complete and page.model.rowCount() == rows)


# --- several labels -------------------------------------------------------------------------------------


def test_several_labels(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, "multi", ["anger|joy", "joy", "∅", ""])
    assert page.state() == (PageState.READY, "4 texts · 2 labels · 1 without a label")
    assert _bars(page) == [("joy", 2), ("anger", 1), ("None of them", 1), ("No label", 1)]
    assert _shown(page) == ["anger, joy", "joy", "none of them", ""]
    assert page.model.index(0, Column.LABEL).data(CHIPS_ROLE) == [("anger", ""), ("joy", "")]
    _choose(qtbot, page, "joy", 2)
    page.documents.search.setText("text 2")
    qtbot.waitUntil(lambda: page.model.complete and page.model.rowCount() == 1)
    assert page.model.filter.label == "joy"
    page.documents.clear.click()
    qtbot.waitUntil(lambda: page.model.complete and page.model.rowCount() == 4)
    _choose(qtbot, page, "None of them", 1)


def test_labels_are_switched(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, "multi", ["joy", "anger|joy", "∅"])
    editor = page.inspector.several
    page.documents.table.selectRow(1)
    assert [(chip.name, chip.isChecked()) for chip in editor.chips()] == [("anger", True), ("joy", True)]
    page.documents.table.selectRow(0)
    assert [(chip.name, chip.isChecked()) for chip in editor.chips()] == [("joy", True), ("anger", False)]
    project = surroundings[0].session.project
    assert project is not None
    editor.chips()[1].setFocus()
    qtbot.keyClick(editor.chips()[1], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: project.documents.get(1).label == "anger|joy")
    qtbot.keyClicks(editor.new, " new | one ")
    qtbot.keyClick(editor.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: project.documents.get(1).label == "anger|joy|new one")
    qtbot.waitUntil(lambda: len(page.overview.labels) == 3)
    # the chips stay where they are while the text is the same
    assert [chip.name for chip in editor.chips()] == ["joy", "anger", "new one"]
    for chip in editor.chips():
        chip.click()
    qtbot.waitUntil(lambda: project.documents.get(1).label == "∅")


# --- scores ---------------------------------------------------------------------------------------------


def test_scores(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    labels = [f"{n / 10:.12g}" for n in range(30)] + [""]
    page = _page(qtbot, surroundings[0], tmp_path, "score", labels)
    assert page.state() == (PageState.READY, "31 texts · scores 0 to 2.9 · 1 without a score")
    assert _bars(page)[0] == ("0 … 0.5", 5)
    assert _bars(page)[-2:] == [("2.5 … 3", 5), ("No score", 1)]
    _choose(qtbot, page, "0.5 … 1", 5)
    assert _shown(page) == ["0.5", "0.6", "0.7", "0.8", "0.9"]
    assert page.panel.labels.selected()
    _choose(qtbot, page, "No score", 1)
    _choose(qtbot, page, "No score", 31)


def test_a_score_is_changed(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, "score", ["1", "2"])
    assert _bars(page) == [("1", 1), ("2", 1)]
    project = surroundings[0].session.project
    assert project is not None
    page.documents.table.selectRow(0)
    field = page.inspector.score.field
    assert field.text() == "1"
    field.clear()
    qtbot.keyClicks(field, "n/a")
    assert page.inspector.score.note.text() == "This is no number."
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.clear()
    qtbot.keyClicks(field, "3,50")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: project.documents.get(1).label == "3.5")
    assert [edit.kind for edit in project.edits.last()] == ["label", "import"]


def test_ranges_hold_every_score_once() -> None:
    for scores in ([0.3, 0.1, 0.7, 12.0], [-5e8, 1e9, 1e9 + 1], [5.0], [-1e308, 1e308], [1e-9, 3e-9]):
        ranges = score_ranges([(value, 1) for value in sorted(scores)])
        assert len(ranges) < 12
        for value in scores:
            assert [low <= value < high for low, high, _ in ranges].count(True) == 1
        held = [sum(low <= value < high for value in scores) for low, high, _ in ranges]
        assert held == [count for *_, count in ranges]


# --- tagged words ---------------------------------------------------------------------------------------


def test_tagged_words(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, "tagging", [])
    assert page.state() == (PageState.READY, "4 texts · 2 entity types · 1 not tagged")
    assert _bars(page) == [("PER", 2), ("LOC", 1), ("No entity", 1), ("Not tagged", 1)]
    assert _shown(page) == ["LOC, PER", "no entity", "", "PER"]
    tints = entity_tints(LIGHT, ["LOC", "PER"])
    assert page.model.index(0, Column.TEXT).data(TINTS_ROLE) == [
        (2, 10, tints["PER"]),
        (15, 19, tints["LOC"]),
    ]
    page.documents.table.selectRow(0)
    inspector = page.inspector
    assert [chip.words() for chip in inspector.entities.chips()] == ["LOC · 1", "PER · 1"]
    selections = inspector.text.extraSelections()
    # the emoji takes two of Qt's positions
    assert [each.cursor.selectedText() for each in selections] == ["Anna Lee", "Oslo"]
    assert [inspector.text.type_at(at) for at in (2, 3, 10, 11, 16)] == ["", "PER", "PER", "", "LOC"]
    assert inspector.text.accessibleDescription() == "Anna Lee: PER, Oslo: LOC"
    for row, words in ((1, "No entity in this text."), (2, "Not tagged.")):
        page.documents.table.selectRow(row)
        assert [chip.words() for chip in inspector.entities.chips()] == ["LOC", "PER"]
        assert inspector.entities.note.text().startswith(words)
        assert inspector.text.extraSelections() == []
    _choose(qtbot, page, "LOC", 1)
    _choose(qtbot, page, "Not tagged", 1)


def test_tints_follow_the_theme_and_can_be_read(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings[0], tmp_path, "tagging", [])
    light = page.model.index(0, Column.TEXT).data(TINTS_ROLE)
    surroundings[0].theme.mode = "dark"
    assert page.model.index(0, Column.TEXT).data(TINTS_ROLE) != light
    types = [f"T{n}" for n in range(14)]
    for palette in (LIGHT, DARK):
        tints = entity_tints(palette, types)
        assert len(set(tints.values())) == 14
        assert all(contrast(palette.text, tint) >= 4.5 for tint in tints.values())


def test_spans_where_white_space_is_one_space() -> None:
    assert on_one_line(" a \n\tbc  d ", [(1, 2, "x"), (5, 7, "y"), (9, 10, "z")]) == [
        (0, 1, "x"),
        (2, 4, "y"),
        (5, 6, "z"),
    ]
    ranges = tint_ranges("😀ab", [(-3, 2, "#FF0000"), (2, 99, "#00FF00"), (5, 9, "#0000FF"), (0, 1, "")])
    assert [(each.start, each.length) for each in ranges] == [(0, 3), (3, 1)]


def test_tints_are_painted_on_both_lines(qtbot: QtBot) -> None:
    image = QImage(200, 44, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    text = "some words here " * 12
    draw_two_lines(painter, image.rect(), text, painter.font(), None, [(0, len(text), "#FF0000")])
    painter.end()
    reds = [y for y in range(44) if any(image.pixelColor(x, y).name() == "#ff0000" for x in range(0, 200, 3))]
    assert len(reds) > 20


# --- the import sheet -----------------------------------------------------------------------------------


@pytest.fixture
def sheet(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> ImportSheet:
    sheet = ImportSheet(surroundings[0], tmp_path / "mail.csv")
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


def _answer(surroundings: Surroundings, **found: object) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    with project.transaction():
        number = project.documents.add_preview(preview(Path("mail.csv"), **found))
    queue.finish(queue.last(InspectFile), FileInspected(number))


def test_the_guess_can_be_changed(sheet: ImportSheet, surroundings: Surroundings) -> None:
    rows = (("1", "one", "a;b"), ("2", "two", "b"))
    assert not sheet.task.isVisible()
    _answer(surroundings, task_guess="multi", separator_guess=";", rows=rows)
    assert (sheet.task.task(), sheet.task.separator_words()) == ("multi", ";")
    assert "any number of labels" in sheet.task.sentence.text()
    assert sheet.preview.index(0, 2).data() == "a · b"
    assert "Labels" in str(sheet.preview.headerData(2, Qt.Orientation.Horizontal))
    sheet.task.separator.setEditText("/")
    edit = sheet.task.separator.lineEdit()
    assert edit is not None
    edit.textEdited.emit("/")
    assert sheet.preview.index(0, 2).data() == "a;b"
    sheet.task.choice.setCurrentIndex(3)
    sheet.task.choice.activated.emit(3)
    assert not sheet.task.separator.isVisible()
    # another look at the file does not undo the choice
    sheet.choices.read_changed.emit()
    _answer(surroundings, task_guess="multi", separator_guess=";", rows=rows)
    assert (sheet.task.task(), sheet.task.separator_words()) == ("score", "/")
    sheet.start.click()
    request = surroundings[1].last(ImportFile).request
    assert isinstance(request, ImportFile)
    assert (request.task, request.separator) == ("score", "/")


def test_entities_are_tinted_in_the_preview(sheet: ImportSheet, surroundings: Surroundings) -> None:
    _answer(
        surroundings,
        format="conll",
        columns=("text", "entities"),
        rows=(("Anna saw", '[[0,4,"PER"]]'), ("nobody", "[]")),
        text_column=0,
        label_column=1,
        task_guess="tagging",
        entities=((Entity(0, 4, "PER"),), ()),
    )
    tint = entity_tints(LIGHT, ["PER"])["PER"]
    assert sheet.preview.index(0, 0).data(TINTS_ROLE) == [(0, 4, tint)]
    assert [sheet.preview.index(row, 1).data() for row in (0, 1)] == ["PER", "–"]
    sheet.task.choice.setCurrentIndex(0)
    sheet.task.choice.activated.emit(0)
    assert not sheet.preview.index(0, 0).data(TINTS_ROLE)


def test_a_project_with_texts_has_its_task(qtbot: QtBot, tmp_path: Path, surroundings: Surroundings) -> None:
    _page(qtbot, surroundings[0], tmp_path, "score", ["1", "2"])
    sheet = ImportSheet(surroundings[0], tmp_path / "more.csv")
    qtbot.addWidget(sheet)
    sheet.show()
    _answer(surroundings, task_guess="multi")
    assert sheet.task.task() == "score"
    assert not sheet.task.choice.isEnabled()
    assert "same task" in sheet.task.sentence.text()
