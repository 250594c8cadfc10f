"""The sections of a report to choose from; one that the store has nothing for says why it cannot be had."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from engine.api.catalog import REPORT_SECTIONS
from engine.api.report_facts import sections_of_task


class SectionBoxes(QWidget):
    """Every section that the task can have, all chosen at first. Signals: changed()."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {id: QCheckBox() for id in REPORT_SECTIONS}
        self._unwanted: set[str] = set()  # by the user; a box without content is not checked either
        self._task = "single"
        self._there: tuple[str, ...] = REPORT_SECTIONS
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for id, box in self.boxes.items():
            box.setChecked(True)
            box.setProperty("section", id)
            box.toggled.connect(self._toggled)
            column.addWidget(box)

    def chosen(self) -> tuple[str, ...]:
        """In the report's order."""
        can = self._can()
        return tuple(id for id in REPORT_SECTIONS if id in can and id not in self._unwanted)

    def set_task(self, task: str) -> None:
        """Also says everything in the language of now."""
        self._task = task
        self._show()

    def set_there(self, sections: Sequence[str]) -> None:
        """The sections that the store has something for."""
        self._there = tuple(sections)
        self._show()

    def _can(self) -> set[str]:
        return set(sections_of_task(self._task)) & set(self._there)

    @Slot(bool)
    def _toggled(self, checked: bool) -> None:
        box = self.sender()
        id = str(box.property("section"))
        if checked:
            self._unwanted.discard(id)
        else:
            self._unwanted.add(id)
        self.changed.emit()

    def _show(self) -> None:
        can, names, reasons = self._can(), self._names(), self._reasons()
        possible = sections_of_task(self._task)
        for id, box in self.boxes.items():
            box.blockSignals(True)
            box.setText(names[id])
            box.setVisible(id in possible)
            box.setEnabled(id in can)
            box.setChecked(id in can and id not in self._unwanted)
            box.setToolTip("" if id in can else reasons.get(id, ""))
            box.setAccessibleDescription(box.toolTip())
            box.blockSignals(False)

    def _names(self) -> dict[str, str]:
        """What can be chosen is called by what the project's task has."""
        task = self._task
        return {
            "data": self.tr("Data"),
            "method": self.tr("Method"),
            "figures": self.tr("Figures with intervals"),
            "classes": {
                "multi": self.tr("Figures of each label"),
                "tagging": self.tr("Figures of each type"),
            }.get(task, self.tr("Figures of each class")),
            "confusion": {
                "tagging": self.tr("Types taken for each other"),
                "score": self.tr("True and predicted scores"),
            }.get(task, self.tr("Confusion matrix")),
            "calibration": self.tr("Calibration"),
            "comparison": self.tr("Beside other runs"),
            "race": self.tr("The race it was in"),
            "training": self.tr("Learning curves"),
            "robustness": self.tr("Robustness"),
            "faithfulness": self.tr("Faithfulness of explanations"),
            "examples": self.tr("Examples with highlights"),
            "errors": self.tr("Scores furthest off")
            if task == "score"
            else self.tr("Errors it was surest of"),
            "limits": self.tr("Limits"),
        }

    def _reasons(self) -> dict[str, str]:
        unjudged = self.tr("This run has not been evaluated yet.")
        return {
            **dict.fromkeys(("figures", "classes", "confusion", "calibration", "errors"), unjudged),
            "comparison": self.tr("This run has not been compared with another: see Evaluate."),
            "race": self.tr("This run was in no race with others."),
            "training": self.tr("This method has no learning curves."),
            "robustness": self.tr("Not measured for this run yet: see Evaluate."),
            "faithfulness": self.tr("Not measured for this run yet: see Explain."),
            "examples": self.tr("No text of this run has been explained yet: see Explain."),
        }
