"""The trust seal above the text: an icon, one sentence with its reason, and a click to see how it was tested."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from engine.api.errors import ErrorReport
from engine.api.explaining.trust import Seal
from engine.api.wording_explaining import colour_words, seal_sentences, seal_words
from gui.errors import describe
from gui.theme import ICON_M, ICON_S, RADIUS_S, RING_WIDTH, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import IconLabel, label

TONES = {"green": ("check", "good"), "amber": ("warning", "careful"), "red": ("error", "bad")}


class SealLine(QAbstractButton):
    """A button as wide as its place; its words wrap. Signals: clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = "muted"
        self._icon = IconLabel(theme, "clock", "muted", ICON_M)
        self._words = label("", wrap=True)
        more = IconLabel(theme, "chevron-right", "muted", ICON_S)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.setSpacing(SPACE_S)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(more)
        for part in (self._icon, self._words, more):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def tone(self) -> str:
        """good, careful, bad, or muted while nothing is known."""
        return self._tone

    def words(self) -> str:
        return self._words.text()

    def say(
        self, seal: Seal | None, language: str, *, checking: bool, problem: ErrorReport | None = None
    ) -> None:
        """What is known of the explanation in view; hidden where nothing is, and nothing is asked."""
        self.setVisible(checking or seal is not None or problem is not None)
        if seal is not None:
            icon, tone = TONES[seal.colour]
            words = short_words(seal, language)
            told = seal_words(seal, language)
        elif problem is not None:
            icon, tone = "info", "muted"
            reason = describe(problem, language).text
            words = told = self.tr("This explanation could not be tested: {reason}").format(reason=reason)
        else:
            icon, tone = "clock", "muted"
            words = told = self.tr("Being tested: words are taken out and other methods are asked…")
        self._tone = tone
        self._icon.set_icon(icon, tone)
        self._words.setText(words)
        self.setToolTip(self.tr("{seal} Click to see how it was tested.").format(seal=told))
        self.setAccessibleName(words)
        self.setAccessibleDescription(self.toolTip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else QSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        ground = palette.hover if self._tone == "muted" else getattr(palette, f"{self._tone}_soft")
        edge = palette.line_strong if self._tone == "muted" else getattr(palette, self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(edge), 2 if self.underMouse() else 1))
        box = self.rect().toRectF().adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.focus), RING_WIDTH))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        painter.end()


def short_words(seal: Seal, language: str) -> str:
    """The colour in words and the weightiest reason."""
    end = "。" if language == "zh_CN" else ". "
    return f"{colour_words(seal.colour, language)}{end}{seal_sentences(seal, language)[0]}"
