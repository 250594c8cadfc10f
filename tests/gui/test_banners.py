"""Banners that already stand there speak the language that is chosen later."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from gui.shell.banners import BannerStack, Words
from gui.theme import Theme


def test_a_banner_says_its_words_again_in_another_language(qtbot: QtBot) -> None:
    stack = BannerStack(Theme("light"))
    qtbot.addWidget(stack)
    said = ["The disk is full.", "Try again"]
    stack.show_offer("bad", lambda: Words(*said), key="disk")
    assert stack.texts == ["The disk is full."]
    said[:] = ["磁盘已满。", "重试"]
    QCoreApplication.sendEvent(stack, QEvent(QEvent.Type.LanguageChange))
    assert stack.texts == ["磁盘已满。"]
    assert [offer.button.text() for offer in stack._offers] == ["重试"]
