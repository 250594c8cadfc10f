"""Pictures of explanations: never cut, and never without how far they can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind, KnownError
from engine.api.wording_explaining import seal_words
from gui.context import Context
from gui.pages.explain import picture
from gui.pages.explain.trust_sentences import trust_text
from gui.theme import LIGHT
from tests.gui import figures_project, trust_figures
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context
from tests.gui.trust_page import LABELS, RUN, TEXT, answer, seal, shown

Surroundings = tuple[Context, FakeQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with figures_context(tmp_path) as found:
        yield found


def _made(characters: int) -> picture.Picture:
    explanation = figures_project.explanation(RUN, None, "word " * (characters // 5), LABELS)
    return picture.make_picture(explanation, 1.0, "en")


def _ink_from_below(image: QImage) -> int:
    """Rows of paper below the last letter."""
    paper = QColor(LIGHT.surface).rgb()
    for row in range(image.height() - 1, -1, -1):
        if any(image.pixel(x, row) != paper for x in range(0, image.width(), 2)):
            return image.height() - 1 - row
    return image.height()


@pytest.mark.parametrize("characters", [300, 30_000])
def test_a_picture_has_the_end_of_a_long_text_and_what_stands_below_it(
    qtbot: QtBot, tmp_path: Path, characters: int
) -> None:
    picture.save_png(_made(characters), tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    ratio = image.width() / picture.WIDTH
    assert (ratio == 2) == (characters == 300)
    assert ratio >= 1
    # a margin of paper, and above it the provenance: nothing ran out of the picture
    assert picture.MARGIN * ratio <= _ink_from_below(image) <= (picture.MARGIN + 12) * ratio


def test_a_text_that_is_too_long_for_a_picture_is_refused_in_words(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    with pytest.raises(KnownError) as raised:
        picture.save_png(_made(60_000), tmp_path / "a.png")
    assert raised.value.kind is ErrorKind.PICTURE_TOO_TALL
    assert raised.value.values == {"characters": 60_000}
    assert not list(tmp_path.glob("*a.png*"))
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject("word " * 12_000)
    answer(context, queue, "word " * 12_000)
    page.export(str(tmp_path / "b.png"))
    qtbot.waitUntil(page._banner.isVisible)
    assert "PDF" in page._banner.accessibleName()
    assert not (tmp_path / "b.png").exists()


def _words_of_svg(path: Path) -> str:
    return " ".join(unescape(each) for each in re.findall(r">([^<>]+)</text>", path.read_text("utf-8")))


def test_what_leaves_the_page_says_how_far_it_can_be_trusted(
    qtbot: QtBot, tmp_path: Path, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    id = answer(context, queue)
    page._menu.copy()
    assert "Not tested yet" in QGuiApplication.clipboard().text()
    page.export(str(tmp_path / "a.svg"))
    qtbot.waitUntil(page._banner.isVisible)
    assert "Not tested yet" in _words_of_svg(tmp_path / "a.svg")
    found = trust_figures.seal(id)
    seal(context, queue, found)
    page._menu.copy()
    assert seal_words(found, "en") in QGuiApplication.clipboard().text()
    page.export(str(tmp_path / "b.svg"))
    qtbot.waitUntil((tmp_path / "b.svg").exists)
    assert seal_words(found, "en") in _words_of_svg(tmp_path / "b.svg")
    assert trust_text(found, "zh_CN") == seal_words(found, "zh_CN")
