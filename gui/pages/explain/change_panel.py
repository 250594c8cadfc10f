"""The tab “Change”: what would turn the answer."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from engine.api.explaining.change import Change, SmallestChange, SmallestChangeFound
from engine.api.messages import Result
from engine.api.tasks import split_labels
from gui.context import Context
from gui.jobs import Job
from gui.pages.explain.asking import AskingPanel
from gui.pages.explain.change_card import ChangeCard
from gui.pages.explain.sentences import kind_words, probability_text
from gui.pages.explain.side_panel import Subject
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, label


class ChangePanel(AskingPanel):
    """The fewest words to take out or to replace. A changed text that is looked at keeps the answer in view."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found: SmallestChange | None = None
        self._rival = ""  # '': any other answer
        self._rival_of: Hashable = None  # the text that it was chosen for
        self._visiting = False  # a changed text is in view
        self._into = label("", "muted")
        self._rivals = QComboBox()
        self._rivals.setMinimumContentsLength(8)
        self._rivals.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.back = Button(context.theme, "", icon="undo")
        self._head = label("", wrap=True)
        self._no_removal, self._no_replacement = label("", wrap=True), label("", wrap=True)
        self.removal, self.replacement = ChangeCard(context.theme), ChangeCard(context.theme)
        self._facts = label("", "caption", wrap=True)
        form = QFormLayout(self.above)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(SPACE_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._into, self._rivals)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        for widget in (
            self._head,
            self.back,
            self.removal,
            self._no_removal,
            self.replacement,
            self._no_replacement,
            self._facts,
        ):
            column.addWidget(widget)
        self._rivals.activated.connect(self._rival_chosen)
        self.removal.chosen.connect(self.text_offered)
        self.replacement.chosen.connect(self.text_offered)
        self.back.clicked.connect(self._go_back)
        self.retranslate(self.language)

    def title(self) -> str:
        return self.tr("Change")

    # --- the question -----------------------------------------------------------------------------------

    def set_subject(self, subject: Subject | None) -> None:
        found = self._found
        self._visiting = False
        if subject is not None and found is not None and self._answered and found.run == subject.run.id:
            offered = [each.text for each in (found.removal, found.replacement) if each is not None]
            self._visiting = subject.explanation.text in offered
        if self._visiting:
            self.say()
            return
        if subject is not None:
            text = (subject.run.id, subject.explanation.text, subject.explanation.span)
            if text != self._rival_of:
                self._rival, self._rival_of = "", text
            self._fill_rivals(subject)
        super().set_subject(subject)

    def question(self, subject: Subject) -> Hashable:
        explanation = subject.explanation
        unit = explanation.word_unit
        return (subject.run.id, explanation.document, explanation.text, explanation.span, self._rival, unit)

    def submit(self, subject: Subject) -> Job:
        found = subject.explanation
        stored = found.document is not None
        return self.context.operations.explaining.smallest_change(
            subject.run.id, found.document, None if stored else found.text, self._rival, found.span
        )

    def show_result(self, result: Result) -> None:
        if isinstance(result, SmallestChangeFound):
            self._found = result.change

    def _fill_rivals(self, subject: Subject) -> None:
        found = subject.explanation
        blocker = QSignalBlocker(self._rivals)
        self._rivals.clear()
        multi = found.task == "multi"
        self._rivals.addItem(self.tr("any label") if multi else self.tr("any other answer"), "")
        names = {"score": (), "tagging": tuple(n for n in found.labels if n not in ("O", found.label))}.get(
            found.task, found.labels
        )
        for name in names:
            if name != found.label or multi:
                self._rivals.addItem(name, name)
        self._rivals.setCurrentIndex(max(0, self._rivals.findData(self._rival)))
        blocker.unblock()

    @Slot()
    def _rival_chosen(self) -> None:
        self._rival = str(self._rivals.currentData() or "")
        self._ask()

    @Slot()
    def _go_back(self) -> None:
        found = self._found
        if found is None:
            return
        if found.document is not None:
            self.document_requested.emit(found.document)
        else:
            self.text_offered.emit(found.text)

    # --- words ------------------------------------------------------------------------------------------

    def idle_words(self) -> str:
        return self.tr("Choose a text, or type one; then this says what would turn the answer.")

    def asking_words(self) -> str:
        return self.tr("Looking for the fewest words that turn the answer…")

    def retranslate(self, language: str) -> None:
        self._rivals.setAccessibleName(self.tr("Into which answer"))
        if self.subject is not None:
            self._fill_rivals(self.subject)
        self.back.setText(self.tr("Back to the text as it was"))
        super().retranslate(language)

    def say(self) -> None:
        super().say()
        subject = self.subject
        self.above.setVisible(subject is not None and self._rivals.count() > 1)
        multi = subject is not None and subject.explanation.task == "multi"
        self._into.setText(self.tr("What turns") if multi else self.tr("What turns it into"))
        if not self.answered or self._found is None:
            return
        found = self._found
        self._head.setText(self._answer_now(found))
        self.back.setVisible(self._visiting)
        self._show_card(self.removal, found, found.removal)
        self._show_card(self.replacement, found, found.replacement)
        self._no_removal.setVisible(found.removal is None)
        self._no_replacement.setVisible(found.replacement is None)
        answer = self._answer(found, found.label)
        self._no_removal.setText(
            self.tr("Nothing that is taken out turns {answer}: all was tried.").format(answer=answer)
            if found.smallest
            else self.tr("No removal of a few words turns {answer}.").format(answer=answer)
        )
        self._no_replacement.setText(self.tr("No other words were found that turn it."))
        self._facts.setText(self._facts_words(found))

    def _show_card(self, card: ChangeCard, found: SmallestChange, change: Change | None) -> None:
        card.setVisible(change is not None)
        if change is None:
            return
        card.show_change(found, change)
        if card is self.removal:
            title = self.tr("%n words taken out", "", len(change.words))
            notes = [
                self.tr("No fewer words do it: all were tried.")
                if found.smallest
                else self.tr("Fewer words may do it: not all were tried.")
            ]
            if not change.verified:
                notes.append(
                    self.tr("The answer turns while the words are masked; cut out of the text, it stays.")
                )
        else:
            title = self.tr("%n words replaced", "", len(change.words))
            notes = [self.tr("The model was asked about this very text.")]
        card.set_words(title, self._turned(found, change), " ".join(notes), careful=not change.verified)
        card.setToolTip(self.tr("Read this text and see its highlight"))

    def _answer(self, found: SmallestChange, stored: str) -> str:
        if found.task == "multi":
            return ", ".join(f"“{name}”" for name in split_labels(stored)) or self.tr("none of the labels")
        return stored if found.task == "score" else f"“{kind_words(stored)}”"

    def _answer_now(self, found: SmallestChange) -> str:
        answer = self._answer(found, found.label)
        if found.task == "score":
            return self.tr("The score is {score}.").format(score=answer)
        if found.span is not None:
            words = " ".join(found.text[slice(*found.span)].split())
            return self.tr("“{entity}” is {answer} with {probability}.").format(
                entity=words, answer=answer, probability=probability_text(found.probability)
            )
        return self.tr("The answer is {answer} with {probability}.").format(
            answer=answer, probability=probability_text(found.probability)
        )

    def _turned(self, found: SmallestChange, change: Change) -> str:
        answer = self._answer(found, change.label)
        if found.task == "score":
            return self.tr("Then it is {answer}.").format(answer=answer)
        return self.tr("Then it is {answer} with {probability}.").format(
            answer=answer, probability=probability_text(change.probability)
        )

    def _facts_words(self, found: SmallestChange) -> str:
        parts = []
        if found.amount:
            parts.append(
                self.tr(
                    "A score counts as changed when it moves by more than the run's own mean error, {amount}."
                ).format(amount=f"{found.amount:.3g}")
            )
        parts.append(self.tr("The model was asked about %n texts.", "", found.asked))
        if found.removal is not None or found.replacement is not None:
            parts.append(self.tr("Click a change to read it in the text."))
        return " ".join(parts)
