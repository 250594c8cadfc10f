"""How files and projects get into the window; a path that broke the last start is asked about first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.api.errors import report
from engine.api.project import DATABASE, SUFFIX, Project
from gui.jobs import JobQueue
from gui.session import Session
from gui.settings import OPENING, Settings


class Opener(QObject):
    """Signals: failed(ErrorReport). What opens is told by ``session``: opened, import_requested."""

    failed = Signal(object)

    def __init__(
        self, session: Session, queue: JobQueue, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._queue, self._settings = session, queue, settings
        self.broken = settings.get(OPENING)  # what was being opened when the last window ended; '' = nothing
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.timeout.connect(self._survived)

    def open(self, path: Path) -> None:
        """A project, or else a file or folder to import; a project is made for it where none is open."""
        if is_project(path):
            self.open_project(path)
        else:
            self.import_file(path)

    def open_project(self, path: Path) -> None:
        """Open a project in place of the current one."""
        self._enter(path, make=False)

    def new_project(self, path: Path) -> None:
        """Make a project (or open the one that is there) in place of the current one."""
        self._enter(path, make=True)

    def import_file(self, path: Path, *, own_project: bool = False) -> None:
        """Ask for the import of a file or folder; with ``own_project`` into a new project of its name."""
        if own_project or self._session.project is None:
            target = unused(self._settings.projects_folder, path.stem or path.name)
            if not self._enter(target, make=True):
                return
        self._remember(path)
        self._session.import_requested.emit(path)

    def close_project(self) -> None:
        """Close the project; what runs in it is interrupted and offered again at its next opening."""
        self._queue.leave_project()
        self._session.close()

    def _enter(self, path: Path, *, make: bool) -> bool:
        self._remember(path)
        try:
            # looked at before the current project is left, which then stays open
            (Project.create if make else Project.open)(path).close()
            self._queue.leave_project()
            self._session.open(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))
        except Exception as error:
            self._survived()
            self.failed.emit(report(error))
            return False
        assert self._session.path is not None
        self._settings.add_recent(self._session.path)
        return True

    def _remember(self, path: Path) -> None:
        self._settings.set(OPENING, str(path))
        self._settings.sync()
        self._calm.start(0)  # when the event loop comes round, it has been shown and nothing broke

    @Slot()
    def _survived(self) -> None:
        self._settings.set(OPENING, "")
        self._settings.sync()


def is_project(path: Path) -> bool:
    return path.suffix == SUFFIX or (path / DATABASE).is_file()


def unused(folder: Path, name: str) -> Path:
    """``folder/name.lexplain``, with a number where that is taken."""
    path = folder / f"{name}{SUFFIX}"
    number = 2
    while path.exists():
        path = folder / f"{name} {number}{SUFFIX}"
        number += 1
    return path
