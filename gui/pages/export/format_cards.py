"""The formats as cards: a name and one sentence, who needs it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.catalog import export_formats
from gui.theme import Theme
from gui.widgets.card import Card, CardGroup


class FormatCards(QWidget):
    """The formats that a run of a task can have, by its ``model_method``. Signals: chosen(str), by the user alone."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, model_method: str, task: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._of_words = model_method == "bag-of-words"
        self._formats = export_formats(model_method, task)
        self._group: CardGroup | None = None
        self._selected = self._formats[0]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.retranslate()

    def selected(self) -> str:
        return self._selected

    def select(self, format: str) -> None:
        """Show that format chosen; emits nothing."""
        self._selected = format
        assert self._group is not None
        self._group.select(format)

    def cards(self) -> list[Card]:
        assert self._group is not None
        return self._group.cards()

    def retranslate(self) -> None:
        """A card's words are its maker's: the cards are made anew."""
        group = CardGroup()
        group.setAccessibleName(self.tr("Format"))
        words = self._words()
        for format in self._formats:
            group.add(Card(self._theme, format, *words[format]))
        group.chosen.connect(self._choose)
        if self._group is not None:
            self._column.removeWidget(self._group)
            self._group.hide()
            self._group.deleteLater()
        self._group = group
        self._column.addWidget(group)
        group.show()  # else it counts as hidden, and as of no height, until the event loop comes round
        group.select(self._selected)

    def _words(self) -> dict[str, tuple[str, str]]:
        onnx = self.tr(
            "For other programs and languages: C++, C#, Java, JavaScript. One file that every ONNX runtime reads."
        )
        if self._of_words:
            return {
                "runner": (
                    self.tr("A folder that scores by itself"),
                    self.tr(
                        "For whoever scores files elsewhere: a script that needs Python and NumPy, and checks itself."
                    ),
                ),
                "huggingface": (
                    self.tr("Plain folder"),
                    self.tr(
                        "For developers: the weights as safetensors, the vocabulary as JSON, and the formula in words."
                    ),
                ),
                "onnx": ("ONNX", onnx),
                "onnx-int8": self._eight_bits(),
            }
        return {
            "runner": (
                self.tr("A folder that scores by itself"),
                self.tr(
                    "For whoever scores files elsewhere: a script that needs Python and ONNX Runtime but no PyTorch,"
                    " and checks itself."
                ),
            ),
            "huggingface": (
                self.tr("Hugging Face folder"),
                self.tr("For developers: loads with transformers, to build on it or to train it further."),
            ),
            "onnx": ("ONNX", onnx),
            "onnx-int8": self._eight_bits(),
            "torchscript": (
                self.tr("PyTorch program"),
                self.tr(
                    "For programs that have PyTorch but not transformers: one file, written by torch.export."
                ),
            ),
        }

    def _eight_bits(self) -> tuple[str, str]:
        return (
            self.tr("ONNX in 8 bits"),
            self.tr(
                "Where size counts: a quarter of it, often faster. Answers can differ a little; the check says how"
                " often."
            ),
        )

    def _choose(self, format: str) -> None:
        self._selected = format
        self.chosen.emit(format)
