"""The middle of Explain: what was decided, how far that can be trusted, the text itself, its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.explaining.trust import Seal
from engine.api.results import Explanation, Faithfulness, FoundEntity
from gui.context import Context
from gui.pages.explain import sentences, trust_sentences
from gui.pages.explain.entity_row import EntityRow
from gui.pages.explain.seal_line import SealLine
from gui.pages.explain.tint_controls import TintControls
from gui.pages.explain.word_units import WordUnits
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from gui.widgets.basic import Button, label, set_role
from gui.widgets.entity_reading import EntityReading
from gui.widgets.minimap import Minimap
from gui.widgets.score_legend import ScoreLegend

_NARROW = 480
_LOW = 310  # of a compact card: below it the text needs the room of the tints' choices


class ReadingCard(QFrame):
    """``reading`` is the text with its tints, ``seal`` says whether they can be trusted.

    ``measure`` is the button that asks for the check of the method, ``offer`` the one that shows a better method.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme, self._settings = context.theme, context.settings
        self.setProperty("surface", "card")
        self._busy = False
        self._checking = self._settling = False
        self._compact = False
        self._measured_shown = (False, False)  # the button, the line
        self._seal: Seal | None = None
        self._explanation: Explanation | None = None
        self._told: tuple[Explanation | None, tuple[int, ...], str] = (None, (), "")  # last read out
        self.decision = label("", wrap=True)
        self.seal = SealLine(theme)
        self.seal.hide()
        self.offer_line = label("", "muted", wrap=True)
        self.offer = Button(theme, "")
        self.measure_line = label("", "muted", wrap=True)
        self.measure = Button(theme, "", "normal", "check")
        self.reading = EntityReading(theme)
        self._minimap = Minimap(theme, self.reading)
        self.entities = EntityRow(theme)
        self.entities.hide()
        self._legend = ScoreLegend(theme, "", "")
        self.tints = TintControls(self._settings)
        self.units = WordUnits(context)
        self._note = label("", "caption", wrap=True)
        self._offer_row = QWidget()
        offer = QHBoxLayout(self._offer_row)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.setSpacing(SPACE_M)
        offer.addWidget(self.offer_line, 1)
        offer.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignTop)
        self._offer_row.hide()
        self._below_row = QWidget()
        legend = self._legend_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._below_row)
        legend.setContentsMargins(0, 0, 0, 0)
        legend.setSpacing(SPACE_S)
        legend.addWidget(self._legend, 1)
        legend.addWidget(self.units, 0, Qt.AlignmentFlag.AlignLeft)
        legend.addWidget(self.tints, 0, Qt.AlignmentFlag.AlignLeft)
        measure = self._measure_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        measure.setSpacing(SPACE_M)
        measure.addWidget(self.measure_line, 1)
        measure.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        above = QVBoxLayout()
        above.setContentsMargins(SPACE_XL, SPACE_L, SPACE_L, SPACE_S)
        above.setSpacing(SPACE_S)
        above.addWidget(self.decision)
        above.addWidget(self.seal)
        above.addWidget(self._offer_row)
        above.addLayout(measure)
        above.addWidget(self.entities)
        below = QVBoxLayout()
        below.setContentsMargins(SPACE_XL, SPACE_S, SPACE_L, SPACE_M)
        below.setSpacing(SPACE_XS)
        below.addWidget(self._below_row)
        below.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(above)
        column.addWidget(self.reading, 1)
        column.addLayout(below)
        self.tints.changed.connect(self._draw_tints)
        self._draw_tints()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button stands beside the sentence, and below it where both would be squeezed."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        directions = QBoxLayout.Direction
        self._measure_row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        self._show_measured()
        self._arrange_legend()

    def _arrange_legend(self) -> None:
        """The choices of tints stand beside the legend, and below it where it would be cut."""
        beside = self.tints.sizeHint().width() + SPACE_S
        if not self.units.isHidden():
            beside += self.units.sizeHint().width() + SPACE_S
        wanted = self._legend.sizeHint().width() + beside
        room = self.width() - SPACE_XL - SPACE_L - 2
        directions = QBoxLayout.Direction
        self._legend_row.setDirection(directions.LeftToRight if room >= wanted else directions.TopToBottom)

    def retranslate(self) -> None:
        self.reading.setAccessibleName(self.tr("The text; typing in it is what-if"))
        self.reading.setPlaceholderText(self.tr("Choose a text on the left, or type one here."))
        self.measure.setText(self.tr("Check this highlight method"))
        self.measure.setToolTip(
            self.tr("Erase the marked words on up to 100 texts and compare with erasing random words")
        )
        self.offer.setText(self.tr("Show it"))
        self.tints.retranslate()
        self.units.retranslate()
        self._minimap.retranslate()
        self.entities.retranslate()
        self._say_note()

    @Slot()
    def _draw_tints(self) -> None:
        shown = self._explanation
        style = replace(self.tints.tint_style, signed=shown is None or shown.signed)
        self.reading.set_tint_style(style)
        self._legend.set_tint_style(style)

    def set_compact(self, compact: bool) -> None:
        """Leave the room for the text: another run's reading stands below. What was measured is in Trust."""
        self._compact = compact
        self._show_measured()

    def _show_measured(self) -> None:
        self.measure.setVisible(self._measured_shown[0] and not self._compact)
        self.measure_line.setVisible(self._measured_shown[1] and not self._compact)
        self.tints.setVisible(not self._compact or self.height() > _LOW)

    def say_decision(self, explanation: Explanation | None, *, busy: bool) -> None:
        """The sentence above the text and the legend below it; ``busy``: a newer one is being computed."""
        self._explanation, self._busy = explanation, busy
        self._draw_tints()
        self._below_row.setVisible(explanation is not None)
        self._note.setVisible(explanation is not None)
        self.units.show_text(explanation.text if explanation is not None else "")
        if explanation is not None:
            self._legend.set_words(*sentences.sides(explanation))
            self._arrange_legend()
        if busy:
            self.decision.setText(self.tr("Finding the words that decided…"))
        elif explanation is not None:
            self.decision.setText(sentences.seal(explanation))
        else:
            # a text without an explanation: a banner says why there is none
            self.decision.setText("" if self.reading.text().strip() else self.tr("No text is in view yet."))
        set_role(self.decision, "careful" if explanation and sentences.needs_care(explanation) else "plain")

    def say_seal(
        self, seal: Seal | None, *, checking: bool, problem: ErrorReport | None, settling: bool
    ) -> None:
        """How far the explanation in view can be trusted; after ``say_decision``.

        ``settling``: another one, by a more faithful method, is on its way.
        """
        shown = self._explanation is not None
        self._seal = seal
        self._checking = checking or self._busy
        self._settling = settling
        self.seal.say(
            seal if shown else None,
            self._settings.language,
            checking=self._checking,
            problem=problem if shown else None,
        )
        self.reading.set_disputed(seal.disputed if seal is not None else ())
        self._read_out()
        self._say_note()

    def _read_out(self) -> None:
        """What a screen reader says of the text; found again only for another explanation."""
        told = (self._explanation, self._disputed(), self._settings.language)
        if told[0] is not self._told[0] or told[1:] != self._told[1:]:
            self._told = told
            spoken = trust_sentences.spoken(self._explanation, told[1]) if self._explanation else ""
            self.reading.setAccessibleDescription(spoken)

    def say_offer(self, words: str) -> None:
        """That another method is the better one here; '' says nothing."""
        self.offer_line.setText(words)
        self.offer.setAccessibleDescription(words)
        self._offer_row.setVisible(bool(words))

    def word_tooltip(self, index: int) -> str:
        """What hovering a word says, and walking to it by keyboard."""
        if self._explanation is None:
            return ""
        words = sentences.word_tooltip(self._explanation, index)
        return trust_sentences.disputed_note(words) if index in self._disputed() else words

    def _disputed(self) -> tuple[int, ...]:
        return self._seal.disputed if self._seal is not None else ()

    def _say_note(self) -> None:
        """The underline, and whether the tints are settled, on one line that is always there."""
        settling = trust_sentences.settling(
            self._seal,
            checking=self._checking,
            better=self._settling,
            signed=self._explanation is None or self._explanation.signed,
        )
        parts = [self.tr("underlined: the three strongest"), settling]
        self._note.setText(" · ".join(part for part in parts if part))

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
        self, measured: Faithfulness | None, task: str, *, running: bool, possible: bool, ranked: bool
    ) -> None:
        """Whether the words really decide: what a check found, or the offer to make one.

        ``ranked``: the run's ranking has the method, and the tab Trust says how it did.
        """
        self.measure.setEnabled(possible and not running)
        self._measured_shown = (
            measured is None and not ranked,
            not ranked or running or measured is not None,
        )
        self._show_measured()
        if running:
            self.measure_line.setText(self.tr("The check is running; the queue below shows how far it is."))
        elif measured is not None:
            self.measure_line.setText(sentences.faithfulness_sentence(measured, task))
        else:
            self.measure_line.setText(
                self.tr("How well this method does on many texts of this run is not measured yet.")
            )
