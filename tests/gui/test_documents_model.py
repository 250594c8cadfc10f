"""The table's model: any length, any filter, edits without losing the place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from gui.models.documents_model import ID_ROLE, PAGE, Column, DocumentsModel
from gui.store_reader import FIRST_PAGE, Overview, ReadOverview, StoreReader
from tests.gui.page_context import TEXTS, add_texts


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "test.lexplain") as project:
        yield project


@pytest.fixture
def reader(qtbot: QtBot, project: Project) -> Iterator[StoreReader]:
    reader = StoreReader()
    reader.open(project.path)
    yield reader
    reader.close()


def _shown(model: DocumentsModel, column: Column = Column.TEXT) -> list[object]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def _open(qtbot: QtBot, model: DocumentsModel, project: Project) -> None:
    model.set_project(project)
    qtbot.waitUntil(lambda: model.complete)


def _filter(qtbot: QtBot, model: DocumentsModel, which: DocumentFilter) -> None:
    model.set_filter(which)
    qtbot.waitUntil(lambda: model.complete)


def test_rows_are_the_documents_in_order(
    qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader
) -> None:
    source = add_texts(project, tmp_path)
    model = DocumentsModel(reader)
    model.set_source_names({source: "texts.csv"})
    _open(qtbot, model, project)
    assert _shown(model) == [text for text, _, _ in TEXTS]
    assert _shown(model, Column.LABEL) == [label for _, label, _ in TEXTS]
    assert _shown(model, Column.SPLIT)[:2] == ["Train", "Test"]
    assert _shown(model, Column.SOURCE)[0] == "2 · texts.csv"


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (DocumentFilter("refund"), 2),
        (DocumentFilter("退款"), 1),
        (DocumentFilter("", "Billing"), 3),
        (DocumentFilter("", ""), 1),
        (DocumentFilter("", None, "train"), 3),
        (DocumentFilter("refund", "Billing", "validation"), 1),
        (DocumentFilter("nothing of the kind"), 0),
    ],
)
def test_filters(
    qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader, which: DocumentFilter, count: int
) -> None:
    add_texts(project, tmp_path)
    model = DocumentsModel(reader)
    _open(qtbot, model, project)
    _filter(qtbot, model, which)
    assert model.rowCount() == count
    _filter(qtbot, model, DocumentFilter())
    assert model.rowCount() == len(TEXTS)


def test_a_long_list_comes_in_blocks_not_in_rows(
    qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader
) -> None:
    copies = 5000
    add_texts(project, tmp_path, copies=copies)
    model = DocumentsModel(reader)
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    _open(qtbot, model, project)
    assert inserted == []  # ids without a gap need no list at all
    _filter(qtbot, model, DocumentFilter("", "Billing"))
    assert model.rowCount() == 3 * copies
    assert inserted[0][0] == FIRST_PAGE
    assert len(inserted) <= 3
    last = model.rowCount() - 1
    assert model.index(last, 0).data() == "我要退款"
    assert model.row_of(model.id_at(last)) == last
    assert model.index(PAGE, 0).data(ID_ROLE) == model.id_at(PAGE)


def test_a_newer_filter_silences_the_older(
    qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader
) -> None:
    add_texts(project, tmp_path, copies=5000)
    model = DocumentsModel(reader)
    _open(qtbot, model, project)
    model.set_filter(DocumentFilter("parcel"))
    _filter(qtbot, model, DocumentFilter("no label"))
    assert model.rowCount() == 5000
    assert set(_shown(model)[:50]) == {"no label here"}


def test_deleting_and_undoing_keeps_the_rest(
    qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader
) -> None:
    add_texts(project, tmp_path)
    model = DocumentsModel(reader)
    _open(qtbot, model, project)
    with project.transaction():
        project.documents.delete([model.id_at(1)])
    with qtbot.waitSignal(model.reordered):
        model.refresh()
    assert model.rowCount() == len(TEXTS) - 1
    assert _shown(model)[1] == TEXTS[2][0]
    project.undo()
    with qtbot.waitSignal(model.reordered):
        model.refresh()
    assert _shown(model) == [text for text, _, _ in TEXTS]


def test_a_new_label_is_shown_without_a_reset(
    qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader
) -> None:
    add_texts(project, tmp_path)
    model = DocumentsModel(reader)
    _open(qtbot, model, project)
    with project.transaction():
        project.documents.set_label([model.id_at(0)], "Complaint")
    with qtbot.assertNotEmitted(model.modelReset):
        model.refresh()
        qtbot.waitUntil(lambda: model.complete)
    assert model.index(0, Column.LABEL).data() == "Complaint"


def test_the_overview_counts(qtbot: QtBot, tmp_path: Path, project: Project, reader: StoreReader) -> None:
    add_texts(project, tmp_path, unreadable=2)
    with qtbot.waitSignal(reader.answered) as heard:
        reader.ask("overview", ReadOverview())
    assert heard.args is not None
    overview = heard.args[1]
    assert isinstance(overview, Overview)
    assert overview.by_label() == {"Billing": 3, "Delivery": 2, "": 1}
    assert overview.by_split() == {"train": 3, "test": 1, "validation": 1, "": 1}
    assert overview.labels == ["Billing", "Delivery"]
    assert overview.sources[0].unreadable == 2


def test_a_missing_project_is_told_not_raised(qtbot: QtBot, tmp_path: Path) -> None:
    reader = StoreReader()
    reader.open(tmp_path / "gone.lexplain")
    with qtbot.waitSignal(reader.failed) as heard:
        reader.ask("overview", ReadOverview())
    assert heard.args is not None
    assert heard.args[1].kind == "project-missing"
    reader.close()
