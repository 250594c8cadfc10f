"""Runs beside one another: their figures on the same texts, what the differences mean, what each costs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorKind, ErrorReport, KnownError
from engine.api.messages_transfer import RunsCompared
from engine.api.results_transfer import Comparison
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.compare.figures_table import ComparedRun, FiguresTable
from gui.pages.compare.flips_table import FlipsTable
from gui.pages.compare.queries import Flips, ReadFlips
from gui.pages.compare.reasons_panel import ReasonsPanel
from gui.pages.compare.verdicts import Verdicts
from gui.pages.frames import card, scrolled
from gui.plots.trade_off import TradeOffData, TradeOffPoint, draw_trade_off
from gui.plots.view import PlotView
from gui.store_reader import StoreReader
from gui.theme import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.basic import Button, label
from gui.widgets.blocks import Banner, Section

_SPLITS = ("test", "validation")
_COSTS = ("size", "speed", "training")
_FLIPS = "flips"


class CompareView(QWidget):
    """Shows two runs or more; the first is what the others are measured by.

    Signals: left: the user goes back. opened(int): a text is to be explained, by the second run of its comparison.
    help_requested(str): a page of the help is to be shown.
    """

    left = Signal()
    opened = Signal(int)
    help_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._runs: tuple[Run, ...] = ()
        self._found: RunsCompared | None = None
        self._job: Job | None = None
        self._failure: ErrorReport | None = None
        self._second = ""  # whose flips are listed
        self._asked: ReadFlips | None = None
        self._flips: Flips | None = None
        self._reader = StoreReader(self)
        self._reader.answered.connect(self._flips_read)
        self._build()
        self._connect()
        self.retranslate()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, language = self._context.theme, self._context.settings.language
        self._back = Button(theme, "", "quiet")
        self._title = label("", "section")
        self._help = Button(theme, "", "quiet", "help")
        self._base_name, self._base = label("", "muted"), QComboBox()
        self._split = QComboBox()
        for split in _SPLITS:
            self._split.addItem("", split)
        self._banner = Banner(theme, "careful", "", action=" ")
        self._banner.hide()
        self._figures_card, self._figures = Section(), FiguresTable(language)
        self._figures_card.add(self._figures)
        self._verdicts_card, self._verdicts = Section(), Verdicts(theme, language)
        self._verdicts_card.add(self._verdicts, 1)
        self._plot_card, self._plot = Section(), PlotView(theme, self._context.renderer)
        self._plot.setMinimumHeight(200)
        self._figure, self._cost = QComboBox(), QComboBox()
        for combo in (self._split, self._figure, self._cost):  # as wide as its words in either language
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for cost in _COSTS:
            self._cost.addItem("", cost)
        self._plot_card.add_control(self._figure)
        self._plot_card.add_control(self._cost)
        self._plot_card.add(self._plot, 1)
        self._flips_card, self._flips_table = Section(card=False), FlipsTable(theme)
        self._open_text = Button(theme, "", "normal", "explain")
        self._no_flips = label("", "muted", wrap=True)
        self._flips_card.add_control(self._open_text)
        self._flips_card.add(self._no_flips)
        self._flips_card.add(self._flips_table, 1)
        self._flips_card.body().setContentsMargins(0, SPACE_S, 0, 0)
        self._reasons = ReasonsPanel(self._context)
        self._texts = QTabWidget()
        self._texts.setDocumentMode(True)
        self._texts.addTab(self._flips_card, "")
        self._texts.addTab(self._reasons, "")
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._back)
        head.addWidget(self._title)
        head.addWidget(self._help)
        head.addStretch(1)
        for widget in (self._base_name, self._base, self._split):
            head.addWidget(widget)
        inside = QWidget()
        inside.setObjectName("scrolled")
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(SPACE_M)
        cards.addWidget(self._figures_card)
        cards.addWidget(self._verdicts_card, 1)
        upper = QWidget()
        row = QHBoxLayout(upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addWidget(scrolled(inside), 3)
        row.addWidget(self._plot_card, 2)
        work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        work.addWidget(upper)
        texts = card(self._texts)
        work.addWidget(texts)
        work.setStretchFactor(0, 1)
        work.setStretchFactor(1, 1)
        work.setSizes([340, 320])
        texts.setMinimumHeight(190)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addLayout(head)
        column.addWidget(self._banner)
        column.addWidget(work, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.left)
        self._help.clicked.connect(self._ask_help)
        self._base.currentIndexChanged.connect(self._ask)
        self._split.currentIndexChanged.connect(self._ask)
        self._figure.currentIndexChanged.connect(self._draw)
        self._cost.currentIndexChanged.connect(self._draw)
        self._verdicts.chosen.connect(self._list_flips)
        self._banner.activated.connect(self._evaluate_missing)
        self._flips_table.opened.connect(self._open)
        self._reasons.opened.connect(self._open_beside)
        self._open_text.clicked.connect(self._flips_table.open_current)
        self._context.session.runs_changed.connect(self._runs_changed)

    # --- what is shown --------------------------------------------------------------------------------------

    def show_runs(self, runs: Sequence[str]) -> None:
        """Compare these runs; the first is the base until another one is chosen."""
        project = self._context.session.project
        assert project is not None
        path = self._context.session.path
        assert path is not None
        self._runs = tuple(project.runs.get(id) for id in runs)
        self._reader.open(path)
        self._base.blockSignals(True)
        self._base.clear()
        for run in self._runs:
            self._base.addItem(run.title, run.id)
        self._base.setCurrentIndex(0)
        self._base.blockSignals(False)
        self._ask()

    def clear(self) -> None:
        """Forget the runs; the project is closed or the view is left."""
        self._runs, self._found, self._job, self._failure = (), None, None, None
        self._flips = self._asked = None
        self._reader.close()
        self._reasons.clear()

    def runs(self) -> tuple[str, ...]:
        """The compared runs, the base first."""
        base = str(self._base.currentData() or "")
        rest = [run.id for run in self._runs if run.id != base]
        return (base, *rest) if base else tuple(rest)

    def split(self) -> str:
        return str(self._split.currentData())

    @Slot()
    def _ask(self) -> None:
        if len(self._runs) < 2:
            return
        self._found, self._failure = None, None
        self._flips = self._asked = None
        job = self._context.operations.compare_runs(self.runs(), self.split())
        self._job = job
        job.finished.connect(self._compared)
        job.failed.connect(self._refused)
        self._say()

    @Slot(object)
    def _compared(self, found: object) -> None:
        if self.sender() is not self._job or not isinstance(found, RunsCompared):
            return
        self._found, self._job = found, None
        figures = [pair.figure for pair in found.comparisons[0].pairs]
        self._set_figures(figures)
        self._figures.set_rows(_rows(self._runs, self.runs(), found.comparisons), figures)
        self._show_verdicts()
        seconds = [each.second for each in found.comparisons]
        self._list_flips(self._second if self._second in seconds else seconds[0])
        self._draw()
        self._say()

    @Slot(object)
    def _refused(self, error: ErrorReport) -> None:
        if self.sender() is self._job:
            self._failure, self._job = error, None
            self._say()

    @Slot()
    def _runs_changed(self) -> None:
        """A run may have another name, or figures that it had not."""
        project = self._context.session.project
        if project is None or not self._runs:
            return
        try:
            self._runs = tuple(project.runs.get(run.id) for run in self._runs)
        except KnownError:  # one of them was deleted
            self.left.emit()
            return
        for row, run in enumerate(self._runs):
            self._base.setItemText(row, run.title)
        self._ask()

    @Slot(str)
    def _list_flips(self, second: str) -> None:
        self._second = second
        self._verdicts.select(second)
        self._flips = None
        self._asked = ReadFlips(self.runs()[0], second, self.split())
        self._reader.ask(_FLIPS, self._asked)
        by_id = {run.id: run for run in self._runs}
        path = self._context.session.path
        if path is not None:
            self._reasons.show_pair(path, by_id[self.runs()[0]], by_id[second], self.split())

    @Slot(str, object)
    def _flips_read(self, _channel: str, answer: object) -> None:
        if isinstance(answer, Flips) and answer.asked == self._asked:
            self._flips = answer
            names = self._names()
            heads = (names.get(answer.asked.first, ""), names.get(answer.asked.second, ""))
            self._flips_table.set_rows(answer.rows, self._task(), heads)
            self._say()

    @Slot(int)
    def _open(self, document: int) -> None:
        self._context.session.select_run(self._second)
        self.opened.emit(document)

    @Slot(int)
    def _open_beside(self, document: int) -> None:
        """Explain by the base, with the other run below."""
        session = self._context.session
        session.select_run(self.runs()[0])
        session.set_beside(self._second)
        self.opened.emit(document)

    @Slot()
    def _ask_help(self) -> None:
        self.help_requested.emit("compare")

    @Slot()
    def _evaluate_missing(self) -> None:
        if self._failure is not None and "run" in self._failure.values:
            self._context.operations.evaluate(str(self._failure.values["run"]), self.split())

    # --- words ----------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        language = self._context.settings.language
        self._back.setText(self.tr("‹ Back to the runs"))
        self._title.setText(self.tr("Compare runs"))
        self._help.setText(self.tr("How to read this"))
        self._base_name.setText(self.tr("Measured by"))
        self._base.setAccessibleName(self.tr("The run that the others are measured by"))
        self._split.setAccessibleName(self.tr("Split"))
        for row, split in enumerate(_SPLITS):
            shown = self.tr("Test texts") if split == "test" else self.tr("Validation texts")
            self._split.setItemText(row, shown)
        self._verdicts_card.set_title(self.tr("Which is better?"))
        self._plot_card.set_title(self.tr("What it costs"))
        self._figure.setAccessibleName(self.tr("Figure of the chart"))
        self._cost.setAccessibleName(self.tr("Cost of the chart"))
        for row, cost in enumerate(_COSTS):
            self._cost.setItemText(row, self._cost_words(cost))
        self._open_text.setText(self.tr("Explain"))
        self._open_text.setToolTip(self.tr("Open the text in Explain (Return)"))
        self._flips_table.setAccessibleName(self.tr("Texts of which the runs say different things"))
        self._figures.setAccessibleName(self.tr("Figures of the compared runs"))
        self._texts.setTabText(0, self.tr("Answers"))
        self._texts.setTabText(1, self.tr("Reasons"))
        self._reasons.retranslate()
        self._flips_table.retranslate()
        self._figures.retranslate(language)
        for row in range(self._figure.count()):
            self._figure.setItemText(row, wording.figure_words(self._figure.itemData(row), language).name)
        if self._found is not None:
            self._show_verdicts()
            self._draw()
        self._say()

    def _cost_words(self, cost: str) -> str:
        return {
            "size": self.tr("size of the model (MB)"),
            "speed": self.tr("milliseconds a text"),
            "training": self.tr("training time (s)"),
        }[cost]

    def _names(self) -> dict[str, str]:
        return {run.id: run.title for run in self._runs}

    def _task(self) -> str:
        project = self._context.session.project
        return project.task if project is not None else "single"

    def _show_verdicts(self) -> None:
        assert self._found is not None
        self._verdicts.show_comparisons(
            self._found.comparisons, self._found.spreads, self._names(), self._context.settings.language
        )
        self._verdicts.select(self._second)

    def _set_figures(self, figures: list[str]) -> None:
        if [self._figure.itemData(row) for row in range(self._figure.count())] == figures:
            return
        language = self._context.settings.language
        self._figure.blockSignals(True)
        self._figure.clear()
        for figure in figures:
            self._figure.addItem(wording.figure_words(figure, language).name, figure)
        self._figure.blockSignals(False)

    @Slot()
    def _draw(self) -> None:
        if self._found is None:
            return
        figure, cost = str(self._figure.currentData()), str(self._cost.currentData())
        rows = _rows(self._runs, self.runs(), self._found.comparisons)
        points = [
            TradeOffPoint(row.run.title, _cost(row.run, cost), row.figures[figure])
            for row in rows
            if figure in row.figures and _cost(row.run, cost) > 0
        ]
        self._plot.show_data(
            draw_trade_off,
            TradeOffData(
                title="",
                description=", ".join(f"{p.name}: {p.figure:.3f}, {p.cost:g}" for p in points),
                name_label=self.tr("Run"),
                cost_label=self._cost_words(cost),
                figure_label=self._figure.currentText(),
                points=tuple(points),
                empty_text=self.tr("Not measured for these runs"),
            ),
        )

    def _say(self) -> None:
        rows = self._found.comparisons[0].rows if self._found is not None else 0
        self._figures_card.set_title(
            self.tr("Figures on the same {rows} texts").format(rows=f"{rows:,}")
            if rows
            else (self.tr("Comparing…") if self._job is not None else self.tr("Figures"))
        )
        self._figures.setVisible(self._found is not None)
        self._verdicts_card.setVisible(self._found is not None)
        self._plot_card.setVisible(self._found is not None)
        flips = self._flips.rows if self._flips is not None else ()
        self._flips_card.set_title(self._flips_title())
        self._flips_table.setVisible(bool(flips))
        self._open_text.setEnabled(bool(flips))
        self._no_flips.setVisible(not flips)
        self._no_flips.setText(
            self.tr("The runs say the same of every text.") if self._flips is not None else ""
        )
        self._banner.setVisible(self._failure is not None)
        if self._failure is not None:
            missing = self._failure.kind is ErrorKind.RUN_NOT_JUDGED
            text = describe(self._failure, self._context.settings.language).text
            self._banner.set_message("careful", text, self.tr("Evaluate it") if missing else "")

    def _flips_title(self) -> str:
        if self._flips is None:
            return self.tr("Where they differ")
        names = self._names()
        return self.tr("Where “{first}” and “{second}” differ ({count})").format(
            first=names.get(self._flips.asked.first, ""),
            second=names.get(self._flips.asked.second, ""),
            count=f"{len(self._flips.rows):,}" + ("+" if self._flips.cut else ""),
        )


def _rows(runs: Sequence[Run], order: Sequence[str], found: Sequence[Comparison]) -> list[ComparedRun]:
    """The runs in the order asked for, with their figures on the common texts."""
    figures: dict[str, dict[str, float]] = {}
    for each in found:
        figures[each.first] = {pair.figure: pair.first for pair in each.pairs}
        figures[each.second] = {pair.figure: pair.second for pair in each.pairs}
    by_id = {run.id: run for run in runs}
    return [ComparedRun(by_id[id], figures.get(id, {})) for id in order]


def _cost(run: Run, cost: str) -> float:
    return {"size": run.size_bytes / 1e6, "speed": run.milliseconds_per_text, "training": run.seconds}[cost]
