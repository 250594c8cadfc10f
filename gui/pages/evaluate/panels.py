"""What is known of a run beside its three figures, by task: confusion, labels, calibration, or a scatter of scores."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.api.results import Evaluation
from gui.context import Context
from gui.pages.evaluate.classes_table import ClassesTable
from gui.pages.evaluate.confusion_view import ConfusionView
from gui.pages.evaluate.robustness_panel import RobustnessPanel
from gui.plots import reliability, scatter
from gui.plots.view import PlotView
from gui.theme import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.basic import label
from gui.widgets.blocks import Section

_BY_CLASS, _CALIBRATION, _ROBUSTNESS = range(3)
# of the tabs, those that a task has
_TABS = {"single": (_BY_CLASS, _CALIBRATION, _ROBUSTNESS), "multi": (_CALIBRATION, _ROBUSTNESS)}
_TABS |= {"tagging": _TABS["single"], "score": (_ROBUSTNESS,)}
_PLOT_HEIGHT = 210
_SCATTER_HEIGHT = 230


class Panels(QWidget):
    """Two cards side by side.

    Signals: cell_opened(str, str): true label and predicted label of a cell of the confusion matrix.
    """

    cell_opened = Signal(str, str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme, renderer = context.theme, context.renderer
        self._evaluation: Evaluation | None = None
        self._pairs: tuple[tuple[float, float], ...] = ()
        self._card = Section()
        self._note = label("", "caption")
        self.matrix = ConfusionView(theme)
        self.labels = ClassesTable()
        self.scatter = PlotView(theme, renderer)
        self.scatter.setMinimumHeight(_SCATTER_HEIGHT)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for _ in (_BY_CLASS, _CALIBRATION, _ROBUSTNESS):
            self._tabs.addTab("")
        self.classes = ClassesTable()
        self.reliability = PlotView(theme, renderer)
        self.reliability.setMinimumHeight(_PLOT_HEIGHT)
        self.robustness = RobustnessPanel(context)
        self._lay_out()
        self.matrix.cell_opened.connect(self.cell_opened)

    def _lay_out(self) -> None:
        self._card.add_control(self._note)
        for widget in (self.matrix, self.labels):
            self._card.add(widget)
        self._card.add(self.scatter, 1)
        self._card.body().addStretch(0)
        details = QStackedWidget()
        details.addWidget(_on_top(self.classes))
        details.addWidget(self.reliability)
        details.addWidget(self.robustness)
        self._tabs.currentChanged.connect(details.setCurrentIndex)
        detail_card = QFrame()
        detail_card.setProperty("surface", "card")
        inside = QVBoxLayout(detail_card)
        inside.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_M)
        inside.addWidget(self._tabs)
        inside.addWidget(details, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addWidget(self._card, 3)
        row.addWidget(detail_card, 2)

    @property
    def task(self) -> str:
        return self._evaluation.task if self._evaluation is not None else "single"

    def show_evaluation(self, evaluation: Evaluation | None) -> None:
        self._evaluation = evaluation
        self._pairs = ()
        scores = evaluation.per_class if evaluation is not None else ()
        thresholds = evaluation.thresholds if evaluation is not None else ()
        self.matrix.set_evaluation(evaluation)
        self.labels.set_scores(scores, self.task, thresholds)
        self.classes.set_scores(scores, self.task)
        self.matrix.setVisible(self.task in ("single", "tagging"))
        self.labels.setVisible(self.task == "multi")
        self.scatter.setVisible(self.task == "score")
        shown = _TABS[self.task]
        for tab in range(self._tabs.count()):
            self._tabs.setTabVisible(tab, tab in shown)
        if self._tabs.currentIndex() not in shown:
            self._tabs.setCurrentIndex(shown[0])
        self._say()

    def show_run(self, run: str) -> None:
        """Whose robustness is shown; '' = none."""
        self.robustness.show_run(run)

    def show_pairs(self, pairs: tuple[tuple[float, float], ...]) -> None:
        """(true, given) scores, for the scatter."""
        self._pairs = pairs
        self._draw_scatter()

    def choose(self, true_label: str, label: str) -> None:
        """Select a cell of the matrix; opens nothing."""
        self.matrix.choose(true_label, label)

    def clear_choice(self) -> None:
        self.matrix.clearSelection()

    def retranslate(self) -> None:
        self.matrix.setAccessibleName(self.tr("Confusion matrix: rows are the true classes"))
        self.matrix.retranslate()
        for table in (self.classes, self.labels):
            table.setAccessibleName(self.tr("Figures by class"))
            table.retranslate()
        self._tabs.setTabText(_CALIBRATION, self.tr("Calibration"))
        self._tabs.setTabText(_ROBUSTNESS, self.tr("Robustness"))
        self._tabs.setAccessibleName(self.tr("Figures by class, calibration, robustness"))
        self.robustness.retranslate()
        self._say()

    def _say(self) -> None:
        title, note = {
            "single": (
                self.tr("Confusion matrix"),
                self.tr("Rows: true class. Columns: predicted. A cell opens its texts."),
            ),
            "multi": (
                self.tr("Labels"),
                self.tr("From its threshold on a label holds; chosen on the validation texts."),
            ),
            "tagging": (
                self.tr("Words by type"),
                self.tr("Rows: true type, O for none. Columns: predicted. A cell opens its sentences."),
            ),
            "score": (self.tr("True and predicted scores"), self.tr("On the line both are the same.")),
        }[self.task]
        self._card.set_title(title)
        self._note.setText(note)
        by = self.tr("By type") if self.task == "tagging" else self.tr("By class")
        self._tabs.setTabText(_BY_CLASS, by)
        self._draw_reliability()
        self._draw_scatter()

    def _draw_scatter(self) -> None:
        self.scatter.show_data(
            scatter.draw_scatter,
            scatter.ScatterData(
                title="",
                description=self.tr("Predicted scores over true scores, {count} texts").format(
                    count=f"{len(self._pairs):,}"
                ),
                true_label=self.tr("true score"),
                given_label=self.tr("predicted score"),
                points=self._pairs,
                empty_text=self.tr("No figures yet"),
            ),
        )

    def _draw_reliability(self) -> None:
        evaluation = self._evaluation
        bins = tuple(
            reliability.Bin(each.confidence, each.accuracy, each.count)
            for each in (evaluation.reliability if evaluation else ())
        )
        description = ""
        if evaluation is not None:
            description = self.tr("Calibration error {value}").format(value=f"{evaluation.ece:.3f}")
        counted = {"multi": self.tr("decisions"), "tagging": self.tr("words")}.get(
            self.task, self.tr("texts")
        )
        self.reliability.show_data(
            reliability.draw_reliability,
            reliability.ReliabilityData(
                title=self.tr("Is it as often right as it says?"),
                description=description,
                confidence_label=self.tr("probability given"),
                accuracy_label=self.tr("share right"),
                count_label=counted,
                perfect_label=self.tr("ideal"),
                bins=bins,
                empty_text=self.tr("No figures yet"),
            ),
        )


def _on_top(widget: QWidget) -> QWidget:
    out = QWidget()
    column = QVBoxLayout(out)
    column.setContentsMargins(0, SPACE_S, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return out
