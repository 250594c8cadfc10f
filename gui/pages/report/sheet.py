"""The report as a sheet of paper in small: what it will hold, with the run's own figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.results import Evaluation, Explanation, Interval
from engine.api.store.runs import Run
from engine.api.tasks import SHOWN_FIGURES, split_labels
from gui import fonts
from gui.pages.choice_words import choice_words
from gui.settings import Settings
from gui.store_reader import Overview
from gui.theme import SPACE_M, SPACE_S, SPACE_XL, SPACE_XS, SPACE_XXL, Theme
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
        self._examples: Sequence[Explanation] = ()
        self._overview = Overview((), ())
        self._sections: tuple[str, ...] = ("data", "method", "figures", "confusion", "examples", "limits")
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_XXL, SPACE_XXL, SPACE_XXL, SPACE_XXL)

    def set_run(self, project: str, run: Run, examples: Sequence[Explanation]) -> None:
        self._project, self._run, self._examples = project, run, examples
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
        blocks = {
            "data": (self.tr("Data"), self._data),
            "method": (self.tr("Method"), self._method),
            "figures": (self.tr("Figures"), self._figures),
            "confusion": (self._confusion_title(run), self._confusion),
            "examples": (self.tr("Examples"), self._example_list),
            "limits": (self.tr("Limits"), self._limits),
        }
        for id in self._sections:
            title, make = blocks[id]
            column.addSpacing(SPACE_M)
            column.addWidget(separator())
            column.addSpacing(SPACE_XS)
            column.addWidget(label(title, "section"))
            for widget in make(run):
                column.addWidget(widget)
        self._body = body
        self._column.addWidget(body)

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
        return [_table(rows)]

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
        return [*out, _table(rows)] if rows else out

    def _figures(self, run: Run) -> list[QWidget]:
        shown = _best_known(run)
        if shown is None:
            return [label(self.tr("This run has not been evaluated yet."), "muted", wrap=True)]
        on = self.tr("On {rows} texts of the {split} split; 95 % bootstrap intervals").format(
            rows=f"{shown.rows:,}", split=wording.split_words(shown.split, self._settings.language).lower()
        )
        rows = [
            (wording.figure_words(id, self._settings.language).name, _interval(shown.figure(id)))
            for id in SHOWN_FIGURES[shown.task]
        ]
        return [label(on, "muted", wrap=True), _table(rows)]

    def _confusion(self, run: Run) -> list[QWidget]:
        shown = _best_known(run)
        if shown is None:
            return [label(self.tr("This run has not been evaluated yet."), "muted", wrap=True)]
        if not shown.confusion:
            return [label(self._instead(shown), "muted", wrap=True)]
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
            "multi": self.tr("Each label"),
            "tagging": self.tr("Types taken for each other"),
            "score": self.tr("True and predicted scores"),
        }.get(shown.task if shown is not None else "", self.tr("Confusion matrix"))

    def _instead(self, shown: Evaluation) -> str:
        """What the report shows where there is no matrix."""
        if shown.task == "score":
            return self.tr("A plot of the true scores against those that were given.")
        return self.tr("Threshold, precision, recall and F1 of each label, with its number of texts.")

    def _example_list(self, run: Run) -> list[QWidget]:
        if not self._examples:
            words = self.tr(
                "No text of this run has been explained yet; explain some, and they are shown here."
            )
            return [label(words, "muted", wrap=True)]
        out: list[QWidget] = []
        for each in self._examples:
            text = each.text if len(each.text) <= 160 else each.text[:160] + "…"
            out.append(label(text, wrap=True))
            out.append(label(_decided(each), "muted"))
        return out

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


def _decided(found: Explanation) -> str:
    if found.task == "score":
        return found.label
    if found.span is not None:
        return f"{found.text[slice(*found.span)]} · {found.label} · {found.probability:.0%}"
    return f"{', '.join(split_labels(found.label))} · {found.probability:.0%}"


def _best_known(run: Run) -> Evaluation | None:
    return run.test or run.validation


def _interval(figure: Interval) -> str:
    return f"{figure.value:.3f}   ({figure.low:.3f} – {figure.high:.3f})"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else choice_words(str(value))


def _table(rows: Sequence[tuple[str, str]]) -> QWidget:
    """Names at the left, figures beside them."""
    out = QWidget()
    grid = QGridLayout(out)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_XL)
    grid.setVerticalSpacing(SPACE_XS)
    grid.setColumnStretch(1, 1)
    for at, (name, value) in enumerate(rows):
        figure: QLabel = label(value)
        figure.setFont(fonts.tabular(figure.font()))
        grid.addWidget(label(name, "muted"), at, 0)
        grid.addWidget(figure, at, 1)
    return out
