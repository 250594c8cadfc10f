"""The report as a sheet of paper in small: what it will hold, with the run's own figures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import REPORT_SECTIONS
from engine.api.report_facts import ReportFacts, sections_of
from engine.api.results import Evaluation
from engine.api.store.runs import Run
from engine.api.tasks import SHOWN_FIGURES
from gui import fonts
from gui.pages.choice_words import choice_words
from gui.pages.report.parts import facts_table, interval_words
from gui.pages.report.results import ResultBlocks
from gui.settings import Settings
from gui.store_reader import Overview
from gui.theme import SPACE_M, SPACE_S, SPACE_XS, SPACE_XXL, Theme
from gui.widgets.basic import label, separator

_WIDTH, _LEAST_WIDTH = 640, 480
_MOST_CLASSES = 8  # of the matrix shown here; the report has them all


class ReportSheet(QFrame):
    """One block for each section; those that are not chosen are left out."""

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setMaximumWidth(_WIDTH)
        self._theme, self._settings = theme, settings
        self._project = ""
        self._run: Run | None = None
        self._facts: ReportFacts | None = None
        self._results = ResultBlocks(settings, self)
        self._overview = Overview((), ())
        self._sections: tuple[str, ...] = REPORT_SECTIONS
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_XXL, SPACE_XXL, SPACE_XXL, SPACE_XXL)

    def set_run(self, project: str, run: Run) -> None:
        """What is known of the run comes with ``set_facts``; until then the first sections are shown."""
        self._project, self._run = project, run
        if self._facts is not None and self._facts.run.id != run.id:
            self._facts = None
        self._build()

    def set_facts(self, facts: ReportFacts) -> None:
        self._run, self._facts = facts.run, facts
        self._build()

    def set_overview(self, overview: Overview) -> None:
        self._overview = overview
        self._build()

    def set_sections(self, sections: tuple[str, ...]) -> None:
        self._sections = sections
        self._build()

    def _build(self) -> None:
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None
        run = self._run
        if run is None:
            return
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(label(self._project, "title", wrap=True))
        column.addWidget(label(f"{run.title} · {run.created_at[:10]}", "muted"))
        for id in self._sections:
            block = self._block(id, run)
            if block is None:
                continue
            title, widgets = block
            column.addSpacing(SPACE_M)
            column.addWidget(separator())
            column.addSpacing(SPACE_XS)
            column.addWidget(label(title, "section"))
            for widget in widgets:
                column.addWidget(widget)
        self._body = body
        self._column.addWidget(body)

    def _block(self, id: str, run: Run) -> tuple[str, list[QWidget]] | None:
        """A section's title and content; None where the report will not have it."""
        own = {
            "data": (self.tr("Data"), self._data),
            "method": (self.tr("Method"), self._method),
            "figures": (self.tr("Figures"), self._figures),
            "confusion": (self._confusion_title(run), self._confusion),
            "limits": (self.tr("Limits"), self._limits),
        }
        if self._facts is not None and id not in sections_of(self._facts):
            return None
        if id in own:
            title, make = own[id]
            return title, make(run)
        if self._facts is None:
            return None
        return self._result_title(id), getattr(self._results, id)(self._facts)

    def _result_title(self, id: str) -> str:
        task = self._task()
        return {
            "classes": {"multi": self.tr("Each label"), "tagging": self.tr("Each type")}.get(
                task, self.tr("Each class")
            ),
            "calibration": self.tr("Calibration"),
            "comparison": self.tr("Beside other runs"),
            "race": self.tr("The race it was in"),
            "training": self.tr("Learning curves"),
            "robustness": self.tr("Robustness"),
            "faithfulness": self.tr("Faithfulness of explanations"),
            "examples": self.tr("Examples"),
            "errors": self.tr("Scores furthest off")
            if task == "score"
            else self.tr("Errors it was surest of"),
        }[id]

    def _task(self) -> str:
        shown = _best_known(self._run) if self._run is not None else None
        return shown.task if shown is not None else "single"

    # --- sections ----------------------------------------------------------------------------------------

    def _data(self, run: Run) -> list[QWidget]:
        by_split = self._overview.by_split()
        rows = [
            (self.tr("Texts"), f"{self._overview.texts:,}"),
            (self._kinds(run), f"{len(self._overview.labels):,}"),
        ]
        rows += [
            (wording.split_words(split, self._settings.language).capitalize(), f"{by_split[split]:,}")
            for split in ("train", "validation", "test")
            if split in by_split
        ]
        return [facts_table(rows)]

    def _kinds(self, run: Run) -> str:
        shown = _best_known(run)
        return self.tr("Entity types") if shown is not None and shown.task == "tagging" else self.tr("Labels")

    def _method(self, run: Run) -> list[QWidget]:
        language = self._settings.language
        words = wording.method_words(run.method, language)
        rows = [
            (option.label, option.automatic if value is None else _plain(value))
            for name, value in run.options.items()
            if (option := wording.option_words(name, language)).automatic or value is not None
        ]
        if run.seconds:
            rows.append(
                (self.tr("Time to train"), self.tr("{seconds} s").format(seconds=f"{run.seconds:,.0f}"))
            )
        out: list[QWidget] = [label(words.name, "strong"), label(words.sentence, "muted", wrap=True)]
        return [*out, facts_table(rows)] if rows else out

    def _figures(self, run: Run) -> list[QWidget]:
        shown = _best_known(run)
        if shown is None:
            return [label(self.tr("This run has not been evaluated yet."), "muted", wrap=True)]
        on = self.tr("On {rows} texts of the {split} split; 95 % bootstrap intervals").format(
            rows=f"{shown.rows:,}", split=wording.split_words(shown.split, self._settings.language).lower()
        )
        rows = [
            (wording.figure_words(id, self._settings.language).name, interval_words(shown.figure(id)))
            for id in SHOWN_FIGURES[shown.task]
        ]
        return [label(on, "muted", wrap=True), facts_table(rows)]

    def _confusion(self, run: Run) -> list[QWidget]:
        shown = _best_known(run)
        if shown is None:
            return [label(self.tr("This run has not been evaluated yet."), "muted", wrap=True)]
        if not shown.confusion:
            words = self.tr("A plot of the true scores against those that were given.")
            return [label(words, "muted", wrap=True)]
        matrix = QWidget()
        grid = QGridLayout(matrix)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_XS)
        classes = min(len(shown.labels), _MOST_CLASSES)
        for row in range(classes):
            name = label(shown.labels[row], "caption")
            name.setMaximumWidth(170)
            grid.addWidget(name, row, 0)
            for at in range(classes):
                count = label(f"{shown.confusion[row][at]:,}", "strong" if at == row else "muted")
                count.setFont(fonts.tabular(count.font()))
                grid.addWidget(count, row, at + 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(classes + 1, 1)
        words = self.tr("Rows: the true label. Columns, in the same order: the label that was given.")
        out: list[QWidget] = [label(words, "muted", wrap=True), matrix]
        left_out = len(shown.labels) - classes
        if left_out:
            more = self.tr("The report holds {count} more labels.").format(count=left_out)
            out.append(label(more, "muted"))
        return out

    def _confusion_title(self, run: Run) -> str:
        shown = _best_known(run)
        return {
            "tagging": self.tr("Types taken for each other"),
            "score": self.tr("True and predicted scores"),
        }.get(shown.task if shown is not None else "", self.tr("Confusion matrix"))

    def _limits(self, run: Run) -> list[QWidget]:
        words = self.tr(
            "The report says on how many texts the figures rest, which labels have few, and what highlighted "
            "words do and do not mean."
        )
        return [label(words, "muted", wrap=True)]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._build()
        super().changeEvent(event)


def _best_known(run: Run) -> Evaluation | None:
    return run.test or run.validation


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else choice_words(str(value))
