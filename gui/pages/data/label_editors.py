"""What a text's label is changed with where it is no single one: chips to switch, a number, a legend of entities."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from engine.api.tasks import LABEL_SEPARATOR, NO_LABEL, join_labels, split_labels
from gui import fonts
from gui.theme import FONT_SMALL, RADIUS_M, RING_WIDTH, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import label, set_role
from gui.widgets.flow import FlowLayout, clear

_ROOM = 148  # most height of the chips; the rest is scrolled to
_MOST_CHIPS = 60  # more labels are typed, not looked for


class LabelChip(QAbstractButton):
    """A label that is switched on and off; on, it has a tick, so that colour is not all that says it.

    Of several texts some may have it: then it has a dash, and is off.
    """

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.name = text
        self._some = False
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setFont(fonts.sized(self.font(), FONT_SMALL))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def show_share(self, having: int, texts: int) -> None:
        """On where all texts have the label, with a dash where some do."""
        self._some = 0 < having < texts
        self.setChecked(0 < having == texts)
        share = self.tr("{count} of {total} texts").format(count=f"{having:,}", total=f"{texts:,}")
        said = f"{self.name}: {share}" if texts > 1 else self.name
        self.setToolTip(said)
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        # the tick's room is kept, so that nothing moves when it comes
        width = metrics.horizontalAdvance(self.name) + 2 * SPACE_S + SPACE_M
        return QSize(width, metrics.height() + SPACE_S)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, on = self._theme.palette, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        marked = on or self._some
        back = palette.accent_soft if on else palette.hover if self.underMouse() else palette.surface
        painter.setBrush(QColor(back))
        edge = palette.focus if self.hasFocus() else palette.accent if marked else palette.line_strong
        painter.setPen(QPen(QColor(edge), RING_WIDTH if self.hasFocus() else 1))
        painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        painter.setPen(QColor(palette.accent if marked else palette.text))
        if marked:
            tick = QRect(SPACE_S // 2, 0, SPACE_M + SPACE_XS, self.height())
            painter.drawText(tick, Qt.AlignmentFlag.AlignCenter, "✓" if on else "–")
        room = self.rect().adjusted(SPACE_S // 2 + SPACE_M + SPACE_XS, 0, -SPACE_XS, 0)
        if not marked:
            room = self.rect().adjusted(SPACE_S, 0, -SPACE_S, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignLeft if marked else Qt.AlignmentFlag.AlignHCenter
        )
        shown = self.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, flags, shown)
        painter.end()


class SeveralLabels(QWidget):
    """The labels of one text, or of several at once, as chips, and a field for a new one.

    Signals: ``changed(label)``, one text's joined labels as they are stored; ``switched_for_all(label, on)``, of
    several texts, where a click on what only some of them have gives it to all.
    """

    changed = Signal(str)
    switched_for_all = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._known: tuple[str, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._first: tuple[str, ...] = ()
        self._document = -1
        self._several: tuple[int, ...] = ()
        self._counts: dict[str, int] = {}
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, SPACE_XS)
        self._scroll = scroll = QScrollArea()
        self._chips.setObjectName("scrolled")
        scroll.setWidget(self._chips)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.new = QLineEdit()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(scroll)
        column.addWidget(self.new)
        self.new.returnPressed.connect(self._add)
        self.retranslate()

    def set_known(self, labels: Sequence[str]) -> None:
        """The labels there are."""
        if tuple(labels) != self._known:
            self._known = tuple(labels)
            self._build()

    def show_label(self, document: int, stored: str) -> None:
        """The label of the text that is shown, as it is stored; another text's labels come first."""
        labels = split_labels(stored)
        if document != self._document:
            self._document, self._first = document, labels
        self._labels, self._several = labels, ()
        self._build()

    def show_counts(self, documents: Sequence[int], counts: Mapping[str, int]) -> None:
        """Several texts, and how many of them have each label."""
        ids = tuple(documents)
        if ids != self._several or not self._counts:
            # those there are come first; they stay where they are while the texts are the same
            self._first = tuple(sorted(counts, key=lambda name: (-counts[name], name)))
        self._several, self._counts, self._document = ids, dict(counts), -1
        self._labels = tuple(sorted(counts))
        self._build()

    def chips(self) -> list[LabelChip]:
        widgets = [item.widget() for at in range(self._flow.count()) if (item := self._flow.itemAt(at))]
        return [widget for widget in widgets if isinstance(widget, LabelChip)]

    def _build(self) -> None:
        rest = sorted({*self._labels, *self._known} - set(self._first))
        if len(rest) > _MOST_CHIPS:
            rest.sort(key=lambda name: name not in self._labels)
        shown = [*self._first, *rest]
        if [chip.name for chip in self.chips()] != shown[:_MOST_CHIPS]:
            clear(self._flow)
            for name in shown[:_MOST_CHIPS]:
                chip = LabelChip(self._theme, name)
                chip.clicked.connect(self._switched)
                self._flow.addWidget(chip)
                chip.show()  # a hidden one takes no room when the height is asked for
        for chip in self.chips():
            if self._several:
                chip.show_share(self._counts.get(chip.name, 0), len(self._several))
            else:
                chip.show_share(int(chip.name in self._labels), 1)
        self._fit()

    def _fit(self) -> None:
        """As high as the chips, up to a few rows."""
        height = self._flow.heightForWidth(self._scroll.viewport().width())
        self._scroll.setVisible(bool(self._flow.count()))
        self._scroll.setFixedHeight(min(_ROOM, max(1, height)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _switched(self) -> None:
        if self._several:
            chip = self.sender()
            assert isinstance(chip, LabelChip)
            self.switched_for_all.emit(chip.name, chip.isChecked())
            return
        self._labels = tuple(sorted(chip.name for chip in self.chips() if chip.isChecked()))
        self.changed.emit(join_labels(self._labels))

    @Slot()
    def _add(self) -> None:
        name = " ".join(self.new.text().replace(LABEL_SEPARATOR, " ").split())
        self.new.clear()
        if name == NO_LABEL:
            return
        if name and self._several:
            self.switched_for_all.emit(name, True)
        elif name and name not in self._labels:
            self._labels = tuple(sorted((*self._labels, name)))
            self._build()
            self.changed.emit(join_labels(self._labels))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self._chips.setAccessibleName(self.tr("Labels"))
        self.new.setAccessibleName(self.tr("Another label"))
        self.new.setPlaceholderText(self.tr("Another label, then Return"))


class ScoreEditor(QWidget):
    """The number of the selected texts; empty takes it away. Signals: ``changed(label)``, as it is stored."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored: str | None = ""
        self.field = QLineEdit()
        self.note = label("", "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        column.addWidget(self.field)
        column.addWidget(self.note)
        self.field.returnPressed.connect(self._store)
        self.field.textEdited.connect(self._check)
        self.retranslate()

    def show_label(self, stored: str | None) -> None:
        """The stored number; None for several texts."""
        self._stored = stored
        blocker = QSignalBlocker(self.field)
        self.field.setText(stored or "")
        blocker.unblock()
        self._check()

    def value(self) -> str | None:
        """What would be stored; None where it is no number."""
        words = self.field.text().strip()
        if not words:
            return ""
        try:
            number = float(words if "." in words else words.replace(",", "."))
        except ValueError:
            return None
        return f"{number + 0.0:.12g}" if math.isfinite(number) else None

    @Slot()
    def _check(self) -> None:
        wrong = self.value() is None
        set_role(self.note, "bad" if wrong else "caption")
        self.note.setText(
            self.tr("This is no number.") if wrong else self.tr("Type a number and press Return.")
        )

    @Slot()
    def _store(self) -> None:
        value = self.value()
        if value is not None and value != self._stored:
            self._stored = value
            self.changed.emit(value)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.field.setAccessibleName(self.tr("Score"))
        self._check()
