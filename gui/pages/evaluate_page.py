"""Evaluate: how good a run is, where it errs, and how far its probabilities can be trusted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.api.messages import Evaluate, JobState
from engine.api.results import Evaluation
from engine.api.store.runs import Run
from gui.context import Context
from gui.jobs import Job
from gui.pages.base import PageState
from gui.pages.evaluate.figures_row import FiguresRow
from gui.pages.evaluate.panels import Panels
from gui.pages.evaluate.queries import MOST_TEXTS, JudgedTexts, ReadJudged, ReadPairs, ScorePairs
from gui.pages.evaluate.texts_table import TextsTable
from gui.pages.frames import scrolled
from gui.pages.run_page import RunPage
from gui.theme import SPACE_M
from gui.widgets.basic import Button, label
from gui.widgets.blocks import Section

_TEXTS, _PAIRS = "texts", "pairs"
_SPLITS = ("test", "validation")


class EvaluatePage(RunPage):
    """Figures, charts and the texts behind a cell."""

    page_id = "evaluate"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._evaluation: Evaluation | None = None
        self._cell: tuple[str, str] | None = None
        self._asked: ReadJudged | None = None
        self._texts: JudgedTexts | None = None
        self._reader.answered.connect(self._texts_read)
        self._build()
        self._connect()
        self._begin()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self.context.theme
        self._split = QComboBox()
        self._split.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for split in _SPLITS:
            self._split.addItem("", split)
        self._header.add_widget(self._split)
        self._again = self._header.add_action("", icon="refresh")
        self._figures = FiguresRow(theme, self.context.settings.language)
        self._panels = Panels(self.context)
        self._missing = label("", "muted", wrap=True)
        self._texts_card = Section()
        self._all_errors = Button(theme, "", "quiet", "close")
        self._open_text = Button(theme, "", "normal", "explain")
        self._tints = label("", "caption")
        self._texts_card.add_control(self._tints)
        self._texts_card.add_control(self._all_errors)
        self._texts_card.add_control(self._open_text)
        self._texts_table = TextsTable(theme)
        self._no_texts = label("", "muted", wrap=True)
        self._no_texts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._texts_card.add(self._no_texts)
        self._texts_card.add(self._texts_table, 1)
        self._lay_out()

    def _lay_out(self) -> None:
        upper = QWidget()
        upper.setObjectName("scrolled")
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self._missing)
        column.addWidget(self._figures)
        column.addWidget(self._panels, 1)
        area = scrolled(upper)
        work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        work.addWidget(area)
        work.addWidget(self._texts_card)
        work.setStretchFactor(0, 3)
        work.setStretchFactor(1, 2)
        work.setSizes([450, 190])
        self._texts_card.setMinimumHeight(170)
        self._frame(work)

    def _connect(self) -> None:
        session, queue = self.context.session, self.context.queue
        session.documents_changed.connect(self._documents_changed)
        session.texts_requested.connect(self._texts_requested)
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self._split.currentIndexChanged.connect(self._split_chosen)
        self._again.clicked.connect(self.primary_action)
        self._panels.cell_opened.connect(self._cell_opened)
        self._all_errors.clicked.connect(self._show_errors)
        self._open_text.clicked.connect(self._open_current)
        self._texts_table.opened.connect(self._explain)

    # --- what the page promises -----------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        if self._evaluating() is not None:
            return PageState.RUNNING, self.tr("A run is being evaluated")
        if not self._runs:
            return PageState.EMPTY, self.tr("There is no finished run to look at yet")
        return PageState.READY, self.tr("Finished runs: {count}").format(count=len(self._runs))

    def retranslate(self) -> None:
        language = self.context.settings.language
        self._retranslate_frame(
            self.tr("Evaluate"), self.tr("Train a run first; its figures then stand here.")
        )
        self._again.setText(self.tr("Evaluate again"))
        self._again.setToolTip(self.tr("Score this split again and store the figures (Ctrl+R)"))
        self._split.setAccessibleName(self.tr("Split"))
        for row, split in enumerate(_SPLITS):
            self._split.setItemText(row, self._split_name(split))
        self._figures.retranslate(language)
        self._panels.retranslate()
        self._tints.setText(self.tr("orange: missed · blue: wrongly found · grey: right"))
        self._all_errors.setText(self.tr("All errors"))
        self._open_text.setText(self.tr("Explain"))
        self._open_text.setToolTip(self.tr("Open the text in Explain (Return)"))
        self._texts_table.setAccessibleName(self.tr("Texts, most confident first"))
        self._texts_table.retranslate()
        self._say()

    @Slot()
    def primary_action(self) -> None:
        """Score the shown split of the shown run again."""
        run = self.context.session.run
        if run and self._runs and self._evaluating() is None:
            self._forget_failure()
            self.context.operations.evaluate(run, self._split_id())

    # --- the project ----------------------------------------------------------------------------------------

    @Slot()
    def _documents_changed(self) -> None:
        if self._asked is not None:
            self._read(self._asked)

    @Slot(str)
    def _run_selected(self, run: str) -> None:
        self._cell = None
        super()._run_selected(run)

    def _split_id(self) -> str:
        return str(self._split.currentData())

    @Slot(int)
    def _split_chosen(self, _row: int) -> None:
        self._cell = None
        self._show_run()

    def _show_run(self) -> None:
        run = self._run()
        self._choose_known_split(run)
        split = self._split_id()
        self._evaluation = _figures_of(run, split)
        newest = next((other for other in self._runs if other.method == "bag-of-words"), None)
        is_baseline = run is not None and run.method == "bag-of-words"
        self._figures.show_evaluation(self._evaluation, _figures_of(newest, split), is_baseline)
        self._panels.show_evaluation(self._evaluation)
        self._panels.show_run(run.id if run is not None else "")
        if self._cell is not None:
            self._panels.choose(*self._cell)
        self._read_wanted()
        self._say()

    def _choose_known_split(self, run: Run | None) -> None:
        """Where the shown split was never scored but the other was, show that one."""
        if run is None or _figures_of(run, self._split_id()) is not None:
            return
        other = next((split for split in _SPLITS if _figures_of(run, split) is not None), None)
        if other is not None and self.sender() is not self._split:
            self._split.blockSignals(True)
            self._split.setCurrentIndex(_SPLITS.index(other))
            self._split.blockSignals(False)

    # --- texts ----------------------------------------------------------------------------------------------

    def _read_wanted(self) -> None:
        run = self._run()
        if run is None or self._evaluation is None:
            self._asked = self._texts = None
            self._reader.forget(_TEXTS)
            self._reader.forget(_PAIRS)
            self._texts_table.set_rows(())
        elif self._cell is None:
            self._read(ReadJudged(run.id, self._split_id(), errors_only=True))
        else:
            self._read(ReadJudged(run.id, self._split_id(), *self._cell))
        if run is not None and self._evaluation is not None and self._evaluation.task == "score":
            self._reader.ask(_PAIRS, ReadPairs(run.id, self._split_id()))

    def _read(self, query: ReadJudged) -> None:
        self._asked = query
        self._reader.ask(_TEXTS, query)

    @Slot(str, object)
    def _texts_read(self, _channel: str, answer: object) -> None:
        if isinstance(answer, JudgedTexts) and answer.asked == self._asked:
            self._texts = answer
            self._texts_table.set_rows(answer.rows, answer.task)
            self._say()
        elif isinstance(answer, ScorePairs):
            self._panels.show_pairs(answer.pairs)

    @Slot(str, str)
    def _cell_opened(self, true_label: str, label: str) -> None:
        self._cell = (true_label, label)
        self._read_wanted()
        self._say()

    @Slot()
    def _show_errors(self) -> None:
        self._cell = None
        self._panels.clear_choice()
        self._read_wanted()
        self._say()

    @Slot(str, str, str, str)
    def _texts_requested(self, run: str, split: str, true_label: str, label: str) -> None:
        self.context.session.select_run(run)
        if split in _SPLITS:
            self._split.setCurrentIndex(_SPLITS.index(split))
        self._panels.choose(true_label, label)
        self._cell_opened(true_label, label)

    @Slot()
    def _open_current(self) -> None:
        self._texts_table.open_current()

    # --- jobs -----------------------------------------------------------------------------------------------

    def _evaluating(self) -> Job | None:
        return next((job for job in self.context.queue.jobs if isinstance(job.request, Evaluate)), None)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, Evaluate):
            return
        if job.error is not None and job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._failure = job.error
        self._say()

    # --- words ----------------------------------------------------------------------------------------------

    def _split_name(self, split: str) -> str:
        return self.tr("Test texts") if split == "test" else self.tr("Validation texts")

    def _say(self) -> None:
        run = self._run()
        for widget in (self._split, self._again):
            widget.setVisible(bool(self._runs))
        self._again.setEnabled(run is not None and self._evaluating() is None)
        self._header.set_sentence(self._sentence())
        self._missing.setText(self.tr("This run was not evaluated on this split. “Evaluate again” does it."))
        self._missing.setVisible(run is not None and self._evaluation is None)
        self._texts_card.set_title(self._texts_title())
        self._tints.setVisible(self._evaluation is not None and self._evaluation.task == "tagging")
        self._all_errors.setVisible(self._cell is not None)
        rows = self._texts.rows if self._texts is not None else ()
        self._open_text.setEnabled(bool(rows))
        self._texts_table.setVisible(bool(rows))
        self._no_texts.setVisible(not rows)
        self._no_texts.setText(self._no_texts_text())
        self._say_frame()

    def _sentence(self) -> str:
        if self._evaluating() is not None:
            return self.tr("The run is being evaluated…")
        evaluation = self._evaluation
        if evaluation is None:
            return self.state()[1]
        rows, labels = f"{evaluation.rows:,}", f"{len(evaluation.per_class):,}"
        sentence = {
            "multi": self.tr("{rows} texts, {labels} labels"),
            "tagging": self.tr("{rows} sentences, {labels} types of entities"),
            "score": self.tr("{rows} texts with scores"),
        }.get(evaluation.task, self.tr("{rows} texts of {labels} classes"))
        return sentence.format(rows=rows, labels=labels)

    def _texts_title(self) -> str:
        task = self._evaluation.task if self._evaluation is not None else "single"
        if task == "score":
            return self.tr("Furthest from the true score first")
        if self._cell is None:
            count = f"{self._error_count():,}"
            if self._texts is not None and self._texts.cut:
                if task == "tagging":
                    return self.tr("The {shown} most confident errors").format(shown=MOST_TEXTS)
                return self.tr("The {shown} most confident of {count} errors").format(
                    shown=MOST_TEXTS, count=count
                )
            return self.tr("Errors, most confident first ({count})").format(count=count)
        true_label, label_name = self._cell
        if true_label == label_name:
            return self.tr("“{label}”, recognised").format(label=true_label)
        return self.tr("“{label}” called “{other}”").format(label=true_label, other=label_name)

    def _error_count(self) -> int:
        evaluation = self._evaluation
        if evaluation is None:
            return 0
        if evaluation.task == "multi":
            return round((1 - evaluation.figures["subset_accuracy"].value) * evaluation.rows)
        if evaluation.task == "tagging":
            return len(self._texts.rows) if self._texts is not None else 0
        rows = evaluation.confusion
        return sum(sum(row) - row[i] for i, row in enumerate(rows))

    def _no_texts_text(self) -> str:
        if self._evaluation is None or self._texts is None:
            return ""
        if self._cell is None:
            return self.tr("No errors on these texts.") if self._error_count() == 0 else ""
        return self.tr("No texts in this cell.")


def _figures_of(run: Run | None, split: str) -> Evaluation | None:
    if run is None:
        return None
    return run.test if split == "test" else run.validation
