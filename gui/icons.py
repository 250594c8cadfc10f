"""The icon set, tinted by the theme."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parent.parent / "resources" / "icons"


@functools.cache
def _folder() -> Path:
    # Stylesheets and Qt's SVG icon engine take files alone; the engine draws them sharp at any
    # pixel ratio, which ready-made pixmaps would not.
    folder = Path(tempfile.mkdtemp(prefix="lexplain-icons-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def names() -> list[str]:
    """Every name `icon` knows."""
    return sorted(path.stem for path in ICONS.glob("*.svg"))


@functools.cache
def tinted_file(name: str, colour: str) -> Path:
    """An SVG file of the icon in one colour (#RRGGBB); lives as long as the process."""
    source = ICONS / f"{name}.svg"
    if not source.is_file():
        raise KeyError(f"no icon {name!r}; there are: {', '.join(names())}")
    target = _folder() / f"{name}-{colour.lstrip('#')}.svg"
    drawing = source.read_text(encoding="utf-8").replace("currentColor", colour)
    target.write_text(drawing, encoding="utf-8")
    return target


def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """The icon in `colour` (a palette's), in `disabled` where its control is disabled."""
    out = QIcon(str(tinted_file(name, colour)))
    off = str(tinted_file(name, disabled or colour))
    out.addFile(off, QSize(), QIcon.Mode.Disabled)
    return out


def paint(painter: QPainter, name: str, colour: str, box: QRectF) -> None:
    """Draw the icon into `box`."""
    _renderer(str(tinted_file(name, colour))).render(painter, box)


@functools.lru_cache(maxsize=128)
def _renderer(path: str) -> QSvgRenderer:
    return QSvgRenderer(path)


def app_icon() -> QIcon:
    """The application's mark; its colours are its own."""
    return QIcon(str(ICONS / "app.svg"))
