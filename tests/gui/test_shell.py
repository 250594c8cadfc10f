"""The window around the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import Evaluate, JobState, Resume, Train
from engine.api.project import Project
from gui.actions import ACTIONS
from gui.app import Lexplain
from gui.opening import unused
from gui.settings import LANGUAGE, OPENING, READING_SIZE, THEME, Settings
from gui.shell.phrases import time_left
from gui.shell.welcome import SAMPLE_FILES

WAIT = 20_000


def _open(product: Lexplain, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(product.window.painted, timeout=WAIT):
        product.start()
    product.opener.new_project(path)


def test_every_action_is_whole_and_its_shortcut_its_own() -> None:
    shortcuts = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS if spec.shortcut]
    assert all(shortcuts)
    assert len(shortcuts) == len(set(shortcuts))
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)
    texts = [(spec.menu, spec.text()) for spec in ACTIONS]
    assert all(text for _, text in texts)
    assert len(set(texts)) == len(texts)


def test_mnemonics_are_unique_within_a_menu() -> None:
    for menu in {spec.menu for spec in ACTIONS}:
        letters = [spec.text().split("&")[1][0].lower() for spec in ACTIONS if spec.menu == menu]
        assert len(letters) == len(set(letters)), menu


def test_first_screen_then_a_project(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    window = product.window
    with qtbot.waitSignal(window.painted, timeout=WAIT):
        product.start()
    assert window.stack.currentWidget() is window.welcome
    assert not window.action("page-train").isEnabled()
    product.opener.new_project(tmp_path / "tickets")
    assert window.page is not None
    assert window.page.page_id == "data"
    assert window.windowTitle() == "tickets – Lexplain"
    assert product.settings.recent == [tmp_path / "tickets.lexplain"]
    window.action("page-explain").trigger()
    assert window.page.page_id == "explain"
    assert window.rail.item("explain").isChecked()
    assert window.rail.item("explain").toolTip() == "reason of explain"
    assert window.rail.item("explain").accessibleDescription() == "reason of explain"
    window.action("start").trigger()
    window.action("search").trigger()
    assert window.pages["explain"].asked == ["start", "search"]  # type: ignore[attr-defined]
    window.close_project()
    assert window.stack.currentWidget() is window.welcome


def test_the_sample_gets_a_project_of_its_own(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(product.window.painted, timeout=WAIT):
        product.start()
    product.window.open_sample("zh_CN")
    product.window.open_sample("zh_CN")
    assert product.window.pages["data"].asked == [SAMPLE_FILES["zh_CN"]] * 2  # type: ignore[attr-defined]
    names = sorted(path.name for path in (tmp_path / "projects").iterdir())
    assert names == ["customer_messages_zh 2.lexplain", "customer_messages_zh.lexplain"]


def test_a_dropped_file_is_imported(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(product.window.painted, timeout=WAIT):
        product.start()
    file = tmp_path / "mails.csv"
    file.write_text("text\nhello\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    product.window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none))
    assert product.window.pages["data"].asked == [file]  # type: ignore[attr-defined]
    assert product.session.path == tmp_path / "projects" / "mails.lexplain"


def test_unused_names(tmp_path: Path) -> None:
    (tmp_path / "a.lexplain").mkdir()
    (tmp_path / "a 2.lexplain").mkdir()
    assert unused(tmp_path, "a").name == "a 3.lexplain"


def test_a_damaged_project_leaves_the_open_one(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    _open(product, qtbot, tmp_path / "good")
    bad = tmp_path / "bad.lexplain"
    bad.mkdir()
    (bad / "project.sqlite").write_bytes(b"not a database, but long enough to look at" * 40)
    product.opener.open(bad)
    assert product.session.path == tmp_path / "good.lexplain"
    assert "damaged" in product.window.banners.texts[0]
    assert product.settings.get(OPENING) == "", "it was told, so it will not be asked about"


def test_two_windows_do_not_share_a_project(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    from gui.session import Session

    other = Session()
    other.create(tmp_path / "shared")
    _open(product, qtbot, tmp_path / "shared")
    assert product.session.project is None
    assert "in use" in product.window.banners.texts[0]
    other.close()
    other.writer.stop()


def test_what_broke_the_last_start_is_asked_about(
    product: Lexplain, qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    Project.create(tmp_path / "heavy.lexplain").close()
    product.opener.broken = str(tmp_path / "heavy.lexplain")
    with qtbot.waitSignal(product.window.painted, timeout=WAIT):
        product.start(tmp_path / "heavy.lexplain")
    qtbot.waitUntil(lambda: bool(product.window.banners.texts))
    assert product.session.project is None
    assert "heavy.lexplain" in product.window.banners.texts[0]


def test_opening_is_remembered_until_it_is_over(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    _open(product, qtbot, tmp_path / "p")
    assert product.settings.get(OPENING).endswith("p")
    qtbot.waitUntil(lambda: product.settings.get(OPENING) == "")


def test_language_and_theme_without_a_restart(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    _open(product, qtbot, tmp_path / "p")
    product.settings.set(LANGUAGE, "zh_CN")
    qtbot.waitUntil(lambda: product.window.rail.item("train").text() == "训练")
    assert product.window.action("open-file").text().startswith("打开文件")
    assert "数据" in product.window.pages["data"].accessibleName()
    assert product.window.welcome.findChildren(QAbstractButton)[0].text() == "打开您的文件"
    product.settings.set(LANGUAGE, "en")
    qtbot.waitUntil(lambda: product.window.rail.item("train").text() == "Train")
    changed: list[bool] = []
    product.theme.changed.connect(lambda: changed.append(product.theme.palette.dark))
    product.settings.set(THEME, "dark")
    product.settings.set(THEME, "light")
    assert changed == [True, False]


@pytest.mark.parametrize("show", ["show_settings", "show_keys", "show_about"])
def test_dialogs(product: Lexplain, qtbot: QtBot, show: str) -> None:
    with qtbot.waitSignal(product.window.painted, timeout=WAIT):
        product.start()
    getattr(product.window, show)()
    dialogs = [each for each in product.window.findChildren(QDialog) if each.isVisible()]
    assert len(dialogs) == 1
    assert dialogs[0].windowTitle()
    dialogs[0].close()


def test_help_follows_the_page(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QTextBrowser

    _open(product, qtbot, tmp_path / "p")
    product.window.action("help").trigger()
    browser = product.window.help.findChild(QTextBrowser)
    assert isinstance(browser, QTextBrowser)
    assert product.window.help.isVisible()
    product.window.show_page("explain")
    assert browser.toPlainText().startswith("Explain")


def test_f1_leads_to_what_the_page_shows_now(
    product: Lexplain, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(product, qtbot, tmp_path / "p")
    window = product.window
    window.show_help("method-features")
    window.action("help").trigger()
    assert not window.help.isVisible()
    page = window.page
    assert page is not None
    monkeypatch.setattr(type(page), "help_topic", "compare")
    window.action("help").trigger()
    assert window.help.isVisible()
    assert window.help.topic == "compare"


def test_help_opens_at_a_method_and_follows_its_own_links_alone(
    product: Lexplain, qtbot: QtBot, tmp_path: Path
) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtWidgets import QTextBrowser

    _open(product, qtbot, tmp_path / "p")
    product.window.show_help("method-features")
    help = product.window.help
    browser = help.findChild(QTextBrowser)
    assert isinstance(browser, QTextBrowser)
    assert help.isVisible()
    assert browser.toPlainText().startswith("Features")
    browser.anchorClicked.emit(QUrl("method-fine-tune"))
    assert help.topic == "method-fine-tune"
    for elsewhere in ("https://example.org/train", "../../../README", "nowhere"):
        browser.anchorClicked.emit(QUrl(elsewhere))
        assert help.topic == "method-fine-tune"


def test_an_interrupted_training_offers_its_checkpoint(
    product: Lexplain, qtbot: QtBot, tmp_path: Path
) -> None:
    _open(product, qtbot, tmp_path / "p")
    job = product.queue.submit(Train(method="fine-tune", source="kill"))
    with qtbot.waitSignal(job.ended, timeout=WAIT):
        pass
    assert job.state is JobState.INTERRUPTED
    assert "SIGKILL" in product.window.banners.texts[0]
    buttons = product.window.banners.findChildren(QAbstractButton)
    go_on = next(each for each in buttons if each.text() == "Continue from checkpoint")
    with qtbot.waitSignal(product.queue.job_added) as added:
        go_on.click()
    assert added.args is not None
    assert added.args[0].request == Resume(run="fine-tune-1")
    with qtbot.waitSignal(added.args[0].ended, timeout=WAIT):
        pass


def test_the_strip_shows_and_pauses_the_job(product: Lexplain, qtbot: QtBot, tmp_path: Path) -> None:
    _open(product, qtbot, tmp_path / "p")
    strip = product.window.strip
    assert not strip.isVisible()
    job = product.queue.submit(Evaluate(run="until-cancelled"))
    with qtbot.waitSignal(job.progressed, timeout=WAIT):
        pass
    assert strip.isVisible()
    with qtbot.waitSignal(job.paused, timeout=WAIT):
        product.window.action("pause").trigger()
    with qtbot.waitSignal(job.cancelled, timeout=WAIT):
        product.window.action("stop").trigger()
    assert not strip.isVisible()


def test_leaving_with_a_running_job_asks(
    product: Lexplain, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(product, qtbot, tmp_path / "p")
    job = product.queue.submit(Evaluate(run="until-cancelled"))
    with qtbot.waitSignal(job.progressed, timeout=WAIT):
        pass
    asked: list[str] = []
    wanted = ["Stay"]

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text() == wanted[0]).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    product.window.close()
    assert product.window.isVisible()
    assert job.state is JobState.RUNNING
    wanted[0] = "Leave"
    product.window.close()
    assert not product.window.isVisible()
    assert len(asked) == 2
    assert str(job.state) == "interrupted"


def test_bugs_become_a_crash_report(product: Lexplain, qtbot: QtBot) -> None:
    with qtbot.waitSignal(product.window.painted, timeout=WAIT):
        product.start()
    product.window.messages.show_error(
        ErrorReport(ErrorKind.BUG, {"detail": "ZeroDivisionError"}, "the trace")
    )
    button = next(b for b in product.window.banners.findChildren(QAbstractButton) if b.text() == "Details")
    button.click()
    dialog = next(each for each in product.window.findChildren(QDialog) if each.isVisible())
    assert dialog.windowTitle() == "Something went wrong"
    dialog.close()


def test_damaged_settings_read_as_defaults(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    file.write_text("[General]\nreading_size=many\ntheme=pink\nlanguage=zh_CN\n")
    settings = Settings(file)
    assert settings.get(READING_SIZE) == READING_SIZE.default
    assert settings.get(THEME) == "system"
    assert settings.language == "zh_CN"


def test_time_left_in_words() -> None:
    assert time_left(4) == "a few seconds left"
    assert time_left(42) == "about 40 s left"
    assert time_left(200) == "about 3 min left"
    assert time_left(9000) == "about 2.5 h left"
