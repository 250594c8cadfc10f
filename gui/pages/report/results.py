"""The preview's sections about what was measured of a run beyond its figures, and about single texts."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.api import wording
from engine.api.race_rule import smallest_of_the_best
from engine.api.report_facts import ReportFacts
from engine.api.results import Explanation
from engine.api.results_transfer import RaceLine
from engine.api.store.runs import Judged, Run
from engine.api.store.tags import unpack_entities
from engine.api.tasks import MAIN_FIGURES, split_labels
from gui.pages.report.parts import facts_table, interval_words, short
from gui.settings import Settings
from gui.widgets.basic import label
from gui.widgets.figures import score_text

_MOST_ROWS = 8  # of a table shown here; the report has them all
_MOST_TEXTS = 3
_MEGABYTE = 2**20


class ResultBlocks(QObject):
    """One method a section: the widgets below its title."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def classes(self, facts: ReportFacts) -> list[QWidget]:
        main = facts.main
        assert main is not None
        rows = [
            (each.label, f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}", f"{each.support:,}")
            for each in main.per_class[:_MOST_ROWS]
        ]
        head = (
            self.tr("Label"),
            self.tr("Precision"),
            self.tr("Recall"),
            self.tr("F1"),
            self.tr("Support"),
        )
        return [facts_table(rows, head), *self._more(len(main.per_class))]

    def calibration(self, facts: ReportFacts) -> list[QWidget]:
        main = facts.main
        assert main is not None
        rows = [
            (f"{each.low:.0%} – {each.high:.0%}", f"{each.accuracy:.0%}", f"{each.count:,}")
            for each in main.reliability
        ]
        name = wording.figure_words("ece", self._settings.language).name
        head = (self.tr("Certainty"), self.tr("Right"), self.tr("Texts"))
        words = f"{name}: {interval_words(main.ece_interval)}"
        return [label(words, "muted", wrap=True), facts_table(rows, head)]

    def comparison(self, facts: ReportFacts) -> list[QWidget]:
        language = self._settings.language
        rows = [
            (
                facts.titles.get(each.first, each.first),
                wording.split_words(each.split, language),
                f"{each.difference.value:+.3f}   ({each.difference.low:+.3f} – {each.difference.high:+.3f})".replace(
                    "-", "−"
                ),
                wording.percent(each.probability_better),
            )
            for each in facts.comparisons[:_MOST_ROWS]
        ]
        head = (
            self.tr("Other run"),
            self.tr("Split"),
            self.tr("This run less the other"),
            self.tr("Better with"),
        )
        return [facts_table(rows, head), *self._more(len(facts.comparisons))]

    def race(self, facts: ReportFacts) -> list[QWidget]:
        kept = smallest_of_the_best([_line(run) for run in facts.race])
        rows = []
        for run in facts.race[:_MOST_ROWS]:
            assert run.validation is not None
            name = self.tr("{run} (kept)").format(run=run.title) if run.id == kept else run.title
            size = f"{run.size_bytes / _MEGABYTE:.1f} MB"
            rows.append((name, interval_words(run.validation.main), f"{run.milliseconds_per_text:.1f}", size))
        first = facts.race[0].validation
        assert first is not None
        figure = wording.figure_words(MAIN_FIGURES[first.task], self._settings.language).name
        head = (self.tr("Run"), figure, self.tr("ms a text"), self.tr("Size"))
        return [facts_table(rows, head), *self._more(len(facts.race))]

    def training(self, facts: ReportFacts) -> list[QWidget]:
        points = facts.points
        words = self.tr("The loss over {steps} steps, drawn.").format(steps=f"{points[-1].step:,}")
        judged = [point for point in points if point.figure is not None]
        out: list[QWidget] = [label(words, "muted", wrap=True)]
        if judged and facts.main is not None:
            name = wording.figure_words(MAIN_FIGURES[facts.main.task], self._settings.language).name
            kept = [point for point in judged if point.best] or judged
            rows = [
                (self.tr("{figure}, first measured").format(figure=name), f"{judged[0].figure:.3f}"),
                (self.tr("{figure}, kept").format(figure=name), f"{kept[-1].figure:.3f}"),
            ]
            out.append(facts_table(rows))
        return out

    def robustness(self, facts: ReportFacts) -> list[QWidget]:
        found = facts.robustness
        assert found is not None
        names = {
            "clean": self.tr("As written"),
            "typos": self.tr("Typos"),
            "case": self.tr("Other case"),
            "swaps": self.tr("Swapped words"),
            "deletion": self.tr("Missing words"),
        }
        rows = [
            (
                f"{line.kind} · {line.measured_at[:10]}"
                if line.measured_at
                else names.get(line.kind, line.kind),
                f"{line.rows:,}",
                interval_words(line.figure),
            )
            for line in found.lines
        ]
        figure = wording.figure_words(found.figure, self._settings.language).name
        return [facts_table(rows, ("", self.tr("Texts"), figure))]

    def faithfulness(self, facts: ReportFacts) -> list[QWidget]:
        rows = [
            (
                wording.explainer_words(each.method, self._settings.language).name,
                f"{each.scores.comprehensiveness:.3f}",
                f"{each.random.comprehensiveness:.3f}",
                f"{each.scores.sufficiency:.3f}",
                f"{each.random.sufficiency:.3f}",
            )
            for each in facts.faithfulness
        ]
        head = (
            self.tr("Explainer"),
            self.tr("Comprehensiveness"),
            self.tr("random"),
            self.tr("Sufficiency"),
            self.tr("random"),
        )
        return [facts_table(rows, head)]

    def examples(self, facts: ReportFacts) -> list[QWidget]:
        out: list[QWidget] = []
        for each in facts.explanations[:_MOST_TEXTS]:
            out.append(label(short(each.text), wrap=True))
            out.append(label(_decided(each), "muted", wrap=True))
        return [*out, *self._more(len(facts.explanations), _MOST_TEXTS)]

    def errors(self, facts: ReportFacts) -> list[QWidget]:
        main = facts.main
        assert main is not None
        if not facts.errors:
            return [label(self.tr("There are none."), "muted")]
        out: list[QWidget] = []
        for each in facts.errors[:_MOST_TEXTS]:
            words = self.tr("true: {true} · given: {given}").format(
                true=self._answer(each, each.true_label, main.task),
                given=self._answer(each, each.label, main.task),
            )
            out.append(label(short(each.text), wrap=True))
            out.append(label(words, "muted", wrap=True))
        return [*out, *self._more(len(facts.errors), _MOST_TEXTS)]

    def _answer(self, row: Judged, answer: str, task: str) -> str:
        if task == "multi":
            return ", ".join(split_labels(answer)) or self.tr("none of them")
        if task == "tagging":
            named = [f"{row.text[e.start : e.end]} ({e.label})" for e in unpack_entities(answer)]
            return ", ".join(named) or self.tr("no entity")
        return score_text(float(answer)) if task == "score" else answer

    def _more(self, count: int, shown: int = _MOST_ROWS) -> list[QWidget]:
        if count <= shown:
            return []
        return [label(self.tr("The report holds {count} more.").format(count=f"{count - shown:,}"), "muted")]


def _line(run: Run) -> RaceLine:
    assert run.validation is not None
    return RaceLine(
        run=run.id,
        method=run.method,
        figure=run.validation.main,
        size_bytes=run.size_bytes,
        milliseconds_per_text=run.milliseconds_per_text,
    )


def _decided(found: Explanation) -> str:
    if found.task == "score":
        return found.label
    if found.span is not None:
        return f"{found.text[slice(*found.span)]} · {found.label} · {found.probability:.0%}"
    return f"{', '.join(split_labels(found.label))} · {found.probability:.0%}"
