"""Below a text whose script has no spaces: whether its characters or its words have scores. Kept in the project."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from engine.api.words import CHARACTER, UNSPACED, WORD
from gui.context import Context

_SEGMENTED = re.compile(f"[{UNSPACED}\u0e00-\u0e7f]{{2}}")


class WordUnits(QCheckBox):
    """Signals: chosen: the project keeps another choice; what is in view is to be explained again."""

    chosen = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._operations = context.session, context.operations
        self.hide()
        context.session.opened.connect(self._read)
        self.clicked.connect(self._keep)
        self._read()
        self.retranslate()

    def retranslate(self) -> None:
        self.setText(self.tr("Whole words"))
        self.setToolTip(
            self.tr(
                "Chinese, Japanese and Thai: words found by a small model instead of single characters. What the"
                " model reads stays the same; a corpus keeps its words until it is explained again."
            )
        )
        self.setAccessibleDescription(self.toolTip())

    def show_text(self, text: str) -> None:
        """The text in view; there is something to choose only where its script writes no spaces."""
        self.setVisible(_SEGMENTED.search(text) is not None)

    @Slot()
    def _read(self) -> None:
        project = self._session.project
        self.setChecked(project is not None and project.word_unit == WORD)

    @Slot(bool)
    def _keep(self, words: bool) -> None:
        ticket = self._operations.set_word_unit(WORD if words else CHARACTER)
        ticket.done.connect(self._kept)
        ticket.failed.connect(self._read)

    @Slot(object)
    def _kept(self, _value: object) -> None:
        self.chosen.emit()
