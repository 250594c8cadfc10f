"""Corpus: what is kept of a run is shown, what is asked is asked once, and every text opens in Explain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.change import FindRules, Rule, RulesFound, RunRules
from engine.api.explaining.corpus import (
    CorpusExplained,
    CorpusSummary,
    CorpusWord,
    DocumentsMapped,
    ExplainCorpus,
    FindShortcuts,
    MapDocuments,
    MapPoint,
    ShortcutsFound,
    Suspect,
)
from engine.api.explaining.influence import FindLabelDoubts, LabelDoubt, LabelDoubtsFound
from engine.api.messages import ColumnMapping
from engine.api.project import Project
from engine.api.results import Interval, WordScore
from engine.api.store.corpus import DocumentScores, fingerprint
from engine.api.words import words_of
from gui.context import Context
from gui.pages.base import PageState
from gui.pages.corpus import map_groups
from gui.pages.corpus.painters import HIT_ROLE, PAIR_ROLE, SHARE_ROLE
from gui.pages.corpus.queries import AcceptedLabels, AcceptedWords, ReadFindings
from gui.pages.corpus_page import CorpusPage
from gui.settings import LANGUAGE
from gui.theme import DARK, LIGHT, Palette, class_colours, contrast
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

Surroundings = tuple[Context, FakeQueue]
RUN = "fine-tune-3"
_LEFT = Qt.MouseButton.LeftButton
TEXTS = (
    ("where is my parcel", "Delivery"),
    ("the parcel came late", "Delivery"),
    ("refund my money", "Billing"),
    ("a refund for the parcel", "Billing"),
    ("<b>my</b> refund", "Billing"),
    ("parcel number 7", "Delivery"),
)


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with figures_context(tmp_path, texts=0, runs=False) as (context, queue):
        project = _project(context)
        figures_project.add_texts(project, list(TEXTS))
        for method in ("bag-of-words", "features", "fine-tune"):
            figures_project.add_run(project, method, 0.8, 2.0)
        context.session.select_run(RUN)
        yield context, queue


def _project(context: Context) -> Project:
    assert context.session.project is not None
    return context.session.project


def _ids(project: Project) -> list[int]:
    first, last = project.documents.id_range() or (0, 0)
    return list(range(first, last + 1))


def _explain(project: Project, ids: list[int], *, summary: bool = True) -> CorpusSummary:
    """Scores of these documents: "parcel" speaks for Delivery, "refund" for Billing, everything else hardly."""
    weights = {"parcel": 1.5, "refund": 2.0, "my": -0.4}
    documents = project.documents.page(ids)
    with project.transaction():
        corpus = project.corpus.begin(RUN, "lrp", "hash")
        project.corpus.put(
            corpus,
            [
                DocumentScores(
                    each.id,
                    each.text,
                    each.label,
                    tuple(
                        WordScore(start, end, weights.get(each.text[start:end], 0.1))
                        for start, end in words_of(each.text)
                    ),
                    fingerprint(each.text, None),
                )
                for each in documents
            ],
        )
        found = CorpusSummary(
            run=RUN,
            method="lrp",
            split=None,
            model_hash="hash",
            documents=len(ids),
            explained=len(ids),
            skipped=0,
            seconds=1.0,
            label_documents={"Billing": 3, "Delivery": 3},
            words=(
                _word("refund", "Billing", 3, 2.0),
                _word("my", "Billing", 2, -0.4),
                _word("parcel", "Delivery", 3, 1.5),
            ),
            phrases=(_word("my parcel", "Delivery", 1, 1.1),),
        )
        if summary:
            project.explaining.put_finding(RUN, found)
    return found


def _word(word: str, label: str, documents: int, mean: float) -> CorpusWord:
    return CorpusWord(
        word=word,
        label=label,
        documents=documents,
        occurrences=documents,
        mean_score=mean,
        total_score=mean * documents,
    )


def _page(qtbot: QtBot, context: Context) -> CorpusPage:
    """Shown, with what is kept read."""
    page = CorpusPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 720)
    page.show()
    qtbot.waitUntil(lambda: page.words.findings is not None and page.words.findings.counts is not None)
    return page


def _read(qtbot: QtBot, page: CorpusPage) -> None:
    """What is kept was read again, to its end."""
    with qtbot.waitSignal(
        page._reader.finished, check_params_cb=lambda channel: channel == "corpus-findings"
    ):
        page._read()


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
    page = _page(qtbot, context)
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
    page = _page(qtbot, context)
    page.primary_action()
    job = queue.last(ExplainCorpus)
    assert "Waiting" in page.words._line.full_text()
    queue.begin(job)
    queue.progress(job, "explain", 2, 6)
    assert "2/6" in page.words._line.full_text()
    # what was explained before it is called off is kept
    _explain(_project(context), _ids(_project(context))[:2], summary=False)
    qtbot.mouseClick(page.words.cancel, _LEFT)
    assert not page.words.cancel.isVisible()
    qtbot.waitUntil(lambda: "2 of 6" in page.words.empty.accessibleName())
    qtbot.mouseClick(page.words.empty.button, _LEFT)
    assert queue.last(ExplainCorpus).request == ExplainCorpus(run=RUN, method="lrp")


def test_a_failure_is_told_in_words_and_tried_again(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.primary_action()
    queue.fail(queue.last(ExplainCorpus), ErrorKind.RUN_FILES_MISSING, run=RUN, path="/x")
    assert page.words.banner.isVisible()
    assert not page.shortcuts.banner.isVisible()
    qtbot.mouseClick(page.words.banner.button, _LEFT)
    assert queue.count(ExplainCorpus) == 2
    assert not page.words.banner.isVisible()


def test_another_run_and_no_project_empty_the_tabs(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    _explain(_project(context), _ids(_project(context)))
    page = _page(qtbot, context)
    assert page.words.has_found()
    context.session.strike("refund")
    context.session.select_run("bag-of-words-1")
    assert not page.words.has_found()
    assert context.session.struck == ()
    context.session.close()
    assert page._empty.isVisible()


def test_the_page_speaks_chinese(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    _keep_suspects(_project(context))
    page = _page(qtbot, context)
    context.settings.set(LANGUAGE, "zh_CN")
    page.retranslate()
    assert "标签" in page.shortcuts.reason.text()


# --- words --------------------------------------------------------------------------------------------------


def test_a_word_shows_its_texts_and_return_opens_one(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    _explain(_project(context), _ids(_project(context)))
    page = _page(qtbot, context)
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
    assert panel.contexts.hasFocus()
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.keyClick(panel.contexts, Qt.Key.Key_Return)
    assert asked.args == [panel._hits.rows[0].document]
    panel.contexts.grab()
    panel.words.grab()


def test_classes_kinds_and_the_search_choose_the_words(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    _explain(_project(context), _ids(_project(context)))
    page = _page(qtbot, context)
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
    _explain(_project(context), _ids(_project(context)))
    page = _page(qtbot, context)
    panel = page.words
    panel.words.selectRow(0)
    panel.words.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [each.word for each in panel.words.rows_model.rows()] == ["my", "refund"]
    current = panel.words.current()
    assert current is not None
    assert current.word == "refund"


def test_words_that_others_ask_for_are_found(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    assert not page.find_texts("refund")
    _explain(_project(context), _ids(_project(context)))
    _read(qtbot, page)
    page.tabs.setCurrentIndex(3)
    assert page.find_texts("my refund") is True
    assert page.panel is page.words


def test_new_texts_are_counted_and_explained_on_demand(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = _project(context)
    _explain(project, _ids(project)[:4])
    page = _page(qtbot, context)
    assert page.words.banner.isVisible()
    assert "2 texts" in page.words.banner.accessibleName()
    qtbot.mouseClick(page.words.banner.button, _LEFT)
    assert queue.last(ExplainCorpus).request == ExplainCorpus(run=RUN, method="lrp")
    summary = _explain(project, _ids(project))
    queue.begin(queue.last(ExplainCorpus))
    queue.finish(queue.last(ExplainCorpus), CorpusExplained(summary))
    qtbot.waitUntil(lambda: "6 of 6" in page.words.note())
    assert not page.words.banner.isVisible()


# --- shortcuts ----------------------------------------------------------------------------------------------


def _keep_suspects(project: Project) -> list[int]:
    ids = _ids(project)

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
    ids = _keep_suspects(_project(context))
    page = _page(qtbot, context)
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
    project = _project(context)
    _keep_suspects(project)
    page = _page(qtbot, context)
    panel = page.shortcuts
    page.tabs.setCurrentIndex(1)
    qtbot.mouseClick(panel.fine, _LEFT)
    assert [each.word for each in panel.suspects.rows_model.rows()] == ["7"]
    kept = AcceptedWords((("refund", "Billing"),))
    qtbot.waitUntil(lambda: project.explaining.finding(RUN, AcceptedWords) == kept)
    again = _page(qtbot, context)
    assert [each.word for each in again.shortcuts.suspects.rows_model.rows()] == ["7"]
    qtbot.mouseClick(panel.hidden, _LEFT)
    panel.suspects.choose(0)
    assert panel.fine.text() == "Suspect it again"
    qtbot.mouseClick(panel.fine, _LEFT)
    qtbot.waitUntil(lambda: project.explaining.finding(RUN, AcceptedWords) == AcceptedWords())


# --- rules --------------------------------------------------------------------------------------------------


def _keep_rules(project: Project) -> RunRules:
    ids = _ids(project)

    def rule(phrase: str, label: str, exceptions: tuple[int, ...]) -> Rule:
        return Rule(
            phrase=tuple(phrase.split()),
            label=label,
            precision=Interval(0.9, 0.7, 0.97),
            base=0.3,
            documents=3,
            fixed=0.8,
            examples=(ids[0], ids[1]),
            exceptions=exceptions,
        )

    found = RunRules(
        run=RUN,
        label="",
        least_precision=0.9,
        labels=("Billing", "Delivery"),
        documents=len(ids),
        predicted=0,
        least_documents=2,
        rules=(rule("parcel", "Delivery", (ids[3],)), rule("my refund", "Billing", ())),
        seconds=1.0,
        model_hash="hash",
    )
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    return found


def test_a_rule_shows_examples_and_exceptions(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = _project(context)
    found = _keep_rules(project)
    page = _page(qtbot, context)
    panel = page.rules
    page.tabs.setCurrentIndex(2)
    assert not panel.banner.isVisible()
    assert panel.rules.rows_model.index(0, 2).data() == "90 %  (70 % – 97 %)"
    assert panel.rules.rows_model.index(0, 4).data() == "3 · 50 %"
    qtbot.waitUntil(lambda: len(panel.texts.table.rows_model.rows()) == 2)
    panel.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(panel.texts.table.rows_model.rows()) == 1)
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.keyClick(panel.texts.table, Qt.Key.Key_Return)
    assert asked.args == [found.rules[0].exceptions[0]]
    qtbot.keyClick(panel.rules, Qt.Key.Key_Down)
    assert panel.tabs.currentIndex() == 0  # this one has no exceptions
    assert not panel.tabs.isTabEnabled(1)
    panel.classes.setCurrentIndex(panel.classes.findData("Billing"))
    assert [each.label for each in panel.rules.rows_model.rows()] == ["Billing"]
    panel.rules.grab()
    context.operations.delete_documents([_ids(project)[0]])
    qtbot.waitUntil(panel.banner.isVisible)
    qtbot.mouseClick(panel.banner.button, _LEFT)
    queue.finish(queue.last(FindRules), RulesFound(found))


# --- label doubts -------------------------------------------------------------------------------------------


def _keep_doubts(project: Project) -> LabelDoubtsFound:
    doubts = tuple(
        LabelDoubt(
            document=each.id,
            text=each.text,
            label=each.label,
            suggested="Billing" if each.label == "Delivery" else "Delivery",
            chance=0.1,
            neighbours=0.2,
            doubt=0.9 - 0.1 * at,
        )
        for at, each in enumerate(project.documents.page(_ids(project)[:3]))
    )
    found = LabelDoubtsFound(run=RUN, doubts=doubts, texts=6, expected=2.4)
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    return found


def test_a_doubted_label_is_corrected_and_taken_back(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = _project(context)
    found = _keep_doubts(project)
    page = _page(qtbot, context)
    panel = page.doubts
    page.tabs.setCurrentIndex(3)
    assert "About 2 of 6" in panel.note()
    first = found.doubts[0].document
    assert panel.take_it.text() == "Set “Billing”"
    qtbot.keyClick(panel.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    current = panel.table.current()
    assert current is not None
    assert current.doubt == found.doubts[1]  # what is done is left behind
    qtbot.waitUntil(lambda: project.documents.get(first).label == "Billing")
    qtbot.waitUntil(lambda: panel.table.rows_model.index(0, 6).data() == "→ Billing")
    assert "1 changed" in panel.note()
    panel.table.choose(0)
    assert panel.take_it.text() == "Back to “Delivery”"
    context.operations.undo()
    qtbot.waitUntil(lambda: panel.table.rows_model.index(0, 6).data() == "")
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args == [first]
    panel.table.grab()


def test_doubts_are_kept_and_shown_when_they_come(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.tabs.setCurrentIndex(3)
    page.primary_action()
    job = queue.last(FindLabelDoubts)
    queue.begin(job)
    queue.finish(job, LabelDoubtsFound(run=RUN, doubts=(), texts=6, expected=0.0))
    qtbot.waitUntil(page.doubts.has_found)
    assert page.doubts.empty.isVisible()
    assert "No label of 6" in page.doubts.empty.accessibleName()
    assert page.doubts.again.isVisible()


def test_another_label_is_set_from_the_menu(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = _project(context)
    found = _keep_doubts(project)
    page = _page(qtbot, context)
    panel = page.doubts
    page.tabs.setCurrentIndex(3)
    panel.table.choose(2)
    panel.labels.popup(panel.mapToGlobal(QPoint(0, 0)))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(panel.labels, key)
    qtbot.waitUntil(lambda: project.documents.get(found.doubts[2].document).label == "Delivery")


def test_a_confirmed_label_stays_hidden(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = _project(context)
    found = _keep_doubts(project)
    page = _page(qtbot, context)
    panel = page.doubts
    page.tabs.setCurrentIndex(3)
    qtbot.keyClick(panel.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [row.doubt for row in panel.table.rows_model.rows()] == list(found.doubts[1:])
    first = found.doubts[0]
    kept = AcceptedLabels(((first.document, first.label),))
    qtbot.waitUntil(lambda: project.explaining.finding(RUN, AcceptedLabels) == kept)
    qtbot.mouseClick(panel.hidden, _LEFT)
    assert panel.table.rows_model.index(0, 6).data() == "right"
    panel.table.choose(0)
    qtbot.mouseClick(panel.fine, _LEFT)
    qtbot.waitUntil(lambda: project.explaining.finding(RUN, AcceptedLabels) == AcceptedLabels())


def test_of_tagged_words_the_tab_says_why_it_has_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, texts=0, runs=False) as (context, queue):
        project = _project(context)
        with project.transaction():
            source = project.documents.add_source(
                tmp_path / "f.conll", "conll", "utf-8", "", ColumnMapping(text="text", label="label")
            )
            project.documents.finish_source(source, "tagging")
        page = CorpusPage(context)
        qtbot.addWidget(page)
        page.doubts.say()
        assert "Tagged words" in page.doubts.empty.accessibleName()
        assert page.doubts.empty.button.text() == ""
        page.doubts.begin()
        assert queue.submitted == []


# --- map ----------------------------------------------------------------------------------------------------


def _keep_map(project: Project) -> DocumentsMapped:
    """Delivery at the left, Billing at the right; the fourth text is called wrongly."""
    points = []
    for at, each in enumerate(project.documents.page(_ids(project))):
        x = (0.0 if each.label == "Delivery" else 10.0) + at / 10
        said = "Delivery" if at == 3 else each.label
        points.append(MapPoint(each.id, x, float(at), said, each.label, 0.95 - at / 10))
    found = DocumentsMapped(projection="pca", points=tuple(points), explained=0.05)
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    return found


def test_points_are_lassoed_hovered_and_opened(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    found = _keep_map(_project(context))
    page = _page(qtbot, context)
    panel, view = page.map, page.map.view
    page.tabs.setCurrentIndex(4)
    qtbot.waitUntil(lambda: view.width() > 400)
    assert "5.0 %" in panel.note()
    left = [at for at, point in enumerate(found.points) if point.truth == "Delivery"]
    middle, height = view.width() // 2, view.height()
    qtbot.mousePress(view, _LEFT, pos=QPoint(2, 2))
    for corner in (QPoint(middle, 2), QPoint(middle, height - 2), QPoint(2, height - 2)):
        qtbot.mouseMove(view, corner)
    qtbot.mouseRelease(view, _LEFT, pos=QPoint(2, 2))
    assert sorted(view.selected) == left
    qtbot.waitUntil(lambda: len(panel.texts.table.rows_model.rows()) == len(left))
    assert "3 texts selected" in panel.texts.title.full_text()
    assert [item.isChecked() for item in panel._items] == [False, True]  # a whole group, as it happens
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.keyClick(panel.texts.table, Qt.Key.Key_Return)
    assert asked.args == [found.points[left[0]].document]
    qtbot.mouseMove(view, view.place_of(4))
    assert view._hover == 4
    assert TEXTS[4][0] in panel._point_words(4)
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.mouseDClick(view, _LEFT, pos=view.place_of(4))
    assert asked.args == [found.points[4].document]
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.selected
    assert not panel.texts.table.isVisible()


def test_a_group_is_selected_by_key(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    found = _keep_map(_project(context))
    page = _page(qtbot, context)
    panel = page.map
    page.tabs.setCurrentIndex(4)
    panel.colours.setCurrentIndex(panel.colours.findData(map_groups.ERROR))
    wrong = panel._items[0]
    assert (wrong.text(), wrong.count) == ("wrong", 1)
    wrong.setFocus()
    qtbot.keyClick(wrong, Qt.Key.Key_Space)
    assert [found.points[at].truth for at in panel.view.selected] == ["Billing"]
    qtbot.mouseClick(panel._items[1], _LEFT)
    assert len(panel.view.selected) == len(found.points)
    qtbot.mouseClick(panel.clear, _LEFT)
    assert not panel.view.selected
    assert not wrong.isChecked()


def test_the_map_follows_the_theme(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    _keep_map(_project(context))
    page = _page(qtbot, context)
    page.tabs.setCurrentIndex(4)
    context.theme.mode = "dark"
    picture = page.map.view.grab().toImage()
    assert QColor(picture.pixel(1, 1)) == QColor(DARK.surface)
    at = page.map.view.place_of(0) * picture.devicePixelRatio()
    assert QColor(picture.pixel(at)).lightness() > 100
    context.theme.mode = "light"


def test_changed_labels_make_the_map_old(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    found = _keep_map(_project(context))
    page = _page(qtbot, context)
    page.tabs.setCurrentIndex(4)
    assert not page.map.banner.isVisible()
    context.operations.set_label([found.points[0].document], "Billing")
    qtbot.waitUntil(page.map.banner.isVisible)
    qtbot.mouseClick(page.map.banner.button, _LEFT)
    assert queue.last(MapDocuments).request == MapDocuments(run=RUN)


def _points(*rows: tuple[str, str, float]) -> list[MapPoint]:
    return [
        MapPoint(at, 0.0, 0.0, label, truth, probability)
        for at, (label, truth, probability) in enumerate(rows)
    ]


def test_groups_of_every_task() -> None:
    points = _points(("a|b", "a", 0.995), ("∅", "", 0.6), ("a", "a", 0.2))
    of, groups = map_groups.grouped(points, map_groups.ANSWER, "multi", LIGHT)
    assert [groups[at].name for at in of] == ["a, b", "∅", "a"]
    of, groups = map_groups.grouped(points, map_groups.ERROR, "multi", LIGHT)
    assert [groups[at].name for at in of] == ["wrong", "without a label", "right"]
    of, groups = map_groups.grouped(points, map_groups.CONFIDENCE, "multi", LIGHT)
    assert [groups[at].name for at in of] == ["from 99 % sure", "50 to 70 %", "0 to 50 %"]
    scores = _points(*((str(at), str(at + at / 10), 0.0) for at in range(8)), ("3", "", 0.0))
    of, groups = map_groups.grouped(scores, map_groups.ANSWER, "score", LIGHT)
    assert of == [0, 0, 1, 2, 2, 3, 3, 3, 2]
    of, groups = map_groups.grouped(scores, map_groups.ERROR, "score", LIGHT)
    assert groups[of[-1]].name == "without a score"
    assert map_groups.CONFIDENCE not in map_groups.kinds_of("score")


def test_many_labels_are_told_apart_by_colour_and_shape() -> None:
    points = _points(*((f"label {at:02}", "", 0.5) for at in range(40)))
    _of, groups = map_groups.grouped(points, map_groups.ANSWER, "single", LIGHT)
    marks = [(group.colour, group.shape) for group in groups[:-1]]
    assert len(set(marks)) == len(marks) == 32
    assert groups[-1].name == "other labels"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_of_groups_can_be_seen(palette: Palette) -> None:
    sure = _points(*(("a", "a", share) for share in (0.995, 0.95, 0.8, 0.6, 0.2)))
    _of, groups = map_groups.grouped(sure, map_groups.CONFIDENCE, "single", palette)
    colours = [*class_colours(palette), *(group.colour for group in groups)]
    assert len(groups) == 5
    assert all(contrast(colour, palette.surface) >= 3 for colour in colours)


# --- queries ------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_before_what_must_be_counted(surroundings: Surroundings) -> None:
    project = _project(surroundings[0])
    _explain(project, _ids(project))
    first, second = ReadFindings(RUN).answers(project)
    assert first.counts is None
    assert first.summary is not None
    assert second.counts is not None
    assert (second.counts.explained, second.counts.documents) == (6, 6)
