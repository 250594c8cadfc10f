"""A picture as PNG, twice the pixels of a plain screen, a very tall one fewer; the pack lies in a text of its own."""

from __future__ import annotations

import io
import math
from functools import cache

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from engine.pack.content import encoded
from engine.pack.layout import BASELINE, BOX, MARGIN, WIDTH, Line
from engine.pack.pictures import TALLEST, Drawing
from engine.pack.reading import for_keywords

_RATIO = 2.0


def png_of(drawing: Drawing) -> bytes:
    """The whole file."""
    ratio = min(_RATIO, TALLEST / drawing.height)
    image = Image.new("RGB", (round(WIDTH * ratio), math.ceil(drawing.height * ratio)), "#FFFFFF")
    canvas = ImageDraw.Draw(image)
    top = float(MARGIN)
    for line in drawing.lines:
        _line(canvas, line, top, ratio)
        top += line.height
    told = PngInfo()
    told.add_text("Title", drawing.title.encode("latin-1", "replace").decode("latin-1"))
    # the full stop ends it: what follows in the file might look like more of it
    told.add_text("Lexplain", for_keywords(encoded(drawing.pack)) + ".")
    out = io.BytesIO()
    image.save(out, "png", pnginfo=told)
    return out.getvalue()


def _line(canvas: ImageDraw.ImageDraw, line: Line, top: float, ratio: float) -> None:
    baseline = top + BASELINE * line.height
    for tint in line.tints:
        left, right = MARGIN + tint.left, MARGIN + tint.right
        box = (left, baseline - line.size, right, baseline + (BOX - 1) * line.size)
        canvas.rectangle([value * ratio for value in box], fill=tint.colour)
    for run in line.runs:
        font = _font(run.face.path, round(line.size * ratio, 1))
        left = MARGIN + run.left
        for letter in run.text:  # one by one: the font's own widths are rounded at a size, and that adds up
            if run.face.glyph(letter):
                place = (left * ratio, baseline * ratio)
                canvas.text(place, letter, fill=line.colour, font=font, anchor="ls")
            left += run.face.width(letter) * line.size / run.face.em


@cache
def _font(path: str, size: float) -> ImageFont.FreeTypeFont:
    # the basic engine: what libraries a system has for scripts must not change a picture
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
