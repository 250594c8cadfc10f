"""What the texts of a file are asked for: one label, several, tagged words, a score."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from engine.api.tasks import LABEL_SEPARATOR, TASKS
from engine.api.wording import task_words
from gui.settings import Settings
from gui.theme import SPACE_L, SPACE_S
from gui.widgets.basic import label

SEPARATORS = ("|", ";", ",", "/")


class TaskChoice(QWidget):
    """The task with a sentence, and what parts several labels. Signals: ``changed()``, by the user."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._fixed = self._chosen = self._separator_chosen = False
        self.choice, self.separator = QComboBox(), QComboBox()
        for combo in (self.choice, self.separator):
            combo.setMinimumContentsLength(12)
        for task in TASKS:
            self.choice.addItem("", task)
        self.separator.setEditable(True)
        self.separator.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.separator.addItems(list(SEPARATORS))
        self.sentence = label("", "muted", wrap=True)
        self._task_name, self._separator_name = label("", "caption"), label("", "caption")
        self._task_name.setBuddy(self.choice)
        self._separator_name.setBuddy(self.separator)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S // 2)
        grid.addWidget(self._task_name, 0, 0)
        grid.addWidget(self.choice, 1, 0)
        grid.addWidget(self._separator_name, 0, 1)
        grid.addWidget(self.separator, 1, 1)
        grid.addWidget(self.sentence, 1, 2)
        grid.setColumnStretch(2, 1)
        self.choice.activated.connect(self._choose)
        self.separator.activated.connect(self._choose_separator)
        edit = self.separator.lineEdit()
        assert edit is not None  # an editable combo has one
        edit.textEdited.connect(self._choose_separator)
        self.retranslate()

    def task(self) -> str:
        return str(self.choice.currentData())

    def separator_words(self) -> str:
        """What parts the labels of a cell; never empty."""
        return self.separator.currentText() or LABEL_SEPARATOR

    def set_guess(self, task: str, separator: str) -> None:
        """What the file looks like; what the user has chosen stays."""
        if not self._fixed and not self._chosen:
            self.choice.setCurrentIndex(TASKS.index(task))
        if not self._separator_chosen:
            blocker = QSignalBlocker(self.separator)
            self.separator.setCurrentText(separator)
            blocker.unblock()
        self._show()

    def set_fixed(self, task: str) -> None:
        """The project's texts are all of this task."""
        self._fixed = True
        self.choice.setCurrentIndex(TASKS.index(task))
        self.choice.setEnabled(False)
        self._show()

    @Slot()
    def _choose(self) -> None:
        self._chosen = True
        self._show()
        self.changed.emit()

    @Slot()
    def _choose_separator(self) -> None:
        self._separator_chosen = True
        self.changed.emit()

    def _show(self) -> None:
        several = self.task() == "multi"
        self.separator.setVisible(several)
        self._separator_name.setVisible(several)
        words = task_words(self.task(), self._settings.language).sentence
        if self._fixed:
            words += " " + self.tr("All texts of a project have the same task.")
        self.sentence.setText(words)
        self.choice.setAccessibleDescription(words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        for at, task in enumerate(TASKS):
            words = task_words(task, self._settings.language).name
            self.choice.setItemText(at, words[:1].upper() + words[1:])
        for name, widget, word in (
            (self._task_name, self.choice, self.tr("What the texts have")),
            (self._separator_name, self.separator, self.tr("Between the labels")),
        ):
            name.setText(word)
            widget.setAccessibleName(word)
        self._show()
