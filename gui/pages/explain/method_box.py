"""The choice of an explainer: grouped by cost, the run's default named, views apart from explanations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from engine.api import wording
from engine.api.catalog import explainer_of

_VIEW = 4  # the group behind the costs 1 to 3


class MethodBox(QComboBox):
    """Items hold the explainers' ids; heads of groups cannot be chosen. Signals: activated, by the user."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._methods: tuple[str, ...] = ()
        self._default = ""
        self._language = "en"
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)

    @property
    def method(self) -> str:
        """The one shown; '' where there is none yet."""
        return str(self.currentData() or "")

    def set_methods(self, methods: Sequence[str], default: str, language: str) -> None:
        """What a run can be explained by; the one shown stays where it still can be, else ``default`` is."""
        shown = self.method
        self._methods, self._default, self._language = tuple(methods), default, language
        self._fill()
        self.show_method(shown if shown in self._methods else default)

    def show_method(self, method: str) -> None:
        """Choose it; emits nothing. One that is not offered is added: a model may need another than was asked."""
        if method and self.findData(method) < 0:
            self._methods = (*self._methods, method)
            self._fill()
        self.setCurrentIndex(self.findData(method) if method else -1)
        self._describe()

    def _fill(self) -> None:
        self._rows.clear()
        groups: dict[int, list[str]] = {}
        for id in self._methods:
            row = explainer_of(id)
            groups.setdefault(_VIEW if row.view else row.cost, []).append(id)
        for group in sorted(groups):
            if len(groups) > 1:
                self._rows.appendRow(self._head(group))
            for item in self._items(groups[group]):
                self._rows.appendRow(item)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)

    def _head(self, group: int) -> QStandardItem:
        head = QStandardItem(self._group_words(group))
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        return head

    def _items(self, ids: Iterable[str]) -> Iterable[QStandardItem]:
        for id in ids:
            words = wording.explainer_words(id, self._language)
            name = (
                self.tr("{method} · default").format(method=words.name) if id == self._default else words.name
            )
            item = QStandardItem(name)
            item.setData(id, Qt.ItemDataRole.UserRole)
            item.setToolTip(words.sentence)
            yield item

    def _group_words(self, group: int) -> str:
        return {
            1: self.tr("At once"),
            2: self.tr("Within seconds"),
            3: self.tr("Slower: hundreds of readings"),
            _VIEW: self.tr("A view, no explanation"),
        }[group]

    def _describe(self) -> None:
        words = wording.explainer_words(self.method, self._language).sentence if self.method else ""
        self.setToolTip(words)
        self.setAccessibleDescription(words)
