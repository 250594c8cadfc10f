"""The scale of a class is that of the explained corpus: the first text that is looked at may look weak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.api.messages import Explain, Explained
from engine.api.results import Explanation, WordScore
from gui.context import Context
from gui.pages.explain_page import ExplainPage
from tests.gui import figures_project
from tests.gui.corpus_context import (
    RUN,
    Surroundings,
    corpus_context,
    explain_corpus,
    ids_of,
    project_of,
)
from tests.gui.fakes import FakeQueue

LABELS = ("Billing", "Delivery")
TEXT = "a weak text"


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with corpus_context(tmp_path) as found:
        yield found


def _weak() -> Explanation:
    """Of the class whose strongest word of the corpus has 2.0."""
    found = figures_project.explanation(RUN, None, TEXT, LABELS)
    words = tuple(WordScore(w.start, w.end, 0.2) for w in found.words)
    return msgspec.structs.replace(found, words=words, model_hash="hash")


def _shown(qtbot: QtBot, context: Context, queue: FakeQueue, explanation: Explanation) -> ExplainPage:
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.show()
    page.show_subject(TEXT)
    project = project_of(context)
    with project.transaction():
        id = project.runs.put_explanation(explanation)
    with qtbot.waitSignal(page._reader.finished, check_params_cb=lambda name: name == "class-scale"):
        queue.finish(queue.last(Explain), Explained(id))
    return page


def _strengths(page: ExplainPage) -> list[float]:
    return [strength for _, strength in page._reading.marks()]


def test_the_first_text_looks_weak_where_the_corpus_is_explained(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    explain_corpus(project_of(context), ids_of(project_of(context)))
    page = _shown(qtbot, context, queue, _weak())
    assert _strengths(page) == pytest.approx([0.1] * 3)
    only = page._inspector._only_this
    assert "explained corpus" in only.toolTip()
    only.click()
    assert _strengths(page) == [1.0] * 3


def test_without_it_the_strongest_word_so_far_is_full_strength(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    page = _shown(qtbot, context, queue, _weak())
    assert _strengths(page) == [1.0] * 3
    assert "looked at so far" in page._inspector._only_this.toolTip()


def test_a_corpus_of_another_model_says_nothing(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    explain_corpus(project_of(context), ids_of(project_of(context)))
    page = _shown(qtbot, context, queue, msgspec.structs.replace(_weak(), model_hash="another"))
    assert _strengths(page) == [1.0] * 3


def test_what_is_strong_is_found_by_class(surroundings: Surroundings) -> None:
    project = project_of(surroundings[0])
    explain_corpus(project, ids_of(project))
    assert project.corpus.strong_score(RUN, "lrp", "Billing", "hash") == 2.0
    assert project.corpus.strong_score(RUN, "lrp", "Delivery", "hash") == 1.5
    assert project.corpus.strong_score(RUN, "lrp", "nowhere", "hash") is None
    assert project.corpus.strong_score(RUN, "cp-lrp", "Billing", "hash") is None
