"""The right of the Data page: what is selected, in whole, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from engine.api.store.documents import Document
from gui import fonts
from gui.pages.data.entity_editor import EntityEditor, Span, WordsText
from gui.pages.data.label_editors import ScoreEditor, SeveralLabels
from gui.theme import FONT_LARGE, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import Button, ElidedLabel, label


class Neighbour(QWidget):
    """A row before or after in the file: its line and the beginning of its text. Signals: ``asked(id)``."""

    asked = Signal(int)

    def __init__(self, theme: Theme, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = 0
        self._text = ElidedLabel("", "muted")
        self.button = Button(theme, "", "quiet", icon)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.button)
        row.addWidget(self._text, 1)
        self.button.clicked.connect(self._ask)

    def show_document(self, document: Document | None, name: str) -> None:
        self.setVisible(document is not None)
        if document is not None:
            self._id = document.id
            self.button.setText(f"{document.line:,}")
            self.button.setAccessibleName(name)
            self.button.setToolTip(name)
            self._text.set_text(document.text[:300])

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self._id)


class DocumentInspector(QWidget):
    """Nothing, one document, or several at once.

    Signals: ``label_set(ids, label)``; of several labels ``label_switched(ids, label, on)``; of tagged words
    ``entity_set(id, start, end, type)``, '' removes, and ``tagged_set(id, tagged)``, without an entity;
    ``delete_asked(ids)``, ``explain_asked(id)``, ``document_asked(id)``.
    """

    label_set = Signal(object, str)
    label_switched = Signal(object, str, bool)
    entity_set = Signal(int, int, int, str)
    tagged_set = Signal(int, bool)
    delete_asked = Signal(object)
    explain_asked = Signal(int)
    document_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: list[int] = []
        self._wished: tuple[tuple[int, ...], str] | None = None
        self._document: Document | None = None
        self._around: tuple[Document | None, Document | None] = (None, None)
        self._source = ""
        self._split = ""
        self.title = label("", "strong", wrap=True)
        self.text = WordsText(theme)
        self.text.setFont(fonts.sized(self.text.font(), FONT_LARGE))
        self.entities = EntityEditor(theme, self.text)
        self.several = SeveralLabels(theme)
        self.score = ScoreEditor()
        self._task = "single"
        self._types: tuple[str, ...] = ()
        self._words: tuple[Span, ...] = ()
        self.label = QComboBox()
        self.label.setEditable(True)
        self.label.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        completer = self.label.completer()
        assert completer is not None  # an editable combo has one
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._label_name, self._split_name, self._source_name = (
            label("", "muted"),
            label("", "muted"),
            label("", "muted"),
        )
        self._split_value: QLabel = label("")
        self._source_value = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        self._hint = label("", "caption", wrap=True)
        self._around_name = label("", "muted")
        self.before, self.after = Neighbour(theme, "chevron-up"), Neighbour(theme, "chevron-down")
        self.explain = Button(theme, "", icon="explain")
        self.delete = Button(theme, "", icon="trash")
        self._lay_out()
        edit = self.label.lineEdit()
        assert edit is not None
        edit.returnPressed.connect(self._store_label)
        self.label.activated.connect(self._store_label)
        self.several.changed.connect(self._store)
        self.several.switched_for_all.connect(self._switch)
        self.entities.entity_set.connect(self._set_entity)
        self.entities.tagged.connect(self._set_tagged)
        self.score.changed.connect(self._store)
        self.explain.clicked.connect(self._ask_explain)
        self.delete.clicked.connect(self._ask_delete)
        self.before.asked.connect(self.document_asked)
        self.after.asked.connect(self.document_asked)
        self.retranslate()
        self.show_nothing()

    def _lay_out(self) -> None:
        facts = QGridLayout()
        facts.setHorizontalSpacing(SPACE_M)
        facts.setVerticalSpacing(SPACE_S)
        facts.setColumnStretch(1, 1)
        facts.addWidget(self._label_name, 0, 0, Qt.AlignmentFlag.AlignTop)
        for editor in (self.label, self.several, self.score, self.entities):
            facts.addWidget(editor, 0, 1)
        facts.addWidget(self._hint, 1, 1)
        facts.addWidget(self._split_name, 2, 0)
        facts.addWidget(self._split_value, 2, 1)
        facts.addWidget(self._source_name, 3, 0)
        facts.addWidget(self._source_value, 3, 1)
        self._facts = QWidget()
        self._facts.setLayout(facts)
        facts.setContentsMargins(0, 0, 0, 0)
        self._neighbours = QWidget()
        near = QVBoxLayout(self._neighbours)
        near.setContentsMargins(0, 0, 0, 0)
        near.setSpacing(SPACE_XS)
        near.addWidget(self._around_name)
        near.addWidget(self.before)
        near.addWidget(self.after)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.explain)
        row.addWidget(self.delete)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        column.addWidget(self.title)
        column.addWidget(self.text, 1)
        column.addWidget(self._facts)
        column.addWidget(self._neighbours)
        column.addWidget(self._buttons)
        column.addStretch(0)
        self._column = column

    def set_task(self, task: str, types: Sequence[str]) -> None:
        """What a text is given; ``types`` are the entity types in the order of their colours."""
        if (task, tuple(types)) != (self._task, self._types):
            self._task, self._types = task, tuple(types)
            self.retranslate()

    def set_labels(self, labels: Sequence[str]) -> None:
        """The labels to choose from; what is being typed stays."""
        if self._task == "multi":
            self.several.set_known(labels)
        blocker = QSignalBlocker(self.label)
        shown = self.label.currentText()
        self.label.clear()
        self.label.addItems(list(labels))
        self.label.setCurrentText(shown)
        blocker.unblock()

    # --- what is shown -----------------------------------------------------------------------------------

    def show_nothing(self) -> None:
        self._ids, self._document = [], None
        self._show()

    def show_document(
        self,
        document: Document,
        source: str,
        split: str,
        around: tuple[Document | None, Document | None],
        words: Sequence[Span] = (),
    ) -> None:
        """``source`` and ``split`` as words; ``around``: the rows before and after it in its file.

        ``words`` are those that can be tagged.
        """
        self._words = tuple(words)
        self._ids, self._document, self._around = [document.id], document, around
        self._source, self._split = source, split
        self.label.setCurrentText(document.label)
        self.score.show_label(document.label)
        self._show()

    def show_several(self, ids: Sequence[int]) -> None:
        if list(ids) != self._ids:
            self.several.show_counts(ids, {})
        self._ids, self._document = list(ids), None
        self.label.setCurrentText("")
        self.score.show_label(None)
        self._show()

    def show_shared(self, ids: Sequence[int], counts: Mapping[str, int]) -> None:
        """How many of the selected texts have each label, when that is known."""
        if list(ids) == self._ids and self._document is None:
            self.several.show_counts(ids, counts)

    def _show(self) -> None:
        one = self._document
        self._wished = None
        if one is not None:
            entities = one.entities or ()
            self.text.set_editing(self._task == "tagging")
            self.text.show_text(one.text, entities, self._types)
            if self._task == "tagging":
                self.entities.show_document(one, self._types, self._words)
            if self._task == "multi":
                self.several.show_label(one.id, one.label)
            self.title.setText(self.tr("Line {line}").format(line=f"{one.line:,}"))
            self._split_value.setText(self._split or self.tr("Not split yet"))
            self._source_value.set_text(self._source)
            before, after = self._around
            self.before.show_document(before, self.tr("Go to the row before"))
            self.after.show_document(after, self.tr("Go to the row after"))
        elif self._ids:
            self.title.setText(self.tr("{count} texts selected").format(count=f"{len(self._ids):,}"))
        else:
            self.title.setText(self.tr("Select a text to read it in full."))
        for widget in (
            self.text,
            self._split_name,
            self._split_value,
            self._source_name,
            self._source_value,
            self.explain,
        ):
            widget.setVisible(one is not None)
        task = self._task
        self.label.setVisible(task == "single")
        self.score.setVisible(task == "score")
        self.several.setVisible(task == "multi")
        self.entities.setVisible(task == "tagging" and one is not None)
        self._label_name.setVisible(one is not None or task != "tagging")
        self._hint.setText(self._hint_words())
        self._hint.setVisible(bool(self._hint.text()))
        self._neighbours.setVisible(one is not None and self._around != (None, None))
        self._facts.setVisible(bool(self._ids))
        self._buttons.setVisible(bool(self._ids))
        self._column.setStretch(self._column.count() - 1, 0 if one is not None else 1)

    def _hint_words(self) -> str:
        one = self._document
        if self._task == "single":
            return self.tr("Choose one, or type a new one and press Return.")
        if self._task == "multi":
            return "" if one is not None else self.tr("A label counts for all selected texts, as one step.")
        return ""

    # --- what the user does ------------------------------------------------------------------------------

    @Slot()
    def _store_label(self) -> None:
        self._store(self.label.currentText().strip())

    @Slot(str)
    def _store(self, label_text: str) -> None:
        unchanged = self._document is not None and self._document.label == label_text
        # Return also activates the item of that name: one wish is one edit
        wish = (tuple(self._ids), label_text)
        if self._ids and not unchanged and wish != self._wished:
            self._wished = wish
            self.label_set.emit(list(self._ids), label_text)

    @Slot(str, bool)
    def _switch(self, label_text: str, on: bool) -> None:
        if self._ids:
            self.label_switched.emit(list(self._ids), label_text, on)

    @Slot(int, int, str)
    def _set_entity(self, start: int, end: int, type: str) -> None:
        if self._document is not None:
            self.entity_set.emit(self._document.id, start, end, type)

    @Slot(bool)
    def _set_tagged(self, tagged: bool) -> None:
        if self._document is not None:
            self.tagged_set.emit(self._document.id, tagged)

    @Slot()
    def _ask_delete(self) -> None:
        self.delete_asked.emit(list(self._ids))

    @Slot()
    def _ask_explain(self) -> None:
        if self._document is not None:
            self.explain_asked.emit(self._document.id)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.text.setAccessibleName(self.tr("The whole text"))
        self.label.setAccessibleName(self.tr("Label"))
        self._label_name.setText(
            {
                "multi": self.tr("Labels"),
                "tagging": self.tr("Entities"),
                "score": self.tr("Score"),
            }.get(self._task, self.tr("Label"))
        )
        self._split_name.setText(self.tr("Split"))
        self._source_name.setText(self.tr("File"))
        self._around_name.setText(self.tr("Before and after in the file"))
        self.explain.setText(self.tr("Explain"))
        self.delete.setText(self.tr("Delete"))
        self._show()
