"""Long reads off the window's thread, by a connection of its own; the latest question of a channel wins."""

from __future__ import annotations

import queue
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal, Slot

from engine.api import errors
from engine.api.project import Project
from engine.api.results import Unreadable
from engine.api.store.corpus import ExplainedCorpus
from engine.api.store.documents import DocumentFilter, GroupCount, Source
from engine.api.tasks import NO_LABEL

FIRST_PAGE = 200  # rows: more than a window shows, few enough to come at once
_END_WAIT_MS = 5000
_REST_S = 0.012  # after a piece: the window paints it before the reader takes the interpreter again


class Query(Protocol):
    """A typed question. ``answers`` runs in the reader's thread; between its pieces it may be dropped."""

    def answers(self, project: Project) -> Iterator[object]: ...


@dataclass(frozen=True)
class IdRange:
    """The documents' ids have no gap: row r is id ``first + r``."""

    first: int
    last: int


@dataclass(frozen=True)
class IdBlock:
    """Some more ids of a filter, in order; ``opening`` marks the block that begins the list."""

    ids: array[int]
    opening: bool = False


@dataclass(frozen=True)
class ReadIds:
    """The ids that meet a filter: an ``IdRange``, or blocks of ids, the first page at once."""

    which: DocumentFilter

    def answers(self, project: Project) -> Iterator[IdRange | IdBlock]:
        documents = project.documents
        if self.which.is_empty:
            whole = documents.id_range()
            if whole is not None:
                yield IdRange(*whole)
                return
        opening = array("q")
        for block in documents.ids(self.which, FIRST_PAGE):
            opening.extend(block)
        yield IdBlock(opening, opening=True)
        if len(opening) < FIRST_PAGE:
            return
        seen = opening[-1]
        for block in documents.ids(self.which):
            # the list may have changed since the first page: only what follows it is appended
            yield IdBlock(array("q", (id for id in block if id > seen)) if block[0] <= seen else block)


@dataclass(frozen=True)
class Overview:
    """What the project holds: sources, how many texts each label string has in each split, each label in all.

    ``counts`` are those of ``label_counts``; ``names`` the labels or types there are, sorted.
    """

    sources: tuple[Source, ...]
    groups: tuple[GroupCount, ...]
    task: str = "single"
    counts: tuple[tuple[str, int], ...] = ()
    names: tuple[str, ...] = ()

    @property
    def texts(self) -> int:
        return sum(group.count for group in self.groups)

    def by_label(self) -> dict[str, int]:
        """Texts of each label or type, largest first, ``NO_LABEL`` for none of them, '' for not labelled."""
        return dict(self.counts)

    @property
    def unlabelled(self) -> int:
        return dict(self.counts).get("", 0)

    @property
    def labelled(self) -> int:
        """Texts that something can be learnt from; a tagged text has no label of its own."""
        if self.task == "tagging":
            return self.texts - self.unlabelled
        return sum(group.count for group in self.groups if group.label)

    @property
    def train_texts(self) -> int:
        """Those of the training split, and those that an automatic split would share out."""
        tagged = self.task == "tagging"
        groups = (group for group in self.groups if group.split in ("", "train"))
        return min(sum(group.count for group in groups if group.label or tagged), self.labelled)

    @property
    def scores(self) -> list[tuple[float, int]]:
        """Each score with its number of texts, smallest first."""
        pairs = [(float(name), count) for name, count in self.counts if name] if self.task == "score" else []
        return sorted(pairs)

    def by_split(self) -> dict[str, int]:
        return _summed([(group.split, group.count) for group in self.groups])

    @property
    def labels(self) -> list[str]:
        """Labels or types, sorted; none for scores."""
        return list(self.names)

    @property
    def can_train(self) -> bool:
        """Whether there is something to tell apart."""
        if self.task == "score":
            return len(self.scores) > 1
        return len(self.names) > (1 if self.task == "single" else 0)


def _summed(pairs: list[tuple[str, int]]) -> dict[str, int]:
    out: dict[str, int] = {}
    for name, count in pairs:
        out[name] = out.get(name, 0) + count
    return dict(sorted(out.items(), key=lambda item: (item[0] == "", -item[1], item[0])))


@dataclass(frozen=True)
class ReadOverview:
    def answers(self, project: Project) -> Iterator[Overview]:
        documents = project.documents
        task, groups = documents.task(), tuple(documents.groups())
        counts = documents.label_counts(groups)
        names = () if task == "score" else tuple(sorted(counts.keys() - {""} - _none_of(task)))
        yield Overview(tuple(documents.sources()), groups, task, tuple(counts.items()), names)


def _none_of(task: str) -> set[str]:
    return {NO_LABEL} if task in ("multi", "tagging") else set()


@dataclass(frozen=True)
class ReadCorpora:
    """The corpora that words can be looked up in, the newest run first."""

    def answers(self, project: Project) -> Iterator[tuple[ExplainedCorpus, ...]]:
        found = (
            ExplainedCorpus(run.id, run.title, method, project.corpus.labels(run.id, method))
            for run in reversed(project.runs.all())
            for method in project.corpus.methods(run.id)
        )
        yield tuple(each for each in found if each.labels)


