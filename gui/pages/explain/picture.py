"""An explanation as a picture or a page: title, decision, highlighted text, legend, provenance."""

from __future__ import annotations

import html
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtSvg import QSvgGenerator

from engine.api.errors import ErrorKind, KnownError, known
from engine.api.explaining.trust import Seal
from engine.api.results import Explanation, Faithfulness
from gui import fonts
from gui.pages.explain import sentences
from gui.pages.explain.seal_line import TONES
from gui.pages.explain.sentences import faithfulness_sentence, headline, provenance, sides
from gui.pages.explain.trust_sentences import trust_text
from gui.theme import FONT_BASE, FONT_READING, FONT_SMALL, FONT_TITLE, LIGHT, READING_LINE_HEIGHT
from gui.wordpaint import Positions, as_shown, strongest, word_colour

WIDTH = 760  # device-independent pixels of the picture, and units of a page's width
MARGIN = 40
_RATIO = 2.0
_TALLEST = 16_000  # pixels of a picture: a longer text is drawn with fewer, down to the screen's own
_PALETTE = LIGHT  # paper is light, whatever the window is
_LEGEND_STEPS = 11
_LEGEND_FIELD = 18.0
_GAP = 14.0
_PIECE = re.compile(
    r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)
_SVG_TEXT = re.compile(
    r'font-size="([0-9.]+)" font-weight="(\d+)"((?: font-style="\w+")?\s*)>([^<]*)</text>', re.DOTALL
)


@dataclass(frozen=True)
class Picture:
    """What is drawn: an explanation, the score in full strength, the language, the erasure test in words.

    ``trust`` is the seal with its reasons in words, ``tone`` the colour's name of the palette.

    Made in the window's thread, drawn in any.
    """

    explanation: Explanation
    scale: float
    language: str
    font: QFont
    measured: str = ""
    trust: str = ""
    tone: str = "muted"


def make_picture(
    explanation: Explanation,
    scale: float,
    language: str,
    measured: Faithfulness | None = None,
    seal: Seal | None = None,
) -> Picture:
    """``measured``: the erasure test of the explanation's method on its run, where it was made.

    ``seal``: how far the explanation can be trusted, where it was tested.
    """
    words = faithfulness_sentence(measured, explanation.task) if measured is not None else ""
    tone = "muted" if seal is None else TONES[seal.colour][1]
    trust = trust_text(seal, language)
    return Picture(explanation, scale, language, QGuiApplication.font(), words, trust, tone)


