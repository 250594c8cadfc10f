"""Every page, tab and dialog of every task in both themes and languages: `python -m tests.pictures --out DIR`.

For developers' eyes, beside `make run`, which shows the main job alone. The window, queue and engine are the real
ones and every figure comes from a run that is trained here; the texts of the tasks that have no sample are invented.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from engine.api.catalog import methods_for
from engine.api.errors import OptionValue
from engine.api.messages_transfer import Entrant
from engine.api.project import Project
from engine.api.tasks import TASKS
from gui.__main__ import ENGINE_ENTRY
from gui.app import Lexplain, make_application
from gui.demo import Demo, Step, _without_platform_noise, click
from gui.engine_link import EntryPoint
from gui.pages.corpus_page import CorpusPage
from gui.pages.data_page import DataPage
from gui.pages.evaluate_page import EvaluatePage
from gui.pages.explain_page import ExplainPage
from gui.pages.predict_page import PredictPage
from gui.pages.report_page import ReportPage
from gui.pages.sources.sources_dialog import HUB, INSTALLED, SourcesDialog
from gui.pages.train_page import _ADVICE, _CURVES, _RACE, _SET_UP, TrainPage
from gui.settings import LANGUAGE, PROJECTS_FOLDER, THEME, Settings
from gui.shell.page_factories import FACTORIES
from gui.shell.welcome import SAMPLE_FILES
from gui.widgets.blocks import Disclosure
from tests.gui.task_files import file_of

LOOKS = {
    "light": ("light", "en"),
    "dark": ("dark", "en"),
    "chinese": ("light", "zh_CN"),
    "chinese-dark": ("dark", "zh_CN"),
}
_OWN = {
    "multi": "I am furious about it, they lied to us again",
    "tagging": "Sara Haddad left Lagos to work for Blue Kite in New York",
    "score": "The kettle is slow and a delight",
}
_QUICK: dict[str, dict[str, OptionValue]] = {  # enough steps to learn something
    "tagging": {"epochs": 1.5, "learning_rate": 5e-4},
    "": {"epochs": 2.0, "learning_rate": 5e-4},
}


class Pictures(Demo):
    """The demo's player with another play: views opened in turn, each taken in every look."""

    all_seconds = 5400.0  # every page of four tasks

    def __init__(self, product: Lexplain, out: Path, only: str, tasks: Sequence[str]) -> None:
        super().__init__(product, out, stay=False)
        self._only, self._tasks = only, tasks

    # --- views ----------------------------------------------------------------------------------------------

    def _take(self, name: str, what: Callable[[], QWidget] | None = None) -> Iterator[Step]:
        """A picture in every look of what is in sight: the window, or a part of it."""
        if self._only not in name:
            return
        for look in LOOKS:
            yield Step(f"{name}, {look}", lambda look=look: self._dress(look), self._at_rest)  # type: ignore[misc]
            self._keep(self._window if what is None else what(), f"{name}-{look}")
        self._dress("light")

    def _keep(self, widget: QWidget, name: str) -> None:
        if not widget.grab().save(str(self._out / f"{name}.png")):
            self._finish(1, f"No picture could be written: {name}")

    def _dress(self, look: str) -> None:
        theme, language = LOOKS[look]
        self._product.settings.set(THEME, theme)
        self._product.settings.set(LANGUAGE, language)

    def _dialog(self, name: str, act: Callable[[], object]) -> Iterator[Step]:
        """A dialog that the window opens, in every look; it is closed again."""
        yield Step(f"Opening {name}", act, lambda: _dialog() is not None and self._at_rest())
        dialog = _dialog()
        assert dialog is not None
        yield from self._take(name, lambda: dialog)
        yield Step(f"Closing {name}", dialog.reject, lambda: _dialog() is None)

    def _open(self, page: str) -> Step:
        return Step(page, self._show(page), self._at_rest)

    def _job(self, says: str, act: Callable[[], object]) -> Step:
        return Step(says, act, self._at_rest)

    # --- the play -------------------------------------------------------------------------------------------

    def _play(self) -> Iterator[Step]:
        yield Step("The first screen", lambda: None, lambda: len(self._window.pages) == len(FACTORIES))
        if "single" in self._tasks:
            yield from self._take("welcome")
            yield from self._shell()
            yield from self._single()
        for task in _OWN:
            if task in self._tasks:
                yield from self._task(task)

    def _shell(self) -> Iterator[Step]:
        for id in (
            "settings",
            "keys",
            "about",
        ):  # made in one language: no one changes it while they are open
            for look in LOOKS:
                yield Step(f"{id}, {look}", lambda look=look: self._dress(look), self._at_rest)  # type: ignore[misc]
                yield Step(
                    id, self._window.action(id).trigger, lambda: _dialog() is not None and self._at_rest()
                )
                dialog = _dialog()
                assert dialog is not None
                self._keep(dialog, f"{id}-{look}")
                dialog.reject()
        self._dress("light")
        empty = self._product.settings.projects_folder / "Empty"
        yield Step("An empty project", lambda: self._product.opener.new_project(empty), self._at_rest)
        for page in FACTORIES:
            yield self._open(page)
            yield from self._take(f"empty-{page}")

    def _imported(self, file: Path) -> Iterator[Step]:
        page = self._window.pages["data"]
        assert isinstance(page, DataPage)
        task = file.stem
        yield Step(
            f"Opening {file.name}",
            lambda: self._product.opener.import_file(file, own_project=True),
            lambda: page.sheet is not None and page.sheet.start.isEnabled() and self._at_rest(),
        )
        sheet = page.sheet
        assert sheet is not None
        yield from self._take(f"import-{task}", lambda: sheet)
        start = sheet.start
        yield Step("Importing it", lambda: click(start), lambda: page.sheet is None and self._at_rest())

    def _single(self) -> Iterator[Step]:
        operations = self._product.operations
        yield from self._imported(SAMPLE_FILES["en"])
        yield Step("Choosing a text", self._first_text, self._at_rest)
        yield from self._take("data")
        yield self._open("train")
        yield from self._take("train-no-runs")
        for method in ("bag-of-words", "features"):
            yield self._job(f"Training: {method}", lambda method=method: operations.train(method))  # type: ignore[misc]
        yield self._job("Training: fine-tune", lambda: operations.train("fine-tune", "", _QUICK[""]))
        yield from self._train_page()
        yield from self._judged("")
        yield from self._pseudo_labels()

    def _first_text(self) -> None:
        page = self._window.pages["data"]
        assert isinstance(page, DataPage)
        page.documents.table.selectRow(2)

    def _train_page(self) -> Iterator[Step]:
        page = self._window.pages["train"]
        assert isinstance(page, TrainPage)
        runs = [run.id for run in self._project().runs.all()]
        yield self._open("train")
        yield from self._tab(page, _CURVES, "curves")
        for method in methods_for("single"):
            yield Step(f"Options of {method.id}", lambda id=method.id: page._show_method(id), self._at_rest)  # type: ignore[misc]
            form = page._set_up.form
            fold = form.findChild(Disclosure)
            assert fold is not None
            fold.set_opened(True)
            yield from self._take(f"train-options-{method.id}", lambda form=form: form)  # type: ignore[misc]
            fold.set_opened(False)
        operations = self._product.operations
        yield self._job("Which method?", lambda: operations.recommend(40.0))
        yield from self._tab(page, _ADVICE, "advice")
        yield self._job(
            "A race", lambda: operations.race([Entrant("bag-of-words"), Entrant("features")], 1.0)
        )
        yield from self._tab(page, _RACE, "race")
        yield from self._tab(page, _SET_UP, "runs")
        options: dict[str, OptionValue] = {"cleaning": "whitespace,links,case", "augment": "typos"}
        page._show_method("fine-tune")
        page._set_up.use("", options)
        yield from self._dialog("preview", page._show_preview)
        sources = self._window.action("sources").trigger
        yield from self._dialog("sources", sources)
        yield Step("The hub", sources, lambda: isinstance(_dialog(), SourcesDialog) and self._at_rest())
        dialog = _dialog()
        assert isinstance(dialog, SourcesDialog)
        dialog.tabs.setCurrentIndex(HUB)
        yield from self._take("sources-hub", lambda: dialog)
        dialog.tabs.setCurrentIndex(INSTALLED)
        dialog.reject()
        yield Step("Comparing", lambda: page._run_actions.compare(runs[:3]), self._at_rest)
        yield from self._take("compare")
        page._run_actions.leave()
        yield from self._dialog("export", lambda: page._run_actions._export(runs[-1]))

    def _tab(self, page: TrainPage, tab: int, name: str) -> Iterator[Step]:
        yield Step(name, lambda: page._tabs.setCurrentIndex(tab), self._at_rest)
        yield from self._take(f"train-{name}")

    def _pseudo_labels(self) -> Iterator[Step]:
        project, operations = self._project(), self._product.operations
        given = [document for document, *_ in project.documents.labelled("train")]
        page = self._window.pages["train"]
        assert isinstance(page, TrainPage)
        half = given[::2]
        yield self._job("Half the labels taken away", lambda: operations.set_label(half, ""))
        yield self._open("train")
        options: dict[str, OptionValue] = {"base": "bag-of-words", "rounds": 2}
        yield self._job("Pseudo-labels", lambda: operations.train("pseudo-label", "", options))
        run = project.runs.all()[-1].id
        yield from self._tab(page, _CURVES, "curves-pseudo-label")
        yield from self._dialog("pseudo-labels", lambda: page._run_actions._look_through(run))

    def _task(self, task: str) -> Iterator[Step]:
        method, options = ("fine-tune", _QUICK["tagging"]) if task == "tagging" else ("bag-of-words", {})
        yield from self._imported(file_of(self._out, task))
        yield Step("Choosing a text", self._first_text, self._at_rest)
        yield from self._take(f"{task}-data")
        yield self._open("train")
        yield self._job(f"Training: {method}", lambda: self._product.operations.train(method, "", options))
        yield from self._take(f"{task}-train")
        yield from self._judged(f"{task}-")

    def _judged(self, before: str) -> Iterator[Step]:
        """Evaluate, Explain, Predict and Report of the run that was trained last."""
        page = self._window.pages["evaluate"]
        assert isinstance(page, EvaluatePage)
        project, session = self._project(), self._product.session
        yield self._open("evaluate")
        yield from self._take(f"{before}evaluate")
        run = session.run
        yield self._job("Robustness", lambda: self._product.operations.measure_robustness(run, (), 100))
        for tab in range(1, page._panels._tabs.count()):
            if not page._panels._tabs.isTabVisible(tab):
                continue
            yield Step("A tab", lambda tab=tab: page._panels._tabs.setCurrentIndex(tab), self._at_rest)  # type: ignore[misc]
            yield from self._take(f"{before}evaluate-tab-{tab}")
        page._panels._tabs.setCurrentIndex(0)
        yield from self._read_page(before, project)
        yield from self._corpus_page(before, project)
        yield from self._predict_page(before)
        yield from self._report_page(before)

    def _read_page(self, before: str, project: Project) -> Iterator[Step]:
        page = self._window.pages["explain"]
        assert isinstance(page, ExplainPage)
        tagging = project.task == "tagging"
        # all are read: an answer that is read half keeps the store as it was
        texts = [row[0] for row in project.documents.tagged("test")] if tagging else []
        texts = texts or [row[0] for row in project.documents.labelled("test")]
        document = texts[0]
        yield Step("Why?", lambda: self._product.session.explain_requested.emit(document), self._at_rest)
        yield from self._take(f"{before}explain")
        yield from self._trust(before, page)
        tabs = page._side
        for tab in range(1, tabs.count()):
            yield Step("A tab", lambda tab=tab: tabs.setCurrentIndex(tab), self._at_rest)  # type: ignore[misc]
            yield from self._take(f"{before}explain-tab-{tab}")
        tabs.setCurrentIndex(0)
        if not before:
            reading = page._reading
            reading.setFocus()
            reading.moveCursor(reading.textCursor().MoveOperation.End)
            yield Step("What if", lambda: reading.insertPlainText(" Please answer today!"), self._at_rest)
            yield from self._take("explain-what-if")

    def _corpus_page(self, before: str, project: Project) -> Iterator[Step]:
        """Each tab before and after its work, which the quickest run does."""
        page = self._window.pages["corpus"]
        assert isinstance(page, CorpusPage)
        session, run = self._product.session, self._product.session.run
        session.select_run(project.runs.all()[0].id)
        yield self._open("corpus")
        for at, name in enumerate(("words", "shortcuts", "rules", "doubts", "map")):
            yield Step(name, lambda at=at: page.tabs.setCurrentIndex(at), self._at_rest)  # type: ignore[misc]
            if not before:
                yield from self._take(f"empty-corpus-{name}")
            yield self._job(f"Corpus: {name}", page.primary_action)
            yield from self._take(f"{before}corpus-{name}")
        page.tabs.setCurrentIndex(0)
        session.select_run(run)

    def _trust(self, before: str, page: ExplainPage) -> Iterator[Step]:
        """The tab Trust: of one task with the checks of the run, too."""
        operations, run = self._product.operations.explaining, self._product.session.run
        yield Step("Trust", lambda: click(page._card.seal), self._at_rest)
        if not before:
            yield self._job("Which explainer?", lambda: operations.rank_explainers(run))
            yield self._job("Scrambled weights", lambda: operations.scramble(run))
        yield from self._take(f"{before}explain-trust")
        page._side.setCurrentIndex(0)

    def _predict_page(self, before: str) -> Iterator[Step]:
        page = self._window.pages["predict"]
        assert isinstance(page, PredictPage)
        task = before.rstrip("-")
        text = _OWN.get(task, "I was charged twice for the same parcel")
        yield self._open("predict")
        yield Step("One text", lambda: page.one.text.setPlainText(text), self._at_rest)
        table = self._out / f"predicted-{task or 'single'}.csv"
        table.unlink(missing_ok=True)
        source = SAMPLE_FILES["en"]  # plain texts for every task
        if task in ("multi", "score"):
            source = file_of(self._out, task)

        def choose() -> None:
            page.file.set_file(source)
            page.file.out.setText(str(table))

        yield Step("A file", choose, lambda: page.file.start.isEnabled() and self._at_rest())
        yield Step("Scoring", lambda: click(page.file.start), lambda: table.is_file() and self._at_rest())
        yield from self._take(f"{before}predict")

    def _report_page(self, before: str) -> Iterator[Step]:
        page = self._window.pages["report"]
        assert isinstance(page, ReportPage)
        file = self._out / f"{before}report.html"
        file.unlink(missing_ok=True)
        yield self._open("report")
        page.out.setText(str(file))
        yield Step("The report", lambda: click(page.write), lambda: file.is_file() and self._at_rest())
        yield from self._take(f"{before}report")


def _dialog() -> QDialog | None:
    found = QApplication.activeModalWidget()
    return found if isinstance(found, QDialog) else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--out", default="demo-output/pictures", help="folder for the pictures")
    parser.add_argument("--only", default="", help="part of the names of the pictures to take (all)")
    parser.add_argument("--task", action="append", choices=TASKS, help="pictures of that task alone (all)")
    options = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # the same size and fonts everywhere
    out = Path(options.out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    file = out / "settings.ini"
    file.unlink(missing_ok=True)
    settings = Settings(file)
    settings.set(THEME, "light")
    settings.set(LANGUAGE, "en")
    settings.set(PROJECTS_FOLDER, str(out / "projects"))
    app = make_application(sys.argv[:1])
    qInstallMessageHandler(_without_platform_noise)
    product = Lexplain(app, EntryPoint(ENGINE_ENTRY), settings, out / "logs")
    pictures = Pictures(product, out, options.only, options.task or TASKS)
    product.start()
    app.exec()
    product.stop()
    return pictures.code


if __name__ == "__main__":
    sys.exit(main())
