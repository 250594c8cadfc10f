"""Corpus: rules, label doubts and the map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from pytestqt.qtbot import QtBot

from engine.api.explaining.change import FindRules, Rule, RulesFound, RunRules
from engine.api.explaining.corpus import (
    DocumentsMapped,
    MapDocuments,
    MapPoint,
)
from engine.api.explaining.influence import FindLabelDoubts, LabelDoubt, LabelDoubtsFound
from engine.api.project import Project
from engine.api.results import Interval
from gui.pages.corpus import map_groups
from gui.pages.corpus.queries import AcceptedLabels
from gui.theme import DARK, LIGHT, Palette, class_colours, contrast
from tests.gui.corpus_context import (
    RUN,
    TEXTS,
    Surroundings,
    corpus_context,
    ids_of,
    page_of,
    project_of,
)

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with corpus_context(tmp_path) as found:
        yield found


# --- rules --------------------------------------------------------------------------------------------------


def _keep_rules(project: Project) -> RunRules:
    ids = ids_of(project)

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
    project = project_of(context)
    found = _keep_rules(project)
    page = page_of(qtbot, context)
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
    context.operations.delete_documents([ids_of(project)[0]])
    qtbot.waitUntil(panel.banner.isVisible)
    qtbot.mouseClick(panel.banner.button, _LEFT)
    queue.finish(queue.last(FindRules), RulesFound(found))


def test_rules_are_searched_for_an_answer_and_a_share(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = project_of(context)
    page = page_of(qtbot, context)
    panel = page.rules
    page.tabs.setCurrentIndex(2)
    assert panel.least.isVisible()
    assert not panel.wanted.isVisible()  # what a run answers is known with the first rules
    panel.least.setValue(80)
    qtbot.mouseClick(panel.empty.button, _LEFT)
    assert queue.last(FindRules).request == FindRules(run=RUN, label="", least_precision=0.8)
    assert not panel.least.isVisible()
    found = msgspec.structs.replace(_keep_rules(project), least_precision=0.8)
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    queue.finish(queue.last(FindRules), RulesFound(found))
    qtbot.waitUntil(panel.wanted.isVisible)
    assert [panel.wanted.itemData(at) for at in range(panel.wanted.count())] == ["", "Billing", "Delivery"]
    assert panel.least.value() == 80
    panel.wanted.setCurrentIndex(panel.wanted.findData("Delivery"))
    panel.least.setValue(100)
    qtbot.mouseClick(panel.again, _LEFT)
    assert queue.last(FindRules).request == FindRules(run=RUN, label="Delivery", least_precision=1.0)
    # called off: the choices that were made stay
    qtbot.mouseClick(panel.cancel, _LEFT)
    assert (panel.wanted.currentData(), panel.least.value()) == ("Delivery", 100)


def test_a_search_without_a_rule_can_be_made_looser(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    project = project_of(context)
    nothing = msgspec.structs.replace(_keep_rules(project), rules=(), label="Billing", least_precision=1.0)
    with project.transaction():
        project.explaining.put_finding(RUN, nothing)
    page = page_of(qtbot, context)
    panel = page.rules
    page.tabs.setCurrentIndex(2)
    assert (panel.wanted.currentData(), panel.least.value()) == ("Billing", 100)
    panel.wanted.setCurrentIndex(0)
    panel.least.setValue(70)
    qtbot.mouseClick(panel.again, _LEFT)
    assert queue.last(FindRules).request == FindRules(run=RUN, label="", least_precision=0.7)


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
        for at, each in enumerate(project.documents.page(ids_of(project)[:3]))
    )
    found = LabelDoubtsFound(run=RUN, doubts=doubts, texts=6, expected=2.4)
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    return found


def test_a_doubted_label_is_corrected_and_taken_back(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = project_of(context)
    found = _keep_doubts(project)
    page = page_of(qtbot, context)
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
    page = page_of(qtbot, context)
    page.tabs.setCurrentIndex(3)
    page.primary_action()
    job = queue.last(FindLabelDoubts)
    queue.begin(job)
    found = LabelDoubtsFound(run=RUN, doubts=(), texts=6, expected=0.0)
    project = project_of(context)
    with project.transaction():
        project.explaining.put_finding(RUN, found)  # as the engine does before it answers
    queue.finish(job, found)
    qtbot.waitUntil(page.doubts.has_found)
    assert page.doubts.empty.isVisible()
    assert "No label of 6" in page.doubts.empty.accessibleName()
    assert page.doubts.again.isVisible()


def test_another_label_is_set_from_the_menu(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = project_of(context)
    found = _keep_doubts(project)
    page = page_of(qtbot, context)
    panel = page.doubts
    page.tabs.setCurrentIndex(3)
    panel.table.choose(2)
    panel.labels.popup(panel.mapToGlobal(QPoint(0, 0)))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(panel.labels, key)
    qtbot.waitUntil(lambda: project.documents.get(found.doubts[2].document).label == "Delivery")


def test_a_confirmed_label_stays_hidden(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    project = project_of(context)
    found = _keep_doubts(project)
    page = page_of(qtbot, context)
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


def test_a_tab_says_why_it_has_nothing(
    qtbot: QtBot, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, queue = surroundings
    page = page_of(qtbot, context)
    panel = page.doubts
    bag = next(run for run in project_of(context).runs.all() if run.method == "bag-of-words")
    monkeypatch.setattr(Project, "task", "tagging")
    panel.run = bag
    panel.say()
    assert "no states of words" in panel.empty.accessibleName()
    assert panel.empty.button.text() == ""
    asked = len(queue.submitted)
    panel.begin()
    assert len(queue.submitted) == asked


# --- map ----------------------------------------------------------------------------------------------------


def _keep_map(project: Project) -> DocumentsMapped:
    """Delivery at the left, Billing at the right; the fourth text is called wrongly."""
    points = []
    for at, each in enumerate(project.documents.page(ids_of(project))):
        x = (0.0 if each.label == "Delivery" else 10.0) + at / 10
        said = "Delivery" if at == 3 else each.label
        points.append(MapPoint(each.id, x, float(at), said, each.label, 0.95 - at / 10))
    found = DocumentsMapped(projection="pca", points=tuple(points), explained=0.05)
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    return found


def test_points_are_lassoed_hovered_and_opened(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    found = _keep_map(project_of(context))
    page = page_of(qtbot, context)
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
    # given to the view itself: the pointer of a real screen may be anywhere
    place = QPointF(view.place_of(4))
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    view.mouseMoveEvent(
        QMouseEvent(QEvent.Type.MouseMove, place, view.mapToGlobal(place), none, none, no_keys)
    )
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
    found = _keep_map(project_of(context))
    page = page_of(qtbot, context)
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
    _keep_map(project_of(context))
    page = page_of(qtbot, context)
    page.tabs.setCurrentIndex(4)
    context.theme.mode = "dark"
    picture = page.map.view.grab().toImage()
    assert QColor(picture.pixel(1, 1)) == QColor(DARK.surface)
    at = page.map.view.place_of(0) * picture.devicePixelRatio()
    assert QColor(picture.pixel(at)).lightness() > 100
    context.theme.mode = "light"


def test_changed_labels_make_the_map_old(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    found = _keep_map(project_of(context))
    page = page_of(qtbot, context)
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
