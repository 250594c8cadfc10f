"""The tab “Evidence”: the training texts that a decision was learnt from, and their labels to correct."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import msgspec
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.errors import ErrorReport, KnownError
from engine.api.explaining.influence import Influence, Influences, InfluencesFound
from engine.api.messages import Result
from engine.api.store.documents import Document
from engine.api.tasks import split_labels
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.explain.asking import AskingPanel
from gui.pages.explain.evidence_row import DOUBTED, Correction, EvidenceRow
from gui.pages.explain.evidence_words import words_now
from gui.pages.explain.sentences import kind_words
from gui.pages.explain.side_panel import Subject
from gui.theme import SPACE_M, SPACE_S, SPACE_XS
from gui.widgets.basic import Button, label
from gui.widgets.blocks import Banner, Disclosure
from gui.widgets.flow import clear

_SHOWN = 5  # rows of a group before “show all”
_FOR, _AGAINST, _NEAR = range(3)


class EvidencePanel(AskingPanel):
    """Correcting a label here is the same edit as on the Data page, and can be undone like it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found: Influences | None = None
        self._now: dict[int, str] = {}  # labels of the rows as the project has them, or their entities
        self._then: dict[int, str] = {}  # the same when the answer came
        self._open: tuple[int, int] | None = None  # group and document of the opened row
        self._whole: set[int] = set()  # groups that show all their rows
        self._training: Job | None = None
        self._training_failed: ErrorReport | None = None
        self.hint = Banner(context.theme, "careful", "")
        self.retrain = Button(context.theme, "", icon="refresh")
        self._head = label("", wrap=True)
        self._groups = [Disclosure(context.theme, "", opened=True) for _ in range(3)]
        self._lists = [QVBoxLayout() for _ in range(3)]
        self._more = [Button(context.theme, "", "quiet") for _ in range(3)]
        self.correction = Correction(context.theme, self)
        self.correction.hide()
        self._facts = label("", "caption", wrap=True)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._head)
        for group, rows, more in zip(self._groups, self._lists, self._more, strict=True):
            rows.setSpacing(2)
            group.body().setSpacing(SPACE_XS)
            group.body().addLayout(rows)
            group.add(more)
            column.addWidget(group)
            more.clicked.connect(self._show_more)
        column.addSpacing(SPACE_M)
        column.addWidget(self._facts)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self.hint)
        layout.insertWidget(1, self.retrain)
        self.above.hide()
        self.hint.hide()
        self.retrain.clicked.connect(self.train_again)
        self.correction.label_set.connect(self._set_label)
        self.correction.entities.entity_set.connect(self._set_entity)
        self.correction.entities.tagged_set.connect(self._set_tagged)
        self.correction.look_asked.connect(self.document_requested)
        context.session.documents_changed.connect(self._documents_changed)
        context.session.closed.connect(self._closed)
        self.retranslate(self.language)

    def title(self) -> str:
        return self.tr("Evidence")

    def word_menu(self, index: int) -> list[tuple[str, object]]:
        subject = self.subject
        if subject is None:
            return []
        find: Callable[[], None] = lambda: self.context.session.search_requested.emit(  # noqa: E731
            subject.explanation.word(index)
        )
        return [(self.tr("Find it in all texts"), find)]

    # --- the question -----------------------------------------------------------------------------------

    def question(self, subject: Subject) -> Hashable:
        found = subject.explanation
        return (subject.run.id, found.document, found.text, found.span)

    def submit(self, subject: Subject) -> Job:
        found = subject.explanation
        stored = found.document is not None
        return self.context.operations.explaining.influences(
            subject.run.id, found.document, None if stored else found.text, found.span
        )

    def show_result(self, result: Result) -> None:
        if isinstance(result, InfluencesFound):
            self._found = result.influences
            self._open, self._whole = None, set()
            self._read_labels()
            rows = (*self._found.pushes, *self._found.neighbours)
            self._then = self._now if self._tagging else {row.document: row.label for row in rows}
            self._build()

    # --- the rows ---------------------------------------------------------------------------------------

    def _rows(self, group: int) -> Sequence[Influence]:
        found = self._found
        if found is None:
            return ()
        if group == _NEAR:
            return found.neighbours
        return [each for each in found.pushes if (each.push > 0) == (group == _FOR)]

    def _read_labels(self) -> None:
        """Labels as the project has them now; a text that is gone keeps its last."""
        project, found = self.context.session.project, self._found
        self._now = {}
        if project is None or found is None:
            return
        for row in (*found.pushes, *found.neighbours):
            if row.document not in self._now:
                try:
                    document = project.documents.get(row.document)
                except KnownError:
                    self._now[row.document] = row.label
                else:
                    entities = (
                        "" if document.entities is None else msgspec.json.encode(document.entities).decode()
                    )
                    self._now[row.document] = entities if self._tagging else document.label

    def _build(self) -> None:
        """Rows anew; the opened one stays open."""
        for rows in self._lists:
            rows.removeWidget(self.correction)
            clear(rows)
        self.correction.hide()
        for group, rows in enumerate(self._lists):
            every = self._rows(group)
            shown = every if group in self._whole else every[:_SHOWN]
            for row in shown:
                row = self._as_now(row)
                widget = EvidenceRow(self.context.theme, row, pushing=group != _NEAR)
                widget.chosen.connect(self._row_chosen)
                rows.addWidget(widget)
                if self._open == (group, row.document):
                    self._open_below(rows, widget)
            self._groups[group].setVisible(bool(every))
            self._more[group].setVisible(len(every) > len(shown))
        self._say_rows()

    @property
    def _tagging(self) -> bool:
        return self._found is not None and self._found.span is not None

    def _as_now(self, row: Influence) -> Influence:
        """With the label, or the types of its words, that the project has now."""
        if not self._tagging:
            return msgspec.structs.replace(row, label=self._now.get(row.document, row.label))
        document = self._document(row.document)
        return row if document is None else words_now(row, document)

    def _document(self, id: int) -> Document | None:
        """As the project has it; None where it is gone."""
        project = self.context.session.project
        try:
            return None if project is None else project.documents.get(id)
        except KnownError:
            return None

    def rows(self, group: int) -> list[EvidenceRow]:
        """The rows of a group: 0 for, 1 against, 2 the most alike."""
        layout = self._lists[group]
        widgets = [item.widget() for at in range(layout.count()) if (item := layout.itemAt(at))]
        return [widget for widget in widgets if isinstance(widget, EvidenceRow)]

    def _open_below(self, rows: QVBoxLayout, row: EvidenceRow) -> None:
        assert self._found is not None
        row.set_selected(True)
        labels = self.subject.explanation.labels if self.subject is not None else ()
        task = self.subject.explanation.task if self.subject is not None else "single"
        self.correction.show_row(row.row, task, labels)
        if self._tagging:
            self._show_entities(row.row.document, labels[1:])
        rows.insertWidget(rows.indexOf(row) + 1, self.correction)
        self.correction.show()

    def _show_entities(self, id: int, types: Sequence[str]) -> None:
        document, project = self._document(id), self.context.session.project
        if document is not None and project is not None:
            self.correction.entities.show_document(document, types, project.documents.words(id))

    @Slot(str)
    def _row_chosen(self, key: str) -> None:
        row = self.sender()
        group = next(at for at in range(3) if any(each is row for each in self.rows(at)))
        chosen = (group, int(key))
        for rows in self._lists:
            rows.removeWidget(self.correction)
        self.correction.hide()
        for at in range(3):
            for each in self.rows(at):
                each.set_selected(False)
        self._open = None if chosen == self._open else chosen
        if self._open is not None and isinstance(row, EvidenceRow):
            self._open_below(self._lists[group], row)

    @Slot()
    def _show_more(self) -> None:
        self._whole.add(next(at for at, more in enumerate(self._more) if more is self.sender()))
        self._build()

    # --- labels -----------------------------------------------------------------------------------------

    @Slot(int, str)
    def _set_label(self, document: int, stored: str) -> None:
        self.context.operations.set_label([document], stored)

    @Slot(int, int, int, str)
    def _set_entity(self, document: int, start: int, end: int, type: str) -> None:
        self.context.operations.set_entity(document, start, end, type)

    @Slot(int, bool)
    def _set_tagged(self, document: int, tagged: bool) -> None:
        self.context.operations.set_tags(document, [] if tagged else None)

    @Slot()
    def _documents_changed(self) -> None:
        if self._found is None:
            return
        before = dict(self._now)
        self._read_labels()
        if self._now != before:
            self._build()
        self.say()

    @Slot()
    def _closed(self) -> None:
        self._found, self._training, self._training_failed = None, None, None
        self._forget()
        self.say()

    @property
    def labels_changed(self) -> bool:
        """Whether the run has not learnt from the labels of now."""
        found = self._found
        if found is None or not self.answered:
            return False
        return found.edited or self._now != self._then

    @Slot()
    def train_again(self) -> None:
        """The same method with the same options, on the texts of now; the new run then comes into view."""
        if self.subject is None or self._training is not None:
            return
        run = self.subject.run
        self._training_failed = None
        self._training = job = self.context.operations.train(run.method, run.source, run.options)
        job.failed.connect(self._training_refused)
        job.ended.connect(self._training_ended)
        self.say()

    @Slot(object)
    def _training_refused(self, error: ErrorReport) -> None:
        self._training_failed = error

    @Slot()
    def _training_ended(self) -> None:
        self._training = None
        self.say()

    # --- words ------------------------------------------------------------------------------------------

    def idle_words(self) -> str:
        return self.tr("Choose a text, or type one; then this shows what its answer was learnt from.")

    def asking_words(self) -> str:
        return self.tr("Reading the training texts; the first time takes longest…")

    def retranslate(self, language: str) -> None:
        self.correction.retranslate()
        super().retranslate(language)
        self._say_rows()

    def say(self) -> None:
        super().say()
        self.above.hide()
        found = self._found
        self._say_hint()
        if found is None or not self.answered:
            return
        score = self.subject is not None and self.subject.explanation.task == "score"
        self._head.setText(self._head_words(found))
        names = (
            (self.tr("Raised the score"), self.tr("Lowered the score"))
            if score
            else (self.tr("Pushed for it"), self.tr("Pushed against it"))
        )
        for group, name in enumerate((*names, self.tr("Most alike"))):
            count = len(self._rows(group))
            self._groups[group].set_title(f"{name} · {count}")
            self._more[group].setText(self.tr("Show all {count}").format(count=count))
        self._facts.setText(self._facts_words(found))

    def _head_words(self, found: Influences) -> str:
        task = self.subject.explanation.task if self.subject is not None else "single"
        texts = f"{found.training_texts:,}"
        if not found.pushes:
            return self.tr("None of {texts} training texts pushed this answer.").format(texts=texts)
        if task == "score":
            return self.tr("What among {texts} training texts moved the score {score} most.").format(
                texts=texts, score=found.label
            )
        if found.span is not None:
            return self.tr("What among {texts} training texts pushed “{words}: {type}” most.").format(
                texts=texts,
                words=" ".join(found.text[slice(*found.span)].split()),
                type=kind_words(found.label),
            )
        return self.tr("What among {texts} training texts pushed {answer} most.").format(
            texts=texts, answer=self._label_words(found.label)
        )

    def _label_words(self, stored: str) -> str:
        task = self.subject.explanation.task if self.subject is not None else "single"
        if task == "multi":
            return ", ".join(f"“{name}”" for name in split_labels(stored)) or self.tr("none of the labels")
        return f"“{stored}”" if stored else self.tr("no label")

    def _facts_words(self, found: Influences) -> str:
        if found.checkpoints <= 1:
            kept = self.tr(
                "The run keeps no states of its training, so the finished model alone is asked:"
                " what speaks for the answer now, not the way there."
            )
        else:
            kept = self.tr("Summed over %n states of the training.", "", found.checkpoints)
        return kept + " " + self.tr("A push is the share of all pushes in both directions.")

    def _say_rows(self) -> None:
        for group in range(3):
            for row in self.rows(group):
                each = row.row
                if group == _NEAR:
                    facts = self.tr("{share} alike").format(share=_percent(each.likeness))
                else:
                    facts = f"{100 * each.push:+.1f} %".replace("-", "−")
                doubt = ""
                if each.doubt >= DOUBTED:
                    doubt = self.tr("label doubtful, {share}").format(share=_percent(each.doubt))
                named = _named(each) if each.words else self._label_words(each.label)
                row.set_words(named, facts, doubt)

    def _say_hint(self) -> None:
        training = self._training is not None
        if training:
            words = self.tr("Training again in the background; then the new run comes into view.")
            self.hint.set_message("info", words)
        elif self._training_failed is not None:
            self.hint.set_message("bad", describe(self._training_failed, self.language).text)
        else:
            self.hint.set_message("careful", self.tr("Texts or labels have changed since this run learnt."))
        told = self.labels_changed or training or self._training_failed is not None
        self.hint.setVisible(told)
        self.retrain.setVisible(told and not training and self.subject is not None)
        self.retrain.setText(self.tr("Train again"))


def _named(row: Influence) -> str:
    """The words of a row with their types."""
    words = (f"“{row.text[word.start : word.end]}” {kind_words(word.label)}" for word in row.words)
    return ", ".join(words)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
