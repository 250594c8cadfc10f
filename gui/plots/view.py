"""A chart in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plots.renderer import DrawFunction, PlotData, PlotRenderer, PlotRequest
from gui.theme import LIGHT, RING_WIDTH, Theme

_FILE_RATIO = 2.0  # pixels a device-independent pixel in saved PNGs


class PlotView(QWidget):
    """Shows one chart; draws it again when size, theme or pixel ratio change.

    Signals:
        drawn: a new picture is on screen.
        saved(str): the file is written. failed(str): it, or the picture, could not be made.
    """

    drawn = Signal()
    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, theme: Theme, renderer: PlotRenderer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._renderer = renderer
        self._view = renderer.new_view()
        self._serial = 0
        self._draw: DrawFunction | None = None
        self._data: PlotData | None = None
        self._image: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        theme.changed.connect(self._ask)
        renderer.drawn.connect(self._receive)
        renderer.saved.connect(self._told_saved)
        renderer.failed.connect(self._told_failed)

    def show_data(self, draw: DrawFunction, data: PlotData) -> None:
        """Draw `data` with `draw`, a function of one of this package's modules."""
        self._draw, self._data = draw, data
        self.setAccessibleName(data.title)
        self.setAccessibleDescription(data.description)
        self._ask()

    def clear(self) -> None:
        self._draw = self._data = self._image = None
        self._serial += 1
        self._renderer.forget(self._view)
        self.update()

    def image(self) -> QImage | None:
        """The picture on screen."""
        return self._image

    def save(self, path: Path | str) -> None:
        """Write a PNG or SVG (by the name's ending), in light colours; `saved` or `failed`
        follows."""
        if self._draw is not None and self._data is not None:
            self._renderer.request(self._request(self._draw, self._data, Path(path)))

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        """What the chart shows, as headers and rows."""
        return self._data.as_table() if self._data is not None else ([], [])

    def sizeHint(self) -> QSize:
        return QSize(420, 280)

    def _request(self, draw: DrawFunction, data: PlotData, path: Path | None) -> PlotRequest:
        # A file is for paper and other people's windows, whatever this one's theme is.
        palette = self._theme.palette if path is None else LIGHT
        ratio = self.devicePixelRatioF() if path is None else _FILE_RATIO
        size = (self.width(), self.height())
        serial = self._serial if path is None else 0
        return PlotRequest(self._view, serial, draw, data, palette, *size, ratio, path)

    @Slot()
    def _ask(self) -> None:
        if self._draw is None or self._data is None or not self.isVisible():
            return  # showEvent asks again
        self._serial += 1
        self._renderer.request(self._request(self._draw, self._data, None))

    @Slot(int, int, QImage)
    def _receive(self, view: int, serial: int, image: QImage) -> None:
        if view != self._view or serial != self._serial:
            return
        self._image = image
        self.update()
        self.drawn.emit()

    @Slot(int, str)
    def _told_saved(self, view: int, path: str) -> None:
        if view == self._view:
            self.saved.emit(path)

    @Slot(int, int, str)
    def _told_failed(self, view: int, serial: int, reason: str) -> None:
        if view == self._view and serial in (0, self._serial):
            self.failed.emit(reason)

    def showEvent(self, event: object) -> None:
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._ask()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.surface))
        if self._image is not None:
            # Until the new size is drawn, the old picture keeps its scale: no wobbling text.
            painter.drawImage(0, 0, self._image)
        if self.hasFocus():
            painter.setPen(QColor(palette.focus))
            for inset in range(RING_WIDTH):
                painter.drawRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1))
        painter.end()
