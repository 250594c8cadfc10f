"""The window's fonts: Inter, and a Chinese fallback where the system has none."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from gui.theme import FONT_BASE, FONT_SMALL

INTER = "Inter"
CJK = "Noto Sans SC"


@dataclass(frozen=True)
class FontSet:
    """What text is drawn with: families in order of preference, and the files behind them."""

    families: tuple[str, ...]
    files: tuple[Path, ...]


def _packaged(distribution: str, *endings: str) -> list[Path]:
    """Files of an installed wheel whose name ends so; none where the wheel is not installed."""
    try:
        listed = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    found = [Path(str(f.locate())) for f in listed if str(f).endswith(endings)]
    return [path for path in found if path.is_file()]


def inter_files() -> list[Path]:
    """Inter's upright and italic files."""
    return _packaged("fontpkg-inter", ".ttf")


def cjk_files() -> list[Path]:
    """Noto Sans SC's file."""
    return _packaged("pylopdf-fonts-zh-cn", "NotoSansSC-Regular.otf")


def system_cjk_family() -> str | None:
    """A family of the system that writes Simplified Chinese, where there is one."""
    ours = {CJK}
    families = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    usable = [f for f in families if f not in ours and not QFontDatabase.isPrivateFamily(f)]
    return usable[0] if usable else None


def install(app: QApplication) -> FontSet:
    """Register the fonts and make them the application's; about 10 ms in all (measured: Inter 2,
    Noto Sans SC 6, as Qt maps the file and reads no glyph before it is needed)."""
    families: list[str] = []
    files: list[Path] = []
    for path in inter_files():
        if QFontDatabase.addApplicationFont(str(path)) >= 0:
            families = [INTER]
            files.append(path)
    chosen = system_cjk_family()
    if chosen is None:
        for path in cjk_files():
            if QFontDatabase.addApplicationFont(str(path)) >= 0:
                chosen = CJK
    # matplotlib reads no system collection reliably, so charts always get our file.
    files += cjk_files()
    if chosen is not None:
        families.append(chosen)
    font = QFont(app.font())
    font.setFamilies(families + [f for f in font.families() if f not in families])
    font.setPixelSize(FONT_BASE)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    app.setFont(strong(sized(font, FONT_SMALL)), "QHeaderView")  # type: ignore[arg-type]  # the stub is wrong
    return FontSet(tuple(families), tuple(files))


def tabular(font: QFont) -> QFont:
    """A copy of `font` whose figures all have one width, so that columns of numbers align."""
    out = QFont(font)
    out.setFeature(QFont.Tag("tnum"), 1)
    return out


def strong(font: QFont) -> QFont:
    """A copy of `font` in weight 600.

    Where fontconfig serves Inter's variable file, the weight alone changes nothing (seen on
    6.11.3): the axis must be set as well, and it outlives a stylesheet.
    """
    out = QFont(font)
    out.setWeight(QFont.Weight.DemiBold)
    out.setVariableAxis(QFont.Tag("wght"), float(QFont.Weight.DemiBold.value))
    return out


def sized(font: QFont, size_px: int) -> QFont:
    """A copy of `font` in one of the theme's sizes."""
    out = QFont(font)
    out.setPixelSize(size_px)
    return out
