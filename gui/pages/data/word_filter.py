"""Texts by the score that a word has in them, where a run has explained all texts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.store.corpus import ExplainedCorpus, WordFilter
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button, ClearButton, label


class WordFilterBox(QWidget):
    """A word, the corpus it is looked up in, the class that was answered, and limits of its score.

    Signals: changed: by the user, ``chosen`` is another one. corpus_asked: no text is explained; show where to.
    """

    changed = Signal()
    corpus_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corpora: tuple[ExplainedCorpus, ...] = ()
        self._language = "en"
        self._said: WordFilter | None = None  # last told, or shown by ``show_filter``
        self._none = label("", "caption", wrap=True)
        self._to_corpus = Button(theme, "", "quiet", "corpus")
        self.word = QLineEdit()
        ClearButton(theme, self.word)
        self.corpora, self.classes = _combo(), _combo()
        self.low, self.high = _number(), _number()
        self._form = QWidget()
        limits = QHBoxLayout()
        limits.setSpacing(SPACE_S)
        limits.addWidget(self.low)
        limits.addWidget(self.high)
        rows = QVBoxLayout(self._form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        for row in (self.word, self.corpora, self.classes):
            rows.addWidget(row)
        rows.addLayout(limits)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._none)
        column.addWidget(self._to_corpus, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._form)
        self.word.editingFinished.connect(self._tell)
        self.word.textChanged.connect(self._emptied)
        self.low.editingFinished.connect(self._tell)
        self.high.editingFinished.connect(self._tell)
        self.corpora.activated.connect(self._corpus_chosen)
        self.classes.activated.connect(self._tell)
        self._to_corpus.clicked.connect(self.corpus_asked)
        self.retranslate()

    @property
    def chosen(self) -> WordFilter | None:
        """None where there is no word, or nothing to look it up in."""
        word, corpus = self.word.text().strip(), self._corpus()
        if not word or corpus is None:
            return None
        return WordFilter(
            run=corpus.run,
            method=corpus.method,
            word=word,
            label=self.classes.currentData(),
            low=_value(self.low),
            high=_value(self.high),
        )

    def set_corpora(self, corpora: Sequence[ExplainedCorpus], language: str) -> None:
        """What words can be looked up in; the one that is chosen stays chosen."""
        before = self._corpus()
        self._corpora, self._language = tuple(corpora), language
        self.corpora.clear()
        for each in self._corpora:
            method = wording.explainer_words(each.method, language).name
            self.corpora.addItem(f"{each.title} · {method}")
        kept = None if before is None else self._index(before.run, before.method)
        self.corpora.setCurrentIndex(max(0, kept if kept is not None else 0) if self._corpora else -1)
        self._fill_classes()
        for part in (self._none, self._to_corpus):
            part.setVisible(not self._corpora)
        self._form.setVisible(bool(self._corpora))

    def show_filter(self, which: WordFilter | None) -> None:
        """What is filtered by; emits nothing. What is being typed is left alone where that is nothing new."""
        if which == self._said:
            return
        self._said = which
        self.word.setText("" if which is None else which.word)
        for limit, value in ((self.low, which and which.low), (self.high, which and which.high)):
            limit.setText("" if value is None else f"{value:g}")
        if which is not None:
            self.corpora.setCurrentIndex(self._index(which.run, which.method))
        self._fill_classes()
        self.classes.setCurrentIndex(max(0, self.classes.findData(which and which.label)))

    def _corpus(self) -> ExplainedCorpus | None:
        at = self.corpora.currentIndex()
        return self._corpora[at] if 0 <= at < len(self._corpora) else None

    def _index(self, run: str, method: str) -> int:
        found = (at for at, each in enumerate(self._corpora) if (each.run, each.method) == (run, method))
        return next(found, -1)

    def _fill_classes(self) -> None:
        corpus, before = self._corpus(), self.classes.currentData()
        self.classes.clear()
        self.classes.addItem(self.tr("Any class"), None)
        for name in corpus.labels if corpus is not None else ():
            self.classes.addItem(name, name)
        self.classes.setCurrentIndex(max(0, self.classes.findData(before)))

    # --- what the user does ---------------------------------------------------------------------------------

    @Slot()
    def _corpus_chosen(self) -> None:
        self._fill_classes()
        self._tell()

    @Slot(str)
    def _emptied(self, text: str) -> None:
        """The cross in the field takes the filter away at once."""
        if not text and self._said is not None:
            self._tell()

    @Slot()
    def _tell(self) -> None:
        if self.chosen != self._said:
            self._said = self.chosen
            self.changed.emit()

    # --- words ----------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self._none.setText(
            self.tr(
                "Texts can be found by how much a word decided in them, once a run has explained all texts"
                " on the Corpus page."
            )
        )
        self._to_corpus.setText(self.tr("Open Corpus"))
        self.word.setPlaceholderText(self.tr("A word that decided"))
        self.word.setAccessibleName(self.tr("Only texts with this word"))
        self.word.setToolTip(self.tr("Only texts with this word, by its score in them (Return)"))
        self.corpora.setAccessibleName(self.tr("Explained by"))
        self.corpora.setToolTip(self.tr("The run and the method that explained all texts"))
        self.classes.setAccessibleName(self.tr("Answered with"))
        self.classes.setToolTip(self.tr("Only texts that were answered with this class"))
        self.low.setPlaceholderText(self.tr("at least"))
        self.low.setAccessibleName(self.tr("Score at least"))
        self.low.setToolTip(self.tr("The word's score in the text, at least; empty: any"))
        self.high.setPlaceholderText(self.tr("below"))
        self.high.setAccessibleName(self.tr("Score below"))
        self.high.setToolTip(self.tr("The word's score in the text, below; empty: any"))
        self.set_corpora(self._corpora, self._language)


def _combo() -> QComboBox:
    box = QComboBox()
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _number() -> QLineEdit:
    edit = QLineEdit()
    validator = QDoubleValidator(edit)
    validator.setLocale(QLocale.c())  # as scores are written everywhere here
    edit.setValidator(validator)
    return edit


def _value(edit: QLineEdit) -> float | None:
    return float(edit.text()) if edit.hasAcceptableInput() else None
