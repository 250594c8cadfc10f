"""The dialog for settings: what it shows is what is kept, and every change counts at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.settings import SETTLE, TEST_EXPLAINERS, Option, Settings
from gui.shell.settings_dialog import SettingsDialog
from gui.theme import Theme


@pytest.mark.parametrize(("key", "option"), [("test", TEST_EXPLAINERS), ("settle", SETTLE)])
def test_a_tick_counts_at_once(qtbot: QtBot, tmp_path: Path, key: str, option: Option[bool]) -> None:
    settings = Settings(tmp_path / "settings.ini")
    dialog = SettingsDialog(Theme("light"), settings)
    qtbot.addWidget(dialog)
    dialog.show()
    assert settings.get(option)
    check = dialog._checks[key]
    assert check.isChecked()
    qtbot.keyClick(check, Qt.Key.Key_Space)
    assert not settings.get(option)
    again = SettingsDialog(Theme("light"), settings)
    qtbot.addWidget(again)
    assert not again._checks[key].isChecked()
