"""The middle of Explain: what was decided, whether the method was checked, the text itself, its legend."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from engine.api.results import Explanation, Faithfulness, FoundEntity
from gui.pages.explain import sentences
from gui.pages.explain.entity_row import EntityRow
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS, Theme
from gui.widgets.basic import Button, label, set_role
from gui.widgets.entity_reading import EntityReading
from gui.widgets.score_legend import ScoreLegend

_NARROW = 480


class ReadingCard(QFrame):
    """``reading`` is the text with its tints, ``measure`` the button that asks for the check."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.seal = label("", wrap=True)
        self.measure_line = label("", "muted", wrap=True)
        self.measure = Button(theme, "", "normal", "check")
        self.reading = EntityReading(theme)
        self.entities = EntityRow(theme)
        self.entities.hide()
        self._legend = ScoreLegend(theme, "", "")
        self._note = label("", "caption")
        measure = self._measure_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        measure.setSpacing(SPACE_M)
        measure.addWidget(self.measure_line, 1)
        measure.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        above = QVBoxLayout()
        above.setContentsMargins(SPACE_XL, SPACE_L, SPACE_L, SPACE_S)
        above.setSpacing(SPACE_S)
        above.addWidget(self.seal)
        above.addLayout(measure)
        above.addWidget(self.entities)
        below = QVBoxLayout()
        below.setContentsMargins(SPACE_XL, SPACE_S, SPACE_L, SPACE_M)
        below.setSpacing(SPACE_XS)
        below.addWidget(self._legend)
        below.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(above)
        column.addWidget(self.reading, 1)
        column.addLayout(below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button stands beside the sentence, and below it where both would be squeezed."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        directions = QBoxLayout.Direction
        self._measure_row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def retranslate(self) -> None:
        self.reading.setAccessibleName(self.tr("The text; typing in it is what-if"))
        self.reading.setPlaceholderText(self.tr("Choose a text on the left, or type one here."))
        self.measure.setText(self.tr("Check this highlight method"))
        self.measure.setToolTip(
            self.tr("Erase the marked words on up to 100 texts and compare with erasing random words")
        )
        self._note.setText(self.tr("underlined: the three strongest"))
        self.entities.retranslate()

    def say_decision(self, explanation: Explanation | None, *, busy: bool) -> None:
        """The sentence above the text and the legend below it; ``busy``: a newer one is being computed."""
        self._legend.setVisible(explanation is not None)
        self._note.setVisible(explanation is not None)
        if explanation is not None:
            self._legend.set_words(*sentences.sides(explanation))
        if busy:
            self.seal.setText(self.tr("Finding the words that decided…"))
        elif explanation is not None:
            self.seal.setText(sentences.seal(explanation))
        else:
            # a text without an explanation: a banner says why there is none
            self.seal.setText("" if self.reading.text().strip() else self.tr("No text is in view yet."))
        set_role(self.seal, "careful" if explanation and sentences.needs_care(explanation) else "plain")

    def show_entities(
        self, text: str, entities: Sequence[FoundEntity], types: Sequence[str], *, tagging: bool
    ) -> None:
        """What was found in ``text``; not ``tagging``: the text is no matter of entities."""
        self.entities.setVisible(tagging)
        self.entities.show_entities(text, entities)
        self.reading.set_entities(entities, types, text)

    def choose_entity(self, span: tuple[int, int] | None) -> None:
        """Which words are explained."""
        self.entities.choose(span)
        self.reading.choose_entity(span)

    def say_measured(
        self, measured: Faithfulness | None, task: str, *, running: bool, possible: bool
    ) -> None:
        """Whether the words really decide: what a check found, or the offer to make one."""
        self.measure.setEnabled(possible and not running)
        self.measure.setVisible(measured is None)
        if running:
            self.measure_line.setText(self.tr("The check is running; the queue below shows how far it is."))
        elif measured is not None:
            self.measure_line.setText(sentences.faithfulness_sentence(measured, task))
        else:
            self.measure_line.setText(
                self.tr("It is not yet measured here whether these words really decide.")
            )
