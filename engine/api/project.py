"""A project on disk: ``Name.lexplain/`` with its database, runs, exports and logs. Read and written by both sides.

There is no Save: every action is a transaction. A ``Project`` belongs to the thread that opened it; open
another one for another thread or process (SQLite in WAL mode lets all of them read while one writes).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.api.errors import ErrorKind, KnownError, known
from engine.api.messages import JobState
from engine.api.run_lock import is_held
from engine.api.store import schema
from engine.api.store.corpus import CorpusStore
from engine.api.store.documents import DocumentStore
from engine.api.store.edits import Edit, EditLog
from engine.api.store.explaining import ExplainingStore
from engine.api.store.jobs import JobStore
from engine.api.store.runs import RunStore
from engine.api.tasks import TASKS
from engine.api.words import CHARACTER, WORD_UNITS

SUFFIX = ".lexplain"
DATABASE = "project.sqlite"
_WORD_UNIT = "word_unit"  # meta key
FUSED_PARTS = ("first", "second")  # of two encoders, each a model folder of its own in the run's


class Project:
    """``documents``, ``runs``, ``jobs``, ``edits``, ``explaining`` and ``corpus`` are views of one connection.

    Write inside ``with project.transaction():``; reading needs none.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.edits = EditLog(connection)
        self.documents = DocumentStore(connection, self.edits)
        self.runs = RunStore(connection, self.edits)
        self.jobs = JobStore(connection)
        self.explaining = ExplainingStore(connection)
        self.corpus = CorpusStore(connection)
        self._db = connection

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a project folder (``.lexplain`` is added where missing) or open the one that is there.

        Raises NOT_WRITABLE, DISK_FULL, PROJECT_DAMAGED, PROJECT_NEWER.
        """
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise KnownError(ErrorKind.PROJECT_DAMAGED, path=str(path)) from None
        except OSError as error:
            raise _at(error, path) from error
        return cls._connect(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing project. Raises PROJECT_MISSING, PROJECT_DAMAGED, PROJECT_NEWER, NOT_WRITABLE."""
        if not (path / DATABASE).is_file() and (path.with_name(path.name + SUFFIX) / DATABASE).is_file():
            path = path.with_name(path.name + SUFFIX)
        if not (path / DATABASE).is_file():
            raise KnownError(ErrorKind.PROJECT_MISSING, path=str(path))
        return cls._connect(path)

    @classmethod
    def _connect(cls, path: Path) -> Self:
        if not os.access(path, os.W_OK):
            raise KnownError(ErrorKind.NOT_WRITABLE, path=str(path))
        connection: sqlite3.Connection | None = None
        try:
            for folder in ("runs", "exports", "logs"):
                (path / folder).mkdir(exist_ok=True)
            connection = schema.connect(path / DATABASE)
            schema.migrate(connection, path)
            return cls(path, connection)
        except (OSError, sqlite3.Error) as error:
            if connection is not None:
                connection.close()
            raise _at(error, path) from error
        except KnownError:
            if connection is not None:
                connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; waits up to 15 s for another writer. Raises DISK_FULL, PROJECT_BUSY, ..."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk may have ended it already
                    self._db.execute("ROLLBACK")
                self.documents.forget_labels()
                raise
        except (OSError, sqlite3.Error) as error:
            raise _at(error, self.path) from error

    def undo(self) -> Edit | None:
        """Take the last edit back, in a transaction of its own."""
        with self.transaction():
            return self.edits.undo()

    def redo(self) -> Edit | None:
        """Do the last undone edit again, in a transaction of its own."""
        with self.transaction():
            return self.edits.redo()

    def mend_runs(self) -> list[str]:
        """Mark runs as interrupted that no living process trains any more; gives their ids."""
        dead = [
            run.id
            for run in self.runs.all()
            if run.state is JobState.RUNNING and not is_held(self.run_folder(run.id))
        ]
        if dead:
            with self.transaction():
                for run in dead:
                    self.runs.set_state(run, JobState.INTERRUPTED)
        return dead

    def meta(self, key: str, default: str = "") -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row["value"])

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    @property
    def task(self) -> str:
        """What is asked of the texts, one of ``tasks.TASKS``; ``single`` where nothing was imported yet."""
        return self.documents.task()

    @property
    def task_fixed(self) -> bool:
        """Whether texts or runs stand on the task, so that no other may be chosen."""
        found = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM sources WHERE deleted = 0 AND state = 'ready')"
            " OR EXISTS (SELECT 1 FROM runs WHERE deleted = 0)"
        ).fetchone()
        return bool(found[0])

    def check_task(self, wanted: str) -> None:
        """Raises OPTION_VALUE for no task, TASK_DIFFERS where the project has texts or runs of another one."""
        if wanted not in TASKS:
            raise KnownError(ErrorKind.OPTION_VALUE, option="task", value=wanted, valid=", ".join(TASKS))
        if wanted != self.task and self.task_fixed:
            raise KnownError(ErrorKind.TASK_DIFFERS, task=self.task, wanted=wanted)

    def set_task(self, task: str) -> None:
        """Raises what ``check_task`` raises."""
        self.check_task(task)
        self.set_meta("task", task)

    @property
    def word_unit(self) -> str:
        """What explanations give a score in scripts without spaces, one of ``WORD_UNITS``."""
        return self.meta(_WORD_UNIT, CHARACTER)

    def set_word_unit(self, unit: str) -> None:
        """Raises OPTION_VALUE."""
        if unit not in WORD_UNITS:
            raise KnownError(
                ErrorKind.OPTION_VALUE, option="word unit", value=unit, valid=", ".join(WORD_UNITS)
            )
        self.set_meta(_WORD_UNIT, unit)

    def run_folder(self, run: str) -> Path:
        return self.path / "runs" / run

    def has_two_encoders(self, run: str) -> bool:
        """Whether a fusion kept its second model; it leaves out one that does not pay."""
        return (self.run_folder(run) / "model" / FUSED_PARTS[1]).is_dir()

    @property
    def cache(self) -> Path:
        """What can be computed again; may be deleted at any time."""
        return self.path / "cache"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def exports(self) -> Path:
        return self.path / "exports"

    @property
    def name(self) -> str:
        return self.path.stem

    def free_bytes(self) -> int:
        """Free space on the project's disk."""
        return shutil.disk_usage(self.path).free

    def data_version(self) -> int:
        """Changes whenever another connection has written: cheap to ask, tells when to read again."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _at(error: OSError | sqlite3.Error, path: Path) -> BaseException:
    """The known error with the project's path in it; a bug stays as it is."""
    found = known(error)
    if found is None:
        return error
    if found.kind is ErrorKind.FILE_NO_PERMISSION:
        return KnownError(ErrorKind.NOT_WRITABLE, path=str(path))
    return KnownError(found.kind, **{**found.values, "path": str(path)})
