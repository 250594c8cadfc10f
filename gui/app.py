"""Application, translator, theme, settings, queue and window: each made once, passed by argument."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QApplication

from engine.api.errors import ErrorKind, ErrorReport
from gui import VERSION, fonts
from gui.after_training import AfterTraining
from gui.context import Context
from gui.engine_link import EntryPoint
from gui.garbage import IdleGarbageCollector
from gui.i18n import Translations
from gui.jobs import JobQueue
from gui.main_window import MainWindow
from gui.opening import Opener
from gui.operations import Operations
from gui.plots.renderer import PlotRenderer
from gui.session import Session
from gui.settings import LANGUAGE, THEME, Settings
from gui.shell.page_factories import FACTORIES, Factory
from gui.theme import Theme


class Lexplain(QObject):
    """Everything that lives as long as the window. ``start`` shows it, ``stop`` ends threads and engines."""

    def __init__(
        self,
        app: QApplication,
        entry: EntryPoint,
        settings: Settings | None = None,
        log_folder: Path | None = None,
        factories: Mapping[str, Factory] = FACTORIES,
    ) -> None:
        super().__init__(app)
        self.app = app
        self.settings = settings or Settings(parent=self)
        self.translations = Translations(app)
        self.translations.use(self.settings.language)
        font_set = fonts.install(app)
        self.theme = Theme(self.settings.get(THEME), self)  # type: ignore[arg-type]
        self.theme.apply(app)
        self.session = Session(self)
        self.queue = JobQueue(self.session, entry, log_folder or default_log_folder(), self)
        self.operations = Operations(self.session, self.queue, self)
        self.after_training = AfterTraining(self.session, self.settings, self.queue, self.operations, self)
        self.renderer = PlotRenderer(font_set.files, self)
        self.context = Context(
            self.theme, self.settings, self.session, self.queue, self.operations, self.renderer
        )
        self.opener = Opener(self.session, self.queue, self.settings, self)
        self.window = MainWindow(self.context, self.opener, factories)
        self.window.painted.connect(self._painted)
        self.settings.changed.connect(self._setting_changed)
        self.bugs = BugCatcher(self)
        self.bugs.caught.connect(self.window.messages.show_error)
        self._to_open: Path | None = None
        self._garbage = IdleGarbageCollector(self)
        self._stopped = False
        app.aboutToQuit.connect(self.stop)

    def start(self, path: Path | None = None) -> None:
        """Show the window; ``path`` is opened after the first paint."""
        self._to_open = path
        self.window.show()

    @Slot()
    def _painted(self) -> None:
        self.queue.start()
        self.window.status.start()
        self.window.build_next_page()
        broken = self.opener.broken
        if broken:
            self.window.offer_broken(Path(broken))
        if self._to_open is not None and str(self._to_open) != broken:
            self.opener.open(self._to_open)

    @Slot(str)
    def _setting_changed(self, key: str) -> None:
        if key == LANGUAGE.key:
            self.translations.use(self.settings.language)
        elif key == THEME.key:
            self.theme.mode = self.settings.get(THEME)  # type: ignore[assignment]

    @Slot()
    def stop(self) -> None:
        """End engines and threads; safe to call twice."""
        if self._stopped:
            return
        self._stopped = True
        self.bugs.restore()
        self._garbage.stop()
        self.opener.close_project()
        self.queue.stop()
        self.session.writer.stop()
        self.renderer.close()


class BugCatcher(QObject):
    """What no one caught becomes a crash report; the window goes on. Signals: caught(ErrorReport)."""

    caught = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._before = sys.excepthook
        sys.excepthook = self._take

    def restore(self) -> None:
        sys.excepthook = self._before

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        if not isinstance(error, Exception) or threading.current_thread() is not threading.main_thread():
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        self.caught.emit(ErrorReport(ErrorKind.BUG, {"detail": f"{kind.__name__}: {error}"[:200]}, text))


def make_application(arguments: list[str]) -> QApplication:
    app = QApplication(arguments)
    app.setApplicationName("Lexplain")
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName("lexplain")
    return app


def default_log_folder() -> Path:
    """Where an engine's output goes before a project is there to keep it."""
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    return Path(cache or Path.home()) / "lexplain" / "logs"
