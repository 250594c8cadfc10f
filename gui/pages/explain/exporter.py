"""Writes pictures and pages of explanations in a thread: a long text takes most of a second."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal, Slot

from engine.api.errors import ErrorReport, report
from gui.pages.explain import picture

_running: set[_Writing] = set()  # a page may be gone before its picture is written


class _Writing(QThread):
    """One file; ends by itself."""

    def __init__(self, made: picture.Picture, path: Path) -> None:
        super().__init__()
        self.path = path
        self.error: ErrorReport | None = None
        self._made = made
        for other in [each for each in _running if each.isFinished()]:
            other.wait()
            _running.discard(other)
        _running.add(self)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.see_it_end)

    def run(self) -> None:
        writers = {".pdf": picture.save_pdf, ".svg": picture.save_svg}
        save = writers.get(self.path.suffix.lower(), picture.save_png)
        try:
            save(self._made, self.path)
        except Exception as error:
            self.error = report(error)

    @Slot()
    def see_it_end(self) -> None:
        self.wait()


class Exporter(QObject):
    """Signals: written(str): a file is there. failed(ErrorReport): none was written."""

    written = Signal(str)
    failed = Signal(object)

    def save(self, made: picture.Picture, path: Path) -> None:
        """Write a PDF, an SVG or a PNG, by the name's ending."""
        writing = _Writing(made, path)
        writing.finished.connect(self._finished)
        writing.start()

    @Slot()
    def _finished(self) -> None:
        writing = self.sender()
        assert isinstance(writing, _Writing)
        if writing.error is not None:
            self.failed.emit(writing.error)
        else:
            self.written.emit(str(writing.path))
