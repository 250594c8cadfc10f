"""Colours keep their contrast, and stand in one file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import fonts, icons, stylesheet
from gui.theme import DARK, LIGHT, Palette, Theme, contrast, style_tokens
from gui.wordpaint import word_colour

GUI = Path(__file__).resolve().parents[2] / "gui"
both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


@both
def test_text_is_readable(palette: Palette) -> None:
    p = palette
    grounds = (p.window, p.surface, p.raised, p.hover, p.accent_soft)
    for ground in grounds:
        for text in (p.text, p.muted, p.accent):
            assert contrast(text, ground) >= 4.5, (text, ground)
    for tone in (p.good, p.careful, p.bad):
        for ground in (p.window, p.surface, p.raised):
            assert contrast(tone, ground) >= 4.5, (tone, ground)
    pairs = (
        (p.accent_text, p.accent),
        (p.accent_text, p.accent_hover),
        (p.good, p.good_soft),
        (p.careful, p.careful_soft),
        (p.bad, p.bad_soft),
        (p.text, p.track),
        (p.text, p.pressed),
    )
    for text, ground in pairs:
        assert contrast(text, ground) >= 4.5, (text, ground)


@both
def test_marks_are_visible(palette: Palette) -> None:
    p = palette
    for mark in (p.focus, p.control, p.accent, p.chart_second, p.chart_third):
        for ground in (p.window, p.surface, p.raised):
            assert contrast(mark, ground) >= 3, (mark, ground)
    assert contrast(p.accent, p.track) >= 3
    assert contrast(p.focus_on_accent, p.accent) >= 3


@both
@pytest.mark.parametrize("score", [-1.0, -0.5, -0.1, 0.1, 0.5, 1.0])
def test_words_are_readable_at_every_strength(palette: Palette, score: float) -> None:
    ground = word_colour(palette, score, 1.0)
    assert contrast(palette.text, ground) >= 4.5
    assert contrast(palette.word_text, ground) >= 4.5
    without_side = word_colour(palette, score, 1.0, signed=False)
    assert without_side == word_colour(palette, -score, 1.0, signed=False)
    assert contrast(palette.word_text, without_side) >= 4.5


def test_no_other_file_names_a_colour() -> None:
    colour = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|(?<!_)\brgba?\(")
    guilty = [
        f"{path.relative_to(GUI)}: {line.strip()}"
        for path in GUI.rglob("*.py")
        if path.name != "theme.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if colour.search(line)
    ]
    assert not guilty


@both
def test_stylesheet_takes_every_token(qapp: QApplication, palette: Palette) -> None:
    sheet = stylesheet.build(style_tokens(palette))
    assert "$" not in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(path).is_file()


def test_modes_change_the_palette(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    with qtbot.waitSignal(theme.changed):
        theme.mode = "dark"
    assert theme.palette is DARK
    assert qapp.palette().window().color().name() == DARK.window.lower()
    with qtbot.assertNotEmitted(theme.changed):
        theme.mode = "dark"
    theme.mode = "light"
    assert theme.palette is LIGHT


def test_system_mode_follows_the_system(qapp: QApplication) -> None:
    theme = Theme("system")
    theme.apply(qapp)
    dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.palette is (DARK if dark else LIGHT)


def test_icons_are_one_set(qapp: QApplication) -> None:
    for name in icons.names():
        drawing = (icons.ICONS / f"{name}.svg").read_text(encoding="utf-8")
        if name != "app":
            assert 'viewBox="0 0 24 24"' in drawing
            assert 'stroke-width="1.5"' in drawing
            assert 'stroke="currentColor"' in drawing
        assert not icons.icon(name, LIGHT.text).isNull()
    with pytest.raises(KeyError, match="there are"):
        icons.icon("no such", LIGHT.text)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_icons_are_drawn_at_the_ratio(qapp: QApplication, ratio: float) -> None:
    from PySide6.QtCore import QSize

    pixmap = icons.icon("search", LIGHT.text).pixmap(QSize(16, 16), ratio)
    assert pixmap.width() == round(16 * ratio)


def test_fonts_write_chinese_and_align_figures(qapp: QApplication) -> None:
    installed = fonts.install(qapp)
    assert installed.families[0] == fonts.INTER
    assert len(installed.families) == 2
    font = qapp.font()
    plain, aligned = QFontMetricsF(font), QFontMetricsF(fonts.tabular(font))
    assert aligned.horizontalAdvance("111") == aligned.horizontalAdvance("888")
    assert plain.horizontalAdvance("111") != plain.horizontalAdvance("888")
    wide = QFontMetricsF(fonts.strong(font)).horizontalAdvance("Hamburg")
    assert wide > plain.horizontalAdvance("Hamburg")
    assert plain.inFontUcs4(ord("A"))
    chosen = QFont(installed.families[1])
    assert QFontMetricsF(chosen).inFontUcs4(ord("语"))
