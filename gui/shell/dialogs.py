"""About, the sheet of keys, and the crash report."""

from __future__ import annotations

import platform
from pathlib import Path

import PySide6
from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from engine.api.messages import EngineReady
from gui import VERSION, icons
from gui.actions import ACTIONS
from gui.theme import ICON_L, SPACE_L, SPACE_S, SPACE_XL, SPACE_XXL
from gui.widgets.basic import label

THIRD_PARTY = Path(__file__).resolve().parent.parent.parent / "packaging" / "THIRD_PARTY.md"


class AboutDialog(QDialog):
    """Version, licence, what it is built on, and what it computes with."""

    def __init__(self, ready: EngineReady | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Lexplain"))
        mark = label("")
        mark.setPixmap(icons.app_icon().pixmap(ICON_L, ICON_L))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("Lexplain", "title"))
        words.addWidget(label(self.tr("Version {version}").format(version=VERSION), "muted"))
        words.addWidget(label(self.tr("Licence: Apache-2.0"), "muted"))
        device = self.tr("Engine is starting…") if ready is None else f"{ready.device_name} ({ready.device})"
        words.addWidget(label(self.tr("Computes on: {device}").format(device=device), "muted"))
        words.addWidget(
            label(f"Python {platform.python_version()} · Qt for Python {PySide6.__version__}", "muted")
        )
        head = QHBoxLayout()
        head.setSpacing(SPACE_L)
        head.addWidget(mark)
        head.addLayout(words, 1)
        third = QTextBrowser()
        third.setOpenLinks(False)
        third.setAccessibleName(self.tr("Third-party software"))
        if THIRD_PARTY.is_file():
            _heading, _, words_of_others = THIRD_PARTY.read_text(encoding="utf-8").partition("\n\n")
            third.setMarkdown(words_of_others)
        column = _column(self)
        column.addLayout(head)
        column.addWidget(label(self.tr("Third-party software"), "strong"))
        column.addWidget(third, 1)
        column.addWidget(_close_button(self, self.tr("Close")))
        self.resize(640, 560)


class KeysDialog(QDialog):
    """Every shortcut of the window, from the table of actions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_XXL)
        grid.setVerticalSpacing(SPACE_S)
        with_keys = [spec for spec in ACTIONS if spec.shortcut]
        half = (len(with_keys) + 1) // 2
        for index, spec in enumerate(with_keys):
            row, column = index % half, 2 * (index // half)
            keys = QKeySequence(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(plain(spec.text())), row, column)
            grid.addWidget(label(keys, "muted"), row, column + 1)
        outer = _column(self)
        outer.addLayout(grid)
        outer.addWidget(_close_button(self, self.tr("Close")))


class CrashDialog(QDialog):
    """A mistake of ours: what it was, to be copied into a report. Nothing is sent."""

    def __init__(self, trace: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self._trace = QPlainTextEdit(f"Lexplain {VERSION}, Python {platform.python_version()}\n{trace}")
        self._trace.setReadOnly(True)
        self._trace.setAccessibleName(self.tr("Details"))
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        copy = box.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        box.rejected.connect(self.accept)
        column = _column(self)
        sentence = self.tr("This is our mistake. Nothing that was stored is lost, and you can go on working.")
        column.addWidget(label(sentence, wrap=True))
        column.addWidget(self._trace, 1)
        column.addWidget(box)
        self.resize(640, 400)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._trace.toPlainText())


def plain(text: str) -> str:
    """A menu text without its mnemonic and dots; Chinese mnemonics stand in brackets at the end."""
    cut = text.split("(&", maxsplit=1)[0]
    return cut.replace("&", "").rstrip("…")


def _column(dialog: QDialog) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
    column.setSpacing(SPACE_L)
    return column


def _close_button(dialog: QDialog, text: str) -> QDialogButtonBox:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    box.button(QDialogButtonBox.StandardButton.Close).setText(text)
    box.rejected.connect(dialog.accept)
    return box
