"""What cleaning and changing would do to the user's own texts: before and after, differences marked."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from engine.api.errors import ErrorKind, ErrorReport, OptionValue
from engine.api.messages_transfer import PreparationPreviewed
from engine.api.results_transfer import PreparedText
from gui.context import Context
from gui.errors import describe
from gui.pages.choice_words import choice_words
from gui.pages.train.differences import Piece, differences
from gui.theme import SPACE_L, SPACE_M, SPACE_XL, Palette
from gui.widgets.basic import Button
from gui.widgets.blocks import EmptyState, PageHeader

TEXTS = 20
_SAID = ("cleaning", "augment", "augment_share")
_SHOWN, _EMPTY = range(2)


class PreviewDialog(QDialog):
    """Asks once, when it is made; needs an open project."""

    def __init__(
        self,
        context: Context,
        source: str,
        options: Mapping[str, OptionValue],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._found: tuple[PreparedText, ...] | None = None
        self._error: ErrorReport | None = None
        self._header = PageHeader(context.theme, "")
        self._text = QTextEdit()
        self._text.setReadOnly(True)
        self._empty = EmptyState(context.theme, "search", "")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._text)
        self._pages.addWidget(self._empty)
        self._close = Button(context.theme, "")
        self._close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._header)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)
        self.resize(960, 620)
        context.theme.changed.connect(self._say)
        wanted = {name: value for name, value in options.items() if name in _SAID}
        self._job = context.operations.preview_preparation(source, wanted, TEXTS)
        self._job.finished.connect(self._finished)
        self._job.failed.connect(self._failed)
        self._job.interrupted.connect(self._interrupted)
        self.retranslate()

    def text(self) -> str:
        """What is shown, without its marks."""
        return self._text.toPlainText() if self._found else self._empty.accessibleName()

    @Slot(object)
    def _finished(self, result: object) -> None:
        if isinstance(result, PreparationPreviewed):
            self._found = result.texts
            self._say()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._error = error
        self._say()

    @Slot()
    def _interrupted(self) -> None:
        self._failed(self._job.error or ErrorReport(ErrorKind.ENGINE_NOT_STARTED))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Preview of preparing"))
        self._header.set_title(self.tr("What is done to your texts"))
        self._header.set_sentence(
            self.tr("The texts in the project stay as they are; only what the model reads is changed.")
        )
        self._text.setAccessibleName(self.tr("Texts before and after"))
        self._close.setText(self.tr("Close"))
        self._say()

    @Slot()
    def _say(self) -> None:
        if self._found:
            self._text.setHtml(
                page(self._found, self._context.theme.palette, self.tr("Before"), self.tr("After"))
            )
        elif self._error is not None:
            words = describe(self._error, self._context.settings.language).text
            self._empty.set_content("warning", words)
        elif self._found is not None:
            sentence = self.tr("Nothing would change in the first {count} texts.").format(count=TEXTS)
            self._empty.set_content("check", sentence)
        else:
            self._empty.set_content("search", self.tr("Looking for texts that would change…"))
        self._pages.setCurrentIndex(_SHOWN if self._found else _EMPTY)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def page(texts: Sequence[PreparedText], palette: Palette, before: str, after: str) -> str:
    """The texts as an HTML table, a heading for every step; everything that is theirs is escaped."""
    rows = []
    step = ""
    for each in texts:
        if each.step != step:
            step = each.step
            name = html.escape(choice_words(step).capitalize())
            rows.append(
                f'<tr><td colspan="2" style="padding-top:14px"><b style="font-size:15px">{name}</b></td></tr>'
                f'<tr style="color:{palette.muted}"><td width="50%">{html.escape(before)}</td>'
                f'<td width="50%">{html.escape(after)}</td></tr>'
            )
        old, new = differences(each.before, each.after)
        gone = f"background-color:{palette.bad_soft};color:{palette.bad};text-decoration:line-through"
        come = f"background-color:{palette.good_soft};color:{palette.good};text-decoration:underline"
        rows.append(f"<tr><td>{_marked(old, gone)}</td><td>{_marked(new, come)}</td></tr>")
    return f'<table width="100%" cellspacing="0" cellpadding="6">{"".join(rows)}</table>'


def _marked(pieces: Sequence[Piece], style: str) -> str:
    found = []
    for text, changed in pieces:
        shown = text.replace("\n", "⏎\n") if changed else text  # an end of line leaves no mark of its own
        safe = html.escape(shown).replace("\n", "<br>").replace("  ", " &nbsp;")
        found.append(f'<span style="{style}">{safe}</span>' if changed else safe)
    return "".join(found)
