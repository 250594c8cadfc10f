"""The controls of the import sheet: how the file is read, which column is what, where its rows go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from engine.api.messages import ColumnMapping, ReadOptions
from engine.api.results import FilePreview
from gui.models.preview_model import Meaning
from gui.theme import SPACE_L, SPACE_S
from gui.widgets.basic import label

ENCODINGS = (
    "utf-8",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_kr",
    "windows-1252",
    "windows-1251",
    "windows-1250",
    "utf-16",
)
DELIMITERS = (",", "\t", ";", "|")
_DELIMITED = ("csv", "tsv")
_TEXT_FORMATS = ("csv", "tsv", "jsonl", "json", "txt", "text", "folder")
_BY_COLUMN, _BY_ITSELF = "by-column", "by-itself"


class ImportChoices(QWidget):
    """Signals: ``read_changed()``, inspect again; ``mapping_changed()``, another column means something."""

    read_changed = Signal()
    mapping_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: FilePreview | None = None
        self._read = ReadOptions()
        self._task = "single"
        self.guessed: frozenset[int] = frozenset()
        self.encoding, self.delimiter, self.sheet = QComboBox(), QComboBox(), QComboBox()
        self.header = QCheckBox()
        self.columns = {meaning: QComboBox() for meaning in Meaning}
        self.destination = QComboBox()
        self._names: dict[QWidget, QLabel] = {}
        self._lay_out()
        for combo in (self.encoding, self.delimiter, self.sheet):
            combo.activated.connect(self._read_chosen)
        self.header.clicked.connect(self._read_chosen)
        for combo in self.columns.values():
            combo.activated.connect(self._mapping_chosen)
        self.retranslate()

    def _lay_out(self) -> None:
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S // 2)
        for line, widgets in enumerate(self._lines()):
            for at, widget in enumerate(widgets):
                name = label("", "caption")
                name.setBuddy(widget)
                self._names[widget] = name
                grid.addWidget(name, 3 * line, at)
                grid.addWidget(widget, 3 * line + 1, at)
                if isinstance(widget, QComboBox):
                    widget.setMinimumContentsLength(12)
                    widget.setSizeAdjustPolicy(
                        QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
                    )
                grid.setColumnStretch(at, 1)
        self.destination.setMinimumContentsLength(16)  # it speaks in words, the others name columns
        grid.setRowMinimumHeight(2, SPACE_S)

    def _lines(self) -> tuple[tuple[QWidget, ...], tuple[QWidget, ...]]:
        how = (self.encoding, self.delimiter, self.sheet, self.header)
        return how, (*self.columns.values(), self.destination)

    # --- what the file is --------------------------------------------------------------------------------

    def set_preview(self, preview: FilePreview) -> None:
        """Show what was found; a mapping of the same columns that the user has chosen stays."""
        same = self._preview is not None and self._preview.columns == preview.columns
        before = self.meanings()
        self._preview = preview
        self._fill()
        guesses = {
            Meaning.TEXT: preview.text_column,
            Meaning.LABEL: preview.label_column,
            Meaning.SPLIT: preview.split_column,
        }
        if same:
            self._set_meanings(before)
        else:
            found = {meaning: column for meaning, column in guesses.items() if column is not None}
            self.guessed = frozenset(found.values())
            self._set_meanings(found)

    def _fill(self) -> None:
        preview = self._preview
        if preview is None:
            return
        read = self._read
        delimited = preview.format in _DELIMITED
        encodings = list(dict.fromkeys([*ENCODINGS, *([read.encoding] if read.encoding else [])]))
        found = self.tr("Found: {encoding}").format(encoding=preview.encoding)
        _fill(self.encoding, [(found, None), *((name, name) for name in encodings)], read.encoding)
        found = self.tr("Found: {delimiter}").format(delimiter=self._delimiter_words(preview.delimiter))
        _fill(
            self.delimiter,
            [(found, None), *((self._delimiter_words(d), d) for d in DELIMITERS)],
            read.delimiter,
        )
        _fill(self.sheet, [(name, name) for name in preview.sheets], read.sheet)
        self.header.setChecked(preview.has_header)
        self._show(self.encoding, preview.format in _TEXT_FORMATS and bool(preview.encoding))
        self._show(self.delimiter, delimited)
        self._show(self.sheet, len(preview.sheets) > 1)
        self._show(self.header, delimited or bool(preview.sheets))
        self._close_gaps()
        for meaning, combo in self.columns.items():
            choices: list[tuple[str, object]] = [(name, at) for at, name in enumerate(preview.columns)]
            first = self.tr("Choose…") if meaning is Meaning.TEXT else self.tr("None")
            _fill(combo, [(first, None), *choices], combo.currentData())

    def _close_gaps(self) -> None:
        """What a file or task does not need leaves no hole."""
        for line, widgets in enumerate(self._lines()):
            for at, widget in enumerate(each for each in widgets if each.isVisibleTo(self)):
                for row, part in enumerate((self._names[widget], widget), 3 * line):
                    self._grid.removeWidget(part)
                    self._grid.addWidget(part, row, at)

    def _show(self, widget: QWidget, shown: bool) -> None:
        widget.setVisible(shown)
        self._names[widget].setVisible(shown)

    def _delimiter_words(self, delimiter: str) -> str:
        return {
            ",": self.tr("comma ,"),
            "\t": self.tr("tab"),
            ";": self.tr("semicolon ;"),
            "|": self.tr("bar |"),
        }.get(delimiter, delimiter)

    # --- what is chosen ----------------------------------------------------------------------------------

    def read_options(self) -> ReadOptions:
        return self._read

    def meanings(self) -> dict[Meaning, int]:
        """Which column each meaning has, where it has one."""
        return {
            meaning: combo.currentData()
            for meaning, combo in self.columns.items()
            if combo.currentData() is not None
        }

    def assign(self, column: int, meaning: Meaning | None) -> None:
        """The user says what a column is; None: nothing."""
        meanings = {other: at for other, at in self.meanings().items() if at != column}
        if meaning is not None:
            meanings[meaning] = column
        self.guessed -= {column}
        self._set_meanings(meanings)
        self.mapping_changed.emit()

    def mapping(self) -> ColumnMapping | None:
        """None until a text column is chosen."""
        meanings = self.meanings()
        if self._preview is None or Meaning.TEXT not in meanings:
            return None
        names = {meaning: self._preview.columns[at] for meaning, at in meanings.items()}
        return ColumnMapping(
            text=names[Meaning.TEXT],
            second=None if self._task == "tagging" else names.get(Meaning.SECOND),
            label=names.get(Meaning.LABEL),
            split=names.get(Meaning.SPLIT),
        )

    def set_task(self, task: str) -> None:
        """Name the label column by the task."""
        if task != self._task:
            self._task = task
            self._show(self.columns[Meaning.SECOND], task != "tagging")
            self._close_gaps()
            self.retranslate()

    def _label_column_words(self) -> str:
        return {
            "multi": self.tr("Column of the labels"),
            "tagging": self.tr("Column of the entities"),
            "score": self.tr("Column of the scores"),
        }.get(self._task, self.tr("Label column"))

    def as_split(self) -> str | None:
        """The split that all rows go to; None: by the split column, or decided by itself."""
        chosen = self.destination.currentData()
        return None if chosen in (_BY_COLUMN, _BY_ITSELF) else chosen

    def _set_meanings(self, meanings: dict[Meaning, int]) -> None:
        for meaning, combo in self.columns.items():
            combo.setCurrentIndex(max(0, combo.findData(meanings.get(meaning))))
        self._fill_destination()

    def _fill_destination(self) -> None:
        by_column = Meaning.SPLIT in self.meanings()
        first = (
            (self.tr("by their split column"), _BY_COLUMN)
            if by_column
            else (self.tr("decided when training"), _BY_ITSELF)
        )
        names = (
            (self.tr("train"), "train"),
            (self.tr("validation"), "validation"),
            (self.tr("test"), "test"),
        )
        chosen = self.destination.currentData()
        _fill(self.destination, [first, *names], chosen)

    @Slot()
    def _read_chosen(self) -> None:
        assert self._preview is not None
        header = self.header.isChecked()
        self._read = ReadOptions(
            encoding=self.encoding.currentData(),
            delimiter=self.delimiter.currentData(),
            has_header=header if header != self._preview.has_header else self._read.has_header,
            sheet=self.sheet.currentData() if self.sheet.currentIndex() > 0 or self._read.sheet else None,
        )
        self.read_changed.emit()

    @Slot()
    def _mapping_chosen(self) -> None:
        chosen = self.sender()
        meaning = next(each for each, combo in self.columns.items() if combo is chosen)
        column = self.columns[meaning].currentData()
        if column is not None:
            self.assign(column, meaning)
        else:
            self._fill_destination()
            self.mapping_changed.emit()

    # --- words -------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        words: Sequence[tuple[QWidget, str]] = (
            (self.encoding, self.tr("Encoding")),
            (self.delimiter, self.tr("Between the columns")),
            (self.sheet, self.tr("Sheet")),
            (self.header, self.tr("First row")),
            (self.columns[Meaning.TEXT], self.tr("Text column")),
            (self.columns[Meaning.SECOND], self.tr("Second text")),
            (self.columns[Meaning.LABEL], self._label_column_words()),
            (self.columns[Meaning.SPLIT], self.tr("Split column")),
            (self.destination, self.tr("Rows go to")),
        )
        for widget, word in words:
            self._names[widget].setText(word)
            widget.setAccessibleName(word)
        self.columns[Meaning.SECOND].setToolTip(
            self.tr("Where texts come in pairs, like a question and its answer: the column of the other one.")
        )
        self.header.setText(self.tr("holds the column names"))
        meanings = self.meanings()
        self._fill()
        self._set_meanings(meanings)


def _fill(combo: QComboBox, items: Sequence[tuple[str, object]], chosen: object) -> None:
    """Put in (words, data) pairs and choose by data, the first where that is not there; emits nothing."""
    blocker = QSignalBlocker(combo)
    combo.clear()
    for at, (words, data) in enumerate(items):
        combo.addItem(words, data)
        combo.setItemData(at, words, Qt.ItemDataRole.ToolTipRole)
        if data is not None and data == chosen:
            combo.setCurrentIndex(at)
    blocker.unblock()
