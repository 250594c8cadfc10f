"""HTML that cannot be unescaped by accident: only ``Html`` passes as it is, every other string is escaped."""

from __future__ import annotations

from html import escape

from engine.report_parts.direction import right_to_left


class Html(str):
    """Finished markup. Made by the functions here alone, never from a user's text."""

    __slots__ = ()


Child = str | int | None


def tag(name: str, /, *children: Child, **attributes: str | int | float | None) -> Html:
    """``<name attributes>children</name>``.

    A trailing underscore of an attribute's name is dropped (``class_``), others become hyphens; None leaves
    the attribute or the child out.
    """
    return Html(f"<{name}{_attributes(attributes)}>{join(*children)}</{name}>")


def void(name: str, /, **attributes: str | int | float | None) -> Html:
    """An element without content: ``<meta charset=...>``, ``<circle .../>``."""
    return Html(f"<{name}{_attributes(attributes)}/>")


def join(*children: Child) -> Html:
    """Children one after the other, escaped where they are not ``Html``."""
    return Html("".join(text(child) for child in children if child is not None))


def text(child: str | int) -> Html:
    """``child`` as markup. Control characters that HTML forbids become U+FFFD."""
    if isinstance(child, Html):
        return child
    shown = "".join("\ufffd" if _forbidden(each) else each for each in str(child))
    return Html(escape(shown, quote=True))


def table(head: list[Child], rows: list[list[Child]], *, class_: str = "", numbers_from: int = 1) -> Html:
    """A table; the cells from column ``numbers_from`` on are right-aligned tabular figures.

    A cell whose text runs from right to left is set so.
    """

    def cell(name: str, position: int, child: Child) -> Html:
        turned = isinstance(child, str) and right_to_left(child)
        return tag(
            name, child, class_="n" if position >= numbers_from else None, dir="auto" if turned else None
        )

    return tag(
        "table",
        tag("thead", tag("tr", *(cell("th", i, child) for i, child in enumerate(head)))),
        tag("tbody", *(tag("tr", *(cell("td", i, child) for i, child in enumerate(row))) for row in rows)),
        class_=class_ or None,
    )


def _forbidden(character: str) -> bool:
    code = ord(character)
    return (code < 32 and character not in "\t\n\r") or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000


def _attributes(attributes: dict[str, str | int | float | None]) -> str:
    parts = [
        f' {name.rstrip("_").replace("_", "-")}="{text(f"{value:g}" if isinstance(value, float) else value)}"'
        for name, value in attributes.items()
        if value is not None
    ]
    return "".join(parts)
