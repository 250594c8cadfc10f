"""The reading view of tagged words: entities are framed, and one is chosen by a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.api.results import FoundEntity
from gui.theme import RING_WIDTH, SPACE_XS, Theme
from gui.widgets.entity_text import entity_tints
from gui.widgets.highlighted_text import HighlightedText
from gui.wordpaint import Positions, as_shown, shifted

_BAR = 3  # under an entity, in the colour of its type


class EntityReading(HighlightedText):
    """A ``HighlightedText`` whose entities stand in frames; without entities it is just that.

    Signals: entity_chosen(int): an entity was clicked, by its index.
    """

    entity_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._entities: tuple[FoundEntity, ...] = ()
        self._entity_types: tuple[str, ...] = ()
        self._entity_text = ""
        self._chosen: tuple[int, int] | None = None

    def set_entities(self, entities: Sequence[FoundEntity], types: Sequence[str], for_text: str) -> None:
        """Entities of ``for_text``; ``types`` are all that the model knows, in the order of their colours."""
        self._entities, self._entity_types, self._entity_text = tuple(entities), tuple(types), for_text
        self._repaint()

    def choose_entity(self, span: tuple[int, int] | None) -> None:
        """Frame these code points as the ones that are explained; None: none."""
        self._chosen = span
        self._repaint()

    def _places_of(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int] | None]:
        """Qt positions of spans of the entities' text in what is shown now; None where an edit met them."""
        here = Positions(self.text())
        moved = shifted(spans, as_shown(self._entity_text), as_shown(self.text()))
        return [None if at is None else (here.to_qt(at[0]), here.to_qt(at[1])) for at in moved]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._entities and self._chosen is None:
            return
        palette = self._theme.palette
        tints = entity_tints(palette, self._entity_types)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._places_of([(each.start, each.end) for each in self._entities])
        for entity, place in zip(self._entities, places, strict=True):
            if place is None:
                continue
            for _, _, _, box in self._lines(*place):
                self._frame(painter, box, palette.line_strong, 1.2)
                painter.fillRect(
                    QRectF(box.left() - 2, box.bottom() + 3, box.width() + 4, _BAR),
                    QColor(tints.get(entity.label, palette.track)),
                )
        chosen = self._places_of([self._chosen])[0] if self._chosen is not None else None
        if chosen is not None:
            for _, _, _, box in self._lines(*chosen):
                self._frame(painter, box, palette.accent, RING_WIDTH)
        painter.end()

    @staticmethod
    def _frame(painter: QPainter, box: QRectF, colour: str, width: float) -> None:
        painter.setPen(QPen(QColor(colour), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-3, -2, 3, 3), SPACE_XS, SPACE_XS)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        point = event.position()
        places = self._places_of([(each.start, each.end) for each in self._entities])
        for index, place in enumerate(places):
            if place is not None and any(
                box.adjusted(-3, -3, 3, 3).contains(point) for _, _, _, box in self._lines(*place)
            ):
                self.entity_chosen.emit(index)
                return
