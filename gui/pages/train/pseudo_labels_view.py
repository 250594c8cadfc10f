"""What a self-training run labelled: to look through, to take labels back, and to train again without those."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSortFilterProxyModel, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.api.store.runs import PseudoLabel, Run
from gui import fonts
from gui.context import Context
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.models.pseudo_labels_model import (
    LABEL,
    PROBABILITY,
    ROUND,
    SORT_ROLE,
    TEXT,
    USE,
    PseudoLabelsModel,
)
from gui.theme import ROW_HEIGHT, SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from gui.widgets.basic import Button
from gui.widgets.blocks import EmptyState, PageHeader

_MOST = 20_000
_WIDTHS = {LABEL: 150, PROBABILITY: 110, ROUND: 80, USE: 130}
_ENTITIES_WIDTH = 300
_TABLE, _EMPTY = range(2)


class PseudoLabelsView(QDialog):
    """Reads when it is made and after every change; needs an open project."""

    def __init__(self, context: Context, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._run = run
        project = context.session.project
        self._task = "single" if project is None else project.task
        self._model = PseudoLabelsModel(self._task, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self._header = PageHeader(context.theme, "")
        self.table = QTableView()
        self._dress()
        self._empty = EmptyState(context.theme, "search", "")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._take_back = Button(context.theme, "", "normal")
        self._use_again = Button(context.theme, "", "quiet")
        self._train = Button(context.theme, "", "primary", "play")
        self._close = Button(context.theme, "")
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._take_back)
        foot.addWidget(self._use_again)
        foot.addStretch(1)
        foot.addWidget(self._train)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._header)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)
        self.resize(1000, 640)
        self.table.selectionModel().selectionChanged.connect(self._enable)
        self._take_back.clicked.connect(self._reject_selected)
        self._use_again.clicked.connect(self._allow_selected)
        self._train.clicked.connect(self._train_again)
        self._close.clicked.connect(self.reject)
        context.session.closed.connect(self.reject)
        self.reload()
        self.retranslate()

    def _dress(self) -> None:
        table = self.table
        table.setModel(self._sorted)
        table.setFont(fonts.tabular(table.font()))
        table.setItemDelegateForColumn(TEXT, TextDelegate(self._context.theme, table))
        for column in (LABEL, USE):
            table.setItemDelegateForColumn(column, ChipDelegate(self._context.theme, table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        if self._task == "tagging":
            header.resizeSection(LABEL, _ENTITIES_WIDTH)

    # --- what is shown --------------------------------------------------------------------------------------

    @Slot()
    def reload(self) -> None:
        """Read the run's labels anew."""
        project = self._context.session.project
        rows = [] if project is None else project.runs.pseudo_labels(self._run.id, _MOST)
        self._model.set_rows(rows)
        self._pages.setCurrentIndex(_TABLE if rows else _EMPTY)
        self._say()
        self._enable()

    def selected(self) -> list[PseudoLabel]:
        """The selected texts, in the order of the table."""
        indices = sorted(self.table.selectionModel().selectedRows(TEXT), key=lambda index: index.row())
        return [self._model.row(self._sorted.mapToSource(index).row()) for index in indices]

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("What it labelled"))
        self._empty.set_content("search", self.tr("This run has labelled no text itself."))
        self.table.setAccessibleName(self.tr("Texts that the run labelled itself"))
        self.table.setAccessibleDescription(self.tr("Delete takes the selected labels back"))
        self._take_back.setText(self.tr("Take back"))
        self._take_back.setToolTip(
            self.tr("No training gives these texts a score again (Del). Choose several with Ctrl or Shift.")
            if self._task == "score"
            else self.tr(
                "No training gives these texts these labels again (Del). Choose several with Ctrl or Shift."
            )
        )
        self._use_again.setText(self.tr("Let count again"))
        self._train.setText(self.tr("Train again without these"))
        self._close.setText(self.tr("Close"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, USE)
        self._say()

    def _say(self) -> None:
        rows = [self._model.row(number) for number in range(self._model.rowCount())]
        self._header.set_title(self.tr("What “{run}” labelled").format(run=self._run.title))
        self._header.set_sentence(
            self.tr("{count} texts, the least sure of each round first; {rejected} taken back.").format(
                count=f"{len(rows):,}", rejected=f"{sum(row.rejected for row in rows):,}"
            )
        )

    @Slot()
    def _enable(self) -> None:
        chosen = self.selected()
        self._take_back.setEnabled(any(not row.rejected for row in chosen))
        self._use_again.setEnabled(any(row.rejected for row in chosen))
        rows = range(self._model.rowCount())
        self._train.setEnabled(any(self._model.row(number).rejected for number in rows))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # --- what the user does ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._take_back.isEnabled():
            self._reject_selected()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _reject_selected(self) -> None:
        self._set_rejected(True)

    @Slot()
    def _allow_selected(self) -> None:
        self._set_rejected(False)

    def _set_rejected(self, rejected: bool) -> None:
        documents = [row.document for row in self.selected() if row.rejected is not rejected]
        ticket = self._context.operations.reject_pseudo_labels(self._run.id, documents, rejected)
        ticket.done.connect(self.reload)

    @Slot()
    def _train_again(self) -> None:
        self._context.operations.train(self._run.method, self._run.source, self._run.options)
        self.accept()
