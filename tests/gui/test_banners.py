"""Banners: in the language that is chosen later, and what a training has to say at its end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from engine.api.messages import Train
from gui.shell.banners import BannerStack, Words
from gui.shell.job_messages import JobMessages
from gui.theme import Theme
from tests.gui.page_context import page_context


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


def test_the_window_says_whether_self_training_helped(qtbot: QtBot, tmp_path: Path) -> None:
    with page_context(tmp_path) as (context, queue):
        stack, parent = BannerStack(context.theme), QObject()
        qtbot.addWidget(stack)
        messages = JobMessages(context.session, context.settings, context.queue, stack, parent)
        context.operations.train("pseudo-label", "", {})
        job = queue.last(Train)
        queue.notice(job, "round-done", round=1, count=8, texts=50, figure="0.5", main="0.6")
        assert stack.texts == []
        queue.notice(job, "no-gain-from-unlabelled", texts=50, before="0.813", figure="0.799")
        (said,) = stack.texts
        assert "did not clearly help" in said
        assert "0.813" in said
        # the next run's verdict stands in its place
        queue.notice(job, "score-gain-from-unlabelled", texts=50, round=2, before="0.51", figure="0.53")
        (said,) = stack.texts
        assert "Round 2 is kept" in said
        assert messages.parent() is parent
