"""Labels that may be wrong: the suggestion beside the label, corrected or confirmed right there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.api.explaining.influence import FindLabelDoubts, LabelDoubt
from engine.api.retagging import OUTSIDE
from engine.api.store.documents import Document
from engine.api.tasks import split_labels
from engine.api.wording import percent
from gui.context import Context
from gui.delegates.chip_delegate import TONE_ROLE, ChipDelegate
from gui.delegates.probability_delegate import VALUE_ROLE, ProbabilityDelegate
from gui.delegates.text_delegate import TINTS_ROLE, TextDelegate, Tint
from gui.pages.corpus.doubted import Doubted, doubted, with_type
from gui.pages.corpus.painters import CountDelegate
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import AcceptedLabels, ReadTexts, Texts
from gui.pages.corpus.rows import Column, RowsTable
from gui.pages.frames import card
from gui.store_reader import StoreReader
from gui.theme import SPACE_M, SPACE_S, Theme
from gui.widgets.basic import Button, label
from gui.widgets.figures import score_text

_NOW = "corpus-doubted-texts"


class DoubtsTable(RowsTable[Doubted]):
    """Signals: suggested: Ctrl+Return takes the suggestion. confirmed: Ctrl+D says that the label is right."""

    suggested = Signal()
    confirmed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.suggested.emit()
                return
            if event.key() == Qt.Key.Key_D:
                self.confirmed.emit()
                return
        super().keyPressEvent(event)


class DoubtsPanel(CorpusPanel):
    """The most doubtful first."""

    requests = FindLabelDoubts
    icon = "label"

    def __init__(self, context: Context, reader: StoreReader, parent: QWidget | None = None) -> None:
        super().__init__(context, reader, parent)
        theme: Theme = context.theme
        self._doubts: tuple[LabelDoubt, ...] | None = None
        self._now: dict[int, Document] | None = None
        self._accepted: set[tuple[int, str]] = set()
        columns: tuple[Column[Doubted], ...] = (
            Column(lambda each: each.doubt.text, TextDelegate, None, None, {TINTS_ROLE: self._tints}),
            Column(
                self._label_words,
                ChipDelegate,
                130,
                lambda each: each.doubt.label,
                {TONE_ROLE: lambda each: "neutral" if each.corrected else "careful"},
            ),
            Column(
                self._suggested_words,
                ChipDelegate,
                130,
                lambda each: each.doubt.suggested,
                {TONE_ROLE: lambda each: "accent"},
            ),
            Column(
                lambda each: percent(each.doubt.chance),
                ProbabilityDelegate,
                104,
                lambda each: each.doubt.chance,
                {VALUE_ROLE: lambda each: each.doubt.chance},
            ),
            Column(
                lambda each: percent(each.doubt.neighbours),
                ProbabilityDelegate,
                104,
                lambda each: each.doubt.neighbours,
                {VALUE_ROLE: lambda each: each.doubt.neighbours},
            ),
            Column(lambda each: f"{each.doubt.doubt:.2f}", CountDelegate, 70, lambda each: each.doubt.doubt),
            Column(self._state_words, ChipDelegate, 96, None, {TONE_ROLE: lambda each: "good"}),
        )
        self.table = DoubtsTable(theme, columns, lambda each: each.doubt.document)
        self.table.let_sort()
        self.hidden = Button(theme, "", "quiet")
        self.hidden.setCheckable(True)
        self.take_it = Button(theme, "", "normal", "check")
        # a menu, not a list: stepping through a list by key would set each label on the way
        self.labels = QMenu(self)
        self.other = Button(theme, "")
        self.other.setMenu(self.labels)
        self.fine = Button(theme, "", "normal")
        self.open = Button(theme, "", "quiet", "explain")
        self._about = label("", "muted", wrap=True)
        self._lay_out()
        self.table.chosen.connect(self._row_chosen)
        self.table.opened.connect(self.document_opened)
        self.table.suggested.connect(self._take_suggestion)
        self.table.confirmed.connect(self._accept)
        self.take_it.clicked.connect(self._take_suggestion)
        self.labels.triggered.connect(self._other_chosen)
        self.fine.clicked.connect(self._accept)
        self.open.clicked.connect(self.table.open_current)
        self.hidden.toggled.connect(self._fill)
        self.retranslate()

    def _lay_out(self) -> None:
        inner = QWidget()
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for part in (self.take_it, self.other, self.fine, self.open):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.hidden)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._about)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        whole = QVBoxLayout(self.content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card(inner, SPACE_M))

    # --- what the tab says ----------------------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Label doubts")

    def purpose(self) -> tuple[str, str]:
        return (
            self.tr(
                "Which texts may have a wrong label? Each is judged by models that have not learnt from it."
            ),
            self.tr("Judge the labels"),
        )

    def why_not(self) -> str:
        project = self.context.session.project
        if self.task != "tagging" or self.run is None or project is None:
            return ""
        if self.run.model_method == "bag-of-words":
            return self.tr("A bag of words has no states of words to judge by: choose another run.")
        if project.has_two_encoders(self.run.id):
            return self.tr("Words are judged by the states of one encoder: choose a run that has one.")
        return ""

    def has_found(self) -> bool:
        return self.findings is not None and self.findings.doubts is not None

    def start(self) -> None:
        assert self.run is not None
        self.context.operations.explaining.label_doubts(self.run.id)

    def again_words(self) -> str:
        return self.tr("Judge again")

    def nothing(self) -> str:
        found = self.findings.doubts if self.findings is not None else None
        if found is None or found.doubts:
            return ""
        return self.tr("No label of {texts} looks wrong.").format(texts=f"{found.texts:,}")

    def note(self) -> str:
        found = self.findings.doubts if self.findings is not None else None
        if found is None:
            return ""
        about = (
            self.tr("In at most about {expected} of {texts} texts an entity is wrong or missed")
            if self.task == "tagging"
            else self.tr("About {expected} of {texts} labels are expected to be wrong")
        )
        parts = [about.format(expected=f"{found.expected:,.0f}", texts=f"{found.texts:,}")]
        corrected = sum(each.corrected for each in self._rows())
        if corrected:
            parts.append(
                self.tr("{count} changed since: train again to learn from them").format(count=corrected)
            )
        return " · ".join(parts)

    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Texts whose label may be wrong, the most doubtful first"))
        self.table.rows_model.set_headings(
            (
                self.tr("Text"),
                self.tr("Label"),
                self.tr("Rather"),
                self.tr("Chance of label"),
                self.tr("Neighbours"),
                self.tr("Doubt"),
                "",
            ),
            (
                "",
                self.tr("As it was judged"),
                self.tr("What the models say that have not learnt from this text"),
                self.tr("Of the given label, by models that have not learnt from this text"),
                self.tr("How many of the most alike texts have the same label"),
                self.tr("From 0 to 1: both together, of tagged words the chance alone"),
            ),
        )
        self._about.setText(
            self.tr(
                "A doubt is a reason to read the text, not a verdict. A changed label can be undone with Ctrl+Z."
            )
        )
        self.take_it.setToolTip(self.tr("Give the text the suggested label (Ctrl+Return)"))
        self.fine.setToolTip(
            self.tr("Kept in the project: the doubt is hidden here, also next time (Ctrl+D)")
        )
        self.open.setText(self.tr("Explain"))
        self.open.setToolTip(self.tr("Open the text in Explain (Return)"))
        self._fill_labels()
        self._say_row()
        self.say()

    # --- doubts ---------------------------------------------------------------------------------------------

    def show_findings(self) -> None:
        found = self.findings
        doubts = found.doubts.doubts if found is not None and found.doubts is not None else ()
        if doubts == self._doubts:
            return
        self._doubts, self._now = doubts, None
        self._accepted = set(found.accepted_labels.labels) if found is not None else set()
        self._fill_labels()
        self._fill()
        self.read_labels()

    def read_labels(self) -> None:
        """The texts' labels as they are now."""
        if self._doubts:
            self.reader.ask(_NOW, ReadTexts("now", tuple(each.document for each in self._doubts)))

    def take(self, channel: str, answer: object) -> None:
        if channel == _NOW and isinstance(answer, Texts):
            self._now = {each.id: each for each in answer.rows}
            self._fill()
            self.say()

    def _rows(self) -> list[Doubted]:
        """Those of texts that there still are."""
        now = self._now
        if now is None:
            return [Doubted(each, None) for each in self._doubts or ()]
        return [doubted(each, now[each.document]) for each in self._doubts or () if each.document in now]

    def _is_fine(self, row: Doubted) -> bool:
        return row.key in self._accepted

    @Slot()
    def _fill(self) -> None:
        current = self.table.current()
        at = self.table.currentIndex().row()
        scrolled = self.table.verticalScrollBar().value()
        everything = self.hidden.isChecked()
        self.table.set_rows([each for each in self._rows() if everything or not self._is_fine(each)])
        rows = self.table.rows_model.rows()
        same = [i for i, each in enumerate(rows) if current and each.doubt.document == current.doubt.document]
        self.table.choose(same[0] if same else min(max(at, 0), len(rows) - 1))
        self.table.verticalScrollBar().setValue(scrolled)
        self._say_row()

    @Slot()
    def _row_chosen(self) -> None:
        self._say_row()

    @Slot()
    def _take_suggestion(self) -> None:
        row = self.table.current()
        if row is not None:
            self._set_label(row.doubt.label if row.corrected else row.doubt.suggested)

    @Slot(QAction)
    def _other_chosen(self, action: QAction) -> None:
        self._set_label(str(action.data()))

    def _set_label(self, name: str) -> None:
        row = self.table.current()
        if row is not None and name != (row.doubt.label if row.now is None else row.now):
            self._store(row.doubt, name)
            at = self.table.currentIndex().row()
            if at + 1 < self.table.rows_model.rowCount() and name != row.doubt.label:
                self.table.choose(at + 1)  # what is done is left behind

    def _store(self, doubt: LabelDoubt, name: str) -> None:
        if doubt.span is None:
            self.context.operations.set_label([doubt.document], name)
        elif self._now is not None:
            entities = with_type(doubt, self._now[doubt.document], name)
            self.context.operations.set_tags(doubt.document, entities)

    @Slot()
    def _accept(self) -> None:
        row = self.table.current()
        if row is None or self.run is None:
            return
        self._accepted ^= {row.key}
        self.context.operations.keep_finding(self.run.id, AcceptedLabels(tuple(sorted(self._accepted))))
        at = self.table.currentIndex().row()
        self._fill()
        self.table.choose(min(at, self.table.rows_model.rowCount() - 1))

    # --- words ----------------------------------------------------------------------------------------------

    def _fill_labels(self) -> None:
        project = self.context.session.project
        tagging, one = self.task == "tagging", self.task in ("single", "tagging")
        self.other.setText(self.tr("Another type") if tagging else self.tr("Another label"))
        self.labels.clear()
        names = project.documents.labels() if project is not None and one else []
        for name in (*names, *([OUTSIDE] if tagging else ())):
            # a single ampersand would be a mnemonic
            self.labels.addAction(self._said(name).replace("&", "&&")).setData(name)
        self.other.setVisible(one)

    def _say_row(self) -> None:
        row = self.table.current()
        for part in (self.take_it, self.other, self.fine, self.open):
            part.setEnabled(row is not None)
        if row is not None and row.corrected:
            words = self.tr("Back to “{label}”").format(label=self._said(row.doubt.label))
        elif row is not None:
            words = self.tr("Set “{label}”").format(label=self._said(row.doubt.suggested))
        else:
            words = self.tr("Set the label")
        self.take_it.setText(words)
        fine = row is not None and self._is_fine(row)
        self.fine.setText(self.tr("Doubt it again") if fine else self.tr("The label is right"))
        hidden = sum(self._is_fine(each) for each in self._rows())
        self.hidden.setVisible(bool(hidden) or self.hidden.isChecked())
        self.hidden.setText(self.tr("Show those that are right ({count})").format(count=hidden))

    def _said(self, name: str) -> str:
        if self.task == "multi":
            return ", ".join(split_labels(name)) or self.tr("no label")
        if self.task == "score":
            return score_text(float(name))
        if self.task == "tagging" and name == OUTSIDE:
            return self.tr("no entity")
        return name

    def _label_words(self, row: Doubted) -> str:
        said = self._said(row.doubt.label)
        return f"{said}: {row.words}" if row.words else said

    def _suggested_words(self, row: Doubted) -> str:
        return self._said(row.doubt.suggested)

    def _tints(self, row: Doubted) -> tuple[Tint, ...]:
        """The doubted words among the others."""
        span = row.doubt.span
        return () if span is None else ((*span, self.context.theme.palette.accent_soft),)

    def _state_words(self, row: Doubted) -> str:
        if row.corrected:
            assert row.now is not None
            return f"→ {self._said(row.now) if row.now else self.tr('no label')}"
        return self.tr("right") if self._is_fine(row) else ""
