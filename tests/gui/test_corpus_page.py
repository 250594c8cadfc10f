"""Corpus: what is kept of a run is shown, what is asked is asked once, and every text opens in Explain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.change import FindRules
from engine.api.explaining.corpus import (
    CorpusExplained,
    ExplainCorpus,
    FindShortcuts,
    MapDocuments,
    ShortcutsFound,
    Suspect,
)
from engine.api.explaining.influence import FindLabelDoubts
from engine.api.project import Project
from gui.pages.base import PageState
from gui.pages.corpus.painters import HIT_ROLE, PAIR_ROLE, SHARE_ROLE
from gui.pages.corpus.queries import AcceptedWords, ReadFindings
from gui.pages.corpus_page import CorpusPage
from gui.settings import LANGUAGE
from tests.gui import trust_figures
from tests.gui.corpus_context import (
    RUN,
    Surroundings,
    corpus_context,
    explain_corpus,
    ids_of,
    page_of,
    project_of,
    read_again,
)
from tests.gui.figures_context import figures_context

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with corpus_context(tmp_path) as found:
        yield found


# --- the page -----------------------------------------------------------------------------------------------


def test_without_a_run_the_page_offers_the_next_step(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, runs=False) as (context, queue):
        page = CorpusPage(context)
        qtbot.addWidget(page)
        page.show()
        assert page._empty.isVisible()
        assert page.state()[0] is PageState.EMPTY
        page.primary_action()
        assert queue.submitted == []
        with qtbot.waitSignal(page.page_requested) as asked:
            qtbot.mouseClick(page._empty.button, _LEFT)
        assert asked.args == ["train"]


def test_every_tab_says_what_it_is_for_and_its_button_starts_its_job(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    page = page_of(qtbot, context)
    assert page.state()[0] is PageState.EMPTY
    kinds: tuple[type[object], ...] = (
        ExplainCorpus,
        FindShortcuts,
        FindRules,
        FindLabelDoubts,
        MapDocuments,
    )
    for at, (panel, kind) in enumerate(zip(page.panels, kinds, strict=True)):
        page.tabs.setCurrentIndex(at)
        assert panel.empty.isVisible()
        assert panel.empty.accessibleName()
        qtbot.mouseClick(panel.empty.button, _LEFT)
        page.primary_action()  # it is there already
        assert queue.count(kind) == 1
        assert not panel.empty.button.isVisible()
    assert page.state()[0] is PageState.RUNNING


def test_a_job_tells_how_far_it_is_and_can_be_cancelled(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    page = page_of(qtbot, context)
    page.primary_action()
    job = queue.last(ExplainCorpus)
    assert "Waiting" in page.words._line.full_text()
    queue.begin(job)
    queue.progress(job, "explain", 2, 6)
    assert "2/6" in page.words._line.full_text()
    # what was explained before it is called off is kept
    explain_corpus(project_of(context), ids_of(project_of(context))[:2], summary=False)
    qtbot.mouseClick(page.words.cancel, _LEFT)
    assert not page.words.cancel.isVisible()
    qtbot.waitUntil(lambda: "2 of 6" in page.words.empty.accessibleName())
    qtbot.mouseClick(page.words.empty.button, _LEFT)
    assert queue.last(ExplainCorpus).request == ExplainCorpus(run=RUN, method="lrp")


def test_a_failure_is_told_in_words_and_tried_again(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    page = page_of(qtbot, context)
    page.primary_action()
    queue.fail(queue.last(ExplainCorpus), ErrorKind.RUN_FILES_MISSING, run=RUN, path="/x")
    assert page.words.banner.isVisible()
    assert not page.shortcuts.banner.isVisible()
    qtbot.mouseClick(page.words.banner.button, _LEFT)
    assert queue.count(ExplainCorpus) == 2
    assert not page.words.banner.isVisible()


def test_another_run_and_no_project_empty_the_tabs(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    explain_corpus(project_of(context), ids_of(project_of(context)))
    page = page_of(qtbot, context)
    assert page.words.has_found()
    context.session.strike("refund")
    context.session.select_run("bag-of-words-1")
    assert not page.words.has_found()
    assert context.session.struck == ()
    context.session.close()
    assert page._empty.isVisible()


def test_the_page_speaks_chinese(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    _keep_suspects(project_of(context))
    page = page_of(qtbot, context)
    context.settings.set(LANGUAGE, "zh_CN")
    page.retranslate()
    assert "标签" in page.shortcuts.reason.text()


# --- words --------------------------------------------------------------------------------------------------


def test_a_word_shows_its_texts_and_return_opens_one(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    explain_corpus(project_of(context), ids_of(project_of(context)))
    page = page_of(qtbot, context)
    panel = page.words
    assert "6 of 6" in panel.note()
    assert [each.word for each in panel.words.rows_model.rows()] == ["refund", "my"]
    qtbot.waitUntil(lambda: panel._hits is not None)
    assert panel._hits is not None
    assert [hit.word for hit in panel._hits.rows] == ["refund"] * 3
    assert "3 texts" in panel._title.full_text()
    hit = panel.contexts.rows_model.index(0, 0).data(HIT_ROLE)
    assert hit[1] == "refund"
    assert hit[3] == 1.0
    assert panel.words.rows_model.index(1, 1).data(SHARE_ROLE) == pytest.approx(-0.2)
    qtbot.keyClick(panel.words, Qt.Key.Key_Return)
    assert page.focusWidget() is panel.contexts
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.keyClick(panel.contexts, Qt.Key.Key_Return)
    assert asked.args == [panel._hits.rows[0].document]
    panel.contexts.grab()
    panel.words.grab()


def test_classes_kinds_and_the_search_choose_the_words(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    explain_corpus(project_of(context), ids_of(project_of(context)))
    page = page_of(qtbot, context)
    panel = page.words
    panel.classes.setCurrentIndex(1)
    assert [each.word for each in panel.words.rows_model.rows()] == ["parcel", "my parcel"]
    panel.kinds.setCurrentIndex(2)
    assert [each.word for each in panel.words.rows_model.rows()] == ["my parcel"]
    panel.kinds.setCurrentIndex(0)
    page.focus_search()
    qtbot.keyClicks(panel.search, "number")
    assert panel.words.rows_model.rows() == []
    assert panel.contexts.rows_model.rows() == []
    # a word that is not among the strongest is found in the texts
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel._hits is not None and panel._hits.asked.word == "number")
    assert [hit.after.strip() for hit in panel.contexts.rows_model.rows()] == ["7"]
    assert not panel.contexts.isColumnHidden(1)


def test_words_are_sorted_by_a_click_on_a_head(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    explain_corpus(project_of(context), ids_of(project_of(context)))
    page = page_of(qtbot, context)
    panel = page.words
    panel.words.selectRow(0)
    panel.words.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [each.word for each in panel.words.rows_model.rows()] == ["my", "refund"]
    current = panel.words.current()
    assert current is not None
    assert current.word == "refund"


def test_words_that_others_ask_for_are_found(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    page = page_of(qtbot, context)
    assert not page.find_texts("refund")
    explain_corpus(project_of(context), ids_of(project_of(context)))
    read_again(qtbot, page)
    page.tabs.setCurrentIndex(3)
    assert page.find_texts("my refund") is True
    assert page.panel is page.words


def test_new_texts_are_counted_and_explained_on_demand(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = project_of(context)
    explain_corpus(project, ids_of(project)[:4])
    page = page_of(qtbot, context)
    assert page.words.banner.isVisible()
    assert "2 texts" in page.words.banner.accessibleName()
    qtbot.mouseClick(page.words.banner.button, _LEFT)
    assert queue.last(ExplainCorpus).request == ExplainCorpus(run=RUN, method="lrp")
    summary = explain_corpus(project, ids_of(project))
    queue.begin(queue.last(ExplainCorpus))
    queue.finish(queue.last(ExplainCorpus), CorpusExplained(summary))
    qtbot.waitUntil(lambda: "6 of 6" in page.words.note())
    assert not page.words.banner.isVisible()


# --- shortcuts ----------------------------------------------------------------------------------------------


def _keep_suspects(project: Project) -> list[int]:
    ids = ids_of(project)

    def suspect(word: str, label: str, reason: str, flips: int) -> Suspect:
        return Suspect(
            word=word,
            label=label,
            reason=reason,
            documents=3,
            share_of_label=0.4,
            tested=4,
            flips=flips,
            random_flips=0.5,
            drop=0.3,
            random_drop=-0.01,
            mean_score=1.0,
            training_share=1.0,
            source="messages.csv",
            source_share=1.0,
            examples=tuple(ids[:2]),
        )

    found = ShortcutsFound(
        (suspect("refund", "Billing", "label-leak", 3), suspect("7", "Delivery", "number", 1)), "lrp"
    )
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    return ids


def test_a_suspect_says_why_and_is_struck(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    ids = _keep_suspects(project_of(context))
    page = page_of(qtbot, context)
    panel = page.shortcuts
    page.tabs.setCurrentIndex(1)
    model = panel.suspects.rows_model
    assert model.index(0, 4).data(PAIR_ROLE)[:2] == (0.75, 0.125)
    assert model.index(0, 4).data() == "3 of 4 answers change without it, 0.5 without random words"
    assert "label" in panel.reason.text()
    assert "−0.01" in panel.figures.text()
    qtbot.waitUntil(lambda: len(panel.texts.table.rows_model.rows()) == 2)
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.mouseClick(panel.texts.open, _LEFT)
    assert asked.args == [ids[0]]
    qtbot.mouseClick(panel.strike, _LEFT)
    assert list(context.session.struck) == ["refund"]
    assert panel.command.isVisible()
    assert panel.command.text().endswith(f"{RUN} --strike refund")
    assert model.index(0, 5).data() == "struck"
    qtbot.mouseClick(panel.strike, _LEFT)
    assert not context.session.struck
    assert not panel.command.isVisible()
    panel.suspects.grab()


def test_a_suspect_that_is_fine_stays_hidden(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = project_of(context)
    _keep_suspects(project)
    page = page_of(qtbot, context)
    panel = page.shortcuts
    page.tabs.setCurrentIndex(1)
    qtbot.mouseClick(panel.fine, _LEFT)
    assert [each.word for each in panel.suspects.rows_model.rows()] == ["7"]
    kept = AcceptedWords((("refund", "Billing"),))
    qtbot.waitUntil(lambda: project.explaining.finding(RUN, AcceptedWords) == kept)
    again = page_of(qtbot, context)
    assert [each.word for each in again.shortcuts.suspects.rows_model.rows()] == ["7"]
    qtbot.mouseClick(panel.hidden, _LEFT)
    panel.suspects.choose(0)
    assert panel.fine.text() == "Suspect it again"
    qtbot.mouseClick(panel.fine, _LEFT)
    qtbot.waitUntil(lambda: project.explaining.finding(RUN, AcceptedWords) == AcceptedWords())


# --- queries ------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_before_what_must_be_counted(surroundings: Surroundings) -> None:
    project = project_of(surroundings[0])
    explain_corpus(project, ids_of(project))
    first, second = ReadFindings(RUN).answers(project)
    assert first.counts is None
    assert first.summary is not None
    assert second.counts is not None
    assert (second.counts.explained, second.counts.documents) == (6, 6)


def test_the_corpus_is_explained_again_by_another_method(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = project_of(context)
    explain_corpus(project, ids_of(project))
    with project.transaction():
        project.explaining.put_finding(RUN, trust_figures.ranking(RUN, instant="integrated-gradients"))
    page = page_of(qtbot, context)
    words = page.words
    assert words.methods.isVisible()
    assert words.methods.method == "lrp"
    assert words.again.text() == "Explain new texts"
    shown = [words.methods.itemText(at) for at in range(words.methods.count())]
    assert [text for text in shown if "default" in text] == ["Integrated gradients · default"]
    assert not [text for text in shown if "Gradient norm" in text or "Attention" in text]  # they tell no side
    words.methods.setFocus()
    qtbot.keyClicks(words.methods, "Integ")
    qtbot.keyClick(words.methods, Qt.Key.Key_Return)
    assert words.methods.method == "integrated-gradients"
    assert words.again.text() == "Explain all again"
    qtbot.mouseClick(words.again, _LEFT)
    assert queue.last(ExplainCorpus).request == ExplainCorpus(run=RUN, method="integrated-gradients")
    assert not words.methods.isVisible()
    # called off: what is shown is still by the method before
    qtbot.mouseClick(words.cancel, _LEFT)
    assert "LRP" in words._note.full_text()
    qtbot.keyClick(words.methods, Qt.Key.Key_Home)
    assert words.methods.method == "lrp"
    assert words.again.text() == "Explain new texts"


@pytest.mark.parametrize("split", [None, "test"])
def test_the_same_texts_are_explained_once_more_by_the_same_method(
    qtbot: QtBot, surroundings: Surroundings, split: str | None
) -> None:
    context, queue = surroundings
    project = project_of(context)
    found = explain_corpus(project, ids_of(project))
    with project.transaction():
        project.explaining.put_finding(RUN, msgspec.structs.replace(found, split=split))
    page = page_of(qtbot, context)
    words = page.words
    assert words.anew.isVisible()
    words.methods.setFocus()
    qtbot.keyClicks(words.methods, "Integ")
    qtbot.keyClick(words.methods, Qt.Key.Key_Return)
    assert not words.anew.isVisible()  # by another method all texts are explained anyway
    qtbot.keyClick(words.methods, Qt.Key.Key_Home)
    qtbot.mouseClick(words.anew, _LEFT)
    job = queue.last(ExplainCorpus)
    assert job.request == ExplainCorpus(run=RUN, method="lrp", split=split, anew=True)
    assert not words.anew.isVisible()
    words.begin_anew()
    assert queue.last(ExplainCorpus) is job, "one job at a time"


def test_only_methods_that_can_explain_the_task_are_offered(
    qtbot: QtBot, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    surroundings[0].session.select_run("features-2")
    page = page_of(qtbot, surroundings[0])
    words = page.words

    def offered() -> set[str]:
        words._fill_methods()
        return {str(words.methods.itemData(at)) for at in range(words.methods.count())}

    assert "head-terms" in offered()
    monkeypatch.setattr(Project, "task", "tagging")
    assert "head-terms" not in offered()
    assert "lrp" in offered()
