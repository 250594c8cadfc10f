"""The dialogs that ask for something to read hand over what was chosen, and go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.choosing import ask_file, ask_files, ask_folder, ask_text_folder, ask_texts

Ask = Callable[[QWidget, Callable[[object], object], str], None]
ASKS: dict[str, Ask] = {
    "file": lambda parent, chosen, at: ask_file(parent, "A file", "Texts (*.txt);;All files (*)", chosen, at),
    "folder": lambda parent, chosen, at: ask_folder(parent, "A folder", chosen, at),
    "files": lambda parent, chosen, _at: ask_files(parent, "Files", chosen),
    "texts": lambda parent, chosen, _at: ask_texts(parent, chosen),
    "text folder": lambda parent, chosen, _at: ask_text_folder(parent, chosen),
}


@pytest.mark.parametrize("kind", ASKS)
def test_hands_over_what_was_chosen(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "one.txt"
    file.write_text("one", encoding="utf-8")
    wanted = tmp_path if "folder" in kind else file
    window = QWidget()
    qtbot.addWidget(window)
    chosen: list[object] = []
    ASKS[kind](window, chosen.append, str(tmp_path))
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(wanted))
    dialog.accept()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None)
    assert chosen == [[str(wanted)] if kind == "files" else str(wanted)]


def test_several_files_of_some_kinds(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    ask_files(window, "Files", lambda _files: None, "Tables (*.csv);;All files (*)")
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    assert dialog.nameFilters() == ["Tables (*.csv)", "All files (*)"]
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None)


def test_nothing_is_handed_over_where_it_is_left(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    chosen: list[object] = []
    ask_folder(window, "A folder", chosen.append, str(tmp_path))
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None)
    assert chosen == []
