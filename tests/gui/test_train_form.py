"""The form of every method: editors for every kind of option, groups, what does not count, what is previewed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from engine.api import wording
from engine.api.catalog import METHODS, complete_options, method, methods_for
from engine.api.errors import ErrorKind
from engine.api.messages_transfer import Entrant, PreparationPreviewed, PreviewPreparation
from engine.api.option_groups import GROUPS, NEEDS, OPTION_GROUPS, group_of, unmet
from engine.api.option_tasks import OPTION_TASKS, options_for
from engine.api.results_transfer import PreparedText, SourceInfo
from engine.api.tasks import TASKS
from engine.api.wording_groups import GROUP_WORDS
from gui.context import Context
from gui.pages.choice_words import choice_words
from gui.pages.train.command import race_command, recommend_command, train_command
from gui.pages.train.differences import differences
from gui.pages.train.method_cards import MethodCards
from gui.pages.train.method_form import MethodForm
from gui.pages.train.option_editor import ChipsEditor, Pick, PickEditor
from gui.pages.train.picks import run_picks, source_picks
from gui.pages.train.preview_dialog import PreviewDialog, page
from gui.pages.train.set_up_panel import SetUpPanel
from gui.theme import LIGHT
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _form(qtbot: QtBot, context: Context, id: str, task: str = "single") -> MethodForm:
    form = MethodForm(context.theme, method(id), "en", task=task)
    qtbot.addWidget(form)
    form.show()
    return form


def _chips(form: MethodForm, option: str) -> ChipsEditor:
    editor = form.editor(option)
    assert isinstance(editor, ChipsEditor)
    return editor


def _source(id: str, problem: str = "") -> SourceInfo:
    return SourceInfo(
        id=id, name=id, folder=f"/models/{id}", family="bert", layers=2, width=128, parameters=4_400_000,
        size_bytes=17_000_000, max_tokens=512, languages="en", licence="mit", problem=problem,
    )  # fmt: skip


# --- the tables ----------------------------------------------------------------------------------------


def test_every_folded_option_has_its_group_and_the_tables_name_nothing_else() -> None:
    folded = {option.id for each in METHODS for option in each.options if not option.main}
    there = {option.id for each in METHODS for option in each.options}
    assert folded <= set(OPTION_GROUPS)
    assert set(OPTION_GROUPS) | set(NEEDS) | set(OPTION_TASKS) <= there
    assert set(OPTION_GROUPS.values()) == set(GROUPS) == set(GROUP_WORDS)
    for needs in NEEDS.values():
        for need in needs:
            options = [o for each in METHODS for o in each.options if o.id == need.other]
            assert options
            for value in need.unless:
                assert any(option.parse(value) == value for option in options), need


@pytest.mark.parametrize("id", [each.id for each in METHODS])
def test_an_option_waits_only_for_options_of_its_own_method(id: str) -> None:
    defaults = complete_options(id, {})
    for option in method(id).options:
        need = unmet(method(id), option.id, defaults)
        assert need is None or need.other in defaults
        assert group_of(option) in ("", *GROUPS)


def test_every_choice_has_a_name_of_its_own(qtbot: QtBot) -> None:
    choices = {choice for each in METHODS for option in each.options for choice in option.choices}
    for choice in choices:
        assert choice_words(choice)
        assert "-" not in choice_words(choice) or choice in (
            "macro_f1", "cross-entropy", "class-balanced", "fine-tune",
        ), choice  # fmt: skip


# --- the form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", [each.id for each in METHODS])
def test_every_method_shows_its_options_with_reasons(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], id: str
) -> None:
    form = _form(qtbot, surroundings[0], id)
    for option in method(id).options:
        assert form.editor(option.id).value() == option.default
        assert form.row(option.id).editor.accessibleName() == wording.option_words(option.id, "en").label
        assert form.row(option.id).note(), option.id
    assert form.is_valid()
    assert form.given() == {}


def test_chips_are_switched_by_keyboard_and_stand_in_the_catalogs_order(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context = surroundings[0]
    form = _form(qtbot, context, "fine-tune")
    form._rest.set_opened(True)
    chips = _chips(form, "cleaning").chips
    for key in ("lowercase", "links"):
        chips.chip(key).setFocus()
        qtbot.keyClick(chips.chip(key), Qt.Key.Key_Space)
    assert form.given() == {"cleaning": "links,lowercase"}
    form.set_values({"augment": "typos,synonyms", "unknown": 3})
    assert form.given() == {"augment": "typos,synonyms"}
    form.reset()
    assert form.given() == {}
    assert chips.checked() == ()


def test_an_option_that_does_not_count_cannot_be_used_and_says_why(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    form = _form(qtbot, surroundings[0], "fine-tune")
    form._rest.set_opened(True)
    share = form.row("augment_share")
    assert not share.editor.isEnabled()
    assert "Changed texts" in share.note()
    form.editor("augment_share").set_value("much")  # nobody asks for it, so it is not wrong
    assert form.is_valid()
    assert form.given() == {}
    _chips(form, "augment").chips.chip("typos").click()
    qtbot.waitUntil(share.editor.isEnabled)
    assert not form.is_valid()
    form.editor("augment_share").set_value(0.5)
    assert form.given() == {"augment": "typos", "augment_share": 0.5}
    form.editor("long_texts").set_value("cut")
    qtbot.waitUntil(lambda: not form.row("window_overlap").editor.isEnabled())
    assert "Long texts: cut" in form.row("window_overlap").note()


def test_a_task_hides_what_is_nothing_to_it(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    form = _form(qtbot, surroundings[0], "fine-tune", "score")
    assert form.row("loss").isHidden()
    assert form._headings["balance"].isHidden()
    form.editor("loss").set_value("focal")
    assert form.given() == {}
    form.set_task("single")
    assert not form.row("loss").isHidden()
    assert form.given() == {"loss": "focal"}
    form = _form(qtbot, surroundings[0], "contrastive", "score")
    assert form.row("label_names").isHidden()
    assert not form.row("pairs_per_text").isHidden()
    assert {o.id for o in options_for(method("fine-tune"), "tagging")}.isdisjoint({"head", "window_pooling"})


def _choices(form: MethodForm, option: str) -> list[object]:
    box = form.editor(option).widget
    assert isinstance(box, QComboBox)
    return [box.itemData(row) for row in range(box.count())]


def test_a_task_is_offered_the_choices_that_it_has(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    form = _form(qtbot, surroundings[0], "adversarial", "tagging")
    form._rest.set_opened(True)
    chips = _chips(form, "augment").chips
    assert [key for key in ("deletion", "swap", "typos", "synonyms") if chips.chip(key).isVisible()] == [
        "typos",
        "synonyms",
    ]
    assert chips.focusProxy() is chips.chip("typos")
    assert (chips.chip("typos").text(), chips.chip("synonyms").text()) == ("typos", "synonyms")
    assert form.values()["augment"] == "typos"
    assert form.given() == {}
    form.set_values({"augment": "swap,synonyms", "target_metric": "macro_f1"})  # of an older run
    assert form.given() == {"augment": "synonyms"}
    assert _choices(form, "target_metric") == ["none", "main", "accuracy", "loss"]
    form.set_task("score")
    assert _choices(form, "target_metric") == ["none", "main", "loss"]
    form.reset()
    form.set_task("single")
    assert form.values()["augment"] == "swap,typos"  # a default stays one
    assert form.given() == {}
    assert chips.chip("deletion").isVisible()
    assert _choices(form, "target_metric") == ["none", "main", "macro_f1", "accuracy", "loss"]
    box = form.editor("target_metric").widget
    assert isinstance(box, QComboBox)
    assert box.itemText(2) == "macro-F1"


def test_how_windows_are_put_together_is_asked_only_where_there_is_a_choice(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    assert _form(qtbot, surroundings[0], "features").row("window_pooling").isHidden()
    form = _form(qtbot, surroundings[0], "pseudo-label")
    form.editor("window_pooling").set_value("max")
    assert form.given() == {}
    form.editor("base").set_value("fine-tune")
    assert form.given() == {"base": "fine-tune", "window_pooling": "max"}


@pytest.mark.parametrize(
    ("task", "bases", "sure"),
    [
        ("multi", ["features", "contrastive", "bag-of-words", "fine-tune"], True),
        ("tagging", ["features", "fine-tune"], True),
        ("score", ["features", "bag-of-words", "fine-tune"], False),
    ],
)
def test_self_training_is_offered_the_bases_that_learn_the_task(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], task: str, bases: list[str], sure: bool
) -> None:
    form = _form(qtbot, surroundings[0], "pseudo-label", task)
    assert _choices(form, "base") == bases
    assert form.row("least_probability").isHidden() is not sure


def test_a_student_of_tagged_words_is_no_bag_of_words(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    form = _form(qtbot, surroundings[0], "distil", "tagging")
    student = form.editor("student")
    box = student.widget
    assert isinstance(box, QComboBox)
    assert [box.itemData(row) for row in range(box.count())] == ["small-model", "fewer-layers"]
    student.set_value("fewer-layers")
    assert form.given() == {"student": "fewer-layers"}
    form.set_task("single")
    assert box.count() == 3


def test_source_models_and_runs_are_picked_from_lists(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context = surroundings[0]
    project = context.session.project
    assert project is not None
    panel = SetUpPanel(context.theme, "en")
    qtbot.addWidget(panel)
    panel.set_sources((_source("minilm"), _source("bert-tiny"), _source("broken", "model-damaged")))
    panel.set_runs(project.runs.all())
    panel.show_method("distil")
    form = panel.form
    teacher, student = form.editor("teacher"), form.editor("student_source")
    assert isinstance(teacher, PickEditor)
    assert isinstance(student, PickEditor)
    box = teacher.widget
    assert isinstance(box, QComboBox)
    shown = [box.itemText(row) for row in range(box.count())]
    assert shown[0] == wording.option_words("teacher", "en").automatic
    assert shown[1:] == [pick.name for pick in run_picks(project.runs.all()[:3], "en")]
    assert "0.790" in shown[1]  # the interrupted run is not there, the newest finished one is first
    box.setCurrentIndex(2)
    student.set_value("minilm")
    assert form.given() == {"teacher": "features-2", "student_source": "minilm"}
    broken = source_picks((_source("broken", "model-damaged"),), "en")[0]
    assert not broken.usable
    assert broken.tip
    student.set_picks([Pick("bert-tiny", "BERT-tiny")])  # what is chosen stays, also where it has gone
    assert student.value() == "minilm"
    panel.retranslate("zh_CN")
    assert box.itemText(0) == wording.option_words("teacher", "zh_CN").automatic
    assert form.given()["teacher"] == "features-2"


def test_the_command_names_choices_sources_and_runs() -> None:
    values = {"teacher": "fine-tune-3", "student_source": "/models/my model", "cleaning": "links,emoji"}
    words = shlex.split(train_command(Path("/p"), "distil", "", values, "linux"))
    given = dict(word.split("=", 1) for word in words if "=" in word)
    assert complete_options("distil", dict(given)) == complete_options("distil", dict(values))
    emptied = shlex.split(train_command(Path("/p"), "adversarial", "", {"augment": ""}, "linux"))
    assert complete_options("adversarial", {"augment": emptied[-1].split("=")[1]})["augment"] == ""
    assert recommend_command(Path("/a b"), platform="linux") == "lexplain-cli recommend '/a b'"
    assert recommend_command(Path("/a"), 5, "linux") == "lexplain-cli recommend /a --minutes 5"
    assert (
        race_command(Path("/p"), (Entrant("features", "tiny"), Entrant("fine-tune")), 12.0, "cup", "linux")
        == "lexplain-cli race /p --methods features@tiny,fine-tune --minutes 12 --race cup"
    )


@pytest.mark.parametrize("task", TASKS)
def test_only_methods_that_can_learn_the_task_have_a_card(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], task: str
) -> None:
    cards = MethodCards(surroundings[0].theme, "en")
    qtbot.addWidget(cards)
    cards.set_task(task)
    assert cards.methods() == tuple(each.id for each in methods_for(task))
    assert len(cards.methods()) >= 2


# --- the preview ---------------------------------------------------------------------------------------


def test_differences_put_together_are_the_texts() -> None:
    for before, after in (
        ("See https://a.b now", "See http now"),
        ("我要退款，请尽快", "我要退款"),
        ("a  b\n\nc", "a b c"),
        ("", "new"),
        ("same", "same"),
    ):
        old, new = differences(before, after)
        assert "".join(text for text, _ in old) == before
        assert "".join(text for text, _ in new) == after
    assert differences("the old word", "the new word")[0] == [
        ("the ", False),
        ("old", True),
        (" word", False),
    ]


def test_a_users_text_never_becomes_markup() -> None:
    found = page([PreparedText("html", "<b>&x</b>", "<script>")], LIGHT, "Before", "After")
    assert "<b>&x" not in found
    assert "<script>" not in found
    assert "&lt;" in found


def test_the_preview_asks_for_what_the_form_says_and_shows_it(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    panel = SetUpPanel(context.theme, "en")
    qtbot.addWidget(panel)
    panel.show_method("fine-tune")
    chips = _chips(panel.form, "cleaning")
    assert chips.preview is not None
    assert not chips.preview.isEnabled()
    chips.chips.chip("links").click()
    assert chips.preview.isEnabled()
    with qtbot.waitSignal(panel.preview_requested):
        chips.preview.click()
    dialog = PreviewDialog(context, panel.source, {**panel.form.given(), "epochs": 2.0})
    qtbot.addWidget(dialog)
    job = queue.last(PreviewPreparation)
    assert job.request == PreviewPreparation(source="minilm", options={"cleaning": "links"}, texts=20)
    assert "Looking" in dialog.text()
    queue.finish(job, PreparationPreviewed((PreparedText("links", "see https://a.b", "see http"),)))
    assert "see https://a.b" in dialog.text()
    assert "see http" in dialog.text()
    context.theme.mode = "dark"
    assert "see http" in dialog.text()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_no_preview_shows_says_so_where_it_is_chosen(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], language: str
) -> None:
    form = _form(qtbot, surroundings[0], "fine-tune")
    form.retranslate(language)
    said = {"en": "No preview:", "zh_CN": "无法预览："}[language]
    for option in ("mix_up", "masked_training"):
        assert said in form.row(option).note()


def test_a_preview_without_changes_or_with_an_error_says_so(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    dialog = PreviewDialog(context, "minilm", {"cleaning": "emoji"})
    qtbot.addWidget(dialog)
    queue.finish(queue.last(PreviewPreparation), PreparationPreviewed(()))
    assert dialog.text() == "Nothing would change in the first 20 texts."
    other = PreviewDialog(context, "gone", {"augment": "synonyms"})
    qtbot.addWidget(other)
    queue.fail(queue.last(PreviewPreparation), ErrorKind.SOURCE_UNKNOWN, source="gone", valid="minilm")
    assert "gone" in other.text()
