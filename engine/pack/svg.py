"""A picture as SVG: letters are outlines, so that it looks the same without a font; the pack lies in its metadata."""

from __future__ import annotations

from collections.abc import Iterator

from engine.pack.content import encoded
from engine.pack.faces import Face
from engine.pack.layout import BASELINE, BOX, MARGIN, WIDTH, Line, Run
from engine.pack.pictures import Drawing
from engine.pack.reading import SCRIPT_ID, for_markup
from engine.report_parts.html import Html, join, tag, void


def svg_of(drawing: Drawing) -> str:
    """The whole file. Words are groups with their score as a title, which is read out and shown under the mouse."""
    outlines: dict[str, Html] = {}
    body = list(_lines(drawing, outlines))
    picture = tag(
        "svg",
        tag("title", drawing.title),
        tag("metadata", Html(for_markup(encoded(drawing.pack))), id=SCRIPT_ID),
        tag("defs", *outlines.values()),
        void("rect", width=WIDTH, height=_short(drawing.height), fill="#FFFFFF"),
        *body,
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=_short(drawing.height),
        viewBox=f"0 0 {WIDTH} {_short(drawing.height)}",
    )
    # html writes no namespace of attributes; older programs know no other name of a reference than xlink's
    named = picture.replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ', 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{named}\n'


def _lines(drawing: Drawing, outlines: dict[str, Html]) -> Iterator[Html]:
    top = float(MARGIN)
    for line in drawing.lines:
        baseline = top + BASELINE * line.height
        for tint in line.tints:
            box = void(
                "rect",
                x=_short(MARGIN + tint.left),
                y=_short(baseline - line.size),
                width=_short(tint.right - tint.left),
                height=_short(BOX * line.size),
                rx=2,
                fill=tint.colour,
            )
            yield tag("g", tag("title", tint.note), box) if tint.note else box
        if line.runs:
            yield tag("g", *(_run(run, line, baseline, outlines) for run in line.runs), fill=line.colour)
        top += line.height


def _run(run: Run, line: Line, baseline: float, outlines: dict[str, Html]) -> Html:
    scale = line.size / run.face.em
    place = f"translate({_short(MARGIN + run.left)} {_short(baseline)}) scale({scale:.6g} {-scale:.6g})"
    return tag("g", join(*_letters(run, run.face, outlines)), transform=place)


def _letters(run: Run, face: Face, outlines: dict[str, Html]) -> Iterator[Html]:
    left = 0
    for character in run.text:
        glyph = face.glyph(character)
        name = f"{face.name}-{glyph}"
        if glyph and face.outline(glyph):
            if name not in outlines:
                outlines[name] = void("path", id=name, d=face.outline(glyph))
            yield Html(f'<use xlink:href="#{name}" x="{left}"/>')
        left += face.width(character)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
