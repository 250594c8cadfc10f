"""The reasons of two runs: asked for here, then the texts whose reasons are furthest apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.explaining.reasons import CompareReasons, ReasonComparison, TermShift
from engine.api.messages import JobState
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.compare.queries import ReadReasons, Reasons
from gui.pages.compare.reasons_table import ReasonsTable
from gui.store_reader import StoreReader
from gui.theme import SPACE_S
from gui.widgets.basic import Button, Role, label, set_role

_CHANNEL = "reasons"
_DIFFERING, _SAME = "differing", "same"
_TERMS = 4  # of all texts, on each side


class ReasonsPanel(QWidget):
    """Shows what is stored of a pair of runs, and how much is still to be explained.

    Signals: opened(int): a text is to be read beside both runs.
    """

    opened = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pair: tuple[Run, Run] | None = None
        self._split = "test"
        self._asked: ReadReasons | None = None
        self._found: Reasons | None = None
        self._failure: ErrorReport | None = None
        self._reader = StoreReader(self)
        self._sentence = label("", wrap=True)
        self._kind = QComboBox()
        self._kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for kind in (_DIFFERING, _SAME):
            self._kind.addItem("", kind)
        self.start = Button(context.theme, "", "normal", "refresh")
        self._open_text = Button(context.theme, "", "normal", "explain")
        self._terms = label("", "caption", wrap=True)
        self._scale = label("", "caption", wrap=True)
        self.table = ReasonsTable(context.theme)
        self._none = label("", "muted", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._sentence, 1)
        for control in (self._kind, self.start, self._open_text):
            head.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(head)
        column.addWidget(self._terms)
        column.addWidget(self._none)
        column.addWidget(self.table, 1)
        column.addWidget(self._scale)
        column.addStretch(0)
        self._reader.answered.connect(self._read)
        self._kind.currentIndexChanged.connect(self._list)
        self.start.clicked.connect(self._start)
        self._open_text.clicked.connect(self.table.open_current)
        self.table.opened.connect(self.opened)
        context.queue.job_added.connect(self._job_changed)
        context.queue.job_changed.connect(self._job_changed)

    # --- which runs ------------------------------------------------------------------------------------------

    def show_pair(self, path: Path, first: Run, second: Run, split: str) -> None:
        """The reasons of ``second`` beside those of ``first``; ``path`` is the project's."""
        if not self._reader.is_open:
            self._reader.open(path)
        self._pair, self._split, self._failure = (first, second), split, None
        self._ask()

    def clear(self) -> None:
        self._pair = self._asked = self._found = self._failure = None
        self._reader.close()

    def _ask(self) -> None:
        if self._pair is None:
            return
        self._asked = ReadReasons(self._pair[0].id, self._pair[1].id, self._split)
        if self._found is not None and self._found.asked != self._asked:
            self._found = None
        self._reader.ask(_CHANNEL, self._asked)
        self._say()

    @Slot(str, object)
    def _read(self, _channel: str, answer: object) -> None:
        if isinstance(answer, Reasons) and answer.asked == self._asked:
            self._found = answer
            comparison = answer.comparison
            if comparison is not None and not comparison.differing and comparison.same:
                self._choose(_SAME)
            self._list()

    def _choose(self, kind: str) -> None:
        self._kind.blockSignals(True)
        self._kind.setCurrentIndex(self._kind.findData(kind))
        self._kind.blockSignals(False)

    # --- the comparison --------------------------------------------------------------------------------------

    @Slot()
    def _start(self) -> None:
        if self._pair is not None:
            self._failure = None
            first, second = self._pair
            self._context.operations.explaining.compare_reasons(first.id, second.id, self._split)

    def _is_asked(self, job: Job) -> bool:
        request = job.request
        return (
            isinstance(request, CompareReasons)
            and self._pair is not None
            and (request.run, request.second) == (self._pair[0].id, self._pair[1].id)
            and request.split == self._split
        )

    def _running(self) -> bool:
        return any(self._is_asked(job) for job in self._context.queue.jobs)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not self._is_asked(job):
            return
        if job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._failure = job.error
        if job.state.ended:
            self._ask()  # also what was explained before it was cancelled counts
        else:
            self._say()

    # --- words -----------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._kind.setAccessibleName(self.tr("Which texts are listed"))
        self._open_text.setText(self.tr("Explain"))
        self._open_text.setToolTip(self.tr("Open the text in Explain, beside both runs (Return)"))
        self.table.setAccessibleName(self.tr("Texts by how far the reasons of the two runs are apart"))
        self._scale.setText(
            self.tr(
                "Distance: half of what moved when each run's word scores are divided by their sum of sizes. 0 is the"
                " same reason, 1 shares nothing. Where answers differ, both runs are asked about the first one's."
            )
        )
        self.table.retranslate()
        self._say()

    @Slot()
    def _list(self) -> None:
        comparison = self._found.comparison if self._found is not None else None
        if comparison is not None and self._found is not None:
            rows = comparison.differing if self._kind.currentData() == _DIFFERING else comparison.same
            self.table.set_rows(rows, self._found.texts, comparison.task)
        self._say()

    def _say(self) -> None:
        comparison = self._found.comparison if self._found is not None else None
        running = self._running()
        count = self.table.model().rowCount() if comparison is not None else 0
        self.start.setEnabled(not running and self._pair is not None)
        self.start.setText(self.tr("Compare again") if comparison else self.tr("Compare the reasons"))
        for part in (self._kind, self._open_text, self._scale, self._terms):
            part.setVisible(comparison is not None)
        self.table.setVisible(count > 0)
        self._none.setVisible(comparison is not None and not count)
        self._open_text.setEnabled(count > 0)
        self._say_state(comparison, running=running)
        if comparison is not None:
            self._say_found(comparison)

    def _say_state(self, comparison: ReasonComparison | None, *, running: bool) -> None:
        role: Role = "plain"
        if self._failure is not None:
            words, role = describe(self._failure, self._context.settings.language).text, "bad"
        elif running:
            words = self.tr("Comparing; the queue below shows how far it is.")
        elif comparison is not None:
            words = self._compared_words(comparison)
        elif self._found is not None and self._pair is not None:
            words, role = self._missing_words(self._found), "muted"
        else:
            words = ""
        self._sentence.setText(words)
        set_role(self._sentence, role)

    def _compared_words(self, found: ReasonComparison) -> str:
        return self.tr(
            "{count} of {all} texts compared. Mean distance {same} where the answer is the same, {differing} where it"
            " is not."
        ).format(
            count=f"{found.compared:,}",
            all=f"{found.documents:,}",
            same=f"{found.mean_same:.2f}" if found.same_documents else "–",
            differing=f"{found.mean_differing:.2f}" if found.differing_documents else "–",
        )

    def _missing_words(self, found: Reasons) -> str:
        assert self._pair is not None
        words = self.tr("Do the two runs look at the same words? That is not compared yet.")
        missing = [
            self.tr("{count} of {all} texts by “{run}”").format(
                count=f"{count:,}", all=f"{found.documents:,}", run=run.title
            )
            for count, run in zip(found.missing, self._pair, strict=True)
            if count
        ]
        if not missing:
            return words
        joint = "" if self._context.settings.language == "zh_CN" else " "
        return joint.join(
            (words, self.tr("Explained first: {missing}.").format(missing=self.tr(", ").join(missing)))
        )

    def _say_found(self, found: ReasonComparison) -> None:
        self._kind.setItemText(
            0, self.tr("Other answers ({count})").format(count=f"{found.differing_documents:,}")
        )
        self._kind.setItemText(
            1, self.tr("Same answer, other reason ({count})").format(count=f"{found.same_documents:,}")
        )
        differing = self._kind.currentData() == _DIFFERING
        self._none.setText(
            self.tr("Both runs give the same answer to every text.")
            if differing
            else self.tr("There is no text to which both runs give the same answer.")
        )
        name = self._pair[1].title if self._pair is not None else found.second
        parts = []
        if found.gained:
            parts.append(
                self.tr("Over all texts, “{run}” leans more on: {words}.").format(
                    run=name, words=self._term_words(found.gained, found.task)
                )
            )
        if found.lost:
            parts.append(self.tr("Less on: {words}.").format(words=self._term_words(found.lost, found.task)))
        joint = "" if self._context.settings.language == "zh_CN" else " "
        self._terms.setText(joint.join(parts))
        self._terms.setVisible(bool(parts))

    def _term_words(self, terms: Sequence[TermShift], task: str) -> str:
        shown = terms[:_TERMS]
        if task == "score":
            return self.tr(", ").join(term.word for term in shown)
        return self.tr(", ").join(
            self.tr("{word} (for {label})").format(word=term.word, label=term.label) for term in shown
        )
