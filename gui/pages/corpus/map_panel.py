"""A map of the texts: alike ones stand near; what is lassoed, or chosen in the legend, is listed."""

from __future__ import annotations

from importlib.util import find_spec

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from engine.api.errors import KnownError
from engine.api.explaining.corpus import DocumentsMapped, MapDocuments, MapPoint
from engine.api.wording import percent
from gui.context import Context
from gui.pages.corpus import map_groups
from gui.pages.corpus.map_view import LegendItem, MapView
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import MOST_TEXTS, ReadTexts, Texts
from gui.pages.corpus.texts_list import TextsList
from gui.pages.frames import card, scrolled
from gui.store_reader import StoreReader
from gui.theme import SPACE_M, SPACE_S, SPACE_XS
from gui.widgets.basic import Button, label

_TEXTS = "corpus-map-texts"
_LEGEND_WIDTH = 200
_LITTLE = 0.2  # of the variance


class MapPanel(CorpusPanel):
    """Above the map with its legend, below the texts that are selected."""

    requests = MapDocuments
    icon = "corpus-map"

    def __init__(self, context: Context, reader: StoreReader, parent: QWidget | None = None) -> None:
        super().__init__(context, reader, parent)
        theme = context.theme
        self._map: DocumentsMapped | None = None
        self._of: list[int] = []
        self._items: list[LegendItem] = []
        self._choosing = False  # by the legend, not by the map
        self.colours = QComboBox()
        self.colours.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.projections = QComboBox()
        self.projections.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.projections.addItem("PCA", "pca")
        if find_spec("umap") is not None:
            self.projections.addItem("UMAP", "umap")
        self.clear = Button(theme, "", "quiet", "close")
        self.view = MapView(theme, self._point_words)
        self._by = label("", "muted")
        self._hint = label("", "caption", wrap=True)
        self._legend = QVBoxLayout()
        self._legend.setSpacing(2)
        self.texts = TextsList(theme)
        self._lay_out()
        self.colours.currentIndexChanged.connect(self._colour)
        self.projections.activated.connect(self._project)
        self.clear.clicked.connect(self._clear)
        self.view.selection_changed.connect(self._selected)
        self.view.opened.connect(self._open_point)
        self.texts.opened.connect(self.document_opened)
        theme.changed.connect(self._colour)
        self.retranslate()

    def _lay_out(self) -> None:
        upper, side = QWidget(), QWidget()
        controls = QHBoxLayout()
        controls.setSpacing(SPACE_S)
        controls.addWidget(self._by)
        controls.addWidget(self.colours)
        controls.addWidget(self.projections)
        controls.addStretch(1)
        controls.addWidget(self.clear)
        side.setObjectName("scrolled")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, SPACE_XS, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(self._legend)
        column.addWidget(self._hint)
        column.addStretch(1)
        legend = scrolled(side)
        legend.setFixedWidth(_LEGEND_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self.view, 1)
        row.addWidget(legend)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(controls)
        column.addLayout(row, 1)
        work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        for part, least in ((card(upper, SPACE_M), 250), (card(self.texts, SPACE_M), 120)):
            part.setMinimumHeight(least)
            work.addWidget(part)
        work.setSizes([440, 130])
        work.setStretchFactor(0, 1)
        whole = QVBoxLayout(self.content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(work)

    # --- what the tab says ----------------------------------------------------------------------------------

    def title(self) -> str:
        return self.tr("Map")

    def purpose(self) -> tuple[str, str]:
        return (
            self.tr(
                "Your texts as the model sees them: what it takes for alike stands near. Where are its errors?"
            ),
            self.tr("Draw the map"),
        )

    def has_found(self) -> bool:
        return self.findings is not None and self.findings.map is not None

    def start(self) -> None:
        assert self.run is not None
        projection = str(self.projections.currentData() or "pca")
        self.context.operations.explaining.map_documents(self.run.id, projection)

    def again_words(self) -> str:
        return self.tr("Draw again")

    def note(self) -> str:
        found = self._map
        if found is None:
            return ""
        count = f"{len(found.points):,}"
        if found.explained is not None:
            said = self.tr("{count} texts · the plane keeps {share} of how they differ")
            if found.explained < _LITTLE:
                said = self.tr(
                    "{count} texts · the plane keeps only {share} of how they differ: read it with care"
                )
            return said.format(count=count, share=percent(found.explained))
        said = self.tr("{count} texts · UMAP: near means alike, far apart says little")
        return said.format(count=count)

    def stale(self) -> tuple[str, str]:
        counts = self.findings.counts if self.findings is not None else None
        if counts is None or not counts.map_changed:
            return "", ""
        return self.tr("Texts or labels have changed since the map was drawn."), self.tr("Draw again")

    def retranslate(self) -> None:
        self._by.setText(self.tr("Colour"))
        self.colours.setAccessibleName(self.tr("What the colours mean"))
        self.projections.setAccessibleName(self.tr("How the map is drawn"))
        self.projections.setToolTip(
            self.tr(
                "PCA: the two directions in which the texts differ most. UMAP, where it is installed: who is near whom."
            )
        )
        self.clear.setText(self.tr("Select none"))
        self.clear.setToolTip(self.tr("Escape does it on the map"))
        self._hint.setText(
            self.tr(
                "Drag around points to list them, Shift adds. A click here, or Space, selects a whole group."
            )
        )
        self.view.setAccessibleName(self.tr("Map of the texts"))
        self.texts.retranslate()
        self._fill_kinds()
        self._say_texts()
        self.say()

    # --- the map --------------------------------------------------------------------------------------------

    def show_findings(self) -> None:
        found = self.findings.map if self.findings is not None else None
        if found is self._map or (found is not None and found == self._map):
            return
        self._map = found
        if found is not None:
            self.projections.setCurrentIndex(max(0, self.projections.findData(found.projection)))
        self.view.set_points([(point.x, point.y) for point in found.points] if found is not None else [])
        self._fill_kinds()
        self._selected()

    def _points(self) -> tuple[MapPoint, ...]:
        return self._map.points if self._map is not None else ()

    def _fill_kinds(self) -> None:
        names = {
            map_groups.LABEL: self.tr("Label"),
            map_groups.ANSWER: self.tr("The model's answer"),
            map_groups.ERROR: self.tr("Right or wrong"),
            map_groups.CONFIDENCE: self.tr("How sure it is"),
        }
        before = self.colours.currentData()
        self.colours.blockSignals(True)
        self.colours.clear()
        for kind in map_groups.kinds_of(self.task):
            self.colours.addItem(names[kind], kind)
        self.colours.setCurrentIndex(max(0, self.colours.findData(before)))
        self.colours.blockSignals(False)
        self._colour()

    @Slot()
    def _colour(self) -> None:
        kind = str(self.colours.currentData())
        palette = self.context.theme.palette
        of, groups = map_groups.grouped(self._points(), kind, self.task, palette)
        self._of = of
        self.view.set_groups(of, groups)
        for item in self._items:
            self._legend.removeWidget(item)
            item.hide()
            item.deleteLater()
        self._items = []
        for at, group in enumerate(groups if self._points() else ()):
            item = LegendItem(self.context.theme, group, of.count(at))
            item.toggled.connect(self._legend_chosen)
            self._legend.addWidget(item)
            self._items.append(item)
        self._mark_legend()

    @Slot()
    def _project(self) -> None:
        if self._map is not None and self.projections.currentData() != self._map.projection:
            self.begin()

    @Slot()
    def _legend_chosen(self) -> None:
        """The points of all groups that are switched on."""
        if self._choosing:
            return
        on = {at for at, item in enumerate(self._items) if item.isChecked()}
        self._choosing = True
        self.view.select(index for index, group in enumerate(self._of) if group in on)
        self._choosing = False

    def _mark_legend(self) -> None:
        """Switch on the groups of which every point is selected."""
        if self._choosing:
            return
        self._choosing = True
        chosen = [self._of[index] for index in self.view.selected]
        for at, item in enumerate(self._items):
            item.setChecked(bool(item.count) and chosen.count(at) == item.count)
        self._choosing = False

    @Slot()
    def _clear(self) -> None:
        self.view.select(())

    @Slot()
    def _selected(self) -> None:
        self._mark_legend()
        chosen, points = sorted(self.view.selected), self._points()
        if chosen:
            ids = tuple(points[index].document for index in chosen[:MOST_TEXTS])
            self.reader.ask(_TEXTS, ReadTexts("map", ids))
        else:
            self.reader.forget(_TEXTS)
            self.texts.set_texts(())
        self._say_texts()

    def take(self, channel: str, answer: object) -> None:
        if channel == _TEXTS and isinstance(answer, Texts):
            self.texts.set_texts(answer.rows)

    def _say_texts(self) -> None:
        count = len(self.view.selected)
        self.clear.setVisible(count > 0)
        if not count:
            words = self.tr("Nothing is selected: drag around points, or choose a group beside the map")
        elif count > MOST_TEXTS:
            words = self.tr("{count} texts selected, the first {shown} are listed").format(
                count=f"{count:,}", shown=MOST_TEXTS
            )
        else:
            words = self.tr("{count} texts selected").format(count=f"{count:,}")
        self.texts.set_title(words)

    @Slot(int)
    def _open_point(self, index: int) -> None:
        self.document_opened.emit(self._points()[index].document)

    def _point_words(self, index: int) -> str:
        """The text of a point, and what is known of it."""
        point, project = self._points()[index], self.context.session.project
        try:
            text = project.documents.get(point.document).text if project is not None else ""
        except KnownError:
            text = self.tr("(deleted)")
        if len(text) > 400:
            text = text[:400] + "…"
        said = [self.tr("answer: {label}").format(label=point.label)]
        if self.task != "score":
            said[0] += f" ({percent(point.probability)})"
        if point.truth:
            said.append(self.tr("label: {label}").format(label=point.truth))
        return f"{text}\n\n{' · '.join(said)}"
