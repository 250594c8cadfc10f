"""Rules: phrases after which the run nearly always gives one answer, with what proves and what breaks them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QSplitter, QTabBar, QVBoxLayout, QWidget

from engine.api.explaining.change import LEAST_PRECISION, FindRules, Rule, RunRules
from engine.api.wording import percent
from gui.context import Context
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.probability_delegate import VALUE_ROLE, ProbabilityDelegate
from gui.pages.corpus.painters import INTERVAL_ROLE, CountDelegate, IntervalDelegate, StrongDelegate
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import ReadTexts, Texts
from gui.pages.corpus.rows import Column, RowsTable
from gui.pages.corpus.texts_list import TextsList
from gui.pages.frames import card
from gui.store_reader import StoreReader
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import indent_number, label

_TEXTS = "corpus-rule-texts"
_EXAMPLES, _EXCEPTIONS = range(2)


class RulesPanel(CorpusPanel):
    """Above the rules, below the texts of the chosen one: examples, exceptions.

    What is searched for, an answer and how surely it must follow, is chosen beside the button and found with the rules.
    """

    requests = FindRules
    icon = "filter"

    def __init__(self, context: Context, reader: StoreReader, parent: QWidget | None = None) -> None:
        super().__init__(context, reader, parent)
        theme = context.theme
        self._shown: tuple[Rule, ...] = ()
        self._documents = 0
        self._searched: RunRules | None = None  # what the choices were set to
        self.wanted = QComboBox()
        self.wanted.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.wanted.setMaximumWidth(200)
        self.least = QSpinBox()
        self.least.setRange(1, 100)
        self.least.setSingleStep(5)
        self.least.setSuffix(" %")
        self.least.setValue(round(100 * LEAST_PRECISION))
        indent_number(self.least)
        for choice in (self.wanted, self.least):
            self._head.insertWidget(self._head.indexOf(self.again), choice)
        self.classes = QComboBox()
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        columns: tuple[Column[Rule], ...] = (
            Column(lambda each: f"“{' '.join(each.phrase)}”", StrongDelegate, None, lambda each: each.phrase),
            Column(lambda each: each.label, ChipDelegate, 130, lambda each: each.label),
            Column(
                _precision_words,
                IntervalDelegate,
                170,
                lambda each: each.precision.value,
                {INTERVAL_ROLE: lambda each: (each.precision.low, each.precision.value, each.precision.high)},
            ),
            Column(
                lambda each: percent(each.base),
                ProbabilityDelegate,
                110,
                lambda each: each.base,
                {VALUE_ROLE: lambda each: each.base},
            ),
            Column(self._coverage, CountDelegate, 124, lambda each: each.documents),
            Column(
                lambda each: percent(each.fixed),
                ProbabilityDelegate,
                120,
                lambda each: each.fixed,
                {VALUE_ROLE: lambda each: each.fixed},
            ),
        )
        self.rules: RowsTable[Rule] = RowsTable(theme, columns)
        self.rules.let_sort()
        self._filter = label("", "muted")
        self._filter.setBuddy(self.classes)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("")
        self.tabs.addTab("")
        self.texts = TextsList(theme)
        self.texts.head.insertWidget(0, self.tabs)
        self._lay_out()
        self.classes.currentIndexChanged.connect(self._fill)
        self.rules.chosen.connect(self._rule_chosen)
        self.rules.opened.connect(self._to_texts)
        self.tabs.currentChanged.connect(self._ask)
        self.texts.opened.connect(self.document_opened)
        self.retranslate()

    def _lay_out(self) -> None:
        upper = QWidget()
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self._filter)
        row.addWidget(self.classes)
        row.addStretch(1)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(row)
        column.addWidget(self.rules, 1)
        work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        for part, least in ((card(upper, SPACE_M), 180), (card(self.texts, SPACE_M), 150)):
            part.setMinimumHeight(least)
            work.addWidget(part)
        work.setSizes([330, 220])
        whole = QVBoxLayout(self.content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(work)

    # --- what the tab says ----------------------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Rules")

    def purpose(self) -> tuple[str, str]:
        return (
            self.tr(
                "After which phrases does the model nearly always give the same answer? And what breaks them?"
            ),
            self.tr("Find rules"),
        )

    def has_found(self) -> bool:
        return self.findings is not None and self.findings.rules is not None

    def start(self) -> None:
        assert self.run is not None
        wanted = str(self.wanted.currentData() or "")
        self.context.operations.explaining.rules(self.run.id, wanted, self.least.value() / 100)

    def say(self) -> None:
        super().say()
        idle = self.job() is None and not self.why_not()
        self.least.setVisible(idle)
        self.wanted.setVisible(idle and self.wanted.count() > 1)

    def nothing(self) -> str:
        rules = self.findings.rules if self.findings is not None else None
        if rules is None or rules.rules:
            return ""
        said = self.tr("No phrase in at least {least} of the {documents} texts fixes an answer.")
        return said.format(least=rules.least_documents, documents=f"{rules.documents:,}")

    def note(self) -> str:
        rules = self.findings.rules if self.findings is not None else None
        if rules is None:
            return ""
        said = self.tr("{count} rules over {documents} texts; a phrase stands in at least {least} of them.")
        said = said.format(
            count=f"{len(rules.rules):,}", documents=f"{rules.documents:,}", least=rules.least_documents
        )
        extra = {
            "tagging": self.tr("The answer is a type of entity in the text."),
            "multi": self.tr("Each label is looked at alone."),
            "score": self.tr("The answer is below the median score, or from it on."),
        }.get(self.task, "")
        return f"{said} {extra}".strip()

    def stale(self) -> tuple[str, str]:
        found = self.findings
        if found is None or found.rules is None or found.counts is None or not found.counts.rules_changed:
            return "", ""
        return self.tr("Texts have come or gone since these rules were counted."), self.tr("Count again")

    def retranslate(self) -> None:
        self._filter.setText(self.tr("Answer"))
        self.classes.setAccessibleName(self.tr("Answer"))
        self.wanted.setAccessibleName(self.tr("Search rules for this answer"))
        self.wanted.setToolTip(self.wanted.accessibleName())
        if self.wanted.count():
            self.wanted.setItemText(0, self.tr("For any answer"))
        self.least.setPrefix(self.tr("at least "))
        self.least.setAccessibleName(
            self.tr("How many of the texts with a phrase must get the answer, in percent")
        )
        self.least.setToolTip(self.least.accessibleName())
        self.rules.setAccessibleName(self.tr("Rules"))
        self.rules.rows_model.set_headings(
            (
                self.tr("With this phrase"),
                self.tr("the answer is"),
                self.tr("in (95 % interval)"),
                self.tr("Without it in"),
                self.tr("Texts with it"),
                self.tr("Stays fixed"),
            ),
            (
                "",
                "",
                self.tr(
                    "How often texts with the phrase get the answer, and where that may lie with other texts"
                ),
                self.tr("How often the other texts get the answer"),
                "",
                self.tr("How often the answer stays when a random half of the other words is taken out"),
            ),
        )
        self.tabs.setAccessibleName(self.tr("Examples or exceptions"))
        self.texts.retranslate()
        if self.classes.count():
            self.classes.setItemText(0, self.tr("All answers"))
        self._say_texts()
        self.say()

    # --- rules and their texts ------------------------------------------------------------------------------

    def show_findings(self) -> None:
        found = self.findings.rules if self.findings is not None else None
        rules = found.rules if found is not None else ()
        self._documents = found.documents if found is not None else 0
        self._show_search(found)
        if rules == self._shown:
            return
        self._shown = rules
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem(self.tr("All answers"), "")
        for name in dict.fromkeys(each.label for each in rules):
            self.classes.addItem(name, name)
        self.classes.blockSignals(False)
        self._fill()

    def _show_search(self, found: RunRules | None) -> None:
        """The choices as they were when the rules were searched for."""
        if found == self._searched:
            return
        self._searched = found
        self.wanted.clear()
        for name, value in ((self.tr("For any answer"), ""), *((each, each) for each in _labels(found))):
            self.wanted.addItem(name, value)
        self.wanted.setCurrentIndex(max(0, self.wanted.findData(found.label if found is not None else "")))
        self.least.setValue(round(100 * (found.least_precision if found is not None else LEAST_PRECISION)))

    @Slot()
    def _fill(self) -> None:
        wanted = self.classes.currentData()
        self.rules.set_rows([each for each in self._shown if not wanted or each.label == wanted])

    @Slot(object)
    def _rule_chosen(self, rule: Rule | None) -> None:
        if rule is not None and not rule.exceptions and self.tabs.currentIndex() == _EXCEPTIONS:
            self.tabs.setCurrentIndex(_EXAMPLES)
        self._ask()

    @Slot()
    def _ask(self) -> None:
        rule = self.rules.current()
        if rule is None:
            self.reader.forget(_TEXTS)
            self.texts.set_texts(())
        else:
            exceptions = self.tabs.currentIndex() == _EXCEPTIONS
            ids = rule.exceptions if exceptions else rule.examples
            self.reader.ask(_TEXTS, ReadTexts("exceptions" if exceptions else "examples", ids))
        self._say_texts()

    def take(self, channel: str, answer: object) -> None:
        if channel == _TEXTS and isinstance(answer, Texts):
            self.texts.set_texts(answer.rows)

    @Slot()
    def _to_texts(self) -> None:
        self.texts.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_texts(self) -> None:
        rule = self.rules.current()
        counts = (len(rule.examples), len(rule.exceptions)) if rule is not None else (0, 0)
        self.tabs.setTabText(_EXAMPLES, self.tr("Examples ({count})").format(count=counts[0]))
        self.tabs.setTabText(_EXCEPTIONS, self.tr("Exceptions ({count})").format(count=counts[1]))
        self.tabs.setTabEnabled(_EXCEPTIONS, counts[1] > 0)
        self.texts.table.setAccessibleName(self.tabs.tabText(self.tabs.currentIndex()))

    def _coverage(self, rule: Rule) -> str:
        share = percent(rule.documents / self._documents) if self._documents else ""
        return f"{rule.documents:,} · {share}"


def _labels(found: RunRules | None) -> tuple[str, ...]:
    return found.labels if found is not None else ()


def _precision_words(rule: Rule) -> str:
    low, high = percent(rule.precision.low), percent(rule.precision.high)
    return f"{percent(rule.precision.value)}  ({low} – {high})"
