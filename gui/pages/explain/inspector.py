"""What is known of the text in view: probabilities, the question that is answered, and the words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.api.catalog import chosen_baseline
from engine.api.messages import TextPredicted
from engine.api.results import Explanation
from gui.pages.explain.baseline_box import BaselineBox
from gui.pages.explain.method_box import MethodBox
from gui.pages.explain.sentences import kind_words, probability_text, provenance
from gui.pages.explain.words_table import WordsTable
from gui.theme import SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import IconButton, label
from gui.widgets.blocks import Disclosure
from gui.widgets.figures import Probability, ProbabilityBars, score_text

_WORDS_HEIGHT = 150  # header and a few rows; a low window scrolls
_MOST_CLASSES = 4  # bars shown; the rest is a line


class Inspector(QWidget):
    """Signals: question_changed, method_changed, scale_changed: by the user; word_chosen(int)."""

    question_changed = Signal()
    method_changed = Signal()
    scale_changed = Signal()
    word_chosen = Signal(int)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._explanation: Explanation | None = None
        self._methods: tuple[str, ...] = ()
        self._default_method = ""
        self._labels: tuple[str, ...] = ()
        self._task = "single"
        self._rest_count = 0
        self._scale = (False, False)  # of the corpus; shared by two runs
        self._probabilities_title = label("", "section")
        self._bars = ProbabilityBars(theme)
        self._rest = label("", "caption")
        self._score = label("", "figure")
        self._score_before = label("", "muted")
        self._why = label("", "muted")
        self._rather = label("", "muted")
        self._method_label, self._baseline_label = label("", "muted"), label("", "muted")
        self._target, self._rival, self._method = _combo(), _combo(), MethodBox()
        self._baseline = BaselineBox()
        self._only_this = QCheckBox()
        self._words_title = label("", "section")
        self._copy = IconButton(theme, "copy", "")
        self._words = WordsTable(theme)
        self._facts = Disclosure(theme, "")
        self._facts_form = QFormLayout()
        self._facts_form.setVerticalSpacing(SPACE_XS)
        self._facts_form.setHorizontalSpacing(SPACE_M)
        self._facts.body().addLayout(self._facts_form)
        self._lay_out()
        self._target.activated.connect(self._target_chosen)
        self._rival.activated.connect(self._rival_chosen)
        self._method.activated.connect(self._method_chosen)
        self._baseline.activated.connect(self._baseline_chosen)
        self._only_this.toggled.connect(self._scale_chosen)
        self._copy.clicked.connect(self._words.copy)
        self._words.word_chosen.connect(self.word_chosen)
        self.target: str | None = None  # None: the predicted class
        self.rival: str | None = None  # None: the runner-up
        self.chosen_method = ""  # '': the run's default
        self._chosen_baseline = ""  # '': the method's own
        self.retranslate(language)

    def _lay_out(self) -> None:
        question = self._question = QFormLayout()
        question.setVerticalSpacing(SPACE_S)
        question.setHorizontalSpacing(SPACE_S)
        question.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        question.addRow(self._why, self._target)
        question.addRow(self._rather, self._rival)
        question.addRow(self._method_label, self._method)
        question.addRow(self._baseline_label, self._baseline)
        words = QHBoxLayout()
        words.addWidget(self._words_title)
        words.addStretch(1)
        words.addWidget(self._copy)
        column = QVBoxLayout(self)
        self.setObjectName("scrolled")
        self._words.setMinimumHeight(_WORDS_HEIGHT)
        column.setContentsMargins(0, SPACE_S, SPACE_XS, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._probabilities_title)
        column.addWidget(self._bars)
        column.addWidget(self._rest)
        column.addWidget(self._score)
        column.addWidget(self._score_before)
        column.addSpacing(SPACE_XS)
        column.addLayout(question)
        column.addWidget(self._only_this)
        column.addLayout(words)
        column.addWidget(self._words, 1)
        column.addWidget(self._facts)

    # --- what is shown --------------------------------------------------------------------------------------

    @property
    def method(self) -> str:
        """The explainer chosen; '' where there is none yet."""
        return self._method.method

    @property
    def baseline(self) -> str:
        """What the chosen method is to start from; '': its own, or it leaves no choice."""
        return chosen_baseline(self.chosen_method, self._chosen_baseline)

    def set_task(self, task: str) -> None:
        """What is asked of the texts: a score has no classes to compare."""
        self._task = task
        score = task == "score"
        for row in (self._target, self._rival):
            self._question.setRowVisible(row, not score)
        self._bars.setVisible(not score)
        for words in (self._score, self._score_before):
            words.setVisible(score)
        self._say_titles()

    @property
    def this_text_only(self) -> bool:
        return self._only_this.isChecked()

    def set_methods(self, methods: Sequence[str], default: str) -> None:
        """The explainers that fit the run, and the run's own; a choice that still fits is kept."""
        self.chosen_method = self.chosen_method if self.chosen_method in methods else ""
        self._methods, self._default_method = tuple(methods), default
        self._method.set_methods(self._methods, default, self._language)
        shown = self._explanation.method if self._explanation is not None else ""
        self._method.show_method(shown if shown in methods else self.chosen_method or default)
        self._show_baseline()

    def choose_method(self, method: str) -> None:
        """As if the user had chosen it."""
        self._method.show_method(method)
        self._method_chosen()

    def _show_baseline(self) -> None:
        shown = self._explanation
        of_shown = shown is not None and shown.method == self.method
        self._baseline.show_baseline(
            self.method, shown.baseline if shown is not None and of_shown else self._chosen_baseline
        )
        self._question.setRowVisible(self._baseline, self._baseline.offered)

    def ask_anew(self) -> None:
        """Another text: again the predicted class against the runner-up."""
        self.target = self.rival = None

    def set_prediction(self, now: TextPredicted, before: TextPredicted | None) -> None:
        """What was predicted; ``before`` for the text as it was before it was edited."""
        if now.task == "score":
            self._score.setText(score_text(now.probabilities[0]))
            old = score_text(before.probabilities[0]) if before else ""
            self._score_before.setText(self.tr("before: {score}").format(score=old) if old else "")
            self._labels = now.labels
            return
        if now.task == "tagging":  # an entity's probabilities come with its explanation
            if now.labels != self._labels:
                self._labels = now.labels
                self._fill_question()
            return
        held = None
        if now.task == "multi":
            limits = now.thresholds or (0.5,) * len(now.labels)
            held = [p >= limit for p, limit in zip(now.probabilities, limits, strict=True)]
        self._set_probabilities(now.labels, now.probabilities, before.probabilities if before else None, held)

    def _set_probabilities(
        self,
        labels: Sequence[str],
        now: Sequence[float],
        before: Sequence[float] | None,
        held: Sequence[bool] | None = None,
    ) -> None:
        """Probabilities in the labels' order; ``held``: which of several labels were given."""
        ranked = sorted(range(len(labels)), key=lambda i: -now[i])
        rows = []
        for i in ranked[:_MOST_CLASSES]:
            text = probability_text(now[i])
            if before is not None:
                text = self.tr("{old} → {new}").format(old=probability_text(before[i]), new=text)
            name = kind_words(labels[i]) if self._task == "tagging" else labels[i]
            if held is not None and held[i]:
                name = f"✓ {name}"
            rows.append(Probability(name, now[i], text, None if before is None else before[i]))
        self._bars.set_rows(rows)
        self._rest_count = max(0, len(labels) - _MOST_CLASSES)
        self._say_rest()
        if tuple(labels) != self._labels:
            self._labels = tuple(labels)
            self._fill_question()

    def set_explanation(self, explanation: Explanation | None) -> None:
        self._explanation = explanation
        self._words.set_explanation(explanation)
        if explanation is not None:
            if explanation.labels != self._labels:
                self._labels = explanation.labels
            self._method.show_method(explanation.method)  # not always what was asked for
            self._show_baseline()
            if explanation.task == "tagging":
                self._set_probabilities(explanation.labels, explanation.probabilities, None)
        self._fill_question()
        self._fill_facts()
        for widget in (self._copy, self._facts):
            widget.setEnabled(explanation is not None)

    def clear(self) -> None:
        self._bars.set_rows(())
        self._score.clear()
        self._score_before.clear()
        self._labels = ()
        self._rest_count = 0
        self._say_rest()
        self.set_explanation(None)

    def _fill_question(self) -> None:
        target = self._explanation.target if self._explanation else self.target
        rival = self._explanation.rival if self._explanation else self.rival
        for box, chosen, other in ((self._target, target, None), (self._rival, rival, target)):
            box.clear()
            if self._task == "multi" and box is self._rival and target is not None:
                box.addItem(self.tr("that it does not hold"), "")
            for name in self._labels:
                if name != other:
                    box.addItem(kind_words(name) if self._task == "tagging" else name, name)
            box.setCurrentIndex(box.findData(chosen) if chosen is not None else -1)
            box.setEnabled(box.count() > 0)

    def _fill_facts(self) -> None:
        while self._facts_form.rowCount():
            self._facts_form.removeRow(0)
        if self._explanation is None:
            return
        for name, value in provenance(self._explanation, self._language):
            shown = label(value)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts_form.addRow(label(name, "muted"), shown)

    # --- words ----------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self._language = language
        self._bars.setAccessibleName(self.tr("Probabilities"))
        self._why.setText(self.tr("Why"))
        self._rather.setText(self.tr("rather than"))
        self._method_label.setText(self.tr("by"))
        self._baseline_label.setText(self.tr("from"))
        self._baseline.retranslate()
        self._target.setAccessibleName(self.tr("Why this class"))
        self._rival.setAccessibleName(self.tr("rather than this class"))
        self._method.setAccessibleName(self.tr("Method of explaining"))
        self._only_this.setText(self.tr("Colours for this text only"))
        self._say_scale()
        self._words_title.setText(self.tr("Words"))
        self._copy.set_icon("copy", self.tr("Copy the words as a table (TSV)"))
        self._words.setAccessibleName(self.tr("Words and their scores"))
        self._words.retranslate()
        self._facts.set_title(self.tr("How it was computed"))
        self._method.set_methods(self._methods, self._default_method, language)
        self._say_titles()
        self._say_rest()
        found = self._explanation
        if found is not None and found.task == "tagging":  # “no entity” is a word of ours
            self._set_probabilities(found.labels, found.probabilities, None)
        self._fill_question()
        self._fill_facts()

    def say_scale(self, *, of_corpus: bool, shared: bool) -> None:
        """Which score is drawn in full strength: the corpus has said it, or two runs share a scale."""
        if (of_corpus, shared) != self._scale:
            self._scale = (of_corpus, shared)
            self._say_scale()

    def _say_scale(self) -> None:
        of_corpus, shared = self._scale
        if shared:
            words = self.tr(
                "Two runs are on one scale: a full tint is the largest share that a word has of all scores."
            )
        elif of_corpus:
            words = self.tr(
                "Off: one scale for a class, so that a weak text looks weak. A full tint is what 1 in 100 words"
                " of the explained corpus reaches."
            )
        else:
            words = self.tr(
                "Off: one scale for a class, so that a weak text looks weak. A full tint is the strongest word"
                " looked at so far; once all texts are explained on the Corpus page, it is that of the corpus."
            )
        self._only_this.setEnabled(not shared)
        self._only_this.setToolTip(words)
        self._only_this.setAccessibleDescription(words)

    def _say_titles(self) -> None:
        title = {"score": self.tr("Score"), "tagging": self.tr("Probabilities of this entity")}
        self._probabilities_title.setText(title.get(self._task, self.tr("Probabilities")))

    def _say_rest(self) -> None:
        self._rest.setText(self.tr("Classes not shown: {count}").format(count=self._rest_count))
        self._rest.setVisible(self._rest_count > 0)

    # --- what the user does ---------------------------------------------------------------------------------

    @Slot()
    def _target_chosen(self) -> None:
        self.target = str(self._target.currentData())
        if self.rival == self.target:
            self.rival = None
        self.question_changed.emit()

    @Slot()
    def _rival_chosen(self) -> None:
        self.rival = str(self._rival.currentData())
        self.target = str(self._target.currentData())
        self.question_changed.emit()

    @Slot()
    def _method_chosen(self) -> None:
        self.chosen_method = self.method
        self._method.show_method(self.method)
        self._show_baseline()
        self.method_changed.emit()

    @Slot()
    def _baseline_chosen(self) -> None:
        self._chosen_baseline = self._baseline.baseline
        self.chosen_method = self.method
        self.method_changed.emit()

    @Slot()
    def _scale_chosen(self) -> None:
        self.scale_changed.emit()


def _combo() -> QComboBox:
    box = QComboBox()
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box
