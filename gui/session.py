"""The open project, in the window's thread, and what is selected in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from gui.store_writer import StoreWriter


class Session(QObject):
    """One project at most is open. Its writer makes all changes, in order, in a thread of its own.

    Signals:
        opened, closed: ``project`` is there, or no longer.
        documents_changed: sources, texts, labels or splits in the store are others now.
        runs_changed: runs, evaluations or what is known of them are others now.
        run_selected(run): another run is looked at; '' = none.
        explain_requested(what): a document's id (int) or a text (str) is to be explained.
        import_requested(path): a file or folder (Path) is to be imported.
        search_requested(words): these words are to be found in all texts.
        texts_requested(run, split, true_label, label): a cell of the confusion matrix is to be read.
        struck_changed: ``struck`` is another list now.
        beside_changed: ``beside`` is another run now.
    """

    opened = Signal()
    closed = Signal()
    documents_changed = Signal()
    runs_changed = Signal()
    run_selected = Signal(str)
    explain_requested = Signal(object)
    import_requested = Signal(object)
    search_requested = Signal(str)
    texts_requested = Signal(str, str, str, str)
    struck_changed = Signal()
    beside_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._run = ""
        self._struck: tuple[str, ...] = ()
        self._beside = ""
        self._lock: QLockFile | None = None
        self.writer = StoreWriter(self)

    @property
    def project(self) -> Project | None:
        """For short reads in the window's thread; write through ``operations`` alone."""
        return self._project

    @property
    def path(self) -> Path | None:
        return None if self._project is None else self._project.path

    @property
    def run(self) -> str:
        """Id of the selected run, '' = none."""
        return self._run

    @property
    def struck(self) -> tuple[str, ...]:
        """Words that shall no longer count in the selected run: what an argument with it begins with."""
        return self._struck

    def strike(self, word: str, on: bool = True) -> None:
        """Put a word on the list of struck ones, or take it off."""
        rest = tuple(each for each in self._struck if each != word)
        self._set_struck((*rest, word) if on else rest)

    def _set_struck(self, words: tuple[str, ...]) -> None:
        if words != self._struck:
            self._struck = words
            self.struck_changed.emit()

    @property
    def beside(self) -> str:
        """Id of the run whose explanation stands below the selected one's, '' = none."""
        return self._beside

    def set_beside(self, id: str) -> None:
        """Explain texts by this run too; '' = by the selected one alone."""
        if id != self._beside:
            self._beside = id
            self.beside_changed.emit()

    def open(self, path: Path) -> None:
        """Open a project in place of the current one. Raises what ``Project.open`` raises, and
        PROJECT_BUSY where another window has it open."""
        self._take(Project.open(path))

    def create(self, path: Path) -> None:
        """Make a project, or open the one that is there. Raises as ``open`` does."""
        self._take(Project.create(path))

    def _take(self, project: Project) -> None:
        lock = QLockFile(str(project.path / "window.lock"))
        lock.setStaleLockTime(0)  # held as long as its process lives, however long that is
        if not (self._project is not None and self._project.path == project.path) and not lock.tryLock(0):
            project.close()
            raise KnownError(ErrorKind.PROJECT_BUSY, path=str(project.path))
        self.close()
        lock.tryLock(0)
        self._lock = lock
        self._project = project
        self.writer.open(project.path)
        self._run = self._last_good_run()
        self.opened.emit()
        self.run_selected.emit(self._run)

    def _last_good_run(self) -> str:
        assert self._project is not None
        finished = [run.id for run in self._project.runs.all() if run.test or run.validation]
        return finished[-1] if finished else ""

    def close(self) -> None:
        """Close the project; nothing is lost, for nothing is unsaved."""
        if self._project is None:
            return
        self.writer.close()
        self._project.close()
        self._project = None
        self._run = ""
        self._set_struck(())
        self.set_beside("")
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        self.closed.emit()

    def select_run(self, id: str) -> None:
        """Look at another run; '' = none."""
        if id != self._run:
            self._run = id
            self._set_struck(())
            self.run_selected.emit(id)
