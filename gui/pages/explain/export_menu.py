"""What leaves Explain: the explanation in view as a picture, a page or text, and evidence packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from engine.api.catalog import chosen_baseline
from engine.api.explaining.trust import Seal
from engine.api.results import Explanation, Faithfulness
from gui.context import Context
from gui.pages.explain import picture, sentences
from gui.pages.explain.exporter import Exporter
from gui.pages.explain.packs import Packs, PackSubject
from gui.pages.explain.trust_sentences import trust_text
from gui.widgets.saving import ask_where


@dataclass(frozen=True)
class InView:
    """An explanation as it is drawn; ``measured`` is what is known of its method on the run, ``id`` the store's.

    ``seal``: None as long as it is not tested.
    """

    explanation: Explanation
    scale: float
    measured: Faithfulness | None
    id: int | None = None
    seal: Seal | None = None


class ExportMenu(QMenu):
    """``listed``: the ids of the texts that may go into a pack together; ``packs`` has a banner of its own.

    Signals: written(str): a file is there. failed(ErrorReport): none was written.
    """

    written = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        context: Context,
        in_view: Callable[[], InView | None],
        listed: Callable[[], Sequence[int]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._in_view, self._listed = in_view, listed
        self.packs = Packs(context, self._pack_subject, parent)
        self._exporter = Exporter(self)
        self._save_png = self.addAction("", self._ask_png)
        self._save_svg = self.addAction("", self._ask_svg)
        self._save_pdf = self.addAction("", self._ask_pdf)
        self._copy_text = self.addAction("", self.copy)
        self.addSeparator()
        self._write_pack = self.addAction("", self.packs.ask)
        self._check_pack = self.addAction("", self.packs.ask_check)
        self.aboutToShow.connect(self._enable)
        self._exporter.written.connect(self.written)
        self._exporter.failed.connect(self.failed)

    def retranslate(self) -> None:
        self._save_png.setText(self.tr("Picture (PNG)…"))
        self._save_svg.setText(self.tr("Picture (SVG)…"))
        self._save_pdf.setText(self.tr("Page (PDF)…"))
        self._copy_text.setText(self.tr("Copy as text"))
        self._write_pack.setText(self.tr("Evidence pack…"))
        self._check_pack.setText(self.tr("Check a pack…"))
        self.packs.retranslate()

    @Slot()
    def _enable(self) -> None:
        """A picture needs an explanation in view; a pack can be made of texts that are not."""
        shown = self._in_view() is not None
        for action in (self._save_png, self._save_svg, self._save_pdf, self._copy_text):
            action.setEnabled(shown)

    def _pack_subject(self) -> PackSubject:
        shown = self._in_view()
        if shown is None:
            return PackSubject(None, "", self._listed())
        made = shown.explanation
        baseline = chosen_baseline(made.method, made.baseline)
        return PackSubject(shown.id, made.method, self._listed(), baseline)

    @Slot()
    def _ask_png(self) -> None:
        self._ask(self.tr("Save the picture"), "png")

    @Slot()
    def _ask_svg(self) -> None:
        self._ask(self.tr("Save the picture"), "svg")

    @Slot()
    def _ask_pdf(self) -> None:
        self._ask(self.tr("Save the page"), "pdf")

    def _ask(self, title: str, ending: str) -> None:
        project, shown = self._context.session.project, self._in_view()
        if project is not None and shown is not None:
            start = project.exports / f"{shown.explanation.run}-{shown.explanation.method}.{ending}"
            ask_where(self.parentWidget(), title, str(start), ending, self.export)

    @Slot(str)
    def export(self, path: str) -> None:
        """Write the explanation in view as PNG, SVG or PDF, by the name's ending."""
        shown = self._in_view()
        if shown is not None:
            language = self._context.settings.language
            made = picture.make_picture(shown.explanation, shown.scale, language, shown.measured, shown.seal)
            self._exporter.save(made, Path(path))

    @Slot()
    def copy(self) -> None:
        """The explanation in view as text on the clipboard."""
        shown = self._in_view()
        if shown is not None:
            trust = trust_text(shown.seal, self._context.settings.language)
            QGuiApplication.clipboard().setText(sentences.as_text(shown.explanation, trust))
