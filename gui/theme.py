"""Every colour and size of the window, and the object that applies them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from gui import icons, stylesheet

Mode = Literal["system", "light", "dark"]

# Spacing, in device-independent pixels.
SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL, SPACE_XXL = 4, 8, 12, 16, 24, 32
RADIUS_S, RADIUS_M = 6, 10
# Font sizes, in device-independent pixels.
FONT_SMALL, FONT_BASE, FONT_LARGE, FONT_TITLE, FONT_FIGURE, FONT_READING = 11, 13, 15, 20, 28, 17
READING_LINE_HEIGHT = 1.7  # times the font size
READING_COLUMN_EM = 46
ROW_HEIGHT = 44
CONTROL_HEIGHT = 32
ICON_S, ICON_M, ICON_L = 16, 20, 48
RING_WIDTH = 2
BAR_HEIGHT = 6
MINIMUM_WINDOW = (1024, 680)
ROOM_FOR_HELP = 1270  # width of the window from which on help stands beside the page


def mix(base: str, over: str, share: float) -> str:
    """`base` with `share` (0 to 1) of `over` laid on it, as #RRGGBB."""
    a, b = QColor(base), QColor(over)
    parts = (
        round(x + (y - x) * share)
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*parts).name()


@dataclass(frozen=True)
class Palette:
    """Colours by meaning, each as #RRGGBB. `faint` is for decoration and disabled text alone."""

    dark: bool
    window: str
    surface: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    good: str
    careful: str
    bad: str
    word_for: str
    word_against: str
    word_text: str
    # Marks in charts beyond the accent; contrast 3 on `surface`.
    chart_second: str
    chart_third: str

    @property
    def focus(self) -> str:
        """Focus rings on window, surface and raised."""
        return self.accent

    @property
    def focus_on_accent(self) -> str:
        """The ring inside a control that is itself filled with the accent."""
        return self.accent_text

    @property
    def control(self) -> str:
        """Outline of check boxes: it carries meaning, so it keeps contrast 3."""
        return self.muted

    @property
    def hover(self) -> str:
        """Background of quiet things under the pointer."""
        return mix(self.surface, self.text, 0.05)

    @property
    def pressed(self) -> str:
        return mix(self.surface, self.text, 0.10)

    @property
    def accent_soft(self) -> str:
        """Background of what is selected; `text` and `accent` are readable on it."""
        return mix(self.surface, self.accent, 0.16 if self.dark else 0.09)

    @property
    def accent_hover(self) -> str:
        return mix(self.accent, self.text, 0.14)

    @property
    def track(self) -> str:
        """The empty part of a bar."""
        return mix(self.surface, self.text, 0.09)

    @property
    def word_mattered(self) -> str:
        """Under a word of a method that tells no side: neither the hue for nor the one against."""
        return mix(self.surface, self.muted, 0.5)

    @property
    def good_soft(self) -> str:
        return mix(self.surface, self.good, 0.10)

    @property
    def careful_soft(self) -> str:
        return mix(self.surface, self.careful, 0.10)

    @property
    def bad_soft(self) -> str:
        return mix(self.surface, self.bad, 0.10)

    def color(self, token: str) -> QColor:
        """The token (a name of this class) as a QColor."""
        return QColor(getattr(self, token))

    def tokens(self) -> dict[str, str]:
        """Every colour by name, for the stylesheet."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "dark"}
        names = [k for k, v in vars(type(self)).items() if isinstance(v, property)]
        return own | {name: getattr(self, name) for name in names}


LIGHT = Palette(
    dark=False,
    window="#F7F7F4",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#E6E5DF",
    line_strong="#CFCEC6",
    text="#1B1B19",
    muted="#63635D",
    faint="#8E8E86",
    accent="#3450C8",
    accent_text="#FFFFFF",
    good="#1F7A4D",
    careful="#9A5B00",
    bad="#B3261E",
    word_for="#FDB863",
    word_against="#92C5DE",
    word_text="#000000",
    chart_second="#B8620A",
    chart_third="#6B6B64",
)
DARK = Palette(
    dark=True,
    window="#16171A",
    surface="#1E2024",
    raised="#26282D",
    line="#2F3238",
    line_strong="#454952",
    text="#ECECE8",
    muted="#A3A49F",
    faint="#74767A",
    accent="#93A7FF",
    accent_text="#10131F",
    good="#5FC08F",
    careful="#E2A84B",
    bad="#F2867E",
    word_for="#7F4A0B",
    word_against="#1F4E79",
    word_text="#FFFFFF",
    chart_second="#F0A65A",
    chart_third="#A3A49F",
)


# Marks of classes in a chart, contrast 3 on `surface`; neighbours in the list are far apart in hue.
_CLASSES_LIGHT = ("#3450C8", "#B8620A", "#1F7A4D", "#A5328F", "#0F7C8A", "#B3261E", "#75711A", "#6F5AB8")
_CLASSES_DARK = ("#93A7FF", "#F0A65A", "#5FC08F", "#E58AD6", "#5CC3D0", "#F2867E", "#CFC65A", "#BBA6F5")


def class_colours(palette: Palette) -> tuple[str, ...]:
    """A colour for each of the first classes; with more of them shapes tell apart what has the same colour."""
    return _CLASSES_DARK if palette.dark else _CLASSES_LIGHT


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    c = QColor(colour)
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF())


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Theme(QObject):
    """The look in use. Made once, passed by argument.

    Signals:
        changed: the palette is another one; painters repaint, icons are tinted again.
    """

    changed = Signal()

    def __init__(self, mode: Mode = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = mode
        self._app: QApplication | None = None
        self._palette = self._wanted()

    @property
    def palette(self) -> Palette:
        return self._palette

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self._tell_system()
        self._refresh()

    def apply(self, app: QApplication) -> None:
        """Give `app` the Fusion style, our palette and stylesheet, and follow the system."""
        if self._app is None:
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._refresh)
        self._app = app
        app.setStyle(QStyleFactory.create("Fusion"))
        self._tell_system()
        self._palette = self._wanted()
        self._paint_app()
        self.changed.emit()

    def _tell_system(self) -> None:
        # So that title bars and native dialogs follow a mode chosen by hand.
        if self._app is None:
            return
        hints = QGuiApplication.styleHints()
        if self._mode == "system":
            hints.unsetColorScheme()
        else:
            dark = self._mode == "dark"
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _wanted(self) -> Palette:
        if self._mode == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    @Slot()
    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted is self._palette:
            return
        self._palette = wanted
        self._paint_app()
        self.changed.emit()

    def _paint_app(self) -> None:
        if self._app is None:
            return
        self._app.setPalette(qpalette(self._palette))
        self._app.setStyleSheet(stylesheet.build(style_tokens(self._palette)))


def qpalette(p: Palette) -> QPalette:
    """Our colours as Qt's roles, for what no stylesheet rule reaches."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    out = QPalette()
    roles = {
        role.Window: p.window,
        role.WindowText: p.text,
        role.Base: p.surface,
        role.AlternateBase: p.window,
        role.Text: p.text,
        role.PlaceholderText: p.muted,
        role.Button: p.surface,
        role.ButtonText: p.text,
        role.BrightText: p.bad,
        role.ToolTipBase: p.raised,
        role.ToolTipText: p.text,
        role.Highlight: p.accent,
        role.HighlightedText: p.accent_text,
        role.Accent: p.accent,
        role.Link: p.accent,
        role.LinkVisited: p.accent,
        role.Light: p.raised,
        role.Midlight: p.line,
        role.Mid: p.line_strong,
        role.Dark: p.line_strong,
        role.Shadow: p.line_strong,
    }
    for which, colour in roles.items():
        out.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        out.setColor(group.Disabled, which, QColor(p.faint))
    out.setColor(group.Disabled, role.Highlight, QColor(p.line_strong))
    return out


