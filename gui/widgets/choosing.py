"""The system's dialogs for what is to be read: a file, several, or a folder. ``saving`` has the one for writing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Mode = QFileDialog.FileMode


def ask_file(
    parent: QWidget | None, title: str, kinds: str, chosen: Callable[[str], object], at: str = ""
) -> None:
    """Open the dialog for one file; ``chosen`` gets its path. ``kinds``: filters with ``;;`` between them."""
    dialog = _dialog(parent, title, at, Mode.ExistingFile)
    dialog.setNameFilter(kinds)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def ask_files(
    parent: QWidget | None, title: str, chosen: Callable[[list[str]], object], kinds: str = ""
) -> None:
    """Open the dialog for one file or several; ``chosen`` gets their paths. ``kinds``: as for one, '' = any."""
    dialog = _dialog(parent, title, "", Mode.ExistingFiles)
    if kinds:
        dialog.setNameFilter(kinds)
    dialog.filesSelected.connect(chosen)
    dialog.open()


def ask_folder(parent: QWidget | None, title: str, chosen: Callable[[str], object], at: str = "") -> None:
    """Open the dialog for a folder; ``chosen`` gets its path."""
    dialog = _dialog(parent, title, at, Mode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def ask_texts(parent: QWidget | None, chosen: Callable[[str], object]) -> None:
    """Open the dialog for a file to import."""
    kinds = (
        QCoreApplication.translate(
            "Choosing", "Texts (*.csv *.tsv *.txt *.jsonl *.json *.xlsx *.xls *.ods *.conll *.iob *.bio)"
        ),
        QCoreApplication.translate("Choosing", "All files (*)"),
    )
    ask_file(parent, QCoreApplication.translate("Choosing", "Open a file"), ";;".join(kinds), chosen)


def ask_text_folder(parent: QWidget | None, chosen: Callable[[str], object]) -> None:
    """Open the dialog for a folder of texts to import."""
    ask_folder(parent, QCoreApplication.translate("Choosing", "Open a folder of text files"), chosen)


def _dialog(parent: QWidget | None, title: str, at: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(parent, title, at)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    return dialog
