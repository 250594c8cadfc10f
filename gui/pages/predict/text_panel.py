"""Type a text, see what the run makes of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.messages import TextPredicted
from engine.api.results import Entity
from gui import fonts
from gui.context import Context
from gui.errors import describe
from gui.theme import FONT_LARGE, SPACE_L, SPACE_S
from gui.widgets.basic import Button, label, set_role
from gui.widgets.blocks import Section
from gui.widgets.entity_text import EntityLegend, EntityText
from gui.widgets.figures import Probability, ProbabilityBars, score_text

_KEY = "predict-page"
_SHOWN = 3  # bars; the others together are seldom worth the room


class TextPanel(Section):
    """The bars follow the typing; the latest text counts."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._context = context
        self._run = ""
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFont(fonts.sized(self.text.font(), FONT_LARGE))
        self.text.setFixedHeight(112)
        self.bars = ProbabilityBars(context.theme)
        self.score = label("", "figure")
        self.score.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.entities = EntityText(context.theme)
        self.entities.setFrameShape(QFrame.Shape.NoFrame)
        self.legend = EntityLegend(context.theme)
        self.words = label("", "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.explain = Button(context.theme, "", "quiet", "explain")
        self._right = QStackedWidget()
        self._right.setFixedHeight(120)
        self._right.addWidget(self.words)
        self._right.addWidget(self.bars)
        self._right.addWidget(self.score)
        self._tagged = QWidget()
        tagged = QVBoxLayout(self._tagged)
        tagged.setContentsMargins(0, 0, 0, 0)
        tagged.addWidget(self.entities, 1)
        tagged.addWidget(self.legend)
        self._right.addWidget(self._tagged)
        row = QHBoxLayout()
        row.setSpacing(SPACE_L)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addWidget(self.text)
        left.addStretch(1)
        row.addLayout(left, 3)
        row.addWidget(self._right, 2)
        self.add_control(self.explain)
        self.body().addLayout(row)
        self.text.textChanged.connect(self._ask)
        self.explain.clicked.connect(self._explain)
        self.retranslate()

    def set_run(self, run: str) -> None:
        self._run = run
        self._ask()

    @Slot()
    def _ask(self) -> None:
        text = self.text.toPlainText()
        self.explain.setEnabled(bool(text.strip() and self._run))
        if not text.strip() or not self._run:
            self._say(self.tr("The answer appears here while you type."), "muted")
            return
        job = self._context.operations.predict_text(self._run, text, key=_KEY)
        job.finished.connect(self._predicted)
        job.failed.connect(self._failed)

    @Slot(object)
    def _predicted(self, result: TextPredicted) -> None:
        if not self.text.toPlainText().strip():
            return  # emptied meanwhile
        if result.task == "score":
            self.score.setText(score_text(result.probabilities[0]))
            self._right.setCurrentWidget(self.score)
        elif result.task == "tagging":
            self._show_entities(result)
        else:
            self._show_bars(result)

    def _show_bars(self, result: TextPredicted) -> None:
        """The likeliest labels; of several labels those that hold are ticked."""
        limits = result.thresholds or (0.5,) * len(result.labels)
        several = result.task == "multi"
        rows = sorted(zip(result.labels, result.probabilities, limits, strict=True), key=lambda row: -row[1])
        self.bars.set_rows(
            [
                Probability(
                    f"✓ {name}" if several and value >= limit else name, value, f"{100 * value:.1f} %"
                )
                for name, value, limit in rows[:_SHOWN]
            ]
        )
        self._right.setCurrentWidget(self.bars)

    def _show_entities(self, result: TextPredicted) -> None:
        if not result.entities:
            self._say(self.tr("No entity was found in this text."), "muted")
            return
        entities = [Entity(each.start, each.end, each.label) for each in result.entities]
        types = result.labels[1:]
        self.entities.show_text(self.text.toPlainText(), entities, types)
        self.legend.show_entities(entities, types)
        self._right.setCurrentWidget(self._tagged)

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._say(describe(error, self._context.settings.language).text, "bad")

    def _say(self, words: str, role: str) -> None:
        self.words.setText(words)
        set_role(self.words, "bad" if role == "bad" else "muted")
        self._right.setCurrentWidget(self.words)

    @Slot()
    def _explain(self) -> None:
        self._context.session.explain_requested.emit(self.text.toPlainText())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.set_title(self.tr("One text"))
        self.text.setAccessibleName(self.tr("A text to predict"))
        self.text.setPlaceholderText(self.tr("Type or paste a text"))
        self.bars.setAccessibleName(self.tr("Probabilities"))
        self.score.setAccessibleName(self.tr("Score"))
        self.entities.setAccessibleName(self.tr("Entities that were found"))
        self.explain.setText(self.tr("Explain it"))
        if self._right.currentWidget() is self.words:
            self._ask()
