"""The tab “Argue”: words that must not count, words that should, and what a retraining makes of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport, KnownError
from engine.api.explaining.argue import Argued
from engine.api.messages import JobState, Result
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.explain.argue_places import ArguePlaces
from gui.pages.explain.argue_table import BeforeAfter
from gui.pages.explain.argue_words import WordList
from gui.pages.explain.side_panel import SidePanel, Subject
from gui.theme import SPACE_M, SPACE_S, SPACE_XS
from gui.widgets.basic import Button, Kind, indent_number, label, separator


class ArguePanel(SidePanel):
    """The words stay for other texts of the run; with a run that was argued with they are those it learnt by.

    Struck words are the session's: other pages put theirs there, too.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._language = context.settings.language
        self._subject: Subject | None = None
        self._run: Run | None = None
        self._job: Job | None = None
        self._failure: ErrorReport | None = None
        self._argued: Argued | None = None
        self._last = ("", "")  # the words of the last argument
        self._dropped = False  # the new run was hidden
        theme = context.theme
        self._intro = label("", "muted", wrap=True)
        self.strike, self.mark = WordList(theme, "strike"), WordList(theme, "mark")
        self._everywhere = label("", "caption", wrap=True)
        self._rule = separator()
        self.places = ArguePlaces(context)
        self._minutes_name = label("", "muted")
        self.minutes = QDoubleSpinBox()
        self.minutes.setRange(0.5, 120.0)
        self.minutes.setSingleStep(0.5)
        self.minutes.setDecimals(1)
        self.minutes.setValue(3.0)
        indent_number(self.minutes)
        self.start = Button(theme, "", "primary")
        self._why = label("", "caption", wrap=True)
        self._state = label("", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = Button(theme, "", icon="stop")
        self._trouble = label("", "bad", wrap=True)
        self._outcome_title = label("", "section", wrap=True)
        self.table = BeforeAfter()
        self.look = Button(theme, "", "primary", icon="explain")
        self.keep_old = Button(theme, "")
        self._dropped_words = label("", "muted", wrap=True)
        self._lay_out()
        self._connect()
        struck = context.session.struck
        self._other_run()
        self.strike.set_words([*self.strike.words(), *struck])
        self.retranslate(self._language)

    def _lay_out(self) -> None:
        self.setObjectName("scrolled")
        self._form, self._running, self._outcome = QWidget(), QWidget(), QWidget()
        budget = QHBoxLayout()
        budget.setSpacing(SPACE_S)
        budget.addWidget(self._minutes_name)
        budget.addWidget(self.minutes)
        budget.addStretch(1)
        form = _column(self._form, SPACE_M)
        for widget in (self.strike, self.mark, self._everywhere, self._rule, self.places):
            form.addWidget(widget)
        form.addWidget(separator())
        form.addLayout(budget)
        form.addWidget(self.start)
        form.addWidget(self._why)
        running = _column(self._running, SPACE_S)
        running.addWidget(self._state)
        running.addWidget(self._bar)
        running.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        outcome = _column(self._outcome, SPACE_S)
        for part in (self._outcome_title, self.table, self.look, self.keep_old, self._dropped_words):
            outcome.addWidget(part)
        outcome.addWidget(separator())
        column = _column(self, SPACE_M)
        column.setContentsMargins(0, SPACE_S, SPACE_XS, 0)
        for box in (self._intro, self._running, self._trouble, self._outcome, self._form):
            column.addWidget(box)
        column.addStretch(1)

    def _connect(self) -> None:
        session = self.context.session
        session.opened.connect(self._project_changed)
        session.closed.connect(self._project_changed)
        session.run_selected.connect(self._other_run)
        session.struck_changed.connect(self._struck_elsewhere)
        session.runs_changed.connect(self._run_changed)
        self.strike.changed.connect(self.say)
        self.mark.changed.connect(self.say)
        self.strike.chips_changed.connect(self._tell_struck)
        self.strike.taken.connect(self._only_struck)
        self.mark.taken.connect(self._only_marked)
        self.places.changed.connect(self.say)
        self.places.failed.connect(self._failed)
        self.start.clicked.connect(self.argue)
        self.cancel.clicked.connect(self._cancel)
        self.look.clicked.connect(self._look)
        self.keep_old.clicked.connect(self._keep_old)

    def title(self) -> str:
        return self.tr("Argue")

    def set_subject(self, subject: Subject | None) -> None:
        self._subject = subject
        self.places.set_subject(subject)

    # --- words of the argument --------------------------------------------------------------------------

    def word_menu(self, index: int) -> list[tuple[str, object]]:
        subject = self._subject
        if subject is None or self._refusal():
            return []
        word = subject.explanation.word(index)
        return [
            (self.tr("Strike it: it should not count"), lambda: self.strike_word(word)),
            (self.tr("Mark it: it should count"), lambda: self.mark_word(word)),
            *(self.places.word_menu(index) if not self._words_only else ()),
        ]

    def strike_word(self, word: str) -> None:
        """This word should not count, wherever it stands."""
        self.strike.set_words([*self.strike.words(), word])
        self._only_struck(word)
        self.front_requested.emit()

    def mark_word(self, word: str) -> None:
        """This word should count, wherever it stands."""
        self.mark.set_words([*self.mark.words(), word])
        self._only_marked(word)
        self.front_requested.emit()

    @Slot()
    def _struck_elsewhere(self) -> None:
        self.strike.set_words(self.context.session.struck)

    @Slot()
    def _tell_struck(self) -> None:
        session, words = self.context.session, self.strike.chip_words()
        gone = [word for word in session.struck if word.casefold() not in words]
        known = {word.casefold() for word in session.struck}
        for word in gone:
            session.strike(word, False)
        for word in words:
            if word not in known:
                session.strike(word)

    @Slot(str)
    def _only_struck(self, word: str) -> None:
        self.mark.set_words([each for each in self.mark.words() if each != word.casefold()])

    @Slot(str)
    def _only_marked(self, word: str) -> None:
        self.strike.set_words([each for each in self.strike.words() if each != word.casefold()])

    # --- the argument -----------------------------------------------------------------------------------

    @Slot()
    def argue(self) -> None:
        """Train the run on with the words; measure before and after."""
        if not self.start.isEnabled() or self._run is None:
            return
        self.strike.take_typed()
        self.mark.take_typed()
        self._failure, self._argued, self._dropped = None, None, False
        self._last = (" ".join(self.strike.words()), " ".join(self.mark.words()))
        self._job = job = self.context.operations.explaining.argue(
            self._run.id,
            self.strike.words(),
            self.mark.words(),
            self.minutes.value(),
            self._taken_back(self._run),
        )
        job.started.connect(self.say)
        job.progressed.connect(self._progressed)
        job.finished.connect(self._came)
        job.failed.connect(self._failed)
        job.interrupted.connect(self._interrupted)
        job.ended.connect(self._ended)
        self.say()

    @Slot(object)
    def _progressed(self, _progress: object) -> None:
        self.say()

    @Slot(object)
    def _came(self, result: Result) -> None:
        if isinstance(result, Argued):
            self._argued = result

    @Slot(object)
    def _failed(self, error: ErrorReport | None) -> None:
        self._failure = error
        self.say()

    @Slot()
    def _interrupted(self) -> None:
        self._failure = self._job.error if self._job is not None else None

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self.say()

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.say()

    @Slot()
    def _look(self) -> None:
        if self._argued is not None:
            self.context.session.select_run(self._argued.run)

    @Slot()
    def _keep_old(self) -> None:
        found = self._argued
        if found is None:
            return
        self.context.session.select_run(found.before.run)
        self.context.operations.delete_run(found.run)
        self._dropped = True
        self.say()

    # --- the project ------------------------------------------------------------------------------------

    @Slot()
    def _project_changed(self) -> None:
        self._failure, self._argued, self._dropped = None, None, False
        self._job = None
        self.places.forget()
        for words in (self.strike, self.mark):
            words.field.clear()
            words.set_words(())
        self._other_run()

    @Slot()
    def _other_run(self) -> None:
        self._read_run()
        run, found = self._run, self._argued
        strike, mark = self._words_of(run) if run is not None else ("", "")
        if run is not None and found is not None and run.id == found.before.run:
            strike, mark = self._last
        self.strike.set_words([strike])
        self.mark.set_words([mark])
        self.say()

    @staticmethod
    def _words_of(run: Run) -> tuple[str, str]:
        """What a run has been argued with by; '' where it was not."""
        return str(run.options.get("strike") or ""), str(run.options.get("mark") or "")

    def _taken_back(self, run: Run) -> list[str]:
        """Words that the run was argued with and that are in no list any more."""
        learnt = " ".join(self._words_of(run)).casefold().split()
        shown = {*self.strike.words(), *self.mark.words()}
        return [word for word in dict.fromkeys(learnt) if word not in shown]

    @Slot()
    def _run_changed(self) -> None:
        self._read_run()
        project, found = self.context.session.project, self._argued
        if project is not None and found is not None:
            self._dropped = found.run not in {run.id for run in project.runs.all()}  # undone, or done again
        self.say()

    def _read_run(self) -> None:
        session = self.context.session
        self._run = None
        if session.project is None or not session.run:
            return
        try:
            run = session.project.runs.get(session.run)
        except KnownError:  # deleted meanwhile
            return
        self._run = run if run.state is JobState.DONE else None

    @property
    def _linear(self) -> bool:
        """Whether the run is a bag of words, which knows no texts, only words."""
        return self._run is not None and self._run.model_method == "bag-of-words"

    @property
    def _tagging(self) -> bool:
        project = self.context.session.project
        return project is not None and project.task == "tagging"

    @property
    def _words_only(self) -> bool:
        """Whether a place in a single text is no argument: it does not say for which entity it is a reason."""
        return self._linear or self._tagging

    def _refusal(self) -> str:
        """Why the run cannot be argued with."""
        project = self.context.session.project
        if project is None or self._run is None:
            return self.tr("Train a run first; then you can argue with it.")
        if project.has_two_encoders(self._run.id):
            return self.tr("A run with two encoders cannot be argued with: argue with a run of one of them.")
        if self._linear and self._tagging:
            return self.tr(
                "A bag of words that tags words cannot be argued with: choose a run with a language model."
            )
        return ""

    # --- words ------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self._language = language
        hint = self.tr("A word, then Return")
        self.strike.retranslate(self.tr("Struck: should not count"), hint)
        self.mark.retranslate(self.tr("Marked: should count"), hint)
        self.places.retranslate()
        self._minutes_name.setText(self.tr("Learn for"))
        self.minutes.setSuffix(self.tr(" min"))
        self.minutes.setAccessibleName(self.tr("Minutes of learning"))
        self.cancel.setText(self.tr("Cancel"))
        self.look.setText(self.tr("Look at this text with the new run"))
        self.keep_old.setText(self.tr("Keep the old one"))
        self.keep_old.setToolTip(self.tr("Take the new run out of the list; this can be undone"))
        self.say()

    @Slot()
    def say(self) -> None:
        """Show the state as it is."""
        refusal, job = self._refusal(), self._job
        run = self._run
        self._intro.setText(
            refusal
            or self.tr(
                "A word decides that should not? Say so: the run learns on, and a new one stands beside it."
            )
        )
        self._form.setVisible(not refusal)
        self._running.setVisible(job is not None)
        linear = self._linear
        for widget in (self._minutes_name, self.minutes):
            widget.setVisible(not linear)
        self._rule.setVisible(not self._words_only)
        self.places.setVisible(not self._words_only)
        self._everywhere.setText(self._where_words())
        places = self.places.any and not self._words_only
        words = bool(self.strike.words() or self.mark.words() or places)
        self.start.setText(
            self.tr("Argue with {run}").format(run=run.title) if run is not None else self.tr("Argue")
        )
        self.start.setEnabled(run is not None and job is None and words)
        self._why.setVisible(bool(not self.start.isEnabled() and job is None) or linear)
        self._why.setText(
            self.tr("Strike or mark a word first.")
            if not self.start.isEnabled()
            else self.tr("A bag of words forgets struck words wholly; marked ones count three times.")
        )
        self._say_running(job)
        self._trouble.setVisible(self._failure is not None)
        if self._failure is not None:
            self._trouble.setText(describe(self._failure, self._language).text)
        self._say_outcome()

    def _where_words(self) -> str:
        words = self.tr(
            "They hold in every text, whatever their case. A right click on a word of the text adds it."
        )
        if not self._tagging:
            return words
        about = self.tr(
            "A struck word should not count for any entity, a marked one should for the entity nearest to it. Places in"
            " single texts, also from a file, are not taken: they do not say which entity they are about."
        )
        return f"{words} {about}"

    def _say_running(self, job: Job | None) -> None:
        if job is None:
            return
        progress = job.progress
        if job.cancelling:
            words = self.tr("Stopping…")
        elif job.state is JobState.WAITING:
            words = self.tr("Waits for the job before it")
        elif progress is None:
            words = self.tr("Starting…")
        else:
            words = wording.stage_words(progress.stage, self._language)
            if progress.total > 1:
                words += f" · {progress.done:,}/{progress.total:,}"
        self._state.setText(words)
        if progress is not None and progress.total > 1:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(min(progress.done, progress.total))
        else:
            self._bar.setRange(0, 0)
        self._bar.setAccessibleName(words)
        self.cancel.setEnabled(not job.cancelling)

    def _say_outcome(self) -> None:
        found = self._argued
        self._outcome.setVisible(found is not None)
        if found is None:
            self._lead_with_start(True)
            return
        self._outcome_title.setText(self.tr("Before and after"))
        self.table.show_argued(found, self._language)
        self._lead_with_start(self._dropped)
        looking = self.context.session.run == found.run
        self.look.setVisible(not self._dropped and not looking)
        self.keep_old.setVisible(not self._dropped)
        self._dropped_words.setVisible(self._dropped)
        self._dropped_words.setText(
            self.tr("“{run}” is taken out of the list; Undo brings it back.").format(run=found.run)
        )

    def _lead_with_start(self, leads: bool) -> None:
        """The one primary button is the next step: to argue, or to look at what came of it."""
        kind: Kind = "primary" if leads else "normal"
        if self.start.property("kind") != kind:
            self.start.set_kind(kind)


def _column(owner: QWidget, spacing: int) -> QVBoxLayout:
    out = QVBoxLayout(owner)
    out.setContentsMargins(0, 0, 0, 0)
    out.setSpacing(spacing)
    return out
