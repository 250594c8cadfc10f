"""The imported files: rows, unreadable rows, and a way to take one out again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.api.store.documents import Source
from gui.theme import SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import Button, ElidedLabel, IconButton, label


class SourceRow(QFrame):
    """One file. Signals: ``unreadable_asked(source)``, ``delete_asked(source)``, as ids."""

    unreadable_asked = Signal(int)
    delete_asked = Signal(int)

    def __init__(self, theme: Theme, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self._name = ElidedLabel(source.name, "plain")
        self._rows = label("", "caption")
        self.unreadable = Button(theme, "", "quiet", "warning")
        self.delete = IconButton(theme, "trash", "")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._rows)
        line = QHBoxLayout()
        line.setSpacing(SPACE_XS)
        line.addLayout(words, 1)
        line.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, SPACE_XS, 0, SPACE_XS)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.unreadable, 0, Qt.AlignmentFlag.AlignLeft)
        self.unreadable.setVisible(source.unreadable > 0)
        self.unreadable.clicked.connect(self._ask_unreadable)
        self.delete.clicked.connect(self._ask_delete)
        self.setToolTip(source.path)
        self.retranslate()

    @Slot()
    def _ask_unreadable(self) -> None:
        self.unreadable_asked.emit(self.source.id)

    @Slot()
    def _ask_delete(self) -> None:
        self.delete_asked.emit(self.source.id)

    def retranslate(self) -> None:
        source = self.source
        self._rows.setText(
            self.tr("{rows} rows · {encoding}").format(rows=f"{source.rows:,}", encoding=source.encoding)
            if source.encoding
            else self.tr("{rows} rows").format(rows=f"{source.rows:,}")
        )
        self.unreadable.setText(self.tr("{count} not read").format(count=f"{source.unreadable:,}"))
        self.unreadable.setAccessibleName(
            self.tr("Show the {count} rows of {name} that could not be read").format(
                count=f"{source.unreadable:,}", name=source.name
            )
        )
        remove = self.tr("Take {name} out of the project").format(name=source.name)
        self.delete.setAccessibleName(remove)
        self.delete.setToolTip(remove)


class SourceList(QWidget):
    """All files, in the order of import. Signals: ``unreadable_asked(id)``, ``delete_asked(id)``."""

    unreadable_asked = Signal(int)
    delete_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[SourceRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_XS)

    def rows(self) -> list[SourceRow]:
        return list(self._rows)

    def set_sources(self, sources: Sequence[Source]) -> None:
        if [row.source for row in self._rows] == list(sources):
            return
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [SourceRow(self._theme, source) for source in sources]
        for row in self._rows:
            row.unreadable_asked.connect(self.unreadable_asked)
            row.delete_asked.connect(self.delete_asked)
            self._column.addWidget(row)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            for row in self._rows:
                row.retranslate()
        super().changeEvent(event)
