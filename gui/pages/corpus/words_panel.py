"""The words and phrases that carry each class, and the texts with them: keyword in context."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import explainer_of, explainers_for
from engine.api.explaining.corpus import CorpusWord, ExplainCorpus
from engine.api.store.corpus import WordHit
from gui.context import Context
from gui.delegates.chip_delegate import ChipDelegate
from gui.pages.corpus.painters import (
    HIT_ROLE,
    SHARE_ROLE,
    ContextDelegate,
    CountDelegate,
    SignedBarDelegate,
    StrongDelegate,
)
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import Hits, ReadHits
from gui.pages.corpus.rows import Column, RowsTable
from gui.pages.explain.method_box import MethodBox
from gui.pages.explain.sealer import default_explainer
from gui.pages.frames import card
from gui.store_reader import StoreReader
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, ClearButton, ElidedLabel

_HITS = "corpus-hits"
_BOTH, _WORDS, _PHRASES = range(3)
_ROW = 34


class WordsPanel(CorpusPanel):
    """Left the words of a class, right the texts with the one that is chosen."""

    requests = ExplainCorpus
    icon = "corpus"

    def __init__(self, context: Context, reader: StoreReader, parent: QWidget | None = None) -> None:
        super().__init__(context, reader, parent)
        theme = context.theme
        self._asked: ReadHits | None = None
        self._hits: Hits | None = None
        self._strongest = 1.0  # the largest mean score of the rows shown
        self._strongest_hit = 1.0
        self._shown: tuple[CorpusWord, ...] = ()
        self._explained = ("", "")  # the run shown, and the method that its texts are explained by
        self.classes = QComboBox()
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.classes.setMaximumWidth(200)
        self.kinds = QComboBox()
        self.kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for kind in (_BOTH, _WORDS, _PHRASES):
            self.kinds.addItem("", kind)
        self.methods = MethodBox()
        self.methods.setMinimumContentsLength(20)  # the name and that it is the default
        self._head.insertWidget(self._head.indexOf(self.again), self.methods)
        self.anew = Button(theme, "", "quiet", "redo")
        self._head.addWidget(self.anew)
        self.search = QLineEdit()
        self._clear = ClearButton(theme, self.search)
        words: tuple[Column[CorpusWord], ...] = (
            Column(lambda each: each.word, StrongDelegate, None, lambda each: each.word),
            Column(
                lambda each: signed(each.mean_score),
                SignedBarDelegate,
                170,
                lambda each: each.mean_score,
                {SHARE_ROLE: lambda each: each.mean_score / self._strongest},
            ),
            Column(lambda each: f"{each.documents:,}", CountDelegate, 70, lambda each: each.documents),
            Column(lambda each: f"{each.occurrences:,}", CountDelegate, 94, lambda each: each.occurrences),
        )
        self.words: RowsTable[CorpusWord] = RowsTable(theme, words, row_height=_ROW)
        self.words.let_sort()
        contexts: tuple[Column[WordHit], ...] = (
            Column(
                lambda each: f"{each.before}{each.word}{each.after}",
                ContextDelegate,
                None,
                None,
                {
                    HIT_ROLE: lambda each: (
                        each.before,
                        each.word,
                        each.after,
                        each.score / self._strongest_hit,
                    )
                },
            ),
            Column(lambda each: each.label, ChipDelegate, 110),
        )
        self.contexts: RowsTable[WordHit] = RowsTable(theme, contexts, lambda each: each.document, _ROW)
        self._title = ElidedLabel("", "strong")
        self._open = Button(theme, "", "quiet", "explain")
        self._lay_out()
        self.classes.currentIndexChanged.connect(self._fill)
        self.kinds.currentIndexChanged.connect(self._fill)
        self.methods.activated.connect(self.say)
        self.anew.clicked.connect(self.begin_anew)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._look_up)
        self.words.chosen.connect(self._word_chosen)
        self.words.opened.connect(self._to_contexts)
        self.contexts.opened.connect(self.document_opened)
        self._open.clicked.connect(self.contexts.open_current)
        self.retranslate()

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.classes)
        row.addWidget(self.kinds)
        row.addStretch(1)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(row)
        column.addWidget(self.search)
        column.addWidget(self.words, 1)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._open)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(head)
        column.addWidget(self.contexts, 1)
        work = QSplitter(Qt.Orientation.Horizontal)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        for part, least in ((card(left, SPACE_M), 430), (card(right, SPACE_M), 380)):
            part.setMinimumWidth(least)
            work.addWidget(part)
        work.setSizes([520, 620])
        work.setStretchFactor(1, 1)
        whole = QVBoxLayout(self.content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(work)

    # --- what the tab says ----------------------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Words")

    def purpose(self) -> tuple[str, str]:
        begun = self.findings is not None and bool(self.findings.method)
        counts = self.findings.counts if self.findings is not None else None
        if begun and counts is not None and counts.explained:
            sentence = self.tr("{explained} of {documents} texts are explained. It goes on where it stopped.")
            return sentence.format(
                explained=f"{counts.explained:,}", documents=f"{counts.documents:,}"
            ), self.tr("Go on")
        return (
            self.tr("Which words carry each answer over all your texts? Every text is explained once."),
            self.tr("Explain all texts"),
        )

    def has_found(self) -> bool:
        return self.findings is not None and self.findings.summary is not None

    def start(self) -> None:
        assert self.run is not None
        # what was begun goes on with the same method, unless another one is chosen
        chosen = self.methods.method if self._other_method() else self._method()
        self.context.operations.explaining.explain_corpus(self.run.id, chosen)

    @Slot()
    def begin_anew(self) -> None:
        """Explain the texts that the summary is of once more, by the same method."""
        summary = self.findings.summary if self.findings is not None else None
        if self.run is not None and summary is not None and self.job() is None:
            self._failure = None
            self.context.operations.explaining.explain_corpus(
                self.run.id, summary.method, summary.split, anew=True
            )
            self.say()

    def _method(self) -> str:
        """By which the texts are explained; '' where none is."""
        found = self.findings
        if found is None:
            return ""
        return found.summary.method if found.summary is not None else found.method

    def _other_method(self) -> bool:
        """Whether the user has chosen another method than the one that the texts are explained by."""
        return self.has_found() and self.methods.method not in ("", self._method())

    def _fill_methods(self) -> None:
        """The methods that can say which words carry a class; the one in use is chosen."""
        project, run = self.context.session.project, self.run
        if project is None or run is None:
            self.methods.set_methods((), "", self.context.settings.language)
            return
        found = [each for each in explainers_for(run.model_method, project.task) if explainer_of(each).signed]
        default = default_explainer(project, run)
        self.methods.set_methods(found, default, self.context.settings.language)

    def say(self) -> None:
        super().say()
        idle = self.has_found() and self.job() is None
        self.methods.setVisible(idle)
        self.anew.setVisible(idle and not self._other_method())

    def again_words(self) -> str:
        return self.tr("Explain all again") if self._other_method() else self.tr("Explain new texts")

    def note(self) -> str:
        found = self.findings
        if found is None or found.summary is None:
            return ""
        by = wording.explainer_words(found.summary.method, self.context.settings.language).name
        counts, summary = found.counts, found.summary
        explained = counts.explained if counts is not None else summary.documents
        documents = counts.documents if counts is not None else summary.documents
        parts = [
            self.tr("{explained} of {documents} texts explained · {method}").format(
                explained=f"{explained:,}", documents=f"{documents:,}", method=by
            )
        ]
        if summary.skipped:
            parts.append(self.tr("{count} without anything to explain").format(count=f"{summary.skipped:,}"))
        if self.task == "score":
            parts.append(self.tr("positive raises the score"))
        return " · ".join(parts)

    def stale(self) -> tuple[str, str]:
        found = self.findings
        if found is None or found.summary is None or self._other_method():
            return "", ""
        if self._other_model():
            return self.tr("The run's model is another one now."), self.tr("Explain all texts")
        if found.counts is not None and found.counts.explained < found.counts.documents:
            new = found.counts.documents - found.counts.explained
            said = self.tr("{count} texts are new or have changed since; they are not counted yet.")
            return said.format(count=f"{new:,}"), self.tr("Explain them")
        return "", ""

    def _other_model(self) -> bool:
        found, run = self.findings, self.run
        if found is None or found.summary is None or run is None or not run.model_hash:
            return False
        return bool(found.summary.model_hash) and found.summary.model_hash != run.model_hash

    def retranslate(self) -> None:
        for at, name in enumerate((self.tr("Words and phrases"), self.tr("Words"), self.tr("Phrases"))):
            self.kinds.setItemText(at, name)
        self.kinds.setAccessibleName(self.tr("Words, phrases or both"))
        self._fill_methods()
        self.methods.setAccessibleName(self.tr("Method of explaining"))
        self.anew.setText(self.tr("Do again"))
        self.anew.setToolTip(
            self.tr(
                "Drops what is kept by this method and explains the same texts once more. For texts that are new or"
                " have changed the other button is enough."
            )
        )
        self.anew.setAccessibleDescription(self.anew.toolTip())
        self.classes.setAccessibleName(self.tr("Class"))
        self.classes.setToolTip(self.tr("The answer whose words are shown"))
        self.search.setPlaceholderText(self.tr("Search (Return: in all texts)"))
        self.search.setAccessibleName(self.tr("Search a word"))
        self.words.setAccessibleName(self.tr("Words that carry the class"))
        self.words.rows_model.set_headings(
            (self.tr("Word"), self.tr("Mean score"), self.tr("Texts"), self.tr("Occurrences")),
            (
                "",
                self.tr(
                    "Of an occurrence, in the texts that were answered with this class: right speaks for it"
                ),
                self.tr("Texts with the word that were answered with this class"),
                "",
            ),
        )
        self.contexts.rows_model.set_headings((self.tr("In its context"), self.tr("Answer")))
        self._open.setText(self.tr("Explain"))
        self._open.setToolTip(self.tr("Open the text in Explain (Return)"))
        self._say_hits()
        self.say()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # --- words ----------------------------------------------------------------------------------------------

    def show_findings(self) -> None:
        summary = self.findings.summary if self.findings is not None else None
        explained = (self._run_id(), self._method())
        if explained != self._explained:
            self._explained = explained
            self._fill_methods()
            self.methods.show_method(self._method())
        found = (*summary.words, *summary.phrases) if summary is not None else ()
        if found == self._shown:
            return
        self._shown = found
        before = self.classes.currentData()
        self.classes.blockSignals(True)
        self.classes.clear()
        for name, count in (summary.label_documents if summary is not None else {}).items():
            self.classes.addItem(f"{name} ({count:,})", name)
        self.classes.setCurrentIndex(max(0, self.classes.findData(before)))
        self.classes.blockSignals(False)
        self.classes.setVisible(self.classes.count() > 1)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        summary = self.findings.summary if self.findings is not None else None
        if summary is None:
            self.words.set_rows(())
            return
        kind, label = self.kinds.currentData(), self.classes.currentData()
        words = summary.words if kind != _PHRASES else ()
        phrases = summary.phrases if kind != _WORDS else ()
        typed = self.search.text().strip().casefold()
        rows = [each for each in (*words, *phrases) if each.label == label and typed in each.word]
        rows.sort(key=lambda each: -each.total_score)
        self._strongest = max((abs(each.mean_score) for each in rows), default=0.0) or 1.0
        self.words.set_rows(rows)

    @Slot(object)
    def _word_chosen(self, word: CorpusWord | None) -> None:
        found = self.findings
        if word is None or found is None:
            self._asked = self._hits = None
            self.reader.forget(_HITS)
            self.contexts.set_rows(())
        else:
            self._ask(ReadHits(found.run, found.method, word.word, word.label))
        self._say_hits()

    @Slot()
    def _look_up(self) -> None:
        """What was typed, in all explained texts, also where it is not among the strongest."""
        typed, found = self.search.text().strip(), self.findings
        if typed and found is not None and found.method:
            self._ask(ReadHits(found.run, found.method, typed, None))
            self._say_hits()

    def look_for(self, words: str) -> bool:
        """Show the texts with these words; False where no text is explained."""
        found = self.findings
        if found is None or found.summary is None or not found.method:
            return False
        self.search.setText(words)
        self._look_up()
        return True

    def _ask(self, query: ReadHits) -> None:
        if query != self._asked:
            self._asked, self._hits = query, None
            self.reader.ask(_HITS, query)

    @Slot()
    def _to_contexts(self) -> None:
        self.contexts.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, channel: str, answer: object) -> None:
        if channel == _HITS and isinstance(answer, Hits) and answer.asked == self._asked:
            self._hits = answer
            self._strongest_hit = max((abs(each.score) for each in answer.rows), default=0.0) or 1.0
            self.contexts.set_rows(answer.rows)
            self._say_hits()

    def _say_hits(self) -> None:
        hits = self._hits
        self.contexts.setColumnHidden(1, self._asked is None or self._asked.label is not None)
        self._open.setEnabled(hits is not None and bool(hits.rows))
        if self._asked is None:
            self._title.set_text(self.tr("Choose a word to read it in its texts"))
        elif hits is None:
            self._title.set_text(self.tr("Reading…"))
        else:
            count = f"{len(hits.rows):,}"
            words = (
                self.tr("“{word}” in its texts, the strongest {count}")
                if hits.cut
                else self.tr("“{word}” in {count} texts, where it speaks most first")
            )
            self._title.set_text(words.format(word=hits.asked.word, count=count))
        self.contexts.setAccessibleName(self._title.full_text())


def signed(score: float) -> str:
    """A score with its sign, the minus of print."""
    return f"{round(score, 3) + 0.0:+.3f}".replace("-", "−")
