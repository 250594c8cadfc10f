"""What the tests of the tabs beside the text in Explain share: a subject in view, and texts of the project."""

from __future__ import annotations

import msgspec
from pytestqt.qtbot import QtBot

from engine.api.results import Explanation
from gui.context import Context
from gui.pages.explain.side_panel import SidePanel, Subject
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue

TEXT = "the <card> was refused twice"
LABELS = ("Billing", "Delivery", "Returns")
RUN = "fine-tune-3"
Surroundings = tuple[Context, FakeQueue]


def shown(qtbot: QtBot, panel: SidePanel) -> None:
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()


def subject(context: Context, text: str = TEXT, run: str = RUN, **changes: object) -> Subject:
    project = context.session.project
    assert project is not None
    made: Explanation = figures_project.explanation(run, None, text, LABELS)
    return Subject(project.runs.get(run), 7, msgspec.structs.replace(made, **changes))


def documents(context: Context, count: int) -> list[tuple[int, str, str]]:
    project = context.session.project
    assert project is not None
    found: list[tuple[int, str, str]] = []
    for row in project.documents.labelled("train"):  # read to its end: a cursor left open holds the store
        if len(found) < count:
            found.append(row)
    return found