def style_tokens(p: Palette) -> dict[str, str]:
    """All that the stylesheet may name: colours, sizes, and the little pictures in controls."""
    sizes = {
        "font_small": FONT_SMALL,
        "font_base": FONT_BASE,
        "font_large": FONT_LARGE,
        "font_title": FONT_TITLE,
        "font_figure": FONT_FIGURE,
        "radius_s": RADIUS_S,
        "radius_m": RADIUS_M,
        "space_xs": SPACE_XS,
        "space_s": SPACE_S,
        "space_m": SPACE_M,
        "space_l": SPACE_L,
        "ring": RING_WIDTH,
        "bar": BAR_HEIGHT,
        "icon_s": ICON_S,
    }
    pictures = {
        "img_down": ("chevron-down", p.muted),
        "img_down_off": ("chevron-down", p.faint),
        "img_up": ("chevron-up", p.muted),
        "img_right": ("chevron-right", p.muted),
        "img_check": ("check", p.accent_text),
        "img_check_menu": ("check", p.accent),
        "img_minus": ("minus", p.accent_text),
        "img_close": ("close", p.muted),
    }
    out = p.tokens() | {name: f"{size}px" for name, size in sizes.items()}
    return out | {
        name: icons.tinted_file(icon, colour).as_posix() for name, (icon, colour) in pictures.items()
    }
