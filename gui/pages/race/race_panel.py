"""The race: a live leaderboard, what is kept at its end, and how it goes on when it was interrupted."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import JobState, Notice, TrainingMoved
from engine.api.messages_transfer import Race
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES
from gui.context import Context
from gui.jobs import Job
from gui.pages.race.leaderboard import Leaderboard, LeaderboardTable
from gui.pages.race.standings import standings
from gui.pages.train.command import race_command
from gui.pages.train.command_line import CommandLine
from gui.theme import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.basic import Button, label, separator
from gui.widgets.blocks import EmptyState

_MINUTES = 30.0  # of a race whose request is no longer in the store
_ASKED = 200  # newest jobs that are looked through for the requests of races
_EMPTY, _BOARD = range(2)


class RacePanel(QWidget):
    """Shows the newest race, or the one chosen.

    Signals:
        opened(str): a run is to be looked at in Evaluate. advice_requested: the user wants to choose who races.
    """

    opened = Signal(str)
    advice_requested = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._requests: dict[str, Race] = {}
        self._runs: dict[str, list[Run]] = {}
        self._live: dict[str, float] = {}
        self._left_out: dict[str, dict[str, ErrorReport]] = {}
        self._finished: set[str] = set()
        self._job: Job | None = None
        theme, language = context.theme, context.settings.language
        self._empty = EmptyState(theme, "train", "")
        self._state = label("", "muted", wrap=True)
        self.choice = QComboBox()
        self._board = Leaderboard(language, self)
        self.table = LeaderboardTable(theme, self._board)
        self._verdict = label("", "strong", wrap=True)
        self.keep = Button(theme, "", "normal", "star")
        self.evaluate = Button(theme, "", "normal", "evaluate")
        self.go_on = Button(theme, "", "primary", "play")
        self.command = CommandLine(theme)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate(language)

    def _lay_out(self) -> None:
        board = QWidget()
        column = QVBoxLayout(board)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_S)
        column.setSpacing(SPACE_M)
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._state, 1)
        head.addWidget(self.choice)
        head.addWidget(self.go_on)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._verdict, 1)
        foot.addWidget(self.keep)
        foot.addWidget(self.evaluate)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        column.addWidget(separator())
        column.addWidget(self.command)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(board)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def _connect(self) -> None:
        self._empty.activated.connect(self.advice_requested)
        self.choice.currentIndexChanged.connect(self._say)
        self.table.moved.connect(self._enable)
        self.table.opened.connect(self._open)
        self.evaluate.clicked.connect(self._open)
        self.keep.clicked.connect(self._keep)
        self.go_on.clicked.connect(self._continue)
        queue, session = self._context.queue, self._context.session
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.runs_changed.connect(self._read)
        if session.project is not None:
            self._opened()

    # --- what is known --------------------------------------------------------------------------------------

    @property
    def race(self) -> str:
        """The name of the race that is shown, '' = none."""
        return str(self.choice.currentData() or "")

    @Slot()
    def _opened(self) -> None:
        self._closed()
        project = self._context.session.project
        assert project is not None
        for record in project.jobs.last(_ASKED)[::-1]:
            if isinstance(record.request, Race) and record.request.race:
                self._note(record.request, record.state)
        self._read()

    @Slot()
    def _closed(self) -> None:
        self._requests, self._runs, self._live, self._left_out = {}, {}, {}, {}
        self._finished = set()
        self._job = None
        self._offer()

    def _note(self, request: Race, state: JobState) -> None:
        self._requests[request.race] = request
        if state is JobState.DONE:
            self._finished.add(request.race)
        else:
            self._finished.discard(request.race)

    @Slot()
    def _read(self) -> None:
        project = self._context.session.project
        if project is None:
            return
        self._runs = {}
        for run in project.runs.all():
            if run.race:
                self._runs.setdefault(run.race, []).append(run)
        self._offer()

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        request = job.request
        if not isinstance(request, Race) or job.project != self._context.session.path:
            return
        self._note(request, job.state)
        if job is not self._job and not job.state.ended:
            self._job = job
            job.moved.connect(self._moved)
            job.noticed.connect(self._noticed)
            self._left_out[request.race] = {}
            self._offer(request.race)
        elif job is self._job and job.state.ended:
            self._job = None
        self._say()

    @Slot(object)
    def _moved(self, moved: TrainingMoved) -> None:
        if moved.point.figure is not None:
            self._live[moved.run] = moved.point.figure
            self._say()

    @Slot(object)
    def _noticed(self, notice: Notice) -> None:
        if notice.kind == "race-left-out" and self._job is not None:
            request = self._job.request
            assert isinstance(request, Race)
            why = ErrorReport(ErrorKind(str(notice.values["why"])), dict(notice.values))
            self._left_out[request.race][str(notice.values["left_out"])] = why
            self._say()

    def _offer(self, wanted: str = "") -> None:
        """Offer the races there are, the newest first; ``wanted`` is shown."""
        known = list(dict.fromkeys([*self._runs, *([self._running()] if self._running() else [])]))[::-1]
        before = wanted or self.race
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for name in known:
                self.choice.addItem(self._title(name), name)
            self.choice.setCurrentIndex(max(0, self.choice.findData(before)))
        self.choice.setVisible(len(known) > 1)
        self._say()

    def _running(self) -> str:
        request = self._job.request if self._job is not None else None
        return request.race if isinstance(request, Race) else ""

    def _title(self, name: str) -> str:
        runs = self._runs.get(name, [])
        if not runs:
            return self.tr("now")
        started = datetime.fromisoformat(runs[0].created_at).astimezone()
        return started.strftime("%Y-%m-%d %H:%M")

    # --- what the user does ---------------------------------------------------------------------------------

    @Slot()
    def _open(self) -> None:
        standing = self.table.current()
        if standing is not None and standing.figure is not None:
            self.opened.emit(standing.run)

    @Slot()
    def _keep(self) -> None:
        standing = self.table.current()
        if standing is None or standing.figure is None:
            return
        others = [run.id for run in self._runs.get(self.race, ()) if run.id != standing.run]
        self._context.operations.delete_runs(others)

    @Slot()
    def _continue(self) -> None:
        request = self._requests.get(self.race)
        if request is not None and self._job is None:
            self._context.operations.race(request.entrants, request.minutes, request.race)

    # --- words ----------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self._board.set_language(language)
        self._empty.set_content(
            "train",
            self.tr(
                "In a race several methods are trained one after the other within a time that you set. Ask which"
                " method fits first; then tick those that shall race."
            ),
            self.tr("Which method?"),
        )
        self.choice.setAccessibleName(self.tr("Race"))
        self.table.setAccessibleName(self.tr("Leaderboard"))
        self.table.setAccessibleDescription(self.tr("Return opens a finished run in Evaluate"))
        self.keep.setText(self.tr("Keep this one, delete the others"))
        self.keep.setToolTip(self.tr("Deletes the other runs of this race; it can be undone"))
        self.evaluate.setText(self.tr("Open in Evaluate"))
        self.go_on.setText(self.tr("Go on with the race"))
        self.go_on.setToolTip(self.tr("Trains what is missing; what is finished stays as it is"))
        self.command.retranslate()
        self._say()

    @Slot()
    def _say(self) -> None:
        name = self.race
        self._pages.setCurrentIndex(_BOARD if name else _EMPTY)
        project = self._context.session.project
        if not name or project is None:
            return
        request, runs = self._requests.get(name), self._runs.get(name, [])
        entrants = request.entrants if request is not None else ()
        left_out = self._left_out.get(name, {})
        # of one that has finished, who has no run was left out then, or was deleted since
        entered = [each.method for each in entrants if name not in self._finished or each.method in left_out]
        over = self._running() != name
        found = standings(entered, runs, self._live, left_out, over)
        before = self.table.current()
        self._board.set_rows(found, MAIN_FIGURES[project.task])
        kept = next((each for each in found if each.kept), None)
        chosen = before if before is not None and not before.kept else kept
        if chosen is not None:
            self.table.select_method(chosen.method)
        self._state.setText(self._state_text(len(found)))
        self._verdict.setText(
            self.tr("Kept: {method}, the smallest within one point of the best.").format(
                method=wording.method_words(kept.method, self._context.settings.language).name
            )
            if kept is not None
            else ""
        )
        minutes = request.minutes if request is not None else _MINUTES
        path = self._context.session.path
        assert path is not None
        self.command.set_text(race_command(path, entrants, minutes, name))
        self._enable()

    def _state_text(self, count: int) -> str:
        name = self.race
        done = sum(each.figure is not None for each in self._board.rows())
        if self._running() != name:
            if name not in self._finished:
                return self.tr("Interrupted: {done} of {count} methods are trained.").format(
                    done=done, count=count
                )
            return self.tr("Finished: {done} of {count} methods are trained.").format(done=done, count=count)
        assert self._job is not None
        if self._job.state is JobState.WAITING:
            return self.tr("Waiting for the jobs before it")
        text = self.tr("Running: {done} of {count} methods are trained.").format(done=done, count=count)
        if self._job.progress is not None:
            progress = self._job.progress
            text = f"{text} {wording.stage_words(progress.stage, self._context.settings.language)}"
            if progress.total:
                text = f"{text} · {progress.done:,} / {progress.total:,}"
        return text

    @Slot()
    def _enable(self) -> None:
        standing, over = self.table.current(), self._running() != self.race
        done = standing is not None and standing.figure is not None
        self.evaluate.setEnabled(done)
        self.keep.setEnabled(done and over and len(self._runs.get(self.race, ())) > 1)
        unfinished = self.race in self._requests and self.race not in self._finished
        self.go_on.setVisible(unfinished and self._job is None)
