"""Beside the text in Explain: arguing with the run, and all tabs with answers of the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.argue import (
    Argue,
    Argued,
    ArgueFigures,
    ImportRationales,
    Rationale,
    RationalesImported,
)
from engine.api.results import Interval
from gui.context import Context
from gui.pages.explain.argue_panel import ArguePanel
from gui.pages.explain.change_panel import ChangePanel
from gui.pages.explain.evidence_panel import EvidencePanel
from gui.pages.explain_page import ExplainPage
from tests.gui.figures_context import figures_context
from tests.gui.tabs_context import RUN, Surroundings, documents, shown, subject
from tests.gui.task_context import task_context, task_project


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with figures_context(tmp_path) as found:
        yield found


def _argued(new: str = "argue-5") -> Argued:
    def figures(run: str, struck: float | None, flips: float | None) -> ArgueFigures:
        return ArgueFigures(
            run=run,
            main=Interval(0.801, 0.75, 0.84),
            texts=31,
            struck_share=struck,
            marked_share=None,
            flips=flips,
            comprehensiveness=0.41,
            sufficiency=0.12,
            normalised_comprehensiveness=Interval(0.82, 0.78, 0.86) if run == RUN else None,
        )

    return Argued(
        run=new,
        figure="macro_f1",
        split="test",
        before=figures(RUN, 0.42, 0.31),
        after=figures(new, 0.03, 0.0),
        seconds=61.0,
    )


def _arguing(qtbot: QtBot, context: Context) -> ArguePanel:
    panel = ArguePanel(context)
    shown(qtbot, panel)
    return panel


def test_words_are_struck_from_the_text_or_typed(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    panel = _arguing(qtbot, context)
    assert not panel.start.isEnabled()
    assert panel.word_menu(0) == []
    panel.set_subject(subject(context))
    strike, mark = panel.word_menu(3)
    with qtbot.waitSignal(panel.front_requested):
        strike[1]()  # type: ignore[operator]
    assert panel.strike.words() == ("refused",)
    mark[1]()  # type: ignore[operator]
    assert (panel.strike.words(), panel.mark.words()) == ((), ("refused",))
    qtbot.keyClicks(panel.strike.field, "Twice SHOP")
    qtbot.keyClick(panel.strike.field, Qt.Key.Key_Return)
    assert [chip.word for chip in panel.strike.chips()] == ["twice", "shop"]
    qtbot.mouseClick(panel.strike.chips()[0], Qt.MouseButton.LeftButton)
    panel.mark.chips()[0].setFocus()
    qtbot.keyClick(panel.mark.chips()[0], Qt.Key.Key_Delete)
    assert (panel.strike.words(), panel.mark.words()) == (("shop",), ())
    qtbot.keyClicks(panel.mark.field, "twice")  # not yet a chip, and meant all the same
    panel.minutes.setValue(2.5)
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    assert queue.last(Argue).request == Argue(run=RUN, strike=("shop",), mark=("twice",), minutes=2.5)


def test_words_struck_on_another_page_are_struck_here(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = context.session.project
    assert project is not None
    context.session.strike("Signature")
    panel = _arguing(qtbot, context)
    assert panel.strike.words() == ("signature",)
    context.session.strike("shop")
    assert panel.strike.words() == ("signature", "shop")
    qtbot.mouseClick(panel.strike.chips()[0], Qt.MouseButton.LeftButton)
    assert list(context.session.struck) == ["shop"]
    panel.strike_word("Twice")
    assert list(context.session.struck) == ["shop", "twice"]
    with project.transaction():
        new = project.runs.add("argue", "", {"argued_run": RUN, "strike": "shop twice", "mark": "refused"})
        project.runs.finish(new, 60.0, 900.0, "epochs")
    context.session.select_run("features-2")
    assert panel.strike.words() == ()
    context.session.select_run(new)
    assert (panel.strike.words(), panel.mark.words()) == (("shop", "twice"), ("refused",))


def test_an_argument_runs_and_ends_in_a_table(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    panel = _arguing(qtbot, context)
    panel.strike_word("shop")
    panel.argue()
    job = queue.last(Argue)
    assert "Waits" in panel._state.text()
    queue.begin(job, "argue-5")
    queue.progress(job, "train", 12, 60)
    assert "12/60" in panel._state.text()
    assert not panel.start.isEnabled()
    with project.transaction():
        new = project.runs.add("argue", "", {"argued_run": RUN})
        project.runs.finish(new, 60.0, 900.0, "epochs")
    with qtbot.waitSignal(context.session.runs_changed):
        queue.finish(job, _argued(new))
    rows = {name: (before, after) for name, before, after in panel.table.rows()}
    assert rows["Macro-F1"] == ("0.801\n0.750–0.840",) * 2
    assert rows["Share of the highlight on struck words"] == ("42.0 %", "3.0 %")
    assert rows["Answers that change without the struck words"] == ("31.0 %", "0.0 %")
    assert rows["Erasure test: share of what can be reached"] == ("0.820\n0.780–0.860", "–")
    assert len(rows) == 4
    qtbot.mouseClick(panel.look, Qt.MouseButton.LeftButton)
    assert context.session.run == new
    assert not panel.look.isVisible()
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.mouseClick(panel.keep_old, Qt.MouseButton.LeftButton)
    assert context.session.run == RUN
    assert new not in [run.id for run in project.runs.all()]
    assert "Undo" in panel._dropped_words.text()
    assert panel._dropped_words.isVisible()
    with qtbot.waitSignal(context.session.runs_changed):
        context.operations.undo()
    assert panel.look.isVisible()


def test_an_argument_is_cancelled_or_fails_in_words(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    panel = _arguing(qtbot, context)
    panel.strike_word("shop")
    panel.argue()
    queue.begin(queue.last(Argue))
    qtbot.mouseClick(panel.cancel, Qt.MouseButton.LeftButton)
    assert not panel._running.isVisible()
    assert panel.start.isEnabled()
    panel.argue()
    queue.fail(queue.last(Argue), ErrorKind.CANNOT_ARGUE, run=RUN, method="fusion")
    assert "cannot be argued with" in panel._trouble.text()
    panel.argue()
    assert not panel._trouble.isVisible()
    queue.interrupt(queue.last(Argue))
    assert panel._trouble.isVisible()
    assert panel.strike.words() == ("shop",)


def test_places_in_single_texts_are_counted_and_imported(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    panel = _arguing(qtbot, context)
    assert "No places" in panel.places.held.text()
    panel.places.import_rationales("/some/other.jsonl")
    queue.fail(queue.last(ImportRationales), ErrorKind.FILE_MISSING, path="/some/other.jsonl")
    assert panel._trouble.isVisible()
    panel.places.import_rationales("/some/file.jsonl")
    assert not panel._trouble.isVisible()
    assert queue.last(ImportRationales).request == ImportRationales("/some/file.jsonl")
    assert not panel.places.import_file.isEnabled()
    ids = [id for id, *_ in documents(context, 2)]
    with project.transaction():
        project.explaining.put_rationales([Rationale(id, 0, 3, "strike") for id in ids])
    result = RationalesImported(documents=2, spans=2, unknown=4, unreadable=(3, 9))
    queue.finish(queue.last(ImportRationales), result)
    said = panel.places.held.text()
    assert "2 in 2 texts" in said
    assert "4 lines" in said
    assert "3, 9" in said
    assert panel.start.isEnabled()  # they are something to argue about


def test_a_word_is_struck_in_one_text_alone(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    panel = _arguing(qtbot, context)
    (id, text, _), *_ = documents(context, 1)
    panel.set_subject(subject(context, text, document=id))
    *_, strike, mark = panel.word_menu(1)
    assert "this text only" in strike[0]
    with qtbot.waitSignal(panel.places.changed):
        strike[1]()  # type: ignore[operator]
    word = text.split()[1]
    (place,) = project.explaining.rationales(id)
    assert (text[place.start : place.end], place.kind) == (word, "strike")
    assert f"“{word}”" in panel.places.here.text()
    assert panel.start.isEnabled()
    *_, take_back = panel.word_menu(1)
    assert len(panel.word_menu(0)) == len(panel.word_menu(1)) + 1
    with qtbot.waitSignal(panel.places.changed):
        take_back[1]()  # type: ignore[operator]
    assert project.explaining.rationales() == []
    assert not panel.places.here.isVisible()
    assert not panel.start.isEnabled()
    assert mark[0] != strike[0]
    assert queue.jobs == []


def test_nothing_learns_from_a_text_that_is_not_a_training_text(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, _queue = surroundings
    project = context.session.project
    assert project is not None
    panel = _arguing(qtbot, context)
    panel.set_subject(subject(context))  # typed
    assert len(panel.word_menu(1)) == 2
    (id, text, _), *_ = documents(context, 1)
    with project.transaction():
        project.documents.set_split([(id, "test")])
    panel.set_subject(subject(context, text, document=id))
    assert len(panel.word_menu(1)) == 2


def test_a_bag_of_words_needs_no_minutes(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    panel = _arguing(qtbot, context)
    assert panel.minutes.isVisible()
    context.session.select_run("bag-of-words-1")
    panel.strike_word("shop")
    assert not panel.minutes.isVisible()
    assert "forgets" in panel._why.text()


def test_what_a_run_was_argued_with_can_be_taken_back(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    with project.transaction():
        run = project.runs.add("bag-of-words", "", {"strike": "shop Twice", "mark": "refused"})
        project.runs.finish(run, 60.0, 900.0, "epochs")
    panel = _arguing(qtbot, context)
    context.session.select_run(run)
    qtbot.mouseClick(panel.strike.chips()[0], Qt.MouseButton.LeftButton)
    panel.strike_word("refused")
    panel.argue()
    wanted = Argue(run=run, strike=("twice", "refused"), minutes=3.0, taken_back=("shop",))
    assert queue.last(Argue).request == wanted


def test_two_encoders_are_refused_with_the_reason(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = context.session.project
    assert project is not None
    with project.transaction():
        run = project.runs.add("fusion", "", {})
        project.runs.finish(run, 60.0, 900.0, "epochs")
    panel = _arguing(qtbot, context)
    context.session.select_run(run)
    assert panel._form.isVisible()  # its second model did not pay and was left out
    (project.run_folder(run) / "model" / "second").mkdir(parents=True)
    context.session.select_run("features-2")
    context.session.select_run(run)
    panel.set_subject(subject(context))
    assert "two encoders" in panel._intro.text()
    assert not panel._form.isVisible()
    assert panel.word_menu(0) == []


def test_without_a_run_there_is_nothing_to_argue_with(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, runs=False) as (context, _queue):
        panel = _arguing(qtbot, context)
        assert not panel._form.isVisible()
        assert "Train a run first" in panel._intro.text()


# --- the whole page, with answers of the real engine --------------------------------------------------------


@pytest.mark.parametrize("task", ["multi", "score"])
def test_the_tabs_ask_the_engine(qtbot: QtBot, tmp_path: Path, task: str) -> None:
    made = task_project(tmp_path / "made", task)
    (_, text, *_), *_rest = made.documents.labelled("test")
    word = text.split()[0]
    path = made.path
    made.close()
    with task_context(tmp_path, path) as (context, _queue, inline):
        page = ExplainPage(context)
        qtbot.addWidget(page)
        page.resize(1280, 760)
        page.show()
        project = context.session.project
        assert project is not None
        (document, *_), *_rest = project.documents.labelled("test")
        page.show_subject(document)
        inline.answer()
        panels = {type(panel): panel for panel in page._side._panels}
        change, evidence, arguing = panels[ChangePanel], panels[EvidencePanel], panels[ArguePanel]
        assert isinstance(change, ChangePanel)
        assert isinstance(evidence, EvidencePanel)
        assert isinstance(arguing, ArguePanel)
        change.front_requested.emit()
        inline.answer()
        assert change.content.isVisible()
        assert change.removal.isVisible() != change._no_removal.isVisible()
        evidence.front_requested.emit()
        inline.answer()
        assert evidence.rows(0)
        assert evidence.rows(2)
        if change.removal.isVisible() or change.replacement.isVisible():
            shown = change.removal if change.removal.key else change.replacement
            change.front_requested.emit()
            shown.chosen.emit(shown.key)
            inline.answer()
            assert page._reading.text() == shown.key
        entries = dict(page._side.word_menu(0))
        assert len(entries) >= 3
        arguing.strike_word(word)
        assert page._side.currentWidget() is not None
        arguing.argue()
        inline.answer()
        assert arguing.table.rows(), arguing._trouble.text()
