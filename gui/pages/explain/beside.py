"""Two runs on one text: the reading card, and below it the same text as another run explains it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.api import wording
from engine.api.catalog import chosen_baseline, explainers_for
from engine.api.errors import ErrorReport
from engine.api.messages import Explained
from engine.api.results import Explanation
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.explain.beside_card import BesideCard
from gui.pages.explain.reading_card import ReadingCard
from gui.pages.explain.scale import shared_scales
from gui.pages.explain.sealer import known_seal
from gui.pages.run_chooser import finished_runs
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button

_LEAST_READING = 104  # a line of text with the air around it


class Beside(QSplitter):
    """Asks the run in ``session.beside`` what the selected one was asked, and shows both.

    ``controls`` (the switch and the other run) belong into the page's head.
    Signals: scale_changed: ``shared_scale`` is another one.
    """

    scale_changed = Signal()

    def __init__(self, context: Context, first: ReadingCard, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._context = context
        self._first = first
        self._shown: Explanation | None = None
        self._second: Explanation | None = None
        self._second_id = 0  # the store's
        self._job: Job | None = None
        self._failure: ErrorReport | None = None
        self._scrolling = False
        self.card = BesideCard(context.theme)
        self.card.hide()
        for each in (first, self.card):
            each.reading.setMinimumHeight(_LEAST_READING)
        self.switch = Button(context.theme, "")
        self.switch.setCheckable(True)
        self.runs = QComboBox()
        self.runs.setMinimumContentsLength(14)
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.runs.hide()
        self.controls = QWidget()
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.switch)
        row.addWidget(self.runs)
        self.setChildrenCollapsible(False)
        self.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        self.setHandleWidth(SPACE_M)
        self.addWidget(first)
        self.addWidget(self.card)
        self.setStretchFactor(0, 11)
        self.setStretchFactor(1, 10)
        self._connect()
        self._read_runs()

    def _connect(self) -> None:
        session = self._context.session
        session.opened.connect(self._read_runs)
        session.closed.connect(self._closed)
        session.runs_changed.connect(self._read_runs)
        session.run_selected.connect(self._read_runs)
        session.beside_changed.connect(self._other_run)
        self.switch.toggled.connect(self._switched)
        self.runs.activated.connect(self._chosen)
        self.card.word_chosen.connect(self._show_word)
        self._first.tints.changed.connect(self.card.set_tint_style)
        self.card.set_tint_style(self._first.tints.tint_style)
        bars = (self._first.reading.verticalScrollBar(), self.card.reading.verticalScrollBar())
        for bar in bars:
            bar.valueChanged.connect(self._scroll_together)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._give_room()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """No card is lower than its sentences need at this width; a splitter knows but the height of one line."""
        for each in (self._first, self.card):
            layout = each.layout()
            if layout is not None and (least := layout.minimumHeightForWidth(each.width())) > 0:
                each.setMinimumHeight(least)

    def retranslate(self) -> None:
        self.switch.setText(self.tr("Beside another run"))
        self.runs.setAccessibleName(self.tr("The other run"))
        self.runs.setToolTip(self.tr("The run that explains the same text below"))
        self.card.retranslate()
        self._read_runs()

    # --- which run -------------------------------------------------------------------------------------------

    def _others(self) -> list[Run]:
        session = self._context.session
        return [run for run in finished_runs(session) if run.id != session.run]

    @Slot()
    def _read_runs(self) -> None:
        others, language = self._others(), self._context.settings.language
        self.runs.blockSignals(True)
        self.runs.clear()
        for run in others:
            self.runs.addItem(run.title, run.id)
            name = wording.method_words(run.method, language).name
            self.runs.setItemData(self.runs.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        self.runs.blockSignals(False)
        self.switch.setEnabled(bool(others))
        self.switch.setToolTip(
            self.tr("Show the same text below, with the answer and the tints of another run")
            if others
            else self.tr("There is no second run yet: train one in Train.")
        )
        session = self._context.session
        if session.beside and self.runs.findData(session.beside) < 0:
            session.set_beside(others[0].id if others else "")
        self._other_run()

    @Slot(bool)
    def _switched(self, on: bool) -> None:
        session = self._context.session
        if on == bool(session.beside):
            return
        others = self._others()
        session.set_beside(others[0].id if on and others else "")

    @Slot()
    def _chosen(self) -> None:
        self._context.session.set_beside(str(self.runs.currentData() or ""))

    @Slot()
    def _other_run(self) -> None:
        beside = self._context.session.beside
        self.switch.setChecked(bool(beside))
        self.runs.setVisible(bool(beside))
        self.runs.setCurrentIndex(self.runs.findData(beside))
        self.card.setVisible(bool(beside))
        self._first.set_compact(bool(beside))
        if self._second is not None and self._second.run == beside and self._still_the_same():
            self._say()
        else:
            self._ask()
        self.scale_changed.emit()

    @Slot()
    def _closed(self) -> None:
        self.follow(None)

    # --- the same question -----------------------------------------------------------------------------------

    @property
    def shared_scale(self) -> float | None:
        """The first run's score in full strength while both are shown; None where it stands alone."""
        first, second = self._shown, self._second
        if first is None or second is None or not self._context.session.beside:
            return None
        return shared_scales(first, second)[0]

    def follow(self, explanation: Explanation | None) -> None:
        """What the selected run says now."""
        same = explanation is self._shown
        self._shown = explanation
        if same and self._second is not None:
            self._say()
        elif not same:
            self._ask()

    def _still_the_same(self) -> bool:
        first, second = self._shown, self._second
        return (
            first is not None
            and second is not None
            and (first.text, first.target, first.rival, first.span)
            == (second.text, second.target, second.rival, second.span)
        )

    def _ask(self) -> None:
        self._drop()
        shown, beside = self._shown, self._context.session.beside
        if shown is not None and beside and beside != shown.run and self._context.session.project is not None:
            run = next((each for each in self._others() if each.id == beside), None)
            allowed = explainers_for(run.model_method, shown.task) if run is not None else ()
            stored = shown.document is not None
            method = shown.method if shown.method in allowed else ""
            job = self._context.operations.explain(
                beside,
                document=shown.document,
                text=None if stored else shown.text,
                method=method,
                target=None if shown.task == "score" else shown.target,
                rival=shown.rival or None,
                span=shown.span,
                baseline=chosen_baseline(method, shown.baseline),
                key="beside-explain",
            )
            self._job = job
            job.finished.connect(self._came)
            job.failed.connect(self._failed)
            job.interrupted.connect(self._interrupted)
        self._say()

    def _drop(self) -> None:
        if self._job is not None:
            self._job.drop()
        self._job, self._second, self._failure = None, None, None

    @Slot(object)
    def _came(self, result: object) -> None:
        self._job = None
        project = self._context.session.project
        if isinstance(result, Explained) and project is not None:
            self._second, self._second_id = project.runs.explanation(result.explanation), result.explanation
        self._say()
        self.scale_changed.emit()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._job, self._failure = None, error
        self._say()

    @Slot()
    def _interrupted(self) -> None:
        job, self._job = self._job, None
        self._failure = job.error if job is not None else None
        self._say()

    # --- what is seen ----------------------------------------------------------------------------------------

    def _say(self) -> None:
        if not self._context.session.beside:
            return
        first, second = self._shown, self._second
        if self._failure is not None:
            self.card.say(describe(self._failure, self._context.settings.language).text, bad=True)
        elif first is None:
            self.card.say(self.tr("Choose a text: both runs will explain it."))
        elif second is None:
            name = self._name(self._context.session.beside)
            self.card.say(self.tr("Asking “{run}” the same question…").format(run=name))
        else:
            scale = shared_scales(first, second)[1]
            self.card.show_pair(first, second, (self._name(first.run), self._name(second.run)), scale)
            project = self._context.session.project
            known = known_seal(project, self._second_id, second) if project is not None else None
            self.card.say_seal(known, self._context.settings.language)

    def _name(self, run: str) -> str:
        return next((each.title for each in finished_runs(self._context.session) if each.id == run), run)

    @Slot(int, int)
    def _show_word(self, start: int, end: int) -> None:
        """Put the ring on a changed word in both texts."""
        for found, reading in (
            (self._second, self.card.reading),
            (self._shown, self._first.reading),
        ):
            if found is not None:
                here = (i for i, word in enumerate(found.words) if word.start < end and start < word.end)
                index = next(here, None)
                if index is not None:
                    reading.focus_word(index)

    @Slot(int)
    def _scroll_together(self, _value: int) -> None:
        if self._scrolling or not self.card.isVisible():
            return
        bars = (self._first.reading.verticalScrollBar(), self.card.reading.verticalScrollBar())
        moved = self.sender()
        source, other = bars if moved is bars[0] else (bars[1], bars[0])
        self._scrolling = True
        other.setValue(round(source.value() / max(1, source.maximum()) * other.maximum()))
        self._scrolling = False
