"""Where a file goes: a line to type its path in, and the system's dialog to choose it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button


def ask_where(
    parent: QWidget | None, title: str, at: str, ending: str, chosen: Callable[[str], object]
) -> None:
    """Open the system's dialog for a file to write; ``chosen`` gets its path. ``ending`` without a dot."""
    dialog = QFileDialog(parent, title, at, f"{ending.upper()} (*.{ending})")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.fileSelected.connect(chosen)
    dialog.open()


class OutputFile(QWidget):
    """Suggests a file that is not there yet, until the user names one of their own. Signals: ``changed()``."""

    changed = Signal()

    def __init__(self, theme: Theme, folder: Path, stem: str, parent: QWidget | None = None) -> None:
        """``folder`` and ``stem`` are those of the suggestion."""
        super().__init__(parent)
        self._folder, self._stem = folder, stem
        self._title, self._ending = "", ""
        self._typed = False
        self.line = QLineEdit()
        self.choose = Button(theme, "", icon="folder")
        self.choose.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._edited)
        self.line.textChanged.connect(self.changed)
        self.choose.clicked.connect(self._ask)

    @property
    def path(self) -> str:
        """'' where none is named."""
        return self.line.text().strip()

    def set_ending(self, ending: str) -> None:
        """The kind of file; what the user has typed keeps its name."""
        self._ending = ending
        if self._typed:
            if self.path:
                self.line.setText(str(Path(self.path).with_suffix(f".{ending}")))
            return
        number = 1
        path = self._folder / f"{self._stem}.{ending}"
        while path.exists():
            number += 1
            path = self._folder / f"{self._stem}-{number}.{ending}"
        self.line.setText(str(path))

    def set_words(self, title: str, name: str, choose: str, choose_name: str) -> None:
        """The dialog's title, and what the line and the button say and are called."""
        self._title = title
        self.line.setAccessibleName(name)
        self.choose.setText(choose)
        self.choose.setAccessibleName(choose_name)

    @Slot()
    def _edited(self) -> None:
        self._typed = True

    @Slot()
    def _ask(self) -> None:
        ask_where(self, self._title, self.line.text(), self._ending, self.put_into)

    @Slot(str)
    def put_into(self, path: str) -> None:
        """Write to this file."""
        self._typed = True
        self.line.setText(path)