@dataclass(frozen=True)
class SharedLabels:
    """Of several labels: how many of these documents have each of them."""

    ids: tuple[int, ...]
    counts: dict[str, int]


@dataclass(frozen=True)
class ReadSharedLabels:
    ids: tuple[int, ...]

    def answers(self, project: Project) -> Iterator[SharedLabels]:
        yield SharedLabels(self.ids, project.documents.shared_labels(self.ids))


@dataclass(frozen=True)
class UnreadableRows:
    source: int
    rows: tuple[Unreadable, ...]


@dataclass(frozen=True)
class ReadUnreadable:
    source: int
    limit: int = 10_000

    def answers(self, project: Project) -> Iterator[UnreadableRows]:
        yield UnreadableRows(self.source, tuple(project.documents.unreadable(self.source, self.limit)))


class StoreReader(QObject):
    """Asks in the window's thread, reads in another, answers in the window's thread.

    Signals: ``answered(channel, answer)`` for each piece, then ``finished(channel)`` once, or
    ``failed(channel, ErrorReport)``. A new question of a channel silences the old one at once.
    """

    answered = Signal(str, object)
    finished = Signal(str)
    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _ReaderThread | None = None
        self._wanted: dict[str, int] = {}
        self._token = 0
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    def open(self, project: Path) -> None:
        """Read from this project from now on."""
        self.close()
        thread = _ReaderThread(project, self._wanted)
        thread.piece.connect(self._deliver)
        # the owner may be deleted without being closed: its thread then ends by itself
        self.destroyed.connect(thread.end)
        _running.add(thread)
        thread.finished.connect(thread.let_go)
        thread.start()
        self._thread = thread

    @property
    def is_open(self) -> bool:
        return self._thread is not None

    def ask(self, channel: str, query: Query) -> None:
        """Put a question; nothing happens where no project is open."""
        if self._thread is None:
            return
        self._token += 1
        self._wanted[channel] = self._token
        self._thread.put(channel, self._token, query)

    def forget(self, channel: str) -> None:
        """Silence what is being read in a channel."""
        self._wanted.pop(channel, None)

    @Slot()
    def close(self) -> None:
        """End the thread; what it had still to say is not heard."""
        self._wanted.clear()
        if self._thread is not None:
            self._thread.end()
            self._thread.wait(_END_WAIT_MS)
            self._thread = None

    @Slot(str, int, object)
    def _deliver(self, channel: str, token: int, answer: object) -> None:
        if self._wanted.get(channel) != token:
            return
        if isinstance(answer, _Finished):
            self.finished.emit(channel)
        elif isinstance(answer, errors.ErrorReport):
            self.failed.emit(channel, answer)
        else:
            self.answered.emit(channel, answer)


class _Finished:
    pass


@dataclass(frozen=True)
class _Reading:
    channel: str
    token: int
    pieces: Iterator[object]


class _ReaderThread(QThread):
    """Takes questions in turn, a piece of each, so that a long list does not hold up a short answer."""

    piece = Signal(str, int, object)

    def __init__(self, project: Path, wanted: dict[str, int]) -> None:
        super().__init__()
        self._path = project
        self._wanted = wanted
        self._asked: queue.SimpleQueue[tuple[str, int, Query] | None] = queue.SimpleQueue()
        self._ended = False

    def put(self, channel: str, token: int, query: Query) -> None:
        self._asked.put((channel, token, query))

    @Slot()
    def end(self) -> None:
        self._ended = True
        self._asked.put(None)

    @Slot()
    def let_go(self) -> None:
        _running.discard(self)

    def run(self) -> None:
        project: Project | None = None
        readings: deque[_Reading] = deque()
        rest: float | None = None
        while not self._ended:
            asked = self._next(rest if readings else None)
            rest = 0.0
            if asked is not None:
                channel, token, query = asked
                try:
                    project = project or Project.open(self._path)
                    # a new question goes first: its first page is what the user waits for
                    readings.appendleft(_Reading(channel, token, iter(query.answers(project))))
                except Exception as error:
                    self.piece.emit(channel, token, errors.report(error))
            elif readings:
                reading = readings.popleft()
                if self._step(reading):
                    readings.append(reading)
                    rest = _REST_S
        readings.clear()
        if project is not None:
            project.close()

    def _next(self, seconds: float | None) -> tuple[str, int, Query] | None:
        """The next question; waits so long for one, for ever with None."""
        try:
            return self._asked.get(block=seconds != 0.0, timeout=seconds)
        except queue.Empty:
            return None

    def _step(self, reading: _Reading) -> bool:
        """Read one piece; False where the reading is over."""
        if self._wanted.get(reading.channel) != reading.token:
            return False
        try:
            answer = next(reading.pieces)
        except StopIteration:
            self.piece.emit(reading.channel, reading.token, _Finished())
            return False
        except Exception as error:
            self.piece.emit(reading.channel, reading.token, errors.report(error))
            return False
        self.piece.emit(reading.channel, reading.token, answer)
        return True


# a QThread must outlive its run: those whose owner is gone are kept here until they end
_running: set[_ReaderThread] = set()
