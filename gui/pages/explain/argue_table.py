"""Before and after an argument, figure by figure."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.explaining.argue import Argued, ArgueFigures
from engine.api.results import Interval
from gui import fonts
from gui.theme import SPACE_M, SPACE_S, SPACE_XS
from gui.widgets.basic import label, separator
from gui.widgets.flow import clear


class BeforeAfter(QWidget):
    """One row a figure; in the second column the run argued with, in the third the new one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(0, 1)
        self._note = label("", "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(self._grid)
        column.addWidget(self._note)
        self._rows: list[tuple[str, str, str]] = []

    def rows(self) -> list[tuple[str, str, str]]:
        """(figure, before, after) as shown."""
        return list(self._rows)

    def show_argued(self, found: Argued, language: str) -> None:
        clear(self._grid)
        self._rows = self._figures(found, language)
        heads = (
            found.split and wording.split_words(found.split, language),
            found.before.run,
            found.after.run,
        )
        for at, words in enumerate(heads):
            head = label(words, "caption", wrap=True)
            head.setAlignment(Qt.AlignmentFlag.AlignLeft if at == 0 else Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(head, 0, at)
        self._grid.addWidget(separator(), 1, 0, 1, 3)
        for row, parts in enumerate(self._rows, 2):
            for at, words in enumerate(parts):
                self._grid.addWidget(self._cell(words, at, parts), row, at, Qt.AlignmentFlag.AlignTop)
        self._note.setText(
            self.tr(
                "{texts} texts of this split have one of the words. The erasure test: how far the answer falls without"
                " the highlighted words, of what leaving out words can do to each text at all (more is better)."
            ).format(texts=f"{found.after.texts:,}")
        )

    def _cell(self, words: str, at: int, parts: tuple[str, str, str]) -> QLabel:
        cell = label(words, "muted" if at == 0 else "plain", wrap=at == 0)
        if at:
            cell.setFont(fonts.tabular(cell.font()))
            cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            said = self.tr("before") if at == 1 else self.tr("after")
            cell.setAccessibleName(f"{parts[0]}, {said}: {words}")
        cell.setContentsMargins(0, 0, 0, SPACE_XS)
        return cell

    def _figures(self, found: Argued, language: str) -> list[tuple[str, str, str]]:
        def both(name: str, value: str) -> tuple[str, str, str]:
            return name, _shown(found.before, value), _shown(found.after, value)

        main = wording.figure_words(found.figure, language).name
        rows = [(main, _interval(found.before.main), _interval(found.after.main))]
        if found.before.struck_share is not None or found.after.struck_share is not None:
            rows.append(both(self.tr("Share of the highlight on struck words"), "struck_share"))
        if found.before.marked_share is not None or found.after.marked_share is not None:
            rows.append(both(self.tr("Share on marked words"), "marked_share"))
        if found.before.flips is not None or found.after.flips is not None:
            rows.append(both(self.tr("Answers that change without the struck words"), "flips"))
        erased = [each.normalised_comprehensiveness for each in (found.before, found.after)]
        before, after = ("–" if each is None else _interval(each) for each in erased)
        rows.append((self.tr("Erasure test: share of what can be reached"), before, after))
        return rows


def _interval(figure: Interval) -> str:
    return f"{figure.value:.3f}\n{figure.low:.3f}–{figure.high:.3f}"


def _shown(figures: ArgueFigures, name: str) -> str:
    value: float | None = getattr(figures, name)
    if value is None:
        return "–"
    return f"{100 * value:.1f} %"
