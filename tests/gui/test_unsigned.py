"""Scores of a method that tells no side (attention, gradient norm) are never shown as for or against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.api.messages import Explain, Explained
from engine.api.results import Explanation, WordScore
from gui.context import Context
from gui.pages.explain import picture, sentences, trust_sentences
from gui.pages.explain_page import ExplainPage
from gui.theme import LIGHT
from gui.widgets.minimap import Minimap
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

LABELS = ("Billing", "Delivery", "Returns")
SIDES = ("for “", "against", "rather than", "speaks", "+0.", "raised", "lowered", "不支持")
TEXT = "the card was refused twice " * 120


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def unsigned(text: str = "the card was refused twice", method: str = "gradient-norm") -> Explanation:
    found = figures_project.explanation("fine-tune-3", None, text, LABELS, method)
    words = tuple(WordScore(w.start, w.end, 0.1 + abs(w.score)) for w in found.words)
    return msgspec.structs.replace(found, words=words, signed=False, relative_delta=None)


def said_of(one: Explanation) -> str:
    """All that is said of an explanation in words, its own reservation left out."""
    texts = [
        sentences.seal(one),
        *sentences.sides(one),
        sentences.as_text(one, ""),
        trust_sentences.spoken(one),
    ]
    texts += [sentences.word_tooltip(one, index) for index in range(len(one.words))]
    return "\n".join(texts).replace("not whether for or against", "")


@pytest.mark.parametrize("method", ["gradient-norm", "attention"])
def test_no_sentence_takes_a_side(method: str) -> None:
    one = unsigned(method=method)
    for each in (
        one,
        msgspec.structs.replace(one, task="multi", rival=""),
        msgspec.structs.replace(one, task="tagging", span=(4, 8)),
        msgspec.structs.replace(one, task="score", labels=("score",), target="score", probabilities=(2.5,)),
    ):
        said = said_of(each)
        assert not [side for side in SIDES if side in said], said
        assert ("looked" in said) == (method == "attention")
        assert ("mattered" in said) == (method == "gradient-norm")
    signed = said_of(msgspec.structs.replace(one, signed=True))
    assert "rather than" in signed
    assert "against" in signed


def test_what_was_decided_is_still_said() -> None:
    assert sentences.seal(unsigned()).startswith("“Billing” with 94.0 %.")
    assert sentences.seal(msgspec.structs.replace(unsigned(), task="tagging", span=(4, 8))).startswith(
        "“card” is “Billing” with 94.0 %."
    )


def colours_of(widget: QWidget) -> set[str]:
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.surface))
    widget.render(image)
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(0, image.width(), 2)
        for y in range(image.height())
    }


def test_the_page_draws_them_in_one_hue_that_is_neither(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.show_subject(TEXT)
    project, legend = context.session.project, page._card._legend
    assert project is not None
    for signed in (True, False):
        page._ask_again()
        with project.transaction():
            id = project.runs.put_explanation(msgspec.structs.replace(unsigned(TEXT), signed=signed))
        queue.finish(queue.last(Explain), Explained(id))
        (map_of,) = (each for each in page._card.findChildren(Minimap) if each.view is page._reading)
        assert map_of.isVisible()
        qtbot.waitUntil(lambda: legend.width() >= legend.sizeHint().width())  # laid out
        words = page._inspector._words
        for widget in (page._reading.viewport(), legend, map_of, words.viewport()):
            found = colours_of(widget)
            assert (LIGHT.word_for.upper() in found) == signed, widget
            assert signed or LIGHT.word_mattered.upper() in found, widget
            assert LIGHT.word_against.upper() not in found or signed, widget
        assert (words.model().index(0, 1).data()[0] in "+-") == signed
        assert ("against" in legend.accessibleName()) == signed
        assert ("against" in page._reading.accessibleDescription()) is False  # all are above zero
        assert ("for “Billing”" in page._reading.accessibleDescription()) == signed


def test_the_picture_draws_them_in_one_hue(qtbot: QtBot, tmp_path: Path) -> None:
    for signed in (True, False):
        one = msgspec.structs.replace(unsigned(), signed=signed)
        picture.save_png(picture.make_picture(one, 1.0, "en"), tmp_path / "a.png")
        image = QImage(str(tmp_path / "a.png"))
        found = {
            image.pixelColor(x, y).name().upper()
            for x in range(0, image.width(), 3)
            for y in range(0, image.height(), 3)
        }
        assert (LIGHT.word_for.upper() in found) == signed
        assert (LIGHT.word_against.upper() in found) == signed  # the legend's left end
        assert signed or LIGHT.word_mattered.upper() in found
