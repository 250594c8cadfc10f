"""The Data page finds texts by the score that a word has in them, once a run has explained all texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.explaining.corpus import CorpusExplained, ExplainCorpus
from engine.api.messages_data import ExportData
from engine.api.store.corpus import WordFilter
from gui.pages.data.export_dialog import DataExportDialog
from gui.pages.data_page import DataPage
from tests.gui.corpus_context import (
    RUN,
    TEXTS,
    Surroundings,
    corpus_context,
    explain_corpus,
    ids_of,
    project_of,
)

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with corpus_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, surroundings: Surroundings, *, explained: bool = True) -> DataPage:
    context = surroundings[0]
    if explained:
        explain_corpus(project_of(context), ids_of(project_of(context)))
    page = DataPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    qtbot.waitUntil(lambda: page.overview.texts == len(TEXTS) and page.model.complete)
    if explained:
        qtbot.waitUntil(lambda: page.panel.words.corpora.count() == 1)
    return page


def _shown(qtbot: QtBot, page: DataPage) -> list[str]:
    qtbot.waitUntil(lambda: page.model.complete)
    return [page.model.index(row, 0).data() for row in range(page.model.rowCount())]


def _type(qtbot: QtBot, page: DataPage, word: str) -> None:
    page.panel.words.word.setFocus()
    qtbot.keyClicks(page.panel.words.word, word)
    qtbot.keyClick(page.panel.words.word, Qt.Key.Key_Return)


def test_without_an_explained_corpus_a_sentence_says_how_to_get_one(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings, explained=False)
    words = page.panel.words
    assert words._none.isVisible()
    assert not words.word.isVisible()
    with qtbot.waitSignal(page.page_requested) as asked:
        qtbot.mouseClick(words._to_corpus, _LEFT)
    assert asked.args == ["corpus"]
    # the job that explains the corpus is done: the choice is there
    context, queue = surroundings
    context.operations.explaining.explain_corpus(RUN, "")
    summary = explain_corpus(project_of(context), ids_of(project_of(context)))
    queue.finish(queue.last(ExplainCorpus), CorpusExplained(summary))
    qtbot.waitUntil(words.word.isVisible)
    assert not words._none.isVisible()


def test_texts_are_found_by_a_words_score_and_class(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings)
    words = page.panel.words
    _type(qtbot, page, "Parcel")
    assert _shown(qtbot, page) == [
        "where is my parcel",
        "the parcel came late",
        "a refund for the parcel",
        "parcel number 7",
    ]
    assert page.documents.count.text() == "4 of 6"
    words.classes.setFocus()
    qtbot.keyClicks(words.classes, "Bill")
    qtbot.keyClick(words.classes, Qt.Key.Key_Return)
    assert _shown(qtbot, page) == ["a refund for the parcel"]
    assert page.model.filter.word == WordFilter(RUN, "lrp", "Parcel", "Billing")
    qtbot.mouseClick(page.documents.clear, _LEFT)
    assert len(_shown(qtbot, page)) == len(TEXTS)
    assert words.word.text() == ""
    assert words.classes.currentData() is None


def test_limits_of_the_score_narrow_it_and_an_emptied_word_ends_it(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    page = _page(qtbot, surroundings)
    words = page.panel.words
    _type(qtbot, page, "my")
    assert _shown(qtbot, page) == ["where is my parcel", "refund my money", "<b>my</b> refund"]
    qtbot.keyClicks(words.low, "0")
    qtbot.keyClick(words.low, Qt.Key.Key_Return)
    assert _shown(qtbot, page) == []
    qtbot.keyClick(words.low, Qt.Key.Key_Backspace)
    qtbot.keyClick(words.low, Qt.Key.Key_Return)
    qtbot.keyClicks(words.high, "-0.1")
    qtbot.keyClick(words.high, Qt.Key.Key_Return)
    assert len(_shown(qtbot, page)) == 3
    assert page.model.filter.word == WordFilter(RUN, "lrp", "my", high=-0.1)
    words.word.setFocus()
    qtbot.keyClick(words.word, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(words.word, Qt.Key.Key_Delete)
    assert len(_shown(qtbot, page)) == len(TEXTS)
    assert page.model.filter.is_empty


def test_it_goes_with_a_search_and_into_an_export(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings)
    _type(qtbot, page, "refund")
    page.focus_search()
    qtbot.keyClicks(page.documents.search, "parcel")
    assert _shown(qtbot, page) == ["a refund for the parcel"]
    assert page.panel.words.word.text() == "refund"
    qtbot.mouseClick(page.export, _LEFT)
    dialog = page.findChild(DataExportDialog)
    assert isinstance(dialog, DataExportDialog)
    qtbot.mouseClick(dialog.start, _LEFT)
    asked = surroundings[1].last(ExportData).request
    assert isinstance(asked, ExportData)
    assert (asked.search, asked.word) == ("parcel", WordFilter(RUN, "lrp", "refund"))


def test_what_is_being_typed_is_kept_while_the_list_changes(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = _page(qtbot, surroundings)
    page.panel.words.word.setFocus()
    qtbot.keyClicks(page.panel.words.word, "par")
    page.panel.show_filter(page.model.filter)
    page.panel.words.retranslate()
    assert page.panel.words.word.text() == "par"
