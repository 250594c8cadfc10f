"""Fonts of a PDF: DejaVu, which comes with matplotlib, and the Chinese characters that are used, as TrueType.

The Chinese font has PostScript outlines, which reportlab cannot embed; the few characters of a pack are converted.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
import pylopdf_fonts_zh_cn
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont as FontFile
from fontTools.ttLib import newTable
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from engine.report_parts.direction import right_to_left

LATIN, BOLD, CJK = "DejaVuSans", "DejaVuSans-Bold", "LexplainChinese"
_MOST_ERROR = 1.0  # of a converted curve, in units of the font (1000 an em)


def register(characters: set[str]) -> None:
    """Make the fonts known to reportlab; the Chinese one with these characters."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (LATIN, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    pdfmetrics.registerFont(TTFont(CJK, io.BytesIO(_chinese(characters))))


def is_cjk(character: str) -> bool:
    """Whether a character is looked for in the Chinese font."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
    )


def is_drawn(text: str) -> bool:
    """Whether a PDF shows a text as it is written: from left to right, and with a glyph for each of its letters.

    Nothing here orders or joins letters, so that Hebrew would stand reversed and Arabic in pieces. A symbol without a
    glyph is a box, which says what it is.
    """
    if text.isascii():
        return True
    return not right_to_left(text) and all(map(_has_glyph, set(text)))


def _has_glyph(character: str) -> bool:
    if unicodedata.category(character)[0] not in "LM" or "\ufe00" <= character <= "\ufe0f":
        return True
    return ord(character) in _glyphs(is_cjk(character))


@cache
def _glyphs(cjk: bool) -> frozenset[int]:
    """The characters that a font has."""
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{LATIN}.ttf"
    with FontFile(pylopdf_fonts_zh_cn.sans_path() if cjk else latin) as font:
        return frozenset(font.getBestCmap())


def _chinese(characters: set[str]) -> bytes:
    """A TrueType font with these characters alone."""
    font = FontFile(pylopdf_fonts_zh_cn.sans_path())
    options = Options()
    options.layout_features = []
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]
    chosen = Subsetter(options)
    chosen.populate(text="".join(sorted(characters)) + " ")
    chosen.subset(font)
    _to_true_type(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _to_true_type(font: FontFile) -> None:
    """Quadratic outlines in place of cubic ones."""
    glyphs = font.getGlyphSet()
    drawn = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, _MOST_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder = font.getGlyphOrder()
    table.glyphs = drawn
    font["loca"] = newTable("loca")
    del font["CFF "]
    for name, glyph in drawn.items():
        glyph.recalcBounds(table)
        width, _ = font["hmtx"][name]
        font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
    largest = font["maxp"]
    largest.tableVersion = 0x00010000
    for field in (
        "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements",
    ):  # fmt: skip
        setattr(largest, field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"