def save_png(picture: Picture, path: Path) -> None:
    """Twice the pixels of the screen's, of a long text fewer.

    Raises PICTURE_TOO_TALL where it would be less than the screen's; of the world's errors DISK_FULL, NOT_WRITABLE, ...
    """
    pages = _Paper(picture).strips(math.inf)
    height = sum(strip.height for strip in pages[0]) + 2 * MARGIN
    ratio = min(_RATIO, _TALLEST / height)
    if ratio < 1:
        raise KnownError(ErrorKind.PICTURE_TOO_TALL, characters=len(picture.explanation.text))
    image = QImage(round(WIDTH * ratio), math.ceil(height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(_PALETTE.surface))
    painter = QPainter(image)
    _paint(painter, pages[0])
    painter.end()
    beside = path.with_name(f".{path.name}.part")
    try:
        if not QImageWriter(str(beside), QByteArray(b"png")).write(image):
            raise KnownError(ErrorKind.NOT_WRITABLE, path=str(path))
        os.replace(beside, path)
    except OSError as error:
        raise known(error) or error from error
    finally:
        beside.unlink(missing_ok=True)


def save_pdf(picture: Picture, path: Path) -> None:
    """A4, as many pages as the text needs; letters stay letters. Raises as ``save_png``."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.touch()
        writer = QPdfWriter(str(beside))
        writer.setTitle(f"{headline(picture.explanation)} – {picture.explanation.run}")
        writer.setCreator("Lexplain")
        writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)
            )
        )
        paper = writer.pageLayout().fullRectPixels(writer.resolution())
        scale = paper.width() / WIDTH
        room = paper.height() / scale - 2 * MARGIN
        painter = QPainter(writer)
        for number, page in enumerate(_Paper(picture).strips(room)):
            if number:
                writer.newPage()
            painter.save()
            painter.scale(scale, scale)
            _paint(painter, page)
            painter.restore()
        painter.end()
        os.replace(beside, path)
    except OSError as error:
        raise known(error) or error from error
    finally:
        beside.unlink(missing_ok=True)


def save_svg(picture: Picture, path: Path) -> None:
    """As tall as the text; letters stay letters, each word as wide as here in any font. Raises as ``save_png``."""
    strips = _Paper(picture).strips(math.inf)[0]
    height = sum(strip.height for strip in strips) + 2 * MARGIN
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.touch()
        writer = QSvgGenerator()
        writer.setFileName(str(beside))
        writer.setResolution(96)
        writer.setViewBox(QRectF(0, 0, WIDTH, height))
        writer.setSize(QSizeF(WIDTH, height).toSize())
        writer.setTitle(f"{headline(picture.explanation)} – {picture.explanation.run}")
        writer.setDescription(f"{sentences.seal(picture.explanation)} {picture.trust}")
        painter = QPainter(writer)
        painter.fillRect(QRectF(0, 0, WIDTH, height), QColor(_PALETTE.surface))
        _paint(painter, strips)
        painter.end()
        beside.write_text(_with_widths(beside.read_text("utf-8"), picture.font), "utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise known(error) or error from error
    finally:
        beside.unlink(missing_ok=True)


def _with_widths(drawn: str, font: QFont) -> str:
    """The SVG whose words say how wide they are: where the font is missing, they still stand on their tints."""

    def sized(found: re.Match[str]) -> str:
        size, weight, rest, text = found.groups()
        own = QFont(font)
        own.setPixelSize(round(float(size)))
        own.setWeight(QFont.Weight(int(weight)))
        width = QFontMetricsF(own).horizontalAdvance(html.unescape(text))
        fixed = f' textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs"' if width > 0 else ""
        return f'font-size="{size}" font-weight="{weight}"{rest}{fixed}>{text}</text>'

    return _SVG_TEXT.sub(sized, drawn)


class _Strip:
    """A horizontal piece that is never torn between pages."""

    def __init__(self, height: float) -> None:
        self.height = height

    def paint(self, painter: QPainter, top: float) -> None:
        """Nothing: a gap."""


class _Line(_Strip):
    """A line of a text layout, with the tints of its words."""

    def __init__(
        self, layout: QTextLayout, number: int, height: float, colour: str, marks: list[_Mark]
    ) -> None:
        super().__init__(height)
        self._layout, self._number, self._colour, self._marks = layout, number, colour, marks

    def paint(self, painter: QPainter, top: float) -> None:
        line = self._layout.lineAt(self._number)
        room = (self.height - line.height()) / 2
        first, last = line.textStart(), line.textStart() + line.textLength()
        for mark in self._marks:
            start, end = max(first, mark.start), min(last, mark.end)
            if start >= end:
                continue
            left, right = _x(line, start), _x(line, end)
            box = QRectF(MARGIN + left - 1.5, top + room - 1, right - left + 3, line.height() + 2)
            painter.setPen(Qt.PenStyle.NoPen)
            if mark.hatched:
                painter.fillRect(box, QColor(_PALETTE.line))
                continue
            painter.setBrush(QColor(mark.colour))
            painter.drawRoundedRect(box, 3, 3)
            if mark.lined:
                painter.setPen(QPen(QColor(_PALETTE.text), 1.6))
                y = box.bottom() + 1.5
                painter.drawLine(QPointF(box.left() + 1, y), QPointF(box.right() - 1, y))
        painter.setPen(QColor(self._colour))
        if isinstance(painter.device(), QSvgGenerator):
            self._draw_words(painter, line, top + room)
            return
        line.draw(painter, QPointF(MARGIN, top + room - line.y()))

    def _draw_words(self, painter: QPainter, line: QTextLine, top: float) -> None:
        """Word by word, each at its own place."""
        painter.setFont(self._layout.font())
        text = self._layout.text()
        for found in _PIECE.finditer(text, line.textStart(), line.textStart() + line.textLength()):
            left = min(_x(line, found.start()), _x(line, found.end()))
            painter.drawText(QPointF(MARGIN + left, top + line.ascent()), found.group())


@dataclass(frozen=True)
class _Mark:
    start: int  # Qt positions in the layout's text
    end: int
    colour: str
    lined: bool
    hatched: bool = False


class _Legend(_Strip):
    def __init__(self, against: str, in_favour: str, font: QFont, *, signed: bool) -> None:
        super().__init__(_LEGEND_FIELD + 2 * _GAP)
        self._against, self._for, self._font, self._signed = against, in_favour, font, signed

    def paint(self, painter: QPainter, top: float) -> None:
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        y, x = top + _GAP, float(MARGIN)
        painter.setPen(QColor(_PALETTE.muted))
        width = metrics.horizontalAdvance(self._against)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(x, y, width + 2, _LEGEND_FIELD), flags, self._against)
        x += width + 10
        painter.setPen(Qt.PenStyle.NoPen)
        half = _LEGEND_STEPS // 2
        for step in range(-half if self._signed else 0, half + 1):
            colour = word_colour(_PALETTE, step / half, 1.0, signed=self._signed) if step else _PALETTE.track
            painter.setBrush(QColor(colour))
            painter.drawRect(QRectF(x, y, _LEGEND_FIELD, _LEGEND_FIELD))
            x += _LEGEND_FIELD
        painter.setPen(QColor(_PALETTE.muted))
        painter.drawText(QRectF(x + 10, y, WIDTH - x - 10 - MARGIN, _LEGEND_FIELD), flags, self._for)


class _Paper:
    """Lays an explanation out in strips of the page's width."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._base = QFont(picture.font)

    def strips(self, room: float) -> list[list[_Strip]]:
        """Strips page by page; each page's are at most ``room`` high together."""
        pages: list[list[_Strip]] = [[]]
        used = 0.0
        for strip in self._all():
            if used + strip.height > room and pages[-1]:
                pages.append([])
                used = 0.0
            pages[-1].append(strip)
            used += strip.height
        return pages

    def _all(self) -> list[_Strip]:
        explanation = self._picture.explanation
        out = self._paragraph(
            headline(explanation), fonts.strong(fonts.sized(self._base, FONT_TITLE)), _PALETTE.text
        )
        out.append(_Strip(4))
        small = fonts.sized(self._base, FONT_SMALL)
        base = fonts.sized(self._base, FONT_BASE)
        out += self._paragraph(sentences.seal(explanation), base, _PALETTE.muted)
        out += self._paragraph(self._picture.trust, base, getattr(_PALETTE, self._picture.tone))
        if self._picture.measured:
            out += self._paragraph(self._picture.measured, base, _PALETTE.muted)
        out.append(_Strip(_GAP))
        reading = fonts.sized(self._base, FONT_READING)
        out += self._paragraph(
            as_shown(explanation.text),
            reading,
            _PALETTE.word_text,
            FONT_READING * READING_LINE_HEIGHT,
            self._marks(),
        )
        out.append(_Legend(*sides(explanation), small, signed=explanation.signed))
        facts = " · ".join(
            f"{name}: {value}" for name, value in provenance(explanation, self._picture.language)
        )
        out += self._paragraph(facts, small, _PALETTE.muted)
        return out

    def _marks(self) -> list[_Mark]:
        explanation = self._picture.explanation
        spans = [(word.start, word.end, word.score) for word in explanation.words]
        lined, positions = strongest(spans), Positions(explanation.text)
        marks = [
            _Mark(
                positions.to_qt(start),
                positions.to_qt(end),
                word_colour(_PALETTE, score, self._picture.scale, signed=explanation.signed),
                i in lined,
            )
            for i, (start, end, score) in enumerate(spans)
        ]
        if explanation.read_to < len(explanation.text):
            end = positions.to_qt(len(explanation.text))
            marks.append(_Mark(positions.to_qt(explanation.read_to), end, _PALETTE.line, False, hatched=True))
        return marks

    def _paragraph(
        self, text: str, font: QFont, colour: str, line_height: float = 0.0, marks: list[_Mark] | None = None
    ) -> list[_Strip]:
        """Lines of a text; plain letters, never read as markup."""
        # a line separator is a line break within one layout
        layout = QTextLayout(text.replace("\n", "\u2028"), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        heights: list[float] = []
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(WIDTH - 2 * MARGIN)
            line.setPosition(QPointF(0, y))
            heights.append(max(line_height, line.height() + 2))
            y += line.height()
        layout.endLayout()
        ordered = sorted(marks or [], key=lambda mark: mark.start)
        out: list[_Strip] = []
        at = 0  # marks before it end before the line: neither lines nor marks overlap, so one pass does
        for number, height in enumerate(heights):
            line = layout.lineAt(number)
            first, last = line.textStart(), line.textStart() + line.textLength()
            while at < len(ordered) and ordered[at].end <= first:
                at += 1
            here, i = [], at
            while i < len(ordered) and ordered[i].start < last:
                here.append(ordered[i])
                i += 1
            out.append(_Line(layout, number, height, colour, here))
        return out


def _paint(painter: QPainter, strips: list[_Strip]) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    top = float(MARGIN)
    for strip in strips:
        strip.paint(painter, top)
        top += strip.height


def _x(line: object, position: int) -> float:
    x = line.cursorToX(position)  # type: ignore[attr-defined]
    return float(x[0]) if isinstance(x, tuple) else float(x)
