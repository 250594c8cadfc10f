"""A training text beside a decision: which way it pushed, its label, and the place to correct that label."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QVBoxLayout, QWidget

from engine.api.explaining.influence import Influence
from engine.api.tasks import split_labels
from gui import fonts
from gui.delegates.text_delegate import draw_two_lines
from gui.pages.data.label_editors import ScoreEditor, SeveralLabels
from gui.pages.explain.evidence_words import EntityCorrection, piece_of
from gui.theme import FONT_SMALL, RADIUS_S, RING_WIDTH, SPACE_M, SPACE_S, SPACE_XS, Theme, mix
from gui.widgets.basic import Button, label
from gui.widgets.choosable import Choosable

DOUBTED = 0.5  # from here on a label is pointed at
_BAR = 5
_SHORT = 70  # characters that the row itself shows
_LONGEST = 600  # characters of an opened text; the rest is read in the middle


class EvidenceRow(Choosable):
    """Two lines of a text, its label, how alike it is; the side bar is orange for, blue against, else grey.

    Signals: chosen(str): its document's id.
    """

    def __init__(self, theme: Theme, row: Influence, *, pushing: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, str(row.document), parent)
        self.row = row
        self._pushing = pushing
        self._label, self._facts, self._doubt = row.label, "", ""
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_words(self, shown_label: str, facts: str, doubt: str) -> None:
        """``facts`` and ``doubt`` as words; the doubt stands out."""
        self._label, self._facts, self._doubt = shown_label, facts, doubt
        text = " ".join(self.row.text.split())
        self.setAccessibleName(text[:120])
        self.setAccessibleDescription(", ".join(part for part in (shown_label, facts, doubt) if part))
        self.setToolTip(self.accessibleDescription())
        self.update()

    def words(self) -> tuple[str, str, str]:
        return self._label, self._facts, self._doubt

    def sizeHint(self) -> QSize:
        small = QFontMetrics(fonts.sized(self.font(), FONT_SMALL)).height()
        return QSize(160, 2 * self.fontMetrics().height() + small + 3 * SPACE_S)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(1, 1, -1, -1)
        if self._selected or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(p.accent_soft if self._selected else p.hover))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        hue = (p.word_for if self.row.push > 0 else p.word_against) if self._pushing else p.track
        painter.setBrush(QColor(hue))
        painter.setPen(QPen(QColor(mix(hue, p.text, 0.35)), 1) if self._pushing else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(2.5, 4.5, _BAR, self.height() - 9), 2, 2)
        self._paint_words(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(p.focus), RING_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        p = self._theme.palette
        room = self.rect().adjusted(_BAR + SPACE_S + SPACE_XS, SPACE_XS, -SPACE_S, -SPACE_XS)
        text, tints = piece_of(self.row, p, pushing=self._pushing)
        painter.setPen(QColor(p.text))
        lines = QRect(room.left(), room.top(), room.width(), 2 * self.fontMetrics().height() + 1)
        draw_two_lines(painter, lines, text, painter.font(), None, tints)
        painter.setFont(fonts.sized(self.font(), FONT_SMALL))
        small = painter.fontMetrics()
        foot = QRect(room.left(), lines.bottom() + SPACE_XS, room.width(), small.height() + 2)
        tail = self._doubt or self._facts
        wide = small.horizontalAdvance(tail) + SPACE_M
        painter.setPen(QColor(p.careful if self._doubt else p.muted))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tail)
        head = self._label if not self._doubt else f"{self._label} · {self._facts}"
        painter.setPen(QColor(p.muted))
        shown = small.elidedText(head, Qt.TextElideMode.ElideRight, max(40, foot.width() - wide))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class Correction(QFrame):
    """An opened training text with its label to change.

    Signals: label_set(document, label), as it is stored; look_asked(document).
    """

    label_set = Signal(int, str)
    look_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = -1
        self._stored = ""
        self._task = "single"
        self._text = label("", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._name = label("", "muted")
        self.one = QComboBox()
        self.one.setEditable(True)
        self.one.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.one.setMinimumContentsLength(8)
        self.one.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.several = SeveralLabels(theme)
        self.score = ScoreEditor()
        self.entities = EntityCorrection(theme)
        self.look = Button(theme, "", icon="explain")
        column = QVBoxLayout(self)
        column.setContentsMargins(_BAR + SPACE_S + SPACE_XS, SPACE_XS, SPACE_S, SPACE_M)
        column.setSpacing(SPACE_S)
        for widget in (self._text, self._name, self.one, self.several, self.score, self.entities):
            column.addWidget(widget)
        column.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeft)
        edit = self.one.lineEdit()
        assert edit is not None
        edit.returnPressed.connect(self._store_one)
        self.one.activated.connect(self._store_one)
        self.several.changed.connect(self._store)
        self.score.changed.connect(self._store)
        self.look.clicked.connect(self._ask_look)

    @property
    def document(self) -> int:
        return self._document

    def show_row(self, row: Influence, task: str, labels: Sequence[str]) -> None:
        """``labels`` are those to choose from."""
        self._document, self._task, self._stored = row.document, task, row.label
        self.retranslate()
        self._text.setVisible(len(row.text) > _SHORT and task != "tagging")
        self._text.setText(row.text if len(row.text) <= _LONGEST else row.text[:_LONGEST] + " …")
        self.one.setVisible(task == "single")
        self.several.setVisible(task == "multi")
        self.entities.setVisible(task == "tagging")
        self.score.setVisible(task == "score")
        if task == "multi":
            self.several.set_known(sorted({*labels, *split_labels(row.label)}))
            self.several.show_label(row.document, row.label)
        elif task == "score":
            self.score.show_label(row.label)
        elif task == "single":
            blocker = QSignalBlocker(self.one)
            self.one.clear()
            self.one.addItems(sorted({*labels, row.label} - {""}))
            self.one.setCurrentText(row.label)
            blocker.unblock()

    def retranslate(self) -> None:
        self._name.setText(self.tr("Its entities") if self._task == "tagging" else self.tr("Its label"))
        for editor in (self.one, self.score.field):
            editor.setAccessibleName(self.tr("Label of this training text"))
        self.look.setText(self.tr("Look at this text"))
        self.several.retranslate()
        self.score.retranslate()
        self.entities.retranslate()

    @Slot()
    def _store_one(self) -> None:
        self._store(" ".join(self.one.currentText().split()))

    @Slot(str)
    def _store(self, stored: str) -> None:
        if stored != self._stored:
            self._stored = stored
            self.label_set.emit(self._document, stored)

    @Slot()
    def _ask_look(self) -> None:
        self.look_asked.emit(self._document)
