"""Explain: read a text, see the decision, and which words carried it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from engine.api.catalog import explainer_of, explainers_for
from engine.api.errors import ErrorReport, KnownError, report
from engine.api.explaining.corpus import CorpusRequest
from engine.api.explaining.trust import ExplainerRanking, RankExplainers
from engine.api.messages import JobState, MeasureFaithfulness, TextPredicted
from engine.api.results import Explanation, Faithfulness, FoundEntity
from gui.context import Context
from gui.jobs import Job
from gui.pages.base import PageState
from gui.pages.explain import trust_sentences
from gui.pages.explain.beside import Beside
from gui.pages.explain.documents_panel import DocumentsPanel
from gui.pages.explain.entity_changes import entity_changes
from gui.pages.explain.export_menu import ExportMenu, InView
from gui.pages.explain.inspector import Inspector
from gui.pages.explain.panels import new_panels
from gui.pages.explain.reading_card import ReadingCard
from gui.pages.explain.scale import ClassScales
from gui.pages.explain.sealer import Sealer, default_explainer
from gui.pages.explain.settler import Settler
from gui.pages.explain.side_panel import Subject
from gui.pages.explain.side_tabs import SideTabs
from gui.pages.explain.trust_panel import TrustPanel
from gui.pages.explain.what_if import Question, WhatIf
from gui.pages.frames import card, scrolled
from gui.pages.run_page import RunPage
from gui.settings import SETTLE
from gui.theme import SPACE_M
from gui.wordpaint import as_shown, shifted

_SIDE, _INSPECTOR = 252, 312


class ExplainPage(RunPage):
    page_id = "explain"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._document: int | None = None  # shown as stored; None: a typed or edited text
        self._span: tuple[int, int] | None = None  # of tagged words, the entity in view; None: the surest
        self._seen = ""  # the text that ``_span`` stands in
        self._before: TextPredicted | None = None  # of the text as it was before it was edited
        self._before_text = ""
        self._explanation: Explanation | None = None
        self._shown: int | None = None  # its id in the store
        self._entities: tuple[FoundEntity, ...] = ()  # found in the text in view
        self._measured: dict[str, Faithfulness] = {}  # by method, of the run
        self._ranking: ExplainerRanking | None = None  # of the run
        self._written = ""  # the file of the last export
        self._scales = ClassScales(self._reader, self)
        self._what_if = WhatIf(context.session, context.operations, self)
        self._sealer = Sealer(context.session, context.operations, self)
        self._settler = Settler(context.session, context.operations, self)
        self._build()
        self._connect()
        self._begin()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, language = self.context.theme, self.context.settings.language
        self._card = ReadingCard(self.context)
        self._beside = Beside(self.context, self._card)
        self._header.add_widget(self._beside.controls)
        self._documents = DocumentsPanel(theme)
        self._menu = ExportMenu(self.context, self._in_view, self._documents.listed, self)
        self._export = self._header.add_action("", icon="export")
        self._export.setMenu(self._menu)
        self._reading = self._card.reading
        self._reading.set_tooltip(self._card.word_tooltip)
        self._inspector = Inspector(theme, language)
        work = QSplitter(Qt.Orientation.Horizontal)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        self._side = SideTabs(self._inspector, new_panels(self.context))
        self._reading.set_word_menu(self._side.word_menu)
        cards = (card(self._documents, SPACE_M), scrolled(self._beside), card(self._side, SPACE_M))
        for each, least in zip(cards, (200, 356, 260), strict=True):
            each.setMinimumWidth(least)
            work.addWidget(each)
        work.setStretchFactor(1, 1)
        work.setSizes([_SIDE, 600, _INSPECTOR])
        self._frame(work, self._menu.packs.banner)

    def _connect(self) -> None:
        session, queue = self.context.session, self.context.queue
        session.documents_changed.connect(self._documents_changed)
        session.explain_requested.connect(self.show_subject)
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self._documents.chosen.connect(self._show_document)
        self._reading.edited.connect(self._edited)
        self._reading.entity_chosen.connect(self._entity_chosen)
        self._card.entities.chosen.connect(self._entity_chosen)
        self._inspector.question_changed.connect(self._ask_again)
        self._inspector.method_changed.connect(self._ask_again)
        self._inspector.scale_changed.connect(self._rescale)
        self._beside.scale_changed.connect(self._rescale)
        self._scales.changed.connect(self._rescale)
        self._inspector.word_chosen.connect(self._reading.focus_word)
        self._side.word_chosen.connect(self._reading.focus_word)
        self._side.text_offered.connect(self._offer)
        self._side.document_requested.connect(self.show_subject)
        self._side.page_requested.connect(self.page_requested)
        self._card.measure.clicked.connect(self._measure_method)
        self._card.seal.clicked.connect(self._show_trust)
        self._card.offer.clicked.connect(self._take_offer)
        self._card.units.chosen.connect(self._ask_again)
        self._what_if.predicted.connect(self._predicted)
        self._what_if.explained.connect(self._explained)
        self._what_if.failed.connect(self._failed)
        self._menu.written.connect(self._exported)
        self._menu.failed.connect(self._failed)
        self._what_if.busy_changed.connect(self._asked)
        self._sealer.changed.connect(self._sealed)
        self._settler.explained.connect(self._explained)
        self._settler.busy_changed.connect(self._say)

    # --- what the page promises -----------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        if not self._runs:
            return PageState.EMPTY, self.tr("There is no finished run to ask yet")
        if self._measuring() is not None:
            return PageState.RUNNING, self.tr("A highlight method is being checked")
        return PageState.READY, self.tr("Choose a text, or type one")

    def retranslate(self) -> None:
        language = self.context.settings.language
        self._retranslate_frame(
            self.tr("Explain"), self.tr("Train a run first; then it can say which words decided.")
        )
        self._export.setText(self.tr("Export"))
        self._menu.retranslate()
        self._documents.retranslate()
        self._card.retranslate()
        self._beside.retranslate()
        self._inspector.retranslate(language)
        self._side.retranslate(language)
        self._say()

    @Slot()
    def primary_action(self) -> None:
        """Explain what is in view again."""
        self._ask_again()

    def focus_search(self) -> None:
        self._documents.focus_search()

    # --- the project ----------------------------------------------------------------------------------------

    @Slot()
    def _opened(self) -> None:
        session = self.context.session
        self._documents.set_project(session.project, session.path)
        self._scales.clear()
        self._clear()
        super()._opened()

    @Slot()
    def _closed(self) -> None:
        self._documents.set_project(None, None)
        self._clear()
        super()._closed()

    @Slot()
    def _documents_changed(self) -> None:
        self._documents.refresh()

    @Slot()
    def _runs_changed(self) -> None:
        before = self._run()
        super()._runs_changed()
        if self._run() is not None and before is None:
            self._run_selected(self.context.session.run)

    def _show_run(self) -> None:
        self._read_measured()
        self._say()

    @Slot(str)
    def _run_selected(self, run: str) -> None:
        self._documents.set_run(run)
        self._inspector.set_task(self._task())
        self._inspector.ask_anew()
        self._before, self._span = None, None
        self._show_entities(None)
        super()._run_selected(run)
        if self._run() is not None and self._reading.text().strip():
            self._show_explanation(None)
            self._what_if.ask(self._question(), at_once=True)

    def _task(self) -> str:
        project = self.context.session.project
        return project.task if project is not None else "single"

    def _read_measured(self) -> None:
        project, run = self.context.session.project, self._run()
        found = project.runs.faithfulness(run.id) if project is not None and run is not None else []
        self._measured = {each.method: each for each in found}
        if project is None or run is None:
            self._ranking = None
            self._inspector.set_methods((), "")
            return
        self._ranking = project.explaining.finding(run.id, ExplainerRanking)
        allowed = explainers_for(run.model_method, project.task)
        self._inspector.set_methods(allowed, default_explainer(project, run))

    # --- what is in view ------------------------------------------------------------------------------------

    @Slot(object)
    def show_subject(self, what: object) -> None:
        """A document by its id (int), or a text (str)."""
        if isinstance(what, int):
            self._show_document(what)
            self._documents.select(what)
        elif isinstance(what, str):
            self._show_text(what, None)
            self._documents.select_none()

    @Slot(int)
    def _show_document(self, id: int) -> None:
        project = self.context.session.project
        if project is None:
            return
        try:
            document = project.documents.get(id)
        except KnownError as error:
            self._failed(report(error))
            return
        self._show_text(document.text, id)

    def _show_text(self, text: str, document: int | None) -> None:
        self._forget_failure()
        self._document = document
        self._before, self._span, self._seen = None, None, text
        self._reading.set_text(text)
        self._show_entities(None)
        self._inspector.ask_anew()
        self._inspector.clear()
        self._show_explanation(None)
        if self._run() is not None:
            self._what_if.ask(self._question(), at_once=True)

    @Slot(str)
    def _offer(self, text: str) -> None:
        """Look at another text as if it had been typed."""
        self._reading.set_text(text)
        self._documents.select_none()
        self._edited(text)

    @Slot(str)
    def _edited(self, text: str) -> None:
        self._document = None
        if self._span is not None:  # the entity in view stays in view where the edit left it alone
            (self._span,) = shifted([self._span], as_shown(self._seen), as_shown(text))
        self._seen = text
        if self._run() is not None:
            self._what_if.ask(self._question(), at_once=False)
        if not self._reading.text().strip():
            self._before = None
            self._inspector.clear()
            self._show_entities(None)
            self._show_explanation(None)

    @Slot(int)
    def _entity_chosen(self, index: int) -> None:
        if index < len(self._entities):
            entity = self._entities[index]
            self._span, self._seen = (entity.start, entity.end), self._reading.text()
            self._inspector.ask_anew()
            self._ask_again()

    @Slot()
    def _ask_again(self) -> None:
        if self._run() is not None and self._reading.text().strip():
            self._forget_failure()
            self._what_if.explain_again(self._question())

    def _question(self) -> Question:
        return Question(
            run=self.context.session.run,
            text=self._reading.text(),
            document=self._document,
            method=self._inspector.chosen_method,
            target=self._inspector.target,
            rival=self._inspector.rival,
            span=self._span,
            baseline=self._inspector.baseline,
        )

    def _clear(self) -> None:
        self._what_if.forget()
        self._document, self._before, self._span = None, None, None
        self._reading.set_text("")
        self._show_entities(None)
        self._inspector.clear()
        self._show_explanation(None)

    # --- answers --------------------------------------------------------------------------------------------

    @Slot(object, str)
    def _predicted(self, result: TextPredicted, text: str) -> None:
        if text != self._reading.text():
            return
        if self._before is None or self._before.labels != result.labels:
            self._before, self._before_text = result, text
        self._inspector.set_prediction(result, self._before if self._before is not result else None)
        self._show_entities(result)
        if self._before is not result:
            old = self._before.entities
            changes = entity_changes(self._before_text, old, text, result.entities)
            self._card.entities.show_changes(changes)
        self._reading.unread_from(result.read_to if result.read_to < len(text.rstrip()) else None)

    def _show_entities(self, found: TextPredicted | None) -> None:
        self._entities = found.entities if found is not None else ()
        types = found.labels[1:] if found is not None and found.task == "tagging" else ()
        tagging = self._task() == "tagging"
        self._card.show_entities(self._reading.text(), self._entities, types, tagging=tagging)
        shown = self._explanation
        still = shown is not None and shown.text == self._reading.text()
        self._card.choose_entity(shown.span if shown is not None and still else self._span)

    @Slot(object, int)
    def _explained(self, explanation: Explanation, id: int) -> None:
        self._forget_failure()
        self._scales.see(explanation)
        self._shown = id
        self._show_explanation(explanation)
        run = self._run()
        self._sealer.test(id, explanation)
        self._side.set_subject(Subject(run, id, explanation) if run is not None else None)

    def _show_explanation(self, explanation: Explanation | None) -> None:
        self._explanation = explanation
        self._inspector.set_explanation(explanation)
        if explanation is None:
            self._settler.forget()
            self._sealer.forget()
            self._side.set_subject(None)
        self._card.choose_entity(explanation.span if explanation is not None else None)
        self._paint()
        self._say()

    @Slot()
    def _paint(self) -> None:
        explanation = self._explanation
        self._beside.follow(explanation)
        if explanation is None:
            self._reading.set_scores((), 1.0)
            return
        spans = [(word.start, word.end, word.score) for word in explanation.words]
        self._reading.set_scores(spans, self._scale(explanation), explanation.text)
        unread = explanation.read_to < len(explanation.text.rstrip())
        self._reading.unread_from(explanation.read_to if unread else None)

    @Slot()
    def _rescale(self) -> None:
        """The same explanation on another scale."""
        self._paint()
        self._say_trust()

    def _scale(self, explanation: Explanation) -> float:
        shared = self._beside.shared_scale
        self._inspector.say_scale(of_corpus=self._scales.is_of_corpus(explanation), shared=shared is not None)
        if shared is not None:
            return shared
        return self._scales.scale(explanation, this_text_only=self._inspector.this_text_only)

    def _in_view(self) -> InView | None:
        shown = self._explanation
        if shown is None:
            return None
        return InView(
            shown, self._scale(shown), self._measured.get(shown.method), self._shown, self._sealer.seal
        )

    @Slot()
    def _asked(self) -> None:
        """Another explanation is on its way: what is tested meanwhile is of no use."""
        if self._what_if.busy:
            self._settler.forget()
            self._sealer.forget()
        else:
            self._say()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._failure = error
        self._say()

    @Slot()
    def _forget_failure(self) -> None:
        self._written = ""
        super()._forget_failure()

    # --- trust ----------------------------------------------------------------------------------------------

    @Slot()
    def _show_trust(self) -> None:
        self._side.show_panel(TrustPanel)

    @Slot()
    def _sealed(self) -> None:
        """The first explanation stands: ask for the better one, unless it is exact or the user has chosen it."""
        sealer, shown, settings = self._sealer, self._explanation, self.context.settings
        known = sealer.seal is not None or sealer.problem is not None
        wanted = known and not self._inspector.chosen_method and settings.get(SETTLE)
        if shown is not None and wanted and not explainer_of(shown.method).exact:
            better, _ = trust_sentences.offer(self._ranking, shown.method, settings.language)
            if better:
                self._settler.settle(replace(self._question(), method=better), shown)
        self._say()

    @Slot()
    def _take_offer(self) -> None:
        shown, language = self._explanation, self.context.settings.language
        if shown is not None:
            better, _ = trust_sentences.offer(self._ranking, shown.method, language)
            self._inspector.choose_method(better or shown.method)

    @Slot()
    def _measure_method(self) -> None:
        run = self._run()
        if run is not None and self._inspector.method:
            self.context.operations.measure_faithfulness(run.id, self._inspector.method)
            self._say()

    def _measuring(self) -> Job | None:
        jobs = self.context.queue.jobs
        return next((job for job in jobs if isinstance(job.request, MeasureFaithfulness)), None)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if isinstance(job.request, CorpusRequest) and job.state.ended:
            self._scales.forget_corpora()
        if isinstance(job.request, RankExplainers) and job.state is JobState.DONE:
            self._read_measured()
            self._say()
        if not isinstance(job.request, MeasureFaithfulness):
            return
        if job.state in (JobState.FAILED, JobState.INTERRUPTED) and job.error is not None:
            self._failure = job.error
        if job.state.ended:
            self._read_measured()
        self._say()

    # --- export ---------------------------------------------------------------------------------------------

    def export(self, path: str) -> None:
        """Write the explanation in view as PNG, SVG or PDF, by the name's ending."""
        self._menu.export(path)

    @Slot(str)
    def _exported(self, path: str) -> None:
        self._failure, self._written = None, path
        self._say()

    # --- words ----------------------------------------------------------------------------------------------

    @Slot()
    def _say(self) -> None:
        explanation = self._explanation
        for widget in (self._beside.controls, self._export):
            widget.setVisible(bool(self._runs))
        self._header.set_sentence(self.tr("Which words decided? Change the text to see what would follow."))
        self._card.say_decision(explanation, busy=self._what_if.busy)
        self._card.say_measured(
            self._measured.get(self._inspector.method),
            self._task(),
            running=self._measuring() is not None,
            possible=bool(self._inspector.method),
            ranked=trust_sentences.is_ranked(self._ranking, self._inspector.method),
        )
        self._say_trust()
        if self._written:
            self._banner.set_message("info", self.tr("Saved as {path}").format(path=self._written))
            self._banner.show()
        self._say_frame()

    def _say_trust(self) -> None:
        sealer, shown, settling = self._sealer, self._explanation, self._settler.busy
        self._card.say_seal(sealer.seal, checking=sealer.checking, problem=sealer.problem, settling=settling)
        words = ""
        if shown is not None and not (self._what_if.busy or settling):
            _, words = trust_sentences.offer(self._ranking, shown.method, self.context.settings.language)
        self._card.say_offer(words)
