"""Judged texts as a table; what its columns are follows from the task."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.store.runs import Judged
from engine.api.store.tags import unpack_entities
from engine.api.tasks import split_labels
from gui.delegates.chip_delegate import TONE_ROLE as CHIP_TONE_ROLE
from gui.delegates.probability_delegate import VALUE_ROLE
from gui.delegates.text_delegate import TINTS_ROLE, Tint
from gui.theme import Palette, Theme, mix
from gui.widgets.figures import score_text

Index = QModelIndex | QPersistentModelIndex
COLUMNS = {
    "single": ("text", "true", "given", "probability"),
    "multi": ("text", "missed", "extra", "probability"),
    "tagging": ("true_entities", "found_entities", "probability"),
    "score": ("text", "true", "given", "off"),
}
_LONGEST_TOOLTIP = 600
_LEAD = 60  # characters before the first entity that differs


class JudgedModel(QAbstractTableModel):
    """One row a text: what is true of it, what was predicted, how sure that was (of a score: how far off)."""

    def __init__(self, theme: Theme | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[Judged] = []
        self.task = "single"

    def set_rows(self, rows: Sequence[Judged], task: str = "single") -> None:
        self.beginResetModel()
        self._rows, self.task = list(rows), task
        self.endResetModel()

    def document(self, row: int) -> int:
        return self._rows[row].document

    def row_of(self, document: int) -> int:
        """The row of a document, -1 where it is not listed."""
        return next((row for row, each in enumerate(self._rows) if each.document == document), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS[self.task])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(COLUMNS[self.task][section])
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        score = self.task == "score"
        return {
            "text": self.tr("Text"),
            "true": self.tr("True score") if score else self.tr("True class"),
            "given": self.tr("Predicted"),
            "probability": self.tr("Probability"),
            "missed": self.tr("Missed"),
            "extra": self.tr("Too many"),
            "true_entities": self.tr("True entities"),
            "found_entities": self.tr("Found entities"),
            "off": self.tr("Off by"),
        }[COLUMNS[self.task][section]]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], COLUMNS[self.task][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, column)
        if role == VALUE_ROLE and column == "probability":
            return row.probability
        if role == CHIP_TONE_ROLE:
            return self._tone(row, column)
        if role == TINTS_ROLE and column in ("true_entities", "found_entities") and self._theme is not None:
            return _marked(row, column == "true_entities", self._theme.palette)[1]
        if role == Qt.ItemDataRole.ToolTipRole and column == "text":
            return _plain_tooltip(row.text)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return str(self._shown(row, column))[:_LONGEST_TOOLTIP]
        return None

    def _alignment(self, column: str) -> Qt.AlignmentFlag:
        """Numbers stand at the right."""
        number = self.task == "score" and column != "text"
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _shown(self, row: Judged, column: str) -> str:
        if column in ("true_entities", "found_entities"):
            return _marked(row, column == "true_entities", None)[0]
        if column == "off":
            return f"{float(row.label) - float(row.true_label):+.3g}".replace("-", "−")
        if column in ("missed", "extra"):
            return ", ".join(_difference(row, column))
        if self.task == "score" and column in ("true", "given"):
            return score_text(float(row.true_label if column == "true" else row.label))
        return {
            "text": row.text,
            "true": row.true_label,
            "given": row.label,
            "probability": f"{100 * row.probability:.1f} %",
        }[column]

    def _tone(self, row: Judged, column: str) -> str:
        wrong = column == "given" and row.label != row.true_label
        return "careful" if wrong or column in ("missed", "extra") else "neutral"


def _difference(row: Judged, column: str) -> list[str]:
    """The labels that were missed, or that were too many."""
    true, given = set(split_labels(row.true_label)), set(split_labels(row.label))
    return sorted(true - given if column == "missed" else given - true)


def _marked(row: Judged, of_truth: bool, palette: Palette | None) -> tuple[str, list[Tint]]:
    """The sentence with each entity's type behind it, and the tints: an entity that the other side lacks stands
    out, orange where it was missed and blue where it was wrongly found.

    A sentence begins shortly before the first entity in which the sides differ.
    """
    true, found = unpack_entities(row.true_label), unpack_entities(row.label)
    own, other = (true, set(found)) if of_truth else (found, set(true))
    differing = set(true) ^ set(found)
    first = min((each.start for each in differing), default=0)
    begin = 0 if first <= 2 * _LEAD else row.text.rfind(" ", 0, first - _LEAD) + 1
    shown, tints, at = ("…" if begin else ""), list[Tint](), begin
    for each in own:
        if each.start < at:
            continue
        shown += row.text[at : each.start]
        start = len(shown)
        shown += f"{row.text[each.start : each.end]} [{each.label}]"
        tints.append((start, len(shown), _tint(each in other, of_truth, palette)))
        at = each.end
    return shown + row.text[at:], tints


def _tint(agreed: bool, of_truth: bool, palette: Palette | None) -> str:
    if palette is None:
        return ""
    if agreed:
        return palette.track
    return mix(palette.surface, palette.word_for if of_truth else palette.word_against, 0.8)


def _plain_tooltip(text: str) -> str:
    """Qt reads markup out of tooltips; an escaped one stays what the text says."""
    cut = text if len(text) <= _LONGEST_TOOLTIP else text[:_LONGEST_TOOLTIP] + "…"
    escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span style='white-space: pre-wrap'>{escaped}</span>"
