"""The page Explain with an engine that answers as a test says: explanations, seals, a ranking."""

from __future__ import annotations

import msgspec
from pytestqt.qtbot import QtBot

from engine.api.explaining.trust import Seal, Sealed, SealExplanation
from engine.api.messages import Explain, Explained
from gui.context import Context
from gui.pages.explain_page import ExplainPage
from tests.gui import figures_project, trust_figures
from tests.gui.fakes import FakeQueue

RUN = "fine-tune-3"
LABELS = ("Billing", "Delivery", "Returns")
TEXT = "the card was refused twice and nobody answered"


def shown(qtbot: QtBot, context: Context) -> ExplainPage:
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    return page


def answer(context: Context, queue: FakeQueue, text: str = TEXT, **changes: object) -> int:
    """Explain ``text`` as the engine would; gives the explanation's id."""
    project = context.session.project
    assert project is not None
    found = figures_project.explanation(RUN, None, text, LABELS)
    found = msgspec.structs.replace(found, **changes)
    with project.transaction():
        id = project.runs.put_explanation(found)
    queue.finish(queue.last(Explain), Explained(id))
    return id


def seal(context: Context, queue: FakeQueue, found: Seal) -> None:
    """Store it and tell of it, as the engine would."""
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.explaining.put_seal(found)
    queue.finish(queue.last(SealExplanation), Sealed(found))


def rank(context: Context, **changes: str) -> None:
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.explaining.put_finding(RUN, trust_figures.ranking(RUN, **changes))
