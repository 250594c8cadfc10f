"""The shortcut alarm: words that decide but should not, each tested by taking it out of the texts."""

from __future__ import annotations

import shlex
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from engine.api.explaining.corpus import FindShortcuts, Suspect
from engine.api.wording import percent
from engine.api.wording_corpus import shortcut_words
from gui.context import Context
from gui.delegates.chip_delegate import TONE_ROLE, ChipDelegate
from gui.pages.corpus.painters import (
    MUTED_ROLE,
    PAIR_ROLE,
    CountDelegate,
    PairDelegate,
    PlainDelegate,
    StrongDelegate,
)
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import AcceptedWords, ReadTexts, Texts
from gui.pages.corpus.rows import Column, RowsTable
from gui.pages.corpus.texts_list import TextsList
from gui.pages.frames import card, scrolled
from gui.pages.train.command_line import CommandLine
from gui.store_reader import StoreReader
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, label

_TEXTS = "corpus-suspect-texts"
Key = tuple[str, str]


class ShortcutsPanel(CorpusPanel):
    """Above the suspects, worst first; below the chosen one: why, what may be done, examples."""

    requests = FindShortcuts
    icon = "warning"

    def __init__(self, context: Context, reader: StoreReader, parent: QWidget | None = None) -> None:
        super().__init__(context, reader, parent)
        theme = context.theme
        self._shown: tuple[Suspect, ...] | None = None
        self._accepted: set[Key] = set()
        pale: dict[int, Any] = {MUTED_ROLE: self._is_quiet}
        columns: tuple[Column[Suspect], ...] = (
            Column(lambda each: each.word, StrongDelegate, 150, lambda each: each.word, pale),
            Column(lambda each: each.label, ChipDelegate, 130, lambda each: each.label),
            Column(self._reason, PlainDelegate, None, lambda each: each.reason, pale),
            Column(lambda each: f"{each.documents:,}", CountDelegate, 70, lambda each: each.documents),
            Column(
                self._flips_words,
                PairDelegate,
                230,
                lambda each: each.flips / max(1, each.tested),
                {PAIR_ROLE: _pair},
            ),
            Column(self._state_words, ChipDelegate, 96, None, {TONE_ROLE: self._tone}),
        )
        self.suspects: RowsTable[Suspect] = RowsTable(theme, columns)
        self.suspects.let_sort()
        self.hidden = Button(theme, "", "quiet")
        self.hidden.setCheckable(True)
        self.reason = label("", wrap=True)
        self.figures = label("", "muted", wrap=True)
        self.strike = Button(theme, "", "normal", "minus")
        self.fine = Button(theme, "", "normal", "check")
        self.argue = label("", "muted", wrap=True)
        self.command = CommandLine(theme)
        self.texts = TextsList(theme)
        self._lay_out()
        self.suspects.chosen.connect(self._suspect_chosen)
        self.suspects.opened.connect(self._to_texts)
        self.hidden.toggled.connect(self._fill)
        self.strike.clicked.connect(self._strike)
        self.fine.clicked.connect(self._accept)
        self.texts.opened.connect(self.document_opened)
        context.session.struck_changed.connect(self._struck_changed)
        self.retranslate()

    def _lay_out(self) -> None:
        upper, details = QWidget(), QWidget()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.hidden)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(row)
        column.addWidget(self.suspects, 1)
        details.setObjectName("scrolled")
        column = QVBoxLayout(details)
        column.setContentsMargins(0, 0, SPACE_S, 0)
        column.setSpacing(SPACE_S)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.strike)
        buttons.addWidget(self.fine)
        buttons.addStretch(1)
        column.addWidget(self.reason)
        column.addWidget(self.figures)
        column.addLayout(buttons)
        column.addWidget(self.argue)
        column.addWidget(self.command)
        column.addStretch(1)
        lower = QWidget()
        row = QHBoxLayout(lower)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        row.addWidget(card(scrolled(details), SPACE_M), 1)
        row.addWidget(card(self.texts, SPACE_M), 1)
        work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        for part, least in ((card(upper, SPACE_M), 160), (lower, 190)):
            part.setMinimumHeight(least)
            work.addWidget(part)
        work.setSizes([300, 250])
        whole = QVBoxLayout(self.content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(work)

    # --- what the tab says ----------------------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Shortcuts")

    def purpose(self) -> tuple[str, str]:
        return (
            self.tr(
                "Does a word decide that should not: a leaked label, a trace of one file, markup, a name? Each"
                " suspect is tested by taking it out of the texts."
            ),
            self.tr("Look for shortcuts"),
        )

    def has_found(self) -> bool:
        return self.findings is not None and self.findings.shortcuts is not None

    def start(self) -> None:
        assert self.run is not None
        found = self.findings.shortcuts if self.findings is not None else None
        self.context.operations.explaining.shortcuts(self.run.id, found.method if found is not None else "")

    def stage_words(self, stage: str) -> str:
        own = {"measure": self.tr("Taking words out")}
        return own.get(stage) or super().stage_words(stage)

    def nothing(self) -> str:
        return "" if self._shown else self.tr("No word was found that decides and should not.")

    def note(self) -> str:
        found = self.findings.shortcuts if self.findings is not None else None
        if found is None:
            return ""
        said = self.tr("{count} suspects, the one on which most answers hang first").format(
            count=f"{len(found.suspects):,}"
        )
        extra = {
            "score": self.tr("An answer changes when the score moves by more than the scores' own spread."),
            "multi": self.tr("Each text counts with its surest label."),
            "tagging": self.tr("Each text counts with its surest entity."),
        }.get(self.task, "")
        return f"{said}. {extra}" if extra else said

    def stale(self) -> tuple[str, str]:
        counts = self.findings.counts if self.findings is not None else None
        if counts is None or counts.explained >= counts.documents:
            return "", ""
        said = self.tr("{count} texts are new or have changed since the search.")
        return said.format(count=f"{counts.documents - counts.explained:,}"), self.tr("Search again")

    def retranslate(self) -> None:
        self.suspects.setAccessibleName(self.tr("Suspected words"))
        self.suspects.rows_model.set_headings(
            (
                self.tr("Word"),
                self.tr("Speaks for"),
                self.tr("Why it is suspected"),
                self.tr("Texts"),
                self.tr("Answers that change: without it, random"),
                "",
            ),
            (
                "",
                "",
                "",
                self.tr("Texts with the word that were answered with the label"),
                self.tr("Above: without the word. Below: without as many random other words."),
            ),
        )
        self.strike.setToolTip(self.tr("Put the word on the list of an argument: it must not count"))
        self.texts.retranslate()
        self.command.retranslate()
        self._say_suspect()
        self.say()

    # --- suspects -------------------------------------------------------------------------------------------

    def show_findings(self) -> None:
        found = self.findings
        suspects = found.shortcuts.suspects if found is not None and found.shortcuts is not None else ()
        if suspects == self._shown:
            return
        self._shown = suspects
        self._accepted = set(found.accepted_words.words) if found is not None else set()
        self._fill()

    @Slot()
    def _fill(self) -> None:
        everything = self.hidden.isChecked()
        rows = [each for each in self._shown or () if everything or _key(each) not in self._accepted]
        at = self.suspects.currentIndex().row()
        self.suspects.set_rows(rows)
        self.suspects.choose(min(max(at, 0), len(rows) - 1))
        self._say_suspect()

    @Slot(object)
    def _suspect_chosen(self, suspect: Suspect | None) -> None:
        if suspect is None:
            self.reader.forget(_TEXTS)
            self.texts.set_texts(())
        else:
            self.reader.ask(_TEXTS, ReadTexts(suspect.word, suspect.examples))
        self._say_suspect()

    def take(self, channel: str, answer: object) -> None:
        if channel == _TEXTS and isinstance(answer, Texts):
            self.texts.set_texts(answer.rows)

    @Slot()
    def _to_texts(self) -> None:
        self.texts.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _strike(self) -> None:
        suspect = self.suspects.current()
        if suspect is not None:
            session = self.context.session
            session.strike(suspect.word, suspect.word not in session.struck)

    @Slot()
    def _struck_changed(self) -> None:
        self.suspects.viewport().update()
        self._say_suspect()

    @Slot()
    def _accept(self) -> None:
        suspect = self.suspects.current()
        if suspect is None or self.run is None:
            return
        self._accepted ^= {_key(suspect)}
        kept = AcceptedWords(tuple(sorted(self._accepted)))
        self.context.operations.keep_finding(self.run.id, kept)
        self._fill()

    # --- words ----------------------------------------------------------------------------------------------

    def _say_suspect(self) -> None:
        suspect = self.suspects.current()
        hidden = len(self._accepted & {_key(each) for each in self._shown or ()})
        self.hidden.setVisible(bool(hidden) or self.hidden.isChecked())
        self.hidden.setText(self.tr("Show those that are fine ({count})").format(count=hidden))
        for part in (self.strike, self.fine):
            part.setEnabled(suspect is not None)
        struck = self.context.session.struck
        on_list = suspect is not None and suspect.word in struck
        self.strike.setText(self.tr("Do not strike") if on_list else self.tr("Strike"))
        fine = suspect is not None and _key(suspect) in self._accepted
        self.fine.setText(self.tr("Suspect it again") if fine else self.tr("It is fine"))
        self.fine.setToolTip(self.tr("Kept in the project: the word is hidden here, also next time"))
        title = self.tr("Texts that hang on “{word}” most").format(word=suspect.word) if suspect else ""
        self.texts.set_title(title)
        if suspect is None:
            self.reason.setText(self.tr("Nothing is suspected, or all of it is fine."))
            self.figures.setText("")
        else:
            self.reason.setText(shortcut_words(suspect.reason, self.context.settings.language).sentence)
            self.figures.setText(self._figures(suspect))
        self.argue.setVisible(bool(struck))
        self.command.setVisible(bool(struck) and self.run is not None)
        words = ", ".join(f"“{word}”" for word in struck)
        self.argue.setText(
            self.tr(
                "To be struck: {words}. An argument trains the run on until struck words no longer count."
            ).format(words=words)
        )
        project = self.context.session.path
        if struck and self.run is not None and project is not None:
            parts = ["lexplain-cli", "argue", str(project), self.run.id, "--strike", *struck]
            self.command.set_text(shlex.join(parts))

    def _figures(self, suspect: Suspect) -> str:
        parts = [
            self.tr("It carries {share} of all that speaks for “{label}”.").format(
                share=percent(suspect.share_of_label), label=suspect.label
            )
        ]
        if self.task != "score":
            parts.append(
                self.tr(
                    "Without it the probability falls by {drop}, without random words by {random}."
                ).format(drop=_points(suspect.drop), random=_points(suspect.random_drop))
            )
        if suspect.training_share is not None and self.task != "score":
            parts.append(
                self.tr("{share} of the training texts with it have this label.").format(
                    share=percent(suspect.training_share)
                )
            )
        if suspect.reason == "source":
            parts.append(
                self.tr("{share} of the texts with it come from “{file}”.").format(
                    share=percent(suspect.source_share), file=suspect.source
                )
            )
        return " ".join(parts)

    def _reason(self, suspect: Suspect) -> str:
        return shortcut_words(suspect.reason, self.context.settings.language).name

    def _flips_words(self, suspect: Suspect) -> str:
        return self.tr("{flips} of {tested} answers change without it, {random} without random words").format(
            flips=suspect.flips, tested=suspect.tested, random=f"{suspect.random_flips:.1f}"
        )

    def _state_words(self, suspect: Suspect) -> str:
        if suspect.word in self.context.session.struck:
            return self.tr("struck")
        return self.tr("fine") if _key(suspect) in self._accepted else ""

    def _tone(self, suspect: Suspect) -> str:
        return "careful" if suspect.word in self.context.session.struck else "good"

    def _is_quiet(self, suspect: Suspect) -> bool:
        return _key(suspect) in self._accepted


def _key(suspect: Suspect) -> Key:
    return suspect.word, suspect.label


def _points(drop: float) -> str:
    """A fall of a probability; one that rises falls by less than nothing."""
    return f"{drop:.2f}".replace("-", "−")


def _pair(suspect: Suspect) -> tuple[float, float, str, str]:
    tested = max(1, suspect.tested)
    return (
        suspect.flips / tested,
        suspect.random_flips / tested,
        f"{suspect.flips} / {suspect.tested}",
        f"{suspect.random_flips:.1f}",
    )
