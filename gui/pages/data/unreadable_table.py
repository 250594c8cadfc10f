"""A table of the rows that could not be read, and the dialog that lists those of one file."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.api import wording
from engine.api.results import Unreadable
from engine.api.store.documents import Source
from gui.models.unreadable_model import UnreadableModel
from gui.settings import Settings
from gui.theme import SPACE_L, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import Button, label


class UnreadableTable(QTableView):
    """Lines, reasons, raw text; Ctrl+C copies what is selected."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.rows = UnreadableModel(self._words, self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(30)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.resizeSection(0, 72)
        columns.resizeSection(1, 260)
        columns.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        self._copy.activated.connect(self.copy)
        self.retranslate()

    def _words(self, reason: str) -> str:
        return wording.unreadable_words(reason, self._settings.language)

    @Slot()
    def copy(self) -> None:
        """Put the selected rows, or all where none is, on the clipboard."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self.rows.as_text(rows or range(self.rows.rowCount())))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Rows that could not be read"))
        self.rows.retranslate()


class UnreadableDialog(QDialog):
    """The unreadable rows of one imported file."""

    def __init__(
        self, theme: Theme, settings: Settings, source: Source, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.source = source
        self.table = UnreadableTable(settings)
        self._title = label("", "section", wrap=True)
        self._sentence = label("", "muted", wrap=True)
        self._copy = Button(theme, "", icon="copy")
        self._close = Button(theme, "", "primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        for widget in (self._title, self._sentence):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self._copy.clicked.connect(self.table.copy)
        self._close.clicked.connect(self.accept)
        self._close.setDefault(True)
        self.resize(820, 480)
        self.retranslate()

    def set_rows(self, rows: tuple[Unreadable, ...]) -> None:
        self.table.rows.set_rows(rows)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Rows not read"))
        self._title.setText(
            self.tr("{count} rows of {name} could not be read").format(
                count=f"{self.source.unreadable:,}", name=self.source.name
            )
        )
        self._sentence.setText(
            self.tr("Nothing was dropped silently: mend these lines in the file and import it again.")
        )
        self._copy.setText(self.tr("Copy"))
        self._close.setText(self.tr("Close"))
