"""Texts with their label, a row each: examples, exceptions, what was lassoed; each opens in Explain."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.api.store.documents import Document
from engine.api.tasks import split_labels
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.pages.corpus.rows import Column, RowsTable
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button, ElidedLabel

_LABEL_WIDTH = 130


class TextsList(QWidget):
    """A title, a button that opens the current text, the table. Signals: opened(int): a document's id."""

    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", "strong")
        self.open = Button(theme, "", "quiet", "explain")
        columns: tuple[Column[Document], ...] = (
            Column(lambda each: each.text, TextDelegate),
            Column(label_words, ChipDelegate, _LABEL_WIDTH),
        )
        self.table: RowsTable[Document] = RowsTable(theme, columns, lambda each: each.id)
        self.head = QHBoxLayout()
        self.head.setSpacing(SPACE_S)
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(self.head)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.table.hide()
        self.open.clicked.connect(self.table.open_current)
        self.table.opened.connect(self.opened)

    def set_title(self, title: str) -> None:
        self.title.set_text(title)
        self.table.setAccessibleName(title)

    def set_texts(self, rows: tuple[Document, ...]) -> None:
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.open.setEnabled(bool(rows))

    def retranslate(self) -> None:
        self.open.setText(self.tr("Explain"))
        self.open.setToolTip(self.tr("Open the text in Explain (Return)"))
        self.table.rows_model.set_headings((self.tr("Text"), self.tr("Label")))


def label_words(document: Document) -> str:
    """A document's label as it is read: several parted by commas, entities by their types."""
    if document.entities is not None:
        return ", ".join(sorted({entity.label for entity in document.entities}))
    return ", ".join(split_labels(document.label))
