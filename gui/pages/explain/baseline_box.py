"""What a method that measures a way starts from: the text with its words replaced by what stands for no word."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from engine.api.catalog import explainer_of


class BaselineBox(QComboBox):
    """Items hold the catalog's baselines; hidden by whoever shows it where ``offered`` is false."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._baselines: tuple[str, ...] = ()

    @property
    def offered(self) -> bool:
        """Whether the method leaves a choice."""
        return bool(self._baselines)

    @property
    def baseline(self) -> str:
        """The one shown; '' where the method leaves no choice."""
        return str(self.currentData() or "")

    def show_baseline(self, method: str, baseline: str) -> None:
        """What ``method`` may start from; ``baseline`` '' is its own. Emits nothing."""
        self._baselines = explainer_of(method).baselines if method else ()
        self.clear()
        for each in self._baselines:
            self.addItem(self._words(each), each)
        if self._baselines:
            self.setCurrentIndex(max(0, self.findData(baseline)))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("What the method starts from"))
        words = self.tr(
            "The method adds up what happens on the way from a text without words to this one. What stands for no"
            " word is a choice: where another one gives other colours, read them with care."
        )
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        for row, each in enumerate(self._baselines):
            self.setItemText(row, self._words(each))

    def _words(self, baseline: str) -> str:
        return {
            "mask": self.tr("the mask token"),
            "pad": self.tr("the padding token"),
            "mean": self.tr("the mean of all words"),
        }[baseline]
