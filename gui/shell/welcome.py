"""The first screen: open your file, try the sample, go on with a recent project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui import icons
from gui.settings import Settings
from gui.theme import ICON_L, SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XXL, Theme
from gui.widgets.basic import Button, label

SAMPLES = Path(__file__).resolve().parent.parent.parent / "resources" / "samples"
SAMPLE_FILES = {"en": SAMPLES / "customer_messages.csv", "zh_CN": SAMPLES / "customer_messages_zh.csv"}
_WIDTH = 560


class Welcome(QWidget):
    """Signals: open_file(), sample_chosen(language), project_chosen(Path)."""

    open_file = Signal()
    sample_chosen = Signal(str)
    project_chosen = Signal(object)

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        mark = label("")
        mark.setPixmap(icons.app_icon().pixmap(ICON_L, ICON_L))
        mark.setAccessibleName("Lexplain")
        self._title = label("Lexplain", "title")
        self._sentence = label("", "muted", wrap=True)
        self._open = Button(theme, "", "primary", "file", self)
        self._open.setMinimumHeight(44)
        self._open.clicked.connect(self.open_file)
        self._drop = label("", "muted")
        self._drop.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sample_head = label("", "strong")
        self._english = Button(theme, "", "normal", parent=self)
        self._chinese = Button(theme, "", "normal", parent=self)
        self._english.clicked.connect(self._english_clicked)
        self._chinese.clicked.connect(self._chinese_clicked)
        self._recent_head = label("", "strong")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._private = label("", "caption", wrap=True)
        self._lay_out(mark)
        self.retranslate()

    def _lay_out(self, mark: QWidget) -> None:
        card = QFrame(self)
        card.setProperty("surface", "card")
        card.setFixedWidth(_WIDTH)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(SPACE_XXL, SPACE_XL, SPACE_XXL, SPACE_XL)
        inner.setSpacing(SPACE_M)
        inner.addWidget(self._open)
        inner.addWidget(self._drop)
        inner.addSpacing(SPACE_M)
        inner.addWidget(self._sample_head)
        samples = QHBoxLayout()
        samples.setSpacing(SPACE_S)
        samples.addWidget(self._english, 1)
        samples.addWidget(self._chinese, 1)
        inner.addLayout(samples)
        inner.addSpacing(SPACE_M)
        inner.addWidget(self._recent_head)
        inner.addLayout(self._recent)
        head = QHBoxLayout()
        head.setSpacing(SPACE_L)
        head.addWidget(mark)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        head.addLayout(words, 1)
        column = QVBoxLayout()
        column.addStretch(2)
        column.addLayout(head)
        column.addSpacing(SPACE_XL)
        column.addWidget(card)
        column.addSpacing(SPACE_M)
        column.addWidget(self._private)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def refresh(self) -> None:
        """Read the recent projects again."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        projects = self._settings.recent[:5]
        self._recent_head.setVisible(bool(projects))
        for path in projects:
            button = Button(self._theme, path.stem.replace("&", "&&"), "quiet", "folder", self)
            button.setToolTip(str(path))
            button.setAccessibleDescription(str(path))
            button.setProperty("project", str(path))
            button.clicked.connect(self._recent_clicked)
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def retranslate(self) -> None:
        """Every text in the language in use."""
        self._sentence.setText(self.tr("Teach a language model your own question, and read why it decides."))
        self._open.setText(self.tr("Open your file"))
        self._drop.setText(self.tr("or drop it anywhere: CSV, TSV, JSONL, XLSX, a folder of texts"))
        self._sample_head.setText(self.tr("Try the sample"))
        self._english.setText(self.tr("Customer messages, English"))
        self._chinese.setText(self.tr("Customer messages, Chinese"))
        self._recent_head.setText(self.tr("Recent projects"))
        self._private.setText(self.tr("Everything runs on this computer. Nothing leaves it."))
        for button in (self._open, self._english, self._chinese):
            button.setAccessibleName(button.text())
        self.refresh()

    @Slot()
    def _english_clicked(self) -> None:
        self.sample_chosen.emit("en")

    @Slot()
    def _chinese_clicked(self) -> None:
        self.sample_chosen.emit("zh_CN")

    @Slot()
    def _recent_clicked(self) -> None:
        self.project_chosen.emit(Path(self.sender().property("project")))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
