"""The same text as another run reads it: its answer, its tints, and the words whose share changed most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from engine.api.explaining.shared_words import Shift, by_change, reason_distance, shifts
from engine.api.explaining.trust import Seal
from engine.api.results import Explanation
from gui.pages.explain import sentences
from gui.pages.explain.seal_line import short_words
from gui.pages.explain.trust_sentences import trust_text
from gui.theme import SPACE_L, SPACE_M, SPACE_XL, SPACE_XS, Theme
from gui.widgets.basic import Button, Role, label, set_role
from gui.widgets.figures import score_text
from gui.widgets.flow import FlowLayout, clear
from gui.widgets.highlighted_text import HighlightedText
from gui.widgets.minimap import Minimap
from gui.widgets.score_legend import ScoreLegend
from gui.widgets.word_tint import TintStyle

MOST_CHANGES = 5
_ROLES: dict[str, Role] = {"green": "good", "amber": "careful", "red": "bad"}


class BesideCard(QFrame):
    """``reading`` shows the second run's tints and cannot be edited.

    Signals: word_chosen(int, int): a changed word was clicked, by its code points.
    """

    word_chosen = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._theme = theme
        self._pair: tuple[Explanation, Explanation] | None = None
        self._names = ("", "")
        self._style = TintStyle()
        self.answers = label("", wrap=True)
        self.trust = label("", "muted", wrap=True)
        self.reading = HighlightedText(theme)
        self.reading.setReadOnly(True)
        self.reading.set_tooltip(self._word_tooltip)
        self._minimap = Minimap(theme, self.reading)
        self._legend = ScoreLegend(theme, "", "")
        self._note = label("", "caption")
        self.changed = label("", "strong", wrap=True)
        self._changes = QWidget()
        self._flow = FlowLayout(self._changes, SPACE_XS)
        above = QVBoxLayout()
        above.setContentsMargins(SPACE_XL, SPACE_M, SPACE_L, SPACE_XS)
        above.addWidget(self.answers)
        above.addWidget(self.trust)
        below = QVBoxLayout()
        below.setContentsMargins(SPACE_XL, SPACE_XS, SPACE_L, SPACE_M)
        below.setSpacing(SPACE_XS)
        self._legend_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._legend_row.addWidget(self._legend)
        self._legend_row.addWidget(self._note, 1)
        below.addLayout(self._legend_row)
        below.addWidget(self.changed)
        below.addWidget(self._changes)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(above)
        column.addWidget(self.reading, 1)
        column.addLayout(below)
        self.retranslate()
        self.say("")

    def retranslate(self) -> None:
        self.reading.setAccessibleName(self.tr("The same text with the tints of the other run"))
        self._note.setText(self.tr("both runs on one scale"))
        self._note.setToolTip(
            self.tr(
                "Scores of two models cannot be compared as they are: a tint is a word's share of all scores of its"
                " run, in both texts on one scale."
            )
        )
        self._minimap.retranslate()
        if self._pair is not None:
            self._say_pair(*self._pair)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What the scale is stands beside the legend, and below it where it would be cut."""
        super().resizeEvent(event)
        wanted = self._legend.sizeHint().width() + self._note.sizeHint().width() + SPACE_M
        narrow = self.width() - SPACE_XL - SPACE_L < wanted
        directions = QBoxLayout.Direction
        self._legend_row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        self._legend_row.setSpacing(SPACE_XS if narrow else SPACE_M)

    def set_tint_style(self, style: TintStyle) -> None:
        """How the first card draws its tints; those of a method without sides have one hue."""
        self._style = style
        style = replace(style, signed=self._pair is None or self._pair[1].signed)
        self.reading.set_tint_style(style)
        self._legend.set_tint_style(style)

    # --- what is shown ------------------------------------------------------------------------------------

    def say(self, words: str, *, bad: bool = False) -> None:
        """Words in place of a comparison: why there is none, or that it is on its way."""
        self._pair = None
        self.answers.setText(words)
        set_role(self.answers, "bad" if bad else "muted")
        self.reading.set_text("")
        self.reading.setAccessibleDescription("")
        self._show_parts(shown=False)

    def show_pair(
        self, first: Explanation, second: Explanation, names: tuple[str, str], scale: float
    ) -> None:
        """Both answer the same question about the same text; ``scale`` is the second one's."""
        self._names = names
        if self.reading.text() != second.text:
            self.reading.set_text(second.text)
        spans = [(word.start, word.end, word.score) for word in second.words]
        self.reading.set_scores(spans, scale, second.text)
        unread = second.read_to < len(second.text.rstrip())
        self.reading.unread_from(second.read_to if unread else None)
        self._pair = (first, second)
        self.set_tint_style(self._style)
        self._show_parts(shown=True)
        self._say_pair(first, second)

    def say_seal(self, seal: Seal | None, language: str) -> None:
        """How far the second explanation can be trusted; None: it was not tested."""
        told = trust_text(seal, language)
        self.trust.setText(told if seal is None else short_words(seal, language))
        self.trust.setToolTip(told)
        set_role(self.trust, "muted" if seal is None else _ROLES[seal.colour])

    def _show_parts(self, *, shown: bool) -> None:
        for part in (self.trust, self.reading, self._legend, self._note, self.changed, self._changes):
            part.setVisible(shown)

    def _say_pair(self, first: Explanation, second: Explanation) -> None:
        same = first.label == second.label or first.task == "score"
        said = (
            self.tr("“{first}” says {answer}; “{second}” says {other}.")
            if same
            else self.tr("“{first}” says {answer}; “{second}” says {other}: the answers differ.")
        )
        said = said.format(
            first=self._names[0],
            answer=answer_words(first),
            second=self._names[1],
            other=answer_words(second),
        )
        self.answers.setText(said)
        set_role(self.answers, "plain" if same else "careful")
        self._legend.set_words(*sentences.sides(second))
        clear(self._flow)
        self.changed.setToolTip("")
        self.reading.setAccessibleDescription("")
        if first.signed != second.signed:
            self.changed.setText(
                self.tr("One of the two methods tells no side: their words cannot be compared.")
            )
            return
        found = shifts(first.words, second.words)
        if not found:
            self.changed.setText(self.tr("The two runs have read no word in common."))
            return
        self.changed.setText(
            self.tr("What changed: the reasons are {distance} apart").format(
                distance=f"{reason_distance(found):.2f}"
            )
        )
        self.changed.setToolTip(
            self.tr(
                "0 is the same reason, 1 shares nothing: half of what moved when each run's word scores are divided"
                " by the sum of their sizes."
            )
        )
        self._fill(first.text, by_change(found)[:MOST_CHANGES])
        self.reading.setAccessibleDescription(
            "; ".join(shift_words(first.text, each) for each in by_change(found)[:MOST_CHANGES])
        )

    def _fill(self, text: str, changes: Sequence[Shift]) -> None:
        for change in changes:
            button = Button(self._theme, shift_words(text, change))
            side = self._side_words(change)
            button.setToolTip(
                self.tr("Its share of all scores of each run: {first} and {second}.").format(
                    first=share_text(change.first), second=share_text(change.second)
                )
                + "\n"
                + side
            )
            button.setAccessibleDescription(button.toolTip())
            start, end = change.start, change.end
            button.clicked.connect(lambda _=False, a=start, b=end: self.word_chosen.emit(a, b))
            self._flow.addWidget(button)
            button.show()

    def _side_words(self, change: Shift) -> str:
        more = change.change > 0
        if self._pair is not None and not self._pair[1].signed:
            if more:
                return self.tr("It matters more in the second run.")
            return self.tr("It matters less in the second run.")
        if more:
            return self.tr("It speaks more for the class in the second run.")
        return self.tr("It speaks less for the class, or more against it, in the second run.")

    def _word_tooltip(self, index: int) -> str:
        return sentences.word_tooltip(self._pair[1], index) if self._pair is not None else ""


def answer_words(explanation: Explanation) -> str:
    """What a run answered, with its probability where there is one."""
    if explanation.task == "score":
        return score_text(explanation.probability)
    if explanation.task == "multi":
        target = explanation.probabilities[explanation.labels.index(explanation.target)]
        sure = f"{explanation.target} {sentences.probability_text(target)}"
        return f"“{sentences.headline(explanation)}” ({sure})"
    kind = sentences.kind_words(explanation.label) if explanation.span is not None else explanation.label
    return f"“{kind}” ({sentences.probability_text(explanation.probability)})"


def share_text(share: float) -> str:
    """``+12 %``; a true minus sign."""
    return f"{100 * share:+.0f} %".replace("-", "−")


def shift_words(text: str, change: Shift) -> str:
    """``refund +12 → +44 %``."""
    word = " ".join(text[change.start : change.end].split())
    return f"{word}  {share_text(change.first).removesuffix(' %')} → {share_text(change.second)}"
