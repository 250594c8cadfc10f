"""The typefaces of a picture: how wide a character is, its outline, and the file that draws it."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
import pylopdf_fonts_zh_cn
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont as FontFile

from engine.pack.fonts import BOLD, LATIN, is_cjk

_NO_GLYPH = ".notdef"  # a box, which says what it is


class Face:
    """``path`` is the font's file, ``em`` its units an em, ``name`` one that is its own."""

    def __init__(self, name: str, path: str) -> None:
        font = FontFile(path, lazy=True)
        self.name, self.path = name, path
        self.em = int(font["head"].unitsPerEm)
        self._glyphs, self._named = font.getGlyphSet(), font.getBestCmap()
        self._outlines: dict[str, str] = {}
        self._widths: dict[str, int] = {}

    def glyph(self, character: str) -> str:
        """A glyph's name; '' of a mark that the font cannot put onto the character before it."""
        found = self._named.get(ord(character))
        if found is None and unicodedata.category(character)[0] == "M":
            return ""
        return str(found or _NO_GLYPH)

    def width(self, character: str) -> int:
        """Units of the font up to the next character."""
        if character not in self._widths:
            glyph = self.glyph(character)
            self._widths[character] = int(self._glyphs[glyph].width) if glyph else 0
        return self._widths[character]

    def outline(self, glyph: str) -> str:
        """The path of a glyph as SVG writes it, y upwards."""
        if glyph not in self._outlines:
            pen = SVGPathPen(self._glyphs)
            self._glyphs[glyph].draw(pen)
            self._outlines[glyph] = pen.getCommands()
        return self._outlines[glyph]


@cache
def face_of(character: str, *, bold: bool) -> Face:
    """The typeface that a character is set in; Chinese has one weight."""
    if is_cjk(character):
        return _face("chinese", pylopdf_fonts_zh_cn.sans_path())
    name = BOLD if bold else LATIN
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
    return _face("bold" if bold else "plain", str(path))


@cache
def _face(name: str, path: str) -> Face:
    return Face(name, path)
