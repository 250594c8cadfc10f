"""What the window's tests share: own settings, small pages, a window on an obedient engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import Lexplain
from gui.context import Context
from gui.engine_link import EntryPoint
from gui.pages.base import Page, PageState
from gui.settings import LANGUAGE, PROJECTS_FOLDER, THEME, Settings
from gui.shell.page_factories import FACTORIES, Factory

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of itself that it has no size hints; a screen has them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


FAKE_ENGINE = "tests.process.fake_engine:serve"


class SmallPage(Page):
    """A page that remembers what it was asked."""

    def __init__(self, context: Context, page_id: str) -> None:
        super().__init__(context)
        self.page_id = page_id
        self.asked: list[object] = []
        self.retranslate()

    def state(self) -> tuple[PageState, str]:
        return PageState.ATTENTION, f"reason of {self.page_id}"

    def retranslate(self) -> None:
        self.setAccessibleName(QCoreApplication.translate("Actions", "&Data"))

    def primary_action(self) -> None:
        self.asked.append("start")

    def focus_search(self) -> None:
        self.asked.append("search")

    def import_path(self, path: Path) -> None:
        self.asked.append(path)


def _factory(page_id: str) -> Factory:
    return lambda context: SmallPage(context, page_id)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "settings.ini")
    settings.set(PROJECTS_FOLDER, str(tmp_path / "projects"))
    settings.set(LANGUAGE, "en")
    settings.set(THEME, "light")
    return settings


@pytest.fixture
def product(qapp: QApplication, qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Lexplain]:
    """The whole window with small pages; its engines are real processes of the fake engine."""
    style = qapp.styleSheet()
    product = Lexplain(
        qapp, EntryPoint(FAKE_ENGINE), settings, tmp_path / "logs", {id: _factory(id) for id in FACTORIES}
    )
    yield product
    product.translations.use("en")
    product.stop()
    # now, not when some later test's event loop comes to it: half a window must not be painted
    shiboken6.delete(product.window)
    shiboken6.delete(product)
    qapp.setStyleSheet(style)
